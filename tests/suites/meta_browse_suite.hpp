// What every MetaBrowse driver must show. A driver's test includes this file once and instantiates the suite:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, MetaBrowseSuite, ::testing::Values(MetaStoresDriver{…}));
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "suites/meta_stores_driver.hpp"
#include "support/results.hpp"
#include "support/run_task.hpp"
#include "support/temp_directory.hpp"

namespace larder::test {

class MetaBrowseSuite : public ::testing::TestWithParam<MetaStoresDriver> {
 protected:
  using Digest = core::Digest;
  using Sort = storage::RepositorySort;
  using Names = std::vector<std::string>;

  template <class T>
  T get(runtime::Task<core::Result<T>> task) {
    return valueOf(threads_.run(std::move(task)));
  }
  void apply(std::vector<storage::MetaChange> changes) { get(stores_.meta->apply(std::move(changes))); }
  storage::MetaBrowse& browse() { return *stores_.browse; }

  static storage::WallTime at(std::int64_t second) { return storage::WallTime(std::chrono::seconds(second)); }
  void make(const std::string& name) { apply({storage::change::EnsureRepository{name, {}, at(1)}}); }
  // A manifest of `size` bytes.
  void put(const std::string& repository, const std::string& content, std::uint64_t size,
           std::vector<storage::ManifestLink> links = {}) {
    storage::ManifestRecord manifest;
    manifest.digest = Digest::of(content);
    manifest.mediaType = "application/vnd.oci.image.manifest.v1+json";
    manifest.size = size;
    manifest.links = std::move(links);
    apply({storage::change::PutManifest{repository, std::move(manifest)}});
  }
  void tag(const std::string& repository, const std::string& name, const std::string& content,
           std::int64_t pushed = 1) {
    storage::TagRecord record;
    record.name = name;
    record.digest = Digest::of(content);
    record.pushedAt = at(pushed);
    apply({storage::change::SetTag{repository, record}});
  }
  void link(const std::string& repository, const std::string& content, std::uint64_t size) {
    apply({storage::change::LinkBlob{repository, Digest::of(content), size}});
  }
  void pull(const std::string& repository, const std::string& content, std::int64_t second, std::uint32_t count,
            const std::string& tag = "") {
    apply({storage::change::NotePull{repository, Digest::of(content), tag, at(second), count}});
  }

  static Names namesOf(const auto& page) {
    Names names;
    for (const auto& item : page.items) names.push_back(item.record.name);
    return names;
  }
  storage::Page<storage::RepositorySummary> page(storage::PageQuery<Sort> query,
                                                 storage::MetaBrowse::MayRead mayRead = {}) {
    return get(browse().repositories(std::move(query), std::move(mayRead)));
  }
  // All pages of one item each, as one list.
  Names walk(storage::PageQuery<Sort> query) {
    Names names;
    query.limit = 1;
    do {
      auto one = page(query);
      for (const auto& name : namesOf(one)) names.push_back(name);
      query.after = one.next;
    } while (query.after && names.size() < 100);
    return names;
  }
  // Three repositories: by size b, c, a; by last pull c, a, b; by pulls a and b alike, then c.
  void makeThree() {
    for (const auto* name : {"team/alpha", "team/beta", "library/gamma"}) make(name);
    put("team/alpha", "a", 300);
    put("team/beta", "b", 100);
    put("library/gamma", "c", 200);
    pull("team/alpha", "a", 20, 2);
    pull("team/beta", "b", 30, 2);
    pull("library/gamma", "c", 10, 5);
  }

