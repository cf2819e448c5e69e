// Bounds what imports hold at once: each takes its share before it begins, and gives it back when it ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>

#include "larder/runtime/signal.hpp"
#include "larder/runtime/task.hpp"

namespace larder::daemon {

// Thread-safe. Outlives its shares.
class ImportBudget {
 public:
  struct Limit {
    std::size_t count = 0;
    std::uint64_t bytes = 0;
  };
  // Gives back what it holds when it is destroyed.
  class Share {
   public:
    Share(ImportBudget& budget, std::uint64_t bytes) : budget_(&budget), bytes_(bytes) {}
    Share(Share&& other) noexcept : budget_(std::exchange(other.budget_, nullptr)), bytes_(other.bytes_) {}
    Share& operator=(Share&&) = delete;
    ~Share() {
      if (budget_) budget_->giveBack(bytes_);
    }

   private:
    ImportBudget* budget_;
    std::uint64_t bytes_;
  };

  // Waits until it fits: with it no more than `limit` is held, or nothing else is. Whoever cannot wait for the
  // background work comes with a higher limit than it does.
  runtime::Task<Share> take(std::uint64_t bytes, Limit limit);
  std::uint64_t bytes() const;

 private:
  bool tryTake(std::uint64_t bytes, const Limit& limit);
  void giveBack(std::uint64_t bytes);

  mutable std::mutex mutex_;
  Limit held_;
  runtime::Signal freed_;
};

}  // namespace larder::daemon
