#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string>

#include "regie/calendar.hpp"
#include "support/desk.hpp"

using namespace regie;
using namespace regie::test;
using namespace std::chrono;

namespace {

/// The days of a file of data.gouv.fr, "1950-01-01,True,…" a line; empty when it is not there.
std::set<std::string> days_in(const std::string& file) {
  const auto path = std::filesystem::path(REGIE_SHARED_DATA) / "holidays" / file;
  std::set<std::string> days;
  if (!std::filesystem::exists(path)) return days;
  const std::string content = Folder::read(path);
  for (std::size_t at = content.find('\n') + 1; at < content.size(); at = content.find('\n', at) + 1)
    days.insert(content.substr(at, 10));
  return days;
}

std::string written(year_month_day date) {
  const auto two = [](unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::to_string(int{date.year()}) + '-' + two(unsigned{date.month()}) + '-' + two(unsigned{date.day()});
}

void compare_day_by_day(const std::string& file, Holidays region) {
  const auto expected = days_in(file);
  if (expected.empty()) {
    MESSAGE("SKIPPED: no " << file << " in REGIE_SHARED_DATA/holidays: holidays are not compared with the real list");
    return;
  }
  std::string wrong;
  std::size_t holidays = 0;
  for (local_days day = local_days{1950y / January / 1}; day <= local_days{2050y / December / 31}; day += days{1}) {
    const bool holiday = is_holiday(year_month_day{day}, region);
    if (holiday) ++holidays;
    if (holiday != expected.contains(written(year_month_day{day}))) wrong += written(year_month_day{day}) + ' ';
  }
  CHECK(wrong == "");
  CHECK(holidays == expected.size());
}

}  // namespace

TEST_CASE("French public holidays are those of the official list: 1950 to 2050 day by day") {
  compare_day_by_day("jours_feries_seuls.csv", Holidays::france);
}

TEST_CASE("Alsace-Moselle holidays are those of the official list: 1950 to 2050 day by day") {
  compare_day_by_day("jours_feries_seuls_alsace_moselle.csv", Holidays::alsace_moselle);
}

TEST_CASE("Easter falls where the almanacs say") {
  CHECK(easter(1818y) == 1818y / March / 22);  // the earliest there is
  CHECK(easter(1943y) == 1943y / April / 25);  // the latest
  CHECK(easter(1954y) == 1954y / April / 18);  // exceptions of the old rules of Gauss
  CHECK(easter(1981y) == 1981y / April / 19);
  CHECK(easter(2000y) == 2000y / April / 23);
  CHECK(easter(2024y) == 2024y / March / 31);
  CHECK(easter(2025y) == 2025y / April / 20);
  CHECK(easter(2026y) == 2026y / April / 5);
  CHECK(easter(2027y) == 2027y / March / 28);
  CHECK(easter(2038y) == 2038y / April / 25);
  CHECK(easter(2285y) == 2285y / March / 22);
}

TEST_CASE("Easter is always a Sunday between 22 March and 25 April") {
  for (year y = 1583y; y <= 4099y; ++y) {
    const year_month_day day = easter(y);
    CAPTURE(int{y});
    CHECK(weekday{sys_days{day}} == Sunday);
    CHECK((day >= y / March / 22 && day <= y / April / 25));
  }
}

TEST_CASE("Easter Monday 2026 is a holiday and the days of the fortnight in March are not") {
  CHECK(is_holiday(2026y / April / 6, Holidays::france));
  CHECK(!is_holiday(2026y / April / 5, Holidays::france));
  for (unsigned date = 2; date <= 15; ++date) CHECK(!is_holiday(2026y / March / day{date}, Holidays::france));
}

TEST_CASE("Good Friday and Saint Stephen are holidays in Alsace-Moselle alone") {
  for (const year_month_day day : {2026y / April / 3, 2026y / December / 26}) {
    CHECK(is_holiday(day, Holidays::alsace_moselle));
    CHECK(!is_holiday(day, Holidays::france));
  }
}

TEST_CASE("a landlord without holidays works on Christmas Day") {
  CHECK(!is_holiday(2026y / December / 25, Holidays::none));
  CHECK(is_holiday(2026y / December / 25, Holidays::france));
}
