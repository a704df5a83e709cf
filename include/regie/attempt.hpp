// What a request's row no longer tells. The row has the last order, the last appointment, the last work; whatever came
// before and led to nothing is kept as an attempt, so that figures need not read every journal: who declined, who found
// nobody, whose work was not good, which target was missed before a request was reopened.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "regie/request.hpp"

namespace regie {

struct Event;

/// An attempt to get the work done, as the row had it before the entry that ended it. Times are events' times.
struct Attempt {
  RequestId request = 0;
  std::int64_t sequence = 0;  ///< of the journal entry that ended it
  AttemptEnd how = AttemptEnd::declined;
  Instant at{};               ///< when that happened
  State state = State::open;  ///< until then
  Urgency urgency = Urgency::normal;
  std::optional<Instant> target_at;  ///< what the tenant was owed
  std::int64_t stopped = 0;          ///< clocks that stood still (a ClockSet)
  std::string policy;
  std::string provider;
  std::optional<Instant> assigned_at, accepted_at, promised_at;
  bool callback = false;         ///< the order went back to an earlier job
  bool out_of_contract = false;  ///< it was sent without a contract
  std::optional<Instant> visit_from;
  std::optional<Instant> done_at;
  std::optional<std::int64_t> cost;  ///< cents
  bool check_required = false;
  std::optional<Instant> verified_at;
  bool tacit = false;
  std::optional<Instant> closed_at;
  std::optional<std::int64_t> rating;
  std::optional<PenaltyState> penalty;

  bool operator==(const Attempt&) const = default;
};

/// The attempt that an entry ended; nullopt when it ended none. Looks at nothing else, so that the journal alone gives
/// the same attempts again.
std::optional<Attempt> attempt_ended(const Request& before, const Request& after, const Event& event);

/// All of a request's, in order of sequence.
std::vector<Attempt> attempts(std::span<const Event> journal);

}  // namespace regie
