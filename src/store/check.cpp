// Is a database whole? Nothing is repaired: what is wrong is named.
#include <algorithm>
#include <limits>

#include "store/migrations.hpp"
#include "store/store.hpp"

namespace regie {

namespace {

constexpr std::int64_t page_size = 500;

/// Fields in which the replayed journal and the row differ, "state, provider".
std::string differing_fields(const Request& row, const Request& replayed) {
  std::string names;
  for (const auto& [field, value] : difference(row, replayed))
    names.append(names.empty() ? "" : ", ").append(field->name);
  return names;
}

/// nullopt: the journal gives the row. Throws Error(refused) when an entry is missing.
std::optional<Message> finding_of(RequestId id, const Request& row, const std::vector<Event>& journal) {
  if (journal.empty()) return message(N_("it has no journal"));
  const Request replayed = replay(id, journal);
  if (replayed == row) return std::nullopt;
  if (replayed.version != row.version)
    return message(N_("its row counts {0} journal entries, there are {1}"), row.version, replayed.version);
  return message(N_("its journal does not give its row: these differ: {0}"), differing_fields(row, replayed));
}

/// Those at which somebody looked.
std::int64_t count_checks(const std::vector<Event>& journal) {
  static const Field* const tacit = find_field("tacit");
  return std::ranges::count_if(journal, [](const Event& event) {
    return event.action == Action::verify &&
           std::ranges::none_of(event.changes, [](const auto& change) { return change.first == tacit; });
  });
}

std::string subject_of(RequestId id) { return "request " + std::to_string(id); }

}  // namespace

CheckResult Store::check(const Progress& progress) {
  CheckResult result;
  for (const std::string& line : database_.damage())
    result.findings.push_back({"engine", line, message(N_("the engine finds this damaged"))});
  check_schema(result);
  try {
    const auto as_of_one_moment = transaction(sql::Transaction::Kind::read);
    check_journals(result, progress);
    check_packs(result);
  } catch (const Error& error) {
    // Where a table or column is missing there is nothing to replay; that it is missing has been found.
    const bool cannot_read = error.trouble() == Trouble::refused || error.trouble() == Trouble::not_found;
    if (!cannot_read || result.findings.empty()) throw;
  }
  return result;
}

void Store::check_schema(CheckResult& result) {
  std::vector<std::string_view> statements;
  for (const Migration& migration : migrations(database_.engine())) statements.push_back(migration.sql);
  const sql::Schema expected = database_.schema_of(statements);
  const sql::Schema found = database_.schema();
  for (const auto& [part, definition] : expected) {
    const auto here = found.find(part);
    if (here == found.end()) result.findings.push_back({"schema", part, message(N_("it is missing"))});
    else if (here->second != definition)
      result.findings.push_back({"schema", part, message(N_("it is not as regie made it: {0}"), here->second)});
  }
  for (const auto& [part, definition] : found)
    // An index more is the administrator's good right.
    if (!expected.contains(part) && !part.starts_with("index "))
      result.findings.push_back({"schema", part, message(N_("it is not regie's"))});
}

void Store::check_journals(CheckResult& result, const Progress& progress) {
  auto select = database_.prepare("select " + request_columns_sql() + " from request where id > $1 order by id limit " +
                                  std::to_string(page_size));
  const std::int64_t all = last_id();
  RequestId last = std::numeric_limits<RequestId>::min();
  for (std::int64_t in_page = page_size; in_page == page_size;) {
    in_page = 0;
    const RequestId before = last;
    std::map<RequestId, std::optional<Request>> rows;
    select.bind(1, last);
    while (select.next()) {
      last = select.number(0);
      ++in_page;
      try {
        rows[last] = read_request(select);
      } catch (const Error& error) {
        rows[last] = std::nullopt;
        result.findings.push_back({"journal", subject_of(last), error.messages().front()});
      }
    }
    result.requests += in_page;
    // The last page also takes the journals of requests that do not exist.
    check_page(before, rows, in_page == page_size ? last : std::numeric_limits<RequestId>::max(), result);
    progress("request", last, all);
  }
}

void Store::check_page(RequestId after, std::map<RequestId, std::optional<Request>>& rows, RequestId last,
                       CheckResult& result) {
  auto select = database_.prepare("select " + journal_columns_sql() +
                                  " from journal where request > $1 and request <= $2 order by request, sequence");
  select.bind(1, after).bind(2, last);
  std::map<RequestId, std::vector<Event>> journals;
  const auto find = [&](RequestId id, Message what) {
    result.findings.push_back({"journal", subject_of(id), std::move(what)});
    rows[id] = std::nullopt;  // one finding for each is enough
  };
  while (select.next()) {
    const RequestId id = select.number(0);
    ++result.entries;
    if (!rows.contains(id)) find(id, message(N_("it is not there, but has a journal")));
    try {
      if (rows[id]) journals[id].push_back(read_event(select));
    } catch (const Error& error) {
      find(id, error.messages().front());
    }
  }
  std::map<RequestId, std::int64_t> inspections;
  auto count = database_.prepare(
      "select request, count(*) from inspection where request > $1 and request <= $2 group by request");
  count.bind(1, after).bind(2, last);
  while (count.next()) inspections[count.number(0)] = count.number(1);
  std::map<RequestId, std::vector<Attempt>> kept;
  for (Attempt& attempt : attempts_of(after + 1, last)) kept[attempt.request].push_back(std::move(attempt));
  for (auto& [id, row] : rows) {
    if (!row) continue;
    if (inspections[id] != count_checks(journals[id]))
      find(id,
           message(N_("its journal tells of {0} checks, {1} are kept"), count_checks(journals[id]), inspections[id]));
    if (!row) continue;
    try {
      if (auto what = finding_of(id, *row, journals[id])) find(id, *std::move(what));
      else if (const auto told = attempts(journals[id]); told != kept[id])
        find(id, message(N_("its journal tells of {0} attempts, {1} are kept, or they are not the same"), told.size(),
                         kept[id].size()));
    } catch (const Error& error) {
      find(id, error.messages().front());
    }
  }
}

}  // namespace regie
