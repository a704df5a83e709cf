#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "regie/error.hpp"
#include "render/canvas.hpp"
#include "render/chart_figures.hpp"
#include "render/report.hpp"
#include "render/svg.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::render {

namespace {

constexpr int longest_cell = 400;          // columns: a message of pages stays in the desk
constexpr std::size_t longest_word = 24;   // bytes: longer ones are broken anywhere
constexpr std::size_t narrow_table = 4;    // columns that a phone can show side by side
constexpr std::size_t crowded_table = 10;  // columns that need small letters
constexpr std::size_t short_table = 12;    // rows that are kept on one sheet

// Some web mail throws a style sheet away that has 8192 bytes or more. Text colours have a contrast of 4.5 to 1 or
// better on every ground they stand on, marks of charts 3 to 1. Paper is always light.
constexpr const char* style_sheet = R"(
:root{--paper:#fff;--ground:#f4f5f7;--ink:#1b2129;--soft:#59636f;--rule:#d9dde3;--zebra:#f7f8fa;--bar:#2a6ca8;--track:#e6eaef;--good:#0b6b5b;--warning:#8a5200;--alarm:#b3261e;--g:#35998a;--w:#c8860d;--a:#c9473b;--c1:#1c5d99;--c2:#c8770a;--c3:#0f8a76;--c4:#9a4f96;--c5:#5396cc;--c6:#6b7280}
@media screen and (prefers-color-scheme:dark){:root{--paper:#171b21;--ground:#0f1216;--ink:#e4e8ed;--soft:#9aa5b3;--rule:#333b46;--zebra:#1c2128;--bar:#5b9fdc;--track:#2a313a;--good:#4cc3ae;--warning:#f0b64a;--alarm:#ff8272;--g:#3fae9b;--w:#e0a63e;--a:#ee7466;--c1:#6fb1ec;--c2:#f0a04b;--c3:#4cc3ae;--c4:#cf8fd0;--c5:#2f7fbf;--c6:#9aa3b2}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;print-color-adjust:exact;-webkit-print-color-adjust:exact}
main{max-width:1120px;margin:0 auto;padding:32px 40px 40px;background:var(--paper);overflow-wrap:break-word}
h1{font-size:28px;line-height:1.2;margin:0;letter-spacing:-.01em}
h2{font-size:18px;line-height:1.3;margin:0 0 10px;break-after:avoid}
p{margin:0}
.landlord{color:var(--soft);font-weight:600;margin-bottom:4px}
.about{color:var(--soft);margin-top:4px}
.tiles{display:grid;grid-template-columns:repeat(var(--wide),1fr);gap:12px;margin:24px 0 0}
.tile{display:flex;flex-direction:column-reverse;justify-content:flex-end;border:1px solid var(--rule);border-top:3px solid var(--rule);border-radius:4px;padding:10px 14px 12px;break-inside:avoid}
.tile dt{color:var(--soft);font-size:13px;line-height:1.35;font-weight:400}
.tile dd{margin:0;font-size:30px;line-height:38px;font-weight:650;font-variant-numeric:tabular-nums;white-space:nowrap}
.tile dd.mid{font-size:23px}.tile dd.long{font-size:17px;line-height:1.35;padding:7px 0;white-space:normal}
.tile.good{border-top-color:var(--good)}.tile.warning{border-top-color:var(--warning)}.tile.alarm{border-top-color:var(--alarm)}
.good{color:var(--good)}.warning{color:var(--warning);font-weight:600}.alarm{color:var(--alarm);font-weight:650}.faint{color:var(--soft)}
section{margin-top:36px}
.short>div,.beside{break-inside:avoid}
table{width:100%;border-collapse:collapse;font-size:14px;line-height:1.4}
th,td{text-align:left;vertical-align:top;padding:6px 8px;font-weight:inherit}
th:first-child,td:first-child{padding-left:10px}
td.alarm,th.alarm{font-weight:650}td.warning,th.warning{font-weight:600}
thead th{color:var(--soft);font-size:12.5px;font-weight:600;vertical-align:bottom;border-bottom:2px solid var(--rule);hyphens:auto;-webkit-hyphens:auto}
tbody tr{border-bottom:1px solid var(--rule);break-inside:avoid}
tbody tr:nth-child(even){background:var(--zebra)}
tfoot td,tfoot th{font-weight:700;border-top:2px solid var(--soft)}
tfoot{break-before:avoid}
.loose{overflow-wrap:anywhere;min-width:8em}
td.wide{overflow-wrap:anywhere;min-width:14em;max-width:34em}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
.few .data{max-width:760px}
tbody th.text{min-width:9em}
.crowded table{font-size:12px}.crowded thead th{font-size:11px}.crowded th,.crowded td{padding:6px 4px}.crowded tbody th.text{min-width:7.5em}
.barred{min-width:10em}
.barred>div{display:flex;align-items:center;justify-content:flex-end;gap:8px}
.track{flex:0 0 55%;height:10px;border-radius:2px;background:var(--track);overflow:hidden}
.track i{display:block;height:100%;background:#2a6ca8;background:var(--bar)}
.alarm .track i{background:var(--a)}.warning .track i{background:var(--w)}.good .track i{background:var(--g)}
.barred span+span{flex:1;text-align:right}
.keep,td.number,.barred span{white-space:nowrap}
.remark{color:var(--soft);font-size:13px;margin-top:8px;max-width:75em}
.none{color:var(--soft)}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),1fr));gap:20px 32px;margin-bottom:20px}
.beside{display:grid;grid-template-columns:1fr 1fr;gap:0 32px;align-items:start}
.beside>*{grid-column:1/-1}.beside>.data{grid-area:2/1}.beside>.charts{grid-area:2/2;grid-template-columns:1fr;margin-top:-4px}
figure{margin:0;max-width:500px;break-inside:avoid}
figcaption{font-size:14px;font-weight:600;margin-bottom:6px}
svg{display:block;overflow:visible;width:100%;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;font-variant-numeric:tabular-nums}
.t{fill:var(--soft)}.t.strong{fill:var(--ink);font-weight:600}
.grid{stroke:var(--rule)}.axis{stroke:var(--soft)}
.part{stroke:var(--paper);stroke-width:.8}.line{fill:none;stroke-width:2;stroke-linejoin:round}.dot{stroke:none}
footer{margin-top:36px;border-top:1px solid var(--rule);padding-top:12px}
@media screen{.data{overflow-x:auto}}
@media (max-width:1000px){.tiles{grid-template-columns:repeat(var(--slim),1fr)}}
@media (max-width:820px){main{padding:24px 20px}.beside>.data,.beside>.charts{grid-area:auto/1/auto/-1}}
@media screen and (max-width:640px){
main{padding:18px 16px 28px}h1{font-size:23px}
.tiles{grid-template-columns:1fr 1fr;gap:8px}.tile{padding:8px 12px 10px}.tile dd{font-size:26px}.tile:last-child:nth-child(odd){grid-column:span 2}
td.loose,th.loose,td.wide,tbody th.text,.crowded tbody th.text{min-width:0;max-width:none}.keep{white-space:normal}
.crowded table{font-size:14px}.barred{min-width:6.5em}.barred>div{gap:4px}th,td{padding:6px 5px}
.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stack table,.stack tbody,.stack tfoot{display:block}
.stack tr{display:grid;grid-auto-flow:dense;grid-template-columns:repeat(3,1fr);gap:6px 12px;padding:10px}
.stack th,.stack td{display:block;padding:0!important;text-align:left;border:0}
.stack tbody th,.stack tfoot th,.stack .wide,.stack .barred{grid-column:1/-1}
.stack tbody th{font-weight:650}
.stack .track{flex-basis:75%}
.stack td:empty{display:none}
.stack [data-label]:before{content:attr(data-label);display:block;color:var(--soft);font-size:12px;font-weight:400}
.stack th[data-label]:before{display:inline;padding-right:.4em}
.stack tfoot tr{border-top:2px solid var(--soft)}
}
@page{size:A4;margin:14mm}
@media print{
body{background:none;font-size:9.5pt}main{max-width:none;padding:0}
h1{font-size:18pt}h2{font-size:12pt}section,footer{margin-top:14pt}
table{font-size:8pt}th,td{padding:2.5pt 4pt}thead th{font-size:7.5pt}
.crowded table{font-size:7.2pt}.crowded thead th{font-size:6.5pt}.crowded th,.crowded td{padding:2.5pt 2pt}.crowded td.barred{min-width:76px}.crowded tbody th.text{min-width:6em}.crowded .barred>div{gap:3px}
td.wide{min-width:10em}
tfoot{display:table-row-group}
.tiles{grid-template-columns:repeat(var(--slim),1fr);gap:6pt;margin-top:12pt}.tile{padding:4pt 7pt 6pt}.tile dd{font-size:17pt;line-height:22pt}.tile dd.mid{font-size:15pt}.tile dd.long{font-size:11pt}.charts{grid-template-columns:1fr 1fr}.tile dt{font-size:8pt}
.beside>.data{grid-area:2/1}.beside>.charts{grid-area:2/2}.remark{font-size:8pt}figcaption{font-size:9pt}
}
)";

