// One mail to one recipient, before it has the form in which mail programs exchange it, and one that was read.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "regie/request.hpp"

namespace regie::mail {

/// Somebody's address with the name that a mail program shows for it.
struct Mailbox {
  std::string name;     ///< any text; "" = none
  std::string address;  ///< is_address()
};

/// A file that goes with a letter. It arrives to the last byte.
struct Attachment {
  std::string name;  ///< any text: what would be a path, or hidden, is no longer
  std::string type;  ///< "text/csv"; what is no type becomes application/octet-stream
  std::string bytes;
};

/// What is sent. Texts may be any bytes: nothing of them ends a header or begins another one.
struct Letter {
  Mailbox from;
  std::string reply_to;  ///< an address; "" = answers go to `from`
  Mailbox to;
  std::string subject;
  std::string text;                     ///< UTF-8, lines end with '\n'
  std::string message_id;               ///< without < and >: the same one at every attempt
  std::vector<std::string> references;  ///< the mails it belongs to, the first one first; without < and >
  Instant date{};
  std::chrono::seconds offset{0};  ///< of the landlord's zone from UTC at that time
  std::string language;            ///< "fr", "en"
  std::string calendar;            ///< an iCalendar object to attach; "" = none
  int attempt = 1;                 ///< from 2 on it is said in a header: it may be the same mail once more
  std::string html = {};           ///< `text` as a page, for readers who see pages; "" = none
  std::vector<Attachment> attachments = {};
};

/// A mail that came in, as far as the desk has to do with it. All texts are UTF-8, whatever they were, without control
/// characters but for '\n' and tabs in `text`; they were written by strangers, and may say whatever they like.
struct Incoming {
  std::string from;        ///< the one is_address() of From, small letters; "" when there is none, or more than one
  std::string from_shown;  ///< From as it stands there, decoded; one line
  std::string subject;     ///< one line
  std::string message_id;  ///< is_message_id(), without < and >; "" = none
  std::vector<std::string> references;  ///< In-Reply-To and References, the latest first, each once; is_message_id()
  std::string text;                     ///< its text/plain, else its text/html without tags; at most 100,000 bytes
  std::optional<Instant> date;          ///< when its sender's machine says that it was sent
  bool automatic = false;               ///< an answering machine, a mailing list or a mail system wrote it
  bool bounce = false;  ///< a report of what became of a mail (RFC 3464), or one from nobody (RFC 5321, 4.5.5)
  std::vector<std::string> failed;    ///< a bounce: is_address(), small letters: cannot be reached for good
  std::vector<std::string> returned;  ///< a bounce: Message-IDs of the mails it is about

  /// A bounce: what a report in the form of RFC 3464 says of the mail.
  enum class Delivery { unsaid, under_way, given_up } delivery = Delivery::unsaid;
  std::string diagnosis;  ///< ... and why the first address was given up, as a mail system put it; one line
};

/// Is this one addr-spec of RFC 5321 that every mail program takes as it is: local part of letters, digits and
/// !#$%&'*+-/=?^_`{|}~ and single dots between them, a domain of at least two labels; ASCII only, no quotes, no
/// comments, no leading dash, at most 64 and 254 octets?
bool is_address(std::string_view text);

/// May this stand between < and > as the name of a mail: printable ASCII without blanks, < and >, one @ with something
/// on both sides, at most 250 octets?
bool is_message_id(std::string_view text);

}  // namespace regie::mail
