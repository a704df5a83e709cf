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

#include <cstring>
#include <vector>

#include "sql/driver.hpp"
#include "sql/url.hpp"

namespace regie::sql {

namespace {

constexpr std::int64_t application_id = 0x52454749;  // "REGI"

Failed described(const SQLite::Exception& error, const std::string& path) {
  switch (error.getErrorCode()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return failed(Trouble::busy, message(N_("database '{0}' is in use by another program"), path),
                    {message(N_("try again, or wait longer with --lock-wait SECONDS"))});
    case SQLITE_CANTOPEN: return failed(Trouble::refused, message(N_("database '{0}' cannot be opened"), path));
    case SQLITE_NOTADB: return failed(Trouble::refused, message(N_("'{0}' is not a regie database"), path));
    case SQLITE_READONLY:
      return failed(Trouble::refused, message(N_("database '{0}' may only be read by you"), path),
                    {message(N_("its file and its folder must be writable for the group that works with it"))});
    case SQLITE_FULL:
      return failed(Trouble::refused, message(N_("the disk of database '{0}' is full: nothing was saved"), path));
    default: return failed(Trouble::refused, message(N_("database '{0}': {1}"), path, error.what()));
  }
}

template <typename F>
Failed attempt(const std::string& path, F&& action) noexcept {
  try {
    action();
    return nullptr;
  } catch (const SQLite::Exception& error) {
    return described(error, path);
  }
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

  Failed start(std::span<const Parameter> parameters) noexcept override {
    return attempt(path_, [&] {
      statement_.tryReset();
      bind(parameters);
    });
  }

  Failed next(bool& is_row) noexcept override {
    return attempt(path_, [&] { is_row = statement_.executeStep(); });
  }

  Failed run(std::span<const Parameter> parameters) noexcept override {
    auto failure = attempt(path_, [&] {
      bind(parameters);
      while (statement_.executeStep()) {
      }
    });
    statement_.tryReset();
    return failure;
  }

  void reset() noexcept override { statement_.tryReset(); }

  Cell cell(int column) noexcept override {
    const SQLite::Column value = statement_.getColumn(column);
    if (value.isNull()) return {};
    if (value.isInteger()) return value.getInt64();
    const char* text = value.getText();  // before getBytes(): SQLite counts what it has converted
    return std::string_view(text, static_cast<std::size_t>(value.getBytes()));
  }

 private:
  void bind(std::span<const Parameter> parameters) {
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      const int number = numbers_[i];
      if (i >= parameters.size() || std::holds_alternative<std::monostate>(parameters[i])) statement_.bind(number);
      else if (const auto* whole = std::get_if<std::int64_t>(&parameters[i])) statement_.bind(number, *whole);
      else if (const auto* text = std::get_if<std::string>(&parameters[i])) statement_.bindNoCopy(number, *text);
      else statement_.bindNoCopy(number, **std::get_if<const std::string*>(&parameters[i]));
    }
  }

  SQLite::Statement statement_;
  const std::string& path_;
  std::vector<int> numbers_;  ///< SQLite's index of $1, $2…
};

/// A table stands with its columns, an index with its expression: as it was written, blanks apart.
std::string without_extra_blanks(const std::string& sql) {
  std::string text;
  for (const char c : sql) {
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    if (!blank) text += c;
    else if (!text.empty() && text.back() != ' ') text += ' ';
  }
  return text;
}

void describe(const SQLite::Database& database, Schema& parts) {
  SQLite::Statement objects(database,
                            "select type || ' ' || name, sql from sqlite_master"
                            " where sql is not null and name not like 'sqlite\\_%' escape '\\'");
  while (objects.executeStep())
    parts[objects.getColumn(0).getString()] = without_extra_blanks(objects.getColumn(1).getString());
}

class SqliteDatabase final : public Database::Driver {
 public:
  /// Throws SQLite::Exception.
  SqliteDatabase(std::string path, const OpenOptions& options)
      : path_(std::move(path)), database_(path_, open_flags(options), static_cast<int>(options.lock_wait.count())) {
    // The first PRAGMA already reads the schema: the timeout given to the constructor must stand before it.
    database_.exec("PRAGMA foreign_keys = ON");
    database_.exec("PRAGMA synchronous = EXTRA");
    database_.exec("PRAGMA trusted_schema = OFF");
    sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    if (options.access == Access::create && application() == 0 && is_empty()) {
      database_.exec("PRAGMA application_id = " + std::to_string(application_id));
      ::chmod(path_.c_str(), S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP);  // a desk is shared by its group
    }
  }

