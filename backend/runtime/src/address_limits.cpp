#include "larder/runtime/address_limits.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <new>
#include <random>
#include <string>
#include <utility>

namespace larder::runtime {
namespace {

std::uint64_t bigEndian(const unsigned char* bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | bytes[i];
  return value;
}

// IPv4 addresses lie where no /64 is: 0:ffff::/32 is reserved (RFC 4291, section 2.4).
constexpr std::uint64_t kIpv4 = 0xffffULL << 32;

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t randomOdd() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32 | device()) | 1;
}

std::int64_t nanoseconds(SteadyTime when) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(when.time_since_epoch()).count();
}

// How far ahead of now the time may be at which all would be there again, for one more to be there now.
std::int64_t reach(const Allowance& allowance) {
  return static_cast<std::int64_t>((std::max(allowance.burst, 1.0) - 1) *
                                   static_cast<double>(allowance.interval.count()));
}

std::optional<std::chrono::nanoseconds> waitFor(std::int64_t fullAt, const Allowance& allowance, std::int64_t now) {
  auto ahead = std::max(fullAt, now) - now - reach(allowance);
  if (ahead <= 0) return std::nullopt;
  return std::chrono::nanoseconds(ahead);
}

}  // namespace

ClientNetwork ClientNetwork::of(std::string_view address) {
  auto zone = std::min(address.find('%'), address.size());  // "fe80::1%eth0"
  std::string text(address.substr(0, zone));
  unsigned char bytes[16];
  if (::inet_pton(AF_INET, text.c_str(), bytes) == 1) return ClientNetwork(kIpv4 | bigEndian(bytes, 4));
  if (::inet_pton(AF_INET6, text.c_str(), bytes) != 1) return {};
  constexpr unsigned char kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::memcmp(bytes, kMapped, sizeof kMapped) == 0) return ClientNetwork(kIpv4 | bigEndian(bytes + 12, 4));
  return ClientNetwork(bigEndian(bytes, 8));
}

AddressShares::Place& AddressShares::Place::operator=(Place&& other) noexcept {
  if (this == &other) return *this;
  release();
  shares_ = std::move(other.shares_);
  network_ = other.network_;
  return *this;
}

void AddressShares::Place::release() {
  if (auto shares = std::exchange(shares_, nullptr)) shares->give(network_);
}

void AddressShares::limit(std::size_t places, unsigned percent) {
  std::lock_guard lock(mutex_);
  places_ = places;
  percent_ = percent;
}

AddressShares::Place AddressShares::take(ClientNetwork network) {
  std::lock_guard lock(mutex_);
  if (taken_ >= places_) return {};
  auto found = held_.find(network);
  std::size_t held = found == held_.end() ? 0 : found->second;
  // Whoever holds none gets the last one too: rounding must not shut anyone out.
  if (held > 0 && (held + 1) * 100 > (places_ - (taken_ - held)) * percent_) return {};
  ++held_[network];
  ++taken_;
  return Place(shared_from_this(), network);
}

void AddressShares::give(ClientNetwork network) {
  std::lock_guard lock(mutex_);
  auto found = held_.find(network);
  if (--found->second == 0) held_.erase(found);
  --taken_;
}

std::size_t AddressShares::taken() const {
  std::lock_guard lock(mutex_);
  return taken_;
}

AddressBudgets::AddressBudgets(std::size_t slots)
    : secret_{randomOdd(), randomOdd()},
      count_(std::bit_ceil(std::max(slots, kWays))),
      slots_(static_cast<Slot*>(std::calloc(count_, sizeof(Slot)))) {
  if (!slots_) throw std::bad_alloc();
}

AddressBudgets::Key AddressBudgets::key(ClientNetwork network, std::string_view what) const {
  return mixed(network.value() ^ secret_[1], secret_[0]) ^ (what.empty() ? 0 : key(what));
}

AddressBudgets::Key AddressBudgets::key(std::string_view what) const {
  return mixed(std::hash<std::string_view>{}(what) ^ secret_[0], secret_[1]);
}

AddressBudgets::Slot* AddressBudgets::bucket(Key key) {
  return &slots_[(key & (count_ / kWays - 1)) * kWays];
}

AddressBudgets::Slot* AddressBudgets::find(Key key) {
  Slot* slot = bucket(key);
  for (std::size_t i = 0; i < kWays; ++i, ++slot) {
    if (slot->key == key) return slot;
  }
  return nullptr;
}

AddressBudgets::Slot* AddressBudgets::findOrMake(Key key) {
  if (auto* found = find(key)) return found;
  auto* first = bucket(key);
  auto* chosen =
      std::min_element(first, first + kWays, [](const Slot& a, const Slot& b) { return a.fullAt < b.fullAt; });
  *chosen = Slot{key, 0};
  return chosen;
}

std::optional<std::chrono::nanoseconds> AddressBudgets::take(Key key, Allowance allowance, SteadyTime now) {
  if (allowance.interval <= std::chrono::nanoseconds::zero()) return std::nullopt;
  auto at = nanoseconds(now);
  std::lock_guard lock(mutex_);
  const auto* known = find(key);
  if (auto left = waitFor(known ? known->fullAt : 0, allowance, at)) return left;
  auto* slot = findOrMake(key);
  slot->fullAt = std::max(slot->fullAt, at) + allowance.interval.count();
  return std::nullopt;
}

std::optional<std::chrono::nanoseconds> AddressBudgets::wait(Key key, Allowance allowance, SteadyTime now) {
  if (allowance.interval <= std::chrono::nanoseconds::zero()) return std::nullopt;
  std::lock_guard lock(mutex_);
  const auto* known = find(key);
  return waitFor(known ? known->fullAt : 0, allowance, nanoseconds(now));
}

void AddressBudgets::give(Key key, Allowance allowance, SteadyTime now) {
  auto at = nanoseconds(now);
  std::lock_guard lock(mutex_);
  auto* known = find(key);
  if (known && known->fullAt > at) known->fullAt -= allowance.interval.count();
}

}  // namespace larder::runtime
