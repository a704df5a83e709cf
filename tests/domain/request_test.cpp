#include "regie/request.hpp"

#include <doctest/doctest.h>

#include <set>
#include <type_traits>

#include "domain/acts.hpp"

using namespace regie;
using namespace regie::test;

namespace {

bool holds_text(const Field& field) { return std::holds_alternative<std::string Request::*>(field.member); }

/// A value the field does not have in a new request.
Scalar another_value(const Field& field) {
  if (holds_text(field)) return std::string("été\n\"'");
  const Scalar usual = get(Request{}, field);
  return usual == Scalar{std::int64_t{1}} ? std::int64_t{2} : std::int64_t{1};
}

}  // namespace

TEST_CASE("every field is set and read and told apart") {
  for (const Field& field : request_fields()) {
    CAPTURE(std::string(field.name));
    const Scalar value = another_value(field);
    Request request;
    set(request, field, value);
    CHECK(get(request, field) == value);

    const FieldChanges changes = difference(Request{}, request);
    REQUIRE(changes.size() == 1);
    CHECK(changes.front().first == &field);
    CHECK(changes.front().second == value);

    for (const auto& [changed_field, back] : difference(request, Request{})) set(request, *changed_field, back);
    CHECK(request == Request{});
  }
}

TEST_CASE("the difference of two requests makes one out of the other") {
  const Request one = life_in(State::closed).request;
  const Request other = life_in(State::on_hold).request;
  Request made = one;
  for (const auto& [field, value] : difference(one, other)) set(made, *field, value);
  made.version = other.version;
  CHECK(made == other);
  CHECK(difference(one, one).empty());
}

TEST_CASE("every member of a request but id and version has its row in the table of fields") {
  std::set<std::string> names;
  for (const Field& field : request_fields()) {
    names.insert(field.name);
    CHECK(find_field(field.name) == &field);
  }
  CHECK(names.size() == 69);
  CHECK(request_fields().size() == names.size());
  CHECK(find_field("id") == nullptr);
  CHECK(find_field("version") == nullptr);
}

TEST_CASE("a field refuses what no version of regie writes") {
  for (const Field& field : request_fields()) {
    CAPTURE(std::string(field.name));
    Request request;
    if (holds_text(field)) CHECK_THROWS_AS(set(request, field, Scalar{std::int64_t{1}}), Error);
    else CHECK_THROWS_AS(set(request, field, Scalar{std::string("1")}), Error);
  }
}

TEST_CASE("a code that is not in the vocabulary is refused") {
  for (const char* name : {"state", "held_from", "channel", "place", "urgency", "hold_party", "cancel_reason"})
    for (const std::int64_t number : {-1, 0, 9, 4'000'000}) {
      CAPTURE(std::string(name));
      CAPTURE(number);
      Request request;
      CHECK_THROWS_AS(set(request, *find_field(name), Scalar{number}), Error);
    }
}

TEST_CASE("nothing empties what may be empty and nothing else") {
  Request full;
  for (const Field& field : request_fields()) set(full, field, another_value(field));
  for (const char* name : {"key", "text", "held_from", "cost", "rating", "target_at", "hold_party"}) {
    set(full, *find_field(name), Scalar{});
    CHECK(get(full, *find_field(name)) == Scalar{});
  }
  for (const char* name : {"state", "opened_at", "reworks", "certain", "urgency"})
    CHECK_THROWS_AS(set(full, *find_field(name), Scalar{}), Error);
}

TEST_CASE("codes joined by semicolons") {
  CHECK(split_codes("senior;medical") == std::vector<std::string>{"senior", "medical"});
  CHECK(split_codes(";;a;") == std::vector<std::string>{"a"});
  CHECK(split_codes("").empty());
  CHECK(has_code("senior;medical", "medical"));
  CHECK(!has_code("seniority;x", "senior"));
  CHECK(!has_code("", "senior"));
  CHECK(add_code("", "GAR") == "GAR");
  CHECK(add_code("GAR", "ELO") == "GAR;ELO");
  CHECK(add_code("GAR;ELO", "GAR") == "GAR;ELO");
}

TEST_CASE("due is the earlier of target and promise of those that do not stand still") {
  const auto due = [](std::optional<Instant> target, std::optional<Instant> promise, ClockSet stopped) {
    Request request;
    request.target_at = target;
    request.promised_at = promise;
    request.stopped = stopped;
    return next_due(request);
  };
  CHECK(due(minute(1), minute(2), 0) == minute(1));
  CHECK(due(minute(2), minute(1), 0) == minute(1));
  CHECK(due({}, minute(2), 0) == minute(2));
  CHECK(due(minute(2), {}, 0) == minute(2));
  CHECK(!due({}, {}, 0));
  CHECK(due(minute(1), minute(2), only(ClockKind::target)) == minute(2));
  CHECK(due(minute(2), minute(1), only(ClockKind::promise)) == minute(2));
  CHECK(!due(minute(2), minute(1), only(ClockKind::promise) | only(ClockKind::target)));
}

TEST_CASE("late is what is over and not yet done") {
  for (const State state : {State::open, State::assigned, State::scheduled, State::on_hold}) {
    Request request;
    request.state = state;
    request.due_at = minute(10);
    CHECK(is_late(request, minute(11)));
    CHECK(!is_late(request, minute(10)));
    request.due_at.reset();
    CHECK(!is_late(request, minute(11)));
  }
  for (const State state : {State::done, State::verified, State::closed, State::cancelled}) {
    Request request;
    request.state = state;
    request.due_at = minute(10);
    CHECK(!is_late(request, minute(11)));
  }
}
