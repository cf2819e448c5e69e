// What every MetaMaintenance driver must show. A driver's test includes this file once and instantiates the suite:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, MetaMaintenanceSuite, ::testing::Values(MetaStoresDriver{…}));
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "suites/meta_stores_driver.hpp"
#include "support/results.hpp"
#include "support/run_task.hpp"
#include "support/temp_directory.hpp"

namespace larder::test {

class MetaMaintenanceSuite : public ::testing::TestWithParam<MetaStoresDriver> {
 protected:
  using Clock = std::chrono::system_clock;
  using Digest = core::Digest;

  template <class T>
  T get(runtime::Task<core::Result<T>> task) {
    return valueOf(threads_.run(std::move(task)));
  }
  void apply(std::vector<storage::MetaChange> changes) { get(stores_.meta->apply(std::move(changes))); }
  storage::MetaMaintenance& maintenance() { return *stores_.maintenance; }

  static storage::WallTime at(std::int64_t second) { return storage::WallTime(std::chrono::seconds(second)); }
  static storage::ManifestLink blobOf(const std::string& content) {
    return {storage::ManifestLink::Kind::Blob, Digest::of(content), content.size()};
  }
  static storage::ManifestLink childOf(const std::string& content) {
    return {storage::ManifestLink::Kind::Manifest, Digest::of(content), content.size()};
  }
  static storage::ManifestRecord record(const std::string& content, std::vector<storage::ManifestLink> links,
                                        std::int64_t second = 1000) {
    storage::ManifestRecord manifest;
    manifest.digest = Digest::of(content);
    manifest.mediaType = "application/vnd.oci.image.manifest.v1+json";
    manifest.links = std::move(links);
    manifest.pushedAt = at(second);
    manifest.cached = true;
    return manifest;
  }
  static storage::change::SetTag tagOf(const std::string& name, const std::string& content,
                                       storage::WallTime checkedAt = at(1000)) {
    storage::TagRecord tag;
    tag.name = name;
    tag.digest = Digest::of(content);
    tag.checkedAt = checkedAt;
    tag.pushedAt = at(1000);
    return {"app", tag};
  }
  // A repository "app" of an upstream.
  void makeApp() { apply({storage::change::EnsureRepository{"app", {"docker.io", "library/app"}}}); }
  void put(storage::ManifestRecord manifest) { apply({storage::change::PutManifest{"app", std::move(manifest)}}); }
  void link(const std::string& content, bool cached = true) {
    apply({storage::change::LinkBlob{"app", Digest::of(content), content.size(), cached}});
  }
  void pull(const std::string& content, std::int64_t second) {
    apply({storage::change::NotePull{"app", Digest::of(content), "", at(second)}});
  }
  std::optional<storage::ManifestLookup> manifest(const std::string& content) {
    return get(stores_.meta->manifest("app", core::Reference::ofDigest(Digest::of(content))));
  }
  bool readable(const std::string& content) { return get(stores_.meta->blob("app", Digest::of(content))).has_value(); }
  std::vector<Digest> images() {
    std::vector<Digest> found;
    for (const auto& image : get(maintenance().imagesByUse(std::nullopt, 100))) found.push_back(image.digest);
    return found;
  }
  static std::vector<Digest> digests(const std::vector<std::string>& contents) {
    std::vector<Digest> found;
    for (const auto& content : contents) found.push_back(Digest::of(content));
    return found;
  }
  std::vector<Digest> evict(const std::string& content, std::int64_t usedAt) {
    auto gone = get(maintenance().evict({at(usedAt), "app", Digest::of(content)}));
    std::ranges::sort(gone);
    return gone;
  }
  static std::vector<Digest> sorted(std::vector<Digest> found) {
    std::ranges::sort(found);
    return found;
  }
  void pin(core::Reference reference) { get(maintenance().pin({"app", std::move(reference)})); }

