#include "regie/clock.hpp"

#include <algorithm>
#include <array>

namespace regie {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

/// The time between two moments as a delay counts time.
seconds measured(const std::optional<Delay>& delay, Instant from, Instant to, const Policy& policy) {
  if (delay && counts_openings(*delay)) return policy.calendar.open_between(from, to, policy.hours_for(*delay));
  return std::max(seconds{0}, to - from);
}

Instant moved(const std::optional<Delay>& delay, Instant promised, seconds by, const Policy& policy) {
  if (by == seconds{0}) return promised;
  if (!delay) return promised + by;
  const WeeklyHours& hours = policy.hours_for(*delay);
  const Instant exact = counts_openings(*delay) ? policy.calendar.after_open(promised, by, hours) : promised + by;
  return delay->end_of_day ? end_of_that_day(exact, policy.calendar, hours) : exact;
}

/// Reads a journal entry by entry, with the row as each leaves it.
class Ledger {
 public:
  Ledger(const PolicyOf& policy_of) : policy_of_(policy_of) {}

  void read(const Event& event) {
    const Request before = row_;
    for (const auto& [field, value] : event.changes) set(row_, *field, value);
    at_ = event.at;
    action_ = event.action;
    follow_pauses(event, before);
    const bool failed_check = event.action == Action::verify && row_.reworks > before.reworks;
    switch (event.action) {
      case Action::done:
        end(ClockKind::target);
        end(ClockKind::promise);
        break;
      case Action::verify:
        end(ClockKind::verification);
        if (failed_check) go_on_with_target();
        break;
      case Action::close: end(ClockKind::target); break;
      case Action::cancel:
        for (const auto& kind : codes<ClockKind>()) end(kind.value, ClockOutcome::withdrawn);
        break;
      case Action::assign:
      case Action::decline: end(ClockKind::promise, ClockOutcome::withdrawn); break;
      default: break;
    }
    start_target(event, before);
    const bool ordered = (event.action == Action::open || event.action == Action::assign) && !row_.provider.empty();
    if (row_.promised_at && (ordered || failed_check)) start_promise(failed_check);
    if (row_.check_due_at && row_.check_due_at != before.check_due_at)
      start({.kind = ClockKind::verification, .promised = *row_.check_due_at}).delay = policy().check_within;
    follow_answers(event, before);
  }

  std::vector<Clock> clocks(Instant now) && {
    for (Clock& clock : all_) {
      if (clock.ended)
        for (Pause& pause : clock.pauses) pause.to = std::min(pause.to.value_or(*clock.ended), *clock.ended);
      std::erase_if(clock.pauses, [](const Pause& pause) { return pause.to && *pause.to <= pause.from; });
      clock.due = due_with(clock.delay, clock.promised, clock.pauses, policy(clock.policy));
      if (clock.outcome != ClockOutcome::running) continue;
      if (clock.ended) clock.outcome = *clock.ended <= *clock.due ? ClockOutcome::kept : ClockOutcome::missed;
      else if (!clock.due) clock.outcome = ClockOutcome::stopped;
      else if (*clock.due < now) clock.outcome = ClockOutcome::late;
    }
    return std::move(all_);
  }

  Dues dues() const {
    const auto target = date(ClockKind::target, row_.target_at);
    if (action_ != Action::edit)
      return {.target_at = target, .promised_at = date(ClockKind::promise, row_.promised_at)};
    // Another urgency is nothing to the provider.
    const bool waits = !target_waits_.empty() && !target_waits_.back().to;
    return {.target_at = target,
            .promised_at = row_.promised_at,
            .target_over = waits && target && *target <= target_waits_.back().from};
  }

 private:
  const Policy& policy() const { return policy(row_.policy); }
  const Policy& policy(const std::string& version) const {
    static const Policy round_the_clock;
    const Policy* known = policy_of_(version);
    return known == nullptr ? round_the_clock : *known;
  }

  Clock* running(ClockKind kind) {
    const auto index = running_[static_cast<std::size_t>(kind) - 1];
    return index ? &all_[*index] : nullptr;
  }

  Clock& start(Clock clock) {
    clock.started = at_;
    clock.policy = row_.policy;
    running_[static_cast<std::size_t>(clock.kind) - 1] = all_.size();
    all_.push_back(std::move(clock));
    return all_.back();
  }

  void end(ClockKind kind, ClockOutcome outcome = ClockOutcome::running) {
    Clock* clock = running(kind);
    if (clock == nullptr) return;
    clock->ended = at_;
    clock->outcome = outcome;
    running_[static_cast<std::size_t>(kind) - 1].reset();
  }

