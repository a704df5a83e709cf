#include "cli/commands/all.hpp"
#include "cli/journal_view.hpp"
#include "text/translate.hpp"

namespace regie::cli {

namespace {

/// What nobody calls late: reception types while the tenant talks, a technician at the end of the visit.
constexpr std::chrono::minutes late_entry{15};

int run_late(Context& context) {
  const Zone& zone = context.settings().zone();
  const auto from = context.args.time("from", context.now(), zone);
  const auto before = context.args.time("before", context.now(), zone);
  if (context.args.has("ID")) context.args.complain(message(N_("--late lists all requests: no number goes with it")));
  context.args.check();
  auto writer = context.writer("regie.log/1", journal_columns());
  const std::int64_t limit = context.limit(0);
  std::int64_t rows = 0;
  context.store(sql::Access::read).each_late_entry(late_entry, from, before, [&](const Event& event) {
    if (limit == 0 || ++rows <= limit) writer->row(journal_row(context, event));
  });
  writer->finish(limit > 0 && rows > limit);
  return 0;
}

int run_log(Context& context) {
  if (context.args.has("late")) return run_late(context);
  for (const char* option : {"from", "before"})
    if (context.args.has(option)) context.args.complain(message(N_("--{0} goes with --late"), option));
  const auto ids = context.ids("ID");
  if (ids.empty()) context.args.complain(message(N_("{0} is missing"), "ID"));
  context.args.check();
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
    .arguments = {{"ID", N_("request numbers: 12 15-18, or - to read them from standard input"), Offers::requests,
                   false, true}},
    .options = {{"late", 0, "",
                 N_("of all requests, what was typed in a quarter of an hour or more after it happened")},
                {"from", 0, "TIME", N_("with --late: typed in at or after this")},
                {"before", 0, "TIME", N_("with --late: typed in before this")}},
    .examples = {{"regie log 12", N_("the journal")},
                 {"regie log --late --from hier", N_("what was told afterwards, since yesterday")},
                 {"regie log 12 --format jsonl", N_("one entry a line, with every changed field")}},
    .writes = false,
    .run = run_log,
};

}  // namespace regie::cli
