#include "regie/history.hpp"

#include <algorithm>

namespace regie {

Name NameTable::of(std::string_view text) {
  if (const auto known = numbers_.find(text); known != numbers_.end()) return known->second;
  const Name name = static_cast<Name>(texts_.size());
  texts_.emplace_back(text);
  numbers_.emplace(text, name);
  return name;
}

std::optional<Name> NameTable::find(std::string_view text) const {
  const auto known = numbers_.find(text);
  return known == numbers_.end() ? std::nullopt : std::optional(known->second);
}

namespace {

/// Follows one request from attempt to attempt.
class Telling {
 public:
  Telling(const Request& request, NameTable& names, History& history)
      : row_(request), names_(names), history_(history) {
    begin_round(moment(request.opened_at), false);
  }

  void tell(const Attempt& attempt) {
    if (!job_policy_ && attempt.assigned_at) job_policy_ = names_.of(attempt.policy);
    switch (attempt.how) {
      case AttemptEnd::declined: end_job(attempt, JobEnd::declined); break;
      case AttemptEnd::withdrawn: end_job(attempt, JobEnd::withdrawn); break;
      case AttemptEnd::nobody_home:
        history_.failed_visits.push_back({round_number(), names_.of(attempt.provider), moment(attempt.at)});
        if (came_ == no_moment) came_ = moment(attempt.visit_from.value_or(attempt.at));
        break;
      case AttemptEnd::check_failed: fail_check(attempt); break;
      case AttemptEnd::reopened: reopen(attempt); break;
      case AttemptEnd::regraded: regrade(attempt); break;
      case AttemptEnd::cancelled: stopped_when_cancelled_ = attempt.stopped; break;
      case AttemptEnd::repromised: break;
    }
  }

  /// What the row says comes last.
  void tell_row() {
    Round round = round_of_row();
    const ClockSet stopped = row_.stopped | stopped_when_cancelled_;
    round.urgency = row_.urgency;
    round.state = row_.state;
    round.cancelled = static_cast<std::uint8_t>(row_.cancel_reason.value_or(CancelReason{}));
    round.rating = static_cast<std::uint8_t>(row_.rating.value_or(0));
    round.answered = !row_.answer.empty();
    round.due = stands_still(stopped, ClockKind::target) ? no_moment : moment(row_.target_at);
    round.done = moment(row_.done_at);
    round.accepted = accepted(row_.done_at, row_.verified_at, row_.check_required);
    round.over = moment(row_.closed_at);
    decide_target(round);
    if (!row_.provider.empty() && row_.assigned_at) add_job_of_row(stopped);
    history_.rounds.push_back(round);
  }

 private:
  void add_job_of_row(ClockSet stopped) {
    Job job = begun_job(row_.provider, *row_.assigned_at);
    job.callback = row_.rework_of.has_value();
    job.out_of_contract = row_.out_of_contract;
    job.accepted = moment(row_.accepted_at);
    job.promised = stands_still(stopped, ClockKind::promise) ? no_moment : moment(row_.promised_at);
    job.done = moment(row_.done_at);
    job.check_required = row_.check_required;
    job.in_time = is_in_time(row_.done_at, row_.target_at);
    job.checked = moment(row_.verified_at);
    job.tacit = row_.tacit;
    set_cost(job, row_.cost);
    if (row_.done_at) finish(job, JobEnd::done, job.done, row_.visit_from);
    else if (row_.closed_at) finish(job, JobEnd::cancelled, moment(row_.closed_at), std::nullopt);
    else decide_promise(job);
    if (job.came == no_moment) job.came = came_;
    if (!job_policy_) job.policy = names_.of(row_.policy);
    history_.jobs.push_back(job);
  }

  std::uint32_t round_number() const { return static_cast<std::uint32_t>(history_.rounds.size()); }

  void begin_round(Moment at, bool again) {
    begun_ = at;
    again_ = again;
    not_before_ = failed_at_ = no_moment;
    decided_.reset();
    stopped_when_cancelled_ = 0;
    forget_job();
  }

  void forget_job() {
    came_ = no_moment;
    rework_from_ = no_moment;
    amount_ = -1;
    job_policy_.reset();
  }

