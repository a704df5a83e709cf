// Whether a workbook is what was written. libxlsxwriter puts its parts into temporary files and never looks whether
// these took what it gave them: on a full disk it makes a workbook, without a word, that no program can read.
#pragma once

#include <string>

namespace regie::render {

/// Can every part of the file be unpacked, and does it end with the tag that it begins with?
bool is_whole(const std::string& file);

}  // namespace regie::render
