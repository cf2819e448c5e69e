// What every MetaStore driver must show. A driver's test includes this file once and instantiates the suite:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, MetaStoreSuite, ::testing::Values(MetaStoresDriver{…}));
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "larder/storage/meta_store.hpp"
#include "suites/meta_stores_driver.hpp"
#include "support/results.hpp"
#include "support/run_task.hpp"
#include "support/temp_directory.hpp"

namespace larder::test {

inline storage::WallTime atSecond(std::int64_t second) {
  return storage::WallTime(std::chrono::seconds(second));
}

inline storage::ManifestLink blobLink(const std::string& content) {
  return {storage::ManifestLink::Kind::Blob, core::Digest::of(content), content.size()};
}

inline storage::ManifestRecord someManifest(const std::string& content, std::vector<storage::ManifestLink> links = {}) {
  storage::ManifestRecord manifest;
  manifest.digest = core::Digest::of(content);
  manifest.mediaType = "application/vnd.oci.image.manifest.v1+json";
  manifest.size = content.size();
  manifest.artifactType = "application/vnd.oci.image.config.v1+json";
  manifest.links = std::move(links);
  manifest.pushedAt = atSecond(1000);
  return manifest;
}

class MetaStoreSuite : public ::testing::TestWithParam<MetaStoresDriver> {
 protected:
  using Changes = std::vector<storage::MetaChange>;
  using Digest = core::Digest;
  using ErrorCode = core::ErrorCode;
  using Reference = core::Reference;

  template <class T>
  core::Result<T> run(runtime::Task<core::Result<T>> task) {
    return threads_.run(std::move(task));
  }
  template <class T>
  T get(runtime::Task<core::Result<T>> task) {
    return valueOf(run(std::move(task)));
  }

  // Each in one batch.
  void apply(Changes changes) { get(store_->apply(std::move(changes))); }
  ErrorCode applyFails(Changes changes) { return codeOf(run(store_->apply(std::move(changes)))); }

  void make(const std::string& repository) { apply({storage::change::EnsureRepository{repository, {}}}); }
  // A repository with one manifest under a tag.
  Digest makeTagged(const std::string& repository, const std::string& tag, storage::ManifestRecord manifest) {
    auto digest = manifest.digest;
    apply({storage::change::EnsureRepository{repository, {}}, storage::change::PutManifest{repository, manifest},
           setTag(repository, tag, digest)});
    return digest;
  }
  static storage::change::SetTag setTag(const std::string& repository, const std::string& tag, const Digest& digest) {
    storage::TagRecord record;
    record.name = tag;
    record.digest = digest;
    record.pushedAt = atSecond(2000);
    return {repository, record};
  }

  std::optional<storage::ManifestLookup> byTag(const std::string& repository, const std::string& tag) {
    return get(store_->manifest(repository, Reference::ofTag(tag)));
  }
  std::optional<storage::ManifestLookup> byDigest(const std::string& repository, const Digest& digest) {
    return get(store_->manifest(repository, Reference::ofDigest(digest)));
  }
  std::optional<std::uint64_t> blob(const std::string& repository, const std::string& content) {
    auto found = get(store_->blob(repository, Digest::of(content)));
    return found ? std::optional(found->size) : std::nullopt;
  }
  std::vector<std::string> tagNames(const std::string& repository, const std::string& after = "",
                                    std::size_t limit = 1000) {
    std::vector<std::string> names;
    for (const auto& tag : get(store_->tags(repository, after, limit))) names.push_back(tag.name);
    return names;
  }

  TestRuntime threads_;
  TempDirectory directory_;
  storage::MetaStores stores_ = GetParam().open(directory_.path(), threads_.blocking());
  std::shared_ptr<storage::MetaStore> store_ = stores_.meta;
};

using storage::BlobHolder;
using storage::ManifestLink;
using storage::NamedAs;
using storage::Origin;
using storage::change::EnsureRepository;
using storage::change::LinkBlob;
using storage::change::NoteChecked;
using storage::change::NotePull;
using storage::change::PutManifest;
using storage::change::PutUpload;
using storage::change::RemoveManifest;
using storage::change::RemoveRepository;
using storage::change::RemoveTag;
using storage::change::RemoveUpload;
using storage::change::UnlinkBlob;

TEST_P(MetaStoreSuite, KnowsNothingAtFirst) {
  EXPECT_FALSE(byTag("team/app", "latest"));
  EXPECT_FALSE(byDigest("team/app", Digest::of("x")));
  EXPECT_FALSE(blob("team/app", "x"));
  EXPECT_FALSE(get(store_->repository("team/app")));
  EXPECT_TRUE(get(store_->repositories("", 10)).empty());
  EXPECT_TRUE(get(store_->manifestsNaming("team/app", {Digest::of("x")})).items.empty());
  EXPECT_EQ(codeOf(run(store_->tags("team/app", "", 10))), ErrorCode::NameUnknown);
  EXPECT_FALSE(get(store_->upload("id")));
  EXPECT_TRUE(get(store_->idleUploads(storage::WallTime::max())).empty());
  EXPECT_EQ(get(store_->foreignChanges()), get(store_->foreignChanges()));
  apply({});
}

TEST_P(MetaStoreSuite, MakesARepositoryOnce) {
  auto before = std::chrono::system_clock::now();
  make("team/app");
  auto made = get(store_->repository("team/app"));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->name, "team/app");
  EXPECT_EQ(made->origin, Origin{});
  EXPECT_GE(made->createdAt, before);
  EXPECT_EQ(made->lastPulledAt, storage::WallTime{});
  EXPECT_EQ(made->pulls, 0U);
  make("team/app");
  EXPECT_EQ(get(store_->repository("team/app"))->createdAt, made->createdAt);
  EXPECT_EQ(get(store_->repositories("", 10)).size(), 1U);
}

