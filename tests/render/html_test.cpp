// The page a manager opens in the morning: whole in itself, harmless whatever tenants wrote, and right in its charts.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <regex>

#include "render/canvas.hpp"
#include "render/chart_figures.hpp"
#include "render/report.hpp"
#include "render/svg.hpp"
#include "support/desk.hpp"
#include "text/translate.hpp"

using namespace regie;
using namespace regie::render;
using regie::test::at;

namespace {

using Mood = Cell::Mood;
using Kind = Column::Kind;
using Unit = Chart::Unit;
using Ticks = std::vector<double>;

const std::string nbsp = "\u00a0";

Cell word(const std::string& text, Mood mood = Mood::plain) { return {Cell::Value(text), mood}; }
Cell count(std::int64_t number, Mood mood = Mood::plain) { return {Cell::Value(number), mood}; }
Cell share(std::int64_t part, std::int64_t whole) { return {Cell::Value(render::Share{part, whole})}; }

Style style() {
  Style style;
  style.zone = regie::test::zone();
  style.now = at("2026-03-31T18:00:07+02:00");
  return style;
}

Report report() {
  Report report;
  report.name = "nightly";
  report.title = "Nightly report";
  report.made_at = report.as_of = style().now;
  return report;
}

Section by_trade() {
  Section section;
  section.key = "by_trade";
  section.title = "By trade";
  section.columns = {{"trade", "Trade"}, {"late", "Late", Kind::number}, {"cost", "Cost", Kind::number, false}};
  section.rows = {{word("plumbing"), count(8, Mood::alarm), count(4711)}, {word("lifts"), count(2), count(4712)}};
  return section;
}

std::string page_of(const Section& section) {
  Report one = report();
  one.sections = {section};
  return html_page(one, style());
}

Chart chart(Chart::Kind kind, std::vector<std::string> labels, std::vector<std::optional<double>> values) {
  Chart chart;
  chart.kind = kind;
  chart.title = "Late";
  chart.labels = std::move(labels);
  chart.series = {{"late", std::move(values)}};
  return chart;
}

std::string drawn(const Chart& chart) { return svg(chart, style()); }

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

int times(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

bool is_entity(const std::string& name) {
  return name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "#39";
}

std::string fault_in_text(const std::string& text) {
  for (auto at = text.find('&'); at != std::string::npos; at = text.find('&', at + 1)) {
    const auto end = text.find(';', at);
    if (end == std::string::npos || !is_entity(text.substr(at + 1, end - at - 1))) return "no entity: " + text;
  }
  return has(text, ">") ? "a loose > in: " + text : "";
}

/// What stands between the tag's name and its end must be attributes in quotes, no name twice.
std::string fault_in_attributes(const std::string& attributes) {
  static const std::regex one(R"re( ([a-zA-Z][a-zA-Z0-9-]*)="([^"<]*)")re");
  std::vector<std::string> names;
  std::size_t matched = 0;
  for (std::sregex_iterator match(attributes.begin(), attributes.end(), one), end; match != end; ++match) {
    if (static_cast<std::size_t>(match->position()) != matched) break;
    matched += static_cast<std::size_t>(match->length());
    if (std::find(names.begin(), names.end(), match->str(1)) != names.end()) return "twice: " + attributes;
    names.push_back(match->str(1));
    if (const std::string fault = fault_in_text(match->str(2)); !fault.empty()) return fault;
  }
  return matched == attributes.size() ? "" : "no attributes: " + attributes;
}

/// As XML would have it; "" when all is well.
std::string fault_in(std::string markup) {
  if (markup.starts_with("<!DOCTYPE html>")) markup.erase(0, 15);
  std::vector<std::string> open;
  for (std::size_t at = 0; at < markup.size();) {
    const auto tag = std::min(markup.find('<', at), markup.size());
    const bool is_style = !open.empty() && open.back() == "style";
    if (const std::string fault = fault_in_text(markup.substr(at, tag - at)); !is_style && !fault.empty()) return fault;
    if (tag == markup.size()) break;
    const auto end = markup.find('>', tag);
    if (end == std::string::npos) return "a tag without end";
    std::string inside = markup.substr(tag + 1, end - tag - 1);
    at = end + 1;
    if (inside.starts_with("/")) {
      if (open.empty() || open.back() != inside.substr(1)) return "closed and not open: " + inside;
      open.pop_back();
      continue;
    }
    const bool is_whole = inside.ends_with("/");
    if (is_whole) inside.pop_back();
    const auto name_end = std::min(inside.find(' '), inside.size());
    if (const std::string fault = fault_in_attributes(inside.substr(name_end)); !fault.empty()) return fault;
    if (!is_whole) open.push_back(inside.substr(0, name_end));
  }
  return open.empty() ? "" : "left open: " + open.back();
}

/// Every text of a report is `text`; the titles of columns live elsewhere.
Report made_of(const std::string& text, const char* column_title) {
  Report report = ::report();
  report.title = report.landlord = report.period = report.filter = text;
  report.remarks = {text};
  report.headlines = {{text, word(text, Mood::alarm), text}};
  Section section;
  section.key = section.title = text;
  section.columns = {{"a", column_title}, {"b", column_title, Kind::number}, {"c", "C", Kind::wide}};
  const Cell list{Cell::Value(std::vector<std::string>{text, text})};
  const Cell record{Cell::Value(std::make_shared<Record>(Record{{text, word(text)}}))};
  section.rows = {{word(text), Cell{Coded{text, text}}, list},
                  {word(text, Mood::alarm), record, Cell{Cell::Value(RawJson{text})}}};
  section.total = Row{word(text), word(text), word(text)};
  section.remarks = {text};
  for (const auto kind : {Chart::Kind::bars, Chart::Kind::stacked, Chart::Kind::lines}) {
    section.charts.push_back(chart(kind, {text, text}, {1, 2}));
    section.charts.back().title = text;
    section.charts.back().series.push_back({text, {3, 4}});
    section.charts.back().series.push_back({text, {3, 4}});
  }
  Section empty = section;
  empty.rows.clear();
  empty.if_empty = text;
  report.sections = {section, empty};
  return report;
}

struct Text {
  double x, y;
  std::string anchor, words;
  double left() const { return x - (anchor == "end" ? 1 : anchor == "middle" ? 0.5 : 0) * width_of(words); }
  double right() const { return left() + width_of(words); }
};

/// The texts of a drawing in their order, without those that only the mouse finds and those that are turned.
std::vector<Text> texts_of(const std::string& drawing) {
  static const std::regex one(
      R"re(<text x="([-0-9.]+)" y="([-0-9.]+)" class="[^"]*" text-anchor="([a-z]+)">(?:<title>[^<]*</title>)?([^<]*)</text>)re");
  std::vector<Text> texts;
  for (std::sregex_iterator match(drawing.begin(), drawing.end(), one), end; match != end; ++match)
    texts.push_back({std::stod(match->str(1)), std::stod(match->str(2)), match->str(3), match->str(4)});
  return texts;
}

std::vector<double> numbers(const std::string& drawing, const std::string& element, const std::string& attribute) {
  const std::regex one("<" + element + "[^>]* " + attribute + "=\"([^\"]*)\"");
  std::vector<double> found;
  for (std::sregex_iterator match(drawing.begin(), drawing.end(), one), end; match != end; ++match)
    found.push_back(std::stod(match->str(1)));
  return found;
}

std::vector<std::string> many_labels(int count) {
  std::vector<std::string> labels;
  for (int i = 0; i < count; ++i) labels.push_back(std::to_string(i % 28 + 1) + "/" + std::to_string(i / 28 + 1));
  return labels;
}

std::string shown_count(double value) { return amount(value, Unit::count, style()); }
std::string shown_hours(double value) { return amount(value, Unit::hours, style()); }
std::string shown_days(double value) { return amount(value, Unit::days, style()); }
std::string shown_percent(double value) { return amount(value, Unit::percent, style()); }

}  // namespace

TEST_CASE("the checker of markup finds what is wrong with it") {
  CHECK(fault_in("<p class=\"a\">x &amp; y<br/></p>") == "");
  CHECK(fault_in("<p>") != "");
  CHECK(fault_in("</p>") != "");
  CHECK(fault_in("<p><b></p></b>") != "");
  CHECK(fault_in("a & b") != "");
  CHECK(fault_in("a > b") != "");
  CHECK(fault_in("<p class=a></p>") != "");
  CHECK(fault_in("<p a=\"1\" a=\"2\"></p>") != "");
  CHECK(fault_in("<p a=\"1\"b=\"2\"></p>") != "");
  CHECK(fault_in("<p a=\"<\"></p>") != "");
}

TEST_CASE("a page is one whole file in the language of its reader") {
  Report full = report();
  full.landlord = "Val-Dorle";
  full.period = "March 2026";
  full.filter = "agency NORD";
  full.remarks = {"Counted in opening hours."};
  full.sections = {by_trade()};
  const std::string page = html_page(full, style());
  CHECK(fault_in(page) == "");
  CHECK(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
  CHECK(has(page, "<meta charset=\"utf-8\"/>"));
  CHECK(has(page, "<meta name=\"viewport\""));
  CHECK(has(page, "<title>Nightly report · Val-Dorle</title>"));
  CHECK(has(page, "<h1>Nightly report</h1>"));
  CHECK(has(page, "March 2026 · as of Tuesday 31 March 2026 at 18:00<"));
  CHECK(has(page, "Filter: agency NORD"));
  CHECK(has(page, "Counted in opening hours."));
  CHECK(page.ends_with("</html>\n"));

  text::use_language("fr");
  const std::string french = html_page(report(), style());
  text::use_language("en");
  CHECK(has(french, "<html lang=\"fr\">"));
}

TEST_CASE("a page asks for nothing from elsewhere and runs nothing") {
  Report full = made_of("x", "X");
  const std::string page = html_page(full, style());
  for (const char* reach : {"<script", "javascript:", " src=", " href=", "url(", "@import", "http:", "https:", "<link",
                            "<img", "<iframe", "<object", "<form", " onload", " onclick"}) {
    CAPTURE(reach);
    CHECK_FALSE(has(page, reach));
  }
  CHECK(has(page, "default-src 'none'"));
}

TEST_CASE("the style sheet is short enough for web mail and knows paper and phones and dark rooms") {
  const std::string page = html_page(report(), style());
  const auto from = page.find("<style>") + 7;
  const std::string sheet = page.substr(from, page.find("</style>") - from);
  CHECK(sheet.size() < 8192);
  CHECK(times(page, "<style>") == 1);
  CHECK(times(sheet, "{") == times(sheet, "}"));
  CHECK(has(sheet, "@page{size:A4"));
  CHECK(has(sheet, "@media screen and (prefers-color-scheme:dark)"));
  CHECK(has(sheet, "print-color-adjust:exact"));
  CHECK_FALSE(has(sheet, "<"));
}

TEST_CASE("hostile text is shown as text in every place") {
  const std::string hostile = "\"><script>alert('x')</script>&\x1b[31m\u202e\xff\xef\xbf\xbf";
  const std::string page = html_page(made_of(hostile, hostile.c_str()), style());
  CHECK(fault_in(page) == "");
  CHECK_FALSE(has(page, "<script"));
  CHECK_FALSE(has(page, "alert('x')"));
  CHECK_FALSE(has(page, "\x1b"));
  CHECK_FALSE(has(page, "\u202e"));
  CHECK_FALSE(has(page, "\xff"));
  CHECK_FALSE(has(page, "\xef\xbf\xbf"));
  const std::string harmless =
      "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;\\x1b[31m\\u202e\\xff\ufffd";
  for (const char* before : {"<title>", "<h1>", "<p class=\"landlord\">", "<p class=\"about\">", "<dt>",
                             "<p class=\"remark\">", "<p class=\"none\">", "<figcaption>", "role=\"img\"", "<desc>"}) {
    CAPTURE(before);
    const auto at = page.find(before);
    REQUIRE(at != std::string::npos);
    CHECK(page.find(harmless, at) != std::string::npos);
  }
  CHECK(has(page, "<h2 id=\"s1\">" + harmless));
  CHECK(has(page, " data-label=\"" + harmless + "\""));
  CHECK(has(page, "<th scope=\"col\" class=\"text\">" + harmless));
}

TEST_CASE("no bytes whatsoever break the markup") {
  std::mt19937 dice(20260331);
  const std::string often = "<>&\"'/=-! ;#x";
  std::string wrong;
  for (int round = 0; round < 150; ++round) {
    std::string text;
    for (auto left = dice() % 24; left > 0; --left)
      text += dice() % 2 == 0 ? often[dice() % often.size()] : static_cast<char>(dice() % 256);
    const std::string title = text.substr(0, text.find('\0'));
    const std::string fault = fault_in(html_page(made_of(text, title.c_str()), style()));
    if (!fault.empty()) wrong += std::to_string(round) + ": " + fault + '\n';
  }
  CHECK(wrong == "");
}

TEST_CASE("a table has its head and rows and nothing that is for scripts only") {
  Section section = by_trade();
  section.total = Row{word("all"), count(10)};
  const std::string page = page_of(section);
  CHECK(has(page,
            "<th scope=\"col\" class=\"text\">Trade</th><th scope=\"col\" class=\"number\">Late</th></tr></thead>"));
  CHECK(
      has(page, "<tr><th scope=\"row\" class=\"text\">lifts</th><td class=\"number\" data-label=\"Late\">2</td></tr>"));
  CHECK(has(page, "<tfoot><tr><th scope=\"row\" class=\"text\">all</th>"));
  CHECK_FALSE(has(page, "Cost"));
  CHECK_FALSE(has(page, "4711"));
}

TEST_CASE("a row that is too short has empty cells") {
  Section section = by_trade();
  section.rows = {{word("lifts")}, {}};
  section.bar = 1;
  const std::string page = page_of(section);
  CHECK(fault_in(page) == "");
  CHECK(has(page, "lifts</th><td class=\"number\" data-label=\"Late\"></td>"));
}

TEST_CASE("what alarms is marked besides its colour and digits stay in line") {
  Section section = by_trade();
  section.rows = {{word("plumbing", Mood::alarm), count(8, Mood::alarm)}, {word("lifts", Mood::warning), Cell()}};
  section.rows[1][1].mood = Mood::alarm;
  const std::string page = page_of(section);
  CHECK(has(page, "<th scope=\"row\" class=\"text alarm\">plumbing" + nbsp + "!</th>"));
  CHECK(has(page, "data-label=\"Late\">!" + nbsp + "8</td>"));
  CHECK(has(page, "<th scope=\"row\" class=\"text warning\">lifts</th>"));
  CHECK(has(page, "data-label=\"Late\"></td>"));
}

TEST_CASE("bars of counts are measured by the largest and bars of shares by the whole") {
  Section section = by_trade();
  section.bar = 1;
  std::string page = page_of(section);
  CHECK(has(page, "width:100.0%"));
  CHECK(has(page, "width:25.0%"));
  section.rows = {{word("plumbing"), share(9, 10)}, {word("lifts"), share(0, 0)}};
  section.total = Row{word("all"), share(1, 2)};
  page = page_of(section);
  CHECK(has(page, "width:90.0%"));
  CHECK(times(page, "class=\"track\"") == 1);
  section.rows = {{word("plumbing"), count(0)}};
  CHECK(times(page_of(section), "class=\"track\"") == 0);
}

TEST_CASE("a section without rows says its sentence or is not there") {
  Section section = by_trade();
  section.rows.clear();
  section.total = Row{word("all"), count(0)};
  section.charts = {chart(Chart::Kind::bars, {"a"}, {1})};
  CHECK_FALSE(has(page_of(section), "By trade"));
  section.if_empty = "Nothing is late.";
  const std::string page = page_of(section);
  CHECK(has(page, "By trade</h2>\n<p class=\"none\">Nothing is late.</p>"));
  CHECK_FALSE(has(page, "<table"));
  CHECK_FALSE(has(page, "<svg"));
}

TEST_CASE("charts can be a section of their own") {
  Section section;
  section.title = "Seen over time";
  section.charts = {chart(Chart::Kind::lines, {"a", "b"}, {1, 2})};
  const std::string page = page_of(section);
  CHECK(has(page, "Seen over time"));
  CHECK(times(page, "<svg") == 1);
  CHECK_FALSE(has(page, "<table"));
}

TEST_CASE("wide tables are stacked on a phone and small on paper") {
  Section section = by_trade();
  CHECK(has(page_of(section), "<section class=\"short few\""));
  section.columns.assign(5, {"a", "A"});
  CHECK(has(page_of(section), "<section class=\"stack short\""));
  section.columns.assign(12, {"a", "A"});
  section.rows.assign(40, Row{});
  CHECK(has(page_of(section), "<section class=\"stack crowded\""));
}

TEST_CASE("a message without end is cut and a word without end may be broken") {
  Section section = by_trade();
  section.rows = {{word(std::string(100'000, 'x')), count(1)}, {word("anticonstitutionnelle"), count(1)}};
  const std::string page = page_of(section);
  CHECK(page.size() < 20'000);
  CHECK(has(page, "class=\"text loose\">xxx"));
  CHECK(has(page, "class=\"text\">anticonstitutionnelle"));
  CHECK(has(page, "xxx…</th>"));
}

TEST_CASE("codes and telephone numbers and moments stay on one line") {
  Section section = by_trade();
  section.columns = {{"a", "A"}, {"b", "B"}, {"c", "C"}, {"d", "D"}, {"e", "E"}};
  section.rows = {{word("x"), word("B-803"), word("06 39 98 44 80"), Cell{Cell::Value(at("2026-03-09T08:30:00+01:00"))},
                   word("Le Clos-Vert et annexes")}};
  const std::string page = page_of(section);
  CHECK(has(page, "<td class=\"text keep\" data-label=\"B\">B-803</td>"));
  CHECK(has(page, "<td class=\"text keep\" data-label=\"C\">06 39 98 44 80</td>"));
  CHECK(has(page, "<td class=\"text keep\" data-label=\"D\">09/03"));
  CHECK(has(page, "<td class=\"text\" data-label=\"E\">Le Clos-Vert et annexes</td>"));
}

TEST_CASE("headlines stand in rows of about the same length") {
  const auto across = [](std::size_t count) {
    Report many = report();
    many.headlines.assign(count, {"open", ::count(1), "open"});
    const std::string page = html_page(many, style());
    const auto from = page.find("--wide:");
    return page.substr(from, page.find('"', from) - from);
  };
  CHECK(across(1) == "--wide:4;--slim:4");
  CHECK(across(5) == "--wide:5;--slim:5");
  CHECK(across(7) == "--wide:7;--slim:4");
  CHECK(across(9) == "--wide:5;--slim:5");
  CHECK(across(16) == "--wide:6;--slim:4");
}

TEST_CASE("headlines stand large with their mood and count in thousands") {
  Report headlined = report();
  headlined.headlines = {{"open", count(1284), "open"},
                         {"late", count(37, Mood::alarm), "late"},
                         {"kept", share(0, 0), "kept"},
                         {"worst", word("ASC-LEVAGE"), "worst"}};
  const std::string page = html_page(headlined, style());
  CHECK(has(page, "<div class=\"tile\"><dt>open</dt><dd>1,284</dd></div>"));
  CHECK(has(page, "<div class=\"tile alarm\"><dt>late</dt><dd class=\"alarm\">37" + nbsp + "!</dd></div>"));
  CHECK(has(page, "<dt>kept</dt><dd>–</dd>"));
  CHECK(has(page, "<dd class=\"long\">ASC-LEVAGE</dd>"));
}

TEST_CASE("an axis has few ticks at round values up to the largest figure or past it") {
  CHECK(axis_ticks(Unit::count, 0) == Ticks{0, 1});
  CHECK(axis_ticks(Unit::count, 1) == Ticks{0, 1});
  CHECK(axis_ticks(Unit::count, 3) == Ticks{0, 1, 2, 3});
  CHECK(axis_ticks(Unit::count, 7) == Ticks{0, 2, 4, 6, 8});
  CHECK(axis_ticks(Unit::count, 10) == Ticks{0, 2, 4, 6, 8, 10});
  CHECK(axis_ticks(Unit::count, 11) == Ticks{0, 5, 10, 15});
  CHECK(axis_ticks(Unit::count, 178) == Ticks{0, 50, 100, 150, 200});
  CHECK(axis_ticks(Unit::count, 1'000'000) == Ticks{0, 200'000, 400'000, 600'000, 800'000, 1'000'000});
  CHECK(axis_ticks(Unit::hours, 74.25) == Ticks{0, 24, 48, 72, 96});
  CHECK(axis_ticks(Unit::hours, 30) == Ticks{0, 6, 12, 18, 24, 30});
  CHECK(axis_ticks(Unit::hours, 2) == Ticks{0, 0.5, 1, 1.5, 2});
  CHECK(axis_ticks(Unit::days, 4.5) == Ticks{0, 1, 2, 3, 4, 5});
}

TEST_CASE("an axis of percentages is always from nothing to all") {
  for (const double largest : {0.0, 0.4, 12.0, 100.0, 250.0})
    CHECK(axis_ticks(Unit::percent, largest) == Ticks{0, 25, 50, 75, 100});
}

TEST_CASE("ticks of any figure rise evenly and are at most six and reach it") {
  std::string wrong;
  for (const Unit unit : {Unit::count, Unit::hours, Unit::days})
    for (double largest = 1e-3; largest < 1e15; largest *= 1.37) {
      const Ticks ticks = axis_ticks(unit, largest);
      bool is_even = ticks.size() >= 2 && ticks.size() <= 6 && ticks.front() == 0;
      for (std::size_t i = 1; i < ticks.size(); ++i)
        is_even = is_even && std::abs(ticks[i] - static_cast<double>(i) * ticks[1]) <= 1e-6 * ticks.back();
      const bool reaches = ticks.back() >= largest * (1 - 1e-9);
      const bool is_close = ticks[ticks.size() - 2] < largest || ticks.size() == 2;
      if (!is_even || !reaches || !is_close) wrong += std::to_string(largest) + ' ';
    }
  CHECK(wrong == "");
}

TEST_CASE("figures on a chart are written as people write them") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(1'234'005) == "1,234,005");
  CHECK(grouped(-1234) == "-1,234");
  CHECK(shown_count(1234) == "1,234");
  CHECK(shown_count(2.5) == "2.5");
  CHECK(shown_percent(45.2) == "45 %");
  CHECK(shown_percent(99.7) == "99 %");
  CHECK(shown_percent(0.2) == "1 %");
  CHECK(shown_percent(100) == "100 %");
  CHECK(shown_hours(0) == "0");
  CHECK(shown_hours(0.5) == "30 min");
  CHECK(shown_hours(3.3334) == "3 h 20");
  CHECK(shown_hours(200) == "200 h");
  CHECK(shown_days(0) == "0");
  CHECK(shown_days(3) == "3 d");
  CHECK(shown_days(4.46) == "4.5 d");
}

TEST_CASE("a chart without figures says so") {
  Chart none;
  none.title = "Late";
  Chart unknown = chart(Chart::Kind::lines, {"a", "b"}, {std::nullopt, std::nullopt});
  Chart no_labels = chart(Chart::Kind::bars, {}, {1, 2});
  Chart no_series = chart(Chart::Kind::stacked, {"a"}, {});
  no_series.series.clear();
  Chart no_numbers = chart(Chart::Kind::bars, {"a", "b"}, {std::nan(""), std::numeric_limits<double>::infinity()});
  for (const Chart& empty : {none, unknown, no_labels, no_series, no_numbers}) {
    const std::string drawing = drawn(empty);
    CHECK(fault_in(drawing) == "");
    CHECK(has(drawing, ">No figures yet.</text>"));
    CHECK(has(drawing, "<title>Late</title>"));
  }
}

TEST_CASE("whatever is drawn stays inside of its drawing") {
  const double infinite = std::numeric_limits<double>::infinity();
  const std::vector<std::optional<double>> odd{0, -5, 1e300, infinite, std::nullopt, 0.001, 3};
  std::string wrong;
  for (const auto kind : {Chart::Kind::bars, Chart::Kind::stacked, Chart::Kind::lines})
    for (const Unit unit : {Unit::count, Unit::percent, Unit::hours, Unit::days})
      for (const int labels : {1, 2, 7, 8, 30, 31, 200})
        for (const std::size_t length : {3u, 60u}) {
          Chart one = chart(kind, {}, {});
          one.unit = unit;
          for (int i = 0; i < labels; ++i) {
            one.labels.push_back(std::string(length, 'w'));
            one.series[0].values.push_back(labels == 7 ? odd[static_cast<std::size_t>(i)] : i * 7919 % 83);
          }
          one.series.push_back({"shorter", {50}, Mood::alarm});
          const std::string drawing = drawn(one);
          std::string fault = fault_in(drawing);
          const double height = numbers(drawing, "svg", "height").at(0);
          const auto xs = numbers(drawing, "rect", "x"), widths = numbers(drawing, "rect", "width");
          const auto ys = numbers(drawing, "rect", "y"), heights = numbers(drawing, "rect", "height");
          for (std::size_t i = 0; i < xs.size(); ++i)
            if (xs[i] < 0 || xs[i] + widths[i] > 420.2 || ys[i] < 0 || ys[i] + heights[i] > height) fault += "rect ";
          for (const double x : numbers(drawing, "circle", "cx"))
            if (x < 0 || x > 420) fault += "circle ";
          for (const Text& text : texts_of(drawing))
            if (text.left() < -0.1 || text.right() > 420.1 || text.y < 0 || text.y > height)
              fault += "text " + text.words + ' ';
          if (!fault.empty()) wrong += drawing.substr(0, 80) + ": " + fault.substr(0, 200) + '\n';
        }
  CHECK(wrong == "");
}

TEST_CASE("labels below an axis are thinned out until none touches the next") {
  for (const auto kind : {Chart::Kind::lines, Chart::Kind::bars}) {
    Chart long_time = chart(kind, many_labels(500), std::vector<std::optional<double>>(500, 5));
    std::vector<Text> below;
    for (const Text& text : texts_of(drawn(long_time)))
      if (has(text.words, "/")) below.push_back(text);
    REQUIRE(below.size() > 3);
    CHECK(below.front().words == "1/1");
    for (std::size_t i = 1; i < below.size(); ++i) {
      CHECK(below[i].y == below[i - 1].y);
      CHECK(below[i].left() > below[i - 1].right());
    }
  }
}

TEST_CASE("long names stand beside lying bars and are whole where the mouse asks") {
  const std::string name = "Résidence intergénérationnelle Simone-Veil et annexes";
  const std::string drawing = drawn(chart(Chart::Kind::bars, {name, "Tour Sud"}, {12, 24}));
  CHECK(has(drawing, "><title>" + name + "</title>Résidence intergén"));
  CHECK(has(drawing, "…</text>"));
  const auto widths = numbers(drawing, "rect", "width"), heights = numbers(drawing, "rect", "height");
  REQUIRE(widths.size() == 2);
  CHECK(heights[0] == heights[1]);
  CHECK(std::abs(widths[1] - 2 * widths[0]) < 0.2);
}

TEST_CASE("short names stand below columns whose height is their figure") {
  const std::string drawing = drawn(chart(Chart::Kind::bars, {"mon", "tue", "wed"}, {10, 20, std::nullopt}));
  const auto heights = numbers(drawing, "rect", "height");
  REQUIRE(heights.size() == 2);
  CHECK(std::abs(heights[1] - 2 * heights[0]) < 0.2);
  CHECK(has(drawing, ">10</text>"));
  CHECK(has(drawing, ">–</text>"));
  CHECK(has(drawing, "<title>mon: 10</title>"));
}

TEST_CASE("a stack is as high as all of it and carries its sum") {
  Chart stacked = chart(Chart::Kind::stacked, {"S 1"}, {30});
  stacked.series.push_back({"in time", {10}, Mood::good});
  const std::string drawing = drawn(stacked);
  const auto ys = numbers(drawing, "rect class=\"bar part", "y");
  const auto heights = numbers(drawing, "rect class=\"bar part", "height");
  REQUIRE(ys.size() == 2);
  CHECK(std::abs(ys[1] + heights[1] - ys[0]) < 0.2);
  CHECK(std::abs(heights[0] - 3 * heights[1]) < 0.2);
  CHECK(has(drawing, ">40</text>"));
}

TEST_CASE("a line has a gap where nothing is known and a dot where a value stands alone") {
  const Chart gaps =
      chart(Chart::Kind::lines, {"1", "2", "3", "4", "5", "6"}, {1, 2, std::nullopt, 4, std::nullopt, 6});
  const std::string drawing = drawn(gaps);
  CHECK(times(drawing, "<polyline") == 1);
  CHECK(times(drawing, "<circle") == 4);
  std::vector<std::optional<double>> values(200, 5);
  values[1] = values[3] = std::nullopt;
  const std::string many = drawn(chart(Chart::Kind::lines, many_labels(200), values));
  CHECK(times(many, "<polyline") == 1);
  CHECK(times(many, "<circle") == 2);
}

TEST_CASE("one point and nothing but zeros are charts too") {
  const std::string point = drawn(chart(Chart::Kind::lines, {"March"}, {4}));
  CHECK(times(point, "<circle") == 1);
  CHECK(has(point, ">4</text>"));
  const std::string zeros = drawn(chart(Chart::Kind::bars, {"mon", "tue"}, {0, 0}));
  CHECK(numbers(zeros, "rect", "height") == std::vector<double>{0, 0});
  CHECK(times(zeros, ">0</text>") == 3);
}

TEST_CASE("series are told apart by a legend and by their colour and lines by their dashes") {
  Chart two = chart(Chart::Kind::lines, {"a", "b"}, {1, 2});
  CHECK_FALSE(has(drawn(two), ">late</text>"));
  two.series.push_back({"rework", {3, 4}});
  two.series.push_back({"refused", {5, 6}, Mood::alarm});
  const std::string drawing = drawn(two);
  for (const char* name : {"late", "rework", "refused"}) CHECK(has(drawing, ">" + std::string(name) + "</text>"));
  for (const char* colour : {"line c1", "line c2", "line alarm"}) CHECK(has(drawing, colour));
  CHECK(times(drawing, "stroke-dasharray=\"7 3\"") == 2);
  CHECK(times(drawing, "stroke-dasharray=\"2 3\"") == 2);
}

TEST_CASE("who does not see a chart can read its figures") {
  Chart two = chart(Chart::Kind::bars, {"mon"}, {12});
  two.series.push_back({"in time", {3}});
  const std::string drawing = drawn(two);
  CHECK(has(drawing, "role=\"img\""));
  CHECK(has(drawing, "<title>Late</title><desc>mon, late: 12; mon, in time: 3</desc>"));
}
