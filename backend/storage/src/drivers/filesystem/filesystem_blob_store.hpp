// BlobStore over a file system: the blocking parts of this folder, offloaded.
#pragma once

#include <memory>
#include <string>

#include "drivers/filesystem/directories.hpp"
#include "larder/storage/blob_store.hpp"

namespace larder::storage::filesystem {

class FilesystemBlobStore final : public BlobStore {
 public:
  FilesystemBlobStore(std::shared_ptr<const Directories> directories, runtime::Executor blocking,
                      runtime::Executor syncing, runtime::Executor background);

  // Brings back blobs that a crash has left set aside, then starts the count of what is stored and the removal of what
  // else a crash has left in scratch/. Returns at once.
  void startBackgroundWork();

  Task<Result<std::optional<BlobInfo>>> stat(Digest digest) override;
  Task<Result<std::shared_ptr<BlobReader>>> open(Digest digest) override;
  Task<Result<std::optional<BlobInfo>>> renew(Digest digest) override;
  Task<Result<bool>> removeUnlessRenewed(Digest digest, std::chrono::system_clock::time_point before) override;
  Task<Result<void>> remove(Digest digest) override;
  Task<Result<std::string>> quarantine(Digest digest) override;
  Task<Result<std::vector<BlobInfo>>> list(std::optional<Digest> after, std::size_t limit) override;
  Task<Result<std::unique_ptr<BlobWriter>>> write(std::string id) override;
  Task<Result<std::vector<PartialInfo>>> partials() override;
  Task<Result<void>> removePartial(std::string id) override;
  Task<std::vector<Result<BlobInfo>>> putAll(std::vector<SmallBlob> blobs) override;
  Task<Result<StoreUsage>> usage() override;

 private:
  // Outlives the store for as long as a task of its works.
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

}  // namespace larder::storage::filesystem
