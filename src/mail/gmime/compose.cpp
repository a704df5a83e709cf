#include "mail/gmime/compose.hpp"

#include <algorithm>

#include "mail/gmime/gmime.hpp"
#include "mail/gmime/header.hpp"

namespace regie::mail {

namespace {

constexpr const char* charset = "utf-8";
constexpr std::size_t longest_line = 76;
constexpr const char* calendar_file = "rendez-vous.ics";

struct Deleters {
  void operator()(GDateTime* time) const { g_date_time_unref(time); }
  void operator()(GTimeZone* zone) const { g_time_zone_unref(zone); }
  void operator()(GMimeFormatOptions* options) const { g_mime_format_options_free(options); }
};

bool is_mostly_ascii(std::string_view text) {
  const auto others = std::ranges::count_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return static_cast<std::size_t>(others) * 2 <= text.size();
}

/// `bytes` are what they are when `encoding` is that of the part too; otherwise GMime encodes them.
Object<GMimePart> part(const char* type, const char* subtype, std::string_view bytes, GMimeContentEncoding is,
                       GMimeContentEncoding becomes) {
  Object<GMimePart> made(g_mime_part_new_with_type(type, subtype));
  const Object<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
  const Object<GMimeDataWrapper> content(g_mime_data_wrapper_new_with_stream(stream.get(), is));
  g_mime_part_set_content(made.get(), content.get());
  g_mime_part_set_content_encoding(made.get(), becomes);
  if (std::string_view(type) == "text")
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(made.get()), "charset", charset);
  return made;
}

/// `subtype`: "plain", "html".
Object<GMimePart> text_part(const char* subtype, const std::string& text) {
  if (!is_mostly_ascii(text))
    return part("text", subtype, text, GMIME_CONTENT_ENCODING_DEFAULT, GMIME_CONTENT_ENCODING_BASE64);
  const std::string encoded = quoted_printable(text);
  return part("text", subtype, encoded, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
}

Object<GMimePart> file_part(const Attachment& file) {
  const std::size_t slash = file.type.find('/');
  auto made = part(file.type.substr(0, slash).c_str(), file.type.substr(slash + 1).c_str(), file.bytes,
                   GMIME_CONTENT_ENCODING_DEFAULT, GMIME_CONTENT_ENCODING_BASE64);
  auto* const object = GMIME_OBJECT(made.get());
  g_mime_object_set_content_type_parameter(object, "name", file.name.c_str());
  g_mime_object_set_disposition(object, GMIME_DISPOSITION_ATTACHMENT);
  g_mime_object_set_content_disposition_parameter(object, "filename", file.name.c_str());
  return made;
}

Object<GMimePart> calendar_part(const std::string& calendar) {
  auto made = file_part({calendar_file, "text/calendar", calendar});
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(made.get()), "method", "PUBLISH");
  return made;
}

/// `level`: "" outside, another one for each multipart inside. "=_" stands in no quoted-printable and no base64: what
/// is sent cannot hold the boundary.
std::string boundary(const Letter& letter, const char* level) {
  const std::string name = letter.message_id + level;
  return "=_regie_" + taken(g_compute_checksum_for_string(G_CHECKSUM_SHA256, name.c_str(), -1)).substr(0, 32);
}

Object<GMimeObject> multipart(const char* subtype, const std::string& boundary,
                              const std::vector<Object<GMimeObject>>& parts) {
  Object<GMimeMultipart> all(g_mime_multipart_new_with_subtype(subtype));
  g_mime_multipart_set_boundary(all.get(), boundary.c_str());
  for (const auto& one : parts) g_mime_multipart_add(all.get(), one.get());
  return Object<GMimeObject>(GMIME_OBJECT(all.release()));
}

Object<GMimeObject> body(const Letter& letter) {
  const auto as_object = [](Object<GMimePart> part) { return Object<GMimeObject>(GMIME_OBJECT(part.release())); };
  std::vector<Object<GMimeObject>> parts;
  parts.push_back(as_object(text_part("plain", letter.text)));
  if (!letter.html.empty()) {
    // From the plainest to the richest (RFC 2046, 5.1.4).
    parts.push_back(as_object(text_part("html", letter.html)));
    auto both = multipart("alternative", boundary(letter, "/text"), parts);
    parts.clear();
    parts.push_back(std::move(both));
  }
  if (!letter.calendar.empty()) parts.push_back(as_object(calendar_part(letter.calendar)));
  for (const Attachment& file : letter.attachments) parts.push_back(as_object(file_part(file)));
  if (parts.size() == 1) return std::move(parts.front());
  return multipart("mixed", boundary(letter, ""), parts);
}

/// "Mon, 02 Mar 2026 09:00:00 +0100"; "" in a year that cannot be written so.
std::string date(const Letter& letter) {
  const std::unique_ptr<GDateTime, Deleters> utc(g_date_time_new_from_unix_utc(letter.date.time_since_epoch().count()));
  const std::unique_ptr<GTimeZone, Deleters> zone(g_time_zone_new_offset(static_cast<gint32>(letter.offset.count())));
  const std::unique_ptr<GDateTime, Deleters> local(utc == nullptr ? nullptr
                                                                  : g_date_time_to_timezone(utc.get(), zone.get()));
  return local == nullptr ? "" : taken(g_mime_utils_header_format_date(local.get()));
}

std::string headers(const Letter& letter) {
  std::string result = header("From", mailbox_pieces(letter.from)) + header("To", mailbox_pieces(letter.to));
  if (!letter.reply_to.empty()) result += header("Reply-To", {letter.reply_to});
  result += header("Subject", text_pieces(letter.subject));
  if (const std::string written = date(letter); !written.empty()) result += header("Date", {written});
  result += header("Message-ID", {'<' + letter.message_id + '>'});
  if (!letter.references.empty()) {
    Pieces all;
    for (const std::string& id : letter.references) all.push_back('<' + id + '>');
    result += header("In-Reply-To", {all.back()}) + header("References", all);
  }
  // Answering machines must not answer (RFC 3834); those of Exchange look at the second one; "All" would
  // ask it for silence about what it cannot deliver, too.
  result += header("Auto-Submitted", {"auto-generated"}) + header("X-Auto-Response-Suppress", {"OOF,", "AutoReply"});
  if (letter.attempt > 1) result += header("X-Regie-Attempt", {std::to_string(letter.attempt)});
  if (!letter.language.empty()) result += header("Content-Language", {letter.language});
  return result + header("MIME-Version", {"1.0"});
}

void append_hexadecimal(std::string& text, char c) {
  const auto byte = static_cast<unsigned char>(c);
  text += '=';
  text += "0123456789ABCDEF"[byte >> 4U];
  text += "0123456789ABCDEF"[byte & 0xfU];
}

bool is_plain(char c) { return c == '\t' || (c >= ' ' && c <= '~' && c != '='); }

/// One line without its end.
void append_quoted(std::string& result, std::string_view line) {
  std::size_t used = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool is_last = i + 1 == line.size();
    const char c = line[i];
    const bool is_blank = c == ' ' || c == '\t';
    const bool begins = used == 0;  // of what a program on the way sees as a line
    const bool plain = is_plain(c) && !(is_last && is_blank) && !(begins && (c == '.' || c == 'F'));
    // A line goes on behind "="; the last one of them needs no room for that.
    if (used + (plain ? 1U : 3U) + (is_last ? 0U : 1U) > longest_line) {
      result += "=\n";
      used = 0;
      --i;
      continue;
    }
    if (plain) result += c;
    else append_hexadecimal(result, c);
    used += plain ? 1 : 3;
  }
}

}  // namespace

std::string quoted_printable(std::string_view text) {
  std::string result;
  for (;;) {
    const std::size_t end = text.find('\n');
    append_quoted(result, text.substr(0, end));
    if (end == std::string_view::npos) return result;
    result += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string compose(const Letter& letter) {
  const std::unique_ptr<GMimeFormatOptions, Deleters> options(g_mime_format_options_new());
  g_mime_format_options_set_newline_format(options.get(), GMIME_NEWLINE_FORMAT_UNIX);
  std::string message = headers(letter) + taken(g_mime_object_to_string(body(letter).get(), options.get()));
  if (!message.ends_with('\n')) message += '\n';
  return message;
}

}  // namespace regie::mail
