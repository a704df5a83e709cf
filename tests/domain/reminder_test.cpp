// The ladder on its own: what it says about a request at a moment, when that may leave, to whom, and under which key.
#include "regie/reminder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>

#include "domain/acts.hpp"
#include "regie/landlord.hpp"
#include "support/desk.hpp"
#include "text/times.hpp"

using namespace regie;
using namespace regie::test;
using namespace std::chrono;

namespace {

using Found = std::optional<Instant>;

constexpr int clock(int hour, int minute = 0) { return hour * 60 + minute; }

const Zone& here() {
  static const Zone found = regie::test::zone();
  return found;
}

Instant paris(std::string_view written) {
  const auto instant = text::parse_typed(written, Instant{}, here());
  REQUIRE_MESSAGE(instant.has_value(), "no time: ", std::string(written));
  return *instant;
}
std::string written(Instant instant) { return text::minute(instant, here()); }
std::string written(const Found& instant) { return instant ? written(*instant) : "never"; }

Delay delay(const char* words) {
  const auto parsed = parse_delay(words);
  REQUIRE(parsed.has_value());
  return *parsed;
}

ReminderStep after(const char* words, std::vector<std::string> to = {"provider"}) {
  return {.delay = delay(words), .before = false, .to = std::move(to), .every = {}, .most = 1};
}
ReminderStep before(const char* words, std::vector<std::string> to = {"provider"}) {
  ReminderStep step = after(words, std::move(to));
  step.before = true;
  return step;
}
ReminderStep again(ReminderStep step, const char* every, int most) {
  step.every = delay(every);
  step.most = most;
  return step;
}
ReminderRule rule(Occasion occasion, std::vector<ReminderStep> steps) {
  ReminderRule made;
  made.name = std::string(code(occasion));
  made.occasion = occasion;
  made.steps = std::move(steps);
  return made;
}

/// Two residences of an agency, two firms, a caretaker on holiday and somebody who stands in.
Landlord landlord() {
  Landlord house;
  WeeklyHours telephone, counter, lifts, morning;
  for (std::size_t day = 0; day < 5; ++day) {
    telephone.days[day] = {{clock(8, 30), clock(17, 30)}};
    counter.days[day] = {{clock(8, 30), clock(12)}, {clock(13, 30), clock(17, 30)}};
    morning.days[day] = {{clock(5), clock(7)}};
  }
  counter.days[3] = {{clock(13, 30), clock(17, 30)}};
  telephone.special[local_days{2026y / December / 24}] = {{clock(8, 30), clock(12)}};
  lifts.days.fill({{0, clock(24)}});
  lifts.on_holidays = true;
  house.policy.hours = {{"telephone", telephone}, {"counter", counter}, {"lifts", lifts}, {"morning", morning}};
  house.policy.target_hours = "telephone";
  house.policy.calendar = Calendar(here(), Holidays::france, {});
  house.ladder.hours = "counter";
  house.agencies = {{"nord", "Agence Nord", "astruc", "nord@example.org", "", ""}};
  Residence til;
  til.code = "TIL";
  til.agency = "nord";
  til.caretaker = "benhaddou";
  Residence bel = til;
  bel.code = "BEL";
  bel.caretaker = "";
  house.residences = {til, bel};
  Person benhaddou;
  benhaddou.code = "benhaddou";
  benhaddou.name = "M. Benhaddou";
  benhaddou.email = "benhaddou@example.org";
  benhaddou.away = {{local_days{2026y / March / 13}, local_days{2026y / March / 20}, "congés", "vasseur"}};
  Person vasseur;
  vasseur.code = "vasseur";
  vasseur.name = "M. Vasseur";
  vasseur.email = "vasseur@example.org";
  Person astruc;
  astruc.code = "astruc";
  astruc.name = "Mme Astruc";
  astruc.email = "astruc@example.org";
  Person fitter;
  fitter.code = "fitter";
  fitter.name = "Fitter";
  fitter.provider = "LIFT";
  fitter.email = "fitter@example.com";
  Person silent;
  silent.code = "silent";
  house.people = {benhaddou, vasseur, astruc, fitter, silent};
  house.on_call = {{local_days{2026y / March / 2}, local_days{2026y / March / 9}, "astruc"}};
  Provider gar;
  gar.code = "GAR";
  gar.name = "Garrigue";
  gar.email = "garrigue@example.com";
  Provider lift = gar;
  lift.code = "LIFT";
  lift.name = "Lifts";
  lift.email = "lifts@example.com";
  lift.hours = "lifts";
  Provider crew;
  crew.code = "CREW";
  crew.kind = ProviderKind::crew;
  house.providers = {gar, lift, crew};
  return house;
}

/// With everything that a row can hold filled in; `open` waits for a decision.
Request row(State state) {
  Request request;
  request.id = 12;
  request.state = state;
  request.residence = "TIL";
  request.trade = "plumbing";
  request.text = "le robinet fuit";
  request.tenant_name = "Mme Rey";
  request.target_at = minute(10'000);
  request.answer_due_at = minute(700);
  if (state == State::open) {
    request.triage = "unsure";
    return request;
  }
  request.provider = "GAR";
  request.assigned_at = minute(2);
  request.promised_at = minute(500);
  if (state == State::scheduled) {
    request.visit_from = minute(60);
    request.visit_to = minute(120);
  }
  if (state == State::on_hold) {
    request.held_from = State::assigned;
    request.hold_party = Party::parts;
  }
  if (state >= State::done && state != State::cancelled) {
    request.done_at = minute(30);
    request.done_provider = "GAR";
    request.check_required = true;
  }
  if (state == State::verified || state == State::closed) request.verified_at = minute(40);
  if (state == State::closed) request.closed_at = minute(45);
  return request;
}
const Since moments{.held = minute(10), .asked = minute(2), .undecided = minute(1)};

Found base(Occasion occasion, const Request& request, std::int64_t now = 50) {
  return base_of(occasion, request, moments, minute(now));
}

/// After one act more of a life.
Since since(const Life& life) { return regie::since(life.journal); }

struct Expected {
  Occasion occasion;
  std::array<int, 8> minutes;  ///< by state, open first; -1 = there is no such occasion
};

constexpr std::array expected_bases{
    Expected{Occasion::order_unanswered, {-1, 2, -1, -1, -1, -1, -1, -1}},
    Expected{Occasion::appointment, {-1, -1, 60, -1, -1, -1, -1, -1}},
    Expected{Occasion::promise_ends, {-1, 500, 500, 500, -1, -1, -1, -1}},
    Expected{Occasion::promise_broken, {-1, 500, 500, 500, -1, -1, -1, -1}},
    Expected{Occasion::target_broken, {10'000, 10'000, 10'000, 10'000, -1, -1, -1, -1}},
    Expected{Occasion::not_checked, {-1, -1, -1, -1, 30, -1, -1, -1}},
    Expected{Occasion::not_answered, {-1, -1, -1, -1, -1, 40, -1, -1}},
    Expected{Occasion::no_news, {700, 700, 700, 700, 700, -1, -1, -1}},
    Expected{Occasion::on_hold, {-1, -1, -1, 10, -1, -1, -1, -1}},
    Expected{Occasion::undecided, {1, -1, -1, -1, -1, -1, -1, -1}},
    Expected{Occasion::contract_ends, {-1, -1, -1, -1, -1, -1, -1, -1}},
};

}  // namespace

// ---- since

TEST_CASE("what the row does not say is read in the journal") {
  Life life;
  life(Open{leaking_tap(), {.provider = "", .rule = "", .triage = "unsure"}});
  CHECK(since(life).undecided == life.journal.back().at);
  life(to_provider("REGIE"));
  const Instant assigned = life.journal.back().at;
  CHECK(since(life).asked == assigned);
  life(Hold{Party::parts}, technician, "cartouche");
  CHECK(since(life).held == life.journal.back().at);
  CHECK(since(life).asked == assigned);
}

TEST_CASE("a second hold counts from itself") {
  Life life = life_in(State::on_hold);
  const Instant first = *since(life).held;
  life(Resume{});
  life(Hold{Party::weather}, technician, "gel");
  CHECK(since(life).held == life.journal.back().at);
  CHECK(*since(life).held > first);
}

TEST_CASE("another provider and a rework are asked anew and a note is not") {
  Life life = life_in(State::assigned);
  const Instant first = *since(life).asked;
  life(Note{}, reception, "rappelé");
  CHECK(since(life).asked == first);
  life(to_provider("GAR"));
  const Instant second = life.journal.back().at;
  CHECK(since(life).asked == second);
  life(work_done(true), Actor{"garrigue", "GAR", "garrigue", "garrigue"});
  life(Verify{.pass = false, .rework_due = minute(900)}, caretaker, "fuit encore");
  CHECK(since(life).asked == life.journal.back().at);
  CHECK(*since(life).asked > second);
}

TEST_CASE("a request that goes back to the desk waits for a decision from then on") {
  Life life = life_in(State::assigned);
  CHECK(!since(life).undecided);
  life(Decline{}, technician, "pas nous");
  life(Assign{{.provider = "", .rule = "", .triage = "nobody"}});
  CHECK(since(life).undecided == life.journal.back().at);
}

TEST_CASE("an empty journal says nothing") {
  CHECK(!regie::since({}).asked);
  CHECK(!regie::since({}).held);
  CHECK(!regie::since({}).undecided);
}

// ---- base_of

TEST_CASE("every occasion has its moment in its states and none in the others") {
  for (const Expected& expected : expected_bases) {
    const std::string occasion(code(expected.occasion));
    CAPTURE(occasion);
    for (const auto& state : codes<State>()) {
      const std::string name(state.code);
      CAPTURE(name);
      const int minutes = expected.minutes[static_cast<std::size_t>(state.value) - 1];
      CHECK(written(base(expected.occasion, row(state.value))) ==
            written(minutes < 0 ? std::nullopt : Found(minute(minutes))));
    }
  }
}

TEST_CASE("the table names every occasion") { CHECK(expected_bases.size() == codes<Occasion>().size()); }

TEST_CASE("an order that was accepted has its answer") {
  Request request = row(State::assigned);
  request.accepted_at = minute(20);
  CHECK(!base(Occasion::order_unanswered, request));
}

TEST_CASE("an appointment is an answer even when nobody was at home") {
  Life life = life_in(State::scheduled);
  life(NoAccess{}, technician, "absent");
  REQUIRE(life.request.state == State::assigned);
  CHECK(!base_of(Occasion::order_unanswered, life.request, since(life), minute(200)));
}

TEST_CASE("what comes before something is no longer said when that is over") {
  CHECK(base(Occasion::appointment, row(State::scheduled), 59) == minute(60));
  CHECK(!base(Occasion::appointment, row(State::scheduled), 121));
  CHECK(base(Occasion::promise_ends, row(State::assigned), 499) == minute(500));
  CHECK(!base(Occasion::promise_ends, row(State::assigned), 501));
}

TEST_CASE("what comes after something is known before it is there") {
  for (const std::int64_t now : {0, 499, 501, 50'000}) {
    CHECK(base(Occasion::promise_broken, row(State::assigned), now) == minute(500));
    CHECK(base(Occasion::target_broken, row(State::assigned), now) == minute(10'000));
    CHECK(base(Occasion::no_news, row(State::assigned), now) == minute(700));
  }
}

TEST_CASE("a date that stands still breaks nothing") {
  Request request = row(State::on_hold);
  request.stopped = only(ClockKind::promise);
  CHECK(!base(Occasion::promise_broken, request));
  CHECK(!base(Occasion::promise_ends, request));
  CHECK(base(Occasion::target_broken, request) == minute(10'000));
  request.stopped = only(ClockKind::promise) | only(ClockKind::target);
  CHECK(!base(Occasion::target_broken, request));
  CHECK(base(Occasion::on_hold, request) == minute(10));
}

TEST_CASE("dates that were never promised break nothing") {
  Request request = row(State::assigned);
  request.promised_at.reset();
  request.target_at.reset();
  request.answer_due_at.reset();
  for (const Occasion occasion :
       {Occasion::promise_ends, Occasion::promise_broken, Occasion::target_broken, Occasion::no_news})
    CHECK(!base(occasion, request));
}

TEST_CASE("work that needs no check waits for the answer at once") {
  Request request = row(State::done);
  request.check_required = false;
  CHECK(!base(Occasion::not_checked, request));
  CHECK(base(Occasion::not_answered, request) == minute(30));
}

TEST_CASE("where no tenant is known nobody waits for news") {
  Request request = row(State::assigned);
  request.tenant_name.clear();
  CHECK(!base(Occasion::no_news, request));
  request.tenant_phone = "06 00 00 00 00";
  CHECK(base(Occasion::no_news, request) == minute(700));
}

TEST_CASE("an open request that waits for another one needs no decision") {
  Request request = row(State::open);
  request.triage.clear();
  request.parent = 3;
  CHECK(!base(Occasion::undecided, request));
}

// ---- beats

TEST_CASE("steps come in order of time and say which they are") {
  const Landlord house = landlord();
  const auto all = beats(rule(Occasion::promise_broken, {again(after("5 working days"), "10 working days", 2),
                                                         again(after("0 minutes"), "2 working days", 4)}),
                         paris("2026-03-02 10:00"), house.policy);
  REQUIRE(all.size() == 6);
  std::vector<std::string> said;
  for (const Beat& beat : all)
    said.push_back(written(beat.at) + " " + std::to_string(beat.step) + " " + std::to_string(beat.round));
  CHECK(said == std::vector<std::string>{"2026-03-02 10:00 1 1", "2026-03-04 10:00 1 2", "2026-03-06 10:00 1 3",
                                         "2026-03-09 10:00 0 1", "2026-03-10 10:00 1 4", "2026-03-23 10:00 0 2"});
}

TEST_CASE("a step before something is counted back in worked time") {
  const auto all = beats(rule(Occasion::appointment, {before("1 working day"), before("4 hours")}),
                         paris("2026-03-09 10:00"), landlord().policy);
  REQUIRE(all.size() == 2);
  CHECK(written(all[0].at) == "2026-03-06 10:00");
  CHECK(written(all[1].at) == "2026-03-09 06:00");
}

TEST_CASE("a step without repetition comes once") {
  CHECK(beats(rule(Occasion::on_hold, {after("1 day")}), minute(0), landlord().policy).size() == 1);
  CHECK(beats(rule(Occasion::on_hold, {again(after("1 day"), "1 day", 50)}), minute(0), landlord().policy).size() ==
        50);
}

// ---- outlook

TEST_CASE("of each rule the latest step that has come is said and the next one is known") {
  Landlord house = landlord();
  house.ladder.rules = {rule(Occasion::promise_broken, {after("0 minutes"), after("2 hours"), after("5 hours")}),
                        rule(Occasion::target_broken, {after("0 minutes")})};
  const Request request = row(State::assigned);
  const auto look = [&](std::int64_t now) { return outlook(house, request, moments, minute(now)); };
  CHECK(look(499).due.empty());
  CHECK(look(499).next == minute(500));
  REQUIRE(look(500).due.size() == 1);  // at that very moment
  CHECK(look(500).due[0].beat.step == 0);
  CHECK(look(500).next == minute(620));
  REQUIRE(look(700).due.size() == 1);
  CHECK(look(700).due[0].beat.step == 1);
  CHECK(look(700).due[0].beat.at == minute(620));
  CHECK(look(700).due[0].base == minute(500));
  REQUIRE(look(9'000).due.size() == 1);
  CHECK(look(9'000).due[0].beat.step == 2);
  CHECK(look(9'000).next == minute(10'000));
  CHECK(look(20'000).due.size() == 2);
  CHECK(!look(20'000).next);
}

TEST_CASE("rules look at urgency and trade and provider and its kind") {
  Landlord house = landlord();
  const Request request = row(State::assigned);
  const auto says = [&](const std::function<void(ReminderRule&)>& narrow) {
    ReminderRule one = rule(Occasion::promise_broken, {after("0 minutes")});
    narrow(one);
    house.ladder.rules = {one};
    return outlook(house, request, moments, minute(600)).due.size() == 1;
  };
  CHECK(says([](ReminderRule&) {}));
  CHECK(says([](ReminderRule& one) { one.urgencies = {Urgency::urgent, Urgency::normal}; }));
  CHECK(!says([](ReminderRule& one) { one.urgencies = {Urgency::emergency}; }));
  CHECK(says([](ReminderRule& one) { one.trades = {"plumbing"}; }));
  CHECK(!says([](ReminderRule& one) { one.trades = {"lift"}; }));
  CHECK(says([](ReminderRule& one) { one.providers = {"GAR"}; }));
  CHECK(!says([](ReminderRule& one) { one.providers = {"LIFT"}; }));
  CHECK(says([](ReminderRule& one) { one.kind = ProviderKind::contractor; }));
  CHECK(!says([](ReminderRule& one) { one.kind = ProviderKind::crew; }));
}

TEST_CASE("a rule about a kind of provider says nothing where nobody was sent") {
  Landlord house = landlord();
  house.ladder.rules = {rule(Occasion::undecided, {after("0 minutes")})};
  CHECK(outlook(house, row(State::open), moments, minute(60)).due.size() == 1);
  house.ladder.rules[0].kind = ProviderKind::contractor;
  CHECK(outlook(house, row(State::open), moments, minute(60)).due.empty());
}

TEST_CASE("a hold is a matter of whom it waits for") {
  Landlord house = landlord();
  house.ladder.rules = {rule(Occasion::on_hold, {after("0 minutes")})};
  house.ladder.rules[0].waiting_for = {Party::parts, Party::contractor};
  CHECK(outlook(house, row(State::on_hold), moments, minute(60)).due.size() == 1);
  house.ladder.rules[0].waiting_for = {Party::tenant};
  CHECK(outlook(house, row(State::on_hold), moments, minute(60)).due.empty());
}

TEST_CASE("nothing is said of what is over and nobody has to look again") {
  Landlord house = landlord();
  for (const auto& occasion : codes<Occasion>()) house.ladder.rules.push_back(rule(occasion.value, {after("1 hour")}));
  for (const State state : {State::closed, State::cancelled}) {
    const Outlook view = outlook(house, row(state), moments, minute(100'000));
    CHECK(view.due.empty());
    CHECK(!view.next);
  }
}

// ---- leaves_at

TEST_CASE("emergencies leave at once at any hour") {
  Landlord house = landlord();
  house.ladder.at = {clock(8, 30), clock(14)};
  for (const char* due : {"2026-03-08 03:00", "2026-05-01 12:00", "2026-03-29 03:30", "2026-03-02 14:01"})
    CHECK(leaves_at(house, {"a@example.org", "", "telephone"}, paris(due), true) == paris(due));
}

TEST_CASE("others leave in the hours of whoever reads them") {
  const Landlord house = landlord();
  const auto leaves = [&](const char* hours, const char* due) {
    return written(leaves_at(house, {"a@example.org", "", hours}, paris(due), false));
  };
  CHECK(leaves("telephone", "2026-03-03 10:07") == "2026-03-03 10:07");
  CHECK(leaves("telephone", "2026-03-03 17:30") == "2026-03-04 08:30");
  CHECK(leaves("telephone", "2026-03-06 18:00") == "2026-03-09 08:30");  // week-end
  CHECK(leaves("telephone", "2026-04-30 18:00") == "2026-05-04 08:30");  // 1 May and week-end
  CHECK(leaves("counter", "2026-03-05 09:00") == "2026-03-05 13:30");
  CHECK(leaves("lifts", "2026-03-08 03:00") == "2026-03-08 03:00");
}

TEST_CASE("reminders leave at the landlord's times of the day") {
  Landlord house = landlord();
  house.ladder.at = {clock(8, 30), clock(14)};
  const auto leaves = [&](const char* hours, const char* due) {
    return written(leaves_at(house, {"a@example.org", "", hours}, paris(due), false));
  };
  CHECK(leaves("telephone", "2026-03-03 08:30") == "2026-03-03 08:30");
  CHECK(leaves("telephone", "2026-03-03 08:31") == "2026-03-03 14:00");
  CHECK(leaves("telephone", "2026-03-03 14:00") == "2026-03-03 14:00");
  CHECK(leaves("telephone", "2026-03-03 14:01") == "2026-03-04 08:30");
  CHECK(leaves("telephone", "2026-03-06 15:00") == "2026-03-09 08:30");
  CHECK(leaves("telephone", "2026-12-24 09:00") == "2026-12-28 08:30");  // half a day and Christmas
  CHECK(leaves("telephone", "2026-12-23 15:00") == "2026-12-24 08:30");
  CHECK(leaves("counter", "2026-03-05 07:00") == "2026-03-05 14:00");  // closed on Thursday mornings
  CHECK(leaves("morning", "2026-03-03 04:00") == "2026-03-03 05:00");  // the hours have no such time
  CHECK(leaves("lifts", "2026-03-08 03:00") == "2026-03-08 08:30");
}

TEST_CASE("times that are skipped or come twice on the days of the clock change still come") {
  Landlord house = landlord();
  house.ladder.at = {clock(2, 30)};
  const Recipient anybody{"a@example.org", "", "lifts"};
  for (const char* day : {"2026-03-29", "2026-10-25"}) {
    std::set<Instant> moments_of_day;
    for (Instant due = paris(day); due <= paris(day) + minutes{150}; due += minutes{5})
      moments_of_day.insert(leaves_at(house, anybody, due, false));
    // By half past two, whatever that is, there is one moment in the night, and it is not later than 3:30.
    CHECK(moments_of_day.size() <= 2);
    CHECK(*moments_of_day.begin() <= paris(std::string(day) + " 03:30"));
  }
}

TEST_CASE("what leaves is never early and always in the hours and at the times") {
  Landlord house = landlord();
  std::mt19937 dice(1);
  for (const auto& at : {std::vector<int>{}, std::vector<int>{clock(9)}, std::vector<int>{clock(8, 30), clock(14)}})
    for (const char* hours : {"telephone", "counter", "lifts"}) {
      house.ladder.at = at;
      for (int n = 0; n < 300; ++n) {
        const Instant due = paris("2026-01-01") + seconds{dice() % (500U * 24 * 3600)};
        const Instant left = leaves_at(house, {"a@example.org", "", hours}, due, false);
        CAPTURE(written(due));
        CAPTURE(written(left));
        CHECK(left >= due);
        CHECK(house.policy.calendar.is_open(left, house.policy.hours_named(hours)));
        const LocalTime local = here().local(left);
        const auto minute_of_day = static_cast<int>(duration_cast<minutes>(local - floor<days>(local)).count());
        if (at.size() == 2) CHECK(std::ranges::find(at, minute_of_day) != at.end());
        // Whoever asks again then gets the same answer.
        CHECK(leaves_at(house, {"a@example.org", "", hours}, left, false) == left);
      }
    }
}

// ---- keys

TEST_CASE("a key is the same whenever it is asked") {
  Landlord house = landlord();
  house.ladder.rules = {rule(Occasion::promise_broken, {again(after("0 minutes"), "1 day", 3)})};
  Request request = row(State::assigned);
  const auto key = [&](std::int64_t now) {
    const Outlook view = outlook(house, request, moments, minute(now));
    REQUIRE(view.due.size() == 1);
    return reminder_key(view.due[0], request, "provider");
  };
  const std::string first = key(500);
  CHECK(key(501) == first);
  CHECK(key(1'939) == first);
  CHECK(key(1'940) != first);  // the second time
  request.text = "le robinet fuit toujours";
  request.version = 99;
  request.changed_at = minute(900);
  CHECK(key(700) == first);
  request.promised_at = minute(600);  // promised anew
  CHECK(key(700) != first);
}

TEST_CASE("keys differ by request and recipient and occasion and step and round") {
  std::set<std::string> keys;
  std::size_t made = 0;
  for (const Occasion occasion : {Occasion::promise_broken, Occasion::target_broken}) {
    const ReminderRule one = rule(occasion, {again(after("0 minutes"), "1 day", 3), after("7 hours")});
    for (const RequestId id : {1, 12, 121})
      for (const char* to : {"provider", "agency", "a@example.org"})
        for (const Instant base : {minute(1), minute(12)})
          for (const Beat& beat : beats(one, base, landlord().policy)) {
            Request request = row(State::assigned);
            request.id = id;
            keys.insert(reminder_key(Reminder{&one, beat, base}, request, to));
            ++made;
          }
  }
  CHECK(keys.size() == made);
}

TEST_CASE("what the provider was told is told to the next provider as well") {
  const ReminderRule one = rule(Occasion::target_broken, {after("0 minutes")});
  const Reminder reminder{&one, {minute(10'000), 0, 1}, minute(10'000)};
  Request request = row(State::assigned);
  const std::string first = reminder_key(reminder, request, "provider");
  request.provider = "LIFT";
  CHECK(reminder_key(reminder, request, "provider") != first);
}

TEST_CASE("what the agency was told about the tenant is not told again when another provider is sent") {
  const ReminderRule one = rule(Occasion::target_broken, {after("0 minutes")});
  const Reminder reminder{&one, {minute(10'000), 0, 1}, minute(10'000)};
  Request request = row(State::assigned);
  const std::string first = reminder_key(reminder, request, "agency");
  request.provider = "LIFT";
  CHECK(reminder_key(reminder, request, "agency") == first);
}

TEST_CASE("a rule that is renamed or gets another title says nothing twice") {
  ReminderRule one = rule(Occasion::target_broken, {after("0 minutes")});
  const Request request = row(State::assigned);
  const std::string first = reminder_key(Reminder{&one, {minute(1), 0, 1}, minute(1)}, request, "agency");
  one.name = "late";
  one.title = "Late";
  one.steps.insert(one.steps.begin(), before("1 hour"));
  CHECK(reminder_key(Reminder{&one, {minute(1), 1, 1}, minute(1)}, request, "agency") == first);
}

// ---- orders

TEST_CASE("an order is the same as long as nothing of it changes") {
  const Request request = row(State::assigned);
  Request other = request;
  other.version = 7;
  other.changed_at = minute(80);
  other.due_at = minute(1);
  other.accepted_at = minute(70);
  other.told_at = minute(70);
  CHECK(order_terms(request, true) == order_terms(other, true));
  CHECK(changed_terms(order_terms(request, true), order_terms(other, true)).empty());
}

TEST_CASE("what changes in an order is named once") {
  Request request = row(State::assigned);
  request.dwelling = "B-202";  // somebody lives there who is rung
  const auto changes = [&](const std::function<void(Request&)>& change, bool with_tenant = true) {
    Request other = request;
    change(other);
    return changed_terms(order_terms(request, with_tenant), order_terms(other, with_tenant));
  };
  using Names = std::vector<std::string>;
  CHECK(changes([](Request& one) { one.urgency = Urgency::emergency; }) == Names{"urgency"});
  CHECK(changes([](Request& one) { one.text = "inondation"; }) == Names{"text"});
  CHECK(changes([](Request& one) { one.dwelling = "B-203"; }) == Names{"place"});
  CHECK(changes([](Request& one) { one.promised_at = minute(700); }) == Names{"promise"});
  CHECK(changes([](Request& one) { one.wishes = "le matin"; }) == Names{"wishes"});
  CHECK(changes([](Request& one) {
          one.state = State::scheduled;
          one.visit_from = minute(60);
          one.visit_to = minute(120);
        }) == Names{"appointment"});
  CHECK(changes([](Request& one) { one.tenant_phone = "06 00 00 00 00"; }) == Names{"telephone"});
  CHECK(changes([](Request& one) { one.tenant_phone = "06 00 00 00 00"; }, false).empty());
  CHECK(changes([](Request& one) {
          one.reworks = 1;
          one.urgency = Urgency::urgent;
        }).size() == 2);
}

TEST_CASE("an appointment that ends at another hour is a changed appointment") {
  Request request = row(State::scheduled);
  const std::string told = order_terms(request, true);
  request.visit_to = minute(180);
  CHECK(changed_terms(told, order_terms(request, true)).size() == 1);
}

TEST_CASE("a text cannot pretend to be another term of the order") {
  Request request = row(State::assigned);
  request.text = "fuite\nurgency=emergency\npromise=0\r\nappointment=0";
  const std::string terms = order_terms(request, true);
  Request calm = request;
  calm.text = "fuite";
  CHECK(changed_terms(order_terms(calm, true), terms) == std::vector<std::string>{"text"});
}

TEST_CASE("the tenant of the common parts is nobody the firm needs") {
  Request request = row(State::assigned);
  request.place = Place::common;
  request.tenant_phone = "06 00 00 00 00";
  const std::string terms = order_terms(request, true);
  CHECK(terms.find("06 00") == std::string::npos);
  CHECK(terms.find("Rey") == std::string::npos);
}

// ---- contracts

TEST_CASE("lots of one provider that end on one day are one thing to hear of") {
  Landlord house = landlord();
  house.ladder.rules = {
      rule(Occasion::contract_ends, {before("60 days", {"agency-head"}), before("15 days", {"agency-head"})})};
  const LocalDay last{2026y / March / 31};
  const auto contract = [](std::vector<std::string> trades, std::optional<LocalDay> to) {
    Contract made;
    made.trades = std::move(trades);
    made.to = to;
    return made;
  };
  house.providers[0].contracts = {contract({"plumbing", "heating"}, last), contract({"gas"}, last),
                                  contract({"lift"}, LocalDay{2026y / December / 31}), contract({"grounds"}, {})};
  const auto ends = [&](const char* now) { return contract_ends(house, paris(now)); };
  CHECK(ends("2026-01-30 23:00").empty());
  REQUIRE(ends("2026-01-31 01:00").size() == 1);  // 60 days before the last day is over
  const ContractEnd first = ends("2026-02-10 12:00").front();
  CHECK(first.provider == "GAR");
  CHECK(first.last_day == last);
  CHECK(std::set<std::string>(first.trades.begin(), first.trades.end()) ==
        std::set<std::string>{"gas", "heating", "plumbing"});
  CHECK(first.beat.step == 0);
  CHECK(written(first.base) == "2026-04-01 00:00");
  const ContractEnd second = ends("2026-03-31 23:59").front();
  CHECK(second.beat.step == 1);
  CHECK(ends("2026-04-01 00:00").empty());
  CHECK(reminder_key(first, "agency-head") == reminder_key(ends("2026-03-01 09:00").front(), "agency-head"));
  CHECK(reminder_key(first, "agency-head") != reminder_key(second, "agency-head"));
  house.providers[1].contracts = house.providers[0].contracts;
  CHECK(ends("2026-02-10 12:00").size() == 2);
}

TEST_CASE("contracts are reminded of by trade and provider as the rule says") {
  Landlord house = landlord();
  house.ladder.rules = {rule(Occasion::contract_ends, {before("60 days", {"agency-head"})})};
  Contract contract;
  contract.trades = {"plumbing", "gas"};
  contract.to = LocalDay{2026y / March / 31};
  house.providers[0].contracts = house.providers[2].contracts = {contract};
  const auto now = paris("2026-03-01 09:00");
  CHECK(contract_ends(house, now).size() == 2);
  house.ladder.rules[0].kind = ProviderKind::crew;
  REQUIRE(contract_ends(house, now).size() == 1);
  CHECK(contract_ends(house, now)[0].provider == "CREW");
  house.ladder.rules[0].kind.reset();
  house.ladder.rules[0].trades = {"gas"};
  CHECK(contract_ends(house, now)[0].trades == std::vector<std::string>{"gas"});
  house.ladder.rules[0].trades = {"lift"};
  CHECK(contract_ends(house, now).empty());
  house.ladder.rules[0].trades.clear();
  house.ladder.rules[0].providers = {"GAR"};
  CHECK(contract_ends(house, now).size() == 1);
}

// ---- recipients

TEST_CASE("words mean whoever is meant on that day") {
  const Landlord house = landlord();
  const auto who = [&](const char* word, const char* now = "2026-03-04 10:00", const std::string& residence = "TIL",
                       const std::string& provider = "GAR", const std::string& visitor = "") {
    const auto found = recipient(house, word, residence, provider, visitor, paris(now));
    return found ? found->address + " " + found->name + " " + found->hours : "nobody";
  };
  CHECK(who("provider") == "garrigue@example.com Garrigue counter");
  CHECK(who("provider", "2026-03-04 10:00", "TIL", "LIFT") == "lifts@example.com Lifts lifts");
  CHECK(who("provider", "2026-03-04 10:00", "TIL", "") == "nobody");
  CHECK(who("LIFT") == "lifts@example.com Lifts lifts");
  CHECK(who("visitor", "2026-03-04 10:00", "TIL", "LIFT", "fitter") == "fitter@example.com Fitter lifts");
  CHECK(who("visitor", "2026-03-04 10:00", "TIL", "LIFT") == "lifts@example.com Lifts lifts");
  CHECK(who("caretaker") == "benhaddou@example.org M. Benhaddou counter");
  CHECK(who("caretaker", "2026-03-12 23:59") == "benhaddou@example.org M. Benhaddou counter");
  CHECK(who("caretaker", "2026-03-13 00:00") == "vasseur@example.org M. Vasseur counter");
  CHECK(who("caretaker", "2026-03-20 23:59") == "vasseur@example.org M. Vasseur counter");
  CHECK(who("caretaker", "2026-03-21 00:00") == "benhaddou@example.org M. Benhaddou counter");
  CHECK(who("caretaker", "2026-03-04 10:00", "BEL") == "nobody");
  CHECK(who("benhaddou", "2026-03-16 10:00") == "vasseur@example.org M. Vasseur counter");
  CHECK(who("agency") == "nord@example.org Agence Nord counter");
  CHECK(who("agency-head") == "astruc@example.org Mme Astruc counter");
  CHECK(who("on-call") == "astruc@example.org Mme Astruc counter");
  CHECK(who("on-call", "2026-03-20 10:00") == "nobody");
  CHECK(who("agency", "2026-03-04 10:00", "") == "nobody");
  CHECK(who("silent") == " silent counter");
  CHECK(who("mairie@example.org").starts_with("mairie@example.org "));
}

TEST_CASE("people of a firm without hours of its own are written to in the hours of those who have none") {
  Landlord house = landlord();
  house.providers[1].hours.clear();
  const auto found = recipient(house, "fitter", "TIL", "LIFT", "", paris("2026-03-04 10:00"));
  REQUIRE(found.has_value());
  CHECK(found->hours == "counter");
}

// ---- a second idea of all this: minutes counted one by one

namespace {

/// What happens to a request. Everything on a grid of five minutes, so that runs see it as it happens.
struct RequestLife {
  Instant from;                                       ///< it was assigned
  std::vector<std::pair<Instant, Instant>> promises;  ///< from when on which date is promised
  Instant target;
  Instant done;

  Request at(Instant now) const {
    Request request = row(now < done ? State::assigned : State::closed);
    request.accepted_at = from;
    request.target_at = target;
    for (const auto& [since, date] : promises)
      if (since <= now) request.promised_at = date;
    return request;
  }
};

/// Keys, and when what they stand for left.
using Left = std::map<std::string, Instant>;

/// Somebody who keeps the keys: runs at moments, as `regie remind` does.
struct Runner {
  const Landlord& house;
  const RequestLife& history;
  Left left = {};

  void run(Instant now) {
    const Request request = history.at(now);
    for (const Reminder& reminder : outlook(house, request, moments, now).due)
      for (const std::string& who : reminder.rule->steps[reminder.beat.step].to) {
        const auto to = recipient(house, who, request.residence, request.provider, "", now);
        if (!to) continue;
        const Instant leaves = leaves_at(house, *to, reminder.beat.at, request.urgency == Urgency::emergency);
        if (leaves > now) continue;
        left.emplace(reminder_key(reminder, request, who), now);
      }
  }
};

/// The model: rules by hand. Counts minutes, and knows nothing of calendars but whether a minute is open.
struct Model {
  const Landlord& house;
  const RequestLife& history;

  bool open(Instant at, const std::string& hours) const {
    const LocalTime local = here().local(at);
    const LocalDay day = floor<days>(local);
    const auto minute_of_day = duration_cast<minutes>(local - day).count();
    if (hours == "lifts") return true;
    const unsigned weekday_number = weekday{day}.iso_encoding();
    if (weekday_number > 5 || day == LocalDay{2026y / April / 6}) return false;
    if (hours == "telephone") return minute_of_day >= clock(8, 30) && minute_of_day < clock(17, 30);
    if (weekday_number == 4) return minute_of_day >= clock(13, 30) && minute_of_day < clock(17, 30);
    return (minute_of_day >= clock(8, 30) && minute_of_day < clock(12)) ||
           (minute_of_day >= clock(13, 30) && minute_of_day < clock(17, 30));
  }
  Instant later(Instant from, int open_minutes) const {
    while (open_minutes > 0 && !open(from, "telephone")) from += minutes{1};
    for (; open_minutes > 0; from += minutes{1})
      if (open(from, "telephone")) --open_minutes;
    return from;
  }
  Instant leaves(Instant due, const std::string& hours) const {
    for (;; due += minutes{1}) {
      const LocalTime local = here().local(due);
      const auto minute_of_day = duration_cast<minutes>(local - floor<days>(local)).count();
      const bool is_time =
          house.ladder.at.empty() || std::ranges::find(house.ladder.at, minute_of_day) != house.ladder.at.end();
      if (is_time && open(due, hours)) return due;
    }
  }

  struct Step {
    Instant at;
    std::string who;
    Instant left = {};
  };
  /// "promise broken: provider at once and twice more each 9 worked hours; agency after 20 worked hours. Target broken:
  /// agency at once, agency head after 18 hours."
  std::vector<std::vector<Step>> steps(Instant now) const {
    const Request request = history.at(now);
    if (request.state != State::assigned) return {};
    const Instant promise = *request.promised_at;
    const Instant second = later(promise, 9 * 60);
    return {{{promise, "provider"},
             {second, "provider"},
             {later(second, 9 * 60), "provider"},
             {later(promise, 20 * 60), "agency"}},
            {{*request.target_at, "agency"}, {*request.target_at + hours{18}, "agency-head"}}};
  }

  /// "who @ when it was due" by when it left.
  std::multimap<Instant, std::string> left_by(Instant end) const {
    std::multimap<Instant, std::string> left;
    std::set<std::string> said;
    std::map<std::size_t, std::vector<std::vector<Step>>> cache;
    for (Instant now = history.from; now <= end; now += minutes{1}) {
      std::size_t version = now >= history.done ? 99 : 0;
      for (const auto& [since, date] : history.promises) version += since <= now ? 1 : 0;
      if (!cache.contains(version)) {
        cache[version] = steps(now);
        for (auto& rule : cache[version])
          for (Step& step : rule) step.left = leaves(step.at, house.ladder.hours);
      }
      for (const auto& rule : cache[version]) {
        const Step* latest = nullptr;
        for (const Step& step : rule)
          if (step.at <= now && (latest == nullptr || step.at >= latest->at)) latest = &step;
        if (latest == nullptr) continue;
        const std::string name = latest->who + " @ " + written(latest->at);
        if (!said.contains(name) && latest->left <= now) {
          said.insert(name);
          left.emplace(now, name);
        }
      }
    }
    return left;
  }
};

Landlord reminding_landlord(bool at_times) {
  Landlord house = landlord();
  house.ladder.rules = {
      rule(Occasion::promise_broken,
           {again(after("0 minutes"), "9 working hours", 3), after("20 working hours", {"agency"})}),
      rule(Occasion::target_broken, {after("0 minutes", {"agency"}), after("18 hours", {"agency-head"})})};
  if (at_times) house.ladder.at = {clock(9), clock(15)};
  return house;
}

RequestLife some_history(std::mt19937& dice) {
  const auto grid = [&](int days_at_most) { return minutes{5 * (dice() % static_cast<unsigned>(days_at_most * 288))}; };
  RequestLife history;
  // Around Easter Monday and the change of the clock.
  history.from = paris("2026-03-20 09:00") + grid(8);
  history.promises = {{history.from, history.from + grid(3)}};
  if (dice() % 2 == 0) history.promises.emplace_back(history.from + grid(6), history.from + hours{30} + grid(8));
  history.target = history.from + grid(8);
  history.done = history.from + days{4} + grid(14);
  return history;
}

}  // namespace

TEST_CASE("runs every five minutes say what one counts minute by minute") {
  std::mt19937 dice(1);
  for (int n = 0; n < 4; ++n) {
    const Landlord house = reminding_landlord(n % 2 == 0);
    const RequestLife history = some_history(dice);
    CAPTURE(n);
    CAPTURE(written(history.from));
    const Instant end = history.from + days{20};
    const Model model{house, history};
    Runner runner{house, history};
    for (Instant now = history.from; now <= end; now += minutes{5}) runner.run(now);
    std::multiset<Instant> expected, found;
    for (const auto& [at, name] : model.left_by(end)) expected.insert(at);
    for (const auto& [key, at] : runner.left) found.insert(at);
    CHECK(!expected.empty());
    CHECK(found == expected);
  }
}

TEST_CASE("runs at random moments say nothing that was not to be said and nothing early") {
  std::mt19937 dice(2);
  for (int n = 0; n < 4; ++n) {
    const Landlord house = reminding_landlord(n % 2 == 0);
    const RequestLife history = some_history(dice);
    const Instant end = history.from + days{20};
    Runner often{house, history}, seldom{house, history};
    for (Instant now = history.from; now <= end; now += minutes{5}) often.run(now);
    for (Instant now = history.from; now <= end; now += minutes{5 * (1 + dice() % 600)}) seldom.run(now);
    for (const auto& [key, at] : seldom.left) {
      CAPTURE(key);
      REQUIRE(often.left.contains(key));
      CHECK(at >= often.left.at(key));
    }
  }
}

TEST_CASE("after three days without runs the latest step of each rule is said and nothing twice") {
  std::mt19937 dice(3);
  bool skipped_any = false;
  for (int n = 0; n < 4; ++n) {
    const Landlord house = reminding_landlord(n % 2 == 0);
    const RequestLife history = some_history(dice);
    const Instant stop = history.from + minutes{5 * (dice() % (288 * 4))};
    Runner runner{house, history}, always{house, history};
    Instant now = history.from;
    for (; now <= stop; now += minutes{5}) {
      runner.run(now);
      always.run(now);
    }
    const std::size_t before_pause = runner.left.size();
    for (; now <= stop + days{3}; now += minutes{5}) always.run(now);
    runner.run(now);
    always.run(now);
    CHECK(runner.left.size() - before_pause <= house.ladder.rules.size());
    skipped_any = skipped_any || always.left.size() > runner.left.size();
    // From then on both say the same.
    const std::size_t behind = always.left.size() - runner.left.size();
    for (; now <= history.from + days{15}; now += minutes{5}) {
      runner.run(now);
      always.run(now);
    }
    CHECK(always.left.size() - runner.left.size() == behind);
  }
  CHECK(skipped_any);
}

TEST_CASE("clocks that go back and forth make no second key") {
  std::mt19937 dice(4);
  for (int n = 0; n < 3; ++n) {
    const Landlord house = reminding_landlord(true);
    RequestLife history = some_history(dice);
    history.promises.resize(1);
    history.done = history.from + days{3'000};  // never
    const Instant end = history.from + days{15};
    Runner steady{house, history}, jumping{house, history};
    for (Instant now = history.from; now <= end; now += minutes{5}) steady.run(now);
    steady.run(end + days{400});
    Instant now = history.from;
    for (int run = 0; run < 900; ++run) {
      now += minutes{15};
      Instant shown = now;
      if (dice() % 5 == 0) shown = std::max(history.from, shown + hours{static_cast<int>(dice() % 13) - 6});
      if (dice() % 100 == 0) shown += days{400};
      jumping.run(shown);
    }
    steady.run(now);
    for (const auto& [key, at] : jumping.left) {
      CAPTURE(key);
      CHECK(steady.left.contains(key));
    }
  }
}