  TestRuntime threads_;
  TempDirectory directory_;
  storage::MetaStores stores_ = GetParam().open(directory_.path(), threads_.blocking());
};

TEST_P(MetaBrowseSuite, ShowsNothingOfAnEmptyStore) {
  auto none = page({});
  EXPECT_TRUE(none.items.empty());
  EXPECT_EQ(none.total, 0U);
  EXPECT_FALSE(none.next);
  EXPECT_FALSE(get(browse().repository("app")));
  EXPECT_TRUE(get(browse().tagsOf("app", Digest::of("a"), 9)).empty());
}

TEST_P(MetaBrowseSuite, SumsWhatTagsTakeAndWhatTheirRemovalWouldFree) {
  using Kind = storage::ManifestLink::Kind;
  auto blob = [](const std::string& content, std::uint64_t size) {
    return storage::ManifestLink{Kind::Blob, Digest::of(content), size};
  };
  make("app");
  make("other");
  for (const auto* content : {"base", "one", "two"}) link("app", content, 1000);
  link("other", "base", 1000);
  put("app", "image-1", 10, {blob("base", 1000), blob("one", 1000)});
  put("app", "image-2", 20, {blob("base", 1000), blob("two", 1000), blob("never fetched", 5000)});
  put("app", "index", 30, {{Kind::Manifest, Digest::of("image-1"), 10}, {Kind::Manifest, Digest::of("not here"), 7}});
  storage::ManifestRecord signature;
  signature.digest = Digest::of("signature");
  signature.size = 5;
  signature.subject = Digest::of("image-2");
  apply({storage::change::PutManifest{"app", signature}});
  tag("app", "1", "index");
  tag("app", "2", "image-2");
  tag("app", "2-again", "image-2");
  auto sums = get(browse().tagUse("app"));
  ASSERT_EQ(sums.size(), 3U);
  EXPECT_EQ(sums[0].name, "1");
  EXPECT_EQ(sums[0].bytes, 30 + 10 + 2000);
  EXPECT_EQ(sums[0].ownBytes, 30 + 10 + 1000) << "other has the base too";
  EXPECT_EQ(sums[1].name, "2");
  EXPECT_EQ(sums[1].bytes, 20 + 5 + 2000) << "with its signature, without what is not here";
  EXPECT_EQ(sums[1].ownBytes, 0U) << "another tag keeps it";
  apply({storage::change::RemoveTag{"app", "2-again"}});
  EXPECT_EQ(get(browse().tagUse("app"))[1].ownBytes, 20 + 5 + 1000U);
  EXPECT_TRUE(get(browse().tagUse("other")).empty());
  EXPECT_EQ(codeOf(threads_.run(browse().tagUse("nowhere"))), core::ErrorCode::NameUnknown);

  auto named = get(browse().tagsNamed("app", {"2", "gone", "1"}));
  ASSERT_EQ(named.size(), 2U);
  EXPECT_EQ(named[0].record.name + named[1].record.name, "21");
}

TEST_P(MetaBrowseSuite, SumsWhatRepositoriesAndRegistriesTake) {
  EXPECT_TRUE(get(browse().storeUse()).repositories.empty());
  auto mirror = [this](const std::string& name, const std::string& host) {
    apply({storage::change::EnsureRepository{name, {host, name}, at(1)}});
  };
  mirror("hub/a", "docker.io");
  mirror("hub/b", "docker.io");
  mirror("ghcr/c", "ghcr.io");
  make("pushed");
  for (const auto* name : {"hub/a", "hub/b"}) link(name, "of both in the hub", 100);
  for (const auto* name : {"hub/a", "ghcr/c"}) link(name, "of two registries", 1000);
  link("hub/b", "its own", 10);
  put("hub/b", "manifest", 1);
  tag("hub/b", "1", "manifest");
  auto use = get(browse().storeUse());
  ASSERT_EQ(use.repositories.size(), 4U);
  auto shown = [](const auto& one) { return std::to_string(one.bytes) + " " + std::to_string(one.ownBytes); };
  EXPECT_EQ(use.repositories[0].name, "ghcr/c");
  EXPECT_EQ(use.repositories[0].host, "ghcr.io");
  EXPECT_EQ(shown(use.repositories[0]), "1000 0");
  EXPECT_EQ(shown(use.repositories[1]), "1100 0");
  EXPECT_EQ(shown(use.repositories[2]), "111 11");
  EXPECT_EQ(use.repositories[2].tags, 1U);
  EXPECT_EQ(shown(use.repositories[3]), "0 0");
  ASSERT_EQ(use.registries.size(), 3U);
  EXPECT_EQ(use.registries[0].host, "");
  EXPECT_EQ(use.registries[1].host, "docker.io");
  EXPECT_EQ(use.registries[1].repositories, 2U);
  EXPECT_EQ(shown(use.registries[1]), "1111 111");
  EXPECT_EQ(shown(use.registries[2]), "1000 0");
}

TEST_P(MetaBrowseSuite, SortsRepositoriesPageByPage) {
  makeThree();
  EXPECT_EQ(walk({}), (Names{"library/gamma", "team/alpha", "team/beta"}));
  EXPECT_EQ(walk({.descending = true}), (Names{"team/beta", "team/alpha", "library/gamma"}));
  EXPECT_EQ(walk({.sort = Sort::Size}), (Names{"team/beta", "library/gamma", "team/alpha"}));
  EXPECT_EQ(walk({.sort = Sort::LastPull, .descending = true}), (Names{"team/beta", "team/alpha", "library/gamma"}));
  EXPECT_EQ(walk({.sort = Sort::Pulls}), (Names{"team/alpha", "team/beta", "library/gamma"}));
  EXPECT_EQ(walk({.sort = Sort::Pulls, .descending = true}), (Names{"library/gamma", "team/beta", "team/alpha"}));
  auto two = page({.limit = 2});
  EXPECT_EQ(two.items.size(), 2U);
  EXPECT_EQ(two.total, 3U);
  EXPECT_EQ(two.next, (storage::PagePosition{0, "team/alpha"}));
  EXPECT_FALSE(page({.limit = 3}).next);
}

TEST_P(MetaBrowseSuite, FindsRepositoriesByAnyPartOfTheirNames) {
  makeThree();
  auto found = [&](const std::string& part) { return namesOf(page({.search = part})); };
  EXPECT_EQ(found("team/"), (Names{"team/alpha", "team/beta"}));
  EXPECT_EQ(found("ALPH"), (Names{"team/alpha"}));
  EXPECT_EQ(found("m/a"), (Names{"team/alpha"}));
  EXPECT_EQ(found("mm"), (Names{"library/gamma"}));
  EXPECT_EQ(found("a").size(), 3U);
  EXPECT_TRUE(found("nothing").empty());
  for (const auto* odd : {"team\"", "*", "a b", "team' OR 1", "%", "\xc3\xa9"}) EXPECT_TRUE(found(odd).empty()) << odd;
  EXPECT_TRUE(found(std::string("tea\0m", 5)).empty());
  EXPECT_EQ(page({.search = "team"}).total, 2U);
  EXPECT_EQ(page({.search = "te"}).total, 2U);
  EXPECT_EQ(walk({.search = "team", .sort = Sort::Size, .descending = true}), (Names{"team/alpha", "team/beta"}));
  apply({storage::change::RemoveRepository{"team/alpha"}});
  EXPECT_EQ(found("team"), (Names{"team/beta"}));
  EXPECT_EQ(page({.search = "team"}).total, 1U);
}

TEST_P(MetaBrowseSuite, ShowsWhatMayBeReadAlone) {
  makeThree();
  auto team = [](const std::string& name) { return name.starts_with("team/"); };
  auto first = page({.limit = 1}, team);
  EXPECT_EQ(namesOf(first), (Names{"team/alpha"}));
  EXPECT_EQ(first.total, 2U);
  ASSERT_TRUE(first.next);
  auto second = page({.after = first.next, .limit = 1}, team);
  EXPECT_EQ(namesOf(second), (Names{"team/beta"}));
  EXPECT_FALSE(second.next);
  EXPECT_EQ(page({.search = "gamma"}, team).total, 0U);
  EXPECT_TRUE(page({}, [](const std::string&) { return false; }).items.empty());
}

TEST_P(MetaBrowseSuite, CountsWhatIsInARepository) {
  auto counts = [&] {
    auto one = page({.search = "app"}).items.at(0);
    return std::vector<std::uint64_t>{one.tags, one.manifests, one.record.contentBytes};
  };
  make("app");
  EXPECT_EQ(counts(), (std::vector<std::uint64_t>{0, 0, 0}));
  put("app", "m", 10, {{storage::ManifestLink::Kind::Blob, Digest::of("layer"), 100}});
  tag("app", "1", "m");
  tag("app", "2", "m");
  EXPECT_EQ(counts(), (std::vector<std::uint64_t>{2, 1, 10}));
  link("app", "layer", 100);
  link("app", "layer", 120);
  EXPECT_EQ(counts(), (std::vector<std::uint64_t>{2, 1, 130}));
  put("app", "m", 15, {{storage::ManifestLink::Kind::Blob, Digest::of("layer"), 100}});
  put("app", "n", 5);
  tag("app", "2", "n");
  EXPECT_EQ(counts(), (std::vector<std::uint64_t>{2, 2, 140}));
  apply({storage::change::UnlinkBlob{"app", Digest::of("layer")}});
  EXPECT_EQ(counts(), (std::vector<std::uint64_t>{2, 2, 20}));
  apply({storage::change::RemoveManifest{"app", Digest::of("m")}, storage::change::RemoveTag{"app", "2"}});
  EXPECT_EQ(counts(), (std::vector<std::uint64_t>{0, 1, 5}));
  apply({storage::change::RemoveRepository{"app"}});
  make("app");
  EXPECT_EQ(counts(), (std::vector<std::uint64_t>{0, 0, 0}));
}

TEST_P(MetaBrowseSuite, CountsWhatSweepsRemove) {
  make("app");
  put("app", "m", 10);
  tag("app", "1", "m");
  link("app", "orphan", 100);
  auto old = get(stores_.meta->tags("app", "", 10));
  storage::Outdated outdated{"app", old, {get(stores_.meta->manifest("app", core::Reference::ofTag("1")))->manifest}};
  get(stores_.maintenance->collect(outdated));
  get(stores_.maintenance->unlinkUnnamed(std::chrono::system_clock::now() + std::chrono::hours(1), 10, {}));
  auto one = page({}).items.at(0);
  EXPECT_EQ(one.tags + one.manifests + one.record.contentBytes, 0U);
}

TEST_P(MetaBrowseSuite, TellsWhatARepositoryHasAlone) {
  make("app");
  make("other");
  put("app", "m", 10);
  put("app", "both", 1);
  put("other", "both", 1);
  link("app", "mine", 100);
  link("app", "base", 1000);
  link("other", "base", 1000);
  auto detail = get(browse().repository("app"));
  ASSERT_TRUE(detail);
  EXPECT_EQ(detail->summary.record.contentBytes, 1111U);
  EXPECT_EQ(detail->ownBytes, 110U);
  EXPECT_EQ(detail->summary.manifests, 2U);
  std::vector<Digest> asked{Digest::of("mine"), Digest::of("base"), Digest::of("both"), Digest::of("nowhere")};
  EXPECT_EQ(get(browse().whereabouts("app", asked)),
            (std::vector<storage::Whereabouts>{{true, false}, {true, true}, {true, true}, {false, false}}));
  EXPECT_EQ(get(browse().whereabouts("nowhere", {Digest::of("base")})),
            (std::vector<storage::Whereabouts>{{false, true}}));
}

TEST_P(MetaBrowseSuite, SortsAndFindsTags) {
  using TagSort = storage::TagSort;
  make("app");
  put("app", "m", 10);
  put("app", "n", 10);
  tag("app", "V1", "m", 30);
  tag("app", "v2", "m", 10);
  tag("app", "latest", "n", 20);
  pull("app", "m", 50, 3, "v2");
  pull("app", "m", 40, 1, "V1");
  auto tags = [&](storage::PageQuery<TagSort> query) { return namesOf(get(browse().tags("app", std::move(query)))); };
  EXPECT_EQ(tags({}), (Names{"V1", "latest", "v2"}));
  EXPECT_EQ(tags({.descending = true}), (Names{"v2", "latest", "V1"}));
  EXPECT_EQ(tags({.sort = TagSort::Pushed}), (Names{"v2", "latest", "V1"}));
  EXPECT_EQ(tags({.sort = TagSort::LastPull, .descending = true}), (Names{"v2", "V1", "latest"}));
  EXPECT_EQ(tags({.sort = TagSort::Pulls}), (Names{"latest", "V1", "v2"}));
  EXPECT_EQ(tags({.search = "v"}), (Names{"V1", "v2"}));
  auto first = get(browse().tags("app", {.search = "v", .limit = 1}));
  EXPECT_EQ(first.total, 2U);
  EXPECT_EQ(tags({.search = "v", .after = first.next}), (Names{"v2"}));
  EXPECT_EQ(get(browse().tagsOf("app", Digest::of("m"), 9)), (Names{"V1", "v2"}));
  EXPECT_EQ(get(browse().tagsOf("app", Digest::of("m"), 1)), Names{"V1"});
  auto none = threads_.run(browse().tags("nowhere", {}));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, core::ErrorCode::NameUnknown);
}

TEST_P(MetaBrowseSuite, ShowsPinsWithTheTags) {
  make("app");
  put("app", "m", 10);
  put("app", "n", 10);
  tag("app", "by-digest", "m");
  tag("app", "by-tag", "n");
  tag("app", "free", "n");
  get(stores_.maintenance->pin({"app", core::Reference::ofTag("by-tag")}));
  get(stores_.maintenance->pin({"app", core::Reference::ofDigest(Digest::of("m"))}));
  Names pinned;
  for (const auto& one : get(browse().tags("app", {})).items) {
    if (one.pinned) pinned.push_back(one.record.name);
    EXPECT_EQ(one.mediaType, "application/vnd.oci.image.manifest.v1+json");
  }
  EXPECT_EQ(pinned, (Names{"by-digest", "by-tag"}));
}

}  // namespace larder::test
