#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "regie/names.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using text::tr;

/// A mail or form on standard input, without the line ends behind it.
std::string read_text(const Environment& env) {
  std::string text = read_all(env);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

NewRequest read_request(Context& context) {
  Arguments& args = context.args;
  NewRequest wanted;
  Request& draft = wanted.draft;
  draft.text = args.text("TEXT").value_or("");
  if (draft.text == "-") draft.text = read_text(context.env);
  if (const auto bad = text::find_invalid_utf8(draft.text))
    args.complain(message(N_("the text is not UTF-8 at byte {0}"), *bad));
  if (draft.text.find('\0') != std::string::npos) args.complain(message(N_("the text holds a NUL byte")));
  draft.residence = args.text("residence").value_or("");
  draft.building = args.text("building").value_or("");
  draft.dwelling = args.text("dwelling").value_or("");
  draft.channel = args.code<Channel>("channel").value_or(draft.dwelling.empty() ? Channel::desk : Channel::phone);
  draft.tenant_name = args.text("tenant").value_or("");
  draft.tenant_phone = args.text("phone").value_or("");
  draft.tenant_email = args.text("email").value_or("");
  draft.wishes = args.text("wishes").value_or("");
  for (const std::string& flag : args.texts("flag")) draft.tenant_flags = add_code(draft.tenant_flags, flag);
  draft.key = args.text("key").value_or("");
  draft.opened_at = args.time("when", context.now(), context.settings().zone()).value_or(context.now());
  wanted.trade = args.text("trade");
  wanted.urgency = args.code<Urgency>("urgency");
  wanted.place = args.code<Place>("place");
  args.check();
  return wanted;
}

std::string describe(Context& context, const Request& request) {
  const Landlord& landlord = context.settings().landlord();
  const std::string trade = trade_name(landlord, request.trade);
  const std::string urgency = tr(label(request.urgency));
  std::string due = request.due_at ? due_text(context, *request.due_at) : tr(N_("no date"));
  if (request.state == State::closed)
    return tr(N_("answered at once and closed ({0}): request {1}"), trade, request.id);
  if (request.provider.empty() && request.triage.empty() && request.parent)
    return tr(N_("received: {0}, {1}, part of request {2}, due {3}: request {4}"), trade, urgency, *request.parent, due,
              request.id);
  if (request.provider.empty())
    return tr(N_("received: {0}, {1}, nobody sent yet, due {2}: request {3}"), trade, urgency, due, request.id);
  return tr(N_("received: {0}, {1}, sent to {2}, due {3}: request {4}"), trade, urgency,
            provider_name(landlord, request.provider), due, request.id);
}

/// "request 11, B-203, received Mon 02/03 09:00, with Garrigue, appointment Tue 03/03 08:00"
std::string described(Context& context, const Request& other) {
  const Landlord& landlord = context.settings().landlord();
  const std::string place = other.dwelling.empty() ? tr(label(other.place)) : other.dwelling;
  std::string line = tr(N_("perhaps the same: request {0}, {1}, received {2}, {3}, {4}"), other.id, place,
                        due_text(context, other.opened_at), tr(label(other.state)),
                        other.provider.empty() ? tr(N_("nobody sent yet")) : provider_name(landlord, other.provider));
  if (other.visit_from) line += ", " + tr(N_("appointment {0}"), due_text(context, *other.visit_from));
  return text::one_line(line);
}

/// Perhaps a colleague has it already: asks before anything is opened. The request that has it, with the new message
/// noted there.
std::optional<RequestId> ask_similar(Context& context, const NewRequest& wanted) {
  Foreseen foreseen = understand(context.settings(), wanted);
  for (const Request& other : context.desk().similar(foreseen.draft)) {
    context.remark("  " + described(context, other));
    context.remark("    " + text::cut_to_width(text::one_line(other.text), 72, "…"));
    const std::string answer = text::fold(context.ask("  " + tr(N_("Is it the same as request {0}? [y/N]"), other.id)));
    if (!answer.starts_with('y') && !answer.starts_with('o')) continue;
    context.desk().act(
        other.id, [](const Request&) -> Deed { return Note{}; }, wanted.draft.text);
    if (foreseen.draft.urgency < other.urgency)
      context.remark("  " + tr(N_("this message sounds more urgent: regie edit {0} --urgency {1}"), other.id,
                               code(foreseen.draft.urgency)));
    return other.id;
  }
  return std::nullopt;
}

/// The same for whoever cannot be asked.
void tell_similar(Context& context, const Request& request, const std::vector<Request>& similar) {
  for (const Request& other : similar) {
    context.remark("  " + described(context, other));
    context.remark("    " + text::cut_to_width(text::one_line(other.text), 72, "…"));
    if (!context.dry_run())
      context.remark("    " + tr(N_("if so: regie cancel {0} --why duplicate --of {1}"), request.id, other.id));
  }
}

int run_open(Context& context) {
  const NewRequest wanted = read_request(context);
  const bool asks = context.can_ask() && !context.dry_run() && !context.args.has("yes") && wanted.draft.key.empty();
  if (asks)
    if (const auto known = ask_similar(context, wanted)) {
      context.did(tr(N_("known already, the message is noted there: request {0}"), *known), *known);
      return 0;
    }
  const Opened opened = context.desk().open(wanted, !asks && !context.quiet());
  const Request& request = opened.request;
  if (opened.existed)
    context.remark(tr(N_("the key '{0}' is known already: nothing was opened"), text::one_line(request.key)));
  if (!request.triage.empty() && !opened.existed)
    context.remark("  " + text::one_line(tr(triage_message(request.triage))));
  remark_candidates(context, opened.decision);
  for (const std::string& note : opened.decision.notes) context.remark("  " + text::one_line(note));
  if (!opened.decision.tell.empty()) {
    context.remark("  " + tr(N_("to be told: {0}"), told(context, opened.decision.tell, request)));
  }
  remark_besides(context, opened.besides, opened.request);
  if (request.state == State::closed && !opened.existed)
    context.remark("  " + tr(N_("answer to the tenant: {0}"), text::one_line(request.answer)));
  tell_similar(context, request, opened.similar);
  if (context.quiet() || !print_as_data(context, "regie.open/1", {request}))
    context.did(opened.existed ? tr(N_("known already: request {0}"), request.id) : describe(context, request),
                request.id);
  return 0;
}

}  // namespace

