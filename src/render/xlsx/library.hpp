// The one place that includes libxlsxwriter.
#pragma once

#include <xlsxwriter.h>

#include <string>

namespace regie::render {

/// The library goes on after a failure; what went wrong first is what counts.
class Failures {
 public:
  void note(lxw_error error) {
    if (first_ == LXW_NO_ERROR) first_ = error;
  }
  lxw_error first() const { return first_; }

 private:
  lxw_error first_ = LXW_NO_ERROR;
};

inline lxw_row_t row_number(std::size_t row) { return static_cast<lxw_row_t>(row); }
inline lxw_col_t column_number(std::size_t column) { return static_cast<lxw_col_t>(column); }

}  // namespace regie::render
