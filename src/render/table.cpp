#include "render/table.hpp"

#include <fmt/format.h>
#include <rapidjson/encodings.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>

#include "regie/names.hpp"
#include "render/grid.hpp"
#include "render/markdown.hpp"
#include "text/csv.hpp"
#include "text/times.hpp"
#include "text/translate.hpp"
#include "text/unicode.hpp"

namespace regie::render {

namespace {

using Json = rapidjson::Writer<rapidjson::StringBuffer>;

struct FormatRow {
  Format format;
  const char* name;
};
constexpr std::array formats{FormatRow{Format::table, "table"}, FormatRow{Format::csv, "csv"},
                             FormatRow{Format::tsv, "tsv"},     FormatRow{Format::json, "json"},
                             FormatRow{Format::jsonl, "jsonl"}, FormatRow{Format::md, "md"}};

std::string money(std::int64_t cents) {
  const std::int64_t size = cents < 0 ? -cents : cents;
  return fmt::format("{}{}.{:02}", cents < 0 ? "-" : "", size / 100, size % 100);
}

/// As scripts read it: four decimals; "" of nothing.
std::string fraction(Share share) {
  if (share.whole == 0) return "";
  return fmt::format("{:.4f}", static_cast<double>(share.part) / static_cast<double>(share.whole));
}

std::string hours(Length length) { return fmt::format("{:.2f}", static_cast<double>(length.seconds) / 3600); }

std::string decimal(Tenths value) { return fmt::format("{:.1f}", static_cast<double>(value.value) / 10); }

/// Rounded half up; "" of nothing. 99.6 % is not everything, and 0.3 % not nothing: only all is 100 and only none is 0.
std::string percent(Share share) {
  if (share.whole == 0) return "";
  std::int64_t rounded = (share.part * 200 + share.whole) / (share.whole * 2);
  if (share.part < share.whole) rounded = std::min<std::int64_t>(rounded, 99);
  if (share.part > 0) rounded = std::max<std::int64_t>(rounded, 1);
  return std::to_string(rounded);
}

/// Minutes below an hour, hours and minutes below a day, then days with one decimal.
std::string spoken(Length length) {
  const std::int64_t minutes = (length.seconds + 30) / 60;
  if (minutes < 60) return text::tr(N_("{0} min"), minutes);
  const std::int64_t day = length.day > 0 ? length.day : 86'400;
  if (length.seconds < day)
    return minutes % 60 == 0 ? text::tr(N_("{0} h"), minutes / 60)
                             : text::tr(N_("{0} h {1}"), minutes / 60, fmt::format("{:02}", minutes % 60));
  const std::int64_t tenths = (length.seconds * 20 + day) / (day * 2);
  return text::tr(N_("{0}.{1} d"), tenths / 10, tenths % 10);
}

/// JSON must be UTF-8 whatever the database holds: bytes that are not become U+FFFD.
std::string repaired(const std::string& text) {
  std::string result;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto bad = text::find_invalid_utf8(rest);
    result.append(rest.substr(0, bad.value_or(rest.size())));
    if (!bad) break;
    result.append("\xef\xbf\xbd");
    rest.remove_prefix(*bad + 1);
  }
  return result;
}

void write_json(Json& json, const Cell& cell, const Style& style);

struct JsonOf {
  Json& json;
  const Style& style;

