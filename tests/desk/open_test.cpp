// A call becomes a request: understood, routed, promised, saved.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/desk.hpp"

using namespace regie;
using namespace regie::test;

namespace {

constexpr auto monday = "2026-03-02T09:00:00+01:00";

/// What somebody at the desk writes down, trade given: what the lexicon understands is tested elsewhere.
NewRequest call(const char* trade, const char* residence, const char* dwelling, const char* when = monday) {
  NewRequest wanted;
  wanted.draft.text = "rappeler le locataire";
  wanted.draft.residence = residence;
  wanted.draft.dwelling = dwelling;
  wanted.draft.opened_at = at(when);
  wanted.trade = trade;
  wanted.urgency = Urgency::normal;
  return wanted;
}

struct Thrown {
  Trouble trouble;
  std::size_t messages;
};

Thrown thrown_by(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return {error.trouble(), error.messages().size()};
  }
  FAIL("nothing was thrown");
  return {};
}

}  // namespace

TEST_CASE("a certain request is sent at once with what is owed and promised") {
  ExampleDesk example(at(monday));
  const Opened opened = example.desk().open(call("plumbing", "BEL", "B-203"));
  const Request saved = *example.store().find(opened.request.id);
  CHECK(saved == opened.request);
  CHECK(saved.id == 1);
  CHECK(saved.state == State::assigned);
  CHECK(saved.provider == "GAR");
  CHECK(saved.rule == opened.decision.rule);
  CHECK(saved.building == "B");
  CHECK(saved.place == Place::dwelling);
  CHECK(saved.certain);
  CHECK(saved.triage == "");
  CHECK(saved.opened_at == at(monday));
  CHECK(saved.target_at == at("2026-03-16T17:30:00+01:00"));    // ten worked days
  CHECK(saved.promised_at == at("2026-03-12T09:00:00+01:00"));  // eight
  CHECK(saved.due_at == saved.promised_at);
  CHECK(saved.policy == example.settings().landlord().policy.version);
  CHECK(!saved.policy.empty());
}

TEST_CASE("the reasoning is kept in the journal") {
  ExampleDesk example(at(monday), "montagnier");
  example.desk().open(call("plumbing", "BEL", "B-203"));
  const auto journal = example.store().journal(1);
  REQUIRE(journal.size() == 1);
  CHECK(journal[0].action == Action::open);
  CHECK(journal[0].who == "montagnier");
  CHECK(journal[0].decision.find("[\"GAR\",\"taken\"]") != std::string::npos);
  CHECK(journal[0].decision.find(example.settings().routing().rules.hash) != std::string::npos);
}

TEST_CASE("plain words are understood and routed") {
  ExampleDesk example(at(monday));
  NewRequest wanted = call("", "BEL", "B-203");
  wanted.draft.text = "Bonjour, j'ai une fuite sous l'évier de la cuisine";
  wanted.trade.reset();
  wanted.urgency.reset();
  const Request request = example.desk().open(wanted).request;
  CHECK(request.trade == "plumbing");
  CHECK(request.certain);
  CHECK(request.provider == "GAR");
}

TEST_CASE("a smell of gas is an emergency and waits for a person to send anybody") {
  ExampleDesk example(at("2026-03-07T23:00:00+01:00"));
  NewRequest wanted = call("", "TIL", "E-101", "2026-03-07T23:00:00+01:00");
  wanted.draft.text = "ça sent le gaz dans la cuisine";
  wanted.trade.reset();
  wanted.urgency.reset();
  const Opened opened = example.desk().open(wanted);
  CHECK(opened.request.trade == "gas");
  CHECK(opened.request.urgency == Urgency::emergency);
  CHECK(opened.request.state == State::open);
  CHECK(opened.request.triage != "");
  CHECK(opened.request.target_at == at("2026-03-08T03:00:00+01:00"));
  CHECK(std::ranges::count(opened.decision.tell, "on-call") == 1);
}

TEST_CASE("what nobody understands waits in triage and nobody is sent") {
  ExampleDesk example(at(monday));
  NewRequest wanted = call("", "BEL", "B-203");
  wanted.draft.text = "xyzzy";
  wanted.trade.reset();
  const Request request = example.desk().open(wanted).request;
  CHECK(request.state == State::open);
  CHECK(request.triage == triage_unsure);
  CHECK(request.trade == "");
  CHECK(!request.certain);
  CHECK(request.provider == "");
  CHECK(request.target_at.has_value());  // the tenant is owed an answer all the same
}

TEST_CASE("without a dwelling the common parts are meant") {
  ExampleDesk example(at(monday));
  const Request request = example.desk().open(call("plumbing", "BEL", "")).request;
  CHECK(request.place == Place::common);
  CHECK(request.building == "");
}

TEST_CASE("the building that was said stays") {
  ExampleDesk example(at(monday));
  NewRequest wanted = call("plumbing", "BEL", "B-203");
  wanted.draft.building = "F";
  CHECK(example.desk().open(wanted).request.building == "F");
}

TEST_CASE("what is not technical is answered at once by the rule and told to the right person") {
  ExampleDesk example(at(monday));
  const Opened opened = example.desk().open(call("none", "BEL", "B-203"));
  CHECK(opened.request.state == State::closed);
  CHECK(opened.request.answer.find("Dubreuil") != std::string::npos);
  CHECK(opened.request.closed_at == at(monday));
  CHECK(opened.decision.tell == std::vector<std::string>{"dubreuil"});
  const auto journal = example.store().journal(1);
  REQUIRE(journal.size() == 2);
  CHECK(journal[1].action == Action::close);
}

