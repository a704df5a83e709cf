#include "mail/gmime/decode.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "mail/gmime/entity.hpp"
#include "mail/gmime/gmime.hpp"

namespace regie::mail {

namespace {

constexpr std::size_t longest_header_text = 1'000;
constexpr std::size_t largest_body = 1'000'000;
constexpr const char* replacement = "\xef\xbf\xbd";  // U+FFFD

bool is_utf8(const std::string& text) { return g_utf8_validate_len(text.data(), text.size(), nullptr) != FALSE; }

/// false: there is no such character set.
bool convert(const std::string& bytes, const std::string& charset, std::string& result) {
  const iconv_t converter = g_mime_iconv_open("utf-8", charset.c_str());
  if (converter == reinterpret_cast<iconv_t>(-1)) return false;
  std::string input = bytes;
  char* from = input.data();
  std::size_t left = input.size();
  std::array<char, 4096> buffer{};
  while (left > 0) {
    char* to = buffer.data();
    std::size_t room = buffer.size();
    const std::size_t before = left;
    g_mime_iconv(converter, &from, &left, &to, &room);
    result.append(buffer.data(), buffer.size() - room);
    if (left < before || room < buffer.size()) continue;
    result += replacement;  // it stands before a byte that means nothing
    ++from;
    --left;
  }
  g_mime_iconv_close(converter);
  return true;
}

/// A name that may be handed to the C library, which looks for files of that name.
bool is_charset_name(const std::string& name) {
  return !name.empty() && name.size() <= 40 && std::ranges::all_of(name, [](char c) {
    return g_ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == ':' || c == '+';
  });
}

// -- encoded words. GMime 3.2.10 to 3.2.13 lose what stands behind one that ends with "=" (its issue 133).

constexpr std::size_t longest_word = 1'000;  // 75 by the standard

struct Word {
  std::string charset;
  std::string bytes;
};

int digit(char c) { return g_ascii_xdigit_value(c); }

std::string unquoted(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '=' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    if (escape) bytes += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    else bytes += text[i] == '_' ? ' ' : text[i];
    if (escape) i += 2;
  }
  return bytes;
}

std::string from_base64(std::string_view text) {
  gsize size = 0;
  const std::unique_ptr<guchar, MemoryDeleter> bytes(g_base64_decode(std::string(text).c_str(), &size));
  return {reinterpret_cast<const char*>(bytes.get()), size};
}

/// "=?charset?q?text?=", taken off the front when it stands there.
std::optional<Word> take_word(std::string_view& rest) {
  const std::string_view near = rest.substr(0, longest_word);
  if (!near.starts_with("=?")) return std::nullopt;
  const std::size_t mark = near.find('?', 2);
  if (mark == std::string_view::npos || mark + 2 >= near.size() || near[mark + 2] != '?') return std::nullopt;
  const char form = g_ascii_tolower(near[mark + 1]);
  const std::size_t end = near.find("?=", mark + 3);
  if ((form != 'q' && form != 'b') || end == std::string_view::npos) return std::nullopt;
  std::string_view charset = near.substr(2, mark - 2);
  charset = charset.substr(0, charset.find('*'));  // a language may stand behind it (RFC 2231)
  const std::string_view text = near.substr(mark + 3, end - mark - 3);
  rest.remove_prefix(end + 2);
  return Word{std::string(charset), form == 'q' ? unquoted(text) : from_base64(text)};
}

std::string decoded_words(std::string_view rest) {
  std::string result;
  Word words;          // of one character set: some programs cut characters
  std::string blanks;  // behind a word; those before another one do not count
  std::string plain;
  const auto finish_words = [&] { result += from_charset(std::exchange(words.bytes, {}), words.charset); };
  const auto finish_plain = [&] { result += from_charset(std::exchange(plain, {}), ""); };
  for (bool behind_word = false; !rest.empty();) {
    if (auto word = take_word(rest)) {
      finish_plain();
      if (!same_word(word->charset, words.charset)) finish_words();
      words.charset = word->charset;
      words.bytes += word->bytes;
      blanks.clear();
      behind_word = true;
      continue;
    }
    const char c = rest.front();
    rest.remove_prefix(1);
    if (behind_word && (c == ' ' || c == '\t')) {
      blanks += c;
      continue;
    }
    if (behind_word) finish_words();
    behind_word = false;
    plain += std::exchange(blanks, {}) + c;
  }
  finish_plain();
  finish_words();
  return result;
}

}  // namespace

std::string clean(std::string_view text, std::size_t most) {
  const std::string valid = taken(g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())));
  std::string result;
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const char c = valid[i];
    const auto byte = static_cast<unsigned char>(c);
    const char next = i + 1 < valid.size() ? valid[i + 1] : '\0';
    if (c == '\r') {
      if (next != '\n') result += '\n';
    } else if (byte == 0xc2 && static_cast<unsigned char>(next) < 0xa0) {
      ++i;  // C1
    } else if (byte >= 0x20 && byte != 0x7f) {
      result += c;
    } else if (c == '\n' || c == '\t') {
      result += c;
    }
  }
  if (result.size() <= most) return result;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(result[end]) & 0xc0U) == 0x80U) --end;
  result.resize(end);
  return result;
}

std::string header_text(const std::string& value) {
  std::string text = clean(decoded_words(value), longest_header_text);
  std::ranges::replace_if(
      text, [](char c) { return c == '\n' || c == '\t'; }, ' ');
  text.erase(text.find_last_not_of(' ') + 1);
  text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

std::string decoded(std::string_view body, const std::string& encoding) {
  body = body.substr(0, largest_body);
  const auto known = g_mime_content_encoding_from_string(encoding.c_str());
  if (known != GMIME_CONTENT_ENCODING_BASE64 && known != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
    return std::string(body);
  GMimeEncoding state;
  g_mime_encoding_init_decode(&state, known);
  std::string result(g_mime_encoding_outlen(&state, body.size()), '\0');
  result.resize(g_mime_encoding_flush(&state, body.data(), body.size(), result.data()));
  return result;
}

std::string from_charset(const std::string& bytes, const std::string& charset) {
  if (same_word(charset, "utf-8")) return bytes;  // what is none of it is replaced by clean()
  const bool latin = same_word(charset, "iso-8859-1") || same_word(charset, "latin1");
  const bool known = is_charset_name(charset) && !latin && !same_word(charset, "us-ascii");
  std::string result;
  if (known && convert(bytes, charset, result)) return result;
  if (!latin && is_utf8(bytes)) return bytes;
  convert(bytes, "windows-1252", result);
  return result;
}

Described::Described(const std::string& value, std::string type) : value_(value), type_(std::move(type)) {
  const std::size_t end = std::min(value.find_first_of("; \t("), value.size());
  if (end == 0) return;
  type_ = value.substr(0, end);
  std::ranges::transform(type_, type_.begin(), [](char c) { return g_ascii_tolower(c); });
}

std::string Described::parameter(const char* name) const {
  const Object<GMimeContentType> parsed(g_mime_content_type_parse(nullptr, value_.c_str()));
  const char* const value = parsed == nullptr ? nullptr : g_mime_content_type_get_parameter(parsed.get(), name);
  return value == nullptr ? "" : value;
}

}  // namespace regie::mail
