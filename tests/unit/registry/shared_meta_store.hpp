// A store that another daemon seems to change, or that cannot be read, when the test says so.
#pragma once

#include <atomic>
#include <functional>
#include <utility>

#include "larder/runtime/signal.hpp"
#include "unit/registry/registry_fixture.hpp"

namespace larder::test {

class SharedMetaStore : public storage::MetaStore {
 public:
  template <class T>
  using Task = runtime::Task<T>;
  explicit SharedMetaStore(std::shared_ptr<storage::MetaStore> inner) : inner_(std::move(inner)) {}

  std::atomic<std::uint64_t> changes{0};
  std::atomic<int> polls{0};
  std::atomic<bool> unreadable{false};  // of a repository's record

  std::atomic<int> failures{0};  // so many changes are not made
  Task<Result<void>> apply(std::vector<storage::MetaChange> batch) override {
    if (failures > 0) {
      --failures;
      co_return core::fail(core::ErrorCode::Timeout, "The database was too slow. Nothing was changed.");
    }
    co_return co_await inner_->apply(std::move(batch));
  }
  Task<Result<std::optional<storage::ManifestLookup>>> manifest(std::string name, Reference reference) override {
    return inner_->manifest(std::move(name), std::move(reference));
  }
  Task<Result<std::optional<storage::BlobRecord>>> blob(std::string name, Digest digest) override {
    return inner_->blob(std::move(name), digest);
  }
  Task<Result<std::optional<std::string>>> blobHolder(Digest digest, storage::HolderFilter filter) override {
    return inner_->blobHolder(digest, std::move(filter));
  }
  Task<Result<std::optional<storage::RepositoryRecord>>> repository(std::string name) override {
    if (unreadable) co_return core::fail(core::ErrorCode::Io, "The disk is gone.");
    co_return co_await inner_->repository(std::move(name));
  }
  Task<Result<std::optional<storage::RepositoryRecord>>> repositoryByOrigin(storage::Origin origin) override {
    return inner_->repositoryByOrigin(std::move(origin));
  }
  Task<Result<std::vector<std::string>>> repositories(std::string after, std::size_t limit) override {
    return inner_->repositories(std::move(after), limit);
  }
  Task<Result<std::vector<storage::TagRecord>>> tags(std::string name, std::string after, std::size_t limit) override {
    return inner_->tags(std::move(name), std::move(after), limit);
  }
  Task<Result<storage::NamingPage>> manifestsNaming(std::string name, storage::NamingQuery query) override {
    return inner_->manifestsNaming(std::move(name), std::move(query));
  }
  // Runs once, when an upload's record has been read and before that is answered.
  std::function<Task<void>()> afterUpload;
  Task<Result<std::optional<storage::UploadRecord>>> upload(std::string id) override {
    auto record = co_await inner_->upload(std::move(id));
    if (auto then = std::exchange(afterUpload, nullptr)) co_await then();
    co_return record;
  }
  Task<Result<std::vector<storage::UploadRecord>>> idleUploads(storage::WallTime before) override {
    return inner_->idleUploads(before);
  }
  Task<Result<std::uint64_t>> foreignChanges() override {
    // Counted before it looks, so that what is changed between two polls is seen by the later one.
    ++polls;
    std::uint64_t seen = changes;
    polled.notify();
    co_return seen;
  }

  // Until two more polls have begun, so that the first of them has been acted upon.
  Task<void> awaitPolls() {
    int target = polls + 2;
    while (polls < target) {
      auto seen = polled.version();
      if (polls >= target) break;
      co_await polled.wait(seen, std::chrono::steady_clock::now() + std::chrono::seconds(10));
    }
  }
  runtime::Signal polled;

 private:
  std::shared_ptr<storage::MetaStore> inner_;
};

}  // namespace larder::test
