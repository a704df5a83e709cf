#include <algorithm>
#include <limits>
#include <map>

#include "render/chart_text.hpp"
#include "render/grid.hpp"
#include "render/markdown.hpp"
#include "render/report.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::render {

namespace {

using text::one_line;

// What people read: on a terminal and in Markdown.

/// Nothing under a title would look like a mistake of ours.
bool has_table(const Section& section) { return !section.rows.empty() || !section.if_empty.empty(); }

/// Charts of what is not there are not drawn; charts without any table are.
bool has_charts(const Section& section) {
  return !section.charts.empty() && (!section.rows.empty() || section.columns.empty());
}

std::vector<std::size_t> shown_columns(const Section& section) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < section.columns.size(); ++i)
    if (section.columns[i].shown) chosen.push_back(i);
  return chosen;
}

/// Whose report, about when, and how things stood when.
std::vector<std::string> circumstances(const Report& report, const Style& style) {
  std::vector<std::string> parts;
  for (const std::string& part :
       {report.landlord, report.period, text::tr(N_("as of {0}"), text::brief(report.as_of, style.now, style.zone))})
    if (!part.empty()) parts.push_back(one_line(part));
  return parts;
}

/// "Val d'Orle Habitat · 1 to 31 March 2026 · as of 31/03 18:00", broken between its parts where it is too long.
std::vector<std::string> side_by_side(const std::vector<std::string>& parts, int width, const Style& style) {
  std::vector<std::string> lines;
  for (const std::string& part : parts) {
    const std::string longer = lines.empty() ? "" : lines.back() + (style.utf8 ? " · " : " - ") + part;
    if (!lines.empty() && text::display_width(longer) <= width) lines.back() = longer;
    else lines.push_back(part);
  }
  return lines;
}

std::string filter_line(const Report& report) {
  return report.filter.empty() ? "" : text::tr(N_("Filter: {0}"), one_line(report.filter));
}

/// A headline says something even where there is nothing to take a share of.
std::string headline_value(const Headline& headline, const Style& style) {
  const std::string value = shown_marked(headline.value, style);
  return !value.empty() ? value : style.utf8 ? "–" : "-";
}

/// How long the bar of a cell is, part of whole; counts are compared with the largest of their column.
struct Proportion {
  std::int64_t part = 0, whole = 0;
};

Proportion proportion(const Row& row, std::size_t column, std::int64_t largest) {
  if (column >= row.size()) return {};
  if (const auto* count = std::get_if<std::int64_t>(&row[column].value)) return {*count, largest};
  if (const auto* share = std::get_if<Share>(&row[column].value)) return {share->part, share->whole};
  return {};
}

class Terminal {
 public:
  Terminal(const Style& style, const Sink& sink) : style_(style), sink_(sink) {}

  void write(const Report& report) {
    prose(report.title, 0, [this](const std::string& text) { return bold(text); });
    for (const std::string& part : side_by_side(circumstances(report, style_), text_width(), style_)) prose(part, 0);
    prose(filter_line(report), 0);
    headlines(report.headlines);
    for (const Section& one : report.sections)
      if (has_table(one) || has_charts(one)) section(one);
    if (!report.remarks.empty()) line("");
    remarks(report.remarks);
  }

 private:
  using Colour = std::function<std::string(const std::string&)>;

  void line(const std::string& text) { sink_(text + '\n'); }

  std::string bold(const std::string& text) const { return style_.colour ? "\x1b[1m" + text + "\x1b[0m" : text; }

  /// Sentences are for reading: on a wide page they break all the same.
  int text_width() const { return style_.width > 0 ? style_.width : 100; }

  void prose(
      const std::string& text, int indent, const Colour& colour = [](const std::string& same) { return same; }) {
    if (text.empty()) return;
    for (const std::string& part : text::wrap(one_line(text), text_width() - indent))
      line(std::string(static_cast<std::size_t>(indent), ' ') + colour(part));
  }

  void remarks(const std::vector<std::string>& remarks) {
    for (const std::string& remark : remarks)
      prose(remark, 2, [this](const std::string& text) { return coloured(text, Cell::Mood::faint, style_); });
  }

  void headlines(const std::vector<Headline>& headlines) {
    if (headlines.empty()) return;
    line("");
    int widest = 0;
    for (const Headline& one : headlines) widest = std::max(widest, text::display_width(headline_value(one, style_)));
    for (const Headline& one : headlines) headline(one, widest + 2);
  }

  /// The value ends at column `column`, and what does not fit behind it goes on below its label.
  void headline(const Headline& headline, int column) {
    std::string value = headline_value(headline, style_);
    for (const std::string& part : text::wrap(one_line(headline.label), text_width() - column - 2)) {
      const int blanks = column - text::display_width(value);
      line(std::string(static_cast<std::size_t>(blanks), ' ') +
           coloured(value + "  " + part, headline.value.mood, style_));
      value.clear();
    }
  }

