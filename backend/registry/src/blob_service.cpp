#include "blob_service.hpp"

#include <spdlog/spdlog.h>

#include <utility>
#include <vector>

#include "push_rules.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;

}  // namespace

std::shared_ptr<const BlobAnswer> BlobServiceImpl::ready(std::string_view repository, std::string_view digest,
                                                         std::string_view ns, const MayRead& mayRead) {
  auto entry = context_->openBlobs.find({ns, repository, digest}, context_->clock.steady());
  if (!entry || !mayRead(entry->place)) return nullptr;
  entry->pulls.fetch_add(1, std::memory_order_relaxed);
  entry->hits->add();
  const auto* answer = &entry->answer;
  return {std::move(entry), answer};
}

Task<Result<BlobServiceImpl::Local>> BlobServiceImpl::lookUpInTurn(std::string repository, Digest digest, Asker asker) {
  auto context = context_;  // outlives the turn, and whoever waits for one when the daemon ends
  auto turn = co_await context->lookups.enter(repository, deadlineIn(kColdWait));
  if (!turn) co_return core::fail(ErrorCode::Timeout, "The registry is too busy to look the blob up. Try again.");
  co_return co_await lookUp(std::move(repository), digest, std::move(asker), &turn);
}

Task<Result<BlobServiceImpl::Local>> BlobServiceImpl::lookUp(std::string repository, Digest digest, Asker asker,
                                                             Turn* turn) {
  auto epoch = context_->openBlobs.epoch();
  auto ns = asker.ns;
  auto resolved = co_await context_->router.resolve(repository, std::move(asker));
  if (!resolved) co_return core::fail(resolved.error());
  if (resolved->pullRefusal) co_return core::fail(std::move(*resolved->pullRefusal));
  auto route = std::make_shared<Route>(std::move(*resolved));
  Local local{route, std::nullopt, std::nullopt};
  auto blob = co_await context_->meta->blob(route->repository, digest);
  if (!blob) co_return core::fail(blob.error());
  if (*blob && ((*blob)->mirrored || !route->mirroredOnly)) local.linked = (*blob)->size;
  if (local.linked) {
    auto reader = co_await openSized(digest, *local.linked, turn);
    if (!reader && reader.error().code != ErrorCode::BlobUnknown) co_return core::fail(reader.error());
    if (reader) {
      auto entry = std::make_shared<CachedBlob>();
      entry->answer.size = (*reader)->size();
      entry->answer.reader = std::move(*reader);
      entry->answer.repository = route->repository;
      entry->answer.upstream = route->host();
      entry->repository = route->repository;
      entry->place = route->place;
      entry->digest = digest;
      entry->hits = context_->metrics.requests(route->host(), ContentType::Blob, CacheResult::Hit);
      local.answer = entry->answer;
      context_->openBlobs.put({ns, repository, digest.toString()}, route->repository, std::move(entry), 1,
                              SteadyTime::max(), epoch);
      co_return local;
    }
  }
  if (route->targets.empty()) {
    co_return core::fail(
        route->absence({ErrorCode::BlobUnknown, "The blob is not in this repository.", digest.toString()}));
  }
  auto host = route->host();
  if (auto absent = context_->knownAbsence(*route, digest.toString())) {
    context_->metrics.requests(host, ContentType::Blob, CacheResult::Negative)->add();
    co_return core::fail(std::move(*absent));
  }
  co_return local;
}

Task<Result<std::shared_ptr<storage::BlobReader>>> BlobServiceImpl::openSized(Digest digest, std::uint64_t size,
                                                                              Turn* turn) {
  auto reader = co_await context_->blobs->open(digest);
  if (!reader || (*reader)->size() == size) co_return reader;
  // The record may be what is wrong, so that the content has the last word. To read it all takes long.
  turn->reset();
  auto examined = co_await damage_->examineNow(digest, deadlineIn(kColdWait));
  if (!examined) co_return core::fail(examined.error());
  co_return co_await context_->blobs->open(digest);
}

void BlobServiceImpl::doubt(Digest digest) {
  // What is open may be a file that another one has taken the place of.
  context_->forgetBlob(digest);
  runtime::spawn(context_->runtime.nextIo(), "blob-examine", examine(damage_, digest));
}

Task<> BlobServiceImpl::examine(std::shared_ptr<Damage> damage, Digest digest) {
  // What it finds is told where it is found.
  static_cast<void>(co_await damage->examineNow(digest, deadlineIn(kColdWait)));
}

