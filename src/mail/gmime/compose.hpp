#pragma once

#include <string>

#include "mail/letter.hpp"

namespace regie::mail {

/// See Mime::compose(); the letter is as Mime::Implementation promises it. GMime must have been initialised.
std::string compose(const Letter& letter);

/// Body text as quoted-printable (RFC 2045, 6.7): lines of at most 76 characters; what some mail program on the way
/// might change is written as hexadecimal digits: "From " that begins a line, a line of one dot, blanks that end one.
std::string quoted_printable(std::string_view text);

}  // namespace regie::mail
