#include "blob_flight.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "larder/runtime/offload.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;

constexpr std::size_t kHashPiece = 256 * 1024;
// Nobody can be served before the end of a blob whose size nobody told, and one without an end would fill the disk.
constexpr std::uint64_t kMaxUntoldBytes = 256 * 1024 * 1024;

core::Error wrongDigest(const Digest& expected, const Digest& actual) {
  return {ErrorCode::Corrupt, "The content has the digest " + actual.toString() + ".", expected.toString()};
}

}  // namespace

void BlobFlight::store(std::unique_ptr<storage::BlobWriter> writer, Room& room) {
  auto reader = writer->follow();
  auto stored = writer->size();
  writer_ = std::move(writer);
  room_ = &room;
  std::lock_guard lock(mutex_);
  reader_ = std::move(reader);
  stored_ = storedBefore_ = stored;
}

void BlobFlight::finish(std::shared_ptr<storage::BlobReader> stored) {
  {
    std::lock_guard lock(mutex_);
    size_ = stored_ = storedBefore_ = stored->size();
    reader_ = std::move(stored);
  }
  conclude();
}

void BlobFlight::fail(core::Error error) {
  writer_.reset();
  end(Phase::Failed, std::move(error));
}

// The download itself ends at its next bytes.
void BlobFlight::cancel(core::Error why) {
  end(Phase::Failed, std::move(why));
}

BlobFlight::Progress BlobFlight::progress() const {
  Progress progress;
  std::vector<std::weak_ptr<FollowerPosition>> followers;
  {
    std::lock_guard lock(mutex_);
    progress = {size_ ? size_ : expected_, receivedLocked(), throughput_.perSecond(std::chrono::steady_clock::now()),
                0};
    followers = followers_;
  }
  for (const auto& weak : followers) {
    auto position = weak.lock();
    if (!position) continue;
    // Who stands at the end waits for the blob to be here, as a poll does.
    std::lock_guard lock(position->mutex);
    if (!progress.size || position->next < *progress.size) ++progress.followers;
  }
  return progress;
}

Arrival BlobFlight::arrival() const {
  std::lock_guard lock(mutex_);
  return {waited_, storedBefore_, error_ ? error_->message : ""};
}

std::optional<core::Error> BlobFlight::error() const {
  std::lock_guard lock(mutex_);
  return error_;
}

void BlobFlight::end(Phase phase, std::optional<core::Error> error) {
  {
    std::lock_guard lock(mutex_);
    if (phase_ != Phase::Running) return;
    phase_ = phase;
    error_ = std::move(error);
  }
  changed_.notify();
}

std::uint64_t BlobFlight::receivedLocked() const {
  return window_ ? window_->end() : stored_;
}

std::uint64_t BlobFlight::received() const {
  std::lock_guard lock(mutex_);
  return receivedLocked();
}

void BlobFlight::onTurn(std::chrono::milliseconds waited) {
  {
    std::lock_guard lock(mutex_);
    waited_ += waited;
    if (!turnAt_) turnAt_ = std::chrono::steady_clock::now();
  }
  changed_.notify();
}

void BlobFlight::onSize(std::uint64_t totalBytes) {
  {
    std::lock_guard lock(mutex_);
    if (size_ && *size_ != totalBytes) contradicted_ = true;
    if (!size_) size_ = totalBytes;
  }
  changed_.notify();
}

Task<Result<void>> BlobFlight::onData(std::span<const std::byte> data) {
  {
    std::lock_guard lock(mutex_);
    if (phase_ != Phase::Running) co_return core::fail(*error_);
    throughput_.add(data.size(), std::chrono::steady_clock::now());
    if (!size_) size_ = expected_;
    if (!size_ && receivedLocked() + data.size() > kMaxUntoldBytes) {
      co_return core::fail(ErrorCode::UpstreamInvalid, "The upstream sent more than 256 MiB without a Content-Length.",
                           digest_.toString());
    }
    if (contradicted_ || (size_ && receivedLocked() + data.size() > *size_)) {
      co_return core::fail(ErrorCode::UpstreamInvalid,
                           "The size of the upstream's content differs from the announced size.", digest_.toString());
    }
  }
  auto text = [&](std::size_t from) {
    return std::string(reinterpret_cast<const char*>(data.data()) + from, data.size() - from);
  };
  if (!writer_) co_return co_await stream(text(0));
  if (!room_->take(data.size())) co_return co_await passThrough(text(0), room_->refusal());
  auto before = writer_->size();
  auto appended = co_await writer_->append(data);
  auto after = writer_->size();
  {
    std::lock_guard lock(mutex_);
    stored_ = after;
  }
  changed_.notify();
  if (appended) co_return Result<void>{};
  co_return co_await passThrough(text(static_cast<std::size_t>(after - before)), appended.error());
}

