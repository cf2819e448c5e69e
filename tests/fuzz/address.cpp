#include <string>

#include "larder/config/hosts.hpp"
#include "larder/core/cloud_hosts.hpp"
#include "larder/core/network.hpp"
#include "network_formats.hpp"
#include "sources/oci/credential_scope.hpp"
#include "targets.hpp"

namespace larder::fuzz {

void address(std::string_view input) {
  const std::string text(input);
  const auto host = config::canonicalHost(text);
  // That port is left out of a host without a scheme, and said of one that plain HTTP goes to.
  if (!host.ends_with(":443")) require(config::canonicalHost(host) == host, "a canonical host is one already");
  (void)core::ecrRegion(text);
  (void)config::checkAddress(text);

  const bool parsed = core::Network::parse(text).has_value();
  require(parsed == !config::checkNetwork(text).has_value(), "a network is one for whoever reads it");
  if (auto ip = core::parseIp(text)) {
    auto alone = core::Network::parse(text.substr(0, text.find('%')));
    require(alone && alone->contains(*ip), "an address is in the network that it names");
  }

  auto parts = upstream::splitUrl(text);
  if (!parts) {
    // What the configuration takes has to work when it is used.
    return require(config::checkUrl(text).has_value(), "a URL is one for whoever reads it");
  }
  require(parts->scheme == "http" || parts->scheme == "https", "a scheme is one of two");
  require(!parts->host.empty() && !parts->port.empty(), "a URL has a host and a port");
  require(parts->host.find_first_of(std::string_view(" @/?#\\\r\n\0", 9)) == std::string::npos, "a host is only that");
  require(upstream::registrableDomain(parts->host).size() <= parts->host.size(), "a domain is the end of its host");
}

}  // namespace larder::fuzz
