#include "jobs/jobs.hpp"

#include <exception>
#include <utility>

namespace larder::registry {
namespace {

using core::ErrorCode;

constexpr std::size_t kMostPrefetches = 4;

}  // namespace

Jobs::Jobs(std::shared_ptr<Context> context, std::shared_ptr<Housekeeping> housekeeping, std::shared_ptr<Scrub> scrub,
           std::shared_ptr<ManifestPull> manifests, std::shared_ptr<BlobPull> blobs)
    : context_(std::move(context)),
      housekeeping_(std::move(housekeeping)),
      scrub_(std::move(scrub)),
      manifests_(std::move(manifests)),
      blobs_(std::move(blobs)),
      courtesy_(std::make_shared<Courtesy>(context_, blobs_)) {}

Task<Result<Job>> Jobs::start(JobKind kind, std::string by) {
  if (auto health = context_->storeHealth(); health.state == StoreHealth::State::Lost) {
    co_return core::fail(ErrorCode::StoreUnusable, std::move(health.reason));
  }
  switch (kind) {
    case JobKind::Gc:
    case JobKind::Retention:
      co_return co_await housekeeping_->startCollection(kind, std::move(by));
    case JobKind::Eviction:
      co_return co_await housekeeping_->startEviction(std::move(by));
    case JobKind::Scrub:
      co_return co_await scrub_->startRound(std::move(by));
    case JobKind::SyncRun:
    case JobKind::Prefetch:
      break;
    case JobKind::Import:
      co_return core::fail(ErrorCode::Unsupported, "An import begins when larderd starts.");
  }
  co_return core::fail(ErrorCode::Unsupported,
                       "A sync run or a prefetch needs a target: start it from the sync rule or the image.");
}

Task<Result<Job>> Jobs::prefetch(PrefetchOrder order, std::string by) {
  auto tag = order.reference.isTag() ? order.reference.tag() : std::string();
  auto route = co_await context_->router.resolve(order.repository, order.ns, std::move(tag));
  if (!route) co_return core::fail(route.error());
  if (route->fetchRefusal) co_return core::fail(std::move(*route->fetchRefusal));
  if (route->targets.empty()) {
    co_return core::fail(ErrorCode::NameUnknown, "No sync rule matches this name, so it cannot be fetched.",
                         order.repository);
  }
  if (context_->jobs->running(JobKind::Prefetch) >= kMostPrefetches) {
    co_return core::fail(ErrorCode::Conflict, "Four prefetches are already running. Try again when one has ended.");
  }
  auto target = route->repository + (order.reference.isTag() ? ":" : "@") + order.reference.toString();
  auto job = context_->jobs->begin(JobKind::Prefetch, std::move(target), std::move(by));
  auto id = job->id();
  auto copy = std::make_shared<ImageCopy>(context_, manifests_, blobs_, courtesy_, std::move(order.platforms), job);
  runtime::spawn(context_->runtime.backgroundQueue(), "prefetch",
                 fetch({context_, manifests_, std::move(copy), std::move(job),
                        std::make_shared<const Route>(std::move(*route)), order.reference}));
  co_return *context_->jobs->job(id);
}

Task<> Jobs::fetch(Fetching fetching) {
  try {
    auto fetched = co_await fetchImage(&fetching);
    if (!fetched) fetching.job->fail(fetched.error().message);
  } catch (const std::exception& e) {
    fetching.job->fail(e.what());
  }
  fetching.job->end(fetching.context->stopping);
}

Task<Result<void>> Jobs::fetchImage(const Fetching* fetching) {
  auto manifest = co_await fetching->manifests->get(fetching->route, fetching->reference);
  if (!manifest) co_return core::fail(manifest.error());
  auto copied = co_await fetching->copy->image(fetching->route, manifest->answer.digest);
  if (!copied) co_return core::fail(copied.error());
  fetching->job->count("manifests", copied->size());
  co_return Result<void>{};
}

}  // namespace larder::registry
