// The command db, what init says of a database, and that nobody reads a password.
#include <doctest/doctest.h>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "cli/parsing.hpp"
#include "store/filling.hpp"
#include "support/program.hpp"

using namespace regie::test;
namespace fs = std::filesystem;
namespace sql = regie::sql;
using regie::Store;

namespace {

using Strings = std::vector<std::string>;

bool on_sqlite() { return test_server().empty(); }
bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A desk with three requests, and a folder for what is made of it.
struct Desk : Program {
  Desk() {
    use_example();
    const std::string open = "open 'Robinet qui goutte' -R TIL -d A-001 --trade plumbing -u normal -q";
    for (const std::string id : {"1\n", "2\n", "3\n"}) REQUIRE((*this)(open).out == id);
    REQUIRE((*this)("note 2 'vu' -q").exit == 0);
  }

  const std::string& url() { return variables["REGIE_DB"]; }
  std::string shown() { return sql::shown(url()); }
  void damage() { tamper(url(), "update request set tenant_name = 'X' where id = 2"); }
  std::string path(const std::string& name) const { return (target.path() / name).string(); }
  Store store(const std::string& where) { return open_store(where, sql::Access::read); }
  std::vector<regie::TableContent> contents(const std::string& where) { return store(where).contents(unheard); }

  Folder target;
};

Strings names_in(const fs::path& folder) {
  Strings names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

/// What stands on a terminal after this: "\r" goes back to the start of the line, "\033[K" clears the rest of it.
Strings on_terminal(const std::string& written) {
  static const std::string clear = "\033[K";
  Strings lines(1);
  std::size_t column = 0;
  for (std::size_t at = 0; at < written.size(); ++at) {
    if (written[at] == '\r') column = 0;
    else if (written.compare(at, clear.size(), clear) == 0) {
      lines.back().resize(column);
      at += clear.size() - 1;
    } else if (written[at] == '\n') {
      lines.emplace_back();
      column = 0;
    } else {
      lines.back().resize(std::max(lines.back().size(), column + 1), ' ');
      lines.back()[column++] = written[at];
    }
  }
  return lines;
}

/// The same program with its system in the test's hands.
regie::cli::Environment environment_of(const Program& program, Result& result) {
  regie::cli::Environment env = regie::cli::system_environment("regie");
  env.read = [](char*, std::size_t) -> std::size_t { return 0; };
  env.out = [&result](std::string_view text) { result.out += text; };
  env.err = [&result](std::string_view text) { result.err += text; };
  env.in_is_terminal = env.out_is_terminal = env.err_is_terminal = false;
  env.clock = [&program] { return at(program.now); };
  env.variable = [&program](const std::string& name) -> std::optional<std::string> {
    const auto found = program.variables.find(name);
    return found == program.variables.end() ? std::nullopt : std::optional(found->second);
  };
  env.login = "root";
  env.home = program.folder.path();
  env.share_dir = fs::path(REGIE_SOURCE_DIR) / "config";
  env.locale_dir = fs::path(REGIE_BUILD_DIR) / "share/locale";
  return env;
}

void check_usage(const Result& result, const std::string& line) {
  CHECK_MESSAGE(result.exit == 2, line, " -> ", result.exit);
  CHECK_MESSAGE(result.out.empty(), line);
  CHECK_MESSAGE(holds(result.err, "regie db: "), line, ": ", result.err);
}

std::string quoted(const std::string& word) { return '\'' + word + '\''; }

int run_tool(const std::string& line) { return std::system(("(" + line + ") >/dev/null 2>&1").c_str()); }
/// A server is backed up by its own programs.
bool has_tools() { return run_tool("pg_dump --version && pg_restore --version") == 0; }

bool can_back_up() { return on_sqlite() || has_tools(); }

/// Somebody who may look into this folder but not write in it, root too.
class Onlooker {
 public:
  explicit Onlooker(fs::path folder) : folder_(std::move(folder)) {
    fs::permissions(folder_, fs::perms(0555));
    if (::geteuid() == 0) ::setfsuid(nobody);
  }
  Onlooker(const Onlooker&) = delete;
  Onlooker& operator=(const Onlooker&) = delete;
  ~Onlooker() {
    if (::geteuid() == 0) ::setfsuid(0);
    fs::permissions(folder_, fs::perms(0755));
  }

 private:
  static constexpr uid_t nobody = 65'534;
  fs::path folder_;
};

/// No file of this process may be longer, as on a disk that fills up.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

}  // namespace

// ---- check

TEST_CASE("db check says in one line that all is well") {
  Desk regie;
  const Result result = regie("db check");
  CHECK(result.exit == 0);
  CHECK(result.out == regie.shown() + ": fine. 3 requests, 4 journal entries\n");
  CHECK(result.err.empty());
  const Result quiet = regie("db check --quiet");
  CHECK(quiet.exit == 0);
  CHECK(quiet.out.empty());
  CHECK(quiet.err.empty());
}

TEST_CASE("db check of a fine database is an empty table for scripts") {
  Desk regie;
  const Result json = regie("db check --format json");
  CHECK(json.exit == 0);
  const auto document = parse_json(json.out);
  CHECK(document["schema"].GetString() == std::string("regie.db_check/1"));
  CHECK(document["items"].Size() == 0);
  CHECK(holds(json.err, "fine. 3 requests"));
  const Result csv = regie("db check --format csv");
  CHECK(csv.out == "part,subject,finding\n");
  CHECK(regie("db check --format jsonl").out.empty());
  CHECK(regie("db check --format json --quiet").err.empty());
}

TEST_CASE("db check speaks French and counts as French does") {
  Desk regie;
  const Result result = regie("db check --lang fr");
  CHECK(result.exit == 0);
  CHECK(result.out.starts_with(regie.shown() + "\u00a0: en ordre. 3 demandes, 4 écritures"));
  regie.damage();
  const Result damaged = regie("db check --lang fr");
  CHECK(damaged.exit == 1);
  CHECK_FALSE(holds(damaged.out, "its journal does not give"));
  CHECK_FALSE(holds(damaged.err, "finding"));
}

TEST_CASE("db check shows findings and fails") {
  Desk regie;
  regie.damage();
  const std::string finding = "its journal does not give its row: these differ: tenant_name";
  const Result table = regie("db check");
  CHECK(table.exit == 1);
  CHECK(holds(table.out, "request 2"));
  CHECK(holds(table.out, "tenant_name"));
  CHECK_FALSE(holds(table.out, "fine"));
  CHECK(holds(table.err, "regie db: database '" + regie.shown() + "': 1 finding\n"));
  CHECK(holds(table.err, "restore the last backup"));

  const Result csv = regie("db check --format csv");
  CHECK(csv.exit == 1);
  CHECK(parse_csv(csv.out) == std::vector<Strings>{{"part", "subject", "finding"}, {"journal", "request 2", finding}});

  const Result json = regie("db check --format json");
  CHECK(json.exit == 1);
  const auto document = parse_json(json.out);
  REQUIRE(document["items"].Size() == 1);
  const auto& item = document["items"][0];
  CHECK(keys_of(item) == Strings{"part", "subject", "finding"});
  CHECK(item["part"].GetString() == std::string("journal"));
  CHECK(item["subject"].GetString() == std::string("request 2"));
  CHECK(item["finding"].GetString() == finding);
  const auto error = parse_json(json.err);
  CHECK(error["error"]["code"].GetString() == std::string("refused"));
  CHECK(error["error"]["exit"].GetInt() == 1);

  const Result quiet = regie("db check --quiet");
  CHECK(quiet.exit == 1);
  CHECK(holds(quiet.err, "1 finding"));
}

TEST_CASE("db check counts its findings and lets columns be chosen") {
  Desk regie;
  tamper(regie.url(), "update request set rating = 1");
  const Result result = regie("db check --format tsv --columns subject");
  CHECK(result.exit == 1);
  CHECK(result.out == "subject\nrequest 1\nrequest 2\nrequest 3\n");
  CHECK(holds(result.err, "3 findings"));
}

TEST_CASE("db check of a schema alone does not send for a backup") {
  Desk regie;
  tamper(regie.url(), "drop index request_place");
  const Result result = regie("db check");
  CHECK(result.exit == 1);
  CHECK(holds(result.out, "index request_place"));
  CHECK_FALSE(holds(result.err, "restore"));
}

TEST_CASE("db check of a damaged file is no crash" * doctest::test_suite("sqlite")) {
  Desk regie;
  std::string bytes = Folder::read(regie.url());
  for (std::size_t at = 5000; at < bytes.size(); at += 97) bytes[at] = static_cast<char>(at * 31);
  const auto broken = regie.target.write("broken.db", bytes);
  const Result result = regie("db check --db " + broken.string());
  CHECK(result.exit == 1);
  CHECK_FALSE(result.err.empty());
  const Result backup = regie("db backup " + regie.path("copy.db") + " --db " + broken.string());
  CHECK(backup.exit == 1);
  CHECK(names_in(regie.target.path()) == Strings{"broken.db"});
}

TEST_CASE("db check of a database that is not there makes none") {
  Desk regie;
  const Result result = regie("db check --db " + regie.path("none.db"));
  CHECK(result.exit == 4);
  CHECK(names_in(regie.target.path()).empty());
}

// ---- backup

TEST_CASE("a backup is a database with the same content that only its owner may read" * doctest::test_suite("sqlite")) {
  Desk regie;
  const std::string file = regie.path("copy.db");
  const Result result = regie("db backup " + file);
  CHECK(result.exit == 0);
  CHECK(result.out == "backed up to " + file + ": 3 requests, 4 journal entries\n");
  CHECK(result.err.empty());
  CHECK(names_in(regie.target.path()) == Strings{"copy.db"});
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0600);
  CHECK(regie.contents(file) == regie.contents(regie.url()));
  CHECK(regie("db check -q --db " + file).exit == 0);
  CHECK(regie("open x -R TIL -q --db " + file).out == "4\n");
  CHECK(regie.store(regie.url()).last_id() == 3);
}