// Series of charts: c1, c2, … of the palette, or a mood; as a bar and as a line.
std::string chart_colours() {
  std::string rules;
  for (const auto& [name, colour] : {std::pair{"c1", "c1"},
                                     {"c2", "c2"},
                                     {"c3", "c3"},
                                     {"c4", "c4"},
                                     {"c5", "c5"},
                                     {"c6", "c6"},
                                     {"good", "g"},
                                     {"warning", "w"},
                                     {"alarm", "a"},
                                     {"faint", "c6"}})
    rules += fmt::format(".bar.{0},.dot.{0}{{fill:var(--{1})}}.line.{0}{{stroke:var(--{1})}}", name, colour);
  return rules + ".second{opacity:.55}\n";
}

std::string mood_class(Cell::Mood mood) {
  static constexpr const char* names[] = {"", "good", "warning", "alarm", "faint"};
  return names[static_cast<std::size_t>(mood)];
}

/// ` class="…"`, or nothing where there is none to name.
std::string class_attribute(std::initializer_list<std::string> names) {
  std::string list;
  for (const std::string& name : names)
    if (!name.empty()) list += (list.empty() ? "" : " ") + name;
  return list.empty() ? "" : " class=\"" + list + '"';
}

std::string paragraph(const char* css, std::string_view text) {
  if (text.empty()) return "";
  return fmt::format("<p class=\"{}\">{}</p>\n", css, escaped(text));
}

