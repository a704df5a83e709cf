// What an engine's driver implements.
#pragma once

#include "sql/database.hpp"

namespace regie::sql {

class Statement::Driver {
 public:
  virtual ~Driver() = default;
  virtual void bind(int parameter, std::int64_t value) = 0;
  virtual void bind(int parameter, std::string_view value) = 0;
  virtual void bind_reference(int parameter, const std::string& value) = 0;
  virtual void bind(int parameter, std::nullptr_t) = 0;
  virtual void clear() = 0;
  virtual bool next() = 0;
  virtual void reset() = 0;
  virtual bool is_null(int column) const = 0;
  virtual bool is_number(int column) const = 0;
  virtual std::int64_t number(int column) const = 0;
  virtual std::string text(int column) const = 0;
};

class Database::Driver {
 public:
  virtual ~Driver() = default;
  virtual void execute(std::string_view sql) = 0;
  virtual std::unique_ptr<Statement::Driver> prepare(std::string_view sql) = 0;
  virtual void begin(Transaction::Kind kind) = 0;
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;
  virtual std::int64_t application() = 0;
  virtual std::int64_t schema_version() = 0;
  virtual void set_schema_version(std::int64_t version) = 0;
  virtual void expect_bulk() = 0;
};

std::unique_ptr<Database::Driver> open_sqlite(const std::string& path, const OpenOptions& options);

}  // namespace regie::sql
