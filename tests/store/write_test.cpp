// Store::write, and statements that are left in the middle.
#include <doctest/doctest.h>

#include <algorithm>
#include <exception>
#include <stdexcept>

#include "store/filling.hpp"

using namespace regie;
using namespace regie::test;

namespace {

struct Archive {
  ~Archive() {
    if (std::uncaught_exceptions() == 0) check_journals(store);
  }
  RequestId open(const Request& draft = leaking_tap()) { return add(store, opened(draft)); }

  DeskHome home;
  Store store = open_store(home.url());
};

sql::Interference interference() { return {Trouble::busy, message("somebody came between")}; }

std::string ids(Store& store, const Filter& filter, const std::vector<Order>& order = {}) {
  std::string text;
  store.list(filter, order, 0, [&](Request&& row) {
    text += (text.empty() ? "" : " ") + std::to_string(row.id);
    return true;
  });
  return text;
}

/// One request for each value, in this order; "" = nothing.
void fill_buildings(Archive& desk, const std::vector<std::string>& buildings) {
  desk.store.write([&] {
    for (const std::string& building : buildings) {
      Request draft = leaking_tap();
      draft.building = building;
      desk.open(draft);
    }
    return true;
  });
}

/// Sorted by their bytes in UTF-8.
const std::vector<std::string>& in_byte_order() {
  static const std::vector<std::string> values{
      "\x01", " x",  "\"",  "%",  "'",  "-", "10",     "2",  "A",       "Ab",     "B",      "Z",      "\\",        "_",
      "a",    "a b", "a-b", "aB", "ab", "b", "e",      "ez", "e\u0301", "z",      "~",      "\u00a0", "É",         "ß",
      "é",    "éa",  "œ",   "Ω",  "я",  "א", "\u200b", "€",  "日本",    "\ufb01", "\ufffd", "🔧",      "\U0010ffff"};
  return values;
}

std::vector<std::string> buildings_listed(Store& store, bool descending) {
  std::vector<std::string> listed;
  store.list({}, {{find_field("building"), descending}}, 0, [&](Request&& row) {
    listed.push_back(row.building);
    return true;
  });
  return listed;
}

}  // namespace

// ---- kept or undone

TEST_CASE("what was written is kept when the work says so") {
  Archive desk;
  desk.store.write([&] {
    CHECK(desk.open() == 1);
    return true;
  });
  CHECK(open_store(desk.home.url(), sql::Access::read).last_id() == 1);
}

TEST_CASE("what was written is undone when the work says no") {
  Archive desk;
  int runs = 0;
  desk.store.write([&] {
    ++runs;
    CHECK(desk.open() == 1);
    CHECK(desk.store.find(1).has_value());
    return false;
  });
  CHECK(runs == 1);
  CHECK_FALSE(desk.store.find(1).has_value());
  CHECK(desk.store.journal(1).empty());
}

TEST_CASE("what was written is undone when the work throws and the exception comes out") {
  Archive desk;
  int runs = 0;
  CHECK_THROWS_WITH_AS(desk.store.write([&]() -> bool {
    ++runs;
    desk.open();
    throw std::runtime_error("enough");
  }),
                       "enough", std::runtime_error);
  const Error error = error_of([&] {
    desk.store.write([&]() -> bool {
      ++runs;
      desk.open();
      throw Error(Trouble::conflict, message("the lifecycle says no"));
    });
  });
  CHECK(error.trouble() == Trouble::conflict);
  CHECK(said(error) == "the lifecycle says no");
  CHECK(runs == 2);
  CHECK(desk.store.last_id() == 0);
}

TEST_CASE("numbers have no gap behind what was undone") {
  Archive desk;
  const auto open_three = [&](bool keep) {
    RequestId last = 0;
    desk.store.write([&] {
      for (int n = 0; n < 3; ++n) last = desk.open();
      return keep;
    });
    return last;
  };
  CHECK(open_three(false) == 3);
  CHECK(open_three(true) == 3);
  CHECK(open_three(false) == 6);
  CHECK_THROWS_AS(desk.store.write([&]() -> bool {
    desk.open();
    throw std::runtime_error("enough");
  }),
                  std::runtime_error);
  CHECK(open_three(true) == 6);
  CHECK(desk.store.last_id() == 6);
}

