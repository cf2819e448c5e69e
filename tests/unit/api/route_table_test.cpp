// The route table against resources/openapi.yaml: the same calls, for the same people.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <string>

#include "admin/routes.hpp"

namespace larder::api::admin {
namespace {

// "GET /users/{name}" → "listUsers admin".
using Calls = std::map<std::string, std::string>;

std::string toString(Access access) {
  if (access == Access::Public) return "public";
  return access == Access::Reader ? "reader" : "admin";
}

Calls callsOfTheTable() {
  Calls calls;
  for (const auto& route : routes()) {
    auto call = std::string(http::toString(route.method)) + " " + std::string(route.path);
    auto [at, added] = calls.emplace(call, std::string(route.operationId) + " " + toString(route.access));
    EXPECT_TRUE(added) << call << " is listed twice";
  }
  return calls;
}

Calls callsOfTheFile() {
  Calls calls;
  auto paths = YAML::LoadFile(LARDER_SOURCE_DIR "/resources/openapi.yaml")["paths"];
  for (const auto& path : paths) {
    for (const auto& entry : path.second) {
      auto method = entry.first.Scalar();
      if (method == "parameters") continue;
      std::ranges::transform(method, method.begin(), [](unsigned char c) { return std::toupper(c); });
      calls[method + " " + path.first.Scalar()] =
          entry.second["operationId"].Scalar() + " " + entry.second["x-access"].Scalar();
    }
  }
  return calls;
}

TEST(RouteTable, IsThatOfTheContract) {
  EXPECT_EQ(callsOfTheTable(), callsOfTheFile());
}

}  // namespace
}  // namespace larder::api::admin
