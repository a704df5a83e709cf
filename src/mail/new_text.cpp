#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "mail/answer.hpp"
#include "text/unicode.hpp"

namespace regie::mail {

namespace {

constexpr std::size_t longest_heading = 300;  // bytes of a line; what is longer was not written by a mail program
constexpr std::size_t most_heading_lines = 3;
constexpr std::size_t most_header_lines = 12;  // in which From, Date and To must stand
constexpr std::size_t shortest_rule = 5;       // underscores above a signature

/// Blanks, and what has no width.
constexpr std::array<std::string_view, 9> blanks{
    " ", "\t", "\r", "\xc2\xa0", "\xe2\x80\xaf", "\xef\xbb\xbf", "\xe2\x80\x8b", "\xe2\x80\x8e", "\xe2\x80\x8f"};

std::string_view trimmed(std::string_view line) {
  const auto shrinks = [&line](auto&& cut) {
    return std::ranges::any_of(blanks, [&](std::string_view blank) { return cut(blank); });
  };
  while (shrinks([&](std::string_view blank) {
    if (!line.starts_with(blank)) return false;
    line.remove_prefix(blank.size());
    return true;
  })) {
  }
  while (shrinks([&](std::string_view blank) {
    if (!line.ends_with(blank)) return false;
    line.remove_suffix(blank.size());
    return true;
  })) {
  }
  return line;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + (text.substr(end).starts_with("\r\n") ? 2 : 1);
  }
  return lines;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "10:32"
bool has_clock(std::string_view text) {
  for (std::size_t at = 1; at + 2 < text.size(); ++at)
    if (text[at] == ':' && is_digit(text[at - 1]) && is_digit(text[at + 1]) && is_digit(text[at + 2])) return true;
  return false;
}

bool ends_as_announcement(std::string_view folded) {
  constexpr std::array<std::string_view, 6> ends{"a ecrit :", "a ecrit:", "a ecrit", "wrote:", "wrote :", ">:"};
  return std::ranges::any_of(ends, [&](std::string_view end) { return folded.ends_with(end); });
}

/// "le lun. 2 mars", "on mon, mar 2", "2026-03-02 10:32 GMT"
bool begins_as_announcement(std::string_view folded) {
  if (folded.empty()) return false;
  if (is_digit(folded.front())) return folded.find('@') != std::string_view::npos;
  return (folded.starts_with("le ") || folded.starts_with("on ")) && std::ranges::any_of(folded, is_digit);
}

/// "-----Message d'origine-----"
bool is_separator(std::string_view folded) {
  constexpr std::array<std::string_view, 9> names{"message d'origine", "message original",  "original message",
                                                  "mail original",     "message transfere", "forwarded message",
                                                  "message reexpedie", "message initial",   "reply message"};
  if (!folded.starts_with("--") || !folded.ends_with("--")) return false;
  const auto first = folded.find_first_not_of("- "), last = folded.find_last_not_of("- ");
  return first != std::string_view::npos &&
         std::ranges::find(names, folded.substr(first, last + 1 - first)) != names.end();
}

/// "de" of "De : Val d'Orle Habitat" and of "*De :* Val d'Orle Habitat"
std::string_view header_name(std::string_view folded) {
  while (folded.starts_with('*')) folded.remove_prefix(1);
  const auto colon = folded.find(':');
  if (colon == std::string_view::npos) return {};
  std::string_view name = folded.substr(0, colon);
  while (name.ends_with(' ') || name.ends_with('*')) name.remove_suffix(1);
  return name;
}

/// "Envoyé de mon iPhone"
bool is_advert(std::string_view folded) {
  constexpr std::array<std::string_view, 13> beginnings{
      "envoye de mon",       "envoye depuis",       "envoye a partir d", "envoye avec",     "envoye via",
      "telecharger outlook", "telechargez outlook", "obtenir outlook",   "obtenez outlook", "get outlook",
      "sent from",           "sent with",           "provenance :"};
  constexpr std::array<std::string_view, 28> devices{
      "iphone", "ipad",     "android",    "samsung", "galaxy",     "huawei",    "honor",
      "xiaomi", "redmi",    "oppo",       "pixel",   "smartphone", "telephone", "portable",
      "mobile", "appareil", "blackberry", "windows", "outlook",    "yahoo",     "orange",
      "proton", "k-9",      "bluemail",   "phone",   "tablet",     "device",    "laposte"};
  const auto has = [&](std::string_view device) { return folded.find(device) != std::string_view::npos; };
  return std::ranges::any_of(beginnings, [&](std::string_view one) { return folded.starts_with(one); }) &&
         std::ranges::any_of(devices, has);
}

class Cutter {
 public:
  explicit Cutter(std::string_view text) : lines_(lines_of(text)) {
    next_.resize(lines_.size() + 1, lines_.size());
    for (std::size_t i = lines_.size(); i-- > 0;) {
      lines_[i] = trimmed(lines_[i]);
      next_[i] = lines_[i].empty() ? next_[i + 1] : i;
      folded_.emplace_back();
    }
    for (std::size_t i = 0; i < lines_.size(); ++i)
      if (lines_[i].size() <= longest_heading && !is_quoted(i)) folded_[i] = text::fold(lines_[i]);
  }

