// The registry: its services and what runs behind them.
#pragma once

#include <atomic>
#include <memory>
#include <set>
#include <string>

#include "blob_pull.hpp"
#include "blob_service.hpp"
#include "browse/browse.hpp"
#include "context.hpp"
#include "housekeeping/housekeeping.hpp"
#include "housekeeping/scrub.hpp"
#include "jobs/jobs.hpp"
#include "list_service.hpp"
#include "manifest_service.hpp"
#include "polling/poller.hpp"
#include "polling/sync_tools.hpp"
#include "pulls/pull_log.hpp"
#include "upload_service.hpp"

namespace larder::registry {

class RegistryImpl final : public Registry, public std::enable_shared_from_this<RegistryImpl> {
 public:
  RegistryImpl(std::shared_ptr<Context> context, telemetry::MetricRegistry& metrics);

  ManifestService& manifests() override { return manifests_; }
  BlobService& blobs() override { return blobs_; }
  UploadService& uploads() override { return uploads_; }
  ListService& lists() override { return lists_; }
  BrowseService& browse() override { return browse_; }
  HousekeepingService& housekeeping() override { return *housekeeping_; }
  TransferService& transfers() override { return *blobPull_; }
  PullHistory& pullHistory() override { return pullLog_; }
  StoreHealth storeHealth() const override { return context_->storeHealth(); }
  JobService& jobs() override { return jobs_; }
  SyncService& sync() override { return sync_; }
  void reconfigure(config::Snapshot config) override;
  void start() override;
  Task<> shutdown() override;

 private:
  static Task<> background(std::shared_ptr<RegistryImpl> self);
  Task<> tick(std::uint64_t seconds);
  Task<Result<void>> noticeForeignChanges();
  Task<> purgePartials();
  void announceUpstreams();
  void announceSpace(const storage::StoreUsage& usage, std::uint64_t limit);
  void showRecurringWork();
  Task<Result<PlaceUsages>> measureStorage();
  // What the store was found to be in; logged and announced when it changes.
  void note(StoreHealth health);

  std::shared_ptr<Context> context_;
  std::shared_ptr<ManifestPull> manifestPull_;
  std::shared_ptr<BlobPull> blobPull_;
  std::shared_ptr<Housekeeping> housekeeping_;
  std::shared_ptr<Damage> damage_;
  std::shared_ptr<Scrub> scrub_;
  Jobs jobs_;
  ManifestServiceImpl manifests_;
  BlobServiceImpl blobs_;
  UploadServiceImpl uploads_;
  ListServiceImpl lists_;
  Browse browse_;
  std::shared_ptr<Poller> poller_;
  SyncTools sync_;
  PullLog pullLog_;
  bool pullsElsewhere_ = false;  // another daemon may have kept some; of the background coroutine
  RecurringWorkMetrics recurringWork_;
  std::optional<std::uint64_t> foreignChanges_;  // of the background coroutine
  enum class Space { Enough, Low, Full };
  Space space_ = Space::Enough;  // as it was announced
  runtime::LastFailure storeFailure_;
  std::set<std::string> away_, denied_;  // upstreams that were found to be down
  runtime::Signal stop_;
  std::atomic<bool> started_{false};
  std::atomic<bool> ended_{false};  // the background coroutine
};

}  // namespace larder::registry
