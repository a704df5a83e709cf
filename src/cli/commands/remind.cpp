// What cron runs: looks at what has to be told to whom, hands mails over, and says what an operator has to see to.
#include <algorithm>
#include <array>
#include <charconv>
#include <deque>

#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "desk/reminding.hpp"
#include "regie/names.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using mail::DeliveryName;
using mail::Receipt;
using render::Cell;
using render::coded;
using std::chrono::days;
using std::chrono::hours;
using text::one_line;
using text::tr;
using Kind = render::Column::Kind;
using Mood = Cell::Mood;

constexpr std::size_t deliveries_at_once = 4;
constexpr std::chrono::milliseconds glance{10};   // between two looks at deliveries that work
constexpr std::chrono::seconds longest_wait{30};  // for one delivery; then the next run sees how it ended
constexpr days messages_kept{30};                 // what stood in them holds names
constexpr hours between_tellings{24};             // of a trouble that stays
constexpr hours longest_elsewhere{1};             // a mail that another machine sends
constexpr std::int64_t rows_for_people = 50;

void authorize(Context& context, bool sends) {
  const Role role = context.identity().role;
  const bool allowed = role == Role::manager || role == Role::service || (!sends && role == Role::reception);
  if (!allowed)
    throw Error(Trouble::refused, message(N_("'{0}' may not '{1}': the role {2} does not allow it"),
                                          context.identity().actor.who, "remind", code(role)));
}

mail::Sendmail sendmail_of(const MailSettings& settings, const Environment& env) {
  mail::Sendmail sendmail{.command = settings.sendmail,
                          .sender = settings.bounces.empty() ? settings.from : settings.bounces,
                          .patience = std::chrono::seconds{settings.patience}};
  for (const char* name : {"HOME", "LANG", "TZ"})
    if (const auto value = env.variable(name)) sendmail.environment.push_back(std::string(name) + '=' + *value);
  return sendmail;
}

bool can_run(const std::filesystem::path& program) {
  using std::filesystem::perms;
  std::error_code error;
  const auto status = std::filesystem::status(program, error);
  return !error && std::filesystem::is_regular_file(status) &&
         (status.permissions() & (perms::owner_exec | perms::group_exec | perms::others_exec)) != perms::none;
}

/// "garrigue@example.com (Garrigue)", "nobody".
std::string to_whom(const Mail& mail) {
  if (mail.recipient.empty()) return mail.name.empty() ? tr(N_("no one")) : one_line(mail.name);
  return one_line(mail.name.empty() ? mail.recipient : mail.recipient + " (" + mail.name + ')');
}

/// What somebody reads who opens it.
std::string text_in(Context& context, const std::string& message) {
  return mail::Mime(context.env.module_dir).read(message).text;
}

std::string requests_of(const std::vector<Notice>& notices) {
  std::vector<RequestId> ids;
  for (const Notice& notice : notices)
    if (notice.request && std::ranges::find(ids, *notice.request) == ids.end()) ids.push_back(*notice.request);
  return joined(ids);
}

// -- sending

/// One run: everything between the lock and the troubles.
class Run {
 public:
  Run(Context& context, mail::Spool& spool)
      : context_(context),
        spool_(spool),
        landlord_(context.settings().landlord()),
        reminding_(context.settings(), context.store(sql::Access::write), context.now()) {}

  /// Writes down how deliveries of earlier runs ended; those that go on are left alone.
  void settle() {
    for (const Mail& mail : reminding_.outbox().mails({MailState::sending}, 0))
      if (mail.spool == spool_.name()) settle_one({mail.id, mail.attempts});
    for (const DeliveryName& name : spool_.deliveries()) {
      const auto mail = reminding_.outbox().find_mail(name.number);
      const bool is_known = mail && mail->state == MailState::sending && mail->attempts == name.attempt;
      if (!is_known) spool_.forget(name);
    }
  }

  void prepare() { reminding_.prepare(true); }

