#include "report/reports.hpp"

#include <algorithm>

namespace regie::report {

namespace {

constexpr std::array all{
    Kind{"nightly", N_("How things stand"),
         N_("one page in the morning: late and whose turn, due soon, unanswered, to check, what happened"),
         Usual::since_last_worked_day, false, 5, make_nightly},
    Kind{"backlog", N_("Backlog"), N_("what is unfinished: how old, in which state, with whom, and whether it grows"),
         Usual::last_30_days, true, 10, make_backlog},
    Kind{"targets", N_("Targets"),
         N_("did we keep our word to the tenants: kept and missed, by urgency, trade, agency"), Usual::last_month, true,
         10, make_targets},
    Kind{"providers", N_("Providers"),
         N_("orders, promises, times, checks and cost of each provider, and who gets worse"), Usual::last_month, true,
         10, make_providers},
    Kind{"verification", N_("Checks"), N_("work that was checked, was not good, or waits for a check"),
         Usual::last_month, true, 10, make_verification},
    Kind{"residences", N_("Residence watch"), N_("residences with more requests of a trade than they usually have"),
         Usual::last_30_days, false, 10, make_residences},
    Kind{"repeat", N_("Broken again"), N_("repaired, and broken again within the guarantee; right first time"),
         Usual::last_month, true, 10, make_repeat},
    Kind{"tenants", N_("Tenants"), N_("who waits for a word, fragile tenants, answers and ratings"), Usual::last_month,
         true, 10, make_tenants},
    Kind{"routing", N_("Routing"), N_("what the rules decided, what people decided otherwise, rules never met"),
         Usual::last_month, false, 10, make_routing},
    Kind{"penalties", N_("Penalties"), N_("late orders and what their contracts say it costs"), Usual::last_month,
         false, 10, make_penalties},
    Kind{"reminders", N_("Reminders"), N_("mail that left, and mail that needs somebody"), Usual::last_30_days, false,
         10, make_reminders},
};

}  // namespace

std::span<const Kind> kinds() { return all; }

const Kind* find_kind(std::string_view name) {
  const auto found = std::ranges::find(all, name, &Kind::name);
  return found == all.end() ? nullptr : &*found;
}

std::pair<Instant, Instant> usual_period(Usual usual, Instant now, const Calendar& calendar, const WeeklyHours& hours) {
  using namespace std::chrono;
  const Zone& zone = calendar.zone();
  const LocalTime local = zone.local(now);
  switch (usual) {
    case Usual::since_last_worked_day: {
      // The same time on the last worked day: on Monday also what happened at the weekend.
      LocalDay day = floor<days>(local) - days{1};
      for (int tries = 0; tries < 31 && calendar.open_on(day, hours).empty(); ++tries) day -= days{1};
      return {zone.instant(LocalTime{day} + (local - floor<days>(local))), now};
    }
    case Usual::last_month: {
      const year_month_day today{floor<days>(local)};
      const year_month month = today.year() / today.month();
      return {zone.bound(LocalTime{local_days{(month - months{1}) / 1}}), zone.bound(LocalTime{local_days{month / 1}})};
    }
    case Usual::last_30_days: break;
  }
  return {zone.instant(local - days{30}), now};
}

}  // namespace regie::report
