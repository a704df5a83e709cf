#include "regie/calendar.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <utility>

namespace regie {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::year_month_day;

namespace {

constexpr int longest_delay = 10'000;  // of any unit
constexpr int longest_closure = 400;   // days; a calendar that stays closed longer than this never opens

int weekday_index(LocalDay day) { return static_cast<int>(std::chrono::weekday{day}.iso_encoding()) - 1; }

Error never_opens() { return {Trouble::config, message(N_("the calendar has no working day for more than a year"))}; }

LocalDay next_working_day(LocalDay day, const Calendar& calendar, const WeeklyHours& hours) {
  for (int step = 0; step < longest_closure; ++step, day += days{1})
    if (!calendar.open_on(day, hours).empty()) return day;
  throw never_opens();
}

Instant closing_time(LocalDay day, const Calendar& calendar, const WeeklyHours& hours) {
  return calendar.zone().bound(day + minutes{calendar.open_on(day, hours).back().to});
}

/// Closing time of the day, or of the next one that is worked; never before `not_before`.
Instant closing_of(LocalDay day, Instant not_before, const Calendar& calendar, const WeeklyHours& hours) {
  const LocalDay worked = next_working_day(day, calendar, hours);
  const Instant closes = closing_time(worked, calendar, hours);
  if (closes >= not_before) return closes;
  return closing_time(next_working_day(worked + days{1}, calendar, hours), calendar, hours);
}

Instant add_working_days(Instant from, const Delay& delay, const Calendar& calendar, const WeeklyHours& hours) {
  // To the end of a day, days are counted from the day of reception, open or not; to the hour, from the next opening.
  const LocalTime start = calendar.zone().local(delay.end_of_day ? from : calendar.next_opening(from, hours));
  LocalDay day = floor<days>(start);
  for (int counted = 0; counted < delay.count; ++counted) day = next_working_day(day + days{1}, calendar, hours);
  if (delay.end_of_day) return closing_of(day, from, calendar, hours);
  return std::max(from, calendar.zone().instant(day + (start - floor<days>(start))));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

struct UnitName {
  Delay::Unit unit;
  std::string_view one;
  std::string_view many;
};
constexpr std::array unit_names{
    UnitName{Delay::Unit::minutes, "minute", "minutes"},
    UnitName{Delay::Unit::hours, "hour", "hours"},
    UnitName{Delay::Unit::working_hours, "working hour", "working hours"},
    UnitName{Delay::Unit::working_days, "working day", "working days"},
    UnitName{Delay::Unit::days, "day", "days"},
};

}  // namespace

Zone::Resolved Zone::resolve(LocalTime local) const {
  const auto as_utc = Instant{local.time_since_epoch()};
  const seconds before = offset_at(as_utc - days{1});
  const seconds after = offset_at(as_utc + days{1});
  const Instant early = as_utc - before;
  const Instant late = as_utc - after;
  const bool early_fits = offset_at(early) == before;
  const bool late_fits = offset_at(late) == after;
  if (early_fits && late_fits) return {std::min(early, late), early == late ? Kind::unique : Kind::repeated};
  if (early_fits) return {early, Kind::unique};
  if (late_fits) return {late, Kind::unique};
  return {early, Kind::skipped};
}

Instant Zone::bound(LocalTime local) const {
  const Resolved resolved = resolve(local);
  if (resolved.kind != Kind::skipped) return resolved.instant;
  // The change lies between: before it the clock shows less than `local`, after it more.
  Instant before = resolved.instant - days{1}, after = resolved.instant;
  while (after - before > seconds{1}) {
    const Instant middle = before + (after - before) / 2;
    (this->local(middle) < local ? before : after) = middle;
  }
  return after;
}

year_month_day easter(std::chrono::year year) {
  const int y = static_cast<int>(year);
  const int a = y % 19, b = y / 100, c = y % 100;
  const int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
  const int h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4, k = c % 4;
  const int l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int month = (h + l - 7 * m + 114) / 31;
  const int day = (h + l - 7 * m + 114) % 31 + 1;
  return year / month / day;
}

bool is_holiday(year_month_day day, Holidays region) {
  if (region == Holidays::none) return false;
  using namespace std::chrono;
  const month_day fixed = day.month() / day.day();
  for (const month_day& holiday :
       {January / 1, May / 1, May / 8, July / 14, August / 15, November / 1, November / 11, December / 25})
    if (fixed == holiday) return true;
  // A deadline asks day after day of the same year.
  static thread_local std::pair<year, local_days> last{year::min(), local_days{}};
  if (last.first != day.year()) last = {day.year(), local_days{easter(day.year())}};
  const auto since_easter = (local_days{day} - last.second).count();
  // Easter Monday, Ascension, Whit Monday
  if (since_easter == 1 || since_easter == 39 || since_easter == 50) return true;
  return region == Holidays::alsace_moselle && (since_easter == -2 || fixed == December / 26);
}

bool Calendar::is_kept(LocalDay day) const {
  return !closed_.contains(day) && !is_holiday(year_month_day{day}, holidays_);
}

std::optional<std::pair<Instant, Instant>> daylight_on(year_month_day day, const Position& position) {
  constexpr double pi = std::numbers::pi;
  const auto noon = std::chrono::sys_days{day} + std::chrono::hours{12};
  const auto day_of_year = (std::chrono::sys_days{day} - std::chrono::sys_days{day.year() / 1 / 1}).count();
  const double year = 2 * pi / (day.year().is_leap() ? 366 : 365) * static_cast<double>(day_of_year);
  const double equation_of_time =  // minutes
      229.18 * (0.000075 + 0.001868 * std::cos(year) - 0.032077 * std::sin(year) - 0.014615 * std::cos(2 * year) -
                0.040849 * std::sin(2 * year));
  const double declination = 0.006918 - 0.399912 * std::cos(year) + 0.070257 * std::sin(year) -
                             0.006758 * std::cos(2 * year) + 0.000907 * std::sin(2 * year) -
                             0.002697 * std::cos(3 * year) + 0.00148 * std::sin(3 * year);
  const double latitude = position.latitude * pi / 180;
  const double cosine = std::cos(90.833 * pi / 180) / (std::cos(latitude) * std::cos(declination)) -
                        std::tan(latitude) * std::tan(declination);
  if (cosine <= -1 || cosine >= 1) return std::nullopt;
  const double half_day = 4 * std::acos(cosine) * 180 / pi;           // minutes
  const double transit = -4 * position.longitude - equation_of_time;  // minutes after 12:00 UTC
  const auto at = [&](double offset) { return noon + minutes{std::lround(transit + offset)}; };
  return std::pair<Instant, Instant>{at(-half_day), at(half_day)};
}

std::vector<Interval> Calendar::open_on(LocalDay day, const WeeklyHours& hours) const {
  if (!hours.special.empty())
    if (const auto found = hours.special.find(day); found != hours.special.end()) return found->second;
  if (hours.daylight) {
    if (!position_) throw Error(Trouble::config, message(N_("daylight is not known without a position in [calendar]")));
    auto sun = daylight_on(year_month_day{day}, *position_);
    // Where the zone lies beyond the date line, the sun of that day shines on another date of UTC.
    if (sun && floor<days>(zone_.local(sun->first + (sun->second - sun->first) / 2)) != day)
      sun = daylight_on(year_month_day{day + (floor<days>(zone_.local(sun->first)) < day ? days{1} : days{-1})},
                        *position_);
    if (!sun) return {};
    const auto clock = [&](Instant instant) {
      return static_cast<int>(floor<minutes>(zone_.local(instant) - LocalTime{day}).count());
    };
    return {{clock(sun->first), clock(sun->second)}};
  }
  const auto& usual = hours.days[static_cast<std::size_t>(weekday_index(day))];
  if (usual.empty() || (!hours.on_holidays && !is_kept(day))) return {};
  return usual;
}

bool Calendar::is_open(Instant instant, const WeeklyHours& hours) const {
  // Compared as instants, as deadlines are counted: where the clock changes, the clock alone does not tell.
  const LocalDay day = floor<days>(zone_.local(instant));
  return std::ranges::any_of(open_on(day, hours), [&](const Interval& interval) {
    return instant >= zone_.bound(day + minutes{interval.from}) && instant < zone_.bound(day + minutes{interval.to});
  });
}

Instant Calendar::next_opening(Instant instant, const WeeklyHours& hours) const {
  const LocalDay today = floor<days>(zone_.local(instant));
  for (int step = 0; step < longest_closure; ++step) {
    const LocalDay day = today + days{step};
    for (const Interval& interval : open_on(day, hours)) {
      const Instant opens = zone_.bound(day + minutes{interval.from});
      const Instant closes = zone_.bound(day + minutes{interval.to});
      if (opens < closes && instant < closes) return std::max(instant, opens);
    }
  }
  throw never_opens();
}

seconds Calendar::open_between(Instant from, Instant to, const WeeklyHours& hours) const {
  seconds open{0};
  if (to <= from) return open;
  const LocalDay last = floor<days>(zone_.local(to));
  for (LocalDay day = floor<days>(zone_.local(from)); day <= last; day += days{1})
    for (const Interval& interval : open_on(day, hours)) {
      const Instant opens = std::max(from, zone_.bound(day + minutes{interval.from}));
      const Instant closes = std::min(to, zone_.bound(day + minutes{interval.to}));
      if (opens < closes) open += closes - opens;
    }
  return open;
}

Instant Calendar::after_open(Instant from, seconds left, const WeeklyHours& hours) const {
  if (left <= seconds{0}) return from;
  Instant now = next_opening(from, hours);
  for (;;) {
    const LocalDay day = floor<days>(zone_.local(now));
    for (const Interval& interval : open_on(day, hours)) {
      const Instant opens = zone_.bound(day + minutes{interval.from});
      const Instant closes = zone_.bound(day + minutes{interval.to});
      if (closes <= now || closes <= opens) continue;
      const Instant start = std::max(now, opens);
      if (closes - start >= left) return start + left;
      left -= closes - start;
    }
    now = next_opening(zone_.instant(day + days{1}), hours);
  }
}

Instant Calendar::before_open(Instant to, seconds left, const WeeklyHours& hours) const {
  LocalDay day = floor<days>(zone_.local(to));
  for (int closed = 0; left > seconds{0}; day -= days{1}) {
    const auto intervals = open_on(day, hours);
    for (auto interval = intervals.rbegin(); interval != intervals.rend(); ++interval) {
      const Instant opens = zone_.bound(day + minutes{interval->from});
      const Instant closes = std::min(to, zone_.bound(day + minutes{interval->to}));
      if (closes <= opens) continue;
      closed = 0;
      if (closes - opens >= left) return closes - left;
      left -= closes - opens;
    }
    if (++closed > longest_closure) throw never_opens();
  }
  return to;
}

std::optional<Delay> parse_delay(std::string_view words) {
  Delay delay;
  words = trimmed(words);
  for (auto comma = words.rfind(','); comma != std::string_view::npos; comma = words.rfind(',')) {
    const std::string_view said = trimmed(words.substr(comma + 1));
    words = trimmed(words.substr(0, comma));
    if (said == "end of day") {
      if (std::exchange(delay.end_of_day, true)) return std::nullopt;
    } else if (said.empty() || !delay.within.empty() || said.find(' ') != std::string_view::npos) {
      return std::nullopt;
    } else {
      delay.within = said;
    }
  }
  const auto [end, error] = std::from_chars(words.data(), words.data() + words.size(), delay.count);
  if (error != std::errc{} || delay.count < 0 || delay.count > longest_delay) return std::nullopt;
  const std::string_view unit = trimmed(words.substr(static_cast<std::size_t>(end - words.data())));
  const auto named =
      std::ranges::find_if(unit_names, [&](const UnitName& name) { return unit == name.one || unit == name.many; });
  if (named == unit_names.end()) return std::nullopt;
  delay.unit = named->unit;
  const bool counts_days = delay.unit == Delay::Unit::days || delay.unit == Delay::Unit::working_days;
  if (delay.end_of_day && !counts_days) return std::nullopt;
  if (!delay.within.empty() && delay.unit == Delay::Unit::days && !delay.end_of_day) return std::nullopt;
  return delay;
}

std::string to_string(const Delay& delay) {
  const auto& name = unit_names[static_cast<std::size_t>(delay.unit)];
  std::string text = std::to_string(delay.count) + ' ';
  text += delay.count == 1 ? name.one : name.many;
  if (delay.end_of_day) text += ", end of day";
  if (!delay.within.empty()) text += ", " + delay.within;
  return text;
}

bool counts_openings(const Delay& delay) {
  if (delay.unit == Delay::Unit::days) return false;
  return !delay.within.empty() || delay.unit == Delay::Unit::working_hours || delay.unit == Delay::Unit::working_days;
}

Instant deadline(const Delay& delay, Instant from, const Calendar& calendar, const WeeklyHours& hours) {
  if (delay.unit == Delay::Unit::working_days) return add_working_days(from, delay, calendar, hours);
  if (delay.unit != Delay::Unit::days) {
    const seconds length =
        delay.unit == Delay::Unit::minutes ? seconds{minutes{delay.count}} : seconds{std::chrono::hours{delay.count}};
    // No time at all is over at the next opening: nobody is expected to act while it is closed.
    if (counts_openings(delay)) return calendar.after_open(calendar.next_opening(from, hours), length, hours);
    return from + length;
  }
  const LocalTime end = calendar.zone().local(from) + days{delay.count};
  // "0 days" must not go back to the first of the repeated hours.
  if (!delay.end_of_day) return std::max(from, calendar.zone().instant(end));
  return closing_of(floor<days>(end), from, calendar, hours);
}

Instant latest_start(const Delay& delay, Instant end, const Calendar& calendar, const WeeklyHours& hours) {
  const Zone& zone = calendar.zone();
  const LocalTime local = zone.local(end);
  if (delay.unit == Delay::Unit::days) return std::min(end, zone.instant(local - days{delay.count}));
  if (delay.unit == Delay::Unit::working_days) {
    LocalDay day = floor<days>(local);
    int left = delay.count;
    for (int closed = 0; left > 0; left -= closed == 0 ? 1 : 0) {
      day -= days{1};
      closed = calendar.open_on(day, hours).empty() ? closed + 1 : 0;
      if (closed > longest_closure) throw never_opens();
    }
    return std::min(end, zone.instant(day + (local - floor<days>(local))));
  }
  const seconds length =
      delay.unit == Delay::Unit::minutes ? seconds{minutes{delay.count}} : seconds{std::chrono::hours{delay.count}};
  return counts_openings(delay) ? calendar.before_open(end, length, hours) : end - length;
}

Instant end_of_that_day(Instant instant, const Calendar& calendar, const WeeklyHours& hours) {
  return closing_of(floor<days>(calendar.zone().local(instant)), instant, calendar, hours);
}

}  // namespace regie
