#include "render/chart_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "regie/error.hpp"
#include "text/translate.hpp"

namespace regie::render {

namespace {

constexpr double largest_drawn = 1e15;  // what a double still counts one by one

std::optional<double> drawable(const std::vector<std::optional<double>>& values, std::size_t at) {
  if (at >= values.size() || !values[at] || !std::isfinite(*values[at])) return std::nullopt;
  return std::clamp(*values[at], 0.0, largest_drawn);
}

/// The next of 1, 2 and 5, times a power of ten.
double round_step(double at_least) {
  const double power = std::pow(10, std::floor(std::log10(at_least)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= at_least * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

double tick_step(Chart::Unit unit, double largest) {
  const double at_least = largest / 5;
  if (unit == Chart::Unit::hours)  // a day is no round number of hours, but people think in its parts
    for (const double step : {1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 48.0})
      if (at_least > 0.5 && step >= at_least) return step;
  return std::max(round_step(at_least), unit == Chart::Unit::count ? 1.0 : 0.1);
}

/// At most one decimal, none where there is nothing behind it.
std::string decimal(double value) {
  const auto tenths = static_cast<std::int64_t>(std::llround(value * 10));
  if (tenths % 10 == 0) return grouped(tenths / 10);
  return text::tr(N_("{0}.{1}"), grouped(tenths / 10), tenths % 10);
}

/// Only all is 100 and only none is 0, as in tables.
std::int64_t whole_percent(double value) {
  const std::int64_t rounded = std::llround(value);
  if (value > 0 && value < 100) return std::clamp<std::int64_t>(rounded, 1, 99);
  return rounded;
}

}  // namespace

Figures figures_of(const Chart& chart) {
  Figures figures;
  for (const Chart::Series& series : chart.series) {
    auto& values = figures.values.emplace_back();
    for (std::size_t i = 0; i < chart.labels.size(); ++i) {
      values.push_back(drawable(series.values, i));
      figures.known += values.back() ? 1 : 0;
      figures.largest = std::max(figures.largest, values.back().value_or(0));
    }
  }
  if (chart.kind == Chart::Kind::stacked)
    for (std::size_t i = 0; i < chart.labels.size(); ++i)
      figures.largest = std::max(figures.largest, stacked_on(figures, i));
  return figures;
}

double stacked_on(const Figures& figures, std::size_t label) {
  double sum = 0;
  for (const auto& series : figures.values) sum += series[label].value_or(0);
  return sum;
}

std::optional<std::size_t> last_known(const std::vector<std::optional<double>>& values) {
  for (std::size_t i = values.size(); i-- > 0;)
    if (values[i]) return i;
  return std::nullopt;
}

std::vector<double> axis_ticks(Chart::Unit unit, double largest) {
  if (unit == Chart::Unit::percent) return {0, 25, 50, 75, 100};
  if (largest <= 0) return {0, 1};
  const double step = tick_step(unit, largest);
  std::vector<double> ticks{0};
  while (ticks.back() < largest * (1 - 1e-9)) ticks.push_back(static_cast<double>(ticks.size()) * step);
  return ticks;
}

std::string amount(double value, Chart::Unit unit, const Style& style) {
  switch (unit) {
    case Chart::Unit::count: return decimal(value);
    case Chart::Unit::percent: return text::tr(N_("{0} %"), grouped(whole_percent(value)));
    case Chart::Unit::days: return value == 0 ? "0" : text::tr(N_("{0} d"), decimal(value));
    case Chart::Unit::hours: break;
  }
  // Hours that never become days: an axis has one unit.
  return value == 0 ? "0"
                    : shown(Cell{Length{std::llround(value * 3600), std::numeric_limits<std::int64_t>::max()}}, style);
}

}  // namespace regie::render
