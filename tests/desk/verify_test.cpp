// Work is looked at by somebody else: lists, refusals with names, rework, watch, acceptance without a check, and what
// the tenant hears meanwhile.
#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "support/desk.hpp"
#include "support/folder.hpp"
#include "text/translate.hpp"

using namespace regie;
using namespace regie::test;

namespace {

/// What a test says otherwise than the others.
struct House {
  const char* verification = "checklist = \"required\"";
  const char* contract = "promise = { urgent = \"4 working hours\" }";
};

/// A crew in the south, of which nothing is drawn, and a firm in the north, all of whose work is checked.
std::string landlord(const House& house) {
  return R"(
zone = "Europe/Paris"
lexicon = ["words.toml"]
[access]
default_role = "reader"
[calendar]
holidays = "none"
[hours.office]
mon-fri = "8:00-18:00"
[targets]
hours = "office"
urgent = "1 working day"
[answers]
first = "2 working days"
again = "5 working days"
last = "1 working day"
[verification]
contractor = "always"
crew = "0%"
)" + std::string(house.verification) +
         R"(
[[checklist]]
trades = ["plumbing"]
ask = [
  { code = "tight", text = "No leak left?" },
  { code = "drains", text = "Does the water run off?" },
  { code = "clean", text = "Left clean?" },
]
[[agency]]
code = "all"
head = "head"
[[residence]]
code = "BEL"
agency = "all"
sector = "north"
caretaker = "caretaker"
[[residence]]
code = "ROS"
agency = "all"
sector = "south"
caretaker = "caretaker"
[[person]]
code = "clerk"
name = "Ms Clerk"
role = "reception"
unix = "clerk"
[[person]]
code = "night"
name = "Nightly jobs"
role = "service"
unix = "night"
[[person]]
code = "fitter"
name = "Mr Fitter"
role = "contractor"
provider = "FIRM"
unix = "fitter"
[[person]]
code = "ann"
name = "Ann"
role = "technician"
provider = "CREW"
unix = "ann"
[[person]]
code = "bob"
name = "Bob"
role = "technician"
provider = "CREW"
unix = "bob"
[[person]]
code = "foreman"
name = "Foreman"
role = "manager"
provider = "CREW"
unix = "foreman"
[[person]]
code = "head"
name = "Ms Head"
role = "manager"
unix = "head"
[[person]]
code = "caretaker"
name = "Mr Care"
role = "caretaker"
unix = "caretaker"
[[provider]]
code = "FIRM"
name = "Firm"
[[provider.contract]]
trades = ["plumbing", "electrical"]
sectors = ["north"]
)" + house.contract +
         R"(
[[provider]]
code = "CREW"
name = "Crew"
kind = "crew"
[[provider.contract]]
trades = ["plumbing", "electrical"]
sectors = ["south"]
)";
}

/// "09:00" on a day of March 2026; the 2nd is a Monday.
Instant march(int day, const std::string& clock) {
  return at("2026-03-" + std::string(day < 10 ? "0" : "") + std::to_string(day) + 'T' + clock +
            (clock.size() == 5 ? ":00" : "") + "+01:00");
}

class SmallDesk {
 public:
  explicit SmallDesk(const House& house = {}) {
    folder_.write("words.toml", "stemmer = \"french\"\n[trade.plumbing]\nsure = \"fuite\"\n");
    use(house);
  }
  ~SmallDesk() { check_journals(store_); }

  /// From now on the files say this.
  void use(const House& house) {
    folder_.write("regie.toml", landlord(house));
    settings_ = std::make_unique<Settings>(
        Settings::Sources{.file = folder_.path() / "regie.toml",
                          .share_dir = std::filesystem::path(REGIE_SOURCE_DIR) / "config",
                          .zone = [](const std::string& name) { return std::optional(zone(name)); },
                          .default_zone = "Europe/Paris"});
  }
  Desk at(Instant now, const std::string& login, const std::string& act_as = "") {
    return {*settings_, store_, identify(settings_->landlord(), login, act_as), {.now = now}};
  }
  RequestId open(Instant now, const char* residence, const char* trade = "plumbing") {
    NewRequest wanted;
    wanted.draft.text = "rappeler";
    wanted.draft.residence = residence;
    wanted.draft.dwelling = "B-203";
    wanted.draft.tenant_name = "Mme Rey";
    wanted.draft.opened_at = now;
    wanted.trade = trade;
    wanted.urgency = Urgency::urgent;
    return at(now, "clerk").open(wanted).request.id;
  }
  Outcome act(Instant now, RequestId id, const Deed& deed, const char* login = "clerk") {
    return at(now, login)
        .act(
            id, [&](const Request&) { return deed; }, "");
  }
  /// Reported done, by default by reception for whoever has the order.
  void done(Instant now, RequestId id, const char* login = "clerk") {
    REQUIRE(!at(now, login).done(id, {.by = "", .work = "joint"}, "", {}).refusal);
  }
  /// Looked at by the caretaker.
  Outcome check(Instant now, RequestId id, bool pass) {
    Inspection inspection{.pass = pass, .findings = {}, .photos = {}};
    if (pass) inspection.findings = all_good;
    return at(now, "caretaker").verify(id, inspection, pass ? "" : "fuit encore", {});
  }
  Request request(RequestId id = 1) { return *store_.find(id); }
  std::size_t entries(RequestId id = 1) { return store_.journal(id).size(); }
  std::vector<RequestId> numbers(const Filter& filter) { return store_.numbers(filter, 100); }
  Store& store() { return store_; }
  Settings& settings() { return *settings_; }

