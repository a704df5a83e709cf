// What holds for any calendar, any hours and any instant: random ones, with the days on which clocks are changed.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "regie/calendar.hpp"
#include "support/desk.hpp"
#include "text/times.hpp"

using namespace regie;
using namespace regie::test;
using namespace std::chrono;
using Unit = Delay::Unit;

namespace {

constexpr int clock(int hour, int minute = 0) { return hour * 60 + minute; }
constexpr LocalDay first_day{2020y / January / 1};
constexpr LocalDay last_day{2035y / December / 31};
constexpr Position val_dorle{47.9, 1.9};

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  int below(int sides) { return static_cast<int>(engine_() % static_cast<unsigned>(sides)); }
  bool one_in(int sides) { return below(sides) == 0; }
  seconds up_to(seconds longest) { return seconds{engine_() % static_cast<unsigned>(longest.count() + 1)}; }

 private:
  std::mt19937 engine_;
};

const Zone& paris() {
  static const Zone zone = regie::test::zone();
  return zone;
}

/// Hours somewhere: what is closed, what is open.
struct Office {
  Calendar calendar;
  WeeklyHours hours;

  bool is_open(Instant instant) const { return calendar.is_open(instant, hours); }
  Instant next_opening(Instant from) const { return calendar.next_opening(from, hours); }
  seconds open_between(Instant from, Instant to) const { return calendar.open_between(from, to, hours); }
  Instant after_open(Instant from, seconds length) const { return calendar.after_open(from, length, hours); }
  Instant due(const Delay& delay, Instant from) const { return deadline(delay, from, calendar, hours); }
};

/// One to four intervals, some of them without a pause between, now and then the whole day. None begins or ends in the
/// hour that is skipped in spring: for those the clock alone does not tell when they are open.
std::vector<Interval> some_intervals(Dice& dice) {
  if (dice.one_in(12)) return {{0, clock(24)}};
  const auto count = static_cast<std::size_t>(1 + dice.below(4));
  std::vector<int> bounds;
  while (bounds.size() < 2 * count) {
    const int bound = dice.one_in(3) ? dice.below(clock(24) + 1) : 15 * dice.below(4 * 24 + 1);
    if (bound > clock(2) && bound <= clock(3)) continue;
    if (std::ranges::find(bounds, bound) == bounds.end()) bounds.push_back(bound);
  }
  std::ranges::sort(bounds);
  std::vector<Interval> intervals;
  for (std::size_t n = 0; n < bounds.size(); n += 2) {
    const int from = n > 0 && dice.one_in(8) ? bounds[n - 1] : bounds[n];
    intervals.push_back({from, bounds[n + 1]});
  }
  return intervals;
}

Office some_office(Dice& dice) {
  Office office;
  WeeklyHours& hours = office.hours;
  hours.on_holidays = dice.one_in(3);
  hours.daylight = dice.one_in(6);
  for (std::size_t day = 0; day < 7; ++day)
    if (!dice.one_in(day < 5 ? 5 : 2)) hours.days[day] = some_intervals(dice);
  if (std::ranges::all_of(hours.days, [](const auto& day) { return day.empty(); })) hours.days[2] = {{540, 1020}};

  std::set<LocalDay> closed;
  for (LocalDay day = first_day; day <= last_day; day += days{1 + dice.below(25)}) {
    if (dice.one_in(3)) closed.insert(day);
    if (dice.one_in(3)) hours.special[day] = dice.one_in(2) ? std::vector<Interval>{} : some_intervals(dice);
  }
  constexpr std::array regions{Holidays::none, Holidays::france, Holidays::alsace_moselle};
  office.calendar = Calendar(paris(), regions[static_cast<std::size_t>(dice.below(3))], closed, val_dorle);
  return office;
}

/// 3:00 in the morning of the last Sunday of March or October: 1:00 UTC.
Instant some_clock_change(Dice& dice) {
  const auto month = dice.one_in(2) ? March : October;
  return sys_days{year{2020 + dice.below(16)} / month / Sunday[last]} + hours{1};
}

