// Examples beside the rules: read with every mistake told, and compared with what comes out.
#include "desk/examples.hpp"

#include <doctest/doctest.h>

#include "support/desk.hpp"

using namespace regie;
using namespace regie::test;

namespace {

/// A landlord with one residence, one crew and the rules given.
class Rules {
 public:
  explicit Rules(const std::string& rules) {
    folder_.write("regie.toml", R"(
zone = "Europe/Paris"
rules = ["rules.toml"]
lexicon = ["words.toml"]
tenant_flags = ["senior"]
[[residence]]
code = "BEL"
name = "Les Bélandres"
[[provider]]
code = "CREW"
name = "La régie"
kind = "crew"
[[provider.contract]]
trades = ["plumbing"]
promise = { urgent = "1 working day" }
)");
    folder_.write("words.toml", "[trade.plumbing]\nsure = \"fuite\"\n");
    folder_.write("rules.toml", rules);
    settings_ = std::make_unique<Settings>(
        Settings::Sources{.file = folder_.path() / "regie.toml",
                          .share_dir = std::filesystem::path(REGIE_SOURCE_DIR) / "config",
                          .zone = [](const std::string& name) { return std::optional(zone(name)); },
                          .default_zone = "Europe/Paris"});
  }

  Settings& settings() { return *settings_; }

  /// What comes out otherwise, the sentences' English ids.
  std::vector<std::string> wrong() {
    std::vector<std::string> ids;
    for (const RuleExample& example : settings_->examples()) {
      Foreseen foreseen;
      for (const Message& found : mismatches(*settings_, example, at("2026-03-02T09:00:00+01:00"), foreseen))
        ids.emplace_back(found.id);
    }
    return ids;
  }

  std::size_t findings() {
    try {
      settings_->examples();
      return 0;
    } catch (const Error& error) {
      return error.messages().size();
    }
  }

 private:
  Folder folder_;
  std::unique_ptr<Settings> settings_;
};

const std::string rule =
    "[[rule]]\nname = 'leaks'\nwhen.trade = 'plumbing'\nunless.tenant = 'senior'\nthen.urgency = 'urgent'\n"
    "then.tell = 'agency-head'\nthen.send = 'CREW'\n";

std::string example(const std::string& given, const std::string& expect) {
  return "[[rule.example]]\ngiven = { " + given + " }\nexpect = { " + expect + " }\n";
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("an example that comes out as expected has nothing to say") {
  CHECK(Rules(rule + example("text = 'fuite', residence = 'BEL'",
                             "trade = 'plumbing', urgency = 'urgent', place = 'common', send = 'CREW', triage = false,"
                             " closed = false, tell = 'agency-head'"))
            .wrong()
            .empty());
  CHECK(
      Rules(rule + example("text = 'fuite', residence = 'BEL', tenant = 'senior'", "applies = false")).wrong().empty());
  CHECK(Rules(rule + example("text = 'bonjour', residence = 'BEL'", "applies = false, triage = true, send = 'nobody'"))
            .wrong()
            .empty());
}

TEST_CASE("every expectation that is not met is named") {
  Rules rules(rule +
              example("text = 'fuite', residence = 'BEL', tenant = 'senior'",
                      "trade = 'none', urgency = 'emergency', place = 'dwelling', send = 'nobody', triage = true,"
                      " closed = true, tell = 'on-call'"));
  CHECK(rules.wrong() == Ids{"the rule '{0}' is not met", "{0}: expected '{1}', it is '{2}'",
                             "{0}: expected '{1}', it is '{2}'", "{0}: expected '{1}', it is '{2}'",
                             "{0}: expected '{1}', it is '{2}'", "{0}: expected '{1}', it is '{2}'",
                             "{0}: expected '{1}', it is '{2}'", "'{0}' is not told"});
  CHECK(Rules(rule + example("text = 'fuite', residence = 'BEL'", "applies = false")).wrong() ==
        Ids{"the rule '{0}' is met"});
}

TEST_CASE("an example is routed at its own moment") {
  const std::string until_march = "[[rule]]\nname = 'old'\nwhen.to = 2026-03-08\nthen.triage = 'x'\n";
  CHECK(Rules(until_march + example("text = 'fuite', residence = 'BEL', at = '2026-03-08 23:59'", "")).wrong().empty());
  CHECK(Rules(until_march + example("text = 'fuite', residence = 'BEL', at = '2026-03-09 00:00'", "applies = false"))
            .wrong()
            .empty());
  CHECK(Rules(until_march + example("text = 'fuite', residence = 'BEL'", "")).wrong().empty());  // now: 2 March
}

TEST_CASE("mistakes in an example are told like those of a rule") {
  CHECK(Rules(rule + "[[rule.example]]\nexpect = { send = 'CREW' }\n").findings() == 1);
  CHECK(Rules(rule + example("residence = 'BEL'", "")).findings() >= 1);
  CHECK(Rules(rule + example("text = 'fuite', residence = 'BLE', at = 'some day', chanel = 'phone'",
                             "send = 'CRWE', urgency = 'urgnt', aplies = true"))
            .findings() == 6);
}