TEST_CASE("a backup on a server can be read and restored" * doctest::skip(on_sqlite() || !has_tools())) {
  Desk regie;
  const auto before = regie.contents(regie.url());
  const std::string file = regie.path("copy.dump");
  const Result result = regie("db backup " + file);
  REQUIRE_MESSAGE(result.exit == 0, result.err);
  CHECK(result.out == "backed up to " + file + ": restore it with pg_restore\n");
  CHECK(names_in(regie.target.path()) == Strings{"copy.dump"});
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0600);

  const std::string list = regie.path("list");
  REQUIRE(std::system(("pg_restore --list '" + file + "' >'" + list + "' 2>&1").c_str()) == 0);
  const std::string listed = Folder::read(list);
  for (const std::string part : {"TABLE DATA", " request ", " journal ", " migration ", " regie ", "request_key"})
    CHECK_MESSAGE(holds(listed, part), std::string(part), " in ", listed);

  const std::string schema = regie.url().substr(regie.url().find("%3D") + 3);
  tamper(regie.url(), "drop schema " + schema + " cascade");
  CHECK(regie("db check").exit == 4);
  sql::open("postgresql://regie@/desk?host=" + test_server(), open_options(sql::Access::write))
      .execute("create schema " + schema);
  REQUIRE(run_tool("pg_restore --exit-on-error --dbname='" + regie.url() + "' '" + file + "'") == 0);
  CHECK(regie.contents(regie.url()) == before);
  CHECK(regie("db check -q").exit == 0);
  CHECK(regie("open x -R TIL -q").out == "4\n");
}

