#include "regie/understanding.hpp"

#include <algorithm>
#include <map>

namespace regie {

namespace {

constexpr std::size_t longest_gap = 4;  // words that "..." lets pass
constexpr int enough = 3;               // weight that makes a trade certain
constexpr int clear_lead = 4;           // and its lead over the next
constexpr int decides = 6;              // weight of a term that decides alone
// People name what is broken first, then where it stands and what it spoils: the trade named first gets this more.
constexpr int named_first = 3;
// A trade whose own urgency terms fit ("serrure ... bloquée") is not merely mentioned: it gets this more, once.
constexpr int trouble_told = 2;

}  // namespace

/// A term that fits at these positions of the message.
struct Lexicon::Match {
  const Term* term;
  std::vector<std::size_t> positions;
};

Lexicon::WordId Lexicon::intern(const PatternWord& word) {
  auto& known = word.prefix ? prefixes_ : stems_;
  const auto [entry, fresh] = known.try_emplace(word.stem, next_word_);
  if (fresh) {
    ++next_word_;
    by_first_word_.emplace_back();
    if (word.prefix) {
      shortest_prefix_ = std::min(shortest_prefix_, word.stem.size());
      longest_prefix_ = std::max(longest_prefix_, word.stem.size());
    }
  }
  return entry->second;
}

void Lexicon::add(const Pattern& pattern, TermMeaning meaning, std::string written) {
  if (pattern.empty()) return;
  Term term{{}, std::move(meaning), std::move(written)};
  for (const PatternWord& word : pattern) term.steps.push_back({intern(word), word.after_gap});
  by_first_word_[term.steps.front().word].push_back(static_cast<std::uint32_t>(terms_.size()));
  terms_.push_back(std::move(term));
}

void Lexicon::set_usual(const std::string& trade, std::optional<Urgency> urgency, std::optional<Place> place) {
  Usual& usual = usual_[trade];
  if (urgency) usual.urgency = urgency;
  if (place) usual.place = place;
}

std::vector<std::vector<Lexicon::WordId>> Lexicon::identify(std::span<const Word> words) const {
  std::vector<std::vector<WordId>> ids(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (const auto found = stems_.find(words[i].stem); found != stems_.end()) ids[i].push_back(found->second);
    const std::string& folded = words[i].folded;
    for (std::size_t length = shortest_prefix_; length <= std::min(longest_prefix_, folded.size()); ++length)
      if (const auto found = prefixes_.find(folded.substr(0, length)); found != prefixes_.end())
        ids[i].push_back(found->second);
  }
  return ids;
}

std::vector<Lexicon::Match> Lexicon::find_matches(std::span<const Word> words) const {
  const auto ids = identify(words);
  const auto is = [&](std::size_t position, WordId word) {
    return std::ranges::find(ids[position], word) != ids[position].end();
  };

  std::vector<Match> matches;
  for (std::size_t start = 0; start < ids.size(); ++start)
    for (const WordId first : ids[start])
      for (const std::uint32_t number : by_first_word_[first]) {
        const Term& term = terms_[number];
        Match match{&term, {start}};
        for (std::size_t step = 1; step < term.steps.size(); ++step) {
          const std::size_t next = match.positions.back() + 1;
          const std::size_t reach = next + (term.steps[step].after_gap ? longest_gap : 0);
          std::size_t at = next;
          while (at < ids.size() && at <= reach && !words[at].stem.empty() && !is(at, term.steps[step].word)) ++at;
          if (at >= ids.size() || at > reach || words[at].stem.empty()) break;
          match.positions.push_back(at);
        }
        if (match.positions.size() == term.steps.size()) matches.push_back(std::move(match));
      }
  // The longest first: it takes its words. Among equals the heavier, then the one that skips fewer words, then the
  // earlier.
  const auto reach = [](const Match& match) { return match.positions.back() - match.positions.front(); };
  std::ranges::stable_sort(matches, [&](const Match& one, const Match& other) {
    if (one.positions.size() != other.positions.size()) return one.positions.size() > other.positions.size();
    if (one.term->meaning.weight != other.term->meaning.weight)
      return one.term->meaning.weight > other.term->meaning.weight;
    return reach(one) < reach(other);
  });
  return matches;
}

Understanding Lexicon::understand(std::span<const Word> words) const {
  using Kind = TermMeaning::Kind;
  const auto matches = find_matches(words);

  // Words taken, once for trades and once for urgency and place: "fuite" may speak to both.
  std::vector<bool> taken_for_trade(words.size()), taken_for_urgency(words.size()), taken_for_place(words.size());
  const auto takes = [](const Match& match, std::vector<bool>& taken) {
    if (std::ranges::any_of(match.positions, [&](std::size_t at) { return taken[at]; })) return false;
    for (const std::size_t at : match.positions) taken[at] = true;
    return true;
  };

  struct Score {
    int weight = 0;
    std::size_t first = 0;
    std::vector<const Term*> terms;
    bool danger = false;  ///< comes before every other trade
    bool is_first = false;
    bool has_trouble = false;  ///< an urgency term of this trade fits
    int rank() const { return weight + (is_first ? named_first : 0) + (has_trouble ? trouble_told : 0); }
  };
  std::map<std::string, Score> scores;
  std::pair<std::size_t, std::string> first_named{words.size(), ""};  // a hint alone names nothing
  const auto is_usually_emergency = [&](const std::string& trade) {
    const auto usual = usual_.find(trade);
    return usual != usual_.end() && usual->second.urgency == Urgency::emergency;
  };
  std::map<std::size_t, std::string> because;
  std::vector<const Match*> urgencies;
  std::optional<Place> place;

  for (const Match& match : matches) {
    const TermMeaning& meaning = match.term->meaning;
    switch (meaning.kind) {
      case Kind::ignore:
        for (auto* taken : {&taken_for_trade, &taken_for_urgency, &taken_for_place})
          for (const std::size_t at : match.positions) (*taken)[at] = true;
        break;
      case Kind::trade: {
        if (!takes(match, taken_for_trade)) break;
        Score& score = scores[meaning.trade];
        if (std::ranges::find(score.terms, match.term) != score.terms.end()) break;  // said twice counts once
        if (score.terms.empty()) score.first = match.positions.front();
        score.first = std::min(score.first, match.positions.front());
        score.terms.push_back(match.term);
        score.weight += meaning.weight;
        // A smell of gas is not outvoted by the objects it is smelt near.
        score.danger |= meaning.weight >= decides && is_usually_emergency(meaning.trade);
        if (meaning.weight > 1) first_named = std::min(first_named, {match.positions.front(), meaning.trade});
        because.emplace(match.positions.front(), match.term->written);
        break;
      }
      case Kind::urgency: urgencies.push_back(&match); break;
      case Kind::place:
        if (takes(match, taken_for_place) && place != Place::common) {
          place = meaning.place;
          because.emplace(match.positions.front(), match.term->written);
        }
        break;
    }
  }

  if (const auto named = scores.find(first_named.second); named != scores.end()) named->second.is_first = true;
  for (const Match* match : urgencies) {
    const bool ignored = std::ranges::any_of(match->positions, [&](std::size_t at) { return taken_for_urgency[at]; });
    if (const auto told = scores.find(match->term->meaning.trade); told != scores.end() && !ignored)
      told->second.has_trouble = true;
  }

  Understanding result;
  const Score* best = nullptr;
  const Score* second = nullptr;
  for (const auto& [trade, score] : scores) {
    const auto beats = [&](const Score* other) {
      if (other == nullptr || score.danger != other->danger) return other == nullptr || score.danger;
      return score.rank() > other->rank() || (score.rank() == other->rank() && score.first < other->first);
    };
    if (beats(best)) {
      second = best;
      result.also = result.trade;
      best = &score;
      result.trade = trade;
    } else if (beats(second)) {
      second = &score;
      result.also = trade;
    }
  }
  result.confidence = best == nullptr ? 0 : best->rank() - (second == nullptr ? 0 : second->rank());
  result.certain = best != nullptr && (best->danger || (best->weight >= enough && result.confidence >= clear_lead));
  // A second trade counts only when its own words would be enough to send somebody.
  if (second == nullptr || second->weight < enough || result.also == "none") result.also.clear();

  std::optional<Urgency> urgency;
  bool lowered = false;
  for (const Match* match : urgencies) {
    const TermMeaning& meaning = match->term->meaning;
    if (!meaning.trade.empty() && meaning.trade != result.trade) continue;
    if (!takes(*match, taken_for_urgency)) continue;
    because.emplace(match->positions.front(), match->term->written);
    if (meaning.urgency == Urgency::normal) lowered = true;
    if (!urgency || meaning.urgency < *urgency) urgency = meaning.urgency;
  }
  if (urgency == Urgency::urgent && lowered) urgency = Urgency::normal;

  const auto usual = usual_.find(result.trade);
  const Usual nothing_usual;
  const Usual& by_trade = usual == usual_.end() ? nothing_usual : usual->second;
  result.urgency = urgency.value_or(by_trade.urgency.value_or(Urgency::normal));
  result.place = place.value_or(by_trade.place.value_or(Place::dwelling));
  for (auto& [position, term] : because) result.because.push_back(std::move(term));
  return result;
}

bool contains(std::span<const Word> words, const Pattern& pattern) {
  const auto fits = [&](std::size_t at, const PatternWord& word) {
    return word.prefix ? words[at].folded.starts_with(word.stem) : words[at].stem == word.stem;
  };
  if (pattern.empty()) return false;
  for (std::size_t start = 0; start < words.size(); ++start) {
    if (!fits(start, pattern.front())) continue;
    std::size_t at = start;
    std::size_t step = 1;
    for (; step < pattern.size(); ++step) {
      const std::size_t reach = at + 1 + (pattern[step].after_gap ? longest_gap : 0);
      std::size_t next = at + 1;
      while (next < words.size() && next <= reach && !words[next].stem.empty() && !fits(next, pattern[step])) ++next;
      if (next >= words.size() || next > reach || words[next].stem.empty()) break;
      at = next;
    }
    if (step == pattern.size()) return true;
  }
  return false;
}

}  // namespace regie
