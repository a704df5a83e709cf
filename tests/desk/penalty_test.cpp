// What becomes of a penalty: who may say so, of which orders, and what is kept of it.
#include <doctest/doctest.h>

#include "desk/rights.hpp"
#include "support/desk.hpp"
#include "text/translate.hpp"

using namespace regie;
using namespace regie::test;

namespace {

constexpr auto monday = "2026-03-02T09:00:00+01:00";
constexpr auto in_time = "2026-03-03T08:00:00+01:00";
constexpr auto promised = "2026-03-03T09:00:00+01:00";
constexpr auto thursday = "2026-03-05T10:00:00+01:00";

/// The example with an urgent request that Garrigue has promised to do by Tuesday, nine o'clock.
class OneOrder : public ExampleDesk {
 public:
  OneOrder() : ExampleDesk(regie::test::at(monday)) {
    NewRequest wanted;
    wanted.draft.text = "fuite sous évier";
    wanted.draft.residence = "BEL";
    wanted.draft.dwelling = "B-203";
    wanted.draft.opened_at = regie::test::at(monday);
    wanted.trade = "plumbing";
    wanted.urgency = Urgency::urgent;
    desk().open(wanted);
    REQUIRE(request().provider == "GAR");
    REQUIRE(request().promised_at == regie::test::at(promised));
  }
  Request request() { return *store().find(1); }

  /// As the manager of the sector, at that time.
  Outcome settle(const char* when, std::optional<PenaltyState> state, const std::string& reason = "") {
    at(regie::test::at(when));
    return as("astruc").edit(
        1, [&](NewRequest& wanted) { wanted.draft.penalty = state; }, reason);
  }
  /// Why that is refused; "" when it is not.
  std::string refusal(const char* when, std::optional<PenaltyState> state) {
    const std::size_t entries = store().journal(1).size();
    try {
      settle(when, state);
    } catch (const Error& error) {
      CHECK(error.trouble() == Trouble::refused);
      CHECK(store().journal(1).size() == entries);
      return text::tr(error.messages().front());
    }
    return "";
  }
  void done(const char* when) {
    at(regie::test::at(when));
    as("root").done(1, {.by = "", .work = "joint"}, "", {});
  }
  void fail_check(const char* when) {
    at(regie::test::at(when));
    as("lemercier").verify(1, {.pass = false}, "fuit encore", {});
  }
};

constexpr auto not_late = "request 1: its order is not late, so there is no penalty";
constexpr auto nothing_promised = "request 1: no date was promised for its order, so there is no penalty";

}  // namespace

TEST_CASE("only managers settle penalties") {
  for (const auto& role : codes<Role>()) {
    CAPTURE(std::string(role.code));
    CHECK(may_settle_penalties(role.value) == (role.value == Role::manager));
  }
  OneOrder order;
  for (const char* who : {"montagnier", "lemercier", "ouali", "regie"}) {
    CAPTURE(std::string(who));
    order.at(at(thursday));
    CHECK_THROWS_AS(order.as(who).edit(
                        1, [](NewRequest& wanted) { wanted.draft.penalty = PenaltyState::waived; }, "ami"),
                    Error);
  }
  CHECK(!order.request().penalty);
  CHECK(order.store().journal(1).size() == 1);
}

TEST_CASE("a penalty is settled by one entry of the journal with its reason") {
  OneOrder order;
  const Outcome outcome = order.settle(thursday, PenaltyState::observed, "courrier du 4 mars");
  REQUIRE(outcome.changes.size() == 1);
  CHECK(order.request().penalty == PenaltyState::observed);
  const std::vector<Event> journal = order.store().journal(1);
  REQUIRE(journal.size() == 2);
  CHECK(journal.back().action == Action::edit);
  CHECK(journal.back().who == "astruc");
  CHECK(journal.back().reason == "courrier du 4 mars");
  order.settle(thursday, PenaltyState::waived, "accès impossible");
  CHECK(order.request().penalty == PenaltyState::waived);
  order.settle(thursday, PenaltyState::confirmed);
  CHECK(order.request().penalty == PenaltyState::confirmed);
  order.settle(thursday, std::nullopt);
  CHECK(!order.request().penalty);
  CHECK(order.store().journal(1).size() == 5);
}

