#include "transport/body_buffer.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>

namespace larder::upstream {
namespace {

constexpr auto kPiece = PiecePool::kPieceBytes;

TEST(BodyBuffer, GivesBackWhatWasWritten) {
  BodyBuffer buffer(std::make_shared<PiecePool>());
  std::vector<std::byte> block(50'000);
  std::uint8_t next = 0;
  std::uint8_t expected = 0;
  for (int round = 0; round < 50; ++round) {
    for (int blocks = 0; blocks < 3; ++blocks) {
      for (auto& b : block) b = std::byte{next++};
      ASSERT_TRUE(buffer.write(block));
    }
    std::size_t taken = 0;
    for (auto piece = buffer.peek(); !piece.empty(); piece = buffer.peek()) {
      for (auto b : piece) ASSERT_EQ(b, std::byte{expected++});
      taken += piece.size();
      buffer.consume(piece.size());
    }
    EXPECT_EQ(taken, 3 * block.size());
  }
}

TEST(BodyBuffer, TakesAllOrNothing) {
  BodyBuffer buffer(std::make_shared<PiecePool>());
  std::vector<std::byte> block(kPiece);
  for (std::size_t i = 0; i < BodyBuffer::kMaxPieces; ++i) {
    EXPECT_TRUE(buffer.hasRoom(kPiece));
    ASSERT_TRUE(buffer.write(block));
  }
  EXPECT_FALSE(buffer.hasRoom(kPiece));
  EXPECT_FALSE(buffer.write(std::span(block).first(1)));
  buffer.consume(kPiece);
  EXPECT_TRUE(buffer.hasRoom(kPiece));
  EXPECT_TRUE(buffer.write(block));
}

TEST(BodyBuffer, KeepsOnePieceWhereOthersHoldAllTheRest) {
  auto pool = std::make_shared<PiecePool>();
  std::vector<PiecePool::Memory> others;
  while (pool->hasShared()) others.push_back(pool->take());
  EXPECT_EQ(others.size(), PiecePool::kShared);
  BodyBuffer buffer(pool);
  std::vector<std::byte> block(kPiece);
  EXPECT_TRUE(buffer.write(std::span(block).first(1000)));
  EXPECT_FALSE(buffer.write(block));
  EXPECT_FALSE(buffer.hasRoom(kPiece - 999));
  EXPECT_TRUE(buffer.hasRoom(kPiece - 1000));
  EXPECT_TRUE(buffer.write(std::span(block).first(kPiece - 1000)));
  EXPECT_FALSE(buffer.hasRoom(kPiece));
  buffer.consume(buffer.peek().size());
  EXPECT_TRUE(buffer.hasRoom(kPiece));
}

TEST(BodyBuffer, KeepsTheRoomThatItHasMade) {
  auto pool = std::make_shared<PiecePool>();
  BodyBuffer buffer(pool);
  std::vector<std::byte> block(kPiece, std::byte{1});
  ASSERT_TRUE(buffer.makeRoom(kPiece));
  ASSERT_TRUE(buffer.write(std::span(block).first(1000)));
  ASSERT_TRUE(buffer.makeRoom(kPiece));
  std::vector<PiecePool::Memory> others;
  while (pool->hasShared()) others.push_back(pool->take());
  std::vector<std::byte> next(kPiece, std::byte{2});
  ASSERT_TRUE(buffer.write(std::span(next).first(kPiece - 10)));
  ASSERT_TRUE(buffer.write(std::span(next).first(10)));
  EXPECT_FALSE(buffer.makeRoom(kPiece));
  // The room that was left in the first piece is used first.
  EXPECT_EQ(buffer.peek().size(), kPiece);
  EXPECT_EQ(buffer.peek()[999], std::byte{1});
  EXPECT_EQ(buffer.peek()[1000], std::byte{2});
  buffer.consume(kPiece);
  EXPECT_EQ(buffer.peek().size(), 1000U);
}

TEST(BodyBuffer, GivesBackTheRoomThatNothingCameFor) {
  auto pool = std::make_shared<PiecePool>();
  BodyBuffer buffer(pool);
  std::vector<PiecePool::Memory> others;
  for (std::size_t i = 2; i < PiecePool::kShared; ++i) others.push_back(pool->take());
  std::vector<std::byte> block(1000);
  ASSERT_TRUE(buffer.write(block));
  ASSERT_TRUE(buffer.makeRoom(kPiece));
  EXPECT_FALSE(pool->hasShared());
  EXPECT_EQ(buffer.peek().size(), block.size());
  buffer.consume(block.size());
  EXPECT_TRUE(buffer.peek().empty());
  others.push_back(pool->take());
  EXPECT_TRUE(pool->hasShared());
}

TEST(BodyBuffer, WorksBetweenTwoThreads) {
  BodyBuffer buffer(std::make_shared<PiecePool>());
  constexpr std::size_t kTotal = 20'000'000;
  std::thread producer([&buffer] {
    std::vector<std::byte> block(10'000);
    std::uint8_t next = 0;
    for (std::size_t sent = 0; sent < kTotal; sent += block.size()) {
      for (auto& b : block) b = std::byte{next++};
      while (!buffer.write(block)) std::this_thread::yield();
    }
  });
  std::size_t wrong = 0;
  std::uint8_t expected = 0;
  for (std::size_t received = 0; received < kTotal;) {
    auto piece = buffer.peek();
    for (auto b : piece) wrong += b != std::byte{expected++};
    if (!piece.empty()) buffer.consume(piece.size());
    received += piece.size();
  }
  producer.join();
  EXPECT_EQ(wrong, 0U);
}

TEST(PiecePool, HandsMemoryOutAgain) {
  auto pool = std::make_shared<PiecePool>();
  auto memory = pool->take();
  const auto* address = memory.get();
  memory.reset();
  memory = pool->take();
  EXPECT_EQ(memory.get(), address);
}

}  // namespace
}  // namespace larder::upstream
