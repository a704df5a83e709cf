#include "regie/past.hpp"

#include <algorithm>
#include <charconv>

namespace regie {

std::optional<Span> parse_span(std::string_view words) {
  Span span;
  const auto [end, error] = std::from_chars(words.data(), words.data() + words.size(), span.count);
  if (error != std::errc{} || span.count < 1 || span.count > 10'000) return std::nullopt;
  std::string_view unit(end, static_cast<std::size_t>(words.data() + words.size() - end));
  if (!unit.starts_with(' ')) return std::nullopt;
  unit.remove_prefix(1);
  if (unit.ends_with('s')) unit.remove_suffix(1);
  if (unit == "minute") span.unit = Span::Unit::minutes;
  else if (unit == "hour") span.unit = Span::Unit::hours;
  else if (unit == "month") span.unit = Span::Unit::months;
  else if (unit == "day" || unit == "week") span.unit = Span::Unit::days;
  else return std::nullopt;
  if (unit == "week") span.count *= 7;
  return span;
}

Instant before(Instant instant, const Span& span, const Zone& zone) {
  if (span.unit == Span::Unit::minutes) return instant - std::chrono::minutes{span.count};
  if (span.unit == Span::Unit::hours) return instant - std::chrono::hours{span.count};
  const LocalTime local = zone.local(instant);
  const auto day = std::chrono::floor<std::chrono::days>(local);
  if (span.unit == Span::Unit::days) return zone.instant(local - std::chrono::days{span.count});
  auto date = std::chrono::year_month_day{day} - std::chrono::months{span.count};
  if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
  return zone.instant(LocalDay{date} + (local - day));
}

bool PastQuery::matches(const Request& request) const {
  return request.residence == residence && (!building || request.building == *building) &&
         (!dwelling || request.dwelling == *dwelling) && (trade.empty() || request.trade == trade) &&
         (problem.empty() || request.problem == problem) && (!received_from || request.opened_at >= *received_from) &&
         (!received_to || request.opened_at <= *received_to) &&
         (!done_from || (request.done_at && *request.done_at >= *done_from)) &&
         (!done_to || (request.done_at && *request.done_at <= *done_to)) &&
         (!unfinished || regie::unfinished(request.state));
}

void RequestsInMemory::add(Request request) {
  auto& known = by_residence_[request.residence];
  const auto place = std::ranges::upper_bound(known, request.opened_at, {}, &Request::opened_at);
  known.insert(place, std::move(request));
}

std::vector<Request> RequestsInMemory::requests(const PastQuery& query) const {
  std::vector<Request> found;
  const auto known = by_residence_.find(query.residence);
  if (known == by_residence_.end()) return found;
  auto first = known->second.begin();
  if (query.received_from)
    first = std::ranges::lower_bound(known->second, *query.received_from, {}, &Request::opened_at);
  for (; first != known->second.end(); ++first) {
    if (query.received_to && first->opened_at > *query.received_to) break;
    if (query.matches(*first)) found.push_back(*first);
  }
  return found;
}

std::int64_t RequestsInMemory::orders(const std::string& provider, const std::string& trade, Instant from,
                                      Instant to) const {
  std::int64_t count = 0;
  for (const auto& [residence, known] : by_residence_)
    count += std::ranges::count_if(known, [&](const Request& one) {
      return one.provider == provider && (trade.empty() || one.trade == trade) && one.assigned_at &&
             *one.assigned_at >= from && *one.assigned_at < to;
    });
  return count;
}

std::vector<Spent> RequestsInMemory::spent(const std::string& provider, Instant from, Instant to) const {
  std::map<std::pair<std::string, std::string>, std::int64_t> sums;
  for (const auto& [residence, known] : by_residence_)
    for (const Request& one : known)
      if (one.provider == provider && one.cost && one.assigned_at && *one.assigned_at >= from && *one.assigned_at < to)
        sums[{one.residence, one.trade}] += *one.cost;
  std::vector<Spent> all;
  for (const auto& [where, cents] : sums) all.push_back({where.first, where.second, cents});
  return all;
}

std::vector<Request> AskedOnce::requests(const PastQuery& query) const {
  for (const auto& [asked, answer] : answers_)
    if (asked == query) return answer;
  return answers_.emplace_back(query, past_.requests(query)).second;
}

std::vector<Request> PastWith::requests(const PastQuery& query) const {
  std::vector<Request> found = past_.requests(query);
  std::erase_if(found, [&](const Request& one) { return one.id == request_.id; });
  if (query.matches(request_)) {
    const auto place = std::ranges::upper_bound(found, request_.opened_at, {}, &Request::opened_at);
    found.insert(place, request_);
  }
  return found;
}

}  // namespace regie
