#include "drivers/sqlite/sqlite_maintenance.hpp"

#include <chrono>
#include <functional>
#include <utility>

#include "drivers/sqlite/change_writer.hpp"
#include "drivers/sqlite/maintenance_queries.hpp"
#include "drivers/sqlite/removals.hpp"
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

// The two columns of a pin.
std::string tagOf(const Pin& pin) {
  return pin.reference.isTag() ? pin.reference.tag() : std::string();
}
std::optional<Digest> digestOf(const Pin& pin) {
  return pin.reference.isTag() ? std::nullopt : std::optional(pin.reference.digest());
}

}  // namespace

template <class Query, class T>
Task<T> SqliteMaintenance::read(Query query) {
  return runtime::offload(blocking_,
                          [readers = readers_, query = std::move(query)] { return readers->read(std::cref(query)); });
}

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

Task<Result<std::vector<ManifestRecord>>> SqliteMaintenance::manifests(std::string repository,
                                                                       std::optional<Digest> after, std::size_t limit) {
  return read([repository = std::move(repository), after, limit](Database& database) {
    return listManifests(database, repository, after, limit);
  });
}

Task<Result<Collected>> SqliteMaintenance::collect(Outdated outdated) {
  return outcomeOf<Collected>(
      commits_, [outdated = std::move(outdated)](Database& database) { return collectOutdated(database, outdated); });
}

Task<Result<std::vector<BlobLink>>> SqliteMaintenance::unlinkUnnamed(WallTime before, std::size_t limit) {
  return outcomeOf<std::vector<BlobLink>>(
      commits_, [before, limit](Database& database) { return unlinkUnnamedBlobs(database, before, limit); });
}

Task<Result<std::vector<Digest>>> SqliteMaintenance::unneeded(std::vector<Digest> digests) {
  return read([digests = std::move(digests)](Database& database) { return findUnneeded(database, digests); });
}

Task<Result<std::vector<ImageUse>>> SqliteMaintenance::imagesByUse(std::optional<ImageUse> after, std::size_t limit) {
  return read(
      [after = std::move(after), limit](Database& database) { return listImagesByUse(database, after, limit); });
}

Task<Result<std::vector<Digest>>> SqliteMaintenance::evict(ImageUse image) {
  return outcomeOf<std::vector<Digest>>(
      commits_, [image = std::move(image)](Database& database) { return evictImage(database, image); });
}

Task<Result<void>> SqliteMaintenance::pin(Pin pin) {
  return commits_->submit([pin = std::move(pin)](Database& database) -> Result<void> {
    auto repository = ChangeWriter(database).repositoryId(pin.repository);
    if (!repository) return fail(std::move(repository.error()));
    auto pinned = database.change(
        "INSERT INTO pin (repository_id, tag, digest, created_at) VALUES (?1, ?2, coalesce(?3, x''), ?4) "
        "ON CONFLICT DO NOTHING",
        *repository, tagOf(pin), digestOf(pin), std::chrono::system_clock::now());
    if (!pinned) return fail(std::move(pinned.error()));
    return {};
  });
}

Task<Result<void>> SqliteMaintenance::unpin(Pin pin) {
  return commits_->submit([pin = std::move(pin)](Database& database) -> Result<void> {
    auto removed = database.change(
        "DELETE FROM pin WHERE repository_id = (SELECT id FROM repository WHERE name = ?1) AND tag = ?2 "
        "AND digest = coalesce(?3, x'')",
        pin.repository, tagOf(pin), digestOf(pin));
    if (!removed) return fail(std::move(removed.error()));
    return {};
  });
}

Task<Result<std::vector<Pin>>> SqliteMaintenance::pins(std::string repository) {
  return read([repository = std::move(repository)](Database& database) { return listPins(database, repository); });
}

Task<Result<std::string>> SqliteMaintenance::document(std::string key) {
  return read([key = std::move(key)](Database& database) -> Result<std::string> {
    Rows rows = database.query("SELECT content FROM document WHERE key = ?1", key);
    std::string content = rows.next() ? rows.text(0) : "";
    if (auto read = rows.result(); !read) return fail(std::move(read.error()));
    return content;
  });
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
