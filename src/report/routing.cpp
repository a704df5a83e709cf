// How well requests find their way: what rules decided, what people decided otherwise, and what no rule ever met.
#include "desk/rule_stats.hpp"
#include "report/reports.hpp"
#include "text/translate.hpp"

namespace regie::report {

using render::Cell;
using render::Column;
using text::tr;

Made make_routing(Source& source) {
  const Query& query = source.query();
  if (!query.ids_of.empty())
    throw Error(Trouble::usage, message(N_("--ids: this report has no figure that is a list of requests")));
  if (!query.filters.empty() || !query.by.empty())
    throw Error(Trouble::usage, message(N_("this report is about the rules: it takes a period only")));
  const RuleStats stats =
      rule_stats(source.store(), source.settings().routing().rules, query.from, query.as_of(), query.as_of());
  Made made;
  made.page.headlines = {
      {"requests", Cell{stats.requests}, tr(N_("requests routed"))},
      {"certain", Cell{render::Share{stats.certain, stats.requests}}, tr(N_("understood with certainty"))},
      {"triage", Cell{render::Share{stats.triage, stats.requests}}, tr(N_("left to a person when they came"))},
      {"overridden", Cell{render::Share{stats.overridden, stats.requests}}, tr(N_("sent elsewhere by a person"))}};
  render::Section used{.key = "rules",
                       .title = tr(N_("Rules")),
                       .columns = {{"rule", N_("Rule")},
                                   {"in_file", N_("In the file"), Column::Kind::text, false},
                                   {"met", N_("Met"), Column::Kind::number},
                                   {"decided", N_("Decided"), Column::Kind::number},
                                   {"sent", N_("Sent"), Column::Kind::number},
                                   {"triage", N_("Triage"), Column::Kind::number},
                                   {"closed", N_("Answered"), Column::Kind::number},
                                   {"overridden", N_("Overridden"), Column::Kind::number},
                                   {"declined", N_("Declined"), Column::Kind::number}},
                       .bar = 2};
  render::Section unused{.key = "unused",
                         .title = tr(N_("Rules that met no request")),
                         .columns = {{"rule", N_("Rule")}},
                         .if_empty = tr(stats.requests > 0 ? N_("Every rule met at least one request.")
                                                           : N_("No request was received in the period."))};
  for (const RuleTally& tally : stats.rules) {
    if (tally.met == 0) {
      if (tally.in_file && stats.requests > 0) unused.rows.push_back({Cell{tally.rule}});
      continue;
    }
    const bool often_wrong = tally.decided >= 5 && tally.overridden * 5 >= tally.decided;
    used.rows.push_back({Cell{tally.rule, tally.in_file ? Cell::Mood::plain : Cell::Mood::faint}, Cell{tally.in_file},
                         Cell{tally.met}, Cell{tally.decided}, Cell{tally.sent}, Cell{tally.triage}, Cell{tally.closed},
                         Cell{tally.overridden, often_wrong ? Cell::Mood::alarm : Cell::Mood::plain},
                         Cell{tally.declined}});
  }
  used.remarks.push_back(
      tr(N_("Requests received in the period. Decided: the rule had the last word. Overridden: a person "
            "then sent it to somebody else.")));
  made.page.sections = {std::move(used), std::move(unused)};
  return made;
}

}  // namespace regie::report
