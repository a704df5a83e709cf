#include "regie/understanding.hpp"

#include <algorithm>

#include "regie/landlord.hpp"

namespace regie {

namespace {

using Kind = TermMeaning::Kind;
using Match = Lexicon::Match;

// Weights, tuned on one half of the labelled messages and measured on the other (tests/understanding).
constexpr int enough = 3;               // weight that makes a trade certain
constexpr int clear_lead = 4;           // and its lead over the next
constexpr int lead_of_named_first = 2;  // enough for what is named first, by a term that decides
constexpr int decides = 6;              // weight of a term that decides alone
// People name what is broken first, then where it stands and what it spoils: the trade named first gets this more.
constexpr int named_first = 3;
// A trade whose own urgency terms fit ("serrure ... bloquée") is not merely mentioned: it gets this more, once.
constexpr int trouble_told = 2;
// What a term weighs that only tells where, when something else is named for itself.
constexpr int weight_of_place = 1;
// An angry letter speaks of rent and files in every line: that alone must not outvote the fault it is about.
constexpr int most_not_technical = 9;

struct Score {
  TradeIndex trade = no_trade;
  int weight = 0;
  int more_than_place = 0;  ///< part of the weight that is lost when its terms only tell where
  std::size_t first = 0;    ///< where its first term stands
  std::vector<const Lexicon::Term*> terms;
  bool danger = false;  ///< comes before every other trade
  bool is_first = false;
  bool has_trouble = false;  ///< an urgency term of this trade fits
  bool is_named = false;     ///< by a word that is enough alone, and not only as a place

  int rank() const { return weight + (is_first ? named_first : 0) + (has_trouble ? trouble_told : 0); }
  bool beats(const Score* other) const {
    if (other == nullptr) return true;
    if (danger != other->danger) return danger;
    return rank() != other->rank() ? rank() > other->rank() : first < other->first;
  }
};

/// One message being read.
class Reading {
 public:
  Reading(const Lexicon& lexicon, std::span<const Word> words)
      : lexicon_(lexicon),
        matches_(lexicon.match(words)),
        after_where_(words.size() + 1),
        for_trade_(words.size()),
        for_urgency_(words.size()),
        for_place_(words.size()) {}

  Understanding understanding() {
    mark_places();
    collect();
    weigh();
    mark_first_and_troubled();
    choose_trades();
    const TradeIndex trade = best_ == nullptr ? no_trade : best_->trade;
    const auto usual_urgency = trade == no_trade ? std::nullopt : lexicon_.usual_urgency(trade);
    const auto said = said_urgency(trade, usual_urgency == Urgency::emergency);
    const auto usual_place = trade == no_trade ? std::nullopt : lexicon_.usual_place(trade);
    result_.urgency = said.value_or(usual_urgency.value_or(Urgency::normal));
    result_.place = place_.value_or(usual_place.value_or(Place::dwelling));
    explain();
    return std::move(result_);
  }

 private:
  /// Words already taken; once for trades and once for urgency and place, because "fuite" may speak to both.
  using Taken = std::vector<bool>;

  bool is_free(const Match& match, const Taken& taken) const {
    return std::ranges::none_of(matches_.of(match), [&](std::size_t at) { return taken[at]; });
  }
  void take(const Match& match, Taken& taken) const {
    for (const std::size_t at : matches_.of(match)) taken[at] = true;
  }
  bool take_if_free(const Match& match, Taken& taken) const {
    if (!is_free(match, taken)) return false;
    take(match, taken);
    return true;
  }
  std::size_t first_word(const Match& match) const { return matches_.of(match).front(); }

  void decided_by(const Match& match) { reasons_.push_back(&match); }

  Score& score_of(TradeIndex trade) {
    const auto known = std::ranges::find(scores_, trade, &Score::trade);
    if (known != scores_.end()) return *known;
    return scores_.emplace_back(Score{.trade = trade});
  }

  void mark_places() {
    for (const Match& match : matches_.all)
      if (match.term->kind == Kind::where) after_where_[matches_.of(match).back() + 1] = true;
  }
  bool tells_where(const Match& match) const { return after_where_[first_word(match)]; }

  void collect() {
    for (const Match& match : matches_.all) switch (match.term->kind) {
        case Kind::where: break;
        case Kind::ignore:
          for (Taken* taken : {&for_trade_, &for_urgency_, &for_place_}) take(match, *taken);
          break;
        case Kind::trade:
          if (take_if_free(match, for_trade_)) count(match);
          break;
        case Kind::urgency: urgencies_.push_back(&match); break;
        case Kind::place:
          if (take_if_free(match, for_place_) && place_ != Place::common) {
            place_ = from_number<Place>(match.term->place);
            decided_by(match);
          }
          break;
      }
  }

