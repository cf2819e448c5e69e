#include "housekeeping/space.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace larder::registry {
namespace {

std::uint64_t mostBytes(const storage::StoreUsage& usage, const config::LarderStorage& limits) {
  return limits.maxBytes ? core::resolve(*limits.maxBytes, usage.capacity) : 0;
}

}  // namespace

storage::StoreUsage totalOf(const PlaceUsages& places) {
  auto total = places.front().usage;
  for (std::size_t i = 1; i < places.size(); ++i) total += places[i].usage;
  return total;
}

std::uint64_t share(std::uint64_t whole, double percent) {
  return static_cast<std::uint64_t>(static_cast<double>(whole) * percent / 100);
}

std::uint64_t leastFree(const storage::StoreUsage& usage, const config::LarderStorage& limits) {
  return std::min(core::resolve(limits.minFree, usage.capacity), usage.capacity / 2);
}

bool isDiskLow(const storage::StoreUsage& usage, const config::LarderStorage& limits) {
  return usage.free < leastFree(usage, limits);
}

std::map<std::string, Headroom> roomOf(const PlaceUsages& places, const config::LarderStorage& limits) {
  // A disk of which nothing has to stay free, or whose size is unknown, is never low.
  auto untilLow = [&](const storage::StoreUsage& usage) -> Headroom {
    auto least = leastFree(usage, limits);
    if (least == 0) return {std::numeric_limits<std::uint64_t>::max(), kMinFree};
    return {usage.free > least ? usage.free - least : 0, kMinFree};
  };
  auto lesser = [](const Headroom& one, const Headroom& other) { return other.bytes < one.bytes ? other : one; };
  auto total = totalOf(places);
  auto used = total.bytes + total.partialBytes;
  auto everywhere = untilLow(total);
  if (auto limit = mostBytes(total, limits); limit > 0)
    everywhere = lesser(everywhere, {limit > used ? limit - used : 0, kMaxBytes});
  std::map<std::string, Headroom> room;
  for (const auto& place : places) room[place.route] = lesser(everywhere, untilLow(place.usage));
  return room;
}

SpaceNeeds neededSpace(const PlaceUsages& places, const config::LarderStorage& limits) {
  SpaceNeed byLimit{0, kMaxBytes, {}};
  std::map<std::uint64_t, SpaceNeed> byDisk;
  for (const auto& place : places) {
    byLimit.places.insert(place.route);
    if (!isDiskLow(place.usage, limits)) continue;
    auto least = leastFree(place.usage, limits);
    auto& need = byDisk[place.usage.medium];
    need.bytes = std::max(need.bytes, least + least / 10 - place.usage.free);
    need.reason = kMinFree;
    need.places.insert(place.route);
  }
  auto total = totalOf(places);
  auto used = total.bytes + total.partialBytes;
  auto limit = mostBytes(total, limits);
  SpaceNeeds needs;
  if (limit > 0 && used > share(limit, limits.highWatermark)) {
    byLimit.bytes = used - share(limit, limits.lowWatermark);
    needs.push_back(std::move(byLimit));
  }
  for (auto& [medium, need] : byDisk) needs.push_back(std::move(need));
  return needs;
}

const SpaceNeed* needOf(const SpaceNeeds& needs, const std::string& place) {
  const SpaceNeed* found = nullptr;
  for (const auto& need : needs) {
    if (need.places.contains(place) && (!found || need.bytes > found->bytes)) found = &need;
  }
  return found;
}

void noteFreed(SpaceNeeds& needs, const std::string& place, std::uint64_t bytes) {
  for (auto& need : needs) {
    if (need.places.contains(place)) need.bytes -= std::min(need.bytes, bytes);
  }
  std::erase_if(needs, [](const SpaceNeed& need) { return need.bytes == 0; });
}

const SpaceNeed& largest(const SpaceNeeds& needs) {
  return *std::ranges::max_element(needs, {}, &SpaceNeed::bytes);
}

}  // namespace larder::registry
