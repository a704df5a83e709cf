// What holds for every landlord, every set of rules and every past: thousands of drawn cases, the same ones every time.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "desk/routing.hpp"
#include "regie/routing.hpp"
#include "support/desk.hpp"

using namespace regie;
using namespace regie::test;
using namespace std::chrono;

namespace {

constexpr int cases = 800;

using Names = std::vector<std::string>;
const Names trades{"plumbing", "electrical", "heating", "none"};
const Names residences{"R1", "R2", "R3"};
const Names sectors{"north", "south"};
const Names providers{"P1", "P2", "P3", "P4"};
const Names problems{"", "no-water", "no-light"};
const Names dwellings{"", "A-101", "A-102", "A-201", "A-301", "B-101", "B-201"};

const Zone& paris() {
  static const Zone zone = regie::test::zone();
  return zone;
}

/// Draws everything; the same seed draws the same.
class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  std::int64_t number(std::int64_t from, std::int64_t to) {
    return from + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(to - from + 1));
  }
  bool one_in(int of) { return number(1, of) == 1; }
  template <typename T>
  const T& any(const std::vector<T>& all) {
    return all[static_cast<std::size_t>(number(0, static_cast<std::int64_t>(all.size()) - 1))];
  }
  template <typename T>
  std::vector<T> some(const std::vector<T>& all) {
    std::vector<T> drawn;
    for (const T& one : all)
      if (one_in(2)) drawn.push_back(one);
    return drawn;
  }
  template <typename E>
  E code() {
    return codes<E>()[static_cast<std::size_t>(number(0, static_cast<std::int64_t>(codes<E>().size()) - 1))].value;
  }
  /// Within a few days of 3 March 2026, in whole quarters of an hour so that edges are met.
  Instant instant() { return sys_days{2026y / March / 3} + minutes{15 * number(-300, 300)}; }
  LocalDay day() { return local_days{2026y / March / 3} + days{number(-4, 4)}; }

 private:
  std::mt19937_64 engine_;
};

Contract drawn_contract(Dice& dice) {
  Contract contract;
  if (dice.one_in(2)) contract.from = dice.day();
  if (dice.one_in(2)) contract.to = dice.day();
  contract.trades = dice.some(trades);
  if (dice.one_in(3)) contract.sectors = dice.some(sectors);
  if (dice.one_in(3)) contract.residences = dice.some(residences);
  contract.always_out_of_hours = dice.one_in(3);
  if (dice.one_in(3)) contract.out_of_hours = dice.some(trades);
  for (auto& delay : contract.promise)
    if (dice.one_in(2)) delay = Delay{static_cast<int>(dice.number(1, 8)), Delay::Unit::hours, false};
  contract.finishes_begun = !dice.one_in(4);
  if (dice.one_in(3)) contract.ceiling = dice.number(1, 6) * 100;
  return contract;
}

Landlord drawn_landlord(Dice& dice) {
  Landlord landlord;
  landlord.policy.calendar = Calendar(paris(), Holidays::none, {});
  for (std::size_t day = 0; day < 7; ++day) landlord.policy.hours["office"].days[day] = {{8 * 60, 18 * 60}};
  landlord.policy.hours["mornings"].days[1] = {{8 * 60, 12 * 60}};
  landlord.policy.target_hours = "office";
  for (const std::string& code : residences)
    landlord.residences.push_back({.code = code, .name = "", .sector = dice.any(sectors), .caretaker = "c"});
  landlord.people.push_back({.code = "c", .name = ""});
  for (const std::string& code : providers) {
    Provider provider{.code = code, .name = "", .hours = dice.one_in(4) ? "mornings" : ""};
    if (dice.one_in(3)) provider.capacity = dice.number(1, 4);
    for (std::int64_t n = dice.number(0, 3); n > 0; --n) provider.contracts.push_back(drawn_contract(dice));
    landlord.providers.push_back(std::move(provider));
    for (std::int64_t n = dice.one_in(3) ? dice.number(1, 3) : 0; n > 0; --n) {
      Person person{.code = code + std::to_string(n), .name = "", .provider = code, .trades = dice.some(trades)};
      if (dice.one_in(3)) person.problems = {"no-light"};
      if (dice.one_in(2)) {
        const LocalDay from = dice.day();
        person.away.push_back({from, from + days{dice.number(0, 3)}, "", ""});
      }
      landlord.people.push_back(std::move(person));
    }
  }
  return landlord;
}

