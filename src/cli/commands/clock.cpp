#include "regie/clock.hpp"
#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using render::Cell;
using render::coded;
using render::Column;
using text::tr;

/// "2 d 3 h 05", "45 min"; whole minutes.
std::string duration_text(std::chrono::seconds length) {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(length).count();
  const auto hours = minutes / 60;
  const auto two = [](auto number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  if (hours == 0) return tr(N_("{0} min"), minutes);
  return minutes % 60 == 0 ? tr(N_("{0} h"), hours) : tr(N_("{0} h {1}"), hours, two(minutes % 60));
}

/// "10 working days, end of day", as people say it.
std::string delay_text(const Delay& delay) {
  std::string text;
  const std::int64_t count = delay.count;
  switch (delay.unit) {
    case Delay::Unit::minutes: text = tr(counted("{0} minute", "{0} minutes", count)); break;
    case Delay::Unit::hours: text = tr(counted("{0} hour", "{0} hours", count)); break;
    case Delay::Unit::working_hours: text = tr(counted("{0} working hour", "{0} working hours", count)); break;
    case Delay::Unit::working_days: text = tr(counted("{0} working day", "{0} working days", count)); break;
    case Delay::Unit::days: text = tr(counted("{0} day", "{0} days", count)); break;
  }
  if (delay.end_of_day) text += ", " + tr(N_("end of day"));
  if (delay.within == "daylight") text += ", " + tr(N_("by daylight"));
  else if (!delay.within.empty()) text += ", " + tr(N_("hours of {0}"), delay.within);
  return text;
}

/// Where nobody kept the policy, time is counted round the clock.
const Policy& counting(const Policy* policy) {
  static const Policy round_the_clock;
  return policy == nullptr ? round_the_clock : *policy;
}

Cell::Mood mood_of(ClockOutcome outcome) {
  switch (outcome) {
    case ClockOutcome::late:
    case ClockOutcome::missed: return Cell::Mood::alarm;
    case ClockOutcome::stopped: return Cell::Mood::warning;
    case ClockOutcome::kept: return Cell::Mood::good;
    case ClockOutcome::withdrawn:
    case ClockOutcome::replaced: return Cell::Mood::faint;
    default: return Cell::Mood::plain;
  }
}

/// Why a stretch was counted or not, in a word or two.
std::string why_text(const Stretch& stretch) {
  std::string text = tr(label(stretch.why));
  if (stretch.party) text = tr(N_("waiting for {0}"), tr(label(*stretch.party)));
  if (!stretch.reason.empty()) text = tr(N_("{0}: {1}"), text, stretch.reason);
  return text::one_line(text);
}

/// The clocks of one request on a page.
class Page {
 public:
  Page(Context& context, const Request& request)
      : context_(context), request_(request), landlord_(context.settings().landlord()), style_(context.style()) {}

  std::string text(const std::vector<Clock>& clocks, Policies& policies) {
    line(tr(N_("Request {0}"), request_.id) + " · " + request_.residence +
         (request_.dwelling.empty() ? "" : " " + request_.dwelling) + " · " + tr(label(request_.urgency)) + " · " +
         tr(label(request_.state)));
    for (const Clock& clock : clocks) {
      line("");
      add(clock, policies.find(clock.policy));
    }
    if (clocks.empty()) line(tr(N_("Nothing was promised, no clock runs.")));
    return std::move(page_);
  }

 private:
  void line(const std::string& text) { page_ += text + "\n"; }

  std::string when(Instant instant) const { return due_text(context_, instant); }

  std::string title(const Clock& clock) const {
    switch (clock.kind) {
      case ClockKind::target: return tr(N_("Owed to the tenant"));
      case ClockKind::promise:
        return tr(clock.rework ? N_("Owed by {0}, rework") : N_("Owed by {0}"),
                  provider_name(landlord_, clock.provider));
      case ClockKind::verification: return tr(N_("Delay of the check"));
      case ClockKind::answer: return tr(N_("Delay of the answer to the tenant"));
    }
    return {};
  }

  void add(const Clock& clock, const Policy* policy) {
    const std::string name = tr(N_("{0}: {1}"), text::one_line(title(clock)), tr(label(clock.outcome)));
    line(render::coloured(name, mood_of(clock.outcome), style_));
    std::string terms = clock.delay ? tr(N_("delay: {0}"), delay_text(*clock.delay)) : tr(N_("the date was given"));
    terms += ", " + (policy == nullptr ? tr(N_("policy, version {0}, not kept in this database"), clock.policy)
                                       : tr(N_("policy, version {0}"), clock.policy));
    line("  " + text::one_line(terms));
    const Policy& counted_by = counting(policy);
    for (const Line& one : folded(account(clock, counted_by, context_.now()))) {
      std::string row = "  " + span_text(one.from, one.to);
      const bool counts = one.counted.count() > 0;
      row += counts ? "  " + right(duration_text(one.counted), 9) + "  " : std::string(13, ' ');
      line(counts ? row + one.why : render::coloured(row + one.why, Cell::Mood::faint, style_));
    }
    line("  " + ending(clock));
    line("  " + progress(clock, counted_by));
  }

  struct Line {
    Instant from, to;
    std::chrono::seconds counted;
    std::string why;
  };

  /// An evening, a weekend and a morning are one line: "outside the hours, day not worked".
  static std::vector<Line> folded(const std::vector<Stretch>& stretches) {
    std::vector<Line> lines;
    bool closed_before = false;
    for (const Stretch& stretch : stretches) {
      const bool closed = stretch.why != Why::counted && stretch.why != Why::waiting && stretch.why != Why::nobody_home;
      const std::string why = why_text(stretch);
      if (closed && closed_before) {
        lines.back().to = stretch.to;
        if (lines.back().why.find(why) == std::string::npos) lines.back().why += ", " + why;
      } else {
        lines.push_back({stretch.from, stretch.to, stretch.counted(), why});
      }
      closed_before = closed;
    }
    return lines;
  }

  /// "Fri 06/03 15:10 - Mon 09/03 08:30": the second day only when it is another.
  std::string span_text(Instant from, Instant to) const {
    const Zone& zone = style_.zone;
    const bool same_day = std::chrono::floor<std::chrono::days>(zone.local(from)) ==
                          std::chrono::floor<std::chrono::days>(zone.local(to));
    const std::string until = same_day ? text::minute(to, zone).substr(11) : when(to);
    const std::string span = when(from) + " – " + until;
    const int missing = 36 - text::display_width(span);
    return span + std::string(static_cast<std::size_t>(std::max(1, missing)), ' ');
  }

  static std::string right(const std::string& text, int width) {
    return std::string(static_cast<std::size_t>(std::max(0, width - text::display_width(text))), ' ') + text;
  }

  std::string ending(const Clock& clock) const {
    if (!clock.due) return tr(N_("stands still since {0}"), when(clock.pauses.back().from));
    std::string due = tr(N_("due {0}"), when(*clock.due));
    if (clock.due != clock.promised) due += " " + tr(N_("(without the waits: {0})"), when(clock.promised));
    return clock.ended ? due + ", " + tr(N_("ended {0}"), when(*clock.ended)) : due;
  }

  /// How much of the time is used by now, how much is left; or by how much it was missed.
  std::string progress(const Clock& clock, const Policy& policy) const {
    const Instant until = clock.ended.value_or(context_.now());
    std::chrono::seconds used{0}, left{0};
    for (const Stretch& stretch : account(clock, policy, context_.now())) {
      if (stretch.why != Why::counted) continue;
      used += std::max(std::chrono::seconds{0}, std::min(stretch.to, until) - stretch.from);
      left += std::max(std::chrono::seconds{0}, stretch.to - std::max(stretch.from, until));
    }
    std::string text = tr(N_("counted: {0}"), duration_text(used));
    if (!clock.ended && left.count() > 0) text += ", " + tr(N_("left: {0}"), duration_text(left));
    if (clock.due && until > *clock.due) text += ", " + tr(N_("over by {0}"), duration_text(until - *clock.due));
    return text;
  }

  Context& context_;
  const Request& request_;
  const Landlord& landlord_;
  render::Style style_;
  std::string page_;
};

const std::vector<Column>& clock_columns() {
  static const std::vector<Column> columns{
      {"id", N_("No."), Column::Kind::number},
      {"clock", N_("Clock")},
      {"number", N_("Entry"), Column::Kind::number},
      {"rework", N_("Rework")},
      {"provider", N_("With")},
      {"delay", N_("Delay")},
      {"policy", N_("Policy")},
      {"started_at", N_("Begun")},
      {"promised_at", N_("Without waits")},
      {"due_at", N_("Due")},
      {"ended_at", N_("Ended")},
      {"outcome", N_("Outcome")},
      {"counted_seconds", N_("Counted"), Column::Kind::number},
      {"stretches", N_("Stretches"), Column::Kind::wide, false},
  };
  return columns;
}

render::Row clock_row(RequestId id, std::size_t number, const Clock& clock, const Policy& policy, Instant now) {
  auto stretches = std::make_shared<render::Records>();
  std::chrono::seconds counted{0};
  for (const Stretch& stretch : account(clock, policy, now)) {
    counted += stretch.counted();
    stretches->push_back({{"from", Cell{stretch.from}},
                          {"to", Cell{stretch.to}},
                          {"counted", Cell{stretch.why == Why::counted}},
                          {"why", coded(stretch.why)},
                          {"party", coded(stretch.party)},
                          {"reason", Cell{stretch.reason}}});
  }
  return {id,
          coded(clock.kind),
          static_cast<std::int64_t>(number),
          Cell{clock.rework},
          clock.provider,
          clock.delay ? Cell{to_string(*clock.delay)} : Cell{},
          clock.policy,
          Cell{clock.started},
          Cell{clock.promised},
          clock.due,
          clock.ended,
          coded(clock.outcome, mood_of(clock.outcome)),
          static_cast<std::int64_t>(counted.count()),
          Cell{std::move(stretches)}};
}

int run_clock(Context& context) {
  const auto ids = context.ids("ID");
  Store& store = context.store(sql::Access::read);
  Policies policies(context.settings(), store);
  const bool as_page = context.format() == render::Format::table && !context.args.has("columns");
  std::unique_ptr<render::Writer> writer;
  if (!as_page) writer = context.writer("regie.clock/1", clock_columns());
  std::size_t missing = 0;
  bool first = true;
  for (const RequestId id : ids) {
    const auto request = store.find(id);
    if (!request) {
      report_error(Error(Trouble::not_found, message(N_("there is no request {0}"), id)), "clock", context.env,
                   context.format() == render::Format::json);
      ++missing;
      continue;
    }
    const std::vector<Clock> all = clocks(store.journal(id), policies.of(), context.now());
    if (as_page) {
      context.out((first ? "" : "\n") + Page(context, *request).text(all, policies));
    } else {
      for (std::size_t i = 0; i < all.size(); ++i) {
        const Policy* policy = policies.find(all[i].policy);
        writer->row(clock_row(id, i + 1, all[i], counting(policy), context.now()));
      }
    }
    first = false;
  }
  if (writer) writer->finish();
  if (missing == 0) return 0;
  return exit_code(missing == ids.size() ? Trouble::not_found : Trouble::partial);
}

}  // namespace

const Command clock_command{
    .name = "clock",
    .group = Group::desk,
    .summary = N_("what is owed until when, and which time was counted"),
    .description =
        N_("Every clock of a request: what the tenant is owed, what the provider owes, the check, the answer; "
           "interval by interval, counted or not, and why, under the policy that held when it was promised."),
    .arguments = {ids_argument},
    .options = {},
    .examples = {{"regie clock 12", N_("why is it due on Thursday?")},
                 {"regie clock 12 --at 'lundi 12:00'", N_("how it will stand on Monday at noon")},
                 {"regie clock 12 --format json", N_("every stretch of time, for a script")}},
    .writes = false,
    .run = run_clock,
};

}  // namespace regie::cli
