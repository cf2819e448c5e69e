// Lists that an upstream gives, kept for a short while: tags of a repository, referrers of a manifest.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ask.hpp"
#include "context.hpp"
#include "larder/runtime/single_flight.hpp"

namespace larder::registry {

inline std::size_t bytesOf(const std::string& name) {
  return sizeof(std::string) + name.size();
}
inline std::size_t bytesOf(const Referrer& referrer) {
  return sizeof(referrer) + referrer.mediaType.size() + referrer.artifactType.size() + referrer.annotationsJson.size();
}

// Bounded by the number of lists and by the bytes of all; the oldest go first. Thread-safe.
template <class Item>
class UpstreamLists : public std::enable_shared_from_this<UpstreamLists<Item>> {
 public:
  using List = std::shared_ptr<const std::vector<Item>>;
  using Fetch = std::function<Task<Result<List>>()>;

  UpstreamLists(std::shared_ptr<Context> context, std::size_t capacity, std::size_t maxBytes)
      : context_(std::move(context)), capacity_(capacity), maxBytes_(maxBytes) {}

  // The kept list, else what `fetch` gives, kept for `ttl`. One fetch for all who ask at once; a failure is kept as
  // well, so that an upstream that is away costs one wait. Timeout at `deadline`.
  Task<Result<List>> get(std::string key, std::chrono::nanoseconds ttl, SteadyTime deadline, Fetch fetch) {
    if (auto kept = find(key)) co_return *kept;
    auto outcome = co_await flights_.run(
        key, context_->runtime.nextIo(),
        [self = this->shared_from_this(), key, ttl, fetch] { return self->fly(key, ttl, fetch); }, deadline);
    co_return std::move(outcome.result);
  }

 private:
  struct Entry {
    std::string key;
    Result<List> list;
    SteadyTime expires;
    std::size_t bytes = 0;
  };

  Task<Result<List>> fly(std::string key, std::chrono::nanoseconds ttl, Fetch fetch) {
    auto list = co_await fetch();
    keep(std::move(key), list, context_->clock.steady() + ttl);
    co_return list;
  }

  std::optional<Result<List>> find(const std::string& key) {
    std::lock_guard lock(mutex_);
    auto found = index_.find(key);
    if (found == index_.end() || found->second->expires <= context_->clock.steady()) return std::nullopt;
    return found->second->list;
  }

  void keep(std::string key, Result<List> list, SteadyTime expires) {
    std::size_t bytes = sizeof(Entry) + key.size();
    if (list) {
      for (const auto& item : **list) bytes += bytesOf(item);
    }
    std::lock_guard lock(mutex_);
    if (auto found = index_.find(key); found != index_.end()) remove(found->second);
    entries_.push_back({std::move(key), std::move(list), expires, bytes});
    index_.emplace(entries_.back().key, std::prev(entries_.end()));
    bytes_ += bytes;
    while (entries_.size() > capacity_ || (bytes_ > maxBytes_ && entries_.size() > 1)) remove(entries_.begin());
  }

  void remove(typename std::list<Entry>::iterator entry) {
    index_.erase(entry->key);
    bytes_ -= entry->bytes;
    entries_.erase(entry);
  }

  std::shared_ptr<Context> context_;
  const std::size_t capacity_;
  const std::size_t maxBytes_;
  runtime::SingleFlight<std::string, List> flights_;
  std::mutex mutex_;
  std::list<Entry> entries_;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string_view, typename std::list<Entry>::iterator> index_;
};

}  // namespace larder::registry
