#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"

namespace regie::cli {

namespace {

using text::tr;

int run_schedule(Context& context) {
  const Zone& zone = context.settings().zone();
  const auto from = context.args.time("from", context.now(), zone);
  // "--to 10:00" means on the day of --from, not today.
  const auto to = context.args.time(
      "to", from ? zone.instant(std::chrono::floor<std::chrono::days>(zone.local(*from))) : context.now(), zone);
  const auto when = read_when(context);
  const Schedule window{*from, to.value_or(*from + std::chrono::hours{2})};
  return act_on_each(
      context, context.ids("ID"),
      [&](RequestId id) {
        return context.desk().act(
            id, [&](const Request&) -> Deed { return window; }, context.args.text("reason").value_or(""), when);
      },
      [&](const Outcome& outcome) {
        return tr(N_("appointment {0} to {1}: request {2}"), due_text(context, window.from),
                  text::minute(window.to, zone).substr(11), outcome.request.id);
      });
}

}  // namespace

const Command schedule_command{
    .name = "schedule",
    .group = Group::work,
    .summary = N_("make or move an appointment"),
    .description = N_("Moving one is counted."),
    .arguments = {ids_argument},
    .options = {{"from", 0, "TIME", N_("when the visit may begin: 'friday 8:00'"), Offers::nothing, false, true},
                {"to", 0, "TIME", N_("when the visit has begun at the latest; two hours later when not said")},
                reason_option,
                when_option},
    .examples = {{"regie schedule 12 --from 'demain 8:00' --to 10:00", N_("tomorrow between eight and ten")}},
    .writes = true,
    .run = run_schedule,
};

}  // namespace regie::cli
