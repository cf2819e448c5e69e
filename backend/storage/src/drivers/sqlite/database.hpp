// A thin wrapper over SQLite: a connection, its prepared statements, and the rows of a query.
//
// A Database is used by one thread at a time; all of its calls block.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "larder/core/digest.hpp"
#include "larder/core/result.hpp"

namespace larder::storage::sqlite {

using core::Digest;
using core::Result;
using WallTime = std::chrono::system_clock::time_point;

// A prepared statement with its bound values, which is reset when it goes out of scope. At most one for the same SQL at
// a time. Errors stick: read rows until next() says false, then ask result().
class Rows {
 public:
  template <class... Values>
  Rows(sqlite3* connection, sqlite3_stmt* statement, const Values&... values)
      : connection_(connection), statement_(statement) {
    int index = 0;
    (bind(++index, values), ...);
  }
  explicit Rows(core::Error error) : error_(std::move(error)) {}
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  // Moves to the next row. False at the end and after an error.
  bool next();
  // Whether all went well so far.
  Result<void> result() const;

  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  std::uint64_t count(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  std::string text(int column) const;
  WallTime time(int column) const;
  bool isNull(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  // A malformed one is an error of the result.
  Digest digest(int column);

 private:
  void bind(int index, std::int64_t value);
  void bind(int index, std::uint64_t value) { bind(index, static_cast<std::int64_t>(value)); }
  void bind(int index, std::uint32_t value) { bind(index, std::int64_t{value}); }
  void bind(int index, int value) { bind(index, std::int64_t{value}); }
  void bind(int index, std::string_view value);
  void bind(int index, const Digest& value);
  void bind(int index, const std::optional<Digest>& value);
  void bind(int index, WallTime value);
  void check(int code);

  sqlite3* connection_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
  std::optional<core::Error> error_;
};

class Database {
 public:
  // Opens `path`, making it if it is missing. The settings of a connection are the caller's (schema.hpp).
  static Result<Database> open(const std::string& path);

  // Runs statements without values, which are not kept.
  Result<void> execute(const char* sql);

  // Prepares `sql` (of static life: the statement is kept by its address) once and binds the values in order.
  template <class... Values>
  Rows query(const char* sql, const Values&... values) {
    auto statement = prepare(sql);
    if (!statement) return Rows(std::move(statement.error()));
    return Rows(connection_.get(), *statement, values...);
  }
  // Runs a statement to its end; the number of rows that it changed itself, cascades not counted.
  template <class... Values>
  Result<std::int64_t> change(const char* sql, const Values&... values) {
    Rows rows = query(sql, values...);
    while (rows.next()) {
    }
    if (auto done = rows.result(); !done) return core::fail(std::move(done.error()));
    return std::int64_t{sqlite3_changes(connection_.get())};
  }

  // Ends a transaction that has failed, if SQLite has not done so already.
  void rollBack();
  // False once SQLite itself has rolled the transaction back, as it does on a full disk.
  bool inTransaction() const { return sqlite3_get_autocommit(connection_.get()) == 0; }
  // True once its file was removed or replaced, or its log removed: what is written goes to a file that nobody can open
  // again.
  bool isMoved();
  sqlite3* handle() { return connection_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  explicit Database(std::unique_ptr<sqlite3, Close> connection) : connection_(std::move(connection)) {}
  Result<sqlite3_stmt*> prepare(const char* sql);

  std::unique_ptr<sqlite3, Close> connection_;
  bool hadLog_ = false;
  std::unordered_map<const void*, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

// The failure of a call on `connection`: NoSpace, Timeout (locked by another process), Corrupt, Io or Internal.
core::Error databaseError(sqlite3* connection, int code);
// Of a database that could not be opened, whose path the connection does not know.
core::Error databaseError(sqlite3* connection, int code, const std::string& path);

}  // namespace larder::storage::sqlite
