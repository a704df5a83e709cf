// The landlord's configuration: what it says, and every mistake in it with its place.
#include "desk/settings.hpp"
#include "desk/policy.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "regie/names.hpp"
#include "support/desk.hpp"
#include "text/translate.hpp"

using namespace regie;
using namespace regie::test;
using std::chrono::local_days;
using namespace std::chrono_literals;

namespace {

using Mistakes = std::vector<std::string>;

/// A landlord's files in a folder of their own.
class Files {
 public:
  explicit Files(std::string_view regie_toml) { add("regie.toml", regie_toml); }
  Files& add(const std::string& name, std::string_view content) {
    folder_.write(name, content);
    return *this;
  }
  Settings settings() const {
    return Settings(
        {.file = folder_.path() / "regie.toml",
         .share_dir = std::filesystem::path(REGIE_SOURCE_DIR) / "config",
         .zone =
             [](const std::string& name) { return name == "Europe/Paris" ? std::optional(zone(name)) : std::nullopt; },
         .default_zone = "Europe/Paris"});
  }
  Landlord landlord() const { return settings().landlord(); }

  /// "regie.toml:3:8: sentence" for everything that is wrong; empty when nothing is.
  Mistakes mistakes(bool with_rules = false) const {
    try {
      Settings all = settings();
      (void)all.landlord();
      if (with_rules) (void)all.routing();
    } catch (const Error& error) {
      CHECK(error.trouble() == Trouble::config);
      Mistakes found;
      for (const Message& message : error.messages()) found.push_back(place(message.where) + ": " + text::tr(message));
      return found;
    }
    return {};
  }
  std::filesystem::path path() const { return folder_.path(); }

 private:
  std::string place(const std::string& where) const {
    const std::string folder = folder_.path().string() + '/';
    return where.starts_with(folder) ? where.substr(folder.size()) : where;
  }
  Folder folder_;
};

Mistakes mistakes_in(std::string_view regie_toml) { return Files(regie_toml).mistakes(); }

/// The only mistake of a file.
std::string only(const Mistakes& found) { return found.size() == 1 ? found.front() : joined(found); }
std::string mistake_in(std::string_view regie_toml) { return only(mistakes_in(regie_toml)); }

constexpr auto small_lexicon = "left_out = \"de la\"\n[trade.plumbing]\nsure = \"fuite\"\n";

/// Mistakes of a rule file beside a landlord with a residence, a provider and named hours.
Mistakes mistakes_in_rules(std::string_view rules) {
  return Files(R"(lexicon = ["words.toml"]
rules = ["rules.toml"]
tenant_flags = ["senior"]
[hours.telephone]
mon-fri = "8:30-17:30"
[[agency]]
code = "nord"
[[residence]]
code = "BEL"
agency = "nord"
sector = "north"
installation = { heating = "district" }
[[person]]
code = "rey"
[[provider]]
code = "GAR"
)")
      .add("words.toml", small_lexicon)
      .add("rules.toml", rules)
      .mistakes(true);
}

}  // namespace

// ---- the example

TEST_CASE("the example landlord is the one its description tells of") {
  ExampleDesk example(at("2026-03-02T09:00:00+01:00"));
  const Landlord& landlord = example.settings().landlord();
  CHECK(landlord.name == "Val d'Orle Habitat");
  CHECK(landlord.residences.size() == 12);
  CHECK(landlord.agencies.size() == 3);
  std::map<std::string, std::int64_t> dwellings;
  for (const Residence& residence : landlord.residences) dwellings[residence.agency] += residence.dwellings;
  CHECK(dwellings == std::map<std::string, std::int64_t>{{"nord", 1'236}, {"centre", 610}, {"sud", 1'141}});
  CHECK(landlord.find_residence("PAS")->agency == "centre");
  CHECK(landlord.find_residence("PAS")->sector == "south");
  CHECK(landlord.find_provider("SDP")->contracts.front().to == local_days{2026y / 3 / 8});
  CHECK(landlord.find_provider("ATL")->contracts.front().from == local_days{2026y / 3 / 9});
  CHECK(!example.settings().routing().rules.rules.empty());
}

TEST_CASE("the targets of the example are those of its description") {
  ExampleDesk example(at("2026-03-02T09:00:00+01:00"));
  const Landlord& landlord = example.settings().landlord();
  const auto due = [&](Urgency urgency, const char* received) {
    return *landlord.policy.target(urgency, at(received));
  };
  CHECK(due(Urgency::emergency, "2026-03-07T22:30:00+01:00") == at("2026-03-08T02:30:00+01:00"));
  CHECK(due(Urgency::urgent, "2026-03-06T15:10:00+01:00") == at("2026-03-09T15:10:00+01:00"));
  CHECK(due(Urgency::urgent, "2026-03-07T11:00:00+01:00") == at("2026-03-10T08:30:00+01:00"));
  CHECK(due(Urgency::normal, "2026-03-02T09:00:00+01:00") == at("2026-03-16T17:30:00+01:00"));
  CHECK(due(Urgency::planned, "2026-03-02T09:00:00+01:00") == at("2026-05-04T17:30:00+02:00"));
}

