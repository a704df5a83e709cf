#include "text/times.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <ctime>

#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::text {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::year_month_day;

namespace {

/// Takes exactly `digits` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int number = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

struct WrittenTime {
  LocalTime local;
  std::optional<seconds> offset;  ///< nullopt: none written
};

std::optional<seconds> take_clock(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || !(take(text, ':') || take(text, 'h'))) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute) return std::nullopt;
  int second = 0;
  if (take(text, ':')) {
    const auto number = take_number(text, 2);
    if (!number) return std::nullopt;
    second = *number;
    if (take(text, '.'))  // fractions are cut off
      while (!text.empty() && text.front() >= '0' && text.front() <= '9') text.remove_prefix(1);
  }
  if (*hour > 24 || *minute > 59 || second > 60 || (*hour == 24 && (*minute > 0 || second > 0))) return seconds{-1};
  return hours{*hour} + minutes{*minute} + seconds{second};
}

std::variant<WrittenTime, TimeFault> read_iso(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return TimeFault::not_iso;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return TimeFault::not_iso;
  const auto day = take_number(text, 2);
  if (!day) return TimeFault::not_iso;
  const year_month_day date = std::chrono::year{*year} / *month / *day;
  seconds clock{0};
  if (!text.empty()) {
    if (!take(text, 'T') && !take(text, ' ')) return TimeFault::not_iso;
    const auto read = take_clock(text);
    if (!read) return TimeFault::not_iso;
    clock = *read;
  }
  WrittenTime written{LocalTime{}, std::nullopt};
  if (take(text, 'Z')) {
    written.offset = seconds{0};
  } else if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    const int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    const auto hour = take_number(text, 2);
    take(text, ':');
    const auto minute = take_number(text, 2);
    if (!hour || !minute || *hour > 18 || *minute > 59) return TimeFault::not_iso;
    written.offset = sign * (hours{*hour} + minutes{*minute});
  }
  if (!text.empty()) return TimeFault::not_iso;
  if (!date.ok() || clock < seconds{0}) return TimeFault::impossible;
  written.local = std::chrono::local_days{date} + clock;
  return written;
}

struct DayWord {
  std::string_view english, french;
};
constexpr std::array<DayWord, 7> weekdays{{{"monday", "lundi"},
                                           {"tuesday", "mardi"},
                                           {"wednesday", "mercredi"},
                                           {"thursday", "jeudi"},
                                           {"friday", "vendredi"},
                                           {"saturday", "samedi"},
                                           {"sunday", "dimanche"}}};

std::optional<LocalDay> read_day_word(std::string_view word, LocalDay today) {
  if (word == "today" || word == "aujourd'hui") return today;
  if (word == "tomorrow" || word == "demain") return today + days{1};
  if (word == "yesterday" || word == "hier") return today - days{1};
  for (std::size_t i = 0; i < weekdays.size(); ++i)
    if (word == weekdays[i].english || word == weekdays[i].french) {
      const auto wanted = static_cast<int>(i);
      const auto now = static_cast<int>(std::chrono::weekday{today}.iso_encoding()) - 1;
      const int ahead = (wanted - now + 7) % 7;
      return today + days{ahead == 0 ? 7 : ahead};
    }
  return std::nullopt;
}

/// "06/04" and "06/04/2026", as the screens write days; without a year the one that is nearest to today.
std::optional<LocalDay> read_slashes(std::string_view text, LocalDay today) {
  const auto day = take_number(text, 2);
  if (!day || !take(text, '/')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month) return std::nullopt;
  std::optional<int> year;
  if (!text.empty()) {
    if (!take(text, '/') || !(year = take_number(text, 4)) || !text.empty()) return std::nullopt;
  }
  std::optional<LocalDay> nearest;
  const int present = static_cast<int>(year_month_day{today}.year());
  for (const int candidate : {year.value_or(present - 1), year.value_or(present), year.value_or(present + 1)}) {
    const year_month_day date = std::chrono::year{candidate} / *month / *day;
    if (!date.ok()) continue;
    const LocalDay found{date};
    const auto far = [&](LocalDay one) { return one < today ? today - one : one - today; };
    if (!nearest || far(found) < far(*nearest)) nearest = found;
  }
  return nearest;
}

std::optional<Instant> read_distance(std::string_view text, Instant now, const Zone& zone) {
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  int number = 0;
  constexpr int longest = 100'000;  // weeks: beyond that nobody plans, and years would not fit their four digits
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number > longest) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  const int count = sign * number;
  if (unit == "min") return now + minutes{count};
  if (unit == "h") return now + hours{count};
  if (unit == "d" || unit == "j") return zone.instant(zone.local(now) + days{count});
  if (unit == "w" || unit == "sem") return zone.instant(zone.local(now) + days{7 * count});
  return std::nullopt;
}

std::optional<Instant> on_clock(LocalTime local, const Zone& zone) {
  const auto resolved = zone.resolve(local);
  if (resolved.kind == Zone::Kind::skipped) return std::nullopt;
  return resolved.instant;
}

}  // namespace

std::variant<Instant, TimeFault> parse_iso(std::string_view text) {
  const auto read = read_iso(text);
  if (const auto* fault = std::get_if<TimeFault>(&read)) return *fault;
  const auto& written = std::get<WrittenTime>(read);
  if (!written.offset) return TimeFault::no_offset;
  return Instant{written.local.time_since_epoch()} - *written.offset;
}

