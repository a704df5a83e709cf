// The whole of a database, row by row, without a look at what the rows mean.
#include <array>
#include <limits>

#include "regie/fingerprint.hpp"
#include "store/store.hpp"

namespace regie {

namespace {

using Row = std::vector<sql::Value>;
using Key = std::vector<std::int64_t>;

/// A table as it is walked: by its key, a page at a time, so that neither side holds it whole.
struct TableWalk {
  const char* table;
  const std::string& columns;
  std::size_t column_count;
  const char* key;     ///< its columns stand first in `columns`
  const char* behind;  ///< condition for the rows behind the key in $1, $2…
  std::size_t key_size;
};

constexpr std::int64_t page_size = 1000;

/// In the order in which rows refer to each other. `outbox` stays where it is: under a ladder that it does not know, a
/// copy looks at every request again. `pack` is made anew by whoever counts.
const std::array<TableWalk, 9>& tables() {
  static const std::string policy_columns = "number, version, text";
  static const std::string inspection_columns = "request, sequence, at, provider, passed";
  static const std::string received_columns =
      "id, message_id, at, state, sender, subject, text, request, provider, reason";
  static const std::string address_columns = "number, address, since, reason";
  static const std::array<TableWalk, 9> all{
      TableWalk{"request", request_columns_sql(), request_fields().size() + 2, "id", "id > $1", 1},
      TableWalk{"journal", journal_columns_sql(), 10, "request, sequence", "(request, sequence) > ($1, $2)", 2},
      TableWalk{"policy", policy_columns, 3, "number", "number > $1", 1},
      TableWalk{"inspection", inspection_columns, 5, "request, sequence", "(request, sequence) > ($1, $2)", 2},
      TableWalk{"attempt", attempt_columns_sql(), attempt_column_count, "request, sequence",
                "(request, sequence) > ($1, $2)", 2},
      TableWalk{"mail", mail_columns, mail_column_count, "id", "id > $1", 1},
      TableWalk{"notice", notice_columns, notice_column_count, "id", "id > $1", 1},
      TableWalk{"received", received_columns, 10, "id", "id > $1", 1},
      TableWalk{"failing_address", address_columns, 4, "number", "number > $1", 1},
  };
  return all;
}

std::string select_page(const TableWalk& walk) {
  return "select " + walk.columns + " from " + walk.table + " where " + walk.behind + " order by " + walk.key +
         " limit " + std::to_string(page_size);
}

std::string insert_row(const TableWalk& walk) {
  std::string values;
  for (std::size_t i = 1; i <= walk.column_count; ++i) values += (i == 1 ? "$" : ", $") + std::to_string(i);
  return "insert into " + std::string(walk.table) + " (" + walk.columns + ") values (" + values + ")";
}

std::int64_t count_rows(sql::Database& database, const TableWalk& walk) {
  auto count = database.prepare("select count(*) from " + std::string(walk.table));
  std::int64_t rows = 0;
  while (count.next()) rows = count.number(0);
  return rows;
}

/// Kind, length and bytes of each value: no two rows look the same by chance of where one value ends.
void add_to(Fingerprint& digest, const Row& row) {
  for (const sql::Value& value : row) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      digest.add("n");
      digest.add(std::to_string(*number));
      digest.add(";");
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      digest.add("t");
      digest.add(std::to_string(text->size()));
      digest.add(":");
      digest.add(*text);
    } else {
      digest.add("-");
    }
  }
}

/// Every row of the table in the order of its key; returns how many, and their digest.
template <typename F>
TableContent walk_table(sql::Database& database, const TableWalk& walk, const Progress& progress, F&& each) {
  const std::int64_t all = count_rows(database, walk);
  auto select = database.prepare(select_page(walk));
  TableContent content{.table = walk.table, .rows = 0, .digest = {}};
  Fingerprint digest;
  Key last(walk.key_size, std::numeric_limits<std::int64_t>::min());
  Row row(walk.column_count);
  for (std::int64_t in_page = page_size; in_page == page_size;) {
    in_page = 0;
    for (std::size_t i = 0; i < last.size(); ++i) select.bind(static_cast<int>(i) + 1, last[i]);
    while (select.next()) {
      for (std::size_t i = 0; i < row.size(); ++i) row[i] = select.value(static_cast<int>(i));
      for (std::size_t i = 0; i < last.size(); ++i) last[i] = std::get<std::int64_t>(row[i]);
      add_to(digest, row);
      each(row);
      ++in_page;
    }
    content.rows += in_page;
    progress(walk.table, content.rows, all);
  }
  if (content.rows != all)
    throw Error(Trouble::refused,
                message(N_("table {0} has {1} rows, but only {2} can be read"), walk.table, all, content.rows));
  content.digest = digest.digits();
  return content;
}

}  // namespace

std::vector<TableContent> Store::contents(const Progress& progress) {
  std::vector<TableContent> found;
  for (const TableWalk& walk : tables())
    found.push_back(walk_table(database_, walk, progress, [](const Row& /*row*/) {}));
  return found;
}

std::vector<TableContent> Store::copy_to(Store& target, const Progress& progress) {
  target.expect_bulk();
  const auto reading = transaction(sql::Transaction::Kind::read);
  auto writing = target.transaction(sql::Transaction::Kind::write);
  for (const TableWalk& walk : tables())
    if (count_rows(target.database_, walk) > 0)
      throw Error(Trouble::refused, message(N_("the database to copy into is not empty: nothing was copied")));
  target.database_.defer_references();  // a request may point to a later one
  std::vector<TableContent> copied;
  for (const TableWalk& walk : tables()) {
    auto insert = target.database_.prepare(insert_row(walk));
    copied.push_back(walk_table(database_, walk, progress, [&](const Row& row) {
      for (std::size_t i = 0; i < row.size(); ++i) insert.bind(static_cast<int>(i) + 1, row[i]);
      insert.run();
    }));
  }
  if (target.contents([](const char*, std::int64_t, std::int64_t) {}) != copied)
    throw Error(Trouble::refused,
                message(N_("the copy differs from what was copied: nothing of it was kept, please report it")));
  writing.commit();
  return copied;
}

}  // namespace regie
