// SharedState over SQLite: changes through the commit queue, reads through the pool of readers. The journal is not told
// about them.
#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "drivers/sqlite/commit_queue.hpp"
#include "drivers/sqlite/reader_pool.hpp"
#include "larder/storage/shared_state.hpp"

namespace larder::storage::sqlite {

class SqliteSharedState final : public SharedState {
 public:
  SqliteSharedState(std::shared_ptr<CommitQueue> commits, std::shared_ptr<ReaderPool> readers,
                    runtime::Executor blocking)
      : commits_(std::move(commits)), readers_(std::move(readers)), blocking_(std::move(blocking)) {}

  Task<Result<bool>> acquireLease(std::string name, std::string holder, WallTime until) override;
  Task<Result<void>> releaseLease(std::string name, std::string holder) override;
  Task<Result<std::string>> document(std::string key) override;
  Task<Result<std::vector<Document>>> documents(std::string prefix) override;
  Task<Result<void>> putDocument(std::string key, std::string content) override;

 private:
  template <class Query, class T = std::invoke_result_t<const Query&, Database&>>
  Task<T> read(Query query);

  std::shared_ptr<CommitQueue> commits_;
  std::shared_ptr<ReaderPool> readers_;
  runtime::Executor blocking_;
};

}  // namespace larder::storage::sqlite
