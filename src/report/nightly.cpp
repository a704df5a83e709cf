// One page in the morning: what is late and whose turn it is, what will be late, who waits for a word, what to check,
// what happened since the last worked day, and what goes wrong in the background.
#include <algorithm>
#include <map>

#include "report/lists.hpp"
#include "report/providers.hpp"
#include "report/reminders.hpp"
#include "report/reports.hpp"
#include "report/targets.hpp"
#include "report/unanswered.hpp"
#include "report/watch.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"

namespace regie::report {

using render::Cell;
using render::Column;
using text::tr;

namespace {

constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t watch_days = 30;

/// The end of the next worked day: what is due by then can still be saved. Midnight, so that it does not depend on
/// hours that the landlord may have changed since.
Instant soon(const Source& source, Instant at) {
  using std::chrono::days;
  const Calendar& calendar = source.landlord().policy.calendar;
  const WeeklyHours& hours = source.landlord().policy.hours_named("");
  LocalDay day = std::chrono::floor<days>(source.zone().local(at)) + days{1};
  for (int tries = 0; tries < 31 && calendar.open_on(day, hours).empty(); ++tries) day += days{1};
  return source.zone().bound(LocalTime{day + days{1}});
}

struct Standing {
  std::vector<Request> late, soon, emergencies, unanswered, to_check, undecided;
};

Standing sort_out(const Source& source, const std::vector<Request>& open, Instant at) {
  Standing standing;
  const Instant until = soon(source, at);
  for (const Request& request : open) {
    if (is_late(request, at)) standing.late.push_back(request);
    else if (request.state < State::done && request.due_at && *request.due_at < until && next_due(request).has_value())
      standing.soon.push_back(request);
    if (request.urgency == Urgency::emergency && request.state < State::done) standing.emergencies.push_back(request);
    if (request.state == State::done && request.check_required) standing.to_check.push_back(request);
    if (request.state == State::open) standing.undecided.push_back(request);
  }
  standing.unanswered = unanswered(open, at);
  std::ranges::stable_sort(standing.late, {}, &Request::due_at);
  std::ranges::stable_sort(standing.soon, {}, &Request::due_at);
  std::ranges::stable_sort(standing.to_check, {}, &Request::done_at);
  std::ranges::stable_sort(standing.undecided, {}, &Request::opened_at);
  return standing;
}

/// "What is late, and whose fault is it?"
render::Section late_by_turn(Source& source, const std::vector<Request>& late) {
  const Instant at = source.query().as_of();
  struct Sum {
    std::int64_t requests = 0, emergencies = 0;
    Instant oldest = Instant::max();
  };
  std::map<Turn, Sum> sums;
  for (const Request& request : late) {
    Sum& sum = sums[whose_turn(source, request)];
    ++sum.requests;
    sum.emergencies += request.urgency == Urgency::emergency ? 1 : 0;
    sum.oldest = std::min(sum.oldest, *request.due_at);
  }
  std::vector<std::pair<Turn, Sum>> ordered(sums.begin(), sums.end());
  std::ranges::stable_sort(
      ordered, [](const auto& one, const auto& other) { return one.second.requests > other.second.requests; });
  render::Section section{.key = "late_by",
                          .title = tr(N_("Late: whose turn is it?")),
                          .columns = {{"turn", N_("Whose turn")},
                                      {"requests", N_("Late"), Column::Kind::number},
                                      {"emergencies", N_("Emergencies"), Column::Kind::number},
                                      {"longest", N_("Longest"), Column::Kind::number}},
                          .if_empty = tr(N_("Nothing is late.")),
                          .bar = 1};
  for (const auto& [turn, sum] : ordered)
    section.rows.push_back({turn_cell(source, turn), Cell{sum.requests, Cell::Mood::alarm}, Cell{sum.emergencies},
                            Cell{render::Length{(at - sum.oldest).count()}}});
  return section;
}

/// What happened in the period, and in as long a time a week before.
struct Happened {
  std::int64_t received = 0, done = 0, checked = 0, failed = 0, closed = 0, cancelled = 0, reopened = 0, declined = 0,
               nobody_home = 0, missed = 0;

