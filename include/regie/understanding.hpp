// From a tenant's words to trade, urgency and place. A lexicon holds terms; the longest term that fits a stretch
// of text takes it, so "prise d'eau" is plumbing although "prise" alone is electrical, and a term of the `ignore`
// kind ("pas d'odeur de gaz") takes its words away from everybody.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "regie/codes.hpp"

namespace regie {

/// One word of a message: case and accents folded, and cut to its stem. Made by text/words.hpp. Both empty: the end
/// of a sentence, which no term reaches across.
struct Word {
  std::string folded;
  std::string stem;
};

/// One word of a term.
struct PatternWord {
  std::string stem;        ///< or the beginning of the word when `prefix`
  bool prefix = false;     ///< "electri*"
  bool after_gap = false;  ///< "plus ... lumiere": up to four other words may stand before this one
};
using Pattern = std::vector<PatternWord>;

/// What a matching term says.
struct TermMeaning {
  enum class Kind { trade, urgency, place, ignore };
  Kind kind = Kind::ignore;
  std::string trade;  ///< kind trade: for this one. kind urgency: only when this trade wins ("" = whatever the trade)
  int weight = 0;     ///< kind trade: 6 decides, 3 is enough alone, 2 likely, 1 a hint
  Urgency urgency = Urgency::normal;
  Place place = Place::dwelling;
};

/// What was understood of a message, and why.
struct Understanding {
  std::string trade;  ///< "" = no idea
  std::string also;   ///< a second trade that would get an order of its own; "" = none
  Urgency urgency = Urgency::normal;
  Place place = Place::dwelling;
  int confidence = 0;  ///< lead of the winning trade over the next, in weights
  bool certain = false;
  std::vector<std::string> because;  ///< the words that decided, folded, in order of the text
};

/// The terms, compiled. Matching never allocates per term, so thousands of terms cost what the message costs.
class Lexicon {
 public:
  /// `written` is the term as it stands in the file, for explanations.
  void add(const Pattern& pattern, TermMeaning meaning, std::string written);

  /// Urgency and place of a trade when no word says otherwise.
  void set_usual(const std::string& trade, std::optional<Urgency> urgency, std::optional<Place> place);

  std::size_t size() const { return terms_.size(); }

  Understanding understand(std::span<const Word> words) const;

 private:
  using WordId = std::uint32_t;
  struct Step {
    WordId word;
    bool after_gap;
  };
  struct Term {
    std::vector<Step> steps;
    TermMeaning meaning;
    std::string written;
  };
  struct Usual {
    std::optional<Urgency> urgency;
    std::optional<Place> place;
  };
  struct Match;

  WordId intern(const PatternWord& word);
  std::vector<std::vector<WordId>> identify(std::span<const Word> words) const;
  std::vector<Match> find_matches(std::span<const Word> words) const;

  std::unordered_map<std::string, WordId> stems_;
  std::unordered_map<std::string, WordId> prefixes_;
  std::size_t shortest_prefix_ = 99;
  std::size_t longest_prefix_ = 0;
  WordId next_word_ = 0;
  std::vector<Term> terms_;
  std::vector<std::vector<std::uint32_t>> by_first_word_;  ///< term numbers, by the id of their first word
  std::unordered_map<std::string, Usual> usual_;
};

/// Does the pattern stand anywhere in the words? For the `words` of routing rules.
bool contains(std::span<const Word> words, const Pattern& pattern);

}  // namespace regie
