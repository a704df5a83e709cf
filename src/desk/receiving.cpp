#include "desk/receiving.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "mail/answer.hpp"
#include "regie/names.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie {

using mail::Answer;
using mail::Incoming;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using text::tr;

namespace {

constexpr std::size_t longest_note = 4'000;  // characters
constexpr std::size_t longest_line = 300;    // characters of a sender, a subject, a diagnosis that is kept
constexpr std::size_t longest_number = 15;   // digits of a request
constexpr days oldest_date{7};               // what a sender's clock says is believed
constexpr hours furthest_date{1};
constexpr hours noon{12};

std::string small_letters(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

bool is_same_address(const std::string& said, const std::string& from) {
  return !said.empty() && small_letters(said) == from;
}

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

std::int64_t characters_in(std::string_view text) { return std::ranges::count_if(text, begins_character); }

/// So many characters.
std::string beginning(std::string_view text, std::size_t characters) {
  for (std::size_t at = 0; at < text.size(); ++at)
    if (begins_character(text[at]) && characters-- == 0) return std::string(text.substr(0, at));
  return std::string(text);
}

/// "[#12]" in a subject, each once.
std::vector<RequestId> numbers_in(std::string_view subject) {
  std::vector<RequestId> numbers;
  for (std::size_t at = subject.find("[#"); at != std::string_view::npos; at = subject.find("[#", at + 2)) {
    const std::string_view rest = subject.substr(at + 2);
    const std::string_view digits = rest.substr(0, rest.find(']'));
    RequestId number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.size() == rest.size() || error != std::errc{} || end != digits.data() + digits.size() ||
        digits.size() > longest_number || number < 1)
      continue;
    if (std::ranges::find(numbers, number) == numbers.end()) numbers.push_back(number);
  }
  return numbers;
}

/// Of a mail system: what it writes itself is no automatic reply of somebody's.
bool is_mail_system(const std::string& from) {
  return from.empty() || from.starts_with("mailer-daemon@") || from.starts_with("postmaster@");
}

/// There is nothing left that an acceptance would say.
bool is_answered(const Request& request) {
  return request.state == State::scheduled || (request.accepted_at && unfinished(request.state));
}

Action action_said(Answer::Kind kind) {
  switch (kind) {
    case Answer::Kind::none: break;
    case Answer::Kind::accept: return Action::accept;
    case Answer::Kind::decline: return Action::decline;
    case Answer::Kind::appointment: return Action::schedule;
    case Answer::Kind::done: return Action::done;
  }
  return Action::note;
}

bool is_refused(const Outcome& outcome) { return outcome.refusal && outcome.refusal->why != Refusal::Why::already; }

}  // namespace

std::string with_source(const std::string& source, const std::string& reason) {
  if (source.empty() || reason.empty()) return source + reason;
  return tr(N_("{0}: {1}"), source, reason);
}

/// One of ours who wrote.
struct Receiving::Sender {
  Identity identity;
  bool has_order = false;  ///< as the provider of the request; otherwise only a note is written
};

Receiving::Receiving(Settings& settings, Store& store, Identity typist, Instant now)
    : settings_(settings), store_(store), landlord_(settings.landlord()), typist_(std::move(typist)), now_(now) {}

std::optional<ReceivedMail> Receiving::take(const HandedIn& handed_in, bool save) {
  const Incoming& mail = handed_in.mail;
  const std::string name = mail.message_id.empty() ? "sha256:" + handed_in.digest : mail.message_id;
  if (!mail.automatic) (void)settings_.answer_words();  // read before anybody has to wait for us
  std::optional<ReceivedMail> taken;
  store_.write([&] {
    taken.reset();
    Intake intake = store_.intake();
    if (intake.knows(name)) return false;
    ReceivedMail row{.message_id = name,
                     .at = now_,
                     .sender = beginning(mail.from.empty() ? mail.from_shown : mail.from, longest_line),
                     .subject = beginning(mail.subject, longest_line)};
    sort(handed_in, row);
    intake.add(row);
    taken = std::move(row);
    return save;
  });
  return taken;
}

