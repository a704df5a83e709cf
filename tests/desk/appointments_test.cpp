// Appointments: who goes, whose overlap, outside which hours, how often moved; and what else is open at the same place.
#include <doctest/doctest.h>

#include "support/desk.hpp"
#include "text/translate.hpp"

using namespace regie;
using namespace regie::test;

namespace {

constexpr auto monday = "2026-03-02T09:00:00+01:00";

/// "09:00" on a day of March 2026; the 2nd is a Monday.
Instant march(int day, const std::string& clock) {
  return at("2026-03-" + std::string(day < 10 ? "0" : "") + std::to_string(day) + 'T' + clock + ":00+01:00");
}

Schedule on(int day, const char* from, const char* to, const char* by = "") {
  return {.from = march(day, from), .to = march(day, to), .by = by, .wishes = {}, .told_how = {}};
}

/// The example; in La Roseraie the crew is sent, in Les Bélandres Garrigue.
class Appointments : public ExampleDesk {
 public:
  Appointments() : ExampleDesk(regie::test::at(monday)) {}

  Request open(const char* residence, const char* dwelling, const char* trade = "plumbing",
               Instant received = regie::test::at(monday), const char* building = "") {
    NewRequest wanted;
    wanted.draft.text = "rappeler le locataire";
    wanted.draft.residence = residence;
    wanted.draft.dwelling = dwelling;
    wanted.draft.building = building;
    wanted.draft.opened_at = received;
    wanted.trade = trade;
    wanted.urgency = Urgency::urgent;
    wanted.place = *dwelling == '\0' ? Place::common : Place::dwelling;
    return desk().open(wanted).request;
  }
  Request request(RequestId id) { return *store().find(id); }
  Outcome schedule(RequestId id, const Schedule& window, const char* who) {
    return as(who).schedule(id, window, "", {});
  }
  Outcome act(RequestId id, const Deed& deed) {
    return as("root").act(
        id, [&](const Request&) { return deed; }, "");
  }
  std::vector<RequestId> besides(RequestId id) { return ids(desk().appointments_besides(request(id))); }
  std::vector<RequestId> similar(RequestId id) { return ids(desk().similar(request(id))); }

 private:
  static std::vector<RequestId> ids(const std::vector<Request>& requests) {
    std::vector<RequestId> numbers;
    for (const Request& one : requests) numbers.push_back(one.id);
    return numbers;
  }
};

struct Thrown {
  Trouble trouble;
  std::string text;
};

Thrown thrown_by(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return {error.trouble(), text::tr(error.messages().front())};
  }
  FAIL("nothing was thrown");
  return {};
}

using Ids = std::vector<RequestId>;

}  // namespace

// ---- who goes

TEST_CASE("a technician who makes an appointment goes himself unless he says who") {
  Appointments desk;
  desk.open("ROS", "B-203");
  desk.open("ROS", "B-204");
  desk.schedule(1, on(3, "08:00", "10:00"), "ouali");
  CHECK(desk.request(1).visit_by == "ouali");
  CHECK(desk.request(1).visit_from == march(3, "08:00"));
  CHECK(desk.request(1).visit_to == march(3, "10:00"));
  CHECK(desk.request(1).state == State::scheduled);
  desk.schedule(2, on(3, "08:00", "10:00", "fouquet"), "ouali");
  CHECK(desk.request(2).visit_by == "fouquet");
}

TEST_CASE("an appointment that the desk makes does not say who goes") {
  Appointments desk;
  desk.open("ROS", "B-203");
  desk.schedule(1, on(3, "08:00", "10:00"), "montagnier");
  CHECK(desk.request(1).visit_by == "");
  desk.schedule(1, on(3, "10:00", "12:00", "fouquet"), "montagnier");
  CHECK(desk.request(1).visit_by == "fouquet");
}

TEST_CASE("moving an appointment does not change who goes") {
  Appointments desk;
  desk.open("ROS", "B-203");
  desk.schedule(1, on(3, "08:00", "10:00"), "ouali");
  desk.schedule(1, on(4, "08:00", "10:00"), "montagnier");
  CHECK(desk.request(1).visit_by == "ouali");
  desk.schedule(1, on(5, "08:00", "10:00"), "fouquet");
  CHECK(desk.request(1).visit_by == "ouali");
}

