#include "upload_sessions.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

#include "support/manual_clock.hpp"

namespace larder::test {
namespace {

TEST(UploadSessions, LetsNoMoreBeWrittenAtOnceThanTheBound) {
  ManualClock clock;
  auto sessions = std::make_shared<registry::UploadSessions>(clock);
  std::vector<registry::UploadSessions::Lease> leases;
  for (std::size_t i = 0; i < registry::UploadSessions::kMaxBusy; ++i) {
    auto lease = sessions->lease(std::to_string(i));
    ASSERT_TRUE(lease);
    leases.push_back(std::move(*lease));
  }
  auto refused = sessions->lease("one more");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::TooManyRequests);
  EXPECT_TRUE(refused.error().retryAfter);
  EXPECT_FALSE(sessions->offsetOf("one more"));
  leases.pop_back();
  EXPECT_TRUE(sessions->lease("one more"));
}

}  // namespace
}  // namespace larder::test
