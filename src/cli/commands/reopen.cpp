#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

int run_reopen(Context& context) {
  const std::string reason = *context.args.text("reason");
  const auto when = read_when(context);
  return act_on_each(
      context, context.ids("ID"), [&](RequestId id) { return context.desk().reopen(id, reason, when); },
      [&](const Outcome& outcome) {
        const Request& request = outcome.request;
        remark_besides(context, outcome.besides, request);
        if (request.provider.empty() && request.triage.empty() && request.parent)
          return text::tr(N_("waits for request {0}: request {1}"), *request.parent, request.id);
        if (request.provider.empty())
          return text::tr(N_("reopened, nobody sent yet ({0}): request {1}"),
                          text::one_line(text::tr(triage_message(request.triage))), request.id);
        return text::tr(N_("reopened, sent to {0}: request {1}"),
                        provider_name(context.settings().landlord(), request.provider), request.id);
      });
}

}  // namespace

const Command reopen_command{
    .name = "reopen",
    .group = Group::desk,
    .summary = N_("open a closed or verified request again"),
    .description = N_("It is routed again and its clock starts afresh; what was late stays on record in the journal."),
    .arguments = {ids_argument},
    .options = {required_reason, when_option},
    .examples = {{"regie reopen 12 --reason 'la fuite est revenue'", N_("the tenant rings again")}},
    .writes = true,
    .run = run_reopen,
};

}  // namespace regie::cli