  Round round_of_row() const {
    return {.request = row_.id,
            .residence = names_.of(row_.residence),
            .dwelling = names_.of(row_.dwelling),
            .trade = names_.of(row_.trade),
            .problem = names_.of(row_.problem),
            .place = row_.place,
            .channel = row_.channel,
            .certain = row_.certain,
            .fragile = !row_.tenant_flags.empty(),
            .tenant_known = !row_.tenant_name.empty() || !row_.tenant_phone.empty() || !row_.tenant_email.empty(),
            .part = row_.parent.has_value(),
            .again = again_,
            .begun = begun_};
  }

  static Moment accepted(const std::optional<Instant>& done, const std::optional<Instant>& verified,
                         bool check_required) {
    if (!done) return no_moment;
    return check_required ? moment(verified) : moment(*done);
  }

  static bool is_in_time(const std::optional<Instant>& done, const std::optional<Instant>& target) {
    return !done || !target || *done <= *target;
  }

  void decide_target(Round& round) const {
    if (decided_) {
      round.urgency = decided_->urgency;
      round.due = decided_->due;
      round.kept_at = decided_->kept_at;
      round.missed_at = decided_->missed_at;
      return;
    }
    if (round.due == no_moment) return;
    const bool was_cancelled = round.cancelled != 0;
    const Moment ended = round.done != no_moment || was_cancelled ? round.done : round.over;
    if (ended <= round.due) {
      round.kept_at = round.done == no_moment ? round.over : round.accepted;
      return;
    }
    if (was_cancelled && round.over < round.due) return;  // nothing is owed any more
    round.missed_at = round.due;
    for (const Moment later : {not_before_, failed_at_})
      if (later != no_moment) round.missed_at = std::max(round.missed_at, later);
  }

  Job begun_job(const std::string& provider, Instant ordered) const {
    return {.round = round_number(),
            .provider = names_.of(provider),
            .policy = job_policy_.value_or(Name{0}),
            .rework = rework_from_ != no_moment,
            .ordered = rework_from_ != no_moment ? rework_from_ : moment(ordered)};
  }

  void set_cost(Job& job, const std::optional<std::int64_t>& cost) const {
    job.cost = cost.value_or(-1);
    job.amount = cost ? std::max<std::int64_t>(0, amount_) + *cost : amount_;
  }

  static void decide_promise(Job& job) {
    if (job.promised == no_moment) return;
    if (job.done <= job.promised) job.kept_at = job.done;
    else if (job.ended >= job.promised) job.missed_at = job.promised;
  }

  void finish(Job& job, JobEnd end, Moment at, const std::optional<Instant>& visit) const {
    job.end = end;
    job.ended = at;
    job.came = came_;
    if (job.done != no_moment) {
      const Moment visited = visit && moment(*visit) <= job.done ? moment(*visit) : job.done;
      if (job.came == no_moment) job.came = visited;
    }
    decide_promise(job);
  }

  Job job_of(const Attempt& attempt) const {
    Job job = begun_job(attempt.provider, attempt.assigned_at.value_or(attempt.at));
    job.callback = attempt.callback;
    job.out_of_contract = attempt.out_of_contract;
    job.accepted = moment(attempt.accepted_at);
    job.promised = stands_still(attempt.stopped, ClockKind::promise) ? no_moment : moment(attempt.promised_at);
    job.done = moment(attempt.done_at);
    job.check_required = attempt.check_required;
    job.in_time = is_in_time(attempt.done_at, attempt.target_at);
    job.tacit = attempt.tacit;
    set_cost(job, attempt.cost);
    return job;
  }

  void end_job(const Attempt& attempt, JobEnd end) {
    Job job = job_of(attempt);
    finish(job, end, moment(attempt.at), attempt.visit_from);
    history_.jobs.push_back(job);
    forget_job();
  }

