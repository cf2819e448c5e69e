// MetaMaintenance over SQLite: changes through the commit queue, reads through the pool of readers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "drivers/sqlite/commit_queue.hpp"
#include "drivers/sqlite/reader_pool.hpp"
#include "larder/storage/meta_maintenance.hpp"

namespace larder::storage::sqlite {

class SqliteMaintenance final : public MetaMaintenance {
 public:
  SqliteMaintenance(std::shared_ptr<CommitQueue> commits, std::shared_ptr<ReaderPool> readers,
                    runtime::Executor blocking)
      : commits_(std::move(commits)), readers_(std::move(readers)), blocking_(std::move(blocking)) {}

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
  template <class Query, class T = std::invoke_result_t<const Query&, Database&>>
  Task<T> read(Query query);

  std::shared_ptr<CommitQueue> commits_;
  std::shared_ptr<ReaderPool> readers_;
  runtime::Executor blocking_;
};

}  // namespace larder::storage::sqlite
