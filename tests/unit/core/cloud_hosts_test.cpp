#include "larder/core/cloud_hosts.hpp"

#include <gtest/gtest.h>

namespace larder::core {
namespace {

TEST(CloudHosts, KnowEcrByItsWholeName) {
  EXPECT_EQ(ecrRegion("123456789012.dkr.ecr.eu-west-1.amazonaws.com"), "eu-west-1");
  EXPECT_EQ(ecrRegion("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com"), "us-gov-west-1");
  EXPECT_EQ(ecrRegion("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn"), "cn-north-1");
  EXPECT_EQ(ecrRegion("123456789012.dkr-ecr.eu-west-1.on.aws"), "eu-west-1");
  EXPECT_EQ(ecrRegion("vpce-0a1b-2c3d.dkr.ecr.eu-west-1.vpce.amazonaws.com"), "eu-west-1");
  for (const char* host :
       {"", "x.dkr.ecr.eu-west-1.amazonaws.com", "12345678901.dkr.ecr.eu-west-1.amazonaws.com",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example", "evil.example",
        "a.123456789012.dkr.ecr.eu-west-1.amazonaws.com", "123456789012.dkr.ecr.a.b.amazonaws.com",
        "123456789012.dkr.ecr..amazonaws.com", "123456789012xdkr.ecr.eu-west-1.amazonaws.com",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com:443", "123456789012.dkr.ecr.eu-west-1.amazonaws.com\n",
        "123456789012.dkr.ecr.evil.example/.amazonaws.com", "ec2-1-2-3-4.compute.amazonaws.com"}) {
    EXPECT_EQ(ecrRegion(host), "") << host;
    EXPECT_FALSE(helperServes("ecr", host)) << host;
  }
  EXPECT_TRUE(helperServes("ecr", "public.ecr.aws"));
}

TEST(CloudHosts, KnowGooglesRegistries) {
  for (const char* host : {"gcr.io", "eu.gcr.io", "europe-west1-docker.pkg.dev", "container.cloud.google.com"}) {
    EXPECT_TRUE(helperServes("gcp", host)) << host;
  }
  for (const char* host : {"", "pkg.dev", "evilgcr.io", "gcr.io.evil.example", "a.b.gcr.io", "gcr.io:8443", ".gcr.io",
                           "xpkg.dev", "docker.pkg.dev.evil.example", "gcr.io\n"}) {
    EXPECT_FALSE(helperServes("gcp", host)) << host;
  }
}

}  // namespace
}  // namespace larder::core
