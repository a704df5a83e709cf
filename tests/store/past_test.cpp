// The past in the database answers like the past in memory.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

#include "store/filling.hpp"

using namespace regie;
using namespace regie::test;

namespace {

using Names = std::vector<std::string>;
const Names residences{"BEL", "ROS", "VER"};
const Names dwellings{"", "A-101", "A-102", "B-101", "M-017", "17"};
const Names trades{"", "plumbing", "heating"};
const Names problems{"", "no-water", "L'eau; chaude \"é\""};
const Names firms{"GAR", "ELO"};

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  std::int64_t number(std::int64_t from, std::int64_t to) {
    return from + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(to - from + 1));
  }
  bool one_in(int of) { return number(1, of) == 1; }
  const std::string& any(const Names& all) {
    return all[static_cast<std::size_t>(number(0, static_cast<std::int64_t>(all.size()) - 1))];
  }
  /// Few, so that the edges of windows are met.
  Instant instant() { return minute(10 * number(0, 60)); }

 private:
  std::mt19937 engine_;
};

/// A life as short or as long as the dice say, begun at `from`.
Life drawn_life(Dice& dice) {
  Request draft = leaking_tap();
  draft.residence = dice.any(residences);
  draft.dwelling = dice.any(dwellings);
  draft.building = building_of(draft.dwelling);
  if (draft.building.empty() && dice.one_in(2)) draft.building = "A";
  draft.trade = dice.any(trades);
  draft.problem = dice.any(problems);
  Life life;
  life.minutes = 10 * dice.number(0, 60) - 1;
  life(Open{draft, {}});
  if (dice.one_in(5)) return life;
  if (dice.one_in(6)) {
    life(Cancel{CancelReason::withdrawn, {}});
    return life;
  }
  life.minutes += 9;
  life(to_provider(dice.any(firms)));
  if (dice.one_in(3)) return life;
  Done done = work_done();
  done.provider = life.request.provider;
  done.cost = dice.one_in(3) ? std::nullopt : std::optional(dice.number(0, 90'000));
  life.minutes += 9;
  life(done, technician);
  if (dice.one_in(3)) return life;
  life(Close{"joint refait", {}});
  return life;
}

/// A few hundred requests in the store, and the same ones in memory.
struct Both {
  Both(int requests, unsigned seed) {
    Dice dice(seed);
    store.write([&] {
      for (int n = 0; n < requests; ++n) add(store, drawn_life(dice));
      return true;
    });
    store.list({}, {{nullptr}}, 0, [&](Request&& row) {
      rows.push_back(row);
      return true;
    });
    std::ranges::sort(rows, {}, &Request::id);
    for (const Request& row : rows) memory.add(row);
  }
  ~Both() { check_journals(store); }

  DeskHome home;
  Store store{open_store(home.url())};
  std::vector<Request> rows;
  RequestsInMemory memory;
};

PastQuery drawn_query(Dice& dice) {
  PastQuery query{.residence = dice.any(residences)};
  if (dice.one_in(3)) query.building = dice.one_in(3) ? "" : dice.one_in(2) ? "A" : "B";
  if (dice.one_in(3)) query.dwelling = dice.any(dwellings);
  if (dice.one_in(3)) query.trade = dice.any(trades);
  if (dice.one_in(3)) query.problem = dice.any(problems);
  if (dice.one_in(3)) query.received_from = dice.instant();
  if (dice.one_in(3)) query.received_to = dice.instant();
  if (dice.one_in(4)) query.done_from = dice.instant();
  if (dice.one_in(4)) query.done_to = dice.instant();
  query.unfinished = dice.one_in(3);
  return query;
}

using Sums = std::map<std::pair<std::string, std::string>, std::int64_t>;

Sums sums(const std::vector<Spent>& all) {
  Sums added;
  for (const Spent& one : all) added[{one.residence, one.trade}] += one.cents;
  return added;
}

}  // namespace

TEST_CASE("the store knows the same past as a list in memory") {
  Both both(300, 1);
  const StoredPast stored(both.store);
  Dice dice(2);
  std::size_t found = 0;
  for (int n = 0; n < 600; ++n) {
    const PastQuery query = drawn_query(dice);
    const auto there = stored.requests(query);
    CAPTURE(n);
    CHECK(there == both.memory.requests(query));
    found += there.size();
  }
  CHECK(found > 1'000);
}

TEST_CASE("the store counts the same orders and the same money as a list in memory") {
  Both both(300, 3);
  const StoredPast stored(both.store);
  Dice dice(4);
  std::int64_t orders = 0, cents = 0;
  for (int n = 0; n < 300; ++n) {
    const std::string firm = dice.one_in(10) ? "NOBODY" : dice.any(firms);
    const Instant from = dice.instant(), to = dice.instant();
    CAPTURE(n);
    for (const char* trade : {"", "plumbing", "electrical"})
      CHECK(stored.orders(firm, trade, from, to) == both.memory.orders(firm, trade, from, to));
    CHECK(sums(stored.spent(firm, from, to)) == sums(both.memory.spent(firm, from, to)));
    orders += stored.orders(firm, "", from, to);
    for (const Spent& one : stored.spent(firm, from, to)) cents += one.cents;
  }
  CHECK(orders > 1'000);
  CHECK(cents > 1'000'000);
}

TEST_CASE("what was paid comes as one row for each residence and trade") {
  Both both(200, 5);
  const auto rows = both.store.spent("GAR", minute(0), minute(10'000));
  CHECK(sums(rows).size() == rows.size());
  CHECK(rows.size() == residences.size() * trades.size());
}

TEST_CASE("every single part of a query narrows it down and none changes another") {
  Both both(200, 6);
  const StoredPast stored(both.store);
  for (unsigned parts = 0; parts < 512; ++parts) {
    PastQuery query{.residence = "BEL"};
    if ((parts & 1U) != 0) query.building = "A";
    if ((parts & 2U) != 0) query.dwelling = "A-101";
    if ((parts & 4U) != 0) query.trade = "plumbing";
    if ((parts & 8U) != 0) query.problem = "no-water";
    if ((parts & 16U) != 0) query.received_from = minute(100);
    if ((parts & 32U) != 0) query.received_to = minute(500);
    if ((parts & 64U) != 0) query.done_from = minute(150);
    if ((parts & 128U) != 0) query.done_to = minute(550);
    query.unfinished = (parts & 256U) != 0;
    CAPTURE(parts);
    CHECK(stored.requests(query) == both.memory.requests(query));
  }
}

TEST_CASE("words that look like SQL are only words") {
  Both both(50, 7);
  for (const char* hostile : {"'; delete from request; --", "$1", "%", "null"}) {
    CHECK(both.store.requests({.residence = hostile}).empty());
    CHECK(both.store.requests({.residence = "BEL", .building = hostile}).empty());
    CHECK(both.store.orders(hostile, hostile, minute(0), minute(10'000)) == 0);
    CHECK(both.store.spent(hostile, minute(0), minute(10'000)).empty());
  }
  CHECK(both.store.last_id() == 50);
}

TEST_CASE("inside a transaction the past knows what is not committed yet and forgets what is not kept") {
  DeskHome home;
  Store store = open_store(home.url());
  const PastQuery all{.residence = "ROS"};
  CHECK(store.requests(all).empty());
  store.write([&] {
    add(store, opened(leaking_tap()));
    CHECK(store.requests(all).size() == 1);
    Life assigned = life_in(State::assigned);
    add(store, assigned);
    CHECK(store.requests(all).size() == 2);
    CHECK(store.orders("REGIE", "", minute(0), minute(100)) == 1);
    return false;
  });
  CHECK(store.requests(all).empty());
  CHECK(store.orders("REGIE", "", minute(0), minute(100)) == 0);
}

TEST_CASE("large sums are exact") {
  DeskHome home;
  Store store = open_store(home.url());
  constexpr std::int64_t large = 3'000'000'000'000;  // cents
  store.write([&] {
    for (int n = 0; n < 3; ++n) {
      Life life = life_in(State::assigned);
      Done done = work_done();
      done.cost = large + n;
      life(done, technician);
      add(store, life);
    }
    return true;
  });
  const auto spent = store.spent("REGIE", minute(0), minute(100));
  REQUIRE(spent.size() == 1);
  CHECK(spent.front().residence == "ROS");
  CHECK(spent.front().trade == "plumbing");
  CHECK(spent.front().cents == 3 * large + 3);
  check_journals(store);
}
