// `regie clock`: every stretch of time accounted for, in words and as data. Times were counted by hand on the calendar
// of Val d'Orle Habitat: Monday to Friday from 8:30 to 17:30, French public holidays.
#include <doctest/doctest.h>

#include "cli/parsing.hpp"
#include "support/program.hpp"

using namespace regie::test;

namespace {

/// Thursday 2 April 2026, 14:00: four days without an hour at the desk follow Friday. A blocked WC is urgent: Garrigue
/// has promised one working day, as the landlord has.
struct Easter : Program {
  Easter() {
    use_example();
    now = "2026-04-02T14:00:00+02:00";
    REQUIRE((*this)("open 'WC bouchés, unique WC' -R TIL -d B-204").exit == 0);
  }

  void act(const std::string& time, const std::string& command) {
    now = time;
    const Result result = (*this)(command);
    REQUIRE_MESSAGE(result.exit == 0, command, ": ", result.err);
  }

  rapidjson::Document clocks(const std::string& more = "") {
    const Result result = (*this)("clock 1 --format json" + more);
    REQUIRE_MESSAGE(result.exit == 0, result.err);
    return parse_json(result.out);
  }
};

using Lines = std::vector<std::string>;

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string text_of(const rapidjson::Value& object, const char* key) {
  REQUIRE_MESSAGE(object.HasMember(key), "no ", key);
  return object[key].IsNull() ? "null" : object[key].GetString();
}

/// The last clock of that kind.
const rapidjson::Value& clock_of(const rapidjson::Document& document, const std::string& kind) {
  const rapidjson::Value* found = nullptr;
  for (const auto& item : document["items"].GetArray())
    if (text_of(item, "clock") == kind) found = &item;
  REQUIRE_MESSAGE(found != nullptr, "no clock is called ", kind);
  return *found;
}

/// "from to why" of each stretch, without year and offset.
Lines stretches_of(const rapidjson::Value& clock) {
  Lines lines;
  for (const auto& stretch : clock["stretches"].GetArray()) {
    const std::string from = text_of(stretch, "from"), to = text_of(stretch, "to");
    lines.push_back(from.substr(5, 11) + ' ' + to.substr(5, 11) + ' ' + text_of(stretch, "why"));
  }
  return lines;
}

/// What must hold for every clock whatever happened: it accounts for all of its time, and its sum is right.
void check_whole(const rapidjson::Document& document) {
  CHECK(text_of(document, "schema") == "regie.clock/1");
  REQUIRE(document["items"].Size() > 0);
  for (const auto& clock : document["items"].GetArray()) {
    CAPTURE(text_of(clock, "clock"));
    CAPTURE(clock["number"].GetInt());
    std::string reached = text_of(clock, "started_at");
    std::int64_t counted = 0;
    for (const auto& stretch : clock["stretches"].GetArray()) {
      CHECK(text_of(stretch, "from") == reached);
      reached = text_of(stretch, "to");
      CHECK(stretch["counted"].GetBool() == (text_of(stretch, "why") == "counted"));
      if (stretch["counted"].GetBool())
        counted += (at(reached) - at(text_of(stretch, "from"))) / std::chrono::seconds{1};
    }
    CHECK(clock["counted_seconds"].GetInt64() == counted);
    if (clock["due_at"].IsNull()) CHECK(text_of(clock, "outcome") == "stopped");
    else if (clock["ended_at"].IsNull() || at(text_of(clock, "due_at")) < at(text_of(clock, "ended_at")))
      CHECK(reached == text_of(clock, "due_at"));
    else CHECK(reached == text_of(clock, "ended_at"));
  }
}

}  // namespace

TEST_CASE("the clocks as data have every key and leave no time out") {
  Easter desk;
  const auto first = desk.clocks();
  check_whole(first);
  CHECK(keys_of(first["items"][0]) == Lines{"id", "clock", "number", "rework", "provider", "delay", "policy",
                                            "started_at", "promised_at", "due_at", "ended_at", "outcome",
                                            "counted_seconds", "stretches"});
  CHECK(keys_of(first["items"][0]["stretches"][0]) == Lines{"from", "to", "counted", "why", "party", "reason"});
  CHECK(first["items"].Size() == 3);
  CHECK(text_of(clock_of(first, "target"), "provider") == "null");
  CHECK(text_of(clock_of(first, "promise"), "provider") == "GAR");
  CHECK(text_of(clock_of(first, "promise"), "delay") == "1 working day");
  CHECK(text_of(clock_of(first, "answer"), "due_at") == "2026-04-07T14:00:00+02:00");
}

