// What a subcommand is. Help, spell-check, man pages and completion read these tables; parsing fills Arguments from
// them; nothing about a command is written twice.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/environment.hpp"
#include "desk/desk.hpp"
#include "render/table.hpp"

namespace regie::cli {

/// What a word of the command line stands for: what TAB offers.
enum class Offers {
  nothing,
  requests,
  residences,
  providers,
  people,
  trades,
  urgencies,
  states,
  places,
  channels,
  parties,
  cancel_reasons,
  penalties,
  formats,
  columns,
  languages,
  colours,
  files,
  commands,
  mail_states,
  reports,
  cuts,
  agencies,
  config_actions,
  db_actions,
  rules_actions,
};

struct Option {
  const char* name;        ///< long, without dashes
  char letter = 0;         ///< 0 = none
  const char* value = "";  ///< placeholder such as PROVIDER; "" = a flag
  const char* help = "";   ///< one line, English
  Offers offers = Offers::nothing;
  bool repeatable = false;  ///< or several values separated by commas
  bool required = false;
};

struct Argument {
  const char* name;  ///< placeholder such as ID
  const char* help = "";
  Offers offers = Offers::nothing;
  bool required = true;
  bool several = false;  ///< only the last argument may be
};

struct Example {
  const char* command;
  const char* what;  ///< English
};

enum class Group { first, work, desk, setup };

class Arguments;
class Context;

struct Command {
  const char* name;
  Group group;
  const char* summary;      ///< one line, English, for the list of commands
  const char* description;  ///< paragraphs for --help and the man page, English
  std::vector<Argument> arguments;
  std::vector<Option> options;
  std::vector<Example> examples;
  bool writes;                       ///< has --dry-run
  std::function<int(Context&)> run;  ///< exit code

  /// Is it run by a program that has to try again later, whatever goes wrong? Then it fails with one line and the code
  /// for that. nullptr: never.
  bool (*must_be_repeated)(const Arguments&) = nullptr;
};

/// All of them, in the order of the help page.
std::span<const Command* const> commands();
const Command* find_command(std::string_view name);
std::vector<std::string> command_names();

/// The options every command takes.
std::span<const Option> global_options();

/// What stood on the command line, by name. The typed readers note every mistake; check() throws them together.
class Arguments {
 public:
  std::map<std::string, std::vector<std::string>, std::less<>> values;  ///< flags: an empty list

  bool has(std::string_view name) const { return values.contains(name); }
  std::optional<std::string> text(std::string_view name) const;   ///< the last one wins
  std::vector<std::string> texts(std::string_view name) const;    ///< commas separate too
  static std::vector<std::string> parted(std::string_view word);  ///< at its commas

  template <typename E>
  std::optional<E> code(std::string_view name);
  template <typename E>
  std::vector<E> codes(std::string_view name);
  std::optional<std::int64_t> number(std::string_view name, std::int64_t least, std::int64_t most);
  /// "12,50" or "12.50" in cents.
  std::optional<std::int64_t> money(std::string_view name);
  std::optional<Instant> time(std::string_view name, Instant now, const Zone& zone);

  void complain(Message message) { complaints_.push_back(std::move(message)); }
  /// Throws Error(usage) with everything that was wrong.
  void check() const;

 private:
  std::vector<Message> complaints_;
};

/// One run of one command.
class Context {
 public:
  Context(const Environment& environment, const Command& run_command, Arguments arguments);

  const Environment& env;
  const Command& command;
  Arguments args;

  bool quiet() const { return args.has("quiet"); }
  bool dry_run() const { return args.has("dry-run"); }
  render::Format format();
  render::Style style();
  Instant now();  ///< the clock, or --at

  /// Loaded on first use, and only then.
  Settings& settings();
  Store& store(sql::Access access);
  Desk& desk();
  /// Who is at the keyboard, or whom --as names.
  const Identity& identity();
  /// What the database knows, for whoever only explains; without a database nothing has happened yet.
  const Past& past();
  std::string database_url();  ///< throws Error(usage) when it is none of ours, or holds a password
  sql::OpenOptions open_options(sql::Access access);
  std::filesystem::path config_file();  ///< where it is, or would be
  bool config_is_given() const;

