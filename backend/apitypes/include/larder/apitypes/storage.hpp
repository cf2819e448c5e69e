// Use of the disk, and what would be removed from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "larder/apitypes/repositories.hpp"

namespace larder::apitypes {

struct StorageUse {
  std::uint64_t usedBytes = 0;
  std::optional<std::uint64_t> limitBytes;
  std::optional<std::uint64_t> diskBytes;
  std::optional<std::uint64_t> diskFreeBytes;
  std::optional<Time> fullAt;        // if use goes on growing as it did
  std::optional<Time> evictionAt;    // when eviction starts, likewise
  std::optional<std::string> fault;  // why nothing can be stored
};
struct ScrubState {
  bool running = false;
  std::optional<Time> endedAt;
  std::uint64_t bytes = 0;
  std::uint64_t damaged = 0;
};
struct Storage : StorageUse {
  std::optional<std::uint64_t> highWatermarkBytes;
  std::optional<std::uint64_t> lowWatermarkBytes;
  std::optional<std::uint64_t> minFreeBytes;
  std::uint64_t repositories = 0;
  std::vector<Repository> biggest;
  std::optional<ScrubState> scrub;
};
struct Removal {
  std::string repository;
  std::optional<std::string> tag;  // none: the manifest itself
  std::string digest;
  std::string reason;
  std::optional<Time> usedAt;
};

LARDER_DECLARE_JSON(StorageUse);
LARDER_DECLARE_JSON(ScrubState);
enum class UseLevel : std::uint8_t { Unknown, Registry, Repository, Tag };
// A registry, a repository or a tag.
struct StorageNode {
  std::string name;
  std::string path;
  std::uint64_t sizeBytes = 0;
  std::uint64_t ownBytes = 0;
  std::uint64_t children = 0;
};
struct StorageTree : Page<StorageNode> {
  std::string path;
  UseLevel level = UseLevel::Unknown;
};

LARDER_DECLARE_JSON(Storage);
LARDER_DECLARE_WORDS(UseLevel);
LARDER_DECLARE_JSON(StorageNode);
LARDER_DECLARE_JSON(StorageTree);
LARDER_DECLARE_JSON(Removal);

}  // namespace larder::apitypes
