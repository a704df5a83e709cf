#include <algorithm>

#include "cli/candidates.hpp"
#include "cli/command.hpp"
#include "cli/complete.hpp"
#include "cli/help.hpp"
#include "cli/man.hpp"
#include "cli/request_view.hpp"
#include "regie/names.hpp"
#include "render/json.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"
#include "version.hpp"

namespace regie::cli {

namespace {

struct TroubleRow {
  Trouble trouble;
  int exit;
  const char* code;  ///< in JSON
};
constexpr std::array troubles{
    TroubleRow{Trouble::refused, 1, "refused"},          TroubleRow{Trouble::usage, 2, "usage"},
    TroubleRow{Trouble::partial, 3, "partial"},          TroubleRow{Trouble::not_found, 4, "not_found"},
    TroubleRow{Trouble::conflict, 5, "conflict"},        TroubleRow{Trouble::bug, 70, "bug"},
    TroubleRow{Trouble::output, 74, "output"},           TroubleRow{Trouble::busy, 75, "busy"},
    TroubleRow{Trouble::unreachable, 75, "unreachable"}, TroubleRow{Trouble::config, 78, "config"},
};

const TroubleRow& row_of_trouble(Trouble trouble) {
  return *std::ranges::find_if(troubles, [&](const TroubleRow& row) { return row.trouble == trouble; });
}

/// --lang, REGIE_LANG, the configuration, the locale, English.
std::string choose_language(const Arguments& arguments, const Environment& env, Context* context) {
  if (const auto given = arguments.text("lang")) return *given;
  if (const auto given = env.variable("REGIE_LANG")) return *given;
  if (context != nullptr) {
    try {
      if (!context->settings().language().empty()) return context->settings().language();
    } catch (const Error&) {
      // The command will say what is wrong with the configuration; in which language is a small matter now.
    }
  }
  const auto locale =
      env.variable("LC_ALL").value_or(env.variable("LC_MESSAGES").value_or(env.variable("LANG").value_or("")));
  return locale.starts_with("fr") ? "fr" : "en";
}

void check_language(const Arguments& arguments) {
  const auto given = arguments.text("lang");
  if (given && *given != "fr" && *given != "en") throw Error(Trouble::usage, bad_choice("lang", *given, {"fr", "en"}));
}

bool wants_json(const Arguments& arguments) {
  const auto format = arguments.text("format");
  return format == "json" || format == "jsonl";
}

std::string joined_ids(const std::vector<RequestId>& ids) {
  std::vector<std::string> names;
  for (const RequestId id : ids) names.push_back(std::to_string(id));
  return joined(names);
}

/// One line: a mail system's log has no place for more.
int report_for_later(const Error& error, std::string_view command, const Environment& env) {
  const Message& first = error.messages().front();
  env.err("regie " + std::string(command) + ": " + (first.where.empty() ? "" : first.where + ": ") +
          text::one_line(text::tr(first)) + "\n");
  return exit_code(Trouble::busy);
}

int run_command(const ParsedLine& line, Context* context, const Environment& env) {
  const Arguments& arguments = line.arguments;
  if (arguments.has("version")) {
    env.out("regie " REGIE_VERSION "\n");
    return 0;
  }
  if (line.command == nullptr || arguments.has("help")) {
    const bool asked = arguments.has("help");
    const std::string help = line.command == nullptr ? general_help(env) : command_help(*line.command, env);
    (asked ? env.out : env.err)(help);
    return asked ? 0 : 2;
  }
  take_shown_names(*context);
  const int result = line.command->run(*context);
  context->flush();
  return result;
}

}  // namespace

int exit_code(Trouble trouble) { return row_of_trouble(trouble).exit; }

int report_error(const Error& error, std::string_view command, const Environment& env, bool as_json) {
  const TroubleRow& row = row_of_trouble(error.trouble());
  if (as_json) {
    env.err(render::error_json(row.code, row.exit, error) + "\n");
    return row.exit;
  }
  std::string text;
  const std::string program = command.empty() ? "regie: " : "regie " + std::string(command) + ": ";
  for (const Message& message : error.messages())
    text += program + (message.where.empty() ? "" : message.where + ": ") + text::one_line(text::tr(message)) + "\n";
  for (const Message& hint : error.hints()) text += "  " + text::one_line(text::tr(hint)) + "\n";
  if (error.trouble() == Trouble::usage)
    text += text::tr(N_("Try '{0}' for more."),
                     "regie " + (command.empty() ? std::string() : std::string(command) + " ") + "--help") +
            "\n";
  env.err(text);
  return row.exit;
}

int act_on_each(Context& context, const std::vector<RequestId>& ids, const std::function<Outcome(RequestId)>& act,
                const std::function<std::string(const Outcome&)>& describe) {
  if (ids.empty()) context.remark(text::tr(N_("no request given: nothing to do")));
  std::size_t failed = 0;
  int first_failure = 0;
  const bool as_json = wants_json(context.args);
  const bool as_data = context.format() != render::Format::table && !context.quiet();
  std::vector<Request> changed;
  const auto note_failure = [&](const Error& error) {
    const int code = report_error(error, context.command.name, context.env, as_json);
    if (failed++ == 0) first_failure = code;
  };
  for (const RequestId id : ids) {
    try {
      const Outcome outcome = act(id);
      if (!outcome.refusal) {
        if (as_data) {
          changed.push_back(outcome.request);
          context.note_saved(id);
        } else context.did(describe(outcome), id);
      } else if (outcome.refusal->why == Refusal::Why::already) {
        context.remark(text::tr(outcome.refusal->message));
      } else {
        note_failure(as_error(*outcome.refusal));
      }
    } catch (const Error& error) {
      // What is wrong with the whole command is not the fault of one id.
      if (error.trouble() != Trouble::not_found && error.trouble() != Trouble::refused &&
          error.trouble() != Trouble::busy)
        throw;
      note_failure(error);
    }
  }
  if (as_data) print_as_data(context, "regie." + std::string(context.command.name) + "/1", changed);
  if (failed == 0) return 0;
  if (failed == ids.size()) return first_failure;
  context.remark(text::tr(N_("done: {0} of {1}"), ids.size() - failed, ids.size()));
  return exit_code(Trouble::partial);
}

int run(const std::vector<std::string>& words, const Environment& env) {
  text::use_catalogues(env.locale_dir.string());
  // The two hidden commands take their words as they are.
  if (!words.empty() && words.front() == "__complete") {
    text::use_language(choose_language({}, env, nullptr));
    return complete({words.begin() + 1, words.end()}, env);
  }
  if (!words.empty() && words.front() == "__man") {
    const Command* page = words.size() > 1 ? find_command(words[1]) : nullptr;
    if (words.size() > 1 && page == nullptr) return exit_code(Trouble::usage);
    env.out(manual(page));
    return 0;
  }
  std::string_view command;
  bool as_json = false;
  bool must_be_repeated = false;
  std::vector<RequestId> saved;
  try {
    text::use_language(choose_language({}, env, nullptr));
    ParsedLine line;
    std::optional<Context> context;
    const auto prepare = [&] {
      if (line.command != nullptr) {
        command = line.command->name;
        must_be_repeated = !env.in_is_terminal && line.command->must_be_repeated != nullptr &&
                           line.command->must_be_repeated(line.arguments);
        context.emplace(env, *line.command, line.arguments);
      }
      as_json = wants_json(line.arguments);
      text::use_language(choose_language(line.arguments, env, context ? &*context : nullptr));
    };
    try {
      parse_line(words, line);
    } catch (const Error&) {
      prepare();  // as far as the line was understood: the mistake is told in the language of the desk
      throw;
    }
    prepare();
    check_language(line.arguments);
    try {
      return run_command(line, context ? &*context : nullptr, env);
    } catch (...) {
      if (context) saved = context->saved();
      throw;
    }
  } catch (Error& error) {
    if ((error.trouble() == Trouble::output || error.trouble() == Trouble::unreachable) && !saved.empty())
      error.hint(message(N_("saved all the same: {0}"), joined_ids(saved)));
    if (must_be_repeated) return report_for_later(error, command, env);
    return report_error(error, command, env, as_json);
  } catch (const std::exception& error) {
    env.err(text::tr(N_("regie: this is a bug of regie, please report it: {0}"), error.what()) + "\n");
    return exit_code(must_be_repeated ? Trouble::busy : Trouble::bug);
  }
}

}  // namespace regie::cli
