// Which requests a list shows, and in what order.
#include <doctest/doctest.h>

#include "domain/acts.hpp"
#include "store/store.hpp"
#include "support/desk.hpp"

using namespace regie;
using namespace regie::test;

namespace {

/// Nine requests:
///   1 urgent, open, due at 50       4 normal, assigned to GAR, due at 30   7 normal, closed
///   2 normal, in triage, no target  5 emergency, open, due at 200          8 normal, cancelled
///   3 emergency, GAR, due at 100    6 planned, done                        9 normal, on hold, due at 5
class NineRequests {
 public:
  NineRequests() {
    auto transaction = store.transaction(sql::Transaction::Kind::write);
    add(opened(Urgency::urgent, 50, "BEL"));
    add(opened(Urgency::normal, {}, "ROS", "unsure"));
    Life third = opened(Urgency::emergency, 100, "BEL");
    third(Assign{{.provider = "GAR", .rule = "", .triage = "", .promised_at = {}, .decision = ""}});
    add(third);
    Life fourth = opened(Urgency::normal, 30, "ROS");
    fourth(Assign{{.provider = "GAR", .rule = "", .triage = "", .promised_at = {}, .decision = ""}});
    add(fourth);
    add(opened(Urgency::emergency, 200, "TIL"));
    Life sixth = opened(Urgency::planned, 20, "TIL");
    sixth(to_provider("REGIE"));
    sixth(work_done(), technician);
    add(sixth);
    Life seventh = opened(Urgency::normal, 20, "BEL");
    seventh(Close{"c'est fait", 4});
    add(seventh);
    Life eighth = opened(Urgency::normal, 20, "BEL");
    eighth(Cancel{CancelReason::withdrawn, {}});
    add(eighth);
    Life ninth = opened(Urgency::normal, 5, "ROS");
    ninth(Assign{{.provider = "REGIE", .rule = "", .triage = "", .promised_at = {}, .decision = ""}});
    ninth(Hold{Party::parts});
    add(ninth);
    transaction.commit();
  }
  ~NineRequests() { check_journals(store); }

  std::string ids(const Filter& filter, const std::vector<Order>& order = {}, std::int64_t limit = 0) {
    std::string text;
    store.list(filter, order, limit, [&](Request&& request) {
      text += (text.empty() ? "" : " ") + std::to_string(request.id);
      return true;
    });
    return text;
  }

 private:
  DeskHome home_;

 public:
  Store store{home_.url(), open_options(sql::Access::create), minute(0)};

 private:
  /// Each is opened an hour after the one before.
  Life opened(Urgency urgency, std::optional<int> due, const char* residence, const char* triage = "") {
    Request draft = leaking_tap();
    draft.urgency = urgency;
    draft.residence = residence;
    draft.dwelling = std::string(residence) == "BEL" ? "" : "B-203";
    draft.trade = std::string(triage).empty() ? "plumbing" : "";
    draft.channel = residence == std::string("TIL") ? Channel::email : Channel::phone;
    draft.place = residence == std::string("TIL") ? Place::common : Place::dwelling;
    draft.target_at = due ? std::optional(minute(*due)) : std::nullopt;
    Life life;
    life.minutes = 60 * ++count_;
    life(Open{draft, {.provider = "", .rule = "", .triage = triage, .promised_at = {}, .decision = ""}});
    return life;
  }
  void add(const Life& life) {
    std::vector<Change> changes;
    for (const Event& event : life.journal) changes.push_back({life.request, event});
    store.add(changes);
  }
  int count_ = 0;
};

Instant opened_at(int number) { return minute(60 * number + 1); }

}  // namespace

TEST_CASE("unfinished requests come with the most pressing first") {
  NineRequests nine;
  CHECK(nine.ids({.unfinished_only = true}) == "3 5 1 9 4 2 6");
}

TEST_CASE("everything comes in the same order when everything is asked for") {
  NineRequests nine;
  CHECK(nine.ids({}) == "3 5 1 9 7 8 4 2 6");
}

