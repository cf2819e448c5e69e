#include "transport/transfer_state.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace larder::upstream {
namespace {

constexpr auto kPiece = PiecePool::kPieceBytes;

// A transfer of a blob that others have left one piece of memory.
class CrowdedTransfer : public testing::Test {
 protected:
  CrowdedTransfer() {
    while (pool_->hasShared()) others_.push_back(pool_->take());
  }

  void head(std::initializer_list<std::string_view> lines) {
    for (auto line : lines) ASSERT_TRUE(state_.onHeaderLine(line));
    ASSERT_TRUE(state_.onHeaderLine("\r\n"));
  }
  void body(std::size_t bytes) {
    std::vector<std::byte> data(bytes);
    ASSERT_EQ(state_.onBody(data), TransferState::Take::Taken);
  }

  static RequestSpec blob() {
    RequestSpec spec;
    spec.body = BodyMode::Stream;
    return spec;
  }

  std::shared_ptr<PiecePool> pool_ = std::make_shared<PiecePool>();
  std::vector<PiecePool::Memory> others_;
  TransferState state_{blob(), pool_};
};

TEST_F(CrowdedTransfer, WaitsForRoomForTheNextRead) {
  head({"HTTP/1.1 200 OK\r\n", "Content-Length: 1000000\r\n"});
  EXPECT_TRUE(state_.makeRoom());
  body(1);
  EXPECT_FALSE(state_.makeRoom());
  state_.consume(1);
  EXPECT_TRUE(state_.makeRoom());
}

TEST_F(CrowdedTransfer, NeedsNoRoomBeyondTheEnd) {
  head({"HTTP/1.1 200 OK\r\n", "Content-Length: " + std::to_string(kPiece) + "\r\n"});
  body(1000);
  EXPECT_TRUE(state_.makeRoom());  // for what is left
  body(kPiece - 1000);
  EXPECT_TRUE(state_.makeRoom());  // nothing more comes
}

TEST_F(CrowdedTransfer, DoesNotBelieveTheLengthOfAChunkedBody) {
  head({"HTTP/1.1 200 OK\r\n", "Transfer-Encoding: chunked\r\n", "Content-Length: 10\r\n"});
  body(10);
  EXPECT_FALSE(state_.makeRoom());
}

}  // namespace
}  // namespace larder::upstream
