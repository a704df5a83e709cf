// [mail], [reminders] and [[reminder]]: what a manager writes, and every mistake in it with its place.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "desk/settings.hpp"
#include "regie/names.hpp"
#include "support/desk.hpp"
#include "support/folder.hpp"
#include "text/translate.hpp"

using namespace regie;
using namespace regie::test;

namespace {

using Texts = std::vector<std::string>;

constexpr auto places = R"(zone = "Europe/Paris"
include = ["mail.toml"]
[hours.telephone]
mon-fri = "8:30-17:30"
[hours.counter]
mon-fri = "9:00-12:00"
[targets]
hours = "telephone"
[[agency]]
code = "nord"
head = "astruc"
[[residence]]
code = "BEL"
agency = "nord"
sector = "north"
[[person]]
code = "astruc"
[[provider]]
code = "GAR"
)";

/// A landlord's mail.toml.
class Files {
 public:
  explicit Files(std::string_view mail, std::string_view regie = places) {
    folder_.write("regie.toml", regie);
    folder_.write("mail.toml", mail);
  }
  Landlord landlord() const {
    Settings settings({.file = folder_.path() / "regie.toml",
                       .share_dir = std::filesystem::path(REGIE_SOURCE_DIR) / "config",
                       .zone = [](const std::string& name) { return std::optional(zone(name)); },
                       .default_zone = "Europe/Paris"});
    return settings.landlord();
  }
  /// "mail.toml:3: sentence" for everything that is wrong.
  Texts mistakes() const {
    try {
      (void)landlord();
    } catch (const Error& error) {
      CHECK(error.trouble() == Trouble::config);
      Texts found;
      for (const Message& message : error.messages()) {
        std::string where = message.where;
        if (const std::string folder = folder_.path().string() + '/'; where.starts_with(folder))
          where.erase(0, folder.size());
        found.push_back(where.substr(0, where.rfind(':')) + ": " + text::tr(message));
      }
      return found;
    }
    return {};
  }

 private:
  Folder folder_;
};

const std::string sender = "[mail]\nfrom = \"desk@example.org\"\n";

/// The only mistake of a file; several joined.
std::string mistake(const std::string& mail) { return joined(Files(mail).mistakes()); }

/// The only mistake in a reminder whose lines begin on line 4.
std::string mistake_in_rule(const std::string& lines) { return mistake(sender + "[[reminder]]\n" + lines + "\n"); }

const std::string step = "steps = [{ after = \"1 hour\", to = \"provider\" }]";

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

TEST_CASE("a ladder says what it says") {
  const Landlord landlord = Files(sender + R"(name = "The desk"
reply_to = "answers@example.org"
sendmail = ["/usr/bin/msmtp", "-C", "/etc/regie/msmtprc"]
patience = 60
language = "fr"
tenant = false
[reminders]
orders = ["contractor"]
hours = "counter"
at = ["14:00", "8:30"]
per_run = 20
per_recipient_a_day = 3
[[reminder]]
name = "late"
title = "Late"
ask = "Please call."
when = "promise-broken"
urgency = ["urgent", "normal"]
trade = "plumbing"
provider = "GAR"
kind = "contractor"
steps = [
  { after = "0 minutes", to = "provider", every = "2 working days", most = 4 },
  { after = "5 working days", to = ["agency", "astruc", "town@example.org"] },
]
[[reminder]]
name = "visit"
when = "appointment"
steps = [{ before = "1 working day", to = "visitor" }]
)")
                                .landlord();
  CHECK(landlord.mail.from == "desk@example.org");
  CHECK(landlord.mail.from_name == "The desk");
  CHECK(landlord.mail.reply_to == "answers@example.org");
  CHECK(landlord.mail.sendmail == Texts{"/usr/bin/msmtp", "-C", "/etc/regie/msmtprc"});
  CHECK(landlord.mail.patience == 60);
  CHECK(landlord.mail.language == "fr");
  CHECK(!landlord.mail.tenant);
  const Ladder& ladder = landlord.ladder;
  CHECK(ladder.orders == std::vector<ProviderKind>{ProviderKind::contractor});
  CHECK(ladder.hours == "counter");
  CHECK(ladder.at == std::vector<int>{510, 840});
  CHECK(ladder.per_run == 20);
  CHECK(ladder.per_recipient_a_day == 3);
  REQUIRE(ladder.rules.size() == 2);
  const ReminderRule& late = ladder.rules[0];
  CHECK(late.title == "Late");
  CHECK(late.ask == "Please call.");
  CHECK(late.occasion == Occasion::promise_broken);
  CHECK(late.urgencies == std::vector<Urgency>{Urgency::urgent, Urgency::normal});
  CHECK(late.trades == Texts{"plumbing"});
  CHECK(late.providers == Texts{"GAR"});
  CHECK(late.kind == ProviderKind::contractor);
  REQUIRE(late.steps.size() == 2);
  CHECK(late.steps[0].every == parse_delay("2 working days"));
  CHECK(late.steps[0].most == 4);
  CHECK(late.steps[1].to == Texts{"agency", "astruc", "town@example.org"});
  CHECK(!late.steps[1].every);
  CHECK(ladder.rules[1].steps[0].before);
}

