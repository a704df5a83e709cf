// The clocks of a request, sentence by sentence, with times worked out by hand on the calendar of Val d'Orle Habitat:
// Monday to Friday from 8:30 to 17:30 in Paris, French public holidays.
#include "regie/clock.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "domain/acts.hpp"
#include "support/desk.hpp"
#include "text/times.hpp"

using namespace regie;
using namespace regie::test;
using std::chrono::hours;

namespace {

/// "2026-03-06 15:10" on the clock of Paris.
Instant paris(std::string_view written) {
  const auto instant = text::parse_typed(written, Instant{}, zone());
  REQUIRE_MESSAGE(instant.has_value(), "no time: ", std::string(written));
  return *instant;
}

std::string shown(std::optional<Instant> instant) { return instant ? text::minute(*instant, zone()) : "none"; }

std::vector<Interval> from_to(int from, int to) { return {{from, to}}; }

Policy office(const std::string& version = "first", std::vector<Interval> open = from_to(8 * 60 + 30, 17 * 60 + 30),
              std::set<LocalDay> closed = {}) {
  Policy policy;
  policy.version = version;
  policy.calendar = Calendar(zone(), Holidays::france, std::move(closed));
  for (std::size_t day = 0; day < 5; ++day) policy.hours["telephone"].days[day] = open;
  policy.target_hours = "telephone";
  policy.targets = {parse_delay("4 hours"), parse_delay("1 working day"), parse_delay("10 working days, end of day"),
                    parse_delay("60 days, end of day")};
  policy.check_within = parse_delay("5 working days, end of day");
  policy.answers = {parse_delay("1 working day"), parse_delay("3 working days"), parse_delay("2 working days")};
  return policy;
}

const Actor firm{"garrigue", "GAR", "garrigue", "garrigue"};

/// What the desk does around decide(), without a database: it keeps policies, and asks for the dates after a wait.
struct Case {
  std::map<std::string, Policy> policies{{"first", office()}};
  std::string in_force = "first";
  Request request;
  std::vector<Event> journal;

  const Policy& policy() const { return policies.at(in_force); }
  void now_in_force(Policy policy) {
    in_force = policy.version;
    policies[in_force] = std::move(policy);
  }
  PolicyOf policy_of() const {
    return [this](const std::string& version) {
      const auto found = policies.find(version);
      return found == policies.end() ? nullptr : &found->second;
    };
  }

  const Request& operator()(std::string_view when, Deed deed, const Actor& actor = reception,
                            const std::string& reason = {}) {
    Act act = act_at(paris(when), std::move(deed), actor, reason);
    act.policy = &policy();
    Change change = changed(decide(request, act));
    if (moves_dues(request, change.after, change.event.action)) {
      std::vector<Event> with_it = journal;
      with_it.push_back(change.event);
      act.dues = dues(with_it, policy_of());
      change = changed(decide(request, act));
    }
    request = change.after;
    request.id = 1;
    journal.push_back(change.event);
    REQUIRE(replay(1, journal) == request);
    return request;
  }

  void open(std::string_view when, Urgency urgency) {
    Request draft = leaking_tap();
    draft.target_at.reset();
    draft.urgency = urgency;
    (*this)(when, Open{draft, {}});
  }
  void order(std::string_view when, const char* terms, const std::string& provider = "GAR") {
    const Instant promised = policy().deadline(*parse_delay(terms), paris(when));
    (*this)(when, Assign{{.provider = provider, .promised_at = promised, .promise_terms = terms}});
  }
  void done(std::string_view when, bool check_required = false) {
    (*this)(when, Done{.by = "GAR", .provider = "GAR", .work = "joint", .cost = {}, .check_required = check_required},
            firm);
  }
  void failed_check(std::string_view when, const char* terms) {
    (*this)(
        when,
        Verify{.pass = false, .rework_due = policy().deadline(*parse_delay(terms), paris(when)), .rework_terms = terms},
        caretaker);
  }
  void hold(std::string_view from, std::string_view to, Party party) {
    (*this)(from, Hold{party}, reception, "attend");
    (*this)(to, Resume{});
  }
  void appointment(std::string_view when, std::string_view from) {
    (*this)(when, Schedule{paris(from), paris(from) + hours{2}, {}, {}, {}});
  }
  void urgency(std::string_view when, Urgency urgency) {
    (*this)(when, Edit{{{find_field("urgency"), static_cast<std::int64_t>(urgency)}}});
  }

  std::vector<Clock> clocks(std::string_view now) const { return regie::clocks(journal, policy_of(), paris(now)); }
  /// The clocks of that kind; now: the end of the year.
  std::vector<Clock> all(ClockKind kind, std::string_view now = "2026-12-31 12:00") const {
    std::vector<Clock> those = clocks(now);
    std::erase_if(those, [&](const Clock& clock) { return clock.kind != kind; });
    return those;
  }
  Clock last(ClockKind kind, std::string_view now = "2026-12-31 12:00") const {
    const std::vector<Clock> those = all(kind, now);
    REQUIRE(!those.empty());
    return those.back();
  }
  std::string target() const { return shown(request.target_at); }
  std::string promise() const { return shown(request.promised_at); }
  std::string due() const { return shown(request.due_at); }
};

/// Received on Friday 6 March at 15:10 and due on Monday 9 March at 15:10; ordered at 15:20.
Case urgent_on_friday() {
  Case one;
  one.open("2026-03-06 15:10", Urgency::urgent);
  one.order("2026-03-06 15:20", "10 working days");
  return one;
}

/// Received on Friday 6 March at 15:10 and due at 19:10.
Case emergency_on_friday() {
  Case one;
  one.open("2026-03-06 15:10", Urgency::emergency);
  one.order("2026-03-06 15:10", "2 hours");
  return one;
}

/// Received on Monday 2 March at 9:00, due on 16 March at 17:30; ordered at 10:00 for 12 March at 10:00.
Case normal_on_monday() {
  Case one;
  one.open("2026-03-02 09:00", Urgency::normal);
  one.order("2026-03-02 10:00", "8 working days");
  return one;
}

/// The same, and nobody was at home on Wednesday 4 March at 9:30.
Case nobody_at_home() {
  Case one = normal_on_monday();
  one.appointment("2026-03-02 11:00", "2026-03-04 09:00");
  one("2026-03-04 09:30", NoAccess{}, firm);
  return one;
}

std::string dates(const Case& one) { return one.target() + ", " + one.promise(); }

}  // namespace

