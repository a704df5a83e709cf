// What stands in mails in other forms than UTF-8, as UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace regie::mail {

/// UTF-8 without control characters but '\n' and tabs: CRLF becomes '\n', bytes that are not UTF-8 U+FFFD. At most
/// `most` octets, no character cut.
std::string clean(std::string_view text, std::size_t most);

/// A header's text, encoded words decoded (RFC 2047), as one line; at most 1,000 octets.
std::string header_text(const std::string& value);

/// A body, its transfer encoding undone when it is base64 or quoted-printable. Only the first megabyte is looked at.
std::string decoded(std::string_view body, const std::string& encoding);

/// Bytes of a character set as UTF-8. Unknown ones are taken for UTF-8 when they can be, else for windows-1252, which
/// those mean who say iso-8859-1, or nothing.
std::string from_charset(const std::string& bytes, const std::string& charset);

/// Content-Type, Content-Disposition: the word in front, small letters, and parameters (RFC 2231).
class Described {
 public:
  /// `type` is meant when there is none, or none that makes sense.
  Described(const std::string& value, std::string type);
  const std::string& type() const { return type_; }
  std::string parameter(const char* name) const;

 private:
  std::string value_;
  std::string type_;
};

}  // namespace regie::mail
