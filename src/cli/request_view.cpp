#include "cli/request_view.hpp"

#include <algorithm>

#include "regie/names.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

using render::Cell;
using render::coded;
using render::Column;
using Kind = Column::Kind;
using Mood = Cell::Mood;
using text::tr;

const std::vector<Column>& request_columns() {
  static const std::vector<Column> columns{
      {"id", N_("No."), Kind::number},
      {"urgency", N_("Urgency")},
      {"state", N_("State")},
      {"late", N_("Late"), Kind::text, false},
      {"trade", N_("Trade")},
      {"residence", N_("Res.")},
      {"dwelling", N_("Dwelling")},
      {"provider", N_("With")},
      {"due_at", N_("Due")},
      {"text", N_("Text"), Kind::wide},
      {"place", N_("Place"), Kind::text, false},
      {"building", N_("Building"), Kind::text, false},
      {"channel", N_("Channel"), Kind::text, false},
      {"also", N_("Second trade"), Kind::text, false},
      {"certain", N_("Certain"), Kind::text, false},
      {"rule", N_("Rule"), Kind::text, false},
      {"triage", N_("Triage"), Kind::wide, false},
      {"tenant_name", N_("Tenant"), Kind::text, false},
      {"tenant_phone", N_("Telephone"), Kind::text, false},
      {"tenant_email", N_("E-mail"), Kind::text, false},
      {"tenant_flags", N_("Flags"), Kind::text, false},
      {"opened_at", N_("Received"), Kind::text, false},
      {"assigned_at", N_("Order sent"), Kind::text, false},
      {"accepted_at", N_("Accepted"), Kind::text, false},
      {"visit_from", N_("Visit from"), Kind::text, false},
      {"visit_to", N_("Visit to"), Kind::text, false},
      {"target_at", N_("Target"), Kind::text, false},
      {"promised_at", N_("Promise"), Kind::text, false},
      {"done_at", N_("Done"), Kind::text, false},
      {"verified_at", N_("Verified"), Kind::text, false},
      {"closed_at", N_("Closed"), Kind::text, false},
      {"changed_at", N_("Last change"), Kind::text, false},
      {"hold_party", N_("Waiting for"), Kind::text, false},
      {"hold_reason", N_("Hold reason"), Kind::wide, false},
      {"done_by", N_("Done by"), Kind::text, false},
      {"done_reported_by", N_("Reported by"), Kind::text, false},
      {"work", N_("Work done"), Kind::wide, false},
      {"cost", N_("Cost"), Kind::number, false},
      {"check_required", N_("To be checked"), Kind::text, false},
      {"verified_by", N_("Verified by"), Kind::text, false},
      {"answer", N_("Answer"), Kind::wide, false},
      {"rating", N_("Rating"), Kind::number, false},
      {"cancel_reason", N_("Cancelled because"), Kind::text, false},
      {"declined_by", N_("Declined by"), Kind::text, false},
      {"reschedules", N_("Reschedules"), Kind::number, false},
      {"no_access", N_("Failed visits"), Kind::number, false},
      {"reworks", N_("Reworks"), Kind::number, false},
      {"reopened", N_("Reopened"), Kind::number, false},
      {"duplicate_of", N_("Duplicate of"), Kind::number, false},
      {"parent", N_("Part of"), Kind::number, false},
      {"rework_of", N_("Rework of"), Kind::number, false},
      {"problem", N_("Problem"), Kind::text, false},
      {"out_of_contract", N_("Out of contract"), Kind::text, false},
      {"key", N_("Key"), Kind::text, false},
      {"policy", N_("Policy"), Kind::text, false},
      {"wishes", N_("Wishes"), Kind::text, false},
      {"visit_by", N_("Visit by"), Kind::text, false},
      {"promise_terms", N_("Terms of the promise"), Kind::text, false},
      {"stopped", N_("Stopped"), Kind::text, false},
      {"check_due_at", N_("Check due"), Kind::text, false},
      {"findings", N_("Findings"), Kind::text, false},
      {"tacit", N_("Accepted tacitly"), Kind::text, false},
      {"photos", N_("Photos"), Kind::wide, false},
      {"told_at", N_("Tenant told"), Kind::text, false},
      {"told_how", N_("Told by"), Kind::text, false},
      {"answer_due_at", N_("Answer due"), Kind::text, false},
      {"rating_word", N_("Tenant's word"), Kind::wide, false},
      {"targets_missed", N_("Targets missed before"), Kind::number, false},
      {"version", N_("Version"), Kind::number, false},
      {"penalty", N_("Penalty"), Kind::text, false},
  };
  return columns;
}

