// Who goes: contracts one by one, then rules in their order.
#include "regie/routing.hpp"

#include <doctest/doctest.h>

#include "support/desk.hpp"
#include "text/words.hpp"

using namespace regie;
using namespace regie::test;
using namespace std::chrono;

namespace {

constexpr auto working_day = "2026-03-03T10:00:00+01:00";
constexpr auto sunday_night = "2026-03-08T23:00:00+01:00";

Delay hours_delay(int count) { return {count, Delay::Unit::hours, false}; }

/// Two firms one after the other for locks, a plumber in the north, a crew in the south and a lift firm.
Landlord small_landlord() {
  Landlord landlord;
  landlord.policy.calendar = Calendar(zone(), Holidays::france, {});
  for (std::size_t day = 0; day < 5; ++day) {
    landlord.policy.hours["telephone"].days[day] = {{8 * 60 + 30, 17 * 60 + 30}};
    landlord.policy.hours["regie"].days[day] = {{8 * 60, 12 * 60}};
  }
  landlord.policy.target_hours = "telephone";
  landlord.residences = {{.code = "BEL", .name = "", .sector = "north"},
                         {.code = "ROS", .name = "", .sector = "south"}};
  landlord.providers = {
      {.code = "SDP",
       .name = "",
       .contracts = {{.from = local_days{2023y / March / 9},
                      .to = local_days{2026y / March / 8},
                      .trades = {"locksmith", "glazing"},
                      .out_of_hours = {"locksmith"},
                      .promise = {hours_delay(2), Delay{1, Delay::Unit::working_days, false}}}}},
      {.code = "ATL",
       .name = "",
       .contracts = {{.from = local_days{2026y / March / 9},
                      .to = local_days{2030y / March / 8},
                      .trades = {"locksmith", "glazing"},
                      .out_of_hours = {"locksmith"}}}},
      {.code = "GAR",
       .name = "",
       .contracts = {{.trades = {"plumbing"}, .sectors = {"north"}, .always_out_of_hours = true},
                     {.trades = {"heating"}, .residences = {"ROS"}}}},
      {.code = "REGIE",
       .name = "",
       .kind = ProviderKind::crew,
       .hours = "regie",
       .contracts = {{.trades = {"plumbing", "electrical"}, .sectors = {"south"}}}},
      {.code = "ELO", .name = "", .contracts = {{.trades = {"electrical"}}}},
  };
  return landlord;
}

const Landlord& landlord() {
  static const Landlord small = small_landlord();
  return small;
}

const RequestsInMemory nothing_yet;

Request asked(const char* trade, const char* residence, Urgency urgency = Urgency::normal) {
  Request request;
  request.trade = trade;
  request.residence = residence;
  request.urgency = urgency;
  request.certain = true;
  return request;
}

Verdict verdict(const char* provider, const Request& request, std::string_view when = working_day) {
  const Candidate candidate = judge({landlord(), request, at(when), nothing_yet}, *landlord().find_provider(provider));
  CHECK(candidate.provider == provider);
  CHECK((candidate.contract != nullptr) == (candidate.verdict == Verdict::taken));
  return candidate.verdict;
}

Decision decided(const RuleSet& rules, const Request& request, std::string_view when = working_day,
                 std::string_view message = "") {
  return route(landlord(), rules, request, text::WordReader::create("french")->read(message), at(when), nothing_yet);
}

Rule rule(const char* name, std::vector<Conditions> when, Effects then) {
  return {.name = name, .title = "", .when = std::move(when), .unless = {}, .then = std::move(then)};
}
Effects send(std::vector<std::string> providers) { return {.send = std::move(providers)}; }

/// "SDP expired, ATL taken"
std::string why(const Decision& decision) {
  std::string text;
  for (const Candidate& candidate : decision.candidates)
    text += (text.empty() ? "" : ", ") + candidate.provider + ' ' + std::string(code(candidate.verdict));
  return text;
}

}  // namespace

// ---- one provider

