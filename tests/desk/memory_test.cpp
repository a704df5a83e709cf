// Rules that remember, on a real database: one breakdown and one ticket, call-backs, second requests, orders outside
// contracts.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

#include "desk/import.hpp"
#include "support/desk.hpp"
#include "support/folder.hpp"

using namespace regie;
using namespace regie::test;

namespace {

std::vector<RequestId> ids(const std::vector<Sibling>& siblings) {
  std::vector<RequestId> numbers;
  for (const Sibling& one : siblings) numbers.push_back(one.id);
  return numbers;
}

constexpr auto landlord_toml = R"(
zone = "Europe/Paris"
rules = ["rules.toml"]
lexicon = ["words.toml"]
tenant_flags = ["senior"]
[hours.office]
mon-fri = "8:00-18:00"
[targets]
hours = "office"
emergency = "4 hours"
urgent = "24 hours"
normal = "10 days"
[verification]
contractor = "never"
[[residence]]
code = "BEL"
name = "Les Bélandres"
sector = "north"
[[residence.storeys]]
buildings = ["A", "B"]
floors = "0-4"
doors = 8
[[residence]]
code = "ROS"
name = "La Roseraie"
sector = "south"
[[provider]]
code = "OLD"
name = "Until the 8th"
[[provider.contract]]
from = 2023-03-09
to = 2026-03-08
trades = ["locksmith", "glazing"]
finishes_begun = true
[[provider]]
code = "NEW"
name = "From the 9th"
[[provider.contract]]
from = 2026-03-09
trades = ["locksmith", "glazing"]
promise = { urgent = "8 hours", normal = "8 hours" }
[[provider]]
code = "GAR"
name = "Plumber"
[[provider.contract]]
from = 2026-01-01
trades = ["plumbing"]
out_of_hours = true
promise = { emergency = "2 hours" }
[[provider]]
code = "ELO"
name = "Electrician"
[[provider.contract]]
trades = ["electrical", "plumbing"]
out_of_hours = true
[[provider]]
code = "CREW"
name = "Crew"
kind = "crew"
capacity = 2
[[provider.contract]]
trades = ["painting"]
[[provider]]
code = "MPR"
name = "Pests"
[[provider.contract]]
trades = ["pest_control"]
)";

/// Two alternatives each: the first who notices that there are enough, and whoever comes later.
constexpr auto rules_toml = R"(
[[rule]]
name = "no-water"
when = { trade = "plumbing", words = ["eau"] }
then = { problem = "no-water", urgency = "urgent" }

[[rule]]
name = "no-light"
when = { trade = "electrical", words = ["courant"] }
then = { problem = "no-light" }

[[rule]]
name = "fragile"
when = { tenant = "senior", problem = "no-water" }
then = { urgency = "emergency" }

[[rule]]
name = "fragile-part"
when = [
  { tenant = "senior", problem = ["no-water", "no-light"], similar = { dwellings = 3, within = "2 hours" } },
  { tenant = "senior", problem = ["no-water", "no-light"], similar = { dwellings = 2, within = "2 hours", same = "riser" } },
  { tenant = "senior", problem = ["no-water", "no-light"], common_request = "known" },
]
then = { join = "Panne d'eau, bâtiment {building}" }

[[rule]]
name = "part"
when = [
  { problem = ["no-water", "no-light"], similar = { dwellings = 3, within = "2 hours" } },
  { problem = ["no-water", "no-light"], similar = { dwellings = 2, within = "2 hours", same = "riser" } },
  { problem = ["no-water", "no-light"], common_request = "known" },
]
unless = { tenant = "senior" }
then = { attach = "Panne d'eau, bâtiment {building}" }

[[rule]]
name = "again"
when = { repaired = { times = 2, within = "3 months" } }
then = { triage = "technical officer" }

[[rule]]
name = "call-back"
when = { repaired = { within = "3 months" } }
unless = { urgency = "emergency" }
then = { callback = true, note = "reprise" }

[[rule]]
name = "withdrawn"
when = { trade = "none", words = ["annuler"] }
then = { cancel_open = "Rendez-vous annulé", triage = "which appointment" }

[[rule]]
name = "pests"
when = { trade = "pest_control" }
then = { send = "MPR", open = [{ trade = "pest_control", text = "Inspecter {neighbours}", urgency = "planned" }] }

[[rule]]
name = "besides"
when = { words = ["aussi"] }
then = { open = [{ trade = "electrical", text = "Plus de courant en {dwelling}" }] }
)";

/// "10:30" on Monday 2 March 2026.
Instant monday(const std::string& clock) { return at("2026-03-02T" + clock + ":00+01:00"); }

NewRequest message(const char* dwelling, const char* text, const char* trade = "plumbing", const char* flags = "") {
  NewRequest wanted;
  wanted.draft.residence = "BEL";
  wanted.draft.dwelling = dwelling;
  wanted.draft.text = text;
  wanted.draft.tenant_flags = flags;
  wanted.trade = trade;
  return wanted;
}
NewRequest no_water(const char* dwelling, const char* flags = "") {
  return message(dwelling, "plus d'eau", "plumbing", flags);
}

