// Every action from every state, against the lifecycle as a colleague would write it on a sheet of paper.
#include "regie/lifecycle.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string_view>

#include "domain/acts.hpp"
#include "regie/names.hpp"
#include "text/translate.hpp"

using namespace regie;
using namespace regie::test;

namespace {

/// One letter a state: open, assigned, scheduled, on Hold, done, verified, closed, x cancelled.
constexpr std::string_view letters = "oashdvcx";
State state_of(char letter) { return static_cast<State>(letters.find(letter) + 1); }

struct Row {
  Deed deed;
  std::string_view leads;  ///< per state: the letter of the next one, '=' is there already, '.' refused
};

// clang-format off
std::vector<Row> sheet() {
  return {//                                          oashdvcx
          {to_provider("GAR"),                       "aaa....."},
          {Accept{},                                 ".a......"},
          {Decline{},                                ".o......"},
          {Schedule{minute(180), minute(240)},       ".ss....."},
          {NoAccess{},                               "..a....."},
          {Hold{Party::weather},                     ".hh=...."},
          {Resume{},                                 "...a...."},
          {work_done(),                              ".dd.=..."},
          {Verify{},                                 "....v=.."},
          {Verify{.pass = false, .rework_due = {}},  "....a..."},
          {Close{"c'est fait", {}},                  "c...cc=."},
          {Reopen{},                                 ".....oo."},
          {Cancel{CancelReason::withdrawn, {}},      "xxxxxx.="},
          {Note{},                                   "oashdvcx"},
          {Edit{{{find_field("building"), "C"}}},    "oashdvcx"}};
}
// clang-format on

const Actor& someone_else = manager;

std::string allowed_codes(State state) {
  std::vector<std::string> names;
  for (const Action action : allowed_in(state)) names.emplace_back(code(action));
  return joined(names);
}

}  // namespace

TEST_CASE("every action from every state leads where the sheet says or is refused") {
  for (const Row& row : sheet())
    for (std::size_t column = 0; column < letters.size(); ++column) {
      const char leads = row.leads[column];
      const Life life = life_in(state_of(letters[column]));
      CAPTURE(std::string(code(action_of(row.deed))));
      CAPTURE(std::string(code(life.request.state)));
      const Decided decided = life.attempt(row.deed, someone_else);
      if (leads == '.') {
        CHECK(refused(decided).why == Refusal::Why::not_allowed);
      } else if (leads == '=') {
        CHECK(refused(decided).why == Refusal::Why::already);
      } else {
        CHECK(changed(decided).after.state == state_of(leads));
      }
    }
}

TEST_CASE("the table of the lifecycle says the same as the sheet") {
  for (const Row& row : sheet()) {
    const Move* move = find_move(action_of(row.deed));
    REQUIRE(move != nullptr);
    for (std::size_t column = 0; column < letters.size(); ++column) {
      const char leads = row.leads[column];
      const bool failed_check = std::holds_alternative<Verify>(row.deed) && !std::get<Verify>(row.deed).pass;
      CAPTURE(std::string(code(move->action)));
      CAPTURE(letters[column]);
      CHECK(move->from.has(state_of(letters[column])) == (leads != '.' && leads != '='));
      if (leads == '.' || leads == '=') continue;
      if (move->leads == Leads::to) CHECK((failed_check ? move->otherwise : move->to) == state_of(leads));
      if (move->leads == Leads::stays) CHECK(leads == letters[column]);
    }
  }
}

TEST_CASE("a refusal names what would be possible") {
  for (const Row& row : sheet())
    for (const char letter : letters) {
      const Life life = life_in(state_of(letter));
      const Decided decided = life.attempt(row.deed, someone_else);
      const auto* refusal = std::get_if<Refusal>(&decided);
      if (refusal == nullptr || refusal->why != Refusal::Why::not_allowed) continue;
      REQUIRE(refusal->hints.size() == 1);
      CHECK(text::tr(refusal->hints.front()) == "possible now: " + allowed_codes(life.request.state));
    }
}

TEST_CASE("what may be done to a closed request is to reopen it or to write beside it") {
  CHECK(allowed_codes(State::closed) == "reopen, note, edit");
  CHECK(allowed_codes(State::cancelled) == "note, edit");
  CHECK(allowed_codes(State::on_hold) == "resume, cancel, note, edit");
}

TEST_CASE("a refusal changes nothing and a change leaves the row it came from alone") {
  for (const Row& row : sheet())
    for (const char letter : letters) {
      const Life life = life_in(state_of(letter));
      const Request before = life.request;
      (void)life.attempt(row.deed, someone_else);
      CHECK(life.request == before);
    }
}

TEST_CASE("a request opens with nobody or at once with the provider routing is certain of") {
  Life alone;
  CHECK(alone(Open{leaking_tap(), {.provider = "", .rule = "", .triage = "unsure", .promised_at = {}, .decision = ""}})
            .state == State::open);
  CHECK(alone.request.triage == "unsure");
  CHECK(!alone.request.assigned_at);

  Life sent;
  sent(Open{leaking_tap(), {"REGIE", "regie-sud", "", minute(90), "{}"}});
  CHECK(sent.request.state == State::assigned);
  CHECK(sent.request.provider == "REGIE");
  CHECK(sent.request.rule == "regie-sud");
  CHECK(sent.request.assigned_at == minute(1));
  CHECK(sent.request.opened_at == minute(1));
  CHECK(sent.request.due_at == minute(90));
  CHECK(sent.journal.front().decision == "{}");
  CHECK(sent.journal.front().sequence == 1);
}
