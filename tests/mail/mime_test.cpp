// Mails as they leave and as they come in. What came in stands in tests/fuzz/corpus/mail, as programs wrote it.
#include "mail/mime.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "mail/samples.hpp"
#include "regie/error.hpp"
#include "support/folder.hpp"
#include "text/unicode.hpp"

using namespace regie;
using mail::Incoming;
using mail::Letter;
using mail::Mime;

namespace {

const Mime& mime() {
  static const Mime loaded(REGIE_MODULES);
  return loaded;
}

std::string sample(const std::string& name) {
  return test::Folder::read(std::filesystem::path(REGIE_SOURCE_DIR) / "tests/fuzz/corpus/mail" / (name + ".eml"));
}

Incoming read(const std::string& name) { return mime().read(sample(name)); }

using Ids = std::vector<std::string>;

/// Headers as they stand there, without their continuation.
std::vector<std::string> header_lines(const std::string& message) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < message.size() && message[at] != '\n';) {
    const std::size_t end = message.find('\n', at);
    if (message[at] != ' ' && message[at] != '\t') lines.push_back(message.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::size_t count_headers(const std::string& message, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count_if(
      header_lines(message), [&](const std::string& line) { return line.starts_with(std::string(name) + ':'); }));
}

std::string repeated(std::string_view text, std::size_t most) {
  std::string result;
  while (result.size() + text.size() <= most) result += text;
  return result;
}

constexpr std::size_t big = 25'000'000;

/// Reads it; an answer must come soon, however it was made.
Incoming read_soon(const std::string& message) {
  const auto begin = std::chrono::steady_clock::now();
  Incoming incoming = mime().read(message);
  const auto taken = std::chrono::steady_clock::now() - begin;
  CHECK_MESSAGE(taken < std::chrono::seconds{20}, std::chrono::duration<double>(taken).count(), " s");
  CHECK(incoming.text.size() <= 100'000);
  return incoming;
}

}  // namespace

TEST_CASE("a mail that is composed is read back as it was") {
  for (const test::Sample& sample : test::samples()) {
    CAPTURE(sample.name);
    const Incoming incoming = mime().read(mime().compose(sample.letter));
    CHECK(incoming.from == sample.letter.from.address);
    CHECK(incoming.subject == sample.subject.substr(0, 1000).substr(0, incoming.subject.size()));
    CHECK(incoming.subject.size() >= std::min<std::size_t>(sample.subject.size(), 997));
    CHECK(incoming.text == sample.text);
    CHECK(incoming.message_id == sample.letter.message_id);
    Ids latest_first = sample.references;
    std::ranges::reverse(latest_first);
    CHECK(incoming.references == latest_first);
    CHECK(incoming.automatic);  // an answering machine must not answer it
    CHECK_FALSE(incoming.bounce);
  }
}

TEST_CASE("the same letter gives the same bytes") {
  for (const test::Sample& sample : test::samples())
    CHECK(mime().compose(sample.letter) == Mime(REGIE_MODULES).compose(sample.letter));
}

TEST_CASE("a plain letter looks as mails do") {
  CHECK(mime().compose(test::plain_letter()) ==
        "From: Val d'Orle Habitat <regie@val-dorle.example>\n"
        "To: Plomberie Aubin <aubin+depannage@plomberie.example>\n"
        "Subject: Rappel\n"
        "Date: Mon, 02 Mar 2026 09:00:00 +0100\n"
        "Message-ID: <n42.5f1e@val-dorle.example>\n"
        "Auto-Submitted: auto-generated\n"
        "X-Auto-Response-Suppress: OOF, AutoReply\n"
        "Content-Language: fr\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: quoted-printable\n"
        "\n"
        "Bonjour,\n"
        "\n"
        "la demande 12 attend.\n");
}

TEST_CASE("line ends in any field begin no header") {
  const std::vector<std::string> usual = header_lines(mime().compose(test::plain_letter()));
  for (const char* end : {"\r\n", "\n", "\r", "\n\n", "\r\n\r\n", "\v", "\f", "\xc2\x85", "\xe2\x80\xa8"}) {
    const std::string hostile = std::string("a") + end + "Bcc: x@example.org" + end + end + "body";
    const auto lines_with = [&](auto set) {
      Letter letter = test::plain_letter();
      set(letter);
      const std::string message = mime().compose(letter);
      CHECK(count_headers(message, "Bcc") == 0);
      CHECK(count_headers(message, "To") == 1);
      return header_lines(message).size();
    };
    CHECK(lines_with([&](Letter& letter) { letter.from.name = hostile; }) == usual.size());
    CHECK(lines_with([&](Letter& letter) { letter.to.name = hostile; }) == usual.size());
    CHECK(lines_with([&](Letter& letter) { letter.subject = hostile; }) == usual.size());
    CHECK(lines_with([&](Letter& letter) { letter.text = hostile; }) == usual.size());
    CHECK(lines_with([&](Letter& letter) { letter.language = hostile; }) == usual.size() - 1);
    CHECK(lines_with([&](Letter& letter) { letter.references = {hostile, "a@b>" + hostile}; }) == usual.size());
    CHECK(lines_with([&](Letter& letter) { letter.calendar = hostile; }) == usual.size() - 1);  // its parts say how
    CHECK(lines_with([&](Letter& letter) { letter.html = hostile; }) == usual.size() - 1);
    CHECK(lines_with([&](Letter& letter) {
            letter.attachments = {{hostile, "text/csv" + std::string(end) + "Bcc: x@example.org", hostile}};
          }) == usual.size() - 1);
  }
}

TEST_CASE("what is no address and no name of a mail is refused") {
  const auto refused = [](auto set) {
    Letter letter = test::plain_letter();
    set(letter);
    CHECK_THROWS_AS(mime().compose(letter), Error);
  };
  for (const char* hostile : {"", "x", "a@b.example\r\nBcc: x@y.example", "a@b.example, c@d.example", "-x@y.example"}) {
    refused([&](Letter& letter) { letter.from.address = hostile; });
    refused([&](Letter& letter) { letter.to.address = hostile; });
    if (*hostile != '\0') refused([&](Letter& letter) { letter.reply_to = hostile; });
  }
  for (const char* hostile : {"", "x", "a@b>\r\nBcc: x@y.example", "a b@c", "a@b@c"})
    refused([&](Letter& letter) { letter.message_id = hostile; });
}

TEST_CASE("no line of a mail is too long or means something to a mail program") {
  for (const test::Sample& sample : test::samples()) {
    const std::string message = mime().compose(sample.letter);
    const std::size_t body = message.find("\n\n");
    for (std::size_t at = 0; at < message.size();) {
      const std::size_t end = message.find('\n', at);
      REQUIRE(end != std::string::npos);
      const std::string line = message.substr(at, end - at);
      const bool is_type = line.starts_with("Content-Type: ");
      const bool is_file_name = line.starts_with("\tname*") || line.starts_with("\tfilename*");
      CHECK_MESSAGE(line.size() <= (is_type ? 80 : is_file_name ? 78 : 76), line);
      if (at > body) CHECK_MESSAGE((line != "." && !line.starts_with("From ")), sample.name);
      for (const char c : line) CHECK(((c >= ' ' && c <= '~') || c == '\t'));
      at = end + 1;
    }
  }
}

TEST_CASE("from the second attempt on a mail says so") {
  Letter letter = test::plain_letter();
  CHECK(count_headers(mime().compose(letter), "X-Regie-Attempt") == 0);
  letter.attempt = 2;
  CHECK(mime().compose(letter).find("\nX-Regie-Attempt: 2\n") != std::string::npos);
}

TEST_CASE("an attempt is said as if the letter had been composed for it") {
  Letter letter = test::plain_letter();
  const std::string first = mime().compose(letter);
  CHECK(mail::at_attempt(first, 1) == first);
  const std::string second = mail::at_attempt(first, 2);
  CHECK(header_lines(second).size() == header_lines(first).size() + 1);
  CHECK(count_headers(second, "X-Regie-Attempt") == 1);
  const std::string third = mail::at_attempt(second, 3);
  CHECK(count_headers(third, "X-Regie-Attempt") == 1);
  CHECK(third.starts_with("X-Regie-Attempt: 3\n"));
  CHECK(mail::at_attempt(third, 1) == first);
  letter.attempt = 3;
  auto composed = header_lines(mime().compose(letter)), said = header_lines(third);
  std::ranges::sort(composed);
  std::ranges::sort(said);
  CHECK(composed == said);
}

TEST_CASE("a page stands behind its text and files behind both") {
  Letter letter = test::plain_letter();
  letter.text = "plain\n";
  letter.html = "<p>page</p>\n";
  letter.attachments = {{"a.csv", "text/csv", "id,text\r\n"}, {"b.xlsx", "application/zip", std::string("\0\xff", 2)}};
  const std::string message = mime().compose(letter);
  std::size_t at = 0;
  for (const char* part : {"Content-Type: multipart/mixed", "Content-Type: multipart/alternative",
                           "Content-Type: text/plain", "\nplain\n", "Content-Type: text/html", "\n<p>page</p>\n",
                           "Content-Type: text/csv", "\naWQsdGV4dA0K\n", "Content-Type: application/zip", "\nAP8=\n"}) {
    CAPTURE(part);
    const std::size_t found = message.find(part, at);
    REQUIRE(found != std::string::npos);
    at = found;
  }
  CHECK(mime().read(message).text == "plain\n");
}

TEST_CASE("a page alone makes no mixture and a letter without a page no choice") {
  Letter letter = test::plain_letter();
  letter.html = "<p>page</p>\n";
  CHECK(mime().compose(letter).find("multipart/mixed") == std::string::npos);
  letter.html.clear();
  letter.attachments = {{"a.csv", "text/csv", "x"}};
  CHECK(mime().compose(letter).find("multipart/alternative") == std::string::npos);
  CHECK(mime().compose(letter).find("multipart/mixed") != std::string::npos);
}

TEST_CASE("a file is no path and of a type that a mail program may only offer to save") {
  Letter letter = test::plain_letter();
  letter.attachments = {{"../.ssh/keys", "message/rfc822", "From: x@evil.example\n\nx"}};
  const std::string message = mime().compose(letter);
  CHECK(message.find("filename=_.ssh_keys") != std::string::npos);
  CHECK(message.find("application/octet-stream") != std::string::npos);
  CHECK(message.find("rfc822") == std::string::npos);
  CHECK(message.find("evil") == std::string::npos);  // base64
}

TEST_CASE("a module that is not there is named") {
  const test::Folder folder;
  try {
    const Mime none(folder.path());
    FAIL("loaded");
  } catch (const Error& error) {
    CHECK(error.trouble() == Trouble::refused);
    CHECK(error.messages().front().args.front().text.find("mime.so") != std::string::npos);
  }
}

TEST_CASE("a module of another version is not used") {
  const test::Folder folder;
  std::string bytes = test::Folder::read(std::filesystem::path(REGIE_MODULES) / "mime.so");
  const std::size_t at = bytes.find(REGIE_VERSION " ");
  REQUIRE(at != std::string::npos);
  bytes[at] = 'x';
  folder.write("mime.so", bytes);
  CHECK_THROWS_AS(Mime(folder.path()), Error);
}

TEST_CASE("an answer from Outlook is read") {
  const Incoming mail = read("outlook_reply");
  CHECK(mail.from == "j.aubin@plomberie.example");
  CHECK(mail.from_shown == "Jérôme AUBIN <J.Aubin@Plomberie.example>");
  CHECK(mail.subject == "RE: Relance – fuite à l'évier (n° 12)");
  CHECK(mail.message_id == "PR0P264MB1234ABCDEF@PR0P264MB1234.FRAP264.PROD.OUTLOOK.COM");
  CHECK(mail.references == Ids{"n42.5f1e@val-dorle.example", "n40.1111@val-dorle.example"});
  CHECK(mail.text.starts_with("Bonjour,\n\nNous passerons jeudi à 8 h 30 – l’équipe est prévenue. Coût : 85 €.\n\n"));
  // Outlook says X-Auto-Response-Suppress in what people write.
  CHECK_FALSE(mail.automatic);
  CHECK_FALSE(mail.bounce);
}

TEST_CASE("of two forms the plain one is read") {
  const Incoming mail = read("gmail_alternative");
  CHECK(mail.from == "karim.benali@gmail.example");
  CHECK(mail.message_id == "CAKx+abc123=def_456@mail.gmail.example");
  CHECK(mail.references == Ids{"n42.5f1e@val-dorle.example"});
  CHECK(mail.text.starts_with("Ok, j'y vais demain 👍\n\nLe lun. 2 mars 2026 à 09:00, Val d'Orle"));
  CHECK_FALSE(mail.automatic);
}

TEST_CASE("an answer from Thunderbird is read") {
  const Incoming mail = read("thunderbird_flowed");
  CHECK(mail.from == "contact@firme.example");
  CHECK(mail.text == "Le serrurier est passé, la porte ferme de nouveau.\n-- \nFirme Dupont\n");
}

TEST_CASE("text around a photo is one text") {
  const Incoming mail = read("iphone_reply");
  CHECK(mail.from == "paul@morel.example");
  CHECK(mail.text.starts_with("C’est fait, voir la photo.\n"));
  CHECK(mail.text.find("de mon iPhone") != std::string::npos);
  CHECK(mail.text.find("/9j/") == std::string::npos);
}

TEST_CASE("a page becomes lines") {
  const Incoming mail = read("html_only");
  CHECK(mail.text ==
        "Bonjour Madame,\n\nL’évier est réparé & le siphon changé : 85 € <TTC>\n\nQuand jeudi 12\nQui M.’Aubin\n"
        "Merci\nLa régie\n\nfin 3 < 4 && x\n");
}

TEST_CASE("what a page quotes is marked as in plain mails") {
  const std::string page =
      "<div>Fait</div><blockquote type=\"cite\"><p>Bon n° 12</p>refusé : le motif<blockquote>vieux"
      "</blockquote></blockquote></blockquote><p>Merci</p>";
  CHECK(mime().read("Content-Type: text/html; charset=utf-8\n\n" + page).text ==
        "Fait\n> Bon n° 12\n\n> refusé : le motif\n> vieux\nMerci\n");
}

TEST_CASE("a report of postfix names the address that is gone and the mail that came back") {
  const Incoming mail = read("postfix_failed");
  CHECK(mail.bounce);
  CHECK(mail.automatic);
  CHECK(mail.failed == Ids{"parti@plomberie.example"});
  CHECK(mail.returned == Ids{"n42.5f1e@val-dorle.example"});
  CHECK(mail.from == "mailer-daemon@mx.val-dorle.example");
  CHECK(mail.text.starts_with("This is the mail system at host"));
}

TEST_CASE("a mail that is late has not failed") {
  const Incoming mail = read("postfix_delayed");
  CHECK(mail.bounce);
  CHECK(mail.failed.empty());
  CHECK(mail.returned == Ids{"n42.5f1e@val-dorle.example"});
}

TEST_CASE("a report for several recipients tells those who are gone from those who are full") {
  const Incoming mail = read("several_recipients");
  CHECK(mail.bounce);
  CHECK(mail.failed == Ids{"alias@b.example", "gone@a.example"});
  CHECK(mail.returned == Ids{"n1@val-dorle.example"});
  CHECK(mail.text == "Delivery has failed to these recipients or groups");
}

TEST_CASE("a report of no form is known by its sender and names the mail that it quotes") {
  const Incoming mail = read("qmail_bounce");
  CHECK(mail.bounce);
  CHECK(mail.failed.empty());
  CHECK(mail.returned == Ids{"n42.5f1e@val-dorle.example"});
}

TEST_CASE("somebody who is away has not answered") {
  const Incoming mail = read("exchange_absence");
  CHECK(mail.automatic);
  CHECK(mail.failed.empty());
  CHECK(mail.subject == "Réponse automatique : Relance");
  CHECK(mail.text == "Je suis absent jusqu’au 9 mars.\n");
}

TEST_CASE("a mailing list is no person") {
  CHECK(read("mailing_list").automatic);
  CHECK_FALSE(read("mailing_list").bounce);
}

TEST_CASE("what says that a machine wrote it is believed and nothing else") {
  const auto automatic = [](const std::string& header) {
    return mime().read("From: a@a.example\n" + header + "\n\nBonjour\n").automatic;
  };
  for (const char* header :
       {"Auto-Submitted: auto-replied", "auto-submitted: auto-generated; owner=x", "Precedence: Bulk",
        "Precedence: junk", "Precedence: auto_reply", "List-Id: x", "X-Autoreply: yes", "X-Autorespond: x",
        "Return-Path: <>", "Content-Type: multipart/report; boundary=x"})
    CHECK_MESSAGE(automatic(header), header);
  for (const char* header :
       {"Auto-Submitted: no", "Auto-Submitted: No", "Precedence: normal", "X: Auto-Submitted: yes",
        "X-Auto-Response-Suppress: All", "Return-Path: <a@a.example>", "Subject: Precedence: bulk"})
    CHECK_MESSAGE(!automatic(header), header);
  CHECK(mime().read("From: Postmaster@A.example\n\nx\n").automatic);
}

TEST_CASE("bytes that are not what they are said to be are read as far as they can be") {
  CHECK(read("wrong_charset").text == "C'est r\xef\xbf\xbdpar\xef\xbf\xbd, 85 \xef\xbf\xbd.\n");
  CHECK(read("wrong_charset").subject.starts_with("Réparation"));
  CHECK(read("unknown_charset").text == "C'est réparé, 85 €.\n");
  CHECK(read("unknown_charset").subject == "Réparation");
  CHECK(read("shift_jis").text == "水漏れ\n");
}

TEST_CASE("encoded words are one text whatever they end with") {
  const auto subject = [](const std::string& value) { return mime().read("Subject: " + value + "\n\nx\n").subject; };
  CHECK(subject("=?UTF-8?B?SGVsbG8=?= =?UTF-8?B?IHdvcmxk?=") == "Hello world");
  CHECK(subject("=?utf-8?q?=C3?=\n =?utf-8?q?=A9t=C3=A9?= fini") == "été fini");  // a character cut in two
  CHECK(subject("=?iso-8859-1?q?=E9?= =?utf-8?b?w6k=?=  =?utf-8*fr?Q?_a_b?=") == "éé a b");
  CHECK(subject("a =?utf-8?q?b?=c =?utf-8?q?d?=") == "a bc d");
  CHECK(subject("=?utf-8?q?a?b?= =?utf-8?x?c?= =?utf-8?q?d =? =?= ?=") == "a?b =?utf-8?x?c?= d =? = ?=");
  CHECK(subject("=?utf-8?q?=0D=0ABcc=3A_x=00=1B=E2=80=A8?=").find_first_of("\r\n\x1b") == std::string::npos);
}

TEST_CASE("a mail without sender has none") {
  const Incoming mail = read("no_from");
  CHECK(mail.from.empty());
  CHECK(mail.message_id.empty());
  CHECK(mail.text == "Bonjour\n");
  CHECK(read("nothing").text.empty());
}

TEST_CASE("a mail with two senders has none") {
  CHECK(read("two_from").from.empty());
  CHECK(read("two_from").from_shown == "a@a.example, b@b.example");
  CHECK(read("two_from_headers").from.empty());
}

TEST_CASE("a sender is believed only where there is one address and nothing hidden") {
  const auto from = [](const std::string& value) { return mime().read("From: " + value + "\n\nx\n").from; };
  CHECK(from("\"b@b.example\" <a@a.example>") == "a@a.example");
  CHECK(from("=?utf-8?q?b=40b=2Eexample=2C?= <a@a.example>") == "a@a.example");
  CHECK(from("a@a.example (b@b.example)") == "a@a.example");
  CHECK(from("Equipe: a@a.example;") == "a@a.example");
  CHECK(from("Equipe: a@a.example, b@b.example;").empty());
  CHECK(from("<a@a.example> <b@b.example>") != "b@b.example");
  CHECK(from(std::string("a@a.example\0, b@b.example", 25)).empty());
  CHECK(from("a@a.example" + std::string(20'000, ' ') + ", b@b.example").empty());
  CHECK(from("é@a.example").empty());
  CHECK(from("<>").empty());
}

TEST_CASE("only what its sender wrote is the text of a mail") {
  const Incoming mail = read("nested_message");
  CHECK(mail.text == "Voir ci-joint\n");
  CHECK(mail.message_id.empty());
  CHECK(mail.returned.empty());
}

TEST_CASE("a mail that was cut off is read to its end") { CHECK(read("cut_off").text == "Bonjour"); }

TEST_CASE("no bytes make what is read anything but text") {
  std::string bytes = "From: a@a.example\nSubject: ";
  for (int c = 1; c < 256; ++c)
    if (c != '\n') bytes += static_cast<char>(c);
  bytes += "\n\n";
  for (int c = 0; c < 256; ++c) bytes += static_cast<char>(c);
  const Incoming mail = mime().read(bytes);
  for (const std::string& text : {mail.subject, mail.from_shown, mail.text}) {
    CHECK_FALSE(text::find_invalid_utf8(text));
    for (const char c : text) CHECK((static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\t'));
  }
}

TEST_CASE("a long text is cut where a character ends") {
  const Incoming mail = mime().read("Content-Type: text/plain; charset=utf-8\n\nx" + repeated("é", 300'000));
  CHECK(mail.text.size() == 99'999);
  CHECK_FALSE(text::find_invalid_utf8(mail.text));
}

// What GMime's own parser needs half a minute or 6 GB for.
TEST_CASE("25 MB of multiparts in multiparts are read soon") {
  std::string message;
  for (int i = 0; message.size() < big; ++i)
    message += "Content-Type: multipart/mixed; boundary=" + std::to_string(i) + "\n\n--" + std::to_string(i) + "\n";
  read_soon(message);
}

TEST_CASE("25 MB of headers or parts or messages in messages are read soon") {
  read_soon(repeated("a:\n", big));
  read_soon("Subject: x\n" + repeated(" y\n", big));
  read_soon("To: " + repeated("a,", big));
  read_soon("From: " + repeated("(", 16'000) + "\n\n");
  read_soon("From: " + repeated("a:", 16'000) + "\n\n");
  read_soon("From: " + repeated("a@b.c,", 16'000) + "\n\n");
  read_soon("Subject: " + repeated("=?utf-8?q?a?= ", 16'000) + "\n\n");
  read_soon("Content-Type: text/plain;" + repeated(" a*1*=b;", 16'000) + "\n\nx");
  read_soon("References: " + repeated("<a@b> ", 16'000) + "\n\n");
  read_soon("Content-Type: multipart/mixed; boundary=a\n\n" + repeated("--a\n\n", big));
  read_soon("Content-Type: multipart/mixed; boundary=a\n\n" + repeated("--\n", big));
  read_soon(repeated("Content-Type: message/rfc822\n\n", big));
  read_soon("Content-Type: text/html\n\n" + repeated("<", big));
  read_soon("Content-Type: text/html\n\n" + repeated("<!--", big));
  read_soon("Content-Type: text/html\n\n" + repeated("<script></", big));
  read_soon("Content-Type: text/html\n\n" + repeated("&", big));
  read_soon("Content-Type: multipart/report; boundary=a\n\n--a\nContent-Type: message/delivery-status\n\n" +
            repeated("Action: failed\nStatus: 5.1.1\nFinal-Recipient: rfc822; a@b.example\n\n", big));
}
