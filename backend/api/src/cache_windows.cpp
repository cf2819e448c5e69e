#include "cache_windows.hpp"

#include <algorithm>

namespace larder::api {
namespace {

constexpr std::chrono::minutes kStep{1};
constexpr std::chrono::hours kKept{24};

}  // namespace

CacheWindows::Counts CacheWindows::read() const {
  constexpr auto kRequests = "larder_cache_requests_total";
  constexpr auto kServed = "larder_cache_served_bytes_total";
  auto total = [&](const char* family, const telemetry::Labels& labels) {
    return static_cast<std::uint64_t>(metrics_.total(family, labels));
  };
  Counts counts;
  counts.requests = total(kRequests, {});
  counts.hits = total(kRequests, {{"result", "hit"}});
  counts.stale = total(kRequests, {{"result", "stale"}});
  counts.misses = total(kRequests, {{"result", "miss"}});
  counts.servedBytes = total(kServed, {});
  counts.savedBytes = total(kServed, {{"source", "cache"}});
  // Registries count manifests against their pull quota, and no blobs.
  counts.savedPulls = total(kRequests, {{"result", "hit"}, {"type", "manifest"}}) +
                      total(kRequests, {{"result", "stale"}, {"type", "manifest"}});
  return counts;
}

void CacheWindows::tick(WallTime now) {
  std::lock_guard lock(mutex_);
  if (!states_.empty() && now < states_.back().at) states_.clear();
  if (!states_.empty() && now < states_.back().at + kStep) return;
  states_.push_back({now, read()});
  // The one before the day began is where the day is counted from.
  while (states_.size() > 1 && states_[1].at <= now - kKept) states_.pop_front();
}

apitypes::CacheWindow CacheWindows::last(std::chrono::minutes span, WallTime now) const {
  auto counts = read();
  State from{now, counts};
  {
    std::lock_guard lock(mutex_);
    auto later = std::ranges::upper_bound(states_, now - span, {}, &State::at);
    if (!states_.empty()) from = later == states_.begin() ? states_.front() : *std::prev(later);
  }
  apitypes::CacheWindow window;
  window.since = from.at;
  window.requests = counts.requests - from.counts.requests;
  window.hits = counts.hits - from.counts.hits;
  window.stale = counts.stale - from.counts.stale;
  window.misses = counts.misses - from.counts.misses;
  if (window.requests > 0) {
    window.hitRatio = static_cast<float>(static_cast<double>(window.hits) / static_cast<double>(window.requests));
  }
  window.servedBytes = counts.servedBytes - from.counts.servedBytes;
  window.savedBytes = counts.savedBytes - from.counts.savedBytes;
  window.savedPulls = counts.savedPulls - from.counts.savedPulls;
  return window;
}

}  // namespace larder::api
