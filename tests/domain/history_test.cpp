// What figures are made of, request by request; and that a month that is over stays as it was.
#include "regie/history.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "domain/acts.hpp"
#include "regie/attempt.hpp"
#include "regie/clock.hpp"
#include "regie/pack.hpp"

using namespace regie;
using namespace regie::test;

namespace {

/// A life whose deeds happen when the test says.
struct Timed {
  Request request;
  std::vector<Event> journal;

  bool tries(std::int64_t when, Deed deed, const Actor& actor = reception, const std::string& reason = "so",
             const Policy* policy = nullptr) {
    Act act = act_at(minute(when), std::move(deed), actor, reason);
    act.policy = policy;
    Decided decided = decide(request, act);
    const auto* change = std::get_if<Change>(&decided);
    if (change == nullptr) return false;
    if (moves_dues(request, change->after, change->event.action)) {
      std::vector<Event> with_it = journal;
      with_it.push_back(change->event);
      act.dues = dues(with_it, [policy](const std::string&) { return policy; });
      decided = decide(request, act);
      change = std::get_if<Change>(&decided);
    }
    request = change->after;
    request.id = 7;
    journal.push_back(change->event);
    journal.back().request = 7;
    return true;
  }
  Timed& at(std::int64_t when, Deed deed, const Actor& actor = reception) {
    REQUIRE(tries(when, std::move(deed), actor));
    return *this;
  }
};

/// Received at minute 0, owed by minute 1000, ordered at minute 10 with a promise for minute 500.
Timed ordered(std::int64_t target = 1000) {
  Timed life;
  Request draft = leaking_tap();
  draft.target_at = minute(target);
  return life.at(0, Open{draft, {}}).at(10, to_provider("GAR"));
}

History told(const std::vector<Event>& journal, NameTable& names) {
  History history;
  add_history(replay(7, journal), attempts(journal), names, history);
  return history;
}
History told(const Timed& life) {
  NameTable names;
  return told(life.journal, names);
}

Moment at(std::int64_t number) { return moment(minute(number)); }

Done by_gar(bool check, std::optional<std::int64_t> cost = 5000) {
  return {.by = "GAR", .provider = "GAR", .work = "joint", .cost = cost, .check_required = check};
}
Actor gar() { return {"GAR", "GAR", "gar", "GAR"}; }

}  // namespace

// ---- what the tenant was owed

TEST_CASE("a target is kept when the work was done in time and that is decided when it is accepted") {
  const History history = told(ordered().at(900, by_gar(true), gar()).at(2000, Verify{}, caretaker));
  REQUIRE(history.rounds.size() == 1);
  CHECK(history.rounds[0].kept_at == at(2000));
  CHECK(history.rounds[0].missed_at == no_moment);
}

TEST_CASE("work that nobody has to check is accepted when it is done") {
  const History history = told(ordered().at(900, by_gar(false), gar()));
  CHECK(history.rounds[0].kept_at == at(900));
}

TEST_CASE("a check that nobody asked for does not undo what was kept") {
  Timed life =
      ordered().at(900, by_gar(false), gar()).at(2000, Verify{.pass = false, .rework_due = minute(3000)}, caretaker);
  CHECK(told(life).rounds[0].kept_at == at(900));
  CHECK(told(life).rounds[0].missed_at == no_moment);
}

TEST_CASE("work that waits for its check is neither kept nor missed") {
  const History history = told(ordered().at(900, by_gar(true), gar()));
  CHECK(history.rounds[0].kept_at == no_moment);
  CHECK(history.rounds[0].missed_at == no_moment);
}

TEST_CASE("a job knows whether its work was in time whatever is found or owed later") {
  const History failed = told(
      ordered().at(900, by_gar(true), gar()).at(2000, Verify{.pass = false, .rework_due = minute(3000)}, caretaker));
  REQUIRE(!failed.jobs.empty());
  CHECK(failed.jobs[0].in_time);
  CHECK_FALSE(told(ordered().at(1500, by_gar(true), gar())).jobs[0].in_time);
}

TEST_CASE("a target is missed when it is over whether or not the work was done since") {
  CHECK(told(ordered()).rounds[0].missed_at == at(1000));
  CHECK(told(ordered().at(1500, by_gar(false), gar())).rounds[0].missed_at == at(1000));
  CHECK(told(ordered().at(1500, by_gar(false), gar())).rounds[0].kept_at == no_moment);
}

