// Is the work looked at, by somebody else, in time, and is it good?
#include <algorithm>

#include "report/lists.hpp"
#include "report/reports.hpp"
#include "text/translate.hpp"

namespace regie::report {

using render::Cell;
using text::tr;

namespace {

enum Count : std::size_t { done, checked, passed, failed, tacit, not_asked, waiting };
enum Length : std::size_t { to_check };

constexpr std::array keys{std::string_view("done"),   std::string_view("checked"), std::string_view("passed"),
                          std::string_view("failed"), std::string_view("tacit"),   std::string_view("not_asked"),
                          std::string_view("waiting")};

std::vector<Measure> measures() {
  return {count_of("done", N_("Jobs done"), done),
          count_of("checked", N_("Checked"), checked),
          where_there_is_room(count_of("passed", N_("Good"), passed)),
          count_of("failed", N_("Checks failed"), failed),
          share_of("failed_share", N_("Failed, %"), failed, {checked}),
          where_there_is_room(count_of("tacit", N_("Tacit acceptances"), tacit)),
          where_there_is_room(count_of("not_asked", N_("No check asked for"), not_asked)),
          count_of("waiting", N_("Waiting for a check"), waiting),
          where_there_is_room(length_of("to_check_median", N_("To check, median"), to_check, 50, 86'400)),
          length_of("to_check_p90", N_("To check, 90 %"), to_check, 90, 86'400, false)};
}

/// Providers all of whose work is looked at.
render::Section watched(Source& source) {
  render::Section section{.key = "watched",
                          .title = tr(N_("On watch after a failed check: all their work is checked")),
                          .columns = {{"provider", N_("Provider")},
                                      {"good_in_a_row", N_("Good in a row"), render::Column::Kind::number},
                                      {"needed", N_("Needed"), render::Column::Kind::number}}};
  const std::int64_t needed = source.landlord().watch_until_good;
  for (const Provider& provider : source.landlord().providers) {
    if (!source.wants_provider(source.name(provider.code))) continue;
    const std::vector<bool> last = source.store().last_inspections(provider.code, needed, source.query().as_of());
    if (!is_on_watch(source.landlord(), last)) continue;
    const auto good = std::ranges::find(last, false) - last.begin();
    section.rows.push_back({Cell{render::Coded{provider.code, provider.name}}, Cell{std::int64_t{good}}, Cell{needed}});
  }
  return section;
}

}  // namespace

Made make_verification(Source& source) {
  const Query& query = source.query();
  const Moment from = moment(query.from), before = moment(query.as_of());
  const auto in_period = [&](Moment at) { return at >= from && at < before; };
  std::vector<Cut> cuts = cuts_of(source, {By::provider, By::agency});
  Counter counter(cuts, {keys.begin(), keys.end()}, query.ids_of);
  std::vector<RequestId> waiting_ids;
  source.each(from, before, [&](const Source::Told& told) {
    for (const Job& job : told.jobs) {
      if (!source.wants_provider(job.provider)) continue;
      const auto where = [&](Moment when) { return Where{&told.round, job.provider, when}; };
      if (in_period(job.done)) counter.count(done, where(job.done));
      if (in_period(job.done) && !job.check_required && job.checked >= before)
        counter.count(not_asked, where(job.done));
      if (in_period(job.checked) && job.tacit) counter.count(tacit, where(job.checked));
      if (in_period(job.checked) && !job.tacit) {
        counter.count(checked, where(job.checked));
        counter.count(job.end == JobEnd::check_failed ? failed : passed, where(job.checked));
        counter.measure(to_check, where(job.checked), job.checked - job.done);
      }
      if (job.check_required && job.done < before && job.checked >= before && told.round.over >= before) {
        counter.count(waiting, where(before - 1));
        waiting_ids.push_back(told.round.request);
      }
    }
  });
  Made made;
  made.ids = counter.ids();
  const Group all = cuts.front().total();
  made.page.headlines = {
      {"failed_share", Cell{render::Share{all.counts[failed], all.counts[checked]}},
       tr(N_("of {0} checks failed"), all.counts[checked])},
      {"waiting", Cell{all.counts[waiting]}, tr(N_("wait for a check"))},
      {"tacit", Cell{all.counts[tacit], all.counts[tacit] > 0 ? Cell::Mood::warning : Cell::Mood::good},
       tr(N_("accepted tacitly: nobody looked"))}};
  static constexpr std::array names{"by_provider", "by_agency"};
  static constexpr std::array titles{N_("By provider"), N_("By agency")};
  for (std::size_t i = 0; i < cuts.size(); ++i)
    made.page.sections.push_back(table_of(source, cuts[i], query.by.empty() ? names[i] : "by",
                                          tr(query.by.empty() ? titles[i] : N_("Checks")), measures()));
  made.page.sections.front().remarks.push_back(tr(
      N_("Work counts when it was done, checks when they were made. Waiting: done, to be checked, and not checked at "
         "the end of the period. From done to the check every hour counts.")));
  std::vector<Request> to_check = source.as_of(waiting_ids);
  std::ranges::stable_sort(to_check, {}, &Request::done_at);
  made.page.sections.push_back(
      listed(source, "to_check", tr(N_("To be checked, longest first")), to_check,
             {ago_column(source, "waiting", N_("Waiting"), [](const Request& one) { return one.done_at; }),
              provider_column(source)},
             "waiting"));
  made.page.sections.push_back(watched(source));
  return made;
}

}  // namespace regie::report
