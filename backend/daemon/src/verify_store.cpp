#include <spdlog/spdlog.h>

#include <cstdio>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "await.hpp"
#include "commands.hpp"
#include "larder/core/units.hpp"
#include "larder/storage/check_blob.hpp"
#include "larder/storage/drivers.hpp"
#include "settings.hpp"

namespace larder::daemon {
namespace {

using core::Digest;
using core::Result;

constexpr std::size_t kPage = 1000;

// What is wrong with content that a repository names, or ("") that none does.
enum class Fault { Missing, Damaged, Resized };
using Finding = std::tuple<std::string, Digest, Fault>;

struct Totals {
  std::uint64_t blobs = 0, bytes = 0, repositories = 0, manifests = 0, tags = 0, links = 0;
};

class Verification {
 public:
  Verification(const StoreOptions& options, const std::filesystem::path& root, runtime::Runtime& runtime,
               std::vector<std::shared_ptr<storage::BlobStore>> stores)
      : options_(options),
        root_(root),
        executor_(runtime.blockingQueue()),
        blocking_(runtime.blocking()),
        stores_(std::move(stores)),
        blobs_(storage::joinBlobStores(stores_)) {}

  Result<bool> run() {
    for (const auto& store : stores_) {
      if (auto read = readBlobs(store); !read) return core::fail(std::move(read.error()));
    }
    auto findings = compare();
    if (!findings) return core::fail(std::move(findings.error()));
    // What was removed while this went on is not there in a second look, or is named no more.
    if (!findings->empty()) {
      auto again = compare();
      if (!again) return core::fail(std::move(again.error()));
      std::erase_if(*findings, [&](const Finding& finding) { return !again->contains(finding); });
    }
    for (const auto& digest : damaged_) {
      if (!named_.contains(digest)) findings->emplace("", digest, Fault::Damaged);
    }
    for (const auto& finding : *findings) print(finding);
    std::printf("%llu blobs (%s) read; %llu repositories, %llu manifests, %llu tags and %llu links compared: %s\n",
                number(totals_.blobs), core::formatBytes(totals_.bytes).c_str(), number(totals_.repositories),
                number(totals_.manifests), number(totals_.tags), number(totals_.links),
                findings->empty() ? "no damage found." : (std::to_string(findings->size()) + " damaged.").c_str());
    return findings->empty();
  }

 private:
  static unsigned long long number(std::uint64_t value) { return value; }

  Result<void> readBlobs(const std::shared_ptr<storage::BlobStore>& store) {
    std::optional<Digest> after;
    while (true) {
      auto page = await(executor_, store->list(after, kPage));
      if (!page) return core::fail(std::move(page.error()));
      if (page->empty()) return {};
      for (const auto& blob : *page) {
        if (auto read = readBlob(store, blob); !read) return read;
      }
      after = page->back().digest;
    }
  }

  // Reads on at full speed; `totals` outlives the check.
  static runtime::Task<bool> counted(Totals* totals, std::size_t bytes) {
    totals->bytes += bytes;
    co_return true;
  }

  Result<void> readBlob(const std::shared_ptr<storage::BlobStore>& store, const storage::BlobInfo& blob) {
    // A lambda that is no coroutine: the task owns what it is given.
    auto count = [this](std::size_t bytes) { return counted(&totals_, bytes); };
    auto checked = await(executor_, storage::checkBlob(store, blob.digest, count));
    // A disk that cannot be read has damaged what is on it.
    bool damaged = checked ? *checked == storage::BlobCheck::Damaged : true;
    if (!checked) std::fprintf(stderr, "%s: %s\n", checked.error().where.c_str(), checked.error().message.c_str());
    ++totals_.blobs;
    if (!damaged) return {};
    damaged_.insert(blob.digest);
    if (!options_.quarantine) return {};
    if (auto moved = await(executor_, store->quarantine(blob.digest)); !moved) {
      return core::fail(std::move(moved.error()));
    }
    return tellDaemons();
  }

  // Daemons forget what they have open when another process has changed the metadata.
  Result<void> tellDaemons() {
    telemetry::MetricRegistry metrics;
    auto stores = storage::openSqliteMetaStore(root_, blocking_, metrics);
    if (!stores) return core::fail(std::move(stores.error()));
    return await(executor_, stores->shared->putDocument("quarantine", std::to_string(damaged_.size())));
  }

  Result<std::set<Finding>> compare() {
    std::set<Finding> findings;
    totals_.repositories = totals_.manifests = totals_.tags = totals_.links = 0;
    auto read = storage::readSqliteMetadata(root_, [&](const storage::MetaChange& change) -> Result<void> {
      if (const auto* repository = std::get_if<storage::change::EnsureRepository>(&change)) {
        ++totals_.repositories;
        origins_[repository->name] = repository->origin;
        return {};
      }
      if (std::holds_alternative<storage::change::SetTag>(change)) ++totals_.tags;
      if (const auto* put = std::get_if<storage::change::PutManifest>(&change)) {
        ++totals_.manifests;
        return look(put->repository, put->manifest.digest, put->manifest.size, findings);
      }
      if (const auto* link = std::get_if<storage::change::LinkBlob>(&change)) {
        ++totals_.links;
        return look(link->repository, link->digest, link->size, findings);
      }
      return {};
    });
    if (!read) return core::fail(std::move(read.error()));
    return findings;
  }

