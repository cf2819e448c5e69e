// The last bytes of a blob that streams through without being stored, because the disk is full.
//
// The stream waits for its slowest follower, so memory stays bounded; a follower that does not move for 30 s is given
// up. Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "larder/core/result.hpp"
#include "larder/runtime/signal.hpp"
#include "larder/runtime/task.hpp"

namespace larder::registry {

// Where one client reads. Shared by its reader and the window.
struct FollowerPosition {
  std::mutex mutex;
  std::uint64_t next = 0;
  bool lost = false;  // given up: what it would read next is gone
  runtime::SteadyTime movedAt = std::chrono::steady_clock::now();

  void moveTo(std::uint64_t offset);
};

class StreamWindow {
 public:
  static constexpr std::uint64_t kBytes = 4 * 1024 * 1024;

  // Begins at offset `begin` of the blob.
  explicit StreamWindow(std::uint64_t begin) : begin_(begin), base_(begin), end_(begin) {}

  // Followers that are gone are left out; one that is added later than trimmed() became true may be lost at once.
  void follow(std::weak_ptr<FollowerPosition> position);
  // Appends `data` when there is room. Cancelled when nobody follows any more, or `deadline` passes.
  runtime::Task<core::Result<void>> push(std::string data, runtime::SteadyTime deadline);
  // Copies from `offset`, which must be at or after begin; 0 at the end of what is there. NoSpace if it is gone.
  core::Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into);
  // Wakes the stream after a follower has moved or left.
  void wake() { moved_.notify(); }

  std::uint64_t begin() const { return begin_; }
  std::uint64_t end() const;
  // Whether bytes have been dropped, so that a new follower would come too late.
  bool trimmed() const;

 private:
  // Drops what every follower has read, and followers that stand still. False if there is none left.
  bool trim();

  const std::uint64_t begin_;
  mutable std::mutex mutex_;
  std::deque<std::string> chunks_;
  std::uint64_t base_;
  std::uint64_t end_;
  std::vector<std::weak_ptr<FollowerPosition>> followers_;
  runtime::Signal moved_;
};

}  // namespace larder::registry
