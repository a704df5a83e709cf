// Reports that leave by mail: each once for a day and an address, through the outbox of the reminders.
#include "desk/report_mail.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "desk/reminding.hpp"
#include "support/desk.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "text/translate.hpp"

using namespace regie;
using namespace regie::test;
using namespace std::chrono;
using regie::mail::Receipt;
using Kind = Receipt::Kind;

namespace {

using Texts = std::vector<std::string>;

constexpr auto places = R"(
name = "Office"
zone = "Europe/Paris"
language = "en"
lexicon = ["words.toml"]
include = ["mail.toml"]
[access]
default_role = "manager"
[calendar]
holidays = "none"
[hours.office]
mon-fri = "8:00-18:00"
[targets]
hours = "office"
emergency = "4 hours"
urgent = "1 working day"
normal = "10 working days"
[[agency]]
code = "nord"
name = "Agence Nord"
email = "nord@example.org"
[[agency]]
code = "mute"
[[residence]]
code = "BEL"
agency = "nord"
[[person]]
code = "astruc"
name = "Mme Astruc"
role = "manager"
email = "astruc@example.org"
[[person]]
code = "silent"
name = "Mr Silent"
role = "manager"
[[provider]]
code = "FIRM"
name = "Firm"
email = "firm@example.com"
[[provider.contract]]
trades = ["plumbing"]
)";

constexpr auto sender = R"([mail]
from = "desk@example.org"
bounces = "bounces@example.org"
sendmail = "/bin/false"
)";

/// "03 09:00" is the 3rd of March 2026, a Tuesday.
Instant march(const std::string& written) {
  return at("2026-03-" + written.substr(0, 2) + 'T' + written.substr(3) + ":00+01:00");
}

const mail::Mime& mime() {
  static const mail::Mime loaded(REGIE_MODULES);
  return loaded;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

ReportMail nightly(const std::string& key = "nightly") {
  return {.key = key,
          .subject = "Nightly report",
          .text = "12 late\n",
          .html = "<p>12 late</p>\n",
          .attachments = {{"nightly.xlsx", "application/zip", std::string("PK\0\xff\r\n.\r\n", 9)}},
          .language = "en"};
}

Recipient to(const std::string& address) { return {address, "", ""}; }

/// What was thrown, sentence by sentence; fails the test when nothing was.
struct Said {
  Trouble trouble = Trouble::bug;
  Texts sentences;
};
template <typename F>
Said refusal_of(F&& act) {
  try {
    act();
  } catch (const Error& error) {
    Said refusal{error.trouble(), {}};
    for (const Message& one : error.messages()) refusal.sentences.push_back(text::tr(one));
    return refusal;
  }
  FAIL("nothing was refused");
  return {};
}

class House {
 public:
  explicit House(const std::string& mail = sender) {
    folder_.write("regie.toml", places);
    folder_.write("words.toml", "stemmer = \"french\"\n[trade.plumbing]\nsure = \"fuite\"\n");
    use(mail);
    store_ = std::make_unique<Store>(home_.url(), open_options(sql::Access::create), march("01 08:00"));
  }
  ~House() { check_journals(*store_); }

  void use(const std::string& mail) {
    folder_.write("mail.toml", mail);
    settings_ = std::make_unique<Settings>(
        Settings::Sources{.file = folder_.path() / "regie.toml",
                          .share_dir = std::filesystem::path(REGIE_SOURCE_DIR) / "config",
                          .zone = [](const std::string& name) { return std::optional(zone(name)); },
                          .default_zone = "Europe/Paris"});
  }
  const Landlord& landlord() { return settings_->landlord(); }
  Settings& settings() { return *settings_; }
  Store& store() { return *store_; }
  Outbox& outbox() { return store_->outbox(); }
  Mail mail(std::int64_t id) { return outbox().find_mail(id).value(); }
  Reminding reminding(const std::string& now) { return {*settings_, *store_, march(now)}; }
  mail::Spool& spool() {
    if (!spool_) spool_ = std::make_unique<mail::Spool>(folder_.path() / "spool");
    return *spool_;
  }
  const std::filesystem::path& path() const { return folder_.path(); }

  std::vector<QueuedReport> queue(const std::string& now, const Texts& addresses, const ReportMail& report = nightly(),
                                  bool save = true) {
    std::vector<Recipient> recipients;
    for (const std::string& address : addresses) recipients.push_back(to(address));
    return reminding(now).queue_report(recipients, report, mime(), save);
  }
  QueuedReport queue_one(const std::string& now, const ReportMail& report = nightly()) {
    auto queued = queue(now, {"a@example.org"}, report);
    REQUIRE(queued.size() == 1);
    return queued.front();
  }

  /// As `regie remind`; the addresses that were written to.
  Texts run(const std::string& now, const Receipt& receipt = {.kind = Kind::ended}) {
    reminding(now).prepare(true);
    const Letters letters(*settings_, march(now));
    Texts sent;
    for (const std::int64_t id : outbox().ready(march(now), landlord().ladder.per_run)) {
      Reminding reminding = this->reminding(now);
      const auto claimed = reminding.claim(id, letters, mime(), spool());
      if (!claimed) continue;
      sent.push_back(claimed->mail.recipient);
      reminding.settle(claimed->mail.id, claimed->mail.attempts, receipt);
    }
    std::ranges::sort(sent);
    return sent;
  }
  std::vector<TableContent> contents() {
    return store_->contents([](const char*, std::int64_t, std::int64_t) {});
  }

 private:
  Folder folder_;
  DeskHome home_;
  std::unique_ptr<Settings> settings_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<mail::Spool> spool_;
};

const Texts nobody;

}  // namespace

