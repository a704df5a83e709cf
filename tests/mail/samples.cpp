#include "mail/samples.hpp"

#include "mail/icalendar.hpp"

namespace regie::test {

namespace {

using mail::Letter;
using std::chrono::hours;

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

Instant monday() { return Instant{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + hours{8}}; }

std::string appointment() {
  return mail::calendar(std::vector<mail::CalendarEvent>{{.uid = "request-12@val-d-orle-habitat",
                                                          .from = monday() + hours{24},
                                                          .to = monday() + hours{26},
                                                          .sequence = 2,
                                                          .summary = "plomberie, Les Bélandres B-203",
                                                          .location = "Les Bélandres",
                                                          .description = "Fuite sous l'évier\nLocataire : Mme Aubin"}},
                        monday(), {"Val d'Orle Habitat", "regie@val-dorle.example"});
}

// What ends a line for one reader or another, and what reorders it.
constexpr const char* hostile =
    "Bonjour\r\nBcc: evil@example.org\nTo: other@example.org\r\rX: y\v\f\x1b[31m\xe2\x80\xae"
    "abc\xe2\x80\xa8\xc2\x85\xff\xc3";
constexpr const char* hostile_line =
    "Bonjour Bcc: evil@example.org To: other@example.org  X: y\\x0b\\x0c\\x1b[31m\\u202eabc\\u2028\\x85\\xff\\xc3";
constexpr const char* hostile_text =
    "Bonjour\nBcc: evil@example.org\nTo: other@example.org  X: y\\x0b\\x0c\\x1b[31m\\u202eabc\\u2028\\x85\\xff\\xc3\n";

Letter with_subject(std::string subject) {
  Letter letter = plain_letter();
  letter.subject = std::move(subject);
  return letter;
}

Letter with_text(std::string text) {
  Letter letter = plain_letter();
  letter.text = std::move(text);
  return letter;
}

Letter with_names(std::string from, std::string to) {
  Letter letter = plain_letter();
  letter.from.name = std::move(from);
  letter.to.name = std::move(to);
  return letter;
}

Letter full() {
  Letter letter = plain_letter();
  letter.from.name = "Val d’Orle Habitat — régie";
  letter.reply_to = "demandes@val-dorle.example";
  letter.to.name = "Éts Müller & Fils";
  letter.subject = "Relance : fuite d'eau à l'évier, résidence « Les Bélandres » bâtiment B, logement B-203 (n° 12)";
  letter.references = {"1.first@val-dorle.example", "2.second@val-dorle.example", "3.third@val-dorle.example"};
  letter.calendar = appointment();
  letter.attempt = 2;
  return letter;
}

/// Every byte there is, in a length that base64 has to fill up.
std::string all_bytes() {
  std::string bytes;
  for (int round = 0; round < 4; ++round)
    for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes + "\r\n.\r\n";
}

constexpr const char* xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const std::string page =
    "<!doctype html>\n<html lang=\"fr\"><title>Point de la nuit</title>\n<p style=\"color:#333\">12 demandes en "
    "retard, "
    "régie « Orle » — 85 €.</p>\n.\nFrom here\n<svg>" +
    repeated("<path d='M0 0h9'/>", 200) + "</svg></html>\n";

/// What a report is: a page, a text for those who see none, and the figures as a file.
Letter report() {
  Letter letter = plain_letter();
  letter.subject = "Point de la nuit du 2 mars 2026";
  letter.text = "12 demandes en retard.\n";
  letter.html = page;
  letter.attachments = {{"nightly-2026-03-02.xlsx", xlsx, all_bytes()}};
  return letter;
}

Letter with_files(std::vector<mail::Attachment> files) {
  Letter letter = plain_letter();
  letter.attachments = std::move(files);
  return letter;
}

Letter long_thread() {
  Letter letter = plain_letter();
  for (int i = 0; i < 60; ++i) letter.references.push_back(std::to_string(i) + ".0123456789abcdef@val-dorle.example");
  return letter;
}

std::vector<Sample> harmless_samples() {
  return {
      {.name = "plain", .letter = plain_letter()},
      {.name = "everything", .letter = full()},
      {.name = "no names", .letter = with_names("", "")},
      {.name = "names with marks", .letter = with_names("Dupont, Jean (chef) \"le grand\" \\o/", "a@b.example")},
      {.name = "names with accents and marks", .letter = with_names("Müller, Éric <é@x>", "Société «O», 2; rue: A")},
      {.name = "emoji",
       .letter = with_subject("💧 fuite 👩🏽‍🔧 à la cave "
                              "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀")},
      {.name = "many blanks", .letter = with_subject("a  b   c é  é   d ")},
      {.name = "an encoded word that is meant so", .letter = with_subject("=?utf-8?q?Bcc=3A?= et =?x")},
      {.name = "a long word in the subject", .letter = with_subject(repeated("x", 1200))},
      {.name = "a long word with accents", .letter = with_subject(repeated("é", 700))},
      {.name = "a long subject", .letter = with_subject(repeated("fuite ", 250) + "fin")},
      {.name = "a long name", .letter = with_names(repeated("Anne ", 100) + "X", repeated("É", 300))},
      {.name = "no subject", .letter = with_subject("")},
      {.name = "no text", .letter = with_text("")},
      {.name = "a long thread", .letter = long_thread()},
      {.name = "long lines", .letter = with_text(repeated("x", 5000) + "\n" + repeated("é", 3000) + "\n")},
      {.name = "lines that mean something",
       .letter = with_text(".\n..\n.b\nFrom here\n>From there\nFrom \n--\n-- \n--=_regie_\n=\n=41\n \t\n. \nFin.\n")},
      {.name = "dots and From where a line is broken", .letter = with_text(repeated("abcd .From ", 60) + "\n")},
      {.name = "another script", .letter = with_text(repeated("Протечка под раковиной\n", 20))},
      {.name = "tabs", .letter = with_text("a\tb\t\n\tc\n")},
      {.name = "another zone",
       .letter =
           [] {
             Letter letter = plain_letter();
             letter.offset = -(hours{3} + std::chrono::minutes{30});
             return letter;
           }()},
      {.name = "a report", .letter = report()},
      {.name = "a page alone",
       .letter =
           [] {
             Letter letter = report();
             letter.attachments.clear();
             return letter;
           }()},
      {.name = "a page in another script",
       .letter =
           [] {
             Letter letter = report();
             letter.html = "<p>" + repeated("Протечка под раковиной ", 50) + "</p>\n";
             return letter;
           }()},
      {.name = "files only",
       .letter = with_files({{"retards.csv", "text/csv", "id,text\r\n1,\"fuite à l'évier\"\r\n\r\n"},
                             {"Relevé d’été, 100 %.csv", "text/csv", ""},
                             {"b.bin", "application/octet-stream", all_bytes() + all_bytes()}})},
      {.name = "a report with an appointment",
       .letter =
           [] {
             Letter letter = full();
             letter.html = page;
             letter.attachments = report().attachments;
             return letter;
           }()},
  };
}

Sample hostile_everywhere() {
  Sample sample{.name = "hostile in every field", .letter = full()};
  Letter& letter = sample.letter;
  letter.from.name = letter.to.name = letter.subject = letter.text = hostile;
  letter.html = hostile;
  letter.attachments = {{hostile, "text/csv\r\nBcc: evil@example.org", hostile},
                        {"../../etc/passwd", "message/rfc822", "From: evil@example.org\n\nx"},
                        {"C:\\a\"b\".exe", "", "x"},
                        {"...", "multipart/mixed; boundary=x", "--x\n"},
                        {repeated("é", 300) + ".xlsx", xlsx, "x"}};
  letter.language = "fr\r\nBcc: evil@example.org";
  letter.references = {"first@val-dorle.example",    "a@b>\r\nBcc: <evil@example.org", "", "no at", "two@at@x",
                       std::string(400, 'x') + "@y", "last@val-dorle.example"};
  sample.from_name = sample.to_name = sample.subject = hostile_line;
  sample.text = sample.html = hostile_text;
  const std::string bytes = "application/octet-stream";
  sample.attachments = {
      {"Bonjour Bcc_ evil@example.org To_ other@example.org  X_ y_x0b_x0c_x1b[31m_u202eabc_u2028_x85_xff_xc3", bytes,
       hostile},
      {"_.._etc_passwd", bytes, letter.attachments[1].bytes},
      {"C__a_b_.exe", bytes, "x"},
      {"file", bytes, "--x\n"},
      {repeated("é", 47) + ".xlsx", xlsx, "x"}};
  sample.references = {"first@val-dorle.example", "last@val-dorle.example"};
  return sample;
}

}  // namespace

Letter plain_letter() {
  return {.from = {"Val d'Orle Habitat", "regie@val-dorle.example"},
          .reply_to = "",
          .to = {"Plomberie Aubin", "aubin+depannage@plomberie.example"},
          .subject = "Rappel",
          .text = "Bonjour,\n\nla demande 12 attend.\n",
          .message_id = "n42.5f1e@val-dorle.example",
          .references = {},
          .date = monday(),
          .offset = hours{1},
          .language = "fr",
          .calendar = ""};
}

std::vector<Sample> samples() {
  auto all = harmless_samples();
  for (Sample& sample : all)  // what a header cannot keep
    while (sample.subject.ends_with(' ')) sample.subject.pop_back();
  all.push_back(hostile_everywhere());
  Sample nul{.name = "NUL and no line end", .letter = with_text(std::string("a\0b", 3))};
  nul.letter.subject = std::string("a\0b", 3);
  nul.subject = "a\\x00b";
  nul.text = "a\\x00b\n";
  all.push_back(nul);
  return all;
}

}  // namespace regie::test
