#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include "drivers/sqlite/browse_queries.hpp"
#include "drivers/sqlite/change_writer.hpp"
#include "drivers/sqlite/maintenance_queries.hpp"
#include "drivers/sqlite/migrations.hpp"
#include "drivers/sqlite/queries.hpp"
#include "drivers/sqlite/schema.hpp"
#include "storage_fixture.hpp"
#include "support/forked_child.hpp"
#include "support/temp_directory.hpp"

namespace larder::test {
namespace {

namespace fs = std::filesystem;
namespace change = storage::change;
using core::Digest;
using core::ErrorCode;
using core::Reference;
using Changes = std::vector<storage::MetaChange>;

storage::ManifestRecord manifestOf(const std::string& content) {
  storage::ManifestRecord manifest;
  manifest.digest = Digest::of(content);
  manifest.mediaType = "application/vnd.oci.image.manifest.v1+json";
  manifest.size = content.size();
  manifest.links = {{storage::ManifestLink::Kind::Blob, Digest::of(content + " config"), 10},
                    {storage::ManifestLink::Kind::Blob, Digest::of(content + " layer"), 20}};
  return manifest;
}

change::SetTag tagOf(const std::string& repository, const std::string& name, const Digest& digest) {
  storage::TagRecord tag;
  tag.name = name;
  tag.digest = digest;
  return {repository, tag};
}

// A repository "app" with one manifest.
Changes anApp() {
  return {change::EnsureRepository{"app", {}}, change::PutManifest{"app", manifestOf("m")}};
}

class SqliteMetaStore : public ::testing::Test {
 protected:
  std::string path() const { return (directory_.path() / "_larder" / "larder.db").string(); }
  storage::sqlite::Database raw() const { return valueOf(storage::sqlite::Database::open(path())); }

