// Mails that come in, as firms in France and strangers write them: what is believed, what is done, what waits.
#include "desk/receiving.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "desk/digest.hpp"
#include "mail/mime.hpp"
#include "support/desk.hpp"
#include "text/translate.hpp"

using namespace regie;
using namespace regie::test;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr Instant monday = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + hours{8};  // 9:00 in Paris

mail::Incoming read(const std::string& message) {
  static const mail::Mime mime(REGIE_MODULES);
  return mime.read(message);
}

std::string date(Instant at) {
  const auto since = at - monday;
  const auto minute = std::chrono::floor<minutes>(since);
  const auto days = std::chrono::floor<std::chrono::days>(since + hours{9});
  const auto of_day = minute + hours{9} - days;
  const auto two = [](auto count) { return (count < 10 ? "0" : "") + std::to_string(count); };
  return std::to_string(2 + days.count()) + " Mar 2026 " + two(of_day.count() / 60) + ':' + two(of_day.count() % 60) +
         ":00 +0100";
}

/// The example with one plumbing request, ordered from Garrigue: Outlook, Gmail and others answer.
class PostDesk : public ExampleDesk {
 public:
  PostDesk() : ExampleDesk(monday) {
    text::use_language("en");
    open("plumbing");
    REQUIRE(request().provider == "GAR");
  }

  RequestId open(const char* trade) {
    NewRequest wanted;
    wanted.draft.text = "rappeler le locataire";
    wanted.draft.residence = "TIL";
    wanted.draft.dwelling = "B-203";
    wanted.draft.opened_at = now;
    wanted.trade = trade;
    wanted.urgency = Urgency::urgent;
    return as("root").open(wanted).request.id;
  }

  Request request(RequestId id = 1) { return *store().find(id); }

  /// A mail of ours about some request; nullopt: about several.
  void send(const std::string& message_id, std::optional<RequestId> about,
            const std::string& recipient = "garrigue@example.com") {
    store().write([&] {
      Outbox& outbox = store().outbox();
      outbox.add({.id = outbox.last_mail() + 1,
                  .kind = about ? MailKind::order : MailKind::reminders,
                  .state = MailState::sent,
                  .recipient = recipient,
                  .message_id = message_id,
                  .request = about,
                  .created_at = now,
                  .changed_at = now});
      return true;
    });
  }

  std::optional<ReceivedMail> receive(const std::string& bytes, bool is_whole = true) {
    const std::string login = "mailin";
    Receiving receiving(settings(), store(), identify(settings().landlord(), login, ""), now);
    Digest digest;
    digest.add(bytes);
    return receiving.take({read(bytes), digest.digits(), is_whole});
  }

  /// "waiting: it names no request"
  std::string fate(const std::string& bytes) {
    const auto taken = receive(bytes);
    return taken ? std::string(code(taken->state)) + ": " + taken->reason : "known";
  }

  /// An answer of Garrigue's to its order.
  std::string answer(const std::string& text, const std::string& headers = "Subject: Re: [#1] Bon de commande\n") {
    return "From: Garrigue Plomberie <garrigue@example.com>\nDate: " + date(now) + "\nMessage-ID: <" +
           std::to_string(++mails_) + "@mail.example.com>\n" + headers +
           "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + text + '\n';
  }

  /// "open, note GAR 'e-mail of 09:00: Bonjour'", without the opening.
  std::vector<std::string> journal(RequestId id = 1) {
    std::vector<std::string> lines;
    for (const Event& event : store().journal(id))
      if (event.action != Action::open)
        lines.push_back(std::string(code(event.action)) + ' ' + event.who + ": " + event.reason);
    return lines;
  }

  using Lines = std::vector<std::string>;
  Instant now = monday;

 private:
  int mails_ = 0;
};

constexpr const char* bounce_of = R"(Return-Path: <>
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: retours@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"
Message-ID: <{id}>

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: User unknown

--B
Content-Type: text/rfc822-headers