TEST_P(MetaStoreSuite, RepositoryIsHeldToTheOriginThatItGotFirst) {
  make("mirror/nginx");
  Origin origin{"docker.io", "library/nginx"};
  apply({EnsureRepository{"mirror/nginx", origin}});
  EXPECT_EQ(get(store_->repository("mirror/nginx"))->origin, origin);
  apply({EnsureRepository{"mirror/nginx", origin}});
  EXPECT_EQ(applyFails({EnsureRepository{"mirror/nginx", {"quay.io", "nginx"}}}), ErrorCode::Conflict);
  EXPECT_EQ(applyFails({EnsureRepository{"mirror/nginx", {"quay.io", "nginx"}, {}, true}}), ErrorCode::Conflict);
  EXPECT_EQ(applyFails({EnsureRepository{"mirror/nginx", {}}, LinkBlob{"mirror/nginx", Digest::of("pushed"), 6}}),
            ErrorCode::Denied);
  EXPECT_FALSE(blob("mirror/nginx", "pushed"));
  apply({EnsureRepository{"mirror/nginx", {}, {}, true}});
  EXPECT_EQ(get(store_->repository("mirror/nginx"))->origin, origin);
}

TEST_P(MetaStoreSuite, PushedRepositoryIsFilledOnlyWhereThatIsMeant) {
  Origin origin{"docker.io", "library/nginx"};
  apply({EnsureRepository{"nginx", {}}, LinkBlob{"nginx", Digest::of("pushed"), 6}});
  EXPECT_EQ(applyFails({EnsureRepository{"nginx", origin}}), ErrorCode::Conflict);
  EXPECT_EQ(get(store_->repository("nginx"))->origin, Origin{});
  apply({EnsureRepository{"nginx", origin, {}, true}});
  EXPECT_EQ(get(store_->repository("nginx"))->origin, origin);
}

TEST_P(MetaStoreSuite, KnowsWhichBlobsTheOriginHas) {
  apply({EnsureRepository{"nginx", {"docker.io", "library/nginx"}}});
  auto mirrored = [&](const std::string& content) { return get(store_->blob("nginx", Digest::of(content)))->mirrored; };
  apply({LinkBlob{"nginx", Digest::of("a"), 1, true}, LinkBlob{"nginx", Digest::of("b"), 1}});
  EXPECT_TRUE(mirrored("a"));
  EXPECT_FALSE(mirrored("b"));
  // What comes from both sides is the origin's as well as pushed.
  apply({LinkBlob{"nginx", Digest::of("a"), 1}, LinkBlob{"nginx", Digest::of("b"), 1, true}});
  EXPECT_TRUE(mirrored("a"));
  EXPECT_TRUE(mirrored("b"));
  apply({UnlinkBlob{"nginx", Digest::of("a")}, LinkBlob{"nginx", Digest::of("a"), 1}});
  EXPECT_FALSE(mirrored("a"));
}

TEST_P(MetaStoreSuite, PushedTagStaysUnderACopy) {
  auto pushed = makeTagged("app", "v1", someManifest("pushed"));
  apply({PutManifest{"app", someManifest("copied")}});
  auto copy = setTag("app", "v1", Digest::of("copied"));
  copy.tag.checkedAt = atSecond(100);
  copy.unlessPushed = true;
  apply({copy});
  EXPECT_EQ(byTag("app", "v1")->manifest.digest, pushed);
  copy.tag.name = "v2";
  apply({copy});
  EXPECT_EQ(byTag("app", "v2")->manifest.digest, Digest::of("copied"));
  copy.tag.digest = pushed;
  apply({copy});
  EXPECT_EQ(byTag("app", "v2")->manifest.digest, pushed) << "a copied tag follows its upstream";
}

TEST_P(MetaStoreSuite, TellsWhatHasChanged) {
  std::vector<std::string> told;
  auto subscription = stores_.changes->subscribe([&](const storage::ContentChanges& changes) {
    for (const auto& change : changes) {
      const char* kind = change.kind == storage::ContentChange::Kind::Added      ? "added "
                         : change.kind == storage::ContentChange::Kind::Replaced ? "replaced "
                                                                                 : "removed ";
      told.push_back(kind + change.repository + (change.reference ? " " + change.reference->toString() : ""));
    }
  });
  auto take = [&] { return std::exchange(told, {}); };
  using Told = std::vector<std::string>;
  auto first = Digest::of("first");
  auto second = Digest::of("second");
  apply({EnsureRepository{"app", {}}, PutManifest{"app", someManifest("first")},
         PutManifest{"app", someManifest("second")}, setTag("app", "v1", first)});
  EXPECT_EQ(take(),
            (Told{"added app", "added app " + first.toString(), "added app " + second.toString(), "added app v1"}));
  apply({setTag("app", "v1", first)});
  EXPECT_EQ(take(), Told{"added app v1"});
  apply({setTag("app", "v1", second), LinkBlob{"app", first, 5}});
  EXPECT_EQ(take(), (Told{"replaced app v1", "added app " + first.toString()}));
  apply({RemoveTag{"app", "v1"}, UnlinkBlob{"app", first}, RemoveManifest{"app", second}});
  EXPECT_EQ(take(), (Told{"removed app v1", "removed app " + first.toString(), "removed app " + second.toString()}));
  apply({PutUpload{{"id", "app", atSecond(1), atSecond(1)}}, NotePull{"app", first, "", atSecond(1), 1}});
  EXPECT_EQ(applyFails({setTag("app", "v1", first), RemoveTag{"app", "absent"}}), ErrorCode::ManifestUnknown);
  EXPECT_EQ(take(), Told{});
  apply({RemoveRepository{"app"}});
  EXPECT_EQ(take(), Told{"removed app"});
  subscription = {};
  make("app");
  EXPECT_EQ(take(), Told{});
}

