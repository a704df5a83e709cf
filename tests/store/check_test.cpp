// What Store::check finds, and that it finds nothing else.
#include <doctest/doctest.h>

#include <algorithm>

#include "store/filling.hpp"

using namespace regie;
using namespace regie::test;

namespace {

using Lines = std::vector<std::string>;

/// "journal request 2: it has no journal", sorted.
Lines lines_of(const CheckResult& result) {
  Lines lines;
  for (const auto& finding : result.findings)
    lines.push_back(std::string(finding.part) + ' ' + finding.subject + ": " + text::tr(finding.what));
  std::ranges::sort(lines);
  return lines;
}

Lines findings(Store& store) { return lines_of(store.check(unheard)); }

/// Only those of one part.
Lines findings(Store& store, const std::string& part) {
  Lines lines = findings(store);
  std::erase_if(lines, [&](const std::string& line) { return !line.starts_with(part + ' '); });
  return lines;
}

bool on_sqlite() { return test_server().empty(); }

/// Three requests: 1 opened, 2 opened and twice annotated, 3 opened and sent to the crew.
struct Three {
  Three() {
    store.write([&] {
      add(store, opened(leaking_tap()));
      Life second = opened(leaking_tap());
      second(Note{}, reception, "vu");
      second(Note{}, reception, "revu");
      add(store, second);
      Life third = opened(leaking_tap());
      third(to_provider("REGIE"));
      add(store, third);
      return true;
    });
  }
  void tamper(const std::string& sql) const { test::tamper(home.url(), sql); }

  DeskHome home;
  Store store = open_store(home.url());
};

struct Damage {
  std::string sql;
  Lines found;
};

void check_each(const std::vector<Damage>& damages) {
  for (const Damage& damage : damages) {
    CAPTURE(damage.sql);
    Three three;
    REQUIRE(findings(three.store).empty());
    three.tamper(damage.sql);
    CHECK(findings(three.store) == damage.found);
  }
}

constexpr const char* insert_entry =
    "insert into journal (request, sequence, at, entered_at, action, who, changes) values ";

/// What an engine must forget before a journal may be without its request.
std::string unreferenced() {
  return on_sqlite() ? "pragma foreign_keys = off; " : "alter table journal drop constraint journal_request_fkey; ";
}

void add_orphans(const std::string& url, const std::string& entries) {
  tamper(url, unreferenced() + insert_entry + entries);
}

/// Something of everything that may happen to a request.
std::vector<Life> all_sorts_of_lives() {
  std::vector<Life> lives;
  for (const auto& row : codes<State>()) lives.push_back(life_in(row.value));
  Request draft = leaking_tap();
  draft.key = "mairie:42";
  draft.place = Place::common;
  draft.text = "L'évier \"déborde\"\n\t\\ 🔧 e\u0301 \u202eאב\u202c \ufffd";
  draft.also = "electrical";
  draft.tenant_flags = "senior;medical";
  Life declined = opened(draft);
  declined(to_provider("GAR"));
  declined(Decline{}, manager, "pas de place");
  declined(to_provider("REGIE"));
  declined(Accept{}, technician);
  declined(Schedule{minute(60), minute(120)}, technician);
  declined(NoAccess{}, technician);
  declined(Schedule{minute(160), minute(220)}, technician);
  declined(Hold{Party::weather}, technician, "gel");
  declined(Resume{}, technician);
  declined(work_done(true), technician);
  declined(Verify{.pass = false, .rework_due = minute(300)}, caretaker, "fuit encore");
  declined(work_done(true), technician);
  declined(Verify{}, caretaker);
  declined(Close{"refait", 2});
  declined(Reopen{}, reception, "encore");
  lives.push_back(declined);
  Life edited = opened(leaking_tap());
  edited(Edit{{{find_field("text"), Scalar{"autre chose"}}, {find_field("building"), Scalar{"B"}}}});
  edited(Edit{{{find_field("building"), Scalar{}}}});
  edited(Cancel{CancelReason::duplicate, 2});
  lives.push_back(edited);
  return lives;
}

}  // namespace