std::vector<std::string> stopped_clocks(const Request& request) {
  std::vector<std::string> names;
  for (const ClockKind kind : {ClockKind::target, ClockKind::promise})
    if (stands_still(request.stopped, kind)) names.emplace_back(code(kind));
  return names;
}

std::vector<std::string> photo_lines(const Request& request) {
  std::vector<std::string> lines;
  std::string_view rest = request.photos;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return lines;
}

render::Row request_row(const Request& request, Instant now) {
  const bool late = is_late(request, now);
  const Mood urgency = request.urgency == Urgency::emergency ? Mood::alarm
                       : request.urgency == Urgency::urgent  ? Mood::warning
                                                             : Mood::plain;
  Cell due = request.due_at;
  if (late) due.mood = Mood::alarm;
  const auto trade = [](const std::string& code) -> Cell {
    if (code.empty()) return {};
    for (const Trade& known : default_trades())
      if (known.code == code) return {render::Coded{code, known.label}};
    return {render::Coded{code, code}};
  };
  return {
      request.id,
      coded(request.urgency, unfinished(request.state) ? urgency : Mood::plain),
      coded(request.state, request.state == State::on_hold ? Mood::warning
                           : unfinished(request.state)     ? Mood::plain
                                                           : Mood::good),
      Cell{late, Mood::alarm},
      trade(request.trade),
      request.residence,
      request.dwelling,
      request.provider,
      due,
      request.text,
      coded(request.place),
      request.building,
      coded(request.channel),
      trade(request.also),
      Cell{request.certain},
      request.rule,
      request.triage.empty() ? Cell{} : Cell{render::Coded{request.triage, text::tr(triage_message(request.triage))}},
      request.tenant_name,
      request.tenant_phone,
      request.tenant_email,
      Cell{split_codes(request.tenant_flags)},
      Cell{request.opened_at},
      request.assigned_at,
      request.accepted_at,
      request.visit_from,
      request.visit_to,
      request.target_at,
      request.promised_at,
      request.done_at,
      request.verified_at,
      request.closed_at,
      Cell{request.changed_at},
      coded(request.hold_party),
      request.hold_reason,
      request.done_by,
      request.done_reported_by,
      request.work,
      request.cost ? Cell{render::Money{*request.cost}} : Cell{},
      Cell{request.check_required},
      request.verified_by,
      request.answer,
      request.rating,
      coded(request.cancel_reason),
      Cell{split_codes(request.declined)},
      request.reschedules,
      request.no_access,
      request.reworks,
      request.reopened,
      request.duplicate_of,
      request.parent,
      request.rework_of,
      request.problem,
      Cell{request.out_of_contract},
      request.key,
      request.policy,
      request.wishes,
      request.visit_by,
      request.promise_terms,
      Cell{stopped_clocks(request)},
      request.check_due_at,
      Cell{split_codes(request.findings)},
      Cell{request.tacit, Mood::warning},
      Cell{photo_lines(request)},
      request.told_at,
      coded(request.told_how),
      request.answer_due_at,
      request.rating_word,
      request.targets_missed,
      request.version,
      coded(request.penalty),
  };
}

std::string trade_name(const Landlord& landlord, const std::string& code) {
  const Trade* trade = landlord.find_trade(code);
  return trade == nullptr ? (code.empty() ? text::tr(N_("not understood")) : code) : text::tr(trade->label);
}

std::string provider_name(const Landlord& landlord, const std::string& code) {
  const Provider* provider = landlord.find_provider(code);
  return provider == nullptr || provider->name.empty() ? code : provider->name;
}

std::string person_name(const Landlord& landlord, const std::string& code) {
  const Person* person = landlord.find_person(code);
  return person == nullptr || person->name.empty() ? code : person->name;
}

namespace {

std::string sent_to(Context& context, const Request& request) {
  return request.provider.empty() ? tr(N_("nobody sent yet"))
                                  : provider_name(context.settings().landlord(), request.provider);
}

}  // namespace