TEST_CASE("a contract counts on its first and last day whole and on no other") {
  const Request lock = asked("locksmith", "BEL");
  CHECK(verdict("SDP", lock, "2026-03-08T00:00:00+01:00") == Verdict::taken);
  CHECK(verdict("SDP", lock, "2026-03-08T23:59:59+01:00") == Verdict::taken);
  CHECK(verdict("SDP", lock, "2026-03-09T00:00:00+01:00") == Verdict::expired);
  CHECK(verdict("ATL", lock, "2026-03-08T23:59:59+01:00") == Verdict::not_yet);
  CHECK(verdict("ATL", lock, "2026-03-09T00:00:00+01:00") == Verdict::taken);
  CHECK(verdict("SDP", lock, "2023-03-08T12:00:00+01:00") == Verdict::not_yet);
  CHECK(verdict("SDP", lock, "2023-03-09T00:00:00+01:00") == Verdict::taken);
  CHECK(verdict("ATL", lock, "2030-03-08T23:59:59+01:00") == Verdict::taken);
  CHECK(verdict("ATL", lock, "2030-03-09T00:00:00+01:00") == Verdict::expired);
}

TEST_CASE("a provider is sent only for its trades and places") {
  CHECK(verdict("GAR", asked("plumbing", "BEL")) == Verdict::taken);
  CHECK(verdict("GAR", asked("electrical", "BEL")) == Verdict::wrong_trade);
  CHECK(verdict("GAR", asked("plumbing", "ROS")) == Verdict::wrong_place);
  CHECK(verdict("GAR", asked("heating", "ROS")) == Verdict::taken);
  CHECK(verdict("GAR", asked("heating", "BEL")) == Verdict::wrong_place);
  CHECK(verdict("GAR", asked("plumbing", "XYZ")) == Verdict::wrong_place);
  CHECK(verdict("ELO", asked("electrical", "XYZ")) == Verdict::taken);
  CHECK(verdict("ELO", asked("", "BEL")) == Verdict::wrong_trade);
}

TEST_CASE("at night only an emergency needs somebody who works at night") {
  for (const Urgency urgency : {Urgency::urgent, Urgency::normal, Urgency::planned})
    CHECK(verdict("ELO", asked("electrical", "BEL", urgency), sunday_night) == Verdict::taken);
  CHECK(verdict("ELO", asked("electrical", "BEL", Urgency::emergency), sunday_night) == Verdict::closed_now);
  CHECK(verdict("ELO", asked("electrical", "BEL", Urgency::emergency)) == Verdict::taken);
  CHECK(verdict("GAR", asked("plumbing", "BEL", Urgency::emergency), sunday_night) == Verdict::taken);
}

TEST_CASE("out of hours for some trades is for those trades") {
  CHECK(verdict("SDP", asked("locksmith", "BEL", Urgency::emergency), sunday_night) == Verdict::taken);
  CHECK(verdict("SDP", asked("glazing", "BEL", Urgency::emergency), sunday_night) == Verdict::closed_now);
}

TEST_CASE("a provider has hours of its own or those of the landlord") {
  const Request flood = asked("electrical", "ROS", Urgency::emergency);
  CHECK(verdict("REGIE", flood, "2026-03-03T11:59:00+01:00") == Verdict::taken);
  CHECK(verdict("REGIE", flood, "2026-03-03T14:00:00+01:00") == Verdict::closed_now);
  CHECK(verdict("ELO", flood, "2026-03-03T14:00:00+01:00") == Verdict::taken);
}

TEST_CASE("whoever declined is not asked again") {
  Request lock = asked("locksmith", "BEL");
  lock.declined = "GAR;SDP";
  CHECK(verdict("SDP", lock) == Verdict::declined);
  lock.declined = "GAR;SDPX";
  CHECK(verdict("SDP", lock) == Verdict::taken);
}

TEST_CASE("a promise is counted from the order and only where one was made") {
  const Provider& sdp = *landlord().find_provider("SDP");
  const auto promised = [&](Urgency urgency, std::string_view when) -> std::optional<Instant> {
    const auto owed = promise(landlord(), sdp, sdp.contracts.front(), urgency, at(when));
    return owed ? std::optional(owed->at) : std::nullopt;
  };
  CHECK(promised(Urgency::emergency, sunday_night) == at("2026-03-09T01:00:00+01:00"));
  CHECK(promised(Urgency::urgent, "2026-03-06T15:10:00+01:00") == at("2026-03-09T15:10:00+01:00"));
  CHECK(!promised(Urgency::normal, working_day));
}

// ---- without rules

TEST_CASE("without a rule the first provider of the file that may go is sent") {
  const Decision decision = decided({}, asked("plumbing", "ROS"));
  CHECK(decision.provider == "REGIE");
  CHECK(decision.rule == "");
  CHECK(why(decision) == "GAR wrong-place, REGIE taken");
  CHECK(decision.triage == "");
}