/// Any second of sixteen years; one in three near a change of the clock, one in four exactly at an opening.
Instant some_instant(Dice& dice, const Office& office) {
  if (dice.one_in(3)) return some_clock_change(dice) - days{3} + dice.up_to(days{4});
  const Instant any = sys_days{2020y / January / 1} + dice.up_to(days{16 * 365});
  return dice.one_in(4) ? office.next_opening(any) : any;
}

/// The same to the minute, more often just before, in or just after the hour that is lost or won.
Instant some_minute(Dice& dice, const Office& office) {
  if (dice.one_in(4)) return some_clock_change(dice) - hours{4} + minutes{dice.below(8 * 60)};
  return floor<minutes>(some_instant(dice, office));
}

std::string written(Instant instant) { return text::iso(instant, paris()); }

/// Runs `property(dice, office, from)` for many of each; what it checks says from when.
template <typename Property>
void for_any(unsigned seed, int offices, int instants, const Property& property) {
  Dice dice(seed);
  for (int n = 0; n < offices; ++n) {
    const Office office = some_office(dice);
    CAPTURE(n);
    for (int start = 0; start < instants; ++start) {
      const Instant from = some_instant(dice, office);
      CAPTURE(written(from));
      property(dice, office, from);
    }
  }
}

/// Is it open by what the clock on the wall shows, the day's hours being these?
bool open_by_the_wall_clock(const Office& office, Instant instant) {
  const LocalTime local = paris().local(instant);
  const LocalDay day = floor<days>(local);
  const auto within = [&](const std::vector<Interval>& intervals) {
    return std::ranges::any_of(intervals, [&](const Interval& interval) {
      return local >= day + minutes{interval.from} && local < day + minutes{interval.to};
    });
  };
  if (const auto special = office.hours.special.find(day); special != office.hours.special.end())
    return within(special->second);
  if (office.hours.daylight) {
    const auto sun = daylight_on(year_month_day{day}, val_dorle);
    return sun && instant >= sun->first && instant < sun->second;
  }
  const bool closed =
      office.calendar.closed().contains(day) || is_holiday(year_month_day{day}, office.calendar.holidays());
  if (closed && !office.hours.on_holidays) return false;
  return within(office.hours.days[weekday{day}.iso_encoding() - 1]);
}

seconds counted_minute_by_minute(const Office& office, Instant from, Instant to) {
  seconds open{0};
  for (Instant now = from; now < to; now += minutes{1})
    if (office.is_open(now)) open += minutes{1};
  return open;
}

const std::vector<Delay>& delays_to_the_end_of_a_day() {
  static const std::vector<Delay> delays{{1, Unit::working_days, true},
                                         {3, Unit::working_days, true},
                                         {10, Unit::working_days, true},
                                         {1, Unit::days, true},
                                         {60, Unit::days, true}};
  return delays;
}

}  // namespace

// ---- open or not

TEST_CASE("it is open when the clock on the wall is within the hours of the day") {
  for_any(1, 40, 200, [](Dice&, const Office& office, Instant from) {
    CHECK(office.is_open(from) == open_by_the_wall_clock(office, from));
  });
}

TEST_CASE("open time is what one counts minute by minute") {
  Dice dice(2);
  for (int n = 0; n < 45; ++n) {
    const Office office = some_office(dice);
    const Instant from = some_minute(dice, office);
    const int longest = n % 15 == 0 ? 21 : 2;  // days
    const Instant to = from + minutes{dice.below(longest * 24 * 60)};
    CAPTURE(written(from));
    CAPTURE(written(to));
    CHECK(office.open_between(from, to) == counted_minute_by_minute(office, from, to));
  }
}

TEST_CASE("the next opening is open and nothing is open before it") {
  for_any(3, 40, 60, [](Dice&, const Office& office, Instant from) {
    const Instant opening = office.next_opening(from);
    CAPTURE(written(opening));
    CHECK(opening >= from);
    CHECK(office.is_open(opening));
    CHECK(office.is_open(from) == (opening == from));
    CHECK(office.next_opening(opening) == opening);
    CHECK(office.open_between(from, opening) == seconds{0});
    if (opening > from) CHECK(!office.is_open(opening - seconds{1}));
  });
}

