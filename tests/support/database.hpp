// Where the tests of this run keep their requests: on SQLite, or, when REGIE_TEST_SERVER names the folder of a server's
// socket, on PostgreSQL. What holds on one must hold on the other; a test about files says so by its suite, "sqlite".
#pragma once

#include <string>

#include "sql/database.hpp"
#include "support/folder.hpp"

namespace regie::test {

/// The place of one database, empty at first; gone with the object.
class DeskHome {
 public:
  DeskHome();
  const std::string& url() const { return url_; }

 private:
  Folder folder_;
  std::string url_;
};

/// The server's folder; "" when the run is about SQLite.
std::string test_server();

/// How tests open databases: drivers of this build, and not much patience.
sql::OpenOptions open_options(sql::Access access, std::chrono::milliseconds lock_wait = std::chrono::seconds{5});

}  // namespace regie::test
