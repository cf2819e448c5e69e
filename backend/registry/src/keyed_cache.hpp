// A bounded memory cache of what requests name: (ns, repository, reference) → an immutable entry.
//
// Thread-safe, split into shards with a short mutex each; a hit costs one hash and no allocation. The least recently
// used entries go when the cost is exceeded.
//
// Whoever fills the cache reads epoch() before it reads the store, and put() refuses what was read before the last
// invalidation: so a removed entry cannot come back by a slow reader.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
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

  std::uint64_t epoch() const { return epoch_.load(std::memory_order_acquire); }

  // Null if there is none, or none that is good at `now`.
  Pointer find(const CacheKey& key, runtime::SteadyTime now) {
    Hashed hashed(key);
    auto& shard = shardOf(hashed);
    std::lock_guard lock(shard.mutex);
    auto found = shard.index.find(hashed);
    if (found == shard.index.end() || found->second->expires <= now) return nullptr;
    if (found->second != shard.nodes.begin()) {
      shard.nodes.splice(shard.nodes.begin(), shard.nodes, found->second);
    }
    return found->second->entry;
  }

  // Keeps `entry` until `expires`. Does nothing when an invalidation has happened since `epoch`, or when the cost alone
  // is beyond what a shard may hold.
  void put(const CacheKey& key, Pointer entry, std::uint64_t cost, runtime::SteadyTime expires, std::uint64_t epoch) {
    if (cost > shardCapacity_) return;
    std::list<Node> out;
    Hashed hashed(key);
    auto& shard = shardOf(hashed);
    {
      std::lock_guard lock(shard.mutex);
      if (epoch != epoch_.load(std::memory_order_acquire)) return;
      if (auto found = shard.index.find(hashed); found != shard.index.end()) take(shard, found->second, out);
      shard.nodes.push_front(Node(key, std::move(entry), cost, expires));
      shard.index.emplace(shard.nodes.front().view(), shard.nodes.begin());
      shard.cost += cost;
      while (shard.cost > shardCapacity_) take(shard, std::prev(shard.nodes.end()), out);
    }
    tell(out);
  }

  template <class Predicate>
  void eraseIf(Predicate unwanted) {
    epoch_.fetch_add(1, std::memory_order_acq_rel);
    std::list<Node> out;
    for (auto& shard : shards_) {
      std::lock_guard lock(shard.mutex);
      for (auto node = shard.nodes.begin(); node != shard.nodes.end();) {
        auto next = std::next(node);
        if (unwanted(*node->entry)) take(shard, node, out);
        node = next;
      }
    }
    tell(out);
  }
  void clear() {
    eraseIf([](const Entry&) { return true; });
  }

  template <class Visitor>
  void forEach(Visitor visit) {
    for (auto& shard : shards_) {
      std::lock_guard lock(shard.mutex);
      for (const auto& node : shard.nodes) visit(*node.entry);
    }
  }

 private:
  static constexpr std::size_t kShards = 8;

  // A key with its hash, which is needed twice: for the shard and in it.
  struct Hashed {
    explicit Hashed(const CacheKey& of) : key(of) {
      std::hash<std::string_view> one;
      hash = one(key.repository);
      hash = hash * 0x9E3779B97F4A7C15ull + one(key.reference);
      if (!key.ns.empty()) hash = hash * 0x9E3779B97F4A7C15ull + one(key.ns);
    }
    friend bool operator==(const Hashed&, const Hashed&) = default;
    CacheKey key;
    std::size_t hash;
  };
  struct Hash {
    std::size_t operator()(const Hashed& key) const noexcept { return key.hash; }
  };
  struct Node {
    Node(const CacheKey& key, Pointer value, std::uint64_t entryCost, runtime::SteadyTime until)
        : ns(key.ns),
          repository(key.repository),
          reference(key.reference),
          entry(std::move(value)),
          cost(entryCost),
          expires(until) {}
    Hashed view() const { return Hashed({ns, repository, reference}); }
    std::string ns, repository, reference;
    Pointer entry;
    std::uint64_t cost;
    runtime::SteadyTime expires;
  };
  using Nodes = std::list<Node>;
  // Keys are views into the nodes, which never move.
  struct Shard {
    std::mutex mutex;
    Nodes nodes;  // most recently used first
    std::unordered_map<Hashed, typename Nodes::iterator, Hash> index;
    std::uint64_t cost = 0;
  };

  Shard& shardOf(const Hashed& key) { return shards_[(key.hash >> 32) % kShards]; }
  static void take(Shard& shard, typename Nodes::iterator node, Nodes& out) {
    shard.index.erase(node->view());
    shard.cost -= node->cost;
    out.splice(out.end(), shard.nodes, node);
  }
  void tell(const Nodes& out) const {
    if (!dropped_) return;
    for (const auto& node : out) dropped_(*node.entry);
  }

  const std::uint64_t shardCapacity_;
  const std::function<void(const Entry&)> dropped_;
  std::atomic<std::uint64_t> epoch_{0};
  std::array<Shard, kShards> shards_;
};

}  // namespace larder::registry