// ---- to whom

TEST_CASE("a report goes to addresses and to people and agencies by their codes") {
  House house;
  const auto found = report_recipients(house.landlord(), {"boss@example.net", "astruc", "nord"});
  REQUIRE(found.size() == 3);
  CHECK(found[0].address == "boss@example.net");
  CHECK(found[0].name.empty());
  CHECK(found[1].address == "astruc@example.org");
  CHECK(found[1].name == "Mme Astruc");
  CHECK(found[2].address == "nord@example.org");
  CHECK(found[2].name == "Agence Nord");
}

TEST_CASE("whoever is named twice gets a report once") {
  House house;
  const auto found = report_recipients(house.landlord(), {"astruc", "Astruc@Example.org", "astruc@example.org"});
  REQUIRE(found.size() == 1);
  CHECK(found[0].name == "Mme Astruc");
}

TEST_CASE("everything that is wrong with recipients is said at once and with the nearest name") {
  House house;
  const auto refused = [&](const Texts& words) {
    return refusal_of([&] { (void)report_recipients(house.landlord(), words); });
  };
  const Said all = refused({"astruk", "a@b", "silent", "mute", "desk@example.org", "BOUNCES@example.org", "FIRM"});
  CHECK(all.trouble == Trouble::not_found);
  REQUIRE(all.sentences.size() == 7);
  CHECK(all.sentences[0] == "nobody is called 'astruk'; did you mean 'astruc'?");
  CHECK(all.sentences[1] == "'a@b' is not an e-mail address; write one like name@example.org");
  CHECK(all.sentences[2] == "no e-mail address: Mr Silent");
  CHECK(all.sentences[3] == "no e-mail address: mute");
  CHECK(all.sentences[4] == "desk@example.org: that is the desk's own address");
  CHECK(all.sentences[5] == "BOUNCES@example.org: that is the desk's own address");
  CHECK(contains(all.sentences[6], "nobody is called 'FIRM'"));  // what a firm may read is the agency's to say
  CHECK(refused({"x@y.example\r\nBcc: z@y.example"}).trouble == Trouble::usage);
  CHECK(refused({"silent"}).trouble == Trouble::refused);
  CHECK(refused({}).trouble == Trouble::usage);
}

// ---- what leaves

TEST_CASE("a report leaves with the next run and only then") {
  House house;
  const auto queued = house.queue("02 22:00", {"a@example.org", "b@example.org"});
  REQUIRE(queued.size() == 2);
  for (const QueuedReport& one : queued) {
    CHECK(one.is_new);
    CHECK(one.mail.state == MailState::due);
    CHECK(house.mail(one.mail.id).attempts == 0);
    CHECK(text::tr(said_of(one)) == "mail " + std::to_string(one.mail.id) + " to " + one.mail.recipient +
                                        ": leaves with the next 'regie remind'");
  }
  CHECK(house.run("02 22:05") == Texts{"a@example.org", "b@example.org"});  // nobody's hours hold it back
  for (const QueuedReport& one : queued) {
    const Mail mail = house.mail(one.mail.id);
    CHECK(mail.kind == MailKind::report);
    CHECK(mail.state == MailState::sent);
    CHECK(mail.subject == "Nightly report");
    CHECK(!mail.urgent);
  }
  CHECK(house.run("02 22:10") == nobody);
  CHECK(house.run("09 22:10") == nobody);
}

