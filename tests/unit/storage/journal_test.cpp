#include "drivers/sqlite/journal.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "drivers/sqlite/change_json.hpp"
#include "drivers/sqlite/schema.hpp"
#include "larder/storage/drivers.hpp"
#include "storage_fixture.hpp"
#include "support/forked_child.hpp"
#include "support/temp_directory.hpp"

namespace larder::test {
namespace {

namespace fs = std::filesystem;
namespace change = storage::change;
using core::Digest;
using core::ErrorCode;
using Changes = std::vector<storage::MetaChange>;

storage::ManifestRecord journalManifest(const std::string& content) {
  storage::ManifestRecord manifest;
  manifest.digest = Digest::of(content);
  manifest.mediaType = "application/vnd.oci.image.manifest.v1+json";
  manifest.size = content.size();
  manifest.artifactType = "application/x-test";
  manifest.subject = Digest::of("subject");
  manifest.annotationsJson = R"({"a":"\u00e9"})";
  manifest.links = {{storage::ManifestLink::Kind::Blob, Digest::of(content + " layer"), 20},
                    {storage::ManifestLink::Kind::Manifest, Digest::of("child", core::DigestAlgorithm::Sha512), 7}};
  return manifest;
}

change::SetTag journalTag(const std::string& name, const std::string& content) {
  storage::TagRecord tag;
  tag.name = name;
  tag.digest = Digest::of(content);
  return {"app", tag};
}

Changes pushOf(const std::string& name) {
  storage::WallTime created{std::chrono::seconds(1'700'000'000)};
  return {change::EnsureRepository{"app", {"docker.io", "library/app"}, created},
          change::LinkBlob{"app", Digest::of(name + " layer"), 20}, change::PutManifest{"app", journalManifest(name)},
          journalTag(name, name)};
}

class Journal : public ::testing::Test {
 protected:
  fs::path file(const std::string& name) const { return directory_.path() / "_larder" / name; }
  void apply(const std::vector<Changes>& batches) const {
    OpenedMeta opened(directory_.path());
    for (const auto& batch : batches) opened.get(opened.store->apply(batch));
  }
  void loseDatabase() const {
    for (const char* name : {"larder.db", "larder.db-wal", "larder.db-shm"}) fs::remove(file(name));
  }
  storage::Rebuilt rebuild() const { return valueOf(storage::rebuildSqliteMetadata(directory_.path(), false)); }
  // All metadata but the times of pulls, as text.
  std::vector<std::string> state() const {
    std::vector<std::string> lines;
    valueOf(storage::readSqliteMetadata(directory_.path(), [&](const storage::MetaChange& one) {
      auto json = storage::sqlite::toJson(storage::sqlite::JournalChange(one), {});
      json.erase("pulled");
      if (json.contains("manifest")) json["manifest"].erase("pulled");
      lines.push_back(json.dump());
      return core::Result<void>{};
    }));
    return lines;
  }
  std::string journalText() const {
    std::ifstream in(file("metadata.journal"), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void writeJournal(const std::string& text) const {
    std::ofstream(file("metadata.journal"), std::ios::binary | std::ios::trunc) << text;
  }

  TempDirectory directory_;
};

TEST_F(Journal, RebuildsWhatWasThere) {
  apply({pushOf("v1"),
         pushOf("v2"),
         {journalTag("moved", "v1")},
         {journalTag("moved", "v2")},
         {change::RemoveTag{"app", "v1"}},
         {change::RemoveManifest{"app", Digest::of("v1")}, change::UnlinkBlob{"app", Digest::of("v1 layer")}},
         {change::EnsureRepository{"gone", {}}},
         {change::RemoveRepository{"gone"}}});
  auto before = state();
  loseDatabase();
  auto rebuilt = rebuild();
  EXPECT_EQ(state(), before);
  EXPECT_EQ(rebuilt.repositories, 1U);
  EXPECT_EQ(rebuilt.manifests, 1U);
  EXPECT_EQ(rebuilt.tags, 2U);
  EXPECT_EQ(rebuilt.links, 1U);
  apply({pushOf("v3")});
  before = state();
  loseDatabase();
  rebuild();
  EXPECT_EQ(state(), before) << "a rebuilt database goes on with its journal";
}

TEST_F(Journal, RebuildsWhereContentCameFrom) {
  storage::Origin origin{"docker.io", "library/app"};
  storage::WallTime created{std::chrono::seconds(1'700'000'000)};
  auto copied = journalTag("v1", "copied");
  copied.tag.checkedAt = created;
  copied.unlessPushed = true;
  apply({{change::EnsureRepository{"app", origin, created}, change::LinkBlob{"app", Digest::of("both"), 4, true}},
         {change::EnsureRepository{"app", {}, {}, true}, change::LinkBlob{"app", Digest::of("both"), 4},
          change::LinkBlob{"app", Digest::of("pushed"), 6}, change::PutManifest{"app", journalManifest("pushed")},
          journalTag("v1", "pushed")},
         {change::EnsureRepository{"app", origin}, change::PutManifest{"app", journalManifest("copied")}, copied}});
  auto before = state();
  loseDatabase();
  EXPECT_EQ(rebuild().links, 2U);
  EXPECT_EQ(state(), before);
  OpenedMeta opened(directory_.path());
  EXPECT_TRUE(opened.get(opened.store->blob("app", Digest::of("both")))->mirrored);
  EXPECT_EQ(opened.get(opened.store->manifest("app", core::Reference::ofTag("v1")))->manifest.digest,
            Digest::of("pushed"));
}

TEST_F(Journal, TakesTheJournalOfAVersionThatLetARepositoryKeepItsFirstOrigin) {
  fs::create_directories(directory_.path() / "_larder");
  auto database = valueOf(storage::sqlite::openWriter(file("larder.db").string()));
  auto again = [&](const storage::Origin& origin) {
    valueOf(storage::sqlite::applyAgain(database, storage::MetaChange(change::EnsureRepository{"app", origin})));
  };
  again({"docker.io", "library/app"});
  again({"quay.io", "app"});
  auto rows = database.query("SELECT origin_host FROM repository");
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.text(0), "docker.io");
}

TEST_F(Journal, KeepsNothingOfABatchThatFailed) {
  {
    OpenedMeta opened(directory_.path());
    opened.get(opened.store->apply(pushOf("v1")));
    auto failed = TestRuntime::await(opened.threads.start(
        opened.store->apply({change::RemoveTag{"app", "v1"}, change::RemoveTag{"app", "absent"}})));
    ASSERT_FALSE(failed);
  }
  auto before = state();
  loseDatabase();
  rebuild();
  EXPECT_EQ(state(), before);
}

TEST_F(Journal, RebuildsADatabaseThatIsDamagedAndKeepsTheOldOne) {
  apply({pushOf("v1")});
  auto before = state();
  for (const char* name : {"larder.db-wal", "larder.db-shm"}) fs::remove(file(name));
  std::ofstream(file("larder.db"), std::ios::trunc) << "no database at all";
  rebuild();
  EXPECT_EQ(state(), before);
  EXPECT_EQ(fs::file_size(file("larder.db.old")), 18U);
}

TEST_F(Journal, KnowsWhatMaintenanceRemovedAndPinned) {
  using core::Reference;
  {
    TestRuntime threads;
    telemetry::MetricRegistry metrics;
    auto stores = valueOf(storage::openSqliteMetaStore(directory_.path(), threads.blocking(), metrics));
    auto get = [&](auto task) { return valueOf(threads.run(std::move(task))); };
    auto cached = journalManifest("cached");
    cached.cached = true;
    get(stores.meta->apply(pushOf("v1")));
    get(stores.meta->apply(pushOf("v2")));
    get(stores.meta->apply({change::LinkBlob{"app", Digest::of("cached layer"), 20, true},
                            change::LinkBlob{"app", Digest::of("unnamed"), 9}, change::PutManifest{"app", cached}}));
    auto v1 = *get(stores.meta->manifest("app", Reference::ofTag("v1")));
    v1.tag->digest = v1.manifest.digest;
    EXPECT_EQ(get(stores.maintenance->collect({"app", {*v1.tag}, {v1.manifest}})).manifests.size(), 1U);
    EXPECT_EQ(get(stores.maintenance->evict({storage::WallTime::max(), "app", cached.digest})).size(), 2U);
    EXPECT_EQ(get(stores.maintenance->unlinkUnnamed(storage::WallTime::max(), 10, {})).size(), 2U);
    get(stores.maintenance->pin({"app", Reference::ofTag("v2")}));
    get(stores.maintenance->pin({"app", Reference::ofDigest(Digest::of("later"))}));
    get(stores.maintenance->pin({"app", Reference::ofTag("dropped")}));
    get(stores.maintenance->unpin({"app", Reference::ofTag("dropped")}));
  }
  auto before = state();
  ASSERT_EQ(before.size(), 4U);
  for (int round = 0; round < 2; ++round) {  // of the changes, then of all at once
    loseDatabase();
    rebuild();
    EXPECT_EQ(state(), before);
    TestRuntime threads;
    telemetry::MetricRegistry metrics;
    auto stores = valueOf(storage::openSqliteMetaStore(directory_.path(), threads.blocking(), metrics));
    EXPECT_EQ(valueOf(threads.run(stores.maintenance->pins("app"))).size(), 2U);
  }
}

TEST_F(Journal, LeavesOutATornLine) {
  apply({pushOf("v1"), pushOf("v2")});
  auto text = journalText();
  writeJournal(text.substr(0, text.size() - 5));
  loseDatabase();
  EXPECT_GT(rebuild().tornBytes, 0U);
  auto lines = state();
  EXPECT_EQ(lines.size(), 4U) << "repository, manifest, tag and link of v1";
}

TEST_F(Journal, RefusesDamageBeforeItsEndUnlessItIsToBeSalvaged) {
  apply({pushOf("v1"), pushOf("v2"), pushOf("v3")});
  auto text = journalText();
  text[text.find("v2 ") == std::string::npos ? text.size() / 2 : text.find("v2 ")] ^= 1;
  writeJournal(text);
  loseDatabase();
  auto refused = storage::rebuildSqliteMetadata(directory_.path(), false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Corrupt);
  EXPECT_FALSE(fs::exists(file("larder.db")));
  auto rebuilt = valueOf(storage::rebuildSqliteMetadata(directory_.path(), true));
  EXPECT_EQ(rebuilt.damagedLines, 1U);
  EXPECT_EQ(rebuilt.tags, 2U);
  loseDatabase();
  EXPECT_EQ(rebuild().tags, 2U) << "the new journal is whole";
}

TEST_F(Journal, CutsOffWhatWasNeverCommitted) {
  apply({pushOf("v1")});
  auto committed = journalText();
  writeJournal(committed + committed.substr(committed.find('\n') + 1, 40));
  apply({pushOf("v2")});
  EXPECT_TRUE(journalText().starts_with(committed));
  auto before = state();
  loseDatabase();
  EXPECT_EQ(rebuild().tornBytes, 0U);
  EXPECT_EQ(state(), before);
}

TEST_F(Journal, IsWrittenAnewWhenItIsLost) {
  apply({pushOf("v1")});
  fs::remove(file("metadata.journal"));
  apply({pushOf("v2")});
  auto before = state();
  loseDatabase();
  rebuild();
  EXPECT_EQ(state(), before);
}

TEST_F(Journal, BeginsForADatabaseThatHadNone) {
  apply({pushOf("v1")});
  {
    auto database = valueOf(storage::sqlite::openWriter(file("larder.db").string()));
    valueOf(database.execute("UPDATE journal SET generation = 0, size = 0, base = 0"));
  }
  fs::remove(file("metadata.journal"));
  {
    OpenedMeta opened(directory_.path());
  }
  auto before = state();
  loseDatabase();
  rebuild();
  EXPECT_EQ(state(), before);
}

TEST_F(Journal, RefusesToBeginAnEmptyRegistryBesideTheJournalOfALostOne) {
  apply({pushOf("v1")});
  loseDatabase();
  TestRuntime threads;
  telemetry::MetricRegistry metrics;
  auto opened = storage::openSqliteMetaStore(directory_.path(), threads.blocking(), metrics);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Conflict);
  EXPECT_NE(opened.error().message.find("`larderd rebuild <config>`"), std::string::npos);
  EXPECT_FALSE(fs::exists(file("larder.db"))) << "the next look at it would find nothing amiss";
  EXPECT_EQ(rebuild().tags, 1U);
}

TEST_F(Journal, TakesAnEmptyDatabaseBesideAJournalForALostOne) {
  apply({pushOf("v1")});
  auto read = [this] {
    return storage::readSqliteMetadata(directory_.path(),
                                       [](const storage::MetaChange&) { return core::Result<void>{}; });
  };
  loseDatabase();
  EXPECT_EQ(read().error().code, ErrorCode::Conflict);
  std::ofstream(file("larder.db")).flush();
  EXPECT_EQ(read().error().code, ErrorCode::Conflict);
  valueOf(storage::sqlite::openWriter(file("larder.db").string()));
  EXPECT_EQ(read().error().code, ErrorCode::Conflict);
  rebuild();
  EXPECT_TRUE(read());
}

TEST_F(Journal, RefusesToRebuildBesideADaemon) {
  OpenedMeta opened(directory_.path());
  auto refused = storage::rebuildSqliteMetadata(directory_.path(), false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
}

TEST_F(Journal, BecomesShorterWhileOthersAppend) {
  std::vector<Changes> moves{pushOf("v1"), pushOf("v2")};
  for (int i = 0; i < 50; ++i) moves.push_back({journalTag("moved", i % 2 == 0 ? "v1" : "v2")});
  apply(moves);
  auto size = fs::file_size(file("metadata.journal"));

  auto path = file("larder.db").string();
  auto writer = valueOf(storage::sqlite::openWriter(path));
  storage::sqlite::Journal journal(file("").parent_path().string());
  auto draft = valueOf(journal.draft());
  apply({pushOf("v3")});  // another process, as it were
  valueOf(journal.replace(writer, std::move(draft)));
  EXPECT_LT(fs::file_size(file("metadata.journal")), size);
  EXPECT_FALSE(fs::exists(file("metadata.journal.new")));
  EXPECT_TRUE(fs::is_empty(file("scratch")));
  apply({pushOf("v4"), {change::RemoveTag{"app", "v1"}}});
  auto before = state();
  loseDatabase();
  rebuild();
  EXPECT_EQ(state(), before);
}

TEST_F(Journal, IsWrittenAnewByTheStoreWhenItHasGrown) {
  {
    OpenedMeta opened(directory_.path());
    opened.get(opened.store->apply(pushOf("v1")));
    auto large = journalManifest("large");
    large.annotationsJson = R"({"a":")" + std::string(1 << 20, 'x') + "\"}";
    std::uintmax_t largest = 0;
    bool renewed = false;
    // It goes on beside the changes that are made meanwhile; large ones would go over into the new journal.
    for (int i = 0; i < 2000 && !renewed; ++i) {
      if (largest <= (16U << 20)) {
        opened.get(opened.store->apply({change::PutManifest{"app", large}}));
      } else {
        opened.get(opened.store->apply({journalTag("t" + std::to_string(i % 7), "v1")}));
      }
      auto size = fs::file_size(file("metadata.journal"));
      renewed = size < largest;
      largest = std::max(largest, size);
    }
    EXPECT_TRUE(renewed);
    EXPECT_LT(fs::file_size(file("metadata.journal")), 4U << 20);
  }
  auto before = state();
  loseDatabase();
  rebuild();
  EXPECT_EQ(state(), before);
}

TEST_F(Journal, NewGenerationThatWasCommittedTakesItsPlaceAfterACrash) {
  apply({pushOf("v1")});
  auto path = file("larder.db").string();
  {
    auto writer = valueOf(storage::sqlite::openWriter(path));
    storage::sqlite::Journal journal(file("").parent_path().string());
    fs::copy_file(file("metadata.journal"), file("kept"));
    valueOf(journal.replace(writer, valueOf(journal.draft())));
  }
  // As if the process had ended between the commit and the last rename.
  fs::rename(file("metadata.journal"), file("metadata.journal.new"));
  fs::rename(file("kept"), file("metadata.journal"));
  apply({pushOf("v2")});
  EXPECT_FALSE(fs::exists(file("metadata.journal.new")));
  auto before = state();
  loseDatabase();
  rebuild();
  EXPECT_EQ(state(), before);
}

TEST_F(Journal, HasAllThatAKilledProcessConfirmed) {
  for (int round = 0; round < 3; ++round) {
    ForkedChild child([&](Channel& parent) {
      OpenedMeta opened(directory_.path());
      for (int number = round * 10'000;; number += 8) {
        std::vector<std::future<core::Result<void>>> pending;
        for (int i = number; i < number + 8; ++i) {
          pending.push_back(opened.threads.start(opened.store->apply(pushOf(std::to_string(i)))));
        }
        for (auto& one : pending) valueOf(TestRuntime::await(std::move(one)));
        parent.say(std::to_string(number + 7));
      }
      return 0;
    });
    int last = 0;
    for (int i = 0; i < 20 + round; ++i) last = std::stoi(child.channel().hear());
    child.kill();
    if (round == 1) apply({pushOf("between")});  // cuts off what was never committed
    loseDatabase();
    rebuild();
    OpenedMeta opened(directory_.path());
    for (int number = round * 10'000; number <= last; ++number) {
      auto reference = core::Reference::ofTag(std::to_string(number));
      EXPECT_TRUE(opened.get(opened.store->manifest("app", reference))) << number;
    }
  }
}

}  // namespace
}  // namespace larder::test
