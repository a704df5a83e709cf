#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "text/translate.hpp"

namespace regie::cli {

namespace {

using text::tr;

int run_verify(Context& context) {
  const bool fails = context.args.has("fail");
  if (fails && context.args.has("pass")) context.args.complain(message(N_("--pass and --fail: only one of them")));
  const std::string reason = context.args.text("reason").value_or("");
  if (fails && reason.empty()) context.args.complain(message(N_("--fail needs --reason: what has to be done again?")));
  const auto when = read_when(context);
  return act_on_each(
      context, context.ids("ID"), [&](RequestId id) { return context.desk().verify(id, !fails, reason, when); },
      [&](const Outcome& outcome) {
        const Request& request = outcome.request;
        if (!fails)
          return tr(N_("checked and found good by {0}: request {1}"),
                    person_name(context.settings().landlord(), request.verified_by), request.id);
        return tr(N_("check failed, back to {0} as rework no. {1}: request {2}"),
                  provider_name(context.settings().landlord(), request.provider), request.reworks, request.id);
      });
}

}  // namespace

const Command verify_command{
    .name = "verify",
    .group = Group::first,
    .summary = N_("check work that was reported done"),
    .description = N_("Never by the person or provider who did it, nor by who reported it done. A failed check sends "
                      "the request back to the same provider as "
                      "rework: a clock of its own, no new order."),
    .arguments = {ids_argument},
    .options = {{"pass", 0, "", N_("the work is good (the default)")},
                {"fail", 0, "", N_("it has to be done again; needs --reason")},
                reason_option,
                when_option},
    .examples = {{"regie verify 12", N_("looked at it: good")},
                 {"regie verify 12 --fail --reason 'fuit encore au joint'", N_("back to the firm")}},
    .writes = true,
    .run = run_verify,
};

}  // namespace regie::cli
