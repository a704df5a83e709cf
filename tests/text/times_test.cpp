#include "text/times.hpp"

#include <doctest/doctest.h>

#include "support/desk.hpp"

using namespace regie;
using namespace regie::test;
using text::TimeFault;

namespace {

TimeFault fault(std::string_view written) {
  const auto read = text::parse_iso(written);
  const auto* found = std::get_if<TimeFault>(&read);
  REQUIRE_MESSAGE(found != nullptr, "read as a time: ", std::string(written));
  return *found;
}

/// What somebody types on Wednesday 4 March 2026 at 10:15, as ISO; "" when it is no time.
std::string typed(std::string_view written) {
  const auto time = text::parse_typed(written, at("2026-03-04T10:15:30+01:00"), zone());
  return time ? text::iso(*time, zone()) : "";
}

/// A time of another system on the clock of Paris; "" when it is none.
std::string formatted(const std::string& written, const std::string& format) {
  const auto read = text::parse_formatted(written, format, zone());
  const auto* time = std::get_if<Instant>(&read);
  return time != nullptr ? text::iso(*time, zone()) : "";
}

}  // namespace

// ---- ISO

TEST_CASE("ISO times with their offset are one instant however they are written") {
  const Instant instant = at("2026-03-02T00:18:51+01:00");
  for (const char* same : {"2026-03-01T23:18:51Z", "2026-03-02 00:18:51+01:00", "2026-03-02T00:18:51+0100",
                           "2026-03-01T18:18:51-05:00", "2026-03-02T00:18:51.999+01:00", "2026-03-02T04:48:51+05:30"}) {
    CAPTURE(std::string(same));
    CHECK(at(same) == instant);
  }
  CHECK(at("2026-03-02T00:18+01:00") == at("2026-03-02T00:18:00+01:00"));
  CHECK(at("2026-03-02T24:00:00Z") == at("2026-03-03T00:00:00Z"));
  CHECK(at("2028-02-29T12:00:00Z") == at("2028-02-29T13:00:00+01:00"));
}

TEST_CASE("what is not ISO is told from what cannot be and from what lacks its offset") {
  for (const char* other : {"", "03/03/2026 10:26", "2026-3-2T10:00:00Z", "20260302T100000Z", "2026-03-02T10", "hier",
                            "2026-03-02T10:00:00+01:00 ", " 2026-03-02T10:00:00Z", "2026-03-02T10:00:00+1:00",
                            "2026-03-02T10:00:00ZZ", "2026-03-02X10:00:00Z", "2026-03-02T10:00:00+01:60",
                            "2026-03-02T10:00:00+99:00", "2026-03-02T1a:00:00Z", "2026-W10-1"}) {
    CAPTURE(std::string(other));
    CHECK(fault(other) == TimeFault::not_iso);
  }
  for (const char* never :
       {"2026-02-30T10:00:00Z", "2026-02-29T10:00:00Z", "2026-13-01T10:00:00Z", "2026-00-10T10:00:00Z",
        "2026-03-00T10:00:00Z", "2026-03-32T10:00:00Z", "2026-03-02T25:00:00Z", "2026-03-02T10:60:00Z",
        "2026-03-02T10:00:61Z", "2026-03-02T24:01:00Z", "2026-02-30"}) {
    CAPTURE(std::string(never));
    CHECK(fault(never) == TimeFault::impossible);
  }
  for (const char* local : {"2026-03-02T10:00:00", "2026-03-02 10:00", "2026-03-02"}) {
    CAPTURE(std::string(local));
    CHECK(fault(local) == TimeFault::no_offset);
  }
}

TEST_CASE("no second follows midnight at the end of a day") {
  CHECK(fault("2026-03-02T24:00:30Z") == TimeFault::impossible);
}

// ---- other systems

TEST_CASE("American dates with morning and afternoon") {
  const std::string boston = "%m/%d/%Y %I:%M:%S %p";
  CHECK(formatted("01/31/2015 07:27:13 AM", boston) == "2015-01-31T07:27:13+01:00");
  CHECK(formatted("01/31/2015 07:27:13 PM", boston) == "2015-01-31T19:27:13+01:00");
  CHECK(formatted("01/31/2015 12:05:00 AM", boston) == "2015-01-31T00:05:00+01:00");
  CHECK(formatted("01/31/2015 12:05:00 PM", boston) == "2015-01-31T12:05:00+01:00");
}

TEST_CASE("dates of another system are read on the clock of its zone with its summer time") {
  CHECK(formatted("15/07/2026 08:30", "%d/%m/%Y %H:%M") == "2026-07-15T08:30:00+02:00");
  CHECK(formatted("15/01/2026 08:30", "%d/%m/%Y %H:%M") == "2026-01-15T08:30:00+01:00");
  CHECK(formatted("2026-01-15", "%Y-%m-%d") == "2026-01-15T00:00:00+01:00");
}

