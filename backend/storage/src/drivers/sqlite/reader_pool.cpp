#include "drivers/sqlite/reader_pool.hpp"

#include <algorithm>

#include "drivers/sqlite/schema.hpp"

namespace larder::storage::sqlite {

void ReaderPool::noteLent() {
  auto now = now_();
  if (now >= periodEnd_) {
    mostBefore_ = now >= periodEnd_ + kPeriod ? 0 : most_;
    most_ = 0;
    periodEnd_ = now + kPeriod;
  }
  most_ = std::max(most_, lent_);
}

Result<std::unique_ptr<Database>> ReaderPool::borrow() {
  {
    std::lock_guard lock(mutex_);
    ++lent_;
    noteLent();
    if (!idle_.empty()) {
      auto reader = std::move(idle_.back());
      idle_.pop_back();
      return reader;
    }
  }
  auto opened = openReader(path_);
  if (opened) return std::make_unique<Database>(std::move(*opened));
  giveBack(nullptr);
  return core::fail(std::move(opened.error()));
}

void ReaderPool::giveBack(std::unique_ptr<Database> reader) {
  std::vector<std::unique_ptr<Database>> closed;  // without the lock held
  std::lock_guard lock(mutex_);
  noteLent();
  --lent_;
  if (reader) idle_.push_back(std::move(reader));
  auto most = std::max({most_, mostBefore_, std::size_t{1}});
  auto kept = std::min(most - std::min(most, lent_), kMaxKept);
  while (idle_.size() > kept) {
    closed.push_back(std::move(idle_.front()));
    idle_.erase(idle_.begin());
  }
}

std::size_t ReaderPool::idle() {
  std::lock_guard lock(mutex_);
  return idle_.size();
}

}  // namespace larder::storage::sqlite
