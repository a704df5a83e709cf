// What each deed leaves on the request, and what it needs.
#include "regie/change.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "domain/acts.hpp"

using namespace regie;
using namespace regie::test;

namespace {

Life done_by_ouali(bool check_required = true) {
  Life life = life_in(State::assigned);
  life(work_done(check_required), technician);
  return life;
}

}  // namespace

TEST_CASE("work is never checked by who did it") {
  CHECK(refused(done_by_ouali().attempt(Verify{}, technician)).why == Refusal::Why::own_work);
}

TEST_CASE("work is never checked by who reported it done") {
  Life life = life_in(State::assigned);
  life(work_done(true), reception);
  CHECK(life.request.done_reported_by == "montagnier");
  CHECK(refused(life.attempt(Verify{}, reception)).why == Refusal::Why::own_work);
}

TEST_CASE("work is never checked by a colleague of the same provider") {
  CHECK(refused(done_by_ouali().attempt(Verify{}, other_technician)).why == Refusal::Why::own_work);
}

TEST_CASE("who did the work cannot check it under a name lent by somebody else") {
  Actor borrowed = manager;
  borrowed.typed_by = "kouali";
  borrowed.typed_by_person = "ouali";
  CHECK(refused(done_by_ouali().attempt(Verify{}, borrowed)).why == Refusal::Why::own_work);
}

TEST_CASE("a failed check too needs another person") {
  CHECK(refused(done_by_ouali().attempt(Verify{.pass = false, .rework_due = {}}, technician)).why ==
        Refusal::Why::own_work);
}

TEST_CASE("somebody else may check and signs for it") {
  Life life = done_by_ouali();
  life(Verify{}, caretaker);
  CHECK(life.request.state == State::verified);
  CHECK(life.request.verified_by == "lemercier");
  CHECK(life.request.verified_at == minute(life.minutes));
  CHECK(life.request.done_by == "ouali");
}

