#include "manifest_push.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "larder/runtime/offload.hpp"
#include "lint.hpp"
#include "push_rules.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;

constexpr std::size_t kMaxPushedTags = 100;  // the spec asks for at least 10
// When a copied tag was last confirmed, so that it is checked when it is next asked for.
constexpr storage::WallTime kLongAgo{std::chrono::seconds(1)};

// All tags that the push sets, each once; TagInvalid, InvalidArgument.
Result<std::vector<std::string>> tagsOf(const Reference& reference, std::vector<std::string> tags) {
  if (reference.isTag()) tags.insert(tags.begin(), reference.tag());
  if (tags.size() > kMaxPushedTags) return core::fail(ErrorCode::InvalidArgument, "A push may set at most 100 tags.");
  std::vector<std::string> once;
  for (auto& tag : tags) {
    if (!core::isTag(tag))
      return core::fail(ErrorCode::TagInvalid, "The tag is not valid under the OCI specification.", tag);
    if (std::ranges::find(once, tag) == once.end()) once.push_back(std::move(tag));
  }
  return once;
}

storage::change::SetTag::Expect expectationOf(const TagRights& rights) {
  using Expect = storage::change::SetTag::Expect;
  if (rights.create && rights.update) return Expect::Anything;
  return rights.create ? Expect::Absent : Expect::Present;
}

// What the manifest names and the repository does not have is no reason to refuse it: an index copied with one of its
// platforms, and an image whose layers come later, are sparse by intention. A client that has forgotten a layer is told
// by the log; naming a digest makes nothing readable.
Task<Result<void>> noteMissing(std::shared_ptr<Context> context, std::string repository, Digest manifest,
                               std::vector<storage::ManifestLink> links) {
  std::vector<Digest> blobs;
  for (const auto& link : links) {
    if (link.kind == storage::ManifestLink::Kind::Blob) blobs.push_back(link.digest);
  }
  auto places = co_await context->browse->whereabouts(repository, std::move(blobs));
  if (!places) co_return core::fail(places.error());
  auto missing = std::ranges::count_if(*places, [](const auto& place) { return !place.here; });
  if (missing > 0) {
    spdlog::info("manifest.sparse repository={} digest={} missing_blobs={}", repository, manifest.toString(), missing);
  }
  co_return Result<void>{};
}

}  // namespace

Task<Result<ManifestPut>> pushManifest(std::shared_ptr<Context> context, std::string repository, Reference reference,
                                       std::vector<std::string> tags, std::string mediaType, std::string content,
                                       TagRights rights) {
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
  bool copied = !rights.copiedFrom.host.empty();
  auto admitted = copied ? Result<storage::MetaChange>(storage::change::EnsureRepository{repository, rights.copiedFrom})
                         : co_await admitPush(context, repository);
  if (!admitted) co_return core::fail(admitted.error());

  auto linted = co_await lintImage(context, repository, *document);
  if (!linted) co_return core::fail(linted.error());

  auto now = context->clock.now();
  auto record = recordOf(*document, digest, content.size());
  record.pushedAt = now;
  record.cached = copied;
  auto noted = co_await noteMissing(context, repository, digest, record.links);
  if (!noted) co_return core::fail(noted.error());
  auto room = co_await awaitRoom(context, repository, content.size());
  if (!room) co_return core::fail(room.error());
  auto place = context->placeOf(repository).blobs;
  auto stored = co_await place->put(digest, content);
  if (!stored) co_return core::fail(stored.error());
  std::vector<storage::MetaChange> changes;
  changes.push_back(std::move(*admitted));
  changes.emplace_back(storage::change::PutManifest{repository, std::move(record)});
  for (const auto& name : *names) {
    storage::TagRecord tag;
    tag.name = name;
    tag.digest = digest;
    tag.pushedAt = now;
    if (copied) tag.checkedAt = kLongAgo;
    changes.emplace_back(storage::change::SetTag{repository, std::move(tag), expectationOf(rights)});
  }
  auto applied = co_await context->meta->apply(std::move(changes));
  if (!applied) co_return core::fail(applied.error());
  // Once more, now that it is in use: an equal one may have been removed meanwhile (housekeeping/blob_removal.hpp).
  stored = co_await place->put(digest, std::move(content));
  if (!stored) co_return core::fail(stored.error());

  context->metrics.uploads(repository)->add();
  spdlog::debug("manifest.pushed repository={} reference={} digest={}", repository, reference.toString(),
                digest.toString());
  co_return ManifestPut{digest, document->subject, std::move(*names)};
}

}  // namespace larder::registry
