#include "desk/reminding.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "mail/icalendar.hpp"
#include "regie/fingerprint.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie {

namespace fs = std::filesystem;

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::minutes;
using text::tr;

namespace {

/// What was due longer ago does not leave unless somebody says so: after a long time without runs, a clock that jumped,
/// or requests that were taken over from elsewhere.
constexpr days longest_catching_up{7};
constexpr std::int64_t looks_at_once = 500;  // requests in one transaction: others wait no longer than that
constexpr int most_attempts = 40;
constexpr minutes rest_after_doubt{2};
constexpr hours longest_sending{2};  // longer than any mail program is waited for
constexpr hours longest_without_run{24};
constexpr std::size_t largest_mail = 10'000'000;  // Postfix takes 10'240'000 unless it is told otherwise

bool is_ordered(const Request& request) {
  return !request.provider.empty() &&
         (request.state == State::assigned || request.state == State::scheduled || request.state == State::on_hold);
}

bool orders_leave_to(const Landlord& landlord, const std::string& provider_code) {
  const Provider* provider = landlord.find_provider(provider_code);
  return provider != nullptr &&
         std::ranges::find(landlord.ladder.orders, provider->kind) != landlord.ladder.orders.end();
}

/// Nobody sleeps while an emergency waits.
bool is_urgent(const Request& request) { return request.urgency == Urgency::emergency && request.state < State::done; }

/// How long a mail rests that could not be handed over, by how often that was tried.
minutes rest_after(std::int64_t attempts, bool urgent) {
  static constexpr std::array usual{minutes{5}, minutes{15}, minutes{60}, minutes{240}};
  static constexpr std::array soon{minutes{1}, minutes{2}, minutes{5}, minutes{10}};
  const auto& rests = urgent ? soon : usual;
  return rests[static_cast<std::size_t>(std::clamp<std::int64_t>(attempts - 1, 0, std::ssize(rests) - 1))];
}

// Exit codes of mail programs, sysexits.h: nothing will be better later, or perhaps it left all the same.
bool is_final(int code) { return code == 64 || code == 65 || code == 67 || code == 68; }
bool is_uncertain(int code) { return code == 74 || code == 76; }

std::string no_address(const std::string& name) {
  return name.empty() ? tr(N_("there is nobody to write to")) : tr(N_("no e-mail address: {0}"), name);
}

/// What the last check found that was not good, of the work of whoever has the order now: the work of another one is
/// not theirs to make good.
std::optional<std::string> what_was_bad(const std::vector<Event>& journal) {
  Request row;
  std::optional<std::string> found;
  for (const Event& event : journal) {
    const std::string holder = row.provider;
    for (const auto& [field, value] : event.changes) set(row, *field, value);
    if (row.provider != holder) found.reset();
    else if (event.action == Action::verify && row.state == State::assigned) found = event.reason;
  }
  return found;
}

/// A run whose clock is behind judges no mail by the rules of a time before it was written. A clock that was plainly
/// wrong, on the other hand, keeps no mail for a year.
Instant time_after(Instant last_change, Instant now) {
  return last_change > now + longest_catching_up ? now : std::max(now, last_change);
}

std::optional<Instant> time_in(std::string_view terms, std::string_view name) {
  const std::string wanted = '\n' + std::string(name) + '=';
  const std::string lines = '\n' + std::string(terms);
  const std::size_t at = lines.find(wanted);
  if (at == std::string::npos) return std::nullopt;
  return Instant{std::chrono::seconds{std::atoll(lines.c_str() + at + wanted.size())}};
}

}  // namespace

fs::path spool_folder(const std::string& database, const std::string& setting) {
  if (!setting.empty()) return setting;
  if (sql::engine_of(database) != sql::Engine::sqlite)
    throw Error(Trouble::refused,
                message(N_("this desk has no folder to send mails from: its database is on a server")))
        .hint(message(N_("name one in [mail] of regie.toml, such as {0}, on a disk of this machine"),
                      "spool = \"/var/spool/regie\""));
  fs::path file = sql::sqlite_path(database);
  std::error_code ignored;
  if (fs::is_symlink(file, ignored))
    if (fs::path real = fs::weakly_canonical(file, ignored); !ignored) file = std::move(real);
  return file += ".spool";
}

std::optional<LetterText> Reminding::preview(std::int64_t id, const Letters& letters) {
  std::optional<LetterText> text;
  store_.write([&] {
    const auto mail = outbox().find_mail(id);
    const auto notices = mail ? valid_notices(*mail) : std::vector<Notice>{};
    if (!notices.empty()) text = compose(*mail, notices, letters).text;
    return false;
  });
  return text;
}