  /// Requests named on the command line: numbers, ranges, `-` for standard input.
  std::vector<RequestId> ids(std::string_view argument);

  void out(std::string_view text) {
    output_ += text;
    flush_if_long();
  }
  /// Is there a person who can be asked something now?
  bool can_ask();
  /// One line of what the person answers; "" when nothing was typed. Throws Error(refused) at the end of the input.
  std::string ask(const std::string& question);
  /// Keeps the photos of --photo beside the database: the lines a request remembers. Nothing in a dry run.
  std::string keep_photos();

  /// A remark for the person at the keyboard: standard error, not with --quiet.
  void remark(const std::string& text);
  /// A sentence that is what was asked for: standard output, not with --quiet; a remark when data is asked for.
  void remark_or_out(const std::string& text);
  /// One line that says what was done; with --quiet only the id.
  void did(const std::string& line, RequestId id);
  void flush();
  /// What was saved so far, whether or not it could be said.
  const std::vector<RequestId>& saved() const { return saved_; }
  void note_saved(RequestId id) {
    if (!dry_run()) saved_.push_back(id);
  }

  /// A writer on standard output for the chosen format, honouring --columns.
  std::unique_ptr<render::Writer> writer(std::string schema, std::vector<render::Column> columns);
  std::int64_t limit(std::int64_t fallback);

 private:
  void flush_if_long();
  std::filesystem::path cache_dir() const;

  std::string output_;
  std::vector<RequestId> saved_;
  bool streaming_ = false;
  std::optional<Instant> now_;
  std::unique_ptr<Settings> settings_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Desk> desk_;
  std::optional<Identity> identity_;
  std::unique_ptr<Past> past_;
};

/// Parses the words behind the program's name. Throws Error(usage).
struct ParsedLine {
  const Command* command = nullptr;  ///< nullptr: none named
  Arguments arguments;
};
void parse_line(const std::vector<std::string>& words, ParsedLine& line);  ///< filled as far as it was understood

/// The whole program but for the system around it: the exit code.
int run(const std::vector<std::string>& words, const Environment& environment);

/// Acts on several requests one by one, says what became of each, and gives the exit code for all of them.
int act_on_each(Context& context, const std::vector<RequestId>& ids, const std::function<Outcome(RequestId)>& act,
                const std::function<std::string(const Outcome&)>& describe);

/// Prints an Error as everybody sees errors, and gives its exit code.
int report_error(const Error& error, std::string_view command, const Environment& environment, bool as_json);
int exit_code(Trouble trouble);

// -- templates

template <typename E>
std::vector<std::string> code_names() {
  std::vector<std::string> names;
  for (const auto& row : regie::codes<E>()) names.emplace_back(row.code);
  return names;
}

/// `names` are looked through for the nearest one; `shown`, when it is given, is what may be chosen from.
Message bad_choice(std::string_view option, const std::string& word, const std::vector<std::string>& names,
                   const std::vector<std::string>& shown = {});

/// "parts (pièces)"
std::string with_label(std::string_view code, const char* label);

template <typename E>
Message bad_code(std::string_view option, const std::string& word) {
  std::vector<std::string> shown;
  for (const auto& row : regie::codes<E>()) shown.push_back(with_label(row.code, row.label));
  return bad_choice(option, word, code_names<E>(), shown);
}

template <typename E>
std::optional<E> Arguments::code(std::string_view name) {
  const auto word = text(name);
  if (!word) return std::nullopt;
  const auto value = parse<E>(*word);
  if (!value) complain(bad_code<E>(name, *word));
  return value;
}

template <typename E>
std::vector<E> Arguments::codes(std::string_view name) {
  std::vector<E> all;
  for (const std::string& word : texts(name)) {
    if (const auto value = parse<E>(word)) all.push_back(*value);
    else complain(bad_code<E>(name, word));
  }
  return all;
}

}  // namespace regie::cli
