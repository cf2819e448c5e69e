#include "housekeeping/retention.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace larder::test {
namespace {

using namespace std::chrono_literals;
using core::Digest;
using registry::Removal;
using storage::ManifestLink;
using storage::WallTime;

const WallTime kToday = WallTime(std::chrono::hours(24 * 365 * 50));

// A repository whose manifests are written by their names; ages are back from kToday.
class RetentionTest : public ::testing::Test {
 protected:
  RetentionTest() {
    view_.name = "team/app";
    storage_.gcDelay = 1h;
  }

  storage::ManifestRecord& manifest(const std::string& name, std::chrono::hours age,
                                    std::optional<std::chrono::hours> pulled = std::nullopt) {
    storage::ManifestRecord record;
    record.digest = Digest::of(name);
    record.pushedAt = kToday - age;
    if (pulled) record.lastPulledAt = kToday - *pulled;
    names_[record.digest] = name;
    view_.manifests.push_back(record);
    return view_.manifests.back();
  }
  void index(const std::string& name, std::chrono::hours age, const std::vector<std::string>& children) {
    auto& record = manifest(name, age);
    for (const auto& child : children) {
      record.links.push_back({ManifestLink::Kind::Manifest, Digest::of(child), 1});
    }
  }
  void referrer(const std::string& name, std::chrono::hours age, const std::string& subject) {
    manifest(name, age).subject = Digest::of(subject);
  }
  void tag(const std::string& name, const std::string& manifest) {
    storage::TagRecord record;
    record.name = name;
    record.digest = Digest::of(manifest);
    view_.tags.push_back(record);
  }
  void tagged(const std::string& name, std::chrono::hours age,
              std::optional<std::chrono::hours> pulled = std::nullopt) {
    manifest(name, age, pulled);
    tag(name, name);
  }
  config::RetentionPolicy& policy(const std::string& glob = "**") {
    if (!storage_.retention) storage_.retention.emplace().delay = 1h;
    auto& made = storage_.retention->policies.emplace_back();
    made.repositories.push_back(core::Glob::parse(glob).value());
    return made;
  }

  // What goes, in order: ":tag" or a manifest's name.
  std::vector<std::string> gone() {
    std::vector<std::string> found;
    for (const auto& removal : registry::RetentionRules(storage_).decide(view_, kToday)) {
      found.push_back(removal.tag.empty() ? names_.at(removal.digest) : ":" + removal.tag);
    }
    return found;
  }
  using Gone = std::vector<std::string>;

  registry::RepositoryView view_;
  config::Storage storage_;
  std::map<Digest, std::string> names_;
};

TEST_F(RetentionTest, WithoutAPolicyOldUntaggedManifestsGoAndTagsStay) {
  tagged("v1", 900h);
  manifest("old", 2h);
  manifest("just", 1h);
  manifest("new", 0h);
  auto found = gone();
  std::ranges::sort(found);
  EXPECT_EQ(found, (Gone{"just", "old"}));
}

TEST_F(RetentionTest, SaysWhy) {
  policy().keepTags.push_back({{"^v"}, {}, {}, {}, {}});
  tagged("latest", 5h);
  auto removals = registry::RetentionRules(storage_).decide(view_, kToday);
  EXPECT_EQ(removals, (std::vector<Removal>{{"latest", Digest::of("latest"), "no pattern of keepTags matches"},
                                            {"", Digest::of("latest"), "deleteUntagged"}}));
}

TEST_F(RetentionTest, WhatAnIndexNamesStaysUntilTheIndexGoes) {
  index("index", 5h, {"child", "nested"});
  index("nested", 5h, {"deep"});
  manifest("child", 5h);
  manifest("deep", 5h);
  tag("latest", "index");
  EXPECT_EQ(gone(), Gone{});
  view_.tags.clear();
  auto found = gone();
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found.front(), "index");
  EXPECT_EQ(found.back(), "deep");
}

TEST_F(RetentionTest, AnUntaggedManifestOfACacheCountsAsNewWhenItIsPulled) {
  manifest("pulled", 9h, 0h);
  manifest("not pulled", 9h, 2h);
  view_.cached = true;
  EXPECT_EQ(gone(), Gone{"not pulled"});
  view_.cached = false;
  EXPECT_EQ(gone().size(), 2U);
}