  void start_target(const Event& event, const Request& before) {
    const bool fresh = event.action == Action::open || event.action == Action::reopen;
    const bool another = event.action == Action::edit && row_.urgency != before.urgency && row_.state < State::done;
    if (!fresh && !another) return;
    if (fresh) {
      target_begun_ = at_;
      target_waits_.clear();
    }
    end(ClockKind::target, ClockOutcome::replaced);
    target_owed_ = row_.target_at.has_value();
    if (!target_owed_) return;
    const auto& delay = policy().targets[static_cast<std::size_t>(row_.urgency) - 1];
    Clock clock{.promised = *row_.target_at};
    if (fresh || delay) clock.pauses = target_waits_;  // a date that was given has its waits in it
    if (another && delay) clock.promised = policy().deadline(*delay, target_begun_);
    if (delay && policy().deadline(*delay, target_begun_) == clock.promised) clock.delay = delay;
    start(std::move(clock)).started = target_begun_;
  }

  void start_promise(bool rework) {
    end(ClockKind::promise, ClockOutcome::withdrawn);
    start({.kind = ClockKind::promise,
           .delay = parse_delay(row_.promise_terms),
           .provider = row_.provider,
           .rework = rework,
           .promised = *row_.promised_at});
  }

  /// The work was not good: what the tenant is owed has been running all the time.
  void go_on_with_target() {
    if (!target_owed_) return;
    for (std::size_t index = all_.size(); index-- > 0;) {
      Clock& clock = all_[index];
      if (clock.kind != ClockKind::target) continue;
      if (clock.outcome != ClockOutcome::running) return;
      clock.ended.reset();
      running_[static_cast<std::size_t>(ClockKind::target) - 1] = index;
      return;
    }
  }

  void follow_answers(const Event& event, const Request& before) {
    const bool only_closing_left = row_.state == State::verified || (row_.state == State::done && !row_.check_required);
    const bool told = row_.told_at != before.told_at && !only_closing_left;
    if (told || event.action == Action::close) end(ClockKind::answer);
    const bool anew = event.action == Action::open || event.action == Action::reopen;
    if (row_.answer_due_at == before.answer_due_at && !told && !anew) return;
    if (const Clock* last = running(ClockKind::answer))  // what was over before stays on record
      end(ClockKind::answer, last->promised < at_ ? ClockOutcome::running : ClockOutcome::replaced);
    if (!row_.answer_due_at) return;
    const auto& answers = policy().answers;
    Clock& clock = start({.kind = ClockKind::answer, .promised = *row_.answer_due_at});
    for (const auto& delay : {answers.first, answers.again, answers.last})
      if (delay && policy().deadline(*delay, at_) == clock.promised) clock.delay = delay;
  }

  /// Why nobody could work, after the entry.
  std::optional<Pause> cause(ClockKind kind) const {
    if (!has(row_.stopped, kind)) return std::nullopt;
    if (kind == ClockKind::promise && (row_.stopped & after_failed_visit) != 0)
      return Pause{at_, std::nullopt, std::nullopt, ""};
    if (row_.state == State::on_hold) return Pause{at_, std::nullopt, row_.hold_party, row_.hold_reason};
    return Pause{at_, std::nullopt, std::nullopt, ""};
  }

  void follow_pauses(const Event& event, const Request& before) {
    if (event.action == Action::schedule && has(before.stopped, ClockKind::promise))
      wait_for_visit_ = std::max(at_, row_.visit_to.value_or(at_));  // who comes within the agreed window is on time
    else if (event.action == Action::schedule && wait_for_visit_)
      wait_for_visit_ = std::min(*wait_for_visit_, std::max(at_, row_.visit_to.value_or(at_)));
    else if (!touches_waits(event.action) || event.action == Action::no_access) forget_visit(event.action);
    if (event.action == Action::hold && has(row_.stopped, ClockKind::target))
      target_waits_.push_back({at_, std::nullopt, row_.hold_party, row_.hold_reason});
    else if (!target_waits_.empty() && !target_waits_.back().to && row_.state != State::on_hold)
      target_waits_.back().to = at_;
    for (const ClockKind kind : {ClockKind::target, ClockKind::promise}) {
      Clock* clock = running(kind);
      if (clock == nullptr) continue;
      auto& pauses = clock->pauses;
      const auto now_waits = cause(kind);
      const bool same_wait = now_waits && !pauses.empty() && !pauses.back().to &&
                             pauses.back().party == now_waits->party && pauses.back().reason == now_waits->reason;
      if (same_wait) continue;
      if (!pauses.empty() && (!pauses.back().to || *pauses.back().to > at_) && touches_waits(event.action))
        pauses.back().to = at_;
      if (now_waits) pauses.push_back(*now_waits);
      else if (kind == ClockKind::promise && wait_for_visit_ && *wait_for_visit_ > at_ && touches_waits(event.action))
        pauses.push_back({at_, wait_for_visit_, std::nullopt, ""});
    }
  }

  /// What the firm was promised to find waits for no visit any more.
  void forget_visit(Action action) {
    if (action != Action::note && action != Action::edit && action != Action::accept) wait_for_visit_.reset();
  }

  static bool touches_waits(Action action) {
    return action == Action::hold || action == Action::resume || action == Action::schedule ||
           action == Action::no_access;
  }

