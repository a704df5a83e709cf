// Manual pages in mdoc(7), written from the command table, so that they cannot say anything else than --help does.
#pragma once

#include <string>

#include "cli/command.hpp"

namespace regie::cli {

/// regie(1) for nullptr, regie-COMMAND(1) otherwise.
std::string manual(const Command* command);

}  // namespace regie::cli
