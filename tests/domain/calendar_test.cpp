// The clocks of Val d'Orle Habitat, as its landlord.md states them, and what no calendar may ever do.
#include "regie/calendar.hpp"

#include <doctest/doctest.h>

#include <random>

#include "regie/error.hpp"
#include "support/desk.hpp"
#include "text/times.hpp"

using namespace regie;
using namespace regie::test;
using namespace std::chrono;

namespace {

constexpr int clock(int hour, int minute = 0) { return hour * 60 + minute; }

WeeklyHours on_weekdays(const std::vector<Interval>& intervals) {
  WeeklyHours hours;
  for (std::size_t day = 0; day < 5; ++day) hours.days[day] = intervals;
  return hours;
}

const WeeklyHours telephone = on_weekdays({{clock(8, 30), clock(17, 30)}});

/// Closed for lunch; closed on Thursday morning; closes early on Friday.
WeeklyHours desk_hours() {
  WeeklyHours hours = on_weekdays({{clock(8, 30), clock(12)}, {clock(13, 30), clock(17, 30)}});
  hours.days[3] = {{clock(13, 30), clock(17, 30)}};
  hours.days[4] = {{clock(8, 30), clock(12)}, {clock(13, 30), clock(16, 30)}};
  return hours;
}

WeeklyHours day_and_night() {
  WeeklyHours hours;
  hours.days.fill({{0, clock(24)}});
  return hours;
}

const Calendar& office() {
  static const Calendar calendar(zone(), Holidays::france, {});
  return calendar;
}

/// "2026-03-06 15:10" on the clock of Paris.
Instant paris(std::string_view written) {
  const auto instant = text::parse_typed(written, Instant{}, zone());
  REQUIRE_MESSAGE(instant.has_value(), "no time: ", std::string(written));
  return *instant;
}

std::string due(const char* delay, std::string_view from, const WeeklyHours& hours = telephone,
                const Calendar& calendar = office()) {
  const auto parsed = parse_delay(delay);
  REQUIRE_MESSAGE(parsed.has_value(), "no delay: ", delay);
  return text::minute(deadline(*parsed, paris(from), calendar, hours), zone());
}

std::string opening(std::string_view from, const WeeklyHours& hours = telephone, const Calendar& calendar = office()) {
  return text::minute(calendar.next_opening(paris(from), hours), zone());
}

}  // namespace

// ---- targets of landlord.md

TEST_CASE("an emergency is due four hours later round the clock whatever the day") {
  CHECK(due("4 hours", "2026-03-06 15:10") == "2026-03-06 19:10");
  CHECK(due("4 hours", "2026-03-07 22:30") == "2026-03-08 02:30");
  CHECK(due("4 hours", "2026-12-25 01:00") == "2026-12-25 05:00");
}

TEST_CASE("urgent is the same clock time on the next worked day") {
  CHECK(due("1 working day", "2026-03-06 15:10") == "2026-03-09 15:10");
  CHECK(due("1 working day", "2026-03-03 09:00") == "2026-03-04 09:00");
}

TEST_CASE("urgent received while the telephone is closed counts from the next opening") {
  CHECK(due("1 working day", "2026-03-07 11:00") == "2026-03-10 08:30");
  CHECK(due("1 working day", "2026-03-03 07:00") == "2026-03-04 08:30");
  CHECK(due("1 working day", "2026-03-03 18:00") == "2026-03-05 08:30");
}

TEST_CASE("normal is due at closing time of the tenth worked day after the day of reception") {
  CHECK(due("10 working days, end of day", "2026-03-02 09:00") == "2026-03-16 17:30");
  CHECK(due("10 working days, end of day", "2026-03-02 17:29") == "2026-03-16 17:30");
  CHECK(due("10 working days, end of day", "2026-03-02 07:00") == "2026-03-16 17:30");
}

TEST_CASE("normal received on a Saturday or in the evening counts from the day of reception too") {
  // landlord.md: "end (17:30) of the tenth worked day after the day of reception"; only urgent counts from an opening.
  CHECK(due("10 working days, end of day", "2026-03-07 11:00") == "2026-03-20 17:30");
  CHECK(due("10 working days, end of day", "2026-03-02 18:00") == "2026-03-16 17:30");
}

