#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <cerrno>
#include <chrono>
#include <functional>
#include <future>
#include <set>
#include <stop_token>
#include <thread>

#include "drivers/filesystem/blob_usage.hpp"
#include "drivers/filesystem/small_blob.hpp"
#include "storage_fixture.hpp"
#include "support/forked_child.hpp"
#include "support/temp_directory.hpp"

// What a test does before the first, second, … rename of this process; the store's own calls come here first.
static std::function<void(int number)> beforeRenames;

static void countRename() {
  static std::atomic<int> renames{0};
  if (beforeRenames) beforeRenames(++renames);
}
extern "C" int renameat(int from, const char* name, int to, const char* other) noexcept {
  countRename();
  return static_cast<int>(::syscall(SYS_renameat2, from, name, to, other, 0));
}
extern "C" int renameat2(int from, const char* name, int to, const char* other, unsigned flags) noexcept {
  countRename();
  return static_cast<int>(::syscall(SYS_renameat2, from, name, to, other, flags));
}

// What a test makes of the first, second, … sync of a whole file system; 0 or an errno.
static std::function<int(int number)> onSyncAll;
static std::atomic<int> syncsOfAll{0};

extern "C" int syncfs(int descriptor) noexcept {
  int number = ++syncsOfAll;
  int error = onSyncAll ? onSyncAll(number) : 0;
  if (error == 0) return static_cast<int>(::syscall(SYS_syncfs, descriptor));
  errno = error;
  return -1;
}

namespace larder::test {
namespace {

namespace fs = std::filesystem;
using core::Digest;
using core::ErrorCode;

class FilesystemBlobStore : public ::testing::Test {
 protected:
  fs::path blobs() const { return directory_.path() / "_larder" / "blobs"; }
  fs::path partial() const { return directory_.path() / "_larder" / "partial"; }
  fs::path scratch() const { return directory_.path() / "_larder" / "scratch"; }
  static fs::path pathOf(const fs::path& blobs, const Digest& digest) {
    return blobs / std::string(digest.algorithmName()) / digest.hex().substr(0, 2) / digest.hex();
  }

  // Checks that every file below blobs/ has the digest that it is named by; how many there are.
  std::size_t verifyBlobs() const {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(blobs())) {
      if (!entry.is_regular_file()) continue;
      ++count;
      EXPECT_EQ(Digest::of(readFile(entry.path())).hex(), entry.path().filename());
    }
    return count;
  }