TEST_CASE("a backup holds only one desk of a server" * doctest::skip(on_sqlite() || !has_tools())) {
  Desk regie;
  const Desk other;
  const std::string file = regie.path("copy.dump");
  REQUIRE(regie("db backup -q " + file).exit == 0);
  const std::string list = regie.path("list");
  REQUIRE(std::system(("pg_restore --list '" + file + "' >'" + list + "'").c_str()) == 0);
  const std::string schema = regie.url().substr(regie.url().find("%3D") + 3);
  for (const std::string& line : split_lines(Folder::read(list)))
    if (holds(line, "TABLE")) CHECK_MESSAGE(holds(line, schema + ' '), line);
}

TEST_CASE("a quiet backup says nothing and one for scripts says it beside" * doctest::skip(!can_back_up())) {
  Desk regie;
  const Result quiet = regie("db backup --quiet " + regie.path("a"));
  CHECK(quiet.exit == 0);
  CHECK(quiet.out.empty());
  CHECK(quiet.err.empty());
  const Result json = regie("db backup --format json " + regie.path("b"));
  CHECK(json.exit == 0);
  CHECK(json.out.empty());
  CHECK(holds(json.err, "backed up"));
  CHECK(names_in(regie.target.path()) == Strings{"a", "b"});
}

TEST_CASE("a backup never overwrites") {
  Desk regie;
  const auto file = regie.target.write("kept.db", "kept");
  const Result result = regie("db backup " + file.string());
  CHECK(result.exit == 1);
  CHECK(holds(result.err, quoted(file.string()) + " is there already"));
  CHECK(Folder::read(file) == "kept");
  CHECK(regie("db backup " + regie.target.path().string()).exit == 1);
  fs::create_symlink(regie.path("nowhere"), regie.path("link"));
  const Result link = regie("db backup " + regie.path("link"));
  CHECK(link.exit == 1);
  CHECK(fs::is_symlink(regie.path("link")));
  CHECK(names_in(regie.target.path()) == Strings{"kept.db", "link"});
}

