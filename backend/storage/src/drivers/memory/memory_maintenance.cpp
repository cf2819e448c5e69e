#include "drivers/memory/memory_maintenance.hpp"

#include <chrono>
#include <utility>

namespace larder::storage::memory {

Task<Result<bool>> MemoryMaintenance::acquireLease(std::string name, std::string holder, WallTime until) {
  std::lock_guard lock(state_->mutex);
  auto& lease = state_->leases[name];
  if (lease.holder != holder && lease.until > std::chrono::system_clock::now()) co_return false;
  lease = {std::move(holder), until};
  co_return true;
}

Task<Result<void>> MemoryMaintenance::releaseLease(std::string name, std::string holder) {
  std::lock_guard lock(state_->mutex);
  auto found = state_->leases.find(name);
  if (found != state_->leases.end() && found->second.holder == holder) state_->leases.erase(found);
  co_return Result<void>{};
}

}  // namespace larder::storage::memory
