#include <algorithm>
#include <set>

#include "registry_fixture.hpp"

namespace larder::test {
namespace {

const std::string kConfigType = "application/vnd.oci.image.config.v1+json";

class BrowseTest : public RegistryTest {
 protected:
  registry::BrowseService& browse() { return registry().browse(); }
  Result<registry::ManifestView> view(const std::string& repository, const std::string& reference) {
    return threads_.run(browse().manifest(repository, Reference::parse(reference).value()));
  }
  Result<registry::ImageConfig> image(const std::string& repository, const std::string& reference) {
    return threads_.run(browse().image(repository, Reference::parse(reference).value()));
  }
  Result<registry::Recheck> recheck(const std::string& repository, const std::string& tag) {
    return threads_.run(browse().recheck(repository, tag));
  }
  static std::string indexJson(const std::vector<std::pair<std::string, std::string>>& children) {
    std::string list;
    for (const auto& [content, platform] : children) {
      auto descriptor = descriptorJson(content, kImageType);
      descriptor.pop_back();
      list += (list.empty() ? "" : ",") + descriptor + R"(,"platform":)" + platform + "}";
    }
    return R"({"schemaVersion":2,"mediaType":")" + kIndexType + R"(","manifests":[)" + list + "]}";
  }
};

TEST_F(BrowseTest, PagesTagsByVersionAndSize) {
  for (const auto* tag : {"1.9", "1.10", "latest"}) pushImage("app", tag, std::string(tag) + std::string(100, 'x'));
  pushImage("app", "1.10-rc1", "rc" + std::string(5000, 'x'));
  auto names = [&](registry::TagOrder order, bool descending, std::string search = "") {
    std::string all;
    storage::PageQuery<registry::TagOrder> query{std::move(search), order, descending, {}, 1};
    do {
      auto page = threads_.run(browse().tags("app", query)).value();
      for (const auto& item : page.items) all += item.summary.record.name + " ";
      query.after = page.next;
    } while (query.after);
    return all;
  };
  using enum registry::TagOrder;
  EXPECT_EQ(names(Version, false), "latest 1.9 1.10-rc1 1.10 ");
  EXPECT_EQ(names(Version, true), "1.10 1.10-rc1 1.9 latest ");
  EXPECT_EQ(names(Version, true, "1.10"), "1.10 1.10-rc1 ");
  EXPECT_EQ(names(Own, true).substr(0, 9), "1.10-rc1 ");
  EXPECT_EQ(names(Size, false, "1.").size(), std::string("1.9 1.10 1.10-rc1 ").size());
  EXPECT_EQ(names(Name, false), "1.10 1.10-rc1 1.9 latest ");
  auto before = threads_.run(browse().tags("app", {"1.9", Name})).value().items.at(0).use;
  EXPECT_GT(before.ownBytes, 0U);
  pushImage("app", "again", "1.9" + std::string(100, 'x'));
  clock_.advance(std::chrono::minutes(1));
  auto after = threads_.run(browse().tags("app", {"1.9", Name})).value().items.at(0).use;
  EXPECT_EQ(after.bytes, before.bytes);
  EXPECT_EQ(after.ownBytes, 0U) << "another tag has all of it";
  EXPECT_EQ(codeOf(threads_.run(browse().tags("nowhere", {}))), ErrorCode::NameUnknown);
}

TEST_F(BrowseTest, ShowsWhatTakesTheDiskLevelByLevel) {
  auto& hub = addHub();
  auto mirrored = imageJson("config", {"layer"});
  hub.putManifest("library/app", "1", mirrored);
  ASSERT_TRUE(pull("docker.io/library/app", "1"));
  pushImage("team/app", "1");
  auto level = [&](const std::string& path) {
    return threads_.run(browse().use(path, {.sort = registry::UseOrder::Name})).value();
  };
  auto top = level("");
  EXPECT_EQ(top.level, registry::UseLevel::Registry);
  ASSERT_EQ(top.page.total, 2U);
  EXPECT_EQ(top.page.items[0].path, registry::BrowseService::kPushedPath);
  EXPECT_EQ(top.page.items[1].name, "docker.io");
  EXPECT_EQ(top.page.items[1].bytes, mirrored.size());
  EXPECT_EQ(level(top.page.items[0].path).page.items.at(0).name, "team/app");
  auto hubs = level("docker.io");
  EXPECT_EQ(hubs.level, registry::UseLevel::Repository);
  auto tags = level(hubs.page.items.at(0).path);
  EXPECT_EQ(tags.level, registry::UseLevel::Tag);
  EXPECT_EQ(tags.page.items.at(0).ownBytes, mirrored.size());
  EXPECT_EQ(codeOf(threads_.run(browse().use("nowhere", {}))), ErrorCode::NameUnknown);
}

TEST_F(BrowseTest, ShowsTheTreeOfAnIndexAndWhatOfItIsHere) {
  auto& hub = addHub();
  auto amd = imageJson("amd config", {"base", "amd layer"});
  auto arm = imageJson("arm config", {"base"});
  auto index = indexJson({{amd, R"({"os":"linux","architecture":"amd64"})"},
                          {arm, R"({"os":"linux","architecture":"arm64","variant":"v8"})"}});
  hub.putManifest("library/app", "1", index, kIndexType);
  hub.putManifest("library/app", "", amd);
  hub.putManifest("library/app", "", arm);
  hub.putBlob("library/app", "base");
  ASSERT_TRUE(pull("docker.io/library/app", "1"));
  ASSERT_TRUE(pull("docker.io/library/app", Digest::of(amd).toString()));
  ASSERT_TRUE(fetchBlob("docker.io/library/app", Digest::of("base")));
  auto asked = hub.calls();

  auto shown = view("docker.io/library/app", "1");
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_EQ(shown->tags, std::vector<std::string>{"1"});
  EXPECT_TRUE(shown->record.cached);
  const auto& root = shown->root;
  ASSERT_EQ(root.manifests.size(), 2U);
  EXPECT_TRUE(root.manifests[0].stored);
  EXPECT_EQ(root.manifests[0].platform->architecture, "amd64");
  ASSERT_EQ(root.manifests[0].layers.size(), 2U);
  EXPECT_TRUE(root.manifests[0].layers[0].stored);
  EXPECT_FALSE(root.manifests[0].layers[1].stored);
  EXPECT_FALSE(root.manifests[0].config->stored);
  EXPECT_FALSE(root.manifests[1].stored);
  EXPECT_EQ(root.manifests[1].platform->variant, "v8");
  EXPECT_TRUE(root.manifests[1].layers.empty());
  auto here = index.size() + amd.size() + 4;
  EXPECT_EQ(root.storedBytes, here);
  EXPECT_EQ(root.totalBytes, here + arm.size() +
                                 std::string("amd config"
                                             "amd layer")
                                     .size());
  EXPECT_EQ(hub.calls(), asked) << "looking fetches nothing";
}

TEST_F(BrowseTest, UnfoldsEachManifestOfATreeOnce) {
  auto image = imageJson("{}", {"base"});
  ASSERT_TRUE(pushManifest("app", "image", image));
  std::string platform = R"({"os":"linux","architecture":"amd64"})";
  auto inner = indexJson({{image, platform}, {image, platform}});
  ASSERT_TRUE(pushManifest("app", "inner", inner, {}, kIndexType));
  auto descriptor = descriptorJson(inner, kIndexType);
  auto outer = R"({"schemaVersion":2,"mediaType":")" + kIndexType + R"(","manifests":[)" + descriptor + "," +
               descriptor + "," + descriptorJson(image, kImageType) + "]}";
  ASSERT_TRUE(pushManifest("app", "outer", outer, {}, kIndexType));
  auto shown = view("app", "outer").value();
  EXPECT_FALSE(shown.truncated) << "nothing is left out that is not elsewhere in the tree";
  const auto& nodes = shown.root.manifests;
  ASSERT_EQ(nodes.size(), 3U);
  EXPECT_FALSE(nodes[0].repeated);
  ASSERT_EQ(nodes[0].manifests.size(), 2U);
  EXPECT_EQ(nodes[0].manifests[0].layers.size(), 1U);
  EXPECT_TRUE(nodes[0].manifests[1].repeated);
  for (std::size_t i = 1; i < 3; ++i) {
    EXPECT_TRUE(nodes[i].repeated && nodes[i].stored) << i;
    EXPECT_TRUE(nodes[i].manifests.empty() && nodes[i].layers.empty()) << i;
  }
  auto imageBytes = image.size() + 2 + 4;
  EXPECT_EQ(nodes[2].totalBytes, imageBytes);
  EXPECT_EQ(nodes[0].totalBytes, inner.size() + imageBytes);
  EXPECT_EQ(nodes[1].totalBytes, nodes[0].totalBytes) << "the same, wherever it is shown";
  EXPECT_EQ(shown.root.totalBytes, outer.size() + inner.size() + imageBytes);
}

TEST_F(BrowseTest, CutsWhatATreeShowsOfLongAnnotations) {
  auto annotated = [](const std::string& seed, std::size_t bytes) {
    return imageJson("{}", {}, R"(,"annotations":{"seed":")" + seed + R"(","x":")" + std::string(bytes, 'x') + "\"}");
  };
  auto tree = [&](int count, std::size_t bytes) {
    std::vector<std::pair<std::string, std::string>> children;
    for (int i = 0; i < count; ++i) {
      children.emplace_back(annotated(std::to_string(i), bytes), R"({"os":"linux","architecture":"amd64"})");
      EXPECT_TRUE(pushManifest("app", "child", children.back().first));
    }
    EXPECT_TRUE(pushManifest("app", "index", indexJson(children), {}, kIndexType));
    return view("app", "index").value();
  };
  auto cut = tree(1, 100'000);
  EXPECT_EQ(cut.root.manifests[0].annotationsJson, R"({"seed":"0"})");
  EXPECT_TRUE(cut.truncated);
  auto many = tree(600, 3000);
  EXPECT_TRUE(many.truncated);
  std::size_t bytes = 0;
  for (const auto& node : many.root.manifests) bytes += node.annotationsJson.size();
  EXPECT_GT(bytes, 500'000U);
  EXPECT_LE(bytes, 1U << 20);
  auto heavy = tree(20, 1'000'000);
  EXPECT_TRUE(heavy.truncated);
  EXPECT_EQ(heavy.root.manifests.size(), 20U) << "they are named all the same";
  EXPECT_EQ(std::ranges::count_if(heavy.root.manifests, [](const auto& one) { return !one.annotationsJson.empty(); }),
            16);
}

TEST_F(BrowseTest, TellsOfOtherRepositoriesOnlyWhatOneHasOneself) {
  push("other", "secret");
  push("other", "base");
  push("app", "base");
  push("app", "mine");
  push("app", "{}");
  ASSERT_TRUE(pushManifest("app", "1", imageJson("{}", {"base", "mine", "secret"})));
  auto shown = view("app", "1").value();
  std::vector<bool> stored, shared;
  for (const auto& layer : shown.root.layers) {
    stored.push_back(layer.stored);
    shared.push_back(layer.shared);
  }
  EXPECT_EQ(stored, (std::vector<bool>{true, true, false}));
  EXPECT_EQ(shared, (std::vector<bool>{true, false, false}));
  EXPECT_EQ(codeOf(view("app", "2")), ErrorCode::ManifestUnknown);
  EXPECT_EQ(codeOf(view("nowhere", "1")), ErrorCode::ManifestUnknown);
}

TEST_F(BrowseTest, ShowsWhetherTheTagOrTheManifestIsPinned) {
  auto digest = pushImage("app", "1");
  ASSERT_TRUE(pushManifest("app", "2", imageJson("{}", {})));
  EXPECT_FALSE(view("app", "1")->pinned);
  ASSERT_TRUE(threads_.run(registry().housekeeping().pin({"app", Reference::ofTag("1")})));
  EXPECT_TRUE(view("app", "1")->pinned);
  EXPECT_FALSE(view("app", "2")->pinned);
  ASSERT_TRUE(threads_.run(registry().housekeeping().pin({"app", Reference::ofDigest(digest)})));
  EXPECT_TRUE(view("app", "2")->pinned);
}

TEST_F(BrowseTest, ReadsTheConfigurationOfAnImage) {
  std::string config =
      R"({"os":"linux","architecture":"amd64","created":"2026-01-01T00:00:00Z","author":"<b>me</b>",)"
      R"("config":{"Env":["A=1",7],"Entrypoint":["/run"],"Cmd":["x"],"Labels":{"html":"<script>","odd":1},)"
      R"("ExposedPorts":{"80/tcp":{}},"Volumes":{"/data":{}},"User":"me","WorkingDir":"/w"},)"
      R"("history":[{"created_by":"ADD","created":"2026"},{"created_by":"ENV","empty_layer":true},{"created_by":"RUN"}]})";
  push("app", config);
  push("app", "one");
  push("app", "two");
  auto digest = pushManifest("app", "1", imageJson(config, {"one", "two"}))->digest;
  auto shown = image("app", "1");
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_EQ(shown->digest, digest);
  EXPECT_EQ(shown->platform.os + "/" + shown->platform.architecture, "linux/amd64");
  EXPECT_EQ(shown->author, "<b>me</b>");
  EXPECT_EQ(shown->labels, (std::map<std::string, std::string>{{"html", "<script>"}}));
  EXPECT_EQ(shown->env, std::vector<std::string>{"A=1"});
  EXPECT_EQ(shown->entrypoint, std::vector<std::string>{"/run"});
  EXPECT_EQ(shown->exposedPorts, std::vector<std::string>{"80/tcp"});
  EXPECT_EQ(shown->volumes, std::vector<std::string>{"/data"});
  ASSERT_EQ(shown->history.size(), 3U);
  EXPECT_EQ(shown->history[0].digest, Digest::of("one"));
  EXPECT_FALSE(shown->history[1].digest);
  EXPECT_EQ(shown->history[2].size, 3U);
}

TEST_F(BrowseTest, RefusesAConfigurationThatCannotBeRead) {
  std::string deep(100, '[');
  for (const auto& config : {std::string("no json"), std::string("[]"), deep, std::string(R"({"os":"a","os":"b"})")}) {
    push("app", config);
    ASSERT_TRUE(pushManifest("app", "1", imageJson(config, {})));
    EXPECT_EQ(codeOf(image("app", "1")), ErrorCode::Unsupported) << config;
  }
  ASSERT_TRUE(pushManifest("app", "2", imageJson("never pushed", {})));
  EXPECT_EQ(codeOf(image("app", "2")), ErrorCode::BlobUnknown);
  EXPECT_EQ(codeOf(image("app", "3")), ErrorCode::ManifestUnknown);
  ASSERT_TRUE(pushManifest("app", "index", indexJson({}), {}, kIndexType));
  EXPECT_EQ(codeOf(image("app", "index")), ErrorCode::Unsupported);
}

TEST_F(BrowseTest, LooseMembersOfAConfigurationAreLeftOut) {
  std::string config = R"({"os":1,"config":[],"history":{"a":1}})";
  push("app", config);
  ASSERT_TRUE(pushManifest("app", "1", imageJson(config, {})));
  auto shown = image("app", "1");
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->platform.os, "");
  EXPECT_TRUE(shown->env.empty() && shown->history.empty() && shown->labels.empty());
}

TEST_F(BrowseTest, ListsWhatIsAttachedToAnImage) {
  auto subject = pushImage("app", "1");
  push("app", "sbom");
  auto refers = R"(,"subject":)" + descriptorJson(imageJson("{}", {}), kImageType) +
                R"(,"artifactType":"text/spdx","annotations":{"by":"<i>"})";
  ASSERT_TRUE(pushManifest("app", "sbom", imageJson("{}", {"sbom"}, refers)));
  auto signature = imageJson("{}", {"signature"});
  ASSERT_TRUE(pushManifest("app", "sha256-" + subject.hex() + ".sig", signature));
  auto page = threads_.run(browse().attachments("app", subject, "", 10));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->total, 2U);
  EXPECT_EQ(page->next, "");
  const auto& found = page->items;
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].referrer.digest, Digest::of(signature));
  EXPECT_EQ(found[0].tag, "sha256-" + subject.hex() + ".sig");
  EXPECT_EQ(found[1].referrer.artifactType, "text/spdx");
  EXPECT_EQ(found[1].tag, "");
  EXPECT_EQ(codeOf(threads_.run(browse().attachments("nowhere", subject, "", 10))), ErrorCode::NameUnknown);
  EXPECT_EQ(codeOf(threads_.run(browse().attachments("app", subject, "nonsense", 10))), ErrorCode::InvalidArgument);
}

