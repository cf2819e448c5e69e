#include "drivers/sqlite/sqlite_maintenance.hpp"

#include <chrono>
#include <functional>
#include <utility>

#include "larder/runtime/offload.hpp"

namespace larder::storage::sqlite {

using core::fail;

namespace {

// What `work` returns, out of the transaction that it runs in. It is shared: the work may outlive its caller.
template <class T, class Work>
Task<Result<T>> outcomeOf(std::shared_ptr<CommitQueue> commits, Work work) {
  auto outcome = std::make_shared<T>();
  auto done = co_await commits->submit([outcome, work = std::move(work)](Database& database) -> Result<void> {
    auto result = work(database);
    if (!result) return fail(std::move(result.error()));
    *outcome = std::move(*result);
    return {};
  });
  if (!done) co_return fail(std::move(done.error()));
  co_return std::move(*outcome);
}

}  // namespace

Task<Result<bool>> SqliteMaintenance::acquireLease(std::string name, std::string holder, WallTime until) {
  return outcomeOf<bool>(
      commits_, [name = std::move(name), holder = std::move(holder), until](Database& database) -> Result<bool> {
        auto taken = database.change(
            "INSERT INTO lease (name, holder, until) VALUES (?1, ?2, ?3) "
            "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until "
            "WHERE holder = excluded.holder OR until <= ?4",
            name, holder, until, std::chrono::system_clock::now());
        if (!taken) return fail(std::move(taken.error()));
        return *taken > 0;
      });
}

Task<Result<void>> SqliteMaintenance::releaseLease(std::string name, std::string holder) {
  return commits_->submit([name = std::move(name), holder = std::move(holder)](Database& database) -> Result<void> {
    auto released = database.change("DELETE FROM lease WHERE name = ?1 AND holder = ?2", name, holder);
    if (!released) return fail(std::move(released.error()));
    return {};
  });
}

Task<Result<std::string>> SqliteMaintenance::document(std::string key) {
  auto find = [key = std::move(key)](Database& database) -> Result<std::string> {
    Rows rows = database.query("SELECT content FROM document WHERE key = ?1", key);
    std::string content = rows.next() ? rows.text(0) : "";
    if (auto read = rows.result(); !read) return fail(std::move(read.error()));
    return content;
  };
  return runtime::offload(blocking_,
                          [readers = readers_, find = std::move(find)] { return readers->read(std::cref(find)); });
}

Task<Result<void>> SqliteMaintenance::putDocument(std::string key, std::string content) {
  return commits_->submit([key = std::move(key), content = std::move(content)](Database& database) -> Result<void> {
    auto put = content.empty() ? database.change("DELETE FROM document WHERE key = ?1", key)
                               : database.change(
                                     "INSERT INTO document (key, content) VALUES (?1, ?2) "
                                     "ON CONFLICT (key) DO UPDATE SET content = excluded.content",
                                     key, content);
    if (!put) return fail(std::move(put.error()));
    return {};
  });
}

}  // namespace larder::storage::sqlite
