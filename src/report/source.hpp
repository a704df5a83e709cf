// Where reports take their history from: those of the requests that a query wants, and the landlord's words for them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "desk/policies.hpp"
#include "regie/history.hpp"
#include "regie/worked_time.hpp"
#include "report/query.hpp"

namespace regie::report {

class Source {
 public:
  /// Keeps references.
  Source(Settings& settings, Store& store, const Query& query, Progress progress = {});

  const Query& query() const { return query_; }
  const Landlord& landlord() const { return landlord_; }
  Settings& settings() { return settings_; }
  Store& store() { return store_; }
  const Zone& zone() const { return landlord_.policy.calendar.zone(); }
  /// The number of a text that stands in no fact yet, perhaps.
  Name name(std::string_view text) {
    const Name name = names_.of(text);
    know_names();
    return name;
  }
  const std::string& text(Name name) const { return names_[name]; }

  /// What one round is: the jobs and failed visits are its own.
  struct Told {
    const Round& round;
    std::span<const Job> jobs;
    std::span<const FailedVisit> failed_visits;
    Moment before;  ///< what happened from then on is not known
    bool wanted;    ///< by the query, whoever had it
    /// Who had it last; 0 = nobody.
    Name provider() const {
      for (auto job = jobs.rbegin(); job != jobs.rend(); ++job)
        if (job->ordered < before) return job->provider;
      return 0;
    }
  };
  /// Every round that was not over before `from` and had begun before `before`, in order of requests; also those that
  /// the query does not want. Its urgency is that of the query's moment; moments tell the rest: what they say of later
  /// is not known yet, nor what goes with it (a rating with `over`).
  template <typename F>
  void each_of_all(Moment from, Moment before, F&& tell) {
    const Moment until = moment(query_.as_of());
    store_.each_history(
        instant(from), instant(before), names_,
        [&](const History& history) {
          know_names();
          auto job = history.jobs.begin();
          auto visit = history.failed_visits.begin();
          auto regrading = history.regradings.begin();
          std::uint32_t number = 0;
          const auto own = [&number]<typename I>(I& at, I end) {
            const I first = at;
            while (at != end && at->round == number) ++at;
            return std::span(first, at);
          };
          for (const Round& round : history.rounds) {
            const std::span<const Job> jobs = own(job, history.jobs.end());
            const std::span<const FailedVisit> visits = own(visit, history.failed_visits.end());
            const std::span<const Regrading> regradings = own(regrading, history.regradings.end());
            ++number;
            if (round.begun >= before || round.over < from) continue;
            if (regradings.empty()) {
              tell(Told{round, jobs, visits, until, wants(round)});
            } else {
              Round known = round;
              known.urgency = urgency_at(round, regradings, until);
              tell(Told{known, jobs, visits, until, wants(known)});
            }
          }
        },
        progress_);
  }
  /// Those that the query wants. Whom they were with is not looked at: see wants_provider().
  template <typename F>
  void each(Moment from, Moment before, F&& tell) {
    each_of_all(from, before, [&](const Told& told) {
      if (told.wanted) tell(told);
    });
  }
  bool wants_provider(Name provider) const { return any_provider_ || wanted_provider_[provider] != 0; }
  bool any_provider() const { return any_provider_; }
  /// The same of a row.
  bool wants(const Request& request) const;

  bool is_technical(const Round& round) const { return round.trade != not_technical_; }
  Name agency_of(Name residence) const { return agencies_[residence]; }
  Name sector_of(Name residence) const { return sectors_[residence]; }

  /// Time as the landlord's clock counts it, under the policy that the job was promised under; for emergencies every
  /// hour counts.
  std::int64_t worked(const Round& round, const Job& job, Moment from, Moment to);
  /// Seconds of one day on that clock, as it is now.
  std::int64_t worked_day();

  /// The last second that counts: the one before the report's moment; of the present moment all that is there.
  Instant last_known() const;

  /// Requests as they were as of the query, but for what was corrected since, in the order of their numbers; those that
  /// did not exist yet are left out.
  std::vector<Request> as_of(const std::vector<RequestId>& ids);
  std::optional<Request> as_of(RequestId id);
  /// Everything that was not finished as of the query.
  std::vector<Request> unfinished();

 private:
  bool wants(const Round& round) const;
  std::optional<Request> as_of(Request&& row);
  void know_names();
  void know(Name name);

  Settings& settings_;
  Store& store_;
  const Query& query_;
  Progress progress_;
  const Landlord& landlord_;
  Policies policies_;
  NameTable names_;
  Name not_technical_;
  std::map<std::string, WorkedTime> worked_;
  std::vector<WorkedTime*> worked_of_;  ///< by name of the policy's version
  // By name, as far as they are known; 1 = wanted.
  std::vector<Name> agencies_, sectors_;
  std::vector<std::uint8_t> wanted_residence_, wanted_dwelling_, wanted_trade_, wanted_provider_;
  bool any_residence_, any_dwelling_, any_trade_, any_provider_;
  unsigned urgencies_, places_, channels_;  ///< a bit each
};

}  // namespace regie::report
