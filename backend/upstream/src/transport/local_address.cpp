#include "transport/local_address.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <span>

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

bool isLocal4(Bytes address) {
  return std::ranges::any_of(kIPv4, [address](const auto& range) { return isIn(address, range); }) ||
         isOfAnInterface(address);
}

bool isLocal6(Bytes address) {
  if (std::ranges::any_of(kIPv6, [address](const auto& range) { return isIn(address, range); })) return true;
  if (isOfAnInterface(address)) return true;
  return std::ranges::any_of(kEmbeddings, [address](const auto& embedding) {
    return isIn(address, embedding.range) && isLocal4(address.subspan(embedding.at, 4));
  });
}

// Of a proxy on this machine.
std::optional<std::uint16_t> localPort(const char* proxy) {
  constexpr unsigned kFlags = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME;
  UrlHandle url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, proxy, kFlags) != CURLUE_OK) return std::nullopt;
  char* host = nullptr;
  if (curl_url_get(url.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK) return std::nullopt;
  CurlText hostOwner(host);
  if (!isLocalHost(lowerCase(host))) return std::nullopt;
  char* port = nullptr;
  // libcurl's own default of a proxy.
  if (curl_url_get(url.get(), CURLUPART_PORT, &port, 0) != CURLUE_OK) return 1080;
  CurlText portOwner(port);
  return static_cast<std::uint16_t>(std::strtoul(port, nullptr, 10));
}

std::set<std::uint16_t> localProxies() {
  std::set<std::uint16_t> ports;
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    if (auto port = localPort(value)) ports.insert(*port);
  }
  return ports;
}

}  // namespace

bool isLocalAddress(const sockaddr& address) {
  const auto bytes = bytesOf(address);
  return bytes.size() == 4 ? isLocal4(bytes) : !bytes.empty() && isLocal6(bytes);
}

bool isLocalAddress(const std::string& text) {
  std::array<unsigned char, 16> address{};
  if (inet_pton(AF_INET, text.c_str(), address.data()) == 1) return isLocal4(Bytes(address).first(4));
  const auto bare = text.substr(0, text.find('%'));  // without a zone
  return inet_pton(AF_INET6, bare.c_str(), address.data()) == 1 && isLocal6(address);
}

bool isLocalHost(std::string_view host) {
  while (host.ends_with('.')) host.remove_suffix(1);
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return isLocalAddress(std::string(host));
}

std::uint16_t portOf(const sockaddr& address) {
  if (address.sa_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.sa_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return 0;
}

bool isLocalProxy(std::uint16_t port) {
  static const auto kPorts = localProxies();
  return kPorts.contains(port);
}

}  // namespace larder::upstream
