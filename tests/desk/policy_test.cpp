// What is promised, as files say it: read, written down as the text of a version, read back, kept with the requests.
#include "desk/policy.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "regie/names.hpp"
#include "support/desk.hpp"
#include "support/folder.hpp"
#include "text/translate.hpp"

using namespace regie;
using namespace regie::test;
using std::chrono::local_days;
using namespace std::chrono_literals;

namespace {

std::optional<Zone> known_zone(const std::string& name) {
  if (name == "Europe/Paris" || name == "Indian/Reunion") return zone(name);
  return std::nullopt;
}

Settings::Sources source(const std::filesystem::path& file) {
  return {.file = file,
          .share_dir = std::filesystem::path(REGIE_SOURCE_DIR) / "config",
          .zone = known_zone,
          .default_zone = "Europe/Paris"};
}

/// A landlord of one file.
class OneFile {
 public:
  explicit OneFile(std::string_view toml) { write(toml); }
  void write(std::string_view toml) {
    folder_.write("regie.toml", toml);
    settings_ = std::make_unique<Settings>(source(folder_.path() / "regie.toml"));
  }
  Settings& settings() { return *settings_; }
  const Policy& policy() { return settings_->landlord().policy; }
  std::string place(const std::string& where) const {
    const std::string folder = folder_.path().string() + '/';
    return where.starts_with(folder) ? where.substr(folder.size()) : where;
  }

 private:
  Folder folder_;
  std::unique_ptr<Settings> settings_;
};

/// "regie.toml:3:8: sentence" for everything that is wrong.
std::vector<std::string> mistakes_in(std::string_view toml) {
  OneFile file(toml);
  try {
    (void)file.settings().landlord();
  } catch (const Error& error) {
    CHECK(error.trouble() == Trouble::config);
    std::vector<std::string> found;
    for (const Message& message : error.messages())
      found.push_back(file.place(message.where) + ": " + text::tr(message));
    return found;
  }
  return {};
}

/// The only mistake; all of them when there are more.
std::string mistake_in(std::string_view toml) { return joined(mistakes_in(toml)); }

Policy read_back(const Policy& policy) { return read_policy_text(policy.text, known_zone); }

void check_same(const Policy& one, const Policy& other) {
  CHECK(one.text == other.text);
  CHECK(one.version == other.version);
  CHECK(one.calendar.zone().name() == other.calendar.zone().name());
  CHECK(one.calendar.holidays() == other.calendar.holidays());
  CHECK(one.calendar.closed() == other.calendar.closed());
  CHECK(one.calendar.position() == other.calendar.position());
  CHECK(one.hours == other.hours);
  CHECK(one.target_hours == other.target_hours);
  CHECK(one.targets == other.targets);
  CHECK(one.stopped_by == other.stopped_by);
  CHECK(one.check_within == other.check_within);
  CHECK(one.tacit_after == other.tacit_after);
  CHECK(one.answers == other.answers);
}

/// Everything a policy can say, and none of it as usual.
constexpr auto odd_toml = R"(
zone = "Indian/Reunion"
[calendar]
holidays = "fr-alsace-moselle"
closed = [2026-05-15, 2026-12-20]
latitude = -20.879_5
longitude = 55
[calendar.half_days]
2026-12-24 = "0:00-12:00"
2026-12-31 = "9:00-10:00, 11:00-14:00"
2026-12-25 = "8:00-10:00"
2026-12-26 = "8:00-10:00"
2026-11-02 = "closed"
[hours.office]
mon-thu = "8:30-12:00, 13:30-17:30"
fri = "8h30-12h00"
2026-12-31 = "8:00-16:00"
2026-03-03 = "closed"
2026-07-14 = "9:00-9:05"
[hours.always-there]
sat-sun = "0:00-24:00"
wed = "23:59-24:00"
holidays = true
[hours."nuits-d'été"]
mon-sun = "0:00-6:00, 22:00-24:00"
[hours.never]
mon-sun = "closed"
[targets]
hours = "office"
emergency = "90 minutes"
urgent = "4 hours, daylight"
normal = "3 working days, always-there"
planned = "60 days, end of day"
[clocks]
tenant = []
parts = ["target"]
contractor = "promise"
weather = ["promise", "target", "promise"]
landlord = ["target", "promise"]
[verification]
within = "2 working hours"
tacit_after = "10 working days, end of day, nuits-d'été"
[answers]
first = "48 hours"
again = "30 days"
last = "1 working day"
)";

}  // namespace

