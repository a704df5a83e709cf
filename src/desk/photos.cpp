#include "desk/photos.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <utility>

#include "desk/digest.hpp"
#include "regie/error.hpp"
#include "store/store.hpp"
#include "text/unicode.hpp"

namespace regie {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t largest_photo = 50 * 1024 * 1024;
constexpr std::size_t longest_name = 200;
constexpr std::chrono::hours longest_writing{24};
constexpr mode_t folder_mode = S_IRWXU | S_IRWXG;  // as the database: one desk, several accounts of a group
constexpr mode_t photo_mode = S_IRUSR | S_IWUSR | S_IRGRP;

/// What may be handed in: how it begins, and what comes later.
struct Kind {
  std::string_view extension;
  std::string_view begin;
  std::size_t at;
  std::string_view then;

  bool is(std::string_view content) const {
    return content.starts_with(begin) && content.size() >= at && content.substr(at).starts_with(then);
  }
};
constexpr std::array kinds{
    Kind{".jpg", "\xff\xd8\xff", 0, ""}, Kind{".png", "\x89PNG\r\n\x1a\n", 0, ""},
    Kind{".webp", "RIFF", 8, "WEBP"},    Kind{".heic", "", 4, "ftypheic"},
    Kind{".heic", "", 4, "ftypheix"},    Kind{".heif", "", 4, "ftypmif1"},
    Kind{".avif", "", 4, "ftypavif"},    Kind{".pdf", "%PDF-", 0, ""},
};

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  explicit operator bool() const { return number_ >= 0; }
  int number() const { return number_; }
  /// 0, or why it failed: some file systems say only here that nothing was saved.
  int close() { return ::close(std::exchange(number_, -1)) == 0 ? 0 : errno; }

 private:
  int number_;
};

/// Follows no link and does not wait for whoever is at the other end of a pipe.
int open_to_read(const fs::path& file) {
  return ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
}

/// As read(2), begun again after a signal.
ssize_t read_some(const Descriptor& file, char* bytes, std::size_t size) {
  while (true)
    if (const ssize_t got = ::read(file.number(), bytes, size); got >= 0 || errno != EINTR) return got;
}

