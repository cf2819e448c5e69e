#include "larder/config/editor.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "editor_fixture.hpp"
#include "larder/config/credentials_file.hpp"

namespace larder::config {
namespace {

using core::ErrorCode;

TEST_F(EditorTest, WritesNothingThatIsVetoed) {
  auto before = text();
  EditOptions options;
  options.veto = [](const Snapshot& next) -> std::optional<core::Error> {
    if (next->log.level == LogLevel::Info) return std::nullopt;
    return core::Error{ErrorCode::Conflict, "Not this.", "log.level"};
  };
  auto refused = editor().patch(level("debug"), options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Refusal::Kind::Failed);
  EXPECT_EQ(refused.error().error.code, ErrorCode::Conflict);
  EXPECT_EQ(text(), before);
  EXPECT_EQ(applied_, 0);
  EXPECT_TRUE(editor().patch(Json{{"http", {{"realm", "allowed"}}}}, options));
}

TEST_F(EditorTest, SavesKeepsARevisionAndApplies) {
  auto edited = editor().patch(level("warn"), {1, {"alice", "10.0.0.1"}, false, Origin::Edit});
  ASSERT_TRUE(edited) << edited.error().error.message;
  EXPECT_TRUE(edited->saved);
  EXPECT_FALSE(edited->inOverlay);
  EXPECT_EQ(edited->revision, 2U);
  EXPECT_EQ(applied_, 1);
  EXPECT_EQ(levelNow(), "warn");
  auto history = editor().history().value();
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].author.user, "alice");
  EXPECT_EQ(history[0].origin, Origin::Edit);
  EXPECT_EQ(history[0].paths, std::vector<std::string>{"log.level"});
  EXPECT_EQ(history[1].origin, Origin::Start);
}

TEST_F(EditorTest, KeepsTheIndentation) {
  write("{\n\t\"storage\": {\"rootDirectory\": \"" + root().string() + "\"}\n}\n");
  ASSERT_TRUE(editor().patch(level("warn"), {}));
  EXPECT_EQ(text(), "{\n\t\"storage\": {\n\t\t\"rootDirectory\": \"" + root().string() +
                        "\"\n\t},\n\t\"log\": {\n\t\t\"level\": \"warn\"\n\t}\n}\n");
}

TEST_F(EditorTest, WritesNothingForADryRunOrWithoutAChange) {
  auto before = text();
  EditOptions dry;
  dry.dryRun = true;
  auto verdict = editor().patch(level("warn"), dry);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->changes.size(), 1U);
  EXPECT_FALSE(verdict->saved);
  auto same = editor().patch(level("info"), {});
  ASSERT_TRUE(same);
  EXPECT_FALSE(same->saved);
  EXPECT_EQ(text(), before);
  EXPECT_EQ(applied_, 0);
}

TEST_F(EditorTest, RefusesWhatWouldNotLoadWithEveryFault) {
  auto before = text();
  auto edited = editor().patch({{"log", {{"level", "loud"}}}, {"nonsense", 1}}, {});
  ASSERT_FALSE(edited);
  EXPECT_EQ(edited.error().kind, Refusal::Kind::Invalid);
  EXPECT_EQ(pathsOf(edited.error().problems), (std::vector<std::string>{"log.level", "nonsense"}));
  EXPECT_EQ(text(), before);
  EXPECT_EQ(editor().history()->size(), 1U);
}

TEST_F(EditorTest, RefusesAStaleEditAndSaysWhatChanged) {
  ASSERT_TRUE(editor().patch(level("warn"), {}));
  auto edited = editor().patch(level("error"), {1, {}, false, Origin::Edit});
  ASSERT_FALSE(edited);
  EXPECT_EQ(edited.error().kind, Refusal::Kind::Stale);
  ASSERT_EQ(edited.error().meanwhile.size(), 1U);
  EXPECT_EQ(edited.error().meanwhile[0].after, "warn");
  EXPECT_EQ(levelNow(), "warn");
}

TEST_F(EditorTest, CountsAnEditByHand) {
  EXPECT_EQ(editor().written()->revision, 1U);
  write(R"({"storage": {"rootDirectory": ")" + root().string() + R"("}, "log": {"level": "debug"}})");
  EXPECT_EQ(editor().written()->revision, 2U);
  EXPECT_EQ(editor().history()->front().origin, Origin::File);
  EXPECT_FALSE(editor().patch(level("error"), {1, {}, false, Origin::Edit}));
  EXPECT_TRUE(editor().patch(level("error"), {2, {}, false, Origin::Edit}));
}

TEST_F(EditorTest, TakesBackWhatDoesNotComeIntoForce) {
  auto before = text();
  editor();
  refusesToApply_ = true;
  auto edited = editor().patch(level("warn"), {});
  ASSERT_FALSE(edited);
  EXPECT_EQ(edited.error().kind, Refusal::Kind::Invalid);
  EXPECT_EQ(pathsOf(edited.error().problems), std::vector<std::string>{"log.audit"});
  EXPECT_EQ(text(), before);
  EXPECT_EQ(editor().history()->size(), 1U);
}

