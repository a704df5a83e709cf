#include "desk/growing_past.hpp"

#include <algorithm>

namespace regie {

// ---- words

GrowingPast::Code GrowingPast::code_of(const std::string& word) {
  const auto [found, added] = codes_.try_emplace(word, static_cast<Code>(words_.size()));
  if (added) words_.push_back(word);
  return found->second;
}

std::optional<GrowingPast::Code> GrowingPast::known(const std::string& word) const {
  const auto found = codes_.find(word);
  return found == codes_.end() ? std::nullopt : std::optional(found->second);
}

// ---- what is kept

void GrowingPast::add(const Request& request) {
  const auto place = static_cast<Place>(kept_.size());
  Kept kept{.id = request.id,
            .opened_at = request.opened_at,
            .state = request.state,
            .residence = code_of(request.residence),
            .building = code_of(request.building),
            .dwelling = code_of(request.dwelling),
            .trade = code_of(request.trade),
            .problem = code_of(request.problem),
            .provider = 0,
            .done_provider = 0,
            .assigned_at = {},
            .done_at = {},
            .cost = {},
            .parent = {}};
  take_life(kept, request);
  kept_.push_back(kept);
  places_[request.id] = place;
  insert(by_residence_[kept.residence], place);
  insert(by_dwelling_[{kept.residence, kept.dwelling}], place);
  if (unfinished(kept.state)) insert(unfinished_[kept.residence], place);
  add_order(kept);
}

std::optional<Request> GrowingPast::find(RequestId id) const {
  const auto found = places_.find(id);
  return found == places_.end() ? std::nullopt : std::optional(request_of(kept_[found->second]));
}

void GrowingPast::update(const Request& request) {
  const Place place = places_.at(request.id);
  Kept& kept = kept_[place];
  remove_order(kept);
  const bool was_unfinished = unfinished(kept.state);
  take_life(kept, request);
  add_order(kept);
  if (was_unfinished && !unfinished(kept.state)) erase(unfinished_[kept.residence], place);
  if (!was_unfinished && unfinished(kept.state)) insert(unfinished_[kept.residence], place);
}

void GrowingPast::take_life(Kept& kept, const Request& request) {
  kept.state = request.state;
  kept.provider = code_of(request.provider);
  kept.done_provider = code_of(request.done_provider);
  kept.assigned_at = request.assigned_at;
  kept.done_at = request.done_at;
  kept.cost = request.cost;
  kept.parent = request.parent;
  kept.reopened = request.reopened;
}

Request GrowingPast::request_of(const Kept& kept) const {
  Request request;
  request.id = kept.id;
  request.opened_at = kept.opened_at;
  request.state = kept.state;
  request.residence = words_[kept.residence];
  request.building = words_[kept.building];
  request.dwelling = words_[kept.dwelling];
  request.trade = words_[kept.trade];
  request.problem = words_[kept.problem];
  request.provider = words_[kept.provider];
  request.done_provider = words_[kept.done_provider];
  request.assigned_at = kept.assigned_at;
  request.done_at = kept.done_at;
  request.cost = kept.cost;
  request.parent = kept.parent;
  request.reopened = kept.reopened;
  return request;
}

void GrowingPast::insert(Places& places, Place place) {
  const auto at =
      std::ranges::upper_bound(places, kept_[place].opened_at, {}, [&](Place one) { return kept_[one].opened_at; });
  places.insert(at, place);
}

void GrowingPast::erase(Places& places, Place place) {
  const auto same_time =
      std::ranges::equal_range(places, kept_[place].opened_at, {}, [&](Place one) { return kept_[one].opened_at; });
  if (const auto at = std::ranges::find(same_time, place); at != same_time.end()) places.erase(at);
}

// ---- orders

namespace {

/// The sums from here on, after something was put in or taken out.
template <typename Costs>
void add_up(Costs& costs, std::ptrdiff_t first) {
  for (auto at = costs.begin() + first; at != costs.end(); ++at)
    at->total = at->cents + (at == costs.begin() ? 0 : std::prev(at)->total);
}

}  // namespace

void GrowingPast::add_order(const Kept& kept) {
  if (!kept.assigned_at || words_[kept.provider].empty()) return;
  Orders& orders = orders_[kept.provider];
  auto& sent = orders.sent[kept.trade];
  sent.insert(std::ranges::upper_bound(sent, *kept.assigned_at), *kept.assigned_at);
  if (!kept.cost) return;
  auto& costs = orders.costs[{kept.residence, kept.trade}];
  const auto at = costs.insert(std::ranges::upper_bound(costs, *kept.assigned_at, {}, &Cost::ordered),
                               {*kept.assigned_at, *kept.cost, 0});
  add_up(costs, at - costs.begin());
}

void GrowingPast::remove_order(const Kept& kept) {
  if (!kept.assigned_at || words_[kept.provider].empty()) return;
  Orders& orders = orders_[kept.provider];
  auto& sent = orders.sent[kept.trade];
  sent.erase(std::ranges::lower_bound(sent, *kept.assigned_at));
  if (!kept.cost) return;
  auto& costs = orders.costs[{kept.residence, kept.trade}];
  auto at = std::ranges::lower_bound(costs, *kept.assigned_at, {}, &Cost::ordered);
  while (at->cents != *kept.cost) ++at;
  at = costs.erase(at);
  add_up(costs, at - costs.begin());
}

// ---- what rules ask

/// The words of a query as codes. Where one was never heard, nothing matches.
struct GrowingPast::Wanted {
  const PastQuery& query;
  bool possible = true;
  std::optional<Code> residence, building, dwelling, trade, problem;

