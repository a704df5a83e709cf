// Who goes where and when: on the wall, as data and as a calendar.
#include <doctest/doctest.h>

#include "cli/parsing.hpp"
#include "support/program.hpp"
#include "text/unicode.hpp"

using namespace regie::test;

namespace {

const std::vector<std::string> keys{"id",        "visit_from",  "visit_to",      "provider", "visit_by",
                                    "residence", "building",    "dwelling",      "place",    "trade",
                                    "urgency",   "tenant_name", "tenant_phone",  "wishes",   "reschedules",
                                    "no_access", "overlap",     "outside_hours", "text"};

/// Monday 9 March 2026, 8:00. The crew (8:00-12:00 13:30-17:00) is Ouali and Fouquet; Les Bélandres is in the north.
struct Workshop : Program {
  Workshop() {
    use_example();
    now = "2026-03-09T08:00:00+01:00";
  }

  /// Opens a request, gives it to the provider and makes the appointment.
  int visit(const std::string& residence_and_dwelling, const std::string& provider, const std::string& window,
            const std::string& more = "", const std::string& text = "robinet qui goutte") {
    std::vector<std::string> words{"open", text, "--trade", "plumbing", "-u", "normal", "-q"};
    for (const std::string& part : {" -R " + residence_and_dwelling, more})
      for (const std::string& word : split_command_line(part)) words.push_back(word);
    const Result opened = run(words);
    REQUIRE_MESSAGE(opened.exit == 0, opened.err);
    const std::string id = opened.out.substr(0, opened.out.find('\n'));
    (*this)("assign " + id + " --to " + provider + " -r test");  // perhaps it is there already
    const Result scheduled = (*this)("schedule " + id + " " + window);
    REQUIRE_MESSAGE(scheduled.exit == 0, scheduled.err);
    return std::stoi(id);
  }

  std::vector<int> ids(const std::string& options) {
    const Result result = (*this)("agenda --format json " + options);
    REQUIRE_MESSAGE(result.exit == 0, result.err);
    const auto document = parse_json(result.out);
    std::vector<int> ids;
    for (const auto& item : document["items"].GetArray()) ids.push_back(item["id"].GetInt());
    return ids;
  }
};

using Ids = std::vector<int>;

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the wall shows each day once and what a technician needs to know") {
  Workshop desk;
  desk.visit("MOU -d A-302", "REGIE", "--from 'tomorrow 14:00' --to 16:00 --by fouquet");
  desk.visit("ROS -d B-203", "REGIE", "--from 'today 9:00' --to 11:00 --by ouali",
             "-t 'Mme Aubin' --phone '06 39 98 10 10' --wishes 'avant 11 h'", "fuite sous évier");
  desk.visit("ROS --building C", "REGIE", "--from 'today 8:00' --to 10:00");
  CHECK(desk("agenda").out ==
        "Monday 9 March\n"
        "   8:00–10:00  3  La Roseraie, building C  Régie de Val d'Orle Habitat\n"
        "               robinet qui goutte\n"
        "   9:00–11:00  2  La Roseraie B-203        M. Karim Ouali               Mme Aubin, 06 39 98 10 10\n"
        "               wishes: avant 11 h\n"
        "               fuite sous évier\n"
        "\n"
        "Tuesday 10 March\n"
        "  14:00–16:00  1  Le Moulin Neuf A-302     M. Didier Fouquet\n"
        "               robinet qui goutte\n");
}

TEST_CASE("the wall fits a narrow terminal and cuts only what is long") {
  Workshop desk;
  std::string text;
  for (int i = 1; i <= 60; ++i) text += (i == 1 ? "" : " ") + std::string("évier") + std::to_string(i);
  desk.visit("FON -d A-402", "GAR", "--from 'today 9:00' --to 11:00",
             "-t 'Mme Marie-Françoise Aubin-Lecomte' --phone '06 39 98 10 10'", text);
  desk.terminal = true;
  for (const int width : {60, 80, 120}) {
    desk.width = width;
    const Result result = desk("agenda --color never");
    for (const std::string& line : split_lines(result.out))
      CHECK_MESSAGE(regie::text::display_width(line) <= width, line);
    CHECK(has(result.out, "Mme Marie-Françoise Aubin-Lecomte"));
    CHECK(has(result.out, "évier1 évier2"));
    CHECK(has(result.out, "…"));
    CHECK_FALSE(has(result.out, "évier60"));
  }
  desk.terminal = false;
  CHECK(has(desk("agenda").out, "évier60"));
}

