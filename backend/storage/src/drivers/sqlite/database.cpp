#include "drivers/sqlite/database.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace larder::storage::sqlite {

using core::DigestAlgorithm;
using core::ErrorCode;
using core::fail;

namespace {

constexpr std::size_t kMaxDigestBytes = 65;

bool isNoSpace(int error) {
  return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

// Where SQLite may not write, it tells of the log that it did not find instead. 0 if the directory can be written to.
int whyNotWritable(const std::string& path) {
  auto directory = path.substr(0, path.rfind('/') + 1);
  return directory.empty() || ::access(directory.c_str(), W_OK) == 0 ? 0 : errno;
}

// The errno of the call that failed. SQLite notes it for a failure within a statement, but not for one at COMMIT: there
// the log's file knows.
int systemError(sqlite3* connection) {
  int error = sqlite3_system_errno(connection);
  sqlite3_file* log = nullptr;
  if (error == 0 &&
      sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, static_cast<void*>(&log)) == SQLITE_OK &&
      log != nullptr && log->pMethods != nullptr) {
    log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
  }
  return error;
}

}  // namespace

bool Database::isMoved() {
  int moved = 0;
  if (sqlite3_file_control(handle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0) return true;
  // The log, which goes with the last connection only, holds what was committed last.
  bool hasLog = ::access(sqlite3_filename_wal(sqlite3_db_filename(handle(), "main")), F_OK) == 0;
  bool lostLog = !hasLog && errno == ENOENT && hadLog_;
  hadLog_ |= hasLog;
  return lostLog;
}

core::Error databaseError(sqlite3* connection, int code) {
  const char* file = sqlite3_db_filename(connection, "main");
  return databaseError(connection, code, file != nullptr ? file : "");
}

core::Error databaseError(sqlite3* connection, int code, const std::string& path) {
  std::string reason = sqlite3_errmsg(connection);
  int system = systemError(connection);
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {ErrorCode::NoSpace, "No space left to write " + path + ". Free space on the volume or raise the quota.",
              path};
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      if (int error = whyNotWritable(path); error != 0) system = error;
      if (system != 0) reason += " (" + std::generic_category().message(system) + ")";
      if (isNoSpace(system)) {
        return {ErrorCode::NoSpace, "No space left to write " + path + ". Free space on the volume or raise the quota.",
                path};
      }
      return {ErrorCode::Io,
              "Cannot use " + path + ": " + reason +
                  ". Make it writable by the user that runs larderd, and check the disk.",
              path};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::Timeout, "Another process is keeping " + path + " locked. Try again.", path};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorCode::Corrupt,
              "The database " + path + " is damaged: " + reason + ". Run `larderd rebuild <config>`.", path};
    default:
      return {ErrorCode::Internal, "SQLite error on " + path + ": " + reason + ".", path};
  }
}

Rows::~Rows() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Rows::check(int code) {
  if (code != SQLITE_OK && !error_) error_ = databaseError(connection_, code);
}

void Rows::bind(int index, std::int64_t value) {
  check(sqlite3_bind_int64(statement_, index, value));
}

void Rows::bind(int index, std::string_view value) {
  const char* text = value.data() != nullptr ? value.data() : "";  // a null pointer would bind NULL
  check(sqlite3_bind_text64(statement_, index, text, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Rows::bind(int index, const Digest& value) {
  std::array<std::byte, kMaxDigestBytes> bytes{};
  auto raw = value.raw();
  bytes[0] = value.algorithm() == DigestAlgorithm::Sha256 ? std::byte{0} : std::byte{1};
  std::memcpy(bytes.data() + 1, raw.data(), raw.size());
  check(sqlite3_bind_blob64(statement_, index, bytes.data(), raw.size() + 1, SQLITE_TRANSIENT));
}

void Rows::bind(int index, const std::optional<Digest>& value) {
  if (value) {
    bind(index, *value);
  } else {
    check(sqlite3_bind_null(statement_, index));
  }
}

void Rows::bind(int index, WallTime value) {
  auto sinceEpoch = std::chrono::duration_cast<std::chrono::nanoseconds>(value.time_since_epoch());
  bind(index, std::int64_t{sinceEpoch.count()});
}

bool Rows::next() {
  if (error_) return false;
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) check(code);
  return false;
}

Result<void> Rows::result() const {
  if (error_) return fail(*error_);
  return {};
}

std::string Rows::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

WallTime Rows::time(int column) const {
  return WallTime(std::chrono::duration_cast<WallTime::duration>(std::chrono::nanoseconds(integer(column))));
}

Digest Rows::digest(int column) {
  const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  if (bytes != nullptr && size > 1) {
    auto algorithm = bytes[0] == std::byte{0} ? DigestAlgorithm::Sha256 : DigestAlgorithm::Sha512;
    if (size == 1 + Digest::rawSize(algorithm)) return Digest::fromRaw(algorithm, {bytes + 1, size - 1});
  }
  check(SQLITE_CORRUPT);
  return {};
}

Result<Database> Database::open(const std::string& path) {
  sqlite3* raw = nullptr;
  int code =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<sqlite3, Close> connection(raw);
  if (code != SQLITE_OK) {
    if (raw == nullptr) return fail(ErrorCode::Internal, "Out of memory for a database connection.", path);
    return fail(databaseError(raw, code, path));
  }
  sqlite3_extended_result_codes(raw, 1);
  return Database(std::move(connection));
}

Result<void> Database::execute(const char* sql) {
  int code = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(databaseError(connection_.get(), code));
  return {};
}

void Database::rollBack() {
  // Its failure adds nothing: the error that led here is the one to tell, and what was not committed is never seen.
  if (inTransaction()) sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<sqlite3_stmt*> Database::prepare(const char* sql) {
  auto& slot = statements_[sql];
  if (!slot) {
    sqlite3_stmt* statement = nullptr;
    int code = sqlite3_prepare_v3(connection_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return fail(databaseError(connection_.get(), code));
    slot.reset(statement);
  }
  return slot.get();
}

}  // namespace larder::storage::sqlite
