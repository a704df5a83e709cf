#include "cli/man.hpp"

#include <algorithm>

#include "cli/help.hpp"

namespace regie::cli {

namespace {

constexpr const char* date = ".Dd November 22, 2026\n";

/// Text as roff takes it: nothing in it is a request or an escape.
std::string escaped(std::string_view text) {
  std::string result;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) result += "\\&";
    if (c == '\\') result += "\\e";
    else if (c == '-') result += "\\-";
    else if (c == '\'') result += "\\(aq";
    else result += c;
    line_start = c == '\n';
  }
  return result;
}

/// An argument of a macro: quoted, because commas and full stops standing alone mean something to mdoc.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : escaped(text)) result += c == '"' ? std::string("\\(dq") : std::string(1, c);
  return result + '"';
}

std::string ended(std::string_view text) {
  std::string result(text);
  if (!result.empty() && result.back() != '.' && result.back() != '?') result += '.';
  return result;
}

std::string sentence(std::string_view text) {
  std::string result = ended(text);
  if (!result.empty()) result[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(result[0])));
  return result;
}

/// One sentence a line, as roff wants it.
std::string lines_of(std::string result) {
  for (std::size_t at = result.find(". "); at != std::string::npos; at = result.find(". ", at + 1))
    result.replace(at, 2, ".\n");
  for (std::size_t at = result.find("? "); at != std::string::npos; at = result.find("? ", at + 1))
    result.replace(at, 2, "?\n");
  return escaped(result);
}

std::string sentences(std::string_view text) { return lines_of(sentence(text)); }

/// An empty line between them.
std::string paragraphs(std::string_view text) {
  const std::size_t end = text.find("\n\n");
  if (end == std::string_view::npos) return sentences(text);
  return sentences(text.substr(0, end)) + "\n.Pp\n" + paragraphs(text.substr(end + 2));
}

/// What an option or argument is: often codes ("fr or en"), which no capital may change.
std::string phrase(std::string_view text) { return lines_of(ended(text)); }

void add_options(std::string& page, std::span<const Option> options) {
  page += ".Bl -tag -width Ds\n";
  for (const Option& option : options) {
    page += ".It ";
    if (option.letter != 0) page += std::string("Fl ") + option.letter + " , ";
    page += std::string("Fl Fl ") + option.name;
    if (*option.value != '\0') page += std::string(" Ar ") + quoted(option.value);
    page += "\n" + phrase(option.help) + "\n";
  }
  page += ".El\n";
}

std::string title(std::string_view name) {
  std::string upper;
  for (const char c : name) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return upper;
}

/// How mails leave and come in fills a page of its own.
bool is_about_mail(const Command& command) {
  return command.name == std::string_view("remind") || command.name == std::string_view("receive");
}

