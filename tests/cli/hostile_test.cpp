// Text that attacks the terminal, the spreadsheet or the parser of whoever reads it, in every option that takes text,
// through every output.
#include <doctest/doctest.h>

#include "cli/parsing.hpp"
#include "support/program.hpp"
#include "text/unicode.hpp"

using namespace regie::test;

namespace {

const std::vector<std::string> attacks{
    "\x1b[31mrouge\x1b[0m",        // ANSI colour
    "\x1b]52;c;cm0gLXJmIH4=\x07",  // OSC 52: writes the clipboard
    "\x1b]0;titre\x1b\\",          // OSC 0: the window's title
    "\x1b[2J\x1b[H",               // clears the screen
    "\xc2\x9b"
    "31mC1",  // C1 CSI in UTF-8
    "\xc2\x9d"
    "52;c;eA==\xc2\x9c",  // C1 OSC
    "ab\x08\x08\x7f"
    "cd\r\x0b\x0c",  // backspaces, delete, returns
    "pa\xe2\x80\xae"
    "tnof\xe2\x80\xac",              // right-to-left override
    "\xe2\x81\xa6isol\xe2\x81\xa9",  // isolates
    "\xef\xbb\xbfmarque",            // byte order mark
    "ligne\xe2\x80\xa8suivante",     // line separator
    "un\ndeux\tTrois\r\nquatre",     // lines and tabs
    "=1+1",
    "@SUM(A1:A9)",
    "+1+1",
    "-1+1",
    "  =cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\xef\xbc\x9d"
    "1+1",  // full-width =
    "\"quoted\", \\back\\slash",
    "a|b*c_d`e<f>[g]",
    "'; drop table request; --",
    "{\"json\": [1, 2]}",
    "{0} {1} {} %s %n",
    "👩‍👩‍👧 e\xcc\x81t\xc3\xa9",
};

const std::vector<std::string> not_utf8{"caf\xe9",
                                        "\x9b"
                                        "31mraw C1",
                                        "\xed\xa0\x80", "\xc0\xaf", "tronqu\xc3"};

bool has_control(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\n') || c == 0x7f) return true;
    if (c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
  }
  for (const char* deceptive : {"\xe2\x80\xae", "\xe2\x80\xac", "\xe2\x81\xa6", "\xe2\x81\xa9", "\xe2\x80\xa8"})
    if (text.find(deceptive) != std::string::npos) return true;
  return regie::text::find_invalid_utf8(text).has_value();
}

bool is_formula(const std::string& cell) {
  const auto start = cell.find_first_not_of(' ');
  if (start == std::string::npos) return false;
  const std::string seen = cell.substr(start);
  if (seen.starts_with("\xef\xbc\x9d")) return true;
  if (std::string("=+@\t\r").find(seen.front()) != std::string::npos) return true;
  return seen.front() == '-' && seen.find_first_not_of("0123456789.", 1) != std::string::npos;
}

void check_for_people(const Result& result, const std::string& line) {
  CHECK_MESSAGE(!has_control(result.out), line, " lets a control byte through:\n", result.out);
  CHECK_MESSAGE(!has_control(result.err), line, " lets a control byte through on standard error:\n", result.err);
}

void check_cells(const std::vector<std::vector<std::string>>& rows, const std::string& line) {
  for (const auto& row : rows)
    for (const std::string& cell : row)
      CHECK_MESSAGE(!is_formula(cell), line, ": a spreadsheet would run '", cell, "'");
}

void check_every_output(Program& regie) {
  for (const std::string line : {"list --all --limit 0", "show 1-40", "log 1-40", "report"}) {
    for (const bool terminal : {false, true}) {
      regie.terminal = terminal;
      for (const std::string look : {"", " --format md"})
        check_for_people(regie(line + " --color never" + look), line + look);
    }
    regie.terminal = false;
    const std::string every =
        line == "list --all --limit 0" ? line + " --columns text,tenant_name,building,work,answer" : line;
    check_for_people(regie(every + " --color never"), every);
    const auto json = parse_json(regie(line + " --format json").out);
    for (const std::string& item : split_lines(regie(line + " --format jsonl").out)) parse_json(item);
    const auto csv = parse_csv(regie(line + " --format csv").out);
    CHECK(csv.size() == json["items"].Size() + 1);
    check_cells(csv, line + " --format csv");
    const auto tsv = parse_tsv(regie(line + " --format tsv").out);
    CHECK(tsv.size() == csv.size());
    check_cells(tsv, line + " --format tsv");
  }
  const std::string report = "report nightly --limit 0 --color never --format ";
  for (const std::string format : {"table", "md", "html"}) check_for_people(regie(report + format), report);
  check_cells(parse_csv(regie(report + "csv").out), report + "csv");
  parse_json(regie(report + "json").out);
}

std::string number(std::size_t id) { return std::to_string(id); }

}  // namespace

