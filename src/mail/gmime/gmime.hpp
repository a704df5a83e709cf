// The one place that includes GMime, and who owns what it gives.
#pragma once

#include <gmime/gmime.h>

#include <memory>
#include <string>

namespace regie::mail {

struct ObjectDeleter {
  template <typename T>
  void operator()(T* object) const {
    g_object_unref(object);
  }
};
/// A reference to a GObject.
template <typename T>
using Object = std::unique_ptr<T, ObjectDeleter>;

struct MemoryDeleter {
  void operator()(void* memory) const { g_free(memory); }
};

/// Takes the text over; "" for none.
inline std::string taken(char* text) {
  const std::unique_ptr<char, MemoryDeleter> owned(text);
  return owned == nullptr ? std::string() : std::string(owned.get());
}

}  // namespace regie::mail