  static inline const std::map<std::string, Finding> all_good{
      {"clean", Finding::ok}, {"drains", Finding::ok}, {"tight", Finding::ok}};

 private:
  Folder folder_;
  DeskHome home_;
  std::unique_ptr<Settings> settings_;
  Store store_{home_.url(), open_options(sql::Access::create), march(2, "08:00")};
};

/// One job of the crew (ROS) or of the firm (BEL), done on Monday at ten and reported by `login`.
class OneJob : public SmallDesk {
 public:
  explicit OneJob(const char* residence, const char* trade = "plumbing", const char* login = "clerk",
                  const House& house = {})
      : SmallDesk(house) {
    open(march(2, "09:00"), residence, trade);
    done(march(2, "10:00"), 1, login);
  }
  Outcome verify(const Inspection& inspection, const std::string& login = "caretaker", const std::string& act_as = "") {
    return at(march(2, "11:00"), login, act_as).verify(1, inspection, "", {});
  }
};

struct Thrown {
  Trouble trouble;
  std::string text;
  std::vector<std::string> hints;
};

Thrown thrown_by(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    Thrown thrown{error.trouble(), text::tr(error.messages().front()), {}};
    for (const Message& hint : error.hints()) thrown.hints.push_back(text::tr(hint));
    return thrown;
  }
  FAIL("nothing was thrown");
  return {};
}

Refusal::Why refused(const Outcome& outcome) {
  REQUIRE(outcome.refusal.has_value());
  CHECK(outcome.changes.empty());
  return outcome.refusal->why;
}

/// What is said last about who else may check.
std::string names_told(const Outcome& outcome) {
  REQUIRE(outcome.refusal.has_value());
  REQUIRE(!outcome.refusal->hints.empty());
  return text::tr(outcome.refusal->hints.back());
}

/// The findings that a pasted "regie verify 1 --check a=ok --check b=na" would give.
Inspection pasted(const std::string& command) {
  std::istringstream words(command);
  std::string word;
  Inspection inspection;
  for (const char* wanted : {"regie", "verify", "1"}) {
    words >> word;
    CHECK(word == wanted);
  }
  while (words >> word) {
    CHECK(word == "--check");
    word.clear();
    words >> word;
    const std::size_t equals = word.find('=');
    REQUIRE(equals != std::string::npos);
    inspection.findings[word.substr(0, equals)] = parse<Finding>(word.substr(equals + 1)).value();
  }
  return inspection;
}

}  // namespace

// ---- the checklist

TEST_CASE("findings are kept in the order of the list whatever the order they were told in") {
  OneJob job("BEL");
  CHECK(!job.verify({.pass = true,
                     .findings = {{"clean", Finding::ok}, {"drains", Finding::not_applicable}, {"tight", Finding::ok}},
                     .photos = {}})
             .refusal);
  CHECK(job.request().findings == "tight=ok;drains=na;clean=ok");
  CHECK(job.request().state == State::verified);
  CHECK(job.request().verified_by == "caretaker");
}

TEST_CASE("a failed check keeps what was found and needs no whole list") {
  OneJob job("BEL");
  CHECK(!job.verify({.pass = false, .findings = {{"clean", Finding::ok}, {"tight", Finding::fault}}, .photos = {}})
             .refusal);
  CHECK(job.request().findings == "tight=fault;clean=ok");
  CHECK(job.request().state == State::assigned);
}

TEST_CASE("findings are those of the last check") {
  OneJob job("BEL");
  job.verify({.pass = false, .findings = {{"tight", Finding::fault}}, .photos = {}});
  job.done(march(2, "12:00"), 1);
  job.check(march(2, "13:00"), 1, true);
  CHECK(job.request().findings == "tight=ok;drains=ok;clean=ok");
  CHECK(job.request().reworks == 1);
}

TEST_CASE("a code that is not on the list is refused and the nearest is offered") {
  OneJob job("BEL");
  const auto told = [&](const char* code) {
    return thrown_by([&] { job.verify({.pass = true, .findings = {{code, Finding::ok}}, .photos = {}}); });
  };
  CHECK(told("tihgt").trouble == Trouble::refused);
  CHECK(told("tihgt").text == "nothing called 'tihgt' is on the checklist; did you mean 'tight'?");
  CHECK(told("photograph").text == "nothing called 'photograph' is on the checklist; on it: tight, drains, clean");
  CHECK(told("").trouble == Trouble::refused);
  CHECK(told("Tight").text == "nothing called 'Tight' is on the checklist; did you mean 'tight'?");
  CHECK(job.entries() == 2);
}

TEST_CASE("a failed check does not take a code that is not on the list either") {
  OneJob job("BEL");
  CHECK(thrown_by([&] {
          job.verify({.pass = false, .findings = {{"tihgt", Finding::fault}}, .photos = {}});
        }).trouble == Trouble::refused);
  CHECK(job.request().reworks == 0);
}

TEST_CASE("a trade without a list takes no findings and passes without even where lists are required") {
  OneJob job("BEL", "electrical");
  const Thrown thrown = thrown_by([&] {
    job.verify({.pass = true, .findings = {{"tight", Finding::ok}}, .photos = {}});
  });
  CHECK(thrown.trouble == Trouble::refused);
  CHECK(thrown.text == "request 1: there is no checklist for electrical");
  CHECK(!job.verify({}).refusal);
  CHECK(job.request().state == State::verified);
  CHECK(job.request().findings == "");
}