TEST_CASE("a failed check is a rework with the same provider and a clock of its own") {
  Life life = life_in(State::scheduled);
  life(work_done(true), technician);
  life(Verify{.pass = false, .rework_due = minute(300)}, caretaker, "fuit encore");
  const Request& request = life.request;
  CHECK(request.state == State::assigned);
  CHECK(request.provider == "REGIE");
  CHECK(request.reworks == 1);
  CHECK(request.promised_at == minute(300));
  CHECK(request.due_at == minute(300));
  CHECK(request.assigned_at == minute(2));  // the same order
  CHECK(!request.visit_from);
  CHECK(!request.done_at);
  CHECK(request.done_by.empty());
  CHECK(request.work.empty());
  CHECK(!request.verified_at);
  CHECK(request.target_at == minute(10'000));
}

TEST_CASE("a second failed check counts again") {
  Life life = done_by_ouali();
  life(Verify{.pass = false, .rework_due = {}}, caretaker);
  life(work_done(true), technician);
  life(Verify{.pass = false, .rework_due = {}}, caretaker);
  CHECK(life.request.reworks == 2);
}

TEST_CASE("done work that must be checked is not closed before") {
  Life life = done_by_ouali(true);
  const Refusal refusal = refused(life.attempt(Close{"refait", {}}));
  CHECK(refusal.why == Refusal::Why::not_allowed);
  CHECK(!refusal.hints.empty());
  life(Verify{}, caretaker);
  CHECK(life(Close{"refait", {}}).state == State::closed);
}

TEST_CASE("done work that needs no check is closed with the answer and the rating") {
  Life life = done_by_ouali(false);
  life(Close{"joint refait ce matin", 4});
  CHECK(life.request.state == State::closed);
  CHECK(life.request.answer == "joint refait ce matin");
  CHECK(life.request.rating == 4);
  CHECK(life.request.closed_at == minute(life.minutes));
}

TEST_CASE("an answer on the spot takes a request out of triage") {
  Life life;
  life(Open{leaking_tap(), {.provider = "", .rule = "", .triage = "unsure", .promised_at = {}, .decision = ""}});
  life(Close{"transmis au conseiller", {}});
  CHECK(life.request.triage.empty());
}

TEST_CASE("reopening starts a fresh clock with nobody sent and keeps the count") {
  Life life = life_in(State::closed);
  Policy policy;
  policy.version = "5d41402abc4b";
  policy.targets[2] = Delay{4, Delay::Unit::hours};
  Act act = act_at(minute(2'000), Reopen{}, reception, "fuit de nouveau");
  act.policy = &policy;
  life.request = changed(decide(life.request, act)).after;
  const Request& request = life.request;
  CHECK(request.state == State::open);
  CHECK(request.reopened == 1);
  CHECK(request.target_at == minute(2'240));
  CHECK(request.due_at == minute(2'240));
  CHECK(request.policy == policy.version);
  CHECK(request.provider.empty());
  CHECK(!request.promised_at);
  CHECK(!request.closed_at);
  CHECK(!request.done_at);
  CHECK(!request.verified_at);
  CHECK(request.answer.empty());
  CHECK(!request.rating);
  CHECK(request.opened_at == minute(1));
}

TEST_CASE("reopening forgets who declined") {
  Life life = life_in(State::assigned);
  life(Decline{});
  life(Close{"rien à faire", {}});
  CHECK(life.request.declined == "REGIE");
  CHECK(life(Reopen{}).declined.empty());
}

TEST_CASE("what declining leaves behind: no order and the name of who declined") {
  Life life = life_in(State::assigned);
  life(Accept{});
  life(Decline{}, technician, "pas de camionnette");
  CHECK(life.request.declined == "REGIE");
  CHECK(life.request.provider.empty());
  CHECK(!life.request.promised_at);
  CHECK(!life.request.assigned_at);
  CHECK(!life.request.accepted_at);
  CHECK(life.request.due_at == life.request.target_at);
  life(to_provider("GAR"));
  life(Decline{});
  CHECK(life.request.declined == "REGIE;GAR");
}

TEST_CASE("an order accepted twice is accepted already") {
  Life life = life_in(State::assigned);
  life(Accept{}, technician);
  CHECK(life.request.accepted_at == minute(life.minutes));
  CHECK(refused(life.attempt(Accept{})).why == Refusal::Why::already);
}

TEST_CASE("the provider that has it already is no news") {
  CHECK(refused(life_in(State::assigned).attempt(to_provider("REGIE"))).why == Refusal::Why::already);
}

TEST_CASE("another provider starts without the appointment of the first") {
  Life life = life_in(State::scheduled);
  life(to_provider("GAR"));
  CHECK(life.request.state == State::assigned);
  CHECK(life.request.provider == "GAR");
  CHECK(!life.request.visit_from);
  CHECK(life.request.assigned_at == minute(life.minutes));
}

TEST_CASE("an order taken back leaves the request open with the reason") {
  Life life = life_in(State::assigned);
  life(Assign{{.provider = "", .rule = "arbres", .triage = "hors marché", .promised_at = minute(9), .decision = ""}});
  CHECK(life.request.state == State::open);
  CHECK(life.request.triage == "hors marché");
  CHECK(!life.request.promised_at);
}

TEST_CASE("a first appointment is none too many and the next ones are counted") {
  Life life = life_in(State::scheduled);
  CHECK(life.request.reschedules == 0);
  life(Schedule{minute(200), minute(260)});
  life(Schedule{minute(400), minute(460)});
  CHECK(life.request.reschedules == 2);
  CHECK(life.request.visit_from == minute(400));
  CHECK(life.request.visit_to == minute(460));
}

TEST_CASE("an appointment has a beginning before its end and is made once") {
  const Life life = life_in(State::scheduled);
  CHECK(refused(life.attempt(Schedule{minute(90), minute(90)})).why == Refusal::Why::unfit);
  CHECK(refused(life.attempt(Schedule{minute(90), minute(80)})).why == Refusal::Why::unfit);
  CHECK(refused(life.attempt(Schedule{minute(60), minute(120)})).why == Refusal::Why::already);
}

TEST_CASE("visits that find nobody are counted and keep the order") {
  Life life = life_in(State::scheduled);
  life(NoAccess{}, technician);
  CHECK(life.request.no_access == 1);
  CHECK(!life.request.visit_from);
  CHECK(life.request.provider == "REGIE");
  CHECK(life.request.promised_at == minute(500));
  life(Schedule{minute(200), minute(260)});
  CHECK(life.request.reschedules == 0);
  CHECK(life(NoAccess{}, technician).no_access == 2);
}

TEST_CASE("a hold ends where it began") {
  for (const State from : {State::assigned, State::scheduled}) {
    Life life = life_in(from);
    const auto visit = life.request.visit_from;
    life(Hold{Party::tenant}, reception, "en vacances");
    CHECK(life.request.held_from == from);
    CHECK(life.request.hold_party == Party::tenant);
    CHECK(life.request.hold_reason == "en vacances");
    life(Resume{});
    CHECK(life.request.state == from);
    CHECK(life.request.visit_from == visit);
    CHECK(!life.request.held_from);
    CHECK(!life.request.hold_party);
    CHECK(life.request.hold_reason.empty());
  }
}

TEST_CASE("cancelling ends a hold and says why") {
  Life life = life_in(State::on_hold);
  life(Cancel{CancelReason::tenant_upkeep, {}});
  CHECK(life.request.cancel_reason == CancelReason::tenant_upkeep);
  CHECK(life.request.closed_at == minute(life.minutes));
  CHECK(!life.request.held_from);
  CHECK(!life.request.hold_party);
}

TEST_CASE("a duplicate names the first one and never itself") {
  Life life = life_in(State::open);
  CHECK(refused(life.attempt(Cancel{CancelReason::duplicate, life.request.id})).why == Refusal::Why::unfit);
  life(Cancel{CancelReason::duplicate, 12});
  CHECK(life.request.cancel_reason == CancelReason::duplicate);
  CHECK(life.request.duplicate_of == 12);
}

TEST_CASE("nothing happens before what is already in the journal") {
  const Life life = life_in(State::assigned);
  const Decided earlier = decide(life.request, act_at(minute(life.minutes) - std::chrono::seconds{1}, Accept{}));
  CHECK(refused(earlier).why == Refusal::Why::out_of_order);
  CHECK(changed(decide(life.request, act_at(minute(life.minutes), Accept{}))).after.accepted_at ==
        minute(life.minutes));
}

TEST_CASE("nothing has happened in the future") {
  const Life life = life_in(State::assigned);
  Act tomorrow = act_at(minute(1'000), Accept{});
  tomorrow.entered_at = minute(999);
  CHECK(refused(decide(life.request, tomorrow)).why == Refusal::Why::out_of_order);
  Act opened = act_at(minute(1'000), Open{leaking_tap(), {}});
  opened.entered_at = minute(999);
  CHECK(refused(decide(Request{}, opened)).why == Refusal::Why::out_of_order);
}

TEST_CASE("what happened and when it was typed in are both kept") {
  Life life = life_in(State::assigned);
  Act yesterday = act_at(minute(30), Accept{});
  yesterday.entered_at = minute(1'500);
  const Change change = changed(decide(life.request, yesterday));
  CHECK(change.event.at == minute(30));
  CHECK(change.event.entered_at == minute(1'500));
  CHECK(change.after.accepted_at == minute(30));
  CHECK(change.after.changed_at == minute(30));
}

TEST_CASE("the journal names who acts and who typed it when that is somebody else") {
  Life life = life_in(State::assigned);
  CHECK(changed(life.attempt(Note{}, technician, "rappeler")).event.typed_by.empty());
  Actor relayed = technician;
  relayed.typed_by = "cmontagnier";
  relayed.typed_by_person = "montagnier";
  const Event event = changed(life.attempt(Note{}, relayed, "rappeler")).event;
  CHECK(event.who == "ouali");
  CHECK(event.typed_by == "cmontagnier");
  CHECK(event.reason == "rappeler");
}

TEST_CASE("an edit sets what may be edited and a new urgency moves the target") {
  Life life = life_in(State::open);
  Policy policy;
  policy.targets[0] = Delay{4, Delay::Unit::hours};
  Act act = act_at(minute(50),
                   Edit{{{find_field("text"), Scalar{"le robinet coule à flots"}},
                         {find_field("urgency"), Scalar{std::int64_t{1}}}}},
                   reception);
  act.policy = &policy;
  const Request edited = changed(decide(life.request, act)).after;
  CHECK(edited.text == "le robinet coule à flots");
  CHECK(edited.urgency == Urgency::emergency);
  CHECK(edited.target_at == edited.opened_at + std::chrono::hours{4});
  CHECK(edited.due_at == edited.target_at);
}

TEST_CASE("an edit that changes nothing is no edit") {
  const Life life = life_in(State::open);
  CHECK(refused(life.attempt(Edit{{{find_field("dwelling"), Scalar{"B-203"}}}})).why == Refusal::Why::already);
}

TEST_CASE("states and times and signatures are not edited") {
  const Life life = life_in(State::done);
  for (const char* name : {"state", "provider", "done_by", "done_reported_by", "verified_by", "opened_at", "changed_at",
                           "closed_at", "due_at", "check_required", "reopened", "reworks", "cost", "key"}) {
    CAPTURE(std::string(name));
    const Field* field = find_field(name);
    REQUIRE(field != nullptr);
    CHECK(refused(life.attempt(Edit{{{field, get(life.request, *field)}}})).why == Refusal::Why::unfit);
  }
}

TEST_CASE("exactly these fields may be edited") {
  std::vector<std::string> editable;
  for (const Field& field : request_fields())
    if (is_editable(field)) editable.emplace_back(field.name);
  CHECK(editable == std::vector<std::string>{"channel", "residence",    "building",     "dwelling",     "place",
                                             "text",    "trade",        "also",         "problem",      "urgency",
                                             "certain", "tenant_name",  "tenant_phone", "tenant_email", "tenant_flags",
                                             "wishes",  "duplicate_of", "parent",       "rework_of",    "penalty"});
}

TEST_CASE("a note changes nothing but the time of the last change") {
  Life life = life_in(State::assigned);
  Request expected = life.request;
  life(Note{}, reception, "le locataire rappelle");
  expected.changed_at = minute(life.minutes);
  ++expected.version;
  CHECK(life.request == expected);
}
