// What rules ask about the past, in SQL. The statements are kept: an import asks the same few thousands of times.
#include "store/store.hpp"

namespace regie {

namespace {

std::int64_t seconds(Instant instant) { return static_cast<std::int64_t>(instant.time_since_epoch().count()); }

/// The parts of a query that are filled, each with its condition; `bits` says which they are.
struct Conditions {
  std::string sql;
  std::vector<sql::Value> values;
  unsigned bits = 0;

  explicit Conditions(const PastQuery& query) {
    add(true, "residence = ", query.residence);
    text(query.building, "building");
    text(query.dwelling, "dwelling");
    add(!query.trade.empty(), "trade = ", query.trade);
    add(!query.problem.empty(), "problem = ", query.problem);
    instant(query.received_from, "opened_at >= ");
    instant(query.received_to, "opened_at <= ");
    instant(query.done_from, "done_at >= ");
    instant(query.done_to, "done_at <= ");
    flag(query.unfinished, "state < 7");  // State::closed; as the partial index says it
  }

 private:
  unsigned next() { return 1U << position_++; }

  void flag(bool wanted, const std::string& condition) {
    const unsigned bit = next();
    if (!wanted) return;
    bits |= bit;
    sql += (sql.empty() ? " where " : " and ") + condition;
  }

  void add(bool wanted, const char* condition, sql::Value value) {
    if (wanted) values.push_back(std::move(value));
    flag(wanted, condition + ('$' + std::to_string(values.size())));
  }

  /// "" is kept as null.
  void text(const std::optional<std::string>& wanted, const char* column) {
    add(wanted && !wanted->empty(), (std::string(column) + " = ").c_str(), wanted.value_or(""));
    flag(wanted && wanted->empty(), std::string(column) + " is null");
  }

  void instant(const std::optional<Instant>& wanted, const char* condition) {
    add(wanted.has_value(), condition, wanted ? seconds(*wanted) : 0);
  }

  unsigned position_ = 0;
};

}  // namespace

std::vector<Request> Store::requests(const PastQuery& query) {
  const Conditions conditions(query);
  auto& select = statement(select_past_[conditions.bits], "select " + request_columns_sql() + " from request" +
                                                              conditions.sql + " order by opened_at, id");
  const sql::Reading reading(select);
  int number = 0;
  for (const sql::Value& value : conditions.values) select.bind(++number, value);
  std::vector<Request> found;
  while (select.next()) found.push_back(read_request(select));
  return found;
}

std::int64_t Store::orders(const std::string& provider, const std::string& trade, Instant from, Instant to) {
  static const std::string all =
      "select count(*) from request where provider = $1 and assigned_at >= $2 and assigned_at < $3";
  auto& count = trade.empty() ? statement(count_orders_, all) : statement(count_trade_orders_, all + " and trade = $4");
  const sql::Reading reading(count);
  count.bind(1, std::string_view(provider));
  count.bind(2, seconds(from));
  count.bind(3, seconds(to));
  if (!trade.empty()) count.bind(4, std::string_view(trade));
  std::int64_t orders = 0;
  while (count.next()) orders = count.number(0);
  return orders;
}

std::vector<Spent> Store::spent(const std::string& provider, Instant from, Instant to) {
  auto& sum = statement(sum_costs_,
                        "select residence, trade, sum(cost) from request where provider = $1 and assigned_at >= $2 and "
                        "assigned_at < $3 and cost is not null group by residence, trade order by residence, trade");
  const sql::Reading reading(sum);
  sum.bind(1, std::string_view(provider));
  sum.bind(2, seconds(from));
  sum.bind(3, seconds(to));
  std::vector<Spent> all;
  while (sum.next()) all.push_back({sum.text(0), sum.is_null(1) ? std::string() : sum.text(1), sum.number(2)});
  return all;
}

}  // namespace regie
