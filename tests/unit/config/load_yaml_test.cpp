#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "document.hpp"
#include "load_helpers.hpp"
#include "support/temp_directory.hpp"

namespace larder::config {
namespace {

using namespace std::chrono_literals;

std::string yaml(std::string_view text) {
  const auto document = parseDocument(text, Format::Yaml);
  return document ? document->dump() : document.error().where + ": " + document.error().message;
}

TEST(Yaml, LoadsAsJsonDoes) {
  const auto config = loaded(R"(
distSpecVersion: 1.1.0
storage:
  rootDirectory: /data
  dedupe: true
  gcDelay: 1h
http:
  address: 0.0.0.0
  port: 5000
log: {level: info}
extensions:
  metrics: {enable: true, prometheus: {path: /metrics}}
  sync:
    enable: true
    registries:
      - urls: [https://registry-1.docker.io]
        onDemand: true
        maxRetries: 5
        retryDelay: 30s
        content: [{prefix: "**", destination: /docker.io}]
      - urls: ["https://quay.io"]
        onDemand: true
        content: [{prefix: "**", destination: /quay.io, stripPrefix: false}]
)");
  EXPECT_EQ(config->storage.rootDirectory, "/data");
  EXPECT_EQ(config->http.address, "0.0.0.0");
  EXPECT_EQ(config->http.port, 5000);
  ASSERT_EQ(config->extensions.sync->registries.size(), 2u);
  EXPECT_EQ(config->extensions.sync->registries[0].retryDelay, 30s);
  EXPECT_EQ(config->extensions.sync->registries[1].content[0].destination, "/quay.io");
}

TEST(Yaml, HasTheScalarsOfItsCoreSchema) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"a: [1, -2, +3, 0x10, 0o17, 1.5, -1e3, .5]", R"({"a":[1,-2,3,16,15,1.5,-1000.0,0.5]})"},
      {"a: [true, False, TRUE, null, ~, Null, ]", R"({"a":[true,false,true,null,null,null]})"},
      {"a: [yes, no, on, 5m, 1.2.3, .inf, .nan, 0xg, '', 1_000]",
       R"({"a":["yes","no","on","5m","1.2.3",".inf",".nan","0xg","","1_000"]})"},
      {"a: ['1', \"true\", '~', !!str 5]", R"({"a":["1","true","~","5"]})"},
      {"a:\nb: |-\n  x\n  y\n", R"({"a":null,"b":"x\ny"})"},
      {"a: [[1, 2], [3, {b: [4]}]]", R"({"a":[[1,2],[3,{"b":[4]}]]})"},
      {"1: x\ntrue: y\n", R"({"1":"x","true":"y"})"},
      {"{\"a\": [1, \"b\"]}", R"({"a":[1,"b"]})"},
      {"# nothing\n", "null"},
      {"", "null"},
      {"\xef\xbb\xbf"
       "a: 1",
       R"({"a":1})"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(yaml(text), expected) << text;
}

TEST(Yaml, RepeatsWhatAnAnchorNames) {
  EXPECT_EQ(yaml("a: &x {b: [1]}\nc: *x\nd: [&y 5, *y]\n"), R"({"a":{"b":[1]},"c":{"b":[1]},"d":[5,5]})");
}

TEST(Yaml, IsRefusedWithThePlace) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"a: 1\na: 2\n", "a: This key appears twice"},
      {"http: {port: 1}\nhttp: {port: 2}\n", "http: This key appears twice"},
      {"a:\n  b: [{c: 1, c: 2}]\n", "a.b[0].c: This key appears twice"},
      {"a: [1", "not valid YAML at line 1"},
      {"a:\n\tb: 1", "not valid YAML at line 2, column 3"},
      {"a: *x", "not valid YAML at line 1, column 4: an alias refers to an undefined anchor."},
      {"a: \"\\q\"", "not valid YAML at line 1, column 7: unknown escape character."},
      {"a: &x [*x]", "a node that contains it"},
      {"? [a]\n: b\n", "a key must be a string"},
      {"x: &x y\n*x : z\n", "an alias cannot be used as a key"},
      {"a: b\n---\nc: d\n", "more than one YAML document"},
      {"a: \"\xff\"", "not valid UTF-8"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_NE(yaml(text).find(expected), std::string::npos) << text << "\n" << yaml(text);
  }
}

