#include "manifest_document.hpp"

#include <gtest/gtest.h>

#include "larder/core/media_types.hpp"
#include "registry_fixture.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;
using test::descriptorJson;
using test::imageJson;
using test::kImageType;
using test::kIndexType;
namespace media = core::media;

ErrorCode codeOf(const core::Result<ManifestDocument>& parsed) {
  return parsed ? ErrorCode::Internal : parsed.error().code;
}

TEST(ManifestDocument, ReadsAnImage) {
  auto parsed = parseManifest(imageJson("config", {"one", "two"}, R"(,"annotations":{"a":"b"})"), kImageType);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->mediaType, kImageType);
  EXPECT_EQ(parsed->config->digest, core::Digest::of("config"));
  ASSERT_EQ(parsed->layers.size(), 2u);
  EXPECT_EQ(parsed->layers[1].digest, core::Digest::of("two"));
  EXPECT_EQ(parsed->artifactType, "application/vnd.oci.image.config.v1+json");
  EXPECT_EQ(parsed->annotationsJson, R"({"a":"b"})");
  EXPECT_EQ(linksOf(*parsed).size(), 3u);
}

TEST(ManifestDocument, ReadsDockerTypes) {
  auto image = R"({"schemaVersion":2,"mediaType":")" + std::string(media::kDockerManifest) + R"(","config":)" +
               descriptorJson("c", "application/vnd.docker.container.image.v1+json") + R"(,"layers":[]})";
  EXPECT_EQ(parseManifest(image, "")->mediaType, media::kDockerManifest);
  auto list = R"({"schemaVersion":2,"mediaType":")" + std::string(media::kDockerList) + R"(","manifests":[)" +
              descriptorJson("child", std::string(media::kDockerManifest)) + "]}";
  auto parsed = parseManifest(list, media::kDockerList);
  ASSERT_TRUE(parsed);
  ASSERT_EQ(linksOf(*parsed).size(), 1u);
  EXPECT_EQ(linksOf(*parsed)[0].kind, storage::ManifestLink::Kind::Manifest);
}

TEST(ManifestDocument, ReadsAnArtifactManifest) {
  auto parsed = parseManifest(R"({"mediaType":")" + std::string(media::kOciArtifactManifest) +
                                  R"(","artifactType":"a/b","blobs":[)" + descriptorJson("blob", "x/y") +
                                  R"(],"subject":)" + descriptorJson("subject", kImageType) + "}",
                              "");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->artifactType, "a/b");
  EXPECT_EQ(parsed->layers.size(), 1u);
  EXPECT_EQ(parsed->subject, core::Digest::of("subject"));
}

TEST(ManifestDocument, TakesTheTypeFromWhateverTellsIt) {
  auto index = R"({"schemaVersion":2,"manifests":[]})";
  EXPECT_EQ(parseManifest(index, "")->mediaType, kIndexType);
  EXPECT_EQ(parseManifest(index, "application/json; charset=utf-8")->mediaType, kIndexType);
  EXPECT_EQ(parseManifest(index, kIndexType + "; charset=utf-8")->mediaType, kIndexType);
  EXPECT_EQ(codeOf(parseManifest("{}", "")), ErrorCode::ManifestInvalid);
  EXPECT_EQ(codeOf(parseManifest(imageJson("c", {}), kIndexType)), ErrorCode::ManifestInvalid);
}

TEST(ManifestDocument, AcceptsUnknownTypesAsOpaque) {
  auto parsed = parseManifest(R"({"layers":[{"digest":"whatever"}]})", "application/vnd.custom+json");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_TRUE(linksOf(*parsed).empty());
}

TEST(ManifestDocument, GivesAnIndexNoArtifactTypeOfItsOwnMaking) {
  EXPECT_EQ(parseManifest(R"({"schemaVersion":2,"manifests":[]})", kIndexType)->artifactType, "");
}

TEST(ManifestDocument, LinksBlobsOfABuildCacheIndexAsBlobs) {
  auto parsed = parseManifest(R"({"schemaVersion":2,"manifests":[)" +
                                  descriptorJson("layer", "application/vnd.oci.image.layer.v1.tar+gzip") + "]}",
                              kIndexType);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(linksOf(*parsed)[0].kind, storage::ManifestLink::Kind::Blob);
}

class BadManifest : public ::testing::TestWithParam<std::string> {};

TEST_P(BadManifest, IsRefused) {
  EXPECT_EQ(codeOf(parseManifest(GetParam(), "")), ErrorCode::ManifestInvalid);
}

std::string withDescriptor(const std::string& descriptor) {
  return R"({"schemaVersion":2,"mediaType":")" + kIndexType + R"(","manifests":[)" + descriptor + "]}";
}

const std::string kDigest = core::Digest::of("x").toString();

INSTANTIATE_TEST_SUITE_P(
    All, BadManifest,
    ::testing::Values(
        "", "null", "[]", "{", imageJson("c", {}) + "{}", imageJson("c", {}) + "x",
        R"({"schemaVersion":2,"schemaVersion":2,"manifests":[]})", R"({"schemaVersion":1,"fsLayers":[]})",
        R"({"schemaVersion":3,"manifests":[]})", R"({"manifests":[]})", R"({"schemaVersion":"2","manifests":[]})",
        R"({"schemaVersion":2,"manifests":{}})", R"({"schemaVersion":2,"manifests":[],"layers":[]})",
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[]})",
        R"({"schemaVersion":2,"mediaType":7,"manifests":[]})", withDescriptor("7"), withDescriptor(R"({"size":1})"),
        withDescriptor(R"({"digest":"sha256:abc","size":1})"), withDescriptor(R"({"digest":")" + kDigest + R"("})"),
        withDescriptor(R"({"digest":")" + kDigest + R"(","size":-1})"),
        withDescriptor(R"({"digest":")" + kDigest + R"(","size":1.5})"),
        withDescriptor(R"({"digest":")" + kDigest + R"(","size":1,"mediaType":3})"),
        R"({"schemaVersion":2,"manifests":[],"subject":{}})", R"({"schemaVersion":2,"manifests":[],"annotations":[]})",
        R"({"schemaVersion":2,"manifests":[],"x":)" + std::string(40, '[') + std::string(40, ']') + "}"));

TEST(ManifestDocument, BoundsSizeAndNumberOfDescriptors) {
  EXPECT_EQ(codeOf(parseManifest(std::string(media::kMaxManifestBytes + 1, ' '), "")), ErrorCode::TooLarge);
  std::string list;
  for (int i = 0; i < 10'001; ++i) list += (i ? "," : "") + descriptorJson("x", kImageType);
  EXPECT_EQ(codeOf(parseManifest(withDescriptor(list), "")), ErrorCode::ManifestInvalid);
}

}  // namespace
}  // namespace larder::registry
