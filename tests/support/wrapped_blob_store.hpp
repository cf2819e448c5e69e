// A BlobStore that passes everything on to another one: a test overrides what is to go wrong.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "larder/storage/blob_store.hpp"

namespace larder::test {

class WrappedBlobStore : public storage::BlobStore {
 public:
  template <class T>
  using Task = runtime::Task<T>;
  template <class T>
  using Result = core::Result<T>;
  using Digest = core::Digest;
  using Time = std::chrono::system_clock::time_point;

  explicit WrappedBlobStore(std::shared_ptr<storage::BlobStore> inner) : inner_(std::move(inner)) {}

  Task<Result<std::optional<storage::BlobInfo>>> stat(Digest digest) override { return inner_->stat(digest); }
  Task<Result<std::shared_ptr<storage::BlobReader>>> open(Digest digest) override { return inner_->open(digest); }
  Task<Result<std::optional<storage::BlobInfo>>> renew(Digest digest) override { return inner_->renew(digest); }
  Task<Result<bool>> removeUnlessRenewed(Digest digest, Time before) override {
    return inner_->removeUnlessRenewed(digest, before);
  }
  Task<Result<void>> remove(Digest digest) override { return inner_->remove(digest); }
  Task<Result<std::string>> quarantine(Digest digest) override { return inner_->quarantine(digest); }
  Task<Result<std::vector<storage::BlobInfo>>> list(std::optional<Digest> after, std::size_t limit) override {
    return inner_->list(after, limit);
  }
  Task<Result<std::unique_ptr<storage::BlobWriter>>> write(std::string id) override {
    return inner_->write(std::move(id));
  }
  Task<Result<std::vector<storage::PartialInfo>>> partials() override { return inner_->partials(); }
  Task<Result<void>> removePartial(std::string id) override { return inner_->removePartial(std::move(id)); }
  Task<std::vector<Result<storage::BlobInfo>>> putAll(std::vector<storage::SmallBlob> blobs) override {
    return inner_->putAll(std::move(blobs));
  }
  Task<Result<storage::StoreUsage>> usage() override { return inner_->usage(); }

 protected:
  const std::shared_ptr<storage::BlobStore> inner_;
};

}  // namespace larder::test
