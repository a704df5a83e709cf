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
  request.assigned_at.reset();
  request.accepted_at.reset();
  request.visit_from.reset();
  request.visit_to.reset();
  request.out_of_contract = false;
  request.rework_of.reset();
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
  request.verified_at.reset();
  request.verified_by.clear();
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
    request.assigned_at = at;
    request.out_of_contract = to.out_of_contract;
  }
}

bool checks_own_work(const Request& request, const Actor& actor) {
  const auto is_doer = [&](const std::string& person) {
    return !person.empty() && (person == request.done_by || person == request.done_reported_by);
  };
  return is_doer(actor.who) || is_doer(actor.typed_by_person) ||
         (!actor.provider.empty() && actor.provider == request.done_provider);
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
    if (request.visit_from == schedule.from && request.visit_to == schedule.to)
      return Refusal{Refusal::Why::already, message(N_("request {0} already has that appointment"), request.id), {}};
    if (request.state == State::scheduled) ++request.reschedules;
    request.state = State::scheduled;
    request.visit_from = schedule.from;
    request.visit_to = schedule.to;
    return {};
  }

  std::optional<Refusal> operator()(const NoAccess&) const {
    request.state = State::assigned;
    ++request.no_access;
    request.visit_from.reset();
    request.visit_to.reset();
    return {};
  }

  std::optional<Refusal> operator()(const Hold& hold) const {
    request.held_from = request.state;
    request.state = State::on_hold;
    request.hold_party = hold.party;
    request.hold_reason = act.reason;
    return {};
  }

  std::optional<Refusal> operator()(const Resume&) const {
    request.state = request.held_from.value_or(State::assigned);
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
    request.check_required = done.check_required;
    return {};
  }

  std::optional<Refusal> operator()(const Verify& verify) const {
    if (checks_own_work(request, act.actor))
      return Refusal{Refusal::Why::own_work,
                     message(N_("request {0}: {1} did the work or reported it done, somebody else must check it"),
                             request.id, act.actor.who),
                     {message(N_("done by {0}, reported by {1}"), request.done_by, request.done_reported_by)}};
    if (verify.pass) {
      request.state = State::verified;
      request.verified_at = act.at;
      request.verified_by = act.actor.who;
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
    return {};
  }

  std::optional<Refusal> operator()(const Reopen& reopen) const {
    forget_order(request);
    forget_work(request);
    request.state = State::open;
    request.declined.clear();
    request.closed_at.reset();
    request.answer.clear();
    request.rating.reset();
    request.target_at = reopen.target_at;
    request.policy = reopen.policy;
    ++request.reopened;
    return {};
  }

  std::optional<Refusal> operator()(const Cancel& cancel) const {
    if (cancel.duplicate_of == request.id)
      return Refusal{Refusal::Why::unfit, message(N_("request {0} cannot be a duplicate of itself"), request.id), {}};
    forget_hold(request);
    request.state = State::cancelled;
    request.triage.clear();
    request.closed_at = act.at;
    request.cancel_reason = cancel.why;
    request.duplicate_of = cancel.duplicate_of;
    return {};
  }

  std::optional<Refusal> operator()(const Note&) const { return {}; }

  std::optional<Refusal> operator()(const Edit& edit) const {
    const Request unedited = request;
    for (const auto& [field, value] : edit.changes) {
      if (!is_editable(*field))
        return Refusal{
            Refusal::Why::unfit, message(N_("request {0}: '{1}' cannot be edited"), request.id, field->name), {}};
      set(request, *field, value);
    }
    if (request == unedited)
      return Refusal{Refusal::Why::already, message(N_("request {0} already reads like that"), request.id), {}};
    return {};
  }
};

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
  after.due_at = earlier(after.target_at, after.promised_at);

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
  return Change{std::move(after), std::move(event)};
}

bool is_editable(const Field& field) {
  static constexpr std::array editable{
      std::string_view("channel"),      std::string_view("residence"),    std::string_view("building"),
      std::string_view("dwelling"),     std::string_view("place"),        std::string_view("text"),
      std::string_view("trade"),        std::string_view("also"),         std::string_view("urgency"),
      std::string_view("certain"),      std::string_view("tenant_name"),  std::string_view("tenant_phone"),
      std::string_view("tenant_email"), std::string_view("tenant_flags"), std::string_view("target_at"),
      std::string_view("policy"),       std::string_view("parent"),       std::string_view("rework_of"),
      std::string_view("duplicate_of"), std::string_view("problem"),
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
