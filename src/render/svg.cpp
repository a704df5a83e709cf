#include "render/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "regie/error.hpp"
#include "render/canvas.hpp"
#include "render/chart_figures.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::render {

namespace {

using Anchor = Canvas::Anchor;

// Pixels of a drawing that is 420 wide: its letters can still be read when a phone makes it narrower.
constexpr double drawing_width = 420;
constexpr double plot_height = 160;
constexpr double line_height = 17;
constexpr double longest_turned = 56;  // labels that are longer are hard to read when they do not lie
constexpr double shortest_cut = 84;    // labels are not cut to less
constexpr double decimal_width = 7;
constexpr std::size_t most_rows = 30;    // more labels than these stand below columns, thinned out
constexpr std::size_t most_values = 30;  // more bars than these are without their value
constexpr std::size_t most_hints = 200;  // more marks than these are without a text under the mouse

/// From values to pixels, on either axis; beyond the last tick nothing goes.
struct Scale {
  double zero;
  double end;
  double largest;
  double at(double value) const { return zero + (end - zero) * std::min(value, largest) / largest; }
};

/// One chart on its way to the page.
struct Drawing {
  const Chart& chart;
  const Figures& figures;
  const Style& style;
  std::vector<double> ticks;
  Canvas canvas = {};

  std::size_t labels() const { return chart.labels.size(); }
  std::size_t series() const { return chart.series.size(); }
  bool is_stacked() const { return chart.kind == Chart::Kind::stacked; }
  /// Bars that stand beside each other for one label.
  std::size_t beside() const { return is_stacked() ? 1 : series(); }
  std::string amount(double value) const { return render::amount(value, chart.unit, style); }
  double widest_tick() const {
    double widest = 0;
    for (const double tick : ticks) widest = std::max(widest, width_of(amount(tick)));
    return widest;
  }
  double widest_label() const {
    double widest = 0;
    for (const std::string& label : chart.labels) widest = std::max(widest, width_of(label));
    return widest;
  }
  /// What the mouse is told over a mark: "PLOMB+, late: 12".
  std::string hint(std::size_t series_at, std::size_t label) const {
    if (figures.known > most_hints) return "";
    std::string what = chart.labels[label];
    if (series() > 1) what += ", " + chart.series[series_at].name;
    return text::tr(N_("{0}: {1}"), what, amount(*figures.values[series_at][label]));
  }
};

/// The class that gives a series its colour: what its mood says, otherwise the next of the palette.
std::string colour_of(const Chart& chart, std::size_t at) {
  static constexpr std::array moods{"", "good", "warning", "alarm", "faint"};
  const Cell::Mood mood = chart.series[at].mood;
  std::size_t same = 0;
  for (std::size_t i = 0; i < at; ++i) same += chart.series[i].mood == mood ? 1 : 0;
  if (mood == Cell::Mood::plain) return fmt::format("c{}", same % 6 + 1);
  return fmt::format("{}{}", moods[static_cast<std::size_t>(mood)], same % 2 == 1 ? " second" : "");
}

/// Parts of a stack are set apart by a thin line.
std::string bar_class(const Chart& chart, std::size_t series) {
  return (chart.kind == Chart::Kind::stacked ? "bar part " : "bar ") + colour_of(chart, series);
}

/// Lines are told apart without their colour.
std::string dashes_of(std::size_t series) {
  static constexpr std::array patterns{"", "7 3", "2 3", "9 3 2 3"};
  return patterns[series % patterns.size()];
}

void swatch(Drawing& drawing, std::size_t series, double x, double y) {
  const std::string colour = colour_of(drawing.chart, series);
  if (drawing.chart.kind == Chart::Kind::lines)
    drawing.canvas.line(x, y - 4, x + 18, y - 4, "line " + colour, dashes_of(series));
  else drawing.canvas.rect(x + 4, y - 9, 10, 10, "bar " + colour);
}

/// Which colour is what, where there is more than one; gives the first free height below.
double legend(Drawing& drawing) {
  if (drawing.series() < 2) return 6;
  double x = 0, y = 13;
  for (std::size_t i = 0; i < drawing.series(); ++i) {
    const std::string& name = drawing.chart.series[i].name;
    const std::string shown = cut(name, drawing_width - 40);
    const double width = 24 + width_of(shown) + 10;
    if (x > 0 && x + width > drawing_width) {
      x = 0;
      y += line_height;
    }
    swatch(drawing, i, x, y);
    drawing.canvas.text(x + 24, y, Anchor::start, shown, name);
    x += width;
  }
  return y + 10;
}

// ---- upright: columns and lines, labels below

/// How the labels below an axis find room.
struct LabelFit {
  double room = 0;         ///< what one label may take; longer ones are cut
  std::size_t stride = 1;  ///< every how manieth label is written
  bool turned = false;
  double height = line_height;  ///< what they take all together
};

LabelFit fit_labels(const Drawing& drawing, double slot) {
  const double widest = drawing.widest_label();
  if (widest + 8 <= slot) return {.room = widest};
  const bool may_turn = drawing.chart.kind != Chart::Kind::lines && drawing.labels() <= most_rows;
  if (may_turn && slot >= 10) return {.room = widest, .turned = true, .height = widest * 0.65 + line_height};
  const double room = std::min(widest, std::max(shortest_cut, slot - 14));
  return {.room = room, .stride = static_cast<std::size_t>(std::ceil((room + 14) / slot))};
}

/// The plot of columns and lines: values go up, labels to the right.
struct Upright {
  double left, right;
  Scale scale;
  double slot;  ///< what belongs to one label
  LabelFit fit;

