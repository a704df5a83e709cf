// The lifecycle of a request: the allow-list of moves. What is not in the table is refused.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "regie/codes.hpp"

namespace regie {

/// A set of states, one bit each.
class States {
 public:
  constexpr States(std::initializer_list<State> states) {
    for (const State state : states) bits_ |= bit(state);
  }
  constexpr bool has(State state) const { return (bits_ & bit(state)) != 0; }

 private:
  static constexpr std::uint32_t bit(State state) { return 1U << static_cast<unsigned>(state); }
  std::uint32_t bits_ = 0;
};

/// Where a move leads.
enum class Leads {
  to,     ///< to Move::to
  stays,  ///< the state does not change
  back,   ///< to where the request was put on hold
};

/// One row of the lifecycle.
struct Move {
  Action action;
  States from;
  Leads leads;
  State to;         ///< only when it leads there
  State otherwise;  ///< the other outcome: a failed check goes back to assigned; same as `to` where there is none
};

inline constexpr States any_state{State::open, State::assigned, State::scheduled, State::on_hold,
                                  State::done, State::verified, State::closed,    State::cancelled};

/// `open` is not a move: it makes the request (open, or assigned at once when routing is certain).
/// Closing also looks at the policy of checks, and verifying at who did the work: see decide().
inline constexpr std::array lifecycle{
    Move{Action::assign, {State::open, State::assigned, State::scheduled}, Leads::to, State::assigned, State::open},
    Move{Action::accept, {State::assigned}, Leads::stays, State::assigned, State::assigned},
    Move{Action::decline, {State::assigned}, Leads::to, State::open, State::open},
    Move{Action::schedule, {State::assigned, State::scheduled}, Leads::to, State::scheduled, State::scheduled},
    Move{Action::no_access, {State::scheduled}, Leads::to, State::assigned, State::assigned},
    Move{Action::hold, {State::assigned, State::scheduled}, Leads::to, State::on_hold, State::on_hold},
    Move{Action::resume, {State::on_hold}, Leads::back, State::assigned, State::assigned},
    Move{Action::done, {State::assigned, State::scheduled}, Leads::to, State::done, State::done},
    Move{Action::verify, {State::done}, Leads::to, State::verified, State::assigned},
    Move{Action::close, {State::verified, State::done, State::open}, Leads::to, State::closed, State::closed},
    Move{Action::reopen, {State::closed, State::verified}, Leads::to, State::open, State::open},
    Move{Action::cancel,
         {State::open, State::assigned, State::scheduled, State::on_hold, State::done, State::verified},
         Leads::to,
         State::cancelled,
         State::cancelled},
    Move{Action::note, any_state, Leads::stays, State::open, State::open},
    Move{Action::edit, any_state, Leads::stays, State::open, State::open},
};

/// The row of an action; nullptr only for `open`.
constexpr const Move* find_move(Action action) {
  for (const Move& move : lifecycle)
    if (move.action == action) return &move;
  return nullptr;
}

/// Every action but `open` has exactly one row.
constexpr bool lifecycle_is_whole() {
  for (const auto& row : codes<Action>()) {
    int rows = 0;
    for (const Move& move : lifecycle)
      if (move.action == row.value) ++rows;
    if (rows != (row.value == Action::open ? 0 : 1)) return false;
  }
  return true;
}
static_assert(lifecycle_is_whole());

/// What may be done to a request in this state, in table order.
inline std::vector<Action> allowed_in(State state) {
  std::vector<Action> actions;
  for (const Move& move : lifecycle)
    if (move.from.has(state)) actions.push_back(move.action);
  return actions;
}

}  // namespace regie
