// The clocks of a request: what is owed to whom until when, which time was counted and which was not. All of it follows
// from the journal and from the policies under which something was promised; nothing else is looked at, so that the
// same journal gives the same clocks for ever.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "regie/change.hpp"
#include "regie/policy.hpp"

namespace regie {

/// A time that a clock did not count because somebody waited: [from, to).
struct Pause {
  Instant from;
  std::optional<Instant> to;   ///< nullopt: nobody knows yet
  std::optional<Party> party;  ///< who was waited for; nullopt: the visit found nobody
  std::string reason;
  bool operator==(const Pause&) const = default;
};

struct Clock {
  ClockKind kind = ClockKind::target;
  std::optional<Delay> delay;  ///< nullopt: the date was given, not counted
  std::string policy;          ///< version under which it was promised
  std::string provider;        ///< who owes it; "" = the landlord
  bool rework = false;         ///< a promise that began with a failed check
  Instant started;
  Instant promised;            ///< due when nobody has to wait
  std::optional<Instant> due;  ///< due with the pauses; nullopt while it stands still
  std::optional<Instant> ended;
  ClockOutcome outcome = ClockOutcome::running;
  std::vector<Pause> pauses;  ///< in order, without overlaps
};

/// The policy of that version; nullptr when nobody kept it.
using PolicyOf = std::function<const Policy*(const std::string& version)>;

/// Every clock that ran, in order of their beginning; `now` tells which are late. Entries in order of sequence.
std::vector<Clock> clocks(std::span<const Event> journal, const PolicyOf& policy_of, Instant now);

/// What the row has to say about them after the last entry of the journal: the dates with every wait that is over.
Dues dues(std::span<const Event> journal, const PolicyOf& policy_of);

/// When `delay`, over at `promised` without pauses, is over with them: the time that was paused, as the delay counts
/// time, comes on top; a delay to the end of a day uses the last day whole. Pauses that begin after it was over change
/// nothing. nullopt when a pause that began before it was over has no end yet.
std::optional<Instant> due_with(const std::optional<Delay>& delay, Instant promised, std::span<const Pause> pauses,
                                const Policy& policy);

/// Why time was counted, or not.
enum class Why : int { counted = 1, closed, day_off, holiday, closing_day, night, waiting, nobody_home };

template <>
struct Codes<Why> {
  static constexpr std::array rows{
      CodeRow<Why>{Why::counted, "counted", N_("counted")},
      CodeRow<Why>{Why::closed, "closed", N_("outside the hours")},
      CodeRow<Why>{Why::day_off, "day-off", N_("day not worked")},
      CodeRow<Why>{Why::holiday, "holiday", N_("public holiday")},
      CodeRow<Why>{Why::closing_day, "closing-day", N_("closing day")},
      CodeRow<Why>{Why::night, "night", N_("no daylight")},
      CodeRow<Why>{Why::waiting, "waiting", N_("waiting")},
      CodeRow<Why>{Why::nobody_home, "nobody-home", N_("nobody at home")},
  };
};
static_assert(in_order<Why>());

/// A stretch of a clock's time.
struct Stretch {
  Instant from;
  Instant to;
  Why why = Why::counted;
  std::optional<Party> party;  ///< for Why::waiting
  std::string reason;
  std::chrono::seconds counted() const { return why == Why::counted ? to - from : std::chrono::seconds{0}; }
};

/// The time from the beginning of the clock until it ended or is due, whichever is first; until `now` when it stands
/// still. Stretches have no gaps, and neighbours differ.
std::vector<Stretch> account(const Clock& clock, const Policy& policy, Instant now);

}  // namespace regie
