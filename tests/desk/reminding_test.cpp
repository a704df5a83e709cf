// What leaves by mail, run by run, on a real database: orders, changed and cancelled ones, reminders, and what becomes
// of a mail that does not leave.
#include "desk/reminding.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <thread>

#include "desk/desk.hpp"
#include "support/desk.hpp"
#include "support/folder.hpp"
#include "text/translate.hpp"

using namespace regie;
using namespace regie::test;
using namespace std::chrono;
using regie::mail::Receipt;
namespace fs = std::filesystem;

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
[hours.always]
mon-sun = "0:00-24:00"
[hours.evening]
mon-fri = "18:00-22:00"
[targets]
hours = "office"
emergency = "4 hours"
urgent = "1 working day"
normal = "10 working days"
[verification]
contractor = "always"
[[agency]]
code = "all"
name = "The agency"
head = "head"
email = "agency@example.org"
[[residence]]
code = "BEL"
name = "Belvedere"
agency = "all"
sector = "north"
caretaker = "caretaker"
[[person]]
code = "head"
name = "Ms Head"
role = "manager"
unix = "head"
email = "head@example.org"
[[person]]
code = "caretaker"
name = "Mr Care"
role = "caretaker"
unix = "caretaker"
email = "care@example.org"
[[provider]]
code = "FIRM"
name = "Firm"
email = "firm@example.com"
[[provider.contract]]
trades = ["plumbing"]
always_out_of_hours = true
[[provider]]
code = "OTHER"
name = "Other"
email = "other@example.com"
[[provider.contract]]
trades = ["plumbing", "electrical"]
[[provider]]
code = "MUTE"
name = "Mute"
[[provider.contract]]
trades = ["painting"]
[[provider]]
code = "SELF"
name = "Self"
email = "desk@example.org"
[[provider.contract]]
trades = ["lift"]
)";

constexpr auto sender = R"([mail]
from = "desk@example.org"
bounces = "bounces@example.org"
sendmail = "/bin/false"
)";
constexpr auto with_orders = "[reminders]\norders = [\"contractor\"]\n";

std::string reminder(const std::string& name, const std::string& when, const std::string& steps) {
  return "[[reminder]]\nname = \"" + name + "\"\nwhen = \"" + when + "\"\nsteps = [" + steps + "]\n";
}

/// "03 09:00" is the 3rd of March 2026, a Tuesday.
Instant march(const std::string& written) {
  return at("2026-03-" + written.substr(0, 2) + 'T' + written.substr(3) + ":00+01:00");
}

const mail::Mime& mime() {
  static const mail::Mime loaded(REGIE_MODULES);
  return loaded;
}

using Kind = Receipt::Kind;

/// A mail as it was handed over.
struct Sent {
  std::int64_t id;
  MailKind kind;
  bool urgent;
  std::string to;
  std::string subject;
  std::string text;
  std::string raw;
};

/// "order firm@example.com": what left, in order.
Texts brief(const std::vector<Sent>& sent) {
  Texts lines;
  for (const Sent& one : sent) lines.push_back(std::string(code(one.kind)) + ' ' + one.to);
  return lines;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

class House {
 public:
  explicit House(const std::string& mail = std::string(sender) + with_orders) {
    folder_.write("regie.toml", replaced(places, "always_out_of_hours", "out_of_hours"));
    folder_.write("words.toml", "stemmer = \"french\"\n[trade.plumbing]\nsure = \"fuite\"\n");
    use(mail);
    store_ = std::make_unique<Store>(home_.url(), open_options(sql::Access::create), march("01 08:00"));
  }
  ~House() { check_journals(*store_); }

  /// From now on mail.toml says this.
  void use(const std::string& mail) {
    folder_.write("mail.toml", mail);
    settings_ = load();
  }
  std::unique_ptr<Settings> load() const {
    return std::make_unique<Settings>(
        Settings::Sources{.file = folder_.path() / "regie.toml",
                          .share_dir = fs::path(REGIE_SOURCE_DIR) / "config",
                          .zone = [](const std::string& name) { return std::optional(zone(name)); },
                          .default_zone = "Europe/Paris"});
  }
  /// From now on regie.toml says `to` where it said `from`.
  void edit(const std::string& from, const std::string& to) {
    const std::string old = Folder::read(folder_.path() / "regie.toml");
    folder_.write("regie.toml", replaced(old, from, to));
    settings_ = load();
  }

  Desk at(const std::string& now, const std::string& login = "head") {
    return {*settings_, *store_, identify(settings_->landlord(), login, ""), {.now = march(now)}};
  }
  RequestId open(const std::string& now, Urgency urgency = Urgency::urgent, const std::string& provider = "FIRM",
                 const std::string& trade = "plumbing") {
    NewRequest wanted;
    wanted.draft.text = "rappeler";
    wanted.draft.residence = "BEL";
    wanted.draft.dwelling = "B-203";
    wanted.draft.tenant_name = "Mme Rey";
    wanted.draft.tenant_phone = "06 11 22 33 44";
    wanted.draft.opened_at = march(now);
    wanted.trade = trade;
    wanted.urgency = urgency;
    const Request opened = at(now).open(wanted).request;
    if (opened.provider != provider) at(now).assign(opened.id, provider, true, "so it is", {});
    REQUIRE(request(opened.id).provider == provider);
    return opened.id;
  }
  void act(const std::string& now, RequestId id, const Deed& deed, const std::string& reason = "") {
    const Outcome outcome = at(now).act(
        id, [&](const Request&) { return deed; }, reason);
    REQUIRE(!outcome.refusal);
  }
  void assign(const std::string& now, RequestId id, const std::string& provider) {
    REQUIRE(!at(now).assign(id, provider, true, "so it is", {}).refusal);
  }
  void urgency(const std::string& now, RequestId id, Urgency urgency) {
    at(now).edit(
        id, [&](NewRequest& wanted) { wanted.urgency = urgency; }, "so it is");
  }
  void appointment(const std::string& now, RequestId id, const std::string& from, const std::string& to) {
    act(now, id, Schedule{.from = march(from), .to = march(to), .by = "", .wishes = {}, .told_how = {}});
  }
  Request request(RequestId id) { return *store_->find(id); }
  Outbox& outbox() { return store_->outbox(); }
  Store& store() { return *store_; }
  Settings& settings() { return *settings_; }
  Reminding reminding(Instant now) { return {*settings_, *store_, now}; }

  void prepare(const std::string& now) { prepare(march(now)); }
  void prepare(Instant now) { reminding(now).prepare(true); }

  /// Everything that may leave is handed over; its end is `receipt`.
  std::vector<Sent> deliver(Instant now, const Receipt& receipt = {.kind = Receipt::Kind::ended}) {
    const Letters letters(*settings_, now);
    std::vector<Sent> sent;
    for (const std::int64_t id : outbox().ready(now, settings_->landlord().ladder.per_run)) {
      Reminding reminding = this->reminding(now);
      const auto claimed = reminding.claim(id, letters, mime(), spool());
      if (!claimed) continue;
      reminding.settle(claimed->mail.id, claimed->mail.attempts, receipt);
      const Mail mail = *outbox().find_mail(id);
      sent.push_back({mail.id, mail.kind, mail.urgent, mail.recipient, mail.subject, mime().read(mail.message).text,
                      mail.message});
    }
    return sent;
  }
  /// As `regie remind`.
  std::vector<Sent> run(Instant now, const Receipt& receipt = {.kind = Receipt::Kind::ended}) {
    prepare(now);
    return deliver(now, receipt);
  }
  std::vector<Sent> run(const std::string& now, const Receipt& receipt = {.kind = Receipt::Kind::ended}) {
    return run(march(now), receipt);
  }
  /// One mail; fails the test when it is another number.
  Sent only(const std::string& now) {
    auto sent = run(now);
    REQUIRE(sent.size() == 1);
    return sent.front();
  }

  mail::Spool& spool() {
    if (!spool_) spool_ = std::make_unique<mail::Spool>(folder_.path() / "spool");
    return *spool_;
  }
  const fs::path& path() const { return folder_.path(); }
  const std::string& url() const { return home_.url(); }

  std::vector<Notice> notices(RequestId id, NoticeState state) {
    auto all = outbox().notices_of(id);
    std::erase_if(all, [&](const Notice& notice) { return notice.state != state; });
    return all;
  }
  std::vector<Mail> mails(MailState state) { return outbox().mails({state}, 0); }

 private:
  static std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
  }
  Folder folder_;
  DeskHome home_;
  std::unique_ptr<Settings> settings_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<mail::Spool> spool_;
};

