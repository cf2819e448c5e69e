// What was found out about credentials a short while ago, under a keyed hash of them: never the credentials themselves.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "larder/runtime/task.hpp"
#include "siphash.hpp"

namespace larder::auth {

struct Verdict {
  // The index of the user; nothing if the credentials are wrong.
  std::optional<std::uint32_t> user;
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

// A hash table of fixed size that forgets. Thread-safe without a lock: a slot's words are stored xored with its data,
// so that what a reader finds half written has no key that anyone asks for. 24 bytes a slot, nothing allocated later.
class VerdictTable {
 public:
  // `slots` is rounded up to a power of two. Users' indexes are below kMaxUsers.
  VerdictTable(std::size_t slots, runtime::SteadyTime start);
  static constexpr std::uint32_t kMaxUsers = (1U << 24) - 1;

  std::optional<Verdict> find(const Hash128& key, runtime::SteadyTime now) const;
  // Whether these credentials were right, though that is over: for at most kLapsed, and as long as the slot is not
  // needed. It lets nobody in; it tells who has always been let in from one who guesses.
  bool lapsed(const Hash128& key, runtime::SteadyTime now) const;
  static constexpr std::chrono::hours kLapsed{24};
  // Takes one of a few slots: one that is over, else a refusal's, else a lapsed one, else the one that expires first. A
  // refusal never takes that of a user who is or was let in, so that a flood of wrong passwords pushes nobody out.
  void put(const Hash128& key, const Verdict& verdict, runtime::SteadyTime now, runtime::SteadyTime until);

 private:
  struct Slot {
    std::atomic<std::uint64_t> low{0};
    std::atomic<std::uint64_t> high{0};
    std::atomic<std::uint64_t> data{0};
  };
  static constexpr std::size_t kWays = 4;

  // What the slots hold of the key; nothing if it is not there.
  std::optional<std::uint64_t> dataOf(const Hash128& key) const;
  Slot* bucket(const Hash128& key) const { return &slots_[(key.low & mask_) * kWays]; }
  std::uint64_t millis(runtime::SteadyTime when) const;

  const runtime::SteadyTime start_;
  const std::size_t mask_;  // of buckets
  const std::unique_ptr<Slot[]> slots_;
};

}  // namespace larder::auth
