#include "desk/rule_stats.hpp"

#include <map>

#include "desk/routing.hpp"

namespace regie {

namespace {

/// Reads the entries of one request after the other.
class Counting {
 public:
  explicit Counting(RuleStats& stats) : stats_(stats) {}

  void read(const Event& event) {
    if (event.request != row_.id) begin(event.request);
    const std::string sent_by = row_.rule, sent_to = row_.provider;
    for (const auto& [field, value] : event.changes) set(row_, *field, value);
    if (event.action == Action::decline && !sent_by.empty()) ++of(sent_by).declined;
    if (!event.decision.empty()) decided(decode_decision(event.decision));
    else if (event.action == Action::assign && !sent_by.empty() && !sent_to.empty() && row_.provider != sent_to)
      overridden(sent_by);
  }

  std::map<std::string, RuleTally> rest() && { return std::move(tallies_); }

 private:
  void begin(RequestId id) {
    row_ = {};
    row_.id = id;
    first_ = true;
    counted_as_overridden_ = false;
  }

  RuleTally& of(const std::string& rule) { return tallies_[rule]; }

  void decided(const KeptDecision& why) {
    if (!why.known) return;
    if (first_) {
      ++stats_.requests;
      if (row_.certain) ++stats_.certain;
      if (!row_.triage.empty()) ++stats_.triage;
      first_ = false;
    }
    for (const std::string& rule : why.met) ++of(rule).met;
    if (row_.rule.empty()) return;
    RuleTally& tally = of(row_.rule);
    ++tally.decided;
    if (!row_.provider.empty()) ++tally.sent;
    else if (!row_.triage.empty()) ++tally.triage;
    else if (!why.join || !why.join->attached) ++tally.closed;
  }

  void overridden(const std::string& rule) {
    ++of(rule).overridden;
    if (!counted_as_overridden_) ++stats_.overridden;
    counted_as_overridden_ = true;
  }

  RuleStats& stats_;
  std::map<std::string, RuleTally> tallies_;
  Request row_;  ///< what the entries so far say of who goes
  bool first_ = true;
  bool counted_as_overridden_ = false;
};

}  // namespace

RuleStats rule_stats(Store& store, const RuleSet& today, std::optional<Instant> from, std::optional<Instant> before,
                     std::optional<Instant> until) {
  RuleStats stats;
  Counting counting(stats);
  store.each_order(from, before, [&](const Event& event) {
    if (until && event.at >= *until) return;
    counting.read(event);
  });
  auto tallies = std::move(counting).rest();
  for (const Rule& rule : today.rules) {
    auto found = tallies.extract(rule.name);
    stats.rules.push_back(found.empty() ? RuleTally{} : std::move(found.mapped()));
    stats.rules.back().rule = rule.name;
  }
  for (auto& [rule, tally] : tallies) {
    tally.rule = rule;
    tally.in_file = false;
    stats.rules.push_back(tally);
  }
  return stats;
}

}  // namespace regie