TEST_CASE("work with a fault does not pass and all faults are named") {
  for (const char* list : {"checklist = \"required\"", "checklist = \"offered\""}) {
    CAPTURE(std::string(list));
    OneJob job("BEL", "plumbing", "clerk", {.verification = list});
    const Thrown thrown = thrown_by([&] {
      job.verify({.pass = true,
                  .findings = {{"clean", Finding::fault}, {"drains", Finding::ok}, {"tight", Finding::fault}},
                  .photos = {}});
    });
    CHECK(thrown.trouble == Trouble::refused);
    CHECK(thrown.text.starts_with("request 1: 'tight, clean' is not good"));
    CHECK(job.request().state == State::done);
    CHECK(job.request().findings == "");
    CHECK(job.entries() == 2);
  }
}

TEST_CASE("an offered list may be left unanswered") {
  OneJob job("BEL", "plumbing", "clerk", {.verification = "checklist = \"offered\""});
  CHECK(!job.verify({.pass = true, .findings = {{"clean", Finding::ok}}, .photos = {}}).refusal);
  CHECK(job.request().findings == "clean=ok");
}

TEST_CASE("a required list wants every line and says with which command it is whole") {
  OneJob job("BEL");
  const Thrown thrown = thrown_by([&] { job.verify({}); });
  CHECK(thrown.trouble == Trouble::refused);
  CHECK(thrown.text == "request 1: the checklist is not complete, missing: tight, drains, clean");
  REQUIRE(thrown.hints.size() == 1);
  CHECK(job.entries() == 2);
  CHECK(!job.verify(pasted(thrown.hints.front())).refusal);
  CHECK(job.request().findings == "tight=ok;drains=ok;clean=ok");
}

TEST_CASE("the command of an incomplete list keeps what was answered already") {
  OneJob job("BEL");
  const Thrown thrown = thrown_by([&] {
    job.verify({.pass = true, .findings = {{"drains", Finding::not_applicable}}, .photos = {}});
  });
  CHECK(thrown.text == "request 1: the checklist is not complete, missing: tight, clean");
  REQUIRE(thrown.hints.size() == 1);
  CHECK(!job.verify(pasted(thrown.hints.front())).refusal);
  CHECK(job.request().findings == "tight=ok;drains=na;clean=ok");
}

// ---- who may check

TEST_CASE("who did the work does not check it and is told who may") {
  OneJob job("ROS", "plumbing", "ann");
  REQUIRE(job.request().done_by == "ann");
  const Outcome outcome = job.verify({.findings = SmallDesk::all_good, .photos = {}}, "ann");
  CHECK(refused(outcome) == Refusal::Why::own_work);
  CHECK(names_told(outcome) == "may check it: Mr Care, Ms Head");
  CHECK(as_error(*outcome.refusal).trouble() == Trouble::conflict);
  CHECK(job.request().state == State::done);
}

TEST_CASE("a colleague of the same crew does not check it either whatever the role") {
  OneJob job("ROS", "plumbing", "ann");
  for (const char* colleague : {"bob", "foreman"}) {
    CAPTURE(std::string(colleague));
    const Outcome outcome = job.verify({.findings = SmallDesk::all_good, .photos = {}}, colleague);
    CHECK(refused(outcome) == Refusal::Why::own_work);
    CHECK(names_told(outcome) == "may check it: Mr Care, Ms Head");
  }
  CHECK(job.entries() == 2);
}

TEST_CASE("a failed check of one's own work is refused like a good one") {
  OneJob job("ROS", "plumbing", "ann");
  CHECK(refused(job.verify({.pass = false, .findings = {}, .photos = {}}, "bob")) == Refusal::Why::own_work);
  CHECK(job.request().reworks == 0);
  CHECK(job.request().done_by == "ann");
}

TEST_CASE("one's own work is refused before anything is asked about it") {
  OneJob job("ROS", "plumbing", "ann");
  CHECK(refused(job.verify({}, "ann")) == Refusal::Why::own_work);
}

TEST_CASE("whoever reported the work done does not check it and is not among the names") {
  OneJob job("BEL", "plumbing", "head");
  REQUIRE(job.request().done_by == "FIRM");
  const Outcome outcome = job.verify({.findings = SmallDesk::all_good, .photos = {}}, "head");
  CHECK(refused(outcome) == Refusal::Why::own_work);
  CHECK(names_told(outcome) == "may check it: Mr Care");
}

TEST_CASE("somebody of the crew who types for another does not check the crew's work") {
  OneJob job("ROS", "plumbing", "ann");
  for (const char* other : {"caretaker", "head"}) {
    CAPTURE(std::string(other));
    const Outcome outcome = job.verify({.findings = SmallDesk::all_good, .photos = {}}, "foreman", other);
    CHECK(refused(outcome) == Refusal::Why::own_work);
    CHECK(names_told(outcome) == "may check it: Mr Care, Ms Head");
  }
  CHECK(job.request().verified_by == "");
  CHECK(!job.verify({.findings = SmallDesk::all_good, .photos = {}}, "head", "caretaker").refusal);
}

TEST_CASE("whoever reported it and types for another does not check it") {
  OneJob job("BEL", "plumbing", "head");
  CHECK(refused(job.verify({.findings = SmallDesk::all_good, .photos = {}}, "head", "caretaker")) ==
        Refusal::Why::own_work);
}

