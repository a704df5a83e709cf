// Who is missing, what runs out, and which rules or skills are of no use, before anybody rings.
#include <fmt/format.h>

#include <algorithm>

#include "cli/commands/rules.hpp"
#include "cli/request_view.hpp"
#include "regie/names.hpp"
#include "regie/rule_check.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using render::Column;
using text::tr;

struct CheckFinding {
  const char* kind;  ///< "rule", "gap", "ceiling", "people" or "on-call"
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

CheckFinding finding_of(const Exhausted& contract, LocalDay today, const render::Style& style) {
  const auto money = [&](std::int64_t cents) { return render::shown(render::Cell{render::Money{cents}}, style); };
  CheckFinding finding{"ceiling", contract.provider, contract.gone, contract.to, {}, {}};
  const std::string spent = money(contract.spent), ceiling = money(contract.ceiling);
  if (contract.spent >= contract.ceiling)
    finding.what = message(N_("the ceiling of contract {0} of {1} is spent: {2} of {3} since {4}"), contract.contract,
                           contract.provider, spent, ceiling, day_text(contract.from));
  else
    finding.what =
        message(N_("at the pace of the last {0} days, the ceiling of contract {1} of {2} is spent on {3}, before it "
                   "ends on {4}: {5} of {6} so far"),
                (today - contract.from).count(), contract.contract, contract.provider, day_text(contract.gone),
                day_text(*contract.to), spent, ceiling);
  return finding;
}

CheckFinding finding_of(const UnusedProblem& one) {
  CheckFinding finding{"people", one.person, {}, {}, {}, {}};
  finding.what = one.nearest.empty()
                     ? message(N_("{0} can do '{1}', but no rule names such a problem"), one.person, one.problem)
                     : message(N_("{0} can do '{1}', but no rule names such a problem; did you mean '{2}'?"),
                               one.person, one.problem, one.nearest);
  return finding;
}

CheckFinding finding_of(const OffCall& days) {
  const std::string from = day_text(days.from), to = day_text(days.to);
  return {"on-call",
          "",
          days.from,
          days.to,
          {},
          from == to ? message(N_("{0}: nobody is on call"), from)
                     : message(N_("from {0} to {1}: nobody is on call"), from, to)};
}

/// The days asked about: a year from today on, when nothing is said.
std::pair<LocalDay, LocalDay> days_to_check(Context& context) {
  const Zone& zone = context.settings().zone();
  const auto day_of = [&](Instant at) { return std::chrono::floor<std::chrono::days>(zone.local(at)); };
  const LocalDay from = day_of(context.args.time("from", context.now(), zone).value_or(context.now()));
  const auto until = context.args.time("until", context.now(), zone);
  context.args.check();
  return {from, until ? day_of(*until) : from + std::chrono::days{365}};
}

std::vector<CheckFinding> find_all(Context& context, LocalDay from, LocalDay to) {
  const Landlord& landlord = context.settings().landlord();
  const RuleSet& rules = context.settings().routing().rules;
  std::vector<CheckFinding> findings;
  for (const Shadowed& one : shadowed(rules))
    findings.push_back({"rule",
                        one.rule,
                        {},
                        {},
                        {},
                        message(N_("the rule '{0}' never has its say: '{1}' decides before it"), one.rule, one.by)});
  for (const Gap& gap : gaps(landlord, from, to)) findings.push_back(finding_of(gap, landlord));
  const bool has_ceilings = std::ranges::any_of(landlord.providers, [](const Provider& provider) {
    return std::ranges::any_of(provider.contracts, [](const Contract& contract) { return contract.ceiling > 0; });
  });
  const auto today = std::chrono::floor<std::chrono::days>(context.settings().zone().local(context.now()));
  if (has_ceilings)  // only they need the database
    for (const Exhausted& one : exhausted(landlord, context.past(), context.now()))
      findings.push_back(finding_of(one, today, context.style()));
  for (const UnusedProblem& one : unused_problems(landlord, rules)) findings.push_back(finding_of(one));
  for (const OffCall& one : off_call(landlord, from, to)) findings.push_back(finding_of(one));
  return findings;
}

}  // namespace

int check_rules(Context& context) {
  const auto [from, to] = days_to_check(context);
  const std::vector<CheckFinding> findings = find_all(context, from, to);
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

}  // namespace regie::cli
