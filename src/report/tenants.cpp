// Nobody without an answer: who waits for a word, the fragile first, and what tenants thought of it in the end.
#include <algorithm>

#include "report/lists.hpp"
#include "report/reports.hpp"
#include "report/unanswered.hpp"
#include "text/translate.hpp"

namespace regie::report {

using render::Cell;
using text::tr;

namespace {

enum Count : std::size_t { closed, answered, silent, cancelled, rated, satisfied, dissatisfied, rating_sum };
enum Length : std::size_t { to_answer };

constexpr std::array keys{std::string_view("closed"),      std::string_view("answered"), std::string_view("silent"),
                          std::string_view("cancelled"),   std::string_view("rated"),    std::string_view("satisfied"),
                          std::string_view("dissatisfied")};

std::vector<Measure> measures() {
  return {count_of("closed", N_("Requests closed"), closed),
          where_there_is_room(count_of("answered", N_("Answered"), answered)),
          where_there_is_room(count_of("silent", N_("Without a word"), silent)),
          count_of("cancelled", N_("Requests cancelled"), cancelled, false),
          length_of("to_answer_median", N_("To the answer, median"), to_answer, 50, 86'400),
          where_there_is_room(length_of("to_answer_p90", N_("To the answer, 90 %"), to_answer, 90, 86'400)),
          count_of("rated", N_("Rated"), rated),
          count_of("satisfied", N_("Satisfied"), satisfied, false),
          share_of("satisfied_share", N_("Satisfied, %"), satisfied, {rated}),
          count_of("dissatisfied", N_("Dissatisfied"), dissatisfied, false),
          {{"rating_mean", N_("Mean of 5"), render::Column::Kind::number}, [](const Group& group) {
             const std::int64_t count = group.counts[rated];
             if (count == 0) return Cell{};
             return Cell{render::Tenths{(group.counts[rating_sum] * 20 + count) / (2 * count)}};
           }}};
}

render::Section ratings(const std::array<std::int64_t, 6>& counts) {
  render::Section section{.key = "ratings",
                          .title = tr(N_("What tenants gave")),
                          .columns = {{"rating", N_("Rating"), render::Column::Kind::number},
                                      {"requests", N_("Requests"), render::Column::Kind::number}},
                          .bar = 1};
  for (std::int64_t rating = 5; rating >= 1; --rating)
    section.rows.push_back({Cell{rating}, Cell{counts[static_cast<std::size_t>(rating)]}});
  return section;
}

/// When the tenant last heard anything; the reception counts as the beginning of the silence.
std::optional<Instant> last_word(const Request& request) {
  return request.told_at ? request.told_at : request.opened_at;
}

bool has_tenant(const Request& request) {
  return !request.tenant_name.empty() || !request.tenant_phone.empty() || !request.tenant_email.empty();
}

}  // namespace

std::vector<Request> unanswered(const std::vector<Request>& unfinished, Instant at) {
  std::vector<Request> found;
  for (const Request& request : unfinished)
    if (has_tenant(request) && request.answer_due_at && *request.answer_due_at < at) found.push_back(request);
  std::ranges::stable_sort(found,
                           [](const Request& one, const Request& other) { return last_word(one) < last_word(other); });
  return found;
}

render::Section unanswered_section(Source& source, const std::vector<Request>& requests) {
  return listed(
      source, "unanswered", tr(N_("Tenants waiting for a word, longest first")), requests,
      {ago_column(source, "silent_for", N_("Silence"), last_word), state_column(), tenant_column(), phone_column()},
      "unanswered");
}

Made make_tenants(Source& source) {
  const Query& query = source.query();
  const Moment from = moment(query.from), before = moment(query.as_of());
  Cut cut(source, query.by.empty() ? std::vector{By::agency} : query.by);
  Counter counter({&cut, 1}, {keys.begin(), keys.end()}, query.ids_of, {"unanswered", "fragile"});
  std::array<std::int64_t, 6> given{};
  source.each(from, before, [&](const Source::Told& told) {
    const Round& round = told.round;
    if (round.over < from || round.over >= before || !source.wants_provider(told.provider())) return;
    const Where where{&round, told.provider(), round.over};
    if (round.cancelled != 0) return counter.count(cancelled, where);
    if (round.state != State::closed) return;  // reopened before anybody answered
    counter.count(closed, where);
    if (round.answered) {
      counter.count(answered, where);
      counter.measure(to_answer, where, std::max<std::int64_t>(0, round.over - round.begun));
    } else if (round.tenant_known) {
      counter.count(silent, where);
    }
    if (round.rating == 0) return;
    ++given[round.rating];
    counter.count(rated, where);
    cut.at(where).counts[rating_sum] += round.rating;
    if (round.rating >= 4) counter.count(satisfied, where);
    if (round.rating <= 2) counter.count(dissatisfied, where);
  });
  const std::vector<Request> open = source.unfinished();
  const std::vector<Request> waiting = unanswered(open, query.as_of());
  std::vector<Request> fragile = open;
  std::erase_if(fragile, [](const Request& one) { return one.tenant_flags.empty(); });
  std::ranges::stable_sort(fragile, [](const Request& one, const Request& other) {
    return std::pair(one.urgency, one.opened_at) < std::pair(other.urgency, other.opened_at);
  });
  Made made;
  made.ids = counter.ids();
  const auto add = [&](std::string_view figure, const std::vector<Request>& requests) {
    if (query.ids_of == figure)
      for (const Request& request : requests) made.ids.push_back(request.id);
  };
  add("unanswered", waiting);
  add("fragile", fragile);
  std::ranges::sort(made.ids);
  const Group all = cut.total();
  made.page.headlines = {
      {"unanswered",
       Cell{static_cast<std::int64_t>(waiting.size()), waiting.empty() ? Cell::Mood::good : Cell::Mood::alarm},
       tr(N_("wait too long for a word"))},
      {"fragile", Cell{static_cast<std::int64_t>(fragile.size())}, tr(N_("unfinished, of fragile tenants"))},
      {"satisfied", Cell{render::Share{all.counts[satisfied], all.counts[rated]}},
       tr(N_("of {0} who gave a rating are satisfied"), all.counts[rated])}};
  made.page.sections.push_back(unanswered_section(source, waiting));
  made.page.sections.push_back(
      listed(source, "fragile", tr(N_("Unfinished requests of fragile tenants, most urgent first")), fragile,
             {{{"tenant_flags", N_("Flags")}, [](const Request& one) { return Cell{split_codes(one.tenant_flags)}; }},
              state_column(),
              due_column(source),
              phone_column()},
             "fragile"));
  auto section = table_of(source, cut, "by", tr(N_("Answers and ratings")), measures());
  section.remarks.push_back(
      tr(N_("Requests closed in the period; cancelled ones are counted apart. To the answer: from the reception, every "
            "hour counts. Satisfied: 4 or 5 of 5. {0} of {1} closed requests have no rating: the share says nothing "
            "about them."),
         all.counts[closed] - all.counts[rated], all.counts[closed]));
  made.page.sections.push_back(std::move(section));
  made.page.sections.push_back(ratings(given));
  return made;
}

}  // namespace regie::report
