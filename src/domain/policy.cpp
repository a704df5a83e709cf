#include "regie/policy.hpp"

namespace regie {

const WeeklyHours& Policy::hours_named(std::string_view name) const {
  static const WeeklyHours always = [] {
    WeeklyHours every_day;
    every_day.days.fill({Interval{0, 24 * 60}});
    return every_day;
  }();
  const auto found = hours.find(name.empty() ? target_hours : std::string(name));
  return found == hours.end() ? always : found->second;
}

const WeeklyHours& Policy::hours_for(const Delay& delay, std::string_view own) const {
  return hours_named(delay.within.empty() ? own : std::string_view(delay.within));
}

Instant Policy::deadline(const Delay& delay, Instant from, std::string_view own) const {
  return regie::deadline(delay, from, calendar, hours_for(delay, own));
}

std::optional<Instant> Policy::deadline(const std::optional<Delay>& delay, Instant from, std::string_view own) const {
  if (!delay) return std::nullopt;
  return deadline(*delay, from, own);
}

std::optional<Instant> Policy::target(Urgency urgency, Instant received) const {
  return deadline(targets[static_cast<std::size_t>(urgency) - 1], received);
}

Instant Policy::latest_start(const Delay& delay, Instant end) const {
  return regie::latest_start(delay, end, calendar, hours_for(delay));
}

}  // namespace regie