Settings::Sources files_in(const Folder& folder) {
  return {.file = folder.path() / "regie.toml",
          .share_dir = std::filesystem::path(REGIE_SOURCE_DIR) / "config",
          .zone = [](const std::string& name) { return std::optional(zone(name)); },
          .default_zone = "Europe/Paris"};
}

class SmallDesk {
 public:
  explicit SmallDesk(const std::string& rules = rules_toml, const std::string& landlord = landlord_toml) {
    folder_.write("regie.toml", landlord);
    folder_.write("rules.toml", rules);
    folder_.write("words.toml", "stemmer = \"french\"\n[trade.plumbing]\nsure = \"fuite\"\n");
    settings_ = std::make_unique<Settings>(files_in(folder_));
  }
  ~SmallDesk() { check_journals(store_); }

  Desk at(Instant now, bool dry_run = false) {
    return {*settings_, store_, identify(settings_->landlord(), "reception", ""), {.now = now, .dry_run = dry_run}};
  }
  /// Received and entered at that moment.
  Opened open(Instant now, NewRequest wanted) {
    wanted.draft.opened_at = now;
    return at(now).open(wanted);
  }
  /// Received before it is entered.
  Opened open_late(Instant now, Instant received, NewRequest wanted) {
    wanted.draft.opened_at = received;
    return at(now).open(wanted);
  }
  Outcome act(Instant now, RequestId id, const Deed& deed, const std::string& reason = "") {
    return at(now).act(
        id, [&](const Request&) { return deed; }, reason);
  }
  void repair(Instant done, RequestId id, std::optional<std::int64_t> cost = {}) {
    REQUIRE(!at(done).done(id, {.by = "", .work = "joint", .cost = cost}, "", {}).refusal);
    REQUIRE(!at(done).close(id, {"refait", {}}, "", {}).refusal);
  }
  Request request(RequestId id) { return *store_.find(id); }
  Store& store() { return store_; }
  Settings& settings() { return *settings_; }

 private:
  Folder folder_;
  DeskHome home_;
  std::unique_ptr<Settings> settings_;
  Store store_{home_.url(), open_options(sql::Access::create), monday("08:00")};
};

Trouble trouble_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.trouble();
  }
  FAIL("nothing was thrown");
  return Trouble::bug;
}

/// Three dwellings of building A without water, at 9:00, 9:30 and 10:00: requests 1 and 2, the common one 3, and 4.
class NoWater : public SmallDesk {
 public:
  NoWater() {
    open(monday("09:00"), no_water("A-101"));
    open(monday("09:30"), no_water("A-202"));
    third = open(monday("10:00"), no_water("A-303"));
  }
  Opened third;
};

bool waits(const Request& request) {
  return request.state == State::open && request.provider.empty() && request.triage.empty();
}

}  // namespace

// ---- one breakdown, one ticket

TEST_CASE("three dwellings without water have one request for the common parts with the earliest clock") {
  NoWater desk;
  CHECK(desk.third.besides.common_made);
  REQUIRE(desk.third.besides.common.has_value());
  const Request common = desk.request(desk.third.besides.common->id);
  CHECK(common == *desk.third.besides.common);
  CHECK(common.dwelling == "");
  CHECK(common.building == "A");
  CHECK(common.place == Place::common);
  CHECK(common.text == "Panne d'eau, bâtiment A");
  CHECK(common.problem == "no-water");
  CHECK(common.urgency == Urgency::urgent);
  CHECK(common.opened_at == monday("09:00"));
  CHECK(common.target_at == monday("09:00") + std::chrono::hours{24});
  CHECK(common.provider == "GAR");
  CHECK(common.assigned_at == monday("10:00"));
  CHECK(!common.parent);
}

TEST_CASE("orders of the parts are taken back and all of them wait for the common one") {
  NoWater desk;
  CHECK(ids(desk.third.besides.siblings) == std::vector<RequestId>{1, 2});
  const RequestId common = desk.third.besides.common->id;
  for (const RequestId part : {RequestId{1}, RequestId{2}, desk.third.request.id}) {
    CAPTURE(part);
    CHECK(waits(desk.request(part)));
    CHECK(desk.request(part).parent == common);
  }
  CHECK(desk.request(1).target_at == monday("09:00") + std::chrono::hours{24});
  CHECK(desk.store().journal(1).size() == 3);  // opened and sent, made a part, order taken back
}

TEST_CASE("an accepted order of a part stays") {
  SmallDesk desk;
  desk.open(monday("09:00"), no_water("A-101"));
  desk.act(monday("09:10"), 1, Accept{});
  desk.open(monday("09:30"), no_water("A-202"));
  const Opened third = desk.open(monday("10:00"), no_water("A-303"));
  REQUIRE(third.besides.common.has_value());
  CHECK(desk.request(1).provider == "GAR");
  CHECK(desk.request(1).accepted_at == monday("09:10"));
  CHECK(desk.request(1).parent == third.besides.common->id);
  CHECK(waits(desk.request(2)));
}