TEST_CASE("failed visits and moves are said on the wall") {
  Workshop desk;
  desk.visit("ROS -d B-203", "REGIE", "--from 'today 9:00' --to 11:00");
  CHECK_FALSE(has(desk("agenda").out, "visit no."));
  REQUIRE(desk("schedule 1 --from 'today 10:00' --to 12:00").exit == 0);
  REQUIRE(desk("schedule 1 --from 'today 8:00' --to 10:00").exit == 0);
  desk.now = "2026-03-09T11:00:00+01:00";
  REQUIRE(desk("no-access 1").exit == 0);
  CHECK(desk("agenda --today").out == "Monday 9 March\n  no appointment\n");
  REQUIRE(desk("schedule 1 --from 'tomorrow 9:00' --to 11:00").exit == 0);
  CHECK(has(desk("agenda").out, "visit no. 2 · moved 2 times"));
}

TEST_CASE("the days asked for are the days shown") {
  Workshop desk;
  desk.now = "2026-03-11T15:00:00+01:00";  // a Wednesday
  const int friday = desk.visit("ROS -d A-101", "REGIE", "--from 2026-03-13T09:00 --to 10:00");
  const int today = desk.visit("ROS -d A-102", "REGIE", "--from 2026-03-11T16:00 --to 17:00");
  const int tuesday = desk.visit("ROS -d A-103", "REGIE", "--from 2026-03-17T09:00 --to 10:00");
  const int wednesday = desk.visit("ROS -d A-104", "REGIE", "--from 2026-03-18T09:00 --to 10:00");
  const int thursday = desk.visit("ROS -d A-201", "REGIE", "--from 2026-03-12T09:00 --to 10:00");
  CHECK(desk.ids("") == Ids{today, thursday, friday, tuesday});
  CHECK(desk.ids("--today") == Ids{today});
  CHECK(desk.ids("--tomorrow") == Ids{thursday});
  CHECK(desk.ids("--week") == Ids{today, thursday, friday});
  CHECK(desk.ids("--days 2") == Ids{today, thursday});
  CHECK(desk.ids("--from 2026-03-13") == Ids{friday, tuesday, wednesday});
  CHECK(desk.ids("--from friday --days 1") == Ids{friday});
  CHECK(desk.ids("--limit 2") == Ids{today, thursday});
  desk.now = "2026-03-15T15:00:00+01:00";  // Sunday still belongs to that week
  CHECK(desk.ids("--week") == Ids{today, thursday, friday});
}

TEST_CASE("a window that reaches over midnight belongs to both days") {
  Workshop desk;
  desk.visit("ROS -d A-101", "REGIE", "--from 2026-03-10T23:00 --to 2026-03-11T00:30");
  desk.visit("ROS -d A-102", "REGIE", "--from 2026-03-10T22:00 --to 2026-03-11T00:00");
  CHECK(desk.ids("--from 2026-03-10 --days 1") == Ids{2, 1});
  CHECK(desk.ids("--from 2026-03-11 --days 1") == Ids{1});
  CHECK(has(desk("agenda --from 2026-03-10 --days 1").out, "  23:00–11/03 0:30  1"));
  CHECK(has(desk("agenda --from 2026-03-11 --days 1").out, "Wednesday 11 March\n  10/03 23:00–0:30  1"));
}

TEST_CASE("only what is scheduled is in the agenda") {
  Workshop desk;
  desk.visit("ROS -d A-101", "REGIE", "--from 'today 9:00' --to 10:00");
  desk.visit("ROS -d A-102", "REGIE", "--from 'today 10:00' --to 11:00");
  desk.visit("ROS -d A-103", "REGIE", "--from 'today 11:00' --to 12:00");
  desk.now = "2026-03-09T09:30:00+01:00";
  REQUIRE(desk("done 1 --work fait").exit == 0);
  REQUIRE(desk("cancel 2 --why withdrawn").exit == 0);
  CHECK(desk.ids("--today") == Ids{3});
}

TEST_CASE("nothing planned is said for one day and silent in cron for more") {
  Workshop desk;
  CHECK(desk("agenda --tomorrow").out == "Tuesday 10 March\n  no appointment\n");
  CHECK(desk("agenda --from 2027-01-01 --days 1").out == "Friday 1 January 2027\n  no appointment\n");
  CHECK(desk("agenda --today --quiet").out.empty());
  const Result week = desk("agenda --week");
  CHECK(week.exit == 0);
  CHECK(week.out.empty());
  CHECK(week.err.empty());
  CHECK(desk("agenda --today --format json").out ==
        "{\"schema\":\"regie.agenda/1\",\"items\":[],\"truncated\":false}\n");
  desk.terminal = true;
  CHECK(desk("agenda --week").err == "no appointment from Monday 9 March to Sunday 15 March\n");
}

