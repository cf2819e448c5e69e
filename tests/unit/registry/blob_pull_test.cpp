#include "registry_fixture.hpp"

namespace larder::test {
namespace {

class BlobPullTest : public RegistryTest {
 protected:
  static std::string bytes(std::size_t size, char seed = 'a') {
    std::string content(size, '\0');
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(seed + i % 23);
    return content;
  }
  // What a download from Docker Hub has left.
  static std::string partialOf(const Digest& digest) {
    return "pull-sha256-" + digest.hex() + "-" + Digest::of("docker.io\n").hex().substr(0, 16);
  }
  // The repository knows an image with this layer, and its upstream has it.
  Digest addLayer(FakeUpstreamSource& hub, const std::string& content) {
    hub.putManifest("library/nginx", "1", imageJson("config", {content}));
    EXPECT_TRUE(pull(kRepository, "1"));
    return hub.putBlob("library/nginx", content);
  }
};

TEST_F(BlobPullTest, StreamsStoresAndThenServesFromHere) {
  auto& hub = addHub();
  auto content = bytes(300'000);
  auto digest = addLayer(hub, content);
  auto answer = pullBlob(kRepository, digest);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->size, content.size());
  EXPECT_EQ(answer->cache, CacheState::Miss);
  ASSERT_NE(answer->growth, nullptr);
  EXPECT_EQ(readAll(*answer).value(), content);
  awaitStored(*answer);

  auto again = pullBlob(kRepository, digest);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->cache, CacheState::Hit);
  EXPECT_EQ(again->growth, nullptr);
  EXPECT_EQ(readAll(*again).value(), content);
  EXPECT_NE(registry().blobs().ready(kRepository, digest.toString(), "", kAnyone), nullptr);
  EXPECT_EQ(registry().blobs().ready("other", digest.toString(), "", kAnyone), nullptr);
  EXPECT_EQ(hub.calls(UpstreamCall::GetBlob), 1u);
}

TEST_F(BlobPullTest, AnswersBeforeTheBlobIsHereAndHoldsBackTheLastByte) {
  auto& hub = addHub();
  auto content = bytes(1000);
  auto digest = addLayer(hub, content);
  hub.gateBlob(digest, 400);
  auto answer = pullBlob(kRepository, digest).value();
  EXPECT_TRUE(threads_.run(answer.growth->waitBeyond(399)));
  EXPECT_EQ(answer.growth->available(), 400u);
  hub.allowBlob(digest, 599);
  EXPECT_TRUE(threads_.run(answer.growth->waitBeyond(998)));
  EXPECT_EQ(answer.growth->available(), 999u);
  hub.openBlob(digest);
  EXPECT_EQ(readAll(answer).value(), content);
}

TEST_F(BlobPullTest, LetsManyFollowOneDownloadFromTheirOwnOffsets) {
  auto& hub = addHub();
  auto content = bytes(200'000);
  auto digest = addLayer(hub, content);
  hub.setChunkBytes(1000);
  hub.gateBlob(digest, 50'000);
  std::vector<std::future<Result<std::string>>> followers;
  for (std::uint64_t offset : {0u, 1u, 49'999u, 50'000u, 120'000u, 199'999u, 0u, 7u}) {
    followers.push_back(threads_.start(getAndRead(&registry().blobs(), kRepository, digest, offset)));
  }
  ASSERT_TRUE(hub.awaitCalls(UpstreamCall::GetBlob, 1));
  hub.openBlob(digest);
  std::size_t i = 0;
  for (std::uint64_t offset : {0u, 1u, 49'999u, 50'000u, 120'000u, 199'999u, 0u, 7u}) {
    auto read = TestRuntime::await(std::move(followers[i++]));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, content.substr(offset));
  }
  EXPECT_EQ(hub.calls(UpstreamCall::GetBlob), 1u);
}

TEST_F(BlobPullTest, GoesOnWhenTheClientLeaves) {
  auto& hub = addHub();
  auto content = bytes(10'000);
  auto digest = addLayer(hub, content);
  hub.gateBlob(digest, 100);
  pullBlob(kRepository, digest).value();
  hub.openBlob(digest);
  auto next = pullBlob(kRepository, digest);
  ASSERT_TRUE(next);
  EXPECT_EQ(readAll(*next).value(), content);
  EXPECT_EQ(hub.calls(UpstreamCall::GetBlob), 1u);
}

TEST_F(BlobPullTest, CutsEveryReaderOffAtAWrongDigest) {
  auto& hub = addHub();
  auto content = bytes(5'000);
  auto digest = addLayer(hub, content);
  hub.putBlobAs("library/nginx", digest, bytes(5'000, 'b'));
  hub.gateBlob(digest, 10);
  auto first = pullBlob(kRepository, digest).value();
  auto second = pullBlob(kRepository, digest).value();
  hub.openBlob(digest);
  EXPECT_EQ(codeOf(readAll(first)), ErrorCode::UpstreamInvalid);
  EXPECT_EQ(codeOf(readAll(second)), ErrorCode::UpstreamInvalid);
  EXPECT_EQ(first.growth->available(), 4'999u);
  EXPECT_FALSE(threads_.run(blobs_->stat(digest)).value());
  EXPECT_TRUE(threads_.run(blobs_->partials()).value().empty());
}

TEST_F(BlobPullTest, ResumesWhatWasCutShort) {
  auto& hub = addHub();
  auto content = bytes(9'000);
  auto digest = addLayer(hub, content);
  hub.gateBlob(digest, 4'000);
  auto cut = pullBlob(kRepository, digest).value();
  ASSERT_TRUE(threads_.run(cut.growth->waitBeyond(3'999)));
  hub.breakBlob(digest, Error{ErrorCode::UpstreamUnavailable, "Cut."});
  EXPECT_EQ(codeOf(readAll(cut)), ErrorCode::UpstreamUnavailable);

  hub.openBlob(digest);
  auto resumed = pullBlob(kRepository, digest);
  ASSERT_TRUE(resumed) << resumed.error().message;
  EXPECT_EQ(readAll(*resumed).value(), content);
  EXPECT_EQ(hub.records().back().offset, 4'000u);
}

TEST_F(BlobPullTest, ResumesPartialContentOfAnEarlierDaemon) {
  auto& hub = addHub();
  auto content = bytes(9'000);
  auto digest = addLayer(hub, content);
  {
    auto writer = threads_.run(blobs_->write(partialOf(digest))).value();
    ASSERT_TRUE(threads_.run(writer->append(std::as_bytes(std::span(content)).first(6'000))));
  }
  EXPECT_EQ(readAll(pullBlob(kRepository, digest).value()).value(), content);
  EXPECT_EQ(hub.records().back().offset, 6'000u);
}

TEST_F(BlobPullTest, PublishesPartialContentThatIsWholeWithoutATransfer) {
  auto& hub = addHub();
  auto content = bytes(900);
  auto digest = addLayer(hub, content);
  {
    auto writer = threads_.run(blobs_->write(partialOf(digest))).value();
    ASSERT_TRUE(threads_.run(writer->append(std::as_bytes(std::span(content)))));
  }
  EXPECT_EQ(readAll(pullBlob(kRepository, digest).value()).value(), content);
  EXPECT_EQ(hub.calls(UpstreamCall::GetBlob), 0u);
}

TEST_F(BlobPullTest, BeginsAgainWhenPartialContentIsTooLong) {
  auto& hub = addHub();
  auto content = bytes(900);
  auto digest = addLayer(hub, content);
  {
    auto writer = threads_.run(blobs_->write(partialOf(digest))).value();
    auto tooMuch = bytes(1'000, 'z');
    ASSERT_TRUE(threads_.run(writer->append(std::as_bytes(std::span(tooMuch)))));
  }
  EXPECT_EQ(readAll(pullBlob(kRepository, digest).value()).value(), content);
}

TEST_F(BlobPullTest, StreamsBesideAnotherProcessThatWritesTheSameBlob) {
  auto& hub = addHub();
  auto content = bytes(900);
  auto digest = addLayer(hub, content);
  auto other = threads_.run(blobs_->write(partialOf(digest))).value();
  EXPECT_EQ(fetchBlob(kRepository, digest).value(), content);
  EXPECT_TRUE(threads_.run(blobs_->stat(digest)).value());
}

TEST_F(BlobPullTest, ServesAnEmptyBlob) {
  auto& hub = addHub();
  auto digest = addLayer(hub, "");
  auto answer = pullBlob(kRepository, digest);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->size, 0u);
  awaitStored(*answer);
  EXPECT_TRUE(threads_.run(blobs_->stat(digest)).value());
}

TEST_F(BlobPullTest, RefusesMoreBytesThanTheUpstreamTold) {
  addContent(addRule({"https://a.test", "https://b.test"}), "**", "/m");
  auto& a = upstream("https://a.test", "a.test");
  auto& b = upstream("https://b.test", "b.test");
  auto content = bytes(1'000);
  auto digest = a.putBlob("app", content);
  b.putBlobAs("app", digest, bytes(2'000));
  a.gateBlob(digest, 500);
  a.breakBlob(digest, Error{ErrorCode::UpstreamUnavailable, "Cut."});
  EXPECT_FALSE(threads_.run(getAndRead(&registry().blobs(), "m/app", digest, 0)));
  EXPECT_FALSE(threads_.run(blobs_->stat(digest)).value());
}

TEST_F(BlobPullTest, GoesOnAtTheNextUrlWhereTheFirstWasCut) {
  addContent(addRule({"https://a.test", "https://b.test"}), "**", "/m");
  auto& a = upstream("https://a.test", "a.test");
  auto& b = upstream("https://b.test", "b.test");
  auto content = bytes(1'000);
  auto digest = a.putBlob("app", content);
  b.putBlob("app", content);
  a.gateBlob(digest, 500);
  a.breakBlob(digest, Error{ErrorCode::UpstreamUnavailable, "Cut."});
  EXPECT_EQ(readAll(pullBlob("m/app", digest).value()).value(), content);
  EXPECT_EQ(b.records().back().offset, 500u);
}

TEST_F(BlobPullTest, AsksForAnUnlinkedBlobAtItsUpstreamAndLinksIt) {
  auto& hub = addHub();
  auto content = bytes(100);
  auto digest = hub.putBlob("library/nginx", content);
  EXPECT_EQ(fetchBlob(kRepository, digest).value(), content);
  EXPECT_EQ(threads_.run(meta_->blob(kRepository, digest)).value()->size, content.size());
}

TEST_F(BlobPullTest, MapsAbsenceAndRemembersIt) {
  auto& hub = addHub();
  auto digest = Digest::of("nothing");
  EXPECT_EQ(codeOf(pullBlob(kRepository, digest)), ErrorCode::BlobUnknown);
  EXPECT_EQ(codeOf(pullBlob(kRepository, digest)), ErrorCode::BlobUnknown);
  EXPECT_EQ(hub.calls(UpstreamCall::GetBlob), 1u);
  hub.fail(UpstreamCall::GetBlob, Error{ErrorCode::UpstreamThrottled, "Too many."});
  EXPECT_EQ(codeOf(pullBlob(kRepository, Digest::of("other"))), ErrorCode::TooManyRequests);
}

TEST_F(BlobPullTest, HeadAsksUpstreamWithoutStoring) {
  auto& hub = addHub();
  auto digest = hub.putBlob("library/nginx", bytes(77));
  auto head = threads_.run(registry().blobs().head(kRepository, digest, ""));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->size, 77u);
  EXPECT_EQ(head->reader, nullptr);
  EXPECT_EQ(hub.calls(UpstreamCall::GetBlob), 0u);
  EXPECT_FALSE(threads_.run(blobs_->stat(digest)).value());
}

// CVE-2024-39897: that a blob is stored says nothing about who may read it.

TEST_F(BlobPullTest, KeepsAPushedBlobFromOtherRepositories) {
  auto& hub = addHub();
  auto digest = push("private/app", "secret layer");
  EXPECT_EQ(codeOf(pullBlob("public/app", digest)), ErrorCode::NameUnknown);
  EXPECT_EQ(codeOf(pullBlob(kRepository, digest)), ErrorCode::BlobUnknown);
  EXPECT_EQ(codeOf(threads_.run(registry().blobs().head(kRepository, digest, ""))), ErrorCode::BlobUnknown);
  EXPECT_EQ(hub.calls(UpstreamCall::HeadBlob), 1u);
  EXPECT_EQ(readAll(pullBlob("private/app", digest).value()).value(), "secret layer");
}

TEST_F(BlobPullTest, GivesNoBlobToAnUpstreamThatOnlyNamesIt) {
  auto& hub = addHub();
  hub.putManifest("library/nginx", "1", imageJson("config", {"secret"}));
  auto secret = push("private/app", "secret");
  ASSERT_TRUE(pull(kRepository, "1"));
  EXPECT_EQ(codeOf(pullBlob(kRepository, secret)), ErrorCode::BlobUnknown);
}

TEST_F(BlobPullTest, LinksABlobThatTheRegistryGaveToAnotherRepositoryWithoutATransfer) {
  auto& hub = addHub();
  auto digest = addLayer(hub, "shared layer");
  ASSERT_TRUE(fetchBlob(kRepository, digest));
  EXPECT_EQ(codeOf(pullBlob("docker.io/library/app", digest)), ErrorCode::BlobUnknown);
  hub.putBlob("library/app2", "shared layer");
  EXPECT_EQ(readAll(pullBlob("docker.io/library/app2", digest).value()).value(), "shared layer");
  EXPECT_EQ(hub.calls(UpstreamCall::GetBlob), 1u);
  EXPECT_TRUE(threads_.run(meta_->blob("docker.io/library/app2", digest)).value());
}

// That a registry says it has a digest shows nothing: it has to give the content.
TEST_F(BlobPullTest, GivesNoPushedBlobToARegistryThatOnlySaysItHasIt) {
  auto& hub = addHub();
  auto digest = push("private/app", "secret layer");
  hub.putBlobAs("library/nginx", digest, std::string(12, 'x'));
  auto read = threads_.run(getAndRead(&registry().blobs(), kRepository, digest, 0));
  EXPECT_EQ(codeOf(read), ErrorCode::UpstreamInvalid);
  EXPECT_FALSE(threads_.run(meta_->blob(kRepository, digest)).value());

  hub.putBlob("library/nginx", "secret layer");
  EXPECT_EQ(fetchBlob(kRepository, digest).value(), "secret layer");
  EXPECT_EQ(hub.calls(UpstreamCall::GetBlob), 2u);
  EXPECT_TRUE(threads_.run(meta_->blob(kRepository, digest)).value());
}

TEST_F(BlobPullTest, LetsAnotherRepositoryJoinOnlyIfItsUpstreamHasTheBlob) {
  auto& hub = addHub();
  auto content = bytes(5'000);
  auto digest = addLayer(hub, content);
  hub.gateBlob(digest, 100);
  auto first = pullBlob(kRepository, digest).value();
  EXPECT_EQ(codeOf(pullBlob("docker.io/library/app", digest)), ErrorCode::BlobUnknown);

  hub.putBlob("library/app2", content);
  auto joined = pullBlob("docker.io/library/app2", digest);
  ASSERT_TRUE(joined);
  EXPECT_FALSE(threads_.run(meta_->blob("docker.io/library/app2", digest)).value()) << "It is not verified yet.";
  hub.openBlob(digest);
  EXPECT_EQ(readAll(*joined).value(), content);
  EXPECT_EQ(readAll(first).value(), content);
  EXPECT_EQ(hub.calls(UpstreamCall::GetBlob), 1u);
}

TEST_F(BlobPullTest, SharesNothingUnverifiedBetweenRegistries) {
  auto& hub = addHub();
  addContent(addRule({"https://evil.test"}), "**", "/evil");
  auto& evil = upstream("https://evil.test", "evil.test");
  auto content = bytes(5'000);
  auto digest = addLayer(hub, content);
  evil.putBlobAs("app", digest, bytes(5'000, 'b'));
  evil.gateBlob(digest, 3'000);
  auto spoiled = pullBlob("evil/app", digest).value();
  ASSERT_TRUE(threads_.run(spoiled.growth->waitBeyond(2'999)));
  EXPECT_EQ(fetchBlob(kRepository, digest).value(), content) << "beside a download from elsewhere";
  evil.breakBlob(digest, Error{ErrorCode::UpstreamUnavailable, "Cut."});
  EXPECT_FALSE(readAll(spoiled));

  auto other = addLayer(hub, bytes(4'000));
  evil.putBlobAs("app", other, bytes(4'000, 'b'));
  evil.gateBlob(other, 3'000);
  auto cut = pullBlob("evil/app", other).value();
  ASSERT_TRUE(threads_.run(cut.growth->waitBeyond(2'999)));
  evil.breakBlob(other, Error{ErrorCode::UpstreamUnavailable, "Cut."});
  EXPECT_FALSE(readAll(cut));
  EXPECT_EQ(fetchBlob(kRepository, other).value(), bytes(4'000)) << "after one that was cut short";
  EXPECT_EQ(hub.records().back().offset, 0u);
}

TEST_F(BlobPullTest, AsksItsOwnUpstreamWhenTheFlightItJoinedFails) {
  auto& hub = addHub();
  auto content = bytes(5'000);
  auto digest = addLayer(hub, content);
  hub.putBlob("library/app", content);
  hub.hold(UpstreamCall::GetBlob);
  hub.fail(UpstreamCall::GetBlob, Error{ErrorCode::UpstreamUnavailable, "Down."}, 1);
  auto first = threads_.start(getAndRead(&registry().blobs(), kRepository, digest, 0));
  ASSERT_TRUE(hub.awaitCalls(UpstreamCall::GetBlob, 1));
  auto second = threads_.start(getAndRead(&registry().blobs(), "docker.io/library/app", digest, 0));
  ASSERT_TRUE(hub.awaitCalls(UpstreamCall::HeadBlob, 1));
  hub.release(UpstreamCall::GetBlob);
  EXPECT_EQ(codeOf(TestRuntime::await(std::move(first))), ErrorCode::UpstreamUnavailable);
  EXPECT_EQ(TestRuntime::await(std::move(second)).value(), content);
}

TEST_F(BlobPullTest, GivesNoDeletedBlobBackFromMemory) {
  auto digest = push("team/app", "layer");
  ASSERT_TRUE(pullBlob("team/app", digest));
  ASSERT_NE(registry().blobs().ready("team/app", digest.toString(), "", kAnyone), nullptr);
  ASSERT_TRUE(threads_.run(registry().blobs().remove("team/app", digest)));
  EXPECT_EQ(registry().blobs().ready("team/app", digest.toString(), "", kAnyone), nullptr);
  EXPECT_EQ(codeOf(pullBlob("team/app", digest)), ErrorCode::BlobUnknown);
  EXPECT_EQ(codeOf(threads_.run(registry().blobs().remove("team/app", digest))), ErrorCode::BlobUnknown);
}

TEST_F(BlobPullTest, MountsFromARepositoryThatMayBeRead) {
  auto digest = push("from/app", "layer");
  auto none = [](const std::string&) { return false; };
  auto all = [](const std::string&) { return true; };
  auto& blobs = registry().blobs();
  EXPECT_FALSE(threads_.run(blobs.mount("to/app", digest, "from/app", none)).value());
  EXPECT_FALSE(threads_.run(blobs.mount("to/app", digest, "", none)).value());
  EXPECT_FALSE(threads_.run(blobs.mount("to/app", digest, "else/app", all)).value());
  EXPECT_FALSE(threads_.run(blobs.mount("to/app", Digest::of("other"), "", all)).value());
  EXPECT_FALSE(threads_.run(meta_->repository("to/app")).value());
  EXPECT_TRUE(threads_.run(blobs.mount("to/app", digest, "from/app", all)).value());
  EXPECT_TRUE(threads_.run(blobs.mount("third/app", digest, "", all)).value());
  EXPECT_EQ(readAll(pullBlob("to/app", digest).value()).value(), "layer");
  EXPECT_EQ(readAll(pullBlob("third/app", digest).value()).value(), "layer");
}

TEST_F(BlobPullTest, EndsDownloadsAtShutdownAndKeepsTheirPartialContent) {
  auto& hub = addHub();
  auto content = bytes(1'000);
  auto digest = addLayer(hub, content);
  hub.gateBlob(digest, 300);
  auto answer = pullBlob(kRepository, digest).value();
  ASSERT_TRUE(threads_.run(answer.growth->waitBeyond(299)));
  auto reading = threads_.start(readBlob(answer, 0));
  auto down = threads_.start(registry().shutdown());
  EXPECT_EQ(codeOf(TestRuntime::await(std::move(reading))), ErrorCode::Cancelled);
  hub.openBlob(digest);
  TestRuntime::await(std::move(down));
  auto partials = threads_.run(blobs_->partials()).value();
  ASSERT_EQ(partials.size(), 1u);
  EXPECT_EQ(partials.front().size, 300u);
}

}  // namespace
}  // namespace larder::test
