// How a new request enters the desk, and what the rules do besides: the request for the common parts that several
// become a part of, a second request, a request that the tenant takes back.
#include "desk/desk.hpp"

namespace regie {

namespace {

Change decided(const Request& before, Act act) {
  auto result = decide(before, act);
  if (auto* refusal = std::get_if<Refusal>(&result)) throw as_error(*refusal);
  return std::get<Change>(std::move(result));
}

}  // namespace

Change Desk::opening(Request draft, Assignment routed, Instant at) const {
  const Landlord& landlord = settings_.landlord();
  if (!draft.target_at) draft.target_at = landlord.target(draft.urgency, at);
  draft.policy = landlord.policy;
  return decided({}, {.deed = Open{std::move(draft), std::move(routed)},
                      .actor = identity_.actor,
                      .at = at,
                      .entered_at = moment_.now,
                      .reason = {}});
}

Opened Desk::open(const NewRequest& wanted) {
  authorize(Action::open, nullptr);
  const Landlord& landlord = settings_.landlord();
  if (auto problems = problems_of(landlord, wanted); !problems.empty()) {
    const bool unknown =
        !landlord.find_residence(wanted.draft.residence) || (wanted.trade && !landlord.find_trade(*wanted.trade));
    throw Error(unknown ? Trouble::not_found : Trouble::refused, std::move(problems));
  }
  const Foreseen understood = understand(settings_, wanted);  // takes longest: before others have to wait for it
  settings_.routing();
  Opened opened;
  store_.write([&] {
    if (const auto known = wanted.draft.key.empty() ? std::nullopt : store_.find_key(wanted.draft.key)) {
      opened = {.request = *store_.find(*known), .existed = true};
      return false;
    }
    opened = enter(wanted, understood, wanted.draft.opened_at);
    return !moment_.dry_run;
  });
  return opened;
}

Opened Desk::enter(const NewRequest& wanted, Foreseen foreseen, Instant at) {
  const Urgency as_understood = foreseen.draft.urgency;
  decide_who_goes(settings_, wanted, at, StoredPast(store_), foreseen);
  Opened opened{.understood = std::move(foreseen.understood), .decision = std::move(foreseen.decision)};
  const Decision& decision = opened.decision;
  Request draft = std::move(foreseen.draft);
  if (decision.join) {
    opened.common_made = !decision.join->known;
    opened.common =
        opened.common_made ? make_common(*decision.join, draft, as_understood, at) : store_.find(*decision.join->known);
    draft.parent = opened.common->id;
  }
  if (decision.cancels) draft.parent = decision.cancels;
  opened.changes.push_back(
      opening(std::move(draft), assignment_of(decision, settings_.routing().rules, opened.understood.because), at));
  if (!decision.close.empty())
    opened.changes.push_back(decided(opened.changes.back().after, {.deed = Close{decision.close, std::nullopt},
                                                                   .actor = identity_.actor,
                                                                   .at = at,
                                                                   .entered_at = moment_.now,
                                                                   .reason = {}}));
  store_.add(opened.changes);
  opened.request = opened.changes.back().after;

  if (decision.join)
    for (const RequestId sibling : decision.join->siblings)
      if (become_part(sibling, opened.common->id, decision.join->attached, at)) opened.siblings.push_back(sibling);
  for (const SecondRequest& second : decision.open) open_second(second, opened, at);
  if (decision.cancels) {
    Outcome taken_back{.request = *store_.find(*decision.cancels)};
    const Instant then = std::max(at, taken_back.request.changed_at);  // what was written may be read late
    if (step(taken_back, Cancel{CancelReason::withdrawn, std::nullopt}, opened.request.text, then))
      opened.cancelled = std::move(taken_back.request);
  }
  return opened;
}

/// The clock of a common breakdown began with the first who reported it; the order leaves now.
Request Desk::make_common(const Joining& join, const Request& part, Urgency urgency, Instant at) {
  Request common;
  common.channel = part.channel;
  common.residence = part.residence;
  common.building = part.building;
  common.place = Place::common;
  common.text = filled_in(join.text, settings_.landlord(), part);
  common.trade = part.trade;
  common.problem = part.problem;
  common.certain = true;
  common.urgency = urgency;
  common.opened_at = part.opened_at;
  for (const RequestId sibling : join.siblings)
    common.opened_at = std::min(common.opened_at, store_.find(sibling)->opened_at);
  const Decision decision = route_request(settings_, common, at, StoredPast(store_));
  common.trade = decision.trade;
  common.problem = decision.problem;
  common.urgency = decision.urgency;
  const Instant begun = common.opened_at;
  std::vector<Change> changes;
  changes.reserve(2);
  changes.push_back(opening(std::move(common), {}, begun));
  changes.push_back(
      decided(changes.back().after, {.deed = Assign{assignment_again(decision, settings_.routing().rules)},
                                     .actor = identity_.actor,
                                     .at = at,
                                     .entered_at = moment_.now,
                                     .reason = {}}));
  store_.add(changes);
  return std::move(changes.back().after);
}

/// An earlier report of the same breakdown. The rules say whether it keeps an order of its own; where they say nothing
/// any more, `attached` does. An order that the provider has answered stays. False when it stays what it is.
bool Desk::become_part(RequestId part, RequestId common, bool attached, Instant at) {
  Outcome outcome{.request = *store_.find(part)};
  const Instant then = std::max(at, outcome.request.changed_at);  // a report may reach the desk late
  Decision again = route_request(settings_, outcome.request, then, StoredPast(store_));
  if (again.join && again.join->known != common) return false;
  if (!step(outcome, Edit{{{find_field("parent"), Scalar{common}}}}, "", then)) return false;
  const bool sent_for = again.join ? !again.provider.empty() : !attached;
  const bool unanswered = outcome.request.state == State::open ||
                          (outcome.request.state == State::assigned && !outcome.request.accepted_at);
  if (sent_for || !unanswered) return true;
  Assignment nobody = assignment_again(again, settings_.routing().rules);
  nobody.provider.clear();
  nobody.promised_at.reset();
  if (!again.join) nobody.triage.clear();
  step(outcome, Assign{std::move(nobody)}, "", then);
  return true;
}

void Desk::open_second(const SecondRequest& second, Opened& opened, Instant at) {
  const NewRequest wanted = second_request(second, settings_.landlord(), opened.request);
  if (wanted.trade->empty()) return;  // "also", and the text names no second trade
  Foreseen foreseen = understand(settings_, wanted);
  if (second.trade.empty()) foreseen.draft.certain = false;  // read in passing: a person looks before anybody is sent
  decide_who_goes(settings_, wanted, at, StoredPast(store_), foreseen);
  const Decision& decision = foreseen.decision;
  foreseen.draft.parent = opened.request.id;
  if (decision.join)
    foreseen.draft.parent = decision.join->known
                                ? *decision.join->known
                                : make_common(*decision.join, foreseen.draft, foreseen.draft.urgency, at).id;
  Assignment to = assignment_again(decision, settings_.routing().rules);
  to.decision = encode_decision(decision, settings_.routing().rules, foreseen.understood.because);
  std::vector<Change> changes;
  changes.push_back(opening(foreseen.draft, std::move(to), at));
  store_.add(changes);
  opened.seconds.push_back(std::move(changes.back().after));
}

}  // namespace regie
