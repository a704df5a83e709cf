// Appointments as they hang on the wall of a workshop, as data, and as a calendar for telephones.
#include <algorithm>
#include <array>
#include <map>

#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "mail/icalendar.hpp"
#include "regie/names.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using render::Cell;
using render::coded;
using Kind = render::Column::Kind;
using Mood = Cell::Mood;
using std::chrono::days;
using text::day_name;
using text::one_line;
using text::tr;

constexpr std::int64_t usual_days = 7;
constexpr std::int64_t most_days = 400;
constexpr std::string_view calendar_format = "ics";  // for this command only: other lists are no appointments

/// The days asked for.
struct Span {
  LocalDay first;
  std::int64_t count;
  LocalDay end() const { return first + days{count}; }
};

/// A scheduled request, and what it has to do with others.
struct Appointment {
  Request request;
  std::string who;                  ///< the person who goes, else the provider
  std::vector<RequestId> overlaps;  ///< of the same person
  bool outside_hours = false;

  Instant from() const { return *request.visit_from; }
  Instant to() const { return *request.visit_to; }
  bool is_marked() const { return outside_hours || !overlaps.empty(); }
};

/// Appointments of one person, each of which overlaps another one.
struct Clash {
  std::string who;
  LocalDay day;
  std::vector<RequestId> ids;
};

struct Agenda {
  std::vector<Appointment> appointments;  ///< by start, then by who goes
  std::vector<Clash> clashes;
};

LocalDay day_of(Instant instant, const Zone& zone) { return std::chrono::floor<days>(zone.local(instant)); }

Span read_days(Context& context) {
  Arguments& args = context.args;
  const Zone& zone = context.settings().zone();
  const LocalDay today = day_of(context.now(), zone);
  Span span{today, usual_days};
  std::vector<std::string> given;
  for (const char* option : {"today", "tomorrow", "week", "from"})
    if (args.has(option)) given.push_back(std::string("--") + option);
  if (given.size() > 1) args.complain(message(N_("these exclude each other: {0}"), joined(given)));
  if (args.has("days") && !given.empty() && given.front() != "--from")
    args.complain(message(N_("these exclude each other: {0}"), given.front() + ", --days"));
  if (args.has("today") || args.has("tomorrow")) span.count = 1;
  if (args.has("tomorrow")) span.first += days{1};
  if (args.has("week")) span.first -= days{std::chrono::weekday{today}.iso_encoding() - 1};
  if (const auto from = args.time("from", context.now(), zone)) span.first = day_of(*from, zone);
  span.count = args.number("days", 1, most_days).value_or(span.count);
  args.check();
  return span;
}

// -- whose

using Choice = std::function<bool(const Request&)>;

Choice everybody() {
  return [](const Request&) { return true; };
}

Choice of_somebody(Context& context, const std::string& name) {
  context.remark(tr(N_("{0} is neither technician nor caretaker: all appointments are shown"), one_line(name)));
  return everybody();
}

/// What concerns a technician, a caretaker, or somebody of a firm; for others everything, and a remark. Keeps a
/// reference to `person`.
Choice of_person(Context& context, const Person& person) {
  const Landlord& landlord = context.settings().landlord();
  switch (person.role) {
    case Role::technician:
      return [&person](const Request& request) {
        const bool of_the_crew = !person.provider.empty() && request.provider == person.provider;
        return request.visit_by.empty() ? of_the_crew : request.visit_by == person.code;
      };
    case Role::contractor:
      return [&person](const Request& request) {
        return request.visit_by == person.code || (!person.provider.empty() && request.provider == person.provider);
      };
    case Role::caretaker:
      return [&person, &landlord, &zone = context.settings().zone()](const Request& request) {
        if (request.visit_by == person.code) return true;
        const auto looked_after = residences_of(landlord, person.code, day_of(*request.visit_from, zone));
        return std::ranges::find(looked_after, request.residence) != looked_after.end();
      };
    default: return of_somebody(context, person_name(landlord, person.code));
  }
}