TEST_CASE("numbers go on behind what somebody else has written meanwhile") {
  Archive desk;
  Store other = open_store(desk.home.url(), sql::Access::write);
  for (RequestId expected = 1; expected <= 6; expected += 2) {
    desk.store.write([&] {
      CHECK(desk.open() == expected);
      return true;
    });
    other.write([&] {
      CHECK(add(other, opened(leaking_tap())) == expected + 1);
      return true;
    });
  }
}

TEST_CASE("the work runs again when somebody came between and is kept once") {
  for (const int times : {1, 2, 9}) {
    CAPTURE(times);
    Archive desk;
    int runs = 0;
    desk.store.write([&] {
      CHECK(desk.store.last_id() == 0);  // all of the run before is undone
      CHECK(desk.open() == 1);
      if (++runs <= times) throw interference();
      return true;
    });
    CHECK(runs == times + 1);
    CHECK(desk.store.last_id() == 1);
    CHECK(desk.store.journal(1).size() == 1);
  }
}

TEST_CASE("the work runs ten times at most and then says why") {
  Archive desk;
  int runs = 0;
  CHECK_THROWS_AS(desk.store.write([&]() -> bool {
    ++runs;
    desk.open();
    throw interference();
  }),
                  sql::Interference);
  CHECK(runs == 10);
  CHECK(desk.store.last_id() == 0);
  desk.store.write([&] { return desk.open() == 1; });
  CHECK(desk.store.last_id() == 1);
}

TEST_CASE("work that says no after somebody came between is undone") {
  Archive desk;
  int runs = 0;
  desk.store.write([&] {
    desk.open();
    if (++runs < 3) throw interference();
    return false;
  });
  CHECK(runs == 3);
  CHECK(desk.store.last_id() == 0);
}

TEST_CASE("being busy is no interference and is not tried again") {
  Archive desk;
  int runs = 0;
  CHECK(error_of([&] {
          desk.store.write([&]() -> bool {
            ++runs;
            throw Error(Trouble::busy, message("busy"));
          });
        }).trouble() == Trouble::busy);
  CHECK(runs == 1);
}

TEST_CASE("a row the database refuses undoes all that was written with it") {
  Archive desk;
  Request draft = leaking_tap();
  draft.key = "mairie:42";
  desk.store.write([&] { return desk.open(draft) == 1; });
  CHECK(error_of([&] {
          desk.store.write([&] {
            desk.open();
            desk.open(draft);
            desk.open();
            return true;
          });
        }).trouble() == Trouble::refused);
  CHECK(desk.store.last_id() == 1);
  desk.store.write([&] { return desk.open() == 2; });
  CHECK(desk.store.last_id() == 2);
}

TEST_CASE("whatever statement fails all of them may be used again") {
  Archive desk;
  Request taken = leaking_tap();
  taken.key = "k";
  desk.store.write([&] { return desk.open(taken) == 1; });
  const auto note = [&](RequestId id) {
    const Request row = *desk.store.find(id);
    desk.store.save(changed(decide(row, act_at(row.changed_at + std::chrono::minutes{1}, Note{}))));
  };
  for (int round = 0; round < 4; ++round) {
    CAPTURE(round);
    CHECK_THROWS_AS(desk.store.write([&] {
      desk.open();
      desk.open(taken);  // refused, and with it all that is under way behind it
      note(1);
      return true;
    }),
                    Error);
    int runs = 0;
    desk.store.write([&] {  // after an interference too
      desk.open();
      note(1);
      if (++runs == 1) throw interference();
      return true;
    });
    CHECK(runs == 2);
    CHECK(desk.store.last_id() == round + 2);
    CHECK(desk.store.journal(1).size() == static_cast<std::size_t>(round) + 2);
    CHECK_FALSE(desk.store.find_key("none").has_value());
    CHECK(desk.store.taken(std::vector<std::string_view>{"k"}).size() == 1);
  }
}

// ---- keys

