// Photos that come with a job or its check: kept beside the database by what is in them, shown by their name.
#include <doctest/doctest.h>

#include "cli/parsing.hpp"
#include "support/program.hpp"

using namespace regie::test;

namespace {

/// One job of the crew, and a picture in the folder.
class DoneWork : public Program {
 public:
  DoneWork() {
    use_example();
    picture = folder.write("avant après.png", "\x89PNG\r\n\x1a\n...").string();
    REQUIRE((*this)("open 'Fuite au lavabo' -R ROS -d A-101 --urgency normal -q").exit == 0);
  }

  std::string picture;
};

bool on_a_file() { return test_server().empty(); }

}  // namespace

TEST_CASE("a photo of the job is told with the request and its file is where its digest says") {
  DoneWork desk;
  const Result done = desk.run({"done", "1", "--work", "joint", "--photo", desk.picture});
  if (!on_a_file()) {
    CHECK(done.exit == 1);
    CHECK(done.err.find("its database is on a server") != std::string::npos);
    return;
  }
  REQUIRE_MESSAGE(done.exit == 0, done.err);
  CHECK(desk("show 1").out.find("avant après.png (") != std::string::npos);
  const auto document = parse_json(desk("show 1 --format json").out);
  const auto& photos = document["items"][0]["photos"];
  REQUIRE(photos.Size() == 1);
  const std::string line = photos[0].GetString();
  CHECK(line.substr(64) == " avant après.png");
  CHECK(parse_json(desk("show 1 --format json").out)["items"][0]["state"].GetString() == std::string("done"));
}

TEST_CASE("a photo that is not there leaves the job as it was") {
  DoneWork desk;
  CHECK(desk("done 1 --photo no-such.jpg").exit != 0);
  CHECK(parse_json(desk("show 1 --format json").out)["items"][0]["state"].GetString() == std::string("assigned"));
}