  void count(const Match& match) {
    Score& score = score_of(match.term->trade);
    if (std::ranges::find(score.terms, match.term) != score.terms.end()) return;  // said twice counts once
    score.first = score.terms.empty() ? first_word(match) : std::min(score.first, first_word(match));
    score.terms.push_back(match.term);
    score.weight += match.term->weight;
    if (tells_where(match)) score.more_than_place += std::max(match.term->weight - weight_of_place, 0);
    else score.is_named |= match.term->weight >= enough;
    // A smell of gas is not outvoted by the objects it is smelt near.
    score.danger |= match.term->weight >= decides && lexicon_.usual_urgency(score.trade) == Urgency::emergency;
    decided_by(match);
  }

  bool is_only_place(TradeIndex trade) const {
    return std::ranges::any_of(scores_, [&](const Score& other) { return other.trade != trade && other.is_named; });
  }

  void weigh() {
    for (Score& score : scores_) {
      if (is_only_place(score.trade)) score.weight -= score.more_than_place;
      if (lexicon_.trades[score.trade] == not_technical) score.weight = std::min(score.weight, most_not_technical);
    }
  }

  /// A hint alone names nothing, nor does a place.
  bool names(const Match& match) const {
    return match.term->kind == Kind::trade && match.term->weight > 1 &&
           !(tells_where(match) && is_only_place(match.term->trade));
  }

  void mark_first_and_troubled() {
    const Match* first = nullptr;
    for (const Match* match : reasons_)
      if (names(*match) && (first == nullptr || first_word(*match) < first_word(*first))) first = match;
    for (Score& score : scores_) {
      score.is_first = first != nullptr && score.trade == first->term->trade;
      // Only ignored words are taken from urgency so far.
      score.has_trouble = std::ranges::any_of(urgencies_, [&](const Match* match) {
        return match->term->trade == score.trade && is_free(*match, for_urgency_);
      });
    }
  }

  int wanted_lead(const Score& score) const {
    return score.is_first && score.weight >= decides ? lead_of_named_first : clear_lead;
  }

  void choose_trades() {
    const Score* second = nullptr;
    for (const Score& score : scores_) {
      if (score.beats(best_)) {
        second = best_;
        best_ = &score;
      } else if (score.beats(second)) {
        second = &score;
      }
    }
    if (best_ == nullptr) return;
    result_.trade = lexicon_.trades[best_->trade];
    result_.confidence = best_->rank() - (second == nullptr ? 0 : second->rank());
    result_.certain = best_->danger || (best_->weight >= enough && result_.confidence >= wanted_lead(*best_));
    // A second trade counts only when its own words would be enough to send somebody.
    if (second != nullptr && second->weight >= enough && lexicon_.trades[second->trade] != not_technical)
      result_.also = lexicon_.trades[second->trade];
  }

  /// The most urgent thing said; but what is said to be urgent and harmless at once is normal. That tomorrow will do
  /// makes no smell of gas harmless: what is `always` an emergency is lowered only by words of its own trade.
  std::optional<Urgency> said_urgency(TradeIndex trade, bool always) {
    std::optional<Urgency> most;
    bool lowered = false;
    for (const Match* match : urgencies_) {
      if (match->term->trade != no_trade && match->term->trade != trade) continue;
      const auto urgency = from_number<Urgency>(match->term->urgency).value_or(Urgency::normal);
      if (match->term->trade == no_trade && always && urgency != Urgency::emergency) continue;
      if (!take_if_free(*match, for_urgency_)) continue;
      decided_by(*match);
      lowered |= urgency == Urgency::normal;
      most = most ? std::min(*most, urgency) : urgency;
    }
    return most == Urgency::urgent && lowered ? Urgency::normal : most;
  }

  void explain() {
    std::ranges::stable_sort(reasons_, {}, [&](const Match* match) { return first_word(*match); });
    for (const Match* match : reasons_) {
      std::string term(lexicon_.written(*match->term));
      if (std::ranges::find(result_.because, term) == result_.because.end()) result_.because.push_back(std::move(term));
    }
  }

  const Lexicon& lexicon_;
  const Lexicon::Matches matches_;
  std::vector<bool> after_where_;  ///< by position
  Taken for_trade_, for_urgency_, for_place_;
  std::vector<Score> scores_;
  std::vector<const Match*> urgencies_;
  std::vector<const Match*> reasons_;
  std::optional<Place> place_;
  const Score* best_ = nullptr;
  Understanding result_;
};

}  // namespace

Understanding understand(const Lexicon& lexicon, std::span<const Word> words) {
  return Reading(lexicon, words).understanding();
}

}  // namespace regie
