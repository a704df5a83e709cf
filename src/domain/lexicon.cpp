#include "regie/lexicon.hpp"

#include <algorithm>
#include <array>

namespace regie {

namespace {

constexpr std::uint32_t no_word = 0xffffffff;
constexpr std::size_t most_positions = 200'000;  // a long letter has some thousands

/// FNV-1a, 32 bit; goes on from the hash of what stands before the text.
std::uint32_t hash(std::string_view text, std::uint32_t value = 2166136261U) {
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 16777619U;
  return value;
}

/// The numbers of the lexicon's words that one word of a message is: its stem, and prefixes of it.
struct WordNumbers {
  std::array<std::uint32_t, 6> numbers;
  std::uint32_t count = 0;

  void add(std::uint32_t number) {
    if (number != no_word && count < numbers.size()) numbers[count++] = number;
  }
  bool has(std::uint32_t number) const {
    return std::find(numbers.begin(), numbers.begin() + count, number) != numbers.begin() + count;
  }
};

bool ends_sentence(const Word& word) { return word.stem.empty(); }

}  // namespace

std::string_view Lexicon::word(std::uint32_t number) const {
  return std::string_view(texts).substr(word_begin[number], word_begin[number + 1] - word_begin[number]);
}

std::uint32_t Lexicon::find(const std::vector<std::uint32_t>& slots, std::string_view text,
                            std::uint32_t text_hash) const {
  if (slots.empty()) return no_word;
  const std::size_t mask = slots.size() - 1;
  for (std::size_t slot = text_hash & mask;; slot = (slot + 1) & mask) {
    if (slots[slot] == 0) return no_word;
    if (word(slots[slot] - 1) == text) return slots[slot] - 1;
  }
}

template <typename F>
void Lexicon::each_number(const Word& word, F&& take) const {
  take(find(stem_slots, word.stem, hash(word.stem)));
  const std::string_view folded = word.folded;
  std::uint32_t prefix_hash = hash({});
  for (std::size_t length = 1; length <= std::min<std::size_t>(longest_prefix, folded.size()); ++length) {
    prefix_hash = hash(folded.substr(length - 1, 1), prefix_hash);
    if (length >= shortest_prefix) take(find(prefix_slots, folded.substr(0, length), prefix_hash));
  }
}

bool Lexicon::knows(const Word& word) const {
  bool known = false;
  each_number(word, [&](std::uint32_t number) { known |= number != no_word; });
  return known;
}

Lexicon::Matches Lexicon::match(std::span<const Word> words) const {
  words = words.first(std::min(words.size(), most_words));
  std::vector<WordNumbers> numbers(words.size());
  // Words of the lexicon that stand anywhere in the message: most terms are out at their second word.
  std::vector<bool> present(word_begin.empty() ? 0 : word_begin.size() - 1);
  const auto may_fit = [&](const Term& term) {
    for (std::uint32_t step = term.first_step + 1; step < term.first_step + term.steps; ++step)
      if (!present[steps[step] / 2]) return false;
    return true;
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (ends_sentence(words[i])) continue;
    each_number(words[i], [&](std::uint32_t number) { numbers[i].add(number); });
    for (std::uint32_t which = 0; which < numbers[i].count; ++which) present[numbers[i].numbers[which]] = true;
  }

  Matches matches;
  for (std::size_t start = 0; start < words.size() && matches.positions.size() < most_positions; ++start)
    for (std::uint32_t which = 0; which < numbers[start].count; ++which) {
      const std::uint32_t first = numbers[start].numbers[which];
      for (std::uint32_t at = term_begin[first]; at < term_begin[first + 1]; ++at) {
        const Term& term = terms[term_order[at]];
        if (!may_fit(term)) continue;
        const auto begin = static_cast<std::uint32_t>(matches.positions.size());
        matches.positions.push_back(static_cast<std::uint16_t>(start));
        std::size_t last = start;
        std::uint16_t step = 1;
        for (; step < term.steps; ++step) {
          const std::uint32_t wanted = steps[term.first_step + step];
          std::size_t next = last + 1;
          const std::size_t reach = next + ((wanted & 1U) != 0 ? longest_gap : 0);
          while (next < words.size() && next < reach && !ends_sentence(words[next]) && !numbers[next].has(wanted / 2))
            ++next;
          if (next >= words.size() || !numbers[next].has(wanted / 2)) break;
          matches.positions.push_back(static_cast<std::uint16_t>(next));
          last = next;
        }
        if (step == term.steps) matches.all.push_back({&term, begin, term.steps});
        else matches.positions.resize(begin);
      }
    }
  // Further ties stay in the order of the text.
  const auto reach = [&](const Match& match) { return matches.of(match).back() - matches.of(match).front(); };
  std::ranges::stable_sort(matches.all, [&](const Match& one, const Match& other) {
    if (one.positions != other.positions) return one.positions > other.positions;
    if (one.term->weight != other.term->weight) return one.term->weight > other.term->weight;
    return reach(one) < reach(other);
  });
  return matches;
}

std::uint32_t LexiconBuilder::intern(const PatternWord& word) {
  const auto slot_of = [&](std::string_view text, bool prefix) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = (hash(text) + (prefix ? 1U : 0U)) & mask;
    while (slots_[slot] != 0 && (words_[slots_[slot] - 1].text != text || words_[slots_[slot] - 1].prefix != prefix))
      slot = (slot + 1) & mask;
    return slot;
  };
  std::size_t slot = slot_of(word.stem, word.prefix);
  if (slots_[slot] != 0) return slots_[slot] - 1;
  words_.push_back({word.stem, word.prefix, {}});
  if (words_.size() * 2 > slots_.size()) {
    slots_.assign(slots_.size() * 2, 0);
    for (std::uint32_t number = 0; number < words_.size(); ++number)
      slots_[slot_of(words_[number].text, words_[number].prefix)] = number + 1;
  } else {
    slots_[slot] = static_cast<std::uint32_t>(words_.size());
  }
  return static_cast<std::uint32_t>(words_.size()) - 1;
}