TEST_CASE("whoever typed in for another that it was done does not check it") {
  SmallDesk desk;
  desk.open(march(2, "09:00"), "BEL");
  desk.at(march(2, "10:00"), "head", "caretaker").done(1, {.by = "FIRM", .work = "joint"}, "", {});
  REQUIRE(desk.request().done_reported_by == "caretaker");
  const auto verify = [&](const char* login, const char* act_as = "") {
    return desk.at(march(2, "11:00"), login, act_as).verify(1, {.findings = SmallDesk::all_good, .photos = {}}, "", {});
  };
  CHECK(refused(verify("head")) == Refusal::Why::own_work);
  CHECK(refused(verify("head", "bob")) == Refusal::Why::own_work);
  CHECK(refused(verify("caretaker")) == Refusal::Why::own_work);
  CHECK(!verify("bob").refusal);
}

TEST_CASE("whoever typed it in is not among the names") {
  SmallDesk desk;
  desk.open(march(2, "09:00"), "BEL");
  desk.at(march(2, "10:00"), "head", "caretaker").done(1, {.by = "FIRM", .work = "joint"}, "", {});
  CHECK(
      names_told(desk.at(march(2, "11:00"), "head").verify(1, {.findings = SmallDesk::all_good, .photos = {}}, "", {}))
          .find("Ms Head") == std::string::npos);
}

TEST_CASE("the crew may check the work of a firm") {
  OneJob job("BEL");
  CHECK(!job.verify({.findings = SmallDesk::all_good, .photos = {}}, "bob").refusal);
}

TEST_CASE("roles that check nothing are refused with the names of those who may") {
  OneJob job("BEL");
  for (const char* login : {"fitter", "clerk", "night", "nobody-knows"}) {
    CAPTURE(std::string(login));
    const Thrown thrown = thrown_by([&] { job.verify({.findings = SmallDesk::all_good, .photos = {}}, login); });
    CHECK(thrown.trouble == Trouble::refused);
    CHECK(thrown.hints == std::vector<std::string>{"may check it: Mr Care, Ms Head"});
  }
  CHECK(job.entries() == 2);
}

TEST_CASE("a firm that reported its own work is refused with the same names as anybody else") {
  OneJob job("BEL", "plumbing", "fitter");
  REQUIRE(job.request().done_by == "fitter");
  const Thrown thrown = thrown_by([&] { job.verify({.findings = SmallDesk::all_good, .photos = {}}, "fitter"); });
  CHECK(thrown.hints == std::vector<std::string>{"may check it: Mr Care, Ms Head"});
}

TEST_CASE("whoever knows the place may check it and anybody else where nobody is left who does") {
  ExampleDesk example(at("2026-03-02T09:00:00+01:00"));
  const Landlord& landlord = example.settings().landlord();
  const auto names = [&](const char* residence, const char* doer, const char* reporter, const char* provider) {
    Request request;
    request.residence = residence;
    request.done_by = doer;
    request.done_reported_by = reporter;
    request.done_provider = provider;
    return who_may_check(landlord, request, Actor{}, at("2026-03-02T09:00:00+01:00"));
  };
  const std::string caretaker = landlord.find_person(landlord.find_residence("BEL")->caretaker)->name;
  using Names = std::vector<std::string>;
  CHECK(names("BEL", "GAR", "montagnier", "GAR") == Names{caretaker, "Mme Brigitte Astruc"});
  CHECK(names("BEL", "GAR", "astruc", "GAR") == Names{caretaker});
  CHECK(names("BEL", "GARDIENS", "montagnier", "GARDIENS") == Names{"Mme Brigitte Astruc"});
  // Everybody who checks but the caretakers, who are one crew, and who reported it; five are enough.
  CHECK(names("BEL", "GARDIENS", "astruc", "GARDIENS") ==
        Names{"Mme Hélène Sarda", "M. Pascal Nocera", "M. Karim Ouali", "M. Didier Fouquet"});
  CHECK(names("", "GAR", "montagnier", "GAR").size() == 5);
}

TEST_CASE("the stand-in of a caretaker who is away is the first name") {
  ExampleDesk example(at("2026-03-16T09:00:00+01:00"));
  const Landlord& landlord = example.settings().landlord();
  const auto theirs = std::ranges::find(landlord.residences, "benhaddou", &Residence::caretaker);
  REQUIRE(theirs != landlord.residences.end());
  Request request;
  request.residence = theirs->code;
  request.done_provider = "GAR";
  CHECK(who_may_check(landlord, request, Actor{}, at("2026-03-12T09:00:00+01:00")).front() ==
        "M. Abdelkader Benhaddou");
  CHECK(who_may_check(landlord, request, Actor{}, at("2026-03-16T09:00:00+01:00")).front() == "M. Thierry Vasseur");
}

TEST_CASE("work that somebody of another crew did is not checked by that crew") {
  for (const char* doer : {"ann", "CREW"}) {
    CAPTURE(std::string(doer));
    SmallDesk desk;
    desk.open(march(2, "09:00"), "BEL");
    REQUIRE(desk.request().provider == "FIRM");
    desk.at(march(2, "10:00"), "clerk").done(1, {.by = doer, .work = "joint"}, "", {});
    CHECK(
        refused(desk.at(march(2, "11:00"), "bob").verify(1, {.findings = SmallDesk::all_good, .photos = {}}, "", {})) ==
        Refusal::Why::own_work);
  }
}

// ---- rework