TEST_CASE("who comes after the one taken is not needed and has no contract that counts") {
  const Decision decision = decided({}, asked("electrical", "ROS"));
  CHECK(why(decision) == "REGIE taken, ELO not-needed");
  CHECK(decision.candidates.front().contract != nullptr);
  CHECK(decision.candidates.back().contract == nullptr);
}

TEST_CASE("nobody left is a case for a person") {
  const Decision decision = decided({}, asked("lift", "ROS"));
  CHECK(decision.provider == "");
  CHECK(decision.triage == triage_nobody);
  CHECK(decision.candidates.empty());
  Request lock = asked("locksmith", "BEL");
  lock.declined = "SDP";
  CHECK(decided({}, lock).triage == triage_nobody);
  CHECK(why(decided({}, lock)) == "SDP declined, ATL not-yet");
}

TEST_CASE("what is not technical waits for a person when no rule answers it") {
  const Decision decision = decided({}, asked("none", "BEL"));
  CHECK(decision.triage == triage_not_technical);
  CHECK(decision.provider == "");
}

// ---- with rules

TEST_CASE("the first rule that decides ends the search") {
  const RuleSet rules{{rule("one", {{TradeIs{{"plumbing"}}}}, send({"REGIE"})),
                       rule("two", {{TradeIs{{"electrical"}}}}, send({"ELO"})), rule("three", {}, send({"REGIE"}))},
                      "hash"};
  const Decision decision = decided(rules, asked("electrical", "ROS"));
  CHECK(decision.rule == "two");
  CHECK(decision.provider == "ELO");
  CHECK(decision.rules_met == std::vector<std::string>{"two"});
  CHECK(why(decision) == "ELO taken");
}

TEST_CASE("a rule proposes in its order and contracts are checked whatever it says") {
  const RuleSet rules{{rule("locks", {}, send({"REGIE", "ATL", "SDP", "NOBODY"}))}, ""};
  CHECK(why(decided(rules, asked("locksmith", "BEL"))) == "REGIE wrong-trade, ATL not-yet, SDP taken");
  CHECK(why(decided(rules, asked("locksmith", "BEL"), "2026-03-09T10:00:00+01:00")) ==
        "REGIE wrong-trade, ATL taken, SDP expired");
}

TEST_CASE("a rule whose providers may not go leaves it to a person and not to the next rule") {
  const RuleSet rules{{rule("south", {}, send({"REGIE"})), rule("rest", {}, send({"ELO"}))}, ""};
  const Decision decision = decided(rules, asked("electrical", "BEL"));
  CHECK(decision.provider == "");
  CHECK(decision.triage == triage_nobody);
  CHECK(decision.rule == "south");
}

TEST_CASE("later rules see urgency and trade as earlier rules left them") {
  const RuleSet rules{{rule("raise", {{TradeIs{{"heating"}}}}, {.urgency = Urgency::emergency}),
                       rule("wired", {{UrgencyIs{{Urgency::emergency}}}}, {.trade = "electrical"}),
                       rule("not-any-more", {{TradeIs{{"heating"}}}}, send({"GAR"})),
                       rule("go", {{TradeIs{{"electrical"}}}}, send({"ELO"}))},
                      ""};
  const Decision decision = decided(rules, asked("heating", "ROS"));
  CHECK(decision.provider == "ELO");
  CHECK(decision.trade == "electrical");
  CHECK(decision.urgency == Urgency::emergency);
  CHECK(decision.rules_met == std::vector<std::string>{"raise", "wired", "go"});
}

TEST_CASE("the urgency a rule sets is the one contracts and promises are judged by") {
  const RuleSet rules{{rule("raise", {}, {.urgency = Urgency::emergency}), rule("go", {}, send({"SDP"}))}, ""};
  CHECK(why(decided(rules, asked("glazing", "BEL"), sunday_night)) == "SDP closed-now");
  CHECK(decided(rules, asked("locksmith", "BEL"), sunday_night).promised_at == at("2026-03-09T01:00:00+01:00"));
}

TEST_CASE("without rules the trade and urgency stay as understood") {
  const Decision decision = decided({}, asked("plumbing", "BEL", Urgency::urgent));
  CHECK(decision.trade == "plumbing");
  CHECK(decision.urgency == Urgency::urgent);
}

