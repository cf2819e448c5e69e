// Takes one repository of an OCI layout over into the stores of an Engine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine.hpp"

namespace larder::daemon {

struct ImportCounts {
  std::uint64_t manifests = 0;
  std::uint64_t tags = 0;
  std::uint64_t linked = 0;  // blobs that share their bytes with the source
  std::uint64_t copied = 0;
  std::uint64_t present = 0;  // blobs that were there before
  std::uint64_t bytes = 0;    // of linked and copied blobs
  std::vector<core::Error> problems;
};

// Runs on an io thread; `engine` outlives it. Blobs are verified by their digests, manifests go the way of a push. What
// cannot be taken over is among the problems. May be repeated: what is there already is kept, tags too.
runtime::Task<ImportCounts> importRepository(Engine* engine, std::filesystem::path layout, std::string name);

}  // namespace larder::daemon
