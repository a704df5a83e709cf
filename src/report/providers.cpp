// Which contractor is getting worse? Each figure counts what happened in the period, whenever the order was sent.
#include "report/providers.hpp"

#include <algorithm>
#include <map>

#include "report/contracts.hpp"
#include "report/reports.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"

namespace regie::report {

using render::Cell;
using render::Column;
using text::tr;

namespace {

enum Count : std::size_t {
  orders,
  accepted,
  declined,
  withdrawn,
  done,
  promise_kept,
  promise_missed,
  no_access,
  checks,
  checks_failed,
  callbacks,
  running,
  running_late,
  not_priced,
  kept_before,
  missed_before,
};
enum Length : std::size_t { to_accept, to_come, to_finish };

constexpr std::array keys{
    std::string_view("orders"),         std::string_view("accepted"),   std::string_view("declined"),
    std::string_view("withdrawn"),      std::string_view("done"),       std::string_view("promise_kept"),
    std::string_view("promise_missed"), std::string_view("no_access"),  std::string_view("checks"),
    std::string_view("checks_failed"),  std::string_view("callbacks"),  std::string_view("running"),
    std::string_view("running_late"),   std::string_view("not_priced"), std::string_view("kept_before"),
    std::string_view("missed_before")};

/// Fewer promises than that say nothing about a change.
constexpr std::int64_t enough = 5;
constexpr int worse_by_points = 10;

bool is_worse(const Group& group) {
  const std::int64_t now = group.counts[promise_kept] + group.counts[promise_missed];
  const std::int64_t then = group.counts[kept_before] + group.counts[missed_before];
  if (now < enough || then < enough) return false;
  return group.counts[promise_kept] * 100 * then + worse_by_points * now * then <=
         group.counts[kept_before] * 100 * now;
}

Measure kept_share() {
  Measure measure = share_of("kept_share", N_("Promise kept, %"), promise_kept, {promise_kept, promise_missed});
  measure.cell = [cell = measure.cell](const Group& group) {
    Cell share = cell(group);
    if (is_worse(group)) share.mood = Cell::Mood::alarm;
    return share;
  };
  return measure;
}

std::vector<Measure> measures(std::int64_t day) {
  return {count_of("orders", N_("Orders"), orders),
          count_of("accepted", N_("Orders accepted"), accepted, false),
          where_there_is_room(count_of("declined", N_("Declined"), declined)),
          count_of("withdrawn", N_("Taken back"), withdrawn, false),
          count_of("done", N_("Jobs done"), done),
          count_of("promise_kept", N_("Promises kept"), promise_kept, false),
          count_of("promise_missed", N_("Promises missed"), promise_missed),
          kept_share(),
          share_of("kept_share_before", N_("Period before"), kept_before, {kept_before, missed_before}),
          {{"worse", N_("Worse")},
           [](const Group& group) {
             return Cell{is_worse(group), is_worse(group) ? Cell::Mood::alarm : Cell::Mood::plain};
           }},
          length_of("to_accept_median", N_("To accept, median"), to_accept, 50, day, false),
          length_of("to_accept_p90", N_("To accept, 90 %"), to_accept, 90, day, false),
          where_there_is_room(length_of("to_come_median", N_("To come, median"), to_come, 50, day)),
          length_of("to_come_p90", N_("To come, 90 %"), to_come, 90, day, false),
          length_of("to_finish_median", N_("To finish, median"), to_finish, 50, day),
          where_there_is_room(length_of("to_finish_p90", N_("To finish, 90 %"), to_finish, 90, day)),
          where_there_is_room(count_of("no_access", N_("Nobody at home"), no_access)),
          count_of("checks", N_("Checks"), checks, false),
          where_there_is_room(count_of("checks_failed", N_("Checks failed"), checks_failed)),
          where_there_is_room(share_of("failed_share", N_("Failed, %"), checks_failed, {checks})),
          where_there_is_room(count_of("callbacks", N_("Call-backs"), callbacks)),
          where_there_is_room(count_of("running", N_("Running"), running)),
          where_there_is_room(count_of("running_late", N_("Running late"), running_late)),
          {{"cost", N_("Cost"), Column::Kind::number, false},
           [](const Group& group) { return Cell{render::Money{group.cents}}; }},
          count_of("not_priced", N_("Without cost"), not_priced, false)};
}

bool in(Moment at, Moment from, Moment before) { return at >= from && at < before; }

/// Everything about one job that falls into the period.
void count_job(Source& source, Counter& counter, const Source::Told& told, const Job& job, Moment from, Moment before) {
  const Round& round = told.round;
  // What goes on is of the last month.
  const Where where{&round, job.provider, before - 1};
  const auto count = [&](Count what, Moment at) {
    if (in(at, from, before)) counter.count(what, {&round, job.provider, at});
  };
  if (!job.rework) {
    count(orders, job.ordered);
    if (job.callback) count(callbacks, job.ordered);
  }
  count(accepted, job.accepted);
  if (job.end == JobEnd::declined) count(declined, job.ended);
  if (job.end == JobEnd::withdrawn) count(withdrawn, job.ended);
  count(done, job.done);
  count(promise_kept, job.kept_at);
  count(promise_missed, job.missed_at);
  if (!job.tacit) count(checks, job.checked);
  if (job.end == JobEnd::check_failed) count(checks_failed, job.checked);
  if (job.ordered < before && job.ended >= before) {
    counter.count(running, where);
    if (job.missed_at < before) counter.count(running_late, where);
  }
  const auto measure = [&](Length what, Moment known, Moment until) {
    if (in(known, from, before))
      counter.measure(what, {&round, job.provider, known}, source.worked(round, job, job.ordered, until));
  };
  measure(to_accept, job.accepted, job.accepted);
  measure(to_come, came_known(job, told.failed_visits), job.came);
  measure(to_finish, job.done, job.done);
  if (in(job.done, from, before)) {
    if (job.cost >= 0) counter.add_cents({&round, job.provider, job.done}, job.cost);
    else if (!job.rework) counter.count(not_priced, {&round, job.provider, job.done});
  }
}

void count_before(Counter& counter, const Round& round, const Job& job, Moment from, Moment before) {
  if (in(job.kept_at, from, before)) counter.count(kept_before, {&round, job.provider, job.kept_at});
  if (in(job.missed_at, from, before)) counter.count(missed_before, {&round, job.provider, job.missed_at});
}

render::Chart comparison(const render::Section& section) {
  render::Chart chart{.unit = render::Chart::Unit::percent, .title = tr(N_("Promises kept"))};
  const auto column = [&](std::string_view key) {
    return static_cast<std::size_t>(
        std::ranges::find(section.columns, key, [](const Column& one) { return std::string_view(one.key); }) -
        section.columns.begin());
  };
  const std::size_t now = column("kept_share"), then = column("kept_share_before");
  render::Chart::Series before{.name = tr(N_("period before")), .mood = Cell::Mood::faint},
      present{.name = tr(N_("this period"))};
  const auto value = [](const Cell& cell) -> std::optional<double> {
    const auto* share = std::get_if<render::Share>(&cell.value);
    if (share == nullptr || share->whole == 0) return std::nullopt;
    return 100.0 * static_cast<double>(share->part) / static_cast<double>(share->whole);
  };
  for (const render::Row& row : section.rows) {
    const auto* name = std::get_if<render::Coded>(&row[0].value);
    if (!value(row[now]) && !value(row[then])) continue;
    chart.labels.push_back(name == nullptr ? "" : tr(name->label));
    before.values.push_back(value(row[then]));
    present.values.push_back(value(row[now]));
  }
  const bool knows_before = std::ranges::any_of(before.values, [](const auto& one) { return one.has_value(); });
  if (knows_before) chart.series.push_back(std::move(before));
  chart.series.push_back(std::move(present));
  return chart;
}

/// What the contracts of the period allow, and what was spent under them by its end.
render::Section ceilings(Source& source) {
  const Query& query = source.query();
  render::Section section{
      .key = "ceilings",
      .title = tr(N_("Contracts with a ceiling")),
      .columns = {{"provider", N_("Provider")},
                  {"contract", N_("Contract")},
                  {"ceiling", N_("Ceiling"), Column::Kind::number},
                  {"spent", N_("Spent"), Column::Kind::number},
                  {"used", N_("Used, %"), Column::Kind::number},
                  {"until", N_("Ends on"), Column::Kind::text}},
  };
  const Zone& zone = source.zone();
  const LocalDay day = std::chrono::floor<std::chrono::days>(zone.local(query.as_of() - std::chrono::seconds{1}));
  struct Sum {
    const Provider* provider;
    const Contract* contract;
    std::int64_t spent = 0;
  };
  std::vector<Sum> sums;
  Moment earliest = moment(query.as_of());
  for (const Provider& provider : source.landlord().providers)
    for (const Contract& contract : provider.contracts) {
      if (contract.ceiling == 0 || !is_valid(contract, day)) continue;
      sums.push_back({&provider, &contract});
      const Moment begins = contract.from ? moment(zone.instant(LocalTime{*contract.from})) : 0;
      earliest = std::min(earliest, begins);
    }
  if (sums.empty()) return section;
  const Moment before = moment(query.as_of());
  // Whatever the query wants: what was spent is spent.
  source.each_of_all(earliest, before, [&](const Source::Told& told) {
    for (const Job& job : told.jobs)
      if (job.cost > 0 && job.done < before)
        for (Sum& sum : sums)
          if (sum.contract == contract_of(source, told, job)) sum.spent += job.cost;
  });
  for (const Sum& sum : sums) {
    if (!source.wants_provider(source.name(sum.provider->code))) continue;
    const render::Share used{sum.spent, sum.contract->ceiling};
    section.rows.push_back(
        {Cell{render::Coded{sum.provider->code, sum.provider->name}}, Cell{sum.contract->number},
         Cell{render::Money{sum.contract->ceiling}}, Cell{render::Money{sum.spent}},
         Cell{used, used.part * 10 >= used.whole * 9 ? Cell::Mood::alarm : Cell::Mood::plain},
         sum.contract->to ? Cell{text::iso(zone.instant(LocalTime{*sum.contract->to}), zone).substr(0, 10)} : Cell{}});
  }
  return section;
}

}  // namespace

WorseProviders::WorseProviders(Source& source, Moment from, Moment before)
    : source_(source), from_(from), before_(before), cut_(source, {By::provider}) {}

void WorseProviders::count(const Source::Told& told) {
  for (const Job& job : told.jobs) {
    if (!source_.wants_provider(job.provider)) continue;
    const auto add = [&](Count what, Moment when) { ++cut_.at({&told.round, job.provider, when}).counts[what]; };
    if (in(job.kept_at, begins(), from_)) add(kept_before, job.kept_at);
    if (in(job.missed_at, begins(), from_)) add(missed_before, job.missed_at);
    if (in(job.kept_at, from_, before_)) add(promise_kept, job.kept_at);
    if (in(job.missed_at, from_, before_)) add(promise_missed, job.missed_at);
  }
}

render::Section WorseProviders::section() const {
  auto section =
      table_of(source_, cut_, "worse", tr(N_("Providers that keep their promises less than a month ago")),
               {kept_share(), count_of("promise_missed", N_("Promises missed"), promise_missed),
                share_of("kept_share_before", N_("Month before"), kept_before, {kept_before, missed_before})});
  section.total.reset();
  std::erase_if(section.rows, [](const render::Row& row) { return row[1].mood != Cell::Mood::alarm; });
  return section;
}

Made make_providers(Source& source) {
  const Query& query = source.query();
  const Moment from = moment(query.from), before = moment(query.as_of());
  const Moment from_before = from - (before - from);  // as long a time, just before
  Cut cut(source, query.by.empty() ? std::vector{By::provider} : query.by);
  Counter counter({&cut, 1}, {keys.begin(), keys.end()}, query.ids_of);
  source.each(from_before, before, [&](const Source::Told& told) {
    for (const Job& job : told.jobs) {
      if (!source.wants_provider(job.provider)) continue;
      count_before(counter, told.round, job, from_before, from);
      count_job(source, counter, told, job, from, before);
    }
    for (const FailedVisit& visit : told.failed_visits)
      if (in(visit.at, from, before) && source.wants_provider(visit.provider))
        counter.count(no_access, {&told.round, visit.provider, visit.at});
  });
  Made made;
  made.ids = counter.ids();
  auto section = table_of(source, cut, "by", tr(N_("Providers")), measures(source.worked_day()));
  section.if_empty = tr(N_("No provider had anything to do."));
  section.remarks = {
      tr(N_(
          "Promise kept: done by the promise, waits left out. Orders that were taken back or cancelled before their "
          "promise was over owe nothing. \"Worse\": the share fell by ten points or more, with five promises at least "
          "in each period.")),
      tr(N_("Times count from the order in the landlord's opening hours, emergencies round the clock; a day has {0} h. "
            "They are those of orders accepted, visited or done in the period; orders still running are counted "
            "apart."),
         (source.worked_day() + 1800) / 3600)};
  if (query.by.empty() && section.rows.size() > 1) section.charts.push_back(comparison(section));
  made.page.sections.push_back(std::move(section));
  made.page.sections.push_back(ceilings(source));
  return made;
}

}  // namespace regie::report
