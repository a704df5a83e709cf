#include "report/lists.hpp"

#include "report/counting.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::report {

using render::Cell;
using render::Coded;
using render::Column;
using text::tr;

ListColumn state_column() {
  return {{"state", N_("State"), Column::Kind::text, true, true},
          [](const Request& request) { return render::coded(request.state); }};
}

ListColumn provider_column(Source& source) {
  return {{"provider", N_("With")}, [&source](const Request& request) {
            return request.provider.empty() ? Cell{} : word_cell(source.landlord(), By::provider, request.provider);
          }};
}

ListColumn trade_column(Source& source) {
  return {{"trade", N_("Trade")},
          [&source](const Request& request) { return word_cell(source.landlord(), By::trade, request.trade); }};
}

ListColumn due_column(Source& source) {
  return {{"due_at", N_("Due")}, [at = source.query().as_of()](const Request& request) {
            if (!request.due_at) return Cell{};
            return Cell{*request.due_at, is_late(request, at) ? Cell::Mood::alarm : Cell::Mood::plain};
          }};
}

ListColumn ago_column(Source& source, const char* key, const char* title,
                      std::function<std::optional<Instant>(const Request&)> since) {
  return {{key, title, Column::Kind::number},
          [at = source.query().as_of(), since = std::move(since)](const Request& request) {
            const auto from = since(request);
            if (!from || *from > at) return Cell{};
            return Cell{render::Length{(at - *from).count()}};
          }};
}

ListColumn tenant_column() {
  return {{"tenant_name", N_("Tenant")}, [](const Request& request) { return Cell{request.tenant_name}; }};
}

ListColumn phone_column() {
  return {{"tenant_phone", N_("Telephone")}, [](const Request& request) { return Cell{request.tenant_phone}; }};
}

render::Section listed(Source& source, std::string key, std::string title, const std::vector<Request>& requests,
                       const std::vector<ListColumn>& columns, const std::string& figure) {
  render::Section section{.key = std::move(key), .title = std::move(title)};
  section.columns = {{"id", N_("No."), Column::Kind::number}, {"urgency", N_("Urgency")}};
  for (const ListColumn& one : columns) section.columns.push_back(one.column);
  section.columns.push_back({"residence", N_("Res.")});
  section.columns.push_back({"dwelling", N_("Dwelling")});
  section.columns.push_back({"text", N_("Text"), Column::Kind::wide, true, true});
  const auto most = static_cast<std::size_t>(source.query().rows);
  for (const Request& request : requests) {
    if (most > 0 && section.rows.size() == most) break;
    render::Row row{
        Cell{request.id},
        render::coded(request.urgency, request.urgency == Urgency::emergency ? Cell::Mood::alarm : Cell::Mood::plain)};
    for (const ListColumn& one : columns) row.push_back(one.cell(request));
    row.emplace_back(request.residence);
    row.emplace_back(request.dwelling);
    row.emplace_back(request.text);
    section.rows.push_back(std::move(row));
  }
  remark_on_rest(section, requests.size(), figure);
  return section;
}

void remark_on_rest(render::Section& section, std::size_t all, const std::string& figure) {
  if (all > section.rows.size())
    section.remarks.push_back(tr(N_("{0} of {1}: with --limit 0 all of them, with --ids {2} their numbers"),
                                 section.rows.size(), all, figure));
}

Turn whose_turn(Source& source, const Request& request) {
  const Instant at = source.query().as_of();
  if (request.state == State::on_hold) return {Turn::Whose::waiting, "", request.hold_party};
  if (request.provider.empty() && request.parent) {
    const std::optional<Request> common = source.as_of(*request.parent);
    if (common && common->state < State::done) return whose_turn(source, *common);
    if (common && common->state < State::cancelled) return {Turn::Whose::call, "", {}};
  }
  if (request.provider.empty()) return {Turn::Whose::desk, "", {}};
  const bool is_owed = request.promised_at && !stands_still(request.stopped, ClockKind::promise);
  if (is_owed && *request.promised_at < at) return {Turn::Whose::provider, request.provider, {}};
  return {Turn::Whose::agency, "", {}};
}

Cell turn_cell(const Source& source, const Turn& turn) {
  switch (turn.whose) {
    case Turn::Whose::provider: return word_cell(source.landlord(), By::provider, turn.provider);
    case Turn::Whose::waiting:
      return turn.party ? Cell{Coded{"waiting-" + std::string(code(*turn.party)),
                                     tr(N_("one waits for {0}"), Label{label(*turn.party)})}}
                        : Cell{Coded{"waiting", N_("one waits")}};
    case Turn::Whose::desk: return Cell{Coded{"desk", N_("the desk: nobody was sent")}};
    case Turn::Whose::call: return Cell{Coded{"call", N_("the desk: repaired, the tenant is to be called")}};
    case Turn::Whose::agency:
      return Cell{Coded{"agency", N_("the agency: the order's promise is later than the target")}};
  }
  return {};
}

}  // namespace regie::report
