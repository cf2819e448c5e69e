// Runs every target over its corpus, without libFuzzer: what was found once stays found.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "targets.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: fuzz_replay CORPORA\n");
    return 2;
  }
  for (const auto& target : larder::fuzz::kTargets) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(argv[1]) / target.name)) {
      std::ifstream file(entry.path(), std::ios::binary);
      std::string input{std::istreambuf_iterator<char>(file), {}};
      std::fprintf(stderr, "%s\n", entry.path().c_str());  // the last one is the one that failed
      target.run(input);
      ++count;
    }
    larder::fuzz::require(count > 0, "each target has a corpus");
  }
}
