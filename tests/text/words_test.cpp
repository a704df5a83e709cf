#include "text/words.hpp"

#include <doctest/doctest.h>

using namespace regie;

namespace {

text::WordReader reader(const char* language = "french") {
  auto words = text::WordReader::create(language);
  REQUIRE(words.has_value());
  return *std::move(words);
}

/// "fuit|eau||": stems, an end of a sentence between two bars
std::string stems(const text::WordReader& words, std::string_view message) {
  std::string all;
  for (const Word& word : words.read(message)) all += word.stem + '|';
  return all;
}

std::string pattern(const text::WordReader& words, std::string_view term) {
  std::string all;
  for (const PatternWord& word : words.read_pattern(term))
    all += (word.after_gap ? "... " : "") + word.stem + (word.prefix ? "*|" : "|");
  return all;
}

}  // namespace

TEST_CASE("a message is cut into folded words and ends of sentences") {
  const auto words = reader("");
  CHECK(stems(words, "L'évier DÉBORDE, vite!") == "l|evier|deborde|vite||");
  CHECK(stems(words, "Fuite. Eau partout") == "fuite||eau|partout|");
  CHECK(stems(words, "  ... ") == "");
  CHECK(stems(words, "a.b!c?d;e:f\ng") == "a||b||c||d||e||f||g|");
  CHECK(stems(words, "a... b") == "a||b|");
  CHECK(stems(words, "porte-clé n°12") == "porte|cle|n°12|");
}

TEST_CASE("words left out are left out of messages and terms") {
  auto words = reader("");
  words.leave_out("le la, l d\nde");
  CHECK(stems(words, "La fuite de l'évier d'à côté") == "fuite|evier|a|cote|");
  CHECK(pattern(words, "prise d'eau") == "prise|eau|");
  CHECK(pattern(words, "de la") == "");
  CHECK(pattern(words, "plus ... de lumière") == "plus|... lumiere|");
}

TEST_CASE("the folded word is kept beside its stem") {
  const auto read = reader().read("Robinets");
  REQUIRE(read.size() == 1);
  CHECK(read.front().folded == "robinets");
  CHECK(read.front().stem == "robinet");
}

TEST_CASE("terms have gaps and beginnings of words") {
  const auto words = reader("");
  CHECK(pattern(words, "plus ... lumière") == "plus|... lumiere|");
  CHECK(pattern(words, "plus … lumière") == "plus|... lumiere|");
  CHECK(pattern(words, "... lumière") == "lumiere|");
  CHECK(pattern(words, "plus ...") == "plus|");
  CHECK(pattern(words, "électri*") == "electri*|");
  CHECK(pattern(words, "bloqu* dans l'as*") == "bloqu*|dans|l|as*|");
  CHECK(pattern(words, "plus .. lumière") == "plus|lumiere|");
  CHECK(pattern(words, "*") == "");
  CHECK(pattern(words, "") == "");
}

TEST_CASE("a word that is left out may still begin another") {
  auto words = reader("");
  words.leave_out("de");
  CHECK(pattern(words, "de*") == "de*|");
}

TEST_CASE("a language nobody stems is refused") {
  CHECK(!text::WordReader::create("klingon"));
  CHECK(text::WordReader::create("english"));
  CHECK(text::WordReader::create(""));
}
