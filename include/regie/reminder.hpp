// Reminders: the landlord's ladder, and what it says about one request at one moment. Nothing here looks at what was
// sent before: a reminder has a key, made of what it is about and of when it was due, and whoever keeps the keys sends
// each of them once. So it does not matter when, or how often, anybody asks.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "regie/change.hpp"
#include "regie/policy.hpp"

namespace regie {

/// What a reminder is about. Each has a moment that its steps are counted from.
enum class Occasion : int {
  order_unanswered = 1,  ///< from when the provider was asked
  appointment,           ///< before the visit
  promise_ends,          ///< before the provider's promise is over
  promise_broken,        ///< from then on, as long as the work is not done
  target_broken,         ///< from when the tenant should have been helped
  not_checked,           ///< from the end of the work
  not_answered,          ///< from when only the answer to the tenant was left
  no_news,               ///< from when the tenant should have heard something
  on_hold,               ///< from when it was put on hold
  undecided,             ///< from when a person had to decide who goes
  contract_ends,         ///< before a contract's last day is over; no request
};

template <>
struct Codes<Occasion> {
  static constexpr std::array rows{
      CodeRow<Occasion>{Occasion::order_unanswered, "order-unanswered", N_("orders without an answer")},
      CodeRow<Occasion>{Occasion::appointment, "appointment", N_("appointments")},
      CodeRow<Occasion>{Occasion::promise_ends, "promise-ends", N_("promises that end soon")},
      CodeRow<Occasion>{Occasion::promise_broken, "promise-broken", N_("promises that are over")},
      CodeRow<Occasion>{Occasion::target_broken, "target-broken", N_("late for the tenant")},
      CodeRow<Occasion>{Occasion::not_checked, "not-checked", N_("work to be checked")},
      CodeRow<Occasion>{Occasion::not_answered, "not-answered", N_("tenants to be answered")},
      CodeRow<Occasion>{Occasion::no_news, "no-news", N_("tenants without news")},
      CodeRow<Occasion>{Occasion::on_hold, "on-hold", N_("on hold for long")},
      CodeRow<Occasion>{Occasion::undecided, "undecided", N_("waiting for a decision who goes")},
      CodeRow<Occasion>{Occasion::contract_ends, "contract-ends", N_("contracts that end")},
  };
};
static_assert(in_order<Occasion>());

/// One rung of the ladder.
struct ReminderStep {
  Delay delay;
  bool before = false;          ///< `delay` before the occasion's moment, otherwise after it
  std::vector<std::string> to;  ///< words of recipient_words, codes of people or providers, addresses
  std::optional<Delay> every;   ///< said again so long after the last time
  int most = 1;                 ///< how often in all
};

struct ReminderRule {
  std::string name;   ///< as `remind --dry-run` calls it
  std::string title;  ///< heading in the mail; "" = the occasion's label
  std::string ask;    ///< what the reader is to do; "" = nothing is said
  Occasion occasion = Occasion::order_unanswered;
  // Which requests; an empty list asks nothing.
  std::vector<Urgency> urgencies;
  std::vector<std::string> trades;
  std::vector<std::string> providers;
  std::vector<Party> waiting_for;  ///< on_hold only
  std::optional<ProviderKind> kind;
  std::vector<ReminderStep> steps;  ///< not empty
};

struct Ladder {
  std::string version;               ///< fingerprint of everything below; "" = there is nothing below
  std::vector<ProviderKind> orders;  ///< to whom orders leave as mails
  std::vector<ReminderRule> rules;
  std::string hours;    ///< name of those in which mail may leave to whoever has no hours; "" = the targets'
  std::vector<int> at;  ///< minutes since midnight at which reminders leave; empty, or none of them within the hours:
                        ///< as soon as it is open
  std::int64_t per_run = 200;             ///< mails; what is more waits for the next run
  std::int64_t per_recipient_a_day = 10;  ///< mails with reminders, emergencies and orders aside
};

/// How the landlord writes and reads mail.
struct MailSettings {
  std::string from_name;
  std::string from;      ///< "" = no mail leaves
  std::string reply_to;  ///< "" = from
  std::string bounces;   ///< envelope sender; "" = from
  std::vector<std::string> sendmail{"/usr/sbin/sendmail"};
  std::int64_t patience = 300;  ///< seconds
  std::string language;         ///< "fr" or "en"; "" = the desk's
  std::string templates;        ///< folder of the landlord's own, whole path; "" = none
  std::string stop_file;        ///< whole path; while it is there nothing leaves; "" = none
  std::string spool;            ///< folder, whole path; "" = beside the database
  bool tenant = true;           ///< orders name the tenant and the telephone, for dwellings
};

/// Moments of a request's life that its row does not say.
struct Since {
  std::optional<Instant> held;   ///< put on hold
  std::optional<Instant> asked;  ///< the order, or the rework, that the provider has to answer; after a wait: its end
  std::optional<Instant> undecided;  ///< nobody was sent
};
Since since(std::span<const Event> journal);

/// The moment the steps count from; nullopt when there is no such occasion now. What was to be said before something
/// that is over by `now` is no longer said.
std::optional<Instant> base_of(Occasion occasion, const Request& request, const Since& since, Instant now);

/// When a step comes.
struct Beat {
  Instant at;
  std::size_t step = 0;  ///< of the rule
  int round = 1;         ///< the first time, the second…
};

/// All of a rule, in order of time.
std::vector<Beat> beats(const ReminderRule& rule, Instant base, const Policy& policy);

/// A step that has come.
struct Reminder {
  const ReminderRule* rule;
  Beat beat;
  Instant base;
};

struct Outlook {
  std::vector<Reminder>
      due;  ///< of each rule that fits, the latest step that has come; several at one moment count as one
  std::optional<Instant> next;  ///< when another one comes, unless something happens before
};

struct Landlord;

/// What the ladder says about a request.
Outlook outlook(const Landlord& landlord, const Request& request, const Since& since, Instant now);

/// A contract's end that somebody has to hear of: the lots of one provider that end on one day.
struct ContractEnd {
  const ReminderRule* rule;
  Beat beat;
  Instant base;
  std::string provider;
  LocalDay last_day;
  std::vector<std::string> trades;
};
std::vector<ContractEnd> contract_ends(const Landlord& landlord, Instant now);

/// Is it about what one provider owes, and over when another one is sent?
bool is_about_order(Occasion occasion);

/// What is said, to whom, about what, counted from when: the same for ever, whenever it is asked. `to` is the word of
/// the ladder, not the address: who stands in for somebody on leave is not reminded again. What is told to a provider,
/// or about its order, is told again to the next one.
std::string reminder_key(const Reminder& reminder, const Request& request, std::string_view to);
std::string reminder_key(const ContractEnd& end, std::string_view to);

/// What a step may name beside codes and addresses.
inline constexpr std::array<std::string_view, 6> recipient_words{"provider", "visitor",     "caretaker",
                                                                 "agency",   "agency-head", "on-call"};

struct Recipient {
  std::string address;  ///< "" when nobody said it
  std::string name;
  std::string hours;  ///< name of those in which mail may leave
  bool operator==(const Recipient&) const = default;
};

/// Whom a word means. nullopt when there is nobody. `provider` may be that of an order that is no longer the request's.
std::optional<Recipient> recipient(const Landlord& landlord, std::string_view who, const std::string& residence,
                                   const std::string& provider, const std::string& visitor, Instant now);

/// When a reminder that is due may leave: emergencies at once, others in the recipient's hours, at the landlord's times
/// where the hours have such.
Instant leaves_at(const Landlord& landlord, const Recipient& recipient, Instant due, bool urgent);

/// What an order says, one "name=value" a line: it is told again when it is no longer the same. Words about people are
/// fingerprints of what they said.
std::string order_terms(const Request& request, bool with_tenant);
/// Names of the terms that differ.
std::vector<std::string> changed_terms(std::string_view before, std::string_view after);

}  // namespace regie
