#include "served_bytes.hpp"

namespace larder::api {

ServedBytes::ServedBytes(telemetry::MetricRegistry& metrics) : metrics_(metrics) {}

telemetry::Counter& ServedBytes::of(std::string_view upstream, registry::CacheState state) {
  auto& found = entry(upstream);
  return state == registry::CacheState::Miss ? *found.upstreamSource : *found.cache;
}

ServedBytes::Entry& ServedBytes::entry(std::string_view upstream) {
  auto known = count_.load(std::memory_order_acquire);
  for (std::size_t i = 0; i < known; ++i) {
    if (entries_[i]->upstream == upstream) return *entries_[i];
  }
  std::lock_guard lock(mutex_);
  auto count = count_.load(std::memory_order_relaxed);
  for (std::size_t i = known; i < count; ++i) {
    if (entries_[i]->upstream == upstream) return *entries_[i];
  }
  if (count == kMaxUpstreams) return *entries_.back();
  auto added = std::make_unique<Entry>();
  added->upstream = upstream;
  bool last = count + 1 == kMaxUpstreams;
  std::string label = last ? "other" : upstream.empty() ? "local" : std::string(upstream);
  constexpr std::string_view kName = "larder_cache_served_bytes_total";
  constexpr std::string_view kHelp = "Bytes of manifests and blobs sent to clients, by source.";
  added->cache = metrics_.counter(kName, kHelp, {{"upstream", label}, {"source", "cache"}});
  added->upstreamSource = metrics_.counter(kName, kHelp, {{"upstream", label}, {"source", "upstream"}});
  entries_[count] = std::move(added);
  count_.store(count + 1, std::memory_order_release);
  return *entries_[count];
}

}  // namespace larder::api
