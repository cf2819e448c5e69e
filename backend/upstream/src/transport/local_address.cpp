#include "transport/local_address.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "text.hpp"
#include "transport/curl_handles.hpp"

namespace larder::upstream {
namespace {

using Bytes = std::span<const unsigned char>;

struct Range {
  std::array<unsigned char, 16> prefix;
  unsigned bits;
};

// All zeros after what is written.
constexpr std::array kIPv4{
    Range{{0}, 8},                    // this host (RFC 1122); Linux connects 0.0.0.0 to loopback
    Range{{127}, 8},                  // loopback
    Range{{169, 254}, 16},            // link-local, with the metadata of AWS, Google, Azure and most others
    Range{{100, 100, 100, 200}, 32},  // metadata of Alibaba
    Range{{168, 63, 129, 16}, 32},    // Azure's wire server
    Range{{192, 0, 0, 192}, 32},      // metadata of Oracle
    Range{{224}, 3},                  // multicast, reserved, broadcast
};
constexpr std::array kIPv6{
    Range{{0}, 127},                      // unspecified and loopback
    Range{{0xfe, 0x80}, 10},              // link-local
    Range{{0xff}, 8},                     // multicast
    Range{{0xfd, 0x00, 0x0e, 0xc2}, 32},  // metadata of AWS
    Range{{0xfd, 0x20, 0x00, 0xce}, 32},  // metadata of Google
};
// RFC 1918, RFC 6598.
constexpr std::array kPrivateIPv4{Range{{10}, 8}, Range{{172, 16}, 12}, Range{{192, 168}, 16}, Range{{100, 64}, 10}};
// RFC 4193, and site-local (RFC 3879), which some still have.
constexpr std::array kPrivateIPv6{Range{{0xfc}, 7}, Range{{0xfe, 0xc0}, 10}};
// What holds an IPv4 address, and where.
struct Embedding {
  Range range;
  std::size_t at;
};
constexpr std::array kEmbeddings{
    Embedding{{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96}, 12},  // mapped (RFC 4291)
    Embedding{{{0}, 96}, 12},                                         // compatible (RFC 4291)
    Embedding{{{0x00, 0x64, 0xff, 0x9b}, 96}, 12},                    // NAT64 (RFC 6052)
    Embedding{{{0x20, 0x02}, 16}, 2},                                 // 6to4 (RFC 3056)
};

bool isIn(Bytes address, const Range& range) {
  const auto whole = range.bits / 8;
  const auto rest = range.bits % 8;
  if (!std::equal(range.prefix.begin(), range.prefix.begin() + whole, address.begin())) return false;
  const auto mask = static_cast<unsigned char>(0xff00U >> rest);
  return rest == 0 || (address[whole] & mask) == (range.prefix[whole] & mask);
}

// Of IPv4 and IPv6, in the network's order; none of other families.
Bytes bytesOf(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    return {reinterpret_cast<const unsigned char*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr), 4};
  }
  if (address.sa_family != AF_INET6) return {};
  return {reinterpret_cast<const sockaddr_in6&>(address).sin6_addr.s6_addr, 16};
}

// Interfaces come and go, so that nothing is remembered of them.
bool isOfAnInterface(Bytes address) {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return false;
  std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, &freeifaddrs);
  for (const auto* one = list; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr != nullptr && std::ranges::equal(bytesOf(*one->ifa_addr), address)) return true;
  }
  return false;
}

bool isInAny(Bytes address, std::span<const Range> ranges) {
  return std::ranges::any_of(ranges, [address](const auto& range) { return isIn(address, range); });
}

Reach reachOf4(Bytes address) {
  if (isInAny(address, kIPv4) || isOfAnInterface(address)) return Reach::Local;
  return isInAny(address, kPrivateIPv4) ? Reach::Private : Reach::Public;
}

Reach reachOf6(Bytes address) {
  if (isInAny(address, kIPv6) || isOfAnInterface(address)) return Reach::Local;
  auto reach = isInAny(address, kPrivateIPv6) ? Reach::Private : Reach::Public;
  for (const auto& embedding : kEmbeddings) {
    if (isIn(address, embedding.range)) reach = std::max(reach, reachOf4(address.subspan(embedding.at, 4)));
  }
  return reach;
}

std::uint16_t portOf(const sockaddr& address) {
  if (address.sa_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.sa_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return 0;
}

struct Proxy {
  std::uint16_t port = 0;
  bool local = false;  // on this machine
};

std::optional<Proxy> parseProxy(const char* proxy) {
  constexpr unsigned kFlags = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME;
  UrlHandle url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, proxy, kFlags) != CURLUE_OK) return std::nullopt;
  char* host = nullptr;
  if (curl_url_get(url.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK) return std::nullopt;
  CurlText hostOwner(host);
  Proxy parsed{1080, reachOfHost(lowerCase(host)) == Reach::Local};  // libcurl's own default of a proxy
  char* port = nullptr;
  if (curl_url_get(url.get(), CURLUPART_PORT, &port, 0) != CURLUE_OK) return parsed;
  CurlText portOwner(port);
  parsed.port = static_cast<std::uint16_t>(std::strtoul(port, nullptr, 10));
  return parsed;
}

std::vector<Proxy> proxiesOfEnvironment() {
  std::vector<Proxy> proxies;
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    if (auto proxy = parseProxy(value)) proxies.push_back(*proxy);
  }
  return proxies;
}

// Whether a proxy of the environment may be what listens there. Of one on another machine nothing but the port is
// known without resolving its name.
bool isProxy(Reach reach, std::uint16_t port) {
  static const auto kProxies = proxiesOfEnvironment();
  return std::ranges::any_of(kProxies, [reach, port](const auto& proxy) {
    return proxy.port == port && proxy.local == (reach == Reach::Local);
  });
}

Reach unlessProxy(Reach reach, std::uint16_t port) {
  return reach != Reach::Public && isProxy(reach, port) ? Reach::Public : reach;
}

}  // namespace

Reach reachOf(const sockaddr& address) {
  const auto bytes = bytesOf(address);
  if (bytes.empty()) return Reach::Public;
  return bytes.size() == 4 ? reachOf4(bytes) : reachOf6(bytes);
}

Reach reachOf(const std::string& text) {
  std::array<unsigned char, 16> address{};
  if (inet_pton(AF_INET, text.c_str(), address.data()) == 1) return reachOf4(Bytes(address).first(4));
  const auto bare = text.substr(0, text.find('%'));  // without a zone
  return inet_pton(AF_INET6, bare.c_str(), address.data()) == 1 ? reachOf6(address) : Reach::Public;
}

Reach reachOfHost(std::string_view host) {
  while (host.ends_with('.')) host.remove_suffix(1);
  if (host == "localhost" || host.ends_with(".localhost")) return Reach::Local;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return reachOf(std::string(host));
}

Reach reachOfPeer(const sockaddr& address) {
  return unlessProxy(reachOf(address), portOf(address));
}

Reach reachOfPeer(const std::string& address, std::uint16_t port) {
  return unlessProxy(reachOf(address), port);
}

}  // namespace larder::upstream
