// `regie edit --penalty`, and where what it says is read again.
#include <doctest/doctest.h>

#include "cli/parsing.hpp"
#include "support/program.hpp"

using namespace regie::test;

namespace {

/// An urgent leak of Monday that Garrigue has promised to mend by Tuesday; it is Thursday now.
struct LateOrder : Program {
  LateOrder() {
    use_example();
    variables["REGIE_LANG"] = "en";
    REQUIRE((*this)("open 'fuite sous évier' -R BEL -d B-203 --urgency urgent").exit == 0);
    now = "2026-03-05T10:00:00+01:00";
  }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a penalty is contested and confirmed on the command line") {
  LateOrder regie;
  const Result result = regie("edit 1 --penalty observed --reason 'letter of 4 March' --as astruc");
  CHECK(result.exit == 0);
  CHECK(result.out == "penalty contested: request 1\n");
  CHECK(has(regie("show 1").out, "\nPenalty         contested\n"));
  CHECK(regie("edit 1 --penalty confirmed -q").out == "1\n");
  CHECK(regie("edit 1 --penalty proposed").out == "penalty proposed: request 1\n");
  CHECK(!has(regie("show 1").out, "Penalty"));
  const Result again = regie("edit 1 --penalty proposed");
  CHECK(again.exit == 0);
  CHECK(again.out.empty());
}

TEST_CASE("scripts read what became of a penalty") {
  LateOrder regie;
  const auto penalty = [&](const char* command) {
    const auto document = parse_json(regie(command).out);
    REQUIRE(document["items"].Size() == 1);
    const auto& value = document["items"][0]["penalty"];
    return value.IsNull() ? std::string("null") : std::string(value.GetString());
  };
  CHECK(penalty("list --format json") == "null");
  REQUIRE(regie("edit 1 --penalty waived --reason 'no key'").exit == 0);
  CHECK(penalty("list --format json") == "waived");
  CHECK(penalty("show 1 --format json") == "waived");
  CHECK(regie("list --columns id,penalty --format csv").out == "id,penalty\n1,waived\n");
  CHECK(!has(regie("list").out, "waived"));  // there is no room for it
  CHECK(has(regie("log 1").out, "no key"));
}

TEST_CASE("a dry run settles nothing") {
  LateOrder regie;
  CHECK(has(regie("edit 1 --penalty confirmed --dry-run").out, "penalty confirmed: request 1"));
  CHECK(!has(regie("show 1").out, "Penalty"));
}

TEST_CASE("who contests or waives a penalty says why") {
  LateOrder regie;
  for (const char* reason : {"", " --reason ''", " --reason ' '"}) {
    CAPTURE(std::string(reason));
    const Result contested = regie(std::string("edit 1 --penalty observed") + reason);
    CHECK(contested.exit == 2);
    CHECK(has(contested.err, "--penalty observed needs --reason: what does the provider say?"));
    const Result waived = regie(std::string("edit 1 --penalty waived") + reason);
    CHECK(waived.exit == 2);
    CHECK(has(waived.err, "--penalty waived needs --reason: why is it not asked for?"));
  }
  CHECK(!has(regie("show 1").out, "Penalty"));
}

TEST_CASE("a penalty goes alone and is one of four words") {
  LateOrder regie;
  const Result both = regie("edit 1 --penalty confirmed --tenant 'Mme Aubin' --urgency normal");
  CHECK(both.exit == 2);
  CHECK(has(both.err, "--penalty goes alone, without --tenant"));
  CHECK(has(both.err, "--penalty goes alone, without --urgency"));
  CHECK(has(regie("edit 1 --part-of 2 --tenant x").err, "--part-of goes alone, without --tenant"));
  const Result word = regie("edit 1 --penalty wavied --reason x");
  CHECK(word.exit == 2);
  CHECK(has(word.err, "--penalty: 'wavied' is not known; did you mean 'waived'?"));
  CHECK(has(regie("edit 1 --penalty yes").err, "is not one of proposed, observed, confirmed, waived"));
  CHECK(!has(regie("show 1").out, "Penalty"));
}

TEST_CASE("whoever may not settle penalties and whose order is in time is told so") {
  LateOrder regie;
  const Result role = regie("edit 1 --penalty confirmed --as montagnier");
  CHECK(role.exit == 1);
  CHECK(has(role.err, "'montagnier' may not settle penalties: the role reception does not allow it"));
  regie.now = "2026-03-02T10:00:00+01:00";
  const Result in_time = regie("edit 1 --penalty confirmed");
  CHECK(in_time.exit == 1);
  CHECK(has(in_time.err, "request 1: its order is not late, so there is no penalty"));
  CHECK(has(in_time.err, "see 'regie clock 1'"));
}

TEST_CASE("several penalties are settled at once and those that are none are told") {
  LateOrder regie;
  REQUIRE(regie("open 'robinet qui goutte' -R BEL -d B-204").exit == 0);  // eight working days from now
  const Result result = regie("edit 1 2 --penalty confirmed");
  CHECK(result.exit == 3);
  CHECK(has(result.out, "penalty confirmed: request 1"));
  CHECK(has(result.err, "request 2: its order is not late"));
}

TEST_CASE("TAB offers what may become of a penalty") {
  LateOrder regie;
  const std::string offered = regie.run({"__complete", "--", "edit", "1", "--penalty", ""}).out;
  CHECK(offered == "proposed\tproposed\nobserved\tcontested\nconfirmed\tconfirmed\nwaived\twaived\n");
  CHECK(has(regie.run({"__complete", "--", "edit", "1", "--penalty", "w"}).out, "waived"));
}