  Wanted(const GrowingPast& past, const PastQuery& asked) : query(asked) {
    const auto look_up = [&](const std::string& word, std::optional<Code>& code) {
      code = past.known(word);
      possible &= code.has_value();
    };
    look_up(query.residence, residence);
    if (query.building) look_up(*query.building, building);
    if (query.dwelling) look_up(*query.dwelling, dwelling);
    if (!query.trade.empty()) look_up(query.trade, trade);
    if (!query.problem.empty()) look_up(query.problem, problem);
  }

  bool matches(const Kept& kept) const {
    const auto is = [](const std::optional<Code>& wanted, Code code) { return !wanted || *wanted == code; };
    return is(building, kept.building) && is(dwelling, kept.dwelling) && is(trade, kept.trade) &&
           is(problem, kept.problem) && (!query.done_from || (kept.done_at && *kept.done_at >= *query.done_from)) &&
           (!query.done_to || (kept.done_at && *kept.done_at <= *query.done_to)) &&
           (!query.unfinished || unfinished(kept.state));
  }
};

const GrowingPast::Places* GrowingPast::narrowest(const PastQuery& query, const Wanted& wanted) const {
  static const Places none;
  const auto in = [](const auto& lists, const auto& key) {
    const auto found = lists.find(key);
    return found == lists.end() ? &none : &found->second;
  };
  const Places* places = in(by_residence_, *wanted.residence);
  const auto narrow = [&](const Places* other) {
    if (other->size() < places->size()) places = other;
  };
  if (query.dwelling) narrow(in(by_dwelling_, std::pair(*wanted.residence, *wanted.dwelling)));
  if (query.unfinished) narrow(in(unfinished_, *wanted.residence));
  return places;
}

std::vector<Request> GrowingPast::requests(const PastQuery& query) const {
  std::vector<Request> found;
  const Wanted wanted(*this, query);
  if (!wanted.possible) return found;
  const Places& places = *narrowest(query, wanted);
  auto at = places.begin();
  if (query.received_from)
    at = std::ranges::lower_bound(places, *query.received_from, {}, [&](Place one) { return kept_[one].opened_at; });
  for (; at != places.end(); ++at) {
    const Kept& kept = kept_[*at];
    if (query.received_to && kept.opened_at > *query.received_to) break;
    if (wanted.matches(kept)) found.push_back(request_of(kept));
  }
  return found;
}

std::int64_t GrowingPast::orders(const std::string& provider, const std::string& trade, Instant from,
                                 Instant to) const {
  const auto code = known(provider);
  const auto found = code ? orders_.find(*code) : orders_.end();
  if (found == orders_.end()) return 0;
  std::int64_t count = 0;
  for (const auto& [of_trade, sent] : found->second.sent)
    if (trade.empty() || words_[of_trade] == trade)
      count += std::max<std::int64_t>(0, std::ranges::lower_bound(sent, to) - std::ranges::lower_bound(sent, from));
  return count;
}

std::vector<Spent> GrowingPast::spent(const std::string& provider, Instant from, Instant to) const {
  std::vector<Spent> all;
  const auto code = known(provider);
  const auto found = code ? orders_.find(*code) : orders_.end();
  if (found == orders_.end()) return all;
  for (const auto& [place, costs] : found->second.costs) {
    const auto first = std::ranges::lower_bound(costs, from, {}, &Cost::ordered);
    const auto end = std::ranges::lower_bound(costs, to, {}, &Cost::ordered);
    if (first >= end) continue;
    all.push_back({words_[place.first], words_[place.second], std::prev(end)->total - first->total + first->cents});
  }
  return all;
}

}  // namespace regie
