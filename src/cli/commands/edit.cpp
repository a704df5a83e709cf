#include <algorithm>

#include "cli/commands/all.hpp"
#include "cli/request_view.hpp"
#include "regie/clock.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

/// Only what was said on the command line is corrected; "" empties a field.
void apply(const Arguments& args, std::optional<Urgency> urgency, std::optional<Place> place,
           std::optional<Channel> channel, NewRequest& wanted) {
  Request& draft = wanted.draft;
  const auto take = [&](const char* option, std::string& field) {
    if (const auto value = args.text(option)) field = *value;
  };
  take("text", draft.text);
  take("residence", draft.residence);
  take("building", draft.building);
  take("dwelling", draft.dwelling);
  take("tenant", draft.tenant_name);
  take("phone", draft.tenant_phone);
  take("email", draft.tenant_email);
  take("wishes", draft.wishes);
  if (args.has("flag")) {
    draft.tenant_flags.clear();
    for (const std::string& flag : args.texts("flag")) draft.tenant_flags = add_code(draft.tenant_flags, flag);
  }
  if (channel) draft.channel = *channel;
  wanted.trade = args.text("trade");
  wanted.urgency = urgency;
  wanted.place = place;
}

/// A new urgency counts from the beginning, less the waits.
void remark_new_target(Context& context, const Outcome& outcome) {
  const Event& event = outcome.changes.front().event;
  const bool another = std::ranges::any_of(
      event.changes, [](const auto& change) { return std::string_view(change.first->name) == "urgency"; });
  if (!another || !outcome.request.target_at) return;
  std::vector<Event> journal = context.desk().store().journal(outcome.request.id);
  if (context.dry_run()) journal.push_back(event);
  for (const Clock& clock : clocks(journal, context.desk().policies().of(), context.now())) {
    if (clock.kind != ClockKind::target || clock.ended) continue;
    context.remark("  " + text::tr(clock.pauses.empty() ? N_("target counted anew from {0}: {1}")
                                                        : N_("target counted anew from {0}, the waits left out: {1}"),
                                   due_text(context, clock.started), due_text(context, *outcome.request.target_at)));
  }
}

/// nullopt: it was not asked for. Proposed is where nobody has decided anything.
std::optional<std::optional<PenaltyState>> read_penalty(Arguments& args) {
  const auto word = args.text("penalty");
  if (!word) return std::nullopt;
  if (*word == proposed_penalty) return std::optional<PenaltyState>();
  const auto state = parse<PenaltyState>(*word);
  if (!state) {
    std::vector<std::string> names = code_names<PenaltyState>();
    names.insert(names.begin(), proposed_penalty);
    args.complain(bad_choice("penalty", *word, names));
    return std::nullopt;
  }
  const bool is_said_why = args.text("reason").value_or("").find_first_not_of(" \t\n") != std::string::npos;
  if (*state == PenaltyState::observed && !is_said_why)
    args.complain(message(N_("--penalty observed needs --reason: what does the provider say?")));
  if (*state == PenaltyState::waived && !is_said_why)
    args.complain(message(N_("--penalty waived needs --reason: why is it not asked for?")));
  return state;
}

/// These change more than a field: nothing else goes with them but the reason.
void check_alone(Arguments& args) {
  for (const std::string_view alone : {"part-of", "penalty"}) {
    if (!args.has(alone)) continue;
    for (const Option& option : edit_command.options)
      if (args.has(option.name) && option.name != alone && std::string_view(option.name) != "reason")
        args.complain(message(N_("--{0} goes alone, without --{1}"), alone, option.name));
  }
}

