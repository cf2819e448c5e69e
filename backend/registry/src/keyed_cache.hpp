// A bounded memory cache of what requests name: (ns, repository, reference) → an immutable entry. Each belongs to a
// local repository, which may have another name than the one that was asked for.
//
// Thread-safe, split into shards with a short mutex each; a hit costs one hash and no allocation. The least recently
// used entries go when the cost is exceeded. To forget a repository costs what is kept of it.
//
// Whoever fills the cache reads epoch() before it reads the store, and put() refuses what was read before the last
// invalidation of its repository, or of everything: so a removed entry cannot come back by a slow reader, and who fills
// for another repository is not kept from it.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/identity.hpp>
#include <boost/multi_index/member.hpp>
#include <boost/multi_index/sequenced_index.hpp>
#include <boost/multi_index_container.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "larder/runtime/task.hpp"

namespace larder::registry {

struct CacheKey {
  std::string_view ns, repository, reference;
  friend bool operator==(const CacheKey&, const CacheKey&) = default;
};

template <class Entry>
class KeyedCache {
 public:
  using Pointer = std::shared_ptr<const Entry>;

  // `capacity` in the unit of put()'s costs. `dropped` sees each entry that leaves, without a lock held.
  explicit KeyedCache(std::uint64_t capacity, std::function<void(const Entry&)> dropped = {})
      : shardCapacity_(capacity / kShards), dropped_(std::move(dropped)) {}

  std::uint64_t epoch() const { return epoch_.load(); }

  // Null if there is none, or none that is good at `now`.
  Pointer find(const CacheKey& key, runtime::SteadyTime now) {
    auto hash = hashOf(key);
    auto& shard = shardOf(hash);
    std::lock_guard lock(shard.mutex);
    auto& keys = shard.nodes.template get<ByKey>();
    auto found = findIn(keys, key, hash);
    if (found == keys.end() || found->expires <= now) return nullptr;
    auto& byUse = shard.nodes.template get<ByUse>();
    byUse.relocate(byUse.begin(), shard.nodes.template project<ByUse>(found));
    return found->entry;
  }

  // Keeps `entry`, which belongs to the local repository `owner`, until `expires`. Does nothing when that or everything
  // was invalidated since `epoch`, or when the cost alone is beyond what a shard may hold.
  void put(const CacheKey& key, std::string owner, Pointer entry, std::uint64_t cost, runtime::SteadyTime expires,
           std::uint64_t epoch) {
    if (cost > shardCapacity_) return;
    Dropped out;
    auto hash = hashOf(key);
    auto& shard = shardOf(hash);
    {
      std::lock_guard lock(shard.mutex);
      // Under the lock: an invalidation moves these before it looks for what there is.
      if (invalidatedAt(owner).load() > epoch || clearedAt_.load() > epoch) return;
      auto& keys = shard.nodes.template get<ByKey>();
      if (auto found = findIn(keys, key, hash); found != keys.end()) take(shard, keys, found, out);
      auto& byUse = shard.nodes.template get<ByUse>();
      byUse.push_front({std::string(key.ns), std::string(key.repository), std::string(key.reference), hash,
                        std::move(owner), std::move(entry), cost, expires});
      shard.cost += cost;
      while (shard.cost > shardCapacity_) take(shard, byUse, std::prev(byUse.end()), out);
    }
    tell(out);
  }

  // Forgets what belongs to the local repository and is unwanted.
  template <class Predicate>
  void eraseOf(std::string_view owner, Predicate unwanted) {
    raise(invalidatedAt(owner));
    Dropped out;
    for (auto& shard : shards_) {
      std::lock_guard lock(shard.mutex);
      auto& owners = shard.nodes.template get<ByOwner>();
      auto [first, last] = ownedBy(owners, owner);
      while (first != last) {
        auto node = first++;
        if (unwanted(*node->entry)) take(shard, owners, node, out);
      }
    }
    tell(out);
  }
  void eraseOf(std::string_view owner) {
    eraseOf(owner, [](const Entry&) { return true; });
  }

  // Looks at all there is, and refuses all that is being read.
  template <class Predicate>
  void eraseIf(Predicate unwanted) {
    raise(clearedAt_);
    Dropped out;
    for (auto& shard : shards_) {
      std::lock_guard lock(shard.mutex);
      auto& byUse = shard.nodes.template get<ByUse>();
      for (auto node = byUse.begin(); node != byUse.end();) {
        auto next = std::next(node);
        if (unwanted(*node->entry)) take(shard, byUse, node, out);
        node = next;
      }
    }
    tell(out);
  }
  void clear() {
    eraseIf([](const Entry&) { return true; });
  }

