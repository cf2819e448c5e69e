// How much has to go, by larder.storage. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "larder/config/config.hpp"
#include "larder/storage/blob_store.hpp"

namespace larder::registry {

struct SpaceNeed {
  std::uint64_t bytes = 0;
  const char* reason = "";  // the key that asks for it
};

// Nothing while use is below the high watermark of maxBytes and minFree is free; else what there is to free: down to
// the low watermark, or to somewhat more than minFree, so that this does not come back at once.
std::optional<SpaceNeed> neededSpace(const storage::StoreUsage& usage, const config::LarderStorage& limits);

// So many percent of `whole`.
std::uint64_t share(std::uint64_t whole, double percent);
// What is to be free: minFree, but at most half of the disk.
std::uint64_t leastFree(const storage::StoreUsage& usage, const config::LarderStorage& limits);
// Less than that is free.
bool isDiskLow(const storage::StoreUsage& usage, const config::LarderStorage& limits);

}  // namespace larder::registry
