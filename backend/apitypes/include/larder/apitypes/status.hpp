// What a daemon is and how it does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "larder/apitypes/config.hpp"
#include "larder/apitypes/storage.hpp"

namespace larder::apitypes {

enum class DaemonState : std::uint8_t { Unknown, Starting, Serving, Degraded, Unusable };
enum class Breaker : std::uint8_t { Unknown, Closed, HalfOpen, Open };
enum class UpstreamState : std::uint8_t { Unknown, NeverContacted, Up, Recovering, Down, Denied };

struct Memory {
  std::uint64_t usedBytes = 0;
  std::optional<std::uint64_t> limitBytes;
};
// Counted as /metrics counts.
struct CacheWindow {
  Time since{};  // later than the window's begin where the daemon is younger
  std::uint64_t requests = 0;
  std::uint64_t hits = 0;
  std::uint64_t stale = 0;
  std::uint64_t misses = 0;
  std::optional<float> hitRatio;  // none without a request
  std::uint64_t servedBytes = 0;
  std::uint64_t savedBytes = 0;
  std::uint64_t savedPulls = 0;
};
// Since the start, but for the windows.
struct CacheTotals {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t stale = 0;
  std::uint64_t servedBytes = 0;
  std::uint64_t fetchedBytes = 0;
  CacheWindow lastHour;
  CacheWindow lastDay;
};
struct UpstreamHealth {
  std::string host;
  UpstreamState state = UpstreamState::Unknown;
  std::optional<Time> since;          // of the state; of an outage, its first failure
  std::optional<Time> nextTryAt;      // while requests are paused
  std::optional<Time> lastContactAt;  // the last answer, to a second
  Breaker breaker = Breaker::Unknown;
  std::uint64_t waiting = 0;  // requests that queue for their turn
  std::optional<std::uint64_t> rateLimit;
  std::optional<std::uint64_t> rateRemaining;
  std::optional<std::uint64_t> budget;  // requests that Larder allows itself in an hour
  std::optional<std::uint64_t> budgetLeft;
  std::optional<std::uint64_t> lastFirstByteMs;
  std::optional<std::string> lastError;
};
// What Zot has left in the data directory, of which nothing was here when this daemon started.
struct ImportProgress {
  std::uint64_t repositories = 0;
  std::uint64_t imported = 0;
  std::uint64_t waiting = 0;  // there was no room to copy their blobs, which come when they are asked for
  std::uint64_t failed = 0;   // that could not be imported whole; the log says why
};
// What a stranger may not know is not set.
struct Status {
  std::string name;
  DaemonState state = DaemonState::Unknown;
  bool loginPossible = false;
  std::optional<std::string> version;
  std::optional<Time> startedAt;
  std::optional<Time> time;
  std::optional<std::vector<std::string>> capabilities;
  std::optional<ConfigSummary> config;
  std::optional<StorageUse> storage;
  std::optional<Memory> memory;
  std::optional<CacheTotals> cache;
  std::optional<std::vector<UpstreamHealth>> upstreams;
  std::optional<ImportProgress> import;
};

LARDER_DECLARE_WORDS(DaemonState);
LARDER_DECLARE_WORDS(Breaker);
LARDER_DECLARE_WORDS(UpstreamState);
LARDER_DECLARE_JSON(Memory);
LARDER_DECLARE_JSON(CacheWindow);
LARDER_DECLARE_JSON(CacheTotals);
LARDER_DECLARE_JSON(UpstreamHealth);
LARDER_DECLARE_JSON(ImportProgress);
LARDER_DECLARE_JSON(Status);

}  // namespace larder::apitypes
