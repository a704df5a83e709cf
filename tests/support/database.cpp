#include "support/database.hpp"

#include <unistd.h>

#include <cstdlib>

namespace regie::test {

namespace {

/// A schema of its own in the server's one database is made in a few milliseconds; a database takes a hundred.
std::string new_schema_on(const std::string& server) {
  static const std::string url = "postgresql://regie@/desk?host=" + server;
  static sql::Database database = sql::open(url, open_options(sql::Access::create));
  static int count = 0;
  const std::string name = "t" + std::to_string(::getpid()) + "_" + std::to_string(++count);
  database.execute("create schema " + name);
  return url + "&options=-csearch_path%3D" + name;
}

}  // namespace

std::string test_server() {
  const char* folder = std::getenv("REGIE_TEST_SERVER");
  return folder == nullptr ? "" : folder;
}

sql::OpenOptions open_options(sql::Access access, std::chrono::milliseconds lock_wait) {
  return {.access = access, .lock_wait = lock_wait, .modules = REGIE_MODULES};
}

DeskHome::DeskHome()
    : url_(test_server().empty() ? (folder_.path() / "desk.db").string() : new_schema_on(test_server())) {}

}  // namespace regie::test
