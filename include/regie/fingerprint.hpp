// A short name for a content, so that a decision or a promise can say under which rules it was made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace regie {

/// FNV-1a, 64 bit (Fowler, Noll, Vo). Tells contents apart; no protection against forgery.
class Fingerprint {
 public:
  void add(std::string_view content) {
    for (const char c : content) {
      hash_ ^= static_cast<unsigned char>(c);
      hash_ *= 1099511628211U;
    }
  }
  /// Twelve hexadecimal digits.
  std::string digits() const {
    std::string digits;
    for (int shift = 60; shift >= 16; shift -= 4) digits += "0123456789abcdef"[(hash_ >> shift) & 0xf];
    return digits;
  }

 private:
  std::uint64_t hash_ = 14695981039346656037U;
};

inline std::string fingerprint(std::string_view content) {
  Fingerprint whole;
  whole.add(content);
  return whole.digits();
}

}  // namespace regie