TEST_CASE("where nothing is said nothing is sent") {
  const Landlord landlord = Files("").landlord();
  CHECK(landlord.mail.from == "");
  CHECK(landlord.ladder.rules.empty());
  CHECK(landlord.ladder.orders.empty());
  CHECK(landlord.ladder.version == "");
}

TEST_CASE("the version of a ladder is another when something else leaves and the same otherwise") {
  const auto version = [](const std::string& text) { return Files(sender + text).landlord().ladder.version; };
  const std::string rule = "[[reminder]]\nname = \"late\"\nwhen = \"target-broken\"\n";
  const std::string first = version(rule + step);
  CHECK(!first.empty());
  CHECK(version("\n# a remark\n" + rule + step) == first);
  CHECK(version("[reminders]\norders = [\"contractor\"]\n" + rule + step) != first);
  CHECK(version("[reminders]\nat = \"9:00\"\n" + rule + step) != first);
  CHECK(version(rule + "urgency = \"urgent\"\n" + step) != first);
  CHECK(version(rule + "trade = \"plumbing\"\n" + step) != first);
  CHECK(version(rule + "kind = \"crew\"\n" + step) != first);
  CHECK(version(rule + "steps = [{ after = \"2 hours\", to = \"provider\" }]") != first);
  CHECK(version(rule + "steps = [{ after = \"1 hour\", to = \"agency\" }]") != first);
  CHECK(version(rule + "steps = [{ after = \"1 hour\", to = \"provider\", every = \"1 day\", most = 2 }]") != first);
}

// ---- mistakes

TEST_CASE("addresses that are none are told with their place") {
  CHECK(mistake("[mail]\nfrom = \"desk at example\"\n") ==
        "mail.toml:2: 'desk at example' is not an e-mail address; write one like name@example.org");
  CHECK(contains(mistake(sender + "reply_to = \"a@b@c.org\"\n"), "mail.toml:3: 'a@b@c.org' is not"));
  CHECK(contains(mistake(sender + "bounces = \"x@example.org\\nBcc: evil@example.org\"\n"), "mail.toml:3: "));
  CHECK(contains(mistake(sender + "bounces = \"-X/var/log@example.org\"\n"), "mail.toml:3: "));
}

TEST_CASE("a [mail] without a sender is told") {
  CHECK(mistake("[mail]\nname = \"The desk\"\n") == "mail.toml:1: 'from' is missing here");
}

TEST_CASE("the mail program is a path from the root") {
  CHECK(contains(mistake(sender + "sendmail = \"msmtp -t\"\n"), "mail.toml:3: 'sendmail' is the program's path"));
  CHECK(contains(mistake(sender + "sendmail = []\n"), "mail.toml:3: "));
}

TEST_CASE("numbers of mails and seconds have their limits") {
  CHECK(mistake(sender + "patience = 0\n") == "mail.toml:3: 'patience' must be between 1 and 3600");
  CHECK(contains(mistake(sender + "[reminders]\nper_run = -1\n"), "mail.toml:4: 'per_run' must be between"));
  CHECK(contains(mistake(sender + "[reminders]\nper_recipient_a_day = 0\n"), "mail.toml:4: "));
}

