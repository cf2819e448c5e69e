// Uploads, pushes and deletions.
#include "api_fixture.hpp"

namespace larder::test {
namespace {

using PushTest = ApiTest;
using http::Method;

const Digest kPushed = Digest::of("content");

TEST_F(PushTest, UploadInChunksFollowsTheSpec) {
  auto started = send({Method::Post, "/v2/team/app/blobs/uploads/"});
  EXPECT_EQ(started.status, 202);
  std::string location(started.field("Location"));
  EXPECT_EQ(location, "/v2/team/app/blobs/uploads/id0");
  EXPECT_EQ(started.field("Docker-Upload-UUID"), "id0");
  EXPECT_EQ(started.field("Range"), "0-0");

  auto first = send({Method::Patch, location, {{"Content-Range", "0-4"}}, "01234"});
  EXPECT_EQ(first.status, 202);
  EXPECT_EQ(first.field("Range"), "0-4");
  auto second = send({Method::Patch, location, {{"Content-Range", "bytes 5-7/8"}}, "567"});
  EXPECT_EQ(second.field("Range"), "0-7");

  auto status = get(location);
  EXPECT_EQ(status.status, 204);
  EXPECT_EQ(status.field("Range"), "0-7");
  EXPECT_EQ(status.field("Location"), location);

  auto done = send({Method::Put, location + "?digest=" + kPushed.toString()});
  EXPECT_EQ(done.status, 201);
  EXPECT_EQ(done.field("Location"), "/v2/team/app/blobs/" + kPushed.toString());
  EXPECT_EQ(done.field("Docker-Content-Digest"), kPushed.toString());
}

TEST_F(PushTest, ChunkOutOfOrderIsToldWhereToGoOn) {
  send({Method::Post, "/v2/app/blobs/uploads/"});
  send({Method::Patch, "/v2/app/blobs/uploads/id0", {}, "0123", true});
  for (auto method : {Method::Patch, Method::Put}) {
    auto response =
        send({method, "/v2/app/blobs/uploads/id0?digest=" + kPushed.toString(), {{"Content-Range", "9-10"}}, "ab"});
    EXPECT_EQ(response.status, 416);
    EXPECT_EQ(response.field("Range"), "0-3");
    EXPECT_EQ(response.field("Location"), "/v2/app/blobs/uploads/id0");
  }
}

TEST_F(PushTest, ChunkWithContradictingLengthsIsRefused) {
  send({Method::Post, "/v2/app/blobs/uploads/"});
  auto response = send({Method::Patch, "/v2/app/blobs/uploads/id0", {{"Content-Range", "0-9"}}, "01"});
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(errorCode(response), "SIZE_INVALID");
}

TEST_F(PushTest, UploadBelongsToItsRepository) {
  send({Method::Post, "/v2/app/blobs/uploads/"});
  EXPECT_EQ(get("/v2/other/blobs/uploads/id0").status, 404);
  EXPECT_EQ(send({Method::Delete, "/v2/other/blobs/uploads/id0"}).status, 404);
  EXPECT_EQ(send({Method::Delete, "/v2/app/blobs/uploads/id0"}).status, 204);
}

TEST_F(PushTest, UploadWithoutDigestCannotBeFinished) {
  send({Method::Post, "/v2/app/blobs/uploads/"});
  for (const char* query : {"", "?digest=", "?digest=md5:0"}) {
    auto response = send({Method::Put, std::string("/v2/app/blobs/uploads/id0") + query});
    EXPECT_EQ(response.status, 400) << query;
    EXPECT_EQ(errorCode(response), "DIGEST_INVALID");
  }
}

TEST_F(PushTest, BlobIsPushedInOneRequest) {
  auto response = send({Method::Post, "/v2/app/blobs/uploads/?digest=" + kPushed.toString(), {}, "content"});
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.field("Location"), "/v2/app/blobs/" + kPushed.toString());
}

TEST_F(PushTest, FailedPushInOneRequestLeavesNoUpload) {
  registry.record.failure = core::Error{ErrorCode::DigestInvalid, "Another digest."};
  auto response = send({Method::Post, "/v2/app/blobs/uploads/?digest=" + kPushed.toString(), {}, "wrong"});
  EXPECT_EQ(response.status, 400);
  EXPECT_TRUE(registry.openUploads.empty());
}

TEST_F(PushTest, MountSucceedsOrStartsAnUpload) {
  registry.blobService.mountable = "base";
  auto target = "/v2/app/blobs/uploads/?mount=" + kPushed.toString();
  EXPECT_EQ(send({Method::Post, target + "&from=base"}).status, 201);
  EXPECT_EQ(send({Method::Post, target}).status, 201);
  auto other = send({Method::Post, target + "&from=other"});
  EXPECT_EQ(other.status, 202);
  EXPECT_FALSE(other.field("Location").empty());
  EXPECT_EQ(send({Method::Post, target + "&from=NOT-A-NAME"}).status, 400);
  EXPECT_EQ(send({Method::Post, "/v2/app/blobs/uploads/?mount=bad"}).status, 400);
}

TEST_F(PushTest, UnknownDigestAlgorithmIsRefused) {
  EXPECT_EQ(send({Method::Post, "/v2/app/blobs/uploads/?digest-algorithm=md5"}).status, 400);
  EXPECT_EQ(send({Method::Post, "/v2/app/blobs/uploads/?digest-algorithm=sha512"}).status, 202);
}

TEST_F(PushTest, ManifestIsPushedWithItsTags) {
  auto digest = Digest::of("{}").toString();
  auto response = send({Method::Put,
                        "/v2/app/manifests/" + digest + "?tag=v1&tag=latest",
                        {{"Content-Type", "application/vnd.oci.image.manifest.v1+json; charset=utf-8"}},
                        "{}"});
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.field("Location"), "/v2/app/manifests/" + digest);
  EXPECT_EQ(response.field("Docker-Content-Digest"), digest);
  std::vector<std::string> tags;
  for (const auto& [name, value] : response.fields) {
    if (name == "OCI-Tag") tags.push_back(value);
  }
  EXPECT_EQ(tags, (std::vector<std::string>{"v1", "latest"}));
  EXPECT_EQ(registry.record.calls.back(), "manifest.put app@" + digest + " application/vnd.oci.image.manifest.v1+json");
}

