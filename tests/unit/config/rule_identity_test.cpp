// The stable identities of sync rules, and edits by them with two admins at once.
#include <gtest/gtest.h>

#include "editor_fixture.hpp"
#include "larder/config/sync_rules.hpp"

namespace larder::config {
namespace {

using core::ErrorCode;
using RefusalKind = Refusal::Kind;

Json ruleOf(const std::string& host, const std::string& prefix = "**") {
  return {{"urls", {"https://" + host}}, {"onDemand", true}, {"content", {{{"prefix", prefix}}}}};
}

class RuleIdentity : public EditorTest {
 protected:
  RuleIdentity() { setRules({ruleOf("a.example", "a/**"), ruleOf("b.example", "b/**"), ruleOf("c.example", "c/**")}); }

  void setRules(const std::vector<Json>& rules) {
    Json document{{"storage", {{"rootDirectory", root().string()}}},
                  {"extensions", {{"sync", {{"registries", rules}}}}}};
    write(document.dump());
  }
  std::vector<std::string> ids() { return editor().written().value().rules; }
  Json rules() { return rulesOf(editor().written().value().document); }
  std::uint64_t revision() { return editor().written().value().revision; }

  auto change(Editor::Change change, std::uint64_t basedOn) {
    EditOptions options;
    options.basedOn = basedOn;
    options.ofElement = true;
    return editor().edit(change, options);
  }
};

TEST_F(RuleIdentity, StaysOverEditMoveAndRestart) {
  auto [a, b, c] = std::tuple(ids()[0], ids()[1], ids()[2]);
  EXPECT_NE(a, b);
  ASSERT_TRUE(change(orderRules({c, a, b}), revision()));
  ASSERT_TRUE(change(replaceRule(b, ruleOf("elsewhere.example", "other/**")), revision()));
  EXPECT_EQ(ids(), (std::vector<std::string>{c, a, b}));
  restart();
  EXPECT_EQ(ids(), (std::vector<std::string>{c, a, b}));
  EXPECT_EQ(rules()[2]["urls"][0], "https://elsewhere.example");
  EXPECT_EQ(text().find("$id"), std::string::npos);
}

TEST_F(RuleIdentity, FollowsARuleThroughTheFileByContentThenByUrlAndPrefixes) {
  auto before = ids();
  auto changed = ruleOf("b.example", "b/**");
  changed["onDemand"] = false;
  changed["pollInterval"] = "1h";
  setRules({ruleOf("new.example"), ruleOf("c.example", "c/**"), changed, ruleOf("a.example", "a/**")});
  auto after = ids();
  ASSERT_EQ(after.size(), 4U);
  EXPECT_EQ(after[1], before[2]);
  EXPECT_EQ(after[2], before[1]);
  EXPECT_EQ(after[3], before[0]);
  EXPECT_EQ(std::ranges::count(before, after[0]), 0);
}

TEST_F(RuleIdentity, IsLoadedWithTheRuleHoweverItWasEdited) {
  // What is in force and what is written are to agree, before the load is noted and after it.
  auto inForce = [this] {
    std::vector<std::string> loaded;
    const auto config = editor().load().config;
    for (const auto& rule : config->extensions.sync->registries) loaded.push_back(rule.id);
    return loaded;
  };
  auto before = ids();
  ASSERT_EQ(inForce(), before);
  auto wider = ruleOf("b.example", "b/**");
  wider["content"].push_back({{"prefix", "more/**"}});
  // By hand, with another rule in the place of one of them.
  setRules({wider, ruleOf("new.example"), ruleOf("c.example", "c/**")});
  auto byHand = inForce();
  EXPECT_EQ(byHand[0], before[1]);
  EXPECT_EQ(std::ranges::count(before, byHand[1]), 0);
  EXPECT_EQ(byHand[2], before[2]);
  EXPECT_EQ(ids(), byHand);
  // By a patch, in which a list stands whole and carries no identity.
  auto patch = [](const Json& rules) { return Json{{"extensions", {{"sync", {{"registries", rules}}}}}}; };
  auto narrower = ruleOf("b.example", "only/this");
  ASSERT_TRUE(editor().patch(patch({ruleOf("c.example", "c/**"), narrower}), {}));
  EXPECT_EQ(inForce(), (std::vector<std::string>{before[2], before[1]}));
  // By a merge.
  auto merged = editor().merge({revision(), patch({wider, ruleOf("c.example", "c2/**")}), true, {}}, {});
  ASSERT_TRUE(merged);
  EXPECT_EQ(inForce(), (std::vector<std::string>{before[1], before[2]}));
  restart();
  EXPECT_EQ(inForce(), (std::vector<std::string>{before[1], before[2]}));
}

TEST_F(RuleIdentity, IsNotInheritedWhereTwoRulesCouldBeMeant) {
  setRules({ruleOf("a.example", "a/**"), ruleOf("a.example", "b/**")});
  auto before = ids();
  setRules({ruleOf("a.example", "c/**")});
  EXPECT_EQ(std::ranges::count(before, ids()[0]), 0);
  setRules({ruleOf("a.example", "d/**"), ruleOf("a.example", "e/**")});
  before = ids();
  setRules({ruleOf("elsewhere.example", "d/**"), ruleOf("a.example", "e/**")});
  EXPECT_EQ(std::ranges::count(before, ids()[0]), 0);
  EXPECT_EQ(ids()[1], before[1]);
}

TEST_F(RuleIdentity, IsTheSameInAFileThatPollsTheMirrorAtAnotherPace) {
  auto idIn = [](const char* interval) {
    auto rule = ruleOf("a.example");
    rule["pollInterval"] = interval;
    auto loaded = loadDocument(Json{{"extensions", {{"sync", {{"registries", {rule}}}}}}});
    return loaded.config->extensions.sync->registries.at(0).id;
  };
  EXPECT_EQ(idIn("1h"), idIn("2h"));
}

TEST_F(RuleIdentity, OfEqualRulesAreDifferent) {
  setRules({ruleOf("a.example"), ruleOf("a.example")});
  EXPECT_NE(ids()[0], ids()[1]);
}

TEST_F(RuleIdentity, ComesBackWithARevisionThatIsRestored) {
  auto before = ids();
  auto first = revision();
  ASSERT_TRUE(change(removeRule(before[1]), first));
  ASSERT_TRUE(editor().rollBack(first, {}));
  EXPECT_EQ(ids(), before);
}

TEST_F(RuleIdentity, AnEditReachesItsRuleWhateverHappensToOthers) {
  auto before = ids();
  auto seen = revision();
  // Another admin meanwhile moves, edits, adds and removes.
  ASSERT_TRUE(change(orderRules({before[2], before[1], before[0]}), seen));
  ASSERT_TRUE(change(replaceRule(before[0], ruleOf("a2.example")), revision()));
  ASSERT_TRUE(change(addRule(ruleOf("d.example")), 0));
  ASSERT_TRUE(change(removeRule(before[2]), revision()));
  ASSERT_TRUE(change(replaceRule(before[1], ruleOf("b2.example")), seen));
  EXPECT_EQ(rules()[0]["urls"][0], "https://b2.example");
  EXPECT_EQ(rules()[1]["urls"][0], "https://a2.example");
  EXPECT_EQ(rules()[2]["urls"][0], "https://d.example");
}

TEST_F(RuleIdentity, AnEditOfWhatAnotherChangedIsRefusedWithAllThreeSides) {
  auto id = ids()[1];
  auto seen = revision();
  auto theirs = ruleOf("b.example", "b/**");
  theirs["maxRetries"] = 3;
  theirs["retryDelay"] = "1s";
  ASSERT_TRUE(change(replaceRule(id, theirs), seen));
  auto mine = ruleOf("b.example", "b/**");
  mine["onDemand"] = false;
  mine["pollInterval"] = "1h";
  auto refused = change(replaceRule(id, mine), seen);
  ASSERT_FALSE(refused);
  const auto& refusal = refused.error();
  EXPECT_EQ(refusal.kind, RefusalKind::Stale);
  EXPECT_EQ(refusal.revision, revision());
  EXPECT_EQ(refusal.seen, ruleOf("b.example", "b/**"));
  EXPECT_EQ(refusal.current, theirs);
  EXPECT_TRUE(refusal.conflicts.empty());
  EXPECT_EQ((*refusal.merged)["maxRetries"], 3);
  EXPECT_EQ((*refusal.merged)["pollInterval"], "1h");
  ASSERT_EQ(refusal.meanwhile.size(), 2U);
  EXPECT_EQ(refusal.meanwhile[0].path, "maxRetries");
  // With what they now know it goes through.
  EXPECT_TRUE(change(replaceRule(id, *refusal.merged), refusal.revision));
}

TEST_F(RuleIdentity, AnEditOfWhatAnotherRemovedIsRefusedAndLosesNothing) {
  auto id = ids()[1];
  auto seen = revision();
  ASSERT_TRUE(change(removeRule(id), seen));
  auto refused = change(replaceRule(id, ruleOf("b2.example")), seen);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, RefusalKind::Stale);
  EXPECT_FALSE(refused.error().current);
  EXPECT_EQ(refused.error().seen, ruleOf("b.example", "b/**"));
  // And to remove what another has just edited.
  auto other = ids()[0];
  seen = revision();
  ASSERT_TRUE(change(replaceRule(other, ruleOf("a2.example")), seen));
  EXPECT_EQ(change(removeRule(other), seen).error().kind, RefusalKind::Stale);
  EXPECT_EQ(change(removeRule("0123456789ab"), revision()).error().error.code, ErrorCode::NotFound);
}

TEST_F(RuleIdentity, AnOrderIsRefusedOnceTheListIsAnother) {
  auto before = ids();
  auto seen = revision();
  ASSERT_TRUE(change(replaceRule(before[0], ruleOf("a2.example")), seen));
  ASSERT_TRUE(change(orderRules({before[1], before[0], before[2]}), seen));
  EXPECT_EQ(change(orderRules(before), seen).error().kind, RefusalKind::Stale);
  EXPECT_EQ(change(orderRules({before[0], before[0]}), revision()).error().error.code, ErrorCode::InvalidArgument);
}

TEST_F(RuleIdentity, OfAMoveIsOneDifference) {
  auto before = ids();
  auto moved = change(orderRules({before[2], before[0], before[1]}), revision());
  ASSERT_TRUE(moved);
  ASSERT_EQ(moved->changes.size(), 1U);
  const auto& difference = moved->changes.front();
  EXPECT_EQ(difference.path, "extensions.sync.registries[0]");
  EXPECT_EQ(difference.name, "https://c.example");
  EXPECT_EQ(difference.from, 2U);
  EXPECT_EQ(difference.to, 0U);
}

}  // namespace
}  // namespace larder::config
