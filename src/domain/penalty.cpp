#include "regie/penalty.hpp"

#include <algorithm>
#include <limits>

namespace regie {

namespace {

__extension__ typedef __int128 Wide;

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

std::int64_t product(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  return __builtin_mul_overflow(a, b, &result) ? largest : result;
}

enum class Rounding { half_up, down };

/// amount * times * numerator / denominator, none of them negative.
std::int64_t part(std::int64_t amount, std::int64_t numerator, std::int64_t denominator, std::int64_t times,
                  Rounding rounding) {
  if (denominator <= 0) return 0;
  Wide whole = static_cast<Wide>(amount) * numerator;
  if (__builtin_mul_overflow(whole, static_cast<Wide>(times), &whole)) return largest;
  Wide result = whole / denominator;
  const Wide rest = whole % denominator;
  if (rounding == Rounding::half_up && rest >= denominator - rest) ++result;
  return result > largest ? largest : static_cast<std::int64_t>(result);
}

LocalDay day_of(Moment moment, const Zone& zone) {
  return std::chrono::floor<std::chrono::days>(zone.local(instant(moment)));
}

}  // namespace

std::optional<Lateness> lateness(const Job& job, Moment as_of) {
  if (job.missed_at >= as_of) return std::nullopt;
  return Lateness{.promised = job.promised, .ended = std::min({job.done, job.ended, as_of - 1})};
}

std::vector<Lateness> lateness_of_order(const Request& request, std::span<const Attempt> attempts, Moment as_of) {
  if (request.provider.empty() || !request.assigned_at) return {};
  NameTable names;
  History history;
  add_history(request, attempts, names, history);
  std::vector<Lateness> all;
  for (auto job = history.jobs.rbegin(); job != history.jobs.rend(); ++job) {
    if (const auto late = lateness(*job, as_of)) all.insert(all.begin(), *late);
    if (!job->rework) break;  // what was before is another order
  }
  return all;
}

std::int64_t late_days(Moment promised, Moment ended, const Zone& zone) {
  if (ended == no_moment || ended <= promised) return 0;
  const Moment last_second = promised - 1;  // of the time that was allowed
  return (day_of(ended, zone) - day_of(last_second, zone)).count();
}

Penalty penalty(const PenaltyTerms& terms, std::int64_t amount, std::int64_t days) {
  if (days <= 0) return {};
  Penalty owed{.days = days};
  const bool is_known = amount >= 0;
  owed.needs_amount = !is_known && (terms.numerator > 0 || terms.cap > 0);
  if (terms.numerator == 0) owed.gross = product(terms.per_day, days);
  else if (is_known) owed.gross = part(amount, terms.numerator, terms.denominator, days, Rounding::half_up);
  owed.capped = owed.gross;
  if (terms.cap > 0 && is_known) {
    const std::int64_t most = part(amount, terms.cap, PenaltyTerms::whole, 1, Rounding::down);
    owed.is_capped = owed.gross > most;
    owed.capped = std::min(owed.gross, most);
  }
  return owed;
}

bool is_exempt(const PenaltyTerms& terms, std::int64_t total) {
  return terms.exempt_below > 0 && total <= terms.exempt_below;
}

}  // namespace regie