TEST_CASE("late is what is over and not yet done: also on hold but never without a due time") {
  NineRequests nine;
  CHECK(nine.ids({.late_only = true, .now = minute(40)}) == "9 4");
  CHECK(nine.ids({.late_only = true, .now = minute(30)}) == "9");  // due now is not late
  CHECK(nine.ids({.late_only = true, .now = minute(1'000)}) == "3 5 1 9 4");
}

TEST_CASE("the list of late requests and the word late mean the same") {
  NineRequests nine;
  for (const int now : {0, 6, 31, 51, 101, 201, 5'000}) {
    std::string late;
    nine.store.list({}, {}, 0, [&](Request&& request) {
      if (is_late(request, minute(now))) late += (late.empty() ? "" : " ") + std::to_string(request.id);
      return true;
    });
    CHECK(nine.ids({.late_only = true, .now = minute(now)}) == late);
  }
}

TEST_CASE("triage is what is open with nobody sent and a reason why") {
  NineRequests nine;
  CHECK(nine.ids({.triage_only = true}) == "2");
}

TEST_CASE("filters on what a request is") {
  NineRequests nine;
  CHECK(nine.ids({.ids = {9, 1, 77}}) == "1 9");
  CHECK(nine.ids({.states = {State::closed, State::cancelled}}) == "7 8");
  CHECK(nine.ids({.urgencies = {Urgency::emergency}}) == "3 5");
  CHECK(nine.ids({.places = {Place::common}}) == "5 6");
  CHECK(nine.ids({.channels = {Channel::email}}) == "5 6");
  CHECK(nine.ids({.channels = {Channel::web}}) == "");
  CHECK(nine.ids({.residences = {"TIL", "ROS"}}) == "5 9 4 2 6");
  CHECK(nine.ids({.dwellings = {"B-203"}}) == "5 9 4 2 6");
  CHECK(nine.ids({.trades = {"plumbing"}}) == "3 5 1 9 7 8 4 6");
  CHECK(nine.ids({.providers = {"GAR"}}) == "3 4");
}

TEST_CASE("an empty name in a filter means nobody or nothing") {
  NineRequests nine;
  CHECK(nine.ids({.trades = {""}}) == "2");
  CHECK(nine.ids({.providers = {""}}) == "5 1 7 8 2");
  CHECK(nine.ids({.providers = {"", "GAR"}}) == "3 5 1 7 8 4 2");
  CHECK(nine.ids({.dwellings = {""}}) == "3 1 7 8");
}

TEST_CASE("every part of a filter must hold") {
  NineRequests nine;
  CHECK(nine.ids({.unfinished_only = true, .residences = {"BEL"}, .providers = {""}}) == "1");
  CHECK(nine.ids({.unfinished_only = true, .states = {State::closed}}) == "");
}

TEST_CASE("a filter on time has its first instant in and its last one out") {
  NineRequests nine;
  CHECK(nine.ids({.opened_from = opened_at(2), .opened_before = opened_at(4)}) == "3 2");
  CHECK(nine.ids({.opened_from = opened_at(8)}) == "9 8");
  CHECK(nine.ids({.opened_before = opened_at(1)}) == "");
}

TEST_CASE("hostile names in a filter are names") {
  NineRequests nine;
  CHECK(nine.ids({.residences = {"BEL' or '1'='1", "\"", "$1", "%"}}) == "");
  CHECK(nine.ids({.providers = {"GAR\n"}}) == "");
}

TEST_CASE("another order with the id to settle ties and what has no value last") {
  NineRequests nine;
  const Field* due = find_field("due_at");
  const Field* residence = find_field("residence");
  CHECK(nine.ids({}, {{due}}) == "9 6 7 8 4 1 3 5 2");
  CHECK(nine.ids({}, {{due, true}}) == "5 3 1 4 6 7 8 9 2");
  CHECK(nine.ids({}, {{residence}, {due, true}}) == "3 1 7 8 4 9 2 5 6");
  CHECK(nine.ids({}, {{nullptr, true}}) == "9 8 7 6 5 4 3 2 1");
  CHECK(nine.ids({}, {{nullptr}}) == "1 2 3 4 5 6 7 8 9");
}

TEST_CASE("a limit cuts the end of the list and nought is no limit") {
  NineRequests nine;
  CHECK(nine.ids({}, {}, 3) == "3 5 1");
  CHECK(nine.ids({}, {}, 100) == nine.ids({}));
  CHECK(nine.ids({}, {}, 0) == nine.ids({}));
}

TEST_CASE("whoever reads a list may stop and ask the next thing") {
  NineRequests nine;
  int seen = 0;
  nine.store.list({}, {}, 0, [&](Request&&) { return ++seen < 4; });
  CHECK(seen == 4);
  CHECK(nine.ids({}, {}, 1) == "3");
}

TEST_CASE("counting stops where it is told to") {
  NineRequests nine;
  CHECK(nine.store.count({}, 100) == 9);
  CHECK(nine.store.count({.unfinished_only = true}, 100) == 7);
  CHECK(nine.store.count({}, 5) == 5);
  CHECK(nine.store.count({.residences = {"XYZ"}}, 5) == 0);
}
