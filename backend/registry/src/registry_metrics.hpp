// The registry's metrics, under Zot's names where Zot has them. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "larder/telemetry/metrics.hpp"

namespace larder::registry {

enum class ContentType { Manifest, Blob };
enum class CacheResult { Hit, Miss, Stale, Negative };

class RegistryMetrics {
 public:
  explicit RegistryMetrics(telemetry::MetricRegistry& registry);

  // `upstream` is a configured host or "", so that the number of series is bounded.
  std::shared_ptr<telemetry::Counter> requests(const std::string& upstream, ContentType type, CacheResult result);
  // `result`: ok, failed, interrupted.
  std::shared_ptr<telemetry::Counter> polls(const std::string& upstream, const std::string& result);
  std::shared_ptr<telemetry::Counter> polledBytes(const std::string& upstream);
  // For repositories that exist only.
  std::shared_ptr<telemetry::Counter> downloads(const std::string& repository);
  std::shared_ptr<telemetry::Counter> uploads(const std::string& repository);
  std::shared_ptr<telemetry::Gauge> storageBytes(const std::string& repository);
  telemetry::Counter& gcRuns(bool failed) { return failed ? *gcFailed_ : *gcDone_; }
  telemetry::Histogram& gcDuration() { return *gcDuration_; }  // of a repository, in seconds
  telemetry::Counter& gcManifests() { return *gcManifests_; }  // deleted by gc
  telemetry::Counter& gcBlobs() { return *gcBlobs_; }
  std::shared_ptr<telemetry::Counter> evictions(std::string_view reason);
  telemetry::Counter& evictedBytes() { return *evictedBytes_; }
  // Ends every series of the repository, those of other layers too.
  void dropRepository(const std::string& repository) { registry_.dropLabel("repo", repository); }

  // Content that went to its client, but not into the store.
  telemetry::Counter& notStored(ContentType type) {
    return type == ContentType::Manifest ? *manifestsNotStored_ : *blobsNotStored_;
  }
  telemetry::Gauge& blobDownloads() { return *blobDownloads_; }  // running
  telemetry::Counter& coalesced() { return *coalesced_; }
  telemetry::Histogram& firstByte() { return *firstByte_; }
  telemetry::Gauge& storageUsed() { return *storageUsed_; }
  telemetry::Gauge& storageLimit() { return *storageLimit_; }
  telemetry::Gauge& storageState() { return *storageState_; }  // a StoreHealth::State
  telemetry::Counter& scrubBytes() { return *scrubBytes_; }
  telemetry::Counter& scrubDamaged() { return *scrubDamaged_; }
  telemetry::Counter& scrubUnreadable() { return *scrubUnreadable_; }
  telemetry::Gauge& scrubRoundEnded() { return *scrubRoundEnded_; }

 private:
  telemetry::MetricRegistry& registry_;
  std::shared_ptr<telemetry::Counter> coalesced_, gcDone_, gcFailed_, gcManifests_, gcBlobs_, evictedBytes_;
  std::shared_ptr<telemetry::Counter> manifestsNotStored_, blobsNotStored_;
  std::shared_ptr<telemetry::Gauge> blobDownloads_;
  std::shared_ptr<telemetry::Histogram> gcDuration_;
  std::shared_ptr<telemetry::Histogram> firstByte_;
  std::shared_ptr<telemetry::Gauge> storageUsed_, storageLimit_, storageState_;
  std::shared_ptr<telemetry::Counter> scrubBytes_, scrubDamaged_, scrubUnreadable_;
  std::shared_ptr<telemetry::Gauge> scrubRoundEnded_;
};

}  // namespace larder::registry
