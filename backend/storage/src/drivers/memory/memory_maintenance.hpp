// MetaMaintenance in memory.
#pragma once

#include <memory>
#include <string>

#include "drivers/memory/memory_catalog.hpp"
#include "larder/storage/meta_maintenance.hpp"

namespace larder::storage::memory {

class MemoryMaintenance final : public MetaMaintenance {
 public:
  explicit MemoryMaintenance(std::shared_ptr<State> state) : state_(std::move(state)) {}

  Task<Result<bool>> acquireLease(std::string name, std::string holder, WallTime until) override;
  Task<Result<void>> releaseLease(std::string name, std::string holder) override;
  Task<Result<std::string>> document(std::string key) override;
  Task<Result<void>> putDocument(std::string key, std::string content) override;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace larder::storage::memory
