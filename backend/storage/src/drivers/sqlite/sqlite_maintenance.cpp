#include "drivers/sqlite/sqlite_maintenance.hpp"

#include <utility>

#include "drivers/sqlite/maintenance_queries.hpp"
#include "drivers/sqlite/removals.hpp"

namespace larder::storage::sqlite {

using core::fail;

namespace {

// What `work` returns, out of the transaction that it runs in; `record` makes of it what the journal is told. It is
// shared: the work may outlive its caller.
template <class T, class Work, class Record>
Task<Result<T>> outcomeOf(std::shared_ptr<CommitQueue> commits, Work work, Record record) {
  auto outcome = std::make_shared<T>();
  CommitQueue::JournaledWork journaled = [outcome, work = std::move(work), record = std::move(record)](
                                             Database& database) -> Result<CommitQueue::Changes> {
    auto result = work(database);
    if (!result) return fail(std::move(result.error()));
    *outcome = std::move(*result);
    return CommitQueue::Changes(record(*outcome));
  };
  auto done = co_await commits->submit(std::move(journaled), {.makesRoom = true});
  if (!done) co_return fail(std::move(done.error()));
  co_return std::move(*outcome);
}

JournalChanges changesOf(const std::string& repository, const Collected& collected) {
  JournalChanges changes;
  for (const auto& tag : collected.tags) changes.emplace_back(change::RemoveTag{repository, tag});
  for (const auto& manifest : collected.manifests) changes.emplace_back(change::RemoveManifest{repository, manifest});
  return changes;
}

// Each was a manifest, or a blob, of the repository.
JournalChanges changesOf(const std::string& repository, const std::vector<Digest>& gone) {
  JournalChanges changes;
  for (const auto& digest : gone) {
    changes.emplace_back(change::RemoveManifest{repository, digest});
    changes.emplace_back(change::UnlinkBlob{repository, digest});
  }
  return changes;
}

JournalChanges changesOf(const std::vector<BlobLink>& unlinked) {
  JournalChanges changes;
  for (const auto& link : unlinked) changes.emplace_back(change::UnlinkBlob{link.repository, link.digest});
  return changes;
}

Task<Result<void>> setPin(std::shared_ptr<CommitQueue> commits, PinChange pin) {
  bool makesRoom = !pin.pinned;
  CommitQueue::JournaledWork work = [pin = std::move(pin)](Database& database) -> Result<CommitQueue::Changes> {
    if (auto applied = applyPin(database, pin); !applied) return fail(std::move(applied.error()));
    return CommitQueue::Changes({pin});
  };
  co_return co_await commits->submit(std::move(work), {.makesRoom = makesRoom});
}

}  // namespace

Task<Result<std::vector<ManifestRecord>>> SqliteMaintenance::manifests(std::string repository,
                                                                       std::optional<Digest> after, std::size_t limit) {
  return readers_.read([repository = std::move(repository), after, limit](Database& database) {
    return listManifests(database, repository, after, limit);
  });
}

Task<Result<Collected>> SqliteMaintenance::collect(Outdated outdated) {
  auto repository = outdated.repository;
  return outcomeOf<Collected>(
      commits_, [outdated = std::move(outdated)](Database& database) { return collectOutdated(database, outdated); },
      [repository = std::move(repository)](const Collected& collected) { return changesOf(repository, collected); });
}

Task<Result<std::vector<BlobLink>>> SqliteMaintenance::unlinkUnnamed(WallTime before, std::size_t limit,
                                                                     Concerned concerned) {
  return outcomeOf<std::vector<BlobLink>>(
      commits_,
      [before, limit, concerned = std::move(concerned)](Database& database) {
        return unlinkUnnamedBlobs(database, before, limit, concerned);
      },
      [](const std::vector<BlobLink>& unlinked) { return changesOf(unlinked); });
}

Task<Result<std::vector<Digest>>> SqliteMaintenance::unneeded(std::vector<Digest> digests) {
  return readers_.read([digests = std::move(digests)](Database& database) { return findUnneeded(database, digests); });
}

Task<Result<std::vector<ImageUse>>> SqliteMaintenance::imagesByUse(std::optional<ImageUse> after, std::size_t limit) {
  return readers_.read(
      [after = std::move(after), limit](Database& database) { return listImagesByUse(database, after, limit); });
}

Task<Result<std::vector<Digest>>> SqliteMaintenance::evict(ImageUse image) {
  auto repository = image.repository;
  return outcomeOf<std::vector<Digest>>(
      commits_, [image = std::move(image)](Database& database) { return evictImage(database, image); },
      [repository = std::move(repository)](const std::vector<Digest>& gone) { return changesOf(repository, gone); });
}

Task<Result<void>> SqliteMaintenance::pin(Pin pin) {
  return setPin(commits_, {std::move(pin), true});
}

Task<Result<void>> SqliteMaintenance::unpin(Pin pin) {
  return setPin(commits_, {std::move(pin), false});
}

Task<Result<std::vector<Pin>>> SqliteMaintenance::pins(std::string repository) {
  return readers_.read(
      [repository = std::move(repository)](Database& database) { return listPins(database, repository); });
}

}  // namespace larder::storage::sqlite