TEST_CASE("an Easter weekend is named day by day in the clock that runs over it") {
  Easter desk;
  CHECK(stretches_of(clock_of(desk.clocks(), "answer")) ==
        Lines{"04-02T14:00 04-02T17:30 counted", "04-02T17:30 04-03T08:30 closed", "04-03T08:30 04-03T17:30 counted",
              "04-03T17:30 04-04T00:00 closed", "04-04T00:00 04-06T00:00 day-off", "04-06T00:00 04-07T00:00 holiday",
              "04-07T00:00 04-07T08:30 closed", "04-07T08:30 04-07T14:00 counted"});
  CHECK(has(desk("clock 1").out,
            "  Fri 03/04 17:30 – Tue 07/04 08:30                outside the hours, day not worked, public holiday\n"));
}

TEST_CASE("a wait over Easter gives back its working hours and not its days") {
  Easter desk;
  desk.act("2026-04-03T10:00:00+02:00", "hold 1 --for tenant --reason 'back on Tuesday'");
  desk.now = "2026-04-06T12:00:00+02:00";
  const auto held = desk.clocks();
  check_whole(held);
  CHECK(text_of(clock_of(held, "target"), "due_at") == "null");
  CHECK(text_of(clock_of(held, "target"), "promised_at") == "2026-04-03T14:00:00+02:00");
  CHECK(stretches_of(clock_of(held, "target")) ==
        Lines{"04-02T14:00 04-02T17:30 counted", "04-02T17:30 04-03T08:30 closed", "04-03T08:30 04-03T10:00 counted",
              "04-03T10:00 04-06T12:00 waiting"});

  // Four of the nine hours were left at 10:00 on Friday: 14:00 on Tuesday.
  desk.act("2026-04-07T10:00:00+02:00", "resume 1");
  const auto resumed = desk.clocks();
  check_whole(resumed);
  for (const char* kind : {"target", "promise"}) {
    CAPTURE(kind);
    CHECK(text_of(clock_of(resumed, kind), "due_at") == "2026-04-07T14:00:00+02:00");
    CHECK(text_of(clock_of(resumed, kind)["stretches"][3], "party") == "tenant");
    CHECK(text_of(clock_of(resumed, kind)["stretches"][3], "reason") == "back on Tuesday");
  }
  CHECK(has(desk("clock 1").out, "due Tue 07/04 14:00 (without the waits: Fri 03/04 14:00)"));
  CHECK(has(desk("list").out, "07/04 14:00"));
}

TEST_CASE("who is to blame for the wait is not helped by it") {
  for (const auto& [party, target, promise] :
       {std::tuple{"landlord", "2026-04-03T14:00:00+02:00", "null"}, std::tuple{"weather", "null", "null"},
        std::tuple{"parts", "2026-04-03T14:00:00+02:00", "2026-04-03T14:00:00+02:00"}}) {
    CAPTURE(party);
    Easter desk;
    desk.act("2026-04-03T10:00:00+02:00", "hold 1 --reason test --for " + std::string(party));
    const auto document = desk.clocks();
    check_whole(document);
    CHECK(text_of(clock_of(document, "target"), "due_at") == target);
    CHECK(text_of(clock_of(document, "promise"), "due_at") == promise);
  }
}