TEST_CASE("dates of another system that cannot be are refused") {
  const std::string french = "%d/%m/%Y %H:%M";
  for (const char* wrong : {"", "15/01/2026", "15/01/2026 08:30 ", "15/01/2026 08:30:00", "15-01-2026 08:30", "xx",
                            "32/01/2026 08:30", "15/13/2026 08:30", "15/01/2026 25:00", "15/01/2026 08:61"}) {
    CAPTURE(std::string(wrong));
    CHECK(formatted(wrong, french) == "");
  }
  const auto thirtieth = text::parse_formatted("30/02/2026 08:30", french, zone());
  REQUIRE(std::holds_alternative<TimeFault>(thirtieth));
  CHECK(std::get<TimeFault>(thirtieth) == TimeFault::impossible);
}

TEST_CASE("an hour of another system that the clock skips cannot be") {
  CHECK(formatted("29/03/2026 02:30", "%d/%m/%Y %H:%M") == "");
  CHECK(formatted("25/10/2026 02:30", "%d/%m/%Y %H:%M") == "2026-10-25T02:30:00+02:00");
}

TEST_CASE("an offset that another system writes is not thrown away") {
  CHECK(formatted("2026-01-15 08:30 +0000", "%Y-%m-%d %H:%M %z") == "2026-01-15T09:30:00+01:00");
}

// ---- what people type

TEST_CASE("now and distances from now") {
  CHECK(typed("now") == "2026-03-04T10:15:30+01:00");
  CHECK(typed("maintenant") == "2026-03-04T10:15:30+01:00");
  CHECK(typed("+30min") == "2026-03-04T10:45:30+01:00");
  CHECK(typed("-2h") == "2026-03-04T08:15:30+01:00");
  CHECK(typed("+3d") == "2026-03-07T10:15:30+01:00");
  CHECK(typed("+3j") == "2026-03-07T10:15:30+01:00");
  CHECK(typed("-1w") == "2026-02-25T10:15:30+01:00");
  CHECK(typed("+1sem") == "2026-03-11T10:15:30+01:00");
}

TEST_CASE("a distance in days keeps the clock time over the change of the clock") {
  CHECK(typed("+30d") == "2026-04-03T10:15:30+02:00");
  CHECK(typed("+4w") == "2026-04-01T10:15:30+02:00");
}

TEST_CASE("days by name in English and French") {
  CHECK(typed("today") == "2026-03-04T00:00:00+01:00");
  CHECK(typed("Aujourd'hui") == "2026-03-04T00:00:00+01:00");
  CHECK(typed("aujourd’hui") == "2026-03-04T00:00:00+01:00");
  CHECK(typed("yesterday") == "2026-03-03T00:00:00+01:00");
  CHECK(typed("hier") == "2026-03-03T00:00:00+01:00");
  CHECK(typed("tomorrow") == "2026-03-05T00:00:00+01:00");
  CHECK(typed("Demain") == "2026-03-05T00:00:00+01:00");
}

TEST_CASE("a weekday is the next one and never today") {
  CHECK(typed("thursday") == "2026-03-05T00:00:00+01:00");
  CHECK(typed("jeudi") == "2026-03-05T00:00:00+01:00");
  CHECK(typed("friday") == "2026-03-06T00:00:00+01:00");
  CHECK(typed("mardi") == "2026-03-10T00:00:00+01:00");
  CHECK(typed("wednesday") == "2026-03-11T00:00:00+01:00");
  CHECK(typed("MERCREDI") == "2026-03-11T00:00:00+01:00");
  const std::vector<std::pair<const char*, const char*>> names{{"monday", "lundi"},    {"tuesday", "mardi"},
                                                               {"thursday", "jeudi"},  {"friday", "vendredi"},
                                                               {"saturday", "samedi"}, {"sunday", "dimanche"}};
  for (const auto& [english, french] : names) {
    CHECK(typed(english) != "");
    CHECK(typed(english) == typed(french));
  }
}

TEST_CASE("a clock time today or on a day") {
  CHECK(typed("14:30") == "2026-03-04T14:30:00+01:00");
  CHECK(typed("14h30") == "2026-03-04T14:30:00+01:00");
  CHECK(typed("14H") == "2026-03-04T14:00:00+01:00");
  CHECK(typed("9:05") == "2026-03-04T09:05:00+01:00");
  CHECK(typed("8h") == "2026-03-04T08:00:00+01:00");
  CHECK(typed("friday 14:30") == "2026-03-06T14:30:00+01:00");
  CHECK(typed("vendredi 14h30") == "2026-03-06T14:30:00+01:00");
  CHECK(typed("hier 9h") == "2026-03-03T09:00:00+01:00");
  CHECK(typed("tomorrow 8:00") == "2026-03-05T08:00:00+01:00");
}

