// Headers as they are written: ASCII, encoded words (RFC 2047) where there is more, folded at 76 characters. GMime 3.2
// would write encoded words longer than the 75 that they may have, and leave "=?utf-8?q?…?=" as it is when somebody
// typed that, so that it reads as something else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mail/letter.hpp"

namespace regie::mail {

/// What stands in a header, in pieces between which a line may end; a blank is between them in any case.
using Pieces = std::vector<std::string>;

/// UTF-8 without control characters. Blanks around it are lost.
Pieces text_pieces(std::string_view text);

/// Its name, and its address between < and >; the address alone when it has no name.
Pieces mailbox_pieces(const Mailbox& mailbox);

/// "Name: pieces", with its '\n'.
std::string header(std::string_view name, const Pieces& pieces);

}  // namespace regie::mail