TEST_CASE("the fourth is attached to the common request that is there") {
  NoWater desk;
  const RequestId last = desk.store().last_id();
  const Opened fourth = desk.open(monday("15:00"), no_water("A-104"));  // long after the two hours
  CHECK(!fourth.besides.common_made);
  CHECK(fourth.besides.common->id == desk.third.besides.common->id);
  CHECK(waits(fourth.request));
  CHECK(fourth.request.parent == desk.third.besides.common->id);
  CHECK(desk.store().last_id() == last + 1);
}

TEST_CASE("another building and another problem stay what they are") {
  NoWater desk;
  CHECK(desk.open(monday("10:05"), no_water("B-101")).request.provider == "GAR");
  CHECK(desk.open(monday("10:05"), message("A-104", "plus de courant", "electrical")).request.provider == "ELO");
  const Opened tap = desk.open(monday("10:05"), message("A-104", "le robinet fuit"));
  CHECK(tap.request.provider == "GAR");
  CHECK(!tap.besides.common);
}

TEST_CASE("two dwellings are too few and three over more than two hours as well") {
  SmallDesk desk;
  desk.open(monday("09:00"), no_water("A-101"));
  CHECK(!desk.open(monday("09:30"), no_water("A-202")).besides.common);
  CHECK(!desk.open(monday("11:01"), no_water("A-303")).besides.common);
  CHECK(desk.request(1).provider == "GAR");
}

TEST_CASE("two dwellings on one riser are enough") {
  SmallDesk desk;
  desk.open(monday("09:00"), no_water("A-103"));
  CHECK(!desk.open(monday("09:10"), no_water("A-102")).besides.common);
  const Opened pair = desk.open(monday("09:20"), no_water("A-203"));
  REQUIRE(pair.besides.common.has_value());
  CHECK(pair.besides.common->opened_at == monday("09:00"));
  CHECK(ids(pair.besides.siblings) == std::vector<RequestId>{1, 2});  // the one next door is a part by now, too
  CHECK(waits(desk.request(1)));
}

TEST_CASE("a fragile tenant keeps an order of the own under the common one") {
  SmallDesk desk;
  desk.open(monday("09:00"), no_water("A-101", "senior"));
  desk.open(monday("09:30"), no_water("A-202"));
  const Opened third = desk.open(monday("10:00"), no_water("A-303"));
  REQUIRE(third.besides.common.has_value());
  CHECK(desk.request(1).parent == third.besides.common->id);
  CHECK(desk.request(1).provider == "GAR");
  CHECK(desk.request(1).urgency == Urgency::emergency);
  CHECK(desk.request(1).promised_at == monday("11:00"));
  CHECK(third.besides.common->urgency == Urgency::urgent);
  const Opened fourth = desk.open(monday("10:10"), no_water("A-404", "senior"));
  CHECK(fourth.request.provider == "GAR");
  CHECK(fourth.request.parent == third.besides.common->id);
}

TEST_CASE("a fragile tenant who is the third does not make the common request an emergency") {
  SmallDesk desk;
  desk.open(monday("09:00"), no_water("A-101"));
  desk.open(monday("09:30"), no_water("A-202"));
  const Opened third = desk.open(monday("10:00"), no_water("A-303", "senior"));
  REQUIRE(third.besides.common.has_value());
  CHECK(third.request.urgency == Urgency::emergency);
  CHECK(third.request.provider == "GAR");
  CHECK(third.besides.common->urgency == Urgency::urgent);
  CHECK(waits(desk.request(1)));
}

TEST_CASE("closing the common request closes those that wait and leaves those with an order") {
  SmallDesk desk;
  desk.open(monday("09:00"), no_water("A-101", "senior"));
  desk.open(monday("09:30"), no_water("A-202"));
  const Opened third = desk.open(monday("10:00"), no_water("A-303"));
  const RequestId common = third.besides.common->id;
  desk.at(monday("12:00")).done(common, {.by = "", .work = "vanne"}, "", {});
  const Outcome closed = desk.at(monday("12:30")).close(common, {"L'eau est revenue", {}}, "", {});
  CHECK(closed.closed_with_it == std::vector<RequestId>{2, third.request.id});
  CHECK(closed.left_open == std::vector<RequestId>{1});
  for (const RequestId part : {RequestId{2}, third.request.id}) {
    CHECK(desk.request(part).state == State::closed);
    CHECK(desk.request(part).answer == "L'eau est revenue");
    CHECK(desk.request(part).closed_at == monday("12:30"));
  }
  CHECK(desk.request(1).state == State::assigned);
}

TEST_CASE("a common request that may not be closed leaves its parts as they are") {
  NoWater desk;
  const Outcome refused = desk.at(monday("12:00")).close(desk.third.besides.common->id, {"", {}}, "", {});
  CHECK(refused.refusal.has_value());  // it is not done
  CHECK(waits(desk.request(1)));
}

