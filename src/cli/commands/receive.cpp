// What a mail alias runs: keeps one mail, and does what it says beyond doubt.
#include <algorithm>
#include <array>
#include <charconv>

#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "desk/digest.hpp"
#include "desk/receiving.hpp"
#include "mail/mime.hpp"
#include "regie/names.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using render::Cell;
using render::coded;
using text::one_line;
using text::tr;
using Kind = render::Column::Kind;
using Mood = Cell::Mood;

constexpr std::size_t largest_mail = 25 * 1024 * 1024;
constexpr std::int64_t rows_for_people = 50;
constexpr std::array person_options{"list", "show", "settle", "forgive"};

bool is_for_a_person(const Arguments& arguments) {
  return std::ranges::any_of(person_options, [&](const char* option) { return arguments.has(option); });
}

/// A mail is handed in by a program that keeps it as long as we cannot.
bool takes_a_mail(const Arguments& arguments) { return !is_for_a_person(arguments) && !arguments.has("help"); }

void authorize(Context& context) {
  const Role role = context.identity().role;
  if (role != Role::manager && role != Role::reception && role != Role::service)
    throw Error(Trouble::refused, message(N_("'{0}' may not '{1}': the role {2} does not allow it"),
                                          context.identity().actor.who, "receive", code(role)));
}

// -- taking a mail

/// Reads to the end, whoever hands it in must not find nobody reading; keeps no more than a mail may have.
std::string read_mail(Context& context, bool& is_whole) {
  std::string bytes;
  std::array<char, 64 * 1024> buffer;
  is_whole = true;
  while (const std::size_t got = context.env.read(buffer.data(), buffer.size())) {
    const std::size_t kept = std::min(got, largest_mail - bytes.size());
    bytes.append(buffer.data(), kept);
    is_whole = is_whole && kept == got;
  }
  return bytes;
}

int take(Context& context) {
  if (context.env.in_is_terminal)
    throw Error(Trouble::usage, message(N_("a mail is expected on standard input; --list shows what waits for you")));
  HandedIn handed_in;
  const std::string bytes = read_mail(context, handed_in.is_whole);
  if (bytes.empty()) throw Error(Trouble::refused, message(N_("there is no mail on standard input")));
  handed_in.mail = mail::Mime(context.env.module_dir).read(bytes);
  Digest digest;
  digest.add(bytes);
  handed_in.digest = digest.digits();
  Receiving receiving(context.settings(), context.store(sql::Access::write), context.identity(), context.now());
  const auto taken = receiving.take(handed_in, !context.dry_run());
  if (!context.dry_run()) return 0;
  if (!taken) context.remark_or_out(tr(N_("(dry run, nothing saved) ")) + tr(N_("this mail came before")));
  else
    context.remark_or_out(tr(N_("(dry run, nothing saved) ")) +
                          one_line(tr(N_("{0}: {1}"), Label{label(taken->state)}, taken->reason)) +
                          (taken->request ? ": " + tr(N_("request {0}"), *taken->request) : std::string()));
  return 0;
}

// -- looking

int list_mails(Context& context) {
  const bool all = context.args.has("all");
  auto writer = context.writer("regie.received/1", {{"mail", N_("Mail"), Kind::number},
                                                    {"received_at", N_("Came in")},
                                                    {"state", N_("State")},
                                                    {"sender", N_("Sender")},
                                                    {"request", N_("No."), Kind::number},
                                                    {"provider", N_("Provider"), Kind::text, false},
                                                    {"subject", N_("Subject"), Kind::wide},
                                                    {"reason", N_("Reason"), Kind::wide},
                                                    {"message_id", N_("Message-ID"), Kind::text, false}});
  const std::int64_t limit = context.limit(context.format() == render::Format::table ? rows_for_people : 0);
  const auto mails = context.store(sql::Access::read).intake().mails(!all, limit == 0 ? 0 : limit + 1);
  std::int64_t shown = 0;
  for (const ReceivedMail& mail : mails) {
    if (limit > 0 && shown++ == limit) break;
    const Mood mood = mail.state == ReceivedState::waiting    ? Mood::alarm
                      : mail.state == ReceivedState::returned ? Mood::warning
                                                              : Mood::plain;
    writer->row({mail.id, Cell{mail.at}, coded(mail.state, mood), mail.sender, Cell{mail.request}, mail.provider,
                 mail.subject, mail.reason, mail.message_id});
  }
  writer->finish(limit > 0 && static_cast<std::int64_t>(mails.size()) > limit);
  return 0;
}

