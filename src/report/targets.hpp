// Targets that were decided in a time.
#pragma once

#include "report/source.hpp"

namespace regie::report {

struct Kept {
  std::int64_t kept = 0, missed = 0;
  std::int64_t decided() const { return kept + missed; }
  /// What is told counts when it was decided in [from, before).
  void count(const Source& source, const Source::Told& told, Moment from, Moment before);
};

}  // namespace regie::report
