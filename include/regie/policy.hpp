// What a landlord promises, and how the time of a promise is counted: the calendar, the opening hours, the delays. A
// request keeps the version under which it was promised something; the database keeps each version that was used, so
// that a calendar edited today says nothing about last month.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "regie/calendar.hpp"
#include "regie/codes.hpp"

namespace regie {

struct Policy {
  std::string version;  ///< fingerprint of `text`
  std::string text;     ///< all of the below in TOML, as desk/policy.cpp writes and reads it

  Calendar calendar;
  std::map<std::string, WeeklyHours> hours;
  std::string target_hours;                     ///< name of the hours that "working" means
  std::array<std::optional<Delay>, 4> targets;  ///< what the tenant is owed, by urgency, emergency first

  /// Which clocks stand still while one waits for that party: those of whoever is not responsible for the wait.
  std::array<ClockSet, 6> stopped_by = usual_stops();

  std::optional<Delay> check_within;  ///< from "done" to "verified"
  std::optional<Delay> tacit_after;   ///< from "done" to acceptance without a check; nullopt: never

  /// How long a tenant may hear nothing.
  struct Answers {
    std::optional<Delay> first;  ///< from the reception
    std::optional<Delay> again;  ///< from the last time the tenant was told something
    std::optional<Delay> last;   ///< from the end of the work, or of its check
    bool operator==(const Answers&) const = default;
  } answers;

  /// The tenant is nobody's fault but his own; the weather and an authority are nobody's. Parts and the contractor are
  /// the provider's business, and the landlord answers for the provider. A landlord that must decide holds up the
  /// provider, not the tenant's target.
  static constexpr std::array<ClockSet, 6> usual_stops() {
    constexpr ClockSet both = only(ClockKind::target) | only(ClockKind::promise);
    return {both, 0, 0, both, both, only(ClockKind::promise)};
  }

  /// Hours of that name; those of the targets for "". Every moment is open where there are none of that name: settings
  /// are refused then, so that it only happens to a delay that was promised under hours since renamed.
  const WeeklyHours& hours_named(std::string_view name) const;

  /// The hours a delay is counted in, for somebody who works in `own`; "" = those of the targets.
  const WeeklyHours& hours_for(const Delay& delay, std::string_view own = {}) const;

  /// When a delay is over that began at `from`. See regie::deadline().
  Instant deadline(const Delay& delay, Instant from, std::string_view own = {}) const;
  std::optional<Instant> deadline(const std::optional<Delay>& delay, Instant from, std::string_view own = {}) const;

  /// From when on a delay is over by `end`. See regie::latest_start().
  Instant latest_start(const Delay& delay, Instant end) const;

  /// What the tenant is owed; nullopt where the landlord promises nothing for this urgency.
  std::optional<Instant> target(Urgency urgency, Instant received) const;
};

}  // namespace regie
