// What the desk makes of a message, before anything is saved: understood, routed, and told why.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "desk/settings.hpp"
#include "regie/change.hpp"
#include "regie/routing.hpp"
#include "regie/understanding.hpp"

namespace regie {

/// A new request as somebody reports it. What is nullopt or empty is understood from the text.
struct NewRequest {
  Request draft;  ///< text, residence, dwelling, channel, tenant…, opened_at
  std::optional<std::string> trade;
  std::optional<Urgency> urgency;
  std::optional<Place> place;
};

/// Names what the landlord does not know in it; empty when all is well.
std::vector<Message> problems_of(const Landlord& landlord, const NewRequest& wanted);

/// Why nobody is sent where the residence is not said.
inline constexpr std::string_view triage_no_residence = "no-residence";

/// Why a part is looked at again that was corrected: it waited for a common request, and may be something else.
inline constexpr std::string_view triage_common_left = "common-left";

/// Why a part is looked at again whose common request was cancelled.
inline constexpr std::string_view triage_common_cancelled = "common-cancelled";

/// What would become of a message. Where the residence is not said, nobody is sent.
struct Foreseen {
  Request draft;  ///< as it would be opened
  Understanding understood;
  Decision decision;
  std::vector<Word> words;  ///< of the text
};

/// Understands and routes as of `at`, when it reaches the desk.
Foreseen foresee(Settings& settings, const NewRequest& wanted, Instant at, const Past& past);

/// The first half: fills trade, urgency and place, where they were not said. Looks at the text alone.
Foreseen understand(Settings& settings, const NewRequest& wanted);
/// The second half.
void decide_who_goes(Settings& settings, const NewRequest& wanted, Instant at, const Past& past, Foreseen& foreseen);

/// Routes a request as it stands. What the person on the phone says counts more than the text, but a rule may raise it
/// (gas is an emergency even when the caller says that tomorrow will do): no rule goes below `at_least`.
Decision route_request(Settings& settings, const Request& request, Instant at, const Past& past,
                       Urgency at_least = Urgency::planned);

/// A rule's text with {residence}, {building}, {dwelling}, {problem} and {neighbours} filled in.
std::string filled_in(const std::string& text, const Landlord& landlord, const Request& request);

/// The request that a rule opens beside `first`.
NewRequest second_request(const SecondRequest& second, const Request& first);

/// The reasoning as the journal keeps it: one JSON object.
std::string encode_decision(const Decision& decision, const RuleSet& rules, const std::vector<std::string>& because);

/// A decision as an assignment, with the reasoning encoded.
Assignment assignment_of(const Decision& decision, const RuleSet& rules, const std::vector<std::string>& because);
/// The same for a request that was routed before: a rule that closes it with a standard answer has had its chance, a
/// person looks.
Assignment assignment_again(const Decision& decision, const RuleSet& rules);

/// What encode_decision() kept. `known` is false for an entry without one, or that is not to be read.
struct KeptDecision {
  bool known = false;
  std::string rules;  ///< hash of the rule files
  std::vector<std::string> met, because, tell, notes;
  std::vector<std::pair<std::string, std::string>> candidates;  ///< provider, code of its Verdict
  std::string problem;
  std::optional<RequestId> callback_of, cancels;
  std::optional<Joining> join;
  std::vector<std::string> open;  ///< trades of the requests opened beside it
};
KeptDecision decode_decision(const std::string& json);

/// The rule or sentence behind Request::triage, for a person.
Message triage_message(const std::string& triage);

}  // namespace regie