  std::optional<Instant> date(ClockKind kind, std::optional<Instant> written) const {
    const Clock* last = nullptr;
    for (const Clock& clock : all_)
      if (clock.kind == kind) last = &clock;
    if (last == nullptr || !written) return written;
    std::vector<Pause> over;
    for (Pause pause : last->pauses) {
      if (last->ended) pause.to = std::min(pause.to.value_or(*last->ended), *last->ended);
      if (pause.to && *pause.to > pause.from) over.push_back(std::move(pause));
    }
    return due_with(last->delay, last->promised, over, policy(last->policy));
  }

  const PolicyOf& policy_of_;
  Request row_;
  Instant at_{};
  Action action_ = Action::open;
  Instant target_begun_{};
  std::vector<Pause> target_waits_;  ///< since then, whether or not something was owed
  bool target_owed_ = false;
  std::vector<Clock> all_;
  std::array<std::optional<std::size_t>, 4> running_;
  std::optional<Instant> wait_for_visit_;  ///< after a failed visit: when the next one must have begun
};

/// Adds to the stretch before when that was of the same kind.
void add(std::vector<Stretch>& stretches, Stretch stretch) {
  if (stretch.from >= stretch.to) return;
  if (!stretches.empty()) {
    Stretch& last = stretches.back();
    if (last.why == stretch.why && last.party == stretch.party && last.reason == stretch.reason) {
      last.to = stretch.to;
      return;
    }
  }
  stretches.push_back(std::move(stretch));
}

Why why_closed(LocalDay day, const WeeklyHours& hours, const Calendar& calendar) {
  if (hours.daylight) return Why::night;
  if (hours.special.contains(day)) return calendar.open_on(day, hours).empty() ? Why::closing_day : Why::closed;
  if (hours.days[std::chrono::weekday{day}.iso_encoding() - 1].empty()) return Why::day_off;
  if (hours.on_holidays) return Why::closed;
  if (is_holiday(std::chrono::year_month_day{day}, calendar.holidays())) return Why::holiday;
  return calendar.closed().contains(day) ? Why::closing_day : Why::closed;
}

/// The time between two moments in which nobody waited.
void add_working(std::vector<Stretch>& stretches, Instant from, Instant to, const std::optional<Delay>& delay,
                 const Policy& policy) {
  if (!delay || !counts_openings(*delay)) return add(stretches, {from, to, Why::counted, {}, {}});
  const WeeklyHours& hours = policy.hours_for(*delay);
  const Calendar& calendar = policy.calendar;
  const Zone& zone = calendar.zone();
  for (Instant at = from; at < to;) {
    const LocalDay day = floor<days>(zone.local(at));
    const Instant end = std::min(to, std::max(at + seconds{1}, zone.instant(day + days{1})));
    const Why closed = why_closed(day, hours, calendar);
    for (const Interval& interval : calendar.open_on(day, hours)) {
      const Instant opens = std::clamp(zone.bound(day + minutes{interval.from}), at, end);
      const Instant closes = std::clamp(zone.bound(day + minutes{interval.to}), at, end);
      add(stretches, {at, opens, closed, {}, {}});
      add(stretches, {opens, closes, Why::counted, {}, {}});
      at = closes;
    }
    add(stretches, {at, end, closed, {}, {}});
    at = end;
  }
}

}  // namespace

std::optional<Instant> due_with(const std::optional<Delay>& delay, Instant promised, std::span<const Pause> pauses,
                                const Policy& policy) {
  Instant due = promised;
  seconds waited{0};
  for (const Pause& pause : pauses) {
    if (pause.from >= due) break;
    if (!pause.to) return std::nullopt;
    waited += measured(delay, pause.from, *pause.to, policy);
    due = moved(delay, promised, waited, policy);
    // Closing time is also the next opening: a date must not be over while one still waits.
    if (due < *pause.to && delay) due = policy.calendar.next_opening(*pause.to, policy.hours_for(*delay));
  }
  return due;
}

std::vector<Clock> clocks(std::span<const Event> journal, const PolicyOf& policy_of, Instant now) {
  Ledger ledger(policy_of);
  for (const Event& event : journal) ledger.read(event);
  return std::move(ledger).clocks(now);
}

Dues dues(std::span<const Event> journal, const PolicyOf& policy_of) {
  Ledger ledger(policy_of);
  for (const Event& event : journal) ledger.read(event);
  return ledger.dues();
}

std::vector<Stretch> account(const Clock& clock, const Policy& policy, Instant now) {
  Instant end = clock.due.value_or(std::max(now, clock.started));
  if (clock.ended) end = std::min(end, *clock.ended);
  std::vector<Stretch> stretches;
  Instant at = clock.started;
  for (const Pause& pause : clock.pauses) {
    if (pause.from >= end) break;
    add_working(stretches, at, pause.from, clock.delay, policy);
    const Instant until = std::min(pause.to.value_or(end), end);
    add(stretches,
        {std::max(at, pause.from), until, pause.party ? Why::waiting : Why::nobody_home, pause.party, pause.reason});
    at = std::max(at, until);
  }
  add_working(stretches, at, end, clock.delay, policy);
  return stretches;
}

}  // namespace regie
