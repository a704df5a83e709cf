// The shapes that scripts rely on: every format of every listing, read back.
#include <doctest/doctest.h>

#include <regex>
#include <set>

#include "cli/parsing.hpp"
#include "regie/names.hpp"
#include "support/program.hpp"
#include "text/unicode.hpp"

using namespace regie::test;

namespace {

/// Three requests: one untouched, one with everything filled, one cancelled.
struct Desk : Program {
  Desk() {
    use_example();
    run({"open", "Robinet qui goutte", "-R", "TIL", "-d", "A-001", "--trade", "plumbing", "-u", "normal"});
    run({"open",      "fuite, \"grosse\"\nsous l'évier|💧",
         "-R",        "BEL",
         "-d",        "B-203",
         "--trade",   "plumbing",
         "-u",        "urgent",
         "-t",        "Mme Aubin",
         "--phone",   "06 39 98 10 10",
         "--email",   "aubin@example.org",
         "--flag",    "senior,infant",
         "--key",     "mail-1",
         "--channel", "web"});
    run({"open", "vélo dans le hall", "-R", "CHA", "--trade", "bulky_waste", "-u", "planned"});
    (*this)("cancel 3 --why withdrawn");
    (*this)("schedule 2 --from 'tomorrow 8:00' --to 10:00");
    now = "2026-03-03T11:00:00+01:00";
    (*this)("done 2 --work 'joint remplacé' --cost 86,5");
    login = "jlemercier";
    (*this)("verify 2");
    login = "root";
    REQUIRE((*this)("close 2 --answer 'réparé' --rating 5").exit == 0);
  }
};

const std::vector<std::string> promised_keys{"id",       "state",     "trade",   "urgency",  "residence",
                                             "dwelling", "place",     "channel", "provider", "opened_at",
                                             "due_at",   "closed_at", "text"};

bool has_all(const std::vector<std::string>& keys, const std::vector<std::string>& wanted) {
  return std::ranges::all_of(wanted,
                             [&](const std::string& key) { return std::ranges::find(keys, key) != keys.end(); });
}

void check_keys_are_snake_case(const std::vector<std::string>& keys) {
  for (const std::string& key : keys)
    CHECK_MESSAGE(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos, key);
}

const std::regex rfc3339(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d)");

/// Times with offset, money as decimal strings, codes as words: wherever they stand. Adds the keys where it is not so.
void find_wrong_values(const rapidjson::Value& value, const std::string& key, std::set<std::string>& wrong) {
  static const std::set<std::string> words{"state",      "urgency",       "place", "channel",
                                           "hold_party", "cancel_reason", "action"};
  if (value.IsObject()) {
    for (const auto& member : value.GetObject()) find_wrong_values(member.value, member.name.GetString(), wrong);
  } else if (value.IsArray()) {
    for (const auto& element : value.GetArray()) find_wrong_values(element, key, wrong);
  } else if (!value.IsNull()) {
    const bool is_time = key == "at" || key.ends_with("_at") || key == "visit_from" || key == "visit_to";
    bool right = true;
    if (is_time) right = value.IsString() && std::regex_match(value.GetString(), rfc3339);
    else if (key == "cost") right = value.IsString() && value.GetString() == std::string("86.50");
    else if (words.contains(key)) right = value.IsString();
    else if (key == "certain" || key == "check_required") right = value.IsBool();
    if (!right) wrong.insert(key);
  }
}

struct Listing {
  std::string line;
  const char* schema;
  std::size_t rows;
};
const std::vector<Listing> listings{{"list", "regie.list/1", 1},
                                    {"list --all", "regie.list/1", 3},
                                    {"show 1 2", "regie.show/1", 2},
                                    {"log 2", "regie.log/1", 5},
                                    {"report", "regie.reports/1", 11},
                                    {"config show", "regie.config/1", 0},
                                    {"list --state on-hold", "regie.list/1", 0}};

}  // namespace