TEST_F(BrowseTest, PagesWhatIsAttachedToAnImage) {
  auto subject = pushImage("app", "1");
  auto refers = R"(,"subject":)" + descriptorJson(imageJson("{}", {}), kImageType);
  std::set<Digest> expected;
  for (const auto* suffix : {"sig", "att"}) {
    auto manifest = imageJson("{}", {suffix});
    ASSERT_TRUE(pushManifest("app", "sha256-" + subject.hex() + "." + suffix, manifest));
    expected.insert(Digest::of(manifest));
  }
  for (int i = 0; i < 5; ++i) {
    auto manifest = imageJson("{}", {},
                              refers + R"(,"artifactType":"test/)" + std::to_string(i) +
                                  R"(","annotations":{"short":"1","long":")" + std::string(9000, 'x') + "\"}");
    ASSERT_TRUE(pushManifest("app", "t" + std::to_string(i), manifest));
    expected.insert(Digest::of(manifest));
  }
  for (std::size_t limit = 1; limit <= 7; ++limit) {
    std::set<Digest> found;
    std::string cursor;
    std::size_t pages = 0;
    do {
      auto page = threads_.run(browse().attachments("app", subject, cursor, limit)).value();
      EXPECT_LE(page.items.size(), limit);
      EXPECT_EQ(page.total, expected.size());
      for (const auto& one : page.items) {
        EXPECT_TRUE(found.insert(one.referrer.digest).second);
        EXPECT_TRUE(!one.tag.empty() || one.referrer.annotationsJson == R"({"short":"1"})");
      }
      cursor = page.next;
    } while (++pages < 10 && !cursor.empty());
    EXPECT_EQ(found, expected) << limit;
    EXPECT_EQ(pages, (expected.size() + limit - 1) / limit) << limit;
  }
}

