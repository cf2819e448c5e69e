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
  if (access == Access::Insider) return "insider";
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

// What the file says that a body may have, however deep: the configuration of a draft, or a part of one.
bool carriesDraft(const YAML::Node& file, const YAML::Node& schema, int depth = 0) {
  if (!schema.IsMap() || depth > 8) return false;
  if (auto reference = schema["$ref"]) {
    auto name = reference.Scalar().substr(reference.Scalar().rfind('/') + 1);
    return carriesDraft(file, file["components"]["schemas"][name], depth + 1);
  }
  for (const auto& part : schema["allOf"]) {
    if (carriesDraft(file, part, depth + 1)) return true;
  }
  for (const auto& property : schema["properties"]) {
    auto name = property.first.Scalar();
    if (name == "draft" || name == "patch" || name == "config") return true;
  }
  return false;
}

TEST(RouteTable, WhateverTriesADraftOrPreviewsAChangeIsNoMereRead) {
  auto file = YAML::LoadFile(LARDER_SOURCE_DIR "/resources/openapi.yaml");
  std::size_t tries = 0;
  for (const auto& route : routes()) {
    auto path = std::string(route.path);
    auto call = std::string(http::toString(route.method)) + " " + path;
    if (route.method == http::Method::Get) {
      EXPECT_EQ(route.effect, Effect::Reads) << call;
      continue;
    }
    // A log-in is written down by itself, and each page may have one.
    if (path == "/session") continue;
    EXPECT_NE(route.effect, Effect::Reads) << call << " is a " << http::toString(route.method);
    auto body = file["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"];
    bool preview = path.ends_with("/preview") || path.ends_with("/validate") || path.ends_with("/test");
    if (route.method != http::Method::Post || !(preview || carriesDraft(file, body))) continue;
    bool saves = route.effect == Effect::Configures && !preview;
    EXPECT_TRUE(saves || route.effect == Effect::Tries || route.effect == Effect::MayTry) << call;
    ++tries;
  }
  EXPECT_GE(tries, 9U);
}

}  // namespace
}  // namespace larder::api::admin
