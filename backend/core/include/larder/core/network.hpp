// IP addresses and networks of them, as text: 192.0.2.7, fd00::1, 10.0.0.0/8. No I/O.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace larder::core {

// In network order; an IPv4 address is its IPv4-mapped IPv6 one (RFC 4291, section 2.5.5.2).
using IpAddress = std::array<std::uint8_t, 16>;

// An IPv4 or IPv6 literal without brackets; a zone ("%eth0") is passed over. Does not allocate.
std::optional<IpAddress> parseIp(std::string_view text);

// Whether it is of this machine alone: 127.0.0.0/8 or ::1.
bool isLoopback(const IpAddress& address);

class Network {
 public:
  // An address, or an address with the length of a prefix (RFC 4632, section 3.1). Bits after the prefix are ignored.
  static std::optional<Network> parse(std::string_view text);
  bool contains(const IpAddress& address) const;

 private:
  IpAddress address_{};
  unsigned prefix_ = 128;  // bits that count
};

}  // namespace larder::core
