// Runs tests/scenarios/*.txt: transcripts that a caretaker could read and check. REGIE_ACCEPT=1 in the environment
// rewrites the expected lines with what the program says now (the test then passes): read the difference before you
// keep it.
//
//   # a sentence for the reader; an empty line means nothing
//   @ now 2026-03-02T09:00:00+01:00       the clock, from here on
//   @ login cmontagnier                   who is at the keyboard
//   @ lang fr                             REGIE_LANG
//   @ input <<EOF                         standard input of the next command, up to the line EOF
//   @ file rules.toml <<EOF               a file, up to the line EOF: commands name it as it stands here
//   $ regie open 'fuite' -R BEL           words as a shell splits them, nothing expanded
//   what it prints, then what it says on standard error, each of these lines behind "! "
//   [5]                                   the exit code when it is not 0
//
// Every file starts at the landlord of config/examples/val-dorle with an empty database; at its end the journal of
// every request is replayed and must give the request.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "support/program.hpp"

using namespace regie::test;
namespace fs = std::filesystem;

namespace {

using Lines = std::vector<std::string>;

Lines split_lines(const std::string& text) {
  Lines lines;
  std::string line;
  for (const char c : text) {
    if (c == '\n') lines.push_back(std::exchange(line, {}));
    else line += c;
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

bool is_exit_code(const std::string& line) {
  return line.size() > 2 && line.front() == '[' && line.back() == ']' &&
         line.find_first_not_of("0123456789", 1) == line.size() - 1;
}

bool opens_block(const std::string& line) {
  return line.starts_with("# ") || line == "#" || line.starts_with("@ ") || line.starts_with("$ ");
}

/// A printed line that would read as something else stands behind a backslash.
std::string escaped(const std::string& line) {
  const bool special = opens_block(line) || line.starts_with("! ") || line.starts_with('\\') || is_exit_code(line);
  return special ? '\\' + line : line;
}

Lines transcript_of(const Result& result) {
  Lines lines;
  for (const std::string& line : split_lines(result.out)) lines.push_back(escaped(line));
  for (const std::string& line : split_lines(result.err)) lines.push_back("! " + line);
  if (result.exit != 0) lines.push_back('[' + std::to_string(result.exit) + ']');
  return lines;
}

/// What differs, with three lines of what does not before and behind it.
std::string difference(const Lines& expected, const Lines& actual) {
  std::size_t begin = 0, end = 0;
  const std::size_t shorter = std::min(expected.size(), actual.size());
  while (begin < shorter && expected[begin] == actual[begin]) ++begin;
  while (end < shorter - begin && expected[expected.size() - 1 - end] == actual[actual.size() - 1 - end]) ++end;
  std::string text;
  for (std::size_t i = begin - std::min<std::size_t>(begin, 3); i < begin; ++i) text += "    " + expected[i] + '\n';
  for (std::size_t i = begin; i < expected.size() - end; ++i) text += "  - " + expected[i] + '\n';
  for (std::size_t i = begin; i < actual.size() - end; ++i) text += "  + " + actual[i] + '\n';
  for (std::size_t i = actual.size() - end; i < std::min(actual.size(), actual.size() - end + 3); ++i)
    text += "    " + actual[i] + '\n';
  return text;
}

class Scenario {
 public:
  explicit Scenario(fs::path file) : file_(std::move(file)), lines_(split_lines(Folder::read(file_))) {}

  void play() {
    regie_.use_example();
    while (at_ < lines_.size()) {
      const std::string line = lines_[at_];
      rewritten_ += line + '\n';
      ++at_;
      if (line.starts_with("$ ")) run(line.substr(2));
      else if (line.starts_with("@ ")) direct(line.substr(2));
      else REQUIRE_MESSAGE((line.empty() || line.starts_with('#')), place(at_), "neither prose nor command: ", line);
    }
    REQUIRE_MESSAGE(commands_ > 0, file_.string(), " runs nothing");
    regie::Store store(regie_.variables["REGIE_DB"], open_options(regie::sql::Access::read), at(regie_.now));
    check_journals(store);
    if (accepts()) std::ofstream(file_, std::ios::binary) << rewritten_;
  }

 private:
  static bool accepts() {
    const char* value = std::getenv("REGIE_ACCEPT");
    return value != nullptr && *value == '1';
  }

  std::string place(std::size_t line) const {
    return "tests/scenarios/" + file_.filename().string() + ':' + std::to_string(line) + ": ";
  }

  void run(const std::string& command) {
    const std::size_t line = at_;
    auto words = split_command_line(command);
    REQUIRE_MESSAGE((words.size() > 1 && words.front() == "regie"), place(line), "a command begins with regie");
    words.erase(words.begin());
    Lines expected;
    while (at_ < lines_.size() && !opens_block(lines_[at_])) expected.push_back(lines_[at_++]);
    for (std::string& word : words)
      if (written_.contains(word)) word = path_of(word);
    std::size_t blank = 0;
    for (; !expected.empty() && expected.back().empty(); expected.pop_back()) ++blank;
    Lines actual = transcript_of(regie_.run(words));
    for (std::string& printed : actual) shorten_paths(printed);
    regie_.input.clear();
    ++commands_;
    for (const std::string& printed : actual) rewritten_ += printed + '\n';
    rewritten_.append(blank, '\n');
    if (accepts()) return;
    CHECK_MESSAGE(expected == actual, place(line), command, "\n", difference(expected, actual));
  }

  void direct(const std::string& directive) {
    const std::size_t blank = std::min(directive.find(' '), directive.size() - 1);
    const std::string name = directive.substr(0, blank);
    const std::string value = directive.substr(blank + 1);
    if (name == "now") regie_.now = value;
    else if (name == "login") regie_.login = value;
    else if (name == "lang") regie_.variables["REGIE_LANG"] = value;
    else if (name == "input" && value.starts_with("<<")) regie_.input += read_block(value.substr(2));
    else if (name == "file" && value.find(" <<") != std::string::npos) write_file(value, value.find(" <<"));
    else FAIL(place(at_), "unknown directive: ", directive);
  }

  std::string read_block(const std::string& end) {
    std::string block;
    for (;; ++at_) {
      REQUIRE_MESSAGE(at_ < lines_.size(), place(at_), "no line '", end, "' ends the input");
      rewritten_ += lines_[at_] + '\n';
      if (lines_[at_] == end) break;
      block += lines_[at_] + '\n';
    }
    ++at_;
    return block;
  }

  void write_file(const std::string& value, std::size_t blank) {
    const std::string name = value.substr(0, blank);
    regie_.folder.write(name, read_block(value.substr(blank + 3)));
    written_.insert(name);
  }

  std::string path_of(const std::string& name) const { return (regie_.folder.path() / name).string(); }

  void shorten_paths(std::string& line) const {
    for (const std::string& name : written_) {
      const std::string path = path_of(name);
      for (std::size_t at = line.find(path); at != std::string::npos; at = line.find(path))
        line.replace(at, path.size(), name);
    }
  }

  fs::path file_;
  Lines lines_;
  std::size_t at_ = 0;  ///< lines read
  std::size_t commands_ = 0;
  std::string rewritten_;
  std::set<std::string> written_;  ///< files of this scenario
  Program regie_;
};

std::vector<fs::path> scenarios() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(REGIE_SOURCE_DIR) / "tests/scenarios"))
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

}  // namespace

TEST_CASE("every scenario goes as it is told") {
  const auto files = scenarios();
  REQUIRE(files.size() >= 15);
  for (const fs::path& file : files) {
    CAPTURE(file.filename().string());
    Scenario(file).play();
  }
}

TEST_CASE("every command has its place in a scenario") {
  std::string all;
  for (const fs::path& file : scenarios()) all += Folder::read(file);
  for (const std::string& name : regie::cli::command_names())
    CHECK_MESSAGE(all.find("$ regie " + name + ' ') != std::string::npos, "no scenario runs 'regie ", name, "'");
}
