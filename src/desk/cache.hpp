// The configuration, compiled once and read back: parsing six thousand terms and seventy rules takes 20 ms, reading
// their image 1 ms, and `open` is run with a tenant on the phone. A cache that does not fit is ignored, never trusted:
// it belongs to the account that reads it, and names every file it was made from with size and times.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "desk/lexicon.hpp"
#include "regie/landlord.hpp"
#include "regie/routing.hpp"

namespace regie {

/// Bytes of a file, mapped: half a megabyte is not copied to be looked at.
struct Image {
  std::shared_ptr<const char> file;
  std::string_view bytes;
};

class ConfigCache {
 public:
  /// `folder` empty: no cache. `program`: the executable; a newer one does not read what an older one wrote.
  ConfigCache(std::filesystem::path folder, const std::filesystem::path& config_file, std::filesystem::path program);

  /// What save() kept under this name, if nothing it was made from has changed since.
  std::optional<Image> load(const std::string& name) const;

  /// Quietly does nothing when the folder cannot be written, or when a source changed so lately that another change
  /// could not be told from it.
  void save(const std::string& name, const std::vector<std::filesystem::path>& sources, const std::string& image) const;

 private:
  std::filesystem::path file(const std::string& name) const;

  std::filesystem::path folder_;
  std::string key_;
  std::filesystem::path program_;
};

/// What regie.toml says before anything else is read.
struct Basics {
  std::string language;  ///< "" = not said
  std::string database;  ///< as written; "" = not said
  std::string zone;      ///< "" = not said
  std::string photos;    ///< folder as written; "" = not said
  std::vector<std::string> lexicons;
};

/// What understanding and routing need.
struct Routing {
  CompiledLexicon lexicon;
  RuleSet rules;
};

// Images: bytes that only the same version of regie on the same machine reads. The zone does not travel: whoever reads
// an image gives the landlord his calendar's zone again. Decoding throws std::exception when the bytes are not whole.
std::string encode_image(const Basics& basics, const Landlord& landlord);
Basics decode_basics(std::string_view image);
Landlord decode_landlord(std::string_view image, const Zone& zone);
std::string encode_image(const Routing& routing);
Routing decode_routing(std::string_view image);

}  // namespace regie
