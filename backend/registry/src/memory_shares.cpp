#include "memory_shares.hpp"

#include <algorithm>

#include "larder/runtime/limits.hpp"

namespace larder::registry {

MemoryShares memoryShares(const config::Config& config) {
  constexpr std::uint64_t kMib = 1 << 20;
  auto limit = runtime::usableMemory(config.larder.memoryLimit);
  // A machine's memory is no wish to have it used.
  auto most = (config.larder.memoryLimit ? 128 : 32) * kMib;
  return {.manifests = std::clamp(limit / 16, 2 * kMib, most),
          .tagPages = std::clamp(limit / 64, kMib / 2, 4 * kMib),
          // The longest list that is taken of an upstream has a place.
          .upstreamLists = std::clamp(limit / 64, 4 * kMib, 32 * kMib)};
}

}  // namespace larder::registry
