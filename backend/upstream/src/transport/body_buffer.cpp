#include "transport/body_buffer.hpp"

#include <algorithm>
#include <cstring>

namespace larder::upstream {
namespace {

constexpr std::size_t kKept = 16;

}  // namespace

bool PiecePool::hasShared() const {
  std::lock_guard lock(mutex_);
  return lent_ < kShared;
}

PiecePool::Memory PiecePool::take() {
  std::unique_ptr<std::byte[]> memory;
  {
    std::lock_guard lock(mutex_);
    ++lent_;
    if (!free_.empty()) {
      memory = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (!memory) memory = std::make_unique_for_overwrite<std::byte[]>(kPieceBytes);
  return Memory(memory.release(), Return{shared_from_this()});
}

void PiecePool::put(std::unique_ptr<std::byte[]> memory) {
  std::lock_guard lock(mutex_);
  --lent_;
  if (free_.size() < kKept) free_.push_back(std::move(memory));
}

// mutex_ is held.
bool BodyBuffer::mayGrow() const {
  return pieces_.empty() || (pieces_.size() < kMaxPieces && pool_->hasShared());
}

bool BodyBuffer::hasRoom(std::size_t bytes) const {
  std::lock_guard lock(mutex_);
  return mayGrow() || PiecePool::kPieceBytes - pieces_.back().filled >= bytes;
}

bool BodyBuffer::write(std::span<const std::byte> data) {
  std::lock_guard lock(mutex_);
  auto room = pieces_.empty() ? 0 : PiecePool::kPieceBytes - pieces_.back().filled;
  if (data.size() > room && !mayGrow()) return false;
  auto first = std::min(room, data.size());
  if (first > 0) append(data.first(first));
  if (first == data.size()) return true;
  pieces_.push_back({pool_->take()});
  append(data.subspan(first));
  return true;
}

void BodyBuffer::append(std::span<const std::byte> data) {
  auto& last = pieces_.back();
  std::memcpy(last.memory.get() + last.filled, data.data(), data.size());
  last.filled += data.size();
}

std::span<const std::byte> BodyBuffer::peek() const {
  std::lock_guard lock(mutex_);
  if (pieces_.empty()) return {};
  const auto& first = pieces_.front();
  return {first.memory.get() + first.taken, first.filled - first.taken};
}

void BodyBuffer::consume(std::size_t bytes) {
  std::lock_guard lock(mutex_);
  auto& first = pieces_.front();
  first.taken += bytes;
  if (first.taken == first.filled) pieces_.pop_front();
}

}  // namespace larder::upstream
