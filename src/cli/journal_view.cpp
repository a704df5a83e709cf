#include "cli/journal_view.hpp"

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
  return field == "changed_at" || field == "due_at" || field == "opened_at" || field == "policy" || field == "certain";
}

std::string value_text(const Field& field, const Scalar& value, const render::Style& style) {
  Request holder;
  set(holder, field, value);
  const Cell cell = std::visit(
      [&](auto member) -> Cell {
        const auto& held = holder.*member;
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_enum_v<T>) return coded(held);
        else if constexpr (is_optional_code<T>) return coded(held);
        else if constexpr (std::is_same_v<T, Instant>) return Cell{held};
        else return held;
      },
      field.member);
  const std::string shown = render::shown(cell, style);
  return shown.empty() ? "–" : shown;
}

std::string changes_text(const Event& event, const render::Style& style, bool all) {
  std::string text;
  for (const auto& [field, value] : event.changes) {
    if (speaks_for_itself(field->name) && !all) continue;
    text += (text.empty() ? "" : ", ") + tr(field->label) + ": " + value_text(*field, value, style);
  }
  return text;
}

std::string changes_json(const Event& event) { return encode_changes(event.changes); }

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
      coded(event.action),
      event.who,
      event.typed_by,
      event.reason,
      for_people ? Cell{changes_text(event, context.style(), false)} : Cell{render::RawJson{changes_json(event)}},
      event.decision.empty() ? Cell{} : Cell{render::RawJson{event.decision}},
  };
}

std::shared_ptr<render::Records> journal_records(const std::vector<Event>& journal) {
  auto records = std::make_shared<render::Records>();
  for (const Event& event : journal)
    records->push_back({{"sequence", event.sequence},
                        {"at", Cell{event.at}},
                        {"entered_at", Cell{event.entered_at}},
                        {"action", coded(event.action)},
                        {"who", event.who},
                        {"typed_by", event.typed_by},
                        {"reason", event.reason},
                        {"changes", Cell{render::RawJson{changes_json(event)}}},
                        {"decision", event.decision.empty() ? Cell{} : Cell{render::RawJson{event.decision}}}});
  return records;
}

std::string journal_line(Context& context, const Event& event) {
  const render::Style style = context.style();
  std::string line = text::brief(event.at, style.now, style.zone) + "  " + tr(label(event.action)) + ", " +
                     text::one_line(person_name(context.settings().landlord(), event.who));
  if (!event.typed_by.empty()) line += " " + tr(N_("(typed by {0})"), text::one_line(event.typed_by));
  if (event.entered_at - event.at >= std::chrono::minutes{15})
    line += " " + tr(N_("(typed in {0})"), text::brief(event.entered_at, style.now, style.zone));
  if (!event.reason.empty()) line += ": " + text::one_line(event.reason);
  return line;
}

}  // namespace regie::cli
