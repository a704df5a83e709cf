#include "regie/routing.hpp"

#include <algorithm>
#include <tuple>

namespace regie {

namespace {

template <typename T>
bool among(const std::vector<T>& any, const T& value) {
  return std::ranges::find(any, value) != any.end();
}

LocalDay day_of(const Landlord& landlord, Instant instant) {
  return std::chrono::floor<std::chrono::days>(landlord.policy.calendar.zone().local(instant));
}

bool covers_place(const Contract& contract, const Call& call) {
  const Residence* residence = call.landlord.find_residence(call.request.residence);
  return residence == nullptr ? contract.sectors.empty() && contract.residences.empty() : covers(contract, *residence);
}

/// An order for an emergency needs somebody who works at that hour; anything else can wait in the firm's post.
bool works_now(const Call& call, const Provider& provider, const Contract& contract) {
  return call.request.urgency != Urgency::emergency || comes_out_of_hours(contract, call.request.trade) ||
         call.landlord.policy.calendar.is_open(call.at, call.landlord.hours_of(provider));
}

/// A job that was ordered while the contract was valid may be finished after it, where the contract says so.
bool was_begun(const Call& call, const Provider& provider, const Contract& contract) {
  const auto ordered_under = [&](const Request& job) {
    return job.assigned_at && is_valid(contract, day_of(call.landlord, *job.assigned_at));
  };
  if (!contract.finishes_begun) return false;
  if (call.earlier != nullptr && call.earlier->done_provider == provider.code && ordered_under(*call.earlier))
    return true;
  return call.request.provider == provider.code;  // the order is there already
}

/// People of a crew whose work is known: those for whom trades or problems are written down.
struct Staff {
  std::int64_t all = 0;
  std::int64_t present = 0;
  bool can_do_it = false;  ///< one of those present
};

Staff staff_of(const Call& call, const Provider& provider) {
  const LocalDay day = day_of(call.landlord, call.at);
  Staff staff;
  for (const Person& person : call.landlord.people) {
    if (person.provider != provider.code || (person.trades.empty() && person.problems.empty())) continue;
    ++staff.all;
    if (absence(person, day) != nullptr) continue;
    ++staff.present;
    if (among(person.trades, call.request.trade) ||
        (!call.request.problem.empty() && among(person.problems, call.request.problem)))
      staff.can_do_it = true;
  }
  return staff;
}

bool is_full(const Call& call, const Provider& provider, const Staff& staff) {
  if (provider.capacity == 0) return false;
  const std::int64_t today = staff.all == 0 ? provider.capacity : provider.capacity * staff.present / staff.all;
  const Zone& zone = call.landlord.policy.calendar.zone();
  const LocalDay day = day_of(call.landlord, call.at);
  const Instant from = zone.instant(day), to = zone.instant(day + std::chrono::days{1});
  const Request& own = call.request;
  const bool has_it =
      own.provider == provider.code && own.assigned_at && *own.assigned_at >= from && *own.assigned_at < to;
  return call.past.orders(provider.code, "", from, to) - (has_it ? 1 : 0) >= today;
}

bool is_used_up(const Call& call, const Provider& provider, const Contract& contract) {
  return contract.ceiling > 0 && spent_under(contract, provider, call.landlord, call.past, call.at) >= contract.ceiling;
}

/// The cheap questions first: the past is asked only about a contract that would do.
Verdict judge(const Call& call, const Provider& provider, const Contract& contract) {
  const LocalDay day = day_of(call.landlord, call.at);
  if (!among(contract.trades, call.request.trade)) return Verdict::wrong_trade;
  if (!covers_place(contract, call)) return Verdict::wrong_place;
  if (contract.from && day < *contract.from) return Verdict::not_yet;
  if (contract.to && day > *contract.to && !was_begun(call, provider, contract)) return Verdict::expired;
  if (!works_now(call, provider, contract)) return Verdict::closed_now;
  const Staff staff = staff_of(call, provider);
  if (staff.all > 0 && !staff.can_do_it) return Verdict::absent;
  if (is_full(call, provider, staff)) return Verdict::full;
  if (is_used_up(call, provider, contract)) return Verdict::spent;
  return Verdict::taken;
}

bool does_trade(const Provider& provider, const std::string& trade) {
  return std::ranges::any_of(provider.contracts,
                             [&](const Contract& contract) { return among(contract.trades, trade); });
}

/// When the last of them began to do this trade: what the others did before is no debt to a newcomer.
Instant all_there_since(const Call& call, const std::vector<Share>& shares) {
  const Zone& zone = call.landlord.policy.calendar.zone();
  Instant since = before(call.at, {12, Span::Unit::months}, zone);
  for (const Share& share : shares)
    if (const Provider* provider = call.landlord.find_provider(share.provider))
      for (const Contract& contract : provider->contracts)
        if (contract.from && among(contract.trades, call.request.trade) &&
            *contract.from <= day_of(call.landlord, call.at))
          since = std::max(since, zone.instant(*contract.from));
  return since;
}

/// Who is furthest behind its share of the trade's orders of the last year comes first; equals stand as in the rule.
std::vector<const Provider*> by_turns(const Call& call, const std::vector<Share>& shares) {
  struct Turn {
    const Provider* provider;
    std::int64_t orders, weight;
  };
  std::vector<Turn> turns;
  const Instant since = all_there_since(call, shares);
  for (const Share& share : shares)
    if (const Provider* provider = call.landlord.find_provider(share.provider))
      turns.push_back({provider,
                       call.past.orders(share.provider, call.request.trade, since, call.at + std::chrono::seconds{1}),
                       share.weight});
  std::ranges::stable_sort(
      turns, [](const Turn& one, const Turn& other) { return one.orders * other.weight < other.orders * one.weight; });
  std::vector<const Provider*> providers;
  for (const Turn& turn : turns) providers.push_back(turn.provider);
  return providers;
}

/// Whom the rule names, or without a rule everybody with a contract for the trade, in the order of the file.
std::vector<const Provider*> proposed(const Call& call, const Rule* rule) {
  std::vector<const Provider*> providers;
  if (rule != nullptr && !rule->then.rotate.empty()) return by_turns(call, rule->then.rotate);
  if (rule != nullptr) {
    for (const std::string& code : rule->then.send)
      if (const Provider* provider = call.landlord.find_provider(code)) providers.push_back(provider);
  } else {
    for (const Provider& provider : call.landlord.providers)
      if (does_trade(provider, call.request.trade)) providers.push_back(&provider);
  }
  return providers;
}

/// One search through the rules: what they have said so far, and what the request looks like by now.
class Search {
 public:
  Search(const Landlord& landlord, const Request& request, std::span<const Word> words, Instant at, const Past& past,
         Urgency at_least)
      : seen_(request),
        at_least_(at_least),
        past_(past),
        facts_{landlord, landlord.find_residence(request.residence), seen_, words,
               at,       landlord.policy.calendar.zone().local(at),  past_},
        call_{landlord, seen_, at, past_} {}

