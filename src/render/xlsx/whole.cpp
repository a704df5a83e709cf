#include "render/xlsx/whole.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string_view>

namespace regie::render {

namespace {

// PKWARE's APPNOTE.TXT: the headers of a ZIP file, and where in them stands what is needed here.
constexpr std::string_view directory_end = "PK\x05\x06";
constexpr std::string_view directory_entry = "PK\x01\x02";
constexpr std::size_t directory_end_size = 22;
constexpr std::size_t directory_entry_size = 46;
constexpr std::size_t local_header_size = 30;

std::size_t number(std::string_view zip, std::size_t at, std::size_t bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes; i-- > 0;) value = value << 8 | static_cast<unsigned char>(zip[at + i]);
  return value;
}

/// What is needed of a part: how it begins and how it ends.
class Ends {
 public:
  void add(std::string_view text) {
    if (begin_.size() < most) begin_.append(text.substr(0, most - begin_.size()));
    end_.append(text.substr(text.size() - std::min(text.size(), most)));
    if (end_.size() > most) end_.erase(0, end_.size() - most);
  }
  /// "<?xml …?>\n<sst …>…</sst>", and perhaps the end of a line.
  bool match() const {
    const std::size_t open = begin_.find('<', 1);
    if (!begin_.starts_with("<?xml") || open == std::string::npos) return false;
    const std::size_t length = begin_.find_first_of(" >", open) - open - 1;
    const std::string_view end = std::string_view(end_).substr(0, end_.find_last_not_of('\n') + 1);
    return end.ends_with("</" + begin_.substr(open + 1, length) + ">");
  }

 private:
  static constexpr std::size_t most = 256;
  std::string begin_, end_;
};

bool is_whole_part(std::string_view packed) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
  std::string input(packed);  // zlib asks for bytes it could change
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  std::array<char, 65'536> room;
  Ends ends;
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out = static_cast<uInt>(room.size());
    state = inflate(&stream, Z_NO_FLUSH);
    ends.add({room.data(), room.size() - stream.avail_out});
  }
  inflateEnd(&stream);
  return state == Z_STREAM_END && ends.match();
}

}  // namespace

bool is_whole(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string zip{std::istreambuf_iterator<char>(stream), {}};
  if (zip.size() < directory_end_size) return false;
  const std::size_t end = zip.size() - directory_end_size;  // no comment stands behind it
  if (!std::string_view(zip).substr(end).starts_with(directory_end)) return false;
  const std::size_t parts = number(zip, end + 10, 2);
  std::size_t entry = number(zip, end + 16, 4);
  for (std::size_t i = 0; i < parts; ++i) {
    if (entry + directory_entry_size > end || !std::string_view(zip).substr(entry).starts_with(directory_entry))
      return false;
    const std::size_t size = number(zip, entry + 20, 4);
    const std::size_t header = number(zip, entry + 42, 4);
    if (header + local_header_size > end) return false;
    const std::size_t data = header + local_header_size + number(zip, header + 26, 2) + number(zip, header + 28, 2);
    if (data + size > end || !is_whole_part(std::string_view(zip).substr(data, size))) return false;
    entry +=
        directory_entry_size + number(zip, entry + 28, 2) + number(zip, entry + 30, 2) + number(zip, entry + 32, 2);
  }
  return parts > 0;
}

}  // namespace regie::render
