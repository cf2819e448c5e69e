#include "browser_guard.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "fields.hpp"
#include "larder/core/network.hpp"

namespace larder::api {
namespace {

using core::Error;
using core::ErrorCode;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

struct Origin {
  std::string scheme, authority;  // "https", "host[:port]"; "" for what has none, such as "null"
};

Origin parseOrigin(std::string_view url) {
  auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  auto rest = url.substr(scheme + 3);
  return {lower(url.substr(0, scheme)), lower(rest.substr(0, rest.find_first_of("/?#")))};
}

// Without the port: "[::1]:5000" is "::1".
std::string hostOf(std::string_view authority) {
  if (authority.starts_with('[')) return lower(authority.substr(1, authority.find(']') - 1));
  return lower(authority.substr(0, authority.rfind(':')));
}

bool isListed(const std::vector<std::string>& list, std::string_view text) {
  return std::ranges::any_of(list, [&](const auto& entry) { return lower(entry) == lower(text); });
}

bool isRead(http::Method method) {
  return method == http::Method::Get || method == http::Method::Head || method == http::Method::Options;
}

// An https page is not the http one of the same name; before a proxy that ends TLS, either may be.
bool isOwnOrigin(const PolicyState& state, const http::RequestHead& head, const Origin& origin) {
  if (origin.authority.empty()) return false;
  if (origin.authority == lower(head.field("Host")) && (!head.tls || origin.scheme == "https")) return true;
  auto external = parseOrigin(state.policy.config->http.externalUrl);
  return origin.authority == external.authority && origin.scheme == external.scheme;
}

std::string shown(std::string_view text) {
  return loggable(std::string(text.substr(0, 200)));
}

}  // namespace

bool isOfBrowser(const http::RequestHead& head) {
  return head.hasField("Origin") || head.hasField("Sec-Fetch-Site") || head.hasField("Accept-Language");
}

bool namesHosts(const PolicyState& state) {
  const auto& config = *state.policy.config;
  return !config.http.externalUrl.empty() || !config.larder.management.allowedHosts.empty();
}

bool isPrivateName(std::string_view field) {
  auto host = hostOf(field);
  while (host.ends_with('.')) host.pop_back();
  return host.find('.') == std::string::npos || host.ends_with(".svc") || host.ends_with(".local") ||
         host.ends_with(".internal");
}

bool isKnownHost(const PolicyState& state, std::string_view field) {
  const auto& config = *state.policy.config;
  auto host = hostOf(field);
  const auto& names = config.larder.management.allowedHosts;
  return core::parseIp(host) || host == "localhost" || host.ends_with(".localhost") ||
         host == hostOf(parseOrigin(config.http.externalUrl).authority) || host == lower(config.http.address) ||
         isListed(names, host) || isListed(names, field);
}

bool isAllowedOrigin(const PolicyState& state, std::string_view origin) {
  return isListed(state.policy.config->larder.management.allowedOrigins, origin);
}

std::optional<Error> faultOfHost(const PolicyState& state, const http::RequestHead& head) {
  auto host = head.field("Host");
  if (host.empty()) return Error{ErrorCode::Denied, "The Host header is missing."};
  if (isKnownHost(state, host)) return std::nullopt;
  return Error{ErrorCode::Denied, "Unknown host name " + shown(hostOf(host)) +
                                      ". Use the daemon's address, or add the name to larder.management.allowedHosts."};
}

std::optional<Error> faultOfSite(const PolicyState& state, const http::RequestHead& head) {
  auto origin = head.field("Origin");
  if (!head.hasField("Origin")) {
    auto site = head.field("Sec-Fetch-Site");
    if (site.empty() || site == "same-origin" || site == "none") return std::nullopt;
    origin = "another site";
  } else if (isOwnOrigin(state, head, parseOrigin(origin)) || isAllowedOrigin(state, origin)) {
    return std::nullopt;
  }
  return Error{ErrorCode::Denied, "Pages from " + shown(origin) +
                                      " are not allowed to do this. Allow them in larder.management.allowedOrigins, or "
                                      "set http.externalUrl to the address that browsers use."};
}

std::optional<Error> faultOfPage(const PolicyState& state, const http::RequestHead& head) {
  if (!isOfBrowser(head)) return std::nullopt;
  const auto& origins = state.policy.config->http.allowOrigin;
  auto origin = head.field("Origin");
  // One that is named may do what the user may; `*` lets every page read.
  if (!origin.empty() && std::ranges::find(origins, origin) != origins.end()) return std::nullopt;
  if (!isRead(head.method)) {
    if (auto fault = faultOfSite(state, head)) return fault;
  } else if (!(state.open || namesHosts(state)) || std::ranges::find(origins, "*") != origins.end()) {
    return std::nullopt;
  }
  return faultOfHost(state, head);
}

}  // namespace larder::api
