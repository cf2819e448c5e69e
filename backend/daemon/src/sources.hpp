// From a sync rule of the configuration to the upstream source of each of its URLs.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "larder/config/config.hpp"
#include "larder/registry/registry.hpp"
#include "larder/runtime/runtime.hpp"
#include "larder/upstream/oci_source.hpp"

namespace larder::daemon {

// The configuration in force. Thread-safe.
class CurrentConfig {
 public:
  explicit CurrentConfig(config::Snapshot config) : config_(std::move(config)) {}
  config::Snapshot get() const {
    std::lock_guard lock(mutex_);
    return config_;
  }
  void set(config::Snapshot config) {
    std::lock_guard lock(mutex_);
    config_ = std::move(config);
  }

 private:
  mutable std::mutex mutex_;
  config::Snapshot config_;
};

// Files of credential helpers are read, and long answers parsed, on `blocking`. Sources ask `current` for their
// credentials at each log-in, so that those of a changed file reach sources that exist.
registry::SourceFactory makeSourceFactory(std::shared_ptr<upstream::HttpClient> client,
                                          std::shared_ptr<const CurrentConfig> current, runtime::Executor blocking);

}  // namespace larder::daemon