TEST_CASE("a failed check owes the rework by the terms of the order even when the contract says otherwise by now") {
  OneJob job("BEL");
  REQUIRE(job.request().promise_terms == "4 working hours");
  for (const char* contract :
       {"promise = { urgent = \"1 hour\" }", "to = 2026-03-01", "promise = {}", "residences = [\"ROS\"]"}) {
    CAPTURE(std::string(contract));
    job.use({.contract = contract});
    const Instant failed = job.request().changed_at + std::chrono::hours{24};
    const Outcome outcome = job.check(failed, 1, false);
    CHECK(!outcome.refusal);
    CHECK(outcome.request.state == State::assigned);
    CHECK(outcome.request.promised_at == failed + std::chrono::hours{4});
    CHECK(outcome.request.promise_terms == "4 working hours");
    CHECK(outcome.request.due_at <= outcome.request.promised_at);
    job.done(failed, 1);
  }
  CHECK(job.request().reworks == 4);
}

TEST_CASE("rework is counted in opening hours from the check") {
  OneJob job("BEL");
  job.check(march(6, "16:30"), 1, false);  // a Friday
  CHECK(job.request().promised_at == march(9, "10:30"));
}

TEST_CASE("rework is no new order") {
  OneJob job("BEL");
  job.check(march(3, "11:00"), 1, false);
  const Request again = job.request();
  CHECK(again.provider == "FIRM");
  CHECK(again.assigned_at == march(2, "09:00"));
  CHECK(again.reworks == 1);
  CHECK(!again.done_at);
  CHECK(again.done_by == "");
  CHECK(again.work == "");
  CHECK(!again.check_required);
  CHECK(!again.check_due_at);
  CHECK(job.store().orders("FIRM", "plumbing", march(2, "00:00"), march(10, "00:00")) == 1);
  CHECK(job.store().journal(1).back().action == Action::verify);
  CHECK(job.store().journal(1).back().reason == "fuit encore");
}

TEST_CASE("a crew that promised nothing owes no date for its rework") {
  OneJob job("ROS", "plumbing", "ann");
  job.check(march(3, "11:00"), 1, false);
  CHECK(job.request().state == State::assigned);
  CHECK(!job.request().promised_at);
  CHECK(job.request().promise_terms == "");
  CHECK(job.request().target_at == march(3, "09:00"));
}

TEST_CASE("every look at the work is kept for the provider with the latest first") {
  OneJob job("BEL");
  CHECK(job.store().last_inspections("FIRM", 9).empty());
  job.check(march(3, "09:00"), 1, false);
  job.done(march(3, "10:00"), 1);
  job.check(march(3, "11:00"), 1, false);
  job.done(march(3, "12:00"), 1);
  job.check(march(3, "13:00"), 1, true);
  CHECK(job.store().last_inspections("FIRM", 9) == std::vector<bool>{true, false, false});
  CHECK(job.store().last_inspections("FIRM", 2) == std::vector<bool>{true, false});
  CHECK(job.store().last_inspections("FIRM", 0).empty());
  CHECK(job.store().last_inspections("CREW", 9).empty());
}

TEST_CASE("a check that is refused is no look at the work") {
  OneJob job("ROS", "plumbing", "ann");
  (void)job.verify({.pass = false, .findings = {}, .photos = {}}, "bob");
  (void)thrown_by([&] { job.verify({}, "head"); });
  CHECK(job.store().last_inspections("CREW", 9).empty());
}

// ---- on watch

TEST_CASE("after a failed check every job of the crew is checked until five good ones in a row") {
  OneJob job("ROS");
  CHECK(!job.request(1).check_required);  // nothing is drawn
  Instant now = march(3, "09:00");
  const auto next_hour = [&] { return now += std::chrono::hours{1}; };
  job.check(now, 1, false);
  job.done(next_hour(), 1);
  CHECK(job.request(1).check_required);
  for (RequestId id = 2; id <= 6; ++id) job.open(next_hour(), "ROS");
  job.check(next_hour(), 1, true);
  for (RequestId id = 2; id <= 5; ++id) {
    CAPTURE(id);
    job.done(next_hour(), id);
    CHECK(job.request(id).check_required);
    CHECK(refused(job.act(next_hour(), id, Close{"refait", {}})) == Refusal::Why::not_allowed);
    REQUIRE(!job.check(next_hour(), id, true).refusal);
  }
  CHECK(job.store().last_inspections("CREW", 5) == std::vector<bool>(5, true));
  job.done(next_hour(), 6);
  CHECK(!job.request(6).check_required);
  CHECK(!job.act(next_hour(), 6, Close{"refait", {}}).refusal);
}

TEST_CASE("another failed check begins the five anew") {
  OneJob job("ROS");
  Instant now = march(3, "09:00");
  const auto next_hour = [&] { return now += std::chrono::hours{1}; };
  const auto one_more = [&](bool pass) {
    const RequestId id = job.open(next_hour(), "ROS");
    job.done(next_hour(), id);
    const bool required = job.request(id).check_required;
    REQUIRE(!job.check(next_hour(), id, pass).refusal);
    return required;
  };
  job.check(now, 1, false);
  for (int good = 0; good < 4; ++good) CHECK(one_more(true));
  CHECK(one_more(false));
  for (int good = 0; good < 5; ++good) CHECK(one_more(true));
  CHECK(!one_more(true));
}

TEST_CASE("a failed check of one provider puts no other on watch") {
  OneJob job("BEL");
  job.check(march(3, "09:00"), 1, false);
  const RequestId id = job.open(march(3, "10:00"), "ROS");
  job.done(march(3, "11:00"), id);
  CHECK(!job.request(id).check_required);
}

