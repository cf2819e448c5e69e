#include "blob_download.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "fill.hpp"
#include "random_id.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;

// Partial content to append to; null if the store cannot take any, so that the blob streams through. Another process on
// the same data may be writing the usual one.
Task<std::unique_ptr<storage::BlobWriter>> openWriter(std::shared_ptr<Context> context, RoutePtr route, Digest digest) {
  const auto& place = context->placeOf(route->repository);
  auto id = partialIdOf(digest, route->hosts());
  if (place.room.full()) {
    spdlog::warn("blob.not_stored digest={} error=\"{}\"", digest.toString(), place.room.refusal().message);
    co_return nullptr;
  }
  auto writer = co_await place.blobs->write(id);
  if (!writer && writer.error().code == ErrorCode::Conflict) {
    writer = co_await place.blobs->write(id.substr(0, 64) + "-" + randomId());
  }
  if (writer) co_return std::move(*writer);
  spdlog::warn("blob.not_stored digest={} error=\"{}\"", digest.toString(), writer.error().message);
  co_return nullptr;
}

// By when the upstream is to have said what it knows of the blob, within the time that the download has.
SteadyTime headDeadline(const BlobFlight& flight) {
  return std::min(flight.deadline(), deadlineIn(kColdWait));
}

// Lets the repository read a blob that its upstream was seen to have. Where the repository may not be filled from there
// (Conflict of fillRepository()), whoever asked is served all the same, and the upstream is asked again for the next.
// So it is where there is no room to write the link down, which is counted; the answer is false then.
Task<Result<bool>> linkFromUpstream(std::shared_ptr<Context> context, std::string repository, storage::Origin origin,
                                    Digest digest, std::uint64_t size) {
  std::vector<storage::MetaChange> changes;
  changes.emplace_back(storage::change::LinkBlob{repository, digest, size, true});
  auto filled = co_await fillRepository(context, repository, std::move(origin), std::move(changes));
  if (filled) co_return true;
  bool full = filled.error().code == ErrorCode::NoSpace;
  if (!full && filled.error().code != ErrorCode::Conflict) co_return core::fail(std::move(filled.error()));
  if (full) context->metrics.notStored(ContentType::Blob).add();
  spdlog::warn("blob.not_linked digest={} repository={} error=\"{}\"", digest.toString(), repository,
               filled.error().message);
  co_return !full;
}

Task<Result<bool>> wasGivenBy(std::shared_ptr<Context> context, std::string host, Digest digest) {
  auto holder = co_await context->meta->blobHolder(digest, [host = std::move(host)](const storage::BlobHolder& one) {
    return one.mirrored && one.origin.host == host;
  });
  if (!holder) co_return core::fail(holder.error());
  co_return holder->has_value();
}

// A lambda that is no coroutine: the source's task owns its parameters, and the flight outlives it.
UpstreamRequest<std::monostate> blobRequest(std::shared_ptr<BlobFlight> flight);

Task<Result<std::monostate>> transfer(upstream::UpstreamSource* source, std::string name,
                                      std::shared_ptr<BlobFlight> flight) {
  // What a first URL sent whole, before it failed, is enough.
  if (auto size = flight->size(); size && flight->received() == *size && *size > 0) co_return std::monostate{};
  auto sent =
      co_await source->getBlob(std::move(name), flight->digest(), flight->received(), *flight, flight->deadline());
  if (!sent) co_return core::fail(sent.error());
  co_return std::monostate{};
}

UpstreamRequest<std::monostate> blobRequest(std::shared_ptr<BlobFlight> flight) {
  return [flight = std::move(flight)](upstream::UpstreamSource& source, const std::string& name) {
    return transfer(&source, name, flight);
  };
}

core::Error told(const BlobFlight& flight, core::Error error, const std::string& upstream) {
  if (error.code != ErrorCode::Corrupt) return error;
  spdlog::error("blob.wrong_digest upstream={} expected={} error=\"{}\"", upstream, flight.digest().toString(),
                error.message);
  return {ErrorCode::UpstreamInvalid, "The upstream's content does not match its digest and was discarded.",
          flight.digest().toString()};
}

// Partial content is gone on with when the upstream's size agrees. The error of an upstream that does not have it.
Task<Result<void>> prepare(std::shared_ptr<Context> context, std::shared_ptr<BlobFlight> flight, RoutePtr route) {
  auto& room = context->placeOf(route->repository).room;
  auto writer = co_await openWriter(context, route, flight->digest());
  if (!writer) co_return Result<void>{};
  auto there = writer->size();
  if (there == 0) {
    flight->store(std::move(writer), room);
    co_return Result<void>{};
  }
  auto head = co_await headBlobUpstream(*route, flight->digest(), headDeadline(*flight));
  if (!head.result) co_return core::fail(head.result.error());
  if (there > *head.result) {
    auto discarded = co_await writer->discard();
    if (!discarded) co_return core::fail(discarded.error());
    writer = co_await openWriter(context, route, flight->digest());
    if (!writer) co_return Result<void>{};
  }
  spdlog::info("blob.resumed digest={} from={} size={}", flight->digest().toString(), writer->size(), *head.result);
  flight->store(std::move(writer), room);
  flight->onSize(*head.result);
  co_return Result<void>{};
}

