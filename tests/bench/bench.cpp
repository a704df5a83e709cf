// bench RUNS < CASES: times whole processes, from before the fork to the exit.
//
// A line of CASES is NAME, TAB, PROGRAM, TAB, ARGUMENT...; lines of one name take turns. Each round runs one command of
// every name, forwards and backwards by turns, so that whatever else the machine does falls on all of them alike.
// Prints NAME, median and 90th percentile in microseconds, and the largest resident set in KiB, separated by TABs.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Command = std::vector<std::string>;

constexpr std::size_t warm_up_rounds = 3;

struct Case {
  std::string name;
  std::vector<Command> commands;
  std::vector<std::int64_t> microseconds;
  std::int64_t resident_kib = 0;
};

Command split_tabs(const std::string& line) {
  Command words;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find('\t', begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::vector<Case> read_cases(std::istream& input) {
  std::vector<Case> cases;
  for (std::string line; std::getline(input, line);) {
    Command words = split_tabs(line);
    if (words.size() < 2) throw std::runtime_error("a case without a program: " + line);
    const std::string name = words.front();
    words.erase(words.begin());
    auto found = std::ranges::find(cases, name, &Case::name);
    if (found == cases.end()) found = cases.insert(cases.end(), Case{.name = name, .commands = {}, .microseconds = {}});
    found->commands.push_back(std::move(words));
  }
  return cases;
}

/// Standard streams of what is measured: nothing comes in, nothing is kept.
class NoStreams {
 public:
  NoStreams() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  }
  NoStreams(const NoStreams&) = delete;
  NoStreams& operator=(const NoStreams&) = delete;
  ~NoStreams() { ::posix_spawn_file_actions_destroy(&actions_); }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

std::string joined(const Command& command) {
  std::string text;
  for (const std::string& word : command) text += (text.empty() ? "" : " ") + ("'" + word + "'");
  return text;
}

/// Throws when the command cannot be run or does not succeed: a failed command measures nothing.
std::int64_t time_of(const Command& command, std::int64_t& resident_kib) {
  static const NoStreams streams;
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_t child = 0;
  const auto begin = Clock::now();
  if (const int error = ::posix_spawnp(&child, words[0], streams.get(), nullptr, words.data(), environ); error != 0)
    throw std::runtime_error(command.front() + ": " + std::strerror(error));
  int status = 0;
  rusage used{};
  if (::wait4(child, &status, 0, &used) != child) throw std::runtime_error(std::strerror(errno));
  const auto end = Clock::now();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw std::runtime_error("failed: " + joined(command));
  resident_kib = std::max<std::int64_t>(resident_kib, used.ru_maxrss);
  return std::chrono::duration_cast<std::chrono::microseconds>(end - begin).count();
}

void run_round(std::vector<Case>& cases, std::size_t round, bool counts) {
  for (std::size_t i = 0; i < cases.size(); ++i) {
    Case& one = cases[round % 2 == 0 ? i : cases.size() - 1 - i];
    const std::int64_t time = time_of(one.commands[round % one.commands.size()], one.resident_kib);
    if (counts) one.microseconds.push_back(time);
  }
}

std::int64_t percentile(std::vector<std::int64_t>& sorted, std::size_t percent) {
  return sorted[(sorted.size() - 1) * percent / 100];
}

void print(std::vector<Case>& cases) {
  for (Case& one : cases) {
    std::ranges::sort(one.microseconds);
    std::cout << one.name << '\t' << percentile(one.microseconds, 50) << '\t' << percentile(one.microseconds, 90)
              << '\t' << one.resident_kib << '\n';
  }
}

}  // namespace

int main(int count, char** words) {
  try {
    const std::size_t runs = count == 2 ? std::stoul(words[1]) : 0;
    if (runs == 0) throw std::runtime_error("usage: bench RUNS < CASES");
    std::vector<Case> cases = read_cases(std::cin);
    // Once is for what cannot be repeated, such as an import: no warming up.
    for (std::size_t round = 0; runs > 1 && round < warm_up_rounds; ++round) run_round(cases, round, false);
    for (std::size_t round = 0; round < runs; ++round) run_round(cases, round, true);
    print(cases);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench: " << error.what() << '\n';
    return 1;
  }
}
