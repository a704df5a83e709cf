#pragma once

#include <string>
#include <string_view>

namespace regie::mail {

/// What somebody reads who sees the page without its form: no tags, scripts, styles and comments; paragraphs, rows and
/// the like on lines of their own. `html` is UTF-8, and any text: nothing that it says makes it slow.
std::string text_of_html(std::string_view html);

}  // namespace regie::mail