/// The target of a normal request from Monday the 2nd at 9:00 is over on the 16th at 9:00, of an urgent one on the 3rd.
const std::string late_to_agency =
    std::string(sender) + reminder("late", "target-broken", R"({ after = "0 minutes", to = "agency" })");

const std::vector<Sent> nothing;

}  // namespace

// ---- orders

TEST_CASE("an order leaves once and says what the firm needs") {
  House house;
  const RequestId id = house.open("02 09:00");
  const Sent order = house.only("02 09:05");
  CHECK(order.kind == MailKind::order);
  CHECK(order.to == "firm@example.com");
  CHECK(contains(order.subject, "#" + std::to_string(id)));
  CHECK(contains(order.text, "rappeler"));
  CHECK(contains(order.text, "Belvedere"));
  CHECK(contains(order.text, "06 11 22 33 44"));
  CHECK(house.run("02 09:10").empty());
  CHECK(house.run("02 09:05").empty());
  CHECK(house.run("20 09:05").empty());
}

TEST_CASE("no subject names the tenant") {
  House house(std::string(sender) + with_orders +
              reminder("late", "target-broken", R"({ after = "0 minutes", to = ["agency", "provider"] })"));
  house.open("02 09:00");
  auto sent = house.run("02 09:05");
  const auto more = house.run("03 09:05");
  sent.insert(sent.end(), more.begin(), more.end());
  CHECK(sent.size() == 3);
  for (const Sent& one : sent) {
    CHECK(!contains(one.subject, "Rey"));
    CHECK(!contains(one.subject, "06 11"));
  }
}

TEST_CASE("an order that went elsewhere before it left never leaves") {
  House house;
  const RequestId id = house.open("02 09:00");
  house.prepare("02 09:05");
  house.assign("02 09:06", id, "OTHER");
  CHECK(brief(house.run("02 09:10")) == Texts{"order other@example.com"});
  CHECK(house.run("02 09:15").empty());
  for (const Mail& mail : house.mails(MailState::sent)) CHECK(mail.recipient == "other@example.com");
}

TEST_CASE("an order that went elsewhere after it left is taken back from the first") {
  House house;
  const RequestId id = house.open("02 09:00");
  CHECK(brief(house.run("02 09:05")) == Texts{"order firm@example.com"});
  house.assign("02 09:30", id, "OTHER");
  auto sent = brief(house.run("02 09:35"));
  std::ranges::sort(sent);
  CHECK(sent == Texts{"order other@example.com", "order-cancelled firm@example.com"});
  CHECK(house.run("02 09:40").empty());
}

TEST_CASE("an order that comes back to the first firm is told to it again") {
  House house;
  const RequestId id = house.open("02 09:00");
  house.run("02 09:05");
  house.assign("02 09:30", id, "OTHER");
  house.run("02 09:35");
  house.assign("02 10:00", id, "FIRM");
  auto sent = brief(house.run("02 10:05"));
  std::ranges::sort(sent);
  CHECK(sent == Texts{"order firm@example.com", "order-cancelled other@example.com"});
}

TEST_CASE("who declined an order is not told that it was taken back") {
  House house;
  const RequestId id = house.open("02 09:00");
  house.run("02 09:05");
  REQUIRE(!house.at("02 10:00").decline(id, "full", {}).refusal);
  for (const Sent& one : house.run("02 10:05")) CHECK(one.to != "firm@example.com");
  CHECK(house.run("02 10:10").empty());
}

TEST_CASE("a request that is cancelled takes the order back") {
  House house;
  const RequestId id = house.open("02 09:00");
  house.run("02 09:05");
  REQUIRE(!house.at("02 10:00").cancel(id, Cancel{CancelReason::withdrawn, {}}, "", {}).refusal);
  CHECK(brief(house.run("02 10:05")) == Texts{"order-cancelled firm@example.com"});
  CHECK(house.run("02 10:10").empty());
}

TEST_CASE("work that was done and closed needs no cancelled order") {
  House house;
  const RequestId id = house.open("02 09:00");
  house.run("02 09:05");
  REQUIRE(!house.at("02 11:00").done(id, {.by = "", .work = "seal"}, "", {}).refusal);
  CHECK(house.run("02 11:05").empty());
  REQUIRE(!house.at("02 12:00", "caretaker").verify(id, {.pass = true}, "", {}).refusal);
  REQUIRE(!house.at("02 13:00").close(id, Close{"done", {}}, "", {}).refusal);
  CHECK(house.run("02 13:05").empty());
}

