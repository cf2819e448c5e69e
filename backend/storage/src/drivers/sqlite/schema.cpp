#include "drivers/sqlite/schema.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "drivers/filesystem/directories.hpp"
#include "drivers/sqlite/migrations.hpp"

namespace larder::storage::sqlite {

using core::ErrorCode;
using core::fail;

namespace {

constexpr std::chrono::milliseconds kBusyTimeout{10'000};

// Caches are small (in KiB): the page cache of the kernel holds the same pages, once for all connections.
constexpr const char* kCommonSettings =
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA mmap_size = 0;";
constexpr const char* kWriterSettings =
    "PRAGMA cache_size = -1024;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA journal_size_limit = 16777216;";
constexpr const char* kReaderSettings =
    "PRAGMA cache_size = -256;"
    "PRAGMA query_only = ON;";

Result<Database> openConnection(const std::string& path, const char* settings) {
  auto database = Database::open(path);
  if (!database) return database;
  auto* handle = database->handle();
  sqlite3_busy_timeout(handle, static_cast<int>(kBusyTimeout.count()));
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  for (int option : {SQLITE_DBCONFIG_DQS_DDL, SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_ENABLE_VIEW}) {
    sqlite3_db_config(handle, option, 0, nullptr);
  }
  for (const char* sql : {kCommonSettings, settings}) {
    if (auto set = database->execute(sql); !set) return fail(std::move(set.error()));
  }
  return database;
}

// SQLite makes its files with the mode 0644, and those beside the database with the mode of that. The one that is made
// here has to be new: to close a descriptor of a database in use would end the locks that this process has on it.
Result<void> makePrivately(const std::string& path) {
  filesystem::UniqueFd made(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, filesystem::kFileMode));
  if (!made && errno != EEXIST) return filesystem::failSystem(errno, "make", path);
  return {};
}

// The switch to WAL needs the database for itself, and the busy timeout does not apply to it.
Result<void> useWal(Database& database, const std::string& path) {
  auto deadline = std::chrono::steady_clock::now() + kBusyTimeout;
  while (true) {
    Result<void> result;
    std::string mode;
    {
      Rows rows = database.query("PRAGMA journal_mode = WAL");
      if (rows.next()) mode = rows.text(0);
      result = rows.result();
    }
    if (result && mode == "wal") return {};
    if (result) {
      return fail(ErrorCode::Io,
                  "The volume of " + path + " does not support SQLite in WAL mode. Use a local or block volume.", path);
    }
    bool locked = result.error().code == ErrorCode::Timeout;
    if (!locked || std::chrono::steady_clock::now() >= deadline) return result;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

std::int64_t knownVersion() {
  return static_cast<std::int64_t>(migrations().size());
}

Result<std::int64_t> schemaVersion(Database& database, const std::string& path) {
  Rows rows = database.query("PRAGMA user_version");
  std::int64_t version = rows.next() ? rows.integer(0) : 0;
  if (auto done = rows.result(); !done) return fail(std::move(done.error()));
  if (version <= knownVersion()) return version;
  return fail(ErrorCode::Unsupported,
              "The database " + path + " has schema version " + std::to_string(version) +
                  ", written by a newer larderd; this one supports versions up to " + std::to_string(knownVersion()) +
                  ". Start the newer larderd, or restore a backup.",
              path);
}

// Another process may have been faster: the version counts that is read under the lock.
Result<void> applyMigrations(Database& database, const std::string& path) {
  auto version = schemaVersion(database, path);
  if (!version) return fail(std::move(version.error()));
  for (auto next = *version; next < knownVersion(); ++next) {
    if (auto done = database.execute(migrations()[static_cast<std::size_t>(next)]); !done) return done;
    auto set = "PRAGMA user_version = " + std::to_string(next + 1);
    if (auto done = database.execute(set.c_str()); !done) return done;
  }
  return {};
}

Result<void> migrate(Database& database, const std::string& path) {
  auto version = schemaVersion(database, path);
  if (!version) return fail(std::move(version.error()));
  if (*version == knownVersion()) return {};
  if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return begun;
  auto applied = applyMigrations(database, path);
  if (applied) applied = database.execute("COMMIT");
  if (applied) {
    spdlog::info("storage.schema_migrated database={} from={} to={}", path, *version, knownVersion());
  } else {
    database.rollBack();
  }
  return applied;
}

}  // namespace

Result<Database> openWriter(const std::string& path) {
  if (auto made = makePrivately(path); !made) return fail(std::move(made.error()));
  auto database = openConnection(path, kWriterSettings);
  if (!database) return database;
  if (auto done = useWal(*database, path); !done) return fail(std::move(done.error()));
  if (auto done = migrate(*database, path); !done) return fail(std::move(done.error()));
  return database;
}

Result<Database> openReader(const std::string& path) {
  return openConnection(path, kReaderSettings);
}

}  // namespace larder::storage::sqlite