TEST_F(BrowseTest, RemovesARepositoryAndWhatIsRememberedOfIt) {
  pushImage("app", "1");
  ASSERT_TRUE(pull("app", "1"));
  ASSERT_TRUE(ready("app", "1"));
  ASSERT_TRUE(threads_.run(browse().removeRepository("app")));
  EXPECT_FALSE(ready("app", "1"));
  EXPECT_EQ(codeOf(pull("app", "1")), ErrorCode::NameUnknown);
  EXPECT_EQ(codeOf(threads_.run(browse().removeRepository("app"))), ErrorCode::NameUnknown);
}

TEST_F(BrowseTest, AsksTheUpstreamNowWhetherATagMoved) {
  auto& hub = addHub();
  hub.putManifest("library/app", "1", imageJson("old", {}));
  ASSERT_TRUE(pull("docker.io/library/app", "1"));
  auto same = recheck("docker.io/library/app", "1");
  ASSERT_TRUE(same) << same.error().message;
  EXPECT_EQ(same->digest, same->previous);
  auto moved = hub.putManifest("library/app", "1", imageJson("new", {}));
  EXPECT_NE(pull("docker.io/library/app", "1")->digest, moved) << "it is still fresh";
  auto checked = recheck("docker.io/library/app", "1");
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->digest, moved);
  EXPECT_NE(checked->previous, moved);
  EXPECT_EQ(pull("docker.io/library/app", "1")->digest, moved);
  hub.removeTag("library/app", "1");
  EXPECT_EQ(codeOf(recheck("docker.io/library/app", "1")), ErrorCode::UpstreamUnavailable);
  EXPECT_EQ(codeOf(recheck("docker.io/library/app", "2")), ErrorCode::ManifestUnknown);
}

