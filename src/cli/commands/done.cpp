#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "regie/names.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

int run_done(Context& context) {
  const std::string by = context.args.text("by").value_or("");
  const std::string work = context.args.text("work").value_or("");
  const auto cost = context.args.money("cost");
  const std::string reason = read_reason(context, context.args.text("reason").value_or(""));
  const auto when = read_when(context);
  const auto ids = context.ids("ID");
  const std::string photos = context.keep_photos();
  return act_on_each(
      context, ids,
      [&](RequestId id) {
        return context.desk().done(id, {.by = by, .work = work, .cost = cost, .photos = photos}, reason, when);
      },
      [&](const Outcome& outcome) {
        const Request& request = outcome.request;
        const Landlord& landlord = context.settings().landlord();
        const std::string doer = landlord.find_provider(request.done_by) ? provider_name(landlord, request.done_by)
                                                                         : person_name(landlord, request.done_by);
        if (!outcome.left_open.empty())
          context.remark("  " +
                         text::tr(N_("part of it, each tenant is to be answered: {0}"), joined(outcome.left_open)));
        return request.check_required ? text::tr(N_("done by {0}, to be checked by somebody else: request {1}"),
                                                 text::one_line(doer), request.id)
                                      : text::tr(N_("done by {0}, the tenant may be answered: request {1}"),
                                                 text::one_line(doer), request.id);
      });
}

}  // namespace

const Command done_command{
    .name = "done",
    .group = Group::work,
    .summary = N_("report the work done"),
    .description = N_("By the provider, or by whoever took its call. Whether somebody else must check it before it is "
                      "closed is the landlord's policy."),
    .arguments = {ids_argument},
    .options = {{"work", 'w', "TEXT", N_("what was done")},
                {"by", 0, "WHO",
                 N_("who did it: a person or provider; you, when you work for the provider that has the order, "
                    "otherwise that provider"),
                 Offers::people},
                {"cost", 0, "AMOUNT", N_("what it cost, in euros: 85,50")},
                photo_option,
                source_option,
                from_option,
                reason_option,
                when_option},
    .examples = {{"regie done 12 --work 'joint et siphon remplacés' --cost 38,50", N_("the technician, at the van")},
                 {"regie done 12 --as ouali --when 'hier 16:30'", N_("reception, for a technician who rang")}},
    .writes = true,
    .run = run_done,
};

}  // namespace regie::cli
