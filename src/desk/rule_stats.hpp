// How rules have done: what the journals say of every decision, and of the people who decided otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "regie/rule.hpp"
#include "store/store.hpp"

namespace regie {

struct RuleTally {
  std::string rule;
  bool in_file = true;          ///< one of today's
  std::int64_t met = 0;         ///< decisions in which it applied
  std::int64_t decided = 0;     ///< decisions that it made
  std::int64_t sent = 0;        ///< of these: to a provider,
  std::int64_t triage = 0;      ///< to a person,
  std::int64_t closed = 0;      ///< answered at once
  std::int64_t overridden = 0;  ///< a person then sent it to somebody else
  std::int64_t declined = 0;    ///< the provider it had sent would not go
};

struct RuleStats {
  std::int64_t requests = 0;     ///< for which there is a decision
  std::int64_t certain = 0;      ///< understood with certainty when they were opened
  std::int64_t triage = 0;       ///< left to a person when they were opened
  std::int64_t overridden = 0;   ///< a person sent them elsewhere than a rule
  std::vector<RuleTally> rules;  ///< today's in file order, then those that are no longer there, by name
};

/// Over requests received in [from, before); nullopt = no limit. What happened from `until` on is not looked at.
RuleStats rule_stats(Store& store, const RuleSet& today, std::optional<Instant> from, std::optional<Instant> before,
                     std::optional<Instant> until = {});

}  // namespace regie