// ---- the text of a version

TEST_CASE("the text of the example reads back to the same policy") {
  ExampleDesk example(at("2026-03-02T09:00:00+01:00"));
  const Policy& policy = example.settings().landlord().policy;
  REQUIRE(policy.targets[1].has_value());
  check_same(read_back(policy), policy);
}

TEST_CASE("the texts of both first configurations read back and promise the same") {
  std::vector<std::string> versions;
  for (const char* name : {"regie.fr.toml", "regie.en.toml"}) {
    CAPTURE(std::string(name));
    Settings settings(source(std::filesystem::path(REGIE_SOURCE_DIR) / "config/starter" / name));
    const Policy& policy = settings.landlord().policy;
    REQUIRE(policy.targets[1].has_value());
    check_same(read_back(policy), policy);
  }
}

TEST_CASE("a policy without any word in its file reads back") {
  OneFile file("");
  check_same(read_back(file.policy()), file.policy());
  CHECK(file.policy().version != "");
}

TEST_CASE("a policy that says all it can reads back") {
  OneFile file(odd_toml);
  check_same(read_back(file.policy()), file.policy());
}

TEST_CASE("a policy that was read back gives the same dates") {
  OneFile file(odd_toml);
  const Policy& policy = file.policy();
  const Policy again = read_back(policy);
  for (Instant from = at("2026-02-20T00:00:00+04:00"); from < at("2027-01-15T00:00:00+04:00"); from += 7h + 13min)
    for (const auto& delay :
         {policy.targets[0], policy.targets[1], policy.targets[2], policy.targets[3], policy.check_within,
          policy.tacit_after, policy.answers.first, policy.answers.again, policy.answers.last})
      REQUIRE(again.deadline(delay, from) == policy.deadline(delay, from));
}

TEST_CASE("every kind of delay is kept as it was written") {
  for (const char* delay : {"1 minute", "45 minutes", "1 hour", "48 hours", "1 working hour", "2 working hours",
                            "1 working day", "10 working days", "10 working days, end of day", "1 day", "60 days",
                            "60 days, end of day", "4 hours, office", "45 minutes, office", "2 working hours, office",
                            "3 working days, office", "3 working days, end of day, office", "4 hours, daylight"}) {
    CAPTURE(std::string(delay));
    OneFile file(
        "[calendar]\nlatitude = 47.9\nlongitude = 1.9\n[hours.office]\nmon-fri = \"8:00-17:00\"\n"
        "[targets]\nhours = \"office\"\nurgent = \"" +
        std::string(delay) + "\"\n");
    const Policy again = read_back(file.policy());
    CHECK(again.targets == file.policy().targets);
    CHECK(to_string(*again.targets[1]) == delay);
    check_same(again, file.policy());
  }
}