TEST_CASE("no minute before the next opening is open") {
  for_any(4, 20, 4, [](Dice& dice, const Office& office, Instant from) {
    const Instant start = floor<minutes>(from);
    const Instant opening = office.next_opening(start);
    CAPTURE(written(opening));
    // The first hours, the last ones, and some in between: a closure of a fortnight is not walked through.
    for (Instant now = start; now < std::min(opening, start + hours{5}); now += minutes{1})
      REQUIRE(!office.is_open(now));
    for (Instant now = std::max(start, opening - hours{5}); now < opening; now += minutes{1})
      REQUIRE(!office.is_open(now));
    for (int n = 0; n < 50 && opening > start; ++n)
      REQUIRE(!office.is_open(start + dice.up_to(opening - start - seconds{1})));
  });
}

// ---- adding and measuring

TEST_CASE("measuring what was added gives it back") {
  for_any(5, 40, 30, [](Dice& dice, const Office& office, Instant from) {
    const seconds length = dice.one_in(10) ? seconds{0} : dice.up_to(dice.one_in(3) ? hours{150} : hours{12});
    const Instant end = office.after_open(from, length);
    CAPTURE(length.count());
    CAPTURE(written(end));
    CHECK(end >= from);
    CHECK(office.open_between(from, end) == length);
    if (length == seconds{0}) {
      CHECK(end == from);
    } else {  // the first moment at which it is over
      CHECK(office.open_between(from, end - seconds{1}) == length - seconds{1});
      CHECK(office.is_open(end - seconds{1}));
    }
  });
}

TEST_CASE("adding what was measured leads back to when it was last open") {
  for_any(6, 40, 30, [](Dice& dice, const Office& office, Instant from) {
    const Instant to = from + dice.up_to(days{12});
    CAPTURE(written(to));
    const Instant back = office.after_open(from, office.open_between(from, to));
    CHECK(back <= to);
    CHECK(office.open_between(back, to) == seconds{0});
    if (office.is_open(to) && back != to) CHECK(office.next_opening(back) == to);
  });
}

TEST_CASE("adding in two steps is adding at once") {
  for_any(7, 40, 20, [](Dice& dice, const Office& office, Instant from) {
    const seconds one = dice.up_to(hours{20});
    const seconds two = dice.up_to(hours{20});
    CAPTURE(one.count());
    CAPTURE(two.count());
    CHECK(office.after_open(office.after_open(from, one), two) == office.after_open(from, one + two));
  });
}

TEST_CASE("the parts of a time add up to the whole") {
  for_any(8, 40, 30, [](Dice& dice, const Office& office, Instant from) {
    const Instant between = from + dice.up_to(days{9});
    const Instant to = between + dice.up_to(days{9});
    CAPTURE(written(between));
    CAPTURE(written(to));
    CHECK(office.open_between(from, between) + office.open_between(between, to) == office.open_between(from, to));
  });
}

TEST_CASE("open time is never negative nor longer than time itself") {
  for_any(9, 40, 30, [](Dice& dice, const Office& office, Instant from) {
    const Instant to = from + dice.up_to(days{9});
    CAPTURE(written(to));
    const seconds open = office.open_between(from, to);
    CHECK(open >= seconds{0});
    CHECK(open <= to - from);
    CHECK(office.open_between(to, from) == seconds{0});
    CHECK(office.open_between(from, from) == seconds{0});
  });
}

TEST_CASE("a longer time is never open less and more open time never over sooner") {
  for_any(10, 40, 20, [](Dice& dice, const Office& office, Instant from) {
    const Instant later = from + dice.up_to(days{3});
    const Instant to = later + dice.up_to(days{3});
    const Instant after = to + dice.up_to(days{3});
    CAPTURE(written(later));
    CAPTURE(written(to));
    CAPTURE(written(after));
    CHECK(office.open_between(from, to) <= office.open_between(from, after));
    CHECK(office.open_between(later, to) <= office.open_between(from, to));

    const seconds length = dice.up_to(hours{30});
    CAPTURE(length.count());
    CHECK(office.after_open(from, length) <= office.after_open(later, length));
    CHECK(office.after_open(from, length) <= office.after_open(from, length + dice.up_to(hours{10})));
    CHECK(office.next_opening(from) <= office.next_opening(later));
  });
}

