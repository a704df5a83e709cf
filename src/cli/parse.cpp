// The command line. CLI11 reads the words; what it would do silently wrong is looked at before (cut values, several
// commands, unknown words), and its messages are replaced by ours, which can be translated. The only file that
// includes it: it costs seconds to compile.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>

#include "cli/command.hpp"
#include "regie/names.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

const Option* find_option(std::span<const Option> options, std::string_view word) {
  const auto found = std::ranges::find_if(options, [&](const Option& option) {
    if (word.starts_with("--")) return word.substr(2) == option.name;
    return word.size() == 2 && word[0] == '-' && word[1] == option.letter && option.letter != 0;
  });
  return found == options.end() ? nullptr : &*found;
}

/// The command's own, and the global ones. An option of its own that has a global one's name stands in for it.
std::vector<Option> options_of(const Command& command) {
  std::vector<Option> options = command.options;
  for (const Option& global : global_options())
    if (find_option(command.options, std::string("--") + global.name) == nullptr) options.push_back(global);
  return options;
}

bool takes_value(const Option& option) { return *option.value != '\0'; }

/// A word of the command line; `attached`: it stood behind a "=" and is the value of the option before it.
struct Token {
  std::string text;
  bool attached = false;
};

/// "--db=x" as "--db" and "x", because CLI11 lets an empty value eat the next word; stops at "--".
std::vector<Token> split_equals(const std::vector<std::string>& words) {
  std::vector<Token> split;
  bool options_over = false;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    options_over = options_over || word == "--";
    if (!options_over && word.starts_with("--") && equals != std::string::npos) {
      split.push_back({word.substr(0, equals)});
      split.push_back({word.substr(equals + 1), true});
    } else {
      split.push_back({word});
    }
  }
  return split;
}

void check_encoding(const std::vector<std::string>& words) {
  for (const std::string& word : words)
    if (text::find_invalid_utf8(word))
      throw Error(Trouble::usage, message(N_("'{0}' is not UTF-8; is the terminal set to another encoding?"), word));
}

/// Position of the command's name: the first word that is no option and no option's value.
std::optional<std::size_t> find_command_word(const std::vector<Token>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word == "--") return std::nullopt;
    if (words[i].attached) continue;
    if (!word.starts_with('-') || word == "-") return i;
    if (const Option* option = find_option(global_options(), word); option != nullptr && takes_value(*option)) ++i;
  }
  return std::nullopt;
}

Error unknown_command(const std::string& word) {
  Error error(Trouble::usage, message(N_("unknown command '{0}'"), word));
  if (const std::string near = nearest(word, command_names()); !near.empty())
    error.hint(message(N_("did you mean '{0}'?"), near));
  return error;
}

Message unknown_option(const std::string& word, const std::vector<Option>& options) {
  std::vector<std::string> names;
  for (const Option& known : options) names.push_back(std::string("--") + known.name);
  const std::string near = nearest(word, names);
  return near.empty() ? message(N_("unknown option '{0}'"), word)
                      : message(N_("unknown option '{0}'; did you mean '{1}'?"), word, near);
}

void check_options(const std::vector<Token>& words, std::size_t command_word, const std::vector<Option>& options) {
  std::vector<Message> problems;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i == command_word || words[i].attached) continue;
    const std::string& word = words[i].text;
    if (word == "--") break;
    if (!word.starts_with('-') || word == "-") continue;
    const Option* option = find_option(options, word);
    const bool has_attached = i + 1 < words.size() && words[i + 1].attached;
    if (option == nullptr) {
      const bool bundle = !word.starts_with("--") && word.size() > 2;
      if (bundle && find_option(options, word.substr(0, 2)) != nullptr) continue;  // -qv, -n20: CLI11 knows
      problems.push_back(unknown_option(word, options));
    } else if (!takes_value(*option)) {
      if (has_attached) problems.push_back(message(N_("option '{0}' takes no value"), word));
    } else if (has_attached) {
      ++i;
    } else {
      if (i + 1 == words.size() || find_option(options, words[i + 1].text) != nullptr)
        problems.push_back(message(N_("option '{0}' needs a value: {1}"), word, option->value));
      ++i;
    }
  }
  if (!problems.empty()) throw Error(Trouble::usage, std::move(problems));
}