TEST_CASE("what leaves is the report with its page and its file to the last byte") {
  House house;
  house.use(std::string(sender) + "name = \"The desk\"\nreply_to = \"answers@example.org\"\n");
  const auto queued = house.queue_one("02 22:00");
  house.run("02 22:05");
  const std::string message = house.mail(queued.mail.id).message;
  for (const char* part :
       {"From: The desk <desk@example.org>\n", "To: a@example.org\n", "Reply-To: answers@example.org\n",
        "Subject: Nightly report\n", "Date: Mon, 02 Mar 2026 22:00:00 +0100\n", "Auto-Submitted: auto-generated\n",
        "Content-Language: en\n", "\n12 late\n", "\n<p>12 late</p>\n", "filename=nightly.xlsx\n", "\nUEsA/w0KLg0K\n"}) {
    CAPTURE(part);
    CHECK(contains(message, part));
  }
  CHECK(contains(message, "Message-ID: <" + queued.mail.message_id + ">\n"));
  CHECK(!contains(message, "X-Regie-Attempt"));
  CHECK(mime().read(message).text == "12 late\n");
}

TEST_CASE("what was asked for before on that day leaves once") {
  House house;
  const auto first = house.queue_one("02 06:00");
  const auto while_due = house.queue_one("02 06:01");
  CHECK(!while_due.is_new);
  CHECK(while_due.mail.id == first.mail.id);
  CHECK(text::tr(said_of(while_due)) == "mail 1 to a@example.org: asked for before on the same day, to be sent");
  CHECK(house.run("02 06:05") == Texts{"a@example.org"});
  ReportMail later = nightly();
  later.text = "13 late\n";
  const auto when_sent = house.queue_one("02 23:59", later);
  CHECK(!when_sent.is_new);
  CHECK(text::tr(said_of(when_sent)) == "mail 1 to a@example.org: asked for before on the same day, has left");
  CHECK(house.run("02 23:59") == nobody);
  CHECK(house.outbox().last_mail() == 1);
}

TEST_CASE("another day and another address and another report are another mail") {
  House house;
  house.queue_one("02 06:00");
  CHECK(house.queue("02 06:00", {"a@example.org", "b@example.org"})[1].is_new);
  CHECK(house.queue_one("02 06:00", nightly("nightly/xlsx")).is_new);
  CHECK(house.queue_one("03 00:00").is_new);
  CHECK(house.outbox().last_mail() == 4);
  CHECK(!house.queue("02 07:00", {"A@Example.org"})[0].is_new);
  CHECK(house.outbox().last_mail() == 4);
}

TEST_CASE("the day of a report is the landlord's") {
  House house;
  CHECK(house.queue_one("02 00:30").is_new);  // in UTC it is the day before
  CHECK(!house.queue_one("02 23:30").is_new);
}

TEST_CASE("the name of a report's mail is one for ever") {
  House house;
  // It stands in databases: written otherwise, a report that is asked for again while a desk is renewed leaves twice.
  CHECK(house.queue_one("02 06:00").mail.message_id == "report.ff190c63633d5e83a2c0e4d5@example.org");
}

TEST_CASE("without a sender nothing is queued") {
  House house("");
  const Said refusal = refusal_of([&] { house.queue("02 06:00", {"a@example.org"}); });
  CHECK(refusal.trouble == Trouble::config);
  CHECK(refusal.sentences == Texts{"the configuration does not say who mails come from"});
  CHECK(house.outbox().last_mail() == 0);
}

TEST_CASE("what is too large for mail servers is refused and nobody gets it") {
  House house;
  ReportMail large = nightly();
  large.attachments.front().bytes.assign(7'000'000, 'x');
  CHECK(house.queue_one("02 06:00", large).is_new);
  large.attachments.front().bytes.assign(8'000'000, 'x');
  const Said refusal = refusal_of([&] { house.queue("03 06:00", {"a@example.org", "b@example.org"}, large); });
  CHECK(refusal.trouble == Trouble::refused);
  CHECK(house.outbox().last_mail() == 1);
}

