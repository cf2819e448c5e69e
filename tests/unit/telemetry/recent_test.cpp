#include "larder/telemetry/recent.hpp"

#include <gtest/gtest.h>

#include <string>

#include "larder/telemetry/events.hpp"

namespace larder::telemetry {
namespace {

using Texts = std::vector<std::string>;

TEST(Recent, GivesWhatCameAfterANumber) {
  Recent<std::string> recent(3);
  EXPECT_TRUE(recent.after(0).items.empty());
  EXPECT_EQ(recent.add("a"), 1u);
  recent.add("b");
  auto read = recent.after(1);
  EXPECT_EQ(read.items, Texts{"b"});
  EXPECT_EQ(read.first, 2u);
  EXPECT_FALSE(read.lost);
  EXPECT_TRUE(recent.after(2).items.empty());
}

TEST(Recent, TellsThatSomeAreGone) {
  Recent<std::string> recent(2);
  for (const auto* text : {"a", "b", "c", "d"}) recent.add(text);
  auto read = recent.after(1);
  EXPECT_EQ(read.items, (Texts{"c", "d"}));
  EXPECT_EQ(read.first, 3u);
  EXPECT_TRUE(read.lost);
  EXPECT_FALSE(recent.after(2).lost);
}

TEST(Recent, TakesANumberFromTheFutureForTheLast) {
  Recent<std::string> recent(2);
  recent.add("a");
  EXPECT_TRUE(recent.after(99).items.empty());
}

TEST(LogTail, KeepsABoundedNumberOfBoundedLines) {
  LogTail tail;
  for (std::size_t i = 0; i < LogTail::kKept + 10; ++i) tail.add({{}, "info", std::string(5000, 'x')});
  auto read = tail.recent().after(0);
  EXPECT_EQ(read.items.size(), LogTail::kKept);
  EXPECT_EQ(read.items.front().text.size(), LogTail::kMaxBytes);
}

}  // namespace
}  // namespace larder::telemetry
