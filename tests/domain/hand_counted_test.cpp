// Delays counted by hand on a calendar of the wall. Whoever doubts a line takes a calendar and counts again.
//
// The office answers the telephone from Monday to Friday, 8:30 to 17:30 (9 hours), until noon on 24 and 31 December
// 2026, and not on 15 May 2026, the bridge after Ascension. The desk is open Monday to Wednesday 8:30-12:00 and
// 13:30-17:30, Thursday 13:30-17:30, Friday 8:30-12:00 and 13:30-16:30. Lifts are seen to every day from 7:00 to 20:00,
// holidays or not (13 hours). "night and day" is every hour of every day.
#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "regie/policy.hpp"
#include "support/desk.hpp"
#include "text/times.hpp"

using namespace regie;
using namespace regie::test;
using namespace std::chrono;

namespace {

constexpr int clock(int hour, int minute = 0) { return hour * 60 + minute; }

const Policy& val_dorle() {
  static const Policy policy = [] {
    Policy made;
    made.calendar = Calendar(zone(), Holidays::france, {local_days{2026y / May / 15}}, Position{47.9, 1.9});
    made.target_hours = "telephone";

    WeeklyHours& telephone = made.hours["telephone"];
    for (std::size_t day = 0; day < 5; ++day) telephone.days[day] = {{clock(8, 30), clock(17, 30)}};
    for (const unsigned date : {24U, 31U})
      telephone.special[local_days{2026y / December / date}] = {{clock(8, 30), clock(12)}};

    WeeklyHours& desk = made.hours["desk"];
    for (std::size_t day = 0; day < 3; ++day)
      desk.days[day] = {{clock(8, 30), clock(12)}, {clock(13, 30), clock(17, 30)}};
    desk.days[3] = {{clock(13, 30), clock(17, 30)}};
    desk.days[4] = {{clock(8, 30), clock(12)}, {clock(13, 30), clock(16, 30)}};

    WeeklyHours& lifts = made.hours["ascenseurs"];
    lifts.days.fill({{clock(7), clock(20)}});
    lifts.on_holidays = true;

    WeeklyHours& always = made.hours["always"];
    always.days.fill({{0, clock(24)}});
    always.on_holidays = true;

    made.hours["daylight"].daylight = true;
    return made;
  }();
  return policy;
}

/// "2026-03-06T19:10+01:00"
std::string written(Instant instant) { return text::iso(instant, zone()).erase(16, 3); }

struct Line {
  const char* from;
  const char* delay;
  const char* hours;  ///< of whoever owes it; those named in the delay come first
  const char* due;
};

void count(std::initializer_list<Line> lines) {
  for (const Line& line : lines) {
    CAPTURE(std::string(line.from));
    CAPTURE(std::string(line.delay));
    CAPTURE(std::string(line.hours));
    const auto delay = parse_delay(line.delay);
    REQUIRE(delay.has_value());
    CHECK(written(at(line.from)) == line.from);  // the offset is that of Paris
    CHECK(written(val_dorle().deadline(*delay, at(line.from), line.hours)) == line.due);
  }
}

}  // namespace

// clang-format off
TEST_CASE("counted by hand: exactly at opening and at closing time") {  // Tuesday 3 March 2026
  count({
    {"2026-03-03T08:30+01:00", "1 working day", "telephone", "2026-03-04T08:30+01:00"},  // open at 8:30: Wednesday, same time
    {"2026-03-03T08:29+01:00", "1 working day", "telephone", "2026-03-04T08:30+01:00"},  // counts from 8:30
    {"2026-03-03T17:29+01:00", "1 working day", "telephone", "2026-03-04T17:29+01:00"},  // open for one more minute
    {"2026-03-03T17:30+01:00", "1 working day", "telephone", "2026-03-05T08:30+01:00"},  // closed: from Wednesday 8:30
    {"2026-03-03T08:30+01:00", "9 working hours", "telephone", "2026-03-03T17:30+01:00"},  // the whole day, to its last minute
    {"2026-03-03T08:30+01:00", "541 minutes, telephone", "", "2026-03-04T08:31+01:00"},  // 9 hours are 540 minutes
    {"2026-03-03T17:30+01:00", "1 working hour", "telephone", "2026-03-04T09:30+01:00"},  // Wednesday 8:30 and one hour
    {"2026-03-03T17:30+01:00", "1 working day, end of day", "telephone", "2026-03-04T17:30+01:00"},  // received on Tuesday all the same
    {"2026-03-03T17:30+01:00", "2 hours", "telephone", "2026-03-03T19:30+01:00"},  // round the clock
    {"2026-03-03T17:30+01:00", "0 working hours", "telephone", "2026-03-04T08:30+01:00"},  // the next opening
    {"2026-03-03T17:29+01:00", "0 working hours", "telephone", "2026-03-03T17:29+01:00"},  // open: at once
  });
}

