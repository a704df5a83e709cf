// Store::copy_to: everything arrives, or nothing.
#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "store/filling.hpp"

using namespace regie;
using namespace regie::test;

namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

/// Every kind of text that people and programs have sent to a desk.
const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> texts{
      " ",
      "'",
      "''; drop table request; --",
      "\"\\\"\\\\",
      "\\",
      "\\N",
      "\\.",
      "NULL",
      "a\tb\nc\r\nd\ve\ff",
      "\x01\x1b[31mred\x1b[0m\x7f",
      "$1 %s {0} :name ?",
      "é e\u0301 \u00c5 A\u030a ﬁ",
      "\u202eשלום\u202c مرحبا \u200f",
      "\ufffd \ufeff \u200b \u2028 \u00a0",
      "🔧👩‍🔧🏳️‍🌈🇫🇷👍🏽",
      "\U00010000\U0010ffff",
      "日本語 한국어 ไทย",
      "a\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308",
      std::string(100'000, 'x') + "é",
  };
  return texts;
}

/// A source in a file whatever engine the tests run on: its rows may be anything that a column takes.
struct Source {
  void tamper(const std::string& sql) const { test::tamper(url, sql); }
  void set(RequestId id, const std::string& column, const sql::Value& value) const {
    auto database = sql::open(url, open_options(sql::Access::write));
    database.prepare("update request set " + column + " = $1 where id = $2").bind(1, value).bind(2, id).run();
  }

  Folder folder;
  std::string url = (folder.path() / "source.db").string();
  Store store = open_store(url);
};

Store file_store(const Folder& folder, const std::string& name) { return open_store((folder.path() / name).string()); }

/// Copies to the tests' engine and back into a file, and compares at every step.
void check_round_trip(Source& source) {
  const auto there_first = source.store.contents(unheard);
  const Everything all = everything_in(source.store);
  const DeskHome home;
  Store middle = open_store(home.url());
  CHECK(source.store.copy_to(middle, unheard) == there_first);
  CHECK(middle.contents(unheard) == there_first);
  check_same(everything_in(middle), all);
  Store back = file_store(source.folder, "back.db");
  CHECK(middle.copy_to(back, unheard) == there_first);
  CHECK(back.contents(unheard) == there_first);
  check_same(everything_in(back), all);
  CHECK(source.store.contents(unheard) == there_first);
}

std::int64_t rows_in(Store& store) {
  std::int64_t rows = 0;
  for (const TableContent& content : store.contents(unheard)) rows += content.rows;
  return rows;
}

/// Thrown by a test's own hand.
struct Enough : std::runtime_error {
  Enough() : std::runtime_error("enough") {}
};

}  // namespace

TEST_CASE("an empty database is copied and is empty") {
  Source source;
  const DeskHome home;
  Store target = open_store(home.url());
  const auto copied = source.store.copy_to(target, unheard);
  std::string names;
  for (const TableContent& content : copied) {
    names += content.table + std::string(" ");
    CHECK(content.rows == 0);
  }
  CHECK(names == "request journal policy inspection attempt mail notice received failing_address ");
  CHECK(target.contents(unheard) == copied);
  fill(target, 1);
  CHECK(target.last_id() == 1);
}

TEST_CASE("whole lives arrive as they were with what tells them apart") {
  Source source;
  source.store.write([&] {
    for (const auto& row : codes<State>()) add(source.store, life_in(row.value));
    Life relayed = opened(leaking_tap());
    Actor typed = technician;
    typed.typed_by = "cmontagnier";
    typed.typed_by_person = "montagnier";
    relayed(to_provider("REGIE"));
    relayed(Hold{Party::parts}, typed, "cartouche\ncommandée");
    add(source.store, relayed);
    return true;
  });
  check_round_trip(source);
}

TEST_CASE("every column takes every kind of text there and back") {
  Source source;
  fill(source.store, static_cast<int>(hostile_texts().size()), 1);
  RequestId id = 0;
  for (const std::string& text : hostile_texts()) {
    ++id;
    for (const Field& field : request_fields())
      if (std::holds_alternative<std::string Request::*>(field.member))
        source.set(id, field.name, field.name == std::string("key") ? text + std::to_string(id) : text);
    auto database = sql::open(source.url, open_options(sql::Access::write));
    database.prepare("update journal set who = $1, typed_by = $1, reason = $1, decision = $1 where request = $2")
        .bind(1, std::string_view(text))
        .bind(2, id)
        .run();
  }
  CHECK(source.store.find(2)->text == hostile_texts()[1]);
  check_round_trip(source);
}

