#include "cli/commands/all.hpp"
#include "regie/names.hpp"
#include "text/translate.hpp"

namespace regie::cli {

namespace {

int run_close(Context& context) {
  const std::string answer = context.args.text("answer").value_or("");
  const auto rating = context.args.number("rating", 1, 5);
  const auto how = context.args.code<Channel>("how");
  const std::string word = context.args.text("comment").value_or("");
  if (!word.empty() && !context.args.has("rating")) context.args.complain(message(N_("--comment goes with --rating")));
  const auto when = read_when(context);
  return act_on_each(
      context, context.ids("ID"),
      [&](RequestId id) {
        return context.desk().close(id, {.answer = answer, .rating = rating, .rating_word = word, .told_how = how},
                                    context.args.text("reason").value_or(""), when);
      },
      [&](const Outcome& outcome) {
        if (!outcome.closed_with_it.empty())
          context.remark("  " +
                         text::tr(N_("closed with it, with the same answer: {0}"), joined(outcome.closed_with_it)));
        if (!outcome.left_open.empty())
          context.remark("  " +
                         text::tr(N_("part of it and still open, to be answered: {0}"), joined(outcome.left_open)));
        return text::tr(N_("the tenant has the answer, closed: request {0}"), outcome.request.id);
      });
}

}  // namespace

const Command close_command{
    .name = "close",
    .group = Group::first,
    .summary = N_("close a request: the tenant has the answer"),
    .description = N_("From verified; from done where the policy asks for no check; from open when the tenant was "
                      "answered on the spot. Requests that are a part of it and wait for it are closed with it."),
    .arguments = {ids_argument},
    .options = {{"answer", 'a', "TEXT", N_("what the tenant was told"), Offers::nothing, false, true},
                {"how", 0, "CHANNEL", N_("how the tenant was told: phone (the default), desk, web, email or caretaker"),
                 Offers::channels},
                {"rating", 0, "1-5", N_("how satisfied the tenant is")},
                {"comment", 0, "TEXT", N_("what the tenant said about it; goes with --rating")},
                reason_option,
                {"when", 0, "TIME", N_("when the tenant was told, if not just now: 'yesterday 16:30'")}},
    .examples = {{"regie close 12 --answer 'joint refait, rappelée ce matin' --rating 5", N_("after the check")},
                 {"regie close 31 -a 'orienté vers Mme Dubreuil'", N_("answered on the spot")}},
    .writes = true,
    .run = run_close,
};

}  // namespace regie::cli