TEST_CASE("which of many keys are taken") {
  Archive desk;
  const auto key = [](std::size_t number) { return "mairie:" + std::to_string(number); };
  desk.store.write([&] {
    for (std::size_t number = 0; number < 1000; number += 3) {
      Request draft = leaking_tap();
      draft.key = key(number);
      desk.open(draft);
    }
    return true;
  });
  for (const std::size_t count : {0U, 1U, 2U, 255U, 256U, 257U, 511U, 512U, 513U, 1000U}) {
    CAPTURE(count);
    std::vector<std::string> keys;
    for (std::size_t number = 0; number < count; ++number) keys.push_back(key(number));
    const auto taken = desk.store.taken(std::vector<std::string_view>(keys.begin(), keys.end()));
    std::set<std::string, std::less<>> expected;
    for (std::size_t number = 0; number < count; number += 3) expected.insert(key(number));
    CHECK(taken == expected);
  }
  const std::vector<std::string_view> one{"mairie:1"};
  CHECK(desk.store.taken(one).empty());  // nothing is left of the thousand before
}

TEST_CASE("keys are compared byte by byte and may be asked twice") {
  Archive desk;
  const std::vector<std::string> keys{"a",   "A",    "é",  "e\u0301",    "'",
                                      "''",  "\"",   "\\", "$1",         "%",
                                      "a b", "a\nb", "🔧",  "1) or (1=1", std::string(5000, 'k')};
  desk.store.write([&] {
    for (std::size_t n = 0; n < keys.size(); n += 2) {
      Request draft = leaking_tap();
      draft.key = keys[n];
      desk.open(draft);
    }
    return true;
  });
  std::vector<std::string_view> asked;
  for (int twice = 0; twice < 2; ++twice) asked.insert(asked.end(), keys.begin(), keys.end());
  asked.insert(asked.end(), 300, "a");
  asked.push_back("");
  std::set<std::string, std::less<>> expected;
  for (std::size_t n = 0; n < keys.size(); n += 2) expected.insert(keys[n]);
  CHECK(desk.store.taken(asked) == expected);
  for (std::size_t n = 0; n < keys.size(); ++n) CHECK(desk.store.find_key(keys[n]).has_value() == (n % 2 == 0));
}

TEST_CASE("keys of requests that are being written are taken already") {
  Archive desk;
  Request draft = leaking_tap();
  draft.key = "k";
  const std::vector<std::string_view> keys{"k"};
  desk.store.write([&] {
    CHECK(desk.store.taken(keys).empty());
    desk.open(draft);
    CHECK(desk.store.taken(keys).size() == 1);
    return false;
  });
  CHECK(desk.store.taken(keys).empty());
}

// ---- order

TEST_CASE("texts are sorted by their bytes with nothing at the end on every engine") {
  REQUIRE(std::ranges::is_sorted(in_byte_order()));
  Archive desk;
  std::vector<std::string> shuffled = in_byte_order();
  std::ranges::rotate(shuffled, shuffled.begin() + 17);
  std::ranges::reverse(shuffled.begin() + 5, shuffled.begin() + 30);
  shuffled.insert(shuffled.begin() + 3, "");
  shuffled.emplace_back();
  fill_buildings(desk, shuffled);
  std::vector<std::string> expected = in_byte_order();
  expected.insert(expected.end(), 2, "");
  CHECK(buildings_listed(desk.store, false) == expected);
  std::reverse(expected.begin(), expected.end() - 2);
  CHECK(buildings_listed(desk.store, true) == expected);
}

TEST_CASE("accents and case and digits make texts different in a filter") {
  Archive desk;
  const std::vector<std::string> residences{"E", "e", "é", "É", "e\u0301", "10", "2", "e ", " e"};
  desk.store.write([&] {
    for (const std::string& residence : residences) {
      Request draft = leaking_tap();
      draft.residence = residence;
      desk.open(draft);
    }
    return true;
  });
  for (std::size_t n = 0; n < residences.size(); ++n)
    CHECK(ids(desk.store, {.residences = {residences[n]}}) == std::to_string(n + 1));
  CHECK(ids(desk.store, {.residences = {"é", "É", "2"}}) == "3 4 7");
  CHECK(ids(desk.store, {}, {{find_field("residence")}}) == "9 6 7 1 2 8 5 4 3");
  CHECK(ids(desk.store, {}, {{find_field("residence"), true}}) == "3 4 5 8 2 1 7 6 9");
}

TEST_CASE("what has no value comes last in both directions and ties are settled by number") {
  Archive desk;
  fill_buildings(desk, {"b", "", "a", "b", "", "a"});
  CHECK(ids(desk.store, {}, {{find_field("building")}}) == "3 6 1 4 2 5");
  CHECK(ids(desk.store, {}, {{find_field("building"), true}}) == "1 4 3 6 2 5");
  CHECK(ids(desk.store, {}, {{find_field("building"), true}, {nullptr, true}}) == "4 1 6 3 5 2");
}

