// What is wrong with rules and contracts before anybody rings: places and hours that nobody serves, and rules that no
// message can reach. Pure: what it finds depends on the landlord's files and the days asked about alone.
#pragma once

#include <string>
#include <vector>

#include "regie/landlord.hpp"
#include "regie/routing.hpp"

namespace regie {

inline constexpr int hours_a_week = 7 * 24;

/// A trade that nobody may do, in some residences, on some days.
struct Gap {
  std::string trade;
  LocalDay from, to;  ///< both included, within the days asked about
  std::vector<std::string> residences;
  /// Hours of a week (Monday 0:00 = 0) at which nobody may be sent to an emergency. All of them when there is no
  /// contract at all.
  std::vector<int> hours;
  std::vector<std::string> ended;  ///< providers whose contract for it ended the day before

  bool is_total() const { return hours.size() == static_cast<std::size_t>(hours_a_week); }
};

/// Every trade × residence × day × hour for which no contract stands. Hours are looked at where some provider is bound
/// to come outside its hours for that trade: elsewhere it is agreed that nobody does. In order of trade and day.
std::vector<Gap> gaps(const Landlord& landlord, LocalDay from, LocalDay to);

/// A rule that never has its say, because another one before it decides whenever it would apply.
struct Shadowed {
  std::string rule;
  std::string by;
};
std::vector<Shadowed> shadowed(const RuleSet& rules);

/// A contract whose money is gone before its end, or will be when it goes on like this.
struct Exhausted {
  std::string provider;
  std::string contract;        ///< its number
  std::int64_t ceiling = 0;    ///< cents
  std::int64_t spent = 0;      ///< cents, so far
  LocalDay from;               ///< since when it is spent
  LocalDay gone;               ///< the day on which the last of it is spent; not after today when it is
  std::optional<LocalDay> to;  ///< the contract's last day
};

/// Contracts with a ceiling that have run for at least `days_for_a_pace` days; a shorter time says little. In file
/// order.
inline constexpr int days_for_a_pace = 30;
std::vector<Exhausted> exhausted(const Landlord& landlord, const Past& past, Instant now);

/// Something a person can do, as `problems` of the person says, that no rule ever calls so.
struct UnusedProblem {
  std::string person;
  std::string problem;
  std::string nearest;  ///< one that a rule names; "" = none is near
};
std::vector<UnusedProblem> unused_problems(const Landlord& landlord, const RuleSet& rules);

/// Days, from the handover on, on which nobody is on call; both included.
struct OffCall {
  LocalDay from, to;
};
/// From the first turn on; none when there are no turns at all.
std::vector<OffCall> off_call(const Landlord& landlord, LocalDay from, LocalDay to);

}  // namespace regie
