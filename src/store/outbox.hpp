// What leaves by mail, kept: notices (one thing that one recipient is told) and mails (one message, made of notices, or
// a report that somebody asked for).
// Knows rows, not rules.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "regie/reminder.hpp"
#include "sql/database.hpp"

namespace regie {

enum class NoticeKind : int { order = 1, order_changed, order_cancelled, reminder };

/// `held`: was due so long ago that a person has to say whether it still leaves.
enum class NoticeState : int { waiting = 1, mailed, held, withdrawn, dropped };

/// `report`: made of no notices; its message is fixed from the beginning.
enum class MailKind : int { order = 1, order_changed, order_cancelled, reminders, report };

/// Everything below `sent` still needs somebody: the database relies on that order.
enum class MailState : int {
  due = 1,    ///< leaves with the next run after `next_at`
  sending,    ///< a delivery of `spool` has it
  uncertain,  ///< perhaps it left: a person says whether it is sent again
  held,       ///< it cannot leave as it is: a person says what becomes of it
  sent,       ///< the mail program took it
  withdrawn,  ///< nothing in it was still to be said
  dropped,    ///< a person said that it need not leave
};

template <>
struct Codes<NoticeKind> {
  static constexpr std::array rows{
      CodeRow<NoticeKind>{NoticeKind::order, "order", N_("order")},
      CodeRow<NoticeKind>{NoticeKind::order_changed, "order-changed", N_("changed order")},
      CodeRow<NoticeKind>{NoticeKind::order_cancelled, "order-cancelled", N_("cancelled order")},
      CodeRow<NoticeKind>{NoticeKind::reminder, "reminder", N_("reminder")},
  };
};

template <>
struct Codes<MailKind> {
  static constexpr std::array rows{
      CodeRow<MailKind>{MailKind::order, "order", N_("order")},
      CodeRow<MailKind>{MailKind::order_changed, "order-changed", N_("changed order")},
      CodeRow<MailKind>{MailKind::order_cancelled, "order-cancelled", N_("cancelled order")},
      CodeRow<MailKind>{MailKind::reminders, "reminders", N_("reminders")},
      CodeRow<MailKind>{MailKind::report, "report", N_("report")},
  };
};

template <>
struct Codes<MailState> {
  static constexpr std::array rows{
      CodeRow<MailState>{MailState::due, "due", N_("to be sent")},
      CodeRow<MailState>{MailState::sending, "sending", N_("being sent")},
      CodeRow<MailState>{MailState::uncertain, "uncertain", N_("perhaps sent")},
      CodeRow<MailState>{MailState::held, "held", N_("held back")},
      CodeRow<MailState>{MailState::sent, "sent", N_("has left")},
      CodeRow<MailState>{MailState::withdrawn, "withdrawn", N_("no longer needed")},
      CodeRow<MailState>{MailState::dropped, "dropped", N_("dropped")},
  };
};
static_assert(in_order<NoticeKind>() && in_order<MailKind>() && in_order<MailState>());

struct Notice {
  std::int64_t id = 0;
  std::string key;
  NoticeKind kind = NoticeKind::reminder;
  NoticeState state = NoticeState::waiting;
  std::optional<RequestId> request;  ///< nullopt: about a contract
  std::string provider;
  std::string rule;                  ///< its name when it came; "" for orders
  std::optional<Occasion> occasion;  ///< of reminders
  std::optional<Instant> base;       ///< what it counted from
  Instant slot{};                    ///< when it was due
  bool urgent = false;               ///< alone, and at once
  Instant leave_at{};                ///< not before
  std::string recipient;             ///< address
  std::string name;                  ///< of the recipient
  std::optional<std::int64_t> mail;  ///< the one it is in
  std::string said;                  ///< of an order that left: order_terms()
  std::string reason;                ///< why it is held, withdrawn or dropped
};

struct Mail {
  std::int64_t id = 0;
  MailKind kind = MailKind::reminders;
  MailState state = MailState::due;
  bool urgent = false;
  std::string recipient;
  std::string name;
  std::string message_id;            ///< without < and >
  std::optional<RequestId> request;  ///< the one it is about; nullopt: several, or none
  Instant created_at{};
  Instant changed_at{};  ///< when it came into this state
  Instant next_at{};     ///< due: not before
  std::int64_t attempts = 0;
  std::int64_t doubts = 0;  ///< of an urgent one: attempts of which nobody knows whether it left with them
  std::string spool;        ///< sending: which one has it
  std::string reason;       ///< the last trouble
  std::string subject;      ///< as of the last attempt
  std::string message;      ///< as it was handed over at the last attempt; "" = not yet, or long ago. A report's as it
                            ///< will be handed over
};

/// Their columns, in the order of the tables.
extern const std::string notice_columns, mail_columns;
inline constexpr std::size_t notice_column_count = 17, mail_column_count = 17;

class Outbox {
 public:
  /// Keeps a reference. Every change wants a write transaction of the caller's.
  explicit Outbox(sql::Database& database) : database_(database) {}

