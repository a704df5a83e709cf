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

enum Count : std::size_t { done, repeated, failed, reopened, right, not_redone, full_guarantee };

constexpr std::array keys{std::string_view("done"),          std::string_view("repeated"),
                          std::string_view("failed"),        std::string_view("reopened"),
                          std::string_view("right"),         std::string_view("not_redone"),
                          std::string_view("full_guarantee")};

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

/// What a period tells of repairs, and of calls that may be about the same again.
class Repairs {
 public:
  /// Keeps a reference.
  Repairs(Source& source, Moment from, Moment before) : source_(source), from_(from), before_(before) {}

  /// Who calls again may do so in any way, urgency and place: the query chooses repairs.
  void read(const Source::Told& told) {
    const Round& round = told.round;
    if (!source_.is_technical(round) || round.trade == 0) return;
    const bool cancelled = round.cancelled != 0 && round.over < before_;
    const bool received = !round.again && round.begun >= from_ && round.begun < before_;
    if (received && !cancelled && round.dwelling != 0) calls_.push_back(round);
    if (told.wanted && !cancelled) {
      read_jobs(told);
      read_failure(told);
    }
    if (round.again) note_reopening(round);
  }

  /// To be called once, when everything was read: each call goes to the latest repair before it.
  void match_calls(std::int64_t guarantee) {
    std::ranges::sort(calls_, {}, [](const Round& round) { return std::pair(round.begun, round.request); });
    for (const Round& call : calls_) {
      const auto here = at_.find(address(call));
      if (here == at_.end()) continue;
      Finished* latest = nullptr;
      for (const std::size_t i : here->second) {
        Finished& job = done_[i];
        if (job.done < call.begun && call.begun <= job.done + guarantee && job.round.request != call.request &&
            (latest == nullptr || job.done > latest->done))
          latest = &job;
      }
      if (latest != nullptr && latest->repeated_by == 0) latest->repeated_by = call.request;
    }
  }

  /// Those done in the period that no check has found bad.
  const std::vector<Finished>& done() const { return done_; }
  /// Found bad by the end of the period, and nothing better was done by then.
  const std::vector<Finished>& not_redone() const { return not_redone_; }

 private:
  void read_jobs(const Source::Told& told) {
    bool failed = false;
    for (const Job& job : told.jobs) {
      failed = failed || found_bad(job, before_);
      const bool in_period = job.done >= from_ && job.done < before_;
      if (found_bad(job, before_) || !in_period || !source_.wants_provider(job.provider)) continue;
      if (told.round.dwelling != 0) at_[address(told.round)].push_back(done_.size());
      done_.push_back({told.round, job.provider, job.done, failed, false});
    }
  }

  void read_failure(const Source::Told& told) {
    if (told.round.over < before_ || work_done(told.jobs, before_) != no_moment) return;
    const auto bad =
        std::find_if(told.jobs.rbegin(), told.jobs.rend(), [&](const Job& job) { return found_bad(job, before_); });
    if (bad != told.jobs.rend() && source_.wants_provider(bad->provider))
      not_redone_.push_back({told.round, bad->provider, bad->done});
  }

  /// The round before was not the end of it.
  void note_reopening(const Round& round) {
    for (auto job = done_.rbegin(); job != done_.rend() && job->round.request == round.request; ++job) {
      if (job->done >= round.begun) continue;
      job->reopened = true;
      return;
    }
  }

  Source& source_;
  Moment from_, before_;
  std::vector<Finished> done_, not_redone_;
  std::vector<Round> calls_;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> at_;  ///< places in done_ by address
};

}  // namespace

Made make_repeat(Source& source) {
  const Query& query = source.query();
  const Moment from = moment(query.from), before = moment(query.as_of());
  // A job counts in the period in which it was done; what came back since is looked for until the report's end.
  Repairs repairs(source, from, before);
  source.each_of_all(from, before, [&](const Source::Told& told) { repairs.read(told); });
  const std::int64_t guarantee = query.guarantee_days * 86'400;
  repairs.match_calls(guarantee);
  std::vector<Cut> cuts = cuts_of(source, {By::provider, By::trade});
  Counter counter(cuts, {keys.begin(), keys.end()}, query.ids_of);
  std::vector<const Finished*> pairs;
  for (const Finished& job : repairs.not_redone()) counter.count(not_redone, {&job.round, job.provider, before - 1});
  for (const Finished& job : repairs.done()) {
    const Where where{&job.round, job.provider, job.done};
    counter.count(done, where);
    if (job.done + guarantee <= before) counter.count(full_guarantee, where);
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
      {"repeated", Cell{all.counts[repeated]}, tr(N_("broken again"))},
      {"full_guarantee", Cell{render::Share{all.counts[full_guarantee], all.counts[done]}},
       tr(N_("of the repairs have had their whole guarantee of {0} days: the others may still break"),
          query.guarantee_days)},
      {"not_redone", Cell{all.counts[not_redone], all.counts[not_redone] > 0 ? Cell::Mood::warning : Cell::Mood::good},
       tr(N_("found bad and still to be redone"))}};
  static constexpr std::array names{"by_provider", "by_trade"};
  static constexpr std::array titles{N_("By provider"), N_("By trade")};
  for (std::size_t i = 0; i < cuts.size(); ++i)
    made.page.sections.push_back(
        table_of(source, cuts[i], query.by.empty() ? names[i] : "by", tr(query.by.empty() ? titles[i] : N_("Repairs")),
                 {count_of("done", N_("Jobs done"), done), count_of("repeated", N_("Broken again"), repeated),
                  count_of("failed", N_("Checks failed"), failed),
                  where_there_is_room(count_of("reopened", N_("Reopened"), reopened)),
                  count_of("right", N_("Right"), right, false),
                  share_of("right_share", N_("Right first time, %"), right, {done}),
                  count_of("not_redone", N_("Still to be redone"), not_redone),
                  count_of("full_guarantee", N_("Guarantee over"), full_guarantee, false)}));
  made.page.sections.front().remarks.push_back(tr(
      N_("Of the repairs done in the period, those for which nobody called again: no other request for the same trade "
         "in the same dwelling within {0} days and before the end of the period, no failed check, not reopened. "
         "Repairs in common parts can only fail a check or be reopened. Work that failed its check counts when it was "
         "done again; until then it is still to be redone."),
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
  remark_on_rest(section, pairs.size(), "repeated");
  made.page.sections.push_back(std::move(section));
  return made;
}

}  // namespace regie::report
