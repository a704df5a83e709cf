#include "sql/postgresql/connection.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "sql/url.hpp"

namespace regie::sql::postgresql {

namespace {

using Clock = std::chrono::steady_clock;

/// Answers that may lie unread: a few hundred short ones fit the socket's buffers, so neither side waits for the other.
constexpr std::size_t most_queued = 256;

/// Parameters as libpq takes them: all as text, which the server reads as the type it expects there.
class Arguments {
 public:
  explicit Arguments(std::span<const Parameter> parameters) : numbers_(parameters.size()) {
    values_.reserve(parameters.size());
    for (std::size_t i = 0; i < parameters.size(); ++i) values_.push_back(text_of(parameters[i], numbers_[i]));
  }
  int count() const { return static_cast<int>(values_.size()); }
  const char* const* values() const { return values_.data(); }
  /// Sent as it is, the text would end there.
  bool hold_zero_byte() const { return zero_byte_; }

 private:
  using Digits = std::array<char, 24>;

  const char* text_of(const Parameter& parameter, Digits& digits) {
    if (const auto* text = std::get_if<std::string>(&parameter)) return whole(*text);
    if (const auto* const* text = std::get_if<const std::string*>(&parameter)) return whole(**text);
    if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
      *std::to_chars(digits.data(), digits.data() + digits.size() - 1, *number).ptr = '\0';
      return digits.data();
    }
    return nullptr;
  }

  const char* whole(const std::string& text) {
    zero_byte_ |= std::strlen(text.c_str()) != text.size();
    return text.c_str();
  }