  Result<void> look(const std::string& repository, const Digest& digest, std::uint64_t size,
                    std::set<Finding>& findings) {
    if (damaged_.contains(digest)) {
      named_.insert(digest);
      findings.emplace(repository, digest, Fault::Damaged);
      return {};
    }
    auto stored = await(executor_, blobs_->stat(digest));
    if (!stored) return core::fail(std::move(stored.error()));
    if (!*stored) {
      findings.emplace(repository, digest, Fault::Missing);
    } else if ((*stored)->size != size) {
      findings.emplace(repository, digest, Fault::Resized);
    }
    return {};
  }

  void print(const Finding& finding) const {
    const auto& [repository, digest, fault] = finding;
    const char* what = fault == Fault::Missing   ? "is missing"
                       : fault == Fault::Damaged ? "does not match its digest"
                                                 : "does not match its recorded size";
    std::printf("%s%s%s %s: %s\n", repository.c_str(), repository.empty() ? "" : "@", digest.toString().c_str(), what,
                advice(repository, fault).c_str());
  }

  std::string advice(const std::string& repository, Fault fault) const {
    if (fault == Fault::Resized) return "push the image again, or remove its repository and pull it again.";
    auto out = fault == Fault::Missing ? ""
               : options_.quarantine   ? "quarantined; "
                                       : "use --quarantine to remove it from service; ";
    if (repository.empty()) return std::string(out) + "no repository needs it.";
    const auto& origin = origins_.at(repository);
    if (origin.host.empty()) return std::string(out) + "push the image again.";
    return std::string(out) + "the next pull will fetch it from " + origin.host + "/" + origin.name + ".";
  }

  const StoreOptions& options_;
  const std::filesystem::path& root_;
  runtime::Executor executor_, blocking_;
  std::vector<std::shared_ptr<storage::BlobStore>> stores_;  // of storage and its sub-paths
  std::shared_ptr<storage::BlobStore> blobs_;                // all of them
  Totals totals_;
  std::set<Digest> damaged_;
  std::set<Digest> named_;  // of those
  std::map<std::string, storage::Origin> origins_;
};

Result<bool> verifyRoots(const StoreOptions& options, const config::Config& config) {
  const auto& root = config.storage.rootDirectory;
  if (!std::filesystem::exists(root / "_larder")) {
    return core::fail(core::ErrorCode::NotFound, "This is not a larderd data directory.", root.string());
  }
  runtime::Runtime runtime({.ioThreads = 1, .blockingThreads = 2});
  runtime.start();
  std::vector<std::filesystem::path> directories{root};
  for (const auto& [route, storage] : config.subPaths) {
    if (!storage.rootDirectory.empty()) directories.push_back(storage.rootDirectory);
  }
  std::vector<std::shared_ptr<storage::BlobStore>> stores;
  for (const auto& directory : directories) {
    auto blobs = storage::openFilesystemBlobStore({directory, true}, runtime.blocking());
    if (!blobs) return core::fail(std::move(blobs.error()));
    stores.push_back(std::move(*blobs));
  }
  auto sound = Verification(options, root, runtime, std::move(stores)).run();
  runtime.stop();
  runtime.join();
  return sound;
}

int refuse(const core::Error& error) {
  std::fprintf(stderr, "larderd: %s%s%s\n", error.where.c_str(), error.where.empty() ? "" : ": ",
               error.message.c_str());
  return 1;
}

}  // namespace

int verifyStore(const StoreOptions& options) {
  spdlog::set_level(spdlog::level::warn);
  auto loaded = loadSettings(options.config, standardDataDirectory());
  if (!loaded.config) return printProblems(loaded), 1;
  auto sound = verifyRoots(options, *loaded.config);
  if (!sound) return refuse(sound.error());
  return *sound ? 0 : 1;
}

int rebuildStore(const StoreOptions& options) {
  spdlog::set_level(spdlog::level::warn);
  auto loaded = loadSettings(options.config, standardDataDirectory());
  if (!loaded.config) return printProblems(loaded), 1;
  auto rebuilt = storage::rebuildSqliteMetadata(loaded.config->storage.rootDirectory, options.salvage);
  if (!rebuilt) return refuse(rebuilt.error());
  std::printf("Rebuilt: %llu repositories, %llu manifests, %llu tags, %llu links.\n",
              static_cast<unsigned long long>(rebuilt->repositories),
              static_cast<unsigned long long>(rebuilt->manifests), static_cast<unsigned long long>(rebuilt->tags),
              static_cast<unsigned long long>(rebuilt->links));
  if (rebuilt->damagedLines == 0) return 0;
  std::printf(
      "%llu damaged changes were skipped. Check the result: a tag may point to an older manifest, and deleted content "
      "may be back.\n",
      static_cast<unsigned long long>(rebuilt->damagedLines));
  return 1;
}

}  // namespace larder::daemon