// ---- the beginning

TEST_CASE("the target is owed from the opening and the promise from the order") {
  const Case one = urgent_on_friday();
  const Clock target = one.last(ClockKind::target), promise = one.last(ClockKind::promise);
  CHECK(shown(target.started) == "2026-03-06 15:10");
  CHECK(target.delay == parse_delay("1 working day"));
  CHECK(target.provider.empty());
  CHECK(shown(target.due) == "2026-03-09 15:10");
  CHECK(shown(promise.started) == "2026-03-06 15:20");
  CHECK(promise.delay == parse_delay("10 working days"));
  CHECK(promise.provider == "GAR");
  CHECK(!promise.rework);
  CHECK(shown(promise.due) == "2026-03-20 15:20");
  CHECK(one.due() == "2026-03-09 15:10");
}

TEST_CASE("an order given with the opening promises from the opening") {
  Case one;
  Request draft = leaking_tap();
  draft.target_at.reset();
  one("2026-03-02 09:00",
      Open{draft, {.provider = "GAR", .promised_at = paris("2026-03-03 09:00"), .promise_terms = "1 working day"}});
  CHECK(shown(one.last(ClockKind::promise).started) == "2026-03-02 09:00");
  CHECK(one.due() == "2026-03-03 09:00");
}

TEST_CASE("a date that was given is owed as it was given and a wait is added round the clock") {
  Case one;
  Request draft = leaking_tap();
  draft.target_at = paris("2026-03-10 12:00");
  one("2026-03-02 09:00", Open{draft, {}});
  one.order("2026-03-02 10:00", "8 working days");
  CHECK(!one.last(ClockKind::target).delay);
  one.hold("2026-03-06 12:00", "2026-03-08 13:00", Party::tenant);
  CHECK(one.target() == "2026-03-12 13:00");
}

TEST_CASE("work done on the last second is kept and a second later is missed") {
  for (const auto& [when, outcome] :
       {std::pair("2026-03-09T15:10:00", ClockOutcome::kept), std::pair("2026-03-09T15:10:01", ClockOutcome::missed)}) {
    Case one = urgent_on_friday();
    one.done(when);
    CHECK(one.last(ClockKind::target).outcome == outcome);
    CHECK(one.last(ClockKind::promise).outcome == ClockOutcome::kept);
  }
}

TEST_CASE("a clock is late as soon as its due date is over") {
  const Case one = urgent_on_friday();
  CHECK(one.last(ClockKind::target, "2026-03-09 15:10").outcome == ClockOutcome::running);
  CHECK(one.last(ClockKind::target, "2026-03-09T15:10:01").outcome == ClockOutcome::late);
}

// ---- holds

TEST_CASE("a hold over a weekend adds the opening hours that were waited") {
  Case one = urgent_on_friday();
  one.hold("2026-03-06 16:30", "2026-03-09 09:30", Party::tenant);  // an hour on Friday, one on Monday
  CHECK(one.target() == "2026-03-09 17:10");
  CHECK(one.promise() == "2026-03-20 17:20");
}

TEST_CASE("a hold while it is closed adds nothing") {
  Case one = urgent_on_friday();
  one.hold("2026-03-06 17:30", "2026-03-09 08:30", Party::tenant);
  CHECK(one.target() == "2026-03-09 15:10");
}

TEST_CASE("a date is not over before the wait is") {
  Case one;
  one.open("2026-03-06 08:00", Urgency::normal);
  one.order("2026-03-06 08:30", "1 working day");
  REQUIRE(one.promise() == "2026-03-09 08:30");
  // Nothing was left to do it in, and all of Monday was waited: that is Monday at closing time, or Tuesday's opening.
  one.hold("2026-03-06 17:45", "2026-03-09 17:35", Party::tenant);
  CHECK(one.promise() == "2026-03-10 08:30");
}

TEST_CASE("a delay round the clock is added the whole wait") {
  Case one = emergency_on_friday();
  one.hold("2026-03-06 16:10", "2026-03-07 16:40", Party::tenant);
  CHECK(dates(one) == "2026-03-07 19:40, 2026-03-07 17:40");
}

TEST_CASE("waits over a change of the clock are counted in real hours") {
  Case spring;
  spring.open("2026-03-28 23:00", Urgency::emergency);
  spring.order("2026-03-28 23:00", "2 hours");
  CHECK(spring.target() == "2026-03-29 04:00");
  spring.hold("2026-03-28 23:30", "2026-03-29 05:30", Party::tenant);  // five hours
  CHECK(spring.target() == "2026-03-29 09:00");

  Case autumn;
  autumn.open("2026-10-24 23:00", Urgency::emergency);
  autumn.order("2026-10-24 23:00", "2 hours");
  CHECK(autumn.target() == "2026-10-25 02:00");
  autumn.hold("2026-10-24 23:30", "2026-10-25 04:30", Party::tenant);  // six hours
  CHECK(autumn.target() == "2026-10-25 08:00");
}

TEST_CASE("waits over a change of the clock are counted in the opening hours of both sides") {
  Case one;
  one.open("2026-03-27 15:10", Urgency::urgent);
  one.order("2026-03-27 15:10", "10 working days");
  one.hold("2026-03-27 17:00", "2026-03-30 09:00", Party::weather);
  CHECK(one.target() == "2026-03-30 16:10");
}

TEST_CASE("a hold over Easter Monday adds no time for it") {
  Case one;
  one.open("2026-04-02 15:00", Urgency::urgent);
  one.order("2026-04-02 15:00", "10 working days");
  CHECK(one.target() == "2026-04-03 15:00");
  one.hold("2026-04-03 14:30", "2026-04-07 09:30", Party::tenant);  // three hours on Friday, one on Tuesday
  CHECK(one.target() == "2026-04-07 10:00");                        // two and a half are left on Friday
}

