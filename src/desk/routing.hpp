// What the desk makes of a message, before anything is saved: understood, routed, and told why.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "desk/settings.hpp"
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

/// What would become of a message. Where the residence is not said, nobody is sent.
struct Foreseen {
  Request draft;  ///< as it would be opened
  Understanding understood;
  Decision decision;
};

/// Understands and routes as of `at`, when it reaches the desk.
Foreseen foresee(Settings& settings, const NewRequest& wanted, Instant at);

/// Understands only: fills trade, urgency and place, where they were not said.
Foreseen understand(Settings& settings, const NewRequest& wanted);

/// Routes a request as it stands.
Decision route_request(Settings& settings, const Request& request, Instant at);

/// The reasoning as the journal keeps it: one JSON object.
std::string encode_decision(const Decision& decision, const RuleSet& rules, const std::vector<std::string>& because);

/// What encode_decision() kept. `known` is false for an entry without one, or that is not to be read.
struct KeptDecision {
  bool known = false;
  std::string rules;  ///< hash of the rule files
  std::vector<std::string> met, because, tell, notes;
  std::vector<std::pair<std::string, std::string>> candidates;  ///< provider, code of its Verdict
};
KeptDecision decode_decision(const std::string& json);

/// The rule or sentence behind Request::triage, for a person.
Message triage_message(const std::string& triage);

}  // namespace regie
