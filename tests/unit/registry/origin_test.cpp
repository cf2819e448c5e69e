// Where content comes from: what was pushed never passes for what a registry has, and a push needs no registry.
#include "registry_fixture.hpp"
#include "shared_meta_store.hpp"

namespace larder::test {
namespace {

using Names = std::vector<std::string>;
using storage::Origin;

class OriginTest : public RegistryTest {
 protected:
  // Whoever pushes has logged in, but in the tests of what holds where nobody can.
  OriginTest() { config_.http.auth.htpasswdPath = "users"; }
  void letNobodyLogIn() { config_.http.auth.htpasswdPath.reset(); }

  Result<registry::BlobAnswer> headBlob(const std::string& repository, const Digest& digest,
                                        const std::string& ns = "") {
    return threads_.run(registry().blobs().head(repository, digest, ns));
  }
  Result<registry::UploadState> startUpload(const std::string& repository) {
    return threads_.run(registry().uploads().start(repository, {}));
  }
  Names tags(const std::string& repository, const std::string& ns = "") {
    return threads_.run(registry().lists().tags(repository, ns, "", 100))->names;
  }
  Origin originOf(const std::string& repository) {
    auto record = threads_.run(meta_->repository(repository)).value();
    return record ? record->origin : Origin{};
  }
  static Error down() { return {ErrorCode::UpstreamUnavailable, "Down."}; }
};

TEST_F(OriginTest, AnswersARequestForARegistryOnlyByWhatCameFromThere) {
  auto& hub = addHub();
  auto theirs = hub.putManifest("library/nginx", "1", imageJson("theirs", {}));
  auto layer = push(kRepository, "pushed layer");
  auto pushed = pushImage(kRepository, "1", "pushed");
  ASSERT_EQ(pull(kRepository, "1")->digest, pushed);

  auto named = pull("library/nginx", "1", "docker.io");
  ASSERT_TRUE(named) << named.error().message;
  EXPECT_EQ(named->digest, theirs);
  ASSERT_EQ(pull("library/nginx", "1", "docker.io")->digest, theirs);
  EXPECT_EQ(ready("library/nginx", "1", "docker.io")->answer.digest, theirs);
  EXPECT_EQ(codeOf(pull("library/nginx", pushed.toString(), "docker.io")), ErrorCode::ManifestUnknown);
  EXPECT_EQ(codeOf(pullBlob("library/nginx", layer, "docker.io")), ErrorCode::BlobUnknown);
  EXPECT_EQ(tags("library/nginx", "docker.io"), Names{"1"});
  // Whoever names no registry goes on being served what was pushed.
  EXPECT_EQ(pull(kRepository, "1")->digest, pushed);
  EXPECT_EQ(readAll(pullBlob(kRepository, layer).value()).value(), "pushed layer");
}

// docker.io/library/nginx is the rule's place for it, and the one for rules without a destination.
TEST_F(OriginTest, PassesOnWhatHasNoPlaceBesidePushedContent) {
  auto& hub = addHub();
  auto blob = hub.putBlob("library/nginx", "their layer");
  auto theirs = hub.putManifest("library/nginx", "2", imageJson("theirs", {}));
  pushImage(kRepository, "1");
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(pull("library/nginx", "2", "docker.io")->digest, theirs);
    auto passed = pullBlob("library/nginx", blob, "docker.io");
    ASSERT_TRUE(passed) << passed.error().message;
    EXPECT_EQ(readAll(*passed).value(), "their layer");
  }
  EXPECT_EQ(originOf(kRepository), Origin{});
  EXPECT_EQ(tags(kRepository), Names{"1"});
  EXPECT_EQ(codeOf(pull(kRepository, theirs.toString())), ErrorCode::ManifestUnknown);
  EXPECT_EQ(codeOf(pullBlob(kRepository, blob)), ErrorCode::BlobUnknown);
}

TEST_F(OriginTest, KeepsWhatARegistrySendsBesideWhatWasPushed) {
  addContent(addRule({"https://a.test"}), "**", "/m");
  auto& a = upstream("https://a.test", "a.test");
  auto theirs = a.putManifest("app", "1", imageJson("a", {}));
  auto pushed = pushImage("m/app", "1");
  for (int i = 0; i < 2; ++i) {
    auto named = pull("app", "1", "a.test");
    ASSERT_TRUE(named) << named.error().message;
    EXPECT_EQ(named->digest, theirs);
    EXPECT_EQ(named->repository, "a.test/app");
  }
  EXPECT_EQ(pull("m/app", "1")->digest, pushed);
  EXPECT_EQ(originOf("m/app"), Origin{});
  EXPECT_EQ(originOf("a.test/app"), (Origin{"a.test", "app"}));
}

TEST_F(OriginTest, TakesNoPushIntoANameOfARuleWhereNobodyLogsIn) {
  letNobodyLogIn();
  auto& hub = addHub();
  auto theirs = hub.putManifest("library/nginx", "1", imageJson("theirs", {}));
  auto refused = startUpload(kRepository);
  ASSERT_EQ(codeOf(refused), ErrorCode::Denied);
  EXPECT_NE(refused.error().message.find(R"(larder.upstreams["docker.io"].allowPush)"), std::string::npos);
  EXPECT_EQ(codeOf(pushManifest(kRepository, "1", imageJson("mine", {}))), ErrorCode::Denied);
  auto layer = push("team/app", "layer");
  EXPECT_EQ(codeOf(threads_.run(registry().blobs().mount(kRepository, layer, "team/app", kAnyone))), ErrorCode::Denied);
  EXPECT_EQ(pull(kRepository, "1")->digest, theirs);
}

TEST_F(OriginTest, TakesPushesWhereTheyAreAllowedByNameBeforeAnythingIsThere) {
  letNobodyLogIn();
  auto& hub = addHub();
  allowPush("docker.io/team/*");
  auto pushed = pushImage("docker.io/team/app", "1");
  EXPECT_EQ(pull("docker.io/team/app", "1")->digest, pushed);
  EXPECT_EQ(codeOf(startUpload(kRepository)), ErrorCode::Denied);
  EXPECT_EQ(hub.calls(), 0u);
}

TEST_F(OriginTest, AHeadWhereNobodyCanBePushingFailsWithItsUpstream) {
  letNobodyLogIn();
  auto& hub = addHub();
  hub.failAll(down());
  EXPECT_EQ(codeOf(headBlob(kRepository, Digest::of("layer"))), ErrorCode::UpstreamUnavailable);
}

TEST_F(OriginTest, DoesNotPassPushedContentForARegistryThatIsAway) {
  auto& hub = addHub();
  auto pushed = pushImage(kRepository, "1");
  hub.failAll(down());
  EXPECT_EQ(codeOf(pull("library/nginx", "1", "docker.io")), ErrorCode::UpstreamUnavailable);
  EXPECT_EQ(pull(kRepository, "1")->digest, pushed);
}

TEST_F(OriginTest, SharesNoFlightBetweenWhoNamesTheRegistryAndWhoDoesNot) {
  auto& hub = addHub();
  auto theirs = hub.putManifest("library/nginx", "1", imageJson("theirs", {}));
  allowPush("docker.io/**");
  hub.putManifest("library/nginx", "other", imageJson("other", {}));
  ASSERT_TRUE(pull(kRepository, "other"));
  hub.hold(UpstreamCall::GetManifest);
  auto named = threads_.start(registry().manifests().get("library/nginx", Reference::ofTag("1"), "docker.io"));
  ASSERT_TRUE(hub.awaitCalls(UpstreamCall::GetManifest, 2));
  auto pushed = pushImage(kRepository, "1", "pushed");
  hub.release(UpstreamCall::GetManifest);
  EXPECT_EQ(TestRuntime::await(std::move(named))->digest, theirs);
  EXPECT_EQ(pull(kRepository, "1")->digest, pushed) << "the copy took the place of what was pushed";
}

TEST_F(OriginTest, ListsForARegistryOnlyItsTagsAndReferrers) {
  auto& hub = addHub();
  allowPush("docker.io/**");
  auto subject = hub.putManifest("library/nginx", "theirs", imageJson("theirs", {}));
  ASSERT_TRUE(pull(kRepository, "theirs"));
  for (auto tag : {"a", "b", "c"}) pushImage(kRepository, tag);
  auto link = R"(,"subject":)" + descriptorJson(imageJson("theirs", {}), kImageType);
  ASSERT_TRUE(pushManifest(kRepository, "sbom", imageJson("{}", {}, link)));
  hub.failAll(down());
  EXPECT_EQ(tags(kRepository), (Names{"a", "b", "c", "sbom", "theirs"}));
  EXPECT_EQ(tags("library/nginx", "docker.io"), Names{"theirs"});
  auto first = threads_.run(registry().lists().tags("library/nginx", "docker.io", "", 1));
  EXPECT_EQ(first->names, Names{"theirs"});
  EXPECT_FALSE(first->more);
  EXPECT_EQ(threads_.run(registry().lists().referrers(kRepository, subject, "", {}))->items.size(), 1u);
  EXPECT_TRUE(threads_.run(registry().lists().referrers("library/nginx", subject, "docker.io", {}))->items.empty());
}

TEST_F(OriginTest, RefusesPushesIntoWhatAnUpstreamFills) {
  auto& hub = addHub();
  auto theirs = hub.putManifest("library/nginx", "1", imageJson("theirs", {}));
  ASSERT_TRUE(pull(kRepository, "1"));
  auto refused = startUpload(kRepository);
  ASSERT_EQ(codeOf(refused), ErrorCode::Denied);
  EXPECT_NE(refused.error().message.find(R"(larder.upstreams["docker.io"].allowPush)"), std::string::npos);
  EXPECT_EQ(codeOf(pushManifest(kRepository, "1", imageJson("mine", {}))), ErrorCode::Denied);
  EXPECT_EQ(codeOf(pushManifest(kRepository, "new", imageJson("mine", {}))), ErrorCode::Denied);
  auto layer = push("team/app", "layer");
  EXPECT_EQ(codeOf(threads_.run(
                registry().blobs().mount(kRepository, layer, "team/app", [](const std::string&) { return true; }))),
            ErrorCode::Denied);
  EXPECT_EQ(pull(kRepository, "1")->digest, theirs);
  EXPECT_EQ(codeOf(pull(kRepository, "new")), ErrorCode::ManifestUnknown);
}

TEST_F(OriginTest, RefusesAPushThatAnUpstreamHasOvertaken) {
  auto& hub = addHub();
  auto upload = startUpload(kRepository).value();
  hub.putManifest("library/nginx", "1", imageJson("theirs", {}));
  ASSERT_TRUE(pull(kRepository, "1"));
  EXPECT_EQ(codeOf(threads_.run(registry().uploads().finish(kRepository, upload.id, std::nullopt, 5,
                                                            Digest::of("layer"), chunks({"layer"})))),
            ErrorCode::Denied);
}

TEST_F(OriginTest, TakesPushesWhereTheyAreAllowedByName) {
  auto& hub = addHub();
  hub.putManifest("library/nginx", "1", imageJson("theirs", {}));
  hub.putManifest("library/redis", "1", imageJson("redis", {}));
  allowPush("docker.io/library/nginx");
  ASSERT_TRUE(pull(kRepository, "1"));
  ASSERT_TRUE(pull("docker.io/library/redis", "1"));
  auto pushed = pushImage(kRepository, "1", "mine");
  EXPECT_EQ(ready(kRepository, "1"), nullptr);
  EXPECT_EQ(pull(kRepository, "1")->digest, pushed);
  EXPECT_EQ(codeOf(startUpload("docker.io/library/redis")), ErrorCode::Denied);
  // And needs no upstream.
  hub.failAll(down());
  EXPECT_EQ(codeOf(headBlob(kRepository, Digest::of("new"))), ErrorCode::BlobUnknown);
  pushImage(kRepository, "2", "new");
}

TEST_F(OriginTest, APushNeedsNoUpstream) {
  auto& hub = addHub();
  hub.failAll(down());
  EXPECT_EQ(codeOf(headBlob(kRepository, Digest::of("layer"))), ErrorCode::BlobUnknown);
  hub.failAll(Error{ErrorCode::UpstreamThrottled, "Too many."});
  EXPECT_EQ(codeOf(headBlob(kRepository, Digest::of("layer"))), ErrorCode::BlobUnknown);
  auto pushed = pushImage(kRepository, "1");
  auto calls = hub.calls();
  EXPECT_EQ(codeOf(headBlob(kRepository, Digest::of("other"))), ErrorCode::BlobUnknown);
  EXPECT_EQ(codeOf(pull(kRepository, "2")), ErrorCode::ManifestUnknown);
  EXPECT_EQ(pull(kRepository, "1")->digest, pushed);
  EXPECT_EQ(tags(kRepository), Names{"1"});
  EXPECT_EQ(hub.calls(), calls) << "what no upstream filled asks none";
  EXPECT_EQ(originOf(kRepository), Origin{});
}

TEST_F(OriginTest, AHeadOfABlobStillFailsWhereNobodyCanBePushing) {
  auto& hub = addHub();
  hub.putManifest("library/nginx", "1", imageJson("theirs", {}));
  ASSERT_TRUE(pull(kRepository, "1"));
  hub.failAll(down());
  EXPECT_EQ(codeOf(headBlob(kRepository, Digest::of("layer"))), ErrorCode::UpstreamUnavailable);
  EXPECT_EQ(codeOf(headBlob("library/redis", Digest::of("layer"), "docker.io")), ErrorCode::UpstreamUnavailable);
}

TEST_F(OriginTest, AnUploadThatCameToNothingHidesNoUpstream) {
  auto& hub = addHub();
  hub.putManifest("library/nginx", "1", imageJson("theirs", {}));
  ASSERT_TRUE(startUpload(kRepository));
  EXPECT_TRUE(pull(kRepository, "1"));
  EXPECT_EQ(originOf(kRepository), (Origin{"docker.io", "library/nginx"}));
}

TEST_F(OriginTest, DoesNotTurnAPushedRepositoryIntoAMirrorBehindAPull) {
  auto& hub = addHub();
  hub.putManifest("library/nginx", "1", imageJson("theirs", {}));
  hub.hold(UpstreamCall::GetManifest);
  auto first = threads_.start(registry().manifests().get(kRepository, Reference::ofTag("1"), ""));
  ASSERT_TRUE(hub.awaitCalls(UpstreamCall::GetManifest, 1));
  pushImage(kRepository, "mine");
  hub.release(UpstreamCall::GetManifest);
  EXPECT_TRUE(TestRuntime::await(std::move(first)));
  EXPECT_EQ(originOf(kRepository), Origin{});
  EXPECT_TRUE(startUpload(kRepository));
}

// Two rules with one destination.

class TwoRegistriesTest : public OriginTest {
 protected:
  TwoRegistriesTest() {
    addContent(addRule({"https://a.test"}), "**", "/m");
    addContent(addRule({"https://b.test"}), "**", "/m");
  }
  FakeUpstreamSource& a = upstream("https://a.test", "a.test");
  FakeUpstreamSource& b = upstream("https://b.test", "b.test");
};

TEST_F(TwoRegistriesTest, ShareNoFlight) {
  auto fromA = a.putManifest("app", "1", imageJson("a", {}));
  auto fromB = b.putManifest("app", "1", imageJson("b", {}));
  a.hold(UpstreamCall::GetManifest);
  auto first = threads_.start(registry().manifests().get("app", Reference::ofTag("1"), "a.test"));
  ASSERT_TRUE(a.awaitCalls(UpstreamCall::GetManifest, 1));
  auto second = pull("app", "1", "b.test");
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->digest, fromB);
  a.release(UpstreamCall::GetManifest);
  EXPECT_EQ(TestRuntime::await(std::move(first))->digest, fromA);
  // b.test was first to fill it.
  EXPECT_EQ(originOf("m/app"), (Origin{"b.test", "app"}));
  EXPECT_EQ(codeOf(threads_.run(meta_->apply({storage::change::EnsureRepository{"m/app", {"a.test", "app"}}}))),
            ErrorCode::Conflict);
  EXPECT_EQ(pull("app", "1", "a.test")->digest, fromA);
  EXPECT_EQ(pull("app", "1", "b.test")->digest, fromB);
}