std::string paragraphs(const char* css, const std::vector<std::string>& texts) {
  std::string markup;
  for (const std::string& text : texts) markup += paragraph(css, text);
  return markup;
}

constexpr const char* no_break = "\xc2\xa0";

bool is_marked(const std::string& text, Cell::Mood mood) { return mood == Cell::Mood::alarm && !text.empty(); }

// ---- tables

/// A section's table as it is shown: which columns, and what is drawn into them.
struct Table {
  const Section& section;
  const Style& style;
  std::vector<std::size_t> columns = {};  ///< those that are for people
  double longest_bar = 0;                 ///< the value that a whole bar stands for
};

/// What a bar is as long as; nullopt for what is no figure.
std::optional<double> bar_value(const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell.value)) return static_cast<double>(*number);
  const auto* share = std::get_if<Share>(&cell.value);
  if (share == nullptr || share->whole <= 0) return std::nullopt;
  return static_cast<double>(share->part) / static_cast<double>(share->whole);
}

const Cell& cell_at(const Row& row, std::size_t column) {
  static const Cell nothing;
  return column < row.size() ? row[column] : nothing;
}

/// Shares have the same measure, the whole; counts that of the largest among them.
double longest_bar(const Section& section) {
  double longest = 0;
  if (!section.bar) return longest;
  for (const Row& row : section.rows) {
    const Cell& cell = cell_at(row, *section.bar);
    if (std::holds_alternative<Share>(cell.value)) return 1;
    longest = std::max(longest, bar_value(cell).value_or(0));
  }
  return longest;
}

Table table_of(const Section& section, const Style& style) {
  Table table{section, style, {}, longest_bar(section)};
  for (std::size_t i = 0; i < section.columns.size(); ++i)
    if (section.columns[i].shown) table.columns.push_back(i);
  return table;
}

bool has_bar(const Table& table, std::size_t column) { return table.section.bar == column && table.longest_bar > 0; }

std::string column_class(const Table& table, std::size_t column) {
  static constexpr const char* kinds[] = {"text", "number", "text wide"};
  const char* kind = kinds[static_cast<std::size_t>(table.section.columns[column].kind)];
  return has_bar(table, column) ? fmt::format("{} barred", kind) : kind;
}

std::string with_bar(const Table& table, const Cell& cell, const std::string& content) {
  const auto value = bar_value(cell);
  if (!value) return content;
  const double percent = std::clamp(100 * *value / table.longest_bar, 0.0, 100.0);
  return fmt::format(R"(<div><span class="track"><i style="width:{:.1f}%"></i></span><span>{}</span></div>)", percent,
                     content);
}

/// Never by colour alone: what is alarming has a mark on grey paper too; before a number, so that digits stay in line.
std::string content_of(const Cell& cell, Column::Kind kind, const Style& style) {
  const std::string text = text::cut_to_width(shown(cell, style), longest_cell, "…");
  if (!is_marked(text, cell.mood)) return escaped(text);
  return escaped(kind == Column::Kind::number ? std::string("!") + no_break + text : text + no_break + "!");
}

