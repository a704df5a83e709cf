// Any bytes as the standard input of `regie route --stdin --format jsonl`.
#include <rapidjson/document.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "cli/command.hpp"
#include "cli/environment.hpp"
#include "fuzz/example.hpp"

using namespace regie;
using fuzz::require;

namespace {

/// The compiled configuration is kept here; gone at the end.
class Home {
 public:
  Home() {
    std::string pattern = (std::filesystem::temp_directory_path() / "regie-fuzz-XXXXXX").string();
    require(::mkdtemp(pattern.data()) != nullptr, "there is a folder");
    path_ = pattern;
  }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;
  ~Home() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Streams {
  std::string_view in;
  std::string out, err;
};

cli::Environment environment(Streams& streams) {
  static const Home home;
  cli::Environment env = cli::system_environment("regie");
  env.read = [&streams](char* buffer, std::size_t size) {
    const std::size_t part = std::min(size, streams.in.size());
    if (part > 0) std::memcpy(buffer, streams.in.data(), part);
    streams.in.remove_prefix(part);
    return part;
  };
  env.out = [&streams](std::string_view text) { streams.out += text; };
  env.err = [&streams](std::string_view text) { streams.err += text; };
  env.in_is_terminal = env.out_is_terminal = env.err_is_terminal = false;
  env.clock = fuzz::monday;
  env.variable = [](const std::string& name) -> std::optional<std::string> {
    if (name == "REGIE_CONFIG") return std::string(REGIE_SOURCE_DIR) + "/config/examples/val-dorle";
    if (name == "REGIE_LANG") return "en";
    return std::nullopt;
  };
  env.login = "root";
  env.home = home.path();
  env.share_dir = std::filesystem::path(REGIE_SOURCE_DIR) / "config";
  return env;
}

std::size_t lines_with_something(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") != std::string_view::npos) ++count;
  }
  return count;
}

/// Each line an answer, in order; says how many.
std::size_t check_answers(std::string_view out) {
  std::size_t count = 0;
  std::int64_t last = 0;
  while (!out.empty()) {
    const std::size_t end = out.find('\n');
    require(end != std::string_view::npos, "an answer ends its line");
    rapidjson::Document answer;
    answer.Parse<rapidjson::kParseValidateEncodingFlag>(out.data(), end);
    require(!answer.HasParseError() && answer.IsObject(), "an answer is JSON in UTF-8");
    require(answer.HasMember("line") && answer["line"].IsInt64() && answer["line"].GetInt64() > last,
            "an answer names its line");
    last = answer["line"].GetInt64();
    out.remove_prefix(end + 1);
    ++count;
  }
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Streams streams{fuzz::text_of(data, size), {}, {}};
  const std::size_t told = lines_with_something(streams.in);
  const int exit = cli::run({"route", "--stdin", "--format", "jsonl", "-R", "BEL"}, environment(streams));
  require(exit == 0 || exit == 3, "some lines may be refused, nothing else");
  const std::size_t answered = check_answers(streams.out);
  require(exit == 0 ? answered == told : answered < told, "each line is answered or refused");
  require((exit == 0) == streams.err.empty(), "what is refused is told");
  return 0;
}
