// MetaStore in memory, for tests and for daemons that keep nothing.
#include <algorithm>
#include <mutex>
#include <tuple>

#include "drivers/memory/memory_browse.hpp"
#include "drivers/memory/memory_maintenance.hpp"
#include "drivers/memory/memory_shared_state.hpp"
#include "larder/storage/drivers.hpp"
#include "meta_failures.hpp"

namespace larder::storage {
namespace memory {

class MemoryMetaStore final : public MetaStore {
 public:
  explicit MemoryMetaStore(std::shared_ptr<State> state)
      : mutex_(state->mutex), catalog_(state->catalog), state_(std::move(state)) {}

  Task<Result<void>> apply(std::vector<MetaChange> changes) override {
    ContentChanges content;
    {
      std::lock_guard lock(mutex_);
      Batch batch(catalog_);
      for (const auto& change : changes) {
        if (auto applied = batch.apply(change); !applied) co_return applied;
      }
      content = std::move(batch).commit(catalog_);
    }
    state_->changes->tell(content);
    co_return Result<void>{};
  }

  Task<Result<std::optional<ManifestLookup>>> manifest(std::string name, Reference reference) override {
    std::lock_guard lock(mutex_);
    const auto* in = find(name);
    if (in == nullptr) co_return std::nullopt;
    ManifestLookup lookup;
    if (reference.isTag()) {
      auto tag = in->tags.find(reference.tag());
      if (tag == in->tags.end()) co_return std::nullopt;
      lookup.tag = tag->second;
      lookup.manifest = in->manifests.at(tag->second.digest);
      lookup.manifest.links.clear();
      co_return lookup;
    }
    auto found = in->manifests.find(reference.digest());
    if (found == in->manifests.end()) co_return std::nullopt;
    lookup.manifest = found->second;
    co_return lookup;
  }

  Task<Result<std::optional<BlobRecord>>> blob(std::string name, Digest digest) override {
    std::lock_guard lock(mutex_);
    const auto* in = find(name);
    if (in == nullptr) co_return std::nullopt;
    auto found = in->blobs.find(digest);
    if (found == in->blobs.end() || !found->second.linked) co_return std::nullopt;
    co_return BlobRecord{found->second.size, found->second.mirrored};
  }

  Task<Result<std::optional<std::string>>> blobHolder(Digest digest, HolderFilter filter) override {
    std::vector<BlobHolder> holders;
    {
      std::lock_guard lock(mutex_);
      for (const auto& [name, repository] : catalog_.repositories) {
        auto found = repository->blobs.find(digest);
        if (found == repository->blobs.end() || !found->second.linked) continue;
        holders.push_back({name, repository->record.origin, found->second.mirrored});
      }
    }
    for (auto& holder : holders) {
      if (filter(holder)) co_return std::move(holder.repository);
    }
    co_return std::nullopt;
  }

  Task<Result<std::optional<RepositoryRecord>>> repository(std::string name) override {
    std::lock_guard lock(mutex_);
    const auto* found = find(name);
    if (found == nullptr) co_return std::nullopt;
    co_return recordOf(*found);
  }

  Task<Result<std::optional<RepositoryRecord>>> repositoryByOrigin(Origin origin) override {
    std::lock_guard lock(mutex_);
    const Repository* oldest = nullptr;
    for (const auto& entry : catalog_.repositories) {
      const auto& candidate = *entry.second;
      if (candidate.record.origin != origin || origin == Origin{}) continue;
      if (oldest == nullptr || candidate.made < oldest->made) oldest = &candidate;
    }
    if (oldest == nullptr) co_return std::nullopt;
    co_return recordOf(*oldest);
  }

  Task<Result<std::vector<std::string>>> repositories(std::string after, std::size_t limit) override {
    std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    auto next = catalog_.repositories.upper_bound(after);
    for (; next != catalog_.repositories.end() && names.size() < limit; ++next) names.push_back(next->first);
    co_return names;
  }

  Task<Result<std::vector<TagRecord>>> tags(std::string name, std::string after, std::size_t limit) override {
    std::lock_guard lock(mutex_);
    const auto* in = find(name);
    if (in == nullptr) co_return failNoRepository(name);
    std::vector<TagRecord> found;
    auto next = in->tags.upper_bound(after);
    for (; next != in->tags.end() && found.size() < limit; ++next) found.push_back(next->second);
    co_return found;
  }

  Task<Result<NamingPage>> manifestsNaming(std::string name, NamingQuery query) override {
    std::lock_guard lock(mutex_);
    NamingPage page;
    const auto* in = find(name);
    if (in == nullptr) co_return page;
    auto names = [&](const ManifestRecord& manifest) {
      if (query.as == NamedAs::Subject) return manifest.subject == query.digest;
      return std::ranges::any_of(manifest.links, [&](const ManifestLink& link) {
        return link.kind == ManifestLink::Kind::Manifest && link.digest == query.digest;
      });
    };
    std::size_t bytes = 0;
    for (const auto& [own, manifest] : in->manifests) {
      if (!names(manifest) || (query.cachedOnly && !manifest.cached)) continue;
      if (!query.artifactType.empty() && manifest.artifactType != query.artifactType) continue;
      if (query.counted) ++page.total;
      if (page.more || (query.after && own <= *query.after)) continue;
      bytes += textBytes(manifest);
      page.more = page.items.size() == query.limit || (!page.items.empty() && bytes > query.maxBytes);
      if (page.more) continue;
      page.items.push_back(manifest);
      page.items.back().links.clear();
    }
    co_return page;
  }

  Task<Result<std::optional<UploadRecord>>> upload(std::string id) override {
    std::lock_guard lock(mutex_);
    auto found = catalog_.uploads.find(id);
    if (found == catalog_.uploads.end()) co_return std::nullopt;
    co_return found->second;
  }

  Task<Result<std::vector<UploadRecord>>> idleUploads(WallTime before) override {
    std::lock_guard lock(mutex_);
    std::vector<UploadRecord> found;
    for (const auto& entry : catalog_.uploads) {
      if (entry.second.changedAt < before) found.push_back(entry.second);
    }
    std::ranges::sort(found, {}, [](const UploadRecord& u) { return std::tie(u.changedAt, u.id); });
    co_return found;
  }

  // Nobody else can reach this memory.
  Task<Result<std::uint64_t>> foreignChanges() override { co_return std::uint64_t{0}; }

 private:
  const Repository* find(const std::string& name) const {
    auto found = catalog_.repositories.find(name);
    return found == catalog_.repositories.end() ? nullptr : found->second.get();
  }

  std::mutex& mutex_;
  Catalog& catalog_;
  std::shared_ptr<State> state_;
};

}  // namespace memory

MetaStores makeMemoryMetaStore() {
  auto state = std::make_shared<memory::State>();
  return {std::make_shared<memory::MemoryMetaStore>(state), std::make_shared<memory::MemoryMaintenance>(state),
          std::make_shared<memory::MemoryBrowse>(state), std::make_shared<memory::MemorySharedState>(state),
          state->changes};
}

}  // namespace larder::storage
