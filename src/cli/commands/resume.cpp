#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "text/translate.hpp"

namespace regie::cli {

namespace {

int run_resume(Context& context) {
  const auto when = read_when(context);
  return act_on_each(
      context, context.ids("ID"),
      [&](RequestId id) {
        return context.desk().act(
            id, [](const Request&) -> Deed { return Resume{}; }, context.args.text("reason").value_or(""), when);
      },
      [&](const Outcome& outcome) {
        if (const auto due = outcome.request.due_at)
          context.remark("  " + text::tr(N_("due {0}"), due_text(context, *due)));
        return text::tr(N_("work goes on ({0}): request {1}"), text::tr(label(outcome.request.state)),
                        outcome.request.id);
      });
}

}  // namespace

const Command resume_command{
    .name = "resume",
    .group = Group::work,
    .summary = N_("end a hold: work goes on where it was"),
    .description = "",
    .arguments = {ids_argument},
    .options = {reason_option, when_option},
    .examples = {{"regie resume 12 --reason 'pièce reçue'", N_("the parts are there")}},
    .writes = true,
    .run = run_resume,
};

}  // namespace regie::cli
