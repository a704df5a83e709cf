#include "regie/landlord.hpp"

#include <doctest/doctest.h>

using namespace regie;

TEST_CASE("a dwelling code has its letters and digits where the landlord says") {
  Landlord landlord;
  landlord.dwelling_codes = {"A-999", "A-9999"};
  for (const char* code : {"B-203", "A-1006", "M-017"}) CHECK(landlord.is_dwelling_code(code));
  for (const char* code :
       {"", "B203", "b-203", "B-20", "B-20316", "BB-203", "B-2O3", "É-203", "bât B 3e droite", "B-203 "}) {
    CAPTURE(std::string(code));
    CHECK(!landlord.is_dwelling_code(code));
  }
}

TEST_CASE("a landlord that says nothing about dwelling codes takes any") {
  CHECK(Landlord{}.is_dwelling_code("3e droite"));
}

TEST_CASE("the building is what stands before the dash") {
  CHECK(building_of("B-203") == "B");
  CHECK(building_of("AB-1-2") == "AB");
  CHECK(building_of("17") == "");
  CHECK(building_of("") == "");
}

TEST_CASE("always and never mean every request") {
  for (RequestId id = 1; id <= 1'000; ++id) {
    CHECK(needs_check({CheckPolicy::Kind::always, 100}, id));
    CHECK(!needs_check({CheckPolicy::Kind::never, 0}, id));
  }
}

TEST_CASE("a sample comes close to its share of ten thousand requests") {
  for (const int percent : {1, 5, 20, 50, 80, 99}) {
    int checked = 0;
    for (RequestId id = 1; id <= 10'000; ++id) checked += needs_check({CheckPolicy::Kind::sample, percent}, id) ? 1 : 0;
    CAPTURE(percent);
    CHECK(checked >= percent * 100 - 150);
    CHECK(checked <= percent * 100 + 150);
  }
}

TEST_CASE("a sample of nothing and a sample of all are what they say") {
  for (RequestId id = 1; id <= 1'000; ++id) {
    CHECK(!needs_check({CheckPolicy::Kind::sample, 0}, id));
    CHECK(needs_check({CheckPolicy::Kind::sample, 100}, id));
  }
}

TEST_CASE("asking twice gives the same answer and a larger sample keeps the smaller one") {
  for (RequestId id = 1; id <= 2'000; ++id) {
    const bool once = needs_check({CheckPolicy::Kind::sample, 20}, id);
    CHECK(needs_check({CheckPolicy::Kind::sample, 20}, id) == once);
    if (once) CHECK(needs_check({CheckPolicy::Kind::sample, 30}, id));
  }
}

TEST_CASE("neither a long row of checks nor a long row without one") {
  int row = 0;
  int longest = 0;
  bool last = false;
  for (RequestId id = 1; id <= 10'000; ++id) {
    const bool check = needs_check({CheckPolicy::Kind::sample, 20}, id);
    row = check == last ? row + 1 : 1;
    last = check;
    longest = std::max(longest, row);
  }
  CHECK(longest <= 40);
}

TEST_CASE("a landlord without hours is always open") {
  const Landlord landlord;
  for (const auto& day : landlord.policy.hours_named("telephone").days)
    CHECK(day == std::vector<Interval>{{0, 24 * 60}});
}

TEST_CASE("nothing is owed where nothing was promised") {
  Landlord landlord;
  landlord.policy.targets[0] = Delay{4, Delay::Unit::hours, false};
  const Instant received{std::chrono::hours{10}};
  CHECK(landlord.policy.target(Urgency::emergency, received) == Instant{std::chrono::hours{14}});
  CHECK(!landlord.policy.target(Urgency::planned, received));
}

TEST_CASE("nobody has the empty login") {
  Landlord landlord;
  landlord.people = {{.code = "astruc", .name = "", .login = ""}, {.code = "ouali", .name = "", .login = "kouali"}};
  CHECK(landlord.find_login("") == nullptr);
  CHECK(landlord.find_login("kouali")->code == "ouali");
  CHECK(landlord.find_login("root") == nullptr);
}
