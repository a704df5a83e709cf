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
/// "10 of 32; all of them: …", when there are more than that.
void remark_on_rest(const Source& source, render::Section& section, std::size_t all, const std::string& figure);

/// Who has to move for a request that is late.
struct Turn {
  enum class Whose : int { provider = 1, desk, waiting, agency } whose;
  std::string provider;        ///< of Whose::provider
  std::optional<Party> party;  ///< of Whose::waiting
  auto operator<=>(const Turn&) const = default;
};
/// The provider whose promise is over; the party that one waits for; the desk, when nobody was sent; the agency, when
/// the order promises a time behind the target.
Turn whose_turn(const Request& request, Instant at);
/// The turn as scripts and people know it.
render::Cell turn_cell(const Source& source, const Turn& turn);

}  // namespace regie::report
