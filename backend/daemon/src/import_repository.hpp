// Takes one repository of an OCI layout over into the stores of an Engine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine.hpp"
#include "import_layout.hpp"
#include "import_transfer.hpp"

namespace larder::daemon {

struct ImportSettings {
  std::filesystem::path source;               // the Zot tree
  Transfer wanted = Transfer::Clone;          // or HardLink; what cannot be shared so is copied
  std::function<void(std::uint64_t)> copied;  // told of each piece that was copied, from an io thread
};

struct ImportCounts {
  std::uint64_t manifests = 0;
  std::uint64_t tags = 0;
  std::uint64_t cloned = 0;  // blobs that came as Transfer says
  std::uint64_t linked = 0;
  std::uint64_t copied = 0;
  std::uint64_t present = 0;  // blobs that were there before
  std::uint64_t bytes = 0;    // of all but those
  std::vector<core::Error> problems;
};

// Runs on an io thread; `engine` and `settings` outlive it. Blobs are verified by their digests, manifests go the way
// of a push. What cannot be taken over is among the problems. May be repeated: what is there already is kept, tags too.
runtime::Task<ImportCounts> importRepository(Engine* engine, const ImportSettings* settings, std::string name,
                                             LayoutContent content);

}  // namespace larder::daemon