TEST_CASE(
    "JSON: an envelope with schema and items - keys in snake case - nulls present - the same keys in every item") {
  Desk regie;
  for (const Listing& listing : listings) {
    CAPTURE(listing.line);
    const auto json = parse_json(regie(listing.line + " --format json").out);
    CHECK(json["schema"].GetString() == std::string(listing.schema));
    const auto& items = json["items"];
    REQUIRE(items.IsArray());
    if (listing.rows > 0) CHECK(items.Size() == listing.rows);
    for (const auto& item : items.GetArray()) {
      CHECK(keys_of(item) == keys_of(items[0]));
      check_keys_are_snake_case(keys_of(item));
      std::set<std::string> wrong;
      find_wrong_values(item, "", wrong);
      CHECK_MESSAGE(wrong.empty(),
                    "not written as promised: ", regie::joined(std::vector<std::string>(wrong.begin(), wrong.end())));
    }
  }
}

TEST_CASE("JSON of list and show has what is promised") {
  Desk regie;
  const auto list = parse_json(regie("list --all --format json").out);
  CHECK(has_all(keys_of(list["items"][0]), promised_keys));
  const auto show = parse_json(regie("show 1 --format json").out);
  CHECK(has_all(keys_of(show["items"][0]), keys_of(list["items"][0])));
  CHECK(show["items"][0]["journal"].IsArray());
  const auto& untouched = show["items"][0];
  CHECK(untouched["id"].GetInt() == 1);
  for (const char* key : {"closed_at", "answer", "rating", "cost", "tenant_name", "duplicate_of", "hold_party"})
    CHECK_MESSAGE(untouched[key].IsNull(), key);
  CHECK(untouched["tenant_flags"].Empty());
  const auto full = parse_json(regie("show 2 --format json").out);
  const auto& item = full["items"][0];
  CHECK(item["text"].GetString() == std::string("fuite, \"grosse\"\nsous l'évier|💧"));
  CHECK(item["cost"].GetString() == std::string("86.50"));
  CHECK(item["state"].GetString() == std::string("closed"));
  CHECK(item["closed_at"].GetString() == std::string("2026-03-03T11:00:00+01:00"));
  CHECK(item["rating"].GetInt() == 5);
  CHECK(item["tenant_flags"].Size() == 2);
}

TEST_CASE("JSON Lines: one object a line - the items of JSON") {
  Desk regie;
  for (const Listing& listing : listings) {
    CAPTURE(listing.line);
    const auto json = parse_json(regie(listing.line + " --format json").out);
    const auto lines = split_lines(regie(listing.line + " --format jsonl").out);
    REQUIRE(lines.size() == json["items"].Size());
    for (rapidjson::SizeType i = 0; i < lines.size(); ++i) CHECK(parse_json(lines[i]) == json["items"][i]);
  }
}

TEST_CASE("CSV and TSV: a header of the same keys - one record a row - nothing lost") {
  Desk regie;
  for (const Listing& listing : listings) {
    CAPTURE(listing.line);
    const auto json = parse_json(regie(listing.line + " --format json").out);
    const auto csv = parse_csv(regie(listing.line + " --format csv").out);
    const auto tsv = parse_tsv(regie(listing.line + " --format tsv").out);
    REQUIRE(csv.size() == json["items"].Size() + 1);
    REQUIRE(tsv.size() == csv.size());
    CHECK(csv[0] == tsv[0]);
    if (json["items"].Size() > 0) CHECK(csv[0] == keys_of(json["items"][0]));
  }
  const auto csv = parse_csv(regie("show 2 --format csv --columns text,cost,closed_at,state,late").out);
  CHECK(csv[1] == std::vector<std::string>{"fuite, \"grosse\"\nsous l'évier|💧", "86.50", "2026-03-03T11:00:00+01:00",
                                           "closed", "false"});
  const auto tsv = parse_tsv(regie("show 2 --format tsv --columns text").out);
  CHECK(tsv[1][0] == "fuite, \"grosse\"\\nsous l'évier|💧");
}

