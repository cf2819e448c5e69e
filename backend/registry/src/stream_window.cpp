#include "stream_window.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace larder::registry {
namespace {

using core::ErrorCode;

constexpr std::chrono::seconds kStall{30};

}  // namespace

void FollowerPosition::moveTo(std::uint64_t offset) {
  std::lock_guard lock(mutex);
  if (offset == next) return;
  next = offset;
  movedAt = std::chrono::steady_clock::now();
}

void StreamWindow::follow(std::weak_ptr<FollowerPosition> position) {
  std::lock_guard lock(mutex_);
  followers_.push_back(std::move(position));
}

runtime::Task<core::Result<void>> StreamWindow::push(std::string data, runtime::SteadyTime deadline) {
  while (true) {
    auto seen = moved_.version();
    if (!trim())
      co_return core::fail(ErrorCode::Cancelled, "All clients have disconnected, and the blob is not being stored.");
    {
      std::lock_guard lock(mutex_);
      if (chunks_.empty() || end_ - base_ + data.size() <= kBytes) {
        end_ += data.size();
        chunks_.push_back(std::move(data));
        co_return core::Result<void>{};
      }
    }
    auto now = std::chrono::steady_clock::now();
    if (now >= deadline) co_return core::fail(ErrorCode::Cancelled, "The blob's deadline has passed.");
    // Looks again each second, since a follower that leaves tells nobody.
    co_await moved_.wait(seen, std::min(deadline, now + std::chrono::seconds(1)));
  }
}

core::Result<std::size_t> StreamWindow::read(std::uint64_t offset, std::span<std::byte> into) {
  std::lock_guard lock(mutex_);
  if (offset < base_) {
    return core::fail(
        ErrorCode::NoSpace,
        "The disk is full, and this client was too slow to stream from the upstream. Free space and pull again.");
  }
  std::size_t copied = 0;
  auto begin = base_;
  for (const auto& chunk : chunks_) {
    auto end = begin + chunk.size();
    if (offset < end && copied < into.size()) {
      auto from = static_cast<std::size_t>(offset - begin);
      auto count = std::min(chunk.size() - from, into.size() - copied);
      std::memcpy(into.data() + copied, chunk.data() + from, count);
      copied += count;
      offset += count;
    }
    begin = end;
  }
  return copied;
}

std::uint64_t StreamWindow::end() const {
  std::lock_guard lock(mutex_);
  return end_;
}

bool StreamWindow::trimmed() const {
  std::lock_guard lock(mutex_);
  return base_ != begin_;
}

bool StreamWindow::trim() {
  std::lock_guard lock(mutex_);
  auto now = std::chrono::steady_clock::now();
  auto needed = end_;
  std::erase_if(followers_, [&](const std::weak_ptr<FollowerPosition>& weak) {
    auto position = weak.lock();
    if (!position) return true;
    std::lock_guard positionLock(position->mutex);
    if (position->next < base_ && base_ != begin_) position->lost = true;
    if (position->next < end_ && now - position->movedAt > kStall) position->lost = true;
    if (!position->lost) needed = std::min(needed, position->next);
    return position->lost;
  });
  while (!chunks_.empty() && base_ + chunks_.front().size() <= needed) {
    base_ += chunks_.front().size();
    chunks_.pop_front();
  }
  return !followers_.empty();
}

}  // namespace larder::registry
