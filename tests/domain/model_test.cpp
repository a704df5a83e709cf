// Random lives of requests against a second, simple idea of them: its own lifecycle, its own lists of waits, dates
// counted quarter of an hour by quarter of an hour. Where the two disagree, the shortest life that shows it is printed.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <utility>

#include "domain/acts.hpp"
#include "regie/clock.hpp"
#include "text/times.hpp"

using namespace regie;
using namespace regie::test;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

using Dice = std::mt19937;
std::size_t roll(Dice& dice, std::size_t sides) { return dice() % sides; }
template <typename T, std::size_t N>
const T& one_of(Dice& dice, const std::array<T, N>& all) {
  return all[roll(dice, N)];
}

constexpr minutes quarter{15};

// ---- what is promised, and time counted by hand

/// Of these two years: summer time from the last Sunday of March to the last of October, 1:00 UTC.
seconds paris_offset(Instant instant) {
  using namespace std::chrono;
  static const std::array<Instant, 4> changes{
      sys_days{2026y / March / 29} + hours{1}, sys_days{2026y / October / 25} + hours{1},
      sys_days{2027y / March / 28} + hours{1}, sys_days{2027y / October / 31} + hours{1}};
  const bool summer =
      (instant >= changes[0] && instant < changes[1]) || (instant >= changes[2] && instant < changes[3]);
  return hours{summer ? 2 : 1};
}

struct Office {
  bool always_open = true;
  minutes opens{0}, closes{0};
  std::set<LocalDay> closed;
  Policy policy;
  std::array<const char*, 4> terms;  ///< what providers promise

  bool works(LocalDay day) const {
    return always_open || (std::chrono::weekday{day}.iso_encoding() <= 5 && !closed.contains(day));
  }
  bool open(Instant instant) const {
    if (always_open) return true;
    const LocalTime local = policy.calendar.zone().local(instant);
    const LocalDay day = floor<days>(local);
    return works(day) && local - day >= opens && local - day < closes;
  }
  bool closes_at(Instant instant) const {
    const LocalTime local = policy.calendar.zone().local(instant);
    const LocalDay day = floor<days>(local);
    return works(day) && local - day == closes;
  }
};

bool counts(const std::optional<Delay>& delay) {
  return delay && (delay->unit == Delay::Unit::working_hours || delay->unit == Delay::Unit::working_days);
}

seconds waited(const Office& office, const std::optional<Delay>& delay, Instant from, Instant to) {
  if (!counts(delay)) return to - from;
  seconds sum{0};
  for (Instant at = from; at < to; at += quarter)
    if (office.open(at)) sum += quarter;
  return sum;
}

Instant later(const Office& office, const std::optional<Delay>& delay, Instant date, seconds by) {
  if (by == seconds{0}) return date;
  if (!counts(delay)) date += by;
  else
    for (; by > seconds{0}; date += quarter)
      if (office.open(date)) by -= quarter;
  if (!delay || !delay->end_of_day) return date;
  while (!office.closes_at(date)) date += quarter;
  return date;
}

Office around_the_clock(const std::string& version, bool generous) {
  Office office;
  office.policy.version = version;
  const auto delay = [&](const char* strict, const char* kind) { return parse_delay(generous ? kind : strict); };
  office.policy.targets = {delay("4 hours", "6 hours"), delay("1 day", "30 hours"), delay("240 hours", "1 day"),
                           generous ? std::nullopt : parse_delay("60 days")};
  office.policy.check_within = delay("48 hours", "4 hours");
  office.policy.answers = {delay("1 day", "2 days"), delay("72 hours", "5 days"), delay("2 days", "12 hours")};
  if (generous) office.policy.stopped_by[1] = only(ClockKind::promise);
  office.terms = {"2 hours", "24 hours", "8 days", "36 hours"};
  return office;
}

Office in_paris(const std::string& version, bool mornings) {
  using namespace std::chrono;
  Office office;
  office.always_open = false;
  office.opens = minutes{8 * 60 + 30};
  office.closes = minutes{(mornings ? 12 : 17) * 60 + 30};
  office.closed = {local_days{2026y / April / 6}, local_days{2026y / May / 1}, local_days{2026y / May / 8}};
  if (mornings) office.closed.insert(local_days{2026y / March / 17});
  office.policy.version = version;
  office.policy.calendar = Calendar(Zone("Paris", paris_offset), Holidays::none, office.closed);
  WeeklyHours telephone;
  for (std::size_t day = 0; day < 5; ++day)
    telephone.days[day] = {{static_cast<int>(office.opens.count()), static_cast<int>(office.closes.count())}};
  office.policy.hours["telephone"] = telephone;
  office.policy.target_hours = "telephone";
  office.policy.targets = {parse_delay("4 hours"), parse_delay("1 working day"),
                           parse_delay("10 working days, end of day"), parse_delay("60 days, end of day")};
  office.policy.check_within = parse_delay("5 working days, end of day");
  office.policy.answers = {parse_delay("1 working day"),
                           mornings ? std::nullopt : parse_delay("3 working days, end of day"),
                           parse_delay("2 working days, end of day")};
  office.terms = {"4 working hours", "1 working day", "8 working days", "3 working days, end of day"};
  return office;
}