  void section(const Section& section) {
    line("");
    prose(section.title, 0, [this](const std::string& text) { return bold(text); });
    if (section.rows.empty()) prose(section.if_empty, 0);
    else table(section);
    remarks(section.remarks);
    if (has_charts(section)) charts(section.charts);
  }

  void charts(const std::vector<Chart>& charts) {
    for (const Chart& chart : charts) {
      const std::vector<std::string> lines = chart_lines(chart, 2, style_);
      if (!lines.empty()) line("");
      for (const std::string& drawn : lines) line(drawn);
    }
  }

  struct Fitted {
    Grid grid;
    int room;                      ///< for bars
    std::vector<std::string> out;  ///< titles of columns for which there was none
  };

  Fitted fitted(const Section& section) const {
    std::vector<std::size_t> columns = shown_columns(section);
    std::vector<std::string> out;
    for (;;) {
      Grid grid(section.columns, columns, style_);
      for (const Row& row : section.rows) grid.add(row);
      if (section.total) grid.add(*section.total);
      int room = 0;
      if (section.bar) room = fit_with_bars(grid, 0, style_);
      else fit(grid, 0, style_);
      const auto next =
          std::ranges::find_if(columns, [&](std::size_t column) { return section.columns[column].expendable; });
      if (style_.width <= 0 || grid.width() <= style_.width) return {std::move(grid), room, std::move(out)};
      if (next == columns.end()) {
        grid.move_together();
        return {std::move(grid), room, std::move(out)};
      }
      out.push_back(text::tr(section.columns[*next].title));
      columns.erase(next);
    }
  }

  void table(const Section& section) {
    const auto [grid, room, out] = fitted(section);
    for (const std::string& titles : grid.header()) line(titles);
    const std::int64_t largest = largest_count(section);
    for (std::size_t i = 0; i < section.rows.size(); ++i)
      line(without_end_blanks(grid.line(i) + bar_of(section, section.rows[i], largest, room)));
    if (section.total) {
      rule(grid.width());
      // The bar of a total count would be longer than there is room for; that of a share is as good as any.
      line(without_end_blanks(grid.line(section.rows.size()) + bar_of(section, *section.total, 0, room)));
    }
    if (out.empty()) return;
    std::string titles;
    for (const std::string& title : out) titles += (titles.empty() ? "" : ", ") + title;
    remarks({text::tr(N_("No room here for: {0}."), titles)});
  }

  void rule(int width) {
    std::string rule;
    for (int i = 0; i < width; ++i) rule += style_.utf8 ? "─" : "-";
    line(coloured(rule, Cell::Mood::faint, style_));
  }

  static std::int64_t largest_count(const Section& section) {
    std::int64_t largest = 0;
    if (section.bar)
      for (const Row& row : section.rows) largest = std::max(largest, proportion(row, *section.bar, 0).part);
    return largest;
  }

  std::string bar_of(const Section& section, const Row& row, std::int64_t largest, int room) const {
    if (!section.bar || room == 0) return "";
    const auto [part, whole] = proportion(row, *section.bar, largest);
    const std::string drawn = bar(std::min(part, whole), whole, room, style_);
    return drawn.empty() ? "" : "  " + coloured(drawn, row[*section.bar].mood, style_);
  }

  const Style& style_;
  const Sink& sink_;
};

class Markdown {
 public:
  Markdown(const Style& style, const Sink& sink) : style_(style), sink_(sink) {}

  void write(const Report& report) {
    title("# ", report.title);
    const auto about = side_by_side(circumstances(report, style_), std::numeric_limits<int>::max(), style_);
    block("**" + markdown(about.front()) + "**\n");
    paragraph(filter_line(report));
    headlines(report.headlines);
    for (const Section& one : report.sections)
      if (has_table(one)) section(one);
    if (!report.remarks.empty()) block("---\n");  // they belong to all sections, not to the last
    for (const std::string& remark : report.remarks) paragraph(remark);
  }

 private:
  void block(const std::string& lines) {
    if (started_) sink_("\n");
    started_ = true;
    sink_(lines);
  }

  void title(const std::string& sign, const std::string& text) { block(sign + markdown(one_line(text)) + '\n'); }

  void paragraph(const std::string& text) {
    if (!text.empty()) block(markdown_paragraph(one_line(text)) + '\n');
  }

  void headlines(const std::vector<Headline>& headlines) {
    std::string list;
    for (const Headline& one : headlines)
      list += "- **" + markdown(headline_value(one, style_)) + "** " + markdown(one_line(one.label)) + '\n';
    if (!list.empty()) block(list);
  }

  void section(const Section& section) {
    title("## ", section.title);
    if (section.rows.empty()) paragraph(section.if_empty);
    else table(section);
    for (const std::string& remark : section.remarks) paragraph(remark);
  }

  void table(const Section& section) {
    block("");
    const auto writer = make_writer(Format::md, "", section.columns, {}, style_, sink_);
    const auto add = [&](Row row) {
      row.resize(section.columns.size());
      writer->row(std::move(row));
    };
    for (const Row& row : section.rows) add(row);
    if (section.total) add(*section.total);
    writer->finish();
  }

