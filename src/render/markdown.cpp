#include "render/markdown.hpp"

#include <algorithm>

namespace regie::render {

namespace {

/// Where a backslash must go so that the text begins no block; npos: nowhere.
std::size_t block_mark(std::string_view text) {
  if (text.empty()) return std::string_view::npos;
  if (std::string_view("#-+~=").find(text.front()) != std::string_view::npos) return 0;
  // "1. of March" and "1) of March" would begin a list.
  const std::size_t digits = text.find_first_not_of("0123456789");
  const bool is_number =
      digits != 0 && digits != std::string_view::npos && (text[digits] == '.' || text[digits] == ')');
  return is_number ? digits : std::string_view::npos;
}

}  // namespace

std::string markdown(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("|\\`*_<>[]").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string markdown_paragraph(std::string_view text) {
  // Four blanks in front would make it code.
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::size_t mark = block_mark(text);
  if (mark == std::string_view::npos) return markdown(text);
  return markdown(text.substr(0, mark)) + '\\' + markdown(text.substr(mark));
}

}  // namespace regie::render
