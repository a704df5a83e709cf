// Who goes. Rules are tried in order; what they propose is checked against contracts whatever they say; the whole
// reasoning is kept. route() has no clock and reads no database: the same facts give the same decision.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "regie/landlord.hpp"
#include "regie/past.hpp"
#include "regie/request.hpp"
#include "regie/rule.hpp"
#include "regie/understanding.hpp"

namespace regie {

/// Why a provider is taken or not.
enum class Verdict : int {
  taken = 1,
  not_needed,
  declined,
  wrong_trade,
  wrong_place,
  not_yet,
  expired,
  closed_now,
  absent,
  full,
  spent,
};

template <>
struct Codes<Verdict> {
  static constexpr std::array rows{
      CodeRow<Verdict>{Verdict::taken, "taken", N_("is taken")},
      CodeRow<Verdict>{Verdict::not_needed, "not-needed", N_("is not needed, somebody before it is taken")},
      CodeRow<Verdict>{Verdict::declined, "declined", N_("has declined this request")},
      CodeRow<Verdict>{Verdict::wrong_trade, "wrong-trade", N_("has no contract for this trade")},
      CodeRow<Verdict>{Verdict::wrong_place, "wrong-place", N_("has no contract for this residence")},
      CodeRow<Verdict>{Verdict::not_yet, "not-yet", N_("has a contract that has not begun")},
      CodeRow<Verdict>{Verdict::expired, "expired", N_("has a contract that is over")},
      CodeRow<Verdict>{Verdict::closed_now, "closed-now", N_("does not work at this hour")},
      CodeRow<Verdict>{Verdict::absent, "absent", N_("has nobody there that day who can do it")},
      CodeRow<Verdict>{Verdict::full, "full", N_("has as many orders that day as it can do")},
      CodeRow<Verdict>{Verdict::spent, "spent", N_("has used up the ceiling of its contract")},
  };
};
static_assert(in_order<Verdict>());

struct Candidate {
  std::string provider;
  Verdict verdict;
  const Contract* contract;  ///< the one that counts when taken, else nullptr
};

/// Reasons of triage that regie gives itself; any other text comes from a rule.
inline constexpr std::string_view triage_unsure = "unsure";
inline constexpr std::string_view triage_nobody = "nobody";
inline constexpr std::string_view triage_not_technical = "not-technical";

/// The request for the common parts that others become a part of.
struct Joining {
  std::string text;                 ///< of the request, when there is none yet
  bool attached = false;            ///< nobody is sent for this one
  std::optional<RequestId> known;   ///< it is there
  std::vector<RequestId> siblings;  ///< reported before, in order of reception: they become a part of it too
};

struct Decision {
  std::string provider;  ///< "" = nobody is sent
  std::string triage;    ///< why, when a person must decide
  std::string close;     ///< answer to the tenant when it is closed at once
  std::string rule;      ///< the one that decided; "" = contracts alone
  std::string trade;     ///< as the rules left it
  std::string problem;   ///< as a rule named it
  Urgency urgency = Urgency::normal;
  std::vector<std::string> rules_met;  ///< names of all that matched, the deciding one last
  std::vector<Candidate> candidates;
  std::vector<std::string> tell;
  std::vector<std::string> notes;
  std::optional<Instant> promised_at;
  std::string promise_terms;             ///< the delay that gave it
  std::optional<RequestId> callback_of;  ///< the repair it goes back to: not to be invoiced
  std::optional<Joining> join;
  std::vector<SecondRequest> open;   ///< requests to open beside it
  std::optional<RequestId> cancels;  ///< the tenant's unfinished request, which is cancelled
};

/// Is the residence among the places of the contract?
bool covers(const Contract& contract, const Residence& residence);

/// Must the firm come outside its hours for this trade?
bool comes_out_of_hours(const Contract& contract, const std::string& trade);

/// A request that somebody might be sent for, and what contracts are checked against.
struct Call {
  const Landlord& landlord;
  const Request& request;
  Instant at;  ///< when the order would leave
  const Past& past;
  const Request* earlier = nullptr;  ///< the job of the same provider that it goes back to
};

/// Trade, place, date, hour, staff, capacity and ceiling against one provider's contracts.
Candidate judge(const Call& call, const Provider& provider);

/// What has been paid under the contract for orders sent before `until`, in cents.
std::int64_t spent_under(const Contract& contract, const Provider& provider, const Landlord& landlord, const Past& past,
                         Instant until);

/// What a provider owes, and the delay that gave it, in words that name the hours it is counted in.
struct Owed {
  Instant at;
  std::string terms;
};
Owed owed(const Landlord& landlord, const Provider& provider, Delay delay, Instant ordered_at);

/// As its contract says; nullopt when that promises nothing for this urgency.
std::optional<Owed> promise(const Landlord& landlord, const Provider& provider, const Contract& contract,
                            Urgency urgency, Instant ordered_at);

/// `request` has trade, urgency and `certain` as understood (or as a person said). No rule makes it less urgent than
/// `at_least`.
Decision route(const Landlord& landlord, const RuleSet& rules, const Request& request, std::span<const Word> words,
               Instant at, const Past& past, Urgency at_least = Urgency::planned);

}  // namespace regie