TEST_CASE("work that was done in time and failed its check later was missed at the check") {
  const History history = told(
      ordered().at(900, by_gar(true), gar()).at(2000, Verify{.pass = false, .rework_due = minute(3000)}, caretaker));
  CHECK(history.rounds[0].missed_at == at(2000));
}

TEST_CASE("a check that fails before the target is over leaves time to keep it") {
  Timed life =
      ordered().at(300, by_gar(true), gar()).at(400, Verify{.pass = false, .rework_due = minute(800)}, caretaker);
  CHECK(told(life).rounds[0].missed_at == at(1000));
  life.at(900, by_gar(true), gar()).at(1200, Verify{}, caretaker);
  CHECK(told(life).rounds[0].kept_at == at(1200));
  CHECK(told(life).rounds[0].missed_at == no_moment);
}

TEST_CASE("what is cancelled in time owes nothing and what is cancelled too late was missed") {
  const History in_time = told(ordered().at(500, Cancel{CancelReason::withdrawn, {}}));
  CHECK(in_time.rounds[0].missed_at == no_moment);
  const History late = told(ordered().at(1500, Cancel{CancelReason::withdrawn, {}}));
  CHECK(late.rounds[0].missed_at == at(1000));
}

TEST_CASE("what is cancelled while its clock stood still was not missed") {
  const History history = told(ordered().at(200, Hold{Party::tenant}).at(2000, Cancel{CancelReason::withdrawn, {}}));
  CHECK(history.rounds[0].missed_at == no_moment);
  CHECK(history.jobs[0].missed_at == no_moment);
}

TEST_CASE("what is cancelled while its clock stood still was not missed whatever urgency it gets later") {
  static const Policy policy;
  Timed life = ordered().at(200, Hold{Party::tenant}).at(2000, Cancel{CancelReason::withdrawn, {}});
  REQUIRE(life.tries(2500, Edit{{{find_field("urgency"), Scalar{std::int64_t{4}}}}}, manager, "pas pressé", &policy));
  CHECK(told(life).rounds[0].missed_at == no_moment);
}

TEST_CASE("another urgency is not the urgency of before") {
  static const Policy policy;
  Timed life = ordered();
  REQUIRE(life.tries(600, Edit{{{find_field("urgency"), Scalar{std::int64_t{1}}}}}, manager, "danger", &policy));
  const History history = told(life);
  CHECK(urgency_at(history.rounds[0], history.regradings, at(600)) == Urgency::normal);
  CHECK(urgency_at(history.rounds[0], history.regradings, at(601)) == Urgency::emergency);
}

TEST_CASE("work that nobody has found bad yet is done") {
  const History history =
      told(ordered().at(400, by_gar(true), gar()).at(600, Verify{.pass = false, .rework_due = minute(800)}, caretaker));
  CHECK(work_done(history.jobs, at(600)) == at(400));
  CHECK(work_done(history.jobs, at(601)) == no_moment);
}

TEST_CASE("an order is measured by the policy that it was promised under") {
  Policy first, second;
  first.version = "first";
  second.version = "second";
  Timed life;
  Request draft = leaking_tap();
  REQUIRE(life.tries(0, Open{draft, {}}, reception, "", &first));
  REQUIRE(life.tries(10, to_provider("GAR"), reception, "", &first));
  REQUIRE(life.tries(300, by_gar(true), gar(), "", &second));
  REQUIRE(life.tries(400, Verify{.pass = false, .rework_due = minute(800)}, caretaker, "non", &second));
  NameTable names;
  const History history = told(life.journal, names);
  REQUIRE(history.jobs.size() == 2);
  CHECK(names[history.jobs[0].policy] == "first");
  CHECK(names[history.jobs[1].policy] == "second");
}

TEST_CASE("a target that was over stays missed when somebody calls it less urgent") {
  static const Policy policy = [] {
    Policy made;
    made.targets[3] = parse_delay("60 days");
    return made;
  }();
  Timed life = ordered();
  REQUIRE(life.tries(1500, Edit{{{find_field("urgency"), Scalar{std::int64_t{4}}}}}, manager, "pas pressé", &policy));
  const History history = told(life);
  CHECK(history.rounds[0].missed_at == at(1000));
  CHECK(history.rounds[0].urgency == Urgency::normal);
}