TEST_CASE("days are named in French") {
  Workshop desk;
  desk.variables["REGIE_LANG"] = "fr";
  CHECK(has(desk("agenda --today").out, "lundi 9 mars\n"));
  CHECK(has(desk("agenda --from 2026-05-01 --days 1").out, "vendredi 1er mai\n"));
}

TEST_CASE("a provider or a technician or a caretaker sees what concerns them") {
  Workshop desk;
  const int ouali = desk.visit("ROS -d A-101", "REGIE", "--from 'today 8:00' --to 9:00 --by ouali");
  const int fouquet = desk.visit("ROS -d A-102", "REGIE", "--from 'today 9:00' --to 10:00 --by fouquet");
  const int crew = desk.visit("MOU -d A-103", "REGIE", "--from 'today 10:00' --to 11:00");
  const int garrigue = desk.visit("BEL -d A-101", "GAR", "--from 'today 11:00' --to 12:00");
  CHECK(desk.ids("--for REGIE") == Ids{ouali, fouquet, crew});
  CHECK(desk.ids("--for GAR") == Ids{garrigue});
  CHECK(desk.ids("--for ouali") == Ids{ouali, crew});
  CHECK(desk.ids("--for fouquet") == Ids{fouquet, crew});
  CHECK(desk.ids("--mine --as ouali") == Ids{ouali, crew});
  desk.login = "dfouquet";
  CHECK(desk.ids("--mine") == Ids{fouquet, crew});
  CHECK(desk.ids("--for lemercier") == Ids{garrigue});
}

TEST_CASE("whoever stands in for a caretaker sees those residences on these days") {
  Workshop desk;
  // Benhaddou looks after Les Tilleuls and is away from 13 to 20 March: Vasseur stands in.
  const int before = desk.visit("TIL -d A-101", "GAR", "--from 2026-03-12T09:00 --to 10:00");
  const int meanwhile = desk.visit("TIL -d A-102", "GAR", "--from 2026-03-13T09:00 --to 10:00");
  CHECK(desk.ids("--for vasseur") == Ids{meanwhile});
  const auto own = desk.ids("--for benhaddou");
  CHECK(std::ranges::find(own, before) != own.end());
}

TEST_CASE("whoever is neither technician nor caretaker sees everything and is told so") {
  Workshop desk;
  desk.visit("ROS -d A-101", "REGIE", "--from 'today 8:00' --to 9:00 --by ouali");
  desk.visit("BEL -d A-101", "GAR", "--from 'today 11:00' --to 12:00");
  for (const char* line :
       {"agenda --mine --format tsv --columns id", "agenda --for astruc --format tsv --columns id"}) {
    const Result result = desk(line);
    CHECK(result.out == "id\n1\n2\n");
    CHECK(has(result.err, "is neither technician nor caretaker: all appointments are shown\n"));
  }
}

TEST_CASE("an unknown name in the agenda is told with the nearest one") {
  Workshop desk;
  for (const auto& [wrong, right] : {std::pair{"oualy", "ouali"}, {"REGI", "REGIE"}}) {
    const Result result = desk(std::string("agenda --for ") + wrong);
    CHECK(result.exit == 4);
    CHECK(result.err ==
          std::string("regie agenda: no provider or person '") + wrong + "'; did you mean '" + right + "'?\n");
  }
}

TEST_CASE("options of the agenda that contradict each other are refused") {
  Workshop desk;
  for (const char* line : {"--today --week", "--tomorrow --from friday", "--week --days 3", "--for REGIE --mine",
                           "--days 0", "--from soon", "--format ics --columns id", "--format icz"}) {
    const Result result = desk(std::string("agenda ") + line);
    CHECK_MESSAGE(result.exit == 2, line, ": ", result.out);
    CHECK(result.out.empty());
  }
}

