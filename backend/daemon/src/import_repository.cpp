#include "import_repository.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "import_layout.hpp"
#include "larder/config/sub_paths.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::daemon {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using runtime::Task;

constexpr std::size_t kCopyBytes = 1024 * 1024;
constexpr std::size_t kTagsPerPush = 50;

// Partial content of a link shares its bytes with the source and is committed only, never written to; that of a copy
// has another id, so that the one is never taken for the other.
std::string partialId(const char* kind, const core::Digest& digest) {
  return kind + digest.hex().substr(0, 100);
}

// Makes the file appear as partial content of the filesystem driver (its layout is in storage/drivers.hpp), so that a
// commit verifies it and moves it into place without copying. False where the file systems differ or forbid it.
core::Result<bool> linkAsPartial(const fs::path& source, const fs::path& root, const std::string& id) {
  auto target = root / "_larder" / "partial" / id;
  if (::link(source.c_str(), target.c_str()) == 0) return true;
  if (errno == EEXIST) {  // of an import that was interrupted
    std::error_code error;
    return fs::equivalent(source, target, error) && !error;
  }
  if (errno == EXDEV || errno == EPERM || errno == EMLINK || errno == EOPNOTSUPP || errno == EACCES) return false;
  return core::fail(ErrorCode::Io, "The blob cannot be linked: " + std::generic_category().message(errno) + ".",
                    source.string());
}

// Appends what of `source` the writer does not have yet.
Task<core::Result<void>> copyInto(storage::BlobWriter* writer, fs::path source, runtime::Executor blocking) {
  storage::FileHandle file(::open(source.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.descriptor() < 0) {
    co_return core::fail(ErrorCode::Io, std::generic_category().message(errno), source.string());
  }
  std::vector<std::byte> buffer(kCopyBytes);
  while (true) {
    auto offset = static_cast<off_t>(writer->size());
    auto read = co_await runtime::offload(blocking, [&file, &buffer, offset] {
      return ::pread(file.descriptor(), buffer.data(), buffer.size(), offset);
    });
    if (read < 0) co_return core::fail(ErrorCode::Io, "The blob cannot be read.", source.string());
    if (read == 0) co_return core::Result<void>{};
    auto appended = co_await writer->append(std::span(buffer).first(static_cast<std::size_t>(read)));
    if (!appended) co_return appended;
  }
}

fs::path rootOf(const config::Config& config, const std::string& repository) {
  const auto& own = config::storageOf(config, config::routeOf(config, repository)).rootDirectory;
  return own.empty() ? config.storage.rootDirectory : own;
}

class Import {
 public:
  Import(Engine& engine, fs::path layout, std::string name)
      : engine_(engine),
        blocking_(engine.runtime().blocking()),
        layout_(std::move(layout)),
        name_(std::move(name)),
        root_(rootOf(*engine.config(), name_)) {}

  Task<ImportCounts> run();

 private:
  void problem(core::Error error) { counts_.problems.push_back(std::move(error)); }

  Task<> findOrigin();
  Task<bool> takeBlobs(std::vector<core::Digest> blobs);
  // The size; counts how it came here.
  Task<core::Result<std::uint64_t>> takeBlob(core::Digest digest);
  Task<> takeManifest(LayoutManifest manifest);
  Task<std::vector<std::string>> missingTags(std::vector<std::string> tags);
  Task<> noteOrigin(core::Digest digest, std::vector<std::string> tags);

  Engine& engine_;
  runtime::Executor blocking_;
  fs::path layout_;
  std::string name_;
  fs::path root_;
  storage::Origin origin_;
  ImportCounts counts_;
};

Task<ImportCounts> Import::run() {
  auto content = co_await runtime::offload(blocking_, [path = layout_] { return readLayout(path); });
  if (!content) {
    problem(content.error());
    co_return std::move(counts_);
  }
  for (auto& error : content->problems) problem(std::move(error));
  co_await findOrigin();
  if (!co_await takeBlobs(std::move(content->blobs))) co_return std::move(counts_);
  for (auto& manifest : content->manifests) co_await takeManifest(std::move(manifest));
  co_return std::move(counts_);
}

// Where exactly one sync rule fills the repository, its tags are copies of an upstream's and go on being checked.
Task<> Import::findOrigin() {
  auto route = co_await engine_.registry().sync().explainRoute(name_, "");
  if (route && route->steps.size() == 1) {
    origin_ = {route->steps.front().upstreamHost, route->steps.front().upstreamName};
  }
}

Task<bool> Import::takeBlobs(std::vector<core::Digest> blobs) {
  std::vector<storage::MetaChange> changes;
  changes.emplace_back(storage::change::EnsureRepository{name_, origin_});
  for (const auto& digest : blobs) {
    auto size = co_await takeBlob(digest);
    if (size) {
      changes.emplace_back(storage::change::LinkBlob{name_, digest, *size, origin_ != storage::Origin{}});
    } else {
      problem(size.error());
    }
  }
  auto applied = co_await engine_.meta().apply(std::move(changes));
  if (!applied) problem(applied.error());
  co_return applied.has_value();
}

Task<core::Result<std::uint64_t>> Import::takeBlob(core::Digest digest) {
  auto stored = co_await engine_.blobsOf(name_).renew(digest);
  if (!stored) co_return core::fail(stored.error());
  if (*stored) {
    ++counts_.present;
    co_return (*stored)->size;
  }
  auto source = layoutBlobPath(layout_, digest);
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(source, error))) {
    co_return core::fail(ErrorCode::BlobUnknown, "The blob is missing.", digest.toString());
  }
  auto id = partialId("import-", digest);
  auto linked = co_await runtime::offload(blocking_, [&] { return linkAsPartial(source, root_, id); });
  if (!linked) co_return core::fail(linked.error());
  if (!*linked) id = partialId("import-copy-", digest);
  auto writer = co_await engine_.blobsOf(name_).write(id);
  if (!writer) co_return core::fail(writer.error());
  if (!*linked) {
    auto copied = co_await copyInto(writer->get(), source, blocking_);
    if (!copied) co_return core::fail(copied.error());
  }
  auto committed = co_await (*writer)->commit(digest);
  if (!committed) co_return core::fail(committed.error());
  ++(*linked ? counts_.linked : counts_.copied);
  counts_.bytes += committed->size;
  co_return committed->size;
}

