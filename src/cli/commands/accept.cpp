#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "text/translate.hpp"

namespace regie::cli {

namespace {

int run_accept(Context& context) {
  const std::string reason = read_reason(context, context.args.text("reason").value_or(""));
  const auto when = read_when(context);
  return act_on_each(
      context, context.ids("ID"),
      [&](RequestId id) {
        return context.desk().act(
            id, [](const Request&) -> Deed { return Accept{}; }, reason, when);
      },
      [&](const Outcome& outcome) {
        return text::tr(N_("accepted by {0}: request {1}"),
                        provider_name(context.settings().landlord(), outcome.request.provider), outcome.request.id);
      });
}

}  // namespace

const Command accept_command{
    .name = "accept",
    .group = Group::work,
    .summary = N_("the provider takes the order"),
    .description = N_("Typed by the provider, or by whoever took its call (then with --as, or under one's own name)."),
    .arguments = {ids_argument},
    .options = {source_option, from_option, reason_option, when_option},
    .examples = {{"regie accept 12 15-18", N_("several orders at once")},
                 {"regie accept 12 --from 'e-mail of 10:32'", N_("the firm answered by mail")}},
    .writes = true,
    .run = run_accept,
};

}  // namespace regie::cli