TEST_CASE("ISO may be typed without offset and is then on our clock") {
  CHECK(typed("2026-03-09") == "2026-03-09T00:00:00+01:00");
  CHECK(typed("2026-03-09 14:30") == "2026-03-09T14:30:00+01:00");
  CHECK(typed("2026-07-09T14:30") == "2026-07-09T14:30:00+02:00");
  CHECK(typed("2026-03-09T14:30Z") == "2026-03-09T15:30:00+01:00");
  CHECK(typed("2026-03-09T14:30:00-05:00") == "2026-03-09T20:30:00+01:00");
}

TEST_CASE("a time that the clock skips is no time and one that comes twice is the first") {
  CHECK(typed("2026-03-29 02:30") == "");
  CHECK(typed("2026-03-29 03:00") == "2026-03-29T03:00:00+02:00");
  CHECK(typed("2026-10-25 02:30") == "2026-10-25T02:30:00+02:00");
}

TEST_CASE("days as the screens write them and hours without their zero") {
  CHECK(typed("04/03/2026") == "2026-03-04T00:00:00+01:00");
  CHECK(typed("06/04 8:00") == "2026-04-06T08:00:00+02:00");
  CHECK(typed("31/12 8h") == "2025-12-31T08:00:00+01:00");  // the nearest
  CHECK(typed("2026-04-06 8:00") == "2026-04-06T08:00:00+02:00");
  CHECK(typed("2026-05-14 10h") == "2026-05-14T10:00:00+02:00");
}

TEST_CASE("what is no time is refused") {
  for (const char* words : {"",
                            " ",
                            "soon",
                            "bientôt",
                            "25:00",
                            "14:60",
                            "14",
                            "14:3",
                            "friday 25:00",
                            "friday14:30",
                            "friday the 13th",
                            "2026-02-30",
                            "2026-13-01",
                            "+",
                            "-",
                            "+3",
                            "+d",
                            "+3x",
                            "+3 d",
                            "3d",
                            "+99999999999d",
                            "04/13/2026",
                            "4/3",
                            "31/02 8:00",
                            "14:30 friday",
                            "+3dd",
                            "nowhere"}) {
    CAPTURE(std::string(words));
    CHECK(typed(words) == "");
  }
}

TEST_CASE("a distance has one sign") {
  CHECK(typed("--3d") == "");
  CHECK(typed("+-3d") == "");
}

TEST_CASE("a distance beyond any calendar is no time") {
  for (const char* far : {"+400000000w", "+999999999d", "-999999999d", "+2147483647h"}) {
    CAPTURE(std::string(far));
    CHECK(typed(far) == "");
  }
}

// ---- writing

TEST_CASE("times are written with the offset of the zone on that day") {
  CHECK(text::iso(at("2026-03-01T23:18:51Z"), zone()) == "2026-03-02T00:18:51+01:00");
  CHECK(text::iso(at("2026-07-01T23:18:51Z"), zone()) == "2026-07-02T01:18:51+02:00");
  CHECK(text::iso(at("2026-03-01T23:18:51Z"), Zone{}) == "2026-03-01T23:18:51+00:00");
  CHECK(text::iso(at("2026-03-01T12:00:00Z"), zone("America/St_Johns")) == "2026-03-01T08:30:00-03:30");
}

TEST_CASE("what is written is read back and every second of a change of the clock too") {
  for (const char* start : {"2026-03-29T00:30:00Z", "2026-10-25T00:30:00Z", "1999-12-31T23:00:00Z"})
    for (int second = 0; second < 7'200; second += 37) {
      const Instant time = at(start) + std::chrono::seconds{second};
      CHECK(at(text::iso(time, zone())) == time);
    }
}

TEST_CASE("short forms for people") {
  const Instant now = at("2026-03-04T10:15:30+01:00");
  CHECK(text::minute(at("2026-03-02T00:18:51+01:00"), zone()) == "2026-03-02 00:18");
  CHECK(text::brief(at("2026-03-02T00:18:51+01:00"), now, zone()) == "02/03 00:18");
  CHECK(text::brief(at("2025-12-31T23:30:00+01:00"), now, zone()) == "31/12/2025 23:30");
  CHECK(text::brief(at("2025-12-31T23:30:00Z"), now, zone()) == "01/01 00:30");  // our year, not that of Greenwich
}
