// Which residence needs a visit? Each is compared with its own past, so that a large one is not flagged for its size.
#include <algorithm>
#include <cmath>
#include <map>

#include "report/lists.hpp"
#include "report/reports.hpp"
#include "report/watch.hpp"
#include "text/translate.hpp"

namespace regie::report {

using render::Cell;
using render::Column;
using text::tr;

namespace {

constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t most_windows = 12;
/// A residence with a month of ours behind it has no past to be compared with.
constexpr std::int64_t least_windows = 3;
constexpr std::int64_t least_requests = 3;
/// Once in a hundred comparisons by chance alone.
constexpr double unusual_below = 0.01;

Cell tenths(double value) { return Cell{render::Tenths{std::llround(value * 10)}}; }

}  // namespace

double chance_of_at_least(std::int64_t count, double expected) {
  // 1 minus the sum of the Poisson terms below `count`.
  double term = std::exp(-expected), below = 0;
  for (std::int64_t k = 0; k < count; ++k) {
    below += term;
    term *= expected / static_cast<double>(k + 1);
  }
  return std::max(0.0, 1.0 - below);
}

Moment ResidenceWatch::begins() const { return from_ - most_windows * (before_ - from_); }

void ResidenceWatch::count(const Source::Told& told) {
  const Round& round = told.round;
  if (round.begun < begins() || round.begun >= before_) return;
  if (!told.wanted || round.again || !source_.is_technical(round)) return;
  if (round.cancelled != 0 && round.over < before_) return;
  Watched& watched = found_[{round.residence, round.trade}];
  if (round.begun >= from_) watched.requests.push_back(round.request);
  else watched.earlier_at.push_back(round.begun);
}

std::vector<Watched> ResidenceWatch::watched() const {
  const std::int64_t windows = std::clamp<std::int64_t>((from_ - earliest_) / (before_ - from_), 0, most_windows);
  std::vector<Watched> all;
  for (const auto& [key, counted] : found_) {
    Watched watched = counted;
    watched.residence = key.first;
    watched.trade = key.second;
    watched.windows = windows;
    // Only whole periods are compared.
    const Moment whole = from_ - windows * (before_ - from_);
    watched.earlier = std::ranges::count_if(watched.earlier_at, [&](Moment at) { return at >= whole; });
    const auto count = static_cast<std::int64_t>(watched.requests.size());
    // Half a request more than there was: nothing in the past does not make one request unusual.
    watched.expected = windows == 0 ? 0 : (static_cast<double>(watched.earlier) + 0.5) / static_cast<double>(windows);
    watched.unusual = windows >= least_windows && count >= least_requests &&
                      chance_of_at_least(count, watched.expected) < unusual_below;
    all.push_back(std::move(watched));
  }
  std::ranges::sort(all, [this](const Watched& one, const Watched& other) {
    if (one.unusual != other.unusual) return one.unusual;
    if (one.requests.size() != other.requests.size()) return one.requests.size() > other.requests.size();
    const auto words = [this](const Watched& of) {
      return std::tie(source_.text(of.residence), source_.text(of.trade));
    };
    return words(one) < words(other);
  });
  return all;
}

std::vector<Watched> watch_residences(Source& source, Moment from, Moment before) {
  ResidenceWatch watch(source, from, before);
  source.each_of_all(watch.begins(), before, [&](const Source::Told& told) { watch.count(told); });
  return watch.watched();
}

render::Section unusual_residences(Source& source, const std::vector<Watched>& watched) {
  render::Section section{.key = "unusual",
                          .title = tr(N_("Unusual for the residence: somebody should go and look")),
                          .columns = {{"residence", N_("Residence")},
                                      {"trade", N_("Trade")},
                                      {"requests", N_("Requests"), Column::Kind::number},
                                      {"expected", N_("Usually"), Column::Kind::number},
                                      {"ids", N_("Which"), Column::Kind::wide}},
                          .if_empty = tr(N_("No residence has more requests of a trade than it usually has."))};
  for (const Watched& one : watched) {
    if (!one.unusual) continue;
    section.rows.push_back({key_cell(source, By::residence, one.residence), key_cell(source, By::trade, one.trade),
                            Cell{static_cast<std::int64_t>(one.requests.size()), Cell::Mood::alarm},
                            tenths(one.expected), Cell{one.requests}});
  }
  return section;
}

Made make_residences(Source& source) {
  const Query& query = source.query();
  const Moment from = moment(query.from), before = moment(query.as_of());
  const std::vector<Watched> watched = watch_residences(source, from, before);
  Made made;
  render::Section unusual = unusual_residences(source, watched);
  unusual.remarks.push_back(tr(
      N_("Requests received in the period, cancelled and non-technical ones left out, against the {0} periods of the "
         "same length before it. Unusual: at least three, and so many would come by chance less than once in a "
         "hundred times (Poisson). Fewer than three earlier periods: nothing is called unusual."),
      watched.empty() ? 0 : watched.front().windows));

  render::Section all{.key = "residences",
                      .title = tr(N_("Residences")),
                      .columns = {{"residence", N_("Residence")},
                                  {"dwellings", N_("Dwellings"), Column::Kind::number},
                                  {"requests", N_("Requests"), Column::Kind::number},
                                  {"expected", N_("Usually"), Column::Kind::number},
                                  {"per_hundred", N_("Per 100 dwellings"), Column::Kind::number},
                                  {"unusual", N_("Unusual trades"), Column::Kind::number}},
                      .bar = 2};
  struct Sum {
    std::int64_t requests = 0, unusual = 0;
    double expected = 0;
  };
  std::map<Name, Sum> sums;
  for (const Watched& one : watched) {
    Sum& sum = sums[one.residence];
    sum.requests += static_cast<std::int64_t>(one.requests.size());
    sum.expected += one.windows == 0 ? 0 : static_cast<double>(one.earlier) / static_cast<double>(one.windows);
    sum.unusual += one.unusual ? 1 : 0;
    if (query.ids_of == "requests" || (query.ids_of == "unusual" && one.unusual))
      made.ids.insert(made.ids.end(), one.requests.begin(), one.requests.end());
  }
  if (!query.ids_of.empty() && query.ids_of != "requests" && query.ids_of != "unusual")
    throw no_such_figure(query.ids_of, {"requests", "unusual"});
  std::ranges::sort(made.ids);
  std::vector<std::pair<Name, Sum>> ordered(sums.begin(), sums.end());
  std::ranges::sort(ordered, [&](const auto& one, const auto& other) {
    if (one.second.requests != other.second.requests) return one.second.requests > other.second.requests;
    return source.text(one.first) < source.text(other.first);
  });
  for (const auto& [name, sum] : ordered) {
    const Residence* residence = source.landlord().find_residence(source.text(name));
    const std::int64_t dwellings = residence == nullptr ? 0 : residence->dwellings;
    all.rows.push_back(
        {key_cell(source, By::residence, name), dwellings == 0 ? Cell{} : Cell{dwellings}, Cell{sum.requests},
         watched.front().windows == 0 ? Cell{} : tenths(sum.expected),
         dwellings == 0 ? Cell{} : tenths(100.0 * static_cast<double>(sum.requests) / static_cast<double>(dwellings)),
         Cell{sum.unusual, sum.unusual > 0 ? Cell::Mood::alarm : Cell::Mood::plain}});
  }
  std::int64_t flagged = 0;
  for (const Watched& one : watched) flagged += one.unusual ? 1 : 0;
  const std::int64_t windows = watched.empty() ? 0 : watched.front().windows;
  const bool is_known = windows >= least_windows;
  if (!is_known)
    unusual.if_empty =
        tr(N_("Nobody can know yet: it takes {0} earlier periods, and there are {1}."), least_windows, windows);
  made.page.headlines = {{"unusual",
                          is_known ? Cell{flagged, flagged > 0 ? Cell::Mood::alarm : Cell::Mood::good} : Cell{},
                          tr(N_("unusual for their residence"))}};
  made.page.sections = {std::move(unusual), std::move(all)};

  // Homes that report often.
  std::map<std::pair<Name, Name>, std::vector<RequestId>> dwellings;
  source.each(from, before, [&](const Source::Told& told) {
    const Round& round = told.round;
    if (!round.again && !(round.cancelled != 0 && round.over < before) && round.dwelling != 0 && round.begun >= from &&
        source.is_technical(round))
      dwellings[{round.residence, round.dwelling}].push_back(round.request);
  });
  render::Section often{.key = "dwellings",
                        .title = tr(N_("Dwellings with three requests or more")),
                        .columns = {{"residence", N_("Residence")},
                                    {"dwelling", N_("Dwelling")},
                                    {"requests", N_("Requests"), Column::Kind::number},
                                    {"ids", N_("Which"), Column::Kind::wide}}};
  std::vector<std::pair<std::pair<Name, Name>, std::vector<RequestId>>> homes(dwellings.begin(), dwellings.end());
  std::erase_if(homes, [](const auto& home) { return home.second.size() < 3; });
  const auto address = [&](const auto& home) {
    return std::tie(source.text(home.first.first), source.text(home.first.second));
  };
  std::ranges::sort(homes, [&](const auto& one, const auto& other) {
    if (one.second.size() != other.second.size()) return one.second.size() > other.second.size();
    return address(one) < address(other);
  });
  for (const auto& [key, requests] : homes) {
    often.rows.push_back({key_cell(source, By::residence, key.first), Cell{source.text(key.second)},
                          Cell{static_cast<std::int64_t>(requests.size())}, Cell{requests}});
  }
  made.page.sections.push_back(std::move(often));
  return made;
}

}  // namespace regie::report