std::string flag_names(const Option& option) {
  std::string names = std::string("--") + option.name;
  if (option.letter != 0) names = std::string("-") + option.letter + ',' + names;
  return names;
}

/// Fills `arguments` from the words behind and around the command's name.
void read_words(const Command& command, std::vector<std::string> words, const std::vector<Option>& options,
                Arguments& arguments) {
  CLI::App app;
  app.set_help_flag();
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  std::map<std::string, std::vector<std::string>> values;
  std::map<std::string, std::int64_t> flags;
  for (const Option& option : options) {
    if (takes_value(option)) {
      app.add_option(flag_names(option), values[option.name])->expected(1)->allow_extra_args(false)->take_all();
    } else {
      app.add_flag(flag_names(option), flags[option.name]);
    }
  }
  std::map<std::string, std::string> singles;
  for (const Argument& argument : command.arguments) {
    if (argument.several) app.add_option(argument.name, values[argument.name])->take_all();
    else app.add_option(argument.name, singles[argument.name]);
  }
  std::ranges::reverse(words);  // CLI11 takes them from the back
  try {
    app.parse(std::move(words));
  } catch (const CLI::ExtrasError&) {
    auto extra = app.remaining(true);
    std::erase(extra, "--");
    throw Error(Trouble::usage, message(N_("too many words: '{0}'"), extra.empty() ? "--" : extra.front()));
  } catch (const CLI::ParseError& error) {
    throw Error(Trouble::usage, message(N_("the command line cannot be read: {0}"), error.what()));
  }
  for (auto& [name, list] : values)
    if (!list.empty()) arguments.values[name] = std::move(list);
  for (const auto& [name, count] : flags)
    if (count > 0) arguments.values[name] = {};
  for (auto& [name, word] : singles)
    if (app.get_option(name)->count() > 0) arguments.values[name] = {std::move(word)};
}

void check_required(const Command& command, const Arguments& arguments) {
  std::vector<Message> problems;
  for (const Argument& argument : command.arguments)
    if (argument.required && !arguments.has(argument.name))
      problems.push_back(message(N_("{0} is missing"), argument.name));
  for (const Option& option : command.options)
    if (option.required && !arguments.has(option.name))
      problems.push_back(message(N_("option '{0}' is missing: {1}"), std::string("--") + option.name, option.value));
  if (!problems.empty()) throw Error(Trouble::usage, std::move(problems));
}

}  // namespace

void parse_line(const std::vector<std::string>& given, ParsedLine& line) {
  const std::vector<Token> words = split_equals(given);
  // How a mistake is to be told is said on the same line.
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    for (const char* name : {"lang", "config", "format"})
      if (const Option* option = find_option(global_options(), words[i].text);
          option != nullptr && std::string_view(option->name) == name)
        line.arguments.values[name] = {words[i + 1].text};
  check_encoding(given);

  const auto command_word = find_command_word(words);
  if (command_word) {
    line.command = find_command(words[*command_word].text);
    if (line.command == nullptr) throw unknown_command(words[*command_word].text);
  }
  // Help wins, even beside a mistake.
  for (const Token& word : words) {
    if (word.text == "--") break;
    if (word.attached) continue;
    if (word.text == "--help" || word.text == "-h") line.arguments.values["help"] = {};
    if (word.text == "--version" && line.command == nullptr) line.arguments.values["version"] = {};
  }
  if (line.arguments.has("help") || line.arguments.has("version")) return;

  static const Command nothing{.name = "", .summary = "", .description = ""};
  const Command& command = line.command == nullptr ? nothing : *line.command;
  const std::vector<Option> options = options_of(command);
  check_options(words, command_word.value_or(words.size()), options);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < words.size(); ++i)
    if (i != command_word) texts.push_back(words[i].text);
  read_words(command, std::move(texts), options, line.arguments);
  if (line.command != nullptr) check_required(command, line.arguments);
}

