#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "text/translate.hpp"

namespace regie::cli {

namespace {

int run_no_access(Context& context) {
  const auto when = read_when(context);
  std::optional<Instant> begins;
  return act_on_each(
      context, context.ids("ID"),
      [&](RequestId id) {
        return context.desk().act(
            id,
            [&](const Request& request) -> Deed {
              begins = request.visit_from;
              return NoAccess{};
            },
            context.args.text("reason").value_or(""), when);
      },
      [&](const Outcome& outcome) {
        if (begins && outcome.request.changed_at < *begins)
          context.remark("  " + text::tr(N_("careful: the appointment only begins {0}"), due_text(context, *begins)));
        return text::tr(counted("{0} failed visit, a new appointment is needed: request {1}",
                                "{0} failed visits, a new appointment is needed: request {1}",
                                outcome.request.no_access, outcome.request.id));
      });
}

}  // namespace

const Command no_access_command{
    .name = "no-access",
    .group = Group::work,
    .summary = N_("the visit failed: nobody at home"),
    .description = N_("Counted. It stops the provider's clock, not the landlord's."),
    .arguments = {ids_argument},
    .options = {reason_option, when_option},
    .examples = {{"regie no-access 12 --when 8:40 --reason 'avis de passage laissé'",
                  N_("the technician at the door")}},
    .writes = true,
    .run = run_no_access,
};

}  // namespace regie::cli
