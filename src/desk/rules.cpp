// From TOML to routing rules.
#include <algorithm>
#include <charconv>
#include <set>

#include "desk/examples.hpp"
#include "desk/settings.hpp"
#include "regie/fingerprint.hpp"
#include "regie/names.hpp"

namespace regie {

using toml_input::File;
using toml_input::Table;

namespace {

/// Everything a rule may name.
struct Names {
  std::vector<std::string> trades, residences, sectors, agencies, providers, hours, flags, facts, told;

  explicit Names(const Landlord& landlord) {
    for (const Trade& trade : landlord.trades) trades.push_back(trade.code);
    for (const Residence& residence : landlord.residences) {
      residences.push_back(residence.code);
      sectors.push_back(residence.sector);
      for (const auto& [fact, value] : residence.installation) facts.push_back(fact);
    }
    for (const Agency& agency : landlord.agencies) agencies.push_back(agency.code);
    for (const Provider& provider : landlord.providers) providers.push_back(provider.code);
    for (const auto& [name, weekly] : landlord.hours) hours.push_back(name);
    flags = landlord.tenant_flags;
    told = {"agency-head", "caretaker", "on-call"};
    for (const Person& person : landlord.people) told.push_back(person.code);
    for (auto* list : {&sectors, &facts}) {
      std::ranges::sort(*list);
      const auto rest = std::ranges::unique(*list);
      list->erase(rest.begin(), rest.end());
    }
  }
};

template <typename E>
std::vector<E> known_codes(Table& table, const char* key) {
  std::vector<std::string> names;
  for (const auto& row : codes<E>()) names.emplace_back(row.code);
  std::vector<E> values;
  for (const std::string& word : read_known(table, key, names))
    if (const auto value = parse<E>(word)) values.push_back(*value);
  return values;
}

/// "10-01" as month and day.
std::optional<std::chrono::month_day> parse_month_day(std::string_view text) {
  unsigned month = 0, day = 0;
  if (text.size() != 5 || text[2] != '-') return std::nullopt;
  if (std::from_chars(text.data(), text.data() + 2, month).ptr != text.data() + 2) return std::nullopt;
  if (std::from_chars(text.data() + 3, text.data() + 5, day).ptr != text.data() + 5) return std::nullopt;
  const std::chrono::month_day value{std::chrono::month{month}, std::chrono::day{day}};
  return value.ok() ? std::optional(value) : std::nullopt;
}

std::vector<Pattern> read_patterns(Table& table, const char* key, const text::WordReader& words) {
  std::vector<Pattern> patterns;
  for (const std::string& term : table.texts(key)) {
    patterns.push_back(words.read_pattern(term));
    if (patterns.back().empty())
      table.complain(key, message(N_("'{0}' holds no word that counts: all of it is left out"), term));
  }
  return patterns;
}

/// One TOML key of `when` and `unless`, and how it becomes a condition.
Conditions read_conditions(Table table, const Names& names, const text::WordReader& words) {
  Conditions all;
  if (table.has("trade")) all.push_back(TradeIs{read_known(table, "trade", names.trades)});
  if (table.has("also")) all.push_back(AlsoIs{read_known(table, "also", names.trades)});
  if (table.has("urgency")) all.push_back(UrgencyIs{known_codes<Urgency>(table, "urgency")});
  if (table.has("residence")) all.push_back(ResidenceIs{read_known(table, "residence", names.residences)});
  if (table.has("building")) all.push_back(BuildingIs{table.texts("building")});
  if (table.has("sector")) all.push_back(SectorIs{read_known(table, "sector", names.sectors)});
  if (table.has("agency")) all.push_back(AgencyIs{read_known(table, "agency", names.agencies)});
  if (table.has("place")) all.push_back(PlaceIs{known_codes<Place>(table, "place")});
  if (table.has("channel")) all.push_back(ChannelIs{known_codes<Channel>(table, "channel")});
  if (table.has("tenant")) all.push_back(TenantHas{read_known(table, "tenant", names.flags)});
  if (table.has("words")) all.push_back(Says{read_patterns(table, "words", words)});
  if (auto facts = table.table("installation"))
    for (const std::string& fact : facts->free_keys()) {
      if (std::ranges::find(names.facts, fact) == names.facts.end())
        facts->complain(
            fact, message(N_("no residence has the installation fact '{0}'; known: {1}"), fact, joined(names.facts)));
      all.push_back(InstallationIs{fact, facts->texts(fact)});
    }
  if (table.has("during")) all.push_back(During{read_known(table, "during", names.hours)});
  if (table.has("outside")) all.push_back(Outside{read_known(table, "outside", names.hours)});
  if (const auto day = table.day("from")) all.push_back(FromDay{*day});
  if (const auto day = table.day("to")) all.push_back(ToDay{*day});
  if (const auto season = table.text("season")) {
    const std::size_t slash = std::min(season->find('/'), season->size());
    const auto first = parse_month_day(std::string_view(*season).substr(0, slash));
    const auto last =
        slash == season->size() ? std::nullopt : parse_month_day(std::string_view(*season).substr(slash + 1));
    if (first && last) all.push_back(InSeason{*first, *last});
    else
      table.complain("season",
                     message(N_("'{0}' is not a season; write month-day/month-day, like '10-01/04-30'"), *season));
  }
  if (const auto days = table.text("days")) {
    if (const auto weekdays = parse_weekdays(*days)) all.push_back(OnWeekdays{*weekdays});
    else
      table.complain(
          "days", message(N_("'{0}' is not a weekday; write mon, tue, wed, thu, fri, sat, sun or a range like mon-fri"),
                          *days));
  }
  if (const auto time = table.text("time")) {
    const std::size_t dash = std::min(time->find('-'), time->size());
    const auto from = parse_clock(std::string_view(*time).substr(0, dash));
    const auto to = dash == time->size() ? std::nullopt : parse_clock(std::string_view(*time).substr(dash + 1));
    if (from && to) all.push_back(AtClock{{*from, *to}});
    else table.complain("time", message(N_("'{0}' is not a time of day; write '20:00-7:00'"), *time));
  }
  return all;
}

Effects read_effects(Table table, const Names& names) {
  Effects effects;
  if (const auto urgency = known_codes<Urgency>(table, "urgency"); !urgency.empty()) effects.urgency = urgency.front();
  if (const auto trade = read_known(table, "trade", names.trades); !trade.empty()) effects.trade = trade.front();
  effects.send = read_known(table, "send", names.providers);
  effects.triage = table.text("triage").value_or("");
  effects.close = table.text("close").value_or("");
  effects.tell = read_known(table, "tell", names.told);
  effects.note = table.text("note").value_or("");
  const int endings = static_cast<int>(!effects.send.empty()) + static_cast<int>(!effects.triage.empty()) +
                      static_cast<int>(!effects.close.empty());
  if (endings > 1)
    table.complain("",
                   message(N_("a rule either sends, or leaves it to a person (triage), or closes: not two of them")));
  return effects;
}

}  // namespace

RuleSet read_rules(std::vector<File>& files, const Landlord& landlord, const text::WordReader& words,
                   std::vector<RuleExample>& examples) {
  const Names names(landlord);
  RuleSet set;
  std::set<std::string> seen;
  std::string contents;
  for (File& file : files) {
    contents += file.content();
    for (Table table : file.root().tables("rule")) {
      Rule rule{.name = table.required_text("name"), .title = table.text("title").value_or("")};
      if (!rule.name.empty() && !seen.insert(rule.name).second)
        table.complain("name", message(N_("the code '{0}' is already taken"), rule.name));
      for (const Table& when : table.tables("when")) rule.when.push_back(read_conditions(when, names, words));
      for (const Table& unless : table.tables("unless")) rule.unless.push_back(read_conditions(unless, names, words));
      if (auto effects = table.table("then")) rule.then = read_effects(*effects, names);
      else table.complain("", message(N_("'{0}' is missing here"), "then"));
      for (const Table& example : table.tables("example"))
        examples.push_back(read_example(example, rule.name, landlord));
      set.rules.push_back(std::move(rule));
    }
  }
  set.hash = fingerprint(contents);
  return set;
}

}  // namespace regie
