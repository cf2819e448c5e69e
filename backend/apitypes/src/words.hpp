// The words that enumerations have in JSON, in the order of their values after Unknown.
#pragma once

#include "larder/apitypes/access.hpp"
#include "larder/apitypes/activity.hpp"
#include "larder/apitypes/config.hpp"
#include "larder/apitypes/live.hpp"
#include "larder/apitypes/node_setup.hpp"
#include "larder/apitypes/status.hpp"
#include "larder/apitypes/sync.hpp"
#include "members.hpp"

namespace larder::apitypes {

LARDER_WORDS(Action, "read", "create", "update", "delete", "detectManifestCollision")
LARDER_WORDS(JobKind, "gc", "retention", "scrub", "eviction", "syncRun", "prefetch")
LARDER_WORDS(JobState, "running", "succeeded", "failed", "cancelled", "interrupted")
LARDER_WORDS(MetricsRange, "10m", "6h", "7d")
LARDER_WORDS(Unit, "bytes", "bytesPerSecond", "perSecond", "ratio", "count", "seconds")
LARDER_WORDS(LogLevel, "trace", "debug", "info", "warn", "error")
LARDER_WORDS(Severity, "info", "warning", "error")
LARDER_WORDS(ConfigSource, "file", "overlay")
LARDER_WORDS(ChangeKind, "added", "removed", "changed")
LARDER_WORDS(RevisionOrigin, "start", "file", "api", "rollback")
LARDER_WORDS(LiveTopic, "metrics", "transfers", "events", "jobs", "logs")
LARDER_WORDS(LiveType, "subscribe", "unsubscribe", "snapshot", "change", "resync", "refusal")
LARDER_WORDS(NodeClient, "containerd", "podman", "crio", "docker")
LARDER_WORDS(DaemonState, "starting", "serving")
LARDER_WORDS(Breaker, "closed", "halfOpen", "open")
LARDER_WORDS(TlsResult, "verified", "unverified", "failed")
LARDER_WORDS(LoginResult, "anonymous", "accepted", "refused")

}  // namespace larder::apitypes
