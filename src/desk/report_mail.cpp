#include "desk/report_mail.hpp"

#include <algorithm>

#include "desk/digest.hpp"
#include "regie/names.hpp"
#include "text/unicode.hpp"

namespace regie {

namespace {

struct Complaint {
  Trouble trouble;
  Message message;
};

bool is_address_of_ours(const MailSettings& own, const std::string& address) {
  return std::ranges::any_of(std::array{&own.from, &own.reply_to, &own.bounces},
                             [&](const std::string* ours) { return text::fold(*ours) == text::fold(address); });
}

}  // namespace

void check_mail_is_said(const Landlord& landlord) {
  if (!landlord.mail.from.empty()) return;
  throw Error(Trouble::config, message(N_("the configuration does not say who mails come from")))
      .hint(message(N_("write [mail] with from = \"name@example.org\"; see regie-mail(7)")));
}

std::vector<Recipient> report_recipients(const Landlord& landlord, const std::vector<std::string>& words) {
  std::vector<Recipient> recipients;
  std::vector<Complaint> complaints;
  const auto add = [&](Recipient recipient) {
    const auto is_same = [&](const Recipient& one) { return text::fold(one.address) == text::fold(recipient.address); };
    // It would come back as an answer.
    if (is_address_of_ours(landlord.mail, recipient.address))
      complaints.push_back({Trouble::refused, message(N_("{0}: that is the desk's own address"), recipient.address)});
    else if (std::ranges::none_of(recipients, is_same)) recipients.push_back(std::move(recipient));
  };
  const auto add_known = [&](const std::string& name, const std::string& address) {
    if (address.empty()) complaints.push_back({Trouble::refused, message(N_("no e-mail address: {0}"), name)});
    else add({address, name, ""});
  };
  for (const std::string& word : words) {
    if (word.find('@') != std::string::npos) {
      if (mail::is_address(word)) add({word, "", ""});
      else
        complaints.push_back(
            {Trouble::usage, message(N_("'{0}' is not an e-mail address; write one like name@example.org"), word)});
    } else if (const Person* person = landlord.find_person(word); person != nullptr) {
      add_known(person->name.empty() ? person->code : person->name, person->email);
    } else if (const Agency* agency = landlord.find_agency(word); agency != nullptr) {
      add_known(agency->name.empty() ? agency->code : agency->name, agency->email);
    } else {
      auto names = codes_in(landlord.people);
      std::ranges::copy(codes_in(landlord.agencies), std::back_inserter(names));
      complaints.push_back(
          {Trouble::not_found, unknown_name(N_("nobody is called '{0}'; known: {1}"),
                                            N_("nobody is called '{0}'; did you mean '{1}'?"), word, names)});
    }
  }
  if (words.empty()) complaints.push_back({Trouble::usage, message(N_("nobody is named who gets the report"))});
  if (complaints.empty()) return recipients;
  std::vector<Message> messages;
  for (Complaint& one : complaints) messages.push_back(std::move(one.message));
  throw Error(complaints.front().trouble, std::move(messages));
}

std::string message_id(const ReportMail& report, const Landlord& landlord, const std::string& address, LocalDay today) {
  constexpr std::size_t enough = 24;  // digits
  const std::string& from = landlord.mail.from;
  Digest digest;
  for (const std::string& part : {landlord.name, text::fold(address), std::to_string(today.time_since_epoch().count())})
    digest.add(part + '\n');
  digest.add(report.key);
  return "report." + digest.digits().substr(0, enough) + '@' + from.substr(from.find('@') + 1);
}

Message said_of(const QueuedReport& queued) {
  const Mail& mail = queued.mail;
  if (!queued.is_new)
    return message(N_("mail {0} to {1}: asked for before on the same day, {2}"), mail.id, mail.recipient,
                   Label{label(mail.state)});
  if (mail.state == MailState::held)
    return message(N_("mail {0} to {1}: {2}, {3}"), mail.id, mail.recipient, Label{label(mail.state)}, mail.reason);
  return message(N_("mail {0} to {1}: leaves with the next 'regie remind'"), mail.id, mail.recipient);
}

}  // namespace regie
