#include "cli/commands/all.hpp"
#include "regie/names.hpp"
#include "text/translate.hpp"

namespace regie::cli {

namespace {

int run_cancel(Context& context) {
  const auto why = context.args.code<CancelReason>("why");
  const auto duplicate_of = context.args.number("of", 1, 1'000'000'000'000);
  if (why == CancelReason::duplicate && !duplicate_of)
    context.args.complain(message(N_("--why duplicate needs --of: which request is the first?")));
  if (why && why != CancelReason::duplicate && duplicate_of)
    context.args.complain(message(N_("--of goes with --why duplicate")));
  const auto when = read_when(context);
  const auto ids = context.ids("ID");
  if (duplicate_of && !context.desk().store().find(*duplicate_of))
    throw Error(Trouble::not_found, message(N_("there is no request {0}"), *duplicate_of));
  return act_on_each(
      context, ids,
      [&](RequestId id) {
        return context.desk().cancel(id, {*why, duplicate_of}, context.args.text("reason").value_or(""), when);
      },
      [&](const Outcome& outcome) {
        if (!outcome.left_open.empty())
          context.remark("  " + text::tr(N_("waited for it, and now for a person: {0}"), joined(outcome.left_open)));
        return text::tr(N_("cancelled ({0}): request {1}"), text::tr(label(*why)), outcome.request.id);
      });
}

}  // namespace

const Command cancel_command{
    .name = "cancel",
    .group = Group::desk,
    .summary = N_("cancel a request that needs no work"),
    .description = N_("What is a part of it and waits for it then waits for a person (triage)."),
    .arguments = {ids_argument},
    .options = {{"why", 0, "WHY", N_("not-technical, duplicate, tenant-upkeep or withdrawn"), Offers::cancel_reasons,
                 false, true},
                {"of", 0, "ID", N_("with --why duplicate: the request it repeats"), Offers::requests},
                reason_option,
                when_option},
    .examples = {{"regie cancel 14 --why duplicate --of 12", N_("the same leak, reported twice")}},
    .writes = true,
    .run = run_cancel,
};

}  // namespace regie::cli