TEST_CASE("a dry run queues nothing and says the same") {
  House house;
  house.queue("02 06:00", {"a@example.org"});
  const auto before = house.contents();
  const auto queued = house.queue("02 07:00", {"a@example.org", "b@example.org"}, nightly(), false);
  REQUIRE(queued.size() == 2);
  CHECK(!queued[0].is_new);
  CHECK(queued[1].is_new);
  CHECK(house.contents() == before);
}

TEST_CASE("hostile texts of a report begin no header and are kept") {
  House house;
  ReportMail report = nightly();
  const std::string hostile = std::string("a\r\nBcc: x@evil.example\r\n\r\n") + '\0' + "\x1b[31m\xff\xe2\x80\xae";
  report.key = report.subject = report.text = report.html = report.language = hostile;
  report.attachments = {{hostile, hostile, hostile}};
  const auto queued = house.queue_one("02 06:00", report);
  CHECK(house.run("02 06:05") == Texts{"a@example.org"});
  const Mail mail = house.mail(queued.mail.id);
  CHECK(!contains(mail.subject, "\n"));
  CHECK(!contains(mail.message.substr(0, mail.message.find("\n\n")), "\nBcc"));
}

// ---- what may hold it up

TEST_CASE("a report that was refused is tried again as it was and says so") {
  House house;
  const auto queued = house.queue_one("02 06:00");
  CHECK(house.run("02 06:00", {.kind = Kind::ended, .code = 75, .why = "later"}) == Texts{"a@example.org"});
  const Mail refused = house.mail(queued.mail.id);
  CHECK(refused.state == MailState::due);
  CHECK(house.run("02 06:01") == nobody);
  CHECK(house.run("02 06:05", {.kind = Kind::ended, .code = 75, .why = "later"}) == Texts{"a@example.org"});
  CHECK(house.run("02 06:20") == Texts{"a@example.org"});
  const Mail sent = house.mail(queued.mail.id);
  CHECK(sent.state == MailState::sent);
  CHECK(sent.attempts == 3);
  CHECK(sent.message == "X-Regie-Attempt: 3\n" + refused.message);
}

TEST_CASE("a report that perhaps left waits for a person") {
  House house;
  const auto queued = house.queue_one("02 06:00");
  house.run("02 06:00", {.kind = Kind::unknown});
  CHECK(house.mail(queued.mail.id).state == MailState::uncertain);
  CHECK(house.run("02 08:00") == nobody);
  CHECK(!house.queue_one("02 08:00").is_new);
  house.reminding("02 08:10").retry(queued.mail.id);
  CHECK(house.run("02 08:15") == Texts{"a@example.org"});
  CHECK(contains(house.mail(queued.mail.id).message, "X-Regie-Attempt: 2\n"));
}

TEST_CASE("a report that somebody dropped does not leave nor come again on that day") {
  House house;
  const auto queued = house.queue_one("02 06:00");
  house.reminding("02 06:01").drop(queued.mail.id, "wrong month");
  CHECK(house.run("02 06:05") == nobody);
  const auto again = house.queue_one("02 06:10");
  CHECK(!again.is_new);
  CHECK(again.mail.state == MailState::dropped);
  CHECK(house.run("02 06:15") == nobody);
}

TEST_CASE("a report to an address that fails is held until it is forgiven") {
  House house;
  house.store().write([&] {
    house.store().intake().mark_failing({"a@example.org", march("01 09:00"), "no such user"});
    return true;
  });
  const auto queued = house.queue_one("02 06:00");
  CHECK(queued.mail.state == MailState::held);
  CHECK(text::tr(said_of(queued)) ==
        "mail 1 to a@example.org: held back, mail to this address comes back: no such user");
  CHECK(house.run("02 06:05") == nobody);
  house.store().write([&] {
    house.outbox().forgive("A@example.org");
    return true;
  });
  CHECK(house.run("02 06:10") == Texts{"a@example.org"});
}

TEST_CASE("an address that fails after a report was queued holds it back") {
  House house;
  const auto queued = house.queue_one("02 06:00");
  house.store().write([&] {
    house.store().intake().mark_failing({"a@example.org", march("02 06:01"), "no such user"});
    return true;
  });
  CHECK(house.run("02 06:05") == nobody);
  CHECK(house.mail(queued.mail.id).state == MailState::held);
}

