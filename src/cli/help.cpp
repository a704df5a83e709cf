#include "cli/help.hpp"

#include <algorithm>
#include <array>

#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

using text::tr;

/// "  name  what it is", the second part wrapped under itself.
void add_entry(std::string& page, const std::string& name, const std::string& what, int indent, int width) {
  std::string line = "  " + name;
  const auto lines = text::wrap(what, std::max(20, width - indent));
  if (text::display_width(line) > indent - 2) {
    page += line + "\n";
    line.clear();
  }
  for (const std::string& part : lines) {
    page += line + std::string(static_cast<std::size_t>(std::max(0, indent - text::display_width(line))), ' ') + part +
            "\n";
    line.clear();
  }
}

std::string option_names(const Option& option) {
  std::string names = option.letter == 0 ? "    " : std::string("-") + option.letter + ", ";
  names += std::string("--") + option.name;
  if (*option.value != '\0') names += std::string(" ") + option.value;
  return names;
}

int page_width(const Environment& env) { return env.out_is_terminal ? std::clamp(env.width, 40, 100) : 80; }

void add_paragraphs(std::string& page, const std::string& paragraphs, int width) {
  for (const std::string& line : text::wrap(paragraphs, width)) page += line + "\n";
}

}  // namespace

std::span<const ExitCode> exit_codes() {
  static constexpr std::array codes{
      ExitCode{0, N_("done; also when nothing matches, and when the wanted state was there already")},
      ExitCode{1, N_("refused or failed")},
      ExitCode{2, N_("the command line does not make sense")},
      ExitCode{3, N_("some of several ids failed, the others are done")},
      ExitCode{4, N_("no such request, provider, residence or person")},
      ExitCode{5, N_("the lifecycle does not allow it")},
      ExitCode{70, N_("a bug of regie")},
      ExitCode{74, N_("the output could not be written")},
      ExitCode{75, N_("the database is in use by somebody else: try again")},
      ExitCode{78, N_("the configuration is invalid")},
      ExitCode{130, N_("interrupted")},
      ExitCode{141, N_("nobody reads the output any more")},
  };
  return codes;
}

std::string exit_code_help() {
  std::string page;
  for (const ExitCode& row : exit_codes()) add_entry(page, std::to_string(row.code), tr(row.meaning), 8, 80);
  return page;
}

std::string synopsis(const Command& command) {
  std::string line = std::string("regie ") + command.name;
  for (const Argument& argument : command.arguments) {
    const std::string name = std::string(argument.name) + (argument.several ? "..." : "");
    line += argument.required ? " " + name : " [" + name + "]";
  }
  for (const Option& option : command.options)
    if (option.required) line += std::string(" --") + option.name + " " + option.value;
  return line + " [options]";
}

std::string general_help(const Environment& env) {
  struct Section {
    Group group;
    const char* title;
  };
  static constexpr std::array sections{
      Section{Group::first, N_("The five first commands:")},
      Section{Group::work, N_("The work on a request:")},
      Section{Group::desk, N_("The desk:")},
      Section{Group::setup, N_("Setting up:")},
  };
  const int width = page_width(env);
  std::string page = tr(N_("Usage: regie [global options] COMMAND ...")) + "\n";
  add_paragraphs(page, tr(N_("The request desk of a social landlord: from the tenant's call to the answer.")), width);
  for (const Section& section : sections) {
    page += "\n" + tr(section.title) + "\n";
    for (const Command* command : commands())
      if (command->group == section.group) add_entry(page, command->name, tr(command->summary), 14, width);
  }
  page += "\n" + tr(N_("Global options, before or after the command:")) + "\n";
  for (const Option& option : global_options()) add_entry(page, option_names(option), tr(option.help), 28, width);
  page += "\n";
  add_paragraphs(page, tr(N_("'regie COMMAND --help' has examples; 'regie help exit-codes' lists the exit codes.")),
                 width);
  return page;
}

std::string command_help(const Command& command, const Environment& env) {
  const int width = page_width(env);
  std::string page = tr(N_("Usage: {0}"), synopsis(command)) + "\n";
  add_paragraphs(page, tr(command.summary), width);
  if (*command.description != '\0') {
    page += "\n";
    add_paragraphs(page, tr(command.description), width);
  }
  if (!command.arguments.empty()) {
    page += "\n" + tr(N_("Arguments:")) + "\n";
    for (const Argument& argument : command.arguments) add_entry(page, argument.name, tr(argument.help), 28, width);
  }
  if (!command.options.empty()) {
    page += "\n" + tr(N_("Options:")) + "\n";
    for (const Option& option : command.options) add_entry(page, option_names(option), tr(option.help), 28, width);
  }
  if (!command.examples.empty()) {
    page += "\n" + tr(N_("Examples:")) + "\n";
    for (const Example& example : command.examples) {
      page += "  # " + tr(example.what) + "\n";
      page += std::string("  ") + example.command + "\n";
    }
  }
  page += "\n" + tr(N_("Global options: 'regie --help'.")) + "\n";
  return page;
}

}  // namespace regie::cli
