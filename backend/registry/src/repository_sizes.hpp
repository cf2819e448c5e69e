// zot_repo_storage_bytes{repo}, kept up behind the changes; and the end of every series of a repository that is gone.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "larder/runtime/task.hpp"
#include "larder/storage/meta_store.hpp"
#include "registry_metrics.hpp"

namespace larder::registry {

// changed() and changedElsewhere() are thread-safe; update() is for one coroutine at a time.
class RepositorySizes {
 public:
  static constexpr std::size_t kMaxSeries = 65536;  // as many as there are of latencies
  // A store with very many repositories is measured little by little, so that the pool stays free.
  static constexpr std::size_t kMaxBacklogTaken = 1000;

  // `metrics` must outlive this.
  RepositorySizes(std::shared_ptr<storage::MetaStore> meta, RegistryMetrics& metrics)
      : meta_(std::move(meta)), metrics_(metrics) {}

  // What is in the repository has changed: the next update() measures it. Touches memory alone.
  void changed(const std::string& repository);
  // Any repository may be new, gone or of another size. So it is at the start, and when another daemon has written.
  void changedElsewhere();
  // Measures what has changed. Drops the series of repositories that are gone, and returns their names. A failure is
  // logged, and made up for by the next call.
  runtime::Task<std::vector<std::string>> update();

 private:
  bool takeUnknown();
  std::set<std::string> takeChanged();
  runtime::Task<core::Result<void>> fillBacklog();
  void show(const std::string& repository, std::uint64_t bytes);

  std::shared_ptr<storage::MetaStore> meta_;
  RegistryMetrics& metrics_;
  std::mutex mutex_;
  std::set<std::string> changed_;  // under mutex_
  bool unknown_ = true;            // under mutex_: all may have changed
  // Of update():
  std::set<std::string> backlog_;
  std::map<std::string, std::shared_ptr<telemetry::Gauge>> known_;  // null beyond kMaxSeries
};

}  // namespace larder::registry