  // Shows each entry, without a lock held.
  template <class Visitor>
  void forEach(Visitor visit) {
    for (auto& shard : shards_) {
      std::vector<Pointer> some;
      {
        std::lock_guard lock(shard.mutex);
        some.reserve(shard.nodes.size());
        for (const auto& node : shard.nodes) some.push_back(node.entry);
      }
      for (const auto& entry : some) visit(*entry);
    }
  }
  // The same for what belongs to the local repository.
  template <class Visitor>
  void forEachOf(std::string_view owner, Visitor visit) {
    std::vector<Pointer> some;
    for (auto& shard : shards_) {
      std::lock_guard lock(shard.mutex);
      auto [first, last] = ownedBy(shard.nodes.template get<ByOwner>(), owner);
      for (; first != last; ++first) some.push_back(first->entry);
    }
    for (const auto& entry : some) visit(*entry);
  }

 private:
  static constexpr std::size_t kShards = 8;
  // Repositories that share one refuse each other's fills now and then, which costs a read.
  static constexpr std::size_t kEpochs = 1024;

  struct Node {
    std::string ns, repository, reference;
    std::size_t hash;
    std::string owner;
    Pointer entry;
    std::uint64_t cost;
    runtime::SteadyTime expires;
  };
  struct NodeHash {
    std::size_t operator()(const Node& node) const noexcept { return node.hash; }
  };
  struct SameKey {
    static CacheKey keyOf(const Node& node) { return {node.ns, node.repository, node.reference}; }
    bool operator()(const Node& one, const Node& other) const { return keyOf(one) == keyOf(other); }
    bool operator()(const CacheKey& one, const Node& other) const { return one == keyOf(other); }
    bool operator()(const Node& one, const CacheKey& other) const { return keyOf(one) == other; }
  };
  struct OwnerHash {
    std::size_t operator()(const std::string& owner) const noexcept { return std::hash<std::string_view>{}(owner); }
  };
  struct ByUse {};  // most recently used first
  struct ByKey {};
  struct ByOwner {};
  using Nodes = boost::multi_index_container<
      Node, boost::multi_index::indexed_by<
                boost::multi_index::sequenced<boost::multi_index::tag<ByUse>>,
                boost::multi_index::hashed_unique<boost::multi_index::tag<ByKey>, boost::multi_index::identity<Node>,
                                                  NodeHash, SameKey>,
                boost::multi_index::hashed_non_unique<boost::multi_index::tag<ByOwner>,
                                                      boost::multi_index::member<Node, std::string, &Node::owner>,
                                                      OwnerHash>>>;
  struct Shard {
    std::mutex mutex;
    Nodes nodes;
    std::uint64_t cost = 0;
  };
  using Dropped = std::vector<Pointer>;

  static std::size_t hashOf(const CacheKey& key) {
    std::hash<std::string_view> one;
    auto hash = one(key.repository);
    hash = hash * 0x9E3779B97F4A7C15ull + one(key.reference);
    if (!key.ns.empty()) hash = hash * 0x9E3779B97F4A7C15ull + one(key.ns);
    return hash;
  }
  // Both without making a string of what is looked for.
  template <class Keys>
  static auto findIn(Keys& keys, const CacheKey& key, std::size_t hash) {
    return keys.find(key, [hash](const CacheKey&) { return hash; }, SameKey{});
  }
  template <class Owners>
  static auto ownedBy(Owners& owners, std::string_view owner) {
    return owners.equal_range(owner, std::hash<std::string_view>{}, std::equal_to<std::string_view>{});
  }
  Shard& shardOf(std::size_t hash) { return shards_[(hash >> 32) % kShards]; }
  std::atomic<std::uint64_t>& invalidatedAt(std::string_view owner) {
    return invalidatedAt_[std::hash<std::string_view>{}(owner) % kEpochs];
  }
  // What was read until now is out of date there. Two at once leave the later one.
  void raise(std::atomic<std::uint64_t>& at) {
    auto now = epoch_.fetch_add(1) + 1;
    auto before = at.load();
    while (before < now && !at.compare_exchange_weak(before, now)) {
    }
  }
  template <class Index>
  static void take(Shard& shard, Index& index, typename Index::iterator node, Dropped& out) {
    shard.cost -= node->cost;
    out.push_back(node->entry);
    index.erase(node);
  }
  void tell(const Dropped& out) const {
    if (!dropped_) return;
    for (const auto& entry : out) dropped_(*entry);
  }

  const std::uint64_t shardCapacity_;
  const std::function<void(const Entry&)> dropped_;
  std::atomic<std::uint64_t> epoch_{0};                              // counts invalidations
  std::atomic<std::uint64_t> clearedAt_{0};                          // the epoch of the last one of everything
  std::array<std::atomic<std::uint64_t>, kEpochs> invalidatedAt_{};  // of a repository, by its hash
  std::array<Shard, kShards> shards_;
};

}  // namespace larder::registry
