#include "mail/gmime/entity.hpp"

#include <algorithm>

namespace regie::mail {

namespace {

constexpr std::string_view blanks = " \t";

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

bool is_field_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c > ' ' && c < '\x7f'; });
}

/// "--boundary", "--boundary--", both with blanks behind them.
enum class Delimiter { none, next, last };

Delimiter delimiter(std::string_view line, std::string_view boundary) {
  if (!line.starts_with("--")) return Delimiter::none;
  line.remove_prefix(2);
  if (!line.starts_with(boundary)) return Delimiter::none;
  line = trimmed(line.substr(boundary.size()));
  if (line.empty()) return Delimiter::next;
  return line == "--" ? Delimiter::last : Delimiter::none;
}

}  // namespace

bool same_word(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, small, small);
}

const std::string& Entity::header(std::string_view name) const {
  static const std::string none;
  const auto found = std::ranges::find_if(headers, [&](const Header& header) { return same_word(header.name, name); });
  return found == headers.end() ? none : found->value;
}

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::vector<Header> take_headers(std::string_view& rest) {
  std::vector<Header> headers;
  bool goes_on = false;  // the last line belongs to a header that is kept
  const auto leave_out_when_too_long = [&] {
    if (headers.empty() || headers.back().value.size() <= longest_header) return;
    headers.pop_back();
    goes_on = false;
  };
  for (const std::size_t whole = rest.size(); !rest.empty();) {
    const std::string_view line = take_line(rest);
    if (line.empty()) break;
    if (whole - rest.size() > largest_head) continue;
    if (blanks.find(line.front()) != std::string_view::npos) {
      if (goes_on) (headers.back().value += ' ') += trimmed(line);
      leave_out_when_too_long();
      continue;
    }
    const std::size_t colon = line.find(':');
    const std::string_view name = trimmed(line.substr(0, colon));
    goes_on = colon != std::string_view::npos && is_field_name(name) && headers.size() < most_headers;
    if (goes_on) headers.push_back({name, std::string(trimmed(line.substr(colon + 1)))});
    leave_out_when_too_long();
  }
  for (Header& header : headers) {
    header.value = trimmed(header.value);
    std::ranges::replace(header.value, '\0', '?');  // for C the text would end here
  }
  return headers;
}

Entity entity_of(std::string_view bytes) {
  auto headers = take_headers(bytes);
  return {std::move(headers), bytes};
}

std::vector<std::string_view> parts_of(std::string_view body, std::string_view boundary) {
  std::vector<std::string_view> parts;
  if (boundary.empty()) return parts;
  std::string_view rest = body;
  std::size_t begin = std::string_view::npos;
  const auto finish = [&](std::size_t end) {
    if (begin == std::string_view::npos) return;
    std::string_view part = body.substr(begin, end - begin);
    // The line's end before a boundary is the boundary's.
    if (end < body.size() && part.ends_with('\n')) part.remove_suffix(1);
    if (end < body.size() && part.ends_with('\r')) part.remove_suffix(1);
    parts.push_back(part);
  };
  while (!rest.empty() && parts.size() < most_parts) {
    const std::size_t at = body.size() - rest.size();
    const Delimiter found = delimiter(take_line(rest), boundary);
    if (found == Delimiter::none) continue;
    finish(at);
    begin = found == Delimiter::last ? std::string_view::npos : body.size() - rest.size();
    if (found == Delimiter::last) break;
  }
  if (rest.empty()) finish(body.size());  // cut off on the way
  return parts;
}

}  // namespace regie::mail
