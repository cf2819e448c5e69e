// The registry without its network side: threads, stores, upstreams. What `serve` and `import` have in common.
#pragma once

#include <map>
#include <memory>
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

// Owns the threads and all that runs on them. Members go in the order of their dependencies; the destructor ends the
// threads before anything that they use.
class Engine {
 public:
  // Opens the stores; Io with the path where that fails. The threads run.
  static core::Result<std::unique_ptr<Engine>> open(const config::Snapshot& config);
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
  registry::Registry& registry() { return *registry_; }
  config::Snapshot config() const { return current_->get(); }

  // Takes a new configuration for upstreams and services.
  void reconfigure(config::Snapshot config);
  // Ends downloads, then the threads; nothing runs afterwards.
  void stop();

 private:
  explicit Engine(config::Snapshot config);
  core::Result<void> openStores(const config::Config& config);

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
};

}  // namespace larder::daemon