const std::array<Office, 4>& offices() {
  static const std::array all{around_the_clock("strict", false), around_the_clock("generous", true),
                              in_paris("whole days", false), in_paris("mornings", true)};
  return all;
}

const Policy* policy_of(const std::string& version) {
  for (const Office& office : offices())
    if (office.policy.version == version) return &office.policy;
  return nullptr;
}

// ---- people

const std::array people{
    reception,
    manager,
    caretaker,
    technician,
    other_technician,
    Actor{"garrigue", "GAR", "garrigue", "garrigue"},
    Actor{"picard", "GAR", "picard", "picard"},
    Actor{"rochas", "ROC", "rochas", "rochas"},
    Actor{"astruc", "", "kouali", "ouali"},                  // the technician in the manager's name
    Actor{"lemercier", "GARDIENS", "garrigue", "garrigue"},  // the firm in the caretaker's name
    Actor{"ouali", "REGIE", "bastruc", "astruc"},            // the manager for the technician
    Actor{"batch", "", "root", ""},
};
const std::array<std::string, 4> providers{"REGIE", "GAR", "ROC", "GARDIENS"};

// ---- the model

struct Wait {
  Instant from;
  std::optional<Instant> to;
};

struct Owed {
  ClockKind kind;
  Instant started;
  std::optional<Delay> delay;
  Instant date;  ///< without any wait
  const Office* office;
  std::string provider = {};
  bool rework = false;
  std::vector<Wait> holds = {}, visits = {};
  std::optional<Instant> ended = {};
  std::optional<ClockOutcome> outcome = {};  ///< when it did not simply end

  bool visit_pending(Instant at) const { return !visits.empty() && (!visits.back().to || *visits.back().to > at); }
  bool held() const { return !holds.empty() && !holds.back().to; }

  /// Holds and failed visits in order, what overlaps taken as one; what goes on has no end.
  std::vector<Wait> waits() const {
    std::vector<Wait> all = holds;
    all.insert(all.end(), visits.begin(), visits.end());
    if (ended)
      for (Wait& wait : all) wait.to = std::min(wait.to.value_or(*ended), *ended);
    std::erase_if(all, [](const Wait& wait) { return wait.to && *wait.to <= wait.from; });
    std::ranges::sort(all, {}, &Wait::from);
    std::vector<Wait> merged;
    for (const Wait& wait : all) {
      if (kind == ClockKind::promise && !merged.empty() && (!merged.back().to || *merged.back().to > wait.from)) {
        if (merged.back().to)
          merged.back().to = wait.to ? std::optional(std::max(*wait.to, *merged.back().to)) : wait.to;
      } else {
        merged.push_back(wait);
      }
    }
    return merged;
  }

  /// nullopt while it stands still; with `only_over`, the date without the wait that goes on.
  std::optional<Instant> due(bool only_over = false) const {
    Instant when = date;
    seconds sum{0};
    for (const Wait& wait : waits()) {
      if (wait.from >= when) break;
      if (!wait.to && only_over) break;
      if (!wait.to) return std::nullopt;
      sum += waited(*office, delay, wait.from, *wait.to);
      when = later(*office, delay, date, sum);
      if (when < *wait.to && counts(delay))
        for (when = *wait.to; !office->open(when);) when += quarter;
    }
    return when;
  }
};

struct Step {
  Act act;
  const Office* office;
};

struct Model {
  std::int64_t entries = 0;
  Instant last{};
  State state = State::open, held_from = State::open;
  std::string provider;
  bool accepted = false;
  std::optional<Instant> visit_from, visit_to;
  std::string visit_by;
  Urgency urgency = Urgency::normal;
  std::string text;
  ClockSet held = 0;
  bool nobody_home = false;
  std::string doer, reporter, doer_provider;
  bool check_required = false;
  std::optional<Instant> done_at, closed_at;
  std::int64_t reopened = 0, missed = 0, reworks = 0, no_access = 0, reschedules = 0;
  std::vector<Owed> owed;

  ClockSet stopped() const { return held | (nobody_home ? only(ClockKind::promise) : 0); }