TEST_CASE("half days cut the hours that there are and leave dates of their own and daylight alone") {
  OneFile file(odd_toml);
  const Policy& policy = file.policy();
  const auto open = [&](const char* hours, local_days day) {
    return policy.calendar.open_on(day, policy.hours_named(hours));
  };
  using Open = std::vector<Interval>;
  constexpr auto clock = [](int hour, int minute = 0) { return hour * 60 + minute; };
  CHECK(open("office", local_days{2026y / 12 / 24}) == Open{{clock(8, 30), clock(12)}});
  CHECK(open("office", local_days{2026y / 12 / 31}) == Open{{clock(8), clock(16)}});
  CHECK(open("office", local_days{2026y / 12 / 25}).empty());  // a public holiday stays one
  CHECK(open("office", local_days{2026y / 11 / 2}).empty());
  CHECK(open("office", local_days{2026y / 7 / 14}) == Open{{clock(9), clock(9, 5)}});
  CHECK(open("office", local_days{2026y / 3 / 3}).empty());
  CHECK(open("nuits-d'été", local_days{2026y / 12 / 24}) == Open{{0, clock(6)}});
  CHECK(open("nuits-d'été", local_days{2026y / 12 / 31}).empty());
  CHECK(open("always-there", local_days{2026y / 12 / 26}) == Open{{clock(8), clock(10)}});
  CHECK(open("always-there", local_days{2026y / 12 / 20}) ==
        Open{{0, clock(24)}});  // a closing day is a day like others
  const auto light = open("daylight", local_days{2026y / 12 / 24});
  REQUIRE(light.size() == 1);
  CHECK(light.front().to - light.front().from > clock(13));  // summer on La Réunion
}

TEST_CASE("which clocks stand still is what the file says and otherwise as usual") {
  OneFile file(odd_toml);
  const ClockSet target = only(ClockKind::target), promise = only(ClockKind::promise);
  const auto of = [&](Party party) { return file.policy().stopped_by[static_cast<std::size_t>(party) - 1]; };
  CHECK(of(Party::tenant) == 0);
  CHECK(of(Party::parts) == target);
  CHECK(of(Party::contractor) == promise);
  CHECK(of(Party::weather) == (target | promise));
  CHECK(of(Party::authority) == (target | promise));  // not said
  CHECK(of(Party::landlord) == (target | promise));
  CHECK(OneFile("[clocks]\n").policy().stopped_by == Policy::usual_stops());
}

TEST_CASE("every single thing that is promised makes another version") {
  const std::string text = odd_toml;
  OneFile file(text);
  const std::string version = file.policy().version;
  std::vector<std::string> versions{version};
  for (const auto& [from, to] : {
           std::pair{"Indian/Reunion", "Europe/Paris"},
           {"fr-alsace-moselle", "fr"},
           {"2026-12-20]", "2026-12-21]"},
           {"-20.879_5", "-20.879_6"},
           {"longitude = 55", "longitude = 55.1"},
           {"2026-12-24 = \"0:00-12:00\"", "2026-12-24 = \"0:00-11:59\""},
           {"2026-12-31 = \"8:00-16:00\"", "2026-12-31 = \"8:00-16:01\""},
           {"fri = \"8h30-12h00\"", "fri = \"8h30-12h01\""},
           {"holidays = true", "holidays = false"},
           {"hours = \"office\"", "hours = \"never\""},
           {"90 minutes", "91 minutes"},
           {"60 days, end of day", "60 days"},
           {"4 hours, daylight", "4 hours"},
           {"tenant = []", "tenant = [\"target\"]"},
           {"contractor = \"promise\"", "contractor = \"target\""},
           {"within = \"2 working hours\"", "within = \"2 hours\""},
           {"tacit_after", "# tacit_after"},
           {"first = \"48 hours\"", "first = \"2 days\""},
           {"again = \"30 days\"", ""},
           {"last = \"1 working day\"", "last = \"1 working hour\""},
       }) {
    CAPTURE(std::string(from));
    std::string other = text;
    REQUIRE(other.find(from) != std::string::npos);
    other.replace(other.find(from), std::string(from).size(), to);
    file.write(other);
    versions.push_back(file.policy().version);
    check_same(read_back(file.policy()), file.policy());
  }
  std::ranges::sort(versions);
  CHECK(std::ranges::adjacent_find(versions) == versions.end());
}

