#include "cli/commands/all.hpp"
#include "desk/examples.hpp"
#include "desk/letters.hpp"
#include "regie/names.hpp"
#include "text/translate.hpp"

namespace regie::cli {

namespace {

using render::Cell;
using text::tr;

const std::vector<std::string> actions{"check", "show"};

int check_config(Context& context) {
  const Landlord& landlord = context.settings().landlord();
  const Routing& routing = context.settings().routing();
  const Letters letters(context.settings(), context.now());  // throws when a template is wrong
  std::vector<Message> wrong;
  for (const RuleExample& example : context.settings().examples()) {
    Foreseen foreseen;
    for (Message& found : mismatches(context.settings(), example, context.now(), foreseen)) {
      found.where = example.where;
      wrong.push_back(std::move(found));
    }
  }
  if (!wrong.empty())
    throw Error(Trouble::config, std::move(wrong)).hint(message(N_("'regie rules test' shows each decision in full")));
  if (!context.quiet())
    context.out(tr(N_("{0}: fine. {1} residences, {2} people, {3} providers, {4} rules, {5} terms in the lexicon"),
                   context.settings().file().string(), landlord.residences.size(), landlord.people.size(),
                   landlord.providers.size(), routing.rules.rules.size(), routing.lexicon.terms.size()) +
                "\n");
  return 0;
}

/// Where a value came from, when not from a file.
void origin_rows(Context& context, render::Writer& writer) {
  const auto add = [&](const char* key, const std::string& value, const std::string& origin) {
    writer.row({std::string(key), value, origin});
  };
  const std::string file = context.settings().file().string();
  const auto origin = [&](const char* flag, const char* variable, bool in_file) {
    if (context.args.has(flag)) return std::string("--") + flag;
    if (context.env.variable(variable)) return std::string(variable);
    return in_file ? file : tr(N_("built in"));
  };
  add("(config)", file.empty() ? tr(N_("none")) : file, origin("config", "REGIE_CONFIG", !file.empty()));
  add("(database)", sql::shown(context.database_url()),
      origin("db", "REGIE_DB", !context.settings().database().empty()));
  add("(zone)", context.settings().zone().name(), context.settings().file().empty() ? tr(N_("built in")) : file);
}

int show_config(Context& context) {
  auto writer =
      context.writer("regie.config/1",
                     {{"key", N_("Key")}, {"value", N_("Value"), render::Column::Kind::wide}, {"origin", N_("From")}});
  origin_rows(context, *writer);
  for (const auto& setting : context.settings().settings())
    writer->row({setting.key, setting.key == "database" ? sql::shown(setting.value) : setting.value, setting.where});
  writer->finish();
  return 0;
}

int run_config(Context& context) {
  const std::string action = *context.args.text("ACTION");
  if (action == "check") return check_config(context);
  if (action == "show") return show_config(context);
  throw Error(Trouble::usage, message(N_("'{0}' is not one of {1}"), action, joined(actions)));
}

}  // namespace

const Command config_command{
    .name = "config",
    .group = Group::setup,
    .summary = N_("check the configuration, or show where each value comes from"),
    .description = N_("check: reads everything, lexicon and rules too, and tells every mistake with file, line and "
                      "column; exit code 78 when there is one. show: "
                      "every value with the file and line it came from."),
    .arguments = {{"ACTION", N_("check or show"), Offers::config_actions}},
    .options = {},
    .examples = {{"regie config check", N_("after every edit")},
                 {"regie config show --format tsv", N_("for a script")}},
    .writes = false,
    .run = run_config,
};

}  // namespace regie::cli