TEST_P(MetaStoreSuite, FindsTheOldestRepositoryOfAnOrigin) {
  Origin origin{"docker.io", "library/nginx"};
  make("pushed");
  apply({EnsureRepository{"z", origin}});
  apply({EnsureRepository{"a", origin}, EnsureRepository{"other", {"docker.io", "library/redis"}}});
  EXPECT_EQ(get(store_->repositoryByOrigin(origin))->name, "z");
  apply({RemoveRepository{"z"}});
  EXPECT_EQ(get(store_->repositoryByOrigin(origin))->name, "a");
  EXPECT_FALSE(get(store_->repositoryByOrigin({"quay.io", "library/nginx"})));
  EXPECT_FALSE(get(store_->repositoryByOrigin({}))) << "a pushed repository has no origin to be found by";
}

TEST_P(MetaStoreSuite, ListsRepositoriesInByteOrder) {
  for (const char* name : {"b", "a/b", "a-b", "a", "a.b", "a_b", "aa", "b/c"}) make(name);
  std::vector<std::string> expected{"a", "a-b", "a.b", "a/b", "a_b", "aa", "b", "b/c"};
  EXPECT_EQ(get(store_->repositories("", 100)), expected);
  EXPECT_EQ(get(store_->repositories("a.", 3)), (std::vector<std::string>{"a.b", "a/b", "a_b"}));
  EXPECT_EQ(get(store_->repositories("a/b", 1)), (std::vector<std::string>{"a_b"}));
  EXPECT_TRUE(get(store_->repositories("b/c", 100)).empty());
  EXPECT_TRUE(get(store_->repositories("", 0)).empty());
  EXPECT_EQ(get(store_->repositories("", SIZE_MAX)), expected) << "a limit is no size to allocate";
}

TEST_P(MetaStoreSuite, GivesBackAManifestAsItWasPut) {
  auto manifest = someManifest("manifest", {blobLink("config"), blobLink("layer"), blobLink("layer")});
  manifest.links.push_back({ManifestLink::Kind::Manifest, Digest::of("child"), 7});
  manifest.mediaType = "application/vnd.oci.image.index.v1+json; charset=utf-8";
  manifest.artifactType = "application/spdx+json";
  manifest.subject = Digest::of("subject", core::DigestAlgorithm::Sha512);
  manifest.annotationsJson = R"({"org.opencontainers.image.title":"ünïcode \"quoted\""})";
  manifest.pushedAt = storage::WallTime(std::chrono::nanoseconds(1'700'000'000'123'456'789));
  auto digest = makeTagged("app", "v1", manifest);

  auto found = byDigest("app", digest);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->tag);
  EXPECT_EQ(found->manifest.digest, digest);
  EXPECT_EQ(found->manifest.mediaType, manifest.mediaType);
  EXPECT_EQ(found->manifest.size, manifest.size);
  EXPECT_EQ(found->manifest.artifactType, manifest.artifactType);
  EXPECT_EQ(found->manifest.subject, manifest.subject);
  EXPECT_EQ(found->manifest.annotationsJson, manifest.annotationsJson);
  EXPECT_EQ(found->manifest.pushedAt, manifest.pushedAt);
  ASSERT_EQ(found->manifest.links.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(found->manifest.links[i].kind, manifest.links[i].kind);
    EXPECT_EQ(found->manifest.links[i].digest, manifest.links[i].digest);
    EXPECT_EQ(found->manifest.links[i].size, manifest.links[i].size);
  }

  auto tagged = byTag("app", "v1");
  ASSERT_TRUE(tagged && tagged->tag);
  EXPECT_EQ(tagged->manifest.digest, digest);
  EXPECT_EQ(tagged->tag->name, "v1");
  EXPECT_EQ(tagged->tag->digest, digest);
  EXPECT_EQ(tagged->tag->pushedAt, atSecond(2000));
  EXPECT_EQ(tagged->tag->checkedAt, storage::WallTime{});
  EXPECT_TRUE(tagged->manifest.links.empty()) << "links come with a look-up by digest alone";
  EXPECT_FALSE(byTag("app", "V1"));
  EXPECT_FALSE(byTag("other", "v1"));
  EXPECT_FALSE(byDigest("other", digest)) << "a manifest is visible in its repository alone";
}

