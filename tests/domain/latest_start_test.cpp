// When something has to begin to be over in time: deadline() read backwards.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>

#include "regie/calendar.hpp"
#include "support/desk.hpp"
#include "text/times.hpp"

using namespace regie;
using namespace regie::test;
using namespace std::chrono;
using Unit = Delay::Unit;

namespace {

constexpr int clock(int hour, int minute = 0) { return hour * 60 + minute; }

struct Opening {
  const char* name;
  WeeklyHours hours;
};

/// Hours of all kinds; the last ones are open when clocks are changed.
const std::vector<Opening>& places() {
  static const std::vector<Opening> all = [] {
    std::vector<Opening> made(5);
    made[0].name = "telephone";
    for (std::size_t day = 0; day < 5; ++day) made[0].hours.days[day] = {{clock(8, 30), clock(17, 30)}};
    made[0].hours.special[local_days{2026y / December / 24}] = {{clock(8, 30), clock(12)}};
    made[1].name = "counter";
    for (std::size_t day = 0; day < 3; ++day)
      made[1].hours.days[day] = {{clock(8, 30), clock(12)}, {clock(13, 30), clock(17, 30)}};
    made[1].hours.days[3] = {{clock(13, 30), clock(17, 30)}};
    made[2].name = "Wednesdays";
    made[2].hours.days[2] = {{clock(9), clock(12)}};
    made[3].name = "lifts";
    made[3].hours.days.fill({{clock(7), clock(20)}});
    made[3].hours.on_holidays = true;
    made[4].name = "always";
    made[4].hours.days.fill({{0, clock(24)}});
    made[4].hours.on_holidays = true;
    return made;
  }();
  return all;
}

const Calendar& calendar() {
  static const Calendar made(zone(), Holidays::france, {local_days{2026y / May / 15}, local_days{2026y / August / 10}});
  return made;
}

Instant paris(std::string_view written) {
  const auto instant = text::parse_typed(written, Instant{}, zone());
  REQUIRE_MESSAGE(instant.has_value(), "no time: ", std::string(written));
  return *instant;
}
std::string written(Instant instant) { return text::iso(instant, zone()); }

Instant due(const Delay& delay, Instant from, const WeeklyHours& hours) {
  return deadline(delay, from, calendar(), hours);
}
Instant start(const Delay& delay, Instant end, const WeeklyHours& hours) {
  return latest_start(delay, end, calendar(), hours);
}
std::string start(const char* delay, const char* end, std::size_t place = 0) {
  const auto parsed = parse_delay(delay);
  REQUIRE(parsed.has_value());
  return text::minute(start(*parsed, paris(end), places()[place].hours), zone());
}

using Dice = std::mt19937;
int below(Dice& dice, int sides) { return static_cast<int>(dice() % static_cast<unsigned>(sides)); }

/// Any second of 2026 and 2027; one in three within days of a change of the clock.
Instant any_moment(Dice& dice) {
  static const std::array changes{paris("2026-03-29"), paris("2026-10-25"), paris("2027-03-28"), paris("2027-10-31")};
  if (below(dice, 3) == 0)
    return changes[static_cast<std::size_t>(below(dice, 4))] - days{2} + minutes{below(dice, 5 * 24 * 60)};
  const Instant any = paris("2026-01-20") + seconds{below(dice, 650 * 24 * 3600)};
  return below(dice, 2) == 0 ? floor<minutes>(any) : any;
}

/// No hour that is skipped or comes twice lies between these two: the clock on the wall is one line there.
bool same_offset(Instant one, Instant other) {
  return zone().offset_at(one - days{1}) == zone().offset_at(other + days{1});
}

}  // namespace

// ---- by hand

TEST_CASE("round the clock it is so long before whatever is open") {
  CHECK(start("4 hours", "2026-03-09 09:00") == "2026-03-09 05:00");
  CHECK(start("45 minutes", "2026-03-09 00:15") == "2026-03-08 23:30");
  CHECK(start("4 hours", "2026-03-29 05:00") == "2026-03-29 00:00");  // an hour is missing
  CHECK(start("4 hours", "2026-10-25 05:00") == "2026-10-25 02:00");  // an hour comes twice
}