TEST_CASE("what is no text of a policy is refused") {
  OneFile file(odd_toml);
  const auto trouble = [](const std::string& text) {
    try {
      (void)read_policy_text(text, known_zone);
    } catch (const Error& error) {
      return error.trouble();
    }
    return Trouble::bug;
  };
  CHECK(trouble("") == Trouble::config);
  CHECK(trouble("zone = \"Mars/Olympus\"\n") == Trouble::config);
  CHECK(trouble("zone = \"Europe/Paris\"\n[calendar") == Trouble::config);
  CHECK(trouble(file.policy().text + "[rules]\n") == Trouble::config);
  CHECK(trouble(file.policy().text + "after = \"10 days\"\n") == Trouble::config);
  CHECK(trouble(file.policy().text.substr(0, file.policy().text.size() - 5)) == Trouble::config);
}

// ---- mistakes

TEST_CASE("mistakes in the clocks are told with their place") {
  CHECK(mistake_in("[clocks]\ntenent = []\n") == "regie.toml:2:1: unknown key 'tenent'; did you mean 'tenant'?");
  CHECK(mistake_in("[clocks]\ntenant = [\"targt\"]\n") == "regie.toml:2:10: 'targt' is not one of target, promise");
  CHECK(mistake_in("[clocks]\ntenant = \"check\"\n") == "regie.toml:2:10: 'check' is not one of target, promise");
  CHECK(mistake_in("[clocks]\nweather = 3\n") == "regie.toml:2:11: 'weather' must be a text or a list of texts");
  CHECK(mistake_in("[clocks]\nweather = [\"target\", 3]\n") ==
        "regie.toml:2:22: 'weather' must be a text or a list of texts");
  CHECK(mistake_in("clocks = [\"target\"]\n") == "regie.toml:1:10: 'clocks' must be a table");
  CHECK(mistakes_in("[clocks]\nparts = [\"a\", \"b\"]\nlandlord = \"c\"\n").size() == 3);
}

TEST_CASE("mistakes in the answers are told with their place") {
  CHECK(mistake_in("[answers]\nfirts = \"2 days\"\n") == "regie.toml:2:1: unknown key 'firts'; did you mean 'first'?");
  CHECK(mistake_in("[answers]\nfirst = 2\n") == "regie.toml:2:9: 'first' must be a text in quotes");
  for (const char* key : {"first", "again", "last"}) {
    CAPTURE(std::string(key));
    const std::string place = "regie.toml:2:" + std::to_string(std::string(key).size() + 4) + ": ";
    CHECK(mistake_in("[answers]\n" + std::string(key) + " = \"soon\"\n").starts_with(place + "'soon' is not a delay"));
    CHECK(mistake_in("[answers]\n" + std::string(key) + " = \"2 working days, ofice\"\n[hours.office]\n") ==
          place + "no [hours] are called 'ofice'; did you mean 'office'?");
  }
}

TEST_CASE("mistakes in the verification are told with their place") {
  CHECK(mistake_in("[verification]\nwithn = \"2 days\"\n") ==
        "regie.toml:2:1: unknown key 'withn'; did you mean 'within'?");
  CHECK(mistake_in("[verification]\ntacit-after = \"2 days\"\n") ==
        "regie.toml:2:1: unknown key 'tacit-after'; did you mean 'tacit_after'?");
  CHECK(mistake_in("[verification]\nwithin = \"-2 days\"\n").starts_with("regie.toml:2:10: '-2 days' is not a delay"));
  CHECK(mistake_in("[verification]\ntacit_after = \"two weeks\"\n")
            .starts_with("regie.toml:2:15: 'two weeks' is not a delay"));
  CHECK(mistake_in("[verification]\nwithin = \"2 working days, desk\"\n[hours.office]\n[hours.crew]\n") ==
        "regie.toml:2:10: no [hours] are called 'desk'; known: crew, office");
  CHECK(mistake_in("[verification]\ntacit_after = \"2 working days, crow\"\n[hours.office]\n[hours.crew]\n") ==
        "regie.toml:2:15: no [hours] are called 'crow'; did you mean 'crew'?");
  for (const char* number : {"-1", "101"})
    CHECK(mistake_in("[verification]\nwatch_until_good = " + std::string(number) + "\n") ==
          "regie.toml:2:20: 'watch_until_good' must be between 0 and 100");
  CHECK(mistake_in("[verification]\nwatch_until_good = \"five\"\n") ==
        "regie.toml:2:20: 'watch_until_good' must be a whole number");
  CHECK(mistake_in("[verification]\nchecklist = \"require\"\n") ==
        "regie.toml:2:13: 'require' is not one of offered, required");
  CHECK(mistake_in("[verification]\nchecklist = true\n") == "regie.toml:2:13: 'checklist' must be a text in quotes");
}

