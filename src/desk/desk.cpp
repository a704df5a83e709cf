#include "desk/desk.hpp"

#include <algorithm>

#include "desk/rights.hpp"
#include "regie/names.hpp"
#include "regie/penalty.hpp"

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

/// Open with nobody sent, and no question to a person: it waits for the common one.
bool waits_for_common(const Request& part) {
  return part.state == State::open && part.provider.empty() && part.triage.empty() && part.parent;
}

/// "water-tight=ok;clean=na", in the order of the list.
std::string findings_of(const Landlord& landlord, const Request& request, const Inspection& inspection) {
  const Checklist* list = landlord.checklist(request.trade);
  std::vector<std::string> codes, missing, faults;
  std::string text;
  if (list != nullptr)
    for (const Checklist::Item& item : list->items) {
      codes.push_back(item.code);
      const auto found = inspection.findings.find(item.code);
      if (found == inspection.findings.end()) missing.push_back(item.code);
      else text += (text.empty() ? "" : ";") + item.code + '=' + std::string(code(found->second));
      if (found != inspection.findings.end() && found->second == Finding::fault) faults.push_back(item.code);
    }
  for (const auto& [known, finding] : inspection.findings)
    if (std::ranges::find(codes, known) == codes.end())
      throw Error(Trouble::refused,
                  codes.empty() ? message(N_("request {0}: there is no checklist for {1}"), request.id,
                                          trade_label(landlord, request.trade))
                                : unknown_name(N_("nothing called '{0}' is on the checklist; on it: {1}"),
                                               N_("nothing called '{0}' is on the checklist; did you mean '{1}'?"),
                                               known, codes));
  if (inspection.pass && !faults.empty())
    throw Error(Trouble::refused,
                message(N_("request {0}: '{1}' is not good, so the check fails: say --fail and what has "
                           "to be done again"),
                        request.id, joined(faults)));
  if (inspection.pass && landlord.checklist_required && !missing.empty()) {
    std::string options;
    for (const std::string& one : codes) {
      const auto found = inspection.findings.find(one);
      options.append(" --check ").append(one).append("=");
      options += code(found == inspection.findings.end() ? Finding::ok : found->second);
    }
    throw Error(Trouble::refused,
                message(N_("request {0}: the checklist is not complete, missing: {1}"), request.id, joined(missing)))
        .hint(message(N_("regie verify {0}{1}"), request.id, options));
  }
  return text;
}

/// Whose work it is that this person or provider did; `otherwise` when nobody knows.
std::string provider_of(const Landlord& landlord, const std::string& who, const std::string& otherwise) {
  if (const Person* person = landlord.find_person(who); person != nullptr && !person->provider.empty())
    return person->provider;
  return landlord.find_provider(who) != nullptr ? who : otherwise;
}

/// As the first of its contracts says that is for this trade and place, over or not.
std::optional<Owed> promise_of_contract(const Landlord& landlord, const Provider& provider, const Request& request,
                                        Instant at) {
  const Residence* residence = landlord.find_residence(request.residence);
  for (const Contract& contract : provider.contracts)
    if (std::ranges::find(contract.trades, request.trade) != contract.trades.end() && residence != nullptr &&
        covers(contract, *residence))
      return promise(landlord, provider, contract, request.urgency, at);
  return std::nullopt;
}

/// The provider's last job of the same trade in the same dwelling.
std::optional<Request> last_job(const Past& past, const Request& request, const std::string& provider, Instant at) {
  if (request.dwelling.empty()) return std::nullopt;
  PastQuery query{.residence = request.residence};
  query.dwelling = request.dwelling;
  query.trade = request.trade;
  query.done_from = Instant{};
  query.done_to = at;
  std::optional<Request> last;
  for (Request& job : past.requests(query))
    if (job.done_provider == provider && (!last || *last->done_at < *job.done_at)) last = std::move(job);
  return last;
}