TEST_CASE("Markdown: every row has the cells of the header - nothing breaks out of them") {
  Desk regie;
  for (const Listing& listing : listings) {
    CAPTURE(listing.line);
    const auto lines = split_lines(regie(listing.line + " --format md").out);
    REQUIRE(lines.size() >= 2);
    if (listing.rows > 0) CHECK(lines.size() == listing.rows + 2);
    const auto cells = [](const std::string& line) {
      std::size_t bars = 0;
      for (std::size_t i = 0; i < line.size(); ++i) bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\') ? 1 : 0;
      return bars;
    };
    for (const std::string& line : lines) CHECK_MESSAGE(cells(line) == cells(lines[0]), line);
  }
}

TEST_CASE("an empty listing is valid in every format - and says so to people only") {
  Desk regie;
  const Result json = regie("list --state on-hold --format json");
  CHECK(parse_json(json.out)["items"].Empty());
  CHECK(regie("list --state on-hold --format jsonl").out.empty());
  CHECK(parse_csv(regie("list --state on-hold --format csv").out).size() == 1);
  CHECK(parse_tsv(regie("list --state on-hold --format tsv").out).size() == 1);
  CHECK(regie("list --state on-hold").out.empty());
  CHECK(regie("list --state on-hold").err.empty());  // cron writes no mail about nothing
  regie.terminal = true;
  CHECK_FALSE(regie("list --state on-hold").err.empty());
  CHECK(regie("list --state on-hold -q").err.empty());
}

TEST_CASE("keys - codes and schemas are English in French too and titles are not keys") {
  Desk regie;
  for (const Listing& listing : listings)
    for (const std::string format : {"json", "jsonl", "csv", "tsv"}) {
      if (listing.line == "config show") continue;  // tells where values come from, in words
      const std::string line = listing.line + " --format " + format;
      CAPTURE(line);
      CHECK(regie(line).out == regie(line + " --lang fr").out);
    }
  CHECK(regie("list --all").out != regie("list --all --lang fr").out);
}

TEST_CASE("columns: exactly those asked for - in that order - in every format") {
  Desk regie;
  for (const std::string line : {"list --all", "show 1 2 3"}) {
    const std::string with = line + " --columns text,id --format ";
    CHECK(parse_csv(regie(with + "csv").out)[0] == std::vector<std::string>{"text", "id"});
    CHECK(keys_of(parse_json(regie(with + "json").out)["items"][0]) == std::vector<std::string>{"text", "id"});
    CHECK(split_lines(regie(with + "md").out)[0] == "| Text | No. |");
  }
  CHECK(split_lines(regie("list --all --columns text,id").out)[0].starts_with("Text"));
}

TEST_CASE("sorting and limits: what is cut off is announced - in the data too") {
  Desk regie;
  CHECK(regie("list --all --sort id --format tsv --columns id").out == "id\n1\n2\n3\n");
  CHECK(regie("list --all --sort -id --format tsv --columns id").out == "id\n3\n2\n1\n");
  CHECK(regie("list --all --sort residence,-id --format tsv --columns id").out == "id\n2\n3\n1\n");
  const Result one = regie("list --all --limit 1 --format json");
  CHECK(parse_json(one.out)["items"].Size() == 1);
  CHECK(parse_json(one.out)["truncated"].GetBool());
  CHECK(one.err.find("1 of 3") != std::string::npos);
  CHECK(regie("list --all --limit 1 --format json -q").err.empty());
  CHECK_FALSE(parse_json(regie("list --all --limit 3 --format json").out)["truncated"].GetBool());
  CHECK_FALSE(parse_json(regie("list --all --limit 0 --format json").out)["truncated"].GetBool());
  for (int i = 0; i < 60; ++i) regie("open encore -R TIL -q --trade plumbing -u normal");
  CHECK(split_lines(regie("list").out).size() == 51);
  CHECK(split_lines(regie("list --limit 0").out).size() == 62);
  CHECK(split_lines(regie("list --format csv").out).size() == 62);
}

