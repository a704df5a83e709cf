// Markup that is put together piece by piece: texts that may stand in it, and the elements of a drawing.
#pragma once

#include <string>
#include <string_view>

namespace regie::render {

/// As markup may hold it, between tags and in attributes: one line, nothing that hides or reorders what stands beside
/// it, and no character that markup gives a meaning.
std::string escaped(std::string_view text);

/// Pixels a text takes in a drawing. Guessed, rather too much than too little: the font is the reader's.
double width_of(const std::string& text);

/// As much of a text as fits, with "…" for the rest.
std::string cut(const std::string& text, double room);

/// An <svg> element in the making. `css` are classes of the page's style sheet; `hint` is what is told under the mouse,
/// "" = nothing.
class Canvas {
 public:
  enum class Anchor { start, middle, end };

  void rect(double x, double y, double width, double height, const std::string& css, const std::string& hint = {});
  void line(double x1, double y1, double x2, double y2, const std::string& css, const std::string& dashes = {});
  void dot(double x, double y, const std::string& css, const std::string& hint);
  /// `points`: made by point().
  void path(const std::string& points, const std::string& css, const std::string& dashes);
  static std::string point(double x, double y);
  /// `whole`: what the text was before it was cut, told under the mouse.
  void text(double x, double y, Anchor anchor, const std::string& text, const std::string& whole = {},
            const std::string& css = "t");
  /// Rising to where it ends.
  void turned_text(double x, double y, const std::string& text, const std::string& whole);

  const std::string& markup() const { return markup_; }

 private:
  std::string markup_;
};

}  // namespace regie::render