TEST_CASE("what a terminal or a spreadsheet would obey is harmless in every option and every output") {
  Program regie;
  regie.use_example();
  std::size_t id = 0;
  for (const std::string& evil : attacks) {
    ++id;
    const auto run = [&](std::vector<std::string> words) {
      const Result result = regie.run(words);
      CHECK_MESSAGE(result.exit == 0, words.front(), " -> ", result.exit, " ", result.err);
      check_for_people(result, words.front());
    };
    run({"open", "--trade", "plumbing", "-u", "normal", "-R", "TIL", "--building=" + evil, "--tenant=" + evil,
         "--phone=" + evil, "--email=" + evil, "--key=" + evil, "--", evil});
    run({"note", number(id), "--", evil});
    run({"edit", number(id), "--text=x" + evil, "--tenant=x" + evil, "--reason=" + evil});
    run({"edit", number(id), "--text=" + evil, "--tenant=" + evil});
    run({"hold", number(id), "--for", "parts", "--reason=" + evil});
    run({"resume", number(id), "--reason=" + evil});
    run({"done", number(id), "--work=" + evil, "--reason=" + evil});
    regie.login = "abenhaddou";
    run({"verify", number(id), "--reason=" + evil});
    regie.login = "root";
    run({"close", number(id), "--answer=" + evil, "--reason=" + evil});
  }
  check_every_output(regie);
  regie::Store store(regie.variables["REGIE_DB"], open_options(regie::sql::Access::read), at(regie.now));
  check_journals(store);
  for (std::size_t i = 0; i < attacks.size(); ++i)
    CHECK(store.find(static_cast<regie::RequestId>(i + 1))->text == attacks[i]);
}

TEST_CASE("bytes that are no UTF-8 are refused before anything is stored - whatever the option") {
  Program regie;
  regie.use_example();
  REQUIRE(regie("open x -R TIL --trade plumbing -u normal -q").exit == 0);
  const Result before = regie("show 1 --format json");
  for (const std::string& bad : not_utf8) {
    const std::vector<std::vector<std::string>> lines{
        {"open", bad, "-R", "TIL"},
        {"open", "x", "-R", "TIL", "--tenant=" + bad},
        {"open", "x", "-R", "TIL", "--phone=" + bad},
        {"open", "x", "-R", "TIL", "--email=" + bad},
        {"open", "x", "-R", "TIL", "--building=" + bad},
        {"open", "x", "-R", "TIL", "--key=" + bad},
        {"note", "1", bad},
        {"edit", "1", "--text=" + bad},
        {"edit", "1", "--tenant=" + bad},
        {"edit", "1", "--tenant=x", "--reason=" + bad},
        {"accept", "1", "--reason=" + bad},
        {"hold", "1", "--for", "parts", "--reason=" + bad},
        {"decline", "1", "--reason=" + bad},
        {"assign", "1", "--to", "GAR", "--reason=" + bad},
        {"cancel", "1", "--why", "withdrawn", "--reason=" + bad},
        {"done", "1", "--work=" + bad},
        {"close", "1", "--answer=" + bad},
    };
    for (const auto& words : lines) {
      const Result result = regie.run(words);
      std::string said;
      for (const std::string& word : words) said += regie::text::one_line(word) + ' ';
      CHECK_MESSAGE((result.exit == 1 || result.exit == 2 || result.exit == 5), said, "-> ", result.exit);
      check_for_people(result, said);
    }
  }
  CHECK(regie("show 1 --format json").out == before.out);
  CHECK(parse_json(regie("list --all --format json").out)["items"].Size() == 1);
}

TEST_CASE("hostile words in places that are no text: the error message is harmless too") {
  Program regie;
  regie.use_example();
  std::vector<std::string> words = attacks;
  words.insert(words.end(), not_utf8.begin(), not_utf8.end());
  for (const std::string& evil : words) {
    for (const std::vector<std::string>& line :
         std::vector<std::vector<std::string>>{{evil},
                                               {"--" + evil},
                                               {"list", evil},
                                               {"list", "--" + evil},
                                               {"list", "--state=" + evil},
                                               {"list", "--columns=" + evil},
                                               {"list", "--from=" + evil},
                                               {"list", "--limit=" + evil},
                                               {"list", "-R", evil},
                                               {"open", "x", "-R", evil},
                                               {"open", "x", "-R", "TIL", "-d", evil},
                                               {"accept", "x" + evil},
                                               {"assign", "1", "--to=" + evil},
                                               {"done", "1", "--cost=" + evil},
                                               {"note", "1", "x", "--as=" + evil},
                                               {"help", evil},
                                               {"list", "--db=" + evil},
                                               {"list", "--config=" + evil},
                                               {"import", "x" + evil},
                                               {"list", "--lang=" + evil}}) {
      const Result result = regie.run(line);
      const std::string said =
          line.front() == evil ? "" : line.front() + (line.size() > 1 ? ' ' + line[1].substr(0, 8) : "");
      CHECK_MESSAGE(result.exit != 0, regie::text::one_line(said + " " + evil));
      CHECK_MESSAGE(result.exit != 70, regie::text::one_line(said + " " + evil));
      check_for_people(result, regie::text::one_line(said));
      auto in_json = line;
      in_json.insert(in_json.begin(), {"--format", "json"});
      const Result json = regie.run(in_json);
      if (json.err.starts_with('{')) parse_json(json.err);
    }
  }
}

TEST_CASE("a NUL byte or broken UTF-8 on standard input is refused") {
  Program regie;
  regie.use_example();
  regie.input = std::string("a\0b", 3);
  CHECK(regie("open - -R TIL").exit == 2);
  regie.input = "caf\xe9";
  CHECK(regie("open - -R TIL").exit == 2);
  regie.input = std::string("1\0002", 3);
  CHECK(regie("accept -").exit == 2);
  CHECK(regie("list --all --format jsonl").out.empty());
}
