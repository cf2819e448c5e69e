#include "rate_limiter.hpp"

#include <gtest/gtest.h>

namespace larder::api {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const runtime::SteadyTime kStart{seconds(1000)};

TEST(TokenBucket, HoldsOneSecondsWorth) {
  TokenBucket bucket(10);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(bucket.take(kStart)) << i;
  auto wait = bucket.take(kStart);
  ASSERT_TRUE(wait);
  EXPECT_EQ(*wait, milliseconds(100));
  EXPECT_FALSE(bucket.take(kStart + *wait));
  EXPECT_TRUE(bucket.take(kStart + *wait));
}

TEST(TokenBucket, LetsOnePassAtRatesBelowOne) {
  TokenBucket bucket(0.5);
  EXPECT_FALSE(bucket.take(kStart));
  EXPECT_TRUE(bucket.take(kStart + seconds(1)));
  EXPECT_FALSE(bucket.take(kStart + seconds(2)));
}

TEST(RateLimiter, LimitsAMethodByItself) {
  config::RateLimit limits;
  limits.methods["GET"] = 1;
  RateLimiter limiter(limits);
  EXPECT_FALSE(limiter.take(http::Method::Get, kStart));
  EXPECT_TRUE(limiter.take(http::Method::Get, kStart));
  EXPECT_FALSE(limiter.take(http::Method::Head, kStart));
}

TEST(RateLimiter, LimitsAllMethodsTogether) {
  config::RateLimit limits;
  limits.rate = 1;
  RateLimiter limiter(limits);
  EXPECT_FALSE(limiter.take(http::Method::Get, kStart));
  EXPECT_TRUE(limiter.take(http::Method::Put, kStart));
}

TEST(RateLimiter, LetsAllPassWithoutLimits) {
  RateLimiter limiter(std::nullopt);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(limiter.take(http::Method::Get, kStart));
}

}  // namespace
}  // namespace larder::api
