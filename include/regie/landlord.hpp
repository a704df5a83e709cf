// Who and what there is: agencies, residences, people, providers with their contracts, and what was promised to
// tenants. All of it comes from the landlord's TOML and does not change while a command runs.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "regie/codes.hpp"
#include "regie/policy.hpp"
#include "regie/reminder.hpp"

namespace regie {

/// A kind of work. The catalogue is the landlord's; `none` means "not a technical request".
struct Trade {
  std::string code;
  std::string label;  ///< English or the landlord's own word; translated where shown
};
inline constexpr std::string_view not_technical = "none";

/// The eighteen trades regie starts from.
const std::vector<Trade>& default_trades();

struct Agency {
  std::string code, name, head, email, phone, address;
};

/// Dwellings of some buildings, for finding neighbours: so many doors on each of the floors.
struct Storeys {
  std::vector<std::string> buildings;
  int first = 0, last = 0;  ///< floors, both included
  int doors = 0;            ///< on each floor
  bool houses = false;      ///< numbered 1 to `doors` instead
};

struct Residence {
  std::string code, name;
  std::string agency;     ///< who signs
  std::string sector;     ///< who goes on site
  std::string caretaker;  ///< a person's code
  std::int64_t dwellings = 0;
  std::vector<std::string> buildings;
  std::vector<std::string> lifts;                                ///< buildings with a lift
  std::map<std::string, std::vector<std::string>> installation;  ///< facts by name: heating -> collective
  std::vector<Storeys> storeys;                                  ///< may be empty: then nobody knows where it ends
};

struct Absence {
  LocalDay from, to;  ///< both included
  std::string reason;
  std::string substitute;
};

struct Person {
  std::string code, name;
  Role role = Role::reader;
  std::string provider;  ///< the crew or firm this person works for; "" = the landlord
  std::string login;     ///< Unix account; "" = none
  std::string email, phone;
  std::vector<std::string> trades;
  std::vector<std::string> problems;  ///< what this person can do of the other trades, as rules name problems
  std::vector<Absence> away;
};

/// What the firm owes for being late, as its contract says; penalty() in penalty.hpp counts it. Money is in cents,
/// without VAT.
struct PenaltyTerms {
  static constexpr std::int64_t whole = 10'000;  ///< of a share in hundredths of a percent

  // For each calendar day, a fraction of the order's amount, as 1/3000, or else a sum.
  std::int64_t numerator = 0;  ///< 0: a sum
  std::int64_t denominator = 1;
  std::int64_t per_day = 0;  ///< the sum

