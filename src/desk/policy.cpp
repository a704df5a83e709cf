#include "desk/policy.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "desk/settings.hpp"
#include "regie/fingerprint.hpp"
#include "regie/names.hpp"

namespace regie {

using toml_input::File;
using toml_input::Table;

namespace {

constexpr std::array weekday_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

constexpr std::array regions{
    std::pair{"none", Holidays::none},
    std::pair{"fr", Holidays::france},
    std::pair{"fr-alsace-moselle", Holidays::alsace_moselle},
};
constexpr const char* daylight_hours = "daylight";

/// "2026-12-24"
std::optional<LocalDay> parse_date(std::string_view text) {
  int year = 0;
  unsigned month = 0, day = 0;
  const char* end = text.data() + text.size();
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (std::from_chars(text.data(), text.data() + 4, year).ptr != text.data() + 4) return std::nullopt;
  if (std::from_chars(text.data() + 5, text.data() + 7, month).ptr != text.data() + 7) return std::nullopt;
  if (std::from_chars(text.data() + 8, end, day).ptr != end) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!date.ok()) return std::nullopt;
  return LocalDay{date};
}

std::string written(LocalDay day) {
  const std::chrono::year_month_day date{day};
  const auto two = [](unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::to_string(static_cast<int>(date.year())) + '-' + two(static_cast<unsigned>(date.month())) + '-' +
         two(static_cast<unsigned>(date.day()));
}

std::string written(const std::vector<Interval>& intervals) {
  const auto clock = [](int minutes) {
    return std::to_string(minutes / 60) + (minutes % 60 < 10 ? ":0" : ":") + std::to_string(minutes % 60);
  };
  std::string text;
  for (const Interval& interval : intervals)
    text += (text.empty() ? "" : ", ") + clock(interval.from) + '-' + clock(interval.to);
  return text.empty() ? "closed" : text;
}

std::optional<std::vector<Interval>> read_intervals(Table& table, const std::string& key) {
  const auto words = table.text(key);
  if (!words) return std::nullopt;
  auto intervals = parse_intervals(*words);
  if (!intervals)
    table.complain(key, message(N_("'{0}' is not opening hours; write '8:30-12:00, 13:30-17:00' or 'closed'"), *words));
  return intervals;
}

WeeklyHours read_hours(Table table) {
  WeeklyHours hours;
  std::array<bool, 7> said{};
  hours.on_holidays = table.flag("holidays").value_or(false);
  for (const std::string& key : table.free_keys()) {
    if (key == "holidays") continue;
    const auto intervals = read_intervals(table, key);
    if (const auto date = parse_date(key)) {
      if (intervals) hours.special[*date] = *intervals;
      continue;
    }
    const auto days = parse_weekdays(key);
    if (!days)
      table.complain(key,
                     message(N_("'{0}' is neither a weekday nor a date; write mon, tue, wed, thu, fri, sat, sun, a "
                                "range like mon-fri, or 2026-12-24"),
                             key));
    if (!days || !intervals) continue;
    for (std::size_t day = 0; day < 7; ++day) {
      if (!(*days)[day]) continue;
      if (said[day])
        table.complain(key, message(N_("'{0}': the hours of '{1}' are given twice"), key, weekday_names[day]));
      said[day] = true;
      hours.days[day] = *intervals;
    }
  }
  return hours;
}

/// What of `one` lies within `other`.
std::vector<Interval> common(const std::vector<Interval>& one, const std::vector<Interval>& other) {
  std::vector<Interval> both;
  for (const Interval& a : one)
    for (const Interval& b : other)
      if (const Interval part{std::max(a.from, b.from), std::min(a.to, b.to)}; part.from < part.to)
        both.push_back(part);
  return both;
}

/// Collects what the files say; a later file adds to an earlier one.
struct PolicyReader {
  Policy policy;
  Holidays holidays = Holidays::france;
  std::set<LocalDay> closed;
  std::optional<Position> position;
  std::map<LocalDay, std::vector<Interval>> half_days;

  void read(Table root) {
    if (auto table = root.table("calendar")) read_calendar(*table);
    if (auto table = root.table("hours"))
      for (const std::string& name : table->free_keys()) {
        const bool odd = std::ranges::any_of(
            name, [](char c) { return (c >= 0 && c <= ' ') || c == '"' || c == '\\' || c == ',' || c == 0x7f; });
        if (name.empty() || odd)
          table->complain(name, message(N_("'{0}' is no name for hours: no blanks, no commas, no quotes"), name));
        else if (auto one = table->table(name)) policy.hours[name] = read_hours(*one);
      }
    if (auto table = root.table("targets")) {
      policy.target_hours = table->text("hours").value_or("");
      policy.targets = read_delays(*table);
    }
    if (auto table = root.table("clocks")) read_stops(*table);
    if (auto table = root.table("verification")) {
      policy.check_within = read_delay(*table, "within");
      policy.tacit_after = read_delay(*table, "tacit_after");
    }
    if (auto table = root.table("answers"))
      policy.answers = {read_delay(*table, "first"), read_delay(*table, "again"), read_delay(*table, "last")};
  }

  void read_calendar(Table& table) {
    const std::string region = table.text("holidays").value_or("fr");
    const auto known = std::ranges::find(regions, region, [](const auto& row) { return std::string_view(row.first); });
    if (known != regions.end()) holidays = known->second;
    else table.complain("holidays", message(N_("'{0}' is not one of {1}"), region, "fr, fr-alsace-moselle, none"));
    for (const LocalDay day : table.days("closed")) closed.insert(day);
    if (auto days = table.table("half_days"))
      for (const std::string& key : days->free_keys()) {
        const auto date = parse_date(key);
        if (!date) days->complain(key, message(N_("'{0}' is not a date; write 2026-12-24"), key));
        if (const auto intervals = read_intervals(*days, key); date && intervals) half_days[*date] = *intervals;
      }
    const auto latitude = table.real("latitude"), longitude = table.real("longitude");
    if (latitude && longitude && std::abs(*latitude) < 90 && std::abs(*longitude) <= 180)
      position = {*latitude, *longitude};
    else if (latitude || longitude)
      table.complain("latitude", message(N_("a position is a latitude and a longitude, like 47.9 and 1.9")));
  }

  void read_stops(Table& table) {
    for (const auto& row : codes<Party>()) {
      if (!table.has(row.code)) continue;
      ClockSet& stopped = policy.stopped_by[static_cast<std::size_t>(row.value) - 1];
      stopped = 0;
      for (const std::string& word : table.texts(row.code)) {
        if (word == code(ClockKind::target)) stopped |= only(ClockKind::target);
        else if (word == code(ClockKind::promise)) stopped |= only(ClockKind::promise);
        else table.complain(row.code, message(N_("'{0}' is not one of {1}"), word, "target, promise"));
      }
    }
  }

  Policy finish(const Zone& zone) {
    policy.calendar = Calendar(zone, holidays, std::move(closed), position);
    for (auto& [name, hours] : policy.hours)
      for (const auto& [day, open] : half_days)
        if (const auto usual = policy.calendar.open_on(day, hours); !usual.empty() && !hours.special.contains(day))
          hours.special[day] = common(usual, open);
    if (position && !policy.hours.contains(daylight_hours))
      policy.hours[daylight_hours] = {.days = {}, .special = {}, .on_holidays = true, .daylight = true};
    name_policy(policy);
    return std::move(policy);
  }
};

void check_names(Table root, const Policy& policy) {
  std::vector<std::string> names;
  for (const auto& [name, hours] : policy.hours) names.push_back(name);
  if (auto table = root.table("targets")) {
    read_known(*table, "hours", names);
    check_delays(*table, policy);
  }
  if (auto table = root.table("verification"))
    for (const char* key : {"within", "tacit_after"}) check_delay(*table, key, policy);
  if (auto table = root.table("answers"))
    for (const char* key : {"first", "again", "last"}) check_delay(*table, key, policy);
}

}  // namespace

std::optional<Delay> read_delay(Table& table, const char* key) {
  const auto words = table.text(key);
  if (!words) return std::nullopt;
  const auto delay = parse_delay(*words);
  if (!delay)
    table.complain(key, message(N_("'{0}' is not a delay; write '4 hours', '2 working hours', '1 working day', "
                                   "'10 working days, end of day' or '60 days, end of day'"),
                                *words));
  return delay;
}

void check_delay(Table& table, const char* key, const Policy& policy) {
  const auto words = table.text(key);
  const auto delay = words ? parse_delay(*words) : std::nullopt;
  if (!delay || delay->within.empty() || policy.hours.contains(delay->within)) return;
  if (delay->within == daylight_hours) {
    table.complain(key,
                   message(N_("daylight is not known without a position: give latitude and longitude in [calendar]")));
    return;
  }
  std::vector<std::string> names;
  for (const auto& [name, hours] : policy.hours) names.push_back(name);
  table.complain(key, unknown_name(N_("no [hours] are called '{0}'; known: {1}"),
                                   N_("no [hours] are called '{0}'; did you mean '{1}'?"), delay->within, names));
}

void check_delays(Table& table, const Policy& policy) {
  for (const auto& row : codes<Urgency>()) check_delay(table, row.code.data(), policy);
}

std::array<std::optional<Delay>, 4> read_delays(Table& table) {
  std::array<std::optional<Delay>, 4> delays;
  for (const auto& row : codes<Urgency>())
    delays[static_cast<std::size_t>(row.value) - 1] = read_delay(table, row.code.data());
  return delays;
}

std::optional<int> parse_clock(std::string_view text) {
  int hour = -1, minute = -1;
  const char* end = text.data() + text.size();
  const auto [after_hour, hour_error] = std::from_chars(text.data(), end, hour);
  if (hour_error != std::errc{} || after_hour == end || (*after_hour != ':' && *after_hour != 'h')) return std::nullopt;
  const auto [after_minute, minute_error] = std::from_chars(after_hour + 1, end, minute);
  if (minute_error != std::errc{} || after_minute != end || after_minute - after_hour != 3) return std::nullopt;
  const int clock = hour * 60 + minute;
  if (hour < 0 || minute < 0 || minute > 59 || clock > 24 * 60) return std::nullopt;
  return clock;
}

std::optional<std::vector<Interval>> parse_intervals(std::string_view text) {
  std::vector<Interval> intervals;
  text = trimmed(text);
  if (text == "closed") return intervals;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = trimmed(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    const std::size_t dash = part.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto from = parse_clock(trimmed(part.substr(0, dash)));
    const auto to = parse_clock(trimmed(part.substr(dash + 1)));
    if (!from || !to || *to <= *from || (!intervals.empty() && *from < intervals.back().to)) return std::nullopt;
    intervals.push_back({*from, *to});
  }
  return intervals;
}

std::optional<std::array<bool, 7>> parse_weekdays(std::string_view text) {
  const auto index = [](std::string_view name) -> std::optional<std::size_t> {
    const auto found = std::ranges::find(weekday_names, name);
    if (found == weekday_names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - weekday_names.begin());
  };
  const std::size_t dash = std::min(text.find('-'), text.size());
  const auto first = index(text.substr(0, dash));
  const auto last = dash == text.size() ? first : index(text.substr(dash + 1));
  if (!first || !last) return std::nullopt;
  std::array<bool, 7> days{};
  for (std::size_t day = *first;; day = (day + 1) % 7) {
    days[day] = true;
    if (day == *last) return days;
  }
}

Policy read_policy(std::vector<File>& files, const Zone& zone) {
  PolicyReader reader;
  for (File& file : files) reader.read(file.root());
  Policy policy = reader.finish(zone);
  for (File& file : files) check_names(file.root(), policy);
  return policy;
}

Policy read_policy_text(const std::string& text, const std::function<std::optional<Zone>(const std::string&)>& zone) {
  File file("policy", text);
  PolicyReader reader;
  Table root = file.root();
  reader.read(root);
  const std::string name = root.text("zone").value_or("");
  const auto known = zone(name);
  if (!known)
    throw Error(Trouble::config, message(N_("no time zone '{0}' on this machine; write it like Europe/Paris"), name));
  Policy policy = reader.finish(*known);
  if (auto findings = file.findings(); !findings.empty()) throw Error(Trouble::config, std::move(findings));
  return policy;
}

void name_policy(Policy& policy) {
  std::string& text = policy.text;
  const auto value = [](const std::string& words) { return " = \"" + words + "\"\n"; };
  const auto delay = [&](std::string_view key, const std::optional<Delay>& one) {
    if (one) text.append(key).append(value(to_string(*one)));
  };
  const Calendar& calendar = policy.calendar;
  text = "zone" + value(calendar.zone().name()) + "[calendar]\n";
  const auto region = std::ranges::find(regions, calendar.holidays(), [](const auto& row) { return row.second; });
  text += "holidays" + value(region->first) + "closed = [";
  for (const LocalDay day : calendar.closed()) text += written(day) + ", ";
  text += "]\n";
  if (const auto& position = calendar.position())
    text += "latitude = " + std::to_string(position->latitude) +
            "\nlongitude = " + std::to_string(position->longitude) + '\n';
  for (const auto& [name, hours] : policy.hours) {
    if (hours.daylight) continue;  // made of the position
    text += "[hours.\"" + name + "\"]\n";
    if (hours.on_holidays) text += "holidays = true\n";
    for (std::size_t day = 0; day < 7; ++day)
      if (!hours.days[day].empty()) text += weekday_names[day] + value(written(hours.days[day]));
    for (const auto& [day, open] : hours.special) text += written(day) + value(written(open));
  }
  text += "[targets]\nhours" + value(policy.target_hours);
  for (const auto& row : codes<Urgency>()) delay(row.code, policy.targets[static_cast<std::size_t>(row.value) - 1]);
  text += "[clocks]\n";
  for (const auto& row : codes<Party>()) {
    const ClockSet stopped = policy.stopped_by[static_cast<std::size_t>(row.value) - 1];
    text.append(row.code).append(" = [");
    for (const ClockKind kind : {ClockKind::target, ClockKind::promise})
      if (has(stopped, kind)) text.append("\"").append(code(kind)).append("\", ");
    text += "]\n";
  }
  text += "[verification]\n";
  delay("within", policy.check_within);
  delay("tacit_after", policy.tacit_after);
  text += "[answers]\n";
  delay("first", policy.answers.first);
  delay("again", policy.answers.again);
  delay("last", policy.answers.last);
  policy.version = fingerprint(text);
}

}  // namespace regie
