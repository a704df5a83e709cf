// Databases that an older regie has made.
#include <doctest/doctest.h>

#include "regie/policy.hpp"
#include "store/filling.hpp"

using namespace regie;
using namespace regie::test;

namespace {

/// The schema as it was before attempts.
std::string without_attempts() {
  const std::string forget =
      "drop table attempt; drop table pack; alter table request drop column penalty; "
      "delete from migration where version >= 5";
  return forget + (test_server().empty() ? "; pragma user_version = 4" : "; update regie set schema_version = 4");
}

}  // namespace

TEST_CASE("a database of before attempts finds them in its journals") {
  const DeskHome home;
  Policy another;
  another.version = "another";
  another.check_within = parse_delay("2 hours");
  Life declined = opened(leaking_tap());
  declined(to_provider("GAR"));
  declined(Decline{}, reception, "trop loin");
  // Done under another policy than ordered: no action that ends anything.
  Life done = opened(leaking_tap());
  done(to_provider("REGIE"));
  Act act = act_at(minute(9), work_done(true), technician);
  act.policy = &another;
  const Change change = changed(decide(done.request, act));
  done.request = change.after;
  done.journal.push_back(change.event);
  std::vector<Attempt> kept;
  {
    Store store = open_store(home.url());
    store.write([&] {
      add(store, declined);
      add(store, done);
      return true;
    });
    kept = store.attempts_of(1, 2);
  }
  REQUIRE(kept.size() == 2);
  REQUIRE(kept[1].how == AttemptEnd::repromised);
  tamper(home.url(), without_attempts());
  Store store = open_store(home.url());
  CHECK(store.attempts_of(1, 2) == kept);
  CHECK(store.check(unheard).findings.empty());
}
