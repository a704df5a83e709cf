// Text as bytes, as people compare it, and as a terminal may be shown it. All strings are UTF-8.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regie::text {

/// Offset of the first byte that is not UTF-8 (RFC 3629: no surrogates, no overlong forms); nullopt when all is well.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

/// Case and accents folded, ligatures taken apart, so that "Évier" and "evier" are one: for comparing, never for
/// showing. Invalid bytes become spaces.
std::string fold(std::string_view text);

/// Columns that a terminal uses for this text: accents written apart take none, wide characters and emoji two.
int display_width(std::string_view text);

/// What a terminal may be shown: control characters, C1, bidirectional overrides and invalid bytes become visible
/// escapes (`\x1b`, `\u202e`). Line breaks and tabs become one space each: for one line of a table or message.
std::string one_line(std::string_view text);

/// The same, but line breaks stay.
std::string shown(std::string_view text);

/// At most `width` columns; what is cut is marked with `ellipsis`. Never cuts inside a character as people see it.
std::string cut_to_width(std::string_view text, int width, std::string_view ellipsis);

/// Lines of at most `width` columns, broken at spaces where there are any. At least one line.
std::vector<std::string> wrap(std::string_view text, int width);

}  // namespace regie::text