  std::string remaining() {
    bool in_signature = false;
    for (std::size_t i = 0; i < lines_.size();) {
      if (is_quoted(i)) {
        in_signature = false;
        ++i;
      } else if (const std::size_t behind = behind_heading(i); behind > i) {
        if (behind >= lines_.size()) break;
        i = behind;
      } else {
        if (begins_signature(i)) in_signature = true;
        if (!in_signature && !is_advert(folded_[i])) keep(lines_[i]);
        ++i;
      }
    }
    while (kept_.ends_with('\n')) kept_.pop_back();
    return std::move(kept_);
  }

 private:
  bool is_quoted(std::size_t i) const { return lines_[i].starts_with('>'); }

  /// Empty lines: one between two others, none at the beginning.
  void keep(std::string_view line) {
    if (line.empty() && (kept_.empty() || kept_.ends_with("\n\n"))) return;
    kept_.append(line);
    kept_ += '\n';
  }

  bool begins_signature(std::size_t i) const {
    const std::string_view line = lines_[i];
    if (line == "--") return true;
    return line.size() >= shortest_rule && line.find_first_not_of('_') == std::string_view::npos && !kept_.empty();
  }

  /// The first line behind a heading that begins here: a quoted one, or, where the quoted mail is not marked, the end.
  /// `i` when there is no heading.
  std::size_t behind_heading(std::size_t i) const {
    if (is_separator(folded_[i]) || begins_headers(i)) {
      std::size_t end = i + 1;
      while (end < lines_.size() && !lines_[end].empty() && !is_quoted(end)) ++end;
      const std::size_t next = next_[end];
      return next < lines_.size() && is_quoted(next) ? next : lines_.size();
    }
    std::string joined;
    bool begun = false;
    for (std::size_t end = i; end < lines_.size() && end < i + most_heading_lines; ++end) {
      const std::string& folded = folded_[end];
      if (folded.empty()) break;
      if (end == i) begun = begins_as_announcement(folded);
      else if (!begun || begins_as_announcement(folded)) break;
      joined += (joined.empty() ? "" : " ") + folded;
      if (!ends_as_announcement(joined)) continue;
      const std::size_t next = next_[end + 1];
      if (next < lines_.size() && is_quoted(next)) return next;
      if (begins_as_announcement(joined) && has_clock(joined)) return lines_.size();
      break;
    }
    return i;
  }

  /// "De : … / Envoyé : … / À : … / Objet : …", in any order behind the first.
  bool begins_headers(std::size_t i) const {
    if (const auto name = header_name(folded_[i]); name != "de" && name != "from") return false;
    bool dated = false, addressed = false;
    for (std::size_t k = i + 1; k < lines_.size() && k <= i + most_header_lines; ++k) {
      const auto name = header_name(folded_[k]);
      dated = dated || name == "envoye" || name == "sent" || name == "date";
      addressed = addressed || name == "a" || name == "to" || name == "objet" || name == "subject";
    }
    return dated && addressed;
  }

  std::vector<std::string_view> lines_;
  std::vector<std::string> folded_;  ///< "" for quoted and long ones
  std::vector<std::size_t> next_;    ///< the first line from here that is not empty
  std::string kept_;
};

}  // namespace

std::string new_text(std::string_view text) { return Cutter(text).remaining(); }

}  // namespace regie::mail
