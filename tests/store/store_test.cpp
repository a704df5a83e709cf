// Requests and their journals on a real SQLite database.
#include "store/store.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "domain/acts.hpp"
#include "regie/names.hpp"
#include "support/desk.hpp"

using namespace regie;
using namespace regie::test;
using std::chrono::milliseconds;

namespace {

const sql::OpenOptions for_new = open_options(sql::Access::create, milliseconds{50});
const sql::OpenOptions for_writing = open_options(sql::Access::write, milliseconds{50});

/// A database of its own; every test ends with all its journals replayed.
class Archive {
 public:
  ~Archive() { check_journals(store); }

  const std::string& url() const { return home.url(); }

  /// Saves a whole life at once, as an import does.
  RequestId add(const Life& life) {
    std::vector<Change> changes;
    for (const Event& event : life.journal) changes.push_back({life.request, event});
    auto transaction = store.transaction(sql::Transaction::Kind::write);
    const RequestId id = store.add(changes);
    transaction.commit();
    return id;
  }
  RequestId add_draft(const Request& draft) {
    Life life;
    life(Open{draft,
              {.provider = draft.provider, .rule = "", .triage = draft.triage, .promised_at = {}, .decision = ""}});
    return add(life);
  }

  /// One more deed on a stored request, a minute after the last.
  Change act(RequestId id, Deed deed, const Actor& actor = reception, const std::string& reason = {}) {
    const Request before = *store.find(id);
    const Change change =
        changed(decide(before, act_at(before.changed_at + std::chrono::minutes{1}, std::move(deed), actor, reason)));
    auto transaction = store.transaction(sql::Transaction::Kind::write);
    store.save(change);
    transaction.commit();
    return change;
  }

  /// The ids of a list, "3 1 2".
  std::string ids(const Filter& filter, const std::vector<Order>& order = {}, std::int64_t limit = 0) {
    std::string text;
    store.list(filter, order, limit, [&](Request&& request) {
      text += (text.empty() ? "" : " ") + std::to_string(request.id);
      return true;
    });
    return text;
  }

  DeskHome home;
  Store store{url(), for_new, minute(0)};
};

Trouble trouble_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.trouble();
  }
  FAIL("nothing was thrown");
  return Trouble::bug;
}

/// A request with something unusual in every field that a draft may carry.
Request full_draft() {
  Request draft = leaking_tap();
  draft.key = "mairie:42";
  draft.channel = Channel::web;
  draft.building = "B";
  draft.place = Place::common;
  draft.text = "L'évier \"déborde\"\n'; drop table request; -- 🔧";
  draft.also = "electrical";
  draft.urgency = Urgency::emergency;
  draft.tenant_name = "Mme Œuvré";
  draft.tenant_phone = "+33 1 99 00 10 10";
  draft.tenant_email = "a@example.org";
  draft.tenant_flags = "senior;medical";
  draft.policy = "0123456789ab";
  return draft;
}

}  // namespace

TEST_CASE("every field is kept whatever stands in it") {
  Archive archive;
  archive.add_draft(leaking_tap());  // for the fields that refer to a request
  Life life;
  life(Open{leaking_tap(), {}});
  for (const Field& field : request_fields()) {
    Request& row = life.request;
    if (std::holds_alternative<std::string Request::*>(field.member))
      set(row, field, std::string("été\n'\"; \x1b\x01") + field.name);
    else set(row, field, std::int64_t{1});
  }
  life.request.rating = 5;
  life.request.cost = -123'456'789'012;
  life.request.due_at = Instant{std::chrono::seconds{-1}};
  life.journal.front().changes = difference(Request{}, life.request);

  const RequestId id = archive.add(life);
  Request expected = life.request;
  expected.id = id;
  expected.version = 1;
  const auto found = archive.store.find(id);
  REQUIRE(found.has_value());
  for (const Field& field : request_fields()) {
    CAPTURE(std::string(field.name));
    CHECK(get(*found, field) == get(expected, field));
  }
  CHECK(*found == expected);
}

