// Connections for reading. Each is lent to one blocking thread at a time; in WAL mode none of them waits for a writer.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "drivers/sqlite/database.hpp"

namespace larder::storage::sqlite {

// Thread-safe.
class ReaderPool {
 public:
  // Kept for the next reader; more are opened where more threads read at once, and closed after that.
  static constexpr std::size_t kMaxIdle = 4;

  explicit ReaderPool(std::string path) : path_(std::move(path)) {}

  // Runs `read(Database&)`, which returns a Result, in one consistent view of the database.
  template <class Read, class T = std::invoke_result_t<Read, Database&>>
  T read(Read read) {
    auto reader = borrow();
    if (!reader) return core::fail(std::move(reader.error()));
    if (auto begun = (*reader)->change("BEGIN"); !begun) return core::fail(std::move(begun.error()));
    T result = read(**reader);
    // A reader that cannot end its transaction is not lent again.
    if ((*reader)->change("COMMIT")) giveBack(std::move(*reader));
    return result;
  }

 private:
  Result<std::unique_ptr<Database>> borrow();
  void giveBack(std::unique_ptr<Database> reader);

  std::string path_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Database>> idle_;
};

}  // namespace larder::storage::sqlite