Choice read_whose(Context& context) {
  const Landlord& landlord = context.settings().landlord();
  const auto wanted = context.args.text("for");
  const bool mine = context.args.has("mine");
  if (wanted && mine) context.args.complain(message(N_("these exclude each other: {0}"), "--for, --mine"));
  context.args.check();
  if (wanted) {
    if (landlord.find_provider(*wanted) != nullptr)
      return [code = *wanted](const Request& request) { return request.provider == code; };
    if (const Person* person = landlord.find_person(*wanted)) return of_person(context, *person);
    std::vector<std::string> names = codes_in(landlord.providers);
    for (std::string& name : codes_in(landlord.people)) names.push_back(std::move(name));
    throw Error(Trouble::not_found,
                unknown_name(N_("no provider or person '{0}'; known: {1}"),
                             N_("no provider or person '{0}'; did you mean '{1}'?"), *wanted, names));
  }
  if (!mine) return everybody();
  const std::string& me = context.identity().actor.who;
  if (const Person* person = landlord.find_person(me)) return of_person(context, *person);
  return of_somebody(context, me);
}

// -- which

std::string who_goes(const Landlord& landlord, const Request& request) {
  return one_line(request.visit_by.empty() ? provider_name(landlord, request.provider)
                                           : person_name(landlord, request.visit_by));
}

/// Marks appointments of one person that overlap; `agenda` is sorted by start.
void find_overlaps(Agenda& agenda, const Zone& zone) {
  std::map<std::string, std::vector<Appointment*>> by_person;
  for (Appointment& one : agenda.appointments)
    if (!one.request.visit_by.empty()) by_person[one.request.visit_by].push_back(&one);
  for (const auto& [person, own] : by_person) {
    Clash* clash = nullptr;
    Instant busy_until{};
    for (std::size_t i = 0; i < own.size(); ++i) {
      for (std::size_t j = i + 1; j < own.size() && own[j]->from() < own[i]->to(); ++j) {
        own[i]->overlaps.push_back(own[j]->request.id);
        own[j]->overlaps.push_back(own[i]->request.id);
      }
      if (own[i]->from() >= busy_until) clash = nullptr;
      if (clash == nullptr && !own[i]->overlaps.empty())
        clash = &agenda.clashes.emplace_back(Clash{own[i]->who, day_of(own[i]->from(), zone), {}});
      if (clash != nullptr) clash->ids.push_back(own[i]->request.id);
      busy_until = std::max(busy_until, own[i]->to());
    }
  }
}

/// Appointments that touch the days and are chosen. Overlaps are looked for among everybody's.
Agenda load(Context& context, const Span& span, const Choice& chosen) {
  const Landlord& landlord = context.settings().landlord();
  const Zone& zone = context.settings().zone();
  Agenda agenda;
  Filter filter;
  filter.states = {State::scheduled};
  // A window that begins before midnight may overlap one that ends before these days begin.
  filter.visit_after = zone.instant(span.first - days{1});
  filter.visit_before = zone.instant(span.end() + days{1});
  const std::vector<Order> by_start{{find_field("visit_from"), false}};
  context.store(sql::Access::read).list(filter, by_start, 0, [&](Request&& request) {
    if (!request.visit_from || !request.visit_to) return true;
    std::string who = who_goes(landlord, request);
    agenda.appointments.push_back({std::move(request), std::move(who), {}, false});
    return true;
  });
  std::ranges::sort(agenda.appointments, {},
                    [](const Appointment& one) { return std::tuple(one.from(), text::fold(one.who), one.request.id); });
  find_overlaps(agenda, zone);
  const Instant begin = zone.instant(span.first), end = zone.instant(span.end());
  std::erase_if(agenda.appointments,
                [&](const Appointment& one) { return one.to() <= begin || one.from() >= end || !chosen(one.request); });
  std::erase_if(agenda.clashes, [&](const Clash& clash) {
    return std::ranges::none_of(agenda.appointments, [&](const Appointment& one) {
      return std::ranges::find(clash.ids, one.request.id) != clash.ids.end();
    });
  });
  for (Appointment& one : agenda.appointments)
    if (const Provider* provider = landlord.find_provider(one.request.provider))
      one.outside_hours = is_outside_hours(landlord, *provider, one.from(), one.to());
  return agenda;
}

