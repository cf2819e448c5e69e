// Reading all metadata, and making it anew.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "drivers/sqlite/data_directory.hpp"
#include "drivers/sqlite/dump.hpp"
#include "drivers/sqlite/journal.hpp"
#include "drivers/sqlite/schema.hpp"
#include "larder/storage/drivers.hpp"

namespace larder::storage {
namespace sqlite {
namespace {

using core::ErrorCode;
using core::fail;

constexpr const char* kBeside[] = {"", "-wal", "-shm"};  // what belongs to a database of SQLite's

Result<void> renameFile(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0 || errno == ENOENT) return {};
  return filesystem::failSystem(errno, "rename", from);
}

Result<void> syncDirectory(const std::string& directory) {
  filesystem::UniqueFd opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened || ::fsync(opened.get()) != 0) return filesystem::failSystem(errno, "sync the directory", directory);
  return {};
}

Result<JournalContent> replay(Database& database, const std::string& directory, bool salvage) {
  return readJournal(journalPath(directory), salvage, [&](const JournalChanges& changes) -> Result<void> {
    for (const auto& change : changes) {
      auto applied = applyAgain(database, change);
      // Behind a line that is missing a change may have lost its ground.
      if (!applied && !salvage) return applied;
    }
    return {};
  });
}

// Manifests a nanosecond apart: images are read in the order of their use, a page at a time, and those of one instant
// would be sorted for each page.
Result<void> countAsPulled(Database& database) {
  auto now = std::chrono::system_clock::now();
  for (const char* sql : {"UPDATE repository SET last_pulled_at = ?1", "UPDATE manifest SET last_pulled_at = ?1 + id",
                          "UPDATE tag SET last_pulled_at = ?1", "UPDATE repository_blob SET last_pulled_at = ?1"}) {
    if (auto set = database.change(sql, now); !set) return fail(std::move(set.error()));
  }
  return {};
}

Result<std::uint64_t> count(Database& database, const char* sql) {
  Rows rows = database.query(sql);
  std::uint64_t number = rows.next() ? rows.count(0) : 0;
  if (auto read = rows.result(); !read) return fail(std::move(read.error()));
  return number;
}

Result<Rebuilt> countAll(Database& database, const JournalContent& content) {
  Rebuilt rebuilt;
  rebuilt.tornBytes = content.tornBytes;
  rebuilt.damagedLines = content.damagedLines;
  struct Count {
    std::uint64_t& into;
    const char* sql;
  };
  for (const auto& [into, sql] :
       {Count{rebuilt.repositories, "SELECT count(*) FROM repository"},
        Count{rebuilt.manifests, "SELECT count(*) FROM manifest"}, Count{rebuilt.tags, "SELECT count(*) FROM tag"},
        Count{rebuilt.links, "SELECT count(*) FROM repository_blob WHERE linked = 1"}}) {
    auto number = count(database, sql);
    if (!number) return fail(std::move(number.error()));
    into = *number;
  }
  return rebuilt;
}

Result<Rebuilt> fill(Database& database, Journal& journal, const std::string& directory, bool salvage) {
  if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return fail(std::move(begun.error()));
  auto content = replay(database, directory, salvage);
  if (!content) return fail(std::move(content.error()));
  if (auto pulled = countAsPulled(database); !pulled) return fail(std::move(pulled.error()));
  auto rebuilt = countAll(database, *content);
  if (!rebuilt) return rebuilt;
  if (auto anew = journal.startOver(database, content->generation); !anew) return fail(std::move(anew.error()));
  if (auto done = database.execute("COMMIT"); !done) return fail(std::move(done.error()));
  // All of it in one file, which then takes the place of the other by one rename.
  if (auto done = database.execute("PRAGMA journal_mode = DELETE"); !done) return fail(std::move(done.error()));
  return rebuilt;
}

// The log before the database: a log of another database beside one is never seen.
Result<void> putInPlace(const std::string& fresh, const std::string& path) {
  for (const char* beside : {"-wal", "-shm"}) {
    if (auto moved = renameFile(path + beside, path + ".old" + beside); !moved) return moved;
  }
  if (auto moved = renameFile(path, path + ".old"); !moved) return moved;
  return renameFile(fresh, path);
}

// SQLite's own look at its pages, and at references between rows.
Result<void> checkIntegrity(Database& database, const std::string& path) {
  for (const char* sql : {"PRAGMA quick_check(1)", "PRAGMA foreign_key_check"}) {
    Rows rows = database.query(sql);
    bool sound = !rows.next() || rows.text(0) == "ok";
    if (auto read = rows.result(); !read) return read;
    if (!sound)
      return fail(ErrorCode::Corrupt, "The metadata is damaged. Stop the daemon and run `larderd rebuild <config>`.",
                  path);
  }
  return {};
}

Result<Rebuilt> rebuild(const std::string& directory, bool salvage) {
  auto path = databasePath(directory);
  auto fresh = path + ".new";
  for (const char* beside : kBeside) ::unlink((fresh + beside).c_str());
  Journal journal(directory);
  auto rebuilt = [&]() -> Result<Rebuilt> {
    auto database = openWriter(fresh);
    if (!database) return fail(std::move(database.error()));
    return fill(*database, journal, directory, salvage);
  }();
  if (!rebuilt) {
    for (const char* beside : kBeside) ::unlink((fresh + beside).c_str());
    return rebuilt;
  }
  if (auto placed = putInPlace(fresh, path); !placed) return fail(std::move(placed.error()));
  if (auto synced = syncDirectory(directory); !synced) return fail(std::move(synced.error()));
  if (auto moved = journal.committed(); !moved) return fail(std::move(moved.error()));
  return rebuilt;
}

}  // namespace
}  // namespace sqlite

Result<void> readSqliteMetadata(const std::filesystem::path& root,
                                const std::function<Result<void>(MetaChange)>& visit) {
  auto directory = (root / "_larder").string();
  auto path = sqlite::databasePath(directory);
  if (auto there = sqlite::checkNotLost(directory); !there) return there;
  if (::access(path.c_str(), F_OK) != 0) {
    return core::fail(core::ErrorCode::NotFound,
                      "There is no metadata database here, and no journal to rebuild it from. Restore a backup.", path);
  }
  auto database = sqlite::openReader(path);
  if (!database) return core::fail(std::move(database.error()));
  if (auto begun = database->execute("BEGIN"); !begun) return begun;
  if (auto sound = sqlite::checkIntegrity(*database, path); !sound) return sound;
  auto begun = sqlite::Journal::isBegun(*database);
  if (!begun) return core::fail(std::move(begun.error()));
  if (!*begun) return sqlite::checkMayBeginAnew(directory);
  return sqlite::dump(*database, [&](const sqlite::JournalChange& change) -> Result<void> {
    const auto* one = std::get_if<MetaChange>(&change);
    return one != nullptr ? visit(*one) : Result<void>{};
  });
}

Result<Rebuilt> rebuildSqliteMetadata(const std::filesystem::path& root, bool salvage) {
  auto directory = (root / "_larder").string();
  auto lock = sqlite::lockDirectory(directory, sqlite::Use::Alone);
  if (!lock) return core::fail(std::move(lock.error()));
  return sqlite::rebuild(directory, salvage);
}

}  // namespace larder::storage
