#include <algorithm>
#include <array>

#include "sql/postgresql/connection.hpp"

namespace regie::sql::postgresql {

namespace {

enum class Kind {
  busy,
  interference,
  unreachable,
  waits_for_start,
  login,
  no_database,
  no_schema,
  no_desk,
  rights,
  copy,
  full
};

struct StateRow {
  std::string_view prefix;  ///< of the SQLSTATE: two letters are a whole class
  Kind kind;
};

constexpr std::array states{
    StateRow{"40001", Kind::interference},     // serialization_failure
    StateRow{"40P01", Kind::interference},     // deadlock_detected
    StateRow{"55P03", Kind::busy},             // lock_not_available
    StateRow{"57014", Kind::busy},             // query_canceled: a statement timeout of the server's owner
    StateRow{"57P03", Kind::waits_for_start},  // cannot_connect_now
    StateRow{"53300", Kind::waits_for_start},  // too_many_connections
    StateRow{"25P03", Kind::unreachable},      // idle_in_transaction_session_timeout
    StateRow{"57P", Kind::unreachable},        // admin_shutdown, crash_shutdown, database_dropped…
    StateRow{"08", Kind::unreachable},         // connection exceptions
    StateRow{"28", Kind::login},               // invalid authorization
    StateRow{"3D000", Kind::no_database},      // invalid_catalog_name
    StateRow{"42P01", Kind::no_desk},          // undefined_table
    StateRow{"3F000", Kind::no_schema},        // invalid_schema_name
    StateRow{"42501", Kind::rights},           // insufficient_privilege
    StateRow{"25006", Kind::copy},             // read_only_sql_transaction
    StateRow{"53100", Kind::full},             // disk_full
};

}  // namespace

Failed failure_of(std::string_view sqlstate, const std::string& database, std::string_view primary_message) {
  const auto row =
      std::ranges::find_if(states, [&](const StateRow& known) { return sqlstate.starts_with(known.prefix); });
  if (row == states.end())
    return failed(Trouble::refused, message(N_("database '{0}': {1}"), database, primary_message));
  switch (row->kind) {
    case Kind::busy:
      return failed(Trouble::busy, message(N_("database '{0}' is in use by another program"), database),
                    {message(N_("try again, or wait longer with --lock-wait SECONDS"))});
    case Kind::interference: {
      auto failure = failed(Trouble::busy,
                            message(N_("database '{0}': others wrote at the same moment, nothing was saved"), database),
                            {message(N_("try again"))});
      failure->interference = true;
      return failure;
    }
    case Kind::unreachable:
      return failed(Trouble::unreachable, message(N_("database '{0}' went away: {1}"), database, primary_message));
    case Kind::waits_for_start: {
      auto failure = failed(Trouble::unreachable,
                            message(N_("database '{0}' takes no connection now: {1}"), database, primary_message),
                            {message(N_("nothing was done; try again when the server answers"))});
      failure->interference = true;
      return failure;
    }
    case Kind::login:
      return failed(Trouble::refused, message(N_("database '{0}' refuses the login: {1}"), database, primary_message),
                    {message(N_("the server's pg_hba.conf and your ~/.pgpass decide, see regie-postgresql(7)"))});
    case Kind::no_database:
      return failed(Trouble::not_found, message(N_("there is no database '{0}'"), database),
                    {message(N_("the server's administrator makes it with createdb, then 'regie init' fills it"))});
    case Kind::no_schema:
      return failed(Trouble::not_found,
                    message(N_("the schema that the URL of database '{0}' names is not there"), database),
                    {message(N_("its administrator makes it with: create schema NAME"))});
    case Kind::no_desk:
      return failed(Trouble::not_found, message(N_("there is no desk in database '{0}' yet"), database),
                    {message(N_("'regie init' makes it"))});
    case Kind::rights:
      return failed(Trouble::refused,
                    message(N_("your role may not do this in database '{0}': {1}"), database, primary_message),
                    {message(N_("its owner grants it, see regie-postgresql(7)"))});
    case Kind::copy:
      return failed(Trouble::refused,
                    message(N_("database '{0}' may only be read: it is a copy, or set so for your role"), database));
    case Kind::full:
      return failed(Trouble::refused, message(N_("the disk of database '{0}' is full: nothing was saved"), database));
  }
  return nullptr;
}

}  // namespace regie::sql::postgresql
