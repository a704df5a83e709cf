// Penalties for lateness, every figure counted by hand.
#include "regie/penalty.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "acts.hpp"
#include "support/desk.hpp"

using namespace regie;
using namespace regie::test;

namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t not_said = -1;

/// 10 % at most, nothing up to 1,000 euros.
constexpr PenaltyTerms works{.numerator = 1, .denominator = 3'000, .cap = 1'000, .exempt_below = 100'000};
constexpr PenaltyTerms services{.numerator = 1, .denominator = 1'000, .cap = 1'000, .exempt_below = 100'000};
constexpr PenaltyTerms lifts{.per_day = 5'000};

std::int64_t days(const char* promised, const char* ended) {
  static const Zone paris = regie::test::zone();
  return late_days(moment(at(promised)), moment(at(ended)), paris);
}

}  // namespace

// ---- days

TEST_CASE("the day of the promise is not counted and the day of the work is") {
  const auto* const monday = "2026-03-09T17:30:00+01:00";
  CHECK(days(monday, "2026-03-09T17:30:00+01:00") == 0);
  CHECK(days(monday, "2026-03-09T18:00:00+01:00") == 0);
  CHECK(days(monday, "2026-03-09T23:59:59+01:00") == 0);
  CHECK(days(monday, "2026-03-10T00:00:00+01:00") == 1);
  CHECK(days(monday, "2026-03-10T08:00:00+01:00") == 1);
  CHECK(days(monday, "2026-03-10T23:59:59+01:00") == 1);
  CHECK(days(monday, "2026-03-11T00:00:00+01:00") == 2);
}

TEST_CASE("what was done in time is no day late") {
  CHECK(days("2026-03-09T17:30:00+01:00", "2026-03-09T09:00:00+01:00") == 0);
  CHECK(days("2026-03-09T17:30:00+01:00", "2026-02-01T09:00:00+01:00") == 0);
  CHECK(late_days(no_moment, moment(at("2026-03-09T09:00:00+01:00")), Zone()) == 0);
  CHECK(late_days(moment(at("2026-03-09T09:00:00+01:00")), no_moment, Zone()) == 0);
}

TEST_CASE("Saturdays and Sundays and holidays are days late like others") {
  CHECK(days("2026-03-06T17:30:00+01:00", "2026-03-09T08:00:00+01:00") == 3);    // Friday to Monday
  CHECK(days("2026-04-30T17:30:00+02:00", "2026-05-04T08:00:00+02:00") == 4);    // over the first of May
  CHECK(days("2025-12-31T12:00:00+01:00", "2027-01-01T12:00:00+01:00") == 366);  // a year and a day
  CHECK(days("2024-02-28T12:00:00+01:00", "2024-03-01T12:00:00+01:00") == 2);    // over 29 February
}

TEST_CASE("days late are those of the landlord's calendar when the clock is moved") {
  // 23 h 45 go by between the two, and a Sunday.
  CHECK(days("2026-03-28T23:30:00+01:00", "2026-03-30T00:15:00+02:00") == 2);
  // 48 h 15 go by between the two, and no whole Sunday.
  CHECK(days("2026-10-24T00:30:00+02:00", "2026-10-25T23:45:00+01:00") == 1);
  // The hour that comes twice is one night.
  CHECK(days("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00") == 0);
}

TEST_CASE("days late change at the landlord's midnight and not at that of Greenwich") {
  CHECK(days("2026-03-09T23:30:00+01:00", "2026-03-10T00:30:00+01:00") == 1);
  CHECK(days("2026-03-09T00:30:00+01:00", "2026-03-09T01:30:00+01:00") == 0);
}

TEST_CASE("a promise for midnight is one for the day that ends then") {
  CHECK(days("2026-03-10T00:00:00+01:00", "2026-03-10T00:00:00+01:00") == 0);
  CHECK(days("2026-03-10T00:00:00+01:00", "2026-03-10T08:00:00+01:00") == 1);
  CHECK(days("2026-03-10T00:00:01+01:00", "2026-03-10T08:00:00+01:00") == 0);
}

// ---- amounts

TEST_CASE("a fraction of the order for each day late") {
  CHECK(penalty(works, 120'000, 7) == Penalty{.days = 7, .gross = 280, .capped = 280});     // 1,200.00 x 7 / 3000
  CHECK(penalty(services, 120'000, 7) == Penalty{.days = 7, .gross = 840, .capped = 840});  // 1,200.00 x 7 / 1000
  CHECK(penalty(works, 45'000, 1) == Penalty{.days = 1, .gross = 15, .capped = 15});        // 450.00 / 3000
  CHECK(penalty({.numerator = 2, .denominator = 1'000}, 10'000, 3).gross == 60);            // 100.00 x 6 / 1000
}

TEST_CASE("cents are rounded half up and once for all days") {
  CHECK(penalty(works, 4'499, 1).gross == 1);                           // 1.4997
  CHECK(penalty(works, 4'500, 1).gross == 2);                           // 1.5
  CHECK(penalty(works, 4'500, 3).gross == 5);                           // 4.5, not three times 2
  CHECK(penalty(works, 1'499, 1).gross == 0);                           // 0.4997
  CHECK(penalty({.numerator = 1, .denominator = 7}, 3, 1).gross == 0);  // 0.43
  CHECK(penalty({.numerator = 1, .denominator = 7}, 4, 1).gross == 1);  // 0.57
}

TEST_CASE("a sum for each day late asks for no amount") {
  CHECK(penalty(lifts, not_said, 3) == Penalty{.days = 3, .gross = 15'000, .capped = 15'000});
  CHECK(penalty(lifts, 0, 3).capped == 15'000);
}

TEST_CASE("the cap is a share of the order") {
  // A 3000th a day is a tenth after 300 days.
  CHECK(penalty(works, 120'000, 300) == Penalty{.days = 300, .gross = 12'000, .capped = 12'000});
  CHECK(penalty(works, 120'000, 301) == Penalty{.days = 301, .gross = 12'040, .capped = 12'000, .is_capped = true});
  CHECK(penalty(services, 120'000, 101).capped == 12'000);
  CHECK(penalty({.per_day = 5'000, .cap = 1'000}, 100'000, 2) == Penalty{.days = 2, .gross = 10'000, .capped = 10'000});
  CHECK(penalty({.per_day = 5'000, .cap = 1'000}, 100'000, 3) ==
        Penalty{.days = 3, .gross = 15'000, .capped = 10'000, .is_capped = true});
  CHECK(penalty({.per_day = 5'000, .cap = 750}, 100'000, 3).capped == 7'500);        // 7.5 %
  CHECK(penalty({.per_day = 5'000, .cap = 10'000}, 100'000, 30).capped == 100'000);  // the whole order
}

TEST_CASE("the cap is not exceeded by half a cent") {
  CHECK(penalty(services, 9'999, 101) == Penalty{.days = 101, .gross = 1'010, .capped = 999, .is_capped = true});
  CHECK(penalty(services, 9'995, 100) == Penalty{.days = 100, .gross = 1'000, .capped = 999, .is_capped = true});
}

TEST_CASE("without a cap nothing is cut off") {
  CHECK(penalty({.numerator = 1, .denominator = 1'000}, 100'000, 2'000) ==
        Penalty{.days = 2'000, .gross = 200'000, .capped = 200'000});
}

TEST_CASE("an order without an amount is told where one is needed") {
  CHECK(penalty(works, not_said, 7) == Penalty{.days = 7, .needs_amount = true});
  // The sum is known, and that it may be too much.
  CHECK(penalty({.per_day = 5'000, .cap = 1'000}, not_said, 3) ==
        Penalty{.days = 3, .gross = 15'000, .capped = 15'000, .needs_amount = true});
  // That it costs nothing is an amount.
  CHECK(penalty(works, 0, 7) == Penalty{.days = 7});
}

TEST_CASE("no day late costs nothing whatever the amount") {
  for (const PenaltyTerms& terms : {works, services, lifts})
    for (const std::int64_t late : {std::int64_t{0}, std::int64_t{-3}}) {
      CHECK(penalty(terms, 120'000, late) == Penalty{});
      CHECK(penalty(terms, not_said, late) == Penalty{});
    }
}

TEST_CASE("what no number can hold is the largest one") {
  CHECK(penalty(works, largest, 1).gross == 3'074'457'345'618'259);  // 9,223,372,036,854,775,807 / 3000 = …258.6
  CHECK(penalty(works, largest, 3'001).gross == largest);
  CHECK(penalty(works, largest, largest).gross == largest);
  CHECK(penalty(works, largest, largest).capped == 922'337'203'685'477'580);  // a tenth, rounded down
  CHECK(penalty({.numerator = largest, .denominator = 1}, largest, largest).gross == largest);
  CHECK(penalty({.per_day = largest}, not_said, 1).gross == largest);
  CHECK(penalty({.per_day = largest}, not_said, 2).gross == largest);
  CHECK(penalty({.per_day = 2}, not_said, largest).gross == largest);
}

TEST_CASE("a firm is exempt as long as all its penalties do not exceed the limit") {
  CHECK(is_exempt(works, 0));
  CHECK(is_exempt(works, 99'999));
  CHECK(is_exempt(works, 100'000));
  CHECK(!is_exempt(works, 100'001));
  CHECK(!is_exempt(lifts, 1));
  CHECK(!is_exempt(lifts, 0));
}

// ---- which work is late

TEST_CASE("a job that kept its promise or had none is not late") {
  CHECK(!lateness(Job{}, 9'000));
  CHECK(!lateness(Job{.promised = 1'000, .done = 900, .ended = 900, .kept_at = 900}, 9'000));
}

TEST_CASE("a job is late from the moment after its promise and until it is done") {
  const Job running{.promised = 1'000, .missed_at = 1'000};
  CHECK(!lateness(running, 999));
  CHECK(!lateness(running, 1'000));
  CHECK(lateness(running, 1'002) == Lateness{1'000, 1'001});
  const Job done{.end = JobEnd::done, .promised = 1'000, .done = 5'000, .ended = 5'000, .missed_at = 1'000};
  CHECK(lateness(done, 3'000) == Lateness{1'000, 2'999});
  CHECK(lateness(done, 9'000) == Lateness{1'000, 5'000});
}

TEST_CASE("a job that was taken back or failed its check is late until its end") {
  const Job taken{.end = JobEnd::withdrawn, .promised = 1'000, .ended = 4'000, .missed_at = 1'000};
  CHECK(lateness(taken, 9'000) == Lateness{1'000, 4'000});
  const Job failed{.end = JobEnd::check_failed, .promised = 1'000, .done = 2'000, .ended = 8'000, .missed_at = 1'000};
  CHECK(lateness(failed, 9'000) == Lateness{1'000, 2'000});  // how long nobody looked at it is not the firm's fault
}

namespace {

/// An order of which the promise is over at minute 500.
struct Ordered : Life {
  Ordered() {
    (*this)(Open{leaking_tap(), {}});
    (*this)(to_provider("REGIE"));
  }
  void done_at(std::int64_t when) {
    minutes = when - 1;
    (*this)(work_done(), technician);
  }
  std::vector<Lateness> late(std::int64_t as_of) const {
    return lateness_of_order(request, attempts(journal), moment(minute(as_of)));
  }
};

Lateness between(std::int64_t promised, std::int64_t ended) {
  return {moment(minute(promised)), moment(minute(ended))};
}
/// Until the last second that counts.
Lateness still_late(std::int64_t promised, std::int64_t as_of) {
  return {moment(minute(promised)), moment(minute(as_of)) - 1};
}

}  // namespace

TEST_CASE("an order is late when its work was done after the promise") {
  Ordered order;
  CHECK(order.late(400).empty());
  CHECK(order.late(600) == std::vector{still_late(500, 600)});
  order.done_at(700);
  CHECK(order.late(9'000) == std::vector{between(500, 700)});
  Ordered in_time;
  in_time.done_at(450);
  CHECK(in_time.late(9'000).empty());
}

TEST_CASE("an order is late for itself and for its rework") {
  Ordered order;
  order.done_at(700);
  order(Verify{.pass = false, .rework_due = minute(900)}, caretaker, "still leaks");
  CHECK(order.late(800) == std::vector{between(500, 700)});
  CHECK(order.late(1'000) == std::vector{between(500, 700), still_late(900, 1'000)});
  order.done_at(1'200);
  CHECK(order.late(9'000) == std::vector{between(500, 700), between(900, 1'200)});
}

TEST_CASE("rework that is late counts where the work itself was in time") {
  Ordered order;
  order.done_at(400);
  order(Verify{.pass = false, .rework_due = minute(900)}, caretaker, "still leaks");
  order.done_at(1'200);
  CHECK(order.late(9'000) == std::vector{between(900, 1'200)});
}

TEST_CASE("an order that somebody else had before is not the present one") {
  Ordered order;
  order.minutes = 700;
  order(Assign{{.provider = "GAR", .rule = "", .triage = "", .promised_at = minute(2'000), .decision = ""}}, manager,
        "never came");
  CHECK(order.late(1'900).empty());
  CHECK(order.late(2'100) == std::vector{still_late(2'000, 2'100)});
  order(Decline{});
  CHECK(order.late(2'100).empty());  // nobody has one
}

TEST_CASE("an order is not late while its promise stands still") {
  Ordered order;
  order(Schedule{minute(60), minute(120)});
  order.minutes = 200;
  order(NoAccess{}, technician);
  CHECK(order.late(9'000).empty());
}

TEST_CASE("a request that was reopened has no order until it is given one") {
  Ordered order;
  order.done_at(700);
  order(Verify{}, caretaker);
  order(Close{"repaired", 5});
  CHECK(order.late(9'000) == std::vector{between(500, 700)});
  order(Reopen{}, manager, "leaks again");
  CHECK(order.late(9'000).empty());
}
