#include "manifest_pull.hpp"

#include <re2/re2.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "client_error.hpp"
#include "fill.hpp"
#include "signed_images.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;
using std::chrono::nanoseconds;

// A throttled upstream is left alone as long as it asks for, but not for longer than this.
constexpr std::chrono::minutes kLongestHold{5};

ManifestAnswer answerOf(const Route& route, const Digest& digest, std::string mediaType,
                        std::shared_ptr<const std::string> content, CacheState state) {
  return {digest, std::move(mediaType), std::move(content), state, route.repository, route.host()};
}

// UpstreamInvalid for what is not the manifest that was asked for, or none that is acceptable.
Task<Result<ManifestDocument>> check(runtime::Executor blocking, Reference reference,
                                     const upstream::UpstreamManifest* manifest) {
  if (reference.isDigest() && manifest->digest != reference.digest()) {
    co_return core::fail(ErrorCode::UpstreamInvalid,
                         "The upstream sent a manifest with the digest " + manifest->digest.toString() + ".",
                         reference.toString());
  }
  auto document = co_await parseManifestOn(std::move(blocking), &manifest->content, &manifest->mediaType);
  if (document) co_return document;
  co_return core::fail(ErrorCode::UpstreamInvalid, "The upstream's manifest is not valid. " + document.error().message,
                       document.error().where);
}

}  // namespace

Task<Result<std::optional<StoredManifest>>> ManifestPull::load(RoutePtr route, Reference reference) {
  auto stored = co_await loadManifest(context_->meta, context_->blobs, route->repository, std::move(reference));
  if (stored && *stored && route->mirroredOnly && !isMirrored((*stored)->lookup)) stored->reset();
  co_return stored;
}

Task<Result<PulledManifest>> ManifestPull::get(RoutePtr route, Reference reference) {
  auto stored = co_await load(route, reference);
  if (!stored) co_return core::fail(stored.error());
  if (*stored) {
    auto fresh = freshness(*route, **stored);
    if (!fresh || *fresh > nanoseconds::zero()) co_return answerStored(*route, **stored, CacheState::Hit, fresh);
  } else if (route->targets.empty()) {
    co_return core::fail(
        route->absence({ErrorCode::ManifestUnknown, "The manifest is not in this repository.", reference.toString()}));
  } else {
    auto left = std::make_shared<Route>(*route);
    if (auto absent = context_->knownAbsence(*left, reference.toString())) {
      context_->metrics.requests(route->host(), ContentType::Manifest, CacheResult::Negative)->add();
      co_return core::fail(std::move(*absent));
    }
    route = std::move(left);
    if (auto allowed = context_->checkMisses(route->asker); !allowed) co_return core::fail(allowed.error());
  }

  // A stored copy goes out within revalidateTimeout, the time to answer included; what comes later is kept for the
  // next.
  auto wait = *stored ? nanoseconds(context_->router.config()->larder.upstream.revalidateTimeout) * 19 / 20
                      : nanoseconds(kColdWait);
  auto outcome = co_await flights_.run(
      route->key() + "\n" + reference.toString(), context_->runtime.nextIo(),
      [self = shared_from_this(), route, reference] { return self->fly(route, reference); }, deadlineIn(wait));
  if (outcome.shared) context_->metrics.coalesced().add();
  if (!outcome.result && *stored) co_return answerStale(*route, reference, **stored, outcome.result.error());
  if (!outcome.result) co_return core::fail(toClientError(outcome.result.error(), ErrorCode::ManifestUnknown));
  co_return std::move(outcome.result);
}

Task<Result<PulledManifest>> ManifestPull::fly(RoutePtr route, Reference reference) {
  // Another flight may have ended since the caller looked.
  auto stored = co_await load(route, reference);
  if (!stored) co_return core::fail(stored.error());
  if (!*stored) co_return co_await fetch(std::move(route), std::move(reference), std::nullopt);
  auto fresh = freshness(*route, **stored);
  if (!fresh || *fresh > nanoseconds::zero()) co_return answerStored(*route, **stored, CacheState::Hit, fresh);
  co_return co_await revalidate(std::move(route), std::move(reference), std::move(**stored));
}

Task<Result<PulledManifest>> ManifestPull::revalidate(RoutePtr route, Reference reference, StoredManifest stored) {
  auto deadline = deadlineIn(context_->router.config()->larder.upstream.revalidateTimeout);
  auto asked = co_await askInOrder<upstream::ManifestHead>(
      route->targets, [reference, deadline](upstream::UpstreamSource& source, const std::string& name) {
        return source.headManifest(name, reference, deadline);
      });
  if (!asked.result) co_return answerStale(*route, reference, stored, asked.result.error());
  if (!asked.result->digest || *asked.result->digest != stored.lookup.manifest.digest) {
    co_return co_await fetch(std::move(route), std::move(reference), std::move(stored));
  }
  std::vector<storage::MetaChange> checked;
  checked.emplace_back(storage::change::NoteChecked{route->repository, reference.tag(), stored.lookup.manifest.digest,
                                                    context_->clock.now()});
  auto noted = co_await context_->meta->apply(std::move(checked));
  if (!noted)
    spdlog::warn("manifest.check_not_saved repository={} error=\"{}\"", route->repository, noted.error().message);
  co_return answerStored(*route, stored, CacheState::Hit, route->targets[asked.target].checkInterval);
}