std::optional<std::string> Arguments::text(std::string_view name) const {
  const auto found = values.find(name);
  if (found == values.end() || found->second.empty()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Arguments::texts(std::string_view name) const {
  std::vector<std::string> all;
  const auto found = values.find(name);
  if (found == values.end()) return all;
  for (const std::string& word : found->second)
    for (std::string& one : parted(word)) all.push_back(std::move(one));
  return all;
}

std::vector<std::string> Arguments::parted(std::string_view word) {
  std::vector<std::string> all;
  while (!word.empty()) {
    const std::size_t comma = std::min(word.find(','), word.size());
    if (comma > 0) all.emplace_back(word.substr(0, comma));
    word.remove_prefix(std::min(comma + 1, word.size()));
  }
  return all;
}

std::string with_label(std::string_view code, const char* label) {
  const std::string shown = text::tr(label);
  std::string spaced(code);
  std::ranges::replace(spaced, '-', ' ');
  return text::fold(shown) == spaced ? std::string(code) : std::string(code) + " (" + shown + ')';
}

Message bad_choice(std::string_view option, const std::string& word, const std::vector<std::string>& names,
                   const std::vector<std::string>& shown) {
  const std::string near = nearest(word, names);
  return near.empty()
             ? message(N_("--{0}: '{1}' is not one of {2}"), option, word, joined(shown.empty() ? names : shown))
             : message(N_("--{0}: '{1}' is not known; did you mean '{2}'?"), option, word, near);
}

std::optional<std::int64_t> Arguments::number(std::string_view name, std::int64_t least, std::int64_t most) {
  const auto word = text(name);
  if (!word) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word->data(), word->data() + word->size(), value);
  if (error == std::errc{} && end == word->data() + word->size() && value >= least && value <= most) return value;
  complain(message(N_("--{0}: '{1}' is not a whole number from {2} to {3}"), name, *word, least, most));
  return std::nullopt;
}

std::optional<std::int64_t> Arguments::money(std::string_view name) {
  const auto word = text(name);
  if (!word) return std::nullopt;
  std::int64_t cents = 0;
  int decimals = -1;
  bool fine = !word->empty();
  for (const char c : *word) {
    if ((c == '.' || c == ',') && decimals < 0) {
      decimals = 0;
    } else if (c >= '0' && c <= '9' && decimals < 2 && cents < 100'000'000'000) {
      cents = cents * 10 + (c - '0');
      if (decimals >= 0) ++decimals;
    } else {
      fine = false;
    }
  }
  fine = fine && word->find_first_of("0123456789") != std::string::npos;
  if (!fine) {
    complain(message(N_("--{0}: '{1}' is not an amount; write 85 or 85,50"), name, *word));
    return std::nullopt;
  }
  for (int digit = std::max(decimals, 0); digit < 2; ++digit) cents *= 10;
  return cents;
}

std::optional<Instant> Arguments::time(std::string_view name, Instant now, const Zone& zone) {
  const auto word = text(name);
  if (!word) return std::nullopt;
  const auto instant = text::parse_typed(*word, now, zone);
  if (!instant)
    complain(message(N_("--{0}: '{1}' is not a time; write 2026-03-09, '2026-03-09 14:30', 14:30, 'yesterday 9:00', "
                        "friday, -2h or +3d"),
                     name, *word));
  return instant;
}

void Arguments::check() const {
  if (!complaints_.empty()) throw Error(Trouble::usage, complaints_);
}

}  // namespace regie::cli
