// Files from elsewhere: all or nothing, every bad record named, nothing twice.
#include <doctest/doctest.h>

#include <cstdio>
#include <map>
#include <memory>

#include "cli/parsing.hpp"
#include "support/program.hpp"

using namespace regie::test;
namespace fs = std::filesystem;

namespace {

const fs::path source_dir = REGIE_SOURCE_DIR;
const std::string fortnight = (source_dir / "config/examples/val-dorle/fortnight.csv").string();
const std::string bad_day = (source_dir / "tests/data/day_fr_bad.csv").string();
const std::string header =
    "received_at,channel,residence,dwelling,tenant_name,tenant_phone,tenant_email,tenant_flags,description\n";

struct Desk : Program {
  Desk() {
    use_example();
    now = "2026-03-16T08:00:00+01:00";
  }
  rapidjson::Document import_json(const std::string& line) {
    return parse_json((*this)("import --format json " + line).out);
  }
  std::size_t stored() { return split_lines((*this)("list --all --format tsv --columns id --limit 0").out).size() - 1; }
};

struct Expected {
  std::size_t line, record;
  std::string code;
};

std::vector<Expected> expected_rejections() {
  std::vector<Expected> all;
  for (const std::string& line : split_lines(Folder::read(source_dir / "tests/data/day_fr_bad.expected.txt"))) {
    if (line.starts_with('#')) continue;
    const auto fields = parse_tsv(line)[0];
    all.push_back({std::stoul(fields[0]), std::stoul(fields[1]), fields[2]});
  }
  return all;
}

void check_rejections(const rapidjson::Document& json) {
  const auto expected = expected_rejections();
  REQUIRE(expected.size() == 15);
  REQUIRE(json["rejected"].Size() == expected.size());
  for (rapidjson::SizeType i = 0; i < json["rejected"].Size(); ++i) {
    const auto& rejected = json["rejected"][i];
    CHECK(rejected["line"].GetUint64() == expected[i].line);
    CHECK(rejected["record"].GetUint64() == expected[i].record);
    CHECK(rejected["code"].GetString() == expected[i].code);
    CHECK(rejected["reason"].GetStringLength() > 0);
  }
}

}  // namespace

TEST_CASE("the fortnight: 400 come in - again none - and every journal gives its row") {
  Desk regie;
  const auto first = regie.import_json(fortnight);
  CHECK(first["schema"].GetString() == std::string("regie.import/1"));
  CHECK(first["imported"].GetInt() == 400);
  CHECK(first["rejected"].Empty());
  CHECK(first["besides"].GetInt() == 8);  // which, tells tests/data/fortnight_routing.txt
  CHECK(regie.stored() == 408);
  const auto second = regie.import_json(fortnight);
  CHECK(second["imported"].GetInt() == 0);
  CHECK(second["unchanged"].GetInt() == 400);
  CHECK(regie.stored() == 408);
  regie::Store store(regie.variables["REGIE_DB"], open_options(regie::sql::Access::read), at(regie.now));
  check_journals(store);
}

TEST_CASE("from standard input - and as a dry run that saves nothing") {
  Desk regie;
  regie.input = Folder::read(fortnight);
  const Result dry = regie("import - --dry-run");
  CHECK(dry.exit == 0);
  CHECK(dry.out.find("400") != std::string::npos);
  CHECK(regie.stored() == 0);
  CHECK(regie("import -").exit == 0);
  CHECK(regie.stored() == 408);
  CHECK(regie("import - -q").out.empty());
}

TEST_CASE("a bad day: every mistake is told with line - record and code - and nothing is imported") {
  Desk regie;
  const Result result = regie("import --format json " + bad_day);
  CHECK(result.exit == 1);
  const auto json = parse_json(result.out);
  CHECK(json["imported"].GetInt() == 0);
  CHECK(json["records"].GetInt() == 40);
  check_rejections(json);
  CHECK(regie.stored() == 0);

  const Result told = regie("import " + bad_day);
  CHECK(told.exit == 1);
  CHECK(told.out.empty());
  for (const Expected& expected : expected_rejections())
    CHECK(told.err.find("line " + std::to_string(expected.line) + ", record " + std::to_string(expected.record) + ": " +
                        expected.code + ": ") != std::string::npos);
}

