// Past requests through new rules: what would change, for whom, how many.
#include "desk/replay.hpp"

#include <algorithm>
#include <map>

#include "cli/commands/rules.hpp"
#include "cli/request_view.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

namespace fs = std::filesystem;
using render::Column;
using text::tr;

constexpr std::int64_t listed_for_people = 50;
constexpr std::size_t most_changes_told = 12;

/// A folder stands for every *.toml in it, by name.
std::vector<fs::path> rule_files(Context& context) {
  std::vector<fs::path> files;
  for (const std::string& given : context.args.texts("rules")) {
    std::error_code error;
    if (!fs::is_directory(given, error)) {
      files.emplace_back(given);
      continue;
    }
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(given, error))
      if (entry.path().extension() == ".toml") found.push_back(entry.path());
    if (found.empty()) throw Error(Trouble::config, message(N_("there is no *.toml in '{0}'"), given));
    std::ranges::sort(found);
    std::ranges::move(found, std::back_inserter(files));
  }
  if (files.empty()) throw Error(Trouble::usage, message(N_("say which rules to try: --rules FILE, or a folder")));
  return files;
}

std::string who(const Fate& fate, const Landlord& landlord) {
  return fate.ending == Ending::sent ? provider_name(landlord, fate.provider) : tr(label(fate.ending));
}

// ---- the list

const std::vector<Column>& list_columns() {
  static const std::vector<Column> columns{{"id", N_("No."), Column::Kind::number},
                                           {"received_at", N_("Received")},
                                           {"residence", N_("Residence")},
                                           {"dwelling", N_("Dwelling"), Column::Kind::text, false},
                                           {"trade_before", N_("Trade")},
                                           {"trade_after", N_("New trade"), Column::Kind::text, false},
                                           {"urgency_before", N_("Urgency"), Column::Kind::text, false},
                                           {"urgency_after", N_("New urgency"), Column::Kind::text, false},
                                           {"ending_before", N_("Ending"), Column::Kind::text, false},
                                           {"ending_after", N_("New ending"), Column::Kind::text, false},
                                           {"provider_before", N_("With"), Column::Kind::text, false},
                                           {"provider_after", N_("New provider"), Column::Kind::text, false},
                                           {"rule_before", N_("Rule")},
                                           {"rule_after", N_("New rule")},
                                           {"text", N_("Text"), Column::Kind::wide, false}};
  return columns;
}

render::Row list_row(const Replayed& one) {
  const Request& request = one.request;
  return {request.id,
          render::Cell::Value{request.opened_at},
          request.residence,
          request.dwelling,
          one.before.trade,
          one.after.trade,
          render::coded(one.before.urgency),
          render::coded(one.after.urgency),
          render::coded(one.before.ending),
          render::coded(one.after.ending),
          one.before.provider,
          one.after.provider,
          one.before.rule,
          one.after.rule,
          request.text};
}

/// For people: every difference in words.
std::vector<Column> told_columns() {
  return {{"id", N_("No."), Column::Kind::number},
          {"received_at", N_("Received")},
          {"residence", N_("Residence")},
          {"trade", N_("Trade")},
          {"from", N_("Today's rules")},
          {"to", N_("New rules")},
          {"rules", N_("Rule"), Column::Kind::wide}};
}

std::string change_of(const std::string& before, const std::string& after) {
  return before == after ? before : tr(N_("{0} -> {1}"), before, after);
}

render::Row told_row(const Replayed& one, const Landlord& landlord) {
  const auto [before, after] = std::pair(one.before, one.after);
  const auto side = [&](const Fate& fate) {
    const std::string name = who(fate, landlord);
    return before.urgency == after.urgency ? name : name + ", " + tr(label(fate.urgency));
  };
  const auto rule = [&](const Fate& fate) { return fate.rule.empty() ? tr(N_("none")) : fate.rule; };
  return {one.request.id,
          render::Cell::Value{one.request.opened_at},
          one.request.residence,
          change_of(trade_name(landlord, before.trade), trade_name(landlord, after.trade)),
          side(before),
          side(after),
          change_of(rule(before), rule(after))};
}

