#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

int run_decline(Context& context) {
  const std::string reason = read_reason(context, *context.args.text("reason"));
  const auto when = read_when(context);
  return act_on_each(
      context, context.ids("ID"), [&](RequestId id) { return context.desk().decline(id, reason, when); },
      [&](const Outcome& outcome) {
        const Request& request = outcome.request;
        remark_besides(context, outcome.besides, request);
        if (request.provider.empty() && request.triage.empty() && request.parent)
          return text::tr(N_("waits for request {0}: request {1}"), *request.parent, request.id);
        if (request.provider.empty())
          return text::tr(N_("declined, nobody else can be sent ({0}): request {1}"),
                          text::one_line(text::tr(triage_message(request.triage))), request.id);
        return text::tr(N_("declined, now with {0}: request {1}"),
                        provider_name(context.settings().landlord(), request.provider), request.id);
      });
}

}  // namespace

const Command decline_command{
    .name = "decline",
    .group = Group::work,
    .summary = N_("the provider does not take the order: the next one gets it"),
    .description = N_("Who declined is not asked again for this request, unless a person sends it there by hand."),
    .arguments = {ids_argument},
    .options = {required_reason, source_option, from_option, when_option},
    .examples = {{"regie decline 12 --reason 'pas de nacelle cette semaine'", N_("the firm rings back")}},
    .writes = true,
    .run = run_decline,
};

}  // namespace regie::cli