bool is_digest(std::string_view text) {
  return text.size() == Digest::length && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool holds(const fs::path& file, const std::string& sha256) {
  const Descriptor descriptor(open_to_read(file));
  struct stat info {};
  if (!descriptor || ::fstat(descriptor.number(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
  Digest digest;
  std::array<char, 64 * 1024> bytes;
  while (true) {
    const ssize_t got = read_some(descriptor, bytes.data(), bytes.size());
    if (got < 0) return false;
    if (got == 0) return digest.digits() == sha256;
    digest.add({bytes.data(), static_cast<std::size_t>(got)});
  }
}

// ---- what is handed in

[[noreturn]] void cannot_read(const fs::path& photo, int error) {
  throw Error(Trouble::refused,
              message(N_("the photo '{0}' cannot be read: {1}"), photo.string(), std::strerror(error)));
}

void check_file(const fs::path& photo, const struct stat& info) {
  const auto refuse = [&](const char* why) { throw Error(Trouble::refused, message(why, photo.string())); };
  if (S_ISLNK(info.st_mode)) refuse(N_("the photo '{0}' is a symbolic link: name the file itself"));
  if (S_ISDIR(info.st_mode)) refuse(N_("'{0}' is a folder: name the photos in it"));
  if (!S_ISREG(info.st_mode)) refuse(N_("'{0}' is no file with a photo in it"));
  if (info.st_size == 0) refuse(N_("the photo '{0}' is empty"));
  if (info.st_size > static_cast<off_t>(largest_photo)) refuse(N_("the photo '{0}' is larger than 50 MB"));
}

std::string content_of(const fs::path& photo) {
  struct stat before {};
  if (::lstat(photo.c_str(), &before) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) cannot_read(photo, errno);
    throw Error(Trouble::not_found, message(N_("the photo '{0}' is not there"), photo.string()));
  }
  check_file(photo, before);  // opening a device may already do something
  const Descriptor file(open_to_read(photo));
  if (!file || ::fstat(file.number(), &before) != 0) cannot_read(photo, errno);
  check_file(photo, before);

  const auto size = static_cast<std::size_t>(before.st_size);
  std::string content(size + 1, '\0');  // one more: to see that nothing comes behind the end
  std::size_t filled = 0;
  while (filled < content.size()) {
    const ssize_t got = read_some(file, content.data() + filled, content.size() - filled);
    if (got < 0) cannot_read(photo, errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  content.resize(filled);

  struct stat after {};
  if (::fstat(file.number(), &after) != 0) cannot_read(photo, errno);
  if (filled != size || after.st_size != before.st_size || after.st_mtim.tv_sec != before.st_mtim.tv_sec ||
      after.st_mtim.tv_nsec != before.st_mtim.tv_nsec)
    throw Error(Trouble::refused, message(N_("the photo '{0}' changed while it was read"), photo.string()))
        .hint(message(N_("try again when it is there as a whole")));
  return content;
}

/// C0, DEL, C1 and the separators of lines and paragraphs; 0 bytes when the valid text begins with something else.
std::size_t control_length(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text.front());
  if (byte < 0x20 || byte == 0x7f) return 1;
  if (byte == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0) return 2;
  return text.starts_with("\u2028") || text.starts_with("\u2029") ? 3 : 0;
}

std::string without_controls(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const std::size_t length = control_length(text);
    if (length == 0) clean += text.front();
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return clean;
}

std::string shown_name(const fs::path& photo, std::string_view extension) {
  const std::string written = photo.filename().string();
  std::string valid;
  for (std::string_view rest = written; !rest.empty();) {
    const auto bad = text::find_invalid_utf8(rest);
    valid.append(rest.substr(0, bad.value_or(rest.size())));
    if (bad) valid += "\ufffd";
    rest.remove_prefix(bad ? *bad + 1 : rest.size());
  }
  std::string name = without_controls(valid);
  if (name.size() > longest_name) {
    std::size_t end = longest_name;
    while ((static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;  // not inside a character
    name.resize(end);
  }
  return name.empty() ? "photo" + std::string(extension) : name;
}

// ---- what is kept

[[noreturn]] void cannot_write(const fs::path& file, int error) {
  Error refused(Trouble::refused, message(N_("'{0}' cannot be written: {1}"), file.string(), std::strerror(error)));
  if (error == EACCES || error == EPERM || error == EROFS)
    refused.hint(message(N_("the folder of the photos must be writable for everybody who hands photos in")));
  throw refused;
}

/// What is new in a folder outlives a power cut. Not every file system can do that.
void sync_folder(const fs::path& folder) {
  const Descriptor descriptor(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY));
  if (descriptor) ::fsync(descriptor.number());
}

void make_folder(const fs::path& folder, mode_t mode) {
  if (::mkdir(folder.c_str(), mode) == 0) return sync_folder(folder.parent_path());
  if (errno != EEXIST) cannot_write(folder, errno);
}

constexpr std::string_view draft_mark = ".part-";

/// Of somebody who was killed: nobody takes a day to write 50 MB.
void remove_old_drafts(const fs::path& folder) {
  std::error_code ignored;
  const auto now = fs::file_time_type::clock::now();
  std::vector<fs::path> old;
  for (fs::directory_iterator at(folder, ignored), end; !ignored && at != end; at.increment(ignored)) {
    const std::string name = at->path().filename().string();
    if (!name.starts_with('.') || name.find(draft_mark) == std::string::npos) continue;
    std::error_code gone;
    if (const auto written = at->last_write_time(gone); !gone && now - written > longest_writing)
      old.push_back(at->path());
  }
  for (const fs::path& draft : old) fs::remove(draft, ignored);
}

/// A file of one's own beside the one to be made; gone with the object unless it was put in place.
class Draft {
 public:
  explicit Draft(const fs::path& target) : target_(target) {
    const std::string name = '.' + target.filename().string() + std::string(draft_mark) + std::to_string(::getpid());
    for (int turn = 0;; ++turn) {  // the same number may have been that of one who was killed
      path_ = target.parent_path() / (name + '-' + std::to_string(turn));
      number_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, photo_mode);
      if (number_ >= 0) return;
      if (errno != EEXIST) cannot_write(target_, errno);
    }
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  void write(std::string_view content) {
    Descriptor file(std::exchange(number_, -1));
    while (!content.empty()) {
      const ssize_t written = ::write(file.number(), content.data(), content.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) cannot_write(target_, errno);
      content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(file.number()) != 0) cannot_write(target_, errno);
    if (const int error = file.close(); error != 0) cannot_write(target_, error);
  }

  /// Never over another file: somebody else may have kept the same photo meanwhile.
  void put_in_place() {
    int error = ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) == 0 ? 0 : errno;
    if (error == EINVAL || error == ENOSYS) {  // not every file system knows that
      struct stat info {};
      error = ::lstat(target_.c_str(), &info) == 0 ? EEXIST : ::rename(path_.c_str(), target_.c_str()) == 0 ? 0 : errno;
    }
    if (error == EEXIST) return;
    if (error != 0) cannot_write(target_, error);
    path_.clear();
  }

 private:
  const fs::path& target_;
  fs::path path_;
  int number_ = -1;
};

}  // namespace

fs::path photos_folder(const std::string& database, const std::string& setting) {
  if (sql::engine_of(database) != sql::Engine::sqlite) {
    if (setting.empty())
      throw Error(Trouble::refused, message(N_("this desk has no folder for photos: its database is on a server")))
          .hint(message(N_("name one in regie.toml, such as {0}; it must be there for everybody who uses the desk"),
                        "photos = \"/srv/regie/photos\""));
    return setting;
  }
  fs::path file = sql::sqlite_path(database);
  std::error_code ignored;
  if (fs::is_symlink(file, ignored))  // SQLite keeps its journal there, too
    if (fs::path real = fs::weakly_canonical(file, ignored); !ignored) file = std::move(real);
  return file += ".photos";
}

fs::path Photos::place(const std::string& sha256, std::string_view extension) const {
  return folder_ / sha256.substr(0, 2) / (sha256 + std::string(extension));
}

std::string Photos::keep(const fs::path& photo) const {
  const std::string content = content_of(photo);
  const auto* kind = std::ranges::find_if(kinds, [&](const Kind& one) { return one.is(content); });
  if (kind == kinds.end())
    throw Error(Trouble::refused,
                message(N_("'{0}' is no photo: it must be a JPEG, PNG, WebP, HEIC, AVIF or PDF file"), photo.string()));
  Digest digest;
  digest.add(content);
  const std::string sha256 = digest.digits();
  const fs::path target = place(sha256, kind->extension);

  struct stat info {};
  if (::lstat(target.c_str(), &info) != 0) {
    make_folder(folder_, folder_mode);
    if (::stat(folder_.c_str(), &info) != 0) cannot_write(folder_, errno);
    make_folder(target.parent_path(), info.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO));
    remove_old_drafts(target.parent_path());
    Draft draft(target);
    draft.write(content);
    draft.put_in_place();
    sync_folder(target.parent_path());
  } else if (::access(target.c_str(), R_OK) != 0) {
    cannot_read(target, errno);
  } else if (!holds(target, sha256)) {
    throw Error(Trouble::refused,
                message(N_("this photo was kept before, and its file was damaged since: {0}"), target.string()))
        .hint(message(N_("put that file aside, then hand the photo in again")));
  }
  return sha256 + ' ' + shown_name(photo, kind->extension);
}

std::vector<Photo> Photos::parse(std::string_view lines) {
  std::vector<Photo> photos;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (line.size() > Digest::length + 1 && line[Digest::length] == ' ' && is_digest(line.substr(0, Digest::length)))
      photos.push_back({std::string(line.substr(0, Digest::length)), std::string(line.substr(Digest::length + 1))});
  }
  return photos;
}

fs::path Photos::where(const Photo& photo) const {
  if (!is_digest(photo.sha256)) return {};
  for (const Kind& kind : kinds) {
    struct stat info {};
    if (fs::path file = place(photo.sha256, kind.extension); ::lstat(file.c_str(), &info) == 0) return file;
  }
  return {};
}

bool Photos::is_whole(const Photo& photo) const {
  const fs::path file = where(photo);
  return !file.empty() && holds(file, photo.sha256);
}

}  // namespace regie
