#include "stream_window.hpp"

#include <gtest/gtest.h>

#include "support/run_task.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;

auto soon() {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
}

std::string read(StreamWindow& window, std::uint64_t offset, std::size_t size) {
  std::string into(size, '\0');
  auto got = window.read(offset, std::as_writable_bytes(std::span(into)));
  if (!got) return "failed";
  into.resize(*got);
  return into;
}

TEST(StreamWindow, ReadsAcrossPieces) {
  StreamWindow window(100);
  auto position = std::make_shared<FollowerPosition>();
  window.follow(position);
  ASSERT_TRUE(test::runTask(window.push("abc", soon())));
  ASSERT_TRUE(test::runTask(window.push("def", soon())));
  EXPECT_EQ(read(window, 100, 10), "abcdef");
  EXPECT_EQ(read(window, 102, 2), "cd");
  EXPECT_EQ(read(window, 106, 2), "");
  EXPECT_EQ(window.end(), 106u);
}

TEST(StreamWindow, WaitsForTheSlowestFollower) {
  StreamWindow window(0);
  auto slow = std::make_shared<FollowerPosition>(), fast = std::make_shared<FollowerPosition>();
  window.follow(slow);
  window.follow(fast);
  std::string piece(StreamWindow::kBytes, 'x');
  ASSERT_TRUE(test::runTask(window.push(piece, soon())));
  fast->moveTo(piece.size());
  EXPECT_FALSE(test::runTask(window.push("more", soon())));
  EXPECT_FALSE(window.trimmed());
  slow->moveTo(piece.size());
  EXPECT_TRUE(test::runTask(window.push("more", soon())));
  EXPECT_TRUE(window.trimmed());
  EXPECT_EQ(read(window, 0, 4), "failed");
  EXPECT_EQ(read(window, piece.size(), 4), "more");
}

TEST(StreamWindow, GivesUpAFollowerThatStandsStill) {
  StreamWindow window(0);
  auto stuck = std::make_shared<FollowerPosition>(), fast = std::make_shared<FollowerPosition>();
  window.follow(stuck);
  window.follow(fast);
  std::string piece(StreamWindow::kBytes, 'x');
  ASSERT_TRUE(test::runTask(window.push(piece, soon())));
  fast->moveTo(piece.size());
  stuck->movedAt -= std::chrono::seconds(31);
  EXPECT_TRUE(test::runTask(window.push("more", soon())));
  EXPECT_TRUE(stuck->lost);
}

TEST(StreamWindow, EndsWhenNobodyFollows) {
  StreamWindow window(0);
  auto position = std::make_shared<FollowerPosition>();
  window.follow(position);
  ASSERT_TRUE(test::runTask(window.push("abc", soon())));
  position.reset();
  auto pushed = test::runTask(window.push("def", soon()));
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace larder::registry
