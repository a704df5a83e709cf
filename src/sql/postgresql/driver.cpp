// The PostgreSQL driver. Writers take turns, as they do on SQLite: a write transaction first locks the one row of the
// table `regie`, so that what it has read stays true until it commits, whatever rule it decides by. The lock is a
// row lock and not an advisory or table lock because every database that speaks this protocol has those.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <deque>
#include <thread>

#include "sql/module.hpp"
#include "sql/postgresql/connection.hpp"

namespace regie::sql::postgresql {

namespace {

// The table that says "this is a desk", whose row is locked by whoever writes: for that a role must be allowed to
// update a column, which is what `turn` is for. Made here and not by a migration, because migrations need its lock.
constexpr const char* make_desk = R"(
create table if not exists regie (schema_version bigint not null, turn bigint);
insert into regie (schema_version) select 0 where not exists (select 1 from regie);)";
// Since when the server has forgotten nothing. After a crash it may give the number of a transaction that it forgot to
// another one: then a number says nothing. A crash resets the statistics, which every role may ask about.
#define REGIE_SERVER_LIFE \
  "(pg_postmaster_start_time() || '/' || coalesce((select stats_reset::text from pg_stat_bgwriter), ''))"
constexpr const char* take_turn = "select pg_current_xact_id() || ' ' || " REGIE_SERVER_LIFE " from regie for update";

// "" where a desk stands, or is just being made. What belongs to an extension is nobody's.
constexpr const char* find_others_tables = R"(
with here as (select c.oid, c.relname from pg_class c
  where c.relnamespace = (select oid from pg_namespace where nspname = current_schema())
    and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and not exists (select 1 from pg_depend d
      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'))
select coalesce(string_agg(relname, ', ' order by relname), '')
  from (select relname from here where not exists (select 1 from here where relname = 'regie')
        order by relname limit 5) others)";

constexpr const char* lock_makers = "begin; select pg_advisory_xact_lock(1380271945)";  // "REGI"; gone with commit

class PostgresStatement final : public Statement::Driver, private Reader {
 public:
  PostgresStatement(Connection& connection, std::string_view sql, std::string name)
      : connection_(connection), sql_(sql), name_(std::move(name)) {}
  PostgresStatement(const PostgresStatement&) = delete;
  PostgresStatement& operator=(const PostgresStatement&) = delete;
  ~PostgresStatement() override { reset(); }

  Failed start(std::span<const Parameter> parameters) noexcept override {
    if (auto failure = prepare_when_repeated()) return failure;
    if (auto failure = connection_.ask(query(parameters), *this)) return failure;
    reading_ = true;
    return nullptr;
  }

  Failed next(bool& is_row) noexcept override {
    row_.reset();
    Failed failure;
    if (!kept_.empty()) {
      row_ = std::move(kept_.front());
      kept_.pop_front();
    } else if (reading_) {
      failure = connection_.next_row(row_);
      reading_ = row_ != nullptr;
    } else {
      failure = std::move(late_failure_);
    }
    is_row = row_ != nullptr;
    return failure;
  }

  Failed run(std::span<const Parameter> parameters) noexcept override {
    auto failure = prepare_when_repeated();
    if (!failure) failure = connection_.queue(query(parameters));
    if (!failure && !connection_.in_transaction) failure = connection_.settle();
    return failure;
  }

  void reset() noexcept override {
    if (reading_) connection_.finish_reading();
    reading_ = false;
    row_.reset();
    kept_.clear();
    late_failure_.reset();
  }

  const PGresult* row() const { return row_.get(); }

  Cell cell(int column) noexcept override {
    if (PQgetisnull(row_.get(), 0, column) == 1) return {};
    const std::string_view text(PQgetvalue(row_.get(), 0, column),
                                static_cast<std::size_t>(PQgetlength(row_.get(), 0, column)));
    if (!is_number(PQftype(row_.get(), column))) return text;
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  }

 private:
  static bool is_number(Oid type) {
    constexpr std::array<Oid, 4> numbers{20, 21, 23, 1700};  // int8, int2, int4, and numeric: a sum() of int8
    return std::find(numbers.begin(), numbers.end(), type) != numbers.end();
  }

  /// What runs once is sent as it is; from the second time on the server keeps what it has understood. After a failure
  /// nobody knows whether it came to that: it is prepared again, under another name.
  Failed prepare_when_repeated() {
    if (runs_++ == 0 || prepared_in_ == connection_.generation()) return nullptr;
    prepared_in_ = connection_.generation();
    prepared_name_ = name_ + "_" + std::to_string(prepared_in_);
    return connection_.queue_preparation(prepared_name_.c_str(), sql_.c_str());
  }

  Query query(std::span<const Parameter> parameters) const {
    const bool is_prepared = prepared_in_ == connection_.generation();
    return {sql_.c_str(), parameters, is_prepared ? prepared_name_.c_str() : nullptr};
  }

  void keep_rest() override {
    Result row;
    while (reading_) {
      late_failure_ = connection_.next_row(row);
      reading_ = row != nullptr;
      if (reading_) kept_.push_back(std::move(row));
    }
  }

  Connection& connection_;
  std::string sql_;
  std::string name_;
  int runs_ = 0;
  int prepared_in_ = 0;  ///< Connection::generation() that knows it as prepared_name_
  std::string prepared_name_;
  bool reading_ = false;
  Result row_;
  std::deque<Result> kept_;  ///< rows read ahead because somebody asked something else
  Failed late_failure_;      ///< what ended the reading ahead
};

/// What a database holds besides rows, told so that two of them can be compared: the schema that holds the table
/// `regie`, which itself is left out.
constexpr const char* describe_schema = R"(
with here as (select oid, nspname from pg_namespace
              where oid = (select relnamespace from pg_class where oid = 'regie'::regclass)),
     tables as (select c.oid, c.relname, here.nspname from pg_class c join here on c.relnamespace = here.oid
                where c.relkind in ('r', 'p') and c.relname <> 'regie')
select 'column ' || t.relname || '.' || a.attname,
       format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end ||
         coalesce(' collate ' || l.collname, '')
  from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
  left join pg_collation l on l.oid = a.attcollation
union all
select 'index ' || c.relname,
       replace(replace(pg_get_indexdef(i.indexrelid), quote_ident(t.nspname) || '.', ''), 'pg_temp.', '')
  from tables t join pg_index i on i.indrelid = t.oid join pg_class c on c.oid = i.indexrelid
union all
select 'constraint ' || k.conname,
       replace(replace(pg_get_constraintdef(k.oid), quote_ident(t.nspname) || '.', ''), 'pg_temp.', '')
  from tables t join pg_constraint k on k.conrelid = t.oid
union all
select 'trigger ' || g.tgname, pg_get_triggerdef(g.oid)
  from tables t join pg_trigger g on g.tgrelid = t.oid where not g.tgisinternal)";

constexpr const char* find_damage = R"(
select 'index ' || i.indexrelid::regclass from pg_index i
 where not i.indisvalid and i.indrelid in (to_regclass('request'), to_regclass('journal'))
union all
select 'constraint ' || conname from pg_constraint
 where not convalidated and conrelid in (to_regclass('request'), to_regclass('journal')))";

