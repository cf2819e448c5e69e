// What PollRun does with one tag.
#include <re2/re2.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "ask.hpp"
#include "fill.hpp"
#include "polling/poll_run.hpp"
#include "signed_images.hpp"

namespace larder::registry {

using core::ErrorCode;

Task<Result<PollRun::Outcome>> PollRun::tag(std::shared_ptr<Repository> repository, std::string tag) {
  const auto& route = repository->polled.route;
  const auto& target = route->targets.front();
  if (context_->router.refuseFetch(route->names, tag)) co_return Outcome::Skipped;
  // What was pushed under the tag stays.
  if (repository->pushed.contains(tag)) co_return Outcome::Skipped;
  auto here = repository->here.find(tag);
  bool isHere = here != repository->here.end();
  bool immutable = isHere && target.immutableTags && RE2::PartialMatch(tag, *target.immutableTags);
  auto digest = immutable ? Result<Digest>(here->second) : co_await digestOf(route, tag);
  if (!digest && isAbsence(digest.error().code)) co_return Outcome::Skipped;
  if (!digest) co_return core::fail(digest.error());

  bool changed = !isHere || here->second != *digest;
  if (changed) {
    // Before the manifest is fetched: that of an unsigned image would count against the upstream's quota in each run.
    auto admitted =
        co_await checkSigned(context_, route->repository, target, Reference::ofTag(tag), *digest, ManifestDocument{});
    if (!admitted && isAbsence(admitted.error().code)) co_return Outcome::Skipped;
    if (!admitted) co_return core::fail(admitted.error());
  }
  auto image = co_await copy_->image(route, *digest);
  if (!image && image.error().code == ErrorCode::ManifestUnknown) co_return Outcome::Skipped;
  if (!image) co_return core::fail(image.error());
  if (changed) {
    auto tagged = co_await set(route, tag, *digest);
    if (!tagged) co_return core::fail(tagged.error());
  }
  auto attached = co_await attachments(repository, std::move(*image), changed);
  if (!attached) co_return core::fail(attached.error());
  if (changed) spdlog::debug("poll.copied repository={} tag={} digest={}", route->repository, tag, digest->toString());
  co_return changed ? Outcome::Copied : Outcome::Unchanged;
}

Task<Result<Digest>> PollRun::digestOf(RoutePtr route, std::string tag) {
  auto turn = co_await courtesy_->turn(route->targets.front());
  if (!turn) co_return core::fail(turn.error());
  auto deadline = deadlineIn(kColdWait);
  auto reference = Reference::ofTag(std::move(tag));
  auto head = co_await askInOrder<upstream::ManifestHead>(
      route->targets, [reference, deadline](upstream::UpstreamSource& source, const std::string& name) {
        return source.headManifest(name, reference, deadline);
      });
  if (!head.result) co_return core::fail(head.result.error());
  if (head.result->digest) co_return *head.result->digest;
  // An upstream whose heads say no digest: the manifest does.
  auto got = co_await askInOrder<upstream::UpstreamManifest>(
      route->targets, [reference, deadline](upstream::UpstreamSource& source, const std::string& name) {
        return source.getManifest(name, reference, deadline);
      });
  if (!got.result) co_return core::fail(got.result.error());
  co_return got.result->digest;
}

Task<Result<void>> PollRun::set(RoutePtr route, std::string tag, Digest digest) {
  storage::TagRecord record;
  record.name = tag;
  record.digest = digest;
  record.checkedAt = record.pushedAt = context_->clock.now();
  std::vector<storage::MetaChange> changes;
  changes.emplace_back(
      storage::change::SetTag{.repository = route->repository, .tag = std::move(record), .unlessPushed = true});
  auto kept = co_await fillRepository(context_, route->repository, route->origin, std::move(changes));
  if (kept) context_->negative.forget(route->targets.front().key(), tag);
  co_return kept;
}

Task<Result<void>> PollRun::attachments(std::shared_ptr<Repository> repository, std::vector<Digest> image,
                                        bool changed) {
  {
    // Several tags may lead to one image.
    std::lock_guard lock(mutex_);
    if (!repository->attached.insert(image.front()).second) co_return Result<void>{};
  }
  const auto& route = repository->polled.route;
  for (const auto& digest : image) {
    auto tags = repository->cosignTags.find(digest);
    if (tags == repository->cosignTags.end()) continue;
    for (const auto& tag : tags->second) {
      auto copied = co_await copy_->attachment(route, tag);
      if (!copied && copied.error().code != ErrorCode::ManifestUnknown) co_return copied;
    }
  }
  if (!changed && !allReferrers_) co_return Result<void>{};
  co_return co_await copy_->referrers(route, image.front());
}

}  // namespace larder::registry
