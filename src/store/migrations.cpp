#include "store/migrations.hpp"

#include "store/store.hpp"

namespace regie {

namespace {

/// The step that made the table of attempts: what journals tell of them is not for SQL to find out.
constexpr std::int64_t version_with_attempts = 5;

}  // namespace

void migrate(sql::Database& database, std::int64_t now) {
  const auto steps = migrations(database.engine());
  const auto newest = static_cast<std::int64_t>(steps.size());
  const std::int64_t found = database.schema_version();
  if (found > newest)
    throw Error(Trouble::refused,
                message(N_("the database was written by a newer regie (its schema is {0}, this program knows {1})"),
                        found, newest))
        .hint(message(N_("use that newer regie: this one would lose what it does not know")));
  for (std::int64_t version = found + 1; version <= newest; ++version) {
    const Migration& migration = steps[static_cast<std::size_t>(version) - 1];
    sql::Transaction transaction(database, sql::Transaction::Kind::write);
    if (database.read_schema_version() >= version) continue;  // somebody else was faster
    database.execute(migration.sql);
    if (version == version_with_attempts) fill_attempts(database);
    database.prepare("insert into migration (version, name, applied_at) values ($1, $2, $3)")
        .bind(1, version)
        .bind(2, migration.name)
        .bind(3, now)
        .run();
    database.set_schema_version(version);
    transaction.commit();
  }
}

}  // namespace regie
