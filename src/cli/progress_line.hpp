// A line on the terminal that is written over and over; nothing in cron.
#pragma once

#include <chrono>

#include "cli/command.hpp"

namespace regie::cli {

class ProgressLine {
 public:
  /// Says nothing before so long: what is over by then needs no line.
  explicit ProgressLine(Context& context, std::chrono::milliseconds quiet_for = {});
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();

  void operator()(const char* what, std::int64_t done, std::int64_t all) const;

 private:
  Context& context_;
  bool wanted_;
  std::chrono::milliseconds quiet_for_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  mutable bool written_ = false;
};

}  // namespace regie::cli
