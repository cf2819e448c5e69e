// A byte ring between one producer thread and one consumer thread, without locks: the one copy between the socket and
// whoever takes the bytes.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace larder::upstream {

// Keeps a few ring-sized buffers, since fresh ones cost page faults. Thread-safe.
class RingPool : public std::enable_shared_from_this<RingPool> {
 public:
  static constexpr std::size_t kRingBytes = 512 * 1024;
  static constexpr std::size_t kKept = 16;

  struct Return {
    std::shared_ptr<RingPool> pool;
    void operator()(std::byte* memory) const { pool->put(std::unique_ptr<std::byte[]>(memory)); }
  };
  using Memory = std::unique_ptr<std::byte, Return>;

  Memory take() {
    std::unique_ptr<std::byte[]> memory;
    {
      std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        memory = std::move(free_.back());
        free_.pop_back();
      }
    }
    if (!memory) memory = std::make_unique_for_overwrite<std::byte[]>(kRingBytes);
    return Memory(memory.release(), Return{shared_from_this()});
  }

 private:
  void put(std::unique_ptr<std::byte[]> memory) {
    std::lock_guard lock(mutex_);
    if (free_.size() < kKept) free_.push_back(std::move(memory));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<std::byte[]>> free_;
};

// Positions only grow; their difference is what is in the ring. They are sequentially consistent, because the producer
// pauses on "full" and the consumer wakes it on "paused": each must see the other's last step.
class RingBuffer {
 public:
  static constexpr std::size_t kCapacity = RingPool::kRingBytes;

  explicit RingBuffer(RingPool::Memory memory) : memory_(std::move(memory)) {}

  std::size_t size() const { return written_.load() - taken_.load(); }
  std::size_t room() const { return kCapacity - size(); }

  // Producer: `data` must fit in room().
  void write(std::span<const std::byte> data) {
    auto at = written_.load(std::memory_order_relaxed);
    auto offset = at % kCapacity;
    auto first = std::min(data.size(), kCapacity - offset);
    std::memcpy(memory_.get() + offset, data.data(), first);
    std::memcpy(memory_.get(), data.data() + first, data.size() - first);
    written_.store(at + data.size());
  }

  // Consumer: the next bytes, at most `most`, in one piece; valid until consume().
  std::span<const std::byte> peek(std::size_t most) const {
    auto at = taken_.load(std::memory_order_relaxed);
    auto offset = at % kCapacity;
    auto length = std::min({written_.load() - at, kCapacity - offset, most});
    return {memory_.get() + offset, length};
  }
  void consume(std::size_t bytes) { taken_.store(taken_.load(std::memory_order_relaxed) + bytes); }

 private:
  RingPool::Memory memory_;
  std::atomic<std::size_t> written_{0};
  std::atomic<std::size_t> taken_{0};
};

}  // namespace larder::upstream
