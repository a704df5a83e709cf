// Where the configuration and the database come from, what init makes, and what config says.
#include <doctest/doctest.h>

#include <fstream>

#include "cli/parsing.hpp"
#include "support/program.hpp"

using namespace regie::test;

namespace {

std::string origin_of(const Result& shown, const std::string& key, const std::string& member = "value") {
  const auto json = parse_json(shown.out);
  for (const auto& item : json["items"].GetArray())
    if (item["key"].GetString() == key) {
      return item[member.c_str()].GetString();
    }
  return "(absent)";
}

}  // namespace

TEST_CASE("a flag counts more than a variable - a variable more than the file - the file more than what is built in") {
  Program regie;
  const std::string first =
      regie.folder.write("first/regie.toml", "name = 'First'\ndatabase = 'file.db'\nlanguage = 'fr'\n");
  const std::string second = regie.folder.write("second.toml", "name = 'Second'\n");
  const std::string folder = regie.folder.path().string();
  const std::string show = "config show --format json";

  CHECK(origin_of(regie(show), "(config)", "origin") == "built in");
  CHECK(origin_of(regie(show), "(database)") == folder + "/.local/share/regie/regie.db");
  regie.variables["XDG_DATA_HOME"] = "/data";
  CHECK(origin_of(regie(show), "(database)") == "/data/regie/regie.db");

  const std::string personal = regie.folder.write(".config/regie/regie.toml", "name = 'Personal'\n");
  CHECK(origin_of(regie(show), "(config)") == personal);
  const std::string xdg = regie.folder.write("xdg/regie/regie.toml", "name = 'Xdg'\n");
  regie.variables["XDG_CONFIG_HOME"] = folder + "/xdg";
  CHECK(origin_of(regie(show), "name") == "Xdg");

  regie.variables["REGIE_CONFIG"] = folder + "/first";  // a folder that holds regie.toml
  CHECK(origin_of(regie(show), "name") == "First");
  CHECK(origin_of(regie(show), "(config)", "origin") == "REGIE_CONFIG");
  CHECK(origin_of(regie(show), "name", "origin").starts_with(first + ":1"));
  CHECK(origin_of(regie(show + " --config " + second), "name") == "Second");
  CHECK(origin_of(regie(show + " --config " + second), "(config)", "origin") == "--config");

  CHECK(origin_of(regie(show), "(database)") == folder + "/first/file.db");  // beside the file that names it
  regie.variables["REGIE_DB"] = "env.db";
  CHECK(origin_of(regie(show), "(database)") == "env.db");
  CHECK(origin_of(regie(show), "(database)", "origin") == "REGIE_DB");
  CHECK(origin_of(regie(show + " --db sqlite:flag.db"), "(database)") == "sqlite:flag.db");
  CHECK(origin_of(regie(show + " --db sqlite:flag.db"), "(database)", "origin") == "--db");
  regie.variables["REGIE_DB"] = "";  // an empty variable is no variable
  CHECK(origin_of(regie(show), "(database)") == folder + "/first/file.db");
}

TEST_CASE("the language: --lang - REGIE_LANG - the configuration - the locale") {
  Program regie;
  regie.use_example();  // its configuration says fr
  regie.terminal = true;
  const std::string english = regie("list --state closed").err;
  regie.variables.erase("REGIE_LANG");
  const std::string french = regie("list --state closed").err;
  CHECK(french != english);
  regie.variables["REGIE_LANG"] = "en";
  CHECK(regie("list --state closed").err == english);
  CHECK(regie("list --state closed --lang fr").err == french);
  CHECK(regie("--lang fr list --state closed").err == french);
  CHECK(regie("list --state closed --lang=fr").err == french);
  regie.variables["REGIE_CONFIG"] = regie.folder.write("no-language.toml", "name = 'x'\n");
  regie.variables.erase("REGIE_LANG");
  CHECK(regie("list --state closed").err == english);
  regie.variables["LANG"] = "fr_FR.UTF-8";
  CHECK(regie("list --state closed").err == french);
  regie.variables["LC_ALL"] = "C";
  CHECK(regie("list --state closed").err == english);
}

