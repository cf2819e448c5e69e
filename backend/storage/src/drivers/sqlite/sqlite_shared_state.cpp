#include "drivers/sqlite/sqlite_shared_state.hpp"

#include <chrono>
#include <utility>

namespace larder::storage::sqlite {

using core::fail;

namespace {

// Eviction and garbage collection cannot begin without them, and they are small.
constexpr CommitQueue::Terms kTerms{.mayBeLost = false, .makesRoom = true};

}  // namespace

Task<Result<bool>> SqliteSharedState::acquireLease(std::string name, std::string holder, WallTime until) {
  auto acquired = std::make_shared<bool>(false);  // shared: the work may outlive its caller
  CommitQueue::Work work = [acquired, name = std::move(name), holder = std::move(holder),
                            until](Database& database) -> Result<void> {
    auto taken = database.change(
        "INSERT INTO lease (name, holder, until) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until "
        "WHERE holder = excluded.holder OR until <= ?4",
        name, holder, until, std::chrono::system_clock::now());
    if (!taken) return fail(std::move(taken.error()));
    *acquired = *taken > 0;
    return {};
  };
  auto done = co_await commits_->submit(std::move(work), kTerms);
  if (!done) co_return fail(std::move(done.error()));
  co_return *acquired;
}

Task<Result<void>> SqliteSharedState::releaseLease(std::string name, std::string holder) {
  CommitQueue::Work work = [name = std::move(name), holder = std::move(holder)](Database& database) -> Result<void> {
    auto released = database.change("DELETE FROM lease WHERE name = ?1 AND holder = ?2", name, holder);
    if (!released) return fail(std::move(released.error()));
    return {};
  };
  return commits_->submit(std::move(work), kTerms);
}

Task<Result<std::string>> SqliteSharedState::document(std::string key) {
  return readers_.read([key = std::move(key)](Database& database) -> Result<std::string> {
    Rows rows = database.query("SELECT content FROM document WHERE key = ?1", key);
    std::string content = rows.next() ? rows.text(0) : "";
    if (auto read = rows.result(); !read) return fail(std::move(read.error()));
    return content;
  });
}

Task<Result<std::vector<Document>>> SqliteSharedState::documents(std::string prefix) {
  return readers_.read([prefix = std::move(prefix)](Database& database) -> Result<std::vector<Document>> {
    std::vector<Document> documents;
    Rows rows = database.query("SELECT key, content FROM document WHERE key >= ?1 ORDER BY key", prefix);
    while (rows.next()) {
      auto key = rows.text(0);
      if (!key.starts_with(prefix)) break;
      documents.push_back({std::move(key), rows.text(1)});
    }
    if (auto read = rows.result(); !read) return fail(std::move(read.error()));
    return documents;
  });
}

Task<Result<void>> SqliteSharedState::putDocument(std::string key, std::string content) {
  CommitQueue::Work work = [key = std::move(key), content = std::move(content)](Database& database) -> Result<void> {
    auto put = content.empty() ? database.change("DELETE FROM document WHERE key = ?1", key)
                               : database.change(
                                     "INSERT INTO document (key, content) VALUES (?1, ?2) "
                                     "ON CONFLICT (key) DO UPDATE SET content = excluded.content",
                                     key, content);
    if (!put) return fail(std::move(put.error()));
    return {};
  };
  return commits_->submit(std::move(work), kTerms);
}

}  // namespace larder::storage::sqlite