Task<> Import::takeManifest(LayoutManifest manifest) {
  auto content = co_await runtime::offload(
      blocking_, [path = layout_, digest = manifest.digest] { return readLayoutManifest(path, digest); });
  if (!content) co_return problem(content.error());
  auto tags = co_await missingTags(std::move(manifest.tags));
  auto& manifests = engine_.registry().manifests();
  std::size_t done = 0;
  do {
    auto end = std::min(done + kTagsPerPush, tags.size());
    std::vector<std::string> some(tags.begin() + static_cast<std::ptrdiff_t>(done),
                                  tags.begin() + static_cast<std::ptrdiff_t>(end));
    auto put = co_await manifests.put(name_, core::Reference::ofDigest(manifest.digest), std::move(some),
                                      manifest.mediaType, *content, {});
    if (!put) {
      core::Error error = put.error();
      error.message += " Manifest " + manifest.digest.toString() + " was left out.";
      co_return problem(std::move(error));
    }
    done = end;
  } while (done < tags.size());
  ++counts_.manifests;
  counts_.tags += tags.size();
  co_await noteOrigin(manifest.digest, std::move(tags));
}

// A tag that is here already has been imported or pushed before, and stays as it is.
Task<std::vector<std::string>> Import::missingTags(std::vector<std::string> tags) {
  std::vector<std::string> missing;
  for (auto& tag : tags) {
    auto known = co_await engine_.registry().manifests().exists(name_, core::Reference::ofTag(tag));
    if (!known) {
      problem(known.error());
    } else if (!*known) {
      missing.push_back(std::move(tag));
    }
  }
  co_return missing;
}

// A manifest of an upstream can be fetched again. A tag that was never checked counts as pushed; one of an upstream
// was, some time ago, so that it is checked again when it is next asked for.
Task<> Import::noteOrigin(core::Digest digest, std::vector<std::string> tags) {
  if (origin_ == storage::Origin{}) co_return;
  auto stored = co_await engine_.meta().manifest(name_, core::Reference::ofDigest(digest));
  if (!stored) co_return problem(stored.error());
  std::vector<storage::MetaChange> changes;
  changes.reserve(tags.size() + 1);
  if (*stored) {
    (*stored)->manifest.cached = true;
    changes.emplace_back(storage::change::PutManifest{name_, std::move((*stored)->manifest)});
  }
  auto longAgo = storage::WallTime{} + std::chrono::seconds(1);
  for (auto& tag : tags) changes.emplace_back(storage::change::NoteChecked{name_, std::move(tag), longAgo});
  auto applied = co_await engine_.meta().apply(std::move(changes));
  if (!applied) problem(applied.error());
}

}  // namespace

Task<ImportCounts> importRepository(Engine* engine, fs::path layout, std::string name) {
  Import import(*engine, std::move(layout), std::move(name));
  co_return co_await import.run();
}

}  // namespace larder::daemon
