#include <algorithm>

#include "mail/letter.hpp"

namespace regie::mail {

namespace {

constexpr std::size_t longest_local = 64;        // RFC 5321, 4.5.3.1.1
constexpr std::size_t longest_address = 254;     // a path has 256 octets, < and > among them
constexpr std::size_t longest_label = 63;        // RFC 1035
constexpr std::size_t longest_message_id = 250;  // a header's line has 998, "References: <" among them

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_atom(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_alphanumeric(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
  });
}

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= longest_label && !text.starts_with('-') && !text.ends_with('-') &&
         std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

/// Says how many pieces there are between the dots; 0 when one of them is not as it must be.
template <typename IsPiece>
std::size_t count_pieces(std::string_view text, IsPiece is_piece) {
  for (std::size_t count = 1;; ++count) {
    const std::size_t dot = text.find('.');
    if (!is_piece(text.substr(0, dot))) return 0;
    if (dot == std::string_view::npos) return count;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

bool is_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at > longest_local || text.size() > longest_address) return false;
  // A dash in front may be read as an option by whatever program is handed the address.
  if (text.starts_with('-')) return false;
  return count_pieces(text.substr(0, at), is_atom) >= 1 && count_pieces(text.substr(at + 1), is_label) >= 2;
}

bool is_message_id(std::string_view text) {
  const std::size_t at = text.find('@');
  return text.size() <= longest_message_id && at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         std::ranges::count(text, '@') == 1 &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f' && c != '<' && c != '>'; });
}

}  // namespace regie::mail
