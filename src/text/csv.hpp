// RFC 4180, strictly, and going on after a mistake. Debian's readers either accept anything between quotes (libcsv)
// or give up at the first mistake, and none tells the physical line a record starts on; an import must name every
// bad record and lose none of the good ones around it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace regie::text {

enum class CsvFault {
  none,
  text_after_closing_quote,  ///< `"Porte du hall" ne ferme plus`
  unterminated_quote,        ///< the end of the file (or a mebibyte) comes first
};

struct CsvRecord {
  std::size_t line = 0;  ///< physical line it starts on, the first is 1
  CsvFault fault = CsvFault::none;
  std::vector<std::string> fields;
  std::string raw;  ///< as it stood in the file, without its line end
};

class CsvReader {
 public:
  /// Fills the buffer with up to `size` bytes and says how many; 0 = end.
  using Fill = std::function<std::size_t(char* buffer, std::size_t size)>;
  explicit CsvReader(Fill fill, char separator = ',');

  /// The next record; false at the end. Empty lines are passed over, a byte order mark too. After a fault the next
  /// record is looked for on the line below the one where the faulty record starts: a quote that is never closed
  /// swallows one line, not the file.
  bool next(CsvRecord& record);

 private:
  bool more();  ///< reads on; false at the end of the file
  CsvFault parse(std::vector<std::string>& fields, std::size_t& end);
  void drop(std::size_t bytes);

  Fill fill_;
  char separator_;
  std::string buffer_;
  std::size_t begin_ = 0;  ///< what stands before it is done with
  std::size_t line_ = 1;
  bool at_end_ = false;
  bool at_start_ = true;
};

/// One field as RFC 4180 writes it: quoted when it must be.
std::string csv_field(std::string_view value, char separator = ',');

/// A field that a spreadsheet would run as a formula gets a leading apostrophe. It would when it begins, after
/// blanks, with = + - @ or their full-width forms, or with a tab or carriage return; plain numbers stay.
std::string defused(std::string_view value);

}  // namespace regie::text