TEST_CASE("a part that somebody was sent for by hand is not closed with the common one") {
  NoWater desk;
  CHECK(!desk.at(monday("10:30")).assign(1, "GAR", false, "robinet d'arrêt cassé", {}).refusal);
  desk.at(monday("12:00")).done(desk.third.besides.common->id, {.work = "vanne"}, "", {});
  const Outcome closed = desk.at(monday("12:30")).close(desk.third.besides.common->id, {"revenue", {}}, "", {});
  CHECK(closed.left_open == std::vector<RequestId>{1});
  CHECK(desk.request(1).state == State::assigned);
}

TEST_CASE("a breakdown after the common request is closed begins anew") {
  NoWater desk;
  desk.repair(monday("12:00"), desk.third.besides.common->id);
  const Opened later = desk.open(monday("18:00"), no_water("A-101"));
  CHECK(!later.besides.common);
  CHECK(later.request.state == State::assigned);
}

TEST_CASE("whoever has no water after the repair was reported is not made to wait for it") {
  NoWater desk;
  desk.at(monday("12:00")).done(desk.third.besides.common->id, {.work = "vanne"}, "", {});
  const Opened later = desk.open(monday("18:00"), no_water("A-104"));
  CHECK(!waits(later.request));
}

TEST_CASE("parts do not wait for a common request that was cancelled") {
  NoWater desk;
  desk.at(monday("11:00")).cancel(desk.third.besides.common->id, {CancelReason::withdrawn, {}}, "coupure annoncée", {});
  CHECK(desk.request(desk.third.besides.common->id).state == State::cancelled);
  CHECK(!waits(desk.request(1)));
}

TEST_CASE("a part whose order was answered after the third report was received becomes a part all the same") {
  SmallDesk desk;
  desk.open(monday("09:00"), no_water("A-101"));
  desk.open(monday("09:30"), no_water("A-202"));
  desk.act(monday("10:20"), 1, Accept{});
  // The web form was filled in at 10:00 and read at 10:30.
  const Opened third = desk.open_late(monday("10:30"), monday("10:00"), no_water("A-303"));
  REQUIRE(third.besides.common.has_value());
  CHECK(ids(third.besides.siblings) == std::vector<RequestId>{1, 2});
  CHECK(desk.request(1).parent == third.besides.common->id);
}

TEST_CASE("earlier reports become parts also where the rule asks only for enough of them") {
  SmallDesk desk(R"(
[[rule]]
name = "part"
when = { trade = "plumbing", similar = { dwellings = 3, within = "2 hours" } }
then = { attach = "Panne, bâtiment {building}" }
)");
  desk.open(monday("09:00"), no_water("A-101"));
  desk.open(monday("09:30"), no_water("A-202"));
  const Opened third = desk.open(monday("10:00"), no_water("A-303"));
  REQUIRE(third.besides.common.has_value());
  CHECK(ids(third.besides.siblings) == std::vector<RequestId>{1, 2});
  CHECK(waits(desk.request(1)));
}

TEST_CASE("a request that was not understood joins with the others when a person says what it is") {
  SmallDesk desk;
  desk.open(monday("09:00"), no_water("A-101"));
  desk.open(monday("09:30"), no_water("A-202"));
  NewRequest unsure = no_water("A-303");
  unsure.trade.reset();
  const Opened third = desk.open(monday("10:00"), unsure);
  CHECK(third.request.triage == triage_unsure);
  CHECK(!third.besides.common);
  desk.at(monday("10:05"))
      .edit(
          3, [](NewRequest& wanted) { wanted.trade = "plumbing"; }, "");
  CHECK(!desk.at(monday("10:05")).assign(3, "", false, "", {}).refusal);
  const auto common = desk.request(3).parent;
  REQUIRE(common.has_value());
  CHECK(waits(desk.request(3)));
  CHECK(desk.request(*common).provider == "GAR");
  CHECK(desk.request(1).parent == common);
  CHECK(desk.request(2).parent == common);
}

TEST_CASE("the problem that the rules named is kept when a request is routed again") {
  SmallDesk desk;
  NewRequest unsure = no_water("A-101");
  unsure.trade.reset();
  desk.open(monday("09:00"), unsure);
  desk.at(monday("09:05"))
      .edit(
          1, [](NewRequest& wanted) { wanted.trade = "plumbing"; }, "");
  desk.at(monday("09:05")).assign(1, "", false, "", {});
  CHECK(desk.request(1).provider == "GAR");
  CHECK(desk.request(1).problem == "no-water");
  desk.open(monday("09:30"), no_water("A-202"));
  CHECK(desk.open(monday("10:00"), no_water("A-303")).besides.common.has_value());
}

