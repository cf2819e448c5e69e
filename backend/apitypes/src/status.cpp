#include "larder/apitypes/status.hpp"

#include "members.hpp"

namespace larder::apitypes {

LARDER_WORDS(DaemonState, "starting", "serving", "degraded", "unusable")
LARDER_WORDS(Breaker, "closed", "halfOpen", "open")
LARDER_JSON(Memory, usedBytes, limitBytes)
LARDER_JSON(CacheWindow, since, requests, hits, stale, misses, hitRatio, servedBytes, savedBytes, savedPulls)
LARDER_JSON(CacheTotals, hits, misses, stale, servedBytes, fetchedBytes, lastHour, lastDay)
LARDER_WORDS(UpstreamState, "neverContacted", "up", "recovering", "down", "denied")
LARDER_JSON(UpstreamHealth, host, state, since, nextTryAt, lastContactAt, breaker, waiting, rateLimit, rateRemaining,
            budget, budgetLeft, lastFirstByteMs, lastError)
LARDER_JSON(ImportProgress, repositories, imported, waiting, failed)
LARDER_JSON(Status, name, state, loginPossible, version, startedAt, time, capabilities, config, storage, memory, cache,
            upstreams, import)

}  // namespace larder::apitypes
