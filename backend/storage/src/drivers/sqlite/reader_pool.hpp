// Connections for reading. Each is lent to one blocking thread at a time; in WAL mode none of them waits for a writer.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "drivers/sqlite/database.hpp"
#include "larder/runtime/offload.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::storage::sqlite {

// Thread-safe.
class ReaderPool {
 public:
  // Kept for the next reader; more are opened where more threads read at once, and closed after that.
  static constexpr std::size_t kMaxIdle = 4;

  // `latency` gets the seconds that each read takes.
  ReaderPool(std::string path, std::shared_ptr<telemetry::Histogram> latency)
      : path_(std::move(path)), latency_(std::move(latency)) {}

  // Runs `read(Database&)`, which returns a Result, in one consistent view of the database.
  template <class Read, class T = std::invoke_result_t<Read, Database&>>
  T read(Read read) {
    auto begin = std::chrono::steady_clock::now();
    auto reader = borrow();
    if (!reader) return core::fail(std::move(reader.error()));
    if (auto begun = (*reader)->change("BEGIN"); !begun) return core::fail(std::move(begun.error()));
    T result = read(**reader);
    // A reader that cannot end its transaction is not lent again.
    if ((*reader)->change("COMMIT")) giveBack(std::move(*reader));
    latency_->observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    return result;
  }

 private:
  Result<std::unique_ptr<Database>> borrow();
  void giveBack(std::unique_ptr<Database> reader);

  std::string path_;
  std::shared_ptr<telemetry::Histogram> latency_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Database>> idle_;
};

// The pool as coroutines use it. Copies share it.
class Readers {
 public:
  Readers(std::shared_ptr<ReaderPool> pool, runtime::Executor blocking)
      : pool_(std::move(pool)), blocking_(std::move(blocking)) {}

  // ReaderPool::read() on a blocking thread.
  template <class Read, class T = std::invoke_result_t<const Read&, Database&>>
  runtime::Task<T> read(Read read) const {
    return runtime::offload(blocking_, [pool = pool_, read = std::move(read)] { return pool->read(std::cref(read)); });
  }

 private:
  std::shared_ptr<ReaderPool> pool_;
  runtime::Executor blocking_;
};

}  // namespace larder::storage::sqlite