  double middle(std::size_t label) const { return left + (static_cast<double>(label) + 0.5) * slot; }
};

void draw_value_axis(Drawing& drawing, const Upright& plot) {
  for (const double tick : drawing.ticks) {
    const double y = plot.scale.at(tick);
    drawing.canvas.line(plot.left, y, plot.right, y, tick == 0 ? "axis" : "grid");
    drawing.canvas.text(plot.left - 6, y + 4, Anchor::end, drawing.amount(tick));
  }
}

void draw_labels(Drawing& drawing, const Upright& plot) {
  for (std::size_t i = 0; i < drawing.labels(); i += plot.fit.stride) {
    const std::string& whole = drawing.chart.labels[i];
    const std::string shown = cut(whole, plot.fit.room + 1);
    const double y = plot.scale.zero + line_height;
    if (plot.fit.turned) {
      drawing.canvas.turned_text(plot.middle(i) + 4, y - 3, shown, whole);
      continue;
    }
    const double half = width_of(shown) / 2;
    const double x = std::clamp(plot.middle(i), half, drawing_width - half);
    drawing.canvas.text(x, y, Anchor::middle, shown, whole);
  }
}

Upright upright(const Drawing& drawing, double top, double right_margin) {
  const double left = drawing.widest_tick() + 8;
  const double right = drawing_width - right_margin;
  const double slot = (right - left) / static_cast<double>(drawing.labels());
  const Scale scale{top + plot_height, top, drawing.ticks.back()};
  return {left, right, scale, slot, fit_labels(drawing, slot)};
}

double height_of(const Upright& plot) { return plot.scale.zero + plot.fit.height + 6; }

/// Values over columns, where there are few and each finds room over its own.
bool has_room_for_values(const Drawing& drawing, double pitch) {
  if (drawing.labels() * drawing.beside() > most_values) return false;
  if (drawing.is_stacked() && drawing.chart.unit == Chart::Unit::percent) return false;  // it is 100 every time
  double widest = 0;
  for (std::size_t i = 0; i < drawing.labels(); ++i) {
    if (drawing.is_stacked()) widest = std::max(widest, width_of(drawing.amount(stacked_on(drawing.figures, i))));
    else
      for (const auto& series : drawing.figures.values)
        widest = std::max(widest, width_of(drawing.amount(series[i].value_or(0))));
  }
  return widest + 2 <= pitch;
}

void draw_column(Drawing& drawing, const Upright& plot, std::size_t series, std::size_t label, double x, double width,
                 double from) {
  const auto value = drawing.figures.values[series][label];
  if (!value) return;
  const double bottom = plot.scale.at(from), top = plot.scale.at(from + *value);
  drawing.canvas.rect(x, top, width, bottom - top, bar_class(drawing.chart, series), drawing.hint(series, label));
}

void draw_grouped_columns(Drawing& drawing, const Upright& plot, double width, bool with_values) {
  for (std::size_t i = 0; i < drawing.labels(); ++i) {
    double x = plot.middle(i) - width * static_cast<double>(drawing.series()) / 2;
    for (std::size_t s = 0; s < drawing.series(); ++s, x += width) {
      draw_column(drawing, plot, s, i, x, width, 0);
      const auto value = drawing.figures.values[s][i];
      const std::string shown = value ? drawing.amount(*value) : "–";
      if (with_values) drawing.canvas.text(x + width / 2, plot.scale.at(value.value_or(0)) - 4, Anchor::middle, shown);
    }
  }
}

void draw_stacked_columns(Drawing& drawing, const Upright& plot, double width, bool with_values) {
  for (std::size_t i = 0; i < drawing.labels(); ++i) {
    double sum = 0;
    for (std::size_t s = 0; s < drawing.series(); ++s) {
      draw_column(drawing, plot, s, i, plot.middle(i) - width / 2, width, sum);
      sum += drawing.figures.values[s][i].value_or(0);
    }
    if (with_values) drawing.canvas.text(plot.middle(i), plot.scale.at(sum) - 4, Anchor::middle, drawing.amount(sum));
  }
}

double draw_columns(Drawing& drawing) {
  const Upright plot = upright(drawing, legend(drawing) + line_height, 12);
  const auto beside = static_cast<double>(drawing.beside());
  const double width = std::min(plot.slot * 0.76, 34 * beside) / beside;
  const bool with_values = has_room_for_values(drawing, drawing.beside() == 1 ? plot.slot : width);
  draw_value_axis(drawing, plot);
  if (drawing.is_stacked()) draw_stacked_columns(drawing, plot, width, with_values);
  else draw_grouped_columns(drawing, plot, width, with_values);
  draw_labels(drawing, plot);
  return height_of(plot);
}

/// A line is broken where nothing is known; a point between two gaps stands alone.
void draw_line(Drawing& drawing, const Upright& plot, std::size_t series) {
  const std::string colour = colour_of(drawing.chart, series);
  const auto& values = drawing.figures.values[series];
  std::string points;
  std::size_t length = 0;
  for (std::size_t i = 0; i <= values.size(); ++i) {
    if (i < values.size() && values[i]) {
      points += Canvas::point(plot.middle(i), plot.scale.at(*values[i]));
      ++length;
      continue;
    }
    if (length > 1) drawing.canvas.path(points, "line " + colour, dashes_of(series));
    if (length == 1 && values.size() > most_values)
      drawing.canvas.dot(plot.middle(i - 1), plot.scale.at(*values[i - 1]), "dot " + colour,
                         drawing.hint(series, i - 1));
    points.clear();
    length = 0;
  }
}

void draw_dots(Drawing& drawing, const Upright& plot, std::size_t series) {
  if (drawing.labels() > most_values) return;
  const auto& values = drawing.figures.values[series];
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i])
      drawing.canvas.dot(plot.middle(i), plot.scale.at(*values[i]), "dot " + colour_of(drawing.chart, series),
                         drawing.hint(series, i));
}

