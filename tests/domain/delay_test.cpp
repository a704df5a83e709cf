#include <doctest/doctest.h>

#include <string>

#include "regie/calendar.hpp"

using namespace regie;
using Unit = Delay::Unit;

TEST_CASE("delays as people state them") {
  CHECK(parse_delay("4 hours") == Delay{4, Unit::hours, false});
  CHECK(parse_delay("45 minutes") == Delay{45, Unit::minutes, false});
  CHECK(parse_delay("2 working hours") == Delay{2, Unit::working_hours, false});
  CHECK(parse_delay("1 working day") == Delay{1, Unit::working_days, false});
  CHECK(parse_delay("10 working days, end of day") == Delay{10, Unit::working_days, true});
  CHECK(parse_delay("60 days, end of day") == Delay{60, Unit::days, true});
  CHECK(parse_delay("0 days") == Delay{0, Unit::days, false});
}

TEST_CASE("the hours in which a delay is counted are named last") {
  CHECK(parse_delay("4 hours, daylight") == Delay{4, Unit::hours, false, "daylight"});
  CHECK(parse_delay("4 hours, 7:00-20:00") == Delay{4, Unit::hours, false, "7:00-20:00"});
  CHECK(parse_delay("45 minutes, telephone") == Delay{45, Unit::minutes, false, "telephone"});
  CHECK(parse_delay("2 working hours, desk") == Delay{2, Unit::working_hours, false, "desk"});
  CHECK(parse_delay("3 working days, telephone") == Delay{3, Unit::working_days, false, "telephone"});
  CHECK(parse_delay("10 working days, end of day, telephone") == Delay{10, Unit::working_days, true, "telephone"});
  CHECK(parse_delay("60 days, end of day, telephone") == Delay{60, Unit::days, true, "telephone"});
  CHECK(parse_delay("4 hours,daylight") == parse_delay(" 4 hours , daylight "));
}

TEST_CASE("what is counted round the clock is counted in opening hours once these are named") {
  for (const char* words : {"2 working hours", "3 working days", "10 working days, end of day", "4 hours, daylight",
                            "45 minutes, telephone", "3 working days, telephone"}) {
    CAPTURE(std::string(words));
    CHECK(counts_openings(parse_delay(words).value()));
  }
  for (const char* words :
       {"45 minutes", "4 hours", "3 days", "60 days, end of day", "60 days, end of day, telephone"}) {
    CAPTURE(std::string(words));
    CHECK(!counts_openings(parse_delay(words).value()));
  }
}

TEST_CASE("one and many are both understood and blanks do not matter") {
  CHECK(parse_delay("1 hour") == parse_delay("1 hours"));
  CHECK(parse_delay("1 working hour") == parse_delay(" 1  working hours "));
  CHECK(parse_delay("3 day") == parse_delay("3 days"));
  CHECK(parse_delay("1 minute") == parse_delay("1 minutes"));
  CHECK(parse_delay("10 working days,end of day") == parse_delay("10 working days , end of day"));
}

TEST_CASE("what is no delay is refused") {
  for (const char* words : {"",
                            " ",
                            "soon",
                            "hours",
                            "4",
                            "4 h",
                            "4 jours",
                            "-1 hours",
                            "+1 hour",
                            "1.5 hours",
                            "1,5 hours",
                            "four hours",
                            "4 Hours",
                            "4 working",
                            "4 working weeks",
                            "4 hours, end of day",
                            "2 working hours, end of day",
                            "45 minutes, end of day",
                            "10 working days, end of",
                            "10 working days,",
                            "4 hours, daylight, telephone",
                            "10 working days, end of day, telephone, desk",
                            "10 working days, telephone, end of day, desk",
                            "3 working days, the telephone",
                            "4 hours, 7:00 - 20:00",
                            "4 hours, day light",
                            "4 hours, daylight,",
                            "4 hours,, daylight",
                            "4 days, telephone",
                            "10 working days, end of day, end of day",
                            "4 hours, end of day, telephone",
                            ", telephone",
                            "telephone",
                            "99999999999 hours",
                            "4 hours 30 minutes"}) {
    CAPTURE(std::string(words));
    CHECK(!parse_delay(words));
  }
}

TEST_CASE("a delay is written as it is read") {
  for (const char* words :
       {"1 minute", "45 minutes", "1 hour", "4 hours", "1 working hour", "2 working hours", "1 working day",
        "10 working days", "10 working days, end of day", "1 day", "60 days, end of day", "0 hours",
        "4 hours, daylight", "1 hour, 7:00-20:00", "3 working days, telephone",
        "10 working days, end of day, telephone", "60 days, end of day, desk"}) {
    const auto delay = parse_delay(words);
    REQUIRE(delay.has_value());
    CHECK(to_string(*delay) == words);
  }
}