  bool zero_byte_ = false;
  std::vector<Digits> numbers_;
  std::vector<const char*> values_;
};

std::string first_line(const char* text) { return {text, std::strcspn(text, "\n")}; }

/// "…: FATAL:  28P01: password authentication failed…": how libpq reports what the server said at connecting, when it
/// is asked to be verbose. Nothing else of a failed connection tells the SQLSTATE.
struct ServerWord {
  std::string sqlstate;
  std::string message;
};
ServerWord server_word(const std::string& text) {
  static constexpr std::string_view before = ":  ";
  static constexpr std::size_t length = 5;
  for (auto at = text.find(before); at != std::string::npos; at = text.find(before, at + 1)) {
    const auto state = at + before.size();
    const bool is_state = state + length < text.size() && text[state + length] == ':' &&
                          std::all_of(text.begin() + static_cast<std::ptrdiff_t>(state),
                                      text.begin() + static_cast<std::ptrdiff_t>(state + length),
                                      [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
    if (is_state) return {text.substr(state, length), first_line(text.c_str() + state + length + 2)};
  }
  return {};
}

bool wait_for(PGconn* connection, PostgresPollingStatusType direction, Clock::time_point until) {
  pollfd watched{PQsocket(connection), static_cast<short>(direction == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
  for (;;) {
    const int ready = ::poll(&watched, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

Failed unreadable_url() {
  // Not in libpq's words: they quote pieces of what may be a password.
  return failed(
      Trouble::usage, message(N_("the database URL cannot be understood")),
      {message(N_("write postgresql://USER@HOST:PORT/DATABASE; in names, write % as %25, @ as %40, / as %2F"))});
}

/// What the URL says, as libpq reads it.
struct Settings {
  explicit Settings(const std::string& url) : options(PQconninfoParse(url.c_str(), nullptr)) {}
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;
  ~Settings() { PQconninfoFree(options); }

  bool hold_password() const {
    for (const auto* option = options; option->keyword != nullptr; ++option)
      if (*option->dispchar == '*' && option->val != nullptr && *option->val != '\0') return true;
    return false;
  }
  int number(std::string_view keyword) const {
    for (const auto* option = options; option->keyword != nullptr; ++option)
      if (option->keyword == keyword && option->val != nullptr) return std::atoi(option->val);
    return 0;
  }

  PQconninfoOption* options;
};

/// An @ behind the login, where it should be written %40: most likely the / or ? before it belongs to a password, and
/// libpq, which then takes its beginning for a port, would quote it.
bool holds_stray_at(const std::string& url) {
  const auto authority = url.find("://") + 3;
  const auto end = url.find_first_of("/?", authority);
  return end != std::string::npos && url.find('@', end) != std::string::npos;
}

void say_nothing(void* /*unused*/, const char* /*notice*/) {}

}  // namespace

Failed Connection::open(const std::string& url) {
  url_ = url;
  name_ = shown(url);
  const Settings settings(url);
  if (settings.options == nullptr || holds_stray_at(url)) return unreadable_url();
  if (settings.hold_password())
    return failed(Trouble::usage, message(N_("the database URL holds a password, which everybody could read")),
                  {message(N_("put it into ~/.pgpass or a connection service file, see regie-postgresql(7)"))});
  if (const int seconds = settings.number("connect_timeout"); seconds > 0)
    connect_timeout_ = std::chrono::seconds{seconds};
  return connect(Clock::now() + lock_wait_, false);
}

Failed Connection::open_again() { return connect(Clock::now() + lock_wait_, true); }

Failed Connection::connect(Clock::time_point until, bool patient) {
  for (auto pause = std::chrono::milliseconds{50};; pause = std::min(pause * 2, std::chrono::milliseconds{1000})) {
    auto failure = connect_once(Clock::now() + connect_timeout_);
    if (!failure) return nullptr;
    const bool passes = failure->trouble == Trouble::unreachable && (patient || failure->interference);
    failure->interference = false;
    if (!passes || Clock::now() + pause > until) return failure;
    std::this_thread::sleep_for(pause);
  }
}

Failed Connection::connect_once(Clock::time_point until) {
  PQfinish(connection_);
  ++generation_;
  broken_ = false;
  queued_.clear();
  reader_ = nullptr;
  // What stands before dbname is a default: the URL may say otherwise. A network that vanishes is noticed within a
  // minute; libpq's own defaults are hours.
  const std::array<const char*, 8> keywords{
      "fallback_application_name", "client_encoding",  "tcp_user_timeout", "keepalives_idle",
      "keepalives_interval",       "keepalives_count", "dbname",           nullptr};
  const std::array<const char*, 8> values{"regie", "UTF8", "30000", "30", "10", "3", url_.c_str(), nullptr};
  connection_ = PQconnectStartParams(keywords.data(), values.data(), 1);
  if (connection_ == nullptr) return failed(Trouble::refused, message(N_("no memory left for a connection")));
  PQsetErrorVerbosity(connection_, PQERRORS_VERBOSE);
  PQsetNoticeProcessor(connection_, say_nothing, nullptr);
  auto state = PQstatus(connection_) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
    if (!wait_for(connection_, state, until))
      return failed(Trouble::unreachable, message(N_("database '{0}' does not answer"), name_),
                    {message(N_("nothing was done; try again when the server answers"))});
    state = PQconnectPoll(connection_);
  }
  if (state == PGRES_POLLING_OK) {
    const char* encoding = PQparameterStatus(connection_, "server_encoding");
    if (encoding != nullptr && std::string_view(encoding) != "UTF8")
      return failed(Trouble::refused, message(N_("database '{0}' keeps text as {1}, not as UTF8"), name_, encoding),
                    {message(N_("make it with: createdb --encoding=UTF8 --template=template0"))});
    PQenterPipelineMode(connection_);
    return nullptr;
  }
  const std::string text = PQerrorMessage(connection_);
  if (PQconnectionNeedsPassword(connection_) == 1)
    return failed(Trouble::refused, message(N_("database '{0}' asks for a password, and none was found"), name_),
                  {message(N_("the server's pg_hba.conf and your ~/.pgpass decide, see regie-postgresql(7)"))});
  const ServerWord word = server_word(text);
  if (!word.sqlstate.empty()) return failure_of(word.sqlstate, name_, word.message);
  return failed(Trouble::unreachable,
                message(N_("database '{0}' cannot be reached: {1}"), name_, first_line(text.c_str())),
                {message(N_("nothing was done; try again when the server answers"))});
}

Failed Connection::describe_loss() const {
  auto failure =
      failed(Trouble::unreachable,
             message(in_transaction ? N_("the connection to database '{0}' was lost: nothing of this was saved")
                                    : N_("the connection to database '{0}' was lost"),
                     name_));
  failure->interference = true;  // the server undoes what was not committed
  return failure;
}

Failed Connection::describe(const PGresult* result) {
  const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (sqlstate == nullptr) {  // not the server's word: libpq itself can go no further
    broken_ = true;
    return describe_loss();
  }
  const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  auto failure = failure_of(sqlstate, name_, primary == nullptr ? "" : primary);
  if (failure->trouble == Trouble::unreachable) return describe_loss();
  return failure;
}

Failed Connection::queue(const Query& query, std::string* answer) {
  if (is_lost()) return describe_loss();
  if (reader_ != nullptr) reader_->keep_rest();
  if (queued_.size() >= most_queued)
    if (auto failure = settle()) return failure;
  const Arguments arguments(query.parameters);
  if (arguments.hold_zero_byte())
    return failed(Trouble::refused, message(N_("a text holds a zero byte, which database '{0}' cannot keep"), name_));
  const int sent = query.prepared != nullptr ? PQsendQueryPrepared(connection_, query.prepared, arguments.count(),
                                                                   arguments.values(), nullptr, nullptr, 0)
                                             : PQsendQueryParams(connection_, query.sql, arguments.count(), nullptr,
                                                                 arguments.values(), nullptr, nullptr, 0);
  if (sent == 0) return is_lost() ? describe_loss() : failure_of("", name_, first_line(PQerrorMessage(connection_)));
  queued_.push_back(answer);
  return nullptr;
}

Failed Connection::queue_preparation(const char* name, const char* sql) {
  if (is_lost()) return describe_loss();
  if (reader_ != nullptr) reader_->keep_rest();
  if (PQsendPrepare(connection_, name, sql, 0, nullptr) == 0) return describe_loss();
  queued_.push_back(nullptr);
  return nullptr;
}

Failed Connection::ask(const Query& query, Reader& reader) {
  if (auto failure = queue(query)) return failure;
  if (PQpipelineSync(connection_) == 0) return describe_loss();
  while (queued_.size() > 1)
    if (auto failure = read_answer(nullptr)) return skip_to_sync(std::move(failure));
  PQsetSingleRowMode(connection_);
  reader_ = &reader;
  return nullptr;
}

Failed Connection::read_answer(Result* kept) {
  std::string* const wanted = queued_.front();
  queued_.pop_front();
  bool answered = false;
  while (Result result = next_result()) {
    answered = true;
    if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR) return describe(result.get());
    if (wanted != nullptr && PQntuples(result.get()) > 0) *wanted = PQgetvalue(result.get(), 0, 0);
    if (kept != nullptr) *kept = std::move(result);
  }
  return answered ? nullptr : describe_loss();
}

Failed Connection::next_row(Result& row) {
  Result result = next_result();
  if (!result) {
    reader_ = nullptr;
    queued_.clear();
    return describe_loss();
  }
  switch (PQresultStatus(result.get())) {
    case PGRES_SINGLE_TUPLE: row = std::move(result); return nullptr;
    case PGRES_FATAL_ERROR: return skip_to_sync(describe(result.get()));
    default: return skip_to_sync(nullptr);
  }
}

void Connection::finish_reading() {
  if (reader_ == nullptr) return;
  const auto ignored = skip_to_sync(nullptr);  // a failure behind the rows that were wanted
}

Failed Connection::skip_to_sync(Failed failure) {
  reader_ = nullptr;
  queued_.clear();
  if (failure) ++generation_;
  bool ended_before = false;
  for (;;) {
    const Result result = next_result();
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_PIPELINE_SYNC) return failure;
    // One empty answer ends a statement, two in a row the connection.
    if (!result && (ended_before || is_lost())) return failure ? std::move(failure) : describe_loss();
    ended_before = !result;
    if (status == PGRES_FATAL_ERROR && result && !failure) {
      failure = describe(result.get());
      ++generation_;
    }
  }
}

Failed Connection::settle(Result* last) {
  if (reader_ != nullptr) reader_->keep_rest();
  if (is_lost()) return describe_loss();
  if (queued_.empty()) return nullptr;
  if (PQpipelineSync(connection_) == 0) return describe_loss();
  while (!queued_.empty())
    if (auto failure = read_answer(last)) return skip_to_sync(std::move(failure));
  return skip_to_sync(nullptr);
}

Failed Connection::run_script(const std::string& sql) {
  if (auto failure = settle()) return failure;
  PQexitPipelineMode(connection_);
  const Result result(PQexec(connection_, sql.c_str()));
  const auto status = PQresultStatus(result.get());
  Failed failure;
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
    failure = describe(result.get());
  if (!is_lost()) PQenterPipelineMode(connection_);
  return failure;
}

}  // namespace regie::sql::postgresql
