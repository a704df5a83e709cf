// From TOML to the Landlord. Every name that refers to something is looked up here, so that nothing later can meet a
// name nobody has.
#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

#include "desk/policy.hpp"
#include "desk/settings.hpp"
#include "regie/names.hpp"

namespace regie {

using toml_input::File;
using toml_input::Table;

namespace {

template <typename E>
std::string code_list() {
  std::vector<std::string> names;
  for (const auto& row : codes<E>()) names.emplace_back(row.code);
  return joined(names);
}

template <typename E>
E read_code(Table& table, const char* key, E fallback) {
  const auto word = table.text(key);
  if (!word) return fallback;
  if (const auto value = parse<E>(*word)) return *value;
  table.complain(key, message(N_("'{0}' is not one of {1}"), *word, code_list<E>()));
  return fallback;
}

/// Codes stand in lists separated by commas and semicolons, and on command lines.
bool is_code(std::string_view text) {
  return !text.empty() && text.front() != '-' && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

CheckPolicy read_check(Table& table, const char* key, CheckPolicy fallback) {
  const auto words = table.text(key);
  if (!words) return fallback;
  if (*words == "always") return {CheckPolicy::Kind::always, 100};
  if (*words == "never") return {CheckPolicy::Kind::never, 0};
  int percent = -1;
  const char* sign = words->data() + words->size() - 1;
  if (words->ends_with('%') && std::from_chars(words->data(), sign, percent).ptr != sign) percent = -1;
  if (percent < 0 || percent > 100)
    table.complain(key, message(N_("'{0}' is not one of {1}"), *words, "always, never, \"20%\""));
  return {CheckPolicy::Kind::sample, percent};
}

/// "0-4", "1".
std::optional<std::pair<int, int>> parse_floors(std::string_view text) {
  std::pair floors{-1, -1};
  const char* end = text.data() + text.size();
  auto [rest, error] = std::from_chars(text.data(), end, floors.first);
  floors.second = floors.first;
  if (error == std::errc{} && rest != end && *rest == '-')
    std::tie(rest, error) = [&] {
      const auto result = std::from_chars(rest + 1, end, floors.second);
      return std::pair(result.ptr, result.ec);
    }();
  if (error != std::errc{} || rest != end || floors.first < 0 || floors.second < floors.first) return std::nullopt;
  return floors;
}

Storeys read_storeys(Table table) {
  Storeys storeys{.buildings = table.texts("buildings")};
  const auto houses = table.number("houses");
  const auto floors = table.text("floors");
  storeys.houses = houses.has_value();
  storeys.doors = static_cast<int>(houses.value_or(table.number("doors").value_or(0)));
  if (floors) {
    if (const auto range = parse_floors(*floors)) std::tie(storeys.first, storeys.last) = *range;
    else table.complain("floors", message(N_("'{0}' is not a range of floors; write '0-4'"), *floors));
  }
  if (storeys.houses == floors.has_value() || storeys.doors < 1)
    table.complain("", message(N_("say either floors and doors, like floors = \"0-4\", doors = 8, or houses = 58")));
  return storeys;
}

Residence read_residence(Table table) {
  Residence residence{.code = table.required_text("code"),
                      .name = table.text("name").value_or(""),
                      .agency = table.text("agency").value_or(""),
                      .sector = table.text("sector").value_or(""),
                      .caretaker = table.text("caretaker").value_or(""),
                      .dwellings = table.number("dwellings").value_or(0),
                      .buildings = table.texts("buildings"),
                      .lifts = table.texts("lifts")};
  if (auto facts = table.table("installation"))
    for (const std::string& fact : facts->free_keys()) residence.installation[fact] = facts->texts(fact);
  for (Table plan : table.tables("storeys")) residence.storeys.push_back(read_storeys(plan));
  return residence;
}

Person read_person(Table table) {
  Person person{.code = table.required_text("code"),
                .name = table.text("name").value_or(""),
                .role = read_code(table, "role", Role::reader),
                .provider = table.text("provider").value_or(""),
                .login = table.text("unix").value_or(""),
                .email = table.text("email").value_or(""),
                .phone = table.text("phone").value_or(""),
                .trades = table.texts("trades"),
                .problems = table.texts("problems")};
  for (Table absence : table.tables("away")) {
    const auto from = absence.day("from");
    const auto to = absence.day("to");
    const auto reason = absence.text("reason").value_or("");
    const auto substitute = absence.text("substitute").value_or("");
    if (from && to && *from <= *to) person.away.push_back({*from, *to, reason, substitute});
    else table.complain("away", message(N_("an absence needs 'from' and 'to', in this order")));
  }
  return person;
}

/// "85", "85.5" and "85,50" as 8500, 8550 and 8550; nullopt for anything else.
std::optional<std::int64_t> parse_hundredths(std::string_view text) {
  static constexpr std::string_view digits = "0123456789";
  const std::size_t point = std::min(text.find_first_of(".,"), text.size());
  const std::string_view whole = text.substr(0, point);
  std::string decimals(text.substr(std::min(point + 1, text.size())));
  const bool are_digits = whole.find_first_not_of(digits) == std::string_view::npos &&
                          decimals.find_first_not_of(digits) == std::string::npos;
  if (!are_digits || whole.empty() || whole.size() > 9 || decimals.size() > 2) return std::nullopt;
  if (point != text.size() && decimals.empty()) return std::nullopt;
  decimals.resize(2, '0');
  return std::stoll(std::string(whole) + decimals);
}

/// Fills the fraction or the sum; false when it is neither, or nothing.
bool parse_per_day(std::string_view text, PenaltyTerms& terms) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    terms.per_day = parse_hundredths(text).value_or(0);
    return terms.per_day > 0;
  }
  const auto number = [](std::string_view digits) -> std::int64_t {
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() ? value : 0;
  };
  terms.numerator = number(text.substr(0, slash));
  terms.denominator = number(text.substr(slash + 1));
  return terms.numerator > 0 && terms.numerator < terms.denominator;
}

/// "10 %", "7,5%" in hundredths of a percent; nullopt when it is not from 0 to 100.
std::optional<std::int64_t> parse_percent(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  for (const std::string_view blank : {" ", "\u00a0", "\u202f"})
    if (text.ends_with(blank)) text.remove_suffix(blank.size());
  const auto share = parse_hundredths(text);
  return share && *share <= PenaltyTerms::whole ? share : std::nullopt;
}

PenaltyTerms read_penalty(Table table) {
  PenaltyTerms terms;
  table.required_text("per_day");
  if (const auto words = table.text("per_day"); words && !parse_per_day(*words, terms))
    table.complain("per_day", message(N_("'{0}' is not what a day late costs; write '1/3000' of the order's amount, "
                                         "or '50.00' euros"),
                                      *words));
  if (const auto words = table.text("cap")) {
    const auto share = parse_percent(*words);
    if (!share) table.complain("cap", message(N_("'{0}' is not a share; write '10 %'"), *words));
    terms.cap = share.value_or(0);
  }
  if (const auto words = table.text("exempt_below")) {
    const auto cents = parse_hundredths(*words);
    if (!cents) table.complain("exempt_below", message(N_("'{0}' is not an amount in euros; write '1000.00'"), *words));
    terms.exempt_below = cents.value_or(0);
  }
  terms.observations_within = read_delay(table, "observations_within");
  return terms;
}

Contract read_contract(Table table) {
  Contract contract{.number = table.text("number").value_or(""),
                    .from = table.day("from"),
                    .to = table.day("to"),
                    .trades = table.texts("trades"),
                    .sectors = table.texts("sectors"),
                    .residences = table.texts("residences")};
  if (table.is_flag("out_of_hours")) contract.always_out_of_hours = table.flag("out_of_hours").value_or(false);
  else contract.out_of_hours = table.texts("out_of_hours");
  if (auto promise = table.table("promise")) contract.promise = read_delays(*promise);
  contract.finishes_begun = table.flag("finishes_begun").value_or(false);
  if (const auto euros = table.number("ceiling")) {
    contract.ceiling = *euros * 100;
    if (*euros < 1) table.complain("ceiling", message(N_("a ceiling is a whole number of euros, above 0")));
    if (!contract.from) table.complain("from", message(N_("a contract with a ceiling says from when on it counts")));
  }
  if (auto penalty = table.table("penalty")) contract.penalty = read_penalty(*penalty);
  if (contract.from && contract.to && *contract.to < *contract.from)
    table.complain("to", message(N_("the contract ends before it begins")));
  return contract;
}

Provider read_provider(Table table) {
  Provider provider{.code = table.required_text("code"),
                    .name = table.text("name").value_or(""),
                    .kind = read_code(table, "kind", ProviderKind::contractor),
                    .email = table.text("email").value_or(""),
                    .phone = table.text("phone").value_or(""),
                    .hours = table.text("hours").value_or(""),
                    .capacity = table.number("capacity").value_or(0)};
  for (Table contract : table.tables("contract")) provider.contracts.push_back(read_contract(contract));
  return provider;
}

/// Looks names up once everything is read, because files may stand in any order.
class References {
 public:
  References(std::vector<File>& files, const Landlord& landlord) : files_(files) {
    for (const Agency& agency : landlord.agencies) agencies_.push_back(agency.code);
    for (const Residence& residence : landlord.residences) {
      residences_.push_back(residence.code);
      if (std::ranges::find(sectors_, residence.sector) == sectors_.end()) sectors_.push_back(residence.sector);
    }
    for (const Person& person : landlord.people) people_.push_back(person.code);
    for (const Provider& provider : landlord.providers) providers_.push_back(provider.code);
    for (const Trade& trade : landlord.trades) trades_.push_back(trade.code);
    for (const auto& [name, hours] : landlord.policy.hours) hours_.push_back(name);
    policy_ = &landlord.policy;
  }

