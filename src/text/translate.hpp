// English in the code, French or English on the screen: gettext, asked for a language by name rather than by locale,
// because cron and minimal systems have no French locale.
#pragma once

#include <string>
#include <string_view>

#include "regie/error.hpp"

namespace regie::text {

/// Where the catalogues are (…/share/locale).
void use_catalogues(const std::string& directory);

/// "fr" or "en"; may be called again.
void use_language(const std::string& language);
/// The one that was chosen last.
const std::string& language();

/// The sentence in the chosen language, places filled. A translation that cannot be filled falls back to English.
std::string tr(const Message& message);
std::string tr(const char* sentence);
inline std::string tr(const std::string& sentence) { return tr(sentence.c_str()); }

template <typename... Args>
std::string tr(const char* sentence, Args&&... args) {
  return tr(message(sentence, std::forward<Args>(args)...));
}

}  // namespace regie::text
