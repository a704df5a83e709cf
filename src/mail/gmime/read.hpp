#pragma once

#include <string_view>

#include "mail/letter.hpp"

namespace regie::mail {

/// See Mime::read(). GMime must have been initialised.
Incoming read(std::string_view message);

}  // namespace regie::mail
