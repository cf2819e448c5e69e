#include "housekeeping/damage.hpp"

#include <spdlog/spdlog.h>

#include <utility>
#include <vector>

namespace larder::registry {
namespace {

using storage::BlobCheck;

constexpr int kMostFetches = 3;  // of one blob, for different repositories

Task<bool> atFullSpeed(std::shared_ptr<Context> context) {
  co_return !context->stopping;
}

}  // namespace

Task<Result<BlobCheck>> Damage::examine(Digest digest, storage::Pace pace) {
  auto checked = co_await storage::checkBlob(context_->blobs, digest, pace);
  // Read once more before it is taken away: memory errs too.
  bool sound = checked && *checked != BlobCheck::Damaged;
  if (!sound) checked = co_await storage::checkBlob(context_->blobs, digest, pace);
  if (!checked && checked.error().code != core::ErrorCode::Cancelled) {
    context_->metrics.scrubUnreadable().add();
    spdlog::error("blob.unreadable digest={} error=\"{}\"", digest.toString(), checked.error().message);
  }
  if (!checked || *checked != BlobCheck::Damaged) co_return checked;
  co_return co_await takeAway(digest);
}

Task<Result<BlobCheck>> Damage::takeAway(Digest digest) {
  auto moved = co_await context_->blobs->quarantine(digest);
  if (!moved) {
    spdlog::error("blob.not_quarantined digest={} error=\"{}\"", digest.toString(), moved.error().message);
    co_return core::fail(moved.error());
  }
  context_->forgetBlob(digest);
  if (moved->empty()) co_return BlobCheck::Gone;
  context_->metrics.scrubDamaged().add();
  spdlog::error("blob.damaged digest={} path={} hint=\"It was taken out of service. Check the disk.\"",
                digest.toString(), *moved);
  runtime::spawn(context_->runtime.nextIo(), "damage-fetch", fetchAgain(shared_from_this(), digest));
  co_return BlobCheck::Damaged;
}

Task<Result<BlobCheck>> Damage::examineNow(Digest digest, SteadyTime deadline) {
  auto self = shared_from_this();
  auto examine = [self, digest] { return examineFast(self, digest); };
  auto outcome =
      co_await examined_.run(digest.toString(), context_->runtime.blockingQueue(), std::move(examine), deadline);
  co_return outcome.result;
}

Task<Result<BlobCheck>> Damage::examineFast(std::shared_ptr<Damage> self, Digest digest) {
  auto pace = [context = self->context_](std::size_t) { return atFullSpeed(context); };
  co_return co_await self->examine(digest, std::move(pace));
}

// A manifest is fetched again by who asks for it next.
Task<> Damage::fetchAgain(std::shared_ptr<Damage> self, Digest digest) {
  auto& context = *self->context_;
  // The one that has it first may be one that no rule serves: all are looked at.
  auto holders = std::make_shared<std::vector<std::string>>();
  auto note = [holders](const storage::BlobHolder& holder) {
    holders->push_back(holder.repository);
    return false;
  };
  auto asked = co_await context.meta->blobHolder(digest, note);
  if (!asked) co_return;
  int tries = 0;
  for (const auto& name : *holders) {
    auto linked = co_await context.meta->blob(name, digest);
    auto route = co_await context.router.resolve(name, "");
    if (!linked || !*linked || !route || route->targets.empty()) continue;
    auto fetched = co_await self->pull_->get(std::make_shared<const Route>(std::move(*route)), digest,
                                             {.linked = (*linked)->size, .stored = std::nullopt});
    if (fetched) co_return;
    spdlog::warn("blob.not_fetched repository={} digest={} error=\"{}\"", name, digest.toString(),
                 fetched.error().message);
    if (++tries == kMostFetches || context.stopping) co_return;
  }
}

}  // namespace larder::registry