  /// The order goes on, as rework.
  void fail_check(const Attempt& attempt) {
    settle(attempt);
    if (attempt.target_at && attempt.done_at && *attempt.done_at <= *attempt.target_at) failed_at_ = moment(attempt.at);
    if (!attempt.provider.empty()) {
      Job job = job_of(attempt);
      job.checked = moment(attempt.at);
      const std::int64_t amount = job.amount;
      finish(job, JobEnd::check_failed, job.done, attempt.visit_from);
      history_.jobs.push_back(job);
      forget_job();
      amount_ = amount;
    }
    rework_from_ = moment(attempt.at);
  }

  void reopen(const Attempt& attempt) {
    Round round = round_of_row();
    round.urgency = attempt.urgency;
    round.state = attempt.state;
    round.rating = static_cast<std::uint8_t>(attempt.rating.value_or(0));
    round.answered = attempt.closed_at.has_value();
    round.due = moment(attempt.target_at);
    round.done = moment(attempt.done_at);
    round.accepted = accepted(attempt.done_at, attempt.verified_at, attempt.check_required);
    round.over = moment(attempt.closed_at.value_or(attempt.at));
    decide_target(round);
    if (!attempt.provider.empty() && attempt.assigned_at) {
      Job job = job_of(attempt);
      job.checked = moment(attempt.verified_at);
      finish(job, attempt.done_at ? JobEnd::done : JobEnd::cancelled, std::min(job.done, round.over),
             attempt.visit_from);
      history_.jobs.push_back(job);
    }
    history_.rounds.push_back(round);
    begin_round(moment(attempt.at), true);
  }

  /// What was decided before an entry stays, whatever the entry changes: who makes a missed target later by calling it
  /// less urgent has missed it all the same.
  void settle(const Attempt& attempt) {
    if (decided_) return;
    Round round;
    round.urgency = attempt.urgency;
    const ClockSet stopped = attempt.stopped | stopped_when_cancelled_;
    round.due = stands_still(stopped, ClockKind::target) ? no_moment : moment(attempt.target_at);
    round.done = moment(attempt.done_at);
    round.accepted = accepted(attempt.done_at, attempt.verified_at, attempt.check_required);
    round.over = moment(attempt.closed_at);
    if (attempt.state == State::cancelled) round.cancelled = static_cast<std::uint8_t>(CancelReason::withdrawn);
    decide_target(round);
    if (std::min(round.kept_at, round.missed_at) < moment(attempt.at)) decided_ = round;
  }

  void regrade(const Attempt& attempt) {
    settle(attempt);
    if (!decided_) history_.regradings.push_back({round_number(), attempt.urgency, moment(attempt.at)});
    not_before_ = moment(attempt.at);
  }

  const Request& row_;
  NameTable& names_;
  History& history_;
  Moment begun_ = 0;
  bool again_ = false;
  Moment not_before_ = no_moment;  ///< the target was changed then: it cannot have been missed before
  Moment failed_at_ = no_moment;   ///< a check of work that had been done in time
  std::optional<Round> decided_;   ///< before something changed what is owed, or what was done
  ClockSet stopped_when_cancelled_ = 0;
  Moment came_ = no_moment;
  Moment rework_from_ = no_moment;
  std::optional<Name> job_policy_;  ///< of the present order or rework, once an entry behind it has told
  std::int64_t amount_ = -1;        ///< cost of the order so far: of work that was not good
};

}  // namespace

Urgency urgency_at(const Round& round, std::span<const Regrading> regradings, Moment moment) {
  for (const Regrading& regrading : regradings)
    if (regrading.at >= moment) return regrading.before;
  return round.urgency;
}

Moment work_done(std::span<const Job> jobs, Moment before) {
  for (auto job = jobs.rbegin(); job != jobs.rend(); ++job)
    if (job->done < before && !found_bad(*job, before)) return job->done;
  return no_moment;
}

Moment came_known(const Job& job, std::span<const FailedVisit> failed_visits) {
  for (const FailedVisit& visit : failed_visits)
    if (visit.provider == job.provider && visit.at >= job.ordered && visit.at <= job.ended) return visit.at;
  return job.done;
}

void add_history(const Request& request, std::span<const Attempt> attempts, NameTable& names, History& history) {
  Telling telling(request, names, history);
  for (const Attempt& attempt : attempts) telling.tell(attempt);
  telling.tell_row();
}

}  // namespace regie
