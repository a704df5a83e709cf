#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "cli/commands/all.hpp"
#include "cli/import_view.hpp"
#include "desk/import.hpp"
#include "text/translate.hpp"

namespace regie::cli {

namespace {

namespace fs = std::filesystem;

/// The records that were not imported, under the header, ready to be mended and imported again.
void write_rejects(const std::string& path, const ImportResult& result) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
  if (descriptor < 0)
    throw Error(Trouble::refused, message(N_("'{0}' cannot be written: {1}"), path, std::strerror(errno)))
        .hint(message(N_("a file that is there already is never overwritten")));
  std::string content = result.header + "\n";
  for (const Rejection& rejection : result.rejected) content += rejection.raw + "\n";
  std::string_view rest = content;
  while (!rest.empty()) {
    const auto written = ::write(descriptor, rest.data(), rest.size());
    if (written <= 0) break;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  const bool whole = rest.empty() && ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!whole) throw Error(Trouble::refused, message(N_("'{0}' cannot be written: {1}"), path, std::strerror(errno)));
}

text::CsvReader::Fill open_source(Context& context, const std::string& name) {
  if (name == "-") return context.env.read;
  auto file = std::make_shared<std::ifstream>(name, std::ios::binary);
  std::error_code ignored;
  if (!*file || fs::is_directory(name, ignored))
    throw Error(Trouble::refused, message(N_("the file '{0}' cannot be read"), name));
  return [file](char* buffer, std::size_t size) {
    file->read(buffer, static_cast<std::streamsize>(size));
    return static_cast<std::size_t>(file->gcount());
  };
}

int run_import(Context& context) {
  const std::string source = *context.args.text("FILE");
  const auto rejects = context.args.text("rejects");
  const bool skip = context.args.has("skip-invalid");
  if (rejects && !skip) context.args.complain(message(N_("--rejects goes with --skip-invalid")));
  context.args.check();
  std::error_code ignored;
  if (rejects && fs::exists(*rejects, ignored))
    throw Error(Trouble::refused, message(N_("'{0}' is there already"), *rejects))
        .hint(message(N_("a file that is there already is never overwritten")));
  const auto fill = open_source(context, source);
  const ImportMap map = context.args.has("map") ? read_import_map(*context.args.text("map"),
                                                                  context.settings().landlord(), context.env.zone)
                                                : own_columns(context.settings().zone());
  const ImportResult result =
      import_csv(context.desk(), context.settings(), map, fill, {.skip_invalid = skip, .dry_run = context.dry_run()});
  if (rejects && !result.rejected.empty() && !context.dry_run()) write_rejects(*rejects, result);
  print_import(context, result);
  return result.rejected.empty() || skip ? 0 : 1;
}

}  // namespace

const Command import_command{
    .name = "import",
    .group = Group::desk,
    .summary = N_("take in requests from a CSV file"),
    .description = N_("Either regie's own columns (received_at, channel, residence, dwelling, tenant_name, "
                      "tenant_phone, tenant_email, tenant_flags, description) or any "
                      "other system's export with a map. Each request is understood and routed as if it were opened at "
                      "its own time. When a record is wrong nothing is "
                      "imported and every mistake is told; with --skip-invalid the good ones are. Importing the same "
                      "file twice changes nothing."),
    .arguments = {{"FILE", N_("the CSV file, UTF-8 with a header; - for standard input"), Offers::files}},
    .options = {{"map", 'm', "MAP.toml", N_("what the columns of another system mean"), Offers::files},
                {"skip-invalid", 0, "", N_("import what is good, pass over what is not")},
                {"rejects", 0, "FILE",
                 N_("with --skip-invalid: write the records that were passed over, to be mended and imported again"),
                 Offers::files}},
    .examples = {{"regie import fortnight.csv", N_("all or nothing")},
                 {"regie import fortnight.csv --skip-invalid --rejects to-mend.csv",
                  N_("the good ones now, the others after mending")},
                 {"zcat 311.csv.gz | regie import --map boston.toml -", N_("another system's export")}},
    .writes = true,
    .run = run_import,
};

}  // namespace regie::cli