TEST_CASE("how many good checks end the watch is the landlord's and nought is no watch") {
  for (const auto& [verification, good_ones] :
       {std::pair{"watch_until_good = 0", 0}, {"watch_until_good = 1", 1}, {"watch_until_good = 2", 2}}) {
    CAPTURE(good_ones);
    OneJob job("ROS", "plumbing", "clerk", {.verification = verification});
    Instant now = march(3, "09:00");
    job.check(now, 1, false);
    for (int good = 0;; ++good) {
      REQUIRE(good < 5);
      const RequestId id = job.open(now += std::chrono::hours{1}, "ROS");
      job.done(now, id);
      if (!job.request(id).check_required) {
        CHECK(good == good_ones);
        break;
      }
      job.check(now, id, true);
    }
  }
}

// ---- tacit acceptance

TEST_CASE("work is never accepted without a check where the landlord has not said so") {
  OneJob job("BEL");
  const Thrown thrown = thrown_by([&] { job.at(march(27, "09:00"), "head").accept_tacitly(1); });
  CHECK(thrown.trouble == Trouble::refused);
  CHECK(thrown.text.find("tacit_after") != std::string::npos);
  CHECK(job.request().state == State::done);
  CHECK(job.entries() == 2);
}

TEST_CASE("work is accepted without a check at the minute and not before") {
  OneJob job("BEL", "plumbing", "clerk", {.verification = "tacit_after = \"5 working days\""});
  const Thrown early = thrown_by([&] { job.at(march(9, "09:59:59"), "night").accept_tacitly(1); });
  CHECK(early.trouble == Trouble::refused);
  CHECK(job.entries() == 2);
  CHECK(job.numbers({.to_verify_only = true}) == std::vector<RequestId>{1});
  CHECK(job.numbers({.tacit_only = true}).empty());

  const Outcome outcome = job.at(march(9, "10:00"), "night").accept_tacitly(1);
  CHECK(!outcome.refusal);
  const Request accepted = job.request();
  CHECK(accepted == outcome.request);
  CHECK(accepted.state == State::verified);
  CHECK(accepted.tacit);
  CHECK(accepted.verified_at == march(9, "10:00"));
  CHECK(accepted.verified_by == "");
  CHECK(!accepted.check_due_at);
  CHECK(job.numbers({.to_verify_only = true}).empty());
  CHECK(job.numbers({.tacit_only = true}) == std::vector<RequestId>{1});
  CHECK(job.store().journal(1).back().who == "night");
}

TEST_CASE("acceptance without a check is no look at the work") {
  OneJob job("BEL", "plumbing", "clerk", {.verification = "tacit_after = \"1 hour\""});
  job.at(march(2, "11:00"), "night").accept_tacitly(1);
  CHECK(job.store().last_inspections("FIRM", 9).empty());
  CHECK(job.store().check([](const char*, std::int64_t, std::int64_t) {}).findings.empty());
}

TEST_CASE("acceptance without a check does not end the watch") {
  OneJob job("ROS", "plumbing", "clerk", {.verification = "tacit_after = \"1 hour\"\nwatch_until_good = 1"});
  job.check(march(3, "09:00"), 1, false);
  job.done(march(3, "10:00"), 1);
  job.at(march(3, "12:00"), "night").accept_tacitly(1);
  const RequestId next = job.open(march(4, "09:00"), "ROS");
  job.done(march(4, "10:00"), next);
  CHECK(job.request(next).check_required);
}

TEST_CASE("accepting twice is nothing new and somebody who looked is not forgotten") {
  OneJob job("BEL", "plumbing", "clerk", {.verification = "tacit_after = \"1 hour\""});
  job.open(march(2, "10:00"), "BEL");
  job.done(march(2, "11:00"), 2);
  job.check(march(2, "12:00"), 2, true);
  job.at(march(3, "09:00"), "night").accept_tacitly(1);
  CHECK(refused(job.at(march(4, "09:00"), "night").accept_tacitly(1)) == Refusal::Why::already);
  CHECK(refused(job.at(march(4, "09:00"), "night").accept_tacitly(2)) == Refusal::Why::already);
  CHECK(!job.request(2).tacit);
  CHECK(job.request(2).verified_by == "caretaker");
}

TEST_CASE("work that needs no check is not accepted without one") {
  OneJob job("ROS", "plumbing", "clerk", {.verification = "tacit_after = \"1 hour\""});
  REQUIRE(!job.request().check_required);
  CHECK(thrown_by([&] { job.at(march(9, "09:00"), "night").accept_tacitly(1); }).trouble == Trouble::refused);
  CHECK(job.request().state == State::done);
}

TEST_CASE("how long somebody may look is what was promised then") {
  OneJob job("BEL", "plumbing", "clerk", {.verification = "within = \"1 day\"\ntacit_after = \"5 working days\""});
  job.use({.verification = "within = \"1 day\"\ntacit_after = \"1 hour\""});
  CHECK(thrown_by([&] { job.at(march(9, "09:59"), "night").accept_tacitly(1); }).trouble == Trouble::refused);
  CHECK(!job.at(march(9, "10:00"), "night").accept_tacitly(1).refusal);
}

TEST_CASE("only work that was done is accepted without a check") {
  SmallDesk desk({.verification = "tacit_after = \"1 hour\""});
  desk.open(march(2, "09:00"), "BEL");
  CHECK(refused(desk.at(march(9, "09:00"), "night").accept_tacitly(1)) == Refusal::Why::not_allowed);
  CHECK(thrown_by([&] { desk.at(march(9, "09:00"), "night").accept_tacitly(7); }).trouble == Trouble::not_found);
}

