// Rules that remember: what they ask of the past, and what they do with the answer.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "regie/routing.hpp"
#include "support/desk.hpp"
#include "text/words.hpp"

using namespace regie;
using namespace regie::test;
using namespace std::chrono;

namespace {

constexpr auto morning = "2026-03-03T10:00:00+01:00";  // a Tuesday

using Around = Similar::Around;
using Names = std::vector<std::string>;
using Ids = std::vector<RequestId>;
constexpr Span two_hours{2, Span::Unit::hours};
constexpr Span three_months{3, Span::Unit::months};

/// Residences BEL (north) and ROS (south); GAR and ELO everywhere, a crew of two in the south.
Landlord small_landlord() {
  Landlord landlord;
  landlord.policy.calendar = Calendar(zone(), Holidays::france, {});
  for (std::size_t day = 0; day < 5; ++day) landlord.policy.hours["office"].days[day] = {{8 * 60, 18 * 60}};
  landlord.policy.target_hours = "office";
  landlord.residences = {
      {.code = "BEL", .name = "", .agency = "nord", .sector = "north", .caretaker = "lemercier"},
      {.code = "ROS", .name = "", .agency = "sud", .sector = "south", .caretaker = "ndiaye"},
  };
  landlord.agencies = {{.code = "nord", .name = "", .head = "astruc", .email = "", .phone = "", .address = ""}};
  landlord.people = {
      {.code = "lemercier", .name = "", .role = Role::caretaker},
      {.code = "astruc", .name = "", .role = Role::manager},
      {.code = "ouali", .name = "", .provider = "CREW", .trades = {"plumbing", "electrical"}},
      {.code = "fouquet", .name = "", .provider = "CREW", .trades = {"plumbing"}, .problems = {"socket"}},
  };
  landlord.providers = {
      {.code = "GAR", .name = "", .contracts = {{.trades = {"plumbing", "heating"}, .always_out_of_hours = true}}},
      {.code = "ELO", .name = "", .contracts = {{.trades = {"plumbing", "electrical"}, .always_out_of_hours = true}}},
      {.code = "CREW",
       .name = "",
       .kind = ProviderKind::crew,
       .contracts = {{.trades = {"plumbing", "electrical"}, .sectors = {"south"}}}},
  };
  return landlord;
}

Provider& provider(Landlord& landlord, std::string_view code) {
  return *std::ranges::find(landlord.providers, code, &Provider::code);
}
Person& person(Landlord& landlord, std::string_view code) {
  return *std::ranges::find(landlord.people, code, &Person::code);
}

Request reported(RequestId id, const char* dwelling, std::string_view when = morning, const char* trade = "plumbing") {
  Request request;
  request.id = id;
  request.residence = "BEL";
  request.dwelling = dwelling;
  request.building = building_of(dwelling);
  request.place = *dwelling == '\0' ? Place::common : Place::dwelling;
  request.trade = trade;
  request.certain = true;
  request.opened_at = at(when);
  return request;
}

/// Nobody's number yet.
Request now_reported(const char* dwelling, std::string_view when = morning, const char* trade = "plumbing") {
  return reported(0, dwelling, when, trade);
}

Request common(RequestId id, const char* building, std::string_view when = morning) {
  Request request = reported(id, "", when);
  request.building = building;
  return request;
}

Request ordered(Request request, const char* provider, std::optional<std::int64_t> cost = {}) {
  request.state = State::assigned;
  request.provider = provider;
  request.assigned_at = request.opened_at;
  request.cost = cost;
  return request;
}

Request repaired(Request request, const char* provider, std::string_view done) {
  request = ordered(std::move(request), provider);
  request.state = State::closed;
  request.done_by = request.done_provider = provider;
  request.done_at = at(done);
  return request;
}

Request in_state(Request request, State state) {
  request.state = state;
  return request;
}

RequestsInMemory past_of(const std::vector<Request>& requests) {
  RequestsInMemory past;
  for (const Request& one : requests) past.add(one);
  return past;
}

Facts facts_of(const Landlord& landlord, const Request& request, const Past& past) {
  return {landlord,
          landlord.find_residence(request.residence),
          request,
          {},
          request.opened_at,
          landlord.policy.calendar.zone().local(request.opened_at),
          past};
}

bool holds(const Condition& condition, const Request& request, const std::vector<Request>& before,
           const Landlord& landlord = small_landlord()) {
  const RequestsInMemory past = past_of(before);
  return std::visit([&](const auto& one) { return one.matches(facts_of(landlord, request, past)); }, condition);
}

Rule rule(const char* name, std::vector<Conditions> when, Effects then) {
  return {.name = name, .title = "", .when = std::move(when), .unless = {}, .then = std::move(then)};
}

Decision decided(const std::vector<Rule>& rules, const Request& request, const Past& past,
                 const Landlord& landlord = small_landlord(), std::string_view when = "") {
  return route(landlord, {rules, ""}, request, {}, when.empty() ? request.opened_at : at(when), past);
}
Decision decided(const std::vector<Rule>& rules, const Request& request, const std::vector<Request>& before,
                 const Landlord& landlord = small_landlord(), std::string_view when = "") {
  return decided(rules, request, past_of(before), landlord, when);
}

/// "SDP expired, ATL taken"
std::string why(const Decision& decision) {
  std::string text;
  for (const Candidate& candidate : decision.candidates)
    text += (text.empty() ? "" : ", ") + candidate.provider + ' ' + std::string(code(candidate.verdict));
  return text;
}

Similar dwellings(std::int64_t count, Around around = Around::building, Span within = two_hours) {
  return {.count = count, .dwellings = true, .around = around, .within = within};
}
Similar reports(std::int64_t count, Around around = Around::building, Span within = two_hours) {
  return {.count = count, .dwellings = false, .around = around, .within = within};
}

}  // namespace

// ---- similar

TEST_CASE("similar reports count up to the window's edge and this one with them") {
  const Request mine = now_reported("A-301");
  CHECK(holds(reports(2), mine, {reported(1, "A-101", "2026-03-03T08:00:00+01:00")}));
  CHECK(!holds(reports(2), mine, {reported(1, "A-101", "2026-03-03T07:59:59+01:00")}));
  CHECK(holds(reports(2), mine, {reported(1, "A-101", morning)}));
  CHECK(!holds(reports(2), mine, {reported(1, "A-101", "2026-03-03T10:00:01+01:00")}));
  CHECK(!holds(reports(3), mine, {reported(1, "A-101")}));
  CHECK(!holds(reports(2), mine, {}));
}