TEST_CASE("holidays are no worked days: Easter Monday is passed over") {
  CHECK(due("10 working days, end of day", "2026-03-27 10:00") == "2026-04-13 17:30");
  CHECK(due("1 working day", "2026-04-03 10:00") == "2026-04-07 10:00");
}

TEST_CASE("planned is the end of the sixtieth day or of the next worked day") {
  CHECK(due("60 days, end of day", "2026-03-02 09:00") == "2026-05-04 17:30");  // 1 May, then a weekend
  CHECK(due("60 days, end of day", "2026-03-06 23:00") == "2026-05-05 17:30");
}

TEST_CASE("calendar days without more keep the clock time") {
  CHECK(due("60 days", "2026-03-02 09:00") == "2026-05-01 09:00");
  CHECK(due("0 days", "2026-03-02 09:00") == "2026-03-02 09:00");
}

TEST_CASE("an extra closing day moves what would fall on it") {
  const Calendar bridge(zone(), Holidays::france, {local_days{2026y / May / 15}});
  CHECK(due("1 working day", "2026-05-13 10:00", telephone, bridge) == "2026-05-18 10:00");  // Ascension, bridge
  CHECK(due("1 working day", "2026-05-13 10:00") == "2026-05-15 10:00");
}

// ---- half days and days unlike others

namespace {

/// The telephone until noon on Christmas Eve; answered on Assumption, a Saturday; not on Monday 2 March.
WeeklyHours with_special_days() {
  WeeklyHours hours = telephone;
  hours.special[local_days{2026y / December / 24}] = {{clock(8, 30), clock(12)}};
  hours.special[local_days{2026y / August / 15}] = {{clock(9), clock(11)}};
  hours.special[local_days{2026y / March / 2}] = {};
  return hours;
}

}  // namespace

TEST_CASE("a half day closes at noon") {
  const WeeklyHours hours = with_special_days();
  CHECK(due("1 working day, end of day", "2026-12-23 10:00", hours) == "2026-12-24 12:00");
  CHECK(due("1 working hour", "2026-12-24 11:30", hours) == "2026-12-28 09:00");
  CHECK(opening("2026-12-24 12:00", hours) == "2026-12-28 08:30");
  CHECK(due("1 working hour", "2025-12-24 11:30", hours) == "2025-12-24 12:30");  // only in the year it was said for
}

TEST_CASE("a special day is open although it is a Saturday and a holiday and an extra closing day") {
  const WeeklyHours hours = with_special_days();
  const Calendar summer(zone(), Holidays::france, {local_days{2026y / August / 15}});
  CHECK(opening("2026-08-14 18:00", hours, summer) == "2026-08-15 09:00");
  CHECK(due("3 working hours", "2026-08-14 17:30", hours, summer) == "2026-08-17 09:30");
  CHECK(due("1 working day, end of day", "2026-08-14 10:00", hours, summer) == "2026-08-15 11:00");
}

TEST_CASE("a special day without hours is closed") {
  CHECK(opening("2026-03-02 10:00", with_special_days()) == "2026-03-03 08:30");
  CHECK(due("1 working day", "2026-02-27 10:00", with_special_days()) == "2026-03-03 10:00");
}

TEST_CASE("a special day counts for daylight too") {
  WeeklyHours sun;
  sun.daylight = true;
  sun.special[local_days{2026y / December / 25}] = {};
  const Calendar here(zone(), Holidays::france, {}, Position{47.9, 1.9});
  CHECK(here.open_on(local_days{2026y / December / 25}, sun).empty());
  CHECK(here.open_on(local_days{2027y / January / 1}, sun).size() == 1);  // a holiday has its daylight
}

TEST_CASE("daylight without a position is a mistake of the configuration") {
  WeeklyHours sun;
  sun.daylight = true;
  CHECK_THROWS_AS((void)office().open_on(local_days{2026y / March / 2}, sun), Error);
}

// ---- working hours

