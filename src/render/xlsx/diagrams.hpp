// Charts that the spreadsheet draws: their data stand on a sheet, so that they can be changed and copied.
#pragma once

#include "render/xlsx/formats.hpp"

namespace regie::render {

class Diagrams {
 public:
  /// `data`: the sheet that is filled.
  Diagrams(lxw_workbook* book, const std::string& data_name, lxw_worksheet* data, Formats& formats, Failures& failures);

  /// Writes the data, and draws it on the sheet with its upper left corner in the cell. `beside`: a table whose rows a
  /// filter may hide.
  void draw(const Workbook::Diagram& diagram, lxw_worksheet* sheet, std::size_t row, std::size_t column, bool beside);

 private:
  lxw_format* figures_of(Chart::Unit unit);
  void write_data(const Workbook::Diagram& diagram);
  void add_series(const Workbook::Diagram& diagram, lxw_chart* chart, std::size_t at);
  void set_axes(const Workbook::Diagram& diagram, lxw_chart* chart);

  lxw_workbook* book_;
  const std::string& data_name_;
  lxw_worksheet* data_;
  Formats& formats_;
  Failures& failures_;
  std::size_t first_row_ = 0;  ///< of this diagram's titles on the sheet of data
  std::size_t next_row_ = 0;
};

}  // namespace regie::render