TEST_CASE("a bad day with --skip-invalid: 25 come in - the 15 others are put aside and come in after mending") {
  Desk regie;
  const fs::path rejects = regie.folder.path() / "to-mend.csv";
  const Result result = regie("import --format json --skip-invalid --rejects " + rejects.string() + " " + bad_day);
  CHECK(result.exit == 0);
  const auto json = parse_json(result.out);
  CHECK(json["imported"].GetInt() == 25);
  check_rejections(json);
  CHECK(regie.stored() == 25);

  const std::string aside = Folder::read(rejects);
  CHECK(aside.starts_with("received_at,channel,"));
  const std::string original = Folder::read(bad_day);
  const auto records = split_lines(aside);
  CHECK(records.size() >= 16);
  CHECK(original.find(records[1]) != std::string::npos);  // as it stood

  // Mended: the rejects, each with one good record in its place.
  std::string mended = records[0] + "\n";
  for (std::size_t i = 0; i < 15; ++i)
    mended += "2026-03-02T08:0" + std::to_string(i % 10) + ":0" + std::to_string(i / 10) +
              "+01:00,phone,BEL,A-604,Nom,,,,Robinet qui goutte\n";
  const std::string file = regie.folder.write("mended.csv", mended);
  CHECK(regie.import_json(file)["imported"].GetInt() == 15);
  CHECK(regie.stored() == 40);

  const Result again = regie("import --skip-invalid --rejects " + rejects.string() + " " + bad_day);
  CHECK(again.exit == 1);  // the file that is there is not overwritten
  CHECK(Folder::read(rejects) == aside);
}

TEST_CASE("the rejects can be mended one by one in an editor: only what was bad changes") {
  Desk regie;
  const fs::path rejects = regie.folder.path() / "to-mend.csv";
  const std::string file = regie.folder.write(
      "day.csv", header + "2026-03-02T08:36:10+01:00,fax,BEL,A-604,\"M. \"\"Le\"\" Grand\",,,,\"goutte,\r\nfort\"\r\n" +
                     "2026-03-02T08:37:10+01:00,phone,BEL,A-605,,,,,goutte\r\n");
  CHECK(regie("import --skip-invalid --rejects " + rejects.string() + " " + file).exit == 0);
  std::string text = Folder::read(rejects);
  const std::size_t fax = text.find(",fax,");
  REQUIRE(fax != std::string::npos);
  text.replace(fax, 5, ",web,");
  const std::string mended = regie.folder.write("mended.csv", text);
  CHECK(regie.import_json(mended)["imported"].GetInt() == 1);
  const auto json = parse_json(regie("show 2 --format json").out);
  CHECK(json["items"][0]["tenant_name"].GetString() == std::string("M. \"Le\" Grand"));
  CHECK(json["items"][0]["text"].GetString() == std::string("goutte,\r\nfort"));
}

TEST_CASE("--rejects without --skip-invalid makes no sense - and nothing is written when nothing is bad") {
  Desk regie;
  const fs::path rejects = regie.folder.path() / "none.csv";
  CHECK(regie("import --rejects " + rejects.string() + " " + fortnight).exit == 2);
  CHECK(regie("import --skip-invalid --rejects " + rejects.string() + " " + fortnight).exit == 0);
  CHECK_FALSE(fs::exists(rejects));
}

TEST_CASE("the header: unknown - missing and misspelt columns - another order - a byte order mark - nothing at all") {
  Desk regie;
  const auto import = [&](const std::string& content) {
    return regie("import " + regie.folder.write("x.csv", content).string());
  };
  const std::string record = "2026-03-02T08:36:10+01:00,phone,BEL,A-604,,,,,goutte\n";
  const Result unknown = import(
      "received_at,channel,residence,dwelling,tenant_name,tenant_phone,tenant_email,tenant_flags,description,colour\n");
  CHECK(unknown.exit == 1);
  CHECK(unknown.err.find("'colour'") != std::string::npos);
  const Result misspelt = import("recieved_at,channel,residence,description\n");
  CHECK(misspelt.exit == 1);
  CHECK(misspelt.err.find("'received_at'") != std::string::npos);
  const Result two = import("chanel,residence,colour\n");
  CHECK(two.err.find("chanel") != std::string::npos);
  CHECK(two.err.find("colour") != std::string::npos);
  CHECK(import("").exit == 1);
  CHECK(import(header).exit == 0);
  CHECK(import("\xef\xbb\xbf" + header + record).exit == 0);
  CHECK(import("description,residence,channel,received_at\ngoutte,TIL,web,2026-03-02T08:36:11Z\n").exit == 0);
  CHECK(import("\n\n" + header + "\n" + record + "\n").exit == 0);  // known already
  CHECK(regie.stored() == 2);
}

TEST_CASE("the same content twice in one file is one request and keys count when there are some") {
  Desk regie;
  const std::string record = "2026-03-02T08:36:10+01:00,phone,BEL,A-604,,,,,goutte\n";
  const auto json = regie.import_json(regie.folder.write("twice.csv", header + record + record).string());
  CHECK(json["imported"].GetInt() == 1);
  CHECK(json["unchanged"].GetInt() == 1);
  const std::string keyed =
      "key,received_at,channel,residence,description\n"
      "7,2026-03-02T08:36:10+01:00,phone,BEL,goutte\n"
      "8,2026-03-02T08:36:10+01:00,phone,BEL,goutte\n"
      "7,2026-03-02T09:36:10+01:00,phone,BEL,autre\n";
  const auto with_keys = regie.import_json(regie.folder.write("keyed.csv", keyed).string());
  CHECK(with_keys["imported"].GetInt() == 2);
  CHECK(with_keys["unchanged"].GetInt() == 1);
}

