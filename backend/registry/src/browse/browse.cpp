#include "browse/browse.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "attachment_tags.hpp"
#include "browse/image_config.hpp"
#include "browse/manifest_tree.hpp"
#include "larder/core/media_types.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;

tl::unexpected<core::Error> failNoManifest(const Reference& reference) {
  return core::fail(ErrorCode::ManifestUnknown, "The repository has no such manifest stored.", reference.toString());
}

}  // namespace

Task<Result<ManifestView>> Browse::manifest(std::string repository, Reference reference) {
  auto stored = co_await loadManifest(context_->meta, context_->blobs, repository, reference);
  if (!stored) co_return core::fail(stored.error());
  if (!*stored) co_return failNoManifest(reference);
  ManifestView view;
  view.record = std::move((*stored)->lookup.manifest);
  view.tag = std::move((*stored)->lookup.tag);
  auto root = co_await growTree(context_, repository, view.record, (*stored)->content);
  if (!root) co_return core::fail(root.error());
  view.root = std::move(*root);
  auto tags = co_await context_->browse->tagsOf(repository, view.record.digest);
  if (!tags) co_return core::fail(tags.error());
  view.tags = std::move(*tags);
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
    co_return core::fail(ErrorCode::Unsupported, "This is an index: name the image of one platform by its digest.",
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

Task<Result<std::vector<Attachment>>> Browse::attachments(std::string repository, Digest subject) {
  auto known = co_await context_->meta->repository(repository);
  if (!known) co_return core::fail(known.error());
  if (!*known) co_return core::fail(ErrorCode::NameUnknown, "There is no repository of this name.", repository);
  auto naming = co_await context_->meta->manifestsNaming(repository, subject, storage::NamedAs::Subject);
  if (!naming) co_return core::fail(naming.error());
  std::vector<Attachment> found;
  auto add = [&](storage::ManifestRecord& record, std::string tag) {
    found.push_back({{record.digest, std::move(record.mediaType), record.size, std::move(record.artifactType),
                      std::move(record.annotationsJson)},
                     std::move(tag)});
  };
  for (auto& record : *naming) add(record, "");
  if (subject.algorithm() != core::DigestAlgorithm::Sha256) co_return found;
  for (const char* suffix : kCosignSuffixes) {
    auto tag = "sha256-" + subject.hex() + suffix;
    auto lookup = co_await context_->meta->manifest(repository, Reference::ofTag(tag));
    if (!lookup) co_return core::fail(lookup.error());
    if (*lookup) add((*lookup)->manifest, std::move(tag));
  }
  co_return found;
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
    co_return core::fail(ErrorCode::Conflict, "The tag was pushed here; there is no upstream to ask.", tag);
  }
  auto route = co_await context_->router.resolve(repository, "", tag);
  if (!route) co_return core::fail(route.error());
  if (route->fetchRefusal) co_return core::fail(std::move(*route->fetchRefusal));
  if (route->targets.empty()) {
    co_return core::fail(ErrorCode::Conflict,
                         "No sync rule serves this repository any more, so there is no upstream to ask.", repository);
  }
  for (auto& target : route->targets) {
    target.checkInterval = std::chrono::milliseconds::zero();
    target.immutableTags = nullptr;
  }
  auto pulled = co_await manifests_->get(std::move(*route), reference);
  if (!pulled) co_return core::fail(pulled.error());
  if (pulled->answer.cache == CacheState::Stale) {
    co_return core::fail(ErrorCode::UpstreamUnavailable,
                         "The upstream did not answer, or no longer has the tag. The stored image stays in use.", tag);
  }
  // What was answered stale may be answered as fresh.
  context_->forgetTag(repository, tag);
  co_return Recheck{pulled->answer.digest, (*before)->manifest.digest};
}

}  // namespace larder::registry