/// Where a series stands now, written at its end; left out where two would overlap.
void draw_last_values(Drawing& drawing, const Upright& plot) {
  std::vector<double> taken;
  for (const auto& values : drawing.figures.values) {
    const auto last = last_known(values);
    if (!last) continue;
    const double y = plot.scale.at(*values[*last]);
    if (std::any_of(taken.begin(), taken.end(), [&](double other) { return std::abs(other - y) < 13; })) continue;
    taken.push_back(y);
    drawing.canvas.text(plot.middle(*last) + 6, y + 4, Anchor::start, drawing.amount(*values[*last]), "", "t strong");
  }
}

double widest_last_value(const Drawing& drawing) {
  double widest = 0;
  for (const auto& values : drawing.figures.values)
    if (const auto last = last_known(values)) widest = std::max(widest, width_of(drawing.amount(*values[*last])));
  return widest;
}

double draw_lines(Drawing& drawing) {
  const Upright plot = upright(drawing, legend(drawing) + 6, widest_last_value(drawing) + 8);
  draw_value_axis(drawing, plot);
  for (std::size_t s = 0; s < drawing.series(); ++s) {
    draw_line(drawing, plot, s);
    draw_dots(drawing, plot, s);
  }
  draw_last_values(drawing, plot);
  draw_labels(drawing, plot);
  return height_of(plot);
}