TEST_CASE("REGIE_AS and --as: the flag counts more") {
  Program regie;
  regie.use_example();
  regie.variables["REGIE_AS"] = "montagnier";
  REQUIRE(regie("open x -R TIL --trade plumbing -q").exit == 0);
  REQUIRE(regie("note 1 x --as sarda").exit == 0);
  CHECK(regie("log 1 --format tsv --columns who,typed_by").out == "who\ttyped_by\nmontagnier\troot\nsarda\troot\n");
}

TEST_CASE("init makes what is missing - says what - and never overwrites") {
  Program regie;
  const auto config = regie.folder.path() / ".config/regie/regie.toml";
  const auto database = regie.folder.path() / ".local/share/regie/regie.db";
  const Result dry = regie("init --dry-run");
  CHECK(dry.exit == 0);
  CHECK_FALSE(std::filesystem::exists(config));
  CHECK_FALSE(std::filesystem::exists(database));

  const Result made = regie("init");
  REQUIRE_MESSAGE(made.exit == 0, made.err);
  CHECK(made.out.find(config.string()) != std::string::npos);
  CHECK(made.out.find(database.string()) != std::string::npos);
  REQUIRE(std::filesystem::exists(config));
  REQUIRE(std::filesystem::exists(database));
  CHECK(regie("config check").exit == 0);

  std::ofstream(config, std::ios::app) << "\n# mine\n";
  const std::string mine = Folder::read(config);
  const Result again = regie("init");
  CHECK(again.exit == 0);
  CHECK(again.out != made.out);
  CHECK(Folder::read(config) == mine);
  CHECK(regie("init -q").out.empty());
}

TEST_CASE("init with --config and --db: there - and only there and requests survive a second init") {
  Program regie;
  const std::string folder = regie.folder.path().string();
  REQUIRE(regie("init -q --config " + folder + "/desk/regie.toml --db " + folder + "/data/desk.db").exit == 0);
  CHECK(std::filesystem::exists(folder + "/desk/regie.toml"));
  CHECK(std::filesystem::exists(folder + "/data/desk.db"));
  CHECK_FALSE(std::filesystem::exists(folder + "/.config"));
  CHECK_FALSE(std::filesystem::exists(folder + "/.local"));

  regie.use_example();
  REQUIRE(regie("open x -R TIL --trade plumbing -q").exit == 0);
  REQUIRE(regie("init").exit == 0);
  CHECK(regie("list --format tsv --columns id").out == "id\n1\n");
}

TEST_CASE("init does not make a database out of a file that is none - nor write into it") {
  Program regie;
  regie.use_example();
  const std::string letter =
      regie.folder.write("letter.txt", "Madame, Monsieur, le robinet de la cuisine goutte depuis deux jours. Merci.\n");
  const Result result = regie("init --db " + letter);
  CHECK(result.exit != 0);
  CHECK(result.exit != 70);
  CHECK(Folder::read(letter).starts_with("Madame, Monsieur, le robinet de la cuisine goutte"));
}

