#include "drivers/sqlite/reader_pool.hpp"

#include "drivers/sqlite/schema.hpp"

namespace larder::storage::sqlite {

Result<std::unique_ptr<Database>> ReaderPool::borrow() {
  {
    std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto reader = std::move(idle_.back());
      idle_.pop_back();
      return reader;
    }
  }
  auto opened = openReader(path_);
  if (!opened) return core::fail(std::move(opened.error()));
  return std::make_unique<Database>(std::move(*opened));
}

void ReaderPool::giveBack(std::unique_ptr<Database> reader) {
  std::lock_guard lock(mutex_);
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(reader));
}

}  // namespace larder::storage::sqlite
