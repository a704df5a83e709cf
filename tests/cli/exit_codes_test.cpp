// One test for every exit code that scripts rely on.
#include <doctest/doctest.h>

#include <stdexcept>

#include "cli/parsing.hpp"
#include "regie/error.hpp"
#include "support/program.hpp"

using namespace regie::test;

namespace {

/// An Environment of the same kind as Program's, for what only a broken one shows.
regie::cli::Environment environment_of(const Program& program, std::string& err) {
  regie::cli::Environment env = regie::cli::system_environment("regie");
  env.read = [](char*, std::size_t) -> std::size_t { return 0; };
  env.out = [](std::string_view) {};
  env.err = [&err](std::string_view text) { err += text; };
  env.in_is_terminal = env.out_is_terminal = env.err_is_terminal = false;
  env.clock = [&program] { return at(program.now); };
  env.variable = [&program](const std::string& name) -> std::optional<std::string> {
    const auto found = program.variables.find(name);
    return found == program.variables.end() ? std::nullopt : std::optional(found->second);
  };
  env.login = "root";
  env.home = program.folder.path();
  env.share_dir = std::filesystem::path(REGIE_SOURCE_DIR) / "config";
  env.locale_dir = std::filesystem::path(REGIE_BUILD_DIR) / "share/locale";
  return env;
}

struct Desk : Program {
  Desk() {
    use_example();
    REQUIRE((*this)("open 'Robinet qui goutte' -R TIL -d A-001 --trade plumbing -u normal -q").out == "1\n");
    REQUIRE((*this)("open 'Robinet qui goutte' -R TIL -d A-002 --trade plumbing -u normal -q").out == "2\n");
  }
};

}  // namespace

TEST_CASE("exit 0: done - nothing matches - already there - nothing to do") {
  Desk regie;
  CHECK(regie("accept 1").exit == 0);
  CHECK(regie("accept 1").exit == 0);
  CHECK(regie("list --state closed").exit == 0);
  CHECK(regie("list --late").exit == 0);
  CHECK(regie("accept -").exit == 0);
  CHECK(regie("cancel 2 --why withdrawn").exit == 0);
  const Result again = regie("cancel 2 --why withdrawn");
  CHECK(again.exit == 0);
  CHECK(again.out.empty());
  CHECK_FALSE(again.err.empty());
  CHECK(regie("--help").exit == 0);
  CHECK(regie("--version").exit == 0);
}

TEST_CASE("exit 1: refused by a rule of the house") {
  Desk regie;
  CHECK(regie("assign 1 --to SDP").exit == 1);                 // no contract for plumbing
  CHECK(regie("open x -R TIL -d Z9").exit == 1);               // no dwelling code
  CHECK(regie("open x -R TIL --flag vip").exit == 1);          // no such flag
  CHECK(regie("done 1 --when '2026-03-01 08:00'").exit == 1);  // before it was opened
  CHECK(regie("done 1 --when tomorrow").exit == 1);            // in the future
  CHECK(regie("open x -R TIL --when tomorrow").exit == 1);     // the same mistake, the same code
  CHECK(regie("cancel 1 --why duplicate --of 1").exit == 1);
  CHECK(regie("import no-such-file.csv").exit == 1);
  regie.login = "fndiaye";  // a caretaker
  CHECK(regie("close 1 --answer x").exit == 1);
  CHECK(regie("note 1 x --as ouali").exit == 1);
}

