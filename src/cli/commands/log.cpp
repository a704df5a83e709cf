#include "cli/commands/all.hpp"
#include "cli/journal_view.hpp"
#include "text/translate.hpp"

namespace regie::cli {

namespace {

int run_log(Context& context) {
  const auto ids = context.ids("ID");
  Store& store = context.store(sql::Access::read);
  auto writer = context.writer("regie.log/1", journal_columns());
  std::size_t missing = 0;
  for (const RequestId id : ids) {
    const auto journal = store.journal(id);
    if (journal.empty()) {
      report_error(Error(Trouble::not_found, message(N_("there is no request {0}"), id)), "log", context.env,
                   context.format() == render::Format::json);
      ++missing;
    }
    for (const Event& event : journal) writer->row(journal_row(context, event));
  }
  writer->finish();
  if (missing == 0) return 0;
  return exit_code(missing == ids.size() ? Trouble::not_found : Trouble::partial);
}

}  // namespace

const Command log_command{
    .name = "log",
    .group = Group::desk,
    .summary = N_("who did what to a request, when, and what changed"),
    .description = N_("When it happened and when it was typed in are both kept; nothing rewrites the journal."),
    .arguments = {ids_argument},
    .options = {},
    .examples = {{"regie log 12", N_("the journal")},
                 {"regie log 12 --format jsonl", N_("one entry a line, with every changed field")}},
    .writes = false,
    .run = run_log,
};

}  // namespace regie::cli
