#include "housekeeping/room.hpp"

#include <algorithm>
#include <utility>

namespace larder::registry {

Room::Hold::Hold(Hold&& other) noexcept
    : room_(std::exchange(other.room_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

Room::Hold& Room::Hold::operator=(Hold&& other) noexcept {
  if (this == &other) return *this;
  release();
  room_ = std::exchange(other.room_, nullptr);
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

bool Room::Hold::cover(std::uint64_t bytes) {
  if (!room_ || bytes <= bytes_) return true;
  std::lock_guard lock(room_->mutex_);
  if (!room_->fits(bytes - bytes_)) return false;
  room_->held_ += bytes - bytes_;
  bytes_ = bytes;
  return true;
}

void Room::Hold::spend(std::uint64_t bytes) {
  if (!room_) return;
  auto held = std::min(bytes, bytes_);
  bytes_ -= held;
  std::lock_guard lock(room_->mutex_);
  room_->held_ -= held;
  room_->written_ += bytes;
}

void Room::Hold::release() {
  if (!room_ || bytes_ == 0) return;
  std::lock_guard lock(room_->mutex_);
  room_->held_ -= std::exchange(bytes_, 0);
}

bool Room::full() const {
  std::lock_guard lock(mutex_);
  return left() == 0;
}

std::uint64_t Room::written() const {
  std::lock_guard lock(mutex_);
  return written_;
}

void Room::measured(std::uint64_t bytes, std::uint64_t writtenBefore) {
  std::lock_guard lock(mutex_);
  measured_ = bytes;
  measuredAt_ = writtenBefore;
}

std::uint64_t Room::collectWanted() {
  std::lock_guard lock(mutex_);
  return std::exchange(wanted_, 0);
}

bool Room::fits(std::uint64_t bytes) {
  if (bytes <= left()) return true;
  wanted_ = std::max(wanted_, bytes);
  return false;
}

std::uint64_t Room::left() const {
  auto gone = written_ - measuredAt_ + held_;
  return measured_ > gone ? measured_ - gone : 0;
}

core::Error noRoom() {
  return {core::ErrorCode::NoSpace,
          "No room: it would exceed larder.storage.maxBytes, or leave less than larder.storage.minFree free."};
}

}  // namespace larder::registry
