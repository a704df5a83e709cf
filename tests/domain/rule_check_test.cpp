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
  landlord.hours["office"].days[0] = {{8 * 60, 12 * 60}};  // Mondays, 8 to 12
  landlord.target_hours = "office";
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