  TempDirectory directory_;
  telemetry::MetricRegistry metrics_;
};

TEST_F(SqliteMetaStore, KeepsAllOverARestart) {
  {
    OpenedMeta opened(directory_.path());
    opened.get(opened.store->apply(anApp()));
    opened.get(opened.store->apply({tagOf("app", "v1", Digest::of("m"))}));
  }
  OpenedMeta opened(directory_.path());
  auto found = opened.get(opened.store->manifest("app", Reference::ofTag("v1")));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->manifest.digest, Digest::of("m"));
}

TEST_F(SqliteMetaStore, KilledProcessHasKeptAllThatItConfirmedAndNoHalfBatch) {
  {
    OpenedMeta opened(directory_.path());
    opened.get(opened.store->apply(anApp()));
  }
  auto name = [](int number, const char* part) { return std::to_string(number) + part; };
  for (int round = 0; round < 3; ++round) {
    ForkedChild child([&](Channel& parent) {
      OpenedMeta opened(directory_.path());
      for (int number = round * 10'000;; number += 8) {
        std::vector<std::future<core::Result<void>>> pending;
        for (int i = number; i < number + 8; ++i) {
          pending.push_back(opened.threads.start(opened.store->apply(
              {tagOf("app", name(i, "a"), Digest::of("m")), tagOf("app", name(i, "b"), Digest::of("m"))})));
        }
        for (int i = 0; i < 8; ++i) {
          valueOf(TestRuntime::await(std::move(pending[static_cast<std::size_t>(i)])));
          parent.say(std::to_string(number + i));
        }
      }
      return 0;
    });
    std::vector<int> confirmed;
    for (int i = 0; i < 50 + round; ++i) confirmed.push_back(std::stoi(child.channel().hear()));
    child.kill();

    OpenedMeta opened(directory_.path());
    auto there = [&](const std::string& tag) {
      return opened.get(opened.store->manifest("app", Reference::ofTag(tag))).has_value();
    };
    for (int number : confirmed) EXPECT_TRUE(there(name(number, "a")) && there(name(number, "b"))) << number;
    for (int number = round * 10'000; number <= confirmed.back() + 16; ++number) {
      EXPECT_EQ(there(name(number, "a")), there(name(number, "b"))) << number;
    }
  }
}

TEST_F(SqliteMetaStore, TwoProcessesWriteAtOnceAndSeeEachOther) {
  ForkedChild child([&](Channel& parent) {
    OpenedMeta opened(directory_.path());  // both make the schema at once
    parent.say("open");
    parent.hear();
    for (int i = 0; i < 50; ++i) {
      opened.get(opened.store->apply({change::EnsureRepository{"theirs/" + std::to_string(i), {}}}));
    }
    parent.say("done");
    parent.hear();
    return 0;
  });
  OpenedMeta opened(directory_.path());
  ASSERT_EQ(child.channel().hear(), "open");
  auto before = opened.get(opened.store->foreignChanges());
  child.channel().say("go");
  for (int i = 0; i < 50; ++i) {
    opened.get(opened.store->apply({change::EnsureRepository{"ours/" + std::to_string(i), {}}}));
  }
  ASSERT_EQ(child.channel().hear(), "done");
  EXPECT_EQ(opened.get(opened.store->repositories("", 1000)).size(), 100U);
  auto after = opened.get(opened.store->foreignChanges());
  EXPECT_GT(after, before);
  opened.get(opened.store->apply({change::RemoveRepository{"ours/0"}}));
  EXPECT_EQ(opened.get(opened.store->foreignChanges()), after) << "what this process writes is not foreign";
  child.channel().say("end");
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(SqliteMetaStore, ReadsWhileAnotherProcessWritesAndWritesAfterIt) {
  OpenedMeta opened(directory_.path());
  opened.get(opened.store->apply(anApp()));
  auto other = raw();
  valueOf(other.execute("BEGIN IMMEDIATE; DELETE FROM manifest"));
  auto waiting = opened.threads.start(opened.store->apply({tagOf("app", "v1", Digest::of("m"))}));
  EXPECT_TRUE(opened.get(opened.store->manifest("app", Reference::ofDigest(Digest::of("m")))));
  EXPECT_NE(waiting.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  valueOf(other.execute("ROLLBACK"));
  valueOf(TestRuntime::await(std::move(waiting)));
  EXPECT_TRUE(opened.get(opened.store->manifest("app", Reference::ofTag("v1"))));
}

TEST_F(SqliteMetaStore, BoundsTheQueueOfChangesWhileTheDatabaseIsLocked) {
  OpenedMeta opened(directory_.path());
  auto other = raw();
  valueOf(other.execute("BEGIN IMMEDIATE"));
  std::vector<std::future<core::Result<void>>> pending;
  for (int i = 0; i < 5000; ++i) {
    pending.push_back(
        opened.threads.start(opened.store->apply({change::EnsureRepository{"r" + std::to_string(i), {}}})));
  }
  // The queue holds 4096 and one transaction 256: whoever comes after that is turned away at once.
  std::size_t refused = 0;
  std::size_t applied = 0;
  std::size_t late = 0;  // of a transaction that has waited its 10 s, where all this takes longer
  TestRuntime::await(std::async(std::launch::async, [&] {
    while (std::ranges::none_of(
        pending, [](auto& one) { return one.wait_for(std::chrono::seconds(0)) == std::future_status::ready; })) {
    }
  }));
  valueOf(other.execute("ROLLBACK"));
  for (auto& one : pending) {
    auto result = TestRuntime::await(std::move(one));
    if (result) {
      ++applied;
    } else if (result.error().code == ErrorCode::Timeout) {
      ++late;
    } else {
      EXPECT_EQ(result.error().code, ErrorCode::TooManyRequests);
      EXPECT_TRUE(result.error().retryAfter);
      ++refused;
    }
  }
  EXPECT_GE(refused + late, 5000U - 4096U - 256U);
  EXPECT_GT(refused, 0U);
  EXPECT_EQ(opened.get(opened.store->repositories("", 10'000)).size(), applied);
}

TEST_F(SqliteMetaStore, BringsTheSchemaUpToDateOnce) {
  auto versionOf = [&] {
    auto database = raw();
    auto rows = database.query("PRAGMA user_version");
    return rows.next() ? rows.integer(0) : -1;
  };
  {
    OpenedMeta opened(directory_.path());
  }
  EXPECT_EQ(versionOf(), static_cast<std::int64_t>(storage::sqlite::migrations().size()));
  {
    OpenedMeta opened(directory_.path());
  }
  EXPECT_EQ(versionOf(), static_cast<std::int64_t>(storage::sqlite::migrations().size()));
}

TEST_F(SqliteMetaStore, CountsAndFindsWhatWasThereBeforeTheseWereKept) {
  fs::create_directories(fs::path(path()).parent_path());
  {
    auto older = valueOf(storage::sqlite::Database::open(path()));
    for (std::size_t i = 0; i < 4; ++i) valueOf(older.execute(storage::sqlite::migrations()[i]));
    valueOf(older.execute(
        "PRAGMA user_version = 4;"
        "INSERT INTO repository (id, name, origin_host, origin_name, created_at) VALUES (7, 'team/app', '', '', 1);"
        "INSERT INTO manifest (id, repository_id, digest, media_type, size, artifact_type, annotations, pushed_at, "
        "last_pulled_at) VALUES (9, 7, zeroblob(33), 'x', 10, '', '', 1, 0);"
        "INSERT INTO tag VALUES (7, 'latest', 9, 0, 1, 0, 0);"
        "INSERT INTO repository_blob (repository_id, digest, size, manifests, linked) VALUES "
        "(7, x'00', 100, 0, 1), (7, x'01', 1000, 1, 0);"));
  }
  valueOf(storage::sqlite::openWriter(path()));
  auto reader = valueOf(storage::sqlite::openReader(path()));
  auto page = valueOf(storage::sqlite::pageRepositories(reader, {.search = "m/ap"}, {}));
  ASSERT_EQ(page.items.size(), 1U);
  EXPECT_EQ(page.items[0].tags, 1U);
  EXPECT_EQ(page.items[0].manifests, 1U);
  EXPECT_EQ(page.items[0].record.contentBytes, 110U);
}

TEST_F(SqliteMetaStore, TakesWhereOlderBlobsCameFromFromTheirRepository) {
  fs::create_directories(fs::path(path()).parent_path());
  {
    auto older = valueOf(storage::sqlite::Database::open(path()));
    for (std::size_t i = 0; i < 5; ++i) valueOf(older.execute(storage::sqlite::migrations()[i]));
    valueOf(older.execute("PRAGMA user_version = 5"));
    valueOf(
        older.change("INSERT INTO repository (id, name, origin_host, origin_name, created_at) VALUES "
                     "(1, 'mirror', 'docker.io', 'library/app', 1), (2, 'own', '', '', 1)"));
    auto link = [&](std::int64_t repository, const char* content, bool cached) {
      valueOf(
          older.change("INSERT INTO repository_blob (repository_id, digest, size, manifests, linked, cached) "
                       "VALUES (?1, ?2, 5, 0, 1, ?3)",
                       repository, Digest::of(content), cached));
    };
    link(1, "copied", true);
    link(1, "pushed", false);
    link(2, "own", false);
  }
  OpenedMeta opened(directory_.path());
  auto mirrored = [&](const char* repository, const char* content) {
    return opened.get(opened.store->blob(repository, Digest::of(content)))->mirrored;
  };
  EXPECT_TRUE(mirrored("mirror", "copied"));
  EXPECT_FALSE(mirrored("mirror", "pushed"));
  EXPECT_FALSE(mirrored("own", "own"));
}

TEST_F(SqliteMetaStore, TellsOfAChangeThatIsMadeAfterItsCallerHasGivenUp) {
  {
    OpenedMeta opened(directory_.path());
    valueOf(opened.run(opened.store->apply(anApp())));
    valueOf(opened.run(opened.store->apply({tagOf("app", "v1", Digest::of("m"))})));
  }
  TestRuntime threads;
  auto stores = valueOf(
      storage::openSqliteMetaStore(directory_.path(), threads.blocking(), metrics_, std::chrono::milliseconds(100)));
  std::promise<std::string> told;
  auto subscription = stores.changes->subscribe([&](const storage::ContentChanges& changes) {
    auto removed = changes.size() == 1 && changes[0].kind == storage::ContentChange::Kind::Removed;
    told.set_value(removed ? changes[0].repository + ":" + changes[0].reference->toString() : "something else");
  });
  auto other = raw();
  valueOf(other.execute("BEGIN IMMEDIATE"));
  auto removed = threads.run(stores.meta->apply({change::RemoveTag{"app", "v1"}}));
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, ErrorCode::Timeout);
  EXPECT_NE(removed.error().message.find("unknown"), std::string::npos);
  EXPECT_TRUE(valueOf(threads.run(stores.meta->manifest("app", Reference::ofTag("v1")))));
  valueOf(other.execute("ROLLBACK"));
  EXPECT_EQ(TestRuntime::await(told.get_future()), "app:v1");
  EXPECT_FALSE(valueOf(threads.run(stores.meta->manifest("app", Reference::ofTag("v1")))));
}

TEST_F(SqliteMetaStore, RefusesADatabaseOfANewerProgram) {
  {
    OpenedMeta opened(directory_.path());
  }
  valueOf(raw().execute("PRAGMA user_version = 4711"));
  TestRuntime threads;
  auto opened = storage::openSqliteMetaStore(directory_.path(), threads.blocking(), metrics_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Unsupported);
  EXPECT_NE(opened.error().message.find("4711"), std::string::npos);
  EXPECT_EQ(opened.error().where, path());
}

TEST_F(SqliteMetaStore, SaysThatADatabaseIsDamaged) {
  fs::create_directories(fs::path(path()).parent_path());
  std::ofstream(path()) << std::string(8192, 'x');
  TestRuntime threads;
  auto opened = storage::openSqliteMetaStore(directory_.path(), threads.blocking(), metrics_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Corrupt);
  EXPECT_NE(opened.error().message.find(path()), std::string::npos);
}

TEST_F(SqliteMetaStore, SaysWhyItCannotBeOpened) {
  std::ofstream(directory_.path() / "file") << "";
  TestRuntime threads;
  auto opened = storage::openSqliteMetaStore(directory_.path() / "file", threads.blocking(), metrics_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::Io);
  EXPECT_NE(opened.error().message.find("file"), std::string::npos);
}

TEST_F(SqliteMetaStore, FullDiskFailsTheChangeAndLeavesTheRestReadable) {
  ForkedChild child([&](Channel&) {
    OpenedMeta opened(directory_.path());
    opened.get(opened.store->apply(anApp()));
    ::signal(SIGXFSZ, SIG_IGN);
    ::rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = 300'000;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    auto large = manifestOf("large");
    large.annotationsJson = std::string(1'000'000, 'x');
    EXPECT_EQ(codeOf(opened.run(opened.store->apply({change::PutManifest{"app", large}}))), ErrorCode::NoSpace);
    EXPECT_FALSE(opened.get(opened.store->manifest("app", Reference::ofDigest(large.digest))));
    EXPECT_TRUE(opened.get(opened.store->manifest("app", Reference::ofDigest(Digest::of("m")))));

    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    opened.get(opened.store->apply({change::PutManifest{"app", large}}));
    EXPECT_TRUE(opened.get(opened.store->manifest("app", Reference::ofDigest(large.digest))));
    return ::testing::Test::HasFailure() ? 1 : 0;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(SqliteMetaStore, NamesADatabaseThatCannotBeOpened) {
  auto opened = storage::sqlite::Database::open("/nonexistent/larder.db");
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("/nonexistent/larder.db"), std::string::npos) << opened.error().message;
}

TEST_F(SqliteMetaStore, TellsHowLongChangesAndReadsTook) {
  OpenedMeta opened(directory_.path());
  auto latency = [&](const char* lock) {
    return opened.metrics.histogram("zot_storage_lock_latency_seconds", "", telemetry::latencyBuckets(),
                                    {{"storageName", directory_.path().string()}, {"lockType", lock}});
  };
  opened.get(opened.store->apply(anApp()));
  opened.get(opened.store->apply(anApp()));
  opened.get(opened.store->repository("app"));
  EXPECT_EQ(latency("RWLock")->snapshot().count, 2U);
  EXPECT_GT(latency("RWLock")->snapshot().sum, 0);
  EXPECT_EQ(latency("RLock")->snapshot().count, 1U);
}

// Every statement that `database` has prepared, and that has walked a whole table or sorted rows.
std::vector<std::string> slowStatements(storage::sqlite::Database& database) {
  std::vector<std::string> slow;
  for (auto* statement = sqlite3_next_stmt(database.handle(), nullptr); statement != nullptr;
       statement = sqlite3_next_stmt(database.handle(), statement)) {
    if (sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0) > 0 ||
        sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_SORT, 0) > 0) {
      slow.emplace_back(sqlite3_sql(statement));
    }
  }
  return slow;
}

// What SQLite's machine did for one page of images.
std::int64_t stepsOfAPage(storage::sqlite::Database& database) {
  valueOf(storage::sqlite::listImagesByUse(database, std::nullopt, 10));
  std::int64_t most = 0;
  for (auto* one = sqlite3_next_stmt(database.handle(), nullptr); one != nullptr;
       one = sqlite3_next_stmt(database.handle(), one)) {
    most = std::max<std::int64_t>(most, sqlite3_stmt_status(one, SQLITE_STMTSTATUS_VM_STEP, 0));
  }
  return most;
}

TEST_F(SqliteMetaStore, ReadsAPageOfImagesAtACostThatDoesNotGrowWithTheStore) {
  OpenedMeta opened(directory_.path());
  auto database = raw();
  // Indexes with a child each, whose child was pulled after them.
  auto fill = [&](int from, int to) {
    auto range = "WITH RECURSIVE n(i) AS (SELECT " + std::to_string(from) +
                 " UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(to) + ") ";
    auto manifests =
        range +
        "INSERT INTO manifest (id, repository_id, digest, media_type, size, artifact_type, annotations, "
        "pushed_at, last_pulled_at, cached) SELECT i, 1, CAST(x'00' || randomblob(32) AS BLOB), '', 1, '', "
        "'', 1, i, 1 FROM n";
    auto links = range +
                 "INSERT INTO manifest_link SELECT i, 0, 1, (SELECT digest FROM manifest WHERE id = i + 1), 1 FROM n "
                 "WHERE i % 2 = 1";
    valueOf(database.execute(manifests.c_str()));
    valueOf(database.execute(links.c_str()));
  };
  opened.get(opened.store->apply({change::EnsureRepository{"app", {"docker.io", "library/app"}}}));
  fill(1, 200);
  auto small = stepsOfAPage(*std::make_unique<storage::sqlite::Database>(raw()));
  fill(201, 10'000);
  auto large = stepsOfAPage(*std::make_unique<storage::sqlite::Database>(raw()));
  EXPECT_LE(large, small + small / 2);
}

TEST_F(SqliteMetaStore, FindsEverythingByAnIndex) {
  fs::create_directories(fs::path(path()).parent_path());
  auto writer = valueOf(storage::sqlite::openWriter(path()));
  storage::sqlite::ChangeWriter changes(writer);
  auto apply = [&](const storage::MetaChange& one) { valueOf(changes.apply(one)); };
  auto now = std::chrono::system_clock::now();
  auto subject = Digest::of("subject");
  valueOf(writer.execute("BEGIN"));
  for (int i = 0; i < 20; ++i) {
    auto name = "r" + std::to_string(i);
    auto manifest = manifestOf("m" + std::to_string(i % 3));
    manifest.subject = subject;
    apply(change::EnsureRepository{name, {"docker.io", name}});
    for (int again = 0; again < 2; ++again) apply(change::PutManifest{name, manifest});
    for (const char* tag : {"a", "b", "c"}) apply(tagOf(name, tag, manifest.digest));
    apply(change::LinkBlob{name, Digest::of("linked"), 1});
    apply(change::LinkBlob{name, Digest::of("other"), 1});
    apply(change::UnlinkBlob{name, Digest::of("other")});
    apply(change::PutUpload{{name, name, now, now}});
    apply(change::NotePull{name, manifest.digest, "a", now, 1});
    apply(change::NotePull{name, Digest::of("linked"), "", now, 1});
    apply(change::NoteChecked{name, "a", manifest.digest, now});
    apply(change::RemoveTag{name, "c"});
  }
  apply(change::RemoveManifest{"r0", Digest::of("m0")});
  apply(change::RemoveRepository{"r1"});
  apply(change::RemoveUpload{"r2"});
  valueOf(writer.execute("COMMIT"));
  EXPECT_EQ(slowStatements(writer), std::vector<std::string>{});

  auto reader = valueOf(storage::sqlite::openReader(path()));
  using namespace storage::sqlite;  // NOLINT(google-build-using-namespace): every query of it, once
  EXPECT_TRUE(valueOf(findByTag(reader, "r5", "a")));
  EXPECT_TRUE(valueOf(findByDigest(reader, "r5", Digest::of("m2"))));
  EXPECT_TRUE(valueOf(findBlob(reader, "r5", Digest::of("linked"))));
  EXPECT_FALSE(valueOf(findHolder(reader, Digest::of("linked"), [](const storage::BlobHolder&) { return false; })));
  EXPECT_TRUE(valueOf(findRepository(reader, "r5")));
  EXPECT_TRUE(valueOf(findByOrigin(reader, {"docker.io", "r5"})));
  EXPECT_EQ(valueOf(listRepositories(reader, "r4", 3)).size(), 3U);
  EXPECT_EQ(valueOf(listTags(reader, "r5", "", 10)).size(), 2U);
  EXPECT_EQ(valueOf(listNaming(reader, "r5", {.digest = subject})).items.size(), 1U);
  EXPECT_TRUE(valueOf(findUpload(reader, "r5")));
  EXPECT_EQ(valueOf(listIdleUploads(reader, now + std::chrono::hours(1))).size(), 18U);
  EXPECT_EQ(slowStatements(reader), std::vector<std::string>{});
  EXPECT_FALSE(reader.execute("DELETE FROM tag")) << "a reader must not be able to write";
}

}  // namespace
}  // namespace larder::test