TEST_CASE("exit 2: the command line does not make sense") {
  Desk regie;
  for (const std::string line : {"",
                                 "opne",
                                 "list --lat",
                                 "open",
                                 "open x",
                                 "note 1",
                                 "accept",
                                 "accept x",
                                 "accept 0",
                                 "accept 3-1",
                                 "accept 1.5",
                                 "accept 99999999999999999999",
                                 "list --limit -1",
                                 "list --limit x",
                                 "list --columns nope",
                                 "list --sort nope",
                                 "list --format xml",
                                 "list --state nope",
                                 "list --from nope",
                                 "list --lang es",
                                 "list extra",
                                 "done 1 --cost x",
                                 "close 1 --answer x --rating 0",
                                 "close 1 --answer x --rating 6",
                                 "hold 1 --for nobody --reason x",
                                 "hold 1 --for parts",
                                 "verify 1 --fail",
                                 "verify 1 --pass --fail --reason x",
                                 "cancel 1",
                                 "cancel 1 --why duplicate",
                                 "schedule 1",
                                 "decline 1",
                                 "reopen 1",
                                 "config nope",
                                 "help nope",
                                 "import",
                                 "list --color pink",
                                 "note 1 x --lock-wait x",
                                 "import x.csv --rejects y.csv",
                                 "list --at nope"}) {
    const Result result = regie(line);
    CHECK_MESSAGE(result.exit == 2, "regie ", line, " -> ", result.exit);
    CHECK_MESSAGE(result.out.empty(), line);
    CHECK_MESSAGE(!result.err.empty(), line);
  }
  CHECK(regie("list --all --format tsv --columns version").out == "version\n1\n1\n");
}

TEST_CASE("exit 3: some of several failed - the others are done") {
  Desk regie;
  const Result result = regie("accept 1 2 3");
  CHECK(result.exit == 3);
  CHECK(split_lines(result.out).size() == 2);
  CHECK(regie("show 1 99").exit == 3);
  CHECK(regie("log 1 99").exit == 3);
}

TEST_CASE("exit 4: no such request - provider - residence - person") {
  Desk regie;
  for (const std::string line : {"show 99", "log 99", "accept 99", "accept 98 99", "assign 1 --to NOPE",
                                 "open x -R NOPE", "list --provider NOPE", "list -R NOPE", "note 1 x --as nobody",
                                 "cancel 1 --why duplicate --of 99", "done 1 --by nobody"}) {
    const Result result = regie(line);
    CHECK_MESSAGE(result.exit == 4, "regie ", line, " -> ", result.exit);
    CHECK_MESSAGE(!result.err.empty(), line);
  }
}

TEST_CASE("exit 5: the lifecycle does not allow it") {
  Desk regie;
  CHECK(regie("verify 1").exit == 5);
  CHECK(regie("resume 1").exit == 5);
  CHECK(regie("no-access 1").exit == 5);
  CHECK(regie("close 1 --answer x").exit == 5);
  CHECK(regie("reopen 1 --reason x").exit == 5);
  CHECK(regie("done 1 -q").exit == 0);
  CHECK(regie("close 1 --answer x").exit == 5);  // to be verified first
  CHECK(regie("verify 1").exit == 5);            // whoever reported it done does not check it
  CHECK(regie("cancel 2 --why withdrawn -q").exit == 0);
  CHECK(regie("done 2").exit == 5);
}

TEST_CASE("exit 70: an exception nobody foresaw is our bug - and says so") {
  const Desk regie;
  std::string err;
  regie::cli::Environment env = environment_of(regie, err);
  env.clock = []() -> regie::Instant { throw std::runtime_error("the clock fell off the wall"); };
  CHECK(regie::cli::run({"list"}, env) == 70);
  CHECK(err.find("the clock fell off the wall") != std::string::npos);
}

TEST_CASE("exit 74: the output could not be written") {
  const Desk regie;
  std::string err;
  regie::cli::Environment env = environment_of(regie, err);
  env.out = [](std::string_view) {
    throw regie::Error(regie::Trouble::output, regie::message("the output could not be written: {0}", "disk full"));
  };
  for (const std::vector<std::string>& words : {std::vector<std::string>{"list"},
                                                {"list", "--format", "json"},
                                                {"list", "--format", "csv"},
                                                {"show", "1"},
                                                {"log", "1"},
                                                {"report"},
                                                {"report", "backlog"},
                                                {"report", "nightly", "--format", "html"},
                                                {"--help"},
                                                {"--version"},
                                                {"list", "--help"},
                                                {"help"},
                                                {"config", "show"},
                                                {"note", "1", "x"},
                                                {"accept", "1", "2"}}) {
    err.clear();
    CHECK_MESSAGE(regie::cli::run(words, env) == 74, words.front());
    CHECK_MESSAGE(err.find("disk full") != std::string::npos, words.front());
  }
}