std::string command_manual(const Command& command) {
  const std::string name = std::string("regie-") + command.name;
  std::string page =
      std::string(".\\\" Written by 'regie __man ") + command.name + "' from the command table: edit that.\n" + date;
  page += ".Dt " + title(name) + " 1\n.Os\n.Sh NAME\n.Nm " + name + "\n.Nd " + escaped(command.summary) + "\n";
  page += ".Sh SYNOPSIS\n.Nm regie " + std::string(command.name) + "\n";
  for (const Argument& argument : command.arguments)
    page += std::string(argument.required ? ".Ar " : ".Op Ar ") + argument.name + (argument.several ? " ...\n" : "\n");
  for (const Option& option : command.options)
    if (option.required) page += std::string(".Fl Fl ") + option.name + " Ar " + quoted(option.value) + "\n";
  page += ".Op Ar options\n.Sh DESCRIPTION\n";
  page += paragraphs(*command.description == '\0' ? command.summary : command.description) + "\n";
  if (!command.arguments.empty()) {
    page += ".Pp\nThe arguments are:\n.Bl -tag -width Ds\n";
    for (const Argument& argument : command.arguments)
      page += std::string(".It Ar ") + argument.name + "\n" + phrase(argument.help) + "\n";
    page += ".El\n";
  }
  if (!command.options.empty()) {
    page += ".Pp\nThe options are:\n";
    add_options(page, command.options);
  }
  page += ".Pp\nThe global options are in\n.Xr regie 1 .\n";
  if (command.writes) page += "With\n.Fl Fl dry-run\nnothing is saved.\n";
  page += ".Sh EXIT STATUS\nSee\n.Xr regie 1 .\n";
  if (!command.examples.empty()) {
    page += ".Sh EXAMPLES\n";
    const char* between = "";
    for (const Example& example : command.examples) {
      std::string what = sentence(example.what);
      if (what.back() == '.') what.back() = ':';
      page += between + escaped(what) + "\n.Pp\n.Dl " + escaped(example.command) + "\n";
      between = ".Pp\n";
    }
  }
  // What a map may say fills a page of its own.
  const bool reads_map =
      std::ranges::any_of(command.options, [](const Option& option) { return option.name == std::string_view("map"); });
  page += ".Sh SEE ALSO\n.Xr regie 1 ,\n";
  if (reads_map) page += ".Xr regie-map 5 ,\n";
  page += is_about_mail(command) ? ".Xr regie.toml 5 ,\n.Xr regie-mail 7\n" : ".Xr regie.toml 5\n";
  return page;
}

constexpr const char* numbers_and_times = R"roff(.Sh REQUEST NUMBERS
Commands that take one
.Ar ID
take several:
.Ql 12 15-18
or
.Ql 12,15 .
.Ql -
reads them from standard input, one or more a line, so that
.Ql regie list --format tsv --columns id
can be piped into another command.
.Sh NAMES
Where an option takes a code of the landlord's or of
.Nm ,
such as
.Ql plumbing
or
.Ql BEL ,
it takes what screens show for it as well, in any case and with or without accents:
.Ql Fl Fl trade Ar plomberie .
.Sh TIMES
Options such as
.Fl Fl at , Fl Fl when , Fl Fl from
and
.Fl Fl before
take a time in one of these forms, on the landlord's clock unless an offset
says otherwise:
.Bl -tag -width Ds
.It 2026-03-09 , '2026-03-09 14:30' , 2026-03-09T14:30:00+01:00
A day alone means its midnight.
.It 14:30 , 14h30 , 14h
Today.
.It today , tomorrow , yesterday , monday ... sunday
In French too
.Pq aujourd'hui , demain , hier , lundi ... dimanche ,
each alone or with a clock time:
.Ql 'hier 16:30' .
A weekday is the next one, never today.
.It -2h , +90min , +3d , +1w
From now; in French
.Ql +3j
and
.Ql +1sem .
.It now
.El
)roff";

