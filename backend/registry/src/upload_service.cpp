#include "upload_service.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "push_rules.hpp"
#include "random_id.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;

// Bytes are gathered to pieces of this size before they go to the store, so that small reads cost no thread changes.
constexpr std::size_t kPiece = 256 * 1024;
constexpr std::chrono::hours kIdle{24};
constexpr std::chrono::hours kUntouched{1};

bool isUploadId(const std::string& id) {
  return id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string partialIdOf(const std::string& id) {
  return std::string(kUploadPrefix) + id;
}

tl::unexpected<core::Error> unknownUpload(std::string id) {
  return core::fail(ErrorCode::BlobUploadUnknown, "Upload not found. Start a new one.", std::move(id));
}

// What was stored already, and was let go in the instant before it was linked.
tl::unexpected<core::Error> failRemoved(const Digest& digest) {
  core::Error error(ErrorCode::TooManyRequests, "The blob was removed while it was being pushed. Push it again.",
                    digest.toString());
  error.retryAfter = std::chrono::seconds(1);
  return core::fail(std::move(error));
}

core::Error wholeAlready() {
  return {ErrorCode::BlobUploadInvalid, "The blob is already complete. Finish the upload, or start a new one."};
}

// `session` is leased by the caller, who waits. A writer that has failed once may be good for nothing more.
Task<Result<void>> appendTo(UploadSessions::Session* session, std::shared_ptr<Context> context, std::string repository,
                            std::span<const std::byte> data) {
  auto room = co_await awaitRoom(context, repository, data.size());
  session->full = !room;
  if (!room) co_return room;
  auto appended = co_await session->writer->append(data);
  session->offset = session->writer->size();
  if (!appended) UploadSessions::close(*session);
  co_return appended;
}

std::span<const std::byte> asBytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

}  // namespace

Task<Result<UploadState>> UploadServiceImpl::start(std::string repository, runtime::ClientNetwork client) {
  auto admitted = co_await admitPush(context_, repository);
  if (!admitted) co_return core::fail(admitted.error());
  auto room = co_await awaitRoom(context_, repository, 0, kPiece);
  if (!room) co_return core::fail(room.error());
  auto now = context_->clock.now();
  auto id = randomId();
  if (auto added = open_.add(id, client, context_->router.config()->larder.limits); !added) {
    co_return core::fail(added.error());
  }
  std::vector<storage::MetaChange> changes;
  changes.emplace_back(storage::change::PutUpload{{id, std::move(repository), now, now}});
  auto applied = co_await context_->meta->apply(std::move(changes));
  if (!applied) {
    open_.remove(id);
    co_return core::fail(applied.error());
  }
  co_return UploadState{std::move(id), 0};
}

Task<Result<storage::UploadRecord>> UploadServiceImpl::find(std::string repository, std::string id) {
  if (!isUploadId(id)) co_return unknownUpload(std::move(id));
  auto record = co_await context_->meta->upload(id);
  if (!record) co_return core::fail(record.error());
  if (!*record || (*record)->repository != repository) co_return unknownUpload(std::move(id));
  co_return std::move(**record);
}

Task<Result<UploadSessions::Lease>> UploadServiceImpl::open(std::string repository, std::string id) {
  auto lease = sessions_->lease(id);
  if (!lease) co_return core::fail(lease.error());
  // Who held it before may have ended the upload.
  auto record = co_await find(repository, id);
  if (!record) co_return core::fail(record.error());
  auto& session = lease->session();
  if (!session.writer && !session.stored) {
    auto writer = co_await context_->placeOf(repository).blobs->write(partialIdOf(id));
    if (!writer) co_return core::fail(writer.error());
    session.offset = (*writer)->size();
    session.known = true;
    session.writer = std::move(*writer);
  }
  co_return std::move(*lease);
}

Task<Result<UploadState>> UploadServiceImpl::status(std::string repository, std::string id) {
  auto record = co_await find(std::move(repository), id);
  if (!record) co_return core::fail(record.error());
  if (auto offset = sessions_->offsetOf(id)) co_return UploadState{std::move(id), *offset};
  auto lease = co_await open(record->repository, id);
  if (!lease) co_return core::fail(lease.error());
  co_return UploadState{std::move(id), lease->session().offset};
}

