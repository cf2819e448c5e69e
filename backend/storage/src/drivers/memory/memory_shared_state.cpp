#include "drivers/memory/memory_shared_state.hpp"

#include <chrono>
#include <mutex>
#include <utility>

namespace larder::storage::memory {

Task<Result<bool>> MemorySharedState::acquireLease(std::string name, std::string holder, WallTime until) {
  std::lock_guard lock(state_->mutex);
  auto& lease = state_->leases[name];
  if (lease.holder != holder && lease.until > std::chrono::system_clock::now()) co_return false;
  lease = {std::move(holder), until};
  co_return true;
}

Task<Result<void>> MemorySharedState::releaseLease(std::string name, std::string holder) {
  std::lock_guard lock(state_->mutex);
  auto found = state_->leases.find(name);
  if (found != state_->leases.end() && found->second.holder == holder) state_->leases.erase(found);
  co_return Result<void>{};
}

Task<Result<std::string>> MemorySharedState::document(std::string key) {
  std::lock_guard lock(state_->mutex);
  auto found = state_->documents.find(key);
  co_return found == state_->documents.end() ? std::string() : found->second;
}

Task<Result<std::vector<Document>>> MemorySharedState::documents(std::string prefix) {
  std::lock_guard lock(state_->mutex);
  std::vector<Document> documents;
  const auto& all = state_->documents;
  for (auto one = all.lower_bound(prefix); one != all.end() && one->first.starts_with(prefix); ++one) {
    documents.push_back({one->first, one->second});
  }
  co_return documents;
}

Task<Result<void>> MemorySharedState::putDocument(std::string key, std::string content) {
  std::lock_guard lock(state_->mutex);
  if (content.empty()) {
    state_->documents.erase(key);
  } else {
    state_->documents[std::move(key)] = std::move(content);
  }
  co_return Result<void>{};
}

}  // namespace larder::storage::memory