TEST_CASE("a problem does not outlive the trade it was a problem of") {
  SmallDesk desk;
  desk.open(monday("09:00"), no_water("A-101"));
  desk.at(monday("09:05"))
      .edit(
          1,
          [](NewRequest& wanted) {
            wanted.trade = "electrical";
            wanted.draft.text = "le chauffe-plat";
          },
          "");
  desk.at(monday("09:05")).assign(1, "", false, "", {});
  CHECK(desk.request(1).provider == "ELO");
  CHECK(desk.request(1).problem == "");
}

TEST_CASE("a part that was closed and is reopened waits for the new common request and not the old one") {
  NoWater desk;
  desk.repair(monday("12:00"), desk.third.besides.common->id);
  desk.open(monday("14:00"), no_water("A-102"));
  desk.open(monday("14:05"), no_water("A-203"));
  const Opened again = desk.open(monday("14:10"), no_water("A-304"));
  REQUIRE(again.besides.common_made);
  CHECK(!desk.at(monday("14:20")).reopen(1, "plus d'eau non plus", {}).refusal);
  const Request part = desk.request(1);
  CHECK((!waits(part) || part.parent == again.besides.common->id));
}

TEST_CASE("a dry run of the third leaves nothing") {
  SmallDesk desk;
  desk.open(monday("09:00"), no_water("A-101"));
  desk.open(monday("09:30"), no_water("A-202"));
  NewRequest wanted = no_water("A-303");
  wanted.draft.opened_at = monday("10:00");
  const Opened planned = desk.at(monday("10:00"), true).open(wanted);
  CHECK(planned.besides.common_made);
  CHECK(ids(planned.besides.siblings) == std::vector<RequestId>{1, 2});
  CHECK(desk.store().last_id() == 2);
  CHECK(desk.request(1).provider == "GAR");
  CHECK(!desk.request(1).parent);
  CHECK(desk.store().journal(1).size() == 1);
  CHECK(desk.open(monday("10:00"), no_water("A-303")).request.id == planned.request.id);
}

// ---- second requests

TEST_CASE("a report of pests opens an inspection of the neighbours") {
  SmallDesk desk;
  const Opened opened = desk.open(monday("09:00"), message("A-203", "des cafards", "pest_control", "senior"));
  CHECK(opened.request.provider == "MPR");
  REQUIRE(opened.besides.seconds.size() == 1);
  const Request inspection = desk.request(2);
  CHECK(inspection == opened.besides.seconds.front());
  CHECK(inspection.text == "Inspecter A-303, A-103, A-202, A-204");
  CHECK(inspection.parent == 1);
  CHECK(inspection.provider == "MPR");
  CHECK(inspection.urgency == Urgency::planned);
  CHECK(inspection.tenant_flags == "senior");
  CHECK(desk.store().last_id() == 2);  // the inspection opens no other one
}

TEST_CASE("a dry run and an uncertain report open nothing beside") {
  SmallDesk desk;
  NewRequest wanted = message("A-203", "des cafards", "pest_control");
  wanted.draft.opened_at = monday("09:00");
  CHECK(desk.at(monday("09:00"), true).open(wanted).besides.seconds.size() == 1);
  CHECK(desk.store().last_id() == 0);
  wanted.trade.reset();
  CHECK(desk.at(monday("09:00")).open(wanted).besides.seconds.empty());
  CHECK(desk.store().last_id() == 1);
}

TEST_CASE("a second request that is a part of a common one is a part of that one") {
  SmallDesk desk;
  desk.open(monday("09:00"), message("A-101", "plus de courant", "electrical"));
  desk.open(monday("09:10"), message("A-202", "plus de courant", "electrical"));
  const Opened third = desk.open(monday("09:20"), message("A-303", "plus de courant", "electrical"));
  REQUIRE(third.besides.common_made);
  const Opened both = desk.open(monday("09:30"), message("A-404", "le robinet fuit aussi"));
  REQUIRE(both.besides.seconds.size() == 1);
  const Request second = desk.request(both.besides.seconds.front().id);
  CHECK(second.problem == "no-light");
  CHECK((!waits(second) || second.parent == third.besides.common->id));
}

TEST_CASE("a second request that goes back to whoever repaired it says so") {
  SmallDesk desk;
  desk.open(monday("09:00"), message("A-101", "une prise", "electrical"));
  desk.repair(monday("11:00"), 1);
  const Opened both = desk.open(monday("15:00"), message("A-101", "le robinet fuit aussi"));
  REQUIRE(both.besides.seconds.size() == 1);
  CHECK(both.besides.seconds.front().provider == "ELO");
  CHECK(desk.request(both.besides.seconds.front().id).rework_of == 1);
}

TEST_CASE("a second request that a rule answers waits for a person all the same") {
  SmallDesk desk(std::string(rules_toml) + R"(
[[rule]]
name = "leaflet"
when = { trade = "electrical", place = "dwelling" }
then = { close = "Qui répare quoi" }
)");
  const Opened both = desk.open(monday("09:00"), message("A-101", "le robinet fuit aussi"));
  REQUIRE(both.besides.seconds.size() == 1);
  CHECK(!waits(desk.request(both.besides.seconds.front().id)));
}

