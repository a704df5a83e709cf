// What the module `mime.so` exports under the name `regie_mime`. Program and module pass C++ objects to each other:
// they must be of one build. Each may have a C++ runtime of its own, so that no exception may cross: nothing here can
// fail.
#pragma once

#include <string>
#include <string_view>

#include "mail/mime.hpp"

namespace regie::mail {

struct Mime::Implementation {
  const char* build;  ///< REGIE_MODULE_BUILD of its compilation
  /// Addresses, Message-IDs and types are what they must be; the other texts are UTF-8 without control characters, but
  /// for the calendar, the bytes of attachments, and the line ends and tabs of `text` and `html`.
  void (*compose)(const Letter& letter, std::string& message) noexcept;
  void (*read)(std::string_view message, Incoming& incoming) noexcept;
};

}  // namespace regie::mail
