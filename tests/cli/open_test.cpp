#include <doctest/doctest.h>

#include "support/program.hpp"

using namespace regie::test;

TEST_CASE("a call becomes a request and its line ends with the number") {
  Program regie;
  regie.use_example();
  const Result opened = regie("open 'fuite sous évier' -R BEL -d B-203");
  CHECK(opened.exit == 0);
  CHECK(opened.out.ends_with("request 1\n"));
}
