#include "drivers/memory/memory_maintenance.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "drivers/memory/memory_eviction.hpp"
#include "meta_failures.hpp"

namespace larder::storage::memory {
namespace {

bool collectTag(Repository& from, const TagRecord& tag) {
  auto found = from.tags.find(tag.name);
  if (found == from.tags.end() || from.pinnedTags.contains(tag.name)) return false;
  const auto& now = found->second;
  if (now.digest != tag.digest || now.pushedAt != tag.pushedAt || now.lastPulledAt != tag.lastPulledAt) return false;
  from.tags.erase(found);
  return true;
}

bool collectManifest(Repository& from, const ManifestRecord& manifest) {
  auto found = from.manifests.find(manifest.digest);
  if (found == from.manifests.end() || from.pinnedManifests.contains(manifest.digest)) return false;
  const auto& now = found->second;
  if (now.pushedAt != manifest.pushedAt || now.lastPulledAt != manifest.lastPulledAt) return false;
  auto pointsHere = [&](const auto& entry) { return entry.second.digest == manifest.digest; };
  if (std::ranges::any_of(from.tags, pointsHere) || !parentsOf(from, manifest.digest).empty()) return false;
  if (now.subject && from.manifests.contains(*now.subject)) return false;
  release(from, now);
  from.manifests.erase(found);
  return true;
}

ContentChange removed(const std::string& repository, Reference reference) {
  return {ContentChange::Kind::Removed, repository, std::move(reference)};
}

}  // namespace

Task<Result<std::vector<ManifestRecord>>> MemoryMaintenance::manifests(std::string repository,
                                                                       std::optional<Digest> after, std::size_t limit) {
  std::lock_guard lock(state_->mutex);
  std::vector<ManifestRecord> found;
  auto in = state_->catalog.repositories.find(repository);
  if (in == state_->catalog.repositories.end()) co_return found;
  const auto& manifests = in->second->manifests;
  auto next = after ? manifests.upper_bound(*after) : manifests.begin();
  for (; next != manifests.end() && found.size() < limit; ++next) {
    found.push_back(next->second);
    std::erase_if(found.back().links, [](const auto& link) { return link.kind == ManifestLink::Kind::Blob; });
  }
  co_return found;
}

Task<Result<Collected>> MemoryMaintenance::collect(Outdated outdated) {
  Collected collected;
  {
    std::lock_guard lock(state_->mutex);
    auto from = copyForChange(state_->catalog, outdated.repository);
    if (!from) co_return collected;
    for (const auto& tag : outdated.tags) {
      if (collectTag(*from, tag)) collected.tags.push_back(tag.name);
    }
    for (const auto& manifest : outdated.manifests) {
      if (collectManifest(*from, manifest)) collected.manifests.push_back(manifest.digest);
    }
  }
  ContentChanges gone;
  for (const auto& tag : collected.tags) gone.push_back(removed(outdated.repository, Reference::ofTag(tag)));
  for (const auto& digest : collected.manifests) {
    gone.push_back(removed(outdated.repository, Reference::ofDigest(digest)));
  }
  state_->changes->tell(gone);
  co_return collected;
}

Task<Result<std::vector<BlobLink>>> MemoryMaintenance::unlinkUnnamed(WallTime before, std::size_t limit,
                                                                     Concerned concerned) {
  std::vector<BlobLink> found;
  {
    std::lock_guard lock(state_->mutex);
    for (const auto& [name, repository] : state_->catalog.repositories) {
      if (concerned && !concerned(name)) continue;
      for (const auto& [digest, blob] : repository->blobs) {
        if (found.size() == limit) break;
        if (blob.manifests > 0 || blob.linkedAt >= before || blob.lastPulledAt >= before) continue;
        found.push_back({name, digest, blob.size});
      }
    }
    for (const auto& link : found) copyForChange(state_->catalog, link.repository)->blobs.erase(link.digest);
  }
  ContentChanges gone;
  for (const auto& link : found) gone.push_back(removed(link.repository, Reference::ofDigest(link.digest)));
  state_->changes->tell(gone);
  co_return found;
}

Task<Result<std::vector<Digest>>> MemoryMaintenance::unneeded(std::vector<Digest> digests) {
  std::lock_guard lock(state_->mutex);
  std::erase_if(digests, [&](const Digest& digest) {
    return std::ranges::any_of(state_->catalog.repositories, [&](const auto& entry) {
      return entry.second->blobs.contains(digest) || entry.second->manifests.contains(digest);
    });
  });
  co_return digests;
}

Task<Result<std::vector<ImageUse>>> MemoryMaintenance::imagesByUse(std::optional<ImageUse> after, std::size_t limit) {
  std::lock_guard lock(state_->mutex);
  std::vector<ImageUse> found;
  for (const auto& [name, repository] : state_->catalog.repositories) {
    if (repository->record.origin.host.empty()) continue;
    for (const auto& [digest, manifest] : repository->manifests) {
      if (isEvictable(*repository, manifest)) found.push_back({useOf(*repository, manifest), name, digest});
    }
  }
  auto order = [](const ImageUse& image) { return std::tie(image.usedAt, image.repository, image.digest); };
  std::ranges::sort(found, {}, order);
  if (after) std::erase_if(found, [&](const ImageUse& image) { return order(image) <= order(*after); });
  if (found.size() > limit) found.erase(found.begin() + static_cast<std::ptrdiff_t>(limit), found.end());
  co_return found;
}

Task<Result<std::vector<Digest>>> MemoryMaintenance::evict(ImageUse image) {
  std::vector<Digest> digests;
  {
    std::lock_guard lock(state_->mutex);
    auto from = copyForChange(state_->catalog, image.repository);
    if (!from) co_return digests;
    digests = evictImage(*from, image);
  }
  ContentChanges gone;
  for (const auto& digest : digests) gone.push_back(removed(image.repository, Reference::ofDigest(digest)));
  state_->changes->tell(gone);
  co_return digests;
}

Task<Result<void>> MemoryMaintenance::pin(Pin pin) {
  std::lock_guard lock(state_->mutex);
  auto in = copyForChange(state_->catalog, pin.repository);
  if (!in) co_return failNoRepository(pin.repository);
  if (pin.reference.isTag()) {
    in->pinnedTags.insert(pin.reference.tag());
  } else {
    in->pinnedManifests.insert(pin.reference.digest());
  }
  co_return Result<void>{};
}

Task<Result<void>> MemoryMaintenance::unpin(Pin pin) {
  std::lock_guard lock(state_->mutex);
  auto in = copyForChange(state_->catalog, pin.repository);
  if (!in) co_return Result<void>{};
  if (pin.reference.isTag()) {
    in->pinnedTags.erase(pin.reference.tag());
  } else {
    in->pinnedManifests.erase(pin.reference.digest());
  }
  co_return Result<void>{};
}

Task<Result<std::vector<Pin>>> MemoryMaintenance::pins(std::string name) {
  std::lock_guard lock(state_->mutex);
  std::vector<Pin> found;
  for (const auto& [own, repository] : state_->catalog.repositories) {
    if (!name.empty() && name != own) continue;
    for (const auto& digest : repository->pinnedManifests) found.push_back({own, Reference::ofDigest(digest)});
    for (const auto& tag : repository->pinnedTags) found.push_back({own, Reference::ofTag(tag)});
  }
  co_return found;
}

}  // namespace larder::storage::memory