TEST_CASE("a backup does not overwrite its own database" * doctest::test_suite("sqlite")) {
  Desk regie;
  const auto before = regie.contents(regie.url());
  CHECK(regie("db backup " + regie.url()).exit == 1);
  CHECK(regie.contents(regie.url()) == before);
}

TEST_CASE("a file that appears while a backup is made is not overwritten" * doctest::skip(!can_back_up())) {
  Desk regie;
  const std::string file = regie.path("copy.db");
  Result result;
  regie::cli::Environment env = environment_of(regie, result);
  int asked = 0;
  env.clock = [&] {
    ++asked;
    regie.target.write("copy.db", "somebody else's");
    return at(regie.now);
  };
  CHECK(regie::cli::run({"db", "backup", file}, env) == 1);
  CHECK(asked > 0);
  CHECK(result.out.empty());
  CHECK_MESSAGE(holds(result.err, quoted(file) + " cannot be written: " + std::strerror(EEXIST)), result.err);
  CHECK(Folder::read(file) == "somebody else's");
  CHECK(names_in(regie.target.path()) == Strings{"copy.db"});
}

TEST_CASE("a backup that cannot be written says where and leaves nothing") {
  Desk regie;
  regie.target.write("file", "no folder");
  for (const std::string name : {"none/copy.db", "file/copy.db", "none/", "file/"}) {
    const std::string file = regie.path(name);
    const Result result = regie("db backup " + file);
    CHECK_MESSAGE(result.exit == 1, file);
    CHECK(result.out.empty());
    CHECK_MESSAGE(holds(result.err, quoted(file)), result.err);
  }
  const std::string long_name = regie.path(std::string(300, 'x'));
  const Result too_long = regie("db backup " + long_name);
  CHECK(too_long.exit == 1);
  CHECK_MESSAGE(holds(too_long.err, quoted(long_name) + " cannot be written: " + std::strerror(ENAMETOOLONG)),
                too_long.err);
  CHECK(regie("db backup ''").exit != 0);
  CHECK(names_in(regie.target.path()) == Strings{"file"});
}

TEST_CASE("a backup into a folder that may not be written says so and leaves nothing") {
  Desk regie;
  if (on_sqlite()) {  // everybody may read the desk
    fs::permissions(fs::path(regie.url()).parent_path(), fs::perms(0755));
    fs::permissions(regie.url(), fs::perms(0644));
  }
  fs::permissions(regie.folder.path(), fs::perms(0755));
  const std::string file = regie.path("copy.db");
  Result result;
  {
    const Onlooker onlooker(regie.target.path());
    result = regie("db backup " + file);
  }
  CHECK(result.exit == 1);
  CHECK(result.out.empty());
  CHECK_MESSAGE(holds(result.err, quoted(file) + " cannot be written: " + std::strerror(EACCES)), result.err);
  CHECK(names_in(regie.target.path()).empty());
}

TEST_CASE("a backup on a full disk leaves nothing and says which file" * doctest::skip(!can_back_up())) {
  Desk regie;
  for (int number = 0; number < 50; ++number)
    REQUIRE(regie.run({"open", std::string(2000, 'x'), "-R", "TIL", "-q"}).exit == 0);
  const std::string file = regie.path("copy.db");
  Result result;
  {
    const SmallDisk disk(4096);
    result = regie("db backup " + file);
  }
  CHECK(result.exit == 1);
  CHECK(result.out.empty());
  CHECK_MESSAGE(holds(result.err, file), result.err);
  CHECK(names_in(regie.target.path()).empty());
  CHECK(regie("db backup -q " + file).exit == 0);
}