TEST_CASE("a target that somebody makes earlier cannot have been missed before") {
  static const Policy policy = [] {
    Policy made;
    made.targets[0] = parse_delay("10 minutes");
    return made;
  }();
  Timed life = ordered();
  REQUIRE(life.tries(600, Edit{{{find_field("urgency"), Scalar{std::int64_t{1}}}}}, manager, "danger", &policy));
  CHECK(told(life).rounds[0].missed_at == at(600));
}

TEST_CASE("each reopening begins a round and leaves the one before as it was") {
  Timed life = ordered().at(900, by_gar(false), gar()).at(950, Close{"réparé", 2}).at(2000, Reopen{});
  const History history = told(life);
  REQUIRE(history.rounds.size() == 2);
  CHECK(history.rounds[0].kept_at == at(900));
  CHECK(history.rounds[0].over == at(950));
  CHECK(history.rounds[0].rating == 2);
  CHECK(history.rounds[1].begun == at(2000));
  CHECK(history.rounds[1].again);
}

// ---- what providers were given and did

TEST_CASE("the present order belongs to the present round") {
  Timed life = ordered().at(900, by_gar(false), gar()).at(950, Close{"réparé", {}}).at(2000, Reopen{});
  life.at(2010, to_provider("ELO"));
  const History history = told(life);
  REQUIRE(history.jobs.size() == 2);
  CHECK(history.jobs[0].round == 0);
  CHECK(history.jobs[1].round == 1);
}

TEST_CASE("every job belongs to its own request when there are several") {
  NameTable names;
  History history;
  for (const Timed& life : {ordered(), ordered().at(20, Decline{}, gar()), ordered().at(900, by_gar(false), gar())})
    add_history(life.request, attempts(life.journal), names, history);
  REQUIRE(history.rounds.size() == 3);
  REQUIRE(history.jobs.size() == 3);
  for (std::uint32_t i = 0; i < 3; ++i) CHECK(history.jobs[i].round == i);
}

TEST_CASE("an order that is declined or taken back before its promise was over owes nothing") {
  const History declined = told(ordered().at(100, Decline{}, gar()));
  REQUIRE(declined.jobs.size() == 1);
  CHECK(declined.jobs[0].end == JobEnd::declined);
  CHECK(declined.jobs[0].missed_at == no_moment);
  const History late = told(ordered().at(600, to_provider("ELO")));
  REQUIRE(late.jobs.size() == 2);
  CHECK(late.jobs[0].end == JobEnd::withdrawn);
  CHECK(late.jobs[0].missed_at == at(500));
}

TEST_CASE("a promise is kept by work done in time whatever its check says") {
  const History history =
      told(ordered().at(400, by_gar(true), gar()).at(600, Verify{.pass = false, .rework_due = minute(800)}, caretaker));
  REQUIRE(history.jobs.size() == 2);
  CHECK(history.jobs[0].kept_at == at(400));
  CHECK(history.jobs[0].end == JobEnd::check_failed);
  CHECK(history.jobs[1].rework);
  CHECK(history.jobs[1].ordered == at(600));
  CHECK(history.jobs[1].missed_at == at(800));
}

TEST_CASE("an order comes to what all work under it cost") {
  Timed life =
      ordered().at(400, by_gar(true, 4500), gar()).at(600, Verify{.pass = false, .rework_due = minute(800)}, caretaker);
  CHECK(told(Timed(life).at(700, by_gar(true, std::nullopt), gar())).jobs[1].amount == 4500);
  CHECK(told(Timed(life).at(700, by_gar(true, 100), gar())).jobs[1].amount == 4600);
}

TEST_CASE("who finds nobody home came all the same") {
  Timed life = ordered().at(20, Schedule{minute(100), minute(160)}).at(150, NoAccess{}, gar());
  life.at(200, Schedule{minute(300), minute(360)}).at(330, by_gar(false), gar());
  const History history = told(life);
  REQUIRE(history.failed_visits.size() == 1);
  CHECK(history.failed_visits[0].at == at(150));
  REQUIRE(history.jobs.size() == 1);
  CHECK(history.jobs[0].came == at(100));
}

// ---- lives by dice