  /// Under which version of the ladder requests were last looked at; "" = never.
  std::string ladder();
  std::optional<Instant> ran_at();
  void note_ladder(const std::string& version);
  void note_run(Instant at);
  /// What the operator was told last, and when.
  struct Told {
    std::string lines;
    std::optional<Instant> at;
  };
  Told told();
  void note_told(const Told& told);

  /// Every unfinished request, and whatever somebody was told about, is looked at again.
  void look_at_all(Instant now);
  /// Mails that would rest until later than `latest` leave `now`.
  void bring_back(Instant latest, Instant now);
  /// Requests that something happened to, or to which a step comes by `now`.
  std::vector<Request> to_look_at(Instant now, std::int64_t limit);
  /// Not again before `next`; nullopt: before something happens.
  void looked_at(RequestId id, std::optional<Instant> next);

  std::vector<Notice> notices_of(RequestId request);  ///< in the order they were made
  std::optional<Notice> find_notice(std::string_view key);
  std::vector<Notice> notices_in(std::int64_t mail);
  /// Those that may leave, by recipient.
  std::vector<Notice> leaving(Instant now);
  std::vector<Notice> held_notices();
  std::int64_t count_held();
  void add(Notice& notice);  ///< gives it its id
  void update(const Notice& notice);

  std::optional<Mail> find_mail(std::int64_t id);
  std::optional<Mail> find_message_id(std::string_view message_id);
  /// In these states, one at least, the latest first; limit 0 = all of them.
  std::vector<Mail> mails(const std::vector<MailState>& states, std::int64_t limit);
  /// Those that may be sent now, urgent ones first, then orders, each in the order they came.
  std::vector<std::int64_t> ready(Instant now, std::int64_t limit);
  std::int64_t last_mail();  ///< the highest number; 0 = none
  /// A mail of plain reminders that did not leave yet: what is new goes into it.
  std::optional<std::int64_t> unsent_to(const std::string& recipient);
  /// Those that are due, and were refused three times or more.
  std::vector<Mail> often_refused();
  /// How many deliveries were started, or were about to be: a spool that has started more knows a later state of this
  /// database, before it was restored.
  std::int64_t started();
  void note_started(std::int64_t deliveries);
  /// Reminders that were written to this address since then.
  std::int64_t written_to(const std::string& recipient, Instant since);
  /// The first mail about the request that this recipient was sent: its thread. "" when there is none.
  std::string thread(RequestId request, const std::string& recipient);
  void add(const Mail& mail);  ///< its id is that after last_mail()
  void update(const Mail& mail);
  /// Forgets what stood in mails that left, were withdrawn or dropped before then.
  void forget_messages(Instant settled_before);

  /// Mails made in [from, before), by what they are and how they stand.
  struct Tally {
    MailKind kind;
    MailState state;
    std::int64_t mails = 0;
  };
  std::vector<Tally> tally(Instant from, Instant before);

  /// Why mail to this address, however it is spelled, came back; nullopt: it did not.
  std::optional<std::string> failing(const std::string& address);
  /// Mail may be sent there again, and what was held leaves.
  void forgive(const std::string& address);

 private:
  sql::Statement& statement(std::optional<sql::Statement>& kept, std::string_view sql);

  sql::Database& database_;
  std::optional<sql::Statement> select_notices_of_, select_notice_, select_notices_in_, select_last_notice_,
      insert_notice_, update_notice_, update_look_, select_mail_, select_last_mail_, insert_mail_, update_mail_,
      select_failing_;
};

}  // namespace regie
