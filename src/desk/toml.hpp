// Reading TOML so that every mistake is told at once, each with file:line:column. Whoever reads asks for keys; what
// nobody asked for is reported as unknown, with the nearest name that was asked for. Only toml.cpp knows toml++.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "regie/calendar.hpp"
#include "regie/error.hpp"

namespace regie::toml_input {

class Source;

/// A table of a file; cheap to copy, valid as long as its File.
class Table {
 public:
  /// The value, or nothing when the key is absent or holds something else (which is reported).
  std::optional<std::string> text(std::string_view key);
  std::optional<std::int64_t> number(std::string_view key);
  std::optional<double> real(std::string_view key);
  std::optional<bool> flag(std::string_view key);
  std::optional<LocalDay> day(std::string_view key);
  std::optional<Table> table(std::string_view key);

  /// Like text(), and reports when the key is absent. "" then.
  std::string required_text(std::string_view key);

  /// A list of words, or a single word; empty when absent.
  std::vector<std::string> texts(std::string_view key);
  std::vector<LocalDay> days(std::string_view key);
  /// An array of tables, or a single table; empty when absent.
  std::vector<Table> tables(std::string_view key);

  bool has(std::string_view key);  ///< counts as asking for it
  bool is_text(std::string_view key) const;
  bool is_flag(std::string_view key) const;
  bool is_table(std::string_view key) const;

  /// Keys that stand here, sorted. For tables whose keys are the landlord's own; they count as asked for.
  std::vector<std::string> free_keys();

  /// "file:line:column" of the key's value, or of the table when it has no such key.
  std::string where(std::string_view key = {}) const;

  /// Reports a mistake at the key.
  void complain(std::string_view key, Message what);

 private:
  friend class File;
  friend class Source;
  Table(Source* source, const void* node) : source_(source), node_(node) {}
  Source* source_;
  const void* node_;  ///< toml::table
};

/// One leaf of a file: what `config show` prints.
struct Setting {
  std::string key;  ///< "provider[2].email"
  std::string value;
  std::string where;
};

/// A parsed file. Collects what is wrong with it.
class File {
 public:
  /// A file that is missing or no TOML is not thrown but reported; root() is then an empty table.
  explicit File(const std::filesystem::path& path);
  /// One that is in memory; `name` stands for its path in messages.
  File(std::string name, std::string content);
  File(File&&) noexcept;
  File& operator=(File&&) noexcept;
  ~File();

  const std::filesystem::path& path() const;
  bool is_toml() const;                ///< it could be read, and parsed
  const std::string& content() const;  ///< as read, for its hash
  Table root();
  std::vector<Setting> settings() const;

  /// Everything reported, and every key that nobody asked for; in order of the lines.
  std::vector<Message> findings() const;

 private:
  void parse();

  std::unique_ptr<Source> source_;
};

}  // namespace regie::toml_input
