// Photos on a real folder: kept once, whole, under no name that anybody chose.
#include "desk/photos.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <optional>

#include "regie/error.hpp"
#include "support/folder.hpp"
#include "text/unicode.hpp"

using namespace regie;
using namespace regie::test;
namespace fs = std::filesystem;

namespace {

/// Digest by sha256sum.
const std::string pdf = "%PDF-1.4\n";
const std::string pdf_digest = "e5c62df5dab5c87b6a015ef3d43597074d1eec433b15f51aec63b8582d0e4ab4";

std::string jpeg(std::size_t size) { return "\xff\xd8\xff\xe0" + std::string(size, 'a'); }
const std::string million_digest =
    "c7878220090fe17bdf6c789b11e26a604cc9869b08ed145b1aba1483232b0143";  // of a million a

/// A folder with photos to hand in, and the one where they are kept.
struct Desk {
  Folder folder;
  Photos photos{folder.path() / "desk.db.photos"};

  fs::path kept() const { return folder.path() / "desk.db.photos"; }
  fs::path write(const std::string& name, const std::string& content) const { return folder.write(name, content); }
  Photo keep(const fs::path& file) const {
    const auto lines = Photos::parse(photos.keep(file));
    REQUIRE(lines.size() == 1);
    return lines.front();
  }
  /// Everything in the folder, drafts as well.
  std::vector<fs::path> files() const {
    std::vector<fs::path> all;
    if (!fs::exists(kept())) return all;
    for (const auto& entry : fs::recursive_directory_iterator(kept()))
      if (!entry.is_directory()) all.push_back(entry.path());
    std::ranges::sort(all);
    return all;
  }
  std::optional<Error> refusal(const fs::path& file) const {
    try {
      photos.keep(file);
    } catch (const Error& error) {
      return error;
    }
    return std::nullopt;
  }
};

void check_refused(const Desk& desk, const fs::path& file, const std::string& why) {
  CAPTURE(file.string());
  const auto refusal = desk.refusal(file);
  REQUIRE(refusal);
  CHECK(refusal->trouble() == Trouble::refused);
  CHECK(std::string(refusal->messages().front().id).find(why) != std::string::npos);
  CHECK(desk.files().empty());
}

mode_t mode(const fs::path& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

/// root may write anywhere: what is refused to others is tried as nobody.
class AsSomebody {
 public:
  AsSomebody() {
    if (::geteuid() == 0) REQUIRE(::seteuid(65534) == 0);
  }
  AsSomebody(const AsSomebody&) = delete;
  AsSomebody& operator=(const AsSomebody&) = delete;
  ~AsSomebody() {
    if (::getuid() == 0 && ::seteuid(0) != 0) std::abort();
  }
};

class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;
  ~Umask() { ::umask(before_); }

 private:
  mode_t before_;
};

/// No file may grow beyond this, as on a full disk.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t size) {
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit small{size, before_.rlim_max};
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  }
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;
  ~SmallFiles() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = SIG_DFL;
};

/// A process that keeps the photo is killed while it writes.
void die_while_keeping(const Photos& photos, const fs::path& file) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit none{0, 0};
    const rlimit small{64 * 1024, 64 * 1024};
    ::setrlimit(RLIMIT_CORE, &none);
    std::signal(SIGXFSZ, SIG_DFL);
    ::setrlimit(RLIMIT_FSIZE, &small);
    try {
      photos.keep(file);
    } catch (...) {
    }
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(WTERMSIG(status) == SIGXFSZ);
}

}  // namespace

TEST_CASE("a photo is kept under the SHA-256 of its content and read back whole") {
  const Desk desk;
  CHECK(desk.photos.keep(desk.write("devis.pdf", pdf)) == pdf_digest + " devis.pdf");
  const Photo quote{pdf_digest, "devis.pdf"};
  CHECK(desk.photos.where(quote) == desk.kept() / "e5" / (pdf_digest + ".pdf"));
  CHECK(Folder::read(desk.photos.where(quote)) == pdf);
  CHECK(desk.photos.is_whole(quote));

  const Photo large = desk.keep(desk.write("évier.jpg", jpeg(1'000'000)));
  CHECK(large == Photo{million_digest, "évier.jpg"});
  CHECK(desk.photos.is_whole(large));
  CHECK(desk.files().size() == 2);
}

