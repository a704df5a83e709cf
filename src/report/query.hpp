// Which report of which requests over which time.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "regie/codes.hpp"
#include "regie/request.hpp"

namespace regie::report {

/// What figures can be divided by.
enum class By : int { agency = 1, sector, residence, dwelling, trade, urgency, provider, place, channel, month };

}  // namespace regie::report

namespace regie {

template <>
struct Codes<report::By> {
  using By = report::By;
  static constexpr std::array rows{
      CodeRow<By>{By::agency, "agency", N_("Agency")},
      CodeRow<By>{By::sector, "sector", N_("Sector")},
      CodeRow<By>{By::residence, "residence", N_("Residence")},
      CodeRow<By>{By::dwelling, "dwelling", N_("Dwelling")},
      CodeRow<By>{By::trade, "trade", N_("Trade")},
      CodeRow<By>{By::urgency, "urgency", N_("Urgency")},
      CodeRow<By>{By::provider, "provider", N_("Provider")},
      CodeRow<By>{By::place, "place", N_("Place")},
      CodeRow<By>{By::channel, "channel", N_("Channel")},
      CodeRow<By>{By::month, "month", N_("Month")},
  };
};
static_assert(in_order<report::By>());

}  // namespace regie

namespace regie::report {

/// An empty list asks nothing; inside a list any one is enough.
struct Wanted {
  std::vector<std::string> agencies, residences, dwellings;
  std::vector<std::string> trades;     ///< "" = not understood
  std::vector<std::string> providers;  ///< "" = nobody
  std::vector<Urgency> urgencies;
  std::vector<Place> places;
  std::vector<Channel> channels;
};

struct Query {
  Instant now{};             ///< the clock, or --at
  Instant from{}, before{};  ///< the period: [from, before)
  bool past = false;         ///< things may have happened since `as_of`: rows are not looked at without their journals
  std::vector<By> by;        ///< empty: as the report does it by itself
  Wanted wanted;
  std::vector<std::pair<std::string, std::string>> filters;  ///< `wanted` as it was typed: option and value
  std::string command;  ///< the command line that asks for this report again, but for its format
  std::string ids_of;   ///< key of the figure whose requests are wanted; "" = the report
  std::int64_t guarantee_days = 90;
  std::int64_t rows = 0;  ///< most that a list of requests shows; 0 = all

  /// What happened later is not known to the report.
  Instant as_of() const { return before < now ? before : now; }
};

}  // namespace regie::report