TEST_CASE("who is waited for decides which clocks stand still") {
  struct Row {
    Party party;
    const char* dates;
  };
  const char* const neither = "2026-03-09 15:10, 2026-03-20 15:20";
  const char* const both = "2026-03-09 16:10, 2026-03-20 16:20";
  for (const auto& [party, expected] :
       {Row{Party::tenant, both}, Row{Party::parts, neither}, Row{Party::contractor, neither},
        Row{Party::weather, both}, Row{Party::authority, both},
        Row{Party::landlord, "2026-03-09 15:10, 2026-03-20 16:20"}}) {
    CAPTURE(std::string(code(party)));
    Case one = urgent_on_friday();
    one.hold("2026-03-06 16:00", "2026-03-06 17:00", party);
    CHECK(dates(one) == expected);
  }
}

TEST_CASE("a landlord may decide otherwise whose clock stands still") {
  Policy strict = office();
  strict.stopped_by.fill(0);
  strict.stopped_by[static_cast<std::size_t>(Party::parts) - 1] = only(ClockKind::target);
  Case one;
  one.now_in_force(strict);
  one.open("2026-03-06 15:10", Urgency::urgent);
  one.order("2026-03-06 15:20", "10 working days");
  one.hold("2026-03-06 15:30", "2026-03-06 16:00", Party::tenant);
  CHECK(dates(one) == "2026-03-09 15:10, 2026-03-20 15:20");
  one.hold("2026-03-06 16:00", "2026-03-06 17:00", Party::parts);
  CHECK(dates(one) == "2026-03-09 16:10, 2026-03-20 15:20");
}

TEST_CASE("while one waits the dates are those before the wait and nothing that stands still is due") {
  Case one = urgent_on_friday();
  one("2026-03-06 16:00", Hold{Party::landlord}, manager, "budget");
  CHECK(dates(one) == "2026-03-09 15:10, 2026-03-20 15:20");
  CHECK(one.due() == "2026-03-09 15:10");
  CHECK(one.last(ClockKind::promise).outcome == ClockOutcome::stopped);
  CHECK(!one.last(ClockKind::promise).due);
  one("2026-03-06 16:30", Resume{});
  one("2026-03-06 16:40", Hold{Party::tenant}, manager, "en vacances");
  CHECK(one.due() == "none");
  CHECK(one.promise() == "2026-03-20 15:50");
  CHECK(one.last(ClockKind::target).outcome == ClockOutcome::stopped);
}

TEST_CASE("a delay to the end of a day uses its last day whole") {
  const auto after_hold = [](Urgency urgency, std::string_view from, std::string_view to) {
    Case one;
    one.open("2026-03-02 09:00", urgency);
    one.order("2026-03-02 10:00", "8 working days");
    one.hold(from, to, Party::tenant);
    return one.target();
  };
  CHECK(after_hold(Urgency::normal, "2026-03-03 10:00", "2026-03-03 10:01") == "2026-03-17 17:30");
  CHECK(after_hold(Urgency::normal, "2026-03-03 10:00", "2026-03-04 10:00") == "2026-03-17 17:30");
  CHECK(after_hold(Urgency::normal, "2026-03-03 10:00", "2026-03-04 10:01") == "2026-03-18 17:30");
  CHECK(after_hold(Urgency::normal, "2026-03-07 10:00", "2026-03-08 10:00") == "2026-03-16 17:30");
  // Calendar days wait round the clock: Monday 4 May at 17:30, and then.
  CHECK(after_hold(Urgency::planned, "2026-03-03 10:00", "2026-03-03 10:01") == "2026-05-05 17:30");
  CHECK(after_hold(Urgency::planned, "2026-03-07 10:00", "2026-03-07 16:30") == "2026-05-05 17:30");
  CHECK(after_hold(Urgency::planned, "2026-03-03 10:00", "2026-03-07 10:00") == "2026-05-11 17:30");  // 8 May, weekend
}

TEST_CASE("ten waits of a minute cost one day at most") {
  Case one = normal_on_monday();
  for (int day = 0; day < 2; ++day)
    for (int n = 0; n < 5; ++n) {
      const std::string at = "2026-03-0" + std::to_string(3 + day) + " 1" + std::to_string(n) + ":0";
      one.hold(at + '0', at + '1', Party::tenant);
    }
  CHECK(one.target() == "2026-03-17 17:30");
  CHECK(one.promise() == "2026-03-12 10:10");
  CHECK(one.last(ClockKind::target).pauses.size() == 10);
}

TEST_CASE("a wait that begins after the due date changes nothing") {
  for (const char* begins : {"2026-03-06 19:10", "2026-03-06 20:00"}) {
    Case one = emergency_on_friday();
    one.hold(begins, "2026-03-07 12:00", Party::tenant);
    CHECK(one.target() == "2026-03-06 19:10");
    one.done("2026-03-07 12:30");
    CHECK(one.last(ClockKind::target).outcome == ClockOutcome::missed);
  }
}

TEST_CASE("a wait that begins before the due date and ends after it counts whole") {
  Case one = emergency_on_friday();
  one.hold("2026-03-06 19:09", "2026-03-06 21:09", Party::tenant);
  CHECK(one.target() == "2026-03-06 21:10");
}

TEST_CASE("what was late before it was put on hold stays late") {
  Case one = emergency_on_friday();
  one("2026-03-06 20:00", Hold{Party::tenant}, reception, "absent");
  CHECK(one.last(ClockKind::target).outcome == ClockOutcome::late);
  CHECK(shown(one.last(ClockKind::target).due) == "2026-03-06 19:10");
  CHECK(is_late(one.request, paris("2026-03-06 20:00")));
}

// ---- visits that found nobody

TEST_CASE("a failed visit stops the promise and not the target") {
  const Case one = nobody_at_home();
  CHECK(one.last(ClockKind::promise).outcome == ClockOutcome::stopped);
  CHECK(one.promise() == "2026-03-12 10:00");
  CHECK(one.due() == "2026-03-16 17:30");
  CHECK(one.last(ClockKind::target).pauses.empty());
}

TEST_CASE("the promise goes on when the window of the next appointment is over") {
  Case one = nobody_at_home();
  one.appointment("2026-03-04 14:30", "2026-03-06 10:30");  // 8 h on Wednesday, 9 on Thursday, 4 on Friday
  CHECK(dates(one) == "2026-03-16 17:30, 2026-03-16 13:00");
  CHECK(one.due() == "2026-03-16 13:00");
  const Clock promise = one.last(ClockKind::promise, "2026-03-05 12:00");
  CHECK(promise.outcome == ClockOutcome::running);
  CHECK(shown(promise.promised) == "2026-03-12 10:00");
  CHECK(shown(promise.due) == "2026-03-16 13:00");
}