From: demandes@example.org
To: {recipient}
Message-ID: <{about}>
Subject: [#1] Bon de commande

--B--
)";

std::string bounce(std::map<std::string, std::string> values) {
  values.try_emplace("id", "bounce@mx.example.org");
  values.try_emplace("recipient", "garrigue@example.com");
  values.try_emplace("action", "failed");
  values.try_emplace("status", "5.1.1");
  std::string text = bounce_of;
  for (const auto& [name, value] : values)
    for (std::size_t at = text.find('{' + name + '}'); at != std::string::npos; at = text.find('{' + name + '}'))
      text.replace(at, name.size() + 2, value);
  return text;
}

}  // namespace

// -- what is done

TEST_CASE("a provider that accepts by mail has accepted and what it wrote is a note") {
  PostDesk desk;
  const auto taken = desk.receive(desk.answer("Bonjour,\n\nAccepté.\n\nCordialement\nS. Garrigue"));
  REQUIRE(taken);
  CHECK(taken->state == ReceivedState::recorded);
  CHECK(taken->request == 1);
  CHECK(taken->provider == "GAR");
  CHECK(taken->text.empty());
  CHECK(desk.request().accepted_at == monday);
  CHECK(desk.journal() ==
        PostDesk::Lines{"note GAR: e-mail of 09:00: Bonjour,\n\nAccepté.\n\nCordialement\nS. Garrigue",
                        "accept GAR: e-mail of 09:00"});
  CHECK(desk.store().journal(1).back().typed_by == "mailin");
}

TEST_CASE("a provider that declines is not asked again and its note stands before") {
  PostDesk desk;
  CHECK(desk.fate(desk.answer("Refusé : pas de nacelle cette semaine")) == "recorded: declined");
  CHECK(desk.request().provider != "GAR");
  CHECK(has_code(desk.request().declined, "GAR"));
  const auto journal = desk.journal();
  REQUIRE(journal.size() >= 2);
  CHECK(journal[0] == "note GAR: e-mail of 09:00: Refusé : pas de nacelle cette semaine");
  CHECK(journal[1] == "decline GAR: e-mail of 09:00: pas de nacelle cette semaine");
}

TEST_CASE("an appointment counts from when the mail was sent and may accept the order as well") {
  PostDesk desk;
  desk.now = monday + hours{15} + minutes{30};  // half past midnight on Tuesday
  std::string mail = desk.answer("Accepté, RDV demain 14h-16h");
  mail.replace(mail.find("Date: "), mail.find('\n', mail.find("Date: ")) - mail.find("Date: "),
               "Date: Mon, 2 Mar 2026 18:00:00 +0100");
  CHECK(desk.fate(mail) == "recorded: appointment made");
  CHECK(desk.request().accepted_at == desk.now);
  CHECK(desk.request().visit_from == monday + hours{29});
  CHECK(desk.request().visit_to == monday + hours{31});
  CHECK(desk.journal().back() == "schedule GAR: e-mail of 02/03 18:00");
}

TEST_CASE("a date that cannot be is not believed") {
  PostDesk desk;
  for (const char* date : {"Date: Mon, 2 Mar 2020 18:00:00 +0100", "Date: Mon, 2 Mar 2099 18:00:00 +0100",
                           "Date: yesterday", "X-Date: none"}) {
    CAPTURE(std::string(date));
    std::string mail = desk.answer("Bonjour");
    mail.replace(mail.find("Date: "), mail.find('\n', mail.find("Date: ")) - mail.find("Date: "), date);
    CHECK(desk.fate(mail) == "waiting: noted: somebody has to read it");
    CHECK(desk.journal().back() == "note GAR: e-mail of 09:00: Bonjour");
  }
}

TEST_CASE("work is done when the provider says and the note comes behind it") {
  PostDesk desk;
  desk.now = monday + hours{7};
  CHECK(desk.fate(desk.answer("Fait à 14h30, 85,50 €\nJoint remplacé")) == "recorded: work reported done");
  const Request request = desk.request();
  CHECK(request.done_at == monday + hours{5} + minutes{30});
  CHECK(request.done_by == "GAR");
  CHECK(request.cost == 8550);
  CHECK(request.work == "Joint remplacé");
  CHECK(desk.journal() == PostDesk::Lines{"done GAR: e-mail of 16:00",
                                          "note GAR: e-mail of 16:00: Fait à 14h30, 85,50 €\nJoint remplacé"});
}