// ---- left in the middle

TEST_CASE("whoever reads a list may ask other things meanwhile") {
  Archive desk;
  fill(desk.store, 700, 1);
  RequestId expected = 0;
  desk.store.list({}, {{nullptr}}, 0, [&](Request&& row) {
    CHECK(row.id == ++expected);
    if (row.id % 50 == 1) {
      CHECK(desk.store.find(701 - row.id)->id == 701 - row.id);
      CHECK(desk.store.journal(row.id).size() == 2);
      CHECK(desk.store.last_id() == 700);
      CHECK(desk.store.count({}, 1000) == 700);
      CHECK_FALSE(desk.store.find_key("none").has_value());
      int inner = 0;
      desk.store.list({}, {{nullptr, true}}, 0, [&](Request&& other) {
        CHECK(other.id == 700 - inner);
        return ++inner < 5;
      });
      CHECK(inner == 5);
    }
    CHECK(row.text == "le robinet fuit");
    return true;
  });
  CHECK(expected == 700);
}

TEST_CASE("lists in lists in lists give each row its turn") {
  Archive desk;
  fill(desk.store, 12);
  int rows = 0;
  desk.store.list({}, {{nullptr}}, 0, [&](Request&& first) {
    RequestId second_expected = 0;
    desk.store.list({}, {{nullptr}}, 0, [&](Request&& second) {
      CHECK(second.id == ++second_expected);
      RequestId third_expected = 12;
      desk.store.list({}, {{nullptr, true}}, 0, [&](Request&& third) {
        CHECK(third.id == third_expected--);
        ++rows;
        return true;
      });
      return second.id < first.id;
    });
    return true;
  });
  CHECK(rows == 12 * (12 * 13 / 2));
}

TEST_CASE("a list that was stopped early leaves nothing behind") {
  Archive desk;
  fill(desk.store, 600);
  for (int round = 0; round < 20; ++round) {
    int seen = 0;
    desk.store.list({}, {{nullptr}}, 0, [&](Request&& row) {
      CHECK(row.id == seen + 1);
      return ++seen <= round;
    });
    CHECK(seen == round + 1);
    CHECK(desk.store.last_id() == 600 + round);
    desk.store.write([&] {
      desk.open();
      return true;
    });
  }
}

TEST_CASE("a list that was left by an exception leaves nothing behind") {
  Archive desk;
  fill(desk.store, 600);
  for (int round = 0; round < 3; ++round) {
    int seen = 0;
    CHECK_THROWS_AS(desk.store.list({}, {{nullptr}}, 0,
                                    [&](Request&&) -> bool {
                                      if (++seen == 10) throw std::runtime_error("enough");
                                      return true;
                                    }),
                    std::runtime_error);
    CHECK(desk.store.find(300)->id == 300);
    desk.store.write([&] {
      desk.open();
      return true;
    });
  }
  CHECK(desk.store.last_id() == 603);
}

TEST_CASE("rows are read and saved in one transaction") {
  Archive desk;
  fill(desk.store, 300);
  int saved = 0;
  desk.store.write([&] {
    desk.store.list({}, {{nullptr}}, 0, [&](Request&& row) {
      desk.store.save(changed(decide(row, act_at(row.changed_at + std::chrono::minutes{1}, Note{}))));
      ++saved;
      return true;
    });
    return true;
  });
  CHECK(saved == 300);
  CHECK(desk.store.check(unheard).entries == 600);
}

TEST_CASE("a kept statement that was left by an exception may be used again") {
  Archive desk;
  fill(desk.store, 3, 2);
  tamper(desk.home.url(), "update request set state = 99 where id = 2");
  tamper(desk.home.url(), "update journal set action = 99 where request = 3 and sequence = 1");
  for (int round = 0; round < 3; ++round) {
    CHECK(error_of([&] { (void)desk.store.find(2); }).trouble() == Trouble::refused);
    CHECK(desk.store.find(1)->id == 1);
    CHECK(desk.store.find(3)->id == 3);
    CHECK(error_of([&] { (void)desk.store.journal(3); }).trouble() == Trouble::refused);
    CHECK(desk.store.journal(1).size() == 3);
    CHECK(error_of([&] { (void)desk.store.find(2); }).trouble() == Trouble::refused);
    CHECK(error_of([&] { (void)desk.store.journal(3); }).trouble() == Trouble::refused);
    desk.store.write([&] {
      desk.open();
      return true;
    });
    CHECK(desk.store.last_id() == 4 + round);
  }
  CHECK(desk.store.find(1)->id == 1);
  CHECK(desk.store.journal(1).size() == 3);
  tamper(desk.home.url(), "update request set state = 1 where id = 2");
  tamper(desk.home.url(), "update journal set action = 1 where request = 3 and sequence = 1");
}

