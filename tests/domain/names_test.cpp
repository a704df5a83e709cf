#include "regie/names.hpp"

#include <doctest/doctest.h>

using namespace regie;

TEST_CASE("the nearest name is the one a person meant") {
  const std::vector<std::string> names{"BEL", "TIL", "GRA", "open", "report"};
  CHECK(nearest("BLE", names) == "BEL");
  CHECK(nearest("opne", names) == "open");
  CHECK(nearest("reprot", names) == "report");
  CHECK(nearest("zzz", names).empty());
}

TEST_CASE("swapped neighbours count as one slip") {
  CHECK(edit_distance("opne", "open") == 1);
  CHECK(edit_distance("OPEN", "open") == 0);
  CHECK(edit_distance("", "abc") == 3);
}
