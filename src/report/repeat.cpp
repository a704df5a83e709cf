// Repaired, and broken again: the same trade in the same dwelling within the guarantee.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "report/lists.hpp"
#include "report/reports.hpp"
#include "text/translate.hpp"

namespace regie::report {

using render::Cell;
using render::Column;
using text::tr;

namespace {

enum Count : std::size_t { done, repeated, failed, reopened, right };

constexpr std::array keys{std::string_view("done"), std::string_view("repeated"), std::string_view("failed"),
                          std::string_view("reopened"), std::string_view("right")};

/// A finished job, and whatever showed that it was not right.
struct Finished {
  Round round;
  Name provider;
  Moment done;
  bool failed = false, reopened = false;
  RequestId repeated_by = 0;
};

std::uint64_t address(const Round& round) {
  return static_cast<std::uint64_t>(round.residence) << 44 | static_cast<std::uint64_t>(round.dwelling) << 20 |
         round.trade;
}

/// Jobs in dwellings that were done since `from`, and the later request for the same, by the end of the guarantee.
std::vector<Finished> finished_jobs(Source& source, Moment from, Moment before, std::int64_t guarantee) {
  std::vector<Finished> jobs;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> at;
  std::vector<Round> begun;
  source.each(from, before, [&](const Source::Told& told) {
    const Round& round = told.round;
    if (!source.is_technical(round) || round.trade == 0) return;
    if (round.dwelling != 0 && round.begun >= from && round.begun < before &&
        !(round.cancelled != 0 && round.over < before) && !round.again)
      begun.push_back(round);
    bool failed = false;
    for (const Job& job : told.jobs) {
      // A check after the period is not known yet.
      if (!job.rework) failed = false;
      const bool not_good = job.end == JobEnd::check_failed && job.checked < before;
      failed = failed || not_good;
      if (not_good || job.done < from || job.done >= before || !source.wants_provider(job.provider)) continue;
      if (round.dwelling != 0) at[address(round)].push_back(jobs.size());
      jobs.push_back({round, job.provider, job.done, failed, false});
    }
    // The round before was not the end of it.
    if (!round.again || round.begun >= before) return;
    const auto earlier = std::find_if(jobs.rbegin(), jobs.rend(), [&](const Finished& job) {
      return job.round.request != round.request || job.done < round.begun;
    });
    if (earlier != jobs.rend() && earlier->round.request == round.request) earlier->reopened = true;
  });
  std::ranges::sort(begun, {}, &Round::begun);
  for (const Round& round : begun) {
    const auto here = at.find(address(round));
    if (here == at.end()) continue;
    Finished* latest = nullptr;
    for (const std::size_t i : here->second) {
      Finished& job = jobs[i];
      if (job.done < round.begun && round.begun <= job.done + guarantee && job.round.request != round.request &&
          (latest == nullptr || job.done > latest->done))
        latest = &job;
    }
    if (latest != nullptr && latest->repeated_by == 0) latest->repeated_by = round.request;
  }
  return jobs;
}

}  // namespace

Made make_repeat(Source& source) {
  const Query& query = source.query();
  const Moment from = moment(query.from), before = moment(query.as_of());
  const std::int64_t guarantee = query.guarantee_days * 86'400;
  // A job counts in the period in which it was done; what came back since is looked for until the report's end.
  const std::vector<Finished> jobs = finished_jobs(source, from, before, guarantee);
  std::vector<Cut> cuts;
  cuts.reserve(2);
  if (query.by.empty())
    for (const By by : {By::provider, By::trade}) cuts.emplace_back(source, std::vector{by});
  else cuts.emplace_back(source, query.by);
  std::vector<Cut*> counted_cuts;
  for (Cut& cut : cuts) counted_cuts.push_back(&cut);
  Counter counter(counted_cuts, {keys.begin(), keys.end()}, query.ids_of);
  std::vector<const Finished*> pairs;
  for (const Finished& job : jobs) {
    const Where where{&job.round, job.provider, job.done};
    counter.count(done, where);
    if (job.repeated_by != 0) {
      counter.count(repeated, where);
      pairs.push_back(&job);
    }
    if (job.failed) counter.count(failed, where);
    if (job.reopened) counter.count(reopened, where);
    if (job.repeated_by == 0 && !job.failed && !job.reopened) counter.count(right, where);
  }
  Made made;
  made.ids = counter.ids();
  const Group all = cuts.front().total();
  made.page.headlines = {
      {"right", Cell{render::Share{all.counts[right], all.counts[done]}}, tr(N_("right first time"))},
      {"repeated", Cell{all.counts[repeated]}, tr(N_("broken again"))}};
  static constexpr std::array names{"by_provider", "by_trade"};
  static constexpr std::array titles{N_("By provider"), N_("By trade")};
  for (std::size_t i = 0; i < cuts.size(); ++i)
    made.page.sections.push_back(
        table_of(source, cuts[i], query.by.empty() ? names[i] : "by", tr(query.by.empty() ? titles[i] : N_("Repairs")),
                 {count_of("done", N_("Jobs done"), done), count_of("repeated", N_("Broken again"), repeated),
                  count_of("failed", N_("Checks failed"), failed), count_of("reopened", N_("Reopened"), reopened),
                  share_of("right_share", N_("Right first time, %"), right, {done})}));
  made.page.sections.front().remarks.push_back(tr(
      N_("Of the repairs done in the period, those for which nobody called again: no other request for the same trade "
         "in the same dwelling within {0} days and before the end of the period, no failed check, not reopened. "
         "Repairs in common parts can only fail a check or be reopened."),
      query.guarantee_days));
  render::Section section{.key = "pairs",
                          .title = tr(N_("Broken again, latest first")),
                          .columns = {{"id", N_("Repaired"), Column::Kind::number},
                                      {"repeated_by", N_("Again"), Column::Kind::number},
                                      {"residence", N_("Residence")},
                                      {"dwelling", N_("Dwelling")},
                                      {"trade", N_("Trade")},
                                      {"provider", N_("Provider")},
                                      {"done_at", N_("Done on")}}};
  std::ranges::stable_sort(pairs, [](const Finished* one, const Finished* other) { return one->done > other->done; });
  for (const Finished* job : pairs) {
    if (query.rows > 0 && std::cmp_equal(section.rows.size(), query.rows)) break;
    section.rows.push_back({Cell{job->round.request}, Cell{job->repeated_by},
                            key_cell(source, By::residence, job->round.residence),
                            Cell{source.text(job->round.dwelling)}, key_cell(source, By::trade, job->round.trade),
                            key_cell(source, By::provider, job->provider), Cell{instant(job->done)}});
  }
  if (pairs.size() > section.rows.size())
    section.remarks.push_back(tr(N_("{0} of {1}; all of them: {2}"), section.rows.size(), pairs.size(),
                                 "regie report repeat --ids repeated"));
  made.page.sections.push_back(std::move(section));
  return made;
}

}  // namespace regie::report
