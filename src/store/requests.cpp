#include <algorithm>
#include <random>
#include <thread>

#include "store/migrations.hpp"
#include "store/store.hpp"

namespace regie {

/// "id, version, state, …": the order in which read_request() finds them.
const std::string& request_columns_sql() {
  static const std::string list = [] {
    std::string names = "id, version";
    for (const Field& field : request_fields()) names.append(", ").append(field.name);
    return names;
  }();
  return list;
}

Request read_request(const sql::Statement& row) {
  Request request;
  request.id = row.number(0);
  request.version = row.number(1);
  int column = 2;
  for (const Field& field : request_fields()) {
    if (!row.is_null(column)) set(request, field, row.value(column));
    ++column;
  }
  return request;
}

namespace {

const std::string& insert_sql() {
  static const std::string text = [] {
    std::string sql = "insert into request (id, version";
    std::string values = "$1, $2";
    int parameter = 2;
    for (const Field& field : request_fields()) {
      sql.append(", ").append(field.name);
      values.append(", $").append(std::to_string(++parameter));
    }
    // Not a field: what happened to a request does not say when somebody has to look at it.
    return sql + ", look_at) values (" + values + ", $" + std::to_string(++parameter) + ")";
  }();
  return text;
}

std::int64_t seconds(Instant instant) { return static_cast<std::int64_t>(instant.time_since_epoch().count()); }

/// Builds "where …" with its parameters. Only fixed text and numbers of parameters go into the SQL.
class Where {
 public:
  explicit Where(const Filter& filter) {
    if (filter.unfinished_only) add("state < 7");  // State::closed; as the partial index says it
    if (filter.out_of_contract_only) add("out_of_contract <> 0");
    if (filter.triage_only) add("state = 1 and triage is not null");
    if (filter.to_verify_only) add("state = 5 and check_required <> 0");  // State::done
    if (filter.tacit_only) add("tacit <> 0");
    if (filter.unanswered_only) {
      add("state < 7");
      add("(tenant_name is not null or tenant_phone is not null or tenant_email is not null)");
      add("answer_due_at < " + parameter(seconds(filter.now)));
    }
    if (filter.visit_after) add("state = 3 and visit_to > " + parameter(seconds(*filter.visit_after)));
    if (filter.visit_before) add("state = 3 and visit_from < " + parameter(seconds(*filter.visit_before)));
    if (filter.late_only) {
      add("state < 5");  // State::done
      add("due_at < " + parameter(seconds(filter.now)));
    }
    one_of("id", filter.ids);
    one_of("parent", filter.parents);
    one_of("state", filter.states);
    one_of("urgency", filter.urgencies);
    one_of("place", filter.places);
    one_of("channel", filter.channels);
    one_of("residence", filter.residences);
    one_of("dwelling", filter.dwellings);
    one_of("trade", filter.trades);
    one_of("provider", filter.providers);
    one_of("visit_by", filter.visit_by);
    if (filter.opened_from) add("opened_at >= " + parameter(seconds(*filter.opened_from)));
    if (filter.opened_before) add("opened_at < " + parameter(seconds(*filter.opened_before)));
  }

  const std::string& sql() const { return sql_; }

  void bind(sql::Statement& statement) const {
    int number = 0;
    for (const sql::Value& value : values_) statement.bind(++number, value);
  }

 private:
  void add(const std::string& condition) { sql_ += (sql_.empty() ? " where " : " and ") + condition; }

  std::string parameter(sql::Value value) {
    values_.push_back(std::move(value));
    return '$' + std::to_string(values_.size());
  }

  template <typename T>
  void one_of(const char* column, const std::vector<T>& wanted) {
    if (wanted.empty()) return;
    std::string list;
    bool nothing = false;
    for (const T& value : wanted) {
      if constexpr (std::is_same_v<T, std::string>) {
        if (value.empty()) {
          nothing = true;
          continue;
        }
        list += (list.empty() ? "" : ", ") + parameter(value);
      } else {
        list += (list.empty() ? "" : ", ") + parameter(static_cast<std::int64_t>(value));
      }
    }
    std::string condition;
    if (!list.empty()) condition = std::string(column) + " in (" + list + ")";
    if (nothing) condition += (condition.empty() ? "" : " or ") + std::string(column) + " is null";
    add('(' + condition + ')');
  }

  std::string sql_;
  std::vector<sql::Value> values_;
};

}  // namespace

Store::Store(const std::string& url, const sql::OpenOptions& options, Instant now)
    : database_(sql::open(url, options)), is_new_(database_.schema_version() == 0) {
  migrate(database_, seconds(now));
}

namespace {

/// True as long as the object is there.
class Mark {
 public:
  explicit Mark(bool& flag) : flag_(flag) { flag_ = true; }
  Mark(const Mark&) = delete;
  Mark& operator=(const Mark&) = delete;
  ~Mark() { flag_ = false; }

