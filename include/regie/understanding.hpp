// From a tenant's words to trade, urgency and place. The longest term that fits a stretch of text takes it, so
// "prise d'eau" is plumbing although "prise" alone is electrical, and a term of the `ignore` kind ("pas d'odeur de
// gaz") takes its words away from everybody.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "regie/lexicon.hpp"

namespace regie {

/// What was understood of a message, and why.
struct Understanding {
  std::string trade;  ///< "" = no idea
  std::string also;   ///< a second trade that would get an order of its own; "" = none
  Urgency urgency = Urgency::normal;
  Place place = Place::dwelling;
  int confidence = 0;  ///< lead of the winning trade over the next, in weights
  bool certain = false;
  std::vector<std::string> because;  ///< the terms that decided, in order of the text
};

Understanding understand(const Lexicon& lexicon, std::span<const Word> words);

}  // namespace regie
