#include "fuzz/example.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace regie::fuzz {

namespace {

const std::filesystem::path source_folder = REGIE_SOURCE_DIR;

/// Takes ":7" off the front.
bool take_number(std::string_view& rest) {
  if (!rest.starts_with(':')) return false;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), number);
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return error == std::errc{} && number > 0;
}

}  // namespace

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "NOT TRUE: %s\n", what);
  std::abort();
}

bool is_place_in(const std::filesystem::path& file, std::string_view where) {
  if (!where.starts_with(file.native())) return false;
  where.remove_prefix(file.native().size());
  return take_number(where) && take_number(where) && where.empty();
}

Instant monday() {
  using namespace std::chrono;
  return Instant{sys_days{2026y / March / 2} + 8h};
}

bool becomes_something(const Decision& decision) {
  return !decision.provider.empty() || !decision.triage.empty() || !decision.close.empty() || decision.join ||
         decision.cancels;
}

Settings& example() {
  // No rule looks at the change to summer time: an hour east of UTC is Paris enough.
  const auto paris = [](const std::string& name) {
    return std::optional(Zone(name, [](Instant) { return std::chrono::seconds{3600}; }));
  };
  static Settings settings({.file = source_folder / "config/examples/val-dorle/regie.toml",
                            .share_dir = source_folder / "config",
                            .zone = paris,
                            .default_zone = "Europe/Paris"});
  return settings;
}

}  // namespace regie::fuzz
