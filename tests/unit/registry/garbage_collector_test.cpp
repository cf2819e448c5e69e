#include "housekeeping/garbage_collector.hpp"

#include "registry_fixture.hpp"
#include "support/wrapped_blob_store.hpp"

namespace larder::test {
namespace {

using namespace std::chrono_literals;

// Times of stores are real ones, so the clock goes on from now.
class GarbageCollectorTest : public RegistryTest {
 protected:
  GarbageCollectorTest() {
    clock_.setNow(std::chrono::system_clock::now());
    config_.storage.gcDelay = 1h;
  }

  void collect(std::set<std::string> routes = {""}) {
    if (!context_) context_ = std::make_shared<registry::Context>(parts(), snapshot());
    auto lease = std::make_shared<registry::Lease>(stores_.shared, "gc", "this test");
    ASSERT_TRUE(threads_.run(lease->acquire()).value());
    threads_.run(registry::collectGarbage(context_, lease, context_->jobs->begin(registry::JobKind::Gc, "", ""),
                                          std::move(routes)));
  }
  bool exists(const std::string& repository) { return threads_.run(meta_->repository(repository)).value().has_value(); }
  bool stored(const Digest& digest) { return threads_.run(blobs_->stat(digest)).value().has_value(); }
  bool readable(const std::string& repository, const Digest& digest) {
    return threads_.run(meta_->blob(repository, digest)).value().has_value();
  }
  void removeTag(const std::string& repository, const std::string& tag) {
    ASSERT_TRUE(threads_.run(registry().manifests().remove(repository, Reference::ofTag(tag), false)));
  }
  double deleted(const std::string& type) {
    return static_cast<double>(metrics_.counter("zot_gc_deleted_total", "", {{"type", type}})->value());
  }

  std::shared_ptr<registry::Context> context_;
};

TEST_F(GarbageCollectorTest, AnImageGoesAfterItsTagAndItsContentWithIt) {
  auto manifest = pushImage("team/app", "v1", "{\"a\":1}");
  auto blob = Digest::of("{\"a\":1}");
  removeTag("team/app", "v1");
  clock_.advance(59min);
  collect();
  EXPECT_TRUE(stored(manifest));
  clock_.advance(2min);
  collect();
  EXPECT_FALSE(stored(manifest));
  EXPECT_FALSE(stored(blob));
  EXPECT_FALSE(readable("team/app", blob));
  EXPECT_EQ(deleted("manifest"), 1);
  EXPECT_EQ(deleted("blob"), 2);
}

TEST_F(GarbageCollectorTest, WhatIsTaggedStaysWithAllThatItNames) {
  auto manifest = pushImage("team/app", "v1");
  push("team/app", "of no image");
  clock_.advance(48h);
  collect();
  EXPECT_TRUE(stored(manifest));
  EXPECT_TRUE(readable("team/app", Digest::of("{}")));
  EXPECT_FALSE(readable("team/app", Digest::of("of no image")));
  EXPECT_FALSE(stored(Digest::of("of no image")));
}

TEST_F(GarbageCollectorTest, ABlobStaysThatAnotherRepositoryHas) {
  push("team/app", "shared");
  clock_.advance(2h);
  threads_
      .run(registry().blobs().mount("team/other", Digest::of("shared"), "team/app", [](const auto&) { return true; }))
      .value();
  pushManifest("team/other", "v1", imageJson("shared", {})).value();
  collect();
  EXPECT_FALSE(readable("team/app", Digest::of("shared")));
  EXPECT_TRUE(readable("team/other", Digest::of("shared")));
  EXPECT_TRUE(stored(Digest::of("shared")));
}

TEST_F(GarbageCollectorTest, ABlobStaysThatAClientHasJustAskedFor) {
  push("team/app", "layer");
  clock_.advance(2h);
  threads_.run(registry().blobs().head("team/app", Digest::of("layer"), "")).value();
  threads_.run(registry().shutdown());  // writes what was noted
  collect();
  EXPECT_TRUE(readable("team/app", Digest::of("layer")));
}

TEST_F(GarbageCollectorTest, ContentOfNoRepositoryGoesWhenItIsOld) {
  auto digest = Digest::of("stray");
  ASSERT_TRUE(threads_.run(blobs_->put(digest, "stray")));
  collect();
  EXPECT_TRUE(stored(digest));
  clock_.advance(2h);
  collect();
  EXPECT_FALSE(stored(digest));
}

TEST_F(GarbageCollectorTest, ADryRunRemovesNothing) {
  config_.storage.retention.emplace().dryRun = true;
  config_.storage.retention->delay = 1h;
  auto manifest = pushImage("team/app", "v1");
  removeTag("team/app", "v1");
  push("team/app", "of no image");
  clock_.advance(48h);
  collect();
  EXPECT_TRUE(stored(manifest));
  EXPECT_TRUE(readable("team/app", Digest::of("of no image")));
}

TEST_F(GarbageCollectorTest, PoliciesAreCarriedOutAndPinsHeld) {
  auto& policy = config_.storage.retention.emplace().policies.emplace_back();
  config_.storage.retention->delay = 1h;
  policy.repositories.push_back(core::Glob::parse("**").value());
  policy.keepTags.push_back({{"^keep"}, {}, {}, {}, {}});
  for (const auto* tag : {"keep", "drop", "pinned"}) pushImage("team/app", tag, std::string("{\"") + tag + "\":1}");
  ASSERT_TRUE(threads_.run(stores_.maintenance->pin({"team/app", Reference::ofTag("pinned")})));
  clock_.advance(2h);
  collect();
  EXPECT_TRUE(pull("team/app", "keep"));
  EXPECT_TRUE(pull("team/app", "pinned"));
  EXPECT_EQ(codeOf(pull("team/app", "drop")), ErrorCode::ManifestUnknown);
}

TEST_F(GarbageCollectorTest, SaysBeforehandWhatWillGo) {
  auto manifest = pushImage("team/app", "v1");
  removeTag("team/app", "v1");
  auto& service = registry().housekeeping();
  auto planned = [&] { return threads_.run(service.planRetention("team/app")).value(); };
  EXPECT_TRUE(planned()->empty());
  clock_.advance(2h);
  ASSERT_EQ(planned()->size(), 1u);
  EXPECT_EQ(planned()->front().removal, (registry::Removal{"", manifest, "deleteUntagged"}));
  EXPECT_TRUE(stored(manifest));

  storage::Pin pin{"team/app", Reference::ofDigest(manifest)};
  ASSERT_TRUE(threads_.run(service.pin(pin)));
  EXPECT_EQ(threads_.run(service.pins("team/app")).value().size(), 1u);
  EXPECT_TRUE(planned()->empty());
  ASSERT_TRUE(threads_.run(service.unpin(pin)));
  EXPECT_EQ(planned()->size(), 1u);
  EXPECT_EQ(codeOf(threads_.run(service.planRetention("elsewhere"))), ErrorCode::NameUnknown);
}

TEST_F(GarbageCollectorTest, ARepositoryGoesWhenNothingIsInItAnyMore) {
  for (const auto* name : {"team/app", "team/kept", "team/pinned", "team/uploading"}) {
    pushImage(name, "v1");
    if (std::string(name) != "team/kept") removeTag(name, "v1");
  }
  ASSERT_TRUE(threads_.run(stores_.maintenance->pin({"team/pinned", Reference::ofTag("v2")})));
  collect();
  EXPECT_TRUE(exists("team/app")) << "for gcDelay";
  clock_.advance(2h);
  threads_.run(registry().uploads().start("team/uploading", {})).value();
  collect();
  EXPECT_FALSE(exists("team/app"));
  EXPECT_TRUE(exists("team/kept") && exists("team/pinned") && exists("team/uploading"));
  pushImage("team/app", "v1");
  EXPECT_TRUE(pull("team/app", "v1"));
}

// A store that cannot remove one of its blobs.
class StubbornBlobStore final : public WrappedBlobStore {
 public:
  StubbornBlobStore(std::shared_ptr<storage::BlobStore> inner, Digest kept)
      : WrappedBlobStore(std::move(inner)), kept_(kept) {}
  Task<Result<bool>> removeUnlessRenewed(Digest digest, Time before) override {
    if (digest == kept_) co_return core::fail(ErrorCode::Io, "The disk errs.");
    co_return co_await inner_->removeUnlessRenewed(digest, before);
  }

