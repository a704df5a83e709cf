// What becomes of a report in a workbook; that the file says the same is tried by tests/shell/xlsx.sh.
#include "render/workbook.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "regie/error.hpp"
#include "render/workbook_sample.hpp"
#include "render/xlsx.hpp"
#include "support/folder.hpp"

using namespace regie;
using namespace regie::render;
using Look = Workbook::Look;

namespace {

/// A report of one section that has one column, and so many cells.
Report report_of(std::vector<Cell> cells, Column column = {"value", "Value"}) {
  Report report;
  Section section{.key = "one", .title = "One", .columns = {column}};
  for (Cell& cell : cells) section.rows.push_back({std::move(cell)});
  report.sections = {section};
  return report;
}

Workbook::Value value_of(Cell cell) {
  return workbook_of(report_of({std::move(cell)}), test::workbook_style()).sheets.front().rows.front().values.front();
}

double number_of(Cell cell) { return std::get<double>(value_of(std::move(cell)).value); }

std::string text_of(std::string text) { return std::get<std::string>(value_of(Cell{std::move(text)}).value); }

std::vector<std::string> names_of(const std::vector<std::string>& titles) {
  Report report;
  for (const std::string& title : titles)
    report.sections.push_back(
        {.key = "key", .title = title, .columns = {{"id", "Id"}}, .rows = {{Cell{std::int64_t{1}}}}});
  std::vector<std::string> names;
  for (const Workbook::Sheet& sheet : workbook_of(report, {}).sheets) names.push_back(sheet.name);
  return names;
}

Instant utc(int month, int day, int hour, int minute = 0) {
  using namespace std::chrono;
  return sys_days{year{2026} / month / day} + hours{hour} + minutes{minute};
}

}  // namespace

TEST_CASE("a moment is what the clock of the reader showed") {
  // 46110 is 29 March 2026, the night in which 02:00 became 03:00 in Paris.
  CHECK(value_of(Cell{Cell::Value{utc(3, 29, 0, 59)}}).look == Look::moment);
  CHECK(std::llround(number_of(Cell{Cell::Value{utc(3, 29, 0, 59)}}) * 1440) == 46110 * 1440 + 60 + 59);
  CHECK(std::llround(number_of(Cell{Cell::Value{utc(3, 29, 1)}}) * 1440) == 46110 * 1440 + 180);
}

