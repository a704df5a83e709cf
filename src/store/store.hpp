// Requests and their journal, kept. Knows rows, not rules: what is saved is what decide() made.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "regie/change.hpp"
#include "regie/history.hpp"
#include "regie/past.hpp"
#include "sql/database.hpp"
#include "store/intake.hpp"
#include "store/outbox.hpp"

namespace regie {

/// Which requests. Every part that is filled must hold; inside a list any one is enough.
struct Filter {
  bool unfinished_only = false;
  bool late_only = false;        ///< is_late() at `now`
  bool to_verify_only = false;   ///< done, and somebody has to look at it
  bool tacit_only = false;       ///< accepted because nobody looked in time
  bool unanswered_only = false;  ///< a tenant we know should have heard something by `now`
  bool out_of_contract_only = false;
  bool triage_only = false;  ///< open, nobody sent, and a reason why
  Instant now{};
  std::vector<RequestId> ids;
  std::vector<RequestId> parents;  ///< requests that are part of one of these
  std::vector<State> states;
  std::vector<Urgency> urgencies;
  std::vector<Place> places;
  std::vector<Channel> channels;
  std::vector<std::string> residences;
  std::vector<std::string> dwellings;
  std::vector<std::string> trades;     ///< "" = not understood
  std::vector<std::string> providers;  ///< "" = nobody
  std::optional<Instant> opened_from;
  std::optional<Instant> opened_before;
  std::optional<Instant> visit_after;   ///< with an appointment that ends after
  std::optional<Instant> visit_before;  ///< with an appointment that begins before
  std::vector<std::string> visit_by;    ///< "" = not said who goes
};

struct Order {
  const Field* field;  ///< nullptr: the id
  bool descending = false;
};

/// What is in one table.
struct TableContent {
  const char* table;
  std::int64_t rows = 0;
  std::string digest;
  bool operator==(const TableContent&) const = default;
};

/// Called now and then with how many rows of a table are through, of how many; 0 = not known.
using Progress = std::function<void(const char* table, std::int64_t done, std::int64_t all)>;

/// What a check of the whole database found.
struct CheckResult {
  struct Finding {
    const char* part;     ///< "engine", "schema", "journal" or "figures"
    std::string subject;  ///< "index request_key", "request 12"
    Message what;
  };
  std::int64_t requests = 0;
  std::int64_t entries = 0;  ///< of the journal
  std::vector<Finding> findings;
};

class Store {
 public:
  /// Opens a regie database and brings its schema up to date. See sql::open() for what it throws.
  Store(const std::string& url, const sql::OpenOptions& options, Instant now);

  /// Was it empty when it was opened?
  bool is_new() const { return is_new_; }

  sql::Transaction transaction(sql::Transaction::Kind kind) {
    last_id_.reset();
    policy_kept_ = false;
    return {database_, kind};
  }
  void begin(std::optional<sql::Transaction>& transaction, sql::Transaction::Kind kind) {
    last_id_.reset();
    policy_kept_ = false;
    transaction.emplace(database_, kind);
  }

  /// Runs `work` in a write transaction, which is kept when it returns true. Where another transaction came between, or
  /// the server was away for a moment, all is undone and `work` runs again: it starts from what it reads here.
  /// Inside another write() it is a part of that one, undone by itself when it returns false or throws.
  void write(const std::function<bool()>& work);

  /// Requests saved from now on are promised something under this version; its text is kept with the first of them.
  void promise_under(std::string version, std::string text);
  /// The text of a version that was used; nullopt when it never was.
  std::optional<std::string> policy(const std::string& version);

  Outbox& outbox() { return outbox_; }
  Intake intake() { return Intake(database_); }

  std::optional<Request> find(RequestId id);
  std::optional<RequestId> find_key(std::string_view key);
  /// Which of these keys are taken.
  std::set<std::string, std::less<>> taken(std::span<const std::string_view> keys);

  /// Saves a new request with everything that happened to it: `changes` starts with its opening, the last one holds
  /// the row. Gives them the next id: only inside a write transaction is that nobody else's.
  RequestId add(std::vector<Change>& changes);

  /// Saves what decide() made of the row that find() gave. Throws Error(busy) when somebody else changed it since.
  void save(const Change& change);

  /// Oldest first; empty when there is no such request.
  std::vector<Event> journal(RequestId id);

  /// First entries of requests that were perhaps not reported but made by a rule: of those for which the decision is an
  /// entry of its own, and of those that are part of another.
  void each_opening_beside(const std::function<void(const Event&)>& each);

  /// Entries that say who goes, or that somebody does not, of requests received in [from, before); nullopt = no limit.
  /// In order of request and time.
  void each_order(std::optional<Instant> from, std::optional<Instant> before,
                  const std::function<void(const Event&)>& each);

  /// Entries that were typed in at least so long after they happened, and typed in in [from, before), in that order;
  /// nullopt = no limit.
  void each_late_entry(std::chrono::seconds at_least, std::optional<Instant> from, std::optional<Instant> before,
                       const std::function<void(const Event&)>& each);

  /// Calls `each` until it returns false. No order given: most pressing first (urgency, due, id).
  void list(const Filter& filter, const std::vector<Order>& order, std::int64_t limit,
            const std::function<bool(Request&&)>& each);

