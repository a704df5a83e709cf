#include "cli/decision_view.hpp"

#include "cli/request_view.hpp"
#include "regie/names.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using render::Cell;
using render::Column;
using text::tr;

Cell list_of(const std::vector<std::string>& values) { return {Cell::Value{values}}; }

std::vector<std::string> list_of_one(const std::string& value) {
  return value.empty() ? std::vector<std::string>{} : std::vector<std::string>{value};
}

Cell candidates_of(const KeptDecision& why) {
  auto records = std::make_shared<render::Records>();
  for (const auto& [provider, verdict] : why.candidates)
    records->push_back({{"provider", Cell(provider)}, {"verdict", Cell(verdict)}});
  return {Cell::Value{std::move(records)}};
}

std::string verdict_label(const std::string& code) {
  const auto verdict = parse<Verdict>(code);
  return verdict ? tr(label(*verdict)) : code;
}

std::string outcome(Context& context, const Explained& explained) {
  const Landlord& landlord = context.settings().landlord();
  if (!explained.close.empty()) return tr(N_("-> answered at once: {0}"), explained.close);
  if (!explained.provider.empty()) {
    const std::string who = provider_name(landlord, explained.provider) + " (" + explained.provider + ")";
    return explained.promised_at
               ? tr(N_("-> sent to {0}, promised {1}"), who, due_text(context, *explained.promised_at))
               : tr(N_("-> sent to {0}"), who);
  }
  if (explained.why.join && explained.why.join->attached)
    return tr(N_("-> waits for the request of the common parts, nobody is sent for it"));
  if (explained.request.residence.empty()) return tr(N_("-> who goes depends on the residence: name it with -R"));
  return tr(N_("-> nobody is sent: {0}"), tr(triage_message(explained.triage)));
}

}  // namespace

KeptDecision kept(const Foreseen& foreseen, const RuleSet& rules) {
  return decode_decision(encode_decision(foreseen.decision, rules, foreseen.understood.because));
}

Explained explain(const Foreseen& foreseen, const KeptDecision& why) {
  const Decision& decision = foreseen.decision;
  return {.request = foreseen.draft,
          .why = why,
          .confidence = foreseen.understood.confidence,
          .provider = decision.provider,
          .rule = decision.rule,
          .triage = decision.triage,
          .close = decision.close,
          .target_at = std::nullopt,
          .promised_at = decision.promised_at};
}

std::string in_sentences(Context& context, const Explained& explained) {
  const Request& request = explained.request;
  const Landlord& landlord = context.settings().landlord();
  std::string text;
  const auto line = [&](const std::string& sentence) { text += "  " + text::one_line(sentence) + "\n"; };
  text += tr(N_("{0}, {1}, {2}"), trade_name(landlord, request.trade), tr(label(request.urgency)),
             tr(label(request.place))) +
          " (" + tr(request.certain ? N_("certain") : N_("not certain")) + ")\n";
  if (!explained.why.because.empty()) line(tr(N_("understood from: {0}"), joined(explained.why.because)));
  if (!request.also.empty()) line(tr(N_("also {0}"), trade_name(landlord, request.also)));
  if (!explained.why.problem.empty()) line(tr(N_("problem: {0}"), explained.why.problem));
  if (!explained.why.met.empty()) line(tr(N_("rules met: {0}"), joined(explained.why.met)));
  const bool located = !request.residence.empty();
  if (located)
    for (const auto& [provider, verdict] : explained.why.candidates)
      line(tr(N_("{0} {1}"), provider_name(landlord, provider), verdict_label(verdict)));
  line(outcome(context, explained));
  const KeptDecision& why = explained.why;
  if (why.callback_of) line(tr(N_("call-back to request {0}: not to be invoiced"), *why.callback_of));
  if (why.join && why.join->known) line(tr(N_("part of request {0}"), *why.join->known));
  if (why.join && !why.join->known) line(tr(N_("opens a request for the common parts: {0}"), why.join->text));
  if (why.join && !why.join->siblings.empty()) line(tr(N_("part of it, too: {0}"), joined(why.join->siblings)));
  for (const std::string& trade : why.open)
    line(tr(N_("opens a second request: {0}"), trade_name(landlord, trade.empty() ? request.also : trade)));
  if (why.cancels) line(tr(N_("cancels request {0}, as the tenant asks"), *why.cancels));
  if (explained.target_at) line(tr(N_("owed to the tenant by {0}"), due_text(context, *explained.target_at)));
  for (const std::string& note : explained.why.notes) line(note);
  if (!explained.why.tell.empty()) line(tr(N_("to be told: {0}"), joined(explained.why.tell)));
  return text;
}

std::vector<Column> decision_columns() {
  return {{"line", N_("Line"), Column::Kind::number},
          {"id", N_("No."), Column::Kind::text, false},
          {"trade", N_("Trade")},
          {"urgency", N_("Urgency")},
          {"place", N_("Place")},
          {"also", N_("Also")},
          {"certain", N_("Certain")},
          {"confidence", N_("Confidence"), Column::Kind::number, false},
          {"provider", N_("With")},
          {"rule", N_("Rule")},
          {"triage", N_("Triage")},
          {"close", N_("Answer"), Column::Kind::wide, false},
          {"target_at", N_("Target"), Column::Kind::text, false},
          {"promised_at", N_("Promise"), Column::Kind::text, false},
          {"because", N_("Because"), Column::Kind::wide},
          {"rules_met", N_("Rules met"), Column::Kind::text, false},
          {"candidates", N_("Candidates"), Column::Kind::number, false},
          {"problem", N_("Problem"), Column::Kind::text, false},
          {"callback_of", N_("Call-back to"), Column::Kind::number, false},
          {"part_of", N_("Part of"), Column::Kind::number, false},
          {"opens", N_("Opened beside it"), Column::Kind::text, false},
          {"cancels", N_("Cancels"), Column::Kind::number, false},
          {"tell", N_("To be told"), Column::Kind::text, false},
          {"notes", N_("Notes"), Column::Kind::wide, false},
          {"rules_hash", N_("Rules"), Column::Kind::text, false}};
}

render::Row decision_row(std::int64_t line, const std::string& id, const Explained& explained) {
  const Request& request = explained.request;
  const KeptDecision& why = explained.why;
  return {line,
          id,
          request.trade,
          render::coded(request.urgency),
          render::coded(request.place),
          list_of(list_of_one(request.also)),
          Cell(request.certain),
          std::int64_t{explained.confidence},
          explained.provider,
          explained.rule,
          explained.triage,
          explained.close,
          Cell(explained.target_at),
          Cell(explained.promised_at),
          list_of(why.because),
          list_of(why.met),
          candidates_of(why),
          why.problem,
          Cell(why.callback_of),
          Cell(why.join ? why.join->known : std::nullopt),
          list_of(why.open),
          Cell(why.cancels),
          list_of(why.tell),
          list_of(why.notes),
          why.rules};
}

}  // namespace regie::cli
