// Every condition a rule may have: one case that matches and one that does not.
#include <doctest/doctest.h>

#include "regie/routing.hpp"
#include "support/desk.hpp"
#include "text/words.hpp"

using namespace regie;
using namespace regie::test;
using namespace std::chrono;

namespace {

Landlord small_landlord() {
  Landlord landlord;
  landlord.policy.calendar = Calendar(zone(), Holidays::france, {});
  for (std::size_t day = 0; day < 5; ++day) {
    landlord.policy.hours["telephone"].days[day] = {{8 * 60 + 30, 17 * 60 + 30}};
    landlord.policy.hours["caretakers"].days[day] = {{7 * 60, 12 * 60}};
  }
  landlord.residences = {{.code = "PAS",
                          .name = "Pasteur",
                          .agency = "centre",
                          .sector = "south",
                          .caretaker = "guillou",
                          .installation = {{"heating", {"collective"}}, {"gas", {"cooking", "stairs"}}}}};
  return landlord;
}

Request cold_radiator() {
  Request request;
  request.residence = "PAS";
  request.building = "C";
  request.place = Place::dwelling;
  request.channel = Channel::phone;
  request.trade = "heating";
  request.also = "plumbing";
  request.urgency = Urgency::urgent;
  request.tenant_flags = "senior;medical";
  return request;
}

/// Does the condition hold for the cold radiator, reported at this time?
bool holds(const Condition& condition, std::string_view when = "2026-03-03T10:00:00+01:00",
           const Request& request = cold_radiator(), const Past& past = RequestsInMemory()) {
  static const Landlord landlord = small_landlord();
  static const auto words = text::WordReader::create("french")->read("Le radiateur est froid. Il goutte.");
  const Instant instant = at(when);
  const Facts facts{landlord, landlord.find_residence(request.residence),     request, words,
                    instant,  landlord.policy.calendar.zone().local(instant), past};
  return std::visit([&](const auto& one) { return one.matches(facts); }, condition);
}

Says says(std::initializer_list<const char*> terms) {
  const auto reader = text::WordReader::create("french");
  Says condition;
  for (const char* term : terms) condition.any.push_back(reader->read_pattern(term));
  return condition;
}

std::string noon(std::string_view date) { return std::string(date) + "T12:00:00+01:00"; }

}  // namespace

TEST_CASE("conditions on trade and second trade and urgency") {
  CHECK(holds(TradeIs{{"plumbing", "heating"}}));
  CHECK(!holds(TradeIs{{"plumbing"}}));
  CHECK(holds(AlsoIs{{"plumbing"}}));
  CHECK(!holds(AlsoIs{{"heating"}}));
  CHECK(holds(UrgencyIs{{Urgency::emergency, Urgency::urgent}}));
  CHECK(!holds(UrgencyIs{{Urgency::normal}}));
}

TEST_CASE("conditions on where it is") {
  CHECK(holds(ResidenceIs{{"BEL", "PAS"}}));
  CHECK(!holds(ResidenceIs{{"BEL"}}));
  CHECK(holds(BuildingIs{{"C"}}));
  CHECK(!holds(BuildingIs{{"D"}}));
  CHECK(holds(SectorIs{{"south"}}));
  CHECK(!holds(SectorIs{{"centre"}}));
  CHECK(holds(AgencyIs{{"centre"}}));
  CHECK(!holds(AgencyIs{{"south"}}));
  CHECK(holds(PlaceIs{{Place::dwelling}}));
  CHECK(!holds(PlaceIs{{Place::common}}));
}

TEST_CASE("conditions on a residence nobody knows do not hold") {
  Request request = cold_radiator();
  request.residence = "XYZ";
  CHECK(!holds(SectorIs{{"south", ""}}, "2026-03-03T10:00:00+01:00", request));
  CHECK(!holds(AgencyIs{{"centre", ""}}, "2026-03-03T10:00:00+01:00", request));
  CHECK(!holds(InstallationIs{"heating", {"collective"}}, "2026-03-03T10:00:00+01:00", request));
}

TEST_CASE("conditions on channel and tenant") {
  CHECK(holds(ChannelIs{{Channel::phone}}));
  CHECK(!holds(ChannelIs{{Channel::email, Channel::caretaker}}));
  CHECK(holds(TenantHas{{"infant", "medical"}}));
  CHECK(!holds(TenantHas{{"infant"}}));
  CHECK(!holds(TenantHas{{"sen"}}));
}

