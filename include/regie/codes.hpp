// The closed vocabularies of regie. One table per vocabulary gives parsing, printing, completion, error texts
// and the number kept in the database. Codes and numbers are persisted and read by scripts: they are frozen.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "regie/error.hpp"

namespace regie {

/// One word of a vocabulary: what scripts write, and what people read (English, translated where shown).
template <typename E>
struct CodeRow {
  E value;
  std::string_view code;
  const char* label;
};

/// Where a request stands. Everything below `closed` is unfinished; the database relies on that order.
enum class State : int { open = 1, assigned, scheduled, on_hold, done, verified, closed, cancelled };

/// Sorted by how soon somebody must move.
enum class Urgency : int { emergency = 1, urgent, normal, planned };

enum class Place : int { dwelling = 1, common };

enum class Channel : int { phone = 1, desk, web, email, caretaker };

/// Whom a hold waits for: it decides whose clock stands still.
enum class Party : int { tenant = 1, parts, contractor, weather, authority, landlord };

/// Every clock that runs on a request.
enum class ClockKind : int {
  target = 1,    ///< what the landlord owes the tenant
  promise,       ///< what the provider owes the landlord
  verification,  ///< how soon somebody looks at the work
  answer,        ///< how long the tenant may hear nothing
};

/// How a clock ended, or where it stands.
enum class ClockOutcome : int { running = 1, stopped, late, kept, missed, withdrawn, replaced };

/// What a check found of one item of the list.
enum class Finding : int { ok = 1, fault, not_applicable };

enum class CancelReason : int { not_technical = 1, duplicate, tenant_upkeep, withdrawn };

enum class ProviderKind : int { crew = 1, contractor };

/// What a person may do is the table in role.hpp.
enum class Role : int { reader = 1, reception, caretaker, technician, contractor, manager, service };

/// Everything that can happen to a request; each is one kind of journal entry.
enum class Action : int {
  open = 1,
  assign,
  accept,
  decline,
  schedule,
  no_access,
  hold,
  resume,
  done,
  verify,
  close,
  reopen,
  cancel,
  note,
  edit,
};

/// How an attempt to get the work done ended without being the last. Numbers stand in databases.
enum class AttemptEnd : int {
  declined = 1,  ///< the provider would not go
  withdrawn,     ///< the order was given to somebody else, given anew, or taken back
  nobody_home,   ///< the visit failed; the order stands
  check_failed,  ///< the work was not good; the order stands, with a promise of its own
  reopened,      ///< finished, but not in the end
  regraded,      ///< another urgency, and mostly with it another target
  cancelled,     ///< while a clock stood still: the row no longer says that it did
  repromised,    ///< something was promised under another version of the policy, and nothing else ended
};

/// What became of a penalty for lateness after it was worked out; as long as nobody has said anything it is proposed.
enum class PenaltyState : int {
  observed = 1,  ///< the provider has answered in writing: somebody must decide
  confirmed,     ///< it is due
  waived,        ///< it is not asked for
};

template <typename E>
struct Codes;

template <>
struct Codes<State> {
  static constexpr std::array rows{
      CodeRow<State>{State::open, "open", N_("open")},
      CodeRow<State>{State::assigned, "assigned", N_("assigned")},
      CodeRow<State>{State::scheduled, "scheduled", N_("scheduled")},
      CodeRow<State>{State::on_hold, "on-hold", N_("on hold")},
      CodeRow<State>{State::done, "done", N_("done")},
      CodeRow<State>{State::verified, "verified", N_("verified")},
      CodeRow<State>{State::closed, "closed", N_("closed")},
      CodeRow<State>{State::cancelled, "cancelled", N_("cancelled")},
  };
};

template <>
struct Codes<Urgency> {
  static constexpr std::array rows{
      CodeRow<Urgency>{Urgency::emergency, "emergency", N_("emergency")},
      CodeRow<Urgency>{Urgency::urgent, "urgent", N_("urgent")},
      CodeRow<Urgency>{Urgency::normal, "normal", N_("normal")},
      CodeRow<Urgency>{Urgency::planned, "planned", N_("planned")},
  };
};

template <>
struct Codes<Place> {
  static constexpr std::array rows{
      CodeRow<Place>{Place::dwelling, "dwelling", N_("dwelling")},
      CodeRow<Place>{Place::common, "common", N_("common parts")},
  };
};

template <>
struct Codes<Channel> {
  static constexpr std::array rows{
      CodeRow<Channel>{Channel::phone, "phone", N_("telephone")},
      CodeRow<Channel>{Channel::desk, "desk", N_("desk")},
      CodeRow<Channel>{Channel::web, "web", N_("web form")},
      CodeRow<Channel>{Channel::email, "email", N_("e-mail")},
      CodeRow<Channel>{Channel::caretaker, "caretaker", N_("caretaker")},
  };
};

template <>
struct Codes<Party> {
  static constexpr std::array rows{
      CodeRow<Party>{Party::tenant, "tenant", N_("the tenant")},
      CodeRow<Party>{Party::parts, "parts", N_("parts")},
      CodeRow<Party>{Party::contractor, "contractor", N_("the contractor")},
      CodeRow<Party>{Party::weather, "weather", N_("the weather")},
      CodeRow<Party>{Party::authority, "authority", N_("an authority")},
      CodeRow<Party>{Party::landlord, "landlord", N_("the landlord")},
  };
};

template <>
struct Codes<ClockKind> {
  static constexpr std::array rows{
      CodeRow<ClockKind>{ClockKind::target, "target", N_("target")},
      CodeRow<ClockKind>{ClockKind::promise, "promise", N_("promise")},
      CodeRow<ClockKind>{ClockKind::verification, "verification", N_("check")},
      CodeRow<ClockKind>{ClockKind::answer, "answer", N_("answer")},
  };
};

template <>
struct Codes<ClockOutcome> {
  static constexpr std::array rows{
      CodeRow<ClockOutcome>{ClockOutcome::running, "running", N_("running")},
      CodeRow<ClockOutcome>{ClockOutcome::stopped, "stopped", N_("stopped")},
      CodeRow<ClockOutcome>{ClockOutcome::late, "late", N_("over, and still running")},
      CodeRow<ClockOutcome>{ClockOutcome::kept, "kept", N_("kept")},
      CodeRow<ClockOutcome>{ClockOutcome::missed, "missed", N_("missed")},
      CodeRow<ClockOutcome>{ClockOutcome::withdrawn, "withdrawn", N_("no longer owed")},
      CodeRow<ClockOutcome>{ClockOutcome::replaced, "replaced", N_("replaced by another delay")},
  };
};

template <>
struct Codes<Finding> {
  static constexpr std::array rows{
      CodeRow<Finding>{Finding::ok, "ok", N_("good")},
      CodeRow<Finding>{Finding::fault, "fault", N_("fault")},
      CodeRow<Finding>{Finding::not_applicable, "na", N_("does not apply")},
  };
};

template <>
struct Codes<CancelReason> {
  static constexpr std::array rows{
      CodeRow<CancelReason>{CancelReason::not_technical, "not-technical", N_("not a technical request")},
      CodeRow<CancelReason>{CancelReason::duplicate, "duplicate", N_("duplicate")},
      CodeRow<CancelReason>{CancelReason::tenant_upkeep, "tenant-upkeep", N_("the tenant's own upkeep")},
      CodeRow<CancelReason>{CancelReason::withdrawn, "withdrawn", N_("withdrawn")},
  };
};

template <>
struct Codes<ProviderKind> {
  static constexpr std::array rows{
      CodeRow<ProviderKind>{ProviderKind::crew, "crew", N_("in-house crew")},
      CodeRow<ProviderKind>{ProviderKind::contractor, "contractor", N_("contractor")},
  };
};

template <>
struct Codes<AttemptEnd> {
  static constexpr std::array rows{
      CodeRow<AttemptEnd>{AttemptEnd::declined, "declined", N_("declined")},
      CodeRow<AttemptEnd>{AttemptEnd::withdrawn, "withdrawn", N_("withdrawn")},
      CodeRow<AttemptEnd>{AttemptEnd::nobody_home, "nobody-home", N_("nobody at home")},
      CodeRow<AttemptEnd>{AttemptEnd::check_failed, "check-failed", N_("check failed")},
      CodeRow<AttemptEnd>{AttemptEnd::reopened, "reopened", N_("reopened")},
      CodeRow<AttemptEnd>{AttemptEnd::regraded, "regraded", N_("another urgency")},
      CodeRow<AttemptEnd>{AttemptEnd::cancelled, "cancelled", N_("cancelled")},
      CodeRow<AttemptEnd>{AttemptEnd::repromised, "repromised", N_("another policy")},
  };
};

template <>
struct Codes<PenaltyState> {
  static constexpr std::array rows{
      CodeRow<PenaltyState>{PenaltyState::observed, "observed", N_("contested")},
      CodeRow<PenaltyState>{PenaltyState::confirmed, "confirmed", N_("confirmed")},
      CodeRow<PenaltyState>{PenaltyState::waived, "waived", N_("waived")},
  };
};

template <>
struct Codes<Role> {
  static constexpr std::array rows{
      CodeRow<Role>{Role::reader, "reader", N_("reader")},
      CodeRow<Role>{Role::reception, "reception", N_("reception")},
      CodeRow<Role>{Role::caretaker, "caretaker", N_("caretaker")},
      CodeRow<Role>{Role::technician, "technician", N_("technician")},
      CodeRow<Role>{Role::contractor, "contractor", N_("contractor")},
      CodeRow<Role>{Role::manager, "manager", N_("manager")},
      CodeRow<Role>{Role::service, "service", N_("service account")},
  };
};

template <>
struct Codes<Action> {
  static constexpr std::array rows{
      CodeRow<Action>{Action::open, "open", N_("received")},
      CodeRow<Action>{Action::assign, "assign", N_("routed")},
      CodeRow<Action>{Action::accept, "accept", N_("accepted")},
      CodeRow<Action>{Action::decline, "decline", N_("declined")},
      CodeRow<Action>{Action::schedule, "schedule", N_("appointment made")},
      CodeRow<Action>{Action::no_access, "no-access", N_("nobody at home")},
      CodeRow<Action>{Action::hold, "hold", N_("put on hold")},
      CodeRow<Action>{Action::resume, "resume", N_("resumed")},
      CodeRow<Action>{Action::done, "done", N_("work reported done")},
      CodeRow<Action>{Action::verify, "verify", N_("checked")},
      CodeRow<Action>{Action::close, "close", N_("tenant answered, closed")},
      CodeRow<Action>{Action::reopen, "reopen", N_("reopened")},
      CodeRow<Action>{Action::cancel, "cancel", N_("cancelled")},
      CodeRow<Action>{Action::note, "note", N_("note added")},
      CodeRow<Action>{Action::edit, "edit", N_("corrected")},
  };
};

template <typename E>
constexpr std::span<const CodeRow<E>> codes() {
  return Codes<E>::rows;
}

template <typename E>
constexpr const CodeRow<E>& row_of(E value) {
  return Codes<E>::rows[static_cast<std::size_t>(value) - 1];
}

/// What scripts read and write; never translated.
template <typename E>
constexpr std::string_view code(E value) {
  return row_of(value).code;
}

/// What people read; English, to be translated where it is shown.
template <typename E>
constexpr const char* label(E value) {
  return row_of(value).label;
}

/// nullopt for anything but an exact code.
template <typename E>
constexpr std::optional<E> parse(std::string_view text) {
  for (const auto& row : codes<E>())
    if (row.code == text) return row.value;
  return std::nullopt;
}

/// The vocabulary's value with this number; nullopt for a number no row has (a database written by another program).
template <typename E>
constexpr std::optional<E> from_number(long long number) {
  if (number < 1 || number > static_cast<long long>(Codes<E>::rows.size())) return std::nullopt;
  return Codes<E>::rows[static_cast<std::size_t>(number) - 1].value;
}

/// row_of() indexes by number: the rows must stand in the order of the enumerators.
template <typename E>
constexpr bool in_order() {
  int expected = 1;
  for (const auto& row : codes<E>())
    if (static_cast<int>(row.value) != expected++) return false;
  return true;
}
static_assert(in_order<State>() && in_order<Urgency>() && in_order<Place>() && in_order<Channel>());
static_assert(in_order<Party>() && in_order<CancelReason>() && in_order<ProviderKind>());
static_assert(in_order<Role>() && in_order<Action>());
static_assert(in_order<AttemptEnd>() && in_order<PenaltyState>());
static_assert(in_order<ClockKind>() && in_order<ClockOutcome>() && in_order<Finding>());

/// A set of clocks, one bit each, as the request's field `stopped` holds it.
using ClockSet = std::int64_t;
constexpr ClockSet only(ClockKind kind) { return ClockSet{1} << (static_cast<int>(kind) - 1); }
constexpr bool has(ClockSet set, ClockKind kind) { return (set & only(kind)) != 0; }

/// Beside the clocks: this one was over when the wait began, which changes nothing for it.
constexpr ClockSet over_before(ClockKind kind) { return only(kind) << 4; }
/// Beside the clocks: the promise waits for another appointment after a visit that found nobody.
inline constexpr ClockSet after_failed_visit = ClockSet{1} << 8;

/// Does its date move while one waits?
constexpr bool stands_still(ClockSet stopped, ClockKind kind) {
  return has(stopped, kind) && (stopped & over_before(kind)) == 0;
}

/// Neither closed nor cancelled: somebody still has to do something.
constexpr bool unfinished(State state) { return state < State::closed; }

}  // namespace regie