  const Style& style_;
  const Sink& sink_;
  bool started_ = false;
};

// What scripts read.

const std::string headlines_key = "headlines";  // the section they make where all is rows

/// CSV and TSV: all sections in one table, whose columns are those of all, each where it comes first.
class Sheet {
 public:
  Sheet(const Report& report, Format format, const Style& style, const Sink& sink) : report_(report) {
    place({"section", ""});
    if (!report.headlines.empty()) {
      place(key_column);
      place(value_column);
    }
    for (const Section& section : report.sections)
      for (const Column& column : section.columns) place(column);
    writer_ = make_writer(format, "", columns_, {}, style, sink);
  }

  void write() {
    for (const Headline& headline : report_.headlines)
      add(headlines_key, {key_column, value_column}, {Cell(headline.key), headline.value});
    for (const Section& section : report_.sections) {
      // Without totals: whoever adds up a column must not count everything twice.
      for (const Row& row : section.rows) add(section.key, section.columns, row);
    }
    writer_->finish();
  }

 private:
  static constexpr Column key_column{"key", ""}, value_column{"value", ""};

  void place(const Column& column) {
    if (places_.emplace(column.key, columns_.size()).second) columns_.push_back(column);
  }

  void add(const std::string& section, const std::vector<Column>& columns, const Row& cells) {
    Row row(columns_.size());
    for (std::size_t i = 0; i < std::min(columns.size(), cells.size()); ++i) row[places_.at(columns[i].key)] = cells[i];
    row.front() = Cell(section);
    writer_->row(std::move(row));
  }

  const Report& report_;
  std::vector<Column> columns_;
  std::map<std::string_view, std::size_t> places_;
  std::unique_ptr<Writer> writer_;
};

Cell inner(Record record) { return {Cell::Value(std::make_shared<Record>(std::move(record)))}; }

/// One JSON object.
std::string object(Record record, const Style& style) { return plain(inner(std::move(record)), style); }

void append_cells(Record& record, const Section& section, const Row& row) {
  for (std::size_t i = 0; i < section.columns.size(); ++i)
    record.emplace_back(section.columns[i].key, i < row.size() ? row[i] : Cell());
}

Record record_of(const Section& section, const Row& row) {
  Record record;
  append_cells(record, section, row);
  return record;
}

/// All that is said before the sections.
Record envelope(const Report& report) {
  Record filters, headlines;
  for (const auto& [option, value] : report.filters) filters.emplace_back(option, Cell(Cell::Value(value)));
  for (const Headline& headline : report.headlines) headlines.emplace_back(headline.key, headline.value);
  return {{"schema", Cell("regie.report." + report.name + "/1")},
          {"report", Cell(report.name)},
          {"from", Cell(report.from)},
          {"before", Cell(report.before)},
          {"as_of", Cell(Cell::Value(report.as_of))},
          {"made_at", Cell(Cell::Value(report.made_at))},
          {"filters", inner(std::move(filters))},
          {"headlines", inner(std::move(headlines))}};
}

void write_json_section(const Section& section, const Style& style, const Sink& sink) {
  sink('"' + section.key + "\":{\"rows\":[");
  bool first = true;
  for (const Row& row : section.rows) {
    sink((first ? "\n" : ",\n") + object(record_of(section, row), style));
    first = false;
  }
  sink(std::string(first ? "" : "\n") +
       "],\"total\":" + (section.total ? object(record_of(section, *section.total), style) : "null") + '}');
}

void write_json_report(const Report& report, const Style& style, const Sink& sink) {
  std::string head = object(envelope(report), style);
  head.pop_back();  // its brace: the sections follow row by row
  sink(head + ",\"sections\":{");
  bool first = true;
  for (const Section& section : report.sections) {
    sink(first ? "\n" : ",\n");
    write_json_section(section, style, sink);
    first = false;
  }
  sink("}}\n");
}

void write_json_lines(const Report& report, const Style& style, const Sink& sink) {
  for (const Headline& headline : report.headlines)
    sink(object({{"section", Cell(headlines_key)}, {"key", Cell(headline.key)}, {"value", headline.value}}, style) +
         '\n');
  for (const Section& section : report.sections) {
    for (const Row& row : section.rows) {
      Record line{{"section", Cell(section.key)}};
      append_cells(line, section, row);
      sink(object(std::move(line), style) + '\n');
    }
    // Of another form than the rows: who adds up a column must not meet its sum in it.
    if (section.total)
      sink(object({{"section", Cell(section.key)}, {"total", inner(record_of(section, *section.total))}}, style) +
           '\n');
  }
}

}  // namespace

void write_report(const Report& report, Format format, const Style& style, const Sink& sink) {
  switch (format) {
    case Format::table: return Terminal(style, sink).write(report);
    case Format::md: return Markdown(style, sink).write(report);
    case Format::csv:
    case Format::tsv: return Sheet(report, format, style, sink).write();
    case Format::json: return write_json_report(report, style, sink);
    case Format::jsonl: return write_json_lines(report, style, sink);
  }
}

}  // namespace regie::render