class PostgresDatabase final : public Database::Driver {
 public:
  explicit PostgresDatabase(const OpenOptions& options) : connection_(options) {}

  Failed open(const std::string& url, Access access) {
    url_ = url;
    if (auto failure = connection_.open(url)) return failure;
    return access == Access::create ? become_desk() : nullptr;
  }

  Failed execute(std::string_view sql) noexcept override { return connection_.run_script(std::string(sql)); }

  Failed prepare(std::string_view sql, std::unique_ptr<Statement::Driver>& made) noexcept override {
    made = std::make_unique<PostgresStatement>(connection_, sql, "s" + std::to_string(++statements_));
    return nullptr;
  }

  Failed begin(Transaction::Kind kind) noexcept override {
    if (connection_.is_lost())
      if (auto failure = connection_.open_again()) return failure;
    writing_ = kind == Transaction::Kind::write;
    turn_.clear();
    auto failure = writing_ ? begin_writing() : connection_.queue({"begin isolation level repeatable read read only"});
    connection_.in_transaction = !failure;
    return failure;
  }

  Failed commit() noexcept override {
    Result last;
    auto failure = connection_.queue({"commit"});
    const bool sent = !failure;
    if (!failure) failure = connection_.settle(&last);
    connection_.in_transaction = false;
    if (failure && failure->trouble == Trouble::unreachable && sent && writing_)
      return settle_doubt(std::move(failure));
    if (failure) return failure;
    // A transaction in which something failed answers COMMIT with ROLLBACK.
    if (std::string_view(PQcmdStatus(last.get())) != "COMMIT")
      return failed(Trouble::refused, message(N_("database '{0}': nothing was saved"), connection_.name()));
    return nullptr;
  }