 private:
  bool& flag_;
};

}  // namespace

void Store::write_part(const std::function<bool()>& work) {
  const auto undo = [&] {
    last_id_.reset();
    policy_kept_ = false;
    try {
      database_.execute("rollback to savepoint part; release savepoint part");
    } catch (const Error&) {
      // A full disk may have undone the whole transaction: what would come now would be outside of it.
      throw sql::Interference(Trouble::busy, message(N_("the database has undone what was begun")));
    }
  };
  database_.execute("savepoint part");
  bool keep = false;
  try {
    keep = work();
  } catch (const sql::Interference&) {
    throw;  // the whole transaction runs again
  } catch (...) {
    undo();
    throw;
  }
  if (keep) database_.execute("release savepoint part");
  else undo();
}

void Store::write(const std::function<bool()>& work) {
  static constexpr int most_attempts = 10;
  static thread_local std::minstd_rand random{std::random_device{}()};
  if (writing_) return write_part(work);
  for (int attempt = 1;; ++attempt) try {
      auto one = transaction(sql::Transaction::Kind::write);
      const Mark mark(writing_);
      if (work()) one.commit();
      return;
    } catch (const sql::Interference&) {
      if (attempt == most_attempts) throw;
      // Not all at the same moment again: up to 2, 4, 8… ms.
      std::this_thread::sleep_for(std::chrono::microseconds{random() % (1000U << attempt)});
    }
}

sql::Statement& Store::statement(std::optional<sql::Statement>& kept, std::string_view sql) {
  if (!kept) kept = database_.prepare(sql);
  else kept->reset();  // whoever used it last may have thrown in the middle
  return *kept;
}

void Store::promise_under(std::string version, std::string text) {
  policy_version_ = std::move(version);
  policy_text_ = std::move(text);
  policy_kept_ = false;
}

void Store::keep_policy(const Request& row) {
  if (policy_kept_ || policy_text_.empty() || row.policy != policy_version_) return;
  auto insert = database_.prepare(
      "insert into policy (number, version, text) select coalesce(max(number), 0) + 1, $1, $2 from policy where true "
      "on conflict (version) do nothing");
  insert.bind(1, std::string_view(policy_version_)).bind(2, std::string_view(policy_text_)).run();
  policy_kept_ = true;
}

namespace {

/// Somebody looked.
bool is_inspection(const Change& change) { return change.event.action == Action::verify && !change.after.tacit; }

}  // namespace

void Store::keep_inspection(const Change& change) {
  auto insert =
      database_.prepare("insert into inspection (request, sequence, at, provider, passed) values ($1, $2, $3, $4, $5)");
  insert.bind(1, change.after.id).bind(2, change.event.sequence).bind(3, seconds(change.event.at));
  insert.bind(4, std::string_view(change.after.provider))
      .bind(5, std::int64_t{change.after.state == State::verified})
      .run();
}

std::vector<bool> Store::last_inspections(const std::string& provider, std::int64_t count, Instant before) {
  auto select = database_.prepare(
      "select passed from inspection where provider = $1 and at < $3 order by at desc, request desc, sequence desc "
      "limit $2");
  select.bind(1, std::string_view(provider)).bind(2, count).bind(3, seconds(before));
  std::vector<bool> passed;
  while (select.next()) passed.push_back(select.number(0) != 0);
  return passed;
}

std::optional<std::string> Store::policy(const std::string& version) {
  auto select = database_.prepare("select text from policy where version = $1");
  select.bind(1, std::string_view(version));
  std::optional<std::string> found;
  while (select.next()) found = select.text(0);
  return found;
}

std::optional<Request> Store::find(RequestId id) {
  static const std::string sql = "select " + request_columns_sql() + " from request where id = $1";
  auto& select = statement(find_request_, sql);
  const sql::Reading reading(select);
  select.bind(1, id);
  std::optional<Request> found;
  while (select.next()) found = read_request(select);
  return found;
}

std::optional<RequestId> Store::find_key(std::string_view key) {
  auto& select = statement(find_key_, "select id from request where key = $1");
  select.bind(1, key);
  std::optional<RequestId> found;
  while (select.next()) found = select.number(0);
  return found;
}

std::set<std::string, std::less<>> Store::taken(std::span<const std::string_view> keys) {
  static constexpr std::size_t at_once = 256;
  static const std::string sql = [] {
    std::string list;
    for (std::size_t i = 1; i <= at_once; ++i) list += (i == 1 ? "$" : ", $") + std::to_string(i);
    return "select key from request where key in (" + list + ")";
  }();
  std::set<std::string, std::less<>> found;
  for (std::size_t first = 0; first < keys.size(); first += at_once) {
    auto& select = statement(select_keys_, sql).clear();
    const auto some = keys.subspan(first, std::min(at_once, keys.size() - first));
    for (std::size_t i = 0; i < some.size(); ++i) select.bind(static_cast<int>(i) + 1, some[i]);
    while (select.next()) found.insert(select.text(0));
  }
  return found;
}

RequestId Store::add(std::vector<Change>& changes) {
  Request& row = changes.back().after;
  // Inside a write transaction nobody else can take this number; and rows are never deleted.
  if (!last_id_) {
    auto& select =
        statement(select_last_id_and_policy_,
                  "select coalesce(max(id), 0), (select count(*) from policy where version = $1) from request");
    select.bind(1, std::string_view(policy_version_));
    while (select.next()) {
      last_id_ = select.number(0);
      policy_kept_ = policy_kept_ || select.number(1) > 0;
    }
  }
  row.id = ++*last_id_;
  keep_policy(row);
  auto& insert = statement(insert_request_, insert_sql());
  insert.clear().bind(1, row.id).bind(2, row.version);
  int parameter = 2;
  for (const Field& field : request_fields()) {
    ++parameter;
    if (const auto* text = std::get_if<std::string Request::*>(&field.member)) {
      if (const std::string& value = row.*(*text); !value.empty()) insert.bind_reference(parameter, value);
    } else if (const Scalar value = get(row, field); !std::holds_alternative<std::monostate>(value)) {
      insert.bind(parameter, value);
    }
  }
  if (unfinished(row.state)) insert.bind(++parameter, seconds(row.changed_at));  // reminders look at it next
  insert.run();
  for (Change& change : changes) {
    change.after.id = row.id;
    change.event.request = row.id;
    append(change.event);
    if (is_inspection(change)) keep_inspection(change);
    if (change.attempt) {
      change.attempt->request = row.id;
      keep_attempt(database_, *change.attempt);
    }
  }
  return row.id;
}

void Store::save(const Change& change) {
  std::string assignments = "version = $1";
  int parameter = 3;
  for (const auto& [field, value] : change.event.changes)
    assignments += std::string(", ") + field->name + " = $" + std::to_string(++parameter);
  assignments += ", look_at = $" + std::to_string(++parameter);
  auto update = database_.prepare("update request set " + assignments + " where id = $2 and version = $3 returning id");
  update.bind(1, change.after.version).bind(2, change.after.id).bind(3, change.after.version - 1);
  parameter = 3;
  for (const auto& [field, value] : change.event.changes) {
    update.bind(++parameter, value);
    if (std::string_view(field->name) == "policy") keep_policy(change.after);
  }
  update.bind(++parameter, seconds(change.event.at));
  bool saved = false;
  while (update.next()) saved = true;
  if (!saved)
    throw Error(Trouble::busy,
                message(N_("request {0} was changed by somebody else in the meantime"), change.after.id));
  append(change.event);
  if (is_inspection(change)) keep_inspection(change);
  if (change.attempt) keep_attempt(database_, *change.attempt);
  forget_pack(change.after.id);
}

void Store::list(const Filter& filter, const std::vector<Order>& order, std::int64_t limit,
                 const std::function<bool(Request&&)>& each) {
  const Where where(filter);
  std::string sorting;
  for (const Order& by : order) {
    sorting += sorting.empty() ? "" : ", ";
    sorting += by.field == nullptr ? "id" : by.field->name;
    sorting += by.descending ? " desc nulls last" : " nulls last";
  }
  // As the partial index lies on every engine: it gives this order for nothing. What stands still comes last.
  sorting += order.empty() ? "urgency, coalesce(due_at, 253402300799), id" : ", id";
  std::string sql = "select " + request_columns_sql() + " from request" + where.sql() + " order by " + sorting;
  if (limit > 0) sql += " limit " + std::to_string(limit);
  auto select = database_.prepare(sql);
  where.bind(select);
  while (select.next())
    if (!each(read_request(select))) break;
}

std::vector<RequestId> Store::numbers(const Filter& filter, std::int64_t limit) {
  const Where where(filter);
  auto select =
      database_.prepare("select id from request" + where.sql() + " order by id limit " + std::to_string(limit));
  where.bind(select);
  std::vector<RequestId> found;
  while (select.next()) found.push_back(select.number(0));
  return found;
}

std::int64_t Store::count(const Filter& filter, std::int64_t at_most) {
  const Where where(filter);
  auto select = database_.prepare("select count(*) from (select 1 from request" + where.sql() + " limit " +
                                  std::to_string(at_most) + ") counted");
  where.bind(select);
  std::int64_t counted = 0;
  while (select.next()) counted = select.number(0);
  return counted;
}

std::int64_t Store::last_id() {
  auto& select = statement(select_last_id_, "select coalesce(max(id), 0) from request");
  std::int64_t last = 0;
  while (select.next()) last = select.number(0);
  return last;
}

}  // namespace regie