std::variant<Instant, TimeFault> parse_formatted(const std::string& text, const std::string& format, const Zone& zone) {
  std::tm fields{};
  const char* end = ::strptime(text.c_str(), format.c_str(), &fields);
  if (end == nullptr || *end != '\0') return TimeFault::not_iso;
  const year_month_day date = std::chrono::year{fields.tm_year + 1900} / (fields.tm_mon + 1) / fields.tm_mday;
  if (!date.ok()) return TimeFault::impossible;
  if (format.find("%z") != std::string::npos)
    return Instant{std::chrono::sys_days{date} + hours{fields.tm_hour} + minutes{fields.tm_min} +
                   seconds{fields.tm_sec} - seconds{fields.tm_gmtoff}};
  const auto resolved = zone.resolve(std::chrono::local_days{date} + hours{fields.tm_hour} + minutes{fields.tm_min} +
                                     seconds{fields.tm_sec});
  if (resolved.kind == Zone::Kind::skipped) return TimeFault::impossible;
  return resolved.instant;
}

std::optional<Instant> parse_typed(std::string_view text, Instant now, const Zone& zone) {
  const std::string folded = fold(text);
  std::string_view rest = folded;
  if (rest.empty()) return std::nullopt;
  if (rest == "now" || rest == "maintenant") return now;
  if (rest.front() == '+' || rest.front() == '-') return read_distance(rest, now, zone);
  // ISO as it was typed: folding would make its T and Z small. People leave the hour's zero out.
  std::string iso(text);
  if (iso.size() > 12 && iso[10] == ' ' && (iso[12] == ':' || iso[12] == 'h')) iso.insert(11, 1, '0');
  if (iso.size() == 14 && iso.ends_with('h')) iso += "00";
  if (const auto read = read_iso(iso); const auto* written = std::get_if<WrittenTime>(&read)) {
    if (written->offset) return Instant{written->local.time_since_epoch()} - *written->offset;
    return on_clock(written->local, zone);
  }
  const LocalDay today = floor<days>(zone.local(now));
  const std::size_t blank = std::min(rest.find(' '), rest.size());
  LocalDay day = today;
  const std::string_view first = rest.substr(0, blank);
  if (const auto named =
          first.find('/') == std::string_view::npos ? read_day_word(first, today) : read_slashes(first, today)) {
    day = *named;
    rest.remove_prefix(std::min(blank + 1, rest.size()));
    if (rest.empty()) return on_clock(day, zone);
  }
  std::string padded(rest);
  if (padded.size() > 1 && (padded[1] == ':' || padded[1] == 'h')) padded.insert(0, 1, '0');
  if (padded.ends_with('h')) padded += "00";
  std::string_view clock_text = padded;
  const auto clock = take_clock(clock_text);
  if (!clock || *clock < seconds{0} || !clock_text.empty()) return std::nullopt;
  return on_clock(day + *clock, zone);
}

std::string iso(Instant instant, const Zone& zone) {
  const LocalTime local = zone.local(instant);
  const LocalDay day = floor<days>(local);
  const year_month_day date{day};
  const std::chrono::hh_mm_ss clock{local - day};
  const auto offset = std::chrono::duration_cast<minutes>(zone.offset_at(instant)).count();
  const auto size = offset < 0 ? -offset : offset;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), offset < 0 ? '-' : '+', size / 60, size % 60);
}

std::string minute(Instant instant, const Zone& zone) {
  std::string text = iso(instant, zone).substr(0, 16);
  text[10] = ' ';
  return text;
}

std::string brief(Instant instant, Instant now, const Zone& zone) {
  const std::string text = minute(instant, zone);
  const bool same_year = text.substr(0, 4) == minute(now, zone).substr(0, 4);
  const std::string day = text.substr(8, 2) + '/' + text.substr(5, 2);
  return same_year ? day + ' ' + text.substr(11) : day + '/' + text.substr(0, 4) + ' ' + text.substr(11);
}

namespace {

constexpr std::array months{N_("January"),   N_("February"), N_("March"),    N_("April"),
                            N_("May"),       N_("June"),     N_("July"),     N_("August"),
                            N_("September"), N_("October"),  N_("November"), N_("December")};

}  // namespace

std::string month_name(std::chrono::year_month month) {
  return tr(N_("{0} {1}"), Label{months[static_cast<unsigned>(month.month()) - 1]}, int{month.year()});
}

std::string day_name(LocalDay day, LocalDay today) {
  static constexpr std::array weekdays{N_("Monday"), N_("Tuesday"),  N_("Wednesday"), N_("Thursday"),
                                       N_("Friday"), N_("Saturday"), N_("Sunday")};
  const std::chrono::year_month_day date{day};
  const Label weekday{weekdays[std::chrono::weekday{day}.iso_encoding() - 1]};
  const Label month{months[static_cast<unsigned>(date.month()) - 1]};
  const auto number = static_cast<int>(static_cast<unsigned>(date.day()));
  std::string name = number == 1 ? tr(N_("{0} 1 {1}"), weekday, month) : tr(N_("{0} {1} {2}"), weekday, number, month);
  const std::chrono::year year = date.year();
  if (year != std::chrono::year_month_day{today}.year()) name += ' ' + std::to_string(static_cast<int>(year));
  return name;
}

}  // namespace regie::text
