// Carries out changes inside a transaction that the caller began.
#pragma once

#include <optional>
#include <string>

#include "drivers/sqlite/database.hpp"
#include "larder/storage/meta_store.hpp"

namespace larder::storage::sqlite {

class ChangeWriter {
 public:
  explicit ChangeWriter(Database& database) : database_(database) {}

  // On failure the transaction (or savepoint) has to be rolled back.
  Result<void> apply(const MetaChange& change);
  // Whether the last change has put something in the place of something else (ContentChange).
  bool replaced() const { return replaced_; }

  // NameUnknown if there is none.
  Result<std::int64_t> repositoryId(const std::string& name);
  // Removes the record, with its tags and its hold on blobs.
  Result<void> dropManifest(std::int64_t repository, std::int64_t manifest);

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

  Result<std::optional<TagRecord>> findTag(std::int64_t repository, const std::string& name);
  Result<std::optional<std::int64_t>> findRepository(const std::string& name);
  Result<std::optional<std::int64_t>> manifestId(std::int64_t repository, const Digest& digest);
  Result<void> retainBlobs(std::int64_t repository, const std::vector<ManifestLink>& links);
  Result<void> releaseBlobs(std::int64_t repository, std::int64_t manifest);

  Database& database_;
  bool replaced_ = false;
};

}  // namespace larder::storage::sqlite