TEST_CASE("a changed appointment makes one changed order that says so") {
  House house;
  const RequestId id = house.open("02 09:00");
  house.run("02 09:05");
  house.appointment("02 10:00", id, "04 09:00", "04 11:00");
  const Sent changed = house.only("02 10:05");
  CHECK(changed.kind == MailKind::order_changed);
  CHECK(contains(changed.text, "the appointment"));
  CHECK(!contains(changed.text, "the urgency"));
  CHECK(contains(changed.raw, "text/calendar"));
  CHECK(house.run("02 10:10").empty());
  house.appointment("02 11:00", id, "05 09:00", "05 11:00");
  house.appointment("02 11:02", id, "06 09:00", "06 11:00");
  CHECK(brief(house.run("02 11:05")) == Texts{"order-changed firm@example.com"});
  CHECK(house.run("02 11:10").empty());
}

TEST_CASE("a changed urgency is named in the changed order") {
  House house;
  const RequestId id = house.open("02 09:00", Urgency::normal);
  house.run("02 09:05");
  house.urgency("02 10:00", id, Urgency::urgent);
  const Sent changed = house.only("02 10:05");
  CHECK(changed.kind == MailKind::order_changed);
  CHECK(contains(changed.text, "the urgency"));
  CHECK(!contains(changed.text, "the appointment"));
}

TEST_CASE("what does not concern the firm changes no order") {
  House house;
  const RequestId id = house.open("02 09:00");
  house.run("02 09:05");
  house.act("02 10:00", id, Note{}, "the tenant called again");
  house.act("02 10:01", id, Accept{});
  CHECK(house.run("02 10:05").empty());
}

TEST_CASE("an order that has not left yet leaves as it is by then") {
  House house;
  const RequestId id = house.open("02 09:00");
  house.prepare("02 09:05");
  house.appointment("02 09:06", id, "04 09:00", "04 11:00");
  const Sent order = house.only("02 09:10");
  CHECK(order.kind == MailKind::order);
  CHECK(contains(order.raw, "text/calendar"));
  CHECK(house.run("02 09:15").empty());
}

TEST_CASE("what changed and changed back before it was told is not told") {
  House house;
  const RequestId id = house.open("02 09:00", Urgency::normal);
  house.run("02 09:05");
  house.urgency("02 10:00", id, Urgency::urgent);
  house.prepare("02 10:05");
  house.urgency("02 10:06", id, Urgency::normal);
  CHECK(brief(house.run("02 10:10")) == Texts{});
}

TEST_CASE("work that has to be done again is a changed order with the reason") {
  House house;
  const RequestId id = house.open("02 09:00");
  house.run("02 09:05");
  REQUIRE(!house.at("02 11:00").done(id, {.by = "", .work = "seal"}, "", {}).refusal);
  house.run("02 11:05");
  REQUIRE(!house.at("02 12:00", "caretaker").verify(id, {.pass = false}, "still drips", {}).refusal);
  const Sent changed = house.only("02 12:05");
  CHECK(changed.kind == MailKind::order_changed);
  CHECK(changed.to == "firm@example.com");
  CHECK(contains(changed.text, "still drips"));
  CHECK(house.run("02 12:10").empty());
}

TEST_CASE("a firm that takes over is not told to make good what another one did") {
  House house;
  const RequestId id = house.open("02 09:00");
  house.run("02 09:05");
  REQUIRE(!house.at("02 11:00").done(id, {.by = "", .work = "seal"}, "", {}).refusal);
  REQUIRE(!house.at("02 12:00", "caretaker").verify(id, {.pass = false}, "still drips", {}).refusal);
  const Sent changed = house.only("02 12:10");
  CHECK(contains(changed.text, "rework, not to be invoiced"));
  house.assign("02 13:00", id, "OTHER");
  for (const Sent& sent : house.run("02 13:05")) CHECK_FALSE(contains(sent.text, "not to be invoiced"));
}

TEST_CASE("an order that waits says so and one that goes on says that") {
  House house;
  const RequestId id = house.open("02 09:00");
  house.run("02 09:05");
  house.act("02 10:00", id, Hold{Party::tenant}, "away");
  const Sent waits = house.only("02 10:05");
  CHECK(contains(waits.text, "on hold: please wait"));
  house.act("03 10:00", id, Resume{});
  const Sent goes_on = house.only("03 10:05");
  CHECK(contains(goes_on.text, "no longer on hold: the work goes on"));
  CHECK_FALSE(contains(goes_on.text, "please wait"));
}

TEST_CASE("orders to a crew stay in the house when the ladder says contractors") {
  House house;
  house.edit("code = \"OTHER\"", "kind = \"crew\"\ncode = \"OTHER\"");
  house.open("02 09:00", Urgency::urgent, "OTHER");
  CHECK(house.run("02 09:05").empty());
}

// ---- reminders

TEST_CASE("reminders that wait are withdrawn when the request is closed") {
  House house(std::string(sender) + "[reminders]\nat = \"14:00\"\n" +
              reminder("unanswered", "order-unanswered", R"({ after = "1 working hour", to = "provider" })"));
  const RequestId id = house.open("02 09:00");
  CHECK(house.run("02 10:05").empty());
  CHECK(house.notices(id, NoticeState::waiting).size() == 1);
  REQUIRE(!house.at("02 10:10").cancel(id, Cancel{CancelReason::withdrawn, {}}, "", {}).refusal);
  CHECK(house.run("02 14:00").empty());
  CHECK(house.notices(id, NoticeState::withdrawn).size() == 1);
}

TEST_CASE("a reminder that is already in a mail does not leave when the firm has answered") {
  House house(std::string(sender) +
              reminder("unanswered", "order-unanswered", R"({ after = "1 working hour", to = "provider" })"));
  const RequestId id = house.open("02 09:00");
  house.prepare("02 10:05");
  REQUIRE(house.mails(MailState::due).size() == 1);
  house.act("02 10:06", id, Accept{});
  CHECK(house.deliver(march("02 10:07")).empty());
  CHECK(house.mails(MailState::withdrawn).size() == 1);
}

TEST_CASE("a changed date arms the ladder again") {
  House house(late_to_agency);
  const RequestId id = house.open("02 09:00");
  CHECK(house.run("03 08:55").empty());
  CHECK(brief(house.run("03 09:00")) == Texts{"reminders agency@example.org"});
  house.urgency("03 10:00", id, Urgency::normal);
  REQUIRE(house.request(id).target_at == march("16 09:00"));
  CHECK(house.run("03 10:05").empty());
  CHECK(house.run("16 08:55").empty());
  CHECK(brief(house.run("16 09:00")) == Texts{"reminders agency@example.org"});
  CHECK(house.run("16 09:05").empty());
}

