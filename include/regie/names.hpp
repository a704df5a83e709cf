// The nearest right name for a wrong one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regie {

/// Damerau-Levenshtein distance (adjacent swaps count one) in bytes, case of ASCII ignored.
int edit_distance(std::string_view one, std::string_view other);

/// The candidate that a person most likely meant; "" when nothing is near enough (a third of its length, at least 1).
std::string nearest(std::string_view wrong, std::span<const std::string> candidates);

/// "a, b, c"
std::string joined(std::span<const std::string> names);

}  // namespace regie