TEST_CASE("a whole life is kept and its journal as it was told") {
  Archive archive;
  Life life;
  life(Open{full_draft(), {"REGIE", "regie-sud", "", minute(90), "{\"rules\":\"x\"}"}});
  Actor relayed = technician;
  relayed.typed_by = "cmontagnier";
  relayed.typed_by_person = "montagnier";
  life(Hold{Party::parts}, relayed, "cartouche\ncommandée");
  life(Cancel{CancelReason::withdrawn, {}}, manager);
  const RequestId id = archive.add(life);

  const auto journal = archive.store.journal(id);
  REQUIRE(journal.size() == 3);
  for (std::size_t n = 0; n < journal.size(); ++n) {
    CHECK(journal[n].request == id);
    CHECK(journal[n].sequence == static_cast<std::int64_t>(n) + 1);
    CHECK(journal[n].action == life.journal[n].action);
    CHECK(journal[n].at == life.journal[n].at);
    CHECK(journal[n].entered_at == life.journal[n].entered_at);
    CHECK(journal[n].who == life.journal[n].who);
    CHECK(journal[n].typed_by == life.journal[n].typed_by);
    CHECK(journal[n].reason == life.journal[n].reason);
    CHECK(journal[n].decision == life.journal[n].decision);
    CHECK(journal[n].changes == life.journal[n].changes);
  }
  CHECK(journal[0].decision == "{\"rules\":\"x\"}");
  CHECK(journal[1].typed_by == "cmontagnier");
}

TEST_CASE("deed by deed the row follows its journal") {
  Archive archive;
  const RequestId id = archive.add_draft(full_draft());
  archive.act(id, to_provider("REGIE"));
  archive.act(id, Schedule{minute(60), minute(120)}, technician);
  archive.act(id, work_done(true), technician);
  archive.act(id, Verify{.pass = false, .rework_due = minute(300)}, caretaker, "fuit encore");
  archive.act(id, work_done(true), technician);
  archive.act(id, Verify{}, caretaker);
  archive.act(id, Close{"refait", 2});
  const Change last = archive.act(id, Reopen{}, reception, "encore");
  CHECK(*archive.store.find(id) == last.after);
  CHECK(last.after.version == 9);
  CHECK(archive.store.journal(id).size() == 9);
}

TEST_CASE("numbers are given in order and never twice") {
  Archive archive;
  CHECK(archive.store.last_id() == 0);
  CHECK(archive.add_draft(leaking_tap()) == 1);
  CHECK(archive.add_draft(leaking_tap()) == 2);
  {
    std::vector<Change> changes{changed(decide({}, act_at(minute(1), Open{leaking_tap(), {}})))};
    auto rolled_back = archive.store.transaction(sql::Transaction::Kind::write);
    CHECK(archive.store.add(changes) == 3);
  }
  CHECK(archive.store.last_id() == 2);
  CHECK(!archive.store.find(3));
  CHECK(archive.store.journal(3).empty());
}

TEST_CASE("what is not there is not found") {
  Archive archive;
  CHECK(!archive.store.find(1));
  CHECK(!archive.store.find(-1));
  CHECK(archive.store.journal(1).empty());
  CHECK(!archive.store.find_key("mairie:42"));
}

TEST_CASE("a request is found by its key and there is only one of each") {
  Archive archive;
  archive.add_draft(leaking_tap());
  archive.add_draft(leaking_tap());  // without key: as many as one likes
  const RequestId id = archive.add_draft(full_draft());
  CHECK(archive.store.find_key("mairie:42") == id);
  CHECK(!archive.store.find_key(""));
  CHECK(!archive.store.find_key("MAIRIE:42"));
  CHECK(trouble_of([&] { archive.add_draft(full_draft()); }) == Trouble::refused);
  CHECK(archive.store.last_id() == id);
}

TEST_CASE("a row that somebody else changed meanwhile is not overwritten") {
  Archive archive;
  const RequestId id = archive.add_draft(leaking_tap());
  const Request seen = *archive.store.find(id);
  archive.act(id, to_provider("REGIE"));
  const Change late = changed(decide(seen, act_at(minute(60), to_provider("GAR"))));
  CHECK(trouble_of([&] {
          auto transaction = archive.store.transaction(sql::Transaction::Kind::write);
          archive.store.save(late);
        }) == Trouble::busy);
  CHECK(archive.store.find(id)->provider == "REGIE");
  CHECK(archive.store.journal(id).size() == 2);
}

