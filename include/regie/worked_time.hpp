// How long the landlord was open between two moments, asked for millions of them: Calendar::open_between() for all days
// at once.
#pragma once

#include <vector>

#include "regie/history.hpp"
#include "regie/policy.hpp"

namespace regie {

class WorkedTime {
 public:
  /// Keeps a reference to the policy: the hours of its targets count.
  explicit WorkedTime(const Policy& policy);

  /// Seconds in which it was open; 0 when `to` is not later.
  std::int64_t between(Moment from, Moment to);

  /// Seconds of a day on which it is open, on average over a week; 86,400 where it never closes.
  std::int64_t day() const { return day_; }

 private:
  struct Opening {
    Moment from, to;
    std::int64_t before;  ///< seconds open since the first day, up to `from`
  };
  std::int64_t open_until(Moment at) const;
  void cover(Moment from, Moment to);
  void add_day(LocalDay day);

  const Policy& policy_;
  const WeeklyHours& hours_;
  std::int64_t day_ = 86'400;
  Moment known_from_ = 0, known_to_ = 0;  ///< both 0: nothing is known yet
  std::vector<Opening> openings_;         ///< in order
  std::vector<std::uint32_t> start_;  ///< by UTC day since `start_day_`: the first opening that ends after it begins
  std::int64_t start_day_ = 0;
};

}  // namespace regie
