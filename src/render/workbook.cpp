#include "render/workbook.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::render {

namespace {

using Look = Workbook::Look;
using Value = Workbook::Value;

// What Excel allows ("Excel specifications and limits"); it counts text in units of UTF-16.
constexpr std::size_t most_rows = 1'048'576;
constexpr std::size_t longest_text = 32'767;
constexpr std::size_t longest_name = 31;
constexpr std::size_t longest_title = 255;
constexpr std::int64_t largest_whole = 999'999'999'999'999;  // fifteen digits; the sixteenth would become a 0

constexpr int widest = 60;                 // characters of a column
constexpr double untouched_column = 8.43;  // as Excel makes them
constexpr int most_lines = 8;              // of a row: what is longer is read in its cell

/// A character of UTF-8 that is known to be valid: its bytes, and its units in UTF-16.
struct Size {
  std::size_t bytes, units;
};
Size size_of(char first) {
  const auto lead = static_cast<unsigned char>(first);
  if (lead < 0x80) return {1, 1};
  if (lead < 0xe0) return {2, 1};
  if (lead < 0xf0) return {3, 1};
  return {4, 2};
}

/// At most so many units of UTF-16, no half characters.
std::string_view beginning(std::string_view text, std::size_t units) {
  std::size_t end = 0;
  for (std::size_t used = 0; end < text.size();) {
    const Size next = size_of(text[end]);
    if ((used += next.units) > units) break;
    end += next.bytes;
  }
  return text.substr(0, end);
}

/// U+FFFE and U+FFFF are characters of Unicode, but not of XML.
std::string xml_text(std::string text) {
  for (std::size_t at = 0; (at = text.find("\xef\xbf", at)) != std::string::npos; at += 3)
    if (text[at + 2] == '\xbe' || text[at + 2] == '\xbf') text[at + 2] = '\xbd';
  return text;
}

/// One line, for titles and names outside of cells.
std::string line_text(std::string_view text) {
  return std::string(beginning(xml_text(text::one_line(text)), longest_title));
}

bool is_hexadecimal(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// "_x0041_" in a file means "A".
bool is_escape(std::string_view text) {
  return text.size() >= 7 && text.starts_with("_x") && text[6] == '_' &&
         std::ranges::all_of(text.substr(2, 4), is_hexadecimal);
}

/// What stands in a cell: lines stay lines, what cannot be seen becomes visible.
std::string cell_text(std::string_view text) {
  const std::string shown = xml_text(text::shown(text));
  std::string result;
  std::size_t from = 0;
  for (std::size_t at = 0; (at = shown.find("_x", at)) != std::string::npos; ++at)
    if (is_escape(std::string_view(shown).substr(at))) {
      result.append(shown, from, at - from).append("_x005F");
      from = at;
    }
  result.append(shown, from);
  if (beginning(result, longest_text).size() == result.size()) return result;
  // An escape that is cut in two is text again, which does no harm.
  return std::string(beginning(result, longest_text - 1)) + "…";
}

double serial(Instant instant, const Zone& zone) {
  const LocalTime first{std::chrono::local_days{std::chrono::year{1899} / 12 / 30}};
  return static_cast<double>((zone.local(instant) - first).count()) / 86'400;
}

/// Excel shows no time below nothing: a column that has one is in hours.
bool has_negative_length(const Section& section, std::size_t column) {
  const auto is_negative = [column](const Row& row) {
    const auto* length = std::get_if<Length>(&row[column].value);
    return length != nullptr && length->seconds < 0;
  };
  return std::ranges::any_of(section.rows, is_negative) || (section.total && is_negative(*section.total));
}

Value value_of(const Cell& cell, const Style& style, bool in_hours = false) {
  struct ValueOf {
    const Cell& cell;
    const Style& style;
    bool in_hours;
    Value operator()(std::monostate) const { return {}; }
    Value operator()(const std::string& text) const { return {cell_text(text)}; }
    Value operator()(std::int64_t number) const {
      if (number > largest_whole || number < -largest_whole) return {std::to_string(number)};
      return {static_cast<double>(number), Look::whole};
    }
    Value operator()(bool flag) const { return {flag, Look::truth}; }
    Value operator()(Instant instant) const { return {serial(instant, style.zone), Look::moment}; }
    Value operator()(Money money) const { return {static_cast<double>(money.cents) / 100, Look::money}; }
    Value operator()(Share share) const {
      if (share.whole == 0) return {};
      return {static_cast<double>(share.part) / static_cast<double>(share.whole), Look::share};
    }
    Value operator()(Length length) const {
      const auto seconds = static_cast<double>(length.seconds);
      return in_hours ? Value{seconds / 3600, Look::hours} : Value{seconds / 86'400, Look::duration};
    }
    Value operator()(Tenths tenths) const { return {static_cast<double>(tenths.value) / 10, Look::tenths}; }
    Value operator()(Day day) const { return (*this)(day.begins); }
    Value operator()(const RawJson& raw) const { return {cell_text(raw.json)}; }
    Value operator()(const std::shared_ptr<Records>& records) const {
      return {static_cast<double>(records->size()), Look::whole};
    }
    Value operator()(const Coded&) const { return as_shown(); }
    Value operator()(const std::vector<std::string>&) const { return as_shown(); }
    Value operator()(const std::vector<std::int64_t>&) const { return as_shown(); }
    Value operator()(const std::shared_ptr<Record>&) const { return as_shown(); }
    Value as_shown() const { return {cell_text(shown(cell, style))}; }
  };
  Value value = std::visit(ValueOf{cell, style, in_hours}, cell.value);
  value.mood = cell.mood;
  return value;
}

/// Columns that the cell needs so that nothing of it is cut off; of a long text more than `widest`.
int width_of(const Value& value) {
  switch (value.look) {
    case Look::moment: return value.mood == Cell::Mood::alarm ? 18 : 16;  // 02/03/2026 09:00 !
    case Look::truth: return 6;                                           // FAUX
    case Look::share:
    case Look::tenths: return 7;
    case Look::hours:
    case Look::duration: return 9;
    case Look::money: {  // 1 234 567.89
      const auto whole = std::to_string(std::llround(std::abs(std::get<double>(value.value))));
      return static_cast<int>(whole.size() + (whole.size() - 1) / 3) + 4;
    }
    case Look::whole: return static_cast<int>(std::to_string(std::llround(std::get<double>(value.value))).size());
    case Look::text: break;
  }
  const auto* const text = std::get_if<std::string>(&value.value);
  if (text == nullptr) return 0;
  int longest = 0;
  for (std::size_t from = 0; from <= text->size() && longest <= widest;) {
    const std::size_t end = std::min(text->find('\n', from), text->size());
    const std::string_view line = std::string_view(*text).substr(from, end - from);
    longest = std::max(longest, text::display_width(beginning(line, 4 * widest)));
    from = end + 1;
  }
  return longest;
}

/// Not more than `most_lines`.
int lines_of(std::string_view text, int width) {
  const std::string_view seen = beginning(text, static_cast<std::size_t>(width * most_lines * 2));
  return std::min(static_cast<int>(text::wrap(seen, width).size()), most_lines);
}

/// Fits columns and rows to what stands in them.
void measure(Workbook::Sheet& sheet) {
  const auto each_row = [&](const auto& look_at) {
    std::ranges::for_each(sheet.rows, look_at);
    if (sheet.total) look_at(*sheet.total);
  };
  for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
    int longest = 0;
    each_row([&](const Workbook::Row& row) { longest = std::max(longest, width_of(row.values[i])); });
    const int title = text::display_width(sheet.columns[i].title) + 4;  // the button of the filter stands beside it
    sheet.columns[i].width = std::clamp(std::max(title, longest + 2), 9, widest);
  }
  each_row([&](Workbook::Row& row) {
    for (std::size_t i = 0; i < row.values.size(); ++i)
      if (const auto* text = std::get_if<std::string>(&row.values[i].value))
        row.lines = std::max(row.lines, lines_of(*text, static_cast<int>(sheet.columns[i].width) - 2));
  });
}

Workbook::Remark remark_of(const std::string& sentence, int width) {
  std::string text = cell_text(sentence);
  const int lines = lines_of(text, width);
  return {std::move(text), lines};
}

/// Below the table, across as many columns as make a line that can be read.
void add_remarks(Workbook::Sheet& sheet, const Section& section) {
  double width = 0;
  for (sheet.remark_columns = 0; width < Workbook::remark_width; ++sheet.remark_columns)
    width += sheet.remark_columns < sheet.columns.size() ? sheet.columns[sheet.remark_columns].width : untouched_column;
  for (const std::string& remark : section.remarks) sheet.remarks.push_back(remark_of(remark, static_cast<int>(width)));
}

/// Titles become names that Excel takes: few characters, some not at all, no two alike in whatever case.
class Names {
 public:
  std::string add(std::string_view title, std::string_view otherwise) {
    std::string base = allowed(title);
    if (base.empty()) base = allowed(otherwise);
    std::string name = base;
    for (int i = 2; !taken_.insert(text::fold(name)).second; ++i) {
      const std::string suffix = " (" + std::to_string(i) + ")";
      name = trimmed(std::string(beginning(base, longest_name - suffix.size()))) + suffix;
    }
    return name;
  }

 private:
  static std::string trimmed(std::string name) {
    name.erase(name.find_last_not_of(' ') + 1);
    return name.erase(0, std::min(name.find_first_not_of(' '), name.size()));
  }
  static std::string allowed(std::string_view title) {
    std::string name;
    for (const char c : line_text(title))
      if (std::string_view("[]:*?/\\").find(c) != std::string_view::npos) name += '-';
      else if (c == '\'') name += "’";  // allowed in the middle, but a nuisance in references
      else name += c;
    for (std::size_t at = 0; (at = name.find("_x", at)) != std::string::npos; ++at)
      if (is_escape(std::string_view(name).substr(at))) name[at] = '-';
    name = std::string(beginning(trimmed(std::move(name)), longest_name));
    // Of a question, or of what did not fit.
    for (bool again = true; std::exchange(again, false);)
      for (const std::string_view end : {" ", "-", "\u00a0", "\u202f"})
        if (name.ends_with(end)) name.resize(name.size() - end.size()), again = true;
    return trimmed(std::move(name));
  }

  /// Excel keeps these for itself.
  std::set<std::string> taken_{"history", "historique"};
};

std::string axis_title(Chart::Unit unit) {
  switch (unit) {
    case Chart::Unit::hours: return text::tr(N_("hours"));
    case Chart::Unit::days: return text::tr(N_("days"));
    case Chart::Unit::count:
    case Chart::Unit::percent: break;
  }
  return "";
}

Workbook::Diagram diagram_of(const Chart& chart) {
  Workbook::Diagram diagram{chart, axis_title(chart.unit)};
  diagram.chart.title = line_text(chart.title);
  for (std::string& label : diagram.chart.labels) label = cell_text(text::one_line(label));
  for (Chart::Series& series : diagram.chart.series) {
    series.name = cell_text(text::one_line(series.name.empty() ? chart.title : series.name));
    series.values.resize(chart.labels.size());
    for (auto& value : series.values) {
      if (value && !std::isfinite(*value)) value.reset();
      if (value && chart.unit == Chart::Unit::percent) value = *value / 100;
    }
  }
  return diagram;
}

void require_room(const Section& section) {
  std::size_t needed = 1 + section.rows.size();
  if (section.total) needed += 2;
  if (!section.remarks.empty()) needed += 1 + section.remarks.size();
  needed += section.charts.size() * Workbook::diagram_rows;
  if (needed > most_rows)
    throw Error(Trouble::refused, message(N_("'{0}' has {1} rows: a sheet of a workbook cannot have so many"),
                                          text::one_line(section.title), section.rows.size()))
        .hint(message(N_("write it with --format csv, or choose a shorter period")));
}

Workbook::Sheet sheet_of(const Section& section, std::string name, const Style& style) {
  Workbook::Sheet sheet{.name = std::move(name), .title = cell_text(text::one_line(section.title))};
  std::vector<bool> in_hours;
  for (std::size_t i = 0; i < section.columns.size(); ++i) {
    in_hours.push_back(has_negative_length(section, i));
    sheet.columns.push_back({.title = cell_text(text::one_line(text::tr(section.columns[i].title))),
                             .right = section.columns[i].kind == Column::Kind::number});
  }
  const auto row_of = [&](const Row& cells) {
    Workbook::Row row;
    row.values.reserve(sheet.columns.size());
    for (std::size_t i = 0; i < sheet.columns.size(); ++i) row.values.push_back(value_of(cells[i], style, in_hours[i]));
    return row;
  };
  sheet.rows.reserve(section.rows.size());
  for (const Row& row : section.rows) sheet.rows.push_back(row_of(row));
  if (section.total) sheet.total = row_of(*section.total);
  for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
    const bool has_length =
        std::ranges::any_of(section.rows, [i](const Row& row) { return std::holds_alternative<Length>(row[i].value); });
    // The same in every language of ours.
    if (has_length) sheet.columns[i].title += in_hours[i] ? " (h)" : " (h:min)";
  }
  sheet.bar = section.bar;
  for (const Chart& chart : section.charts)
    if (!chart.labels.empty() && !chart.series.empty()) sheet.diagrams.push_back(diagram_of(chart));
  measure(sheet);
  add_remarks(sheet, section);
  return sheet;
}

}  // namespace

