// How much room text takes on a terminal, and how it is cut and wrapped there.
#include <doctest/doctest.h>
#include <utf8proc.h>

#include <algorithm>
#include <string>
#include <vector>

#include "text/unicode.hpp"

using namespace regie::text;

namespace {

constexpr auto family = "👨‍👩‍👧‍👦";  // four people joined to one picture
constexpr auto french_flag = "🇫🇷";
constexpr auto heart = "❤️";  // a text character asked for as emoji
constexpr auto keycap = "1️⃣";
constexpr auto thumb = "👍🏽";
constexpr auto e_apart = "e\u0301";

/// Where a character as people see it ends, told by utf8proc and not by the code under test.
std::vector<std::size_t> character_ends(const std::string& text) {
  std::vector<std::size_t> ends{0};
  utf8proc_int32_t state = 0, last = -1;
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t next = 0;
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                         static_cast<utf8proc_ssize_t>(text.size() - at), &next);
    REQUIRE(length > 0);
    if (last >= 0 && utf8proc_grapheme_break_stateful(last, next, &state)) ends.push_back(at);
    last = next;
    at += static_cast<std::size_t>(length);
  }
  ends.push_back(text.size());
  return ends;
}

const std::vector<std::string> sayings{
    "",
    "a",
    "fuite sous l'évier",
    std::string("l'") + e_apart + "vier de\u0301borde",
    "漏水です、助けて",
    std::string("la famille ") + family + " attend " + french_flag + heart + keycap + thumb,
    "🔧🔧🔧",
    "한국어 \u1112\u1161\u11ab",
    "e\u0301\u0302\u0303\u0304 zalgo",
    "   trois blancs   ",
    "नमस्ते",
};

}  // namespace

TEST_CASE("accents take no room of their own") {
  CHECK(display_width("évier") == 5);
  CHECK(display_width(std::string(e_apart) + "vier") == 5);
  CHECK(display_width("") == 0);
}

TEST_CASE("wide characters and emoji take two columns") {
  CHECK(display_width("漏水") == 4);
  CHECK(display_width("한국어") == 6);
  CHECK(display_width("ＡＢ") == 4);
  CHECK(display_width("🔧") == 2);
  CHECK(display_width("a🔧b") == 4);
}

TEST_CASE("what is one picture takes the room of one") {
  CHECK(display_width(family) == 2);
  CHECK(display_width(french_flag) == 2);
  CHECK(display_width(std::string(french_flag) + french_flag) == 4);
  CHECK(display_width(heart) == 2);
  CHECK(display_width(keycap) == 2);
  CHECK(display_width(thumb) == 2);
}

TEST_CASE("invisible joiners take no room") {
  CHECK(display_width("a\u200bb") == 2);
  CHECK(display_width("a\u200db") == 2);
  CHECK(display_width("\u0301") == 0);
}

TEST_CASE("bytes that are no text take a column each") { CHECK(display_width("a\xff\xc3z") == 4); }

TEST_CASE("what fits is not cut") {
  CHECK(cut_to_width("évier", 5, "…") == "évier");
  CHECK(cut_to_width("🔧", 2, "…") == "🔧");
  CHECK(cut_to_width("", 0, "…") == "");
}

TEST_CASE("what does not fit is cut and marked") {
  CHECK(cut_to_width("fuite sous l'évier", 10, "…") == "fuite sou…");
  CHECK(cut_to_width("fuite sous l'évier", 7, "…") == "fuite…");  // no blank before the mark
  CHECK(cut_to_width("fuite", 4, "...") == "f...");
  CHECK(cut_to_width("漏水です", 5, "…") == "漏水…");
  CHECK(cut_to_width("漏水です", 4, "…") == "漏…");
}

TEST_CASE("where not even the mark has room nothing is shown") {
  CHECK(cut_to_width("évier", 1, "…") == "…");
  CHECK(cut_to_width("évier", 0, "…") == "");
  CHECK(cut_to_width("évier", 2, "...") == "");
}

TEST_CASE("nothing is ever cut wider than asked for or inside a character") {
  for (const std::string& text : sayings) {
    const auto ends = character_ends(text);
    for (const char* mark : {"…", "...", ""})
      for (int width = 0; width <= 40; ++width) {
        CAPTURE(std::string(text));
        CAPTURE(width);
        std::string cut = cut_to_width(text, width, mark);
        CHECK(display_width(cut) <= width);
        if (cut == text) continue;
        CHECK(display_width(text) > width);
        REQUIRE(std::string_view(cut).ends_with(display_width(mark) <= width ? mark : ""));
        if (display_width(mark) <= width) cut.resize(cut.size() - std::string_view(mark).size());
        CHECK(text.starts_with(cut));
        CHECK(std::find(ends.begin(), ends.end(), cut.size()) != ends.end());
      }
  }
}

TEST_CASE("cutting leaves no room unused that another character could take") {
  for (int width = 1; width <= 18; ++width)
    CHECK(display_width(cut_to_width("abcdefghijklmnopqr", width, "…")) == width);
}

TEST_CASE("text is wrapped at blanks") {
  CHECK(wrap("fuite sous l'évier", 10) == std::vector<std::string>{"fuite sous", "l'évier"});
  CHECK(wrap("fuite sous l'évier", 100) == std::vector<std::string>{"fuite sous l'évier"});
  CHECK(wrap("a b c", 1) == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("line breaks of the text stay") {
  CHECK(wrap("un\ndeux trois\n\nquatre", 20) == std::vector<std::string>{"un", "deux trois", "", "quatre"});
}

TEST_CASE("a word longer than the line is broken where it must be") {
  CHECK(wrap("anticonstitutionnellement", 10) == std::vector<std::string>{"anticonsti", "tutionnell", "ement"});
  CHECK(wrap("ab anticonstitu", 10) == std::vector<std::string>{"ab", "anticonsti", "tu"});
  CHECK(wrap("漏水です", 5) == std::vector<std::string>{"漏水", "です"});
}

TEST_CASE("there is always a line") {
  CHECK(wrap("", 10) == std::vector<std::string>{""});
  CHECK(wrap("\n", 10).size() >= 1);
}

TEST_CASE("no wrapped line is wider than asked for and no word is lost") {
  const auto without_blanks = [](std::string text) {
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    return text;
  };
  for (const std::string& text : sayings)
    for (int width = 2; width <= 30; ++width) {
      CAPTURE(std::string(text));
      CAPTURE(width);
      std::string joined;
      for (const std::string& line : wrap(text, width)) {
        CHECK(display_width(line) <= width);
        joined += line;
      }
      CHECK(without_blanks(joined) == without_blanks(text));
    }
}
