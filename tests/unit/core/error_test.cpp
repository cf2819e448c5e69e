#include "larder/core/error.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace larder::core {
namespace {

TEST(Error, NamesEachCodeOnce) {
  std::set<std::string> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
    const std::string name = toString(static_cast<ErrorCode>(code));
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string::npos) << name;
  }
}

TEST(Error, CallsAnUpstreamsStateAnOutage) {
  EXPECT_TRUE(isUpstreamOutage(ErrorCode::UpstreamThrottled));
  EXPECT_TRUE(isUpstreamOutage(ErrorCode::UpstreamTimeout));
  EXPECT_TRUE(isUpstreamOutage(ErrorCode::UpstreamUntrusted));
  EXPECT_FALSE(isUpstreamOutage(ErrorCode::UpstreamNotFound));
  EXPECT_FALSE(isUpstreamOutage(ErrorCode::UpstreamDenied));
  EXPECT_FALSE(isUpstreamOutage(ErrorCode::Timeout));
}

}  // namespace
}  // namespace larder::core
