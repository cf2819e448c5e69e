#include "verdict_table.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace larder::auth {
namespace {

// A slot's data: milliseconds until which it holds in the upper 40 bits (34 years), the user in the lower 24.
constexpr unsigned kUserBits = 24;
constexpr std::uint64_t kRefused = VerdictTable::kMaxUsers;

constexpr std::uint64_t expiryOf(std::uint64_t data) {
  return data >> kUserBits;
}
constexpr std::uint64_t userOf(std::uint64_t data) {
  return data & ((1U << kUserBits) - 1);
}

constexpr std::uint64_t kLapsedMillis = std::chrono::milliseconds(VerdictTable::kLapsed).count();

bool lapsedAt(std::uint64_t data, std::uint64_t nowMillis) {
  return data != 0 && userOf(data) != kRefused && expiryOf(data) <= nowMillis &&
         nowMillis < expiryOf(data) + kLapsedMillis;
}

}  // namespace

VerdictTable::VerdictTable(std::size_t slots, runtime::SteadyTime start)
    : start_(start),
      mask_(std::bit_ceil(std::max<std::size_t>(slots / kWays, 1)) - 1),
      slots_(std::make_unique<Slot[]>((mask_ + 1) * kWays)) {}

std::uint64_t VerdictTable::millis(runtime::SteadyTime when) const {
  auto since = std::chrono::duration_cast<std::chrono::milliseconds>(when - start_).count();
  return since > 0 ? static_cast<std::uint64_t>(since) : 0;
}

std::optional<std::uint64_t> VerdictTable::dataOf(const Hash128& key) const {
  const Slot* slot = bucket(key);
  for (std::size_t i = 0; i < kWays; ++i, ++slot) {
    std::uint64_t data = slot->data.load(std::memory_order_relaxed);
    if ((slot->low.load(std::memory_order_relaxed) ^ data) != key.low) continue;
    if ((slot->high.load(std::memory_order_relaxed) ^ data) != key.high) continue;
    return data;
  }
  return std::nullopt;
}

std::optional<Verdict> VerdictTable::find(const Hash128& key, runtime::SteadyTime now) const {
  auto data = dataOf(key);
  if (!data || expiryOf(*data) <= millis(now)) return std::nullopt;
  if (userOf(*data) == kRefused) return Verdict{};
  return Verdict{static_cast<std::uint32_t>(userOf(*data))};
}

bool VerdictTable::lapsed(const Hash128& key, runtime::SteadyTime now) const {
  auto data = dataOf(key);
  return data && lapsedAt(*data, millis(now));
}

void VerdictTable::put(const Hash128& key, const Verdict& verdict, runtime::SteadyTime now, runtime::SteadyTime until) {
  std::uint64_t nowMillis = millis(now);
  // What is over goes first, then refusals, then users who were let in, then those who are.
  auto worth = [nowMillis](std::uint64_t data) {
    int rank = lapsedAt(data, nowMillis) ? 2 : expiryOf(data) <= nowMillis ? 0 : userOf(data) == kRefused ? 1 : 3;
    return std::pair(rank, expiryOf(data));
  };
  auto ceiling = verdict.user ? std::pair(4, std::uint64_t{0}) : std::pair(2, std::uint64_t{0});
  Slot* chosen = nullptr;
  Slot* slot = bucket(key);
  for (std::size_t i = 0; i < kWays; ++i, ++slot) {
    std::uint64_t data = slot->data.load(std::memory_order_relaxed);
    bool same = (slot->low.load(std::memory_order_relaxed) ^ data) == key.low &&
                (slot->high.load(std::memory_order_relaxed) ^ data) == key.high;
    if (same) {
      chosen = slot;
      break;
    }
    if (worth(data) < ceiling) {
      chosen = slot;
      ceiling = worth(data);
    }
  }
  if (chosen == nullptr) return;
  std::uint64_t data = millis(until) << kUserBits | (verdict.user ? *verdict.user : kRefused);
  chosen->low.store(key.low ^ data, std::memory_order_relaxed);
  chosen->high.store(key.high ^ data, std::memory_order_relaxed);
  chosen->data.store(data, std::memory_order_relaxed);
}

}  // namespace larder::auth
