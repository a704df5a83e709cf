#include "regie/reminder.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "regie/fingerprint.hpp"
#include "regie/landlord.hpp"

namespace regie {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::minutes;

namespace {

bool is_asked_about(const Request& request) {
  return (request.state == State::assigned || request.state == State::scheduled) && !request.provider.empty();
}

/// Its work is not done, and its date does not stand still.
bool runs(const Request& request, ClockKind kind) {
  return request.state < State::done && !stands_still(request.stopped, kind);
}

/// Only the closing is left.
bool awaits_answer(const Request& request) {
  return request.state == State::verified || (request.state == State::done && !request.check_required);
}

bool has_tenant(const Request& request) {
  return !request.tenant_name.empty() || !request.tenant_phone.empty() || !request.tenant_email.empty();
}

std::optional<Instant> unless_over(std::optional<Instant> base, Instant now) {
  return base && *base > now ? base : std::nullopt;
}

template <typename T>
bool among(const std::vector<T>& wanted, const T& value) {
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

bool fits(const ReminderRule& rule, const Landlord& landlord, const Request& request) {
  if (!among(rule.urgencies, request.urgency) || !among(rule.trades, request.trade) ||
      !among(rule.providers, request.provider))
    return false;
  if (!rule.waiting_for.empty() && (!request.hold_party || !among(rule.waiting_for, *request.hold_party))) return false;
  if (!rule.kind) return true;
  const Provider* provider = landlord.find_provider(request.provider);
  return provider != nullptr && provider->kind == *rule.kind;
}

std::string beat_key(const ReminderRule& rule, const Beat& beat) {
  const ReminderStep& step = rule.steps[beat.step];
  return std::string(step.before ? "-" : "+") + to_string(step.delay) + '#' + std::to_string(beat.round);
}

std::string seconds_of(Instant instant) { return std::to_string(instant.time_since_epoch().count()); }

const std::string& shown_name(const Person& person) { return person.name.empty() ? person.code : person.name; }

/// In the hours of the firm, when the person works for one.
Recipient to_person(const Landlord& landlord, const Person& person) {
  const Provider* provider = landlord.find_provider(person.provider);
  return {person.email, shown_name(person),
          provider == nullptr || provider->hours.empty() ? landlord.ladder.hours : provider->hours};
}

Recipient to_provider(const Landlord& landlord, const Provider& provider) {
  return {provider.email, provider.name.empty() ? provider.code : provider.name,
          provider.hours.empty() ? landlord.ladder.hours : provider.hours};
}

/// When reminders leave on that day to whoever works in these hours.
std::vector<int> moments_of(const std::vector<int>& at, const std::vector<Interval>& open) {
  std::vector<int> moments;
  for (const int minute : at)
    if (std::ranges::any_of(open, [&](const Interval& one) { return minute >= one.from && minute < one.to; }))
      moments.push_back(minute);
  if (moments.empty()) moments.push_back(open.front().from);
  return moments;
}

}  // namespace

Since since(std::span<const Event> journal) {
  Since since;
  Request row;
  for (const Event& event : journal) {
    const Request before = row;
    for (const auto& [field, value] : event.changes) set(row, *field, value);
    if (event.action == Action::hold) since.held = event.at;
    if (event.action == Action::accept || event.action == Action::schedule) since.asked.reset();
    if (event.action == Action::resume && since.asked) since.asked = event.at;
    if (row.assigned_at != before.assigned_at || row.reworks > before.reworks) since.asked = event.at;
    const bool waits = row.state == State::open && !row.triage.empty();
    const bool waited = before.state == State::open && !before.triage.empty();
    if (waits && (!waited || event.action == Action::reopen)) since.undecided = event.at;
  }
  return since;
}

std::optional<Instant> base_of(Occasion occasion, const Request& request, const Since& since, Instant now) {
  switch (occasion) {
    case Occasion::order_unanswered:
      return is_asked_about(request) && request.state == State::assigned && !request.accepted_at ? since.asked
                                                                                                 : std::nullopt;
    case Occasion::appointment:
      return request.state == State::scheduled ? unless_over(request.visit_from, now) : std::nullopt;
    case Occasion::promise_ends:
      return runs(request, ClockKind::promise) ? unless_over(request.promised_at, now) : std::nullopt;
    case Occasion::promise_broken: return runs(request, ClockKind::promise) ? request.promised_at : std::nullopt;
    case Occasion::target_broken: return runs(request, ClockKind::target) ? request.target_at : std::nullopt;
    case Occasion::not_checked:
      return request.state == State::done && request.check_required ? request.done_at : std::nullopt;
    case Occasion::not_answered:
      if (!awaits_answer(request)) return std::nullopt;
      return request.verified_at ? request.verified_at : request.done_at;
    case Occasion::no_news:
      return unfinished(request.state) && !awaits_answer(request) && has_tenant(request) ? request.answer_due_at
                                                                                         : std::nullopt;
    case Occasion::on_hold: return request.state == State::on_hold ? since.held : std::nullopt;
    case Occasion::undecided:
      return request.state == State::open && !request.triage.empty() ? since.undecided : std::nullopt;
    case Occasion::contract_ends: return std::nullopt;
  }
  return std::nullopt;
}

std::vector<Beat> beats(const ReminderRule& rule, Instant base, const Policy& policy) {
  std::vector<Beat> all;
  for (std::size_t index = 0; index < rule.steps.size(); ++index) {
    const ReminderStep& step = rule.steps[index];
    Beat beat{step.before ? policy.latest_start(step.delay, base) : policy.deadline(step.delay, base), index};
    all.push_back(beat);
    while (step.every && beat.round < step.most) {
      beat.at = policy.deadline(*step.every, beat.at);
      ++beat.round;
      all.push_back(beat);
    }
  }
  std::ranges::stable_sort(all, {}, &Beat::at);
  return all;
}

Outlook outlook(const Landlord& landlord, const Request& request, const Since& since, Instant now) {
  Outlook outlook;
  const auto look_again = [&](Instant at) { outlook.next = std::min(outlook.next.value_or(at), at); };
  for (const ReminderRule& rule : landlord.ladder.rules) {
    if (!fits(rule, landlord, request)) continue;
    const auto base = base_of(rule.occasion, request, since, now);
    if (!base) continue;
    std::vector<Beat> latest;  // several, when steps come at the same moment
    for (const Beat& beat : beats(rule, *base, landlord.policy)) {
      if (beat.at > now) {
        look_again(beat.at);
        break;
      }
      if (!latest.empty() && latest.front().at != beat.at) latest.clear();
      latest.push_back(beat);
    }
    for (const Beat& beat : latest) outlook.due.push_back({&rule, beat, *base});
  }
  return outlook;
}

std::vector<ContractEnd> contract_ends(const Landlord& landlord, Instant now) {
  std::vector<ContractEnd> ends;
  const Zone& zone = landlord.policy.calendar.zone();
  for (const ReminderRule& rule : landlord.ladder.rules) {
    if (rule.occasion != Occasion::contract_ends) continue;
    for (const Provider& provider : landlord.providers) {
      if (!among(rule.providers, provider.code) || (rule.kind && provider.kind != *rule.kind)) continue;
      std::map<LocalDay, std::set<std::string>> lots;
      for (const Contract& contract : provider.contracts)
        for (const std::string& trade : contract.trades)
          if (contract.to && among(rule.trades, trade)) lots[*contract.to].insert(trade);
      for (const auto& [last_day, trades] : lots) {
        const Instant base = zone.instant(last_day + days{1});
        if (base <= now) continue;
        std::optional<Beat> latest;
        for (const Beat& beat : beats(rule, base, landlord.policy))
          if (beat.at <= now) latest = beat;
        if (latest) ends.push_back({&rule, *latest, base, provider.code, last_day, {trades.begin(), trades.end()}});
      }
    }
  }
  return ends;
}

bool is_about_order(Occasion occasion) {
  return occasion == Occasion::order_unanswered || occasion == Occasion::appointment ||
         occasion == Occasion::promise_ends || occasion == Occasion::promise_broken;
}

std::string reminder_key(const Reminder& reminder, const Request& request, std::string_view to) {
  const bool is_providers = is_about_order(reminder.rule->occasion) || to == "provider" || to == "visitor";
  return std::string(code(reminder.rule->occasion)) + '/' + std::to_string(request.id) + '/' +
         (is_providers ? request.provider : "") + '/' + seconds_of(reminder.base) + '/' +
         beat_key(*reminder.rule, reminder.beat) + '/' + std::string(to);
}

std::string reminder_key(const ContractEnd& end, std::string_view to) {
  return std::string(code(end.rule->occasion)) + '/' + end.provider + '/' + seconds_of(end.base) + '/' +
         beat_key(*end.rule, end.beat) + '/' + std::string(to);
}

std::optional<Recipient> recipient(const Landlord& landlord, std::string_view who, const std::string& residence,
                                   const std::string& provider, const std::string& visitor, Instant now) {
  const auto of_provider = [&](std::string_view code) -> std::optional<Recipient> {
    const Provider* found = landlord.find_provider(code);
    return found == nullptr ? std::nullopt : std::optional(to_provider(landlord, *found));
  };
  if (who == "provider") return of_provider(provider);
  if (who == "visitor") {
    const Person* person = landlord.find_person(visitor);
    return person != nullptr && !person->email.empty() ? to_person(landlord, *person) : of_provider(provider);
  }
  if (who == "agency") {
    const Residence* place = landlord.find_residence(residence);
    const Agency* agency = place == nullptr ? nullptr : landlord.find_agency(place->agency);
    if (agency == nullptr) return std::nullopt;
    return Recipient{agency->email, agency->name.empty() ? agency->code : agency->name, landlord.ladder.hours};
  }
  if (who.find('@') != std::string_view::npos) return Recipient{std::string(who), "", landlord.ladder.hours};
  if (auto found = of_provider(who)) return found;
  const Person* person = landlord.find_person(person_told(landlord, who, residence, now));
  return person == nullptr ? std::nullopt : std::optional(to_person(landlord, *person));
}

Instant leaves_at(const Landlord& landlord, const Recipient& recipient, Instant due, bool urgent) {
  if (urgent) return due;
  const Calendar& calendar = landlord.policy.calendar;
  const WeeklyHours& hours = landlord.policy.hours_named(recipient.hours);
  const Instant opens = calendar.next_opening(due, hours);
  if (landlord.ladder.at.empty()) return opens;
  const Zone& zone = calendar.zone();
  static constexpr int longest_wait = 400;  // days
  for (LocalDay day = floor<days>(zone.local(opens)), last = day + days{longest_wait}; day < last; day += days{1}) {
    const auto open = calendar.open_on(day, hours);
    if (open.empty()) continue;
    for (const int minute : moments_of(landlord.ladder.at, open))
      if (const Instant moment = zone.bound(day + minutes{minute}); moment >= due) return moment;
  }
  return opens;
}

std::string order_terms(const Request& request, bool with_tenant) {
  std::string terms;
  const auto add = [&](const char* name, const std::string& value) {
    if (value.empty()) return;
    terms.append(name).append("=").append(value).append("\n");
  };
  // What names people stands elsewhere, and may be erased there: here it is enough to see that it changed.
  const auto add_private = [&](const char* name, const std::string& value) {
    if (!value.empty()) add(name, fingerprint(value));
  };
  const auto add_time = [&](const char* name, const std::optional<Instant>& at) {
    if (at) add(name, seconds_of(*at));
  };
  add("residence", request.residence);
  add("place", request.building + ' ' + request.dwelling);
  add_private("text", request.text);
  add("trade", request.trade);
  add("urgency", std::string(code(request.urgency)));
  add_time("promise", request.promised_at);
  if (request.state == State::scheduled || request.held_from == State::scheduled) {
    add_time("appointment", request.visit_from);
    add_time("until", request.visit_to);
  }
  add_private("wishes", request.wishes);
  if (with_tenant && !request.dwelling.empty()) {
    add_private("tenant", request.tenant_name);
    add_private("telephone", request.tenant_phone);
  }
  if (request.reworks > 0) add("rework", std::to_string(request.reworks));
  if (request.reopened > 0) add("reopened", std::to_string(request.reopened));
  // What the firm waits for itself, it knows.
  if (request.state == State::on_hold && request.hold_party && *request.hold_party != Party::parts &&
      *request.hold_party != Party::contractor)
    add("hold", std::string(code(*request.hold_party)));
  return terms;
}

std::vector<std::string> changed_terms(std::string_view before, std::string_view after) {
  const auto read = [](std::string_view terms) {
    std::map<std::string, std::string, std::less<>> values;
    while (!terms.empty()) {
      const std::string_view line = terms.substr(0, terms.find('\n'));
      terms.remove_prefix(std::min(terms.size(), line.size() + 1));
      const std::size_t equals = line.find('=');
      values.emplace(line.substr(0, equals), line.substr(equals + 1));
    }
    return values;
  };
  const auto old_terms = read(before);
  const auto new_terms = read(after);
  std::set<std::string> names;
  for (const auto& [name, value] : new_terms)
    if (const auto found = old_terms.find(name); found == old_terms.end() || found->second != value) names.insert(name);
  for (const auto& [name, value] : old_terms)
    if (!new_terms.contains(name)) names.insert(name);
  if (names.contains("appointment")) names.erase("until");
  return {names.begin(), names.end()};
}

}  // namespace regie
