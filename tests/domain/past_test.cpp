// What happened before: spans of time, and the past in memory.
#include "regie/past.hpp"

#include <doctest/doctest.h>

#include "support/desk.hpp"

using namespace regie;
using namespace regie::test;

namespace {

using Unit = Span::Unit;

Instant paris_before(std::string_view iso, int count, Unit unit) { return before(at(iso), {count, unit}, zone()); }

Request report(RequestId id, std::string_view when, const char* residence = "BEL", const char* dwelling = "A-101") {
  Request request;
  request.id = id;
  request.opened_at = at(when);
  request.residence = residence;
  request.dwelling = dwelling;
  request.building = building_of(dwelling);
  request.trade = "plumbing";
  return request;
}

Request ordered(RequestId id, const char* provider, std::string_view when, std::optional<std::int64_t> cost = {}) {
  Request request = report(id, when);
  request.provider = provider;
  request.state = State::assigned;
  request.assigned_at = at(when);
  request.cost = cost;
  return request;
}

std::vector<RequestId> ids(const std::vector<Request>& requests) {
  std::vector<RequestId> all;
  for (const Request& one : requests) all.push_back(one.id);
  return all;
}

using Ids = std::vector<RequestId>;

RequestsInMemory past_of(std::initializer_list<Request> requests) {
  RequestsInMemory past;
  for (const Request& one : requests) past.add(one);
  return past;
}

}  // namespace

// ---- spans

