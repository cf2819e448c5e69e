#include "admin/guards.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "admin/problem.hpp"
#include "fields.hpp"

namespace larder::api::admin {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// "host[:port]" of an origin or URL, "" for what has none ("null").
std::string authorityOf(std::string_view url) {
  auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  return lower(url.substr(0, url.find_first_of("/?#")));
}

// Without the port: "[::1]:5000" is "::1".
std::string hostOf(std::string_view authority) {
  if (authority.starts_with('[')) return lower(authority.substr(1, authority.find(']') - 1));
  return lower(authority.substr(0, authority.rfind(':')));
}

bool isAddress(std::string_view host) {
  return host.find(':') != std::string_view::npos ||
         (!host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

bool isListed(const std::vector<std::string>& list, std::string_view text) {
  return std::ranges::any_of(list, [&](const auto& entry) { return lower(entry) == lower(text); });
}

bool isAllowedOrigin(const PolicyState& state, std::string_view origin) {
  return isListed(state.policy.config->larder.management.allowedOrigins, origin);
}

}  // namespace

std::optional<http::Response> refuseOrigin(const PolicyState& state, const http::RequestHead& head) {
  if (!head.hasField("Origin")) return std::nullopt;
  auto origin = head.field("Origin");
  auto authority = authorityOf(origin);
  bool own = !authority.empty() && (authority == lower(head.field("Host")) ||
                                    authority == authorityOf(state.policy.config->http.externalUrl));
  if (own || isAllowedOrigin(state, origin)) return std::nullopt;
  return problemResponse(403, "Pages of " + loggable(std::string(origin.substr(0, 200))) +
                                  " may not use this API. Let them with larder.management.allowedOrigins, or set "
                                  "http.externalUrl to the address that browsers use.");
}

std::optional<http::Response> refuseHost(const PolicyState& state, const http::RequestHead& head,
                                         const Caller& caller) {
  if (!caller.open || !caller.changes) return std::nullopt;
  const auto& config = *state.policy.config;
  auto host = hostOf(head.field("Host"));
  if (host.empty()) return problemResponse(400, "The field Host is missing.");
  if (isAddress(host) || host == "localhost" || host.ends_with(".localhost") ||
      host == hostOf(authorityOf(config.http.externalUrl)) || host == lower(config.http.address)) {
    return std::nullopt;
  }
  const auto& names = config.larder.management.allowedHosts;
  if (isListed(names, host) || isListed(names, head.field("Host"))) return std::nullopt;
  return problemResponse(403, "This daemon does not know itself by the name " + loggable(host.substr(0, 200)) +
                                  ". Call it by its address, or add the name to larder.management.allowedHosts.");
}

std::optional<http::Response> refuseWithoutToken(const http::RequestHead& head, const Caller& caller) {
  if (caller.sessionId.empty()) return std::nullopt;
  auto expected = Sessions::csrfToken(caller.sessionId);
  auto given = head.field("X-CSRF-Token");
  if (given.size() == expected.size() && CRYPTO_memcmp(given.data(), expected.data(), given.size()) == 0) {
    return std::nullopt;
  }
  return problemResponse(403, "The field X-CSRF-Token does not have the session's csrfToken. Load the page again.");
}

std::optional<http::Response> refuseQuery(const http::RequestHead& head) {
  // Such a parameter would count as left out.
  if (!http::percentDecode(head.query)) return problemResponse(400, "The query has a broken escape, or a NUL in it.");
  struct Longest {
    const char* name;
    std::size_t bytes;
  };
  constexpr std::array kParameters{Longest{"q", 255},       Longest{"user", 255},     Longest{"action", 64},
                                   Longest{"ns", 255},      Longest{"registry", 255}, Longest{"image", 512},
                                   Longest{"address", 512}, Longest{"cursor", 1024}};
  for (const auto& [name, bytes] : kParameters) {
    for (const auto& text : head.queryParameters(name)) {
      if (text.size() <= bytes) continue;
      return problemResponse(
          {core::ErrorCode::InvalidArgument,
           "The parameter " + std::string(name) + " must be no longer than " + std::to_string(bytes) + " bytes.",
           "?" + std::string(name)});
    }
  }
  return std::nullopt;
}

http::Response answerPreflight(const PolicyState& state, const http::RequestHead& head, std::string_view methods) {
  http::Response response(204);
  response.set("Allow", std::string(methods));
  if (isAllowedOrigin(state, head.field("Origin"))) {
    response.set("Access-Control-Allow-Methods", std::string(methods));
    response.set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match");
    response.set("Access-Control-Max-Age", "600");
  }
  return response;
}

void setAllowedOrigin(http::Response& response, const PolicyState& state, const http::RequestHead& head) {
  auto origin = head.field("Origin");
  if (origin.empty() || !isAllowedOrigin(state, origin)) return;
  response.set("Access-Control-Allow-Origin", std::string(origin));
  response.set("Access-Control-Expose-Headers", "ETag, Retry-After, X-Request-Id");
  response.set("Vary", "Origin");
}

void setApiFields(http::Response& response) {
  response.set("Cache-Control", "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.set("X-Frame-Options", "DENY");
  response.set("Referrer-Policy", "no-referrer");
  response.set("Cross-Origin-Resource-Policy", "same-origin");
  response.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
}

}  // namespace larder::api::admin
