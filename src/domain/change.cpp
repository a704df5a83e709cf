#include "regie/change.hpp"

#include <algorithm>
#include <array>

namespace regie {

namespace {

std::string joined_actions(State state) {
  std::string list;
  for (const Action action : allowed_in(state)) {
    if (!list.empty()) list += ", ";
    list += code(action);
  }
  return list;
}

Refusal not_allowed(const Request& request, Action action) {
  return {
      Refusal::Why::not_allowed,
      message(N_("request {0} is {1}: '{2}' is not possible"), request.id, Label{label(request.state)}, code(action)),
      {message(N_("possible now: {0}"), joined_actions(request.state))}};
}

Refusal already(const Request& request, State state) {
  return {Refusal::Why::already, message(N_("request {0} is already {1}"), request.id, Label{label(state)}), {}};
}

void forget_order(Request& request) {
  request.provider.clear();
  request.rule.clear();
  request.triage.clear();
  request.promised_at.reset();
  request.promise_terms.clear();
  request.assigned_at.reset();
  request.accepted_at.reset();
  request.visit_from.reset();
  request.visit_to.reset();
  request.visit_by.clear();
  request.stopped = 0;
  request.out_of_contract = false;
  request.rework_of.reset();
  request.penalty.reset();
}

void forget_hold(Request& request) {
  request.held_from.reset();
  request.hold_party.reset();
  request.hold_reason.clear();
}

void forget_work(Request& request) {
  request.done_at.reset();
  request.done_by.clear();
  request.done_provider.clear();
  request.done_reported_by.clear();
  request.work.clear();
  request.cost.reset();
  request.check_required = false;
  request.check_due_at.reset();
  request.verified_at.reset();
  request.verified_by.clear();
  request.tacit = false;
}

void stop(Request& request, ClockSet clocks, Instant at) {
  for (const auto& [kind, due] :
       {std::pair(ClockKind::target, request.target_at), std::pair(ClockKind::promise, request.promised_at)})
    if (has(clocks, kind) && !has(request.stopped, kind) && due && *due <= at) clocks |= over_before(kind);
  request.stopped |= clocks;
}

void tell_tenant(Request& request, Instant at, Channel how) {
  request.told_at = at;
  request.told_how = how;
}

std::string add_lines(const std::string& lines, const std::string& more) {
  return lines.empty() || more.empty() ? lines + more : lines + '\n' + more;
}

void give_to(Request& request, const Assignment& to, Instant at) {
  forget_order(request);
  request.provider = to.provider;
  request.rule = to.rule;
  request.triage = to.triage;
  request.rework_of = to.callback_of;
  if (to.problem) request.problem = *to.problem;
  if (to.provider.empty()) {
    request.state = State::open;
  } else {
    request.state = State::assigned;
    request.promised_at = to.promised_at;
    request.promise_terms = to.promise_terms;
    request.assigned_at = at;
    request.out_of_contract = to.out_of_contract;
  }
}

/// Applies one deed to a copy of the request; a returned Refusal leaves it unused.
struct Doing {
  Request& request;
  const Act& act;

  std::optional<Refusal> operator()(const Open& open) const {
    request = open.draft;
    request.version = 0;
    give_to(request, open.routed, act.at);
    request.opened_at = act.at;
    if (act.policy != nullptr && !request.target_at) request.target_at = act.policy->target(request.urgency, act.at);
    return {};
  }

  std::optional<Refusal> operator()(const Assign& assign) const {
    // The same provider again, to come sooner: a new order.
    const bool sooner = assign.to.promised_at && request.promised_at && *assign.to.promised_at < *request.promised_at;
    if (!assign.to.provider.empty() && assign.to.provider == request.provider && !sooner)
      return Refusal{
          Refusal::Why::already, message(N_("request {0} is already with {1}"), request.id, request.provider), {}};
    give_to(request, assign.to, act.at);
    return {};
  }

  std::optional<Refusal> operator()(const Accept&) const {
    if (request.accepted_at)
      return Refusal{Refusal::Why::already, message(N_("request {0} is already accepted"), request.id), {}};
    request.accepted_at = act.at;
    return {};
  }

  std::optional<Refusal> operator()(const Decline&) const {
    request.declined = add_code(request.declined, request.provider);
    forget_order(request);
    request.state = State::open;
    return {};
  }