TEST_CASE("working hours stand still over lunch and night and weekend") {
  const WeeklyHours hours = desk_hours();
  CHECK(due("1 working hour", "2026-03-02 11:30", hours) == "2026-03-02 14:00");
  CHECK(due("4 working hours", "2026-03-02 16:30", hours) == "2026-03-03 11:30");
  CHECK(due("1 working hour", "2026-03-06 16:00", hours) == "2026-03-09 09:00");
  CHECK(due("3 working hours", "2026-03-04 17:30", hours) == "2026-03-05 16:30");  // no Thursday morning
  CHECK(due("1 working hour", "2026-03-07 03:00", hours) == "2026-03-09 09:30");
}

TEST_CASE("the last working hour of a day ends at closing time and not at the next opening") {
  CHECK(due("1 working hour", "2026-03-02 16:30") == "2026-03-02 17:30");
}

TEST_CASE("several weeks of working hours") {
  CHECK(due("90 working hours", "2026-03-02 08:30") == "2026-03-13 17:30");
}

TEST_CASE("minutes run round the clock") { CHECK(due("45 minutes", "2026-03-07 23:30") == "2026-03-08 00:15"); }

// ---- opening

TEST_CASE("open from the first minute to the last but not at closing time") {
  CHECK(!office().is_open(paris("2026-03-02T08:29:59"), telephone));
  CHECK(office().is_open(paris("2026-03-02 08:30"), telephone));
  CHECK(office().is_open(paris("2026-03-02T17:29:59"), telephone));
  CHECK(!office().is_open(paris("2026-03-02 17:30"), telephone));
  CHECK(!office().is_open(paris("2026-03-02 12:30"), desk_hours()));
  CHECK(!office().is_open(paris("2026-03-07 10:00"), telephone));
  CHECK(!office().is_open(paris("2026-04-06 10:00"), telephone));
}

TEST_CASE("the next opening is now when open and otherwise the next one there is") {
  CHECK(opening("2026-03-02 10:07") == "2026-03-02 10:07");
  CHECK(opening("2026-03-02 07:00") == "2026-03-02 08:30");
  CHECK(opening("2026-03-02 17:30") == "2026-03-03 08:30");
  CHECK(opening("2026-03-02 12:00", desk_hours()) == "2026-03-02 13:30");
  CHECK(opening("2026-03-07 11:00") == "2026-03-09 08:30");
  CHECK(opening("2026-04-03 18:00") == "2026-04-07 08:30");  // over Easter Monday
  CHECK(opening("2026-12-31 23:59") == "2027-01-04 08:30");
}

TEST_CASE("day and night is open at any time") {
  for (const char* time : {"2026-03-02 00:00", "2026-03-02 23:59", "2026-03-08 12:00"})
    CHECK(opening(time, day_and_night()) == time);
}

TEST_CASE("hours that never open are a mistake of the configuration and no endless search") {
  const auto trouble_of = [](const auto& act) {
    try {
      act();
    } catch (const Error& error) {
      return error.trouble();
    }
    return Trouble::bug;
  };
  const Instant now = paris("2026-03-02 10:00");
  const WeeklyHours never;
  CHECK(trouble_of([&] { (void)office().next_opening(now, never); }) == Trouble::config);
  CHECK(trouble_of([&] {
          (void)deadline({1, Delay::Unit::working_hours, false}, now, office(), never);
        }) == Trouble::config);
  CHECK(trouble_of([&] {
          (void)deadline({1, Delay::Unit::working_days, false}, now, office(), never);
        }) == Trouble::config);
  CHECK(trouble_of([&] { (void)deadline({60, Delay::Unit::days, true}, now, office(), never); }) == Trouble::config);
}

TEST_CASE("a year of closing days is too long for any clock") {
  std::set<LocalDay> closed;
  for (int n = 0; n < 500; ++n) closed.insert(local_days{2026y / March / 1} + days{n});
  const Calendar shut(zone(), Holidays::none, closed);
  CHECK_THROWS_AS((void)shut.next_opening(paris("2026-03-02 10:00"), telephone), Error);
  CHECK(opening("2027-07-12 10:00", telephone, shut) == "2027-07-14 08:30");
}