  void rollback() noexcept override {
    connection_.in_transaction = false;
    if (connection_.is_lost()) return;
    auto failure = connection_.settle();
    failure = connection_.queue({"rollback"});
    failure = connection_.settle();
  }

  Failed schema_version(std::int64_t& version) noexcept override {
    std::string answer;
    auto failure = connection_.queue({"select schema_version from regie"}, &answer);
    if (!failure) failure = connection_.settle();
    std::from_chars(answer.data(), answer.data() + answer.size(), version);
    return failure;
  }

  Failed set_schema_version(std::int64_t version) noexcept override {
    return connection_.run_script("update regie set schema_version = " + std::to_string(version));
  }

  Failed expect_bulk() noexcept override { return nullptr; }
  Failed defer_references() noexcept override { return connection_.queue({"set constraints all deferred"}); }

  Failed damage(std::vector<std::string>& findings) noexcept override {
    return each_row(find_damage, [&](const PGresult* row) { findings.emplace_back(PQgetvalue(row, 0, 0)); });
  }

  Failed schema(Schema& parts) noexcept override {
    return each_row(describe_schema,
                    [&](const PGresult* row) { parts[PQgetvalue(row, 0, 0)] = PQgetvalue(row, 0, 1); });
  }

  Failed schema_of(std::span<const std::string_view> statements, Schema& parts) noexcept override {
    auto failure = connection_.run_script("begin; set local search_path = pg_temp");
    if (!failure) failure = connection_.run_script(make_desk);
    for (const std::string_view sql : statements)
      if (!failure) failure = connection_.run_script(std::string(sql));
    if (!failure) failure = schema(parts);
    rollback();
    return failure;
  }

  Failed back_up(const std::string& file, const std::string& name) noexcept override;

 private:
  /// Makes the table that says so, unless it is there. Two may try at once.
  Failed become_desk() {
    std::int64_t version = 0;
    auto failure = schema_version(version);
    if (!failure || failure->trouble != Trouble::not_found) return failure;
    failure = connection_.run_script(lock_makers);
    if (!failure) failure = refuse_others_tables();
    if (!failure) failure = connection_.run_script(make_desk);
    if (!failure) failure = connection_.run_script("commit");
    if (failure) rollback();
    return failure;
  }

  /// A desk has a schema of its own: what is somebody else's would be called damage later.
  Failed refuse_others_tables() {
    std::string others;
    auto failure = connection_.queue({find_others_tables}, &others);
    if (!failure) failure = connection_.settle();
    if (failure || others.empty()) return failure;
    return failed(Trouble::refused,
                  message(N_("database '{0}' holds other tables already: {1}"), connection_.name(), others),
                  {message(N_("give the desk a database or a schema of its own, see regie-postgresql(7)"))});
  }