const Command open_command{
    .name = "open",
    .group = Group::first,
    .summary = N_("take a request and send it to whoever repairs it"),
    .description = N_("Trade, urgency and place are understood from the text; the routing rules say who goes. What is "
                      "not understood with certainty "
                      "stays open for a person to decide (triage). What you say with --trade, --urgency or --place "
                      "counts more than the text."),
    .arguments = {{"TEXT", N_("what the tenant says, in quotes; - reads it from standard input")}},
    .options = {{"residence", 'R', "CODE", N_("the residence"), Offers::residences, false, true},
                dwelling_option,
                building_option,
                {"tenant", 't', "NAME", N_("the tenant's name")},
                {"phone", 0, "NUMBER", N_("the tenant's telephone")},
                {"email", 0, "ADDRESS", N_("the tenant's e-mail")},
                flag_option,
                wishes_option,
                channel_option,
                trade_option,
                urgency_option,
                place_option,
                {"key", 'k', "KEY", N_("idempotency key: repeating the command with it opens nothing new")},
                when_option},
    .examples = {{"regie open \"fuite sous l'évier, ça coule par terre\" -R BEL -d B-203 -t 'Mme Aubin'", N_("a call")},
                 {"regie open 'Ampoule hall C' -R CHA --channel caretaker",
                  N_("a caretaker's report, in the common parts")},
                 {"regie open - -R BEL --key mail-4711 -q < mail.txt",
                  N_("from a script: prints the number, and the same number again if run twice")}},
    .writes = true,
    .run = run_open,
};

}  // namespace regie::cli