TEST_CASE("dwellings are counted once each and the common parts are none") {
  const Request mine = now_reported("A-301");
  const std::vector<Request> twice{reported(1, "A-101"), reported(2, "A-101"), reported(3, "A-301"), common(4, "A")};
  CHECK(!holds(dwellings(3), mine, twice));
  CHECK(holds(dwellings(2), mine, twice));
  CHECK(holds(reports(5), mine, twice));
  CHECK(holds(dwellings(3), mine, {reported(1, "A-101"), reported(2, "A-202")}));
  CHECK(!holds(dwellings(3), common(0, "A"), {reported(1, "A-101"), reported(2, "A-202")}));
  CHECK(holds(dwellings(3), common(0, "A"), {reported(1, "A-101"), reported(2, "A-202"), reported(3, "A-303")}));
}

TEST_CASE("similar looks in the building or the residence or the dwelling") {
  const Request mine = now_reported("A-301");
  Request elsewhere = reported(3, "A-101");
  elsewhere.residence = "ROS";
  CHECK(!holds(reports(2), mine, {reported(1, "B-301"), elsewhere}));
  CHECK(holds(reports(2, Around::residence), mine, {reported(1, "B-301")}));
  CHECK(!holds(reports(2, Around::residence), mine, {elsewhere}));
  CHECK(holds(reports(2, Around::dwelling), mine, {reported(1, "A-301")}));
  CHECK(!holds(reports(2, Around::dwelling), mine, {reported(1, "A-302")}));
}

TEST_CASE("a riser is one door number in one building") {
  const Request mine = now_reported("A-304");
  for (const char* above : {"A-104", "A-004", "A-1004"}) {
    CAPTURE(std::string(above));
    CHECK(holds(dwellings(2, Around::riser), mine, {reported(1, above)}));
  }
  for (const char* beside : {"A-103", "B-104", "A-314", "A-3040"}) {
    CAPTURE(std::string(beside));
    CHECK(!holds(dwellings(2, Around::riser), mine, {reported(1, beside)}));
  }
  CHECK(!holds(dwellings(2, Around::riser), mine, {reported(1, "A-304")}));  // one dwelling
  CHECK(!holds(reports(2, Around::riser), mine, {common(1, "A")}));
}

TEST_CASE("a request that does not say where it is has nothing similar close by") {
  for (const Around around : {Around::building, Around::riser, Around::dwelling})
    CHECK(!holds(reports(2, around), now_reported(""), {reported(1, ""), reported(2, "A-101")}));
  CHECK(holds(reports(2, Around::residence), now_reported(""), {reported(1, "A-101")}));
  CHECK(!holds(reports(2, Around::riser), now_reported("A-4"), {reported(1, "A-4")}));
}

TEST_CASE("similar is the same problem and without one the same trade") {
  Request mine = now_reported("A-301");
  Request leak = reported(1, "A-101"), dry = reported(2, "A-102", morning, "heating");
  dry.problem = "no-water";
  CHECK(holds(reports(2), mine, {leak}));
  CHECK(!holds(reports(2), mine, {dry}));
  mine.problem = "no-water";
  CHECK(!holds(reports(2), mine, {leak}));
  CHECK(holds(reports(2), mine, {dry}));
}

TEST_CASE("cancelled requests are not similar and closed ones are") {
  const Request mine = now_reported("A-301");
  for (const auto& state : codes<State>()) {
    CAPTURE(std::string(state.code));
    CHECK(holds(reports(2), mine, {in_state(reported(1, "A-101"), state.value)}) == (state.value != State::cancelled));
  }
}

TEST_CASE("a stored request is not similar to itself") {
  const Request mine = reported(7, "A-301");
  CHECK(!holds(reports(2), mine, {mine}));
  CHECK(holds(reports(2), mine, {mine, reported(8, "A-301")}));
}

TEST_CASE("a window of days keeps the clock time over the change of the clock") {
  const Request mine = now_reported("A-301", "2026-03-30T10:00:00+02:00");
  const Similar two_days = reports(2, Around::building, {2, Span::Unit::days});
  CHECK(holds(two_days, mine, {reported(1, "A-101", "2026-03-28T10:00:00+01:00")}));
  CHECK(!holds(two_days, mine, {reported(1, "A-101", "2026-03-28T09:59:59+01:00")}));
}

TEST_CASE("a problem that an earlier rule named is what later rules count") {
  Request other = reported(1, "A-101", morning, "heating");
  other.problem = "no-water";
  const std::vector<Rule> rules{
      rule("name", {{TradeIs{{"plumbing"}}}}, {.problem = "no-water"}),
      rule("named", {{ProblemIs{{"no-water", "flood"}}, reports(2)}}, {.note = "two"}),
      rule("other", {{ProblemIs{{"flood"}}}}, {.note = "never"}),
  };
  const Decision decision = decided(rules, now_reported("A-301"), {other});
  CHECK(decision.problem == "no-water");
  CHECK(decision.notes == Names{"two"});
  CHECK(decided(rules, now_reported("A-301", morning, "heating"), {other}).problem == "");
}

// ---- the common request, and what joins it

TEST_CASE("a common request is known while it is not finished and in its building alone") {
  const Request mine = now_reported("A-301");
  CHECK(holds(CommonKnown{}, mine, {common(1, "A", "2026-03-01T10:00:00+01:00")}));
  CHECK(!holds(CommonKnown{}, mine, {common(1, "B")}));
  CHECK(!holds(CommonKnown{}, mine, {reported(1, "A-101")}));
  CHECK(!holds(CommonKnown{}, mine, {in_state(common(1, "A"), State::closed)}));
  CHECK(!holds(CommonKnown{}, mine, {in_state(common(1, "A"), State::cancelled)}));
  CHECK(!holds(CommonKnown{}, now_reported(""), {common(1, "A")}));
  Request part = common(1, "A");
  part.parent = 9;
  CHECK(!holds(CommonKnown{}, mine, {part}));
  const Request itself = common(3, "A");
  CHECK(!holds(CommonKnown{}, itself, {itself}));
}

TEST_CASE("a common request that is repaired already takes nobody in") {
  const Request mine = now_reported("A-301");
  CHECK(holds(CommonKnown{}, mine, {in_state(common(1, "A"), State::on_hold)}));
  // The work was reported done before this tenant called: it did not help, or it is another breakdown.
  CHECK(!holds(CommonKnown{}, mine, {in_state(common(1, "A"), State::done)}));
  CHECK(!holds(CommonKnown{}, mine, {in_state(common(1, "A"), State::verified)}));
}

TEST_CASE("a common request received later is not known yet") {
  CHECK(!holds(CommonKnown{}, now_reported("A-301"), {common(1, "A", "2026-03-03T10:00:01+01:00")}));
  CHECK(holds(CommonKnown{}, now_reported("A-301"), {common(1, "A", morning)}));
}

