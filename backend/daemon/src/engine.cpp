#include "engine.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "larder/api/server_handler.hpp"
#include "larder/config/sub_paths.hpp"
#include "larder/runtime/limits.hpp"
#include "larder/storage/drivers.hpp"
#include "larder/telemetry/runtime_metrics.hpp"

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

}  // namespace

core::Result<std::unique_ptr<Engine>> Engine::open(const config::Snapshot& config) {
  std::unique_ptr<Engine> engine(new Engine(config));
  if (auto opened = engine->openStores(*config); !opened) return core::fail(opened.error());
  engine->client_ = upstream::makeHttpClient(engine->runtime_.transfers(), engine->metrics_);
  engine->registry_ = registry::Registry::make(
      {engine->runtime_, engine->clock_, engine->metrics_, engine->blobs_, engine->meta_.meta,
       engine->meta_.maintenance, engine->meta_.browse, engine->meta_.shared, engine->meta_.changes,
       makeSourceFactory(engine->client_, engine->current_, engine->runtime_.blocking()), api::formatManifestHead,
       engine->events_, engine->subPaths_},
      config);
  return engine;
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
  auto blobs = storage::openFilesystemBlobStore(
      {config.storage.rootDirectory, config.storage.commit, runtime_.syncing()}, runtime_.blocking());
  if (!blobs) return core::fail(blobs.error());
  for (const auto& [route, storage] : config.subPaths) {
    if (storage.rootDirectory.empty()) continue;
    auto opened = storage::openFilesystemBlobStore({storage.rootDirectory, storage.commit, runtime_.syncing()},
                                                   runtime_.blocking());
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
  registry_->reconfigure(std::move(config));
}

void Engine::stop() {
  if (client_) client_->close();
  runtime_.stop();
  runtime_.join();
}

}  // namespace larder::daemon