  /// Numbers a regie database; 0 where nobody has set it.
  std::int64_t application() { return database_.execAndGet("PRAGMA application_id").getInt64(); }

  Failed execute(std::string_view sql) noexcept override {
    return attempt(path_, [&] { database_.exec(std::string(sql)); });
  }

  Failed prepare(std::string_view sql, std::unique_ptr<Statement::Driver>& made) noexcept override {
    return attempt(path_, [&] { made = std::make_unique<SqliteStatement>(database_, sql, path_); });
  }

  Failed begin(Transaction::Kind kind) noexcept override {
    // IMMEDIATE waits its turn; a deferred one that reads and then writes fails at once when somebody else wrote.
    return execute(kind == Transaction::Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
  }
  Failed commit() noexcept override { return execute("COMMIT"); }
  void rollback() noexcept override { sqlite3_exec(database_.getHandle(), "ROLLBACK", nullptr, nullptr, nullptr); }

  Failed schema_version(std::int64_t& version) noexcept override {
    return attempt(path_, [&] { version = database_.execAndGet("PRAGMA user_version").getInt64(); });
  }
  Failed set_schema_version(std::int64_t version) noexcept override {
    return execute("PRAGMA user_version = " + std::to_string(version));
  }
  Failed expect_bulk() noexcept override { return execute("PRAGMA cache_size = -65536"); }
  Failed defer_references() noexcept override { return execute("PRAGMA defer_foreign_keys = ON"); }

  Failed damage(std::vector<std::string>& findings) noexcept override {
    return attempt(path_, [&] {
      SQLite::Statement integrity(database_, "PRAGMA integrity_check");
      while (integrity.executeStep())
        if (const std::string line = integrity.getColumn(0).getString(); line != "ok") findings.push_back(line);
      SQLite::Statement references(database_, "PRAGMA foreign_key_check");
      while (references.executeStep())
        findings.push_back(references.getColumn(0).getString() + " -> " + references.getColumn(2).getString());
    });
  }

  Failed schema(Schema& parts) noexcept override {
    return attempt(path_, [&] { describe(database_, parts); });
  }

  Failed schema_of(std::span<const std::string_view> statements, Schema& parts) noexcept override {
    return attempt(path_, [&] {
      SQLite::Database empty(":memory:", SQLite::OPEN_READWRITE);
      for (const std::string_view sql : statements) empty.exec(std::string(sql));
      describe(empty, parts);
    });
  }

  Failed back_up(const std::string& file, const std::string& name) noexcept override {
    const auto cannot_write = [&](const char* why) {
      return failed(Trouble::refused, message(N_("'{0}' cannot be written: {1}"), name, why));
    };
    try {
      SQLite::Statement copy(database_, "VACUUM INTO $1");
      copy.bind(1, file);
      copy.exec();
    } catch (const SQLite::Exception& error) {
      const int code = error.getErrorCode();
      const bool in_the_copy = code == SQLITE_FULL || code == SQLITE_IOERR || code == SQLITE_CANTOPEN;
      return in_the_copy ? cannot_write(error.what()) : described(error, path_);
    }
    return nullptr;
  }

 private:
  static int open_flags(const OpenOptions& options) {
    // A reader asks for writing too: SQLite falls back to reading where the file does not allow more, and where it
    // does, a reader can clear up after a writer that died in mid-commit.
    // A connection is used by one thread: its own locks would only cost.
    return SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX | (options.access == Access::create ? SQLite::OPEN_CREATE : 0);
  }

  bool is_empty() { return database_.execAndGet("select count(*) from sqlite_master").getInt64() == 0; }

  std::string path_;
  SQLite::Database database_;
};

}  // namespace

Failed open_sqlite(const std::string& url, const OpenOptions& options,
                   std::unique_ptr<Database::Driver>& made) noexcept {
  const std::string path = sqlite_path(url);
  const bool creates = options.access == Access::create;
  std::error_code unknown;  // where we may not look, SQLite says what is wrong
  if (!creates && !std::filesystem::exists(path, unknown) && !unknown)
    return failed(Trouble::not_found, message(N_("there is no database '{0}'"), path),
                  {message(N_("'regie init' makes one; --db, REGIE_DB or 'database' in regie.toml say where it is"))});
  std::int64_t found = 0;
  auto failure = attempt(path, [&] {
    auto database = std::make_unique<SqliteDatabase>(path, options);
    found = database->application();
    made = std::move(database);
  });
  if (failure || found == application_id) return failure;
  return failed(Trouble::refused, message(N_("'{0}' is not a regie database"), path));
}

}  // namespace regie::sql