TEST_CASE("somebody who is nobody is not found and the nearest is offered") {
  Appointments desk;
  desk.open("ROS", "B-203");
  const Thrown thrown = thrown_by([&] { desk.schedule(1, on(3, "08:00", "10:00", "oauli"), "montagnier"); });
  CHECK(thrown.trouble == Trouble::not_found);
  CHECK(thrown.text == "no person 'oauli'; did you mean 'ouali'?");
  CHECK(desk.request(1).state == State::assigned);
  CHECK(!desk.request(1).told_at);
}

TEST_CASE("only people of the provider that has the order go") {
  Appointments desk;
  desk.open("ROS", "B-203");
  desk.open("BEL", "B-203");
  REQUIRE(desk.request(2).provider == "GAR");
  for (const auto& [id, person] : {std::pair{RequestId{1}, "lemercier"}, {1, "astruc"}, {2, "ouali"}}) {
    CAPTURE(std::string(person));
    const Thrown thrown = thrown_by([&] { desk.schedule(id, on(3, "08:00", "10:00", person), "montagnier"); });
    CHECK(thrown.trouble == Trouble::refused);
    CHECK(thrown.text.find("does not work for " + desk.request(id).provider) != std::string::npos);
    CHECK(desk.request(id).state == State::assigned);
  }
}

TEST_CASE("a caretaker who makes an appointment for a firm does not go himself") {
  Appointments desk;
  desk.open("BEL", "B-203");
  desk.schedule(1, on(3, "08:00", "10:00"), "lemercier");
  CHECK(desk.request(1).state == State::scheduled);
  CHECK(desk.request(1).visit_by == "");
}

TEST_CASE("an appointment ends after it begins") {
  Appointments desk;
  desk.open("ROS", "B-203");
  for (const auto& window : {on(3, "10:00", "10:00"), on(3, "10:00", "09:59")}) {
    const Outcome outcome = desk.schedule(1, window, "ouali");
    REQUIRE(outcome.refusal.has_value());
    CHECK(outcome.refusal->why == Refusal::Why::unfit);
  }
  CHECK(!desk.request(1).visit_from);
  CHECK(desk.request(1).visit_by == "");
}

// ---- overlaps

TEST_CASE("appointments of one person that overlap are found in order of their beginning") {
  Appointments desk;
  for (const char* dwelling : {"B-201", "B-202", "B-203", "B-204", "B-205"}) desk.open("ROS", dwelling);
  desk.schedule(1, on(3, "09:00", "11:00"), "ouali");
  desk.schedule(2, on(3, "10:59", "12:00"), "ouali");
  desk.schedule(3, on(3, "08:00", "09:01"), "ouali");
  desk.schedule(4, on(3, "09:30", "09:45"), "ouali");
  desk.schedule(5, on(4, "09:00", "11:00"), "ouali");
  CHECK(desk.besides(1) == Ids{3, 4, 2});
  CHECK(desk.besides(4) == Ids{1});
  CHECK(desk.besides(5).empty());
}

TEST_CASE("an appointment around another overlaps it and so does the same one") {
  Appointments desk;
  for (const char* dwelling : {"B-201", "B-202", "B-203"}) desk.open("ROS", dwelling);
  desk.schedule(1, on(3, "09:00", "11:00"), "ouali");
  desk.schedule(2, on(3, "08:00", "12:00"), "ouali");
  desk.schedule(3, on(3, "09:00", "11:00"), "ouali");
  CHECK(desk.besides(1) == Ids{2, 3});
  CHECK(desk.besides(3) == Ids{2, 1});
}

TEST_CASE("windows that touch do not overlap") {
  Appointments desk;
  for (const char* dwelling : {"B-201", "B-202", "B-203"}) desk.open("ROS", dwelling);
  desk.schedule(1, on(3, "08:00", "09:00"), "ouali");
  desk.schedule(2, on(3, "09:00", "10:00"), "ouali");
  desk.schedule(3, on(3, "10:00", "11:00"), "ouali");
  CHECK(desk.besides(2).empty());
}

