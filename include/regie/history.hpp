// What figures are made of: each request as rounds (what the tenant was owed and got) and jobs (what a provider was
// given and did), flat and small, so that millions can be counted. All of it follows from rows and attempts, and so
// from the journal. A fact says when something was decided, not how things stand now: a count as of a past moment
// leaves out what was decided later, and gives the same figure for ever.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "regie/attempt.hpp"
#include "regie/request.hpp"

namespace regie {

/// Seconds since 1970 UTC, as histories keep moments.
using Moment = std::int64_t;
/// It did not happen, or not yet.
inline constexpr Moment no_moment = std::numeric_limits<Moment>::max();

constexpr Moment moment(Instant instant) { return instant.time_since_epoch().count(); }
constexpr Moment moment(const std::optional<Instant>& instant) { return instant ? moment(*instant) : no_moment; }
constexpr Instant instant(Moment moment) { return Instant{std::chrono::seconds{moment}}; }

/// A text by its number: equal texts have equal numbers. 0 is "".
using Name = std::uint32_t;

class NameTable {
 public:
  Name of(std::string_view text);
  /// nullopt when nothing is called so.
  std::optional<Name> find(std::string_view text) const;
  const std::string& operator[](Name name) const { return texts_[name]; }
  std::size_t size() const { return texts_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::vector<std::string> texts_{""};
  std::unordered_map<std::string, Name, Hash, std::equal_to<>> numbers_{{"", 0}};
};

/// From the reception, or a reopening, until the tenant was answered, or it was cancelled or reopened.
struct Round {
  RequestId request = 0;
  Name residence = 0, dwelling = 0, trade = 0, problem = 0;
  Urgency urgency = Urgency::normal;  ///< when its target was decided, or else the last; see Regrading
  Place place = Place::dwelling;
  Channel channel = Channel::desk;
  State state = State::open;   ///< as the row has it; before a reopening closed or verified
  std::uint8_t cancelled = 0;  ///< its CancelReason; 0 = it was not
  std::uint8_t rating = 0;     ///< 1 to 5; 0 = none
  bool certain = false, fragile = false, tenant_known = false, answered = false, part = false;
  bool again = false;  ///< begun by a reopening
  Moment begun = 0;
  Moment due = no_moment;       ///< what the tenant was owed, with the waits; no_moment: nothing, or it stands still
  Moment done = no_moment;      ///< the work that was good, or has not been looked at yet
  Moment accepted = no_moment;  ///< that work: by a check, or at once where none is asked for
  Moment over = no_moment;      ///< answered, cancelled, or reopened without an answer
  /// When it was decided that the target was kept: the work was done in time, and accepted; or the tenant was answered
  /// in time without any work.
  Moment kept_at = no_moment;
  /// When it was decided that it was missed: at the target, when nothing was done by then; when the check failed, for
  /// work that was done in time but was not good.
  Moment missed_at = no_moment;
  bool operator==(const Round&) const = default;
};

/// How a job ended. Numbers stand in packs.
enum class JobEnd : std::uint8_t { running = 0, done, declined, withdrawn, check_failed, cancelled };

/// One order to one provider, or the rework that a failed check asks of it under the same order.
struct Job {
  std::uint32_t round = 0;  ///< its place in the same History
  Name provider = 0;
  Name policy = 0;  ///< version under which it was promised: its calendar measures times
  JobEnd end = JobEnd::running;
  bool rework = false;    ///< after a failed check: no order of its own
  bool callback = false;  ///< an order that goes back to an earlier job
  bool out_of_contract = false;
  bool tacit = false;  ///< accepted because nobody looked
  bool check_required = false;
  bool in_time = true;  ///< done, if it is done, by what the tenant was owed then
  Moment ordered = 0;
  Moment accepted = no_moment;
  Moment came = no_moment;  ///< begin of the appointment at which somebody came first, nobody home or not; without any:
                            ///< done. Known only when it was reported: see came_known()
  Moment promised = no_moment;  ///< with the waits; no_moment: nothing, or it stands still
  Moment done = no_moment;
  Moment checked = no_moment;  ///< a check of that work, passed or failed; or tacit acceptance
  Moment ended = no_moment;    ///< declined, withdrawn, cancelled, or done, whatever a check said later
  Moment kept_at = no_moment,
         missed_at = no_moment;  ///< of the promise: done by then or not, whatever a check says later
  std::int64_t cost = -1;        ///< cents, of this work; -1 = not said
  std::int64_t amount = -1;      ///< cents, of the order until then: of the work that was not good, too
  bool operator==(const Job&) const = default;
};

/// A visit that found nobody.
struct FailedVisit {
  std::uint32_t round = 0;
  Name provider = 0;
  Moment at = 0;
  bool operator==(const FailedVisit&) const = default;
};

/// A round had another urgency until then.
struct Regrading {
  std::uint32_t round = 0;
  Urgency before = Urgency::normal;
  Moment at = 0;
  bool operator==(const Regrading&) const = default;
};

struct History {
  std::vector<Round> rounds;
  std::vector<Job> jobs;                   ///< in order of their rounds, and of time
  std::vector<FailedVisit> failed_visits;  ///< in order of their rounds, and of time
  std::vector<Regrading> regradings;       ///< the same; none after the target was decided

  void clear() {
    rounds.clear();
    jobs.clear();
    failed_visits.clear();
    regradings.clear();
  }
  bool operator==(const History&) const = default;
};

// What one could know of a round at a moment. Spans hold what belongs to it, in order.

/// Its urgency just before `moment`.
Urgency urgency_at(const Round& round, std::span<const Regrading> regradings, Moment moment);
/// Had a check found that work bad before `before`?
inline bool found_bad(const Job& job, Moment before) { return job.end == JobEnd::check_failed && job.checked < before; }
/// When the work was done that nobody had found bad before `before`; no_moment when none was done by then.
Moment work_done(std::span<const Job> jobs, Moment before);
/// When it was reported that somebody came: with the first visit that found nobody, or else with the work.
Moment came_known(const Job& job, std::span<const FailedVisit> failed_visits);

/// Adds what one request tells. `attempts` are its own, in order.
void add_history(const Request& request, std::span<const Attempt> attempts, NameTable& names, History& history);

}  // namespace regie
