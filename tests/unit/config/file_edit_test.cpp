#include "larder/config/file_edit.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "load_helpers.hpp"
#include "support/forked_child.hpp"
#include "support/temp_directory.hpp"

namespace larder::config {
namespace {

using core::ErrorCode;

class FileEdit : public testing::Test {
 protected:
  std::string text() const { return readForEdit(path_, 1000).value().text; }
  FileStamp stamp() const { return readForEdit(path_, 1000).value().stamp; }
  mode_t mode() const {
    struct stat status{};
    ::stat(path_.c_str(), &status);
    return status.st_mode & 07777;
  }
  std::size_t filesThere() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory_.path()), {}));
  }

  test::TempDirectory directory_;
  std::filesystem::path path_ = writeFile(directory_.path() / "file", "old");
};

TEST_F(FileEdit, ReplacesTheContentAndKeepsTheMode) {
  ::chmod(path_.c_str(), 0640);
  ASSERT_TRUE(replaceFile(path_, "new", stamp()));
  EXPECT_EQ(text(), "new");
  EXPECT_EQ(mode(), 0640U);
  EXPECT_EQ(filesThere(), 1U);
}

TEST_F(FileEdit, MakesAFileThatIsNotThere) {
  std::filesystem::remove(path_);
  auto found = readForEdit(path_, 1000);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->stamp.exists);
  ASSERT_TRUE(replaceFile(path_, "new", found->stamp));
  EXPECT_EQ(text(), "new");
  EXPECT_EQ(mode(), 0600U);
}

TEST_F(FileEdit, RefusesWhenTheFileWasChangedMeanwhile) {
  auto seen = stamp();
  writeFile(path_, "by hand");
  auto replaced = replaceFile(path_, "new", seen);
  ASSERT_FALSE(replaced);
  EXPECT_EQ(replaced.error().code, ErrorCode::Conflict);
  EXPECT_EQ(text(), "by hand");
  EXPECT_FALSE(replaceFile(path_, "new", FileStamp{}));
  EXPECT_EQ(filesThere(), 1U);
}

TEST_F(FileEdit, ReplacesWhatASymlinkLeadsTo) {
  auto link = directory_.path() / "link";
  std::filesystem::create_symlink(path_, link);
  ASSERT_TRUE(replaceFile(link, "new", readForEdit(link, 1000)->stamp));
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(text(), "new");
}

TEST_F(FileEdit, TakesAFileWithoutWritePermissionForReadOnly) {
  EXPECT_FALSE(whyReadOnly(path_));
  ::chmod(path_.c_str(), 0444);
  EXPECT_EQ(whyReadOnly(path_), "has no write permission");
  auto replaced = replaceFile(path_, "new", stamp());
  ASSERT_FALSE(replaced);
  EXPECT_EQ(replaced.error().code, ErrorCode::Denied);
  EXPECT_EQ(text(), "old");
}

TEST_F(FileEdit, ReadsNoMoreThanTheLimitAndNoDirectory) {
  EXPECT_EQ(readForEdit(path_, 2).error().code, ErrorCode::TooLarge);
  EXPECT_EQ(readForEdit(directory_.path(), 1000).error().code, ErrorCode::Io);
}

TEST_F(FileEdit, KeepsTheOldContentWhenKilledBetweenWriteAndRename) {
  // The kernel ends the child in the middle of the write.
  test::ForkedChild child([this](test::Channel&) {
    rlimit limit{4, 4};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return replaceFile(path_, "a new content", stamp()) ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), -1);
  EXPECT_EQ(text(), "old");
  EXPECT_EQ(filesThere(), 2U);
  ASSERT_TRUE(replaceFile(path_, "newer", stamp()));
  EXPECT_EQ(text(), "newer");
  EXPECT_EQ(filesThere(), 1U);
}

}  // namespace
}  // namespace larder::config
