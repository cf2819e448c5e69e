#include "negative_cache.hpp"

#include <utility>

namespace larder::registry {
namespace {

constexpr std::size_t kMaxEntries = 10'000;

// No name has a line break.
std::string keyOf(const std::string& source, const std::string& reference) {
  return source + "\n" + reference;
}

}  // namespace

std::optional<core::Error> NegativeCache::find(const std::string& source, const std::string& reference,
                                               runtime::SteadyTime now) {
  std::lock_guard lock(mutex_);
  auto found = index_.find(keyOf(source, reference));
  if (found == index_.end()) return std::nullopt;
  if (found->second->expires > now) return found->second->error;
  remove(found->second);
  return std::nullopt;
}

void NegativeCache::put(const std::string& source, const std::string& reference, core::Error error,
                        runtime::SteadyTime expires) {
  std::lock_guard lock(mutex_);
  auto key = keyOf(source, reference);
  if (auto found = index_.find(key); found != index_.end()) remove(found->second);
  entries_.push_back({std::move(key), std::move(error), expires});
  index_.emplace(entries_.back().key, std::prev(entries_.end()));
  while (entries_.size() > kMaxEntries) remove(entries_.begin());
}

void NegativeCache::forget(const std::string& source, const std::string& reference) {
  std::lock_guard lock(mutex_);
  if (auto found = index_.find(keyOf(source, reference)); found != index_.end()) remove(found->second);
}

void NegativeCache::clear() {
  std::lock_guard lock(mutex_);
  index_.clear();
  entries_.clear();
}

void NegativeCache::remove(std::list<Entry>::iterator entry) {
  index_.erase(entry->key);
  entries_.erase(entry);
}

}  // namespace larder::registry
