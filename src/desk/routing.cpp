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
  const CompiledLexicon& lexicon = settings.routing().lexicon;
  foreseen.words = lexicon.read(draft.text);
  if (!wanted.trade || !wanted.urgency || !wanted.place) understood = understand(lexicon.terms, foreseen.words);
  draft.trade = wanted.trade.value_or(understood.trade);
  draft.also = wanted.trade ? std::string() : understood.also;
  draft.certain = wanted.trade.has_value() || understood.certain;
  draft.urgency = wanted.urgency.value_or(understood.urgency);
  // Without a dwelling the common parts are meant, whatever the words; where not even the residence is said, the words
  // are all there is.
  const bool no_dwelling = !draft.residence.empty() && draft.dwelling.empty();
  draft.place = wanted.place.value_or(no_dwelling ? Place::common : understood.place);
  if (draft.building.empty()) draft.building = building_of(draft.dwelling);
  if (const Residence* residence = settings.landlord().find_residence(draft.residence);
      draft.building.empty() && residence != nullptr)
    draft.building = settings.routing().lexicon.building_named(draft.text, residence->buildings);
  return foreseen;
}

namespace {

/// A text that names a dwelling is for a request that has one.
bool can_be_filled_in(const SecondRequest& second, const Request& request) {
  return !request.dwelling.empty() ||
         (second.text.find("{dwelling}") == std::string::npos && second.text.find("{neighbours}") == std::string::npos);
}

Decision route_words(Settings& settings, const Request& request, std::span<const Word> words, Instant at,
                     const Past& past, Urgency at_least) {
  Decision decision = route(settings.landlord(), settings.routing().rules, request, words, at, past, at_least);
  Request as_decided = request;
  as_decided.problem = decision.problem;
  if (decision.join) decision.join->text = filled_in(decision.join->text, settings.landlord(), as_decided);
  std::erase_if(decision.open, [&](const SecondRequest& second) { return !can_be_filled_in(second, request); });
  for (SecondRequest& second : decision.open) second.text = filled_in(second.text, settings.landlord(), as_decided);
  return decision;
}

}  // namespace

Foreseen foresee(Settings& settings, const NewRequest& wanted, Instant at, const Past& past) {
  Foreseen foreseen = understand(settings, wanted);
  decide_who_goes(settings, wanted, at, past, foreseen);
  return foreseen;
}

void decide_who_goes(Settings& settings, const NewRequest& wanted, Instant at, const Past& past, Foreseen& foreseen) {
  Request& draft = foreseen.draft;
  Decision& decision = foreseen.decision;
  decision = route_words(settings, draft, foreseen.words, at, past, wanted.urgency.value_or(Urgency::planned));
  draft.trade = decision.trade;
  if (draft.also == draft.trade) draft.also.clear();
  draft.problem = decision.problem;
  draft.urgency = decision.urgency;
  if (draft.residence.empty()) {  // who goes depends on it
    decision.provider.clear();
    decision.promised_at.reset();
    decision.promise_terms.clear();
    decision.triage = triage_no_residence;
  }
}

Decision route_request(Settings& settings, const Request& request, Instant at, const Past& past, Urgency at_least) {
  return route_words(settings, request, settings.routing().lexicon.read(request.text), at, past, at_least);
}

std::string filled_in(const std::string& text, const Landlord& landlord, const Request& request) {
  const Residence* residence = landlord.find_residence(request.residence);
  const auto value = [&](std::string_view name) {
    if (name == "residence") return residence == nullptr ? request.residence : residence->name;
    if (name == "building") return request.building;
    if (name == "dwelling") return request.dwelling;
    if (name == "problem") return request.problem;
    return residence == nullptr ? std::string() : joined(neighbours(*residence, request.dwelling));
  };
  std::string result;
  std::size_t at = 0;
  for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', at)) {
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) break;
    result.append(text, at, open - at);
    result += value(std::string_view(text).substr(open + 1, close - open - 1));
    at = close + 1;
  }
  return result.append(text, at);
}