TEST(Yaml, DoesNotGrowBeyondItsLimits) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const auto name = "a" + std::to_string(i), last = "*a" + std::to_string(i - 1);
    bomb += name + ": &" + name + " [" + last;
    for (int k = 1; k < 10; ++k) bomb += ", " + last;
    bomb += "]\n";
  }
  EXPECT_NE(yaml(bomb).find("more than 300000 values"), std::string::npos);

  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_NE(yaml(deep).find("more than 64 deep"), std::string::npos);

  std::string chain = "a0: &a0 [x]\n";
  for (int i = 1; i < 100; ++i) {
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  }
  EXPECT_NE(yaml(chain).find("more than 64 deep"), std::string::npos);
}

TEST(Json, IsRefusedWithThePlace) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"({"a": 1, "b": {"c": [0, {"d": 1, "d": 2}]}})", "b.c[1].d: This key appears twice"},
      {"{\n  \"a\": secret\n}", "line 2, column 8"},
      {R"({"a": )", "unexpected end of input"},
      {R"({"a": 1e999})", "not valid JSON"},
      {R"({"a": 1,})", "line 1, column 9"},
      {R"({"a": 1} x)", "line 1, column 10"},
      {"{\"a\": \"\xc3\"}", "not valid UTF-8"},
  };
  for (const auto& [text, expected] : cases) {
    const auto document = parseDocument(text, Format::Detect);
    ASSERT_FALSE(document) << text;
    const auto said = document.error().where + ": " + document.error().message;
    EXPECT_NE(said.find(expected), std::string::npos) << said;
    EXPECT_EQ(said.find("secret"), std::string::npos) << said;
  }
}

TEST(Json, DoesNotGrowBeyondItsLimits) {
  const auto refusal = [](const std::string& text) { return parseDocument(text, Format::Json).error().message; };
  EXPECT_NE(refusal(std::string(100'000, '[')).find("more than 64 deep"), std::string::npos);
  std::string many = "[0";
  for (int i = 0; i < 300'000; ++i) many += ",0";
  EXPECT_NE(refusal(many + "]").find("more than 300000 values"), std::string::npos);
  EXPECT_NE(refusal(std::string(5 * 1024 * 1024, ' ')).find("4 MiB"), std::string::npos);
}

TEST(Document, IsAnObject) {
  for (const std::string_view text : {"", "# nothing", "[]", "5", "text", "null"}) {
    const auto problems = loadText(text).problems;
    ASSERT_EQ(problems.size(), 1u) << text;
    EXPECT_EQ(problems[0].path, "");
    EXPECT_EQ(problems[0].severity, Severity::Error);
  }
}

TEST(LoadFile, TakesTheFormatOfTheExtension) {
  const test::TempDirectory directory;
  EXPECT_TRUE(loadFile(writeFile(directory.path() / "a.json", R"({"http": {"port": 1}})")).config);
  EXPECT_TRUE(loadFile(writeFile(directory.path() / "a.yaml", "http: {port: 1}")).config);
  EXPECT_TRUE(loadFile(writeFile(directory.path() / "a.YML", "{http: {port: 1}}")).config);
  EXPECT_TRUE(loadFile(writeFile(directory.path() / "config", "http: {port: 1}")).config);
  EXPECT_FALSE(loadFile(writeFile(directory.path() / "b.json", "http: {port: 1}")).config);
}

TEST(LoadFile, NamesAFileThatItCannotRead) {
  const test::TempDirectory directory;
  const auto missing = loadFile(directory.path() / "nothing.json");
  ASSERT_EQ(missing.problems.size(), 1u);
  EXPECT_NE(missing.problems[0].message.find("nothing.json"), std::string::npos);
  const auto folder = loadFile(directory.path());
  ASSERT_EQ(folder.problems.size(), 1u);
  EXPECT_NE(folder.problems[0].message.find("is not a regular file"), std::string::npos);
}

}  // namespace
}  // namespace larder::config
