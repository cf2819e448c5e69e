// How near to this machine an address leads. Who may have the daemon connect somewhere must not reach by it what they
// could not reach themselves.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace larder::upstream {

enum class Reach : std::uint8_t {
  Public,   // anybody reaches it
  Private,  // another machine of a private network (RFC 1918, RFC 4193) or a provider's (RFC 6598)
  Local,    // this machine, its link, or the metadata service at which a cloud tells its machines their secrets
};

// Local: loopback, unspecified, link-local, multicast, the clouds' metadata, and what this machine's interfaces have at
// the moment of the call. IPv4 within IPv6 (mapped, NAT64, 6to4) counts as what it stands for. Public for other
// families. Asks the kernel for the interfaces.
Reach reachOf(const sockaddr& address);
// The same of an address as text, without brackets; Public for what is none.
Reach reachOf(const std::string& text);

// Of a URL's host, lower case, IPv6 in brackets: of an address, or of a name that stands for one by itself (RFC 6761,
// section 6.3). Names that resolve to one are told when they are connected to.
Reach reachOfHost(std::string_view host);

// Of the other end of a connection. A proxy that the environment names (https_proxy and the like) leads elsewhere,
// wherever that is: Public.
Reach reachOfPeer(const sockaddr& address);
Reach reachOfPeer(const std::string& address, std::uint16_t port);

}  // namespace larder::upstream