TEST_CASE("what the verification may say has no mistakes") {
  for (const char* line : {"watch_until_good = 0", "watch_until_good = 100", "checklist = \"offered\"",
                           "checklist = \"required\"", "within = \"2 days\"", "tacit_after = \"1 working day\""}) {
    CAPTURE(std::string(line));
    CHECK(mistake_in("[verification]\n" + std::string(line) + "\n") == "");
  }
}

TEST_CASE("mistakes in a checklist are told with their place") {
  const auto list = [](const std::string& lines) { return mistake_in("[[checklist]]\n" + lines); };
  const std::string trades = "trades = [\"plumbing\"]\n";
  const std::string ask = "ask = [{ code = \"a\", text = \"A?\" }]\n";
  CHECK(list(trades + ask) == "");
  CHECK(list("trades = \"plumbing\"\n" + ask) == "");
  CHECK(list(ask) == "regie.toml:1:1: a checklist says for which trades it is");
  CHECK(list(trades) == "regie.toml:1:1: a checklist asks something: ask = [{ code = ..., text = ... }]");
  CHECK(list("trades = [\"plumbing\", \"elctrical\"]\n" + ask) ==
        "regie.toml:2:10: 'trades': nothing is called 'elctrical'; did you mean 'electrical'?");
  CHECK(list(trades + "ask = [\n{ code = \"a\", text = \"A?\" },\n{ code = \"a\", text = \"B?\" }]\n") ==
        "regie.toml:5:10: the code 'a' is already taken");
  CHECK(list(trades + "ask = [{ code = \"a b\", text = \"A?\" }]\n") ==
        "regie.toml:3:17: 'a b' is not a code: letters, digits, - and _ only");
  CHECK(list(trades + "ask = [{ code = \"a=b\", text = \"A?\" }]\n")
            .ends_with("'a=b' is not a code: letters, digits, - and _ only"));
  CHECK(list(trades + "ask = [{ code = \"a\" }]\n") == "regie.toml:3:8: 'text' is missing here");
  CHECK(list(trades + "ask = [{ text = \"A?\" }]\n") == "regie.toml:3:8: 'code' is missing here");
  CHECK(list(trades + "ask = [\"A?\"]\n").find("regie.toml:3:8: 'ask' must be a table or a list of tables") !=
        std::string::npos);
  CHECK(list(trades + "asks = []\n" + ask) == "regie.toml:3:1: unknown key 'asks'; did you mean 'ask'?");
  CHECK(list(trades + "ask = [{ code = \"a\", text = \"A?\", txt = \"\" }]\n") ==
        "regie.toml:3:35: unknown key 'txt'; did you mean 'text'?");
}

