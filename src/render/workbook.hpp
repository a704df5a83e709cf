// A report as a workbook: everything is decided, translated and within what Excel allows, so that whoever writes the
// file only writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "render/report.hpp"

namespace regie::render {

struct Workbook {
  static constexpr int remark_width = 80;          ///< of a line on the first sheet, and about that below a table
  static constexpr std::size_t diagram_rows = 17;  ///< rows that a diagram and the gap below it take

  /// What stands in a cell; how a number is meant.
  enum class Look {
    text,
    whole,     ///< a count, an id
    hours,     ///< with decimals
    money,     ///< euros
    share,     ///< a fraction of 1
    tenths,    ///< with one decimal
    moment,    ///< days since 30 December 1899 on the clock of the reader's zone, as Excel counts
    duration,  ///< a fraction of a day
    truth,
  };
  struct Value {
    std::variant<std::monostate, std::string, double, bool> value;
    Look look = Look::text;
    Cell::Mood mood = Cell::Mood::plain;
  };
  struct Column {
    std::string title;
    double width = 0;    ///< characters
    bool right = false;  ///< numbers stand at the right, and so does their title
  };
  /// Values of a percentage are fractions of 1 here.
  struct Diagram {
    Chart chart;
    std::string axis;  ///< "hours"; "" = needs none
  };
  /// Heights are given, in lines of text: not every program fits rows to what stands in them.
  struct Row {
    std::vector<Value> values;
    int lines = 1;
  };
  /// Stands across several columns.
  struct Remark {
    std::string text;
    int lines = 1;
  };
  /// One section of the report.
  struct Sheet {
    std::string name;   ///< allowed, and unlike that of any other sheet
    std::string title;  ///< of which the name is what Excel lets it be
    std::vector<Column> columns;
    std::vector<Row> rows;
    std::optional<Row> total;
    std::vector<Remark> remarks;
    std::size_t remark_columns = 1;  ///< across which remarks stand
    std::optional<std::size_t> bar;  ///< column whose cells have a bar behind them
    std::vector<Diagram> diagrams;
  };

  std::string author;  ///< "" = nobody
  std::string title;
  std::int64_t created = 0;  ///< seconds since 1970, UTC

  std::string summary;             ///< name of the first sheet
  std::vector<std::string> about;  ///< lines below the title: landlord, period, filter
  std::string as_of_title;
  Value as_of;
  std::vector<std::pair<Value, std::string>> headlines;
  double headline_width = 0;            ///< characters, of their own size
  std::string sheet_title, rows_title;  ///< of the list of sheets
  std::vector<Remark> remarks;          ///< with those about sections that have no sheet

  std::vector<Sheet> sheets;
  std::string data;  ///< name of the last sheet: what the diagrams are drawn from; "" when there are none
};

/// Throws Error(refused) when a section has more rows than a sheet can have.
Workbook workbook_of(const Report& report, const Style& style);

}  // namespace regie::render