  TestRuntime threads_;
  TempDirectory directory_;
  storage::MetaStores stores_ = GetParam().open(directory_.path(), threads_.blocking());
};

TEST_P(MetaMaintenanceSuite, PagesThroughManifestsWithTheirChildren) {
  makeApp();
  put(record("index", {childOf("a"), childOf("b")}));
  put(record("a", {blobOf("layer")}));
  std::vector<Digest> seen;
  std::optional<Digest> after;
  while (true) {
    auto page = get(maintenance().manifests("app", after, 1));
    if (page.empty()) break;
    ASSERT_EQ(page.size(), 1U);
    EXPECT_TRUE(page[0].cached);
    EXPECT_EQ(page[0].links.size(), page[0].digest == Digest::of("index") ? 2U : 0U);
    after = page[0].digest;
    seen.push_back(*after);
  }
  EXPECT_EQ(seen, sorted(digests({"index", "a"})));
  EXPECT_TRUE(get(maintenance().manifests("elsewhere", std::nullopt, 10)).empty());
}

TEST_P(MetaMaintenanceSuite, CollectsWhatIsStillAsItWasSeen) {
  makeApp();
  for (const auto* name : {"old", "tagged", "pulled", "child", "pinned", "subject"}) put(record(name, {}));
  put(record("index", {childOf("child")}));
  auto referrer = record("referrer", {});
  referrer.subject = Digest::of("subject");
  put(referrer);
  apply({tagOf("v1", "tagged"), tagOf("v2", "tagged"), tagOf("keep", "tagged")});
  pin(core::Reference::ofDigest(Digest::of("pinned")));
  pin(core::Reference::ofTag("keep"));

  storage::Outdated outdated{"app", get(stores_.meta->tags("app", "", 10)), {}};
  for (const auto* name : {"old", "tagged", "pulled", "child", "pinned", "referrer", "gone"}) {
    outdated.manifests.push_back(record(name, {}));
  }
  pull("pulled", 2000);
  apply({tagOf("v2", "subject")});
  auto collected = get(maintenance().collect(outdated));
  EXPECT_EQ(collected.tags, std::vector<std::string>{"v1"});
  EXPECT_EQ(collected.manifests, digests({"old"}));
  EXPECT_FALSE(manifest("old"));
  for (const auto* name : {"tagged", "pulled", "child", "pinned", "referrer"}) EXPECT_TRUE(manifest(name)) << name;

  outdated.repository = "elsewhere";
  EXPECT_TRUE(get(maintenance().collect(outdated)).manifests.empty());
}

TEST_P(MetaMaintenanceSuite, UnlinksBlobsThatNothingNames) {
  makeApp();
  put(record("m", {blobOf("named")}));
  for (const auto* blob : {"named", "loose", "pulled"}) link(blob);
  auto soon = Clock::now() + std::chrono::seconds(60);
  apply({storage::change::NotePull{"app", Digest::of("pulled"), "", soon}});
  EXPECT_TRUE(get(maintenance().unlinkUnnamed(Clock::now() - std::chrono::seconds(60), 10, {})).empty());
  auto others = [](const std::string& repository) { return repository != "app"; };
  EXPECT_TRUE(get(maintenance().unlinkUnnamed(soon, 10, others)).empty());
  auto unlinked = get(maintenance().unlinkUnnamed(soon, 10, {}));
  ASSERT_EQ(unlinked.size(), 1U);
  EXPECT_EQ(unlinked[0].digest, Digest::of("loose"));
  EXPECT_EQ(unlinked[0].repository, "app");
  EXPECT_TRUE(readable("named"));
  EXPECT_TRUE(readable("pulled"));
  EXPECT_FALSE(readable("loose"));
}

TEST_P(MetaMaintenanceSuite, KnowsWhatNoRepositoryNeeds) {
  makeApp();
  put(record("m", {blobOf("named")}));
  link("linked");
  EXPECT_EQ(get(maintenance().unneeded(digests({"m", "named", "linked", "stray"}))), digests({"stray"}));
}

TEST_P(MetaMaintenanceSuite, ListsWhatCanBeFetchedAgainByItsUse) {
  makeApp();
  put(record("late", {}, 3000));
  put(record("early", {}, 1000));
  put(record("index", {childOf("child")}, 500));
  put(record("child", {}, 500));
  pull("child", 2000);
  put(record("pinned", {}));
  put(record("pinned by tag", {}));
  put(record("pushed tag", {}));
  auto pushed = record("pushed", {});
  pushed.cached = false;
  put(pushed);
  apply({tagOf("p", "pinned by tag"), tagOf("t", "pushed tag", {})});
  pin(core::Reference::ofDigest(Digest::of("pinned")));
  pin(core::Reference::ofTag("p"));
  apply({storage::change::EnsureRepository{"own", {}},
         storage::change::PutManifest{"own", record("in a repository of our own", {})}});

  EXPECT_EQ(images(), digests({"early", "index", "late"}));
  auto first = get(maintenance().imagesByUse(std::nullopt, 1));
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].usedAt, at(1000));
  EXPECT_EQ(first[0].repository, "app");
  auto second = get(maintenance().imagesByUse(first[0], 1));
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].digest, Digest::of("index"));
  EXPECT_EQ(second[0].usedAt, at(2000));
}