TEST_CASE("appointments of others do not overlap and neither do those of nobody") {
  Appointments desk;
  for (const char* dwelling : {"B-201", "B-202", "B-203", "B-204"}) desk.open("ROS", dwelling);
  desk.schedule(1, on(3, "08:00", "10:00"), "ouali");
  desk.schedule(2, on(3, "08:00", "10:00"), "fouquet");
  desk.schedule(3, on(3, "08:00", "10:00"), "montagnier");
  desk.schedule(4, on(3, "08:00", "10:00"), "montagnier");
  for (RequestId id = 1; id <= 4; ++id) CHECK(desk.besides(id).empty());
}

TEST_CASE("an appointment that is over or no longer made is in nobody's way") {
  Appointments desk;
  for (const char* dwelling : {"B-201", "B-202", "B-203", "B-204"}) desk.open("ROS", dwelling);
  for (RequestId id = 1; id <= 4; ++id) desk.schedule(id, on(3, "08:00", "10:00"), "ouali");
  CHECK(desk.besides(4) == Ids{1, 2, 3});
  desk.act(1, NoAccess{});
  desk.as("ouali").done(2, {.by = "", .work = "joint"}, "", {});
  desk.act(3, Cancel{CancelReason::withdrawn, {}});
  CHECK(desk.besides(4).empty());
  CHECK(desk.as("root").appointments_besides(desk.request(1)).empty());
}

TEST_CASE("a list of visits knows whose and when") {
  Appointments desk;
  for (const char* dwelling : {"B-201", "B-202", "B-203"}) desk.open("ROS", dwelling);
  desk.schedule(1, on(3, "08:00", "10:00"), "ouali");
  desk.schedule(2, on(3, "10:00", "12:00"), "montagnier");
  const auto numbers = [&](const Filter& filter) { return desk.store().numbers(filter, 10); };
  CHECK(numbers({.visit_after = march(3, "09:59")}) == Ids{1, 2});
  CHECK(numbers({.visit_after = march(3, "10:00")}) == Ids{2});
  CHECK(numbers({.visit_before = march(3, "10:00")}) == Ids{1});
  CHECK(numbers({.visit_before = march(3, "10:01")}) == Ids{1, 2});
  CHECK(numbers({.visit_before = march(3, "08:00")}).empty());
  CHECK(numbers({.visit_after = march(3, "08:00"), .visit_by = {"ouali"}}) == Ids{1});
  CHECK(numbers({.visit_after = march(3, "08:00"), .visit_by = {""}}) == Ids{2});
  CHECK(numbers({.visit_after = march(3, "08:00"), .visit_by = {"", "ouali"}}) == Ids{1, 2});
  CHECK(numbers({.visit_after = march(3, "08:00"), .visit_by = {"fouquet"}}).empty());
}

// ---- moved and failed

TEST_CASE("appointments that are moved are counted and so are visits that found nobody") {
  Appointments desk;
  desk.open("ROS", "B-203");
  desk.schedule(1, on(3, "08:00", "10:00"), "ouali");
  CHECK(desk.request(1).reschedules == 0);
  desk.schedule(1, on(3, "10:00", "12:00"), "ouali");
  desk.schedule(1, on(4, "08:00", "10:00"), "montagnier");
  CHECK(desk.request(1).reschedules == 2);
  CHECK(desk.request(1).no_access == 0);

  desk.at(march(4, "08:30"));
  desk.act(1, NoAccess{});
  CHECK(desk.request(1).no_access == 1);
  CHECK(desk.request(1).state == State::assigned);
  CHECK(!desk.request(1).visit_from);
  CHECK(!desk.request(1).visit_to);

  desk.schedule(1, on(5, "08:00", "10:00"), "montagnier");
  CHECK(desk.request(1).reschedules == 2);  // a new one after a failed visit is not moved
  CHECK(desk.request(1).visit_by == "ouali");
  desk.at(march(5, "08:30"));
  desk.act(1, NoAccess{});
  CHECK(desk.request(1).no_access == 2);
}

TEST_CASE("the same appointment again is nothing new") {
  Appointments desk;
  desk.open("ROS", "B-203");
  desk.schedule(1, on(3, "08:00", "10:00"), "ouali");
  for (const char* who : {"ouali", "montagnier", "fouquet"}) {
    CAPTURE(std::string(who));
    const Outcome outcome = desk.schedule(1, on(3, "08:00", "10:00"), who);
    REQUIRE(outcome.refusal.has_value());
    CHECK(outcome.refusal->why == Refusal::Why::already);
  }
  CHECK(desk.request(1).reschedules == 0);
  CHECK(desk.store().journal(1).size() == 2);
}

