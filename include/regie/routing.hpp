// Who goes. Rules are tried in order; what they propose is checked against contracts whatever they say; the whole
// reasoning is kept. route() has no clock and reads no database: the same facts give the same decision.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "regie/landlord.hpp"
#include "regie/request.hpp"
#include "regie/understanding.hpp"

namespace regie {

/// What a rule may look at.
struct Facts {
  const Landlord& landlord;
  const Residence* residence;   ///< nullptr when it is in nobody's list
  const Request& request;       ///< with trade and urgency as the rules before this one left them
  std::span<const Word> words;  ///< of its text
  Instant at;                   ///< when the order would leave
  LocalTime local;              ///< the same on the landlord's clock
};

// One struct per condition; a rule's `when` holds when all of them match. To add one: a struct with `matches` here,
// its name in Condition, its TOML key in desk/rules.cpp.
struct TradeIs {
  std::vector<std::string> any;
  bool matches(const Facts& facts) const;
};
struct AlsoIs {
  std::vector<std::string> any;
  bool matches(const Facts& facts) const;
};
struct UrgencyIs {
  std::vector<Urgency> any;
  bool matches(const Facts& facts) const;
};
struct ResidenceIs {
  std::vector<std::string> any;
  bool matches(const Facts& facts) const;
};
struct BuildingIs {
  std::vector<std::string> any;
  bool matches(const Facts& facts) const;
};
struct SectorIs {
  std::vector<std::string> any;
  bool matches(const Facts& facts) const;
};
struct AgencyIs {
  std::vector<std::string> any;
  bool matches(const Facts& facts) const;
};
struct PlaceIs {
  std::vector<Place> any;
  bool matches(const Facts& facts) const;
};
struct ChannelIs {
  std::vector<Channel> any;
  bool matches(const Facts& facts) const;
};
struct TenantHas {
  std::vector<std::string> any;  ///< flags
  bool matches(const Facts& facts) const;
};
struct InstallationIs {
  std::string fact;
  std::vector<std::string> any;
  bool matches(const Facts& facts) const;
};
struct Says {
  std::vector<Pattern> any;
  bool matches(const Facts& facts) const;
};
struct During {
  std::vector<std::string> any;  ///< names of hours
  bool matches(const Facts& facts) const;
};
struct Outside {
  std::vector<std::string> all;  ///< names of hours
  bool matches(const Facts& facts) const;
};
struct FromDay {
  LocalDay day;
  bool matches(const Facts& facts) const;
};
struct ToDay {
  LocalDay day;  ///< included
  bool matches(const Facts& facts) const;
};
struct InSeason {
  std::chrono::month_day first, last;  ///< both included; may go over the new year
  bool matches(const Facts& facts) const;
};
struct OnWeekdays {
  std::array<bool, 7> days{};  ///< Monday first
  bool matches(const Facts& facts) const;
};
struct AtClock {
  Interval time;  ///< `to` before `from`: over midnight
  bool matches(const Facts& facts) const;
};

using Condition =
    std::variant<TradeIs, AlsoIs, UrgencyIs, ResidenceIs, BuildingIs, SectorIs, AgencyIs, PlaceIs, ChannelIs, TenantHas,
                 InstallationIs, Says, During, Outside, FromDay, ToDay, InSeason, OnWeekdays, AtClock>;

/// All of them must match.
using Conditions = std::vector<Condition>;

struct Effects {
  std::optional<Urgency> urgency;
  std::optional<std::string> trade;
  std::vector<std::string> send;  ///< providers in order
  std::string triage;             ///< a person decides, because of this
  std::string close;              ///< answer to the tenant: closed at once, nobody is sent
  std::vector<std::string> tell;
  std::string note;  ///< for the person who takes the call

  /// Does a rule with these effects end the search?
  bool decides() const { return !send.empty() || !triage.empty() || !close.empty(); }
};

struct Rule {
  std::string name;
  std::string title;
  std::vector<Conditions> when;    ///< any of them; empty = always
  std::vector<Conditions> unless;  ///< none of them
  Effects then;
};

struct RuleSet {
  std::vector<Rule> rules;
  std::string hash;  ///< of the files, short: says which rules a decision was made under
};

/// Why a provider is taken or not.
enum class Verdict : int { taken = 1, not_needed, declined, wrong_trade, wrong_place, not_yet, expired, closed_now };

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

struct Decision {
  std::string provider;  ///< "" = nobody is sent
  std::string triage;    ///< why, when a person must decide
  std::string close;     ///< answer to the tenant when it is closed at once
  std::string rule;      ///< the one that decided; "" = contracts alone
  std::string trade;     ///< as the rules left it
  Urgency urgency = Urgency::normal;
  std::vector<std::string> rules_met;  ///< names of all that matched, the deciding one last
  std::vector<Candidate> candidates;
  std::vector<std::string> tell;
  std::vector<std::string> notes;
  std::optional<Instant> promised_at;
};

/// Is the residence among the places of the contract?
bool covers(const Contract& contract, const Residence& residence);

/// Must the firm come outside its hours for this trade?
bool comes_out_of_hours(const Contract& contract, const std::string& trade);

/// Trade, place, date and hour against one provider's contracts.
Candidate judge(const Landlord& landlord, const Provider& provider, const Request& request, Instant at);

/// When the provider owes the work; nullopt when its contract promises nothing for this urgency.
std::optional<Instant> promise(const Landlord& landlord, const Provider& provider, const Contract& contract,
                               Urgency urgency, Instant at);

/// `request` has trade, urgency and `certain` as understood (or as a person said).
Decision route(const Landlord& landlord, const RuleSet& rules, const Request& request, std::span<const Word> words,
               Instant at);

}  // namespace regie
