#include "sql/module.hpp"

#include <dlfcn.h>

#include <clocale>
#include <string_view>

#include "sql/url.hpp"

namespace regie::sql {

Failed open_module(const std::string& url, const OpenOptions& options,
                   std::unique_ptr<Database::Driver>& made) noexcept {
  const std::string file = (options.modules / "postgresql.so").string();
  // What the loader and libpq say is translated into the encoding of this.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  // Never unloaded: its objects live as long as the program.
  void* const library = ::dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr)
    return failed(Trouble::refused, message(N_("the driver for '{0}' cannot be loaded: {1}"), shown(url), ::dlerror()),
                  {message(N_("install the package regie-postgresql"))});
  const auto* const driver = static_cast<const Module*>(::dlsym(library, "regie_driver"));
  if (driver == nullptr || std::string_view(driver->build) != REGIE_DRIVER_BUILD)
    return failed(Trouble::refused, message(N_("the driver '{0}' belongs to another version of regie"), file),
                  {message(N_("install the package regie-postgresql of the same version"))});
  return driver->open(url, options, made);
}

}  // namespace regie::sql
