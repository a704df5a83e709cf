#include "support/program.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

namespace regie::test {

Program::Program() { variables["REGIE_LANG"] = "en"; }

void Program::use_example() {
  variables["REGIE_CONFIG"] = std::string(REGIE_SOURCE_DIR) + "/config/examples/val-dorle";
  variables["REGIE_DB"] = home_.url();
  REQUIRE((*this)("init -q").exit == 0);
}

std::vector<std::string> split_command_line(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool started = false;
  char quote = 0;
  for (const char c : line) {
    if (quote != 0) {
      if (c == quote) quote = 0;
      else word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      started = true;
    } else if (c == ' ') {
      if (started) words.push_back(std::move(word));
      word.clear();
      started = false;
    } else {
      word += c;
      started = true;
    }
  }
  REQUIRE_MESSAGE(quote == 0, "unclosed quote in: ", line);
  if (started) words.push_back(std::move(word));
  return words;
}

Result Program::operator()(const std::string& command_line) { return run(split_command_line(command_line)); }

Result Program::run(const std::vector<std::string>& words) {
  Result result;
  cli::Environment env = cli::system_environment("regie");
  std::size_t read = 0;
  env.read = [&](char* buffer, std::size_t size) {
    const std::size_t part = std::min(size, input.size() - read);
    std::memcpy(buffer, input.data() + read, part);
    read += part;
    return part;
  };
  env.out = [&](std::string_view text) { result.out += text; };
  env.err = [&](std::string_view text) { result.err += text; };
  env.in_is_terminal = env.out_is_terminal = env.err_is_terminal = terminal;
  env.width = width;
  env.height = 10'000;  // no pager in tests
  env.clock = [this] { return at(now); };
  env.variable = [this](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end() || found->second.empty()) return std::nullopt;
    return found->second;
  };
  env.login = login;
  env.home = folder.path();
  env.share_dir = std::filesystem::path(REGIE_SOURCE_DIR) / "config";
  env.locale_dir = std::filesystem::path(REGIE_BUILD_DIR) / "share/locale";
  result.exit = cli::run(words, env);
  return result;
}

}  // namespace regie::test