/// Throws where there is no penalty about which this person could say something.
void check_penalty(Store& store, const Identity& identity, const Request& request, std::optional<PenaltyState> wanted,
                   Instant now) {
  if (!may_settle_penalties(identity.role))
    throw Error(Trouble::refused, message(N_("'{0}' may not settle penalties: the role {1} does not allow it"),
                                          identity.actor.who, code(identity.role)));
  if (!wanted || !lateness_of_order(request, store.attempts_of(request.id, request.id), moment(now)).empty()) return;
  const bool nothing_promised = request.provider.empty() || !request.promised_at;
  throw Error(Trouble::refused,
              nothing_promised
                  ? message(N_("request {0}: no date was promised for its order, so there is no penalty"), request.id)
                  : message(N_("request {0}: its order is not late, so there is no penalty"), request.id))
      .hint(message(N_("see 'regie clock {0}'"), request.id));
}

}  // namespace

Identity identify(const Landlord& landlord, const std::string& login, const std::string& act_as) {
  const Person* self = landlord.find_login(login);
  Identity identity{{.who = self == nullptr ? login : self->code,
                     .provider = self == nullptr ? "" : self->provider,
                     .typed_by = login,
                     .typed_by_person = self == nullptr ? "" : self->code,
                     .typed_by_provider = self == nullptr ? "" : self->provider},
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
    : settings_(settings), store_(store), identity_(std::move(identity)), moment_(moment), policies_(settings, store) {
  const Policy& policy = settings_.landlord().policy;
  store_.promise_under(policy.version, policy.text);
}

void Desk::authorize(Action action, const Request* request) const {
  if (!may(identity_.role, action)) {
    Error error(Trouble::refused, message(N_("'{0}' may not '{1}': the role {2} does not allow it"),
                                          identity_.actor.who, code(action), code(identity_.role)));
    if (action == Action::verify && request != nullptr)
      if (const auto others = who_may_check(settings_.landlord(), *request, identity_.actor, moment_.now);
          !others.empty())
        error.hint(message(N_("may check it: {0}"), joined(others)));
    throw error;
  }
  const std::string& firm = identity_.actor.provider;
  if (identity_.role == Role::contractor && request != nullptr && (firm.empty() || request->provider != firm))
    throw Error(Trouble::refused,
                message(N_("request {0} is not an order of {1}"), request->id, identity_.actor.provider));
}

bool Desk::step(Outcome& outcome, Deed deed, const std::string& reason, Instant at) {
  // What happens just now follows what a colleague did, even when the clock of his machine is ahead of ours.
  const bool just_now = at == moment_.now;
  const Instant last = outcome.request.changed_at;
  if (just_now && last > at && last - at <= tolerated_clock_difference) at = last;
  Act act{.deed = std::move(deed),
          .actor = identity_.actor,
          .at = at,
          .entered_at = just_now ? at : moment_.now,
          .reason = reason,
          .policy = &settings_.landlord().policy};
  auto decided = decide(outcome.request, act);
  if (const auto* change = std::get_if<Change>(&decided);
      change != nullptr && moves_dues(outcome.request, change->after, change->event.action)) {
    std::vector<Event> journal = store_.journal(outcome.request.id);
    journal.push_back(change->event);
    act.dues = dues(journal, policies_.of());
    decided = decide(outcome.request, act);
  }
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

void Desk::send_again(Outcome& outcome, bool certain, const std::string& reason, Instant at, const Past& past) {
  Request unsent = outcome.request;
  unsent.certain = certain;
  const bool first_time = !outcome.request.certain;  // before, nothing could be done besides
  outcome.decision = route_request(settings_, unsent, at, past);
  const Decision& decision = *outcome.decision;
  if (decision.join) {
    const RequestId common = join_common(*decision.join, unsent, unsent.urgency, at, outcome.besides).id;
    if (outcome.request.parent != common && !step(outcome, Edit{{{find_field("parent"), Scalar{common}}}}, "", at))
      return;
  }
  Assignment to = assignment_again(decision, settings_.routing().rules);
  if (to.callback_of == outcome.request.id) to.callback_of.reset();  // it is its own earlier job: it was reopened
  if (!step(outcome, Assign{std::move(to)}, reason, at)) return;
  if (first_time && parts_of(outcome.request.id, false).empty())
    for (const SecondRequest& second : decision.open) open_second(second, outcome.request, outcome.besides, at);
}

Assign Desk::order_by_hand(const Request& request, const Provider& provider, bool out_of_contract,
                           const std::string& reason, Instant at) {
  const Landlord& landlord = settings_.landlord();
  const StoredPast past(store_);
  Request asked = request;
  asked.declined.clear();  // asked again, by a person
  const auto earlier = last_job(past, request, provider.code, at);
  const Call call{landlord, asked, at, past, earlier ? &*earlier : nullptr};
  const Candidate candidate = judge(call, provider);
  // A person may know better how much a firm can take on; what a contract says, nobody does.
  const bool by_contract =
      candidate.verdict == Verdict::taken || candidate.verdict == Verdict::absent || candidate.verdict == Verdict::full;
  if (by_contract) {
    if (reason.empty() && candidate.verdict != Verdict::taken)
      throw Error(Trouble::refused, message(N_("{0} {1}: say why request {2} goes there all the same, with --reason"),
                                            provider.code, Label{label(candidate.verdict)}, request.id));
    if (reason.empty() && request.certain && find_move(Action::assign)->from.has(request.state)) {
      const Decision by_rules = route_request(settings_, request, at, past);
      if (!by_rules.provider.empty() && by_rules.provider != provider.code)
        throw Error(Trouble::refused,
                    message(N_("the rules send request {0} to {1}: say why it goes to {2}, with --reason"), request.id,
                            by_rules.provider, provider.code));
      if ((by_rules.join && by_rules.join->attached) || (!by_rules.rule.empty() && !by_rules.triage.empty()))
        throw Error(Trouble::refused,
                    message(N_("the rules send nobody for request {0}: say why {1} goes, with --reason"), request.id,
                            provider.code));
    }
    const auto promised = candidate.contract == nullptr
                              ? std::nullopt
                              : promise(landlord, provider, *candidate.contract, request.urgency, at);
    return {{.provider = provider.code,
             .rule = {},
             .triage = {},
             .promised_at = promised ? std::optional(promised->at) : std::nullopt,
             .decision = {},
             .callback_of = earlier && earlier->id == request.rework_of ? request.rework_of : std::nullopt,
             .promise_terms = promised ? promised->terms : ""}};
  }
  Error refused(Trouble::refused,
                message(N_("request {0} cannot go to {1}, it {2} ({3}, {4})"), request.id, provider.code,
                        Label{label(candidate.verdict)}, trade_label(landlord, request.trade), request.residence));
  if (!out_of_contract) {
    if (request.urgency == Urgency::emergency)
      refused.hint(message(N_("an emergency may be ordered all the same, with --out-of-contract and a --reason")));
    throw refused;
  }
  if (request.urgency != Urgency::emergency)
    throw refused.hint(message(N_("only an emergency may be ordered with --out-of-contract")));
  if (reason.empty()) throw Error(Trouble::refused, message(N_("--out-of-contract wants a --reason")));
  return {{.provider = provider.code,
           .rule = {},
           .triage = {},
           .promised_at = std::nullopt,
           .decision = {},
           .out_of_contract = true}};
}

Outcome Desk::assign(RequestId id, const std::string& provider_code, bool out_of_contract, const std::string& reason,
                     std::optional<Instant> when) {
  const Landlord& landlord = settings_.landlord();
  const Instant at = when.value_or(moment_.now);
  const Provider* provider = landlord.find_provider(provider_code);
  if (provider == nullptr && !provider_code.empty()) throw no_provider(landlord, provider_code);
  return run(id, [&](Outcome& outcome) {
    const Request& request = outcome.request;
    authorize(Action::assign, &request);
    // Asked to route again: whoever has it now is a candidate like the others.
    if (provider == nullptr)
      send_again(outcome, request.certain || !request.trade.empty(), reason, at, StoredPast(store_));
    else step(outcome, order_by_hand(request, *provider, out_of_contract, reason, at), reason, at);
  });
}

Outcome Desk::decline(RequestId id, const std::string& reason, std::optional<Instant> when) {
  const Instant at = when.value_or(moment_.now);
  return run(id, [&](Outcome& outcome) {
    authorize(Action::decline, &outcome.request);
    if (!step(outcome, Decline{}, reason, at)) return;
    send_again(outcome, true, "", at,
               StoredPast(store_));  // somebody was sent before: it was understood, or a person said so
  });
}

Outcome Desk::schedule(RequestId id, const Schedule& window, const std::string& reason, std::optional<Instant> when) {
  const Landlord& landlord = settings_.landlord();
  const Person* person = landlord.find_person(window.by);
  if (!window.by.empty() && person == nullptr && !landlord.people.empty())
    throw Error(Trouble::not_found,
                unknown_name(N_("no person '{0}'; known: {1}"), N_("no person '{0}'; did you mean '{1}'?"), window.by,
                             codes_in(landlord.people)));
  return run(id, [&](Outcome& outcome) {
    const Request& request = outcome.request;
    authorize(Action::schedule, &request);
    if (person != nullptr && !request.provider.empty() && person->provider != request.provider)
      throw Error(Trouble::refused,
                  message(N_("request {0}: {1} does not work for {2}"), id, person->name, request.provider));
    const bool goes_himself = identity_.role == Role::technician && identity_.actor.provider == request.provider;
    Schedule deed = window;  // the transaction may run again, on another row
    if (deed.by.empty() && request.visit_by.empty() && goes_himself) deed.by = identity_.actor.who;
    step(outcome, Deed{deed}, reason, when.value_or(moment_.now));
  });
}

Outcome Desk::reopen(RequestId id, const std::string& reason, std::optional<Instant> when) {
  const Instant at = when.value_or(moment_.now);
  return run(id, [&](Outcome& outcome) {
    authorize(Action::reopen, &outcome.request);
    const Request before = outcome.request;  // its repair is history from now on
    if (!step(outcome, Reopen{}, reason, at)) return;
    const StoredPast stored(store_);
    send_again(outcome, outcome.request.certain, "", at, PastWith(stored, before));
  });
}

Outcome Desk::done(RequestId id, const Done& job, const std::string& reason, std::optional<Instant> when) {
  const Landlord& landlord = settings_.landlord();
  if (!job.by.empty() && !landlord.people.empty() && !landlord.find_person(job.by) && !landlord.find_provider(job.by))
    throw Error(Trouble::not_found, message(N_("'{0}' is neither a person nor a provider"), job.by));
  return run(id, [&](Outcome& outcome) {
    const Request& request = outcome.request;
    authorize(Action::done, &request);
    Done deed = job;  // the transaction may run again, on another row
    deed.provider = provider_of(landlord, deed.by, request.provider);
    if (deed.by.empty())
      deed.by = identity_.actor.provider == request.provider ? identity_.actor.who : request.provider;
    deed.check_required = must_be_checked(request);
    if (!step(outcome, Deed{deed}, reason, when.value_or(moment_.now))) return;
    for (const Request& part : parts_of(id, true)) outcome.left_open.push_back(part.id);
  });
}

bool Desk::must_be_checked(const Request& request) {
  const Landlord& landlord = settings_.landlord();
  const Provider* provider = landlord.find_provider(request.provider);
  const auto kind = provider == nullptr ? ProviderKind::contractor : provider->kind;
  const CheckPolicy& policy = landlord.checks[static_cast<std::size_t>(kind) - 1];
  if (policy.kind != CheckPolicy::Kind::sample) return needs_check(policy, request.id);
  return needs_check(policy, request.id) ||
         is_on_watch(landlord, store_.last_inspections(request.provider, landlord.watch_until_good));
}

std::vector<Request> Desk::parts_of(RequestId common, bool unfinished_only) {
  std::vector<Request> parts;
  store_.list({.unfinished_only = unfinished_only, .parents = {common}}, {{find_field("opened_at"), false}}, 0,
              [&](Request&& part) {
                parts.push_back(std::move(part));
                return true;
              });
  return parts;
}

Outcome Desk::cancel(RequestId id, const Cancel& cancel, const std::string& reason, std::optional<Instant> when) {
  const Instant at = when.value_or(moment_.now);
  return run(id, [&](Outcome& outcome) {
    authorize(Action::cancel, &outcome.request);
    if (!step(outcome, Deed{cancel}, reason, at)) return;
    // Of a duplicate they become parts of the other one; otherwise they stand alone again.
    const Scalar parent = cancel.duplicate_of ? Scalar{*cancel.duplicate_of} : Scalar{};
    for (Request& part : parts_of(id, true)) {
      const bool waits = waits_for_common(part);
      Outcome one{.request = std::move(part)};
      if (!step(one, Edit{{{find_field("parent"), parent}}}, "", at)) continue;
      if (waits && !cancel.duplicate_of) step(one, Assign{{.triage = std::string(triage_common_cancelled)}}, "", at);
      outcome.left_open.push_back(one.request.id);
    }
  });
}

Outcome Desk::close(RequestId id, const Close& close, const std::string& reason, std::optional<Instant> when) {
  const Instant at = when.value_or(moment_.now);
  return run(id, [&](Outcome& outcome) {
    authorize(Action::close, &outcome.request);
    if (!step(outcome, Close{close}, reason, at)) return;
    for (Request& part : parts_of(id, true)) {
      const bool waits = waits_for_common(part);
      Outcome one{.request = std::move(part)};
      const RequestId number = one.request.id;
      const bool closed =
          waits &&
          step(one, Close{.answer = close.answer, .rating = std::nullopt, .told_how = close.told_how}, reason, at);
      (closed ? outcome.closed_with_it : outcome.left_open).push_back(number);
    }
  });
}

Outcome Desk::verify(RequestId id, const Inspection& inspection, const std::string& reason,
                     std::optional<Instant> when) {
  const Landlord& landlord = settings_.landlord();
  const Instant at = when.value_or(moment_.now);
  return run(id, [&](Outcome& outcome) {
    const Request& request = outcome.request;
    authorize(Action::verify, &request);
    Verify verify{.pass = inspection.pass, .photos = inspection.photos};
    const bool typed = request.state == State::done && typed_done(request);  // reads the journal
    const bool own_work = typed || checks_own_work(request, identity_.actor);
    if (request.state == State::done && !own_work) verify.findings = findings_of(landlord, request, inspection);
    if (!inspection.pass) {
      // As the work was ordered, even when that contract is over by now.
      const Provider* provider = landlord.find_provider(request.provider);
      if (const auto delay = parse_delay(request.promise_terms); delay && provider != nullptr) {
        verify.rework_due = landlord.policy.deadline(*delay, at, provider->hours);
        verify.rework_terms = request.promise_terms;
      } else if (provider != nullptr && request.promised_at) {  // ordered before the terms were kept
        if (const auto promised = promise_of_contract(landlord, *provider, request, at)) {
          verify.rework_due = promised->at;
          verify.rework_terms = promised->terms;
        }
      }
    }
    if (typed)
      outcome.refusal = Refusal{Refusal::Why::own_work,
                                message(N_("request {0}: {1} typed in that it was done: somebody else must check it"),
                                        id, identity_.actor.typed_by_person),
                                {}};
    else step(outcome, Deed{verify}, reason, at);
    if (outcome.refusal && outcome.refusal->why == Refusal::Why::own_work)
      if (const auto others = who_may_check(landlord, request, identity_.actor, moment_.now); !others.empty())
        outcome.refusal->hints.push_back(message(N_("may check it: {0}"), joined(others)));
  });
}

std::optional<Instant> Desk::tacit_from(const Request& request) {
  const Policy& present = settings_.landlord().policy;
  if (request.state != State::done || !request.check_required || !present.tacit_after) return std::nullopt;
  // As it stood when the work was reported done.
  std::string version;
  Request row;
  for (const Event& event : store_.journal(request.id)) {
    for (const auto& [field, value] : event.changes) set(row, *field, value);
    if (event.action == Action::done) version = row.policy;
  }
  const Policy* promised = policies_.find(version);
  const Policy& policy = promised == nullptr ? present : *promised;
  return policy.deadline(policy.tacit_after, *request.done_at);
}

bool Desk::typed_done(const Request& request) {
  const std::string& typist = identity_.actor.typed_by_person;
  if (typist.empty()) return false;  // an account that is nobody's types for everybody
  const std::vector<Event> journal = store_.journal(request.id);
  const auto done =
      std::find_if(journal.rbegin(), journal.rend(), [](const Event& event) { return event.action == Action::done; });
  if (done == journal.rend() || done->typed_by.empty()) return false;
  const Person* person = settings_.landlord().find_login(done->typed_by);
  return person != nullptr && person->code == typist;
}

Outcome Desk::accept_tacitly(RequestId id) {
  if (!settings_.landlord().policy.tacit_after)
    throw Error(Trouble::refused,
                message(N_("work is never accepted without a check here: [verification] in regie.toml "
                           "has no tacit_after")));
  return run(id, [&](Outcome& outcome) {
    const Request& request = outcome.request;
    authorize(Action::close, &request);
    if (request.state == State::done && !request.check_required)
      throw Error(Trouble::refused, message(N_("request {0} needs no check"), id));
    const auto from = tacit_from(request);
    if (request.state == State::done && !from)
      throw Error(Trouble::refused,
                  message(N_("request {0}: when the work was done nothing was to be accepted without a check"), id));
    if (request.state == State::done && moment_.now < *from)
      throw Error(Trouble::refused, message(N_("request {0}: it is too early to accept the work without a check"), id));
    step(outcome, Verify{.pass = true, .tacit = true}, "", moment_.now);
  });
}

std::vector<Request> Desk::similar(const Request& request) {
  static constexpr std::chrono::days recent{30};
  std::vector<Request> found;
  if (request.trade.empty() || request.trade == not_technical) return found;
  Filter filter{.unfinished_only = true};
  filter.residences = {request.residence};
  filter.trades = {request.trade};
  filter.opened_from = request.opened_at - recent;
  filter.dwellings = {request.dwelling};  // "" = the common parts
  filter.states = {State::open, State::assigned, State::scheduled, State::on_hold};
  for (const RequestId id : store_.numbers(filter, 200)) {
    if (id == request.id || found.size() == 3) continue;
    Request other = *store_.find(id);
    const bool same_place = !request.dwelling.empty() || other.building == request.building;
    const bool related =
        id == request.parent || other.parent == request.id || (other.parent && other.parent == request.parent);
    if (same_place && !related) found.push_back(std::move(other));
  }
  return found;
}

std::vector<Request> Desk::appointments_besides(const Request& request) {
  std::vector<Request> found;
  if (!request.visit_from || !request.visit_to || request.visit_by.empty()) return found;
  Filter filter{.visit_after = request.visit_from, .visit_before = request.visit_to, .visit_by = {request.visit_by}};
  store_.list(filter, {{find_field("visit_from"), false}}, 0, [&](Request&& other) {
    if (other.id != request.id) found.push_back(std::move(other));
    return true;
  });
  return found;
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
  const auto corrected = [&](const Request& request) -> Deed {
    const Landlord& landlord = settings_.landlord();
    NewRequest wanted{.draft = request, .trade = std::nullopt, .urgency = std::nullopt, .place = std::nullopt};
    correct(wanted);
    if (wanted.draft.penalty != request.penalty) {
      check_penalty(store_, identity_, request, wanted.draft.penalty, moment_.now);
      // By itself it may be settled where something else would no longer be taken, such as a residence sold since.
      Request settled = request;
      settled.penalty = wanted.draft.penalty;
      if (settled == wanted.draft) return Edit{difference(request, settled)};
    }
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
    if (edited.trade != request.trade) edited.problem.clear();
    if (wanted.urgency) edited.urgency = *wanted.urgency;
    return Edit{difference(request, edited)};
  };
  return run(id, [&](Outcome& outcome) {
    const Request before = outcome.request;
    Deed deed = corrected(before);
    authorize(Action::edit, &before);
    if (!step(outcome, std::move(deed), reason, moment_.now)) return;
    // A part that is something else, or in danger, no longer waits for the others.
    const Request& after = outcome.request;
    const bool is_another = after.trade != before.trade || after.residence != before.residence ||
                            after.building != before.building || after.dwelling != before.dwelling ||
                            after.urgency < before.urgency;
    if (!waits_for_common(before) || !is_another) return;
    if (!step(outcome, Edit{{{find_field("parent"), Scalar{}}}}, "", moment_.now)) return;
    step(outcome, Assign{{.triage = std::string(triage_common_left)}}, "", moment_.now);
  });
}

std::vector<std::string> who_may_check(const Landlord& landlord, const Request& request, const Actor& refused,
                                       Instant now) {
  static constexpr std::size_t enough = 5;
  std::vector<std::string> names;
  const auto add = [&](const std::string& code) {
    const Person* person = landlord.find_person(code);
    if (person == nullptr || !may(person->role, Action::verify)) return;
    if (code == request.done_by || code == request.done_reported_by) return;
    if (code == (refused.typed_by_person.empty() ? refused.who : refused.typed_by_person)) return;
    if (!person->provider.empty() && person->provider == request.done_provider) return;
    const std::string& name = person->name.empty() ? person->code : person->name;
    if (std::ranges::find(names, name) == names.end() && names.size() < enough) names.push_back(name);
  };
  for (const char* who : {"caretaker", "agency-head"}) add(person_told(landlord, who, request.residence, now));
  if (names.empty())
    for (const Person& person : landlord.people) add(person.code);
  return names;
}

Outcome Desk::attach(RequestId id, RequestId common, const std::string& reason) {
  return run(id, [&](Outcome& outcome) {
    authorize(Action::edit, &outcome.request);
    const auto whole = store_.find(common);
    if (!whole) throw Error(Trouble::not_found, message(N_("there is no request {0}"), common));
    if (common == id || whole->parent || !parts_of(id, false).empty())
      throw Error(Trouble::refused,
                  message(N_("request {0} cannot be a part of {1}: one of them is or has a part already"), id, common));
    if (!unfinished(whole->state))
      throw Error(Trouble::refused,
                  message(N_("request {0} is finished: nothing can be a part of it any more"), common));
    if (!step(outcome, Edit{{{find_field("parent"), Scalar{common}}}}, reason, moment_.now)) return;
    // Whoever is fragile keeps an order; one that was accepted stays with whoever accepted it.
    const Request& part = outcome.request;
    const bool unanswered = part.state == State::open || (part.state == State::assigned && !part.accepted_at);
    if (!unanswered || !part.tenant_flags.empty()) return;
    if (!part.provider.empty()) outcome.besides.siblings.push_back({id, part.provider});
    step(outcome, Assign{}, reason, moment_.now);
  });
}

Error as_error(const Refusal& refusal) {
  const bool by_lifecycle = refusal.why == Refusal::Why::not_allowed || refusal.why == Refusal::Why::own_work;
  Error error(by_lifecycle ? Trouble::conflict : Trouble::refused, refusal.message);
  for (const Message& hint : refusal.hints) error.hint(hint);
  return error;
}

}  // namespace regie