TEST_CASE("a backup is made while others read and write" * doctest::skip(!can_back_up())) {
  Desk regie;
  const auto before = regie.contents(regie.url());
  Store writer = open_store(regie.url(), sql::Access::write);
  Store reader = open_store(regie.url(), sql::Access::read);
  const auto writing = writer.transaction(sql::Transaction::Kind::write);
  add(writer, opened(leaking_tap()));
  REQUIRE(writer.last_id() == 4);
  int backups = 0;
  reader.list({}, {}, 0, [&](regie::Request&&) {
    const Result result = regie("db backup --lock-wait 0 " + regie.path(std::to_string(++backups)));
    CHECK_MESSAGE(result.exit == 0, result.err);
    return true;
  });
  CHECK(backups == 3);
  if (on_sqlite()) CHECK(regie.contents(regie.path("1")) == before);
  CHECK(names_in(regie.target.path()) == Strings{"1", "2", "3"});
}

TEST_CASE("a backup of a damaged database is refused and not kept" * doctest::test_suite("sqlite")) {
  for (const std::string damage :
       {"update request set tenant_name = 'X' where id = 2", "delete from journal where request = 3",
        "update request set state = 99 where id = 1", "drop index request_key"}) {
    CAPTURE(std::string(damage));
    Desk regie;
    tamper(regie.url(), damage);
    const Result result = regie("db backup " + regie.path("copy.db"));
    CHECK(result.exit == 1);
    CHECK(result.out.empty());
    CHECK(holds(result.err, "the backup is not whole"));
    CHECK(holds(result.err, "regie db check"));
    CHECK(names_in(regie.target.path()).empty());
  }
}

TEST_CASE("a dry backup makes nothing") {
  Desk regie;
  const std::string file = regie.path("copy.db");
  const Result result = regie("db backup --dry-run " + file);
  CHECK(result.exit == 0);
  CHECK(result.out == "would back up " + regie.shown() + " to " + file + "\n");
  CHECK(names_in(regie.target.path()).empty());
  regie.target.write("copy.db", "kept");
  CHECK(regie("db backup --dry-run " + file).exit == 1);
}

TEST_CASE("a backup of a database that is not there makes nothing") {
  Desk regie;
  const Result result = regie("db backup " + regie.path("copy.db") + " --db " + regie.path("none.db"));
  CHECK(result.exit == 4);
  CHECK(names_in(regie.target.path()).empty());
}

TEST_CASE("a backup has the name that was given in the folder where one is" * doctest::skip(!can_back_up())) {
  Desk regie;
  const fs::path before = fs::current_path();
  fs::current_path(regie.target.path());
  const Result result = regie("db backup 'une copie é.db'");
  fs::current_path(before);
  CHECK(result.exit == 0);
  CHECK(names_in(regie.target.path()) == Strings{"une copie é.db"});
}

// ---- copy

TEST_CASE("a desk moves to another database and back") {
  Desk regie;
  const auto before = regie.contents(regie.url());
  const std::string file = regie.path("copy.db");
  const Result out = regie("db copy --to " + file);
  REQUIRE_MESSAGE(out.exit == 0, out.err);
  CHECK(holds(out.out, "request"));
  CHECK(holds(out.out, "journal"));
  CHECK(holds(out.out, before[0].digest));
  CHECK(holds(out.out, before[1].digest));
  CHECK(out.err == "copied and read back: " + file + " holds the same as " + regie.shown() + "\n");
  CHECK(regie.contents(file) == before);

  const DeskHome other;
  const Result back = regie.run({"db", "copy", "--from", "sqlite:" + file, "--to", other.url()});
  REQUIRE_MESSAGE(back.exit == 0, back.err);
  CHECK(back.out == out.out);
  CHECK(regie.contents(other.url()) == before);
  CHECK(regie.run({"db", "check", "-q", "--db", other.url()}).exit == 0);
  CHECK(regie.run({"open", "x", "-R", "TIL", "-q", "--db", other.url()}).out == "4\n");
  CHECK(regie.run({"show", "2", "--db", other.url()}).out == regie("show 2").out);
  CHECK(regie.run({"log", "2", "--db", other.url()}).out == regie("log 2").out);
}