TEST_CASE("an appointment that is noted after it began ends the wait when it is noted") {
  Case one = nobody_at_home();
  one.appointment("2026-03-04 14:30", "2026-03-04 14:00");
  CHECK(one.promise() == "2026-03-12 16:30");
}

TEST_CASE("an appointment moved forward ends the wait sooner") {
  Case one = nobody_at_home();
  one.appointment("2026-03-04 14:30", "2026-03-06 10:30");
  one.appointment("2026-03-04 15:00", "2026-03-05 10:30");  // 8 h and 4
  CHECK(one.promise() == "2026-03-13 13:00");
}

TEST_CASE("an appointment put off is the provider's business") {
  Case one = nobody_at_home();
  one.appointment("2026-03-04 14:30", "2026-03-06 10:30");
  one.appointment("2026-03-04 15:00", "2026-03-09 10:30");
  CHECK(one.promise() == "2026-03-16 13:00");
}

TEST_CASE("an appointment moved after its beginning changes nothing") {
  Case one = nobody_at_home();
  one.appointment("2026-03-04 14:30", "2026-03-06 10:30");
  one.appointment("2026-03-06 11:00", "2026-03-06 10:00");
  CHECK(one.promise() == "2026-03-16 12:30");
}

TEST_CASE("work done before the new appointment ends the wait") {
  Case one = nobody_at_home();
  one.appointment("2026-03-04 14:30", "2026-03-06 10:30");
  one.done("2026-03-05 09:30");  // 8 h and 1
  CHECK(one.promise() == "2026-03-13 10:00");
  CHECK(shown(one.last(ClockKind::promise).due) == "2026-03-13 10:00");
  CHECK(one.last(ClockKind::promise).outcome == ClockOutcome::kept);
}

TEST_CASE("work done without another appointment ends the wait") {
  Case one = nobody_at_home();
  one.done("2026-03-05 09:30");
  CHECK(one.promise() == "2026-03-13 10:00");
}

TEST_CASE("a hold before the next appointment is made does not lose the wait for it") {
  for (const Party party : {Party::parts, Party::tenant}) {
    Case one = nobody_at_home();
    one.hold("2026-03-04 10:30", "2026-03-05 10:30", party);
    CHECK(one.last(ClockKind::promise).outcome == ClockOutcome::stopped);
    one.appointment("2026-03-05 11:00", "2026-03-06 10:30");
    CHECK(one.promise() == "2026-03-16 13:00");
  }
}

TEST_CASE("a hold before the appointment does not lose the wait for it") {
  for (const Party party : {Party::parts, Party::tenant}) {
    Case one = nobody_at_home();
    one.appointment("2026-03-04 14:30", "2026-03-06 10:30");
    one.hold("2026-03-04 15:30", "2026-03-05 09:00", party);
    CHECK(one.promise() == "2026-03-16 13:00");
  }
}

TEST_CASE("a hold that outlasts the appointment goes on where the wait for it ends") {
  Case one = nobody_at_home();
  one.appointment("2026-03-04 14:30", "2026-03-06 10:30");
  one.hold("2026-03-05 09:00", "2026-03-09 09:30", Party::tenant);
  CHECK(dates(one) == "2026-03-19 17:30, 2026-03-17 10:00");  // 18.5 hours; three days
}

TEST_CASE("a hold that stops no promise lets the wait end with the appointment") {
  Case one = nobody_at_home();
  one.appointment("2026-03-04 14:30", "2026-03-06 10:30");
  one.hold("2026-03-05 09:00", "2026-03-09 09:30", Party::parts);
  CHECK(one.promise() == "2026-03-16 13:00");
}

TEST_CASE("a date is not moved by a change of urgency while the promise stands still") {
  Case one = nobody_at_home();
  one.appointment("2026-03-04 14:30", "2026-03-06 10:30");
  one("2026-03-05 09:00", Hold{Party::tenant}, reception, "absent");
  const std::string before = one.promise();
  one.urgency("2026-03-05 09:30", Urgency::planned);
  CHECK(one.promise() == before);
}

TEST_CASE("a second failed visit goes on waiting") {
  Case one = nobody_at_home();
  one.appointment("2026-03-04 14:30", "2026-03-05 10:30");  // a visit in the window costs nothing
  one("2026-03-05 11:30", NoAccess{}, firm);
  one.appointment("2026-03-05 12:00", "2026-03-06 10:30");  // 8 h, 9 and 4 in all
  CHECK(one.promise() == "2026-03-16 13:00");
}

TEST_CASE("an order to somebody else does not stand still") {
  Case one = nobody_at_home();
  one.order("2026-03-04 12:00", "1 working day", "ROC");
  CHECK(one.promise() == "2026-03-05 12:00");
  CHECK(one.due() == "2026-03-05 12:00");
  const std::vector<Clock> promises = one.all(ClockKind::promise);
  REQUIRE(promises.size() == 2);
  CHECK(promises[0].outcome == ClockOutcome::withdrawn);
  CHECK(shown(promises[0].ended) == "2026-03-04 12:00");
  CHECK(promises[1].provider == "ROC");
  CHECK(promises[1].pauses.empty());
  one.appointment("2026-03-04 13:00", "2026-03-06 10:30");
  CHECK(one.promise() == "2026-03-05 12:00");
}

TEST_CASE("an order to somebody else forgets the appointment made with the first") {
  Case one = nobody_at_home();
  one.appointment("2026-03-04 14:30", "2026-03-06 10:30");
  one.order("2026-03-04 15:00", "1 working day", "ROC");
  one.hold("2026-03-04 15:30", "2026-03-04 16:00", Party::parts);
  CHECK(one.promise() == "2026-03-05 15:00");
}

TEST_CASE("a rework does not wait for the appointment that the first work did not wait for") {
  for (const bool with_hold : {true, false}) {
    Case one = nobody_at_home();
    one.appointment("2026-03-04 14:30", "2026-03-12 10:30");
    one.done("2026-03-05 09:30", true);
    one.failed_check("2026-03-05 12:00", "1 working day");
    CHECK(one.promise() == "2026-03-06 12:00");
    if (with_hold) one.hold("2026-03-05 14:00", "2026-03-05 15:00", Party::parts);
    else one.appointment("2026-03-05 14:00", "2026-03-10 09:00");
    CHECK(one.promise() == "2026-03-06 12:00");
    CHECK(one.last(ClockKind::promise).pauses.empty());
  }
}

