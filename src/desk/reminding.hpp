// What leaves by mail, decided and kept: requests are looked at when something happened to them or a step of the ladder
// comes; what has to be told becomes a notice, once for ever by its key; notices become mails; and a mail is handed
// over by a spool. Each step is a transaction of its own, and each may be interrupted: the next run goes on.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "desk/letters.hpp"
#include "desk/report_mail.hpp"
#include "desk/settings.hpp"
#include "mail/mime.hpp"
#include "mail/spool.hpp"
#include "store/store.hpp"

namespace regie {

/// Where the spool of this database is: `setting` (the landlord's `spool`), "PATH.spool" beside a file. Throws
/// Error(refused) for a database on a server when that is not said.
std::filesystem::path spool_folder(const std::string& database, const std::string& setting);

class Reminding {
 public:
  /// Keeps references.
  Reminding(Settings& settings, Store& store, Instant now);

  /// Looks at what is to be looked at, and makes notices and mails of it. `save` = false: everything is decided and
  /// handed to `see` before it is undone.
  void prepare(bool save, const std::function<void()>& see = {});

  /// Has a report leave with the next run: a mail to each, or none at all. One that was asked for before with the same
  /// key, on the same day, for the same address, stays as it is. Throws Error(config) without a sender, and
  /// Error(refused) for what is too large for a mail. `save` = false: all is undone again.
  std::vector<QueuedReport> queue_report(const std::vector<Recipient>& to, const ReportMail& report,
                                         const mail::Mime& mime, bool save = true);
  /// Why mails wait for longer than a run is away: nobody runs it, or it may not send. Empty when all is well.
  std::vector<Message> delays();

  /// What would leave now, mail by mail, inside prepare()'s `see`. What a report says stands in its message only.
  struct Leaving {
    Mail mail;
    std::vector<Notice> notices;
    LetterText text;
  };
  std::vector<Leaving> leaving(const Letters& letters);

  /// What a mail of notices that is still to be sent says now; nullopt when nothing of it is still to be said.
  std::optional<LetterText> preview(std::int64_t id, const Letters& letters);

  /// A mail whose delivery may be started: the database says that it is being sent.
  struct Claimed {
    Mail mail;
    mail::Spool::Delivery delivery;
  };
  /// Takes a mail out of the outbox for one attempt. nullopt when it is not to be sent any more.
  std::optional<Claimed> claim(std::int64_t id, const Letters& letters, const mail::Mime& mime, mail::Spool& spool);

  /// Writes down how an attempt ended; the receipt may be forgotten afterwards. What the receipt cannot say (working)
  /// changes nothing.
  void settle(std::int64_t id, std::int64_t attempt, const mail::Receipt& receipt);

  /// Lets a mail leave with the next run that is due, uncertain, held, or has been on its way for hours; its address is
  /// good again. Throws Error(not_found), and Error(conflict) for any other.
  void retry(std::int64_t mail, bool save = true);
  /// Such a mail need not leave.
  void drop(std::int64_t mail, const std::string& reason, bool save = true);
  /// What was held because it is old: leaves after all, or never; how many those are.
  std::int64_t release_old();
  std::int64_t drop_old(const std::string& reason, bool save = true);

  Outbox& outbox() { return store_.outbox(); }

 private:
  bool look();  ///< at some requests; false when there are no more
  void look_at(const Request& request);
  void tell_orders(const Request& request, const std::vector<Notice>& notices);
  void tell_contract_ends();
  void gather();
  void put_into_mail(std::vector<Notice> notices, MailKind kind);
  void tell(Notice notice, const std::optional<Recipient>& to, Instant due, bool may_be_old);
  void withdraw(Notice notice, const std::string& reason);

  bool still_holds(const Notice& notice, const Request& request);
  /// What its provider was told about the order before this notice; "" = nothing.
  std::string told_before(const Notice& notice);
  std::optional<Recipient> recipient_of(const Notice& notice);
  bool is_open_for(const Recipient& to) const;
  /// Why a mail to this address cannot leave; "" = it can.
  std::string why_held(const Mail& mail);
  Since since_of(const Request& request);
  struct Composed {
    LetterText text;
    std::string calendar;
    std::string said;
  };
  Composed compose(const Mail& mail, const std::vector<Notice>& notices, const Letters& letters);
  /// Puts the address it goes to by now; false when it cannot leave, or not yet: what stands in its way is in it then.
  bool may_leave(Mail& mail, const std::vector<Notice>& notices);
  /// Puts what they say into the mail; returns what an order says.
  std::string write_message(Mail& mail, const std::vector<Notice>& notices, const Letters& letters,
                            const mail::Mime& mime);
  /// A letter of the landlord's, without what it says.
  mail::Letter letter_for(const Mail& mail, const std::string& language) const;
  /// The mail it is in; nullopt: in none yet.
  std::optional<Mail> mail_of(const Notice& notice);
  /// Or perhaps did, and nobody knows.
  bool has_left(const Notice& notice);
  /// Has this provider declined or done what it was given then?
  bool gave_it_back(RequestId id, const std::string& provider, Instant ordered);
  bool contract_still_ends(const Notice& notice) const;
  /// The notices of a mail that are still to be said, the others withdrawn (but of a mail that perhaps left).
  std::vector<Notice> valid_notices(const Mail& mail);

  Settings& settings_;
  Store& store_;
  const Landlord& landlord_;
  Instant now_;
};

}  // namespace regie
