// Requests as reports list them: the few that somebody has to do something about, the worst first.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "render/report.hpp"
#include "report/source.hpp"

namespace regie::report {

/// What a list shows of each request beside its number, place and text.
struct ListColumn {
  render::Column column;
  std::function<render::Cell(const Request&)> cell;
};

/// Columns that several lists have.
ListColumn state_column();
ListColumn provider_column(Source& source);
ListColumn trade_column(Source& source);
ListColumn due_column(Source& source);
/// How long before the report's moment `since` was; nothing where there is no such.
ListColumn ago_column(Source& source, const char* key, const char* title,
                      std::function<std::optional<Instant>(const Request&)> since);
ListColumn tenant_column();
ListColumn phone_column();

/// At most as many as the query wants; says how many more there are, and how to list them. `figure`: what --ids calls
/// them.
render::Section listed(Source& source, std::string key, std::string title, const std::vector<Request>& requests,
                       const std::vector<ListColumn>& columns, const std::string& figure);
/// "10 of 32", and how to see the others, when there are more than that.
void remark_on_rest(render::Section& section, std::size_t all, const std::string& figure);

/// Who has to move for a request that is late.
struct Turn {
  enum class Whose : int { provider = 1, desk, call, waiting, agency } whose;
  std::string provider;        ///< of Whose::provider
  std::optional<Party> party;  ///< of Whose::waiting
  auto operator<=>(const Turn&) const = default;
};
/// The party that one waits for; else the desk, when nobody was sent; else the provider whose promise is over; else the
/// agency, whose order promises a time behind the target. A part of a common request waits for that: the turn is the
/// same, or, when the repair is done, to call the tenant.
Turn whose_turn(Source& source, const Request& request);
/// The turn as scripts and people know it.
render::Cell turn_cell(const Source& source, const Turn& turn);

}  // namespace regie::report