std::string general_manual() {
  std::string page = std::string(".\\\" Written by 'regie __man' from the command table: edit that.\n") + date;
  page += ".Dt REGIE 1\n.Os\n.Sh NAME\n.Nm regie\n.Nd request desk of a social landlord\n";
  page += ".Sh SYNOPSIS\n.Nm\n.Op Ar global options\n.Ar command\n.Op Ar arguments\n";
  page +=
      ".Sh DESCRIPTION\nTenants report that a tap leaks, a lock is broken, a lift is stuck.\nReception, caretakers, "
      "the in\\-house crew, managers and outside "
      "contractors\nwork on the same list of requests until each is repaired, checked by somebody\nelse than the one "
      "who did it, and answered.\n.Nm\nkeeps that "
      "list in a database, understands what tenants say, and sends each\nrequest where the landlord\\(aqs rules "
      "say.\n.Pp\nThe commands, each with a page of its "
      "own such as\n.Xr regie-open 1 :\n.Bl -tag -width \"no-access\"\n";
  for (const Command* command : commands())
    page += std::string(".It Cm ") + command->name + "\n" + sentences(command->summary) + "\n";
  page += ".El\n.Pp\nThe global options may stand before or after the command:\n";
  add_options(page, global_options());
  page += numbers_and_times;
  page +=
      ".Sh LIFECYCLE\nA request is\n.Em open ,\nthen\n.Em assigned\nto a provider, perhaps\n.Em scheduled\nor\n.Em "
      "on-hold ,\nthen\n.Em done ,\n.Em verified\nand\n.Em "
      "closed ;\nor it is\n.Em cancelled .\nWhat is not in this table is refused, and the refusal names what is "
      "possible.\n.Bl -column \"no-access\" \"assigned, scheduled, "
      "on-hold\" \"assigned\"\n.It Sy Action Ta Sy From Ta Sy To\n";
  for (const Move& move : lifecycle) {
    std::string from;
    for (const auto& row : regie::codes<State>())
      if (move.from.has(row.value)) from += (from.empty() ? "" : ", ") + std::string(row.code);
    if (move.action == Action::note || move.action == Action::edit) from = "any";
    if (move.action == Action::cancel) from = "any but closed";
    std::string to(move.leads == Leads::back    ? "where it was"
                   : move.leads == Leads::stays ? "the same"
                                                : code(move.to));
    if (move.leads == Leads::to && move.otherwise != move.to) to += " or " + std::string(code(move.otherwise));
    page += ".It " + std::string(code(move.action)) + " Ta " + from + " Ta " + to + "\n";
  }
  page +=
      ".El\n.Sh ENVIRONMENT\n.Bl -tag -width Ds\n.It Ev REGIE_CONFIG , REGIE_DB , REGIE_AS , REGIE_LANG\nLike the "
      "options\n.Fl Fl config , Fl Fl db , Fl Fl as\nand\n.Fl Fl "
      "lang ;\nan option counts more.\n.It Ev NO_COLOR\nNo colours, unless\n.Fl Fl color Cm always .\n.It Ev "
      "PAGER\nShows long output on a terminal;\n.Xr less 1\nwhen unset.\n.It "
      "Ev XDG_CONFIG_HOME , XDG_DATA_HOME , XDG_CACHE_HOME\nWhere configuration, database and the compiled "
      "configuration are when nothing says "
      "otherwise.\n.It Ev TZ\nThe time zone when the configuration names none.\n.El\n.Pp\nAn empty variable counts as "
      "unset.\nWithout any of them, as in\n.Xr "
      "cron 8 ,\n.Nm\nworks all the same.\nWho acts is the Unix account, never\n.Ev USER .\n";
  page +=
      ".Sh FILES\n.Bl -tag -width Ds\n.It Pa ~/.config/regie/regie.toml , /etc/regie/regie.toml\nThe configuration, "
      "see\n.Xr regie.toml 5 .\n.It Pa "
      "~/.local/share/regie/regie.db\nThe database when the configuration does not say where.\n.El\n";
  page += ".Sh EXIT STATUS\n.Bl -tag -width Ds\n";
  for (const ExitCode& row : exit_codes())
    page += ".It " + std::to_string(row.code) + "\n" + sentences(row.meaning) + "\n";
  page += ".El\n.Pp\nAn unknown code other than 0 is a failure.\n.Sh SEE ALSO\n";
  std::vector<std::string> pages;
  for (const Command* command : commands()) pages.push_back(std::string("regie-") + command->name);
  std::ranges::sort(pages);
  for (const std::string& name : pages) page += ".Xr " + name + " 1 ,\n";
  page += ".Xr regie-map 5 ,\n.Xr regie.toml 5 ,\n.Xr regie-mail 7 ,\n.Xr regie-postgresql 7\n";
  return page;
}

}  // namespace

std::string manual(const Command* command) { return command == nullptr ? general_manual() : command_manual(*command); }

}  // namespace regie::cli
