// Addresses that lead to no other machine: those of this one, of its link, and of the metadata services at which a
// cloud tells its machines their secrets. Who may have the daemon connect somewhere must not reach these by it.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace larder::upstream {

// Loopback, unspecified, link-local, multicast, the clouds' metadata, and what this machine's interfaces have at the
// moment of the call; IPv4 within IPv6 (mapped, NAT64, 6to4) counts as what it stands for. All other addresses of
// private networks (RFC 1918, RFC 4193) are other machines. False for other families. Asks the kernel for the
// interfaces.
bool isLocalAddress(const sockaddr& address);
// The same of an address as text, without brackets; false for what is none.
bool isLocalAddress(const std::string& text);

// Of a URL's host, lower case, IPv6 in brackets: whether it is such an address, or a name that stands for one by itself
// (RFC 6761, section 6.3). Names that resolve to one are told when they are connected to.
bool isLocalHost(std::string_view host);

std::uint16_t portOf(const sockaddr& address);  // 0 for other families than IPv4 and IPv6

// Whether a proxy that the environment names (https_proxy and the like) listens at this port of this machine: then a
// connection there leads elsewhere, wherever that is.
bool isLocalProxy(std::uint16_t port);

}  // namespace larder::upstream
