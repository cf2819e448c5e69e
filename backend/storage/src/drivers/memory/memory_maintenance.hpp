// MetaMaintenance in memory.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "drivers/memory/memory_catalog.hpp"
#include "larder/storage/meta_maintenance.hpp"

namespace larder::storage::memory {

class MemoryMaintenance final : public MetaMaintenance {
 public:
  explicit MemoryMaintenance(std::shared_ptr<State> state) : state_(std::move(state)) {}

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
  std::shared_ptr<State> state_;
};

}  // namespace larder::storage::memory