  /// Read committed: what is read after the lock has come is what the writer before has left.
  Failed begin_writing() {
    const auto wait = std::max<std::int64_t>(connection_.lock_wait().count(), 1);  // 0 would be for ever
    const std::string limit = "set local lock_timeout = " + std::to_string(wait);
    auto failure = connection_.queue({"begin isolation level read committed"});
    if (!failure) failure = connection_.queue({limit.c_str()});
    if (!failure) failure = connection_.queue({take_turn}, &turn_);
    return failure;
  }

  /// The connection broke between "commit" and its answer. The server knows what became of the transaction; when it
  /// comes back in time, so do we.
  Failed settle_doubt(Failed loss) {
    auto doubt = failed(
        Trouble::unreachable,
        message(N_("the connection to database '{0}' was lost while saving: it was saved, or not"), connection_.name()),
        {message(N_("look with 'regie list' before you repeat it; an 'open' with --key may be repeated "
                    "without making anything twice"))});
    if (turn_.empty()) return loss;  // it did not even begin
    if (connection_.open_again()) return doubt;
    const auto blank = turn_.find(' ');
    const std::string number = turn_.substr(0, blank);
    const std::string same_life = turn_.substr(blank);
    const std::string question = "select pg_xact_status('" + number + "') || ' ' || " REGIE_SERVER_LIFE;
    for (int attempt = 0; attempt < 50; ++attempt) {
      std::string answer;
      auto failure = connection_.queue({question.c_str()}, &answer);
      if (!failure) failure = connection_.settle();
      if (failure) return doubt;
      if (answer == "committed" + same_life) return nullptr;
      if (answer.starts_with("aborted ")) return loss;  // an interference: it may be run again
      if (!answer.starts_with("in progress ")) return doubt;
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
    return doubt;
  }

  template <typename F>
  Failed each_row(const char* sql, F&& take) {
    PostgresStatement statement(connection_, sql, "");
    auto failure = statement.start({});
    for (bool is_row = true; !failure && is_row;) {
      failure = statement.next(is_row);
      if (!failure && is_row) take(statement.row());
    }
    return failure;
  }

  Connection connection_;
  std::string url_;
  std::string turn_;  ///< number of the write transaction, and the server's life; "" while the server has not said it
  bool writing_ = false;
  int statements_ = 0;
};

/// Runs a program of PostgreSQL's; what it complains about goes to our standard error. What stands in `words` is no
/// password: see holds_password(). 0: it did what it was asked; otherwise its exit code, or 127 when there is none.
int run_tool(std::vector<std::string> words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  pid_t child = 0;
  int status = 0;
  if (::posix_spawnp(&child, pointers[0], nullptr, nullptr, pointers.data(), environ) != 0) return 127;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return 127;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

Failed PostgresDatabase::back_up(const std::string& file, const std::string& name) noexcept {
  std::string schema;
  auto failure = connection_.queue({"select quote_ident(current_schema())"}, &schema);
  if (!failure) failure = connection_.settle();
  if (failure) return failure;
  const std::vector<std::string> dump{"pg_dump",         "--format=custom",          "--no-password",
                                      "--no-owner",      "--table=" + schema + ".*", "--file=" + file,
                                      "--dbname=" + url_};
  const int dumped = run_tool(dump);
  if (dumped == 127)
    return failed(Trouble::refused, message(N_("there is no program '{0}'"), dump[0]),
                  {message(N_("install PostgreSQL's client programs, or run pg_dump on the server"))});
  if (dumped != 0 || run_tool({"pg_restore", "--list", "--file=/dev/null", file}) != 0)
    return failed(Trouble::refused, message(N_("pg_dump could not write '{0}'"), name));
  return nullptr;
}

Failed open_postgresql(const std::string& url, const OpenOptions& options,
                       std::unique_ptr<Database::Driver>& made) noexcept {
  auto database = std::make_unique<PostgresDatabase>(options);
  if (auto failure = database->open(url, options.access)) return failure;
  made = std::move(database);
  return nullptr;
}

}  // namespace

}  // namespace regie::sql::postgresql

extern "C" [[gnu::visibility("default")]] const regie::sql::Module regie_driver{
    REGIE_DRIVER_BUILD, regie::sql::postgresql::open_postgresql};
