// A short name for a content, so that a decision or a promise can say under which rules it was made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace regie {

/// Twelve hexadecimal digits of FNV-1a, 64 bit (Fowler, Noll, Vo). Tells versions apart; no protection against forgery.
inline std::string fingerprint(std::string_view content) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : content) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211U;
  }
  std::string digits;
  for (int shift = 60; shift >= 16; shift -= 4) digits += "0123456789abcdef"[(hash >> shift) & 0xf];
  return digits;
}

}  // namespace regie