TEST_CASE("work that was done on a day nobody says the hour of was done when it was agreed or at noon") {
  for (const bool agreed : {true, false}) {
    CAPTURE(agreed);
    PostDesk desk;
    if (agreed) CHECK(desk.fate(desk.answer("RDV demain 14h-16h")) == "recorded: appointment made");
    desk.now = monday + hours{48};
    CHECK(desk.fate(desk.answer("Fait hier")) == "recorded: work reported done");
    CHECK(desk.request().done_at == monday + (agreed ? hours{31} : hours{27}));
  }
}

TEST_CASE("work cannot have been done before the last thing that happened") {
  PostDesk desk;
  desk.now = monday + hours{7};
  CHECK(desk.fate(desk.answer("Accepté")) == "recorded: accepted");
  CHECK(desk.fate(desk.answer("Fait à 14h30")) ==
        "waiting: noted, not done: request 1: 'done' would have happened before the last entry of its journal");
  CHECK(desk.request().state == State::assigned);
  CHECK(desk.journal().back() == "note GAR: e-mail of 16:00: Fait à 14h30");
}

TEST_CASE("to accept again what is accepted says nothing new") {
  PostDesk desk;
  CHECK(desk.fate(desk.answer("Accepté")) == "recorded: accepted");
  CHECK(desk.fate(desk.answer("OK")) == "recorded: accepted");
  CHECK(desk.fate(desk.answer("RDV demain 14h-16h")) == "recorded: appointment made");
  CHECK(desk.fate(desk.answer("d'accord")) == "recorded: accepted");
  CHECK(desk.fate(desk.answer("RDV demain 14h-16h")) == "recorded: appointment made");
  CHECK(desk.request().reschedules == 0);
  CHECK(desk.journal().size() == 7);
}

TEST_CASE("what the lifecycle refuses is noted and waits for a person") {
  PostDesk desk;
  desk.as("root").cancel(1, {CancelReason::withdrawn, {}}, "", {});
  CHECK(desk.fate(desk.answer("Fait")).starts_with("waiting: noted, not done: "));
  CHECK(desk.fate(desk.answer("Accepté")).starts_with("waiting: noted, not done: "));
  CHECK(desk.request().state == State::cancelled);
  CHECK(desk.journal().back() == "note GAR: e-mail of 09:00: Accepté");
}

TEST_CASE("what a firm says in its own words is a note that somebody has to read") {
  PostDesk desk;
  CHECK(desk.fate(desk.answer("Bonjour, le locataire ne répond pas au téléphone.")) ==
        "waiting: noted: somebody has to read it");
  CHECK(desk.store().intake().waiting() == 1);
}

TEST_CASE("a known word that is not certain is a note that somebody reads") {
  PostDesk desk;
  const auto taken = desk.receive(desk.answer("Accepté sous réserve de la présence du locataire"));
  REQUIRE(taken);
  CHECK(taken->state == ReceivedState::waiting);
  CHECK(taken->reason.starts_with("noted, not certain: "));
  CHECK(taken->text.empty());  // the journal has it
  CHECK(!desk.request().accepted_at);
  CHECK(desk.journal().size() == 1);
}

TEST_CASE("what was quoted is not noted and a mail that only quotes waits with its text") {
  PostDesk desk;
  CHECK(desk.fate(desk.answer("Ok merci\n\n> accepté\n> refusé : le motif")) == "recorded: accepted");
  CHECK(desk.journal().front() == "note GAR: e-mail of 09:00: Ok merci");
  const auto taken = desk.receive(desk.answer("> Bon de commande n° 1"));
  REQUIRE(taken);
  CHECK(taken->state == ReceivedState::waiting);
  CHECK(taken->text.find("Bon de commande n° 1") != std::string::npos);
}