TEST_CASE("whoever may not close does not accept without a check") {
  OneJob job("BEL", "plumbing", "clerk", {.verification = "tacit_after = \"1 hour\""});
  for (const char* login : {"caretaker", "bob", "fitter", "nobody-knows"}) {
    CAPTURE(std::string(login));
    CHECK(thrown_by([&] { job.at(march(9, "09:00"), login).accept_tacitly(1); }).trouble == Trouble::refused);
  }
  CHECK(job.request().state == State::done);
  CHECK(!job.at(march(9, "09:00"), "clerk").accept_tacitly(1).refusal);
}

TEST_CASE("work done anew after it was accepted without a check is no longer marked") {
  OneJob job("BEL", "plumbing", "clerk", {.verification = "tacit_after = \"1 hour\""});
  job.at(march(3, "09:00"), "night").accept_tacitly(1);
  job.at(march(4, "09:00"), "clerk").close(1, {"refait", {}}, "", {});
  CHECK(job.request().tacit);
  CHECK(job.numbers({.tacit_only = true}) == std::vector<RequestId>{1});
  job.at(march(5, "09:00"), "clerk").reopen(1, "fuit", {});
  CHECK(!job.request().tacit);
  CHECK(job.numbers({.tacit_only = true}).empty());
}

// ---- targets missed

TEST_CASE("a target that was missed is counted when it is reopened and one that was kept is not") {
  for (const auto& [done, missed] : {std::pair{march(3, "09:00"), 0}, {march(3, "09:00:01"), 1}}) {
    CAPTURE(missed);
    SmallDesk desk;
    desk.open(march(2, "09:00"), "BEL");
    REQUIRE(desk.request().target_at == march(3, "09:00"));
    desk.done(done, 1);
    desk.check(march(4, "09:00"), 1, true);
    desk.at(march(5, "09:00"), "clerk").close(1, {"refait", {}}, "", {});
    CHECK(desk.request().targets_missed == 0);
    desk.at(march(5, "12:00"), "clerk").reopen(1, "fuit", {});
    CHECK(desk.request().targets_missed == missed);
    CHECK(desk.request().target_at == march(6, "12:00"));
  }
}

TEST_CASE("targets missed add up and work that was checked may be reopened before the answer") {
  SmallDesk desk;
  desk.open(march(2, "09:00"), "BEL");
  for (int round = 1; round <= 3; ++round) {
    const int day = 2 + 7 * (round - 1);
    desk.done(march(day + 3, "10:00"), 1);
    desk.check(march(day + 3, "11:00"), 1, true);
    desk.at(march(day + 7, "09:00"), "clerk").reopen(1, "fuit", {});
    CHECK(desk.request().targets_missed == round);
    CHECK(desk.request().reopened == round);
  }
}

TEST_CASE("what was good only after a failed check was done when it was done the last time") {
  SmallDesk desk;
  desk.open(march(2, "09:00"), "BEL");
  desk.done(march(2, "10:00"), 1);
  desk.check(march(4, "09:00"), 1, false);
  desk.done(march(4, "10:00"), 1);
  desk.check(march(4, "11:00"), 1, true);
  desk.at(march(5, "09:00"), "clerk").reopen(1, "fuit", {});
  CHECK(desk.request().targets_missed == 1);
}

TEST_CASE("a late answer on the spot is a target missed") {
  for (const auto& [closed, missed] : {std::pair{march(3, "09:00"), 0}, {march(3, "09:01"), 1}}) {
    SmallDesk desk;
    desk.open(march(2, "09:00"), "BEL", "heating");  // nobody's
    REQUIRE(desk.request().state == State::open);
    desk.at(closed, "clerk").close(1, {"répondu", {}}, "", {});
    desk.at(march(4, "09:00"), "clerk").reopen(1, "insiste", {});
    CHECK(desk.request().targets_missed == missed);
  }
}

// ---- the tenant hears something

TEST_CASE("what the tenant hears and until when from the reception to the answer") {
  SmallDesk desk;
  desk.open(march(2, "09:00"), "BEL");
  CHECK(!desk.request().told_at);
  CHECK(!desk.request().told_how);
  CHECK(desk.request().answer_due_at == march(4, "09:00"));

  desk.at(march(3, "10:00"), "clerk").schedule(1, {march(5, "08:00"), march(5, "10:00"), "", {}, {}}, "", {});
  CHECK(desk.request().told_at == march(3, "10:00"));
  CHECK(desk.request().told_how == Channel::phone);
  CHECK(desk.request().answer_due_at == march(10, "10:00"));

  desk.act(march(4, "11:00"), 1, Note{});
  CHECK(desk.request().told_at == march(3, "10:00"));
  CHECK(desk.request().answer_due_at == march(10, "10:00"));

  desk.act(march(4, "12:00"), 1, Note{.told_how = Channel::email});
  CHECK(desk.request().told_at == march(4, "12:00"));
  CHECK(desk.request().told_how == Channel::email);
  CHECK(desk.request().answer_due_at == march(11, "12:00"));

  desk.done(march(5, "09:00"), 1);
  CHECK(desk.request().answer_due_at == march(11, "12:00"));
  desk.check(march(5, "15:00"), 1, true);
  CHECK(desk.request().told_at == march(4, "12:00"));
  CHECK(desk.request().answer_due_at == march(6, "15:00"));

  desk.at(march(6, "11:00"), "clerk").close(1, {.answer = "refait", .rating = {}, .told_how = Channel::web}, "", {});
  CHECK(desk.request().told_at == march(6, "11:00"));
  CHECK(desk.request().told_how == Channel::web);
  CHECK(!desk.request().answer_due_at);
}