TEST_CASE("counted by hand: over lunch and on unequal days") {  // Monday 2 to Monday 9 March 2026
  count({
    {"2026-03-02T12:00+01:00", "1 working hour", "desk", "2026-03-02T14:30+01:00"},  // 13:30 and one hour
    {"2026-03-02T11:45+01:00", "30 minutes, desk", "telephone", "2026-03-02T13:45+01:00"},  // 15 before lunch, 15 after
    {"2026-03-02T12:30+01:00", "1 working day", "desk", "2026-03-03T13:30+01:00"},  // counts from 13:30
    {"2026-03-04T12:15+01:00", "1 working day", "desk", "2026-03-05T13:30+01:00"},  // from Wednesday 13:30
    {"2026-03-04T09:00+01:00", "1 working day", "desk", "2026-03-05T09:00+01:00"},  // same time, though Thursday opens at 13:30
    {"2026-03-05T09:00+01:00", "1 working day", "desk", "2026-03-06T13:30+01:00"},  // closed on Thursday morning: from 13:30
    {"2026-03-05T16:30+01:00", "8 working hours", "desk", "2026-03-09T09:00+01:00"},  // Thursday 1, Friday 6 1/2, Monday 1/2
    {"2026-03-02T12:15+01:00", "0 working hours", "desk", "2026-03-02T13:30+01:00"},  // after lunch
    {"2026-03-02T12:15+01:00", "2 working hours", "telephone", "2026-03-02T14:15+01:00"},  // the telephone has no lunch
    {"2026-02-27T10:00+01:00", "5 working days, end of day, desk", "telephone", "2026-03-06T16:30+01:00"},  // Friday; the desk closes early
  });
}

TEST_CASE("counted by hand: Friday evening and the weekend") {  // Friday 6 to Tuesday 10 March 2026
  count({
    {"2026-03-06T16:00+01:00", "4 working hours", "telephone", "2026-03-09T11:00+01:00"},  // 1 1/2 on Friday, 2 1/2 on Monday
    {"2026-03-06T18:00+01:00", "4 working hours", "telephone", "2026-03-09T12:30+01:00"},  // all on Monday
    {"2026-03-06T18:00+01:00", "1 working day", "telephone", "2026-03-10T08:30+01:00"},  // from Monday 8:30
    {"2026-03-06T16:45+01:00", "1 working day", "desk", "2026-03-10T08:30+01:00"},  // the desk closed at 16:30
    {"2026-03-06T16:45+01:00", "1 working day", "telephone", "2026-03-09T16:45+01:00"},  // the telephone did not
    {"2026-03-06T18:00+01:00", "1 working day, end of day", "telephone", "2026-03-09T17:30+01:00"},  // the day after Friday is Monday
    {"2026-03-07T11:00+01:00", "1 working day, end of day", "telephone", "2026-03-09T17:30+01:00"},  // after Saturday too
    {"2026-03-07T11:00+01:00", "10 working days, end of day", "telephone", "2026-03-20T17:30+01:00"},  // 9-13 and 16-20 March
    {"2026-03-07T22:00+01:00", "4 hours", "telephone", "2026-03-08T02:00+01:00"},  // round the clock, on a Sunday
    {"2026-03-08T20:00+01:00", "3 working days", "telephone", "2026-03-12T08:30+01:00"},  // Monday 8:30, then Tue, Wed, Thu
    {"2026-03-03T06:00+01:00", "3 working days", "telephone", "2026-03-06T08:30+01:00"},  // Tuesday 8:30, then Wed, Thu, Fri
    {"2026-03-07T10:00+01:00", "2 days", "telephone", "2026-03-09T10:00+01:00"},  // calendar days
    {"2026-03-06T10:00+01:00", "1 day, end of day", "telephone", "2026-03-09T17:30+01:00"},  // Saturday moves to Monday
  });
}