/// Words are broken only where there is one that is longer than any of ours.
bool has_endless_word(std::string_view text) {
  for (std::size_t end; !text.empty(); text.remove_prefix(end)) {
    end = std::min(text.find(' '), text.size());
    if (end > longest_word) return true;
    end = std::min(end + 1, text.size());
  }
  return false;
}

/// Codes and numbers that a browser would break: "B-803", "06 39 98 44 80".
bool is_code(std::string_view text) {
  if (text.size() > longest_word) return false;
  const bool is_digits = text.find_first_not_of("0123456789 +.-/") == std::string_view::npos;
  return text.find(' ') == std::string_view::npos ? text.find('-') != std::string_view::npos : is_digits;
}

/// What is one thing to the eye stays on one line; numbers do anyway.
std::string breaking_class(const Cell& cell, Column::Kind kind, const std::string& content) {
  if (has_endless_word(content)) return "loose";
  if (kind != Column::Kind::text) return "";
  return std::holds_alternative<Instant>(cell.value) || is_code(content) ? "keep" : "";
}

/// A cell of the body or the last line. The first one names its row; on a phone each says what column it is of.
std::string cell_markup(const Table& table, const Row& row, std::size_t column, bool is_total) {
  const Cell& cell = cell_at(row, column);
  const bool is_name = column == table.columns.front();
  const Column::Kind kind = table.section.columns[column].kind;
  const std::string content = content_of(cell, kind, table.style);
  const std::string title = escaped(text::tr(table.section.columns[column].title));
  const bool is_text_name = is_name && kind != Column::Kind::number;
  return fmt::format(
      "<{0}{1}{2}{3}>{4}</{0}>", is_name ? "th" : "td", is_name ? " scope=\"row\"" : "",
      class_attribute({column_class(table, column), mood_class(cell.mood), breaking_class(cell, kind, content)}),
      is_text_name || title.empty() ? "" : " data-label=\"" + title + '"',
      has_bar(table, column) && !is_total ? with_bar(table, cell, content) : content);
}

std::string row_markup(const Table& table, const Row& row, bool is_total) {
  std::string markup = "<tr>";
  for (const std::size_t column : table.columns) markup += cell_markup(table, row, column, is_total);
  return markup + "</tr>\n";
}

std::string head_markup(const Table& table) {
  std::string markup = "<thead><tr>";
  for (const std::size_t column : table.columns)
    markup += fmt::format("<th scope=\"col\"{}>{}</th>", class_attribute({column_class(table, column)}),
                          escaped(text::tr(table.section.columns[column].title)));
  return markup + "</tr></thead>\n";
}

std::string table_markup(const Table& table, const std::string& heading) {
  std::string markup = fmt::format("<table aria-labelledby=\"{}\">\n", heading) + head_markup(table) + "<tbody>\n";
  for (const Row& row : table.section.rows) markup += row_markup(table, row, false);
  markup += "</tbody>\n";
  if (table.section.total) markup += "<tfoot>" + row_markup(table, *table.section.total, true) + "</tfoot>\n";
  return markup + "</table>\n";
}

// ---- sections

std::string charts_markup(const Section& section, const Style& style) {
  if (section.charts.empty()) return "";
  std::string markup = "<div class=\"charts\">\n";
  for (const Chart& chart : section.charts)
    markup += fmt::format("<figure><figcaption>{}</figcaption>{}</figure>\n", escaped(chart.title), svg(chart, style));
  return markup + "</div>\n";
}

/// Charts alone are a section too; a table without rows is one when there is a sentence for it.
bool is_shown(const Section& section) {
  if (!section.rows.empty() || !section.if_empty.empty()) return true;
  return section.columns.empty() && !section.charts.empty();
}

std::string section_class(const Table& table) {
  const std::size_t columns = table.columns.size();
  const bool is_beside = !table.section.charts.empty() && columns > 0 && columns <= narrow_table;
  return class_attribute({columns > narrow_table ? "stack" : "", columns >= crowded_table ? "crowded" : "",
                          table.section.rows.size() <= short_table ? "short" : "",
                          is_beside                 ? "beside"
                          : columns <= narrow_table ? "few"
                                                    : ""});
}

std::string section_body(const Table& table, const std::string& heading) {
  const Section& section = table.section;
  const std::string remarks = paragraphs("remark", section.remarks);
  if (section.columns.empty()) return charts_markup(section, table.style) + remarks;
  if (section.rows.empty()) return paragraph("none", section.if_empty) + remarks;
  return charts_markup(section, table.style) + "<div class=\"data\">\n" + table_markup(table, heading) + remarks +
         "</div>\n";
}

