// Three-way merges of configurations, and drafts that are brought onto what others have saved.
#include "merge.hpp"

#include <gtest/gtest.h>

#include "editor_fixture.hpp"
#include "larder/config/sync_rules.hpp"

namespace larder::config {
namespace {

using core::ErrorCode;

Json parse(const char* text) {
  return Json::parse(text);
}

Merge merged(const Json& base, const Json& mine, const Json& theirs, const Choices& choices = {}) {
  return mergeThreeWays(&configSchema(), base, mine, theirs, choices);
}

Json access(const char* inner) {
  return {{"http", {{"accessControl", parse(inner)}}}};
}

TEST(Merge, TakesBothSidesOfDifferentKeys) {
  auto base = parse(R"({"log": {"level": "info"}, "http": {"realm": "a", "port": 5000}})");
  auto mine = parse(R"({"log": {"level": "warn", "audit": "/a"}, "http": {"realm": "a", "port": 5000}})");
  auto theirs = parse(R"({"log": {"level": "info"}, "http": {"realm": "b"}})");
  auto merge = merged(base, mine, theirs);
  EXPECT_TRUE(merge.conflicts.empty());
  EXPECT_EQ(merge.document, parse(R"({"log": {"level": "warn", "audit": "/a"}, "http": {"realm": "b"}})"));
}

TEST(Merge, AgreesOnWhatBothDid) {
  auto base = parse(R"({"log": {"level": "info"}})");
  auto both = parse(R"({"log": {"level": "warn"}})");
  EXPECT_EQ(merged(base, both, both).document, both);
  EXPECT_TRUE(merged(base, both, both).conflicts.empty());
}

TEST(Merge, OneKeyInTwoWaysIsAConflictThatAChoiceDecides) {
  auto base = parse(R"({"log": {"level": "info"}})");
  auto mine = parse(R"({"log": {"level": "warn"}})");
  auto theirs = parse(R"({"log": {"level": "debug"}})");
  auto merge = merged(base, mine, theirs);
  EXPECT_EQ(merge.document, theirs);
  ASSERT_EQ(merge.conflicts.size(), 1U);
  const auto& conflict = merge.conflicts.front();
  EXPECT_EQ(conflict.path, "log.level");
  EXPECT_EQ(conflict.before, "info");
  EXPECT_EQ(conflict.theirs, "debug");
  EXPECT_EQ(conflict.mine, "warn");
  EXPECT_EQ(merged(base, mine, theirs, {{conflict.id, Choice::Mine}}).document, mine);
  EXPECT_EQ(merged(base, mine, theirs, {{conflict.id, Choice::Before}}).document, base);
  EXPECT_TRUE(merged(base, mine, theirs, {{conflict.id, Choice::Theirs}}).conflicts.empty());
}

TEST(Merge, AChangeOfWhatTheOtherRemovedIsAConflict) {
  auto base = parse(R"({"log": {"level": "info", "audit": "/a"}})");
  auto mine = parse(R"({"log": {"level": "info", "audit": "/b"}})");
  auto theirs = parse(R"({"log": {"level": "info"}})");
  ASSERT_EQ(merged(base, mine, theirs).conflicts.size(), 1U);
  EXPECT_TRUE(merged(base, mine, theirs).conflicts.front().theirs.is_null());
  EXPECT_EQ(merged(base, mine, theirs, {{"1", Choice::Mine}}).document, mine);
  EXPECT_EQ(merged(base, theirs, mine, {{"1", Choice::Mine}}).document, theirs);
}

TEST(Merge, GroupsAndUsersOfBothStay) {
  auto base = access(R"({"groups": {"ops": {"users": ["alice", "bob", "carol"]}}})");
  auto mine =
      access(R"({"groups": {"ops": {"users": ["alice", "bob", "carol", "dave"]}, "ci": {"users": ["robot"]}}})");
  auto theirs = access(R"({"groups": {"ops": {"users": ["erin", "alice", "carol"]}}})");
  auto merge = merged(base, mine, theirs);
  EXPECT_TRUE(merge.conflicts.empty());
  EXPECT_EQ(merge.document, access(R"({"groups": {"ops": {"users": ["erin", "alice", "carol", "dave"]},
                                       "ci": {"users": ["robot"]}}})"));
}

TEST(Merge, PoliciesAreToldByUsersAndGroups) {
  auto base = access(R"({"repositories": {"**": {"policies": [
    {"users": ["alice"], "actions": ["read"]}, {"groups": ["ops"], "actions": ["read"]}]}}})");
  auto mine = access(R"({"repositories": {"**": {"policies": [
    {"users": ["new"], "actions": ["read"]},
    {"users": ["alice"], "actions": ["read", "create"]}, {"groups": ["ops"], "actions": ["read"]}]}}})");
  auto theirs = access(R"({"repositories": {"team/**": {"defaultPolicy": ["read"]}, "**": {"policies": [
    {"groups": ["ops"], "actions": ["read", "delete"]}, {"users": ["alice"], "actions": ["read"]}]}}})");
  auto merge = merged(base, mine, theirs);
  EXPECT_TRUE(merge.conflicts.empty());
  EXPECT_EQ(merge.document, access(R"({"repositories": {"team/**": {"defaultPolicy": ["read"]}, "**": {"policies": [
    {"users": ["new"], "actions": ["read"]},
    {"groups": ["ops"], "actions": ["read", "delete"]}, {"users": ["alice"], "actions": ["read", "create"]}]}}})"));
}

TEST(Merge, APolicyWhoseUsersChangedInPlaceIsStillTheSame) {
  auto base = access(R"({"repositories": {"**": {"policies": [{"users": ["a"], "actions": ["read"]}]}}})");
  auto mine = access(R"({"repositories": {"**": {"policies": [{"users": ["a", "b"], "actions": ["read"]}]}}})");
  auto theirs = access(R"({"repositories": {"**": {"policies": [{"users": ["a"], "actions": ["read", "create"]}]}}})");
  auto merge = merged(base, mine, theirs);
  EXPECT_TRUE(merge.conflicts.empty());
  EXPECT_EQ(merge.document, access(R"({"repositories": {"**": {"policies": [
    {"users": ["a", "b"], "actions": ["read", "create"]}]}}})"));
}

TEST(Merge, TwoOrdersOfOneListAreAConflict) {
  auto list = [](std::vector<std::string> urls) {
    Json rules = Json::array();
    for (auto& url : urls) rules.push_back({{"$id", "00000000000" + url}, {"urls", {"https://" + url}}});
    return Json{{"extensions", {{"sync", {{"registries", rules}}}}}};
  };
  auto merge = merged(list({"a", "b", "c"}), list({"b", "a", "c"}), list({"a", "c", "b"}));
  ASSERT_EQ(merge.conflicts.size(), 1U);
  EXPECT_EQ(merge.conflicts[0].name, "the order");
  EXPECT_EQ(merge.conflicts[0].mine, (Json{"https://b", "https://a", "https://c"}));
  auto chosen = merged(list({"a", "b", "c"}), list({"b", "a", "c"}), list({"a", "c", "b"}), {{"1", Choice::Mine}});
  EXPECT_EQ(chosen.document, list({"b", "a", "c"}));
  EXPECT_EQ(merged(list({"a", "b", "c"}), list({"b", "a", "c"}), list({"a", "b", "c"})).document,
            list({"b", "a", "c"}));
}

TEST(Merge, TheCaseOfKeysDoesNotMatter) {
  auto merge = merged(parse(R"({"log": {"level": "info"}})"), parse(R"({"log": {"level": "info", "audit": "/a"}})"),
                      parse(R"({"LOG": {"Level": "warn"}})"));
  EXPECT_EQ(merge.document, parse(R"({"LOG": {"Level": "warn", "audit": "/a"}})"));
}

TEST(Merge, ConflictsHideSecrets) {
  auto key = [](const char* text) { return Json{{"cluster", {{"hashKey", text}}}}; };
  auto merge = merged(key("one"), key("two"), key("three"));
  ASSERT_EQ(merge.conflicts.size(), 1U);
  EXPECT_EQ(merge.conflicts[0].mine, kSecret);
  EXPECT_EQ(merge.conflicts[0].before, kSecret);
}

// Drafts

Json mirror(const std::string& host) {
  return {{"urls", {"https://" + host}}, {"onDemand", true}, {"content", {{{"prefix", host + "/**"}}}}};
}

class DraftTest : public EditorTest {
 protected:
  static Json mirrors(std::vector<std::string> hosts) {
    auto rules = Json::array();
    for (const auto& host : hosts) rules.push_back(mirror(host));
    return {{"extensions", {{"sync", {{"registries", rules}}}}}};
  }
  std::vector<std::string> hosts() {
    std::vector<std::string> hosts;
    for (const auto& rule : rulesOf(editor().written()->document)) hosts.push_back(rule["urls"][0]);
    return hosts;
  }
  std::uint64_t revision() { return editor().written()->revision; }
  auto save(const MergeDraft& draft) { return editor().merge(draft, {}); }
  auto preview(const MergeDraft& draft) {
    EditOptions options;
    options.dryRun = true;
    return editor().merge(draft, options);
  }
};

TEST_F(DraftTest, KeepsTheMirrorThatAnotherAdminAddedMeanwhile) {
  ASSERT_TRUE(editor().patch(mirrors({"a", "b"}), {}));
  auto base = revision();
  ASSERT_TRUE(editor().patch(mirrors({"theirs", "a", "b"}), {}));
  MergeDraft draft{base, mirrors({"a", "mine"}), true, {}};
  auto seen = preview(draft);
  ASSERT_TRUE(seen) << seen.error().error.message;
  EXPECT_TRUE(seen->conflicts.empty());
  EXPECT_EQ(seen->edited.revision, revision());
  EXPECT_EQ(seen->mine.size(), 2U);
  ASSERT_EQ(seen->theirs.size(), 1U);
  EXPECT_EQ(seen->theirs[0].name, "https://theirs");
  ASSERT_TRUE(save(draft));
  EXPECT_EQ(hosts(), (std::vector<std::string>{"https://theirs", "https://a", "https://mine"}));
  EXPECT_EQ(editor().history()->front().origin, Origin::Merge);
}

// Each pair of edits, in both orders: what either did is there in the end.
TEST_F(DraftTest, LosesNothingInWhateverOrderTwoAdminsSave) {
  const std::vector<std::pair<Json, Json>> edits{
      {mirrors({"a", "b", "x"}), mirrors({"b"})},
      {mirrors({"b", "a"}), mirrors({"a", "b", "y"})},
      {{{"log", {{"level", "warn"}}}}, {{"http", {{"realm", "x"}}}}},
      {{{"http", {{"accessControl", {{"groups", {{"g", {{"users", {"u"}}}}}}}}}}}, mirrors({"a"})},
  };
  for (const auto& [one, other] : edits) {
    std::vector<Json> results;
    for (bool swapped : {false, true}) {
      ASSERT_TRUE(
          editor().replace({{"storage", {{"rootDirectory", root().string()}}}, {"log", {{"level", "info"}}}}, {}));
      ASSERT_TRUE(editor().patch(mirrors({"a", "b"}), {}));
      auto base = revision();
      ASSERT_TRUE(save({base, swapped ? other : one, true, {}}));
      auto second = save({base, swapped ? one : other, true, {}});
      ASSERT_TRUE(second) << second.error().error.message;
      results.push_back(editor().written()->document);
    }
    auto sorted = [](const Json& json) { return nlohmann::json::parse(json.dump()); };
    EXPECT_EQ(sorted(results[0]), sorted(results[1]));
  }
}

TEST_F(DraftTest, IsNotSavedWhileConflictsAreOpen) {
  auto base = revision();
  ASSERT_TRUE(editor().patch(level("warn"), {}));
  MergeDraft draft{base, level("error"), true, {}};
  ASSERT_EQ(preview(draft)->conflicts.size(), 1U);
  auto refused = save(draft);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Refusal::Kind::Conflicting);
  EXPECT_EQ(refused.error().conflicts.size(), 1U);
  EXPECT_EQ(levelNow(), "warn");
  draft.choices["1"] = Choice::Mine;
  ASSERT_TRUE(save(draft));
  EXPECT_EQ(levelNow(), "error");
}

TEST_F(DraftTest, IsRefusedIfItChangedAgainSinceThePreview) {
  auto base = revision();
  ASSERT_TRUE(editor().patch(level("warn"), {}));
  auto seen = preview({base, Json{{"http", {{"realm", "x"}}}}, true, {}})->edited.revision;
  ASSERT_TRUE(editor().patch(level("debug"), {}));
  EditOptions options;
  options.basedOn = seen;
  auto refused = editor().merge({base, Json{{"http", {{"realm", "x"}}}}, true, {}}, options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Refusal::Kind::Stale);
}

TEST_F(DraftTest, SaysWhyItCouldNotBeSaved) {
  auto seen = preview({revision(), level("loud"), true, {}});
  ASSERT_TRUE(seen);
  EXPECT_EQ(pathsOf(seen->errors), std::vector<std::string>{"log.level"});
  EXPECT_EQ(save({99, level("warn"), true, {}}).error().error.code, ErrorCode::NotFound);
}

TEST_F(DraftTest, OfAWholeDocumentKeepsSecretsOfItsBase) {
  ASSERT_TRUE(editor().patch({{"cluster", {{"members", {"a:1"}}, {"hashKey", "loremipsumdolors"}}}}, {}));
  auto base = revision();
  auto shown = editor().shown(editor().written()->document);
  EXPECT_EQ(shown["cluster"]["hashKey"], kSecret);
  ASSERT_TRUE(editor().patch(level("warn"), {}));
  shown["http"]["realm"] = "x";
  ASSERT_TRUE(save({base, shown, false, {}}));
  auto document = editor().written()->document;
  EXPECT_EQ(document["cluster"]["hashKey"], "loremipsumdolors");
  EXPECT_EQ(document["log"]["level"], "warn");
  EXPECT_EQ(document["http"]["realm"], "x");
}

// Taking back one change

TEST_F(DraftTest, RevertTakesBackOneChangeAndKeepsWhatCameLater) {
  ASSERT_TRUE(editor().patch(mirrors({"a", "b"}), {}));
  ASSERT_TRUE(editor().patch(mirrors({"a"}), {}));
  auto removed = revision();
  ASSERT_TRUE(editor().patch(level("warn"), {}));
  ASSERT_TRUE(editor().patch(mirrors({"a", "c"}), {}));
  ASSERT_TRUE(editor().revert(removed, {}, {}));
  EXPECT_EQ(hosts().size(), 3U);
  EXPECT_EQ(levelNow(), "warn");
  EXPECT_EQ(editor().history()->front().origin, Origin::Revert);
}

TEST_F(DraftTest, RevertOfWhatWasChangedAgainIsAConflict) {
  ASSERT_TRUE(editor().patch(level("warn"), {}));
  auto reverted = revision();
  ASSERT_TRUE(editor().patch(level("debug"), {}));
  auto refused = editor().revert(reverted, {}, {});
  ASSERT_FALSE(refused);
  ASSERT_EQ(refused.error().conflicts.size(), 1U);
  EXPECT_EQ(refused.error().conflicts[0].mine, "info");
  ASSERT_TRUE(editor().revert(reverted, {{"1", Choice::Mine}}, {}));
  EXPECT_EQ(levelNow(), "info");
  EXPECT_EQ(editor().revert(1, {}, {}).error().error.code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace larder::config