TEST_CASE("numbers stay numbers that can be computed with") {
  CHECK(number_of(Cell{std::int64_t{12}}) == 12);
  CHECK(number_of(Cell{Cell::Value{Money{-12'345}}}) == -123.45);
  CHECK(number_of(Cell{Cell::Value{Share{3, 4}}}) == 0.75);
  CHECK(number_of(Cell{Cell::Value{Length{5400}}}) == 0.0625);
  CHECK(std::get<bool>(value_of(Cell{false}).value) == false);
  CHECK(value_of(Cell{Cell::Value{Coded{"on-hold", "On hold"}}}).look == Look::text);
}

TEST_CASE("a share of nothing is no share and a length of a working day is not one of a day") {
  CHECK(std::holds_alternative<std::monostate>(value_of(Cell{Cell::Value{Share{0, 0}}}).value));
  CHECK(number_of(Cell{Cell::Value{Length{.seconds = 8 * 3600, .day = 8 * 3600}}}) == 8.0 / 24);
}

TEST_CASE("a number with more digits than Excel keeps is a text") {
  CHECK(number_of(Cell{std::int64_t{999'999'999'999'999}}) == 999'999'999'999'999);
  CHECK(std::get<std::string>(value_of(Cell{std::int64_t{1'000'000'000'000'000}}).value) == "1000000000000000");
}

TEST_CASE("a column with a time below nothing is in hours and says so") {
  const Cell less{Cell::Value{Length{-5400}}}, more{Cell::Value{Length{9000}}};
  const Workbook usual = workbook_of(report_of({more}), {}), negative = workbook_of(report_of({more, less}), {});
  CHECK(usual.sheets.front().columns.front().title == "Value (h:min)");
  CHECK(negative.sheets.front().columns.front().title == "Value (h)");
  CHECK(std::get<double>(negative.sheets.front().rows[0].values[0].value) == 2.5);
  CHECK(std::get<double>(negative.sheets.front().rows[1].values[0].value) == -1.5);
  CHECK(negative.sheets.front().rows[0].values[0].look == Look::hours);
}

TEST_CASE("what tenants write stays as it is but for what cannot be seen") {
  CHECK(text_of("=1+1") == "=1+1");
  CHECK(text_of("deux\nlignes\r\net \x1b[31mrouge\x07") == "deux\nlignes\net \\x1b[31mrouge\\x07");
  CHECK(text_of("\u202egpj.exe") == "\\u202egpj.exe");
  CHECK(text_of("\xff") == "\\xff");
  CHECK(text_of("a\xef\xbf\xbf\xef\xbf\xbe\xef\xbf\xbdz") == "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz");
}

TEST_CASE("what looks like an escape of the file format stays as it was typed") {
  CHECK(text_of("_x0041_") == "_x005F_x0041_");
  CHECK(text_of("__x004a__x00e9_") == "__x005F_x004a__x005F_x00e9_");
  CHECK(text_of("_x41_ _x004g_ _X0041_ _x0041") == "_x41_ _x004g_ _X0041_ _x0041");
}

TEST_CASE("a text is as long as Excel takes it and no character is cut in two") {
  CHECK(text_of(std::string(32'767, 'x')) == std::string(32'767, 'x'));
  CHECK(text_of(std::string(32'768, 'x')) == std::string(32'766, 'x') + "…");
  // Excel counts in UTF-16: two for this one.
  std::string faces;
  for (int i = 0; i < 20'000; ++i) faces += "😀";
  CHECK(text_of(faces) == faces.substr(0, 16'383 * std::string("😀").size()) + "…");
}

TEST_CASE("names of sheets are such that Excel takes them") {
  CHECK(names_of({"Retards : qui [tous] a/b\\c*?"}) == std::vector<std::string>{"Retards - qui -tous- a-b-c"});
  CHECK(names_of({"'l'agence'"}) == std::vector<std::string>{"’l’agence’"});
  CHECK(names_of({""}) == std::vector<std::string>{"key"});
  CHECK(names_of({"  blanks  "}) == std::vector<std::string>{"blanks"});
  CHECK(names_of({"History", "historique"}) == std::vector<std::string>{"History (2)", "historique (2)"});
  CHECK(names_of({"_x0041_"}) == std::vector<std::string>{"-x0041_"});
}

TEST_CASE("no two sheets have the same name in whatever case") {
  const std::string longest = "Entreprises dont les délais se ";  // 31 with its blank
  CHECK(names_of({"Été", "ÉTÉ", "summary", "chart data"}) ==
        std::vector<std::string>{"Été", "ÉTÉ (2)", "summary (2)", "chart data (2)"});
  CHECK(names_of({longest + "dégradent", longest + "tiennent"}) ==
        std::vector<std::string>{"Entreprises dont les délais se", "Entreprises dont les délais (2)"});
}

TEST_CASE("a sheet says in full what its name cannot") {
  const Workbook book = workbook_of(test::workbook_report(), test::workbook_style());
  CHECK(book.sheets.front().title == "Late: who's at fault? [all] *March*");
}

TEST_CASE("a section without rows is a sentence and not a sheet") {
  const Workbook book = workbook_of(test::workbook_report(), test::workbook_style());
  CHECK(book.sheets.size() == 3);
  CHECK(
      std::ranges::any_of(book.remarks, [](const auto& remark) { return remark.text == "Nobody waits for a word."; }));
}

TEST_CASE("columns that are not shown to people are in the workbook") {
  const Workbook book = workbook_of(test::workbook_report(), test::workbook_style());
  CHECK(book.sheets.front().columns.back().title == "Hash");
}

TEST_CASE("a percentage is drawn as a fraction and what is not known is not drawn") {
  const Workbook book = workbook_of(test::workbook_report(), test::workbook_style());
  const Chart& chart = book.sheets[1].diagrams.front().chart;
  CHECK(chart.series[0].values == std::vector<std::optional<double>>{0.9, 0.75, std::nullopt});
  CHECK(book.sheets[1].diagrams[1].axis == "hours");
  CHECK(book.sheets[1].diagrams[1].chart.series[0].name == "Time to the first visit");  // it has none of its own
}

TEST_CASE("a workbook without charts has no sheet for them") {
  CHECK(workbook_of(report_of({Cell{true}}), {}).data.empty());
  CHECK(workbook_of(test::workbook_report(), test::workbook_style()).data == "Chart data");
}

TEST_CASE("more rows than a sheet has are refused") {
  Report report = report_of({});
  report.sections.front().rows.resize(1'048'576);  // with the titles one too many
  try {
    workbook_of(report, {});
    FAIL("taken");
  } catch (const Error& error) {
    CHECK(error.trouble() == Trouble::refused);
    CHECK(error.messages().front().args[1].text == "1048576");
    CHECK(error.hints().size() == 1);
  }
}

TEST_CASE("a module for workbooks that is not there is named") {
  const test::Folder folder;
  try {
    write_xlsx(test::workbook_report(), {}, folder.path(), folder.path() / "a.xlsx");
    FAIL("written");
  } catch (const Error& error) {
    CHECK(error.trouble() == Trouble::refused);
    CHECK(error.messages().front().args.front().text.find("xlsx.so") != std::string::npos);
    CHECK(error.hints().size() == 1);
  }
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a module for workbooks of another version is not used") {
  const test::Folder folder;
  std::string bytes = test::Folder::read(std::filesystem::path(REGIE_MODULES) / "xlsx.so");
  const std::size_t at = bytes.find(REGIE_VERSION " ");
  REQUIRE(at != std::string::npos);
  bytes[at] = 'x';
  folder.write("xlsx.so", bytes);
  CHECK_THROWS_AS(write_xlsx(test::workbook_report(), {}, folder.path(), folder.path() / "a.xlsx"), Error);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "a.xlsx"));
}

TEST_CASE("a workbook that cannot be written says why") {
  const test::Folder folder;
  for (const auto& [file, why] :
       {std::pair{folder.path() / "none" / "a.xlsx", ENOENT}, std::pair{folder.path(), EISDIR},
        std::pair{std::filesystem::path("/dev/full"), ENOSPC}}) {
    CAPTURE(file);
    try {
      write_xlsx(test::workbook_report(), {}, REGIE_MODULES, file);
      FAIL("written");
    } catch (const Error& error) {
      CHECK(error.trouble() == Trouble::refused);
      CHECK(error.messages().front().args.back().text == std::strerror(why));
    }
  }
}

TEST_CASE("the same report gives the same workbook byte by byte") {
  const test::Folder folder;
  const auto written = [&](const char* name, const Report& report) {
    write_xlsx(report, test::workbook_style(), REGIE_MODULES, folder.path() / name);
    return test::Folder::read(folder.path() / name);
  };
  const std::string first = written("a.xlsx", test::workbook_report());
  CHECK(first == written("b.xlsx", test::workbook_report()));
  Report later = test::workbook_report();
  later.made_at += std::chrono::seconds{1};
  CHECK(first != written("c.xlsx", later));
}