  void text(std::string_view value) const { json.String(value.data(), static_cast<rapidjson::SizeType>(value.size())); }
  void operator()(std::monostate) const { json.Null(); }
  void operator()(const std::string& value) const {
    if (text::find_invalid_utf8(value)) text(repaired(value));
    else text(value);
  }
  void operator()(std::int64_t value) const { json.Int64(value); }
  void operator()(bool value) const { json.Bool(value); }
  void operator()(Instant value) const { text(text::iso(value, style.zone)); }
  void operator()(Money value) const { text(money(value.cents)); }
  void operator()(const Coded& value) const {
    if (value.code.empty()) json.Null();  // only people have a word for it: "nobody"
    else text(value.code);
  }
  void operator()(Share value) const { number(fraction(value)); }
  void operator()(Length value) const { number(hours(value)); }
  void operator()(Tenths value) const { number(decimal(value)); }
  void operator()(Day value) const { (*this)(value.begins); }
  void number(const std::string& digits) const {
    if (digits.empty()) json.Null();
    else json.RawValue(digits.data(), digits.size(), rapidjson::kNumberType);
  }
  void operator()(const RawJson& value) const {
    const std::string json_text = text::find_invalid_utf8(value.json) ? repaired(value.json) : value.json;
    json.RawValue(json_text.data(), json_text.size(), rapidjson::kObjectType);
  }
  void operator()(const std::vector<std::string>& values) const {
    json.StartArray();
    for (const std::string& value : values) (*this)(value);
    json.EndArray();
  }
  void operator()(const std::vector<std::int64_t>& values) const {
    json.StartArray();
    for (const std::int64_t value : values) (*this)(value);
    json.EndArray();
  }
  void operator()(const std::shared_ptr<Record>& record) const {
    json.StartObject();
    for (const auto& [key, cell] : *record) {
      json.Key(key.c_str());
      write_json(json, cell, style);
    }
    json.EndObject();
  }
  void operator()(const std::shared_ptr<Records>& records) const {
    json.StartArray();
    for (const Record& record : *records) (*this)(std::make_shared<Record>(record));
    json.EndArray();
  }
};

void write_json(Json& json, const Cell& cell, const Style& style) { std::visit(JsonOf{json, style}, cell.value); }

class ColumnWriter : public Writer {
 public:
  ColumnWriter(std::vector<Column> columns, std::vector<std::size_t> chosen, Style style, Sink sink)
      : columns_(std::move(columns)), chosen_(std::move(chosen)), style_(std::move(style)), sink_(std::move(sink)) {}

 protected:
  std::vector<Column> columns_;
  std::vector<std::size_t> chosen_;
  Style style_;
  Sink sink_;
};

class JsonWriter final : public ColumnWriter {
 public:
  JsonWriter(std::string schema, bool lines, std::vector<Column> columns, std::vector<std::size_t> chosen,
             const Style& style, Sink sink)
      : ColumnWriter(std::move(columns), std::move(chosen), style, std::move(sink)), lines_(lines) {
    if (!lines_) sink_(fmt::format("{{\"schema\":\"{}\",\"items\":[", schema));
  }

  void row(Row row) override {
    rapidjson::StringBuffer buffer;
    Json json(buffer);
    json.StartObject();
    for (const std::size_t at : chosen_) {
      json.Key(columns_[at].key);
      write_json(json, row[at], style_);
    }
    json.EndObject();
    if (lines_) {
      sink_({buffer.GetString(), buffer.GetSize()});
      sink_("\n");
    } else {
      sink_(first_ ? "\n" : ",\n");
      sink_({buffer.GetString(), buffer.GetSize()});
    }
    first_ = false;
  }

  void finish(bool more) override {
    if (!lines_) sink_(fmt::format("{}],\"truncated\":{}}}\n", first_ ? "" : "\n", more));
  }

 private:
  bool lines_;
  bool first_ = true;
};

class SeparatedWriter final : public ColumnWriter {
 public:
  SeparatedWriter(bool tabs, std::vector<Column> columns, std::vector<std::size_t> chosen, const Style& style,
                  Sink sink)
      : ColumnWriter(std::move(columns), std::move(chosen), style, std::move(sink)), tabs_(tabs) {
    std::string line;
    for (const std::size_t at : chosen_) add(line, columns_[at].key);
    end(line);
  }

  void row(Row row) override {
    std::string line;
    for (const std::size_t at : chosen_) {
      const std::string value = plain(row[at], style_);
      add(line, style_.raw_csv ? value : text::defused(value));
    }
    end(line);
  }

  void finish(bool) override {}