Reminding::Reminding(Settings& settings, Store& store, Instant now)
    : settings_(settings), store_(store), landlord_(settings.landlord()), now_(now) {}

void Reminding::prepare(bool save, const std::function<void()>& see) {
  const std::string version = landlord_.ladder.version + '.' + landlord_.policy.version;
  const auto follow_ladder = [&] {
    // After a run whose clock was ahead, nobody knows when to look again.
    const auto last_run = outbox().ran_at();
    if (outbox().ladder() == version && (!last_run || *last_run <= now_)) return;
    outbox().look_at_all(now_);
    outbox().bring_back(now_ + longest_catching_up, now_);
    outbox().note_ladder(version);
  };
  const auto finish = [&] {
    tell_contract_ends();
    gather();
    if (see) see();
  };
  if (!save) {
    store_.write([&] {
      follow_ladder();
      while (look()) continue;
      finish();
      return false;
    });
    return;
  }
  store_.write([&] {
    follow_ladder();
    return true;
  });
  for (bool more = true; more;)
    store_.write([&] {
      more = look();
      return true;
    });
  store_.write([&] {
    finish();
    outbox().note_run(now_);
    return true;
  });
}

bool Reminding::look() {
  const auto requests = outbox().to_look_at(now_, looks_at_once);
  for (const Request& request : requests) look_at(request);
  return static_cast<std::int64_t>(requests.size()) == looks_at_once;
}

Since Reminding::since_of(const Request& request) {
  const bool asked = request.state == State::assigned && !request.accepted_at;
  const bool undecided = request.state == State::open && !request.triage.empty();
  if (!asked && !undecided && request.state != State::on_hold) return {};
  // The first order of a request that nothing happened to: its row says when.
  Since since =
      asked && request.version == 1 ? Since{.asked = request.assigned_at} : regie::since(store_.journal(request.id));
  if (!since.asked || !orders_leave_to(landlord_, request.provider)) return since;
  // Nobody is reminded of an order that is still on its way. One that cannot leave (an operator knows) counts from
  // when it was given.
  std::optional<Notice> last;
  for (Notice& notice : outbox().notices_of(request.id))
    if (notice.provider == request.provider && notice.kind == NoticeKind::order) last = std::move(notice);
  const auto mail = last ? mail_of(*last) : std::nullopt;
  if (mail && mail->state == MailState::sent) since.asked = std::max(*since.asked, mail->changed_at);
  else if (mail ? mail->state <= MailState::uncertain : last && last->state == NoticeState::waiting)
    since.asked.reset();
  return since;
}

void Reminding::look_at(const Request& request) {
  const auto notices = outbox().notices_of(request.id);
  tell_orders(request, notices);
  const Outlook ahead = outlook(landlord_, request, since_of(request), now_);
  std::set<std::string, std::less<>> wanted;
  for (const Reminder& reminder : ahead.due) {
    const ReminderStep& step = reminder.rule->steps[reminder.beat.step];
    std::set<std::string, std::less<>> addresses;
    for (const std::string& who : step.to) {
      const auto to = recipient(landlord_, who, request.residence, request.provider, request.visit_by, now_);
      if (to && !to->address.empty() && !addresses.insert(to->address).second) continue;
      Notice notice{.key = reminder_key(reminder, request, who)};
      if (!wanted.insert(notice.key).second) continue;  // two rules say the same
      const auto known = std::ranges::find(notices, notice.key, &Notice::key);
      if (known != notices.end()) {
        if (known->state != NoticeState::withdrawn) continue;
        notice.id = known->id;
      }
      notice.request = request.id;
      notice.provider = request.provider;
      notice.rule = reminder.rule->name;
      notice.occasion = reminder.rule->occasion;
      notice.base = reminder.base;
      notice.slot = reminder.beat.at;
      notice.urgent = is_urgent(request);
      // An appointment for tomorrow that was made just now: the order says so at once, the reminder with the others.
      const Instant due = step.before ? std::max(reminder.beat.at, request.changed_at) : reminder.beat.at;
      tell(std::move(notice), to, due, !step.before);
    }
  }
  for (const Notice& notice : notices)
    if (notice.kind == NoticeKind::reminder && !wanted.contains(notice.key) &&
        (notice.state == NoticeState::waiting || notice.state == NoticeState::held))
      withdraw(notice, "");
  outbox().looked_at(request.id, ahead.next);
}