TEST_F(EditorTest, RollsBackToARevisionThatIsKept) {
  ASSERT_TRUE(editor().patch(level("warn"), {}));
  auto back = editor().rollBack(1, {});
  ASSERT_TRUE(back);
  EXPECT_EQ(levelNow(), "info");
  EXPECT_EQ(editor().history()->front().origin, Origin::RollBack);
  EXPECT_EQ(editor().rollBack(99, {}).error().error.code, ErrorCode::NotFound);
}

TEST_F(EditorTest, BoundsTheHistory) {
  for (int i = 0; i < 120; ++i) ASSERT_TRUE(editor().patch({{"http", {{"realm", "r" + std::to_string(i)}}}}, {}));
  auto history = editor().history().value();
  EXPECT_EQ(history.size(), 100U);
  EXPECT_EQ(history.front().number, 121U);
  struct stat status{};
  ::stat((root() / "_larder/config/history/00000121.json").c_str(), &status);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
}

TEST_F(EditorTest, TellsWhatNeedsARestart) {
  auto edited = editor().patch({{"http", {{"port", 5001}}}}, {});
  ASSERT_TRUE(edited);
  EXPECT_EQ(edited->restartNeeded, std::vector<std::string>{"http.port"});
  EXPECT_EQ(editor().state().restartNeeded, std::vector<std::string>{"http.port"});
}

// What cannot be written

class OverlayTest : public EditorTest {
 protected:
  OverlayTest() { ::chmod(file_.c_str(), 0444); }
};

TEST_F(OverlayTest, TakesEditsAndIsLaidOverTheFileAtEachStart) {
  auto before = text();
  auto edited = editor().patch(level("warn"), {});
  ASSERT_TRUE(edited);
  EXPECT_TRUE(edited->inOverlay);
  EXPECT_EQ(text(), before);
  restart();
  EXPECT_EQ(levelNow(), "warn");
  EXPECT_TRUE(editor().written()->overlaid);
  auto drift = editor().drift();
  ASSERT_TRUE(drift);
  EXPECT_EQ(drift->overlay, level("warn"));
  EXPECT_EQ(drift->changes.size(), 1U);
}

TEST_F(OverlayTest, GoesWhenItSaysNothingMore) {
  ASSERT_TRUE(editor().patch(level("warn"), {}));
  ASSERT_TRUE(editor().patch(level("info"), {}));
  EXPECT_FALSE(editor().written()->overlaid);
  ASSERT_TRUE(editor().patch(level("warn"), {}));
  ASSERT_TRUE(editor().dropOverlay({}));
  EXPECT_FALSE(editor().written()->overlaid);
  EXPECT_EQ(levelNow(), "info");
}

TEST_F(OverlayTest, IsWrittenIntoTheFileOnceThatCanBe) {
  ASSERT_TRUE(editor().patch(level("warn"), {}));
  ::chmod(file_.c_str(), 0644);
  ASSERT_TRUE(editor().patch({{"http", {{"realm", "x"}}}}, {}));
  EXPECT_FALSE(editor().written()->overlaid);
  auto document = Json::parse(text());
  EXPECT_EQ(document["log"]["level"], "warn");
  EXPECT_EQ(document["http"]["realm"], "x");
}

TEST_F(OverlayTest, ThatNoLongerFitsIsLeftOutAtAStart) {
  ASSERT_TRUE(editor().patch(level("warn"), {}));
  writeFile(root() / "_larder/config/overlay.json", R"({"log": {"level": "loud"}})");
  restart();
  Editor next(file_, "");
  auto loaded = next.load();
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->log.level, LogLevel::Info);
  ASSERT_FALSE(loaded.problems.empty());
  EXPECT_EQ(loaded.problems.front().severity, Severity::Warning);
  EXPECT_NE(loaded.problems.front().message.find("overlay"), std::string::npos);
}

TEST_F(OverlayTest, CannotMoveTheDirectoryThatItIsIn) {
  auto edited = editor().patch({{"storage", {{"rootDirectory", "/elsewhere"}}}}, {});
  ASSERT_FALSE(edited);
  EXPECT_EQ(pathsOf(edited.error().problems), std::vector<std::string>{"storage.rootDirectory"});
}

TEST_F(EditorTest, BuiltInTextGetsAnOverlay) {
  Editor builtIn({}, defaultConfigText(root()));
  auto first = builtIn.load();
  ASSERT_TRUE(first.config);
  builtIn.loaded(first, {});
  auto edited = builtIn.patch(level("warn"), {});
  ASSERT_TRUE(edited);
  EXPECT_TRUE(edited->inOverlay);
  EXPECT_EQ(builtIn.load().config->log.level, LogLevel::Warn);
}

// Credentials

