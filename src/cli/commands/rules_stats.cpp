// How rules have done: what each decided, and what people thought of it.
#include "cli/commands/rules.hpp"
#include "cli/request_view.hpp"
#include "desk/rule_stats.hpp"
#include "regie/names.hpp"
#include "text/translate.hpp"

namespace regie::cli {

namespace {

using render::Cell;
using render::Column;
using text::tr;

std::vector<Column> stats_columns() {
  return {{"rule", N_("Rule")},
          {"in_file", N_("In the file"), Column::Kind::text, false},
          {"requests", N_("Requests"), Column::Kind::number, false},
          {"certain", N_("Certain"), Column::Kind::number, false},
          {"met", N_("Met"), Column::Kind::number},
          {"decided", N_("Decided"), Column::Kind::number},
          {"sent", N_("Sent"), Column::Kind::number},
          {"triage", N_("Triage"), Column::Kind::number},
          {"closed", N_("Answered"), Column::Kind::number},
          {"overridden", N_("Overridden"), Column::Kind::number},
          {"declined", N_("Declined"), Column::Kind::number}};
}

/// Of all requests, in the columns of the rules: `rule` is null.
render::Row row_of_all(const RuleStats& stats) {
  return {Cell{}, Cell{},       stats.requests, stats.certain,    Cell{}, Cell{},
          Cell{}, stats.triage, Cell{},         stats.overridden, Cell{}};
}

render::Row row_of(const RuleTally& tally, bool for_people) {
  const Cell::Mood mood = tally.in_file ? Cell::Mood::plain : Cell::Mood::faint;
  const std::string name =
      for_people && !tally.in_file ? tr(N_("{0} (no longer in the file)"), tally.rule) : tally.rule;
  return {{name, mood}, Cell(tally.in_file), Cell{},       Cell{},           tally.met,     tally.decided,
          tally.sent,   tally.triage,        tally.closed, tally.overridden, tally.declined};
}

std::string share(std::int64_t part, std::int64_t whole) {
  return std::to_string(whole == 0 ? 0 : (part * 200 + whole) / (whole * 2));
}

void print_shares(Context& context, const RuleStats& stats) {
  const auto line = [&](const char* sentence, std::int64_t part) {
    context.out("  " + tr(sentence, part, share(part, stats.requests)) + "\n");
  };
  context.out(tr(counted("{0} request was routed", "{0} requests were routed", stats.requests)) + "\n");
  line(N_("understood with certainty: {0} ({1} %)"), stats.certain);
  line(N_("left to a person when they came: {0} ({1} %)"), stats.triage);
  line(N_("sent elsewhere by a person: {0} ({1} %)"), stats.overridden);
  context.out("\n");
}

void print_unused(Context& context, const RuleStats& stats) {
  std::vector<std::string> unused;
  for (const RuleTally& tally : stats.rules)
    if (tally.in_file && tally.met == 0) unused.push_back(tally.rule);
  if (unused.empty()) return;
  const auto count = static_cast<std::int64_t>(unused.size());
  context.out("\n" + tr(counted("{0} rule never fired: {1}", "{0} rules never fired: {1}", count, joined(unused))) +
              "\n");
}

}  // namespace

int count_rules(Context& context) {
  const Days days = read_days(context);
  const RuleStats stats =
      rule_stats(context.store(sql::Access::read), context.settings().routing().rules, days.from, days.before);
  const bool for_people = context.format() == render::Format::table && !context.args.has("columns");
  auto writer = context.writer("regie.rules_stats/1", stats_columns());
  if (for_people) print_shares(context, stats);
  else writer->row(row_of_all(stats));
  for (const RuleTally& tally : stats.rules)
    if (!for_people || tally.met > 0) writer->row(row_of(tally, for_people));  // the others are named below
  writer->finish();
  if (for_people) print_unused(context, stats);
  return 0;
}

}  // namespace regie::cli