// ---- the policy of then

namespace {

/// Since then only the mornings are worked, and 17 March is closed.
Policy mornings() {
  using namespace std::chrono;
  Policy policy = office("second", from_to(8 * 60 + 30, 12 * 60 + 30), {local_days{2026y / March / 17}});
  policy.targets[1] = parse_delay("2 working days");
  return policy;
}

}  // namespace

TEST_CASE("dates move under the policy they were promised under") {
  Case one = normal_on_monday();
  one("2026-03-03 10:00", Hold{Party::tenant}, reception, "absent");
  one.now_in_force(mornings());
  one("2026-03-03 15:00", Resume{});  // five hours as they were counted then
  CHECK(dates(one) == "2026-03-17 17:30, 2026-03-12 15:00");
  CHECK(one.request.policy == "first");
}

TEST_CASE("what is promised later is promised under the policy of its day and the older dates stay under theirs") {
  Case one = normal_on_monday();
  one.now_in_force(mornings());
  one.order("2026-03-03 09:30", "1 working day", "ROC");
  CHECK(one.request.policy == "second");
  one.hold("2026-03-03 10:00", "2026-03-03 15:00", Party::tenant);  // five hours of the first, two and a half
  CHECK(dates(one) == "2026-03-17 17:30, 2026-03-04 12:00");
  CHECK(one.last(ClockKind::target).policy == "first");
  CHECK(one.last(ClockKind::promise).policy == "second");
}

TEST_CASE("another urgency is owed what the policy of that day says") {
  Case one = normal_on_monday();
  one.now_in_force(mornings());
  one.urgency("2026-03-03 09:00", Urgency::urgent);
  CHECK(one.target() == "2026-03-04 09:00");
  CHECK(one.last(ClockKind::target).policy == "second");
  CHECK(one.last(ClockKind::promise).policy == "first");
}

TEST_CASE("another urgency that happens to be due on the same date is owed under the policy of that day") {
  Case one = normal_on_monday();
  Policy swapped = office("second");
  std::swap(swapped.targets[2], swapped.targets[3]);
  one.now_in_force(swapped);
  one.urgency("2026-03-03 09:00", Urgency::planned);
  CHECK(one.target() == "2026-03-16 17:30");
  CHECK(one.last(ClockKind::target).delay == parse_delay("10 working days, end of day"));
}

TEST_CASE("an order that happens to promise the same date is owed under the policy of that day") {
  Case one = normal_on_monday();
  one.now_in_force(mornings());
  one("2026-03-03 10:00",
      Assign{{.provider = "ROC", .promised_at = paris("2026-03-12 10:00"), .promise_terms = "7 working days"}});
  CHECK(one.last(ClockKind::promise).policy == "second");
  one.hold("2026-03-03 11:00", "2026-03-03 15:00", Party::tenant);  // an hour and a half
  CHECK(one.promise() == "2026-03-12 11:30");
}

// ---- another urgency

TEST_CASE("another urgency is owed from the beginning with the waits that there were") {
  Case one = normal_on_monday();
  one.hold("2026-03-02 10:30", "2026-03-02 12:30", Party::tenant);
  CHECK(one.target() == "2026-03-17 17:30");
  one.urgency("2026-03-03 10:00", Urgency::urgent);
  CHECK(one.target() == "2026-03-03 11:00");
  CHECK(one.due() == "2026-03-03 11:00");
  CHECK(one.promise() == "2026-03-12 12:00");
  const std::vector<Clock> targets = one.all(ClockKind::target);
  REQUIRE(targets.size() == 2);
  CHECK(targets[0].outcome == ClockOutcome::replaced);
  CHECK(shown(targets[0].ended) == "2026-03-03 10:00");
  CHECK(shown(targets[0].due) == "2026-03-17 17:30");
  CHECK(targets[1].outcome == ClockOutcome::late);
  CHECK(shown(targets[1].started) == "2026-03-02 09:00");
  CHECK(shown(targets[1].promised) == "2026-03-03 09:00");
  CHECK(targets[1].pauses == targets[0].pauses);
}

TEST_CASE("a wait after the new urgency was due changes nothing") {
  Case one = normal_on_monday();
  one.hold("2026-03-03 10:00", "2026-03-03 12:00", Party::tenant);
  one.urgency("2026-03-03 14:00", Urgency::urgent);
  CHECK(one.target() == "2026-03-03 09:00");
  one.urgency("2026-03-03 15:00", Urgency::normal);
  CHECK(one.target() == "2026-03-17 17:30");
  CHECK(one.all(ClockKind::target).size() == 3);
}

TEST_CASE("another urgency during a hold stands still too") {
  Case one = normal_on_monday();
  one("2026-03-02 14:00", Hold{Party::tenant}, reception, "absent");
  one.urgency("2026-03-02 15:00", Urgency::urgent);
  CHECK(one.target() == "2026-03-03 09:00");
  CHECK(one.due() == "none");
  CHECK(one.last(ClockKind::target).outcome == ClockOutcome::stopped);
  one("2026-03-02 16:00", Resume{});
  CHECK(one.target() == "2026-03-03 11:00");
  CHECK(one.last(ClockKind::target).pauses.size() == 1);
}

TEST_CASE("another urgency of a request that was reopened is owed from then") {
  Case one = normal_on_monday();
  one.done("2026-03-04 10:00");
  one("2026-03-04 11:00", Close{"refait", {}});
  one("2026-03-09 10:00", Reopen{}, reception, "fuit encore");
  one.urgency("2026-03-09 11:00", Urgency::urgent);
  CHECK(one.target() == "2026-03-10 10:00");
}

TEST_CASE("another urgency changes nothing that is owed once the work is done") {
  Case one = normal_on_monday();
  one.done("2026-03-03 10:00", true);
  one.urgency("2026-03-03 11:00", Urgency::urgent);
  CHECK(one.target() == "2026-03-16 17:30");
  one.failed_check("2026-03-04 10:00", "1 working day");
  CHECK(one.target() == "2026-03-16 17:30");
  CHECK(one.all(ClockKind::target).size() == 1);
}

