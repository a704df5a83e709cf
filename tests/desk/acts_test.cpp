// What is done to a stored request: assigned, declined, done, checked, reopened, corrected.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/desk.hpp"
#include "text/translate.hpp"

using namespace regie;
using namespace regie::test;

namespace {

constexpr auto monday = "2026-03-02T09:00:00+01:00";

/// The example with one plumbing request: in the north, with Garrigue; in the south, with the crew.
class OneRequest : public ExampleDesk {
 public:
  explicit OneRequest(const char* residence, const char* trade = "plumbing", const char* text = "rappeler le locataire")
      : ExampleDesk(regie::test::at(monday)) {
    NewRequest wanted;
    wanted.draft.text = text;
    wanted.draft.residence = residence;
    wanted.draft.dwelling = "B-203";
    wanted.draft.opened_at = regie::test::at(monday);
    if (*trade != '\0') wanted.trade = trade;
    wanted.urgency = Urgency::urgent;
    desk().open(wanted);
  }
  Request request() { return *store().find(1); }
  std::size_t entries() { return store().journal(1).size(); }

  Outcome act(Deed deed) {
    return desk().act(
        1, [&](const Request&) { return deed; }, "");
  }
  void close() {
    as("root").done(1, {.by = "", .work = "joint refait"}, "", {});
    as("lemercier").verify(1, {.pass = true}, "", {});
    as("root").act(
        1,
        [](const Request&) -> Deed {
          return Close{"refait", {}};
        },
        "");
    REQUIRE(request().state == State::closed);
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

Refusal::Why refused(const Outcome& outcome) {
  REQUIRE(outcome.refusal.has_value());
  CHECK(outcome.changes.empty());
  return outcome.refusal->why;
}

bool says(const std::string& text, const char* word) { return text.find(word) != std::string::npos; }

}  // namespace

TEST_CASE("a request that is not there is not found") {
  ExampleDesk example(at(monday));
  CHECK(thrown_by([&] { example.desk().assign(7, "", false, "", {}); }).trouble == Trouble::not_found);
  CHECK(thrown_by([&] {
          example.desk().act(
              7, [](const Request&) -> Deed { return Note{}; }, "");
        }).trouble == Trouble::not_found);
}

// ---- assign

TEST_CASE("a person sends somebody else with a reason and the promise of that contract") {
  OneRequest one("ROS");
  CHECK(one.request().provider == "REGIE");
  CHECK(!one.request().promised_at);
  const Outcome outcome = one.desk().assign(1, "GAR", false, "camionnette en panne", {});
  CHECK(!outcome.refusal);
  CHECK(one.request() == outcome.request);
  CHECK(one.request().provider == "GAR");
  CHECK(one.request().rule == "");
  CHECK(one.request().promised_at == at("2026-03-03T09:00:00+01:00"));
  CHECK(one.store().journal(1).back().reason == "camionnette en panne");
}

TEST_CASE("overriding the rules needs a reason") {
  OneRequest one("ROS");
  CHECK(thrown_by([&] { one.desk().assign(1, "GAR", false, "", {}); }).trouble == Trouble::refused);
  CHECK(one.request().provider == "REGIE");
}

TEST_CASE("nobody is sent outside a contract") {
  OneRequest one("BEL");
  for (const char* provider : {"REGIE", "ELO", "SDP", "ATL"}) {
    CAPTURE(std::string(provider));
    CHECK(thrown_by([&] { one.desk().assign(1, provider, false, "il a le temps", {}); }).trouble == Trouble::refused);
  }
  CHECK(one.entries() == 1);
}

TEST_CASE("a provider nobody has is not found and the nearest name is offered") {
  OneRequest one("BEL");
  const Thrown thrown = thrown_by([&] { one.desk().assign(1, "GARR", false, "", {}); });
  CHECK(thrown.trouble == Trouble::not_found);
  CHECK(says(thrown.text, "'GAR'"));
}

TEST_CASE("routed again a request goes where the rules say or stays where it is") {
  OneRequest one("ROS");
  CHECK(refused(one.desk().assign(1, "", false, "", {})) == Refusal::Why::already);
  one.desk().assign(1, "GAR", false, "camionnette en panne", {});
  const Outcome outcome = one.desk().assign(1, "", false, "réparée", {});
  CHECK(outcome.request.provider == "REGIE");
  REQUIRE(outcome.decision.has_value());
  CHECK(outcome.request.rule == outcome.decision->rule);
  CHECK(!one.store().journal(1).back().decision.empty());
}

TEST_CASE("who declined may be asked again by a person") {
  OneRequest one("ROS");
  one.desk().decline(1, "complet", {});
  CHECK(one.request().provider == "GAR");
  CHECK(one.desk().assign(1, "REGIE", false, "une place s'est libérée", {}).request.provider == "REGIE");
}

TEST_CASE("a closed request is not assigned") {
  OneRequest one("BEL");
  one.close();
  CHECK(refused(one.desk().assign(1, "GAR", false, "encore", {})) == Refusal::Why::not_allowed);
}

TEST_CASE("a request that nobody goes for has a reason that a person reads") {
  OneRequest one("BEL");
  one.desk().edit(
      1, [](NewRequest& wanted) { wanted.trade = "none"; }, "en fait une question de loyer");
  const Outcome outcome = one.desk().assign(1, "", false, "", {});
  CHECK(outcome.request.provider == "");
  CHECK((outcome.request.state == State::closed || !outcome.request.triage.empty()));
}

// ---- decline

TEST_CASE("a declined order goes on to the next that may go and then to a person") {
  OneRequest one("ROS");
  const Outcome first = one.desk().decline(1, "complet aujourd'hui", {});
  CHECK(first.request.state == State::assigned);
  CHECK(first.request.provider == "GAR");
  CHECK(first.request.declined == "REGIE");
  CHECK(first.changes.size() == 2);
  CHECK(one.entries() == 3);
  CHECK(one.store().journal(1)[1].reason == "complet aujourd'hui");

  const Outcome second = one.desk().decline(1, "", {});
  CHECK(second.request.state == State::open);
  CHECK(second.request.provider == "");
  CHECK(second.request.triage == triage_nobody);
  CHECK(second.request.declined == "REGIE;GAR");
  CHECK(refused(one.desk().decline(1, "", {})) == Refusal::Why::not_allowed);
}

TEST_CASE("a declined order of a request nobody understood is passed on all the same") {
  OneRequest one("ROS", "", "xyzzy");
  one.desk().edit(
      1, [](NewRequest& wanted) { wanted.trade = "plumbing"; }, "");
  one.desk().assign(1, "REGIE", false, "", {});
  CHECK(one.desk().decline(1, "", {}).request.provider == "GAR");
}

// ---- done and verify

TEST_CASE("work of a contractor must always be checked by somebody else") {
  OneRequest one("BEL");
  one.as("montagnier").done(1, {.by = "", .work = "joint refait", .cost = 4'500}, "", {});
  const Request done = one.request();
  CHECK(done.state == State::done);
  CHECK(done.done_by == "GAR");
  CHECK(done.done_provider == "GAR");
  CHECK(done.done_reported_by == "montagnier");
  CHECK(done.work == "joint refait");
  CHECK(done.cost == 4'500);
  CHECK(done.check_required);
  CHECK(refused(one.act(Close{"refait", {}})) == Refusal::Why::not_allowed);
  CHECK(!one.as("lemercier").verify(1, {.pass = true}, "", {}).refusal);
  CHECK(one.request().verified_by == "lemercier");
}

TEST_CASE("work of the crew is checked where the sample falls") {
  OneRequest one("ROS");
  one.as("ouali").done(1, {.by = "", .work = "joint refait"}, "", {});
  CHECK(one.request().done_by == "ouali");
  CHECK(one.request().done_provider == "REGIE");
  CHECK(one.request().check_required == needs_check({CheckPolicy::Kind::sample, 20}, 1));
}

TEST_CASE("the crew does not check its own work and neither does who reported it") {
  OneRequest one("ROS");
  one.as("ouali").done(1, {.by = "", .work = "joint refait"}, "", {});
  CHECK(refused(one.as("ouali").verify(1, {.pass = true}, "", {})) == Refusal::Why::own_work);
  CHECK(refused(one.as("fouquet").verify(1, {.pass = true}, "", {})) == Refusal::Why::own_work);
  CHECK(!one.as("ndiaye").verify(1, {.pass = true}, "", {}).refusal);

  OneRequest other("BEL");
  other.as("astruc").done(1, {.by = "GAR", .work = "joint refait"}, "", {});
  CHECK(refused(other.as("astruc").verify(1, {.pass = true}, "", {})) == Refusal::Why::own_work);
}

TEST_CASE("a failed check is owed again by the same provider under its contract") {
  OneRequest one("BEL");
  one.as("root").done(1, {.by = "", .work = "joint refait"}, "", {});
  const Outcome outcome = one.as("lemercier").verify(1, {.pass = false}, "fuit encore", at(monday));
  CHECK(outcome.request.state == State::assigned);
  CHECK(outcome.request.provider == "GAR");
  CHECK(outcome.request.reworks == 1);
  CHECK(outcome.request.promised_at == at("2026-03-03T09:00:00+01:00"));
  CHECK(outcome.request.target_at == at("2026-03-03T09:00:00+01:00"));
}

TEST_CASE("who did the work must be somebody") {
  OneRequest one("BEL");
  CHECK(thrown_by([&] { one.desk().done(1, {.by = "personne", .work = "joint"}, "", {}); }).trouble ==
        Trouble::not_found);
  CHECK(one.request().state == State::assigned);
  CHECK(one.desk().done(1, {.by = "ouali", .work = "joint"}, "", {}).request.done_by == "ouali");
}

// ---- reopen

TEST_CASE("a reopened request is routed again with a fresh clock") {
  OneRequest one("BEL");
  one.close();
  const Outcome outcome = one.at(at("2026-03-05T10:00:00+01:00")).reopen(1, "fuit de nouveau", {});
  CHECK(outcome.request.state == State::assigned);
  CHECK(outcome.request.provider == "GAR");
  CHECK(outcome.request.reopened == 1);
  CHECK(outcome.request.target_at == at("2026-03-06T10:00:00+01:00"));
  CHECK(outcome.request.promised_at == at("2026-03-06T10:00:00+01:00"));
  CHECK(outcome.request.opened_at == at(monday));
  CHECK(outcome.changes.size() == 2);
}

TEST_CASE("a request reopened after the contract is over waits for a person") {
  OneRequest one("BEL", "locksmith");
  CHECK(one.request().provider == "SDP");
  one.close();
  const Outcome outcome = one.at(at("2030-03-11T10:00:00+01:00")).reopen(1, "bloque encore", {});
  CHECK(outcome.request.provider.empty());
  CHECK(outcome.request.triage.starts_with("Hors marché"));
}

TEST_CASE("an answer the tenant does not accept is not given again by a rule") {
  OneRequest one("BEL", "none");
  CHECK(one.request().state == State::closed);
  const Outcome outcome = one.desk().reopen(1, "le locataire insiste", {});
  CHECK(outcome.request.state == State::open);
  CHECK(outcome.request.triage != "");
}

TEST_CASE("what is not finished is not reopened") {
  OneRequest one("BEL");
  CHECK(refused(one.desk().reopen(1, "", {})) == Refusal::Why::not_allowed);
  CHECK(one.entries() == 1);
}

// ---- edit

TEST_CASE("a new urgency gives a new target counted from the reception") {
  OneRequest one("BEL");
  one.at(at("2026-03-03T16:00:00+01:00"))
      .edit(
          1, [](NewRequest& wanted) { wanted.urgency = Urgency::emergency; }, "ça s'aggrave");
  CHECK(one.request().urgency == Urgency::emergency);
  CHECK(one.request().target_at == at("2026-03-02T13:00:00+01:00"));
  CHECK(one.request().due_at == at("2026-03-02T13:00:00+01:00"));
  CHECK(one.request().provider == "GAR");
}

TEST_CASE("the building follows the dwelling") {
  OneRequest one("BEL");
  one.desk().edit(
      1, [](NewRequest& wanted) { wanted.draft.dwelling = "C-301"; }, "");
  CHECK(one.request().dwelling == "C-301");
  CHECK(one.request().building == "C");
}

TEST_CASE("a trade that a person says is certain") {
  OneRequest one("BEL", "", "xyzzy");
  CHECK(!one.request().certain);
  one.desk().edit(
      1, [](NewRequest& wanted) { wanted.trade = "electrical"; }, "");
  CHECK(one.request().trade == "electrical");
  CHECK(one.request().certain);
  CHECK(one.desk().assign(1, "", false, "", {}).request.provider == "ELO");
}

TEST_CASE("a better text of what nobody understood is understood again") {
  OneRequest one("BEL", "", "xyzzy");
  one.desk().edit(
      1, [](NewRequest& wanted) { wanted.draft.text = "une fuite sous l'évier de la cuisine"; }, "");
  CHECK(one.request().trade == "plumbing");
  CHECK(one.request().certain);
}

TEST_CASE("a better text that speaks of danger is as urgent as if it had been said at once") {
  ExampleDesk example(at(monday));
  NewRequest wanted;
  wanted.draft.text = "xyzzy";
  wanted.draft.residence = "TIL";
  wanted.draft.dwelling = "E-101";
  wanted.draft.opened_at = at(monday);
  example.desk().open(wanted);
  example.desk().edit(
      1, [](NewRequest& better) { better.draft.text = "forte odeur de gaz dans la cuisine"; }, "");
  const Request request = *example.store().find(1);
  CHECK(request.trade == "gas");
  CHECK(request.urgency == Urgency::emergency);
  CHECK(request.target_at == at("2026-03-02T13:00:00+01:00"));
}

TEST_CASE("a better text of what was certain stays what a person said") {
  OneRequest one("BEL", "locksmith");
  one.desk().edit(
      1, [](NewRequest& wanted) { wanted.draft.text = "une fuite sous l'évier"; }, "");
  CHECK(one.request().trade == "locksmith");
}

TEST_CASE("corrections are checked like a call") {
  OneRequest one("BEL");
  const auto edit = [&](const std::function<void(NewRequest&)>& correct) {
    return thrown_by([&] { one.desk().edit(1, correct, ""); }).trouble;
  };
  CHECK(edit([](NewRequest& wanted) { wanted.draft.residence = "BLE"; }) == Trouble::refused);
  CHECK(edit([](NewRequest& wanted) { wanted.draft.dwelling = "3e"; }) == Trouble::refused);
  CHECK(edit([](NewRequest& wanted) { wanted.draft.text = ""; }) == Trouble::refused);
  CHECK(edit([](NewRequest& wanted) { wanted.trade = "plombing"; }) == Trouble::refused);
  CHECK(one.entries() == 1);
}

TEST_CASE("a correction of nothing is no entry in the journal") {
  OneRequest one("BEL");
  CHECK(refused(one.desk().edit(
            1, [](NewRequest&) {}, "")) == Refusal::Why::already);
  CHECK(one.entries() == 1);
}

TEST_CASE("an act before the last one is refused and one told later is kept with both times") {
  OneRequest one("BEL");
  one.at(at("2026-03-03T16:00:00+01:00"));
  CHECK(refused(one.desk().done(1, {.by = "", .work = "joint"}, "", at("2026-03-02T08:59:59+01:00"))) ==
        Refusal::Why::out_of_order);
  CHECK(refused(one.desk().done(1, {.by = "", .work = "joint"}, "", at("2026-03-03T16:00:01+01:00"))) ==
        Refusal::Why::out_of_order);
  one.desk().done(1, {.by = "", .work = "joint"}, "", at("2026-03-02T17:00:00+01:00"));
  const Event event = one.store().journal(1).back();
  CHECK(event.at == at("2026-03-02T17:00:00+01:00"));
  CHECK(event.entered_at == at("2026-03-03T16:00:00+01:00"));
}
