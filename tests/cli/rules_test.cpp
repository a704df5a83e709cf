// What `regie rules` says before new rules go live, and of those that are.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "cli/parsing.hpp"
#include "support/program.hpp"

using namespace regie::test;

namespace {

/// A residence, a crew and a firm; plumbing goes to the crew, what is no technical request is answered at once.
struct SmallDesk : Program {
  SmallDesk() {
    use_example();
    const std::string config = folder.write("regie.toml", R"(
zone = "Europe/Paris"
rules = ["rules.toml"]
lexicon = ["words.toml"]
[targets]
emergency = "4 hours"
urgent = "1 days"
normal = "10 days"
planned = "60 days"
[[residence]]
code = "BEL"
name = "Les Bélandres"
buildings = ["B"]
[[person]]
code = "ann"
name = "Ann"
role = "technician"
provider = "CREW"
trades = ["plumbing", "electrical"]
problems = ["no-watre"]
[[provider]]
code = "CREW"
name = "The crew"
kind = "crew"
capacity = 2
[[provider.contract]]
trades = ["plumbing", "electrical"]
[[provider]]
code = "FIRM"
name = "The firm"
kind = "contractor"
[[provider.contract]]
number = "M-1"
from = 2026-01-01
to = 2026-12-31
trades = ["plumbing"]
ceiling = 1000
)");
    folder.write("words.toml",
                 "[trade.plumbing]\nsure = \"fuite, robinet\"\n[trade.electrical]\nsure = \"ampoule\"\n"
                 "[trade.none]\nsure = \"bruit\"\n");
    folder.write("rules.toml", rules_of_today);
    variables["REGIE_CONFIG"] = config;
  }

  /// Writes the file and replays it.
  Result replay(const std::string& rules, const std::string& options = "") {
    const std::string file = folder.write("new.toml", rules);
    return run_with({"rules", "replay", "--rules", file}, options);
  }

  Result run_with(std::vector<std::string> words, const std::string& options) {
    for (std::string& word : split_command_line(options)) words.push_back(std::move(word));
    return run(words);
  }

  void open(const std::string& text, const std::string& when) {
    now = when;
    REQUIRE(run({"open", text, "-R", "BEL", "-d", "B-203"}).exit == 0);
  }

  static constexpr const char* rules_of_today = R"(
[[rule]]
name = "noise"
when.trade = "none"
then.close = "Write to the caretaker."
[[rule]]
name = "water"
when.trade = "plumbing"
then.send = ["CREW", "FIRM"]
[[rule]]
name = "never"
when.trade = "gas"
then.triage = "who does gas?"
)";
};

const std::string firm_first = R"(
[[rule]]
name = "firm-first"
when.trade = "plumbing"
then.urgency = "urgent"
then.send = ["FIRM"]
)";

/// The data rows, as "1 CREW FIRM".
std::vector<std::string> rows(const Result& result) {
  std::vector<std::string> lines;
  for (const auto& fields : parse_csv(result.out)) {
    std::string line;
    for (const std::string& field : fields) line += (line.empty() ? "" : " ") + (field.empty() ? "-" : field);
    lines.push_back(line);
  }
  lines.erase(lines.begin());
  return lines;
}

/// Without what only makes columns.
std::string single_spaced(std::string text) {
  const auto rest = std::ranges::unique(text, [](char one, char next) { return one == ' ' && next == ' '; });
  text.erase(rest.begin(), rest.end());
  return text;
}

using Lines = std::vector<std::string>;

const std::string in_short = "--format csv --columns id,provider_before,provider_after,ending_after";

}  // namespace

TEST_CASE("replay: the same rules change nothing - and nothing is written") {
  SmallDesk regie;
  regie.open("fuite sous l'évier", "2026-03-02T09:00:00+01:00");
  const std::string before = regie("list --all --format json").out;
  const Result same = regie.replay(SmallDesk::rules_of_today);
  CHECK(same.exit == 0);
  CHECK(same.out == "1 request replayed, 0 would change\n");
  CHECK(regie.replay(firm_first).exit == 0);
  CHECK(regie("list --all --format json").out == before);
}

