// What a manager reads on a terminal or in a mail, and what the nightly script of the same landlord reads.
#include <doctest/doctest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <sstream>

#include "render/report.hpp"
#include "support/desk.hpp"
#include "text/unicode.hpp"

using namespace regie;
using namespace regie::render;
using regie::test::at;

namespace {

using Mood = Cell::Mood;
using Kind = Column::Kind;

Cell word(const std::string& text) { return Cell(text); }
Cell coded_as(const std::string& code, const std::string& label) { return {Cell::Value(Coded{code, label})}; }
Cell count(std::int64_t number, Mood mood = Mood::plain) { return {Cell::Value(number), mood}; }
Cell share(std::int64_t part, std::int64_t whole) { return {Cell::Value(render::Share{part, whole})}; }
Cell length(std::int64_t seconds, std::int64_t day = 86'400) { return {Cell::Value(Length{seconds, day})}; }
Cell euros(std::int64_t cents) { return {Cell::Value(Money{cents})}; }
Cell time(const std::string& iso, Mood mood = Mood::plain) { return {Cell::Value(at(iso)), mood}; }

Style style(int width = 80) {
  Style style;
  style.zone = regie::test::zone();
  style.now = at("2026-03-31T18:00:07+02:00");
  style.width = width;
  return style;
}

Style ascii(int width = 80) {
  Style plain_letters = style(width);
  plain_letters.utf8 = false;
  return plain_letters;
}

std::string written(const Report& report, Format format, const Style& style) {
  std::string text;
  write_report(report, format, style, [&](std::string_view part) { text += part; });
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

int widest(const std::string& text) {
  int widest = 0;
  for (const std::string& line : lines_of(text)) widest = std::max(widest, text::display_width(line));
  return widest;
}

rapidjson::Document parsed(const std::string& json) {
  rapidjson::Document document;
  document.Parse(json.c_str());
  REQUIRE_FALSE(document.HasParseError());
  return document;
}

const std::vector<Column> trade_columns{{"trade", "Trade", Kind::wide},
                                        {"requests", "Requests", Kind::number},
                                        {"late", "Late", Kind::number},
                                        {"kept", "In time", Kind::number},
                                        {"cost", "Cost", Kind::number, false}};

Section by_trade() {
  Section section{"by_trade", "By trade", trade_columns, {}, {}, {}};
  section.rows = {{coded_as("plumbing", "plumbing"), count(61), count(7, Mood::alarm), share(51, 58), euros(412050)},
                  {coded_as("pest_control", "pest control"), count(4), count(0), share(4, 4), Cell()},
                  {coded_as("lift", "lift"), count(0), count(0), share(0, 0), Cell()}};
  section.total = Row{word("all"), count(65), count(7), share(55, 62), euros(412050)};
  section.bar = 1;
  section.remarks = {
      "Counted are the requests received in March; late is what nobody has reported done although its target is over: "
      "'regie list --late'."};
  return section;
}

Section contractors() {
  Section section{"contractors",
                  "Contractors",
                  {{"provider", "Contractor", Kind::wide},
                   {"kept", "In time", Kind::number},
                   {"delay", "Mean delay", Kind::number},
                   {"oldest_at", "Oldest order"}},
                  {},
                  {},
                  {}};
  section.rows = {{word("Forgues Plomberie"), share(51, 58), length(153'900, 34'200),
                   time("2026-03-30T09:00:00+02:00", Mood::alarm)},
                  {word("Alizé Ascenseurs"), share(9, 9), length(12'000, 34'200), Cell()}};
  section.bar = 1;
  section.charts = {
      {Chart::Kind::lines,
       Chart::Unit::percent,
       "In time",
       {"January", "February", "March"},
       {{"Forgues Plomberie", {96, 90, 48}, Mood::alarm}, {"Alizé Ascenseurs", {100, std::nullopt, 100}}}}};
  return section;
}

/// A month as the manager of one agency sees it.
Report march() {
  Report report;
  report.name = "nightly";
  report.title = "Nightly report";
  report.landlord = "Val d'Orle Habitat";
  report.period = "1 to 31 March 2026";
  report.filter = "agency NORD";
  report.made_at = at("2026-03-31T18:00:07+02:00");
  report.as_of = at("2026-03-31T18:00:00+02:00");
  report.from = at("2026-03-01T00:00:00+01:00");
  report.before = at("2026-04-01T00:00:00+02:00");
  report.filters = {{"agency", "NORD"}};
  report.headlines = {{"late", count(7, Mood::alarm), "late"},
                      {"kept", share(55, 62), "of what was due in March was done in time, cancelled requests left out"},
                      {"failed_checks", share(0, 0), "of the checks failed"}};
  report.sections = {by_trade(), contractors()};
  report.sections.push_back({"unanswered", "Without an answer", trade_columns, {}, {}, {}, "Everybody has an answer."});
  report.sections.push_back({"penalties", "Penalties", {{"provider", "Contractor"}, {"due", "Due"}}, {}, {}, {}});
  report.remarks = {"Hours are those the landlord is open."};
  return report;
}

/// One section of one text column, for trying what a text does.
Report with_cell(const std::string& text) {
  Report report = march();
  report.sections = {{"requests", "Requests", {{"id", "No.", Kind::number}, {"text", "Text", Kind::wide}}, {}, {}, {}}};
  report.sections[0].rows = {{count(12), word(text)}};
  return report;
}

Report with_chart(const Chart& chart) {
  Report report = with_cell("fuite");
  report.sections[0].charts = {chart};
  return report;
}

/// The lines of the only chart of a report.
std::vector<std::string> drawn(const Chart& chart, const Style& style) {
  Report report = with_chart(chart);
  report.remarks.clear();
  const auto all = lines_of(written(report, Format::table, style));
  const auto row = std::ranges::find_if(all, [](const std::string& line) { return line.ends_with("fuite"); });
  REQUIRE(row != all.end());
  return {row + 1, all.end()};
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a terminal of 80 columns shows the month on one page") {
  CHECK(written(march(), Format::table, style()) == R"(Nightly report
Val d'Orle Habitat · 1 to 31 March 2026 · as of 31/03 18:00
Filter: agency NORD

     7  late
  89 %  of what was due in March was done in time, cancelled requests left out
     –  of the checks failed

By trade
Trade         Requests  Late  In time
plumbing            61     7     88 %  ████████████████████
pest control         4     0    100 %  █▎
lift                 0     0
─────────────────────────────────────
all                 65     7     89 %
  Counted are the requests received in March; late is what nobody has reported
  done although its target is over: 'regie list --late'.

Contractors
Contractor         In time  Mean delay  Oldest order
Forgues Plomberie     88 %       4.5 d  30/03 09:00 !  █████████████████▌
Alizé Ascenseurs     100 %      3 h 20                 ████████████████████

  In time: January to March
  Forgues Plomberie  ▇▇▄  min. 48 %, max. 96 %
  Alizé Ascenseurs   █·█  100 %

Without an answer
Everybody has an answer.

  Hours are those the landlord is open.
)");
}

TEST_CASE("a terminal without Unicode shows the same in plain letters") {
  Report report = march();
  report.headlines.pop_back();
  report.sections.erase(report.sections.begin() + 2, report.sections.end());
  report.sections[1].rows.pop_back();
  CHECK(written(report, Format::table, ascii()) == R"(Nightly report
Val d'Orle Habitat - 1 to 31 March 2026 - as of 31/03 18:00
Filter: agency NORD

     7  late
  89 %  of what was due in March was done in time, cancelled requests left out

By trade
Trade         Requests  Late  In time
plumbing            61     7     88 %  ####################
pest control         4     0    100 %  #
lift                 0     0
-------------------------------------
all                 65     7     89 %
  Counted are the requests received in March; late is what nobody has reported
  done although its target is over: 'regie list --late'.

Contractors
Contractor         In time  Mean delay  Oldest order
Forgues Plomberie     88 %       4.5 d  30/03 09:00 !  #################

  In time: January to March
  Forgues Plomberie  [**-]  min. 48 %, max. 96 %
  Alizé Ascenseurs   [#?#]  100 %

  Hours are those the landlord is open.
)");
}

TEST_CASE("colour says what the words say already") {
  Style coloured_style = style();
  coloured_style.colour = true;
  const std::string text = written(march(), Format::table, coloured_style);
  CHECK(text.starts_with("\x1b[1mNightly report\x1b[0m\nVal d'Orle Habitat · "));
  CHECK(has(text, "\n     \x1b[1;31m7  late\x1b[0m\n"));
  CHECK(has(text, "\n\n\x1b[1mBy trade\x1b[0m\n\x1b[2mTrade         Requests  Late  In time\x1b[0m\n"));
  CHECK(has(text, "\nplumbing            61  \x1b[1;31m   7  \x1b[0m   88 %  ████████████████████\n"));
  CHECK(has(text, "\n  \x1b[2mHours are those the landlord is open.\x1b[0m\n"));

  std::string without;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') i = text.find('m', i);
    else without += text[i];
  }
  CHECK(without == written(march(), Format::table, style()));
}

TEST_CASE("a headline that is a date says without colour that it is over") {
  Report report = march();
  report.headlines = {{"oldest_at", time("2026-03-02T08:36:10+01:00", Mood::alarm), "the oldest that is late"},
                      {"next_at", time("2026-04-01T08:00:00+02:00"), "the next to be late"}};
  const std::string text = written(report, Format::table, style());
  CHECK(has(text, "\n  02/03 08:36 !  the oldest that is late\n    01/04 08:00  the next to be late\n"));
}

TEST_CASE("Markdown has titles and tables and keeps remarks as paragraphs") {
  CHECK(written(march(), Format::md, style()) == R"(# Nightly report

**Val d'Orle Habitat · 1 to 31 March 2026 · as of 31/03 18:00**

Filter: agency NORD

- **7** late
- **89 %** of what was due in March was done in time, cancelled requests left out
- **–** of the checks failed

## By trade

| Trade | Requests | Late | In time |
| --- | ---: | ---: | ---: |
| plumbing | 61 | 7 | 88 % |
| pest control | 4 | 0 | 100 % |
| lift | 0 | 0 |  |
| all | 65 | 7 | 89 % |

Counted are the requests received in March; late is what nobody has reported done although its target is over: 'regie list --late'.

## Contractors

| Contractor | In time | Mean delay | Oldest order |
| --- | ---: | ---: | --- |
| Forgues Plomberie | 88 % | 4.5 d | 30/03 09:00 |
| Alizé Ascenseurs | 100 % | 3 h 20 |  |

## Without an answer

Everybody has an answer.

---

Hours are those the landlord is open.
)");
}

TEST_CASE("CSV is one table for all sections") {
  CHECK(written(march(), Format::csv, style()) ==
        "section,key,value,trade,requests,late,kept,cost,provider,delay,oldest_at,due\n"
        "headlines,late,7,,,,,,,,,\n"
        "headlines,kept,0.8871,,,,,,,,,\n"
        "headlines,failed_checks,,,,,,,,,,\n"
        "by_trade,,,plumbing,61,7,0.8793,4120.50,,,,\n"
        "by_trade,,,pest_control,4,0,1.0000,,,,,\n"
        "by_trade,,,lift,0,0,,,,,,\n"
        "contractors,,,,,,0.8793,,Forgues Plomberie,42.75,2026-03-30T09:00:00+02:00,\n"
        "contractors,,,,,,1.0000,,Alizé Ascenseurs,3.33,,\n");
}

TEST_CASE("the columns of CSV do not depend on which sections have rows") {
  Report report = march();
  const std::string full = lines_of(written(report, Format::csv, style()))[0];
  for (Section& section : report.sections) {
    section.rows.clear();
    section.total.reset();
  }
  report.headlines.resize(1);
  CHECK(written(report, Format::csv, style()) == full + "\nheadlines,late,7,,,,,,,,,\n");
}

TEST_CASE("TSV has the same cells and no tab or line break inside one") {
  const auto lines = lines_of(written(with_cell("fuite\tsous\nl'évier \\ cave"), Format::tsv, style()));
  REQUIRE(lines.size() == 5);
  CHECK(lines[0] == "section\tkey\tvalue\tid\ttext");
  CHECK(lines[1] == "headlines\tlate\t7\t\t");
  CHECK(lines[4] == "requests\t\t\t12\tfuite\\tsous\\nl'évier \\\\ cave");
}

TEST_CASE("JSON has every section and every key and nothing that is translated") {
  CHECK(written(march(), Format::json, style()) ==
        R"({"schema":"regie.report.nightly/1","report":"nightly",)"
        R"("from":"2026-03-01T00:00:00+01:00","before":"2026-04-01T00:00:00+02:00",)"
        R"("as_of":"2026-03-31T18:00:00+02:00","made_at":"2026-03-31T18:00:07+02:00",)"
        R"("filters":{"agency":"NORD"},"headlines":{"late":7,"kept":0.8871,"failed_checks":null},"sections":{
"by_trade":{"rows":[
{"trade":"plumbing","requests":61,"late":7,"kept":0.8793,"cost":"4120.50"},
{"trade":"pest_control","requests":4,"late":0,"kept":1.0000,"cost":null},
{"trade":"lift","requests":0,"late":0,"kept":null,"cost":null}
],"total":{"trade":"all","requests":65,"late":7,"kept":0.8871,"cost":"4120.50"}},
"contractors":{"rows":[
{"provider":"Forgues Plomberie","kept":0.8793,"delay":42.75,"oldest_at":"2026-03-30T09:00:00+02:00"},
{"provider":"Alizé Ascenseurs","kept":1.0000,"delay":3.33,"oldest_at":null}
],"total":null},
"unanswered":{"rows":[],"total":null},
"penalties":{"rows":[],"total":null}}}
)");
}

TEST_CASE("JSON Lines has one object for a row and a total that no sum can take for a row") {
  CHECK(written(march(), Format::jsonl, style()) ==
        R"({"section":"headlines","key":"late","value":7}
{"section":"headlines","key":"kept","value":0.8871}
{"section":"headlines","key":"failed_checks","value":null}
{"section":"by_trade","trade":"plumbing","requests":61,"late":7,"kept":0.8793,"cost":"4120.50"}
{"section":"by_trade","trade":"pest_control","requests":4,"late":0,"kept":1.0000,"cost":null}
{"section":"by_trade","trade":"lift","requests":0,"late":0,"kept":null,"cost":null}
{"section":"by_trade","total":{"trade":"all","requests":65,"late":7,"kept":0.8871,"cost":"4120.50"}}
{"section":"contractors","provider":"Forgues Plomberie","kept":0.8793,"delay":42.75,"oldest_at":"2026-03-30T09:00:00+02:00"}
{"section":"contractors","provider":"Alizé Ascenseurs","kept":1.0000,"delay":3.33,"oldest_at":null}
)");
}

TEST_CASE("what a tenant wrote never drives the terminal") {
  const std::string hostile =
      "fuite\n\x1b[2J\x1b]0;pwned\x07 \xe2\x80\xae"
      "cave \xff";
  Report report = with_cell(hostile);
  report.title = report.landlord = report.period = report.filter = hostile;
  report.headlines = {{"late", word(hostile), hostile}};
  report.sections[0].title = hostile;
  report.sections[0].remarks = report.remarks = {hostile};
  report.sections[0].charts = {
      {Chart::Kind::bars, Chart::Unit::count, hostile, {hostile}, {{hostile, {1}}, {hostile, {2}}}},
      {Chart::Kind::lines, Chart::Unit::count, hostile, {hostile, hostile}, {{hostile, {1, 2}}, {hostile, {2, 1}}}}};
  report.sections.push_back({"none", "None", trade_columns, {}, {}, {}, hostile});
  for (const Format format : {Format::table, Format::md}) {
    const std::string text = written(report, format, style(0));
    CHECK_FALSE(has(text, "\x1b"));
    CHECK_FALSE(has(text, "\x07"));
    CHECK_FALSE(has(text, "\xe2\x80\xae"));
    CHECK_FALSE(text::find_invalid_utf8(text).has_value());
    CHECK_FALSE(has(text, "fuite\n"));
  }
  CHECK(has(written(report, Format::table, style(0)), R"(12  fuite \x1b[2J\x1b]0;pwned\x07 \u202ecave \xff)"));
}

TEST_CASE("what a tenant wrote is text in Markdown") {
  Report report = with_cell("a|b `rm` <img src=x> [here](http://x)");
  report.remarks = {"# not a title",       "- no list", "1. no list either", "    no code", "~~~",
                    "3 of 4 *were* late_", "2026"};
  const std::string text = written(report, Format::md, style());
  CHECK(has(text, R"(| 12 | a\|b \`rm\` \<img src=x\> \[here\](http://x) |)"));
  for (const std::string paragraph : {R"(\# not a title)", R"(\- no list)", R"(1\. no list either)", "no code",
                                      R"(\~~~)", R"(3 of 4 \*were\* late\_)", "2026"})
    CHECK_MESSAGE(has(text, "\n\n" + paragraph + "\n"), paragraph);
}

TEST_CASE("a spreadsheet does not run what a tenant wrote unless it is asked to") {
  const Report report = with_cell("=cmd|' /C calc'!A0");
  CHECK(has(written(report, Format::csv, style()), "\nrequests,,,12,'=cmd|' /C calc'!A0\n"));
  Style raw = style();
  raw.raw_csv = true;
  CHECK(has(written(report, Format::csv, raw), "\nrequests,,,12,=cmd|' /C calc'!A0\n"));
}

TEST_CASE("CSV and JSON give back what a tenant wrote") {
  const std::string text = "fuite, \"grosse\"\nsous l'évier\x1b[2J|💧";
  CHECK(has(written(with_cell(text), Format::csv, style()),
            "\nrequests,,,12,\"fuite, \"\"grosse\"\"\nsous l'évier\x1b[2J|💧\"\n"));
  const auto document = parsed(written(with_cell(text), Format::json, style()));
  CHECK(document["sections"]["requests"]["rows"][0]["text"].GetString() == text);
}

TEST_CASE("JSON stays JSON whatever bytes a filter and a cell hold") {
  Report report = with_cell("cave \xff");
  report.filters = {{"text", "\"\xff\n"}, {"agency", ""}};
  const auto document = parsed(written(report, Format::json, style()));
  CHECK(document["filters"]["text"].GetString() == std::string("\"\xef\xbf\xbd\n"));
  CHECK(document["filters"]["agency"].GetString() == std::string());
  CHECK(document["sections"]["requests"]["rows"][0]["text"].GetString() == std::string("cave \xef\xbf\xbd"));
}

TEST_CASE("sentences break between words where a reader sees the end of the line") {
  Report report = march();
  report.headlines = {{"late", count(7), "demandes en retard, dont trois dépassées à cause d’un prestataire"}};
  report.sections.clear();
  // The é of "dépassées" is written as a letter and an accent; a word stays with its colon.
  report.remarks = {
      "Délais comptés en heures d’ouverture ; demandes de\u0301passe\u0301es après l’été\u00a0: quatorze."};
  const auto lines = lines_of(written(report, Format::table, style(40)));
  REQUIRE(lines.size() == 11);
  CHECK(lines[1] == "Val d'Orle Habitat · 1 to 31 March 2026");
  CHECK(lines[2] == "as of 31/03 18:00");
  CHECK(lines[5] == "  7  demandes en retard, dont trois");
  CHECK(lines[6] == "     dépassées à cause d’un prestataire");
  CHECK(lines[8] == "  Délais comptés en heures d’ouverture ;");
  CHECK(lines[9] == "  demandes de\u0301passe\u0301es après l’été\u00a0:");
  CHECK(lines[10] == "  quatorze.");
}

TEST_CASE("in a pipe sentences still break at a hundred columns and tables do not give way") {
  Report report = with_cell(std::string(300, 'x'));
  report.remarks = {"Comptées :" + [] {
    std::string words;
    for (int i = 0; i < 60; ++i) words += " demande";
    return words;
  }()};
  const auto lines = lines_of(written(report, Format::table, style(0)));
  CHECK(std::ranges::any_of(lines, [](const std::string& line) { return line == " 12  " + std::string(300, 'x'); }));
  CHECK(text::display_width(lines.back()) <= 100);
  CHECK(text::display_width(lines[lines.size() - 2]) > 90);
}

TEST_CASE("a report without anything says at least what it is about") {
  Report report;
  report.name = "nightly";
  report.title = "Nightly report";
  report.made_at = report.as_of = at("2026-03-31T18:00:00+02:00");
  CHECK(written(report, Format::table, style()) == "Nightly report\nas of 31/03 18:00\n");
  CHECK(written(report, Format::md, style()) == "# Nightly report\n\n**as of 31/03 18:00**\n");
  CHECK(written(report, Format::csv, style()) == "section\n");
  CHECK(written(report, Format::tsv, style()) == "section\n");
  CHECK(written(report, Format::jsonl, style()) == "");
  CHECK(written(report, Format::json, style()) ==
        R"({"schema":"regie.report.nightly/1","report":"nightly","from":null,"before":null,)"
        R"("as_of":"2026-03-31T18:00:00+02:00","made_at":"2026-03-31T18:00:00+02:00","filters":{},"headlines":{},)"
        "\"sections\":{}}\n");
}

TEST_CASE("a section that has only a total is nothing to read but still data") {
  Report report = march();
  report.headlines.clear();
  report.sections = {by_trade()};
  report.sections[0].rows.clear();
  report.sections[0].total = Row{word("all"), count(0), count(0), share(0, 0), Cell()};
  CHECK_FALSE(has(written(report, Format::table, style()), "By trade"));
  CHECK_FALSE(has(written(report, Format::md, style()), "By trade"));
  CHECK(written(report, Format::csv, style()) == "section,trade,requests,late,kept,cost\n");
  CHECK(has(written(report, Format::json, style()),
            R"("by_trade":{"rows":[],"total":{"trade":"all","requests":0,"late":0,"kept":null,"cost":null}})"));

  report.sections[0].if_empty = "No request.";
  CHECK(has(written(report, Format::table, style()), "\nBy trade\nNo request.\n  Counted are"));
}

TEST_CASE("cells that are missing at the end of a row or total are empty") {
  Report report = march();
  report.headlines.clear();
  report.sections = {by_trade()};
  report.sections[0].rows = {{word("plumbing"), count(61)}};
  report.sections[0].total = Row{word("all"), count(61)};
  CHECK(has(written(report, Format::table, style()), "\nall             61\n"));
  CHECK(has(written(report, Format::md, style()), "\n| plumbing | 61 |  |  |\n| all | 61 |  |  |\n"));
  CHECK(has(written(report, Format::csv, style()), "\nby_trade,plumbing,61,,,\n"));
  CHECK(has(written(report, Format::json, style()),
            R"("total":{"trade":"all","requests":61,"late":null,"kept":null,"cost":null})"));
}

TEST_CASE("hundreds of rows are all there") {
  Report report = with_cell("fuite");
  auto& rows = report.sections[0].rows;
  rows.clear();
  for (std::int64_t id = 1; id <= 700; ++id) rows.push_back({count(id), word("fuite " + std::to_string(id))});
  const auto rows_of = [&](Format format) {
    return std::ranges::count_if(lines_of(written(report, format, style())),
                                 [](const std::string& line) { return has(line, "fuite "); });
  };
  for (const Format format : {Format::table, Format::md, Format::csv, Format::tsv, Format::json, Format::jsonl})
    CHECK(rows_of(format) == 700);
  CHECK(parsed(written(report, Format::json, style()))["sections"]["requests"]["rows"].Size() == 700);
  CHECK(has(written(report, Format::table, style()), "\n 99  fuite 99\n100  fuite 100\n"));
}

TEST_CASE("long names give way so that a table and its bars fit the terminal") {
  Report report = march();
  report.sections = {by_trade()};
  report.sections[0].rows[0][0] = word("plomberie, chauffage, ventilation et tout ce qui coule, goutte ou fuit");
  const std::string text = written(report, Format::table, style());
  CHECK(widest(text) == 80);
  CHECK(has(text, "\nplomberie, chauffage, ventilation et tout ce q…        61     7   88 %  ████████\n"));
}

TEST_CASE("bars shorten before names do and leave when there is no room for them") {
  Report report = march();
  report.sections = {by_trade()};
  CHECK(has(written(report, Format::table, style(50)), "\nplumbing            61     7     88 %  ███████████\n"));
  CHECK(has(written(report, Format::table, style(47)), "\nplumbing            61     7     88 %  ████████\n"));
  const std::string narrow = written(report, Format::table, style(44));
  CHECK_FALSE(has(narrow, "█"));
  CHECK(has(narrow, "\nplumbing            61     7     88 %\n"));
}

TEST_CASE("titles that are wider than their columns go on below before anything is cut off") {
  Report report = march();
  report.sections = {{"backlog",
                      "Backlog",
                      {{"provider", "Provider", Kind::wide},
                       {"open", "Requests not done", Kind::number},
                       {"week", "Up to 7 days", Kind::number},
                       {"month", "Up to 28 days", Kind::number},
                       {"older", "Older", Kind::number}},
                      {{word("Garrigue Plomberie-Chauffage"), count(87), count(0), count(87), count(12'345)}},
                      {},
                      {}}};
  CHECK(has(written(report, Format::table, style(79)), R"(
                              Requests not
Provider                              done  Up to 7 days  Up to 28 days  Older
Garrigue Plomberie-Chauffage            87             0             87  12345
)"));
  CHECK(has(written(report, Format::table, style(68)), R"(
                              Requests  Up to 7  Up to 28
Provider                      not done     days      days  Older
Garrigue Plomberie-Chauffage        87        0        87  12345
)"));
  // Names are cut off before titles become towers.
  CHECK(has(written(report, Format::table, style(56)), R"(
                        Requests   Up to    Up to
Provider                not done  7 days  28 days  Older
Garrigue Plomberie-Ch…        87       0       87  12345
)"));
  CHECK(has(written(report, Format::table, style(0)), "  Requests not done  Up to 7 days  Up to 28 days  Older\n"));
}

TEST_CASE("columns move together when nothing else is left to give way") {
  Report report = march();
  report.sections = {{"many", "Many", {}, {{}}, {}, {}}};
  for (const char* title : {"One", "Two", "Six", "Ten"}) {
    report.sections[0].columns.push_back({title, title, Kind::number});
    report.sections[0].rows[0].push_back(count(12'345));
  }
  CHECK(has(written(report, Format::table, style(26)), "\n12345  12345  12345  12345\n"));
  CHECK(has(written(report, Format::table, style(25)), "\n12345 12345 12345 12345\n"));
}

TEST_CASE("columns of words give way last and those of numbers and telephones never") {
  Report report = march();
  report.sections = {{"waiting",
                      "Waiting",
                      {{"tenant", "Tenant"}, {"phone", "Telephone"}, {"since", "Since"}, {"text", "Text", Kind::wide}},
                      {{word("Marie-Antoinette Thibault"), word("+33 1 99 00 79 26"), time("2026-03-02T08:36:10+01:00"),
                        word("fuite sous l'évier de la cuisine")}},
                      {},
                      {}}};
  report.remarks.clear();
  const auto row = [&](int width) { return lines_of(written(report, Format::table, style(width))).back(); };
  CHECK(row(80) == "Marie-Antoinette Thibault  +33 1 99 00 79 26  02/03 08:36  fuite sous l'évier d…");
  CHECK(row(68) == "Marie-Antoinette Thib…  +33 1 99 00 79 26  02/03 08:36  fuite sous…");
  CHECK(row(20) == "Marie-Antoi… +33 1 99 00 79 26 02/03 08:36 fuite sous…");
}

TEST_CASE("a bar of a share is full when it is everything and is drawn for the total too") {
  Report report = march();
  report.sections = {by_trade()};
  report.sections[0].bar = 3;
  report.sections[0].rows[1][3] = share(6, 4);  // more than all does not go over the edge
  const std::string text = written(report, Format::table, style());
  CHECK(has(text, "\npest control         4     0    150 %  ████████████████████\n"));
  CHECK(has(text, "\nlift                 0     0\n"));
  CHECK(has(text, "\nall                 65     7     89 %  █████████████████▋\n"));
}

TEST_CASE("a bar for a column that is not there or not a number is no bar") {
  Report report = march();
  report.sections = {by_trade()};
  for (const std::size_t column : {std::size_t{0}, std::size_t{17}}) {
    report.sections[0].bar = column;
    CHECK(has(written(report, Format::table, style()), "\nplumbing            61     7     88 %\n"));
  }
}

TEST_CASE("a curve begins at zero and shows what is not known as a gap") {
  const Chart chart{Chart::Kind::lines,
                    Chart::Unit::count,
                    "Received",
                    {"April", "May", "June", "July", "August"},
                    {{"all", {0, 1, std::nullopt, 30, 60}}}};
  CHECK(drawn(chart, style()) == Lines{"", "  Received: April to August", "  ▁▂·▄█  min. 0, max. 60"});
  CHECK(drawn(chart, ascii()) == Lines{"", "  Received: April to August", "  [ .?-#]  min. 0, max. 60"});
}

TEST_CASE("curves of one chart have one scale") {
  const Chart chart{
      Chart::Kind::lines, Chart::Unit::hours, "", {"April", "May"}, {{"BEL", {1, 2}, Mood::alarm}, {"TIL", {7, 7}}}};
  CHECK(drawn(chart, style()) == Lines{"", "  April to May", "  BEL  ▂▃  min. 1 h, max. 2 h", "  TIL  ██  7 h"});
}

TEST_CASE("a curve of a year of days fits the terminal") {
  Chart chart{Chart::Kind::lines, Chart::Unit::count, "Received", {}, {{"North", {}}, {"South", {}}}};
  for (int day = 0; day < 365; ++day) {
    chart.labels.push_back("day " + std::to_string(day));
    chart.series[0].values.push_back(day);
    chart.series[1].values.push_back(day < 300 ? std::nullopt : std::optional(10.0));
  }
  const auto lines = drawn(chart, style());
  REQUIRE(lines.size() == 4);
  CHECK(text::display_width(lines[2]) == 80);
  CHECK(lines[2].starts_with("  North  ▂▂▂▂▂"));
  CHECK(lines[2].ends_with("▆▆▇▇▇▇▇▇▇▇  min. 0, max. 364"));
  CHECK(has(lines[3], "··▂"));
}

TEST_CASE("bars of a chart stand behind the values they show") {
  const Chart grouped{Chart::Kind::stacked,
                      Chart::Unit::days,
                      "Time",
                      {"North", "South"},
                      {{"waiting", {3.5, 12}}, {"working", {1.25, std::nullopt}}}};
  CHECK(drawn(grouped, style()) == Lines{"", "  Time", "  North  waiting  3.5 d  █████▊", "         working  1.3 d  ██",
                                         "  South  waiting   12 d  ████████████████████", "         working"});
  const Chart kept{Chart::Kind::bars, Chart::Unit::percent, "In time", {"North", "South"}, {{"kept", {99.6, 0.3}}}};
  CHECK(drawn(kept, ascii()) == Lines{"", "  In time", "  North  99 %  ###################", "  South   1 %  #"});
  const Chart rating{Chart::Kind::bars, Chart::Unit::count, "", {"North", "South"}, {{"rating", {4.25, 4}}}};
  CHECK(drawn(rating, ascii()) == Lines{"", "  North  4.3  ####################", "  South    4  ##################"});
}

TEST_CASE("a chart that has nothing to draw is not there") {
  const Chart unknown{Chart::Kind::lines, Chart::Unit::count, "Received", {"April"}, {{"all", {std::nullopt}}}};
  const Chart without{Chart::Kind::bars, Chart::Unit::count, "Received", {}, {}};
  CHECK(drawn(unknown, style()).empty());
  CHECK(drawn(without, style()).empty());
  const Chart nothing{Chart::Kind::bars, Chart::Unit::count, "Received", {"April"}, {{"all", {0}}}};
  CHECK(drawn(nothing, style()) == Lines{"", "  Received", "  April  0"});
}

TEST_CASE("charts alone are a section on a terminal and those of an empty table are not drawn") {
  const Chart chart{Chart::Kind::bars, Chart::Unit::count, "Received", {"April"}, {{"all", {3}}}};
  Report report = march();
  report.sections = {{"months", "Months", {}, {}, {}, {}},
                     {"none", "None", trade_columns, {}, {}, {}, "Nobody waits."}};
  for (Section& section : report.sections) section.charts = {chart};
  const std::string text = written(report, Format::table, style());
  CHECK(has(text, "\nMonths\n\n  Received\n  April  3  ████████████████████\n\nNone\nNobody waits.\n\n"));
  CHECK_FALSE(has(written(report, Format::md, style()), "Months"));
}

TEST_CASE("only all is a hundred percent and only none is nothing") {
  const auto read = [](std::int64_t part, std::int64_t whole) { return shown(share(part, whole), style()); };
  CHECK(read(0, 0) == "");
  CHECK(read(0, 1000) == "0 %");
  CHECK(read(1, 1000) == "1 %");
  CHECK(read(1, 8) == "13 %");
  CHECK(read(1, 3) == "33 %");
  CHECK(read(2, 3) == "67 %");
  CHECK(read(999, 1000) == "99 %");
  CHECK(read(1000, 1000) == "100 %");
}

TEST_CASE("scripts read a share as a fraction and a length as hours") {
  CHECK(plain(share(0, 0), style()) == "");
  CHECK(plain(share(0, 7), style()) == "0.0000");
  CHECK(plain(share(1, 1000), style()) == "0.0010");
  CHECK(plain(share(2, 3), style()) == "0.6667");
  CHECK(plain(share(7, 7), style()) == "1.0000");
  CHECK(plain(length(0), style()) == "0.00");
  CHECK(plain(length(12'000), style()) == "3.33");
  CHECK(plain(length(153'900, 34'200), style()) == "42.75");
}

TEST_CASE("people read minutes then hours then days of the clock it was counted on") {
  constexpr std::int64_t open_day = 34'200;  // 8:30 to 18:00
  const auto read = [](std::int64_t seconds, std::int64_t day) { return shown(length(seconds, day), style()); };
  CHECK(read(0, open_day) == "0 min");
  CHECK(read(29, open_day) == "0 min");
  CHECK(read(30, open_day) == "1 min");
  CHECK(read(59 * 60, open_day) == "59 min");
  CHECK(read(59 * 60 + 30, open_day) == "1 h");
  CHECK(read(3 * 3600 + 20 * 60, open_day) == "3 h 20");
  CHECK(read(3 * 3600 + 5 * 60, open_day) == "3 h 05");
  CHECK(read(9 * 3600 + 29 * 60, open_day) == "9 h 29");
  CHECK(read(open_day, open_day) == "1.0 d");
  CHECK(read(4 * open_day + open_day / 2, open_day) == "4.5 d");
  CHECK(read(23 * 3600, 86'400) == "23 h");
  CHECK(read(36 * 3600, 86'400) == "1.5 d");
}
