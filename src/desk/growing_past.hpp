// A past that grows while years of requests are routed again. It keeps of each request what rules and contracts ask
// about, a tenth of the whole, and answers without looking at the others: RequestsInMemory is for dozens, this one for
// hundreds of thousands.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "regie/past.hpp"

namespace regie {

/// The requests it gives have where they are, trade, problem, times of reception, order and work, state, provider,
/// parent, cost and how often it was reopened; nothing else.
class GrowingPast : public Past {
 public:
  /// Its number must be new.
  void add(const Request& request);
  std::optional<Request> find(RequestId id) const;
  /// State, order, work, cost and parent as they are now; where and what it is stays.
  void update(const Request& request);

  std::vector<Request> requests(const PastQuery& query) const override;
  std::int64_t orders(const std::string& provider, const std::string& trade, Instant from, Instant to) const override;
  std::vector<Spent> spent(const std::string& provider, Instant from, Instant to) const override;

 private:
  using Code = std::uint32_t;  ///< a word that is kept once
  struct Kept {
    RequestId id;
    Instant opened_at;
    State state;
    Code residence, building, dwelling, trade, problem, provider, done_provider;
    std::optional<Instant> assigned_at, done_at;
    std::optional<std::int64_t> cost;
    std::optional<RequestId> parent;
    std::int64_t reopened;
  };
  using Place = std::uint32_t;        ///< in kept_
  using Places = std::vector<Place>;  ///< in order of reception
  struct Cost {
    Instant ordered;
    std::int64_t cents;
    std::int64_t total;  ///< of this one and those ordered before it
  };
  struct Orders {
    std::map<Code, std::vector<Instant>> sent;                 ///< by trade, in order
    std::map<std::pair<Code, Code>, std::vector<Cost>> costs;  ///< by residence and trade, in order
  };
  struct Wanted;

  Code code_of(const std::string& word);
  std::optional<Code> known(const std::string& word) const;
  Request request_of(const Kept& kept) const;
  void take_life(Kept& kept, const Request& request);
  void insert(Places& places, Place place);
  void erase(Places& places, Place place);
  void add_order(const Kept& kept);
  void remove_order(const Kept& kept);
  const Places* narrowest(const PastQuery& query, const Wanted& wanted) const;

  std::vector<std::string> words_;
  std::unordered_map<std::string, Code> codes_;
  std::vector<Kept> kept_;
  std::unordered_map<RequestId, Place> places_;
  std::unordered_map<Code, Places> by_residence_;
  std::unordered_map<Code, Places> unfinished_;          ///< by residence
  std::map<std::pair<Code, Code>, Places> by_dwelling_;  ///< by residence and dwelling
  std::unordered_map<Code, Orders> orders_;              ///< by provider
};

}  // namespace regie
