// The reports that there are, each a function from facts to a page.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "regie/names.hpp"
#include "render/report.hpp"
#include "report/counting.hpp"

namespace regie::report {

/// A page, or the requests behind one of its figures.
struct Made {
  render::Report page;
  std::vector<RequestId> ids;
};

/// Which time a report is about when nobody says.
enum class Usual { since_last_worked_day, last_month, last_30_days };

struct Kind {
  std::string_view name;
  const char* title;    ///< English
  const char* summary;  ///< one line, English
  Usual period;
  bool divides;       ///< takes --by
  std::int64_t rows;  ///< how many requests a list names when nobody says
  Made (*make)(Source& source);
};

/// In the order in which they are listed.
std::span<const Kind> kinds();
const Kind* find_kind(std::string_view name);

Made make_nightly(Source& source);
Made make_backlog(Source& source);
Made make_targets(Source& source);
Made make_providers(Source& source);
Made make_verification(Source& source);
Made make_residences(Source& source);
Made make_repeat(Source& source);
Made make_tenants(Source& source);
Made make_routing(Source& source);
Made make_penalties(Source& source);
Made make_reminders(Source& source);

/// The period that a kind takes by itself at that time: [from, before).
std::pair<Instant, Instant> usual_period(Usual usual, Instant now, const Calendar& calendar, const WeeklyHours& hours);

}  // namespace regie::report