TEST_CASE("a terminal changes how it looks - never what it says") {
  Desk regie;
  for (const std::string line : {"list --all", "show 1 2 3", "log 2", "report", "config show"}) {
    CAPTURE(line);
    regie.terminal = false;
    const std::string piped = regie(line).out;
    CHECK(piped.find('\x1b') == std::string::npos);
    regie.terminal = true;
    regie.width = 10'000;
    const bool wraps = line.starts_with("show");  // a sheet is wrapped to what one reads at a glance
    const std::string coloured = regie(line).out;
    const std::string bare = std::regex_replace(coloured, std::regex("\x1b\\[[0-9;]*m"), "");
    const auto words = [](const std::string& text) { return std::regex_replace(text, std::regex("\\s+"), " "); };
    if (wraps) CHECK(words(bare) == words(piped));
    else CHECK(bare == piped);
  }
  regie.width = 60;
  for (const std::string& row :
       split_lines(std::regex_replace(regie("list --all").out, std::regex("\x1b\\[[0-9;]*m"), "")))
    CHECK_MESSAGE(row.size() >= 40, row);
  CHECK(regie("list --all").out.find("…") != std::string::npos);
  for (const std::string format : {"csv", "tsv", "json", "jsonl", "md"}) {
    const std::string line = "list --all --format " + format;
    const std::string on_terminal = regie(line).out;
    regie.terminal = false;
    CHECK_MESSAGE(on_terminal == regie(line).out, format);
    regie.terminal = true;
  }
}

TEST_CASE("a list fits a terminal of 80 columns") {
  Desk regie;
  regie.terminal = true;
  regie.width = 80;
  const std::string listed = regie("list --all --lang fr --color never").out;
  for (const std::string& line : split_lines(listed)) CHECK(regie::text::display_width(line) <= 80);
  CHECK(listed.find("Robinet") != std::string::npos);
}

TEST_CASE("colour: --color - then NO_COLOR and TERM - then the terminal") {
  Desk regie;
  for (const bool terminal : {false, true})
    for (const char* no_color : {"", "1"})
      for (const char* term : {"", "dumb", "xterm-256color"})
        for (const std::string flag : {"", "auto", "always", "never"}) {
          CAPTURE(terminal);
          CAPTURE(no_color);
          CAPTURE(term);
          CAPTURE(flag);
          regie.terminal = terminal;
          regie.variables["NO_COLOR"] = no_color;
          regie.variables["TERM"] = term;
          const bool automatic = terminal && *no_color == '\0' && std::string(term) != "dumb";
          const bool wanted = flag == "always" || (flag != "never" && automatic);
          for (const std::string line : {"list --all", "show 2", "report", "report backlog"}) {
            const Result result = regie(line + (flag.empty() ? "" : " --color " + flag));
            CHECK_MESSAGE((result.out.find('\x1b') != std::string::npos) == wanted, line);
          }
        }
  regie.variables.erase("NO_COLOR");
  regie.variables.erase("TERM");
  for (const std::string format : {"csv", "tsv", "json", "jsonl", "md"})
    CHECK_MESSAGE(regie("list --all --color always --format " + format).out.find('\x1b') == std::string::npos, format);
}

TEST_CASE(
    "writes: one line that ends with the number and --quiet prints the numbers only and --format gives the request") {
  Desk regie;
  CHECK(regie("accept 1").out.ends_with("request 1\n"));
  CHECK(regie("open x -R TIL --trade plumbing -q").out == "4\n");
  CHECK(regie("open x -R TIL --trade plumbing -q").err.empty());
  CHECK(regie("accept 4 5 -q").out == "4\n5\n");
  CHECK(regie("hold 1 4 --for parts --reason x --quiet").out == "1\n4\n");
  const auto json = parse_json(regie("open x -R TIL --trade plumbing --format json").out);
  CHECK(json["schema"].GetString() == std::string("regie.open/1"));
  CHECK(json["items"][0]["id"].GetInt() == 6);
}

TEST_CASE("who asks a write for JSON gets JSON") {
  Desk regie;
  for (const std::string line : {"accept 1", "note 1 vu", "hold 1 --for parts --reason x"}) {
    const Result result = regie(line + " --format json");
    CHECK(result.exit == 0);
    CHECK_MESSAGE(result.out.starts_with('{'), "prose on standard output although JSON was asked for: ", result.out);
  }
}
