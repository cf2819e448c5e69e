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

void Room::measured(const Headroom& found, std::uint64_t takenBefore) {
  std::lock_guard lock(mutex_);
  measured_ = found;
  measuredAt_ = takenBefore;
}

std::uint64_t Room::left() const {
  auto since = taken_ - measuredAt_;
  return measured_.bytes > since ? measured_.bytes - since : 0;
}

core::Error Room::refusal() const {
  std::lock_guard lock(mutex_);
  bool isDisk = measured_.limit == kMinFree;
  return {core::ErrorCode::NoSpace, isDisk
                                        ? "No room: less than larder.storage.minFree would be left free on the disk. "
                                          "Delete images or use a larger disk."
                                        : "No room: larder.storage.maxBytes would be exceeded. "
                                          "Delete images or raise it."};
}

}  // namespace larder::registry