Request drawn_request(Dice& dice) {
  Request request;
  request.residence = dice.any(residences);
  request.dwelling = dice.any(dwellings);
  request.building = building_of(request.dwelling);
  if (request.building.empty() && dice.one_in(2)) request.building = "A";
  request.trade = dice.any(trades);
  request.problem = dice.any(problems);
  request.urgency = dice.code<Urgency>();
  request.certain = !dice.one_in(4);
  request.opened_at = dice.instant();
  if (dice.one_in(4)) request.declined = dice.any(providers);
  return request;
}

Request drawn_history(Dice& dice, RequestId id) {
  Request request = drawn_request(dice);
  request.id = id;
  request.state = dice.code<State>();
  if (dice.one_in(3)) return request;
  request.provider = dice.any(providers);
  request.assigned_at = request.opened_at;
  if (request.state >= State::done) {
    request.done_provider = request.provider;
    request.done_at = request.opened_at + hours{dice.number(0, 20)};
    request.cost = dice.number(0, 3) * 100;
  }
  if (dice.one_in(6)) request.parent = dice.number(1, id);
  return request;
}

/// A third of what happened is about the same place and trade.
RequestsInMemory drawn_past(Dice& dice, const Request& about) {
  RequestsInMemory past;
  for (RequestId id = dice.number(0, 12); id > 0; --id) {
    Request request = drawn_history(dice, id);
    if (dice.one_in(3)) {
      request.residence = about.residence;
      request.building = about.building;
      request.dwelling = about.dwelling;
      request.trade = about.trade;
      if (dice.one_in(2)) {  // a repair, for call-backs
        request.opened_at = about.opened_at - hours{dice.number(1, 96)};
        request.state = State::closed;
        request.provider = request.done_provider = dice.any(providers);
        request.assigned_at = request.done_at = request.opened_at;
      }
    }
    past.add(std::move(request));
  }
  return past;
}

Span drawn_span(Dice& dice) {
  return {static_cast<int>(dice.number(1, 3)),
          dice.any(std::vector{Span::Unit::hours, Span::Unit::days, Span::Unit::months})};
}

Condition drawn_condition(Dice& dice) {
  switch (dice.number(0, 8)) {
    case 0: return TradeIs{dice.some(trades)};
    case 1: return UrgencyIs{{dice.code<Urgency>(), dice.code<Urgency>()}};
    case 2: return ResidenceIs{dice.some(residences)};
    case 3: return ProblemIs{{dice.any(problems)}};
    case 4:
      return Similar{.count = dice.number(2, 3),
                     .dwellings = dice.one_in(2),
                     .around = dice.any(std::vector{Similar::Around::building, Similar::Around::riser,
                                                    Similar::Around::dwelling, Similar::Around::residence}),
                     .within = drawn_span(dice)};
    case 5: return CommonKnown{};
    case 6: return Repaired{dice.number(1, 2), drawn_span(dice)};
    case 7: return NoCandidate{dice.one_in(2)};
    default: return CaretakerIs{dice.one_in(2)};
  }
}

Effects drawn_effects(Dice& dice) {
  Effects then;
  if (dice.one_in(4)) then.urgency = dice.code<Urgency>();
  if (dice.one_in(6)) then.trade = dice.any(trades);
  if (dice.one_in(4)) then.problem = dice.any(problems);
  if (dice.one_in(4)) then.promise = Delay{1, Delay::Unit::hours, false};
  if (dice.one_in(2)) then.callback = true;
  if (dice.one_in(4)) then.join = "common";
  if (dice.one_in(4)) then.open.push_back({dice.any(trades), "", std::nullopt});
  if (dice.one_in(2)) then.note = "note";
  switch (dice.number(0, 7)) {
    case 0: then.send = dice.some(providers); break;
    case 1:
      for (const std::string& code : dice.some(providers)) then.rotate.push_back({code, dice.number(1, 3)});
      break;
    case 2: then.triage = "a person"; break;
    case 3: then.close = "an answer"; break;
    case 4: then.attach = "common"; break;
    case 5:
      then.cancel_open = "cancelled";
      then.triage = "which";
      break;
    default: break;
  }
  return then;
}