TEST_CASE("the same photo handed in twice is one file with two names") {
  const Desk desk;
  const Photo first = desk.keep(desk.write("avant.jpg", jpeg(100)));
  const auto written = fs::last_write_time(desk.photos.where(first));
  const Photo second = desk.keep(desk.write("après.jpg", jpeg(100)));
  CHECK(first.sha256 == second.sha256);
  CHECK(first.name == "avant.jpg");
  CHECK(second.name == "après.jpg");
  CHECK(desk.files().size() == 1);
  CHECK(fs::last_write_time(desk.photos.where(second)) == written);
}

TEST_CASE("the content says what a photo is and not its name") {
  using namespace std::string_literals;
  struct {
    std::string content;
    std::string extension;
  } const kinds[] = {
      {"\xff\xd8\xff\xdb", ".jpg"},
      {"\x89PNG\r\n\x1a\n", ".png"},
      {"RIFF\x04\0\0\0WEBPVP8 "s, ".webp"},
      {"\0\0\0\x18"
       "ftypheic"s,
       ".heic"},
      {"\0\0\0\x18"
       "ftypheix"s,
       ".heic"},
      {"\0\0\0\x18"
       "ftypmif1"s,
       ".heif"},
      {"\0\0\0\x1c"
       "ftypavif"s,
       ".avif"},
      {"%PDF-2.0", ".pdf"},
  };
  const Desk desk;
  for (const auto& kind : kinds) {
    const Photo photo = desk.keep(desk.write("photo.exe", kind.content));
    CHECK(desk.photos.where(photo).extension() == kind.extension);
    CHECK(desk.photos.is_whole(photo));
  }
}

TEST_CASE("what is no photo is refused and nothing is kept") {
  using namespace std::string_literals;
  const Desk desk;
  for (const std::string& content : {"#!/bin/sh\n"s, "<svg/>"s, "GIF89a"s, "\xff\xd8"s, "\x89PNG"s,
                                     "RIFF\x04\0\0\0WAVEfmt "s, "RIFF"s, "%PDF"s, "\n%PDF-1.4"s, "\0\0\0\x18"s,
                                     "\0\0\0\x18"
                                     "ftypisom"s,
                                     std::string(4096, '\0')})
    check_refused(desk, desk.write("photo.jpg", content), "is no photo");
  check_refused(desk, desk.write("vide.jpg", ""), "is empty");
  CHECK_FALSE(fs::exists(desk.kept()));
}

TEST_CASE("a photo of more than 50 MB is refused") {
  const Desk desk;
  const fs::path file = desk.write("film.jpg", jpeg(0));
  fs::resize_file(file, 50 * 1024 * 1024 + 1);  // no block on the disk
  check_refused(desk, file, "larger than 50 MB");
  fs::resize_file(file, 50 * 1024 * 1024);
  CHECK(desk.photos.is_whole(desk.keep(file)));
}

TEST_CASE("only a file is a photo and a pipe is not waited for") {
  const Desk desk;
  const fs::path photo = desk.write("evier.jpg", jpeg(100));
  const fs::path link = desk.folder.path() / "lien.jpg";
  fs::create_symlink(photo, link);
  check_refused(desk, link, "symbolic link");
  const fs::path dangling = desk.folder.path() / "nulle-part.jpg";
  fs::create_symlink("nowhere", dangling);
  check_refused(desk, dangling, "symbolic link");
  check_refused(desk, desk.folder.path(), "is a folder");
  const fs::path pipe = desk.folder.path() / "tuyau.jpg";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  check_refused(desk, pipe, "no file");
  check_refused(desk, "/dev/null", "no file");
}

