// What the program printed, read back by other means than it was written with.
#pragma once

#include <doctest/doctest.h>
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "text/csv.hpp"

namespace regie::test {

/// Fails the test when it is no JSON, or no UTF-8.
inline rapidjson::Document parse_json(const std::string& text) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseValidateEncodingFlag>(text.data(), text.size());
  REQUIRE_MESSAGE(!document.HasParseError(), "no JSON (", rapidjson::GetParseError_En(document.GetParseError()),
                  " at byte ", document.GetErrorOffset(), "): ", text);
  return document;
}

inline std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::string line;
  for (const char c : text) {
    if (c == '\n') lines.push_back(std::exchange(line, {}));
    else line += c;
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

/// Every record, the header first; fails the test when one is malformed or has another number of fields.
inline std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::size_t read = 0;
  text::CsvReader reader([&](char* buffer, std::size_t size) {
    const std::size_t part = std::min(size, text.size() - read);
    std::memcpy(buffer, text.data() + read, part);
    read += part;
    return part;
  });
  std::vector<std::vector<std::string>> rows;
  for (text::CsvRecord record; reader.next(record);) {
    REQUIRE_MESSAGE(record.fault == text::CsvFault::none, "malformed CSV in line ", record.line, ": ", record.raw);
    rows.push_back(record.fields);
    REQUIRE(rows.back().size() == rows.front().size());
  }
  return rows;
}

inline std::vector<std::vector<std::string>> parse_tsv(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : split_lines(text)) {
    auto& row = rows.emplace_back(1);
    for (const char c : line) {
      if (c == '\t') row.emplace_back();
      else row.back() += c;
    }
    REQUIRE(row.size() == rows.front().size());
  }
  return rows;
}

inline std::vector<std::string> keys_of(const rapidjson::Value& object) {
  std::vector<std::string> keys;
  for (const auto& member : object.GetObject()) keys.emplace_back(member.name.GetString());
  return keys;
}

}  // namespace regie::test
