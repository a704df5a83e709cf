// What happened before, as far as rules and contracts ask: three questions. Whoever routes passes somebody who can
// answer them: the store, or a list in memory. The same past gives the same answers.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "regie/calendar.hpp"
#include "regie/request.hpp"

namespace regie {

/// A stretch of time before now: "2 hours", "30 days", "3 months". Days and months keep the landlord's clock time.
struct Span {
  enum class Unit { minutes, hours, days, months };
  int count = 0;
  Unit unit = Unit::hours;
  bool operator==(const Span&) const = default;
};

/// nullopt when the words are no span; the grammar is in regie.toml(5). Weeks are read as days.
std::optional<Span> parse_span(std::string_view words);

/// A month earlier is the same day of the month, or the last one of a shorter month.
Instant before(Instant instant, const Span& span, const Zone& zone);

/// Which requests. Every part that is filled must hold.
struct PastQuery {
  std::string residence;
  std::optional<std::string> building;
  std::optional<std::string> dwelling;                ///< "" = the common parts
  std::string trade;                                  ///< "" = any
  std::string problem;                                ///< "" = any
  std::optional<Instant> received_from, received_to;  ///< both included
  std::optional<Instant> done_from, done_to;          ///< work reported done; both included
  bool unfinished = false;

  bool matches(const Request& request) const;
  bool operator==(const PastQuery&) const = default;
};

/// What was paid for one trade in one residence.
struct Spent {
  std::string residence;
  std::string trade;
  std::int64_t cents = 0;
};

class Past {
 public:
  virtual ~Past() = default;
  /// In order of reception.
  virtual std::vector<Request> requests(const PastQuery& query) const = 0;
  /// Orders this provider has, of one trade ("" = all), that were sent to it in [from, to).
  virtual std::int64_t orders(const std::string& provider, const std::string& trade, Instant from,
                              Instant to) const = 0;
  /// What its jobs cost that were ordered in [from, to), one row for each residence and trade.
  virtual std::vector<Spent> spent(const std::string& provider, Instant from, Instant to) const = 0;
};

/// A past in memory; empty, nothing has ever happened. For examples, for replays and for tests.
class RequestsInMemory : public Past {
 public:
  void add(Request request);
  std::vector<Request> requests(const PastQuery& query) const override;
  std::int64_t orders(const std::string& provider, const std::string& trade, Instant from, Instant to) const override;
  std::vector<Spent> spent(const std::string& provider, Instant from, Instant to) const override;

 private:
  std::map<std::string, std::vector<Request>, std::less<>> by_residence_;  ///< in order of reception
};

/// Another past, of which only the requests are told otherwise.
class PastBehind : public Past {
 public:
  /// Keeps a reference.
  explicit PastBehind(const Past& past) : past_(past) {}
  std::int64_t orders(const std::string& provider, const std::string& trade, Instant from, Instant to) const override {
    return past_.orders(provider, trade, from, to);
  }
  std::vector<Spent> spent(const std::string& provider, Instant from, Instant to) const override {
    return past_.spent(provider, from, to);
  }

 protected:
  const Past& past_;
};

/// Asks another past for the same requests only once: several rules want to know the same. For one search, while
/// nothing changes.
class AskedOnce : public PastBehind {
 public:
  using PastBehind::PastBehind;
  std::vector<Request> requests(const PastQuery& query) const override;

 private:
  mutable std::vector<std::pair<PastQuery, std::vector<Request>>> answers_;
};

/// Another past, and one request that it no longer knows like that: a closed one that was reopened a moment ago.
class PastWith : public PastBehind {
 public:
  /// Keeps references to both.
  PastWith(const Past& past, const Request& request) : PastBehind(past), request_(request) {}
  std::vector<Request> requests(const PastQuery& query) const override;

 private:
  const Request& request_;
};

}  // namespace regie