NewRequest second_request(const SecondRequest& second, const Request& first) {
  NewRequest wanted;
  Request& draft = wanted.draft;
  draft.text = second.text.empty() ? first.text : second.text;
  draft.channel = first.channel;
  draft.residence = first.residence;
  draft.building = first.building;
  draft.opened_at = first.opened_at;
  if (!second.common) {
    draft.dwelling = first.dwelling;
    draft.tenant_name = first.tenant_name;
    draft.tenant_phone = first.tenant_phone;
    draft.tenant_email = first.tenant_email;
    draft.tenant_flags = first.tenant_flags;
  }
  wanted.trade = second.trade.empty() ? first.also : second.trade;
  wanted.urgency = second.urgency;
  return wanted;
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
  if (!decision.problem.empty()) {
    writer.Key("problem");
    text(decision.problem);
  }
  const auto id = [&](const char* key, const std::optional<RequestId>& value) {
    if (!value) return;
    writer.Key(key);
    writer.Int64(*value);
  };
  id("callback_of", decision.callback_of);
  id("cancels", decision.cancels);
  if (decision.join) {
    writer.Key("join");
    writer.StartObject();
    writer.Key("text");
    text(decision.join->text);
    writer.Key("attached");
    writer.Bool(decision.join->attached);
    id("known", decision.join->known);
    writer.Key("siblings");
    writer.StartArray();
    for (const RequestId sibling : decision.join->siblings) writer.Int64(sibling);
    writer.EndArray();
    writer.EndObject();
  }
  std::vector<std::string> opened;
  for (const SecondRequest& second : decision.open) opened.push_back(second.trade);
  list("open", opened);
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

Assignment assignment_of(const Decision& decision, const RuleSet& rules, const std::vector<std::string>& because) {
  return {.provider = decision.provider,
          .rule = decision.rule,
          .triage = decision.triage,
          .promised_at = decision.promised_at,
          .decision = encode_decision(decision, rules, because),
          .problem = decision.problem,
          .callback_of = decision.callback_of,
          .promise_terms = decision.promise_terms};
}

Assignment assignment_again(const Decision& decision, const RuleSet& rules) {
  Assignment assignment = assignment_of(decision, rules, {});
  if (!decision.close.empty()) assignment.triage = decision.rule;
  return assignment;
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
  list("open", kept.open);
  if (const auto problem = document.FindMember("problem"); problem != document.MemberEnd())
    kept.problem = text(problem->value);
  const auto id = [](const rapidjson::Value& object, const char* key) -> std::optional<RequestId> {
    const auto member = object.FindMember(key);
    return member != object.MemberEnd() && member->value.IsInt64() ? std::optional(member->value.GetInt64())
                                                                   : std::nullopt;
  };
  kept.callback_of = id(document, "callback_of");
  kept.cancels = id(document, "cancels");
  if (const auto join = document.FindMember("join"); join != document.MemberEnd() && join->value.IsObject()) {
    kept.join.emplace();
    if (const auto words = join->value.FindMember("text"); words != join->value.MemberEnd())
      kept.join->text = text(words->value);
    const auto attached = join->value.FindMember("attached");
    kept.join->attached = attached != join->value.MemberEnd() && attached->value.IsBool() && attached->value.GetBool();
    kept.join->known = id(join->value, "known");
    if (const auto siblings = join->value.FindMember("siblings");
        siblings != join->value.MemberEnd() && siblings->value.IsArray())
      for (const auto& sibling : siblings->value.GetArray())
        if (sibling.IsInt64()) kept.join->siblings.push_back(sibling.GetInt64());
  }
  if (const auto all = document.FindMember("candidates"); all != document.MemberEnd() && all->value.IsArray())
    for (const auto& pair : all->value.GetArray())
      if (pair.IsArray() && pair.Size() == 2) kept.candidates.emplace_back(text(pair[0]), text(pair[1]));
  return kept;
}

Message triage_message(const std::string& triage) {
  if (triage == triage_unsure)
    return message(N_("the text was not understood with certainty: say who goes with 'regie assign'"));
  if (triage == triage_nobody) return message(N_("no provider with a valid contract is available"));
  if (triage == triage_common_cancelled)
    return message(
        N_("the request of the common parts that it waited for was cancelled: 'regie assign' routes it anew"));
  if (triage == triage_common_left)
    return message(N_("it waited for a request of the common parts and was corrected: 'regie assign' routes it anew"));
  if (triage == triage_not_technical)
    return message(N_("not a technical request: answer it with 'regie close', or pass it on"));
  return Message{.id = "{0}", .args = {{triage}}};
}

}  // namespace regie
