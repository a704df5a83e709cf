#include "mail/gmime/header.hpp"

#include <algorithm>

#include "mail/gmime/gmime.hpp"

namespace regie::mail {

namespace {

constexpr std::size_t longest_line = 76;   // where encoded words are (RFC 2047, 2)
constexpr std::size_t longest_piece = 66;  // beside "Reply-To: " on the first line
constexpr std::string_view start = "=?utf-8?";
constexpr std::size_t word_room = longest_piece - start.size() - std::string_view("q?").size() - 2;

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

Pieces split(std::string_view text) {
  Pieces pieces;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    pieces.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return pieces;
}

/// Comes back as it is when it is written as it is.
bool is_plain(std::string_view text) {
  return is_ascii(text) && text.find("=?") == std::string_view::npos && text.find("  ") == std::string_view::npos &&
         !text.starts_with(' ') && !text.ends_with(' ') &&
         std::ranges::all_of(split(text), [](const std::string& word) { return word.size() <= longest_piece; });
}

std::size_t character_length(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0U) == 0x80U) ++length;
  return length;
}

/// The form Q, with only those characters left that a name may have too.
std::string quoted(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_alphanumeric(c) || std::string_view("!*+-/").find(c) != std::string_view::npos) result += c;
    else if (c == ' ') result += '_';
    else ((result += '=') += "0123456789ABCDEF"[byte >> 4U]) += "0123456789ABCDEF"[byte & 0xfU];
  }
  return result;
}

/// The form B.
std::string base64(std::string_view text) {
  return taken(g_base64_encode(reinterpret_cast<const guchar*>(text.data()), text.size()));
}

std::size_t base64_size(std::size_t size) { return (size + 2) / 3 * 4; }

/// Words of `longest_piece` characters at most; none holds a part of a character.
Pieces encoded_words(std::string_view text) {
  const bool short_as_base64 = base64_size(text.size()) < quoted(text).size();
  Pieces words;
  while (!text.empty()) {
    std::size_t length = 0;
    for (std::size_t used = 0; length < text.size();) {
      const std::size_t next = character_length(text.substr(length));
      used = short_as_base64 ? base64_size(length + next) : used + quoted(text.substr(length, next)).size();
      if (length > 0 && used > word_room) break;
      length += next;
    }
    const std::string_view now = text.substr(0, length);
    words.push_back(std::string(start) + (short_as_base64 ? "b?" + base64(now) : "q?" + quoted(now)) + "?=");
    text.remove_prefix(length);
  }
  return words;
}

bool is_phrase(std::string_view name) {
  return is_plain(name) && std::ranges::all_of(name, [](char c) {
           return is_alphanumeric(c) || std::string_view(" !#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
         });
}

Pieces name_pieces(std::string_view name) {
  if (is_phrase(name)) return split(name);
  if (!is_plain(name)) return encoded_words(name);
  std::string result = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  result += '"';
  return result.size() <= longest_piece ? Pieces{result} : encoded_words(name);
}

}  // namespace

Pieces text_pieces(std::string_view text) { return is_plain(text) ? split(text) : encoded_words(text); }

Pieces mailbox_pieces(const Mailbox& mailbox) {
  Pieces pieces = name_pieces(mailbox.name);
  pieces.push_back(pieces.empty() ? mailbox.address : '<' + mailbox.address + '>');
  return pieces;
}

std::string header(std::string_view name, const Pieces& pieces) {
  std::string result = std::string(name) + ':';
  std::size_t used = result.size();
  bool begins = true;  // a header's first line must hold something
  for (const std::string& piece : pieces) {
    if (!begins && used + 1 + piece.size() > longest_line) {
      result += '\n';
      used = 0;
    }
    begins = false;
    result += ' ';
    result += piece;
    used += 1 + piece.size();
  }
  return result + '\n';
}

}  // namespace regie::mail
