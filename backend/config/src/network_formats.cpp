#include "network_formats.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "larder/core/network.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

constexpr std::size_t kMaxHostName = 253;

bool isIp(std::string_view text, int family) {
  std::array<unsigned char, sizeof(in6_addr)> buffer;
  return text.find('\0') == std::string_view::npos && inet_pton(family, std::string(text).c_str(), buffer.data()) == 1;
}

bool isPort(std::string_view text) {
  unsigned value = 0;
  const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && last == text.data() + text.size() && value >= 1 && value <= 65535;
}

bool isHostName(std::string_view text) {
  if (text.empty() || text.size() > kMaxHostName || text.front() == '-' || text.front() == '.') return false;
  return text.find("..") == std::string_view::npos && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                  c == '_';
         });
}

bool isHostWithPort(std::string_view text) {
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos || !isIp(text.substr(1, close - 1), AF_INET6)) return false;
    const auto rest = text.substr(close + 1);
    return rest.empty() || (rest.front() == ':' && isPort(rest.substr(1)));
  }
  const auto colon = text.find(':');
  if (colon != std::string_view::npos && !isPort(text.substr(colon + 1))) return false;
  return isHostName(text.substr(0, colon));
}

struct UrlParts {
  std::string_view scheme, authority, rest;
};

std::optional<UrlParts> split(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  const auto after = url.substr(colon + 3);
  const auto end = after.find_first_of("/?#");
  return UrlParts{url.substr(0, colon), after.substr(0, end),
                  end == std::string_view::npos ? std::string_view{} : after.substr(end)};
}

bool isHttp(std::string_view scheme) {
  return equalIgnoringCase(scheme, "http") || equalIgnoringCase(scheme, "https");
}

}  // namespace

std::optional<Complaint> checkAddress(std::string_view text) {
  if (text.empty() || text == "localhost" || isIp(text, AF_INET) || isIp(text, AF_INET6)) return std::nullopt;
  return Complaint{"This is not a valid IP address.",
                   "0.0.0.0 is all IPv4 addresses, :: all addresses; set the port in its own key"};
}

std::optional<Complaint> checkHost(std::string_view text) {
  if (isHostWithPort(text)) return std::nullopt;
  return Complaint{"This is not a valid host name.",
                   "Write it as docker.io or registry.example.org:5000, without https:// or a path"};
}

std::optional<Complaint> checkNetwork(std::string_view text) {
  if (core::Network::parse(text)) return std::nullopt;
  return Complaint{"This is not a valid IP network.",
                   "Write it as 10.0.0.0/8, fd00::/8, or a single address such as 192.0.2.7"};
}

std::optional<Complaint> checkUrl(std::string_view text) {
  const auto parts = split(text);
  if (!parts) {
    return Complaint{"This is not a valid URL.", isHostWithPort(text.substr(0, text.find('/')))
                                                     ? "Put https:// in front of it"
                                                     : "Write it as https://registry.example.org"};
  }
  if (!isHttp(parts->scheme)) return Complaint{"The URL must begin with https:// or http://.", ""};
  if (parts->authority.find('@') != std::string_view::npos) {
    return Complaint{"The URL contains a user name.",
                     "Put the user name and password in extensions.sync.credentialsFile"};
  }
  if (!isHostWithPort(parts->authority)) return Complaint{"The host of this URL is not valid.", ""};
  const auto unwanted = [](unsigned char c) { return c <= ' ' || c == 0x7F || c == '?' || c == '#'; };
  if (std::ranges::any_of(parts->rest, unwanted)) {
    return Complaint{"The URL must not have a query, a fragment, spaces or control characters.", ""};
  }
  return std::nullopt;
}

std::optional<Complaint> checkOrigin(std::string_view text) {
  const auto parts = split(text);
  if (parts && isHttp(parts->scheme) && isHostWithPort(parts->authority) && parts->rest.empty()) return std::nullopt;
  return Complaint{"This is not a valid origin.", "Write it as https://ui.example.org, without a path"};
}

std::optional<Complaint> checkMetricsPath(std::string_view text) {
  if (!text.starts_with('/')) return Complaint{"The path must begin with /.", ""};
  const bool clean = text.find("//") == std::string_view::npos && text.find("/.") == std::string_view::npos &&
                     text.find_first_of("?#%\\ \t") == std::string_view::npos &&
                     (text.size() == 1 || !text.ends_with('/'));
  if (!clean) return Complaint{"The path must not contain //, /./, /../ or a query, or end with /.", ""};
  for (const std::string_view taken : {"/v2", "/api", "/zot", "/livez", "/readyz", "/startupz"}) {
    if (text == "/" || text == taken || text.starts_with(std::string(taken) + "/")) {
      return Complaint{"Larder uses this path for something else.", "The default is /metrics"};
    }
  }
  return std::nullopt;
}

std::optional<Complaint> checkRoute(std::string_view text) {
  if (text.size() > 1 && text.starts_with('/') && text.find("//") == std::string_view::npos && !text.ends_with('/')) {
    return std::nullopt;
  }
  return Complaint{"This is not a valid route.", "Write it as /team"};
}

}  // namespace larder::config
