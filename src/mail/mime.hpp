// Mail as programs exchange it (RFC 5322, MIME), by GMime. That library brings GLib along, for which nobody who opens a
// request should wait at every start: it stands in a module that is loaded by those who send or read mail.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "mail/letter.hpp"

namespace regie::mail {

class Mime {
 public:
  /// Loads the module from `modules`; it is never unloaded. Throws Error(refused) when it is not there, or of another
  /// build.
  explicit Mime(const std::filesystem::path& modules);

  /// The message, lines ended with '\n' as a sendmail program takes it; ASCII, no line longer than 76 characters but in
  /// headers: 78, or what cannot be broken. The same letter always gives the same bytes.
  /// Throws Error(refused) for an address that is_address() refuses, or a Message-ID that is_message_id() refuses.
  /// References that it refuses are left out: strangers wrote them.
  std::string compose(const Letter& letter) const;

  /// What a mail says. Any bytes give something; what cannot be read is left out, and so is what no mail of a person
  /// has: the limits are in gmime/entity.hpp. The time it takes grows with the size of the message and nothing else.
  Incoming read(std::string_view message) const;

  struct Implementation;

 private:
  const Implementation* implementation_;
};

/// What compose() gave, as it leaves at that attempt: from 2 on a header says so, before it none does.
std::string at_attempt(std::string message, std::int64_t attempt);

}  // namespace regie::mail
