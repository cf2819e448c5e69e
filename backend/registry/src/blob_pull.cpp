#include "blob_pull.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "client_error.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;

constexpr const char* kDaemonStops = "The daemon is shutting down.";
// Smaller ones come and go by the hundred.
constexpr std::uint64_t kNotableBytes = 64 << 20;

std::string flightKey(const Digest& digest, const Route& route) {
  return digest.toString() + "\n" + route.hosts();
}

[[gnu::noinline]] BlobAnswer answerOf(const Route& route, std::shared_ptr<BlobFollower> follower, std::uint64_t size) {
  BlobAnswer answer;
  answer.size = size;
  answer.growth = follower;
  answer.reader = std::move(follower);
  answer.cache = CacheState::Miss;
  answer.repository = route.repository;
  answer.upstream = route.host();
  return answer;
}

}  // namespace

Task<Result<BlobAnswer>> BlobPull::get(RoutePtr route, Digest digest, Known known) {
  // What is needed before a flight may be joined; nothing where the route's own upstream is about to give the blob.
  std::optional<Proof> proof;
  if (known.linked) {
    proof = Proof{*known.linked, true};
  } else if (known.stored || begunElsewhere(*route, digest)) {
    auto proven = co_await prove(route, digest, known.stored);
    if (!proven) co_return core::fail(remember(*route, digest, proven.error()));
    proof = *proven;
  }
  // A flight that another repository's request began may fail at that one's upstream; then this one's is asked.
  bool again = true;
  while (true) {
    auto joined = join(route, digest, proof);
    if (joined.foreign && !proof) {
      // Begun by another repository's request since this one looked.
      auto proven = co_await prove(route, digest, std::nullopt);
      if (!proven) co_return core::fail(remember(*route, digest, proven.error()));
      proof = *proven;
    }
    auto size = co_await joined.flight->waitSize();
    if (size) {
      if (!joined.mine) context_->metrics.coalesced().add();
      co_return answerOf(*route, std::move(joined.follower), *size);
    }
    bool ended = size.error().code != ErrorCode::Timeout;
    if (joined.mine || !ended || !std::exchange(again, false)) {
      co_return core::fail(remember(*route, digest, size.error()));
    }
  }
}

Task<Result<BlobAnswer>> BlobPull::head(RoutePtr route, Digest digest, std::chrono::nanoseconds wait) {
  auto asked = co_await headBlobUpstream(*route, digest, deadlineIn(wait));
  if (!asked.result) co_return core::fail(remember(*route, digest, asked.result.error()));
  BlobAnswer answer;
  answer.size = *asked.result;
  answer.cache = CacheState::Miss;
  answer.upstream = route->targets[asked.target].origin.host;
  co_return answer;
}

BlobPull::Joined BlobPull::join(const RoutePtr& route, const Digest& digest, std::optional<Proof> proof) {
  auto key = route->key();
  bool isLinked = proof && proof->linked;
  std::shared_ptr<BlobFlight> flight;
  {
    std::lock_guard lock(mutex_);
    auto& running = flights_[flightKey(digest, *route)];
    if (running.flight && running.flight->joinable()) {
      auto follower = std::make_shared<BlobFollower>(running.flight);
      return {running.flight, std::move(follower), false, running.key != key};
    }
    flight = std::make_shared<BlobFlight>(digest, proof ? std::optional(proof->size) : std::nullopt,
                                          context_->runtime.blocking(), deadlineIn(route->targets.front().syncTimeout));
    if (context_->stopping) flight->cancel({ErrorCode::Cancelled, kDaemonStops});
    // Blocked since the route was resolved, and perhaps after endBlocked().
    if (auto refusal = context_->router.refuseFetch(route->names, "")) flight->cancel(std::move(*refusal));
    running = {flight,        std::move(key), route->repository,    route->names,
               route->host(), ++numbers_,     context_->clock.now()};
    context_->metrics.blobDownloads().set(static_cast<double>(flights_.size()));
  }
  // Before the flight begins: one that nobody follows, and that cannot be stored, ends.
  auto follower = std::make_shared<BlobFollower>(flight);
  runtime::spawn(context_->runtime.blockingQueue(), "blob-flight",
                 fly(shared_from_this(), flight, DownloadOrder{route, !isLinked}));
  return {std::move(flight), std::move(follower), true, false};
}

