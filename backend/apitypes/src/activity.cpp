#include "larder/apitypes/activity.hpp"

#include "members.hpp"

namespace larder::apitypes {

LARDER_WORDS(JobKind, "gc", "retention", "scrub", "eviction", "syncRun", "prefetch", "import")
LARDER_WORDS(StartableJob, "gc", "retention", "scrub", "eviction")
LARDER_WORDS(JobState, "running", "succeeded", "failed", "cancelled", "interrupted")
LARDER_WORDS(MetricsRange, "10m", "6h", "7d")
LARDER_WORDS(Unit, "bytes", "bytesPerSecond", "perSecond", "ratio", "count", "seconds")
LARDER_WORDS(LogLevel, "trace", "debug", "info", "warn", "error")
LARDER_WORDS(Severity, "info", "warning", "error")
LARDER_JSON(Transfer, id, digest, repository, upstream, startedAt, totalBytes, receivedBytes, bytesPerSecond, clients)
LARDER_WORDS(EndedKind, "manifest", "blob")
LARDER_WORDS(EndedOutcome, "served", "failed", "cancelled")
LARDER_WORDS(EndedSort, "ended", "duration", "wait", "firstByte", "bytes")
LARDER_JSON(EndedTransfer, id, pull, kind, client, user, agent, repository, reference, digest, upstream, startedAt,
            endedAt, tookMs, waitedMs, firstByteMs, bytes, upstreamBytes, cacheBytes, bytesPerSecond, status, outcome,
            error, times)
LARDER_JSON(Pull, id, client, user, repository, reference, upstream, startedAt, endedAt, tookMs, waitedMs, firstByteMs,
            bytes, upstreamBytes, outcome, error, transfers)
LARDER_JSON(Job, id, kind, state, target, by, startedAt, endedAt, done, total, unit, step, counts, error)
LARDER_JSON(NewJob, kind)
LARDER_JSON(Series, key, title, unit, promql, values)
LARDER_JSON(MetricsHistory, range, stepMs, startAt, series)
LARDER_JSON(MetricsSample, at, values)
LARDER_JSON(AuditRecord, at, user, tried, remote, action, method, object, status, repeated, before, after)
LARDER_JSON(LogRecord, at, level, text)
LARDER_JSON(Event, at, kind, severity, message, subject)

}  // namespace larder::apitypes
