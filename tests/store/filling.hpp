// Databases filled for tests, and read back whole.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "domain/acts.hpp"
#include "store/store.hpp"
#include "support/desk.hpp"
#include "text/translate.hpp"

/// Lists in a failed CHECK, a line each.
template <>
struct doctest::StringMaker<std::vector<std::string>> {
  static String convert(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += "\n    " + line;
    return text.c_str();
  }
};

namespace regie::test {

inline const Progress unheard = [](const char*, std::int64_t, std::int64_t) {};

inline Store open_store(const std::string& url, sql::Access access = sql::Access::create,
                        std::chrono::milliseconds lock_wait = std::chrono::seconds{5}) {
  return {url, open_options(access, lock_wait), minute(0)};
}

/// Inside a write transaction.
inline RequestId add(Store& store, const Life& life) {
  std::vector<Change> changes;
  for (const Event& event : life.journal) changes.push_back({life.request, event});
  for (const Attempt& attempt : attempts(life.journal))
    changes[static_cast<std::size_t>(attempt.sequence) - 1].attempt = attempt;
  return store.add(changes);
}

inline Life opened(const Request& draft) {
  Life life;
  life(Open{draft, {}});
  return life;
}

/// `count` requests that were opened, and then annotated `notes` times.
inline void fill(Store& store, int count, int notes = 0) {
  store.write([&] {
    for (int number = 0; number < count; ++number) {
      Life life = opened(leaking_tap());
      for (int note = 0; note < notes; ++note) life(Note{}, reception, "vu");
      add(store, life);
    }
    return true;
  });
}

/// As another program would, behind the journal's back.
inline void tamper(const std::string& url, const std::string& sql) {
  sql::open(url, open_options(sql::Access::write)).execute(sql);
}

struct Everything {
  std::vector<Request> rows;
  std::map<RequestId, std::vector<Event>> journals;
};

inline Everything everything_in(Store& store) {
  Everything all;
  store.list({}, {{nullptr}}, 0, [&](Request&& row) {
    all.rows.push_back(std::move(row));
    return true;
  });
  for (const Request& row : all.rows) all.journals[row.id] = store.journal(row.id);
  return all;
}

inline bool same(const Event& one, const Event& other) {
  return one.request == other.request && one.sequence == other.sequence && one.action == other.action &&
         one.at == other.at && one.entered_at == other.entered_at && one.who == other.who &&
         one.typed_by == other.typed_by && one.reason == other.reason && one.changes == other.changes &&
         one.decision == other.decision;
}

inline void check_same(const Everything& one, const Everything& other) {
  REQUIRE(one.rows.size() == other.rows.size());
  for (std::size_t n = 0; n < one.rows.size(); ++n)
    CHECK_MESSAGE(one.rows[n] == other.rows[n], "request ", one.rows[n].id);
  REQUIRE(one.journals.size() == other.journals.size());
  for (const auto& [id, journal] : one.journals) {
    const auto there = other.journals.find(id);
    REQUIRE(there != other.journals.end());
    REQUIRE(journal.size() == there->second.size());
    for (std::size_t n = 0; n < journal.size(); ++n)
      CHECK_MESSAGE(same(journal[n], there->second[n]), "request ", id, " entry ", n + 1);
  }
}

/// What is thrown; fails the test when nothing is.
inline Error error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  return {Trouble::bug, Message{}};
}
inline std::string said(const Error& error) { return text::tr(error.messages().front()); }

}  // namespace regie::test
