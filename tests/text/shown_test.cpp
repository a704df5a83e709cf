// What a terminal may be shown: nothing that moves the cursor, changes colours or reorders what stands beside it.
#include <doctest/doctest.h>
#include <utf8proc.h>

#include <array>
#include <string>

#include "text/unicode.hpp"

using namespace regie::text;

namespace {

std::string encoded(utf8proc_int32_t codepoint) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto length = utf8proc_encode_char(codepoint, bytes.data());
  return {reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length)};
}

/// Control characters of ASCII and C1, raw or in UTF-8, and bytes that are no text.
bool is_harmless(const std::string& text, bool line_breaks_too) {
  if (find_invalid_utf8(text)) return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == '\n' && line_breaks_too) continue;
    if (byte < 0x20 || byte == 0x7f) return false;
    if (byte == 0xc2 && static_cast<unsigned char>(text[at + 1]) < 0xa0) return false;
  }
  return true;
}

/// Unicode's property Bidi_Control, and the separators and byte order mark that terminals trip over.
bool may_deceive(utf8proc_int32_t c) {
  return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
         c == 0x2028 || c == 0x2029 || c == 0xfeff || (c >= 0xe0001 && c <= 0xe007f);
}

}  // namespace

TEST_CASE("no pair of bytes gets a control character through") {
  std::string wrong;
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      if (!is_harmless(one_line(text), false) || !is_harmless(shown(text), true))
        wrong += std::to_string(first) + ' ' + std::to_string(second) + ", ";
    }
  CHECK(wrong == "");
}

TEST_CASE("no control or format character of Unicode gets through that moves or reorders anything") {
  std::string wrong;
  int controls = 0, formats = 0;
  for (utf8proc_int32_t c = 0; c <= 0x10ffff; ++c) {
    const auto category = utf8proc_category(c);
    if (category == UTF8PROC_CATEGORY_CC) ++controls;
    else if (category == UTF8PROC_CATEGORY_CF) ++formats;
    else if (!may_deceive(c)) continue;
    const std::string text = "a" + encoded(c) + "b";
    for (const std::string& seen : {one_line(text), shown(text)}) {
      if (!is_harmless(seen, true)) wrong += std::to_string(c) + ' ';
      if (may_deceive(c) && seen.find(encoded(c)) != std::string::npos) wrong += std::to_string(c) + ' ';
    }
  }
  CHECK(wrong == "");
  CHECK(controls == 65);
  CHECK(formats > 100);
}

TEST_CASE("an escape sequence is shown and not obeyed") {
  CHECK(one_line("\x1b[31mrouge\x1b[0m") == "\\x1b[31mrouge\\x1b[0m");
  CHECK(one_line("\xc2\x9b"
                 "31m") == "\\x9b31m");
  CHECK(one_line("a\x07"
                 "b\x7f") == "a\\x07b\\x7f");
  CHECK(one_line(std::string("a\0b", 3)) == "a\\x00b");
}

TEST_CASE("writing from right to left on purpose is shown as what it is") {
  CHECK(one_line("photo\u202egpj.exe") == "photo\\u202egpj.exe");
  CHECK(one_line("\u2066a\u2069") == "\\u2066a\\u2069");
  CHECK(one_line("\U000e0041") == "\\ue0041");
}

TEST_CASE("bytes that are no text are shown as numbers") {
  CHECK(one_line("\xe9vier") == "\\xe9vier");
  CHECK(shown("\xff") == "\\xff");
  CHECK(one_line("\xed\xa0\x80") == "\\xed\\xa0\\x80");
}

TEST_CASE("line breaks and tabs are one blank each on one line and stay where lines may be") {
  CHECK(one_line("a\nb\tc") == "a b c");
  CHECK(one_line("a\r\nb\rc") == "a b c");
  CHECK(shown("a\nb\tc") == "a\nb c");
  CHECK(shown("a\r\nb") == "a\nb");
  CHECK(shown("a\rb") == "a b");
}

TEST_CASE("what people write is shown as they wrote it") {
  for (const char* text : {"l'évier déborde", "e\u0301vier", "漏水", "🔧 👨‍👩‍👧‍👦 🇫🇷 ❤️",
                           "שלום", "مرحبا", "C:\\regie", "50 €"}) {
    CAPTURE(std::string(text));
    CHECK(one_line(text) == text);
    CHECK(shown(text) == text);
  }
}