TEST_CASE("exit 75: somebody else is writing and reading goes on") {
  Desk regie;
  regie::Store other(regie.variables["REGIE_DB"], open_options(regie::sql::Access::write), at(regie.now));
  {
    const auto writing = other.transaction(regie::sql::Transaction::Kind::write);
    REQUIRE(other.last_id() == 2);  // a server's lock comes with the first question
    const Result busy = regie("note 1 vu --lock-wait 0");
    CHECK(busy.exit == 75);
    CHECK(busy.out.empty());
    CHECK_FALSE(busy.err.empty());
    CHECK(regie("open x -R TIL --lock-wait 0").exit == 75);
    CHECK(regie("list --lock-wait 0").exit == 0);
    CHECK(regie("show 1 --lock-wait 0").exit == 0);
    // Not one id of several failed: the command could not start.
    CHECK(regie("accept 1 2 --lock-wait 0").exit == 75);
  }
  CHECK(regie("note 1 vu --lock-wait 0").exit == 0);
}

TEST_CASE("exit 78: the configuration is invalid or missing") {
  Desk regie;
  CHECK(regie("list --config no/such/folder").exit == 78);
  regie.folder.write("bad.toml", "name = 'x'\nnmae = 'y'\n");
  const std::string bad = (regie.folder.path() / "bad.toml").string();
  CHECK(regie("config check --config " + bad).exit == 78);
  CHECK(regie("open x -R TIL --config " + bad).exit == 78);
  regie.folder.write("broken.toml", "name = 'x\n");
  CHECK(regie("list --config " + (regie.folder.path() / "broken.toml").string()).exit == 78);
}

TEST_CASE("errors are JSON when JSON was asked for - one object with code and exit") {
  Desk regie;
  struct Case {
    std::string line;
    int exit;
    const char* code;
  };
  for (const Case& expected :
       {Case{"show 99 --format json", 4, "not_found"}, Case{"list --format json --state nope", 2, "usage"},
        Case{"verify 1 --format json", 5, "conflict"}, Case{"assign 1 --to SDP --format json", 1, "refused"},
        Case{"list --format json --config no/such", 78, "config"}, Case{"open --format json", 2, "usage"},
        Case{"list --format=json --nope", 2, "usage"}, Case{"opne --format json", 2, "usage"}}) {
    const Result result = regie(expected.line);
    CHECK_MESSAGE(result.exit == expected.exit, expected.line);
    CHECK_MESSAGE(result.err.starts_with('{'), expected.line, ": ", result.err);
    if (!result.err.starts_with('{')) continue;
    const auto json = parse_json(result.err);
    CHECK(json["error"]["code"].GetString() == std::string(expected.code));
    CHECK(json["error"]["exit"].GetInt() == expected.exit);
    CHECK(json["error"]["message"].GetStringLength() > 0);
    CHECK(json["error"].HasMember("hint"));
  }
}

TEST_CASE("a missing database is refused with a hint and never created") {
  Desk regie;
  const auto typo = regie.folder.path() / "dsek.db";
  for (const std::string line :
       {"list", "show 1", "log 1", "report backlog", "open x -R TIL", "note 1 x", "accept 1", "import -"}) {
    const Result result = regie(line + " --db " + typo.string());
    CHECK_MESSAGE(result.exit != 0, line);
    CHECK_MESSAGE(result.err.find("init") != std::string::npos, line, ": ", result.err);
    CHECK_FALSE(std::filesystem::exists(typo));
  }
}
