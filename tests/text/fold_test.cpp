#include <doctest/doctest.h>

#include <string>

#include "text/unicode.hpp"

using namespace regie::text;

TEST_CASE("accents written together or apart are folded to the same") {
  const std::string together = "Été à l'Évier çà où naïve Noël";
  const std::string apart = "E\u0301te\u0301 a\u0300 l'E\u0301vier c\u0327a\u0300 ou\u0300 nai\u0308ve Noe\u0308l";
  CHECK(together != apart);
  CHECK(fold(together) == "ete a l'evier ca ou naive noel");
  CHECK(fold(apart) == fold(together));
}

TEST_CASE("ligatures and sharp s are taken apart") {
  CHECK(fold("Œuvre œil") == "oeuvre oeil");
  CHECK(fold("Æther æquo") == "aether aequo");
  CHECK(fold("Straße STRASSE") == "strasse strasse");
  CHECK(fold("ﬁche ﬂou") == "fiche flou");
}

TEST_CASE("all apostrophes are one") { CHECK(fold("l’eau l‘eau lʼeau l'eau") == "l'eau l'eau l'eau l'eau"); }

TEST_CASE("other alphabets keep their letters") {
  CHECK(fold("Łódź") == "lodz");
  CHECK(fold("ΑΘΗΝΑ") == fold("αθηνα"));
  CHECK(fold("МОСКВА") == "москва");
  CHECK(fold("漏水") == "漏水");
  CHECK(fold("İstanbul") == "istanbul");
}

TEST_CASE("signs for numbers and dots become what they stand for") {
  CHECK(fold("3ᵉ étage n° 2²") == "3e etage n° 22");
  CHECK(fold("attendez…") == "attendez...");
  CHECK(fold("ＡＢＣ１２") == "abc12");
}

TEST_CASE("bytes that are no text become blanks") {
  CHECK(fold("fuite \xe9vier") == "fuite  vier");
  CHECK(fold("\xff\xfe") == "  ");
  CHECK(fold("a\xc3") == "a ");
  CHECK(fold("") == "");
}

TEST_CASE("what is folded stays as it is when folded again") {
  for (const char* text : {"Évier bouché", "Straße", "Œuvre", "l’eau", "İstanbul", "ﬁche", "Ǆ", "ẞ", "Å", "½", "ΐ"}) {
    CAPTURE(std::string(text));
    CHECK(fold(fold(text)) == fold(text));
  }
}

TEST_CASE("good UTF-8 is told from bad") {
  for (const char* good : {"", "abc", "été", "漏水", "🔧", "\xef\xbf\xbd", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"}) {
    CAPTURE(std::string(good));
    CHECK(!find_invalid_utf8(good));
  }
}

TEST_CASE("the first bad byte is named") {
  CHECK(find_invalid_utf8("ab\xe9vier") == 2);         // Latin-1
  CHECK(find_invalid_utf8("\x80") == 0);               // continuation alone
  CHECK(find_invalid_utf8("é\xc3") == 2);              // cut off
  CHECK(find_invalid_utf8("a\xc0\xaf") == 1);          // overlong slash
  CHECK(find_invalid_utf8("a\xe0\x80\xaf") == 1);      // overlong slash in three
  CHECK(find_invalid_utf8("a\xf0\x80\x80\xaf") == 1);  // overlong slash in four
  CHECK(find_invalid_utf8("a\xed\xa0\x80") == 1);      // surrogate
  CHECK(find_invalid_utf8("a\xf4\x90\x80\x80") == 1);  // beyond U+10FFFF
  CHECK(find_invalid_utf8("a\xf8\x88\x80\x80\x80") == 1);
  CHECK(find_invalid_utf8("é\xff") == 2);
}

namespace {

/// What RFC 3629 says of one lead and one continuation byte.
bool two_bytes_are_text(int first, int second) {
  if (first < 0x80) return second < 0x80;
  return first >= 0xc2 && first <= 0xdf && second >= 0x80 && second <= 0xbf;
}

}  // namespace

TEST_CASE("all two-byte strings are judged as RFC 3629 does") {
  std::string wrong;
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      if (!find_invalid_utf8(text) != two_bytes_are_text(first, second))
        wrong += std::to_string(first) + ' ' + std::to_string(second) + ", ";
    }
  CHECK(wrong == "");
}
