#include "admin/input.hpp"

#include <gtest/gtest.h>

#include "admin/wanted.hpp"
#include "fields.hpp"
#include "larder/apitypes/access.hpp"

namespace larder::api::admin {
namespace {

apitypes::Problem read(const http::Response& response) {
  return apitypes::decode<apitypes::Problem>(std::get<std::string>(response.body)).value();
}

// The paths that a new user is refused for.
std::vector<std::string> refusedPaths(const char* body) {
  Input<apitypes::NewUser> input(Json::parse(body));
  input.limit("name", input->name, 8);
  input.limit("password", input->password);
  auto refusal = input.refusal();
  std::vector<std::string> paths;
  if (!refusal) return paths;
  EXPECT_EQ(refusal->status, 422);
  auto problem = read(*refusal);
  for (const auto& fault : problem.errors.value()) paths.push_back(fault.path);
  return paths;
}

using Paths = std::vector<std::string>;

TEST(Input, TellsAllThatIsWrongAndEachOnce) {
  EXPECT_EQ(refusedPaths(R"({"name":"alice","password":"x"})"), Paths{});
  EXPECT_EQ(refusedPaths(R"({"name":"","password":null})"), (Paths{"password", "name"}));
  EXPECT_EQ(refusedPaths(R"({"name":"much too long","password":7,"admin":true})"),
            (Paths{"password", "admin", "name"}));
  EXPECT_EQ(refusedPaths("[]"), Paths{""});
  EXPECT_EQ(refusedPaths("null"), Paths{""});
}

TEST(ParseImage, TakesTagsAndDigests) {
  const std::string digest = "sha256:" + std::string(64, 'a');
  const std::pair<std::string, std::string> cases[] = {
      {"nginx", "nginx:latest"},
      {"library/nginx:1.27", "library/nginx:1.27"},
      {"nginx@" + digest, "nginx@" + digest},
      {"nginx:1.27@" + digest, "nginx@" + digest},
  };
  for (const auto& [text, name] : cases) {
    auto image = parseImage(text);
    ASSERT_TRUE(image) << text;
    EXPECT_EQ(image->name(), name);
  }
}

TEST(ParseImage, RefusesWhatIsNoImage) {
  for (const char* text : {"", ":", "nginx:", "nginx@", "Library/nginx", "cache:5000/nginx", "nginx:a:b", "a@sha256:12",
                           "nginx:1 27", "../nginx"}) {
    EXPECT_FALSE(parseImage(text)) << text;
  }
}

TEST(ParseNumber, TakesDigitsAlone) {
  EXPECT_EQ(parseNumber("0"), 0U);
  EXPECT_EQ(parseNumber("18446744073709551615"), UINT64_MAX);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "0x1", "1.0", "18446744073709551616"}) {
    EXPECT_FALSE(parseNumber(text)) << text;
  }
}

}  // namespace
}  // namespace larder::api::admin
