// The registry without its network side: threads, stores, upstreams. What `serve` and `import` have in common.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "larder/config/config.hpp"
#include "larder/core/result.hpp"
#include "larder/registry/registry.hpp"
#include "larder/runtime/clock.hpp"
#include "larder/runtime/runtime.hpp"
#include "larder/storage/drivers.hpp"
#include "larder/telemetry/events.hpp"
#include "larder/telemetry/metrics.hpp"
#include "sources.hpp"

namespace larder::daemon {

class Adoption;

// Owns the threads and all that runs on them. Members go in the order of their dependencies; the destructor ends the
// threads before anything that they use.
class Engine {
 public:
  // Whether what Zot has left in the data directory is to be taken over.
  enum class ZotFiles : std::uint8_t { Ignore, Adopt };

  // Opens the stores; Io with the path where that fails. The threads run.
  static core::Result<std::unique_ptr<Engine>> open(const config::Snapshot& config, ZotFiles files = ZotFiles::Ignore);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  runtime::Runtime& runtime() { return runtime_; }
  const runtime::Clock& clock() const { return clock_; }
  telemetry::MetricRegistry& metrics() { return metrics_; }
  telemetry::EventHub& events() { return events_; }
  // Where the repository's content is kept: storage.rootDirectory or that of its sub-path.
  storage::BlobStore& blobsOf(const std::string& repository);
  storage::MetaStore& meta() { return *meta_.meta; }
  storage::SharedState& shared() { return *meta_.shared; }
  registry::Registry& registry() { return *registry_; }
  // What an import goes through: it waits for no other import, takes each name, and counts in no metric. Made when it
  // is asked for.
  registry::Registry& importer();
  // Null where nothing is to be taken over.
  Adoption* adoption() { return adoption_.get(); }
  config::Snapshot config() const { return current_->get(); }

  // Takes a new configuration for upstreams and services.
  void reconfigure(config::Snapshot config);
  // Ends downloads, then the threads; nothing runs afterwards.
  void stop();

 private:
  explicit Engine(config::Snapshot config);
  core::Result<void> openStores(const config::Config& config);
  registry::RegistryParts parts(telemetry::MetricRegistry& metrics);

  runtime::SystemClock clock_;
  telemetry::MetricRegistry metrics_;
  telemetry::EventHub events_;
  runtime::Runtime runtime_;
  std::shared_ptr<CurrentConfig> current_;
  std::shared_ptr<storage::BlobStore> blobs_;
  std::map<std::string, std::shared_ptr<storage::BlobStore>> subPaths_;  // by route
  storage::MetaStores meta_;
  std::shared_ptr<upstream::HttpClient> client_;
  std::shared_ptr<registry::Registry> registry_;
  telemetry::MetricRegistry importMetrics_;
  std::mutex importerMutex_;
  std::shared_ptr<registry::Registry> importer_;
  std::shared_ptr<Adoption> adoption_;
};

}  // namespace larder::daemon
