#include "report/reminders.hpp"

#include <algorithm>

#include "report/reports.hpp"
#include "text/translate.hpp"

namespace regie::report {

using render::Cell;
using render::Column;
using text::tr;

namespace {

/// Up to so many are named; the rest is counted.
constexpr std::int64_t most_named = 20;

}  // namespace

render::Section mail_in_trouble(Source& source) {
  render::Section section{.key = "trouble",
                          .title = tr(N_("Mail that needs somebody")),
                          .columns = {{"trouble", N_("Trouble")},
                                      {"mail", N_("Mail"), Column::Kind::number},
                                      {"kind", N_("Kind")},
                                      {"recipient", N_("Recipient")},
                                      {"since", N_("Since")},
                                      {"reason", N_("Why"), Column::Kind::wide}},
                          .if_empty = tr(N_("No mail is in trouble."))};
  Outbox& outbox = source.store().outbox();
  const auto add = [&](const char* code, const char* label, const Mail& mail) {
    section.rows.push_back({Cell{render::Coded{code, label}, Cell::Mood::alarm}, Cell{mail.id},
                            render::coded(mail.kind), Cell{mail.recipient}, Cell{mail.changed_at}, Cell{mail.reason}});
  };
  for (const Mail& mail : outbox.mails({MailState::uncertain, MailState::held}, most_named))
    add(code(mail.state).data(), label(mail.state), mail);
  for (const Mail& mail : outbox.often_refused()) add("refused", N_("refused again and again"), mail);
  if (const std::int64_t held = outbox.count_held(); held > 0)
    section.rows.push_back(
        {Cell{render::Coded{"old", N_("due too long ago to leave by themselves")}}, Cell{}, Cell{}, Cell{}, Cell{},
         Cell{tr(counted("{0} reminder: 'regie remind --list'", "{0} reminders: 'regie remind --list'", held))}});
  if (const std::int64_t waiting = source.store().intake().waiting(); waiting > 0)
    section.rows.push_back(
        {Cell{render::Coded{"received", N_("came in and waits for a person")}}, Cell{}, Cell{}, Cell{}, Cell{},
         Cell{tr(counted("{0} mail: 'regie receive --list'", "{0} mails: 'regie receive --list'", waiting))}});
  for (const FailingAddress& failing : source.store().intake().failing())
    section.rows.push_back({Cell{render::Coded{"failing", N_("mail to this address comes back")}}, Cell{}, Cell{},
                            Cell{failing.address}, Cell{failing.since}, Cell{failing.reason}});
  return section;
}

Made make_reminders(Source& source) {
  const Query& query = source.query();
  if (!query.ids_of.empty())
    throw Error(Trouble::usage, message(N_("--ids: this report has no figure that is a list of requests")));
  if (!query.filters.empty() || !query.by.empty())
    throw Error(Trouble::usage, message(N_("this report is about mail: it takes a period only")));
  render::Section sent{
      .key = "mails",
      .title = tr(N_("Mails made in the period")),
      .columns = {{"kind", N_("Kind")}, {"state", N_("State")}, {"mails", N_("Mails"), Column::Kind::number}},
      .if_empty = tr(N_("No mail was made.")),
      .bar = 2};
  std::int64_t all = 0, left = 0;
  for (const Outbox::Tally& tally : source.store().outbox().tally(query.from, query.as_of())) {
    sent.rows.push_back({render::coded(tally.kind), render::coded(tally.state), Cell{tally.mails}});
    all += tally.mails;
    left += tally.state == MailState::sent ? tally.mails : 0;
  }
  Made made;
  render::Section trouble = mail_in_trouble(source);
  trouble.remarks.push_back(tr(N_("How mail stands now, whatever the period.")));
  const auto ran = source.store().outbox().ran_at();
  made.page.headlines = {{"mails", Cell{all}, tr(N_("mails made"))},
                         {"left", Cell{left}, tr(N_("of these have left"))},
                         {"trouble",
                          Cell{static_cast<std::int64_t>(trouble.rows.size()),
                               trouble.rows.empty() ? Cell::Mood::good : Cell::Mood::alarm},
                          tr(N_("in trouble"))},
                         {"last_run", ran ? Cell{*ran} : Cell{}, tr(N_("last run of 'regie remind'"))}};
  made.page.sections = {std::move(trouble), std::move(sent)};
  return made;
}

}  // namespace regie::report
