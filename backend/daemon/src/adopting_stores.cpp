#include "adopting_stores.hpp"

#include <type_traits>
#include <utility>
#include <variant>

namespace larder::daemon {
namespace {

using core::Digest;
using core::Reference;
using core::Result;
using runtime::Task;

// The repository that the change removes something of; "" if it removes nothing. What is removed before it is here
// would come all the same.
std::string removedFrom(const storage::MetaChange& change) {
  return std::visit(
      [](const auto& one) -> std::string {
        using Change = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<Change, storage::change::RemoveRepository>) return one.name;
        if constexpr (std::is_same_v<Change, storage::change::RemoveManifest> ||
                      std::is_same_v<Change, storage::change::RemoveTag> ||
                      std::is_same_v<Change, storage::change::UnlinkBlob>) {
          return one.repository;
        }
        return "";
      },
      change);
}

class AdoptingMetaStore final : public storage::MetaStore {
 public:
  AdoptingMetaStore(std::shared_ptr<storage::MetaStore> meta, std::shared_ptr<Adoption> adoption)
      : meta_(std::move(meta)), adoption_(std::move(adoption)) {}

  Task<Result<void>> apply(std::vector<storage::MetaChange> changes) override {
    for (const auto& change : changes) {
      if (auto here = co_await adoption_->manifests(removedFrom(change)); !here) co_return core::fail(here.error());
      const auto* unlinked = std::get_if<storage::change::UnlinkBlob>(&change);
      if (!unlinked) continue;
      auto here = co_await adoption_->blob(unlinked->repository, unlinked->digest);
      if (!here) co_return core::fail(here.error());
    }
    co_return co_await meta_->apply(std::move(changes));
  }

  Task<Result<std::optional<storage::ManifestLookup>>> manifest(std::string repository, Reference reference) override {
    if (auto here = co_await adoption_->manifests(repository); !here) co_return core::fail(here.error());
    co_return co_await meta_->manifest(std::move(repository), std::move(reference));
  }
  Task<Result<std::optional<storage::BlobRecord>>> blob(std::string repository, Digest digest) override {
    if (auto here = co_await adoption_->manifests(repository); !here) co_return core::fail(here.error());
    if (auto here = co_await adoption_->blob(repository, digest); !here) co_return core::fail(here.error());
    co_return co_await meta_->blob(std::move(repository), digest);
  }
  // Of what is here: what is to come is no proof yet.
  Task<Result<std::optional<std::string>>> blobHolder(Digest digest, storage::HolderFilter filter) override {
    return meta_->blobHolder(digest, std::move(filter));
  }
  Task<Result<std::optional<storage::RepositoryRecord>>> repository(std::string name) override {
    if (auto here = co_await adoption_->manifests(name); !here) co_return core::fail(here.error());
    co_return co_await meta_->repository(std::move(name));
  }
  Task<Result<std::optional<storage::RepositoryRecord>>> repositoryByOrigin(storage::Origin origin) override {
    co_await adoption_->names();
    co_return co_await meta_->repositoryByOrigin(std::move(origin));
  }
  Task<Result<std::vector<std::string>>> repositories(std::string after, std::size_t limit) override {
    co_await adoption_->names();
    co_return co_await meta_->repositories(std::move(after), limit);
  }
  Task<Result<std::vector<storage::TagRecord>>> tags(std::string repository, std::string after,
                                                     std::size_t limit) override {
    if (auto here = co_await adoption_->manifests(repository); !here) co_return core::fail(here.error());
    co_return co_await meta_->tags(std::move(repository), std::move(after), limit);
  }
  Task<Result<storage::NamingPage>> manifestsNaming(std::string repository, storage::NamingQuery query) override {
    if (auto here = co_await adoption_->manifests(repository); !here) co_return core::fail(here.error());
    co_return co_await meta_->manifestsNaming(std::move(repository), std::move(query));
  }

