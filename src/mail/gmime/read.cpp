#include "mail/gmime/read.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "mail/gmime/decode.hpp"
#include "mail/gmime/entity.hpp"
#include "mail/gmime/gmime.hpp"
#include "mail/gmime/html.hpp"

namespace regie::mail {

namespace {

constexpr std::size_t longest_text = 100'000;
constexpr std::size_t most_references = 100;
constexpr std::size_t most_recipients = 100;  // of one report
constexpr int most_leaves = 500;              // parts whose text is looked at

std::string small_letters(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return g_ascii_tolower(c); });
  return text;
}

bool starts_with_word(const std::string& text, std::string_view start) {
  return text.size() >= start.size() && same_word(std::string_view(text).substr(0, start.size()), start);
}

void add_once(std::vector<std::string>& list, std::string text, std::size_t most) {
  if (list.size() < most && std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
}

// -- addresses and names of mails

void collect(InternetAddressList* list, std::vector<std::string>& found, int depth) {
  for (int i = 0; list != nullptr && i < internet_address_list_length(list); ++i) {
    InternetAddress* const one = internet_address_list_get_address(list, i);
    if (INTERNET_ADDRESS_IS_MAILBOX(one)) {
      const char* const address = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one));
      found.emplace_back(address == nullptr ? "" : address);
    } else if (depth < deepest) {
      collect(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(one)), found, depth + 1);
    }
  }
}

/// "a@b.example", "Name <a@b.example>", "a@b.example (Name)", "Group: a@b.example;": the address, as long as there is
/// nothing else. A parser that is lenient makes a@b.example of "a@b.example@c.example", and whoever checked the sender
/// before us did not.
std::string_view plainly_written(std::string_view from) {
  constexpr std::string_view blanks = " \t";
  if (from.ends_with(';') && from.find(':') != std::string_view::npos)  // a group of one
    from = from.substr(from.find(':') + 1, from.size() - from.find(':') - 2);
  if (from.ends_with(')')) from = from.substr(0, from.rfind('('));
  from.remove_prefix(std::min(from.find_first_not_of(blanks), from.size()));
  from = from.substr(0, from.find_last_not_of(blanks) + 1);
  if (!from.ends_with('>')) return from;
  const std::size_t begin = from.rfind('<');
  return begin == std::string_view::npos ? std::string_view() : from.substr(begin + 1, from.size() - begin - 2);
}

/// Of all headers From: a second one may not hide behind the first.
std::string the_one_address(const Entity& message) {
  std::vector<std::string> found;
  std::string_view written;
  for (const Header& header : message.headers) {
    if (!same_word(header.name, "From")) continue;
    const Object<InternetAddressList> list(internet_address_list_parse(nullptr, header.value.c_str()));
    collect(list.get(), found, 0);
    written = plainly_written(header.value);
  }
  return found.size() == 1 && found.front() == written && is_address(found.front()) ? small_letters(found.front()) : "";
}