TEST_CASE("words that nobody knows are told with the nearest") {
  CHECK(contains(mistake(sender + "langage = \"fr\"\n"), "'language'"));
  CHECK(contains(mistake(sender + "language = \"de\"\n"), "mail.toml:3: "));
  CHECK(contains(mistake(sender + "[reminders]\nhours = \"telefone\"\n"), "'telephone'"));
  CHECK(contains(mistake(sender + "[reminders]\norders = \"contracter\"\n"), "'contractor'"));
  CHECK(contains(mistake(sender + "[reminders]\nat = \"25:00\"\n"), "mail.toml:4: '25:00' is not a time of day"));
  CHECK(contains(mistake(sender + "[reminders]\nat = \"24:00\"\n"), "mail.toml:4: "));
  CHECK(contains(mistake_in_rule("name = \"a\"\nwhen = \"promise-broke\"\n" + step), "'promise-broken'"));
  CHECK(contains(mistake_in_rule("name = \"a\"\nwhen = \"on-hold\"\nurgency = \"urgnt\"\n" + step), "'urgent'"));
  CHECK(contains(mistake_in_rule("name = \"a\"\nwhen = \"on-hold\"\ntrade = \"plumming\"\n" + step), "'plumbing'"));
  CHECK(contains(mistake_in_rule("name = \"a\"\nwhen = \"on-hold\"\nprovider = \"GAT\"\n" + step), "'GAR'"));
  CHECK(contains(mistake_in_rule("name = \"a\"\nwhen = \"on-hold\"\nkind = \"crw\"\n" + step), "'crew'"));
  CHECK(contains(mistake_in_rule("name = \"a\"\nwhen = \"on-hold\"\nwaiting_for = \"part\"\n" + step), "'parts'"));
  CHECK(contains(mistake_in_rule("name = \"a\"\nwhen = \"on-hold\"\nsteps = [{ after = \"1 hour\", to = \"agensy\" }]"),
                 "'agency'"));
  CHECK(contains(mistake_in_rule("name = \"a\"\nwhen = \"on-hold\"\nsteps = [{ afer = \"1 hour\", to = \"agency\" }]"),
                 "'after'"));
}

TEST_CASE("a reminder has a name and an occasion and steps") {
  CHECK(mistake_in_rule("when = \"on-hold\"\n" + step) == "mail.toml:3: 'name' is missing here");
  CHECK(contains(mistake_in_rule("name = \"a\"\n" + step), "mail.toml:3: 'when' is one of order-unanswered"));
  CHECK(contains(mistake_in_rule("name = \"a\"\nwhen = [\"on-hold\", \"no-news\"]\n" + step), "mail.toml:5: 'when'"));
  CHECK(contains(mistake_in_rule("name = \"a\"\nwhen = \"on-hold\""), "mail.toml:3: a reminder has steps"));
  CHECK(contains(mistake_in_rule("name = \"a\"\nwhen = \"on-hold\"\nsteps = []"), "a reminder has steps"));
}

TEST_CASE("two reminders of one name are one too many") {
  const std::string rule = "[[reminder]]\nname = \"a\"\nwhen = \"on-hold\"\n" + step + "\n";
  CHECK(mistake(sender + rule + rule) == "mail.toml:8: the code 'a' is already taken");
}

TEST_CASE("a step says before or after as its occasion asks") {
  const auto told = [](const std::string& when, const std::string& one) {
    return mistake_in_rule("name = \"a\"\nwhen = \"" + when + "\"\nsteps = [{ " + one + ", to = \"agency\" }]");
  };
  for (const auto& occasion : codes<Occasion>()) {
    const std::string name(occasion.code);
    CAPTURE(name);
    const bool ahead = occasion.value == Occasion::appointment || occasion.value == Occasion::promise_ends ||
                       occasion.value == Occasion::contract_ends;
    CHECK(told(name, ahead ? "before = \"1 hour\"" : "after = \"1 hour\"") == "");
    CHECK(contains(told(name, ahead ? "after = \"1 hour\"" : "before = \"1 hour\""), "mail.toml:6: "));
  }
  CHECK(contains(told("on-hold", "after = \"1 hour\", before = \"1 hour\""), "either 'before' or 'after'"));
  CHECK(contains(told("on-hold", "every = \"1 hour\", most = 2"), "mail.toml:6: "));
}

TEST_CASE("every and most go together and are something") {
  const auto told = [](const std::string& more) {
    return mistake_in_rule("name = \"a\"\nwhen = \"on-hold\"\nsteps = [{ after = \"1 hour\", to = \"agency\", " + more +
                           " }]");
  };
  CHECK(told("every = \"1 day\", most = 3") == "");
  CHECK(contains(told("every = \"1 day\""), "mail.toml:6: 'every' goes with 'most'"));
  CHECK(contains(told("most = 3"), "mail.toml:6: 'most' goes with 'every'"));
  CHECK(contains(told("every = \"0 days\", most = 3"), "mail.toml:6: "));
  CHECK(contains(told("every = \"1 day\", most = 0"), "mail.toml:6: "));
  CHECK(contains(told("every = \"1 day\", most = 1000"), "mail.toml:6: "));
  CHECK(contains(told("every = \"soon\", most = 2"), "mail.toml:6: "));
  CHECK(contains(told("every = \"2 hours, nights\", most = 2"), "mail.toml:6: "));
}

