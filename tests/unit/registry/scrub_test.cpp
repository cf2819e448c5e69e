#include "housekeeping/scrub.hpp"

#include <fstream>

#include "registry_fixture.hpp"
#include "support/temp_directory.hpp"

namespace larder::test {
namespace {

// Over files, which can be damaged.
class ScrubTest : public RegistryTest {
 protected:
  ScrubTest() {
    blobs_ = storage::openFilesystemBlobStore({directory_.path(), false}, threads_.blocking()).value();
    config_.extensions.scrub.enable = true;
    config_.larder.storage.scrubRate = 0;
  }

  std::filesystem::path pathOf(const Digest& digest) const {
    return directory_.path() / "_larder" / "blobs" / "sha256" / digest.hex().substr(0, 2) / digest.hex();
  }
  void damage(const Digest& digest) { std::ofstream(pathOf(digest)) << "damaged"; }
  void cutShort(const Digest& digest) { std::filesystem::resize_file(pathOf(digest), 1); }
  std::filesystem::path quarantined(const Digest& digest) const {
    return directory_.path() / "_larder" / "quarantine" / ("sha256-" + digest.hex());
  }
  runtime::Task<> untilQuarantined(Digest digest) {
    while (!std::filesystem::exists(quarantined(digest))) co_await runtime::sleepFor(std::chrono::milliseconds(5));
  }
  bool isStored(const Digest& digest) { return threads_.run(blobs_->stat(digest)).value().has_value(); }
  // Waits for the end of a round that begins now at the latest.
  std::string afterRound() { return threads_.run(awaitRound(place_)); }
  runtime::Task<std::string> awaitRound(std::string before) {
    while (true) {
      auto place = co_await stores_.shared->document("scrub");
      if (place && *place != before && place->ends_with(" .")) {
        place_ = *place;
        co_return *place;
      }
      co_await runtime::sleepFor(std::chrono::milliseconds(5));
    }
  }
  registry::Job awaitEnd(const std::string& id) { return threads_.run(untilEnded(id)); }
  runtime::Task<registry::Job> untilEnded(std::string id) {
    while (true) {
      auto job = registry().jobs().job(id).value();
      if (job.state != registry::JobState::Running) co_return job;
      co_await runtime::sleepFor(std::chrono::milliseconds(5));
    }
  }
  double metric(const std::string& name) {
    auto text = metrics_.expose();
    auto at = text.find("\n" + name + " ");
    return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
  }

