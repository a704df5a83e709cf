// The waist: all that regie asks of a database engine. One SQL text runs on every engine, because parameters are
// named $1, $2… and bound by that name, values are whole numbers or text, and times are numbers. A driver is one
// .cpp file behind this header.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "regie/request.hpp"

namespace regie::sql {

/// SQL's NULL, integers and text.
using Value = Scalar;

/// A prepared statement. Lives no longer than its Database.
class Statement {
 public:
  class Driver;
  explicit Statement(std::unique_ptr<Driver> driver);
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();

  /// Value of $1, $2…; text is copied.
  Statement& bind(int parameter, std::int64_t value);
  /// Not copied: the text must stay as it is until the statement has run.
  Statement& bind_reference(int parameter, const std::string& value);
  Statement& bind_reference(int parameter, std::string&& value) = delete;
  Statement& bind(int parameter, std::string_view value);
  Statement& bind(int parameter, std::nullptr_t);
  Statement& bind(int parameter, const Value& value);
  /// All parameters NULL, as in a fresh statement.
  Statement& clear();
  /// Forgets rows that were not read to the end; the parameters stay.
  void reset();

  /// Steps to the next row; false behind the last. After that the statement may be bound and run again.
  bool next();

  /// Runs to the end and forgets the rows.
  void run();

  bool is_null(int column) const;         ///< columns count from 0
  std::int64_t number(int column) const;  ///< 0 for NULL
  std::string text(int column) const;     ///< "" for NULL
  Value value(int column) const;

 private:
  std::unique_ptr<Driver> driver_;
};

/// One connection. All errors are regie::Error: busy when somebody else holds the database too long, refused otherwise.
class Database {
 public:
  class Driver;
  explicit Database(std::unique_ptr<Driver> driver);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  /// Runs statements without parameters, several at once.
  void execute(std::string_view sql);
  Statement prepare(std::string_view sql);

  /// Numbers that identify a regie database and the version of its schema; 0 in a fresh one.
  std::int64_t application() const;
  std::int64_t schema_version() const;
  void set_schema_version(std::int64_t version);

  /// Fit for loading a million rows in one transaction: a larger cache, for this connection only.
  void expect_bulk();

 private:
  friend class Transaction;
  std::unique_ptr<Driver> driver_;
};

/// Everything between construction and commit() happens whole or not at all. May wait for other writers.
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
};

/// Opens what the URL names: a path, or `sqlite:PATH`. A missing database is Error(not_found) unless it is to be
/// created.
Database open(const std::string& url, const OpenOptions& options);

/// The path in a URL of the SQLite engine.
std::string sqlite_path(const std::string& url);

}  // namespace regie::sql
