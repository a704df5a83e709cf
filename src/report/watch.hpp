// The residence watch: requests of each residence and trade against that residence's own past.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "render/report.hpp"
#include "report/source.hpp"

namespace regie::report {

/// How likely it is that a Poisson variable of that mean is at least `count`.
double chance_of_at_least(std::int64_t count, double expected);

struct Watched {
  Name residence = 0, trade = 0;
  std::vector<RequestId> requests;  ///< received in the period
  std::vector<Moment> earlier_at;   ///< when those before were received
  std::int64_t earlier = 0;         ///< received in the periods before
  std::int64_t windows = 0;         ///< how many such periods there are: twelve, or as many as the database tells of
  double expected = 0;              ///< in one period, with half a request more than there was
  bool unusual = false;
};

class ResidenceWatch {
 public:
  /// Keeps a reference. Compares [from, before) with the times of the same length before it.
  ResidenceWatch(Source& source, Moment from, Moment before)
      : source_(source),
        from_(from),
        before_(before),
        earliest_(moment(source.store().first_reception().value_or(instant(before)))) {}

  /// From when on it wants to be told.
  Moment begins() const;
  void count(const Source::Told& told);
  /// The unusual ones first, then those with the most requests.
  std::vector<Watched> watched() const;

 private:
  const Source& source_;
  Moment from_, before_;
  Moment earliest_;  ///< when the first request that is known was received
  std::map<std::pair<Name, Name>, Watched> found_;
};

/// The same, told by itself.
std::vector<Watched> watch_residences(Source& source, Moment from, Moment before);

/// The unusual ones as a table.
render::Section unusual_residences(Source& source, const std::vector<Watched>& watched);

}  // namespace regie::report