TEST_CASE("an empty database is whole") {
  const DeskHome home;
  Store store = open_store(home.url());
  const CheckResult result = store.check(unheard);
  CHECK(lines_of(result).empty());
  CHECK(result.requests == 0);
  CHECK(result.entries == 0);
}

TEST_CASE("whatever was lived through is whole") {
  const DeskHome home;
  Store store = open_store(home.url());
  const std::vector<Life> lives = all_sorts_of_lives();
  std::size_t entries = 0;
  store.write([&] {
    for (const Life& life : lives) {
      add(store, life);
      entries += life.journal.size();
    }
    return true;
  });
  const CheckResult result = store.check(unheard);
  CHECK(lines_of(result) == Lines{});
  CHECK(result.requests == static_cast<std::int64_t>(lives.size()));
  CHECK(result.entries == static_cast<std::int64_t>(entries));
  for (RequestId id = 1; id <= store.last_id(); ++id) {  // deed by deed as well
    const Request before = *store.find(id);
    store.write([&] {
      store.save(changed(decide(before, act_at(before.changed_at + std::chrono::minutes{1}, Note{}, manager, "vu"))));
      return true;
    });
  }
  CHECK(findings(store) == Lines{});
}

TEST_CASE("checks that are kept are those the journal tells of") {
  Three three;
  three.tamper("insert into inspection (request, sequence, at, provider, passed) values (2, 3, 0, 'GAR', 1)");
  CHECK(findings(three.store, "journal") == Lines{"journal request 2: its journal tells of 0 checks, 1 are kept"});
}

TEST_CASE("a row that was changed behind its journal is found with the fields that differ") {
  check_each({
      {"update request set provider = 'GAR' where id = 3",
       {"journal request 3: its journal does not give its row: these differ: provider"}},
      {"update request set provider = null where id = 3",
       {"journal request 3: its journal does not give its row: these differ: provider"}},
      {"update request set provider = 'regie' where id = 3",
       {"journal request 3: its journal does not give its row: these differ: provider"}},
      {"update request set text = text || ' ' where id = 1",
       {"journal request 1: its journal does not give its row: these differ: text"}},
      {"update request set answer = 'x', tenant_name = 'y', due_at = 0, cost = -1 where id = 2",
       {"journal request 2: its journal does not give its row: these differ: tenant_name, due_at, cost, answer"}},
      {"update request set state = 7, certain = 1 - certain where id = 1",
       {"journal request 1: its journal does not give its row: these differ: state, certain"}},
      {"update request set parent = 1, rework_of = 2, duplicate_of = 3 where id = 2",
       {"journal request 2: its journal does not give its row: these differ: duplicate_of, parent, rework_of"}},
      {"update request set rating = 5 where id in (1, 3)",
       {"journal request 1: its journal does not give its row: these differ: rating",
        "journal request 3: its journal does not give its row: these differ: rating"}},
      {"update journal set changes = replace(changes, 'B-203', 'B-204') where request = 2 and sequence = 1",
       {"journal request 2: its journal does not give its row: these differ: dwelling"}},
      {"update journal set changes = '{}' where request = 3 and sequence = 2",
       {"journal request 3: its journal does not give its row: these differ: state, provider, changed_at, "
        "promised_at, due_at, assigned_at"}},
  });
}

TEST_CASE("every field of a row is compared") {
  for (const Field& field : request_fields()) {
    const std::string name = field.name;
    CAPTURE(name);
    Three three;
    const Scalar before = get(*three.store.find(3), field);
    const bool is_text = std::holds_alternative<std::string Request::*>(field.member);
    const bool is_two = before == Scalar{std::int64_t{2}};
    const bool is_flag = std::holds_alternative<bool Request::*>(field.member);
    const std::string other = is_text ? "'autre'" : is_flag ? "1 - " + name : is_two ? "1" : "2";
    three.tamper("update request set " + name + " = " + other + " where id = 3");
    CHECK(findings(three.store) ==
          Lines{"journal request 3: its journal does not give its row: these differ: " + name});
  }
}

