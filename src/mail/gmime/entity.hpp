// A message taken apart into headers, parts and parts of parts, as views into its bytes. GMime has a parser, but 25 MB
// that a stranger made for it cost 6 GB of memory, or half a minute: here nothing grows but with the limits below.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace regie::mail {

constexpr std::size_t most_headers = 500;       ///< of one part
constexpr std::size_t longest_header = 16'384;  ///< octets; longer ones are left out, not cut: that may change them
constexpr std::size_t largest_head = 512'000;   ///< octets of all headers of one part
constexpr std::size_t most_parts = 200;         ///< of one multipart
constexpr int deepest = 10;                     ///< multiparts in multiparts

struct Header {
  std::string_view name;
  std::string value;  ///< unfolded, without blanks around it; any bytes but line ends and NUL
};

/// Headers and what comes behind the first empty line.
struct Entity {
  std::vector<Header> headers;
  std::string_view body;

  /// Of the first header of that name, capitals or not; "" when there is none.
  const std::string& header(std::string_view name) const;
};

/// Takes one line off the front; without its end, CRLF or LF.
std::string_view take_line(std::string_view& rest);

/// Takes headers off the front, to behind the empty line that ends them.
std::vector<Header> take_headers(std::string_view& rest);

Entity entity_of(std::string_view bytes);

/// What stands between the boundary's lines; what stands before the first and behind the last is nothing.
std::vector<std::string_view> parts_of(std::string_view body, std::string_view boundary);

/// Are they the same but for capitals of ASCII?
bool same_word(std::string_view one, std::string_view other);

}  // namespace regie::mail
