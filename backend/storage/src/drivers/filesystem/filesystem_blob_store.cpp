#include "drivers/filesystem/filesystem_blob_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <chrono>
#include <mutex>

#include "drivers/filesystem/blob_tree.hpp"
#include "drivers/filesystem/file_blob_reader.hpp"
#include "drivers/filesystem/file_blob_writer.hpp"
#include "drivers/filesystem/partial_files.hpp"
#include "drivers/filesystem/small_blob.hpp"
#include "larder/runtime/offload.hpp"
#include "larder/storage/drivers.hpp"
#include "partial_id.hpp"

namespace larder::storage {
namespace filesystem {

using core::fail;

namespace {

constexpr std::chrono::seconds kProbeEvery{10};

}  // namespace

struct FilesystemBlobStore::Parts {
  Parts(std::shared_ptr<const Directories> opened, runtime::Executor pool, runtime::Executor diskPool,
        runtime::Executor slowPool)
      : directories(std::move(opened)),
        blocking(std::move(pool)),
        syncing(std::move(diskPool)),
        background(std::move(slowPool)),
        usage(std::make_shared<BlobUsage>(directories, blocking)),
        blobs(std::make_shared<BlobTree>(directories, usage)),
        partials(directories) {}

  Result<StoreUsage> measure();
  std::string whyUnwritable();