TEST_CASE("a hold stops the ladder and what was said before it is not said again") {
  House house(late_to_agency);
  const RequestId id = house.open("02 09:00");
  house.act("02 10:00", id, Hold{Party::tenant}, "on holiday");
  CHECK(house.run("05 09:00").empty());
  house.act("06 09:00", id, Resume{});
  CHECK(house.run("06 09:05").empty());
  const Instant target = *house.request(id).target_at;
  REQUIRE(target > march("06 09:00"));
  CHECK(house.run(target - minutes{5}).empty());
  CHECK(house.run(target).size() + house.run("09 08:00").size() == 1);  // it may be closing time
  house.act("11 09:00", id, Hold{Party::parts}, "tap");
  house.run("11 09:05");
  house.act("11 10:00", id, Resume{});
  CHECK(house.run("11 10:05").empty());
}

TEST_CASE("a recipient has one mail with the most urgent first") {
  House house(std::string(sender) + "[reminders]\nat = \"14:00\"\n" +
              reminder("unanswered", "order-unanswered", R"({ after = "1 hour", to = "provider" })") +
              reminder("late", "target-broken", R"({ after = "0 minutes", to = "provider" })"));
  const RequestId calm = house.open("02 09:00", Urgency::normal);
  const RequestId pressing = house.open("02 09:10", Urgency::urgent);
  const RequestId calmer = house.open("02 09:20", Urgency::normal);
  const RequestId elsewhere = house.open("02 09:30", Urgency::urgent, "OTHER");
  CHECK(house.run("02 13:55").empty());
  auto sent = house.run("02 14:00");
  std::ranges::sort(sent, {}, &Sent::to);
  REQUIRE(brief(sent) == Texts{"reminders firm@example.com", "reminders other@example.com"});
  const auto place = [&](RequestId id) { return sent[0].text.find("No. " + std::to_string(id) + " "); };
  CHECK(place(pressing) < place(calm));
  CHECK(place(calm) < place(calmer));
  CHECK(place(calmer) != std::string::npos);
  CHECK(place(elsewhere) == std::string::npos);
  CHECK(!contains(sent[0].text, "Rey"));
}

TEST_CASE("emergencies leave alone and at once at three in the night") {
  House house(std::string(sender) + with_orders + "at = \"14:00\"\n" +
              reminder("unanswered", "order-unanswered", R"({ after = "30 minutes", to = ["provider", "agency"] })"));
  house.open("01 03:00", Urgency::emergency);
  house.open("01 03:01", Urgency::emergency);
  CHECK(brief(house.run("01 03:01")) == Texts{"order firm@example.com", "order firm@example.com"});
  CHECK(house.run("01 03:29").empty());
  const auto sent = house.run("01 03:31");
  CHECK(sent.size() == 4);
  for (const Sent& one : sent) {
    CHECK(one.urgent);
    CHECK((contains(one.text, "No. 1 ") != contains(one.text, "No. 2 ")));
  }
}

TEST_CASE("what is no emergency waits for the morning") {
  House house(late_to_agency);
  house.open("02 09:00");
  house.edit("hours = \"office\"", "hours = \"always\"");
  house.use(std::string(sender) + "[reminders]\nhours = \"office\"\n" +
            reminder("unanswered", "order-unanswered", R"({ after = "13 hours", to = "provider" })"));
  CHECK(house.run("02 22:05").empty());
  CHECK(house.run("03 07:55").empty());
  CHECK(house.run("03 08:00").size() == 1);
}

TEST_CASE("after a pause nothing but emergencies leaves at night") {
  House house(late_to_agency);
  house.open("02 09:00");
  CHECK(house.run("02 12:00").empty());
  CHECK(house.run("04 03:00").empty());  // due since Tuesday 9:00
  CHECK(house.run("04 08:00").size() == 1);
}

TEST_CASE("only so many mails a day go to one recipient") {
  House house(std::string(sender) + with_orders + "per_recipient_a_day = 1\n" +
              reminder("unanswered", "order-unanswered", R"({ after = "1 hour", to = "provider" })"));
  house.open("02 09:00");
  CHECK(brief(house.run("02 09:05")) == Texts{"order firm@example.com"});
  CHECK(brief(house.run("02 10:10")) == Texts{"reminders firm@example.com"});
  house.open("02 10:30");
  CHECK(brief(house.run("02 10:35")) == Texts{"order firm@example.com"});  // orders aside
  CHECK(house.run("02 11:40").empty());
  CHECK(house.run("02 16:00").empty());
  house.open("02 16:05", Urgency::emergency);
  CHECK(brief(house.run("02 16:10")) == Texts{"order firm@example.com"});
  CHECK(brief(house.run("02 17:15")) == Texts{"reminders firm@example.com"});  // emergencies aside
  CHECK(brief(house.run("03 08:00")) == Texts{"reminders firm@example.com"});
  CHECK(house.run("03 08:05").empty());
}

TEST_CASE("what waits for another day keeps to the hours of whoever reads it") {
  House house;
  house.edit("code = \"FIRM\"", "hours = \"evening\"\ncode = \"FIRM\"");
  house.use(std::string(sender) + "[reminders]\nper_recipient_a_day = 1\n" +
            reminder("unanswered", "order-unanswered", R"({ after = "1 hour", to = "provider" })"));
  house.open("02 17:00");
  CHECK(house.run("02 18:00").size() == 1);
  house.open("02 17:30");
  CHECK(house.run("02 18:30").empty());
  CHECK(house.run("03 17:55").empty());
  CHECK(house.run("03 18:00").size() == 1);
}

TEST_CASE("what was due more than a week ago is held until somebody says what becomes of it") {
  for (const bool release : {true, false}) {
    House house(late_to_agency);
    const RequestId id = house.open("02 09:00");
    CHECK(house.run("02 12:00").empty());
    CHECK(house.run("12 09:00").empty());
    CHECK(house.outbox().held_notices().size() == 1);
    CHECK(house.run("12 09:05").empty());
    const Instant now = march("12 09:10");
    if (release) CHECK(house.reminding(now).release_old() == 1);
    else CHECK(house.reminding(now).drop_old("head: too late") == 1);
    CHECK(house.outbox().held_notices().empty());
    CHECK(house.run("12 09:15").size() == (release ? 1U : 0U));
    CHECK(house.run("12 09:20").empty());
    if (!release) CHECK(house.notices(id, NoticeState::dropped).front().reason == "head: too late");
  }
}

