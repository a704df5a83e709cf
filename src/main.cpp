#include <sys/stat.h>

#include <csignal>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/environment.hpp"

int main(int count, char** words) {
  const mode_t callers = ::umask(0007);  // what we make belongs to the desk's group, whatever the caller's shell says
  std::signal(SIGXFSZ, SIG_IGN);         // a file size limit is an error to report, not a death
  regie::cli::Environment environment = regie::cli::system_environment(words[0]);
  environment.umask = callers;  // but a report is for whom the caller says
  return regie::cli::run({words + 1, words + count}, environment);
}