TEST_P(MetaMaintenanceSuite, EvictsAnImageWithWhatIsItsOwn) {
  makeApp();
  put(record("index", {childOf("a"), childOf("b"), childOf("shared"), childOf("tagged"), childOf("not here")}));
  put(record("other index", {childOf("shared")}));
  put(record("a", {blobOf("layer a"), blobOf("common layer"), blobOf("pushed layer"), blobOf("not fetched")}));
  put(record("b", {blobOf("layer b")}));
  put(record("shared", {blobOf("common layer")}));
  put(record("tagged", {}));
  for (const auto* blob : {"layer a", "layer b", "common layer", "unnamed"}) link(blob);
  link("pushed layer", false);
  apply({tagOf("latest", "index"), tagOf("v1", "tagged")});

  EXPECT_EQ(evict("index", 1000), sorted(digests({"index", "a", "b", "layer a", "layer b", "not fetched"})));
  for (const auto* name : {"shared", "tagged", "other index"}) EXPECT_TRUE(manifest(name)) << name;
  for (const auto* blob : {"common layer", "pushed layer", "unnamed"}) EXPECT_TRUE(readable(blob)) << blob;
  EXPECT_FALSE(get(stores_.meta->manifest("app", core::Reference::ofTag("latest"))));
  EXPECT_TRUE(evict("index", 1000).empty());
}

TEST_P(MetaMaintenanceSuite, KeepsAnImageThatIsInUse) {
  makeApp();
  put(record("index", {childOf("middle")}));
  put(record("middle", {childOf("child")}));
  put(record("child", {}));
  EXPECT_TRUE(evict("middle", 9000).empty()) << "an index names it";
  pull("child", 2000);
  EXPECT_TRUE(evict("index", 1999).empty()) << "a part of it was pulled since";
  pin(core::Reference::ofDigest(Digest::of("index")));
  EXPECT_TRUE(evict("index", 2000).empty()) << "it is pinned";
  get(maintenance().unpin({"app", core::Reference::ofDigest(Digest::of("index"))}));
  EXPECT_EQ(evict("index", 2000), sorted(digests({"index", "middle", "child"})));
}

TEST_P(MetaMaintenanceSuite, ALinkThatSomebodyPushedCountsAsPushed) {
  makeApp();
  put(record("m", {blobOf("layer"), blobOf("again")}));
  link("layer", true);
  link("layer", false);
  link("again", false);
  link("again", true);
  EXPECT_EQ(evict("m", 1000), digests({"m"}));
  EXPECT_TRUE(readable("layer"));
  EXPECT_TRUE(readable("again"));
}

TEST_P(MetaMaintenanceSuite, RemovesARepositoryOnlyIfNothingIsInIt) {
  using namespace storage::change;
  makeApp();
  auto isRefused = [&] {
    std::vector<storage::MetaChange> changes;
    changes.emplace_back(RemoveRepository{"app", true});
    auto removed = threads_.run(stores_.meta->apply(std::move(changes)));
    return !removed && codeOf(removed) == core::ErrorCode::Conflict;
  };
  put(record("m", {}));
  EXPECT_TRUE(isRefused());
  apply({RemoveManifest{"app", Digest::of("m")}});
  link("blob");
  EXPECT_TRUE(isRefused());
  apply({UnlinkBlob{"app", Digest::of("blob")}, PutUpload{{"id", "app", {}, {}}}});
  EXPECT_TRUE(isRefused());
  apply({RemoveUpload{"id"}});
  pin(core::Reference::ofTag("v1"));
  EXPECT_TRUE(isRefused());
  get(maintenance().unpin({"app", core::Reference::ofTag("v1")}));
  apply({RemoveRepository{"app", true}});
  EXPECT_FALSE(get(stores_.meta->repository("app")));
}

TEST_P(MetaMaintenanceSuite, KeepsPins) {
  using core::Reference;
  EXPECT_EQ(codeOf(threads_.run(maintenance().pin({"app", Reference::ofTag("v1")}))), core::ErrorCode::NameUnknown);
  makeApp();
  apply({storage::change::EnsureRepository{"b", {}}});
  auto digest = Reference::ofDigest(Digest::of("m"));
  for (int twice = 0; twice < 2; ++twice) pin(Reference::ofTag("v1"));
  pin(digest);
  get(maintenance().pin({"b", Reference::ofTag("v2")}));
  auto all = get(maintenance().pins(""));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].reference.toString(), digest.toString());
  EXPECT_EQ(all[1].reference.toString(), "v1");
  EXPECT_EQ(all[2].repository, "b");
  get(maintenance().unpin({"app", Reference::ofTag("v1")}));
  get(maintenance().unpin({"app", Reference::ofTag("v1")}));
  EXPECT_EQ(get(maintenance().pins("app")).size(), 1U);
  apply({storage::change::RemoveRepository{"app"}});
  EXPECT_TRUE(get(maintenance().pins("app")).empty());
}

}  // namespace larder::test