// ---- rows: long labels to the left, bars to the right

/// The plot of lying bars: values go right, labels down.
struct Rows {
  double top;
  Scale scale;
  double thickness;  ///< of one bar
  double pitch;      ///< from label to label

  double first(std::size_t label) const { return top + static_cast<double>(label) * pitch; }
};

double widest_value(const Drawing& drawing) {
  return width_of(drawing.amount(drawing.figures.largest)) + 2 * decimal_width;  // others may have a decimal more
}

Rows rows_of(const Drawing& drawing, double top, bool with_values) {
  const double label_room = std::min(drawing.widest_label(), drawing_width * 0.4);
  const double right_margin =
      std::max(with_values ? widest_value(drawing) : 0, width_of(drawing.amount(drawing.ticks.back())) / 2 + 2);
  const double thickness = drawing.beside() == 1 ? 15 : 13;
  const double pitch = thickness * static_cast<double>(drawing.beside()) + 8;
  return {top, {label_room + 10, drawing_width - right_margin, drawing.ticks.back()}, thickness, pitch};
}

void draw_lying_axis(Drawing& drawing, const Rows& plot) {
  const double bottom = plot.first(drawing.labels());
  double free_from = 0;
  for (const double tick : drawing.ticks) {
    const double x = plot.scale.at(tick);
    drawing.canvas.line(x, plot.top - 2, x, bottom, tick == 0 ? "axis" : "grid");
    const std::string shown = drawing.amount(tick);
    if (x - width_of(shown) / 2 < free_from) continue;
    drawing.canvas.text(x, bottom + 14, Anchor::middle, shown);
    free_from = x + width_of(shown) / 2 + 6;
  }
}

void draw_row_label(Drawing& drawing, const Rows& plot, std::size_t label) {
  const std::string& whole = drawing.chart.labels[label];
  const double y = plot.first(label) + (plot.pitch - 8) / 2 + 4;
  drawing.canvas.text(plot.scale.zero - 6, y, Anchor::end, cut(whole, plot.scale.zero - 9), whole);
}

void draw_row_value(Drawing& drawing, const Rows& plot, double y, double end, const std::string& shown) {
  drawing.canvas.text(plot.scale.at(end) + 5, y + plot.thickness / 2 + 4, Anchor::start, shown);
}

void draw_grouped_row(Drawing& drawing, const Rows& plot, std::size_t label, bool with_values) {
  double y = plot.first(label);
  for (std::size_t s = 0; s < drawing.series(); ++s, y += plot.thickness) {
    const auto value = drawing.figures.values[s][label];
    if (value)
      drawing.canvas.rect(plot.scale.zero, y, plot.scale.at(*value) - plot.scale.zero, plot.thickness,
                          bar_class(drawing.chart, s), drawing.hint(s, label));
    if (with_values) draw_row_value(drawing, plot, y, value.value_or(0), value ? drawing.amount(*value) : "–");
  }
}