  Owed* running(ClockKind kind) {
    for (Owed& one : owed)
      if (one.kind == kind && !one.ended) return &one;
    return nullptr;
  }
  /// The last of that kind, over or not; nullptr when there was none.
  const Owed* last_of(ClockKind kind) const {
    const Owed* found = nullptr;
    for (const Owed& one : owed)
      if (one.kind == kind) found = &one;
    return found;
  }
  void end(ClockKind kind, Instant at, std::optional<ClockOutcome> outcome = {}) {
    if (Owed* one = running(kind)) {
      one->ended = at;
      one->outcome = outcome;
    }
  }
  void owe(ClockKind kind, Instant at, const std::optional<Delay>& delay, const Office& office) {
    const Owed* before = running(kind);
    const bool over = before != nullptr && before->due() && *before->due() < at;
    end(kind, at, over ? std::nullopt : std::optional(ClockOutcome::replaced));
    if (delay) owed.push_back({kind, at, delay, office.policy.deadline(*delay, at), &office});
  }
  /// Only when that is sooner than what the tenant waits for already.
  void answer_by(Instant at, const std::optional<Delay>& delay, const Office& office) {
    const Owed* before = running(ClockKind::answer);
    if (!delay) return;
    if (before != nullptr && before->due() && *before->due() <= office.policy.deadline(*delay, at)) return;
    owe(ClockKind::answer, at, delay, office);
  }
  void order(const std::string& to, std::optional<Instant> date, const std::string& terms, Instant at,
             const Office& office, bool rework) {
    end(ClockKind::promise, at, ClockOutcome::withdrawn);
    promised = date.has_value();
    if (date) owed.push_back({ClockKind::promise, at, parse_delay(terms), *date, &office, to, rework});
  }
  std::optional<Instant> told_at, held_at;  ///< the last time
  bool promised = false, targeted = false;  ///< is there a date on the row?

  std::optional<Instant> row_target() const { return targeted ? last_of(ClockKind::target)->due(true) : std::nullopt; }
  std::optional<Instant> row_promise() const {
    return promised ? last_of(ClockKind::promise)->due(true) : std::nullopt;
  }

  // -- may it be?

  bool may(Action action) const {
    const auto in = [this](std::initializer_list<State> states) {
      return std::ranges::find(states, state) != states.end();
    };
    switch (action) {
      case Action::open: return entries == 0;
      case Action::assign: return in({State::open, State::assigned, State::scheduled});
      case Action::accept:
      case Action::decline: return state == State::assigned;
      case Action::schedule:
      case Action::hold:
      case Action::done: return in({State::assigned, State::scheduled});
      case Action::no_access: return state == State::scheduled;
      case Action::resume: return state == State::on_hold;
      case Action::verify: return state == State::done;
      case Action::close: return in({State::verified, State::open}) || (state == State::done && !check_required);
      case Action::reopen: return in({State::closed, State::verified});
      case Action::cancel: return !in({State::closed, State::cancelled});
      case Action::note:
      case Action::edit: return true;
    }
    return false;
  }

  bool refuses(const Step& step, const Request& row) const {
    const Act& act = step.act;
    if (act.at > act.entered_at || (entries > 0 && act.at < last) || !may(action_of(act.deed))) return true;
    if (const auto* assign = std::get_if<Assign>(&act.deed)) {
      const bool sooner = assign->to.promised_at && row.promised_at && *assign->to.promised_at < *row.promised_at;
      return !provider.empty() && assign->to.provider == provider && !sooner;
    }
    if (std::holds_alternative<Accept>(act.deed)) return accepted;
    if (const auto* schedule = std::get_if<Schedule>(&act.deed))
      return schedule->to <= schedule->from || (schedule->from == visit_from && schedule->to == visit_to &&
                                                (schedule->by.empty() || schedule->by == visit_by));
    if (const auto* verify = std::get_if<Verify>(&act.deed)) {
      if (verify->tacit) return false;
      for (const std::string& name : {act.actor.who, act.actor.typed_by_person})
        if (!name.empty() && (name == doer || name == reporter)) return true;
      return !act.actor.provider.empty() && (act.actor.provider == doer_provider || act.actor.provider == provider);
    }
    if (const auto* cancel = std::get_if<Cancel>(&act.deed)) return cancel->duplicate_of == 1;
    if (const auto* edit = std::get_if<Edit>(&act.deed)) {
      const auto& [field, value] = edit->changes.front();
      const std::string name = field->name;
      if (name == "urgency") return value == Scalar{static_cast<std::int64_t>(urgency)};
      return name != "text" || value == Scalar{text};
    }
    return false;
  }

  // -- what it does

  void forget_order() {
    provider.clear();
    accepted = nobody_home = promised = false;
    held = 0;
    visit_from.reset();
    visit_to.reset();
    visit_by.clear();
  }
  void forget_work() {
    doer.clear();
    reporter.clear();
    doer_provider.clear();
    check_required = false;
    done_at.reset();
  }
  /// Told twice at the same second is told once.
  void told(const Step& step) {
    if (std::exchange(told_at, step.act.at) == step.act.at) return;
    const bool only_closing_left = state == State::verified || (state == State::done && !check_required);
    if (only_closing_left) return;
    end(ClockKind::answer, step.act.at);
    if (unfinished(state)) owe(ClockKind::answer, step.act.at, step.office->policy.answers.again, *step.office);
  }
  void give(const Assignment& to, const Step& step) {
    forget_order();
    provider = to.provider;
    state = provider.empty() ? State::open : State::assigned;
    order(provider, provider.empty() ? std::nullopt : to.promised_at, to.promise_terms, step.act.at, *step.office,
          false);
  }
  void owe_target(const Step& step, std::optional<Instant> given = {}) {
    const auto& delay = step.office->policy.targets[static_cast<std::size_t>(urgency) - 1];
    targeted = given || delay;
    if (given) owed.push_back({ClockKind::target, step.act.at, {}, *given, step.office});
    else owe(ClockKind::target, step.act.at, delay, *step.office);
  }

