// Charts as a terminal can show them.
#pragma once

#include <string>
#include <vector>

#include "render/report.hpp"

namespace regie::render {

/// Lines of a chart that begins at column `indent`, its title first: a bar for every value, or a curve one line high
/// for each series over time. Empty when there is nothing to draw.
std::vector<std::string> chart_lines(const Chart& chart, int indent, const Style& style);

}  // namespace regie::render
