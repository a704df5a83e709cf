// The program a mail alias runs: it never loses a mail, and tells people what waits.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/program.hpp"

using namespace regie;
using namespace regie::test;

namespace {

const std::string acceptance =
    "From: garrigue@example.com\nSubject: Re: [#1] Bon de commande\nMessage-ID: <a@b.example>\n\nAccepté\n";

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("a mail that was kept is silent") {
  Program regie;
  regie.use_example();
  REQUIRE(regie("open 'rappeler le locataire' -R TIL -d A-112 --trade plumbing -q").exit == 0);
  regie.input = acceptance;
  const Result result = regie("receive");
  CHECK(result.exit == 0);
  CHECK(result.out.empty());
  CHECK(result.err.empty());
  CHECK(regie("log 1 --columns action --format tsv").out == "action\nopen\nnote\naccept\n");
}

TEST_CASE("whatever is wrong with the desk the mail is to come again") {
  Program regie;
  regie.use_example();
  const auto fails_for_now = [&](const std::string& command, const char* why) {
    CAPTURE(why);
    regie.input = acceptance;
    const Result result = regie(command);
    CHECK(result.exit == 75);
    CHECK(result.out.empty());
    CHECK(result.err.starts_with("regie receive: "));
    CHECK(lines_in(result.err) == 1);
  };
  fails_for_now("receive --no-such-option", "usage");
  fails_for_now("receive --db nowhere/desk.db", "no database");
  fails_for_now("receive --db mysql://x/y", "no such engine");
  fails_for_now("receive --config nowhere.toml", "no configuration");
  const auto broken = regie.folder.write("broken.toml", "name = 'x'\nnope = 1\nneither = 2\n");
  fails_for_now("receive --config " + broken.string(), "a configuration with two mistakes");
  const auto no_toml = regie.folder.write("no.toml", "name = \n");
  fails_for_now("receive --config " + no_toml.string(), "no TOML");
  regie.login = "lemercier";
  regie.variables["REGIE_AS"] = "lemercier";
  regie.login = "root";
  fails_for_now("receive", "a role that may not");
  regie.variables.erase("REGIE_AS");
  regie.input = "";
  CHECK(regie("receive").exit == 75);
  CHECK(regie("receive --list --all --format tsv --columns mail").out == "mail\n");
}

TEST_CASE("a person who asks gets the usual exit codes") {
  Program regie;
  regie.use_example();
  CHECK(regie("receive --list").exit == 0);
  CHECK(regie("receive --show 1").exit == 4);
  CHECK(regie("receive --settle 1 --reason x").exit == 4);
  CHECK(regie("receive --settle 1").exit == 2);
  CHECK(regie("receive --settle x --reason x").exit == 2);
  CHECK(regie("receive --list --show 1").exit == 2);
  CHECK(regie("receive --show 1 --all").exit == 2);
  CHECK(regie("receive --forgive a@b.example").exit == 4);
  regie.terminal = true;
  CHECK(regie("receive").exit == 2);
  CHECK(regie("receive --no-such-option").exit == 2);
}

TEST_CASE("only the desk reads what came in") {
  Program regie;
  regie.use_example();
  for (const char* who : {"lemercier", "ouali"}) {
    CAPTURE(std::string(who));
    CHECK(regie("receive --list --as " + std::string(who)).exit == 1);
    CHECK(regie("receive --show 1 --as " + std::string(who)).exit == 1);
    CHECK(regie("receive --settle 1 --reason x --as " + std::string(who)).exit == 1);
  }
  CHECK(regie("receive --list --as dubreuil").exit == 0);
}

TEST_CASE("of a mail that is too large a person sees who wrote") {
  Program regie;
  regie.use_example();
  regie.input = acceptance + std::string(26U * 1024 * 1024, 'x');
  const Result result = regie("receive");
  CHECK(result.exit == 0);
  CHECK(result.out.empty());
  CHECK(result.err.empty());
  CHECK(regie("receive --list --format tsv --columns mail,sender,subject,reason").out ==
        "mail\tsender\tsubject\treason\n"
        "1\tgarrigue@example.com\tRe: [#1] Bon de commande\t"
        "it is too large: perhaps not all of its text is here\n");
}

TEST_CASE("a dry run says what would become of a mail and changes nothing") {
  Program regie;
  regie.use_example();
  REQUIRE(regie("open 'rappeler le locataire' -R TIL -d A-112 --trade plumbing -q").exit == 0);
  regie.input = acceptance;
  CHECK(regie("receive --dry-run").out == "(dry run, nothing saved) in the journal: accepted: request 1\n");
  CHECK(regie("log 1 --columns action --format tsv").out == "action\nopen\n");
  regie.input = acceptance;
  CHECK(regie("receive").exit == 0);
  regie.input = acceptance;
  CHECK(regie("receive --dry-run").out == "(dry run, nothing saved) this mail came before\n");
}

TEST_CASE("nothing that a stranger writes reaches a terminal as it is") {
  Program regie;
  regie.use_example();
  regie.input =
      "From: =?utf-8?q?=1b[31mx=E2=80=AE?= <a@b.example>, <c@d.example>\nSubject: =?utf-8?q?=1b]0;x=07=0d=0aBcc:_y?=\n"
      "Message-ID: <a@b>\n\n\x1b[2J\xe2\x80\xae evil\x07\n";
  CHECK(regie("receive").exit == 0);
  for (const char* command : {"receive --list", "receive --show 1", "receive --list --format csv"}) {
    CAPTURE(std::string(command));
    const Result result = regie(command);
    CHECK(result.exit == 0);
    CHECK(result.out.find('\x1b') == std::string::npos);
    CHECK(result.out.find('\x07') == std::string::npos);
    CHECK(result.out.find('\r') == std::string::npos);
  }
  CHECK(regie("receive --show 1").out.find("\xe2\x80\xae") == std::string::npos);
}

TEST_CASE("the words of the landlord are understood also when the configuration comes from its cache") {
  Program regie;
  regie.use_example();
  const auto config = regie.folder.write(
      "regie.toml",
      "name = 'x'\nlanguage = 'en'\nzone = 'Europe/Paris'\nlexicon = ['fr']\n"
      "[receive.words]\naccept = ['banzai']\n"
      "[[agency]]\ncode = 'a'\n[[residence]]\ncode = 'R'\nagency = 'a'\nsector = 's'\ndwellings = 9\n"
      "[[provider]]\ncode = 'GAR'\nkind = 'contractor'\nemail = 'garrigue@example.com'\n"
      "[[provider.contract]]\ntrades = ['plumbing']\n");
  regie.variables["REGIE_CONFIG"] = config.string();
  REQUIRE(regie("open 'rappeler le locataire' -R R -d 1 --trade plumbing -q").exit == 0);
  regie.input = acceptance;
  CHECK(regie("receive").exit == 0);
  regie.input = "From: garrigue@example.com\nSubject: [#1]\nMessage-ID: <b@b>\n\nBanzai!\n";
  CHECK(regie("receive").exit == 0);
  CHECK(regie("log 1 --columns action --format tsv").out == "action\nopen\nnote\nnote\naccept\n");
  CHECK(regie("config check").exit == 0);
  regie.folder.write("regie.toml", "[receive.words]\naccept = ['fait']\n[receive]\nbounce = 1\n");
  const Result result = regie("config check");
  CHECK(result.exit == 78);
}

TEST_CASE("what somebody tells at the desk says where it comes from") {
  Program regie;
  regie.use_example();
  REQUIRE(regie("open 'rappeler le locataire' -R TIL -d A-112 --trade plumbing -q").exit == 0);
  CHECK(regie("note 1 'pièce commandée' --from 'e-mail of 10:32'").exit == 0);
  CHECK(regie("accept 1 --source 'e-mail of 10:33'").exit == 0);
  CHECK(regie("schedule 1 --from 'tomorrow 8:00' --source 'e-mail of 10:34' --reason 'moved'").exit == 0);
  CHECK(regie("done 1 --from 'e-mail of 10:35' --work x").exit == 0);
  CHECK(regie("log 1 --columns action,reason --format tsv").out ==
        "action\treason\nopen\t\nnote\te-mail of 10:32: pièce commandée\naccept\te-mail of 10:33\n"
        "schedule\te-mail of 10:34: moved\ndone\te-mail of 10:35\n");
  CHECK(regie("accept 1 --from a --source b").exit == 2);
  CHECK(regie("note 1 x --from ' '").exit == 2);
}