  void check() {
    for (File& file : files_) {
      Table root = file.root();
      for (Table table : root.tables("agency")) {
        unique(table, seen_agencies_);
        read_known(table, "head", people_);
      }
      for (Table table : root.tables("residence")) {
        unique(table, seen_residences_);
        read_known(table, "agency", agencies_);
        read_known(table, "caretaker", people_);
      }
      for (Table table : root.tables("person")) {
        unique(table, seen_people_);
        if (const auto login = table.text("unix"); login && !login->empty() && !seen_logins_.insert(*login).second)
          table.complain("unix", message(N_("the Unix account '{0}' is somebody else's already"), *login));
        read_known(table, "provider", providers_);
        read_known(table, "trades", trades_);
        for (Table absence : table.tables("away")) read_known(absence, "substitute", people_);
      }
      for (Table list : root.tables("checklist")) read_known(list, "trades", trades_);
      for (Table table : root.tables("provider")) {
        unique(table, seen_providers_);
        read_known(table, "hours", hours_);
        for (Table contract : table.tables("contract")) {
          read_known(contract, "trades", trades_);
          read_known(contract, "sectors", sectors_);
          read_known(contract, "residences", residences_);
          if (auto promise = contract.table("promise")) check_delays(*promise, *policy_);
          if (auto penalty = contract.table("penalty")) check_delay(*penalty, "observations_within", *policy_);
          if (!contract.is_flag("out_of_hours")) read_known(contract, "out_of_hours", trades_);
        }
      }
      if (auto on_call = root.table("on_call"))
        for (Table turn : on_call->tables("turn")) read_known(turn, "person", people_);
    }
  }

