#include "desk/desk.hpp"

#include <algorithm>

#include "regie/names.hpp"

namespace regie {

namespace {

Error no_provider(const Landlord& landlord, const std::string& code) {
  return {Trouble::not_found,
          unknown_name(N_("no provider '{0}'; known: {1}"), N_("no provider '{0}'; did you mean '{1}'?"), code,
                       codes_in(landlord.providers))};
}

Label trade_label(const Landlord& landlord, const std::string& code) {
  const Trade* trade = landlord.find_trade(code);
  return {trade == nullptr ? N_("not understood") : trade->label.c_str()};
}

/// Between the machines of one landlord. A clock that is further ahead is wrong, and the refusal says so.
constexpr std::chrono::minutes tolerated_clock_difference{5};

Assignment assignment_of(const Decision& decision, std::string encoded) {
  return {decision.provider, decision.rule, decision.triage, decision.promised_at, std::move(encoded)};
}

/// For a request that was routed before: a rule that closes it with a standard answer has had its chance, a person
/// looks.
Assignment assignment_again(const Decision& decision, const RuleSet& rules) {
  Assignment assignment = assignment_of(decision, encode_decision(decision, rules, {}));
  if (!decision.close.empty()) assignment.triage = decision.rule;
  return assignment;
}

}  // namespace

Identity identify(const Landlord& landlord, const std::string& login, const std::string& act_as) {
  const Person* self = landlord.find_login(login);
  Identity identity{{.who = self == nullptr ? login : self->code,
                     .provider = self == nullptr ? "" : self->provider,
                     .typed_by = login,
                     .typed_by_person = self == nullptr ? "" : self->code},
                    self == nullptr ? landlord.default_role : self->role};
  if (act_as.empty() || act_as == identity.actor.who) return identity;
  if (!may_act_as(identity.role))
    throw Error(Trouble::refused,
                message(N_("'{0}' ({1}) may not act as somebody else"), identity.actor.who, code(identity.role)));
  const Person* other = landlord.find_person(act_as);
  if (other == nullptr) {
    if (!landlord.people.empty())
      throw Error(Trouble::not_found,
                  unknown_name(N_("no person '{0}'; known: {1}"), N_("no person '{0}'; did you mean '{1}'?"), act_as,
                               codes_in(landlord.people)));
    identity.actor.who = act_as;  // a desk without a list of people takes any name
    return identity;
  }
  identity.actor.who = other->code;
  identity.actor.provider = other->provider;
  identity.role = other->role;
  return identity;
}

Desk::Desk(Settings& settings, Store& store, Identity identity, Moment moment)
    : settings_(settings), store_(store), identity_(std::move(identity)), moment_(moment) {}

void Desk::authorize(Action action, const Request* request) const {
  if (!may(identity_.role, action))
    throw Error(Trouble::refused, message(N_("'{0}' may not '{1}': the role {2} does not allow it"),
                                          identity_.actor.who, code(action), code(identity_.role)));
  const std::string& firm = identity_.actor.provider;
  if (identity_.role == Role::contractor && request != nullptr && (firm.empty() || request->provider != firm))
    throw Error(Trouble::refused,
                message(N_("request {0} is not an order of {1}"), request->id, identity_.actor.provider));
}

Opened Desk::plan(const NewRequest& wanted, Instant at, const Assignment* routed) {
  const Landlord& landlord = settings_.landlord();
  Foreseen foreseen = routed != nullptr ? understand(settings_, wanted) : foresee(settings_, wanted, at);
  Opened opened;
  opened.understood = std::move(foreseen.understood);
  opened.decision = std::move(foreseen.decision);
  Request draft = std::move(foreseen.draft);
  Assignment assignment;
  if (routed != nullptr) assignment = *routed;
  else
    assignment = assignment_of(opened.decision,
                               encode_decision(opened.decision, settings_.routing().rules, opened.understood.because));
  if (!draft.target_at) draft.target_at = landlord.target(draft.urgency, at);
  draft.policy = landlord.policy;

  const auto save = [&](Deed deed, Instant when) {
    static const Request nothing;
    auto decided = decide(
        opened.changes.empty() ? nothing : opened.changes.back().after,
        {.deed = std::move(deed), .actor = identity_.actor, .at = when, .entered_at = moment_.now, .reason = {}});
    if (auto* refusal = std::get_if<Refusal>(&decided)) throw as_error(*refusal);
    opened.changes.push_back(std::get<Change>(std::move(decided)));
  };
  opened.changes.reserve(2);
  save(Open{std::move(draft), std::move(assignment)}, at);
  if (!opened.decision.close.empty()) save(Close{opened.decision.close, std::nullopt}, at);
  return opened;
}

Opened Desk::open(const NewRequest& wanted) {
  authorize(Action::open, nullptr);
  const Landlord& landlord = settings_.landlord();
  if (auto problems = problems_of(landlord, wanted); !problems.empty()) {
    const bool unknown =
        !landlord.find_residence(wanted.draft.residence) || (wanted.trade && !landlord.find_trade(*wanted.trade));
    throw Error(unknown ? Trouble::not_found : Trouble::refused, std::move(problems));
  }
  Opened opened = plan(wanted, wanted.draft.opened_at);
  store_.write([&] {
    if (const auto known = wanted.draft.key.empty() ? std::nullopt : store_.find_key(wanted.draft.key)) {
      opened.request = *store_.find(*known);
      opened.existed = true;
      return false;
    }
    if (moment_.dry_run) opened.changes.back().after.id = store_.last_id() + 1;
    else store_.add(opened.changes);
    opened.request = opened.changes.back().after;
    return !moment_.dry_run;
  });
  if (opened.existed) opened.changes.clear();
  return opened;
}

bool Desk::step(Outcome& outcome, Deed deed, const std::string& reason, Instant at) {
  // What happens just now follows what a colleague did, even when the clock of his machine is ahead of ours.
  const bool just_now = at == moment_.now;
  const Instant last = outcome.request.changed_at;
  if (just_now && last > at && last - at <= tolerated_clock_difference) at = last;
  auto decided = decide(outcome.request, {.deed = std::move(deed),
                                          .actor = identity_.actor,
                                          .at = at,
                                          .entered_at = just_now ? at : moment_.now,
                                          .reason = reason});
  if (auto* refusal = std::get_if<Refusal>(&decided)) {
    outcome.refusal = std::move(*refusal);
    return false;
  }
  auto& change = std::get<Change>(decided);
  store_.save(change);
  outcome.request = change.after;
  outcome.changes.push_back(std::move(change));
  return true;
}

Outcome Desk::run(RequestId id, const std::function<void(Outcome&)>& steps) {
  Outcome outcome;
  store_.write([&] {
    auto found = store_.find(id);
    if (!found) throw Error(Trouble::not_found, message(N_("there is no request {0}"), id));
    outcome = {.request = *std::move(found)};
    steps(outcome);
    return !outcome.refusal && !moment_.dry_run;
  });
  return outcome;
}

Outcome Desk::act(RequestId id, const std::function<Deed(const Request&)>& make, const std::string& reason,
                  std::optional<Instant> when) {
  return run(id, [&](Outcome& outcome) {
    Deed deed = make(outcome.request);
    authorize(action_of(deed), &outcome.request);
    step(outcome, std::move(deed), reason, when.value_or(moment_.now));
  });
}

void Desk::send_again(Outcome& outcome, bool certain, const std::string& reason, Instant at) {
  Request unsent = outcome.request;
  unsent.certain = certain;
  outcome.decision = route_request(settings_, unsent, at);
  step(outcome, Assign{assignment_again(*outcome.decision, settings_.routing().rules)}, reason, at);
}

Outcome Desk::assign(RequestId id, const std::string& provider_code, const std::string& reason,
                     std::optional<Instant> when) {
  const Landlord& landlord = settings_.landlord();
  const Instant at = when.value_or(moment_.now);
  const Provider* provider = landlord.find_provider(provider_code);
  if (provider == nullptr && !provider_code.empty()) throw no_provider(landlord, provider_code);
  return run(id, [&](Outcome& outcome) {
    const Request& request = outcome.request;
    authorize(Action::assign, &request);
    if (provider == nullptr) {
      // Asked to route again: whoever has it now is a candidate like the others.
      send_again(outcome, request.certain || !request.trade.empty(), reason, at);
      return;
    }
    Request asked = request;
    asked.declined.clear();  // asked again, by a person
    const Candidate candidate = judge(landlord, *provider, asked, at);
    if (candidate.verdict != Verdict::taken)
      throw Error(Trouble::refused,
                  message(N_("request {0} cannot go to {1}, it {2} ({3}, {4})"), id, provider->code,
                          Label{label(candidate.verdict)}, trade_label(landlord, request.trade), request.residence));
    if (reason.empty() && request.certain && find_move(Action::assign)->from.has(request.state)) {
      const Decision by_rules = route_request(settings_, request, at);
      if (!by_rules.provider.empty() && by_rules.provider != provider->code)
        throw Error(Trouble::refused,
                    message(N_("the rules send request {0} to {1}: say why it goes to {2}, with --reason"), id,
                            by_rules.provider, provider->code));
    }
    step(outcome,
         Assign{{.provider = provider->code,
                 .rule = {},
                 .triage = {},
                 .promised_at = promise(landlord, *provider, *candidate.contract, request.urgency, at),
                 .decision = {}}},
         reason, at);
  });
}

Outcome Desk::decline(RequestId id, const std::string& reason, std::optional<Instant> when) {
  const Instant at = when.value_or(moment_.now);
  return run(id, [&](Outcome& outcome) {
    authorize(Action::decline, &outcome.request);
    if (!step(outcome, Decline{}, reason, at)) return;
    send_again(outcome, true, "", at);  // somebody was sent before: it was understood, or a person said so
  });
}

Outcome Desk::reopen(RequestId id, const std::string& reason, std::optional<Instant> when) {
  const Instant at = when.value_or(moment_.now);
  return run(id, [&](Outcome& outcome) {
    authorize(Action::reopen, &outcome.request);
    if (!step(outcome, Reopen{settings_.landlord().target(outcome.request.urgency, at), settings_.landlord().policy},
              reason, at))
      return;
    send_again(outcome, outcome.request.certain, "", at);
  });
}

Outcome Desk::done(RequestId id, const std::string& by, const std::string& work, std::optional<std::int64_t> cost,
                   const std::string& reason, std::optional<Instant> when) {
  const Landlord& landlord = settings_.landlord();
  return act(
      id,
      [&](const Request& request) -> Deed {
        const Provider* provider = landlord.find_provider(request.provider);
        const auto& policy =
            landlord
                .checks[static_cast<std::size_t>(provider == nullptr ? ProviderKind::contractor : provider->kind) - 1];
        std::string doer = by;
        if (doer.empty()) doer = identity_.actor.provider == request.provider ? identity_.actor.who : request.provider;
        if (!by.empty() && !landlord.people.empty() && !landlord.find_person(by) && !landlord.find_provider(by))
          throw Error(Trouble::not_found, message(N_("'{0}' is neither a person nor a provider"), by));
        return Done{.by = doer,
                    .provider = request.provider,
                    .work = work,
                    .cost = cost,
                    .check_required = needs_check(policy, request.id)};
      },
      reason, when);
}

Outcome Desk::verify(RequestId id, bool pass, const std::string& reason, std::optional<Instant> when) {
  const Landlord& landlord = settings_.landlord();
  const Instant at = when.value_or(moment_.now);
  return act(
      id,
      [&](const Request& request) -> Deed {
        Verify verify{.pass = pass, .rework_due = std::nullopt};
        const Provider* provider = landlord.find_provider(request.provider);
        if (!pass && provider != nullptr) {
          // The rework is owed under the contract the work was ordered under, even when that is over by now.
          for (const Contract& contract : provider->contracts)
            if (std::ranges::find(contract.trades, request.trade) != contract.trades.end() && !verify.rework_due)
              verify.rework_due = promise(landlord, *provider, contract, request.urgency, at);
        }
        return verify;
      },
      reason, when);
}

void Desk::read_again(const NewRequest& wanted, const Request& request, Request& edited) {
  const Understanding again = settings_.routing().lexicon.understand(edited.text);
  if (!request.certain && !wanted.trade) {
    edited.trade = again.trade;
    edited.also = again.also;
    edited.certain = again.certain;
  }
  // A better text may tell of a danger; it never makes light of what a person or a rule saw before.
  edited.urgency = std::min(edited.urgency, again.urgency);
}

Outcome Desk::edit(RequestId id, const std::function<void(NewRequest&)>& correct, const std::string& reason) {
  return act(
      id,
      [&](const Request& request) -> Deed {
        const Landlord& landlord = settings_.landlord();
        NewRequest wanted{.draft = request, .trade = std::nullopt, .urgency = std::nullopt, .place = std::nullopt};
        correct(wanted);
        if (auto problems = problems_of(landlord, wanted); !problems.empty())
          throw Error(Trouble::refused, std::move(problems));
        Request edited = wanted.draft;
        if (wanted.trade) {
          edited.trade = *wanted.trade;
          edited.certain = true;
        }
        if (wanted.place) edited.place = *wanted.place;
        if (edited.dwelling != request.dwelling) edited.building = building_of(edited.dwelling);
        if (edited.text != request.text) read_again(wanted, request, edited);
        if (wanted.urgency) edited.urgency = *wanted.urgency;
        if (edited.urgency != request.urgency) {
          edited.target_at = landlord.target(edited.urgency, request.opened_at);
          edited.policy = landlord.policy;
        }
        return Edit{difference(request, edited)};
      },
      reason);
}

Error as_error(const Refusal& refusal) {
  const bool by_lifecycle = refusal.why == Refusal::Why::not_allowed || refusal.why == Refusal::Why::own_work;
  Error error(by_lifecycle ? Trouble::conflict : Trouble::refused, refusal.message);
  for (const Message& hint : refusal.hints) error.hint(hint);
  return error;
}

}  // namespace regie
