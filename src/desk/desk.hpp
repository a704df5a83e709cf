// The use cases: each reads what it needs, lets the domain decide, and saves the result in one transaction.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "desk/policies.hpp"
#include "desk/routing.hpp"
#include "desk/settings.hpp"
#include "regie/change.hpp"
#include "store/store.hpp"

namespace regie {

/// May a person of this role do this? The whole table of rights, in desk/rights.cpp.
bool may(Role role, Action action);
/// May a person of this role act under another's name (`--as`)?
bool may_act_as(Role role);

/// Who is at the keyboard.
struct Identity {
  Actor actor;
  Role role = Role::manager;
};

/// The Unix login, or the person it acts as. Throws Error(not_found) for an unknown person and Error(refused) when the
/// login's role does not allow it.
Identity identify(const Landlord& landlord, const std::string& login, const std::string& act_as);

/// An earlier request that became a part of a common one.
struct Sibling {
  RequestId id;
  std::string taken_back_from;  ///< the provider whose order was taken back; "" = none
};

/// What the rules did besides, when a request was routed.
struct Besides {
  std::optional<Request> common;  ///< the request for the common parts that it is a part of
  bool common_made = false;       ///< and that was made for it
  bool common_raised = false;     ///< or became more urgent by it
  std::vector<Sibling> siblings;  ///< requests that became a part of that, too
  std::vector<Request> seconds;   ///< requests opened beside it
  std::optional<Request> cancelled;
};

/// What came of a new request.
struct Opened {
  Request request;       ///< as saved
  bool existed = false;  ///< its key was there before: nothing was made
  Understanding understood;
  Decision decision;
  std::vector<Change> changes;
  Besides besides;
  std::vector<Request> similar;  ///< when they were asked for
};

/// What came of an act on a stored request.
struct Outcome {
  Request request;              ///< as it stands now
  std::vector<Change> changes;  ///< empty when refused, or when the wanted state was there already
  std::optional<Refusal> refusal;
  std::optional<Decision> decision;       ///< when it was routed
  Besides besides;                        ///< when it was routed
  std::vector<RequestId> closed_with_it;  ///< requests that were a part of it, and waited for it
  std::vector<RequestId> left_open;       ///< parts of it that somebody has to look at
};

/// What somebody found who looked at the work.
struct Inspection {
  bool pass = true;
  std::map<std::string, Finding> findings;  ///< by code of the checklist
  std::string photos;                       ///< lines of Photos::keep()
};

class Desk {
 public:
  struct Moment {
    Instant now;           ///< the clock of this command, read once
    bool dry_run = false;  ///< everything is decided, nothing is saved
  };
  Desk(Settings& settings, Store& store, Identity identity, Moment moment);

  Instant now() const { return moment_.now; }
  Store& store() { return store_; }

  /// Understands, routes and saves. Throws Error(not_found) for an unknown residence or trade, Error(refused) for a
  /// dwelling or flag the landlord does not know.
  /// `with_similar`: tells what is perhaps the same, too.
  Opened open(const NewRequest& wanted, bool with_similar = false);

  /// The second half of open(), for whoever has a write transaction and looked at the key: routes what understand()
  /// made of it, saves it, and does what the rules say besides. `at` is when it reached the desk.
  Opened enter(const NewRequest& wanted, Foreseen foreseen, Instant at);

  /// The opening of a request as it stands in `draft`, with its target; nothing is saved.
  Change opening(Request draft, Assignment routed, Instant at) const;

  /// One act on one request, in a transaction of its own. `make` sees the row as it stands inside the transaction.
  /// `when` = nullopt: now. Throws Error(not_found) when there is no such request.
  Outcome act(RequestId id, const std::function<Deed(const Request&)>& make, const std::string& reason,
              std::optional<Instant> when = std::nullopt);

