// What has come of a body and is not taken yet, in pieces of memory that all transfers share: the one copy between the
// socket and whoever takes the bytes. However many transfers run, all of them together hold little.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace larder::upstream {

// Thread-safe.
class PiecePool : public std::enable_shared_from_this<PiecePool> {
 public:
  static constexpr std::size_t kPieceBytes = 64 * 1024;
  // Lent at most, but for one piece that each transfer may always have, so that none waits for another's consumer.
  static constexpr std::size_t kShared = 16;

  struct Return {
    std::shared_ptr<PiecePool> pool;
    void operator()(std::byte* memory) const { pool->put(std::unique_ptr<std::byte[]>(memory)); }
  };
  using Memory = std::unique_ptr<std::byte, Return>;

  bool hasShared() const;
  Memory take();

 private:
  void put(std::unique_ptr<std::byte[]> memory);

  mutable std::mutex mutex_;
  std::size_t lent_ = 0;
  std::vector<std::unique_ptr<std::byte[]>> free_;  // a few, since fresh memory costs page faults
};

// Between one producer thread and one consumer thread.
class BodyBuffer {
 public:
  static constexpr std::size_t kMaxPieces = 8;

  explicit BodyBuffer(std::shared_ptr<PiecePool> pool) : pool_(std::move(pool)) {}

  // Whether makeRoom() of so many bytes, a piece's length at most, would succeed now.
  bool hasRoom(std::size_t bytes) const;
  // Producer: whether write() of so many bytes in all will succeed. Memory for them is taken now if it is needed: what
  // is free may be another's by the time that they come.
  bool makeRoom(std::size_t bytes);
  // Producer: all of `data`, which is no longer than a piece; or false, and nothing.
  bool write(std::span<const std::byte> data);
  // Consumer: the next bytes, in one piece; valid until consume() of all of them. Empty if there are none.
  std::span<const std::byte> peek() const;
  void consume(std::size_t bytes);

 private:
  struct Piece {
    PiecePool::Memory memory;
    std::size_t taken = 0;
    std::size_t filled = 0;
  };

  bool mayGrow() const;
  std::size_t current() const;
  std::size_t room() const;

  const std::shared_ptr<PiecePool> pool_;
  mutable std::mutex mutex_;
  std::deque<Piece> pieces_;  // all with bytes to take, but for a last one that makeRoom() took
};

}  // namespace larder::upstream