  TempDirectory directory_;
  std::string place_;
};

TEST_F(ScrubTest, TakesDamagedContentOutOfServiceAndOutOfMemory) {
  auto sound = push("team/app", "sound");
  auto broken = push("team/app", "broken");
  auto image = pushImage("team/app", "1");
  ASSERT_TRUE(pullBlob("team/app", broken));
  ASSERT_NE(registry().blobs().ready("team/app", broken.toString(), "", kAnyone), nullptr);
  ASSERT_TRUE(pull("team/app", "1"));
  damage(broken);
  damage(image);
  registry().start();
  afterRound();
  EXPECT_TRUE(isStored(sound));
  EXPECT_FALSE(isStored(broken));
  EXPECT_EQ(registry().blobs().ready("team/app", broken.toString(), "", kAnyone), nullptr);
  EXPECT_EQ(codeOf(pullBlob("team/app", broken)), ErrorCode::BlobUnknown);
  EXPECT_EQ(ready("team/app", "1"), nullptr);
  EXPECT_EQ(codeOf(pull("team/app", "1")), ErrorCode::ManifestUnknown);
  EXPECT_TRUE(std::filesystem::exists(directory_.path() / "_larder" / "quarantine" / ("sha256-" + broken.hex())));
  EXPECT_EQ(metric("larder_scrub_damaged_total"), 2);
  push("team/app", "broken");
  EXPECT_EQ(readAll(pullBlob("team/app", broken).value()).value(), "broken");
}

TEST_F(ScrubTest, APullThatFindsABlobShortFetchesItAgain) {
  auto& hub = addHub();
  std::string content(100'000, 'x');
  hub.putManifest("library/nginx", "1", imageJson("config", {content}));
  auto digest = hub.putBlob("library/nginx", content);
  ASSERT_TRUE(pull(kRepository, "1"));
  ASSERT_TRUE(fetchBlob(kRepository, digest));
  cutShort(digest);
  auto answer = pullBlob(kRepository, digest);
  ASSERT_TRUE(answer);
  EXPECT_EQ(readAll(*answer).value(), content);
  EXPECT_TRUE(std::filesystem::exists(quarantined(digest)));
  EXPECT_EQ(metric("larder_scrub_damaged_total"), 1);
  EXPECT_EQ(hub.calls(UpstreamCall::GetBlob), 2U);
}

TEST_F(ScrubTest, ABlobThatWasCutShortWhileItWasOpenGoesOutOfServiceOnceItIsDoubted) {
  auto digest = push("team/app", "content");
  ASSERT_TRUE(pullBlob("team/app", digest));
  ASSERT_NE(registry().blobs().ready("team/app", digest.toString(), "", kAnyone), nullptr);
  cutShort(digest);
  registry().blobs().doubt(digest);
  EXPECT_EQ(registry().blobs().ready("team/app", digest.toString(), "", kAnyone), nullptr);
  threads_.run(untilQuarantined(digest));
  EXPECT_EQ(codeOf(pullBlob("team/app", digest)), ErrorCode::BlobUnknown);
}

TEST_F(ScrubTest, ASoundBlobStaysThoughItIsDoubtedOrItsRecordIsWrong) {
  auto digest = push("team/app", "content");
  std::vector<storage::MetaChange> changes;
  changes.emplace_back(storage::change::LinkBlob{"team/app", digest, 3});
  ASSERT_TRUE(threads_.run(meta_->apply(std::move(changes))));
  EXPECT_EQ(readAll(pullBlob("team/app", digest).value()).value(), "content");
  registry().blobs().doubt(digest);
  EXPECT_EQ(readAll(pullBlob("team/app", digest).value()).value(), "content");
  EXPECT_EQ(metric("larder_scrub_damaged_total"), 0);
}

TEST_F(ScrubTest, WhatIsStoredAgainTakesThePlaceOfAShortCopy) {
  auto digest = push("team/app", "content");
  auto image = pushImage("team/app", "1");
  cutShort(digest);
  cutShort(image);
  EXPECT_EQ(push("team/other", "content"), digest);
  EXPECT_EQ(pushImage("team/other", "1"), image);
  EXPECT_EQ(readAll(pullBlob("team/app", digest).value()).value(), "content");
  EXPECT_TRUE(pull("team/app", "1"));
  EXPECT_TRUE(std::filesystem::exists(quarantined(digest)));
}

TEST_F(ScrubTest, FetchesDamagedContentAgain) {
  auto& hub = addHub();
  std::string content(100'000, 'x');
  hub.putManifest("library/nginx", "1", imageJson("config", {content}));
  auto digest = hub.putBlob("library/nginx", content);
  ASSERT_TRUE(pull("docker.io/library/nginx", "1"));
  ASSERT_TRUE(fetchBlob("docker.io/library/nginx", digest));
  damage(digest);
  registry().start();
  afterRound();
  EXPECT_EQ(readAll(pullBlob("docker.io/library/nginx", digest).value()).value(), content);
  EXPECT_EQ(hub.calls(UpstreamCall::GetBlob), 2U) << "once, whether the scrub or the client was first";
}

TEST_F(ScrubTest, FetchesAgainForWhicheverRepositoryHasAnUpstream) {
  auto& hub = addHub();
  std::string content(100'000, 'x');
  auto digest = hub.putBlob("library/nginx", content);
  push("a/pushed/one", content);
  hub.putManifest("library/nginx", "1", imageJson("config", {content}));
  ASSERT_TRUE(pull("docker.io/library/nginx", "1"));
  ASSERT_TRUE(fetchBlob("docker.io/library/nginx", digest));
  auto before = hub.calls(UpstreamCall::GetBlob);
  damage(digest);
  registry().start();
  afterRound();
  ASSERT_TRUE(hub.awaitCalls(UpstreamCall::GetBlob, before + 1));
}

TEST_F(ScrubTest, GoesRoundAgainWhenTheIntervalIsOver) {
  config_.extensions.scrub.interval = std::chrono::hours(24);
  auto digest = push("team/app", "content");
  registry().start();
  auto first = afterRound();
  damage(digest);
  clock_.advance(std::chrono::hours(25));
  EXPECT_NE(afterRound(), first);
  EXPECT_FALSE(isStored(digest));
}

TEST_F(ScrubTest, GoesOnWhereItHadStopped) {
  std::vector<Digest> digests;
  for (int i = 0; i < 20; ++i) digests.push_back(push("team/app", "content " + std::to_string(i)));
  std::ranges::sort(digests);
  damage(digests[3]);
  damage(digests[15]);
  auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(clock_.now().time_since_epoch()).count();
  ASSERT_TRUE(threads_.run(stores_.shared->putDocument("scrub", std::to_string(now) + " " + digests[9].toString())));
  registry().start();
  afterRound();
  EXPECT_TRUE(isStored(digests[3])) << "the next round comes to it";
  EXPECT_FALSE(isStored(digests[15]));
}

TEST_F(ScrubTest, LeavesItToTheDaemonThatHasTheLease) {
  auto digest = push("team/app", "content");
  damage(digest);
  auto until = std::chrono::system_clock::now() + std::chrono::minutes(1);
  ASSERT_TRUE(threads_.run(stores_.shared->acquireLease("scrub", "another", until)).value());
  registry().start();
  threads_.run(runtime::sleepFor(std::chrono::milliseconds(300)));
  EXPECT_TRUE(isStored(digest));
}

TEST_F(ScrubTest, KeepsToItsRateAndEndsAtOnce) {
  config_.larder.storage.scrubRate = 1000;
  push("team/app", std::string(1'000'000, 'x'));
  registry().start();
  auto begin = std::chrono::steady_clock::now();
  threads_.run(runtime::sleepFor(std::chrono::milliseconds(300)));
  EXPECT_FALSE(threads_.run(stores_.shared->document("scrub")).value().ends_with(" ."));
  threads_.run(registry().shutdown());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30)) << "of the 1000 that it takes";
}

TEST_F(ScrubTest, BeginsARoundWhenAsked) {
  config_.extensions.scrub.enable = false;
  push("team/app", "some content");
  auto broken = push("team/app", "broken");
  damage(broken);
  registry().start();
  auto job = threads_.run(registry().jobs().start(registry::JobKind::Scrub, "alice"));
  ASSERT_TRUE(job);
  EXPECT_EQ(job->by, "alice");
  auto second = threads_.run(registry().jobs().start(registry::JobKind::Scrub, "bob"));
  if (!second) EXPECT_EQ(codeOf(second), ErrorCode::Conflict);
  auto ended = awaitEnd(job->id);
  EXPECT_EQ(ended.state, registry::JobState::Succeeded) << ended.error;
  EXPECT_EQ(ended.counts.at("damagedBlobs"), 1u);
  EXPECT_GT(ended.done, 0u);
  EXPECT_FALSE(isStored(broken));
}

TEST_F(ScrubTest, EndsARoundThatIsCancelled) {
  config_.extensions.scrub.enable = false;
  config_.larder.storage.scrubRate = 1;
  push("team/app", std::string(100'000, 'x'));
  registry().start();
  auto job = threads_.run(registry().jobs().start(registry::JobKind::Scrub, "alice"));
  ASSERT_TRUE(job) << job.error().message;
  ASSERT_TRUE(registry().jobs().cancel(job->id));
  EXPECT_EQ(awaitEnd(job->id).state, registry::JobState::Cancelled);
}

TEST_F(ScrubTest, SaysThatAnotherDaemonScrubs) {
  config_.extensions.scrub.enable = false;
  auto until = std::chrono::system_clock::now() + std::chrono::hours(1);
  ASSERT_TRUE(threads_.run(stores_.shared->acquireLease("scrub", "another daemon", until)).value());
  registry().start();
  auto job = threads_.run(registry().jobs().start(registry::JobKind::Scrub, "alice"));
  ASSERT_TRUE(job);
  auto ended = awaitEnd(job->id);
  EXPECT_EQ(ended.state, registry::JobState::Failed);
  EXPECT_NE(ended.error.find("Another daemon"), std::string::npos);
}

}  // namespace
}  // namespace larder::test