TEST_CASE("saying who goes at the time that was agreed moves nothing and tells the tenant nothing") {
  Appointments desk;
  desk.open("ROS", "B-203");
  desk.schedule(1, on(3, "08:00", "10:00"), "montagnier");
  desk.at(regie::test::at("2026-03-02T15:00:00+01:00"));
  CHECK(!desk.schedule(1, on(3, "08:00", "10:00", "fouquet"), "montagnier").refusal);
  CHECK(desk.request(1).visit_by == "fouquet");
  CHECK(desk.request(1).reschedules == 0);
  CHECK(desk.request(1).told_at == regie::test::at(monday));
}

// ---- outside the hours

TEST_CASE("a visit outside the hours of a crew begins or ends when it does not work") {
  ExampleDesk example(at(monday));
  const Landlord& landlord = example.settings().landlord();
  const Provider& crew = *landlord.find_provider("REGIE");  // 8:00-12:00, 13:30-17:00, on Fridays to 16:00
  const auto outside = [&](int day, const char* from, const char* to) {
    return is_outside_hours(landlord, crew, march(day, from), march(day, to));
  };
  CHECK(!outside(3, "08:00", "10:00"));
  CHECK(outside(3, "07:59", "10:00"));
  CHECK(!outside(3, "10:00", "12:00"));
  CHECK(outside(3, "10:00", "12:01"));
  CHECK(outside(3, "12:00", "14:00"));
  CHECK(!outside(3, "11:00", "14:00"));  // over lunch
  CHECK(!outside(3, "13:30", "17:00"));
  CHECK(outside(3, "16:00", "17:01"));
  CHECK(!outside(6, "15:00", "16:00"));
  CHECK(outside(6, "15:00", "16:30"));
  CHECK(outside(7, "09:00", "10:00"));
  CHECK(is_outside_hours(landlord, crew, at("2026-04-06T09:00:00+02:00"), at("2026-04-06T11:00:00+02:00")));
  CHECK(!is_outside_hours(landlord, crew, at("2026-04-07T09:00:00+02:00"), at("2026-04-07T11:00:00+02:00")));
}

TEST_CASE("of a firm without hours of its own only the days are known") {
  ExampleDesk example(at(monday));
  const Landlord& landlord = example.settings().landlord();
  const Provider& firm = *landlord.find_provider("GAR");
  REQUIRE(firm.hours == "");
  const auto outside = [&](const char* from, const char* to) {
    return is_outside_hours(landlord, firm, at(from), at(to));
  };
  CHECK(!outside("2026-03-03T06:00:00+01:00", "2026-03-03T07:00:00+01:00"));
  CHECK(!outside("2026-03-03T21:00:00+01:00", "2026-03-03T23:00:00+01:00"));
  CHECK(outside("2026-03-07T09:00:00+01:00", "2026-03-07T10:00:00+01:00"));
  CHECK(outside("2026-04-06T09:00:00+02:00", "2026-04-06T11:00:00+02:00"));
  CHECK(!outside("2026-03-06T22:00:00+01:00", "2026-03-07T00:00:00+01:00"));
  CHECK(outside("2026-03-06T22:00:00+01:00", "2026-03-07T00:01:00+01:00"));
  CHECK(outside("2026-03-08T23:00:00+01:00", "2026-03-09T01:00:00+01:00"));
  CHECK(!outside("2026-03-09T00:00:00+01:00", "2026-03-09T01:00:00+01:00"));
}

TEST_CASE("a provider that works every day is never outside its days") {
  ExampleDesk example(at(monday));
  const Landlord& landlord = example.settings().landlord();
  const Provider& lifts = *landlord.find_provider("MON");  // 7:00-20:00, holidays too
  CHECK(!is_outside_hours(landlord, lifts, march(8, "07:00"), march(8, "20:00")));
  CHECK(is_outside_hours(landlord, lifts, march(8, "06:00"), march(8, "08:00")));
  CHECK(!is_outside_hours(landlord, lifts, at("2026-04-06T09:00:00+02:00"), at("2026-04-06T11:00:00+02:00")));
}

// ---- what else is open there

