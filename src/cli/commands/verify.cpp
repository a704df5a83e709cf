#include <algorithm>

#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "regie/names.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using text::tr;

/// "water-tight=ok" of each --check.
std::map<std::string, Finding> read_findings(Arguments& args) {
  std::map<std::string, Finding> findings;
  for (const std::string& word : args.texts("check")) {
    const std::size_t equals = word.find('=');
    const auto finding = equals == std::string::npos ? std::nullopt : parse<Finding>(word.substr(equals + 1));
    if (!finding)
      args.complain(message(N_("--check {0}: write CODE=RESULT with one of {1}"), word, joined(code_names<Finding>())));
    else findings[word.substr(0, equals)] = *finding;
  }
  return findings;
}

/// y, o, n… in both languages, whatever the screen speaks: hands are cold.
std::optional<Finding> parse_answer(const std::string& answer) {
  const std::string folded = text::fold(answer);
  if (folded.empty()) return std::nullopt;
  if (const auto code = parse<Finding>(folded)) return code;
  if (folded[0] == 'y' || folded[0] == 'o') return Finding::ok;
  if (folded[0] == 'n') return Finding::fault;
  if (folded[0] == '-' || folded[0] == 's') return Finding::not_applicable;
  return std::nullopt;
}

/// Asks what is on the list and was not said. Nothing typed: it was not looked at.
void ask_checklist(Context& context, const Checklist& list, Inspection& inspection) {
  for (const Checklist::Item& item : list.items) {
    if (inspection.findings.contains(item.code)) continue;
    for (;;) {
      const std::string answer =
          context.ask("  " + tr(N_("{0} [y = yes, n = no, - = does not apply, Enter = not looked at]"),
                                text::one_line(item.question)));
      const auto finding = parse_answer(answer);
      if (finding) inspection.findings[item.code] = *finding;
      if (finding || answer.empty()) break;
    }
  }
}

void say_what_is_checked(Context& context, const Request& request) {
  const std::string place = request.dwelling.empty() ? tr(label(request.place)) : request.dwelling;
  context.remark("  " + text::one_line(request.residence + " " + place + ", " +
                                       provider_name(context.settings().landlord(), request.done_provider) +
                                       (request.work.empty() ? "" : ": " + request.work)));
}

std::string describe(Context& context, const Outcome& outcome) {
  const Landlord& landlord = context.settings().landlord();
  const Request& request = outcome.request;
  const bool failed = !outcome.changes.empty() && request.state == State::assigned;
  if (failed) {
    std::string line = tr(N_("check failed, back to {0} as rework no. {1}"), provider_name(landlord, request.provider),
                          request.reworks);
    if (request.promised_at) line += tr(N_(", promised {0}"), due_text(context, *request.promised_at));
    return tr(N_("{0}: request {1}"), line, request.id);
  }
  if (request.tacit) return tr(N_("accepted tacitly, nobody looked at it: request {0}"), request.id);
  return tr(N_("checked and found good by {0}: request {1}"), person_name(landlord, request.verified_by), request.id);
}

/// What nobody looked at in time, oldest first.
std::vector<RequestId> unlooked_at(Context& context) {
  std::vector<RequestId> ids;
  context.desk().store().list({.to_verify_only = true}, {{find_field("done_at"), false}}, 0, [&](Request&& request) {
    if (const auto from = context.desk().tacit_from(request); from && *from <= context.now()) ids.push_back(request.id);
    return true;
  });
  return ids;
}

int run_tacit(Context& context) {
  std::vector<RequestId> ids = context.ids("ID");
  if (!context.settings().landlord().policy.tacit_after) context.desk().accept_tacitly(0);  // says so
  if (ids.empty()) ids = unlooked_at(context);
  if (ids.empty()) return 0;  // every night, as a rule
  return act_on_each(
      context, ids, [&](RequestId id) { return context.desk().accept_tacitly(id); },
      [&](const Outcome& outcome) { return describe(context, outcome); });
}

int run_verify(Context& context) {
  Arguments& args = context.args;
  if (args.has("fail") && args.has("pass")) args.complain(message(N_("--pass and --fail: only one of them")));
  if (args.has("tacit")) {
    for (const char* other : {"pass", "fail", "check", "photo", "reason", "when"})
      if (args.has(other)) args.complain(message(N_("--tacit goes without --{0}: nobody looked at it"), other));
    args.check();
    return run_tacit(context);
  }
  Inspection inspection{.pass = !args.has("fail"), .findings = read_findings(args)};
  std::string reason = args.text("reason").value_or("");
  if (!inspection.pass && reason.find_first_not_of(" \t\n") == std::string::npos)
    args.complain(message(N_("--fail needs --reason: what has to be done again?")));
  const auto when = read_when(context);
  const std::vector<RequestId> ids = context.ids("ID");
  if (ids.empty()) args.complain(message(N_("{0} is missing"), "ID"));
  args.check();

  if (ids.size() == 1 && context.can_ask() && !args.has("fail")) {
    const auto request = context.desk().store().find(ids.front());
    const Checklist* list =
        request && request->state == State::done ? context.settings().landlord().checklist(request->trade) : nullptr;
    if (list != nullptr) {
      say_what_is_checked(context, *request);
      ask_checklist(context, *list, inspection);
      if (inspection.findings.empty() && !args.has("pass") &&
          parse_answer(context.ask("  " + tr(N_("Nothing was looked at. Good all the same? [y/N]")))) != Finding::ok)
        throw Error(Trouble::refused, message(N_("request {0}: nothing was saved"), ids.front()));
    }
    const bool fault =
        std::ranges::any_of(inspection.findings, [](const auto& one) { return one.second == Finding::fault; });
    if (fault && !args.has("pass")) {
      inspection.pass = false;
      context.remark("  " + tr(N_("So the check fails.")));
      while (text::fold(reason).find_first_not_of(" \t") == std::string::npos)
        reason = context.ask("  " + tr(N_("What has to be done again?")));
    }
  }
  inspection.photos = context.keep_photos();
  return act_on_each(
      context, ids, [&](RequestId id) { return context.desk().verify(id, inspection, reason, when); },
      [&](const Outcome& outcome) { return describe(context, outcome); });
}

}  // namespace

const Command verify_command{
    .name = "verify",
    .group = Group::first,
    .summary = N_("check work that was reported done"),
    .description =
        N_("Never by the person or provider that did the work, nor by whoever reported it done. A failed check "
           "sends the request back to the same provider as rework: a clock of its own, no new order. At a "
           "terminal, for a single request, what --check does not answer of the trade's checklist is asked."),
    .arguments = {{"ID", N_("request numbers: 12 15-18, or - to read them from standard input"), Offers::requests,
                   false, true}},
    .options =
        {{"pass", 0, "", N_("the work is good (the default)")},
         {"fail", 0, "", N_("it has to be done again; needs --reason")},
         {"check", 0, "CODE=RESULT", N_("one line of the checklist: ok, fault or na (does not apply)"), Offers::nothing,
          true},
         photo_option,
         {"tacit", 0, "",
          N_("accept without a check what nobody looked at in time: these requests, or all; where tacit_after in "
             "regie.toml allows it")},
         reason_option,
         when_option},
    .examples = {{"regie verify 12", N_("looked at it: good")},
                 {"regie verify 12 --check etanche=ok --check propre=ok --photo apres.jpg", N_("with the checklist")},
                 {"regie verify 12 --fail --reason 'fuit encore au joint'", N_("back to the firm")},
                 {"regie verify --tacit --quiet", N_("from cron")}},
    .writes = true,
    .run = run_verify,
};

}  // namespace regie::cli