TEST_P(MetaStoreSuite, ReplacesAManifestAndItsLinks) {
  auto digest = makeTagged("app", "v1", someManifest("m", {blobLink("old"), blobLink("both")}));
  apply({NotePull{"app", digest, "", atSecond(50), 3}});
  auto changed = someManifest("m", {blobLink("both"), blobLink("new")});
  changed.mediaType = "other/type";
  changed.pushedAt = atSecond(3000);
  apply({PutManifest{"app", changed}});
  auto found = byDigest("app", digest);
  EXPECT_EQ(found->manifest.mediaType, "other/type");
  EXPECT_EQ(found->manifest.pushedAt, atSecond(3000));
  EXPECT_EQ(found->manifest.links.size(), 2U);
  EXPECT_EQ(found->manifest.pulls, 3U) << "what was counted stays";
  EXPECT_EQ(found->manifest.lastPulledAt, atSecond(50));
  EXPECT_TRUE(byTag("app", "v1")) << "tags point on to a manifest that is replaced";
}

TEST_P(MetaStoreSuite, RemovesAManifestWithItsTags) {
  auto digest = makeTagged("app", "v1", someManifest("one"));
  auto other = makeTagged("app", "v2", someManifest("two"));
  apply({setTag("app", "latest", digest)});
  apply({RemoveManifest{"app", digest}});
  EXPECT_FALSE(byDigest("app", digest));
  EXPECT_EQ(tagNames("app"), (std::vector<std::string>{"v2"}));
  EXPECT_TRUE(byDigest("app", other));
  EXPECT_EQ(applyFails({RemoveManifest{"app", digest}}), ErrorCode::ManifestUnknown);
}

TEST_P(MetaStoreSuite, KeepsASharedManifestWhereThatIsAskedFor) {
  auto digest = makeTagged("app", "v1", someManifest("one"));
  makeTagged("app", "other", someManifest("two"));
  apply({setTag("app", "latest", digest)});
  EXPECT_EQ(applyFails({RemoveManifest{"app", digest, true}}), ErrorCode::Conflict);
  EXPECT_EQ(tagNames("app"), (std::vector<std::string>{"latest", "other", "v1"}));
  apply({RemoveTag{"app", "latest"}});
  apply({RemoveManifest{"app", digest, true}});
  EXPECT_FALSE(byDigest("app", digest));
}

TEST_P(MetaStoreSuite, MovesATagAndKeepsItsPulls) {
  auto first = makeTagged("app", "latest", someManifest("one"));
  auto second = makeTagged("app", "two", someManifest("two"));
  apply({NotePull{"app", first, "latest", atSecond(70), 2}});
  apply({setTag("app", "latest", second)});
  auto tag = byTag("app", "latest")->tag;
  EXPECT_EQ(tag->digest, second);
  EXPECT_EQ(tag->pulls, 2U);
  EXPECT_EQ(tag->lastPulledAt, atSecond(70));
  EXPECT_TRUE(byDigest("app", first)) << "a manifest without a tag stays";
  EXPECT_EQ(applyFails({setTag("app", "latest", Digest::of("absent"))}), ErrorCode::ManifestUnknown);
  make("other");
  EXPECT_EQ(applyFails({setTag("other", "latest", first)}), ErrorCode::ManifestUnknown);
}

TEST_P(MetaStoreSuite, SetsATagOnlyAsItIsExpected) {
  using Expect = storage::change::SetTag::Expect;
  auto one = makeTagged("app", "v1", someManifest("one"));
  auto two = makeTagged("app", "two", someManifest("two"));
  auto set = [&](const std::string& tag, const Digest& digest, Expect expect) {
    auto change = setTag("app", tag, digest);
    change.expect = expect;
    return change;
  };
  EXPECT_EQ(applyFails({set("v1", two, Expect::Absent)}), ErrorCode::Conflict);
  EXPECT_EQ(applyFails({set("v2", two, Expect::Present)}), ErrorCode::Conflict);
  EXPECT_EQ(applyFails({set("v3", one, Expect::Absent), set("v3", two, Expect::Absent)}), ErrorCode::Conflict);
  EXPECT_EQ(byTag("app", "v1")->tag->digest, one);
  EXPECT_EQ(tagNames("app"), (std::vector<std::string>{"two", "v1"}));
  apply({set("v1", two, Expect::Present), set("v2", two, Expect::Absent)});
  EXPECT_EQ(byTag("app", "v1")->tag->digest, two);
  EXPECT_EQ(byTag("app", "v2")->tag->digest, two);
}

TEST_P(MetaStoreSuite, RemovesATagAlone) {
  auto digest = makeTagged("app", "v1", someManifest("m"));
  apply({RemoveTag{"app", "v1"}});
  EXPECT_FALSE(byTag("app", "v1"));
  EXPECT_TRUE(byDigest("app", digest));
  EXPECT_EQ(applyFails({RemoveTag{"app", "v1"}}), ErrorCode::ManifestUnknown);
}

TEST_P(MetaStoreSuite, ListsTagsInByteOrder) {
  auto digest = makeTagged("app", "b", someManifest("m"));
  for (const char* tag : {"A", "a", "_x", "1.10", "1.9", "a-1", "a.1"}) apply({setTag("app", tag, digest)});
  std::vector<std::string> expected{"1.10", "1.9", "A", "_x", "a", "a-1", "a.1", "b"};
  EXPECT_EQ(tagNames("app"), expected);
  EXPECT_EQ(tagNames("app", "A", 2), (std::vector<std::string>{"_x", "a"}));
  EXPECT_EQ(tagNames("app", "B", 1), (std::vector<std::string>{"_x"})) << "`after` need not be there";
  EXPECT_TRUE(tagNames("app", "b").empty());
  EXPECT_TRUE(tagNames("app", "", 0).empty());
  EXPECT_EQ(tagNames("app", "", SIZE_MAX), expected);
  EXPECT_EQ(get(store_->tags("app", "", 1)).at(0).digest, digest);
}

