// The landlord's time: zone, opening hours, public holidays, and the delays counted in them.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "regie/request.hpp"

namespace regie {

using LocalTime = std::chrono::local_seconds;
using LocalDay = std::chrono::local_days;

/// A time zone is what tells the offset from UTC at an instant. Where that comes from is the caller's business
/// (the C library in the program, a fixed offset in a test).
class Zone {
 public:
  using OffsetAt = std::function<std::chrono::seconds(Instant)>;
  Zone() : Zone("UTC", [](Instant) { return std::chrono::seconds{0}; }) {}
  Zone(std::string name, OffsetAt offset_at) : name_(std::move(name)), offset_at_(std::move(offset_at)) {}

  const std::string& name() const { return name_; }
  std::chrono::seconds offset_at(Instant instant) const { return offset_at_(instant); }
  LocalTime local(Instant instant) const { return LocalTime{(instant + offset_at(instant)).time_since_epoch()}; }

  enum class Kind { unique, repeated, skipped };
  struct Resolved {
    Instant instant;  ///< repeated hour: the first of the two; skipped hour: as if the clock had not been moved yet
    Kind kind;
  };
  Resolved resolve(LocalTime local) const;
  Instant instant(LocalTime local) const { return resolve(local).instant; }

  /// When something begins or ends that is open at certain hours: in the skipped hour, when the clock is moved.
  Instant bound(LocalTime local) const;

 private:
  std::string name_;
  OffsetAt offset_at_;
};

/// Part of a day, in minutes since local midnight; `to` is not included, 24 * 60 is the end of the day.
struct Interval {
  int from = 0;
  int to = 0;
  bool operator==(const Interval&) const = default;
};

/// Opening intervals for each weekday, Monday first, each list sorted and without overlaps.
struct WeeklyHours {
  std::array<std::vector<Interval>, 7> days;
  std::map<LocalDay, std::vector<Interval>> special;  ///< of single days, whatever else would hold for them
  bool on_holidays = false;                           ///< public holidays and extra closing days are days like others
  bool daylight = false;                              ///< from sunrise to sunset, every day; `days` is not looked at

  bool operator==(const WeeklyHours&) const = default;
};

/// Where the sun rises and sets: degrees, north and east positive.
struct Position {
  double latitude = 0;
  double longitude = 0;
  bool operator==(const Position&) const = default;
};

/// Sunrise and sunset on a day, after the NOAA solar calculator (general equations, sun's centre 0.833 degrees below
/// the horizon); right to four minutes at our latitudes. nullopt when the sun does not rise, or not set, on that
/// day.
std::optional<std::pair<Instant, Instant>> daylight_on(std::chrono::year_month_day day, const Position& position);

enum class Holidays { none, france, alsace_moselle };

/// Easter Sunday of a year (Gregorian), after Meeus/Jones/Butcher, Astronomical Algorithms, ch. 8.
std::chrono::year_month_day easter(std::chrono::year year);

/// French public holidays: Code du travail L3133-1; Alsace-Moselle adds Good Friday and 26 December (L3134-13).
bool is_holiday(std::chrono::year_month_day day, Holidays region);

/// Which days and hours are worked.
class Calendar {
 public:
  Calendar() = default;
  Calendar(Zone zone, Holidays holidays, std::set<LocalDay> closed, std::optional<Position> position = std::nullopt)
      : zone_(std::move(zone)), holidays_(holidays), closed_(std::move(closed)), position_(position) {}

  const Zone& zone() const { return zone_; }
  Holidays holidays() const { return holidays_; }
  const std::set<LocalDay>& closed() const { return closed_; }
  const std::optional<Position>& position() const { return position_; }

  /// No public holiday and no extra closing day.
  bool is_kept(LocalDay day) const;

  /// Opening intervals on that day; empty when closed. Throws Error(config) for daylight without a position.
  std::vector<Interval> open_on(LocalDay day, const WeeklyHours& hours) const;

  bool is_open(Instant instant, const WeeklyHours& hours) const;

  /// `instant` itself when open, otherwise the next opening. Throws Error(config) when it never opens.
  Instant next_opening(Instant instant, const WeeklyHours& hours) const;

  /// How long it is open between the two; 0 when `to` is not later.
  std::chrono::seconds open_between(Instant from, Instant to, const WeeklyHours& hours) const;

  /// The moment at which it has been open for `length` since `from`; `from` itself for nothing. The inverse of
  /// open_between(), but for moments when it is closed.
  Instant after_open(Instant from, std::chrono::seconds length, const WeeklyHours& hours) const;

  /// The latest moment from which it is open for `length` until `to`; `to` itself for nothing.
  Instant before_open(Instant to, std::chrono::seconds length, const WeeklyHours& hours) const;

 private:
  Zone zone_;
  Holidays holidays_ = Holidays::none;
  std::set<LocalDay> closed_;
  std::optional<Position> position_;
};

/// A delay as people state it: "4 hours", "1 working day", "60 days, end of day", "4 hours, daylight",
/// "3 working days, telephone".
struct Delay {
  enum class Unit { minutes, hours, working_hours, working_days, days };
  int count = 0;
  Unit unit = Unit::hours;
  bool end_of_day = false;  ///< at closing time; a day that is not worked moves it to the next that is
  std::string within;       ///< counted only in the hours of this name; "" = as the unit says

  bool operator==(const Delay&) const = default;
};

/// nullopt when the words are not a delay; the grammar is in regie.toml(5).
std::optional<Delay> parse_delay(std::string_view words);
std::string to_string(const Delay& delay);

/// Is it counted in opening hours only, not round the clock?
bool counts_openings(const Delay& delay);

/// When `delay`, started at `from`, is over. `hours` are those it is counted in: Policy::hours_for().
/// minutes, hours: round the clock, unless `within` is given. days: calendar days, same clock time.
/// working hours, working days: counted from `from` when open then, else from the next opening; working days keep the
/// clock time. Working days to the end of the day: closing time of that many worked days after the day of reception.
Instant deadline(const Delay& delay, Instant from, const Calendar& calendar, const WeeklyHours& hours);

/// When to begin so that `delay` is over by `end`: the inverse of deadline() where both moments are within the hours.
/// Working days keep the clock time whatever the hours are: a working day before Saturday at nine is Friday at nine.
/// "End of day" says nothing here.
Instant latest_start(const Delay& delay, Instant end, const Calendar& calendar, const WeeklyHours& hours);

/// The first closing time of a day at or after the instant.
Instant end_of_that_day(Instant instant, const Calendar& calendar, const WeeklyHours& hours);

}  // namespace regie
