#include <sys/stat.h>

#include <algorithm>

#include "cli/commands/all.hpp"
#include "cli/draft.hpp"
#include "cli/progress_line.hpp"
#include "regie/names.hpp"
#include "text/translate.hpp"

namespace regie::cli {

namespace {

using render::Column;
using text::tr;
namespace fs = std::filesystem;

const std::vector<std::string> actions{"backup", "check", "copy"};

Progress shown_by(const ProgressLine& line) {
  return [&line](const char* table, std::int64_t done, std::int64_t all) { line(table, done, all); };
}

void refuse_file(Context& context) {
  if (context.args.has("FILE"))
    throw Error(Trouble::usage, message(N_("'{0}' goes with backup only"), *context.args.text("FILE")));
}

void refuse_urls(Context& context) {
  for (const char* option : {"from", "to"})
    if (context.args.has(option)) throw Error(Trouble::usage, message(N_("--{0} goes with copy only"), option));
}

// ---- check

std::string counts(const CheckResult& result) {
  return tr(counted("{0} request", "{0} requests", result.requests)) + ", " +
         tr(counted("{0} journal entry", "{0} journal entries", result.entries));
}

int check_database(Context& context) {
  refuse_file(context);
  refuse_urls(context);
  auto writer = context.writer("regie.db_check/1", {{"part", N_("Part"), Column::Kind::text},
                                                    {"subject", N_("What"), Column::Kind::text},
                                                    {"finding", N_("Finding"), Column::Kind::wide}});
  const CheckResult result = [&] {
    const ProgressLine line(context);
    return context.store(sql::Access::read).check(shown_by(line));
  }();
  const std::string name = sql::shown(context.database_url());
  if (!result.findings.empty() || context.format() != render::Format::table) {
    for (const auto& finding : result.findings)
      writer->row({std::string(finding.part), finding.subject, tr(finding.what)});
    writer->finish();
  }
  if (!result.findings.empty()) {
    context.flush();
    Error error(Trouble::refused, counted("database '{1}': {0} finding", "database '{1}': {0} findings",
                                          static_cast<std::int64_t>(result.findings.size()), name));
    const bool damaged = std::ranges::any_of(result.findings, [](const CheckResult::Finding& finding) {
      return finding.part != std::string_view("schema");
    });
    if (damaged) error.hint(message(N_("keep it as it is, and restore the last backup that is whole")));
    return report_error(error, context.command.name, context.env, context.format() != render::Format::table);
  }
  context.remark_or_out(tr(N_("{0}: fine. {1}"), name, counts(result)));
  return 0;
}

// ---- backup

/// The copy is opened and looked through as `db check` would. PostgreSQL's dump is no database: its driver has had
/// pg_restore read it.
std::string verified(Context& context, const fs::path& draft) {
  const ProgressLine line(context);
  Store copy(draft.string(), context.open_options(sql::Access::read), context.env.clock());
  const CheckResult result = copy.check(shown_by(line));
  if (!result.findings.empty())
    throw Error(Trouble::refused, message(N_("the backup is not whole, it was not kept: {0}"),
                                          result.findings.front().subject + ": " + tr(result.findings.front().what)))
        .hint(message(N_("'regie db check' says what is wrong with the database")));
  return counts(result);
}

int back_up(Context& context) {
  refuse_urls(context);
  if (!context.args.has("FILE")) throw Error(Trouble::usage, message(N_("backup needs the name of the file to make")));
  const fs::path file = *context.args.text("FILE");
  std::error_code ignored;
  if (fs::exists(file, ignored))
    throw Error(Trouble::refused, message(N_("'{0}' is there already"), file.string()))
        .hint(message(N_("a file that is there already is never overwritten")));
  Store& store = context.store(sql::Access::read);
  if (context.dry_run()) {
    context.remark_or_out(tr(N_("would back up {0} to {1}"), sql::shown(context.database_url()), file.string()));
    return 0;
  }
  Draft draft(file, S_IRUSR | S_IWUSR);  // names and telephones of tenants
  store.back_up(draft.path(), file.string());
  const std::string what =
      store.engine() == sql::Engine::sqlite ? verified(context, draft.path()) : tr(N_("restore it with pg_restore"));
  draft.put_in_place(Draft::Over::nothing);
  context.remark_or_out(tr(N_("backed up to {0}: {1}"), file.string(), what));
  return 0;
}

// ---- copy

/// What is not there yet will be made.
void refuse_filled(Context& context, const std::string& target) {
  try {
    Store store(target, context.open_options(sql::Access::read), context.env.clock());
    if (store.last_id() == 0) return;
  } catch (const Error& error) {
    if (error.trouble() == Trouble::not_found) return;
    throw;
  }
  throw Error(Trouble::refused, message(N_("the database to copy into is not empty: nothing was copied")));
}

int copy_database(Context& context) {
  refuse_file(context);
  if (!context.args.has("to")) throw Error(Trouble::usage, message(N_("copy needs --to: where the copy is to be")));
  const std::string from = context.args.has("from") ? sql::checked(*context.args.text("from")) : context.database_url();
  const std::string to = sql::checked(*context.args.text("to"));
  auto writer = context.writer("regie.db_copy/1", {{"table", N_("Table"), Column::Kind::text},
                                                   {"rows", N_("Rows"), Column::Kind::number},
                                                   {"digest", N_("Digest"), Column::Kind::text}});
  Store source(from, context.open_options(sql::Access::read), context.env.clock());
  if (context.dry_run()) refuse_filled(context, to);
  const auto copied = [&] {
    const ProgressLine line(context);
    if (context.dry_run()) return source.contents(shown_by(line));
    Store target(to, context.open_options(sql::Access::create), context.env.clock());
    return source.copy_to(target, shown_by(line));
  }();
  for (const TableContent& content : copied) writer->row({std::string(content.table), content.rows, content.digest});
  writer->finish();
  context.remark(context.dry_run()
                     ? tr(N_("would copy this from {0} to {1}"), sql::shown(from), sql::shown(to))
                     : tr(N_("copied and read back: {0} holds the same as {1}"), sql::shown(to), sql::shown(from)));
  return 0;
}

int run_db(Context& context) {
  const std::string action = *context.args.text("ACTION");
  if (action == "check") return check_database(context);
  if (action == "backup") return back_up(context);
  if (action == "copy") return copy_database(context);
  throw Error(Trouble::usage, message(N_("'{0}' is not one of {1}"), action, joined(actions)));
}

}  // namespace

const Command db_command{
    .name = "db",
    .group = Group::setup,
    .summary = N_("check the database, back it up, or copy it to another engine"),
    .description = N_("check: is the file whole, is the schema the one regie makes, and does every journal give its "
                      "request? Exit code 1 when something is wrong. backup: everything as of one moment, into a new "
                      "file that only you may read, while others go on working; the copy is checked before it gets its "
                      "name. copy: everything into an empty or a new database, from a file to PostgreSQL or back, in "
                      "one transaction; what was copied is read back and compared.\n\n"
                      "Photos stand in a folder of their own, beside the file or where regie.toml says: it has to be "
                      "copied, too. A copy does not know when 'regie remind' ran last."),
    .arguments = {{"ACTION", N_("check, backup or copy"), Offers::db_actions},
                  {"FILE", N_("with backup: the file to make"), Offers::files, false}},
    .options = {{"from", 0, "URL", N_("with copy: the database to copy; the desk's own when not given"), Offers::files},
                {"to", 0, "URL", N_("with copy: where to; it must be empty, or not there yet"), Offers::files}},
    .examples = {{"regie db check", N_("after a crash of the machine, and every night")},
                 {"regie db backup /srv/backup/regie-$(date +%F).db", N_("every night; then keep it elsewhere")},
                 {"regie db copy --from /srv/regie/regie.db --to postgresql://db.example.org/regie",
                  N_("the desk moves to a server")}},
    .writes = true,
    .run = run_db,
};

}  // namespace regie::cli
