// What every BlobStore driver must show. A driver's test includes this file once and instantiates the suite:
//
//   INSTANTIATE_TEST_SUITE_P(Filesystem, BlobStoreSuite, ::testing::Values(BlobStoreDriver{…}));
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "larder/storage/blob_store.hpp"
#include "support/results.hpp"
#include "support/run_task.hpp"
#include "support/temp_directory.hpp"

namespace larder::test {

struct BlobStoreDriver {
  std::string name;
  // `directory` is empty and writable.
  std::function<std::shared_ptr<storage::BlobStore>(const std::filesystem::path& directory, runtime::Executor blocking)>
      open;
};
// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest looks this name up.
inline void PrintTo(const BlobStoreDriver& driver, std::ostream* out) {
  *out << driver.name;
}

// `size` bytes that repeat after no round number of bytes and differ with `seed`.
inline std::string someBytes(std::size_t size, std::uint32_t seed = 1) {
  std::string bytes(size, '\0');
  std::uint32_t state = seed * 2654435761U + 1;
  for (auto& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

inline std::span<const std::byte> asBytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

class BlobStoreSuite : public ::testing::TestWithParam<BlobStoreDriver> {
 protected:
  using Digest = core::Digest;
  using ErrorCode = core::ErrorCode;
  using Writer = std::unique_ptr<storage::BlobWriter>;
  using Reader = std::shared_ptr<storage::BlobReader>;

  template <class T>
  core::Result<T> run(runtime::Task<core::Result<T>> task) {
    return threads_.run(std::move(task));
  }
  template <class T>
  T get(runtime::Task<core::Result<T>> task) {
    return valueOf(run(std::move(task)));
  }

  void append(const Writer& writer, const std::string& data) { get(writer->append(asBytes(data))); }

  Digest store(const std::string& content) {
    auto digest = Digest::of(content);
    get(store_->put(digest, content));
    return digest;
  }

  // All that `reader` has, read in pieces of an odd size.
  std::string read(const Reader& reader) {
    std::string content;
    std::vector<std::byte> buffer(100'003);
    while (auto count = get(reader->readAt(content.size(), buffer))) {
      content.append(reinterpret_cast<const char*>(buffer.data()), count);
    }
    return content;
  }
  std::string read(const Digest& digest) { return read(get(store_->open(digest))); }

  std::map<std::string, std::uint64_t> partialSizes() {
    std::map<std::string, std::uint64_t> sizes;
    for (const auto& partial : get(store_->partials())) sizes[partial.id] = partial.size;
    return sizes;
  }

  TestRuntime threads_;
  TempDirectory directory_;
  std::shared_ptr<storage::BlobStore> store_ = GetParam().open(directory_.path(), threads_.blocking());
};

TEST_P(BlobStoreSuite, KnowsNothingOfWhatWasNotStored) {
  auto digest = Digest::of("absent");
  EXPECT_FALSE(get(store_->stat(digest)));
  EXPECT_EQ(codeOf(run(store_->open(digest))), ErrorCode::BlobUnknown);
  EXPECT_TRUE(get(store_->list(std::nullopt, 10)).empty());
  EXPECT_TRUE(get(store_->partials()).empty());
}

TEST_P(BlobStoreSuite, StoresWhatAWriterWasGivenInPieces) {
  auto content = someBytes(3 * 1024 * 1024 + 17);
  auto digest = Digest::of(content);
  auto before = std::chrono::system_clock::now() - std::chrono::seconds(1);
  auto writer = get(store_->write("upload-1"));
  EXPECT_EQ(writer->size(), 0U);
  for (std::size_t at = 0; at < content.size(); at += 1'000'000) append(writer, content.substr(at, 1'000'000));
  EXPECT_EQ(writer->size(), content.size());
  EXPECT_FALSE(get(store_->stat(digest))) << "nothing may be visible before the commit";

  auto info = get(writer->commit(digest));
  EXPECT_EQ(info.digest, digest);
  EXPECT_EQ(info.size, content.size());
  EXPECT_GE(info.storedAt, before);
  auto stat = get(store_->stat(digest));
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->size, content.size());
  EXPECT_EQ(stat->storedAt, info.storedAt);
  EXPECT_EQ(get(store_->open(digest))->size(), content.size());
  EXPECT_EQ(read(digest), content);
  EXPECT_TRUE(get(store_->partials()).empty());
}

TEST_P(BlobStoreSuite, StoresEmptyContent) {
  auto digest = Digest::of("");
  auto writer = get(store_->write("empty"));
  append(writer, "");
  EXPECT_EQ(get(writer->commit(digest)).size, 0U);
  EXPECT_EQ(get(store_->open(digest))->size(), 0U);
  EXPECT_EQ(read(digest), "");
  EXPECT_EQ(get(store_->put(digest, "")).size, 0U);
}

TEST_P(BlobStoreSuite, VerifiesSha512FromThePartialContent) {
  auto content = someBytes(700'001);
  auto digest = Digest::of(content, core::DigestAlgorithm::Sha512);
  auto writer = get(store_->write("long"));
  append(writer, content);
  EXPECT_EQ(get(writer->commit(digest)).digest, digest);
  EXPECT_EQ(read(digest), content);
  EXPECT_FALSE(get(store_->stat(Digest::of(content)))) << "it is stored under the digest that was asked for alone";

  auto other = get(store_->write("wrong"));
  append(other, "other");
  EXPECT_EQ(codeOf(run(other->commit(digest))), ErrorCode::Corrupt);
}

TEST_P(BlobStoreSuite, RefusesContentWithAnotherDigestAndKeepsNothing) {
  auto digest = Digest::of("right");
  auto writer = get(store_->write("bad"));
  append(writer, "wrong");
  EXPECT_EQ(codeOf(run(writer->commit(digest))), ErrorCode::Corrupt);
  EXPECT_FALSE(get(store_->stat(digest)));
  EXPECT_FALSE(get(store_->stat(Digest::of("wrong"))));
  EXPECT_TRUE(get(store_->partials()).empty());
  EXPECT_EQ(codeOf(run(store_->put(digest, "wrong"))), ErrorCode::Corrupt);
  EXPECT_TRUE(get(store_->list(std::nullopt, 10)).empty());
}

TEST_P(BlobStoreSuite, StoresManyAtOnceAndTellsOfEach) {
  auto stored = store("stored before");
  std::vector<storage::SmallBlob> blobs;
  for (int i = 0; i < 40; ++i) {
    auto content = "content " + std::to_string(i);
    blobs.push_back({Digest::of(content), content});
  }
  blobs.push_back({Digest::of("right"), "wrong"});
  blobs.push_back({stored, "stored before"});
  blobs.push_back({blobs.front().digest, blobs.front().content});  // a second time
  auto results = threads_.run(store_->putAll(blobs));
  ASSERT_EQ(results.size(), blobs.size());
  for (std::size_t i = 0; i < blobs.size(); ++i) {
    if (i == 40) {
      EXPECT_EQ(codeOf(results[i]), ErrorCode::Corrupt);
      continue;
    }
    ASSERT_TRUE(results[i]) << i << " " << results[i].error().message;
    EXPECT_EQ(results[i]->digest, blobs[i].digest);
    EXPECT_EQ(results[i]->size, blobs[i].content.size());
    EXPECT_EQ(read(blobs[i].digest), blobs[i].content);
  }
  EXPECT_FALSE(get(store_->stat(Digest::of("right"))));
  EXPECT_EQ(get(store_->list(std::nullopt, 100)).size(), 41U);
  EXPECT_EQ(get(store_->usage()).blobs, 41U);
  EXPECT_TRUE(threads_.run(store_->putAll({})).empty());
}

TEST_P(BlobStoreSuite, CommitOfWhatIsStoredKeepsTheStoredCopyAndRenewsItsTime) {
  auto digest = store("twice");
  auto first = get(store_->stat(digest));
  auto reader = get(store_->open(digest));
  auto writer = get(store_->write("again"));
  append(writer, "twice");
  auto info = get(writer->commit(digest));
  EXPECT_EQ(info.size, 5U);
  EXPECT_GE(info.storedAt, first->storedAt);
  EXPECT_EQ(read(digest), "twice");
  EXPECT_EQ(read(reader), "twice");
  EXPECT_TRUE(get(store_->partials()).empty());
  EXPECT_EQ(get(store_->put(digest, "twice")).size, 5U);
  EXPECT_EQ(get(store_->list(std::nullopt, 10)).size(), 1U);
}

TEST_P(BlobStoreSuite, ResumesPartialContentWithItsHash) {
  auto content = someBytes(1'500'000, 7);
  auto digest = Digest::of(content);
  {
    auto writer = get(store_->write("resumed"));
    append(writer, content.substr(0, 400'000));
  }
  EXPECT_EQ(partialSizes(), (std::map<std::string, std::uint64_t>{{"resumed", 400'000}}));
  {
    auto writer = get(store_->write("resumed"));
    EXPECT_EQ(writer->size(), 400'000U);
    EXPECT_EQ(read(writer->follow()), content.substr(0, 400'000));
    append(writer, content.substr(400'000, 1));
  }
  auto writer = get(store_->write("resumed"));
  append(writer, content.substr(400'001));
  EXPECT_EQ(get(writer->commit(digest)).size, content.size());
  EXPECT_EQ(read(digest), content);
}

TEST_P(BlobStoreSuite, LetsOneWriterAtATimeHavePartialContent) {
  auto writer = get(store_->write("mine"));
  EXPECT_EQ(codeOf(run(store_->write("mine"))), ErrorCode::Conflict);
  EXPECT_EQ(codeOf(run(store_->removePartial("mine"))), ErrorCode::Conflict);
  EXPECT_TRUE(get(store_->write("other")));
  auto follower = writer->follow();
  writer.reset();
  EXPECT_TRUE(get(store_->write("mine"))) << "a follower must not keep the content locked";
}

TEST_P(BlobStoreSuite, StartsAnewUnderAnIdThatWasCommittedOrDiscarded) {
  auto writer = get(store_->write("id"));
  append(writer, "first");
  get(writer->commit(Digest::of("first")));
  auto second = get(store_->write("id"));
  EXPECT_EQ(second->size(), 0U);
  append(second, "second");
  get(second->discard());
  auto third = get(store_->write("id"));
  EXPECT_EQ(third->size(), 0U);
  EXPECT_EQ(read(Digest::of("first")), "first");
}

TEST_P(BlobStoreSuite, RefusesMoreFromAWriterThatIsFinished) {
  auto writer = get(store_->write("id"));
  append(writer, "all");
  get(writer->commit(Digest::of("all")));
  EXPECT_EQ(codeOf(run(writer->append(asBytes("more")))), ErrorCode::Conflict);
  EXPECT_EQ(codeOf(run(writer->commit(Digest::of("all")))), ErrorCode::Conflict);
  get(writer->discard());
  EXPECT_EQ(read(Digest::of("all")), "all") << "a discard after the commit must not take the blob";
}

TEST_P(BlobStoreSuite, DiscardRemovesThePartialContentButNotFromItsReaders) {
  auto writer = get(store_->write("gone"));
  append(writer, "seen");
  auto reader = writer->follow();
  get(writer->discard());
  EXPECT_TRUE(get(store_->partials()).empty());
  writer.reset();
  EXPECT_EQ(read(reader), "seen");
  EXPECT_TRUE(get(store_->list(std::nullopt, 10)).empty());
}

TEST_P(BlobStoreSuite, RemovesPartialContentThatNobodyWrites) {
  {
    append(get(store_->write("left")), "bytes");
  }
  get(store_->removePartial("left"));
  EXPECT_TRUE(get(store_->partials()).empty());
  get(store_->removePartial("left"));
}

TEST_P(BlobStoreSuite, RefusesIdsOutsideTheirGrammar) {
  for (std::string id : {std::string(), std::string("."), std::string(".."), std::string("a/b"), std::string("../x"),
                         std::string("a b"), std::string("a\0b", 3), std::string(129, 'a'), std::string("é")}) {
    EXPECT_EQ(codeOf(run(store_->write(id))), ErrorCode::InvalidArgument) << id;
    EXPECT_EQ(codeOf(run(store_->removePartial(id))), ErrorCode::InvalidArgument) << id;
  }
  EXPECT_TRUE(get(store_->write("..." + std::string(125, 'Z'))));
}

TEST_P(BlobStoreSuite, FollowerSeesGrowingContentFromAnotherThread) {
  constexpr std::size_t kChunk = 64 * 1024 + 1;
  auto content = someBytes(64 * kChunk, 3);
  auto writer = get(store_->write("growing"));
  auto reader = writer->follow();
  auto followed = std::async(std::launch::async, [&] {
    std::string seen;
    std::vector<std::byte> buffer(kChunk / 3);
    while (seen.size() < content.size()) {
      auto available = reader->size();
      auto count = get(reader->readAt(seen.size(), buffer));
      if (seen.size() < available) EXPECT_GT(count, 0U);
      seen.append(reinterpret_cast<const char*>(buffer.data()), count);
    }
    return seen;
  });
  for (std::size_t at = 0; at < content.size(); at += kChunk) append(writer, content.substr(at, kChunk));
  auto late = writer->follow();
  get(writer->commit(Digest::of(content)));
  EXPECT_EQ(followed.get(), content);
  EXPECT_EQ(late->size(), content.size());
  get(store_->remove(Digest::of(content)));
  EXPECT_EQ(read(late), content);
}

TEST_P(BlobStoreSuite, DescriptorOfAFollowerStaysGoodAfterTheCommit) {
  auto writer = get(store_->write("sent"));
  append(writer, "head,");
  auto file = writer->follow()->file();
  if (!file) GTEST_SKIP() << "this driver has no descriptors";
  append(writer, "tail");
  get(writer->commit(Digest::of("head,tail")));
  writer.reset();
  std::string buffer(100, '\0');
  auto count = ::pread(file->descriptor(), buffer.data(), buffer.size(), 0);
  ASSERT_EQ(count, 9);
  EXPECT_EQ(buffer.substr(0, 9), "head,tail");
}

TEST_P(BlobStoreSuite, ReadsWithinItsBounds) {
  auto reader = get(store_->open(store("0123456789")));
  std::vector<std::byte> buffer(4);
  EXPECT_EQ(get(reader->readAt(8, buffer)), 2U);
  EXPECT_EQ(buffer[0], std::byte{'8'});
  EXPECT_EQ(get(reader->readAt(10, buffer)), 0U);
  EXPECT_EQ(get(reader->readAt(UINT64_MAX, buffer)), 0U);
  EXPECT_EQ(get(reader->readAt(0, std::span<std::byte>())), 0U);
}

TEST_P(BlobStoreSuite, TakesABlobOutOfServiceUntilItIsStoredAgain) {
  auto digest = store("content");
  get(store_->quarantine(digest));
  EXPECT_FALSE(get(store_->stat(digest)));
  EXPECT_EQ(codeOf(run(store_->open(digest))), ErrorCode::BlobUnknown);
  get(store_->quarantine(digest));
  EXPECT_EQ(store("content"), digest);
  EXPECT_EQ(read(digest), "content");
  get(store_->quarantine(digest));
  EXPECT_FALSE(get(store_->stat(digest)));
}

TEST_P(BlobStoreSuite, RemovesABlobUnderItsReaders) {
  auto digest = store("content");
  auto reader = get(store_->open(digest));
  get(store_->remove(digest));
  EXPECT_FALSE(get(store_->stat(digest)));
  EXPECT_EQ(codeOf(run(store_->open(digest))), ErrorCode::BlobUnknown);
  EXPECT_EQ(read(reader), "content");
  get(store_->remove(digest));
  EXPECT_EQ(store("content"), digest);
  EXPECT_EQ(read(digest), "content");
}

TEST_P(BlobStoreSuite, ListsInTheOrderOfDigestsPageByPage) {
  std::vector<Digest> expected;
  for (int i = 0; i < 120; ++i) {
    auto content = "blob " + std::to_string(i);
    auto algorithm = i % 3 == 0 ? core::DigestAlgorithm::Sha512 : core::DigestAlgorithm::Sha256;
    expected.push_back(Digest::of(content, algorithm));
    get(store_->put(expected.back(), content));
  }
  std::ranges::sort(expected);
  for (std::size_t limit : {1U, 7U, 120U, 1000U}) {
    std::vector<Digest> listed;
    std::optional<Digest> after;
    while (true) {
      auto page = get(store_->list(after, limit));
      EXPECT_LE(page.size(), limit);
      for (const auto& info : page) listed.push_back(info.digest);
      if (page.empty()) break;
      after = page.back().digest;
    }
    EXPECT_EQ(listed, expected) << "pages of " << limit;
  }
  EXPECT_TRUE(get(store_->list(std::nullopt, 0)).empty());
  EXPECT_EQ(get(store_->list(std::nullopt, SIZE_MAX)).size(), expected.size()) << "a limit is no size to allocate";
  auto absent = expected[100];
  get(store_->remove(absent));
  EXPECT_EQ(get(store_->list(absent, 1)).at(0).digest, expected[101]) << "`after` need not be there";
}

TEST_P(BlobStoreSuite, StoresTheSameContentManyTimesAtOnce) {
  auto content = someBytes(200'000, 9);
  auto digest = Digest::of(content);
  std::vector<runtime::Task<core::Result<storage::BlobInfo>>> puts;
  for (int i = 0; i < 16; ++i) puts.push_back(store_->put(digest, content));
  std::vector<Writer> writers;
  for (int i = 0; i < 16; ++i) {
    writers.push_back(get(store_->write("same-" + std::to_string(i))));
    append(writers.back(), content);
  }
  for (auto& writer : writers) puts.push_back(writer->commit(digest));
  for (auto& result : threads_.runAll(std::move(puts))) EXPECT_EQ(valueOf(std::move(result)).size, content.size());
  EXPECT_EQ(get(store_->list(std::nullopt, 10)).size(), 1U);
  EXPECT_EQ(read(digest), content);
  EXPECT_TRUE(get(store_->partials()).empty());
}

TEST_P(BlobStoreSuite, CountsWhatItHolds) {
  // A driver may count in the background: asked until it says so, within the time that run() allows.
  auto settles = [&](std::uint64_t blobs, std::uint64_t bytes, std::uint64_t partialBytes) {
    storage::StoreUsage usage;
    auto deadline = std::chrono::steady_clock::now() + kTaskTimeout;
    do {
      usage = get(store_->usage());
      if (usage.blobs == blobs && usage.bytes == bytes && usage.partialBytes == partialBytes) return true;
    } while (std::chrono::steady_clock::now() < deadline);
    ADD_FAILURE() << usage.blobs << " blobs of " << usage.bytes << " bytes, partial " << usage.partialBytes;
    return false;
  };
  EXPECT_TRUE(settles(0, 0, 0));
  auto digest = store("12345");
  store("12345");
  store("678");
  auto writer = get(store_->write("partial"));
  append(writer, "0123456789");
  EXPECT_TRUE(settles(2, 8, 10));
  get(writer->commit(Digest::of("0123456789")));
  EXPECT_TRUE(settles(3, 18, 0));
  get(store_->remove(digest));
  get(store_->remove(digest));
  EXPECT_TRUE(settles(2, 13, 0));
}

TEST_P(BlobStoreSuite, RemovesWhatWasNotRenewedSince) {
  auto digest = store("content");
  auto stored = get(store_->stat(digest))->storedAt;
  EXPECT_FALSE(get(store_->removeUnlessRenewed(digest, stored)));
  EXPECT_TRUE(get(store_->stat(digest)));
  auto later = std::chrono::system_clock::now() + std::chrono::seconds(1);
  auto reader = get(store_->open(digest));
  EXPECT_TRUE(get(store_->removeUnlessRenewed(digest, later)));
  EXPECT_FALSE(get(store_->stat(digest)));
  EXPECT_EQ(read(reader), "content");
  EXPECT_EQ(get(store_->usage()).blobs, 0U);
  EXPECT_FALSE(get(store_->removeUnlessRenewed(digest, later)));
}

TEST_P(BlobStoreSuite, RenewsABlob) {
  EXPECT_FALSE(get(store_->renew(Digest::of("content"))));
  auto digest = store("content");
  auto stored = get(store_->stat(digest))->storedAt;
  auto renewed = get(store_->renew(digest));
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->size, 7U);
  EXPECT_GE(renewed->storedAt, stored);
  EXPECT_FALSE(get(store_->removeUnlessRenewed(digest, renewed->storedAt)));
}

}  // namespace larder::test
