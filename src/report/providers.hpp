// Providers that get worse.
#pragma once

#include "render/report.hpp"
#include "report/counting.hpp"

namespace regie::report {

/// Those whose share of kept promises fell by ten points or more against as long a time just before; five promises at
/// least in each.
class WorseProviders {
 public:
  /// Keeps a reference.
  WorseProviders(Source& source, Moment from, Moment before);

  /// From when on it wants to be told.
  Moment begins() const { return from_ - (before_ - from_); }
  void count(const Source::Told& told);
  /// Without rows when there are none.
  render::Section section() const;

 private:
  Source& source_;
  Moment from_, before_;
  Cut cut_;
};

}  // namespace regie::report