TEST_CASE(
    "a map: translations - constants - joined columns - blanks - a date format and what has no translation is "
    "rejected") {
  Desk regie;
  const std::string map = regie.folder.write("map.toml", R"(
source = "old"
date_format = "%d/%m/%Y %H:%M"
zone = "Europe/Paris"
joiner = " / "
[columns]
key = ["No"]
opened_at = ["Date"]
residence = ["Site"]
text = ["Titre", "Détail"]
trade = ["Type"]
state = ["Etat"]
closed_at = ["Fin"]
tenant_name = ["Nom"]
[constants]
channel = "phone"
urgency = "normal"
[when_empty]
tenant_name = "inconnu"
[otherwise]
trade = "masonry"
[values.residence]
"Les Tilleuls" = "TIL"
[values.trade]
"PLO" = "plumbing"
[values.state]
"C" = "closed"
"O" = "open"
)");
  const std::string file = regie.folder.write("old.csv",
                                              "No,Date,Site,Titre,Détail,Type,Etat,Fin,Nom,Autre\n"
                                              "1,02/03/2026 08:36,Les Tilleuls,Fuite,cuisine,PLO,O,,Mme A,x\n"
                                              "2,02/03/2026 08:37,Les Tilleuls,Mur,,XYZ,C,03/03/2026 10:00,,x\n"
                                              "3,02/03/2026 08:38,Les Chênes,Mur,,XYZ,O,,,x\n"
                                              "4,2026-03-02,Les Tilleuls,Mur,,XYZ,O,,,x\n"
                                              "5,02/03/2026 08:40,Les Tilleuls,Mur,,XYZ,C,01/03/2026 10:00,,x\n"
                                              "6,02/03/2026 08:41,Les Tilleuls,Mur,,XYZ,C,,,x\n"
                                              "8,02/03/2026 08:43,Les Tilleuls,Mur,,XYZ,?,,,x\n");
  regie.now = "2026-04-16T08:00:00+02:00";
  const auto json = regie.import_json("--skip-invalid --map " + map + " " + file);
  CHECK(json["imported"].GetInt() == 2);
  const std::vector<std::string> codes{"unmapped_value", "bad_date", "closed_before_opened", "missing_closing_date",
                                       "unmapped_value"};
  REQUIRE(json["rejected"].Size() == codes.size());
  for (rapidjson::SizeType i = 0; i < codes.size(); ++i) CHECK(json["rejected"][i]["code"].GetString() == codes[i]);
  CHECK(regie("list --all --sort id --format csv --columns key,text,trade,state,tenant_name,opened_at,closed_at").out ==
        "key,text,trade,state,tenant_name,opened_at,closed_at\n"
        "old:1,Fuite / cuisine,plumbing,assigned,Mme A,2026-03-02T08:36:00+01:00,\n"
        "old:2,Mur,masonry,closed,inconnu,2026-03-02T08:37:00+01:00,2026-03-03T10:00:00+01:00\n");
  CHECK(regie.import_json("--skip-invalid --map " + map + " " + file)["unchanged"].GetInt() == 2);
}

TEST_CASE("a map with a time zone of its own: both threads count in theirs") {
  // The C library knows one zone at a time; the records are read in one thread and counted in another.
  std::string records = "Date,Site,Titre,Fin\n";
  for (int i = 0; i < 4000; ++i) {
    const std::string day = std::to_string(10 + i % 18),
                      clock = std::to_string(10 + i % 10) + ":" + std::to_string(10 + i % 50);
    records += day + "/03/2026 " + clock + ",TIL,Fuite numéro " + std::to_string(i) + "," +
               (i % 2 == 0 ? day + "/04/2026 " + clock : "") + "\n";
  }
  std::string first;
  for (int attempt = 0; attempt < 2; ++attempt) {
    Desk regie;
    regie.now = "2026-05-16T08:00:00+02:00";
    const std::string map = regie.folder.write("map.toml", R"(
source = "old"
date_format = "%d/%m/%Y %H:%M"
zone = "America/New_York"
[columns]
opened_at = ["Date"]
residence = ["Site"]
text = ["Titre"]
closed_at = ["Fin"]
[constants]
channel = "phone"
urgency = "urgent"
trade = "plumbing"
)");
    REQUIRE(regie.import_json("--map " + map + " " + regie.folder.write("old.csv", records).string())["imported"]
                .GetInt() == 4000);
    const std::string all =
        regie("list --all --limit 0 --sort id --format csv --columns opened_at,closed_at,target_at").out;
    if (attempt == 0) first = all;
    CHECK(all == first);
  }
  // 10 March 10:10 in New York is 15:10 in Paris: due on the next working day at that time.
  CHECK(first.find("2026-03-10T15:10:00+01:00,2026-04-10T16:10:00+02:00,2026-03-11T15:10:00+01:00") !=
        std::string::npos);
}