TEST_F(BrowseTest, HasNoUpstreamToAskAboutWhatWasPushed) {
  addHub();
  pushImage("app", "1");
  EXPECT_EQ(codeOf(recheck("app", "1")), ErrorCode::Conflict);
}

TEST_F(BrowseTest, PlansWhatRetentionWouldRemove) {
  config_.storage.gcDelay = std::chrono::hours(1);
  pushImage("app", "1", "{}");
  pushImage("app", "1", "[]");
  pushImage("team", "1", "{}");
  clock_.advance(std::chrono::hours(2));
  auto plan = [&](const std::string& repository) {
    return threads_.run(registry().housekeeping().planRetention(repository));
  };
  auto all = plan("");
  ASSERT_TRUE(all);
  ASSERT_EQ((*all)->size(), 1U) << "the manifest that no tag points to";
  EXPECT_EQ((*all)->front().repository, "app");
  EXPECT_EQ((*all)->front().removal.digest, Digest::of(imageJson("{}", {})));
  EXPECT_EQ(plan("")->get(), all->get()) << "its pages fit together";
  EXPECT_TRUE((*plan("team"))->empty());
  EXPECT_EQ(codeOf(plan("nowhere")), ErrorCode::NameUnknown);
}

TEST_F(BrowseTest, PlansWhatEvictionWouldRemove) {
  auto& hub = addHub();
  for (const auto* name : {"a", "b", "c"}) {
    hub.putManifest("library/app", name, imageJson(std::string(1000, *name), {}));
    hub.putBlob("library/app", std::string(1000, *name));
    clock_.advance(std::chrono::minutes(1));
    ASSERT_TRUE(pull("docker.io/library/app", name));
    ASSERT_TRUE(fetchBlob("docker.io/library/app", Digest::of(std::string(1000, *name))));
  }
  auto plan = [&] { return threads_.run(registry().housekeeping().planEviction()); };
  EXPECT_TRUE((*plan())->empty()) << "there is room";
  auto used = threads_.run(blobs_->usage())->bytes;
  config_.larder.storage.maxBytes = core::BytesOrPercent(std::uint64_t{used - 1});
  config_.larder.storage.highWatermark = 100;
  config_.larder.storage.lowWatermark = 60;
  registry().reconfigure(snapshot());
  auto planned = plan();
  ASSERT_TRUE(planned);
  ASSERT_EQ((*planned)->size(), 2U);
  EXPECT_EQ((*planned)->at(0).removal.digest, Digest::of(imageJson(std::string(1000, 'a'), {})));
  EXPECT_EQ((*planned)->at(1).removal.digest, Digest::of(imageJson(std::string(1000, 'b'), {})));
  EXPECT_TRUE((*planned)->at(0).usedAt);
  auto state = threads_.run(registry().housekeeping().storageState());
  EXPECT_EQ(state->limitBytes, used - 1);
  EXPECT_EQ(state->lowWatermarkBytes, (used - 1) * 60 / 100);
}

}  // namespace
}  // namespace larder::test