  void deliver(const Letters& letters) {
    const mail::Mime mime(context_.env.module_dir);
    const mail::Sendmail sendmail = sendmail_of(landlord_.mail, context_.env);
    const auto ready = reminding_.outbox().ready(context_.now(), landlord_.ladder.per_run);
    std::deque<std::int64_t> waiting(ready.begin(), ready.end());
    std::vector<Working> working;
    std::size_t left_behind = 0;
    while (!waiting.empty() || !working.empty()) {
      // When as many hang as may work at once, others would hang, too.
      while (!waiting.empty() && working.size() < deliveries_at_once && left_behind < deliveries_at_once) {
        if (auto started = start(waiting.front(), letters, mime, sendmail)) working.push_back(*started);
        waiting.pop_front();
      }
      if (working.empty()) break;
      std::erase_if(working, [&](Working& one) {
        if (settle_one(one.name, glance / static_cast<int>(working.size()) + std::chrono::milliseconds{1})) return true;
        if (std::chrono::steady_clock::now() - one.since < longest_wait) return false;
        ++left_behind;
        return true;
      });
    }
  }

 private:
  struct Working {
    DeliveryName name;
    std::chrono::steady_clock::time_point since;
  };

  std::optional<Working> start(std::int64_t id, const Letters& letters, const mail::Mime& mime,
                               const mail::Sendmail& sendmail) {
    auto claimed = reminding_.claim(id, letters, mime, spool_);
    if (!claimed) return std::nullopt;
    const DeliveryName name{claimed->mail.id, claimed->mail.attempts};
    try {
      claimed->delivery.start(sendmail, claimed->mail.recipient);
    } catch (const Error& error) {
      claimed.reset();  // lets go of the receipt
      reminding_.settle(name.number, name.attempt,
                        {.kind = Receipt::Kind::not_run, .why = tr(error.messages().front())});
      spool_.forget(name);
      return std::nullopt;
    }
    return Working{name, std::chrono::steady_clock::now()};
  }

  bool settle_one(DeliveryName name, std::chrono::milliseconds patience = std::chrono::milliseconds{0}) {
    const Receipt receipt = spool_.wait(name, patience);
    if (receipt.kind == Receipt::Kind::working) return false;
    reminding_.settle(name.number, name.attempt, receipt);
    spool_.forget(name);
    return true;
  }

  Context& context_;
  mail::Spool& spool_;
  const Landlord& landlord_;
  Reminding reminding_;
};

/// What an operator has to see to, one line each; below one that begins with a blank stands what to do.
using Troubles = std::vector<std::string>;

void find_troubles(Context& context, Outbox& outbox, Troubles& troubles) {
  const Instant now = context.now();
  const std::size_t before = troubles.size();
  std::vector<Mail> mails = outbox.mails({MailState::uncertain, MailState::held, MailState::sending}, 0);
  std::ranges::move(outbox.often_refused(), std::back_inserter(mails));
  for (const Mail& mail : mails) {
    const bool stuck = mail.state == MailState::sending && mail.changed_at < now - longest_elsewhere;
    if (mail.state != MailState::sending)
      troubles.push_back(
          tr(N_("mail {0} to {1}: {2}, {3}"), mail.id, to_whom(mail), Label{label(mail.state)}, one_line(mail.reason)));
    else if (stuck)
      troubles.push_back(tr(N_("mail {0} to {1}: being sent since {2}"), mail.id, to_whom(mail),
                            text::minute(mail.changed_at, context.settings().zone())));
  }
  if (troubles.size() > before)
    troubles.push_back(
        "  " + tr(N_("'regie remind --show NUMBER' shows it, --retry NUMBER sends it again, --drop NUMBER does not")));
  if (const std::int64_t old = outbox.count_held(); old > 0) {
    troubles.push_back(tr(counted("{0} reminder was due too long ago to leave unasked",
                                  "{0} reminders were due too long ago to leave unasked", old)));
    troubles.push_back("  " + tr(N_("'regie remind --list --state held' shows them, --catch-up sends them, "
                                    "--drop old does not")));
  }
}

