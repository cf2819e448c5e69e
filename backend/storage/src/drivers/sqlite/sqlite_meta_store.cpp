// MetaStore over SQLite: changes through the commit queue, reads through the pool of readers.
#include <filesystem>

#include "drivers/filesystem/directories.hpp"
#include "drivers/sqlite/commit_queue.hpp"
#include "drivers/sqlite/data_directory.hpp"
#include "drivers/sqlite/queries.hpp"
#include "drivers/sqlite/reader_pool.hpp"
#include "drivers/sqlite/schema.hpp"
#include "drivers/sqlite/sqlite_browse.hpp"
#include "drivers/sqlite/sqlite_maintenance.hpp"
#include "drivers/sqlite/sqlite_shared_state.hpp"
#include "larder/runtime/offload.hpp"
#include "larder/storage/drivers.hpp"

namespace larder::storage {
namespace sqlite {

class SqliteMetaStore final : public MetaStore {
 public:
  SqliteMetaStore(filesystem::UniqueFd lock, std::shared_ptr<CommitQueue> commits, Readers readers,
                  runtime::Executor blocking)
      : lock_(std::move(lock)),
        blocking_(std::move(blocking)),
        commits_(std::move(commits)),
        readers_(std::move(readers)) {}

  Task<Result<void>> apply(std::vector<MetaChange> changes) override { return commits_->submit(std::move(changes)); }

  Task<Result<std::optional<ManifestLookup>>> manifest(std::string repository, Reference reference) override {
    return readers_.read([repository = std::move(repository), reference = std::move(reference)](Database& database) {
      return reference.isTag() ? findByTag(database, repository, reference.tag())
                               : findByDigest(database, repository, reference.digest());
    });
  }

  Task<Result<std::optional<BlobRecord>>> blob(std::string repository, Digest digest) override {
    return readers_.read([repository = std::move(repository), digest](Database& database) {
      return findBlob(database, repository, digest);
    });
  }

  Task<Result<std::optional<std::string>>> blobHolder(Digest digest, HolderFilter filter) override {
    return readers_.read(
        [digest, filter = std::move(filter)](Database& database) { return findHolder(database, digest, filter); });
  }

  Task<Result<std::optional<RepositoryRecord>>> repository(std::string name) override {
    return readers_.read([name = std::move(name)](Database& database) { return findRepository(database, name); });
  }

  Task<Result<std::optional<RepositoryRecord>>> repositoryByOrigin(Origin origin) override {
    return readers_.read([origin = std::move(origin)](Database& database) { return findByOrigin(database, origin); });
  }

  Task<Result<std::vector<std::string>>> repositories(std::string after, std::size_t limit) override {
    return readers_.read(
        [after = std::move(after), limit](Database& database) { return listRepositories(database, after, limit); });
  }

  Task<Result<std::vector<TagRecord>>> tags(std::string repository, std::string after, std::size_t limit) override {
    return readers_.read([repository = std::move(repository), after = std::move(after), limit](Database& database) {
      return listTags(database, repository, after, limit);
    });
  }

  Task<Result<NamingPage>> manifestsNaming(std::string repository, NamingQuery query) override {
    return readers_.read([repository = std::move(repository), query = std::move(query)](Database& database) {
      return listNaming(database, repository, query);
    });
  }

  Task<Result<std::optional<UploadRecord>>> upload(std::string id) override {
    return readers_.read([id = std::move(id)](Database& database) { return findUpload(database, id); });
  }

  Task<Result<std::vector<UploadRecord>>> idleUploads(WallTime before) override {
    return readers_.read([before](Database& database) { return listIdleUploads(database, before); });
  }

  Task<Result<std::uint64_t>> foreignChanges() override {
    return runtime::offload(blocking_, [commits = commits_] { return commits->foreignChanges(); });
  }

 private:
  filesystem::UniqueFd lock_;
  runtime::Executor blocking_;
  std::shared_ptr<CommitQueue> commits_;
  Readers readers_;
};

}  // namespace sqlite

Result<MetaStores> openSqliteMetaStore(const std::filesystem::path& root, const runtime::Executor& blocking,
                                       telemetry::MetricRegistry& metrics, std::chrono::milliseconds patience) {
  auto directory = root / "_larder";
  if (auto base = filesystem::openBase(root); !base) return core::fail(std::move(base.error()));
  auto lock = sqlite::lockDirectory(directory.string(), sqlite::Use::Shared);
  if (!lock) return core::fail(std::move(lock.error()));
  if (auto there = sqlite::checkNotLost(directory.string()); !there) return core::fail(std::move(there.error()));
  auto path = sqlite::databasePath(directory.string());
  auto writer = sqlite::openWriter(path);
  if (!writer) return core::fail(std::move(writer.error()));
  sqlite::Journal journal(directory.string());
  if (auto begun = journal.begin(*writer); !begun) return core::fail(std::move(begun.error()));
  auto latency = [&](const char* lock) {
    return metrics.histogram("zot_storage_lock_latency_seconds",
                             "Duration of metadata reads and writes, including queueing.", telemetry::latencyBuckets(),
                             {{"storageName", root.string()}, {"lockType", lock}});
  };
  auto feed = std::make_shared<ChangeFeed>();
  sqlite::CommitQueue::Options options{blocking, latency("RWLock"), feed, patience, directory.string()};
  auto commits = std::make_shared<sqlite::CommitQueue>(std::move(*writer), std::move(journal), std::move(options));
  sqlite::Readers readers(std::make_shared<sqlite::ReaderPool>(std::move(path), latency("RLock")), blocking);
  return MetaStores{std::make_shared<sqlite::SqliteMetaStore>(std::move(*lock), commits, readers, blocking),
                    std::make_shared<sqlite::SqliteMaintenance>(commits, readers),
                    std::make_shared<sqlite::SqliteBrowse>(readers),
                    std::make_shared<sqlite::SqliteSharedState>(commits, readers), std::move(feed)};
}

}  // namespace larder::storage