TEST_F(TwoRegistriesTest, ShareNoAbsence) {
  b.putManifest("app", "1", imageJson("b", {}));
  EXPECT_EQ(codeOf(pull("app", "1", "a.test")), ErrorCode::ManifestUnknown);
  EXPECT_TRUE(pull("app", "1", "b.test"));
  auto digest = b.putBlob("tool", "content");
  EXPECT_EQ(codeOf(headBlob("tool", digest, "a.test")), ErrorCode::BlobUnknown);
  EXPECT_TRUE(headBlob("tool", digest, "b.test"));
}

TEST_F(TwoRegistriesTest, ShareNoListOfTags) {
  a.putManifest("app", "1", imageJson("a", {}));
  b.putManifest("app", "2", imageJson("b", {}));
  EXPECT_EQ(tags("app", "a.test"), Names{"1"});
  EXPECT_EQ(tags("app", "b.test"), Names{"2"});
}

TEST_F(TwoRegistriesTest, JoinADownloadOnlyIfTheirOwnRegistryHasTheBlob) {
  auto digest = a.putBlob("app", "content");
  a.gateBlob(digest, 1);
  auto first = pullBlob("app", digest, "a.test");
  ASSERT_TRUE(first);
  EXPECT_EQ(codeOf(pullBlob("app", digest, "b.test")), ErrorCode::BlobUnknown);
  a.openBlob(digest);
  EXPECT_EQ(readAll(*first).value(), "content");
}