/// What came in, and waits for a person.
void find_troubles(Context& context, Intake intake, Troubles& troubles) {
  if (intake.waiting() > 0) {  // without their number: the next one is no news
    troubles.push_back(tr(N_("mails that came in wait for a person")));
    troubles.push_back("  " + tr(N_("'regie receive --list' shows them")));
  }
  for (const FailingAddress& one : intake.failing()) {
    troubles.push_back(tr(N_("mail to {0} comes back since {1}: {2}"), one_line(one.address),
                          text::minute(one.since, context.settings().zone()), one_line(one.reason)));
    troubles.push_back("  " + tr(N_("when it is mended: regie receive --forgive {0}"), one_line(one.address)));
  }
}

/// Tells what is new, and once a day what stays; everything to somebody at a terminal. The exit code does not change
/// before it is mended.
int tell(Context& context, Outbox& outbox, const Troubles& troubles) {
  const auto told = outbox.told();
  std::string lines;
  for (const std::string& line : troubles) lines += line.starts_with(' ') ? "" : line + '\n';
  const auto is_known = [&](const std::string& line) {
    return ('\n' + told.lines).find('\n' + line + '\n') != std::string::npos;
  };
  const bool again = !told.at || context.now() - *told.at >= between_tellings || context.now() < *told.at;
  const bool all = again || context.env.err_is_terminal;
  bool tells = false, told_above = false;
  for (const std::string& line : troubles) {
    const bool is_hint = line.starts_with(' ');
    if (!is_hint) told_above = all || !is_known(line);
    if (!told_above) continue;
    context.env.err(is_hint ? line + "\n" : "regie remind: " + line + "\n");
    tells = true;
  }
  if (tells || lines != told.lines)
    context.store(sql::Access::write).write([&] {
      outbox.note_told({lines, tells && all ? std::optional(context.now()) : told.at});
      return true;
    });
  return troubles.empty() ? 0 : exit_code(Trouble::refused);
}

int send(Context& context) {
  const Landlord& landlord = context.settings().landlord();
  check_mail_is_said(landlord);
  const Letters letters(context.settings(), context.now());
  Store& store = context.store(sql::Access::write);
  mail::Spool spool(spool_folder(context.database_url(), landlord.mail.spool));
  if (!spool.lock()) {
    if (context.args.has("verbose")) context.remark(tr(N_("another run is at work")));
    return 0;
  }
  Outbox& outbox = store.outbox();
  Run run(context, spool);
  Troubles troubles;
  const bool catch_up = context.args.has("catch-up");
  if (spool.started() > outbox.started()) {
    if (!catch_up) {
      troubles.push_back(
          tr(N_("nothing leaves: {0} deliveries were started from here, this database knows of {1}: it is "
                "an older copy"),
             spool.started(), outbox.started()));
      troubles.push_back("  " +
                         tr(N_("what left since then would leave again: look at --dry-run, then say --catch-up")));
      return tell(context, outbox, troubles);
    }
    store.write([&] {
      outbox.note_started(spool.started());
      return true;
    });
  }
  run.settle();
  if (catch_up) {
    const std::int64_t released = Reminding(context.settings(), store, context.now()).release_old();
    context.remark(tr(counted("{0} old reminder leaves after all", "{0} old reminders leave after all", released)));
  }
  run.prepare();
  std::error_code ignored;
  if (!landlord.mail.stop_file.empty() && std::filesystem::exists(landlord.mail.stop_file, ignored))
    troubles.push_back(tr(N_("nothing leaves: there is a file '{0}'"), landlord.mail.stop_file));
  else if (!can_run(landlord.mail.sendmail.front()))
    troubles.push_back(tr(N_("the mail program '{0}' cannot be run: nothing leaves"), landlord.mail.sendmail.front()));
  else run.deliver(letters);
  store.write([&] {
    outbox.forget_messages(context.now() - messages_kept);
    store.intake().forget_senders(context.now() - messages_kept);
    return true;
  });
  find_troubles(context, outbox, troubles);
  find_troubles(context, store.intake(), troubles);
  return tell(context, outbox, troubles);
}

// -- looking

const std::vector<render::Column>& plan_columns() {
  static const std::vector<render::Column> columns{
      {"to", N_("Recipient")},
      {"kind", N_("Kind")},
      {"request", N_("No."), Kind::number},
      {"rule", N_("Reminder")},
      {"due_at", N_("Due")},
      {"since", N_("Counted from")},
      {"urgent", N_("Urgent")},
      {"mail", N_("Mail"), Kind::number, false},
      {"subject", N_("Subject"), Kind::wide},
  };
  return columns;
}

