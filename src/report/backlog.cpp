// What is waiting: how old, where it stands, with whom, and whether it grows.
#include "report/lists.hpp"
#include "report/reports.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"

namespace regie::report {

using render::Cell;
using render::Column;
using text::tr;

namespace {

enum Count : std::size_t { unfinished, late, on_hold, week, month, quarter, older };

constexpr std::array keys{std::string_view("unfinished"),  std::string_view("late"),
                          std::string_view("on_hold"),     std::string_view("up_to_week"),
                          std::string_view("up_to_month"), std::string_view("up_to_quarter"),
                          std::string_view("older")};

constexpr std::int64_t day_seconds = 86'400;

Count age_of(std::int64_t seconds) {
  if (seconds < 7 * day_seconds) return week;
  if (seconds < 28 * day_seconds) return month;
  return seconds < 91 * day_seconds ? quarter : older;
}

std::vector<Measure> measures() {
  return {count_of("unfinished", N_("Unfinished"), unfinished),
          count_of("late", N_("Late"), late),
          where_there_is_room(count_of("on_hold", N_("On hold"), on_hold)),
          count_of("up_to_week", N_("Under 7 days"), week),
          count_of("up_to_month", N_("7 to 27 days"), month),
          count_of("up_to_quarter", N_("28 to 90 days"), quarter),
          count_of("older", N_("91 days and more"), older)};
}

/// What a cut needs to know of a row.
Round round_of(Source& source, const Request& request) {
  return {.request = request.id,
          .residence = source.name(request.residence),
          .dwelling = source.name(request.dwelling),
          .trade = source.name(request.trade),
          .urgency = request.urgency,
          .place = request.place,
          .channel = request.channel,
          .begun = moment(request.opened_at)};
}

render::Section by_state(const std::vector<Request>& requests, Instant at) {
  render::Section section{.key = "by_state",
                          .title = tr(N_("By state")),
                          .columns = {{"state", N_("State")},
                                      {"unfinished", N_("Unfinished"), Column::Kind::number},
                                      {"late", N_("Late"), Column::Kind::number},
                                      {"oldest", N_("Oldest"), Column::Kind::number}},
                          .bar = 1};
  for (const auto& state : codes<State>()) {
    if (!regie::unfinished(state.value)) break;
    std::int64_t count = 0, lates = 0;
    Instant oldest = at;
    for (const Request& request : requests) {
      if (request.state != state.value) continue;
      ++count;
      lates += is_late(request, at) ? 1 : 0;
      oldest = std::min(oldest, request.opened_at);
    }
    section.rows.push_back({render::coded(state.value), Cell{count},
                            Cell{lates, lates > 0 ? Cell::Mood::alarm : Cell::Mood::plain},
                            count == 0 ? Cell{} : Cell{render::Length{(at - oldest).count()}}});
  }
  return section;
}

/// Received, finished and waiting, at the end of each step.
struct Step {
  Moment from, before;
  std::int64_t received = 0, finished = 0, waiting = 0;
};

/// Days up to two months, weeks up to a year, months beyond.
std::vector<Step> steps(const Source& source, Moment from, Moment before) {
  using namespace std::chrono;
  const Zone& zone = source.zone();
  const std::int64_t span = before - from;
  std::vector<Step> all;
  LocalDay day = floor<days>(zone.local(instant(from)));
  while (moment(zone.bound(LocalTime{day})) < before) {
    LocalDay next = day + days{span <= 62 * day_seconds ? 1 : 7};
    if (span > 370 * day_seconds) {
      const year_month_day date{day};
      next = local_days{(date.year() / date.month() + months{1}) / 1};
    }
    all.push_back(
        {std::max(from, moment(zone.bound(LocalTime{day}))), std::min(before, moment(zone.bound(LocalTime{next})))});
    day = next;
  }
  return all;
}

render::Section over_time(Source& source, Moment from, Moment before) {
  std::vector<Step> all = steps(source, from, before);
  source.each(from, before, [&](const Source::Told& told) {
    const Round& round = told.round;
    if (!source.wants_provider(told.provider())) return;
    for (Step& step : all) {
      step.received += round.begun >= step.from && round.begun < step.before ? 1 : 0;
      step.finished += round.over >= step.from && round.over < step.before ? 1 : 0;
      step.waiting += round.begun < step.before && round.over >= step.before ? 1 : 0;
    }
  });
  render::Section section{.key = "over_time",
                          .title = tr(N_("Over time")),
                          .columns = {{"from", N_("Beginning")},
                                      {"received", N_("Requests received"), Column::Kind::number},
                                      {"finished", N_("Finished"), Column::Kind::number},
                                      {"waiting", N_("Unfinished at the end"), Column::Kind::number}}};
  render::Chart chart{.kind = render::Chart::Kind::lines, .title = tr(N_("Unfinished requests over time"))};
  render::Chart::Series waiting{.name = tr(N_("Unfinished"))};
  for (const Step& step : all) {
    section.rows.push_back(
        {Cell{render::Day{instant(step.from)}}, Cell{step.received}, Cell{step.finished}, Cell{step.waiting}});
    chart.labels.push_back(text::iso(instant(step.from), source.zone()).substr(0, 10));
    waiting.values.push_back(static_cast<double>(step.waiting));
  }
  chart.series.push_back(std::move(waiting));
  section.charts.push_back(std::move(chart));
  return section;
}

}  // namespace

Made make_backlog(Source& source) {
  const Query& query = source.query();
  const Instant at = query.as_of();
  const std::vector<Request> requests = source.unfinished();
  std::vector<Cut> cuts = cuts_of(source, {By::provider, By::trade, By::agency, By::urgency});
  static constexpr std::array titles{N_("By provider"), N_("By trade"), N_("By agency"), N_("By urgency")};
  static constexpr std::array names{"by_provider", "by_trade", "by_agency", "by_urgency"};
  Counter counter(cuts, {keys.begin(), keys.end()}, query.ids_of);
  for (const Request& request : requests) {
    const Round round = round_of(source, request);
    const Where where{&round, source.name(request.provider), moment(request.opened_at)};
    counter.count(unfinished, where);
    if (is_late(request, at)) counter.count(late, where);
    if (request.state == State::on_hold) counter.count(on_hold, where);
    counter.count(age_of((at - request.opened_at).count()), where);
  }
  Made made;
  made.ids = counter.ids();
  const Group all = cuts.front().total();
  made.page.headlines = {
      {"unfinished", Cell{all.counts[unfinished]}, tr(N_("unfinished"))},
      {"late", Cell{all.counts[late], all.counts[late] > 0 ? Cell::Mood::alarm : Cell::Mood::good}, tr(N_("late"))},
      {"older", Cell{all.counts[older], all.counts[older] > 0 ? Cell::Mood::warning : Cell::Mood::good},
       tr(N_("older than three months"))}};
  made.page.sections.push_back(by_state(requests, at));
  for (std::size_t i = 0; i < cuts.size(); ++i)
    made.page.sections.push_back(table_of(source, cuts[i], query.by.empty() ? names[i] : "by",
                                          tr(query.by.empty() ? titles[i] : N_("Backlog")), measures()));
  made.page.sections.front().remarks.push_back(tr(
      N_("Late: nobody has reported it done, and the target or the promise is over. Ages count from the reception.")));
  if (query.by.empty()) made.page.sections.push_back(over_time(source, moment(query.from), moment(at)));
  return made;
}

}  // namespace regie::report
