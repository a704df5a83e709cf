// What mails say: templates with places, and texts of strangers in them.
#include "desk/letters.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/desk.hpp"
#include "support/folder.hpp"
#include "text/translate.hpp"

using namespace regie;
using namespace regie::test;
using namespace std::string_literals;
namespace fs = std::filesystem;

namespace {

using Texts = std::vector<std::string>;
using Values = Template::Values;

const Texts fields{"number", "residence", "tenant", "telephone", "text"};

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

Texts mistakes(std::string_view content) {
  std::vector<Message> findings;
  const Template made("order.txt", content, fields, findings);
  Texts found;
  for (const Message& finding : findings) found.push_back(finding.where + ": " + text::tr(finding));
  return found;
}

/// A template that is right.
Template made(std::string_view content) {
  std::vector<Message> findings;
  Template result("order.txt", content, fields, findings);
  REQUIRE(findings.empty());
  return result;
}

std::string text_of(std::string_view lines, const Values& values) {
  return made("Subject\n\n" + std::string(lines)).text(values);
}

Instant now() { return at("2026-03-02T09:00:00+01:00"); }

/// The example's landlord with its own templates, if any.
struct Example {
  ExampleDesk desk{now()};
  Letters letters{desk.settings(), now()};

  static Request request() {
    Request request;
    request.id = 12;
    request.state = State::assigned;
    request.residence = "BEL";
    request.dwelling = "B-203";
    request.trade = "plumbing";
    request.urgency = Urgency::urgent;
    request.provider = "GAR";
    request.text = "le robinet fuit";
    request.tenant_name = "Mme Rey";
    request.tenant_phone = "06 11 22 33 44";
    request.opened_at = now();
    request.promised_at = now() + std::chrono::hours{4};
    return request;
  }
  LetterText order(const Request& request, MailKind kind = MailKind::order) const {
    return letters.order(kind, request, "GAR", {}, {});
  }
};

bool is_one_clean_line(const std::string& line) {
  return std::ranges::none_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

const std::array hostile{
    std::string("fuite\r\nBcc: evil@example.org\r\n\r\nbody"),
    "a\0b\x01\x1b]52;c;ZXZpbA==\x07"s,
    std::string("\xe2\x80\xae gnp.exe \xe2\x81\xa6 \xe2\x80\xab"),  // right to left
    std::string("{telephone} {{telephone}} }} %s $(id) {0} {unknown"),
    std::string("\xff\xfe\x80 invalid"),
    std::string("\xc2\x85\xc2\x9b C1"),
    std::string(100'000, 'x'),
    std::string(100'000, '{'),
    std::string("\n.\nFrom evil\n"),
};

}  // namespace

// ---- templates

TEST_CASE("a template is comments and a subject and a text") {
  const Template one =
      made("# a remark\n# another {anything}\n[#{number}] {residence}\n\nAt {residence}.\n# no remark\n");
  const Values values{{"number", "12"}, {"residence", "BEL"}};
  CHECK(one.subject(values) == "[#12] BEL");
  CHECK(one.text(values) == "At BEL.\n# no remark\n");
}

TEST_CASE("lines of Windows are lines") {
  const Template one = made("# a remark\r\nNo. {number}\r\n\r\nAt {residence}.\r\n");
  CHECK(one.subject({{"number", "12"}}) == "No. 12");
  CHECK(one.text({{"residence", "BEL"}}) == "At BEL.\n");
}

TEST_CASE("a place that no mail of that kind has is told with line and nearest name") {
  const Texts found = mistakes("# remark\nNo. {numbr}\n\n{text}\n{tenent} {zzz}\n");
  REQUIRE(found.size() == 3);
  CHECK(found[0] == "order.txt:2: there is no place 'numbr' in this kind of mail; did you mean 'number'?");
  CHECK(contains(found[1], "order.txt:5: "));
  CHECK(contains(found[1], "'tenant'"));
  CHECK(contains(found[2], "order.txt:5: "));
  CHECK(contains(found[2], "number"));
}

TEST_CASE("a subject has no place for the tenant") {
  for (const char* place : {"{tenant}", "{telephone}", "{text}"}) {
    const Texts found = mistakes("[#{number}] " + std::string(place) + "\n\nx\n");
    REQUIRE(found.size() == 1);
    CHECK(contains(found[0], "order.txt:1: "));
  }
}

TEST_CASE("a template without subject or text is told") {
  for (const char* content : {"", "# only a remark\n", "Subject\n", "Subject\n\n", "Subject\nno empty line\n"}) {
    CAPTURE(content);
    const Texts found = mistakes(content);
    REQUIRE(found.size() == 1);
    CHECK(contains(found[0], "order.txt:"));
  }
}

TEST_CASE("a brace that begins no place is told and a double one is a brace") {
  CHECK(mistakes("S\n\n{ number }\n").size() == 1);
  CHECK(mistakes("S\n\n{number\n").size() == 1);
  CHECK(mistakes("S\n\n{Number}\n").size() == 1);
  CHECK(contains(mistakes("S\n\n\n\n{}\n").front(), "order.txt:5: "));
  CHECK(text_of("{{number}} {number}\n", {{"number", "12"}}) == "{number} 12\n");
}

TEST_CASE("what stands in a place is never looked at for places") {
  const Values values{{"text", "{telephone} {{telephone}} {text} }} {{"}, {"telephone", "06 11"}, {"number", "{text}"}};
  CHECK(text_of("{text}|{number}|{telephone}\n", values) == "{telephone} {{telephone}} {text} }} {{|{text}|06 11\n");
  CHECK(made("{number}\n\nx\n").subject(values) == "{text}");
}

TEST_CASE("a line whose places are all empty is left out and others stay") {
  const std::string lines = "Tenant: {tenant}\nTelephone: {telephone}\nBoth: {tenant} {telephone}\nNone.\n";
  CHECK(text_of(lines, {{"tenant", "Rey"}}) == "Tenant: Rey\nBoth: Rey \nNone.\n");
  CHECK(text_of(lines, {{"tenant", ""}, {"telephone", ""}}) == "None.\n");
  CHECK(text_of(lines, {}) == "None.\n");
}

TEST_CASE("a subject is one line whatever stands in it") {
  const Template one = made("[#{number}] {residence}\n\nx\n");
  for (const std::string& text : hostile) {
    const std::string subject = one.subject({{"number", "12"}, {"residence", text}});
    CHECK(is_one_clean_line(subject));
    CHECK(subject.starts_with("[#12] "));
  }
}

TEST_CASE("a text of many lines keeps its lines") {
  const std::string filled = text_of("« {text} »\nend\n", {{"text", "one\ntwo\nthree"}});
  CHECK(contains(filled, "one\n"));
  CHECK(contains(filled, "two\n"));
  CHECK(filled.ends_with("three »\nend\n"));
}

TEST_CASE("long texts with many places are filled in one pass") {
  std::string lines;
  for (int n = 0; n < 2'000; ++n) lines += "{text} {number}\n";
  const std::string filled = text_of(lines, {{"text", std::string(100, '{')}, {"number", "{text}"}});
  CHECK(filled.size() == 2'000 * (100 + 1 + 6 + 1));
}

// ---- the templates that come with it

TEST_CASE("every installed template is right in both languages") {
  for (const char* language : {"fr", "en"})
    for (const auto& [name, places] : template_fields()) {
      const fs::path file = fs::path(REGIE_SOURCE_DIR) / "config/mails" / language / (name + ".txt");
      CAPTURE(file.string());
      std::vector<Message> findings;
      const Template one(file.string(), Folder::read(file), places, findings);
      CHECK(findings.empty());
      CHECK(!one.subject({{"number", "12"}, {"landlord", "Office"}, {"subject", "Late"}}).empty());
    }
}

TEST_CASE("no kind of mail has a place for the tenant in reminders") {
  for (const char* kind : {"reminder", "reminders"})
    for (const std::string& field : template_fields().at(kind)) {
      CHECK(field != "tenant");
      CHECK(field != "telephone");
    }
}

TEST_CASE("an order says what the firm needs and its subject does not name the tenant") {
  const Example example;
  const LetterText order = example.order(Example::request());
  for (const char* part :
       {"12", "Les Bélandres", "B-203", "le robinet fuit", "Mme Rey", "06 11 22 33 44", "Garrigue"}) {
    CAPTURE(part);
    CHECK(contains(order.text, part));
  }
  CHECK(contains(order.subject, "#12"));
  CHECK(!contains(order.subject, "Rey"));
  CHECK(!contains(order.subject, "06 11"));
}

TEST_CASE("orders for common parts name nobody") {
  const Example example;
  Request request = Example::request();
  request.place = Place::common;
  request.dwelling.clear();
  const LetterText order = example.order(request);
  CHECK(!contains(order.text, "Rey"));
  CHECK(!contains(order.text, "06 11"));
}

TEST_CASE("a cancelled order does not hand on what is no longer needed") {
  const Example example;
  const LetterText order = example.order(Example::request(), MailKind::order_cancelled);
  CHECK(!contains(order.text, "06 11"));
  CHECK(!contains(order.text, "Rey"));
}

TEST_CASE("a date that stands still is not said") {
  const Example example;
  Request request = Example::request();
  request.promised_at = at("2026-03-12T17:00:00+01:00");
  const auto says_date = [&] { return contains(example.order(request).text, " 17:00"); };
  CHECK(says_date());
  request.stopped = only(ClockKind::promise);
  CHECK(!says_date());
}

TEST_CASE("a changed order says what changed and why") {
  const Example example;
  const LetterText order = example.letters.order(MailKind::order_changed, Example::request(), "GAR",
                                                 {"appointment", "until", "rework"}, "fuit encore");
  CHECK((contains(order.text, "the appointment") || contains(order.text, "le rendez-vous")));
  CHECK(contains(order.text, "fuit encore"));
}

TEST_CASE("hostile texts stay texts in orders") {
  const Example example;
  for (const std::string& text : hostile) {
    Request request = Example::request();
    request.text = text;
    request.tenant_name = text;
    request.tenant_phone = text;
    request.wishes = text;
    const LetterText order = example.order(request);
    CHECK(is_one_clean_line(order.subject));
    CHECK(std::ranges::none_of(
        order.text, [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f; }));
    CHECK(!contains(order.text, "\xe2\x80\xae"));
    CHECK(!contains(order.text, "\xe2\x81\xa6"));
    CHECK(!contains(order.text, "\xc2\x9b"));
    CHECK(order.text.size() < 5'000'000);
  }
}

TEST_CASE("a place in the words of the tenant comes out as it was written") {
  const Example example;
  Request request = Example::request();
  request.text = "voir {telephone} et {{number}} %s $(id)";
  const LetterText order = example.order(request);
  CHECK(contains(order.text, "voir {telephone} et {{number}} %s $(id)"));
}

TEST_CASE("reminders say the most urgent first and each request once") {
  const Example example;
  const auto one = [](RequestId id, Urgency urgency, int hours) {
    Request request = Example::request();
    request.id = id;
    request.urgency = urgency;
    return Reminded{.rule = nullptr,
                    .occasion = Occasion::promise_broken,
                    .request = request,
                    .base = now() - std::chrono::hours{hours},
                    .provider = "GAR",
                    .trades = {}};
  };
  const LetterText letter = example.letters.reminders({"garrigue@example.com", "Garrigue", ""}, "GAR",
                                                      {one(3, Urgency::normal, 2), one(4, Urgency::planned, 90),
                                                       one(5, Urgency::urgent, 1), one(6, Urgency::urgent, 9)});
  const auto at = [&](int id) { return letter.text.find(" " + std::to_string(id) + " · "); };
  REQUIRE(at(6) != std::string::npos);
  CHECK(at(6) < at(5));
  CHECK(at(5) < at(3));
  CHECK(at(3) < at(4));
  CHECK(at(4) != std::string::npos);
  CHECK(!contains(letter.text, "Rey"));
  CHECK(!contains(letter.text, "06 11"));
  CHECK(!contains(letter.subject, "Rey"));
}

TEST_CASE("a mail does not change the language of whoever makes it") {
  const std::string before = text::language();
  const Example example;
  (void)example.order(Example::request());
  CHECK(text::language() == before);
}

// ---- templates of the landlord's own

TEST_CASE("the landlord's own templates go before the installed ones and their mistakes are told") {
  Folder folder;
  fs::create_directory(folder.path() / "letters");
  folder.write("regie.toml", R"(zone = "Europe/Paris"
language = "en"
[mail]
from = "desk@example.org"
templates = "letters"
)");
  const auto settings = [&] {
    return Settings({.file = folder.path() / "regie.toml",
                     .share_dir = fs::path(REGIE_SOURCE_DIR) / "config",
                     .zone = [](const std::string& name) { return std::optional(zone(name)); },
                     .default_zone = "Europe/Paris"});
  };
  folder.write("letters/order.txt", "Ours: {number}\n\nOur order.\n");
  {
    Settings ours = settings();
    const Letters letters(ours, now());
    CHECK(letters.order(MailKind::order, Example::request(), "GAR", {}, {}).subject == "Ours: 12");
    CHECK(contains(letters.order(MailKind::order_cancelled, Example::request(), "GAR", {}, {}).subject, "#12"));
  }
  folder.write("letters/order.txt", "Ours: {nummer}\n\nOur order.\n");
  folder.write("letters/reminder.txt", "\xff\xfe");
  folder.write("letters/reminders.txt", "");
  Settings wrong = settings();
  try {
    const Letters letters(wrong, now());
    FAIL("there are mistakes in them");
  } catch (const Error& error) {
    CHECK(error.trouble() == Trouble::config);
    const auto told_of = [&](std::string_view file) {
      return std::ranges::any_of(error.messages(), [&](const Message& one) { return contains(one.where, file); });
    };
    CHECK(told_of("letters/order.txt:1"));
    CHECK(told_of("letters/reminder.txt"));
    CHECK(told_of("letters/reminders.txt"));
  }
}
