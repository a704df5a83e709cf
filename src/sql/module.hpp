// Drivers that are loaded when a URL asks for them: libpq brings TLS and Kerberos along, for which nobody who keeps
// requests in a file should wait at every start.
#pragma once

#include "sql/driver.hpp"

namespace regie::sql {

/// What a module exports under the name `regie_driver`. Program and module pass C++ objects to each other: they must be
/// of one build.
struct Module {
  const char* build;  ///< REGIE_DRIVER_BUILD of its compilation
  Failed (*open)(const std::string& url, const OpenOptions& options, std::unique_ptr<Database::Driver>& made) noexcept;
};

/// Loads the engine's driver from `options.modules` and lets it open the URL.
[[nodiscard]] Failed open_module(const std::string& url, const OpenOptions& options,
                                 std::unique_ptr<Database::Driver>& made) noexcept;

}  // namespace regie::sql