TEST_CASE("after three days without runs the latest step leaves and nothing twice") {
  House house(std::string(sender) +
              reminder("late", "target-broken",
                       R"({ after = "0 minutes", to = "agency", every = "4 working hours", most = 9 })"));
  house.open("02 09:00");
  CHECK(house.run("03 09:00").size() == 1);
  CHECK(house.run("03 13:00").size() == 1);
  CHECK(house.run("06 13:30").size() == 1);
  CHECK(house.run("06 13:35").empty());
}

TEST_CASE("a clock that was wrong for one run loses no reminder and says nothing twice") {
  House house(late_to_agency);
  house.open("02 09:00");
  CHECK(house.run("02 10:00").empty());
  house.run(march("02 10:05") + days{400});
  std::size_t left = 0;
  for (Instant now = march("02 10:10"); now < march("04 12:00"); now += minutes{65}) left += house.run(now).size();
  CHECK(left == 1);
}

TEST_CASE("a mail that did not leave under a wrong clock leaves under the right one") {
  for (const bool ended_later : {false, true}) {
    House house;
    house.open("02 09:00");
    house.prepare("02 09:05");
    const Instant wrong = march("02 09:10") + days{400};
    const auto early = house.run(wrong, {.kind = ended_later ? Kind::working : Kind::ended, .code = 75});
    REQUIRE(early.size() == 1);
    if (!ended_later) CHECK(house.outbox().find_mail(early[0].id)->next_at > wrong);
    const std::size_t at_once = house.run("02 09:15").size();
    if (ended_later) house.reminding(march("02 09:16")).settle(early[0].id, 1, {.kind = Kind::ended, .code = 75});
    CHECK(at_once + house.run("02 09:30").size() == 1);
    CHECK(house.mails(MailState::sent).size() == 1);
  }
}

TEST_CASE("a clock that goes back and forth by hours says nothing twice") {
  House house(late_to_agency);
  house.open("02 09:00");
  std::size_t left = 0;
  for (const char* now : {"03 09:05", "03 04:00", "03 09:10", "02 20:00", "03 11:00", "03 09:00", "03 12:00"})
    left += house.run(now).size();
  CHECK(left == 1);
}

TEST_CASE("a contract that ends is told to the head once") {
  House house(std::string(sender) + reminder("ends", "contract-ends", R"({ before = "30 days", to = "agency-head" })"));
  house.edit("trades = [\"painting\"]", "trades = [\"painting\"]\nto = 2026-03-31");
  CHECK(house.run("02 07:55").empty());
  std::vector<Sent> sent;
  for (const char* now : {"03 09:00", "03 09:05", "12 09:00", "30 09:00"})
    for (Sent& one : house.run(now)) sent.push_back(std::move(one));
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].to == "head@example.org");
  CHECK(contains(sent[0].text, "Mute"));
  CHECK(contains(sent[0].text, "31 March"));
}

// ---- addresses

TEST_CASE("an order to a firm without an address is held and leaves when there is one") {
  House house;
  house.open("02 09:00", Urgency::urgent, "MUTE", "painting");
  CHECK(house.run("02 09:05").empty());
  REQUIRE(house.mails(MailState::held).size() == 1);
  const Mail held = house.mails(MailState::held).front();
  CHECK(contains(held.reason, "Mute"));
  house.edit("name = \"Mute\"", "name = \"Mute\"\nemail = \"mute@example.com\"");
  CHECK(house.run("02 09:10").empty());
  house.reminding(march("02 09:11")).retry(held.id);
  CHECK(brief(house.run("02 09:15")) == Texts{"order mute@example.com"});
}

TEST_CASE("the desk does not write to itself") {
  House house;
  house.open("02 09:00", Urgency::urgent, "SELF", "lift");
  CHECK(house.run("02 09:05").empty());
  REQUIRE(house.mails(MailState::held).size() == 1);
  CHECK(!house.mails(MailState::held).front().reason.empty());
}

TEST_CASE("the desk does not write to itself even when somebody says so") {
  House house;
  house.open("02 09:00", Urgency::urgent, "SELF", "lift");
  house.run("02 09:05");
  REQUIRE(house.mails(MailState::held).size() == 1);
  house.reminding(march("02 09:06")).retry(house.mails(MailState::held).front().id);
  CHECK(brief(house.run("02 09:10")) == Texts{});
}

TEST_CASE("mail to an address that fails is held and retrying forgives it") {
  House house;
  sql::open(house.url(), open_options(sql::Access::write))
      .execute(
          "insert into failing_address (number, address, since, reason) values (1, 'firm@example.com', 0, 'gone')");
  house.open("02 09:00");
  CHECK(house.run("02 09:05").empty());
  REQUIRE(house.mails(MailState::held).size() == 1);
  const Mail held = house.mails(MailState::held).front();
  CHECK(contains(held.reason, "gone"));
  house.reminding(march("02 09:06")).retry(held.id);
  CHECK(brief(house.run("02 09:10")) == Texts{"order firm@example.com"});
  CHECK(!house.outbox().failing("firm@example.com"));
}

TEST_CASE("a mail that somebody drops does not leave and is not made again") {
  House house;
  house.open("02 09:00");
  house.prepare("02 09:05");
  const Mail due = house.mails(MailState::due).front();
  house.reminding(march("02 09:06")).drop(due.id, "head: by telephone");
  CHECK(house.run("02 09:10").empty());
  CHECK(house.outbox().find_mail(due.id)->reason == "head: by telephone");
  CHECK(house.outbox().find_mail(due.id)->state == MailState::dropped);
}

TEST_CASE("what has left and what there is not cannot be retried or dropped") {
  House house;
  house.open("02 09:00");
  const Sent order = house.only("02 09:05");
  Reminding reminding = house.reminding(march("02 09:10"));
  const auto trouble = [&](const std::function<void()>& act) {
    try {
      act();
    } catch (const Error& error) {
      return error.trouble();
    }
    FAIL("it was done");
    return Trouble::bug;
  };
  CHECK(trouble([&] { reminding.retry(order.id); }) == Trouble::conflict);
  CHECK(trouble([&] { reminding.drop(order.id, "no"); }) == Trouble::conflict);
  CHECK(trouble([&] { reminding.retry(99); }) == Trouble::not_found);
  CHECK(trouble([&] { reminding.drop(99, "no"); }) == Trouble::not_found);
}

// ---- the ladder is edited