TEST_CASE("a photo that is not there is not found") {
  const Desk desk;
  const fs::path photo = desk.write("evier.jpg", jpeg(100));
  for (const fs::path& missing : {desk.folder.path() / "perdue.jpg", photo / "dedans.jpg", fs::path()}) {
    CAPTURE(missing.string());
    const auto refusal = desk.refusal(missing);
    REQUIRE(refusal);
    CHECK(refusal->trouble() == Trouble::not_found);
  }
}

TEST_CASE("a photo that may not be read is refused") {
  const Desk desk;
  const fs::path photo = desk.write("evier.jpg", jpeg(100));
  fs::permissions(desk.folder.path(), fs::perms{0755});
  fs::permissions(photo, fs::perms{0});
  const AsSomebody somebody;
  check_refused(desk, photo, "cannot be read");
}

TEST_CASE("a hostile name is shown harmless and is never a path") {
  struct {
    std::string file;
    std::string name;
  } const names[] = {
      {"deux\nlignes.jpg", "deuxlignes.jpg"},
      {"\x1b[2Jrouge\x7f\r\t.jpg", "[2Jrouge.jpg"},
      {"c1\xc2\x9b"
       "31m\xe2\x80\xa8x\xe2\x80\xa9.jpg",
       "c131mx.jpg"},
      {"latin\xe9.jpg", "latin\xef\xbf\xbd.jpg"},
      {"\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd"},
      {"..jpg", "..jpg"},
      {" blancs  devant.jpg", " blancs  devant.jpg"},
      {"..\\..\\passwd", "..\\..\\passwd"},
      {"évier d'été.jpg", "évier d'été.jpg"},
      {"\x01\n", "photo.jpg"},
  };
  const Desk desk;
  for (const auto& [file, name] : names) CHECK(desk.keep(desk.write(file, jpeg(100))).name == name);
  fs::create_directories(desk.folder.path() / "etc");
  const fs::path passwd = desk.write("etc/passwd", jpeg(100));
  CHECK(desk.keep(desk.kept() / "../etc/../../" / desk.folder.path().filename() / "etc/passwd").name == "passwd");
  CHECK(desk.files().size() == 1);

  // A line of the database may have been written by anybody.
  CHECK(desk.photos.where({"../../etc/passwd", "passwd"}).empty());
  CHECK(desk.photos.where({"", "x"}).empty());
  CHECK(desk.photos.where({std::string(62, '.') + "/x", "x"}).empty());
  CHECK_FALSE(desk.photos.is_whole({passwd.string(), "passwd"}));
}

TEST_CASE("a long name is cut to 200 bytes between characters") {
  const Desk desk;
  const auto name = [&](const std::string& file) { return desk.keep(desk.write(file, jpeg(100))).name; };
  CHECK(name(std::string(255, 'n')) == std::string(200, 'n'));
  CHECK(name(std::string(200, 'n')) == std::string(200, 'n'));
  std::string accents = "n";
  for (int i = 0; i < 110; ++i) accents += "é";
  CHECK(name(accents) == accents.substr(0, 199));
  const std::string replaced = name(std::string(100, '\xff'));  // three bytes for each: 300
  CHECK(replaced.size() == 198);
  CHECK_FALSE(text::find_invalid_utf8(replaced));
}

TEST_CASE("lines are read back as they were written and others are passed over") {
  const std::string other(64, 'a');
  const std::string lines = pdf_digest + " devis de l'été.pdf\n" + other + "  deux  blancs \n" + pdf_digest + " encore";
  CHECK(Photos::parse(lines) ==
        std::vector<Photo>{{pdf_digest, "devis de l'été.pdf"}, {other, " deux  blancs "}, {pdf_digest, "encore"}});
  CHECK(Photos::parse("").empty());
  CHECK(Photos::parse("\n\n").empty());
  CHECK(Photos::parse(pdf_digest).empty());
  CHECK(Photos::parse(pdf_digest + ' ').empty());
  CHECK(Photos::parse(pdf_digest + "0 x").empty());
  CHECK(Photos::parse(pdf_digest.substr(1) + " x").empty());
  CHECK(Photos::parse(std::string(64, 'A') + " x").empty());
  CHECK(Photos::parse(std::string(63, 'a') + "/ x").empty());
  CHECK(Photos::parse("rien\n" + pdf_digest + " x\nrien").size() == 1);
}

