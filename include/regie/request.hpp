// The request: what a tenant asked for and all that became of it. One table of fields describes it to the
// journal, to the database and to whoever prints it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "regie/codes.hpp"

namespace regie {

/// A point in time, UTC, whole seconds.
using Instant = std::chrono::sys_seconds;

/// Requests are numbered from 1; 0 means "not saved yet".
using RequestId = std::int64_t;

struct Request {
  RequestId id = 0;
  std::int64_t version = 0;  ///< number of its journal entries

  State state = State::open;
  std::optional<State> held_from;  ///< where `resume` goes back to; set only on hold

  std::string key;  ///< idempotency key or the number another system gave it; "" = none
  Channel channel = Channel::desk;
  std::string residence;  ///< code
  std::string building;   ///< "" when unknown
  std::string dwelling;   ///< code within the residence; "" for the common parts or unknown
  Place place = Place::dwelling;
  std::string text;  ///< as the person said it: hostile until shown otherwise

  std::string trade;    ///< code of the catalogue; "" = not understood
  std::string also;     ///< the second trade, "" = none
  std::string problem;  ///< what kind of fault within the trade, as a rule named it; "" = not said
  Urgency urgency = Urgency::normal;
  bool certain = false;  ///< the text was understood well enough to act on

  std::string tenant_name;
  std::string tenant_phone;
  std::string tenant_email;
  std::string tenant_flags;  ///< codes separated by ';'
  std::string wishes;        ///< when the tenant can be visited, in the tenant's words

  std::string provider;          ///< code of who has it now; "" = nobody
  std::string rule;              ///< name of the rule that sent it; "" = none or by hand
  std::string triage;            ///< why a person must decide; "" = it is not in triage
  std::string declined;          ///< providers that declined since it was opened, separated by ';'
  bool out_of_contract = false;  ///< ordered without a contract: an emergency, and a person said why

  Instant opened_at{};                 ///< when the tenant's message reached the desk
  Instant changed_at{};                ///< when the last thing happened to it
  std::optional<Instant> target_at;    ///< what the landlord owes the tenant, frozen when promised
  std::optional<Instant> promised_at;  ///< what the provider owes the landlord, frozen with the order
  std::string promise_terms;           ///< the delay that gave promised_at, as parse_delay() reads it; "" = none
  std::optional<Instant> due_at;       ///< the earlier of those that run: what the desk watches
  std::int64_t stopped = 0;            ///< clocks that stand still (a ClockSet); their dates are those before the wait
  std::string policy;                  ///< version of the policy under which something was last promised
  std::optional<Instant> assigned_at;
  std::optional<Instant> accepted_at;
  std::optional<Instant> visit_from;  ///< the appointment's window
  std::optional<Instant> visit_to;
  std::string visit_by;  ///< the person who goes; "" = not said
  std::int64_t reschedules = 0;
  std::int64_t no_access = 0;  ///< visits that found nobody

  std::optional<Party> hold_party;
  std::string hold_reason;

  std::optional<Instant> done_at;
  std::string done_by;               ///< person or provider that did the work
  std::string done_provider;         ///< its provider's code
  std::string done_reported_by;      ///< person who said so
  std::string work;                  ///< what was done
  std::optional<std::int64_t> cost;  ///< cents
  std::string photos;                ///< "SHA-256 name" a line, as they were handed in
  bool check_required = false;       ///< must be verified before it may be closed
  std::optional<Instant> check_due_at;

  std::optional<Instant> verified_at;
  std::string verified_by;
  std::string findings;      ///< of the last check, "code=finding" separated by ';'
  bool tacit = false;        ///< accepted because nobody looked in time
  std::int64_t reworks = 0;  ///< failed checks

  std::optional<Instant> closed_at;
  std::string answer;                    ///< what the tenant was told
  std::optional<Instant> told_at;        ///< when the tenant last heard something from the landlord
  std::optional<Channel> told_how;       ///< and by which way
  std::optional<Instant> answer_due_at;  ///< until when the tenant is to hear the next thing
  std::optional<std::int64_t> rating;    ///< 1 to 5
  std::string rating_word;               ///< what the tenant said to it
  std::optional<CancelReason> cancel_reason;
  std::int64_t reopened = 0;
  std::int64_t targets_missed = 0;  ///< before it was reopened the last time

  std::optional<PenaltyState> penalty;  ///< for the lateness of the present order

  std::optional<RequestId> duplicate_of;
  std::optional<RequestId> parent;
  std::optional<RequestId> rework_of;

  bool operator==(const Request&) const = default;
};

/// A value as the journal and the database keep it: nothing, a number (codes, cents, seconds since 1970), or text.
using Scalar = std::variant<std::monostate, std::int64_t, std::string>;

/// One field of the request; `id` and `version` are no fields, they identify the row and count its entries.
struct Field {
  using Member = std::variant<std::string Request::*, std::int64_t Request::*, std::optional<std::int64_t> Request::*,
                              bool Request::*, Instant Request::*, std::optional<Instant> Request::*, State Request::*,
                              std::optional<State> Request::*, Channel Request::*, Place Request::*, Urgency Request::*,
                              std::optional<Party> Request::*, std::optional<CancelReason> Request::*,
                              std::optional<Channel> Request::*, std::optional<PenaltyState> Request::*>;
  const char* name;   ///< column of the database and key in the journal: frozen
  const char* label;  ///< for people, English
  Member member;
};

/// All fields, in the order of the database's columns.
std::span<const Field> request_fields();

/// nullptr when there is no field of that name.
const Field* find_field(std::string_view name);

Scalar get(const Request& request, const Field& field);

/// Throws Error(refused) when the value cannot be one of this field (a database written by another program).
void set(Request& request, const Field& field, const Scalar& value);

/// What differs between two states of one request: field and new value, in field order.
using FieldChanges = std::vector<std::pair<const Field*, Scalar>>;
FieldChanges difference(const Request& before, const Request& after);

/// Codes joined by ';', as `tenant_flags` and `declined` keep them.
std::vector<std::string> split_codes(std::string_view joined);
bool has_code(std::string_view joined, std::string_view code);
std::string add_code(std::string_view joined, std::string_view code);

/// The earlier of the landlord's target and the provider's promise, of those that do not stand still; nullopt when
/// there is none.
std::optional<Instant> next_due(const Request& request);

/// Nobody has reported the work done, and what was due is over.
bool is_late(const Request& request, Instant now);

}  // namespace regie