  void happen(const Step& step) {
    const Act& act = step.act;
    const Policy& policy = step.office->policy;
    const Instant at = act.at;
    ++entries;
    last = at;
    Owed* const promise = running(ClockKind::promise);
    Owed* const target = running(ClockKind::target);
    switch (action_of(act.deed)) {
      case Action::open: {
        const auto& open = std::get<Open>(act.deed);
        urgency = open.draft.urgency;
        text = open.draft.text;
        opened = at;
        owe_target(step, open.draft.target_at);
        give(open.routed, step);
        owe(ClockKind::answer, at, policy.answers.first, *step.office);
        break;
      }
      case Action::assign: give(std::get<Assign>(act.deed).to, step); break;
      case Action::accept: accepted = true; break;
      case Action::decline:
        end(ClockKind::promise, at, ClockOutcome::withdrawn);
        forget_order();
        state = State::open;
        break;
      case Action::schedule: {
        const auto& schedule = std::get<Schedule>(act.deed);
        const bool another_time = schedule.from != visit_from || schedule.to != visit_to;
        if (state == State::scheduled && another_time) ++reschedules;
        state = State::scheduled;
        visit_from = schedule.from;
        visit_to = schedule.to;
        if (!schedule.by.empty()) visit_by = schedule.by;
        nobody_home = false;
        if (promise != nullptr && promise->visit_pending(at)) {
          const Instant begins = std::max(at, schedule.to);
          promise->visits.back().to = std::min(promise->visits.back().to.value_or(begins), begins);
        }
        if (another_time) told(step);
        break;
      }
      case Action::no_access:
        state = State::assigned;
        ++no_access;
        visit_from.reset();
        visit_to.reset();
        nobody_home = true;
        if (promise != nullptr) {
          if (promise->visit_pending(at)) promise->visits.back().to = at;
          promise->visits.push_back({at, std::nullopt});
        }
        break;
      case Action::hold:
        held_from = state;
        held_at = at;
        state = State::on_hold;
        held = policy.stopped_by[static_cast<std::size_t>(std::get<Hold>(act.deed).party) - 1];
        if (has(held, ClockKind::target)) holds.push_back({at, std::nullopt});
        if (target != nullptr && has(held, ClockKind::target)) target->holds.push_back({at, std::nullopt});
        if (promise != nullptr && has(held, ClockKind::promise)) promise->holds.push_back({at, std::nullopt});
        break;
      case Action::resume:
        state = held_from;
        held = 0;
        if (!holds.empty() && !holds.back().to) holds.back().to = at;
        for (Owed* one : {target, promise})
          if (one != nullptr && one->held()) one->holds.back().to = at;
        break;
      case Action::done: {
        const auto& done = std::get<Done>(act.deed);
        state = State::done;
        doer = done.by;
        doer_provider = done.provider;
        reporter = act.actor.who;
        check_required = done.check_required;
        done_at = at;
        nobody_home = false;
        end(ClockKind::target, at);
        end(ClockKind::promise, at);
        if (check_required) owe(ClockKind::verification, at, policy.check_within, *step.office);
        else answer_by(at, policy.answers.last, *step.office);
        break;
      }
      case Action::verify: {
        const auto& verify = std::get<Verify>(act.deed);
        end(ClockKind::verification, at);
        if (verify.pass) {
          state = State::verified;
          answer_by(at, policy.answers.last, *step.office);
          break;
        }
        state = State::assigned;
        ++reworks;
        forget_work();
        accepted = false;
        visit_from.reset();
        visit_to.reset();
        if (targeted)
          for (Owed& one : owed)
            if (&one == last_of(ClockKind::target)) one.ended.reset();
        order(provider, verify.rework_due, verify.rework_terms, at, *step.office, true);
        answer_by(at, policy.answers.first, *step.office);
        break;
      }
      case Action::close:
        state = State::closed;
        closed_at = at;
        end(ClockKind::target, at);
        end(ClockKind::answer, at);
        told(step);
        break;
      case Action::reopen: {
        if (const auto due = row_target(); due && done_at.value_or(closed_at.value_or(at)) > *due) ++missed;
        ++reopened;
        forget_order();
        forget_work();
        closed_at.reset();
        state = State::open;
        opened = at;
        holds.clear();
        owe_target(step);
        owe(ClockKind::answer, at, policy.answers.first, *step.office);
        break;
      }
      case Action::cancel:
        state = State::cancelled;
        held = 0;
        nobody_home = false;
        for (const auto& kind : codes<ClockKind>()) end(kind.value, at, ClockOutcome::withdrawn);
        break;
      case Action::note:
        if (std::get<Note>(act.deed).told_how) told(step);
        break;
      case Action::edit: {
        const auto& [field, value] = std::get<Edit>(act.deed).changes.front();
        if (std::string_view(field->name) == "text") {
          text = std::get<std::string>(value);
          break;
        }
        urgency = static_cast<Urgency>(std::get<std::int64_t>(value));
        if (state >= State::done) break;
        // Owed from the beginning of the clock, with the waits that there were.
        end(ClockKind::target, at, ClockOutcome::replaced);
        const auto& delay = policy.targets[static_cast<std::size_t>(urgency) - 1];
        targeted = delay.has_value();
        if (delay)
          owed.push_back(
              {ClockKind::target, opened, delay, policy.deadline(*delay, opened), step.office, {}, false, holds});
        break;
      }
    }
  }

