// What MemoryMetaStore keeps, and a batch of changes to it that takes effect at once or not at all.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "larder/storage/change_feed.hpp"
#include "larder/storage/meta_store.hpp"

namespace larder::storage::memory {

struct RepositoryBlob {
  std::uint64_t size = 0;
  std::uint32_t manifests = 0;  // that name it
  bool linked = false;          // and so readable
  bool cached = false;          // from an upstream alone
  bool mirrored = false;        // from the repository's origin
  WallTime linkedAt{};
  WallTime lastPulledAt{};
  std::uint64_t pulls = 0;
};

struct Repository {
  RepositoryRecord record;
  std::uint64_t made = 0;  // counts up with each repository
  std::map<Digest, ManifestRecord> manifests;
  std::map<std::string, TagRecord> tags;
  std::map<Digest, RepositoryBlob> blobs;
  std::set<std::string> pinnedTags;
  std::set<Digest> pinnedManifests;
};

struct Catalog {
  std::map<std::string, std::shared_ptr<const Repository>> repositories;
  std::map<std::string, UploadRecord> uploads;
  std::uint64_t repositoriesMade = 0;
};

struct Lease {
  std::string holder;
  WallTime until{};
};

// What the sides of the store share.
struct State {
  std::mutex mutex;
  Catalog catalog;                               // under mutex
  std::map<std::string, Lease> leases;           // under mutex
  std::map<std::string, std::string> documents;  // under mutex
  const std::shared_ptr<ChangeFeed> changes = std::make_shared<ChangeFeed>();
};

// The manifest's hold on the blobs that it names ends. Those that are neither named nor linked go.
void release(Repository& repository, const ManifestRecord& manifest);
// The record with what is counted of the content.
RepositoryRecord recordOf(const Repository& repository);
// A copy of the repository that takes its place in the catalog; null if there is none.
std::shared_ptr<Repository> copyForChange(Catalog& catalog, const std::string& name);

// Applies changes to copies of the repositories that they touch.
class Batch {
 public:
  explicit Batch(const Catalog& catalog) : catalog_(catalog), made_(catalog.repositoriesMade) {}

  Result<void> apply(const MetaChange& change);
  // `catalog` must be the one that the batch was made from, unchanged. What has changed.
  ContentChanges commit(Catalog& catalog) &&;

 private:
  Result<void> operator()(const change::EnsureRepository& change);
  Result<void> operator()(const change::RemoveRepository& change);
  Result<void> operator()(const change::PutManifest& change);
  Result<void> operator()(const change::RemoveManifest& change);
  Result<void> operator()(const change::SetTag& change);
  Result<void> operator()(const change::RemoveTag& change);
  Result<void> operator()(const change::LinkBlob& change);
  Result<void> operator()(const change::UnlinkBlob& change);
  Result<void> operator()(const change::PutUpload& change);
  Result<void> operator()(const change::RemoveUpload& change);
  Result<void> operator()(const change::NotePull& change);
  Result<void> operator()(const change::NoteChecked& change);

  // The batch's own copy; null if there is no such repository.
  Repository* repository(const std::string& name);
  std::map<std::string, UploadRecord>& uploads();

  const Catalog& catalog_;
  ContentChanges content_;
  bool replaced_ = false;  // by the last change
  std::uint64_t made_;
  std::map<std::string, std::shared_ptr<Repository>> repositories_;  // null: removed
  std::optional<std::map<std::string, UploadRecord>> uploads_;
};

}  // namespace larder::storage::memory
