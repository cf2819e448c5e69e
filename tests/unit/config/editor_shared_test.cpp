// Readers and other daemons beside an editor: what they see, and what they must not make of it.
#include <gtest/gtest.h>
#include <sys/file.h>

#include <atomic>
#include <thread>

#include "editor_fixture.hpp"

namespace larder::config {
namespace {

using core::ErrorCode;

Json realm(const std::string& name) {
  return {{"http", {{"realm", name}}}};
}

std::unique_ptr<Editor> started(const std::filesystem::path& file) {
  auto editor = std::make_unique<Editor>(file, "");
  auto first = editor->load();
  EXPECT_TRUE(first.config) << describe(first.problems);
  editor->loaded(first, {});
  editor->setApply([raw = editor.get()]() -> core::Result<void> {
    auto again = raw->load();
    raw->loaded(again, {});
    return {};
  });
  return editor;
}

class SharedEditorTest : public EditorTest {
 protected:
  std::string configText(const std::string& realm) const {
    return R"({"storage": {"rootDirectory": ")" + root().string() + R"("}, "http": {"realm": ")" + realm + R"("}})";
  }
  std::size_t countOf(Origin origin) {
    auto history = editor().history().value();
    return static_cast<std::size_t>(std::ranges::count(history, origin, &Revision::origin));
  }
};

TEST_F(SharedEditorTest, AReadDuringAnEditIsNoRevision) {
  std::atomic<bool> over = false;
  std::atomic<int> failed = 0;
  auto read = [&] {
    while (!over) failed += editor().written() ? 0 : 1;
  };
  editor();
  std::thread one(read);
  std::thread two(read);
  std::uint64_t seen = 1;
  int refused = 0;
  for (int i = 0; i < 60; ++i) {
    auto edited = editor().patch(realm("r" + std::to_string(i)), {seen, {"ann", ""}, false, Origin::Edit});
    refused += edited ? 0 : 1;
    seen = edited ? edited->revision : edited.error().revision;
  }
  over = true;
  one.join();
  two.join();
  EXPECT_EQ(refused, 0);
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(countOf(Origin::File), 0U);
  EXPECT_EQ(countOf(Origin::Edit), 60U);
}

TEST_F(SharedEditorTest, DaemonsOnOneFileWaitForEachOther) {
  auto first = started(file_);
  auto second = started(file_);
  std::atomic<int> refused = 0;
  auto edit = [&refused](Editor* editor, const char* prefix) {
    for (int i = 0; i < 25; ++i) {
      auto group = prefix + std::to_string(i);
      Json patch{{"http", {{"accessControl", {{"groups", {{group, {{"users", {"x"}}}}}}}}}}};
      refused += editor->patch(patch, {}) ? 0 : 1;
      refused += editor->written() ? 0 : 1;
    }
  };
  std::thread one(edit, first.get(), "a");
  std::thread two(edit, second.get(), "b");
  one.join();
  two.join();
  EXPECT_EQ(refused, 0);
  EXPECT_EQ(Json::parse(text())["http"]["accessControl"]["groups"].size(), 50U);
  EXPECT_EQ(first->written()->revision, second->written()->revision);
  auto history = first->history().value();
  EXPECT_EQ(std::ranges::count(history, Origin::File, &Revision::origin), 0);
  EXPECT_EQ(history.size(), 51U);
}

TEST_F(SharedEditorTest, NobodyTakesOneTurnAfterAnother) {
  auto busy = started(file_);
  auto other = started(file_);
  std::atomic<bool> over = false;
  std::atomic<int> made = 0;
  std::thread editing([&] {
    for (int i = 0; !over && i < 200; ++i) made += busy->patch(realm("r" + std::to_string(i)), {}) ? 1 : 0;
    over = true;
  });
  int gotIn = 0;
  for (int i = 0; !over && i < 10; ++i) gotIn += other->patch(level(i % 2 == 0 ? "warn" : "error"), {}) ? 1 : 0;
  over = true;
  editing.join();
  EXPECT_EQ(gotIn, 10);
  EXPECT_LT(made, 50);
}

TEST_F(SharedEditorTest, AnEditWaitsForTheDaemonThatHoldsTheTurn) {
  ASSERT_TRUE(editor().written());
  int held = ::open((root() / "_larder/config/lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(held, 0);
  ASSERT_EQ(::flock(held, LOCK_EX | LOCK_NB), 0);
  EXPECT_TRUE(editor().written());  // the file is as it was read
  std::atomic<bool> edited = false;
  std::thread waiting([&] { edited = editor().patch(realm("x"), {}).has_value(); });
  EXPECT_FALSE(edited);
  ::close(held);
  waiting.join();
  EXPECT_TRUE(edited);
}

// A rolling update: the new daemon has a file of its own.
TEST_F(SharedEditorTest, EachFileHasItsOwnRevisions) {
  auto old = started(file_);
  ASSERT_TRUE(old->patch(realm("mine"), {}));
  auto other = directory_.path() / "new.json";
  writeFile(other, configText("theirs"));
  auto next = started(other);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(old->written()->revision, 2U);
    EXPECT_EQ(next->written()->revision, 1U);
  }
  ASSERT_TRUE(next->patch(realm("theirs too"), {1, {}, false, Origin::Edit}));
  EXPECT_TRUE(old->patch(realm("mine too"), {2, {}, false, Origin::Edit}));
  EXPECT_EQ(old->history()->size(), 3U);
  EXPECT_EQ(next->history()->size(), 2U);
  ASSERT_TRUE(old->rollBack(2, {}));
  EXPECT_EQ(Json::parse(text())["http"]["realm"], "mine");
  // A restart finds what it had.
  EXPECT_EQ(started(other)->history()->size(), 2U);
  EXPECT_EQ(started(file_)->history()->size(), 4U);
}

TEST_F(SharedEditorTest, AnOverlayIsLaidOverItsOwnFileOnly) {
  ::chmod(file_.c_str(), 0444);
  auto old = started(file_);
  ASSERT_TRUE(old->patch(realm("mine"), {}));
  auto other = directory_.path() / "new.json";
  writeFile(other, configText("theirs"));
  auto next = started(other);
  EXPECT_EQ(next->written()->document["http"]["realm"], "theirs");
  EXPECT_FALSE(next->written()->overlaid);
  ASSERT_TRUE(next->patch(level("debug"), {}));
  EXPECT_TRUE(old->written()->overlaid);
}

TEST_F(SharedEditorTest, TheFirstFileTakesOverWhatWasKeptBefore) {
  ASSERT_TRUE(editor().patch(realm("x"), {}));
  restart();
  std::filesystem::remove(root() / "_larder/config/file");
  EXPECT_EQ(editor().history()->size(), 2U);
}

TEST_F(SharedEditorTest, AStartThatFailsTakesNothingOver) {
  ASSERT_TRUE(editor().patch(realm("x"), {}));
  restart();
  std::filesystem::remove(root() / "_larder/config/file");
  auto other = directory_.path() / "mistyped.json";
  writeFile(other, R"({"storage": {"rootDirectory": ")" + root().string() + R"("}, "nonsense": 1})");
  Editor mistyped(other, "");
  ASSERT_FALSE(mistyped.load().config);
  EXPECT_EQ(editor().history()->size(), 2U);
  EXPECT_EQ(started(file_)->history()->size(), 2U);
}

TEST_F(SharedEditorTest, ARevisionThatCannotBeKeptHasANumberAllTheSame) {
  editor();
  auto history = root() / "_larder/config/history";
  auto away = root() / "away";
  std::filesystem::rename(history, away);
  writeFile(history, "no directory");
  write(configText("by hand"));
  auto written = editor().written();
  ASSERT_TRUE(written) << written.error().message;
  auto number = written->revision;
  EXPECT_GT(number, 1U);
  EXPECT_EQ(editor().written()->revision, number);
  EXPECT_EQ(editor().revision(number)->at("http").at("realm"), "by hand");
  auto edited = editor().patch(level("warn"), {number, {}, false, Origin::Edit});
  ASSERT_TRUE(edited) << edited.error().error.message;
  EXPECT_GT(edited->revision, number);
  std::filesystem::remove(history);
  std::filesystem::rename(away, history);
  EXPECT_EQ(editor().written()->revision, edited->revision);
  restart();
  EXPECT_EQ(editor().written()->revision, edited->revision);
}

TEST_F(SharedEditorTest, ANumberThatWasTakenBackIsNotGivenAgain) {
  editor();
  refusesToApply_ = true;
  ASSERT_FALSE(editor().patch(realm("refused"), {}));
  refusesToApply_ = false;
  auto edited = editor().patch(realm("taken"), {1, {}, false, Origin::Edit});
  ASSERT_TRUE(edited);
  EXPECT_EQ(edited->revision, 3U);
}

}  // namespace
}  // namespace larder::config