TEST_CASE("replay: who would go instead - how urgent it would be - and how many") {
  SmallDesk regie;
  regie.open("fuite sous l'évier", "2026-03-02T09:00:00+01:00");
  regie.open("robinet cassé", "2026-03-03T09:00:00+01:00");
  regie.open("bruit chez le voisin", "2026-03-04T09:00:00+01:00");
  regie.open("ampoule grillée", "2026-03-05T09:00:00+01:00");
  const std::string summary = single_spaced(regie.replay(firm_first).out);
  CHECK(summary.find("4 requests replayed, 3 would change\n") == 0);
  CHECK(summary.find("\nThe crew The firm 2\nanswered at once nobody: a person decides 1\n") != std::string::npos);
  CHECK(summary.find("\nnormal urgent 2\n") != std::string::npos);
  CHECK(rows(regie.replay(firm_first, in_short)) == Lines{"1 CREW FIRM sent", "2 CREW FIRM sent", "3 - - triage"});
}

TEST_CASE("replay --list: a line for each request that would change - cut at --limit") {
  SmallDesk regie;
  regie.open("fuite sous l'évier", "2026-03-02T09:00:00+01:00");
  regie.open("robinet cassé", "2026-03-03T09:00:00+01:00");
  const Result list = regie.replay(firm_first, "--list");
  CHECK(single_spaced(list.out).find("The crew, normal The firm, urgent water -> firm-first") != std::string::npos);
  CHECK(list.err == "2 requests replayed, 2 would change\n");
  const Result cut = regie.replay(firm_first, "--list --limit 1");
  CHECK(split_lines(cut.out).size() == 2);
  CHECK(cut.err.find("1 of 2 shown") != std::string::npos);
}

TEST_CASE("replay: --from and --until name days - both included") {
  SmallDesk regie;
  regie.open("fuite", "2026-03-02T00:00:00+01:00");
  regie.open("fuite", "2026-03-03T23:59:59+01:00");
  regie.open("fuite", "2026-03-04T00:00:00+01:00");
  CHECK(rows(regie.replay(firm_first, "--from 2026-03-03 --until 2026-03-03 " + in_short)) ==
        Lines{"2 CREW FIRM sent"});
  CHECK(rows(regie.replay(firm_first, "--from 2026-03-03 " + in_short)).size() == 2);
  CHECK(regie.replay(firm_first, "--until 2026-03-01").out == "0 requests replayed, 0 would change\n");
}

TEST_CASE("replay: either way has a past of its own - capacities count what that way has sent") {
  SmallDesk regie;
  for (int i = 0; i < 3; ++i) regie.open("fuite", "2026-03-02T09:0" + std::to_string(i) + ":00+01:00");
  // Today the firm is asked when the crew is full, after two.
  const std::string crew_only = "[[rule]]\nname = 'crew'\nwhen.trade = 'plumbing'\nthen.send = ['CREW']\n";
  CHECK(rows(regie.replay(crew_only, in_short)) == Lines{"3 FIRM - triage"});
}

TEST_CASE("replay: a repair counts when it was really done - by whoever did it") {
  SmallDesk regie;
  regie.open("fuite", "2026-03-02T09:00:00+01:00");
  regie.now = "2026-03-03T09:00:00+01:00";
  REQUIRE(regie("done 1 --work 'new seal' --cost 80").exit == 0);
  regie.open("fuite", "2026-03-10T09:00:00+01:00");
  const std::string calls_back = R"(
[[rule]]
name = "again"
when.repaired = { within = "30 days" }
then.callback = true
[[rule]]
name = "firm"
when.trade = "plumbing"
then.send = ["FIRM"]
)";
  // The first goes to the firm; the second goes back to the crew, which has repaired it.
  CHECK(rows(regie.replay(calls_back, in_short)) == Lines{"1 CREW FIRM sent"});
  regie.open("fuite", "2026-04-20T09:00:00+02:00");  // too late for a call-back
  CHECK(rows(regie.replay(calls_back, in_short)) == Lines{"1 CREW FIRM sent", "3 CREW FIRM sent"});
  // Also when the repair was before the period.
  CHECK(rows(regie.replay(calls_back, "--from 2026-03-09 " + in_short)) == Lines{"3 CREW FIRM sent"});
}

TEST_CASE("replay: a request that a rule made for the common parts is no message") {
  SmallDesk regie;
  const std::string joins = R"(
[[rule]]
name = "whole-building"
when = [{ similar = { reports = 2, within = "2 hours" } }, { common_request = "known" }]
then.attach = "Several leaks in building {building}"
[[rule]]
name = "water"
when.trade = "plumbing"
then.send = ["CREW"]
)";
  regie.folder.write("rules.toml", joins);
  regie.open("fuite", "2026-03-02T09:00:00+01:00");
  regie.open("fuite", "2026-03-02T09:30:00+01:00");
  REQUIRE(parse_json(regie("list --all --format json").out)["items"].Size() == 3);  // the common parts' own
  CHECK(regie.replay(joins).out == "2 requests replayed, 0 would change\n");
  CHECK(rows(regie.replay(SmallDesk::rules_of_today, in_short)) == Lines{"3 - CREW sent"});  // 2 is the common parts'
}

