#include "report/source.hpp"

#include <algorithm>
#include <span>
#include <unordered_map>

namespace regie::report {

namespace {

template <typename E>
unsigned bits(const std::vector<E>& wanted) {
  if (wanted.empty()) return ~0U;
  unsigned all = 0;
  for (const E one : wanted) all |= 1U << static_cast<unsigned>(one);
  return all;
}

template <typename E>
bool has_bit(unsigned set, E value) {
  return (set >> static_cast<unsigned>(value) & 1U) != 0;
}

/// What a request is about was so all the time, whenever somebody said it.
void correct(Request& known, const Request& present) {
  known.trade = present.trade;
  known.problem = present.problem;
  known.residence = present.residence;
  known.dwelling = present.dwelling;
  known.place = present.place;
  known.channel = present.channel;
}

bool is_in(const std::vector<std::string>& list, const std::string& text) {
  return std::ranges::find(list, text) != list.end();
}

}  // namespace

Source::Source(Settings& settings, Store& store, const Query& query, Progress progress)
    : settings_(settings),
      store_(store),
      query_(query),
      progress_(std::move(progress)),
      landlord_(settings.landlord()),
      policies_(settings, store),
      not_technical_(names_.of(not_technical)),
      any_residence_(query.wanted.residences.empty() && query.wanted.agencies.empty()),
      any_dwelling_(query.wanted.dwellings.empty()),
      any_trade_(query.wanted.trades.empty()),
      any_provider_(query.wanted.providers.empty()),
      urgencies_(bits(query.wanted.urgencies)),
      places_(bits(query.wanted.places)),
      channels_(bits(query.wanted.channels)) {
  // NameTable of agencies and sectors first: knowing a residence must not make a name that is not known yet.
  for (const Residence& residence : landlord_.residences) {
    names_.of(residence.agency);
    names_.of(residence.sector);
  }
  know_names();
}

void Source::know_names() {
  for (Name name = static_cast<Name>(agencies_.size()); name < names_.size(); ++name) know(name);
}

void Source::know(Name name) {
  const std::string text = names_[name];
  const Residence* residence = landlord_.find_residence(text);
  agencies_.push_back(residence == nullptr ? Name{0} : names_.of(residence->agency));
  sectors_.push_back(residence == nullptr ? Name{0} : names_.of(residence->sector));
  const Wanted& wanted = query_.wanted;
  const bool of_agency = wanted.agencies.empty() || (residence != nullptr && is_in(wanted.agencies, residence->agency));
  wanted_residence_.push_back((wanted.residences.empty() || is_in(wanted.residences, text)) && of_agency);
  wanted_dwelling_.push_back(is_in(wanted.dwellings, text));
  wanted_trade_.push_back(is_in(wanted.trades, text));
  wanted_provider_.push_back(is_in(wanted.providers, text));
  worked_of_.push_back(nullptr);
}

bool Source::wants(const Round& round) const {
  return (any_residence_ || wanted_residence_[round.residence] != 0) &&
         (any_dwelling_ || wanted_dwelling_[round.dwelling] != 0) && (any_trade_ || wanted_trade_[round.trade] != 0) &&
         has_bit(urgencies_, round.urgency) && has_bit(places_, round.place) && has_bit(channels_, round.channel);
}

bool Source::wants(const Request& request) const {
  const Wanted& wanted = query_.wanted;
  const auto fits = [](const std::vector<std::string>& list, const std::string& text) {
    return list.empty() || is_in(list, text);
  };
  const Residence* residence = wanted.agencies.empty() ? nullptr : landlord_.find_residence(request.residence);
  return fits(wanted.residences, request.residence) && fits(wanted.dwellings, request.dwelling) &&
         fits(wanted.trades, request.trade) && fits(wanted.providers, request.provider) &&
         (wanted.agencies.empty() || (residence != nullptr && is_in(wanted.agencies, residence->agency))) &&
         has_bit(urgencies_, request.urgency) && has_bit(places_, request.place) && has_bit(channels_, request.channel);
}

std::int64_t Source::worked(const Round& round, const Job& job, Moment from, Moment to) {
  if (round.urgency == Urgency::emergency) return std::max<std::int64_t>(0, to - from);
  WorkedTime*& known = worked_of_[job.policy];
  if (known == nullptr) {
    const Policy* policy = policies_.find(names_[job.policy]);
    if (policy == nullptr) policy = &landlord_.policy;
    known = &worked_.try_emplace(policy->version, *policy).first->second;
  }
  return known->between(from, to);
}

std::int64_t Source::worked_day() { return WorkedTime(landlord_.policy).day(); }

Instant Source::last_known() const { return query_.past ? query_.as_of() - std::chrono::seconds{1} : query_.now; }

std::optional<Request> Source::as_of(RequestId id) {
  auto row = store_.find(id);
  return row ? as_of(*std::move(row)) : std::nullopt;
}

std::optional<Request> Source::as_of(Request&& row) {
  const Instant at = last_known();
  if (!query_.past || row.changed_at <= at) return row.opened_at <= at ? std::optional(std::move(row)) : std::nullopt;
  std::vector<Event> journal = store_.journal(row.id);
  std::erase_if(journal, [&](const Event& event) { return event.at > at; });
  if (journal.empty()) return std::nullopt;
  Request known = replay(row.id, journal);
  correct(known, row);
  return known;
}

std::vector<Request> Source::as_of(const std::vector<RequestId>& ids) {
  // A server far away is asked for many at once.
  static constexpr std::size_t at_once = 500;
  std::vector<Request> found;
  for (std::size_t first = 0; first < ids.size(); first += at_once) {
    const std::span part = std::span(ids).subspan(first, std::min(at_once, ids.size() - first));
    std::unordered_map<RequestId, Request> rows;
    Filter filter;
    filter.ids.assign(part.begin(), part.end());
    store_.list(filter, {{nullptr}}, 0, [&](Request&& row) {
      const RequestId id = row.id;
      rows.emplace(id, std::move(row));
      return true;
    });
    for (const RequestId id : part)
      if (const auto row = rows.find(id); row != rows.end())
        if (auto request = as_of(Request(row->second))) found.push_back(*std::move(request));
  }
  return found;
}

std::vector<Request> Source::unfinished() {
  std::vector<Request> found;
  if (!query_.past) {
    Filter filter;
    filter.unfinished_only = true;
    store_.list(filter, {}, 0, [&](Request&& request) {
      if (wants(request) && request.opened_at <= last_known()) found.push_back(std::move(request));
      return true;
    });
    std::ranges::sort(found, {}, &Request::id);  // the index lists what is most pressing first
    return found;
  }
  const Moment at = moment(last_known());
  std::vector<RequestId> ids;
  each_of_all(at, at + 1, [&](const Told& told) {
    if (told.round.over > at && (ids.empty() || ids.back() != told.round.request)) ids.push_back(told.round.request);
  });
  for (Request& request : as_of(ids))
    if (regie::unfinished(request.state) && wants(request)) found.push_back(std::move(request));
  return found;
}

}  // namespace regie::report