// ---- changes of the clock

TEST_CASE("hours are real hours on the night the clock changes and days are days of the calendar") {
  CHECK(due("4 hours", "2026-03-29 00:30") == "2026-03-29 05:30");
  CHECK(due("4 hours", "2026-10-25 00:30") == "2026-10-25 03:30");
  CHECK(due("24 hours", "2026-03-28 16:00") == "2026-03-29 17:00");
  CHECK(due("1 working day", "2026-03-27 15:10") == "2026-03-30 15:10");
  CHECK(due("1 working day", "2026-10-23 15:10") == "2026-10-26 15:10");
  CHECK(due("30 days", "2026-03-10 12:00") == "2026-04-09 12:00");
}

TEST_CASE("working hours of day and night count the hour that is lost and the one that is won") {
  CHECK(due("24 working hours", "2026-03-28 12:00", day_and_night()) == "2026-03-29 13:00");
  CHECK(due("24 working hours", "2026-10-24 12:00", day_and_night()) == "2026-10-25 11:00");
}

TEST_CASE("a skipped hour is read as if the clock had not been moved and a repeated one is the first of the two") {
  const Zone paris_zone = zone();
  const auto resolve = [&](unsigned month, unsigned date, int hour) {
    return paris_zone.resolve(local_days{2026y / std::chrono::month{month} / day{date}} + hours{hour} + minutes{30});
  };
  const auto skipped = resolve(3, 29, 2);
  CHECK(skipped.kind == Zone::Kind::skipped);
  CHECK(text::iso(skipped.instant, paris_zone) == "2026-03-29T03:30:00+02:00");

  const auto repeated = resolve(10, 25, 2);
  CHECK(repeated.kind == Zone::Kind::repeated);
  CHECK(text::iso(repeated.instant, paris_zone) == "2026-10-25T02:30:00+02:00");

  for (const int hour : {0, 1, 3, 4, 12}) {
    CHECK(resolve(3, 29, hour).kind == Zone::Kind::unique);
    CHECK(resolve(10, 25, hour).kind == Zone::Kind::unique);
  }
}

TEST_CASE("every local time of two years comes back from its instant") {
  for (const char* name : {"Europe/Paris", "America/New_York", "Indian/Reunion", "Australia/Lord_Howe"}) {
    const Zone here = zone(name);
    CAPTURE(std::string(name));
    for (LocalTime local = local_days{2025y / January / 1}; local < local_days{2027y / January / 1};
         local += minutes{30}) {
      const auto resolved = here.resolve(local);
      const bool same = here.local(resolved.instant) == local;
      if (same == (resolved.kind == Zone::Kind::skipped))
        FAIL_CHECK("not there and back: ", name, ' ', (local.time_since_epoch().count()));
    }
  }
}

TEST_CASE("the offset before 1970 is that of its day as well") {
  for (const char* time :
       {"1969-12-31T22:20:00Z", "1969-12-31T23:40:00Z", "1969-12-31T23:50:00Z", "1970-01-01T00:05:00Z"}) {
    CAPTURE(std::string(time));
    CHECK(zone().offset_at(at(time)) == hours{1});
  }
}

TEST_CASE("a zone that jumps over a whole day") {
  const Zone apia = zone("Pacific/Apia");  // went from -10 to +14 at the end of 29 December 2011
  const auto noon = [](unsigned date) { return local_days{2011y / December / day{date}} + hours{12}; };
  CHECK(apia.resolve(noon(29)).kind == Zone::Kind::unique);
  CHECK(apia.resolve(noon(30)).kind == Zone::Kind::skipped);
  CHECK(apia.resolve(noon(31)).kind == Zone::Kind::unique);
  CHECK(apia.instant(noon(31)) - apia.instant(noon(29)) == hours{24});
}

// ---- what holds for any start