TEST_CASE("all conditions of one table and any of several tables") {
  const RuleSet rules{{rule("both", {{TradeIs{{"plumbing"}}, ResidenceIs{{"BEL"}}}}, send({"GAR"}))}, ""};
  CHECK(decided(rules, asked("plumbing", "BEL")).rule == "both");
  CHECK(decided(rules, asked("plumbing", "ROS")).rule == "");
  const RuleSet either{{rule("either", {{TradeIs{{"lift"}}}, {ResidenceIs{{"BEL"}}}}, send({"GAR"}))}, ""};
  CHECK(decided(either, asked("plumbing", "BEL")).rule == "either");
  CHECK(decided(either, asked("lift", "ROS")).rule == "either");
  CHECK(decided(either, asked("plumbing", "ROS")).rule == "");
}

TEST_CASE("unless switches a rule off when any of its tables holds") {
  Rule crew = rule("crew", {{TradeIs{{"plumbing"}}}}, send({"REGIE"}));
  crew.unless = {{UrgencyIs{{Urgency::emergency}}, ResidenceIs{{"ROS"}}}, {ResidenceIs{{"BEL"}}}};
  const RuleSet rules{{crew}, ""};
  CHECK(decided(rules, asked("plumbing", "ROS")).rule == "crew");
  CHECK(decided(rules, asked("plumbing", "ROS", Urgency::emergency)).rule == "");
  CHECK(decided(rules, asked("plumbing", "BEL")).rule == "");
}

TEST_CASE("words of the message switch rules on") {
  const RuleSet rules{
      {rule("riser", {{Says{{text::WordReader::create("french")->read_pattern("colonne montante")}}}}, send({"GAR"}))},
      ""};
  CHECK(decided(rules, asked("plumbing", "BEL"), working_day, "fuite sur la colonne montante").rule == "riser");
  CHECK(decided(rules, asked("plumbing", "BEL"), working_day, "fuite").rule == "");
}

TEST_CASE("people to tell are named once and notes are kept in order also without a decision") {
  const RuleSet rules{{rule("a", {}, {.tell = {"agency-head", "rey"}, .note = "un"}),
                       rule("b", {}, {.tell = {"rey", "caretaker"}, .note = "deux"})},
                      ""};
  const Decision decision = decided(rules, asked("plumbing", "BEL"));
  CHECK(decision.tell == std::vector<std::string>{"agency-head", "rey", "caretaker"});
  CHECK(decision.notes == std::vector<std::string>{"un", "deux"});
  CHECK(decision.rule == "");
  CHECK(decision.provider == "GAR");
}

TEST_CASE("a rule may leave it to a person with its reason") {
  const RuleSet rules{{rule("trees", {}, {.triage = "hors marché"}), rule("go", {}, send({"GAR"}))}, ""};
  const Decision decision = decided(rules, asked("plumbing", "BEL"));
  CHECK(decision.triage == "hors marché");
  CHECK(decision.rule == "trees");
  CHECK(decision.provider == "");
  CHECK(decision.candidates.empty());
}

TEST_CASE("a rule may answer the tenant at once and sends nobody") {
  const RuleSet rules{{rule("rent", {{TradeIs{{"none"}}}}, {.close = "transmis"})}, ""};
  const Decision decision = decided(rules, asked("none", "BEL"));
  CHECK(decision.close == "transmis");
  CHECK(decision.triage == "");
  CHECK(decision.provider == "");
}

TEST_CASE("what was not understood with certainty is neither sent nor closed whatever the rules say") {
  for (const Effects& effects :
       {send({"GAR"}), Effects{.triage = "hors marché"}, Effects{.close = "transmis"}, Effects{}}) {
    Request request = asked("plumbing", "BEL");
    request.certain = false;
    const Decision decision = decided({{rule("any", {}, effects)}, ""}, request);
    CHECK(decision.triage == triage_unsure);
    CHECK(decision.provider == "");
    CHECK(decision.close == "");
    CHECK(decision.candidates.empty());
    CHECK(!decision.promised_at);
  }
}

TEST_CASE("the same facts give the same decision") {
  const RuleSet rules{{rule("raise", {}, {.urgency = Urgency::urgent, .tell = {"rey"}}),
                       rule("go", {{TradeIs{{"locksmith"}}}}, send({"ATL", "SDP"}))},
                      "hash"};
  const Decision once = decided(rules, asked("locksmith", "BEL"));
  for (int n = 0; n < 10; ++n) {
    const Decision again = decided(rules, asked("locksmith", "BEL"));
    CHECK(again.provider == once.provider);
    CHECK(why(again) == why(once));
    CHECK(again.rules_met == once.rules_met);
    CHECK(again.promised_at == once.promised_at);
  }
  CHECK(once.provider == "SDP");
}