TEST_CASE("config check tells every mistake - each with file - line and column") {
  Program regie;
  const std::string file = regie.folder.write("wrong.toml",
                                              "name = 'Wrong'\n"
                                              "nmae = 'typo'\n"    // 2: unknown key
                                              "language = 'es'\n"  // 3: no such language
                                              "[hours.telephone]\n"
                                              "mon-fryday = '8:30-17:30'\n"  // 5: no weekday
                                              "tue = '8:30-25:00'\n"         // 6: no time
                                              "[targets]\n"
                                              "urgent = '1 wroking day'\n"  // 8: no delay
                                              "[[residence]]\n"
                                              "code = 'AAA'\n"
                                              "agency = 'nowhere'\n"  // 11: no such agency
                                              "[[provider]]\n"
                                              "code = 'P'\n"
                                              "[[provider.contract]]\n"
                                              "from = 2026-03-09\n"
                                              "to = 2026-03-08\n"        // 16: ends before it begins
                                              "trades = ['plubming']\n"  // 17: no such trade
                                              "[[provider]]\n"
                                              "code = 'P'\n"       // 19: taken
                                              "kind = 'firm'\n");  // 20: no such kind
  const Result result = regie("config check --config " + file);
  CHECK(result.exit == 78);
  CHECK(result.out.empty());
  for (const int line : {2, 3, 5, 6, 8, 11, 16, 17, 19, 20}) {
    const std::string where = file + ':' + std::to_string(line) + ':';
    const std::size_t found = result.err.find(where);
    CHECK_MESSAGE(found != std::string::npos, "nothing about line ", line, " in\n", result.err);
    if (found != std::string::npos)
      CHECK_MESSAGE(std::isdigit(static_cast<unsigned char>(result.err[found + where.size()])) != 0,
                    "no column: ", result.err);
  }
  CHECK(split_lines(result.err).size() == 10);
  CHECK(result.err.find("'name'") != std::string::npos);      // the nearest key
  CHECK(result.err.find("'plumbing'") != std::string::npos);  // the nearest trade
}

TEST_CASE("a wrong time zone hides no other mistake and a mistake in an included file names that file") {
  Program regie;
  const std::string file = regie.folder.write("zone.toml", "zone = 'Europe/Pariss'\nnmae = 'typo'\n");
  const Result zone = regie("config check --config " + file);
  CHECK(zone.exit == 78);
  CHECK(zone.err.find(file + ":1:") != std::string::npos);
  CHECK_MESSAGE(zone.err.find(file + ":2:") != std::string::npos, zone.err);

  const std::string outer =
      regie.folder.write("outer.toml", "include = ['inner.toml', 'missing.toml']\nrules = ['rules.toml']\n");
  const std::string inner = regie.folder.write("inner.toml", "[[residence]]\nname = 'no code'\n");
  const std::string rules =
      regie.folder.write("rules.toml", "[[rule]]\nname = 'r'\nwhen.trade = 'plubming'\nthen.send = ['NOBODY']\n");
  const Result included = regie("config check --config " + outer);
  CHECK(included.exit == 78);
  CHECK(included.err.find(inner + ":1:") != std::string::npos);
  CHECK(included.err.find("missing.toml") != std::string::npos);
  regie.folder.write("inner.toml", "[[residence]]\ncode = 'A'\n");
  regie.folder.write("missing.toml", "");
  const Result in_rules = regie("config check --config " + outer);
  CHECK(in_rules.exit == 78);
  CHECK(in_rules.err.find(rules + ":3:") != std::string::npos);
  CHECK(in_rules.err.find(rules + ":4:") != std::string::npos);
}

TEST_CASE("config show: every value with its file and line - and never changes anything") {
  Program regie;
  regie.use_example();
  const auto json = parse_json(regie("config show --format json").out);
  std::size_t with_line = 0;
  for (const auto& item : json["items"].GetArray()) {
    CHECK(keys_of(item) == std::vector<std::string>{"key", "value", "origin"});
    with_line += std::string(item["origin"].GetString()).find(".toml:") != std::string::npos ? 1 : 0;
  }
  CHECK(with_line > 100);
  CHECK(origin_of(regie("config show --format json"), "name") == "Val d'Orle Habitat");
  CHECK(regie("config check").out.find("12 residences") != std::string::npos);
  CHECK(regie("config check -q").out.empty());
  CHECK(regie("config check --config no/such").exit == 78);
  CHECK(regie("config check --config no/such").err.find("init") != std::string::npos);
}

TEST_CASE("the examples that come with regie are fine") {
  Program regie;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(REGIE_SOURCE_DIR) / "config/examples")) {
    const Result result = regie("config check --config " + entry.path().string());
    CHECK_MESSAGE(result.exit == 0, entry.path().filename().string(), "\n", result.err);
  }
}