TEST_CASE("counted by hand: Easter Monday") {  // 6 April 2026
  count({
    {"2026-04-03T16:30+02:00", "2 working hours", "telephone", "2026-04-07T09:30+02:00"},  // Good Friday is worked: 1 then, 1 on Tuesday
    {"2026-04-03T10:00+02:00", "1 working day", "telephone", "2026-04-07T10:00+02:00"},  // Tuesday
    {"2026-04-04T10:00+02:00", "1 working day", "telephone", "2026-04-08T08:30+02:00"},  // from Tuesday 8:30
    {"2026-04-06T10:00+02:00", "1 working day, end of day", "telephone", "2026-04-07T17:30+02:00"},  // received on the holiday
    {"2026-04-03T10:00+02:00", "3 days, end of day", "telephone", "2026-04-07T17:30+02:00"},  // ends on the holiday
  });
}

TEST_CASE("counted by hand: 1 and 8 May and Ascension with its bridge") {  // Fridays; Thursday 14 May 2026, Friday 15 closed
  count({
    {"2026-04-30T17:00+02:00", "1 working hour", "telephone", "2026-05-04T09:00+02:00"},  // half on Thursday, half on Monday
    {"2026-04-30T10:00+02:00", "1 working day", "telephone", "2026-05-04T10:00+02:00"},  // Monday
    {"2026-05-07T10:00+02:00", "1 working day, end of day", "telephone", "2026-05-11T17:30+02:00"},  // Monday
    {"2026-04-27T09:00+02:00", "10 working days, end of day", "telephone", "2026-05-13T17:30+02:00"},  // 28-30 April, 4-7, 11-13 May
    {"2026-05-13T17:00+02:00", "1 working hour", "telephone", "2026-05-18T09:00+02:00"},  // half on Wednesday, half on Monday
    {"2026-05-13T10:00+02:00", "1 working day", "telephone", "2026-05-18T10:00+02:00"},  // Thursday to Sunday closed
    {"2026-05-15T10:00+02:00", "1 working day", "telephone", "2026-05-19T08:30+02:00"},  // from Monday 8:30
    {"2026-05-22T10:00+02:00", "2 working days", "telephone", "2026-05-27T10:00+02:00"},  // Whit Monday is 25 May: 26 and 27
  });
}

TEST_CASE("counted by hand: half days before Christmas and New Year") {  // Thursdays 24 and 31 December 2026
  count({
    {"2026-12-24T11:00+01:00", "2 working hours", "telephone", "2026-12-28T09:30+01:00"},  // one until noon, one on Monday
    {"2026-12-24T14:00+01:00", "1 working day", "telephone", "2026-12-29T08:30+01:00"},  // closed: from Monday 8:30
    {"2026-12-23T15:00+01:00", "1 working day", "telephone", "2026-12-24T15:00+01:00"},  // same time on the next worked day, a half one
    {"2026-12-23T15:00+01:00", "1 working day, end of day", "telephone", "2026-12-24T12:00+01:00"},  // closing time is noon
    {"2026-12-23T08:30+01:00", "12 working hours", "telephone", "2026-12-24T11:30+01:00"},  // 9 and 3
    {"2026-12-24T12:00+01:00", "0 working hours", "telephone", "2026-12-28T08:30+01:00"},  // Christmas is on Friday
    {"2026-12-31T10:00+01:00", "1 working day", "telephone", "2027-01-04T10:00+01:00"},  // New Year is on Friday
    {"2026-12-31T11:30+01:00", "1 working hour", "telephone", "2027-01-04T09:00+01:00"},  // half until noon, half on Monday
    {"2026-12-31T10:00+01:00", "1 day, end of day", "telephone", "2027-01-04T17:30+01:00"},  // 1 January moves to Monday
    {"2026-12-31T23:30+01:00", "4 hours", "telephone", "2027-01-01T03:30+01:00"},  // round the clock into the year
  });
}