TEST_CASE("an edited ladder is followed at once and says nothing twice") {
  House house(late_to_agency);
  house.open("02 09:00");
  CHECK(house.run("03 09:00").size() == 1);
  const std::string renamed =
      std::string(sender) +
      reminder("retard", "target-broken",
               R"({ after = "0 minutes", to = "agency" }, { after = "9 days", to = "agency-head" })");
  house.use(renamed);
  CHECK(house.run("03 09:05").empty());
  house.use(renamed + reminder("unanswered", "order-unanswered", R"({ after = "1 hour", to = "provider" })"));
  CHECK(brief(house.run("03 09:10")) == Texts{"reminders firm@example.com"});
  CHECK(house.run("03 09:15").empty());
}

TEST_CASE("a rule that is gone withdraws what waits") {
  House house(std::string(sender) + "[reminders]\nat = \"14:00\"\n" +
              reminder("unanswered", "order-unanswered", R"({ after = "1 hour", to = "provider" })"));
  const RequestId id = house.open("02 09:00");
  house.run("02 10:05");
  CHECK(house.notices(id, NoticeState::waiting).size() == 1);
  house.use(late_to_agency);
  house.run("02 10:10");
  CHECK(house.notices(id, NoticeState::waiting).empty());
  CHECK(house.run("02 14:00").empty());
}

TEST_CASE("requests from before there was a ladder are looked at") {
  House house(sender);
  house.open("02 09:00");
  CHECK(house.run("02 09:05").empty());
  house.use(std::string(sender) + with_orders);
  CHECK(brief(house.run("02 09:10")) == Texts{"order firm@example.com"});
}

// ---- runs

