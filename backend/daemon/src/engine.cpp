#include "engine.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "adopting_stores.hpp"
#include "adoption.hpp"
#include "larder/api/server_handler.hpp"
#include "larder/config/sub_paths.hpp"
#include "larder/runtime/limits.hpp"
#include "larder/storage/drivers.hpp"
#include "larder/telemetry/runtime_metrics.hpp"
#include "larder/upstream/endpoint.hpp"

namespace larder::daemon {
namespace {

runtime::RuntimeOptions threadsFor(const config::Config& config) {
  auto cpus = config.larder.cpus.value_or(runtime::processLimits().cpus);
  auto whole = static_cast<std::size_t>(std::clamp(std::ceil(cpus), 1.0, 64.0));
  runtime::RuntimeOptions options;
  options.ioThreads = whole;
  options.blockingThreads = config.schedulerWorkers ? std::clamp<std::size_t>(*config.schedulerWorkers, 2, 256)
                                                    : std::clamp<std::size_t>(whole * 2, 4, 64);
  return options;
}

// What is imported is not what clients ask for next: it must not take the caches' memory twice.
constexpr std::uint64_t kImportMemory = 16 * 1024 * 1024;

// What an import goes by: what Zot has stored it has let in, so each name takes it, also one that a sync rule may fill,
// and whatever its annotations are.
config::Snapshot importing(const config::Snapshot& config) {
  static const auto kAny = core::Glob::parse("**");
  auto open = std::make_shared<config::Config>(*config);
  open->extensions.lint = false;
  open->larder.memoryLimit = kImportMemory;
  if (!open->extensions.sync || !kAny) return open;
  for (const auto& rule : open->extensions.sync->registries) {
    for (const auto& url : rule.urls) {
      if (auto endpoint = upstream::parseEndpoint(url)) open->larder.upstreams[endpoint->host].allowPush = {*kAny};
    }
  }
  return open;
}

}  // namespace

core::Result<std::unique_ptr<Engine>> Engine::open(const config::Snapshot& config, ZotFiles files) {
  std::unique_ptr<Engine> engine(new Engine(config));
  if (auto opened = engine->openStores(*config); !opened) return core::fail(opened.error());
  engine->client_ = upstream::makeHttpClient(engine->runtime_.transfers(), engine->metrics_);
  auto parts = engine->parts(engine->metrics_);
  if (files == ZotFiles::Adopt) {
    auto& adoption = engine->adoption_ = std::make_shared<Adoption>(*engine);
    parts.meta = adopting(std::move(parts.meta), adoption);
    parts.blobs = adopting(std::move(parts.blobs), adoption);
    for (auto& [route, store] : parts.subPaths) store = adopting(std::move(store), adoption);
  }
  engine->registry_ = registry::Registry::make(std::move(parts), config);
  return engine;
}

registry::RegistryParts Engine::parts(telemetry::MetricRegistry& metrics) {
  return {runtime_,
          clock_,
          metrics,
          blobs_,
          meta_.meta,
          meta_.maintenance,
          meta_.browse,
          meta_.shared,
          meta_.changes,
          makeSourceFactory(client_, current_, runtime_.blocking()),
          api::formatManifestHead,
          events_,
          subPaths_};
}

Engine::Engine(config::Snapshot config)
    : runtime_(threadsFor(*config)), current_(std::make_shared<CurrentConfig>(std::move(config))) {
  telemetry::exposeRuntime(metrics_, runtime_);
  runtime_.start();
}

Engine::~Engine() {
  stop();
}

core::Result<void> Engine::openStores(const config::Config& config) {
  auto open = [this](const std::string& root, bool commit) {
    return storage::openFilesystemBlobStore({root, commit, runtime_.syncing(), runtime_.background()},
                                            runtime_.blocking());
  };
  auto blobs = open(config.storage.rootDirectory, config.storage.commit);
  if (!blobs) return core::fail(blobs.error());
  for (const auto& [route, storage] : config.subPaths) {
    if (storage.rootDirectory.empty()) continue;
    auto opened = open(storage.rootDirectory, storage.commit);
    if (!opened) return core::fail(opened.error());
    subPaths_.emplace(route, std::move(*opened));
  }
  auto meta = storage::openSqliteMetaStore(config.storage.rootDirectory, runtime_.blocking(), metrics_);
  if (!meta) return core::fail(meta.error());
  blobs_ = std::move(*blobs);
  meta_ = std::move(*meta);
  return {};
}

storage::BlobStore& Engine::blobsOf(const std::string& repository) {
  return *config::ofRoute(subPaths_, config::routeOf(*config(), repository), blobs_);
}

void Engine::reconfigure(config::Snapshot config) {
  current_->set(config);
  {
    std::lock_guard lock(importerMutex_);
    if (importer_) importer_->reconfigure(importing(config));
  }
  registry_->reconfigure(std::move(config));
}

registry::Registry& Engine::importer() {
  std::lock_guard lock(importerMutex_);
  if (!importer_) importer_ = registry::Registry::make(parts(importMetrics_), importing(config()));
  return *importer_;
}

void Engine::stop() {
  if (client_) client_->close();
  runtime_.stop();
  runtime_.join();
}

}  // namespace larder::daemon