void Reminding::tell(Notice notice, const std::optional<Recipient>& to, Instant due, bool may_be_old) {
  notice.state = NoticeState::waiting;
  notice.leave_at = due;
  notice.recipient = to ? to->address : "";
  notice.name = to ? to->name : "";
  notice.reason.clear();
  if (may_be_old && due < now_ - longest_catching_up) {
    notice.state = NoticeState::held;
    notice.reason = tr(N_("was due more than {0} days ago"), longest_catching_up.count());
  } else if (notice.kind != NoticeKind::reminder) {
    notice.leave_at = now_;
  } else if (!notice.recipient.empty()) {
    notice.leave_at = leaves_at(landlord_, *to, due, notice.urgent);
  }
  if (notice.id == 0) outbox().add(notice);
  else outbox().update(notice);
}

void Reminding::withdraw(Notice notice, const std::string& reason) {
  notice.state = NoticeState::withdrawn;
  notice.reason = reason;
  outbox().update(notice);
}

bool Reminding::gave_it_back(RequestId id, const std::string& provider, Instant ordered) {
  Request row;
  bool ended = false;
  for (const Event& event : store_.journal(id)) {
    const std::string holder = row.provider;
    for (const auto& [field, value] : event.changes) set(row, *field, value);
    if (event.at < ordered || holder != provider) continue;
    if (event.action == Action::decline || event.action == Action::done) ended = true;
    else if (event.action == Action::assign || (event.action == Action::verify && row.state == State::assigned))
      ended = false;
  }
  return ended;
}

void Reminding::tell_orders(const Request& request, const std::vector<Notice>& notices) {
  // By provider: what was said about the order that it has, or had last.
  std::map<std::string, std::vector<Notice>> told;
  for (const Notice& notice : notices) {
    if (notice.kind == NoticeKind::reminder) continue;
    auto& about = told[notice.provider];
    const bool was_withdrawn = notice.state == NoticeState::withdrawn;
    if (notice.kind == NoticeKind::order_cancelled && (!was_withdrawn || !notice.reason.empty())) about.clear();
    else if (notice.kind == NoticeKind::order_cancelled) continue;
    else if (was_withdrawn) continue;
    else if (notice.kind == NoticeKind::order) about = {notice};
    else if (!about.empty()) about.push_back(notice);
  }
  const auto is_pending = [&](const Notice& notice) {
    if (notice.state == NoticeState::waiting || notice.state == NoticeState::held) return true;
    const auto mail = mail_of(notice);
    return mail && (mail->state == MailState::due || mail->state == MailState::held);
  };
  const auto about_order = [&](NoticeKind kind, const std::string& provider, std::string key, Instant due) {
    Notice notice{.key = std::move(key), .kind = kind};
    if (const auto known = std::ranges::find(notices, notice.key, &Notice::key); known != notices.end()) {
      if (known->state != NoticeState::withdrawn) return;
      notice.id = known->id;
    }
    notice.request = request.id;
    notice.provider = provider;
    notice.slot = due;
    notice.urgent = is_urgent(request);
    tell(std::move(notice), recipient(landlord_, "provider", request.residence, provider, request.visit_by, now_), due,
         true);
  };
  const std::string about = std::to_string(request.id) + '/';
  const bool wanted = is_ordered(request) && orders_leave_to(landlord_, request.provider);
  bool is_told = false;
  for (const auto& [provider, said] : told) {
    if (said.empty()) continue;
    const Notice& last = said.back();
    if (wanted && provider == request.provider) {
      is_told = true;
      const std::string terms = order_terms(request, landlord_.mail.tenant);
      if (is_pending(last) || last.said.empty() || last.said == terms) continue;
      // A visit that found nobody is no news to the firm: the next appointment is.
      const bool only_missed =
          !request.visit_from && changed_terms(last.said, terms) == std::vector<std::string>{"appointment"};
      if (only_missed) continue;
      about_order(NoticeKind::order_changed, provider,
                  "order-changed/" + about + provider + '/' + std::to_string(request.version), request.changed_at);
      continue;
    }
    if (is_ordered(request) && request.provider == provider) continue;  // orders leave to nobody of its kind any more
    const bool did_it = request.done_provider == provider && request.state >= State::done;
    if (did_it && unfinished(request.state)) continue;  // it may have to be done again
    const bool left = std::ranges::any_of(said, [&](const Notice& notice) { return has_left(notice); });
    for (const Notice& notice : said)
      if (is_pending(notice) && !has_left(notice)) withdraw(notice, "");
    if (!left) continue;
    const bool knows = did_it || gave_it_back(request.id, provider, said.front().slot);
    const std::string key = "order-cancelled/" + about + provider + '/' + std::to_string(said.front().id);
    about_order(NoticeKind::order_cancelled, provider, key, request.changed_at);
    if (knows)
      if (const auto added = outbox().find_notice(key)) withdraw(*added, tr(N_("the provider knows")));
  }
  if (wanted && !is_told)
    about_order(NoticeKind::order, request.provider,
                "order/" + about + request.provider + '/' +
                    std::to_string(request.assigned_at.value_or(request.changed_at).time_since_epoch().count()),
                request.assigned_at.value_or(request.changed_at));
}

