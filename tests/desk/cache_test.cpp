// The compiled configuration: the same as the files or not used at all.
#include "desk/cache.hpp"

#include <doctest/doctest.h>

#include "desk/settings.hpp"
#include "support/desk.hpp"

using namespace regie;
using namespace regie::test;

namespace {

const std::filesystem::path example = std::filesystem::path(REGIE_SOURCE_DIR) / "config/examples/val-dorle/regie.toml";

Settings settings(const std::filesystem::path& cache, const std::filesystem::path& file = example) {
  return Settings({.file = file,
                   .share_dir = std::filesystem::path(REGIE_SOURCE_DIR) / "config",
                   .zone = [](const std::string& name) { return std::optional(zone(name)); },
                   .default_zone = "Europe/Paris",
                   .cache_dir = cache,
                   .program = REGIE_PROGRAM});
}

}  // namespace

TEST_CASE("the image of a landlord and of its rules is read back as it was written") {
  Settings read = settings({});
  const std::string desk = encode_image(Basics{"fr", "desk.db", "Europe/Paris", {"fr"}}, read.landlord());
  CHECK(encode_image(decode_basics(desk), decode_landlord(desk, read.zone())) == desk);

  const Routing& written = read.routing();
  const Routing again = decode_routing(encode_image(written));
  CHECK(again.rules.hash == written.rules.hash);
  CHECK(again.rules.rules.size() == written.rules.rules.size());
  CHECK(again.lexicon.terms.size() == written.lexicon.terms.size());
  for (const char* message :
       {"une fuite sous l'évier", "ça sent le gaz", "l'ascenseur est bloqué", "mon loyer", "xyzzy"}) {
    const Understanding before = written.lexicon.understand(message);
    const Understanding after = again.lexicon.understand(message);
    CHECK(after.trade == before.trade);
    CHECK(after.urgency == before.urgency);
    CHECK(after.because == before.because);
  }
}

TEST_CASE("what contracts say about being late is read back from the image") {
  const Folder folder;
  const auto file = folder.write("regie.toml", R"([[provider]]
code = "GAR"
[[provider.contract]]
trades = "plumbing"
[provider.contract.penalty]
per_day = "2/3000"
cap = "12,5 %"
exempt_below = "1000.50"
observations_within = "15 days, end of day"
[[provider.contract]]
trades = "lift"
penalty = { per_day = "50" }
[[provider.contract]]
trades = "gas"
)");
  Settings read = settings({}, file);
  const std::string desk = encode_image(Basics{}, read.landlord());
  const Landlord again = decode_landlord(desk, read.zone());
  const std::vector<Contract>& contracts = again.find_provider("GAR")->contracts;
  REQUIRE(contracts.size() == 3);
  CHECK(contracts[0].penalty == PenaltyTerms{.numerator = 2,
                                             .denominator = 3'000,
                                             .cap = 1'250,
                                             .exempt_below = 100'050,
                                             .observations_within = Delay{15, Delay::Unit::days, true}});
  CHECK(contracts[1].penalty == PenaltyTerms{.per_day = 5'000});
  CHECK(!contracts[2].penalty);
}

TEST_CASE("an image that is not whole is refused") {
  Settings read = settings({});
  const std::string desk = encode_image(Basics{}, read.landlord());
  for (std::size_t size = 0; size < desk.size(); size += 1 + desk.size() / 200) {
    CAPTURE(size);
    CHECK_THROWS((void)decode_landlord(desk.substr(0, size), read.zone()));
  }
  const std::string routing = encode_image(read.routing());
  for (std::size_t size = 0; size < routing.size(); size += 1 + routing.size() / 100) {
    CAPTURE(size);
    CHECK_THROWS((void)decode_routing(routing.substr(0, size)));
  }
}

TEST_CASE("a configuration just changed is not kept because the next change might not show") {
  const Folder folder;
  const auto file = folder.write("regie.toml", "name = \"un\"\n");
  CHECK(settings(folder.path() / "cache", file).landlord().name == "un");
  folder.write("regie.toml", "name = \"deux\"\n");
  CHECK(settings(folder.path() / "cache", file).landlord().name == "deux");
}

TEST_CASE("rubbish in the cache is passed over") {
  const Folder folder;
  const auto cache = folder.path() / "cache";
  CHECK(settings(cache).landlord().residences.size() == 12);
  (void)settings(cache).routing();
  for (const char* rubbish : {"", "regie image 1\n", "regie image 1\n\nregie-image-end", "\x01\x02\x03"}) {
    if (!std::filesystem::exists(cache)) break;
    for (const auto& entry : std::filesystem::directory_iterator(cache))
      folder.write("cache/" + entry.path().filename().string(), rubbish);
    CHECK(settings(cache).landlord().residences.size() == 12);
    Settings again = settings(cache);
    CHECK(again.routing().lexicon.understand("une fuite sous l'évier").trade == "plumbing");
  }
}

TEST_CASE("what another program has written is not read") {
  const Folder folder;
  const auto config = std::filesystem::path(REGIE_SOURCE_DIR) / "config/examples/val-dorle/regie.toml";
  const ConfigCache one(folder.path(), config, "/bin/sh"), other(folder.path(), config, "/bin/ls");
  one.save("desk", {config}, "structures of one");
  REQUIRE(one.load("desk"));
  CHECK(one.load("desk")->bytes == "structures of one");
  CHECK(!other.load("desk"));
  for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
    std::string written = Folder::read(file.path());
    written.replace(written.find("/bin/sh"), 7, "/bin/ls");  // as if it had the same name
    folder.write(file.path().filename().string(), written);
  }
  CHECK(!one.load("desk"));
}
