// Other people's text inside Markdown.
#pragma once

#include <string>
#include <string_view>

namespace regie::render {

/// Text of one line that Markdown takes for nothing but text: in a cell of a table, or behind other text.
std::string markdown(std::string_view text);

/// The same as a paragraph of its own, where its first characters could make it a title, a list or a fence.
std::string markdown_paragraph(std::string_view text);

}  // namespace regie::render
