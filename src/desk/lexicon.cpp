#include "desk/lexicon.hpp"

#include <algorithm>
#include <array>

#include "regie/names.hpp"
#include "text/unicode.hpp"

namespace regie {

using toml_input::File;
using toml_input::Table;
using Kind = TermMeaning::Kind;

namespace {

/// What the files' lines become.
struct Lines {
  text::WordReader words;
  LexiconBuilder terms;
  std::vector<std::string> building_words = {};
  bool first_file = true;  ///< its `stemmer` and `left_out` hold for all
};

struct Strength {
  const char* key;
  int weight;
};
constexpr std::array strengths{Strength{"decisive", 6}, Strength{"sure", 3}, Strength{"likely", 2},
                               Strength{"hint", 1}};

/// Terms stand in one long text, separated by commas or lines: a person reads and edits that more easily than a
/// list of quoted strings, and it parses ten times faster.
void add_terms(Table& table, const char* key, const TermMeaning& meaning, Lines& lines) {
  const auto list = table.text(key);
  if (!list) return;
  std::string_view rest = *list;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of(",\n"), rest.size());
    std::string_view term = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (!term.empty() && (term.front() == ' ' || term.front() == '\t')) term.remove_prefix(1);
    while (!term.empty() && (term.back() == ' ' || term.back() == '\t' || term.back() == '\r')) term.remove_suffix(1);
    if (term.empty()) continue;
    const Pattern pattern = lines.words.read_pattern(term);
    // What a second language calls a word may be nothing to the first.
    if (pattern.empty() && !lines.first_file) continue;
    if (pattern.empty())
      table.complain(key, message(N_("'{0}' holds no word that counts: all of it is left out"), term));
    else lines.terms.add(pattern, meaning, std::string(term));
  }
}

void add_urgencies(Table& table, const std::string& trade, Lines& lines) {
  for (const auto& row : codes<Urgency>())
    add_terms(table, row.code.data(), {.kind = Kind::urgency, .trade = trade, .urgency = row.value}, lines);
}

template <typename E>
std::optional<E> read_code(Table& table, const char* key) {
  const auto word = table.text(key);
  if (!word) return std::nullopt;
  const auto value = parse<E>(*word);
  if (!value) {
    std::vector<std::string> names;
    for (const auto& row : codes<E>()) names.emplace_back(row.code);
    table.complain(key, message(N_("'{0}' is not one of {1}"), *word, joined(names)));
  }
  return value;
}

void read_file(Table root, Lines& lines, const std::set<std::string>& trades) {
  if (!lines.first_file) {
    root.text("stemmer");
    root.text("left_out");
  }
  for (const std::string& word : root.texts("building")) lines.building_words.push_back(text::fold(word));
  add_terms(root, "ignore", {.kind = Kind::ignore}, lines);
  add_terms(root, "where", {.kind = Kind::where}, lines);
  if (auto by_trade = root.table("trade"))
    for (const std::string& trade : by_trade->free_keys()) {
      auto table = by_trade->table(trade);
      if (!table) continue;
      if (!trades.contains(trade)) {
        const std::vector<std::string> names(trades.begin(), trades.end());
        by_trade->complain(trade, message(N_("no trade '{0}'; known: {1}"), trade, joined(names)));
      }
      for (const Strength& strength : strengths)
        add_terms(*table, strength.key, {.kind = Kind::trade, .trade = trade, .weight = strength.weight}, lines);
      add_urgencies(*table, trade, lines);
      lines.terms.set_usual(trade, read_code<Urgency>(*table, "usual_urgency"),
                            read_code<Place>(*table, "usual_place"));
    }
  if (auto urgency = root.table("urgency")) add_urgencies(*urgency, "", lines);
  if (auto place = root.table("place"))
    for (const auto& row : codes<Place>())
      add_terms(*place, row.code.data(), {.kind = Kind::place, .place = row.value}, lines);
}

}  // namespace

CompiledLexicon read_lexicon(std::vector<toml_input::File>& files, const std::set<std::string>& trades) {
  std::optional<text::WordReader> words;
  if (!files.empty()) {
    Table root = files.front().root();
    const std::string stemmer = root.text("stemmer").value_or("");
    words = text::WordReader::create(stemmer);
    if (!words) root.complain("stemmer", message(N_("no stemmer '{0}'; use french, english, or nothing"), stemmer));
    if (!words) words = text::WordReader::create("");
    words->leave_out(root.text("left_out").value_or(""));
  }
  Lines lines{words ? std::move(*words) : *text::WordReader::create(""), {}};
  for (File& file : files) {
    read_file(file.root(), lines, trades);
    lines.first_file = false;
  }
  CompiledLexicon lexicon(std::move(lines.words), std::move(lines.terms).build());
  lexicon.building_words = std::move(lines.building_words);
  return lexicon;
}

