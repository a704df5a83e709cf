#include "report/reports.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "cli/commands/all.hpp"
#include "cli/draft.hpp"
#include "cli/progress_line.hpp"
#include "cli/request_view.hpp"
#include "desk/reminding.hpp"
#include "render/xlsx.hpp"
#include "report/counting.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using render::Column;
using report::Kind;
using report::Query;
using std::chrono::days;
using std::chrono::floor;
using text::tr;

/// What the global option does not know: pages are reports only.
enum class Page { html, xlsx };

struct Wanted {
  render::Format format = render::Format::table;
  std::optional<Page> page;  ///< in place of `format`
};

Wanted read_format(Context& context) {
  const std::string name = context.args.text("format").value_or(context.args.has("mail-to") ? "html" : "table");
  if (name == "html") return {.page = Page::html};
  if (name == "xlsx") return {.page = Page::xlsx};
  if (const auto format = render::parse_format(name)) return {.format = *format, .page = {}};
  auto names = render::format_names();
  names.insert(names.end(), {"html", "xlsx"});
  throw Error(Trouble::usage, bad_choice("format", name, names));
}

// ---- which time

LocalDay day_of(const Zone& zone, Instant at) { return floor<days>(zone.local(at)); }
Instant beginning_of(const Zone& zone, LocalDay day) { return zone.bound(LocalTime{day}); }

/// "2026-03"
std::optional<std::pair<Instant, Instant>> month_named(const std::string& text, const Zone& zone) {
  const bool shaped =
      text.size() == 7 && text[4] == '-' &&
      std::ranges::all_of(text.substr(0, 4) + text.substr(5), [](char c) { return c >= '0' && c <= '9'; });
  if (!shaped) return std::nullopt;
  using namespace std::chrono;
  const year_month month = year{std::stoi(text)} / static_cast<unsigned>(std::stoi(text.substr(5)));
  if (!month.ok() || int{month.year()} < 1970) return std::nullopt;
  return std::pair(beginning_of(zone, local_days{month / 1}), beginning_of(zone, local_days{(month + months{1}) / 1}));
}

std::pair<Instant, Instant> last_week(const Zone& zone, Instant now) {
  const LocalDay today = day_of(zone, now);
  const LocalDay monday = today - days{std::chrono::weekday{today}.iso_encoding() - 1};
  return {beginning_of(zone, monday - days{7}), beginning_of(zone, monday)};
}

/// A day means all of it; a time of day is one.
std::optional<Instant> read_to(Context& context, const Zone& zone) {
  const auto at = context.args.time("to", context.now(), zone);
  if (!at) return std::nullopt;
  const LocalDay day = day_of(zone, *at);
  return beginning_of(zone, day) == *at ? beginning_of(zone, day + days{1}) : *at;
}

void read_period(Context& context, const Kind& kind, Query& query) {
  Arguments& args = context.args;
  const Zone& zone = context.settings().zone();
  std::string given;
  for (const char* option : {"month", "last-week", "to", "before"})
    if (args.has(option)) given += (given.empty() ? "--" : ", --") + std::string(option);
  const bool whole = args.has("month") || args.has("last-week");
  if (given.find(',') != std::string::npos || (whole && args.has("from")))
    args.complain(message(N_("these exclude each other: {0}"), args.has("from") ? given + ", --from" : given));
  const Policy& policy = context.settings().landlord().policy;
  const auto usual = report::usual_period(kind.period, query.now, policy.calendar, policy.hours_named(""));
  auto [from, before] = usual;
  if (const auto month = args.text("month")) {
    if (const auto named = month_named(*month, zone)) std::tie(from, before) = *named;
    else args.complain(message(N_("--month: '{0}' is no month; write it like 2026-03"), *month));
  } else if (args.has("last-week")) {
    std::tie(from, before) = last_week(zone, query.now);
  } else {
    const auto wanted_from = args.time("from", query.now, zone);
    const auto wanted_to = read_to(context, zone);
    const auto wanted_before = args.time("before", query.now, zone);
    if (wanted_from) from = *wanted_from;
    if (wanted_from || wanted_to || wanted_before) before = wanted_to ? *wanted_to : wanted_before.value_or(query.now);
    // So long a time before the end as the report usually takes.
    if (!wanted_from && (wanted_to || wanted_before)) from = before - (usual.second - usual.first);
  }
  query.from = from;
  query.before = before;
  if (query.from >= query.as_of() && !(args.has("month") && query.from > query.now))
    args.complain(message(N_("the period ends before it begins, or has not begun")));
  else if (query.from >= query.now) args.complain(message(N_("the period has not begun")));
}

