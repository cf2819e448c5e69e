#include "polling/image_copy.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "ask.hpp"
#include "client_error.hpp"
#include "polling/platforms.hpp"
#include "referrers_index.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;

// An index of indexes may lead anywhere; nobody builds one with so many images.
constexpr std::size_t kMaxCopied = 10'000;

}  // namespace

Task<Result<std::vector<Digest>>> ImageCopy::image(RoutePtr route, Digest digest) {
  auto self = shared_from_this();
  std::vector<Digest> found{digest};
  std::unordered_set<Digest> seen{digest};
  for (std::size_t i = 0; i < found.size(); ++i) {
    auto document = co_await manifest(route, found[i]);
    if (!document) co_return core::fail(document.error());
    auto more = co_await content(route, std::move(*document));
    if (!more) co_return core::fail(more.error());
    for (const auto& next : *more) {
      if (seen.insert(next).second) found.push_back(next);
    }
    if (found.size() > kMaxCopied) {
      co_return core::fail(ErrorCode::TooLarge, "The image refers to more than 10,000 manifests.", digest.toString());
    }
  }
  co_return found;
}

Task<Result<ManifestDocument>> ImageCopy::manifest(RoutePtr route, Digest digest) {
  auto reference = Reference::ofDigest(digest);
  auto stored = co_await loadManifest(context_->meta, context_->blobs, route->repository, reference);
  if (!stored) co_return core::fail(stored.error());
  std::string mediaType;
  std::shared_ptr<const std::string> content;
  if (*stored && isMirrored((*stored)->lookup)) {
    mediaType = (*stored)->lookup.manifest.mediaType;
    content = (*stored)->content;
  } else {
    auto turn = co_await courtesy_->turn(route->targets.front());
    if (!turn) co_return core::fail(turn.error());
    auto pulled = co_await manifests_->get(std::move(route), reference);
    if (!pulled) co_return core::fail(pulled.error());
    mediaType = pulled->answer.mediaType;
    content = pulled->answer.content;
  }
  co_return co_await parseManifestOn(context_->runtime.blocking(), content.get(), &mediaType);
}

Task<Result<std::vector<Digest>>> ImageCopy::content(RoutePtr route, ManifestDocument document) {
  std::vector<Digest> wanted;
  std::vector<Digest> more;
  auto add = [&](const Descriptor& descriptor) {
    if (!descriptor.hasUrls) wanted.push_back(descriptor.digest);
  };
  if (document.config) add(*document.config);
  for (const auto& layer : document.layers) add(layer);
  for (const auto& entry : document.manifests) {
    if (!leadsToManifest(entry)) {
      add(entry);
    } else if (wantsPlatform(platforms_, entry.platform)) {
      more.push_back(entry.digest);
    }
  }
  for (const auto& digest : wanted) {
    auto copied = co_await blob(route, digest);
    if (!copied) co_return core::fail(copied.error());
  }
  co_return more;
}

Task<Result<void>> ImageCopy::blob(RoutePtr route, Digest digest) {
  if (job_ && job_->cancelled()) co_return core::fail(ErrorCode::Cancelled, "The job was cancelled.");
  auto blob = co_await context_->meta->blob(route->repository, digest);
  if (!blob) co_return core::fail(blob.error());
  auto linked = *blob && (*blob)->mirrored ? std::optional((*blob)->size) : std::nullopt;
  auto stored = co_await context_->blobs->stat(digest);
  if (!stored) co_return core::fail(stored.error());
  if (!*stored) co_return co_await fetch(std::move(route), digest, linked);
  if (linked) co_return Result<void>{};
  // Another repository has brought it here: that is enough if it was this registry that gave it.
  auto turn = co_await courtesy_->turn(route->targets.front());
  if (!turn) co_return turn;
  auto made = co_await linkStored(context_, route, digest, (*stored)->size, deadlineIn(kColdWait));
  if (!made) co_return core::fail(toClientError(made.error(), ErrorCode::BlobUnknown));
  if (*made == StoredLink::NotGiven) co_return co_await fetch(std::move(route), digest, linked);
  if (*made == StoredLink::Made) co_return Result<void>{};
  co_return core::fail(ErrorCode::NoSpace,
                       "No space left to store the image. Free space on the data directory's volume.",
                       digest.toString());
}

