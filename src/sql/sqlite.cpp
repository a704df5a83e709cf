// The SQLite driver: the only file that knows SQLiteCpp.
//
// Rollback journal with synchronous=EXTRA, not WAL: a fresh process that writes one request costs the same (bench in
// tests/bench); there are no -wal and -shm files whose owner and mode lock colleagues of another Unix account out;
// colleagues with read permission only can read; and the WAL-reset bug of SQLite before 3.51.3 (Debian 12 ships
// 3.40.1) does not touch it. EXTRA also syncs the directory after the journal is deleted, without which a power cut
// may bring the journal, and with it the time before the last acknowledged commit, back. The price: a reader holds
// writers up while it reads, a fraction of a second for the longest report.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <filesystem>
#include <vector>

#include "sql/driver.hpp"

namespace regie::sql {

namespace {

constexpr std::int64_t application_id = 0x52454749;  // "REGI"

[[noreturn]] void rethrow(const SQLite::Exception& error, const std::string& path) {
  const int code = error.getErrorCode();
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    throw Error(Trouble::busy, message(N_("database '{0}' is in use by another program"), path))
        .hint(message(N_("try again, or wait longer with --lock-wait SECONDS")));
  if (code == SQLITE_CANTOPEN) throw Error(Trouble::refused, message(N_("database '{0}' cannot be opened"), path));
  if (code == SQLITE_NOTADB) throw Error(Trouble::refused, message(N_("'{0}' is not a regie database"), path));
  if (code == SQLITE_READONLY)
    throw Error(Trouble::refused, message(N_("database '{0}' may only be read by you"), path))
        .hint(message(N_("its file and its folder must be writable for the group that works with it")));
  if (code == SQLITE_FULL)
    throw Error(Trouble::refused, message(N_("the disk of database '{0}' is full: nothing was saved"), path));
  throw Error(Trouble::refused, message(N_("database '{0}': {1}"), path, error.what()));
}

class SqliteStatement final : public Statement::Driver {
 public:
  SqliteStatement(const SQLite::Database& database, std::string_view sql, const std::string& path)
      : statement_(database, std::string(sql)), path_(path) {
    // The SQL text says $1, $2…: to SQLite those are names.
    const int count = statement_.getBindParameterCount();
    for (int number = 1; number <= count; ++number)
      numbers_.push_back(statement_.getIndex(('$' + std::to_string(number)).c_str()));
  }

  void bind(int parameter, std::int64_t value) override {
    check([&] { statement_.bind(index(parameter), value); });
  }
  void bind(int parameter, std::string_view value) override {
    check([&] { statement_.bind(index(parameter), std::string(value)); });
  }
  void bind_reference(int parameter, const std::string& value) override {
    check([&] { statement_.bindNoCopy(index(parameter), value); });
  }
  void bind(int parameter, std::nullptr_t) override {
    check([&] { statement_.bind(index(parameter)); });
  }
  void clear() override {
    check([&] { statement_.clearBindings(); });
  }
  bool next() override {
    return check([&] { return statement_.executeStep(); });
  }
  void reset() override { statement_.tryReset(); }
  bool is_null(int column) const override { return statement_.getColumn(column).isNull(); }
  bool is_number(int column) const override { return statement_.getColumn(column).isInteger(); }
  std::int64_t number(int column) const override { return statement_.getColumn(column).getInt64(); }
  std::string text(int column) const override { return statement_.getColumn(column).getString(); }

 private:
  template <typename F>
  auto check(F action) -> decltype(action()) {
    try {
      return action();
    } catch (const SQLite::Exception& error) {
      statement_.tryReset();
      rethrow(error, path_);
    }
  }
  int index(int parameter) const { return numbers_.at(static_cast<std::size_t>(parameter) - 1); }

  mutable SQLite::Statement statement_;
  const std::string& path_;
  std::vector<int> numbers_;  ///< SQLite's index of $1, $2…
};

class SqliteDatabase final : public Database::Driver {
 public:
  SqliteDatabase(std::string path, const OpenOptions& options) : path_(std::move(path)), database_(connect(options)) {
    check([&] {
      // The first PRAGMA already reads the schema: the timeout given to the constructor must stand before it.
      database_.exec("PRAGMA foreign_keys = ON");
      database_.exec("PRAGMA synchronous = EXTRA");
      database_.exec("PRAGMA trusted_schema = OFF");
    });
    sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    if (options.access == Access::create && application() == 0) {
      database_.exec("PRAGMA application_id = " + std::to_string(application_id));
      ::chmod(path_.c_str(), S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP);  // a desk is shared by its group
    }
  }

  void execute(std::string_view sql) override {
    check([&] { database_.exec(std::string(sql)); });
  }

  std::unique_ptr<Statement::Driver> prepare(std::string_view sql) override {
    return check([&] { return std::make_unique<SqliteStatement>(database_, sql, path_); });
  }

  void begin(Transaction::Kind kind) override {
    // IMMEDIATE waits its turn; a deferred one that reads and then writes fails at once when somebody else wrote.
    execute(kind == Transaction::Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
  }
  void commit() override { execute("COMMIT"); }
  void rollback() noexcept override { sqlite3_exec(database_.getHandle(), "ROLLBACK", nullptr, nullptr, nullptr); }

  std::int64_t application() override { return pragma("PRAGMA application_id"); }
  std::int64_t schema_version() override { return pragma("PRAGMA user_version"); }
  void set_schema_version(std::int64_t version) override {
    execute("PRAGMA user_version = " + std::to_string(version));
  }
  void expect_bulk() override { execute("PRAGMA cache_size = -65536"); }

 private:
  SQLite::Database connect(const OpenOptions& options) {
    const bool creates = options.access == Access::create;
    std::error_code unknown;  // where we may not look, SQLite says what is wrong
    if (!creates && !std::filesystem::exists(path_, unknown) && !unknown)
      throw Error(Trouble::not_found, message(N_("there is no database '{0}'"), path_))
          .hint(message(N_("'regie init' makes one; --db, REGIE_DB or 'database' in regie.toml say where it is")));
    // A reader asks for writing too: SQLite falls back to reading where the file does not allow more, and where it
    // does, a reader can clear up after a writer that died in mid-commit.
    // A connection is used by one thread: its own locks would only cost.
    const int flags = SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX | (creates ? SQLite::OPEN_CREATE : 0);
    return check([&] { return SQLite::Database(path_, flags, static_cast<int>(options.lock_wait.count())); });
  }

  std::int64_t pragma(const char* sql) {
    return check([&] { return database_.execAndGet(sql).getInt64(); });
  }

  template <typename F>
  auto check(F action) -> decltype(action()) {
    try {
      return action();
    } catch (const SQLite::Exception& error) {
      rethrow(error, path_);
    }
  }

  std::string path_;
  SQLite::Database database_;
};

}  // namespace

std::unique_ptr<Database::Driver> open_sqlite(const std::string& path, const OpenOptions& options) {
  auto database = std::make_unique<SqliteDatabase>(path, options);
  const std::int64_t found = database->application();
  if (found != application_id) {
    if (options.access == Access::create && found == 0) return database;
    throw Error(Trouble::refused, message(N_("'{0}' is not a regie database"), path));
  }
  return database;
}

}  // namespace regie::sql
