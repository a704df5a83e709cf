// What `regie rules` does, an action each.
#pragma once

#include "cli/command.hpp"

namespace regie::cli {

int check_rules(Context& context);
int test_rules(Context& context);
int replay_rules(Context& context);
int count_rules(Context& context);

/// --from and --until name days, both included: the first instant, and the first one behind them.
struct Days {
  std::optional<Instant> from, before;
};
Days read_days(Context& context);

}  // namespace regie::cli