TEST_CASE("no file at all is a desk with built-in values") {
  Settings settings({.file = {},
                     .share_dir = {},
                     .zone = [](const std::string& name) { return std::optional(zone(name)); },
                     .default_zone = "Europe/Paris"});
  CHECK(settings.landlord().residences.empty());
  CHECK(settings.landlord().trades.size() == 18);
  CHECK(settings.landlord().default_role == Role::manager);
  CHECK(settings.zone().name() == "Europe/Paris");
  CHECK(settings.database() == "");
  CHECK(settings.settings().empty());
}

// ---- what the files say

TEST_CASE("files included are read as if they stood in one and each only once") {
  Files files("include = [\"a.toml\", \"b.toml\"]\n[[residence]]\ncode = \"BEL\"\n");
  files.add("a.toml", "include = [\"regie.toml\", \"sub/c.toml\", \"./b.toml\"]\n[[residence]]\ncode = \"TIL\"\n")
      .add("b.toml", "[[residence]]\ncode = \"GRA\"\n")
      .add("sub/c.toml", "[[residence]]\ncode = \"FON\"\n");
  std::vector<std::string> codes;
  for (const Residence& residence : files.landlord().residences) codes.push_back(residence.code);
  CHECK(codes == std::vector<std::string>{"BEL", "TIL", "GRA", "FON"});
}

TEST_CASE("names may be used before the file that makes them") {
  CHECK(Files("include = [\"people.toml\"]\n[[residence]]\ncode = \"BEL\"\ncaretaker = \"lemercier\"\n")
            .add("people.toml", "[[person]]\ncode = \"lemercier\"\n")
            .mistakes()
            .empty());
}

TEST_CASE("where the database is: beside the file or at the end of a URL") {
  const Files beside("database = \"data/desk.db\"");
  CHECK(beside.settings().database() == (beside.path() / "data/desk.db").string());
  CHECK(Files("database = \"/srv/desk.db\"").settings().database() == "/srv/desk.db");
  CHECK(Files("database = \"sqlite:desk.db\"").settings().database() == "sqlite:desk.db");
  CHECK(Files("database = \"postgresql://host/desk\"").settings().database() == "postgresql://host/desk");
  CHECK(Files("").settings().database() == "");
}

TEST_CASE("closing days and holidays make the calendar") {
  const Landlord landlord = Files("[calendar]\nholidays = \"fr-alsace-moselle\"\nclosed = [2026-05-15]\n").landlord();
  CHECK(!landlord.policy.calendar.is_kept(local_days{2026y / 5 / 15}));
  CHECK(!landlord.policy.calendar.is_kept(local_days{2026y / 12 / 26}));
  CHECK(landlord.policy.calendar.is_kept(local_days{2026y / 5 / 18}));
  CHECK(!Files("").landlord().policy.calendar.is_kept(local_days{2026y / 12 / 25}));
  CHECK(Files("[calendar]\nholidays = \"none\"").landlord().policy.calendar.is_kept(local_days{2026y / 12 / 25}));
}

TEST_CASE("a contract with all it may say") {
  const Landlord landlord = Files(R"([[residence]]
code = "BEL"
sector = "north"
[[provider]]
code = "GAR"
kind = "contractor"
[[provider.contract]]
number = "2024-7"
from = 2024-01-01
to = 2026-12-31
trades = ["plumbing", "gas"]
sectors = ["north"]
residences = ["BEL"]
out_of_hours = ["plumbing"]
promise = { emergency = "2 hours", normal = "8 working days" }
[[provider.contract]]
trades = "heating"
out_of_hours = true
)")
                                .landlord();
  const auto& contracts = landlord.find_provider("GAR")->contracts;
  REQUIRE(contracts.size() == 2);
  CHECK(contracts[0].number == "2024-7");
  CHECK(contracts[0].from == local_days{2024y / 1 / 1});
  CHECK(contracts[0].to == local_days{2026y / 12 / 31});
  CHECK(contracts[0].trades == std::vector<std::string>{"plumbing", "gas"});
  CHECK(contracts[0].out_of_hours == std::vector<std::string>{"plumbing"});
  CHECK(!contracts[0].always_out_of_hours);
  CHECK(contracts[0].promise[0] == Delay{2, Delay::Unit::hours, false});
  CHECK(!contracts[0].promise[1]);
  CHECK(contracts[0].promise[2] == Delay{8, Delay::Unit::working_days, false});
  CHECK(contracts[1].trades == std::vector<std::string>{"heating"});
  CHECK(contracts[1].always_out_of_hours);
  CHECK(!contracts[1].from);
}