  Task<Result<std::optional<storage::UploadRecord>>> upload(std::string id) override {
    return meta_->upload(std::move(id));
  }
  Task<Result<std::vector<storage::UploadRecord>>> idleUploads(storage::WallTime before) override {
    return meta_->idleUploads(before);
  }
  Task<Result<std::uint64_t>> foreignChanges() override { return meta_->foreignChanges(); }

 private:
  const std::shared_ptr<storage::MetaStore> meta_;
  const std::shared_ptr<Adoption> adoption_;
};

class AdoptingBlobStore final : public storage::BlobStore {
 public:
  AdoptingBlobStore(std::shared_ptr<storage::BlobStore> blobs, std::shared_ptr<Adoption> adoption)
      : blobs_(std::move(blobs)), adoption_(std::move(adoption)) {}

  Task<Result<std::optional<storage::BlobInfo>>> stat(Digest digest) override {
    return look(digest, &storage::BlobStore::stat);
  }
  Task<Result<std::shared_ptr<storage::BlobReader>>> open(Digest digest) override {
    auto opened = co_await look(digest, &storage::BlobStore::open);
    if (isMissing(opened)) {
      if (auto source = adoption_->unstored(digest)) co_return source;
    }
    co_return opened;
  }
  Task<Result<std::optional<storage::BlobInfo>>> renew(Digest digest) override {
    return look(digest, &storage::BlobStore::renew);
  }

  Task<Result<bool>> removeUnlessRenewed(Digest digest, std::chrono::system_clock::time_point before) override {
    return blobs_->removeUnlessRenewed(digest, before);
  }
  Task<Result<void>> remove(Digest digest) override { return blobs_->remove(digest); }
  Task<Result<std::string>> quarantine(Digest digest) override { return blobs_->quarantine(digest); }
  Task<Result<std::vector<storage::BlobInfo>>> list(std::optional<Digest> after, std::size_t limit) override {
    return blobs_->list(after, limit);
  }
  Task<Result<std::unique_ptr<storage::BlobWriter>>> write(std::string id) override {
    return blobs_->write(std::move(id));
  }
  Task<Result<std::vector<storage::PartialInfo>>> partials() override { return blobs_->partials(); }
  Task<Result<void>> removePartial(std::string id) override { return blobs_->removePartial(std::move(id)); }
  Task<std::vector<Result<storage::BlobInfo>>> putAll(std::vector<storage::SmallBlob> blobs) override {
    return blobs_->putAll(std::move(blobs));
  }
  Task<Result<storage::StoreUsage>> usage() override { return blobs_->usage(); }

 private:
  static bool isMissing(const Result<std::optional<storage::BlobInfo>>& found) { return found && !*found; }
  static bool isMissing(const Result<std::shared_ptr<storage::BlobReader>>& opened) {
    return !opened && opened.error().code == core::ErrorCode::BlobUnknown;
  }

  // Looks again once the blob is here, if it is to come. What comes between the first look and the question whether it
  // is to come is found by the second.
  template <class Found>
  Task<Found> look(Digest digest, Task<Found> (storage::BlobStore::*ask)(Digest)) {
    bool isLast = adoption_->finished();
    auto found = co_await ((*blobs_).*ask)(digest);
    if (isLast || !isMissing(found)) co_return found;
    if (auto here = co_await adoption_->blob(digest); !here) co_return core::fail(here.error());
    co_return co_await ((*blobs_).*ask)(digest);
  }

  const std::shared_ptr<storage::BlobStore> blobs_;
  const std::shared_ptr<Adoption> adoption_;
};

}  // namespace

std::shared_ptr<storage::MetaStore> adopting(std::shared_ptr<storage::MetaStore> meta,
                                             std::shared_ptr<Adoption> adoption) {
  return std::make_shared<AdoptingMetaStore>(std::move(meta), std::move(adoption));
}

std::shared_ptr<storage::BlobStore> adopting(std::shared_ptr<storage::BlobStore> blobs,
                                             std::shared_ptr<Adoption> adoption) {
  return std::make_shared<AdoptingBlobStore>(std::move(blobs), std::move(adoption));
}

}  // namespace larder::daemon
