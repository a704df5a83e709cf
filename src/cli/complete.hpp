// What TAB offers. The shells' completion files call `regie __complete -- WORDS…`; the last word is the one under the
// cursor. Nothing here may fail loudly or take long.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace regie::cli {

/// Prints "value<TAB>what it is", one a line; "files" alone on the first line as ":files" leaves it to the shell.
int complete(const std::vector<std::string>& words, const Environment& env);

}  // namespace regie::cli