// Another download may have ended since the caller looked: then there is nothing to fetch.
Task<Result<bool>> finishStored(std::shared_ptr<Context> context, std::shared_ptr<BlobFlight> flight,
                                DownloadOrder order) {
  auto stored = co_await context->blobs->open(flight->digest());
  if (!stored) co_return false;
  if (order.link) {
    auto linked = co_await linkStored(context, order.route, flight->digest(), (*stored)->size(), headDeadline(*flight));
    if (!linked) co_return core::fail(linked.error());
    if (*linked == StoredLink::NotGiven) co_return false;
  }
  flight->finish(std::move(*stored));
  co_return true;
}

// The download has failed at its upstreams.
Task<> giveUp(std::shared_ptr<BlobFlight> flight, DownloadOrder order, Asked<std::monostate> sent) {
  const auto& error = sent.result.error();
  bool blocked = error.code == ErrorCode::Denied;
  if (!blocked && !isNo(error.code)) {
    spdlog::warn("blob.upstream_failed digest={} repository={} upstream={} received={} code={} error=\"{}\"",
                 flight->digest().toString(), order.route->repository, order.route->targets[sent.target].origin.host,
                 flight->received(), core::toString(error.code), error.message);
  }
  // Whoever goes on with partial content compares its size with the upstream's: without one it is of no use.
  if (!flight->size()) co_await flight->discard();
  flight->fail(error);
}

// What has come whole is stored, and its repository may read it.
Task<> keep(std::shared_ptr<Context> context, std::shared_ptr<BlobFlight> flight, DownloadOrder order,
            std::size_t target) {
  const auto& origin = order.route->targets[target].origin;
  auto size = flight->received();
  auto stored = co_await flight->commit();
  if (!stored) {
    flight->fail(told(*flight, stored.error(), origin.host));
    co_return;
  }
  // There may have been no room for what is here already, and this registry has given it now.
  bool isHere = *stored;
  if (!isHere) {
    auto kept = co_await context->blobs->renew(flight->digest());
    isHere = kept && *kept;
  }
  if (!isHere) context->metrics.notStored(ContentType::Blob).add();
  if (isHere && order.link) {
    auto linked = co_await linkFromUpstream(context, order.route->repository, origin, flight->digest(), size);
    if (!linked) {
      spdlog::warn("blob.not_linked digest={} repository={} error=\"{}\"", flight->digest().toString(),
                   order.route->repository, linked.error().message);
    }
  }
  flight->conclude();
  spdlog::debug("blob.pulled digest={} repository={} upstream={} bytes={} stored={}", flight->digest().toString(),
                order.route->repository, origin.host, size, isHere);
}

}  // namespace

std::string partialIdOf(const Digest& digest, const std::string& hosts) {
  // At most 128 characters: the first 96 of a sha512 digest are enough to tell blobs apart.
  return std::string(kPullPrefix) + std::string(digest.algorithmName()) + "-" + digest.hex().substr(0, 96) + "-" +
         Digest::of(hosts).hex().substr(0, 16);
}

Task<Asked<std::uint64_t>> headBlobUpstream(const Route& route, Digest digest, SteadyTime deadline) {
  return askInOrder<std::uint64_t>(route.targets,
                                   [digest, deadline](upstream::UpstreamSource& source, const std::string& name) {
                                     return source.headBlob(name, digest, deadline);
                                   });
}

Task<Result<StoredLink>> linkStored(std::shared_ptr<Context> context, RoutePtr route, Digest digest, std::uint64_t size,
                                    SteadyTime deadline) {
  auto asked = co_await headBlobUpstream(*route, digest, deadline);
  if (!asked.result) co_return core::fail(asked.result.error());
  // One of the two is wrong, and what is downloaded shows which.
  if (*asked.result != size) co_return StoredLink::NotGiven;
  auto origin = route->targets[asked.target].origin;
  auto given = co_await wasGivenBy(context, origin.host, digest);
  if (!given) co_return core::fail(given.error());
  if (!*given) co_return StoredLink::NotGiven;
  auto linked = co_await linkFromUpstream(context, route->repository, std::move(origin), digest, size);
  if (!linked) co_return core::fail(linked.error());
  co_return *linked ? StoredLink::Made : StoredLink::NoRoom;
}

Task<> downloadBlob(std::shared_ptr<Context> context, std::shared_ptr<BlobFlight> flight, DownloadOrder order) {
  auto already = co_await finishStored(context, flight, order);
  if (!already) {
    flight->fail(already.error());
    co_return;
  }
  if (*already) co_return;
  auto prepared = co_await prepare(context, flight, order.route);
  if (!prepared) {
    flight->fail(prepared.error());
    co_return;
  }
  auto sent = co_await askInOrder<std::monostate>(order.route->targets, blobRequest(flight));
  if (!sent.result) {
    co_await giveUp(std::move(flight), std::move(order), std::move(sent));
    co_return;
  }
  co_await keep(std::move(context), std::move(flight), std::move(order), sent.target);
}

}  // namespace larder::registry
