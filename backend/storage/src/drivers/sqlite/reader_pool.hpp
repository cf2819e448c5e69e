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
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  // Open are as many as were lent at once in this period and the one before it, so that none is opened for each read
  // under load, and no more than kMaxKept beyond those that are lent: each holds some hundred KiB.
  static constexpr std::size_t kMaxKept = 16;
  static constexpr std::chrono::seconds kPeriod{10};

  // `latency` gets the seconds that each read takes.
  ReaderPool(std::string path, std::shared_ptr<telemetry::Histogram> latency, Now now = std::chrono::steady_clock::now)
      : path_(std::move(path)), latency_(std::move(latency)), now_(std::move(now)) {}

  // Runs `read(Database&)`, which returns a Result, in one consistent view of the database.
  template <class Read, class T = std::invoke_result_t<Read, Database&>>
  T read(Read read) {
    auto begin = std::chrono::steady_clock::now();
    auto reader = borrow();
    if (!reader) return core::fail(std::move(reader.error()));
    Lent lent(*this);
    if (auto begun = (*reader)->change("BEGIN"); !begun) return core::fail(std::move(begun.error()));
    T result = read(**reader);
    // A reader that cannot end its transaction is not lent again.
    if ((*reader)->change("COMMIT")) lent.back(std::move(*reader));
    latency_->observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    return result;
  }

  // How many are open and lent to nobody.
  std::size_t idle();

 private:
  // Counts one as lent, also where reading ends by an exception.
  class Lent {
   public:
    explicit Lent(ReaderPool& pool) : pool_(pool) {}
    ~Lent() { pool_.giveBack(std::move(reader_)); }
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
    void back(std::unique_ptr<Database> reader) { reader_ = std::move(reader); }

   private:
    ReaderPool& pool_;
    std::unique_ptr<Database> reader_;
  };

  Result<std::unique_ptr<Database>> borrow();
  // Null for one that is not lent again.
  void giveBack(std::unique_ptr<Database> reader);
  // mutex_ is held.
  void noteLent();

  std::string path_;
  std::shared_ptr<telemetry::Histogram> latency_;
  Now now_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Database>> idle_;  // the one that was used last at the end
  std::size_t lent_ = 0;
  std::size_t most_ = 0, mostBefore_ = 0;  // lent at once in this period, and in the one before it
  std::chrono::steady_clock::time_point periodEnd_{};
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
