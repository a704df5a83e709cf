#include "render/chart_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "render/chart_figures.hpp"
#include "render/grid.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::render {

namespace {

using Values = std::vector<std::optional<double>>;

constexpr std::size_t fewest_points = 8;  // fewer are no curve any more

std::vector<std::string> lines_of(const Grid& grid) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < grid.size(); ++i) lines.push_back(without_end_blanks(grid.line(i)));
  return lines;
}

// ---- curves, one line high

/// "min. 3, max. 40": not "3 to 40", which beside a falling curve would read as a rise.
std::string range(const Values& values, Chart::Unit unit, const Style& style) {
  const auto most = std::ranges::max_element(values);  // what is not known is less than any value
  if (most == values.end() || !*most) return "";
  double least = **most;
  for (const auto& value : values) least = std::min(least, value.value_or(least));
  const std::string low = amount(least, unit, style), high = amount(**most, unit, style);
  return low == high ? low : text::tr(N_("min. {0}, max. {1}"), low, high);
}

/// The mean of what is known.
std::optional<double> mean(Values::const_iterator begin, Values::const_iterator end) {
  double sum = 0;
  int known = 0;
  for (auto value = begin; value != end; ++value) {
    if (!*value) continue;
    sum += **value;
    ++known;
  }
  return known == 0 ? std::nullopt : std::optional(sum / known);
}

/// Neighbours become one point where there are more than `room`.
Values thinned(const Values& values, std::size_t room) {
  if (values.size() <= room) return values;
  Values fewer;
  const auto at = [&](std::size_t point) {
    return values.begin() + static_cast<std::ptrdiff_t>(point * values.size() / room);
  };
  for (std::size_t point = 0; point < room; ++point) fewer.push_back(mean(at(point), at(point + 1)));
  return fewer;
}

/// Heights count from zero: a curve that begins at the smallest value makes a fall of every wave. Only nothing is the
/// lowest of the eight levels, and only the largest the highest; what is not known is none.
std::size_t level(double value, double top) {
  if (value <= 0) return 0;
  return static_cast<std::size_t>(std::clamp(std::floor(value * 7 / top), 1.0, 7.0));
}

std::string sparkline(const Values& values, double top, const Style& style) {
  static constexpr std::array blocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  static constexpr std::string_view letters = " .:-=+*#";
  std::string line;
  for (const auto& value : values) {
    if (!value) line += style.utf8 ? "·" : "?";
    else if (style.utf8) line += blocks[level(*value, top)];
    else line += letters[level(*value, top)];
  }
  return style.utf8 ? line : '[' + line + ']';  // blanks at its ends are part of it
}

const std::vector<Column> curve_columns{{"name", "", Column::Kind::wide}, {"curve", ""}, {"range", ""}};

Grid curves(const Chart& chart, const Figures& figures, std::size_t points, const Style& style) {
  const bool alone = chart.series.size() == 1;  // then the title of the chart says what it is
  Grid grid(curve_columns, alone ? std::vector<std::size_t>{1, 2} : std::vector<std::size_t>{0, 1, 2}, style);
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const Values& values = figures.values[i];
    grid.add({Cell(chart.series[i].name),
              {sparkline(thinned(values, points), figures.largest, style), chart.series[i].mood},
              Cell(range(values, chart.unit, style))});
  }
  return grid;
}

std::vector<std::string> curve_lines(const Chart& chart, const Figures& figures, int room, const Style& style) {
  const std::size_t points = chart.labels.size();
  Grid grid = curves(chart, figures, points, style);
  if (style.width <= 0) return lines_of(grid);
  grid.squeeze(room);
  if (const int excess = grid.width() - room; excess > 0) {
    const auto kept = static_cast<std::int64_t>(points) - excess;
    grid = curves(chart, figures, static_cast<std::size_t>(std::max<std::int64_t>(kept, fewest_points)), style);
    grid.squeeze(room);
  }
  return lines_of(grid);
}

// ---- bars, one for each label and series

const std::vector<Column> bar_columns{
    {"label", "", Column::Kind::wide}, {"series", "", Column::Kind::wide}, {"value", "", Column::Kind::number}};

Grid bar_grid(const Chart& chart, const Figures& figures, const Style& style) {
  const bool alone = chart.series.size() == 1;
  Grid grid(bar_columns, alone ? std::vector<std::size_t>{0, 2} : std::vector<std::size_t>{0, 1, 2}, style);
  for (std::size_t label = 0; label < chart.labels.size(); ++label)
    for (std::size_t i = 0; i < chart.series.size(); ++i) {
      const auto& value = figures.values[i][label];
      grid.add({Cell(i == 0 ? chart.labels[label] : ""),  // a group says once what it is
                Cell(chart.series[i].name), Cell(value ? amount(*value, chart.unit, style) : "")});
    }
  return grid;
}

std::vector<std::string> bar_lines(const Chart& chart, const Figures& figures, int indent, const Style& style) {
  Grid grid = bar_grid(chart, figures, style);
  const int longest = fit_with_bars(grid, indent, style);
  if (longest == 0) return lines_of(grid);
  const double whole = chart.unit == Chart::Unit::percent ? 100 : figures.largest;
  constexpr std::int64_t fine = 10'000;  // steps of the longest bar
  std::vector<std::string> lines;
  for (std::size_t label = 0; label < chart.labels.size(); ++label)
    for (std::size_t i = 0; i < chart.series.size(); ++i) {
      const double value = std::min(figures.values[i][label].value_or(0), whole);
      const std::int64_t part = whole > 0 ? std::llround(std::ceil(value / whole * fine)) : 0;
      const std::string drawn = coloured(bar(part, fine, longest, style), chart.series[i].mood, style);
      lines.push_back(without_end_blanks(grid.line(lines.size()) + "  " + drawn));
    }
  return lines;
}

/// "Received a week: April to June"; a curve says there where it begins and ends.
std::string title_of(const Chart& chart) {
  const bool over_time = chart.kind == Chart::Kind::lines && chart.labels.size() > 1;
  const std::string span = over_time ? text::tr(N_("{0} to {1}"), chart.labels.front(), chart.labels.back()) : "";
  if (chart.title.empty() || span.empty()) return chart.title + span;
  return text::tr(N_("{0}: {1}"), chart.title, span);
}

}  // namespace

std::vector<std::string> chart_lines(const Chart& chart, int indent, const Style& style) {
  const Figures figures = figures_of(chart);
  if (figures.known == 0) return {};
  const int room = std::max(1, style.width - indent);
  std::vector<std::string> lines = chart.kind == Chart::Kind::lines ? curve_lines(chart, figures, room, style)
                                                                    : bar_lines(chart, figures, indent, style);
  if (std::string title = text::one_line(title_of(chart)); !title.empty()) {
    if (style.width > 0) title = text::cut_to_width(title, room, style.utf8 ? "…" : "...");
    lines.insert(lines.begin(), coloured(title, Cell::Mood::faint, style));
  }
  for (std::string& line : lines) line.insert(0, static_cast<std::size_t>(indent), ' ');
  return lines;
}

}  // namespace regie::render
