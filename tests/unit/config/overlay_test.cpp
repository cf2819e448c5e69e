// Overlays of edits over a file that changes beneath them.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "editor_fixture.hpp"

namespace larder::config {
namespace {

class OverlayMergeTest : public EditorTest {
 protected:
  // A file that no edit can write, with policies for everything, and rules.
  void writeFixed(const std::string& policies, const std::string& realm = "file") {
    ::chmod(file_.c_str(), 0644);
    write(R"({"storage": {"rootDirectory": ")" + root().string() + R"("}, "http": {"realm": ")" + realm +
          R"(", "accessControl": {"repositories": {"**": {"policies": )" + policies + "}}}}}");
    ::chmod(file_.c_str(), 0444);
  }
  static Json policies(const std::string& text) {
    return {{"http", {{"accessControl", {{"repositories", {{"**", {{"policies", Json::parse(text)}}}}}}}}}};
  }
  Json policiesNow() {
    return editor().written().value().document["http"]["accessControl"]["repositories"]["**"]["policies"];
  }
  std::filesystem::path overlay() const { return root() / "_larder/config/overlay.json"; }
};

constexpr const char* kEveMayWrite = R"([{"users": ["eve"], "actions": ["read", "create"]}])";
constexpr const char* kEveMayRead = R"([{"users": ["eve"], "actions": ["read"]}])";
constexpr const char* kEveAndCarol =
    R"([{"users": ["eve"], "actions": ["read", "create"]}, {"users": ["carol"], "actions": ["read"]}])";

TEST_F(OverlayMergeTest, WhatTheFileTakesAwayIsGone) {
  writeFixed(kEveMayWrite);
  ASSERT_TRUE(editor().patch(policies(kEveAndCarol), {}));
  writeFixed(kEveMayRead);
  EXPECT_EQ(policiesNow(), Json::parse(R"([{"users": ["eve"], "actions": ["read"]},
                                           {"users": ["carol"], "actions": ["read"]}])"));
  EXPECT_TRUE(editor().drift()->warnings.empty());
  writeFixed("[]");
  auto carol = Json::parse(R"([{"users": ["carol"], "actions": ["read"]}])");
  EXPECT_EQ(policiesNow(), carol);
  EXPECT_EQ(editor().drift()->overlay, policies(carol.dump()));
  // So it is after a restart, and once another edit was made upon it.
  restart();
  EXPECT_EQ(policiesNow().size(), 1U);
  ASSERT_TRUE(editor().patch(level("warn"), {}));
  EXPECT_EQ(policiesNow().size(), 1U);
}

TEST_F(OverlayMergeTest, TheFileCountsWhereBothChangedTheSame) {
  writeFixed("[]", "file");
  ASSERT_TRUE(editor().patch({{"http", {{"realm", "edited"}}}}, {}));
  EXPECT_EQ(editor().written()->document["http"]["realm"], "edited");
  writeFixed("[]", "newer");
  EXPECT_EQ(editor().written()->document["http"]["realm"], "newer");
  auto drift = editor().drift();
  ASSERT_TRUE(drift);
  EXPECT_EQ(pathsOf(drift->warnings), std::vector<std::string>{"http.realm"});
  auto loaded = editor().load();
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->http.realm, "newer");
  EXPECT_TRUE(std::ranges::any_of(loaded.problems, [](const auto& problem) { return problem.path == "http.realm"; }));
  // The next edit is made upon what is in force.
  ASSERT_TRUE(editor().patch({{"http", {{"realm", "edited again"}}}}, {}));
  EXPECT_EQ(editor().written()->document["http"]["realm"], "edited again");
  EXPECT_TRUE(editor().drift()->warnings.empty());
}

TEST_F(OverlayMergeTest, OneWithoutABaseCountsAsItIsWithAWarning) {
  writeFixed(kEveMayWrite);
  ASSERT_TRUE(editor().patch(policies(kEveAndCarol), {}));
  for (const auto& entry : std::filesystem::directory_iterator(overlay().parent_path())) {
    if (entry.path().filename().string().ends_with(".base.json")) std::filesystem::remove(entry.path());
  }
  restart();
  EXPECT_EQ(policiesNow().size(), 2U);
  EXPECT_EQ(pathsOf(editor().drift()->warnings),
            std::vector<std::string>{R"(http.accessControl.repositories["**"].policies)"});
  ASSERT_TRUE(editor().patch(level("warn"), {}));
  EXPECT_TRUE(editor().drift()->warnings.empty());
  writeFixed("[]");
  EXPECT_EQ(policiesNow().size(), 1U);
}

