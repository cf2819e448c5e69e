// Composition of the registry: one object that owns the services and what runs behind them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "larder/config/config.hpp"
#include "larder/registry/browse_service.hpp"
#include "larder/registry/housekeeping_service.hpp"
#include "larder/registry/job_service.hpp"
#include "larder/registry/pull_history.hpp"
#include "larder/registry/services.hpp"
#include "larder/registry/sync_service.hpp"
#include "larder/registry/transfer_service.hpp"
#include "larder/runtime/clock.hpp"
#include "larder/runtime/runtime.hpp"
#include "larder/storage/blob_store.hpp"
#include "larder/storage/change_feed.hpp"
#include "larder/storage/meta_browse.hpp"
#include "larder/storage/meta_maintenance.hpp"
#include "larder/storage/meta_store.hpp"
#include "larder/storage/shared_state.hpp"
#include "larder/telemetry/events.hpp"
#include "larder/telemetry/metrics.hpp"
#include "larder/upstream/upstream_source.hpp"

namespace larder::registry {

// Makes the source for one URL of a rule that `config`, in force, has or that is tried beside it (source_rights.hpp).
// `given`: whom to log in as instead of what is stored or a helper gives; null for those.
using SourceFactory = std::function<std::shared_ptr<upstream::UpstreamSource>(
    const config::Config& config, const config::SyncRegistry& rule, const std::string& url,
    const config::Credential* given)>;
// Makes the ready-made HTTP header lines of a cached manifest.
using HeadFormatter = std::function<std::string(const ManifestAnswer&)>;

struct RegistryParts {
  runtime::Runtime& runtime;
  const runtime::Clock& clock;
  telemetry::MetricRegistry& metrics;
  std::shared_ptr<storage::BlobStore> blobs;  // of storage.rootDirectory
  std::shared_ptr<storage::MetaStore> meta;
  std::shared_ptr<storage::MetaMaintenance> maintenance;
  std::shared_ptr<storage::MetaBrowse> browse;
  std::shared_ptr<storage::SharedState> shared;
  std::shared_ptr<storage::ChangeFeed> changes;
  SourceFactory sources;
  HeadFormatter formatHead;
  telemetry::EventHub& events;
  std::map<std::string, std::shared_ptr<storage::BlobStore>> subPaths = {};  // by route: those with a directory
};

// Whether content can be served and stored.
struct StoreHealth {
  enum class State {  // larder_storage_state has their numbers
    Usable,
    ReadOnly,  // what is stored is served; pushes are refused, and what is pulled is not kept
    Lost,      // it was removed or replaced, or cannot be read
  };
  State state = State::Usable;
  std::string reason;  // for the admin; "" if Usable
};

class Registry {
 public:
  static std::shared_ptr<Registry> make(RegistryParts parts, const config::Snapshot& config);
  virtual ~Registry() = default;

  virtual ManifestService& manifests() = 0;
  virtual BlobService& blobs() = 0;
  virtual UploadService& uploads() = 0;
  virtual ListService& lists() = 0;
  virtual BrowseService& browse() = 0;
  virtual HousekeepingService& housekeeping() = 0;
  virtual TransferService& transfers() = 0;
  virtual PullHistory& pullHistory() = 0;
  virtual JobService& jobs() = 0;
  virtual SyncService& sync() = 0;

  // As it was found within the last second or so. Thread-safe.
  virtual StoreHealth storeHealth() const = 0;
  // Takes a new configuration. Running transfers end with the sources that they began with; sources of unchanged rules
  // are kept, with their tokens and breakers.
  virtual void reconfigure(config::Snapshot config) = 0;
  // Starts background work: purging idle uploads, writing last use in batches, noticing other daemons' changes,
  // resuming or purging partial downloads, collecting garbage, evicting.
  virtual void start() = 0;
  // Ends background work and downloads; partial content stays for the next start.
  virtual Task<> shutdown() = 0;
};

}  // namespace larder::registry
