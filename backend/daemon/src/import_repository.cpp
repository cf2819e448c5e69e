#include "import_repository.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "import_plan.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::daemon {
namespace {

using core::ErrorCode;
using core::Result;
using runtime::Task;

constexpr std::size_t kCopyBytes = 256 * 1024;
constexpr std::size_t kTagsPerPush = 50;
// Repositories share blobs: another worker, or another daemon, may be writing the same one.
constexpr std::chrono::milliseconds kRivalWait{50};
constexpr int kRivalTries = 600;

// Appends what of `source` the writer does not have yet.
Task<Result<void>> copyInto(storage::BlobWriter* writer, SourceFile source, runtime::Executor blocking,
                            const ImportSettings* settings) {
  std::vector<std::byte> buffer(kCopyBytes);
  while (true) {
    auto offset = writer->size();
    auto read = co_await runtime::offload(blocking, [&] { return source.readAt(offset, buffer); });
    if (!read) co_return core::fail(read.error());
    if (*read == 0) co_return Result<void>{};
    auto appended = co_await writer->append(std::span(buffer).first(*read));
    if (!appended) co_return appended;
    if (settings->copied) settings->copied(*read);
  }
}

}  // namespace

RepositoryImport::RepositoryImport(Engine& engine, const ImportSettings& settings, std::string name)
    : engine_(engine),
      settings_(settings),
      blocking_(engine.runtime().blocking()),
      layout_{settings.source, name},
      name_(std::move(name)),
      root_(importRoot(*engine.config(), name_)) {}

// Where one upstream alone fills the repository, its tags are copies of that one's and go on being checked.
Task<> RepositoryImport::findOrigin() {
  auto route = co_await engine_.importer().sync().explainRoute(name_, "", "");
  if (!route || route->steps.empty()) co_return;
  auto originOf = [](const registry::RouteStep& step) { return storage::Origin{step.upstreamHost, step.upstreamName}; };
  auto first = originOf(route->steps.front());
  if (std::ranges::all_of(route->steps, [&](const auto& step) { return originOf(step) == first; }))
    origin_ = std::move(first);
}

storage::MetaChange RepositoryImport::creation() const {
  bool pushed = origin_.host.empty();
  return storage::change::EnsureRepository{name_, origin_, {}, pushed};
}

Task<Result<void>> RepositoryImport::create(std::vector<TakenBlob> blobs) {
  std::vector<storage::MetaChange> changes{creation()};
  appendLinks(changes, blobs);
  co_return co_await engine_.meta().apply(std::move(changes));
}

Task<Result<void>> RepositoryImport::link(TakenBlob blob) const {
  std::vector<storage::MetaChange> changes;
  appendLinks(changes, {blob});
  co_return co_await engine_.meta().apply(std::move(changes));
}

void RepositoryImport::appendLinks(std::vector<storage::MetaChange>& changes,
                                   const std::vector<TakenBlob>& blobs) const {
  bool cached = !origin_.host.empty();
  for (const auto& blob : blobs) {
    changes.emplace_back(storage::change::LinkBlob{name_, blob.digest, blob.size, cached});
  }
}

Task<std::vector<TakenBlob>> RepositoryImport::takeSmall(std::shared_ptr<ImportCopies> copies,
                                                         const LayoutContent* content, bool withBlobs, bool urgent) {
  auto& store = engine_.blobsOf(name_);
  std::unordered_set<core::Digest> blobs;
  for (const auto& blob : content->blobs) {
    if (withBlobs) blobs.insert(blob.digest);
  }
  std::vector<core::Digest> all(blobs.begin(), blobs.end());
  for (const auto& manifest : content->manifests) all.push_back(manifest.digest);
  std::unordered_set<core::Digest> present;
  for (const auto& digest : all) {
    auto stored = co_await store.stat(digest);
    if (stored && *stored) present.insert(digest);
  }
  // Those that are there too: whether this repository has them, its own files say.
  auto stored = co_await copies->take(&store, layout_, std::move(all), urgent);
  std::vector<TakenBlob> taken;
  for (const auto& info : stored) {
    bool isPresent = present.contains(info.digest);
    if (settings_.copied && !isPresent) settings_.copied(info.size);
    if (!blobs.contains(info.digest)) continue;
    taken.push_back({info.digest, info.size, isPresent ? std::nullopt : std::optional(Transfer::Copy)});
    count(taken.back());
  }
  co_return taken;
}

Task<Result<TakenBlob>> RepositoryImport::takeBlob(core::Digest digest) const {
  for (int tries = 0;; ++tries) {
    auto taken = co_await tryBlob(digest);
    bool hasRival = !taken && taken.error().code == ErrorCode::Conflict;
    if (!hasRival || tries == kRivalTries) co_return taken;
    co_await runtime::sleepFor(kRivalWait);
  }
}

Task<Result<TakenBlob>> RepositoryImport::tryBlob(core::Digest digest) const {
  auto& store = engine_.blobsOf(name_);
  auto source = co_await open(digest);
  if (!source) co_return core::fail(source.error());
  auto stored = co_await store.renew(digest);
  if (!stored) co_return core::fail(stored.error());
  if (*stored) {
    auto verified = co_await verify(*source, digest);
    if (!verified) co_return core::fail(verified.error());
    co_return TakenBlob{digest, (*stored)->size, std::nullopt};
  }
  auto transfer = co_await share(*source, digest);
  if (!transfer) co_return core::fail(transfer.error());
  auto writer = co_await store.write(partialId(*transfer, digest, name_));
  if (!writer) co_return core::fail(writer.error());
  bool isWhole = *transfer != Transfer::Copy || (*writer)->size() == 0;  // not begun by another repository
  if (*transfer == Transfer::Copy) {
    auto copied = co_await copyInto(writer->get(), *source, blocking_, &settings_);
    if (!copied) {
      // What is half copied must not keep the disk full.
      if (copied.error().code == ErrorCode::NoSpace) std::ignore = co_await (*writer)->discard();
      co_return core::fail(copied.error());
    }
  }
  auto committed = co_await (*writer)->commit(digest);
  if (!committed) co_return core::fail(committed.error());
  if (isWhole) {
    settings_.verified->add(source->info, digest);
  } else if (auto verified = co_await verify(*source, digest); !verified) {
    co_return core::fail(verified.error());
  }
  co_return TakenBlob{digest, committed->size, *transfer};
}