namespace {

/// Whatever the lifecycle allows, at growing times.
Timed random_life(std::mt19937& dice, int deeds) {
  const auto roll = [&](int sides) { return static_cast<int>(dice() % static_cast<unsigned>(sides)); };
  static const std::array<Policy, 2> policies = [] {
    Policy made;
    made.targets = {parse_delay("200 minutes"), parse_delay("600 minutes"), parse_delay("2000 minutes"), std::nullopt};
    std::array versions{made, made};
    versions[0].version = "first";
    versions[1].version = "second";
    return versions;
  }();
  const int second_from = roll(40);  // the landlord changes the policy then
  Timed life;
  Request draft = leaking_tap();
  draft.target_at = roll(5) == 0 ? std::nullopt : std::optional(minute(200 + roll(2000)));
  std::int64_t now = roll(50);
  life.at(now, Open{draft, {}});
  for (int i = 0; i < deeds; ++i) {
    now += 1 + roll(200);
    const bool sooner = roll(2) == 0;
    const std::array<Deed, 15> all{
        Deed{Assign{{.provider = sooner ? "GAR" : "ELO", .promised_at = minute(now + roll(400)), .decision = ""}}},
        Deed{Accept{}},
        Deed{Decline{}},
        Deed{Schedule{minute(now + 10), minute(now + 70)}},
        Deed{NoAccess{}},
        Deed{Hold{sooner ? Party::tenant : Party::parts}},
        Deed{Resume{}},
        Deed{by_gar(roll(2) == 0, roll(3) == 0 ? std::nullopt : std::optional<std::int64_t>(roll(9000)))},
        Deed{by_gar(true)},
        Deed{Verify{.pass = roll(3) > 0, .rework_due = minute(now + 300)}},
        Deed{Verify{}},
        Deed{Close{"dit", roll(4) == 0 ? std::optional<std::int64_t>(1 + roll(5)) : std::nullopt}},
        Deed{Reopen{}},
        Deed{Edit{{{find_field("urgency"), Scalar{std::int64_t{1 + roll(4)}}}}}},
        Deed{Note{}}};
    const Policy& policy = policies[i < second_from ? 0 : 1];
    life.tries(now, all[static_cast<std::size_t>(roll(15))], roll(2) == 0 ? caretaker : gar(), "raison", &policy);
    if (roll(60) == 0) life.tries(now, Cancel{CancelReason::withdrawn, {}});
  }
  return life;
}

template <typename T>
std::span<const T> of_round(const std::vector<T>& all, std::size_t round) {
  const auto [first, last] = std::ranges::equal_range(all, static_cast<std::uint32_t>(round), {}, &T::round);
  return {first, last};
}

/// What had been decided by then, in words: everything that a report may count. Minutes since the tests' beginning.
std::string decided_by(const History& history, const NameTable& names, Moment limit) {
  std::string all;
  const auto add = [&](Moment moment, const std::string& what) {
    if (moment < limit) all += what + " " + std::to_string((moment - at(0)) / 60) + "; ";
  };
  for (std::size_t i = 0; i < history.rounds.size(); ++i) {
    const Round& round = history.rounds[i];
    const std::string urgency(code(urgency_at(round, of_round(history.regradings, i), limit)));
    add(round.begun, "begun, " + urgency);
    add(round.over, "over");
    add(round.kept_at, "kept as " + urgency);
    add(round.missed_at, "missed as " + urgency);
    add(work_done(of_round(history.jobs, i), limit), "last work");
  }
  for (const Job& job : history.jobs) {
    add(job.ordered, "ordered under " + names[job.policy]);
    if (came_known(job, of_round(history.failed_visits, job.round)) < limit) add(job.came, "came");
    add(job.accepted, "accepted");
    add(job.done, "done");
    add(job.checked, "checked");
    add(job.kept_at, "promise kept");
    add(job.missed_at, "promise missed");
    // That the check will fail is not known when the work is done.
    const JobEnd end = job.end == JobEnd::check_failed ? JobEnd::done : job.end;
    add(job.ended, "ended " + std::to_string(static_cast<int>(end)));
  }
  for (const FailedVisit& visit : history.failed_visits) add(visit.at, "nobody home");
  return all;
}

/// The actions, for whoever looks at a life that went wrong.
std::string deeds_of(const std::vector<Event>& journal) {
  std::string all;
  for (const Event& event : journal)
    all += std::string(code(event.action)) + " " + std::to_string((moment(event.at) - at(0)) / 60) + "; ";
  return all;
}

}  // namespace

