#include "cli/commands/all.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

int run_note(Context& context) {
  const std::string note = *context.args.text("TEXT");
  if (text::find_invalid_utf8(note) || note.find_first_not_of(" \t\n") == std::string::npos)
    context.args.complain(message(N_("the note must be text, in UTF-8")));
  const std::string reason = read_reason(context, note);
  const auto when = read_when(context);
  const auto told_how = context.args.code<Channel>("told");
  context.args.check();
  const auto ids = context.ids("ID");
  const std::string photos = context.keep_photos();
  return act_on_each(
      context, ids,
      [&](RequestId id) {
        return context.desk().act(
            id,
            [&](const Request&) -> Deed {
              return Note{told_how, photos};
            },
            reason, when);
      },
      [&](const Outcome& outcome) {
        return told_how ? text::tr(N_("noted, the tenant knows: request {0}"), outcome.request.id)
                        : text::tr(N_("noted: request {0}"), outcome.request.id);
      });
}

}  // namespace

const Command note_command{
    .name = "note",
    .group = Group::desk,
    .summary = N_("write something down in the journal of a request"),
    .description = N_("Notes are seen by everybody who sees the request: no health matters, no judgements."),
    .arguments = {{"ID", N_("request numbers, separated by commas: 12,15-18"), Offers::requests},
                  {"TEXT", N_("the note, in quotes")}},
    .options =
        {{"told", 0, "CHANNEL",
          N_("this is what the tenant was told, by phone, desk, web, email or caretaker: the clock of the answer "
             "begins anew"),
          Offers::channels},
         source_option,
         from_option,
         photo_option,
         when_option},
    .examples = {{"regie note 12 'préfère le matin, sonner fort'", N_("for whoever goes")},
                 {"regie note 12 'pièce commandée, une semaine' --told phone", N_("the tenant has heard from us")}},
    .writes = true,
    .run = run_note,
};

}  // namespace regie::cli
