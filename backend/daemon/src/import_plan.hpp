// What an import has to bring, looked at before anything is brought: whether there is room for it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine.hpp"
#include "import_layout.hpp"
#include "import_transfer.hpp"

namespace larder::daemon {

struct PlannedRepository {
  std::string name;
  core::Result<LayoutContent> content;
};

// What one data directory is to take: storage.rootDirectory or that of a sub-path.
struct ImportTarget {
  std::filesystem::path root;
  Transfer transfer = Transfer::Copy;
  std::uint64_t blobs = 0;  // that are not there yet
  std::uint64_t bytes = 0;  // of those
  std::uint64_t free = 0;   // on its file system, for the daemon's user
};

struct ImportPlan {
  std::vector<PlannedRepository> repositories;
  std::vector<ImportTarget> targets;

  std::uint64_t bytesToCopy() const;
};

// Reads the layouts of `names` below `source`, and asks the stores what they have. Bytes are shared in the way that is
// `wanted` (not Copy) wherever that works. NoSpace if what has to be copied does not fit; Io. Blocks.
core::Result<ImportPlan> planImport(Engine& engine, const std::filesystem::path& source,
                                    const std::vector<std::string>& names, Transfer wanted);

// So long may an index.json be; it is read into memory whole.
std::size_t maxIndexBytes(const config::Config& config);

// Where content of the repository is kept.
std::filesystem::path importRoot(const config::Config& config, const std::string& repository);

}  // namespace larder::daemon
