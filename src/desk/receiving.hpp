// Mails that come in: what a provider answers is written into the journal of its order, and done when it is said beyond
// doubt, as if somebody had typed it; whatever is not certain waits for a person. Nothing is ever answered from here.
#pragma once

#include <optional>
#include <string>

#include "desk/desk.hpp"
#include "mail/answer.hpp"
#include "mail/letter.hpp"

namespace regie {

/// A mail as it was handed in.
struct HandedIn {
  mail::Incoming mail;
  std::string digest;    ///< of its bytes: its name when it has no Message-ID
  bool is_whole = true;  ///< false: it was larger than what is read, and `mail` is its beginning
};

class Receiving {
 public:
  /// Keeps references. `typist`: whose account runs the program.
  Receiving(Settings& settings, Store& store, Identity typist, Instant now);

  /// Keeps a mail, and does what it says beyond doubt; all of it in one transaction. nullopt: it came before, nothing
  /// changed. `save` = false: everything is decided and undone. Whatever it throws, nothing was kept: the mail is to be
  /// handed in again later.
  std::optional<ReceivedMail> take(const HandedIn& handed_in, bool save = true);

  /// A person has looked at it; its text is forgotten. Throws Error(not_found), and Error(conflict) for one that does
  /// not wait.
  void settle(std::int64_t mail, const std::string& reason, bool save = true);

  /// Mail may be sent to this address again. Throws Error(not_found) when none came back from it.
  void forgive(const std::string& address, bool save = true);

 private:
  struct Sender;
  void sort(const HandedIn& handed_in, ReceivedMail& row);
  void sort_bounce(const mail::Incoming& mail, ReceivedMail& row);
  std::optional<Request> request_of(const mail::Incoming& mail, ReceivedMail& row);
  std::optional<Sender> sender_of(const std::string& address, const Request* request) const;
  void record(const mail::Incoming& mail, const Request& request, const Sender& sender, ReceivedMail& row);
  Outcome act(Desk& desk, const Request& request, const mail::Answer& answer, const std::string& source);
  Instant sent_at(const mail::Incoming& mail) const;
  std::string source_of(const mail::Incoming& mail) const;
  Instant done_at(const mail::Answer& answer, const Request& request) const;

  Settings& settings_;
  Store& store_;
  const Landlord& landlord_;
  Identity typist_;
  Instant now_;
};

/// A reason with where it comes from in front: "e-mail of 10:32: no cherry picker this week".
std::string with_source(const std::string& source, const std::string& reason);

}  // namespace regie