TEST_P(MetaStoreSuite, ReadsABlobOnlyWhereItIsLinked) {
  make("pushed");
  apply({LinkBlob{"pushed", Digest::of("layer"), 5}});
  makeTagged("naming", "v1", someManifest("m", {blobLink("layer")}));
  EXPECT_EQ(blob("pushed", "layer"), 5U);
  EXPECT_FALSE(blob("naming", "layer")) << "whoever can name a digest must not be able to read it for that";
  apply({LinkBlob{"naming", Digest::of("layer"), 5}});
  EXPECT_EQ(blob("naming", "layer"), 5U);
}

TEST_P(MetaStoreSuite, KeepsALinkedBlobWhenItsManifestsGo) {
  make("app");
  apply({LinkBlob{"app", Digest::of("layer"), 5}, LinkBlob{"app", Digest::of("late"), 4}});
  apply({PutManifest{"app", someManifest("one", {blobLink("layer"), blobLink("layer"), blobLink("never")})}});
  apply({RemoveManifest{"app", Digest::of("one")}});
  EXPECT_TRUE(blob("app", "layer"));
  EXPECT_TRUE(blob("app", "late"));
  EXPECT_FALSE(blob("app", "never"));
}

TEST_P(MetaStoreSuite, SizeOfALinkStandsAgainstWhatAManifestClaims) {
  make("app");
  auto link = blobLink("layer");
  link.size = 999;
  apply({LinkBlob{"app", link.digest, 5}, PutManifest{"app", someManifest("m", {link})}});
  EXPECT_EQ(blob("app", "layer"), 5U);
}

TEST_P(MetaStoreSuite, UnlinkedBlobCannotBeReadAlthoughAManifestNamesIt) {
  auto layer = Digest::of("layer");
  for (const char* name : {"app", "other"}) {
    makeTagged(name, "v1", someManifest("m", {blobLink("layer")}));
    apply({LinkBlob{name, layer, 5}});
  }
  apply({UnlinkBlob{"app", layer}});
  EXPECT_FALSE(blob("app", "layer"));
  EXPECT_TRUE(blob("other", "layer"));
  EXPECT_EQ(applyFails({UnlinkBlob{"app", layer}}), ErrorCode::BlobUnknown);
  apply({PutManifest{"app", someManifest("m", {blobLink("layer")})}});
  EXPECT_FALSE(blob("app", "layer"));
  apply({LinkBlob{"app", layer, 5}});
  EXPECT_TRUE(blob("app", "layer"));
}

TEST_P(MetaStoreSuite, UnlinksABlobThatNothingElseNames) {
  make("app");
  apply({LinkBlob{"app", Digest::of("layer"), 5}});
  apply({UnlinkBlob{"app", Digest::of("layer")}});
  EXPECT_FALSE(blob("app", "layer"));
  EXPECT_EQ(applyFails({UnlinkBlob{"app", Digest::of("layer")}}), ErrorCode::BlobUnknown);
  EXPECT_EQ(applyFails({UnlinkBlob{"app", Digest::of("never")}}), ErrorCode::BlobUnknown);
}

TEST_P(MetaStoreSuite, FindsAHolderThatMayBeRead) {
  auto layer = Digest::of("layer");
  for (const char* name : {"secret", "open", "unlinked"}) {
    make(name);
    apply({LinkBlob{name, layer, 5}});
  }
  apply({EnsureRepository{"mirror", {"docker.io", "library/app"}}, LinkBlob{"mirror", layer, 5, true}});
  makeTagged("named", "v1", someManifest("m", {blobLink("layer")}));
  apply({UnlinkBlob{"unlinked", layer}});
  auto only = [](std::string allowed) {
    return [allowed](const BlobHolder& holder) { return holder.repository == allowed; };
  };
  auto mirrored = [](const BlobHolder& holder) { return holder.mirrored && holder.origin.host == "docker.io"; };
  EXPECT_EQ(get(store_->blobHolder(layer, mirrored)), "mirror");
  EXPECT_EQ(get(store_->blobHolder(layer, only("open"))), "open");
  EXPECT_FALSE(get(store_->blobHolder(layer, only("named"))));
  EXPECT_FALSE(get(store_->blobHolder(layer, only("unlinked"))));
  EXPECT_FALSE(get(store_->blobHolder(layer, only("no such repository"))));
  EXPECT_FALSE(get(store_->blobHolder(Digest::of("absent"), [](const BlobHolder&) { return true; })));
}

TEST_P(MetaStoreSuite, ListsTheIndexesThatNameAChild) {
  auto child = Digest::of("child");
  std::vector<ManifestLink> links{{ManifestLink::Kind::Manifest, Digest::of("sibling"), 1},
                                  {ManifestLink::Kind::Manifest, child, 1}};
  auto index = makeTagged("app", "v1", someManifest("index", links));
  makeTagged("app", "blob", someManifest("names it as a blob", {{ManifestLink::Kind::Blob, child, 1}}));
  auto referrer = someManifest("referrer");
  referrer.subject = child;
  apply({PutManifest{"app", referrer}});
  make("other");
  auto found = get(store_->manifestsNaming("app", {child, NamedAs::Child})).items;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].digest, index);
  EXPECT_TRUE(found[0].links.empty());
  EXPECT_TRUE(get(store_->manifestsNaming("app", {index, NamedAs::Child})).items.empty());
  EXPECT_TRUE(get(store_->manifestsNaming("other", {child, NamedAs::Child})).items.empty());
}