TEST(CredentialsFile, SetsReplacesAndRemovesByHost) {
  test::TempDirectory directory;
  CredentialsFile file(directory.path() / "credentials.json");
  EXPECT_TRUE(file.list()->empty());
  ASSERT_TRUE(file.set("registry-1.docker.io", "hub", "p"));
  ASSERT_TRUE(file.set("ghcr.io", "me", "p"));
  ASSERT_TRUE(file.set("docker.io", "other", "q"));
  auto entries = file.list().value();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].host, "docker.io");
  EXPECT_EQ(entries[0].username, "other");
  ASSERT_TRUE(file.remove("index.docker.io"));
  EXPECT_EQ(file.remove("docker.io").error().code, ErrorCode::NotFound);
  EXPECT_EQ(file.set("no host", "a", "b").error().code, ErrorCode::InvalidArgument);
}

// A secret stays with the address that it was written for, whichever way an edit takes.
class SecretsAndAddresses : public EditorTest {
 protected:
  SecretsAndAddresses() {
    auto document = Json::parse(text());
    document.update(driver({{"endpoint", "https://db.example"}, {"secretkey", "s3cret"}}), true);
    write(document.dump());
  }
  static Json driver(const Json& members) {
    Json all{{"name", "dynamodb"}};
    all.update(members);
    return {{"storage", {{"cacheDriver", all}}}};
  }
  static Json moved() { return driver({{"endpoint", "https://elsewhere.example"}}); }
  static void expectRefused(const Refusal& refusal) {
    EXPECT_EQ(refusal.kind, Refusal::Kind::Invalid);
    ASSERT_EQ(refusal.problems.size(), 1U);
    EXPECT_EQ(refusal.problems[0].path, "storage.cacheDriver.secretkey");
    EXPECT_NE(refusal.problems[0].message.find("address has changed"), std::string::npos);
  }
  Json now() { return editor().written().value().document["storage"]["cacheDriver"]; }
};

TEST_F(SecretsAndAddresses, APatchOfTheAddressAsksForTheSecret) {
  auto refused = editor().patch(moved(), {});
  ASSERT_FALSE(refused);
  expectRefused(refused.error());
  // Who knows it may write it, though it stays the same.
  auto whole = moved();
  whole["storage"]["cacheDriver"]["secretkey"] = "s3cret";
  ASSERT_TRUE(editor().patch(whole, {}));
  EXPECT_EQ(now()["endpoint"], "https://elsewhere.example");
  ASSERT_TRUE(editor().patch(driver({{"keyprefix", "k"}}), {}));
  EXPECT_EQ(now()["secretkey"], "s3cret");
}

TEST_F(SecretsAndAddresses, AWholeDocumentAndADraftDoTheSame) {
  auto base = editor().written().value();
  auto document = editor().shown(base.document);
  document["storage"]["cacheDriver"]["endpoint"] = "https://elsewhere.example";
  auto refused = editor().replace(document, {});
  ASSERT_FALSE(refused);
  expectRefused(refused.error());
  for (bool isPatch : {true, false}) {
    auto merged = editor().merge({base.revision, isPatch ? moved() : document, isPatch, {}}, {});
    ASSERT_FALSE(merged);
    expectRefused(merged.error());
    auto drafted = editor().drafted({base.revision, isPatch ? moved() : document, isPatch, {}});
    ASSERT_FALSE(drafted);
    expectRefused(drafted.error());
  }
}

TEST_F(SecretsAndAddresses, AMergeDoesNotTakeTheAddressFromOneAndTheSecretFromAnother) {
  auto base = editor().written().value().revision;
  ASSERT_TRUE(editor().patch(driver({{"secretkey", "rotated"}}), {}));
  auto mine = moved();
  mine["storage"]["cacheDriver"]["secretkey"] = "made up";
  EditOptions dry;
  dry.dryRun = true;
  auto preview = editor().merge({base, mine, true, {}}, dry);
  ASSERT_TRUE(preview);
  ASSERT_EQ(preview->conflicts.size(), 1U);
  for (auto choice : {Choice::Theirs, Choice::Before}) {
    auto refused = editor().merge({base, mine, true, {{preview->conflicts[0].id, choice}}}, {});
    ASSERT_FALSE(refused);
    expectRefused(refused.error());
  }
  ASSERT_TRUE(editor().merge({base, mine, true, {{preview->conflicts[0].id, Choice::Mine}}}, {}));
  EXPECT_EQ(now()["secretkey"], "made up");
}

TEST_F(EditorTest, ADraftUponARevisionThatIsGoneSaysSo) {
  auto base = editor().written().value().revision;
  for (int number = 0; number < 101; ++number) {
    ASSERT_TRUE(editor().patch({{"http", {{"realm", "r" + std::to_string(number)}}}}, {}));
  }
  auto refused = editor().drafted({base, level("warn"), true, {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Refusal::Kind::Stale);
  EXPECT_TRUE(refused.error().baseUnknown);
  EXPECT_NE(refused.error().error.message.find("no longer kept"), std::string::npos);
  refused = editor().drafted({100000, level("warn"), true, {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.code, core::ErrorCode::NotFound) << "there never was one";
}

}  // namespace
}  // namespace larder::config
