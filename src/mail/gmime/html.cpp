#include "mail/gmime/html.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace regie::mail {

namespace {

struct Named {
  std::string_view name, text;
};

// What mail programs write in French and English, besides numbers.
constexpr std::array characters{
    Named{"amp", "&"},    Named{"lt", "<"},     Named{"gt", ">"},     Named{"quot", "\""},  Named{"apos", "'"},
    Named{"nbsp", " "},   Named{"agrave", "à"}, Named{"acirc", "â"},  Named{"auml", "ä"},   Named{"aelig", "æ"},
    Named{"ccedil", "ç"}, Named{"eacute", "é"}, Named{"egrave", "è"}, Named{"ecirc", "ê"},  Named{"euml", "ë"},
    Named{"icirc", "î"},  Named{"iuml", "ï"},   Named{"ocirc", "ô"},  Named{"ouml", "ö"},   Named{"oelig", "œ"},
    Named{"ugrave", "ù"}, Named{"ucirc", "û"},  Named{"uuml", "ü"},   Named{"yuml", "ÿ"},   Named{"ntilde", "ñ"},
    Named{"Agrave", "À"}, Named{"Acirc", "Â"},  Named{"AElig", "Æ"},  Named{"Ccedil", "Ç"}, Named{"Eacute", "É"},
    Named{"Egrave", "È"}, Named{"Ecirc", "Ê"},  Named{"Icirc", "Î"},  Named{"Ocirc", "Ô"},  Named{"OElig", "Œ"},
    Named{"Ugrave", "Ù"}, Named{"Ucirc", "Û"},  Named{"laquo", "«"},  Named{"raquo", "»"},  Named{"lsquo", "‘"},
    Named{"rsquo", "’"},  Named{"ldquo", "“"},  Named{"rdquo", "”"},  Named{"hellip", "…"}, Named{"ndash", "–"},
    Named{"mdash", "—"},  Named{"bull", "•"},   Named{"middot", "·"}, Named{"euro", "€"},   Named{"pound", "£"},
    Named{"deg", "°"},    Named{"sup2", "²"},   Named{"frac12", "½"}, Named{"times", "×"},  Named{"copy", "©"},
    Named{"thinsp", " "}, Named{"ensp", " "},   Named{"emsp", " "},   Named{"shy", ""},     Named{"zwnj", ""}};
// "&#146;" is what windows-1252 has there.
struct Numbered {
  std::uint32_t number;
  std::string_view text;
};
constexpr std::array windows_characters{Numbered{0x80, "€"}, Numbered{0x85, "…"}, Numbered{0x8c, "Œ"},
                                        Numbered{0x91, "‘"}, Numbered{0x92, "’"}, Numbered{0x93, "“"},
                                        Numbered{0x94, "”"}, Numbered{0x95, "•"}, Numbered{0x96, "–"},
                                        Numbered{0x97, "—"}, Numbered{0x9c, "œ"}, Numbered{0xa0, " "}};
constexpr std::size_t longest_character = 10;  // between & and ;

constexpr std::array own_lines{"address",  "article", "body",    "center", "dd", "div",  "dl",  "dt",
                               "fieldset", "footer",  "form",    "h1",     "h2", "h3",   "h4",  "h5",
                               "h6",       "header",  "hr",      "html",   "li", "main", "nav", "ol",
                               "p",        "pre",     "section", "table",  "tr", "ul"};
constexpr std::array unseen{"head", "script", "style", "template", "title"};

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_letter_or_digit(char c) { return (small(c) >= 'a' && small(c) <= 'z') || (c >= '0' && c <= '9'); }

void append_codepoint(std::string& text, std::uint32_t c) {
  const auto byte = [&](std::uint32_t value) { text += static_cast<char>(value); };
  if (c < 0x80) return byte(c);
  if (c < 0x800) {
    byte(0xc0U | c >> 6U);
  } else {
    if (c < 0x10000) {
      byte(0xe0U | c >> 12U);
    } else {
      byte(0xf0U | c >> 18U);
      byte(0x80U | (c >> 12U & 0x3fU));
    }
    byte(0x80U | (c >> 6U & 0x3fU));
  }
  byte(0x80U | (c & 0x3fU));
}

/// "eacute", "#233", "#xE9"; false when it is none.
bool append_character(std::string& text, std::string_view name) {
  if (!name.starts_with('#')) {
    const auto found = std::ranges::find(characters, name, &Named::name);
    if (found == characters.end()) return false;
    text += found->text;
    return true;
  }
  name.remove_prefix(1);
  const bool hexadecimal = name.starts_with('x') || name.starts_with('X');
  if (hexadecimal) name.remove_prefix(1);
  std::uint32_t c = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), c, hexadecimal ? 16 : 10);
  if (error != std::errc{} || end != name.data() + name.size()) return false;
  const auto found = std::ranges::find(windows_characters, c, &Numbered::number);
  const bool surrogate = c >= 0xd800 && c < 0xe000;
  if (found != windows_characters.end()) text += found->text;
  else if (c >= ' ' && c <= 0x10ffff && !surrogate) append_codepoint(text, c);
  return true;
}