RuleSet drawn_rules(Dice& dice) {
  RuleSet rules{.rules = {}, .hash = "hash"};
  for (std::int64_t n = dice.number(0, 6); n > 0; --n) {
    Rule rule{.name = "rule" + std::to_string(n), .title = "", .when = {}, .unless = {}, .then = drawn_effects(dice)};
    for (std::int64_t tables = dice.number(0, 2); tables > 0; --tables) {
      auto& conditions = rule.when.emplace_back();
      for (std::int64_t all = dice.number(1, 2); all > 0; --all) conditions.push_back(drawn_condition(dice));
    }
    if (dice.one_in(4)) rule.unless.push_back({drawn_condition(dice)});
    if (rule.then.callback) rule.when = {{Repaired{1, {3, Span::Unit::months}}}};
    rules.rules.push_back(std::move(rule));
  }
  return rules;
}

/// One drawn case, kept whole.
struct Case {
  Landlord landlord;
  RuleSet rules;
  Request request;
  RequestsInMemory past;
  Instant at;

  explicit Case(unsigned seed) : Case(Dice(seed)) {}
  Decision decide(const RuleSet& with) const { return route(landlord, with, request, {}, at, past); }
  Decision decide() const { return decide(rules); }

 private:
  explicit Case(Dice dice)
      : landlord(drawn_landlord(dice)),
        rules(drawn_rules(dice)),
        request(drawn_request(dice)),
        past(drawn_past(dice, request)),
        at(request.opened_at + minutes{15 * dice.number(0, 8)}) {
    if (dice.one_in(4)) {  // routed again, with an order it has
      request.id = 100;
      request.provider = dice.any(providers);
      request.state = State::assigned;
      request.assigned_at = request.opened_at;
    }
  }
};

// ---- who may go, said once more and in other words

bool listed(const Names& all, const std::string& one) { return std::ranges::count(all, one) > 0; }

LocalDay day_at(Instant instant) { return floor<days>(paris().local(instant)); }

bool runs_on(const Contract& contract, LocalDay day) {
  if (contract.from && day < *contract.from) return false;
  return !contract.to || day <= *contract.to;
}

bool has_place(const Landlord& landlord, const Contract& contract, const std::string& code) {
  for (const Residence& residence : landlord.residences)
    if (residence.code == code)
      return (contract.sectors.empty() || listed(contract.sectors, residence.sector)) &&
             (contract.residences.empty() || listed(contract.residences, code));
  return contract.sectors.empty() && contract.residences.empty();
}

std::vector<Request> everything(const Past& past) {
  std::vector<Request> all;
  for (const std::string& residence : residences)
    for (Request& one : past.requests({.residence = residence})) all.push_back(std::move(one));
  return all;
}

bool may_finish(const Contract& contract, const Request& job, const std::string& firm) {
  return contract.finishes_begun && firm == job.provider && job.assigned_at &&
         runs_on(contract, day_at(*job.assigned_at));
}

bool works_at(const Landlord& landlord, const Provider& provider, const Contract& contract, const Request& request,
              Instant at) {
  if (request.urgency != Urgency::emergency || contract.always_out_of_hours ||
      listed(contract.out_of_hours, request.trade))
    return true;
  const LocalTime local = paris().local(at);
  const auto minute = duration_cast<minutes>(local - floor<days>(local)).count();
  const auto& weekly = landlord.policy.hours.at(provider.hours.empty() ? "office" : provider.hours);
  const auto& today = weekly.days[weekday{floor<days>(local)}.iso_encoding() - 1];
  return std::ranges::any_of(today, [&](const Interval& open) { return open.from <= minute && minute < open.to; });
}

/// "" when the provider may go; otherwise what forbids it.
std::string forbidden(const Case& drawn, const Provider& provider, const Request& request, const Request* job) {
  if (listed(split_codes(request.declined), provider.code)) return "declined";
  const bool has_it = request.provider == provider.code;  // the order is there already
  const LocalDay day = day_at(drawn.at);
  std::int64_t staff = 0, there = 0;
  bool skilled = false;
  for (const Person& person : drawn.landlord.people) {
    if (person.provider != provider.code || person.trades.size() + person.problems.size() == 0) continue;
    ++staff;
    if (std::ranges::any_of(person.away, [&](const Absence& one) { return one.from <= day && day <= one.to; }))
      continue;
    ++there;
    skilled = skilled || listed(person.trades, request.trade) ||
              (!request.problem.empty() && listed(person.problems, request.problem));
  }
  if (staff > 0 && !skilled) return "staff";
  std::int64_t today = 0;
  for (const Request& one : everything(drawn.past))
    if (one.provider == provider.code && one.assigned_at && day_at(*one.assigned_at) == day) ++today;
  if (has_it && request.assigned_at && day_at(*request.assigned_at) == day) --today;
  if (provider.capacity > 0 && today * std::max<std::int64_t>(staff, 1) >
                                   provider.capacity * (staff == 0 ? 1 : there) - std::max<std::int64_t>(staff, 1))
    return "capacity";
  for (const Contract& contract : provider.contracts) {
    if (!listed(contract.trades, request.trade) || !has_place(drawn.landlord, contract, request.residence)) continue;
    if (contract.from && day < *contract.from) continue;
    if (!runs_on(contract, day) && !(contract.finishes_begun && has_it) &&
        !(job != nullptr && may_finish(contract, *job, provider.code)))
      continue;
    if (!works_at(drawn.landlord, provider, contract, request, drawn.at)) continue;
    std::int64_t paid = 0;
    for (const Request& one : everything(drawn.past))
      if (one.provider == provider.code && one.cost && one.assigned_at && *one.assigned_at < drawn.at &&
          runs_on(contract, day_at(*one.assigned_at)) && listed(contract.trades, one.trade) &&
          has_place(drawn.landlord, contract, one.residence))
        paid += *one.cost;
    if (contract.ceiling == 0 || paid < contract.ceiling) return "";
  }
  return "contract";
}

