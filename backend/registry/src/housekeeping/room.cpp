#include "housekeeping/room.hpp"

namespace larder::registry {

bool Room::take(std::uint64_t bytes, std::uint64_t spare) {
  std::lock_guard lock(mutex_);
  auto fits = left();
  if (bytes > fits || spare > fits - bytes) return false;
  taken_ += bytes;
  return true;
}

bool Room::full() const {
  std::lock_guard lock(mutex_);
  return left() == 0;
}

std::uint64_t Room::taken() const {
  std::lock_guard lock(mutex_);
  return taken_;
}

void Room::measured(std::uint64_t bytes, std::uint64_t takenBefore) {
  std::lock_guard lock(mutex_);
  measured_ = bytes;
  measuredAt_ = takenBefore;
}

std::uint64_t Room::left() const {
  auto since = taken_ - measuredAt_;
  return measured_ > since ? measured_ - since : 0;
}

core::Error noRoom() {
  return {core::ErrorCode::NoSpace,
          "No room: it would exceed larder.storage.maxBytes, or leave less than larder.storage.minFree free."};
}

}  // namespace larder::registry
