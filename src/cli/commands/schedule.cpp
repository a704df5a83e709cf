#include <algorithm>

#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using text::tr;

/// What whoever makes the appointment should know while the tenant is still on the phone.
void remark_appointment(Context& context, const Request& request) {
  const Landlord& landlord = context.settings().landlord();
  const Zone& zone = context.settings().zone();
  const auto line = [&](const std::string& sentence) { context.remark("  " + text::one_line(sentence)); };
  if (*request.visit_to <= context.now()) line(tr(N_("careful: that is over already")));
  if (*request.visit_to - *request.visit_from > std::chrono::hours{12})
    line(tr(N_("careful: the tenant would wait for more than twelve hours")));
  if (!request.wishes.empty()) line(tr(N_("the tenant wishes: {0}"), request.wishes));
  const Provider* provider = landlord.find_provider(request.provider);
  if (provider != nullptr && is_outside_hours(landlord, *provider, *request.visit_from, *request.visit_to))
    line(tr(N_("careful: outside the hours of {0}"), provider_name(landlord, provider->code)));
  if (const Person* person = landlord.find_person(request.visit_by))
    if (absence(*person, std::chrono::floor<std::chrono::days>(zone.local(*request.visit_from))) != nullptr)
      line(tr(N_("careful: {0} is away that day"), person_name(landlord, request.visit_by)));
  if (const Person* person = landlord.find_person(request.visit_by);
      person != nullptr && !person->trades.empty() &&
      std::ranges::find(person->trades, request.trade) == person->trades.end() &&
      std::ranges::find(person->problems, request.problem) == person->problems.end())
    line(tr(N_("careful: {0} does not do this: {1}"), person_name(landlord, request.visit_by),
            trade_name(landlord, request.trade)));
  for (const Request& other : context.desk().appointments_besides(request))
    line(tr(N_("careful: {0} is expected elsewhere then, {1} to {2}: request {3}"),
            person_name(landlord, request.visit_by), due_text(context, *other.visit_from),
            text::minute(*other.visit_to, zone).substr(11), other.id));
  if (request.promised_at && *request.visit_from > *request.promised_at)
    line(tr(N_("careful: the promise ends before, {0}"), due_text(context, *request.promised_at)));
  else if (request.target_at && *request.visit_from > *request.target_at)
    line(tr(N_("careful: the target ends before, {0}"), due_text(context, *request.target_at)));
}

int run_schedule(Context& context) {
  const Zone& zone = context.settings().zone();
  const auto from = context.args.time("from", context.now(), zone);
  // "--to 10:00" means on the day of --from, not today.
  const auto to = context.args.time(
      "to", from ? zone.instant(std::chrono::floor<std::chrono::days>(zone.local(*from))) : context.now(), zone);
  const std::string reason = read_reason(context, context.args.text("reason").value_or(""), false);
  const auto when = read_when(context);
  Schedule window{
      .from = *from, .to = to.value_or(*from + std::chrono::hours{2}), .by = context.args.text("by").value_or("")};
  window.wishes = context.args.text("wishes");
  window.told_how = context.args.code<Channel>("how");
  context.args.check();
  return act_on_each(
      context, context.ids("ID"), [&](RequestId id) { return context.desk().schedule(id, window, reason, when); },
      [&](const Outcome& outcome) {
        remark_appointment(context, outcome.request);
        const bool same_day = std::chrono::floor<std::chrono::days>(zone.local(window.from)) ==
                              std::chrono::floor<std::chrono::days>(zone.local(window.to));
        return tr(N_("appointment {0} to {1}: request {2}"), due_text(context, window.from),
                  same_day ? text::minute(window.to, zone).substr(11) : due_text(context, window.to),
                  outcome.request.id);
      });
}

}  // namespace

const Command schedule_command{
    .name = "schedule",
    .group = Group::work,
    .summary = N_("make or move an appointment"),
    .description = N_("Moving one is counted. Overlaps of the same person, hours in which the provider does not work "
                      "and appointments after the due date are pointed out, not refused. The tenant has then heard "
                      "from you: the clock of the answer begins anew."),
    .arguments = {ids_argument},
    .options = {{"from", 0, "TIME", N_("when the visit may begin: 'friday 8:00'"), Offers::nothing, false, true},
                {"to", 0, "TIME", N_("when the visit has begun at the latest; two hours later when not said")},
                {"by", 0, "PERSON", N_("who goes; you, when you are a technician of the provider that has the order"),
                 Offers::people},
                wishes_option,
                {"how", 0, "CHANNEL",
                 N_("how it was agreed with the tenant: phone (the default), desk, web, email or "
                    "caretaker"),
                 Offers::channels},
                source_option,
                reason_option,
                when_option},
    .examples = {{"regie schedule 12 --from 'demain 8:00' --to 10:00", N_("tomorrow between eight and ten")}},
    .writes = true,
    .run = run_schedule,
};

}  // namespace regie::cli