TEST_CASE("locks go to one firm until 8 March 2026 and to the other from 9 March") {
  ExampleDesk example(at("2026-03-09T12:00:00+01:00"));
  CHECK(example.desk().open(call("locksmith", "BEL", "B-203", "2026-03-08T23:59:59+01:00")).request.provider == "SDP");
  CHECK(example.desk().open(call("locksmith", "BEL", "B-203", "2026-03-09T00:00:00+01:00")).request.provider == "ATL");
}

TEST_CASE("a call written down later counts from the call") {
  ExampleDesk example(at("2026-03-03T11:00:00+01:00"));
  NewRequest wanted = call("plumbing", "BEL", "B-203", "2026-03-02T15:10:00+01:00");
  wanted.urgency = Urgency::urgent;
  const Request request = example.desk().open(wanted).request;
  CHECK(request.opened_at == at("2026-03-02T15:10:00+01:00"));
  CHECK(request.target_at == at("2026-03-03T15:10:00+01:00"));
  const Event event = example.store().journal(1).front();
  CHECK(event.at == at("2026-03-02T15:10:00+01:00"));
  CHECK(event.entered_at == at("2026-03-03T11:00:00+01:00"));
}

TEST_CASE("a call from the future is refused and nothing is saved") {
  ExampleDesk example(at(monday));
  CHECK(thrown_by([&] {
          example.desk().open(call("plumbing", "BEL", "B-203", "2026-03-02T09:00:01+01:00"));
        }).trouble == Trouble::refused);
  CHECK(example.store().last_id() == 0);
}

TEST_CASE("the same key opens one request however often it is sent") {
  ExampleDesk example(at(monday));
  NewRequest wanted = call("plumbing", "BEL", "B-203");
  wanted.draft.key = "web:4711";
  const Opened first = example.desk().open(wanted);
  CHECK(!first.existed);
  wanted.draft.text = "fuite, envoyé deux fois";
  const Opened again = example.desk().open(wanted);
  CHECK(again.existed);
  CHECK(again.request == first.request);
  CHECK(again.changes.empty());
  CHECK(example.store().last_id() == 1);
  wanted.draft.key = "web:4712";
  CHECK(example.desk().open(wanted).request.id == 2);
}

TEST_CASE("a dry run decides everything and saves nothing") {
  ExampleDesk example(at(monday));
  example.desk().open(call("plumbing", "BEL", "B-203"));
  Identity identity = identify(example.settings().landlord(), "root", "");
  Desk dry(example.settings(), example.store(), identity, {.now = at(monday), .dry_run = true});
  const Opened planned = dry.open(call("plumbing", "TIL", "B-203"));
  CHECK(planned.request.id == 2);
  CHECK(planned.request.provider == "GAR");
  CHECK(example.store().last_id() == 1);

  CHECK(dry.assign(1, "", false, "à revoir", {}).refusal.has_value());  // it would go where it is
  CHECK(dry.act(1,
                [](const Request&) -> Deed {
                  return Cancel{CancelReason::withdrawn, {}};
                },
                "", {})
            .request.state == State::cancelled);
  CHECK(example.store().find(1)->state == State::assigned);
  CHECK(example.store().journal(1).size() == 1);
}

TEST_CASE("a dry run knows the keys that are there") {
  ExampleDesk example(at(monday));
  NewRequest wanted = call("plumbing", "BEL", "B-203");
  wanted.draft.key = "web:4711";
  example.desk().open(wanted);
  Identity identity = identify(example.settings().landlord(), "root", "");
  Desk dry(example.settings(), example.store(), identity, {.now = at(monday), .dry_run = true});
  CHECK(dry.open(wanted).existed);
}

TEST_CASE("everything that is wrong with a call is said at once") {
  ExampleDesk example(at(monday));
  NewRequest wanted = call("plombing", "BLE", "B203");
  wanted.draft.text = " \n\t";
  wanted.draft.tenant_flags = "senior;vip;medcal";
  CHECK(problems_of(example.settings().landlord(), wanted).size() == 6);
  const Thrown thrown = thrown_by([&] { example.desk().open(wanted); });
  CHECK(thrown.trouble == Trouble::not_found);
  CHECK(thrown.messages == 6);
  CHECK(example.store().last_id() == 0);
  CHECK(problems_of(example.settings().landlord(), call("plumbing", "BEL", "B-203")).empty());
}

TEST_CASE("a dwelling or flag the landlord does not know is refused") {
  ExampleDesk example(at(monday));
  CHECK(thrown_by([&] { example.desk().open(call("plumbing", "BEL", "3e droite")); }).trouble == Trouble::refused);
  NewRequest flagged = call("plumbing", "BEL", "B-203");
  flagged.draft.tenant_flags = "vip";
  CHECK(thrown_by([&] { example.desk().open(flagged); }).trouble == Trouble::refused);
}

TEST_CASE("an opening takes a decision made elsewhere and saves nothing") {
  ExampleDesk example(at(monday));
  const Assignment by_hand{.provider = "ELO", .rule = "", .triage = "", .promised_at = {}, .decision = ""};
  const Foreseen foreseen = understand(example.settings(), call("plumbing", "BEL", "B-203"));
  const Change opening = example.desk().opening(foreseen.draft, by_hand, at(monday));
  CHECK(opening.after.provider == "ELO");
  CHECK(opening.after.target_at.has_value());
  CHECK(example.store().last_id() == 0);
}
