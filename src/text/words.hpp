// Messages and terms cut into words that can be compared: folded, stemmed, without the small words of the language.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "regie/understanding.hpp"

struct sb_stemmer;

namespace regie::text {

class WordReader {
 public:
  /// `language` as the Snowball stemmers call it ("french", "english"); "" = words stay as they are.
  /// nullopt when there is no such stemmer.
  static std::optional<WordReader> create(const std::string& language);

  const std::string& language() const { return language_; }
  /// In no particular order.
  std::vector<std::string> left_out() const { return {left_out_.begin(), left_out_.end()}; }

  /// Words to leave out everywhere: articles, elided pronouns. Separated by anything but letters.
  void leave_out(std::string_view words);

  bool leaves_out(const std::string& folded) const { return left_out_.contains(folded); }

  /// The words of a message. The end of a sentence or line is an empty word, which no term matches, so that no
  /// term reaches across it.
  std::vector<Word> read(std::string_view message) const;

  /// A term of a lexicon or rule: "plus ... lumiere", "electri*", "prise d'eau". Empty when nothing is left of it.
  Pattern read_pattern(std::string_view term) const;

  /// The words of a term that count for nothing.
  std::vector<std::string> left_out_of(std::string_view term) const;

 private:
  WordReader() = default;
  std::string stem(const std::string& folded) const;
  const Word& known(std::string_view folded) const;  ///< empty: left out; valid until the next call

  struct Delete {
    void operator()(sb_stemmer* stemmer) const;
  };
  std::string language_;
  std::unique_ptr<sb_stemmer, Delete> stemmer_;
  std::unordered_set<std::string> left_out_;
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  /// An import meets the same words again and again. An empty Word: left out.
  mutable std::unordered_map<std::string, Word, Hash, std::equal_to<>> known_;
  mutable Word long_word_;  ///< the last one that is too long to be remembered
};

}  // namespace regie::text
