// What commands show, before it is text: typed cells under named columns. Every format is written from these, so that
// JSON never depends on what a table looks like.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "regie/calendar.hpp"
#include "regie/codes.hpp"

namespace regie::render {

struct Money {
  std::int64_t cents;
};

/// A word of a vocabulary: scripts read the code, people the label (English, translated when shown).
struct Coded {
  std::string code;
  std::string label;
};

/// How many of how many: people read a percentage, scripts a fraction of 1.
struct Share {
  std::int64_t part = 0;
  std::int64_t whole = 0;  ///< 0: there is nothing to take a share of
};

/// How long something takes: people read "3 h 20" or "4,5 d", scripts hours.
struct Length {
  std::int64_t seconds = 0;
  std::int64_t day = 86'400;  ///< seconds of what counts as one day: of a landlord's clock those it is open on one
};

/// A number with one decimal.
struct Tenths {
  std::int64_t value = 0;
};

/// A day, by its beginning: people read the date, scripts the moment.
struct Day {
  Instant begins{};
};

struct Cell;
/// A record inside a record (what an entry of the journal changed), and several of them (a request's journal).
using Record = std::vector<std::pair<std::string, Cell>>;
using Records = std::vector<Record>;

/// A ready piece of JSON (a stored decision).
struct RawJson {
  std::string json;
};

struct Cell {
  using Value = std::variant<std::monostate, std::string, std::int64_t, bool, Instant, Money, Coded,
                             std::vector<std::string>, std::shared_ptr<Record>, std::shared_ptr<Records>, RawJson,
                             Share, Length, Tenths, Day, std::vector<std::int64_t>>;
  Value value;
  enum class Mood { plain, good, warning, alarm, faint } mood = Mood::plain;  ///< colour on a terminal, nothing else

  Cell() = default;
  Cell(Value v, Mood m = Mood::plain) : value(std::move(v)), mood(m) {}
  Cell(const char*) = delete;  // it would be a bool
  Cell(std::string text) : value(text.empty() ? Value{} : Value{std::move(text)}) {}
  Cell(std::int64_t number) : value(number) {}
  Cell(bool flag) : value(flag) {}
  template <typename T>
  Cell(const std::optional<T>& maybe) : value(maybe ? Value{*maybe} : Value{}) {}
};

template <typename E>
Cell coded(E value, Cell::Mood mood = Cell::Mood::plain) {
  return {Coded{std::string(code(value)), label(value)}, mood};
}
template <typename E>
Cell coded(const std::optional<E>& value) {
  return value ? coded(*value) : Cell{};
}

struct Column {
  const char* key;                                           ///< in JSON, CSV and --columns; never translated
  const char* title;                                         ///< for people, English
  enum class Kind { text, number, wide } kind = Kind::text;  ///< wide: gives way when the terminal is narrow
  bool shown = true;                                         ///< in a table when nobody asks for columns
  bool expendable = false;  ///< a report's table does without where the terminal is narrow, the first such first
};

using Row = std::vector<Cell>;

enum class Format { table, csv, tsv, json, jsonl, md };

std::optional<Format> parse_format(std::string_view name);
std::vector<std::string> format_names();

/// How a person will see it.
struct Style {
  Zone zone;
  Instant now{};
  int width = 0;  ///< columns of the terminal; 0 = as wide as it wants
  bool colour = false;
  bool utf8 = true;
  bool raw_csv = false;  ///< leave cells alone that a spreadsheet would run as formulas
};

using Sink = std::function<void(std::string_view)>;

/// Writes rows as they come. JSON, CSV and TSV need no memory for it; tables and Markdown wait for the last row.
class Writer {
 public:
  virtual ~Writer() = default;
  virtual void row(Row row) = 0;
  /// Ends the output. `more`: there were more rows than the limit let through.
  virtual void finish(bool more = false) = 0;
};

/// `schema` names the JSON envelope ("regie.list/1"); `chosen` = positions of the columns to write, empty = those the
/// format shows of itself (a table the shown ones, the others all).
std::unique_ptr<Writer> make_writer(Format format, std::string schema, std::vector<Column> columns,
                                    std::vector<std::size_t> chosen, const Style& style, Sink sink);

/// A whole number with its thousands set apart as the language does: "1,234", in French "1 234".
std::string grouped(std::int64_t number);

/// One cell as a person reads it, without padding or colour; safe to show.
std::string shown(const Cell& cell, const Style& style);

/// One cell as CSV and TSV have it.
std::string plain(const Cell& cell, const Style& style);

/// Escape sequences around the text, when the style has colour.
std::string coloured(std::string text, Cell::Mood mood, const Style& style);

/// A bar for `part` of `whole`, at most `width` columns.
std::string bar(std::int64_t part, std::int64_t whole, int width, const Style& style);

}  // namespace regie::render