TEST_CASE("a span is a number and a unit with or without its plural") {
  CHECK(parse_span("30 minutes") == Span{30, Unit::minutes});
  CHECK(parse_span("1 minute") == Span{1, Unit::minutes});
  CHECK(parse_span("2 hours") == Span{2, Unit::hours});
  CHECK(parse_span("1 hour") == Span{1, Unit::hours});
  CHECK(parse_span("30 days") == Span{30, Unit::days});
  CHECK(parse_span("1 day") == Span{1, Unit::days});
  CHECK(parse_span("3 months") == Span{3, Unit::months});
  CHECK(parse_span("1 month") == Span{1, Unit::months});
  CHECK(parse_span("10000 days") == Span{10'000, Unit::days});
}

TEST_CASE("weeks are days") {
  CHECK(parse_span("1 week") == Span{7, Unit::days});
  CHECK(parse_span("2 weeks") == Span{14, Unit::days});
}

TEST_CASE("what is no span is refused") {
  for (const char* words :
       {"",         " ",       "2",        "hours",    "2hours",    "2  hours",   " 2 hours",
        "2 hours ", "0 hours", "-1 hours", "+1 hours", "1.5 hours", "10001 days", "99999999999999999999 days",
        "2 years",  "2 s",     "2 ",       "2 hourss", "2 Hours",   "deux heures"}) {
    CAPTURE(std::string(words));
    CHECK(!parse_span(words));
  }
}

TEST_CASE("minutes and hours are counted round the clock also when it is moved") {
  CHECK(paris_before("2026-03-03T10:00:00+01:00", 30, Unit::minutes) == at("2026-03-03T09:30:00+01:00"));
  CHECK(paris_before("2026-03-03T01:00:00+01:00", 2, Unit::hours) == at("2026-03-02T23:00:00+01:00"));
  CHECK(paris_before("2026-03-29T04:00:00+02:00", 2, Unit::hours) == at("2026-03-29T01:00:00+01:00"));
  CHECK(paris_before("2026-10-25T04:00:00+01:00", 3, Unit::hours) == at("2026-10-25T02:00:00+02:00"));
}

TEST_CASE("days keep the clock time over the change of the clock") {
  CHECK(paris_before("2026-03-30T10:00:00+02:00", 1, Unit::days) == at("2026-03-29T10:00:00+02:00"));
  CHECK(paris_before("2026-03-30T10:00:00+02:00", 2, Unit::days) == at("2026-03-28T10:00:00+01:00"));
  CHECK(paris_before("2026-10-26T10:00:00+01:00", 2, Unit::days) == at("2026-10-24T10:00:00+02:00"));
  CHECK(paris_before("2027-01-05T08:00:00+01:00", 30, Unit::days) == at("2026-12-06T08:00:00+01:00"));
}

TEST_CASE("a clock time that was skipped or came twice is found all the same") {
  // 2:30 did not exist on 29 March, as if the clock had not been moved yet; it came twice on 25 October, the first.
  CHECK(paris_before("2026-03-30T02:30:00+02:00", 1, Unit::days) == at("2026-03-29T03:30:00+02:00"));
  CHECK(paris_before("2026-10-26T02:30:00+01:00", 1, Unit::days) == at("2026-10-25T02:30:00+02:00"));
}

TEST_CASE("a month earlier is the same day or the last one of a shorter month") {
  CHECK(paris_before("2026-05-15T10:00:00+02:00", 3, Unit::months) == at("2026-02-15T10:00:00+01:00"));
  CHECK(paris_before("2026-05-31T10:00:00+02:00", 1, Unit::months) == at("2026-04-30T10:00:00+02:00"));
  CHECK(paris_before("2026-05-31T10:00:00+02:00", 3, Unit::months) == at("2026-02-28T10:00:00+01:00"));
  CHECK(paris_before("2028-05-31T10:00:00+02:00", 3, Unit::months) == at("2028-02-29T10:00:00+01:00"));
  CHECK(paris_before("2026-01-31T23:59:59+01:00", 2, Unit::months) == at("2025-11-30T23:59:59+01:00"));
  CHECK(paris_before("2026-01-15T00:00:00+01:00", 1, Unit::months) == at("2025-12-15T00:00:00+01:00"));
}

TEST_CASE("a leap day goes back to the end of February of other years") {
  CHECK(paris_before("2028-02-29T12:00:00+01:00", 12, Unit::months) == at("2027-02-28T12:00:00+01:00"));
  CHECK(paris_before("2028-02-29T12:00:00+01:00", 48, Unit::months) == at("2024-02-29T12:00:00+01:00"));
  CHECK(paris_before("2028-03-01T12:00:00+01:00", 1, Unit::days) == at("2028-02-29T12:00:00+01:00"));
}

TEST_CASE("the day that counts is the landlord's and not that of Greenwich") {
  // In Paris it is 31 March already.
  CHECK(paris_before("2026-03-30T22:30:00+00:00", 1, Unit::months) == at("2026-02-28T00:30:00+01:00"));
}

// ---- which requests

TEST_CASE("every part of a query that is filled must hold") {
  Request leak = report(1, "2026-03-02T09:00:00+01:00", "BEL", "A-101");
  leak.problem = "no-water";
  leak.done_at = at("2026-03-02T12:00:00+01:00");
  leak.state = State::done;
  const auto holds = [&](const PastQuery& query) { return query.matches(leak); };
  CHECK(holds({.residence = "BEL"}));
  CHECK(!holds({.residence = "TIL"}));
  CHECK(holds({.residence = "BEL", .building = "A"}));
  CHECK(!holds({.residence = "BEL", .building = "B"}));
  CHECK(!holds({.residence = "BEL", .building = ""}));
  CHECK(holds({.residence = "BEL", .dwelling = "A-101"}));
  CHECK(!holds({.residence = "BEL", .dwelling = ""}));
  CHECK(holds({.residence = "BEL", .trade = "plumbing"}));
  CHECK(!holds({.residence = "BEL", .trade = "heating"}));
  CHECK(holds({.residence = "BEL", .problem = "no-water"}));
  CHECK(!holds({.residence = "BEL", .problem = "no-heat"}));
  CHECK(holds({.residence = "BEL", .unfinished = true}));
}

TEST_CASE("the common parts are those without a dwelling") {
  const Request hall = report(1, "2026-03-02T09:00:00+01:00", "BEL", "");
  CHECK(PastQuery{.residence = "BEL", .dwelling = ""}.matches(hall));
  CHECK(PastQuery{.residence = "BEL", .building = ""}.matches(hall));
}

TEST_CASE("a window includes both its ends") {
  Request leak = report(1, "2026-03-02T09:00:00+01:00");
  leak.done_at = at("2026-03-02T12:00:00+01:00");
  const auto received = [&](const char* from, const char* to) {
    return PastQuery{.residence = "BEL", .received_from = at(from), .received_to = at(to)}.matches(leak);
  };
  CHECK(received("2026-03-02T09:00:00+01:00", "2026-03-02T09:00:00+01:00"));
  CHECK(!received("2026-03-02T09:00:01+01:00", "2026-03-02T10:00:00+01:00"));
  CHECK(!received("2026-03-02T08:00:00+01:00", "2026-03-02T08:59:59+01:00"));
  const auto done = [&](const char* from, const char* to) {
    return PastQuery{.residence = "BEL", .done_from = at(from), .done_to = at(to)}.matches(leak);
  };
  CHECK(done("2026-03-02T12:00:00+01:00", "2026-03-02T12:00:00+01:00"));
  CHECK(!done("2026-03-02T12:00:01+01:00", "2026-03-02T13:00:00+01:00"));
  CHECK(!done("2026-03-02T11:00:00+01:00", "2026-03-02T11:59:59+01:00"));
}

TEST_CASE("work that was never reported done is in no window of work") {
  const Request open = report(1, "2026-03-02T09:00:00+01:00");
  CHECK(!PastQuery{.residence = "BEL", .done_from = Instant{}}.matches(open));
  CHECK(!PastQuery{.residence = "BEL", .done_to = at("2030-01-01T00:00:00+01:00")}.matches(open));
}

TEST_CASE("unfinished is everything before closed and cancelled") {
  for (const auto& state : codes<State>()) {
    Request one = report(1, "2026-03-02T09:00:00+01:00");
    one.state = state.value;
    CAPTURE(std::string(state.code));
    CHECK(PastQuery{.residence = "BEL", .unfinished = true}.matches(one) ==
          (state.value != State::closed && state.value != State::cancelled));
    CHECK(PastQuery{.residence = "BEL"}.matches(one));
  }
}

// ---- in memory

TEST_CASE("an empty past knows nothing") {
  const RequestsInMemory nothing;
  CHECK(nothing.requests({.residence = "BEL"}).empty());
  CHECK(nothing.orders("GAR", "", Instant{}, at("2030-01-01T00:00:00+01:00")) == 0);
  CHECK(nothing.spent("GAR", Instant{}, at("2030-01-01T00:00:00+01:00")).empty());
}

TEST_CASE("requests come in order of reception whatever the order they were added in") {
  const auto past = past_of({report(3, "2026-03-02T11:00:00+01:00"), report(1, "2026-03-02T09:00:00+01:00"),
                             report(9, "2026-03-02T10:00:00+01:00", "TIL"), report(2, "2026-03-02T10:00:00+01:00"),
                             report(4, "2026-03-02T10:00:00+01:00")});
  CHECK(ids(past.requests({.residence = "BEL"})) == Ids{1, 2, 4, 3});
  CHECK(ids(past.requests({.residence = "BEL", .received_from = at("2026-03-02T10:00:00+01:00")})) == Ids{2, 4, 3});
  CHECK(ids(past.requests({.residence = "BEL", .received_to = at("2026-03-02T10:00:00+01:00")})) == Ids{1, 2, 4});
  CHECK(past.requests({.residence = "XYZ"}).empty());
}

TEST_CASE("orders are those sent from a moment on and before another") {
  const auto past =
      past_of({ordered(1, "GAR", "2026-03-02T09:00:00+01:00"), ordered(2, "GAR", "2026-03-02T10:00:00+01:00"),
               ordered(3, "ELO", "2026-03-02T09:30:00+01:00"), report(4, "2026-03-02T09:30:00+01:00")});
  const auto orders = [&](const char* from, const char* to) { return past.orders("GAR", "", at(from), at(to)); };
  CHECK(orders("2026-03-02T09:00:00+01:00", "2026-03-02T10:00:00+01:00") == 1);
  CHECK(orders("2026-03-02T09:00:00+01:00", "2026-03-02T10:00:01+01:00") == 2);
  CHECK(orders("2026-03-02T09:00:01+01:00", "2026-03-02T10:00:00+01:00") == 0);
  CHECK(past.orders("", "", at("2026-03-02T00:00:00+01:00"), at("2026-03-03T00:00:00+01:00")) == 0);
}

TEST_CASE("what was paid is counted by the day of the order and only where a cost is known") {
  const auto past =
      past_of({ordered(1, "GAR", "2026-03-02T09:00:00+01:00", 100), ordered(2, "GAR", "2026-03-02T10:00:00+01:00", 30),
               ordered(3, "GAR", "2026-03-02T11:00:00+01:00"), ordered(4, "ELO", "2026-03-02T09:00:00+01:00", 7)});
  std::int64_t cents = 0;
  for (const Spent& one : past.spent("GAR", at("2026-03-02T09:00:00+01:00"), at("2026-03-02T12:00:00+01:00"))) {
    CHECK(one.residence == "BEL");
    CHECK(one.trade == "plumbing");
    cents += one.cents;
  }
  CHECK(cents == 130);
  const auto later = past.spent("GAR", at("2026-03-02T09:00:01+01:00"), at("2026-03-02T10:00:01+01:00"));
  REQUIRE(later.size() == 1);
  CHECK(later.front().cents == 30);
  CHECK(past.spent("GAR", at("2026-03-02T11:00:00+01:00"), at("2026-03-02T12:00:00+01:00")).empty());
}

TEST_CASE("what was paid is one row for each residence and trade") {
  Request elsewhere = ordered(3, "GAR", "2026-03-02T11:00:00+01:00", 5);
  elsewhere.residence = "TIL";
  Request heating = ordered(4, "GAR", "2026-03-02T12:00:00+01:00", 6);
  heating.trade = "heating";
  const auto past = past_of({ordered(1, "GAR", "2026-03-02T09:00:00+01:00", 100),
                             ordered(2, "GAR", "2026-03-02T10:00:00+01:00", 30), elsewhere, heating});
  CHECK(past.spent("GAR", at("2026-03-02T00:00:00+01:00"), at("2026-03-03T00:00:00+01:00")).size() == 3);
}

// ---- one request as it was

TEST_CASE("a past with one request more knows that one in its place") {
  const auto past = past_of({report(1, "2026-03-02T09:00:00+01:00"), report(2, "2026-03-02T11:00:00+01:00"),
                             ordered(3, "GAR", "2026-03-02T12:00:00+01:00", 50)});
  const Request more = report(4, "2026-03-02T10:00:00+01:00");
  const PastWith with(past, more);
  CHECK(ids(with.requests({.residence = "BEL"})) == Ids{1, 4, 2, 3});
  CHECK(ids(with.requests({.residence = "BEL", .dwelling = "A-102"})) == Ids{});
  CHECK(ids(with.requests({.residence = "BEL", .received_to = at("2026-03-02T09:59:59+01:00")})) == Ids{1});
  const Instant from = at("2026-03-02T00:00:00+01:00"), to = at("2026-03-03T00:00:00+01:00");
  CHECK(with.orders("GAR", "", from, to) == 1);
  REQUIRE(with.spent("GAR", from, to).size() == 1);
  CHECK(with.spent("GAR", from, to).front().cents == 50);
}

TEST_CASE("a repair that was reopened is still known as it was") {
  Request reopened = report(1, "2026-03-02T09:00:00+01:00");
  reopened.reopened = 1;
  Request closed = report(1, "2026-03-02T09:00:00+01:00");
  closed.state = State::closed;
  closed.done_at = at("2026-03-02T12:00:00+01:00");
  closed.done_provider = "GAR";
  const auto past = past_of({reopened});
  const PastQuery repaired{.residence = "BEL", .done_from = at("2026-03-01T00:00:00+01:00")};
  CHECK(past.requests(repaired).empty());
  const auto found = PastWith(past, closed).requests(repaired);
  REQUIRE(found.size() == 1);
  CHECK(found.front().done_provider == "GAR");
}
