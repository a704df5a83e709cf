#include "mail/icalendar.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "regie/calendar.hpp"
#include "support/desk.hpp"
#include "text/unicode.hpp"

using namespace regie;
using namespace regie::mail;

namespace {

/// Physical lines without their CRLF; fails the test when a line ends otherwise.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find("\r\n");
    REQUIRE(end != std::string_view::npos);
    lines.emplace_back(text.substr(0, end));
    CHECK(lines.back().find_first_of("\r\n") == std::string::npos);
    text.remove_prefix(end + 2);
  }
  return lines;
}

/// Lines as they were before they were folded.
std::vector<std::string> unfolded(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with(' ')) lines.back() += line.substr(1);
    else lines.push_back(line);
  }
  return lines;
}

CalendarEvent example_event() {
  return {.uid = "request-12@val-d-orle-habitat",
          .from = test::at("2026-03-09T08:00:00+01:00"),
          .to = test::at("2026-03-09T10:00:00+01:00"),
          .sequence = 2,
          .summary = "plomberie, Les Bélandres B-203",
          .location = "Les Bélandres",
          .description = "Fuite sous l'évier\nLocataire : Mme Aubin"};
}

}  // namespace

TEST_CASE("a calendar says what it is and then each appointment in UTC") {
  const std::vector<CalendarEvent> events{example_event()};
  CHECK(unfolded(calendar(events, test::at("2026-03-02T09:00:00+01:00"))) ==
        std::vector<std::string>{"BEGIN:VCALENDAR", "PRODID:-//regie//request desk//EN", "VERSION:2.0",
                                 "METHOD:PUBLISH", "BEGIN:VEVENT", "UID:request-12@val-d-orle-habitat",
                                 "DTSTAMP:20260302T080000Z", "DTSTART:20260309T070000Z", "DTEND:20260309T090000Z",
                                 "SEQUENCE:2", "STATUS:CONFIRMED", "SUMMARY:plomberie\\, Les Bélandres B-203",
                                 "LOCATION:Les Bélandres", "DESCRIPTION:Fuite sous l'évier\\nLocataire : Mme Aubin",
                                 "END:VEVENT", "END:VCALENDAR"});
}

TEST_CASE("an appointment that takes place no more says so") {
  CalendarEvent event = example_event();
  event.cancelled = true;
  const auto lines = unfolded(calendar(std::vector{event}, event.from));
  CHECK(std::ranges::count(lines, "STATUS:CANCELLED") == 1);
  CHECK(std::ranges::count(lines, "STATUS:CONFIRMED") == 0);
}

TEST_CASE("a calendar that is sent names who publishes it in each appointment") {
  const auto organizer = [](const Mailbox& who) -> std::string {
    const std::vector<CalendarEvent> events{example_event(), example_event()};
    const auto lines = unfolded(calendar(events, events.front().from, who));
    const auto is_organizer = [](const std::string& line) { return line.starts_with("ORGANIZER"); };
    const auto found = std::ranges::find_if(lines, is_organizer);
    if (found == lines.end()) return "";
    CHECK(std::ranges::count(lines, *found) == 2);
    return *found;
  };
  CHECK(organizer({"Val d'Orle, Habitat; été: \"régie\"", "regie@val-dorle.example"}) ==
        "ORGANIZER;CN=\"Val d'Orle, Habitat; été: 'régie'\":mailto:regie@val-dorle.example");
  CHECK(organizer({"", "regie@val-dorle.example"}) == "ORGANIZER:mailto:regie@val-dorle.example");
  CHECK(organizer({"a\r\nATTENDEE:x\x1b\xff", "a%b/c?d@val-dorle.example"}) ==
        "ORGANIZER;CN=\"a ATTENDEE:x\\x1b\\xff\":mailto:a%25b%2Fc%3Fd@val-dorle.example");
  CHECK(organizer({"Val d'Orle", "a@b.example\r\nATTENDEE:x"}).empty());
  CHECK(organizer({"Val d'Orle", ""}).empty());
}

TEST_CASE("what is empty has no line in a calendar") {
  CalendarEvent event = example_event();
  event.location.clear();
  event.description.clear();
  const std::string text = calendar(std::vector{event}, event.from);
  CHECK(text.find("LOCATION") == std::string::npos);
  CHECK(text.find("DESCRIPTION") == std::string::npos);
}