TEST_CASE("the third dwelling joins with those before it and nobody is sent for it") {
  const std::vector<Rule> rules{
      rule("attach", {{dwellings(3)}, {CommonKnown{}}}, {.attach = "no water in {building}"})};
  const Decision decision = decided(rules, now_reported("A-301"),
                                    {reported(2, "A-202", "2026-03-03T09:30:00+01:00"),
                                     reported(1, "A-101", "2026-03-03T09:00:00+01:00"), reported(3, "B-101")});
  REQUIRE(decision.join.has_value());
  CHECK(decision.join->text == "no water in {building}");
  CHECK(decision.join->attached);
  CHECK(!decision.join->known);
  CHECK(decision.join->siblings == Ids{1, 2});
  CHECK(decision.provider == "");
  CHECK(decision.triage == "");
  CHECK(decision.rule == "attach");
  CHECK(!decided(rules, now_reported("A-301"), {reported(1, "A-101")}).join);
}

TEST_CASE("who joins without being attached has somebody sent") {
  const std::vector<Rule> rules{rule("join", {{dwellings(2)}}, {.join = "no water"}),
                                rule("go", {}, {.send = {"ELO"}})};
  const Decision decision = decided(rules, now_reported("A-301"), {reported(1, "A-101")});
  REQUIRE(decision.join.has_value());
  CHECK(!decision.join->attached);
  CHECK(decision.provider == "ELO");
  CHECK(decision.rules_met == Names{"join", "go"});
}

TEST_CASE("a common request that is there is joined") {
  const std::vector<Rule> rules{rule("attach", {{dwellings(3)}, {CommonKnown{}}}, {.attach = "no water"})};
  const Decision decision = decided(rules, now_reported("A-301"), {common(5, "A"), common(6, "A")});
  REQUIRE(decision.join.has_value());
  CHECK(decision.join->known == 5);
  CHECK(decision.join->siblings == Ids{});
}

TEST_CASE("parts of another and finished requests are not brought along") {
  Request part = reported(1, "A-101");
  part.parent = 9;
  const std::vector<Rule> rules{rule("attach", {{dwellings(2)}}, {.attach = "no water"})};
  const Decision decision =
      decided(rules, now_reported("A-301"),
              {part, in_state(reported(2, "A-102"), State::closed), ordered(reported(3, "A-103"), "GAR")});
  REQUIRE(decision.join.has_value());
  CHECK(decision.join->siblings == Ids{3});
}

TEST_CASE("the first report in the common parts is joined by others and joins nothing") {
  const std::vector<Rule> rules{rule("attach", {{dwellings(2)}, {CommonKnown{}}}, {.attach = "no water"}),
                                rule("go", {}, {.send = {"ELO"}})};
  const std::vector<Request> before{reported(1, "A-101"), reported(2, "A-102")};
  const Decision first = decided(rules, common(0, "A"), before);
  CHECK(!first.join);
  CHECK(first.provider == "ELO");
  CHECK(first.rules_met == Names{"go"});
  std::vector<Request> later = before;
  later.push_back(common(3, "A"));
  CHECK(decided(rules, common(0, "A"), later).join->known == 3);
}

TEST_CASE("two on one riser are enough where three of a building are asked") {
  const std::vector<Rule> rules{
      rule("attach", {{dwellings(3)}, {dwellings(2, Around::riser)}}, {.attach = "no water"})};
  CHECK(decided(rules, now_reported("A-304"), {reported(1, "A-104")}).join->siblings == Ids{1});
  CHECK(!decided(rules, now_reported("A-304"), {reported(1, "A-103")}).join);
  const Decision both = decided(rules, now_reported("A-304"), {reported(1, "A-104"), reported(2, "A-103")});
  CHECK(both.join->siblings == Ids{1, 2});
}

TEST_CASE("a breakdown of a whole residence has one common request") {
  const std::vector<Rule> rules{
      rule("attach", {{dwellings(2, Around::residence)}}, {.attach = "no hot water in {residence}"})};
  // It was made for a report from building A.
  const Decision decision = decided(rules, now_reported("B-301"), {reported(1, "A-101"), common(2, "A")});
  REQUIRE(decision.join.has_value());
  CHECK(decision.join->known == 2);
}

// ---- repaired and call-backs

TEST_CASE("a repair counts up to the edge of the window by the day it was done") {
  const Request mine = now_reported("A-301", "2026-05-31T10:00:00+02:00");
  const auto done = [&](const char* when) {
    return std::vector{repaired(reported(1, "A-301", "2025-12-01T10:00:00+01:00"), "GAR", when)};
  };
  CHECK(holds(Repaired{1, three_months}, mine, done("2026-02-28T10:00:00+01:00")));
  CHECK(!holds(Repaired{1, three_months}, mine, done("2026-02-28T09:59:59+01:00")));
  CHECK(holds(Repaired{1, three_months}, mine, done("2026-05-31T10:00:00+02:00")));
  CHECK(!holds(Repaired{1, three_months}, mine, done("2026-05-31T10:00:01+02:00")));
}

TEST_CASE("a repair is of the same trade in the same dwelling and was not cancelled") {
  const Request mine = now_reported("A-301");
  const Request tap = repaired(reported(1, "A-301", "2026-02-01T10:00:00+01:00"), "GAR", "2026-02-02T10:00:00+01:00");
  CHECK(holds(Repaired{1, three_months}, mine, {tap}));
  CHECK(holds(Repaired{1, three_months}, mine, {in_state(tap, State::done)}));
  CHECK(!holds(Repaired{1, three_months}, mine, {in_state(tap, State::cancelled)}));
  Request other = tap;
  other.trade = "heating";
  CHECK(!holds(Repaired{1, three_months}, mine, {other}));
  other = tap;
  other.dwelling = "A-302";
  CHECK(!holds(Repaired{1, three_months}, mine, {other}));
  other.dwelling = "";
  CHECK(!holds(Repaired{1, three_months}, now_reported(""), {other}));
  CHECK(!holds(Repaired{1, three_months}, mine, {ordered(reported(1, "A-301"), "GAR")}));
}

TEST_CASE("twice repaired is two jobs") {
  const Request mine = now_reported("A-301");
  const Request one = repaired(reported(1, "A-301", "2026-02-01T10:00:00+01:00"), "GAR", "2026-02-02T10:00:00+01:00");
  const Request two = repaired(reported(2, "A-301", "2026-02-10T10:00:00+01:00"), "GAR", "2026-02-12T10:00:00+01:00");
  CHECK(!holds(Repaired{2, three_months}, mine, {one}));
  CHECK(holds(Repaired{2, three_months}, mine, {one, two}));
  CHECK(!holds(Repaired{3, three_months}, mine, {one, two}));
}