  std::shared_ptr<const Directories> directories;
  runtime::Executor blocking, syncing, background;
  std::shared_ptr<BlobUsage> usage;
  std::shared_ptr<BlobTree> blobs;
  PartialFiles partials;
  std::mutex probeMutex;
  std::string refused;  // by the last probe; "" if it was not
  std::chrono::steady_clock::time_point probedAt{};
};

// Permissions are looked at each time. That a file system has become read-only after an error only a write tells: one
// that leaves nothing behind, seldom, since it is written to the disk.
std::string FilesystemBlobStore::Parts::whyUnwritable() {
  for (const auto* directory : {&directories->scratch, &directories->partial}) {
    if (::faccessat(directory->get(), ".", W_OK | X_OK, AT_EACCESS) != 0) {
      return systemError(errno, "write to", directories->base).message;
    }
  }
  std::lock_guard lock(probeMutex);
  auto now = std::chrono::steady_clock::now();
  if (refused.empty() && now - probedAt < kProbeEvery) return {};
  probedAt = now;
  UniqueFd probe(::openat(directories->scratch.get(), ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, kFileMode));
  bool isReadOnly = probe.get() < 0 && (errno == EROFS || errno == EIO);
  refused = isReadOnly ? systemError(errno, "write to", directories->base).message : "";
  return refused;
}

Result<StoreUsage> FilesystemBlobStore::Parts::measure() {
  if (auto there = directories->check(); !there) return fail(std::move(there.error()));
  usage->countIfStale();
  auto totals = usage->totals();
  auto partialBytes = partials.bytes();
  if (!partialBytes) return fail(std::move(partialBytes.error()));
  struct ::statvfs volume{};
  struct ::stat directory{};
  if (::fstatvfs(directories->blobs.get(), &volume) != 0 || ::fstat(directories->blobs.get(), &directory) != 0) {
    return failSystem(errno, "look up the volume of", directories->base);
  }
  auto unwritable = whyUnwritable();
  return StoreUsage{.blobs = totals.blobs,
                    .bytes = totals.bytes,
                    .partialBytes = *partialBytes,
                    .capacity = std::uint64_t{volume.f_blocks} * volume.f_frsize,
                    .free = std::uint64_t{volume.f_bavail} * volume.f_frsize,
                    .medium = directory.st_dev,
                    .unwritable = std::move(unwritable)};
}

FilesystemBlobStore::FilesystemBlobStore(std::shared_ptr<const Directories> directories, runtime::Executor blocking,
                                         runtime::Executor syncing, runtime::Executor background)
    : parts_(std::make_shared<Parts>(std::move(directories), std::move(blocking), std::move(syncing),
                                     std::move(background))) {}

void FilesystemBlobStore::startBackgroundWork() {
  parts_->blobs->makeCommonShards();
  parts_->blobs->putBackAfterCrash();
  parts_->usage->count();
  boost::asio::post(parts_->background, [directories = parts_->directories] { removeLeftovers(*directories); });
}

Task<Result<std::optional<BlobInfo>>> FilesystemBlobStore::stat(Digest digest) {
  return runtime::offload(parts_->blocking, [parts = parts_, digest] { return parts->blobs->stat(digest); });
}

Task<Result<std::shared_ptr<BlobReader>>> FilesystemBlobStore::open(Digest digest) {
  using Reader = std::shared_ptr<BlobReader>;
  return runtime::offload(parts_->blocking, [parts = parts_, digest]() -> Result<Reader> {
    auto opened = parts->blobs->open(digest);
    if (!opened) return fail(std::move(opened.error()));
    auto handle = std::make_shared<FileHandle>(opened->descriptor.release(), parts->background);
    auto content =
        std::make_shared<GrowingFile>(std::move(handle), opened->size, parts->directories->blobsPath(blobName(digest)));
    return std::make_shared<FileBlobReader>(std::move(content), parts->blocking);
  });
}

Task<Result<std::optional<BlobInfo>>> FilesystemBlobStore::renew(Digest digest) {
  return runtime::offload(parts_->blocking, [parts = parts_, digest] { return parts->blobs->renew(digest); });
}

Task<Result<bool>> FilesystemBlobStore::removeUnlessRenewed(Digest digest,
                                                            std::chrono::system_clock::time_point before) {
  return runtime::offload(
      parts_->blocking, [parts = parts_, digest, before] { return parts->blobs->removeUnlessRenewed(digest, before); });
}

Task<Result<void>> FilesystemBlobStore::remove(Digest digest) {
  return runtime::offload(parts_->blocking, [parts = parts_, digest] { return parts->blobs->remove(digest); });
}

Task<Result<std::string>> FilesystemBlobStore::quarantine(Digest digest) {
  return runtime::offload(parts_->blocking, [parts = parts_, digest] { return parts->blobs->quarantine(digest); });
}

Task<Result<std::vector<BlobInfo>>> FilesystemBlobStore::list(std::optional<Digest> after, std::size_t limit) {
  return runtime::offload(parts_->blocking, [parts = parts_, after, limit]() -> Result<std::vector<BlobInfo>> {
    if (auto there = parts->directories->check(); !there) {
      return fail(std::move(there.error()));
    }
    return parts->blobs->list(after, limit);
  });
}

Task<Result<std::unique_ptr<BlobWriter>>> FilesystemBlobStore::write(std::string id) {
  if (auto valid = checkPartialId(id); !valid) co_return fail(std::move(valid.error()));
  auto parts = parts_;
  auto opened = co_await runtime::offload(parts->blocking, [parts, id] { return parts->partials.open(id); });
  if (!opened) co_return fail(std::move(opened.error()));
  FileBlobWriter::Place place{parts->directories, parts->blobs, parts->blocking, parts->syncing, parts->background};
  co_return co_await FileBlobWriter::resume(std::move(place), std::move(id), std::move(*opened));
}

Task<Result<std::vector<PartialInfo>>> FilesystemBlobStore::partials() {
  return runtime::offload(parts_->blocking, [parts = parts_] { return parts->partials.list(); });
}

Task<Result<void>> FilesystemBlobStore::removePartial(std::string id) {
  if (auto valid = checkPartialId(id); !valid) co_return fail(std::move(valid.error()));
  co_return co_await runtime::offload(parts_->blocking, [parts = parts_, id] { return parts->partials.remove(id); });
}

Task<std::vector<Result<BlobInfo>>> FilesystemBlobStore::putAll(std::vector<SmallBlob> blobs) {
  return runtime::offload(parts_->blocking, [parts = parts_, blobs = std::move(blobs)] {
    return storeSmallBlobs(*parts->directories, *parts->blobs, blobs);
  });
}

Task<Result<StoreUsage>> FilesystemBlobStore::usage() {
  return runtime::offload(parts_->blocking, [parts = parts_] { return parts->measure(); });
}

}  // namespace filesystem

Result<std::shared_ptr<BlobStore>> openFilesystemBlobStore(const FilesystemOptions& options,
                                                           runtime::Executor blocking) {
  auto directories = filesystem::openDirectories(options.root, options.fsync);
  if (!directories) return core::fail(std::move(directories.error()));
  auto syncing = options.syncing.value_or(blocking);
  auto background = options.background.value_or(blocking);
  auto store = std::make_shared<filesystem::FilesystemBlobStore>(std::move(*directories), std::move(blocking),
                                                                 std::move(syncing), std::move(background));
  store->startBackgroundWork();
  return store;
}

}  // namespace larder::storage