TEST_CASE("journal entries that are missing or too many are found") {
  check_each({
      {"delete from journal where request = 2 and sequence = 1",
       {"journal request 2: request 2: journal entry 1 is missing"}},
      {"delete from journal where request = 2 and sequence = 2",
       {"journal request 2: request 2: journal entry 2 is missing"}},
      {"delete from journal where request = 2 and sequence = 3",
       {"journal request 2: its row counts 3 journal entries, there are 2"}},
      {"delete from journal where request = 2", {"journal request 2: it has no journal"}},
      {"delete from journal",
       {"journal request 1: it has no journal", "journal request 2: it has no journal",
        "journal request 3: it has no journal"}},
      {"update journal set sequence = sequence + 10 where request = 2",
       {"journal request 2: request 2: journal entry 1 is missing"}},
      {std::string(insert_entry) + "(2, 4, 0, 0, 14, 'x', '{}')",
       {"journal request 2: its row counts 3 journal entries, there are 4"}},
      {std::string(insert_entry) + "(2, 0, 0, 0, 14, 'x', '{}')",
       {"journal request 2: request 2: journal entry 1 is missing"}},
      {std::string(insert_entry) + "(2, -9223372036854775807, 0, 0, 14, 'x', '{}')",
       {"journal request 2: request 2: journal entry 1 is missing"}},
      {std::string(insert_entry) + "(2, 9223372036854775807, 0, 0, 14, 'x', '{}')",
       {"journal request 2: request 2: journal entry 4 is missing"}},
  });
}

TEST_CASE("a version that was changed is found") {
  check_each({
      {"update request set version = version + 1 where id = 2",
       {"journal request 2: its row counts 4 journal entries, there are 3"}},
      {"update request set version = 0 where id = 3",
       {"journal request 3: its row counts 0 journal entries, there are 2"}},
      {"update request set version = -1 where id = 1",
       {"journal request 1: its row counts -1 journal entries, there are 1"}},
      {"update request set version = 9223372036854775807 where id = 1",
       {"journal request 1: its row counts 9223372036854775807 journal entries, there are 1"}},
  });
}

TEST_CASE("changes that cannot be read are found") {
  const std::string unreadable = "journal request 2: a journal entry is damaged: its changes cannot be read";
  for (const std::string changes : {"",
                                    " ",
                                    "{",
                                    "}",
                                    "null",
                                    "[]",
                                    "1",
                                    "\"state\"",
                                    "{}{}",
                                    "{}x",
                                    "{state:1}",
                                    "{\"state\":1,}",
                                    "{\"state\":1.5}",
                                    "{\"state\":1e400}",
                                    "{\"state\":true}",
                                    "{\"state\":[1]}",
                                    "{\"state\":{}}",
                                    "{\"state\":9223372036854775808}",
                                    "{\"nope\":1}",
                                    "{\"State\":1}",
                                    "{\"\":1}",
                                    "{\"id\":1}",
                                    "{\"version\":1}",
                                    "{\"text\":\"\\ud800\"}",
                                    "{\"text\":\"a",
                                    "\ufeff{}x"}) {
    CAPTURE(std::string(changes));
    Three three;
    three.tamper("update journal set changes = '" + std::string(changes) + "' where request = 2 and sequence = 2");
    CHECK(findings(three.store) == Lines{unreadable});
  }
}

TEST_CASE("changes with a value that no field holds are found") {
  for (const std::string changes : {"{\"state\":99}", "{\"state\":0}", "{\"state\":-1}", "{\"state\":\"open\"}",
                                    "{\"state\":null}", "{\"state\":4294967297}"}) {
    CAPTURE(std::string(changes));
    Three three;
    three.tamper("update journal set changes = '" + std::string(changes) + "' where request = 2 and sequence = 2");
    CHECK(findings(three.store) ==
          Lines{"journal request 2: request 2: its field 'state' holds a value no version of regie writes"});
  }
}

TEST_CASE("codes that no regie knows are found") {
  std::vector<Damage> damages;
  for (const std::string action : {"0", "16", "-1", "4294967297", "9223372036854775807"})
    damages.push_back({"update journal set action = " + action + " where request = 2 and sequence = 2",
                       {"journal request 2: a journal entry of request 2 has an unknown action"}});
  for (const auto& [column, value] : std::vector<std::pair<std::string, std::string>>{{"state", "99"},
                                                                                      {"state", "0"},
                                                                                      {"state", "4294967297"},
                                                                                      {"held_from", "9"},
                                                                                      {"channel", "6"},
                                                                                      {"place", "-1"},
                                                                                      {"urgency", "5"},
                                                                                      {"hold_party", "7"},
                                                                                      {"cancel_reason", "0"}})
    damages.push_back(
        {"update request set " + column + " = " + value + " where id = 2",
         {"journal request 2: request 2: its field '" + column + "' holds a value no version of regie writes"}});
  check_each(damages);
}

