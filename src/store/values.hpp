// Values as mail's tables keep them: times in seconds, nothing as ''.
#pragma once

#include <optional>
#include <string>

#include "sql/database.hpp"

namespace regie {

inline std::int64_t seconds(Instant instant) { return instant.time_since_epoch().count(); }
inline Instant instant_in(const sql::Statement& row, int column) {
  return Instant{std::chrono::seconds{row.number(column)}};
}
/// nullopt for NULL.
inline std::optional<std::int64_t> number_in(const sql::Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.number(column));
}

inline sql::Value stored(const std::string& text) { return text.empty() ? sql::Value{} : sql::Value{text}; }
inline sql::Value stored(const std::optional<std::int64_t>& number) {
  return number ? sql::Value{*number} : sql::Value{};
}
inline sql::Value stored(const std::optional<Instant>& at) { return at ? sql::Value{seconds(*at)} : sql::Value{}; }

}  // namespace regie
