#include <algorithm>
#include <charconv>

#include "cli/command.hpp"
#include "desk/photos.hpp"
#include "regie/names.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::cli {

namespace {

constexpr std::size_t flush_size = 64 * 1024;

/// XDG base directory, or its default below the home folder.
std::filesystem::path xdg(const Environment& env, const char* variable, const char* fallback) {
  if (const auto given = env.variable(variable)) return *given;
  return env.home / fallback;
}

std::filesystem::path config_in(const std::filesystem::path& given) {
  // A name without .toml is a folder, even one that is not there yet.
  std::error_code ignored;
  const bool is_file = given.extension() == ".toml" || std::filesystem::is_regular_file(given, ignored);
  return is_file ? given : given / "regie.toml";
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == ',') {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::optional<RequestId> parse_id(std::string_view word) {
  if (word.starts_with('#')) word.remove_prefix(1);
  RequestId id = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id);
  if (error != std::errc{} || end != word.data() + word.size() || id < 1) return std::nullopt;
  return id;
}

constexpr RequestId longest_range = 100'000;

bool add_ids(std::string_view word, std::vector<RequestId>& ids) {
  const std::size_t dash = word.find('-');
  if (dash == std::string_view::npos) {
    const auto id = parse_id(word);
    if (id) ids.push_back(*id);
    return id.has_value();
  }
  const auto first = parse_id(word.substr(0, dash));
  const auto last = parse_id(word.substr(dash + 1));
  if (!first || !last || *last < *first || *last - *first >= longest_range) return false;
  for (RequestId id = *first; id <= *last; ++id) ids.push_back(id);
  return true;
}

}  // namespace

Context::Context(const Environment& environment, const Command& run_command, Arguments arguments)
    : env(environment), command(run_command), args(std::move(arguments)) {}

render::Format Context::format() {
  const std::string name = args.text("format").value_or("table");
  const auto parsed = render::parse_format(name);
  if (!parsed) throw Error(Trouble::usage, bad_choice("format", name, render::format_names()));
  return *parsed;
}

render::Style Context::style() {
  render::Style style;
  style.zone = settings().zone();
  style.now = now();
  style.width = env.out_is_terminal ? env.width : 0;
  const std::string colour = args.text("color").value_or("auto");
  if (colour != "auto" && colour != "always" && colour != "never")
    throw Error(Trouble::usage, bad_choice("color", colour, {"auto", "always", "never"}));
  const bool wanted = env.out_is_terminal && !env.variable("NO_COLOR") && env.variable("TERM") != "dumb";
  style.colour = colour == "always" || (colour == "auto" && wanted);
  // Without any locale (cron, a minimal system) everything speaks UTF-8 today; only a terminal that says otherwise
  // gets plain letters.
  const auto locale =
      env.variable("LC_ALL").value_or(env.variable("LC_CTYPE").value_or(env.variable("LANG").value_or("UTF-8")));
  style.utf8 =
      locale.find("UTF-8") != std::string::npos || locale.find("utf8") != std::string::npos || !env.out_is_terminal;
  return style;
}

Instant Context::now() {
  if (!now_) {
    const Instant clock = env.clock();
    now_ = clock;
    if (args.has("at")) {
      const auto given = args.time("at", clock, settings().zone());
      args.check();
      now_ = given;
    }
  }
  return *now_;
}

bool Context::config_is_given() const { return args.has("config") || env.variable("REGIE_CONFIG").has_value(); }

std::filesystem::path Context::config_file() {
  if (const auto given = args.text("config")) return config_in(*given);
  if (const auto given = env.variable("REGIE_CONFIG")) return config_in(*given);
  const auto personal = xdg(env, "XDG_CONFIG_HOME", ".config") / "regie" / "regie.toml";
  std::error_code ignored;
  if (!std::filesystem::exists(personal, ignored) && std::filesystem::exists("/etc/regie/regie.toml", ignored))
    return "/etc/regie/regie.toml";
  return personal;
}

std::filesystem::path Context::cache_dir() const {
  const auto folder = xdg(env, "XDG_CACHE_HOME", ".cache") / "regie";
  // `config` is there to look at the files themselves; an account without a home has no place for a cache.
  const bool wanted = command.name != std::string_view("config") && folder.is_absolute();
  return wanted ? folder : std::filesystem::path();
}

Settings& Context::settings() {
  if (!settings_) {
    std::filesystem::path file = config_file();
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) {
      if (config_is_given())
        throw Error(Trouble::config, message(N_("there is no configuration '{0}'"), file.string()))
            .hint(message(N_("'regie init --config {0}' makes one"), file.string()));
      file.clear();
    }
    settings_ =
        std::make_unique<Settings>(Settings::Sources{.file = file,
                                                     .share_dir = env.share_dir,
                                                     .zone = env.zone,
                                                     .default_zone = env.variable("TZ").value_or("Europe/Paris"),
                                                     .cache_dir = cache_dir(),
                                                     .program = env.program});
  }
  return *settings_;
}

std::string Context::database_url() {
  if (const auto given = args.text("db")) return sql::checked(*given);
  if (const auto given = env.variable("REGIE_DB")) return sql::checked(*given);
  if (const std::string configured = settings().database(); !configured.empty()) try {
      return sql::checked(configured);
    } catch (const Error& error) {
      Message message = error.messages().front();
      message.where = settings().file().string();
      Error in_file(Trouble::config, std::move(message));
      for (const Message& hint : error.hints()) in_file.hint(hint);
      throw in_file;
    }
  return (xdg(env, "XDG_DATA_HOME", ".local/share") / "regie" / "regie.db").string();
}