TEST_CASE("worked hours are counted back over nights and week-ends and holidays") {
  CHECK(start("4 working hours", "2026-03-09 10:30") == "2026-03-06 15:30");
  CHECK(start("9 working hours", "2026-03-10 17:30") == "2026-03-10 08:30");
  CHECK(start("1 working hour", "2026-03-08 12:00") == "2026-03-06 16:30");
  CHECK(start("4 working hours", "2026-05-11 10:30") == "2026-05-07 15:30");  // 8 May
  CHECK(start("4 working hours", "2026-03-09 14:30", 1) == "2026-03-09 09:00");
  CHECK(start("4 working hours", "2026-12-28 09:30") == "2026-12-24 09:00");  // half a day
}

TEST_CASE("worked days keep the clock time and jump over what is not worked") {
  CHECK(start("1 working day", "2026-03-11 14:00") == "2026-03-10 14:00");
  CHECK(start("1 working day", "2026-03-09 14:00") == "2026-03-06 14:00");
  CHECK(start("3 working days", "2026-05-12 09:00") == "2026-05-06 09:00");  // 8 May
  CHECK(start("1 working day", "2026-03-30 10:00") == "2026-03-27 10:00");   // clocks were changed between
  CHECK(start("1 working day", "2026-10-26 10:00") == "2026-10-23 10:00");
}

TEST_CASE("worked days before something on a day that is not worked begin on the last that is") {
  CHECK(start("1 working day", "2026-03-07 09:00") == "2026-03-06 09:00");
  CHECK(start("2 working days", "2026-03-08 09:00") == "2026-03-05 09:00");
  CHECK(start("1 working day", "2026-05-08 10:00") == "2026-05-07 10:00");
}

TEST_CASE("days keep the clock time even when clocks are changed between") {
  CHECK(start("60 days", "2026-04-01 00:00") == "2026-01-31 00:00");
  CHECK(start("1 day", "2026-03-29 10:00") == "2026-03-28 10:00");
  CHECK(start("1 day", "2026-10-25 10:00") == "2026-10-24 10:00");
}

TEST_CASE("the end of a day says nothing when one counts back") {
  Dice dice(1);
  for (const Opening& place : places())
    for (const Unit unit : {Unit::working_days, Unit::days})
      for (int n = 0; n < 40; ++n) {
        const Instant end = any_moment(dice);
        const int count = below(dice, 12);
        CAPTURE(written(end));
        CHECK(start({count, unit, true}, end, place.hours) == start({count, unit, false}, end, place.hours));
      }
}

TEST_CASE("nothing to count back is the moment itself") {
  Dice dice(2);
  for (int n = 0; n < 40; ++n) {
    const Instant end = any_moment(dice);
    for (const Opening& place : places())
      for (const Unit unit : {Unit::minutes, Unit::hours, Unit::days})
        CHECK(start({0, unit, false}, end, place.hours) == end);
    CHECK(calendar().before_open(end, seconds{0}, places()[0].hours) == end);
  }
}

TEST_CASE("hours that never open are a mistake of the configuration and not an endless search") {
  const WeeklyHours never;
  for (const Unit unit : {Unit::working_hours, Unit::working_days}) {
    try {
      (void)start({1, unit, false}, paris("2026-03-09 09:00"), never);
      FAIL("it has to open for this");
    } catch (const Error& error) {
      CHECK(error.trouble() == Trouble::config);
    }
  }
}

// ---- the inverse of deadline()

TEST_CASE("what begins at the latest start is over in time and what begins later is not") {
  Dice dice(3);
  for (const Opening& place : places())
    for (const Unit unit : {Unit::minutes, Unit::hours, Unit::working_hours}) {
      const std::string hours_name = place.name;
      CAPTURE(hours_name);
      for (int n = 0; n < 150; ++n) {
        const Delay delay{1 + below(dice, unit == Unit::minutes ? 300 : 30), unit, false};
        const Instant end = any_moment(dice);
        const Instant latest = start(delay, end, place.hours);
        CAPTURE(to_string(delay));
        CAPTURE(written(end));
        CAPTURE(written(latest));
        CHECK(latest <= end);
        CHECK(due(delay, latest, place.hours) <= end);
        for (const seconds late : {seconds{1}, seconds{below(dice, 3'600) + 1}, seconds{below(dice, 400'000) + 1}})
          CHECK(due(delay, latest + late, place.hours) > end);
      }
    }
}

