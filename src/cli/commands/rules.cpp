#include "cli/commands/all.hpp"
#include "cli/decision_view.hpp"
#include "desk/examples.hpp"
#include "regie/names.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using render::Column;
using text::tr;

const std::vector<std::string> actions{"test"};

std::string joined_sentences(const std::vector<Message>& messages) {
  std::string text;
  for (const Message& message : messages) text += (text.empty() ? "" : "; ") + tr(message);
  return text;
}

/// What came out, as `regie route` tells it.
std::string trace(Context& context, const Foreseen& foreseen) {
  const KeptDecision why = kept(foreseen, context.settings().routing().rules);
  return in_sentences(context, {.request = foreseen.draft,
                                .why = why,
                                .confidence = foreseen.understood.confidence,
                                .provider = foreseen.decision.provider,
                                .rule = foreseen.decision.rule,
                                .triage = foreseen.decision.triage,
                                .close = foreseen.decision.close,
                                .target_at = std::nullopt,
                                .promised_at = foreseen.decision.promised_at});
}

int test_rules(Context& context) {
  const auto examples = context.settings().examples();
  const bool for_people = context.format() == render::Format::table;
  auto writer = context.writer("regie.rules_test/1", {{"rule", N_("Rule")},
                                                      {"where", N_("Where")},
                                                      {"text", N_("Text"), Column::Kind::wide},
                                                      {"passed", N_("Passed")},
                                                      {"finding", N_("Finding"), Column::Kind::wide}});
  std::int64_t failed = 0;
  for (const RuleExample& example : examples) {
    Foreseen foreseen;
    const auto found = mismatches(context.settings(), example, context.now(), foreseen);
    if (!found.empty()) ++failed;
    if (!for_people)
      writer->row({example.rule, example.where, example.given.draft.text, found.empty(), joined_sentences(found)});
    else if (!found.empty())
      context.out(example.where + ": " + tr(N_("rule {0}"), example.rule) + ": " +
                  text::one_line(joined_sentences(found)) + "\n  « " + text::one_line(example.given.draft.text) +
                  " »\n" + trace(context, foreseen) + "\n");
  }
  if (!for_people) writer->finish();
  const auto count = static_cast<std::int64_t>(examples.size());
  if (failed == 0) {
    context.remark_or_out(tr(counted("{0} example, as expected", "{0} examples, all as expected", count)));
    return 0;
  }
  context.flush();
  return report_error(Error(Trouble::refused, counted("{0} of {1} examples comes out otherwise",
                                                      "{0} of {1} examples come out otherwise", failed, count)),
                      context.command.name, context.env,
                      context.format() == render::Format::json || context.format() == render::Format::jsonl);
}

int run_rules(Context& context) {
  const std::string action = *context.args.text("ACTION");
  if (action == "test") return test_rules(context);
  throw Error(Trouble::usage, message(N_("'{0}' is not one of {1}"), action, joined(actions)));
}

}  // namespace

const Command rules_command{
    .name = "rules",
    .group = Group::setup,
    .summary = N_("test the routing rules by the examples written beside them"),
    .description = N_("test: every [[rule.example]] of the rule files is routed as 'regie route' would, and compared "
                      "with what it expects; those that come out otherwise are told with the whole decision, and the "
                      "exit code is 1. 'regie config check' does the same."),
    .arguments = {{"ACTION", N_("test"), Offers::rules_actions}},
    .options = {},
    .examples = {{"regie rules test", N_("after every edit of the rules")},
                 {"regie rules test --format json", N_("for a script")}},
    .writes = false,
    .run = run_rules,
};

}  // namespace regie::cli
