#include "cli/journal_view.hpp"

#include <algorithm>
#include <array>

#include "cli/request_view.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

using render::Cell;
using render::coded;
using render::Column;
using Kind = Column::Kind;
using text::tr;

namespace {

template <typename T>
inline constexpr bool is_optional_code = false;
template <typename E>
inline constexpr bool is_optional_code<std::optional<E>> = std::is_enum_v<E>;

/// Fields that follow from the action itself; people want to read the others.
bool speaks_for_itself(std::string_view field) {
  static constexpr std::array known{std::string_view("changed_at"),    std::string_view("due_at"),
                                    std::string_view("opened_at"),     std::string_view("policy"),
                                    std::string_view("certain"),       std::string_view("promise_terms"),
                                    std::string_view("stopped"),       std::string_view("told_at"),
                                    std::string_view("answer_due_at"), std::string_view("check_due_at")};
  return std::ranges::find(known, field) != known.end();
}

/// A field's value as request_row() shows it.
Cell value_cell(const Field& field, const Scalar& value, const Landlord& landlord) {
  Request holder;
  set(holder, field, value);
  const std::string_view name = field.name;
  if (name == "cost") return holder.cost ? Cell{render::Money{*holder.cost}} : Cell{};
  if (name == "declined") return Cell{split_codes(holder.declined)};
  if (name == "tenant_flags") return Cell{split_codes(holder.tenant_flags)};
  if (name == "triage" && !holder.triage.empty())
    return Cell{render::Coded{holder.triage, tr(triage_message(holder.triage))}};
  for (const auto& [trade_field, code] : {std::pair("trade", &holder.trade), std::pair("also", &holder.also)})
    if (name == trade_field && !code->empty()) return Cell{render::Coded{*code, trade_name(landlord, *code)}};
  return std::visit(
      [&](auto member) -> Cell {
        const auto& held = holder.*member;
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_enum_v<T>) return coded(held);
        else if constexpr (is_optional_code<T>) return coded(held);
        else if constexpr (std::is_same_v<T, Instant>) return Cell{held};
        else return held;
      },
      field.member);
}

std::string changes_text(const Event& event, const Landlord& landlord, const render::Style& style) {
  std::string text;
  for (const auto& [field, value] : event.changes) {
    if (speaks_for_itself(field->name)) continue;
    const std::string shown = render::shown(value_cell(*field, value, landlord), style);
    text += (text.empty() ? "" : ", ") + tr(N_("{0}: {1}"), tr(field->label), shown.empty() ? "-" : shown);
  }
  return text;
}

Cell changes_record(const Event& event, const Landlord& landlord) {
  auto record = std::make_shared<render::Record>();
  for (const auto& [field, value] : event.changes)
    record->emplace_back(field->name, value_cell(*field, value, landlord));
  return Cell{std::move(record)};
}

/// A check says how it ended.
const char* action_label(const Event& event) {
  const auto says = [&](std::string_view field) {
    return std::ranges::any_of(event.changes,
                               [&](const auto& change) { return std::string_view(change.first->name) == field; });
  };
  if (event.action == Action::verify && says("tacit")) return N_("accepted tacitly");
  const bool failed = event.action == Action::verify && std::ranges::any_of(event.changes, [](const auto& change) {
                        return std::string_view(change.first->name) == "reworks";
                      });
  return failed ? N_("check failed") : label(event.action);
}

}  // namespace

const std::vector<Column>& journal_columns() {
  static const std::vector<Column> columns{
      {"id", N_("No."), Kind::number},
      {"sequence", N_("Entry"), Kind::number},
      {"at", N_("When")},
      {"entered_at", N_("Typed in")},
      {"action", N_("What")},
      {"who", N_("Who")},
      {"typed_by", N_("Typed by")},
      {"reason", N_("Why"), Kind::wide},
      {"changes", N_("Changes"), Kind::wide},
      {"decision", N_("Decision"), Kind::wide, false},
  };
  return columns;
}

render::Row journal_row(Context& context, const Event& event) {
  const bool for_people = context.format() == render::Format::table || context.format() == render::Format::md;
  return {
      event.request,
      event.sequence,
      Cell{event.at},
      event.entered_at == event.at && for_people ? Cell{} : Cell{event.entered_at},
      Cell{render::Coded{std::string(code(event.action)), action_label(event)}},
      event.who,
      event.typed_by,
      event.reason,
      for_people ? Cell{changes_text(event, context.settings().landlord(), context.style())}
                 : changes_record(event, context.settings().landlord()),
      event.decision.empty() ? Cell{} : Cell{render::RawJson{event.decision}},
  };
}

std::shared_ptr<render::Records> journal_records(const std::vector<Event>& journal, const Landlord& landlord) {
  auto records = std::make_shared<render::Records>();
  for (const Event& event : journal)
    records->push_back({{"sequence", event.sequence},
                        {"at", Cell{event.at}},
                        {"entered_at", Cell{event.entered_at}},
                        {"action", coded(event.action)},
                        {"who", event.who},
                        {"typed_by", event.typed_by},
                        {"reason", event.reason},
                        {"changes", changes_record(event, landlord)},
                        {"decision", event.decision.empty() ? Cell{} : Cell{render::RawJson{event.decision}}}});
  return records;
}

std::string journal_line(Context& context, const Event& event) {
  const render::Style style = context.style();
  std::string line = text::brief(event.at, style.now, style.zone) + "  " + tr(action_label(event)) + ", " +
                     text::one_line(person_name(context.settings().landlord(), event.who));
  if (!event.typed_by.empty()) line += " " + tr(N_("(typed by {0})"), text::one_line(event.typed_by));
  if (event.entered_at - event.at >= std::chrono::minutes{15})
    line += " " + tr(N_("(typed in {0})"), text::brief(event.entered_at, style.now, style.zone));
  if (!event.reason.empty()) line = tr(N_("{0}: {1}"), line, text::one_line(event.reason));
  return line;
}

}  // namespace regie::cli