TEST_CASE("a row that cannot be read holds nobody up") {
  Archive desk;
  fill(desk.store, 3, 2);
  tamper(desk.home.url(), "update request set state = 99 where id = 2");
  tamper(desk.home.url(), "update journal set action = 99 where request = 3 and sequence = 1");
  Store other = open_store(desk.home.url(), sql::Access::write, std::chrono::milliseconds{50});
  const auto write = [&] {
    try {
      other.write([&] { return add(other, opened(leaking_tap())) > 0; });
      return true;
    } catch (const Error&) {
      return false;
    }
  };
  CHECK(error_of([&] { (void)desk.store.find(2); }).trouble() == Trouble::refused);
  CHECK(write());
  CHECK(desk.store.find(1).has_value());
  CHECK(write());
  CHECK(error_of([&] { (void)desk.store.journal(3); }).trouble() == Trouble::refused);
  CHECK(write());
  CHECK(desk.store.journal(1).size() == 3);
  tamper(desk.home.url(), "update request set state = 1 where id = 2");
  tamper(desk.home.url(), "update journal set action = 1 where request = 3 and sequence = 1");
}

TEST_CASE("an insert the database refused may be repeated with what it takes") {
  Archive desk;
  Request draft = leaking_tap();
  draft.key = "k";
  desk.store.write([&] { return desk.open(draft) == 1; });
  for (int round = 0; round < 3; ++round) {
    CHECK_THROWS_AS(desk.store.write([&] {
      desk.open(draft);
      return true;
    }),
                    Error);
    Request other = leaking_tap();
    other.key = "k" + std::to_string(round);
    desk.store.write([&] { return desk.open(other) == round + 2; });
  }
  CHECK(desk.store.last_id() == 4);
  CHECK(desk.store.find(4)->key == "k2");
}

TEST_CASE("a statement left in the middle starts anew with what is bound then") {
  Archive desk;
  fill(desk.store, 20);
  auto database = sql::open(desk.home.url(), open_options(sql::Access::write));
  auto select = database.prepare("select id from request where id > $1 order by id");
  auto other = database.prepare("select count(*) from request where id <= $1");
  for (std::int64_t after = 0; after < 5; ++after) {
    select.bind(1, after);
    REQUIRE(select.next());
    CHECK(select.number(0) == after + 1);
    other.bind(1, after);
    REQUIRE(other.next());
    CHECK(other.number(0) == after);
    REQUIRE(select.next());
    CHECK(select.number(0) == after + 2);
    select.reset();
    other.reset();
  }
  select.bind(1, std::int64_t{17});
  std::vector<std::int64_t> rest;
  while (select.next()) rest.push_back(select.number(0));
  CHECK(rest == std::vector<std::int64_t>{18, 19, 20});
  rest.clear();
  while (select.next()) rest.push_back(select.number(0));  // behind the last it may run again
  CHECK(rest == std::vector<std::int64_t>{18, 19, 20});
}

TEST_CASE("one reads while the other streams a long list") {
  Archive desk;
  fill(desk.store, 3000);
  Store other = open_store(desk.home.url(), sql::Access::read);
  RequestId expected = 0;
  desk.store.list({}, {{nullptr}}, 0, [&](Request&& row) {
    CHECK(row.id == ++expected);
    if (row.id % 500 == 0) {
      CHECK(other.find(row.id)->id == row.id);
      CHECK(other.count({}, 10'000) == 3000);
      RequestId inner = 3000;
      other.list({}, {{nullptr, true}}, 0, [&](Request&& there) {
        CHECK(there.id == inner--);
        return true;
      });
      CHECK(inner == 0);
    }
    return true;
  });
  CHECK(expected == 3000);
}