TEST_CASE("a photo that was changed or removed is found out") {
  const Desk desk;
  const fs::path handed_in = desk.write("evier.jpg", jpeg(100'000));
  const Photo photo = desk.keep(handed_in);
  const fs::path file = desk.photos.where(photo);

  std::string changed = jpeg(100'000);
  changed[70'000] = 'b';
  fs::permissions(file, fs::perms{0640});
  desk.folder.write(fs::relative(file, desk.folder.path()), changed);
  CHECK_FALSE(desk.photos.is_whole(photo));

  SUBCASE("handing it in again does not hide it") {
    const auto refusal = desk.refusal(handed_in);
    REQUIRE(refusal);
    CHECK(refusal->trouble() == Trouble::refused);
    CHECK(refusal->messages().front().args.front().text == file.string());
    CHECK(Folder::read(file) == changed);
    fs::rename(file, file.string() + ".aside");
    CHECK(desk.photos.is_whole(desk.keep(handed_in)));
  }
  SUBCASE("cut") {
    fs::resize_file(file, 50'000);
    CHECK_FALSE(desk.photos.is_whole(photo));
  }
  SUBCASE("removed") {
    fs::remove(file);
    CHECK(desk.photos.where(photo).empty());
    CHECK_FALSE(desk.photos.is_whole(photo));
    CHECK(desk.photos.is_whole(desk.keep(handed_in)));
  }
  SUBCASE("replaced by something that is no file") {
    fs::remove(file);
    REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
    CHECK_FALSE(desk.photos.is_whole(photo));
    CHECK(desk.refusal(handed_in));
    fs::remove(file);
    fs::create_symlink(handed_in, file);
    CHECK_FALSE(desk.photos.is_whole(photo));
  }
}

TEST_CASE("what a killed run has written is never taken for a photo and is cleared away later") {
  const Desk desk;
  const fs::path handed_in = desk.write("evier.jpg", jpeg(1'000'000));
  const Photo photo{million_digest, "evier.jpg"};
  die_while_keeping(desk.photos, handed_in);
  die_while_keeping(desk.photos, handed_in);
  const auto drafts = desk.files();
  REQUIRE(drafts.size() == 2);
  CHECK(fs::file_size(drafts.front()) == 64 * 1024);
  CHECK(desk.photos.where(photo).empty());
  CHECK_FALSE(desk.photos.is_whole(photo));

  fs::last_write_time(drafts.front(), fs::file_time_type::clock::now() - std::chrono::hours{25});
  CHECK(desk.keep(handed_in) == photo);
  CHECK(desk.photos.is_whole(photo));
  CHECK(Folder::read(desk.photos.where(photo)) == jpeg(1'000'000));
  // The other one might still be written to.
  CHECK_FALSE(fs::exists(drafts.front()));
  CHECK(fs::exists(drafts.back()));
  CHECK(desk.files().size() == 2);
}

TEST_CASE("many who hand in the same photo at once all keep it and it is one file") {
  const Desk desk;
  const fs::path handed_in = desk.write("evier.jpg", jpeg(1'000'000));
  constexpr int turns = 5;
  for (int turn = 0; turn < turns; ++turn) {
    fs::remove_all(desk.kept());
    std::vector<pid_t> children;
    for (int i = 0; i < 8; ++i) {
      const pid_t child = ::fork();
      REQUIRE(child >= 0);
      if (child == 0) ::_exit(desk.refusal(handed_in) ? 1 : 0);
      children.push_back(child);
    }
    for (const pid_t child : children) {
      int status = -1;
      REQUIRE(::waitpid(child, &status, 0) == child);
      CHECK(status == 0);
    }
    CHECK(desk.files().size() == 1);
    CHECK(desk.photos.is_whole({million_digest, "evier.jpg"}));
  }
}

TEST_CASE("a photo that does not fit on the disk is refused and leaves nothing behind") {
  const Desk desk;
  const fs::path handed_in = desk.write("evier.jpg", jpeg(1'000'000));
  {
    const SmallFiles full(64 * 1024);
    check_refused(desk, handed_in, "cannot be written");
  }
  CHECK(desk.photos.is_whole(desk.keep(handed_in)));
}

TEST_CASE("a folder that cannot be written refuses the photo and says who must be able to") {
  const Desk desk;
  const fs::path handed_in = desk.write("evier.jpg", jpeg(100));
  fs::permissions(desk.folder.path(), fs::perms{0755});
  SUBCASE("not there and not to be made") {}
  SUBCASE("there") {
    fs::create_directory(desk.kept());
    fs::permissions(desk.kept(), fs::perms{0555});
  }
  {
    const AsSomebody somebody;
    if (::getuid() != 0) fs::permissions(desk.folder.path(), fs::perms{0555});
    check_refused(desk, handed_in, "cannot be written");
    CHECK(desk.refusal(handed_in)->hints().size() == 1);
  }
  fs::permissions(desk.folder.path(), fs::perms{0755});
  if (fs::exists(desk.kept())) fs::permissions(desk.kept(), fs::perms{0755});
}

TEST_CASE("a folder in the way or far from any other refuses the photo") {
  const Desk desk;
  const fs::path handed_in = desk.write("evier.jpg", jpeg(100));
  CHECK_THROWS_AS((void)Photos(desk.write("fichier", "x")).keep(handed_in), Error);
  CHECK_THROWS_AS((void)Photos(desk.folder.path() / "nowhere/photos").keep(handed_in), Error);
  CHECK_FALSE(fs::exists(desk.folder.path() / "nowhere"));
  CHECK(Folder::read(desk.folder.path() / "fichier") == "x");
}

TEST_CASE("photos are open to nobody outside of the group") {
  const Desk desk;
  const fs::path handed_in = desk.write("evier.jpg", jpeg(100));
  fs::permissions(handed_in, fs::perms{0666});
  SUBCASE("under the umask of regie") {
    const Umask mask(0007);
    const fs::path file = desk.photos.where(desk.keep(handed_in));
    CHECK(mode(file) == 0640);
    CHECK((mode(file.parent_path()) & 0777) == 0770);
    CHECK((mode(desk.kept()) & 0777) == 0770);
  }
  SUBCASE("or inside of it where the caller wants that") {
    const Umask mask(0077);
    const fs::path file = desk.photos.where(desk.keep(handed_in));
    CHECK(mode(file) == 0600);
    CHECK((mode(desk.kept()) & 0777) == 0700);
  }
  SUBCASE("and a folder that a group shares is shared all through") {
    const Umask mask(0007);
    fs::create_directory(desk.kept());
    fs::permissions(desk.kept(), fs::perms{02770});
    const fs::path file = desk.photos.where(desk.keep(handed_in));
    CHECK(mode(file) == 0640);
    CHECK((mode(file.parent_path()) & 0777) == 0770);
  }
}

TEST_CASE("photos are beside a database that is a file and where the landlord says for one on a server") {
  CHECK(photos_folder("desk.db", "") == "desk.db.photos");
  CHECK(photos_folder("sqlite:/srv/regie/desk.db", "ailleurs") == "/srv/regie/desk.db.photos");
  CHECK(photos_folder("postgresql:///regie", "/srv/regie/photos") == "/srv/regie/photos");
  try {
    photos_folder("postgresql:///regie", "");
    FAIL("a database on a server has no folder");
  } catch (const Error& error) {
    CHECK(error.trouble() == Trouble::refused);
    REQUIRE(error.hints().size() == 1);
    CHECK(error.hints().front().args.front().text.starts_with("photos ="));
  }

  const Folder folder;
  folder.write("real.db", "");
  fs::create_symlink("real.db", folder.path() / "link.db");
  CHECK(photos_folder((folder.path() / "link.db").string(), "") == fs::canonical(folder.path()) / "real.db.photos");
}
