#include "mail/mime.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <clocale>

#include "mail/mime_module.hpp"
#include "regie/error.hpp"
#include "text/unicode.hpp"

namespace regie::mail {

namespace {

const Mime::Implementation& load(const std::filesystem::path& modules) {
  const std::string file = (modules / "mime.so").string();
  // What the loader says is translated into the encoding of this.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  // Never unloaded: GLib cannot be.
  void* const library = ::dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr)
    throw Error(Trouble::refused, message(N_("the module for mail cannot be loaded: {0}"), ::dlerror()))
        .hint(message(N_("install the package regie again: the module is part of it")));
  const auto* const found = static_cast<const Mime::Implementation*>(::dlsym(library, "regie_mime"));
  if (found == nullptr || std::string_view(found->build) != REGIE_MODULE_BUILD)
    throw Error(Trouble::refused, message(N_("the module '{0}' belongs to another version of regie"), file))
        .hint(message(N_("install the package regie again: the module is part of it")));
  return *found;
}

/// As a header may hold it: one line, no blanks around it, nothing that reorders or is not text.
std::string header_text(std::string_view text) {
  std::string line = text::one_line(text);
  line.erase(std::min(line.find_last_not_of(' ') + 1, line.size()));
  return line.erase(0, std::min(line.find_first_not_of(' '), line.size()));
}

/// Line ends and tabs stay; other control characters and what is not UTF-8 become visible.
std::string body_text(std::string_view text) {
  std::string result;
  for (;;) {
    const std::size_t tab = text.find('\t');
    result += text::shown(text.substr(0, tab));
    if (tab == std::string_view::npos) break;
    result += '\t';
    text.remove_prefix(tab + 1);
  }
  if (!result.empty() && !result.ends_with('\n')) result += '\n';
  return result;
}

void require_address(std::string_view address) {
  if (!is_address(address))
    throw Error(Trouble::refused,
                message(N_("'{0}' is not an address that mail can be sent to"), text::one_line(address)));
}

/// "fr", "en-GB".
bool is_language(std::string_view text) {
  return !text.empty() && text.size() <= 35 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

/// A media type (RFC 6838) that may be encoded in any way.
bool is_file_type(std::string_view type) {
  const auto is_name = [](std::string_view name) {
    return !name.empty() && name.size() <= 127 && std::ranges::all_of(name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '+' || c == '-';
    });
  };
  const std::size_t slash = type.find('/');
  if (slash == std::string_view::npos || type.starts_with("multipart/") || type.starts_with("message/")) return false;
  return is_name(type.substr(0, slash)) && is_name(type.substr(slash + 1));
}

/// A name that every system can give a file; of many characters, the last ones: they say what it is.
std::string file_name(std::string_view text) {
  constexpr std::size_t longest = 100;
  std::string name = header_text(text);
  for (char& c : name)
    if (std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos) c = '_';
  std::size_t begin = name.size() > longest ? name.size() - longest : 0;
  while (begin < name.size() && (static_cast<unsigned char>(name[begin]) & 0xc0U) == 0x80U) ++begin;
  name.erase(0, name.find_first_not_of(". ", begin));
  return name.empty() ? "file" : name;
}

Letter harmless(Letter letter) {
  require_address(letter.from.address);
  require_address(letter.to.address);
  if (!letter.reply_to.empty()) require_address(letter.reply_to);
  if (!is_message_id(letter.message_id))
    throw Error(Trouble::refused, message(N_("'{0}' is not a Message-ID"), text::one_line(letter.message_id)));
  letter.from.name = header_text(letter.from.name);
  letter.to.name = header_text(letter.to.name);
  letter.subject = header_text(letter.subject);
  letter.text = body_text(letter.text);
  letter.html = body_text(letter.html);
  for (Attachment& file : letter.attachments) {
    file.name = file_name(file.name);
    if (!is_file_type(file.type)) file.type = "application/octet-stream";
  }
  std::erase_if(letter.references, [](const std::string& id) { return !is_message_id(id); });
  if (!is_language(letter.language)) letter.language.clear();
  return letter;
}

}  // namespace

Mime::Mime(const std::filesystem::path& modules) : implementation_(&load(modules)) {}

std::string Mime::compose(const Letter& letter) const {
  std::string message;
  implementation_->compose(harmless(letter), message);
  return message;
}

std::string at_attempt(std::string message, std::int64_t attempt) {
  constexpr std::string_view header = "X-Regie-Attempt: ";
  if (message.starts_with(header)) message.erase(0, message.find('\n') + 1);
  if (attempt > 1) message.insert(0, std::string(header) + std::to_string(attempt) + '\n');
  return message;
}

Incoming Mime::read(std::string_view message) const {
  Incoming incoming;
  implementation_->read(message, incoming);
  return incoming;
}

}  // namespace regie::mail