std::string section_markup(const Section& section, std::size_t number, const Style& style) {
  if (!is_shown(section)) return "";
  const Table table = table_of(section, style);
  const std::string heading = fmt::format("s{}", number);
  return fmt::format("<section{} aria-labelledby=\"{}\">\n<h2 id=\"{}\">{}</h2>\n", section_class(table), heading,
                     heading, escaped(section.title)) +
         section_body(table, heading) + "</section>\n";
}

// ---- the page

/// Whole numbers are counts here, never ids: they are set apart by thousands.
std::string headline_value(const Cell& cell, const Style& style) {
  const auto* number = std::get_if<std::int64_t>(&cell.value);
  const std::string value = number != nullptr ? grouped(*number) : shown(cell, style);
  return value.empty() ? "–" : value;
}

std::string tile(const Headline& headline, const Style& style) {
  const std::string mood = mood_class(headline.value.mood);
  std::string value = headline_value(headline.value, style);
  if (is_marked(value, headline.value.mood)) value += std::string(no_break) + "!";
  const int width = text::display_width(value);
  return fmt::format("<div{}><dt>{}</dt><dd{}>{}</dd></div>\n", class_attribute({"tile", mood}),
                     escaped(headline.label),
                     class_attribute({width > 9   ? "long"
                                      : width > 5 ? "mid"
                                                  : "",
                                      mood}),
                     escaped(value));
}

/// Rows of about the same length: nine are five and four rather than seven and two.
std::size_t tiles_across(std::size_t count, std::size_t most) {
  const std::size_t rows = (count + most - 1) / most;
  return std::max<std::size_t>(4, (count + rows - 1) / rows);
}

std::string tiles(const Report& report, const Style& style) {
  if (report.headlines.empty()) return "";
  const std::size_t count = report.headlines.size();
  std::string markup = fmt::format("<dl class=\"tiles\" style=\"--wide:{};--slim:{}\">\n", tiles_across(count, 7),
                                   tiles_across(count, 5));
  for (const Headline& headline : report.headlines) markup += tile(headline, style);
  return markup + "</dl>\n";
}

/// "lundi 9 mars 2026 à 06:00": on paper, with its year.
std::string moment(Instant instant, const Zone& zone) {
  const LocalDay day = std::chrono::floor<std::chrono::days>(zone.local(instant));
  const LocalDay no_day_of_ours{};
  return text::tr(N_("{0} at {1}"), text::day_name(day, no_day_of_ours), text::minute(instant, zone).substr(11));
}

/// "1 to 31 March 2026 · as of Tuesday 31 March 2026 at 18:00".
std::string circumstances(const Report& report, const Style& style) {
  const std::string as_of = text::tr(N_("as of {0}"), moment(report.as_of, style.zone));
  return report.period.empty() ? as_of : report.period + " · " + as_of;
}

std::string page_header(const Report& report, const Style& style) {
  const std::string filter = report.filter.empty() ? "" : text::tr(N_("Filter: {0}"), report.filter);
  return "<header>\n" + paragraph("landlord", report.landlord) + fmt::format("<h1>{}</h1>\n", escaped(report.title)) +
         paragraph("about", circumstances(report, style)) + paragraph("about", filter) + "</header>\n";
}

std::string page_footer(const Report& report, const Style& style) {
  return "<footer>\n" + paragraphs("remark", report.remarks) +
         paragraph("remark", text::tr(N_("Made by regie on {0}."), moment(report.made_at, style.zone))) + "</footer>\n";
}

/// No script and nothing from elsewhere: even if a text got through as markup, a browser would do nothing for it.
std::string page_head(const Report& report) {
  const std::string title = report.landlord.empty() ? report.title : report.title + " · " + report.landlord;
  return "<head>\n<meta charset=\"utf-8\"/>\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
         "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
         "<meta name=\"format-detection\" content=\"telephone=no, date=no, address=no\"/>\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n" +
         fmt::format("<title>{}</title>\n<style>{}{}</style>\n</head>\n", escaped(title), style_sheet, chart_colours());
}

}  // namespace

std::string html_page(const Report& report, const Style& style) {
  std::string page = fmt::format("<!DOCTYPE html>\n<html lang=\"{}\">\n", escaped(text::language())) +
                     page_head(report) + "<body>\n<main>\n" + page_header(report, style) + tiles(report, style);
  for (std::size_t i = 0; i < report.sections.size(); ++i) page += section_markup(report.sections[i], i + 1, style);
  return page + page_footer(report, style) + "</main>\n</body>\n</html>\n";
}

}  // namespace regie::render