TEST_CASE("a change of a request that was never saved is refused") {
  Archive archive;
  Request ghost = leaking_tap();
  ghost.id = 77;
  ghost.version = 1;
  const Change change = changed(decide(ghost, act_at(minute(9), Note{})));
  CHECK(trouble_of([&] { archive.store.save(change); }) == Trouble::busy);
}

TEST_CASE("what is not committed did not happen") {
  Archive archive;
  const RequestId id = archive.add_draft(leaking_tap());
  const Request before = *archive.store.find(id);
  {
    auto transaction = archive.store.transaction(sql::Transaction::Kind::write);
    archive.store.save(changed(decide(before, act_at(minute(9), to_provider("GAR")))));
    CHECK(archive.store.find(id)->provider == "GAR");
  }
  CHECK(*archive.store.find(id) == before);
}

TEST_CASE("a row that another program damaged is refused and the others are still read") {
  Archive archive;
  const RequestId damaged = archive.add_draft(leaking_tap());
  const RequestId whole = archive.add_draft(leaking_tap());
  sql::open(archive.url(), for_writing).execute("update request set state = 99 where id = 1");
  CHECK(trouble_of([&] { (void)archive.store.find(damaged); }) == Trouble::refused);
  CHECK(archive.store.find(whole).has_value());
  archive.act(whole, Note{});
  sql::open(archive.url(), for_writing).execute("update request set state = 1 where id = 1");
}

TEST_CASE("a journal that another program damaged is refused and the others are still read") {
  Archive archive;
  const RequestId damaged = archive.add_draft(leaking_tap());
  const RequestId whole = archive.add_draft(leaking_tap());
  const std::string changes = encode_changes(archive.store.journal(damaged).front().changes);
  sql::open(archive.url(), for_writing).execute("update journal set changes = '{' where request = 1");
  CHECK(trouble_of([&] { (void)archive.store.journal(damaged); }) == Trouble::refused);
  CHECK(archive.store.journal(whole).size() == 1);
  archive.act(whole, Note{});
  auto mended = sql::open(archive.url(), for_writing);
  mended.prepare("update journal set changes = $1 where request = 1").bind(1, std::string_view(changes)).run();
}

TEST_CASE("text with a nul byte and bytes that are no text are kept whole" * doctest::test_suite("sqlite")) {
  Archive archive;
  Request draft = leaking_tap();
  draft.text = std::string("avant\0apr\xe9s", 11);
  const RequestId id = archive.add_draft(draft);
  CHECK(archive.store.find(id)->text == draft.text);
}

// ---- who may open what

TEST_CASE("a missing database is refused and not made" * doctest::test_suite("sqlite")) {
  const Folder folder;
  const std::string file = (folder.path() / "tippfehler.db").string();
  CHECK(trouble_of([&] { Store(file, for_writing, minute(0)); }) == Trouble::not_found);
  CHECK(trouble_of([&] { Store("sqlite:" + file, open_options(sql::Access::read), minute(0)); }) == Trouble::not_found);
  CHECK(!std::filesystem::exists(file));
}

TEST_CASE("a file that is no database or no regie database is refused and left alone" * doctest::test_suite("sqlite")) {
  const Folder folder;
  const std::string letter = "Madame, Monsieur, ma chaudière est en panne depuis hier soir et il fait froid. Merci.";
  const auto file = folder.write("lettre.db", letter);
  CHECK(trouble_of([&] { Store(file.string(), for_writing, minute(0)); }) == Trouble::refused);
  CHECK(trouble_of([&] { Store(file.string(), for_new, minute(0)); }) == Trouble::refused);
  CHECK(Folder::read(file) == letter);

  const auto other = folder.path() / "autre.db";
  { sql::open(other.string(), for_new).execute("pragma application_id = 42; create table a (b integer)"); }
  const std::string before = Folder::read(other);
  CHECK(trouble_of([&] { Store(other.string(), for_writing, minute(0)); }) == Trouble::refused);
  CHECK(trouble_of([&] { Store(other.string(), for_new, minute(0)); }) == Trouble::refused);
  CHECK(Folder::read(other) == before);
}