TEST_CASE("what was copied is told to scripts") {
  Desk regie;
  const Result json = regie("db copy --format json --to " + regie.path("a.db"));
  CHECK(json.exit == 0);
  const auto document = parse_json(json.out);
  CHECK(document["schema"].GetString() == std::string("regie.db_copy/1"));
  REQUIRE(document["items"].Size() == 9);
  CHECK(keys_of(document["items"][0]) == Strings{"table", "rows", "digest"});
  CHECK(document["items"][0]["table"].GetString() == std::string("request"));
  CHECK(document["items"][0]["rows"].GetInt() == 3);
  CHECK(document["items"][1]["table"].GetString() == std::string("journal"));
  CHECK(document["items"][1]["rows"].GetInt() == 4);
  CHECK(document["items"][0]["digest"].GetStringLength() == 12);
  CHECK(holds(json.err, "copied and read back"));

  const Result csv = regie("db copy --quiet --format csv --to " + regie.path("b.db"));
  CHECK(csv.exit == 0);
  CHECK(csv.err.empty());
  const auto rows = parse_csv(csv.out);
  REQUIRE(rows.size() == 10);
  CHECK(rows[0] == Strings{"table", "rows", "digest"});
  CHECK(rows[1][2] == document["items"][0]["digest"].GetString());
}

TEST_CASE("a copy speaks French") {
  Desk regie;
  const std::string file = regie.path("copie.db");
  const Result result = regie("db copy --lang fr --to " + file);
  CHECK(result.exit == 0);
  CHECK(result.err == "copié puis relu\u00a0: " + file + " contient la même chose que " + regie.shown() + "\n");
  CHECK(holds(result.out, "Lignes"));
  CHECK(holds(regie("db copy --lang fr --dry-run --to " + regie.path("autre.db")).err, "copierait cela de"));
  CHECK(holds(regie("db copy --lang fr --format json --to " + file).err, "\"exit\":1"));
  CHECK_FALSE(holds(regie("db copy --lang fr --to " + file).err, "not empty"));
}

TEST_CASE("a copy into what is not empty is refused and leaves it alone") {
  Desk regie;
  Desk other;
  REQUIRE(other("note 1 'à garder' -q").exit == 0);
  const auto before = other.contents(other.url());
  const Result result = regie.run({"db", "copy", "--to", other.url()});
  CHECK(result.exit == 1);
  CHECK(result.out.empty());
  CHECK(holds(result.err, "is not empty: nothing was copied"));
  CHECK(other.contents(other.url()) == before);
  const auto mine = regie.contents(regie.url());
  CHECK(regie.run({"db", "copy", "--lock-wait", "1", "--to", regie.url()}).exit == 1);
  CHECK(regie.contents(regie.url()) == mine);
}

TEST_CASE("a copy from what is not there makes nothing") {
  Desk regie;
  const Result result = regie("db copy --from " + regie.path("none.db") + " --to " + regie.path("copy.db"));
  CHECK(result.exit == 4);
  CHECK(holds(result.err, regie.path("none.db")));
  CHECK(names_in(regie.target.path()).empty());
}

TEST_CASE("a copy to where none can be made says where") {
  Desk regie;
  const Result result = regie("db copy --to " + regie.path("none/copy.db"));
  CHECK(result.exit == 1);
  CHECK(holds(result.err, regie.path("none/copy.db")));
  CHECK(names_in(regie.target.path()).empty());
}

TEST_CASE("a file that is no desk is not copied into") {
  Desk regie;
  const auto letter = regie.target.write("lettre.db", "Madame, Monsieur, ma chaudière est en panne.");
  CHECK(regie("db copy --to " + letter.string()).exit == 1);
  CHECK(regie("db copy --from " + letter.string() + " --to " + regie.path("copy.db")).exit == 1);
  CHECK(Folder::read(letter) == "Madame, Monsieur, ma chaudière est en panne.");
  CHECK(names_in(regie.target.path()) == Strings{"lettre.db"});
}

TEST_CASE("a dry copy makes nothing and counts what it would copy") {
  Desk regie;
  const std::string file = regie.path("copy.db");
  const Result dry = regie("db copy --dry-run --to " + file);
  CHECK(dry.exit == 0);
  CHECK(dry.err == "would copy this from " + regie.shown() + " to " + file + "\n");
  CHECK(names_in(regie.target.path()).empty());
  CHECK(regie("db copy --to " + file).out == dry.out);
}

TEST_CASE("a damaged database is copied as it is") {
  Desk regie;
  regie.damage();
  const std::string file = regie.path("copy.db");
  CHECK(regie("db copy --to " + file).exit == 0);
  CHECK(regie.contents(file) == regie.contents(regie.url()));
  CHECK(regie("db check --db " + file).exit == 1);
}