TEST_CASE("a note has an end and says so and the whole text waits for a person") {
  PostDesk desk;
  std::string text;
  for (int i = 0; i < 4010; ++i) text += "é";
  const auto taken = desk.receive(desk.answer(text));
  REQUIRE(taken);
  CHECK(taken->state == ReceivedState::waiting);
  CHECK(taken->text.size() >= text.size());
  CHECK(desk.journal().back() ==
        "note GAR: e-mail of 09:00: " + text.substr(0, 8000) + "\n(cut here: 10 more characters)");
}

// -- which request

TEST_CASE("the thread tells the request when the subject does not") {
  PostDesk desk;
  desk.send("1.abc@example.org", 1);
  CHECK(desk.fate(desk.answer("Accepté", "Subject: votre demande\nIn-Reply-To: <1.abc@example.org>\n")) ==
        "recorded: accepted");
  CHECK(desk.fate(desk.answer("Merci", "Subject: x\nReferences: <other@x.example> <1.abc@example.org>\n")) ==
        "waiting: noted: somebody has to read it");
}

TEST_CASE("thread and subject that disagree wait for a person") {
  PostDesk desk;
  const RequestId other = desk.open("plumbing");
  desk.send("1.abc@example.org", 1);
  desk.send("2.abc@example.org", other);
  CHECK(desk.fate(desk.answer("Accepté", "Subject: Re: [#2] Bon\nReferences: <1.abc@example.org>\n")) ==
        "waiting: it answers a mail about request 1, and names request 2");
  CHECK(desk.fate(desk.answer("Accepté", "Subject: Re: Bon\nReferences: <1.abc@example.org> <2.abc@example.org>\n")) ==
        "waiting: it names several requests: 2, 1");
  CHECK(desk.fate(desk.answer("Accepté", "Subject: Re: [#1] et [#2]\n")) == "waiting: it names several requests: 1, 2");
  CHECK(!desk.request(1).accepted_at);
  CHECK(!desk.request(other).accepted_at);
}

TEST_CASE("a mail about several requests tells none and the subject may tell it then") {
  PostDesk desk;
  desk.send("7.abc@example.org", std::nullopt);
  CHECK(desk.fate(desk.answer("Accepté", "Subject: Re: 3 bons\nReferences: <7.abc@example.org>\n")) ==
        "waiting: it names no request");
  CHECK(desk.fate(desk.answer("Accepté", "Subject: Re: [#1] Bon\nReferences: <7.abc@example.org>\n")) ==
        "recorded: accepted");
}

TEST_CASE("numbers that are none of ours name nothing") {
  PostDesk desk;
  CHECK(desk.fate(desk.answer("Accepté", "Subject: Re: [#99] Bon\n")) == "waiting: there is no request 99");
  for (const char* subject :
       {"Re: #1", "[#]", "[#-1]", "[#0]", "[# 1]", "[#1", "[#1x]", "[#99999999999999999999999]"}) {
    CAPTURE(std::string(subject));
    CHECK(desk.fate(desk.answer("Accepté", "Subject: " + std::string(subject) + "\n")) ==
          "waiting: it names no request");
  }
  CHECK(!desk.request().accepted_at);
}

// -- who

TEST_CASE("a stranger who knows the number and the thread changes nothing") {
  PostDesk desk;
  desk.send("1.abc@example.org", 1);
  std::string mail = desk.answer("Refusé", "Subject: Re: [#1] Bon\nReferences: <1.abc@example.org>\n");
  mail.replace(mail.find("<garrigue@example.com>"), 22, "<garrigue@example.co>");
  const auto taken = desk.receive(mail);
  REQUIRE(taken);
  CHECK(taken->state == ReceivedState::waiting);
  CHECK(taken->reason == "the sender is not known");
  CHECK(taken->sender == "garrigue@example.co");
  CHECK(taken->text == "Refusé\n");
  CHECK(taken->provider.empty());
  CHECK(desk.journal().empty());
}

