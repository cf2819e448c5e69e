#include "manifest_push.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "larder/runtime/offload.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;

constexpr std::size_t kMaxTags = 100;  // the spec asks for at least 10

// All tags that the push sets, each once; TagInvalid, InvalidArgument.
Result<std::vector<std::string>> tagsOf(const Reference& reference, std::vector<std::string> tags) {
  if (reference.isTag()) tags.insert(tags.begin(), reference.tag());
  if (tags.size() > kMaxTags) return core::fail(ErrorCode::InvalidArgument, "A push may set at most 100 tags.");
  std::vector<std::string> once;
  for (auto& tag : tags) {
    if (!core::isTag(tag)) return core::fail(ErrorCode::TagInvalid, "The tag is not within the spec's grammar.", tag);
    if (std::ranges::find(once, tag) == once.end()) once.push_back(std::move(tag));
  }
  return once;
}

Task<Result<bool>> isReadable(std::shared_ptr<Context> context, std::string repository, Digest digest) {
  auto size = co_await context->meta->blob(std::move(repository), digest);
  if (!size) co_return core::fail(size.error());
  if (!*size) co_return false;
  auto stored = co_await context->blobs->stat(digest);
  if (!stored) co_return core::fail(stored.error());
  co_return stored->has_value();
}

// Checks what the manifest must have, and drops the links to what the repository may not read.
Task<Result<std::vector<storage::ManifestLink>>> checkLinks(std::shared_ptr<Context> context, std::string repository,
                                                            ManifestDocument document) {
  using Kind = storage::ManifestLink::Kind;
  bool image = document.manifests.empty();
  std::vector<storage::ManifestLink> kept;
  for (auto& link : linksOf(document)) {
    if (link.kind == Kind::Blob) {
      auto readable = co_await isReadable(context, repository, link.digest);
      if (!readable) co_return core::fail(readable.error());
      if (!*readable && image) {
        co_return core::fail(ErrorCode::ManifestBlobUnknown,
                             "The manifest names a blob that the repository does not have; push the blob first.",
                             link.digest.toString());
      }
      if (!*readable) continue;
    }
    kept.push_back(link);
  }
  co_return kept;
}

}  // namespace

Task<Result<void>> checkRepositoryLimit(std::shared_ptr<Context> context, std::string repository) {
  auto limit = context->router.config()->storage.maxRepos;
  if (!limit) co_return Result<void>{};
  auto there = co_await context->meta->repository(repository);
  if (!there) co_return core::fail(there.error());
  if (*there) co_return Result<void>{};
  auto names = co_await context->meta->repositories("", static_cast<std::size_t>(*limit));
  if (!names) co_return core::fail(names.error());
  if (names->size() < *limit) co_return Result<void>{};
  co_return core::fail(ErrorCode::Denied,
                       "The registry has as many repositories as storage.maxRepos allows; remove one or raise it.",
                       repository);
}

Task<Result<ManifestPut>> pushManifest(std::shared_ptr<Context> context, std::string repository, Reference reference,
                                       std::vector<std::string> tags, std::string mediaType, std::string content) {
  auto document = co_await parseManifestOn(context->runtime.blocking(), &content, &mediaType);
  if (!document) co_return core::fail(document.error());
  auto algorithm = reference.isDigest() ? reference.digest().algorithm() : core::DigestAlgorithm::Sha256;
  auto digest = co_await runtime::offload(context->runtime.blocking(),
                                          [&content, algorithm] { return Digest::of(content, algorithm); });
  if (reference.isDigest() && digest != reference.digest()) {
    co_return core::fail(ErrorCode::DigestInvalid, "The content has the digest " + digest.toString() + ".",
                         reference.digest().toString());
  }
  auto names = tagsOf(reference, std::move(tags));
  if (!names) co_return core::fail(names.error());
  auto allowed = co_await checkRepositoryLimit(context, repository);
  if (!allowed) co_return core::fail(allowed.error());
  auto links = co_await checkLinks(context, repository, *document);
  if (!links) co_return core::fail(links.error());

  auto now = context->clock.now();
  auto record = recordOf(*document, digest, content.size());
  record.links = std::move(*links);
  record.pushedAt = now;
  auto stored = co_await context->blobs->put(digest, std::move(content));
  if (!stored) co_return core::fail(stored.error());
  std::vector<storage::MetaChange> changes;
  changes.emplace_back(storage::change::EnsureRepository{repository, {}});
  changes.emplace_back(storage::change::PutManifest{repository, std::move(record)});
  for (const auto& name : *names) {
    storage::TagRecord tag;
    tag.name = name;
    tag.digest = digest;
    tag.pushedAt = now;
    changes.emplace_back(storage::change::SetTag{repository, std::move(tag)});
  }
  auto applied = co_await context->meta->apply(std::move(changes));
  if (!applied) co_return core::fail(applied.error());

  context->negative.forget(repository, digest.toString());
  for (const auto& name : *names) context->negative.forget(repository, name);
  context->forgetRepository(repository);
  context->metrics.uploads(repository)->add();
  spdlog::debug("manifest.pushed repository={} reference={} digest={}", repository, reference.toString(),
                digest.toString());
  co_return ManifestPut{digest, document->subject, std::move(*names)};
}

}  // namespace larder::registry
