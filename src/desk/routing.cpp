#include "desk/routing.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

#include "regie/names.hpp"

namespace regie {

std::vector<Message> problems_of(const Landlord& landlord, const NewRequest& wanted) {
  const Request& draft = wanted.draft;
  std::vector<Message> problems;
  if (draft.text.find_first_not_of(" \t\r\n") == std::string::npos)
    problems.push_back(message(N_("the description is empty")));
  if (!landlord.find_residence(draft.residence))
    problems.push_back(unknown_name(N_("no residence '{0}'; known: {1}"), N_("no residence '{0}'; did you mean '{1}'?"),
                                    draft.residence, codes_in(landlord.residences)));
  if (!draft.dwelling.empty() && !landlord.is_dwelling_code(draft.dwelling))
    problems.push_back(message(N_("'{0}' is not a dwelling code: expected {1} (A = a letter, 9 = a digit)"),
                               draft.dwelling, joined(landlord.dwelling_codes)));
  for (const std::string& flag : split_codes(draft.tenant_flags))
    if (std::ranges::find(landlord.tenant_flags, flag) == landlord.tenant_flags.end())
      problems.push_back(message(N_("tenant flag '{0}' is not one of {1}"), flag, joined(landlord.tenant_flags)));
  if (wanted.trade && !landlord.find_trade(*wanted.trade))
    problems.push_back(unknown_name(N_("no trade '{0}'; known: {1}"), N_("no trade '{0}'; did you mean '{1}'?"),
                                    *wanted.trade, codes_in(landlord.trades)));
  return problems;
}

Foreseen understand(Settings& settings, const NewRequest& wanted) {
  Foreseen foreseen;
  foreseen.draft = wanted.draft;
  Request& draft = foreseen.draft;
  Understanding& understood = foreseen.understood;
  if (!wanted.trade || !wanted.urgency || !wanted.place) understood = settings.routing().lexicon.understand(draft.text);
  draft.trade = wanted.trade.value_or(understood.trade);
  draft.also = wanted.trade ? std::string() : understood.also;
  draft.certain = wanted.trade.has_value() || understood.certain;
  draft.urgency = wanted.urgency.value_or(understood.urgency);
  // Without a dwelling the common parts are meant, whatever the words; where not even the residence is said, the words
  // are all there is.
  const bool no_dwelling = !draft.residence.empty() && draft.dwelling.empty();
  draft.place = wanted.place.value_or(no_dwelling ? Place::common : understood.place);
  if (draft.building.empty()) draft.building = building_of(draft.dwelling);
  return foreseen;
}

Foreseen foresee(Settings& settings, const NewRequest& wanted, Instant at) {
  Foreseen foreseen = understand(settings, wanted);
  Request& draft = foreseen.draft;
  Decision& decision = foreseen.decision;
  decision = route_request(settings, draft, at);
  draft.trade = decision.trade;
  // What the person on the phone says counts more than the text; but a rule may raise it: gas is an emergency even
  // when the caller says that tomorrow will do.
  draft.urgency = wanted.urgency ? std::min(draft.urgency, decision.urgency) : decision.urgency;
  if (draft.residence.empty()) {  // who goes depends on it
    decision.provider.clear();
    decision.promised_at.reset();
    decision.triage = triage_no_residence;
  }
  return foreseen;
}

Decision route_request(Settings& settings, const Request& request, Instant at) {
  const Routing& routing = settings.routing();
  return route(settings.landlord(), routing.rules, request, routing.lexicon.read(request.text), at);
}

std::string encode_decision(const Decision& decision, const RuleSet& rules, const std::vector<std::string>& because) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  const auto text = [&](std::string_view value) {
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  };
  const auto list = [&](const char* key, const std::vector<std::string>& values) {
    if (values.empty()) return;
    writer.Key(key);
    writer.StartArray();
    for (const std::string& value : values) text(value);
    writer.EndArray();
  };
  writer.StartObject();
  writer.Key("rules");
  text(rules.hash);
  list("met", decision.rules_met);
  list("because", because);
  writer.Key("candidates");
  writer.StartArray();
  for (const Candidate& candidate : decision.candidates) {
    writer.StartArray();
    text(candidate.provider);
    text(code(candidate.verdict));
    writer.EndArray();
  }
  writer.EndArray();
  list("tell", decision.tell);
  list("notes", decision.notes);
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

KeptDecision decode_decision(const std::string& json) {
  KeptDecision kept;
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (document.HasParseError() || !document.IsObject()) return kept;
  kept.known = true;
  const auto text = [](const rapidjson::Value& value) {
    return value.IsString() ? std::string(value.GetString(), value.GetStringLength()) : std::string();
  };
  const auto list = [&](const char* key, std::vector<std::string>& values) {
    const auto member = document.FindMember(key);
    if (member == document.MemberEnd() || !member->value.IsArray()) return;
    for (const auto& value : member->value.GetArray()) values.push_back(text(value));
  };
  if (const auto rules = document.FindMember("rules"); rules != document.MemberEnd()) kept.rules = text(rules->value);
  list("met", kept.met);
  list("because", kept.because);
  list("tell", kept.tell);
  list("notes", kept.notes);
  if (const auto all = document.FindMember("candidates"); all != document.MemberEnd() && all->value.IsArray())
    for (const auto& pair : all->value.GetArray())
      if (pair.IsArray() && pair.Size() == 2) kept.candidates.emplace_back(text(pair[0]), text(pair[1]));
  return kept;
}

Message triage_message(const std::string& triage) {
  if (triage == triage_unsure)
    return message(N_("the text was not understood with certainty: say who goes with 'regie assign'"));
  if (triage == triage_nobody) return message(N_("no provider with a valid contract is available"));
  if (triage == triage_not_technical)
    return message(N_("not a technical request: answer it with 'regie close', or pass it on"));
  return Message{.id = "{0}", .args = {{triage}}};
}

}  // namespace regie
