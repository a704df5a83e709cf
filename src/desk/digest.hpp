// SHA-256 of what is kept, or was read: the one place that knows nettle.
#pragma once

#include <nettle/sha2.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace regie {

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
class Digest {
 public:
  static constexpr std::size_t length = 2 * SHA256_DIGEST_SIZE;  ///< of digits()

  Digest() { sha256_init(&state_); }
  void add(std::string_view bytes) {
    sha256_update(&state_, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
  }
  /// 64 hexadecimal digits, small letters; the digest then begins anew.
  std::string digits() {
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> bytes;
    sha256_digest(&state_, bytes.size(), bytes.data());
    std::string text;
    for (const std::uint8_t byte : bytes) (text += "0123456789abcdef"[byte >> 4]) += "0123456789abcdef"[byte & 0xf];
    return text;
  }

 private:
  sha256_ctx state_;
};

}  // namespace regie