  Decision run(const RuleSet& rules) {
    for (const Rule& rule : rules.rules)
      if (!rule.last && meet(rule)) break;
    decision_.trade = seen_.trade;
    decision_.problem = seen_.problem;
    decision_.urgency = seen_.urgency;
    if (deciding_ != nullptr) decision_.rule = deciding_->name;
    decide();
    if (decision_.close.empty()) read_last_rules(rules);
    return std::move(decision_);
  }

 private:
  /// True when the rule ends the search.
  bool meet(const Rule& rule) {
    std::vector<const Conditions*> holding;
    const Effects& then = rule.then;
    const bool joins = !then.join.empty() || !then.attach.empty();
    if (!matches(rule, facts_, joins || then.callback ? &holding : nullptr)) return false;
    if (joins && !join(then, holding)) return false;
    std::optional<std::pair<Request, std::optional<Delay>>> before;  // only a call-back may have to go back to it
    if (then.callback) before.emplace(seen_, promise_);
    if (then.urgency) seen_.urgency = std::min(*then.urgency, at_least_);
    if (then.trade) seen_.trade = *then.trade;
    if (!then.problem.empty()) seen_.problem = then.problem;
    if (then.promise) promise_ = then.promise;
    const bool comes_back = then.callback && seen_.certain && call_back(holding);
    if (before && !comes_back && !then.decides()) {  // the firm may not come: nothing of the rule holds
      std::tie(seen_, promise_) = *std::move(before);
      return false;
    }
    decision_.rules_met.push_back(rule.name);
    tell(then);
    for (const SecondRequest& second : then.open)
      if (!among(decision_.open, second)) decision_.open.push_back(second);
    if (!then.decides() && !then.callback) return false;
    deciding_ = &rule;
    return true;
  }