TEST_CASE("tricks with the sender's header are no sender") {
  PostDesk desk;
  for (const char* from :
       {"garrigue@example.com, evil@example.net", "\"garrigue@example.com\" <evil@example.net>",
        "garrigue@example.com <evil@example.net>", "evil@example.net (garrigue@example.com)",
        "garrigue@example.com\nFrom: evil@example.net", "=?utf-8?q?garrigue=40example=2Ecom?= <evil@example.net>",
        "<garrigue@example.com> <evil@example.net>", "garrigue@example.com@example.net",
        "<garrigue@example.com@example.net>", "Garrigue <garrigue@example.com>@example.net",
        "garrigue@example.com evil@example.net", "<@example.net:garrigue@example.com>",
        "garrigue@example.com\\@example.net", "\"Garrigue\" <garrigue@example.com> (x) <evil@example.net>",
        "garrigue@example.com; evil@example.net", "", "group: garrigue@example.com, evil@example.net;",
        "\"garrigue\"@example.com.evil.example"}) {
    CAPTURE(std::string(from));
    std::string mail = desk.answer("Refusé");
    const std::string known = "Garrigue Plomberie <garrigue@example.com>";
    mail.replace(mail.find(known), known.size(), from);
    const auto taken = desk.receive(mail);
    REQUIRE(taken);
    CHECK(taken->state == ReceivedState::waiting);
  }
  CHECK(desk.journal().empty());
  CHECK(desk.request().provider == "GAR");
}

TEST_CASE("capitals do not matter in an address") {
  PostDesk desk;
  std::string mail = desk.answer("Accepté");
  mail.replace(mail.find("garrigue@example.com"), 20, "Garrigue@EXAMPLE.Com");
  CHECK(desk.fate(mail) == "recorded: accepted");
}

TEST_CASE("an order of somebody else waits for a person") {
  PostDesk desk;
  std::string mail = desk.answer("Accepté");
  mail.replace(mail.find("garrigue@example.com"), 20, "calorge@example.com");
  CHECK(desk.fate(mail) == "waiting: request 1 is not an order of CAL");
  CHECK(desk.fate(desk.answer("Refusé")) == "recorded: declined");
  CHECK(desk.fate(desk.answer("Finalement oui")) == "waiting: request 1 is not an order of GAR");  // not any more
}

TEST_CASE("a technician of the crew that has the order answers in his own name") {
  PostDesk desk;
  NewRequest wanted;
  wanted.draft.text = "rappeler le locataire";
  wanted.draft.residence = "ROS";
  wanted.draft.dwelling = "B-203";
  wanted.urgency = Urgency::urgent;
  wanted.draft.opened_at = monday;
  wanted.trade = "plumbing";
  const RequestId id = desk.as("root").open(wanted).request.id;
  REQUIRE(desk.request(id).provider == "REGIE");
  std::string mail = desk.answer("Fait : joint remplacé", "Subject: Re: [#2]\n");
  mail.replace(mail.find("garrigue@example.com"), 20, "ouali@example.org");
  CHECK(desk.fate(mail) == "recorded: work reported done");
  CHECK(desk.request(id).done_by == "ouali");
  CHECK(desk.request(id).work == "joint remplacé");
}

TEST_CASE("people of the house may say something and nothing more") {
  PostDesk desk;
  for (const char* address : {"lemercier@example.org", "dubreuil@example.org", "agence.nord@example.org"}) {
    CAPTURE(std::string(address));
    std::string mail = desk.answer("Refusé : la locataire est absente");
    mail.replace(mail.find("garrigue@example.com"), 20, address);
    CHECK(desk.fate(mail) == "recorded: note added");
  }
  CHECK(desk.request().provider == "GAR");
  const auto journal = desk.journal();
  REQUIRE(journal.size() == 3);
  CHECK(journal[0].starts_with("note lemercier: e-mail of 09:00: Refusé"));
  CHECK(journal[1].starts_with("note dubreuil: "));
  CHECK(journal[2].starts_with("note nord: "));
}

