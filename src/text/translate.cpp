#include "text/translate.hpp"

#include <fmt/args.h>
#include <fmt/format.h>
#include <libintl.h>

#include <clocale>
#include <cstdlib>

// glibc's own sign that catalogues must be looked up anew (gettext manual, "Being a gettext grok").
extern "C" int _nl_msg_cat_cntr;

namespace regie::text {

namespace {
constexpr const char* domain = "regie";
bool translating = false;  // English needs no catalogue: not even looked for
std::string chosen = "en";
}  // namespace

void use_catalogues(const std::string& directory) {
  bindtextdomain(domain, directory.c_str());
  bind_textdomain_codeset(domain, "UTF-8");
}

const std::string& language() { return chosen; }

void use_language(const std::string& language) {
  chosen = language;
  translating = language != "en";
  if (!translating) return;
  // gettext translates nothing in the C locale; any other will do, and C.UTF-8 is always there.
  setlocale(LC_MESSAGES, "C.UTF-8");
  setenv("LANGUAGE", language.c_str(), 1);
  ++_nl_msg_cat_cntr;
}

std::string tr(const char* sentence) {
  if (!translating || *sentence == '\0') return sentence;
  return dgettext(domain, sentence);
}

std::string tr(const Message& message) {
  fmt::dynamic_format_arg_store<fmt::format_context> args;
  for (const MessageArg& arg : message.args) args.push_back(arg.is_label ? tr(arg.text.c_str()) : arg.text);
  const char* english = message.plural != nullptr && message.count != 1 ? message.plural : message.id;
  const char* sentence = english;
  if (translating)
    sentence = message.plural == nullptr
                   ? dgettext(domain, message.id)
                   : dngettext(domain, message.id, message.plural, static_cast<unsigned long>(message.count));
  try {
    return fmt::vformat(sentence, args);
  } catch (const fmt::format_error&) {
    return fmt::vformat(english, args);
  }
}

}  // namespace regie::text
