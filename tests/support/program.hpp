// The program run in-process, with a fixed clock and no terminal unless a test says otherwise.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "support/desk.hpp"

namespace regie::test {

struct Result {
  int exit = 0;
  std::string out;
  std::string err;
};

class Program {
 public:
  Program();

  /// Words as a shell would split them: quotes, no expansion.
  Result operator()(const std::string& command_line);
  Result run(const std::vector<std::string>& words);

  std::string now = "2026-03-02T09:00:00+01:00";
  std::string login = "root";
  std::string input;
  bool terminal = false;
  int width = 100;
  std::map<std::string, std::string> variables;  ///< the whole environment; starts with nothing, as under cron
  Folder folder;                                 ///< home; configuration and database of `use_example` live here

  /// REGIE_CONFIG = val-dorle, REGIE_DB = a new database in the folder.
  void use_example();

 private:
  DeskHome home_;
};

std::vector<std::string> split_command_line(const std::string& line);

}  // namespace regie::test