Task<Result<void>> ImageCopy::fetch(RoutePtr route, Digest digest, std::optional<std::uint64_t> linked) {
  auto turn = co_await courtesy_->turnToFetch(route->targets.front());
  if (!turn) co_return turn;
  Courtesy::Transfer transfer(*courtesy_);
  BlobPull::Known known{.linked = linked, .stored = std::nullopt};
  if (!linked) {
    // Another image may have brought it while this one waited.
    auto found = co_await context_->blobs->stat(digest);
    if (!found) co_return core::fail(found.error());
    if (*found) known.stored = (*found)->size;
  }
  auto answer = co_await blobs_->get(std::move(route), digest, known);
  if (!answer) co_return core::fail(answer.error());
  // Standing at the end, this follower holds up nobody. That nothing lies beyond is told once the blob is stored.
  if (answer->growth) {
    auto ended = co_await answer->growth->waitBeyond(answer->size);
    if (!ended && ended.error().code != ErrorCode::RangeInvalid) co_return ended;
  }
  auto kept = co_await context_->blobs->stat(digest);
  if (!kept) co_return core::fail(kept.error());
  if (!*kept) {
    co_return core::fail(ErrorCode::NoSpace, "The blob was fetched but could not be stored. Check free disk space.",
                         digest.toString());
  }
  // Several images may have waited for the one download.
  bool mine = false;
  {
    std::lock_guard lock(mutex_);
    mine = fetched_.insert(digest).second;
    if (mine) bytes_ += answer->size;
  }
  if (mine && job_) job_->count("fetchedBytes", answer->size);
  co_return Result<void>{};
}

Task<Result<void>> ImageCopy::attachment(RoutePtr route, std::string tag) {
  auto self = shared_from_this();
  auto turn = co_await courtesy_->turn(route->targets.front());
  if (!turn) co_return turn;
  // A signature may have been added since: the tag is never taken for fresh.
  auto checked = std::make_shared<Route>(*route);
  checked->targets.front().checkInterval = std::chrono::milliseconds::zero();
  auto pulled = co_await manifests_->get(std::move(checked), Reference::ofTag(std::move(tag)));
  if (!pulled) co_return core::fail(pulled.error());
  if (pulled->answer.cache == CacheState::Stale) {
    co_return core::fail(ErrorCode::UpstreamUnavailable, "The image's referrers could not be checked.");
  }
  auto copied = co_await image(std::move(route), pulled->answer.digest);
  if (!copied) co_return core::fail(copied.error());
  co_return Result<void>{};
}

Task<Result<void>> ImageCopy::referrers(RoutePtr route, Digest subject) {
  auto self = shared_from_this();
  auto turn = co_await courtesy_->turn(route->targets.front());
  if (!turn) co_return turn;
  auto deadline = deadlineIn(kColdWait);
  auto asked = co_await askInOrder<std::string>(
      route->targets, [subject, deadline](upstream::UpstreamSource& source, const std::string& name) {
        return source.referrers(name, subject, deadline);
      });
  if (!asked.result && isAbsence(asked.result.error().code)) co_return Result<void>{};
  if (!asked.result) co_return core::fail(toClientError(asked.result.error(), ErrorCode::ManifestUnknown));
  auto listed = co_await parseReferrersIndexOn(context_->runtime.blocking(), std::move(*asked.result));
  if (!listed) co_return core::fail(listed.error());
  for (const auto& referrer : *listed) {
    auto copied = co_await image(route, referrer.digest);
    // One that is listed and gone, or that the rule does not let in, is none.
    if (!copied && copied.error().code != ErrorCode::ManifestUnknown) co_return core::fail(copied.error());
  }
  co_return Result<void>{};
}

}  // namespace larder::registry
