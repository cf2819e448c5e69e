#include "housekeeping/evictor.hpp"

#include <spdlog/spdlog.h>

#include <utility>
#include <vector>

#include "housekeeping/blob_removal.hpp"
#include "housekeeping/fetchable.hpp"
#include "housekeeping/pace.hpp"

namespace larder::registry {
namespace {

constexpr std::size_t kPage = 200;
// What was used so lately is in use: its layers are on their way, and would be spared (blob_removal.cpp).
constexpr std::chrono::seconds kInUse{3};

class Eviction {
 public:
  Eviction(std::shared_ptr<Context> context, Lease& lease, SpaceNeeds needs, RunningJob& job)
      : context_(std::move(context)),
        job_(job),
        pace_(*context_, lease, job),
        needs_(std::move(needs)),
        fetchable_(context_) {}

  Task<Evicted> run();

 private:
  // The bytes that it freed.
  Task<Result<std::uint64_t>> evict(storage::ImageUse image);
  Task<Result<Removed>> removeContent(std::vector<Digest> digests);

  std::shared_ptr<Context> context_;
  RunningJob& job_;
  Pace pace_;
  SpaceNeeds needs_;
  Fetchable fetchable_;
};

Task<Evicted> Eviction::run() {
  Evicted evicted;
  std::optional<storage::ImageUse> after;
  do {
    // What was pulled until now counts.
    context_->collectPulls();
    co_await context_->pulls.flush();
    auto images = co_await context_->maintenance->imagesByUse(after, kPage);
    if (!images) {
      spdlog::warn("eviction.failed error=\"{}\"", images.error().message);
      job_.fail(images.error().message);
      co_return evicted;
    }
    evicted.all = images->empty();
    if (evicted.all) co_return evicted;
    for (auto& image : *images) {
      if (image.usedAt > context_->clock.now() - kInUse) co_return evicted;
      after = image;
      auto bytes = co_await evict(std::move(image));
      if (!bytes) {
        spdlog::warn("eviction.failed repository={} error=\"{}\"", after->repository, bytes.error().message);
        job_.fail(after->repository + ": " + bytes.error().message);
        co_return evicted;
      }
      evicted.bytes += *bytes;
      auto missing = needs_.empty() ? 0 : largest(needs_).bytes;
      job_.progress(evicted.bytes, evicted.bytes + missing, "bytes");
      if (missing == 0) co_return evicted;
      if (*bytes > 0 && !co_await pace_.next()) co_return evicted;
    }
  } while (co_await pace_.next());
  co_return evicted;
}

Task<Result<std::uint64_t>> Eviction::evict(storage::ImageUse image) {
  const auto& place = context_->placeOf(image.repository).route;
  const auto* need = needOf(needs_, place);
  if (!need || !co_await fetchable_.check(image.repository)) co_return std::uint64_t{0};
  auto reason = need->reason;
  auto gone = co_await context_->maintenance->evict(image);
  if (!gone) co_return core::fail(gone.error());
  if (gone->empty()) co_return std::uint64_t{0};
  auto removed = co_await removeContent(std::move(*gone));
  if (!removed) co_return core::fail(removed.error());
  context_->metrics.evictions(reason)->add();
  context_->metrics.evictedBytes().add(removed->bytes);
  job_.count("evictedImages", 1);
  job_.count("freedBytes", removed->bytes);
  auto idle = std::chrono::duration_cast<std::chrono::seconds>(context_->clock.now() - image.usedAt);
  spdlog::info("eviction.evicted repository={} digest={} idle_s={} bytes={} reason={}", image.repository,
               image.digest.toString(), idle.count(), removed->bytes, reason);
  noteFreed(needs_, place, removed->bytes);
  if (removed->failure) co_return core::fail(*removed->failure);
  co_return removed->bytes;
}

Task<Result<Removed>> Eviction::removeContent(std::vector<Digest> digests) {
  std::vector<storage::BlobInfo> blobs;
  for (const auto& digest : digests) {
    auto stored = co_await context_->blobs->stat(digest);
    if (!stored) co_return core::fail(stored.error());
    if (*stored) blobs.push_back(**stored);
  }
  co_return co_await removeUnneeded(context_, context_->blobs, std::move(blobs), context_->clock.now());
}

}  // namespace

Task<Evicted> evictImages(std::shared_ptr<Context> context, std::shared_ptr<Lease> lease, SpaceNeeds needs,
                          std::shared_ptr<RunningJob> job) {
  Eviction eviction(std::move(context), *lease, std::move(needs), *job);
  co_return co_await eviction.run();
}

}  // namespace larder::registry
