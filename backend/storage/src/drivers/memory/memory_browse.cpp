#include "drivers/memory/memory_browse.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "browse_search.hpp"
#include "meta_failures.hpp"
#include "use_sums.hpp"

namespace larder::storage::memory {
namespace {

template <class Item, class Sort>
Page<Item> pageOf(std::vector<Item> items, const PageQuery<Sort>& query) {
  auto before = [&](const PagePosition& a, const PagePosition& b) {
    return query.descending ? std::tie(b.key, b.name) < std::tie(a.key, a.name)
                            : std::tie(a.key, a.name) < std::tie(b.key, b.name);
  };
  std::ranges::sort(items, before, [&](const Item& item) { return browse::positionOf(item, query.sort); });
  Page<Item> page;
  page.total = items.size();
  for (auto& item : items) {
    if (query.after && !before(*query.after, browse::positionOf(item, query.sort))) continue;
    if (!browse::add(page, std::move(item), query)) break;
  }
  return page;
}

std::string lower(std::string text) {
  return browse::searched(std::move(text)).value_or("");
}

RepositorySummary summaryOf(const Repository& repository) {
  return {recordOf(repository), repository.tags.size(), repository.manifests.size()};
}

TagSummary summaryOf(const Repository& repository, const TagRecord& tag) {
  const auto& manifest = repository.manifests.at(tag.digest);
  bool pinned = repository.pinnedTags.contains(tag.name) || repository.pinnedManifests.contains(tag.digest);
  return {tag, manifest.mediaType, manifest.cached, pinned};
}

bool has(const Repository& repository, const Digest& digest) {
  auto blob = repository.blobs.find(digest);
  return repository.manifests.contains(digest) || (blob != repository.blobs.end() && blob->second.linked);
}

}  // namespace

const Repository* MemoryBrowse::find(const std::string& name) const {
  auto found = state_->catalog.repositories.find(name);
  return found == state_->catalog.repositories.end() ? nullptr : found->second.get();
}

bool MemoryBrowse::isElsewhere(const std::string& repository, const Digest& digest) const {
  return std::ranges::any_of(state_->catalog.repositories, [&](const auto& entry) {
    return entry.first != repository && has(*entry.second, digest);
  });
}

Task<Result<Page<RepositorySummary>>> MemoryBrowse::repositories(PageQuery<RepositorySort> query, MayRead mayRead) {
  auto part = browse::searched(query.search);
  if (!part) co_return Page<RepositorySummary>{};
  std::vector<RepositorySummary> found;
  std::lock_guard lock(state_->mutex);
  for (const auto& [name, repository] : state_->catalog.repositories) {
    if (name.find(*part) == std::string::npos || (mayRead && !mayRead(name))) continue;
    found.push_back(summaryOf(*repository));
  }
  co_return pageOf(std::move(found), query);
}

Task<Result<std::optional<RepositoryDetail>>> MemoryBrowse::repository(std::string name) {
  std::lock_guard lock(state_->mutex);
  const auto* found = find(name);
  if (found == nullptr) co_return std::nullopt;
  RepositoryDetail detail{summaryOf(*found), 0};
  for (const auto& [digest, manifest] : found->manifests) {
    if (!isElsewhere(name, digest)) detail.ownBytes += manifest.size;
  }
  for (const auto& [digest, blob] : found->blobs) {
    if (blob.linked && !isElsewhere(name, digest)) detail.ownBytes += blob.size;
  }
  co_return detail;
}

Task<Result<Page<TagSummary>>> MemoryBrowse::tags(std::string repository, PageQuery<TagSort> query) {
  std::lock_guard lock(state_->mutex);
  const auto* in = find(repository);
  if (in == nullptr) co_return failNoRepository(repository);
  auto part = browse::searched(query.search);
  if (!part) co_return Page<TagSummary>{};
  std::vector<TagSummary> found;
  for (const auto& [name, tag] : in->tags) {
    if (lower(name).find(*part) == std::string::npos) continue;
    found.push_back(summaryOf(*in, tag));
  }
  co_return pageOf(std::move(found), query);
}

Task<Result<std::vector<TagSummary>>> MemoryBrowse::tagsNamed(std::string repository, std::vector<std::string> names) {
  std::lock_guard lock(state_->mutex);
  const auto* in = find(repository);
  if (in == nullptr) co_return failNoRepository(repository);
  std::vector<TagSummary> found;
  for (const auto& name : names) {
    if (auto tag = in->tags.find(name); tag != in->tags.end()) found.push_back(summaryOf(*in, tag->second));
  }
  co_return found;
}

Task<Result<std::vector<TagUse>>> MemoryBrowse::tagUse(std::string repository) {
  std::lock_guard lock(state_->mutex);
  const auto* in = find(repository);
  if (in == nullptr) co_return failNoRepository(repository);
  TagSums sums;
  for (const auto& [digest, manifest] : in->manifests) {
    sums.content(digest, manifest.size, isElsewhere(repository, digest));
  }
  for (const auto& [digest, blob] : in->blobs) {
    if (blob.linked) sums.content(digest, blob.size, isElsewhere(repository, digest));
  }
  for (const auto& [digest, manifest] : in->manifests) {
    if (manifest.subject) sums.leads(*manifest.subject, digest);
    for (const auto& link : manifest.links) sums.leads(digest, link.digest);
  }
  for (const auto& [name, tag] : in->tags) sums.tag(name, tag.digest);
  co_return std::move(sums).sum();
}

Task<Result<StoreUse>> MemoryBrowse::storeUse() {
  std::lock_guard lock(state_->mutex);
  std::vector<RepositoryUse> repositories;
  std::map<Digest, std::pair<std::uint64_t, std::vector<std::size_t>>> holders;  // size and places, by digest
  for (const auto& [name, repository] : state_->catalog.repositories) {
    auto place = repositories.size();
    auto add = [&](const Digest& digest, std::uint64_t size) {
      auto& [bytes, places] = holders[digest];
      bytes = size;
      if (places.empty() || places.back() != place) places.push_back(place);
    };
    repositories.push_back({name, repository->record.origin.host, 0, 0, repository->tags.size()});
    for (const auto& [digest, manifest] : repository->manifests) add(digest, manifest.size);
    for (const auto& [digest, blob] : repository->blobs) {
      if (blob.linked) add(digest, blob.size);
    }
  }
  StoreSums sums(std::move(repositories));
  for (const auto& [digest, held] : holders) sums.add(held.second, held.first);
  co_return std::move(sums).finish();
}

Task<Result<std::vector<std::string>>> MemoryBrowse::tagsOf(std::string repository, Digest digest, std::size_t limit) {
  std::lock_guard lock(state_->mutex);
  std::vector<std::string> names;
  const auto* in = find(repository);
  if (in == nullptr) co_return names;
  for (const auto& [name, tag] : in->tags) {
    if (names.size() == limit) break;
    if (tag.digest == digest) names.push_back(name);
  }
  co_return names;
}

Task<Result<std::vector<Whereabouts>>> MemoryBrowse::whereabouts(std::string repository, std::vector<Digest> digests) {
  std::lock_guard lock(state_->mutex);
  const auto* in = find(repository);
  std::vector<Whereabouts> found;
  found.reserve(digests.size());
  for (const auto& digest : digests) {
    found.push_back({in != nullptr && has(*in, digest), isElsewhere(repository, digest)});
  }
  co_return found;
}

}  // namespace larder::storage::memory