// ---- the summary

/// How many went from where to where.
class Moves {
 public:
  void count(const std::string& from, const std::string& to) {
    if (from != to) ++moves_[{from, to}];
  }

  void print(Context& context, const char* title) const {
    if (moves_.empty()) return;
    std::vector<std::pair<std::pair<std::string, std::string>, std::int64_t>> all(moves_.begin(), moves_.end());
    std::ranges::stable_sort(all, std::ranges::greater{}, [](const auto& move) { return move.second; });
    context.out("\n" + render::coloured(tr(title), render::Cell::Mood::faint, context.style()) + "\n");
    auto writer = render::make_writer(
        render::Format::table, "",
        {{"from", N_("Today's rules")}, {"to", N_("New rules")}, {"requests", N_("Requests"), Column::Kind::number}},
        {}, context.style(), [&](std::string_view text) { context.out(text); });
    std::int64_t rest = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i < most_changes_told) writer->row({all[i].first.first, all[i].first.second, all[i].second});
      else rest += all[i].second;
    }
    writer->finish();
    if (rest > 0)
      context.out(tr(counted("... and {0} request in other ways", "... and {0} requests in other ways", rest)) + "\n");
  }

 private:
  std::map<std::pair<std::string, std::string>, std::int64_t> moves_;
};

struct Summary {
  std::int64_t requests = 0, changed = 0;
  Moves providers, urgencies, trades;

  void count(const Replayed& one, const Landlord& landlord) {
    ++changed;
    providers.count(who(one.before, landlord), who(one.after, landlord));
    urgencies.count(tr(label(one.before.urgency)), tr(label(one.after.urgency)));
    trades.count(trade_name(landlord, one.before.trade), trade_name(landlord, one.after.trade));
  }

  std::string sentence() const {
    return tr(N_("{0}, {1}"), tr(counted("{0} request replayed", "{0} requests replayed", requests)),
              tr(counted("{0} would change", "{0} would change", changed)));
  }
};

/// Tells of every request that would change.
Summary replay_all(Context& context, const std::function<void(const Replayed&)>& each) {
  Settings& settings = context.settings();
  const Days days = read_days(context);
  const RuleSet rules = settings.rules_from(rule_files(context));
  Summary summary;
  replay(settings, context.store(sql::Access::read), rules, {days.from, days.before}, [&](const Replayed& one) {
    ++summary.requests;
    if (one.before.same(one.after)) return;
    summary.count(one, settings.landlord());
    each(one);
  });
  return summary;
}

int list_changes(Context& context) {
  const render::Format format = context.format();
  const bool in_words = format == render::Format::table && !context.args.has("columns");
  const bool for_people = format == render::Format::table || format == render::Format::md;
  const std::int64_t limit = context.limit(for_people ? listed_for_people : 0);
  auto writer = context.writer("regie.rules_replay/1", in_words ? told_columns() : list_columns());
  std::int64_t rows = 0;
  const Summary summary = replay_all(context, [&](const Replayed& one) {
    if (limit > 0 && rows == limit) return;
    ++rows;
    writer->row(in_words ? told_row(one, context.settings().landlord()) : list_row(one));
  });
  writer->finish(rows < summary.changed);
  context.remark(summary.sentence());
  if (rows < summary.changed) context.remark(tr(N_("{0} of {1} shown; --limit 0 shows all"), rows, summary.changed));
  return 0;
}

}  // namespace

int replay_rules(Context& context) {
  if (context.format() != render::Format::table || context.args.has("list") || context.args.has("columns"))
    return list_changes(context);
  const Summary summary = replay_all(context, [](const Replayed&) {});
  context.out(summary.sentence() + "\n");
  summary.providers.print(context, N_("Who goes"));
  summary.urgencies.print(context, N_("Urgency"));
  summary.trades.print(context, N_("Trade"));
  return 0;
}

}  // namespace regie::cli
