#include "import_plan.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "await.hpp"
#include "larder/config/sub_paths.hpp"
#include "larder/core/reference.hpp"
#include "larder/core/units.hpp"
#include "larder/runtime/limits.hpp"

namespace larder::daemon {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;

struct Found {
  ImportTarget target;
  std::unordered_set<core::Digest> seen;
  std::optional<SourceFile> sample;  // one of its blobs
};

core::Result<LayoutContent> contentOf(const LayoutPlace& place, std::size_t maxIndexBytes) {
  if (!core::isRepositoryName(place.name)) {
    return core::fail(ErrorCode::NameInvalid, "The directory's name is not a valid repository name.");
  }
  return readLayout(place, maxIndexBytes);
}

core::Result<void> addBlob(Engine& engine, const LayoutPlace& place, const core::Digest& digest, Found& found) {
  if (!found.seen.insert(digest).second) return {};
  auto file = openLayoutBlob(place, digest);
  if (!file || file->size() == 0) return {};  // told when it is its turn
  auto stored = await(engine.runtime().nextIo(), engine.blobsOf(place.name).stat(digest));
  if (!stored) return core::fail(std::move(stored.error()));
  if (*stored) return {};
  ++found.target.blobs;
  found.target.bytes += file->size();
  if (!found.sample) found.sample = std::move(*file);
  return {};
}

core::Result<std::uint64_t> freeBytes(const fs::path& root) {
  struct statvfs usage{};
  if (::statvfs(root.c_str(), &usage) != 0) {
    return core::fail(ErrorCode::Io, std::generic_category().message(errno), root.string());
  }
  return std::uint64_t{usage.f_bavail} * usage.f_frsize;
}

core::Result<void> finish(Found& found, Transfer wanted, const fs::path& source) {
  auto& target = found.target;
  auto free = freeBytes(target.root);
  if (!free) return core::fail(std::move(free.error()));
  target.free = *free;
  if (!found.sample) return {};
  auto shared = canShare(wanted, *found.sample, target.root);
  if (!shared) return core::fail(std::move(shared.error()));
  if (*shared) target.transfer = wanted;
  if (target.transfer != Transfer::Copy || target.bytes <= target.free) return {};
  std::string message = "Copying " + std::to_string(target.blobs) + " blobs needs " + core::formatBytes(target.bytes) +
                        ", and only " + core::formatBytes(target.free) + " is free there. Free some space";
  if (wanted == Transfer::HardLink) {
    message += ", or use a data directory on the same file system as " + source.string() + " to link instead.";
  } else {
    message += ", use a data directory on the same file system as " + source.string() +
               " if it supports reflinks (XFS, Btrfs), or use --hard-link if nothing writes to " + source.string() +
               " any more.";
  }
  return core::fail(ErrorCode::NoSpace, std::move(message), target.root.string());
}

}  // namespace

std::uint64_t ImportPlan::bytesToCopy() const {
  std::uint64_t bytes = 0;
  for (const auto& target : targets) bytes += target.transfer == Transfer::Copy ? target.bytes : 0;
  return bytes;
}

fs::path importRoot(const config::Config& config, const std::string& repository) {
  const auto& own = config::storageOf(config, config::routeOf(config, repository)).rootDirectory;
  return own.empty() ? config.storage.rootDirectory : own;
}

std::size_t maxIndexBytes(const config::Config& config) {
  constexpr std::uint64_t kMost = 16 * 1024 * 1024;
  return static_cast<std::size_t>(std::min(kMost, runtime::usableMemory(config.larder.memoryLimit) / 32));
}

core::Result<ImportPlan> planImport(Engine& engine, const fs::path& source, const std::vector<std::string>& names,
                                    Transfer wanted) {
  auto config = engine.config();
  ImportPlan plan;
  std::map<fs::path, Found> found;
  for (const auto& name : names) {
    LayoutPlace place{source, name};
    plan.repositories.push_back({name, contentOf(place, maxIndexBytes(*config))});
    const auto& content = plan.repositories.back().content;
    if (!content) continue;
    auto root = importRoot(*config, name);
    auto& target = found[root];
    target.target.root = root;
    for (const auto& blob : content->blobs) {
      if (auto added = addBlob(engine, place, blob.digest, target); !added) {
        return core::fail(std::move(added.error()));
      }
    }
  }
  for (auto& [root, one] : found) {
    if (auto done = finish(one, wanted, source); !done) return core::fail(std::move(done.error()));
    plan.targets.push_back(std::move(one.target));
  }
  return plan;
}

}  // namespace larder::daemon