// ---- which requests

template <typename T>
std::vector<std::string> read_codes(Context& context, const char* option, const std::vector<T>& known,
                                    const char* no_such, const char* nearly, const char* nothing = nullptr) {
  std::vector<std::string> wanted = context.args.texts(option);
  const std::vector<std::string> names = codes_in(known);
  for (std::string& word : wanted) {
    if (nothing != nullptr && word == nothing) word.clear();
    else if (std::ranges::find(names, word) == names.end())
      throw Error(Trouble::not_found, unknown_name(no_such, nearly, word, names));
  }
  return wanted;
}

/// As they are typed: a comma between them.
std::string typed(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ",") + value;
  return text;
}

constexpr std::array filter_options{"agency",   "residence", "dwelling", "trade",
                                    "provider", "urgency",   "place",    "channel"};

void read_wanted(Context& context, Query& query) {
  const Landlord& landlord = context.settings().landlord();
  report::Wanted& wanted = query.wanted;
  wanted.agencies = read_codes(context, "agency", landlord.agencies, N_("no agency '{0}'; known: {1}"),
                               N_("no agency '{0}'; did you mean '{1}'?"));
  wanted.residences = read_codes(context, "residence", landlord.residences, N_("no residence '{0}'; known: {1}"),
                                 N_("no residence '{0}'; did you mean '{1}'?"));
  wanted.providers = read_codes(context, "provider", landlord.providers, N_("no provider '{0}'; known: {1}"),
                                N_("no provider '{0}'; did you mean '{1}'?"), "none");
  wanted.trades = read_codes(context, "trade", landlord.trades, N_("no trade '{0}'; known: {1}"),
                             N_("no trade '{0}'; did you mean '{1}'?"));
  wanted.dwellings = context.args.texts("dwelling");
  wanted.urgencies = context.args.codes<Urgency>("urgency");
  wanted.places = context.args.codes<Place>("place");
  wanted.channels = context.args.codes<Channel>("channel");
  for (const char* option : filter_options)
    if (context.args.has(option)) query.filters.emplace_back(option, typed(context.args.texts(option)));
}