  Instant opened{};         ///< or reopened
  std::vector<Wait> holds;  ///< since then, those that stop the target, be it owed or not
};

// ---- one life in both

std::string shown(std::optional<Instant> instant) { return instant ? text::minute(*instant, Zone()) : "none"; }

struct Both {
  Model model;
  Request row;
  std::vector<Event> journal;

  static bool verified_own_work(const std::vector<Event>& journal) {
    std::string doer, reporter, provider;
    bool own = false;
    for (const Event& event : journal) {
      for (const auto& [field, value] : event.changes) {
        const auto* written = std::get_if<std::string>(&value);
        const std::string_view name = field->name;
        if (name == "done_by") doer = written == nullptr ? "" : *written;
        if (name == "done_provider") provider = written == nullptr ? "" : *written;
      }
      if (event.action == Action::done) reporter = event.who;
      if (event.action != Action::verify) continue;
      for (const auto& [field, value] : event.changes)
        if (std::string_view(field->name) == "verified_by") {
          const auto* who = std::get_if<std::string>(&value);
          if (who == nullptr) continue;
          own = own || *who == doer || *who == reporter;
          for (const Actor& person : people)
            if (person.who == *who && !person.provider.empty() && person.provider == provider) own = true;
        }
    }
    return own;
  }

  static ClockOutcome outcome_of(const Owed& one, std::optional<Instant> due, Instant now) {
    if (one.outcome) return *one.outcome;
    if (one.ended) return *one.ended <= *due ? ClockOutcome::kept : ClockOutcome::missed;
    return !due ? ClockOutcome::stopped : *due < now ? ClockOutcome::late : ClockOutcome::running;
  }

  /// What there is to say of a clock.
  struct Line {
    Instant started, date;
    std::optional<Instant> due, ended;
    ClockOutcome outcome;
    std::string_view provider, policy;
    bool rework;
    bool operator==(const Line&) const = default;
  };
  static std::string told(const std::vector<Line>& lines) {
    std::string text;
    for (const Line& line : lines)
      text += "  " + shown(line.started) + " for " + shown(line.date) + " due " + shown(line.due) + " ended " +
              shown(line.ended) + ' ' + std::string(code(line.outcome)) + ' ' + std::string(line.provider) +
              (line.rework ? " rework" : "") + " [" + std::string(line.policy) + "]\n";
    return text;
  }

  /// Every clock that ever ran, in both.
  std::string clocks_disagree(const std::vector<Clock>& listed, Instant now) const {
    for (const auto& kind : codes<ClockKind>()) {
      const bool dated = kind.value <= ClockKind::promise;  // the others never wait: no policy moves them
      std::vector<Line> mine, theirs;
      for (const Owed& one : model.owed) {
        if (one.kind != kind.value) continue;
        const auto due = one.due();
        mine.push_back({one.started, one.date, due, one.ended, outcome_of(one, due, now), one.provider,
                        dated ? std::string_view(one.office->policy.version) : "", one.rework});
      }
      for (const Clock& clock : listed)
        if (clock.kind == kind.value)
          theirs.push_back({clock.started, clock.promised, clock.due, clock.ended, clock.outcome, clock.provider,
                            dated ? std::string_view(clock.policy) : "", clock.rework});
      if (mine != theirs) return std::string(kind.code) + " clocks:\n" + told(theirs) + "and not\n" + told(mine);
    }
    return {};
  }

