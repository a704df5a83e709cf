// What a late order costs whoever has it. The terms are those of the contract (PenaltyTerms in landlord.hpp). Where a
// French public contract says nothing else, they are those of the general terms of 30 March 2021 that it names, as the
// legal department of the ministry sums them up (DAJ, fiche « Les pénalités »):
//   - works (CCAG-Travaux, art. 19): a 3000th of the order's amount a day; Saturdays, Sundays and holidays are not left
//     out (19.1.1); supplies and services (CCAG-FCS, art. 14): a 1000th of the value of the work that is late, all days
//     counted too
//   - 10 % of the order's amount at most
//   - nothing when all penalties of the contract come to no more than 1,000 euros (CCAG-Travaux, 19.2.1)
//   - before it is asked for, the firm is invited in writing to answer within fifteen days (CCAG-Travaux 19.2.4,
//     CCAG-FCS 14.1.1)
// Amounts are without VAT, and a penalty bears none. A lump sum for each day is of the contract itself.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "regie/calendar.hpp"
#include "regie/history.hpp"
#include "regie/landlord.hpp"

namespace regie {

/// A promise that was not kept.
struct Lateness {
  Moment promised = 0;
  Moment ended = 0;  ///< when the work was done or no longer owed; as long as it goes on, the second before one looks
  bool operator==(const Lateness&) const = default;
};

/// How late a job was, or is, as one could know at `as_of`; nullopt when it was not late by then.
std::optional<Lateness> lateness(const Job& job, Moment as_of);

/// The same of the order that a request has now: once for the order, and once for each rework under it. Empty when it
/// was never late. `attempts` are the request's own, in order.
std::vector<Lateness> lateness_of_order(const Request& request, std::span<const Attempt> attempts, Moment as_of);

/// Calendar days: the day of the promise is not counted, that on which it ended is. A promise for midnight is one for
/// the day that ends then.
std::int64_t late_days(Moment promised, Moment ended, const Zone& zone);

/// In cents.
struct Penalty {
  std::int64_t days = 0;
  std::int64_t gross = 0;     ///< for that many days, rounded half up
  std::int64_t capped = 0;    ///< what is left of it under the cap, which is rounded down: it may not be exceeded
  bool is_capped = false;     ///< less is left
  bool needs_amount = false;  ///< nobody has said what the order costs: without it the two above are not known
  bool operator==(const Penalty&) const = default;
};

/// `amount`: cents of the order, without VAT; -1 = not said. What no number can hold is the largest one.
Penalty penalty(const PenaltyTerms& terms, std::int64_t amount, std::int64_t days);

/// `total`: of all penalties under the contract, in cents. Is that so little that none is asked for?
bool is_exempt(const PenaltyTerms& terms, std::int64_t total);

}  // namespace regie