  /// What rules say once it is known who is sent, or that nobody may be.
  void read_last_rules(const RuleSet& rules) {
    const auto is_about_contract = [](const Candidate& one) {
      return one.verdict != Verdict::closed_now && one.verdict != Verdict::absent && one.verdict != Verdict::full &&
             one.verdict != Verdict::declined;
    };
    facts_.sent_to = decision_.provider;
    if (decision_.triage == triage_nobody)
      facts_.left = std::ranges::all_of(decision_.candidates, is_about_contract) ? Facts::Left::nobody_by_contract
                                                                                 : Facts::Left::nobody;
    for (const Rule& rule : rules.rules) {
      if (!rule.last || !matches(rule, facts_)) continue;
      decision_.rules_met.push_back(rule.name);
      tell(rule.then);
      if (decision_.provider.empty() && seen_.certain && !rule.then.triage.empty()) decision_.triage = rule.then.triage;
    }
  }

  void tell(const Effects& then) {
    for (const std::string& who : then.tell)
      if (!among(decision_.tell, who)) decision_.tell.push_back(who);
    if (!then.note.empty()) decision_.notes.push_back(then.note);
  }

  /// What this request becomes a part of. False when it is in the common parts itself and nobody reported that before:
  /// it is what others will become a part of.
  bool join(const Effects& then, const std::vector<const Conditions*>& holding) {
    Joining joining{.text = then.attach.empty() ? then.join : then.attach, .attached = !then.attach.empty()};
    std::vector<const Similar*> all;
    for (const Conditions* conditions : holding)
      for (const Condition& condition : *conditions)
        if (const auto* similar = std::get_if<Similar>(&condition)) all.push_back(similar);
    const bool whole_residence =
        std::ranges::any_of(all, [](const Similar* similar) { return similar->around == Similar::Around::residence; });
    if (const auto known = common_request(facts_, whole_residence)) joining.known = known->id;
    if (!joining.known && seen_.dwelling.empty()) return false;
    for (const Similar* similar : all)
      for (const Request& one : similar_requests(*similar, facts_))
        if (unfinished(one.state) && !one.parent && one.id != joining.known && !among(joining.siblings, one.id))
          joining.siblings.push_back(one.id);
    std::ranges::sort(joining.siblings);
    decision_.join = std::move(joining);
    return true;
  }

  /// Back to whoever repaired it last, if it may come.
  bool call_back(const std::vector<const Conditions*>& holding) {
    for (const Conditions* conditions : holding)
      for (const Condition& condition : *conditions) {
        const auto* repaired = std::get_if<Repaired>(&condition);
        if (repaired == nullptr) continue;
        const std::vector<Request> jobs = repairs(repaired->within, facts_);
        const Provider* provider = jobs.empty() ? nullptr : facts_.landlord.find_provider(jobs.front().done_provider);
        if (provider == nullptr) continue;
        Call call = call_;
        call.earlier = &jobs.front();
        const Candidate candidate = judge(call, *provider);
        decision_.candidates.push_back(candidate);
        if (candidate.verdict != Verdict::taken) continue;
        take(candidate, *provider);
        decision_.callback_of = jobs.front().id;
        return true;
      }
    return false;
  }

  void take(const Candidate& candidate, const Provider& provider) {
    decision_.provider = provider.code;
    const auto promised = promise_ ? owed(call_.landlord, provider, *promise_, call_.at)
                                   : promise(call_.landlord, provider, *candidate.contract, seen_.urgency, call_.at);
    if (!promised) return;
    decision_.promised_at = promised->at;
    decision_.promise_terms = promised->terms;
  }

  void decide() {
    const Effects* then = deciding_ == nullptr ? nullptr : &deciding_->then;
    if (!seen_.certain) leave_to_person(triage_unsure);  // never sent, nor closed, on a guess
    else if (!decision_.provider.empty()) return;        // a call-back
    else if (then != nullptr && !then->attach.empty()) return;
    else if (then != nullptr && !then->cancel_open.empty() && cancel_open(*then)) return;
    else if (then != nullptr && !then->triage.empty()) decision_.triage = then->triage;
    else if (then != nullptr && !then->close.empty()) decision_.close = then->close;
    else if (seen_.trade == not_technical && deciding_ == nullptr) decision_.triage = triage_not_technical;
    else choose();
  }