  static std::string fault_in(const Clock& clock, Instant now) {
    for (std::size_t n = 0; n < clock.pauses.size(); ++n) {
      const Pause& pause = clock.pauses[n];
      if (pause.to && *pause.to <= pause.from) return "an empty pause";
      if (pause.from < clock.started) return "a pause before the beginning";
      if (n > 0 && (!clock.pauses[n - 1].to || *clock.pauses[n - 1].to > pause.from)) return "pauses overlap";
    }
    const Policy& policy = *policy_of(clock.policy);
    const auto stretches = account(clock, policy, now);
    Instant end = clock.due.value_or(now);
    if (clock.ended) end = std::min(end, *clock.ended);
    Instant at = clock.started;
    seconds sum{0};
    for (std::size_t n = 0; n < stretches.size(); ++n) {
      const Stretch& one = stretches[n];
      if (one.from != at || one.to <= one.from) return "a gap in the account";
      if (n > 0 && one.why == stretches[n - 1].why && one.party == stretches[n - 1].party &&
          one.reason == stretches[n - 1].reason)
        return "neighbours alike in the account";
      if ((one.why == Why::waiting) != one.party.has_value()) return "a wait for nobody";
      at = one.to;
      sum += one.counted();
    }
    if (at != std::max(clock.started, end)) return "the account does not end at " + shown(end);
    const bool whole = clock.due && end == *clock.due && clock.delay && !clock.delay->end_of_day;
    if (whole && (clock.delay->unit == Delay::Unit::working_hours || clock.delay->unit == Delay::Unit::hours) &&
        sum != std::chrono::hours{clock.delay->count})
      return "the account does not add up to the delay";
    return {};
  }

  std::string disagreement(Instant now) const {
    if (!(replay(1, journal) == row)) return "the journal does not replay to the row";
    for (std::size_t n = 0; n < journal.size(); ++n) {
      if (journal[n].sequence != static_cast<std::int64_t>(n + 1)) return "a hole in the journal";
      if (n > 0 && journal[n].at < journal[n - 1].at) return "the journal goes back in time";
    }
    if (row.state != model.state)
      return "state: " + std::string(code(row.state)) + ", not " + std::string(code(model.state));
    if (row.held_from.has_value() != (row.state == State::on_hold)) return "held_from";
    if (row.provider != model.provider) return "provider";
    if (row.reopened != model.reopened || row.reworks != model.reworks || row.no_access != model.no_access ||
        row.reschedules != model.reschedules)
      return "counts";
    if (row.targets_missed != model.missed)
      return "targets_missed: " + std::to_string(row.targets_missed) + ", not " + std::to_string(model.missed);
    if (journal.back().action == Action::verify && verified_own_work(journal)) return "somebody verified own work";
    if (((row.stopped & 15) != model.stopped()))
      return "stopped: " + std::to_string(row.stopped & 15) + ", not " + std::to_string(model.stopped());

    const std::vector<Clock> listed = clocks(journal, policy_of, now);
    if (std::string why = clocks_disagree(listed, now); !why.empty()) return why;
    for (const Clock& clock : listed)
      if (std::string fault = fault_in(clock, now); !fault.empty())
        return fault + " of the " + std::string(code(clock.kind));

    if (row.state == State::cancelled) return {};
    const auto differs = [](const char* name, std::optional<Instant> is, std::optional<Instant> expected) {
      return is == expected ? std::string() : std::string(name) + ": " + shown(is) + ", not " + shown(expected);
    };
    if (auto why = differs("target_at", row.target_at, model.row_target()); !why.empty()) return why;
    if (!two_waits())
      if (auto why = differs("promised_at", row.promised_at, model.row_promise()); !why.empty()) return why;
    std::optional<Instant> next;
    bool late_and_stopped = false;
    for (const auto& [kind, date] :
         {std::pair(ClockKind::target, row.target_at), std::pair(ClockKind::promise, row.promised_at)}) {
      if (date && !has(model.stopped(), kind)) next = next ? std::min(*next, *date) : *date;
      const Owed* one = model.last_of(kind);
      if (date && has(model.stopped(), kind) && one != nullptr && !one->ended && one->due()) late_and_stopped = true;
    }
    if (!late_and_stopped)
      if (auto why = differs("due_at", row.due_at, next); !why.empty()) return why;
    for (const auto& [kind, name, date] : {std::tuple(ClockKind::target, "target_at", row.target_at),
                                           std::tuple(ClockKind::promise, "promised_at", row.promised_at),
                                           std::tuple(ClockKind::verification, "check_due_at", row.check_due_at),
                                           std::tuple(ClockKind::answer, "answer_due_at", row.answer_due_at)}) {
      const Owed* one = model.last_of(kind);
      const bool runs = one != nullptr && !one->ended;
      if (kind > ClockKind::promise && runs != date.has_value()) return std::string(name) + " is " + shown(date);
      if (runs && one->due() && date != one->due())
        return std::string(name) + " is " + shown(date) + " and the clock is due " + shown(one->due());
    }
    return {};
  }

