#include "transport/ring_buffer.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace larder::upstream {
namespace {

TEST(RingBuffer, GivesBackWhatWasWrittenAcrossItsEnd) {
  auto pool = std::make_shared<RingPool>();
  RingBuffer ring(pool->take());
  std::vector<std::byte> block(100'000);
  std::uint8_t next = 0;
  std::uint8_t expected = 0;
  for (int round = 0; round < 50; ++round) {
    for (auto& b : block) b = std::byte{next++};
    ring.write(block);
    EXPECT_EQ(ring.size(), block.size());
    while (ring.size() > 0) {
      auto piece = ring.peek(30'000);
      ASSERT_FALSE(piece.empty());
      ASSERT_LE(piece.size(), 30'000U);
      for (auto b : piece) ASSERT_EQ(b, std::byte{expected++});
      ring.consume(piece.size());
    }
  }
}

TEST(RingBuffer, TellsItsRoom) {
  auto pool = std::make_shared<RingPool>();
  RingBuffer ring(pool->take());
  EXPECT_EQ(ring.room(), RingBuffer::kCapacity);
  ring.write(std::vector<std::byte>(RingBuffer::kCapacity));
  EXPECT_EQ(ring.room(), 0U);
  ring.consume(10);
  EXPECT_EQ(ring.room(), 10U);
}

TEST(RingBuffer, WorksBetweenTwoThreads) {
  auto pool = std::make_shared<RingPool>();
  RingBuffer ring(pool->take());
  constexpr std::size_t kTotal = 20'000'000;
  std::thread producer([&ring] {
    std::vector<std::byte> block(16'384);
    std::uint8_t next = 0;
    for (std::size_t sent = 0; sent < kTotal; sent += block.size()) {
      for (auto& b : block) b = std::byte{next++};
      while (ring.room() < block.size()) std::this_thread::yield();
      ring.write(block);
    }
  });
  std::size_t wrong = 0;
  std::uint8_t expected = 0;
  for (std::size_t received = 0; received < kTotal;) {
    auto piece = ring.peek(256 * 1024);
    for (auto b : piece) wrong += b != std::byte{expected++};
    ring.consume(piece.size());
    received += piece.size();
  }
  producer.join();
  EXPECT_EQ(wrong, 0U);
}

TEST(RingPool, HandsMemoryOutAgain) {
  auto pool = std::make_shared<RingPool>();
  auto memory = pool->take();
  const auto* address = memory.get();
  memory.reset();
  memory = pool->take();
  EXPECT_EQ(memory.get(), address);
}

}  // namespace
}  // namespace larder::upstream
