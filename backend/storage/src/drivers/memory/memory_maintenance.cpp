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

Task<Result<std::string>> MemoryMaintenance::document(std::string key) {
  std::lock_guard lock(state_->mutex);
  auto found = state_->documents.find(key);
  co_return found == state_->documents.end() ? std::string() : found->second;
}

Task<Result<void>> MemoryMaintenance::putDocument(std::string key, std::string content) {
  std::lock_guard lock(state_->mutex);
  if (content.empty()) {
    state_->documents.erase(key);
  } else {
    state_->documents[std::move(key)] = std::move(content);
  }
  co_return Result<void>{};
}

}  // namespace larder::storage::memory
