#include "cli/commands/rules.hpp"

#include <array>

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

struct RulesAction {
  const char* name;
  int (*run)(Context&);
};
constexpr std::array actions{RulesAction{"check", check_rules}, RulesAction{"test", test_rules},
                             RulesAction{"replay", replay_rules}, RulesAction{"stats", count_rules}};

std::string joined_sentences(const std::vector<Message>& messages) {
  std::string text;
  for (const Message& message : messages) text += (text.empty() ? "" : "; ") + tr(message);
  return text;
}

/// What came out, as `regie route` tells it.
std::string trace(Context& context, const Foreseen& foreseen) {
  const KeptDecision why = kept(foreseen, context.settings().routing().rules);
  return in_sentences(context, explain(foreseen, why));
}

int run_rules(Context& context) {
  const std::string name = *context.args.text("ACTION");
  std::vector<std::string> names;
  for (const RulesAction& action : actions) {
    if (name == action.name) return action.run(context);
    names.emplace_back(action.name);
  }
  throw Error(Trouble::usage, message(N_("'{0}' is not one of {1}"), name, joined(names)));
}

}  // namespace

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

Days read_days(Context& context) {
  const Zone& zone = context.settings().zone();
  const auto midnight = [&](const char* option, int days_later) -> std::optional<Instant> {
    const auto at = context.args.time(option, context.now(), zone);
    if (!at) return std::nullopt;
    return zone.instant(std::chrono::floor<std::chrono::days>(zone.local(*at)) + std::chrono::days{days_later});
  };
  const Days days{midnight("from", 0), midnight("until", 1)};
  context.args.check();
  return days;
}

const Command rules_command{
    .name = "rules",
    .group = Group::setup,
    .summary = N_("check the rules and contracts, test them, replay the past through new ones, count what they did"),
    .description =
        N_("check: rules that never have their say because another decides before them; trades that nobody may do "
           "somewhere, or at some hours, on some day from now on (a year, or as --from and --until say), contracts "
           "that end without successor among them; ceilings that run out before their contract does, at the pace so "
           "far; what people can do that no rule names; days that nobody is on call. Exit code 1 when something is "
           "found. test: every [[rule.example]] of the rule files is routed as 'regie route' would, and compared "
           "with what it expects; those that come out otherwise are told with the whole decision, and the "
           "exit code is 1. 'regie config check' does the same. replay: every request received in the period (all, "
           "or as --from and --until say) is understood and routed again as of its reception, by the rules of today "
           "and by those of --rules, and what would change is counted; --list and the data formats name the requests. "
           "Nothing is written. stats: how often each rule was met, decided, sent, left it to a person or answered at "
           "once, how often people then sent it elsewhere or the provider declined, and which rules never fired."),
    .arguments = {{"ACTION", N_("check, test, replay or stats"), Offers::rules_actions}},
    .options = {{"from", 0, "DAY", N_("from this day on; with check today when not given, else the first day")},
                {"until", 0, "DAY", N_("up to this day; with check a year when not given, else the last day")},
                {"rules", 0, "FILE", N_("with replay: these rule files, or all in this folder, instead of today's"),
                 Offers::files, true},
                {"list", 0, "", N_("with replay: the requests that would change, one a line")}},
    .examples = {{"regie rules check", N_("who is missing in the year to come?")},
                 {"regie rules test", N_("after every edit of the rules")},
                 {"regie rules test --format json", N_("for a script")},
                 {"regie rules replay --rules new-rules.toml --from 2026-01-01",
                  N_("what would these rules have changed this year?")},
                 {"regie rules replay --rules new-rules.toml --list", N_("and for whom?")},
                 {"regie rules stats --from 2026-01-01", N_("which rules do people keep overriding?")}},
    .writes = false,
    .run = run_rules,
};

}  // namespace regie::cli