  /// During the wait for the next appointment it was put on hold, or another visit failed: the promise stands still
  /// twice, and only the date after both is worth something.
  bool two_waits() const {
    const Owed* one = model.last_of(ClockKind::promise);
    if (!model.promised || one == nullptr || one->ended || !has(model.stopped(), ClockKind::promise)) return false;
    if (one->visits.empty()) return false;
    const Wait& last = one->visits.back();
    const bool failed_early = one->visits.size() > 1 && one->visits[one->visits.size() - 2].to == last.from;
    return failed_early || (model.held_at && *model.held_at >= last.from && (!last.to || *last.to > *model.held_at));
  }

  /// What the two disagree about; "" = nothing.
  std::string take(const Step& step) {
    const bool refuse = model.refuses(step, row);
    if (std::holds_alternative<Open>(step.act.deed) && model.entries > 0) return {};
    if (!std::holds_alternative<Open>(step.act.deed) && model.entries == 0) return {};
    Act act = step.act;
    act.policy = &step.office->policy;
    Decided decided = decide(row, act);
    if (std::holds_alternative<Refusal>(decided) != refuse)
      return refuse ? "accepted, and the model refuses" : "refused, and the model accepts";
    if (refuse) return {};
    if (const auto& change = std::get<Change>(decided); moves_dues(row, change.after, change.event.action)) {
      std::vector<Event> with_it = journal;
      with_it.push_back(change.event);
      act.dues = dues(with_it, policy_of);
      decided = decide(row, act);
    }
    row = std::get<Change>(decided).after;
    row.id = 1;
    journal.push_back(std::get<Change>(decided).event);
    model.happen(step);
    return disagreement(step.act.at + minutes{45});
  }
};

// ---- dice

std::string described(const Step& step) {
  const Act& act = step.act;
  std::string text = shown(act.at) + ' ' + act.actor.who +
                     (act.actor.typed_by_person == act.actor.who ? "" : " (" + act.actor.typed_by + ")") + " [" +
                     step.office->policy.version + "] " + std::string(code(action_of(act.deed)));
  if (act.at > act.entered_at) text += " in the future";
  const auto assignment = [](const Assignment& to) {
    return " to '" + to.provider + "' for " + shown(to.promised_at) + " (" + to.promise_terms + ")";
  };
  if (const auto* open = std::get_if<Open>(&act.deed))
    text += ' ' + std::string(code(open->draft.urgency)) + " given " + shown(open->draft.target_at) +
            assignment(open->routed);
  if (const auto* assign = std::get_if<Assign>(&act.deed)) text += assignment(assign->to);
  if (const auto* schedule = std::get_if<Schedule>(&act.deed))
    text += " from " + shown(schedule->from) + " to " + shown(schedule->to);
  if (const auto* hold = std::get_if<Hold>(&act.deed)) text += ' ' + std::string(code(hold->party));
  if (const auto* done = std::get_if<Done>(&act.deed))
    text += " by " + done->by + " of " + done->provider + (done->check_required ? " to be checked" : "");
  if (const auto* verify = std::get_if<Verify>(&act.deed))
    text += std::string(verify->pass ? " pass" : " fail") + (verify->tacit ? " tacit" : "") + " rework " +
            shown(verify->rework_due) + " (" + verify->rework_terms + ")";
  if (const auto* note = std::get_if<Note>(&act.deed)) text += note->told_how ? " told" : "";
  if (const auto* edit = std::get_if<Edit>(&act.deed)) {
    const auto& [field, value] = edit->changes.front();
    text += ' ' + std::string(field->name);
    if (const auto* number = std::get_if<std::int64_t>(&value)) text += ' ' + std::to_string(*number);
  }
  return text + '\n';
}

struct Player {
  Dice dice;
  bool chance(std::size_t in_a_hundred) { return roll(dice, 100) < in_a_hundred; }