// Memory, and changes that are made after their caller has given up.

// Says that it has timed out; the change is made when the test lets it.
class LateMetaStore final : public SharedMetaStore {
 public:
  LateMetaStore(std::shared_ptr<storage::MetaStore> inner, TestRuntime& threads)
      : SharedMetaStore(inner), store_(std::move(inner)), threads_(threads) {}
  std::atomic<bool> late{false};
  std::vector<std::vector<storage::MetaChange>> held;

  Task<Result<void>> apply(std::vector<storage::MetaChange> batch) override {
    if (!late) co_return co_await SharedMetaStore::apply(std::move(batch));
    held.push_back(std::move(batch));
    co_return core::fail(ErrorCode::Timeout, "The database was too slow. It is unknown whether the change was made.");
  }
  void make() {
    for (auto& batch : std::exchange(held, {})) EXPECT_TRUE(threads_.run(store_->apply(std::move(batch))));
  }

 private:
  std::shared_ptr<storage::MetaStore> store_;
  TestRuntime& threads_;
};

TEST_F(OriginTest, ForgetsWhatAChangeTakesAwayThatIsMadeAfterItsCallerHasGivenUp) {
  auto store = std::make_shared<LateMetaStore>(meta_, threads_);
  meta_ = store;
  auto first = pushImage("team/app", "moved", "first");
  pushImage("team/app", "deleted");
  auto second = pushImage("team/app", "second", "second");
  auto layer = push("team/app", "layer");
  store->late = true;
  EXPECT_EQ(codeOf(pushManifest("team/app", "moved", imageJson("second", {}))), ErrorCode::Timeout);
  EXPECT_EQ(codeOf(threads_.run(registry().manifests().remove("team/app", Reference::ofTag("deleted"), false))),
            ErrorCode::Timeout);
  EXPECT_EQ(codeOf(threads_.run(registry().blobs().remove("team/app", layer))), ErrorCode::Timeout);
  // Read into memory after the callers have heard of the timeout, and before the changes are made.
  ASSERT_EQ(pull("team/app", "moved")->digest, first);
  ASSERT_TRUE(pull("team/app", "deleted"));
  ASSERT_TRUE(pullBlob("team/app", layer));
  ASSERT_TRUE(ready("team/app", "moved"));
  store->late = false;
  store->make();
  EXPECT_EQ(ready("team/app", "moved"), nullptr);
  EXPECT_EQ(ready("team/app", "deleted"), nullptr);
  EXPECT_EQ(registry().blobs().ready("team/app", layer.toString(), "", kAnyone), nullptr);
  EXPECT_EQ(pull("team/app", "moved")->digest, second);
  EXPECT_EQ(codeOf(pull("team/app", "deleted")), ErrorCode::ManifestUnknown);
  EXPECT_EQ(codeOf(pullBlob("team/app", layer)), ErrorCode::BlobUnknown);
}