  std::optional<Refusal> operator()(const Schedule& schedule) const {
    if (schedule.to <= schedule.from)
      return Refusal{
          Refusal::Why::unfit, message(N_("request {0}: the appointment ends before it begins"), request.id), {}};
    const bool same_person = schedule.by.empty() || schedule.by == request.visit_by;
    if (request.visit_from == schedule.from && request.visit_to == schedule.to && same_person &&
        schedule.wishes.value_or(request.wishes) == request.wishes)
      return Refusal{Refusal::Why::already, message(N_("request {0} already has that appointment"), request.id), {}};
    const bool another_time = request.visit_from != schedule.from || request.visit_to != schedule.to;
    if (request.state == State::scheduled && another_time) ++request.reschedules;
    request.state = State::scheduled;
    request.visit_from = schedule.from;
    request.visit_to = schedule.to;
    if (!schedule.by.empty()) request.visit_by = schedule.by;
    if (schedule.wishes) request.wishes = *schedule.wishes;
    request.stopped = 0;
    if (another_time) tell_tenant(request, act.at, schedule.told_how.value_or(Channel::phone));
    return {};
  }

  std::optional<Refusal> operator()(const NoAccess&) const {
    request.state = State::assigned;
    ++request.no_access;
    request.visit_from.reset();
    request.visit_to.reset();
    request.stopped = 0;
    stop(request, only(ClockKind::promise) | after_failed_visit, act.at);
    return {};
  }

  std::optional<Refusal> operator()(const Hold& hold) const {
    request.held_from = request.state;
    request.state = State::on_hold;
    request.hold_party = hold.party;
    request.hold_reason = act.reason;
    const auto& stopped_by = act.policy == nullptr ? Policy::usual_stops() : act.policy->stopped_by;
    stop(request, stopped_by[static_cast<std::size_t>(hold.party) - 1], act.at);
    return {};
  }

  std::optional<Refusal> operator()(const Resume&) const {
    request.state = request.held_from.value_or(State::assigned);
    const bool nobody_home = (request.stopped & after_failed_visit) != 0;
    const ClockSet before_hold = only(ClockKind::promise) | after_failed_visit | over_before(ClockKind::promise);
    request.stopped = nobody_home ? request.stopped & before_hold : 0;
    forget_hold(request);
    return {};
  }

  std::optional<Refusal> operator()(const Done& done) const {
    request.state = State::done;
    request.done_at = act.at;
    request.done_by = done.by;
    request.done_provider = done.provider;
    request.done_reported_by = act.actor.who;
    request.work = done.work;
    request.cost = done.cost;
    request.photos = add_lines(request.photos, done.photos);
    request.check_required = done.check_required;
    request.stopped = 0;
    if (act.policy != nullptr && done.check_required)
      request.check_due_at = act.policy->deadline(act.policy->check_within, act.at);
    return {};
  }

  std::optional<Refusal> operator()(const Verify& verify) const {
    request.findings = verify.findings;
    request.photos = add_lines(request.photos, verify.photos);
    if (!verify.tacit && checks_own_work(request, act.actor))
      return Refusal{Refusal::Why::own_work,
                     message(N_("request {0}: {1} did the work, reported it done or works with whoever did: somebody "
                                "else must check it"),
                             request.id, act.actor.who),
                     {message(N_("done by {0}, reported by {1}"), request.done_by, request.done_reported_by)}};
    if (verify.pass) {
      request.state = State::verified;
      request.verified_at = act.at;
      if (!verify.tacit) request.verified_by = act.actor.who;
      request.tacit = verify.tacit;
      request.check_due_at.reset();
      return {};
    }
    // The rework stays with the same provider, under the same order, with a clock of its own.
    forget_work(request);
    request.state = State::assigned;
    ++request.reworks;
    request.accepted_at.reset();
    request.visit_from.reset();
    request.visit_to.reset();
    request.promised_at = verify.rework_due;
    request.promise_terms = verify.rework_terms;
    return {};
  }

  std::optional<Refusal> operator()(const Close& close) const {
    if (request.state == State::done && request.check_required)
      return Refusal{
          Refusal::Why::not_allowed,
          message(N_("request {0} is done but not verified yet: it cannot be closed"), request.id),
          {message(N_("somebody else than {0} runs 'regie verify {1}' first"), request.done_by, request.id)}};
    request.state = State::closed;
    request.triage.clear();
    request.closed_at = act.at;
    request.answer = close.answer;
    request.rating = close.rating;
    request.rating_word = close.rating_word;
    request.check_due_at.reset();
    if (!close.answer.empty()) tell_tenant(request, act.at, close.told_how.value_or(Channel::phone));
    return {};
  }