// ---- delays

TEST_CASE("what comes later is never due earlier: minutes and hours and ends of days") {
  std::vector<Delay> delays = delays_to_the_end_of_a_day();
  for (const Unit unit : {Unit::minutes, Unit::hours, Unit::working_hours}) {
    delays.push_back({7, unit});
    delays.push_back({25, unit, false, "elsewhere"});
  }
  for_any(11, 25, 10, [&](Dice& dice, const Office& office, Instant from) {
    const Instant later = from + dice.up_to(dice.one_in(2) ? hours{3} : hours{60});
    CAPTURE(written(later));
    for (const Delay& delay : delays) {
      CAPTURE(to_string(delay));
      CHECK(office.due(delay, from) <= office.due(delay, later));
    }
  });
}

TEST_CASE("what comes later is never due earlier: days to the same clock time unless the clock is changed") {
  for_any(12, 30, 20, [](Dice& dice, const Office& office, Instant from) {
    const Instant later = from + dice.up_to(dice.one_in(2) ? hours{3} : hours{60});
    CAPTURE(written(later));
    for (const Delay& delay : {Delay{1, Unit::days}, Delay{30, Unit::days}, Delay{1, Unit::working_days},
                               Delay{10, Unit::working_days}, Delay{2, Unit::working_days, false, "elsewhere"}}) {
      CAPTURE(to_string(delay));
      const Instant sooner = office.due(delay, from);
      const Instant last = office.due(delay, later);
      // In the hour that is repeated the clock goes back: what comes later shows an earlier time. A time that is
      // skipped is read as if the clock had not been moved. Neither can be more than that hour.
      CHECK(sooner <= last + hours{1});
      const bool in_working_days = delay.unit == Unit::working_days;
      const Instant start = in_working_days ? office.next_opening(from) : from;
      const Instant later_start = in_working_days ? office.next_opening(later) : later;
      const bool clock_goes_back = paris().local(start) > paris().local(later_start);
      const auto time_of_day = [](LocalTime local) { return local - floor<days>(local); };
      const bool skipped = time_of_day(paris().local(sooner)) != time_of_day(paris().local(start));
      if (!clock_goes_back && !skipped) CHECK(sooner <= last);
    }
  });
}

TEST_CASE("no delay is over before it began") {
  std::vector<Delay> delays = delays_to_the_end_of_a_day();
  for (const int count : {1, 10})
    for (const Unit unit : {Unit::minutes, Unit::hours, Unit::working_hours, Unit::working_days, Unit::days})
      delays.push_back({count, unit});
  for_any(13, 30, 15, [&](Dice&, const Office& office, Instant from) {
    for (const Delay& delay : delays) {
      CAPTURE(to_string(delay));
      CHECK(office.due(delay, from) > from);
    }
  });
}

TEST_CASE("not even a delay of nothing is over before it began") {
  for_any(14, 40, 40, [](Dice&, const Office& office, Instant from) {
    for (const Delay& delay :
         {Delay{0, Unit::minutes}, Delay{0, Unit::hours}, Delay{0, Unit::working_hours}, Delay{0, Unit::working_days},
          Delay{0, Unit::days}, Delay{0, Unit::working_days, true}, Delay{0, Unit::days, true}}) {
      CAPTURE(to_string(delay));
      const Instant due = office.due(delay, from);
      CAPTURE(written(due));
      CHECK(due >= from);
    }
  });
}

TEST_CASE("a longer delay is never over sooner") {
  for_any(15, 30, 10, [](Dice& dice, const Office& office, Instant from) {
    const int count = 1 + dice.below(15);
    CAPTURE(count);
    for (const Unit unit : {Unit::minutes, Unit::hours, Unit::working_hours, Unit::working_days, Unit::days})
      CHECK(office.due({count, unit}, from) < office.due({count + 1, unit}, from));
    CHECK(office.due({count, Unit::working_days, true}, from) <
          office.due({count + 1, Unit::working_days, true}, from));
    CHECK(office.due({count, Unit::days, true}, from) <= office.due({count + 1, Unit::days, true}, from));
  });
}