namespace {

/// Nothing is owed for what is planned.
Case with_nothing_planned() {
  Case one;
  Policy policy = office();
  policy.targets[3].reset();
  one.now_in_force(policy);
  return one;
}

}  // namespace

TEST_CASE("an urgency for which nothing is promised ends what was owed") {
  Case one = with_nothing_planned();
  one.open("2026-03-02 09:00", Urgency::normal);
  one.urgency("2026-03-02 10:00", Urgency::planned);
  CHECK(one.target() == "none");
  REQUIRE(one.all(ClockKind::target).size() == 1);
  CHECK(one.last(ClockKind::target).outcome == ClockOutcome::replaced);
}

TEST_CASE("an urgency for which something is promised is owed from the opening even when nothing was before") {
  Case one = with_nothing_planned();
  one.open("2026-03-02 09:00", Urgency::planned);
  CHECK(one.all(ClockKind::target).empty());
  one.urgency("2026-03-02 10:00", Urgency::urgent);
  CHECK(one.target() == "2026-03-03 09:00");
  REQUIRE(one.all(ClockKind::target).size() == 1);
  CHECK(shown(one.last(ClockKind::target).due) == "2026-03-03 09:00");
  CHECK(shown(one.last(ClockKind::target).started) == "2026-03-02 09:00");
}

TEST_CASE("a wait that passed while nothing was owed counts for what is owed later") {
  Case one = with_nothing_planned();
  one.open("2026-03-02 09:00", Urgency::planned);
  one.order("2026-03-02 10:00", "8 working days");
  one.hold("2026-03-02 14:00", "2026-03-04 14:00", Party::tenant);
  one.urgency("2026-03-04 15:00", Urgency::urgent);
  CHECK(one.target() == "2026-03-05 09:00");
}

TEST_CASE("a failed check does not bring back what was owed before the request was reopened") {
  Case one = with_nothing_planned();
  one.open("2026-03-02 09:00", Urgency::normal);
  one("2026-03-02 10:00", Close{"passé en mars", {}});
  one.urgency("2026-03-02 11:00", Urgency::planned);
  one("2026-03-03 09:00", Reopen{}, reception, "rien n'est fait");
  one.order("2026-03-03 10:00", "8 working days");
  one.done("2026-03-04 10:00", true);
  one.failed_check("2026-03-04 12:00", "1 working day");
  CHECK(one.target() == "none");
  CHECK(one.last(ClockKind::target).outcome == ClockOutcome::kept);
}

// ---- reopened, checked, cancelled

TEST_CASE("reopening starts a fresh clock and the old breach stays on record") {
  Case one = urgent_on_friday();
  one.done("2026-03-10 10:00");
  one("2026-03-10 11:00", Close{"refait", {}});
  one("2026-03-11 10:00", Reopen{}, reception, "fuit encore");
  CHECK(one.request.targets_missed == 1);
  CHECK(one.target() == "2026-03-12 10:00");
  const std::vector<Clock> targets = one.all(ClockKind::target, "2026-03-11 12:00");
  REQUIRE(targets.size() == 2);
  CHECK(targets[0].outcome == ClockOutcome::missed);
  CHECK(shown(targets[0].ended) == "2026-03-10 10:00");
  CHECK(targets[1].outcome == ClockOutcome::running);
  CHECK(shown(targets[1].started) == "2026-03-11 10:00");
  one.order("2026-03-11 10:30", "1 working day");
  one.done("2026-03-11 15:00");
  one("2026-03-11 16:00", Close{"refait", {}});
  one("2026-03-16 10:00", Reopen{}, reception, "fuit encore");
  CHECK(one.request.targets_missed == 1);
  CHECK(one.all(ClockKind::target)[1].outcome == ClockOutcome::kept);
}

TEST_CASE("a wait counts for what was missed before reopening") {
  Case one = urgent_on_friday();
  one.hold("2026-03-06 15:30", "2026-03-06 17:30", Party::tenant);
  one.done("2026-03-09 17:10");  // as late as may be
  one("2026-03-10 11:00", Close{"refait", {}});
  one("2026-03-11 10:00", Reopen{}, reception, "fuit encore");
  CHECK(one.request.targets_missed == 0);
  CHECK(one.all(ClockKind::target)[0].outcome == ClockOutcome::kept);
}

TEST_CASE("a request that is answered on the spot keeps its target with the answer") {
  Case one;
  one.open("2026-03-06 15:10", Urgency::emergency);
  one("2026-03-06 19:11", Close{"pas un incident technique", {}});
  CHECK(one.last(ClockKind::target).outcome == ClockOutcome::missed);
  one("2026-03-07 10:00", Reopen{}, reception, "si");
  CHECK(one.request.targets_missed == 1);
}

TEST_CASE("reopened on the same day under another policy it is owed under that one") {
  Case one = normal_on_monday();
  one.done("2026-03-02 11:00");
  one("2026-03-02 12:00", Close{"refait", {}});
  one.now_in_force(office("second"));
  one("2026-03-02 15:00", Reopen{}, reception, "fuit encore");
  CHECK(one.target() == "2026-03-16 17:30");
  CHECK(one.last(ClockKind::target).policy == "second");
}

TEST_CASE("a failed check lets the target go on as if it had never stopped") {
  Case one = normal_on_monday();
  one.done("2026-03-05 10:00", true);
  CHECK(one.last(ClockKind::target).outcome == ClockOutcome::kept);
  one.failed_check("2026-03-06 12:00", "2 working days");
  const Clock target = one.last(ClockKind::target, "2026-03-06 13:00");
  CHECK(one.all(ClockKind::target).size() == 1);
  CHECK(target.outcome == ClockOutcome::running);
  CHECK(!target.ended);
  CHECK(shown(target.started) == "2026-03-02 09:00");
  CHECK(one.target() == "2026-03-16 17:30");
  one.hold("2026-03-09 10:00", "2026-03-09 11:00", Party::tenant);
  CHECK(dates(one) == "2026-03-17 17:30, 2026-03-10 13:00");
  one.done("2026-03-18 10:00", true);
  CHECK(one.last(ClockKind::target).outcome == ClockOutcome::missed);
}

