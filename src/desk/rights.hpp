// What rights.cpp says beside may() and may_act_as() of desk.hpp.
#pragma once

#include "regie/codes.hpp"

namespace regie {

/// May a person of this role say what becomes of a penalty?
bool may_settle_penalties(Role role);

}  // namespace regie
