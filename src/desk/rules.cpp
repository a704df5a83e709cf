// From TOML to routing rules.
#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "desk/examples.hpp"
#include "desk/policy.hpp"
#include "desk/settings.hpp"
#include "regie/fingerprint.hpp"
#include "regie/names.hpp"

namespace regie {

using toml_input::File;
using toml_input::Table;

namespace {

/// Everything a rule may name.
struct Names {
  std::vector<std::string> trades, residences, sectors, agencies, providers, hours, flags, facts, told,
      problems;  ///< problems: as the rules give them
  const Policy& policy;

  explicit Names(const Landlord& landlord) : policy(landlord.policy) {
    for (const Trade& trade : landlord.trades) trades.push_back(trade.code);
    for (const Residence& residence : landlord.residences) {
      residences.push_back(residence.code);
      sectors.push_back(residence.sector);
      for (const auto& [fact, value] : residence.installation) facts.push_back(fact);
    }
    for (const Agency& agency : landlord.agencies) agencies.push_back(agency.code);
    for (const Provider& provider : landlord.providers) providers.push_back(provider.code);
    for (const auto& [name, weekly] : landlord.policy.hours) hours.push_back(name);
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

constexpr std::array<std::pair<std::string_view, Similar::Around>, 4> arounds{
    {{"building", Similar::Around::building},
     {"riser", Similar::Around::riser},
     {"dwelling", Similar::Around::dwelling},
     {"residence", Similar::Around::residence}}};

/// { dwellings = 3, within = "2 hours", same = "building" }
Similar read_similar(Table table) {
  Similar similar;
  const auto dwellings = table.number("dwellings"), reports = table.number("reports");
  if (dwellings.has_value() == reports.has_value())
    table.complain("", message(N_("say how many: either dwellings = 3 or reports = 3")));
  similar.dwellings = dwellings.has_value();
  similar.count = dwellings ? *dwellings : reports.value_or(2);
  if (similar.count < 2) table.complain(similar.dwellings ? "dwellings" : "reports", message(N_("2 at least")));
  similar.within = read_span(table, "within");
  std::vector<std::string> names;
  for (const auto& [name, around] : arounds) names.emplace_back(name);
  for (const std::string& name : read_known(table, "same", names))
    for (const auto& [known, around] : arounds)
      if (known == name) similar.around = around;
  return similar;
}

/// { within = "3 months", times = 2 }
Repaired read_repaired(Table table) {
  Repaired repaired{.times = table.number("times").value_or(1), .within = read_span(table, "within")};
  if (repaired.times < 1) table.complain("times", message(N_("1 at least")));
  return repaired;
}

std::vector<Pattern> read_patterns(Table& table, const char* key, const text::WordReader& words) {
  std::vector<Pattern> patterns;
  for (const std::string& term : table.texts(key)) {
    patterns.push_back(words.read_pattern(term));
    if (patterns.back().empty())
      table.complain(key, message(N_("'{0}' holds no word that counts: all of it is left out"), term));
    // What is left of "fuit encore" says something else.
    if (const auto lost = words.left_out_of(term); patterns.back().size() == 1 && !lost.empty())
      table.complain(key,
                     message(N_("of '{0}' only one word counts: '{1}' is left out of every message; write that word "
                                "alone, or another phrase"),
                             term, joined(lost)));
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
  if (table.has("problem")) all.push_back(ProblemIs{read_known(table, "problem", names.problems)});
  if (auto similar = table.table("similar")) all.push_back(read_similar(*similar));
  if (auto repaired = table.table("repaired")) all.push_back(read_repaired(*repaired));
  if (table.has("common_request")) {
    read_known(table, "common_request", {"known"});
    all.push_back(CommonKnown{});
  }
  if (table.has("caretaker")) {
    const auto there = read_known(table, "caretaker", {"present", "away"});
    all.push_back(CaretakerIs{there.empty() || there.front() == "present"});
  }
  if (const auto certain = table.flag("certain")) all.push_back(CertainIs{*certain});
  if (table.has("sent_to")) {
    auto sent_to = names.providers;
    sent_to.emplace_back("nobody");
    SentTo condition{read_known(table, "sent_to", sent_to)};
    std::ranges::replace(condition.any, std::string("nobody"), std::string());
    all.push_back(std::move(condition));
  }
  if (table.has("candidates")) {
    const auto left = read_known(table, "candidates", {"none", "out-of-contract"});
    all.push_back(NoCandidate{left.empty() || left.front() == "out-of-contract"});
  }
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

/// `any` lists alternatives, each of which has all the rest too.
void read_alternatives(Table table, const Names& names, const text::WordReader& words,
                       std::vector<Conditions>& alternatives) {
  const auto any = table.tables("any");
  const Conditions rest = read_conditions(table, names, words);
  for (const Table& one : any) {
    Conditions& all = alternatives.emplace_back(rest);
    std::ranges::move(read_conditions(one, names, words), std::back_inserter(all));
  }
  if (any.empty()) alternatives.push_back(rest);
}

/// Text in which {building} and the like are filled in: only names that are known may stand in braces.
std::string read_template(Table& table, const char* key) {
  std::string text = table.text(key).value_or("");
  static const std::vector<std::string> fields{"residence", "building", "dwelling", "problem", "neighbours"};
  for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
    const std::size_t end = std::min(text.find('}', at), text.size());
    const std::string name = text.substr(at + 1, end - at - 1);
    if (end == text.size() || std::ranges::find(fields, name) == fields.end())
      table.complain(key, message(N_("'{0}' is not one of {1}"), '{' + name + '}',
                                  "{residence}, {building}, {dwelling}, {problem}, {neighbours}"));
  }
  return text;
}

/// ["A", "B"] in equal parts, or { A = 60, B = 40 }.
std::vector<Share> read_shares(Table& table, const char* key, const Names& names) {
  std::vector<Share> shares;
  if (!table.is_table(key)) {
    for (const std::string& provider : read_known(table, key, names.providers)) shares.push_back({provider, 1});
    return shares;
  }
  Table weights = *table.table(key);
  for (const std::string& provider : weights.free_keys()) {
    shares.push_back({provider, weights.number(provider).value_or(1)});
    if (shares.back().weight < 1) weights.complain(provider, message(N_("1 at least")));
    if (std::ranges::find(names.providers, provider) == names.providers.end())
      weights.complain(provider, unknown_name(N_("no provider '{0}'; known: {1}"),
                                              N_("no provider '{0}'; did you mean '{1}'?"), provider, names.providers));
  }
  return shares;
}

SecondRequest read_second(Table table, const Names& names) {
  SecondRequest second;
  auto trades = names.trades;
  trades.emplace_back("also");
  if (const auto trade = read_known(table, "trade", trades); !trade.empty() && trade.front() != "also")
    second.trade = trade.front();
  second.text = read_template(table, "text");
  if (const auto place = known_codes<Place>(table, "place"); !place.empty())
    second.common = place.front() == Place::common;
  if (const auto urgency = known_codes<Urgency>(table, "urgency"); !urgency.empty()) second.urgency = urgency.front();
  return second;
}

void check_effects(Table& table, const Effects& effects) {
  const std::array endings{!effects.send.empty(), !effects.rotate.empty(), !effects.triage.empty(),
                           !effects.close.empty(), !effects.attach.empty()};
  if (std::ranges::count(endings, true) > 1)
    table.complain("", message(N_("a rule either sends (send, rotate), or leaves it to a person (triage), or closes, "
                                  "or attaches: not two of them")));
  if (!effects.cancel_open.empty() && effects.triage.empty())
    table.complain("cancel_open",
                   message(N_("'cancel_open' wants a 'triage' beside it, for a tenant without one open request")));
  if (!effects.join.empty() && !effects.attach.empty())
    table.complain("join", message(N_("'attach' joins too: leave 'join' out")));
}

Effects read_effects(Table table, const Names& names) {
  Effects effects;
  if (const auto urgency = known_codes<Urgency>(table, "urgency"); !urgency.empty()) effects.urgency = urgency.front();
  if (const auto trade = read_known(table, "trade", names.trades); !trade.empty()) effects.trade = trade.front();
  effects.problem = table.text("problem").value_or("");
  effects.send = read_known(table, "send", names.providers);
  if (table.has("rotate")) effects.rotate = read_shares(table, "rotate", names);
  effects.promise = read_delay(table, "promise");
  check_delay(table, "promise", names.policy);
  effects.callback = table.flag("callback").value_or(false);
  effects.join = read_template(table, "join");
  effects.attach = read_template(table, "attach");
  for (const Table& second : table.tables("open")) effects.open.push_back(read_second(second, names));
  effects.cancel_open = table.text("cancel_open").value_or("");
  effects.triage = table.text("triage").value_or("");
  effects.close = table.text("close").value_or("");
  effects.tell = read_known(table, "tell", names.told);
  effects.note = table.text("note").value_or("");
  check_effects(table, effects);
  return effects;
}

/// Effects that ask for a condition of the same rule.
void check_rule(Table& table, const Rule& rule) {
  const auto has = [&](auto wanted) {
    return std::ranges::any_of(rule.when, [&](const Conditions& all) {
      return std::ranges::any_of(all,
                                 [](const Condition& one) { return std::holds_alternative<decltype(wanted)>(one); });
    });
  };
  if (rule.then.callback && !has(Repaired{}))
    table.complain("then", message(N_("'{0}' wants '{1}' in the rule's 'when'"), "callback", "repaired"));
  const Effects& then = rule.then;
  const bool says_more = then.urgency || then.trade || !then.problem.empty() || !then.send.empty() ||
                         !then.rotate.empty() || !then.close.empty() || !then.attach.empty() || !then.join.empty() ||
                         !then.open.empty() || !then.cancel_open.empty() || then.callback || then.promise;
  if (rule.last && says_more)
    table.complain("then", message(N_("a rule that is read last can only tell, note and triage")));
  if (!rule.last && (has(NoCandidate{}) || has(SentTo{})))
    table.complain("when",
                   message(N_("'candidates' and 'sent_to' are known at the end only: the rule wants last = true")));
  if ((!rule.then.join.empty() || !rule.then.attach.empty()) && !has(Similar{}) && !has(CommonKnown{}))
    table.complain("then", message(N_("'{0}' wants '{1}' or '{2}' in the rule's 'when'"),
                                   rule.then.attach.empty() ? "join" : "attach", "similar", "common_request"));
}

/// Names of problems are what rules and people make of them: those that rules give.
std::vector<std::string> problems_given(std::vector<File>& files) {
  std::vector<std::string> problems;
  for (File& file : files)
    for (Table rule : file.root().tables("rule"))
      if (auto then = rule.table("then"))
        if (const auto problem = then->text("problem")) problems.push_back(*problem);
  return problems;
}

}  // namespace

Span read_span(Table& table, const char* key) {
  const std::string words = table.required_text(key);
  if (const auto span = parse_span(words)) return *span;
  if (!words.empty())
    table.complain(key, message(N_("'{0}' is not a span of time; write '2 hours', '30 days' or '3 months'"), words));
  return {};
}

RuleSet read_rules(std::vector<File>& files, const Landlord& landlord, const text::WordReader& words,
                   std::vector<RuleExample>& examples) {
  Names names(landlord);
  names.problems = problems_given(files);
  RuleSet set;
  std::set<std::string> seen;
  std::string contents;
  for (File& file : files) {
    contents += file.content();
    for (Table table : file.root().tables("rule")) {
      Rule rule{.name = table.required_text("name"), .title = table.text("title").value_or("")};
      rule.last = table.flag("last").value_or(false);
      if (!rule.name.empty() && !seen.insert(rule.name).second)
        table.complain("name", message(N_("the code '{0}' is already taken"), rule.name));
      for (const Table& when : table.tables("when")) read_alternatives(when, names, words, rule.when);
      for (const Table& unless : table.tables("unless")) read_alternatives(unless, names, words, rule.unless);
      if (std::ranges::any_of(rule.unless, &Conditions::empty))
        table.complain("unless", message(N_("an empty 'unless' would hold always: the rule would never apply")));
      if (auto effects = table.table("then")) rule.then = read_effects(*effects, names);
      else table.complain("", message(N_("'{0}' is missing here"), "then"));
      check_rule(table, rule);
      for (const Table& example : table.tables("example"))
        examples.push_back(read_example(example, rule.name, landlord));
      set.rules.push_back(std::move(rule));
    }
  }
  set.hash = fingerprint(contents);
  return set;
}

}  // namespace regie
