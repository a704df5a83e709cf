// The terms of a lexicon, compiled into a few flat arrays: six thousand terms are one block that is written to a
// cache and read back in a tenth of a millisecond, and matching a message touches only the terms that begin with one
// of its words.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

/// Messages are cut off behind these: a letter of ten pages says what it wants before that.
inline constexpr std::size_t most_words = 2'000;

/// Words that "..." lets pass.
inline constexpr std::size_t longest_gap = 4;

/// What a matching term says.
struct TermMeaning {
  /// where: what is named right after it ("dans l'ascenseur") tells where, not what.
  enum class Kind : std::uint8_t { trade, urgency, place, ignore, where };
  Kind kind = Kind::ignore;
  std::string trade;  ///< kind trade: for this one. kind urgency: only when this trade wins ("" = whatever the trade)
  int weight = 0;     ///< kind trade: 6 decides, 3 is enough alone, 2 likely, 1 a hint
  Urgency urgency = Urgency::normal;
  Place place = Place::dwelling;
};

/// Trades by their position in the lexicon; `no_trade` for none.
using TradeIndex = std::uint16_t;
inline constexpr TradeIndex no_trade = 0xffff;

class Lexicon {
 public:
  struct Term {
    std::uint32_t first_step = 0;
    std::uint16_t steps = 0;  ///< words of the term
    TradeIndex trade = no_trade;
    TermMeaning::Kind kind = TermMeaning::Kind::ignore;
    std::uint8_t weight = 0;
    std::uint8_t urgency = 0;   ///< number of the code
    std::uint8_t place = 0;     ///< number of the code
    std::uint32_t written = 0;  ///< where its text begins in `texts`
    std::uint32_t written_length = 0;
  };

  /// A term that fits: at these positions of the message, in order. Valid while the Matches live.
  struct Match {
    const Term* term;
    std::uint32_t first_position;
    std::uint16_t positions;
  };
  struct Matches {
    std::vector<Match> all;  ///< longest first; among equals the heavier, then the tighter, then the earlier
    std::vector<std::uint16_t> positions;
    std::span<const std::uint16_t> of(const Match& match) const {
      return std::span(positions).subspan(match.first_position, match.positions);
    }
  };

  /// Looks at `most_words` words, and stops at more matches than a message can have that is not made to have them.
  Matches match(std::span<const Word> words) const;

  /// Does any term hold this word, or the beginning of it?
  bool knows(const Word& word) const;

  std::size_t size() const { return terms.size(); }
  std::string_view written(const Term& term) const {
    return std::string_view(texts).substr(term.written, term.written_length);
  }
  std::optional<Urgency> usual_urgency(TradeIndex trade) const {
    return from_number<Urgency>(usual_urgencies.at(trade));
  }
  std::optional<Place> usual_place(TradeIndex trade) const { return from_number<Place>(usual_places.at(trade)); }

  // The image: plain arrays, so that a cache can write and read them as they are. Filled by LexiconBuilder only.
  std::vector<std::string> trades;
  std::vector<std::uint8_t> usual_urgencies, usual_places;  ///< by trade; 0 = none
  std::string texts;                                        ///< words and terms, one behind the other
  std::vector<std::uint32_t>
      word_begin;  ///< by word number, one more than there are words; a word ends where the next begins
  std::vector<std::uint32_t> stem_slots,
      prefix_slots;  ///< hash tables of word number + 1; 0 = free; sizes are powers of two
  std::uint32_t shortest_prefix = 0xffff, longest_prefix = 0;
  std::vector<Term> terms;
  std::vector<std::uint32_t> steps;       ///< word number * 2, + 1 after a gap
  std::vector<std::uint32_t> term_begin;  ///< by word number: where the terms that begin with it stand in `term_order`
  std::vector<std::uint32_t> term_order;

 private:
  std::string_view word(std::uint32_t number) const;
  std::uint32_t find(const std::vector<std::uint32_t>& slots, std::string_view word,
                     std::uint32_t word_hash) const;  ///< none: no_word
  /// Calls `take` with the number of each word of the lexicon that this word of a message is: its stem, and beginnings
  /// of it; or with no_word.
  template <typename F>
  void each_number(const Word& word, F&& take) const;
  friend class LexiconBuilder;
};

/// Collects terms, then compiles them.
class LexiconBuilder {
 public:
  /// `written` is the term as it stands in the file, for explanations.
  void add(const Pattern& pattern, const TermMeaning& meaning, std::string_view written);

  /// Urgency and place of a trade when no word says otherwise; nullopt leaves what was said before.
  void set_usual(const std::string& trade, std::optional<Urgency> urgency, std::optional<Place> place);

  Lexicon build() &&;

 private:
  struct KnownWord {
    std::string text;
    bool prefix;
    std::vector<std::uint32_t> terms;  ///< that begin with it
  };
  std::uint32_t intern(const PatternWord& word);
  TradeIndex trade_index(const std::string& trade);

  Lexicon lexicon_;
  std::vector<KnownWord> words_;
  std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(1024);
  std::vector<std::string> written_;
};

/// Does the pattern stand anywhere in the words? For the `words` of routing rules.
bool contains(std::span<const Word> words, const Pattern& pattern);

}  // namespace regie