TEST_CASE("somebody who writes does not hold a copy up") {
  Desk regie;
  const auto before = regie.contents(regie.url());
  Store writer = open_store(regie.url(), sql::Access::write);
  const auto writing = writer.transaction(sql::Transaction::Kind::write);
  add(writer, opened(leaking_tap()));
  REQUIRE(writer.last_id() == 4);
  const std::string file = regie.path("copy.db");
  CHECK(regie("db copy --lock-wait 0 --to " + file).exit == 0);
  CHECK(regie.contents(file) == before);
}

// ---- the command line

TEST_CASE("what does not belong to an action is a mistake of the command line") {
  Desk regie;
  const std::string file = regie.path("x.db");
  for (const std::string& line : Strings{
           "db",
           "db nope",
           "db Check",
           "db check " + file,
           "db check --to " + file,
           "db check --from " + file,
           "db backup",
           "db backup " + file + " --to " + file,
           "db backup " + file + " --from " + file,
           "db backup " + file + " more",
           "db copy",
           "db copy " + file,
           "db copy " + file + " --to " + file,
           "db copy --from " + file,
           "db copy --to mysql://h/d",
           "db copy --from mysql://h/d --to " + file,
           "db copy --to postgresql://u:s3cret@h/d",
           "db copy --to postgresql://h/d?password=s3cret",
           "db copy --from postgresql://u:s3cret@h/d --to " + file,
           "db check --db postgresql://u:s3cret@h/d",
           "db backup " + file + " --db postgresql://u:s3cret@h/d",
           "db copy --dry-run --to postgresql://u:s3cret@h/d",
           "db copy --dry-run --to mysql://h/d",
           "db check --format xml",
       }) {
    const Result result = regie(line);
    check_usage(result, line);
    CHECK_MESSAGE(!holds(result.err, "s3cret"), line);
  }
  CHECK(names_in(regie.target.path()).empty());
}

// ---- the terminal

TEST_CASE("progress is shown on a terminal only and leaves its line clean") {
  Desk regie;
  const std::string plain = regie("db check").err;
  CHECK(plain.empty());
  regie.terminal = true;
  const Result check = regie("db check");
  CHECK(check.exit == 0);
  CHECK(holds(check.err, "request: 3 of 3"));
  CHECK(on_terminal(check.err) == Strings{""});
  const Result copy = regie("db copy --to " + regie.path("a.db"));
  CHECK(holds(copy.err, "journal: 4 of 4"));
  CHECK(on_terminal(copy.err) ==
        Strings{"copied and read back: " + regie.path("a.db") + " holds the same as " + regie.shown(), ""});
  const Result dry = regie("db copy --dry-run --to " + regie.path("b.db"));
  CHECK(holds(dry.err, "request: 3 of 3"));
  CHECK(on_terminal(dry.err).size() == 2);
  const Result quiet = regie("db check --quiet");
  CHECK(quiet.err.empty());
  CHECK(quiet.out.empty());
  CHECK(regie("db copy --quiet --to " + regie.path("c.db")).err.empty());
}

TEST_CASE("errors begin on a clean line of the terminal") {
  Desk regie;
  regie.damage();
  regie.terminal = true;
  const Result check = regie("db check");
  CHECK(check.exit == 1);
  const Strings lines = on_terminal(check.err);
  REQUIRE_FALSE(lines.empty());
  CHECK(lines.front() == "regie db: database '" + regie.shown() + "': 1 finding");
  const Result copy = regie.run({"db", "copy", "--to", regie.url()});
  CHECK(copy.exit == 1);
  CHECK(on_terminal(copy.err).front().starts_with("regie db: "));
}

TEST_CASE("a backup shows its progress on a terminal and leaves its line clean" * doctest::test_suite("sqlite")) {
  Desk regie;
  regie.terminal = true;
  const Result result = regie("db backup " + regie.path("copy.db"));
  CHECK(result.exit == 0);
  CHECK(holds(result.err, "request: 3 of 3"));
  CHECK(on_terminal(result.err) == Strings{""});
}

// ---- init and config

