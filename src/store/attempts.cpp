// What rows no longer tell, kept beside them.
#include <array>

#include "store/store.hpp"
#include "store/values.hpp"

namespace regie {

const std::string& attempt_columns_sql() {
  static const std::string list =
      "request, sequence, how, at, urgency, target_at, stopped, policy, provider, assigned_at, accepted_at, "
      "promised_at, "
      "callback, out_of_contract, visit_from, done_at, cost, check_required, verified_at, tacit, closed_at, rating, "
      "penalty, state";
  return list;
}

Attempt read_attempt(const sql::Statement& row) {
  const auto how = from_number<AttemptEnd>(row.number(2));
  const auto urgency = from_number<Urgency>(row.number(4));
  const auto state = from_number<State>(row.number(23));
  if (!how || !urgency || !state)
    throw Error(Trouble::refused, message(N_("an attempt of request {0} cannot be read"), row.number(0)));
  const auto instant = [&](int column) {
    return row.is_null(column) ? std::nullopt : std::optional(instant_in(row, column));
  };
  return {.request = row.number(0),
          .sequence = row.number(1),
          .how = *how,
          .at = instant_in(row, 3),
          .state = *state,
          .urgency = *urgency,
          .target_at = instant(5),
          .stopped = row.number(6),
          .policy = row.text(7),
          .provider = row.text(8),
          .assigned_at = instant(9),
          .accepted_at = instant(10),
          .promised_at = instant(11),
          .callback = row.number(12) != 0,
          .out_of_contract = row.number(13) != 0,
          .visit_from = instant(14),
          .done_at = instant(15),
          .cost = number_in(row, 16),
          .check_required = row.number(17) != 0,
          .verified_at = instant(18),
          .tacit = row.number(19) != 0,
          .closed_at = instant(20),
          .rating = number_in(row, 21),
          .penalty = row.is_null(22) ? std::nullopt : from_number<PenaltyState>(row.number(22))};
}

void keep_attempt(sql::Database& database, const Attempt& attempt) {
  auto insert = database.prepare("insert into attempt (" + attempt_columns_sql() +
                                 ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
                                 "$17, $18, $19, $20, $21, $22, $23, $24)");
  const std::array<sql::Value, attempt_column_count> values{
      attempt.request,
      attempt.sequence,
      static_cast<std::int64_t>(attempt.how),
      seconds(attempt.at),
      static_cast<std::int64_t>(attempt.urgency),
      stored(attempt.target_at),
      attempt.stopped,
      stored(attempt.policy),
      stored(attempt.provider),
      stored(attempt.assigned_at),
      stored(attempt.accepted_at),
      stored(attempt.promised_at),
      std::int64_t{attempt.callback},
      std::int64_t{attempt.out_of_contract},
      stored(attempt.visit_from),
      stored(attempt.done_at),
      stored(attempt.cost),
      std::int64_t{attempt.check_required},
      stored(attempt.verified_at),
      std::int64_t{attempt.tacit},
      stored(attempt.closed_at),
      stored(attempt.rating),
      attempt.penalty ? sql::Value{static_cast<std::int64_t>(*attempt.penalty)} : sql::Value{},
      static_cast<std::int64_t>(attempt.state)};
  int parameter = 0;
  for (const sql::Value& value : values) insert.bind(++parameter, value);
  insert.run();
}

void fill_attempts(sql::Database& database) {
  std::vector<Attempt> found;
  {
    auto select = database.prepare("select " + journal_columns_sql() + " from journal order by request, sequence");
    std::vector<Event> journal;
    const auto read = [&] {
      for (Attempt& attempt : attempts(journal)) found.push_back(std::move(attempt));
      journal.clear();
    };
    while (select.next()) {
      Event event = read_event(select);
      if (!journal.empty() && journal.front().request != event.request) read();
      journal.push_back(std::move(event));
    }
    read();
  }
  for (const Attempt& attempt : found) keep_attempt(database, attempt);
}

std::vector<Attempt> Store::attempts_of(RequestId first, RequestId last) {
  auto select = database_.prepare("select " + attempt_columns_sql() +
                                  " from attempt where request >= $1 and request <= $2 order by request, sequence");
  select.bind(1, first).bind(2, last);
  std::vector<Attempt> found;
  while (select.next()) found.push_back(read_attempt(select));
  return found;
}

}  // namespace regie
