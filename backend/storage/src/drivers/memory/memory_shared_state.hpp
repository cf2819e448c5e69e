// SharedState in memory: of the one daemon that has it.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "drivers/memory/memory_catalog.hpp"
#include "larder/storage/shared_state.hpp"

namespace larder::storage::memory {

class MemorySharedState final : public SharedState {
 public:
  explicit MemorySharedState(std::shared_ptr<State> state) : state_(std::move(state)) {}

  Task<Result<bool>> acquireLease(std::string name, std::string holder, WallTime until) override;
  Task<Result<void>> releaseLease(std::string name, std::string holder) override;
  Task<Result<std::string>> document(std::string key) override;
  Task<Result<std::vector<Document>>> documents(std::string prefix) override;
  Task<Result<void>> putDocument(std::string key, std::string content) override;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace larder::storage::memory