TEST_CASE("after two failed repairs somebody looks before anybody is sent back") {
  const std::vector<Rule> rules{rule("twice", {{Repaired{2, three_months}}}, {.triage = "technical officer"}),
                                rule("once", {{Repaired{1, three_months}}}, {.callback = true})};
  const Request one = repaired(reported(1, "A-301", "2026-02-01T10:00:00+01:00"), "ELO", "2026-02-02T10:00:00+01:00");
  const Request two = repaired(reported(2, "A-301", "2026-02-10T10:00:00+01:00"), "ELO", "2026-02-12T10:00:00+01:00");
  CHECK(decided(rules, now_reported("A-301"), {one}).provider == "ELO");
  const Decision twice = decided(rules, now_reported("A-301"), {one, two});
  CHECK(twice.triage == "technical officer");
  CHECK(twice.provider == "");
  CHECK(!twice.callback_of);
}

namespace {

const std::vector<Rule> callbacks{rule("back", {{Repaired{1, three_months}}}, {.callback = true, .note = "rework"}),
                                  rule("go", {}, {.send = {"ELO"}})};

/// Repaired by GAR in February.
Request tap_of_february() {
  return repaired(reported(1, "A-301", "2026-02-01T10:00:00+01:00"), "GAR", "2026-02-02T10:00:00+01:00");
}

}  // namespace

TEST_CASE("a call-back goes to whoever repaired it last") {
  const Request newer = repaired(reported(2, "A-301", "2026-01-31T10:00:00+01:00"), "ELO", "2026-02-10T10:00:00+01:00");
  const Decision decision = decided(callbacks, now_reported("A-301"), {tap_of_february()});
  CHECK(decision.provider == "GAR");
  CHECK(decision.callback_of == 1);
  CHECK(decision.rule == "back");
  CHECK(decision.rules_met == Names{"back"});
  CHECK(why(decision) == "GAR taken");
  const Decision last = decided(callbacks, now_reported("A-301"), {tap_of_february(), newer});
  CHECK(last.provider == "ELO");
  CHECK(last.callback_of == 2);
}

TEST_CASE("a call-back has the promise of the contract or of the rule") {
  Landlord landlord = small_landlord();
  provider(landlord, "GAR").contracts[0].promise[2] = Delay{4, Delay::Unit::hours, false};
  CHECK(decided(callbacks, now_reported("A-301"), {tap_of_february()}, landlord).promised_at ==
        at("2026-03-03T14:00:00+01:00"));
  std::vector<Rule> hurried = callbacks;
  hurried[0].then.promise = Delay{1, Delay::Unit::hours, false};
  CHECK(decided(hurried, now_reported("A-301"), {tap_of_february()}, landlord).promised_at ==
        at("2026-03-03T11:00:00+01:00"));
}

TEST_CASE("a call-back to whoever may not come is read on") {
  Request declined = now_reported("A-301");
  declined.declined = "GAR";
  const Decision refused = decided(callbacks, declined, {tap_of_february()});
  CHECK(refused.provider == "ELO");
  CHECK(!refused.callback_of);
  CHECK(refused.rule == "go");
  CHECK(why(refused) == "GAR declined, ELO taken");

  Landlord landlord = small_landlord();
  provider(landlord, "GAR").contracts[0].to = local_days{2026y / March / 2};
  CHECK(why(decided(callbacks, now_reported("A-301"), {tap_of_february()}, landlord)) == "GAR expired, ELO taken");
  std::erase_if(landlord.providers, [](const Provider& one) { return one.code == "GAR"; });
  CHECK(decided(callbacks, now_reported("A-301"), {tap_of_february()}, landlord).provider == "ELO");
}

TEST_CASE("a call-back rule may name who goes when the firm may not") {
  std::vector<Rule> rules = callbacks;
  rules[0].then.send = {"CREW", "ELO"};
  Request declined = now_reported("A-301");
  declined.declined = "GAR";
  const Decision decision = decided(rules, declined, {tap_of_february()});
  CHECK(decision.provider == "ELO");
  CHECK(decision.rule == "back");
  CHECK(!decision.callback_of);
}

TEST_CASE("an uncertain call-back names nobody as taken") {
  Request unsure = now_reported("A-301");
  unsure.certain = false;
  const Decision decision = decided(callbacks, unsure, {tap_of_february()});
  CHECK(decision.triage == triage_unsure);
  CHECK(decision.provider == "");
  CHECK(!decision.callback_of);
  CHECK(std::ranges::find(decision.candidates, Verdict::taken, &Candidate::verdict) == decision.candidates.end());
}

// ---- contracts that end

namespace {

/// GAR's contract is over on 2 March.
Landlord ended(bool finishes_begun) {
  Landlord landlord = small_landlord();
  Contract& contract = provider(landlord, "GAR").contracts[0];
  contract.from = local_days{2025y / March / 3};
  contract.to = local_days{2026y / March / 2};
  contract.finishes_begun = finishes_begun;
  return landlord;
}

Verdict verdict(const Landlord& landlord, const Request& request, const Request* earlier = nullptr) {
  const RequestsInMemory nothing;
  return judge({landlord, request, request.opened_at, nothing, earlier}, *landlord.find_provider("GAR")).verdict;
}

}  // namespace

TEST_CASE("a firm whose contract is over finishes call-backs where the contract says so") {
  CHECK(decided(callbacks, now_reported("A-301"), {tap_of_february()}, ended(true)).provider == "GAR");
  CHECK(decided(callbacks, now_reported("A-301"), {tap_of_february()}, ended(false)).provider == "ELO");
}

TEST_CASE("a job is begun when it was ordered under the contract") {
  const Request mine = now_reported("A-301");
  const auto earlier_of = [](const char* provider, std::string_view sent) {
    Request job = repaired(reported(1, "A-301", sent), provider, "2026-03-03T09:00:00+01:00");
    return job;
  };
  const Landlord landlord = ended(true);
  const auto with = [&](const Request& job) { return verdict(landlord, mine, &job); };
  CHECK(with(earlier_of("GAR", "2026-03-02T23:59:59+01:00")) == Verdict::taken);
  CHECK(with(earlier_of("GAR", "2026-03-03T00:00:00+01:00")) == Verdict::expired);
  CHECK(with(earlier_of("GAR", "2025-03-03T00:00:00+01:00")) == Verdict::taken);
  CHECK(with(earlier_of("GAR", "2025-03-02T23:59:59+01:00")) == Verdict::expired);
  CHECK(with(earlier_of("ELO", "2026-03-01T10:00:00+01:00")) == Verdict::expired);
  Request never_ordered = earlier_of("GAR", "2026-03-01T10:00:00+01:00");
  never_ordered.assigned_at.reset();
  CHECK(with(never_ordered) == Verdict::expired);
  CHECK(verdict(landlord, mine) == Verdict::expired);
}