 private:
  void add(std::string& line, const std::string& value) {
    if (started_) line += tabs_ ? '\t' : ',';
    started_ = true;
    if (!tabs_) {
      line += text::csv_field(value);
      return;
    }
    for (const char c : value) {
      if (c == '\t') line += "\\t";
      else if (c == '\n') line += "\\n";
      else if (c == '\r') line += "\\r";
      else if (c == '\\') line += "\\\\";
      else line += c;
    }
  }

  void end(std::string& line) {
    line += '\n';
    sink_(line);
    started_ = false;
  }

  bool tabs_;
  bool started_ = false;
};

class TableWriter final : public ColumnWriter {
 public:
  TableWriter(std::vector<Column> columns, std::vector<std::size_t> chosen, const Style& style, Sink sink)
      : ColumnWriter(std::move(columns), std::move(chosen), style, std::move(sink)), grid_(columns_, chosen_, style_) {}

  void row(Row row) override { grid_.add(row); }

  void finish(bool) override {
    if (grid_.size() == 0) return;
    if (style_.width > 0) fit_width();
    for (const std::string& line : grid_.header()) sink_(line + '\n');
    for (std::size_t i = 0; i < grid_.size(); ++i) sink_(without_end_blanks(grid_.line(i)) + '\n');
  }

 private:
  void fit_width() {
    Grid narrower = grid_;
    narrower.squeeze(style_.width);
    if (narrower.width() > style_.width) grid_.move_together();
    grid_.squeeze(style_.width);
  }

  Grid grid_;
};

class MarkdownWriter final : public ColumnWriter {
 public:
  MarkdownWriter(std::vector<Column> columns, std::vector<std::size_t> chosen, const Style& style, Sink sink)
      : ColumnWriter(std::move(columns), std::move(chosen), style, std::move(sink)) {
    std::string head = "|", rule = "|";
    for (const std::size_t at : chosen_) {
      head += ' ' + text::tr(columns_[at].title) + " |";
      rule += columns_[at].kind == Column::Kind::number ? " ---: |" : " --- |";
    }
    sink_(head + '\n' + rule + '\n');
  }

  void row(Row row) override {
    std::string line = "|";
    for (const std::size_t at : chosen_) line += ' ' + markdown(shown(row[at], style_)) + " |";
    sink_(line + '\n');
  }

  void finish(bool) override {}
};

}  // namespace

std::optional<Format> parse_format(std::string_view name) {
  for (const FormatRow& row : formats)
    if (row.name == name) return row.format;
  return std::nullopt;
}

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const FormatRow& row : formats) names.emplace_back(row.name);
  return names;
}

std::unique_ptr<Writer> make_writer(Format format, std::string schema, std::vector<Column> columns,
                                    std::vector<std::size_t> chosen, const Style& style, Sink sink) {
  if (chosen.empty())
    for (std::size_t i = 0; i < columns.size(); ++i)
      if ((format != Format::table && format != Format::md) || columns[i].shown) chosen.push_back(i);
  switch (format) {
    case Format::json:
    case Format::jsonl:
      return std::make_unique<JsonWriter>(std::move(schema), format == Format::jsonl, std::move(columns),
                                          std::move(chosen), style, std::move(sink));
    case Format::csv:
    case Format::tsv:
      return std::make_unique<SeparatedWriter>(format == Format::tsv, std::move(columns), std::move(chosen), style,
                                               std::move(sink));
    case Format::md:
      return std::make_unique<MarkdownWriter>(std::move(columns), std::move(chosen), style, std::move(sink));
    case Format::table: break;
  }
  return std::make_unique<TableWriter>(std::move(columns), std::move(chosen), style, std::move(sink));
}

std::string grouped(std::int64_t number) {
  if (number > -1000 && number < 1000) return std::to_string(number);
  return text::tr(N_("{0},{1}"), grouped(number / 1000), fmt::format("{:03}", std::abs(number % 1000)));
}