void Reminding::tell_contract_ends() {
  for (const ContractEnd& end : contract_ends(landlord_, now_)) {
    const ReminderStep& step = end.rule->steps[end.beat.step];
    const auto tell_once = [&](const std::string& who, const std::string& word, const std::string& residence) {
      Notice notice{.key = reminder_key(end, word)};
      if (outbox().find_notice(notice.key)) return;
      notice.provider = end.provider;
      notice.rule = end.rule->name;
      notice.occasion = Occasion::contract_ends;
      notice.base = end.base;
      notice.slot = end.beat.at;
      const auto to = recipient(landlord_, who, residence, end.provider, "", now_);
      tell(std::move(notice), to, std::max(end.beat.at, now_), false);
    };
    for (const std::string& who : step.to) {
      if (who != "agency" && who != "agency-head") {
        tell_once(who, who, "");
        continue;
      }
      for (const Agency& agency : landlord_.agencies) {
        const auto its = std::ranges::find(landlord_.residences, agency.code, &Residence::agency);
        if (its != landlord_.residences.end()) tell_once(who, who + ':' + agency.code, its->code);
      }
    }
  }
}

void Reminding::gather() {
  const Zone& zone = landlord_.policy.calendar.zone();
  const LocalDay today = floor<days>(zone.local(now_));
  std::map<std::string, std::vector<Notice>> together;
  for (Notice& notice : outbox().leaving(now_)) {
    if (notice.kind != NoticeKind::reminder) put_into_mail({notice}, static_cast<MailKind>(notice.kind));
    else if (notice.urgent || notice.recipient.empty()) put_into_mail({notice}, MailKind::reminders);
    else together[notice.recipient].push_back(std::move(notice));
  }
  const auto put_off = [&](std::vector<Notice>& notices, Instant until) {
    const Recipient to = recipient_of(notices.front()).value_or(Recipient{.hours = landlord_.ladder.hours});
    for (Notice& notice : notices) {
      notice.leave_at = leaves_at(landlord_, to, until, false);
      outbox().update(notice);
    }
  };
  for (auto& [address, notices] : together) {
    const auto to = recipient_of(notices.front());
    if (to && !is_open_for(*to)) {
      put_off(notices, now_);  // it was to leave earlier, and nothing ran then
      continue;
    }
    if (const auto unsent = outbox().unsent_to(address)) {
      for (Notice& notice : notices) {
        notice.state = NoticeState::mailed;
        notice.mail = *unsent;
        outbox().update(notice);
      }
      Mail mail = *outbox().find_mail(*unsent);
      mail.request.reset();  // an answer to it is an answer to none of them
      outbox().update(mail);
    } else if (outbox().written_to(address, zone.instant(today)) >= landlord_.ladder.per_recipient_a_day) {
      put_off(notices, zone.instant(today + days{1}));
    } else {
      put_into_mail(std::move(notices), MailKind::reminders);
    }
  }
}

void Reminding::put_into_mail(std::vector<Notice> notices, MailKind kind) {
  const Notice& first = notices.front();
  const std::string& from = landlord_.mail.from;
  std::string keys = landlord_.name;
  for (const Notice& notice : notices) keys += '\n' + notice.key;
  Mail mail{.id = outbox().last_mail() + 1,
            .kind = kind,
            .urgent = first.urgent,
            .recipient = first.recipient,
            .name = first.name,
            .created_at = now_,
            .changed_at = now_,
            .next_at = now_};
  if (notices.size() == 1) mail.request = first.request;
  mail.message_id = std::to_string(mail.id) + '.' + fingerprint(keys) + '@' + from.substr(from.find('@') + 1);
  if (mail.reason = why_held(mail); !mail.reason.empty()) {
    mail.state = MailState::held;
    if (first.request) outbox().looked_at(*first.request, now_);  // the ladder goes on without it
  }
  outbox().add(mail);
  for (Notice& notice : notices) {
    notice.state = NoticeState::mailed;
    notice.mail = mail.id;
    outbox().update(notice);
  }
}