  /// Sends it to `provider`, or routes it again when that is "". Throws Error(refused) when no contract allows it, or
  /// when the rules would send somebody else and no reason is given. `out_of_contract`: an emergency may go to a
  /// provider without a valid contract for it, with a reason.
  Outcome assign(RequestId id, const std::string& provider, bool out_of_contract, const std::string& reason,
                 std::optional<Instant> when);
  /// Back to the desk, then on to the next provider that may go.
  Outcome decline(RequestId id, const std::string& reason, std::optional<Instant> when);
  /// `window.by` = "": whoever acts, when that is a technician of the provider's. Throws Error(not_found) for an
  /// unknown person and Error(refused) for one who does not work for the provider.
  Outcome schedule(RequestId id, const Schedule& window, const std::string& reason, std::optional<Instant> when);
  Outcome reopen(RequestId id, const std::string& reason, std::optional<Instant> when);
  /// `job.by` = "": whoever acts, when that is somebody of the provider's, otherwise the provider. The rest of what
  /// Done says follows from the request.
  Outcome done(RequestId id, const Done& job, const std::string& reason, std::optional<Instant> when);
  /// Closes also what is a part of it and waits for it.
  Outcome close(RequestId id, const Close& close, const std::string& reason, std::optional<Instant> when);
  /// Cancels; what waits for it then waits for a person.
  Outcome cancel(RequestId id, const Cancel& cancel, const std::string& reason, std::optional<Instant> when);
  /// Throws Error(refused) for a finding that is not on the trade's checklist, for work that passes with a fault, and,
  /// where the landlord requires the whole list, for one that is not complete.
  Outcome verify(RequestId id, const Inspection& inspection, const std::string& reason, std::optional<Instant> when);
  /// Accepts without a check what nobody looked at in time. Throws Error(refused) where the landlord does not, or not
  /// yet.
  Outcome accept_tacitly(RequestId id);

  /// When work that was reported done may be accepted without a check, as promised then; nullopt: never.
  std::optional<Instant> tacit_from(const Request& request);

  /// Requests for the same trade at the same place that nobody has done, received in the last days: perhaps the same
  /// fault. `request` need not be saved.
  std::vector<Request> similar(const Request& request);

  /// Other appointments of the same person in that time.
  std::vector<Request> appointments_besides(const Request& request);

  const Actor& actor() const { return identity_.actor; }
  Role role() const { return identity_.role; }
  Policies& policies() { return policies_; }
  /// Makes it a part of another request, by a person: where nobody has accepted the order it is taken back, and the
  /// request waits for the common one; a tenant with flags keeps an order.
  Outcome attach(RequestId id, RequestId common, const std::string& reason);
  /// Corrects fields; a new text is understood again: a trade that was not certain is replaced, the urgency may rise. A
  /// new urgency gives a new target counted from the reception. A part that waits for a common request, and turns out
  /// to be something else or more urgent, waits for a person instead.
  Outcome edit(RequestId id, const std::function<void(NewRequest&)>& correct, const std::string& reason);

 private:
  void authorize(Action action, const Request* request) const;
  /// Steps on one request, in one transaction that is kept when none was refused.
  Outcome run(RequestId id, const std::function<void(Outcome&)>& steps);
  /// Routes a stored request; `certain`: as if its trade were.
  void send_again(Outcome& outcome, bool certain, const std::string& reason, Instant at, const Past& past);
  /// Refuses what no contract allows.
  Assign order_by_hand(const Request& request, const Provider& provider, bool out_of_contract,
                       const std::string& reason, Instant at);

  // desk/opening.cpp
  Request join_common(const Joining& join, const Request& part, Urgency urgency, Instant at, Besides& besides);
  Request make_common(const Joining& join, const Request& part, Urgency urgency, Instant at);
  Request raise_common(Request common, Urgency urgency, Instant at);
  std::optional<Sibling> become_part(RequestId part, RequestId common, bool attached, Instant at);
  void open_second(const SecondRequest& second, const Request& first, Besides& besides, Instant at);
  std::vector<Request> parts_of(RequestId common, bool unfinished_only);  ///< in order of reception
  bool must_be_checked(const Request& request);
  bool typed_done(const Request& request);  ///< by the person at the keyboard
  bool step(Outcome& outcome, Deed deed, const std::string& reason, Instant at);
  void read_again(const NewRequest& wanted, const Request& request, Request& edited);

  Settings& settings_;
  Store& store_;
  Identity identity_;
  Moment moment_;
  Policies policies_;
};

/// A refusal for those who cannot go on: conflict when the lifecycle says no, refused otherwise.
Error as_error(const Refusal& refusal);

/// Names of those who may check this work: who looks after the place, otherwise up to five others. Not `refused`.
std::vector<std::string> who_may_check(const Landlord& landlord, const Request& request, const Actor& refused,
                                       Instant now);

}  // namespace regie
