// Examples beside the rules: what must become of a message. They are to a rule file what tests are to a program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "desk/routing.hpp"
#include "desk/toml.hpp"

namespace regie {

/// What had happened before the message of an example.
struct Earlier {
  NewRequest given;
  Span ago;             ///< before the message
  std::string done_by;  ///< provider that has repaired it; "" = not repaired
  Span done_ago;        ///< when that was done_by's work
};

struct RuleExample {
  std::string rule;   ///< beside which it stands
  std::string where;  ///< file:line:column
  NewRequest given;
  std::optional<Instant> at;    ///< nullopt: now
  std::vector<Earlier> before;  ///< the earliest first

  // What is expected; what is not said may be anything.
  bool applies = true;  ///< the rule is met
  std::optional<std::string> trade;
  std::optional<Urgency> urgency;
  std::optional<Place> place;
  std::optional<std::string> send;  ///< provider; "" = nobody
  std::optional<bool> triage;       ///< a person decides
  std::optional<bool> closed;       ///< answered at once
  std::vector<std::string> tell;    ///< all of these are told: a role, or the person it means
  std::optional<std::string> problem;
  std::optional<bool> joined;                     ///< becomes a part of a request for the common parts
  std::optional<bool> attached;                   ///< the same, and nobody is sent for it
  std::optional<bool> callback;                   ///< goes back to whoever repaired it
  std::optional<bool> cancels;                    ///< cancels the tenant's open request
  std::optional<std::vector<std::string>> opens;  ///< trades of the requests opened beside it
};

/// Reads one [[rule.example]]; mistakes go to the file's findings.
RuleExample read_example(toml_input::Table table, const std::string& rule, const Landlord& landlord);

/// What comes out otherwise than expected, a sentence each; empty when all does. `foreseen` is what came out.
std::vector<Message> mismatches(Settings& settings, const RuleExample& example, Instant now, Foreseen& foreseen);

}  // namespace regie