// -- what is said of one

std::string residence_name(const Landlord& landlord, const std::string& code) {
  const Residence* residence = landlord.find_residence(code);
  return residence == nullptr || residence->name.empty() ? code : residence->name;
}

/// "Les Bélandres B-203", "BEL, building C"
std::string place(const std::string& residence, const Request& request) {
  std::string text = residence;
  if (!request.dwelling.empty()) text += ' ' + request.dwelling;
  if (!request.building.empty() && request.building != building_of(request.dwelling))
    text += ", " + tr(N_("building {0}"), request.building);
  if (request.dwelling.empty() && request.building.empty() && request.place == Place::common)
    text += ", " + tr(label(request.place));
  return one_line(text);
}

std::string tenant(const Request& request) {
  const bool both = !request.tenant_name.empty() && !request.tenant_phone.empty();
  return one_line(request.tenant_name + (both ? ", " : "") + request.tenant_phone);
}

/// The table on the wall: per day its appointments, each with one line of columns and what else there is to know
/// indented below it.
class Wall {
 public:
  Wall(Context& context, const Span& span)
      : landlord_(context.settings().landlord()),
        style_(context.style()),
        span_(span),
        today_(day_of(context.now(), style_.zone)) {}

  std::string text(const std::vector<Appointment>& appointments) {
    for (const Appointment& one : appointments) {
      lines_.push_back(line_of(one));
      short_places_.push_back(place(one.request.residence, one.request));
    }
    fit();
    std::optional<LocalDay> last;
    for (std::size_t i = 0; i < appointments.size(); ++i) {
      const LocalDay day = shown_on(appointments[i]);
      if (day != last) page_ += (last ? "\n" : "") + heading(day) + "\n";
      last = day;
      add(appointments[i], lines_[i]);
    }
    return page_;
  }

  std::string heading(LocalDay day) const { return render::coloured(day_name(day, today_), Mood::good, style_); }

 private:
  enum Part { window, number, urgency, where, who, tenant_of, parts };
  using Line = std::array<std::string, parts>;

  static constexpr int margin = 2, gap = 2;
  static constexpr int narrowest_place = 14, readable_person = 20, narrowest_person = 10;
  static constexpr std::size_t most_text_lines = 2;

  LocalDay shown_on(const Appointment& one) const { return std::max(span_.first, day_of(one.from(), style_.zone)); }

  /// "8:00", with the day when it is another one.
  std::string clock(Instant instant, LocalDay day) const {
    const std::string minute = text::minute(instant, style_.zone);
    const std::string hour = minute.substr(minute[11] == '0' ? 12 : 11);
    return day_of(instant, style_.zone) == day ? hour : minute.substr(8, 2) + '/' + minute.substr(5, 2) + ' ' + hour;
  }

  Line line_of(const Appointment& one) const {
    const Request& request = one.request;
    const LocalDay day = shown_on(one);
    const std::string begins = clock(one.from(), day);
    Line line;
    line[window] = (begins.size() < 5 ? " " : "") + begins + (style_.utf8 ? "–" : "-") + clock(one.to(), day);
    line[number] = std::to_string(request.id);
    if (request.urgency <= Urgency::urgent) line[urgency] = tr(label(request.urgency));
    line[where] = place(residence_name(landlord_, request.residence), request);
    line[who] = one.who;
    line[tenant_of] = tenant(request);
    return line;
  }

  void measure() {
    widths_.fill(0);
    for (const Line& line : lines_)
      for (std::size_t part = 0; part < parts; ++part)
        widths_[part] = std::max(widths_[part], text::display_width(line[part]));
  }