TEST_CASE("a mail from our own address waits for a person and one of our own mails is passed over") {
  PostDesk desk;
  desk.send("1.abc@example.org", 1);
  std::string mail = desk.answer("Accepté");
  mail.replace(mail.find("garrigue@example.com"), 20, "reponses@example.org");
  CHECK(desk.fate(mail) == "waiting: it comes from the desk's own address");
  CHECK(desk.fate("From: garrigue@example.com\nSubject: [#1]\nMessage-ID: <1.abc@example.org>\n\nAccepté\n") ==
        "ignored: a mail of our own");
  CHECK(desk.journal().empty());
}

// -- what comes twice, what nobody wrote

TEST_CASE("a mail that comes twice counts once") {
  PostDesk desk;
  const std::string mail = desk.answer("Bonjour");
  CHECK(desk.fate(mail) == "waiting: noted: somebody has to read it");
  CHECK(desk.fate("Received: from somewhere else\n" + mail) == "known");
  CHECK(desk.journal().size() == 1);
}

TEST_CASE("a mail without a name is known by its bytes") {
  PostDesk desk;
  const std::string mail = "From: garrigue@example.com\nSubject: [#1]\n\nBonjour\n";
  CHECK(desk.fate(mail) == "waiting: noted: somebody has to read it");
  CHECK(desk.fate(mail) == "known");
  CHECK(desk.fate(mail + "!\n") == "waiting: noted: somebody has to read it");
}

TEST_CASE("automatic replies are passed over") {
  PostDesk desk;
  for (const char* header : {"Auto-Submitted: auto-replied", "Precedence: bulk", "X-Autoreply: yes",
                             "List-Id: <liste.example.com>", "Return-Path: <>"}) {
    CAPTURE(std::string(header));
    CHECK(desk.fate(desk.answer("Refusé : absent", std::string(header) + "\nSubject: Absent Re: [#1]\n")) ==
          "ignored: an automatic reply");
  }
  CHECK(desk.journal().empty());
  CHECK(desk.store().intake().waiting() == 0);
}

TEST_CASE("mail of ours that came back marks its address and is held for a person") {
  PostDesk desk;
  desk.send("1.abc@example.org", 1, "Garrigue@example.com");
  const auto taken = desk.receive(bounce({{"about", "1.abc@example.org"}}));
  REQUIRE(taken);
  CHECK(taken->state == ReceivedState::returned);
  CHECK(taken->request == 1);
  CHECK(taken->text.empty());
  CHECK(taken->reason == "mail 1 to Garrigue@example.com came back: 550 5.1.1 <garrigue@example.com>: User unknown");
  const auto failing = desk.store().intake().failing();
  REQUIRE(failing.size() == 1);
  CHECK(failing.front().address == "Garrigue@example.com");
  CHECK(failing.front().reason == "550 5.1.1 <garrigue@example.com>: User unknown");
  CHECK(desk.store().outbox().find_mail(1)->state == MailState::held);
  CHECK(desk.journal().empty());
}

TEST_CASE("a bounce about nothing of ours marks nothing and waits for a person") {
  PostDesk desk;
  desk.send("1.abc@example.org", 1);
  CHECK(desk.fate(bounce({{"about", "2.abc@example.org"}})) ==
        "waiting: it tells of a mail that did not arrive, and that did not leave from here");
  // It knows our mail, and would have another address marked.
  CHECK(desk.fate(bounce({{"about", "1.abc@example.org"}, {"recipient", "calorge@example.com"}, {"id", "2@x"}})) ==
        "waiting: mail 1 to garrigue@example.com perhaps did not arrive");
  CHECK(desk.store().intake().failing().empty());
  CHECK(desk.store().outbox().find_mail(1)->state == MailState::sent);
}