std::optional<Request> job_of(const Case& drawn, const Decision& decision) {
  if (decision.callback_of)
    for (Request& one : everything(drawn.past))
      if (one.id == *decision.callback_of) return std::move(one);
  return std::nullopt;
}

std::string encoded(const Decision& decision) { return encode_decision(decision, {.rules = {}, .hash = "hash"}, {}); }

/// The reasoning and all that becomes of it.
std::string whole(const Decision& decision) {
  std::string text = encoded(decision) + '|' + decision.provider + '|' + decision.triage + '|' + decision.close + '|' +
                     decision.rule + '|' + decision.trade + '|' + std::string(code(decision.urgency));
  if (decision.promised_at) text += '|' + std::to_string(decision.promised_at->time_since_epoch().count());
  return text;
}

}  // namespace

TEST_CASE("nobody is ever sent whom contract or place or date or hours or staff or capacity or ceiling exclude") {
  int sent = 0, called_back = 0, finishing = 0;
  for (unsigned seed = 1; seed <= cases; ++seed) {
    const Case drawn(seed);
    const Decision decision = drawn.decide();
    if (decision.provider.empty()) continue;
    ++sent;
    Request request = drawn.request;
    request.trade = decision.trade;
    request.urgency = decision.urgency;
    request.problem = decision.problem;
    const Provider* provider = drawn.landlord.find_provider(decision.provider);
    REQUIRE(provider != nullptr);
    const auto job = job_of(drawn, decision);
    CAPTURE(seed);
    CAPTURE(decision.provider);
    CHECK(forbidden(drawn, *provider, request, job ? &*job : nullptr) == "");
    if (job) {
      ++called_back;
      CHECK(job->done_provider == decision.provider);
      CHECK(job->dwelling == request.dwelling);
    }
    const auto taken = std::ranges::find(decision.candidates, Verdict::taken, &Candidate::verdict);
    REQUIRE(taken != decision.candidates.end());
    CHECK(taken->provider == decision.provider);
    REQUIRE(taken->contract != nullptr);
    if (!runs_on(*taken->contract, day_at(drawn.at))) ++finishing;
  }
  CHECK(sent > cases / 8);  // the cases are about something
  CHECK(called_back > 10);
  CHECK(finishing > 0);
}

TEST_CASE("whoever is passed over may indeed not go") {
  int passed_over = 0;
  for (unsigned seed = 1; seed <= cases; ++seed) {
    Case drawn(seed);
    for (Rule& rule : drawn.rules.rules) rule.then.callback = false;  // judged before later rules were read
    const Decision decision = drawn.decide();
    if (decision.triage != triage_nobody) continue;
    Request request = drawn.request;
    request.trade = decision.trade;
    request.urgency = decision.urgency;
    request.problem = decision.problem;
    for (const Candidate& candidate : decision.candidates) {
      ++passed_over;
      CAPTURE(seed);
      CAPTURE(candidate.provider);
      CHECK(forbidden(drawn, *drawn.landlord.find_provider(candidate.provider), request, nullptr) != "");
    }
  }
  CHECK(passed_over > cases / 8);
}