TEST_P(MetaStoreSuite, ListsReferrersOfASubjectInTheirRepository) {
  auto subject = Digest::of("subject");
  make("app");
  make("other");
  std::vector<Digest> expected;
  for (int i = 0; i < 20; ++i) {
    auto manifest = someManifest("referrer " + std::to_string(i), {blobLink("payload")});
    manifest.subject = i % 2 == 0 ? subject : Digest::of("another");
    manifest.artifactType = "application/vnd.example+" + std::to_string(i);
    manifest.annotationsJson = "{}";
    if (i % 2 == 0) expected.push_back(manifest.digest);
    apply({PutManifest{"app", manifest}});
  }
  std::ranges::sort(expected);
  auto found = get(store_->manifestsNaming("app", {subject})).items;
  std::vector<Digest> digests;
  for (const auto& referrer : found) digests.push_back(referrer.digest);
  EXPECT_EQ(digests, expected);
  EXPECT_EQ(found.at(0).annotationsJson, "{}");
  EXPECT_TRUE(found.at(0).artifactType.starts_with("application/vnd.example+"));
  EXPECT_EQ(found.at(0).subject, subject);
  EXPECT_TRUE(get(store_->manifestsNaming("other", {subject})).items.empty());
  apply({RemoveManifest{"app", expected[0]}});
  EXPECT_EQ(get(store_->manifestsNaming("app", {subject})).items.size(), expected.size() - 1);
}

TEST_P(MetaStoreSuite, PagesReferrersByCountAndByBytes) {
  auto subject = Digest::of("subject");
  make("app");
  std::vector<Digest> all, cached, sboms;
  for (int i = 0; i < 10; ++i) {
    auto manifest = someManifest("referrer " + std::to_string(i));
    manifest.subject = subject;
    manifest.artifactType = i < 4 ? "sbom" : "signature";
    manifest.cached = i % 2 == 0;
    manifest.annotationsJson = R"({"note":")" + std::string(1000, 'x') + "\"}";
    all.push_back(manifest.digest);
    if (manifest.cached) cached.push_back(manifest.digest);
    if (i < 4) sboms.push_back(manifest.digest);
    apply({PutManifest{"app", manifest}});
  }
  // What all pages have, in their order, and how many pages it took.
  auto read = [&](storage::NamingQuery query) {
    std::pair<std::vector<Digest>, int> found;
    storage::NamingPage page;
    do {
      page = get(store_->manifestsNaming("app", query));
      EXPECT_FALSE(page.items.empty());
      EXPECT_LE(page.items.size(), query.limit);
      for (const auto& item : page.items) found.first.push_back(item.digest);
      if (!page.items.empty()) query.after = page.items.back().digest;
    } while (page.more && ++found.second < 20);
    ++found.second;
    return found;
  };
  for (auto* list : {&all, &cached, &sboms}) std::ranges::sort(*list);
  EXPECT_EQ(read({subject}), std::pair(all, 1));
  EXPECT_EQ(read({.digest = subject, .limit = 4}), std::pair(all, 3));
  EXPECT_EQ(read({.digest = subject, .limit = 10}), std::pair(all, 1));
  EXPECT_EQ(read({.digest = subject, .maxBytes = 2500}), std::pair(all, 5)) << "two of a good thousand bytes each";
  EXPECT_EQ(read({.digest = subject, .maxBytes = 10}), std::pair(all, 10)) << "one is given, however long";
  EXPECT_EQ(read({.digest = subject, .cachedOnly = true, .limit = 2}), std::pair(cached, 3));
  EXPECT_EQ(read({.digest = subject, .artifactType = "sbom", .limit = 3}), std::pair(sboms, 2));
  EXPECT_EQ(get(store_->manifestsNaming("app", {.digest = subject, .limit = 1, .counted = true})).total, 10U);
  auto query = storage::NamingQuery{.digest = subject, .artifactType = "sbom", .after = sboms[2], .counted = true};
  EXPECT_EQ(get(store_->manifestsNaming("app", query)).total, 4U) << "of all pages";
}

