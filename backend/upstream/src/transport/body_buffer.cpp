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

// The piece that the next bytes go to.
std::size_t BodyBuffer::current() const {
  auto count = pieces_.size();
  return count >= 2 && pieces_.back().filled == 0 ? count - 2 : count - std::min<std::size_t>(count, 1);
}

// In the pieces that there are.
std::size_t BodyBuffer::room() const {
  std::size_t bytes = 0;
  for (auto i = current(); i < pieces_.size(); ++i) bytes += PiecePool::kPieceBytes - pieces_[i].filled;
  return bytes;
}

bool BodyBuffer::hasRoom(std::size_t bytes) const {
  std::lock_guard lock(mutex_);
  return mayGrow() || room() >= bytes;
}

bool BodyBuffer::makeRoom(std::size_t bytes) {
  std::lock_guard lock(mutex_);
  // The first one is taken when bytes come: who waits for them holds nothing.
  if (pieces_.empty() || room() >= bytes) return true;
  if (!mayGrow()) return false;
  pieces_.push_back({pool_->take()});
  return true;
}

bool BodyBuffer::write(std::span<const std::byte> data) {
  std::lock_guard lock(mutex_);
  if (data.size() > room() && !mayGrow()) return false;
  for (auto at = current(); !data.empty(); ++at) {
    if (at == pieces_.size()) pieces_.push_back({pool_->take()});
    auto& piece = pieces_[at];
    auto bytes = std::min(PiecePool::kPieceBytes - piece.filled, data.size());
    std::memcpy(piece.memory.get() + piece.filled, data.data(), bytes);
    piece.filled += bytes;
    data = data.subspan(bytes);
  }
  return true;
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
  if (first.taken < first.filled) return;
  pieces_.pop_front();
  if (!pieces_.empty() && pieces_.front().filled == 0) pieces_.pop_front();
}

}  // namespace larder::upstream
