#include "render/grid.hpp"

#include <algorithm>

#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::render {

namespace {

constexpr int gap = 2;           // before a bar
constexpr int fewest_kept = 12;  // of a name something must be left to know it by
constexpr int shortest_bar = 8, longest_bar = 20;

int longest_word(std::string_view title) {
  int longest = 0;
  while (!title.empty()) {
    const std::size_t end = std::min(title.find(' '), title.size());
    longest = std::max(longest, text::display_width(title.substr(0, end)));
    title.remove_prefix(std::min(end + 1, title.size()));
  }
  return longest;
}

/// How narrow a title can be in so many lines without breaking a word.
int narrowest(const std::string& title, std::size_t lines) {
  int width = longest_word(title);
  while (text::wrap(title, width).size() > lines) ++width;
  return width;
}

/// Has it letters, so that a part of it still says something?
bool is_words(const Cell& cell) {
  if (std::holds_alternative<Coded>(cell.value)) return true;
  const auto* text = std::get_if<std::string>(&cell.value);
  return text != nullptr && std::ranges::any_of(*text, [](unsigned char c) { return c >= 0x80 || std::isalpha(c); });
}

}  // namespace

Grid::Grid(const std::vector<Column>& columns, const std::vector<std::size_t>& chosen, Style style)
    : style_(std::move(style)) {
  for (const std::size_t at : chosen) {
    std::string title = text::tr(columns[at].title);
    const int width = text::display_width(title);
    places_.push_back({at, columns[at].kind, std::move(title), width});
  }
}

void Grid::add(const Row& row) {
  static const Cell nothing;
  auto& line = lines_.emplace_back();
  for (Place& place : places_) {
    const Cell& cell = place.column < row.size() ? row[place.column] : nothing;
    std::string text = shown_marked(cell, style_);
    place.widest_cell = std::max(place.widest_cell, text::display_width(text));
    place.width = std::max(place.width, place.widest_cell);
    place.has_words = place.has_words || is_words(cell);
    line.push_back({std::move(text), cell.mood});
  }
}

int Grid::width() const {
  int width = std::max(0, static_cast<int>(places_.size()) - 1) * gap_;
  for (const Place& place : places_) width += place.width;
  return width;
}

void Grid::squeeze(int width) {
  int total = this->width();
  for (std::size_t i = places_.size(); i-- > 0 && total > width;) {
    Place& place = places_[i];
    if (place.kind != Column::Kind::wide) continue;
    const int kept = std::max(std::min(place.width, fewest_kept), place.width - (total - width));
    total -= place.width - kept;
    place.width = kept;
  }
}

/// Takes from the widest of those that are wider than their `least`, until the grid is as wide as that.
template <typename Least>
void Grid::narrow(int width, Least least) {
  for (int total = this->width(); total > width; --total) {
    Place* widest = nullptr;
    for (Place& place : places_)
      if (place.width > least(place) && (widest == nullptr || place.width > widest->width)) widest = &place;
    if (widest == nullptr) return;
    --widest->width;
  }
}

void Grid::fold_titles(int width, std::size_t lines) {
  are_titles_folded_ = true;
  narrow(width, [&](const Place& place) { return std::max(place.widest_cell, narrowest(place.title, lines)); });
  // Words do not fill their lines: what is left over goes to the others.
  for (Place& place : places_) {
    int needed = place.widest_cell;
    for (const std::string& line : text::wrap(place.title, place.width))
      needed = std::max(needed, text::display_width(line));
    place.width = std::min(place.width, needed);
  }
}

void Grid::squeeze_words(int width) {
  narrow(width, [](const Place& place) {
    const bool gives_way = place.kind == Column::Kind::text && place.has_words;
    return gives_way ? std::max(fewest_kept, longest_word(place.title)) : place.width;
  });
}

std::string Grid::padded(const std::string& text, std::size_t at) const {
  const Place& place = places_[at];
  const std::string cut = text::cut_to_width(text, place.width, style_.utf8 ? "…" : "...");
  const std::string blanks(static_cast<std::size_t>(std::max(0, place.width - text::display_width(cut))), ' ');
  const std::string behind(at + 1 < places_.size() ? static_cast<std::size_t>(gap_) : 0, ' ');
  return place.kind == Column::Kind::number ? blanks + cut + behind : cut + blanks + behind;
}

std::vector<std::string> Grid::header() const {
  std::vector<std::vector<std::string>> titles;
  std::size_t height = 0;
  for (const Place& place : places_) {
    // The title of a column that gave way is cut off as its cells are.
    const bool is_folded = are_titles_folded_ && place.width >= longest_word(place.title);
    titles.push_back(is_folded ? text::wrap(place.title, place.width) : std::vector{place.title});
    height = std::max(height, titles.back().size());
  }
  std::vector<std::string> header(height);
  for (std::size_t i = 0; i < titles.size(); ++i)
    for (std::size_t line = 0; line < height; ++line) {
      const std::size_t above = height - titles[i].size();  // titles stand on their columns
      header[line] += padded(line < above ? "" : titles[i][line - above], i);
    }
  for (std::string& line : header) line = coloured(without_end_blanks(line), Cell::Mood::faint, style_);
  return header;
}

std::string Grid::line(std::size_t at) const {
  std::string line;
  for (std::size_t i = 0; i < places_.size(); ++i)
    line += coloured(padded(lines_[at][i].text, i), lines_[at][i].mood, style_);
  return line;
}

std::string shown_marked(const Cell& cell, const Style& style) {
  const bool is_over = cell.mood == Cell::Mood::alarm && std::holds_alternative<Instant>(cell.value);
  return shown(cell, style) + (is_over ? " !" : "");
}

void fit(Grid& grid, int indent, const Style& style) {
  if (style.width <= 0) return;
  const int room = style.width - indent;
  grid.fold_titles(room, 2);
  grid.squeeze(room);
  grid.squeeze_words(room);
  grid.fold_titles(room, 4);  // a tower of words is the last thing to read, but better than broken lines
}

int fit_with_bars(Grid& grid, int indent, const Style& style) {
  if (style.width <= 0) return longest_bar;
  const int room = style.width - indent;
  // A short bar still compares; a name that is cut off says less. Only then names give way, and at last the bars.
  const int bar = std::clamp(room - grid.width() - gap, shortest_bar, longest_bar);
  Grid narrower = grid;
  narrower.fold_titles(room - gap - bar, 2);
  narrower.squeeze(room - gap - bar);
  const bool fits = narrower.width() + gap + bar <= room;
  if (fits) grid = std::move(narrower);
  else fit(grid, indent, style);
  return fits ? bar : 0;
}

std::string without_end_blanks(std::string line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

}  // namespace regie::render
