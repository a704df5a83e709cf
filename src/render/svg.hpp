// Charts for a page. Colours and fonts are those of its style sheet (html.cpp), so that a chart follows its theme.
#pragma once

#include <string>

#include "render/report.hpp"

namespace regie::render {

/// An <svg> element; says so where there is nothing to draw.
std::string svg(const Chart& chart, const Style& style);

}  // namespace regie::render
