// Cells as lines of text, column under column: what tables, the tables of reports and their charts are made of.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "render/table.hpp"

namespace regie::render {

/// Keeps the rows until all are known: a column is as wide as its widest cell.
class Grid {
 public:
  Grid(const std::vector<Column>& columns, const std::vector<std::size_t>& chosen, Style style);

  /// Cells that are missing at its end are empty.
  void add(const Row& row);

  std::size_t size() const { return lines_.size(); }
  int width() const;

  /// Wide columns give way, the last first, down to twelve; a terminal narrower than the rest is the reader's own wish.
  void squeeze(int width);
  /// Long titles go on below, in so many lines at most; it loses nothing.
  void fold_titles(int width, std::size_t lines);
  /// Columns of words give way as wide ones do, the widest first. Never numbers, times and telephone numbers.
  void squeeze_words(int width);
  /// One blank between columns instead of two.
  void move_together() { gap_ = 1; }

  /// Without blanks at their ends; one line unless titles are folded.
  std::vector<std::string> header() const;
  /// As wide as the grid, so that something can stand behind it.
  std::string line(std::size_t at) const;

 private:
  struct Place {
    std::size_t column;  ///< its cells in a row
    Column::Kind kind;
    std::string title;
    int width;
    int widest_cell = 0;
    bool has_words = false;
  };
  struct Shown {
    std::string text;
    Cell::Mood mood;
  };
  template <typename Least>
  void narrow(int width, Least least);
  std::string padded(const std::string& text, std::size_t place) const;

  std::vector<Place> places_;
  std::vector<std::vector<Shown>> lines_;
  bool are_titles_folded_ = false;
  int gap_ = 2;  ///< between columns
  Style style_;
};

/// shown(), with an exclamation mark behind a date that is over: never by colour alone, in a pipe and to who sees no
/// red.
std::string shown_marked(const Cell& cell, const Style& style);

/// Does what can be done for a grid that begins at column `indent` to fit the terminal.
void fit(Grid& grid, int indent, const Style& style);
/// The same with bars behind it. How long the longest may be; 0: there is no room for bars.
int fit_with_bars(Grid& grid, int indent, const Style& style);

std::string without_end_blanks(std::string line);

}  // namespace regie::render
