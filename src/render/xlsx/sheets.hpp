// A workbook as the library takes it.
#pragma once

#include "render/workbook.hpp"
#include "render/xlsx/library.hpp"

namespace regie::render {

/// All sheets, diagrams and properties.
lxw_error fill(lxw_workbook* to, const Workbook& from);

}  // namespace regie::render
