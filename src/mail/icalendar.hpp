// Appointments as calendars exchange them: iCalendar, RFC 5545. What goes in was partly typed by strangers; nothing of
// it can end a line, begin a property or reorder what a reader sees.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "mail/letter.hpp"
#include "regie/request.hpp"

namespace regie::mail {

/// One appointment. Texts may be any bytes.
struct CalendarEvent {
  std::string uid;  ///< calendar_uid(): the same one for as long as it is the same request
  Instant from{};
  Instant to{};               ///< later than `from`
  std::int64_t sequence = 0;  ///< rises with every change; not negative
  std::string summary;        ///< what a telephone shows while it is locked: no names of tenants
  std::string location;
  std::string description;  ///< may have several lines
  bool cancelled = false;   ///< it takes place no more: calendars that have it strike it out
};

/// "request-12@val-d-orle-habitat": globally unique as far as landlords have different names; `regie` for a name
/// without any letter or digit of ASCII, accents aside. Depends on nothing else, so that a calendar that gets the
/// appointment again moves the one it has.
std::string calendar_uid(RequestId request, std::string_view landlord);

/// `text` as a value of type TEXT (RFC 5545, 3.3.11): backslash, semicolon, comma and line ends escaped. Other control
/// characters, line and paragraph separators, bidirectional overrides and bytes that are not UTF-8 become visible
/// escapes (text::shown): no parser, however lenient about what ends a line, finds a second line in it.
std::string calendar_text(std::string_view text);

/// "NAME:value" and CRLF, folded (3.1): no line is longer than 75 octets without its CRLF, each but the first begins
/// with a blank, and no UTF-8 character is cut. `value` must be as a content line takes it: calendar_text(), a time, a
/// number.
std::string content_line(std::string_view name, std::string_view value);

/// "20260309T070000Z": UTC, so that no time zone has to be sent along and an hour that comes twice is told apart.
std::string calendar_time(Instant instant);

/// The whole calendar, METHOD:PUBLISH, events in the given order. `stamp` is when it was made. Without events it is a
/// calendar all the same: RFC 5545 wants one at least, but a program that fetches a calendar wants to read that it is
/// empty. `organizer` is who publishes them, which RFC 5546 wants to be said in a calendar that is sent; it is not when
/// it has no address that is_address().
std::string calendar(std::span<const CalendarEvent> events, Instant stamp, const Mailbox& organizer = {});

}  // namespace regie::mail
