// Any bytes as a CSV file, read in pieces of any size.
#include <algorithm>
#include <cstring>

#include "fuzz/example.hpp"
#include "text/csv.hpp"

using namespace regie;
using fuzz::require;

namespace {

using text::CsvFault;
using text::CsvReader;
using text::CsvRecord;

std::vector<CsvRecord> records_of(std::string_view file, std::size_t piece, char separator) {
  CsvReader reader(
      [&](char* buffer, std::size_t room) {
        const std::size_t got = std::min({piece, room, file.size()});
        if (got > 0) std::memcpy(buffer, file.data(), got);
        file.remove_prefix(got);
        return got;
      },
      separator);
  std::vector<CsvRecord> records;
  for (CsvRecord record; reader.next(record);) records.push_back(record);
  return records;
}

void check(const std::vector<CsvRecord>& records, std::string_view file) {
  const auto lines = static_cast<std::size_t>(std::ranges::count(file, '\n')) + 1;
  std::size_t last = 0, bytes = 0;
  for (const CsvRecord& record : records) {
    require(record.line > last && record.line <= lines, "records begin on lines of their own, in order");
    require(!record.raw.empty(), "empty lines are passed over");
    require((record.fault == CsvFault::none) == !record.fields.empty(), "a record has fields or a fault");
    last = record.line;
    bytes += record.raw.size();
  }
  require(bytes <= file.size(), "no record is made up");
}

bool same(const CsvRecord& one, const CsvRecord& other) {
  return one.line == other.line && one.fault == other.fault && one.fields == other.fields && one.raw == other.raw;
}

/// What csv_field() writes is read back as it was.
void check_round_trip(const CsvRecord& record, char separator) {
  if (record.fault != CsvFault::none) return;
  std::string line;
  for (const std::string& field : record.fields)
    line += (line.empty() ? "" : std::string(1, separator)) + text::csv_field(field, separator);
  // A record of empty fields only, or one that begins with a byte order mark, does not look like one any more.
  if (std::ranges::any_of(record.fields, [](const std::string& field) { return field.empty(); })) return;
  if (line.starts_with("\xef\xbb\xbf")) return;
  const auto again = records_of(line, line.size(), separator);
  require(again.size() == 1 && again.front().fields == record.fields, "a record written is read back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const char separator = data[0] % 2 == 0 ? ',' : ';';
  const std::size_t piece = 1 + data[0] / 2;
  const std::string_view file = fuzz::text_of(data + 1, size - 1);
  const auto records = records_of(file, file.size() + 1, separator);
  check(records, file);
  require(std::ranges::equal(records, records_of(file, piece, separator), same), "the size of the pieces is no matter");
  for (const CsvRecord& record : records) {
    check_round_trip(record, separator);
    for (const std::string& field : record.fields) text::defused(field);
  }
  return 0;
}
