#include "support/desk.hpp"

#include <doctest/doctest.h>

#include "cli/environment.hpp"
#include "text/times.hpp"

namespace regie::test {

Instant at(std::string_view iso) {
  const auto parsed = text::parse_iso(iso);
  REQUIRE_MESSAGE(std::holds_alternative<Instant>(parsed), "not ISO: ", std::string(iso));
  return std::get<Instant>(parsed);
}

Zone zone(const std::string& name) {
  static const cli::Environment environment = cli::system_environment("test");
  const auto found = environment.zone(name);
  REQUIRE_MESSAGE(found.has_value(), "no zone ", name);
  return *found;
}

void check_journals(Store& store) {
  for (RequestId id = 1; id <= store.last_id(); ++id) {
    const auto row = store.find(id);
    REQUIRE(row.has_value());
    CHECK_MESSAGE(replay(id, store.journal(id)) == *row, "the journal of request ", id, " does not give its row");
  }
}

ExampleDesk::ExampleDesk(Instant now, const std::string& who) : now_(now), who_(who) {
  settings_ = std::make_unique<Settings>(
      Settings::Sources{.file = std::filesystem::path(REGIE_SOURCE_DIR) / "config/examples/val-dorle/regie.toml",
                        .share_dir = std::filesystem::path(REGIE_SOURCE_DIR) / "config",
                        .zone = [](const std::string& name) { return std::optional(zone(name)); },
                        .default_zone = "Europe/Paris"});
  store_ = std::make_unique<Store>(home_.url(), open_options(sql::Access::create), now);
  as(who);
}

ExampleDesk::~ExampleDesk() { check_journals(*store_); }

Desk& ExampleDesk::as(const std::string& who) {
  who_ = who;
  // Named people sit at their own keyboard: their login is theirs.
  const Landlord& landlord = settings_->landlord();
  const Person* person = landlord.find_person(who);
  const std::string login = person != nullptr && !person->login.empty() ? person->login : who;
  Identity identity = identify(landlord, login, "");
  desk_ = std::make_unique<Desk>(*settings_, *store_, std::move(identity), Desk::Moment{.now = now_});
  return *desk_;
}

Desk& ExampleDesk::at(Instant now) {
  now_ = now;
  return as(who_);
}

Desk& ExampleDesk::desk() { return *desk_; }
Store& ExampleDesk::store() { return *store_; }
Settings& ExampleDesk::settings() { return *settings_; }

}  // namespace regie::test
