// Help pages, written from the command table.
#pragma once

#include <string>

#include "cli/command.hpp"

namespace regie::cli {

std::string general_help(const Environment& env);
std::string command_help(const Command& command, const Environment& env);
/// The exit codes, one a line.
std::string exit_code_help();

struct ExitCode {
  int code;
  const char* meaning;  ///< English
};
std::span<const ExitCode> exit_codes();

/// "regie open TEXT --residence CODE [options]"
std::string synopsis(const Command& command);

}  // namespace regie::cli
