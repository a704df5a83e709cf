// Requests from files: regie's own columns, or any other system's export through a map. Every bad record is named;
// what is imported is imported whole, in one transaction.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "desk/desk.hpp"
#include "text/csv.hpp"

namespace regie {

/// How the columns of a file become a request. Grammar of its TOML in regie-import(1).
struct ImportMap {
  std::string source;          ///< stands before every key, so that two systems may use the same numbers
  Zone zone;                   ///< of times without offset
  std::string date_format;     ///< as strptime(3); "" = ISO 8601 with offset
  bool strict_columns = true;  ///< an unknown column is an error; with a map the rest of the export is passed over
  std::map<std::string, std::vector<std::string>, std::less<>> columns;  ///< field -> columns, joined by `joiner`
  std::string joiner = " - ";
  std::map<std::string, std::string, std::less<>> constants;   ///< field -> value for every record
  std::map<std::string, std::string, std::less<>> when_empty;  ///< field -> value where the column is blank
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>>
      values;                                                 ///< field -> theirs -> ours
  std::map<std::string, std::string, std::less<>> otherwise;  ///< field -> ours for values not listed
};

/// regie's own columns: received_at, channel, residence, dwelling, tenant_name, tenant_phone, tenant_email,
/// tenant_flags, description; also key, building, trade, urgency, place, closed_at, answer.
ImportMap own_columns(const Zone& zone);

/// Throws Error(config) with every mistake of the file.
ImportMap read_import_map(const std::filesystem::path& file, const Landlord& landlord,
                          const std::function<std::optional<Zone>(const std::string&)>& zones);

/// A record that cannot be imported.
struct Rejection {
  std::size_t line;    ///< physical line where the record starts; the header is line 1
  std::size_t record;  ///< counted without the header
  std::string code;    ///< frozen, read by scripts
  Message reason;
  std::string raw;  ///< the record as it stood
};

struct ImportResult {
  std::size_t records = 0;
  std::size_t imported = 0;   ///< made; 0 when something was wrong and `skip_invalid` was not asked
  std::size_t besides = 0;    ///< requests that the rules opened beside them, or for several of them together
  std::size_t unchanged = 0;  ///< there already, by their key
  std::string header;         ///< as it stood
  std::vector<Rejection> rejected;
  bool saved = false;
};

struct ImportOptions {
  bool skip_invalid = false;
  bool dry_run = false;
};

/// Throws Error(refused) when the header lacks a needed column or has an unknown one.
ImportResult import_csv(Desk& desk, Settings& settings, const ImportMap& map, text::CsvReader::Fill fill,
                        const ImportOptions& options);

}  // namespace regie