/// What would leave, for people: the mails as they would read.
void print_plan(Context& context, const std::vector<Reminding::Leaving>& leaving) {
  const Zone& zone = context.settings().zone();
  const render::Style style = context.style();
  context.out(tr(counted("{0} mail would leave on {1}", "{0} mails would leave on {1}",
                         static_cast<std::int64_t>(leaving.size()), text::minute(context.now(), zone))) +
              "\n");
  for (const auto& one : leaving) {
    context.out("\n" + render::coloured(to_whom(one.mail), Mood::good, style) + "\n  " + one_line(one.text.subject) +
                "\n");
    for (const Notice& notice : one.notices) {
      std::string why;
      if (notice.kind != NoticeKind::reminder) why = tr(label(notice.kind));
      else
        why = tr(N_("{0}: {1}, due {2}"), notice.rule, Label{label(*notice.occasion)}, text::minute(notice.slot, zone));
      context.out("    " + (notice.request ? std::to_string(*notice.request) + "  " : std::string()) + one_line(why) +
                  "\n");
    }
    if (!context.args.has("verbose")) continue;
    const bool is_report = one.mail.kind == MailKind::report;
    const std::string text = is_report ? text_in(context, one.mail.message) : one.text.text;
    for (std::string_view rest = text; !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      context.out(line.empty() ? "      |\n" : "      | " + text::one_line(line) + "\n");
    }
  }
}

int plan(Context& context) {
  const Landlord& landlord = context.settings().landlord();
  check_mail_is_said(landlord);
  const Letters letters(context.settings(), context.now());
  Reminding reminding(context.settings(), context.store(sql::Access::write), context.now());
  std::vector<Reminding::Leaving> leaving;
  reminding.prepare(false, [&] { leaving = reminding.leaving(letters); });
  if (context.format() == render::Format::table && !context.args.has("columns")) {
    print_plan(context, leaving);
    return 0;
  }
  auto writer = context.writer("regie.remind/1", plan_columns());
  for (const auto& one : leaving) {
    if (one.mail.kind == MailKind::report)
      writer->row({one.mail.recipient, coded(one.mail.kind), Cell{}, Cell{}, Cell{one.mail.created_at}, Cell{},
                   Cell{one.mail.urgent}, one.mail.id, one.text.subject});
    for (const Notice& notice : one.notices)
      writer->row({one.mail.recipient, coded(one.mail.kind), Cell{notice.request}, notice.rule, Cell{notice.slot},
                   Cell{notice.base}, Cell{one.mail.urgent}, one.mail.id, one.text.subject});
  }
  writer->finish();
  return 0;
}

std::vector<MailState> wanted_states(Context& context) {
  auto states = context.args.codes<MailState>("state");
  context.args.check();
  if (states.empty())
    for (const auto& row : codes<MailState>())
      if (row.value != MailState::withdrawn) states.push_back(row.value);
  return states;
}

