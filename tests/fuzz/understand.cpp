// Any bytes as a message: cut into words, understood by the French lexicon, routed by val-dorle's rules.
#include <algorithm>

#include "desk/routing.hpp"
#include "fuzz/example.hpp"
#include "text/unicode.hpp"

using namespace regie;
using fuzz::require;

namespace {

bool same(const Understanding& one, const Understanding& other) {
  return one.trade == other.trade && one.also == other.also && one.urgency == other.urgency &&
         one.place == other.place && one.confidence == other.confidence && one.certain == other.certain &&
         one.because == other.because;
}

bool is_trade(const Landlord& landlord, const std::string& trade) {
  return trade.empty() || landlord.find_trade(trade) != nullptr;
}

void check_words(std::string_view text) {
  const std::string folded = text::fold(text);
  require(!text::find_invalid_utf8(folded), "what fold() gives is UTF-8");
  require(text::fold(folded) == folded, "folding twice is folding once");
  const auto& words = fuzz::example().routing().lexicon.words;
  for (const Word& word : words.read(text)) require(word.folded.empty() == word.stem.empty(), "a word has a stem");
  words.read_pattern(text);
}

Understanding check_understanding(std::string_view text) {
  const Landlord& landlord = fuzz::example().landlord();
  const CompiledLexicon& lexicon = fuzz::example().routing().lexicon;
  Understanding understood = lexicon.understand(text);
  require(same(understood, lexicon.understand(text)), "understood the same the second time");
  require(is_trade(landlord, understood.trade) && is_trade(landlord, understood.also), "the trade is known");
  require(!code(understood.urgency).empty() && !code(understood.place).empty(), "urgency and place are known");
  require(!understood.trade.empty() || !understood.certain, "nothing is certain without a trade");
  require(understood.also.empty() || understood.also != understood.trade, "the second trade is another one");
  require(understood.trade.empty() || !understood.because.empty(), "a trade has a reason");
  return understood;
}

void check_kept(const Decision& decision, const RuleSet& rules, const std::vector<std::string>& because) {
  const KeptDecision kept = decode_decision(encode_decision(decision, rules, because));
  require(kept.known && kept.rules == rules.hash && kept.met == decision.rules_met && kept.because == because &&
              kept.tell == decision.tell && kept.notes == decision.notes,
          "a decision is read back as it was kept");
  require(std::ranges::equal(kept.candidates, decision.candidates,
                             [](const auto& pair, const Candidate& candidate) {
                               return pair.first == candidate.provider && pair.second == code(candidate.verdict);
                             }),
          "candidates are read back as they were kept");
}

NewRequest wanted_by(std::string_view text) {
  const auto& residences = fuzz::example().landlord().residences;
  NewRequest wanted;
  wanted.draft.text = text;
  wanted.draft.residence = residences[text.size() % residences.size()].code;
  wanted.draft.dwelling = text.size() % 2 == 0 ? "" : "B-203";
  wanted.draft.opened_at = fuzz::monday();
  return wanted;
}

Foreseen check_decision(const NewRequest& wanted, const Past& past) {
  Settings& settings = fuzz::example();
  const Landlord& landlord = settings.landlord();
  Foreseen foreseen = foresee(settings, wanted, fuzz::monday(), past);
  const Decision& decision = foreseen.decision;
  require(is_trade(landlord, foreseen.draft.trade), "the rules leave a known trade");
  require(decision.provider.empty() || landlord.find_provider(decision.provider) != nullptr, "the provider is known");
  require(fuzz::becomes_something(decision), "something becomes of it");
  require(foreseen.draft.certain || decision.provider.empty(), "nobody is sent on a guess");
  require(decision.provider.empty() || (decision.triage.empty() && decision.close.empty()), "one thing becomes of it");
  const RuleSet& rules = settings.routing().rules;
  const std::string kept = encode_decision(decision, rules, foreseen.understood.because);
  const Foreseen again = foresee(settings, wanted, fuzz::monday(), past);
  require(encode_decision(again.decision, rules, again.understood.because) == kept, "decided the same the second time");
  check_kept(decision, rules, foreseen.understood.because);
  return foreseen;
}

/// The message arrives; and arrives once more, two hours after it was saved.
void check_decisions(std::string_view text) {
  const NewRequest wanted = wanted_by(text);
  RequestsInMemory past;
  Request earlier = check_decision(wanted, past).draft;
  earlier.id = 1;
  earlier.opened_at -= std::chrono::hours{2};
  past.add(std::move(earlier));
  check_decision(wanted, past);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  check_words(text);
  check_understanding(text);
  check_decisions(text);
  decode_decision(std::string(text));
  return 0;
}
