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
  return decided({}, {.deed = Open{std::move(draft), std::move(routed)},
                      .actor = identity_.actor,
                      .at = at,
                      .entered_at = moment_.now,
                      .reason = {},
                      .policy = &settings_.landlord().policy});
}

Opened Desk::open(const NewRequest& wanted, bool with_similar) {
  authorize(Action::open, nullptr);
  const Landlord& landlord = settings_.landlord();
  if (auto problems = problems_of(landlord, wanted); !problems.empty()) {
    const bool unknown =
        !landlord.find_residence(wanted.draft.residence) || (wanted.trade && !landlord.find_trade(*wanted.trade));
    throw Error(unknown ? Trouble::not_found : Trouble::refused, std::move(problems));
  }
  const Foreseen understood = understand(settings_, wanted);  // takes longest: before others have to wait for it
  Opened opened;
  store_.write([&] {
    if (const auto known = wanted.draft.key.empty() ? std::nullopt : store_.find_key(wanted.draft.key)) {
      opened = {.request = *store_.find(*known), .existed = true};
      return false;
    }
    opened = enter(wanted, understood, wanted.draft.opened_at);
    if (with_similar && unfinished(opened.request.state)) opened.similar = similar(opened.request);
    return !moment_.dry_run;
  });
  return opened;
}

Opened Desk::enter(const NewRequest& wanted, Foreseen foreseen, Instant at) {
  decide_who_goes(settings_, wanted, at, StoredPast(store_), foreseen);
  Opened opened{.understood = std::move(foreseen.understood), .decision = std::move(foreseen.decision)};
  const Decision& decision = opened.decision;
  Request draft = std::move(foreseen.draft);
  if (decision.join) draft.parent = join_common(*decision.join, draft, draft.urgency, at, opened.besides).id;
  if (decision.cancels) draft.parent = decision.cancels;
  opened.changes.push_back(
      opening(std::move(draft), assignment_of(decision, settings_.routing().rules, opened.understood.because), at));
  if (!decision.close.empty())
    opened.changes.push_back(decided(
        opened.changes.back().after,
        {.deed =
             Close{.answer = decision.close, .rating = std::nullopt, .told_how = opened.changes.back().after.channel},
         .actor = identity_.actor,
         .at = at,
         .entered_at = moment_.now,
         .reason = {},
         .policy = &settings_.landlord().policy}));
  store_.add(opened.changes);
  opened.request = opened.changes.back().after;

  for (const SecondRequest& second : decision.open) open_second(second, opened.request, opened.besides, at);
  if (decision.cancels) {
    Outcome taken_back{.request = *store_.find(*decision.cancels)};
    const Instant then = std::max(at, taken_back.request.changed_at);  // what was written may be read late
    if (step(taken_back, Cancel{CancelReason::withdrawn, std::nullopt}, opened.request.text, then))
      opened.besides.cancelled = std::move(taken_back.request);
  }
  return opened;
}

/// The request of the common parts that `part` becomes a part of, with all that was reported before. It is as urgent as
/// the most urgent of them.
Request Desk::join_common(const Joining& join, const Request& part, Urgency urgency, Instant at, Besides& besides) {
  for (const RequestId sibling : join.siblings) urgency = std::min(urgency, store_.find(sibling)->urgency);
  besides.common_made = !join.known;
  if (join.known) {
    Request known = *store_.find(*join.known);
    besides.common_raised = urgency < known.urgency;
    besides.common = raise_common(std::move(known), urgency, at);
  } else {
    besides.common = make_common(join, part, urgency, at);
  }
  for (const RequestId sibling : join.siblings)
    if (auto joined = become_part(sibling, besides.common->id, join.attached, at))
      besides.siblings.push_back(*std::move(joined));
  return *besides.common;
}

/// As urgent as its most urgent part: the target counts from its reception, the provider has to come sooner.
Request Desk::raise_common(Request common, Urgency urgency, Instant at) {
  if (common.urgency <= urgency) return common;
  Request raised = common;
  raised.urgency = urgency;
  Outcome outcome{.request = std::move(common)};
  const Instant then = std::max(at, outcome.request.changed_at);
  if (!step(outcome, Edit{difference(outcome.request, raised)}, "", then)) return std::move(outcome.request);
  if (outcome.request.state == State::open || outcome.request.state == State::assigned)
    step(outcome,
         Assign{assignment_again(route_request(settings_, outcome.request, then, StoredPast(store_)),
                                 settings_.routing().rules)},
         "", then);
  return std::move(outcome.request);
}

/// The clock of a common breakdown began with the first who reported it; the order leaves now.
Request Desk::make_common(const Joining& join, const Request& part, Urgency urgency, Instant at) {
  Request common;
  common.channel = part.channel;
  common.residence = part.residence;
  common.building = part.building;
  common.place = Place::common;
  common.text = join.text;
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
                                     .reason = {},
                                     .policy = &settings_.landlord().policy}));
  store_.add(changes);
  return std::move(changes.back().after);
}

/// An earlier report of the same breakdown. The rules say whether it keeps an order of its own; where they say nothing
/// any more, `attached` does. An order that the provider has answered stays. Nothing when it stays what it is.
std::optional<Sibling> Desk::become_part(RequestId part, RequestId common, bool attached, Instant at) {
  Outcome outcome{.request = *store_.find(part)};
  const Instant then = std::max(at, outcome.request.changed_at);  // a report may reach the desk late
  Decision again = route_request(settings_, outcome.request, then, StoredPast(store_));
  if (again.join && again.join->known != common) return std::nullopt;
  if (!step(outcome, Edit{{{find_field("parent"), Scalar{common}}}}, "", then)) return std::nullopt;
  Sibling sibling{part, ""};
  const bool sent_for = again.join ? !again.provider.empty() : !attached;
  const bool unanswered = outcome.request.state == State::open ||
                          (outcome.request.state == State::assigned && !outcome.request.accepted_at);
  if (sent_for || !unanswered) return sibling;
  Assignment nobody = assignment_again(again, settings_.routing().rules);
  nobody.provider.clear();
  nobody.promised_at.reset();
  nobody.promise_terms.clear();
  if (!again.join) nobody.triage.clear();
  const std::string provider = outcome.request.provider;
  if (step(outcome, Assign{std::move(nobody)}, "", then)) sibling.taken_back_from = provider;
  return sibling;
}

void Desk::open_second(const SecondRequest& second, const Request& first, Besides& besides, Instant at) {
  const NewRequest wanted = second_request(second, first);
  if (wanted.trade->empty()) return;  // "also", and the text names no second trade
  Foreseen foreseen = understand(settings_, wanted);
  if (second.trade.empty()) foreseen.draft.certain = false;  // read in passing: a person looks before anybody is sent
  decide_who_goes(settings_, wanted, at, StoredPast(store_), foreseen);
  const Decision& decision = foreseen.decision;
  foreseen.draft.parent = first.id;
  Besides ignored;
  if (decision.join)
    foreseen.draft.parent = join_common(*decision.join, foreseen.draft, foreseen.draft.urgency, at, ignored).id;
  Assignment to = assignment_again(decision, settings_.routing().rules);
  to.decision = encode_decision(decision, settings_.routing().rules, foreseen.understood.because);
  std::vector<Change> changes;
  changes.push_back(opening(foreseen.draft, std::move(to), at));
  store_.add(changes);
  besides.seconds.push_back(std::move(changes.back().after));
}

}  // namespace regie
