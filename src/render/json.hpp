// JSON that is no table.
#pragma once

#include <string>

#include "regie/error.hpp"

namespace regie::render {

/// {"error":{"code":…,"exit":…,"message":…,"hint":…,"findings":[…]}}
std::string error_json(const std::string& code, int exit, const Error& error);

}  // namespace regie::render