Task<Result<UploadState>> UploadServiceImpl::append(std::string repository, std::string id,
                                                    std::optional<std::uint64_t> from,
                                                    std::optional<std::uint64_t> length, ChunkSource body) {
  auto record = co_await find(std::move(repository), id);
  if (!record) co_return core::fail(record.error());
  auto lease = co_await open(record->repository, id);
  if (!lease) co_return core::fail(lease.error());
  if (lease->session().stored) co_return core::fail(wholeAlready());
  auto taken = co_await take(&lease->session(), record->repository, from, length, std::move(body));
  record->changedAt = context_->clock.now();
  std::vector<storage::MetaChange> changes;
  changes.emplace_back(storage::change::PutUpload{*record});
  auto noted = co_await context_->meta->apply(std::move(changes));
  if (!taken) {
    co_await dropIfFull(&*lease, id);
    co_return core::fail(taken.error());
  }
  if (!noted) co_return core::fail(noted.error());
  co_return UploadState{std::move(id), lease->session().offset};
}

Task<Result<void>> UploadServiceImpl::take(UploadSessions::Session* session, std::string repository,
                                           std::optional<std::uint64_t> from, std::optional<std::uint64_t> length,
                                           ChunkSource body) {
  if (from && *from != session->offset) {
    co_return core::fail(ErrorCode::RangeInvalid, "The chunk must begin at byte " + std::to_string(session->offset) +
                                                      ", the current end of the upload.");
  }
  std::string gathered;
  std::uint64_t got = 0;
  std::optional<core::Error> failure;
  while (!failure) {
    auto chunk = co_await body();
    if (!chunk) {
      failure = chunk.error();
      break;
    }
    if (chunk->empty()) break;
    got += chunk->size();
    if (length && got > *length) {
      failure = core::Error{ErrorCode::SizeInvalid, "The chunk is longer than its declared length."};
      break;
    }
    if (session->stored) {
      // A client that repeats its last request; what it sends was verified the first time.
      if (got > session->stored->size) failure = wholeAlready();
      continue;
    }
    if (gathered.empty() && chunk->size() >= kPiece) {
      auto appended = co_await appendTo(session, context_, repository, *chunk);
      if (!appended) failure = appended.error();
      continue;
    }
    gathered.append(reinterpret_cast<const char*>(chunk->data()), chunk->size());
    if (gathered.size() < kPiece) continue;
    auto appended = co_await appendTo(session, context_, repository, asBytes(gathered));
    if (!appended) failure = appended.error();
    gathered.clear();
  }
  // What has come before a client left is kept, so that it can go on from there.
  if (!gathered.empty() && session->writer) {
    auto appended = co_await appendTo(session, context_, repository, asBytes(gathered));
    if (!appended && !failure) failure = appended.error();
  }
  if (failure) co_return core::fail(std::move(*failure));
  if (length && got < *length)
    co_return core::fail(ErrorCode::SizeInvalid, "The chunk is shorter than its declared length.");
  co_return Result<void>{};
}

