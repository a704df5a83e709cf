#include "mail/icalendar.hpp"

#include <algorithm>
#include <chrono>

#include "text/unicode.hpp"

namespace regie::mail {

namespace {

constexpr std::size_t longest_line = 75;      // octets, without CRLF
constexpr std::size_t longest_uid_name = 60;  // octets

bool continues_character(char octet) { return (static_cast<unsigned char>(octet) & 0xc0U) == 0x80U; }

std::string digits(std::int64_t number, std::size_t width) {
  std::string text = std::to_string(number);
  return text.insert(0, width - std::min(width, text.size()), '0');
}

/// As a URI holds an address (RFC 6068): what means something there is written in hexadecimal digits.
std::string mailto(std::string_view address) {
  std::string uri = "mailto:";
  for (const char c : address) {
    const bool special = std::string_view("#%&/=?^`{|}").find(c) != std::string_view::npos;
    if (special) (uri += '%') += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4U];
    uri += special ? "0123456789ABCDEF"[static_cast<unsigned char>(c) & 0xfU] : c;
  }
  return uri;
}

/// The value of a parameter stands between quotes and has no way to hold one (3.1).
std::string organizer_line(const Mailbox& organizer) {
  std::string name = text::one_line(organizer.name);
  std::ranges::replace(name, '"', '\'');
  return content_line(name.empty() ? "ORGANIZER" : "ORGANIZER;CN=\"" + name + '"', mailto(organizer.address));
}

}  // namespace

std::string calendar_uid(RequestId request, std::string_view landlord) {
  std::string name;
  for (const char c : text::fold(landlord)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) name += c;
    else if (!name.empty() && name.back() != '-') name += '-';
  }
  name.resize(std::min(name.size(), longest_uid_name));
  while (name.ends_with('-')) name.pop_back();
  return "request-" + std::to_string(request) + '@' + (name.empty() ? "regie" : name);
}

std::string calendar_text(std::string_view text) {
  std::string result;
  for (const char c : text::shown(text)) {
    if (c == '\n') {
      result += "\\n";
      continue;
    }
    if (c == '\\' || c == ';' || c == ',') result += '\\';
    result += c;
  }
  return result;
}

std::string content_line(std::string_view name, std::string_view value) {
  const std::string line = std::string(name) + ':' + std::string(value);
  std::string folded;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t room = longest_line - (at == 0 ? 0 : 1);
    std::size_t length = std::min(room, line.size() - at);
    if (at + length < line.size())
      while (length > 1 && continues_character(line[at + length])) --length;
    if (at > 0) folded += "\r\n ";
    folded.append(line, at, length);
    at += length;
  }
  return folded + "\r\n";
}

std::string calendar_time(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{instant - day};
  return digits(static_cast<int>(date.year()), 4) + digits(static_cast<unsigned>(date.month()), 2) +
         digits(static_cast<unsigned>(date.day()), 2) + 'T' + digits(clock.hours().count(), 2) +
         digits(clock.minutes().count(), 2) + digits(clock.seconds().count(), 2) + 'Z';
}

std::string calendar(std::span<const CalendarEvent> events, Instant stamp, const Mailbox& organizer) {
  std::string text = content_line("BEGIN", "VCALENDAR") + content_line("PRODID", "-//regie//request desk//EN") +
                     content_line("VERSION", "2.0") + content_line("METHOD", "PUBLISH");
  for (const CalendarEvent& event : events) {
    text += content_line("BEGIN", "VEVENT");
    text += content_line("UID", calendar_text(event.uid));
    text += content_line("DTSTAMP", calendar_time(stamp));
    text += content_line("DTSTART", calendar_time(event.from));
    text += content_line("DTEND", calendar_time(event.to));
    text += content_line("SEQUENCE", std::to_string(event.sequence));
    text += content_line("STATUS", event.cancelled ? "CANCELLED" : "CONFIRMED");
    if (is_address(organizer.address)) text += organizer_line(organizer);
    text += content_line("SUMMARY", calendar_text(event.summary));
    if (!event.location.empty()) text += content_line("LOCATION", calendar_text(event.location));
    if (!event.description.empty()) text += content_line("DESCRIPTION", calendar_text(event.description));
    text += content_line("END", "VEVENT");
  }
  return text + content_line("END", "VCALENDAR");
}

}  // namespace regie::mail
