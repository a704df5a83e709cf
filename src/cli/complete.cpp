#include "cli/complete.hpp"

#include <algorithm>

#include "cli/candidates.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using text::tr;

const Option* option_named(const Command* command, std::string_view word) {
  const auto fits = [&](const Option& option) {
    return word == std::string("--") + option.name || (option.letter != 0 && word == std::string("-") + option.letter);
  };
  if (command != nullptr)
    for (const Option& option : command->options)
      if (fits(option)) return &option;
  for (const Option& option : global_options())
    if (fits(option)) return &option;
  return nullptr;
}

/// What stands under the cursor, and what the words before it say.
struct Position {
  const Command* command = nullptr;
  const Option* value_of = nullptr;  ///< the cursor is at this option's value
  std::size_t arguments = 0;         ///< how many stand before it
  Arguments globals;
  bool lost = false;  ///< a word that is no command: nothing to offer
};

Position locate(const std::vector<std::string>& before) {
  Position position;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::string& word = before[i];
    if (word.starts_with('-') && word != "-") {
      const std::size_t equals = word.find('=');
      const Option* option = option_named(position.command, word.substr(0, equals));
      if (option == nullptr || *option->value == '\0') continue;
      if (equals != std::string::npos) {
        position.globals.values[option->name] = {word.substr(equals + 1)};
      } else if (i + 1 == before.size()) {
        position.value_of = option;
      } else {
        position.globals.values[option->name] = {before[++i]};
      }
    } else if (position.command == nullptr) {
      position.command = find_command(word);
      position.lost = position.command == nullptr;
      if (position.lost) return position;
    } else {
      ++position.arguments;
    }
  }
  return position;
}

void add_options(Candidates& all, const Command* command) {
  if (command != nullptr)
    for (const Option& option : command->options) all.push_back({std::string("--") + option.name, tr(option.help)});
  for (const Option& option : global_options())
    if (const std::string name = std::string("--") + option.name;
        std::ranges::none_of(all, [&](const Candidate& own) { return own.value == name; }))
      all.push_back({name, tr(option.help)});
}

Offers offered_at(const Position& position) {
  if (position.value_of != nullptr) return position.value_of->offers;
  if (position.command == nullptr) return Offers::commands;
  const auto& arguments = position.command->arguments;
  if (position.arguments < arguments.size()) return arguments[position.arguments].offers;
  return !arguments.empty() && arguments.back().several ? arguments.back().offers : Offers::nothing;
}

}  // namespace

int complete(const std::vector<std::string>& given, const Environment& env) {
  std::vector<std::string> words(given.begin(), given.end());
  if (!words.empty() && words.front() == "--") words.erase(words.begin());
  const std::string current = words.empty() ? "" : words.back();
  if (!words.empty()) words.pop_back();
  static const Command none{.name = "", .summary = "", .description = ""};
  std::string output;
  try {
    Position position = locate(words);
    Context context(env, position.command == nullptr ? none : *position.command, position.globals);
    if (position.lost) return 0;
    Candidates all;
    const Offers offers = offered_at(position);
    if (current.starts_with('-') && position.value_of == nullptr) add_options(all, position.command);
    else if (offers == Offers::files) output = ":files\n";
    else all = candidates(context, offers, current);
    // In a list "BEL,TI" the part behind the last comma is being typed.
    const std::size_t comma =
        position.value_of != nullptr && position.value_of->repeatable ? current.rfind(',') : std::string::npos;
    const std::string kept = comma == std::string::npos ? "" : current.substr(0, comma + 1);
    const std::string typed = text::fold(current.substr(kept.size()));
    for (const Candidate& candidate : all)
      if (text::fold(candidate.value).starts_with(typed))
        output += kept + candidate.value + '\t' + text::one_line(candidate.what) + '\n';
  } catch (const std::exception&) {
    // A broken configuration or no database: there is nothing to offer, and TAB is not the place to say why.
  }
  env.out(output);
  return 0;
}

}  // namespace regie::cli
