// Examples beside the rules: what must become of a message. They are to a rule file what tests are to a program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "desk/routing.hpp"
#include "desk/toml.hpp"

namespace regie {

struct RuleExample {
  std::string rule;   ///< beside which it stands
  std::string where;  ///< file:line:column
  NewRequest given;
  std::optional<Instant> at;  ///< nullopt: now

  // What is expected; what is not said may be anything.
  bool applies = true;  ///< the rule is met
  std::optional<std::string> trade;
  std::optional<Urgency> urgency;
  std::optional<Place> place;
  std::optional<std::string> send;  ///< provider; "" = nobody
  std::optional<bool> triage;       ///< a person decides
  std::optional<bool> closed;       ///< answered at once
  std::vector<std::string> tell;    ///< all of these are told
};

/// Reads one [[rule.example]]; mistakes go to the file's findings.
RuleExample read_example(toml_input::Table table, const std::string& rule, const Landlord& landlord);

/// What comes out otherwise than expected, a sentence each; empty when all does. `foreseen` is what came out.
std::vector<Message> mismatches(Settings& settings, const RuleExample& example, Instant now, Foreseen& foreseen);

}  // namespace regie
