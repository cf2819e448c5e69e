// What one client may take, by the network that it comes from: how much at a time, and how often.
//
// A client is known by its address alone, so whoever shares one (behind NAT, a proxy, a node of a cluster) shares its
// allowance too. That is why a share is a part of what others have left, never a small number.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "larder/runtime/task.hpp"

namespace larder::runtime {

// An IPv4 address, or the /64 of an IPv6 one: whoever has one address of it has them all (RFC 6177). IPv4-mapped ones
// are IPv4.
class ClientNetwork {
 public:
  ClientNetwork() = default;
  // What is no address ("" too) is one network of its own: those have no name to tell them apart by.
  static ClientNetwork of(std::string_view address);
  std::uint64_t value() const { return value_; }
  friend bool operator==(ClientNetwork, ClientNetwork) = default;

 private:
  explicit ClientNetwork(std::uint64_t value) : value_(value) {}
  std::uint64_t value_ = 0;
};

// Places that are held for a time, of which no network may have all: at most `percent` of those that the others have
// left. With 75 of 100, one network gets 75, a second 18 of the rest, and so on: a newcomer finds a free one while few
// of them want everything. Thread-safe; keeps an entry for each network that holds a place, so it is bounded by them.
class AddressShares : public std::enable_shared_from_this<AddressShares> {
 public:
  // A place; given back when it is destroyed.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept = default;
    Place& operator=(Place&& other) noexcept;
    ~Place() { release(); }
    explicit operator bool() const { return shares_ != nullptr; }
    void release();

   private:
    friend class AddressShares;
    Place(std::shared_ptr<AddressShares> shares, ClientNetwork network)
        : shares_(std::move(shares)), network_(network) {}
    std::shared_ptr<AddressShares> shares_;
    ClientNetwork network_;
  };

  // `places` ≥ 1; `percent` 1 to 100. Kept in a shared_ptr, which the places hold too.
  AddressShares(std::size_t places, unsigned percent) : places_(places), percent_(percent) {}
  // From now on; what is held is kept.
  void limit(std::size_t places, unsigned percent);

  // An empty Place if there is none for this network.
  Place take(ClientNetwork network);
  std::size_t taken() const;

 private:
  struct Hash {
    std::size_t operator()(ClientNetwork network) const { return std::hash<std::uint64_t>{}(network.value()); }
  };
  void give(ClientNetwork network);

  mutable std::mutex mutex_;
  std::size_t places_;
  unsigned percent_;
  std::size_t taken_ = 0;
  std::unordered_map<ClientNetwork, std::size_t, Hash> held_;
};

// How often something may happen, counted for each key: a token bucket (the generic cell rate algorithm) a key.
struct Allowance {
  double burst = 1;                     // at once, ≥ 1
  std::chrono::nanoseconds interval{};  // … and one more each time this has passed; 0: no limit
};

// Thread-safe. Of a fixed size: where a key finds no room, it takes that of the neighbour that is nearest to having its
// whole allowance again. Nobody can choose neighbours, since keys are hashed with a secret.
class AddressBudgets {
 public:
  // `slots` is rounded up to a power of two; 16 bytes each.
  explicit AddressBudgets(std::size_t slots);

  // A key from a network, or from anything else and a network.
  using Key = std::uint64_t;
  Key key(ClientNetwork network, std::string_view what = {}) const;
  Key key(std::string_view what) const;

  // Takes one; if there is none, takes nothing and says how long until there is.
  std::optional<std::chrono::nanoseconds> take(Key key, Allowance allowance, SteadyTime now);
  // How long until there is one, without taking it; nothing if there is.
  std::optional<std::chrono::nanoseconds> wait(Key key, Allowance allowance, SteadyTime now);
  // Gives one back that was taken in vain.
  void give(Key key, Allowance allowance, SteadyTime now);

 private:
  struct Slot {
    Key key;
    std::int64_t fullAt;  // nanoseconds; when the whole allowance is there again
  };
  struct Free {
    void operator()(Slot* slots) const { std::free(slots); }
  };
  static constexpr std::size_t kWays = 8;

  Slot* bucket(Key key);  // the slots that `key` may have
  Slot* find(Key key);
  Slot* findOrMake(Key key);

  std::uint64_t secret_[2];
  std::mutex mutex_;
  const std::size_t count_;
  std::unique_ptr<Slot[], Free> slots_;  // all zero at first; a page of it takes memory once it is written to
};

}  // namespace larder::runtime
