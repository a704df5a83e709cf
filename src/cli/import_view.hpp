// What an import says about itself.
#pragma once

#include "cli/command.hpp"
#include "desk/import.hpp"

namespace regie::cli {

/// JSON as product scripts read it ("regie.import/1"); otherwise lines for a person, mistakes on standard error.
void print_import(Context& context, const ImportResult& result);

}  // namespace regie::cli