TEST_CASE("counted by hand: 29 February") {  // Tuesday 29 February 2028
  count({
    {"2028-02-28T10:00+01:00", "1 working day", "telephone", "2028-02-29T10:00+01:00"},
    {"2028-02-29T17:00+01:00", "1 working hour", "telephone", "2028-03-01T09:00+01:00"},  // half on Tuesday, half on Wednesday
    {"2028-02-28T23:00+01:00", "1 day", "telephone", "2028-02-29T23:00+01:00"},
    {"2028-02-01T09:00+01:00", "30 days", "telephone", "2028-03-02T09:00+01:00"},  // 28 to the 29th, 2 more
    {"2027-02-28T12:00+01:00", "1 day", "telephone", "2027-03-01T12:00+01:00"},  // no leap year
  });
}

TEST_CASE("counted by hand: a holiday at the weekend is not made up for") {  // Saturday 15 August, Sunday 1 November 2026
  count({
    {"2026-08-14T17:00+02:00", "1 working hour", "telephone", "2026-08-17T09:00+02:00"},  // half on Friday, half on Monday
    {"2026-10-30T10:00+01:00", "1 working day", "telephone", "2026-11-02T10:00+01:00"},  // Monday
    {"2026-08-15T10:00+02:00", "1 working day, end of day", "telephone", "2026-08-17T17:30+02:00"},
  });
}

TEST_CASE("counted by hand: sixty days that end on a holiday") {
  count({
    {"2026-03-02T09:00+01:00", "60 days, end of day", "telephone", "2026-05-04T17:30+02:00"},  // 29+30+1: 1 May, Friday; Monday
    {"2026-05-15T10:00+02:00", "60 days, end of day", "telephone", "2026-07-15T17:30+02:00"},  // 16+30+14: 14 July, Tuesday; Wednesday
    {"2026-09-12T10:00+02:00", "60 days, end of day", "telephone", "2026-11-12T17:30+01:00"},  // 18+31+11: 11 November; Thursday
    {"2026-04-20T09:00+02:00", "60 days, end of day, desk", "telephone", "2026-06-19T16:30+02:00"},  // 10+31+19: Friday 19 June
    {"2026-05-15T10:00+02:00", "60 days, end of day, ascenseurs", "telephone", "2026-07-14T20:00+02:00"},  // lifts work on 14 July
  });
}

TEST_CASE("counted by hand: lifts every day and on holidays") {
  count({
    {"2026-12-21T17:00+01:00", "4 hours, ascenseurs", "telephone", "2026-12-22T08:00+01:00"},  // 3 until 20:00, 1 from 7:00
    {"2026-04-05T18:30+02:00", "4 hours, ascenseurs", "telephone", "2026-04-06T09:30+02:00"},  // 1 1/2 on Easter Sunday, 2 1/2 on Monday
    {"2026-05-15T10:00+02:00", "4 hours, ascenseurs", "telephone", "2026-05-15T14:00+02:00"},  // the bridge is the office's
    {"2026-08-15T19:30+02:00", "2 hours, ascenseurs", "telephone", "2026-08-16T08:30+02:00"},  // Assumption, then Sunday
    {"2026-11-01T21:00+01:00", "1 hour, ascenseurs", "telephone", "2026-11-02T08:00+01:00"},  // closed for the night
    {"2026-12-31T19:00+01:00", "2 hours, ascenseurs", "telephone", "2027-01-01T08:00+01:00"},  // New Year's Day is worked
    {"2026-03-03T22:00+01:00", "3 working days, ascenseurs", "telephone", "2026-03-07T07:00+01:00"},  // Wednesday 7:00, then to Saturday
    {"2026-03-07T10:00+01:00", "2 working days, ascenseurs", "telephone", "2026-03-09T10:00+01:00"},  // Sunday counts
    {"2026-03-07T10:00+01:00", "1 working day, end of day, ascenseurs", "telephone", "2026-03-08T20:00+01:00"},  // Sunday
    {"2026-12-24T13:00+01:00", "1 working hour", "ascenseurs", "2026-12-24T14:00+01:00"},  // their own hours know no half day
  });
}