TEST_CASE("numbers arrive to the last digit") {
  Source source;
  fill(source.store, 5);
  const std::vector<std::int64_t> numbers{lowest, highest, 0, -1, std::int64_t{1} << 53};
  for (std::size_t n = 0; n < numbers.size(); ++n)
    for (const std::string column : {"version", "opened_at", "changed_at", "target_at", "promised_at", "due_at",
                                     "assigned_at", "accepted_at", "visit_from", "visit_to", "reschedules", "no_access",
                                     "done_at", "cost", "verified_at", "reworks", "closed_at", "reopened"})
      source.set(static_cast<RequestId>(n) + 1, column, numbers[n]);
  source.tamper("update journal set at = -9223372036854775807 - 1, entered_at = 9223372036854775807 where request = 1");
  source.tamper("update journal set sequence = 9223372036854775807 where request = 2");
  CHECK(source.store.find(1)->cost == lowest);
  CHECK(source.store.find(2)->cost == highest);
  check_round_trip(source);
}

TEST_CASE("what is empty and what is nothing stay apart") {
  Source source;
  fill(source.store, 3);
  source.set(1, "answer", std::string());
  source.set(2, "answer", {});
  source.set(3, "answer", std::string("-"));
  const auto before = source.store.contents(unheard);
  source.set(2, "answer", std::string());
  CHECK(source.store.contents(unheard) != before);
  source.set(2, "answer", {});
  CHECK(source.store.contents(unheard) == before);
  check_round_trip(source);
}

TEST_CASE("a digest tells where one value ends and the next begins") {
  Source source;
  fill(source.store, 1);
  std::vector<std::string> digests;
  for (const auto& [building, dwelling] : std::vector<std::pair<sql::Value, sql::Value>>{
           {std::string("ab"), std::string("c")},
           {std::string("a"), std::string("bc")},
           {std::string("abc"), {}},
           {{}, std::string("abc")},
           {std::string("at1:b"), std::string("c")},
           {std::string("a"), std::string("t1:bc")},
           {std::string("-"), {}},
           {{}, std::string("-")},
           {{}, {}},
       }) {
    source.set(1, "building", building);
    source.set(1, "dwelling", dwelling);
    digests.push_back(source.store.contents(unheard).front().digest);
  }
  std::ranges::sort(digests);
  CHECK(std::ranges::adjacent_find(digests) == digests.end());
}

TEST_CASE("a request may point to one that comes later") {
  Source source;
  fill(source.store, 6);
  source.tamper("update request set duplicate_of = 6, parent = 5, rework_of = 4 where id = 1");
  source.tamper("update request set duplicate_of = 2, parent = 1 where id = 3");
  source.tamper("update request set parent = id where id = 2");
  source.tamper("update request set parent = 6 where id = 5");
  source.tamper("update request set parent = 5 where id = 6");
  check_round_trip(source);
}

TEST_CASE("a reference over a whole page is kept") {
  Source source;
  fill(source.store, 1500);
  source.tamper("update request set duplicate_of = 1500 where id = 1");
  source.tamper("update request set duplicate_of = 1 where id = 1500");
  check_round_trip(source);
}

TEST_CASE("gaps stay gaps and numbers go on behind the last one") {
  Source source;
  fill(source.store, 40);
  source.tamper("delete from journal where request in (1, 2, 20) or request between 30 and 39");
  source.tamper("delete from request where id in (1, 2, 20) or id between 30 and 39");
  check_round_trip(source);
  const DeskHome home;
  Store target = open_store(home.url());
  source.store.copy_to(target, unheard);
  CHECK_FALSE(target.find(20).has_value());
  CHECK(target.last_id() == 40);
  target.write([&] {
    CHECK(add(target, opened(leaking_tap())) == 41);
    CHECK(add(target, opened(leaking_tap())) == 42);
    return true;
  });
  CHECK(target.check(unheard).findings.empty());
}

