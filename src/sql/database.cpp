#include "sql/database.hpp"

#include <algorithm>
#include <charconv>

#include "sql/driver.hpp"
#include "sql/module.hpp"
#include "sql/url.hpp"

namespace regie::sql {

namespace {

template <typename E>
[[noreturn]] void raise(E error, std::vector<Message> hints) {
  for (Message& hint : hints) error.hint(std::move(hint));
  throw error;
}

void check(Failed failure) {
  if (!failure) return;
  if (failure->interference)
    raise(Interference(failure->trouble, std::move(failure->message)), std::move(failure->hints));
  raise(Error(failure->trouble, std::move(failure->message)), std::move(failure->hints));
}

/// The highest n of $n.
std::size_t parameters_in(std::string_view sql) {
  std::size_t most = 0;
  for (auto at = sql.find('$'); at != std::string_view::npos; at = sql.find('$', at + 1)) {
    std::size_t number = 0;
    std::from_chars(sql.data() + at + 1, sql.data() + sql.size(), number);
    most = std::max(most, number);
  }
  return most;
}

struct EngineRow {
  Engine engine;
  std::vector<std::string_view> schemes;  ///< "" = a path
  Failed (*open)(const std::string& url, const OpenOptions& options, std::unique_ptr<Database::Driver>& made) noexcept;
};

/// An engine: its driver, its line here, its folder in store/schema.
const std::vector<EngineRow>& engines() {
  static const std::vector<EngineRow> rows{
      {Engine::sqlite, {"", "sqlite"}, open_sqlite},
      {Engine::postgresql, {"postgresql", "postgres"}, open_module},
  };
  return rows;
}

const EngineRow& row_of(const std::string& url) {
  const std::string scheme = scheme_of(url);
  for (const EngineRow& row : engines())
    for (const std::string_view known : row.schemes)
      if (known == scheme) return row;
  throw Error(Trouble::usage, message(N_("no engine for database '{0}'"), scheme))
      .hint(message(N_("this regie knows a path, sqlite:PATH and postgresql://HOST/DATABASE")));
}

}  // namespace

Statement::Statement(std::unique_ptr<Driver> driver, std::size_t parameters)
    : driver_(std::move(driver)), parameters_(parameters) {}
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;
Statement::~Statement() = default;

Parameter& Statement::parameter(int number) { return parameters_.at(static_cast<std::size_t>(number) - 1); }

Statement& Statement::bind(int number, std::int64_t value) {
  parameter(number) = value;
  return *this;
}

Statement& Statement::bind(int number, std::string_view value) {
  parameter(number) = std::string(value);
  return *this;
}

Statement& Statement::bind(int number, std::nullptr_t) {
  parameter(number) = std::monostate{};
  return *this;
}

Statement& Statement::bind(int number, const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return bind(number, *whole);
  if (const auto* text = std::get_if<std::string>(&value)) return bind(number, std::string_view(*text));
  return bind(number, nullptr);
}

Statement& Statement::bind_reference(int number, const std::string& value) {
  parameter(number) = &value;
  return *this;
}

Statement& Statement::clear() {
  for (Parameter& parameter : parameters_) parameter = std::monostate{};
  return *this;
}

void Statement::reset() {
  if (started_) driver_->reset();
  started_ = false;
}

bool Statement::next() {
  bool is_row = false;
  Failed failure;
  if (!started_) failure = driver_->start(parameters_);
  started_ = true;
  if (!failure) failure = driver_->next(is_row);
  if (!is_row) reset();
  check(std::move(failure));
  return is_row;
}

void Statement::run() {
  reset();
  check(driver_->run(parameters_));
}

Value Statement::value(int column) const {
  const Cell cell = driver_->cell(column);
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return *number;
  if (const auto* text = std::get_if<std::string_view>(&cell)) return std::string(*text);
  return {};
}

bool Statement::is_null(int column) const { return std::holds_alternative<std::monostate>(driver_->cell(column)); }

std::int64_t Statement::number(int column) const {
  const Cell cell = driver_->cell(column);
  const auto* number = std::get_if<std::int64_t>(&cell);
  return number == nullptr ? 0 : *number;
}

std::string Statement::text(int column) const {
  const Cell cell = driver_->cell(column);
  const auto* text = std::get_if<std::string_view>(&cell);
  return text == nullptr ? std::string() : std::string(*text);
}

Database::Database(Engine engine, std::unique_ptr<Driver> driver)
    : engine_(engine), driver_(std::move(driver)), schema_version_(read_schema_version()) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

void Database::execute(std::string_view sql) { check(driver_->execute(sql)); }

Statement Database::prepare(std::string_view sql) {
  std::unique_ptr<Statement::Driver> made;
  check(driver_->prepare(sql, made));
  return {std::move(made), parameters_in(sql)};
}

std::int64_t Database::read_schema_version() {
  check(driver_->schema_version(schema_version_));
  return schema_version_;
}

void Database::set_schema_version(std::int64_t version) {
  check(driver_->set_schema_version(version));
  schema_version_ = version;
}

void Database::expect_bulk() { check(driver_->expect_bulk()); }
void Database::defer_references() { check(driver_->defer_references()); }
void Database::back_up(const std::filesystem::path& file, const std::string& name) {
  check(driver_->back_up(file.string(), name));
}

std::vector<std::string> Database::damage() {
  std::vector<std::string> findings;
  check(driver_->damage(findings));
  return findings;
}

Schema Database::schema() {
  Schema parts;
  check(driver_->schema(parts));
  return parts;
}

Schema Database::schema_of(std::span<const std::string_view> statements) {
  Schema parts;
  check(driver_->schema_of(statements, parts));
  return parts;
}

Transaction::Transaction(Database& database, Kind kind) : database_(database) { check(database_.driver_->begin(kind)); }

Transaction::~Transaction() {
  if (open_) database_.driver_->rollback();
}

void Transaction::commit() {
  check(database_.driver_->commit());
  open_ = false;
}

Engine engine_of(const std::string& url) { return row_of(url).engine; }

const std::string& checked(const std::string& url) {
  row_of(url);
  if (holds_password(url))
    throw Error(Trouble::usage, message(N_("the database URL holds a password, which everybody could read")))
        .hint(message(N_("put it into ~/.pgpass or a connection service file, see regie-postgresql(7)")));
  return url;
}

Database open(const std::string& url, const OpenOptions& options) {
  const EngineRow& row = row_of(checked(url));
  std::unique_ptr<Database::Driver> driver;
  check(row.open(url, options, driver));
  return {row.engine, std::move(driver)};
}

}  // namespace regie::sql
