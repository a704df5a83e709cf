// Reports that leave by mail: to whom, what, and what is said about it. They are kept in the outbox, as they leave,
// until `regie remind` hands them over.
#pragma once

#include <string>
#include <vector>

#include "mail/letter.hpp"
#include "regie/landlord.hpp"
#include "store/outbox.hpp"

namespace regie {

/// Throws Error(config) unless the landlord says who mails come from.
void check_mail_is_said(const Landlord& landlord);

/// Whom these words mean, each address once: addresses, codes of people and of agencies. Throws Error with all that is
/// wrong with them: not_found for a code that nobody has, usage for what is no address, refused for somebody without
/// one.
std::vector<Recipient> report_recipients(const Landlord& landlord, const std::vector<std::string>& words);

/// A report as it leaves.
struct ReportMail {
  std::string key;  ///< which one: name, period, filters, format. One key leaves once a day to one address
  std::string subject;
  std::string text;                           ///< for readers who see no page, and `remind --show`
  std::string html;                           ///< "" = none
  std::vector<mail::Attachment> attachments;  ///< .xlsx, .csv
  std::string language;                       ///< "fr", "en"
};

/// The name of its mail: the same for the same key, address and day, whenever it is asked for.
std::string message_id(const ReportMail& report, const Landlord& landlord, const std::string& address, LocalDay today);

/// What became of a report for one recipient.
struct QueuedReport {
  Mail mail;
  bool is_new = true;  ///< false: it had been asked for on that day, and nothing was changed
};

/// One sentence that says so: it leaves with the next run, is held because of its address, was asked for before.
Message said_of(const QueuedReport& queued);

}  // namespace regie