 private:
  void unique(Table& table, std::set<std::string>& seen) {
    const auto code = table.text("code");
    if (code && !is_code(*code))
      table.complain("code", message(N_("'{0}' is not a code: letters, digits, - and _ only"), *code));
    if (code && !code->empty() && !seen.insert(*code).second)
      table.complain("code", message(N_("the code '{0}' is already taken"), *code));
  }

  std::vector<File>& files_;
  const Policy* policy_ = nullptr;
  std::vector<std::string> agencies_, residences_, sectors_, people_, providers_, trades_, hours_;
  std::set<std::string> seen_agencies_, seen_residences_, seen_people_, seen_providers_, seen_logins_;
};

}  // namespace

std::vector<std::string> read_known(Table& table, const char* key, const std::vector<std::string>& names) {
  std::vector<std::string> wanted = table.texts(key);
  for (const std::string& name : wanted) {
    if (std::ranges::find(names, name) != names.end()) continue;
    const std::string near = nearest(name, names);
    table.complain(key, near.empty()
                            ? message(N_("'{0}': no '{1}' of that name; known: {2}"), key, name, joined(names))
                            : message(N_("'{0}': nothing is called '{1}'; did you mean '{2}'?"), key, name, near));
  }
  return wanted;
}

/// Each turn lasts until the next one, the last a week, unless it says to.
void read_on_call(Table table, Landlord& landlord) {
  if (const auto words = table.text("handover")) {
    const auto clock = parse_clock(*words);
    if (clock) landlord.on_call_handover = *clock;
    else table.complain("handover", message(N_("'{0}' is not a time of day; write '8:30'"), *words));
  }
  bool open_end = false;  // of the turn before
  for (Table turn : table.tables("turn")) {
    const auto from = turn.day("from");
    const auto to = turn.day("to");
    if (!from) {
      turn.complain("from", message(N_("'{0}' is missing here"), "from"));
      continue;
    }
    auto& turns = landlord.on_call;
    const LocalDay end = to.value_or(*from + std::chrono::weeks{1});
    if (end <= *from) turn.complain("to", message(N_("this turn ends before it begins")));
    if (!turns.empty() && turns.back().to > *from) {
      if (turns.back().from >= *from) turn.complain("from", message(N_("turns stand in order of their days")));
      turns.back().to = *from;
    }
    if (open_end && turns.back().to < *from) turns.back().to = *from;
    open_end = !to;
    turns.push_back({*from, end, turn.required_text("person")});
  }
}