std::string shown(const Cell& cell, const Style& style) {
  struct Shown {
    const Style& style;
    std::string operator()(std::monostate) const { return ""; }
    std::string operator()(const std::string& value) const { return text::one_line(value); }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(bool value) const { return value ? text::tr(N_("yes")) : ""; }
    std::string operator()(Instant value) const { return text::brief(value, style.now, style.zone); }
    std::string operator()(Money value) const {
      const std::int64_t size = std::abs(value.cents);
      return text::tr(N_("{0}.{1} EUR"), (value.cents < 0 ? "-" : "") + grouped(size / 100),
                      fmt::format("{:02}", size % 100));
    }
    std::string operator()(const Coded& value) const { return text::one_line(text::tr(value.label)); }
    std::string operator()(const std::vector<std::string>& values) const { return text::one_line(joined(values)); }
    std::string operator()(const std::shared_ptr<Record>& value) const {
      std::string text;
      for (const auto& [key, cell] : *value)
        text += (text.empty() ? "" : ", ") + text::tr(N_("{0}: {1}"), key, render::shown(cell, style));
      return text;
    }
    std::string operator()(const std::shared_ptr<Records>& value) const { return std::to_string(value->size()); }
    std::string operator()(const RawJson& value) const { return text::one_line(value.json); }
    std::string operator()(Share value) const {
      const std::string digits = percent(value);
      return digits.empty() ? "" : text::tr(N_("{0} %"), digits);
    }
    std::string operator()(Length value) const { return spoken(value); }
    std::string operator()(Tenths value) const {
      return text::tr(N_("{0}.{1}"), value.value / 10, std::abs(value.value % 10));
    }
    std::string operator()(Day value) const {
      const std::string text = text::brief(value.begins, style.now, style.zone);
      return text.substr(0, text.find(' '));
    }
    std::string operator()(const std::vector<std::int64_t>& values) const { return joined(values); }
  };
  return std::visit(Shown{style}, cell.value);
}

std::string plain(const Cell& cell, const Style& style) {
  if (const auto* text = std::get_if<std::string>(&cell.value)) return *text;
  if (const auto* word = std::get_if<Coded>(&cell.value)) return word->code;
  if (const auto* instant = std::get_if<Instant>(&cell.value)) return text::iso(*instant, style.zone);
  if (const auto* amount = std::get_if<Money>(&cell.value)) return money(amount->cents);
  if (const auto* flag = std::get_if<bool>(&cell.value)) return *flag ? "true" : "false";
  if (const auto* share = std::get_if<Share>(&cell.value)) return fraction(*share);
  if (const auto* length = std::get_if<Length>(&cell.value)) return hours(*length);
  if (const auto* tenths = std::get_if<Tenths>(&cell.value)) return decimal(*tenths);
  if (const auto* day = std::get_if<Day>(&cell.value)) return text::iso(day->begins, style.zone);
  if (const auto* raw = std::get_if<RawJson>(&cell.value)) return raw->json;
  if (std::holds_alternative<std::shared_ptr<Record>>(cell.value)) {
    rapidjson::StringBuffer buffer;
    Json json(buffer);
    write_json(json, cell, style);
    return {buffer.GetString(), buffer.GetSize()};
  }
  return shown(cell, style);
}

std::string coloured(std::string text, Cell::Mood mood, const Style& style) {
  static constexpr std::array sequences{"", "\x1b[32m", "\x1b[33m", "\x1b[1;31m", "\x1b[2m"};
  if (!style.colour || mood == Cell::Mood::plain) return text;
  return sequences[static_cast<std::size_t>(mood)] + std::move(text) + "\x1b[0m";
}

std::string bar(std::int64_t part, std::int64_t whole, int width, const Style& style) {
  if (whole <= 0 || part <= 0) return "";
  if (!style.utf8) return std::string(static_cast<std::size_t>(std::max<std::int64_t>(1, part * width / whole)), '#');
  static constexpr std::array eighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const std::int64_t filled = std::max<std::int64_t>(1, part * width * 8 / whole);
  std::string blocks;
  for (std::int64_t i = 0; i < filled / 8; ++i) blocks += "█";
  return blocks + eighths[static_cast<std::size_t>(filled % 8)];
}

}  // namespace regie::render