  int used(std::size_t up_to) const {
    int width = margin;
    for (std::size_t part = 0; part < up_to; ++part)
      if (widths_[part] > 0) width += widths_[part] + (part == 0 ? 0 : gap);
    return width;
  }

  /// On a narrow terminal the tenant goes below, then long names of who goes are cut, residences get their codes, and
  /// places are cut.
  void fit() {
    measure();
    if (style_.width <= 0) return;
    tenant_below_ = used(parts) > style_.width;
    narrow(who, readable_person);
    if (used(tenant_of) > style_.width) {
      for (std::size_t i = 0; i < lines_.size(); ++i) lines_[i][where] = short_places_[i];
      measure();
    }
    narrow(who, readable_person);
    narrow(where, narrowest_place);
    narrow(who, narrowest_person);
  }

  void narrow(Part part, int at_least) {
    if (const int over = used(tenant_of) - style_.width; over > 0)
      widths_[part] = std::min(widths_[part], std::max(at_least, widths_[part] - over));
  }

  std::string padded(const std::string& text, std::size_t part) const {
    const std::string cut = text::cut_to_width(text, widths_[part], style_.utf8 ? "…" : "...");
    const std::string blanks(static_cast<std::size_t>(std::max(0, widths_[part] - text::display_width(cut))), ' ');
    return part == number ? blanks + cut : cut + blanks;
  }

  void add(const Appointment& one, const Line& line) {
    const Mood mood = one.request.urgency == Urgency::emergency ? Mood::alarm
                      : one.request.urgency == Urgency::urgent  ? Mood::warning
                                                                : Mood::plain;
    std::string head(margin, ' '), plain;
    std::size_t last = tenant_below_ ? who : tenant_of;
    while (last > number && line[last].empty()) --last;
    for (std::size_t part = 0; part <= last; ++part) {
      if (widths_[part] == 0) continue;
      const std::string cell = part == last ? text::cut_to_width(line[part], widths_[part], style_.utf8 ? "…" : "...")
                                            : padded(line[part], part);
      head += (part == 0 ? "" : std::string(gap, ' ')) +
              render::coloured(cell, part == urgency ? mood : Mood::plain, style_);
    }
    page_ += head + "\n";
    if (one.is_marked()) below(marks(one), Mood::alarm);
    if (const std::string more = besides(one.request); !more.empty()) below(more, Mood::plain);
    if (!one.request.text.empty()) below_cut(one_line(one.request.text));
  }

  std::string marks(const Appointment& one) const {
    std::string text;
    if (!one.overlaps.empty()) text = tr(N_("! overlaps with request {0}"), joined(one.overlaps));
    if (one.outside_hours) text += (text.empty() ? "" : separator()) + tr(N_("! outside working hours"));
    return text;
  }

  std::string besides(const Request& request) const {
    std::vector<std::string> facts;
    if (tenant_below_) facts.push_back(tenant(request));
    if (!request.wishes.empty()) facts.push_back(tr(N_("wishes: {0}"), one_line(request.wishes)));
    if (request.no_access > 0) facts.push_back(tr(N_("visit no. {0}"), request.no_access + 1));
    if (request.reschedules > 0) facts.push_back(tr(counted("moved {0} time", "moved {0} times", request.reschedules)));
    std::string text;
    for (const std::string& fact : facts)
      if (!fact.empty()) text += (text.empty() ? "" : separator()) + fact;
    return text;
  }

  std::string separator() const { return style_.utf8 ? " · " : " - "; }

  int indent() const { return margin + widths_[window] + gap; }

  std::vector<std::string> wrapped(const std::string& text) const {
    if (style_.width <= 0) return {text};
    return text::wrap(text, std::max(20, style_.width - indent()));
  }

  void below(const std::string& text, Mood mood) {
    for (const std::string& part : wrapped(text))
      page_ += std::string(static_cast<std::size_t>(indent()), ' ') + render::coloured(part, mood, style_) + "\n";
  }