TEST_F(OriginTest, KeepsInMemoryWhatAChangeDoesNotTouch) {
  pushImage("team/app", "1", "one");
  auto two = pushImage("team/app", "2", "two");
  ASSERT_TRUE(pull("team/app", "1"));
  pushImage("team/app", "3", "three");
  push("team/app", "layer");
  EXPECT_NE(ready("team/app", "1"), nullptr);
  ASSERT_TRUE(pull("team/app", "2"));
  ASSERT_TRUE(threads_.run(registry().manifests().remove("team/app", Reference::ofDigest(two), false)));
  EXPECT_EQ(ready("team/app", "2"), nullptr) << "the tag went with its manifest";
  EXPECT_NE(ready("team/app", "1"), nullptr);
}

// What upstreams do not have.

class MissTest : public OriginTest {
 protected:
  ErrorCode ask(const std::string& repository, const std::string& reference, const std::string& address,
                const std::string& user = "") {
    return codeOf(threads_.run(registry().manifests().get(repository, Reference::parse(reference).value(),
                                                          registry::Asker{"", user, address})));
  }
};

TEST_F(MissTest, AsksNoUpstreamForAClientThatHasHadTooManyMisses) {
  auto& hub = addHub();
  hub.putManifest("library/nginx", "1", imageJson("theirs", {}));
  config_.larder.upstream.missBudget = 3;
  ASSERT_EQ(ask(kRepository, "1", "10.0.0.1"), ErrorCode::Internal);
  for (auto name : {"a", "b", "c"}) {
    EXPECT_EQ(ask("docker.io/none/" + std::string(name), "1", "10.0.0.1"), ErrorCode::ManifestUnknown);
  }
  auto calls = hub.calls();
  auto refused = threads_.run(
      registry().manifests().get("docker.io/none/d", Reference::ofTag("1"), registry::Asker{"", "", "10.0.0.1"}));
  ASSERT_EQ(codeOf(refused), ErrorCode::TooManyRequests);
  ASSERT_TRUE(refused.error().retryAfter);
  EXPECT_LE(*refused.error().retryAfter, std::chrono::minutes(20));
  EXPECT_EQ(codeOf(threads_.run(
                registry().blobs().get("docker.io/none/e", Digest::of("x"), registry::Asker{"", "", "10.0.0.1"}))),
            ErrorCode::TooManyRequests);
  EXPECT_EQ(codeOf(threads_.run(
                registry().blobs().head("docker.io/none/e", Digest::of("x"), registry::Asker{"", "", "10.0.0.1"}))),
            ErrorCode::BlobUnknown)
      << "a push goes on";
  EXPECT_EQ(
      codeOf(threads_.run(registry().lists().tags("docker.io/none/f", registry::Asker{"", "", "10.0.0.1"}, "", 10))),
      ErrorCode::TooManyRequests);
  EXPECT_EQ(hub.calls(), calls);
  // What is here, and other clients, are served.
  EXPECT_EQ(ask(kRepository, "1", "10.0.0.1"), ErrorCode::Internal);
  EXPECT_EQ(ask("docker.io/none/d", "1", "10.0.0.2"), ErrorCode::ManifestUnknown);
  EXPECT_EQ(ask("docker.io/none/d", "2", "10.0.0.1", "alice"), ErrorCode::ManifestUnknown);
  clock_.advance(std::chrono::minutes(20));
  EXPECT_EQ(ask("docker.io/none/g", "1", "10.0.0.1"), ErrorCode::ManifestUnknown);
}

