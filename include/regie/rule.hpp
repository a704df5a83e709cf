// A rule: when it applies, what it does. What a rule may look at is a value, its past included.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "regie/landlord.hpp"
#include "regie/past.hpp"
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
  const Past& past;
  enum class Left { unknown, nobody, nobody_by_contract };
  Left left = Left::unknown;  ///< after the search: who is left to be sent
  std::string sent_to = {};   ///< after the search: the provider
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

struct ProblemIs {
  std::vector<std::string> any;
  bool matches(const Facts& facts) const;
};
/// The same problem (without one, the same trade) was reported by enough others close by, a short time before.
struct Similar {
  enum class Around { building, riser, dwelling, residence };
  std::int64_t count = 2;            ///< this request included
  bool dwellings = false;            ///< count dwellings; otherwise reports
  Around around = Around::building;  ///< riser: dwellings of one building with the same door number
  Span within;
  bool matches(const Facts& facts) const;
};
/// Somebody reported the same problem for the common parts of this building, and it is not repaired yet.
struct CommonKnown {
  bool matches(const Facts& facts) const;
};
/// The same trade was repaired in the same dwelling.
struct Repaired {
  std::int64_t times = 1;  ///< or more
  Span within;
  bool matches(const Facts& facts) const;
};
struct CaretakerIs {
  bool present = true;  ///< false: away that day
  bool matches(const Facts& facts) const;
};
struct CertainIs {
  bool certain = true;  ///< false: the text was not understood well enough to act on
  bool matches(const Facts& facts) const;
};
/// Who is sent in the end; "" = nobody. Only in rules that are read last.
struct SentTo {
  std::vector<std::string> any;
  bool matches(const Facts& facts) const;
};
/// Nobody that the rules thought of may be sent. Only in rules that are read last.
struct NoCandidate {
  bool by_contract = false;  ///< it is a matter of contracts with each of them, not of hours or people
  bool matches(const Facts& facts) const;
};

using Condition =
    std::variant<TradeIs, AlsoIs, UrgencyIs, ResidenceIs, BuildingIs, SectorIs, AgencyIs, PlaceIs, ChannelIs, TenantHas,
                 InstallationIs, Says, During, Outside, FromDay, ToDay, InSeason, OnWeekdays, AtClock, ProblemIs,
                 Similar, CommonKnown, Repaired, CaretakerIs, CertainIs, SentTo, NoCandidate>;

/// All of them must match.
using Conditions = std::vector<Condition>;

/// Another request that a rule opens beside the one it read.
struct SecondRequest {
  std::string trade;               ///< "" = the second trade of the text
  std::string text;                ///< "" = the same; may hold {building}, {neighbours}…
  std::optional<Urgency> urgency;  ///< nullopt: as its text is understood
  bool common = false;             ///< for the common parts, not for the tenant
  bool operator==(const SecondRequest&) const = default;
};

/// A provider and its part of the orders, where several take turns.
struct Share {
  std::string provider;
  std::int64_t weight = 1;
};

struct Effects {
  std::optional<Urgency> urgency;
  std::optional<std::string> trade;
  std::string problem;
  std::vector<std::string> send;  ///< providers in order
  std::vector<Share> rotate;      ///< providers that take turns: who is furthest behind its share is asked first
  std::optional<Delay> promise;   ///< what the provider owes, instead of what its contract says
  bool callback = false;          ///< back to whoever repaired it last, not to be invoiced; if it may not, read on
  std::string join;               ///< text of the request for the common parts that this one becomes a part of
  std::string attach;             ///< the same, and nobody is sent for this one
  std::vector<SecondRequest> open;
  std::string cancel_open;  ///< answer to the tenant, whose one unfinished request is cancelled
  std::string triage;       ///< a person decides, because of this
  std::string close;        ///< answer to the tenant: closed at once, nobody is sent
  std::vector<std::string> tell;
  std::string note;  ///< for the person who takes the call

  /// Does a rule with these effects end the search?
  bool decides() const {
    return !send.empty() || !rotate.empty() || !triage.empty() || !close.empty() || !attach.empty();
  }
};

struct Rule {
  std::string name;
  std::string title;
  bool last = false;               ///< read when it is known who is sent; it can only tell, note and triage
  std::vector<Conditions> when;    ///< any of them; empty = always
  std::vector<Conditions> unless;  ///< none of them
  Effects then;
};

struct RuleSet {
  std::vector<Rule> rules;
  std::string hash;  ///< of the files, short: says which rules a decision was made under
};

/// Does it apply? Its alternatives that hold are added to `holding`, when given.
bool matches(const Rule& rule, const Facts& facts, std::vector<const Conditions*>* holding = nullptr);

/// Unfinished requests that `similar` counts, this one not included, in order of reception.
std::vector<Request> similar_requests(const Similar& similar, const Facts& facts);

/// A request for the same problem in the common parts of the building (or anywhere in the residence), on which work
/// goes on.
std::optional<Request> common_request(const Facts& facts, bool whole_residence);

/// Work done in the same trade and dwelling, the latest first.
std::vector<Request> repairs(const Span& within, const Facts& facts);

}  // namespace regie