void read_verification(Table& table, Landlord& landlord) {
  landlord.watch_until_good = table.number("watch_until_good").value_or(landlord.watch_until_good);
  if (landlord.watch_until_good < 0 || landlord.watch_until_good > 100)
    table.complain("watch_until_good", message(N_("'{0}' must be between {1} and {2}"), "watch_until_good", 0, 100));
  const std::string list = table.text("checklist").value_or("offered");
  landlord.checklist_required = list == "required";
  if (list != "required" && list != "offered")
    table.complain("checklist", message(N_("'{0}' is not one of {1}"), list, "offered, required"));
}

Checklist read_checklist(Table& table) {
  Checklist list{.trades = table.texts("trades"), .items = {}};
  std::set<std::string> seen;
  for (Table item : table.tables("ask")) {
    Checklist::Item read{item.required_text("code"), item.required_text("text")};
    if (!read.code.empty() && !is_code(read.code))
      item.complain("code", message(N_("'{0}' is not a code: letters, digits, - and _ only"), read.code));
    if (!seen.insert(read.code).second)
      item.complain("code", message(N_("the code '{0}' is already taken"), read.code));
    list.items.push_back(std::move(read));
  }
  if (list.trades.empty()) table.complain("", message(N_("a checklist says for which trades it is")));
  if (list.items.empty())
    table.complain("", message(N_("a checklist asks something: ask = [{{ code = ..., text = ... }}]")));
  return list;
}

Landlord read_landlord(std::vector<File>& files, const Zone& zone) {
  Landlord landlord;
  landlord.policy = read_policy(files, zone);
  landlord.checks = {CheckPolicy{CheckPolicy::Kind::never, 0}, CheckPolicy{CheckPolicy::Kind::always, 100}};
  for (File& file : files) {
    Table root = file.root();
    if (auto name = root.text("name")) landlord.name = *name;
    root.texts("include");
    root.texts("rules");  // read when somebody routes
    if (root.has("rule"))
      root.complain(
          "rule",
          message(N_(
              "rules stand in a file of their own: name it with rules = [\"rules.toml\"], above the first [title]")));
    if (root.has("dwelling_codes")) landlord.dwelling_codes = root.texts("dwelling_codes");
    if (root.has("tenant_flags")) landlord.tenant_flags = root.texts("tenant_flags");
    if (auto access = root.table("access")) landlord.default_role = read_code(*access, "default_role", Role::manager);
    if (auto checks = root.table("verification"))
      for (const auto& row : codes<ProviderKind>()) {
        auto& policy = landlord.checks[static_cast<std::size_t>(row.value) - 1];
        policy = read_check(*checks, row.code.data(), policy);
      }
    if (auto checks = root.table("verification")) read_verification(*checks, landlord);
    for (Table list : root.tables("checklist")) landlord.checklists.push_back(read_checklist(list));
    for (Table table : root.tables("trade")) {
      Trade trade{table.required_text("code"), table.text("name").value_or("")};
      if (trade.label.empty()) trade.label = trade.code;
      const auto same =
          std::ranges::find_if(landlord.trades, [&](const Trade& known) { return known.code == trade.code; });
      if (same == landlord.trades.end()) landlord.trades.push_back(std::move(trade));
      else same->label = trade.label;
    }
    for (Table table : root.tables("agency"))
      landlord.agencies.push_back({table.required_text("code"), table.text("name").value_or(""),
                                   table.text("head").value_or(""), table.text("email").value_or(""),
                                   table.text("phone").value_or(""), table.text("address").value_or("")});
    if (auto on_call = root.table("on_call")) read_on_call(*on_call, landlord);
    for (const Table& table : root.tables("residence")) landlord.residences.push_back(read_residence(table));
    for (const Table& table : root.tables("person")) landlord.people.push_back(read_person(table));
    for (const Table& table : root.tables("provider")) landlord.providers.push_back(read_provider(table));
  }
  References(files, landlord).check();
  read_ladder(files, landlord);
  return landlord;
}

}  // namespace regie
