// The last things of a kind that happened, numbered, for those who look in from time to time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace larder::telemetry {

// Thread-safe and bounded: the oldest goes when `capacity` are kept. T is copied out.
template <class T>
class Recent {
 public:
  explicit Recent(std::size_t capacity) : capacity_(capacity) {}

  // Its number: 1 for the first, then one more each.
  std::uint64_t add(T item) {
    std::lock_guard lock(mutex_);
    if (items_.size() == capacity_) items_.pop_front();
    items_.push_back(std::move(item));
    return ++last_;
  }

  struct Read {
    std::vector<T> items;     // in order
    std::uint64_t first = 0;  // the number of items.front()
    bool lost = false;        // some after `number` are gone already
  };
  // What came after the one with this number.
  Read after(std::uint64_t number) const {
    std::lock_guard lock(mutex_);
    auto oldest = last_ - items_.size();  // the number of the last that is gone
    Read read;
    read.lost = number < oldest;
    auto skip = std::min<std::uint64_t>(std::max(number, oldest) - oldest, items_.size());
    read.first = oldest + skip + 1;
    read.items.assign(items_.begin() + static_cast<std::ptrdiff_t>(skip), items_.end());
    return read;
  }
  // The number of the last, 0 before the first.
  std::uint64_t last() const {
    std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::deque<T> items_;
  std::uint64_t last_ = 0;
};

}  // namespace larder::telemetry
