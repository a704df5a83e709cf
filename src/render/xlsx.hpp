// A report as an Excel workbook, by libxlsxwriter. That library brings OpenSSL along, for which nobody should wait at
// every start: it stands in a module that is loaded when a workbook is written.
#pragma once

#include <filesystem>

#include "render/report.hpp"

namespace regie::render {

/// Loads the module from `modules`, where it stays, and writes the workbook into `file`, over what was there. The same
/// report gives the same bytes. Throws Error(refused) when the module is not there or of another build, when a section
/// has too many rows for a sheet, and when the file could not be written: what is there then is not a workbook.
void write_xlsx(const Report& report, const Style& style, const std::filesystem::path& modules,
                const std::filesystem::path& file);

}  // namespace regie::render