TEST_F(MissTest, CountsWhatTheUpstreamIsAsked) {
  auto& hub = addHub();
  hub.putManifest("library/nginx", "1", imageJson("theirs", {}));
  config_.larder.upstream.missBudget = 4;
  ASSERT_EQ(ask(kRepository, "1", "10.0.0.1"), ErrorCode::Internal);
  // The referrers API, then the tag of registries without it.
  for (auto subject : {"a", "b"}) {
    ASSERT_TRUE(threads_.run(
        registry().lists().referrers(kRepository, Digest::of(subject), registry::Asker{"", "", "10.0.0.1"}, {})));
  }
  EXPECT_EQ(ask("docker.io/none/a", "1", "10.0.0.1"), ErrorCode::TooManyRequests);
}

TEST_F(MissTest, CountsNoMissThatCostNoRequestAndAnIpv6NetworkAsOne) {
  addHub();
  config_.larder.upstream.missBudget = 2;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask("docker.io/none/a", "1", "2001:db8::1"), ErrorCode::ManifestUnknown);
  EXPECT_EQ(ask("docker.io/none/b", "1", "2001:db8::2"), ErrorCode::ManifestUnknown);
  EXPECT_EQ(ask("docker.io/none/c", "1", "2001:db8::3"), ErrorCode::TooManyRequests);
  EXPECT_EQ(ask("docker.io/none/c", "1", "2001:db8:0:1::3"), ErrorCode::ManifestUnknown);
}

