#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using text::tr;

int run_assign(Context& context) {
  const auto when = read_when(context);
  const std::string provider = context.args.text("to").value_or("");
  const std::string reason = context.args.text("reason").value_or("");
  const bool out_of_contract = context.args.has("out-of-contract");
  if (out_of_contract && provider.empty())
    throw Error(Trouble::usage, message(N_("--out-of-contract goes with --to: who is it?")));
  return act_on_each(
      context, context.ids("ID"),
      [&](RequestId id) { return context.desk().assign(id, provider, out_of_contract, reason, when); },
      [&](const Outcome& outcome) {
        const Request& request = outcome.request;
        if (outcome.decision) remark_candidates(context, *outcome.decision);
        remark_besides(context, outcome.besides, request);
        if (request.provider.empty() && request.triage.empty() && request.parent)
          return tr(N_("waits for request {0}: request {1}"), *request.parent, request.id);
        if (request.provider.empty())
          return tr(N_("nobody can be sent ({0}): request {1}"), text::one_line(tr(triage_message(request.triage))),
                    request.id);
        const std::string name = provider_name(context.settings().landlord(), request.provider);
        if (!request.due_at) return tr(N_("sent to {0}: request {1}"), name, request.id);
        return tr(N_("sent to {0}, due {1}: request {2}"), name, due_text(context, *request.due_at), request.id);
      });
}

}  // namespace

const Command assign_command{
    .name = "assign",
    .group = Group::first,
    .summary = N_("send a request to a provider, or route it again"),
    .description =
        N_("With --to, the provider's contract must be valid for the trade and the residence, whatever the reason, "
           "unless it is an emergency ordered with --out-of-contract; and a reason is needed when the rules would send "
           "somebody else. Without --to the routing rules decide "
           "again, as of now."),
    .arguments = {ids_argument},
    .options = {{"to", 0, "PROVIDER", N_("the crew or firm; without it the rules decide"), Offers::providers},
                {"out-of-contract", 0, "",
                 N_("an emergency that no contract covers: ordered all the same, and reported")},
                reason_option,
                when_option},
    .examples = {{"regie assign 12 --to GAR --reason 'la régie est complète'", N_("by hand")},
                 {"regie list --triage --format tsv --columns id | regie assign -",
                  N_("route everything in triage again, after the rules were mended")}},
    .writes = true,
    .run = run_assign,
};

}  // namespace regie::cli
