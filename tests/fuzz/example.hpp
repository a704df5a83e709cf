// What the fuzz targets share: val-dorle's configuration, read once, and how a target says that something is wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "desk/settings.hpp"

/// What libFuzzer calls with every input; in the tests, corpus_main.cpp does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace regie::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Aborts, so that the input is kept as one that fails.
void require(bool holds, const char* what);

/// "file:line:column", both numbers from 1.
bool is_place_in(const std::filesystem::path& file, std::string_view where);

/// The Monday morning on which every message arrives.
Instant monday();

Settings& example();

/// Somebody is sent, thinks about it, or answered it; or it is a part of another request.
bool becomes_something(const Decision& decision);

}  // namespace regie::fuzz
