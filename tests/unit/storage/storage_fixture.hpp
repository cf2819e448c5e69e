// Stores on a directory that several of them, or several processes, use one after the other or at once.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "larder/storage/drivers.hpp"
#include "support/results.hpp"
#include "support/run_task.hpp"

namespace larder::test {

// A store with the threads that it runs on, as a daemon has them.
template <class Store>
struct Opened {
  TestRuntime threads;
  std::shared_ptr<Store> store;

  template <class T>
  core::Result<T> run(runtime::Task<core::Result<T>> task) {
    return threads.run(std::move(task));
  }
  template <class T>
  T get(runtime::Task<core::Result<T>> task) {
    return valueOf(run(std::move(task)));
  }
};

struct OpenedBlobs : Opened<storage::BlobStore> {
  explicit OpenedBlobs(const std::filesystem::path& directory) {
    store = valueOf(storage::openFilesystemBlobStore({directory, true}, threads.blocking()));
  }
};

struct OpenedMeta : Opened<storage::MetaStore> {
  telemetry::MetricRegistry metrics;

  explicit OpenedMeta(const std::filesystem::path& directory) {
    store = valueOf(storage::openSqliteMetaStore(directory, threads.blocking(), metrics)).meta;
  }
};

inline std::string readFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace larder::test
