#include "drivers/memory/memory_catalog.hpp"

#include <algorithm>
#include <set>

#include "meta_failures.hpp"

namespace larder::storage::memory {
namespace {

std::set<Digest> blobsOf(const ManifestRecord& manifest) {
  std::set<Digest> digests;
  for (const auto& link : manifest.links) {
    if (link.kind == ManifestLink::Kind::Blob) digests.insert(link.digest);
  }
  return digests;
}

void retain(Repository& repository, const ManifestRecord& manifest) {
  for (const auto& link : manifest.links) {
    if (link.kind == ManifestLink::Kind::Blob) repository.blobs.try_emplace(link.digest, RepositoryBlob{link.size});
  }
  for (const auto& digest : blobsOf(manifest)) {
    ++repository.blobs.at(digest).manifests;
  }
}

}  // namespace

void release(Repository& repository, const ManifestRecord& manifest) {
  for (const auto& digest : blobsOf(manifest)) {
    auto& blob = repository.blobs.at(digest);
    if (--blob.manifests == 0 && !blob.linked) repository.blobs.erase(digest);
  }
}

RepositoryRecord recordOf(const Repository& repository) {
  auto record = repository.record;
  for (const auto& entry : repository.manifests) record.contentBytes += entry.second.size;
  for (const auto& entry : repository.blobs) record.contentBytes += entry.second.linked ? entry.second.size : 0;
  return record;
}

std::shared_ptr<Repository> copyForChange(Catalog& catalog, const std::string& name) {
  auto found = catalog.repositories.find(name);
  if (found == catalog.repositories.end()) return nullptr;
  auto copy = std::make_shared<Repository>(*found->second);
  found->second = copy;
  return copy;
}

Result<void> Batch::apply(const MetaChange& change) {
  replaced_ = false;
  auto applied = std::visit([this](const auto& one) { return (*this)(one); }, change);
  if (auto content = contentChange(change, replaced_); applied && content) content_.push_back(std::move(*content));
  return applied;
}

ContentChanges Batch::commit(Catalog& catalog) && {
  for (auto& [name, repository] : repositories_) {
    if (repository) {
      catalog.repositories[name] = std::move(repository);
    } else {
      catalog.repositories.erase(name);
    }
  }
  if (uploads_) catalog.uploads = std::move(*uploads_);
  catalog.repositoriesMade = made_;
  return std::move(content_);
}

Repository* Batch::repository(const std::string& name) {
  if (auto touched = repositories_.find(name); touched != repositories_.end()) return touched->second.get();
  auto stored = catalog_.repositories.find(name);
  if (stored == catalog_.repositories.end()) return nullptr;
  auto copy = std::make_shared<Repository>(*stored->second);
  return (repositories_[name] = std::move(copy)).get();
}

std::map<std::string, UploadRecord>& Batch::uploads() {
  if (!uploads_) uploads_ = catalog_.uploads;
  return *uploads_;
}

Result<void> Batch::operator()(const change::EnsureRepository& change) {
  if (auto* existing = repository(change.name)) {
    auto& origin = existing->record.origin;
    if (auto allowed = checkOrigin(change, origin, recordOf(*existing).contentBytes); !allowed) return allowed;
    if (change.origin.host.empty() || origin == change.origin) return {};
    replaced_ = true;
    origin = change.origin;
    return {};
  }
  auto made = std::make_shared<Repository>();
  made->record.name = change.name;
  made->record.origin = change.origin;
  made->record.createdAt = change.createdAt == WallTime{} ? std::chrono::system_clock::now() : change.createdAt;
  made->made = ++made_;
  repositories_[change.name] = std::move(made);
  return {};
}

Result<void> Batch::operator()(const change::RemoveRepository& change) {
  const auto* existing = repository(change.name);
  if (existing == nullptr) return failNoRepository(change.name);
  auto isOf = [&](const auto& entry) { return entry.second.repository == change.name; };
  if (change.onlyIfEmpty &&
      (!existing->manifests.empty() || !existing->blobs.empty() || !existing->pinnedTags.empty() ||
       !existing->pinnedManifests.empty() || std::ranges::any_of(uploads(), isOf))) {
    return failNotEmpty(change.name);
  }
  repositories_[change.name] = nullptr;
  std::erase_if(uploads(), isOf);
  return {};
}

Result<void> Batch::operator()(const change::PutManifest& change) {
  auto* into = repository(change.repository);
  if (into == nullptr) return failNoRepository(change.repository);
  ManifestRecord manifest = change.manifest;
  auto existing = into->manifests.find(manifest.digest);
  retain(*into, manifest);
  if (existing != into->manifests.end()) {
    manifest.lastPulledAt = std::max(manifest.lastPulledAt, existing->second.lastPulledAt);
    manifest.pulls = existing->second.pulls;
    manifest.cached = manifest.cached || existing->second.cached;
    release(*into, existing->second);
  }
  into->manifests[manifest.digest] = std::move(manifest);
  return {};
}

Result<void> Batch::operator()(const change::RemoveManifest& change) {
  auto* from = repository(change.repository);
  if (from == nullptr) return failNoRepository(change.repository);
  auto found = from->manifests.find(change.digest);
  if (found == from->manifests.end()) return failNoManifest(change.digest);
  auto pointsHere = [&](const auto& entry) { return entry.second.digest == change.digest; };
  if (change.unlessShared && std::ranges::count_if(from->tags, pointsHere) > 1) return failShared(change.digest);
  release(*from, found->second);
  from->manifests.erase(found);
  std::erase_if(from->tags, pointsHere);
  return {};
}

Result<void> Batch::operator()(const change::SetTag& change) {
  auto* into = repository(change.repository);
  if (into == nullptr) return failNoRepository(change.repository);
  if (!into->manifests.contains(change.tag.digest)) return failNoManifest(change.tag.digest);
  TagRecord tag = change.tag;
  auto existing = into->tags.find(tag.name);
  bool there = existing != into->tags.end();
  if (auto expected = checkExpectation(change, there); !expected) return expected;
  if (there && change.unlessPushed && !isMirrored(existing->second)) return {};
  if (there) {
    replaced_ = existing->second.digest != tag.digest || isMirrored(existing->second) != isMirrored(tag);
    tag.lastPulledAt = std::max(tag.lastPulledAt, existing->second.lastPulledAt);
    tag.pulls = existing->second.pulls;
  }
  into->tags[tag.name] = std::move(tag);
  return {};
}

Result<void> Batch::operator()(const change::RemoveTag& change) {
  auto* from = repository(change.repository);
  if (from == nullptr) return failNoRepository(change.repository);
  if (from->tags.erase(change.tag) == 0) return failNoTag(change.tag);
  return {};
}

Result<void> Batch::operator()(const change::LinkBlob& change) {
  auto* into = repository(change.repository);
  if (into == nullptr) return failNoRepository(change.repository);
  auto& blob = into->blobs[change.digest];
  blob.size = change.size;
  blob.cached = change.cached && (blob.cached || !blob.linked);
  blob.mirrored = change.cached || change.mirrored || (blob.mirrored && blob.linked);
  blob.linkedAt = std::chrono::system_clock::now();
  blob.linked = true;
  return {};
}

Result<void> Batch::operator()(const change::UnlinkBlob& change) {
  auto* from = repository(change.repository);
  if (from == nullptr) return failNoRepository(change.repository);
  auto found = from->blobs.find(change.digest);
  if (found == from->blobs.end() || !found->second.linked) return failNoBlob(change.digest);
  found->second.linked = false;
  if (found->second.manifests == 0) from->blobs.erase(found);
  return {};
}

Result<void> Batch::operator()(const change::PutUpload& change) {
  uploads()[change.upload.id] = change.upload;
  return {};
}

Result<void> Batch::operator()(const change::RemoveUpload& change) {
  uploads().erase(change.id);
  return {};
}

Result<void> Batch::operator()(const change::NotePull& change) {
  auto* from = repository(change.repository);
  if (from == nullptr) return {};
  auto note = [&](auto& record) {
    record.lastPulledAt = std::max(record.lastPulledAt, change.at);
    record.pulls += change.count;
  };
  if (auto manifest = from->manifests.find(change.digest); manifest != from->manifests.end()) {
    note(manifest->second);
    note(from->record);
    if (auto tag = from->tags.find(change.tag); tag != from->tags.end()) note(tag->second);
  } else if (auto blob = from->blobs.find(change.digest); blob != from->blobs.end()) {
    note(blob->second);
    from->record.lastPulledAt = std::max(from->record.lastPulledAt, change.at);
  }
  return {};
}

Result<void> Batch::operator()(const change::NoteChecked& change) {
  auto* in = repository(change.repository);
  if (in == nullptr) return {};
  auto tag = in->tags.find(change.tag);
  if (tag != in->tags.end() && isMirrored(tag->second) && tag->second.digest == change.digest) {
    tag->second.checkedAt = std::max(tag->second.checkedAt, change.at);
  }
  return {};
}

}  // namespace larder::storage::memory