int show_mail(Context& context) {
  const auto number = context.args.number("show", 1, std::int64_t{1} << 53);
  context.args.check();
  const auto mail = context.store(sql::Access::read).intake().find(*number);
  if (!mail) throw Error(Trouble::not_found, message(N_("there is no mail {0} among those that came in"), *number));
  const auto line = [&](const char* title, const std::string& value) {
    if (!value.empty()) context.out(tr(title) + " " + one_line(value) + "\n");
  };
  line(N_("Mail:"), tr(N_("{0}, received {1}, {2}"), mail->id, text::minute(mail->at, context.settings().zone()),
                       Label{label(mail->state)}));
  line(N_("From:"), mail->sender);
  line(N_("Provider:"), mail->provider);
  line(N_("Request:"), mail->request ? std::to_string(*mail->request) : "");
  line(N_("Reason:"), mail->reason);
  line("Message-ID:", mail->message_id);
  line(N_("Subject:"), mail->subject);
  const bool in_journal = mail->request && !mail->provider.empty() && mail->text.empty() &&
                          (mail->state == ReceivedState::waiting || mail->state == ReceivedState::recorded);
  std::string text = text::shown(mail->text);
  if (in_journal) text = tr(N_("(its text is in the journal: regie log {0})"), *mail->request);
  else if (text.empty()) text = tr(N_("(the text is no longer kept)"));
  context.out("\n" + text + (text.ends_with('\n') ? "" : "\n"));
  return 0;
}

// -- deciding

std::vector<std::int64_t> numbers(Context& context, const char* option) {
  std::vector<std::int64_t> all;
  for (const std::string& word : context.args.texts(option)) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error == std::errc{} && end == word.data() + word.size() && number > 0) all.push_back(number);
    else context.args.complain(message(N_("'{0}' is not the number of a mail"), word));
  }
  return all;
}

int settle(Context& context) {
  const std::string reason = context.args.text("reason").value_or("");
  const auto mails = numbers(context, "settle");
  if (reason.empty()) context.args.complain(message(N_("--settle wants a --reason")));
  else if (text::find_invalid_utf8(reason)) context.args.complain(message(N_("the reason must be text, in UTF-8")));
  context.args.check();
  Receiving receiving(context.settings(), context.store(sql::Access::write), context.identity(), context.now());
  int result = 0;
  for (const std::int64_t number : mails) try {
      receiving.settle(number, reason, !context.dry_run());
      context.did(tr(N_("seen to: mail {0}"), number), number);
    } catch (const Error& error) {
      if (error.trouble() != Trouble::not_found && error.trouble() != Trouble::conflict) throw;
      const int code = report_error(error, context.command.name, context.env, false);
      result = mails.size() == 1 ? code : exit_code(Trouble::partial);
    }
  return result;
}

int forgive(Context& context) {
  Receiving receiving(context.settings(), context.store(sql::Access::write), context.identity(), context.now());
  for (const std::string& address : context.args.texts("forgive")) {
    receiving.forgive(address, !context.dry_run());
    context.remark_or_out(tr(N_("mail may be sent to {0} again"), one_line(address)));
  }
  return 0;
}

int run_receive(Context& context) {
  std::vector<std::string> given;
  for (const char* option : person_options)
    if (context.args.has(option)) given.push_back(std::string("--") + option);
  if (given.size() > 1) context.args.complain(message(N_("these exclude each other: {0}"), joined(given)));
  if (context.args.has("all") && !context.args.has("list"))
    context.args.complain(message(N_("--all goes with --list")));
  if (context.args.has("reason") && !context.args.has("settle"))
    context.args.complain(message(N_("--reason goes with --settle")));
  context.args.check();
  authorize(context);
  if (context.args.has("list")) return list_mails(context);
  if (context.args.has("show")) return show_mail(context);
  if (context.args.has("settle")) return settle(context);
  if (context.args.has("forgive")) return forgive(context);
  return take(context);
}

}  // namespace

const Command receive_command{
    .name = "receive",
    .group = Group::desk,
    .summary = N_("take in an answering mail; for a mail alias"),
    .description = N_(
        "Reads one mail on standard input. A provider that answers its order, from the address that is known of it, "
        "is understood when the first line says it beyond doubt: accepted, refused and why, an appointment, done (the "
        "words are in mail.toml); what was written goes into the journal in any case. Whatever is not certain waits "
        "for a person and "
        "changes nothing: unknown senders, orders of somebody else, requests that are not named. Automatic replies "
        "are passed over; of mail that came back the address is remembered, and 'regie remind' says so. Nothing is "
        "ever answered. A mail that comes twice counts once. Silent, exit code 0; 75 whenever the mail could not be "
        "kept: the mail system then tries again later."),
    .arguments = {},
    .options = {{"list", 0, "", N_("mails that wait for a person")},
                {"all", 0, "", N_("with --list: all that came in")},
                {"show", 0, "NUMBER", N_("one of them, with its text")},
                {"settle", 0, "NUMBER", N_("a person has seen to it: its text is forgotten"), Offers::nothing, true},
                {"reason", 'r', "TEXT", N_("with --settle: what became of it")},
                {"forgive", 0, "ADDRESS", N_("mail came back from there, and may be sent there again"), Offers::nothing,
                 true}},
    .examples = {{"regie receive < mail.eml", N_("what the alias runs: |\"/usr/bin/regie receive\"")},
                 {"regie receive --dry-run < mail.eml", N_("what would become of this mail")},
                 {"regie receive --list", N_("what somebody has to look at")},
                 {"regie receive --settle 3 --reason 'rang the firm'", N_("done with")}},
    .writes = true,
    .run = run_receive,
    .must_be_repeated = takes_a_mail,
};

}  // namespace regie::cli
