#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <array>

#include "store/store.hpp"

namespace regie {

std::string encode_changes(const FieldChanges& changes) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.StartObject();
  for (const auto& [field, value] : changes) {
    writer.Key(field->name);
    if (const auto* number = std::get_if<std::int64_t>(&value)) writer.Int64(*number);
    else if (const auto* text = std::get_if<std::string>(&value))
      writer.String(text->data(), static_cast<rapidjson::SizeType>(text->size()));
    else writer.Null();
  }
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

FieldChanges decode_changes(std::string_view json) {
  const auto damaged = [] {
    return Error(Trouble::refused, message(N_("a journal entry is damaged: its changes cannot be read")));
  };
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (document.HasParseError() || !document.IsObject()) throw damaged();
  FieldChanges changes;
  for (const auto& member : document.GetObject()) {
    const Field* field = find_field({member.name.GetString(), member.name.GetStringLength()});
    if (field == nullptr) throw damaged();
    Scalar value;
    if (member.value.IsInt64()) value = member.value.GetInt64();
    else if (member.value.IsString()) value = std::string(member.value.GetString(), member.value.GetStringLength());
    else if (!member.value.IsNull()) throw damaged();
    changes.emplace_back(field, std::move(value));
  }
  return changes;
}

void Store::append(const Event& event) {
  const auto bind_text = [](sql::Statement& statement, int parameter, const std::string& text) {
    if (text.empty()) statement.bind(parameter, nullptr);
    else statement.bind_reference(parameter, text);
  };
  auto& insert = statement(
      insert_event_,
      "insert into journal (request, sequence, at, entered_at, action, who, typed_by, reason, changes, decision)"
      " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
  insert.bind(1, event.request)
      .bind(2, event.sequence)
      .bind(3, static_cast<std::int64_t>(event.at.time_since_epoch().count()))
      .bind(4, static_cast<std::int64_t>(event.entered_at.time_since_epoch().count()))
      .bind(5, static_cast<std::int64_t>(event.action))
      .bind_reference(6, event.who);
  bind_text(insert, 7, event.typed_by);
  bind_text(insert, 8, event.reason);
  const std::string changes = encode_changes(event.changes);
  insert.bind_reference(9, changes);
  bind_text(insert, 10, event.decision);
  insert.run();
}

const std::string& journal_columns_sql() {
  static const std::string list = "request, sequence, at, entered_at, action, who, typed_by, reason, changes, decision";
  return list;
}

Event read_event(const sql::Statement& row) {
  const auto action = from_number<Action>(row.number(4));
  if (!action)
    throw Error(Trouble::refused, message(N_("a journal entry of request {0} has an unknown action"), row.number(0)));
  return {.request = row.number(0),
          .sequence = row.number(1),
          .action = *action,
          .at = Instant{std::chrono::seconds{row.number(2)}},
          .entered_at = Instant{std::chrono::seconds{row.number(3)}},
          .who = row.text(5),
          .typed_by = row.text(6),
          .reason = row.text(7),
          .changes = decode_changes(row.text(8)),
          .decision = row.text(9)};
}

std::vector<Event> Store::journal(RequestId id) {
  static const std::string sql =
      "select " + journal_columns_sql() + " from journal where request = $1 order by sequence";
  auto& select = statement(select_journal_, sql);
  const sql::Reading reading(select);
  select.bind(1, id);
  std::vector<Event> events;
  while (select.next()) events.push_back(read_event(select));
  return events;
}

void Store::each_opening_beside(const std::function<void(const Event&)>& each) {
  auto select = database_.prepare("select " + journal_columns_sql() +
                                  " from journal join request on request.id = journal.request"
                                  " where sequence = 1 and (parent is not null or (decision is null and exists"
                                  " (select 1 from journal second where second.request = journal.request"
                                  " and second.sequence = 2 and second.action = 2"  // Action::assign
                                  " and second.decision is not null)))");
  while (select.next()) each(read_event(select));
}

void Store::each_late_entry(std::chrono::seconds at_least, std::optional<Instant> from, std::optional<Instant> before,
                            const std::function<void(const Event&)>& each) {
  std::string sql =
      "select " + journal_columns_sql() + " from journal where entered_at - at >= " + std::to_string(at_least.count());
  if (from) sql += " and entered_at >= " + std::to_string(from->time_since_epoch().count());
  if (before) sql += " and entered_at < " + std::to_string(before->time_since_epoch().count());
  auto select = database_.prepare(sql + " order by entered_at, request, sequence");
  while (select.next()) each(read_event(select));
}

void Store::each_order(std::optional<Instant> from, std::optional<Instant> before,
                       const std::function<void(const Event&)>& each) {
  static constexpr std::array about_orders{Action::open, Action::assign, Action::decline, Action::reopen};
  std::string actions;
  for (const Action action : about_orders)
    actions += (actions.empty() ? "" : ", ") + std::to_string(static_cast<int>(action));
  std::string sql = "select " + journal_columns_sql() + " from journal";
  if (from || before) sql += " join request on request.id = journal.request";
  sql += " where (decision is not null or action in (" + actions + "))";
  const auto limit = [&](const std::optional<Instant>& at, const char* condition) {
    if (at) sql += condition + std::to_string(at->time_since_epoch().count());
  };
  limit(from, " and opened_at >= ");
  limit(before, " and opened_at < ");
  auto select = database_.prepare(sql + " order by journal.request, sequence");
  while (select.next()) each(read_event(select));
}

}  // namespace regie
