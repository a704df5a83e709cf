// Past requests through other rules: what would have become of them. Nothing is written.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "desk/settings.hpp"
#include "store/store.hpp"

namespace regie {

/// How a request leaves the rules.
enum class Ending : int { sent = 1, attached, triage, closed };

template <>
struct Codes<Ending> {
  static constexpr std::array rows{
      CodeRow<Ending>{Ending::sent, "sent", N_("sent")},
      CodeRow<Ending>{Ending::attached, "attached", N_("waits for the common parts")},
      CodeRow<Ending>{Ending::triage, "triage", N_("nobody: a person decides")},
      CodeRow<Ending>{Ending::closed, "closed", N_("answered at once")},
  };
};
static_assert(in_order<Ending>());

/// What rules make of a request.
struct Fate {
  Ending ending = Ending::triage;
  std::string provider;  ///< when it is sent
  std::string trade;
  Urgency urgency = Urgency::normal;
  std::string rule;  ///< the one that decided; "" = none

  /// The same for the tenant and for whoever goes; the rule may be another.
  bool same(const Fate& other) const {
    return ending == other.ending && provider == other.provider && trade == other.trade && urgency == other.urgency;
  }
};

struct Replayed {
  const Request& request;  ///< as it is stored
  Fate before, after;
};

/// Requests received in [from, before); nullopt = no limit.
struct Received {
  std::optional<Instant> from, before;
};

/// Routes every request of the period as of its reception, in that order, once by the rules of today and once by
/// `rules`. Either way has a past of its own, in which requests went where those rules send them and were repaired when
/// they really were; what was received before the period counts as it really went. Requests that a rule opened beside
/// another are no messages: each way opens its own.
void replay(Settings& settings, Store& store, const RuleSet& rules, const Received& period,
            const std::function<void(const Replayed&)>& each);

}  // namespace regie