TEST_CASE("a calendar without appointments is a calendar") {
  CHECK(lines_of(calendar({}, Instant{})) ==
        std::vector<std::string>{"BEGIN:VCALENDAR", "PRODID:-//regie//request desk//EN", "VERSION:2.0",
                                 "METHOD:PUBLISH", "END:VCALENDAR"});
}

TEST_CASE("the hour that comes twice is told apart") {
  CHECK(calendar_time(test::at("2026-10-25T02:30:00+02:00")) == "20261025T003000Z");
  CHECK(calendar_time(test::at("2026-10-25T02:30:00+01:00")) == "20261025T013000Z");
  CHECK(calendar_time(test::at("2026-01-01T00:30:00+01:00")) == "20251231T233000Z");
}

TEST_CASE("what means something in a calendar is escaped") {
  CHECK(calendar_text("a;b,c\\d:\"e\"") == "a\\;b\\,c\\\\d:\"e\"");
  CHECK(calendar_text("un\ndeux\r\ntrois") == "un\\ndeux\\ntrois");
  CHECK(calendar_text("\\n") == "\\\\n");
  CHECK(calendar_text("") == "");
}

TEST_CASE("nothing that any reader takes for the end of a line comes through") {
  // What str.splitlines() of Python splits at; icalendar 4 uses it.
  for (const char* end :
       {"\r", "\n", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"}) {
    const std::string value = calendar_text(std::string("a") + end + "ATTENDEE:mailto:x@example.org");
    for (const char* any : {"\r", "\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"})
      CHECK_MESSAGE(value.find(any) == std::string::npos, value);
    CHECK(value.starts_with("a"));
    CHECK(value.ends_with("ATTENDEE:mailto:x@example.org"));
  }
}

TEST_CASE("other control characters and broken UTF-8 become visible in a calendar") {
  CHECK(calendar_text("a\x1b[31mb") == "a\\\\x1b[31mb");
  CHECK(calendar_text(std::string_view("a\0b", 3)) == "a\\\\x00b");
  CHECK(calendar_text("a\xe2\x80\xae"
                      "b") == "a\\\\u202eb");
  const std::string broken = calendar_text("a\xff\xc3");
  CHECK_FALSE(text::find_invalid_utf8(broken));
  CHECK(broken == "a\\\\xff\\\\xc3");
}

TEST_CASE("folded lines have at most 75 octets and come back as they were") {
  // Every width of character at every place where a line may end.
  for (const std::string_view character : {"e", "é", "€", "😀"})
    for (std::size_t before = 0; before < 80; ++before)
      for (const std::size_t repeated : {1U, 20U, 75U, 160U}) {
        std::string value(before, 'x');
        for (std::size_t i = 0; i < repeated; ++i) value += character;
        const std::string folded = content_line("DESCRIPTION", value);
        for (const std::string& line : lines_of(folded)) {
          CHECK(line.size() <= 75);
          CHECK_FALSE(text::find_invalid_utf8(line));
        }
        CHECK(unfolded(folded) == std::vector<std::string>{"DESCRIPTION:" + value});
      }
}

TEST_CASE("a line that just fits is not folded") {
  const std::string value(75 - std::string_view("SUMMARY:").size(), 'x');
  CHECK(content_line("SUMMARY", value) == "SUMMARY:" + value + "\r\n");
  CHECK(content_line("SUMMARY", value + "y") == "SUMMARY:" + value + "\r\n y\r\n");
}

TEST_CASE("a request keeps its name in calendars and landlords have different ones") {
  CHECK(calendar_uid(12, "Val d'Orle Habitat") == "request-12@val-d-orle-habitat");
  CHECK(calendar_uid(12, "Office de l’Œuvre Été – Île-de-France!") ==
        "request-12@office-de-l-oeuvre-ete-ile-de-france");
  CHECK(calendar_uid(7, "") == "request-7@regie");
  CHECK(calendar_uid(7, " -\r\n- ") == "request-7@regie");
  CHECK(calendar_uid(7, std::string(300, 'a') + " b").size() <= 75);
}