TEST_CASE("an empty file is no desk unless one is to be made" * doctest::test_suite("sqlite")) {
  const Folder folder;
  const auto file = folder.write("leer.db", "");
  CHECK(trouble_of([&] { Store(file.string(), for_writing, minute(0)); }) == Trouble::refused);
  Store store(file.string(), for_new, minute(0));
  CHECK(store.last_id() == 0);
}

TEST_CASE("a database of a newer regie is refused and left alone") {
  const DeskHome home;
  const std::string& file = home.url();
  { Store(file, for_new, minute(0)); }
  std::int64_t known = 0;
  {
    auto database = sql::open(file, for_writing);
    known = database.schema_version();
    database.set_schema_version(known + 1);
  }
  CHECK(known > 0);
  CHECK(trouble_of([&] { Store(file, for_writing, minute(0)); }) == Trouble::refused);
  CHECK(trouble_of([&] { Store(file, for_new, minute(0)); }) == Trouble::refused);
  CHECK(sql::open(file, for_writing).schema_version() == known + 1);
}

TEST_CASE("making a desk twice keeps what is in it") {
  Archive archive;
  const RequestId id = archive.add_draft(leaking_tap());
  Store again(archive.url(), for_new, minute(5));
  CHECK(again.find(id)->text == "le robinet fuit");
}

TEST_CASE("an engine nobody has is a mistake of the command line") {
  CHECK(trouble_of([] { Store("mysql://example.org/regie", for_writing, minute(0)); }) == Trouble::usage);
}

TEST_CASE("a path and its URL are the same database" * doctest::test_suite("sqlite")) {
  Archive archive;
  const RequestId id = archive.add_draft(leaking_tap());
  CHECK(Store("sqlite:" + archive.url(), for_writing, minute(0)).find(id).has_value());
  CHECK(Store("sqlite://" + archive.url(), for_writing, minute(0)).find(id).has_value());
}

// ---- two at a time

TEST_CASE("the second writer waits its time and is told that the database is busy") {
  Archive archive;
  Store other(archive.url(), for_writing, minute(0));
  auto first = archive.store.transaction(sql::Transaction::Kind::write);
  const auto start = std::chrono::steady_clock::now();
  CHECK(archive.store.last_id() == 0);  // a server's lock comes with the first question
  CHECK(trouble_of([&] {
          auto second = other.transaction(sql::Transaction::Kind::write);
          (void)other.last_id();
        }) == Trouble::busy);
  const auto waited = std::chrono::steady_clock::now() - start;
  CHECK(waited >= milliseconds{40});
  CHECK(waited < std::chrono::seconds{5});
}

TEST_CASE("once the first writer is done the second may write and sees its work") {
  Archive archive;
  Store other(archive.url(), for_writing, minute(0));
  const RequestId id = archive.add_draft(leaking_tap());
  auto transaction = other.transaction(sql::Transaction::Kind::write);
  const Request seen = *other.find(id);
  other.save(changed(decide(seen, act_at(minute(30), to_provider("GAR")))));
  transaction.commit();
  CHECK(archive.store.find(id)->provider == "GAR");
}

TEST_CASE("others read on while one writes and do not see what is not committed") {
  Archive archive;
  Store other(archive.url(), for_writing, minute(0));
  const RequestId id = archive.add_draft(leaking_tap());
  auto transaction = archive.store.transaction(sql::Transaction::Kind::write);
  archive.store.save(changed(decide(*archive.store.find(id), act_at(minute(30), to_provider("GAR")))));
  CHECK(other.find(id)->provider == "");
  transaction.commit();
  CHECK(other.find(id)->provider == "GAR");
}

TEST_CASE("two that read the same row cannot both change it") {
  Archive archive;
  Store other(archive.url(), for_writing, minute(0));
  const RequestId id = archive.add_draft(leaking_tap());
  const Change mine = changed(decide(*archive.store.find(id), act_at(minute(30), to_provider("GAR"))));
  const Change theirs = changed(decide(*other.find(id), act_at(minute(31), to_provider("REGIE"))));
  {
    auto transaction = archive.store.transaction(sql::Transaction::Kind::write);
    archive.store.save(mine);
    transaction.commit();
  }
  CHECK(trouble_of([&] { other.save(theirs); }) == Trouble::busy);
  CHECK(other.find(id)->provider == "GAR");
}
