#include "sql/database.hpp"

#include "sql/driver.hpp"

namespace regie::sql {

Statement::Statement(std::unique_ptr<Driver> driver) : driver_(std::move(driver)) {}
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;
Statement::~Statement() = default;

Statement& Statement::bind(int parameter, std::int64_t value) {
  driver_->bind(parameter, value);
  return *this;
}

Statement& Statement::bind_reference(int parameter, const std::string& value) {
  driver_->bind_reference(parameter, value);
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view value) {
  driver_->bind(parameter, value);
  return *this;
}

Statement& Statement::bind(int parameter, std::nullptr_t) {
  driver_->bind(parameter, nullptr);
  return *this;
}

Statement& Statement::bind(int parameter, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return bind(parameter, *number);
  if (const auto* text = std::get_if<std::string>(&value)) return bind(parameter, std::string_view(*text));
  return bind(parameter, nullptr);
}

Statement& Statement::clear() {
  driver_->clear();
  return *this;
}

void Statement::reset() { driver_->reset(); }

bool Statement::next() {
  if (driver_->next()) return true;
  driver_->reset();
  return false;
}

void Statement::run() {
  while (driver_->next()) {
  }
  driver_->reset();
}

bool Statement::is_null(int column) const { return driver_->is_null(column); }
std::int64_t Statement::number(int column) const { return driver_->number(column); }
std::string Statement::text(int column) const { return driver_->text(column); }

Value Statement::value(int column) const {
  if (driver_->is_null(column)) return {};
  if (driver_->is_number(column)) return driver_->number(column);
  return driver_->text(column);
}

Database::Database(std::unique_ptr<Driver> driver) : driver_(std::move(driver)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

void Database::execute(std::string_view sql) { driver_->execute(sql); }
Statement Database::prepare(std::string_view sql) { return Statement(driver_->prepare(sql)); }
std::int64_t Database::application() const { return driver_->application(); }
std::int64_t Database::schema_version() const { return driver_->schema_version(); }
void Database::set_schema_version(std::int64_t version) { driver_->set_schema_version(version); }
void Database::expect_bulk() { driver_->expect_bulk(); }

Transaction::Transaction(Database& database, Kind kind) : database_(database) { database_.driver_->begin(kind); }

Transaction::~Transaction() {
  if (open_) database_.driver_->rollback();
}

void Transaction::commit() {
  database_.driver_->commit();
  open_ = false;
}

std::string sqlite_path(const std::string& url) {
  static constexpr std::string_view scheme = "sqlite:";
  if (!url.starts_with(scheme)) return url;
  std::string path = url.substr(scheme.size());
  if (path.starts_with("//")) path.erase(0, 2);
  return path;
}

Database open(const std::string& url, const OpenOptions& options) {
  const auto scheme_end = url.find("://");
  if (scheme_end != std::string::npos && !url.starts_with("sqlite:"))
    throw Error(Trouble::usage, message(N_("no engine for database '{0}'"), url.substr(0, scheme_end)))
        .hint(message(N_("this regie knows a path, or sqlite:PATH")));
  return Database(open_sqlite(sqlite_path(url), options));
}

}  // namespace regie::sql