TEST_CASE("mistakes in half days are told with their place") {
  const auto half = [](const std::string& line) { return mistake_in("[calendar.half_days]\n" + line + "\n"); };
  CHECK(half("2026-12-24 = \"0:00-12:00\"") == "");
  CHECK(half("2026-12-24 = \"closed\"") == "");
  CHECK(half("24-12-2026 = \"0:00-12:00\"") == "regie.toml:2:14: '24-12-2026' is not a date; write 2026-12-24");
  CHECK(half("2026-02-29 = \"0:00-12:00\"") == "regie.toml:2:14: '2026-02-29' is not a date; write 2026-12-24");
  CHECK(half("fri = \"0:00-12:00\"") == "regie.toml:2:7: 'fri' is not a date; write 2026-12-24");
  CHECK(half("2026-12-24 = \"morning\"") ==
        "regie.toml:2:14: 'morning' is not opening hours; write '8:30-12:00, 13:30-17:00' or 'closed'");
  CHECK(half("2026-12-24 = 12") == "regie.toml:2:14: '2026-12-24' must be a text in quotes");
  CHECK(mistake_in("[calendar]\nhalf_days = [2026-12-24]\n") == "regie.toml:2:13: 'half_days' must be a table");
  CHECK(mistakes_in("[calendar.half_days]\nsat = \"soon\"\n").size() == 2);
}

TEST_CASE("a position is whole and on this earth") {
  const auto position = [](const std::string& lines) { return mistake_in("[calendar]\n" + lines); };
  const std::string wrong = "a position is a latitude and a longitude, like 47.9 and 1.9";
  CHECK(position("latitude = 47.9\nlongitude = 1.9\n") == "");
  CHECK(position("latitude = 48\nlongitude = -180\n") == "");
  CHECK(position("latitude = 47.9\n") == "regie.toml:2:12: " + wrong);
  CHECK(position("longitude = 1.9\n").ends_with(wrong));
  CHECK(position("latitude = 90.0\nlongitude = 1.9\n") == "regie.toml:2:12: " + wrong);
  CHECK(position("latitude = 47.9\nlongitude = 180.1\n") == "regie.toml:2:12: " + wrong);
  CHECK(position("latitude = nan\nlongitude = 1.9\n") == "regie.toml:2:12: " + wrong);
  CHECK(position("latitude = 47.9\nlongitude = inf\n") == "regie.toml:2:12: " + wrong);
  CHECK(mistakes_in("[calendar]\nlatitude = \"47.9\"\nlongitude = 1.9\n").front() ==
        "regie.toml:2:12: 'latitude' must be a number");
  CHECK(position("latitud = 47.9\n").starts_with("regie.toml:2:1: unknown key 'latitud'; did you mean 'latitude'?"));
}

TEST_CASE("hours that a delay names must be there wherever the delay stands") {
  const std::string hours = "[hours.office]\nmon = \"8:00-12:00\"\n";
  for (const char* key : {"emergency", "urgent", "normal", "planned"})
    CHECK(mistake_in(hours + "[targets]\n" + key + " = \"2 working days, ofice\"\n")
              .ends_with("no [hours] are called 'ofice'; did you mean 'office'?"));
  CHECK(mistake_in(hours + "[[provider]]\ncode = \"A\"\n[[provider.contract]]\ntrades = [\"plumbing\"]\n"
                           "promise = { urgent = \"2 hours, ofice\" }\n") ==
        "regie.toml:7:22: no [hours] are called 'ofice'; did you mean 'office'?");
  CHECK(mistake_in(hours + "[targets]\nurgent = \"2 working days, office\"\n") == "");
  CHECK(mistake_in("[targets]\nurgent = \"2 hours, office\"\n") != "");
}

TEST_CASE("daylight wants a position wherever it is named") {
  for (const char* lines : {"[targets]\nurgent = \"4 hours, daylight\"\n", "[answers]\nfirst = \"4 hours, daylight\"\n",
                            "[verification]\nwithin = \"4 hours, daylight\"\n"}) {
    CAPTURE(std::string(lines));
    CHECK(mistake_in(lines).ends_with(
        "daylight is not known without a position: give latitude and longitude in [calendar]"));
    CHECK(mistake_in(std::string(lines) + "[calendar]\nlatitude = 47.9\nlongitude = 1.9\n") == "");
    CHECK(mistake_in(std::string(lines) + "[hours.daylight]\nmon-sun = \"8:00-18:00\"\n") == "");
  }
}