TEST_CASE("what begins at the latest start is over in time in worked days and in days") {
  Dice dice(4);
  for (const Opening& place : places())
    for (const Unit unit : {Unit::working_days, Unit::days}) {
      const std::string hours_name = place.name;
      CAPTURE(hours_name);
      for (int n = 0; n < 150; ++n) {
        const Delay delay{1 + below(dice, 15), unit, false};
        const Instant end = any_moment(dice);
        const Instant latest = start(delay, end, place.hours);
        if (!same_offset(latest, end)) continue;  // clock times that come twice or never are below
        // Worked days keep the clock time, open or not: only between open moments are they the inverse.
        if (unit == Unit::working_days &&
            !(calendar().is_open(latest, place.hours) && calendar().is_open(end, place.hours)))
          continue;
        CAPTURE(to_string(delay));
        CAPTURE(written(end));
        CAPTURE(written(latest));
        CHECK(latest <= end);
        CHECK(due(delay, latest, place.hours) <= end);
        // Clock times: a day later is too late, whatever the hours are.
        for (int hour = 24; hour < 24 * 6; hour += 7)
          if (same_offset(latest, latest + hours{hour})) CHECK(due(delay, latest + hours{hour}, place.hours) > end);
      }
    }
}

TEST_CASE("worked days counted forth and back lead to the same worked moment") {
  Dice dice(5);
  for (const Opening& place : places()) {
    const std::string hours_name = place.name;
    CAPTURE(hours_name);
    for (int n = 0; n < 200; ++n) {
      const Instant from = calendar().next_opening(any_moment(dice), place.hours);
      const Delay delay{1 + below(dice, 12), Unit::working_days, false};
      const Instant end = due(delay, from, place.hours);
      if (!same_offset(from, end)) continue;
      CAPTURE(to_string(delay));
      CAPTURE(written(from));
      CAPTURE(written(end));
      // The day that `end` fell on may open later, or close earlier, than the one it came from.
      if (zone().local(from) - floor<days>(zone().local(from)) != zone().local(end) - floor<days>(zone().local(end)))
        continue;
      CHECK(written(start(delay, end, place.hours)) == written(from));
    }
  }
}

TEST_CASE("over the change of the clock a day before stays a day before within the hour") {
  const WeeklyHours& always = places()[4].hours;
  for (const char* night : {"2026-03-28 22:00", "2026-10-24 22:00", "2026-03-29 22:00", "2026-10-25 22:00"})
    for (Instant end = paris(night); end < paris(night) + hours{9}; end += minutes{10})
      for (const Unit unit : {Unit::days, Unit::working_days}) {
        const Instant latest = start({1, unit, false}, end, always);
        CAPTURE(written(end));
        CAPTURE(written(latest));
        CHECK(abs(end - latest - hours{24}) <= hours{1});
        CHECK(due({1, unit, false}, latest, always) <= end + hours{1});
      }
}

TEST_CASE("who has to be done later may begin later") {
  Dice dice(6);
  for (const Opening& place : places())
    for (const Unit unit : {Unit::minutes, Unit::hours, Unit::working_hours})
      for (int n = 0; n < 120; ++n) {
        const Delay delay{below(dice, 25), unit, false};
        const Instant end = any_moment(dice);
        const Instant later = end + minutes{below(dice, 5 * 24 * 60)};
        CAPTURE(to_string(delay));
        CAPTURE(written(end));
        CAPTURE(written(later));
        CHECK(start(delay, end, place.hours) <= start(delay, later, place.hours));
      }
}

TEST_CASE("open time is taken away as it is added") {
  Dice dice(7);
  for (const Opening& place : places())
    for (int n = 0; n < 150; ++n) {
      const Instant to = any_moment(dice);
      const seconds length{1 + below(dice, 60 * 3600)};
      const Instant from = calendar().before_open(to, length, place.hours);
      CAPTURE(written(to));
      CAPTURE(length.count());
      CAPTURE(written(from));
      CHECK(calendar().open_between(from, to, place.hours) == length);
      CHECK(calendar().is_open(from, place.hours));
      CHECK(calendar().after_open(from, length, place.hours) <= to);
    }
}