void draw_stacked_row(Drawing& drawing, const Rows& plot, std::size_t label, bool with_values) {
  const double y = plot.first(label);
  double sum = 0;
  for (std::size_t s = 0; s < drawing.series(); ++s) {
    const auto value = drawing.figures.values[s][label];
    if (!value) continue;
    const double from = plot.scale.at(sum), to = plot.scale.at(sum + *value);
    drawing.canvas.rect(from, y, to - from, plot.thickness, bar_class(drawing.chart, s), drawing.hint(s, label));
    sum += *value;
  }
  if (with_values) draw_row_value(drawing, plot, y, sum, drawing.amount(sum));
}

double draw_rows(Drawing& drawing) {
  const bool all_is_100 = drawing.is_stacked() && drawing.chart.unit == Chart::Unit::percent;
  const bool with_values = drawing.labels() * drawing.beside() <= most_values && !all_is_100;
  const Rows plot = rows_of(drawing, legend(drawing) + 4, with_values);
  draw_lying_axis(drawing, plot);
  for (std::size_t i = 0; i < drawing.labels(); ++i) {
    draw_row_label(drawing, plot, i);
    if (drawing.is_stacked()) draw_stacked_row(drawing, plot, i, with_values);
    else draw_grouped_row(drawing, plot, i, with_values);
  }
  return plot.first(drawing.labels()) + 22;
}

/// Long names are read from left to right, not with the head to the side: they get rows. What comes in great numbers
/// is a series of days rather than names, and keeps to columns.
bool lies_down(const Drawing& drawing) {
  if (drawing.chart.kind == Chart::Kind::lines || drawing.labels() > most_rows) return false;
  const double slot = (drawing_width - 50) / static_cast<double>(drawing.labels());
  return drawing.widest_label() > std::max(slot - 8, longest_turned);
}

double draw_nothing(Canvas& canvas) {
  canvas.text(drawing_width / 2, 34, Anchor::middle, text::tr(N_("No figures yet.")), "", "t faint");
  return 60;
}

double draw(Drawing& drawing) {
  if (drawing.figures.known == 0) return draw_nothing(drawing.canvas);
  if (drawing.chart.kind == Chart::Kind::lines) return draw_lines(drawing);
  return lies_down(drawing) ? draw_rows(drawing) : draw_columns(drawing);
}

/// The figures in words, for who does not see the drawing; of many the table beside it tells.
std::string description(const Drawing& drawing) {
  if (drawing.figures.known == 0 || drawing.figures.known > most_values) return "";
  std::string words;
  for (std::size_t s = 0; s < drawing.series(); ++s)
    for (std::size_t i = 0; i < drawing.labels(); ++i)
      if (drawing.figures.values[s][i]) words += (words.empty() ? "" : "; ") + drawing.hint(s, i);
  return "<desc>" + escaped(words) + "</desc>";
}

/// Widths are counted and texts are cut after what a terminal would hide has become visible.
Chart readable(Chart chart) {
  for (std::string& label : chart.labels) label = text::one_line(label);
  for (Chart::Series& series : chart.series) series.name = text::one_line(series.name);
  return chart;
}

}  // namespace

std::string svg(const Chart& chart, const Style& style) {
  const Chart clean = readable(chart);
  const Figures figures = figures_of(clean);
  Drawing drawing{clean, figures, style, axis_ticks(clean.unit, figures.largest)};
  const double height = draw(drawing);
  return fmt::format(
      R"(<svg class="chart" role="img" viewBox="0 0 {0:.0f} {1:.0f}" width="{0:.0f}" height="{1:.0f}"><title>{2}</title>{3}{4}</svg>)",
      drawing_width, height, escaped(clean.title), description(drawing), drawing.canvas.markup());
}

}  // namespace regie::render