int list_mails(Context& context) {
  const auto states = wanted_states(context);
  auto writer = context.writer("regie.mails/1", {{"mail", N_("Mail"), Kind::number},
                                                 {"state", N_("State")},
                                                 {"kind", N_("Kind")},
                                                 {"to", N_("Recipient")},
                                                 {"requests", N_("Requests")},
                                                 {"changed_at", N_("Since")},
                                                 {"attempts", N_("Attempts"), Kind::number},
                                                 {"subject", N_("Subject"), Kind::wide},
                                                 {"reason", N_("Reason"), Kind::wide},
                                                 {"message_id", N_("Message-ID"), Kind::text, false},
                                                 {"name", N_("Name"), Kind::text, false},
                                                 {"urgent", N_("Urgent"), Kind::text, false}});
  Outbox& outbox = context.store(sql::Access::read).outbox();
  const std::int64_t limit = context.limit(context.format() == render::Format::table ? rows_for_people : 0);
  // What was due too long ago is no mail yet.
  if (std::ranges::find(states, MailState::held) != states.end())
    for (const Notice& notice : outbox.held_notices())
      writer->row({Cell{}, coded(MailState::held), coded(notice.kind), notice.recipient,
                   notice.request ? std::to_string(*notice.request) : std::string(), Cell{notice.slot}, std::int64_t{0},
                   notice.rule, notice.reason, Cell{}, notice.name, Cell{notice.urgent}});
  const auto mails = outbox.mails(states, limit == 0 ? 0 : limit + 1);
  std::int64_t shown = 0;
  for (const Mail& mail : mails) {
    if (limit > 0 && shown++ == limit) break;
    const Mood mood = mail.state == MailState::uncertain || mail.state == MailState::held ? Mood::alarm
                      : mail.state == MailState::sent                                     ? Mood::good
                                                                                          : Mood::plain;
    writer->row({mail.id, coded(mail.state, mood), coded(mail.kind), mail.recipient,
                 requests_of(outbox.notices_in(mail.id)), Cell{mail.changed_at}, mail.attempts, mail.subject,
                 mail.reason, mail.message_id, mail.name, Cell{mail.urgent}});
  }
  writer->finish(limit > 0 && static_cast<std::int64_t>(mails.size()) > limit);
  return 0;
}

int show_mail(Context& context) {
  const auto number = context.args.number("show", 1, std::int64_t{1} << 53);
  context.args.check();
  Store& store = context.store(sql::Access::read);
  const auto mail = store.outbox().find_mail(*number);
  if (!mail) throw Error(Trouble::not_found, message(N_("there is no mail {0}"), *number));
  if (context.args.has("raw")) {
    if (mail->message.empty())
      throw Error(Trouble::refused,
                  message(N_("mail {0} was not handed over yet, or its text was forgotten"), mail->id));
    context.out(mail->message);
    return 0;
  }
  const Zone& zone = context.settings().zone();
  const auto line = [&](const char* title, const std::string& value) {
    if (!value.empty()) context.out(tr(title) + " " + one_line(value) + "\n");
  };
  line(N_("Mail:"), tr(N_("{0}, {1}, {2} since {3}"), mail->id, Label{label(mail->kind)}, Label{label(mail->state)},
                       text::minute(mail->changed_at, zone)));
  line(N_("To:"), to_whom(*mail));
  line(N_("Requests:"), requests_of(store.outbox().notices_in(mail->id)));
  if (mail->attempts > 0) line(N_("Attempts:"), std::to_string(mail->attempts));
  line(N_("Reason:"), mail->reason);
  line("Message-ID:", mail->message_id);
  LetterText text{mail->subject, ""};
  if (!mail->message.empty()) {
    text.text = text_in(context, mail->message);
  } else if (mail->state == MailState::due || mail->state == MailState::held) {
    const Letters letters(context.settings(), context.now());
    if (auto now = Reminding(context.settings(), store, context.now()).preview(mail->id, letters))
      text = *std::move(now);
  }
  line(N_("Subject:"), text.subject);
  context.out("\n" + (text.text.empty() ? tr(N_("(the text is no longer kept)")) + "\n" : text::shown(text.text)));
  return 0;
}

// -- deciding

std::vector<std::int64_t> mail_numbers(Context& context, const char* option) {
  std::vector<std::int64_t> numbers;
  for (const std::string& word : context.args.texts(option)) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error == std::errc{} && end == word.data() + word.size() && number > 0) numbers.push_back(number);
    else context.args.complain(message(N_("'{0}' is not the number of a mail"), word));
  }
  context.args.check();
  return numbers;
}

int decide_on_each(Context& context, const std::vector<std::int64_t>& numbers,
                   const std::function<void(std::int64_t)>& decide, const char* sentence) {
  int result = 0;
  for (const std::int64_t number : numbers) try {
      decide(number);
      context.did(tr(sentence, number), number);
    } catch (const Error& error) {
      if (error.trouble() != Trouble::not_found && error.trouble() != Trouble::conflict) throw;
      const int code = report_error(error, context.command.name, context.env, false);
      result = numbers.size() == 1 ? code : exit_code(Trouble::partial);
    }
  return result;
}