TEST_CASE("conditions on the installation of the residence") {
  CHECK(holds(InstallationIs{"heating", {"collective", "district"}}));
  CHECK(holds(InstallationIs{"gas", {"stairs"}}));
  CHECK(!holds(InstallationIs{"heating", {"individual"}}));
  CHECK(!holds(InstallationIs{"lift", {"collective"}}));
}

TEST_CASE("conditions on words") {
  CHECK(holds(says({"convecteur", "radiateurs froids"})) == false);
  CHECK(holds(says({"convecteur", "radiateur ... froid"})));
  CHECK(holds(says({"goutt*"})));
  CHECK(!holds(says({"froid ... goutte"})));  // two sentences
}

TEST_CASE("conditions on working hours follow the calendar") {
  CHECK(holds(During{{"telephone"}}));
  CHECK(!holds(Outside{{"telephone"}}));
  for (const char* closed : {"2026-03-03T08:29:59+01:00", "2026-03-03T17:30:00+01:00", "2026-03-07T10:00:00+01:00",
                             "2026-04-06T10:00:00+02:00"}) {
    CAPTURE(std::string(closed));
    CHECK(!holds(During{{"telephone"}}, closed));
    CHECK(holds(Outside{{"telephone"}}, closed));
  }
}

TEST_CASE("during any of several hours and outside all of them") {
  const std::vector<std::string> both{"telephone", "caretakers"};
  for (const char* open : {"2026-03-03T07:30:00+01:00", "2026-03-03T10:00:00+01:00", "2026-03-03T15:00:00+01:00"}) {
    CHECK(holds(During{both}, open));
    CHECK(!holds(Outside{both}, open));
  }
  CHECK(!holds(During{both}, "2026-03-03T06:59:59+01:00"));
  CHECK(holds(Outside{both}, "2026-03-03T06:59:59+01:00"));
}

TEST_CASE("conditions from a day and to a day include that day") {
  const local_days ninth{2026y / March / 9};
  CHECK(!holds(FromDay{ninth}, "2026-03-08T23:59:59+01:00"));
  CHECK(holds(FromDay{ninth}, "2026-03-09T00:00:00+01:00"));
  CHECK(holds(ToDay{ninth}, "2026-03-09T23:59:59+01:00"));
  CHECK(!holds(ToDay{ninth}, "2026-03-10T00:00:00+01:00"));
}

TEST_CASE("a heating season goes over the new year with both its days") {
  const InSeason heating{October / 1, April / 30};
  for (const char* in : {"2026-10-01", "2026-12-31", "2026-01-01", "2026-04-30", "2028-02-29"})
    CHECK(holds(heating, noon(in)));
  for (const char* out : {"2026-05-01", "2026-07-14", "2026-09-30"}) CHECK(!holds(heating, noon(out)));
  const InSeason summer{May / 1, September / 30};
  for (const char* in : {"2026-05-01", "2026-09-30"}) CHECK(holds(summer, noon(in)));
  for (const char* out : {"2026-04-30", "2026-10-01"}) CHECK(!holds(summer, noon(out)));
  CHECK(holds(InSeason{July / 14, July / 14}, noon("2026-07-14")));
}

TEST_CASE("conditions on weekdays are those of the landlord and not of Greenwich") {
  const OnWeekdays monday{{true, false, false, false, false, false, false}};
  CHECK(holds(monday, "2026-03-02T00:30:00+01:00"));  // still Sunday in UTC
  CHECK(!holds(monday, "2026-03-01T23:30:00+01:00"));
  const OnWeekdays sunday{{false, false, false, false, false, false, true}};
  CHECK(holds(sunday, "2026-03-01T12:00:00+01:00"));
  CHECK(!holds(sunday, "2026-03-02T12:00:00+01:00"));
}

TEST_CASE("a time of day may go over midnight") {
  const AtClock night{{20 * 60, 7 * 60}};
  for (const char* in : {"20:00:00", "23:59:59", "00:00:00", "06:59:59"}) {
    CAPTURE(std::string(in));
    CHECK(holds(night, "2026-03-03T" + std::string(in) + "+01:00"));
  }
  for (const char* out : {"07:00:00", "12:00:00", "19:59:59"}) {
    CAPTURE(std::string(out));
    CHECK(!holds(night, "2026-03-03T" + std::string(out) + "+01:00"));
  }
  const AtClock day{{7 * 60, 20 * 60}};
  CHECK(holds(day, "2026-03-03T07:00:00+01:00"));
  CHECK(!holds(day, "2026-03-03T20:00:00+01:00"));
}