TEST_CASE("overlaps of one person are marked and said - those of two or of a whole crew are not") {
  Workshop desk;
  const int first = desk.visit("ROS -d A-101", "REGIE", "--from 'today 8:00' --to 10:00 --by ouali");
  const int second = desk.visit("MOU -d A-102", "REGIE", "--from 'today 9:00' --to 11:00 --by ouali");
  desk.visit("ROS -d A-103", "REGIE", "--from 'today 11:00' --to 12:00 --by ouali");  // begins as the other ends
  desk.visit("ROS -d A-104", "REGIE", "--from 'today 8:00' --to 10:00 --by fouquet");
  desk.visit("ROS -d A-201", "REGIE", "--from 'today 8:00' --to 10:00");
  desk.visit("ROS -d A-202", "REGIE", "--from 'today 8:00' --to 10:00");
  const Result wall = desk("agenda");
  CHECK(has(wall.out, "! overlaps with request 2\n"));
  CHECK(has(wall.out, "! overlaps with request 1\n"));
  CHECK(wall.err == "M. Karim Ouali has appointments that overlap on Monday 9 March: 1, 2\n");
  const auto document = parse_json(desk("agenda --format json").out);
  for (const auto& item : document["items"].GetArray()) {
    const int id = item["id"].GetInt();
    CHECK(item["overlap"].GetBool() == (id == first || id == second));
  }
}

TEST_CASE("an overlap with an appointment that is not shown is marked all the same") {
  Workshop desk;
  desk.visit("ROS -d A-101", "REGIE", "--from 2026-03-10T22:00 --to 2026-03-11T01:00 --by ouali");
  desk.visit("MOU -d A-102", "REGIE", "--from 2026-03-10T21:00 --to 2026-03-10T23:00 --by ouali");
  desk.visit("MOU -d A-103", "REGIE", "--from 2026-03-12T21:00 --to 2026-03-12T23:00 --by ouali");
  const Result result = desk("agenda --from 2026-03-11 --days 1 --format csv --columns id,overlap");
  CHECK(result.out == "id,overlap\n1,true\n");
  CHECK(result.err == "M. Karim Ouali has appointments that overlap on Tuesday 10 March: 2, 1\n");
  CHECK(desk("agenda --from 2026-03-12 --format csv --columns id,overlap").err.empty());
}

TEST_CASE("visits outside the provider's hours are marked") {
  Workshop desk;
  const auto outside = [&](const std::string& window) {
    const int id = desk.visit("ROS -d A-101", "REGIE", window, "--key '" + window + "'");
    const Result result = desk("agenda --days 90 --format csv --columns id,outside_hours");
    for (const auto& row : parse_csv(result.out))
      if (row[0] == std::to_string(id)) return row[1] == "true";
    FAIL("not in the agenda: ", window);
    return false;
  };
  CHECK_FALSE(outside("--from 2026-03-12T08:00 --to 12:00"));  // as long as they work
  CHECK(outside("--from 2026-03-12T07:59 --to 12:00"));
  CHECK(outside("--from 2026-03-12T08:00 --to 12:01"));
  CHECK(outside("--from 2026-03-12T12:00 --to 13:31"));        // begins as they leave for lunch
  CHECK_FALSE(outside("--from 2026-03-13T14:00 --to 16:00"));  // a Friday
  CHECK(outside("--from 2026-03-13T14:00 --to 17:00"));
  CHECK(outside("--from 2026-03-14T09:00 --to 11:00"));  // a Saturday
  CHECK(outside("--from 2026-05-01T09:00 --to 11:00"));  // a holiday
  CHECK(has(desk("agenda --from 2026-05-01 --days 1").out, "! outside working hours\n"));
}