Task<Result<void>> UploadServiceImpl::finish(std::string repository, std::string id, std::optional<std::uint64_t> from,
                                             std::optional<std::uint64_t> length, Digest digest, ChunkSource body) {
  auto record = co_await find(repository, id);
  if (!record) co_return core::fail(record.error());
  // Anew: others may have been made since the upload began, and an upstream may have filled this one.
  auto admitted = co_await admitPush(context_, repository);
  if (!admitted) co_return core::fail(admitted.error());
  auto lease = co_await open(record->repository, id);
  if (!lease) co_return core::fail(lease.error());
  auto taken = co_await take(&lease->session(), record->repository, from, length, std::move(body));
  if (!taken) {
    co_await dropIfFull(&*lease, id);
    co_return core::fail(taken.error());
  }

  auto& session = lease->session();
  if (!session.stored) {
    auto committed = co_await session.writer->commit(digest);
    if (!committed && committed.error().code == ErrorCode::Corrupt) {
      UploadSessions::close(session);
      auto forgotten = co_await forget(id);
      if (!forgotten) spdlog::warn("upload.not_removed id={} error=\"{}\"", id, forgotten.error().message);
      lease->drop();
      co_return core::fail(ErrorCode::DigestInvalid, committed.error().message, digest.toString());
    }
    UploadSessions::close(session);
    if (!committed) co_return core::fail(committed.error());
    session.offset = committed->size;
    session.stored = *committed;
    session.known = true;
  } else if (session.stored->digest != digest) {
    co_return core::fail(ErrorCode::DigestInvalid,
                         "The content has the digest " + session.stored->digest.toString() + ".", digest.toString());
  }
  std::vector<storage::MetaChange> changes;
  changes.push_back(std::move(*admitted));
  changes.emplace_back(storage::change::LinkBlob{repository, digest, session.stored->size});
  changes.emplace_back(storage::change::RemoveUpload{id});
  auto applied = co_await context_->meta->apply(std::move(changes));
  if (!applied) co_return core::fail(applied.error());
  open_.remove(id);
  auto size = session.stored->size;
  lease->drop();
  auto kept = co_await context_->blobs->renew(digest);
  if (!kept) co_return core::fail(kept.error());
  if (!*kept) co_return failRemoved(digest);
  spdlog::debug("blob.pushed repository={} digest={} bytes={}", repository, digest.toString(), size);
  co_return Result<void>{};
}

Task<Result<void>> UploadServiceImpl::cancel(std::string repository, std::string id) {
  auto record = co_await find(std::move(repository), id);
  if (!record) co_return core::fail(record.error());
  auto lease = co_await open(record->repository, id);
  if (!lease) co_return core::fail(lease.error());
  auto& session = lease->session();
  if (session.writer) {
    auto discarded = co_await session.writer->discard();
    UploadSessions::close(session);
    if (!discarded) co_return core::fail(discarded.error());
  }
  auto forgotten = co_await forget(std::move(id));
  if (forgotten) lease->drop();
  co_return forgotten;
}

// What there is no room for would be in the way of everybody's smaller pushes for as long as its upload is kept.
Task<> UploadServiceImpl::dropIfFull(UploadSessions::Lease* lease, std::string id) {
  auto& session = lease->session();
  if (!session.full || !session.writer) co_return;
  auto discarded = co_await session.writer->discard();
  UploadSessions::close(session);
  if (discarded) discarded = co_await forget(id);
  if (discarded) lease->drop();
  if (!discarded) spdlog::warn("upload.not_removed id={} error=\"{}\"", id, discarded.error().message);
}

Task<Result<void>> UploadServiceImpl::forget(std::string id) {
  open_.remove(id);
  std::vector<storage::MetaChange> changes;
  changes.emplace_back(storage::change::RemoveUpload{std::move(id)});
  return context_->meta->apply(std::move(changes));
}

Task<> UploadServiceImpl::purgeIdle() {
  auto uploads = co_await context_->meta->idleUploads(storage::WallTime::max());
  auto partials = co_await context_->blobs->partials();
  if (!uploads || !partials) {
    spdlog::warn("upload.purge_failed error=\"{}\"", uploads ? partials.error().message : uploads.error().message);
    co_return;
  }
  std::set<std::string> ids, begun;
  for (const auto& upload : *uploads) ids.insert(upload.id);
  for (const auto& partial : *partials) begun.insert(partial.id);
  open_.match(ids);
  auto now = context_->clock.now();
  for (auto& upload : *uploads) {
    bool touched = upload.changedAt != upload.startedAt || begun.contains(partialIdOf(upload.id));
    if (upload.changedAt >= now - (touched ? kIdle : kUntouched)) continue;
    // Closes a writer that rests; one that is in use is not idle after all.
    auto lease = sessions_->lease(upload.id);
    if (!lease) continue;
    auto current = co_await context_->meta->upload(upload.id);
    if (!current || !*current || (*current)->changedAt != upload.changedAt) continue;
    UploadSessions::close(lease->session());
    auto removed = co_await context_->blobs->removePartial(partialIdOf(upload.id));
    if (removed) removed = co_await forget(upload.id);
    if (removed) lease->drop();
    if (!removed) spdlog::warn("upload.not_removed id={} error=\"{}\"", upload.id, removed.error().message);
  }
}

}  // namespace larder::registry