// ---- requests taken back

TEST_CASE("a tenant who cancels has the one open request cancelled and the message closed") {
  SmallDesk desk;
  desk.open(monday("09:00"), message("A-101", "le robinet fuit"));
  const Opened back = desk.open(monday("11:00"), message("A-101", "annuler le rendez-vous", "none"));
  REQUIRE(back.besides.cancelled.has_value());
  CHECK(back.request.state == State::closed);
  CHECK(back.request.answer == "Rendez-vous annulé");
  CHECK(back.request.parent == 1);
  CHECK(desk.request(1).state == State::cancelled);
  CHECK(desk.request(1).cancel_reason == CancelReason::withdrawn);
  CHECK(desk.store().journal(1).back().reason == "annuler le rendez-vous");
}

TEST_CASE("with two open requests a person says which one is cancelled") {
  SmallDesk desk;
  desk.open(monday("09:00"), message("A-101", "le robinet fuit"));
  desk.open(monday("09:30"), message("A-101", "la prise", "electrical"));
  const Opened back = desk.open(monday("11:00"), message("A-101", "annuler le rendez-vous", "none"));
  CHECK(back.request.triage == "which appointment");
  CHECK(desk.request(1).state == State::assigned);
  CHECK(desk.request(2).state == State::assigned);
}

TEST_CASE("a message that was read late cancels what it says it cancels") {
  SmallDesk desk;
  desk.open(monday("09:00"), message("A-101", "le robinet fuit"));
  desk.act(monday("11:00"), 1, Accept{});
  // Written at 10:00, read at 13:30: what the tenant is told must be true.
  const Opened back = desk.open_late(monday("13:30"), monday("10:00"), message("A-101", "annuler", "none"));
  CHECK((desk.request(1).state == State::cancelled) == (back.request.state == State::closed));
}

// ---- call-backs

TEST_CASE("what was repaired comes back to the same firm as a rework of that job") {
  SmallDesk desk;
  NewRequest tap = message("A-101", "le robinet fuit");
  desk.open(monday("09:00"), tap);
  desk.at(monday("09:05")).assign(1, "ELO", false, "plus près", {});
  desk.repair(monday("11:00"), 1);
  const Opened again = desk.open(at("2026-05-20T09:00:00+02:00"), tap);
  CHECK(again.request.provider == "ELO");
  CHECK(again.request.rework_of == 1);
  CHECK(again.request.rule == "call-back");
  CHECK(again.decision.notes == std::vector<std::string>{"reprise"});
  CHECK(decode_decision(desk.store().journal(2).front().decision).callback_of == 1);
  const Opened late = desk.open(at("2026-06-02T11:00:01+02:00"), tap);
  CHECK(late.request.provider == "GAR");
  CHECK(!late.request.rework_of);
}

TEST_CASE("an emergency goes to whoever can come") {
  SmallDesk desk;
  NewRequest tap = message("A-101", "le robinet fuit");
  desk.open(monday("09:00"), tap);
  desk.at(monday("09:05")).assign(1, "ELO", false, "plus près", {});
  desk.repair(monday("11:00"), 1);
  tap.urgency = Urgency::emergency;
  const Opened flood = desk.open(monday("15:00"), tap);
  CHECK(flood.request.provider == "GAR");
  CHECK(!flood.request.rework_of);
}

TEST_CASE("after two repairs a person looks") {
  SmallDesk desk;
  const NewRequest tap = message("A-101", "le robinet fuit");
  for (const char* clock : {"09:00", "10:00"}) {
    const Opened opened = desk.open(monday(clock), tap);
    desk.repair(monday(clock) + std::chrono::minutes{30}, opened.request.id);
  }
  const Opened third = desk.open(monday("12:00"), tap);
  CHECK(third.request.triage == "technical officer");
  CHECK(third.request.provider == "");
}

TEST_CASE("a request repaired and reopened twice was repaired twice") {
  SmallDesk desk;
  desk.open(monday("09:00"), message("A-101", "le robinet fuit"));
  desk.repair(monday("10:00"), 1);
  CHECK(desk.at(monday("11:00")).reopen(1, "fuit encore", {}).request.provider == "GAR");
  desk.repair(monday("12:00"), 1);
  CHECK(desk.at(monday("13:00")).reopen(1, "fuit toujours", {}).request.triage == "technical officer");
}

TEST_CASE("a call-back that is routed by a person is a rework too") {
  SmallDesk desk;
  desk.open(monday("09:00"), message("A-101", "le robinet fuit"));
  desk.repair(monday("10:00"), 1);
  NewRequest unsure = message("A-101", "encore");
  unsure.trade.reset();
  desk.open(monday("12:00"), unsure);
  desk.at(monday("12:05"))
      .edit(
          2, [](NewRequest& wanted) { wanted.trade = "plumbing"; }, "");
  CHECK(desk.at(monday("12:05")).assign(2, "", false, "", {}).request.provider == "GAR");
  CHECK(desk.request(2).rework_of == 1);
}