Task<Result<SourceFile>> RepositoryImport::open(core::Digest digest) const {
  auto file = co_await runtime::offload(blocking_, [&] { return openLayoutBlob(layout_, digest); });
  if (!file && file.error().code == ErrorCode::NotFound) {
    co_return core::fail(ErrorCode::BlobUnknown, "The blob is missing.", digest.toString());
  }
  co_return file;
}

Task<Result<void>> RepositoryImport::verify(SourceFile source, core::Digest digest) const {
  if (settings_.verified->has(source.info, digest)) co_return Result<void>{};
  auto hashes = co_await verifySource(source, digest, blocking_);
  if (!hashes) co_return core::fail(hashes.error());
  settings_.verified->add(source.info, digest);
  co_return Result<void>{};
}

void RepositoryImport::count(const TakenBlob& blob) {
  if (!blob.transfer) {
    ++counts_.present;
    return;
  }
  ++(*blob.transfer == Transfer::Clone  ? counts_.cloned
     : *blob.transfer == Transfer::Copy ? counts_.copied
                                        : counts_.linked);
  counts_.bytes += blob.size;
}

Task<Result<Transfer>> RepositoryImport::share(SourceFile source, core::Digest digest) const {
  auto id = partialId(settings_.wanted, digest, name_);
  auto shared =
      co_await runtime::offload(blocking_, [&] { return shareAsPartial(settings_.wanted, source, root_, id); });
  if (!shared) co_return core::fail(shared.error());
  co_return *shared ? settings_.wanted : Transfer::Copy;
}

Task<std::vector<LayoutManifest>> RepositoryImport::takeManifests(std::vector<LayoutManifest> manifests) {
  std::vector<LayoutManifest> taken;
  for (auto& manifest : manifests) {
    if (co_await takeManifest(&manifest)) taken.push_back(std::move(manifest));
  }
  co_return taken;
}

Task<bool> RepositoryImport::takeManifest(const LayoutManifest* manifest) {
  const auto& digest = manifest->digest;
  auto content =
      co_await runtime::offload(blocking_, [place = layout_, digest] { return readLayoutManifest(place, digest); });
  if (!content) co_return problem(content.error()), false;
  auto tags = co_await missingTags(&manifest->tags);
  if (!tags) co_return problem(tags.error()), false;
  auto& manifests = engine_.importer().manifests();
  auto known = co_await manifests.exists(name_, core::Reference::ofDigest(digest));
  std::size_t done = 0;
  do {
    auto end = std::min(done + kTagsPerPush, tags->size());
    std::vector<std::string> some(tags->begin() + static_cast<std::ptrdiff_t>(done),
                                  tags->begin() + static_cast<std::ptrdiff_t>(end));
    auto put = co_await manifests.put(name_, core::Reference::ofDigest(digest), std::move(some), manifest->mediaType,
                                      *content, {.copiedFrom = origin_});
    if (!put) {
      core::Error error = put.error();
      error.message += " Manifest " + digest.toString() + " was skipped.";
      co_return problem(std::move(error)), false;
    }
    done = end;
  } while (done < tags->size());
  ++counts_.manifests;
  if (known && *known) ++counts_.presentManifests;
  counts_.tags += manifest->tags.size();
  counts_.presentTags += manifest->tags.size() - tags->size();
  co_return true;
}

// A tag that is here already has been imported or pushed before, and stays as it is.
Task<Result<std::vector<std::string>>> RepositoryImport::missingTags(const std::vector<std::string>* tags) {
  std::vector<std::string> missing;
  for (const auto& tag : *tags) {
    auto known = co_await engine_.importer().manifests().exists(name_, core::Reference::ofTag(tag));
    if (!known) co_return core::fail(known.error());
    if (!*known) missing.push_back(tag);
  }
  co_return missing;
}

Task<ImportCounts> importRepository(Engine* engine, const ImportSettings* settings,
                                    std::shared_ptr<ImportCopies> copies, std::string name, LayoutContent content) {
  RepositoryImport import(*engine, *settings, std::move(name));
  for (auto& error : content.problems) import.problem(std::move(error));
  co_await import.findOrigin();
  std::vector<TakenBlob> taken;
  if (copies) taken = co_await import.takeSmall(std::move(copies), &content);
  std::unordered_set<core::Digest> here;
  for (const auto& blob : taken) here.insert(blob.digest);
  for (const auto& named : content.blobs) {
    if (here.contains(named.digest)) continue;
    auto blob = co_await import.takeBlob(named.digest);
    if (!blob) {
      import.problem(blob.error());
      continue;
    }
    import.count(*blob);
    taken.push_back(*blob);
  }
  if (auto linked = co_await import.create(std::move(taken)); linked) {
    co_await import.takeManifests(std::move(content.manifests));
  } else {
    import.problem(linked.error());
  }
  co_return import.counts();
}

}  // namespace larder::daemon