namespace {

struct Case {
  const char* name;
  WeeklyHours hours;
};

std::vector<Case> kinds_of_hours() {
  return {{"telephone", telephone}, {"desk", desk_hours()}, {"day and night", day_and_night()}};
}

/// Any minute of 2026 and 2027.
Instant any_minute(std::mt19937& dice) { return paris("2026-01-01") + minutes{dice() % (2 * 365 * 24 * 60)}; }

}  // namespace

TEST_CASE("whoever comes later is never due earlier") {
  std::mt19937 dice(7);
  for (const Case& kind : kinds_of_hours())
    for (const char* words : {"45 minutes", "4 hours", "3 working hours", "20 working hours",
                              "1 working day, end of day", "10 working days, end of day", "60 days, end of day"}) {
      const Delay delay = *parse_delay(words);
      for (int n = 0; n < 150; ++n) {
        const Instant from = any_minute(dice);
        const Instant later = from + minutes{dice() % (4 * 24 * 60)};
        CAPTURE(std::string(kind.name));
        CAPTURE(std::string(words));
        CAPTURE(text::iso(from, zone()));
        CAPTURE(text::iso(later, zone()));
        CHECK(deadline(delay, from, office(), kind.hours) <= deadline(delay, later, office(), kind.hours));
      }
    }
}

TEST_CASE("the end of a day is closing time of a worked day") {
  std::mt19937 dice(11);
  for (const Case& kind : kinds_of_hours())
    for (const char* words : {"1 working day, end of day", "10 working days, end of day", "60 days, end of day"})
      for (int n = 0; n < 150; ++n) {
        const Instant end = deadline(*parse_delay(words), any_minute(dice), office(), kind.hours);
        const auto last_day = floor<days>(zone().local(end - seconds{1}));
        CAPTURE(std::string(kind.name));
        CAPTURE(text::iso(end, zone()));
        CHECK(office().is_open(end - seconds{1}, kind.hours));
        CHECK(zone().local(end) - last_day == minutes{office().open_on(last_day, kind.hours).back().to});
      }
}

TEST_CASE("between start and end lie exactly the working hours that were asked for") {
  std::mt19937 dice(13);
  for (const Case& kind : kinds_of_hours())
    for (const int wanted : {1, 7, 20})
      for (int n = 0; n < 10; ++n) {
        const Instant from = any_minute(dice);
        const Instant end = deadline({wanted, Delay::Unit::working_hours, false}, from, office(), kind.hours);
        minutes open{0};
        for (Instant minute = from; minute < end; minute += minutes{1})
          if (office().is_open(minute, kind.hours)) open += minutes{1};
        CAPTURE(std::string(kind.name));
        CAPTURE(text::iso(from, zone()));
        CAPTURE(text::iso(end, zone()));
        CHECK(open == hours{wanted});
        CHECK(office().is_open(end - minutes{1}, kind.hours));
      }
}

TEST_CASE("hours that begin or end in the hour the clock changes are counted as they are kept") {
  WeeklyHours night;
  night.days.fill({{0, clock(2, 30)}, {clock(2, 45), clock(6)}});
  for (const char* evening : {"2026-03-28 22:00", "2026-10-24 22:00"})
    for (Instant from = paris(evening); from < paris(evening) + hours{10}; from += minutes{5}) {
      CAPTURE(text::iso(from, zone()));
      const Instant opening = office().next_opening(from, night);
      CHECK(opening >= from);
      CHECK(office().is_open(opening, night));
      const Instant end = deadline({3, Delay::Unit::working_hours, false}, from, office(), night);
      minutes open{0};
      for (Instant minute = from; minute < end; minute += minutes{1})
        if (office().is_open(minute, night)) open += minutes{1};
      CHECK(open == hours{3});
    }
}

TEST_CASE("no delay ends before it starts") {
  std::mt19937 dice(17);
  for (const Case& kind : kinds_of_hours())
    for (const char* words :
         {"0 working hours", "0 working days", "0 hours", "1 working day", "10 working days", "3 days"})
      for (int n = 0; n < 100; ++n) {
        const Instant from = any_minute(dice);
        CAPTURE(std::string(words));
        CAPTURE(text::iso(from, zone()));
        CHECK(deadline(*parse_delay(words), from, office(), kind.hours) >= from);
      }
}
