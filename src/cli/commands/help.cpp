#include "cli/help.hpp"
#include "cli/commands/all.hpp"
#include "regie/names.hpp"

namespace regie::cli {

namespace {

int run_help(Context& context) {
  const auto topic = context.args.text("TOPIC");
  if (!topic) {
    context.out(general_help(context.env));
  } else if (*topic == "exit-codes") {
    context.out(exit_code_help());
  } else if (const Command* command = find_command(*topic)) {
    context.out(command_help(*command, context.env));
  } else {
    std::vector<std::string> topics = command_names();
    topics.emplace_back("exit-codes");
    Error error(Trouble::usage, message(N_("no help for '{0}'"), *topic));
    if (const std::string near = nearest(*topic, topics); !near.empty())
      error.hint(message(N_("did you mean '{0}'?"), near));
    throw error;
  }
  return 0;
}

}  // namespace

const Command help_command{
    .name = "help",
    .group = Group::setup,
    .summary = N_("help on a command, or on exit-codes"),
    .description = "",
    .arguments = {{"TOPIC", N_("a command, or exit-codes"), Offers::commands, false}},
    .options = {},
    .examples = {{"regie help open", N_("how a request is opened")}},
    .writes = false,
    .run = run_help,
};

}  // namespace regie::cli
