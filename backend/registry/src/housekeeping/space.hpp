// How much has to go, by larder.storage, and where. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "larder/config/config.hpp"
#include "larder/storage/blob_store.hpp"

namespace larder::registry {

// What is used and free where content is kept: in the directory of storage (""), or of the sub-path of that route.
struct PlaceUsage {
  std::string route;
  storage::StoreUsage usage;
  std::uint64_t taken = 0;  // Room::taken() before it was measured
};
using PlaceUsages = std::vector<PlaceUsage>;  // storage's is the first

// All of them, with the disk of the first.
storage::StoreUsage totalOf(const PlaceUsages& places);

// So many bytes of what is kept in `places` are to go.
struct SpaceNeed {
  std::uint64_t bytes = 0;
  std::string_view reason;  // the key that asks for it
  std::set<std::string> places;
};
using SpaceNeeds = std::vector<SpaceNeed>;

// None while use is below the high watermark of maxBytes and minFree is free on each disk; else what there is to free:
// down to the low watermark, or to somewhat more than minFree, so that this does not come back at once.
SpaceNeeds neededSpace(const PlaceUsages& places, const config::LarderStorage& limits);
// The largest that content in `place` stands in the way of; null if there is none.
const SpaceNeed* needOf(const SpaceNeeds& needs, const std::string& place);
// So much has gone from there; what is met is no need any more.
void noteFreed(SpaceNeeds& needs, const std::string& place, std::uint64_t bytes);
const SpaceNeed& largest(const SpaceNeeds& needs);  // not empty

// So many percent of `whole`.
std::uint64_t share(std::uint64_t whole, double percent);
// What is to be free: minFree, but at most half of the disk.
std::uint64_t leastFree(const storage::StoreUsage& usage, const config::LarderStorage& limits);
// Less than that is free.
bool isDiskLow(const storage::StoreUsage& usage, const config::LarderStorage& limits);

// The limits.
inline constexpr std::string_view kMaxBytes = "maxBytes", kMinFree = "minFree";

// How many bytes more fit, and the limit that stands in the way of others.
struct Headroom {
  std::uint64_t bytes = 0;
  std::string_view limit;
  bool operator==(const Headroom&) const = default;
};

// How much more each place takes, by its route: until its disk is low, and no more than maxBytes and the disk of
// storage, where all metadata are, leave for all of them together. Eviction spares what was used a moment ago, so that
// pulls may bring more than it takes away.
std::map<std::string, Headroom> roomOf(const PlaceUsages& places, const config::LarderStorage& limits);

}  // namespace larder::registry