TEST_CASE("a failed check promises the rework from then on") {
  Case one = normal_on_monday();
  one.done("2026-03-13 10:00", true);
  one.failed_check("2026-03-13 12:00", "2 working days");
  const std::vector<Clock> promises = one.all(ClockKind::promise, "2026-03-13 13:00");
  REQUIRE(promises.size() == 2);
  CHECK(promises[0].outcome == ClockOutcome::missed);
  CHECK(!promises[0].rework);
  CHECK(promises[1].rework);
  CHECK(promises[1].provider == "GAR");
  CHECK(shown(promises[1].started) == "2026-03-13 12:00");
  CHECK(shown(promises[1].due) == "2026-03-17 12:00");
  CHECK(one.due() == "2026-03-16 17:30");
}

TEST_CASE("the check is due from the end of the work and kept or missed by whoever looks") {
  Case one = normal_on_monday();
  one.done("2026-03-05 10:00", true);
  CHECK(shown(one.request.check_due_at) == "2026-03-12 17:30");
  CHECK(shown(one.last(ClockKind::verification).started) == "2026-03-05 10:00");
  CHECK(shown(one.last(ClockKind::verification).due) == "2026-03-12 17:30");
  one.failed_check("2026-03-12 17:30", "1 working day");
  CHECK(one.last(ClockKind::verification).outcome == ClockOutcome::kept);
  one.done("2026-03-13 10:00", true);
  one("2026-03-20 17:31", Verify{}, caretaker);
  CHECK(one.all(ClockKind::verification).size() == 2);
  CHECK(one.last(ClockKind::verification).outcome == ClockOutcome::missed);
}

TEST_CASE("no check is due where none is required") {
  Case one = normal_on_monday();
  one.done("2026-03-05 10:00");
  CHECK(!one.request.check_due_at);
  CHECK(one.all(ClockKind::verification).empty());
}

TEST_CASE("a request that is cancelled owes nothing any more") {
  Case one = urgent_on_friday();
  one("2026-03-06 16:00", Hold{Party::tenant}, reception, "absent");
  one("2026-03-10 10:00", Cancel{CancelReason::withdrawn, {}});
  for (const Clock& clock : one.clocks("2026-03-20 12:00")) {
    CAPTURE(std::string(code(clock.kind)));
    CHECK(clock.outcome == ClockOutcome::withdrawn);
    CHECK(shown(clock.ended) == "2026-03-10 10:00");
    for (const Pause& pause : clock.pauses) CHECK(pause.to == clock.ended);
  }
  CHECK(one.clocks("2026-03-20 12:00").size() == 3);
}

TEST_CASE("a provider that declines owes nothing any more") {
  Case one = normal_on_monday();
  one("2026-03-02 12:00", Decline{}, firm, "trop loin");
  CHECK(one.last(ClockKind::promise).outcome == ClockOutcome::withdrawn);
  CHECK(one.promise() == "none");
  CHECK(one.due() == "2026-03-16 17:30");
}

// ---- answers

TEST_CASE("the tenant hears something within the first delay and then again and again") {
  Case one = normal_on_monday();
  CHECK(shown(one.request.answer_due_at) == "2026-03-03 09:00");
  one.appointment("2026-03-03 08:45", "2026-03-05 09:00");
  CHECK(shown(one.request.answer_due_at) == "2026-03-06 08:45");
  one("2026-03-04 10:00", Note{}, reception, "rien pour le locataire");
  CHECK(shown(one.request.answer_due_at) == "2026-03-06 08:45");
  one("2026-03-09 10:00", Note{.told_how = Channel::email}, reception, "on arrive");
  CHECK(shown(one.request.answer_due_at) == "2026-03-12 10:00");
  const std::vector<Clock> answers = one.all(ClockKind::answer, "2026-03-09 12:00");
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].outcome == ClockOutcome::kept);
  CHECK(answers[1].outcome == ClockOutcome::missed);
  CHECK(answers[2].outcome == ClockOutcome::running);
  CHECK(answers[2].delay == parse_delay("3 working days"));
}

TEST_CASE("the last answer is due from the end of the work or of its check") {
  Case unchecked = normal_on_monday();
  unchecked("2026-03-04 16:00", Note{.told_how = Channel::phone}, reception, "on arrive");  // the next: 9 March, 16:00
  unchecked.done("2026-03-05 10:00");
  CHECK(shown(unchecked.request.answer_due_at) == "2026-03-09 10:00");
  unchecked("2026-03-09 10:01", Close{"refait", {}});
  CHECK(!unchecked.request.answer_due_at);
  CHECK(unchecked.last(ClockKind::answer).outcome == ClockOutcome::missed);

  Case checked = normal_on_monday();
  checked.done("2026-03-02 16:00", true);
  checked("2026-03-03 16:00", Note{.told_how = Channel::phone}, reception, "fait, on contrôle");
  checked("2026-03-04 10:00", Verify{}, caretaker);
  CHECK(shown(checked.request.answer_due_at) == "2026-03-06 10:00");
  checked("2026-03-06 10:00", Close{"refait", {}});
  CHECK(checked.last(ClockKind::answer).outcome == ClockOutcome::kept);
}

TEST_CASE("work that ends does not put off an answer that is due already") {
  Case one = normal_on_monday();
  one.done("2026-03-05 10:00", true);
  CHECK(shown(one.request.answer_due_at) == "2026-03-03 09:00");
  one.failed_check("2026-03-06 12:00", "2 working days");
  CHECK(shown(one.request.answer_due_at) == "2026-03-03 09:00");
  one.done("2026-03-09 10:00");
  CHECK(shown(one.request.answer_due_at) == "2026-03-03 09:00");
  one("2026-03-09 11:00", Close{"refait", {}});
  CHECK(one.all(ClockKind::answer).size() == 1);
  CHECK(one.last(ClockKind::answer).outcome == ClockOutcome::missed);
}

TEST_CASE("after a failed check and after reopening the tenant hears something within the first delay") {
  Case one = normal_on_monday();
  one("2026-03-04 16:00", Note{.told_how = Channel::phone}, reception, "on arrive");
  one.done("2026-03-05 10:00", true);
  one.failed_check("2026-03-05 12:00", "2 working days");
  CHECK(shown(one.request.answer_due_at) == "2026-03-06 12:00");
  one.done("2026-03-06 10:00");
  one("2026-03-06 11:00", Close{"refait", {}});
  one("2026-03-10 11:00", Reopen{}, reception, "fuit encore");
  CHECK(shown(one.request.answer_due_at) == "2026-03-11 11:00");
  CHECK(shown(one.last(ClockKind::answer).started) == "2026-03-10 11:00");
}