TEST_F(MissTest, DoesNotAskAgainUnderAnotherNameOfTheSameImage) {
  auto& hub = addHub();
  EXPECT_EQ(codeOf(pull("docker.io/library/none", "1")), ErrorCode::ManifestUnknown);
  EXPECT_EQ(codeOf(pull("library/none", "1", "docker.io")), ErrorCode::ManifestUnknown);
  EXPECT_EQ(codeOf(pull("none", "1", "registry-1.docker.io")), ErrorCode::ManifestUnknown);
  EXPECT_EQ(hub.calls(), 1u);
}

TEST_F(MissTest, RulesOutANameThatTheRegistryDoesNotGrant) {
  auto& hub = addHub();
  hub.putManifest("library/nginx", "1", imageJson("theirs", {}));
  ASSERT_TRUE(pull(kRepository, "1"));
  hub.fail(UpstreamCall::GetManifest, Error{ErrorCode::UpstreamDenied, "No."});
  EXPECT_EQ(codeOf(pull("docker.io/none/app", "1")), ErrorCode::ManifestUnknown);
  auto calls = hub.calls();
  EXPECT_EQ(codeOf(pull("docker.io/none/app", "2")), ErrorCode::NameUnknown);
  EXPECT_EQ(codeOf(headBlob("docker.io/none/app", Digest::of("x"))), ErrorCode::NameUnknown);
  EXPECT_EQ(hub.calls(), calls);
  // One of which something is here is granted as a whole: its next tag is asked for.
  EXPECT_EQ(codeOf(pull(kRepository, "2")), ErrorCode::ManifestUnknown);
  hub.succeed();
  hub.putManifest("library/nginx", "3", imageJson("three", {}));
  EXPECT_TRUE(pull(kRepository, "3"));
  clock_.advance(config_.larder.upstream.negativeTtl);
  hub.putManifest("none/app", "2", imageJson("app", {}));
  EXPECT_TRUE(pull("docker.io/none/app", "2"));
}

}  // namespace
}  // namespace larder::test