TEST_CASE("replay: the rules of today decide as they did when the requests came") {
  Program regie;
  regie.use_example();
  regie.now = "2026-03-16T09:00:00+01:00";
  const std::string example = std::string(REGIE_SOURCE_DIR) + "/config/examples/val-dorle/fortnight.csv";
  REQUIRE(regie.run({"import", example}).exit == 0);
  std::map<std::string, std::string> stored;
  std::set<std::string> with_parts;
  for (const auto& row : parse_csv(regie("list --all --format csv --columns id,provider,trade,urgency,parent").out))
    if (row[4].empty()) stored[row[0]] = row[1] + ' ' + row[2] + ' ' + row[3];
    else with_parts.insert(row[4]);  // parts were decided on again later, and may have raised what they are a part of
  for (const std::string& id : with_parts) stored.erase(id);
  // Rules that change every request: then every one is told, with what the rules of today make of it.
  const std::string file = regie.folder.write("other.toml",
                                              "[[rule]]\nname = 'all'\nthen.trade = 'none'\nthen.urgency = 'planned'\n"
                                              "then.close = 'No.'\n");
  const std::string columns = "id,provider_before,trade_before,urgency_before";
  const Result replayed = regie.run({"rules", "replay", "--rules", file, "--format", "csv", "--columns", columns});
  std::size_t compared = 0;
  for (const auto& row : parse_csv(replayed.out)) {
    if (row[0] == "id" || !stored.contains(row[0])) continue;
    CAPTURE(row[0]);
    CHECK(stored[row[0]] == row[1] + ' ' + row[2] + ' ' + row[3]);
    ++compared;
  }
  CHECK(compared > 300);
}

TEST_CASE("replay: a folder stands for every *.toml in it - by name") {
  SmallDesk regie;
  regie.open("fuite", "2026-03-02T09:00:00+01:00");
  const auto folder = regie.folder.path() / "new-rules";
  std::filesystem::create_directory(folder);
  const std::string words = "rules replay --rules " + folder.string() + " " + in_short;
  CHECK(regie(words).exit == 78);
  regie.folder.write("new-rules/2.toml", firm_first);
  regie.folder.write("new-rules/notes.txt", "no TOML");
  CHECK(rows(regie(words)) == Lines{"1 CREW FIRM sent"});
  regie.folder.write("new-rules/1.toml", "[[rule]]\nname = 'stop'\nthen.triage = 'wait'\n");
  CHECK(rows(regie(words)) == Lines{"1 CREW - triage"});
}

TEST_CASE("replay: rules that are wrong are told with file and line - and which rules must be said") {
  SmallDesk regie;
  const Result wrong = regie.replay("[[rule]]\nname = 'r'\nwhen.trade = 'plubming'\nthen.send = ['NOBODY']\n");
  CHECK(wrong.exit == 78);
  CHECK(wrong.err.find("new.toml:3:") != std::string::npos);
  CHECK(wrong.err.find("new.toml:4:") != std::string::npos);
  CHECK(regie("rules replay --rules missing.toml").exit == 78);
  CHECK(regie("rules replay").exit == 2);
  CHECK(regie("rules replya").exit == 2);
}

TEST_CASE("stats: met - decided - sent - triage - answered - and which rules never fired") {
  SmallDesk regie;
  regie.open("fuite", "2026-03-02T09:00:00+01:00");
  regie.open("robinet", "2026-03-03T09:00:00+01:00");
  regie.open("bruit", "2026-03-04T09:00:00+01:00");
  regie.open("bonjour", "2026-03-05T09:00:00+01:00");
  CHECK(rows(regie("rules stats --format csv")) == Lines{"- - 4 3 - - - 1 - 0 -", "noise true - - 1 1 0 0 1 0 0",
                                                         "water true - - 2 2 2 0 0 0 0",
                                                         "never true - - 0 0 0 0 0 0 0"});
  const Result people = regie("rules stats");
  CHECK(people.out.find("4 requests were routed") != std::string::npos);
  CHECK(people.out.find("understood with certainty: 3 (75 %)") != std::string::npos);
  CHECK(people.out.find("left to a person when they came: 1 (25 %)") != std::string::npos);
  CHECK(people.out.find("1 rule never fired: never") != std::string::npos);
  CHECK(rows(regie("rules stats --format csv --from 2026-03-03 --until 2026-03-03")).front() ==
        "- - 1 1 - - - 0 - 0 -");
}