  void leave_to_person(std::string_view why) {
    decision_.triage = why;
    decision_.join.reset();
    decision_.open.clear();
  }

  /// The tenant has one unfinished request, and takes it back.
  bool cancel_open(const Effects& then) {
    if (seen_.dwelling.empty()) return false;
    PastQuery query{.residence = seen_.residence};
    query.dwelling = seen_.dwelling;
    query.unfinished = true;
    query.received_to = seen_.opened_at;
    std::vector<Request> open = facts_.past.requests(query);
    std::erase_if(open, [&](const Request& one) {
      return one.id == seen_.id || one.trade == not_technical || one.state >= State::done;
    });
    if (open.size() != 1) return false;
    decision_.cancels = open.front().id;
    decision_.close = then.cancel_open;
    return true;
  }

  void choose() {
    for (const Provider* provider : proposed(call_, deciding_)) {
      Candidate candidate = judge(call_, *provider);
      if (candidate.verdict == Verdict::taken) {
        if (decision_.provider.empty()) take(candidate, *provider);
        else candidate = {provider->code, Verdict::not_needed, nullptr};
      }
      decision_.candidates.push_back(candidate);
    }
    if (decision_.provider.empty()) decision_.triage = triage_nobody;
  }

  Request seen_;  ///< with trade, urgency and problem as the rules left them so far
  Urgency at_least_;
  AskedOnce past_;
  Facts facts_;
  Call call_;
  std::optional<Delay> promise_;
  const Rule* deciding_ = nullptr;
  Decision decision_;
};

}  // namespace

bool comes_out_of_hours(const Contract& contract, const std::string& trade) {
  return contract.always_out_of_hours || among(contract.out_of_hours, trade);
}

bool covers(const Contract& contract, const Residence& residence) {
  return (contract.sectors.empty() || among(contract.sectors, residence.sector)) &&
         (contract.residences.empty() || among(contract.residences, residence.code));
}

Candidate judge(const Call& call, const Provider& provider) {
  if (has_code(call.request.declined, provider.code)) return {provider.code, Verdict::declined, nullptr};
  Candidate best{provider.code, Verdict::wrong_trade, nullptr};
  // The verdict of the contract that came nearest: the later in the list of verdicts, the further it got.
  for (const Contract& contract : provider.contracts) {
    const Verdict verdict = judge(call, provider, contract);
    if (verdict == Verdict::taken) return {provider.code, verdict, &contract};
    best.verdict = std::max(best.verdict, verdict);
  }
  return best;
}

std::int64_t spent_under(const Contract& contract, const Provider& provider, const Landlord& landlord, const Past& past,
                         Instant until) {
  const Zone& zone = landlord.policy.calendar.zone();
  const Instant from = contract.from ? zone.instant(*contract.from) : Instant{};
  const Instant end = contract.to ? zone.instant(*contract.to + std::chrono::days{1}) : until;
  std::int64_t cents = 0;
  for (const Spent& one : past.spent(provider.code, from, std::min(until, end))) {
    const Residence* residence = landlord.find_residence(one.residence);
    if (residence != nullptr && among(contract.trades, one.trade) && covers(contract, *residence)) cents += one.cents;
  }
  return cents;
}

Owed owed(const Landlord& landlord, const Provider& provider, Delay delay, Instant ordered_at) {
  if (delay.within.empty() && (counts_openings(delay) || delay.end_of_day)) delay.within = provider.hours;
  return {landlord.policy.deadline(delay, ordered_at, provider.hours), to_string(delay)};
}

std::optional<Owed> promise(const Landlord& landlord, const Provider& provider, const Contract& contract,
                            Urgency urgency, Instant ordered_at) {
  const auto& delay = contract.promise[static_cast<std::size_t>(urgency) - 1];
  if (!delay) return std::nullopt;
  return owed(landlord, provider, *delay, ordered_at);
}

Decision route(const Landlord& landlord, const RuleSet& rules, const Request& request, std::span<const Word> words,
               Instant at, const Past& past, Urgency at_least) {
  return Search(landlord, request, words, at, past, at_least).run(rules);
}

}  // namespace regie
