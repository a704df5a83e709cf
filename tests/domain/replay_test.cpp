// The journal is the truth: replayed, it gives the row, whatever happened in whatever order.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "domain/acts.hpp"

using namespace regie;
using namespace regie::test;

namespace {

using Dice = std::mt19937;

/// The same numbers with every standard library, unlike the distributions of <random>.
std::size_t roll(Dice& dice, std::size_t sides) { return dice() % sides; }

std::string any_text(Dice& dice) {
  static const std::vector<std::string> texts{"", "GAR", "fuite\nsous l'évier", "{\"a\":1}", "\x1b[31m", "🔧"};
  return texts[roll(dice, texts.size())];
}

std::optional<Instant> any_time(Dice& dice) {
  if (roll(dice, 3) == 0) return std::nullopt;
  return minute(static_cast<std::int64_t>(roll(dice, 5'000)));
}

Assignment any_assignment(Dice& dice) {
  return {any_text(dice), any_text(dice), any_text(dice), any_time(dice), any_text(dice)};
}

Edit any_edit(Dice& dice) {
  static const std::vector<const char*> names{"text", "building", "tenant_name", "tenant_flags", "wishes", "also"};
  Edit edit;
  for (std::size_t n = 0; n <= roll(dice, 3); ++n)
    edit.changes.emplace_back(find_field(names[roll(dice, names.size())]), Scalar{any_text(dice)});
  return edit;
}

Deed any_deed(Dice& dice) {
  const Instant from = minute(static_cast<std::int64_t>(roll(dice, 900)));
  switch (roll(dice, 14)) {
    case 0: return Assign{any_assignment(dice)};
    case 1: return Accept{};
    case 2: return Decline{};
    case 3: return Schedule{from, from + std::chrono::minutes{roll(dice, 90)}};
    case 4: return NoAccess{};
    case 5: return Hold{static_cast<Party>(1 + roll(dice, 6))};
    case 6: return Resume{};
    case 7:
      return Done{any_text(dice), any_text(dice), any_text(dice), static_cast<std::int64_t>(roll(dice, 9'000)),
                  roll(dice, 2) == 0};
    case 8: return Verify{roll(dice, 2) == 0, any_time(dice)};
    case 9: return Close{any_text(dice), static_cast<std::int64_t>(1 + roll(dice, 5))};
    case 10: return Reopen{};
    case 11:  // seldom: nothing much happens afterwards
      if (roll(dice, 4) != 0) return Note{};
      return Cancel{static_cast<CancelReason>(1 + roll(dice, 4)), static_cast<RequestId>(2 + roll(dice, 5))};
    case 12: return any_edit(dice);
    default: return Note{};
  }
}

Life random_life(Dice& dice) {
  static const std::vector<Actor> actors{reception, manager, caretaker, technician};
  Life life;
  life(Open{leaking_tap(), any_assignment(dice)});
  for (int tries = 0; tries < 40; ++tries) {
    const Actor& actor = actors[roll(dice, actors.size())];
    const Deed deed = any_deed(dice);
    if (std::holds_alternative<Change>(life.attempt(deed, actor, any_text(dice)))) life(deed, actor, any_text(dice));
  }
  return life;
}

}  // namespace

TEST_CASE("three hundred random histories replay to their rows at every step") {
  Dice dice(20260302);
  std::size_t entries = 0;
  std::array<bool, 8> reached{};
  for (int history = 0; history < 300; ++history) {
    const Life life = random_life(dice);
    CHECK(replay(1, life.journal) == life.request);
    entries += life.journal.size();
    for (std::size_t step = 1; step <= life.journal.size(); ++step) {
      const Request then = replay(1, std::span(life.journal).first(step));
      CHECK(then.version == static_cast<std::int64_t>(step));
      reached[static_cast<std::size_t>(then.state) - 1] = true;
    }
  }
  CHECK(entries > 3'000);  // the dice do take requests somewhere
  CHECK(std::ranges::count(reached, true) == 8);
}

TEST_CASE("a journal entry holds only what changed") {
  Life life = life_in(State::assigned);
  life(Accept{});
  std::vector<std::string> names;
  for (const auto& [field, value] : life.journal.back().changes) names.emplace_back(field->name);
  CHECK(names == std::vector<std::string>{"changed_at", "accepted_at"});
}

TEST_CASE("a journal with a hole is refused wherever the hole is") {
  const Life life = life_in(State::closed);
  REQUIRE(life.journal.size() > 3);
  for (std::size_t hole = 0; hole + 1 < life.journal.size(); ++hole) {
    std::vector<Event> holed = life.journal;
    holed.erase(holed.begin() + static_cast<std::ptrdiff_t>(hole));
    CHECK_THROWS_AS((void)replay(1, holed), Error);
  }
}

TEST_CASE("a journal with an entry twice or out of order is refused") {
  std::vector<Event> doubled = life_in(State::done).journal;
  doubled.insert(doubled.begin(), doubled.front());
  CHECK_THROWS_AS((void)replay(1, doubled), Error);
  std::vector<Event> swapped = life_in(State::done).journal;
  std::swap(swapped[1], swapped[2]);
  CHECK_THROWS_AS((void)replay(1, swapped), Error);
}