TEST_CASE("names of hours that no text could hold are told") {
  for (const char* name :
       {"\"a,b\"", "\"a b\"", "\"\"", "\"a\\\"b\"", "\"a\\\\b\"", "\"a\\nb\"", "\"a\\tb\"", "\"a\\u0001b\""}) {
    CAPTURE(std::string(name));
    CHECK(mistake_in("[hours." + std::string(name) + "]\nmon = \"8:00-12:00\"\n").find("is no name for hours") !=
          std::string::npos);
  }
}

// ---- versions kept with the requests

namespace {

std::string four_hours(const char* urgent) {
  return "[access]\ndefault_role = \"manager\"\n[hours.office]\nmon-fri = \"8:00-18:00\"\n[targets]\nhours = "
         "\"office\"\nurgent = \"" +
         std::string(urgent) +
         "\"\n[[residence]]\ncode = \"BEL\"\n[[provider]]\ncode = \"GAR\"\n[[provider.contract]]\ntrades = "
         "[\"plumbing\"]\n";
}

Instant monday(const char* clock) { return at("2026-03-02T" + std::string(clock) + ":00+01:00"); }

/// One file, one database.
class KeptDesk {
 public:
  explicit KeptDesk(const std::string& toml) : file_(toml) {}
  ~KeptDesk() { check_journals(store_); }
  Desk at(Instant now, bool dry_run = false) {
    return {
        file_.settings(), store_, identify(file_.settings().landlord(), "root", ""), {.now = now, .dry_run = dry_run}};
  }
  void open(Instant now, bool dry_run = false) {
    NewRequest wanted;
    wanted.draft.text = "rappeler";
    wanted.draft.residence = "BEL";
    wanted.draft.opened_at = now;
    wanted.trade = "plumbing";
    wanted.urgency = Urgency::urgent;
    at(now, dry_run).open(wanted);
  }
  Outcome act(Instant now, RequestId id, const Deed& deed) {
    return at(now).act(
        id, [&](const Request&) { return deed; }, "");
  }
  void write(const std::string& toml) { file_.write(toml); }
  OneFile& file() { return file_; }
  Store& store() { return store_; }
  const std::string& url() const { return home_.url(); }

 private:
  OneFile file_;
  DeskHome home_;
  Store store_{home_.url(), open_options(sql::Access::create), monday("08:00")};
};

void no_progress(const char*, std::int64_t, std::int64_t) {}

std::int64_t versions_in(Store& store) {
  const auto tables = store.contents(no_progress);
  const auto found =
      std::ranges::find_if(tables, [](const TableContent& one) { return std::string_view(one.table) == "policy"; });
  REQUIRE(found != tables.end());
  return found->rows;
}

}  // namespace

TEST_CASE("a version is kept once with the first request that was promised something under it") {
  KeptDesk desk(four_hours("4 hours"));
  const Policy policy = desk.file().policy();
  (void)desk.at(monday("08:30"));
  CHECK(versions_in(desk.store()) == 0);
  for (const char* clock : {"09:00", "10:00", "11:00"}) desk.open(monday(clock));
  CHECK(versions_in(desk.store()) == 1);
  CHECK(desk.store().policy(policy.version) == policy.text);
  CHECK(desk.store().find(1)->policy == policy.version);
  CHECK(desk.store().policy("another") == std::nullopt);
}

TEST_CASE("what was only tried keeps no version") {
  KeptDesk desk(four_hours("4 hours"));
  desk.open(monday("09:00"), true);
  CHECK(versions_in(desk.store()) == 0);
  desk.open(monday("09:00"));
  CHECK(versions_in(desk.store()) == 1);
}

