#include "browse/browse.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "attachment_tags.hpp"
#include "browse/image_config.hpp"
#include "browse/manifest_tree.hpp"
#include "larder/core/media_types.hpp"
#include "larder/runtime/offload_large.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;

constexpr std::size_t kMaxTags = 1000;

Referrer referrerOf(storage::ManifestRecord& record) {
  return {record.digest, std::move(record.mediaType), record.size, std::move(record.artifactType),
          std::move(record.annotationsJson)};
}

tl::unexpected<core::Error> failNoManifest(const Reference& reference) {
  return core::fail(ErrorCode::ManifestUnknown, "The manifest is not stored in this repository.", reference.toString());
}

}  // namespace

Task<Result<ManifestView>> Browse::manifest(std::string repository, Reference reference) {
  auto stored = co_await loadManifest(context_->meta, context_->blobs, repository, reference);
  if (!stored) co_return core::fail(stored.error());
  if (!*stored) co_return failNoManifest(reference);
  ManifestView view;
  view.record = std::move((*stored)->lookup.manifest);
  view.tag = std::move((*stored)->lookup.tag);
  auto tree = co_await growTree(context_, repository, view.record, (*stored)->content);
  if (!tree) co_return core::fail(tree.error());
  view.root = std::move(tree->root);
  view.truncated = tree->truncated;
  auto tags = co_await context_->browse->tagsOf(repository, view.record.digest, kMaxTags + 1);
  if (!tags) co_return core::fail(tags.error());
  view.tags = std::move(*tags);
  if (view.tags.size() > kMaxTags) {
    view.tags.resize(kMaxTags);
    view.truncated = true;
  }
  auto tagName = view.tag ? std::optional(view.tag->name) : std::nullopt;
  auto pinned = co_await isPinned(std::move(repository), std::move(tagName), view.record.digest);
  if (!pinned) co_return core::fail(pinned.error());
  view.pinned = *pinned;
  co_return view;
}

Task<Result<bool>> Browse::isPinned(std::string repository, std::optional<std::string> tag, Digest digest) {
  auto pins = co_await context_->maintenance->pins(std::move(repository));
  if (!pins) co_return core::fail(pins.error());
  co_return std::ranges::any_of(*pins, [&](const storage::Pin& pin) {
    return pin.reference.isTag() ? pin.reference.tag() == tag : pin.reference.digest() == digest;
  });
}

Task<Result<ImageConfig>> Browse::image(std::string repository, Reference reference) {
  auto stored = co_await loadManifest(context_->meta, context_->blobs, repository, reference);
  if (!stored) co_return core::fail(stored.error());
  if (!*stored) co_return failNoManifest(reference);
  const auto& record = (*stored)->lookup.manifest;
  auto document = co_await parseManifestOn(context_->runtime.blocking(), (*stored)->content.get(), &record.mediaType);
  if (!document) co_return core::fail(document.error());
  if (core::media::isIndex(document->mediaType)) {
    co_return core::fail(ErrorCode::Unsupported, "This is an image index. Give the digest of one platform's manifest.",
                         reference.toString());
  }
  if (!document->config || !isImageConfig(document->config->mediaType)) {
    co_return core::fail(ErrorCode::Unsupported, "This is not a container image, so it has no image configuration.",
                         reference.toString());
  }
  auto config = co_await loadImageConfig(context_, std::move(repository), std::move(*document));
  if (config) config->digest = record.digest;
  co_return config;
}

// What is attached to it by a tag of its own; one at most for each suffix.
Task<Result<std::vector<Attachment>>> Browse::tagged(std::string repository, Digest subject) {
  std::vector<Attachment> found;
  if (subject.algorithm() != core::DigestAlgorithm::Sha256) co_return found;
  for (const char* suffix : kCosignSuffixes) {
    auto tag = "sha256-" + subject.hex() + suffix;
    auto lookup = co_await context_->meta->manifest(repository, Reference::ofTag(tag));
    if (!lookup) co_return core::fail(lookup.error());
    if (*lookup) found.push_back({referrerOf((*lookup)->manifest), std::move(tag)});
  }
  co_return found;
}

