// replay_check DATABASE: is everything in it whole? SQLite's own checks, and every journal replayed against its row.
// Prints "N requests, M journal entries" and exits 0, or says what is wrong and exits 1.
#include <iostream>
#include <string>

#include "regie/change.hpp"
#include "store/store.hpp"
#include "text/translate.hpp"

namespace {

using namespace regie;

constexpr std::chrono::seconds lock_wait{10};

/// What a PRAGMA that looks for faults answers, but for its "ok".
std::size_t complaints_of(sql::Database& database, const std::string& pragma) {
  auto check = database.prepare("PRAGMA " + pragma);
  std::size_t complaints = 0;
  while (check.next()) {
    const std::string line = check.text(0);
    if (line == "ok") continue;
    ++complaints;
    std::cerr << pragma << ": " << line << '\n';
  }
  return complaints;
}

std::size_t faults_of_file(const std::string& path) {
  // Writing, so that the journal of a writer that died is rolled back first, as the next command would do.
  sql::Database database = sql::open(path, {.access = sql::Access::write, .lock_wait = lock_wait});
  return complaints_of(database, "integrity_check") + complaints_of(database, "foreign_key_check");
}

/// Counts in `entries` what it replayed.
bool replays(Store& store, RequestId id, std::size_t& entries) {
  const auto row = store.find(id);
  if (!row) {
    std::cerr << "request " << id << " is missing\n";
    return false;
  }
  try {
    const auto journal = store.journal(id);
    entries += journal.size();
    if (!journal.empty() && replay(id, journal) == *row) return true;
    std::cerr << "the journal of request " << id << " does not give its row\n";
  } catch (const Error& error) {
    std::cerr << "request " << id << ": " << text::tr(error.messages().front()) << '\n';
  }
  return false;
}

int check(const std::string& path) {
  std::size_t faults = faults_of_file(path);
  Store store(path, {.access = sql::Access::read, .lock_wait = lock_wait}, Instant{});
  std::size_t entries = 0;
  const RequestId last = store.last_id();
  for (RequestId id = 1; id <= last; ++id)
    if (!replays(store, id, entries)) ++faults;
  std::cout << last << " requests, " << entries << " journal entries\n";
  return faults == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::cerr << "usage: replay_check DATABASE\n";
    return 2;
  }
  try {
    return check(words[1]);
  } catch (const regie::Error& error) {
    std::cerr << words[1] << ": " << regie::text::tr(error.messages().front()) << '\n';
    return 1;
  }
}