void Receiving::sort(const HandedIn& handed_in, ReceivedMail& row) {
  const Incoming& mail = handed_in.mail;
  const auto ignore = [&](const char* why) {
    row.state = ReceivedState::ignored;
    row.reason = tr(why);
  };
  const auto wait = [&](std::string why) {
    row.state = ReceivedState::waiting;
    row.reason = std::move(why);
    row.text = mail.text;
  };
  if (store_.outbox().find_message_id(row.message_id)) return ignore(N_("a mail of our own"));
  if (mail.bounce) return sort_bounce(mail, row);
  if (mail.automatic) return ignore(N_("an automatic reply"));

  ReceivedMail about = row;  // what is known about it, whoever wrote it
  const auto request = request_of(mail, about);
  if (request) row.request = request->id;
  if (!handed_in.is_whole) return wait(tr(N_("it is too large: perhaps not all of its text is here")));
  if (mail.from.empty()) return wait(tr(N_("it has no sender, or several")));
  const MailSettings& own = landlord_.mail;
  if (std::ranges::any_of(std::array{&own.from, &own.reply_to, &own.bounces},
                          [&](const std::string* address) { return is_same_address(*address, mail.from); }))
    return wait(tr(N_("it comes from the desk's own address")));
  const auto sender = sender_of(mail.from, request ? &*request : nullptr);
  if (!sender) return wait(tr(N_("the sender is not known")));
  row.provider = sender->identity.actor.provider;
  if (!request) return wait(about.reason);
  if (sender->identity.role == Role::contractor && !sender->has_order)
    return wait(tr(N_("request {0} is not an order of {1}"), request->id, row.provider));
  record(mail, *request, *sender, row);
}

void Receiving::sort_bounce(const Incoming& mail, ReceivedMail& row) {
  Outbox& outbox = store_.outbox();
  std::optional<Mail> ours;
  bool came_back = false;
  for (const std::string& id : mail.returned) {
    auto sent = outbox.find_message_id(id);
    if (!sent) continue;
    ours = sent;
    row.request = sent->request;
    if (std::ranges::find(mail.failed, small_letters(sent->recipient)) == mail.failed.end()) continue;
    came_back = true;
    const std::string why =
        mail.diagnosis.empty() ? tr(N_("mail {0}"), sent->id) : beginning(mail.diagnosis, longest_line);
    store_.intake().mark_failing({sent->recipient, now_, why});
    row.state = ReceivedState::returned;
    row.reason = tr(N_("mail {0} to {1} came back: {2}"), sent->id, sent->recipient, why);
    // Whoever it was for has not read it: a person says what becomes of it.
    if (sent->state <= MailState::sent) {
      sent->state = MailState::held;
      sent->reason = tr(N_("came back: {0}"), why);
      sent->changed_at = now_;
      outbox.update(*sent);
    }
  }
  if (came_back) return;
  const bool is_reply = mail.delivery == Incoming::Delivery::unsaid && !is_mail_system(mail.from);
  if (mail.delivery == Incoming::Delivery::under_way || is_reply) {
    row.state = ReceivedState::ignored;
    row.reason = is_reply ? tr(N_("an automatic reply")) : tr(N_("nothing has failed yet"));
    return;
  }
  row.state = ReceivedState::waiting;
  row.text = mail.text;
  row.reason = ours ? tr(N_("mail {0} to {1} perhaps did not arrive"), ours->id, ours->recipient)
                    : tr(N_("it tells of a mail that did not arrive, and that did not leave from here"));
}

/// The one request it is about; nullopt, and why, when there is none.
std::optional<Request> Receiving::request_of(const Incoming& mail, ReceivedMail& row) {
  std::vector<RequestId> in_thread;
  for (const std::string& id : mail.references)
    if (const auto sent = store_.outbox().find_message_id(id);
        sent && sent->request && std::ranges::find(in_thread, *sent->request) == in_thread.end())
      in_thread.push_back(*sent->request);
  const auto named = numbers_in(mail.subject);
  // Written from here, and not known here: before a backup was restored. Its number may be another request's by now.
  const std::string& from = landlord_.mail.from;
  const std::string ending = '@' + from.substr(from.find('@') + 1);
  const bool is_lost = in_thread.empty() && std::ranges::any_of(mail.references, [&](const std::string& id) {
                         return id.ends_with(ending) && !store_.outbox().find_message_id(id);
                       });
  if (is_lost && !named.empty()) {
    row.reason = tr(N_("it answers a mail that this desk does not know"));
    return std::nullopt;
  }
  if (in_thread.size() > 1 || named.size() > 1) {
    row.reason = tr(N_("it names several requests: {0}"), joined(named.size() > 1 ? named : in_thread));
  } else if (in_thread.empty() && named.empty()) {
    row.reason = tr(N_("it names no request"));
  } else if (!in_thread.empty() && !named.empty() && in_thread != named) {
    row.reason = tr(N_("it answers a mail about request {0}, and names request {1}"), in_thread.front(), named.front());
  } else {
    const RequestId id = in_thread.empty() ? named.front() : in_thread.front();
    if (auto request = store_.find(id)) return request;
    row.reason = tr(N_("there is no request {0}"), id);
  }
  return std::nullopt;
}

