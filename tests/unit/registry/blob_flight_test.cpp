#include "blob_flight.hpp"

#include <gtest/gtest.h>

#include "larder/storage/drivers.hpp"
#include "support/run_task.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;

class BlobFlightTest : public ::testing::Test {
 protected:
  std::shared_ptr<BlobFlight> begin(const std::string& content, std::optional<std::uint64_t> expected) {
    auto flight = std::make_shared<BlobFlight>(Digest::of(content), expected, threads_.blocking(),
                                               std::chrono::steady_clock::now() + std::chrono::seconds(10));
    flight->store(threads_.run(store_->write("partial")).value(), room_);
    return flight;
  }
  Result<void> send(const std::shared_ptr<BlobFlight>& flight, const std::string& data) {
    return threads_.run(flight->onData(std::as_bytes(std::span(data))));
  }

  std::shared_ptr<storage::BlobStore> store_ = storage::makeMemoryBlobStore();
  Room room_;
  test::TestRuntime threads_;
};

TEST_F(BlobFlightTest, PassesOnWhatThereIsNoRoomForAndStoresNothingOfIt) {
  room_.measured({6, registry::kMaxBytes}, 0);
  auto flight = begin("content", 7);
  BlobFollower follower(flight);
  ASSERT_TRUE(send(flight, "cont"));
  EXPECT_EQ(room_.taken(), 4u) << "what is only announced takes no room";
  ASSERT_TRUE(send(flight, "ent"));
  EXPECT_EQ(threads_.run(store_->usage())->partialBytes, 0u);
  EXPECT_FALSE(threads_.run(flight->commit()).value()) << "verified, and not stored";
}

TEST_F(BlobFlightTest, TakesTheManifestsSizeWhereTheUpstreamTellsNone) {
  auto flight = begin("content", 7);
  EXPECT_FALSE(flight->size());
  ASSERT_TRUE(send(flight, "cont"));
  EXPECT_EQ(threads_.run(flight->waitSize()).value(), 7u);
  EXPECT_EQ(send(flight, "ent and more").error().code, ErrorCode::UpstreamInvalid);
}

TEST_F(BlobFlightTest, LearnsTheSizeAtTheEndWhereNobodyTellsIt) {
  auto flight = begin("content", std::nullopt);
  ASSERT_TRUE(send(flight, "content"));
  EXPECT_FALSE(flight->size());
  ASSERT_TRUE(threads_.run(flight->commit()).value());
  flight->conclude();
  EXPECT_EQ(threads_.run(flight->waitSize()).value(), 7u);
  EXPECT_EQ(flight->available(), 7u);
}

TEST_F(BlobFlightTest, RefusesTwoSizes) {
  auto flight = begin("content", std::nullopt);
  flight->onSize(7);
  flight->onSize(8);
  EXPECT_EQ(send(flight, "content").error().code, ErrorCode::UpstreamInvalid);
}

TEST_F(BlobFlightTest, RefusesAnEndBeforeTheEnd) {
  auto flight = begin("content", 7);
  flight->onSize(7);
  ASSERT_TRUE(send(flight, "cont"));
  EXPECT_EQ(threads_.run(flight->commit()).error().code, ErrorCode::UpstreamInvalid);
}

TEST_F(BlobFlightTest, TellsWhoWaitsBeyondTheEnd) {
  auto flight = begin("content", 7);
  ASSERT_TRUE(send(flight, "content"));
  ASSERT_TRUE(threads_.run(flight->commit()));
  flight->conclude();
  EXPECT_TRUE(threads_.run(flight->waitBeyond(6)));
  EXPECT_EQ(threads_.run(flight->waitBeyond(7)).error().code, ErrorCode::RangeInvalid);
}

TEST_F(BlobFlightTest, FailsFollowersAtOnceWhenCancelled) {
  auto flight = begin("content", 7);
  auto waiting = threads_.start(flight->waitBeyond(0));
  flight->cancel({core::ErrorCode::Cancelled, "The daemon stops."});
  EXPECT_EQ(test::TestRuntime::await(std::move(waiting)).error().code, ErrorCode::Cancelled);
  EXPECT_EQ(send(flight, "content").error().code, ErrorCode::Cancelled);
  EXPECT_FALSE(flight->joinable());
}

}  // namespace
}  // namespace larder::registry
