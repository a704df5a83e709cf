// The lexicon's TOML: which words mean which trade, urgency and place. Grammar in regie.toml(5).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "desk/toml.hpp"
#include "regie/understanding.hpp"
#include "text/words.hpp"

namespace regie {

/// A language's reader of words with the terms written for it.
struct CompiledLexicon {
  text::WordReader words;
  Lexicon terms;

  Understanding understand(std::string_view message) const { return regie::understand(terms, words.read(message)); }
};

/// Reads the files in order; the first one's `stemmer` and `left_out` hold for all. Mistakes (a trade that is not in
/// `trades` is one) go to each file's findings.
CompiledLexicon read_lexicon(std::vector<toml_input::File>& files, const std::set<std::string>& trades);

}  // namespace regie
