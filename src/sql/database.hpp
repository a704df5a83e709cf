// The waist: all that regie asks of a database engine. One SQL text runs on every engine, because parameters are
// named $1, $2… and bound by that name, values are whole numbers or text, and times are numbers. A driver is one
// .cpp file behind driver.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "regie/error.hpp"
#include "regie/request.hpp"
#include "sql/url.hpp"

namespace regie::sql {

enum class Engine { sqlite, postgresql };

/// SQL's NULL, integers and text.
using Value = Scalar;

/// What a parameter holds: like Value, or text that stays where it is.
using Parameter = std::variant<std::monostate, std::int64_t, std::string, const std::string*>;

/// Somebody else's transaction came between: the same one may pass when it is run again. Its trouble is busy.
class Interference : public Error {
 public:
  using Error::Error;
};

/// Name ("index request_key") and definition of each part of a schema, as the engine describes them.
using Schema = std::map<std::string, std::string>;

/// A prepared statement. Lives no longer than its Database.
class Statement {
 public:
  class Driver;
  Statement(std::unique_ptr<Driver> driver, std::size_t parameters);
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();

  /// Value of $1, $2…; text is copied. What is not bound is NULL.
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, std::string_view value);
  Statement& bind(int parameter, std::nullptr_t);
  Statement& bind(int parameter, const Value& value);
  /// Not copied: the text must stay as it is until the statement has run.
  Statement& bind_reference(int parameter, const std::string& value);
  Statement& bind_reference(int parameter, std::string&& value) = delete;
  /// All parameters NULL, as in a fresh statement.
  Statement& clear();
  /// Forgets rows that were not read to the end; the parameters stay.
  void reset();

  /// Steps to the next row; false behind the last. After that the statement may be bound and run again.
  bool next();

  /// Runs to the end and forgets the rows. In a transaction an engine may put it off until an answer is needed, at
  /// the latest until commit(), which then reports what was wrong with it.
  void run();

  bool is_null(int column) const;         ///< columns count from 0
  std::int64_t number(int column) const;  ///< 0 for NULL
  std::string text(int column) const;     ///< "" for NULL
  Value value(int column) const;

 private:
  Parameter& parameter(int number);

  std::unique_ptr<Driver> driver_;
  std::vector<Parameter> parameters_;
  bool started_ = false;
};

/// Forgets, at the end of its scope, what was not read of a statement's rows: a reader that gives up holds nobody up.
class Reading {
 public:
  explicit Reading(Statement& statement) : statement_(statement) {}
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  ~Reading() { statement_.reset(); }

 private:
  Statement& statement_;
};

/// One connection, for one thread. All errors are regie::Error: busy when somebody else holds the database too long,
/// unreachable when the server went away, refused otherwise.
class Database {
 public:
  class Driver;
  Database(Engine engine, std::unique_ptr<Driver> driver);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  Engine engine() const { return engine_; }

  /// Runs statements without parameters, several at once.
  void execute(std::string_view sql);
  Statement prepare(std::string_view sql);

  /// The version of its schema as it was when the database was opened, or set since; 0 in a fresh one.
  std::int64_t schema_version() const { return schema_version_; }
  /// The same, read again: inside a write transaction nobody else can change it.
  std::int64_t read_schema_version();
  void set_schema_version(std::int64_t version);

  /// Fit for loading a million rows in one transaction: a larger cache, for this connection only.
  void expect_bulk();
  /// References between rows are checked at the end of the transaction, not row by row.
  void defer_references();

  /// What the engine itself finds wrong with its files; empty when all is well.
  std::vector<std::string> damage();
  /// What the tables are: equal schemas give equal definitions under the same names.
  Schema schema();
  /// The schema() that these statements make in an empty database. Leaves nothing behind.
  Schema schema_of(std::span<const std::string_view> statements);
  /// Writes all of it, as of one moment, into `file`, which must not exist or be empty; others may go on working.
  /// Whoever gives the file syncs it. `name`: what messages call it.
  void back_up(const std::filesystem::path& file, const std::string& name);

 private:
  friend class Transaction;
  Engine engine_;
  std::unique_ptr<Driver> driver_;
  std::int64_t schema_version_;
};

/// Everything between construction and commit() happens whole or not at all. One that writes may wait for other
/// writers, and then nobody else writes until it is over: what it has read stays true.
class Transaction {
 public:
  enum class Kind { read, write };
  Transaction(Database& database, Kind kind);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();  ///< rolls back when not committed

  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

enum class Access { read, write, create };

struct OpenOptions {
  Access access = Access::read;
  std::chrono::milliseconds lock_wait{60'000};
  std::filesystem::path modules = {};  ///< folder of the drivers that are loaded when a URL asks for them
};

/// Opens what the URL names: a path or `sqlite:PATH`, or `postgresql://…`. A missing database is Error(not_found)
/// unless it is to be created. Throws what checked() throws.
Database open(const std::string& url, const OpenOptions& options);

/// Which engine a URL asks for. Throws Error(usage) for a scheme that nobody knows.
Engine engine_of(const std::string& url);

/// The URL itself. Throws Error(usage) for a scheme that nobody knows, and when a password stands in it: everybody who
/// lists processes would read it.
const std::string& checked(const std::string& url);

}  // namespace regie::sql
