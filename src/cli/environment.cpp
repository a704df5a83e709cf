#include "cli/environment.hpp"

#include <pwd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <limits>
#include <memory>
#include <mutex>

#include "regie/error.hpp"

namespace regie::cli {

namespace {

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0)
      throw Error(Trouble::output, message(N_("the output could not be written: {0}"), std::strerror(errno)));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

/// The C library knows one zone at a time: switch when another one is asked.
std::chrono::seconds offset_in(const std::string& zone, Instant instant) {
  static std::string current;
  if (current != zone) {
    ::setenv("TZ", (':' + zone).c_str(), 1);
    ::tzset();
    // Where the C library cannot read a zone's file it takes the name for a rule without offset, and says nothing:
    // every due date would be wrong. Its "standard time" is then called like the beginning of the name.
    const bool taken_for_a_rule = zone.find('/') != std::string::npos && zone.starts_with(tzname[0]);
    if (taken_for_a_rule) {
      current.clear();
      throw Error(Trouble::refused, message(N_("the time zone '{0}' cannot be read on this machine"), zone));
    }
    current = zone;
  }
  const std::time_t time = instant.time_since_epoch().count();
  std::tm fields{};
  ::localtime_r(&time, &fields);
  return std::chrono::seconds{fields.tm_gmtoff};
}

/// Offsets of a zone, remembered: an import asks for the same few again and again, and the C library takes a lock and
/// a walk for each. They only change at full quarters of an hour. Threads may share it: the two of an import do.
class RememberedOffsets {
 public:
  std::chrono::seconds at(const std::string& zone, Instant instant) {
    const std::int64_t quarter = std::chrono::floor<Quarters>(instant).time_since_epoch().count();
    if (quarter < 0 || quarter >= nothing) return asked(zone, instant);
    auto& entry = entries_[static_cast<std::size_t>(quarter) % entries_.size()];
    const std::uint64_t known = entry.load(std::memory_order_relaxed);
    if (known >> 32U == static_cast<std::uint64_t>(quarter))
      return std::chrono::seconds{static_cast<std::int32_t>(known & 0xffffffffU)};
    const std::chrono::seconds offset = asked(zone, instant);
    const auto low = static_cast<std::uint32_t>(static_cast<std::int32_t>(offset.count()));
    entry.store(static_cast<std::uint64_t>(quarter) << 32U | low, std::memory_order_relaxed);
    return offset;
  }

  RememberedOffsets() {
    for (auto& entry : entries_) entry = std::uint64_t{nothing} << 32U;
  }

 private:
  using Quarters = std::chrono::duration<std::int64_t, std::ratio<900>>;
  static constexpr std::uint32_t nothing = 0xffffffffU;  // a quarter in the year 124,000

  static std::chrono::seconds asked(const std::string& zone, Instant instant) {
    static std::mutex one_at_a_time;  // offset_in() switches the C library's zone
    const std::scoped_lock lock(one_at_a_time);
    return offset_in(zone, instant);
  }

  std::array<std::atomic<std::uint64_t>, 256> entries_;  ///< quarter in the upper half, offset in the lower
};

std::optional<Zone> find_zone(const std::string& name) {
  if (name == "UTC") return Zone();
  const bool plain = !name.empty() && name.front() != '/' && name.find("..") == std::string::npos;
  std::error_code ignored;
  if (!plain || !std::filesystem::is_regular_file("/usr/share/zoneinfo/" + name, ignored)) return std::nullopt;
  return Zone(name, [name, offsets = std::make_shared<RememberedOffsets>()](Instant instant) {
    return offsets->at(name, instant);
  });
}

bool page(const std::string& command, std::string_view text) {
  ::setenv("LESS", "FRX", 0);  // quit when it fits, keep colours, leave the text on the screen
  FILE* pipe = ::popen(command.c_str(), "w");
  if (pipe == nullptr) return false;
  std::fwrite(text.data(), 1, text.size(), pipe);  // whoever quits early has read enough
  return ::pclose(pipe) == 0;
}

}  // namespace

std::string read_all(const Environment& environment) {
  std::string text;
  std::string chunk(64 * 1024, '\0');
  for (std::size_t got = environment.read(chunk.data(), chunk.size()); got > 0;
       got = environment.read(chunk.data(), chunk.size()))
    text.append(chunk, 0, got);
  return text;
}

Environment system_environment(const char* program) {
  Environment environment;
  environment.read = [](char* buffer, std::size_t size) -> std::size_t {
    for (;;) {
      const auto got = ::read(STDIN_FILENO, buffer, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR)
        throw Error(Trouble::refused, message(N_("the input could not be read: {0}"), std::strerror(errno)));
    }
  };
  environment.out = [](std::string_view text) { write_all(STDOUT_FILENO, text); };
  environment.err = [](std::string_view text) {
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;  // nobody left to tell
  };
  environment.in_is_terminal = ::isatty(STDIN_FILENO) == 1;
  environment.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  environment.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
  if (winsize size{};
      environment.out_is_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    environment.width = size.ws_col;
    environment.height = size.ws_row;
  }
  environment.clock = [] { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); };
  environment.variable = variable;
  environment.zone = find_zone;
  environment.page = page;

  if (const passwd* account = ::getpwuid(::getuid())) {
    environment.login = account->pw_name;
    environment.home = account->pw_dir;
  } else {
    environment.login = "uid" + std::to_string(::getuid());
  }
  if (const auto home = variable("HOME")) environment.home = *home;
  std::error_code ignored;

  // Installed or in a build folder, what belongs to the program stands beside it.
  auto self = std::filesystem::read_symlink("/proc/self/exe", ignored);
  if (self.empty()) self = std::filesystem::absolute(program, ignored);
  const auto prefix = self.parent_path().parent_path();
  const auto share = prefix / "share";
  environment.program = self;
  environment.share_dir = share / "regie";
  environment.locale_dir = share / "locale";
  environment.module_dir = prefix / REGIE_MODULE_DIR;
  return environment;
}

}  // namespace regie::cli