int retry(Context& context) {
  const auto numbers = mail_numbers(context, "retry");
  Reminding reminding(context.settings(), context.store(sql::Access::write), context.now());
  return decide_on_each(
      context, numbers, [&](std::int64_t number) { reminding.retry(number, !context.dry_run()); },
      N_("leaves with the next run: mail {0}"));
}

int drop(Context& context) {
  const std::string reason = context.args.text("reason").value_or("");
  if (reason.empty()) context.args.complain(message(N_("--drop wants a --reason")));
  Reminding reminding(context.settings(), context.store(sql::Access::write), context.now());
  const std::string by = context.identity().actor.who + ": " + reason;
  if (context.args.text("drop") == "old") {
    context.args.check();
    const std::int64_t dropped = reminding.drop_old(by, !context.dry_run());
    context.remark_or_out(tr(counted("{0} old reminder dropped", "{0} old reminders dropped", dropped)));
    return 0;
  }
  return decide_on_each(
      context, mail_numbers(context, "drop"),
      [&](std::int64_t number) { reminding.drop(number, by, !context.dry_run()); }, N_("dropped: mail {0}"));
}

int run_remind(Context& context) {
  std::vector<std::string> given;
  for (const char* option : {"list", "show", "retry", "drop", "catch-up"})
    if (context.args.has(option)) given.push_back(std::string("--") + option);
  if (context.dry_run() && context.args.has("catch-up")) given.emplace_back("--dry-run");
  if (given.size() > 1) context.args.complain(message(N_("these exclude each other: {0}"), joined(given)));
  if (context.args.has("state") && !context.args.has("list"))
    context.args.complain(message(N_("--state goes with --list")));
  if (context.args.has("raw") && !context.args.has("show"))
    context.args.complain(message(N_("--raw goes with --show")));
  context.args.check();
  const bool looks = context.args.has("list") || context.args.has("show");
  authorize(context, !looks);
  if (context.args.has("list")) return list_mails(context);
  if (context.args.has("show")) return show_mail(context);
  if (context.args.has("retry")) return retry(context);
  if (context.args.has("drop")) return drop(context);
  return context.dry_run() ? plan(context) : send(context);
}

}  // namespace

const Command remind_command{
    .name = "remind",
    .group = Group::desk,
    .summary = N_("send orders and reminders by mail; for cron, every few minutes"),
    .description =
        N_("Looks at what has to be told to whom, and hands the mails to the system's sendmail program: orders to "
           "contractors, changed and cancelled ones, and the reminders of the landlord's ladder ([[reminder]] in "
           "regie.toml). However often it runs, and whoever is killed when, each leaves once. Silent when all is "
           "well; exit code 1 with one line for each trouble when somebody has to look: a mail that perhaps left, or "
           "that cannot leave. A trouble that stays is told once a day. With --dry-run it shows what would leave now, "
           "or with --at at another moment; with --verbose as it would read.\n\n"
           "How to set it up, with the ladder and the crontab, and what to do about a trouble: regie-mail(7)."),
    .arguments = {},
    .options = {{"list", 0, "", N_("mails: to be sent, sent, perhaps sent, held back")},
                {"state", 0, "STATE", N_("with --list: only due, sending, uncertain, held, sent, withdrawn, dropped"),
                 Offers::mail_states, true},
                {"show", 0, "NUMBER", N_("a mail as it was sent")},
                {"raw", 0, "", N_("with --show: byte by byte as the mail program had it")},
                {"retry", 0, "NUMBER", N_("send it again; for one that perhaps left: it may arrive twice"),
                 Offers::nothing, true},
                {"drop", 0, "NUMBER", N_("do not send it; 'old': all that was due too long ago"), Offers::nothing,
                 true},
                {"reason", 'r', "TEXT", N_("with --drop: why")},
                {"catch-up", 0, "",
                 N_("send, too, what was due more than seven days ago, and go on after a restored backup")}},
    .examples = {{"regie remind", N_("what cron runs")},
                 {"regie remind --dry-run --at 'lundi 8:30' --verbose",
                  N_("what would leave on Monday, and how it reads")},
                 {"regie remind --list --state uncertain,held", N_("what somebody has to look at")}},
    .writes = true,
    .run = run_remind,
};

}  // namespace regie::cli
