#include <algorithm>
#include <array>

#include "desk/desk.hpp"
#include "desk/rights.hpp"

namespace regie {

namespace {

/// Who may do what. Reading is everybody's. Contractors only touch their own orders (Desk::authorize).
struct Right {
  Role role;
  std::uint32_t actions;  ///< one bit each
  bool acts_as;
  bool settles_penalties = false;
};

template <typename... Actions>
constexpr std::uint32_t only(Actions... actions) {
  return ((1U << static_cast<unsigned>(actions)) | ...);
}
constexpr std::uint32_t everything = ~0U;

constexpr std::array rights{
    Right{Role::reader, 0, false},
    // Takes calls: for the tenant, and for the firm that rings back.
    Right{Role::reception, everything & ~only(Action::verify), true},
    Right{Role::caretaker,
          only(Action::open, Action::note, Action::done, Action::verify, Action::no_access, Action::hold,
               Action::resume, Action::reopen, Action::accept, Action::decline, Action::schedule),
          false},
    Right{Role::technician,
          only(Action::open, Action::note, Action::accept, Action::decline, Action::schedule, Action::no_access,
               Action::hold, Action::resume, Action::done, Action::verify),
          false},
    Right{Role::contractor,
          only(Action::note, Action::accept, Action::decline, Action::schedule, Action::no_access, Action::hold,
               Action::resume, Action::done),
          false},
    Right{Role::manager, everything, true, true},
    Right{Role::service, everything & ~only(Action::verify), true},
};

const Right& right_of(Role role) {
  return *std::ranges::find_if(rights, [&](const Right& right) { return right.role == role; });
}

}  // namespace

bool may(Role role, Action action) { return (right_of(role).actions & only(action)) != 0; }
bool may_act_as(Role role) { return right_of(role).acts_as; }
bool may_settle_penalties(Role role) { return right_of(role).settles_penalties; }

}  // namespace regie