TEST_F(RetentionTest, TheFirstPolicyThatNamesTheRepositoryDecides) {
  policy("other/**").deleteUntagged = true;
  policy("team/*").deleteUntagged = false;
  policy("**").deleteUntagged = true;
  manifest("old", 9h);
  EXPECT_EQ(gone(), Gone{});
  view_.name = "elsewhere";
  EXPECT_EQ(gone(), Gone{"old"});
}

TEST_F(RetentionTest, ATagIsKeptByOneConditionOfTheFirstRuleThatTakesIt) {
  auto& made = policy();
  made.deleteUntagged = false;
  config::KeepTags releases{{"^v\\d", "^release"}, {}, {}, {}, {}};
  releases.mostRecentlyPushedCount = 1;
  releases.pulledWithin = 10h;
  config::KeepTags rest;
  rest.pushedWithin = 5h;
  made.keepTags = {releases, rest};
  tagged("v1", 40h);
  tagged("v2", 30h, 9h);   // pulled lately
  tagged("v3", 20h, 11h);  // the last one pushed
  tagged("new", 1h);
  tagged("old", 50h, 1h);  // the second rule does not ask for pulls
  auto found = gone();
  std::ranges::sort(found);
  EXPECT_EQ(found, (Gone{":old", ":v1"}));
}

TEST_F(RetentionTest, CountsKeepTheLatestAndDecideEqualsByName) {
  auto& made = policy();
  made.deleteUntagged = false;
  config::KeepTags keep;
  keep.mostRecentlyPulledCount = 2;
  made.keepTags = {keep};
  tagged("a", 9h, 3h);
  tagged("b", 9h, 3h);
  tagged("c", 9h, 1h);
  EXPECT_EQ(gone(), Gone{":a"});
  made.keepTags[0].mostRecentlyPulledCount = 0;  // no condition
  EXPECT_EQ(gone(), Gone{});
}

TEST_F(RetentionTest, PulledWithinSparesWhatIsNewer) {
  auto& made = policy();
  made.deleteUntagged = false;
  config::KeepTags keep;
  keep.pulledWithin = 5h;
  made.keepTags = {keep};
  tagged("never pulled", 4h);
  tagged("old", 5h, 5h);
  EXPECT_EQ(gone(), Gone{":old"});
}

TEST_F(RetentionTest, AManifestGoesWithItsLastTagAndAfterItsDelay) {
  policy().keepTags.push_back({{"^keep"}, {}, {}, {}, {}});
  storage_.retention->delay = 10h;
  tagged("young", 9h);
  tagged("old", 10h);
  tagged("kept", 20h);
  tag("keep", "kept");
  EXPECT_EQ(gone(), (Gone{":kept", ":old", ":young", "old"}));
}

TEST_F(RetentionTest, ReferrersGoAfterTheirSubjectOnlyWhereThatIsSaid) {
  auto& made = policy();
  tagged("v1", 9h);
  referrer("signature", 9h, "v1");
  referrer("orphan", 9h, "gone");
  referrer("young orphan", 0h, "gone");
  referrer("of the orphan", 9h, "orphan");
  manifest("cosign", 9h);
  auto hex = Digest::of("gone").hex();
  tag("sha256-" + hex + ".sig", "cosign");
  EXPECT_EQ(gone(), Gone{});
  made.deleteReferrers = true;
  auto found = gone();
  std::ranges::sort(found);
  EXPECT_EQ(found, (Gone{":sha256-" + hex + ".sig", "cosign", "of the orphan", "orphan"}));
}

TEST_F(RetentionTest, KeepUntaggedKeepsSomeOfThem) {
  auto& made = policy();
  made.keepUntagged.emplace().mostRecentlyPushedCount = 1;
  made.keepUntagged->pulledWithin = 3h;
  manifest("pulled", 9h, 2h);
  manifest("last", 8h);
  manifest("old", 9h);
  EXPECT_EQ(gone(), Gone{"old"});
  made.keepUntagged.emplace();  // no condition keeps nothing
  EXPECT_EQ(gone().size(), 3U);
}

TEST_F(RetentionTest, WhatIsPinnedStays) {
  policy().keepTags.push_back({{"^keep"}, {}, {}, {}, {}});
  tagged("v1", 9h);
  tagged("v2", 9h);
  manifest("untagged", 9h);
  view_.pinnedTags = {"v1"};
  view_.pinnedManifests = {Digest::of("untagged")};
  EXPECT_EQ(gone(), (Gone{":v2", "v2"}));
}

}  // namespace
}  // namespace larder::test