TEST_P(MetaStoreSuite, KeepsUploadSessions) {
  make("app");
  apply({PutUpload{{"id-1", "app", atSecond(10), atSecond(20)}}, PutUpload{{"id-2", "app", atSecond(5), atSecond(10)}},
         PutUpload{{"id-3", "app", atSecond(5), atSecond(30)}}});
  auto found = get(store_->upload("id-1"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, "id-1");
  EXPECT_EQ(found->repository, "app");
  EXPECT_EQ(found->startedAt, atSecond(10));
  EXPECT_EQ(found->changedAt, atSecond(20));

  auto ids = [&](std::int64_t before) {
    std::vector<std::string> names;
    for (const auto& upload : get(store_->idleUploads(atSecond(before)))) names.push_back(upload.id);
    return names;
  };
  EXPECT_EQ(ids(30), (std::vector<std::string>{"id-2", "id-1"}));
  EXPECT_TRUE(ids(10).empty());
  apply({PutUpload{{"id-2", "app", atSecond(5), atSecond(40)}}});
  EXPECT_EQ(ids(31), (std::vector<std::string>{"id-1", "id-3"}));
  apply({RemoveUpload{"id-1"}, RemoveUpload{"id-1"}, RemoveUpload{"never"}});
  EXPECT_FALSE(get(store_->upload("id-1")));
}

TEST_P(MetaStoreSuite, MeasuresWhatIsInARepository) {
  auto size = [&](const std::string& name) { return get(store_->repository(name))->contentBytes; };
  EXPECT_FALSE(get(store_->repository("app")));
  make("app");
  EXPECT_EQ(size("app"), 0U);
  // A blob that is named but not readable takes no place here.
  makeTagged("app", "v1", someManifest("12345", {blobLink("layer"), blobLink("unlinked")}));
  apply({LinkBlob{"app", Digest::of("layer"), 100}, LinkBlob{"app", Digest::of("alone"), 1000}});
  makeTagged("other", "v1", someManifest("another"));
  EXPECT_EQ(size("app"), 1105U);
  apply({UnlinkBlob{"app", Digest::of("layer")}, RemoveManifest{"app", Digest::of("12345")}});
  EXPECT_EQ(size("app"), 1000U);
}

TEST_P(MetaStoreSuite, RemovesARepositoryWithAllThatIsInIt) {
  auto manifest = someManifest("m", {blobLink("layer")});
  manifest.subject = Digest::of("subject");
  auto digest = makeTagged("app", "v1", manifest);
  makeTagged("other", "v1", manifest);
  apply({LinkBlob{"app", Digest::of("pushed"), 6}, PutUpload{{"id", "app", atSecond(1), atSecond(1)}},
         PutUpload{{"other-id", "other", atSecond(1), atSecond(1)}}});
  apply({RemoveRepository{"app"}});

  auto everythingIsGone = [&] {
    EXPECT_FALSE(byTag("app", "v1"));
    EXPECT_FALSE(byDigest("app", digest));
    EXPECT_FALSE(blob("app", "layer"));
    EXPECT_FALSE(blob("app", "pushed"));
    EXPECT_TRUE(get(store_->manifestsNaming("app", {Digest::of("subject")})).items.empty());
    EXPECT_FALSE(get(store_->upload("id")));
  };
  EXPECT_FALSE(get(store_->repository("app")));
  EXPECT_EQ(codeOf(run(store_->tags("app", "", 10))), ErrorCode::NameUnknown);
  everythingIsGone();
  EXPECT_FALSE(get(store_->blobHolder(Digest::of("pushed"), [](const BlobHolder&) { return true; })));
  EXPECT_TRUE(byTag("other", "v1"));
  EXPECT_TRUE(get(store_->upload("other-id")));
  make("app");
  everythingIsGone();
  EXPECT_TRUE(tagNames("app").empty());
}

TEST_P(MetaStoreSuite, CountsPulls) {
  auto digest = makeTagged("app", "v1", someManifest("m", {blobLink("layer")}));
  apply({NotePull{"app", digest, "v1", atSecond(100), 2}});
  apply({NotePull{"app", digest, "", atSecond(90), 3}});
  apply({NotePull{"app", Digest::of("layer"), "", atSecond(120), 10}});
  auto found = byTag("app", "v1");
  EXPECT_EQ(found->tag->pulls, 2U);
  EXPECT_EQ(found->tag->lastPulledAt, atSecond(100));
  EXPECT_EQ(found->manifest.pulls, 5U);
  EXPECT_EQ(found->manifest.lastPulledAt, atSecond(100)) << "a time never goes back";
  auto repository = get(store_->repository("app"));
  EXPECT_EQ(repository->pulls, 5U) << "blobs do not count for the repository";
  EXPECT_EQ(repository->lastPulledAt, atSecond(120));
}

TEST_P(MetaStoreSuite, NotesWhenATagWasChecked) {
  auto digest = makeTagged("app", "v1", someManifest("m"));
  apply({NoteChecked{"app", "v1", digest, atSecond(100)}});
  EXPECT_EQ(byTag("app", "v1")->tag->checkedAt, storage::WallTime{}) << "a pushed tag is no copy for being noted";
  auto tag = setTag("app", "v1", digest);
  tag.tag.checkedAt = atSecond(80);
  apply({tag});
  apply({NoteChecked{"app", "v1", digest, atSecond(100)}});
  apply({NoteChecked{"app", "v1", digest, atSecond(90)}});
  EXPECT_EQ(byTag("app", "v1")->tag->checkedAt, atSecond(100));
  apply({NoteChecked{"app", "v1", Digest::of("moved meanwhile"), atSecond(110)}});
  EXPECT_EQ(byTag("app", "v1")->tag->checkedAt, atSecond(100));
  tag.tag.checkedAt = atSecond(200);
  apply({tag});
  EXPECT_EQ(byTag("app", "v1")->tag->checkedAt, atSecond(200));
}

TEST_P(MetaStoreSuite, IgnoresNotesAboutWhatIsGone) {
  auto digest = makeTagged("app", "v1", someManifest("m"));
  apply({NotePull{"gone", digest, "v1", atSecond(1), 1}, NotePull{"app", Digest::of("gone"), "v1", atSecond(1), 1},
         NotePull{"app", digest, "gone", atSecond(2), 1}, NoteChecked{"gone", "v1", digest, atSecond(1)},
         NoteChecked{"app", "gone", digest, atSecond(1)}});
  EXPECT_EQ(byTag("app", "v1")->tag->pulls, 0U);
  EXPECT_EQ(byDigest("app", digest)->manifest.pulls, 1U);
  EXPECT_EQ(get(store_->repositories("", 10)), (std::vector<std::string>{"app"}));
}

TEST_P(MetaStoreSuite, RefusesChangesInARepositoryThatIsNotThere) {
  auto digest = Digest::of("m");
  EXPECT_EQ(applyFails({RemoveRepository{"gone"}}), ErrorCode::NameUnknown);
  EXPECT_EQ(applyFails({RemoveRepository{"gone", true}}), ErrorCode::NameUnknown);
  EXPECT_EQ(applyFails({PutManifest{"gone", someManifest("m")}}), ErrorCode::NameUnknown);
  EXPECT_EQ(applyFails({RemoveManifest{"gone", digest}}), ErrorCode::NameUnknown);
  EXPECT_EQ(applyFails({setTag("gone", "v1", digest)}), ErrorCode::NameUnknown);
  EXPECT_EQ(applyFails({RemoveTag{"gone", "v1"}}), ErrorCode::NameUnknown);
  EXPECT_EQ(applyFails({LinkBlob{"gone", digest, 1}}), ErrorCode::NameUnknown);
  EXPECT_EQ(applyFails({UnlinkBlob{"gone", digest}}), ErrorCode::NameUnknown);
  // An upload makes no repository, and needs none.
  apply({PutUpload{{"id", "gone", {}, {}}}});
  EXPECT_EQ(get(store_->upload("id"))->repository, "gone");
  EXPECT_TRUE(get(store_->repositories("", 10)).empty());
}

TEST_P(MetaStoreSuite, AppliesABatchInItsOrderWhollyOrNotAtAll) {
  auto digest = makeTagged("app", "v1", someManifest("m", {blobLink("layer")}));
  Changes failing{EnsureRepository{"new", {}},
                  PutManifest{"new", someManifest("m", {blobLink("layer")})},
                  setTag("app", "v2", digest),
                  RemoveTag{"app", "v1"},
                  LinkBlob{"app", Digest::of("pushed"), 6},
                  PutUpload{{"id", "app", atSecond(1), atSecond(1)}},
                  NotePull{"app", digest, "", atSecond(5), 1},
                  RemoveTag{"app", "absent"}};
  EXPECT_EQ(applyFails(failing), ErrorCode::ManifestUnknown);
  EXPECT_FALSE(get(store_->repository("new")));
  EXPECT_EQ(tagNames("app"), (std::vector<std::string>{"v1"}));
  EXPECT_FALSE(blob("app", "pushed"));
  EXPECT_FALSE(get(store_->upload("id")));
  EXPECT_EQ(byDigest("app", digest)->manifest.pulls, 0U);

  failing.pop_back();
  apply(failing);
  EXPECT_TRUE(byDigest("new", digest));
  EXPECT_EQ(tagNames("app"), (std::vector<std::string>{"v2"}));
  EXPECT_TRUE(get(store_->upload("id")));
  apply({RemoveRepository{"new"}, EnsureRepository{"new", {}}});
  EXPECT_FALSE(byDigest("new", digest)) << "a repository that is removed and made again in one batch is empty";
}

TEST_P(MetaStoreSuite, OneFailingBatchOfManyAtOnceFailsAlone) {
  auto digest = makeTagged("app", "v1", someManifest("m"));
  std::vector<runtime::Task<core::Result<void>>> tasks;
  for (int i = 0; i < 100; ++i) {
    Changes changes{setTag("app", "tag-" + std::to_string(i), digest)};
    if (i % 10 == 3) changes.push_back(RemoveTag{"app", "absent"});
    tasks.push_back(store_->apply(std::move(changes)));
  }
  auto results = threads_.runAll(std::move(tasks));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(results[static_cast<std::size_t>(i)].has_value(), i % 10 != 3) << i;
    EXPECT_EQ(byTag("app", "tag-" + std::to_string(i)).has_value(), i % 10 != 3) << i;
  }
}

