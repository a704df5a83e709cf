// How cells look.
#pragma once

#include <compare>
#include <map>
#include <tuple>

#include "render/workbook.hpp"
#include "render/xlsx/library.hpp"

namespace regie::render {

class Formats {
 public:
  explicit Formats(lxw_workbook* book);

  /// Of a value in a table.
  struct Place {
    bool right = false;  ///< a column of numbers
    bool total = false;  ///< the line below the table
    auto operator<=>(const Place&) const = default;
  };
  lxw_format* of(const Workbook::Value& value, Place place);
  lxw_format* title_of(const Workbook::Column& column) const { return column.right ? right_title_ : left_title_; }
  /// Of a figure that is seen first.
  lxw_format* headline(const Workbook::Value& value);

  lxw_format* heading;  ///< the report's title
  lxw_format* about;
  lxw_format* as_of;
  lxw_format* plain;  ///< of texts of several lines
  lxw_format* link;
  lxw_format* remark;
  lxw_format* caption;  ///< title of a diagram's data
  lxw_format* figure;   ///< one of them

 private:
  lxw_format* add(const Workbook::Value& value) const;

  lxw_workbook* book_;
  lxw_format* left_title_;
  lxw_format* right_title_;
  std::map<std::tuple<Workbook::Look, Cell::Mood, Place>, lxw_format*> known_;
};

}  // namespace regie::render