TEST_CASE("steps are for somebody who is there") {
  const auto told = [](const std::string& when, const std::string& one) {
    return mistake_in_rule("name = \"a\"\nwhen = \"" + when + "\"\nsteps = [{ " + one + " }]");
  };
  CHECK(contains(told("on-hold", "after = \"1 hour\""), "mail.toml:6: 'to' is missing here"));
  CHECK(contains(told("on-hold", "after = \"1 hour\", to = []"), "mail.toml:6: "));
  CHECK(contains(told("on-hold", "after = \"1 hour\", to = \"a@b\""), "mail.toml:6: 'a@b' is not an e-mail address"));
  CHECK(contains(told("contract-ends", "before = \"1 day\", to = \"caretaker\""), "mail.toml:6: "));
  CHECK(contains(told("contract-ends", "before = \"1 day\", to = \"visitor\""), "mail.toml:6: "));
  for (const std::string_view word : recipient_words)
    CHECK(told("on-hold", "after = \"1 hour\", to = \"" + std::string(word) + "\"") == "");
}

TEST_CASE("whom one waits for is asked of holds only") {
  CHECK(contains(mistake_in_rule("name = \"a\"\nwhen = \"no-news\"\nwaiting_for = \"parts\"\n" + step),
                 "mail.toml:6: 'waiting_for' goes with"));
}

TEST_CASE("reminders without a sender are told once wherever they stand") {
  const std::string rules = "[[reminder]]\nname = \"a\"\nwhen = \"on-hold\"\n" + step +
                            "\n[[reminder]]\nname = \"b\"\n" + "when = \"on-hold\"\n" + step + "\n";
  const Texts found = Files(rules).mistakes();
  REQUIRE(found.size() == 1);
  CHECK(contains(found[0], "mail.toml:1: reminders leave as mails"));
  // The sender may stand in another file, before or after.
  CHECK(Files(rules, std::string(places) + sender).mistakes().empty());
}

TEST_CASE("addresses of people and firms and agencies are looked at as well") {
  std::string regie = places;
  regie += "email = \"garrigue\"\n";
  const Texts found = Files(sender, regie).mistakes();
  REQUIRE(found.size() == 1);
  CHECK(contains(found[0], "regie.toml:20: 'garrigue' is not an e-mail address"));
}

TEST_CASE("all mistakes of a file are told at once in the order of its lines") {
  const Texts found = Files(R"([mail]
from = "nobody"
sendmail = "sendmail"
langage = "fr"
[reminders]
hours = "nights"
at = "noon"
[[reminder]]
name = "a"
when = "never"
urgency = "high"
steps = [{ after = "soon", to = "agensy" }]
[[reminder]]
when = "on-hold"
steps = [{ before = "1 hour", to = "agency", most = 2 }]
)")
                          .mistakes();
  CHECK(found.size() >= 11);
  const auto line = [](const std::string& mistake) { return std::stoi(mistake.substr(mistake.find(':') + 1)); };
  for (std::size_t n = 1; n < found.size(); ++n) CHECK(line(found[n - 1]) <= line(found[n]));
  for (const int wanted : {2, 3, 4, 6, 7, 10, 11, 12, 13, 15}) {
    CAPTURE(wanted);
    CHECK(std::ranges::count_if(found, [&](const auto& one) { return line(one) == wanted; }) >= 1);
  }
}

TEST_CASE("hostile files are told of and not followed") {
  const std::string huge(100'000, 'x');
  CHECK(contains(mistake_in_rule("name = \"a\"\nwhen = \"" + huge + "\"\n" + step), "mail.toml:5: "));
  CHECK(!mistake_in_rule(
             "name = \"a\"\nwhen = \"on-hold\"\nsteps = [{ after = \"999999999999999999 hours\", to = \"agency\" }]")
             .empty());
  CHECK(!mistake_in_rule("name = 1\nwhen = 2\nsteps = 3").empty());
  CHECK(!mistake("mail = 1\n").empty());
  CHECK(!mistake(sender + "[[reminder]]\nname = \"a\"\nwhen = \"on-hold\"\nsteps = [1, 2]\n").empty());
}