TEST_CASE("a closed door stops the clock of the firm until the next appointment and no other") {
  Easter desk;
  desk("schedule 1 --from 'tomorrow 9:00' --to 10:00");
  desk.act("2026-04-03T09:30:00+02:00", "no-access 1");
  CHECK(text_of(clock_of(desk.clocks(), "promise"), "due_at") == "null");
  desk.act("2026-04-03T11:00:00+02:00", "schedule 1 --from '2026-04-07 10:00' --to 11:30");
  const auto document = desk.clocks();
  check_whole(document);
  CHECK(stretches_of(clock_of(document, "promise")) ==
        Lines{"04-02T14:00 04-02T17:30 counted", "04-02T17:30 04-03T08:30 closed", "04-03T08:30 04-03T09:30 counted",
              "04-03T09:30 04-07T11:30 nobody-home", "04-07T11:30 04-07T16:00 counted"});
  CHECK(text_of(clock_of(document, "target"), "due_at") == "2026-04-03T14:00:00+02:00");
  CHECK(has(desk("clock 1").out, "Fri 03/04 09:30 – Tue 07/04 11:30                nobody at home\n"));
}

TEST_CASE("a later clock time tells what will be late and moves no date") {
  Easter desk;
  const auto today = desk.clocks();
  const auto later = desk.clocks(" --at '2026-04-08 09:00'");
  check_whole(later);
  REQUIRE(today["items"].Size() == later["items"].Size());
  for (rapidjson::SizeType i = 0; i < today["items"].Size(); ++i) {
    CHECK(text_of(today["items"][i], "outcome") == "running");
    CHECK(text_of(later["items"][i], "outcome") == "late");
    CHECK(text_of(today["items"][i], "due_at") == text_of(later["items"][i], "due_at"));
  }
  CHECK(text_of(clock_of(desk.clocks(), "target"), "outcome") == "running");
}

TEST_CASE("another urgency starts another clock and keeps the one before") {
  Easter desk;
  desk.act("2026-04-02T15:00:00+02:00", "edit 1 --urgency emergency --reason 'it floods the stairs'");
  const auto document = desk.clocks();
  check_whole(document);
  CHECK(text_of(document["items"][0], "clock") == "target");
  CHECK(text_of(document["items"][0], "outcome") == "replaced");
  CHECK(text_of(document["items"][0], "ended_at") == "2026-04-02T15:00:00+02:00");
  CHECK(text_of(clock_of(document, "target"), "due_at") == "2026-04-02T18:00:00+02:00");
  CHECK(text_of(clock_of(document, "promise"), "due_at") == "2026-04-03T14:00:00+02:00");
}

TEST_CASE("a failed check lets the target run on and gives the firm a clock of its own") {
  Easter desk;
  desk.act("2026-04-02T16:00:00+02:00", "done 1");
  CHECK(text_of(clock_of(desk.clocks(), "target"), "outcome") == "kept");
  desk.act("2026-04-03T10:00:00+02:00", "verify 1 --fail --reason 'still blocked' --as astruc");
  const auto document = desk.clocks();
  check_whole(document);
  CHECK(text_of(clock_of(document, "target"), "outcome") == "running");
  CHECK(text_of(clock_of(document, "target"), "due_at") == "2026-04-03T14:00:00+02:00");
  CHECK(clock_of(document, "promise")["rework"].GetBool());
  CHECK(text_of(clock_of(document, "promise"), "due_at") == "2026-04-07T10:00:00+02:00");
}

TEST_CASE("a request that nobody knows has no clock") {
  Easter desk;
  CHECK(desk("clock 99").exit == 4);
  CHECK(desk("clock 99").out.empty());
  const Result some = desk("clock 1 99");
  CHECK(some.exit == 3);
  CHECK(has(some.out, "Request 1"));
  CHECK(has(some.err, "there is no request 99"));
  CHECK(desk("clock one").exit == 2);
  CHECK(desk("clock").exit == 2);
  const Result both = desk("clock 99 --format json");
  CHECK(both.exit == 4);
}

TEST_CASE("a line of each clock is enough for a spreadsheet") {
  Easter desk;
  const auto rows = parse_csv(desk("clock 1 --format csv --columns id,clock,provider,outcome,due_at").out);
  REQUIRE(rows.size() == 4);
  CHECK(rows[0] == Lines{"id", "clock", "provider", "outcome", "due_at"});
  CHECK(rows[1] == Lines{"1", "target", "", "running", "2026-04-03T14:00:00+02:00"});
}