/// Addresses may be shared: whoever has the order comes first.
std::optional<Receiving::Sender> Receiving::sender_of(const std::string& address, const Request* request) const {
  const auto as = [&](const std::string& who, const std::string& provider, Role role, bool has_order) {
    Identity identity = typist_;
    identity.actor.who = who;
    identity.actor.provider = provider;
    identity.role = role;
    return Sender{std::move(identity), has_order};
  };
  const std::string ordered = request == nullptr ? "" : request->provider;
  const Provider* other_provider = nullptr;
  const Person* own = nullptr;
  const Person* of_other = nullptr;
  for (const Provider& provider : landlord_.providers) {
    if (!is_same_address(provider.email, address)) continue;
    if (provider.code == ordered) return as(provider.code, provider.code, Role::contractor, true);
    if (other_provider == nullptr) other_provider = &provider;
  }
  for (const Person& person : landlord_.people) {
    if (!is_same_address(person.email, address)) continue;
    if (!person.provider.empty() && person.provider == ordered)
      return as(person.code, person.provider, may(person.role, Action::accept) ? Role::contractor : person.role, true);
    const Provider* provider = landlord_.find_provider(person.provider);
    const bool is_ours = provider == nullptr || provider->kind == ProviderKind::crew;
    const Person*& found = is_ours ? own : of_other;
    if (found == nullptr) found = &person;
  }
  if (own != nullptr) return as(own->code, own->provider, own->role, false);
  if (other_provider != nullptr) return as(other_provider->code, other_provider->code, Role::contractor, false);
  if (of_other != nullptr) return as(of_other->code, of_other->provider, Role::contractor, false);
  for (const Agency& agency : landlord_.agencies)
    if (is_same_address(agency.email, address)) return as(agency.code, "", Role::reception, false);
  return std::nullopt;
}

/// When it was sent, as far as that can be believed: "tomorrow" is counted from there.
Instant Receiving::sent_at(const Incoming& mail) const {
  const bool is_credible = mail.date && *mail.date >= now_ - oldest_date && *mail.date <= now_ + furthest_date;
  return is_credible ? std::min(*mail.date, now_) : now_;
}

/// "e-mail of 10:32", with the day when it was another one.
std::string Receiving::source_of(const Incoming& mail) const {
  const Zone& zone = settings_.zone();
  const Instant sent = sent_at(mail);
  const bool is_today = floor<days>(zone.local(sent)) == floor<days>(zone.local(now_));
  return tr(N_("e-mail of {0}"), is_today ? text::minute(sent, zone).substr(11) : text::brief(sent, now_, zone));
}

/// When the work was done. Of a day without an hour: at the end of that day's appointment, else at noon, as far as that
/// fits what is in the journal.
Instant Receiving::done_at(const Answer& answer, const Request& request) const {
  if (!answer.done_at || !answer.done_on_day) return std::min(answer.done_at.value_or(now_), now_);
  const Zone& zone = settings_.zone();
  const LocalDay day = floor<days>(zone.local(*answer.done_at));
  if (day == floor<days>(zone.local(now_))) return now_;
  const bool as_agreed = request.visit_to && floor<days>(zone.local(*request.visit_to)) == day;
  const Instant likely = as_agreed ? *request.visit_to : zone.instant(day + noon);
  const bool fits = floor<days>(zone.local(request.changed_at)) <= day;
  return std::min(fits ? std::max(likely, request.changed_at) : likely, now_);
}

Outcome Receiving::act(Desk& desk, const Request& request, const Answer& answer, const std::string& source) {
  const auto accept = [&] {
    return desk.act(
        request.id, [](const Request&) -> Deed { return Accept{}; }, source);
  };
  Outcome outcome;
  switch (answer.kind) {
    case Answer::Kind::none: break;
    case Answer::Kind::accept:
      if (!is_answered(request)) outcome = accept();
      break;
    case Answer::Kind::decline: outcome = desk.decline(request.id, with_source(source, answer.reason), {}); break;
    case Answer::Kind::appointment:
      store_.write([&] {
        if (answer.accepts && !is_answered(request)) outcome = accept();
        if (!is_refused(outcome))
          outcome = desk.schedule(request.id, {.from = answer.from, .to = answer.to, .by = ""}, source, {});
        return !is_refused(outcome);
      });
      break;
    case Answer::Kind::done: {
      // What stands below an empty line is a signature.
      const std::string work = answer.reason.substr(0, answer.reason.find("\n\n"));
      const Done job{.by = "", .provider = "", .work = work, .cost = answer.cost};
      const Instant at = done_at(answer, request);
      outcome = desk.done(request.id, job, source, at < now_ ? std::optional(at) : std::nullopt);
      break;
    }
  }
  return outcome;
}