TradeIndex LexiconBuilder::trade_index(const std::string& trade) {
  if (trade.empty()) return no_trade;
  auto& trades = lexicon_.trades;
  const auto found = std::ranges::find(trades, trade);
  if (found != trades.end()) return static_cast<TradeIndex>(found - trades.begin());
  trades.push_back(trade);
  lexicon_.usual_urgencies.push_back(0);
  lexicon_.usual_places.push_back(0);
  return static_cast<TradeIndex>(trades.size() - 1);
}

void LexiconBuilder::add(const Pattern& pattern, const TermMeaning& meaning, std::string_view written) {
  if (pattern.empty() || pattern.size() > most_words) return;  // fits nowhere
  Lexicon::Term term{.first_step = static_cast<std::uint32_t>(lexicon_.steps.size()),
                     .steps = static_cast<std::uint16_t>(pattern.size()),
                     .trade = trade_index(meaning.trade),
                     .kind = meaning.kind,
                     .weight = static_cast<std::uint8_t>(meaning.weight),
                     .urgency = static_cast<std::uint8_t>(meaning.urgency),
                     .place = static_cast<std::uint8_t>(meaning.place)};
  for (const PatternWord& word : pattern) lexicon_.steps.push_back(intern(word) * 2 + (word.after_gap ? 1U : 0U));
  words_[lexicon_.steps[term.first_step] / 2].terms.push_back(static_cast<std::uint32_t>(lexicon_.terms.size()));
  lexicon_.terms.push_back(term);
  written_.emplace_back(written);
}

void LexiconBuilder::set_usual(const std::string& trade, std::optional<Urgency> urgency, std::optional<Place> place) {
  const TradeIndex index = trade_index(trade);
  if (urgency) lexicon_.usual_urgencies[index] = static_cast<std::uint8_t>(*urgency);
  if (place) lexicon_.usual_places[index] = static_cast<std::uint8_t>(*place);
}

Lexicon LexiconBuilder::build() && {
  Lexicon& lexicon = lexicon_;
  lexicon.stem_slots.assign(slots_.size(), 0);
  lexicon.prefix_slots.assign(slots_.size(), 0);
  const auto place = [](std::vector<std::uint32_t>& slots, std::string_view text, std::uint32_t number) {
    const std::size_t mask = slots.size() - 1;
    std::size_t slot = hash(text) & mask;
    while (slots[slot] != 0) slot = (slot + 1) & mask;
    slots[slot] = number + 1;
  };
  for (std::uint32_t number = 0; number < words_.size(); ++number) {
    const KnownWord& word = words_[number];
    lexicon.word_begin.push_back(static_cast<std::uint32_t>(lexicon.texts.size()));
    lexicon.texts += word.text;
    lexicon.term_begin.push_back(static_cast<std::uint32_t>(lexicon.term_order.size()));
    lexicon.term_order.insert(lexicon.term_order.end(), word.terms.begin(), word.terms.end());
    place(word.prefix ? lexicon.prefix_slots : lexicon.stem_slots, word.text, number);
    if (word.prefix) {
      lexicon.shortest_prefix = std::min(lexicon.shortest_prefix, static_cast<std::uint32_t>(word.text.size()));
      lexicon.longest_prefix = std::max(lexicon.longest_prefix, static_cast<std::uint32_t>(word.text.size()));
    }
  }
  lexicon.word_begin.push_back(static_cast<std::uint32_t>(lexicon.texts.size()));
  lexicon.term_begin.push_back(static_cast<std::uint32_t>(lexicon.term_order.size()));
  for (std::size_t i = 0; i < written_.size(); ++i) {
    lexicon.terms[i].written = static_cast<std::uint32_t>(lexicon.texts.size());
    lexicon.terms[i].written_length = static_cast<std::uint32_t>(written_[i].size());
    lexicon.texts += written_[i];
  }
  return std::move(lexicon_);
}

bool contains(std::span<const Word> words, const Pattern& pattern) {
  const auto fits = [&](std::size_t at, const PatternWord& word) {
    return word.prefix ? words[at].folded.starts_with(word.stem) : words[at].stem == word.stem;
  };
  if (pattern.empty()) return false;
  for (std::size_t start = 0; start + pattern.size() <= words.size(); ++start) {
    if (ends_sentence(words[start]) || !fits(start, pattern.front())) continue;
    std::size_t at = start;
    std::size_t step = 1;
    for (; step < pattern.size(); ++step) {
      std::size_t next = at + 1;
      const std::size_t reach = next + (pattern[step].after_gap ? longest_gap : 0);
      while (next < words.size() && next < reach && !ends_sentence(words[next]) && !fits(next, pattern[step])) ++next;
      if (next >= words.size() || ends_sentence(words[next]) || !fits(next, pattern[step])) break;
      at = next;
    }
    if (step == pattern.size()) return true;
  }
  return false;
}

}  // namespace regie
