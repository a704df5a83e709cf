#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "cli/commands/all.hpp"
#include "text/translate.hpp"

namespace regie::cli {

namespace {

using text::tr;
namespace fs = std::filesystem;

void say(Context& context, const std::string& line) {
  if (!context.quiet()) context.out(line + "\n");
}

void make_folder_for(const fs::path& file) {
  std::error_code error;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  if (error)
    throw Error(Trouble::refused,
                message(N_("the folder '{0}' cannot be made: {1}"), file.parent_path().string(), error.message()));
}

/// The starter has the line commented out; where --db says otherwise it counts, or the next command would look
/// elsewhere.
void say_where(std::string& content, const std::string& database) {
  static constexpr std::string_view line_start = "# database = ";
  const std::size_t at = content.find(line_start);
  if (at == std::string::npos) return;
  std::string quoted;
  for (const char c : database) quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  const std::size_t end = std::min(content.find('\n', at), content.size());
  content.replace(at, end - at, "database = \"" + quoted + "\"");
}

/// Creates the file, never overwrites one. False when it was there.
bool copy_new(const fs::path& from, const fs::path& to, const std::string& database) {
  std::ifstream source(from, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(source), {}};
  if (!source && content.empty())
    throw Error(Trouble::refused,
                message(N_("the starter configuration '{0}' is missing: regie is not installed whole"), from.string()));
  if (!database.empty()) say_where(content, database);
  const int descriptor = ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0664);
  if (descriptor < 0) {
    if (errno == EEXIST) return false;
    throw Error(Trouble::refused, message(N_("'{0}' cannot be written: {1}"), to.string(), std::strerror(errno)));
  }
  const auto written = ::write(descriptor, content.data(), content.size());
  const bool whole = written == static_cast<ssize_t>(content.size()) && ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!whole) {
    std::error_code ignored;
    fs::remove(to, ignored);
    throw Error(Trouble::refused, message(N_("'{0}' cannot be written: {1}"), to.string(), std::strerror(errno)));
  }
  return true;
}

/// --db as a configuration in any folder can name it; "" when it was not given.
std::string database_for_file(Context& context) {
  const std::string given = context.args.text("db").value_or("");
  if (given.empty() || given.find(':') != std::string::npos) return given;
  std::error_code ignored;
  return fs::absolute(given, ignored).lexically_normal().string();
}

bool is_there(Context& context, const std::string& url) {
  try {
    sql::open(url, context.open_options(sql::Access::read));
    return true;
  } catch (const Error& error) {
    if (error.trouble() == Trouble::not_found) return false;
    throw;
  }
}

void make_config(Context& context, const fs::path& config) {
  make_folder_for(config);
  const bool french = context.args.text("lang").value_or(context.env.variable("REGIE_LANG").value_or("fr")) != "en";
  const fs::path starter = context.env.share_dir / "starter" / (french ? "regie.fr.toml" : "regie.en.toml");
  if (copy_new(starter, config, database_for_file(context)))
    say(context, tr(N_("configuration made: {0}"), config.string()));
}

void make_database(Context& context, const std::string& url) {
  if (sql::engine_of(url) == sql::Engine::sqlite) make_folder_for(sql::sqlite_path(url));
  const Store store(url, context.open_options(sql::Access::create), context.env.clock());
  say(context,
      store.is_new() ? tr(N_("database made: {0}"), sql::shown(url)) : tr(N_("database found: {0}"), sql::shown(url)));
}

int run_init(Context& context) {
  const fs::path config = context.config_file();
  std::error_code ignored;
  const bool had_config = fs::exists(config, ignored);
  if (context.args.has("db")) context.database_url();  // what is wrong with it is said before anything is made
  if (had_config) say(context, tr(N_("configuration found: {0}"), config.string()));
  else if (context.dry_run()) say(context, tr(N_("would make the configuration {0}"), config.string()));
  else make_config(context, config);

  const std::string url =
      context.dry_run() && !had_config ? context.args.text("db").value_or("") : context.database_url();
  if (!context.dry_run()) make_database(context, url);
  else if (!url.empty() && !is_there(context, url))
    say(context, tr(N_("would make the database {0}"), sql::shown(url)));
  return 0;
}

}  // namespace

const Command init_command{
    .name = "init",
    .group = Group::setup,
    .summary = N_("make what is missing: configuration and database"),
    .description = N_("Never overwrites anything. --config and --db say where; with a configuration that is there "
                      "already only the database is made. The starter "
                      "configuration is French unless --lang en is given, and full of comments."),
    .arguments = {},
    .options = {},
    .examples = {{"regie init", N_("for yourself, in your home folder")},
                 {"regie init --config /etc/regie --db /srv/regie/regie.db",
                  N_("for a team: the folder /srv/regie belongs to its group, setgid")}},
    .writes = true,
    .run = run_init,
};

}  // namespace regie::cli
