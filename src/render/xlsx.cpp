#include "render/xlsx.hpp"

#include <dlfcn.h>

#include <clocale>
#include <string_view>

#include "regie/error.hpp"
#include "render/xlsx_module.hpp"

namespace regie::render {

namespace {

const XlsxModule& load(const std::filesystem::path& modules) {
  const std::string file = (modules / "xlsx.so").string();
  // What the loader says is translated into the encoding of this.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  // Never unloaded: the program ends soon.
  void* const library = ::dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr)
    throw Error(Trouble::refused, message(N_("the module for Excel workbooks cannot be loaded: {0}"), ::dlerror()))
        .hint(message(N_("install the package regie again: the module is part of it")));
  const auto* const found = static_cast<const XlsxModule*>(::dlsym(library, "regie_xlsx"));
  if (found == nullptr || std::string_view(found->build) != REGIE_MODULE_BUILD)
    throw Error(Trouble::refused, message(N_("the module '{0}' belongs to another version of regie"), file))
        .hint(message(N_("install the package regie again: the module is part of it")));
  return *found;
}

}  // namespace

void write_xlsx(const Report& report, const Style& style, const std::filesystem::path& modules,
                const std::filesystem::path& file) {
  const XlsxModule& module = load(modules);
  std::string why;
  switch (module.write(workbook_of(report, style), file.string(), why)) {
    case XlsxModule::Written::whole: return;
    case XlsxModule::Written::incomplete:
      throw Error(Trouble::refused, message(N_("'{0}' was not written: temporary files were cut short"), file.string()))
          .hint(message(N_("temporary files need room, in the folder that TMPDIR names or else in /tmp")));
    case XlsxModule::Written::no: break;
  }
  throw Error(Trouble::refused, message(N_("'{0}' cannot be written: {1}"), file.string(), why));
}

}  // namespace regie::render
