#include "regie/attempt.hpp"

#include "regie/change.hpp"

namespace regie {

namespace {

std::optional<AttemptEnd> how_it_ended(const Request& before, const Request& after, Action action) {
  switch (action) {
    case Action::decline: return AttemptEnd::declined;
    case Action::no_access: return AttemptEnd::nobody_home;
    case Action::reopen: return AttemptEnd::reopened;
    case Action::assign:
      if (!before.provider.empty()) return AttemptEnd::withdrawn;
      break;
    case Action::verify:
      if (after.reworks > before.reworks) return AttemptEnd::check_failed;
      break;
    case Action::edit:
      if (after.urgency != before.urgency) return AttemptEnd::regraded;
      break;
    case Action::cancel:
      if (before.stopped != 0) return AttemptEnd::cancelled;
      break;
    default: break;
  }
  // Only of an order: before there is one, nothing is measured.
  const bool repromised = !before.provider.empty() && after.policy != before.policy;
  return repromised ? std::optional(AttemptEnd::repromised) : std::nullopt;
}

}  // namespace

std::optional<Attempt> attempt_ended(const Request& before, const Request& after, const Event& event) {
  const auto how = how_it_ended(before, after, event.action);
  if (!how) return std::nullopt;
  return Attempt{.request = event.request,
                 .sequence = event.sequence,
                 .how = *how,
                 .at = event.at,
                 .state = before.state,
                 .urgency = before.urgency,
                 .target_at = before.target_at,
                 .stopped = before.stopped,
                 .policy = before.policy,
                 .provider = before.provider,
                 .assigned_at = before.assigned_at,
                 .accepted_at = before.accepted_at,
                 .promised_at = before.promised_at,
                 .callback = before.rework_of.has_value(),
                 .out_of_contract = before.out_of_contract,
                 .visit_from = before.visit_from,
                 .done_at = before.done_at,
                 .cost = before.cost,
                 .check_required = before.check_required,
                 .verified_at = before.verified_at,
                 .tacit = before.tacit,
                 .closed_at = before.closed_at,
                 .rating = before.rating,
                 .penalty = before.penalty};
}

std::vector<Attempt> attempts(std::span<const Event> journal) {
  std::vector<Attempt> all;
  Request row;
  for (const Event& event : journal) {
    const Request before = row;
    for (const auto& [field, value] : event.changes) set(row, *field, value);
    if (auto attempt = attempt_ended(before, row, event)) all.push_back(std::move(*attempt));
  }
  return all;
}

}  // namespace regie