TEST_CASE("one finding for each request is enough") {
  Three three;
  three.tamper("update request set state = 99, version = 7 where id = 2");
  three.tamper("update journal set changes = '{', action = 99 where request = 2");
  three.tamper("update journal set changes = '{' where request = 3");
  CHECK(findings(three.store).size() == 2);
}

TEST_CASE("a journal of a request that does not exist is found and names it once") {
  Three three;
  add_orphans(three.home.url(),
              "(77, 1, 0, 0, 1, 'x', '{}'), (77, 2, 0, 0, 14, 'x', '{}'), "
              "(9223372036854775807, 1, 0, 0, 99, 'x', '{')");
  CHECK(findings(three.store, "journal") ==
        Lines{"journal request 77: it is not there, but has a journal",
              "journal request 9223372036854775807: it is not there, but has a journal"});
  const CheckResult result = three.store.check(unheard);
  CHECK(result.requests == 3);
  CHECK(result.entries == 9);
  // That it could come to this is another finding, and there is none besides.
  const Lines others = findings(three.store, on_sqlite() ? "engine" : "schema");
  CHECK(others.size() == (on_sqlite() ? 3 : 1));
  CHECK(findings(three.store).size() == 2 + others.size());
}

TEST_CASE("a journal of a request with a number that regie never gives is found") {
  Three three;
  add_orphans(three.home.url(), "(0, 1, 0, 0, 1, 'x', '{}'), (-5, 1, 0, 0, 1, 'x', '{}')");
  CHECK(findings(three.store, "journal") == Lines{"journal request -5: it is not there, but has a journal",
                                                  "journal request 0: it is not there, but has a journal"});
}

TEST_CASE("a row that is gone while its journal stayed is found") {
  Three three;
  three.tamper(unreferenced() + "delete from request where id = 2");
  CHECK(findings(three.store, "journal") == Lines{"journal request 2: it is not there, but has a journal"});
}

TEST_CASE("rows with numbers that regie never gives are looked at too") {
  Three three;
  const std::string row =
      "insert into request (id, version, state, channel, residence, place, text, urgency, certain, opened_at, "
      "changed_at, reschedules, no_access, check_required, reworks, reopened) values ($, 1, 1, 1, 'ROS', 1, 'x', 1, 0, "
      "0, 0, 0, 0, 0, 0, 0)";
  for (const std::string id : {"0", "-5", "9223372036854775807"}) {
    std::string one = row;
    three.tamper(one.replace(one.find('$'), 1, id));
  }
  CHECK(findings(three.store) == Lines{"journal request -5: it has no journal", "journal request 0: it has no journal",
                                       "journal request 9223372036854775807: it has no journal"});
  CHECK(three.store.check(unheard).requests == 6);
}

// ---- more than one page

TEST_CASE("in a thousand requests exactly the damaged ones are found") {
  const DeskHome home;
  Store store = open_store(home.url());
  fill(store, 1100);
  REQUIRE(findings(store) == Lines{});
  Lines expected;
  for (const std::string id : {"1", "499", "500", "501", "999", "1000", "1001", "1100"}) {
    tamper(home.url(), "update request set provider = 'GAR' where id = " + id);
    expected.push_back("journal request " + id + ": its journal does not give its row: these differ: provider");
  }
  for (const std::string id : {"2", "502", "1002"}) {
    tamper(home.url(), "delete from journal where request = " + id);
    expected.push_back("journal request " + id + ": it has no journal");
  }
  for (const std::string id : {"3", "503", "1003"}) {
    tamper(home.url(), "update request set state = 99 where id = " + id);
    expected.push_back("journal request " + id + ": request " + id +
                       ": its field 'state' holds a value no version of regie writes");
  }
  std::ranges::sort(expected);
  const CheckResult result = store.check(unheard);
  CHECK(lines_of(result) == expected);
  CHECK(result.requests == 1100);
  CHECK(result.entries == 1097);
}

