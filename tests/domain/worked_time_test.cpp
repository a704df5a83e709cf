// Opening hours between two moments, against the calendar that counts them one by one.
#include "regie/worked_time.hpp"

#include <doctest/doctest.h>

#include <random>

#include "domain/acts.hpp"

using namespace regie;
using namespace regie::test;

namespace {

/// Summer time in 2026 as in Paris.
std::chrono::seconds paris(Instant instant) {
  using namespace std::chrono;
  const bool summer =
      instant >= sys_days{2026y / March / 29} + hours{1} && instant < sys_days{2026y / October / 25} + hours{1};
  return hours{summer ? 2 : 1};
}

Policy office(bool nights) {
  Policy policy;
  policy.calendar = Calendar(Zone("Paris", paris), Holidays::france, {});
  WeeklyHours hours;
  for (std::size_t day = 0; day < 5; ++day) hours.days[day] = {{8 * 60 + 30, 12 * 60}, {13 * 60 + 30, 17 * 60 + 30}};
  if (nights) hours.days[5] = {{0, 24 * 60}};
  policy.hours["desk"] = hours;
  policy.target_hours = "desk";
  return policy;
}

}  // namespace

TEST_CASE("worked time is what the calendar counts whatever order it is asked in") {
  std::mt19937 dice(11);
  for (const bool nights : {false, true}) {
    const Policy policy = office(nights);
    WorkedTime worked(policy);
    for (int number = 0; number < 3000; ++number) {
      const Instant from = minute(static_cast<std::int64_t>(dice() % 500'000) - 100'000);
      const Instant to = from + std::chrono::seconds{dice() % 4'000'000};
      CHECK(worked.between(moment(from), moment(to)) ==
            policy.calendar.open_between(from, to, policy.hours_named("")).count());
    }
  }
}

TEST_CASE("nothing is worked backwards or in no time") {
  const Policy policy = office(false);
  WorkedTime worked(policy);
  CHECK(worked.between(moment(minute(100)), moment(minute(100))) == 0);
  CHECK(worked.between(moment(minute(100)), moment(minute(50))) == 0);
}

TEST_CASE("a day of work is as long as the office is open on one") {
  const Policy policy = office(false);
  CHECK(WorkedTime(policy).day() == 7 * 3600 + 1800);
}

TEST_CASE("where there are no hours every hour counts") {
  const Policy policy;
  WorkedTime worked(policy);
  CHECK(worked.day() == 86'400);
  CHECK(worked.between(moment(minute(0)), moment(minute(10'000))) == 600'000);
}
