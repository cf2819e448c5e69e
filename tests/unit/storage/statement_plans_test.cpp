// Holds every statement that a test of this executable runs on SQLite to an index. Each connection is traced, so that
// no statement has to be listed anywhere; when all tests have run, each is explained on an empty database: the daemon
// never runs ANALYZE, so that plans do not depend on what is stored.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/sqlite/browse_queries.hpp"
#include "drivers/sqlite/change_writer.hpp"
#include "drivers/sqlite/migrations.hpp"
#include "drivers/sqlite/schema.hpp"
#include "support/results.hpp"
#include "support/temp_directory.hpp"

namespace larder::test {
namespace {

namespace fs = std::filesystem;

// What reads a whole table because its answer is made of all of it, and why that is not asked for often.
const std::map<std::string, std::string, std::less<>> kWholeByNature{
    {"SELECT name FROM repository WHERE ?1 = ''", "counts the names that the asker may read: policies judge each"},
    {"SELECT name FROM repository WHERE instr(name, ?1) > 0", "one or two letters, which no index finds"},
    {"SELECT count(*) FROM repository WHERE ?1 = ''", "counts the entries of the smallest index"},
    {"SELECT count(*) FROM repository WHERE instr(name, ?1) > 0", "one or two letters, which no index finds"},
    {"SELECT id, name, origin_host, tags FROM repository ORDER BY name", "sums the store, whose sums are kept"},
    {"SELECT digest, repository_id, size FROM repository_blob INDEXED BY repository_blob_by_digest "
     "WHERE linked = 1 ORDER BY digest",
     "sums the store, whose sums are kept"},
    {"SELECT digest, repository_id, size FROM manifest INDEXED BY manifest_by_digest ORDER BY digest",
     "sums the store, whose sums are kept"},
    {"SELECT id, name, origin_host, origin_name, created_at FROM repository ORDER BY id", "writes the journal anew"},
    {"SELECT r.name, p.tag, p.digest FROM pin p CROSS JOIN repository r ON r.id = p.repository_id "
     "ORDER BY r.name, p.tag, p.digest",
     "lists all pins, each of which an admin made"},
    // larderd rebuild
    {"SELECT count(*) FROM repository", "without a daemon"},
    {"SELECT count(*) FROM manifest", "without a daemon"},
    {"SELECT count(*) FROM tag", "without a daemon"},
    {"SELECT count(*) FROM repository_blob WHERE linked = 1", "without a daemon"},
    {"UPDATE repository SET last_pulled_at = ?1", "without a daemon"},
    {"UPDATE manifest SET last_pulled_at = ?1 + id", "without a daemon"},
    {"UPDATE tag SET last_pulled_at = ?1", "without a daemon"},
    {"UPDATE repository_blob SET last_pulled_at = ?1", "without a daemon"},
    // Tests of damage, on connections of their own.
    {"DELETE FROM manifest", "a test's"},
    {"DELETE FROM tag", "a test's"},
    {"SELECT origin_host FROM repository", "a test's"},
};

class Statements {
 public:
  void add(const char* sql) {
    std::lock_guard lock(mutex_);
    texts_.insert(sql);
  }
  std::set<std::string> all() {
    std::lock_guard lock(mutex_);
    return texts_;
  }

 private:
  std::mutex mutex_;
  std::set<std::string> texts_;
};

// SQLite's hook takes no context.
Statements& statements() {
  static Statements all;
  return all;
}

int noteStatement(unsigned /*event*/, void* /*context*/, void* statement, void* /*text*/) {
  if (const char* sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement))) statements().add(sql);
  return 0;
}

int traceConnection(sqlite3* connection, const char** /*error*/, const sqlite3_api_routines* /*api*/) {
  return sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, noteStatement, nullptr);
}

// The lines of a plan; none of what cannot be explained.
std::vector<std::string> planOf(sqlite3* connection, const std::string& sql) {
  std::vector<std::string> lines;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(connection, ("EXPLAIN QUERY PLAN " + sql).c_str(), -1, &statement, nullptr) == SQLITE_OK) {
    while (sqlite3_step(statement) == SQLITE_ROW) {
      lines.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement, 3)));
    }
  } else {
    lines.push_back("NOT EXPLAINED " + std::string(sqlite3_errmsg(connection)));
  }
  sqlite3_finalize(statement);
  return lines;
}

// Whether a step of a plan costs what the table holds, and not what is asked for. An automatic index is one that each
// run of the statement makes of a whole table.
bool readsAll(const std::string& line) {
  if (line.find("AUTOMATIC") != std::string::npos || line.starts_with("NOT EXPLAINED")) return true;
  if (!line.starts_with("SCAN ")) return false;
  // Rows that the statement itself brings (n counts, in tests), a search in the index of names, a table of one row.
  static const std::regex harmless(
      R"(SCAN (CONSTANT ROW|\(subquery-\d+\)|\d+ CONSTANT ROWS?|repository_search VIRTUAL TABLE INDEX 0:M\d+|journal|n)( .*)?)");
  return !std::regex_match(line, harmless);
}

// A migration runs once.
bool isOfAMigration(const std::string& sql) {
  return std::ranges::any_of(storage::sqlite::migrations(),
                             [&](std::string_view migration) { return migration.find(sql) != std::string_view::npos; });
}

bool isOfTheDriver(const std::string& sql) {
  static const std::regex changing(R"(^(SELECT|INSERT|UPDATE|DELETE|WITH)\b)");
  // What FTS5 runs within SQLite for its own tables.
  return std::regex_search(sql, changing) && sql.find("'main'.") == std::string::npos;
}