/// Blanks become one blank, line ends are made by tags only; an empty line between paragraphs at most. What is quoted
/// is marked as in plain mails.
class Lines {
 public:
  void add(std::string_view text) {
    if (blank_ && !text_.empty() && text_.back() != '\n') text_ += ' ';
    blank_ = false;
    if (quotes_ > 0 && (text_.empty() || text_.back() == '\n')) text_ += "> ";
    text_ += text;
  }
  void quote(bool ends) {
    line();
    if (!ends) ++quotes_;
    else if (quotes_ > 0) --quotes_;
  }
  void blank() { blank_ = true; }
  void line() {
    blank_ = false;
    if (!text_.empty() && text_.back() != '\n') text_ += '\n';
  }
  void line_break() {
    blank_ = false;
    if (!text_.empty() && !text_.ends_with("\n\n")) text_ += '\n';
  }
  std::string text() && {
    text_.erase(text_.find_last_not_of('\n') + 1);
    return text_.empty() ? "" : std::move(text_) + '\n';
  }

 private:
  std::string text_;
  bool blank_ = false;
  int quotes_ = 0;  ///< inside so many
};

class Reader {
 public:
  explicit Reader(std::string_view html) : rest_(html) {}

  std::string text() && {
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == '<') tag();
      else if (c == '&') character();
      else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') take_blank();
      else plain();
    }
    return std::move(lines_).text();
  }

 private:
  void take_blank() {
    lines_.blank();
    rest_.remove_prefix(1);
  }

  void plain() {
    const std::size_t end = std::min(rest_.find_first_of("<& \t\r\n"), rest_.size());
    lines_.add(rest_.substr(0, end));
    rest_.remove_prefix(end);
  }

  void character() {
    const std::string_view near = rest_.substr(1, longest_character + 1);
    const std::size_t end = near.find(';');
    std::string found;
    if (end == std::string_view::npos || !append_character(found, near.substr(0, end))) {
      lines_.add("&");
      rest_.remove_prefix(1);
      return;
    }
    if (found == " ") lines_.blank();
    else lines_.add(found);
    rest_.remove_prefix(end + 2);
  }

  /// What is not closed hides all that follows: so there is nothing to search twice.
  void skip_behind(std::string_view mark) {
    const std::size_t at = rest_.find(mark);
    rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + mark.size());
  }

  void tag() {
    if (rest_.starts_with("<!--")) return skip_behind("-->");
    std::string_view inside = rest_.substr(1);
    const bool closes = inside.starts_with('/');
    if (closes) inside.remove_prefix(1);
    if (inside.empty() || !(is_letter_or_digit(inside.front()) || inside.front() == '!' || inside.front() == '?')) {
      lines_.add("<");
      rest_.remove_prefix(1);
      return;
    }
    std::string name;
    for (const char c : inside.substr(0, 16)) {
      if (!is_letter_or_digit(c)) break;
      name += small(c);
    }
    skip_behind(">");
    if (!closes && std::ranges::find(unseen, name) != unseen.end()) return skip_element(name);
    if (name == "br") lines_.line_break();
    else if (name == "blockquote") lines_.quote(closes);
    else if (std::ranges::find(own_lines, name) != own_lines.end()) name == "p" ? paragraph(closes) : lines_.line();
    else if (name == "td" || name == "th") lines_.blank();
  }

  void paragraph(bool closes) {
    lines_.line();
    if (closes) lines_.line_break();
  }

  /// To behind "</name".
  void skip_element(std::string_view name) {
    while (!rest_.empty()) {
      skip_behind("</");
      const bool is_it =
          rest_.size() >= name.size() && std::ranges::equal(rest_.substr(0, name.size()), name, {}, small);
      if (is_it) return skip_behind(">");
    }
  }

  std::string_view rest_;
  Lines lines_;
};

}  // namespace

std::string text_of_html(std::string_view html) { return Reader(html).text(); }

}  // namespace regie::mail