namespace {

constexpr std::size_t remembered_words = 100'000;  // some 20 MB at worst
constexpr std::size_t longest_word = 40;           // bytes; nobody types longer ones, and every slip takes time
constexpr std::size_t long_word = 7;               // shorter ones are too near to each other
constexpr std::size_t long_stem = 6;

/// What stands before an apostrophe in French.
constexpr std::array<std::string_view, 9> elided{"l", "d", "qu", "j", "s", "n", "m", "t", "c"};

bool begins_with_vowel(std::string_view word) {
  return !word.empty() && std::string_view("aeiouyh").find(word.front()) != std::string_view::npos;
}

/// Calls `each` with every way of writing the word that differs by one slip of the fingers, until it returns true.
template <typename F>
bool for_each_slip(const std::string& word, F&& each) {
  for (std::size_t i = 1; i < word.size(); ++i) {  // the first letter is seldom wrong
    std::string doubled = word, without = word, swapped = word;
    if (each(doubled.insert(i, 1, word[i])) || each(without.erase(i, 1))) return true;
    if (i + 1 == word.size() || word[i] == word[i + 1]) continue;
    std::swap(swapped[i], swapped[i + 1]);
    if (each(swapped)) return true;
  }
  return false;
}

}  // namespace

std::optional<Word> CompiledLexicon::meant(const Word& word) const {
  const auto known = [&](const std::string& written) -> std::optional<Word> {
    const auto read = words.read(written);
    return read.size() == 1 && terms.knows(read.front()) ? std::optional(read.front()) : std::nullopt;
  };
  const std::string folded(word.folded);
  if (words.language() == "french")
    for (const std::string_view before : elided)
      if (folded.starts_with(before) && folded.size() >= before.size() + 3 &&
          begins_with_vowel(std::string_view(folded).substr(before.size())))
        if (const auto rest = known(folded.substr(before.size()))) return rest;
  std::optional<Word> found;
  const bool is_plain = std::ranges::all_of(folded, [](char c) { return c >= 'a' && c <= 'z'; });
  if (is_plain && folded.size() >= long_word)
    for_each_slip(folded, [&](const std::string& slip) {
      found = known(slip);
      if (found && found->stem.size() < long_stem) found.reset();  // "courses" is not "cour..."
      return found.has_value();
    });
  return found;
}

std::vector<Word> CompiledLexicon::read(std::string_view message) const {
  const std::lock_guard one_at_a_time(*reading_);  // an import understands on one thread and routes on another
  std::vector<Word> read = words.read(message);
  if (read.size() > most_words) read.resize(most_words);
  for (Word& word : read) {
    // The end of a sentence, or nothing to repair.
    if (word.stem.empty() || word.folded.size() > longest_word || terms.knows(word)) continue;
    if (meant_.size() >= remembered_words) meant_.clear();
    const auto [entry, is_new] = meant_.try_emplace(std::string(word.folded), word);
    if (is_new)
      if (auto better = meant(word)) entry->second = *std::move(better);
    word = entry->second;
  }
  return read;
}

std::string CompiledLexicon::building_named(std::string_view message, const std::vector<std::string>& buildings) const {
  // "hall a été" is no building A: a letter that is also a word must be a capital, and not one among only capitals.
  const bool shouted = std::ranges::none_of(message, [](char c) { return c >= 'a' && c <= 'z'; });
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  bool expected = false;
  for (std::size_t at = 0; at < message.size();) {
    std::size_t end = at;
    while (end < message.size() && is_letter(message[end])) ++end;
    if (end == at) {
      ++at;
      continue;
    }
    const std::string word(message.substr(at, end - at));
    at = end;
    const std::string folded = text::fold(word);
    if (expected)
      for (const std::string& building : buildings) {
        const bool is_name = word == building || (text::fold(building) == folded && !words.leaves_out(folded));
        if (is_name && !(shouted && words.leaves_out(folded))) return building;
      }
    expected = std::ranges::find(building_words, folded) != building_words.end();
  }
  return {};
}

}  // namespace regie