std::string told(Context& context, const std::vector<std::string>& whom, const Request& request) {
  const Landlord& landlord = context.settings().landlord();
  const Residence* residence = landlord.find_residence(request.residence);
  std::string list;
  std::vector<std::string> named;
  for (const std::string& who : whom) {
    const std::string code = person_told(landlord, who, request.residence, request.opened_at);
    if (!code.empty() && std::ranges::find(named, code) != named.end()) continue;  // one person, two roles
    named.push_back(code);
    const Person* person = landlord.find_person(code);
    std::string name =
        code.empty() ? (who == "on-call" ? tr(N_("the on-call manager")) : who) : person_name(landlord, code);
    std::string phone = person == nullptr ? std::string() : person->phone;
    if (phone.empty() && who == "agency-head" && residence != nullptr)
      if (const Agency* agency = landlord.find_agency(residence->agency)) phone = agency->phone;
    if (who == "on-call" && !code.empty()) name += ", " + tr(N_("on call"));
    list += (list.empty() ? "" : ", ") + name + (phone.empty() ? "" : " (" + phone + ")");
  }
  return text::one_line(list);
}

void remark_besides(Context& context, const Besides& besides, const Request& request) {
  const Landlord& landlord = context.settings().landlord();
  const auto line = [&](const std::string& sentence) { context.remark("  " + text::one_line(sentence)); };
  if (const auto& common = besides.common)
    line(besides.common_made
             ? tr(N_("opened for the common parts: request {0}, {1} ({2})"), common->id, common->text,
                  sent_to(context, *common))
             : tr(N_("part of request {0}, {1} ({2})"), common->id, common->text, sent_to(context, *common)));
  if (besides.common && besides.common_raised) {
    const Request& common = *besides.common;
    line(tr(N_("request {0} is {1} now, due {2}: tell {3}"), common.id, tr(label(common.urgency)),
            common.due_at ? due_text(context, *common.due_at) : tr(N_("no date")), sent_to(context, common)));
  }
  std::vector<std::int64_t> parts;
  for (const Sibling& one : besides.siblings) parts.push_back(one.id);
  if (!parts.empty()) line(tr(N_("part of it, too: {0}"), joined(parts)));
  for (const Sibling& one : besides.siblings)
    if (!one.taken_back_from.empty())
      line(tr(N_("order taken back, {0} is to be told: request {1}"), provider_name(landlord, one.taken_back_from),
              one.id));
  if (request.rework_of) line(tr(N_("call-back to request {0}: not to be invoiced"), *request.rework_of));
  for (const Request& second : besides.seconds)
    line(tr(N_("opened beside it: request {0}, {1} ({2})"), second.id, trade_name(landlord, second.trade),
            sent_to(context, second)));
  if (const auto& cancelled = besides.cancelled) {
    line(tr(N_("cancelled, as the tenant asks: request {0}"), cancelled->id));
    if (!cancelled->provider.empty())
      line(tr(N_("order taken back, {0} is to be told: request {1}"), provider_name(landlord, cancelled->provider),
              cancelled->id));
  }
}

void remark_candidates(Context& context, const Decision& decision) {
  if (!context.args.has("verbose")) return;
  for (const std::string& rule : decision.rules_met) context.remark("  " + text::tr(N_("rule {0}"), rule));
  for (const Candidate& candidate : decision.candidates)
    context.remark("  " + text::tr(N_("{0} {1}"), provider_name(context.settings().landlord(), candidate.provider),
                                   Label{label(candidate.verdict)}));
}

std::string due_text(Context& context, Instant due) {
  static constexpr std::array weekdays{N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")};
  const Zone& zone = context.settings().zone();
  const std::chrono::weekday day{std::chrono::floor<std::chrono::days>(zone.local(due))};
  return text::tr(weekdays[day.iso_encoding() - 1]) + " " + text::brief(due, context.now(), zone);
}

bool print_as_data(Context& context, const std::string& schema, const std::vector<Request>& requests) {
  if (context.format() == render::Format::table) return false;
  auto writer = context.writer(schema, request_columns());
  for (const Request& request : requests) writer->row(request_row(request, context.now()));
  writer->finish();
  return true;
}

}  // namespace regie::cli