/// One word of a shell, whatever stands in it.
std::string quoted(const std::string& word) {
  static constexpr std::string_view plain = "-_.,:/+@%";
  const auto is_plain = [](unsigned char c) { return std::isalnum(c) != 0 || plain.find(char(c)) != plain.npos; };
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

/// The command line without what is about the output: with --ids it lists the requests behind a figure.
std::string command_text(const Context& context, const Kind& kind) {
  std::string line = "regie report " + std::string(kind.name);
  for (const char* option : {"month", "last-week", "from", "to", "before", "by", "within", "limit", "at"}) {
    if (!context.args.has(option)) continue;
    line += " --" + std::string(option);
    const std::string value = context.args.text(option).value_or("");
    if (!value.empty()) line += ' ' + quoted(value);
  }
  for (const char* option : filter_options)
    if (context.args.has(option)) line += " --" + std::string(option) + ' ' + quoted(typed(context.args.texts(option)));
  return line;
}

Query read_query(Context& context, const Kind& kind) {
  Query query;
  query.now = context.now();
  read_period(context, kind, query);
  read_wanted(context, query);
  query.by = context.args.codes<report::By>("by");
  if (query.by.size() > 4) context.args.complain(message(N_("--by: four at most")));
  query.ids_of = context.args.text("ids").value_or("");
  query.command = command_text(context, kind);
  query.guarantee_days = context.args.number("within", 1, 3650).value_or(query.guarantee_days);
  query.rows = context.limit(kind.rows);
  // Whoever asks for another moment than this may ask about a time that journals have to tell of.
  query.past = query.as_of() < context.env.clock();
  const auto refuse = [&](const char* option, bool takes) {
    if (context.args.has(option) && !takes)
      context.args.complain(message(N_("--{0} says nothing in this report"), option));
  };
  refuse("by", kind.divides);
  refuse("within", kind.name == "repeat");
  refuse("provider", kind.name != "residences");
  for (const char* option : {"columns", "sort"}) refuse(option, false);
  for (const char* option : {"output", "mail-to"})
    if (context.args.has("ids") && context.args.has(option))
      context.args.complain(message(N_("these exclude each other: {0}"), "--ids, --" + std::string(option)));
  context.args.check();
  return query;
}

// ---- what stands above a report

std::string moment_text(Context& context, Instant at) {
  const Zone& zone = context.settings().zone();
  const LocalDay day = day_of(zone, at);
  const std::string name = text::day_name(day, day_of(zone, context.now()));
  return beginning_of(zone, day) == at ? name : tr(N_("{0} {1}"), name, text::minute(at, zone).substr(11));
}

std::string period_text(Context& context, const Query& query) {
  const Zone& zone = context.settings().zone();
  const LocalDay last = day_of(zone, query.before);
  const bool whole_days =
      beginning_of(zone, day_of(zone, query.from)) == query.from && beginning_of(zone, last) == query.before;
  if (!whole_days)
    return tr(N_("from {0} to {1}"), moment_text(context, query.from), moment_text(context, query.before));
  return tr(N_("from {0} to {1}"), moment_text(context, query.from),
            text::day_name(last - days{1}, day_of(zone, context.now())));
}

void fill_head(Context& context, const Kind& kind, const Query& query, render::Report& page) {
  page.name = kind.name;
  page.title = tr(kind.title);
  page.landlord = text::one_line(context.settings().landlord().name);
  page.period = period_text(context, query);
  page.made_at = context.env.clock();
  page.as_of = query.as_of();
  page.from = query.from;
  page.before = query.before;
  page.filters = query.filters;
  page.filter = report::filter_text(context.settings().landlord(), query);
  if (kind.name != "routing" && kind.name != "reminders")
    page.remarks.push_back(
        tr(N_("The requests behind a figure: {0} --ids FIGURE | regie list - --limit 0"), query.command));
}

// ---- where it goes

std::string as_text(const render::Report& page, const Wanted& wanted, const render::Style& style) {
  std::string text;
  if (wanted.page == Page::html) return render::html_page(page, style);
  render::write_report(page, wanted.format, style, [&](std::string_view part) { text += part; });
  return text;
}

void write_file(Context& context, const render::Report& page, const Wanted& wanted, const std::string& file) {
  render::Style style = context.style();
  style.colour = false;
  style.width = 0;
  if (context.dry_run()) return;
  Draft draft(file, 0666 & ~context.env.umask);
  if (wanted.page == Page::xlsx) render::write_xlsx(page, style, context.env.module_dir, draft.path());
  else draft.write(as_text(page, wanted, style));
  draft.put_in_place(Draft::Over::what_is_there);
}

void print(Context& context, const render::Report& page, const Wanted& wanted) {
  if (wanted.page == Page::xlsx)
    throw Error(Trouble::usage, message(N_("a workbook needs a file: --output NAME.xlsx")));
  context.out(as_text(page, wanted, context.style()));
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream input(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(input), {}};
}

/// "nightly-2026-03-16.html"
std::string file_name(Context& context, const render::Report& page, const std::string& ending) {
  return page.name + "-" + text::iso(page.as_of, context.settings().zone()).substr(0, 10) + "." + ending;
}

/// What a mail carries beside its text.
mail::Attachment attachment_of(Context& context, const render::Report& page, const Wanted& wanted,
                               const render::Style& style) {
  const auto name = [&](const char* ending) { return file_name(context, page, ending); };
  if (wanted.page == Page::xlsx) {
    const Draft draft(std::filesystem::temp_directory_path() / name("xlsx"), S_IRUSR | S_IWUSR);
    render::write_xlsx(page, style, context.env.module_dir, draft.path());
    return {name("xlsx"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", bytes_of(draft.path())};
  }
  switch (wanted.format) {
    case render::Format::json:
    case render::Format::jsonl: return {name("json"), "application/json", as_text(page, wanted, style)};
    case render::Format::tsv: return {name("tsv"), "text/tab-separated-values", as_text(page, wanted, style)};
    case render::Format::md: return {name("md"), "text/markdown", as_text(page, wanted, style)};
    case render::Format::csv:
    case render::Format::table: break;
  }
  return {name("csv"), "text/csv", as_text(page, wanted, style)};
}

/// Telephones and most mail programs show so many characters in a line.
constexpr int mail_width = 76;

ReportMail mail_of(Context& context, const render::Report& page, const Wanted& wanted) {
  render::Style style = context.style();
  style.colour = false;
  style.utf8 = true;
  style.width = mail_width;
  ReportMail mail;
  const std::string format = context.args.text("format").value_or("html");
  mail.key = command_text(context, *report::find_kind(page.name)) + " --format " + format;
  mail.subject = tr(N_("{0}, {1}"), page.title, page.period);
  mail.text = as_text(page, {}, style);
  mail.language = text::language();
  if (wanted.page == Page::html) {
    mail.html = render::html_page(page, style);
    // Mail programs leave out the charts: the page itself goes with it.
    mail.attachments.push_back({file_name(context, page, "html"), "text/html", mail.html});
  } else if (wanted.page || wanted.format != render::Format::table)
    mail.attachments.push_back(attachment_of(context, page, wanted, style));
  return mail;
}

/// Into the outbox: the next run of `regie remind` hands it over.
void send(Context& context, const render::Report& page, const Wanted& wanted,
          const std::vector<Recipient>& recipients) {
  const ReportMail mail = mail_of(context, page, wanted);
  Store store(context.database_url(), context.open_options(sql::Access::write), context.env.clock());
  Reminding reminding(context.settings(), store, context.now());
  const mail::Mime mime(context.env.module_dir);
  const auto queued = reminding.queue_report(recipients, mail, mime, !context.dry_run());
  // In cron only what needs somebody is said.
  const bool says_all = context.env.err_is_terminal || context.args.has("verbose") || context.dry_run();
  for (const QueuedReport& one : queued)
    if (says_all || one.mail.state == MailState::held)
      context.remark((context.dry_run() ? tr(N_("(dry run, nothing saved) ")) : std::string()) + tr(said_of(one)));
  for (const Message& delay : reminding.delays()) context.remark(tr(delay));
}

int print_ids(Context& context, const std::vector<RequestId>& ids) {
  if (context.format() == render::Format::table) {
    for (const RequestId id : ids) context.out(std::to_string(id) + "\n");
    return 0;
  }
  auto writer = context.writer("regie.report_ids/1", {{"id", N_("No."), Column::Kind::number}});
  for (const RequestId id : ids) writer->row({id});
  writer->finish();
  return 0;
}

// ---- the command

int list_kinds(Context& context) {
  auto writer =
      context.writer("regie.reports/1", {{"report", N_("Report")}, {"about", N_("About"), Column::Kind::wide}});
  for (const Kind& kind : report::kinds())
    writer->row({render::Cell{std::string(kind.name)}, render::Cell{render::Coded{kind.summary, kind.summary}}});
  writer->finish();
  return 0;
}

const Kind& kind_named(const std::string& name) {
  if (const Kind* kind = report::find_kind(name)) return *kind;
  std::vector<std::string> names;
  for (const Kind& kind : report::kinds()) names.emplace_back(kind.name);
  throw Error(Trouble::usage, unknown_name(N_("no report '{0}'; there are: {1}"),
                                           N_("no report '{0}'; did you mean '{1}'?"), name, names));
}

constexpr std::chrono::milliseconds not_noticed{300};

/// A later report of the same months is faster; whoever may only read, or comes while somebody writes, does without.
void pack_history(Context& context) {
  if (context.store(sql::Access::read).packs_missing() == 0) return;
  sql::OpenOptions options = context.open_options(sql::Access::write);
  options.lock_wait = std::chrono::milliseconds{0};
  try {
    const ProgressLine line(context, not_noticed);
    Store(context.database_url(), options, context.env.clock())
        .pack_history([&](const char* what, std::int64_t done, std::int64_t all) { line(what, done, all); });
  } catch (const Error&) {
    // Figures are the same without.
  }
}

int run_report(Context& context) {
  const auto name = context.args.text("REPORT");
  if (!name) return list_kinds(context);
  const Kind& kind = kind_named(*name);
  const Wanted wanted = read_format(context);
  const Query query = read_query(context, kind);
  std::vector<Recipient> recipients;
  if (context.args.has("mail-to")) {
    check_mail_is_said(context.settings().landlord());
    recipients = report_recipients(context.settings().landlord(), context.args.texts("mail-to"));
  }
  Store& store = context.store(sql::Access::read);
  if (!context.dry_run()) pack_history(context);
  report::Made made;
  {
    const auto as_of_one_moment = store.transaction(sql::Transaction::Kind::read);
    const ProgressLine line(context, not_noticed);
    report::Source source(context.settings(), store, query,
                          [&](const char* what, std::int64_t done, std::int64_t all) { line(what, done, all); });
    made = kind.make(source);
  }
  if (!query.ids_of.empty()) return print_ids(context, made.ids);
  fill_head(context, kind, query, made.page);
  const auto file = context.args.text("output");
  if (!recipients.empty()) send(context, made.page, wanted, recipients);
  if (file && *file != "-") write_file(context, made.page, wanted, *file);
  else if (recipients.empty()) print(context, made.page, wanted);
  return 0;
}

}  // namespace

const Command report_command{
    .name = "report",
    .group = Group::first,
    .summary = N_("how things stand and how they went: what is late, who keeps their word, what it costs"),
    .description =
        N_("Without a name: the reports there are. A report is about a period: a month that is over, the last "
           "30 days, or, nightly, the time since the last worked day, unless --month, --last-week, --from "
           "and --to say otherwise. Figures count what had happened by the end of the period and nothing "
           "that happened later, so that a month that is over gives the same figures for ever. With "
           "--ids FIGURE (the name of a count, as the data formats call it) the numbers of the requests "
           "behind a figure are printed, one a line. What is counted and how: DEFINITIONS below."),
    .arguments = {{"REPORT", N_("which; without it they are listed"), Offers::reports, false}},
    .options =
        {{"month", 0, "YYYY-MM", N_("this month")},
         {"last-week", 0, "", N_("from Monday to Sunday of the last week")},
         {"from", 0, "TIME", N_("from this time on")},
         {"to", 0, "DAY", N_("up to this day, all of it")},
         {"before", 0, "TIME", N_("up to this time")},
         {"by", 0, "WHAT,WHAT",
          N_("divide the figures by agency, sector, residence, dwelling, trade, urgency, provider, place, channel "
             "or month, or several of them"),
          Offers::cuts, true},
         {"agency", 0, "CODE", N_("only of this agency"), Offers::agencies, true},
         {"residence", 'R', "CODE", N_("only in this residence"), Offers::residences, true},
         {"dwelling", 'd', "CODE", N_("only of this dwelling"), Offers::nothing, true},
         {"trade", 0, "TRADE", N_("only this trade"), Offers::trades, true},
         {"urgency", 'u', "URGENCY", N_("only this urgent"), Offers::urgencies, true},
         {"provider", 'p', "PROVIDER", N_("only of this provider; none = nobody's"), Offers::providers, true},
         {"place", 0, "PLACE", N_("only dwelling or common"), Offers::places, true},
         {"channel", 0, "CHANNEL", N_("only received this way"), Offers::channels, true},
         {"ids", 0, "FIGURE", N_("print the requests behind this count instead")},
         {"within", 0, "DAYS", N_("repeat: how long a repair has to hold; 90 when not said")},
         {"output", 'o', "FILE", N_("write it there, whole or not at all, over what was there"), Offers::files},
         {"mail-to", 0, "WHO,WHO",
          N_("have it leave by mail: addresses, codes of people or agencies; 'regie remind' hands it over"),
          Offers::people, true},
         // In place of the global option, which does not know html and xlsx.
         {"format", 'f', "FORMAT", N_("table, csv, tsv, json, jsonl, md, html or xlsx"), Offers::formats}},
    .examples = {{"regie report nightly", N_("at eight in the morning")},
                 {"regie report nightly --format html --output /srv/regie/nightly.html", N_("every night")},
                 {"regie report nightly --mail-to astruc,direction@example.org", N_("the same, in their mailboxes")},
                 {"regie report targets --month 2026-03", N_("did we keep our word in March?")},
                 {"regie report targets --month 2026-03 --trade plumbing --ids missed | regie list -",
                  N_("the requests behind a figure")},
                 {"regie report providers --from 2026-01-01 --to 2026-03-31 --by provider,trade --format csv",
                  N_("a quarter, for a spreadsheet")}},
    .writes = false,
    .run = run_report,
};

}  // namespace regie::cli