int run_edit(Context& context) {
  Arguments& args = context.args;
  const auto urgency = args.code<Urgency>("urgency");
  const auto place = args.code<Place>("place");
  const auto channel = args.code<Channel>("channel");
  for (const Option& option : edit_command.options)
    if (const auto value = args.text(option.name); value && text::find_invalid_utf8(*value))
      args.complain(message(N_("--{0}: this is not UTF-8"), option.name));
  const auto part_of = args.number("part-of", 1, 1'000'000'000'000);
  const auto penalty = read_penalty(args);
  check_alone(args);
  const auto ids = context.ids("ID");
  if (part_of)
    return act_on_each(
        context, ids,
        [&](RequestId id) { return context.desk().attach(id, *part_of, args.text("reason").value_or("")); },
        [&](const Outcome& outcome) {
          remark_besides(context, outcome.besides, outcome.request);
          return text::tr(N_("part of request {0} from now on: request {1}"), *part_of, outcome.request.id);
        });
  if (penalty)
    return act_on_each(
        context, ids,
        [&](RequestId id) {
          return context.desk().edit(
              id, [&](NewRequest& wanted) { wanted.draft.penalty = *penalty; }, args.text("reason").value_or(""));
        },
        [&](const Outcome& outcome) {
          const std::string state = text::tr(*penalty ? label(**penalty) : proposed_penalty);
          return text::tr(N_("penalty {0}: request {1}"), state, outcome.request.id);
        });
  return act_on_each(
      context, ids,
      [&](RequestId id) {
        return context.desk().edit(
            id, [&](NewRequest& wanted) { apply(args, urgency, place, channel, wanted); },
            args.text("reason").value_or(""));
      },
      [&](const Outcome& outcome) {
        remark_new_target(context, outcome);
        std::string what;
        for (const auto& [field, value] : outcome.changes.front().event.changes)
          if (is_editable(*field)) what += (what.empty() ? "" : ", ") + text::tr(field->label);
        return text::tr(N_("corrected ({0}): request {1}"), what, outcome.request.id);
      });
}

}  // namespace

const Command edit_command{
    .name = "edit",
    .group = Group::desk,
    .summary = N_("correct what was written down"),
    .description = N_("Who has the order stays as it is: 'regie assign' without --to routes again. A new urgency gives "
                      "a new target, counted from the reception."),
    .arguments = {ids_argument},
    .options = {{"text", 0, "TEXT", N_("the description")},
                {"residence", 'R', "CODE", N_("the residence"), Offers::residences},
                {"dwelling", 'd', "CODE", N_("the dwelling; '' for none")},
                {"building", 0, "NAME", N_("the building")},
                {"trade", 0, "TRADE", N_("the trade"), Offers::trades},
                {"urgency", 'u', "URGENCY", N_("emergency, urgent, normal or planned"), Offers::urgencies},
                {"place", 0, "PLACE", N_("dwelling or common"), Offers::places},
                {"channel", 0, "CHANNEL", N_("phone, desk, web, email or caretaker"), Offers::channels},
                {"tenant", 't', "NAME", N_("the tenant's name")},
                {"phone", 0, "NUMBER", N_("the tenant's telephone")},
                {"email", 0, "ADDRESS", N_("the tenant's e-mail")},
                {"flag", 0, "FLAG", N_("what to know about the tenant; replaces what was there"), Offers::nothing,
                 true},
                wishes_option,
                {"part-of", 0, "ID", N_("make it a part of this request: the same breakdown; goes alone"),
                 Offers::requests},
                {"penalty", 0, "STATE",
                 N_("the penalty for lateness: proposed, observed, confirmed or waived; managers only; goes alone"),
                 Offers::penalties},
                reason_option},
    .examples = {{"regie edit 12 --urgency urgent --reason 'la fuite s’aggrave'", N_("it has become worse")},
                 {"regie edit 12 -d B-204", N_("the wrong door")},
                 {"regie edit 14 15 --part-of 12", N_("one breakdown, one request")},
                 {"regie edit 12 --penalty observed --reason 'courrier du 3 mars'",
                  N_("the firm contests the penalty for lateness")}},
    .writes = true,
    .run = run_edit,
};

}  // namespace regie::cli
