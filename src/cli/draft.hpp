// A file that is made beside its place and put there whole: who reads it never finds half of it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string_view>

namespace regie::cli {

class Draft {
 public:
  /// An empty file beside the one to be made, gone with the object unless it was put in place. `mode`: as open(2) takes
  /// it. Throws Error(refused) when there cannot be one.
  Draft(std::filesystem::path target, mode_t mode);
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft();

  const std::filesystem::path& path() const { return draft_; }

  /// Throws Error(refused) when not all of it can be written.
  void write(std::string_view text) const;

  enum class Over { nothing, what_is_there };
  /// In one step, on the disk when this returns. Throws Error(refused) when it cannot be, and when another file is
  /// there that it must not replace.
  void put_in_place(Over over);

 private:
  std::filesystem::path target_;
  std::filesystem::path draft_;
};

}  // namespace regie::cli