  /// Only their numbers, lowest first: a fraction of what list() costs where usually nothing is found.
  std::vector<RequestId> numbers(const Filter& filter, std::int64_t limit);

  /// Counts up to `at_most`, so that it costs the same at a million.
  std::int64_t count(const Filter& filter, std::int64_t at_most);

  std::int64_t last_id();

  /// Of requests with these numbers, both included, in order.
  std::vector<Attempt> attempts_of(RequestId first, RequestId last);

  /// What figures are made of, for all requests that were not over before `from` and had begun before `before`, a pack
  /// of neighbours at a time: others may be among them. NameTable are added to `names`.
  void each_history(Instant from, Instant before, NameTable& names, const std::function<void(const History&)>& each,
                    const Progress& progress = {});
  /// How many packs pack_history() would make.
  std::int64_t packs_missing();
  /// When the first request was received; nullopt when there is none.
  std::optional<Instant> first_reception();
  /// Packs what was not packed, so that it is read faster. Wants a store that may write; somebody else's changes
  /// meanwhile are no harm.
  void pack_history(const Progress& progress);

  /// How the provider's last checks before that moment ended, the latest first: true = passed.
  std::vector<bool> last_inspections(const std::string& provider, std::int64_t count, Instant before = Instant::max());

  // What Past asks.
  std::vector<Request> requests(const PastQuery& query);
  std::int64_t orders(const std::string& provider, const std::string& trade, Instant from, Instant to);
  std::vector<Spent> spent(const std::string& provider, Instant from, Instant to);

  /// How much of each table there is, and a digest of it: equal contents have equal digests on every engine. As of one
  /// moment inside a transaction.
  std::vector<TableContent> contents(const Progress& progress);

  /// Copies everything into `target`, in one transaction there, and reads it back before that commits. Returns what was
  /// copied. Throws Error(refused) when `target` is not empty, or not the same afterwards; then nothing of it stays.
  std::vector<TableContent> copy_to(Store& target, const Progress& progress);

  /// Is everything whole: the engine's own checks, the schema, and every journal replayed against its row.
  CheckResult check(const Progress& progress);

  /// All of it, as of one moment, into `file`, which must not exist or be empty.
  void back_up(const std::filesystem::path& file, const std::string& name) { database_.back_up(file, name); }

  sql::Engine engine() const { return database_.engine(); }

  /// For loading many requests in one transaction.
  void expect_bulk() { database_.expect_bulk(); }

 private:
  void write_part(const std::function<bool()>& work);
  sql::Statement& statement(std::optional<sql::Statement>& kept, std::string_view sql);
  void append(const Event& event);
  void keep_policy(const Request& row);
  void keep_inspection(const Change& change);
  void forget_pack(RequestId id);
  History read_history(RequestId first, RequestId last, NameTable& names);
  void check_schema(CheckResult& result);
  void check_journals(CheckResult& result, const Progress& progress);
  void check_packs(CheckResult& result);
  void check_page(RequestId after, std::map<RequestId, std::optional<Request>>& rows, RequestId last,
                  CheckResult& result);

  sql::Database database_;
  bool is_new_;
  Outbox outbox_{database_};
  std::optional<RequestId> last_id_;  ///< inside a write transaction, once it was asked
  std::string policy_version_, policy_text_;
  bool policy_kept_ = false;  ///< as of this write transaction
  bool writing_ = false;      ///< inside write()
  std::optional<sql::Statement> insert_request_, insert_event_, find_request_, find_key_, select_journal_,
      select_last_id_, select_last_id_and_policy_, select_keys_, count_orders_, count_trade_orders_, sum_costs_,
      delete_pack_;
  std::map<unsigned, std::optional<sql::Statement>> select_past_;  ///< by which parts of a PastQuery are filled
};

/// What the database holds is the past.
class StoredPast : public Past {
 public:
  /// Keeps a reference.
  explicit StoredPast(Store& store) : store_(store) {}
  std::vector<Request> requests(const PastQuery& query) const override { return store_.requests(query); }
  std::int64_t orders(const std::string& provider, const std::string& trade, Instant from, Instant to) const override {
    return store_.orders(provider, trade, from, to);
  }
  std::vector<Spent> spent(const std::string& provider, Instant from, Instant to) const override {
    return store_.spent(provider, from, to);
  }

 private:
  Store& store_;
};

/// Rows as the statements of this folder select them.
const std::string& request_columns_sql();
const std::string& journal_columns_sql();
Request read_request(const sql::Statement& row);
Event read_event(const sql::Statement& row);
const std::string& attempt_columns_sql();
inline constexpr std::size_t attempt_column_count = 24;
Attempt read_attempt(const sql::Statement& row);
void keep_attempt(sql::Database& database, const Attempt& attempt);

/// For a database whose journals are older than the table: keeps the attempts that they tell of.
void fill_attempts(sql::Database& database);

/// The journal's `changes` column: one JSON object, field names as keys.
std::string encode_changes(const FieldChanges& changes);
FieldChanges decode_changes(std::string_view json);

}  // namespace regie