Task<Result<BlobAnswer>> BlobServiceImpl::get(std::string repository, Digest digest, Asker asker) {
  auto begin = std::chrono::steady_clock::now();
  RoutePtr route;
  BlobPull::Known known;
  {
    auto local = co_await lookUpInTurn(std::move(repository), digest, std::move(asker));
    if (!local) co_return core::fail(local.error());
    if (local->answer) co_return deliver(*local->route, digest, std::move(*local->answer), begin);
    if (!local->linked) {
      if (auto allowed = context_->checkMisses(local->route->asker); !allowed) co_return core::fail(allowed.error());
    }
    route = std::move(local->route);
    known.linked = local->linked;
  }
  if (!known.linked) {
    // Here and not further in: hundreds may wait for it, and hold a frame less.
    auto found = co_await context_->blobs->stat(digest);
    if (!found) co_return core::fail(found.error());
    if (*found) known.stored = (*found)->size;
  }
  auto pulled = co_await pull_->get(route, digest, known);
  if (!pulled) co_return pulled;
  co_return deliver(*route, digest, std::move(*pulled), begin);
}

[[gnu::noinline]] Result<BlobAnswer> BlobServiceImpl::deliver(const Route& route, const Digest& digest,
                                                              BlobAnswer answer, SteadyTime begin) {
  if (auto refusal = context_->router.refusePull(route.names, "")) return core::fail(std::move(*refusal));
  context_->pulls.note(route.repository, digest, "");
  auto result = answer.cache == CacheState::Hit ? CacheResult::Hit : CacheResult::Miss;
  context_->metrics.requests(route.host(), ContentType::Blob, result)->add();
  context_->metrics.firstByte().observe(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  spdlog::debug("blob.requested repository={} digest={} cache={}", route.repository, digest.toString(),
                toString(answer.cache));
  return answer;
}

Task<Result<BlobAnswer>> BlobServiceImpl::head(std::string repository, Digest digest, Asker asker) {
  auto local = co_await lookUpInTurn(std::move(repository), digest, std::move(asker));
  if (!local) co_return core::fail(local.error());
  if (local->answer) {
    // Who asks may go on to push a manifest that names it.
    context_->pulls.note(local->route->repository, digest, "", 0);
    co_return std::move(*local->answer);
  }
  bool push = mayBePushed(*context_, *local->route);
  auto wait = push ? std::chrono::nanoseconds(context_->router.config()->larder.upstream.revalidateTimeout)
                   : std::chrono::nanoseconds(kColdWait);
  auto allowed = context_->checkMisses(local->route->asker);
  auto asked = allowed ? co_await pull_->head(std::move(local->route), digest, wait)
                       : Result<BlobAnswer>(core::fail(allowed.error()));
  if (asked || !push) co_return asked;
  bool unheard = core::isUpstreamOutage(asked.error().code) || asked.error().code == ErrorCode::TooManyRequests;
  if (!unheard) co_return asked;
  co_return core::fail(ErrorCode::BlobUnknown, "The blob is not stored. " + asked.error().message, digest.toString());
}

Task<Result<void>> BlobServiceImpl::remove(std::string repository, Digest digest) {
  std::vector<storage::MetaChange> changes;
  changes.emplace_back(storage::change::UnlinkBlob{repository, digest});
  auto removed = co_await context_->meta->apply(std::move(changes));
  if (!removed) co_return core::fail(removed.error());
  spdlog::debug("blob.removed repository={} digest={}", repository, digest.toString());
  co_return Result<void>{};
}

Task<Result<bool>> BlobServiceImpl::mount(std::string repository, Digest digest, std::string from, MayRead mayRead) {
  auto admitted = co_await admitPush(context_, repository);
  if (!admitted) co_return core::fail(admitted.error());
  auto stored = co_await context_->blobs->stat(digest);
  if (!stored) co_return core::fail(stored.error());
  if (!*stored) co_return false;
  // Whoever mounts a blob has pulled it.
  if (from.empty()) {
    auto mayMount = [context = context_, mayRead = std::move(mayRead)](const storage::BlobHolder& holder) {
      const auto& router = context->router;
      return mayRead(holder.repository) && !router.refusePull(router.namesOf(holder.repository, holder.origin), "");
    };
    auto holder = co_await context_->meta->blobHolder(digest, std::move(mayMount));
    if (!holder) co_return core::fail(holder.error());
    if (!*holder) co_return false;
  } else {
    if (!mayRead(from)) co_return false;
    auto route = co_await context_->router.resolve(from, {});
    if (!route) co_return core::fail(route.error());
    if (route->pullRefusal) co_return false;
    auto readable = co_await context_->meta->blob(std::move(from), digest);
    if (!readable) co_return core::fail(readable.error());
    if (!*readable) co_return false;
  }
  std::vector<storage::MetaChange> changes;
  changes.push_back(std::move(*admitted));
  changes.emplace_back(storage::change::LinkBlob{repository, digest, (*stored)->size});
  auto linked = co_await context_->meta->apply(std::move(changes));
  if (!linked) co_return core::fail(linked.error());
  auto kept = co_await context_->blobs->renew(digest);
  if (!kept) co_return core::fail(kept.error());
  co_return kept->has_value();
}

}  // namespace larder::registry