Task<Result<void>> BlobFlight::passThrough(std::string rest, core::Error why) {
  spdlog::warn("blob.not_stored digest={} stored={} error=\"{}\"", digest_.toString(), writer_->size(), why.message);
  auto hashed = co_await hashStored();
  if (!hashed) co_return core::fail(hashed.error());
  // The bytes stay readable for those who follow; the room is free once they are through.
  co_await discard();
  co_return co_await stream(std::move(rest));
}

Task<> BlobFlight::discard() {
  auto writer = std::move(writer_);
  if (!writer) co_return;
  auto discarded = co_await writer->discard();
  if (!discarded) {
    spdlog::warn("blob.partial_kept digest={} error=\"{}\"", digest_.toString(), discarded.error().message);
  }
}

Task<Result<void>> BlobFlight::hashStored() {
  core::Hasher hasher(digest_.algorithm());
  std::uint64_t end = stored_, at = 0;
  std::string piece(kHashPiece, '\0');
  while (at < end) {
    auto room = std::as_writable_bytes(std::span(piece)).first(std::min<std::uint64_t>(kHashPiece, end - at));
    auto got = co_await reader_->readAt(at, room);
    if (!got) co_return core::fail(got.error());
    if (*got == 0) co_return core::fail(ErrorCode::Io, "The partial content is shorter than what was written.");
    auto filled = room.first(*got);
    co_await runtime::offload(blocking_, [&hasher, filled] { hasher.update(filled); });
    at += *got;
  }
  hasher_ = std::move(hasher);
  co_return Result<void>{};
}

Task<Result<void>> BlobFlight::stream(std::string data) {
  if (!hasher_) hasher_.emplace(digest_.algorithm());
  std::shared_ptr<StreamWindow> window;
  {
    std::lock_guard lock(mutex_);
    if (!window_) {
      window_ = std::make_shared<StreamWindow>(stored_);
      for (const auto& follower : followers_) window_->follow(follower);
    }
    window = window_;
  }
  auto bytes = std::as_bytes(std::span(data));
  co_await runtime::offload(blocking_, [this, bytes] { hasher_->update(bytes); });
  auto pushed = co_await window->push(std::move(data), deadline_);
  changed_.notify();
  co_return pushed;
}

Task<Result<bool>> BlobFlight::commit() {
  std::optional<std::uint64_t> whole;
  std::uint64_t got = 0;
  {
    std::lock_guard lock(mutex_);
    whole = size_;
    got = receivedLocked();
    if (!size_) whole = size_ = got;
  }
  if (got != *whole) {
    co_return core::fail(ErrorCode::UpstreamInvalid, "The upstream closed the connection before the blob was complete.",
                         digest_.toString());
  }
  if (!writer_) {
    auto actual = (hasher_ ? *hasher_ : hasher_.emplace(digest_.algorithm())).digest();
    if (actual != digest_) co_return core::fail(wrongDigest(digest_, actual));
    handOverWhole();
    co_return false;
  }
  auto verified = co_await writer_->verify(digest_);
  if (!verified) co_return core::fail(verified.error());
  // The clients need not wait for the disk.
  handOverWhole();
  auto committed = co_await writer_->commit(digest_);
  if (committed) {
    writer_.reset();
    co_return true;
  }
  spdlog::warn("blob.not_stored digest={} error=\"{}\"", digest_.toString(), committed.error().message);
  co_await discard();
  co_return false;
}

void BlobFlight::handOverWhole() {
  {
    std::lock_guard lock(mutex_);
    verified_ = true;
  }
  changed_.notify();
}

void BlobFlight::conclude() {
  end(Phase::Done, std::nullopt);
}

}  // namespace larder::registry
