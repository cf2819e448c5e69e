#include "import_budget.hpp"

#include <chrono>

namespace larder::daemon {

runtime::Task<ImportBudget::Share> ImportBudget::take(std::uint64_t bytes, Limit limit) {
  while (true) {
    auto seen = freed_.version();
    if (tryTake(bytes, limit)) co_return Share(*this, bytes);
    co_await freed_.wait(seen, std::chrono::steady_clock::now() + std::chrono::minutes(1));
  }
}

std::uint64_t ImportBudget::bytes() const {
  std::lock_guard lock(mutex_);
  return held_.bytes;
}

bool ImportBudget::tryTake(std::uint64_t bytes, const Limit& limit) {
  std::lock_guard lock(mutex_);
  bool fits = held_.count < limit.count && held_.bytes + bytes <= limit.bytes;
  if (!fits && held_.count > 0) return false;
  ++held_.count;
  held_.bytes += bytes;
  return true;
}

void ImportBudget::giveBack(std::uint64_t bytes) {
  {
    std::lock_guard lock(mutex_);
    --held_.count;
    held_.bytes -= bytes;
  }
  freed_.notify();
}

}  // namespace larder::daemon