TEST_CASE("one of sent and waiting and closed and attached is what becomes of a request") {
  for (unsigned seed = 1; seed <= cases; ++seed) {
    const Decision decision = Case(seed).decide();
    const bool attached = decision.join && decision.join->attached;
    CAPTURE(seed);
    const int outcomes = !decision.provider.empty() + !decision.triage.empty() + !decision.close.empty();
    CHECK(outcomes <= 1);
    CHECK((outcomes == 1 || attached));
    CHECK((!decision.promised_at || !decision.provider.empty()));
    CHECK((!decision.callback_of || !decision.provider.empty()));
    CHECK((!decision.cancels || !decision.close.empty()));
    CHECK(std::ranges::count(decision.candidates, Verdict::taken, &Candidate::verdict) ==
          (decision.provider.empty() ? 0 : 1));
  }
}

TEST_CASE("uncertain requests are never sent or closed or joined or opened beside") {
  int uncertain = 0;
  for (unsigned seed = 1; seed <= cases; ++seed) {
    Case drawn(seed);
    drawn.request.certain = false;
    const Decision decision = drawn.decide();
    ++uncertain;
    CAPTURE(seed);
    CHECK(decision.triage == triage_unsure);
    CHECK(decision.provider == "");
    CHECK(decision.close == "");
    CHECK(!decision.join);
    CHECK(decision.open.empty());
    CHECK(!decision.cancels);
    CHECK(!decision.callback_of);
    CHECK(!decision.promised_at);
  }
  CHECK(uncertain == cases);
}

TEST_CASE("the same question twice has the same answer byte for byte") {
  for (unsigned seed = 1; seed <= cases; ++seed) {
    const Case once(seed), again(seed);
    CAPTURE(seed);
    CHECK(whole(once.decide()) == whole(once.decide()));
    CHECK(whole(once.decide()) == whole(again.decide()));
  }
}

TEST_CASE("a rule that never matches changes nothing wherever it stands") {
  const std::vector<Conditions> never{{TradeIs{}}, {Similar{.count = 1'000'000, .within = {1, Span::Unit::hours}}}};
  for (unsigned seed = 1; seed <= cases; ++seed) {
    const Case drawn(seed);
    Dice dice(seed + 1'000'000);
    RuleSet more = drawn.rules;
    Rule idle{.name = "never", .title = "", .when = never, .unless = {}, .then = drawn_effects(dice)};
    const auto place = dice.number(0, static_cast<std::int64_t>(more.rules.size()));
    more.rules.insert(more.rules.begin() + place, idle);
    CAPTURE(seed);
    CHECK(whole(drawn.decide(more)) == whole(drawn.decide()));
  }
}

TEST_CASE("the order of rules for different residences does not matter") {
  int decided = 0;
  for (unsigned seed = 1; seed <= cases; ++seed) {
    Case drawn(seed);
    std::vector<std::vector<Rule>> by_residence;
    for (const std::string& residence : residences) {
      Dice dice(seed * 7U + static_cast<unsigned>(residence.back()));
      std::vector<Rule> own = drawn_rules(dice).rules;
      for (Rule& rule : own) {
        rule.name += residence;
        if (rule.when.empty()) rule.when.emplace_back();
        for (Conditions& all : rule.when) all.push_back(ResidenceIs{{residence}});
      }
      by_residence.push_back(std::move(own));
    }
    const auto one_after_another = [&] {
      RuleSet rules{.rules = {}, .hash = "hash"};
      for (const auto& own : by_residence) rules.rules.insert(rules.rules.end(), own.begin(), own.end());
      return rules;
    };
    const Decision first = drawn.decide(one_after_another());
    if (!first.rule.empty()) ++decided;
    std::ranges::reverse(by_residence);
    CAPTURE(seed);
    CHECK(whole(drawn.decide(one_after_another())) == whole(first));
    std::ranges::rotate(by_residence, by_residence.begin() + 1);
    CHECK(whole(drawn.decide(one_after_another())) == whole(first));
  }
  CHECK(decided > cases / 8);
}

TEST_CASE("what happened in another residence matters only for orders and money") {
  for (unsigned seed = 1; seed <= cases / 3; ++seed) {
    Case drawn(seed);
    for (Provider& provider : drawn.landlord.providers) {
      provider.capacity = 0;
      for (Contract& contract : provider.contracts) contract.ceiling = 0;
    }
    for (Rule& rule : drawn.rules.rules) rule.then.rotate.clear();
    const std::string alone = whole(drawn.decide());
    Dice dice(seed + 2'000'000);
    for (RequestId id = 50; id < 55; ++id) {
      Request elsewhere = drawn_history(dice, id);
      elsewhere.residence = "elsewhere";
      drawn.past.add(std::move(elsewhere));
    }
    CAPTURE(seed);
    CHECK(whole(drawn.decide()) == alone);
  }
}