sql::OpenOptions Context::open_options(sql::Access access) {
  const auto seconds = args.number("lock-wait", 0, 86'400).value_or(60);
  args.check();
  return {.access = access, .lock_wait = std::chrono::seconds{seconds}, .modules = env.module_dir};
}

Store& Context::store(sql::Access access) {
  if (!store_) store_ = std::make_unique<Store>(database_url(), open_options(access), env.clock());
  return *store_;
}

Desk& Context::desk() {
  if (!desk_)
    desk_ = std::make_unique<Desk>(settings(), store(sql::Access::write), identity(),
                                   Desk::Moment{.now = now(), .dry_run = dry_run()});
  return *desk_;
}

const Identity& Context::identity() {
  if (!identity_) {
    const std::string as = args.text("as").value_or(env.variable("REGIE_AS").value_or(""));
    identity_ = identify(settings().landlord(), env.login, as);
  }
  return *identity_;
}

const Past& Context::past() {
  if (!past_) try {
      past_ = std::make_unique<StoredPast>(store(sql::Access::read));
    } catch (const Error& error) {
      if (error.trouble() != Trouble::not_found) throw;
      past_ = std::make_unique<RequestsInMemory>();
    }
  return *past_;
}

std::vector<RequestId> Context::ids(std::string_view argument) {
  std::vector<RequestId> ids;
  const auto found = args.values.find(argument);
  if (found == args.values.end()) return ids;
  for (const std::string& word : found->second) {
    if (word == "-") {
      for (const std::string& line : split_words(read_all(env))) {
        if (line == "id") continue;  // the header of `list --columns id --format tsv`
        if (!add_ids(line, ids)) args.complain(message(N_("'{0}' is not a request number"), line));
      }
      continue;
    }
    for (const std::string& part : split_words(word))
      if (!add_ids(part, ids))
        args.complain(message(N_("'{0}' is not a request number; write 12, 15-18 or - for standard input"), part));
  }
  args.check();
  return ids;
}

bool Context::can_ask() { return env.in_is_terminal && env.err_is_terminal && !args.has("no-input") && !quiet(); }

std::string Context::ask(const std::string& question) {
  if (env.out_is_terminal) flush();
  env.err(question + ' ');
  std::string line;
  char byte = 0;
  std::size_t read = 0;
  while ((read = env.read(&byte, 1)) == 1 && byte != '\n') line += byte;
  if (read == 0 && line.empty()) {
    env.err("\n");
    throw Error(Trouble::refused, message(N_("no answer: nothing was saved")));
  }
  while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.pop_back();
  line.erase(0, std::min(line.find_first_not_of(' '), line.size()));
  if (const auto bad = text::find_invalid_utf8(line)) line.resize(*bad);
  return line;
}

std::string Context::keep_photos() {
  const auto found = args.values.find("photo");
  if (found == args.values.end() || dry_run()) return {};
  Photos photos(photos_folder(database_url(), settings().photos()));
  std::string lines;
  for (const std::string& path : found->second) lines += (lines.empty() ? "" : "\n") + photos.keep(path);
  return lines;
}

void Context::remark(const std::string& text) {
  if (quiet()) return;
  if (env.out_is_terminal) flush();  // what the remark is about comes first
  env.err(text + "\n");
}

void Context::remark_or_out(const std::string& text) {
  if (format() != render::Format::table) remark(text);
  else if (!quiet()) out(text + "\n");
}

void Context::did(const std::string& line, RequestId id) {
  note_saved(id);
  if (quiet()) out(std::to_string(id) + "\n");
  else out((dry_run() ? text::tr(N_("(dry run, nothing saved) ")) : std::string()) + line + "\n");
}

void Context::flush_if_long() {
  // A person's table waits for its end, because it may go through a pager; data streams.
  if (env.out_is_terminal || output_.size() < flush_size) return;
  streaming_ = true;
  env.out(output_);
  output_.clear();
}

void Context::flush() {
  const auto lines = std::ranges::count(output_, '\n');
  if (env.out_is_terminal && env.in_is_terminal && lines >= env.height && env.variable("TERM") != "dumb") {
    const auto pager = env.variable("PAGER").value_or("less");
    if (pager != "cat" && env.page(pager, output_)) {
      output_.clear();
      return;
    }
  }
  if (!output_.empty()) env.out(output_);
  output_.clear();
}

std::unique_ptr<render::Writer> Context::writer(std::string schema, std::vector<render::Column> columns) {
  std::vector<std::size_t> chosen;
  std::vector<std::string> names;
  for (const auto& column : columns) names.emplace_back(column.key);
  for (const std::string& name : args.texts("columns")) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) args.complain(bad_choice("columns", name, names));
    else chosen.push_back(static_cast<std::size_t>(found - names.begin()));
  }
  args.check();
  return render::make_writer(format(), std::move(schema), std::move(columns), std::move(chosen), style(),
                             [this](std::string_view text) { out(text); });
}

std::int64_t Context::limit(std::int64_t fallback) {
  const auto given = args.number("limit", 0, 1'000'000'000);
  args.check();
  return given.value_or(fallback);
}

}  // namespace regie::cli
