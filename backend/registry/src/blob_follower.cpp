// The followers' side of BlobFlight.
#include <algorithm>
#include <utility>

#include "blob_flight.hpp"
#include "context.hpp"

namespace larder::registry {

using core::ErrorCode;

bool BlobFlight::joinable() const {
  std::lock_guard lock(mutex_);
  return phase_ == Phase::Running && (!window_ || !window_->trimmed());
}

void BlobFlight::join(std::weak_ptr<FollowerPosition> position) {
  std::lock_guard lock(mutex_);
  if (window_) window_->follow(position);
  std::erase_if(followers_, [](const auto& weak) { return weak.expired(); });
  followers_.push_back(std::move(position));
}

std::optional<std::uint64_t> BlobFlight::size() const {
  std::lock_guard lock(mutex_);
  return size_;
}

Task<Result<std::uint64_t>> BlobFlight::waitSize() {
  auto self = shared_from_this();
  auto begin = std::chrono::steady_clock::now();
  while (true) {
    auto seen = changed_.version();
    auto deadline = begin + kQueueWait;
    {
      std::lock_guard lock(mutex_);
      if (turnAt_) deadline = std::min(deadline, std::max(begin, *turnAt_) + kColdWait);
      if (phase_ == Phase::Failed) co_return core::fail(*error_);
      if (size_ && (*size_ > 0 || verified_ || phase_ == Phase::Done)) co_return *size_;
    }
    bool changed = co_await changed_.wait(seen, deadline);
    if (!changed) co_return core::fail(ErrorCode::Timeout, "The upstream did not start sending in time.");
  }
}

std::uint64_t BlobFlight::available() const {
  std::lock_guard lock(mutex_);
  auto there = receivedLocked();
  if (verified_ || phase_ == Phase::Done || !size_ || *size_ == 0) return there;
  return std::min(there, *size_ - 1);
}

Task<Result<void>> BlobFlight::waitBeyond(std::uint64_t offset) {
  auto self = shared_from_this();
  while (true) {
    auto seen = changed_.version();
    if (available() > offset) co_return Result<void>{};
    {
      std::lock_guard lock(mutex_);
      if (phase_ == Phase::Failed) co_return core::fail(*error_);
      if (phase_ == Phase::Done) {
        if (receivedLocked() > offset) continue;
        co_return core::fail(ErrorCode::RangeInvalid, "The blob ends before this offset.", digest_.toString());
      }
    }
    bool changed = co_await changed_.wait(seen, deadline_);
    if (!changed) co_return core::fail(ErrorCode::UpstreamTimeout, "The blob was not downloaded within syncTimeout.");
  }
}

std::shared_ptr<storage::FileHandle> BlobFlight::file() const {
  std::lock_guard lock(mutex_);
  return window_ || !reader_ ? nullptr : reader_->file();
}

Task<Result<std::size_t>> BlobFlight::readAt(std::uint64_t offset, std::span<std::byte> into) {
  auto self = shared_from_this();
  std::shared_ptr<storage::BlobReader> reader;
  std::shared_ptr<StreamWindow> window;
  auto there = available();
  {
    std::lock_guard lock(mutex_);
    reader = reader_;
    window = window_;
  }
  if (offset >= there) co_return std::size_t{0};
  into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), there - offset)));
  if (!window) co_return co_await reader->readAt(offset, into);
  if (offset >= window->begin()) co_return window->read(offset, into);
  auto stored = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), window->begin() - offset));
  co_return co_await reader->readAt(offset, into.first(stored));
}

void BlobFlight::followerMoved() {
  std::shared_ptr<StreamWindow> window;
  {
    std::lock_guard lock(mutex_);
    window = window_;
  }
  if (window) window->wake();
}

BlobFollower::BlobFollower(std::shared_ptr<BlobFlight> flight) : flight_(std::move(flight)) {
  flight_->join(position_);
}

Task<Result<std::size_t>> BlobFollower::readAt(std::uint64_t offset, std::span<std::byte> into) {
  auto read = co_await flight_->readAt(offset, into);
  if (read) {
    position_->moveTo(offset + *read);
    flight_->followerMoved();
  }
  co_return read;
}

Task<Result<void>> BlobFollower::waitBeyond(std::uint64_t offset) {
  position_->moveTo(offset);
  flight_->followerMoved();
  return flight_->waitBeyond(offset);
}

}  // namespace larder::registry
