#include "render/canvas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "text/unicode.hpp"

namespace regie::render {

namespace {

constexpr double letter = 7;  // width of a common letter, a little more than most fonts need

/// How much a letter differs from a common one.
double extra_width(char c) {
  if (std::string_view(" .,:;!'|()ijlt").find(c) != std::string_view::npos) return -2.5;
  if (c == 'm' || c == 'w' || c == 'M' || c == 'W' || c == '%' || c == '@') return 4;
  return c >= 'A' && c <= 'Z' ? 1.4 : 0;
}

void append_escaped(std::string& markup, char c) {
  switch (c) {
    case '&': markup += "&amp;"; break;
    case '<': markup += "&lt;"; break;
    case '>': markup += "&gt;"; break;
    case '"': markup += "&quot;"; break;
    case '\'': markup += "&#39;"; break;
    default: markup += c;
  }
}

std::string dashed(const std::string& dashes) { return dashes.empty() ? "" : " stroke-dasharray=\"" + dashes + '"'; }

/// The end of an element that may have something to tell.
std::string closing(const char* name, const std::string& hint) {
  return hint.empty() ? "/>" : fmt::format("><title>{}</title></{}>", escaped(hint), name);
}

std::string text_element(double x, double y, const std::string& attributes, const std::string& text,
                         const std::string& whole) {
  const std::string hint = whole.empty() || whole == text ? "" : "<title>" + escaped(whole) + "</title>";
  return fmt::format(R"(<text x="{:.1f}" y="{:.1f}" {}>{}{}</text>)", x, y, attributes, hint, escaped(text));
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string line = text::one_line(text);
  // U+FFFE and U+FFFF are UTF-8, but no characters that markup may hold.
  for (const std::string_view none : {"\xef\xbf\xbe", "\xef\xbf\xbf"})
    for (std::size_t at = line.find(none); at != std::string::npos; at = line.find(none, at))
      line.replace(at, 3, "\xef\xbf\xbd");
  std::string markup;
  markup.reserve(line.size());
  for (const char c : line) append_escaped(markup, c);
  return markup;
}

double width_of(const std::string& text) {
  double width = text::display_width(text) * letter;
  for (const char c : text) width += extra_width(c);
  return width;
}

std::string cut(const std::string& text, double room) {
  int columns = std::min(text::display_width(text), static_cast<int>(room / letter * 2));
  std::string shown = text::cut_to_width(text, columns, "…");
  while (columns > 1 && width_of(shown) > room) shown = text::cut_to_width(shown, --columns, "…");
  return shown;
}

void Canvas::rect(double x, double y, double width, double height, const std::string& css, const std::string& hint) {
  markup_ += fmt::format(R"(<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}")", css, x, y,
                         std::max(width, 0.0), std::max(height, 0.0)) +
             closing("rect", hint);
}

void Canvas::line(double x1, double y1, double x2, double y2, const std::string& css, const std::string& dashes) {
  markup_ += fmt::format(R"(<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"{}/>)", css, x1, y1, x2, y2,
                         dashed(dashes));
}

void Canvas::dot(double x, double y, const std::string& css, const std::string& hint) {
  markup_ += fmt::format(R"(<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="2.6")", css, x, y) + closing("circle", hint);
}

void Canvas::path(const std::string& points, const std::string& css, const std::string& dashes) {
  markup_ += fmt::format(R"(<polyline class="{}" points="{}"{}/>)", css, points, dashed(dashes));
}

std::string Canvas::point(double x, double y) { return fmt::format("{:.1f},{:.1f} ", x, y); }

void Canvas::text(double x, double y, Anchor anchor, const std::string& text, const std::string& whole,
                  const std::string& css) {
  static constexpr std::array names{"start", "middle", "end"};
  const char* name = names[static_cast<std::size_t>(anchor)];
  markup_ += text_element(x, y, fmt::format(R"(class="{}" text-anchor="{}")", css, name), text, whole);
}

void Canvas::turned_text(double x, double y, const std::string& text, const std::string& whole) {
  const std::string turn = fmt::format("transform=\"rotate(-40 {:.1f} {:.1f})\"", x, y);
  markup_ += text_element(x, y, "class=\"t\" text-anchor=\"end\" " + turn, text, whole);
}

}  // namespace regie::render
