// THE table of commands. A new one: its file in commands/, its line here, a scenario in tests/scenarios.
#include <algorithm>
#include <array>

#include "cli/commands/all.hpp"

namespace regie::cli {

std::span<const Command* const> commands() {
  static const std::array table{
      &open_command,    &assign_command,   &verify_command,    &close_command,  &report_command, &accept_command,
      &decline_command, &schedule_command, &no_access_command, &hold_command,   &resume_command, &done_command,
      &list_command,    &agenda_command,   &show_command,      &log_command,    &clock_command,  &route_command,
      &note_command,    &edit_command,     &reopen_command,    &cancel_command, &remind_command, &receive_command,
      &import_command,  &init_command,     &config_command,    &rules_command,  &db_command,     &help_command,
  };
  return table;
}

const Command* find_command(std::string_view name) {
  for (const Command* command : commands())
    if (command->name == name) return command;
  return nullptr;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command* command : commands()) names.emplace_back(command->name);
  return names;
}

std::span<const Option> global_options() {
  static const std::array options{
      Option{"config", 'c', "FILE", N_("configuration: a file, or a folder that holds regie.toml"), Offers::files},
      Option{"db", 0, "URL", N_("database: a path, sqlite:PATH or postgresql://HOST/NAME"), Offers::files},
      Option{"format", 'f', "FORMAT", N_("table, csv, tsv, json, jsonl or md"), Offers::formats},
      Option{"columns", 0, "A,B", N_("these columns in this order"), Offers::columns, true},
      Option{"limit", 'n', "N", N_("at most N rows; 0 = all")},
      Option{"sort", 0, "A,-B", N_("sort by these columns; - reverses"), Offers::columns, true},
      Option{"as", 0, "PERSON", N_("act for this person; the journal keeps both names"), Offers::people},
      Option{"at", 0, "TIME", N_("take this for the clock")},
      Option{"dry-run", 0, "", N_("say what would happen, save nothing")},
      Option{"yes", 'y', "", N_("answer yes to every question")},
      Option{"no-input", 0, "", N_("never ask; fail instead")},
      Option{"quiet", 'q', "", N_("only numbers and data, no remarks")},
      Option{"verbose", 'v', "", N_("say why as well: the rules met, and every provider thought of")},
      Option{"color", 0, "WHEN", N_("auto, always or never"), Offers::colours},
      Option{"lang", 0, "LANG", N_("fr or en"), Offers::languages},
      Option{"lock-wait", 0, "SECONDS", N_("how long to wait while somebody else writes; 60")},
      Option{"help", 'h', "", N_("this help")},
      Option{"version", 0, "", N_("the version")},
  };
  return options;
}

}  // namespace regie::cli
