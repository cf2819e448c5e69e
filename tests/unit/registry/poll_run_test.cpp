#include "polling/poll_run.hpp"

#include <thread>

#include "polling/poller.hpp"
#include "registry_fixture.hpp"

namespace larder::test {
namespace {

using registry::Context;
using registry::PollReport;

const std::string kUrl = "https://mirror.test";

class PollTest : public RegistryTest {
 protected:
  PollTest() : source(upstream(kUrl, "mirror.test")) {
    addRule({kUrl});
    rule().onDemand = false;
    rule().pollInterval = std::chrono::hours(1);
  }
  ~PollTest() override {
    if (context_) context_->stopping = true;
  }

  config::SyncRegistry& rule() { return config_.extensions.sync->registries.front(); }
  Context& context() {
    if (!context_) {
      context_ = std::make_shared<Context>(parts(), snapshot());
      blobPull_ = std::make_shared<registry::BlobPull>(context_);
      manifestPull_ = std::make_shared<registry::ManifestPull>(context_);
      courtesy_ = std::make_shared<registry::Courtesy>(context_, blobPull_);
    }
    return *context_;
  }
  std::shared_ptr<registry::PollRun> makeRun(bool allReferrers = false, std::vector<std::string> platforms = {}) {
    auto polled = context().router.polledRules().at(0);
    auto copy = std::make_shared<registry::ImageCopy>(context_, manifestPull_, blobPull_, courtesy_, platforms);
    return std::make_shared<registry::PollRun>(context_, copy, courtesy_, polled, allReferrers,
                                               context_->jobs->begin(registry::JobKind::SyncRun, "", ""));
  }
  PollReport poll(bool allReferrers = false, std::vector<std::string> platforms = {}) {
    auto run = makeRun(allReferrers, std::move(platforms));
    auto report = threads_.run(run->run(clock_.now()));
    for (const auto& message : report.messages) messages += message + "; ";
    return report;
  }

  // An image with its blobs at the upstream.
  std::string putImage(const std::string& name, const std::string& tag, const std::string& config,
                       const std::vector<std::string>& layers) {
    source.putBlob(name, config);
    for (const auto& layer : layers) source.putBlob(name, layer);
    auto image = imageJson(config, layers);
    source.putManifest(name, tag, image);
    return image;
  }
  std::optional<Digest> tagOf(const std::string& repository, const std::string& tag) {
    auto found = threads_.run(meta_->manifest(repository, Reference::ofTag(tag))).value();
    return found ? std::optional(found->manifest.digest) : std::nullopt;
  }
  bool has(const std::string& repository, const std::string& content) {
    auto digest = Digest::of(content);
    return threads_.run(meta_->blob(repository, digest)).value() && threads_.run(blobs_->stat(digest)).value();
  }
  static std::string cosignTag(const std::string& image) { return "sha256-" + Digest::of(image).hex() + ".sig"; }

