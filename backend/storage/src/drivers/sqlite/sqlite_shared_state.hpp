// SharedState over SQLite: changes through the commit queue, reads through the pool of readers. The journal is not told
// about them.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "drivers/sqlite/commit_queue.hpp"
#include "drivers/sqlite/reader_pool.hpp"
#include "larder/storage/shared_state.hpp"

namespace larder::storage::sqlite {

class SqliteSharedState final : public SharedState {
 public:
  SqliteSharedState(std::shared_ptr<CommitQueue> commits, Readers readers)
      : commits_(std::move(commits)), readers_(std::move(readers)) {}

  Task<Result<bool>> acquireLease(std::string name, std::string holder, WallTime until) override;
  Task<Result<void>> releaseLease(std::string name, std::string holder) override;
  Task<Result<std::string>> document(std::string key) override;
  Task<Result<std::vector<Document>>> documents(std::string prefix) override;
  Task<Result<void>> putDocument(std::string key, std::string content) override;

 private:
  std::shared_ptr<CommitQueue> commits_;
  Readers readers_;
};

}  // namespace larder::storage::sqlite
