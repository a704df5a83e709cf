// What the module `xlsx.so` exports under the name `regie_xlsx`. Program and module pass C++ objects to each other:
// they must be of one build. Each may have a C++ runtime of its own, so that no exception may cross.
#pragma once

#include <string>

#include "render/workbook.hpp"

namespace regie::render {

struct XlsxModule {
  enum class Written {
    whole,
    incomplete,  ///< parts of it were lost on their way through temporary files
    no,
  };
  const char* build;  ///< REGIE_MODULE_BUILD of its compilation
  /// `why`: what the system or the library says, when it is `no`.
  Written (*write)(const Workbook& book, const std::string& file, std::string& why) noexcept;
};

}  // namespace regie::render