TEST_CASE("an order the firm has already is one it has begun") {
  Request mine = ordered(reported(1, "A-301", "2026-03-02T10:00:00+01:00"), "GAR");
  mine.opened_at = at(morning);
  CHECK(verdict(ended(true), mine) == Verdict::taken);
  CHECK(verdict(ended(false), mine) == Verdict::expired);
  mine.provider = "ELO";
  CHECK(verdict(ended(true), mine) == Verdict::expired);
}

TEST_CASE("a begun job does not give a firm other trades or places") {
  Landlord landlord = ended(true);
  const Request job = tap_of_february();
  CHECK(verdict(landlord, now_reported("A-301", morning, "electrical"), &job) == Verdict::wrong_trade);
  provider(landlord, "GAR").contracts[0].residences = {"ROS"};
  CHECK(verdict(landlord, now_reported("A-301"), &job) == Verdict::wrong_place);
}

// ---- nobody left

namespace {

/// What a desk says when nobody may be sent, before the rules it stands beside.
std::vector<Rule> last_words(std::vector<Rule> others = {}) {
  std::vector<Rule> rules{
      rule("nobody", {{NoCandidate{false}}}, {.tell = {"caretaker"}, .note = "nobody"}),
      rule("no-contract", {{NoCandidate{true}}}, {.triage = "hors marché", .tell = {"agency-head"}})};
  for (Rule& rule : rules) rule.last = true;
  rules.insert(rules.end(), others.begin(), others.end());
  return rules;
}

}  // namespace

TEST_CASE("rules about nobody left are silent while somebody may go") {
  const Decision decision = decided(last_words(), now_reported("A-301"), {});
  CHECK(decision.provider == "GAR");
  CHECK(decision.rules_met.empty());
  CHECK(decision.tell.empty());
  CHECK(!holds(NoCandidate{false}, now_reported("A-301"), {}));
  CHECK(!holds(NoCandidate{true}, now_reported("A-301"), {}));
}

TEST_CASE("a trade that nobody has a contract for is told with the word for it") {
  const Decision decision = decided(last_words(), now_reported("A-301", morning, "lift"), {});
  CHECK(decision.triage == "hors marché");
  CHECK(decision.tell == Names{"caretaker", "agency-head"});
  CHECK(decision.notes == Names{"nobody"});
  CHECK(decision.rules_met == Names{"nobody", "no-contract"});
  CHECK(decision.provider == "");
}

TEST_CASE("contracts that are over or spent are a matter of contracts and hours and people are not") {
  const std::vector<Rule> rules = last_words({rule("go", {}, {.send = {"GAR"}})});
  Landlord landlord = small_landlord();
  Contract& contract = provider(landlord, "GAR").contracts[0];
  const auto triage = [&](const Request& request, const std::vector<Request>& before = {}) {
    return decided(rules, request, before, landlord).triage;
  };
  contract.to = local_days{2026y / March / 2};
  CHECK(triage(now_reported("A-301")) == "hors marché");
  contract.to.reset();
  contract.from = local_days{2026y / March / 4};
  CHECK(triage(now_reported("A-301")) == "hors marché");
  contract.from = local_days{2026y / January / 1};
  contract.ceiling = 100;
  CHECK(triage(now_reported("A-301"), {ordered(reported(1, "A-101", "2026-03-02T10:00:00+01:00"), "GAR", 100)}) ==
        "hors marché");
  contract.ceiling = 0;
  contract.always_out_of_hours = false;
  Request night = now_reported("A-301", "2026-03-03T03:00:00+01:00");
  night.urgency = Urgency::emergency;
  CHECK(triage(night) == triage_nobody);
  Request declined = now_reported("A-301");
  declined.declined = "GAR";
  CHECK(triage(declined) == triage_nobody);
}

TEST_CASE("rules about nobody left do not speak of what waits for a person anyway") {
  for (const Effects& effects : {Effects{.triage = "a person"}, Effects{.close = "an answer"}}) {
    const Decision decision =
        decided(last_words({rule("first", {}, effects)}), now_reported("A-301", morning, "lift"), {});
    CHECK(decision.rules_met == Names{"first"});
    CHECK(decision.tell.empty());
  }
  Request unsure = now_reported("A-301", morning, "lift");
  unsure.certain = false;
  CHECK(decided(last_words(), unsure, {}).triage == triage_unsure);
}

// ---- ceilings