TEST_CASE("counted by hand: from or into the hour that comes twice") {  // Sunday 25 October 2026: 3:00 +02:00 is 2:00 +01:00
  count({
    {"2026-10-25T02:30+02:00", "1 hour", "telephone", "2026-10-25T02:30+01:00"},  // the same clock time once more
    {"2026-10-25T02:30+01:00", "1 hour", "telephone", "2026-10-25T03:30+01:00"},
    {"2026-10-25T02:30+02:00", "1 working hour", "always", "2026-10-25T02:30+01:00"},  // worked both times
    {"2026-10-25T01:30+02:00", "3 working hours", "always", "2026-10-25T03:30+01:00"},  // 2:30, 2:30, 3:30
    {"2026-10-25T02:30+02:00", "1 working day", "always", "2026-10-26T02:30+01:00"},
    {"2026-10-25T02:30+01:00", "1 working day", "always", "2026-10-26T02:30+01:00"},  // the same time next day
    {"2026-10-25T02:30+02:00", "1 working day", "telephone", "2026-10-27T08:30+01:00"},  // Sunday: from Monday 8:30
    {"2026-10-25T02:30+01:00", "1 working day, end of day", "telephone", "2026-10-26T17:30+01:00"},
    {"2026-10-25T02:30+01:00", "1 day", "telephone", "2026-10-26T02:30+01:00"},
    {"2026-10-24T02:30+02:00", "1 day", "telephone", "2026-10-25T02:30+02:00"},  // the first of the two
    {"2026-10-25T02:30+01:00", "0 days", "telephone", "2026-10-25T02:30+01:00"},  // the second of the two: nothing is over before it began
    {"2026-10-25T02:30+01:00", "0 working days", "always", "2026-10-25T02:30+01:00"},  // as much
  });
}

TEST_CASE("counted by hand: into the hour that is skipped") {  // Sunday 29 March 2026: 2:00 +01:00 is 3:00 +02:00
  count({
    {"2026-03-29T01:59+01:00", "1 minute", "telephone", "2026-03-29T03:00+02:00"},
    {"2026-03-29T01:30+01:00", "1 hour", "telephone", "2026-03-29T03:30+02:00"},
    {"2026-03-29T01:30+01:00", "1 working hour", "always", "2026-03-29T03:30+02:00"},
    {"2026-03-28T02:30+01:00", "1 day", "telephone", "2026-03-29T03:30+02:00"},  // as if the clock had not been moved: 24 hours
    {"2026-03-27T02:30+01:00", "2 working days", "always", "2026-03-29T03:30+02:00"},  // 48 hours
    {"2026-03-28T02:30+01:00", "2 days", "telephone", "2026-03-30T02:30+02:00"},  // Monday has that time again
  });
}

TEST_CASE("counted by hand: over the nights in which the clock is changed") {
  count({
    {"2026-03-28T12:00+01:00", "24 hours", "telephone", "2026-03-29T13:00+02:00"},  // one hour was lost
    {"2026-10-24T12:00+02:00", "24 hours", "telephone", "2026-10-25T11:00+01:00"},  // one was won
    {"2026-03-28T12:00+01:00", "5088 hours", "telephone", "2026-10-26T12:00+01:00"},  // 212 days of 24 hours: lost and won
    {"2026-03-28T12:00+01:00", "212 days", "telephone", "2026-10-26T12:00+01:00"},  // 3+30+31+30+31+31+30+26
    {"2026-03-28T12:00+01:00", "24 working hours", "always", "2026-03-29T13:00+02:00"},
    {"2026-10-24T12:00+02:00", "24 working hours", "always", "2026-10-25T11:00+01:00"},
    {"2026-03-27T17:00+01:00", "1 working hour", "telephone", "2026-03-30T09:00+02:00"},  // half on Friday, half on Monday
    {"2026-10-23T17:00+02:00", "1 working hour", "telephone", "2026-10-26T09:00+01:00"},  // the same in autumn
    {"2026-03-27T17:00+01:00", "1 working day", "telephone", "2026-03-30T17:00+02:00"},  // the clock time is kept
    {"2026-10-23T17:00+02:00", "1 working day", "telephone", "2026-10-26T17:00+01:00"},
    {"2026-03-28T19:00+01:00", "2 hours, ascenseurs", "telephone", "2026-03-29T08:00+02:00"},  // 1 and 1: the night is not counted
    {"2026-10-24T19:00+02:00", "14 hours, ascenseurs", "telephone", "2026-10-25T20:00+01:00"},  // 1 and a whole Sunday of 13
  });
}
// clang-format on

// ---- daylight: almanacs agree to the minute, the equations used to about two

