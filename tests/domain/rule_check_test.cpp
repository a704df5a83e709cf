// Who is missing in the year to come, and which rules no message can reach.
#include "regie/rule_check.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace regie;
using namespace std::chrono;

namespace {

LocalDay on_day(int y, unsigned m, unsigned d) { return LocalDay{year{y} / m / d}; }

const LocalDay first_day = on_day(2026, 3, 2), last_day = on_day(2027, 3, 1);

/// Two residences, nobody who comes.
Landlord two_residences() {
  Landlord landlord;
  landlord.trades = {{"plumbing", "plumbing"}, {"lift", "lift"}, {"gas", "gas"}, {"none", "not technical"}};
  landlord.policy.hours["office"].days[0] = {{8 * 60, 12 * 60}};  // Mondays, 8 to 12
  landlord.policy.target_hours = "office";
  landlord.residences = {{.code = "NORD", .name = "", .agency = "", .sector = "north", .caretaker = ""},
                         {.code = "SUD", .name = "", .agency = "", .sector = "south", .caretaker = ""}};
  landlord.residences[0].lifts = {"A"};
  landlord.residences[1].installation["gas"] = {"none"};
  return landlord;
}

Contract contract(std::vector<std::string> trades) {
  Contract made;
  made.trades = std::move(trades);
  return made;
}

void add(Landlord& landlord, const std::string& code, Contract contract) {
  landlord.providers.push_back({.code = code, .name = code});
  landlord.providers.back().hours = "office";
  landlord.providers.back().contracts = {std::move(contract)};
}

/// "lift 2026-03-02..2027-03-01 NORD 168"
std::vector<std::string> told(const std::vector<Gap>& gaps) {
  std::vector<std::string> lines;
  const auto text = [](LocalDay at) {
    const year_month_day date{at};
    return std::to_string(static_cast<int>(date.year())) + '-' + std::to_string(static_cast<unsigned>(date.month())) +
           '-' + std::to_string(static_cast<unsigned>(date.day()));
  };
  for (const Gap& gap : gaps) {
    std::string line = gap.trade + ' ' + text(gap.from) + ".." + text(gap.to);
    for (const std::string& residence : gap.residences) line += ' ' + residence;
    line += ' ' + std::to_string(gap.hours.size());
    for (const std::string& provider : gap.ended) line += " after " + provider;
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

Rule rule(const std::string& name, std::vector<Conditions> when, Effects then) {
  return {.name = name, .title = "", .when = std::move(when), .unless = {}, .then = std::move(then)};
}
Effects sends() {
  return {.urgency = {}, .trade = {}, .send = {"GAR"}, .triage = "", .close = "", .tell = {}, .note = ""};
}
Effects notes() { return {.urgency = {}, .trade = {}, .send = {}, .triage = "", .close = "", .tell = {}, .note = "x"}; }

/// One firm for plumbing, 1,000 euros from 1 January to 31 December 2026.
Landlord with_ceiling() {
  Landlord landlord = two_residences();
  Contract made = contract({"plumbing"});
  made.number = "M-1";
  made.from = on_day(2026, 1, 1);
  made.to = on_day(2026, 12, 31);
  made.ceiling = 1'000'00;
  add(landlord, "GAR", made);
  return landlord;
}

/// So many cents spent in one job on 15 January.
RequestsInMemory spent(std::int64_t cents, const std::string& trade = "plumbing") {
  Request job;
  job.id = 1;
  job.residence = "NORD";
  job.trade = trade;
  job.provider = "GAR";
  job.assigned_at = sys_days{2026y / 1 / 15};
  job.cost = cents;
  RequestsInMemory past;
  past.add(job);
  return past;
}

Instant noon(year_month_day day) { return sys_days{day} + 12h; }

Lines names(const std::vector<Shadowed>& all) {
  Lines lines;
  for (const Shadowed& one : all) lines.push_back(one.rule + " behind " + one.by);
  return lines;
}

}  // namespace

TEST_CASE("without contracts every trade is missing where there is something to repair") {
  CHECK(told(gaps(two_residences(), first_day, last_day)) == Lines{"plumbing 2026-3-2..2027-3-1 NORD SUD 168",
                                                                   "lift 2026-3-2..2027-3-1 NORD 168",
                                                                   "gas 2026-3-2..2027-3-1 NORD 168"});
}

TEST_CASE("a contract that ends without successor leaves a gap that begins the day after") {
  Landlord landlord = two_residences();
  Contract ends = contract({"plumbing", "lift", "gas"});
  ends.to = on_day(2026, 3, 31);
  add(landlord, "OLD", ends);
  CHECK(told(gaps(landlord, first_day, last_day)) == Lines{"plumbing 2026-4-1..2027-3-1 NORD SUD 168 after OLD",
                                                           "lift 2026-4-1..2027-3-1 NORD 168 after OLD",
                                                           "gas 2026-4-1..2027-3-1 NORD 168 after OLD"});
  CHECK(gaps(landlord, first_day, on_day(2026, 3, 31)).empty());
  Contract follows = contract({"plumbing", "lift", "gas"});
  follows.from = on_day(2026, 4, 1);
  add(landlord, "NEW", follows);
  CHECK(gaps(landlord, first_day, last_day).empty());
  landlord.providers.back().contracts.front().from = on_day(2026, 4, 3);  // two days late
  CHECK(told(gaps(landlord, first_day, last_day)).front() == "plumbing 2026-4-1..2026-4-2 NORD SUD 168 after OLD");
}

TEST_CASE("sectors and residences of a contract leave the others out") {
  Landlord landlord = two_residences();
  Contract north = contract({"plumbing", "lift", "gas"});
  north.sectors = {"north"};
  add(landlord, "N", north);
  CHECK(told(gaps(landlord, first_day, last_day)) == Lines{"plumbing 2026-3-2..2027-3-1 SUD 168"});
}

TEST_CASE("hours count for a trade that somebody is bound to serve outside its hours") {
  Landlord landlord = two_residences();
  Contract north = contract({"plumbing", "lift", "gas"});
  north.sectors = {"north"};
  north.out_of_hours = {"plumbing"};
  add(landlord, "N", north);
  add(landlord, "S", contract({"plumbing"}));  // Mondays, 8 to 12, also in the south
  const auto found = gaps(landlord, first_day, last_day);
  CHECK(told(found) == Lines{"plumbing 2026-3-2..2027-3-1 SUD 164"});
  CHECK(!found.front().is_total());
  CHECK(found.front().hours.front() == 0);
  CHECK(std::ranges::find(found.front().hours, 8) == found.front().hours.end());
  landlord.providers.back().contracts.front().always_out_of_hours = true;
  CHECK(gaps(landlord, first_day, last_day).empty());
}

TEST_CASE("a rule behind a wider one that decides never has its say") {
  const TradeIs both{{"plumbing", "gas"}}, one{{"gas"}};
  const PlaceIs common{{Place::common}};
  CHECK(names(shadowed({{rule("wide", {{both}}, sends()), rule("narrow", {{one, common}}, sends())}, ""})) ==
        Lines{"narrow behind wide"});
  CHECK(names(shadowed({{rule("always", {}, sends()), rule("any", {{one}, {common}}, notes())}, ""})) ==
        Lines{"any behind always"});
  CHECK(shadowed({{rule("narrow", {{one, common}}, sends()), rule("wide", {{both}}, sends())}, ""}).empty());
  CHECK(shadowed({{rule("notes", {{both}}, notes()), rule("narrow", {{one}}, sends())}, ""}).empty());
  CHECK(shadowed({{rule("some", {{one}}, sends()), rule("more", {{one}, {common}}, sends())}, ""}).empty());
}

TEST_CASE("an exception or a changed trade in between lets the later rule have its say") {
  const TradeIs gas{{"gas"}};
  Rule wide = rule("wide", {{gas}}, sends());
  wide.unless = {{PlaceIs{{Place::common}}}};
  CHECK(shadowed({{wide, rule("narrow", {{gas}}, sends())}, ""}).empty());
  Effects turns = notes();
  turns.trade = "gas";
  CHECK(shadowed({{rule("wide", {{gas}}, sends()), rule("turns", {}, turns), rule("later", {{gas}}, sends())}, ""})
            .empty());
}

TEST_CASE("adding a rule that shadows nothing changes nothing that is found") {
  const TradeIs gas{{"gas"}};
  const std::vector<Rule> rules{rule("a", {{gas}}, sends()), rule("b", {{gas}}, sends())};
  std::vector<Rule> more = rules;
  more.insert(more.begin(), rule("c", {{ResidenceIs{{"X"}}}}, notes()));
  CHECK(names(shadowed({rules, ""})) == names(shadowed({more, ""})));
}

TEST_CASE("a ceiling is told of when it is spent before the contract ends - at the pace so far") {
  const Landlord landlord = with_ceiling();
  const Instant day_50 = noon(2026y / 2 / 20);  // 50 days after the first
  const auto found = exhausted(landlord, spent(250'00), day_50);
  REQUIRE(found.size() == 1);
  CHECK(found.front().provider == "GAR");
  CHECK(found.front().contract == "M-1");
  CHECK(found.front().spent == 250'00);
  CHECK(found.front().gone == on_day(2026, 1, 1) + days{200});
  CHECK(exhausted(landlord, spent(100'00), day_50).empty());         // 500 days: longer than the contract
  CHECK(exhausted(landlord, spent(250'00, "gas"), day_50).empty());  // not under this contract
  CHECK(exhausted(landlord, RequestsInMemory(), day_50).empty());
}

TEST_CASE("the last day with money is the contract's last - nothing is said - a day less - and it is") {
  const Landlord landlord = with_ceiling();
  const Instant day_73 = noon(2026y / 3 / 15);
  CHECK(exhausted(landlord, spent(200'00), day_73).empty());  // 73 days a fifth: 365 days
  const auto found = exhausted(landlord, spent(200'01), day_73);
  REQUIRE(found.size() == 1);
  CHECK(found.front().gone == on_day(2027, 1, 1) - days{1});
}

TEST_CASE("a ceiling that is spent is told of - also where the contract has no end - a short time tells nothing") {
  Landlord landlord = with_ceiling();
  landlord.providers.front().contracts.front().to.reset();
  const auto found = exhausted(landlord, spent(1'000'00), noon(2026y / 2 / 20));
  REQUIRE(found.size() == 1);
  CHECK(found.front().gone <= on_day(2026, 2, 20));
  CHECK(exhausted(landlord, spent(999'99), noon(2026y / 2 / 20)).empty());
  CHECK(exhausted(landlord, spent(1'000'00), noon(2026y / 1 / 30)).empty());  // 29 days
  CHECK(exhausted(landlord, spent(1'000'00), noon(2026y / 1 / 31)).size() == 1);
}

TEST_CASE("a contract that is over - or has not begun - has nothing left to run out of") {
  const Landlord landlord = with_ceiling();
  CHECK(exhausted(landlord, spent(1'000'00), noon(2027y / 1 / 1)).empty());
  CHECK(exhausted(landlord, spent(1'000'00), noon(2025y / 12 / 31)).empty());
}

TEST_CASE("a problem that somebody can do and no rule names is told of - with the nearest that one names") {
  Landlord landlord = two_residences();
  landlord.people = {{.code = "ann", .name = "Ann"}, {.code = "bob", .name = "Bob"}};
  landlord.people[0].problems = {"no-water", "no-heat"};
  landlord.people[1].problems = {"no-watre", "zzz"};
  Effects names_it = notes();
  names_it.problem = "no-water";
  Lines found;
  for (const UnusedProblem& one :
       unused_problems(landlord, {{rule("water", {}, names_it), rule("b", {}, notes())}, ""}))
    found.push_back(one.person + ' ' + one.problem + ' ' + one.nearest);
  CHECK(found == Lines{"ann no-heat ", "bob no-watre no-water", "bob zzz "});
}

TEST_CASE("days that nobody is on call are told of from the first turn on - without turns none are") {
  Landlord landlord = two_residences();
  const auto said = [&](LocalDay from, LocalDay to) {
    std::vector<std::pair<LocalDay, LocalDay>> all;
    for (const OffCall& one : off_call(landlord, from, to)) all.emplace_back(one.from, one.to);
    return all;
  };
  using Spans = std::vector<std::pair<LocalDay, LocalDay>>;
  CHECK(said(first_day, last_day).empty());
  landlord.on_call = {{on_day(2026, 3, 9), on_day(2026, 3, 16), "ann"},
                      {on_day(2026, 3, 18), on_day(2026, 3, 25), "bob"}};
  CHECK(said(first_day, on_day(2026, 3, 24)) == Spans{{on_day(2026, 3, 16), on_day(2026, 3, 17)}});
  CHECK(said(first_day, on_day(2026, 3, 26)) ==
        Spans{{on_day(2026, 3, 16), on_day(2026, 3, 17)}, {on_day(2026, 3, 25), on_day(2026, 3, 26)}});
  CHECK(said(first_day, on_day(2026, 3, 8)).empty());
}
