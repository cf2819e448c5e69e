#include "manifest_pull.hpp"

#include <re2/re2.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "client_error.hpp"
#include "fill.hpp"

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

}  // namespace

Task<Result<PulledManifest>> ManifestPull::get(Route route, Reference reference) {
  auto stored = co_await loadManifest(context_->meta, context_->blobs, route.repository, reference);
  if (!stored) co_return core::fail(stored.error());
  if (*stored) {
    auto fresh = freshness(route, **stored);
    if (!fresh || *fresh > nanoseconds::zero()) co_return answerStored(route, **stored, CacheState::Hit, fresh);
  } else if (route.targets.empty()) {
    if (!route.exists) {
      co_return core::fail(ErrorCode::NameUnknown, "There is no such repository, and no sync rule takes this name.",
                           route.repository);
    }
    co_return core::fail(ErrorCode::ManifestUnknown, "The repository has no such manifest.", reference.toString());
  } else if (auto absent = context_->negative.find(route.repository, reference.toString(), context_->clock.steady())) {
    context_->metrics.requests(route.host(), ContentType::Manifest, CacheResult::Negative)->add();
    co_return core::fail(std::move(*absent));
  }

  auto wait =
      *stored ? 2 * nanoseconds(context_->router.config()->larder.upstream.revalidateTimeout) : nanoseconds(kColdWait);
  auto outcome = co_await flights_.run(
      route.repository + "\n" + reference.toString(), context_->runtime.nextIo(),
      [self = shared_from_this(), route, reference] { return self->fly(route, reference); }, deadlineIn(wait));
  if (outcome.shared) context_->metrics.coalesced().add();
  if (!outcome.result && *stored) co_return answerStale(route, reference, **stored, outcome.result.error());
  if (!outcome.result) co_return core::fail(toClientError(outcome.result.error(), ErrorCode::ManifestUnknown));
  co_return std::move(outcome.result);
}

Task<Result<PulledManifest>> ManifestPull::fly(Route route, Reference reference) {
  // Another flight may have ended since the caller looked.
  auto stored = co_await loadManifest(context_->meta, context_->blobs, route.repository, reference);
  if (!stored) co_return core::fail(stored.error());
  if (!*stored) co_return co_await fetch(std::move(route), std::move(reference), std::nullopt);
  auto fresh = freshness(route, **stored);
  if (!fresh || *fresh > nanoseconds::zero()) co_return answerStored(route, **stored, CacheState::Hit, fresh);
  co_return co_await revalidate(std::move(route), std::move(reference), std::move(**stored));
}

Task<Result<PulledManifest>> ManifestPull::revalidate(Route route, Reference reference, StoredManifest stored) {
  auto deadline = deadlineIn(context_->router.config()->larder.upstream.revalidateTimeout);
  auto asked = co_await askInOrder<upstream::ManifestHead>(
      route.targets, [reference, deadline](upstream::UpstreamSource& source, const std::string& name) {
        return source.headManifest(name, reference, deadline);
      });
  if (!asked.result) co_return answerStale(route, reference, stored, asked.result.error());
  if (!asked.result->digest || *asked.result->digest != stored.lookup.manifest.digest) {
    co_return co_await fetch(std::move(route), std::move(reference), std::move(stored));
  }
  std::vector<storage::MetaChange> checked;
  checked.emplace_back(storage::change::NoteChecked{route.repository, reference.tag(), context_->clock.now()});
  auto noted = co_await context_->meta->apply(std::move(checked));
  if (!noted)
    spdlog::warn("manifest.check_not_noted repository={} error=\"{}\"", route.repository, noted.error().message);
  co_return answerStored(route, stored, CacheState::Hit, route.targets[asked.target].checkInterval);
}

Task<Result<PulledManifest>> ManifestPull::fetch(Route route, Reference reference,
                                                 std::optional<StoredManifest> stored) {
  auto deadline = deadlineIn(kColdWait);
  auto asked = co_await askInOrder<upstream::UpstreamManifest>(
      route.targets, [reference, deadline](upstream::UpstreamSource& source, const std::string& name) {
        return source.getManifest(name, reference, deadline);
      });
  const auto& target = route.targets[asked.target];
  if (!asked.result) {
    const auto& error = asked.result.error();
    if (stored) co_return answerStale(route, reference, *stored, error);
    if (isAbsence(error.code)) {
      context_->rememberAbsence(route.repository, reference.toString(),
                                toClientError(error, ErrorCode::ManifestUnknown));
    } else {
      spdlog::warn("manifest.upstream_failed repository={} reference={} upstream={} code={} error=\"{}\"",
                   route.repository, reference.toString(), target.origin.host, core::toString(error.code),
                   error.message);
    }
    co_return core::fail(error);
  }

  auto& manifest = *asked.result;
  auto document = parseManifest(manifest.content, manifest.mediaType);
  if (!document) {
    auto error = document.error();
    error.code = ErrorCode::UpstreamInvalid;
    error.message = "The upstream's manifest is not acceptable. " + error.message;
    spdlog::warn("manifest.upstream_invalid repository={} reference={} upstream={} error=\"{}\"", route.repository,
                 reference.toString(), target.origin.host, error.message);
    if (stored) co_return answerStale(route, reference, *stored, error);
    co_return core::fail(std::move(error));
  }

  auto content = std::make_shared<const std::string>(manifest.content);
  auto answer = answerOf(route, manifest.digest, document->mediaType, content, CacheState::Miss);
  answer.upstream = target.origin.host;
  std::optional<nanoseconds> fresh;
  if (reference.isTag()) fresh = target.checkInterval;
  bool moved = stored && stored->lookup.manifest.digest != manifest.digest;
  auto origin = target.origin;
  co_await keep(std::move(route), std::move(origin), std::move(reference), std::move(manifest), std::move(*document),
                moved);
  co_return PulledManifest{std::move(answer), fresh};
}

Task<> ManifestPull::keep(Route route, storage::Origin origin, Reference reference, upstream::UpstreamManifest manifest,
                          ManifestDocument document, bool moved) {
  auto now = context_->clock.now();
  auto digest = manifest.digest;
  auto record = recordOf(document, digest, manifest.content.size());
  record.pushedAt = now;
  auto put = co_await context_->blobs->put(digest, std::move(manifest.content));
  if (put) {
    std::vector<storage::MetaChange> changes;
    changes.emplace_back(storage::change::PutManifest{route.repository, std::move(record)});
    if (reference.isTag()) {
      storage::TagRecord tag;
      tag.name = reference.tag();
      tag.digest = digest;
      tag.checkedAt = now;
      tag.pushedAt = now;
      changes.emplace_back(storage::change::SetTag{route.repository, std::move(tag)});
    }
    auto applied = co_await fillRepository(context_, route.repository, std::move(origin), std::move(changes));
    if (!applied) put = core::fail(applied.error());
  }
  if (!put) {
    spdlog::warn("manifest.not_stored repository={} reference={} error=\"{}\"", route.repository, reference.toString(),
                 put.error().message);
  } else if (moved) {
    context_->forgetTag(route.repository, reference.tag());
  }
}

std::optional<nanoseconds> ManifestPull::freshness(const Route& route, const StoredManifest& stored) const {
  const auto& tag = stored.lookup.tag;
  if (!tag || route.targets.empty() || tag->checkedAt == storage::WallTime{}) return std::nullopt;
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