namespace {

constexpr Position orleans{47.9, 1.9};
constexpr Position paris{48.8566, 2.3522};

struct Sun {
  year_month_day day;
  Position position;
  const char* rises;
  const char* sets;
};

/// Within three minutes of it for each sunrise or sunset that it depends on.
void check_near(Instant got, std::string_view expected, int suns = 1) {
  CAPTURE(written(got));
  CAPTURE(std::string(expected));
  CHECK(abs(got - at(expected)) <= suns * minutes{3});
}

}  // namespace

TEST_CASE("the sun rises and sets when the almanac says") {
  for (const Sun& sun : std::initializer_list<Sun>{
           {2026y / January / 1, paris, "2026-01-01T08:44+01:00", "2026-01-01T17:04+01:00"},
           {2026y / March / 20, paris, "2026-03-20T06:54+01:00", "2026-03-20T19:03+01:00"},
           {2026y / June / 21, paris, "2026-06-21T05:47+02:00", "2026-06-21T21:58+02:00"},
           {2026y / September / 23, paris, "2026-09-23T07:38+02:00", "2026-09-23T19:47+02:00"},
           {2026y / December / 21, paris, "2026-12-21T08:41+01:00", "2026-12-21T16:56+01:00"},
           {2026y / March / 29, orleans, "2026-03-29T07:37+02:00", "2026-03-29T20:18+02:00"},
           {2026y / June / 21, orleans, "2026-06-21T05:53+02:00", "2026-06-21T21:55+02:00"},
           {2026y / October / 25, orleans, "2026-10-25T07:26+01:00", "2026-10-25T17:46+01:00"},
           {2026y / December / 21, orleans, "2026-12-21T08:39+01:00", "2026-12-21T17:02+01:00"},
           {2028y / February / 29, orleans, "2028-02-29T07:34+01:00", "2028-02-29T18:36+01:00"},
       }) {
    const auto found = daylight_on(sun.day, sun.position);
    REQUIRE(found.has_value());
    check_near(found->first, sun.rises);
    check_near(found->second, sun.sets);
  }
}

TEST_CASE("beyond the polar circle the sun does not set in June nor rise in December") {
  constexpr Position tromso{69.65, 18.96};
  CHECK(!daylight_on(2026y / June / 21, tromso));
  CHECK(!daylight_on(2026y / December / 21, tromso));
  CHECK(daylight_on(2026y / March / 20, tromso));
}

// clang-format off
TEST_CASE("counted by hand: hours of daylight") {
  const auto count_near = [](int suns, std::initializer_list<Line> lines) {
    for (const Line& line : lines) {
      CAPTURE(std::string(line.from));
      CAPTURE(std::string(line.delay));
      const auto delay = parse_delay(line.delay);
      REQUIRE(delay.has_value());
      check_near(val_dorle().deadline(*delay, at(line.from), line.hours), line.due, suns);
    }
  };
  count_near(0, {
    {"2026-06-15T10:00+02:00", "4 hours, daylight", "", "2026-06-15T14:00+02:00"},  // in full day: no sunrise, no sunset
    {"2026-12-25T10:00+01:00", "4 hours, daylight", "", "2026-12-25T14:00+01:00"},  // the sun knows no Christmas
  });
  count_near(1, {
    {"2026-06-21T02:00+02:00", "4 hours, daylight", "", "2026-06-21T09:53+02:00"},  // a Sunday, from 5:53
    {"2026-12-21T23:00+01:00", "0 working hours", "daylight", "2026-12-22T08:39+01:00"},  // sunrise
    {"2026-12-24T10:00+01:00", "1 working day, end of day, daylight", "", "2026-12-25T17:04+01:00"},  // sunset at Christmas
  });
  count_near(2, {
    {"2026-12-21T15:00+01:00", "4 hours, daylight", "", "2026-12-22T10:37+01:00"},  // 2:02 until 17:02, 1:58 from 8:39
    {"2026-12-24T16:00+01:00", "4 hours, daylight", "", "2026-12-25T11:37+01:00"},  // 1:04 until 17:04, 2:56 from 8:41
    {"2026-03-28T18:17+01:00", "2 hours, daylight", "", "2026-03-29T08:37+02:00"},  // 1 until 19:17, 1 from 7:37 summer time
    {"2026-10-24T18:18+02:00", "1 hour, daylight", "", "2026-10-25T07:56+01:00"},  // 1/2 until 18:48, 1/2 from 7:26 winter time
  });
}
// clang-format on