TEST_CASE("so many working days later is so many days that are open") {
  for_any(16, 30, 15, [](Dice& dice, const Office& office, Instant from) {
    const int count = 1 + dice.below(8);
    CAPTURE(count);
    const auto open_days_after = [&](Instant start, Instant end) {
      int open = 0;
      for (LocalDay day = floor<days>(paris().local(start)) + days{1}; day <= floor<days>(paris().local(end));
           day += days{1})
        if (!office.calendar.open_on(day, office.hours).empty()) ++open;
      return open;
    };
    CHECK(open_days_after(office.next_opening(from), office.due({count, Unit::working_days}, from)) == count);
    // Closing time may be midnight, which is another day already.
    CHECK(open_days_after(from, office.due({count, Unit::working_days, true}, from) - seconds{1}) == count);
  });
}

TEST_CASE("the end of that day is the first closing time from there on") {
  for_any(17, 40, 30, [](Dice&, const Office& office, Instant from) {
    const Instant end = end_of_that_day(from, office.calendar, office.hours);
    CAPTURE(written(end));
    const LocalDay day = floor<days>(paris().local(end - seconds{1}));
    const auto intervals = office.calendar.open_on(day, office.hours);
    REQUIRE(!intervals.empty());
    CHECK(paris().local(end) == day + minutes{intervals.back().to});
    CHECK(office.is_open(end - seconds{1}));
    CHECK(office.open_between(end, paris().instant(day + days{1})) == seconds{0});
    const LocalDay today = floor<days>(paris().local(from));
    CHECK(day >= today);
    CHECK(end >= from);
    for (LocalDay before = today; before < day; before += days{1}) {
      const auto earlier = office.calendar.open_on(before, office.hours);
      const bool over = earlier.empty() || paris().bound(before + minutes{earlier.back().to}) < from;
      CHECK(over);
    }
  });
}

TEST_CASE("what is due at the end of a day is due at closing time") {
  for_any(18, 30, 15, [](Dice&, const Office& office, Instant from) {
    for (const Delay& delay : delays_to_the_end_of_a_day()) {
      CAPTURE(to_string(delay));
      const Instant end = office.due(delay, from);
      CHECK(end == end_of_that_day(end - seconds{1}, office.calendar, office.hours));
    }
  });
}

// ---- the hour that is skipped or repeated

TEST_CASE("hours that begin or end in the night the clock is changed are counted once") {
  Dice dice(19);
  for (int n = 0; n < 120; ++n) {
    Office office;
    office.calendar = Calendar(paris(), Holidays::none, {});
    std::vector<int> bounds;
    while (bounds.size() < 4) {
      const int bound = clock(1) + 5 * dice.below(36);  // 1:00 to 3:55
      if (std::ranges::find(bounds, bound) == bounds.end()) bounds.push_back(bound);
    }
    std::ranges::sort(bounds);
    office.hours.days.fill({{bounds[0], bounds[1]}, {bounds[2], bounds[3]}, {clock(8), clock(10)}});
    const Instant change = some_clock_change(dice);
    const Instant from = change - hours{3} + minutes{dice.below(5 * 60)};
    const Instant to = change + hours{10};
    CAPTURE(bounds[0]);
    CAPTURE(bounds[1]);
    CAPTURE(bounds[2]);
    CAPTURE(bounds[3]);
    CAPTURE(written(from));

    const seconds open = counted_minute_by_minute(office, from, to);
    CHECK(office.open_between(from, to) == open);
    CHECK(office.is_open(office.next_opening(from)));
    const seconds part = minutes{1 + dice.below(static_cast<int>(open / minutes{1}))};
    const Instant end = office.after_open(from, part);
    CAPTURE(part.count());
    CAPTURE(written(end));
    CHECK(counted_minute_by_minute(office, from, end) == part);
    CHECK(office.is_open(end - minutes{1}));
  }
}