TEST_CASE("mistakes in a map are told all at once - with file - line and column") {
  Desk regie;
  const std::string map = regie.folder.write("map.toml",
                                             "zone = 'Europe/Pariss'\n"  // 1
                                             "[columns]\n"
                                             "residance = ['Site']\n"  // 3
                                             "opened_at = ['Date']\n"
                                             "[constants]\n"
                                             "chanel = 'phone'\n"  // 6
                                             "[otherwize]\n"       // 7
                                             "trade = 'masonry'\n");
  const Result result = regie("import --map " + map + " " + fortnight);
  CHECK(result.exit == 78);
  for (const int line : {1, 3, 6, 7})
    CHECK_MESSAGE(result.err.find(map + ':' + std::to_string(line) + ':') != std::string::npos, "line ", line, " in\n",
                  result.err);
  CHECK(result.err.find("'source'") != std::string::npos);     // missing
  CHECK(result.err.find("'residence'") != std::string::npos);  // meant
  CHECK(result.err.find("'text'") != std::string::npos);       // nobody says what it is
  CHECK(regie("import --map no-such-map.toml " + fortnight).exit == 78);

  const std::string good = regie.folder.write(
      "good.toml",
      "source='x'\n[columns]\nopened_at=['D']\nresidence=['R']\ntext=['Txet']\n[constants]\nchannel='phone'\n");
  const Result missing = regie("import --map " + good + " " + regie.folder.write("y.csv", "D,R,Text\n").string());
  CHECK(missing.exit == 1);
  CHECK(missing.err.find("'Text'") != std::string::npos);
}

TEST_CASE("a year of Boston's 311 through its map") {
  const fs::path data = fs::path(REGIE_SHARED_DATA) / "boston/housing_building_2015.csv.gz";
  if (!fs::exists(data)) {
    MESSAGE("SKIPPED: the real data of Boston is not there: ", data.string());
    return;
  }
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(("zcat '" + data.string() + "'").c_str(), "r"), ::pclose);
  REQUIRE(pipe);
  Program regie;
  std::string chunk(1 << 16, '\0');
  for (std::size_t got = 0; (got = std::fread(chunk.data(), 1, chunk.size(), pipe.get())) > 0;)
    regie.input.append(chunk, 0, got);

  const std::string example = (source_dir / "config/examples/boston311").string();
  regie.variables["REGIE_CONFIG"] = example;
  regie.variables["REGIE_DB"] = (regie.folder.path() / "boston.db").string();
  REQUIRE(regie("init -q").exit == 0);
  const std::string import = "import --format json --skip-invalid --map " + example + "/map.toml -";
  const auto first = parse_json(regie(import).out);
  CHECK(first["records"].GetInt() == 22530);
  CHECK(first["imported"].GetUint() + first["rejected"].Size() == 22530);
  // The one case that was closed before it was opened is the only one that cannot be right.
  REQUIRE(first["rejected"].Size() == 1);
  CHECK(first["rejected"][0]["code"].GetString() == std::string("closed_before_opened"));
  const auto second = parse_json(regie(import).out);
  CHECK(second["imported"].GetInt() == 0);
  CHECK(second["unchanged"].GetUint() == first["imported"].GetUint());

  CHECK(split_lines(regie("list --all --format jsonl").out).size() == 22529);
  const auto report = parse_json(regie("report backlog --format json").out);
  CHECK(report["headlines"]["unfinished"].GetInt() == 6449);
  for (const auto& [name, section] : report["sections"].GetObject()) {
    if (std::string_view(name.GetString()) == "over_time") continue;
    int unfinished = 0;
    for (const auto& row : section["rows"].GetArray()) unfinished += row["unfinished"].GetInt();
    CHECK_MESSAGE(unfinished == 6449, name.GetString());
  }
  // Its first case, as the file has it, on Boston's clock.
  const auto item = parse_json(regie("show 1 --format json").out);
  CHECK(item["items"][0]["opened_at"].GetString() == std::string("2015-01-01T07:27:13-05:00"));
  CHECK(item["items"][0]["target_at"].GetString() == std::string("2015-01-31T07:27:13-05:00"));
  CHECK(item["items"][0]["residence"].GetString() == std::string("south-end"));
  CHECK(item["items"][0]["trade"].GetString() == std::string("heating"));
  CHECK(item["items"][0]["key"].GetString() == std::string("boston311:101001240754"));
}
