// Every request changes through decide(): it looks at the lifecycle, and hands back the new row with its journal
// entry, or the reason why not. replay() is its inverse: the entries of a request give its row.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "regie/attempt.hpp"
#include "regie/lifecycle.hpp"
#include "regie/policy.hpp"
#include "regie/request.hpp"

namespace regie {

/// Who acts. The journal keeps both names when somebody acts for somebody else.
struct Actor {
  std::string who;                     ///< the person acting: a [[person]] code, or the Unix login when it is nobody's
  std::string provider;                ///< the crew or firm that person works for; "" = the landlord
  std::string typed_by;                ///< the Unix login that ran the command
  std::string typed_by_person;         ///< its [[person]] code; "" when the login is nobody's (root, a shared account)
  std::string typed_by_provider = {};  ///< the crew or firm that person works for
};

/// What the router (or a person) decided about who goes.
struct Assignment {
  std::string provider;  ///< "" = nobody: the request stays open
  std::string rule;      ///< name of the rule that decided; "" = by hand or by contract alone
  std::string triage;    ///< why a person must decide, when nobody goes
  std::optional<Instant> promised_at;
  std::string decision;                  ///< the whole reasoning as JSON, kept in the journal; "" = none
  std::optional<std::string> problem;    ///< as the rules name it; nullopt: as it was
  std::optional<RequestId> callback_of;  ///< the earlier job that it goes back to
  bool out_of_contract = false;          ///< an emergency that no contract allows, and a person ordered
  std::string promise_terms = {};        ///< the delay that gave promised_at
};

// One struct per action: what it needs beside who, when and why.
struct Open {
  Request draft;  ///< filled but for state, provider and what follows from them
  Assignment routed;
};
struct Assign {
  Assignment to;
};
struct Accept {};
struct Decline {};
struct Schedule {
  Instant from;
  Instant to;
  std::string by;                     ///< the person who goes; "" = as before
  std::optional<std::string> wishes;  ///< nullopt: as before
  std::optional<Channel> told_how;    ///< how the appointment was made; nullopt: by telephone
};
struct NoAccess {};
struct Hold {
  Party party;
};
struct Resume {};
struct Done {
  std::string by;        ///< person or provider that did it
  std::string provider;  ///< its provider's code
  std::string work;
  std::optional<std::int64_t> cost;  ///< cents
  bool check_required = false;
  std::string photos = {};  ///< lines to add
};
struct Verify {
  bool pass = true;
  std::optional<Instant> rework_due;  ///< what the provider owes when it fails
  std::string rework_terms = {};      ///< the delay that gave it
  std::string findings = {};          ///< "code=finding" separated by ';'
  std::string photos = {};            ///< lines to add
  bool tacit = false;                 ///< nobody looked: it passes because the time for it is over
};
struct Close {
  std::string answer;
  std::optional<std::int64_t> rating;
  std::string rating_word = {};
  std::optional<Channel> told_how = std::nullopt;
};
struct Reopen {};
struct Cancel {
  CancelReason why;
  std::optional<RequestId> duplicate_of;
};
struct Note {
  std::optional<Channel> told_how = std::nullopt;  ///< set: it is what the tenant was told
  std::string photos = {};                         ///< lines to add
};
struct Edit {
  FieldChanges changes;  ///< only fields that is_editable() allows
};

/// Alternatives stand in the order of the enumerators of Action.
using Deed = std::variant<Open, Assign, Accept, Decline, Schedule, NoAccess, Hold, Resume, Done, Verify, Close, Reopen,
                          Cancel, Note, Edit>;

constexpr Action action_of(const Deed& deed) { return static_cast<Action>(deed.index() + 1); }

/// Where the clocks stand after an act that a wait has to do with.
struct Dues {
  std::optional<Instant> target_at;
  std::optional<Instant> promised_at;
  bool target_over = false;  ///< the target was over when the wait that goes on began
  bool operator==(const Dues&) const = default;
};

/// One thing somebody did, as it reached the desk.
struct Act {
  Deed deed;
  Actor actor;
  Instant at;                      ///< when it happened: figures use this
  Instant entered_at;              ///< when it was typed in: audits use this
  std::string reason;              ///< why, or the text of a note
  const Policy* policy = nullptr;  ///< what is promised from now on; nullptr: nothing
  std::optional<Dues> dues = {};   ///< as dues() in clock.hpp gives them, where moves_dues() asks
};

/// One journal entry. Never rewritten.
struct Event {
  RequestId request = 0;
  std::int64_t sequence = 0;  ///< 1 for `open`, then without gaps
  Action action = Action::open;
  Instant at{};
  Instant entered_at{};
  std::string who;
  std::string typed_by;  ///< "" when it is `who`
  std::string reason;
  FieldChanges changes;
  std::string decision;  ///< JSON, "" = none
};

struct Change {
  Request after;
  Event event;
  std::optional<Attempt> attempt = {};  ///< the one that ended with it
};

/// Why an act is not done.
struct Refusal {
  enum class Why {
    already,       ///< the wanted state is there: nothing to do, not an error
    not_allowed,   ///< the lifecycle says no
    own_work,      ///< whoever did the work may not check it
    out_of_order,  ///< it would have happened before something that is already in the journal, or in the future
    unfit,         ///< what came with the act cannot be
  };
  Why why;
  Message message;
  std::vector<Message> hints;
};

using Decided = std::variant<Change, Refusal>;

/// The only way a request changes. For `open`, `before` is an empty Request; the id of the result is then 0 until
/// the store gives it one. Pure: no clock, no configuration; what they would say comes inside the act.
Decided decide(const Request& before, const Act& act);

/// Does the act move dates that a wait has to do with? Then it wants Act::dues.
bool moves_dues(const Request& before, const Request& after, Action action);

/// Did this person, or whoever works for the same provider, do the work or report it done?
bool checks_own_work(const Request& request, const Actor& actor);

/// May `edit` and `import` set this field? States, times and signatures may not.
bool is_editable(const Field& field);

/// The row that a journal gives, entries in order of sequence. Throws Error(refused) when a sequence is missing.
Request replay(RequestId id, std::span<const Event> events);

}  // namespace regie