TEST_CASE("every format of the agenda has the same keys and rows") {
  Workshop desk;
  desk.visit("ROS -d B-203", "REGIE", "--from 'today 9:00' --to 11:00 --by ouali",
             "-t 'Mme Aubin' --phone '06 39 98 10 10' --wishes 'avant 11 h'", "fuite, \"grosse\"\nsous l'évier|💧");
  desk.visit("ROS --building C", "REGIE", "--from 'today 18:00' --to 19:00");
  const auto document = parse_json(desk("agenda --format json").out);
  CHECK(document["schema"].GetString() == std::string("regie.agenda/1"));
  REQUIRE(document["items"].Size() == 2);
  const auto& item = document["items"][0];
  CHECK(keys_of(item) == keys);
  CHECK(item["visit_from"].GetString() == std::string("2026-03-09T09:00:00+01:00"));
  CHECK(item["visit_to"].GetString() == std::string("2026-03-09T11:00:00+01:00"));
  CHECK(item["provider"].GetString() == std::string("REGIE"));
  CHECK(item["visit_by"].GetString() == std::string("ouali"));
  CHECK(item["residence"].GetString() == std::string("ROS"));
  CHECK(item["dwelling"].GetString() == std::string("B-203"));
  CHECK(item["place"].GetString() == std::string("dwelling"));
  CHECK(item["trade"].GetString() == std::string("plumbing"));
  CHECK(item["urgency"].GetString() == std::string("normal"));
  CHECK(item["tenant_name"].GetString() == std::string("Mme Aubin"));
  CHECK(item["tenant_phone"].GetString() == std::string("06 39 98 10 10"));
  CHECK(item["wishes"].GetString() == std::string("avant 11 h"));
  CHECK(item["reschedules"].GetInt() == 0);
  CHECK(item["no_access"].GetInt() == 0);
  CHECK_FALSE(item["overlap"].GetBool());
  CHECK_FALSE(item["outside_hours"].GetBool());
  CHECK(item["text"].GetString() == std::string("fuite, \"grosse\"\nsous l'évier|💧"));
  CHECK(document["items"][1]["building"].GetString() == std::string("C"));
  CHECK(document["items"][1]["visit_by"].IsNull());
  CHECK(document["items"][1]["outside_hours"].GetBool());
  const auto lines = split_lines(desk("agenda --format jsonl").out);
  REQUIRE(lines.size() == 2);
  for (const std::string& line : lines) CHECK(keys_of(parse_json(line)) == keys);
  for (const auto& rows : {parse_csv(desk("agenda --format csv").out), parse_tsv(desk("agenda --format tsv").out)}) {
    REQUIRE(rows.size() == 3);
    CHECK(rows[0] == keys);
    CHECK(rows[1][0] == "1");
  }
  CHECK(split_lines(desk("agenda --format md").out).size() == 4);
  CHECK(desk("agenda --columns id,visit_by").out == "No.  Who goes\n  1  ouali\n  2\n");
}

TEST_CASE("what tenants say cannot leave its place on the wall") {
  Workshop desk;
  desk.visit("ROS -d B-203", "REGIE", "--from 'today 9:00' --to 11:00",
             "-t 'Mme\nTuesday' --phone '06\x1b[2J' --wishes 'tôt\nTuesday'", "fuite\nTuesday 10 March\n\x1b[31m");
  const Result result = desk("agenda");
  CHECK(result.out.find('\x1b') == std::string::npos);
  CHECK(split_lines(result.out).size() == 4);
  for (const std::string& line : split_lines(result.out)) CHECK_FALSE(line.starts_with("Tuesday"));
}

TEST_CASE("a calendar shows no tenant in its titles and keeps a request's name") {
  Workshop desk;
  desk.visit("ROS -d B-203", "REGIE", "--from 'today 9:00' --to 11:00 --by ouali",
             "-t 'Mme Aubin' --phone '06 39 98 10 10' --wishes 'avant 11 h'", "fuite sous évier");
  REQUIRE(desk("schedule 1 --from 'today 14:00' --to 16:00").exit == 0);
  const Result result = desk("agenda -f ics");
  CHECK(result.exit == 0);
  CHECK(has(result.out, "\r\nUID:request-1@val-d-orle-habitat\r\n"));
  CHECK(has(result.out, "\r\nDTSTAMP:20260309T070000Z\r\nDTSTART:20260309T130000Z\r\nDTEND:20260309T150000Z\r\n"));
  CHECK(has(result.out, "\r\nSEQUENCE:3\r\n"));
  CHECK(has(result.out, "\r\nSUMMARY:plumbing\\, La Roseraie B-203\r\n"));
  CHECK(has(result.out, "\r\nDESCRIPTION:fuite sous évier\\nTenant: Mme Aubin\\, 06 39 98 10 10"));
  CHECK(desk.ids("--today") == Ids{1});
}

TEST_CASE("only the agenda is a calendar") {
  Workshop desk;
  for (const char* line : {"list --format ics", "--format ics report", "show 1 -f ics"}) {
    const Result result = desk(line);
    CHECK(result.exit == 2);
    CHECK(has(result.err, "--format: 'ics' is not one of table, csv, tsv, json, jsonl, md\n"));
  }
  CHECK(desk("--format ics agenda").out.starts_with("BEGIN:VCALENDAR\r\n"));
  CHECK(desk("agenda --format=ics").out.ends_with("END:VCALENDAR\r\n"));
}

TEST_CASE("help and TAB of the agenda know its calendar - those of others do not") {
  Workshop desk;
  CHECK(has(desk("agenda --help").out, "ics"));
  CHECK_FALSE(has(desk("list --help").out, "ics"));
  CHECK(has(desk.run({"__complete", "--", "agenda", "--format", "i"}).out, "ics"));
  CHECK(desk.run({"__complete", "--", "list", "--format", "i"}).out.empty());
  const auto offered = split_lines(desk.run({"__complete", "--", "agenda", "--form"}).out);
  CHECK(offered.size() == 1);
}