Task<Result<PulledManifest>> ManifestPull::fetch(RoutePtr route, Reference reference,
                                                 std::optional<StoredManifest> stored) {
  auto deadline = deadlineIn(kColdWait);
  auto asked = co_await askInOrder<upstream::UpstreamManifest>(
      route->targets, [reference, deadline](upstream::UpstreamSource& source, const std::string& name) {
        return source.getManifest(name, reference, deadline);
      });
  const auto& target = route->targets[asked.target];
  if (!asked.result) co_return unavailable(*route, reference, stored, target, asked.result.error());
  auto& manifest = *asked.result;
  auto document = co_await check(context_->runtime.blocking(), reference, &manifest);
  if (!document) co_return unavailable(*route, reference, stored, target, document.error());
  auto admitted = co_await checkSigned(context_, route->repository, target, reference, manifest.digest, *document);
  if (!admitted && isAbsence(admitted.error().code) && asked.target + 1 < route->targets.size()) {
    auto rest = std::make_shared<Route>(*route);
    rest->targets.erase(rest->targets.begin(), rest->targets.begin() + static_cast<std::ptrdiff_t>(asked.target) + 1);
    co_return co_await fetch(std::move(rest), std::move(reference), std::move(stored));
  }
  if (!admitted) co_return unavailable(*route, reference, stored, target, admitted.error());

  // It may have been blocked while the upstream was asked.
  auto tag = reference.isTag() ? reference.tag() : std::string();
  if (auto refusal = context_->router.refuseFetch(route->names, tag)) co_return core::fail(std::move(*refusal));

  auto content = std::make_shared<const std::string>(manifest.content);
  auto answer = answerOf(*route, manifest.digest, document->mediaType, std::move(content), CacheState::Miss);
  answer.upstream = target.origin.host;
  answer.waited = manifest.waited;
  std::optional<nanoseconds> fresh;
  if (reference.isTag()) fresh = target.checkInterval;
  auto kept = co_await keep(route, target.origin, reference, std::move(manifest), std::move(*document));
  if (!kept && kept.error().code == ErrorCode::Corrupt) {
    co_return unavailable(*route, reference, stored, target, {ErrorCode::UpstreamInvalid, kept.error().message});
  }
  if (!kept) {
    // The client has its manifest all the same.
    context_->metrics.notStored(ContentType::Manifest).add();
    spdlog::warn("manifest.not_stored repository={} reference={} error=\"{}\"", route->repository, reference.toString(),
                 kept.error().message);
  }
  co_return PulledManifest{std::move(answer), fresh};
}

Result<PulledManifest> ManifestPull::unavailable(const Route& route, const Reference& reference,
                                                 const std::optional<StoredManifest>& stored, const RouteTarget& target,
                                                 core::Error error) const {
  if (stored) return answerStale(route, reference, *stored, error);
  if (isNo(error.code)) {
    context_->noteAbsence(route, reference.toString(), error, ErrorCode::ManifestUnknown);
  } else {
    spdlog::warn("manifest.upstream_failed repository={} reference={} upstream={} code={} error=\"{}\"",
                 route.repository, reference.toString(), target.origin.host, core::toString(error.code), error.message);
  }
  return core::fail(std::move(error));
}

Task<Result<void>> ManifestPull::keep(RoutePtr route, storage::Origin origin, Reference reference,
                                      upstream::UpstreamManifest manifest, ManifestDocument document) {
  const auto& repository = route->repository;
  auto now = context_->clock.now();
  auto record = recordOf(document, manifest.digest, manifest.content.size());
  record.pushedAt = now;
  record.cached = true;
  const auto& place = context_->placeOf(repository);
  if (!place.room.take(record.size)) co_return core::fail(place.room.refusal());
  auto put = co_await place.blobs->put(manifest.digest, std::move(manifest.content));
  if (!put) co_return core::fail(put.error());
  std::vector<storage::MetaChange> changes;
  changes.emplace_back(storage::change::PutManifest{repository, std::move(record)});
  if (reference.isTag()) {
    storage::TagRecord tag;
    tag.name = reference.tag();
    tag.digest = manifest.digest;
    tag.checkedAt = now;
    tag.pushedAt = now;
    // A pushed tag stays: whoever does not name the registry is served what was pushed.
    changes.emplace_back(
        storage::change::SetTag{.repository = repository, .tag = std::move(tag), .unlessPushed = true});
  }
  co_return co_await fillRepository(context_, route->repository, std::move(origin), std::move(changes));
}

std::optional<nanoseconds> ManifestPull::freshness(const Route& route, const StoredManifest& stored) const {
  const auto& tag = stored.lookup.tag;
  if (!tag || route.targets.empty() || !storage::isMirrored(*tag)) return std::nullopt;
  const auto& target = route.targets.front();
  if (target.immutableTags && RE2::PartialMatch(tag->name, *target.immutableTags)) return std::nullopt;
  auto age = context_->clock.now() - tag->checkedAt;
  // A clock that was set back must not make a tag good for ever.
  if (age < nanoseconds::zero()) return nanoseconds::zero();
  return std::max<nanoseconds>(target.checkInterval - age, nanoseconds::zero());
}

PulledManifest ManifestPull::answerStored(const Route& route, const StoredManifest& stored, CacheState state,
                                          std::optional<nanoseconds> freshFor) const {
  const auto& record = stored.lookup.manifest;
  return {answerOf(route, record.digest, record.mediaType, stored.content, state), freshFor};
}

PulledManifest ManifestPull::answerStale(const Route& route, const Reference& reference, const StoredManifest& stored,
                                         const core::Error& error) const {
  const auto& upstream = context_->router.config()->larder.upstream;
  nanoseconds hold = isAbsence(error.code) ? upstream.negativeTtl : upstream.breakerOpenFor;
  if (error.retryAfter) hold = std::max(hold, std::min<nanoseconds>(*error.retryAfter, kLongestHold));
  spdlog::warn("manifest.stale repository={} reference={} upstream={} code={} error=\"{}\"", route.repository,
               reference.toString(), route.host(), core::toString(error.code), error.message);
  return answerStored(route, stored, CacheState::Stale, hold);
}

}  // namespace larder::registry
