// Runs a fuzz target on files, each once: what libFuzzer does with a corpus, for compilers that have none.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/example.hpp"

namespace {

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

}  // namespace

int main(int count, char** words) {
  std::size_t run = 0;
  for (int i = 1; i < count; ++i)
    for (const auto& file : files_in(words[i])) {
      std::cout << file.filename().string() << std::endl;  // flushed: the last one named is the one that failed
      std::ifstream stream(file, std::ios::binary);
      const std::string content{std::istreambuf_iterator<char>(stream), {}};
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
      ++run;
    }
  std::cout << run << " inputs\n";
  return run > 0 ? 0 : 1;
}