namespace {

/// A provider with one contract that says this of lateness, from line 4 on.
std::string contract_with(const std::string& penalty) {
  return "[[provider]]\ncode = \"GAR\"\n[[provider.contract]]\n" + penalty;
}

/// What is wrong with one key of it, which begins in column 1 of line 5 or 6.
std::string mistake_in_penalty(const std::string& line) {
  const bool is_per_day = line.starts_with("per_day");
  return mistake_in(
      contract_with("[provider.contract.penalty]\n" + (is_per_day ? line : "per_day = \"1/3000\"\n" + line) + "\n"));
}

}  // namespace

TEST_CASE("what a contract says about being late") {
  const auto terms = [](const std::string& penalty) {
    return Files(contract_with("penalty = { " + penalty + " }\n"))
        .landlord()
        .providers.front()
        .contracts.front()
        .penalty;
  };
  CHECK(terms(R"(per_day = "1/3000")") == PenaltyTerms{.numerator = 1, .denominator = 3'000});
  CHECK(terms(R"(per_day = "50")") == PenaltyTerms{.per_day = 5'000});
  for (const char* sum : {"50.5", "50,5", "50.50", "50,50"}) {
    CAPTURE(std::string(sum));
    CHECK(terms("per_day = \"" + std::string(sum) + '"') == PenaltyTerms{.per_day = 5'050});
  }
  for (const char* share : {"10 %", "10%", "10.0 %", "10,00\u00a0%", "10\u202f%"}) {
    CAPTURE(std::string(share));
    CHECK(terms("per_day = \"0.01\", cap = \"" + std::string(share) + '"') == PenaltyTerms{.per_day = 1, .cap = 1'000});
  }
  CHECK(terms(R"(per_day = "1/1000", cap = "7,5 %", exempt_below = "1000.00", observations_within = "15 days")") ==
        PenaltyTerms{.numerator = 1,
                     .denominator = 1'000,
                     .cap = 750,
                     .exempt_below = 100'000,
                     .observations_within = Delay{15, Delay::Unit::days, false}});
  CHECK(terms(R"(per_day = "1/1000", cap = "0 %", exempt_below = "0")") ==
        PenaltyTerms{.numerator = 1, .denominator = 1'000});
  CHECK(!Files(contract_with("trades = \"gas\"\n")).landlord().providers.front().contracts.front().penalty);
}

TEST_CASE("a landlord may add a trade or name one anew") {
  const Landlord landlord = Files(
                                "[[trade]]\ncode = \"solar\"\nname = \"Panneaux solaires\"\n[[trade]]\ncode = "
                                "\"lift\"\nname = \"Ascenseur\"\n")
                                .landlord();
  CHECK(landlord.trades.size() == 19);
  CHECK(landlord.find_trade("solar")->label == "Panneaux solaires");
  CHECK(landlord.find_trade("lift")->label == "Ascenseur");
}

TEST_CASE("when work must be checked") {
  const Landlord landlord = Files("[verification]\ncontractor = \"50%\"\ncrew = \"never\"\n").landlord();
  CHECK(landlord.checks[0].kind == CheckPolicy::Kind::never);
  CHECK(landlord.checks[1].kind == CheckPolicy::Kind::sample);
  CHECK(landlord.checks[1].percent == 50);
  CHECK(Files("").landlord().checks[1].kind == CheckPolicy::Kind::always);
}

TEST_CASE("the version of the policy changes with what is owed and with nothing else") {
  const auto policy = [](const char* toml) { return Files(toml).landlord().policy.version; };
  const std::string base = policy("[targets]\nurgent = \"1 working day\"\n");
  CHECK(policy("name = \"Autre\"\n[targets]\nurgent = \"1 working day\"\n") == base);
  CHECK(policy("[targets]\nurgent = \"2 working days\"\n") != base);
  CHECK(policy("[targets]\nnormal = \"1 working day\"\n") != base);
  CHECK(policy("[calendar]\nclosed = [2026-05-15]\n[targets]\nurgent = \"1 working day\"\n") != base);
  CHECK(policy("[targets]\nurgent = \"1 working day\"\n[hours.x]\nmon = \"8:00-9:00\"\n") != base);
}

// ---- mistakes

TEST_CASE("an unknown key is told with its place and the nearest one") {
  CHECK(mistake_in("nmae = \"Val d'Orle\"") == "regie.toml:1:1: unknown key 'nmae'; did you mean 'name'?");
  CHECK(mistake_in("name = \"x\"\n\n  colour = \"blue\"") == "regie.toml:3:3: unknown key 'colour'");
  CHECK(mistake_in("[[residence]]\ncode = \"BEL\"\nagancy = \"\"\n") ==
        "regie.toml:3:1: unknown key 'agancy'; did you mean 'agency'?");
  CHECK(mistake_in("[[provider]]\ncode = \"GAR\"\n[[provider.contract]]\ntrades = \"gas\"\nform = 2026-01-01\n") ==
        "regie.toml:5:1: unknown key 'form'; did you mean 'from'?");
  CHECK(mistake_in("[tragets]\nurgent = \"1 hour\"\n") ==
        "regie.toml:1:2: unknown key 'tragets'; did you mean 'targets'?");
}

TEST_CASE("all mistakes of all files are told at once in the order of the lines") {
  const Mistakes found = Files("nmae = 1\ninclude = [\"b.toml\"]\nlanguage = \"de\"\n[targets]\nurgent = \"soon\"\n")
                             .add("b.toml", "[[residence]]\ncode = \"A\"\ndwellings = \"x\"\n")
                             .mistakes();
  INFO(joined(found));
  REQUIRE(found.size() == 4);
  CHECK(found[0].starts_with("regie.toml:1:1: unknown key 'nmae'"));
  CHECK(found[1].starts_with("regie.toml:3:12: 'de' is not one of"));
  CHECK(found[2].starts_with("regie.toml:5:10: 'soon' is not a delay"));
  CHECK(found[3] == "b.toml:3:13: 'dwellings' must be a whole number");
}

TEST_CASE("a code that is missing or taken is told where it is") {
  CHECK(mistake_in("[[residence]]\nname = \"x\"\n") == "regie.toml:1:1: 'code' is missing here");
  for (const char* kind : {"agency", "residence", "person", "provider"}) {
    const std::string table = std::string("[[") + kind + "]]\ncode = \"A\"\n";
    CAPTURE(std::string(kind));
    CHECK(mistake_in(table + table) == "regie.toml:4:8: the code 'A' is already taken");
  }
}

TEST_CASE("the same code twice in two files is told in the second") {
  CHECK(Files("include = [\"b.toml\"]\n[[person]]\ncode = \"rey\"\n")
            .add("b.toml", "[[person]]\ncode = \"rey\"\n")
            .mistakes() == Mistakes{"b.toml:2:8: the code 'rey' is already taken"});
}

TEST_CASE("a value of the wrong kind is told") {
  CHECK(mistake_in("name = 7") == "regie.toml:1:8: 'name' must be a text in quotes");
  CHECK(mistake_in("[[residence]]\ncode = \"A\"\ndwellings = \"many\"") ==
        "regie.toml:3:13: 'dwellings' must be a whole number");
  CHECK(mistake_in("[[residence]]\ncode = \"A\"\nlifts = [1]") ==
        "regie.toml:3:10: 'lifts' must be a text or a list of texts");
  CHECK(mistake_in("calendar = 3") == "regie.toml:1:12: 'calendar' must be a table");
  CHECK(mistakes_in("[calendar]\nclosed = [\"2026-05-15\"]").size() == 1);
  CHECK(mistakes_in("[[provider]]\ncode = \"A\"\n[[provider.contract]]\ntrades = \"gas\"\nfrom = \"2026-01-01\"")
            .size() == 1);
}

TEST_CASE("no mistake is told twice") {
  for (const char* wrong :
       {"[[residence]]\ncode = 7", "[[residence]]\ncode = \"A\"\nagency = 7",
        "[[residence]]\ncode = \"A\"\ncaretaker = 7", "[[person]]\ncode = \"A\"\ntrades = 7",
        "[[person]]\ncode = \"A\"\naway = 7", "[[provider]]\ncode = \"A\"\nhours = 7",
        "[[provider]]\ncode = \"A\"\ncontract = 7", "residence = \"BEL\"", "targets = 7", "[targets]\nhours = 7"}) {
    const Mistakes found = mistakes_in(wrong);
    CAPTURE(std::string(wrong));
    CAPTURE(joined(found));
    CHECK(found.size() == 1);
  }
}

TEST_CASE("a name that nothing has is told with the nearest or with all") {
  CHECK(mistake_in("[[agency]]\ncode = \"nord\"\n[[residence]]\ncode = \"A\"\nagency = \"nrod\"\n") ==
        "regie.toml:5:10: 'agency': nothing is called 'nrod'; did you mean 'nord'?");
  CHECK(mistake_in("[[agency]]\ncode = \"nord\"\n[[residence]]\ncode = \"A\"\nagency = \"centre\"\n") ==
        "regie.toml:5:10: 'agency': no 'centre' of that name; known: nord");
  for (const char* reference :
       {"[[residence]]\ncode = \"A\"\ncaretaker = \"x\"", "[[agency]]\ncode = \"A\"\nhead = \"x\"",
        "[[person]]\ncode = \"A\"\nprovider = \"x\"", "[[person]]\ncode = \"A\"\ntrades = [\"plombing\"]",
        "[[person]]\ncode = \"A\"\naway = [{ from = 2026-01-01, to = 2026-01-02, substitute = \"x\" }]",
        "[[provider]]\ncode = \"A\"\nhours = \"x\"", "[targets]\nhours = \"x\"",
        "[[provider]]\ncode = \"A\"\n[[provider.contract]]\ntrades = [\"plumbing\", \"plombing\"]",
        "[[provider]]\ncode = \"A\"\n[[provider.contract]]\ntrades = \"gas\"\nsectors = [\"x\"]",
        "[[provider]]\ncode = \"A\"\n[[provider.contract]]\ntrades = \"gas\"\nresidences = [\"x\"]",
        "[[provider]]\ncode = \"A\"\n[[provider.contract]]\ntrades = \"gas\"\nout_of_hours = [\"x\"]"}) {
    CAPTURE(std::string(reference));
    CHECK(mistakes_in(reference).size() == 1);
  }
}

TEST_CASE("what cannot be the cost of a day late is told") {
  for (const char* words :
       {"",        "0",       "0.00",   "0/1000",   "3000/1",   "1/1",      "1/0",           "-1/3000",
        "1/-3000", "1/3 000", "1/",     "/3000",    "1/3000 ",  "/",        "-50",           "50 EUR",
        "50.",     ".5",      "50.005", "1 000,00", "1.000,00", "1/3000/2", "1/99999999999", "9999999999",
        "1e3",     "10 %"}) {
    CAPTURE(std::string(words));
    CHECK(mistake_in_penalty("per_day = \"" + std::string(words) + '"') ==
          "regie.toml:5:11: '" + std::string(words) +
              "' is not what a day late costs; write '1/3000' of the order's amount, or '50.00' euros");
  }
  CHECK(mistake_in_penalty("per_day = 50") == "regie.toml:5:11: 'per_day' must be a text in quotes");
  CHECK(mistake_in(contract_with("penalty = {}\n")) == "regie.toml:4:11: 'per_day' is missing here");
  CHECK(mistake_in(contract_with("penalty = \"1/3000\"\n")) == "regie.toml:4:11: 'penalty' must be a table");
}

TEST_CASE("a cap or an exemption or a time for observations that cannot be is told") {
  for (const char* words : {"", "10", "0.1", "-1 %", "101 %", "100.01 %", "10 % of it", "%", " %", "ten %"}) {
    CAPTURE(std::string(words));
    CHECK(mistake_in_penalty("cap = \"" + std::string(words) + '"') ==
          "regie.toml:6:7: '" + std::string(words) + "' is not a share; write '10 %'");
  }
  CHECK(mistake_in_penalty("exempt_below = \"1 000\"") ==
        "regie.toml:6:16: '1 000' is not an amount in euros; write '1000.00'");
  CHECK(mistake_in_penalty("exempt_below = \"-1\"") ==
        "regie.toml:6:16: '-1' is not an amount in euros; write '1000.00'");
  CHECK(mistake_in_penalty("observations_within = \"15 jours\"")
            .starts_with("regie.toml:6:23: '15 jours' is not a delay"));
  CHECK(mistake_in_penalty("observations_within = \"15 working days, desk\"")
            .starts_with("regie.toml:6:23: no [hours] are called 'desk'"));
}

TEST_CASE("all mistakes about lateness are told at once and with the nearest key") {
  const Mistakes found = mistakes_in(contract_with(
      "[provider.contract.penalty]\nper_days = \"1/3000\"\ncap = \"10\"\nexempt_below = \"none\"\nobservation_within = "
      "\"15 days\"\n"));
  CAPTURE(joined(found));
  REQUIRE(found.size() == 5);
  CHECK(found[0] == "regie.toml:4:1: 'per_day' is missing here");
  CHECK(found[1].starts_with("regie.toml:5:1: unknown key 'per_days'; did you mean 'per_day'?"));
  CHECK(found[2].starts_with("regie.toml:6:7: '10' is not a share"));
  CHECK(found[3].starts_with("regie.toml:7:16: 'none' is not an amount"));
  CHECK(found[4].starts_with("regie.toml:8:1: unknown key 'observation_within'; did you mean 'observations_within'?"));
}

TEST_CASE("a code word that is not in the vocabulary is told with those that are") {
  CHECK(mistake_in("[[person]]\ncode = \"A\"\nrole = \"boss\"") ==
        "regie.toml:3:8: 'boss' is not one of reader, reception, caretaker, technician, contractor, manager, service");
  CHECK(mistake_in("[[provider]]\ncode = \"A\"\nkind = \"firm\"") ==
        "regie.toml:3:8: 'firm' is not one of crew, contractor");
  CHECK(mistake_in("[calendar]\nholidays = \"de\"") ==
        "regie.toml:2:12: 'de' is not one of fr, fr-alsace-moselle, none");
  CHECK(mistakes_in("[access]\ndefault_role = \"boss\"").size() == 1);
}

TEST_CASE("a delay that is none is told wherever it stands") {
  for (const char* delay : {"soon", "4 h", "4 hours, end of day", "", "-1 hours"}) {
    CAPTURE(std::string(delay));
    CHECK(mistakes_in("[targets]\nnormal = \"" + std::string(delay) + "\"").size() == 1);
    CHECK(mistakes_in("[[provider]]\ncode = \"A\"\n[[provider.contract]]\ntrades = \"gas\"\npromise = { urgent = \"" +
                      std::string(delay) + "\" }")
              .size() == 1);
  }
}

TEST_CASE("hours and days that are none are told") {
  CHECK(mistakes_in("[hours.x]\nmonday = \"8:30-12:00\"").size() == 1);
  CHECK(mistakes_in("[hours.x]\nmon = \"8:30\"").size() == 1);
  CHECK(mistakes_in("[hours.x]\nmonday = \"8:30\"").size() == 2);
  CHECK(mistakes_in("[hours.x]\nmon = 8").size() == 1);
  CHECK(mistakes_in("[hours.x]\nmon-sun = \"0:00-24:00\"\n").empty());
}

TEST_CASE("dates in the wrong order are told") {
  CHECK(mistakes_in(
            "[[provider]]\ncode = \"A\"\n[[provider.contract]]\ntrades = \"gas\"\nfrom = 2026-02-01\nto = 2026-01-31")
            .size() == 1);
  CHECK(mistakes_in(
            "[[provider]]\ncode = \"A\"\n[[provider.contract]]\ntrades = \"gas\"\nfrom = 2026-02-01\nto = 2026-02-01")
            .empty());
  CHECK(mistakes_in("[[person]]\ncode = \"A\"\naway = [{ from = 2026-02-01, to = 2026-01-31 }]").size() == 1);
  CHECK(mistakes_in("[[person]]\ncode = \"A\"\naway = [{ from = 2026-02-01 }]").size() == 1);
}

TEST_CASE("a share of checks is a whole number from nought to a hundred") {
  for (const char* share : {"0%", "20%", "100%", "always", "never"})
    CHECK(mistakes_in("[verification]\ncrew = \"" + std::string(share) + "\"").empty());
  for (const char* share : {"101%", "-1%", "%", "20", "sometimes", ""}) {
    CAPTURE(std::string(share));
    CHECK(mistakes_in("[verification]\ncrew = \"" + std::string(share) + "\"").size() == 1);
  }
}

TEST_CASE("a share of checks with a letter in it is a slip and not two percent") {
  CHECK(mistakes_in("[verification]\ncrew = \"2O%\"").size() == 1);
  CHECK(mistakes_in("[verification]\ncrew = \"20.5%\"").size() == 1);
}

TEST_CASE("what is no TOML is told with its line and nothing else is guessed at") {
  const Mistakes found = mistakes_in("name = \"x\"\n[[residence]\ncode = \"A\"\n");
  REQUIRE(found.size() == 1);
  CHECK(found.front().starts_with("regie.toml:2:"));
  CHECK(found.front().find("this is not TOML") != std::string::npos);
  CHECK(mistakes_in("name = \"x\"\nname = \"y\"").size() == 1);
  CHECK(mistakes_in("closed = 2026-02-30").size() == 1);
}

TEST_CASE("a file that is missing or no TOML is told by its own name") {
  const Mistakes missing = Files("include = [\"gone.toml\"]").mistakes();
  REQUIRE(missing.size() == 1);
  CHECK(missing.front() == "gone.toml:1:1: the file cannot be read");
  const Mistakes broken = Files("include = [\"b.toml\"]").add("b.toml", "x = \n").mistakes();
  REQUIRE(broken.size() == 1);
  CHECK(broken.front().starts_with("b.toml:1:"));
}

TEST_CASE("a time zone this machine does not have is told at once") {
  CHECK(mistake_in("zone = \"Europe/Montorle\"").starts_with("regie.toml:1:8: no time zone 'Europe/Montorle'"));
}

TEST_CASE("two people with one login are told because only one of them would ever be known") {
  CHECK(mistakes_in("[[person]]\ncode = \"a\"\nunix = \"same\"\n[[person]]\ncode = \"b\"\nunix = \"same\"\n").size() ==
        1);
}

// ---- rules and lexicon

TEST_CASE("rules that say what they may have no mistakes") {
  CHECK(joined(mistakes_in_rules(R"([[rule]]
name = "all"
title = "Tout"
unless = { urgency = "emergency" }
[[rule.when]]
trade = ["plumbing", "gas"]
also = "gas"
urgency = "urgent"
residence = "BEL"
building = "A"
sector = "north"
agency = "nord"
place = "dwelling"
channel = ["phone", "web"]
tenant = "senior"
installation = { heating = ["district", "gas"] }
words = ["fuite ... robinet", "inond*"]
during = "telephone"
outside = ["telephone"]
from = 2026-01-01
to = 2026-12-31
season = "10-01/04-30"
days = "mon-thu"
time = "20:00-7:00"
[[rule.when]]
trade = "lift"
[rule.then]
urgency = "urgent"
trade = "plumbing"
tell = ["agency-head", "caretaker", "on-call", "rey"]
note = "x"
send = ["GAR"]
)")) == "");
}

TEST_CASE("mistakes in rules are told with their place in the file of rules") {
  const auto mistake = [](const std::string& when) {
    return only(mistakes_in_rules("[[rule]]\nname = \"a\"\nwhen = { " + when + " }\nthen = { note = \"x\" }\n"));
  };
  CHECK(mistake("trade = \"plombing\"") ==
        "rules.toml:3:18: 'trade': nothing is called 'plombing'; did you mean 'plumbing'?");
  CHECK(mistake("tarde = \"plumbing\"") == "rules.toml:3:10: unknown key 'tarde'; did you mean 'trade'?");
  for (const char* when : {"also = \"x\"",
                           "urgency = \"now\"",
                           "residence = \"BLE\"",
                           "sector = \"x\"",
                           "agency = \"x\"",
                           "place = \"building\"",
                           "channel = \"fax\"",
                           "tenant = \"vip\"",
                           "installation = { colour = \"blue\" }",
                           "words = \"de la\"",
                           "during = \"x\"",
                           "outside = \"x\"",
                           "from = \"2026-01-01\"",
                           "season = \"10-01\"",
                           "season = \"13-01/04-30\"",
                           "season = \"10-01/02-30\"",
                           "days = \"monday\"",
                           "days = \"mon,tue\"",
                           "time = \"20:00\"",
                           "time = \"25:00-7:00\""}) {
    CAPTURE(std::string(when));
    CHECK(mistake(when).starts_with("rules.toml:3:"));
  }
}

TEST_CASE("a rule has a name of its own and does one thing at the end") {
  CHECK(mistakes_in_rules("[[rule]]\nname = \"a\"\n").size() == 1);
  CHECK(mistakes_in_rules("[[rule]]\nthen = { note = \"x\" }\n").size() == 1);
  CHECK(mistakes_in_rules(
            "[[rule]]\nname = \"a\"\nthen = { note = \"x\" }\n[[rule]]\nname = \"a\"\nthen = { note = \"x\" }\n") ==
        Mistakes{"rules.toml:5:8: the code 'a' is already taken"});
  CHECK(mistakes_in_rules("[[rule]]\nname = \"a\"\nthen = { send = \"GAR\", triage = \"x\" }\n").size() == 1);
  CHECK(mistakes_in_rules("[[rule]]\nname = \"a\"\nthen = { close = \"y\", triage = \"x\" }\n").size() == 1);
  CHECK(mistakes_in_rules("[[rule]]\nname = \"a\"\nthen = { send = \"GRA\" }\n").size() == 1);
  CHECK(mistakes_in_rules("[[rule]]\nname = \"a\"\nthen = { tell = \"nobody\" }\n").size() == 1);
}

TEST_CASE("rules stand in files of rules alone") {
  CHECK(mistakes_in("[[rule]]\nname = \"a\"\n").size() == 1);
  CHECK(mistakes_in_rules("nmae = \"a\"\n").size() == 1);
}

TEST_CASE("the hash of the rules changes with their file") {
  const auto hash = [](const char* rules) {
    Files files("lexicon = [\"words.toml\"]\nrules = [\"rules.toml\"]\n");
    files.add("words.toml", small_lexicon).add("rules.toml", rules);
    return files.settings().routing().rules.hash;
  };
  const std::string one = hash("[[rule]]\nname = \"a\"\nthen = { note = \"x\" }\n");
  CHECK(one.size() == 12);
  CHECK(hash("[[rule]]\nname = \"a\"\nthen = { note = \"x\" }\n") == one);
  CHECK(hash("[[rule]]\nname = \"a\"\nthen = { note = \"y\" }\n") != one);
}

TEST_CASE("mistakes in a lexicon are told with their place") {
  const auto mistakes = [](const char* lexicon) {
    return Files("lexicon = [\"words.toml\"]\n").add("words.toml", lexicon).mistakes(true);
  };
  CHECK(mistakes(small_lexicon).empty());
  CHECK(mistakes("stemmer = \"klingon\"\n").size() == 1);
  CHECK(mistakes("[trade.plombing]\nsure = \"fuite\"\n").front().starts_with("words.toml:1:"));
  CHECK(mistakes("left_out = \"de\"\n[trade.plumbing]\nsure = \"de\"\n").size() == 1);
  CHECK(mistakes("[trade.plumbing]\nshure = \"fuite\"\n") ==
        Mistakes{"words.toml:2:1: unknown key 'shure'; did you mean 'sure'?"});
  CHECK(mistakes("[trade.plumbing]\nusual_urgency = \"now\"\n").size() == 1);
  CHECK(mistakes("[trade.plumbing]\nsure = [\"fuite\"]\n").size() == 1);
  CHECK(Files("lexicon = [\"klingon\"]\n").mistakes(true).size() == 1);
}

TEST_CASE("a second lexicon adds to the first") {
  Files files("lexicon = [\"words.toml\", \"more.toml\"]\n");
  files.add("words.toml", small_lexicon)
      .add("more.toml", "[trade.lift]\nsure = \"ascenseur\"\nusual_place = \"common\"\n");
  Settings settings = files.settings();
  CHECK(settings.routing().lexicon.understand("fuite").trade == "plumbing");
  CHECK(settings.routing().lexicon.understand("ascenseur").trade == "lift");
  CHECK(settings.routing().lexicon.understand("ascenseur").place == Place::common);
}

// ---- the small grammars

TEST_CASE("clock times of opening hours") {
  CHECK(parse_clock("8:30") == 510);
  CHECK(parse_clock("08:30") == 510);
  CHECK(parse_clock("8h30") == 510);
  CHECK(parse_clock("0:00") == 0);
  CHECK(parse_clock("24:00") == 1'440);
  for (const char* wrong :
       {"", "8", "8:", "8:3", "8:300", "8:60", "24:01", "25:00", "-1:00", "8:-1", "8.30", "8:30 ", "x:30"}) {
    CAPTURE(std::string(wrong));
    CHECK(!parse_clock(wrong));
  }
}

TEST_CASE("opening intervals in order and apart") {
  using Intervals = std::vector<Interval>;
  CHECK(parse_intervals("8:30-12:00, 13:30-17:00") == Intervals{{510, 720}, {810, 1'020}});
  CHECK(parse_intervals(" 8:30 - 12:00 ") == Intervals{{510, 720}});
  CHECK(parse_intervals("8:00-12:00,12:00-17:00") == Intervals{{480, 720}, {720, 1'020}});
  CHECK(parse_intervals("closed") == Intervals{});
  for (const char* wrong : {"8:30", "12:00-8:30", "8:30-8:30", "13:30-17:00, 8:30-12:00", "8:00-12:00, 11:00-13:00",
                            "8:30-25:00", "open", "8:30-12:00 13:30-17:00"}) {
    CAPTURE(std::string(wrong));
    CHECK(!parse_intervals(wrong));
  }
}

TEST_CASE("weekdays and ranges of them also over the weekend") {
  using Days = std::array<bool, 7>;
  CHECK(parse_weekdays("mon") == Days{true});
  CHECK(parse_weekdays("mon-fri") == Days{true, true, true, true, true, false, false});
  CHECK(parse_weekdays("sat-mon") == Days{true, false, false, false, false, true, true});
  CHECK(parse_weekdays("sun-sun") == Days{false, false, false, false, false, false, true});
  for (const char* wrong : {"", "monday", "Mon", "mon-", "-fri", "mon-xyz", "mon,tue", "lun"}) {
    CAPTURE(std::string(wrong));
    CHECK(!parse_weekdays(wrong));
  }
}