// A cursor is the digest that the page before ended with, or how many there were by tag if it ended among those.
Task<Result<AttachmentPage>> Browse::attachments(std::string repository, Digest subject, std::string after,
                                                 std::size_t limit) {
  auto known = co_await context_->meta->repository(repository);
  if (!known) co_return core::fail(known.error());
  if (!*known) co_return core::fail(ErrorCode::NameUnknown, "Repository not found.", repository);
  storage::NamingQuery query{.digest = subject, .counted = true};
  auto found = co_await tagged(repository, subject);
  if (!found) co_return core::fail(found.error());
  auto before = std::min(found->size(), std::size_t{after.size() == 1 && after[0] > '0' ? after[0] - '0' + 0U : 0U});
  if (auto digest = Digest::parse(after)) {
    query.after = *digest;
    before = found->size();
  } else if (!after.empty() && before == 0) {
    co_return core::fail(ErrorCode::InvalidArgument, "The cursor is not valid. Start with the first page.", "?cursor");
  }
  auto until = std::min(found->size(), before + limit);
  query.limit = limit - (until - before);
  auto naming = co_await context_->meta->manifestsNaming(std::move(repository), std::move(query));
  if (!naming) co_return core::fail(naming.error());
  AttachmentPage page;
  page.total = found->size() + naming->total;
  if (naming->more || until < found->size()) {
    page.next = naming->items.empty() ? std::to_string(until) : naming->items.back().digest.toString();
  }
  std::size_t bytes = 0;
  for (auto at = before; at < until; ++at) page.items.push_back(std::move((*found)[at]));
  for (auto& record : naming->items) page.items.push_back({referrerOf(record), {}});
  for (const auto& item : page.items) bytes += item.referrer.annotationsJson.size();
  co_return co_await runtime::offloadLarge(context_->runtime.blocking(), bytes, [page = std::move(page)]() mutable {
    for (auto& item : page.items) {
      auto& annotations = item.referrer.annotationsJson;
      annotations = cutAnnotations(std::move(annotations), kShownAnnotations);
    }
    return Result<AttachmentPage>(std::move(page));
  });
}

Task<Result<void>> Browse::removeRepository(std::string name) {
  std::vector<storage::MetaChange> changes;
  changes.emplace_back(storage::change::RemoveRepository{name});
  auto removed = co_await context_->meta->apply(std::move(changes));
  if (!removed) co_return core::fail(removed.error());
  spdlog::info("repository.removed repository={}", name);
  co_return Result<void>{};
}

Task<Result<Recheck>> Browse::recheck(std::string repository, std::string tag) {
  auto reference = Reference::ofTag(tag);
  auto before = co_await context_->meta->manifest(repository, reference);
  if (!before) co_return core::fail(before.error());
  if (!*before) co_return failNoManifest(reference);
  if (!storage::isMirrored(*(*before)->tag)) {
    co_return core::fail(ErrorCode::Conflict, "The tag was pushed here, so there is no upstream to check.", tag);
  }
  auto route = co_await context_->router.resolve(repository, "", tag);
  if (!route) co_return core::fail(route.error());
  if (route->fetchRefusal) co_return core::fail(std::move(*route->fetchRefusal));
  if (route->targets.empty()) {
    co_return core::fail(ErrorCode::Conflict,
                         "No sync rule matches this repository any more, so there is no upstream to check.",
                         repository);
  }
  for (auto& target : route->targets) {
    target.checkInterval = std::chrono::milliseconds::zero();
    target.immutableTags = nullptr;
  }
  auto pulled = co_await manifests_->get(std::make_shared<const Route>(std::move(*route)), reference);
  if (!pulled) co_return core::fail(pulled.error());
  if (pulled->answer.cache == CacheState::Stale) {
    co_return core::fail(ErrorCode::UpstreamUnavailable,
                         "The upstream did not respond, or no longer has the tag. The stored image is still served.",
                         tag);
  }
  // What was answered stale may be answered as fresh.
  context_->forgetTag(repository, tag);
  co_return Recheck{pulled->answer.digest, (*before)->manifest.digest};
}

}  // namespace larder::registry