TEST_P(MetaStoreSuite, ReadsAndWritesFromManyThreads) {
  auto digest = makeTagged("app", "v0", someManifest("m"));
  std::vector<runtime::Task<core::Result<void>>> writes;
  std::vector<runtime::Task<core::Result<std::vector<storage::TagRecord>>>> reads;
  for (int i = 1; i <= 50; ++i) {
    writes.push_back(
        store_->apply({setTag("app", "v" + std::to_string(i), digest), NotePull{"app", digest, "", {}, 1}}));
    reads.push_back(store_->tags("app", "", 1000));
  }
  std::vector<std::future<core::Result<void>>> written;
  for (auto& write : writes) written.push_back(threads_.start(std::move(write)));
  for (auto& read : threads_.runAll(std::move(reads))) {
    auto tags = valueOf(std::move(read));
    EXPECT_TRUE(std::ranges::is_sorted(tags, {}, &storage::TagRecord::name));
  }
  for (auto& write : written) valueOf(TestRuntime::await(std::move(write)));
  EXPECT_EQ(tagNames("app").size(), 51U);
  EXPECT_EQ(byDigest("app", digest)->manifest.pulls, 50U) << "no increment may be lost";
}

TEST_P(MetaStoreSuite, OwnChangesAreNotForeign) {
  auto before = get(store_->foreignChanges());
  make("app");
  EXPECT_FALSE(byTag("app", "v1"));
  makeTagged("app", "v1", someManifest("m"));
  EXPECT_TRUE(byTag("app", "v1"));
  EXPECT_EQ(get(store_->foreignChanges()), before);
}

}  // namespace larder::test