/// What stands between < and >, in order.
std::vector<std::string> message_ids(std::string_view text) {
  std::vector<std::string> ids;
  while (true) {
    const std::size_t begin = text.find('<');
    const std::size_t end = begin == std::string_view::npos ? begin : text.find('>', begin);
    if (end == std::string_view::npos) return ids;
    const std::string_view id = text.substr(begin + 1, end - begin - 1);
    if (is_message_id(id)) ids.emplace_back(id);
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> references_of(const Entity& message) {
  std::vector<std::string> references;
  for (std::string& id : message_ids(message.header("In-Reply-To")))
    add_once(references, std::move(id), most_references);
  auto thread = message_ids(message.header("References"));
  std::ranges::reverse(thread);
  for (std::string& id : thread) add_once(references, std::move(id), most_references);
  return references;
}

std::optional<Instant> date_of(const Entity& message) {
  struct Deleter {
    void operator()(GDateTime* date) const { g_date_time_unref(date); }
  };
  const std::string& written = message.header("Date");
  if (written.empty()) return std::nullopt;
  const std::unique_ptr<GDateTime, Deleter> date(g_mime_utils_header_decode_date(written.c_str()));
  if (date == nullptr) return std::nullopt;
  return Instant{std::chrono::seconds{g_date_time_to_unix(date.get())}};
}

// -- what somebody reads

/// The form of one part.
struct Part {
  Entity entity;
  Described type;

  Part(std::string_view bytes, const char* usual_type)
      : entity(entity_of(bytes)), type(entity.header("Content-Type"), usual_type) {}

  bool is(std::string_view name) const { return type.type() == name; }
  bool is_multipart() const { return type.type().starts_with("multipart/"); }
  std::string content() const { return decoded(entity.body, entity.header("Content-Transfer-Encoding")); }
};

std::vector<Part> parts_in(const Part& whole) {
  std::vector<Part> parts;
  const char* const usual_type = whole.is("multipart/digest") ? "message/rfc822" : "text/plain";
  for (const std::string_view bytes : parts_of(whole.entity.body, whole.type.parameter("boundary")))
    parts.emplace_back(bytes, usual_type);
  return parts;
}

struct Text {
  std::string text;
  bool is_plain = true;
};

class Body {
 public:
  std::string text(const Part& message) { return clean(text_of(message, 0).text, longest_text); }

 private:
  Text text_of(const Part& part, int depth) {
    if (part.is_multipart() && depth < deepest)
      return part.is("multipart/alternative") ? best_of(part, depth) : all_of(part, depth);
    const bool plain = part.is("text/plain");
    if ((!plain && !part.is("text/html")) || is_attached(part) || ++leaves_ > most_leaves) return {};
    std::string text = from_charset(part.content(), part.type.parameter("charset"));
    // A part that holds nothing but its line's end is not the text.
    if (!plain) text = text_of_html(clean(text, text.size()));
    return {text.find_first_not_of(" \t\r\n") == std::string::npos ? "" : std::move(text), plain};
  }

  static bool is_attached(const Part& part) {
    return Described(part.entity.header("Content-Disposition"), "inline").type() == "attachment";
  }

  Text best_of(const Part& part, int depth) {
    Text best;
    for (const Part& form : parts_in(part)) {
      Text text = text_of(form, depth + 1);
      if (best.text.empty() || (!best.is_plain && text.is_plain && !text.text.empty())) best = std::move(text);
    }
    return best;
  }

  Text all_of(const Part& part, int depth) {
    Text all;
    for (const Part& piece : parts_in(part)) {
      const Text text = text_of(piece, depth + 1);
      if (text.text.empty() || all.text.size() > longest_text) continue;
      if (!all.text.empty() && !all.text.ends_with('\n')) all.text += '\n';
      all.text += text.text;
      all.is_plain = all.is_plain && text.is_plain;
    }
    return all;
  }

  int leaves_ = 0;
};

// -- who wrote it

bool is_from_nobody(const Entity& message) {
  return std::ranges::any_of(message.headers, [](const Header& header) {
    return same_word(header.name, "Return-Path") && header.value.starts_with("<>");
  });
}

bool is_from_mailbox(const Incoming& incoming, std::string_view local) {
  return incoming.from.starts_with(std::string(local) + '@');
}

// X-Auto-Response-Suppress says nothing: Outlook puts it into what people write.
bool is_automatic(const Header& header) {
  if (same_word(header.name, "Auto-Submitted")) return Described(header.value, "no").type() != "no";
  if (same_word(header.name, "Precedence"))
    return std::ranges::any_of(std::array{"bulk", "list", "junk", "auto_reply"},
                               [&](const char* word) { return same_word(header.value, word); });
  return std::ranges::any_of(std::array{"List-Id", "X-Autoreply", "X-Autorespond"},
                             [&](const char* name) { return same_word(header.name, name); });
}

// -- reports of what became of a mail

/// "rfc822; somebody@example.org".
void add_recipient(std::vector<std::string>& list, std::string_view value) {
  const std::size_t colon = value.find(';');
  if (colon == std::string_view::npos) return;
  value.remove_prefix(colon + 1);
  std::string address = small_letters(header_text(std::string(value)));
  if (address.starts_with('<') && address.ends_with('>')) address = address.substr(1, address.size() - 2);
  if (is_address(address)) add_once(list, std::move(address), most_recipients);
}

/// "550 5.1.1 No such user" of "smtp; 550 5.1.1 No such user", otherwise "5.1.1".
std::string diagnosis(const Entity& block) {
  std::string_view text = block.header("Diagnostic-Code");
  if (const std::size_t semicolon = text.find(';'); semicolon != std::string_view::npos)
    text.remove_prefix(semicolon + 1);
  const std::string line = header_text(std::string(text));
  const std::string why = line.empty() ? header_text(block.header("Status")) : line;
  return why.substr(std::min(why.find_first_not_of(' '), why.size()));
}

/// One block for the mail, one for each recipient (RFC 3464).
void read_status(const Part& part, Incoming& incoming) {
  const std::string content = part.content();
  std::string_view rest = content;
  for (std::size_t blocks = 0; !rest.empty() && blocks <= most_recipients; ++blocks) {
    Entity block{take_headers(rest), {}};
    const std::string& action = block.header("Action");
    if (!action.empty() && incoming.delivery == Incoming::Delivery::unsaid)
      incoming.delivery = Incoming::Delivery::under_way;
    if (starts_with_word(action, "failed") && incoming.delivery != Incoming::Delivery::given_up) {
      incoming.delivery = Incoming::Delivery::given_up;
      incoming.diagnosis = diagnosis(block);
    }
    const bool for_good = starts_with_word(action, "failed") && block.header("Status").starts_with("5.");
    if (!for_good) continue;
    add_recipient(incoming.failed, block.header("Original-Recipient"));
    add_recipient(incoming.failed, block.header("Final-Recipient"));
  }
}

void add_returned(Incoming& incoming, const Entity& mail) {
  for (std::string& id : message_ids(mail.header("Message-ID")))
    add_once(incoming.returned, std::move(id), most_recipients);
}

/// true: it is about a mail's delivery.
bool read_report(const Part& report, Incoming& incoming) {
  bool about_delivery = same_word(report.type.parameter("report-type"), "delivery-status");
  for (const Part& part : parts_in(report)) {
    if (part.is("message/delivery-status") || part.is("message/global-delivery-status")) {
      about_delivery = true;
      read_status(part, incoming);
    }
    if (part.is("message/rfc822") || part.is("message/global") || part.is("text/rfc822-headers") ||
        part.is("message/global-headers"))
      add_returned(incoming, entity_of(part.content()));
  }
  return about_delivery;
}

/// Reports of a form of their own quote the mail, or its headers.
void find_returned(Incoming& incoming) {
  for (std::string_view rest = incoming.text; !rest.empty();) {
    std::string_view line = take_line(rest);
    line.remove_prefix(std::min(line.find_first_not_of("> \t"), line.size()));
    if (starts_with_word(std::string(line.substr(0, 12)), "message-id:"))
      for (std::string& id : message_ids(line)) add_once(incoming.returned, std::move(id), most_recipients);
  }
}

}  // namespace

Incoming read(std::string_view bytes) {
  const Part message(bytes, "text/plain");
  const Entity& entity = message.entity;
  Incoming incoming;
  incoming.from = the_one_address(entity);
  incoming.from_shown = header_text(entity.header("From"));
  incoming.subject = header_text(entity.header("Subject"));
  if (const auto ids = message_ids(entity.header("Message-ID")); !ids.empty()) incoming.message_id = ids.front();
  incoming.references = references_of(entity);
  incoming.date = date_of(entity);
  incoming.text = Body().text(message);

  const bool report = message.is("multipart/report");
  const bool nobody = is_from_nobody(entity);
  const bool from_mailer = is_from_mailbox(incoming, "mailer-daemon");
  const bool about_delivery = report && read_report(message, incoming);
  incoming.bounce = about_delivery || nobody || from_mailer;
  incoming.automatic = report || incoming.bounce || is_from_mailbox(incoming, "postmaster") ||
                       std::ranges::any_of(entity.headers, is_automatic);
  if (!incoming.bounce) incoming.returned.clear();
  else if (incoming.returned.empty()) find_returned(incoming);
  return incoming;
}

}  // namespace regie::mail