TEST_CASE("a report that came back after its text was forgotten is held and says why") {
  House house;
  const auto queued = house.queue_one("02 06:00");
  house.run("02 06:05");
  house.store().write([&] {
    house.outbox().forget_messages(march("30 06:00"));
    Mail mail = house.mail(queued.mail.id);
    CHECK(mail.message.empty());
    mail.state = MailState::held;
    house.outbox().update(mail);
    return true;
  });
  house.reminding("30 07:00").retry(queued.mail.id);
  CHECK(house.run("30 07:05") == nobody);
  const Mail mail = house.mail(queued.mail.id);
  CHECK(mail.state == MailState::held);
  CHECK(mail.reason == "what it said is no longer kept: ask for the report again");
}

TEST_CASE("the most reminders of a day do not hold a report back nor count it") {
  House house(std::string(sender) + "[reminders]\nper_recipient_a_day = 1\n");
  for (const char* key : {"one", "two", "three"}) house.queue_one("02 06:00", nightly(key));
  CHECK(house.run("02 06:05") == Texts{"a@example.org", "a@example.org", "a@example.org"});
  CHECK(house.outbox().written_to("a@example.org", march("02 00:00")) == 0);
}

TEST_CASE("two who ask at once get one mail") {
  House house;
  const auto first = house.queue_one("02 06:00");
  // Whoever is faster in between: the name of a mail is there once.
  Mail twin = first.mail;
  twin.id = house.outbox().last_mail() + 1;
  CHECK_THROWS_AS(house.store().write([&] {
    house.outbox().add(twin);
    return true;
  }),
                  Error);
  CHECK(house.outbox().last_mail() == 1);
}

// ---- what is said about it

TEST_CASE("it is said why mails wait") {
  House house;
  const auto said = [&](const std::string& now) {
    Texts sentences;
    for (const Message& one : house.reminding(now).delays()) sentences.push_back(text::tr(one));
    return sentences;
  };
  CHECK(said("02 06:00") == Texts{"'regie remind' has never run here: mails wait until it does"});
  house.run("02 06:00");
  CHECK(said("02 06:05") == Texts{});
  CHECK(said("01 06:05") == Texts{});
  CHECK(said("03 06:00") == Texts{});
  CHECK(said("03 06:01") == Texts{"'regie remind' ran last on 2026-03-02 06:00: mails wait until it does again"});
  house.use(std::string(sender) + "stop_file = \"no-mail\"\n");
  CHECK(said("02 06:05") == Texts{});
  std::ofstream(house.path() / "no-mail") << '\n';
  const auto stopped = said("02 06:05");
  REQUIRE(stopped.size() == 1);
  CHECK(contains(stopped.front(), "nothing leaves: there is a file '"));
}

TEST_CASE("what would leave now names the report") {
  House house;
  house.queue_one("02 06:00");
  const auto before = house.contents();
  const Letters letters(house.settings(), march("02 06:05"));
  Reminding reminding = house.reminding("02 06:05");
  Texts seen;
  reminding.prepare(false, [&] {
    for (const auto& leaving : reminding.leaving(letters)) {
      CHECK(leaving.notices.empty());
      CHECK(mime().read(leaving.mail.message).text == "12 late\n");
      seen.push_back(std::string(code(leaving.mail.kind)) + ' ' + leaving.mail.recipient + ' ' + leaving.text.subject);
    }
  });
  CHECK(seen == Texts{"report a@example.org Nightly report"});
  CHECK(house.contents() == before);
}

namespace {

/// `regie` with a landlord whose mail goes into a file, and is stopped by one.
struct Sending {
  Sending() {
    const std::string folder = regie.folder.path().string();
    regie.folder.write("regie.toml", places);
    regie.folder.write("words.toml", "stemmer = \"french\"\n[trade.plumbing]\nsure = \"fuite\"\n");
    regie.folder.write("mail.toml", "[mail]\nfrom = \"desk@example.org\"\nsendmail = \"" + folder +
                                        "/sendmail\"\nstop_file = \"" + folder + "/no-mail\"\nspool = \"" + folder +
                                        "/spool\"\n");
    const auto program = regie.folder.write("sendmail", "#!/bin/sh\ncat > \"$0.came\"\n");
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    regie.variables["REGIE_CONFIG"] = folder;
    regie.variables["REGIE_DB"] = home.url();
    REQUIRE(regie("init -q").exit == 0);
    settings = std::make_unique<Settings>(
        Settings::Sources{.file = regie.folder.path() / "regie.toml",
                          .share_dir = std::filesystem::path(REGIE_SOURCE_DIR) / "config",
                          .zone = [](const std::string& name) { return std::optional(zone(name)); },
                          .default_zone = "Europe/Paris"});
    store = std::make_unique<Store>(home.url(), open_options(sql::Access::write), march("02 06:00"));
  }
  std::string came() const {
    const auto file = regie.folder.path() / "sendmail.came";
    return std::filesystem::exists(file) ? Folder::read(file) : "";
  }

