// Why a request goes where it goes: for people in sentences, for scripts in columns.
#pragma once

#include "cli/command.hpp"
#include "desk/routing.hpp"

namespace regie::cli {

/// A decision as it is explained, whether it was just made or is read from the journal.
struct Explained {
  const Request& request;  ///< trade, urgency, place as understood; where it is
  const KeptDecision& why;
  int confidence = 0;
  std::string provider;
  std::string rule;
  std::string triage;
  std::string close;
  std::optional<Instant> target_at, promised_at;
};

/// What was just foreseen, under the rules of today.
KeptDecision kept(const Foreseen& foreseen, const RuleSet& rules);

/// What is foreseen, but for what the tenant is owed. Refers to both arguments.
Explained explain(const Foreseen& foreseen, const KeptDecision& why);

/// Sentences, a line each.
std::string in_sentences(Context& context, const Explained& explained);

/// "because", "candidates"… `line` and `id` stand in front.
std::vector<render::Column> decision_columns();
render::Row decision_row(std::int64_t line, const std::string& id, const Explained& explained);

}  // namespace regie::cli