/// Writes it down, and does what it says. In a write transaction.
void Receiving::record(const Incoming& mail, const Request& request, const Sender& sender, ReceivedMail& row) {
  Desk desk(settings_, store_, sender.identity, {.now = now_});
  const std::string source = source_of(mail);
  const std::string whole = mail::new_text(mail.text);
  std::string note = beginning(whole, longest_note);
  const bool is_cut = note.size() < whole.size();
  if (is_cut)
    note += '\n' + tr(counted("(cut here: {0} more character)", "(cut here: {0} more characters)",
                              characters_in(std::string_view(whole).substr(note.size()))));
  if (note.empty()) note = tr(N_("(nothing but what was quoted)"));

  // What the house refuses, in words. What is wrong with the desk itself is thrown on: the mail comes again.
  const auto refused = [](const std::function<Outcome()>& deed) -> std::optional<std::string> {
    try {
      const Outcome outcome = deed();
      return is_refused(outcome) ? std::optional(tr(outcome.refusal->message)) : std::nullopt;
    } catch (const Error& error) {
      const bool by_house = error.trouble() == Trouble::refused || error.trouble() == Trouble::not_found ||
                            error.trouble() == Trouble::conflict;
      if (!by_house) throw;
      return tr(error.messages().front());
    }
  };
  Answer answer;
  if (sender.has_order)
    answer = mail::understand_answer(whole, settings_.answer_words(), sent_at(mail), settings_.zone());
  std::optional<std::string> not_done, not_noted;
  const auto do_it = [&] { not_done = refused([&] { return act(desk, request, answer, source); }); };
  // Work that was done before it was told stands before it in the journal.
  const bool was_before = answer.kind == Answer::Kind::done && done_at(answer, request) < now_;
  if (was_before) do_it();
  not_noted = refused([&] {
    return desk.act(
        request.id, [](const Request&) -> Deed { return Note{}; }, with_source(source, note));
  });
  if (!was_before && !not_noted) do_it();

  // A firm that says something in its own words perhaps refuses, or asks.
  const bool is_to_be_read = sender.has_order && answer.kind == Answer::Kind::none;
  row.state = not_noted || not_done || is_to_be_read || whole.empty() || is_cut ? ReceivedState::waiting
                                                                                : ReceivedState::recorded;
  if (not_noted) row.reason = *not_noted;
  else if (not_done) row.reason = tr(N_("noted, not done: {0}"), *not_done);
  else if (answer.doubt.id[0] != '\0') row.reason = tr(N_("noted, not certain: {0}"), tr(answer.doubt));
  else if (whole.empty()) row.reason = tr(N_("nothing was written in it but what was quoted"));
  else if (is_cut) row.reason = tr(N_("only its beginning is in the journal"));
  else if (is_to_be_read) row.reason = tr(N_("noted: somebody has to read it"));
  else row.reason = tr(label(action_said(answer.kind)));
  if (not_noted || whole.empty() || is_cut) row.text = mail.text;  // elsewhere the journal has it
}

void Receiving::settle(std::int64_t number, const std::string& reason, bool save) {
  store_.write([&] {
    auto mail = store_.intake().find(number);
    if (!mail) throw Error(Trouble::not_found, message(N_("there is no mail {0} among those that came in"), number));
    if (mail->state != ReceivedState::waiting)
      throw Error(Trouble::conflict, message(N_("mail {0} that came in: {1}"), number, Label{label(mail->state)}));
    mail->state = ReceivedState::settled;
    mail->text.clear();
    mail->reason = tr(N_("{0}; {1}: {2}"), mail->reason, typist_.actor.who, reason);
    store_.intake().update(*mail);
    return save;
  });
}

void Receiving::forgive(const std::string& address, bool save) {
  store_.write([&] {
    if (!store_.outbox().failing(address))
      throw Error(Trouble::not_found, message(N_("no mail came back from '{0}'"), address));
    store_.outbox().forgive(address);
    return save;
  });
}

}  // namespace regie