TEST_CASE("what is settled already is not settled again") {
  OneOrder order;
  CHECK(order.settle(thursday, std::nullopt).refusal->why == Refusal::Why::already);
  order.settle(thursday, PenaltyState::confirmed);
  CHECK(order.settle(thursday, PenaltyState::confirmed, "encore").refusal->why == Refusal::Why::already);
  CHECK(order.store().journal(1).size() == 2);
}

TEST_CASE("an order that is not late yet has no penalty") {
  OneOrder order;
  CHECK(order.refusal(in_time, PenaltyState::confirmed) == not_late);
  CHECK(order.refusal(promised, PenaltyState::confirmed) == not_late);
  CHECK(order.refusal("2026-03-03T09:00:01+01:00", PenaltyState::confirmed).empty());
}

TEST_CASE("work that was done in time has no penalty") {
  OneOrder order;
  order.done(in_time);
  for (const PenaltyState state : {PenaltyState::observed, PenaltyState::confirmed, PenaltyState::waived})
    CHECK(order.refusal(thursday, state) == not_late);
}

TEST_CASE("work that was done late has a penalty even when all is over") {
  OneOrder order;
  order.done(thursday);
  order.at(at("2026-03-06T09:00:00+01:00"));
  order.as("lemercier").verify(1, {.pass = true}, "", {});
  order.as("root").close(1, {.answer = "réparé", .rating = {}}, "", {});
  CHECK(order.request().state == State::closed);
  CHECK(order.refusal("2026-04-06T09:00:00+02:00", PenaltyState::confirmed).empty());
  CHECK(order.request().penalty == PenaltyState::confirmed);
}

TEST_CASE("rework belongs to the order and so does the lateness before it") {
  OneOrder order;
  order.done(thursday);
  order.fail_check("2026-03-06T09:00:00+01:00");
  REQUIRE(*order.request().promised_at > at("2026-03-06T09:00:00+01:00"));
  CHECK(order.refusal("2026-03-06T10:00:00+01:00", PenaltyState::observed).empty());
  CHECK(order.request().penalty == PenaltyState::observed);

  OneOrder good_at_first;
  good_at_first.done(in_time);
  good_at_first.fail_check("2026-03-03T10:00:00+01:00");
  CHECK(good_at_first.refusal("2026-03-03T11:00:00+01:00", PenaltyState::confirmed) == not_late);
  CHECK(good_at_first.refusal("2026-03-20T10:00:00+01:00", PenaltyState::confirmed).empty());
}

TEST_CASE("the penalty is one for the order and goes with it") {
  OneOrder order;
  order.settle(thursday, PenaltyState::confirmed);
  order.at(at(thursday));
  order.as("root").decline(1, "no fitter", {});
  order.as("root").assign(1, "GAR", false, "they can after all", {});
  REQUIRE(order.request().provider == "GAR");
  CHECK(!order.request().penalty);
  CHECK(order.refusal(thursday, PenaltyState::confirmed) == not_late);
}

TEST_CASE("nobody is late who has no order") {
  OneOrder order;
  order.at(at(thursday));
  order.as("root").act(
      1, [](const Request&) -> Deed { return Assign{}; }, "");
  REQUIRE(order.request().provider.empty());
  CHECK(order.refusal(thursday, PenaltyState::confirmed) == nothing_promised);
}

TEST_CASE("nobody is late who is kept waiting for the tenant") {
  OneOrder order;
  order.at(at("2026-03-02T10:00:00+01:00"));
  order.as("root").act(
      1, [](const Request&) -> Deed { return Hold{Party::tenant}; }, "absent");
  CHECK(order.refusal(thursday, PenaltyState::confirmed) == not_late);
}