  void count(const Source& source, const Source::Told& told, Moment from, Moment before) {
    const auto in = [&](Moment at) { return at >= from && at < before ? 1 : 0; };
    const Round& round = told.round;
    if (source.wants_provider(told.provider())) {
      if (round.again) reopened += in(round.begun);
      else received += in(round.begun);
      if (round.cancelled != 0) cancelled += in(round.over);
      else if (round.state == State::closed) closed += in(round.over);
      missed += source.is_technical(round) ? in(round.missed_at) : 0;
    }
    for (const Job& job : told.jobs) {
      if (!source.wants_provider(job.provider)) continue;
      done += in(job.done);
      if (!job.tacit) checked += in(job.checked);
      if (job.end == JobEnd::check_failed) failed += in(job.checked);
      if (job.end == JobEnd::declined) declined += in(job.ended);
    }
    for (const FailedVisit& visit : told.failed_visits)
      if (source.wants_provider(visit.provider)) nobody_home += in(visit.at);
  }
};

render::Section what_happened(const Happened& now, const Happened& before) {
  render::Section section{.key = "happened",
                          .title = tr(N_("What happened")),
                          .columns = {{"what", N_("Event")},
                                      {"now", N_("This time"), Column::Kind::number},
                                      {"week_before", N_("A week before"), Column::Kind::number}},
                          .bar = 1};
  const auto row = [&](const char* code, const char* label, std::int64_t Happened::*count) {
    section.rows.push_back({Cell{render::Coded{code, label}}, Cell{now.*count}, Cell{before.*count}});
  };
  row("received", N_("requests received"), &Happened::received);
  row("done", N_("jobs reported done"), &Happened::done);
  row("checked", N_("checks made"), &Happened::checked);
  row("checks_failed", N_("checks failed"), &Happened::failed);
  row("closed", N_("requests closed"), &Happened::closed);
  row("cancelled", N_("requests cancelled"), &Happened::cancelled);
  row("reopened", N_("requests reopened"), &Happened::reopened);
  row("declined", N_("orders declined"), &Happened::declined);
  row("nobody_home", N_("visits that found nobody"), &Happened::nobody_home);
  row("missed", N_("targets missed"), &Happened::missed);
  return section;
}

/// Of those received in the period, whatever else is wanted of them, as they were then: another urgency since is
/// another matter.
std::vector<Request> received_emergencies(Source& source, const std::vector<RequestId>& received) {
  std::vector<Request> requests = source.as_of(received);
  std::erase_if(requests, [&](const Request& request) {
    return request.urgency != Urgency::emergency || !source.wants(request);
  });
  return requests;
}

render::Section day_emergencies(Source& source, std::vector<RequestId> received) {
  std::ranges::sort(received);
  std::vector<Request> requests = received_emergencies(source, received);
  std::ranges::stable_sort(requests, [](const Request& one, const Request& other) {
    return std::pair(one.state >= State::done, one.opened_at) < std::pair(other.state >= State::done, other.opened_at);
  });
  return listed(source, "emergencies", tr(N_("Emergencies received")), requests,
                {state_column(),
                 provider_column(source),
                 {{"opened_at", N_("Received")}, [](const Request& one) { return Cell{one.opened_at}; }}},
                "emergencies_received");
}

using Period = std::pair<Instant, Instant>;

/// The two months that are over, the last one first.
std::array<Period, 2> last_months(const Source& source) {
  const Calendar& calendar = source.landlord().policy.calendar;
  const WeeklyHours& hours = source.landlord().policy.hours_named("");
  const Period last = usual_period(Usual::last_month, source.query().as_of(), calendar, hours);
  return {last, usual_period(Usual::last_month, last.first, calendar, hours)};
}

/// All that the page counts, in one reading of the past.
struct Counted {
  Happened now, week_before;
  std::vector<RequestId> received;      ///< those that are wanted
  std::vector<RequestId> received_all;  ///< whatever is wanted
  std::array<Kept, 2> kept;             ///< in last_months()
  std::vector<Watched> watched;
  render::Section worse;
};

Counted count_all(Source& source) {
  const Query& query = source.query();
  const Moment from = moment(query.from), before = moment(query.as_of()), week = 7 * day_seconds;
  const Moment watched_from = before - watch_days * day_seconds;
  ResidenceWatch watch(source, watched_from, before);
  WorseProviders worse(source, watched_from, before);
  const auto months = last_months(source);
  Counted counted;
  const Moment earliest = std::min({watch.begins(), worse.begins(), from - week, moment(months[1].first)});
  source.each_of_all(earliest, before, [&](const Source::Told& told) {
    watch.count(told);
    const bool is_new = !told.round.again && told.round.begun >= from;
    if (is_new) counted.received_all.push_back(told.round.request);
    if (!told.wanted) return;
    counted.now.count(source, told, from, before);
    counted.week_before.count(source, told, from - week, before - week);
    for (std::size_t i = 0; i < months.size(); ++i)
      counted.kept[i].count(source, told, moment(months[i].first), moment(months[i].second));
    worse.count(told);
    if (is_new && source.wants_provider(told.provider())) counted.received.push_back(told.round.request);
  });
  counted.watched = watch.watched();
  counted.worse = worse.section();
  return counted;
}

/// "Did we keep our word last month?"
render::Section our_word(Source& source, const std::array<Kept, 2>& kept) {
  render::Section section{.key = "our_word",
                          .title = tr(N_("Did we keep our word?")),
                          .columns = {{"month", N_("Month")},
                                      {"decided", N_("Targets decided"), Column::Kind::number},
                                      {"kept", N_("Kept"), Column::Kind::number},
                                      {"missed", N_("Missed"), Column::Kind::number},
                                      {"kept_share", N_("Kept, %"), Column::Kind::number}}};
  const auto months = last_months(source);
  for (std::size_t i = 0; i < months.size(); ++i) {
    if (kept[i].decided() == 0) continue;
    section.rows.push_back({key_cell(source, By::month, month_number(source.zone(), months[i].first)),
                            Cell{kept[i].decided()}, Cell{kept[i].kept}, Cell{kept[i].missed},
                            Cell{render::Share{kept[i].kept, kept[i].decided()}}});
  }
  section.remarks.push_back(
      tr(N_("Every target that was kept or missed in the month, those of requests still open too; "
            "what was left out and why: 'regie report targets'.")));
  return section;
}

std::int64_t count(const auto& list) { return static_cast<std::int64_t>(list.size()); }

Cell warning_if(std::size_t count, Cell::Mood mood) {
  return Cell{static_cast<std::int64_t>(count), count > 0 ? mood : Cell::Mood::good};
}

}  // namespace

Made make_nightly(Source& source) {
  const Query& query = source.query();
  const Instant at = query.as_of();
  const std::vector<Request> open = source.unfinished();
  const Standing standing = sort_out(source, open, at);
  Made made;
  const std::vector<std::pair<std::string, const std::vector<Request>*>> lists{{"late", &standing.late},
                                                                               {"due_soon", &standing.soon},
                                                                               {"unfinished", &open},
                                                                               {"unanswered", &standing.unanswered},
                                                                               {"to_check", &standing.to_check},
                                                                               {"emergencies", &standing.emergencies},
                                                                               {"undecided", &standing.undecided}};
  static constexpr std::string_view received = "new", emergencies_received = "emergencies_received";
  if (!query.ids_of.empty()) {
    std::vector<std::string> figures;
    for (const auto& [key, requests] : lists) {
      figures.push_back(key);
      if (key != query.ids_of) continue;
      for (const Request& request : *requests) made.ids.push_back(request.id);
      std::ranges::sort(made.ids);
      return made;
    }
    figures.emplace_back(received);
    figures.emplace_back(emergencies_received);
    if (std::ranges::find(figures, query.ids_of) == figures.end()) throw no_such_figure(query.ids_of, figures);
    Counted counted = count_all(source);
    if (query.ids_of == received) made.ids = std::move(counted.received);
    else
      for (const Request& request : received_emergencies(source, counted.received_all)) made.ids.push_back(request.id);
    std::ranges::sort(made.ids);
    return made;
  }
  const Counted past = count_all(source);
  render::Section trouble = mail_in_trouble(source);
  trouble.if_empty.clear();
  made.page.headlines = {
      {"late", warning_if(standing.late.size(), Cell::Mood::alarm), tr(N_("late"))},
      {"due_soon", warning_if(standing.soon.size(), Cell::Mood::warning),
       tr(N_("due by the end of the next worked day"))},
      {"emergencies", warning_if(standing.emergencies.size(), Cell::Mood::alarm),
       tr(counted("emergency not done", "emergencies not done", count(standing.emergencies)))},
      {"undecided", warning_if(standing.undecided.size(), Cell::Mood::warning), tr(N_("sent to nobody"))},
      {"unanswered", warning_if(standing.unanswered.size(), Cell::Mood::alarm),
       tr(counted("tenant waiting too long for a word", "tenants waiting too long for a word",
                  count(standing.unanswered)))},
      {"to_check", warning_if(standing.to_check.size(), Cell::Mood::warning), tr(N_("to be checked"))},
      {"new", Cell{past.now.received}, tr(N_("new"))},
      {"unfinished", Cell{static_cast<std::int64_t>(open.size())}, tr(N_("unfinished"))},
      {"trouble", warning_if(trouble.rows.size(), Cell::Mood::alarm),
       tr(counted("trouble with mail", "troubles with mail", count(trouble.rows)))}};
  auto& sections = made.page.sections;
  sections.push_back(late_by_turn(source, standing.late));
  const ListColumn late_for =
      ago_column(source, "late_for", N_("Late for"), [](const Request& one) { return one.due_at; });
  sections.push_back(listed(source, "late", tr(N_("Late, longest first")), standing.late,
                            {late_for, state_column(), provider_column(source)}, "late"));
  sections.push_back(listed(source, "due_soon", tr(N_("Due by the end of the next worked day")), standing.soon,
                            {due_column(source), state_column(), provider_column(source)}, "due_soon"));
  sections.push_back(day_emergencies(source, past.received_all));
  sections.push_back(
      listed(source, "undecided", tr(N_("Sent to nobody, oldest first")), standing.undecided,
             {ago_column(source, "waiting", N_("Waiting"), [](const Request& one) { return one.opened_at; }),
              trade_column(source)},
             "undecided"));
  sections.push_back(unanswered_section(source, standing.unanswered));
  sections.push_back(
      listed(source, "to_check", tr(N_("To be checked, longest first")), standing.to_check,
             {ago_column(source, "waiting", N_("Waiting"), [](const Request& one) { return one.done_at; }),
              provider_column(source)},
             "to_check"));
  sections.push_back(what_happened(past.now, past.week_before));
  render::Section visits = unusual_residences(source, past.watched);
  visits.title = tr(N_("Residences to visit: more requests in 30 days than they usually have"));
  visits.if_empty.clear();
  sections.push_back(std::move(visits));
  sections.push_back(past.worse);
  sections.push_back(our_word(source, past.kept));
  sections.push_back(std::move(trouble));
  return made;
}

}  // namespace regie::report
