// Did we keep our word to the tenants? A target counts in the period in which it was decided: kept when the work was
// done in time and accepted, missed when the target was over. So nothing that is still open is left out because it is
// late, and a month that is over gives the same figure for ever.
#include "report/targets.hpp"

#include <algorithm>

#include "report/reports.hpp"
#include "text/translate.hpp"

namespace regie::report {

using render::Cell;
using render::Column;
using text::tr;

namespace {

enum Count : std::size_t { decided, kept, missed, still_missed };
enum Length : std::size_t { over_by };

constexpr std::array keys{std::string_view("decided"), std::string_view("kept"), std::string_view("missed"),
                          std::string_view("still_missed")};

/// Why a target does not count in the period.
enum Left : std::size_t { running, to_check, nothing_owed, cancelled, not_technical_ones, left_reasons };
struct Reason {
  const char* code;
  const char* label;
};
constexpr std::array<Reason, left_reasons> reasons{
    Reason{"running", N_("still running: not over yet, or standing still")},
    Reason{"to_check", N_("done in time, not checked yet")},
    Reason{"nothing_owed", N_("nothing was owed for this urgency")},
    Reason{"cancelled", N_("cancelled before the target was over")},
    Reason{"not_technical", N_("no technical request")},
};

/// nullopt: it has nothing to do with the period.
std::optional<Left> why_left_out(const Source& source, const Source::Told& told, Moment from, Moment before) {
  const Round& round = told.round;
  const bool over = round.over < before;
  if (over && round.over < from) return std::nullopt;
  if (!source.is_technical(round)) return not_technical_ones;
  if (round.kept_at < from || round.missed_at < from) return std::nullopt;  // an earlier period's
  if (over && round.cancelled != 0) return cancelled;
  if (round.due == no_moment && over) return nothing_owed;
  const auto waits_for_check = [&](const Job& job) {
    return job.done < before && job.in_time && job.check_required && job.checked >= before;
  };
  if (std::ranges::any_of(told.jobs, waits_for_check)) return to_check;
  if (over) return std::nullopt;
  return running;
}

std::vector<Measure> measures(std::int64_t day) {
  return {count_of("decided", N_("Targets decided"), decided),
          count_of("kept", N_("Kept"), kept),
          count_of("missed", N_("Missed"), missed),
          share_of("kept_share", N_("Kept, %"), kept, {kept, missed}),
          count_of("still_missed", N_("Of these not done yet"), still_missed),
          length_of("over_by_median", N_("Over by, median"), over_by, 50, day),
          length_of("over_by_p90", N_("Over by, 90 %"), over_by, 90, day, false)};
}

render::Section left_out(const std::array<std::int64_t, left_reasons>& counts) {
  render::Section section{.key = "left_out",
                          .title = tr(N_("Left out")),
                          .columns = {{"reason", N_("Reason")}, {"requests", N_("Requests"), Column::Kind::number}}};
  for (std::size_t i = 0; i < counts.size(); ++i)
    section.rows.push_back({Cell{render::Coded{reasons[i].code, reasons[i].label}}, Cell{counts[i]}});
  return section;
}

render::Chart chart_by_month(const render::Section& section) {
  render::Chart chart{.kind = render::Chart::Kind::lines,
                      .unit = render::Chart::Unit::percent,
                      .title = tr(N_("Targets kept, by month"))};
  render::Chart::Series series{.name = tr(N_("Kept")), .mood = Cell::Mood::good};
  for (const render::Row& row : section.rows) {
    chart.labels.push_back(std::get<render::Coded>(row[0].value).label);
    const auto* share = std::get_if<render::Share>(&row[4].value);
    series.values.push_back(
        share == nullptr || share->whole == 0
            ? std::nullopt
            : std::optional(100.0 * static_cast<double>(share->part) / static_cast<double>(share->whole)));
  }
  chart.series.push_back(std::move(series));
  return chart;
}

/// The month that so many months lie before the one of `at`.
Moment months_before(const Zone& zone, Moment at, int count) {
  using namespace std::chrono;
  const year_month_day day{floor<days>(zone.local(instant(at)))};
  return moment(zone.bound(LocalTime{local_days{(day.year() / day.month() - months{count}) / 1}}));
}

}  // namespace

void Kept::count(const Source& source, const Source::Told& told, Moment from, Moment before) {
  if (!source.is_technical(told.round) || !source.wants_provider(told.provider())) return;
  const Moment when = std::min(told.round.kept_at, told.round.missed_at);
  if (when < from || when >= before) return;
  ++(told.round.kept_at <= told.round.missed_at ? kept : missed);
}

Made make_targets(Source& source) {
  const Query& query = source.query();
  const Moment from = moment(query.from), before = moment(query.as_of());
  // The months before the last are only for the line over time.
  const bool by_itself = query.by.empty();
  const Moment chart_from = by_itself ? std::min(from, months_before(source.zone(), before - 1, 11)) : from;

  std::vector<Cut> cuts = cuts_of(source, {By::urgency, By::trade, By::agency});
  std::vector<std::string_view> others;
  for (const Reason& reason : reasons) others.emplace_back(reason.code);
  Counter counter(cuts, {keys.begin(), keys.end()}, query.ids_of, others);
  Cut months(source, {By::month});
  std::array<std::int64_t, left_reasons> left{};
  std::vector<RequestId> left_ids;  ///< when --ids wants those

  source.each(chart_from, before, [&](const Source::Told& told) {
    const Round& round = told.round;
    if (!source.wants_provider(told.provider())) return;
    const Moment when = std::min(round.kept_at, round.missed_at);
    const bool technical = source.is_technical(round);
    const bool was_kept = round.kept_at <= round.missed_at;
    if (by_itself && technical && when >= chart_from && when < before) {
      Group& month = months.at({&round, told.provider(), when});
      ++month.counts[decided];
      ++month.counts[was_kept ? kept : missed];
    }
    if (!technical || when < from || when >= before) {
      const auto why = why_left_out(source, told, from, before);
      if (!why) return;
      ++left[*why];
      if (query.ids_of == reasons[*why].code) left_ids.push_back(round.request);
      return;
    }
    const Where where{&round, told.provider(), when};
    counter.count(decided, where);
    counter.count(was_kept ? kept : missed, where);
    if (was_kept) return;
    const Moment ended = std::min({work_done(told.jobs, before), round.over, before});
    if (ended == before) counter.count(still_missed, where);
    counter.measure(over_by, where, std::max<std::int64_t>(0, ended - round.due));
  });

  Made made;
  made.ids = counter.ids();
  made.ids.insert(made.ids.end(), left_ids.begin(), left_ids.end());
  made.ids.erase(std::ranges::unique(made.ids).begin(), made.ids.end());
  static constexpr std::int64_t calendar_day = 86'400;
  const std::vector<Measure> columns = measures(calendar_day);
  Group all = cuts.front().total();
  made.page.headlines = {
      {"kept", Cell{render::Share{all.counts[kept], all.counts[decided]}},
       tr(N_("of {0} targets kept"), all.counts[decided])},
      {"missed", Cell{all.counts[missed], all.counts[missed] == 0 ? Cell::Mood::good : Cell::Mood::alarm},
       tr(counted("target missed", "targets missed", all.counts[missed]))},
      {"still_missed",
       Cell{all.counts[still_missed], all.counts[still_missed] == 0 ? Cell::Mood::good : Cell::Mood::alarm},
       tr(N_("missed and still not done"))},
      {"to_check", Cell{left[to_check], left[to_check] > 0 ? Cell::Mood::warning : Cell::Mood::good},
       tr(N_("done in time and not checked yet: neither kept nor missed"))}};
  if (by_itself) {
    static constexpr std::array titles{N_("By urgency"), N_("By trade"), N_("By agency")};
    static constexpr std::array names{"by_urgency", "by_trade", "by_agency"};
    for (std::size_t i = 0; i < cuts.size(); ++i)
      made.page.sections.push_back(table_of(source, cuts[i], names[i], tr(titles[i]), columns));
    std::vector<Measure> monthly(columns.begin(), columns.begin() + 4);
    auto section = table_of(source, months, "by_month", tr(N_("By whole months")), monthly);
    section.total.reset();  // of more than the period
    if (section.rows.size() > 1) section.charts.push_back(chart_by_month(section));
    made.page.sections.push_back(std::move(section));
  } else {
    made.page.sections.push_back(table_of(source, cuts.front(), "by", tr(N_("Targets")), columns));
  }
  made.page.sections.front().remarks.push_back(tr(
      N_("Kept: the work was done by the target, and accepted. Missed: the target was over and the work not done, or "
         "what was done in time failed its check. Each target counts in the period in which that was decided.")));
  made.page.sections.push_back(left_out(left));
  return made;
}

}  // namespace regie::report