  void below_cut(const std::string& text) {
    auto lines = wrapped(text);
    if (lines.size() > most_text_lines) {
      std::string& last = lines[most_text_lines - 1];
      last = text::cut_to_width(last + ' ' + lines[most_text_lines], std::max(20, style_.width - indent()),
                                style_.utf8 ? "…" : "...");
      lines.resize(most_text_lines);
    }
    for (const std::string& part : lines) page_ += std::string(static_cast<std::size_t>(indent()), ' ') + part + "\n";
  }

  const Landlord& landlord_;
  render::Style style_;
  Span span_;
  LocalDay today_;
  std::vector<Line> lines_;
  std::vector<std::string> short_places_;  ///< with the codes of the residences
  std::array<int, parts> widths_{};
  bool tenant_below_ = false;
  std::string page_;
};

// -- as data

const std::vector<render::Column>& agenda_columns() {
  static const std::vector<render::Column> columns{
      {"id", N_("No."), Kind::number},
      {"visit_from", N_("Visit from")},
      {"visit_to", N_("Visit to")},
      {"provider", N_("With"), Kind::text, false},
      {"visit_by", N_("Who goes")},
      {"residence", N_("Res.")},
      {"building", N_("Building"), Kind::text, false},
      {"dwelling", N_("Dwelling")},
      {"place", N_("Place"), Kind::text, false},
      {"trade", N_("Trade")},
      {"urgency", N_("Urgency")},
      {"tenant_name", N_("Tenant")},
      {"tenant_phone", N_("Telephone")},
      {"wishes", N_("Wishes"), Kind::wide},
      {"reschedules", N_("Reschedules"), Kind::number, false},
      {"no_access", N_("Failed visits"), Kind::number, false},
      {"overlap", N_("Overlap")},
      {"outside_hours", N_("Outside hours")},
      {"text", N_("Text"), Kind::wide},
  };
  return columns;
}

render::Row agenda_row(const Appointment& one, const Landlord& landlord) {
  const Request& request = one.request;
  return {request.id,
          Cell{one.from()},
          Cell{one.to()},
          request.provider,
          request.visit_by,
          request.residence,
          request.building,
          request.dwelling,
          coded(request.place),
          request.trade.empty() ? Cell{} : Cell{render::Coded{request.trade, trade_name(landlord, request.trade)}},
          coded(request.urgency),
          request.tenant_name,
          request.tenant_phone,
          request.wishes,
          request.reschedules,
          request.no_access,
          Cell{!one.overlaps.empty(), Mood::alarm},
          Cell{one.outside_hours, Mood::alarm},
          request.text};
}

/// What a telephone shows while it is locked names no tenant.
mail::CalendarEvent event_of(const Appointment& one, const Landlord& landlord) {
  const Request& request = one.request;
  const std::string residence = residence_name(landlord, request.residence);
  mail::CalendarEvent event{.uid = mail::calendar_uid(request.id, landlord.name),
                            .from = one.from(),
                            .to = one.to(),
                            .sequence = request.version,
                            .summary = place(residence, request),
                            .location = residence,
                            .description = request.text};
  if (!request.trade.empty()) event.summary = trade_name(landlord, request.trade) + ", " + event.summary;
  if (!request.building.empty()) event.location += ", " + tr(N_("building {0}"), request.building);
  if (!request.dwelling.empty()) event.location += ", " + tr(N_("dwelling {0}"), request.dwelling);
  const auto add = [&](const char* title, const std::string& value) {
    if (!value.empty()) event.description += "\n" + tr(N_("{0}: {1}"), tr(title), value);
  };
  add(N_("Tenant"), tenant(request));
  add(N_("Wishes"), one_line(request.wishes));
  add(N_("Who goes"), one.who);
  event.description += "\n" + tr(N_("Request {0}"), request.id) + ", " + tr(label(request.urgency));
  return event;
}

