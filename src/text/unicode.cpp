#include "text/unicode.hpp"

#include <utf8proc.h>

#include <array>

namespace regie::text {

namespace {

const utf8proc_uint8_t* bytes(std::string_view text) { return reinterpret_cast<const utf8proc_uint8_t*>(text.data()); }

struct Decoded {
  utf8proc_int32_t codepoint;  ///< negative: not UTF-8
  std::size_t length;          ///< bytes, at least 1
};

Decoded decode(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {first, 1};
  utf8proc_int32_t codepoint = -1;
  const auto length = utf8proc_iterate(bytes(text), static_cast<utf8proc_ssize_t>(text.size()), &codepoint);
  if (length < 1) return {-1, 1};
  return {codepoint, static_cast<std::size_t>(length)};
}

void append(std::string& text, utf8proc_int32_t codepoint) {
  std::array<utf8proc_uint8_t, 4> buffer{};
  const auto length = utf8proc_encode_char(codepoint, buffer.data());
  text.append(reinterpret_cast<const char*>(buffer.data()), static_cast<std::size_t>(length));
}

/// What Unicode does not take apart and people type in two ways; without case and accents already.
void append_folded(std::string& text, utf8proc_int32_t c) {
  if (c == 0x153) text += "oe";
  else if (c == 0xe6) text += "ae";
  else if (c == 0x142) text += 'l';
  else if (c == 0x2019 || c == 0x2018 || c == 0x2bc) text += '\'';  // typographic apostrophes
  else append(text, c);
}

bool is_control(utf8proc_int32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0); }

/// Characters that reorder or hide what stands beside them.
bool is_deceptive(utf8proc_int32_t c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x061c ||
         c == 0x2028 || c == 0x2029 || (c >= 0xe0000 && c <= 0xe007f) || c == 0xfeff;
}

void append_escape(std::string& text, char kind, utf8proc_int32_t value, int digits) {
  text += '\\';
  text += kind;
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) text += "0123456789abcdef"[(value >> shift) & 0xf];
}

std::string visible(std::string_view text, bool keep_lines) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Decoded next = decode(text);
    const auto c = next.codepoint;
    if (c < 0) {
      append_escape(result, 'x', static_cast<unsigned char>(text.front()), 2);
    } else if (c == '\r' && text.size() > 1 && text[1] == '\n') {
      // the line feed behind it says it all
    } else if (c == '\n' && keep_lines) {
      result += '\n';
    } else if (c == '\n' || c == '\t' || c == '\r') {
      result += ' ';
    } else if (is_control(c)) {
      append_escape(result, 'x', c, 2);
    } else if (is_deceptive(c)) {
      append_escape(result, 'u', c, c > 0xffff ? 5 : 4);
    } else {
      result.append(text.substr(0, next.length));
    }
    text.remove_prefix(next.length);
  }
  return result;
}

/// One character as people see it: a base with its accents, an emoji with its modifiers, a flag.
struct Grapheme {
  std::size_t length;
  int width;
};

Grapheme next_grapheme(std::string_view text) {
  const Decoded first = decode(text);
  if (first.codepoint < 0) return {1, 1};
  Grapheme grapheme{first.length, first.codepoint == '\n' ? 0 : utf8proc_charwidth(first.codepoint)};
  utf8proc_int32_t state = 0;
  utf8proc_int32_t last = first.codepoint;
  while (grapheme.length < text.size()) {
    const Decoded next = decode(text.substr(grapheme.length));
    if (next.codepoint < 0 || utf8proc_grapheme_break_stateful(last, next.codepoint, &state)) break;
    const bool emoji_style = next.codepoint == 0xfe0f;  // asks for the emoji form of a text character
    const bool flag = next.codepoint >= 0x1f1e6 && next.codepoint <= 0x1f1ff;
    if (emoji_style || flag) grapheme.width = 2;
    grapheme.length += next.length;
    last = next.codepoint;
  }
  return grapheme;
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const Decoded next = decode(text.substr(at));
    if (next.codepoint < 0) return at;
    at += next.length;
  }
  return std::nullopt;
}

std::string fold(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Decoded next = decode(text);
    const auto c = next.codepoint;
    if (c >= 'A' && c <= 'Z') {
      result += static_cast<char>(c - 'A' + 'a');
    } else if (c >= 0 && c < 0x80) {
      result += static_cast<char>(c);
    } else if (c < 0) {
      result += ' ';
    } else {
      std::array<utf8proc_int32_t, 24> parts{};
      int boundary = 0;
      const auto count = utf8proc_decompose_char(
          c, parts.data(), parts.size(),
          static_cast<utf8proc_option_t>(UTF8PROC_CASEFOLD | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK | UTF8PROC_DECOMPOSE),
          &boundary);
      for (utf8proc_ssize_t i = 0; i < count && i < static_cast<utf8proc_ssize_t>(parts.size()); ++i)
        append_folded(result, parts[static_cast<std::size_t>(i)]);
    }
    text.remove_prefix(next.length);
  }
  return result;
}

int display_width(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const Grapheme next = next_grapheme(text);
    width += next.width;
    text.remove_prefix(next.length);
  }
  return width;
}

std::string one_line(std::string_view text) { return visible(text, false); }

std::string shown(std::string_view text) { return visible(text, true); }

std::string cut_to_width(std::string_view text, int width, std::string_view ellipsis) {
  if (display_width(text) <= width) return std::string(text);
  const int room = width - display_width(ellipsis);
  std::size_t end = 0;
  for (int used = 0; end < text.size();) {
    const Grapheme next = next_grapheme(text.substr(end));
    if (used + next.width > room) break;
    used += next.width;
    end += next.length;
  }
  while (end > 0 && text[end - 1] == ' ') --end;
  return std::string(text.substr(0, end)).append(room < 0 ? std::string_view() : ellipsis);
}

std::vector<std::string> wrap(std::string_view text, int width) {
  std::vector<std::string> lines;
  std::string line;
  int used = 0;
  const auto finish = [&] {
    lines.push_back(std::move(line));
    line.clear();
    used = 0;
  };
  while (!text.empty()) {
    if (text.front() == '\n') {
      finish();
      text.remove_prefix(1);
      continue;
    }
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(end);
    if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    const int word_width = display_width(word);
    if (used > 0 && used + 1 + word_width > width) finish();
    if (used > 0) {
      line += ' ';
      ++used;
    }
    while (!word.empty()) {  // a word longer than a line is broken where it must be
      const Grapheme next = next_grapheme(word);
      if (used > 0 && used + next.width > width) finish();
      line.append(word.substr(0, next.length));
      used += next.width;
      word.remove_prefix(next.length);
    }
  }
  if (!line.empty() || lines.empty()) finish();
  return lines;
}

}  // namespace regie::text
