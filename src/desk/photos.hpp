// Photos that are handed in with a check or a finished job. The database has one line for each, digest and name; the
// bytes are files in a folder beside it, named by their digest, so that nothing in a name anybody chose is ever a path,
// the same photo is there once, and one that was changed later is found out.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace regie {

struct Photo {
  std::string sha256;  ///< 64 hexadecimal digits, small letters
  std::string name;    ///< as the file was called when it was handed in: to be shown, never to be opened

  bool operator==(const Photo&) const = default;
};

/// Where the photos of this database are: "PATH.photos" beside a file (beside what a symbolic link leads to), `setting`
/// (the landlord's `photos`, "" = not said) for a database on a server. Throws Error(refused) when that is not said.
std::filesystem::path photos_folder(const std::string& database, const std::string& setting);

/// A folder with one file for each content, FOLDER/ab/abcdef….jpg. Files are written once and never again; names that
/// begin with a dot belong to whoever is writing, or was killed while writing: nobody reads them.
class Photos {
 public:
  /// The folder need not be there: the first photo makes it (0770, less the umask), but not the folder it is in. The
  /// folders in it are as open as itself.
  explicit Photos(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Keeps what is in this file: a JPEG, PNG, WebP, HEIF, AVIF or PDF of at most 50 MB; no symbolic link. On the disk
  /// when it returns. Gives the line "SHA256 name" for the database; kept without a line, it harms nobody, so it is
  /// called before the transaction. The name is valid UTF-8 without folders and control characters, 1 to 200 bytes.
  /// Throws Error(not_found) when the file is not there; Error(refused) when it is none of these, cannot be read or
  /// written, changes meanwhile, or when the content was kept before and has been damaged since.
  std::string keep(const std::filesystem::path& photo) const;

  /// The photos of a request, in order; a line that keep() cannot have written is passed over.
  static std::vector<Photo> parse(std::string_view lines);

  /// The file with its content, or what stands in its place; empty when it is not there.
  std::filesystem::path where(const Photo& photo) const;

  /// The file is there, can be read, and holds what was handed in.
  bool is_whole(const Photo& photo) const;

 private:
  std::filesystem::path place(const std::string& sha256, std::string_view extension) const;

  std::filesystem::path folder_;
};

}  // namespace regie