TEST_CASE("a firm is sent until its ceiling is spent") {
  Landlord landlord = small_landlord();
  Contract& contract = provider(landlord, "GAR").contracts[0];
  contract.from = local_days{2026y / March / 1};
  contract.ceiling = 10'000;
  const std::vector<Rule> rules{rule("go", {}, {.send = {"GAR", "ELO"}})};
  const auto after = [&](std::int64_t cents, const char* when = "2026-03-02T10:00:00+01:00") {
    return why(decided(rules, now_reported("A-301"), {ordered(reported(1, "A-101", when), "GAR", cents)}, landlord));
  };
  CHECK(after(9'999) == "GAR taken, ELO not-needed");
  CHECK(after(10'000) == "GAR spent, ELO taken");
  CHECK(after(10'000, "2026-03-01T00:00:00+01:00") == "GAR spent, ELO taken");
  CHECK(after(10'000, "2026-02-28T23:59:59+01:00") == "GAR taken, ELO not-needed");
}

TEST_CASE("what counts against a ceiling is work of the contract's trades and places") {
  Landlord landlord = small_landlord();
  Contract& contract = provider(landlord, "GAR").contracts[0];
  contract.from = local_days{2026y / January / 1};
  contract.to = local_days{2026y / January / 31};
  contract.sectors = {"north"};
  contract.trades = {"plumbing"};
  const auto cents = [&](Request job, const char* until = morning) {
    const RequestsInMemory past = past_of({std::move(job)});
    return spent_under(contract, *landlord.find_provider("GAR"), landlord, past, at(until));
  };
  const auto job = [](const char* when, const char* trade = "plumbing") {
    return ordered(reported(1, "A-101", when, trade), "GAR", 500);
  };
  CHECK(cents(job("2026-01-01T00:00:00+01:00")) == 500);
  CHECK(cents(job("2026-01-31T23:59:59+01:00")) == 500);
  CHECK(cents(job("2026-02-01T00:00:00+01:00")) == 0);
  CHECK(cents(job("2026-01-20T10:00:00+01:00"), "2026-01-20T10:00:00+01:00") == 0);
  CHECK(cents(job("2026-01-20T10:00:00+01:00"), "2026-01-20T10:00:01+01:00") == 500);
  CHECK(cents(job("2026-01-20T10:00:00+01:00", "heating")) == 0);
  Request south = job("2026-01-20T10:00:00+01:00");
  south.residence = "ROS";
  CHECK(cents(south) == 0);
  Request other = job("2026-01-20T10:00:00+01:00");
  other.provider = "ELO";
  CHECK(cents(other) == 0);
}

// ---- staff and capacity

namespace {

Landlord with_capacity(std::int64_t capacity) {
  Landlord landlord = small_landlord();
  provider(landlord, "CREW").capacity = capacity;
  return landlord;
}

Request in_the_south(const char* trade = "plumbing") {
  Request request = now_reported("A-301", morning, trade);
  request.residence = "ROS";
  return request;
}

std::vector<Request> orders_of_the_crew(int count, std::string_view when = "2026-03-03T08:00:00+01:00") {
  std::vector<Request> all;
  for (int n = 1; n <= count; ++n) all.push_back(ordered(reported(n, "A-101", when), "CREW"));
  return all;
}

std::string crew_first(const Landlord& landlord, const Request& request, const std::vector<Request>& before) {
  return why(decided({rule("go", {}, {.send = {"CREW", "ELO"}})}, request, before, landlord));
}

void send_away(Landlord& landlord, const char* who) {
  person(landlord, who).away = {{local_days{2026y / March / 3}, local_days{2026y / March / 3}, "training", ""}};
}

}  // namespace

TEST_CASE("a crew takes as many orders a day as it can do") {
  const Landlord landlord = with_capacity(6);
  CHECK(crew_first(landlord, in_the_south(), orders_of_the_crew(5)) == "CREW taken, ELO not-needed");
  CHECK(crew_first(landlord, in_the_south(), orders_of_the_crew(6)) == "CREW full, ELO taken");
  CHECK(crew_first(landlord, in_the_south(), orders_of_the_crew(6, "2026-03-02T23:59:59+01:00")) ==
        "CREW taken, ELO not-needed");
  CHECK(crew_first(landlord, in_the_south(), orders_of_the_crew(6, "2026-03-03T00:00:00+01:00")) ==
        "CREW full, ELO taken");
}

TEST_CASE("with a colleague away a crew can do its part of the orders") {
  Landlord landlord = with_capacity(7);
  send_away(landlord, "ouali");
  CHECK(crew_first(landlord, in_the_south(), orders_of_the_crew(2)) == "CREW taken, ELO not-needed");
  CHECK(crew_first(landlord, in_the_south(), orders_of_the_crew(3)) == "CREW full, ELO taken");
}

TEST_CASE("with a colleague away a crew takes only what the others can do") {
  Landlord landlord = with_capacity(0);
  CHECK(crew_first(landlord, in_the_south("electrical"), {}) == "CREW taken, ELO not-needed");
  send_away(landlord, "ouali");
  CHECK(crew_first(landlord, in_the_south("electrical"), {}) == "CREW absent, ELO taken");
  CHECK(crew_first(landlord, in_the_south(), {}) == "CREW taken, ELO not-needed");
  Request socket = in_the_south("electrical");
  socket.problem = "socket";
  CHECK(crew_first(landlord, socket, {}) == "CREW taken, ELO not-needed");
  send_away(landlord, "fouquet");
  CHECK(crew_first(landlord, in_the_south(), {}) == "CREW absent, ELO taken");
}

TEST_CASE("people without known work neither count nor are missed") {
  Landlord landlord = with_capacity(4);
  landlord.people.push_back({.code = "driver", .name = "", .provider = "CREW"});
  CHECK(crew_first(landlord, in_the_south(), orders_of_the_crew(3)) == "CREW taken, ELO not-needed");
  send_away(landlord, "driver");
  CHECK(crew_first(landlord, in_the_south(), orders_of_the_crew(3)) == "CREW taken, ELO not-needed");
  landlord.people.clear();
  CHECK(crew_first(landlord, in_the_south("electrical"), orders_of_the_crew(3)) == "CREW taken, ELO not-needed");
  CHECK(crew_first(landlord, in_the_south(), orders_of_the_crew(4)) == "CREW full, ELO taken");
}

TEST_CASE("an order does not stand in its own way when it is routed again") {
  const Landlord landlord = with_capacity(2);
  const std::vector<Request> orders = orders_of_the_crew(2);
  Request again = orders.front();
  again.residence = "ROS";
  CHECK(crew_first(landlord, again, {again, orders.back()}) == "CREW taken, ELO not-needed");
}

// ---- turns

namespace {

std::map<std::string, int> shared_out(const std::vector<Share>& shares, int orders, std::int64_t seconds_apart) {
  const Landlord landlord = small_landlord();
  RequestsInMemory past;
  std::map<std::string, int> counts;
  const std::vector<Rule> rules{rule("turns", {}, {.rotate = shares})};
  Instant when = at(morning);
  std::int64_t weights = 0;
  for (const Share& share : shares) weights += share.weight;
  for (int n = 1; n <= orders; ++n, when += seconds{seconds_apart}) {
    Request request = now_reported("A-301");
    request.id = n;
    request.opened_at = when;
    const Decision decision = decided(rules, request, past);
    ++counts[decision.provider];
    for (const Share& share : shares) {  // never more than an order away from the share
      const double owed = static_cast<double>(n * share.weight) / static_cast<double>(weights);
      REQUIRE(counts[share.provider] > owed - 1.001);
      REQUIRE(counts[share.provider] < owed + 1.001);
    }
    request = ordered(request, decision.provider.c_str());
    past.add(request);
  }
  return counts;
}

}  // namespace

TEST_CASE("turns keep their shares over a thousand orders") {
  const auto counts = shared_out({{"GAR", 60}, {"ELO", 40}}, 1'000, 60);
  CHECK(counts.at("GAR") == 600);
  CHECK(counts.at("ELO") == 400);
}

TEST_CASE("turns in equal parts alternate and begin with the first named") {
  const auto counts = shared_out({{"ELO", 1}, {"GAR", 1}}, 101, 60);
  CHECK(counts.at("ELO") == 51);
  CHECK(counts.at("GAR") == 50);
}

TEST_CASE("turns keep their shares also for orders of the same second") {
  // A file of requests has times to the minute.
  const auto counts = shared_out({{"GAR", 60}, {"ELO", 40}}, 100, 0);
  CHECK(counts.at("GAR") == 60);
  CHECK(counts.at("ELO") == 40);
}

TEST_CASE("orders of more than a year ago do not count for turns") {
  const std::vector<Rule> rules{rule("turns", {}, {.rotate = {{"GAR", 1}, {"ELO", 1}}})};
  const auto after = [&](const char* when) {
    return decided(rules, now_reported("A-301"), {ordered(reported(1, "A-101", when), "GAR")}).provider;
  };
  CHECK(after("2025-03-03T10:00:00+01:00") == "ELO");
  CHECK(after("2025-03-03T09:59:59+01:00") == "GAR");
}

TEST_CASE("whoever may not go loses the turn to the next") {
  const std::vector<Rule> rules{rule("turns", {}, {.rotate = {{"CREW", 9}, {"NOBODY", 5}, {"ELO", 1}, {"GAR", 1}}})};
  const Decision decision =
      decided(rules, now_reported("A-301"), {ordered(reported(1, "A-101", "2026-03-02T10:00:00+01:00"), "ELO")});
  CHECK(why(decision) == "CREW wrong-place, GAR taken, ELO not-needed");
  CHECK(decision.rule == "turns");
}

// ---- promises of rules

TEST_CASE("a promise of a rule counts from the order in the hours of whoever goes") {
  Landlord landlord = small_landlord();
  provider(landlord, "GAR").contracts[0].promise[2] = Delay{8, Delay::Unit::hours, false};
  landlord.policy.hours["afternoon"].days[1] = {{14 * 60, 18 * 60}};
  const std::vector<Rule> rules{rule("four", {}, {.promise = Delay{4, Delay::Unit::hours, false}}),
                                rule("go", {}, {.send = {"GAR"}})};
  CHECK(decided(rules, now_reported("A-301"), {}, landlord).promised_at == at("2026-03-03T14:00:00+01:00"));
  CHECK(decided({rules[1]}, now_reported("A-301"), {}, landlord).promised_at == at("2026-03-03T18:00:00+01:00"));
  provider(landlord, "GAR").hours = "afternoon";
  const std::vector<Rule> worked{
      rule("go", {}, {.send = {"GAR"}, .promise = Delay{2, Delay::Unit::working_hours, false}})};
  CHECK(decided(worked, now_reported("A-301"), {}, landlord).promised_at == at("2026-03-03T16:00:00+01:00"));
}

TEST_CASE("the last promise of the rules that are met counts and none without somebody sent") {
  const std::vector<Rule> rules{rule("four", {}, {.promise = Delay{4, Delay::Unit::hours, false}}),
                                rule("one", {}, {.promise = Delay{1, Delay::Unit::hours, false}}),
                                rule("never", {{TradeIs{{"lift"}}}}, {.promise = Delay{9, Delay::Unit::hours, false}}),
                                rule("go", {}, {.send = {"ELO"}})};
  CHECK(decided(rules, now_reported("A-301"), {}).promised_at == at("2026-03-03T11:00:00+01:00"));
  CHECK(!decided(rules, now_reported("A-301", morning, "lift"), {}).promised_at);
}

// ---- second requests, and requests taken back

TEST_CASE("second requests are collected once each over all rules that are met") {
  const SecondRequest inspection{"pest_control", "look at {neighbours}", Urgency::normal};
  const SecondRequest hole{"masonry", "", {}};
  const std::vector<Rule> rules{rule("a", {}, {.open = {inspection}}), rule("b", {}, {.open = {hole, inspection}}),
                                rule("c", {{TradeIs{{"lift"}}}}, {.open = {SecondRequest{"lift", "", {}}}})};
  const Decision decision = decided(rules, now_reported("A-301"), {});
  CHECK(decision.open == std::vector<SecondRequest>{inspection, hole});
  CHECK(decision.provider == "GAR");
}

namespace {

const std::vector<Rule> taking_back{
    rule("cancel", {{TradeIs{{"none"}}}}, {.cancel_open = "cancelled", .triage = "which one"})};

Decision taken_back(const std::vector<Request>& before, const char* dwelling = "A-301") {
  return decided(taking_back, now_reported(dwelling, morning, "none"), before);
}

}  // namespace

TEST_CASE("a tenant with one open request takes that one back") {
  const Decision decision = taken_back({ordered(reported(4, "A-301"), "GAR"), reported(5, "A-302")});
  CHECK(decision.cancels == 4);
  CHECK(decision.close == "cancelled");
  CHECK(decision.triage == "");
  CHECK(decision.rule == "cancel");
}

TEST_CASE("with none or two open requests a person says which is taken back") {
  for (const auto& before : {std::vector<Request>{}, std::vector{reported(1, "A-301"), reported(2, "A-301")},
                             std::vector{in_state(reported(1, "A-301"), State::done)},
                             std::vector{in_state(reported(1, "A-301"), State::closed)},
                             std::vector{in_state(reported(1, "A-301"), State::cancelled)},
                             std::vector{reported(1, "A-301", morning, "none")}, std::vector{reported(1, "A-302")},
                             std::vector{reported(1, "A-301", "2026-03-03T10:00:01+01:00")}}) {
    const Decision decision = taken_back(before);
    CHECK(!decision.cancels);
    CHECK(decision.triage == "which one");
    CHECK(decision.close == "");
  }
  CHECK(taken_back({reported(1, "A-301", morning, "none"), reported(2, "A-301")}).cancels == 2);
  CHECK(taken_back({in_state(reported(1, "A-301"), State::on_hold)}).cancels == 1);
}

TEST_CASE("nobody takes back a request of the common parts") { CHECK(!taken_back({reported(1, "")}, "").cancels); }

TEST_CASE("what was not understood takes nothing back and joins nothing and opens nothing") {
  Request unsure = now_reported("A-301", morning, "none");
  unsure.certain = false;
  const Decision back = decided(taking_back, unsure, {reported(1, "A-301")});
  CHECK(!back.cancels);
  CHECK(back.close == "");
  CHECK(back.triage == triage_unsure);

  unsure = now_reported("A-301");
  unsure.certain = false;
  const Decision joined =
      decided({rule("attach", {{dwellings(2)}}, {.attach = "no water", .open = {SecondRequest{"lift", "", {}}}})},
              unsure, {reported(1, "A-101")});
  CHECK(!joined.join);
  CHECK(joined.open.empty());
  CHECK(joined.triage == triage_unsure);
}

// ---- caretakers, substitutes, who is on call

TEST_CASE("a caretaker is present or away that day and a residence without one has neither") {
  Landlord landlord = small_landlord();
  person(landlord, "lemercier").away = {{local_days{2026y / March / 3}, local_days{2026y / March / 4}, "leave", ""}};
  const auto present = [&](const char* when) {
    const bool there = holds(CaretakerIs{true}, now_reported("A-301", when), {}, landlord);
    CHECK(holds(CaretakerIs{false}, now_reported("A-301", when), {}, landlord) != there);
    return there;
  };
  CHECK(present("2026-03-02T23:59:59+01:00"));
  CHECK(!present("2026-03-03T00:00:00+01:00"));
  CHECK(!present("2026-03-04T23:59:59+01:00"));
  CHECK(present("2026-03-05T00:00:00+01:00"));
  Request without = in_the_south();  // nobody called ndiaye is in the list
  CHECK(!holds(CaretakerIs{true}, without, {}, landlord));
  CHECK(!holds(CaretakerIs{false}, without, {}, landlord));
  without.residence = "XYZ";
  CHECK(!holds(CaretakerIs{false}, without, {}, landlord));
}

TEST_CASE("whoever is away is told through the substitute") {
  Landlord landlord = small_landlord();
  const LocalDay third{2026y / March / 3};
  person(landlord, "lemercier").away = {{third, third, "leave", "ouali"}};
  person(landlord, "astruc").away = {{third, third, "leave", ""}};
  const auto told = [&](const char* who, const char* residence = "BEL", const char* when = morning) {
    return person_told(landlord, who, residence, at(when));
  };
  CHECK(told("caretaker") == "ouali");
  CHECK(told("lemercier") == "ouali");
  CHECK(told("caretaker", "BEL", "2026-03-04T00:00:00+01:00") == "lemercier");
  CHECK(told("agency-head") == "astruc");  // away, but nobody stands in
  CHECK(told("fouquet") == "fouquet");
  CHECK(told("caretaker", "ROS") == "ndiaye");
  CHECK(told("agency-head", "ROS") == "");
  CHECK(told("caretaker", "XYZ") == "");
}

TEST_CASE("the on-call turn changes at the hour of the handover") {
  Landlord landlord = small_landlord();
  landlord.on_call_handover = 8 * 60 + 30;
  landlord.on_call = {{local_days{2026y / March / 2}, local_days{2026y / March / 9}, "sarda"},
                      {local_days{2026y / March / 9}, local_days{2026y / March / 16}, "nocera"}};
  const auto on_call = [&](const char* when) { return person_on_call(landlord, at(when)); };
  CHECK(on_call("2026-03-02T08:29:59+01:00") == "");
  CHECK(on_call("2026-03-02T08:30:00+01:00") == "sarda");
  CHECK(on_call("2026-03-09T08:29:59+01:00") == "sarda");
  CHECK(on_call("2026-03-09T08:30:00+01:00") == "nocera");
  CHECK(on_call("2026-03-16T08:29:59+01:00") == "nocera");
  CHECK(on_call("2026-03-16T08:30:00+01:00") == "");
  CHECK(person_told(landlord, "on-call", "BEL", at("2026-03-09T03:00:00+01:00")) == "sarda");
}

TEST_CASE("whoever is on call and away is told through the substitute too") {
  Landlord landlord = small_landlord();
  landlord.on_call = {{local_days{2026y / March / 2}, local_days{2026y / March / 9}, "astruc"}};
  const LocalDay third{2026y / March / 3};
  person(landlord, "astruc").away = {{third, third, "ill", "lemercier"}};
  CHECK(person_told(landlord, "on-call", "BEL", at(morning)) == "lemercier");
}

// ---- neighbours

namespace {

Residence with_storeys(std::vector<Storeys> storeys) {
  return {.code = "BEL", .name = "", .storeys = std::move(storeys)};
}
const Storeys small_block{.buildings = {"A", "B"}, .first = 0, .last = 4, .doors = 8};

}  // namespace

TEST_CASE("neighbours are above and below and on both sides") {
  CHECK(neighbours(with_storeys({small_block}), "B-203") == Names{"B-303", "B-103", "B-202", "B-204"});
  CHECK(neighbours(with_storeys({}), "B-203") == Names{"B-303", "B-103", "B-202", "B-204"});
}

TEST_CASE("neighbours end where the building ends") {
  const Residence residence = with_storeys({small_block});
  CHECK(neighbours(residence, "A-001") == Names{"A-101", "A-002"});
  CHECK(neighbours(residence, "A-408") == Names{"A-308", "A-407"});
  CHECK(neighbours(residence, "A-008") == Names{"A-108", "A-007"});
  const Residence tower = with_storeys({{.buildings = {"A"}, .first = 1, .last = 10, .doors = 8}});
  CHECK(neighbours(tower, "A-101") == Names{"A-201", "A-102"});
  CHECK(neighbours(tower, "A-1008") == Names{"A-908", "A-1007"});
}

TEST_CASE("codes get longer on the tenth floor and shorter below it") {
  const Residence tower = with_storeys({{.buildings = {"A"}, .first = 1, .last = 10, .doors = 8}});
  CHECK(neighbours(tower, "A-906") == Names{"A-1006", "A-806", "A-905", "A-907"});
  CHECK(neighbours(tower, "A-1006") == Names{"A-906", "A-1005", "A-1007"});
}

TEST_CASE("a building whose floors are not alike has a line for each kind") {
  // La Fontaine-aux-Loups: four doors on the ground floor, eight on the others.
  const Residence fountain = with_storeys({{.buildings = {"A"}, .first = 0, .last = 0, .doors = 4},
                                           {.buildings = {"A"}, .first = 1, .last = 8, .doors = 8}});
  CHECK(neighbours(fountain, "A-003") == Names{"A-103", "A-002", "A-004"});
  CHECK(neighbours(fountain, "A-004") == Names{"A-104", "A-003"});
  CHECK(neighbours(fountain, "A-103") == Names{"A-203", "A-003", "A-102", "A-104"});
  CHECK(neighbours(fountain, "A-106") == Names{"A-206", "A-105", "A-107"});
}

TEST_CASE("houses have the ones before and behind as neighbours") {
  const Residence village = with_storeys({{.buildings = {"M"}, .doors = 58, .houses = true}, small_block});
  CHECK(neighbours(village, "M-017") == Names{"M-016", "M-018"});
  CHECK(neighbours(village, "M-001") == Names{"M-002"});
  CHECK(neighbours(village, "M-058") == Names{"M-057"});
  CHECK(neighbours(village, "A-203") == Names{"A-303", "A-103", "A-202", "A-204"});
}

TEST_CASE("where the landlord says nothing of the building only what cannot be is left out") {
  const Residence residence = with_storeys({small_block});
  CHECK(neighbours(residence, "C-001") == Names{"C-101", "C-002"});
}

TEST_CASE("a code that cannot be read has no neighbours") {
  for (const char* dwelling : {"", "17", "B-", "B-2O3", "-203", "B-203b", "B-99999999999999999999", "hall"}) {
    CAPTURE(std::string(dwelling));
    CHECK(neighbours(with_storeys({small_block}), dwelling).empty());
  }
}

TEST_CASE("the door is the last two digits of a code") {
  CHECK(door_of("B-203") == "03");
  CHECK(door_of("A-1006") == "06");
  CHECK(door_of("1712") == "12");
  for (const char* without : {"", "B-3", "hall", "203b"}) CHECK(door_of(without) == "");
}