TEST_CASE("rows with numbers that regie never gives are not left behind") {
  Source source;
  fill(source.store, 3);
  source.tamper(
      "pragma foreign_keys = off; update request set id = -5 where id = 1; update journal set request = -5 where "
      "request = 1");
  source.tamper(
      "pragma foreign_keys = off; update request set id = 0 where id = 2; update journal set request = 0 where request "
      "= 2");
  source.tamper(
      "pragma foreign_keys = off; update request set id = 9223372036854775807 where id = 3; "
      "update journal set request = 9223372036854775807, sequence = -3 where request = 3");
  CHECK(rows_in(source.store) == 6);
  check_round_trip(source);
  const DeskHome home;
  Store target = open_store(home.url());
  const auto copied = source.store.copy_to(target, unheard);
  CHECK(copied[0].rows == 3);
  CHECK(target.find(-5).has_value());
  CHECK(target.find(0).has_value());
  CHECK(target.find(highest).has_value());
}

TEST_CASE("more rows than a page arrive with the journals that straddle pages") {
  Source source;
  fill(source.store, 1005, 2);
  check_round_trip(source);
}

TEST_CASE("pages that are just full are not the end and not the beginning") {
  for (const int count : {999, 1000, 1001}) {
    CAPTURE(count);
    Source source;
    fill(source.store, count, 1);
    const DeskHome home;
    Store target = open_store(home.url());
    const auto copied = source.store.copy_to(target, unheard);
    CHECK(copied[0].rows == count);
    CHECK(copied[1].rows == 2 * count);
    CHECK(target.contents(unheard) == copied);
  }
}

TEST_CASE("progress tells of each table how much of how much") {
  Source source;
  fill(source.store, 1500, 1);
  const DeskHome home;
  Store target = open_store(home.url());
  std::map<std::string, std::vector<std::int64_t>> steps;
  source.store.copy_to(target, [&](const char* table, std::int64_t done, std::int64_t all) {
    if (all == 0) return;  // no policies and no inspections here
    CHECK(all == (table == std::string("request") ? 1500 : 3000));
    steps[table].push_back(done);
  });
  REQUIRE(steps.size() == 2);
  for (const auto& [table, done] : steps) {
    CHECK(std::ranges::is_sorted(done));
    CHECK(done.back() == (table == "request" ? 1500 : 3000));
    CHECK(done.size() >= 2);
  }
}

// ---- or nothing

TEST_CASE("a target that is not empty is refused and stays as it was") {
  Source source;
  fill(source.store, 3, 1);
  const DeskHome home;
  Store target = open_store(home.url());
  fill(target, 1);
  const auto before = target.contents(unheard);
  const Everything rows_before = everything_in(target);
  const Error error = error_of([&] { source.store.copy_to(target, unheard); });
  CHECK(error.trouble() == Trouble::refused);
  CHECK(said(error).find("not empty") != std::string::npos);
  CHECK(target.contents(unheard) == before);
  check_same(everything_in(target), rows_before);
  fill(target, 1);
  CHECK(target.last_id() == 2);
}

TEST_CASE("a database is not copied onto itself") {
  Source source;
  fill(source.store, 3);
  Store same = open_store(source.url);
  const auto before = source.store.contents(unheard);
  CHECK(error_of([&] { source.store.copy_to(same, unheard); }).trouble() == Trouble::refused);
  CHECK(source.store.contents(unheard) == before);
}

TEST_CASE("a copy that was stopped anywhere leaves nothing and may be begun again") {
  Source source;
  fill(source.store, 1200, 1);
  const auto all = source.store.contents(unheard);
  int calls = 0;
  {
    const DeskHome home;
    Store target = open_store(home.url());
    source.store.copy_to(target, [&](const char*, std::int64_t, std::int64_t) { ++calls; });
  }
  REQUIRE(calls > 3);
  const DeskHome home;
  Store target = open_store(home.url());
  for (int stop = 1; stop <= calls; ++stop) {
    CAPTURE(stop);
    int call = 0;
    CHECK_THROWS_AS(source.store.copy_to(target,
                                         [&](const char*, std::int64_t, std::int64_t) {
                                           if (++call == stop) throw Enough();
                                         }),
                    Enough);
    CHECK(rows_in(target) == 0);
    CHECK(rows_in(source.store) == 3600);
  }
  CHECK(source.store.copy_to(target, unheard) == all);
  CHECK(target.contents(unheard) == all);
  fill(source.store, 1);  // the source is not held either
  CHECK(source.store.last_id() == 1201);
}

