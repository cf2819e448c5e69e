#include "housekeeping/space.hpp"

#include <algorithm>

namespace larder::registry {
std::uint64_t share(std::uint64_t whole, double percent) {
  return static_cast<std::uint64_t>(static_cast<double>(whole) * percent / 100);
}

std::uint64_t leastFree(const storage::StoreUsage& usage, const config::LarderStorage& limits) {
  return std::min(core::resolve(limits.minFree, usage.capacity), usage.capacity / 2);
}

bool isDiskLow(const storage::StoreUsage& usage, const config::LarderStorage& limits) {
  return usage.free < leastFree(usage, limits);
}

std::optional<SpaceNeed> neededSpace(const storage::StoreUsage& usage, const config::LarderStorage& limits) {
  SpaceNeed need;
  auto used = usage.bytes + usage.partialBytes;
  auto limit = limits.maxBytes ? core::resolve(*limits.maxBytes, usage.capacity) : 0;
  if (limit > 0 && used > share(limit, limits.highWatermark)) {
    need = {used - share(limit, limits.lowWatermark), "maxBytes"};
  }
  if (isDiskLow(usage, limits)) {
    auto least = leastFree(usage, limits);
    auto bytes = least + least / 10 - usage.free;
    if (bytes > need.bytes) need = {bytes, "minFree"};
  }
  if (need.bytes == 0) return std::nullopt;
  return need;
}

}  // namespace larder::registry