  seconds gap(bool slow) {
    static const std::array short_ones{0, 15, 15, 30, 60, 90, 240, 600},
        long_ones{60, 480, 1440, 2880, 5760, 15, 7200, 10'080};
    return minutes{slow && chance(50) ? one_of(dice, long_ones) : one_of(dice, short_ones)};
  }

  std::pair<std::optional<Instant>, std::string> promise(const Office& office, Instant at) {
    if (chance(10)) return {std::nullopt, ""};
    const std::string terms = one_of(dice, office.terms);
    return {office.policy.deadline(*parse_delay(terms), at), terms};
  }
  Assignment assignment(const Office& office, Instant at) {
    if (chance(15)) return {};
    auto [date, terms] = promise(office, at);
    return {.provider = one_of(dice, providers), .promised_at = date, .promise_terms = terms};
  }

  Deed opening(const Office& office, Instant at) {
    Request draft = leaking_tap();
    draft.urgency = static_cast<Urgency>(1 + roll(dice, 4));
    draft.target_at.reset();
    if (chance(10)) draft.target_at = at + minutes{30} + gap(true);
    return Open{draft, chance(60) ? assignment(office, at) : Assignment{}};
  }

  Deed deed(Action action, const Model& model, const Office& office, Instant at) {
    switch (action) {
      case Action::assign: return Assign{assignment(office, at)};
      case Action::accept: return Accept{};
      case Action::decline: return Decline{};
      case Action::schedule: {
        if (model.visit_from && chance(10)) return Schedule{*model.visit_from, *model.visit_to, {}, {}, {}};
        const Instant from = chance(10) ? at - gap(false) : at + gap(true);
        return Schedule{from, from + minutes{chance(5) ? 0 : 120}, chance(20) ? "ouali" : "", {}, {}};
      }
      case Action::no_access: return NoAccess{};
      case Action::hold: return Hold{static_cast<Party>(1 + roll(dice, 6))};
      case Action::resume: return Resume{};
      case Action::done: {
        const Actor& doer = one_of(dice, people);
        if (chance(60)) return Done{model.provider, model.provider, "joint", 1250, chance(70)};
        return Done{doer.who, chance(80) ? doer.provider : model.provider, "joint", {}, chance(70)};
      }
      case Action::verify: {
        auto [date, terms] = promise(office, at);
        const bool pass = chance(50);
        if (pass && chance(10)) return Verify{.pass = true, .tacit = true};
        return Verify{.pass = pass, .rework_due = date, .rework_terms = terms};
      }
      case Action::close: return Close{"refait", {}};
      case Action::reopen: return Reopen{};
      case Action::cancel: return Cancel{CancelReason::duplicate, chance(20) ? 1 : 2};
      case Action::note: return chance(60) ? Note{.told_how = Channel::phone} : Note{};
      default:
        if (chance(80)) return Edit{{{find_field("urgency"), static_cast<std::int64_t>(1 + roll(dice, 4))}}};
        return Edit{{{find_field(chance(70) ? "text" : "provider"),
                      chance(50) ? Scalar{std::string("le robinet fuit")} : Scalar{std::string("GAR")}}}};
    }
  }

  Action action(const Model& model) {
    const auto any = [&] { return static_cast<Action>(2 + roll(dice, 14)); };
    Action wanted = any();
    // Mostly something that may be, and seldom the end of it all.
    for (int again = 0; again < 3 && !model.may(wanted); ++again) wanted = any();
    if ((wanted == Action::cancel || wanted == Action::decline) && chance(80)) wanted = any();
    return wanted;
  }

  Step step(const Model& model, const Office& office, bool slow) {
    Instant at = model.last + gap(slow);
    if (chance(4)) at = model.last - minutes{15};
    const Action wanted = action(model);
    Step step{.act = act_at(at, deed(wanted, model, office, at), one_of(dice, people), "parce que"), .office = &office};
    if (chance(10)) step.act.entered_at += gap(true);
    if (chance(4)) step.act.entered_at -= minutes{15};
    return step;
  }
};

std::string first_disagreement(const std::vector<Step>& steps) {
  Both life;
  for (const Step& step : steps)
    if (std::string why = life.take(step); !why.empty()) return why;
  return {};
}

/// Leaves out whatever is not needed for a disagreement.
std::vector<Step> shortest(std::vector<Step> steps) {
  for (std::size_t n = 0; n < steps.size();) {
    std::vector<Step> without = steps;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(n));
    if (first_disagreement(without).empty()) {
      ++n;
    } else {
      steps = std::move(without);
      n = 0;
    }
  }
  return steps;
}

}  // namespace

TEST_CASE("a hundred thousand steps of random lives agree with a model of them at every step") {
  Player player{Dice(20260302)};
  std::size_t steps = 0, accepted = 0;
  std::array<std::size_t, 15> happened{};
  while (steps < 100'000) {
    const bool slow = player.chance(7);  // opening hours: dear to count
    const auto office = [&] { return &offices()[(slow ? 2 : 0) + (player.chance(80) ? 0 : 1)]; };
    Both life;
    std::vector<Step> taken;
    const Instant begin = minute(0) + minutes{15} * static_cast<std::int64_t>(roll(player.dice, 96 * 90));
    const Office* now = office();
    const auto take = [&](const Step& step) {
      ++steps;
      taken.push_back(step);
      const std::string why = life.take(step);
      if (why.empty()) return true;
      const std::vector<Step> few = shortest(taken);
      std::string story;
      for (const Step& each : few) story += described(each);
      FAIL_CHECK(story, "=> ", first_disagreement(few));
      return false;
    };
    bool agreed = take({act_at(begin, player.opening(*now, begin), one_of(player.dice, people)), now});
    for (int n = 0; agreed && n < 24; ++n) {
      if (player.chance(4)) now = office();
      agreed = take(player.step(life.model, *now, slow));
    }
    accepted += life.journal.size();
    for (const Event& event : life.journal) ++happened[static_cast<std::size_t>(event.action) - 1];
    if (!agreed) return;
  }
  CHECK(accepted > steps / 4);
  for (const auto& row : codes<Action>()) {
    CAPTURE(std::string(row.code));
    CHECK(happened[static_cast<std::size_t>(row.value) - 1] > steps / 500);
  }
}
