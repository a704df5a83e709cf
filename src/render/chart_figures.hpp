// The figures of a chart: what of them can be drawn, on what axis, and how they are written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "render/report.hpp"

namespace regie::render {

/// What can be drawn of a chart: for each series as many values as labels, none of them below zero or endless.
struct Figures {
  std::vector<std::vector<std::optional<double>>> values;
  double largest = 0;     ///< of what stands on the axis: of a stack, all of it
  std::size_t known = 0;  ///< values that are
};

Figures figures_of(const Chart& chart);

/// How high the stack of a label is.
double stacked_on(const Figures& figures, std::size_t label);

/// Position of the last value that is known.
std::optional<std::size_t> last_known(const std::vector<std::optional<double>>& values);

/// Round values for an axis, from 0 to `largest` or the next one above it; at most six. Percent is always 0 to 100.
std::vector<double> axis_ticks(Chart::Unit unit, double largest);

/// A value as people read it: "1,234", "45 %", "3 h 20", "4.5 d".
std::string amount(double value, Chart::Unit unit, const Style& style);

}  // namespace regie::render
