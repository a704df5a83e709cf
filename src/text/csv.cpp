#include "text/csv.hpp"

#include <algorithm>
#include <array>

namespace regie::text {

namespace {
constexpr std::size_t chunk = 256 * 1024;
constexpr std::size_t longest_record = 1024 * 1024;
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
}  // namespace

CsvReader::CsvReader(Fill fill, char separator) : fill_(std::move(fill)), separator_(separator) {}

bool CsvReader::more() {
  if (at_end_) return false;
  if (begin_ > 0) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  const std::size_t old = buffer_.size();
  buffer_.resize(old + chunk);
  const std::size_t got = fill_(buffer_.data() + old, chunk);
  buffer_.resize(old + got);
  at_end_ = got == 0;
  return !at_end_;
}

void CsvReader::drop(std::size_t bytes) {
  const auto from = buffer_.begin() + static_cast<std::ptrdiff_t>(begin_);
  line_ += static_cast<std::size_t>(std::count(from, from + static_cast<std::ptrdiff_t>(bytes), '\n'));
  begin_ += bytes;
}

/// Parses the record at begin_; `end` is the offset behind its line end, counted from begin_.
CsvFault CsvReader::parse(std::vector<std::string>& fields, std::size_t& end) {
  std::size_t at = 0;
  // -1 at the end of the file
  const auto peek = [&](std::size_t offset) -> int {
    while (begin_ + offset >= buffer_.size())
      if (!more()) return -1;
    return static_cast<unsigned char>(buffer_[begin_ + offset]);
  };
  const auto is_line_end = [&](std::size_t offset) {
    const int c = peek(offset);
    return c == -1 || c == '\n' || (c == '\r' && (peek(offset + 1) == '\n' || peek(offset + 1) == -1));
  };
  // Appends what is in the buffer up to one of the stops; says how many bytes.
  const auto append_until = [&](std::string& field, std::size_t from, std::string_view stop) {
    const std::string_view rest = std::string_view(buffer_).substr(begin_ + from);
    const std::size_t length = std::min(rest.find_first_of(stop), rest.size());
    field.append(rest.substr(0, length));
    return length;
  };
  const std::array stop_characters{separator_, '\r', '\n'};
  const std::string_view stops(stop_characters.data(), stop_characters.size());
  std::size_t used = 0;  // fields keep their memory from record to record
  const auto new_field = [&]() -> std::string& {
    if (used == fields.size()) fields.emplace_back();
    fields[used].clear();
    return fields[used++];
  };
  for (;;) {
    std::string& field = new_field();
    if (peek(at) == '"') {
      ++at;
      for (;;) {
        const int c = peek(at);
        if (c == -1 || at > longest_record) return CsvFault::unterminated_quote;
        if (c != '"') {
          at += append_until(field, at, "\"");
          continue;
        }
        ++at;
        if (peek(at) == '"') {
          field += '"';
          ++at;
        } else {
          break;
        }
      }
      if (peek(at) != separator_ && !is_line_end(at)) return CsvFault::text_after_closing_quote;
    } else {
      while (peek(at) != separator_ && !is_line_end(at)) {
        field += static_cast<char>(peek(at++));
        at += append_until(field, at, stops);
      }
    }
    if (peek(at) == separator_) {
      ++at;
      continue;
    }
    if (peek(at) == '\r') ++at;
    if (peek(at) == '\n') ++at;
    end = at;
    fields.resize(used);
    return CsvFault::none;
  }
}

bool CsvReader::next(CsvRecord& record) {
  if (at_start_) {
    at_start_ = false;
    while (buffer_.size() < byte_order_mark.size() && more()) {
    }
    if (buffer_.starts_with(byte_order_mark)) begin_ = byte_order_mark.size();
  }
  for (;;) {
    if (begin_ == buffer_.size() && !more()) return false;
    record.line = line_;
    std::size_t end = 0;
    record.fault = parse(record.fields, end);
    if (record.fault != CsvFault::none) {
      std::size_t line_end = buffer_.find('\n', begin_);
      while (line_end == std::string::npos && more()) line_end = buffer_.find('\n', begin_);
      end = (line_end == std::string::npos ? buffer_.size() : line_end + 1) - begin_;
      record.fields.clear();
    }
    record.raw.assign(buffer_, begin_, end);
    while (!record.raw.empty() && (record.raw.back() == '\n' || record.raw.back() == '\r')) record.raw.pop_back();
    drop(end);
    if (!record.raw.empty()) return true;
  }
}

std::string csv_field(std::string_view value, char separator) {
  const std::array special{separator, '"', '\n', '\r'};
  if (value.find_first_of(std::string_view(special.data(), special.size())) == std::string_view::npos)
    return std::string(value);
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted += '"';
}

std::string defused(std::string_view value) {
  const auto is_number = [](std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
  };
  std::string_view seen = value;
  while (!seen.empty() && seen.front() == ' ') seen.remove_prefix(1);
  if (seen.empty() || is_number(seen)) return std::string(value);
  static constexpr std::array wide{std::string_view("\uff1d"), std::string_view("\uff0b"), std::string_view("\uff0d"),
                                   std::string_view("\uff20")};
  const bool dangerous = std::string_view("=+-@\t\r").find(seen.front()) != std::string_view::npos ||
                         std::ranges::any_of(wide, [&](std::string_view sign) { return seen.starts_with(sign); });
  return dangerous ? '\'' + std::string(value) : std::string(value);
}

}  // namespace regie::text
