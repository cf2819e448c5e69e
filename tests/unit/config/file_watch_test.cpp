#include "larder/config/file_watch.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "load_helpers.hpp"
#include "support/run_task.hpp"
#include "support/temp_directory.hpp"

namespace larder::config {
namespace {

using namespace std::chrono_literals;

// Counts changes, and waits for them.
class Changes {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  // Whether the count reaches `count` in time.
  bool reach(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 30s, [&] { return count_ >= count; });
  }
  int count() {
    std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

class FileWatchTest : public testing::Test {
 protected:
  std::unique_ptr<FileWatch> watch(std::vector<std::filesystem::path> files) {
    auto watch =
        std::make_unique<FileWatch>(threads_.get().io(0), threads_.blocking(), [this] { changes_.add(); }, 2ms);
    watch->watch(std::move(files));
    return watch;
  }

  test::TempDirectory directory_;
  std::filesystem::path file_ = directory_.path() / "config.json";
  Changes changes_;
  test::TestRuntime threads_;
};

TEST_F(FileWatchTest, SeesAnEdit) {
  writeFile(file_, "one");
  const auto watching = watch({file_});
  writeFile(file_, "two, which is longer");
  EXPECT_TRUE(changes_.reach(1));
}

TEST_F(FileWatchTest, SeesAFileComeAndGo) {
  const auto watching = watch({file_});
  writeFile(file_, "one");
  ASSERT_TRUE(changes_.reach(1));
  std::filesystem::remove(file_);
  EXPECT_TRUE(changes_.reach(2));
}

// A kubelet swaps the link ..data, which the file's own link goes through.
TEST_F(FileWatchTest, SeesASwappedLinkOfADirectory) {
  for (const auto* name : {"v1", "v2"}) {
    std::filesystem::create_directory(directory_.path() / name);
    writeFile(directory_.path() / name / "config.json", "same");
  }
  std::filesystem::create_symlink("v1", directory_.path() / "..data");
  std::filesystem::create_symlink("..data/config.json", file_);
  const auto watching = watch({file_});

  std::filesystem::create_symlink("v2", directory_.path() / "..new");
  std::filesystem::rename(directory_.path() / "..new", directory_.path() / "..data");
  EXPECT_TRUE(changes_.reach(1));
}

TEST_F(FileWatchTest, ForgetsWhatIsWatchedNoMore) {
  const auto other = directory_.path() / "other";
  const auto watching = watch({file_, other});
  watching->watch({file_});
  writeFile(other, "one");
  // All at once: a poll between the making of a file and its content sees two changes.
  std::filesystem::rename(writeFile(directory_.path() / "new", "one"), file_);
  EXPECT_TRUE(changes_.reach(1));
  std::filesystem::remove(file_);
  ASSERT_TRUE(changes_.reach(2));
  EXPECT_EQ(changes_.count(), 2);
}

TEST_F(FileWatchTest, KeepsTheOldStateOfAFileThatIsWatchedAgain) {
  Changes seen;
  FileWatch watching(threads_.get().io(0), threads_.blocking(), [&] { seen.add(); }, 2ms);
  watching.watch({file_});
  // Changed and watched again before a poll has seen it: the change is not lost.
  writeFile(file_, "one");
  watching.watch({file_});
  EXPECT_TRUE(seen.reach(1));
}

TEST_F(FileWatchTest, MayBeGivenNewFilesByWhoeverIsTold) {
  std::unique_ptr<FileWatch> watching;
  const auto other = directory_.path() / "other";
  watching = std::make_unique<FileWatch>(
      threads_.get().io(0), threads_.blocking(),
      [&] {
        watching->watch({other});
        changes_.add();
      },
      2ms);
  watching->watch({file_});
  writeFile(file_, "one");
  ASSERT_TRUE(changes_.reach(1));
  writeFile(other, "one");
  EXPECT_TRUE(changes_.reach(2));
}

TEST_F(FileWatchTest, TellsNobodyOnceItIsGone) {
  auto watching = watch({file_});
  watching.reset();
  const auto before = changes_.count();
  writeFile(file_, "one");
  // Another watch that has seen the change shows that the time of a poll has passed.
  Changes seen;
  FileWatch other(threads_.get().io(0), threads_.blocking(), [&] { seen.add(); }, 2ms);
  other.watch({file_});
  writeFile(file_, "two, which is longer");
  ASSERT_TRUE(seen.reach(1));
  EXPECT_EQ(changes_.count(), before);
}

}  // namespace
}  // namespace larder::config