  DeskHome home;
  Program regie;
  std::unique_ptr<Settings> settings;
  std::unique_ptr<Store> store;
};

}  // namespace

TEST_CASE("a report stays while mail is stopped and then arrives to the last byte") {
  Sending desk;
  const auto stop = desk.regie.folder.write("no-mail", "");
  Reminding(*desk.settings, *desk.store, march("02 06:00"))
      .queue_report(report_recipients(desk.settings->landlord(), {"astruc"}), nightly(), mime());
  desk.regie.now = "2026-03-02T06:05:00+01:00";
  const Result stopped = desk.regie("remind");
  CHECK(stopped.exit == 1);
  CHECK(contains(stopped.err, "nothing leaves: there is a file '"));
  CHECK(desk.came().empty());
  CHECK(desk.store->outbox().find_mail(1)->state == MailState::due);
  std::filesystem::remove(stop);
  const Result result = desk.regie("remind");
  CHECK(result.exit == 0);
  CHECK(result.err == "");
  const Mail mail = *desk.store->outbox().find_mail(1);
  CHECK(mail.state == MailState::sent);
  CHECK(desk.came() == mail.message);
  CHECK(contains(desk.came(), "To: Mme Astruc <astruc@example.org>\n"));
}

TEST_CASE("regie remind lists and shows a report before and after it left") {
  Program regie;
  regie.use_example();
  Settings settings({.file = std::filesystem::path(regie.variables["REGIE_CONFIG"]) / "regie.toml",
                     .share_dir = std::filesystem::path(REGIE_SOURCE_DIR) / "config",
                     .zone = [](const std::string& name) { return std::optional(zone(name)); },
                     .default_zone = "Europe/Paris"});
  Store store(regie.variables["REGIE_DB"], open_options(sql::Access::write), march("02 06:00"));
  Reminding reminding(settings, store, march("02 06:00"));
  reminding.queue_report(report_recipients(settings.landlord(), {"astruc"}), nightly(), mime());

  regie.now = "2026-03-02T06:05:00+01:00";
  const std::string columns = " --format tsv --columns mail,state,kind,to,requests,attempts,subject";
  const std::string titles = "mail\tstate\tkind\tto\trequests\tattempts\tsubject\n";
  CHECK(regie("remind --list" + columns).out == titles + "1\tdue\treport\tastruc@example.org\t\t0\tNightly report\n");
  const Result plan = regie("remind --dry-run --verbose");
  CHECK(plan.exit == 0);
  CHECK(contains(plan.out, "astruc@example.org (Mme Brigitte Astruc)\n  Nightly report\n      | 12 late\n"));
  CHECK(regie("remind --dry-run --format tsv --columns to,kind,request,rule,due_at,urgent,mail,subject").out ==
        "to\tkind\trequest\trule\tdue_at\turgent\tmail\tsubject\n"
        "astruc@example.org\treport\t\t\t2026-03-02T06:00:00+01:00\tfalse\t1\tNightly report\n");
  const auto shown = [&] { return regie("remind --show 1").out; };
  CHECK(contains(shown(), "Mail: 1, report, to be sent since 2026-03-02 06:00\n"));
  CHECK(contains(shown(), "Subject: Nightly report\n\n12 late\n"));

  const Letters letters(settings, march("02 06:10"));
  Reminding later(settings, store, march("02 06:10"));
  mail::Spool spool(regie.folder.path() / "spool");
  {
    const auto claimed = later.claim(1, letters, mime(), spool);
    REQUIRE(claimed.has_value());
  }
  later.settle(1, 1, {.kind = Kind::ended});
  CHECK(regie("remind --list" + columns).out == titles + "1\tsent\treport\tastruc@example.org\t\t1\tNightly report\n");
  CHECK(contains(shown(), "Subject: Nightly report\n\n12 late\n"));
  CHECK(regie("remind --show 1 --raw").out == store.outbox().find_mail(1)->message);
}
