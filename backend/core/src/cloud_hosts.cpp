#include "larder/core/cloud_hosts.hpp"

#include <re2/re2.h>

namespace larder::core {
namespace {

constexpr std::string_view kEcrPublic = "public.ecr.aws";

}  // namespace

std::string ecrRegion(const std::string& host) {
  // As amazon-ecr-credential-helper reads names, without the partitions that are closed to others.
  static const RE2 kRegistry(
      R"([0-9]{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com|amazonaws\.com\.cn|on\.aws|on\.amazonwebservices\.com\.cn))");
  static const RE2 kVpcEndpoint(R"(vpce-[a-z0-9-]+\.dkr\.ecr\.([a-z0-9-]+)\.vpce\.amazonaws\.com)");
  std::string region;
  if (!RE2::FullMatch(host, kRegistry, &region)) RE2::FullMatch(host, kVpcEndpoint, &region);
  return region;
}

bool helperServes(std::string_view helper, const std::string& host) {
  if (helper == "ecr") return host == kEcrPublic || !ecrRegion(host).empty();
  if (helper != "gcp") return true;
  static const RE2 kGoogle(R"((?:[a-z0-9-]+\.)?gcr\.io|[a-z0-9-]+\.pkg\.dev|container\.cloud\.google\.com)");
  return RE2::FullMatch(host, kGoogle);
}

std::string_view hostsOfHelper(std::string_view helper) {
  return helper == "ecr" ? "<account>.dkr.ecr.<region>.amazonaws.com and public.ecr.aws, over https"
                         : "gcr.io, *.gcr.io and *.pkg.dev, over https";
}

}  // namespace larder::core