  FakeUpstreamSource& source;
  std::string messages;
  std::shared_ptr<Context> context_;
  std::shared_ptr<registry::BlobPull> blobPull_;
  std::shared_ptr<registry::ManifestPull> manifestPull_;
  std::shared_ptr<registry::Courtesy> courtesy_;
};

TEST_F(PollTest, LeavesOutWhatIsBlocked) {
  addContent(rule(), "team/*");
  putImage("team/app", "1", "config", {"layer"});
  putImage("team/app", "2-beta", "config", {"layer"});
  putImage("team/bad", "1", "config", {"layer"});
  config_.larder.blocked.push_back({.id = {},
                                    .repositories = core::Glob::parse("team/bad").value(),
                                    .key = "team/bad",
                                    .tagsRegex = {},
                                    .tagsPattern = {},
                                    .reason = {},
                                    .by = {},
                                    .at = {}});
  config_.larder.blocked.push_back({.id = {},
                                    .repositories = core::Glob::parse("**").value(),
                                    .key = "**",
                                    .tagsRegex = "beta",
                                    .tagsPattern = "beta",
                                    .reason = {},
                                    .by = {},
                                    .at = {}});
  auto report = poll();
  EXPECT_EQ(report.errors, 0u) << messages;
  EXPECT_EQ(report.copied, 1u);
  EXPECT_EQ(report.skipped, 1u);
  EXPECT_TRUE(tagOf("team/app", "1"));
  EXPECT_FALSE(tagOf("team/app", "2-beta"));
  EXPECT_FALSE(tagOf("team/bad", "1"));
  for (const auto& record : source.records()) EXPECT_NE(record.name, "team/bad");
}

TEST_F(PollTest, CopiesAnImageWholeAndThenAsksForItsHeadAlone) {
  addContent(rule(), "team/app");
  auto image = putImage("team/app", "1", "config", {"layer-1", "layer-2"});
  auto report = poll();
  EXPECT_EQ(report.errors, 0u) << messages;
  EXPECT_EQ(report.repositories, 1u);
  EXPECT_EQ(report.tags, 1u);
  EXPECT_EQ(report.copied, 1u);
  EXPECT_EQ(report.bytes, 20u);
  EXPECT_TRUE(report.endedAt);
  EXPECT_EQ(tagOf("team/app", "1"), Digest::of(image));
  for (const char* blob : {"config", "layer-1", "layer-2"}) EXPECT_TRUE(has("team/app", blob)) << blob;
  EXPECT_EQ(source.calls(UpstreamCall::Catalog), 0u);

  auto before = source.calls();
  auto heads = source.calls(UpstreamCall::HeadManifest);
  auto again = poll();
  EXPECT_EQ(again.errors + again.copied + again.bytes, 0u) << messages;
  EXPECT_EQ(source.calls(UpstreamCall::HeadManifest), heads + 1);
  EXPECT_EQ(source.calls(), before + 2) << "the list of tags, and one head";
}

TEST_F(PollTest, NotesThatUnchangedTagsWereChecked) {
  addContent(rule(), "team/app");
  putImage("team/app", "1", "config", {});
  poll();
  clock_.advance(std::chrono::hours(1));
  poll();
  auto found = threads_.run(meta_->manifest("team/app", Reference::ofTag("1"))).value();
  EXPECT_EQ(found->tag->checkedAt, clock_.now());
}

TEST_F(PollTest, FetchesOfAMovedTagWhatIsNew) {
  addContent(rule(), "team/app");
  putImage("team/app", "1", "config", {"base", "old"});
  poll();
  auto moved = putImage("team/app", "1", "config", {"base", "new layer"});
  auto report = poll();
  EXPECT_EQ(report.copied, 1u) << messages;
  EXPECT_EQ(report.bytes, 9u);
  EXPECT_EQ(tagOf("team/app", "1"), Digest::of(moved));
  EXPECT_EQ(source.calls(UpstreamCall::GetManifest), 2u);
}

TEST_F(PollTest, ListsTheCatalogForAGlobAndMapsNames) {
  addContent(rule(), "team/**", "/mirror", true);
  addContent(rule(), "tools/*");
  putImage("team/a/b", "1", "config", {});
  putImage("tools/c", "1", "config", {});
  putImage("other/d", "1", "config", {});
  auto report = poll();
  EXPECT_EQ(report.repositories, 2u) << messages;
  EXPECT_EQ(source.calls(UpstreamCall::Catalog), 1u);
  EXPECT_TRUE(tagOf("mirror/a/b", "1"));
  EXPECT_TRUE(tagOf("tools/c", "1"));
  EXPECT_EQ(threads_.run(meta_->repositories("", 10)).value().size(), 2u);
  auto record = threads_.run(meta_->repository("mirror/a/b")).value();
  EXPECT_EQ(record->origin, (storage::Origin{"mirror.test", "team/a/b"}));
}

TEST_F(PollTest, TakesTheTagsThatItsContentNames) {
  addContent(rule(), "team/app");
  rule().content.front().tagsRegex = "^v";
  rule().content.front().tagsExcludeRegex = "rc";
  rule().content.front().tagsSemver = true;
  for (const char* tag : {"v1", "v1.2", "v2.0.0-rc1", "1.2", "vnext"}) putImage("team/app", tag, "config", {});
  auto report = poll();
  EXPECT_EQ(report.tags, 2u);
  EXPECT_TRUE(tagOf("team/app", "v1") && tagOf("team/app", "v1.2"));
  EXPECT_EQ(source.calls(UpstreamCall::HeadManifest), 2u);
}

class PollIndexTest : public PollTest {
 protected:
  PollIndexTest() {
    addContent(rule(), "team/app");
    std::string entries;
    for (const char* platform : {"amd64", "arm64"}) {
      auto image = putImage("team/app", "", platform, {});
      auto entry = descriptorJson(image, kImageType);
      entry.insert(entry.size() - 1, R"(,"platform":{"os":"linux","architecture":")" + std::string(platform) + R"("})");
      entries += (entries.empty() ? "" : ",") + entry;
    }
    source.putManifest("team/app", "1",
                       R"({"schemaVersion":2,"mediaType":")" + kIndexType + R"(","manifests":[)" + entries + "]}",
                       kIndexType);
  }
};

TEST_F(PollIndexTest, CopiesAllPlatforms) {
  EXPECT_EQ(poll().errors, 0u) << messages;
  EXPECT_TRUE(has("team/app", "amd64") && has("team/app", "arm64"));
}

TEST_F(PollIndexTest, CopiesThePlatformsThatAreWanted) {
  EXPECT_EQ(poll(false, {"linux/arm64"}).errors, 0u) << messages;
  EXPECT_FALSE(has("team/app", "amd64"));
  EXPECT_TRUE(has("team/app", "arm64"));
  EXPECT_EQ(source.calls(UpstreamCall::GetManifest), 2u);
}

TEST_F(PollTest, AsksForTheHeadOfABlobThatAnotherRepositoryHas) {
  addContent(rule(), "team/a");
  addContent(rule(), "team/b");
  rule().reqConcurrent = 1;
  putImage("team/a", "1", "config", {"shared"});
  putImage("team/b", "1", "config", {"shared"});
  EXPECT_EQ(poll().errors, 0u) << messages;
  EXPECT_TRUE(has("team/b", "shared"));
  EXPECT_EQ(source.calls(UpstreamCall::GetBlob), 2u);
  EXPECT_EQ(source.calls(UpstreamCall::HeadBlob), 2u);
}

// Its word alone would give away what was pushed elsewhere.
TEST_F(PollTest, TakesNoBlobOfOthersOnTheUpstreamsWord) {
  addContent(rule(), "team/app");
  auto digest = push("private/app", "secret layer");
  putImage("team/app", "1", "config", {"secret layer"});
  source.putBlobAs("team/app", digest, "not the secret");
  EXPECT_EQ(poll().errors, 1u) << messages;
  EXPECT_FALSE(has("team/app", "secret layer"));
  putImage("team/app", "1", "config", {"secret layer"});
  EXPECT_EQ(poll().errors, 0u) << messages;
  EXPECT_TRUE(has("team/app", "secret layer"));
}

TEST_F(PollTest, CountsADownloadThatSeveralTagsWaitForOnce) {
  addContent(rule(), "team/app");
  for (const char* tag : {"1", "2", "3", "4"}) putImage("team/app", tag, "config", {"shared"});
  auto report = poll();
  EXPECT_EQ(report.copied, 4u) << messages;
  EXPECT_EQ(report.bytes, 12u);
}

TEST_F(PollTest, SetsATagOnceItsImageIsWhole) {
  addContent(rule(), "team/app");
  auto image = putImage("team/app", "1", "config", {"layer"});
  source.fail(UpstreamCall::GetBlob, {ErrorCode::UpstreamTimeout, "too slow"});
  auto report = poll();
  EXPECT_EQ(report.errors, 1u);
  EXPECT_NE(messages.find("team/app:1"), std::string::npos) << messages;
  EXPECT_FALSE(tagOf("team/app", "1"));
  source.succeed();
  EXPECT_EQ(poll().copied, 1u);
  EXPECT_EQ(tagOf("team/app", "1"), Digest::of(image));
  EXPECT_EQ(source.calls(UpstreamCall::GetManifest), 1u);
}

TEST_F(PollTest, BringsBackABlobThatWasLost) {
  addContent(rule(), "team/app");
  putImage("team/app", "1", "config", {"layer"});
  poll();
  ASSERT_TRUE(threads_.run(blobs_->remove(Digest::of("layer"))));
  auto report = poll();
  EXPECT_EQ(report.copied, 0u);
  EXPECT_EQ(report.bytes, 5u);
  EXPECT_TRUE(has("team/app", "layer"));
}

TEST_F(PollTest, CopiesCosignsTagsWithTheirImage) {
  addContent(rule(), "team/app");
  auto image = putImage("team/app", "1", "config", {});
  putImage("team/app", cosignTag(image), "signature", {});
  putImage("team/app", cosignTag("another image"), "other", {});
  auto report = poll();
  EXPECT_EQ(report.tags, 1u);
  EXPECT_TRUE(tagOf("team/app", cosignTag(image)));
  EXPECT_TRUE(has("team/app", "signature"));
  EXPECT_FALSE(tagOf("team/app", cosignTag("another image")));

  auto renewed = putImage("team/app", cosignTag(image), "two signatures", {});
  EXPECT_EQ(poll().errors, 0u) << messages;
  EXPECT_EQ(tagOf("team/app", cosignTag(image)), Digest::of(renewed));
  EXPECT_TRUE(has("team/app", "two signatures"));
}

TEST_F(PollTest, LeavesCosignsTagsWhenToldSo) {
  addContent(rule(), "team/app");
  rule().syncLegacyCosignTags = false;
  auto image = putImage("team/app", "1", "config", {});
  putImage("team/app", cosignTag(image), "signature", {});
  poll();
  EXPECT_TRUE(tagOf("team/app", "1"));
  EXPECT_FALSE(tagOf("team/app", cosignTag(image)));
}

TEST_F(PollTest, CopiesReferrersOfNewImagesAndOfAllWhenAsked) {
  addContent(rule(), "team/app");
  auto image = putImage("team/app", "1", "config", {});
  auto refer = [&](const std::string& blob) {
    source.putBlob("team/app", blob);
    auto referrer = imageJson(blob, {}, R"(,"subject":)" + descriptorJson(image, kImageType));
    source.putManifest("team/app", "", referrer);
    source.setReferrers("team/app", Digest::of(image),
                        R"({"schemaVersion":2,"mediaType":")" + kIndexType + R"(","manifests":[)" +
                            descriptorJson(referrer, kImageType) + "]}");
  };
  refer("sbom");
  EXPECT_EQ(poll().errors, 0u) << messages;
  EXPECT_TRUE(has("team/app", "sbom"));
  EXPECT_EQ(threads_.run(meta_->manifestsNaming("team/app", {Digest::of(image)}))->items.size(), 1u);
  refer("later");
  poll();
  EXPECT_FALSE(has("team/app", "later"));
  poll(true);
  EXPECT_TRUE(has("team/app", "later"));
}

TEST_F(PollTest, TakesSignedImagesAlone) {
  addContent(rule(), "team/app");
  rule().onlySigned = true;
  putImage("team/app", "unsigned", "config", {"layer"});
  auto image = putImage("team/app", "signed", "signed config", {});
  putImage("team/app", cosignTag(image), "signature", {});
  auto report = poll();
  EXPECT_EQ(report.copied, 1u) << messages;
  EXPECT_EQ(report.skipped, 1u);
  EXPECT_EQ(report.errors, 0u) << messages;
  EXPECT_TRUE(tagOf("team/app", "signed"));
  EXPECT_TRUE(tagOf("team/app", cosignTag(image)));
  EXPECT_FALSE(tagOf("team/app", "unsigned"));
  EXPECT_FALSE(has("team/app", "layer"));
  EXPECT_EQ(source.calls(UpstreamCall::GetManifest), 2u) << "that of the unsigned one is not fetched";
}

TEST_F(PollTest, GivesUpWhenTheUpstreamWantsAPause) {
  addContent(rule(), "team/app");
  rule().reqConcurrent = 1;
  for (int i = 0; i < 50; ++i) putImage("team/app", std::to_string(i), "config", {});
  Error throttled{ErrorCode::UpstreamThrottled, "slow down"};
  throttled.retryAfter = std::chrono::minutes(20);
  source.fail(UpstreamCall::HeadManifest, throttled);
  auto report = poll();
  EXPECT_EQ(source.calls(UpstreamCall::HeadManifest), 1u);
  EXPECT_EQ(report.errors, 1u);
  EXPECT_EQ(report.retryAt, clock_.now() + std::chrono::minutes(20));
}

TEST_F(PollTest, GoesOnAfterAFailureOfOneTag) {
  addContent(rule(), "team/app");
  for (const char* tag : {"1", "2", "3"}) putImage("team/app", tag, "config", {});
  source.fail(UpstreamCall::HeadManifest, {ErrorCode::UpstreamTimeout, "too slow"}, 1);
  auto report = poll();
  EXPECT_EQ(report.errors, 1u);
  EXPECT_EQ(report.copied, 2u);
}

TEST_F(PollTest, LeavesARepositoryOfAnotherRegistryAlone) {
  addContent(rule(), "team/app");
  putImage("team/app", "1", "config", {});
  std::vector<storage::MetaChange> made;
  made.emplace_back(storage::change::EnsureRepository{"team/app", {"other.test", "team/app"}});
  ASSERT_TRUE(threads_.run(meta_->apply(std::move(made))));
  auto report = poll();
  EXPECT_EQ(report.errors, 1u);
  EXPECT_EQ(source.calls(), 0u);
}

TEST_F(PollTest, WaitsWhilePeoplesRequestsQueueUp) {
  addContent(rule(), "team/app");
  putImage("team/app", "1", "config", {});
  upstream::UpstreamStatus busy;
  busy.waiting = 1;
  source.setStatus(busy);
  auto run = makeRun();
  auto report = threads_.start(run->run(clock_.now()));
  EXPECT_EQ(report.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);
  EXPECT_EQ(source.calls(), 0u);
  source.setStatus({});
  EXPECT_EQ(TestRuntime::await(std::move(report)).copied, 1u);
}

TEST_F(PollTest, LeavesTheLastOfAQuotaToPeople) {
  addContent(rule(), "team/app");
  putImage("team/app", "1", "config", {});
  upstream::UpstreamStatus low;
  low.rateLimit = 100;
  low.rateRemaining = 24;
  source.setStatus(low);
  auto report = poll();
  EXPECT_EQ(report.errors, 1u);
  EXPECT_TRUE(report.retryAt);
  EXPECT_EQ(source.calls(), 0u);
  low.rateRemaining = 25;
  source.setStatus(low);
  EXPECT_EQ(poll().copied, 1u);
}

TEST_F(PollTest, EndsWithoutAnEndWhenTheDaemonDoes) {
  addContent(rule(), "team/app");
  putImage("team/app", "1", "config", {});
  source.hold(UpstreamCall::HeadManifest);
  auto run = makeRun();
  auto report = threads_.start(run->run(clock_.now()));
  ASSERT_TRUE(source.awaitCalls(UpstreamCall::HeadManifest, 1));
  context_->stopping = true;
  source.release(UpstreamCall::HeadManifest);
  auto ended = TestRuntime::await(std::move(report));
  EXPECT_FALSE(ended.endedAt);
  EXPECT_EQ(ended.errors, 0u) << messages;
}

class PollerTest : public PollTest {
 protected:
  registry::PollHistory history() {
    auto key = registry::documentKey(context().router.polledRules().at(0));
    return registry::parsePollHistory(threads_.run(stores_.shared->document(key)).value());
  }
  // Until `holds` does; false after `most`.
  template <typename Condition>
  static bool await(Condition holds, std::chrono::seconds most = std::chrono::seconds(10)) {
    auto deadline = std::chrono::steady_clock::now() + most;
    while (std::chrono::steady_clock::now() < deadline) {
      if (holds()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }
  // Until as many runs have ended, or more.
  bool awaitRuns(std::size_t count, std::chrono::seconds most = std::chrono::seconds(10)) {
    return await(
        [&] {
          auto runs = history().runs;
          return runs.size() >= count && runs.front().endedAt;
        },
        most);
  }
  bool awaitState(const std::string& job, registry::JobState state) {
    return await([&] { return context_->jobs->job(job)->state == state; });
  }
  // Until it runs nothing and has planned what is next: a moment after the end of a run is noted.
  bool awaitIdle(registry::Poller& poller) {
    return await([&] { return poller.recurringWork().front().state == registry::WorkState::Waiting; });
  }
};

TEST_F(PollerTest, PollsByTheIntervalAndKeepsTheResults) {
  addContent(rule(), "team/app");
  putImage("team/app", "1", "config", {});
  registry().start();
  // Time passes until a run begins, and stands still then.
  auto advanceToRun = [&](std::chrono::seconds step) {
    auto before = source.calls();
    for (int round = 0; round < 5 && source.calls() == before; ++round) {
      clock_.advance(step);
      await([&] { return source.calls() > before; }, std::chrono::seconds(2));
    }
  };
  // The first one is due within ten seconds of the moment at which it was planned, whenever that is.
  advanceToRun(std::chrono::seconds(11));
  ASSERT_TRUE(awaitRuns(1));
  EXPECT_EQ(history().runs.front().copied, 1u);
  // The next one is planned a moment after the first is noted.
  advanceToRun(std::chrono::hours(1));
  ASSERT_TRUE(awaitRuns(2));
  EXPECT_EQ(history().runs.front().copied, 0u);
  EXPECT_EQ(history().runs.front().tags, 1u);
  EXPECT_EQ(source.calls(UpstreamCall::Referrers), 1u) << "one day's worth";
  EXPECT_TRUE(await([&] { return context().metrics.polls("mirror.test", "ok")->value() == 2; }));
}

TEST_F(PollerTest, LeavesPollingToTheDaemonThatHasTheLease) {
  addContent(rule(), "team/app");
  putImage("team/app", "1", "config", {});
  auto lease = [&](std::chrono::hours ahead) {
    auto until = std::chrono::system_clock::now() + ahead;
    return threads_.run(stores_.shared->acquireLease("poll", "another daemon", until)).value();
  };
  ASSERT_TRUE(lease(std::chrono::hours(1)));
  context();
  auto poller = std::make_shared<registry::Poller>(context_, manifestPull_, blobPull_);
  for (int tick = 0; tick < 5; ++tick) {
    threads_.run(poller->tick());
    clock_.advance(std::chrono::seconds(11));
  }
  EXPECT_EQ(source.calls(), 0u);
  ASSERT_TRUE(threads_.run(stores_.shared->releaseLease("poll", "another daemon")));
  for (int tick = 0; tick < 3; ++tick) {
    threads_.run(poller->tick());
    clock_.advance(std::chrono::seconds(11));
  }
  ASSERT_TRUE(awaitRuns(1));
}

TEST_F(PollerTest, PollsNowWhenAskedAndOneRunAtATime) {
  addContent(rule(), "team/app");
  putImage("team/app", "1", "config", {});
  context();
  auto poller = std::make_shared<registry::Poller>(context_, manifestPull_, blobPull_);
  source.hold(UpstreamCall::Tags);
  auto job = threads_.run(poller->start(0, "alice"));
  ASSERT_TRUE(job);
  EXPECT_EQ(job->kind, registry::JobKind::SyncRun);
  EXPECT_EQ(job->by, "alice");
  EXPECT_EQ(job->target, kUrl);
  ASSERT_TRUE(source.awaitCalls(UpstreamCall::Tags, 1));
  EXPECT_EQ(codeOf(threads_.run(poller->start(0, "bob"))), ErrorCode::Conflict);
  source.release(UpstreamCall::Tags);
  ASSERT_TRUE(awaitRuns(1));
  EXPECT_TRUE(awaitState(job->id, registry::JobState::Succeeded));
  EXPECT_EQ(context_->jobs->job(job->id)->counts.at("copied"), 1u);
}

TEST_F(PollerTest, TellsWithTheJobWhyARunFailed) {
  addContent(rule(), "team/app");
  source.fail(UpstreamCall::Tags, {ErrorCode::UpstreamUntrusted, "The certificate is not trusted.", "mirror.test"});
  context();
  auto poller = std::make_shared<registry::Poller>(context_, manifestPull_, blobPull_);
  auto job = threads_.run(poller->start(0, "alice"));
  ASSERT_TRUE(job);
  EXPECT_TRUE(awaitState(job->id, registry::JobState::Failed));
  EXPECT_NE(context_->jobs->job(job->id)->error.find("not trusted"), std::string::npos);
}

TEST_F(PollerTest, BeginsNothingByItselfWhilePausedOverRestartsToo) {
  addContent(rule(), "team/app");
  putImage("team/app", "1", "config", {});
  context();
  auto poller = std::make_shared<registry::Poller>(context_, manifestPull_, blobPull_);
  ASSERT_TRUE(threads_.run(poller->pause(0, true)));
  EXPECT_TRUE(*threads_.run(poller->isPaused(0)));
  auto restarted = std::make_shared<registry::Poller>(context_, manifestPull_, blobPull_);
  auto tick = [this](const std::shared_ptr<registry::Poller>& one) {
    for (int i = 0; i < 3; ++i) {
      threads_.run(one->tick());
      clock_.advance(std::chrono::hours(1));
    }
  };
  tick(poller);
  threads_.run(poller->release());
  tick(restarted);
  EXPECT_EQ(source.calls(), 0u);
  // An admin's wish counts all the same, and changes nothing about the pause.
  ASSERT_TRUE(threads_.run(restarted->start(0, "alice")));
  ASSERT_TRUE(awaitRuns(1));
  ASSERT_TRUE(awaitIdle(*restarted));
  EXPECT_TRUE(*threads_.run(restarted->isPaused(0)));
  EXPECT_FALSE(restarted->nextRun(0));
  ASSERT_TRUE(threads_.run(restarted->pause(0, false)));
  EXPECT_LE(restarted->nextRun(0).value(), clock_.now() + std::chrono::hours(1));
  EXPECT_FALSE(restarted->nextRun(1));
  tick(restarted);
  EXPECT_TRUE(awaitRuns(2));
}

}  // namespace
}  // namespace larder::test
