// A past that grows must answer as the simple one does, whatever happened in it.
#include "desk/growing_past.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>

using namespace regie;

namespace {

constexpr int many = 400;

class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}
  int below(int end) { return static_cast<int>(engine_() % static_cast<unsigned>(end)); }
  std::string one_of(const std::vector<std::string>& words) {
    return words[static_cast<std::size_t>(below(static_cast<int>(words.size())))];
  }
  Instant instant() { return Instant{std::chrono::hours{below(2'000)}}; }

 private:
  std::minstd_rand engine_;
};

const std::vector<std::string> residences{"BEL", "TIL"}, buildings{"", "A", "B"}, dwellings{"", "A-101", "B-203"},
    trades{"plumbing", "gas"}, problems{"", "no-water"}, providers{"", "GAR", "REGIE"};

void live(Chance& chance, Request& request) {
  request.state = static_cast<State>(1 + chance.below(8));
  request.provider = chance.one_of(providers);
  request.assigned_at.reset();
  if (!request.provider.empty()) request.assigned_at = request.opened_at + std::chrono::hours{chance.below(50)};
  request.done_at.reset();
  request.cost.reset();
  if (chance.below(2) == 0) request.done_at = request.opened_at + std::chrono::hours{chance.below(99)};
  if (chance.below(2) == 0) request.cost = chance.below(3) * 1000;
  request.done_provider = chance.one_of(providers);
  if (chance.below(3) == 0) request.parent = chance.below(many);
}

Request any_request(Chance& chance, RequestId id) {
  Request request;
  request.id = id;
  request.opened_at = chance.instant();
  request.residence = chance.one_of(residences);
  request.building = chance.one_of(buildings);
  request.dwelling = chance.one_of(dwellings);
  request.trade = chance.one_of(trades);
  request.problem = chance.one_of(problems);
  live(chance, request);
  return request;
}

PastQuery any_query(Chance& chance) {
  PastQuery query;
  query.residence = chance.one_of({"BEL", "TIL", "NOWHERE"});
  if (chance.below(2) == 0) query.building = chance.one_of(buildings);
  if (chance.below(2) == 0) query.dwelling = chance.one_of({"", "A-101", "Z-999"});
  if (chance.below(2) == 0) query.trade = chance.one_of({"plumbing", "lift"});
  if (chance.below(3) == 0) query.problem = chance.one_of(problems);
  for (auto* limit : {&query.received_from, &query.received_to, &query.done_from, &query.done_to})
    if (chance.below(4) == 0) *limit = chance.instant();
  query.unfinished = chance.below(2) == 0;
  return query;
}

/// Everything it keeps of them, by number: requests of one second may stand in either order.
std::vector<Request> sorted(std::vector<Request> all) {
  std::ranges::sort(all, {}, &Request::id);
  return all;
}

std::map<std::pair<std::string, std::string>, std::int64_t> sums(const std::vector<Spent>& all) {
  std::map<std::pair<std::string, std::string>, std::int64_t> sums;
  for (const Spent& one : all) sums[{one.residence, one.trade}] += one.cents;
  return sums;
}

}  // namespace

TEST_CASE("a growing past answers as the simple one - whatever is added and updated") {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    Chance chance(seed);
    std::vector<Request> all;
    GrowingPast growing;
    for (RequestId id = 1; id <= many; ++id) {
      all.push_back(any_request(chance, id));
      growing.add(all.back());
      Request& earlier = all[static_cast<std::size_t>(chance.below(static_cast<int>(all.size())))];
      live(chance, earlier);
      growing.update(earlier);
    }
    RequestsInMemory simple;
    for (const Request& request : all) simple.add(request);
    CHECK(growing.find(7) == all[6]);
    CHECK(!growing.find(many + 1));
    std::size_t found = 0;
    for (int i = 0; i < many; ++i) {
      const PastQuery query = any_query(chance);
      const auto expected = simple.requests(query), actual = growing.requests(query);
      CHECK(sorted(actual) == sorted(expected));
      CHECK(std::ranges::is_sorted(actual, {}, &Request::opened_at));
      found += expected.size();
      const Instant from = chance.instant(), to = chance.instant();
      for (const char* provider : {"GAR", "REGIE", "NOBODY"}) {
        for (const char* trade : {"", "plumbing", "electrical"})
          CHECK(growing.orders(provider, trade, from, to) == simple.orders(provider, trade, from, to));
        CHECK(sums(growing.spent(provider, from, to)) == sums(simple.spent(provider, from, to)));
      }
    }
    CHECK(found > 100);
  }
}