  std::int64_t cap = 0;           ///< so much of the order's amount at most, in hundredths of a percent; 0 = no limit
  std::int64_t exempt_below = 0;  ///< nothing is asked for while the contract's penalties come to no more
  std::optional<Delay> observations_within;  ///< how long the firm may answer in writing before it is asked for
  bool operator==(const PenaltyTerms&) const = default;
};

/// One lot of a contract: which work, where, when, how fast.
struct Contract {
  std::string number;
  std::optional<LocalDay> from, to;  ///< both included; nullopt = no limit
  std::vector<std::string> trades;
  std::vector<std::string> sectors;     ///< empty = all
  std::vector<std::string> residences;  ///< empty = all of these sectors
  bool always_out_of_hours = false;
  std::vector<std::string> out_of_hours;        ///< trades served outside the usual hours
  std::array<std::optional<Delay>, 4> promise;  ///< by urgency, emergency first
  bool finishes_begun = false;                  ///< after its end: jobs begun under it, and call-backs to them
  std::int64_t ceiling = 0;                     ///< cents; 0 = none
  std::optional<PenaltyTerms> penalty;          ///< nullopt: being late costs nothing
};

/// Is it valid on that day?
bool is_valid(const Contract& contract, LocalDay day);

struct Provider {
  std::string code, name;
  ProviderKind kind = ProviderKind::contractor;
  std::string email, phone;
  std::string hours;          ///< name of its working hours; "" = those of the targets
  std::int64_t capacity = 0;  ///< orders a day when all its people are there; 0 = not limited
  std::vector<Contract> contracts;
};

struct Landlord;

/// Would a visit at that time be outside the hours in which the provider works? Of a provider without hours of its own
/// we only know that it works on worked days.
bool is_outside_hours(const Landlord& landlord, const Provider& provider, Instant from, Instant to);

/// Whose turn it is to be rung outside the hours.
struct OnCall {
  LocalDay from;  ///< from Landlord::on_call_handover on
  LocalDay to;    ///< until that hour
  std::string person;
};

/// When another person must look before a request may be closed.
struct CheckPolicy {
  enum class Kind { always, never, sample };
  Kind kind = Kind::always;
  int percent = 100;  ///< kind sample: how many of a hundred
};

/// What whoever checks work of these trades looks at.
struct Checklist {
  struct Item {
    std::string code;
    std::string question;  ///< as the landlord asks it
    bool operator==(const Item&) const = default;
  };
  std::vector<std::string> trades;
  std::vector<Item> items;
  bool operator==(const Checklist&) const = default;
};

struct Landlord {
  std::string name;
  Policy policy;                      ///< what is promised from now on
  std::array<CheckPolicy, 2> checks;  ///< by provider kind, crew first
  /// After a failed check all of a provider's work is checked, until so many checks in a row were good; 0: never.
  std::int64_t watch_until_good = 5;
  std::vector<Checklist> checklists;
  bool checklist_required = false;          ///< work only passes when everything on the list was looked at
  std::vector<std::string> dwelling_codes;  ///< A = a letter, 9 = a digit, anything else itself; empty = any
  std::vector<std::string> tenant_flags;
  Role default_role = Role::manager;  ///< of a Unix account that is nobody's
  std::vector<Trade> trades = default_trades();
  std::vector<Agency> agencies;
  std::vector<Residence> residences;
  std::vector<Person> people;
  std::vector<Provider> providers;
  std::vector<OnCall> on_call;
  int on_call_handover = 0;  ///< minutes since midnight
  Ladder ladder;
  MailSettings mail;

  const Trade* find_trade(std::string_view code) const;
  const Agency* find_agency(std::string_view code) const;
  const Residence* find_residence(std::string_view code) const;
  const Person* find_person(std::string_view code) const;
  const Person* find_login(std::string_view login) const;
  const Provider* find_provider(std::string_view code) const;

  const WeeklyHours& hours_of(const Provider& provider) const { return policy.hours_named(provider.hours); }

  bool is_dwelling_code(std::string_view code) const;

  /// nullptr when there is none for the trade.
  const Checklist* checklist(std::string_view trade) const;
};

/// Must somebody check this request's work? The sample is drawn from the request's number, so that asking twice
/// gives the same answer and nobody can choose.
bool needs_check(const CheckPolicy& policy, RequestId id);

/// Is the provider on watch? `last_checks`: how its last `watch_until_good` checks ended, true = passed.
bool is_on_watch(const Landlord& landlord, const std::vector<bool>& last_checks);

/// Residences this person answers for on that day: a caretaker's own, those of whom the person stands in for, and those
/// of an agency whose head the person is.
std::vector<std::string> residences_of(const Landlord& landlord, std::string_view person, LocalDay day);

/// The absence that covers the day; nullptr when the person is there.
const Absence* absence(const Person& person, LocalDay day);

/// The code of the person on call at that moment; "" when nobody is.
std::string person_on_call(const Landlord& landlord, Instant at);

/// Whom "caretaker", "agency-head", "on-call" or a person's code means for a residence that day: the substitute of
/// somebody who is away. "" when there is nobody.
std::string person_told(const Landlord& landlord, std::string_view who, std::string_view residence, Instant at);

/// The last two digits of a dwelling's code: what dwellings on one riser share. "" when it has no such.
std::string door_of(std::string_view dwelling);

/// Dwellings above, below and on both sides, as far as the landlord's file tells; empty for a code it cannot read.
std::vector<std::string> neighbours(const Residence& residence, std::string_view dwelling);

/// "B" of "B-203": what stands before the dash; "" when there is none.
std::string building_of(std::string_view dwelling);

}  // namespace regie