  TempDirectory directory_;
};

std::span<const std::byte> bytesOf(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string contentNumber(int number) {
  return "content " + std::to_string(number) + std::string(static_cast<std::size_t>(number % 50) * 1000, 'x');
}

TEST_F(FilesystemBlobStore, MakesTheDirectoriesOfAnAlgorithmWithItsFirstBlob) {
  OpenedBlobs opened(directory_.path());
  opened.get(opened.store->put(Digest::of("one"), "one"));
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(blobs() / "sha256")) names.insert(entry.path().filename());
  EXPECT_EQ(names.size(), 256u);
  EXPECT_TRUE(names.contains("00") && names.contains("ff"));
  EXPECT_FALSE(fs::exists(blobs() / "sha512" / "00"));
}

TEST_F(FilesystemBlobStore, KeepsABlobWhereItsDigestSays) {
  OpenedBlobs opened(directory_.path());
  auto digest = Digest::of("content");
  opened.get(opened.store->put(digest, "content"));
  EXPECT_EQ(readFile(pathOf(blobs(), digest)), "content");
  auto writer = opened.get(opened.store->write("an-id"));
  opened.get(writer->append(bytesOf("arriving")));
  EXPECT_EQ(readFile(partial() / "an-id"), "arriving");
  EXPECT_TRUE(fs::is_empty(scratch()));
}

TEST_F(FilesystemBlobStore, GoesOnAfterARestart) {
  auto digest = Digest::of("first half, second half");
  {
    OpenedBlobs opened(directory_.path());
    opened.get(opened.store->put(Digest::of("kept"), "kept"));
    auto writer = opened.get(opened.store->write("id"));
    opened.get(writer->append(bytesOf("first half, ")));
  }
  OpenedBlobs opened(directory_.path());
  EXPECT_TRUE(opened.get(opened.store->stat(Digest::of("kept"))));
  auto partials = opened.get(opened.store->partials());
  ASSERT_EQ(partials.size(), 1U);
  EXPECT_EQ(partials[0].id, "id");
  EXPECT_EQ(partials[0].size, 12U);
  auto writer = opened.get(opened.store->write("id"));
  opened.get(writer->append(bytesOf("second half")));
  opened.get(writer->commit(digest));
  EXPECT_EQ(verifyBlobs(), 2U);
}

TEST_F(FilesystemBlobStore, RefusesToFinishPartialContentThatWasTamperedWith) {
  OpenedBlobs opened(directory_.path());
  auto digest = Digest::of("0123456789");
  {
    opened.get(opened.get(opened.store->write("id"))->append(bytesOf("01234")));
  }
  std::ofstream(partial() / "id") << "012X4";
  auto writer = opened.get(opened.store->write("id"));
  opened.get(writer->append(bytesOf("56789")));
  EXPECT_EQ(codeOf(opened.run(writer->commit(digest))), ErrorCode::Corrupt);
  EXPECT_EQ(verifyBlobs(), 0U);
}

TEST_F(FilesystemBlobStore, KilledProcessLeavesOnlyWholeBlobsAndAllThatItConfirmed) {
  for (int round = 0; round < 5; ++round) {
    ForkedChild child([&](Channel& parent) {
      OpenedBlobs opened(directory_.path());
      for (int number = round * 1000;; number += 2) {
        auto content = contentNumber(number);
        opened.get(opened.store->put(Digest::of(content), content));
        parent.say(std::to_string(number));
        content = contentNumber(number + 1);
        auto writer = opened.get(opened.store->write("upload-" + std::to_string(number)));
        for (std::size_t at = 0; at < content.size(); at += 7000) {
          opened.get(writer->append(bytesOf(content).subspan(at, std::min<std::size_t>(7000, content.size() - at))));
        }
        opened.get(writer->commit(Digest::of(content)));
        parent.say(std::to_string(number + 1));
      }
      return 0;
    });
    std::vector<int> confirmed;
    for (int i = 0; i < 10 + round; ++i) confirmed.push_back(std::stoi(child.channel().hear()));
    child.kill();

    EXPECT_GE(verifyBlobs(), confirmed.size());
    OpenedBlobs opened(directory_.path());
    for (int number : confirmed) {
      EXPECT_TRUE(opened.get(opened.store->stat(Digest::of(contentNumber(number))))) << number;
    }
    for (const auto& left : opened.get(opened.store->partials())) opened.get(opened.store->removePartial(left.id));
  }
}

TEST_F(FilesystemBlobStore, TwoProcessesStoreTheSameBlobsAtOnce) {
  auto storeAll = [&] {
    OpenedBlobs opened(directory_.path());
    for (int number = 0; number < 40; ++number) {
      auto content = contentNumber(number);
      opened.get(opened.store->put(Digest::of(content), content));
    }
  };
  ForkedChild child([&](Channel&) {
    storeAll();
    return 0;
  });
  storeAll();
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(verifyBlobs(), 40U);
  EXPECT_TRUE(fs::is_empty(scratch()));
}

TEST_F(FilesystemBlobStore, PartialContentHasOneWriterAmongProcesses) {
  ForkedChild child([&](Channel& parent) {
    OpenedBlobs opened(directory_.path());
    auto writer = opened.get(opened.store->write("shared"));
    opened.get(writer->append(bytesOf("theirs")));
    parent.say("writing");
    parent.hear();
    return 0;
  });
  ASSERT_EQ(child.channel().hear(), "writing");
  OpenedBlobs opened(directory_.path());
  EXPECT_EQ(codeOf(opened.run(opened.store->write("shared"))), ErrorCode::Conflict);
  EXPECT_EQ(codeOf(opened.run(opened.store->removePartial("shared"))), ErrorCode::Conflict);
  child.kill();
  EXPECT_EQ(opened.get(opened.store->write("shared"))->size(), 6U) << "a process that is gone holds nothing";
}

// RLIMIT_FSIZE makes writes beyond it fail as a full disk does, with a part of the chunk written.
TEST_F(FilesystemBlobStore, FullDiskFailsTheWriteAndKeepsHashAndBytesTogether) {
  ForkedChild child([&](Channel&) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::rlimit limit{100'000, 100'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    OpenedBlobs opened(directory_.path());
    std::string head(60'000, 'h');
    std::string tail(30'000, 't');
    auto writer = opened.get(opened.store->write("full"));
    opened.get(writer->append(bytesOf(head)));
    EXPECT_EQ(codeOf(opened.run(writer->append(bytesOf(std::string(60'000, 'x'))))), ErrorCode::NoSpace);
    EXPECT_EQ(writer->size(), head.size());
    EXPECT_EQ(fs::file_size(partial() / "full"), head.size());
    opened.get(writer->append(bytesOf(tail)));
    EXPECT_EQ(opened.get(writer->commit(Digest::of(head + tail))).size, head.size() + tail.size());

    std::string large(150'000, 'l');
    auto failed = opened.run(opened.store->put(Digest::of(large), large));
    EXPECT_EQ(codeOf(failed), ErrorCode::NoSpace);
    EXPECT_NE(failed.error().message.find(scratch().string()), std::string::npos) << "the message names the place";
    EXPECT_TRUE(fs::is_empty(scratch()));
    return ::testing::Test::HasFailure() ? 1 : 0;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(verifyBlobs(), 1U);
}

TEST_F(FilesystemBlobStore, DoesNotFollowSymbolicLinks) {
  OpenedBlobs opened(directory_.path());
  auto outside = directory_.path() / "outside";
  std::ofstream(outside) << "secret";
  fs::create_symlink(outside, partial() / "link");
  EXPECT_EQ(codeOf(opened.run(opened.store->write("link"))), ErrorCode::Io);
  EXPECT_EQ(codeOf(opened.run(opened.store->removePartial("link"))), ErrorCode::Io);

  auto digest = Digest::of("secret");
  auto path = pathOf(blobs(), digest);
  fs::create_directories(path.parent_path());
  fs::create_symlink(outside, path);
  EXPECT_FALSE(opened.get(opened.store->stat(digest)));
  EXPECT_EQ(codeOf(opened.run(opened.store->open(digest))), ErrorCode::Io);
  EXPECT_EQ(readFile(outside), "secret");
}

TEST_F(FilesystemBlobStore, PassesOverFilesThatAreNotItsOwn) {
  OpenedBlobs opened(directory_.path());
  opened.get(opened.store->put(Digest::of("a"), "a"));
  auto shard = pathOf(blobs(), Digest::of("a")).parent_path();
  std::ofstream(shard / "README") << "hello";
  std::ofstream(shard / Digest::of("b").hex()) << "b";  // of another shard
  std::ofstream(partial() / "not an id") << "x";
  EXPECT_EQ(opened.get(opened.store->list(std::nullopt, 100)).size(), 1U);
  EXPECT_TRUE(opened.get(opened.store->partials()).empty());
}

TEST_F(FilesystemBlobStore, SaysWhyItCannotBeOpened) {
  std::ofstream(directory_.path() / "file") << "";
  TestRuntime threads;
  auto opened = storage::openFilesystemBlobStore({directory_.path() / "file", true}, threads.blocking());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Io);
  EXPECT_NE(opened.error().message.find("file"), std::string::npos);
}

TEST_F(FilesystemBlobStore, WhatWasRenewedInTimeIsNotRemovedByAnotherProcess) {
  OpenedBlobs ours(directory_.path());
  OpenedBlobs theirs(directory_.path());
  auto digest = Digest::of("content");
  int kept = 0;
  for (int round = 0; round < 300; ++round) {
    ours.get(ours.store->put(digest, "content"));
    fs::last_write_time(pathOf(blobs(), digest), fs::file_time_type::clock::now() - std::chrono::hours(2));
    auto before = std::chrono::system_clock::now() - std::chrono::hours(1);
    auto renewal = ours.threads.start(ours.store->renew(digest));
    auto removal = theirs.threads.start(theirs.store->removeUnlessRenewed(digest, before));
    bool renewed = valueOf(TestRuntime::await(std::move(renewal))).has_value();
    bool removed = valueOf(TestRuntime::await(std::move(removal)));
    bool stored = ours.get(ours.store->stat(digest)).has_value();
    ASSERT_NE(stored, removed) << "round " << round;
    if (renewed) ASSERT_TRUE(stored) << "round " << round;
    kept += stored ? 1 : 0;
  }
  RecordProperty("kept", kept);
  EXPECT_TRUE(fs::is_empty(scratch()));
}

TEST_F(FilesystemBlobStore, ARenewedBlobOutlivesACrashInTheMiddleOfItsRemoval) {
  auto digest = Digest::of("content");
  {
    OpenedBlobs opened(directory_.path());
    opened.get(opened.store->put(digest, "content"));
  }
  fs::last_write_time(pathOf(blobs(), digest), fs::file_time_type::clock::now() - std::chrono::hours(2));
  // Renewed by another process after the look at its time; then the power goes.
  ForkedChild child([&](Channel&) {
    beforeRenames = [&](int number) {
      if (number == 1) fs::last_write_time(pathOf(blobs(), digest), fs::file_time_type::clock::now());
      if (number == 2) ::_exit(7);
    };
    OpenedBlobs opened(directory_.path());
    opened.get(opened.store->removeUnlessRenewed(digest, std::chrono::system_clock::now() - std::chrono::hours(1)));
    return 0;
  });
  ASSERT_EQ(child.wait(), 7);
  EXPECT_FALSE(fs::exists(pathOf(blobs(), digest)));
  fs::last_write_time(fs::directory_iterator(scratch())->path(),
                      fs::file_time_type::clock::now() - std::chrono::hours(2));
  OpenedBlobs again(directory_.path());
  EXPECT_TRUE(again.get(again.store->stat(digest)));
  EXPECT_EQ(verifyBlobs(), 1u);
  EXPECT_TRUE(fs::is_empty(scratch()));
}

std::vector<storage::SmallBlob> someBlobs(int count) {
  std::vector<storage::SmallBlob> blobs;
  for (int i = 0; i < count; ++i) blobs.push_back({Digest::of(contentNumber(i)), contentNumber(i)});
  return blobs;
}

TEST_F(FilesystemBlobStore, ManyGetTheirNamesOnlyOnceTheirContentIsOnTheDisk) {
  OpenedBlobs opened(directory_.path());
  syncsOfAll = 0;
  std::vector<std::size_t> named;  // at each sync
  onSyncAll = [&](int) {
    named.push_back(verifyBlobs());
    return 0;
  };
  for (const auto& result : opened.threads.run(opened.store->putAll(someBlobs(40)))) EXPECT_TRUE(result);
  onSyncAll = nullptr;
  EXPECT_EQ(named, (std::vector<std::size_t>{0, 40}));
  EXPECT_TRUE(fs::is_empty(scratch()));
}

TEST_F(FilesystemBlobStore, ManyFailTogetherWhereTheDiskDoes) {
  for (int failing : {1, 2}) {
    TempDirectory directory;
    OpenedBlobs opened(directory.path());
    syncsOfAll = 0;
    onSyncAll = [failing](int number) { return number == failing ? EIO : 0; };
    for (const auto& result : opened.threads.run(opened.store->putAll(someBlobs(40)))) {
      EXPECT_EQ(codeOf(result), ErrorCode::Io);
    }
    onSyncAll = nullptr;
    EXPECT_TRUE(fs::is_empty(directory.path() / "_larder" / "scratch"));
    for (const auto& result : opened.threads.run(opened.store->putAll(someBlobs(40)))) EXPECT_TRUE(result);
  }
}

TEST_F(FilesystemBlobStore, StoresWhatAnotherProcessRemovesAtTheSameTime) {
  OpenedBlobs opened(directory_.path());
  auto digest = Digest::of("content");
  opened.get(opened.store->put(digest, "content"));
  std::jthread other([path = pathOf(blobs(), digest)](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::ofstream(path) << "content";
      fs::remove(path);
      // Still far more often than any collector does.
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
  });
  for (int round = 0; round < 50; ++round) {
    auto writer = opened.get(opened.store->write("again"));
    opened.get(writer->append(std::as_bytes(std::span(std::string_view("content")))));
    auto committed = opened.run(writer->commit(digest));
    ASSERT_TRUE(committed) << "round " << round << ": " << committed.error().message;
  }
  EXPECT_TRUE(opened.get(opened.store->partials()).empty());
}

TEST_F(FilesystemBlobStore, RemovesWhatACrashLeftInScratch) {
  auto directories = valueOf(storage::filesystem::openDirectories(directory_.path(), true));
  std::ofstream(scratch() / "old") << "x";
  std::ofstream(scratch() / "new") << "x";
  fs::last_write_time(scratch() / "old", fs::file_time_type::clock::now() - std::chrono::hours(2));
  storage::filesystem::removeLeftovers(*directories);
  EXPECT_FALSE(fs::exists(scratch() / "old"));
  EXPECT_TRUE(fs::exists(scratch() / "new")) << "another process may be about to publish it";
}

TEST_F(FilesystemBlobStore, CountsWhatAnEarlierRunHasStored) {
  std::uint64_t bytes = 0;
  {
    OpenedBlobs opened(directory_.path());
    for (int number = 0; number < 30; ++number) {
      auto content = contentNumber(number);
      bytes += content.size();
      opened.get(opened.store->put(Digest::of(content), content));
    }
  }
  OpenedBlobs opened(directory_.path());
  auto deadline = std::chrono::steady_clock::now() + kTaskTimeout;
  auto usage = opened.get(opened.store->usage());
  while (usage.blobs != 30 && std::chrono::steady_clock::now() < deadline) usage = opened.get(opened.store->usage());
  EXPECT_EQ(usage.blobs, 30U);
  EXPECT_EQ(usage.bytes, bytes);
  EXPECT_GT(usage.capacity, usage.free);
  EXPECT_GT(usage.free, 0U);
  OpenedBlobs beside(directory_.path() / "beside");
  EXPECT_EQ(beside.get(beside.store->usage()).medium, usage.medium);
}

// A pool that runs what was posted when the test says so.
class HandPool {
 public:
  runtime::Executor executor() { return context_.get_executor(); }
  void runAll() {
    context_.restart();
    context_.run();
  }

 private:
  boost::asio::io_context context_;
};

TEST_F(FilesystemBlobStore, CountTakesInChangesBeforeAndAfterAShardWasCounted) {
  auto directories = valueOf(storage::filesystem::openDirectories(directory_.path(), false));
  HandPool pool;
  auto usage = std::make_shared<storage::filesystem::BlobUsage>(directories, pool.executor());
  storage::filesystem::BlobTree blobs(directories, usage);
  auto putInto = [&](storage::filesystem::BlobTree& tree, const std::string& content) {
    std::vector<storage::SmallBlob> one{{Digest::of(content), content}};
    valueOf(storage::filesystem::storeSmallBlobs(*directories, tree, one).front());
  };
  auto put = [&](const std::string& content) { putInto(blobs, content); };
  put("before");
  EXPECT_EQ(usage->totals().blobs, 0U);
  usage->count();
  pool.runAll();
  EXPECT_EQ(usage->totals().blobs, 1U);
  put("after");
  valueOf(blobs.remove(Digest::of("before")));
  EXPECT_EQ(usage->totals().blobs, 1U);
  EXPECT_EQ(usage->totals().bytes, 5U);

  // Another process stores a blob: the next count sees it.
  auto other = std::make_shared<storage::filesystem::BlobUsage>(directories, pool.executor());
  storage::filesystem::BlobTree otherBlobs(directories, other);
  putInto(otherBlobs, "foreign");
  EXPECT_EQ(usage->totals().blobs, 1U);
  usage->count();
  pool.runAll();
  EXPECT_EQ(usage->totals().blobs, 2U);
  EXPECT_EQ(usage->totals().bytes, 12U);

  usage->count();
  usage.reset();
  pool.runAll();  // a count whose owner has gone ends
}

// While a large partial file is hashed again, others get the only thread of the background in between.
TEST_F(FilesystemBlobStore, HashesPartialContentInPieces) {
  runtime::Runtime pools({.ioThreads = 1, .blockingThreads = 1, .backgroundThreads = 1});
  pools.start();
  auto store = valueOf(storage::openFilesystemBlobStore({directory_.path(), false, pools.syncing(), pools.background()},
                                                        pools.blocking()));
  auto write = [&] { return boost::asio::co_spawn(pools.io(0), store->write("large"), boost::asio::use_future); };
  write().get().value();
  fs::resize_file(partial() / "large", 256 << 20);
  auto resumed = write();
  int turns = 0;
  while (resumed.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    boost::asio::post(pools.background(), boost::asio::use_future).get();
    ++turns;
  }
  EXPECT_EQ(resumed.get().value()->size(), 256U << 20);
  EXPECT_GE(turns, 8);
}

}  // namespace
}  // namespace larder::test
