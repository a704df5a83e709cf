#include "render/xlsx/diagrams.hpp"

#include <algorithm>
#include <array>

namespace regie::render {

namespace {

// The library's charts are 480 by 288 pixels; so they fit into Workbook::diagram_rows.
constexpr double x_scale = 1.5;
constexpr double y_scale = 1.11;
constexpr std::size_t most_labelled = 12;  // bars with their value above them

/// Told apart by those who see some colours alike, too (Okabe and Ito).
constexpr std::array<lxw_color_t, 6> colours{0x0072B2, 0xE69F00, 0x009E73, 0xCC79A7, 0x56B4E9, 0xD55E00};
constexpr std::array markers{LXW_CHART_MARKER_CIRCLE, LXW_CHART_MARKER_SQUARE, LXW_CHART_MARKER_DIAMOND,
                             LXW_CHART_MARKER_TRIANGLE};

lxw_color_t colour_of(Cell::Mood mood, std::size_t at) {
  switch (mood) {
    case Cell::Mood::good: return 0x2E8B57;
    case Cell::Mood::warning: return 0xE69F00;
    case Cell::Mood::alarm: return 0xC0392B;
    case Cell::Mood::faint: return 0xA6A6A6;
    case Cell::Mood::plain: break;
  }
  return colours[at % colours.size()];
}

lxw_chart_type type_of(Chart::Kind kind) {
  switch (kind) {
    case Chart::Kind::stacked: return LXW_CHART_COLUMN_STACKED;
    case Chart::Kind::lines: return LXW_CHART_LINE;
    case Chart::Kind::bars: break;
  }
  return LXW_CHART_COLUMN;
}

/// The lowest and highest that is drawn; series that are stacked add up.
struct Range {
  double lowest = 0;
  double highest = 0;
};
Range range_of(const Chart& chart) {
  Range range;
  for (std::size_t label = 0; label < chart.labels.size(); ++label) {
    double sum = 0;
    for (const Chart::Series& series : chart.series) {
      const double value = series.values[label].value_or(0);
      sum = chart.kind == Chart::Kind::stacked ? sum + value : value;
      range.lowest = std::min(range.lowest, sum);
      range.highest = std::max(range.highest, sum);
    }
  }
  return range;
}

}  // namespace

Diagrams::Diagrams(lxw_workbook* book, const std::string& data_name, lxw_worksheet* data, Formats& formats,
                   Failures& failures)
    : book_(book), data_name_(data_name), data_(data), formats_(formats), failures_(failures) {
  failures_.note(worksheet_set_column(data_, 0, 0, 30, nullptr));
  failures_.note(worksheet_set_column(data_, 1, 25, 16, nullptr));
}

lxw_format* Diagrams::figures_of(Chart::Unit unit) {
  switch (unit) {
    case Chart::Unit::count: return formats_.of({0.0, Workbook::Look::whole}, {.right = true});
    case Chart::Unit::percent: return formats_.of({0.0, Workbook::Look::share}, {.right = true});
    case Chart::Unit::hours:
    case Chart::Unit::days: break;
  }
  return formats_.figure;
}

void Diagrams::write_data(const Workbook::Diagram& diagram) {
  const Chart& chart = diagram.chart;
  failures_.note(worksheet_write_string(data_, row_number(next_row_), 0, chart.title.c_str(), formats_.caption));
  first_row_ = next_row_ + 1;
  lxw_format* const numbers = figures_of(chart.unit);
  lxw_format* const title = formats_.title_of({.right = true});
  failures_.note(worksheet_write_blank(data_, row_number(first_row_), 0, title));
  for (std::size_t i = 0; i < chart.series.size(); ++i)
    failures_.note(worksheet_write_string(data_, row_number(first_row_), column_number(i + 1),
                                          chart.series[i].name.c_str(), title));
  for (std::size_t label = 0; label < chart.labels.size(); ++label) {
    const lxw_row_t row = row_number(first_row_ + 1 + label);
    failures_.note(worksheet_write_string(data_, row, 0, chart.labels[label].c_str(), nullptr));
    // What is not known stays an empty cell: a gap, not a nought.
    for (std::size_t i = 0; i < chart.series.size(); ++i)
      if (const auto value = chart.series[i].values[label])
        failures_.note(worksheet_write_number(data_, row, column_number(i + 1), *value, numbers));
  }
  next_row_ = first_row_ + chart.labels.size() + 2;
}

void Diagrams::add_series(const Workbook::Diagram& diagram, lxw_chart* chart, std::size_t at) {
  const lxw_row_t first = row_number(first_row_ + 1);
  const lxw_row_t last = row_number(first_row_ + diagram.chart.labels.size());
  const lxw_col_t column = column_number(at + 1);
  const char* const sheet = data_name_.c_str();
  lxw_chart_series* const series = chart_add_series(chart, nullptr, nullptr);
  chart_series_set_categories(series, sheet, first, 0, last, 0);
  chart_series_set_values(series, sheet, first, column, last, column);
  chart_series_set_name_range(series, sheet, row_number(first_row_), column);
  const lxw_color_t colour = colour_of(diagram.chart.series[at].mood, at);
  if (diagram.chart.kind == Chart::Kind::lines) {
    lxw_chart_line line{.color = colour, .width = 2.25F};
    lxw_chart_fill fill{.color = colour};
    chart_series_set_line(series, &line);
    chart_series_set_marker_type(series, static_cast<std::uint8_t>(markers[at % markers.size()]));
    chart_series_set_marker_fill(series, &fill);
    chart_series_set_marker_line(series, &line);
  } else {
    lxw_chart_fill fill{.color = colour};
    chart_series_set_fill(series, &fill);
    if (diagram.chart.kind == Chart::Kind::bars && diagram.chart.series.size() == 1 &&
        diagram.chart.labels.size() <= most_labelled)
      chart_series_set_labels(series);
  }
}

void Diagrams::set_axes(const Workbook::Diagram& diagram, lxw_chart* chart) {
  const Range range = range_of(diagram.chart);
  lxw_chart_axis* const values = chart->y_axis;
  if (range.lowest >= 0) chart_axis_set_min(values, 0);
  switch (diagram.chart.unit) {
    case Chart::Unit::percent:
      chart_axis_set_num_format(values, "0%");
      if (range.highest <= 1) chart_axis_set_max(values, 1);
      break;
    case Chart::Unit::count:
      chart_axis_set_num_format(values, "0");
      if (range.highest <= 10) chart_axis_set_major_unit(values, 1);  // no half requests
      break;
    case Chart::Unit::hours:
    case Chart::Unit::days: chart_axis_set_num_format(values, "General"); break;
  }
  if (!diagram.axis.empty()) chart_axis_set_name(values, diagram.axis.c_str());
  lxw_chart_line faint{.color = 0xD9D9D9, .width = 0.75F};
  chart_axis_major_gridlines_set_line(values, &faint);
  lxw_chart_line none{.none = LXW_TRUE};
  chart_axis_set_line(values, &none);
  chart_axis_set_label_position(chart->x_axis, LXW_CHART_AXIS_LABEL_POSITION_LOW);
}

void Diagrams::draw(const Workbook::Diagram& diagram, lxw_worksheet* sheet, std::size_t row, std::size_t column,
                    bool beside) {
  write_data(diagram);
  lxw_chart* const chart = workbook_add_chart(book_, static_cast<std::uint8_t>(type_of(diagram.chart.kind)));
  for (std::size_t i = 0; i < diagram.chart.series.size(); ++i) add_series(diagram, chart, i);
  set_axes(diagram, chart);
  chart_title_set_name(chart, diagram.chart.title.c_str());
  lxw_chart_font font{.size = 12, .bold = LXW_TRUE};
  chart_title_set_name_font(chart, &font);
  if (diagram.chart.series.size() == 1) chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
  else chart_legend_set_position(chart, LXW_CHART_LEGEND_BOTTOM);
  if (diagram.chart.kind != Chart::Kind::lines) chart_set_series_gap(chart, 60);
  std::string description = diagram.chart.title;
  lxw_chart_options options{
      .x_scale = x_scale,
      .y_scale = y_scale,
      .object_position = static_cast<std::uint8_t>(beside ? LXW_OBJECT_DONT_MOVE_DONT_SIZE : LXW_OBJECT_MOVE_DONT_SIZE),
      .description = description.data()};
  failures_.note(worksheet_insert_chart_opt(sheet, row_number(row), column_number(column), chart, &options));
}

}  // namespace regie::render
