#include "regie/rule.hpp"

#include <algorithm>
#include <set>

#include "regie/routing.hpp"

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

/// The same problem; where none has a name, the same trade.
PastQuery same_fault(const Facts& facts) {
  PastQuery query{.residence = facts.request.residence};
  if (facts.request.problem.empty()) query.trade = facts.request.trade;
  else query.problem = facts.request.problem;
  return query;
}

bool is_another(const Request& one, const Facts& facts) { return one.id == 0 || one.id != facts.request.id; }

LocalDay today(const Facts& facts) { return std::chrono::floor<std::chrono::days>(facts.local); }

/// Where "close by" needs what the request does not say, nothing is.
bool says_where(const Similar& similar, const Request& request) {
  switch (similar.around) {
    case Similar::Around::residence: return !request.residence.empty();
    case Similar::Around::building: return !request.building.empty();
    case Similar::Around::riser: return !request.building.empty() && !door_of(request.dwelling).empty();
    case Similar::Around::dwelling: return !request.dwelling.empty();
  }
  return false;
}

}  // namespace

bool matches(const Rule& rule, const Facts& facts, std::vector<const Conditions*>* holding) {
  bool any = rule.when.empty();
  for (const Conditions& alternative : rule.when) {
    if (!all_match(alternative, facts)) continue;
    any = true;
    if (holding == nullptr) break;
    holding->push_back(&alternative);
  }
  return any && std::ranges::none_of(rule.unless, [&](const Conditions& one) { return all_match(one, facts); });
}

std::vector<Request> similar_requests(const Similar& similar, const Facts& facts) {
  const Request& request = facts.request;
  if (!says_where(similar, request)) return {};
  PastQuery query = same_fault(facts);
  if (similar.around != Similar::Around::residence) query.building = request.building;
  if (similar.around == Similar::Around::dwelling) query.dwelling = request.dwelling;
  query.received_from = before(request.opened_at, similar.within, facts.landlord.policy.calendar.zone());
  query.received_to = request.opened_at;
  std::vector<Request> found = facts.past.requests(query);
  const std::string door = door_of(request.dwelling);
  std::erase_if(found, [&](const Request& one) {
    return !is_another(one, facts) || one.state == State::cancelled ||
           (similar.around == Similar::Around::riser && door_of(one.dwelling) != door);
  });
  return found;
}

std::optional<Request> common_request(const Facts& facts, bool whole_residence) {
  if (facts.request.building.empty() && !whole_residence) return std::nullopt;
  PastQuery query = same_fault(facts);
  if (!whole_residence) query.building = facts.request.building;
  query.dwelling = "";
  query.unfinished = true;
  query.received_to = facts.at;
  for (Request& one : facts.past.requests(query))
    if (is_another(one, facts) && !one.parent && one.state < State::done) return std::move(one);
  return std::nullopt;
}

std::vector<Request> repairs(const Span& within, const Facts& facts) {
  const Request& request = facts.request;
  if (request.dwelling.empty()) return {};
  PastQuery query{.residence = request.residence};
  query.dwelling = request.dwelling;
  query.trade = request.trade;
  query.done_from = before(facts.at, within, facts.landlord.policy.calendar.zone());
  query.done_to = facts.at;
  std::vector<Request> found = facts.past.requests(query);
  std::erase_if(found, [](const Request& one) { return one.state == State::cancelled; });
  std::ranges::stable_sort(found, std::ranges::greater{}, &Request::done_at);
  return found;
}

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
    return facts.landlord.policy.calendar.is_open(facts.at, facts.landlord.policy.hours_named(hours));
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

bool ProblemIs::matches(const Facts& facts) const { return among(any, facts.request.problem); }

bool Similar::matches(const Facts& facts) const {
  if (!says_where(*this, facts.request)) return false;
  const std::vector<Request> others = similar_requests(*this, facts);
  if (!dwellings) return static_cast<std::int64_t>(others.size()) + 1 >= count;
  std::set<std::string> codes{facts.request.dwelling};
  for (const Request& one : others) codes.insert(one.dwelling);
  codes.erase("");
  return static_cast<std::int64_t>(codes.size()) >= count;
}

bool CommonKnown::matches(const Facts& facts) const { return common_request(facts, false).has_value(); }

bool Repaired::matches(const Facts& facts) const {
  std::int64_t count = 0;
  for (const Request& job : repairs(within, facts)) count += 1 + job.reopened;  // each time it had been repaired before
  return count >= times;
}

bool CaretakerIs::matches(const Facts& facts) const {
  const Person* caretaker =
      facts.residence == nullptr ? nullptr : facts.landlord.find_person(facts.residence->caretaker);
  return caretaker != nullptr && (absence(*caretaker, today(facts)) == nullptr) == present;
}

bool CertainIs::matches(const Facts& facts) const { return facts.request.certain == certain; }
bool SentTo::matches(const Facts& facts) const { return among(any, facts.sent_to); }

bool NoCandidate::matches(const Facts& facts) const {
  return facts.left == Facts::Left::nobody_by_contract || (!by_contract && facts.left == Facts::Left::nobody);
}

}  // namespace regie
