// The subcommands; each is defined in the file of its name.
#pragma once

#include "cli/command.hpp"
#include "desk/receiving.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

extern const Command open_command, assign_command, verify_command, close_command, report_command, clock_command;
extern const Command import_command, list_command, agenda_command, show_command, log_command, route_command;
extern const Command accept_command, decline_command, schedule_command, no_access_command, hold_command, resume_command,
    done_command;
extern const Command reopen_command, cancel_command, note_command, edit_command;
extern const Command remind_command, receive_command;
extern const Command init_command, config_command, db_command, rules_command, help_command;

// Options that several commands share.
inline constexpr Option when_option{"when", 0, "TIME", N_("when it happened, if not just now: 'yesterday 16:30'")};
inline constexpr Option reason_option{"reason", 'r', "TEXT", N_("why; kept in the journal")};
inline constexpr Option required_reason{"reason",        'r',   "TEXT", N_("why; kept in the journal"),
                                        Offers::nothing, false, true};
inline constexpr Option building_option{"building", 0, "NAME", N_("the building, when there is no dwelling")};
inline constexpr Option dwelling_option{"dwelling", 'd', "CODE",
                                        N_("the dwelling, such as B-203; without it the common parts are meant")};
inline constexpr Option flag_option{
    "flag", 0, "FLAG", N_("what to know about the tenant: senior, medical, infant..."), Offers::nothing, true};
inline constexpr Option channel_option{"channel", 0, "CHANNEL", N_("phone, desk, web, email or caretaker"),
                                       Offers::channels};
inline constexpr Option trade_option{"trade", 0, "TRADE", N_("the trade, when you know better than the text"),
                                     Offers::trades};
inline constexpr Option urgency_option{"urgency", 'u', "URGENCY", N_("emergency, urgent, normal or planned"),
                                       Offers::urgencies};
inline constexpr Option place_option{"place", 0, "PLACE", N_("dwelling or common"), Offers::places};
inline constexpr Option photo_option{
    "photo", 0, "FILE", N_("a picture or PDF; kept with the database; may be repeated"), Offers::files, true};
inline constexpr Option wishes_option{"wishes", 0, "TEXT", N_("when the tenant can be visited: 'mornings only'")};
inline constexpr Option source_option{
    "source", 0, "TEXT",
    N_("where you have it from, such as 'e-mail of 10:32': the reason in the journal begins with it")};
inline constexpr Option from_option{"from", 0, "TEXT", N_("the same as --source")};
inline constexpr Argument ids_argument{"ID", N_("request numbers: 12 15-18, or - to read them from standard input"),
                                       Offers::requests, true, true};

/// --when, checked.
inline std::optional<Instant> read_when(Context& context) {
  const auto when = context.args.time("when", context.now(), context.settings().zone());
  context.args.check();
  return when;
}

/// --source, or --from where that is its second name: in front of what the journal keeps as the reason. The mistakes
/// are for check().
inline std::string read_reason(Context& context, const std::string& reason, bool has_from = true) {
  if (has_from && context.args.has("from") && context.args.has("source"))
    context.args.complain(message(N_("these exclude each other: {0}"), "--from, --source"));
  const auto source = context.args.text(has_from && context.args.has("from") ? "from" : "source");
  if (source && (text::find_invalid_utf8(*source) || source->find_first_not_of(" \t\n") == std::string::npos))
    context.args.complain(message(N_("--source must be text, in UTF-8")));
  return with_source(source.value_or(""), reason);
}

}  // namespace regie::cli