void print_calendar(Context& context, const std::vector<Appointment>& appointments) {
  std::vector<mail::CalendarEvent> events;
  for (const Appointment& one : appointments) events.push_back(event_of(one, context.settings().landlord()));
  context.out(mail::calendar(events, context.now()));
}

// -- the command

bool wants_calendar(Context& context) {
  const std::string format = context.args.text("format").value_or("table");
  if (format == calendar_format) {
    if (context.args.has("columns"))
      context.args.complain(message(N_("these exclude each other: {0}"), "--columns, --format ics"));
    context.args.check();
    return true;
  }
  if (!render::parse_format(format)) {
    auto names = render::format_names();
    names.emplace_back(calendar_format);
    throw Error(Trouble::usage, bad_choice("format", format, names));
  }
  return false;
}

void say_nothing_found(Context& context, const Span& span, bool on_wall) {
  const LocalDay today = day_of(context.now(), context.settings().zone());
  if (on_wall && span.count == 1)
    context.remark_or_out(Wall(context, span).heading(span.first) + "\n  " + tr(N_("no appointment")));
  else if (context.env.err_is_terminal)
    context.remark(
        tr(N_("no appointment from {0} to {1}"), day_name(span.first, today), day_name(span.end() - days{1}, today)));
}

int run_agenda(Context& context) {
  const bool as_calendar = wants_calendar(context);
  const bool on_wall = !as_calendar && context.format() == render::Format::table && !context.args.has("columns");
  const Span span = read_days(context);
  Agenda agenda = load(context, span, read_whose(context));
  auto& appointments = agenda.appointments;
  const std::size_t all = appointments.size();
  const auto limit = static_cast<std::size_t>(context.limit(0));
  const bool more = limit > 0 && all > limit;
  if (more) appointments.resize(limit);

  if (as_calendar) {
    print_calendar(context, appointments);
  } else if (on_wall) {
    context.out(Wall(context, span).text(appointments));
  } else {
    auto writer = context.writer("regie.agenda/1", agenda_columns());
    for (const Appointment& one : appointments) writer->row(agenda_row(one, context.settings().landlord()));
    writer->finish(more);
  }
  if (all == 0) say_nothing_found(context, span, on_wall);
  if (more) context.remark(tr(N_("{0} of {1} shown; --limit 0 shows all"), appointments.size(), all));
  const LocalDay today = day_of(context.now(), context.settings().zone());
  for (const Clash& clash : agenda.clashes)
    context.remark(tr(N_("{0} has appointments that overlap on {1}: {2}"), clash.who, day_name(clash.day, today),
                      joined(clash.ids)));
  return 0;
}

}  // namespace

const Command agenda_command{
    .name = "agenda",
    .group = Group::desk,
    .summary = N_("appointments, day by day"),
    .description = N_("Without options: today and the six following days. Appointments of one person that overlap, and "
                      "those outside the provider's working hours, are marked. Data formats give one row per "
                      "appointment."),
    .arguments = {},
    .options = {{"for", 0, "CODE", N_("only those of this provider or technician, or in this caretaker's residences"),
                 Offers::people},
                {"mine", 0, "", N_("what concerns you, or the person of --as")},
                {"today", 0, "", N_("only today")},
                {"tomorrow", 0, "", N_("only tomorrow")},
                {"week", 0, "", N_("from Monday to Sunday of this week")},
                {"from", 0, "DAY", N_("from this day on: 'monday', 2026-03-09")},
                {"days", 0, "N", N_("so many days; 7 when not said, 400 at most")},
                // In place of the global option, which does not know ics.
                {"format", 'f', "FORMAT",
                 N_("table, csv, tsv, json, jsonl, md, or ics: a calendar for telephones and mail programs"),
                 Offers::formats}},
    .examples = {{"regie agenda --week", N_("for the wall of the workshop")},
                 {"regie agenda --mine --tomorrow", N_("where to go tomorrow")},
                 {"regie agenda --for ouali --days 30 --format ics > ouali.ics", N_("for his telephone")}},
    .writes = false,
    .run = run_agenda,
};

}  // namespace regie::cli
