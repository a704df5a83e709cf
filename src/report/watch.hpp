// The residence watch: requests of each residence and trade against that residence's own past.
#pragma once

#include <vector>

#include "render/report.hpp"
#include "report/source.hpp"

namespace regie::report {

/// How likely it is that a Poisson variable of that mean is at least `count`.
double chance_of_at_least(std::int64_t count, double expected);

struct Watched {
  Name residence = 0, trade = 0;
  std::vector<RequestId> requests;  ///< received in the period
  std::int64_t earlier = 0;         ///< received in the periods before
  std::int64_t windows = 0;         ///< how many such periods there are: twelve, or as many as the database tells of
  double expected = 0;              ///< in one period, with half a request more than there was
  bool unusual = false;
};

/// The unusual ones first, then those with the most requests.
std::vector<Watched> watch_residences(Source& source, Moment from, Moment before);

/// The unusual ones as a table.
render::Section unusual_residences(Source& source, const std::vector<Watched>& watched);

}  // namespace regie::report
