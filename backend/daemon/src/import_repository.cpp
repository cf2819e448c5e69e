#include "import_repository.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "import_plan.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::daemon {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using runtime::Task;

constexpr std::size_t kCopyBytes = 1024 * 1024;
constexpr std::size_t kTagsPerPush = 50;

// Appends what of `source` the writer does not have yet.
Task<core::Result<void>> copyInto(storage::BlobWriter* writer, fs::path source, runtime::Executor blocking,
                                  const ImportSettings* settings) {
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
    settings->copied(static_cast<std::uint64_t>(read));
  }
}

class Import {
 public:
  Import(Engine& engine, const ImportSettings& settings, std::string name)
      : engine_(engine),
        settings_(settings),
        blocking_(engine.runtime().blocking()),
        layout_(settings.source / name),
        name_(std::move(name)),
        root_(importRoot(*engine.config(), name_)) {}

  Task<ImportCounts> run(LayoutContent content);

 private:
  void problem(core::Error error) { counts_.problems.push_back(std::move(error)); }

  Task<> findOrigin();
  Task<bool> takeBlobs(std::vector<core::Digest> blobs);
  // The size; counts how it came here.
  Task<core::Result<std::uint64_t>> takeBlob(core::Digest digest);
  // How the blob comes, and that it is there already unless it is to be copied.
  Task<core::Result<Transfer>> share(fs::path source, core::Digest digest);
  Task<> takeManifest(LayoutManifest manifest);
  Task<std::vector<std::string>> missingTags(std::vector<std::string> tags);

  Engine& engine_;
  const ImportSettings& settings_;
  runtime::Executor blocking_;
  fs::path layout_;
  std::string name_;
  fs::path root_;
  storage::Origin origin_;
  ImportCounts counts_;
};

Task<ImportCounts> Import::run(LayoutContent content) {
  for (auto& error : content.problems) problem(std::move(error));
  co_await findOrigin();
  if (!co_await takeBlobs(std::move(content.blobs))) co_return std::move(counts_);
  for (auto& manifest : content.manifests) co_await takeManifest(std::move(manifest));
  co_return std::move(counts_);
}

// Where one upstream alone fills the repository, its tags are copies of that one's and go on being checked.
Task<> Import::findOrigin() {
  auto route = co_await engine_.registry().sync().explainRoute(name_, "", "");
  if (!route || route->steps.empty()) co_return;
  auto originOf = [](const registry::RouteStep& step) { return storage::Origin{step.upstreamHost, step.upstreamName}; };
  auto first = originOf(route->steps.front());
  if (std::ranges::all_of(route->steps, [&](const auto& step) { return originOf(step) == first; })) origin_ = first;
}

Task<bool> Import::takeBlobs(std::vector<core::Digest> blobs) {
  std::vector<storage::MetaChange> changes;
  bool pushed = origin_.host.empty();
  changes.emplace_back(storage::change::EnsureRepository{name_, origin_, {}, pushed});
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
  auto transfer = co_await share(source, digest);
  if (!transfer) co_return core::fail(transfer.error());
  auto writer = co_await engine_.blobsOf(name_).write(partialId(*transfer, digest));
  if (!writer) co_return core::fail(writer.error());
  if (*transfer == Transfer::Copy) {
    auto copied = co_await copyInto(writer->get(), source, blocking_, &settings_);
    if (!copied) co_return core::fail(copied.error());
  }
  auto committed = co_await (*writer)->commit(digest);
  if (!committed) co_return core::fail(committed.error());
  ++(*transfer == Transfer::Clone ? counts_.cloned : *transfer == Transfer::Copy ? counts_.copied : counts_.linked);
  counts_.bytes += committed->size;
  co_return committed->size;
}

Task<core::Result<Transfer>> Import::share(fs::path source, core::Digest digest) {
  auto id = partialId(settings_.wanted, digest);
  auto shared =
      co_await runtime::offload(blocking_, [&] { return shareAsPartial(settings_.wanted, source, root_, id); });
  if (!shared) co_return core::fail(shared.error());
  co_return *shared ? settings_.wanted : Transfer::Copy;
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
                                      manifest.mediaType, *content, {.copiedFrom = origin_});
    if (!put) {
      core::Error error = put.error();
      error.message += " Manifest " + manifest.digest.toString() + " was skipped.";
      co_return problem(std::move(error));
    }
    done = end;
  } while (done < tags.size());
  ++counts_.manifests;
  counts_.tags += tags.size();
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

}  // namespace

Task<ImportCounts> importRepository(Engine* engine, const ImportSettings* settings, std::string name,
                                    LayoutContent content) {
  Import import(*engine, *settings, std::move(name));
  co_return co_await import.run(std::move(content));
}

}  // namespace larder::daemon