TEST_CASE("mail that is late has not come back and mail that was given up is looked at") {
  PostDesk desk;
  desk.send("1.abc@example.org", 1);
  CHECK(desk.fate(bounce({{"about", "1.abc@example.org"}, {"action", "delayed"}, {"status", "4.4.1"}})) ==
        "ignored: nothing has failed yet");
  CHECK(desk.fate(bounce({{"about", "1.abc@example.org"}, {"status", "4.4.7"}, {"id", "2@x"}})) ==
        "waiting: mail 1 to garrigue@example.com perhaps did not arrive");
  CHECK(desk.store().intake().failing().empty());
}

TEST_CASE("a bounce in a form of its own is looked at") {
  PostDesk desk;
  desk.send("1.abc@example.org", 1);
  CHECK(desk.fate("From: MAILER-DAEMON@mx.example.org\nMessage-ID: <q@mx>\n\nHi. This is the qmail-send program.\n"
                  "<garrigue@example.com>: no such user\n\nMessage-ID: <1.abc@example.org>\n") ==
        "waiting: mail 1 to garrigue@example.com perhaps did not arrive");
}

TEST_CASE("a mail that is too large waits with what could be read") {
  PostDesk desk;
  const auto taken = desk.receive(desk.answer("Accepté"), false);
  REQUIRE(taken);
  CHECK(taken->state == ReceivedState::waiting);
  CHECK(taken->sender == "garrigue@example.com");
  CHECK(taken->subject == "Re: [#1] Bon de commande");
  CHECK(taken->text == "Accepté\n");
  CHECK(!desk.request().accepted_at);
}

TEST_CASE("a mail of ten megabytes takes no time and only its beginning is kept") {
  PostDesk desk;
  std::string text = "Bonjour\n";
  while (text.size() < 10'000'000) text += "> accepté [#1] <1.abc@example.org> \xff\n";
  const auto began = std::chrono::steady_clock::now();
  CHECK(desk.fate(desk.answer(text)) == "waiting: noted: somebody has to read it");
  CHECK(std::chrono::steady_clock::now() - began < seconds{5});
  CHECK(desk.journal() == PostDesk::Lines{"note GAR: e-mail of 09:00: Bonjour"});
}

// -- all or nothing, people

TEST_CASE("nothing of a mail that cannot be kept stays") {
  PostDesk desk;
  Receiving receiving(desk.settings(), desk.store(), identify(desk.settings().landlord(), "mailin", ""), desk.now);
  const std::string mail = desk.answer("Accepté");
  const auto tried = receiving.take({read(mail), "", true}, false);
  REQUIRE(tried);
  CHECK(tried->state == ReceivedState::recorded);
  CHECK(desk.journal().empty());
  CHECK(!desk.request().accepted_at);
  CHECK(desk.store().intake().mails(false, 0).empty());
  CHECK(desk.fate(mail) == "recorded: accepted");
}

TEST_CASE("a person sees to a mail once and its text is forgotten") {
  PostDesk desk;
  Receiving receiving(desk.settings(), desk.store(), identify(desk.settings().landlord(), "root", ""), desk.now);
  CHECK(desk.fate("From: x@example.net\nMessage-ID: <a@b>\n\nBonjour\n") == "waiting: the sender is not known");
  receiving.settle(1, "rappelé");
  const auto mail = desk.store().intake().find(1);
  CHECK(mail->state == ReceivedState::settled);
  CHECK(mail->text.empty());
  CHECK(mail->reason == "the sender is not known; root: rappelé");
  CHECK_THROWS_AS(receiving.settle(1, "encore"), Error);
  CHECK_THROWS_AS(receiving.settle(2, "rien"), Error);
}

TEST_CASE("an address that mail came back from may be tried again") {
  PostDesk desk;
  desk.send("1.abc@example.org", 1);
  (void)desk.receive(bounce({{"about", "1.abc@example.org"}}));
  Receiving receiving(desk.settings(), desk.store(), identify(desk.settings().landlord(), "root", ""), desk.now);
  CHECK_THROWS_AS(receiving.forgive("calorge@example.com"), Error);
  receiving.forgive("garrigue@example.com");
  CHECK(desk.store().intake().failing().empty());
}