TEST_CASE("a version that was used is found again after the file changed") {
  KeptDesk desk(four_hours("4 hours"));
  const Policy before = desk.file().policy();
  desk.open(monday("09:00"));
  desk.write(four_hours("8 hours"));
  const Policy after = desk.file().policy();
  REQUIRE(after.version != before.version);
  desk.open(monday("10:00"));
  CHECK(versions_in(desk.store()) == 2);

  Policies policies(desk.file().settings(), desk.store());
  const Policy* found = policies.find(before.version);
  REQUIRE(found != nullptr);
  check_same(*found, before);
  CHECK(policies.find(before.version) == found);
  CHECK(policies.find(after.version) == &desk.file().policy());
  CHECK(policies.find("another") == nullptr);
  CHECK(policies.find("") == nullptr);
  CHECK(desk.store().find(1)->target_at == monday("13:00"));
  CHECK(desk.store().find(2)->target_at == monday("18:00"));
  CHECK(desk.store().check(no_progress).findings.empty());
}

TEST_CASE("going back to an earlier version keeps nothing twice") {
  KeptDesk desk(four_hours("4 hours"));
  for (const char* urgent : {"4 hours", "8 hours", "4 hours", "8 hours"}) {
    desk.write(four_hours(urgent));
    desk.open(monday("09:00"));
  }
  CHECK(versions_in(desk.store()) == 2);
}

TEST_CASE("another version is kept when an old request is promised something under it") {
  KeptDesk desk(four_hours("4 hours"));
  desk.open(monday("09:00"));
  const std::string before = desk.file().policy().version;
  desk.write(four_hours("4 hours") + "[answers]\nagain = \"1 day\"\n");
  const std::string after = desk.file().policy().version;
  desk.act(monday("10:00"), 1, Note{});
  CHECK(desk.store().find(1)->policy == before);
  CHECK(versions_in(desk.store()) == 1);
  desk.act(monday("11:00"), 1, Note{.told_how = Channel::phone});
  CHECK(desk.store().find(1)->policy == after);
  CHECK(desk.store().policy(after) == desk.file().policy().text);
  CHECK(desk.store().find(1)->target_at == monday("13:00"));
}

TEST_CASE("a copy of the database knows the versions") {
  KeptDesk desk(four_hours("4 hours"));
  const Policy before = desk.file().policy();
  desk.open(monday("09:00"));
  desk.write(four_hours("8 hours"));
  desk.open(monday("10:00"));
  const DeskHome home;
  Store copy(home.url(), open_options(sql::Access::create), monday("12:00"));
  desk.store().copy_to(copy, no_progress);
  CHECK(versions_in(copy) == 2);
  Policies policies(desk.file().settings(), copy);
  const Policy* found = policies.find(before.version);
  REQUIRE(found != nullptr);
  check_same(*found, before);
}

TEST_CASE("a database that lost the text of a version has its dates all the same") {
  for (const char* damage : {"delete from policy", "update policy set text = 'zone = \"Mars/Olympus\"'",
                             "update policy set text = 'no text of ours ['"}) {
    CAPTURE(std::string(damage));
    KeptDesk desk(four_hours("4 hours"));
    const std::string before = desk.file().policy().version;
    desk.open(monday("09:00"));
    sql::open(desk.url(), open_options(sql::Access::write)).execute(damage);
    desk.write(four_hours("8 hours"));
    Policies policies(desk.file().settings(), desk.store());
    CHECK(policies.find(before) == nullptr);

    const auto known = clocks(desk.store().journal(1), policies.of(), monday("12:00"));
    REQUIRE(known.size() == 1);
    CHECK(known.front().kind == ClockKind::target);
    CHECK(known.front().due == monday("13:00"));
    CHECK(known.front().policy == before);

    // A wait that is over moves the date all the same.
    REQUIRE(!desk.act(monday("10:00"), 1, Hold{Party::tenant}).refusal);
    REQUIRE(!desk.act(monday("11:00"), 1, Resume{}).refusal);
    CHECK(desk.store().find(1)->target_at == monday("14:00"));
  }
}