TEST_CASE("gaps between requests hide nothing") {
  const DeskHome home;
  Store store = open_store(home.url());
  fill(store, 1100, 1);
  tamper(home.url(), "delete from journal where request between 400 and 700");
  tamper(home.url(), "delete from request where id between 400 and 700");
  REQUIRE(findings(store) == Lines{});
  add_orphans(home.url(), "(400, 1, 0, 0, 1, 'x', '{}'), (700, 1, 0, 0, 1, 'x', '{}'), (1101, 1, 0, 0, 1, 'x', '{}')");
  CHECK(findings(store, "journal") == Lines{"journal request 1101: it is not there, but has a journal",
                                            "journal request 400: it is not there, but has a journal",
                                            "journal request 700: it is not there, but has a journal"});
}

TEST_CASE("a last page that is just full or empty is a page") {
  for (const int count : {499, 500, 501, 1000}) {
    CAPTURE(count);
    const DeskHome home;
    Store store = open_store(home.url());
    fill(store, count);
    const CheckResult result = store.check(unheard);
    CHECK(lines_of(result) == Lines{});
    CHECK(result.requests == count);
    CHECK(result.entries == count);
    tamper(home.url(), "delete from journal where request = " + std::to_string(count));
    CHECK(findings(store) == Lines{"journal request " + std::to_string(count) + ": it has no journal"});
  }
}

TEST_CASE("progress goes on from page to page and ends at all of them") {
  const DeskHome home;
  Store store = open_store(home.url());
  fill(store, 1100);
  std::vector<std::int64_t> steps;
  (void)store.check([&](const char* table, std::int64_t done, std::int64_t all) {
    CHECK(std::string(table) == "request");
    CHECK(all == 1100);
    steps.push_back(done);
  });
  CHECK(steps.size() >= 3);
  CHECK(std::ranges::is_sorted(steps));
  REQUIRE_FALSE(steps.empty());
  CHECK(steps.back() == 1100);
}

// ---- the schema

TEST_CASE("a missing index is found and named") {
  check_each({{"drop index request_key", {"schema index request_key: it is missing"}},
              {"drop index request_unfinished; drop index request_place",
               {"schema index request_place: it is missing", "schema index request_unfinished: it is missing"}}});
}

TEST_CASE("an index that is another one is found and shown") {
  for (const std::string definition :
       {"index request_place on request (residence)", "index request_place on request (residence, opened_at, dwelling)",
        "unique index request_place on request (residence, dwelling, opened_at, id)",
        "index request_place on request (residence, dwelling, opened_at) where state < 7"}) {
    CAPTURE(std::string(definition));
    Three three;
    three.tamper("drop index request_place; create " + std::string(definition));
    const Lines found = findings(three.store);
    REQUIRE(found.size() == 1);
    CHECK(found[0].starts_with("schema index request_place: it is not as regie made it: "));
    CHECK(found[0].find("(residence") != std::string::npos);
  }
}

TEST_CASE("what keeps keys apart is missed") {
  Three three;
  three.tamper("drop index request_key; create index request_key on request (key) where key is not null");
  CHECK(findings(three.store).size() == 1);
}

TEST_CASE("an index more and an analyzed database are the administrator's good right") {
  Three three;
  three.tamper("create index by_tenant on request (tenant_name); create index by_time on journal (at)");
  CHECK(findings(three.store) == Lines{});
  three.tamper("analyze");
  CHECK(findings(three.store) == Lines{});
}

TEST_CASE("a column more is found") {
  Three three;
  three.tamper("alter table request add column extra text");
  const Lines found = findings(three.store);
  REQUIRE(found.size() == 1);
  if (on_sqlite()) CHECK(found[0].starts_with("schema table request: it is not as regie made it: "));
  else CHECK(found[0] == "schema column request.extra: it is not regie's");
}

TEST_CASE("a table more is found") {
  Three three;
  three.tamper("create table extra (a bigint)");
  CHECK(findings(three.store) ==
        Lines{on_sqlite() ? "schema table extra: it is not regie's" : "schema column extra.a: it is not regie's"});
}