TEST_CASE("an answer that closes at the very second the tenant was told something is given") {
  Case one;
  one.open("2026-03-02 09:00", Urgency::normal);
  one("2026-03-02 10:00", Note{.told_how = Channel::phone}, reception, "pas un incident technique");
  one("2026-03-02 10:00", Close{"pas un incident technique", {}});
  CHECK(one.last(ClockKind::answer).outcome == ClockOutcome::kept);
}

TEST_CASE("told twice on one day the tenant is owed the next answer from the second time") {
  Case one;
  Policy policy = office();
  policy.answers.again = parse_delay("3 working days, end of day");
  one.now_in_force(policy);
  one.open("2026-03-02 09:00", Urgency::normal);
  one("2026-03-02 10:00", Note{.told_how = Channel::phone}, reception, "on arrive");
  one("2026-03-02 11:00", Note{.told_how = Channel::phone}, reception, "on arrive vraiment");
  CHECK(shown(one.request.answer_due_at) == "2026-03-05 17:30");
  const Clock answer = one.last(ClockKind::answer, "2026-03-03 12:00");
  CHECK(answer.outcome == ClockOutcome::running);
  CHECK(shown(answer.started) == "2026-03-02 11:00");
  CHECK(shown(answer.due) == "2026-03-05 17:30");
}

// ---- the account

namespace {

/// "2026-03-06 15:10 counted; …" with the time each stretch begins, and the end.
std::string told(const Case& one, const Clock& clock, std::string_view now = "2026-12-31 12:00") {
  std::string text;
  for (const Stretch& stretch : account(clock, one.policies.at(clock.policy), paris(now)))
    text += shown(stretch.from).substr(5) + ' ' + std::string(code(stretch.why)) +
            (stretch.party ? " " + std::string(code(*stretch.party)) : "") + "\n";
  return text;
}

std::chrono::seconds counted(const Case& one, const Clock& clock) {
  std::chrono::seconds sum{0};
  for (const Stretch& stretch : account(clock, one.policies.at(clock.policy), paris("2026-12-31 12:00")))
    sum += stretch.counted();
  return sum;
}

}  // namespace

TEST_CASE("the account names every hour that is not counted") {
  using namespace std::chrono;
  Case one;
  one.now_in_force(office("first", from_to(8 * 60 + 30, 17 * 60 + 30), {local_days{2026y / April / 7}}));
  one.open("2026-04-03 16:00", Urgency::normal);
  one.order("2026-04-03 16:00", "4 working hours");
  one.hold("2026-04-08 09:00", "2026-04-08 10:00", Party::weather);
  const Clock promise = one.last(ClockKind::promise);
  CHECK(shown(promise.due) == "2026-04-08 12:00");
  CHECK(told(one, promise) ==
        "04-03 16:00 counted\n"
        "04-03 17:30 closed\n"
        "04-04 00:00 day-off\n"
        "04-06 00:00 holiday\n"
        "04-07 00:00 closing-day\n"
        "04-08 00:00 closed\n"
        "04-08 08:30 counted\n"
        "04-08 09:00 waiting weather\n"
        "04-08 10:00 counted\n");
  CHECK(counted(one, promise) == hours{4});
}

TEST_CASE("the account of a working day is a day of work") {
  Case one = urgent_on_friday();
  one.hold("2026-03-06 16:30", "2026-03-09 09:30", Party::tenant);
  const Clock target = one.last(ClockKind::target);
  CHECK(told(one, target) == "03-06 15:10 counted\n03-06 16:30 waiting tenant\n03-09 09:30 counted\n");
  CHECK(counted(one, target) == hours{9});
}

TEST_CASE("the account of a clock round the clock knows neither night nor weekend") {
  Case one = emergency_on_friday();
  CHECK(told(one, one.last(ClockKind::target)) == "03-06 15:10 counted\n");
  CHECK(counted(one, one.last(ClockKind::target)) == hours{4});
  one.hold("2026-03-06 16:10", "2026-03-07 16:10", Party::tenant);
  CHECK(told(one, one.last(ClockKind::target)) ==
        "03-06 15:10 counted\n03-06 16:10 waiting tenant\n03-07 16:10 counted\n");
  CHECK(counted(one, one.last(ClockKind::target)) == hours{4});
}

TEST_CASE("the account names the failed visit until the next appointment") {
  Case one = nobody_at_home();
  one.appointment("2026-03-04 14:30", "2026-03-06 10:30");
  CHECK(told(one, one.last(ClockKind::promise), "2026-03-06 14:00")
            .find("03-04 09:30 nobody-home\n03-06 12:30 counted") != std::string::npos);
}

TEST_CASE("the account does not call it a wait for parts when parts stop nothing") {
  Case one = nobody_at_home();
  one.hold("2026-03-04 10:30", "2026-03-04 12:30", Party::parts);
  one.appointment("2026-03-04 14:30", "2026-03-06 10:30");
  CHECK(told(one, one.last(ClockKind::promise), "2026-03-06 14:00")
            .find("03-04 09:30 nobody-home\n03-06 12:30 counted") != std::string::npos);
}

TEST_CASE("the account of a clock that stands still goes on until now") {
  Case one = urgent_on_friday();
  one("2026-03-06 16:00", Hold{Party::tenant}, reception, "absent");
  const auto stretches = account(one.last(ClockKind::target), one.policy(), paris("2026-03-08 12:00"));
  REQUIRE(stretches.size() == 2);
  CHECK(shown(stretches.back().to) == "2026-03-08 12:00");
  CHECK(stretches.back().why == Why::waiting);
  CHECK(stretches.back().party == Party::tenant);
  CHECK(stretches.back().reason == "absent");
}

TEST_CASE("the account ends with the work or with the due date") {
  Case one = urgent_on_friday();
  one.done("2026-03-06 16:00");
  CHECK(shown(account(one.last(ClockKind::target), one.policy(), paris("2026-03-20 12:00")).back().to) ==
        "2026-03-06 16:00");
  Case late = urgent_on_friday();
  late.done("2026-03-12 16:00");
  CHECK(shown(account(late.last(ClockKind::target), late.policy(), paris("2026-03-20 12:00")).back().to) ==
        "2026-03-09 15:10");
}
