#include "regie/worked_time.hpp"

#include <algorithm>

namespace regie {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::minutes;

namespace {

constexpr std::int64_t seconds_a_day = 86'400;
/// More is made at once than is asked for: questions come in no order.
constexpr days margin{62};

std::int64_t floor_day(Moment at) {
  return at >= 0 ? at / seconds_a_day : -((-at + seconds_a_day - 1) / seconds_a_day);
}

std::int64_t average_day(const WeeklyHours& hours) {
  std::int64_t open = 0, open_days = 0;
  for (const auto& day : hours.days) {
    for (const Interval& interval : day) open += (interval.to - interval.from) * std::int64_t{60};
    open_days += day.empty() ? 0 : 1;
  }
  return open_days == 0 || hours.daylight ? seconds_a_day : open / open_days;
}

}  // namespace

WorkedTime::WorkedTime(const Policy& policy)
    : policy_(policy), hours_(policy.hours_named("")), day_(average_day(hours_)) {}

std::int64_t WorkedTime::between(Moment from, Moment to) {
  if (to <= from) return 0;
  if (from < known_from_ || to >= known_to_) cover(from, to);
  return open_until(to) - open_until(from);
}

std::int64_t WorkedTime::open_until(Moment at) const {
  std::size_t next = start_[static_cast<std::size_t>(floor_day(at) - start_day_)];
  while (next < openings_.size() && openings_[next].to <= at) ++next;
  if (next == openings_.size())
    return openings_.empty() ? 0 : openings_.back().before + openings_.back().to - openings_.back().from;
  return openings_[next].before + std::max<std::int64_t>(0, at - openings_[next].from);
}

void WorkedTime::cover(Moment from, Moment to) {
  const Zone& zone = policy_.calendar.zone();
  const bool nothing_yet = openings_.empty() && known_to_ == 0;
  const LocalDay first = floor<days>(zone.local(instant(nothing_yet ? from : std::min(from, known_from_)))) - margin;
  const LocalDay last = floor<days>(zone.local(instant(nothing_yet ? to : std::max(to, known_to_)))) + margin;
  openings_.clear();
  for (LocalDay day = first; day <= last; day += days{1}) add_day(day);
  known_from_ = moment(zone.bound(LocalTime{first}));
  known_to_ = moment(zone.bound(LocalTime{last + days{1}}));
  start_day_ = floor_day(known_from_);
  start_.clear();
  std::uint32_t next = 0;
  for (std::int64_t day = start_day_; day <= floor_day(known_to_); ++day) {
    while (next < openings_.size() && openings_[next].to <= day * seconds_a_day) ++next;
    start_.push_back(next);
  }
}

void WorkedTime::add_day(LocalDay day) {
  const Zone& zone = policy_.calendar.zone();
  for (const Interval& interval : policy_.calendar.open_on(day, hours_)) {
    const Moment from = moment(zone.bound(day + minutes{interval.from}));
    const Moment to = moment(zone.bound(day + minutes{interval.to}));
    if (to <= from) continue;
    const std::int64_t before =
        openings_.empty() ? 0 : openings_.back().before + openings_.back().to - openings_.back().from;
    openings_.push_back({from, to, before});
  }
}

}  // namespace regie