std::string Reminding::why_held(const Mail& mail) {
  if (mail.recipient.empty()) return no_address(mail.name);
  // A mail to an address of ours would come back to us, and be answered again.
  const MailSettings& own = landlord_.mail;
  for (const std::string& address : {own.from, own.reply_to, own.bounces})
    if (text::fold(address) == text::fold(mail.recipient)) return tr(N_("that is the desk's own address"));
  if (const auto why = outbox().failing(mail.recipient)) return tr(N_("mail to this address comes back: {0}"), *why);
  return {};
}

std::optional<Mail> Reminding::mail_of(const Notice& notice) {
  return notice.mail ? outbox().find_mail(*notice.mail) : std::nullopt;
}

bool Reminding::has_left(const Notice& notice) {
  const auto mail = mail_of(notice);
  if (!mail) return false;
  return mail->doubts > 0 || mail->state == MailState::sending || mail->state == MailState::uncertain ||
         mail->state == MailState::sent;
}

std::string Reminding::told_before(const Notice& notice) {
  std::string told;
  for (const Notice& earlier : outbox().notices_of(*notice.request))
    if (earlier.provider == notice.provider && earlier.id < notice.id && !earlier.said.empty() && has_left(earlier))
      told = earlier.said;
  return told;
}

bool Reminding::is_open_for(const Recipient& to) const {
  return landlord_.policy.calendar.is_open(now_, landlord_.policy.hours_named(to.hours));
}

bool Reminding::still_holds(const Notice& notice, const Request& request) {
  const bool has_order = is_ordered(request) && request.provider == notice.provider;
  switch (notice.kind) {
    case NoticeKind::order: return has_order;
    case NoticeKind::order_changed:
      return has_order && told_before(notice) != order_terms(request, landlord_.mail.tenant);
    case NoticeKind::order_cancelled: return !has_order;
    case NoticeKind::reminder:
      for (const Reminder& reminder : outlook(landlord_, request, since_of(request), now_).due)
        for (const std::string& who : reminder.rule->steps[reminder.beat.step].to)
          if (reminder_key(reminder, request, who) == notice.key) return true;
      return false;
  }
  return false;
}

bool Reminding::contract_still_ends(const Notice& notice) const {
  return std::ranges::any_of(contract_ends(landlord_, now_), [&](const ContractEnd& end) {
    return end.provider == notice.provider && end.base == notice.base;
  });
}

std::vector<Notice> Reminding::valid_notices(const Mail& mail) {
  std::vector<Notice> valid;
  for (Notice& notice : outbox().notices_in(mail.id)) {
    if (notice.state != NoticeState::mailed) continue;
    const auto request = notice.request ? store_.find(*notice.request) : std::nullopt;
    const bool holds = request ? still_holds(notice, *request) : contract_still_ends(notice);
    const auto to = notice.kind == NoticeKind::reminder ? recipient_of(notice) : std::nullopt;
    if (!holds) {
      // What perhaps left was said, perhaps: it is not said anew in another mail.
      if (mail.doubts == 0) withdraw(std::move(notice), "");
    } else if (to && !to->address.empty() && to->address != mail.recipient) {
      // Somebody else by now: it goes into a mail to them.
      notice.state = NoticeState::waiting;
      notice.mail.reset();
      notice.recipient = to->address;
      notice.name = to->name;
      outbox().update(notice);
    } else {
      valid.push_back(std::move(notice));
    }
  }
  return valid;
}

