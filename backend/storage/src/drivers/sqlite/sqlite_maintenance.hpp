// MetaMaintenance over SQLite: changes through the commit queue, reads through the pool of readers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "drivers/sqlite/commit_queue.hpp"
#include "drivers/sqlite/reader_pool.hpp"
#include "larder/storage/meta_maintenance.hpp"

namespace larder::storage::sqlite {

class SqliteMaintenance final : public MetaMaintenance {
 public:
  SqliteMaintenance(std::shared_ptr<CommitQueue> commits, Readers readers)
      : commits_(std::move(commits)), readers_(std::move(readers)) {}

  Task<Result<std::vector<ManifestRecord>>> manifests(std::string repository, std::optional<Digest> after,
                                                      std::size_t limit) override;
  Task<Result<Collected>> collect(Outdated outdated) override;
  Task<Result<std::vector<BlobLink>>> unlinkUnnamed(WallTime before, std::size_t limit, Concerned concerned) override;
  Task<Result<std::vector<Digest>>> unneeded(std::vector<Digest> digests) override;
  Task<Result<std::vector<ImageUse>>> imagesByUse(std::optional<ImageUse> after, std::size_t limit) override;
  Task<Result<std::vector<Digest>>> evict(ImageUse image) override;
  Task<Result<void>> pin(Pin pin) override;
  Task<Result<void>> unpin(Pin pin) override;
  Task<Result<std::vector<Pin>>> pins(std::string repository) override;

 private:
  std::shared_ptr<CommitQueue> commits_;
  Readers readers_;
};

}  // namespace larder::storage::sqlite
