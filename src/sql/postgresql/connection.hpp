// One libpq connection in pipeline mode. A statement whose rows nobody waits for is queued and travels with the next
// one that must answer, at the latest with the commit: over a slow line a command costs a handful of round trips, not
// one for each statement.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <deque>
#include <memory>
#include <string>

#include "sql/driver.hpp"

namespace regie::sql::postgresql {

struct FreeResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, FreeResult>;

/// Takes the rows of the statement that is answering now. There is at most one at a time: whoever asks the next
/// question makes it read the rest of its rows first.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual void keep_rest() = 0;
};

/// A statement as it is sent.
struct Query {
  const char* sql;
  std::span<const Parameter> parameters = {};
  const char* prepared = nullptr;  ///< its name, when the server knows it already
};

class Connection {
 public:
  explicit Connection(const OpenOptions& options) : lock_wait_(options.lock_wait) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { PQfinish(connection_); }

  Failed open(const std::string& url);
  /// After a loss: waits for a server that starts again, as long as one would wait for a lock.
  Failed open_again();
  bool is_lost() const { return broken_ || PQstatus(connection_) != CONNECTION_OK; }
  /// Outside of a transaction nothing waits in the queue.
  bool in_transaction = false;
  /// Counts connections and failures: what was prepared before may be unknown to the server.
  int generation() const { return generation_; }

  /// Sends it with the next ask() or settle(). `answer` gets the first value of its first row, when that has come.
  Failed queue(const Query& query, std::string* answer = nullptr);
  Failed queue_preparation(const char* name, const char* sql);
  /// Sends it with all that is queued; its rows come through next_row(). Reports the first failure of what was queued.
  Failed ask(const Query& query, Reader& reader);
  /// The next row of what was asked; nothing behind the last.
  Failed next_row(Result& row);
  /// No more rows wanted.
  void finish_reading();
  /// Sends what is queued and waits for all of it. `last` gets the result of the last statement.
  Failed settle(Result* last = nullptr);
  /// Several statements without parameters.
  Failed run_script(const std::string& sql);

  /// Where the database is, for messages.
  const std::string& name() const { return name_; }
  std::chrono::milliseconds lock_wait() const { return lock_wait_; }
  Failed describe(const PGresult* result);
  Failed describe_loss() const;

 private:
  Failed connect(std::chrono::steady_clock::time_point until, bool patient);
  Failed connect_once(std::chrono::steady_clock::time_point until);
  /// Reads the answer of the oldest statement in the queue.
  Failed read_answer(Result* kept);
  Failed skip_to_sync(Failed failure);
  Result next_result() { return Result(PQgetResult(connection_)); }

  std::string url_;
  std::string name_;
  std::chrono::milliseconds lock_wait_;
  std::chrono::seconds connect_timeout_{10};
  PGconn* connection_ = nullptr;
  bool broken_ = false;  ///< libpq gave up on it, whatever PQstatus() says
  int generation_ = 0;
  std::deque<std::string*> queued_;  ///< given to libpq and not answered yet: who wants a value, or nullptr
  Reader* reader_ = nullptr;
};

/// The same kind of failure whatever the language of the server: by SQLSTATE (PostgreSQL documentation, appendix A).
Failed failure_of(std::string_view sqlstate, const std::string& database, std::string_view primary_message);

}  // namespace regie::sql::postgresql