Reminding::Composed Reminding::compose(const Mail& mail, const std::vector<Notice>& notices, const Letters& letters) {
  const auto rule_named = [&](const std::string& name) -> const ReminderRule* {
    const auto& rules = landlord_.ladder.rules;
    const auto found = std::ranges::find(rules, name, &ReminderRule::name);
    return found == rules.end() ? nullptr : &*found;
  };
  if (mail.kind == MailKind::reminders) {
    std::vector<Reminded> reminded;
    for (const Notice& notice : notices) {
      Reminded one{.rule = rule_named(notice.rule), .occasion = *notice.occasion, .base = *notice.base};
      if (notice.request) one.request = store_.find(*notice.request);
      one.provider = notice.provider;
      if (!one.request)
        for (const ContractEnd& end : contract_ends(landlord_, now_))
          if (end.provider == notice.provider && end.base == *notice.base) one.trades = end.trades;
      reminded.push_back(std::move(one));
    }
    const auto of_provider = std::ranges::find(landlord_.providers, mail.recipient, &Provider::email);
    return {letters.reminders({mail.recipient, mail.name, ""},
                              of_provider == landlord_.providers.end() ? "" : of_provider->code, std::move(reminded)),
            "", ""};
  }
  const Notice& notice = notices.front();
  const Request request = *store_.find(*notice.request);
  const std::string told = told_before(notice);
  Composed composed;
  composed.said = mail.kind == MailKind::order_cancelled ? "" : order_terms(request, landlord_.mail.tenant);
  const auto changed =
      mail.kind == MailKind::order_changed ? changed_terms(told, composed.said) : std::vector<std::string>{};
  const auto found_bad = request.reworks > 0 ? what_was_bad(store_.journal(request.id)) : std::nullopt;
  composed.text = letters.order(mail.kind, request, notice.provider, changed, found_bad);

  const auto from = time_in(composed.said, "appointment");
  const auto to = time_in(composed.said, "until");
  const auto old_from = time_in(told, "appointment");
  const auto old_to = time_in(told, "until");
  const bool stands = from && to;
  if (!stands && !(old_from && old_to)) return composed;
  const Residence* residence = landlord_.find_residence(request.residence);
  const std::string place = residence == nullptr || residence->name.empty() ? request.residence : residence->name;
  const mail::CalendarEvent event{.uid = mail::calendar_uid(request.id, landlord_.name),
                                  .from = stands ? *from : *old_from,
                                  .to = stands ? *to : *old_to,
                                  .sequence = request.version,
                                  .summary = letters.summary(request),
                                  .location = place + (request.dwelling.empty() ? "" : ", " + request.dwelling),
                                  .description = composed.text.subject,
                                  .cancelled = !stands};
  composed.calendar =
      mail::calendar(std::span(&event, 1), now_, mail::Mailbox{landlord_.mail.from_name, landlord_.mail.from});
  return composed;
}

std::optional<Recipient> Reminding::recipient_of(const Notice& notice) {
  const auto request = notice.request ? store_.find(*notice.request) : std::nullopt;
  const std::string who =
      notice.kind == NoticeKind::reminder ? notice.key.substr(notice.key.rfind('/') + 1) : "provider";
  std::string residence = request ? request->residence : "";
  const std::size_t colon = who.find(':');  // "agency-head:nord", of a contract
  const auto its = colon == std::string::npos
                       ? landlord_.residences.end()
                       : std::ranges::find(landlord_.residences, who.substr(colon + 1), &Residence::agency);
  if (its != landlord_.residences.end()) residence = its->code;
  return recipient(landlord_, who.substr(0, colon), residence, notice.provider, request ? request->visit_by : "", now_);
}

bool Reminding::may_leave(Mail& mail, const std::vector<Notice>& notices) {
  const auto to = notices.empty() ? std::nullopt : recipient_of(notices.front());
  // An order goes where the firm reads its mail today.
  if (mail.kind != MailKind::reminders && to && !to->address.empty()) {
    mail.recipient = to->address;
    mail.name = to->name;
  }
  mail.reason = why_held(mail);
  if (mail.reason.empty() && mail.kind == MailKind::report && mail.message.empty())
    mail.reason = tr(N_("what it said is no longer kept: ask for the report again"));
  if (!mail.reason.empty()) {
    mail.state = MailState::held;
    return false;
  }
  if (mail.kind == MailKind::reminders && !mail.urgent && to && !is_open_for(*to)) {
    mail.next_at = leaves_at(landlord_, *to, now_, false);
    return false;
  }
  return true;
}

std::vector<Reminding::Leaving> Reminding::leaving(const Letters& letters) {
  std::vector<Leaving> all;
  for (const std::int64_t id : outbox().ready(now_, landlord_.ladder.per_run)) {
    Leaving one{.mail = *outbox().find_mail(id), .notices = {}, .text = {}};
    one.notices = valid_notices(one.mail);
    const bool is_report = one.mail.kind == MailKind::report;
    if ((one.notices.empty() && !is_report) || !may_leave(one.mail, one.notices)) continue;
    one.text = is_report ? LetterText{one.mail.subject, ""} : compose(one.mail, one.notices, letters).text;
    all.push_back(std::move(one));
  }
  return all;
}

mail::Letter Reminding::letter_for(const Mail& mail, const std::string& language) const {
  const MailSettings& own = landlord_.mail;
  mail::Letter letter;
  letter.from = {own.from_name, own.from};
  letter.reply_to = own.reply_to;
  letter.to = {mail.name, mail.recipient};
  letter.message_id = mail.message_id;
  letter.date = now_;
  letter.offset = landlord_.policy.calendar.zone().offset_at(now_);
  letter.language = language;
  return letter;
}