Workbook workbook_of(const Report& report, const Style& style) {
  Workbook book;
  Names names;
  book.title = line_text(report.title);
  book.author = line_text(report.landlord);
  book.created = report.made_at.time_since_epoch().count();
  book.summary = names.add(text::tr(N_("Summary")), "regie");
  for (const std::string& line : {report.landlord, report.period, report.filter})
    if (!line.empty()) book.about.push_back(cell_text(text::one_line(line)));
  book.as_of_title = text::tr(N_("As of"));
  book.as_of = value_of(Cell{Cell::Value{report.as_of}}, style);
  for (const Headline& headline : report.headlines) {
    const auto& [value, label] =
        book.headlines.emplace_back(value_of(headline.value, style), cell_text(text::one_line(headline.label)));
    book.headline_width = std::max<double>(book.headline_width, std::min(width_of(value), widest));
  }
  book.sheet_title = text::tr(N_("Sheet"));
  book.rows_title = text::tr(N_("Rows"));

  // The names of our own sheets are taken before those of sections, of which we know nothing.
  const std::string data = names.add(text::tr(N_("Chart data")), "data");
  for (const Section& section : report.sections) {
    if (section.rows.empty() || section.columns.empty()) {
      if (!section.if_empty.empty()) book.remarks.push_back(remark_of(section.if_empty, Workbook::remark_width));
      for (const std::string& remark : section.remarks)
        book.remarks.push_back(remark_of(remark, Workbook::remark_width));
      continue;
    }
    require_room(section);
    book.sheets.push_back(sheet_of(section, names.add(section.title, section.key), style));
    if (!book.sheets.back().diagrams.empty()) book.data = data;
  }
  for (const std::string& remark : report.remarks) book.remarks.push_back(remark_of(remark, Workbook::remark_width));
  return book;
}

}  // namespace regie::render
