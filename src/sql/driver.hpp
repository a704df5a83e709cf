// What an engine's driver implements. It reports by value: a driver may live in a module with a C++ runtime of its
// own, and exceptions must not cross that border. The waist throws what it reports.
#pragma once

#include <optional>

#include "sql/database.hpp"

namespace regie::sql {

/// Why a driver could not do what was asked.
struct Failure {
  Trouble trouble = Trouble::refused;
  Message message = {};
  std::vector<Message> hints = {};
  bool interference = false;  ///< the same transaction may pass when it is run again
};

/// nullptr: all went well.
using Failed = std::unique_ptr<Failure>;

inline Failed failed(Trouble trouble, Message message, std::vector<Message> hints = {}) {
  return std::make_unique<Failure>(
      Failure{.trouble = trouble, .message = std::move(message), .hints = std::move(hints)});
}

/// One value of the current row; text lives until the next step.
using Cell = std::variant<std::monostate, std::int64_t, std::string_view>;

class Statement::Driver {
 public:
  virtual ~Driver() = default;
  /// Runs it, to before its first row. The parameters stay as they are until reset().
  [[nodiscard]] virtual Failed start(std::span<const Parameter> parameters) noexcept = 0;
  [[nodiscard]] virtual Failed next(bool& is_row) noexcept = 0;
  /// Runs it to the end; see Statement::run(). The parameters may go when this returns.
  [[nodiscard]] virtual Failed run(std::span<const Parameter> parameters) noexcept = 0;
  virtual void reset() noexcept = 0;
  virtual Cell cell(int column) noexcept = 0;
};

class Database::Driver {
 public:
  virtual ~Driver() = default;
  [[nodiscard]] virtual Failed execute(std::string_view sql) noexcept = 0;
  [[nodiscard]] virtual Failed prepare(std::string_view sql, std::unique_ptr<Statement::Driver>& made) noexcept = 0;
  [[nodiscard]] virtual Failed begin(Transaction::Kind kind) noexcept = 0;
  [[nodiscard]] virtual Failed commit() noexcept = 0;
  virtual void rollback() noexcept = 0;
  [[nodiscard]] virtual Failed schema_version(std::int64_t& version) noexcept = 0;
  [[nodiscard]] virtual Failed set_schema_version(std::int64_t version) noexcept = 0;
  [[nodiscard]] virtual Failed expect_bulk() noexcept = 0;
  [[nodiscard]] virtual Failed defer_references() noexcept = 0;
  [[nodiscard]] virtual Failed damage(std::vector<std::string>& findings) noexcept = 0;
  [[nodiscard]] virtual Failed schema(Schema& parts) noexcept = 0;
  [[nodiscard]] virtual Failed schema_of(std::span<const std::string_view> statements, Schema& parts) noexcept = 0;
  [[nodiscard]] virtual Failed back_up(const std::string& file, const std::string& name) noexcept = 0;
};

/// A driver opens what is a regie database, or makes one when it may; its schema may be empty or older.
[[nodiscard]] Failed open_sqlite(const std::string& url, const OpenOptions& options,
                                 std::unique_ptr<Database::Driver>& made) noexcept;

}  // namespace regie::sql