std::string Reminding::write_message(Mail& mail, const std::vector<Notice>& notices, const Letters& letters,
                                     const mail::Mime& mime) {
  Composed composed = compose(mail, notices, letters);
  mail::Letter letter = letter_for(mail, letters.language());
  letter.subject = composed.text.subject;
  letter.text = std::move(composed.text.text);
  letter.calendar = std::move(composed.calendar);
  letter.attempt = static_cast<int>(mail.attempts);
  if (mail.request)
    if (const std::string thread = outbox().thread(*mail.request, mail.recipient); !thread.empty())
      letter.references.push_back(thread);
  mail.subject = letter.subject;
  mail.message = mime.compose(letter);
  return composed.said;
}

std::optional<Reminding::Claimed> Reminding::claim(std::int64_t id, const Letters& letters, const mail::Mime& mime,
                                                   mail::Spool& spool) {
  std::optional<Claimed> claimed;
  store_.write([&] {
    claimed.reset();
    auto mail = outbox().find_mail(id);
    if (!mail || mail->state != MailState::due || mail->next_at > now_) return false;
    const bool is_report = mail->kind == MailKind::report;
    auto notices = valid_notices(*mail);
    mail->changed_at = now_;
    if (notices.empty() && !is_report) {
      mail->state = MailState::withdrawn;
      outbox().update(*mail);
      return true;
    }
    if (!may_leave(*mail, notices)) {
      outbox().update(*mail);
      return true;
    }
    ++mail->attempts;
    std::string said;
    if (is_report) mail->message = mail::at_attempt(std::move(mail->message), mail->attempts);
    else said = write_message(*mail, notices, letters, mime);
    mail->state = MailState::sending;
    mail->spool = spool.name();
    outbox().note_started(spool.started() + 1);  // exact: one run at a time has this spool
    outbox().update(*mail);
    if (!said.empty()) {
      notices.front().said = said;
      outbox().update(notices.front());
    }
    // From here on whoever finds it "being sent" finds its receipt locked.
    claimed.emplace(Claimed{*mail, spool.prepare({mail->id, mail->attempts}, mail->message)});
    return true;
  });
  return claimed;
}

std::vector<QueuedReport> Reminding::queue_report(const std::vector<Recipient>& to, const ReportMail& report,
                                                  const mail::Mime& mime, bool save) {
  check_mail_is_said(landlord_);
  const LocalDay today = floor<days>(landlord_.policy.calendar.zone().local(now_));
  std::vector<QueuedReport> wanted;
  for (const Recipient& one : to) {
    Mail mail{.kind = MailKind::report,
              .recipient = one.address,
              .name = one.name,
              .message_id = message_id(report, landlord_, one.address, today),
              .created_at = now_,
              .changed_at = now_,
              .next_at = now_,
              .subject = text::one_line(report.subject)};
    mail::Letter letter = letter_for(mail, report.language);
    letter.subject = report.subject;
    letter.text = report.text;
    letter.html = report.html;
    letter.attachments = report.attachments;
    mail.message = mime.compose(letter);
    if (mail.message.size() > largest_mail)
      throw Error(Trouble::refused, message(N_("the mail would have {0} MB; many mail servers take {1} MB at most"),
                                            mail.message.size() / 1'000'000 + 1, largest_mail / 1'000'000))
          .hint(message(N_("ask for fewer rows or for another format, or write it to a file with --output")));
    wanted.push_back({.mail = std::move(mail)});
  }
  std::vector<QueuedReport> queued;
  store_.write([&] {
    queued = wanted;
    for (auto& [mail, is_new] : queued) {
      if (auto known = outbox().find_message_id(mail.message_id)) {
        mail = *std::move(known);
        is_new = false;
        continue;
      }
      mail.id = outbox().last_mail() + 1;
      if (mail.reason = why_held(mail); !mail.reason.empty()) mail.state = MailState::held;
      outbox().add(mail);
    }
    return save;
  });
  return queued;
}

std::vector<Message> Reminding::delays() {
  std::vector<Message> found;
  const auto ran_at = outbox().ran_at();
  if (!ran_at) found.push_back(message(N_("'regie remind' has never run here: mails wait until it does")));
  else if (*ran_at < now_ - longest_without_run)
    found.push_back(message(N_("'regie remind' ran last on {0}: mails wait until it does again"),
                            text::minute(*ran_at, landlord_.policy.calendar.zone())));
  std::error_code ignored;
  if (const std::string& file = landlord_.mail.stop_file; !file.empty() && fs::exists(file, ignored))
    found.push_back(message(N_("nothing leaves: there is a file '{0}'"), file));
  return found;
}