TEST_F(PushTest, CreationThatWasOvertakenNeedsTheRightToUpdate) {
  restrict();
  for (const char* user : {"alice", "bob"}) authorizer->grant(user, "app", auth::Action::Create);
  authorizer->grant("bob", "app", auth::Action::Update);
  registry.pushedMeanwhile = "v1";
  auto refused = send({Method::Put, "/v2/app/manifests/v1", {{"Authorization", "user alice"}}, "{}"});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(errorCode(refused), "DENIED");
  registry.pushedMeanwhile = "v2";
  EXPECT_EQ(send({Method::Put, "/v2/app/manifests/v2", {{"Authorization", "user bob"}}, "{}"}).status, 201);
}

TEST_F(PushTest, TooManyTagsAreRefused) {
  std::string target = "/v2/app/manifests/" + Digest::of("{}").toString() + "?tag=t0";
  for (int i = 1; i <= 64; ++i) target += "&tag=t" + std::to_string(i);
  EXPECT_EQ(send({Method::Put, target, {}, "{}"}).status, 414);
  EXPECT_TRUE(registry.record.calls.empty());
}

TEST_F(PushTest, ManifestBeyondFourMebibytesIsRefused) {
  std::string large(4 * 1024 * 1024 + 1, ' ');
  auto response = send({Method::Put, "/v2/app/manifests/v1", {}, large});
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(send({Method::Put, "/v2/app/manifests/v1", {}, large, true}).status, 413);
  EXPECT_TRUE(registry.record.calls.empty());
}

TEST_F(PushTest, DeletionsAreAccepted) {
  EXPECT_EQ(send({Method::Delete, "/v2/app/manifests/v1"}).status, 202);
  EXPECT_EQ(send({Method::Delete, "/v2/app/blobs/" + kPushed.toString()}).status, 202);
  EXPECT_EQ(registry.record.calls,
            (std::vector<std::string>{"manifest.remove app:v1", "blob.remove app@" + kPushed.toString()}));
}

TEST_F(PushTest, DeletionOfASharedManifestIsRefusedToWhoHasTheDuty) {
  restrict();
  std::string target = "/v2/app/manifests/" + kPushed.toString();
  for (const char* user : {"alice", "bob"}) authorizer->grant(user, "app", auth::Action::Delete);
  authorizer->grant("bob", "app", auth::Action::DetectManifestCollision);
  EXPECT_EQ(send({Method::Delete, target, {{"Authorization", "user alice"}}}).status, 202);
  EXPECT_EQ(registry.record.calls.back(), "manifest.remove app@" + kPushed.toString());
  registry.record.failure = core::Error{ErrorCode::Conflict, "Several tags."};
  auto refused = send({Method::Delete, target, {{"Authorization", "user bob"}}});
  EXPECT_EQ(registry.record.calls.back(), "manifest.remove app@" + kPushed.toString() + " unless shared");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(errorCode(refused), "MANIFEST_INVALID");
  // A tag is only ever deleted by itself.
  send({Method::Delete, "/v2/app/manifests/v1", {{"Authorization", "user bob"}}});
  EXPECT_EQ(registry.record.calls.back(), "manifest.remove app:v1");
}

TEST_F(PushTest, LocationsAreBelowTheExternalUrl) {
  config.http.externalUrl = "https://registry.example/";
  EXPECT_EQ(send({Method::Post, "/v2/app/blobs/uploads/"}).field("Location"),
            "https://registry.example/v2/app/blobs/uploads/id0");
}

}  // namespace
}  // namespace larder::test
