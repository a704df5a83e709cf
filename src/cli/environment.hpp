// Everything the program takes from outside: streams, terminal, clock, user, variables, time zones. All of it is
// values, so that a test is a program run with other values. Only environment.cpp asks the system.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "regie/calendar.hpp"

namespace regie::cli {

struct Environment {
  /// Reads up to `size` bytes of standard input; 0 = end.
  std::function<std::size_t(char* buffer, std::size_t size)> read;
  /// Throw Error(output) when they cannot write.
  std::function<void(std::string_view)> out;
  std::function<void(std::string_view)> err;

  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  int width = 80;  ///< of the terminal
  int height = 24;

  std::function<Instant()> clock;
  std::function<std::optional<std::string>(const std::string& name)> variable;  ///< an empty one counts as absent
  std::function<std::optional<Zone>(const std::string& name)> zone;             ///< nullopt: no such time zone

  unsigned umask = 022;  ///< the caller's, for files that are made for others

  std::string login;  ///< of the process's real user; never from $USER
  std::filesystem::path home;
  std::filesystem::path program;     ///< the executable
  std::filesystem::path share_dir;   ///< …/share/regie: lexicons, starter configuration
  std::filesystem::path locale_dir;  ///< …/share/locale
  std::filesystem::path module_dir;  ///< …/lib/regie: drivers that are loaded when they are needed

  /// Shows text through the person's pager; false: there is none, write it plainly.
  std::function<bool(const std::string& command, std::string_view text)> page;
};

/// Standard input to its end.
std::string read_all(const Environment& environment);

/// The real one. `program` is argv[0].
Environment system_environment(const char* program);

}  // namespace regie::cli
