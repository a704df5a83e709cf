// What may stand for a word on the command line, and what people read for it.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace regie::cli {

struct Candidate {
  std::string value;
  std::string what;  ///< as screens show it, or what it is
};
using Candidates = std::vector<Candidate>;

/// Everything that may stand for one kind of word; of requests only those whose number begins with what is `typed`.
/// Throws what reading the configuration or the database throws.
Candidates candidates(Context& context, Offers offers, const std::string& typed);

/// People type what they read: where an option's value is what screens show for a trade, a place or a state, in
/// whatever case and accents, its code takes that place. What is neither stays as it is, for the command to refuse.
void take_shown_names(Context& context);

}  // namespace regie::cli
