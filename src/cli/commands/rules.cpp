#include <fmt/format.h>

#include "cli/commands/all.hpp"
#include "cli/decision_view.hpp"
#include "cli/request_view.hpp"
#include "desk/examples.hpp"
#include "regie/names.hpp"
#include "regie/rule_check.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using render::Column;
using text::tr;

const std::vector<std::string> actions{"check", "test"};

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

// ---- check

struct CheckFinding {
  const char* kind;  ///< "gap" or "rule"
  std::string subject;
  std::optional<LocalDay> from, to;
  std::vector<std::string> residences;
  Message what;
};

std::string day_text(LocalDay day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

/// "Sunday 3:00", the first hour of the week that nobody serves.
std::string hour_text(int hour) {
  static constexpr std::array days{N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")};
  return tr(days[static_cast<std::size_t>(hour / 24)]) + fmt::format(" {}:00", hour % 24);
}

CheckFinding finding_of(const Gap& gap, const Landlord& landlord) {
  CheckFinding finding{"gap", gap.trade, gap.from, gap.to, gap.residences, {}};
  const std::string where =
      gap.residences.size() == landlord.residences.size() ? tr(N_("everywhere")) : joined(gap.residences);
  const std::string from = day_text(gap.from);
  const std::string trade = trade_name(landlord, gap.trade);
  if (!gap.is_total())
    finding.what = message(N_("from {0}: nobody comes to emergencies of {1} in {2} hours of a week, such as {3} ({4})"),
                           from, trade, gap.hours.size(), hour_text(gap.hours.front()), where);
  else if (!gap.ended.empty())
    finding.what = message(N_("from {0}: nobody has a contract for {1} ({2}); that of {3} ends the day before"), from,
                           trade, where, joined(gap.ended));
  else finding.what = message(N_("from {0}: nobody has a contract for {1} ({2})"), from, trade, where);
  return finding;
}

int check_rules(Context& context) {
  const Landlord& landlord = context.settings().landlord();
  const Zone& zone = context.settings().zone();
  const auto from = std::chrono::floor<std::chrono::days>(
      zone.local(context.args.time("from", context.now(), zone).value_or(context.now())));
  const auto until = context.args.time("until", context.now(), zone);
  context.args.check();
  const LocalDay to = until ? std::chrono::floor<std::chrono::days>(zone.local(*until)) : from + std::chrono::days{365};
  std::vector<CheckFinding> findings;
  for (const Shadowed& one : shadowed(context.settings().routing().rules))
    findings.push_back({"rule",
                        one.rule,
                        {},
                        {},
                        {},
                        message(N_("the rule '{0}' never has its say: '{1}' decides before it"), one.rule, one.by)});
  for (const Gap& gap : gaps(landlord, from, to)) findings.push_back(finding_of(gap, landlord));
  const bool for_people = context.format() == render::Format::table;
  auto writer = context.writer("regie.rules_check/1", {{"kind", N_("Kind")},
                                                       {"subject", N_("What")},
                                                       {"from", N_("From")},
                                                       {"to", N_("To")},
                                                       {"residences", N_("Residences")},
                                                       {"finding", N_("Finding"), Column::Kind::wide}});
  for (const CheckFinding& finding : findings) {
    if (for_people) context.out(text::one_line(tr(finding.what)) + "\n");
    else
      writer->row({std::string(finding.kind), finding.subject, finding.from ? day_text(*finding.from) : std::string(),
                   finding.to ? day_text(*finding.to) : std::string(), render::Cell::Value{finding.residences},
                   tr(finding.what)});
  }
  if (!for_people) writer->finish();
  if (findings.empty()) {
    context.remark_or_out(tr(N_("from {0} to {1}: every trade is served everywhere, and every rule can be reached"),
                             day_text(from), day_text(to)));
    return 0;
  }
  return exit_code(Trouble::refused);
}

int run_rules(Context& context) {
  const std::string action = *context.args.text("ACTION");
  if (action == "check") return check_rules(context);
  if (action == "test") return test_rules(context);
  throw Error(Trouble::usage, message(N_("'{0}' is not one of {1}"), action, joined(actions)));
}

}  // namespace

const Command rules_command{
    .name = "rules",
    .group = Group::setup,
    .summary = N_("check the rules and contracts, or test them by the examples beside them"),
    .description =
        N_("check: rules that never have their say because another decides before them, and trades that "
           "nobody may do somewhere, or at some hours, on some day from now on (a year, or as --from and "
           "--until say): contracts that end without successor among them. Exit code 1 when something is "
           "found. test: every [[rule.example]] of the rule files is routed as 'regie route' would, and compared "
           "with what it expects; those that come out otherwise are told with the whole decision, and the "
           "exit code is 1. 'regie config check' does the same."),
    .arguments = {{"ACTION", N_("check or test"), Offers::rules_actions}},
    .options = {{"from", 0, "TIME", N_("with check: from this day on; today when not given")},
                {"until", 0, "TIME", N_("with check: up to this day; a year when not given")}},
    .examples = {{"regie rules check", N_("who is missing in the year to come?")},
                 {"regie rules test", N_("after every edit of the rules")},
                 {"regie rules test --format json", N_("for a script")}},
    .writes = false,
    .run = run_rules,
};

}  // namespace regie::cli
