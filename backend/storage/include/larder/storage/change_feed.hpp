// ChangeFeed: where the drivers tell that content has changed, so that nobody answers from memory what is so no more.
//
// A driver tells when a change has taken effect, before the caller of apply() hears of it, and whether or not that
// caller still waits; and when it cannot tell whether one has. What other processes change comes by
// MetaStore::foreignChanges() instead.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "larder/storage/meta_store.hpp"

namespace larder::storage {

struct ContentChange {
  enum class Kind : std::uint8_t {
    Added,     // nothing was there before, or the same
    Replaced,  // something else was there, or may have been
    Removed,
  };
  Kind kind = Kind::Added;
  std::string repository;
  std::optional<Reference> reference;  // a tag, or the digest of a manifest or blob; none: the repository itself
};
using ContentChanges = std::vector<ContentChange>;

// What the change does to content; nothing if it does nothing. `replaces`: whether something else was there before.
std::optional<ContentChange> contentChange(const MetaChange& change, bool replaces);

// Thread-safe. Kept in a shared_ptr, which the subscriptions hold too.
class ChangeFeed : public std::enable_shared_from_this<ChangeFeed> {
 public:
  using Listener = std::function<void(const ContentChanges&)>;

  // Ends when it is destroyed, after a call that runs.
  class Subscription {
   public:
    Subscription() = default;
    Subscription(std::shared_ptr<ChangeFeed> feed, std::uint64_t number) : feed_(std::move(feed)), number_(number) {}
    Subscription(Subscription&& other) noexcept = default;
    Subscription& operator=(Subscription&& other) noexcept;
    ~Subscription();

   private:
    std::shared_ptr<ChangeFeed> feed_;
    std::uint64_t number_ = 0;
  };

  // `listener` is called on whatever thread makes the change, one call at a time; it may not block, nor change the
  // store.
  [[nodiscard]] Subscription subscribe(Listener listener);
  void tell(const ContentChanges& changes);

 private:
  void end(std::uint64_t number);

  std::mutex mutex_;
  std::map<std::uint64_t, Listener> listeners_;
  std::uint64_t numbers_ = 0;
};

}  // namespace larder::storage
