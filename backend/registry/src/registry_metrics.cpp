#include "registry_metrics.hpp"

namespace larder::registry {
namespace {

const char* toString(CacheResult result) {
  switch (result) {
    case CacheResult::Hit:
      return "hit";
    case CacheResult::Miss:
      return "miss";
    case CacheResult::Stale:
      return "stale";
    case CacheResult::Negative:
      return "negative";
  }
  return "";
}

std::shared_ptr<telemetry::Counter> gcRunsOf(telemetry::MetricRegistry& registry, const char* error) {
  return registry.counter("zot_gc_runs_total", "Repositories processed by garbage collection", {{"error", error}});
}

std::shared_ptr<telemetry::Counter> gcDeletedOf(telemetry::MetricRegistry& registry, const char* type) {
  return registry.counter("zot_gc_deleted_total", "Items removed by garbage collection", {{"type", type}});
}

std::shared_ptr<telemetry::Counter> notStoredOf(telemetry::MetricRegistry& registry, const char* type) {
  return registry.counter(
      "larder_not_stored_total",
      "Pulled content that was sent to the client but could not be stored; see the log for the reason",
      {{"type", type}});
}

}  // namespace

RegistryMetrics::RegistryMetrics(telemetry::MetricRegistry& registry)
    : registry_(registry),
      coalesced_(registry.counter("larder_cache_coalesced_total",
                                  "Requests served by a download that another request had started")),
      gcDone_(gcRunsOf(registry, "false")),
      gcFailed_(gcRunsOf(registry, "true")),
      gcManifests_(gcDeletedOf(registry, "manifest")),
      gcBlobs_(gcDeletedOf(registry, "blob")),
      evictedBytes_(registry.counter("larder_evicted_bytes_total", "Content removed by eviction")),
      manifestsNotStored_(notStoredOf(registry, "manifest")),
      blobsNotStored_(notStoredOf(registry, "blob")),
      blobDownloads_(registry.gauge("larder_blob_downloads", "Blobs being downloaded from an upstream")),
      gcDuration_(registry.summary("zot_gc_duration_seconds", "Time to garbage-collect a repository")),
      firstByte_(
          registry.histogram("larder_first_byte_seconds", "Time to first byte of a pull", telemetry::latencyBuckets())),
      storageUsed_(registry.gauge("larder_storage_used_bytes", "Stored and partial content")),
      storageLimit_(registry.gauge("larder_storage_limit_bytes",
                                   "larder.storage.maxBytes, or the capacity of the volume if not set")),
      storageState_(registry.gauge("larder_storage_state",
                                   "Whether content can be served and stored: 0 usable, 1 read-only, 2 lost")),
      scrubBytes_(registry.counter("larder_scrub_bytes_total", "Stored content verified against its digest")),
      scrubDamaged_(registry.counter("larder_scrub_damaged_total", "Blobs that did not match their digest")),
      scrubUnreadable_(registry.counter("larder_scrub_unreadable_total", "Blobs that could not be read from disk")),
      scrubRoundEnded_(registry.gauge("larder_scrub_last_round_timestamp_seconds",
                                      "Time of the last complete scrub; 0: none yet")) {}

std::shared_ptr<telemetry::Counter> RegistryMetrics::requests(const std::string& upstream, ContentType type,
                                                              CacheResult result) {
  return registry_.counter("larder_cache_requests_total", "Pulls by upstream, kind of content and cache result",
                           {{"upstream", upstream},
                            {"type", type == ContentType::Manifest ? "manifest" : "blob"},
                            {"result", toString(result)}});
}

std::shared_ptr<telemetry::Counter> RegistryMetrics::polls(const std::string& upstream, const std::string& result) {
  return registry_.counter("larder_poll_runs_total", "Finished polls by upstream and result",
                           {{"upstream", upstream}, {"result", result}});
}

std::shared_ptr<telemetry::Counter> RegistryMetrics::polledBytes(const std::string& upstream) {
  return registry_.counter("larder_poll_bytes_total", "Bytes of blobs fetched by polls", {{"upstream", upstream}});
}

std::shared_ptr<telemetry::Counter> RegistryMetrics::downloads(const std::string& repository) {
  return registry_.counter("zot_repo_downloads_total", "Manifests pulled, by repository", {{"repo", repository}});
}

std::shared_ptr<telemetry::Counter> RegistryMetrics::uploads(const std::string& repository) {
  return registry_.counter("zot_repo_uploads_total", "Manifests pushed, by repository", {{"repo", repository}});
}

std::shared_ptr<telemetry::Counter> RegistryMetrics::evictions(std::string_view reason) {
  return registry_.counter("larder_evictions_total", "Images evicted, by the limit that caused it",
                           {{"reason", std::string(reason)}});
}

std::shared_ptr<telemetry::Gauge> RegistryMetrics::storageBytes(const std::string& repository) {
  return registry_.gauge("zot_repo_storage_bytes",
                         "Bytes of the repository's manifests and blobs; shared blobs count in each",
                         {{"repo", repository}});
}

}  // namespace larder::registry
