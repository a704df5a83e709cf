// The lexicon's TOML: which words mean which trade, urgency and place. Grammar in regie.toml(5).
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "desk/toml.hpp"
#include "regie/understanding.hpp"
#include "text/words.hpp"

namespace regie {

/// A language's reader of words with the terms written for it.
struct CompiledLexicon {
  CompiledLexicon(text::WordReader reader, Lexicon lexicon) : words(std::move(reader)), terms(std::move(lexicon)) {}

  text::WordReader words;
  Lexicon terms;
  std::vector<std::string> building_words;  ///< folded; what stands before a building's name: "tour", "hall"

  /// The words of a message. One that no term knows is taken for one that is known when it is the same but for a
  /// missing apostrophe ("leau", "lascenseur"), or, in a long word, for a letter too many, a double letter written
  /// once, or two that changed places.
  std::vector<Word> read(std::string_view message) const;

  /// The building that the message names ("tour B"), among these; "" when it names none.
  std::string building_named(std::string_view message, const std::vector<std::string>& buildings) const;

  Understanding understand(std::string_view message) const { return regie::understand(terms, read(message)); }

 private:
  std::optional<Word> meant(const Word& word) const;
  /// As known as a word may be: itself, when nothing better was found.
  mutable std::unordered_map<std::string, Word> meant_;
  /// Both memories, of words and of meanings, grow with every message. Behind a pointer so that a lexicon can be moved.
  std::unique_ptr<std::mutex> reading_ = std::make_unique<std::mutex>();
};

/// Reads the files in order; the first one's `stemmer` and `left_out` hold for all. Mistakes (a trade that is not in
/// `trades` is one) go to each file's findings.
CompiledLexicon read_lexicon(std::vector<toml_input::File>& files, const std::set<std::string>& trades);

}  // namespace regie
