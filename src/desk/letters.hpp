// What mails say: the landlord's templates, filled.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "desk/settings.hpp"
#include "regie/reminder.hpp"
#include "store/outbox.hpp"

namespace regie {

/// A text with places like {number}. There is nothing else in it: no conditions, no loops, and what is put into a place
/// is never looked at for places again. A line whose places are all empty is left out.
class Template {
 public:
  /// `content`: comment lines that begin with '#', the subject, an empty line, the text. Unknown places, and a
  /// template without a subject or text, go to `findings`, with file and line.
  Template(const std::string& file, std::string_view content, const std::vector<std::string>& fields,
           std::vector<Message>& findings);

  using Values = std::map<std::string, std::string, std::less<>>;
  std::string subject(const Values& values) const;  ///< one line
  std::string text(const Values& values) const;

 private:
  std::string fill(std::string_view lines, const Values& values) const;

  std::string subject_, text_;
};

/// One thing that a mail of reminders says.
struct Reminded {
  const ReminderRule* rule = nullptr;
  Occasion occasion = Occasion::order_unanswered;
  std::optional<Request> request;  ///< nullopt: a contract
  Instant base{};
  std::string provider;  ///< of the contract
  std::vector<std::string> trades;
};

struct LetterText {
  std::string subject;
  std::string text;
};

/// The templates in the language mails are written in.
class Letters {
 public:
  /// Reads the landlord's own templates and, where there is none, the installed ones. Throws Error(config) with
  /// everything that is wrong in them.
  Letters(Settings& settings, Instant now);

  /// An order, a changed one, one that is taken back. `changed`: names as changed_terms() gives them; `found_bad`:
  /// what the last check of this order's work found, in the checker's words, "" = not said; nullopt: nothing was bad.
  LetterText order(MailKind kind, const Request& request, const std::string& provider,
                   const std::vector<std::string>& changed, const std::optional<std::string>& found_bad) const;

  /// Most urgent first. `to_provider`: the code of the firm or crew that reads it; "" = somebody of the landlord's.
  LetterText reminders(const Recipient& to, const std::string& to_provider, std::vector<Reminded> reminded) const;

  /// "plumbing, Les Tilleuls": what a calendar shows.
  std::string summary(const Request& request) const;

  const std::string& language() const { return language_; }

 private:
  std::string when(Instant at) const;
  std::string item(const Reminded& reminded, const std::string& to_provider) const;
  Template::Values about(const Request& request) const;
  void sign(Template::Values& values, const Agency* agency) const;

  const Landlord& landlord_;
  Instant now_;
  std::string language_;
  std::map<std::string, Template, std::less<>> templates_;
};

/// The places each kind of mail has, by the name of its template.
const std::map<std::string, std::vector<std::string>, std::less<>>& template_fields();

}  // namespace regie