TEST_CASE("what was decided by a moment stays decided whatever happens later") {
  std::mt19937 dice(2026);
  int compared = 0;
  for (int number = 0; number < 400; ++number) {
    const Timed life = random_life(dice, 40);
    NameTable names;
    const History whole = told(life.journal, names);
    for (std::size_t count = 1; count <= life.journal.size(); ++count) {
      const std::vector<Event> known(life.journal.begin(), life.journal.begin() + static_cast<std::ptrdiff_t>(count));
      // As of the moment of the next entry: what happens then is not known yet.
      const Moment limit = count < life.journal.size() ? moment(life.journal[count].at) : at(1'000'000);
      if (moment(known.back().at) == limit) continue;
      CAPTURE(deeds_of(life.journal));
      CAPTURE(count);
      CHECK(decided_by(told(known, names), names, limit) == decided_by(whole, names, limit));
      ++compared;
    }
  }
  CHECK(compared > 3000);
}

TEST_CASE("no target and no promise is both kept and missed") {
  std::mt19937 dice(7);
  for (int number = 0; number < 400; ++number) {
    const History history = told(random_life(dice, 40));
    for (const Round& round : history.rounds) CHECK((round.kept_at == no_moment || round.missed_at == no_moment));
    for (const Job& job : history.jobs) {
      CHECK((job.kept_at == no_moment || job.missed_at == no_moment));
      CHECK(job.round < history.rounds.size());
    }
  }
}

// ---- packs

TEST_CASE("a pack gives back what was packed") {
  std::mt19937 dice(1);
  NameTable names;
  History history;
  for (int number = 1; number <= 200; ++number) {
    Timed life = random_life(dice, 30);
    life.request.id = number * 3;
    life.request.residence = "R" + std::to_string(number % 7);
    life.request.dwelling = number % 3 == 0 ? "" : "é\"\\\n" + std::to_string(number);
    add_history(life.request, attempts(life.journal), names, history);
  }
  const std::string text = pack(history, names);
  CHECK(std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; }));
  NameTable other;
  other.of("something else");
  History read;
  REQUIRE(unpack(text, other, read));
  CHECK(pack(read, other) == text);
  REQUIRE(read.rounds.size() == history.rounds.size());
  for (std::size_t i = 0; i < read.rounds.size(); ++i) {
    CHECK(other[read.rounds[i].dwelling] == names[history.rounds[i].dwelling]);
    CHECK(read.rounds[i].missed_at == history.rounds[i].missed_at);
  }
  CHECK(read.failed_visits.size() == history.failed_visits.size());
  CHECK(read.regradings == history.regradings);
  CHECK_FALSE(read.regradings.empty());
}

TEST_CASE("two packs can be read one after the other") {
  NameTable names;
  History history;
  const Timed life = ordered().at(900, by_gar(false), gar());
  add_history(life.request, attempts(life.journal), names, history);
  const std::string text = pack(history, names);
  NameTable other;
  History read;
  REQUIRE(unpack(text, other, read));
  REQUIRE(unpack(text, other, read));
  REQUIRE(read.jobs.size() == 2);
  CHECK(read.jobs[1].round == 1);
  CHECK(read.rounds[0] == read.rounds[1]);
}

TEST_CASE("what is no pack is refused and adds nothing") {
  std::mt19937 dice(3);
  NameTable names;
  History history;
  for (int number = 0; number < 5; ++number) {
    const Timed life = random_life(dice, 30);
    add_history(life.request, attempts(life.journal), names, history);
  }
  const std::string text = pack(history, names);
  NameTable other;
  History read;
  CHECK_FALSE(unpack("", other, read));
  CHECK_FALSE(unpack("regie.pack/2 000", other, read));
  CHECK_FALSE(unpack("regie.pack/1 oooooooooooo0", other, read));
  for (std::size_t length = 0; length < text.size(); length += 7)
    CHECK_FALSE(unpack(text.substr(0, length), other, read));
  CHECK_FALSE(unpack(text + "0", other, read));
  CHECK(read.rounds.empty());
  for (int number = 0; number < 3000; ++number) {  // damaged: refused or read, never worse
    std::string damaged = text;
    damaged[13 + dice() % (damaged.size() - 13)] = static_cast<char>(dice() % 256);
    NameTable some;
    History ignored;
    unpack(damaged, some, ignored);
  }
}
