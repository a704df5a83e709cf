#include <algorithm>

#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "text/translate.hpp"

namespace regie::cli {

namespace {

int run_hold(Context& context) {
  const auto party = context.args.code<Party>("for");
  const std::string reason = *context.args.text("reason");
  const auto when = read_when(context);
  return act_on_each(
      context, context.ids("ID"),
      [&](RequestId id) {
        return context.desk().act(
            id, [&](const Request&) -> Deed { return Hold{*party}; }, reason, when);
      },
      [&](const Outcome& outcome) {
        const auto stopped = stopped_clocks(outcome.request);
        std::string names;
        for (const ClockKind kind : {ClockKind::target, ClockKind::promise})
          if (std::ranges::find(stopped, code(kind)) != stopped.end())
            names += (names.empty() ? "" : ", ") + text::tr(label(kind));
        context.remark("  " + (names.empty() ? text::tr(N_("no clock stands still for that"))
                                             : text::tr(N_("stands still: {0}"), names)));
        return text::tr(N_("on hold, waiting for {0}: request {1}"), text::tr(label(*party)), outcome.request.id);
      });
}

}  // namespace

const Command hold_command{
    .name = "hold",
    .group = Group::work,
    .summary = N_("put a request on hold: somebody or something is waited for"),
    .description = N_("Stops the clocks of those who are not responsible for the wait."),
    .arguments = {ids_argument},
    .options = {{"for", 0, "PARTY", N_("tenant, parts, contractor, weather, authority or landlord"), Offers::parties,
                 false, true},
                required_reason,
                when_option},
    .examples = {{"regie hold 12 --for parts --reason 'mitigeur commandé'", N_("parts are ordered")}},
    .writes = true,
    .run = run_hold,
};

}  // namespace regie::cli