TEST_CASE("a stopped copy out of the tests' engine leaves nothing either") {
  const DeskHome home;
  Store source = open_store(home.url());
  fill(source, 1200, 1);
  const Folder folder;
  Store target = file_store(folder, "target.db");
  for (const int stop : {1, 2, 3}) {
    int call = 0;
    CHECK_THROWS_AS(source.copy_to(target,
                                   [&](const char*, std::int64_t, std::int64_t) {
                                     if (++call == stop) throw Enough();
                                   }),
                    Enough);
    CHECK(rows_in(target) == 0);
  }
  const auto copied = source.copy_to(target, unheard);
  CHECK(copied == source.contents(unheard));
  fill(source, 1);
  CHECK(source.last_id() == 1201);
}

TEST_CASE("what the target cannot keep is refused and nothing of the rest stays" *
          doctest::skip(test_server().empty())) {
  for (const std::string& text :
       {std::string("avant\0apres", 11), std::string("\xe9t\xe9"), std::string("\xed\xa0\x80"),
        std::string("\xf4\x90\x80\x80"), std::string("\xc0\xaf")}) {
    Source source;
    fill(source.store, 1100);
    source.set(1050, "text", text);
    const DeskHome home;
    Store target = open_store(home.url());
    CHECK(error_of([&] { source.store.copy_to(target, unheard); }).trouble() == Trouble::refused);
    CHECK(rows_in(target) == 0);
    source.set(1050, "text", std::string("mended"));
    const auto copied = source.store.copy_to(target, unheard);
    CHECK(copied == source.store.contents(unheard));
  }
}

TEST_CASE("bytes that are no text are copied from file to file") {
  Source source;
  fill(source.store, 2);
  source.set(1, "text", std::string("avant\0apres", 11));
  source.set(2, "text", std::string("\xe9t\xe9"));
  Store target = file_store(source.folder, "target.db");
  const auto copied = source.store.copy_to(target, unheard);
  CHECK(copied == target.contents(unheard));
  CHECK(target.find(1)->text == std::string("avant\0apres", 11));
  CHECK(target.find(2)->text == "\xe9t\xe9");
}

// ---- while others work

TEST_CASE("what somebody has not committed yet is not seen") {
  const DeskHome home;
  Store source = open_store(home.url());
  fill(source, 3, 1);
  const auto before = source.contents(unheard);
  Store other = open_store(home.url(), sql::Access::write);
  const Folder folder;
  {
    const auto writing = other.transaction(sql::Transaction::Kind::write);
    add(other, opened(leaking_tap()));
    CHECK(other.last_id() == 4);
    CHECK(source.contents(unheard) == before);
    Store target = file_store(folder, "target.db");
    CHECK(source.copy_to(target, unheard) == before);
  }
  CHECK(source.contents(unheard) == before);
}

TEST_CASE("a copy is of one moment whatever others write meanwhile") {
  const DeskHome home;
  Store source = open_store(home.url());
  fill(source, 1200);
  const auto before = source.contents(unheard);
  Store other = open_store(home.url(), sql::Access::write, std::chrono::milliseconds{20});
  const Folder folder;
  Store target = file_store(folder, "target.db");
  int written = 0;
  const auto copied = source.copy_to(target, [&](const char*, std::int64_t, std::int64_t) {
    try {
      other.write([&] {
        add(other, opened(leaking_tap()));
        Request row = *other.find(1);
        other.save(changed(decide(row, act_at(row.changed_at + std::chrono::minutes{1}, Note{}))));
        return true;
      });
      ++written;
    } catch (const Error& error) {
      CHECK(error.trouble() == Trouble::busy);  // a file lets nobody commit while it is read
    }
  });
  CHECK(copied == before);
  CHECK(target.contents(unheard) == before);
  CHECK(written == (test_server().empty() ? 0 : 11));  // eight tables; two of them in two pages
  CHECK(source.last_id() == 1200 + written);
  CHECK(source.check(unheard).findings.empty());
  CHECK(target.check(unheard).findings.empty());
}

TEST_CASE("whoever may only look may copy") {
  const DeskHome home;
  {
    Store made = open_store(home.url());
    fill(made, 3);
  }
  Store source = open_store(home.url(), sql::Access::read);
  const Folder folder;
  Store target = file_store(folder, "target.db");
  const auto copied = source.copy_to(target, unheard);
  CHECK(copied == source.contents(unheard));
}
