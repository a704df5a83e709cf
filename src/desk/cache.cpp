#include "desk/cache.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <ctime>

#include "regie/fingerprint.hpp"

namespace regie {

namespace fs = std::filesystem;

namespace {

constexpr std::time_t settled = 2;  // seconds; a file younger than this may change again within the same timestamp

/// "path\tsize\tmtime\tctime\tinode\n": what must be the same for the image to hold. "" when the file is gone.
std::string stamp(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return "";
  std::string line = path.string();
  for (const long long number :
       {static_cast<long long>(info.st_size), static_cast<long long>(info.st_mtim.tv_sec),
        static_cast<long long>(info.st_mtim.tv_nsec), static_cast<long long>(info.st_ctim.tv_sec),
        static_cast<long long>(info.st_ctim.tv_nsec), static_cast<long long>(info.st_ino)})
    line += '\t' + std::to_string(number);
  return line + '\n';
}

bool changed_lately(const fs::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) != 0 || ::time(nullptr) - info.st_mtim.tv_sec < settled ||
         ::time(nullptr) - info.st_ctim.tv_sec < settled;
}

/// The folder and what is missing above it, for this account only (XDG base directories), whatever the umask.
void make_private(const fs::path& folder) {
  std::error_code ignored;
  if (folder.empty() || fs::exists(folder, ignored)) return;
  make_private(folder.parent_path());
  ::mkdir(folder.c_str(), S_IRWXU);
}

/// The file's bytes, if it is ours alone to write. It is only ever replaced whole, so the mapping stays good.
std::optional<Image> map_own(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return std::nullopt;
  struct stat info {};
  std::optional<Image> image;
  if (::fstat(descriptor, &info) == 0 && info.st_size > 0 && info.st_uid == ::geteuid() &&
      (info.st_mode & (S_IWGRP | S_IWOTH)) == 0) {
    const auto size = static_cast<std::size_t>(info.st_size);
    void* bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (bytes != MAP_FAILED) {
      const auto* begin = static_cast<const char*>(bytes);
      image = Image{{begin, [bytes, size](const char*) { ::munmap(bytes, size); }}, {begin, size}};
    }
  }
  ::close(descriptor);
  return image;
}

constexpr std::string_view header = "regie image 1\n";
constexpr std::string_view end_of_stamps = "\n";
constexpr std::string_view end_of_image = "regie-image-end";

}  // namespace

ConfigCache::ConfigCache(fs::path folder, const fs::path& config_file, fs::path program)
    : folder_(std::move(folder)), program_(std::move(program)) {
  std::error_code error;
  if (config_file.empty()) folder_.clear();
  key_ = fingerprint(fs::absolute(config_file, error).lexically_normal().string() + '\n' + program_.string());
}

fs::path ConfigCache::file(const std::string& name) const { return folder_ / (key_ + '.' + name); }

std::optional<Image> ConfigCache::load(const std::string& name) const {
  if (folder_.empty()) return std::nullopt;
  auto image = map_own(file(name));
  if (!image || !image->bytes.ends_with(end_of_image)) return std::nullopt;
  std::string_view& rest = image->bytes;
  if (!rest.starts_with(header)) return std::nullopt;
  rest.remove_prefix(header.size());
  // An image is made of another program's structures when another program has written it.
  const std::string ours = stamp(program_);
  if (!rest.starts_with(ours)) return std::nullopt;
  rest.remove_prefix(ours.size());
  while (!rest.starts_with(end_of_stamps)) {
    const std::size_t tab = rest.find('\t');
    const std::size_t line = rest.find('\n');
    if (tab == std::string_view::npos || line == std::string_view::npos || tab > line) return std::nullopt;
    if (stamp(fs::path(rest.substr(0, tab))) != rest.substr(0, line + 1)) return std::nullopt;
    rest.remove_prefix(line + 1);
  }
  rest.remove_prefix(end_of_stamps.size());
  rest.remove_suffix(end_of_image.size());
  return image;
}

void ConfigCache::save(const std::string& name, const std::vector<fs::path>& sources, const std::string& image) const {
  if (folder_.empty()) return;
  std::string content = std::string(header) + stamp(program_);
  for (const fs::path& source : sources) {
    std::error_code error;
    if (changed_lately(source)) return;
    content += stamp(fs::absolute(source, error).lexically_normal());
  }
  content.append(end_of_stamps).append(image).append(end_of_image);
  std::error_code error;
  make_private(folder_);
  std::string temporary = file(name).string() + ".XXXXXX";
  const int descriptor = ::mkstemp(temporary.data());  // 0600
  if (descriptor < 0) return;
  // Synced, or a power cut might leave a file of the right length with nothing in it.
  const bool whole = ::write(descriptor, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
                     ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (whole) fs::rename(temporary, file(name), error);
  if (!whole || error) ::unlink(temporary.c_str());
}

}  // namespace regie