bool BlobPull::begunElsewhere(const Route& route, const Digest& digest) const {
  auto key = route.key();
  std::lock_guard lock(mutex_);
  auto found = flights_.find(flightKey(digest, route));
  return found != flights_.end() && found->second.key != key;
}

Task<> BlobPull::fly(std::shared_ptr<BlobPull> self, std::shared_ptr<BlobFlight> flight, DownloadOrder order) {
  try {
    co_await downloadBlob(self->context_, flight, order);
  } catch (const std::exception& e) {
    flight->fail({ErrorCode::Internal, e.what()});
  }
  self->announce(*flight, order);
  std::lock_guard lock(self->mutex_);
  auto found = self->flights_.find(flightKey(flight->digest(), *order.route));
  if (found != self->flights_.end() && found->second.flight == flight) self->flights_.erase(found);
  self->context_->metrics.blobDownloads().set(static_cast<double>(self->flights_.size()));
}

Task<Result<std::optional<BlobPull::Proof>>> BlobPull::prove(RoutePtr route, Digest digest,
                                                             std::optional<std::uint64_t> stored) {
  auto deadline = deadlineIn(kColdWait);
  if (stored) {
    auto linked = co_await linkStored(context_, std::move(route), digest, *stored, deadline);
    if (!linked) co_return core::fail(linked.error());
    if (*linked == StoredLink::NotGiven) co_return std::nullopt;
    co_return Proof{*stored, true};
  }
  auto asked = co_await headBlobUpstream(*route, digest, deadline);
  if (!asked.result) co_return core::fail(asked.result.error());
  // What is on its way is not verified yet: who asks once it is stored is let in for good.
  co_return Proof{*asked.result, false};
}

core::Error BlobPull::remember(const Route& route, const Digest& digest, core::Error error) {
  if (isNo(error.code)) context_->noteAbsence(route, digest.toString(), error, ErrorCode::BlobUnknown);
  return toClientError(std::move(error), ErrorCode::BlobUnknown);
}

void BlobPull::cancelAll() {
  std::lock_guard lock(mutex_);
  for (auto& [key, running] : flights_) running.flight->cancel({ErrorCode::Cancelled, kDaemonStops});
}

void BlobPull::endBlocked() {
  std::lock_guard lock(mutex_);
  for (auto& [key, running] : flights_) {
    if (auto refusal = context_->router.refuseFetch(running.names, "")) {
      running.flight->cancel(std::move(*refusal));
    }
  }
}

void BlobPull::announce(const BlobFlight& flight, const DownloadOrder& order) {
  auto error = flight.error();
  bool wanted = error && (error->code == ErrorCode::Cancelled || error->code == ErrorCode::Denied);
  bool quiet = error ? wanted || isNo(error->code) : flight.received() < kNotableBytes;
  if (quiet) return;
  telemetry::Event event;
  event.time = context_->clock.now();
  event.severity = error ? telemetry::Severity::Warning : telemetry::Severity::Info;
  event.type = error ? "transfer.failed" : "transfer.done";
  event.subject = event.repository = order.route->repository;
  event.message = "Blob " + flight.digest().toString() + " from " + order.route->host() +
                  (error ? ": " + error->message : " was downloaded.");
  context_->events.publish(std::move(event));
}

std::vector<Transfer> BlobPull::transfers() const {
  std::vector<Transfer> all;
  {
    std::lock_guard lock(mutex_);
    all.reserve(flights_.size());
    for (const auto& [key, running] : flights_) {
      auto state = running.flight->progress();
      all.push_back({std::to_string(running.number), running.flight->digest(), running.repository, running.upstream,
                     running.startedAt, state.size, state.received, state.bytesPerSecond, state.followers});
    }
  }
  std::ranges::sort(all, [](const Transfer& a, const Transfer& b) {
    return std::pair(a.startedAt, a.id) < std::pair(b.startedAt, b.id);
  });
  return all;
}

Result<void> BlobPull::cancelTransfer(const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = std::ranges::find_if(flights_, [&](const auto& one) { return std::to_string(one.second.number) == id; });
  if (found == flights_.end()) return core::fail(ErrorCode::NotFound, "Transfer not found. It may have ended.", id);
  found->second.flight->cancel({ErrorCode::Cancelled, "An admin cancelled the download."});
  return {};
}

std::size_t BlobPull::running() const {
  std::lock_guard lock(mutex_);
  return flights_.size();
}

}  // namespace larder::registry