TEST_CASE("a missing table that is not needed for reading is found") {
  Three three;
  three.tamper("drop table migration");
  const Lines found = findings(three.store);
  REQUIRE_FALSE(found.empty());
  for (const std::string& line : found) {
    CHECK(line.find("migration") != std::string::npos);
    CHECK(line.ends_with(": it is missing"));
  }
}

TEST_CASE("a table with other types is found") {
  Three three;
  three.tamper(
      "drop table migration; create table migration (version text primary key, name text not null, "
      "applied_at integer not null)");
  const Lines found = findings(three.store);
  REQUIRE_FALSE(found.empty());
  for (const std::string& line : found) CHECK(line.find("migration") != std::string::npos);
}

TEST_CASE("a missing column is found and named") {
  for (const std::string column : {"request.rule", "journal.decision"}) {
    CAPTURE(std::string(column));
    Three three;
    const std::string table = column.substr(0, column.find('.'));
    three.tamper("alter table " + table + " drop column " + column.substr(table.size() + 1));
    Lines found;
    try {
      found = findings(three.store, "schema");
    } catch (const Error& error) {
      FAIL_CHECK("instead of findings: " << said(error));
    }
    REQUIRE(found.size() == 1);
    if (on_sqlite()) CHECK(found[0].starts_with("schema table " + table + ": it is not as regie made it: "));
    else CHECK(found[0] == "schema column " + std::string(column) + ": it is missing");
  }
}

TEST_CASE("a missing journal is found and named") {
  Three three;
  three.tamper("drop table journal");
  Lines found;
  try {
    found = findings(three.store, "schema");
  } catch (const Error& error) {
    FAIL_CHECK("instead of findings: " << said(error));
  }
  CHECK(std::ranges::any_of(found, [](const std::string& line) {
    return line.find("journal") != std::string::npos && line.ends_with(": it is missing");
  }));
}

// SQLite can change none of these.
TEST_CASE("types and rules of columns on a server are compared" * doctest::skip(test_server().empty())) {
  check_each({
      {"alter table request alter column reopened type integer",
       {"schema column request.reopened: it is not as regie made it: integer not null"}},
      {"alter table request alter column text drop not null",
       {"schema column request.text: it is not as regie made it: text collate C"}},
      {"alter table request alter column answer type varchar(9) collate \"C\"",
       {"schema column request.answer: it is not as regie made it: character varying(9) collate C"}},
      {"alter table request alter column answer type text collate \"default\"",
       {"schema column request.answer: it is not as regie made it: text collate default"}},
      {"alter table request drop constraint request_rating_check",
       {"schema constraint request_rating_check: it is missing"}},
      {"alter table request drop constraint request_parent_fkey",
       {"schema constraint request_parent_fkey: it is missing"}},
      {"alter table request add constraint cheap check (cost < 1000000)",
       {"schema constraint cheap: it is not regie's"}},
  });
}

TEST_CASE("checking changes nothing and may be repeated") {
  Three three;
  const auto before = three.store.contents(unheard);
  CHECK(findings(three.store) == Lines{});
  CHECK(findings(three.store) == Lines{});
  CHECK(three.store.contents(unheard) == before);
  fill(three.store, 1);
  CHECK(three.store.last_id() == 4);
  CHECK(findings(three.store) == Lines{});
}

TEST_CASE("a check reads on while somebody writes and does not see what is not committed") {
  Three three;
  Store other = open_store(three.home.url(), sql::Access::write);
  const auto writing = other.transaction(sql::Transaction::Kind::write);
  add(other, opened(leaking_tap()));
  const CheckResult result = three.store.check(unheard);
  CHECK(lines_of(result) == Lines{});
  CHECK(result.requests == 3);
}

TEST_CASE("changes nested without end are unreadable and no end of the program") {
  for (const std::string one : {"[", "{\"a\":"}) {
    Three three;
    std::string deep;
    for (int depth = 0; depth < 1'000'000; ++depth) deep += one;
    three.tamper("update journal set changes = '" + deep + "' where request = 2 and sequence = 2");
    CHECK(findings(three.store) == Lines{"journal request 2: a journal entry is damaged: its changes cannot be read"});
  }
}