TEST_CASE("init makes a desk once and finds it from then on") {
  Program regie;
  const DeskHome home;
  const std::string config = (regie.folder.path() / "etc").string();
  const auto init = [&](const std::string& more) {
    Strings words{"init", "--config", config, "--db", home.url()};
    if (!more.empty()) words.push_back(more);
    return regie.run(words);
  };
  const std::string shown = sql::shown(home.url());
  const Result dry = init("--dry-run");
  CHECK(dry.exit == 0);
  CHECK(dry.out == "would make the configuration " + config + "/regie.toml\nwould make the database " + shown + "\n");
  CHECK_FALSE(fs::exists(config));
  CHECK(error_of([&] { open_store(home.url(), sql::Access::read); }).trouble() == regie::Trouble::not_found);

  const Result made = init("");
  CHECK(made.exit == 0);
  CHECK(made.out == "configuration made: " + config + "/regie.toml\ndatabase made: " + shown + "\n");
  const Result found = init("");
  CHECK(found.exit == 0);
  CHECK(found.out == "configuration found: " + config + "/regie.toml\ndatabase found: " + shown + "\n");
  CHECK(init("--dry-run").out == "configuration found: " + config + "/regie.toml\n");
  CHECK(init("--quiet").out.empty());
  // The configuration remembers where, settings and all.
  CHECK(regie.run({"list", "--config", config}).exit == 0);
  CHECK(regie.run({"db", "check", "-q", "--config", config}).exit == 0);
}

TEST_CASE("init of what cannot be understood makes no configuration") {
  for (const std::string url :
       {"postgresql://regie:s3cret@db.example.org/desk", "postgres://:s3cret@db.example.org/desk",
        "postgresql://regie:s3cret?x@db.example.org/desk", "postgresql://regie:s3cret/x@db.example.org/desk",
        "postgresql://db.example.org/desk?password=s3cret", "postgresql://db.example.org/desk?user=a@b&password=s3cret",
        "mysql://regie:s3cret@db.example.org/desk"}) {
    CAPTURE(std::string(url));
    for (const Strings& more : {Strings{}, Strings{"--dry-run"}, Strings{"--format", "json"}}) {
      Program regie;
      Strings words{"init", "--config", (regie.folder.path() / "etc").string(), "--db", url};
      words.insert(words.end(), more.begin(), more.end());
      const Result result = regie.run(words);
      CHECK(result.exit == 2);
      CHECK_FALSE(holds(result.out + result.err, "s3cret"));
      CHECK_FALSE(fs::exists(regie.folder.path() / "etc"));
    }
  }
}

TEST_CASE("config show prints no password and no settings") {
  Program regie;
  regie.variables["REGIE_DB"] =
      "postgresql://regie@db.example.org/desk?sslmode=verify-full&passfile=/srv/hidden&application_name=hidden";
  const Result shown = regie("config show");
  CHECK(shown.exit == 0);
  CHECK(holds(shown.out, "postgresql://regie@db.example.org/desk"));
  CHECK_FALSE(holds(shown.out, "hidden"));
  CHECK_FALSE(holds(shown.out, "sslmode"));
  for (const std::string url :
       {"postgresql://regie:s3cret@db.example.org/desk", "postgresql://db.example.org/desk?user=a@b&password=s3cret"}) {
    regie.variables["REGIE_DB"] = url;
    const Result refused = regie("config show");
    CHECK(refused.exit == 2);
    CHECK_FALSE(holds(refused.out + refused.err, "s3cret"));
  }
}

TEST_CASE("a password in the configuration is refused there and not repeated") {
  Program regie;
  const std::string file =
      regie.folder.write("bad.toml", "name = 'x'\ndatabase = 'postgresql://regie:s3cret@db.example.org/desk'\n");
  for (const std::string line : {"list", "config show", "db check", "init", "db backup x"}) {
    const Result result = regie(line + " --config " + file);
    CHECK_MESSAGE(result.exit == 78, line);
    CHECK_MESSAGE(holds(result.err, file), result.err);
    CHECK_MESSAGE(!holds(result.out + result.err, "s3cret"), line);
  }
  // Another database may be named, and then config shows the file's settings.
  for (const std::string format : {"table", "json", "csv"}) {
    const Result shown = regie("config show --db other.db --format " + format + " --config " + file);
    CHECK_MESSAGE(!holds(shown.out + shown.err, "s3cret"), std::string(format), ": ", shown.out);
  }
}

TEST_CASE("a server's settings in the configuration are not shown") {
  Program regie;
  const std::string file = regie.folder.write(
      "good.toml", "name = 'x'\ndatabase = 'postgresql://regie@db.example.org/desk?passfile=/srv/hidden'\n");
  const Result shown = regie("config show --format json --config " + file);
  CHECK(shown.exit == 0);
  CHECK(holds(shown.out, "postgresql://regie@db.example.org/desk"));
  CHECK_FALSE(holds(shown.out, "hidden"));
}