TEST_CASE("a call-back that goes to another firm in the end is no rework of its") {
  SmallDesk desk;
  desk.open(monday("09:00"), message("A-101", "le robinet fuit"));
  desk.repair(monday("10:00"), 1);
  CHECK(desk.open(monday("12:00"), message("A-101", "le robinet fuit")).request.rework_of == 1);
  CHECK(desk.at(monday("12:05")).decline(2, "plus de pièces", {}).request.provider == "ELO");
  CHECK(!desk.request(2).rework_of);
}

// ---- contracts that are over

TEST_CASE("a firm finishes after its contract what it began under it") {
  SmallDesk desk;
  const NewRequest lock = message("A-101", "la serrure", "locksmith");
  desk.open(monday("09:00"), lock);
  CHECK(desk.request(1).provider == "OLD");
  desk.repair(monday("11:00"), 1);
  const Opened back = desk.open(at("2026-03-20T09:00:00+01:00"), lock);
  CHECK(back.request.provider == "OLD");
  CHECK(back.request.rework_of == 1);
  const Opened other = desk.open(at("2026-03-20T09:00:00+01:00"), message("A-102", "la serrure", "locksmith"));
  CHECK(other.request.provider == "NEW");
}

TEST_CASE("a job reopened after the end of the contract goes back to the firm that did it") {
  SmallDesk desk;
  desk.open(monday("09:00"), message("A-101", "la serrure", "locksmith"));
  desk.repair(monday("11:00"), 1);
  const Outcome reopened = desk.at(at("2026-03-20T09:00:00+01:00")).reopen(1, "bloque encore", {});
  CHECK(reopened.request.provider == "OLD");
  CHECK(reopened.request.reopened == 1);
}

TEST_CASE("a job reopened after the end of the contract stays there when it is routed again") {
  SmallDesk desk;
  desk.open(monday("09:00"), message("A-101", "la serrure", "locksmith"));
  desk.repair(monday("11:00"), 1);
  desk.at(at("2026-03-20T09:00:00+01:00")).reopen(1, "bloque encore", {});
  desk.at(at("2026-03-20T10:00:00+01:00")).assign(1, "", false, "", {});
  CHECK(desk.request(1).provider == "OLD");
}

TEST_CASE("by hand too a firm whose contract is over is sent back only to its own job") {
  SmallDesk desk;
  const NewRequest lock = message("A-101", "la serrure", "locksmith");
  desk.open(monday("09:00"), lock);
  desk.repair(monday("11:00"), 1);
  const Instant later = at("2026-03-20T09:00:00+01:00");
  desk.open(later, lock);
  desk.open(later, message("A-102", "la serrure", "locksmith"));
  CHECK(desk.at(later).assign(2, "NEW", false, "plus près", {}).request.provider == "NEW");
  CHECK(desk.at(later).assign(2, "OLD", false, "", {}).request.provider == "OLD");
  CHECK(trouble_of([&] { desk.at(later).assign(3, "OLD", false, "il connaît", {}); }) == Trouble::refused);
}

TEST_CASE("an order outside a contract is for an emergency and with a reason") {
  SmallDesk desk;
  NewRequest lock = message("A-102", "la serrure", "locksmith");
  const Instant later = at("2026-03-20T09:00:00+01:00");
  desk.open(later, lock);
  CHECK(trouble_of([&] { desk.at(later).assign(1, "OLD", true, "personne d'autre", {}); }) == Trouble::refused);
  lock.urgency = Urgency::emergency;
  desk.open(later, lock);
  CHECK(trouble_of([&] { desk.at(later).assign(2, "OLD", true, "", {}); }) == Trouble::refused);
  CHECK(trouble_of([&] { desk.at(later).assign(2, "OLD", false, "personne d'autre", {}); }) == Trouble::refused);
  CHECK(desk.request(2).provider == "NEW");
  const Outcome ordered = desk.at(later).assign(2, "OLD", true, "personne d'autre", {});
  CHECK(ordered.request.provider == "OLD");
  CHECK(ordered.request.out_of_contract);
  CHECK(!ordered.request.promised_at);
  CHECK(desk.store().journal(2).back().reason == "personne d'autre");
  const Outcome back = desk.at(later).assign(2, "NEW", false, "libre", {});
  CHECK(!back.request.out_of_contract);
}

TEST_CASE("within a contract an order is one within a contract whatever was asked") {
  SmallDesk desk;
  NewRequest tap = message("A-101", "le robinet fuit");
  tap.urgency = Urgency::emergency;
  desk.open(monday("09:00"), tap);
  CHECK(!desk.at(monday("09:05")).assign(1, "ELO", true, "plus près", {}).request.out_of_contract);
}

// ---- capacity and money

