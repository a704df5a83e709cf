// Counting: facts fall into the groups of a cut, and each group counts, adds up and measures.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "render/report.hpp"
#include "report/source.hpp"

namespace regie::report {

/// Where a fact is counted.
struct Where {
  const Round* round;
  Name provider = 0;  ///< 0 = nobody
  Moment when = 0;    ///< what makes the month
};

/// What shares one value of a cut.
struct Group {
  static constexpr std::size_t most_counts = 16, most_lengths = 4;
  std::array<std::int64_t, 4> key{};  ///< a Name, a code's number, or a month: one for each part of the cut
  std::array<std::int64_t, most_counts> counts{};
  /// Seconds, in no order: looking for a percentile reorders them.
  mutable std::array<std::vector<std::uint32_t>, most_lengths> lengths;
  std::int64_t cents = 0;
};

/// The groups of one cut.
class Cut {
 public:
  Cut(const Source& source, std::vector<By> by);

  Group& at(const Where& where);
  const std::vector<By>& by() const { return by_; }
  bool empty() const { return groups_.empty(); }
  /// Those with the highest counts[0] first; months in order of time.
  std::vector<const Group*> sorted() const;
  Group total() const;

 private:
  std::int64_t part(By by, const Where& where);
  /// In order of their words; codes and months in their own order.
  bool comes_before(const Group& one, const Group& other) const;
  std::int64_t month_of(Moment when);

  const Source& source_;
  std::vector<By> by_;
  std::vector<Group> groups_;
  std::vector<std::uint32_t> by_number_;  ///< of a cut with one part: place in groups_ + 1; 0 = none yet
  struct Hash {
    std::size_t operator()(const std::array<std::int64_t, 4>& key) const;
  };
  std::unordered_map<std::array<std::int64_t, 4>, std::uint32_t, Hash> by_key_;
  Moment month_from_ = 0, month_to_ = 0;  ///< the month that was asked for last: [from, to)
  std::int64_t month_ = 0;
};

/// The cut that --by asks for, or else one by each of these alone.
std::vector<Cut> cuts_of(const Source& source, std::initializer_list<By> usual);

/// One column of counted sections: of each group one cell.
struct Measure {
  render::Column column;
  std::function<render::Cell(const Group&)> cell;
};
Measure count_of(const char* key, const char* title, std::size_t count, bool shown = true);
Measure share_of(const char* key, const char* title, std::size_t part, std::vector<std::size_t> whole);
/// The same, left out of a table where the terminal is narrow.
Measure where_there_is_room(Measure measure);
/// Median or another percentile of what `length` measured; nothing where nothing was. `day`: see render::Length.
Measure length_of(const char* key, const char* title, std::size_t length, int percentile, std::int64_t day,
                  bool shown = true);

/// The smallest value that at least `percent` % of the values do not exceed (nearest rank). Reorders them.
std::uint32_t percentile(std::vector<std::uint32_t>& values, int percent);

/// The cut as a table: a column for each part of it, then the measures; with a total where there are several groups.
render::Section table_of(Source& source, const Cut& cut, std::string key, std::string title,
                         const std::vector<Measure>& measures);

/// The words of a part of a group's key, as scripts and people know it.
render::Cell key_cell(Source& source, By by, std::int64_t key);

/// A month as keys hold it: in months since year 0.
std::int64_t month_number(const Zone& zone, Instant in_it);

/// The words of a code that the landlord's files explain.
render::Cell word_cell(const Landlord& landlord, By by, const std::string& code);

/// What was asked for, in the reader's words: "Agency: North; Urgency: emergency"; "" when everything was.
std::string filter_text(const Landlord& landlord, const Query& query);

/// --ids names none of a report's figures.
Error no_such_figure(const std::string& name, const std::vector<std::string>& figures);

/// Counts one fact in several cuts, and remembers whose request it was when that is asked for.
class Counter {
 public:
  /// `keys`: of the counts, in their order. `ids_of`: one of them, or of `others`, which are found elsewhere, or "".
  /// `cuts` has to outlive it, where it is.
  Counter(std::span<Cut> cuts, std::vector<std::string_view> keys, const std::string& ids_of,
          std::vector<std::string_view> others = {});

  void count(std::size_t what, const Where& where) {
    for (Cut& cut : cuts_) ++cut.at(where).counts[what];
    if (what == wanted_) ids_.push_back(where.round->request);
  }
  void measure(std::size_t what, const Where& where, std::int64_t seconds) {
    for (Cut& cut : cuts_) cut.at(where).lengths[what].push_back(static_cast<std::uint32_t>(seconds));
  }
  void add_cents(const Where& where, std::int64_t cents) {
    for (Cut& cut : cuts_) cut.at(where).cents += cents;
  }
  /// Lowest first, each once.
  std::vector<RequestId> ids() const;

 private:
  std::span<Cut> cuts_;
  std::size_t wanted_;
  std::vector<RequestId> ids_;
};

}  // namespace regie::report