TEST_F(OverlayMergeTest, AnEditThatDoesNotComeIntoForceLeavesTheOldOneWithItsBase) {
  writeFixed(kEveMayWrite);
  ASSERT_TRUE(editor().patch(policies(kEveAndCarol), {}));
  refusesToApply_ = true;
  ASSERT_FALSE(editor().patch(level("warn"), {}));
  refusesToApply_ = false;
  EXPECT_TRUE(editor().drift()->warnings.empty());
  EXPECT_EQ(policiesNow().size(), 2U);
  writeFixed("[]");
  EXPECT_EQ(policiesNow().size(), 1U);
}

TEST_F(OverlayMergeTest, LeavesNothingBehind) {
  writeFixed(kEveMayWrite);
  ASSERT_TRUE(editor().patch(policies(kEveAndCarol), {}));
  ASSERT_TRUE(editor().patch(level("warn"), {}));
  auto count = [&] {
    std::size_t bases = 0;
    for (const auto& entry : std::filesystem::directory_iterator(overlay().parent_path())) {
      auto name = entry.path().filename().string();
      if (!name.ends_with(".base.json")) continue;
      struct stat status{};
      ::stat(entry.path().c_str(), &status);
      EXPECT_EQ(status.st_mode & 07777, 0600U);
      ++bases;
    }
    return bases;
  };
  EXPECT_EQ(count(), 1U);
  ASSERT_TRUE(editor().dropOverlay({}));
  EXPECT_EQ(count(), 0U);
}

// Overlays that are wrong

TEST_F(OverlayMergeTest, OneThatIsNoJsonDoesNotKeepADaemonFromStarting) {
  writeFixed("[]");
  ASSERT_TRUE(editor().patch({{"http", {{"realm", "edited"}}}}, {}));
  writeFile(overlay(), "");
  restart();
  Editor next(file_, "");
  auto loaded = next.load();
  ASSERT_TRUE(loaded.config) << describe(loaded.problems);
  EXPECT_EQ(loaded.config->http.realm, "file");
  next.loaded(loaded, {});
  auto state = next.state();
  EXPECT_FALSE(state.ok);
  EXPECT_FALSE(state.overlaid);
  EXPECT_GE(state.revision, 1U);
  EXPECT_NE(state.error.find("overlay.json"), std::string::npos) << state.error;
}

TEST_F(OverlayMergeTest, OneThatIsLeftOutIsNotShownAsInForce) {
  writeFixed("[]");
  ASSERT_TRUE(editor().patch({{"http", {{"realm", "edited"}}}}, {}));
  writeFile(overlay(), R"({"log": {"level": "loud"}, "http": {"realm": "edited", "compat": ["docker2s2"]}})");
  restart();
  editor();
  auto state = editor().state();
  EXPECT_FALSE(state.ok);
  EXPECT_FALSE(state.overlaid);
  EXPECT_NE(state.error.find("log.level"), std::string::npos) << state.error;
  for (const auto& problem : state.problems) EXPECT_EQ(problem.severity, Severity::Warning);
  // The way back is open.
  ASSERT_TRUE(editor().dropOverlay({}));
  EXPECT_TRUE(editor().state().ok);
}

TEST_F(OverlayMergeTest, ASyntaxErrorNamesTheFile) {
  editor();
  ::chmod(file_.c_str(), 0644);
  write(R"({"log": {"lev)");
  auto written = editor().written();
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find("config.json"), std::string::npos) << written.error().message;
  auto refused = editor().patch(level("warn"), {});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().error.message.find("config.json"), std::string::npos);
  EXPECT_NE(describe(loadFile(file_).problems).find("config.json"), std::string::npos);
}

}  // namespace
}  // namespace larder::config
