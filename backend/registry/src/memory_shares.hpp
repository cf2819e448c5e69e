// What of the process's memory each kind of cache may take.
#pragma once

#include <cstdint>

#include "larder/config/config.hpp"

namespace larder::registry {

// In bytes. Together at most a quarter of what the process may use: the rest is for the requests that run.
struct MemoryShares {
  std::uint64_t manifests = 0;
  std::uint64_t tagPages = 0;
  std::uint64_t upstreamLists = 0;  // of each of the two kinds, tags and referrers
};

// Of larder.memoryLimit, GOMEMLIMIT or the container's limit (runtime::usableMemory()).
MemoryShares memoryShares(const config::Config& config);

}  // namespace larder::registry
