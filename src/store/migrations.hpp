// The schema, one .sql file per step; their order is that of their names.
#pragma once

#include <span>
#include <string_view>

#include "sql/database.hpp"

namespace regie {

struct Migration {
  std::string_view name;  ///< "0001_requests": the number is the version it leads to
  std::string_view sql;
};

/// Generated from store/schema. The steps of all engines have the same names: a version means the same everywhere.
std::span<const Migration> migrations(sql::Engine engine);

/// Brings the schema up to date, each step in a transaction of its own; does nothing when it is. Throws
/// Error(refused) when the database was written by a newer regie.
void migrate(sql::Database& database, std::int64_t now);

}  // namespace regie