void Reminding::settle(std::int64_t id, std::int64_t attempt, const mail::Receipt& receipt) {
  using Kind = mail::Receipt::Kind;
  if (receipt.kind == Kind::working) return;
  store_.write([&] {
    auto mail = outbox().find_mail(id);
    if (!mail || mail->state != MailState::sending || mail->attempts != attempt) return false;
    const Instant ended_at = time_after(mail->changed_at, now_);
    mail->changed_at = ended_at;
    mail->spool.clear();
    const auto try_again = [&](std::string reason) {
      mail->reason = std::move(reason);
      mail->state = mail->attempts >= most_attempts ? MailState::held : MailState::due;
      mail->next_at = ended_at + rest_after(mail->attempts, mail->urgent);
    };
    // An emergency that perhaps did not leave leaves again, once, with the same Message-ID; anything else waits for a
    // person: a second copy of it does more harm than an hour.
    const auto doubt = [&](std::string reason) {
      mail->reason = std::move(reason);
      const bool again = mail->urgent && mail->doubts == 0;
      ++mail->doubts;
      mail->state = again ? MailState::due : MailState::uncertain;
      mail->next_at = ended_at + rest_after_doubt;  // a mail program that lost its guard may still be at it
    };
    const auto ended = [&] {
      return receipt.why.empty() ? tr(N_("the mail program ended with code {0}"), receipt.code)
                                 : tr(N_("the mail program ended with code {0}: {1}"), receipt.code, receipt.why);
    };
    switch (receipt.kind) {
      case Kind::working: return false;
      case Kind::unstarted:
        mail->state = MailState::due;
        mail->next_at = ended_at;
        break;
      case Kind::ended:
        if (receipt.code == 0) {
          mail->state = MailState::sent;
          mail->reason.clear();
        } else if (is_final(receipt.code)) {
          mail->state = MailState::held;
          mail->reason = ended();
        } else if (is_uncertain(receipt.code)) {
          doubt(ended());
        } else {
          try_again(ended());
        }
        break;
      case Kind::not_run: try_again(tr(N_("the mail program cannot be run: {0}"), receipt.why)); break;
      case Kind::unknown: doubt(tr(N_("the delivery was cut short"))); break;
      case Kind::killed: doubt(tr(N_("the mail program was stopped by signal {0}"), receipt.code)); break;
      case Kind::timeout: doubt(tr(N_("the mail program took too long and was stopped"))); break;
    }
    outbox().update(*mail);
    // What is counted from its leaving can be counted now.
    if (mail->request && mail->kind != MailKind::reminders) outbox().looked_at(*mail->request, now_);
    return true;
  });
}

namespace {

Mail mail_to_decide(Outbox& outbox, std::int64_t id, Instant now) {
  auto mail = outbox.find_mail(id);
  if (!mail) throw Error(Trouble::not_found, message(N_("there is no mail {0}"), id));
  // Its spool may be gone, with the machine it was on.
  const bool is_leaving = mail->state == MailState::sending && mail->changed_at > now - longest_sending;
  if (mail->state >= MailState::sent || is_leaving)
    throw Error(Trouble::conflict, message(N_("mail {0}: {1}"), id, Label{label(mail->state)}));
  return *std::move(mail);
}

}  // namespace

void Reminding::retry(std::int64_t id, bool save) {
  store_.write([&] {
    Mail mail = mail_to_decide(outbox(), id, now_);
    mail.state = MailState::due;
    mail.next_at = mail.changed_at = time_after(mail.changed_at, now_);
    outbox().forgive(mail.recipient);
    outbox().update(mail);
    return save;
  });
}

void Reminding::drop(std::int64_t id, const std::string& reason, bool save) {
  store_.write([&] {
    Mail mail = mail_to_decide(outbox(), id, now_);
    mail.state = MailState::dropped;
    mail.changed_at = now_;
    mail.reason = reason;
    outbox().update(mail);
    return save;
  });
}

std::int64_t Reminding::release_old() {
  std::int64_t released = 0;
  store_.write([&] {
    released = 0;
    for (Notice& notice : outbox().held_notices()) {
      notice.state = NoticeState::waiting;
      notice.leave_at = now_;
      notice.reason.clear();
      outbox().update(notice);
      ++released;
    }
    return true;
  });
  return released;
}

std::int64_t Reminding::drop_old(const std::string& reason, bool save) {
  std::int64_t dropped = 0;
  store_.write([&] {
    dropped = 0;
    for (Notice& notice : outbox().held_notices()) {
      notice.state = NoticeState::dropped;
      notice.reason = reason;
      outbox().update(notice);
      ++dropped;
    }
    return save;
  });
  return dropped;
}

}  // namespace regie