TEST_CASE("an answer by telephone is what is meant when nothing is said") {
  OneJob job("ROS");
  job.at(march(2, "12:00"), "clerk").close(1, {"refait", {}}, "", {});
  CHECK(job.request().told_how == Channel::phone);
}

TEST_CASE("work that needs no check is answered from its end") {
  OneJob job("ROS");
  REQUIRE(!job.request().check_required);
  CHECK(job.request().answer_due_at == march(3, "10:00"));
}

TEST_CASE("after a failed check the tenant hears something as after a new call") {
  OneJob job("BEL");
  job.act(march(2, "10:30"), 1, Note{.told_how = Channel::email});
  CHECK(job.request().answer_due_at == march(9, "10:30"));
  job.check(march(3, "11:00"), 1, false);
  CHECK(job.request().answer_due_at == march(5, "11:00"));
}

TEST_CASE("a reopened request is answered as a new call and what was told stays told") {
  OneJob job("ROS");
  job.at(march(2, "12:00"), "clerk").close(1, {"refait", {}}, "", {});
  job.at(march(5, "09:00"), "clerk").reopen(1, "fuit", {});
  CHECK(job.request().told_at == march(2, "12:00"));
  CHECK(job.request().answer_due_at == march(9, "09:00"));
}

TEST_CASE("nobody waits for news of what was cancelled and everybody of what was accepted without a check") {
  SmallDesk desk({.verification = "tacit_after = \"1 hour\""});
  desk.open(march(2, "09:00"), "BEL");
  desk.open(march(2, "09:00"), "BEL");
  desk.at(march(2, "10:00"), "clerk").cancel(1, {CancelReason::withdrawn, {}}, "", {});
  CHECK(!desk.request(1).answer_due_at);
  CHECK(!desk.request(1).told_at);
  desk.done(march(2, "10:00"), 2);
  desk.at(march(2, "12:00"), "night").accept_tacitly(2);
  CHECK(desk.request(2).answer_due_at == march(3, "12:00"));
}

TEST_CASE("holds and failed visits are no news for the tenant") {
  SmallDesk desk;
  desk.open(march(2, "09:00"), "BEL");
  desk.at(march(2, "10:00"), "clerk").schedule(1, {march(3, "08:00"), march(3, "10:00"), "", {}, {}}, "", {});
  desk.act(march(3, "10:00"), 1, NoAccess{});
  desk.act(march(3, "11:00"), 1, Hold{Party::parts});
  desk.act(march(4, "11:00"), 1, Resume{});
  CHECK(desk.request().told_at == march(2, "10:00"));
  CHECK(desk.request().answer_due_at == march(9, "10:00"));
}

TEST_CASE("the end of the work brings an answer forward and never puts it off") {
  for (const auto& [done, due] :
       {std::pair{march(2, "12:00"), march(3, "12:00")}, {march(3, "10:00"), march(4, "09:00")}}) {
    SmallDesk desk;
    desk.open(march(2, "09:00"), "ROS");
    REQUIRE(desk.request().answer_due_at == march(4, "09:00"));
    desk.done(done, 1);
    CHECK(desk.request().answer_due_at == due);
  }
}

TEST_CASE("a failed check does not put off what was owed before") {
  SmallDesk desk;
  desk.open(march(2, "09:00"), "BEL");
  desk.done(march(2, "10:00"), 1);
  desk.check(march(3, "11:00"), 1, false);
  CHECK(desk.request().answer_due_at == march(4, "09:00"));
}

TEST_CASE("a request that is closed without a word has told the tenant nothing") {
  OneJob job("ROS");
  job.at(march(2, "12:00"), "clerk").close(1, {"", {}}, "", {});
  CHECK(job.request().state == State::closed);
  CHECK(!job.request().told_at);
  CHECK(!job.request().told_how);
  CHECK(!job.request().answer_due_at);
}

TEST_CASE("where nobody is known nobody waits for an answer") {
  SmallDesk desk;
  desk.open(march(2, "09:00"), "BEL");
  desk.at(march(2, "10:00"), "clerk")
      .edit(
          1, [](NewRequest& wanted) { wanted.draft.tenant_name = ""; }, "");
  CHECK(desk.numbers({.unanswered_only = true, .now = march(20, "09:00")}).empty());
  desk.at(march(2, "11:00"), "clerk")
      .edit(
          1, [](NewRequest& wanted) { wanted.draft.tenant_email = "rey@example.org"; }, "");
  CHECK(desk.numbers({.unanswered_only = true, .now = march(20, "09:00")}) == std::vector<RequestId>{1});
}

TEST_CASE("who waits for an answer is told from the second after it was due") {
  SmallDesk desk;
  desk.open(march(2, "09:00"), "BEL");
  const auto waiting = [&](Instant now) { return desk.numbers({.unanswered_only = true, .now = now}); };
  CHECK(waiting(march(4, "09:00")).empty());
  CHECK(waiting(march(4, "09:00:01")) == std::vector<RequestId>{1});
  desk.act(march(4, "10:00"), 1, Note{.told_how = Channel::desk});
  CHECK(waiting(march(4, "10:00:01")).empty());
  desk.act(march(12, "10:00"), 1, Note{});
  CHECK(waiting(march(12, "10:00")) == std::vector<RequestId>{1});
  desk.done(march(12, "11:00"), 1);
  desk.check(march(12, "12:00"), 1, true);
  desk.at(march(12, "13:00"), "clerk").close(1, {"refait", {}}, "", {});
  CHECK(waiting(march(27, "10:00")).empty());
}
