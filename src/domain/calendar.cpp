#include "regie/calendar.hpp"

#include <algorithm>
#include <charconv>

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

LocalDay next_working_day(LocalDay day, const Calendar& calendar, const WeeklyHours& hours) {
  for (int step = 0; step < longest_closure; ++step, day += days{1})
    if (!calendar.open_on(day, hours).empty()) return day;
  throw Error(Trouble::config, message(N_("the calendar has no working day for more than a year")));
}

Instant closing_time(LocalDay day, const Calendar& calendar, const WeeklyHours& hours) {
  return calendar.zone().instant(day + minutes{calendar.open_on(day, hours).back().to});
}

Instant add_working_seconds(Instant from, seconds left, const Calendar& calendar, const WeeklyHours& hours) {
  const Zone& zone = calendar.zone();
  Instant now = calendar.next_opening(from, hours);
  for (;;) {
    const LocalDay day = floor<days>(zone.local(now));
    for (const Interval& interval : calendar.open_on(day, hours)) {
      const Instant opens = zone.instant(day + minutes{interval.from});
      const Instant closes = zone.instant(day + minutes{interval.to});
      if (closes <= now) continue;
      const Instant start = std::max(now, opens);
      if (closes - start >= left) return start + left;
      left -= closes - start;
    }
    now = calendar.next_opening(zone.instant(day + days{1}), hours);
  }
}

Instant add_working_days(Instant from, const Delay& delay, const Calendar& calendar, const WeeklyHours& hours) {
  // To the end of a day, days are counted from the day of reception, open or not; to the hour, from the next opening.
  const LocalTime start = calendar.zone().local(delay.end_of_day ? from : calendar.next_opening(from, hours));
  LocalDay day = floor<days>(start);
  for (int counted = 0; counted < delay.count; ++counted) day = next_working_day(day + days{1}, calendar, hours);
  if (delay.end_of_day) return closing_time(next_working_day(day, calendar, hours), calendar, hours);
  return calendar.zone().instant(day + (start - floor<days>(start)));
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

const std::vector<Interval>& Calendar::open_on(LocalDay day, const WeeklyHours& hours) const {
  static const std::vector<Interval> closed;
  const auto& usual = hours.days[static_cast<std::size_t>(weekday_index(day))];
  return usual.empty() || !is_kept(day) ? closed : usual;
}

bool Calendar::is_open(Instant instant, const WeeklyHours& hours) const {
  // Compared as instants, as deadlines are counted: where the clock changes, the clock alone does not tell.
  const LocalDay day = floor<days>(zone_.local(instant));
  return std::ranges::any_of(open_on(day, hours), [&](const Interval& interval) {
    return instant >= zone_.instant(day + minutes{interval.from}) &&
           instant < zone_.instant(day + minutes{interval.to});
  });
}

Instant Calendar::next_opening(Instant instant, const WeeklyHours& hours) const {
  const LocalDay today = floor<days>(zone_.local(instant));
  for (const Interval& interval : open_on(today, hours)) {
    const Instant opens = zone_.instant(today + minutes{interval.from});
    if (instant < opens) return opens;
    if (instant < zone_.instant(today + minutes{interval.to})) return instant;
  }
  const LocalDay day = next_working_day(today + days{1}, *this, hours);
  return zone_.instant(day + minutes{open_on(day, hours).front().from});
}

std::optional<Delay> parse_delay(std::string_view words) {
  Delay delay;
  words = trimmed(words);
  if (const auto comma = words.find(','); comma != std::string_view::npos) {
    if (trimmed(words.substr(comma + 1)) != "end of day") return std::nullopt;
    delay.end_of_day = true;
    words = trimmed(words.substr(0, comma));
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
  return delay;
}

std::string to_string(const Delay& delay) {
  const auto& name = unit_names[static_cast<std::size_t>(delay.unit)];
  std::string text = std::to_string(delay.count) + ' ';
  text += delay.count == 1 ? name.one : name.many;
  if (delay.end_of_day) text += ", end of day";
  return text;
}

Instant deadline(const Delay& delay, Instant from, const Calendar& calendar, const WeeklyHours& hours) {
  switch (delay.unit) {
    case Delay::Unit::minutes: return from + minutes{delay.count};
    case Delay::Unit::hours: return from + std::chrono::hours{delay.count};
    case Delay::Unit::working_hours: return add_working_seconds(from, std::chrono::hours{delay.count}, calendar, hours);
    case Delay::Unit::working_days: return add_working_days(from, delay, calendar, hours);
    case Delay::Unit::days: break;
  }
  const LocalTime end = calendar.zone().local(from) + days{delay.count};
  if (!delay.end_of_day) return calendar.zone().instant(end);
  return closing_time(next_working_day(floor<days>(end), calendar, hours), calendar, hours);
}

}  // namespace regie
