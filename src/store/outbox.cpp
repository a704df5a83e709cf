#include "store/outbox.hpp"

#include "regie/fingerprint.hpp"
#include "store/store.hpp"
#include "store/values.hpp"

namespace regie {

const std::string notice_columns =
    "id, key, kind, state, request, provider, rule, occasion, base, slot, urgent, leave_at, recipient, name, mail, "
    "said, "
    "reason";
const std::string mail_columns =
    "id, kind, state, urgent, recipient, name, message_id, request, created_at, changed_at, next_at, attempts, doubts, "
    "spool, "
    "reason, subject, message";

namespace {

template <typename E>
E code_in(const sql::Statement& row, int column) {
  if (const auto value = from_number<E>(row.number(column))) return *value;
  throw Error(Trouble::refused, message(N_("the outbox is damaged: a row has an unknown code")));
}

template <>
NoticeState code_in<NoticeState>(const sql::Statement& row, int column) {
  const std::int64_t number = row.number(column);
  if (number < static_cast<int>(NoticeState::waiting) || number > static_cast<int>(NoticeState::dropped))
    throw Error(Trouble::refused, message(N_("the outbox is damaged: a row has an unknown code")));
  return static_cast<NoticeState>(number);
}

Notice read_notice(const sql::Statement& row) {
  return {.id = row.number(0),
          .key = row.text(1),
          .kind = code_in<NoticeKind>(row, 2),
          .state = code_in<NoticeState>(row, 3),
          .request = number_in(row, 4),
          .provider = row.text(5),
          .rule = row.text(6),
          .occasion = row.is_null(7) ? std::nullopt : std::optional(code_in<Occasion>(row, 7)),
          .base = row.is_null(8) ? std::nullopt : std::optional(instant_in(row, 8)),
          .slot = instant_in(row, 9),
          .urgent = row.number(10) != 0,
          .leave_at = instant_in(row, 11),
          .recipient = row.text(12),
          .name = row.text(13),
          .mail = number_in(row, 14),
          .said = row.text(15),
          .reason = row.text(16)};
}

Mail read_mail(const sql::Statement& row) {
  return {.id = row.number(0),
          .kind = code_in<MailKind>(row, 1),
          .state = code_in<MailState>(row, 2),
          .urgent = row.number(3) != 0,
          .recipient = row.text(4),
          .name = row.text(5),
          .message_id = row.text(6),
          .request = number_in(row, 7),
          .created_at = instant_in(row, 8),
          .changed_at = instant_in(row, 9),
          .next_at = instant_in(row, 10),
          .attempts = row.number(11),
          .doubts = row.number(12),
          .spool = row.text(13),
          .reason = row.text(14),
          .subject = row.text(15),
          .message = row.text(16)};
}

std::vector<Notice> read_notices(sql::Statement& select) {
  std::vector<Notice> notices;
  while (select.next()) notices.push_back(read_notice(select));
  return notices;
}

/// "($1, $2, …, $n)"
std::string parameters(std::size_t count) {
  std::string list = "(";
  for (std::size_t i = 1; i <= count; ++i) list += (i == 1 ? "$" : ", $") + std::to_string(i);
  return list + ')';
}

}  // namespace

sql::Statement& Outbox::statement(std::optional<sql::Statement>& kept, std::string_view sql) {
  if (!kept) kept = database_.prepare(sql);
  else kept->reset();  // whoever used it last may have thrown in the middle
  return *kept;
}

std::string Outbox::ladder() {
  auto select = database_.prepare("select ladder from outbox where id = 1");
  std::string version;
  while (select.next()) version = select.text(0);
  return version;
}

std::optional<Instant> Outbox::ran_at() {
  auto select = database_.prepare("select ran_at from outbox where id = 1 and ran_at is not null");
  std::optional<Instant> at;
  while (select.next()) at = instant_in(select, 0);
  return at;
}

Outbox::Told Outbox::told() {
  auto select = database_.prepare("select told, told_at from outbox where id = 1");
  Told told;
  while (select.next()) {
    told.lines = select.text(0);
    if (!select.is_null(1)) told.at = instant_in(select, 1);
  }
  return told;
}

void Outbox::note_told(const Told& told) {
  database_.prepare("update outbox set told = $1, told_at = $2 where id = 1")
      .bind(1, stored(told.lines))
      .bind(2, stored(told.at))
      .run();
}

std::int64_t Outbox::started() {
  auto select = database_.prepare("select started from outbox where id = 1");
  std::int64_t started = 0;
  while (select.next()) started = select.number(0);
  return started;
}

void Outbox::note_started(std::int64_t deliveries) {
  database_.prepare("update outbox set started = $1 where id = 1").bind(1, deliveries).run();
}

void Outbox::note_ladder(const std::string& version) {
  database_.prepare("update outbox set ladder = $1 where id = 1").bind(1, stored(version)).run();
}

void Outbox::note_run(Instant at) {
  database_.prepare("update outbox set ran_at = $1 where id = 1").bind(1, seconds(at)).run();
}

void Outbox::look_at_all(Instant now) {
  database_
      .prepare(
          "update request set look_at = $1 where state < 7 or id in (select request from notice where request is not "
          "null)")
      .bind(1, seconds(now))
      .run();
}

void Outbox::bring_back(Instant latest, Instant now) {
  database_.prepare("update mail set next_at = $1, changed_at = $1 where state = 1 and next_at > $2")
      .bind(1, seconds(now))
      .bind(2, seconds(latest))
      .run();
}

std::vector<Request> Outbox::to_look_at(Instant now, std::int64_t limit) {
  auto select = database_.prepare(
      "select " + request_columns_sql() +
      " from request where look_at is not null and look_at <= $1 order by look_at, id limit " + std::to_string(limit));
  select.bind(1, seconds(now));
  std::vector<Request> requests;
  while (select.next()) requests.push_back(read_request(select));
  return requests;
}

void Outbox::looked_at(RequestId id, std::optional<Instant> next) {
  statement(update_look_, "update request set look_at = $1 where id = $2").bind(1, stored(next)).bind(2, id).run();
}

std::vector<Notice> Outbox::notices_of(RequestId request) {
  static const std::string sql = "select " + notice_columns + " from notice where request = $1 order by id";
  auto& select = statement(select_notices_of_, sql);
  const sql::Reading reading(select);
  return read_notices(select.bind(1, request));
}

std::optional<Notice> Outbox::find_notice(std::string_view key) {
  static const std::string sql = "select " + notice_columns + " from notice where key = $1";
  auto& select = statement(select_notice_, sql);
  const sql::Reading reading(select);
  auto found = read_notices(select.bind(1, key));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::vector<Notice> Outbox::notices_in(std::int64_t mail) {
  static const std::string sql = "select " + notice_columns + " from notice where mail = $1 order by id";
  auto& select = statement(select_notices_in_, sql);
  const sql::Reading reading(select);
  return read_notices(select.bind(1, mail));
}

std::vector<Notice> Outbox::leaving(Instant now) {
  auto select = database_.prepare("select " + notice_columns +
                                  " from notice where state = 1 and leave_at <= $1 order by recipient, id");
  return read_notices(select.bind(1, seconds(now)));
}

std::vector<Notice> Outbox::held_notices() {
  auto select = database_.prepare("select " + notice_columns + " from notice where state = 3 order by id");
  return read_notices(select);
}

std::int64_t Outbox::count_held() {
  auto select = database_.prepare("select count(*) from notice where state = 3");
  std::int64_t held = 0;
  while (select.next()) held = select.number(0);
  return held;
}

void Outbox::add(Notice& notice) {
  static const std::string sql =
      "insert into notice (" + notice_columns + ") values " + parameters(notice_column_count);
  auto& last = statement(select_last_notice_, "select coalesce(max(id), 0) from notice");
  while (last.next()) notice.id = last.number(0) + 1;
  auto& insert = statement(insert_notice_, sql);
  insert.bind(1, notice.id)
      .bind(2, std::string_view(notice.key))
      .bind(3, static_cast<std::int64_t>(notice.kind))
      .bind(4, static_cast<std::int64_t>(notice.state))
      .bind(5, stored(notice.request))
      .bind(6, stored(notice.provider))
      .bind(7, stored(notice.rule))
      .bind(8, notice.occasion ? sql::Value{static_cast<std::int64_t>(*notice.occasion)} : sql::Value{})
      .bind(9, stored(notice.base))
      .bind(10, seconds(notice.slot))
      .bind(11, std::int64_t{notice.urgent})
      .bind(12, seconds(notice.leave_at))
      .bind(13, std::string_view(notice.recipient))
      .bind(14, stored(notice.name))
      .bind(15, stored(notice.mail))
      .bind(16, stored(notice.said))
      .bind(17, stored(notice.reason))
      .run();
}

void Outbox::update(const Notice& notice) {
  statement(update_notice_,
            "update notice set state = $2, leave_at = $3, recipient = $4, name = $5, mail = $6, said = $7, "
            "reason = $8, urgent = $9 where id = $1")
      .bind(1, notice.id)
      .bind(2, static_cast<std::int64_t>(notice.state))
      .bind(3, seconds(notice.leave_at))
      .bind(4, std::string_view(notice.recipient))
      .bind(5, stored(notice.name))
      .bind(6, stored(notice.mail))
      .bind(7, stored(notice.said))
      .bind(8, stored(notice.reason))
      .bind(9, std::int64_t{notice.urgent})
      .run();
}

std::optional<Mail> Outbox::find_mail(std::int64_t id) {
  static const std::string sql = "select " + mail_columns + " from mail where id = $1";
  auto& select = statement(select_mail_, sql);
  const sql::Reading reading(select);
  select.bind(1, id);
  std::optional<Mail> found;
  while (select.next()) found = read_mail(select);
  return found;
}

std::optional<Mail> Outbox::find_message_id(std::string_view message_id) {
  auto select = database_.prepare("select " + mail_columns + " from mail where message_id = $1");
  select.bind(1, message_id);
  std::optional<Mail> found;
  while (select.next()) found = read_mail(select);
  return found;
}

std::vector<Mail> Outbox::mails(const std::vector<MailState>& states, std::int64_t limit) {
  std::string list;
  for (const MailState state : states) list += (list.empty() ? "" : ", ") + std::to_string(static_cast<int>(state));
  std::string sql = "select " + mail_columns + " from mail where state in (" + list + ") order by id desc";
  if (limit > 0) sql += " limit " + std::to_string(limit);
  auto select = database_.prepare(sql);
  std::vector<Mail> found;
  while (select.next()) found.push_back(read_mail(select));
  return found;
}

std::vector<std::int64_t> Outbox::ready(Instant now, std::int64_t limit) {
  auto select =
      database_.prepare("select id from mail where state = 1 and next_at <= $1 order by urgent desc, kind, id limit " +
                        std::to_string(limit));
  select.bind(1, seconds(now));
  std::vector<std::int64_t> ids;
  while (select.next()) ids.push_back(select.number(0));
  return ids;
}

std::int64_t Outbox::last_mail() {
  auto& select = statement(select_last_mail_, "select coalesce(max(id), 0) from mail");
  std::int64_t last = 0;
  while (select.next()) last = select.number(0);
  return last;
}

std::optional<std::int64_t> Outbox::unsent_to(const std::string& recipient) {
  auto select = database_.prepare(
      "select id from mail where state = 1 and recipient = $1 and kind = 4 and urgent = 0 order by id limit 1");
  select.bind(1, std::string_view(recipient));
  std::optional<std::int64_t> found;
  while (select.next()) found = select.number(0);
  return found;
}

std::vector<Mail> Outbox::often_refused() {
  auto select =
      database_.prepare("select " + mail_columns + " from mail where state = 1 and attempts > 2 order by id desc");
  std::vector<Mail> found;
  while (select.next()) found.push_back(read_mail(select));
  return found;
}

std::int64_t Outbox::written_to(const std::string& recipient, Instant since) {
  auto select = database_.prepare(
      "select count(*) from mail where recipient = $1 and created_at >= $2 and kind = 4 and urgent = 0 and state < 6");
  select.bind(1, std::string_view(recipient)).bind(2, seconds(since));
  std::int64_t mails = 0;
  while (select.next()) mails = select.number(0);
  return mails;
}

std::string Outbox::thread(RequestId request, const std::string& recipient) {
  auto select = database_.prepare(
      "select message_id from mail where request = $1 and recipient = $2 and state = 5 order by id limit 1");
  select.bind(1, request).bind(2, std::string_view(recipient));
  std::string first;
  while (select.next()) first = select.text(0);
  return first;
}

void Outbox::add(const Mail& mail) {
  static const std::string sql = "insert into mail (" + mail_columns + ") values " + parameters(mail_column_count);
  auto& insert = statement(insert_mail_, sql);
  insert.bind(1, mail.id)
      .bind(2, static_cast<std::int64_t>(mail.kind))
      .bind(3, static_cast<std::int64_t>(mail.state))
      .bind(4, std::int64_t{mail.urgent})
      .bind(5, std::string_view(mail.recipient))
      .bind(6, stored(mail.name))
      .bind(7, std::string_view(mail.message_id))
      .bind(8, stored(mail.request))
      .bind(9, seconds(mail.created_at))
      .bind(10, seconds(mail.changed_at))
      .bind(11, seconds(mail.next_at))
      .bind(12, mail.attempts)
      .bind(13, mail.doubts)
      .bind(14, stored(mail.spool))
      .bind(15, stored(mail.reason))
      .bind(16, stored(mail.subject))
      .bind(17, stored(mail.message))
      .run();
}

void Outbox::update(const Mail& mail) {
  statement(update_mail_,
            "update mail set state = $2, changed_at = $3, next_at = $4, attempts = $5, spool = $6, reason = $7, "
            "subject = $8, message = $9, name = $10, recipient = $11, doubts = $12, request = $13 where id = $1")
      .bind(1, mail.id)
      .bind(2, static_cast<std::int64_t>(mail.state))
      .bind(3, seconds(mail.changed_at))
      .bind(4, seconds(mail.next_at))
      .bind(5, mail.attempts)
      .bind(6, stored(mail.spool))
      .bind(7, stored(mail.reason))
      .bind(8, stored(mail.subject))
      .bind(9, stored(mail.message))
      .bind(10, stored(mail.name))
      .bind(11, std::string_view(mail.recipient))
      .bind(12, mail.doubts)
      .bind(13, stored(mail.request))
      .run();
}

void Outbox::forget_messages(Instant settled_before) {
  database_.prepare("update mail set message = null where state >= 5 and changed_at < $1 and message is not null")
      .bind(1, seconds(settled_before))
      .run();
}

std::optional<std::string> Outbox::failing(const std::string& address) {
  auto& select = statement(select_failing_, "select reason from failing_address where lower(address) = lower($1)");
  select.bind(1, std::string_view(address));
  std::optional<std::string> reason;
  while (select.next()) reason = select.text(0);
  return reason;
}

void Outbox::forgive(const std::string& address) {
  // Whatever waited for that.
  database_.prepare("update mail set state = 1 where state = 4 and lower(recipient) = lower($1)")
      .bind(1, std::string_view(address))
      .run();
  database_.prepare("delete from failing_address where lower(address) = lower($1)")
      .bind(1, std::string_view(address))
      .run();
}

std::vector<Outbox::Tally> Outbox::tally(Instant from, Instant before) {
  auto select = database_.prepare(
      "select kind, state, count(*) from mail where created_at >= $1 and created_at < $2 group by kind, state order by "
      "kind, state");
  select.bind(1, seconds(from)).bind(2, seconds(before));
  std::vector<Tally> found;
  while (select.next()) {
    const auto kind = from_number<MailKind>(select.number(0));
    const auto state = from_number<MailState>(select.number(1));
    if (kind && state) found.push_back({*kind, *state, select.number(2)});
  }
  return found;
}

}  // namespace regie
