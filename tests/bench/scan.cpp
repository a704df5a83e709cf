// The bare work of `regie report targets` and `providers` in SQLite, for tests/bench/reports.sh:
//   scan targets|providers FROM BEFORE DATABASE
// One prepared statement reads a covering index over what reports.sh made of make_history's facts (codes
// are small numbers there, what was decided is a column); counts and percentiles are taken here. Times are differences
// of moments; nothing is named, drawn or written but one line for each group.
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Moment = std::int64_t;

class Statement {
 public:
  Statement(const char* file, const char* sql) {
    if (sqlite3_open_v2(file, &database_, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) fail();
    if (sqlite3_prepare_v2(database_, sql, -1, &statement_, nullptr) != SQLITE_OK) fail();
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() {
    sqlite3_finalize(statement_);
    sqlite3_close(database_);
  }
  void bind(int parameter, Moment value) { sqlite3_bind_int64(statement_, parameter, value); }
  bool next() {
    const int result = sqlite3_step(statement_);
    if (result != SQLITE_ROW && result != SQLITE_DONE) fail();
    return result == SQLITE_ROW;
  }
  Moment number(int column) const { return sqlite3_column_int64(statement_, column); }

 private:
  [[noreturn]] void fail() const { throw std::runtime_error(sqlite3_errmsg(database_)); }

  sqlite3* database_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
};

using Lengths = std::vector<std::uint32_t>;

std::uint32_t percentile(Lengths& values, std::size_t percent) {
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>((values.size() * percent + 99) / 100) - 1;
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

void print(const char* by, std::size_t key, const std::int64_t* counts, std::size_t count, Lengths* lengths,
           std::size_t lengths_count) {
  if (counts[0] == 0) return;
  std::printf("%s %zu", by, key);
  for (std::size_t i = 0; i < count; ++i) std::printf(" %lld", static_cast<long long>(counts[i]));
  for (std::size_t i = 0; i < lengths_count; ++i)
    std::printf(" %u %u", percentile(lengths[i], 50), percentile(lengths[i], 90));
  std::printf("\n");
}

constexpr std::size_t most_codes = 64;

void targets(Moment from, Moment before, const char* file) {
  struct Group {
    std::array<std::int64_t, 4> counts{};  ///< decided, kept, missed, still missed
    std::array<Lengths, 1> over_by;
  };
  std::array<std::array<Group, most_codes>, 3> groups;
  Statement select(
      file, "select urgency, trade, agency, kept, due, ended from target where decided_at >= ?1 and decided_at < ?2");
  select.bind(1, from);
  select.bind(2, before);
  while (select.next()) {
    const bool kept = select.number(3) != 0;
    const Moment ended = std::min(select.number(5), before);
    for (int by = 0; by < 3; ++by) {
      Group& group = groups[static_cast<std::size_t>(by)][static_cast<std::size_t>(select.number(by))];
      ++group.counts[0];
      ++group.counts[kept ? 1 : 2];
      if (kept) continue;
      if (ended == before) ++group.counts[3];
      group.over_by[0].push_back(static_cast<std::uint32_t>(std::max<Moment>(0, ended - select.number(4))));
    }
  }
  constexpr std::array names{"urgency", "trade", "agency"};
  for (std::size_t by = 0; by < 3; ++by)
    for (std::size_t key = 0; key < most_codes; ++key) {
      Group& group = groups[by][key];
      print(names[by], key, group.counts.data(), group.counts.size(), group.over_by.data(), group.over_by.size());
    }
}

void providers(Moment from, Moment before, const char* file) {
  struct Group {
    std::array<std::int64_t, 16> counts{};
    std::array<Lengths, 3> lengths;
  };
  std::array<Group, most_codes> groups;
  const Moment from_before = from - (before - from);
  const auto in = [&](Moment at) { return at >= from && at < before; };
  const auto was_in = [&](Moment at) { return at >= from_before && at < from; };
  Statement select(
      file,
      "select provider, ended_how, flags, ordered, accepted, came, done, checked, ended, kept_at, missed_at, "
      "cost from job where last >= ?1 and ordered < ?2");
  select.bind(1, from_before);
  select.bind(2, before);
  while (select.next()) {
    Group& group = groups[static_cast<std::size_t>(select.number(0))];
    const Moment how = select.number(1), flags = select.number(2), ordered = select.number(3);
    const Moment accepted = select.number(4), came = select.number(5), done = select.number(6);
    const Moment checked = select.number(7), ended = select.number(8), kept = select.number(9),
                 missed = select.number(10);
    const bool rework = (flags & 1) != 0, callback = (flags & 2) != 0, tacit = (flags & 4) != 0;
    const auto count = [&](std::size_t what, bool yes) { group.counts[what] += yes ? 1 : 0; };
    count(0, !rework && in(ordered));
    count(1, in(accepted));
    count(2, how == 2 && in(ended));
    count(3, how == 3 && in(ended));
    count(4, in(done));
    count(5, in(kept));
    count(6, in(missed));
    count(7, was_in(kept));
    count(8, was_in(missed));
    count(9, !tacit && in(checked));
    count(10, how == 4 && in(checked));
    count(11, callback && !rework && in(ordered));
    count(12, ended >= before);
    count(13, ended >= before && missed < before);
    if (in(done)) group.counts[14] += select.number(11);
    const auto measure = [&](std::size_t what, Moment at) {
      if (in(at)) group.lengths[what].push_back(static_cast<std::uint32_t>(at - ordered));
    };
    measure(0, accepted);
    measure(1, came);
    measure(2, done);
  }
  Statement nobody(file, "select provider, count(*) from visit where at >= ?1 and at < ?2 group by provider");
  nobody.bind(1, from);
  nobody.bind(2, before);
  while (nobody.next()) groups[static_cast<std::size_t>(nobody.number(0))].counts[15] = nobody.number(1);
  for (std::size_t key = 0; key < most_codes; ++key) {
    Group& group = groups[key];
    print("provider", key, group.counts.data(), group.counts.size(), group.lengths.data(), group.lengths.size());
  }
}

}  // namespace

int main(int count, char** words) {
  try {
    const std::string question = count == 5 ? words[1] : "";
    if (question == "targets") targets(std::stoll(words[2]), std::stoll(words[3]), words[4]);
    else if (question == "providers") providers(std::stoll(words[2]), std::stoll(words[3]), words[4]);
    else throw std::runtime_error("usage: scan targets|providers FROM BEFORE DATABASE");
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "scan: %s\n", error.what());
    return 1;
  }
}