// The texts of statements in the driver's sources, as far as each is one literal: neighbours belong together.
std::set<std::string> textsInSources() {
  static const std::regex literals(R"re("(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*)re");
  static const std::regex seam(R"re("\s*")re");
  std::set<std::string> found;
  for (const auto& file : fs::directory_iterator(fs::path(LARDER_SOURCE_DIR) / "backend/storage/src/drivers/sqlite")) {
    std::ifstream stream(file.path());
    std::string text(std::istreambuf_iterator<char>(stream), {});
    for (std::sregex_iterator literal(text.begin(), text.end(), literals); literal != std::sregex_iterator();
         ++literal) {
      auto quoted = literal->str();
      auto sql = std::regex_replace(quoted.substr(1, quoted.size() - 2), seam, "");
      if (isOfTheDriver(sql)) found.insert(sql);
    }
  }
  return found;
}

// Whether all tests run: only then has every statement been seen.
bool isWholeRun() {
  const auto& run = *::testing::UnitTest::GetInstance();
  return run.test_to_run_count() == run.total_test_count() && run.Passed();
}

// What goes with a row that is removed is looked up as well, in no statement's plan.
void checkCascades(sqlite3* connection) {
  sqlite3_stmt* keys = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(connection,
                               "SELECT 'SELECT 1 FROM ' || t.name || ' WHERE ' || k.\"from\" || ' = ?1' "
                               "FROM sqlite_schema t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table'",
                               -1, &keys, nullptr),
            SQLITE_OK);
  while (sqlite3_step(keys) == SQLITE_ROW) {
    std::string sql = reinterpret_cast<const char*>(sqlite3_column_text(keys, 0));
    for (const auto& line : planOf(connection, sql)) EXPECT_FALSE(readsAll(line)) << sql << "\n  " << line;
  }
  sqlite3_finalize(keys);
}

class StatementPlans : public ::testing::Environment {
 public:
  void SetUp() override { sqlite3_auto_extension(reinterpret_cast<void (*)()>(traceConnection)); }

  void TearDown() override {
    sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(traceConnection));
    TempDirectory directory;
    auto database = valueOf(storage::sqlite::openWriter((directory.path() / "plans.db").string()));
    auto seen = statements().all();
    for (const auto& sql : seen) {
      if (!isOfTheDriver(sql) || isOfAMigration(sql) || kWholeByNature.contains(sql)) continue;
      for (const auto& line : planOf(database.handle(), sql)) {
        EXPECT_FALSE(readsAll(line)) << sql << "\n  " << line;
      }
    }
    checkCascades(database.handle());
    if (!isWholeRun()) return;
    for (const auto& text : textsInSources()) {
      EXPECT_TRUE(std::ranges::any_of(seen, [&](const auto& sql) { return sql.find(text) != std::string::npos; }))
          << "no test runs this statement, so its plan is unknown: " << text;
    }
    for (const auto& [sql, reason] : kWholeByNature) EXPECT_TRUE(seen.contains(sql)) << "never run: " << sql;
  }
};

// GoogleTest owns it.
const auto* const kPlans = ::testing::AddGlobalTestEnvironment(new StatementPlans);

TEST(StatementPlans, TellsAScanFromASearch) {
  EXPECT_TRUE(readsAll("SCAN m"));
  EXPECT_TRUE(readsAll("SCAN repository USING COVERING INDEX sqlite_autoindex_repository_1"));
  EXPECT_TRUE(readsAll("SEARCH c USING AUTOMATIC COVERING INDEX (digest=?)"));
  EXPECT_TRUE(readsAll("SCAN repository_search VIRTUAL TABLE INDEX 0:"));
  EXPECT_FALSE(readsAll("SCAN repository_search VIRTUAL TABLE INDEX 0:M1"));
  EXPECT_FALSE(readsAll("SCAN CONSTANT ROW"));
  EXPECT_FALSE(readsAll("SEARCH m USING INTEGER PRIMARY KEY (rowid=?)"));
}

// The texts of these are put together, each combination one of its own.
TEST(StatementPlans, RunsEverySortAndSearch) {
  TempDirectory directory;
  auto database = valueOf(storage::sqlite::openWriter((directory.path() / "larder.db").string()));
  valueOf(storage::sqlite::ChangeWriter(database).apply(storage::change::EnsureRepository{"app", {}}));
  auto anyone = [](const std::string&) { return true; };
  for (const auto* search : {"", "ap", "app"}) {
    for (bool descending : {false, true}) {
      using Sort = storage::RepositorySort;
      for (auto sort : {Sort::Name, Sort::Size, Sort::LastPull, Sort::Pulls}) {
        for (const auto& mayRead : {storage::MetaBrowse::MayRead(), storage::MetaBrowse::MayRead(anyone)}) {
          storage::PageQuery<Sort> query{.search = search, .sort = sort, .descending = descending, .limit = 1};
          EXPECT_EQ(valueOf(storage::sqlite::pageRepositories(database, query, mayRead)).items.size(), 1U);
        }
      }
      using TagSort = storage::TagSort;
      for (auto sort : {TagSort::Name, TagSort::Pushed, TagSort::LastPull, TagSort::Pulls}) {
        storage::PageQuery<TagSort> query{.search = search, .sort = sort, .descending = descending, .limit = 1};
        EXPECT_TRUE(valueOf(storage::sqlite::pageTags(database, "app", query)).items.empty());
      }
    }
  }
}

}  // namespace
}  // namespace larder::test