  std::optional<Refusal> operator()(const Reopen&) const {
    const auto ended = request.done_at ? request.done_at : request.closed_at;
    if (request.target_at && ended && *ended > *request.target_at) ++request.targets_missed;
    forget_order(request);
    forget_work(request);
    request.state = State::open;
    request.declined.clear();
    request.closed_at.reset();
    request.answer.clear();
    request.rating.reset();
    request.rating_word.clear();
    request.target_at.reset();
    if (act.policy != nullptr) request.target_at = act.policy->target(request.urgency, act.at);
    ++request.reopened;
    return {};
  }

  std::optional<Refusal> operator()(const Cancel& cancel) const {
    if (cancel.duplicate_of == request.id)
      return Refusal{Refusal::Why::unfit, message(N_("request {0} cannot be a duplicate of itself"), request.id), {}};
    forget_hold(request);
    request.stopped = 0;
    request.check_due_at.reset();
    request.state = State::cancelled;
    request.triage.clear();
    request.closed_at = act.at;
    request.cancel_reason = cancel.why;
    request.duplicate_of = cancel.duplicate_of;
    return {};
  }

  std::optional<Refusal> operator()(const Note& note) const {
    request.photos = add_lines(request.photos, note.photos);
    if (note.told_how) tell_tenant(request, act.at, *note.told_how);
    return {};
  }