TEST_CASE("the same trade in the same dwelling may be the same fault") {
  Appointments desk;
  desk.open("ROS", "B-203");
  desk.open("ROS", "B-204");
  desk.open("ROS", "B-203", "electrical");
  desk.open("BEL", "B-203");
  CHECK(desk.similar(1).empty());
  desk.open("ROS", "B-203");
  CHECK(desk.similar(5) == Ids{1});
  CHECK(desk.similar(1) == Ids{5});
}

TEST_CASE("what is done or finished is not the same fault") {
  Appointments desk;
  for (int i = 0; i < 4; ++i) desk.open("ROS", "B-203");
  desk.act(1, Cancel{CancelReason::withdrawn, {}});
  desk.as("ouali").done(2, {.by = "", .work = "joint"}, "", {});
  desk.as("lemercier").verify(2, {}, "", {});
  desk.as("root").close(2, {"refait", {}}, "", {});
  desk.as("ouali").done(3, {.by = "", .work = "joint"}, "", {});
  CHECK(desk.similar(4).empty());  // what was done waits for its check and not for somebody to come
  desk.as("lemercier").verify(3, {.pass = false, .findings = {}, .photos = {}}, "fuit encore", {});
  CHECK(desk.similar(4) == Ids{3});
}

TEST_CASE("what was received more than thirty days before is something else") {
  Appointments desk;
  desk.at(march(28, "12:00"));
  desk.open("ROS", "B-203", "plumbing", at("2026-02-26T09:00:00+01:00"));
  desk.open("ROS", "B-203", "plumbing", at("2026-02-26T09:00:01+01:00"));
  desk.open("ROS", "B-203", "plumbing", march(28, "09:00"));
  CHECK(desk.similar(3) == Ids{1, 2});
  desk.open("ROS", "B-203", "plumbing", at("2026-03-28T09:00:01+01:00"));
  CHECK(desk.similar(4) == Ids{2, 3});
}

TEST_CASE("a request that nobody understood and one that is not technical have none like them") {
  Appointments desk;
  desk.open("ROS", "B-203", "none");
  desk.open("ROS", "B-203", "none");
  CHECK(desk.similar(2).empty());
  Request unknown = desk.open("ROS", "B-203");
  unknown.trade.clear();
  CHECK(desk.desk().similar(unknown).empty());
}

TEST_CASE("a request is not like its own parent nor like its own parts or those beside it") {
  Appointments desk;
  for (int i = 0; i < 4; ++i) desk.open("ROS", "B-203");
  const auto is_part_of = [&](RequestId part, RequestId whole) {
    REQUIRE(!desk.act(part, Edit{{{find_field("parent"), Scalar{whole}}}}).refusal);
  };
  is_part_of(2, 1);
  CHECK(desk.similar(2) == Ids{3, 4});
  CHECK(desk.similar(1) == Ids{3, 4});
  is_part_of(3, 1);
  CHECK(desk.similar(3) == Ids{4});
  CHECK(desk.similar(1) == Ids{4});
  CHECK(desk.similar(4) == Ids{1, 2, 3});
}

TEST_CASE("common parts are the same place where the building is the same") {
  Appointments desk;
  desk.open("ROS", "", "electrical", at(monday), "A");
  desk.open("ROS", "", "electrical", at(monday), "B");
  desk.open("ROS", "A-101", "electrical");
  desk.open("ROS", "", "plumbing", at(monday), "A");
  REQUIRE(desk.request(1).place == Place::common);
  REQUIRE(desk.request(1).building == "A");
  desk.open("ROS", "", "electrical", at(monday), "A");
  CHECK(desk.similar(5) == Ids{1});
  CHECK(desk.similar(2).empty());
  CHECK(desk.similar(3).empty());
}

TEST_CASE("three like it are enough and the first ones are told") {
  Appointments desk;
  for (int i = 0; i < 6; ++i) desk.open("ROS", "B-203");
  CHECK(desk.similar(6) == Ids{1, 2, 3});
  CHECK(desk.similar(1) == Ids{2, 3, 4});
}

TEST_CASE("many open requests of another building do not hide the one of this building") {
  Appointments desk;
  for (int i = 0; i < 20; ++i) desk.open("ROS", "", "electrical", at(monday), "A");
  desk.open("ROS", "", "electrical", at(monday), "B");
  desk.open("ROS", "", "electrical", at(monday), "B");
  CHECK(desk.similar(22) == Ids{21});
}