TEST_CASE("a crew that is full is sent only by hand and with a reason") {
  SmallDesk desk;
  const NewRequest wall = message("A-101", "le mur", "painting");
  desk.open(monday("09:00"), wall);
  desk.open(monday("09:05"), wall);
  const Opened third = desk.open(monday("09:10"), wall);
  CHECK(third.request.triage == triage_nobody);
  CHECK(desk.open(at("2026-03-03T00:00:00+01:00"), wall).request.provider == "CREW");
  CHECK(trouble_of([&] { desk.at(monday("09:15")).assign(3, "CREW", false, "", {}); }) == Trouble::refused);
  CHECK(desk.at(monday("09:15")).assign(3, "CREW", false, "petit travail", {}).request.provider == "CREW");
}

TEST_CASE("an order of a crew that is full by it stays there when it is routed again") {
  SmallDesk desk;
  const NewRequest wall = message("A-101", "le mur", "painting");
  desk.open(monday("09:00"), wall);
  desk.open(monday("09:05"), wall);
  desk.at(monday("09:10")).assign(1, "", false, "", {});
  CHECK(desk.request(1).provider == "CREW");
}

// ---- files

namespace {

struct Row {
  const char* received;
  const char* dwelling;
  const char* trade;
  const char* flags;
  const char* text;
};

constexpr std::array day_of_messages{
    Row{"09:00", "A-101", "plumbing", "", "plus d'eau"},
    Row{"09:20", "A-203", "pest_control", "", "des cafards"},
    Row{"09:30", "A-202", "plumbing", "senior", "plus d'eau"},
    Row{"09:40", "B-101", "plumbing", "", "le robinet fuit"},
    Row{"10:00", "A-303", "plumbing", "", "plus d'eau"},
    Row{"10:10", "A-404", "plumbing", "", "plus d'eau"},
    Row{"10:30", "B-101", "none", "", "annuler"},
    Row{"11:00", "B-102", "painting", "", "le mur"},
    Row{"11:10", "B-103", "painting", "", "le mur"},
    Row{"11:20", "B-104", "painting", "", "le mur"},
    Row{"11:30", "B-103", "plumbing", "", "plus d'eau"},
    Row{"11:40", "B-203", "plumbing", "", "plus d'eau"},
};

ImportResult import_day(SmallDesk& desk, bool dry_run = false) {
  std::string csv =
      "received_at,channel,residence,dwelling,trade,tenant_flags,tenant_name,tenant_phone,tenant_email,"
      "description,key,building,urgency,place,closed_at,answer\n";
  for (const Row& row : day_of_messages)
    csv += "2026-03-02T" + std::string(row.received) + ":00+01:00,desk,BEL," + row.dwelling + ',' + row.trade + ',' +
           row.flags + ",,,," + row.text + ",,,,,,\n";
  std::size_t read = 0;
  const auto fill = [&](char* buffer, std::size_t size) {
    const std::size_t part = std::min(size, csv.size() - read);
    std::memcpy(buffer, csv.data() + read, part);
    read += part;
    return part;
  };
  Desk at_night = desk.at(monday("20:00"));
  return import_csv(at_night, desk.settings(), own_columns(zone()), fill, {.skip_invalid = false, .dry_run = dry_run});
}

/// Without the key that an import makes, and without when it was entered.
std::string told(Store& store, RequestId id) {
  std::string text;
  for (const Event& event : store.journal(id)) {
    text += std::string(code(event.action)) + ' ' + std::to_string(event.at.time_since_epoch().count()) + ' ' +
            event.who + ' ' + event.reason + ' ' + event.decision;
    for (const auto& [field, value] : event.changes)
      if (std::string_view(field->name) != "key") text += std::string(" ") + field->name;
    text += '\n';
  }
  return text;
}

}  // namespace

TEST_CASE("an import of messages gives what opening them one by one gives") {
  SmallDesk typed;
  for (const Row& row : day_of_messages)
    typed.open(monday(row.received), message(row.dwelling, row.text, row.trade, row.flags));

  SmallDesk imported;
  const ImportResult result = import_day(imported);
  CHECK(result.rejected.empty());
  CHECK(result.imported == day_of_messages.size());
  CHECK(result.besides == 3);  // two common requests and an inspection
  REQUIRE(imported.store().last_id() == typed.store().last_id());
  CHECK(imported.store().last_id() == static_cast<RequestId>(day_of_messages.size() + result.besides));
  for (RequestId id = 1; id <= typed.store().last_id(); ++id) {
    Request one = imported.request(id);
    one.key.clear();
    CAPTURE(id);
    CHECK(one == typed.request(id));
    CHECK(told(imported.store(), id) == told(typed.store(), id));
  }
}

TEST_CASE("the same file again makes nothing twice and a dry run makes nothing") {
  SmallDesk desk;
  CHECK(import_day(desk, true).imported == day_of_messages.size());
  CHECK(desk.store().last_id() == 0);
  import_day(desk);
  const RequestId last = desk.store().last_id();
  CHECK(import_day(desk).unchanged == day_of_messages.size());
  CHECK(desk.store().last_id() == last);
}
