#include "regie/routing.hpp"

#include <algorithm>

namespace regie {

namespace {

template <typename T>
bool among(const std::vector<T>& any, const T& value) {
  return std::ranges::find(any, value) != any.end();
}

bool all_match(const Conditions& conditions, const Facts& facts) {
  return std::ranges::all_of(conditions, [&](const Condition& condition) {
    return std::visit([&](const auto& one) { return one.matches(facts); }, condition);
  });
}

bool any_match(const std::vector<Conditions>& alternatives, const Facts& facts) {
  return std::ranges::any_of(alternatives, [&](const Conditions& conditions) { return all_match(conditions, facts); });
}

bool matches(const Rule& rule, const Facts& facts) {
  return (rule.when.empty() || any_match(rule.when, facts)) && !any_match(rule.unless, facts);
}

bool covers_place(const Contract& contract, const Landlord& landlord, const Request& request) {
  const Residence* residence = landlord.find_residence(request.residence);
  return residence == nullptr ? contract.sectors.empty() && contract.residences.empty() : covers(contract, *residence);
}

/// An order for an emergency needs somebody who works at that hour; anything else can wait in the firm's post.
bool works_now(const Landlord& landlord, const Provider& provider, const Contract& contract, const Request& request,
               Instant at) {
  return request.urgency != Urgency::emergency || comes_out_of_hours(contract, request.trade) ||
         landlord.calendar.is_open(at, landlord.hours_of(provider));
}

Verdict judge(const Landlord& landlord, const Provider& provider, const Contract& contract, const Request& request,
              Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(landlord.calendar.zone().local(at));
  if (!among(contract.trades, request.trade)) return Verdict::wrong_trade;
  if (!covers_place(contract, landlord, request)) return Verdict::wrong_place;
  if (contract.from && day < *contract.from) return Verdict::not_yet;
  if (contract.to && day > *contract.to) return Verdict::expired;
  if (!works_now(landlord, provider, contract, request, at)) return Verdict::closed_now;
  return Verdict::taken;
}

bool does_trade(const Provider& provider, const std::string& trade) {
  return std::ranges::any_of(provider.contracts,
                             [&](const Contract& contract) { return among(contract.trades, trade); });
}

/// Whom the rule names, or without a rule everybody with a contract for the trade, in the order of the file.
std::vector<const Provider*> proposed(const Landlord& landlord, const Rule* rule, const std::string& trade) {
  std::vector<const Provider*> providers;
  if (rule != nullptr) {
    for (const std::string& code : rule->then.send)
      if (const Provider* provider = landlord.find_provider(code)) providers.push_back(provider);
  } else {
    for (const Provider& provider : landlord.providers)
      if (does_trade(provider, trade)) providers.push_back(&provider);
  }
  return providers;
}

void choose(Decision& decision, const Landlord& landlord, const Rule* rule, const Request& request, Instant at) {
  for (const Provider* provider : proposed(landlord, rule, request.trade)) {
    Candidate candidate = judge(landlord, *provider, request, at);
    if (candidate.verdict == Verdict::taken && !decision.provider.empty())
      candidate = {provider->code, Verdict::not_needed, nullptr};
    if (candidate.verdict == Verdict::taken) {
      decision.provider = provider->code;
      decision.promised_at = promise(landlord, *provider, *candidate.contract, request.urgency, at);
    }
    decision.candidates.push_back(std::move(candidate));
  }
  if (decision.provider.empty()) decision.triage = triage_nobody;
}

}  // namespace

bool TradeIs::matches(const Facts& facts) const { return among(any, facts.request.trade); }
bool AlsoIs::matches(const Facts& facts) const { return among(any, facts.request.also); }
bool UrgencyIs::matches(const Facts& facts) const { return among(any, facts.request.urgency); }
bool ResidenceIs::matches(const Facts& facts) const { return among(any, facts.request.residence); }
bool BuildingIs::matches(const Facts& facts) const { return among(any, facts.request.building); }
bool SectorIs::matches(const Facts& facts) const {
  return facts.residence != nullptr && among(any, facts.residence->sector);
}
bool AgencyIs::matches(const Facts& facts) const {
  return facts.residence != nullptr && among(any, facts.residence->agency);
}
bool PlaceIs::matches(const Facts& facts) const { return among(any, facts.request.place); }
bool ChannelIs::matches(const Facts& facts) const { return among(any, facts.request.channel); }

bool TenantHas::matches(const Facts& facts) const {
  return std::ranges::any_of(any, [&](const std::string& flag) { return has_code(facts.request.tenant_flags, flag); });
}

bool InstallationIs::matches(const Facts& facts) const {
  if (facts.residence == nullptr) return false;
  const auto found = facts.residence->installation.find(fact);
  return found != facts.residence->installation.end() &&
         std::ranges::any_of(found->second, [&](const std::string& value) { return among(any, value); });
}

bool Says::matches(const Facts& facts) const {
  return std::ranges::any_of(any, [&](const Pattern& pattern) { return contains(facts.words, pattern); });
}

bool During::matches(const Facts& facts) const {
  return std::ranges::any_of(any, [&](const std::string& hours) {
    return facts.landlord.calendar.is_open(facts.at, facts.landlord.hours_named(hours));
  });
}
bool Outside::matches(const Facts& facts) const { return !During{all}.matches(facts); }
bool FromDay::matches(const Facts& facts) const { return facts.local >= day; }
bool ToDay::matches(const Facts& facts) const { return facts.local < day + std::chrono::days{1}; }

bool InSeason::matches(const Facts& facts) const {
  const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(facts.local)};
  const std::chrono::month_day now = today.month() / today.day();
  return first <= last ? now >= first && now <= last : now >= first || now <= last;
}