  std::optional<Refusal> operator()(const Edit& edit) const {
    const Request unedited = request;
    for (const auto& [field, value] : edit.changes) {
      if (!is_editable(*field))
        return Refusal{
            Refusal::Why::unfit, message(N_("request {0}: '{1}' cannot be edited"), request.id, field->name), {}};
      set(request, *field, value);
    }
    const bool target_owed = request.state < State::done && act.policy != nullptr;
    if (request.urgency != unedited.urgency && target_owed && request.target_at == unedited.target_at)
      request.target_at = act.policy->target(request.urgency, request.opened_at);
    if (request == unedited)
      return Refusal{Refusal::Why::already, message(N_("request {0} already reads like that"), request.id), {}};
    return {};
  }
};

/// Only the closing is left.
bool awaits_answer(const Request& request) {
  return request.state == State::verified || (request.state == State::done && !request.check_required);
}

/// How long the tenant may hear nothing after this act.
void promise_answer(const Request& before, Request& request, const Act& act) {
  if (!unfinished(request.state)) {
    request.answer_due_at.reset();
    return;
  }
  if (act.policy == nullptr) return;
  const Policy::Answers& answers = act.policy->answers;
  const Action action = action_of(act.deed);
  const bool failed_check = request.reworks > before.reworks;
  const bool finished = before.state != request.state && awaits_answer(request);
  // Only who was told something waits anew; what happens meanwhile may bring the date forward, never put it off.
  const auto at_the_latest = [&](const std::optional<Delay>& delay) {
    const auto due = act.policy->deadline(delay, act.at);
    if (due && (!request.answer_due_at || *due < *request.answer_due_at)) request.answer_due_at = due;
  };
  if (action == Action::open || action == Action::reopen)
    request.answer_due_at = act.policy->deadline(answers.first, act.at);
  else if (failed_check) at_the_latest(answers.first);
  else if (finished) at_the_latest(answers.last);
  else if (request.told_at != before.told_at && !awaits_answer(request))
    request.answer_due_at = act.policy->deadline(answers.again, act.at);
}

/// Something new is promised: the version under which is kept. A wait moves dates under the version they had.
bool promises(const Request& before, const Request& after, Action action) {
  const bool ordered = (action == Action::assign || after.reworks > before.reworks) && after.promised_at;
  const bool another = action == Action::edit && before.urgency != after.urgency && after.state < State::done;
  if (action == Action::open || action == Action::reopen || ordered || another) return true;
  if (action == Action::hold || action == Action::resume || action == Action::no_access) return false;
  return (after.target_at && after.target_at != before.target_at) ||
         (after.promised_at && after.promised_at != before.promised_at) ||
         (after.check_due_at && after.check_due_at != before.check_due_at) ||
         (after.answer_due_at && after.answer_due_at != before.answer_due_at);
}

/// The states that an action wants to reach: being there already is no error.
std::optional<State> wanted_state(const Deed& deed) {
  switch (action_of(deed)) {
    case Action::hold: return State::on_hold;
    case Action::done: return State::done;
    case Action::verify: return std::get<Verify>(deed).pass ? std::optional(State::verified) : std::nullopt;
    case Action::close: return State::closed;
    case Action::cancel: return State::cancelled;
    default: return std::nullopt;
  }
}

std::optional<Refusal> refuse_time(const Request& before, const Act& act) {
  if (act.at > act.entered_at)
    return Refusal{
        Refusal::Why::out_of_order, message(N_("'{0}' cannot happen in the future"), code(action_of(act.deed))), {}};
  if (before.version > 0 && act.at < before.changed_at)
    return Refusal{Refusal::Why::out_of_order,
                   message(N_("request {0}: '{1}' would have happened before the last entry of its journal"), before.id,
                           code(action_of(act.deed))),
                   {message(N_("see 'regie log {0}'"), before.id)}};
  return {};
}

}  // namespace

Decided decide(const Request& before, const Act& act) {
  const Action action = action_of(act.deed);
  if (const Move* move = find_move(action); move != nullptr && !move->from.has(before.state)) {
    if (wanted_state(act.deed) == before.state) return already(before, before.state);
    return not_allowed(before, action);
  }
  if (auto refusal = refuse_time(before, act)) return *refusal;

  Request after = before;
  if (auto refusal = std::visit(Doing{after, act}, act.deed)) return *refusal;
  after.changed_at = act.at;
  promise_answer(before, after, act);
  if (act.policy != nullptr && promises(before, after, action)) after.policy = act.policy->version;
  if (act.dues) {
    after.target_at = act.dues->target_at;
    after.promised_at = act.dues->promised_at;
    if (action == Action::edit && has(after.stopped, ClockKind::target)) {
      after.stopped &= ~over_before(ClockKind::target);
      if (act.dues->target_over) after.stopped |= over_before(ClockKind::target);
    }
  }
  after.due_at = next_due(after);

  Event event{.request = after.id,
              .sequence = before.version + 1,
              .action = action,
              .at = act.at,
              .entered_at = act.entered_at,
              .who = act.actor.who,
              .typed_by = act.actor.typed_by == act.actor.who || act.actor.typed_by_person == act.actor.who
                              ? std::string()
                              : act.actor.typed_by,
              .reason = act.reason,
              .changes = difference(action == Action::open ? Request{} : before, after),
              .decision = {}};
  if (const auto* open = std::get_if<Open>(&act.deed)) event.decision = open->routed.decision;
  if (const auto* assign = std::get_if<Assign>(&act.deed)) event.decision = assign->to.decision;
  after.version = event.sequence;
  auto attempt = attempt_ended(before, after, event);
  return Change{std::move(after), std::move(event), std::move(attempt)};
}

bool checks_own_work(const Request& request, const Actor& actor) {
  const auto is_doer = [&](const std::string& person) {
    return !person.empty() && (person == request.done_by || person == request.done_reported_by);
  };
  const auto is_of_firm = [&](const std::string& provider) {
    return !provider.empty() && (provider == request.done_provider || provider == request.provider);
  };
  return is_doer(actor.who) || is_doer(actor.typed_by_person) || is_of_firm(actor.provider) ||
         is_of_firm(actor.typed_by_provider);
}

bool moves_dues(const Request& before, const Request& after, Action action) {
  switch (action) {
    case Action::resume: return true;
    case Action::schedule: return before.no_access > 0;
    case Action::done: return before.no_access > 0;
    case Action::edit: return before.urgency != after.urgency && after.state < State::done;
    default: return false;
  }
}

bool is_editable(const Field& field) {
  static constexpr std::array editable{
      std::string_view("channel"),      std::string_view("residence"),    std::string_view("building"),
      std::string_view("dwelling"),     std::string_view("place"),        std::string_view("text"),
      std::string_view("trade"),        std::string_view("also"),         std::string_view("urgency"),
      std::string_view("certain"),      std::string_view("tenant_name"),  std::string_view("tenant_phone"),
      std::string_view("tenant_email"), std::string_view("tenant_flags"), std::string_view("wishes"),
      std::string_view("parent"),       std::string_view("rework_of"),    std::string_view("duplicate_of"),
      std::string_view("problem"),      std::string_view("penalty"),
  };
  return std::ranges::find(editable, std::string_view(field.name)) != editable.end();
}

Request replay(RequestId id, std::span<const Event> events) {
  Request request;
  request.id = id;
  for (const Event& event : events) {
    if (event.sequence != request.version + 1)
      throw Error(Trouble::refused, message(N_("request {0}: journal entry {1} is missing"), id, request.version + 1));
    for (const auto& [field, value] : event.changes) set(request, *field, value);
    request.version = event.sequence;
  }
  return request;
}

}  // namespace regie
