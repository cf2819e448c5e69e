// What a place has room for between two measurements.
#pragma once

#include <cstdint>
#include <limits>
#include <mutex>

#include "larder/core/result.hpp"

namespace larder::registry {

// The bytes that a place still takes before larder.storage.maxBytes or minFree is reached. Whoever stores something
// holds them first, so that the limits are kept whatever arrives before the next measurement. Before the first there is
// no end of them. Thread-safe.
class Room {
 public:
  // Bytes that are set aside for content on its way; those that are left of them are free again when this ends. One
  // thread at a time; the room outlives it.
  class Hold {
   public:
    Hold() = default;
    explicit Hold(Room& room) : room_(&room) {}
    Hold(Hold&& other) noexcept;
    Hold& operator=(Hold&& other) noexcept;
    ~Hold() { release(); }

    // Sets aside what is missing of so many bytes; false, and nothing has changed, if they do not fit. One of no room
    // takes everything.
    [[nodiscard]] bool cover(std::uint64_t bytes);
    // So many have been written.
    void spend(std::uint64_t bytes);
    void release();

   private:
    Room* room_ = nullptr;
    std::uint64_t bytes_ = 0;
  };

  // What is pulled is passed on without being stored, and pushes wait.
  bool full() const;

  // All that was ever written.
  std::uint64_t written() const;
  // So many bytes more were found to fit, in a measurement that began when written() was `writtenBefore`.
  void measured(std::uint64_t bytes, std::uint64_t writtenBefore);
  // The most that did not fit since this was last asked.
  std::uint64_t collectWanted();

 private:
  bool fits(std::uint64_t bytes);  // under the mutex
  std::uint64_t left() const;      // so

  mutable std::mutex mutex_;
  std::uint64_t measured_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t measuredAt_ = 0;  // of written_
  std::uint64_t written_ = 0;
  std::uint64_t held_ = 0;
  std::uint64_t wanted_ = 0;
};

// Why content is passed on without being stored.
core::Error noRoom();

}  // namespace larder::registry