 private:
  Digest kept_;
};

TEST_F(GarbageCollectorTest, ABlobThatCannotBeRemovedKeepsNoOtherOne) {
  std::vector<Digest> strays;
  for (int i = 0; i < 300; ++i) {
    auto content = "stray " + std::to_string(i);
    strays.push_back(Digest::of(content));
    threads_.run(blobs_->put(strays.back(), content)).value();
  }
  std::ranges::sort(strays);
  blobs_ = std::make_shared<StubbornBlobStore>(blobs_, strays[1]);
  clock_.advance(2h);
  collect();
  EXPECT_EQ(threads_.run(blobs_->usage()).value().blobs, 1u);
  EXPECT_TRUE(stored(strays[1]));
  auto job = context_->jobs->jobs().front();
  EXPECT_EQ(job.error, "The disk errs.");
  EXPECT_EQ(job.counts["removedBlobs"], 299u);
}

TEST_F(GarbageCollectorTest, ASubPathIsCollectedByItsOwnSettings) {
  config_.storage.gcDelay = 100h;
  config_.subPaths["/team"].gcDelay = 1h;
  config_.subPaths["/keep"].gcDelay = 1h;
  subPaths_["/team"] = storage::makeMemoryBlobStore();
  for (const auto* name : {"team/app", "keep/app", "app", "teams/app"}) {
    auto content = std::string("{\"") + name + "\":1}";
    pushImage(name, "v1", content);
    removeTag(name, "v1");
  }
  auto stray = Digest::of("stray");
  threads_.run(blobs_->put(stray, "stray")).value();
  threads_.run(subPaths_["/team"]->put(stray, "stray")).value();
  clock_.advance(2h);
  collect({"/team"});
  EXPECT_FALSE(exists("team/app"));
  EXPECT_TRUE(exists("keep/app") && exists("app") && exists("teams/app"));
  EXPECT_TRUE(stored(stray)) << "by storage.gcDelay";
  EXPECT_FALSE(threads_.run(subPaths_["/team"]->stat(stray)).value());
  collect({"", "/keep", "/team"});
  EXPECT_FALSE(exists("keep/app"));
  EXPECT_TRUE(exists("app") && exists("teams/app"));
}

TEST_F(GarbageCollectorTest, GoesThroughMoreThanAStep) {
  for (int i = 0; i < 250; ++i) push("team/app", "blob " + std::to_string(i));
  clock_.advance(2h);
  collect();
  EXPECT_EQ(deleted("blob"), 250);
  EXPECT_EQ(threads_.run(blobs_->usage()).value().blobs, 0u);
}

}  // namespace
}  // namespace larder::test
