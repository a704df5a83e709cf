// Words as people type them: without apostrophes, with a slip of the fingers.
#include "desk/lexicon.hpp"

#include <doctest/doctest.h>

#include "support/desk.hpp"

using namespace regie;
using namespace regie::test;

namespace {

CompiledLexicon small_lexicon(const std::string& language = "french") {
  Folder folder;
  std::vector<toml_input::File> files;
  files.emplace_back(folder.write("words.toml", "stemmer = \"" + language +
                                                    "\"\nleft_out = \"le la les un une de du est et ne\"\n"
                                                    "[trade.lift]\nsure = \"ascenseur\"\n"
                                                    "[trade.heating]\nsure = \"chauffage, radiat*\"\n"
                                                    "[trade.plumbing]\nsure = \"eau chaude, fuite\"\n"));
  return read_lexicon(files, {"lift", "heating", "plumbing"});
}

std::string trade_of(const std::string& message) {
  static const CompiledLexicon lexicon = small_lexicon();
  return lexicon.understand(message).trade;
}

}  // namespace

TEST_CASE("a missing apostrophe hides no word") {
  CHECK(trade_of("lascenseur est bloqué") == "lift");
  CHECK(trade_of("plus deau chaude") == "plumbing");
  CHECK(trade_of("LASCENSEUR") == "lift");
  CHECK(trade_of("quascenseur") == "lift");
}

TEST_CASE("a slip of the fingers in a long word hides it neither") {
  CHECK(trade_of("plus de chaufage") == "heating");    // a double letter written once
  CHECK(trade_of("plus de chaufffage") == "heating");  // a letter too many
  CHECK(trade_of("ascenseru en panne") == "lift");     // two that changed places
}

TEST_CASE("words that merely look alike stay what they are") {
  CHECK(trade_of("la suite").empty());  // not fuite
  CHECK(trade_of("lutte").empty());     // too short to guess
  CHECK(trade_of("le sceau").empty());  // not eau: only what may stand before an apostrophe is taken off
  CHECK(trade_of("escalators").empty());
  CHECK(small_lexicon("english").understand("lascenseur").trade.empty());  // no apostrophes are lost there
}

TEST_CASE("the reading of a message is the same the second time") {
  const CompiledLexicon lexicon = small_lexicon();
  const auto once = lexicon.read("lascenseur, chaufage");
  const auto again = lexicon.read("lascenseur, chaufage");
  REQUIRE(once.size() == 2);
  CHECK(once[0].stem == again[0].stem);
  CHECK(once[1].stem == again[1].stem);
}
