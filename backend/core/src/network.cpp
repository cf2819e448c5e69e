#include "larder/core/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace larder::core {
namespace {

constexpr IpAddress kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kMappedBits = 96;

bool isMapped(const IpAddress& address) {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.begin() + kMappedBits / 8, address.begin());
}

}  // namespace

std::optional<IpAddress> parseIp(std::string_view text) {
  text = text.substr(0, text.find('%'));
  char copy[INET6_ADDRSTRLEN];
  // inet_pton(3) would take what stands before a NUL for all of it.
  if (text.empty() || text.size() >= sizeof copy || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  IpAddress address = kMappedPrefix;
  if (inet_pton(AF_INET, copy, address.data() + kMappedBits / 8) == 1) return address;
  if (inet_pton(AF_INET6, copy, address.data()) == 1) return address;
  return std::nullopt;
}

bool isLoopback(const IpAddress& address) {
  constexpr IpAddress kLoopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return address == kLoopback || (isMapped(address) && address[kMappedBits / 8] == 127);
}

std::optional<Network> Network::parse(std::string_view text) {
  auto slash = text.find('/');
  auto address = parseIp(text.substr(0, slash));
  if (!address || text.substr(0, slash).find('%') != std::string_view::npos) return std::nullopt;
  Network network;
  network.address_ = *address;
  if (slash == std::string_view::npos) return network;
  auto bits = text.substr(slash + 1);
  bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  const auto* last = bits.data() + bits.size();
  auto [end, error] = std::from_chars(bits.data(), last, network.prefix_);
  if (error != std::errc() || end != last || network.prefix_ > (v4 ? 32U : 128U)) return std::nullopt;
  if (v4) network.prefix_ += kMappedBits;
  return network;
}

bool Network::contains(const IpAddress& address) const {
  auto whole = prefix_ / 8;
  if (!std::equal(address_.begin(), address_.begin() + whole, address.begin())) return false;
  auto rest = prefix_ % 8;
  return rest == 0 || ((address_[whole] ^ address[whole]) >> (8 - rest)) == 0;
}

}  // namespace larder::core
