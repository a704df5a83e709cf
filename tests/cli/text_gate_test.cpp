// What people read: every sentence is translated, with the same places in it, and the template is that of the sources.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "cli/parsing.hpp"
#include "support/desk.hpp"

using namespace regie::test;
namespace fs = std::filesystem;

namespace {

struct Entry {
  std::string id, plural;
  std::vector<std::string> translations;  ///< msgstr, or msgstr[0], msgstr[1]…
  bool fuzzy = false;
};

/// What stands between the quotes of one line of a .po file.
std::string unquoted(const std::string& line) {
  std::string text;
  const std::size_t first = line.find('"'), last = line.rfind('"');
  REQUIRE(first < last);
  for (std::size_t i = first + 1; i < last; ++i) {
    if (line[i] == '\\') text += line[++i] == 'n' ? '\n' : line[i];
    else text += line[i];
  }
  return text;
}

std::vector<Entry> read_catalogue(const fs::path& file) {
  std::vector<Entry> entries;
  std::string* into = nullptr;
  bool fuzzy = false;
  for (const std::string& line : split_lines(Folder::read(file))) {
    if (line.starts_with("#,")) fuzzy = line.find("fuzzy") != std::string::npos;
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("msgid ")) {
      entries.push_back({.id = {}, .plural = {}, .translations = {}, .fuzzy = std::exchange(fuzzy, false)});
      into = &entries.back().id;
    } else if (line.starts_with("msgid_plural ")) {
      into = &entries.back().plural;
    } else if (line.starts_with("msgstr")) {
      into = &entries.back().translations.emplace_back();
    }
    REQUIRE(into != nullptr);
    *into += unquoted(line);
  }
  std::erase_if(entries, [](const Entry& entry) { return entry.id.empty(); });  // the header
  return entries;
}

std::set<std::string> places(const std::string& sentence) {
  std::set<std::string> found;
  for (std::size_t i = 0; i + 2 < sentence.size(); ++i)
    if (sentence[i] == '{' && sentence[i + 2] == '}') found.insert(sentence.substr(i, 3));
  return found;
}

const fs::path po = fs::path(REGIE_SOURCE_DIR) / "src/po";

std::map<std::string, Entry> by_id(const std::vector<Entry>& entries) {
  std::map<std::string, Entry> map;
  for (const Entry& entry : entries) map[entry.id] = entry;
  return map;
}

}  // namespace

// gettext compares bytes that went through the compiler: what is not ASCII there is found in no catalogue.
TEST_CASE("sentences to be translated are ASCII") {
  for (const Entry& entry : read_catalogue(po / "regie.pot")) {
    CAPTURE(entry.id);
    CHECK(std::ranges::all_of(entry.id + entry.plural, [](unsigned char c) { return c < 0x80; }));
  }
}

TEST_CASE("every sentence is translated into French - none of them fuzzily") {
  const auto french = by_id(read_catalogue(po / "fr.po"));
  std::string missing;
  int count = 0;
  for (const Entry& entry : read_catalogue(po / "regie.pot")) {
    const auto found = french.find(entry.id);
    const std::size_t forms = entry.plural.empty() ? 1 : 2;
    const bool whole =
        found != french.end() && !found->second.fuzzy && found->second.translations.size() == forms &&
        std::ranges::none_of(found->second.translations, [](const std::string& text) { return text.empty(); });
    if (whole) continue;
    ++count;
    missing += "  " + entry.id + '\n';
  }
  CHECK_MESSAGE(count == 0, count, " sentences without a French translation:\n", missing);
}

TEST_CASE("a translation has the places of its sentence - no more and no less - and ends as it does") {
  for (const Entry& entry : read_catalogue(po / "fr.po"))
    for (std::size_t form = 0; form < entry.translations.size(); ++form) {
      const std::string& text = entry.translations[form];
      if (text.empty()) continue;  // told by the other test
      const auto wanted = places(form == 0 || entry.plural.empty() ? entry.id : entry.plural);
      CHECK_MESSAGE(places(text) == wanted, "'", entry.id, "'\n  '", text, "'");
      CHECK_MESSAGE((text.back() == '\n') == (entry.id.back() == '\n'), entry.id);
    }
}

TEST_CASE("the template has the sentences of the sources: run 'ninja messages' after changing one") {
  const Folder folder;
  const std::string fresh = (folder.path() / "fresh.pot").string();
  // As in src/po/CMakeLists.txt.
  const std::string command =
      "cd '" REGIE_SOURCE_DIR
      "' && find src include \\( -name '*.cpp' -o -path 'src/*.hpp' -o -path 'include/*.hpp' \\) -print | "
      "LC_ALL=C sort | xgettext --files-from=- --language=C++ --from-code=UTF-8 --keyword=N_ "
      "--keyword=counted:1,2 --sort-by-file --no-location --omit-header -o '" +
      fresh + "'";
  REQUIRE(std::system(command.c_str()) == 0);
  const auto sources = by_id(read_catalogue(fresh));
  const auto stored = by_id(read_catalogue(po / "regie.pot"));
  REQUIRE(sources.size() > 300);
  for (const auto& [id, entry] : sources) {
    CHECK_MESSAGE(stored.contains(id), "not in regie.pot: ", id);
    if (stored.contains(id)) CHECK(stored.at(id).plural == entry.plural);
  }
  for (const auto& [id, entry] : stored) CHECK_MESSAGE(sources.contains(id), "in no source any more: ", id);
}

TEST_CASE("sentences are sentences: no double blanks - no blank at an end that a translator could lose") {
  for (const Entry& entry : read_catalogue(po / "regie.pot")) {
    CHECK_MESSAGE(entry.id.find("  ") == std::string::npos, entry.id);
    CHECK_MESSAGE(entry.id.front() != ' ', entry.id);
  }
}
