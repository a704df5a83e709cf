#include "store/intake.hpp"

#include "regie/error.hpp"
#include "store/values.hpp"

namespace regie {

namespace {

const std::string received_columns = "id, message_id, at, state, sender, subject, text, request, provider, reason";

ReceivedMail read_received(const sql::Statement& row) {
  const auto state = from_number<ReceivedState>(row.number(3));
  if (!state) throw Error(Trouble::refused, message(N_("the intake is damaged: a row has an unknown code")));
  return {.id = row.number(0),
          .message_id = row.text(1),
          .at = instant_in(row, 2),
          .state = *state,
          .sender = row.text(4),
          .subject = row.text(5),
          .text = row.text(6),
          .request = number_in(row, 7),
          .provider = row.text(8),
          .reason = row.text(9)};
}

std::int64_t one_number(sql::Database& database, const char* select_one) {
  auto select = database.prepare(select_one);
  std::int64_t number = 0;
  while (select.next()) number = select.number(0);
  return number;
}

}  // namespace

bool Intake::knows(std::string_view message_id) {
  auto select = database_.prepare("select 1 from received where message_id = $1");
  select.bind(1, message_id);
  bool found = false;
  while (select.next()) found = true;
  return found;
}

std::optional<ReceivedMail> Intake::find(std::int64_t id) {
  auto select = database_.prepare("select " + received_columns + " from received where id = $1");
  select.bind(1, id);
  std::optional<ReceivedMail> found;
  while (select.next()) found = read_received(select);
  return found;
}

std::vector<ReceivedMail> Intake::mails(bool waiting_only, std::int64_t limit) {
  std::string sql = "select " + received_columns + " from received";
  if (waiting_only) sql += " where state = 1";
  sql += " order by id desc";
  if (limit > 0) sql += " limit " + std::to_string(limit);
  auto select = database_.prepare(sql);
  std::vector<ReceivedMail> mails;
  while (select.next()) mails.push_back(read_received(select));
  return mails;
}

std::int64_t Intake::waiting() { return one_number(database_, "select count(*) from received where state = 1"); }

void Intake::add(ReceivedMail& mail) {
  mail.id = one_number(database_, "select coalesce(max(id), 0) from received") + 1;
  auto insert = database_.prepare("insert into received (" + received_columns +
                                  ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
  insert.bind(1, mail.id)
      .bind(2, std::string_view(mail.message_id))
      .bind(3, seconds(mail.at))
      .bind(4, static_cast<std::int64_t>(mail.state))
      .bind(5, stored(mail.sender))
      .bind(6, stored(mail.subject))
      .bind(7, stored(mail.text))
      .bind(8, mail.request ? sql::Value{*mail.request} : sql::Value{})
      .bind(9, stored(mail.provider))
      .bind(10, stored(mail.reason))
      .run();
}

void Intake::update(const ReceivedMail& mail) {
  database_.prepare("update received set state = $2, text = $3, reason = $4 where id = $1")
      .bind(1, mail.id)
      .bind(2, static_cast<std::int64_t>(mail.state))
      .bind(3, stored(mail.text))
      .bind(4, stored(mail.reason))
      .run();
}

void Intake::forget_senders(Instant before) {
  database_
      .prepare(
          "update received set sender = null, subject = null "
          "where state > 1 and at < $1 and (sender is not null or subject is not null)")
      .bind(1, seconds(before))
      .run();
}

std::vector<FailingAddress> Intake::failing() {
  auto select = database_.prepare("select address, since, reason from failing_address order by number desc");
  std::vector<FailingAddress> all;
  while (select.next()) all.push_back({select.text(0), instant_in(select, 1), select.text(2)});
  return all;
}

void Intake::mark_failing(const FailingAddress& address) {
  database_
      .prepare(
          "insert into failing_address (number, address, since, reason) "
          "select coalesce(max(number), 0) + 1, $1, $2, $3 from failing_address where true "
          "on conflict (address) do update set reason = excluded.reason")
      .bind(1, std::string_view(address.address))
      .bind(2, seconds(address.since))
      .bind(3, stored(address.reason))
      .run();
}

}  // namespace regie
