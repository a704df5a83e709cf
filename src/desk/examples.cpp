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
    example.at = text::parse_typed(*at, Instant{}, landlord.policy.calendar.zone());
    if (!example.at) table.complain("at", message(N_("'{0}' is not a time; write it like '2026-03-09 14:30'"), *at));
  }
  if (landlord.find_residence(draft.residence) == nullptr) return;  // said already, or none named
  for (Message& problem : problems_of(landlord, example.given)) table.complain("", std::move(problem));
}

/// What is not said is as in the message itself.
Earlier read_earlier(Table table, const RuleExample& example, const Landlord& landlord) {
  Earlier earlier;
  Request& draft = earlier.given.draft;
  const Request& given = example.given.draft;
  draft.text = table.text("text").value_or(given.text);
  draft.residence = read_name(table, "residence", codes_in(landlord.residences)).value_or(given.residence);
  draft.dwelling = table.text("dwelling").value_or(given.dwelling);
  draft.building = table.text("building").value_or(draft.dwelling.empty() ? given.building : "");
  draft.channel = given.channel;
  for (const std::string& flag : read_known(table, "tenant", landlord.tenant_flags))
    draft.tenant_flags = add_code(draft.tenant_flags, flag);
  earlier.given.trade = read_name(table, "trade", codes_in(landlord.trades));
  earlier.ago = read_span(table, "ago");
  earlier.done_by = read_name(table, "done_by", codes_in(landlord.providers)).value_or("");
  earlier.done_ago = table.has("done") ? read_span(table, "done") : earlier.ago;
  return earlier;
}

/// The desk as it was when the message came.
RequestsInMemory past_of(Settings& settings, const RuleExample& example, Instant at) {
  RequestsInMemory past;
  const Zone& zone = settings.landlord().policy.calendar.zone();
  RequestId id = 0;
  for (const Earlier& earlier : example.before) {
    NewRequest given = earlier.given;
    given.draft.opened_at = before(at, earlier.ago, zone);
    Foreseen foreseen = foresee(settings, given, given.draft.opened_at, past);
    Request& request = foreseen.draft;
    request.id = ++id;
    request.provider = earlier.done_by.empty() ? foreseen.decision.provider : earlier.done_by;
    request.state = request.provider.empty() ? State::open : State::assigned;
    if (!request.provider.empty()) request.assigned_at = request.opened_at;
    if (!earlier.done_by.empty()) {
      request.state = State::closed;
      request.done_by = request.done_provider = earlier.done_by;
      request.done_at = before(at, earlier.done_ago, zone);
    }
    past.add(std::move(request));
  }
  return past;
}

bool is_told(const Landlord& landlord, const Foreseen& foreseen, const std::string& who, Instant at) {
  return std::ranges::any_of(foreseen.decision.tell, [&](const std::string& told) {
    return told == who || person_told(landlord, told, foreseen.draft.residence, at) == who;
  });
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
  example.problem = table.text("problem");
  example.joined = table.flag("joined");
  example.attached = table.flag("attached");
  example.callback = table.flag("callback");
  example.cancels = table.flag("cancels");
  if (table.has("opens")) example.opens = read_known(table, "opens", codes_in(landlord.trades));
}

}  // namespace

RuleExample read_example(Table table, const std::string& rule, const Landlord& landlord) {
  RuleExample example;
  example.rule = rule;
  example.where = table.where();
  if (auto given = table.table("given")) read_given(*given, example, landlord);
  else table.complain("", message(N_("'{0}' is missing here"), "given"));
  for (const Table& earlier : table.tables("before"))
    example.before.push_back(read_earlier(earlier, example, landlord));
  if (auto expected = table.table("expect")) read_expected(*expected, example, landlord);
  return example;
}

std::vector<Message> mismatches(Settings& settings, const RuleExample& example, Instant now, Foreseen& foreseen) {
  NewRequest given = example.given;
  given.draft.opened_at = example.at.value_or(now);
  const Instant at = given.draft.opened_at;
  foreseen = foresee(settings, given, at, past_of(settings, example, at));
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
  const auto compare_flag = [&](const char* what, std::optional<bool> expected, bool actual) {
    if (expected) compare(what, *expected ? "true" : "false", actual ? "true" : "false");
  };
  compare_flag(N_("Triage"), example.triage, !decision.triage.empty());
  compare_flag(N_("Closed"), example.closed, !decision.close.empty());
  compare_flag(N_("Joined"), example.joined, decision.join.has_value());
  compare_flag(N_("Attached"), example.attached, decision.join && decision.join->attached);
  compare_flag(N_("Call-back"), example.callback, decision.callback_of.has_value());
  compare_flag(N_("Cancels"), example.cancels, decision.cancels.has_value());
  if (example.problem) compare(N_("Problem"), *example.problem, decision.problem);
  if (example.opens) {
    std::vector<std::string> opened;
    for (const SecondRequest& second : decision.open)
      opened.push_back(second.trade.empty() ? foreseen.draft.also : second.trade);
    compare(N_("Opened beside it"), joined(*example.opens), joined(opened));
  }
  for (const std::string& who : example.tell)
    if (!is_told(settings.landlord(), foreseen, who, at)) found.push_back(message(N_("'{0}' is not told"), who));
  return found;
}

}  // namespace regie