TEST_CASE("two runs at the same time make each notice and mail once") {
  House house(std::string(sender) + with_orders +
              reminder("late", "target-broken", R"({ after = "0 minutes", to = "agency" })") +
              reminder("unanswered", "order-unanswered", R"({ after = "1 hour", to = "provider" })"));
  for (int n = 0; n < 12; ++n) house.open("02 09:00", n % 3 == 0 ? Urgency::emergency : Urgency::urgent);
  const Instant now = march("03 09:30");
  std::array<std::vector<std::int64_t>, 2> claimed;
  std::array<std::string, 2> troubles;
  const mail::Mime& loaded = mime();
  const auto run = [&](std::size_t which) {
    try {
      const auto settings = house.load();
      Store store(house.url(), open_options(sql::Access::write, seconds{20}), now);
      mail::Spool spool(house.path() / ("spool" + std::to_string(which)));
      Reminding reminding(*settings, store, now);
      reminding.prepare(true);
      const Letters letters(*settings, now);
      for (const std::int64_t id : store.outbox().ready(now, 1'000))
        if (reminding.claim(id, letters, loaded, spool)) claimed[which].push_back(id);
    } catch (const Error& error) {
      troubles[which] = text::tr(error.messages().front());
    }
  };
  { std::jthread first(run, std::size_t{0}), second(run, std::size_t{1}); }
  CHECK(troubles[0] == "");
  CHECK(troubles[1] == "");
  std::vector<std::int64_t> all = claimed[0];
  all.insert(all.end(), claimed[1].begin(), claimed[1].end());
  CHECK(std::set<std::int64_t>(all.begin(), all.end()).size() == all.size());
  CHECK(house.mails(MailState::sending).size() == all.size());
  CHECK(house.mails(MailState::due).empty());
  std::size_t orders = 0;
  for (const Mail& mail : house.mails(MailState::sending)) orders += mail.kind == MailKind::order ? 1U : 0U;
  CHECK(orders == 12);
  std::set<std::string> keys;
  std::size_t notices = 0;
  for (RequestId id = 1; id <= 12; ++id)
    for (const Notice& notice : house.outbox().notices_of(id)) {
      keys.insert(notice.key);
      ++notices;
      CHECK(notice.mail.has_value());
    }
  CHECK(notices == 12U * 2U);  // nobody is reminded of an order that has not left
  CHECK(keys.size() == notices);
}

TEST_CASE("a dry run shows what would leave and changes nothing") {
  House house(std::string(sender) + with_orders +
              reminder("late", "target-broken", R"({ after = "0 minutes", to = "agency" })"));
  house.open("02 09:00");
  house.run("02 09:05");
  house.open("03 09:00");
  const auto digests = [&] { return house.store().contents([](const char*, std::int64_t, std::int64_t) {}); };
  const auto before = digests();
  const Instant now = march("03 09:05");
  const Letters letters(house.settings(), now);
  Reminding reminding = house.reminding(now);
  Texts seen;
  reminding.prepare(false, [&] {
    for (const auto& leaving : reminding.leaving(letters)) {
      seen.push_back(std::string(code(leaving.mail.kind)) + ' ' + leaving.mail.recipient);
      CHECK(!leaving.text.subject.empty());
      CHECK(!leaving.notices.empty());
    }
  });
  std::ranges::sort(seen);
  CHECK(seen == Texts{"order firm@example.com", "reminders agency@example.org"});
  CHECK(digests() == before);
  auto left = brief(house.run(now));
  std::ranges::sort(left);
  CHECK(left == seen);
}

TEST_CASE("a mail that waits can be looked at and stays as it is") {
  House house;
  house.open("02 09:00");
  house.prepare("02 09:05");
  const Mail due = house.mails(MailState::due).front();
  const auto before = house.store().contents([](const char*, std::int64_t, std::int64_t) {});
  const Letters letters(house.settings(), march("02 09:06"));
  const auto shown = house.reminding(march("02 09:06")).preview(due.id, letters);
  REQUIRE(shown.has_value());
  CHECK(contains(shown->text, "Belvedere"));
  CHECK(house.store().contents([](const char*, std::int64_t, std::int64_t) {}) == before);
}

TEST_CASE("a run sends as many mails as it may and the next one the others") {
  House house(std::string(sender) + with_orders + "per_run = 2\n");
  for (int n = 0; n < 5; ++n) house.open("02 09:00");
  CHECK(house.run("02 09:05").size() == 2);
  CHECK(house.run("02 09:10").size() == 2);
  CHECK(house.run("02 09:15").size() == 1);
  CHECK(house.run("02 09:20").empty());
}

TEST_CASE("mails about one request make a thread and keep their names") {
  House house;
  const RequestId id = house.open("02 09:00");
  const Sent order = house.only("02 09:05");
  house.appointment("02 10:00", id, "04 09:00", "04 11:00");
  const Sent changed = house.only("02 10:05");
  const std::string first = house.outbox().find_mail(order.id)->message_id;
  const std::string second = house.outbox().find_mail(changed.id)->message_id;
  CHECK(first != second);
  CHECK(contains(order.raw, "<" + first + ">"));
  CHECK(contains(changed.raw, "<" + second + ">"));
  CHECK(mime().read(changed.raw).references == Texts{first});
}

TEST_CASE("whoever is called twice in one step is written to once") {
  House house(std::string(sender) +
              reminder("late", "target-broken", R"({ after = "0 minutes", to = ["agency", "agency@example.org"] })"));
  house.open("02 09:00");
  const Sent sent = house.only("03 09:00");
  const std::size_t first = sent.text.find("No. 1 ");
  REQUIRE(first != std::string::npos);
  CHECK(sent.text.find("No. 1 ", first + 1) == std::string::npos);
}

// ---- how deliveries end

namespace {

struct End {
  Receipt receipt;
  MailState plain;
  MailState urgent;  ///< of an emergency, at the first attempt
};

/// reliability: 0 = handed over, 74 and 76 = perhaps, what was cut short = perhaps, everything else = not yet.
const std::vector<End>& ends() {
  static const std::vector<End> all{
      {{.kind = Kind::unstarted}, MailState::due, MailState::due},
      {{.kind = Kind::ended, .code = 0}, MailState::sent, MailState::sent},
      {{.kind = Kind::ended, .code = 75}, MailState::due, MailState::due},
      {{.kind = Kind::ended, .code = 69}, MailState::due, MailState::due},
      {{.kind = Kind::ended, .code = 1}, MailState::due, MailState::due},
      {{.kind = Kind::ended, .code = 70}, MailState::due, MailState::due},
      {{.kind = Kind::ended, .code = 78}, MailState::due, MailState::due},
      {{.kind = Kind::ended, .code = 127}, MailState::due, MailState::due},
      {{.kind = Kind::not_run, .why = "no such file"}, MailState::due, MailState::due},
      {{.kind = Kind::ended, .code = 74}, MailState::uncertain, MailState::due},
      {{.kind = Kind::ended, .code = 76}, MailState::uncertain, MailState::due},
      {{.kind = Kind::unknown}, MailState::uncertain, MailState::due},
      {{.kind = Kind::killed, .code = 9}, MailState::uncertain, MailState::due},
      {{.kind = Kind::timeout}, MailState::uncertain, MailState::due},
      {{.kind = Kind::working}, MailState::sending, MailState::sending},
      // What will not be better later: the command line, the message, the recipient, the host.
      {{.kind = Kind::ended, .code = 64}, MailState::held, MailState::held},
      {{.kind = Kind::ended, .code = 65}, MailState::held, MailState::held},
      {{.kind = Kind::ended, .code = 67}, MailState::held, MailState::held},
      {{.kind = Kind::ended, .code = 68}, MailState::held, MailState::held},
  };
  return all;
}

}  // namespace

TEST_CASE("every end of a delivery leads to its state") {
  House house;
  const Instant now = march("02 09:05");
  struct Case {
    End end;
    bool emergency;
  };
  std::map<RequestId, Case> cases;
  for (const End& end : ends())
    for (const bool emergency : {false, true})
      cases.emplace(house.open("02 09:00", emergency ? Urgency::emergency : Urgency::urgent), Case{end, emergency});
  house.prepare(now);
  const Letters letters(house.settings(), now);
  Reminding reminding = house.reminding(now);
  const auto ready = house.outbox().ready(now, 1'000);
  REQUIRE(ready.size() == cases.size());
  for (const std::int64_t id : ready) {
    const auto claimed = reminding.claim(id, letters, mime(), house.spool());
    REQUIRE(claimed.has_value());
    const auto& [end, emergency] = cases.at(claimed->mail.request.value());
    reminding.settle(id, 1, end.receipt);
    const int kind = static_cast<int>(end.receipt.kind);
    CAPTURE(kind);
    CAPTURE(end.receipt.code);
    CAPTURE(emergency);
    const Mail mail = *house.outbox().find_mail(id);
    const MailState expected = emergency ? end.urgent : end.plain;
    CHECK(mail.state == expected);
    CHECK(mail.attempts == 1);
    if (expected == MailState::due) {
      CHECK((mail.next_at == now) == (end.receipt.kind == Kind::unstarted));
      CHECK(mail.next_at >= now);
      CHECK(mail.next_at <= now + hours{1});
    }
    if (expected != MailState::sent && expected != MailState::sending && end.receipt.kind != Kind::unstarted)
      CHECK(!mail.reason.empty());
  }
}

TEST_CASE("a mail that cannot be handed over rests longer each time and never for ever") {
  House house;
  house.open("02 09:00");
  house.prepare("02 09:05");
  Instant now = march("02 09:05");
  seconds last{0};
  for (int attempt = 1; attempt <= 10; ++attempt) {
    const auto sent = house.run(now, {.kind = Kind::ended, .code = 75, .why = "connection refused"});
    REQUIRE(sent.size() == 1);
    const Mail mail = *house.outbox().find_mail(sent[0].id);
    CHECK(mail.attempts == attempt);
    CHECK(contains(mail.reason, "connection refused"));
    const seconds rest = mail.next_at - now;
    CHECK(rest >= last);
    CHECK(rest <= hours{24});
    CHECK(house.run(mail.next_at - seconds{1}).empty());
    last = rest;
    now = mail.next_at;
  }
  CHECK(house.run(now).size() == 1);
  CHECK(house.mails(MailState::sent).size() == 1);
  CHECK(house.mails(MailState::sent).front().reason.empty());
}

TEST_CASE("an emergency that perhaps left leaves once more under the same name and is then uncertain") {
  House house;
  house.open("02 09:00", Urgency::emergency);
  const auto first = house.run("02 09:05", {.kind = Kind::unknown});
  REQUIRE(first.size() == 1);
  const std::string name = house.outbox().find_mail(first[0].id)->message_id;
  CHECK(!contains(first[0].raw, "Attempt: "));
  const auto second = house.run("02 10:05", {.kind = Kind::ended, .code = 76});
  REQUIRE(second.size() == 1);
  CHECK(second[0].id == first[0].id);
  CHECK(contains(second[0].raw, "<" + name + ">"));
  CHECK(contains(second[0].raw, "Attempt: 2"));
  CHECK(house.outbox().find_mail(first[0].id)->state == MailState::uncertain);
  CHECK(house.run("02 12:00").empty());
}

TEST_CASE("an emergency that could not leave before leaves once more when it perhaps left") {
  House house;
  house.open("02 09:00", Urgency::emergency);
  house.run("02 09:05", {.kind = Kind::ended, .code = 75});
  REQUIRE(house.run("02 09:30", {.kind = Kind::unknown}).size() == 1);
  CHECK(house.mails(MailState::due).size() == 1);
}

TEST_CASE("what perhaps left waits for a person who sends it again or drops it") {
  for (const bool again : {true, false}) {
    House house;
    house.open("02 09:00");
    const auto sent = house.run("02 09:05", {.kind = Kind::killed, .code = 9});
    REQUIRE(sent.size() == 1);
    CHECK(house.run("02 10:00").empty());
    if (again) house.reminding(march("02 10:01")).retry(sent[0].id);
    else house.reminding(march("02 10:01")).drop(sent[0].id, "head: it arrived");
    CHECK(house.run("02 10:05").size() == (again ? 1U : 0U));
    CHECK(house.mails(MailState::uncertain).empty());
  }
}

TEST_CASE("a receipt of an earlier attempt says nothing about a later one") {
  House house;
  house.open("02 09:00");
  const auto sent = house.run("02 09:05", {.kind = Kind::ended, .code = 75});
  REQUIRE(sent.size() == 1);
  const Mail before = *house.outbox().find_mail(sent[0].id);
  house.reminding(march("02 09:06")).settle(sent[0].id, 1, {.kind = Kind::ended, .code = 0});
  CHECK(house.outbox().find_mail(sent[0].id)->state == before.state);
  house.run(before.next_at, {.kind = Kind::working});
  house.reminding(before.next_at).settle(sent[0].id, 1, {.kind = Kind::ended, .code = 0});
  CHECK(house.outbox().find_mail(sent[0].id)->state == MailState::sending);
  house.reminding(before.next_at).settle(sent[0].id, 2, {.kind = Kind::ended, .code = 0});
  CHECK(house.outbox().find_mail(sent[0].id)->state == MailState::sent);
}

TEST_CASE("an order whose mail is uncertain is still taken back") {
  House house;
  const RequestId id = house.open("02 09:00");
  house.run("02 09:05", {.kind = Kind::unknown});
  house.assign("02 09:30", id, "OTHER");
  auto sent = brief(house.run("02 09:35"));
  std::ranges::sort(sent);
  CHECK(sent == Texts{"order other@example.com", "order-cancelled firm@example.com"});
}

TEST_CASE("a mail that was refused keeps its name when a run has an earlier clock") {
  for (const Kind kind : {Kind::ended, Kind::unstarted, Kind::unknown}) {
    House house(std::string(sender) +
                reminder("unanswered", "target-broken", R"({ after = "0 minutes", to = "agency" })"));
    house.open("02 09:00", Urgency::emergency);
    const auto sent = house.run("03 15:00", {.kind = Kind::working});
    REQUIRE(sent.size() == 1);
    house.reminding(march("02 09:05")).settle(sent[0].id, 1, {.kind = kind, .code = 75});
    CHECK(house.run("02 10:00").empty());
    const auto again = house.run("03 16:00");
    REQUIRE(again.size() == 1);
    CHECK(again[0].id == sent[0].id);
    CHECK(house.mails(MailState::withdrawn).empty());
  }
}

TEST_CASE("an emergency's order that perhaps left is taken back although it was to leave once more") {
  House house;
  const RequestId id = house.open("02 09:00", Urgency::emergency);
  house.run("02 09:05", {.kind = Kind::unknown});
  house.assign("02 09:06", id, "OTHER");
  auto sent = brief(house.run("02 09:35"));
  std::ranges::sort(sent);
  CHECK(sent == Texts{"order other@example.com", "order-cancelled firm@example.com"});
}

TEST_CASE("a reminder of an emergency that perhaps left is not said anew under another name") {
  House house(std::string(sender) + reminder("late", "target-broken", R"({ after = "0 minutes", to = "agency" })"));
  const RequestId id = house.open("02 09:00", Urgency::emergency);
  REQUIRE(house.run("03 15:00", {.kind = Kind::unknown}).size() == 1);
  house.urgency("03 15:01", id, Urgency::normal);
  CHECK(house.run("03 15:30").empty());
  CHECK(house.mails(MailState::withdrawn).size() == 1);
  house.urgency("03 16:00", id, Urgency::emergency);
  CHECK(house.run("03 16:05").empty());
}

// ---- the example

TEST_CASE("the starter ladder of the example can be read and its templates as well") {
  ExampleDesk example(at("2026-03-02T09:00:00+01:00"));
  const Landlord& landlord = example.settings().landlord();
  CHECK(landlord.ladder.rules.size() > 10);
  CHECK(!landlord.ladder.version.empty());
  CHECK(landlord.ladder.at == std::vector<int>{8 * 60 + 30, 14 * 60});
  const Letters letters(example.settings(), at("2026-03-02T09:00:00+01:00"));
  CHECK(letters.language() == "fr");
}

TEST_CASE("who stands in for a caretaker of the example is told what has to be checked") {
  ExampleDesk example(at("2026-03-02T09:00:00+01:00"));
  const Landlord& landlord = example.settings().landlord();
  const auto caretaker = [&](const char* now) {
    return recipient(landlord, "caretaker", "TIL", "GAR", "", at(now)).value_or(Recipient{}).address;
  };
  CHECK(caretaker("2026-03-12T10:00:00+01:00") == "benhaddou@example.org");
  CHECK(caretaker("2026-03-13T10:00:00+01:00") == "vasseur@example.org");
  CHECK(caretaker("2026-03-20T10:00:00+01:00") == "vasseur@example.org");
  CHECK(caretaker("2026-03-23T10:00:00+01:00") == "benhaddou@example.org");
}

// ---- where the spool is

TEST_CASE("the spool stands beside the file of the database unless it is said where") {
  CHECK(spool_folder("/srv/desk.db", "") == fs::path("/srv/desk.db.spool"));
  CHECK(spool_folder("sqlite:/srv/desk.db", "") == fs::path("/srv/desk.db.spool"));
  CHECK(spool_folder("/srv/desk.db", "/var/spool/regie") == fs::path("/var/spool/regie"));
  CHECK(spool_folder("postgresql://db.example.org/desk", "/var/spool/regie") == fs::path("/var/spool/regie"));
  try {
    (void)spool_folder("postgresql://db.example.org/desk", "");
    FAIL("there is no folder");
  } catch (const Error& error) {
    CHECK(error.trouble() == Trouble::refused);
  }
}
