#include "cli/draft.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "regie/error.hpp"

namespace regie::cli {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void cannot_write(const fs::path& file, int error) {
  throw Error(Trouble::refused, message(N_("'{0}' cannot be written: {1}"), file.string(), std::strerror(error)));
}

/// 0, or why it cannot be brought to the disk.
int sync(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  const int error = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  return error;
}

/// In one step, and never over another file; 0, or why not.
int rename_to_new(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // Not every file system knows that; nobody else knows the draft.
  if (::access(to.c_str(), F_OK) == 0) return EEXIST;
  return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

}  // namespace

Draft::Draft(fs::path target, mode_t mode) : target_(std::move(target)) {
  std::error_code ignored;
  // What a link points to is replaced, not the link.
  if (fs::is_symlink(target_, ignored)) target_ = fs::weakly_canonical(target_, ignored);
  draft_ = target_.string() + ".partial-" + std::to_string(::getpid());
  const int descriptor = ::open(draft_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor < 0) cannot_write(target_, errno);
  ::fchmod(descriptor, mode);  // whatever the umask of this process is
  ::close(descriptor);
}

Draft::~Draft() {
  if (!draft_.empty()) ::unlink(draft_.c_str());
}

void Draft::write(std::string_view text) const {
  const int descriptor = ::open(draft_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
  if (descriptor < 0) cannot_write(target_, errno);
  int error = 0;
  while (!text.empty() && error == 0) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written >= 0) text.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR) error = errno;
  }
  if (::close(descriptor) != 0 && error == 0) error = errno;
  if (error != 0) cannot_write(target_, error);
}

void Draft::put_in_place(Over over) {
  if (const int unsynced = sync(draft_); unsynced != 0) cannot_write(target_, unsynced);
  const int error = over == Over::nothing                            ? rename_to_new(draft_, target_)
                    : ::rename(draft_.c_str(), target_.c_str()) == 0 ? 0
                                                                     : errno;
  if (error != 0) cannot_write(target_, error);
  draft_.clear();
  sync(target_.has_parent_path() ? target_.parent_path() : fs::path("."));  // not every file system can
}

}  // namespace regie::cli
