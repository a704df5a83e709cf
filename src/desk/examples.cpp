#include "desk/examples.hpp"

#include <algorithm>

#include "regie/names.hpp"
#include "text/times.hpp"

namespace regie {

namespace {

using toml_input::Table;

template <typename E>
std::optional<E> read_code(Table& table, const char* key) {
  std::vector<std::string> names;
  for (const auto& row : codes<E>()) names.emplace_back(row.code);
  const auto known = read_known(table, key, names);
  return known.empty() ? std::nullopt : parse<E>(known.front());
}

std::optional<std::string> read_name(Table& table, const char* key, const std::vector<std::string>& names) {
  const auto known = read_known(table, key, names);
  return known.empty() ? std::nullopt : std::optional(known.front());
}

void read_given(Table table, RuleExample& example, const Landlord& landlord) {
  Request& draft = example.given.draft;
  draft.text = table.required_text("text");
  draft.residence = read_name(table, "residence", codes_in(landlord.residences)).value_or("");
  draft.building = table.text("building").value_or("");
  draft.dwelling = table.text("dwelling").value_or("");
  draft.channel = read_code<Channel>(table, "channel").value_or(Channel::phone);
  for (const std::string& flag : read_known(table, "tenant", landlord.tenant_flags))
    draft.tenant_flags = add_code(draft.tenant_flags, flag);
  if (const auto at = table.text("at")) {
    example.at = text::parse_typed(*at, Instant{}, landlord.calendar.zone());
    if (!example.at) table.complain("at", message(N_("'{0}' is not a time; write it like '2026-03-09 14:30'"), *at));
  }
  if (landlord.find_residence(draft.residence) == nullptr) return;  // said already, or none named
  for (Message& problem : problems_of(landlord, example.given)) table.complain("", std::move(problem));
}

void read_expected(Table table, RuleExample& example, const Landlord& landlord) {
  example.applies = table.flag("applies").value_or(true);
  example.trade = read_name(table, "trade", codes_in(landlord.trades));
  example.urgency = read_code<Urgency>(table, "urgency");
  example.place = read_code<Place>(table, "place");
  auto providers = codes_in(landlord.providers);
  providers.emplace_back("nobody");
  example.send = read_name(table, "send", providers);
  if (example.send == "nobody") example.send = "";
  example.triage = table.flag("triage");
  example.closed = table.flag("closed");
  example.tell = table.texts("tell");
}

}  // namespace

RuleExample read_example(Table table, const std::string& rule, const Landlord& landlord) {
  RuleExample example;
  example.rule = rule;
  example.where = table.where();
  if (auto given = table.table("given")) read_given(*given, example, landlord);
  else table.complain("", message(N_("'{0}' is missing here"), "given"));
  if (auto expected = table.table("expect")) read_expected(*expected, example, landlord);
  return example;
}

std::vector<Message> mismatches(Settings& settings, const RuleExample& example, Instant now, Foreseen& foreseen) {
  NewRequest given = example.given;
  given.draft.opened_at = example.at.value_or(now);
  foreseen = foresee(settings, given, given.draft.opened_at);
  const Decision& decision = foreseen.decision;
  std::vector<Message> found;
  const auto compare = [&](const char* what, std::string_view expected, std::string_view actual) {
    if (expected != actual)
      found.push_back(message(N_("{0}: expected '{1}', it is '{2}'"), Label{what}, expected, actual));
  };
  const auto met = [&] { return std::ranges::find(decision.rules_met, example.rule) != decision.rules_met.end(); };
  if (example.applies && !met()) found.push_back(message(N_("the rule '{0}' is not met"), example.rule));
  if (!example.applies && met()) found.push_back(message(N_("the rule '{0}' is met"), example.rule));
  if (example.trade) compare(N_("Trade"), *example.trade, foreseen.draft.trade);
  if (example.urgency) compare(N_("Urgency"), code(*example.urgency), code(foreseen.draft.urgency));
  if (example.place) compare(N_("Place"), code(*example.place), code(foreseen.draft.place));
  if (example.send) compare(N_("With"), *example.send, decision.provider);
  if (example.triage)
    compare(N_("Triage"), *example.triage ? "true" : "false", decision.triage.empty() ? "false" : "true");
  if (example.closed)
    compare(N_("Closed"), *example.closed ? "true" : "false", decision.close.empty() ? "false" : "true");
  for (const std::string& who : example.tell)
    if (std::ranges::find(decision.tell, who) == decision.tell.end())
      found.push_back(message(N_("'{0}' is not told"), who));
  return found;
}

}  // namespace regie