TEST_CASE("stats: a rule is overridden by an order to somebody else - not by one where it had sent nobody") {
  SmallDesk regie;
  regie.open("fuite", "2026-03-02T09:00:00+01:00");
  regie.open("bonjour", "2026-03-03T09:00:00+01:00");
  REQUIRE(regie("assign 1 --to FIRM --reason 'they know the place'").exit == 0);
  REQUIRE(regie("assign 1 --to CREW --reason 'and back'").exit == 0);  // a person against a person
  REQUIRE(regie("edit 2 --trade plumbing").exit == 0);
  REQUIRE(regie("assign 2 --to FIRM --reason 'as agreed'").exit == 0);
  const std::string words = "rules stats --format csv --columns rule,decided,overridden,declined";
  CHECK(rows(regie(words))[2] == "water 1 1 0");
  CHECK(regie("rules stats").out.find("sent elsewhere by a person: 1 (50 %)") != std::string::npos);
}

TEST_CASE("stats: who declines what a rule has sent is counted to that rule - a second decision is one more") {
  SmallDesk regie;
  regie.open("fuite", "2026-03-02T09:00:00+01:00");
  REQUIRE(regie("decline 1 --reason 'no van'").exit == 0);
  const std::string words = "rules stats --format csv --columns rule,decided,sent,overridden,declined";
  CHECK(rows(regie(words))[2] == "water 2 2 0 1");
}

TEST_CASE("stats: rules that are gone from the file stand behind it - marked") {
  SmallDesk regie;
  regie.open("fuite", "2026-03-02T09:00:00+01:00");
  regie.folder.write("rules.toml", firm_first);
  CHECK(rows(regie("rules stats --format csv --columns rule,in_file,decided")) ==
        Lines{"- - -", "firm-first true 0", "water false 1"});
  CHECK(regie("rules stats").out.find("water (no longer in the file)") != std::string::npos);
}

TEST_CASE("JSON of replay and stats: an envelope - the same keys in every item") {
  SmallDesk regie;
  regie.open("fuite", "2026-03-02T09:00:00+01:00");
  const auto changes = parse_json(regie.replay(firm_first, "--format json").out);
  CHECK(changes["schema"].GetString() == std::string("regie.rules_replay/1"));
  REQUIRE(changes["items"].Size() == 1);
  CHECK(changes["items"][0]["received_at"].GetString() == std::string("2026-03-02T09:00:00+01:00"));
  CHECK(changes["items"][0]["rule_before"].GetString() == std::string("water"));
  CHECK(changes["items"][0]["urgency_after"].GetString() == std::string("urgent"));
  const auto stats = parse_json(regie("rules stats --format json").out);
  CHECK(stats["schema"].GetString() == std::string("regie.rules_stats/1"));
  for (const auto& item : stats["items"].GetArray()) CHECK(keys_of(item) == keys_of(stats["items"][0]));
  CHECK(stats["items"][0]["rule"].IsNull());
}

TEST_CASE("check: a ceiling that will not last - a skill no rule names - a finding is exit code 1") {
  SmallDesk regie;
  regie.open("fuite", "2026-02-01T09:00:00+01:00");
  REQUIRE(regie("assign 1 --to FIRM --reason x").exit == 0);
  REQUIRE(regie("done 1 --work x --cost 400").exit == 0);
  const std::string words = "rules check --until 2026-12-31 --format csv --columns kind,subject,from,to";
  const auto has = [&](const std::string& row) {
    const auto found = rows(regie(words));
    return std::ranges::find(found, row) != found.end();
  };
  regie.now = "2026-02-20T09:00:00+01:00";
  CHECK(has("ceiling FIRM 2026-05-06 2026-12-31"));  // 400 in 50 days: 1,000 in 125
  CHECK(has("people ann - -"));
  CHECK(regie("rules check").exit == 1);
  regie.now = "2026-12-01T09:00:00+01:00";
  CHECK(!has("ceiling FIRM 2026-05-06 2026-12-31"));
  CHECK(regie("rules check").out.find("ceiling") == std::string::npos);
}

TEST_CASE("check: without a database nothing has been spent") {
  SmallDesk regie;
  regie.variables["REGIE_DB"] = (regie.folder.path() / "none.db").string();
  const Result checked = regie("rules check");
  CHECK(checked.exit == 1);  // ann's skill
  CHECK(checked.out.find("no-watre") != std::string::npos);
  CHECK(checked.out.find("ceiling") == std::string::npos);
}
