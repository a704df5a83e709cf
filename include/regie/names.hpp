// The nearest right name for a wrong one.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "regie/error.hpp"

namespace regie {

/// Damerau-Levenshtein distance (adjacent swaps count one) in bytes, case of ASCII ignored.
int edit_distance(std::string_view one, std::string_view other);

/// The candidate that a person most likely meant; "" when nothing is near enough (a third of its length, at least 1).
std::string nearest(std::string_view wrong, std::span<const std::string> candidates);

/// "a, b, c"
std::string joined(std::span<const std::string> names);
/// "12, 15"
std::string joined(std::span<const std::int64_t> numbers);

/// Says that a name is not known: with the nearest one (`near_sentence`), or with all of them (`known_sentence`).
Message unknown_name(const char* known_sentence, const char* near_sentence, const std::string& name,
                     const std::vector<std::string>& names);

/// The codes of residences, providers, people…
template <typename T>
std::vector<std::string> codes_in(const std::vector<T>& all) {
  std::vector<std::string> names;
  for (const T& one : all) names.push_back(one.code);
  return names;
}

}  // namespace regie
