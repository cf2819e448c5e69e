#include "drivers/memory/memory_eviction.hpp"

#include <algorithm>
#include <set>

namespace larder::storage::memory {
namespace {

WallTime ownUse(const ManifestRecord& manifest) {
  return std::max(manifest.pushedAt, manifest.lastPulledAt);
}

std::set<Digest> namedBy(const ManifestRecord& manifest, ManifestLink::Kind kind) {
  std::set<Digest> digests;
  for (const auto& link : manifest.links) {
    if (link.kind == kind) digests.insert(link.digest);
  }
  return digests;
}

bool isTagged(const Repository& repository, const Digest& digest) {
  return std::ranges::any_of(repository.tags, [&](const auto& entry) { return entry.second.digest == digest; });
}

// The image with what is its own; empty if any of it was used since.
std::vector<Digest> unitOf(const Repository& repository, const ImageUse& image) {
  std::vector<Digest> unit{image.digest};
  auto isOfUnit = [&](const Digest& digest) { return std::ranges::find(unit, digest) != unit.end(); };
  for (std::size_t next = 0; next < unit.size(); ++next) {
    const auto& manifest = repository.manifests.at(unit[next]);
    if (ownUse(manifest) > image.usedAt) return {};
    for (const auto& digest : namedBy(manifest, ManifestLink::Kind::Manifest)) {
      auto child = repository.manifests.find(digest);
      if (child == repository.manifests.end()) continue;
      if (ownUse(child->second) > image.usedAt) return {};
      bool own = child->second.cached && !isTagged(repository, digest) && !repository.pinnedManifests.contains(digest);
      if (own && !isOfUnit(digest) && std::ranges::all_of(parentsOf(repository, digest), isOfUnit)) {
        unit.push_back(digest);
      }
    }
  }
  return unit;
}

}  // namespace

std::vector<Digest> parentsOf(const Repository& repository, const Digest& child) {
  std::vector<Digest> parents;
  for (const auto& [digest, manifest] : repository.manifests) {
    if (namedBy(manifest, ManifestLink::Kind::Manifest).contains(child)) parents.push_back(digest);
  }
  return parents;
}

bool isEvictable(const Repository& repository, const ManifestRecord& manifest) {
  if (!manifest.cached || repository.pinnedManifests.contains(manifest.digest)) return false;
  bool held = std::ranges::any_of(repository.tags, [&](const auto& entry) {
    return entry.second.digest == manifest.digest &&
           (entry.second.checkedAt == WallTime{} || repository.pinnedTags.contains(entry.first));
  });
  return !held && parentsOf(repository, manifest.digest).empty();
}

WallTime useOf(const Repository& repository, const ManifestRecord& manifest) {
  auto use = ownUse(manifest);
  for (const auto& digest : namedBy(manifest, ManifestLink::Kind::Manifest)) {
    auto child = repository.manifests.find(digest);
    if (child != repository.manifests.end()) use = std::max(use, ownUse(child->second));
  }
  return use;
}

std::vector<Digest> evictImage(Repository& repository, const ImageUse& image) {
  auto root = repository.manifests.find(image.digest);
  if (root == repository.manifests.end() || !isEvictable(repository, root->second)) return {};
  auto gone = unitOf(repository, image);
  std::set<Digest> blobs;
  for (const auto& digest : gone) {
    auto manifest = repository.manifests.at(digest);
    blobs.merge(namedBy(manifest, ManifestLink::Kind::Blob));
    release(repository, manifest);
    repository.manifests.erase(digest);
    std::erase_if(repository.tags, [&](const auto& entry) { return entry.second.digest == digest; });
  }
  for (const auto& digest : blobs) {
    auto blob = repository.blobs.find(digest);
    if (blob != repository.blobs.end() && (blob->second.manifests > 0 || !blob->second.cached)) continue;
    if (blob != repository.blobs.end()) repository.blobs.erase(blob);
    gone.push_back(digest);
  }
  return gone;
}

}  // namespace larder::storage::memory