bool OnWeekdays::matches(const Facts& facts) const {
  const std::chrono::weekday today{std::chrono::floor<std::chrono::days>(facts.local)};
  return days[today.iso_encoding() - 1];
}

bool AtClock::matches(const Facts& facts) const {
  const auto clock = facts.local - std::chrono::floor<std::chrono::days>(facts.local);
  const bool after = clock >= std::chrono::minutes{time.from};
  const bool before = clock < std::chrono::minutes{time.to};
  return time.from <= time.to ? after && before : after || before;
}

bool comes_out_of_hours(const Contract& contract, const std::string& trade) {
  return contract.always_out_of_hours || among(contract.out_of_hours, trade);
}

bool covers(const Contract& contract, const Residence& residence) {
  return (contract.sectors.empty() || among(contract.sectors, residence.sector)) &&
         (contract.residences.empty() || among(contract.residences, residence.code));
}

Candidate judge(const Landlord& landlord, const Provider& provider, const Request& request, Instant at) {
  if (has_code(request.declined, provider.code)) return {provider.code, Verdict::declined, nullptr};
  Candidate best{provider.code, Verdict::wrong_trade, nullptr};
  // The verdict of the contract that came nearest: the later in the list of verdicts, the further it got.
  for (const Contract& contract : provider.contracts) {
    const Verdict verdict = judge(landlord, provider, contract, request, at);
    if (verdict == Verdict::taken) return {provider.code, verdict, &contract};
    best.verdict = std::max(best.verdict, verdict);
  }
  return best;
}

std::optional<Instant> promise(const Landlord& landlord, const Provider& provider, const Contract& contract,
                               Urgency urgency, Instant at) {
  const auto& delay = contract.promise[static_cast<std::size_t>(urgency) - 1];
  if (!delay) return std::nullopt;
  return deadline(*delay, at, landlord.calendar, landlord.hours_of(provider));
}

Decision route(const Landlord& landlord, const RuleSet& rules, const Request& request, std::span<const Word> words,
               Instant at) {
  Request seen = request;
  const Facts facts{landlord, landlord.find_residence(request.residence), seen, words,
                    at,       landlord.calendar.zone().local(at)};
  Decision decision;
  const Rule* deciding = nullptr;
  for (const Rule& rule : rules.rules) {
    if (!matches(rule, facts)) continue;
    decision.rules_met.push_back(rule.name);
    if (rule.then.urgency) seen.urgency = *rule.then.urgency;
    if (rule.then.trade) seen.trade = *rule.then.trade;
    for (const std::string& who : rule.then.tell)
      if (!among(decision.tell, who)) decision.tell.push_back(who);
    if (!rule.then.note.empty()) decision.notes.push_back(rule.then.note);
    if (rule.then.decides()) {
      deciding = &rule;
      break;
    }
  }
  decision.trade = seen.trade;
  decision.urgency = seen.urgency;
  if (deciding != nullptr) decision.rule = deciding->name;

  if (!seen.certain) decision.triage = triage_unsure;  // never sent, nor closed, on a guess
  else if (deciding != nullptr && !deciding->then.triage.empty()) decision.triage = deciding->then.triage;
  else if (deciding != nullptr && !deciding->then.close.empty()) decision.close = deciding->then.close;
  else if (seen.trade == not_technical && deciding == nullptr) decision.triage = triage_not_technical;
  else choose(decision, landlord, deciding, seen, at);
  return decision;
}

}  // namespace regie
