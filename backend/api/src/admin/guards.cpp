#include "admin/guards.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "admin/problem.hpp"
#include "browser_guard.hpp"

namespace larder::api::admin {
namespace {

std::optional<http::Response> answered(const std::optional<core::Error>& fault) {
  if (!fault) return std::nullopt;
  return problemResponse(*fault);
}

}  // namespace

std::optional<http::Response> refuseOrigin(const PolicyState& state, const http::RequestHead& head) {
  return answered(faultOfSite(state, head));
}

std::optional<http::Response> refuseHost(const PolicyState& state, const http::RequestHead& head) {
  bool strict = state.open || (namesHosts(state) && isOfBrowser(head));
  return strict ? answered(faultOfHost(state, head)) : std::nullopt;
}

bool mayBeRebound(const PolicyState& state, const http::RequestHead& head) {
  return isOfBrowser(head) && !isKnownHost(state, head.field("Host"));
}

std::optional<http::Response> refuseWithoutToken(const http::RequestHead& head, const Caller& caller) {
  if (caller.sessionId.empty()) return std::nullopt;
  auto expected = Sessions::csrfToken(caller.sessionId);
  auto given = head.field("X-CSRF-Token");
  if (given.size() == expected.size() && CRYPTO_memcmp(given.data(), expected.data(), given.size()) == 0) {
    return std::nullopt;
  }
  return problemResponse(403, "The X-CSRF-Token header is missing or does not match the session. Reload the page.");
}

std::optional<http::Response> refuseQuery(const http::RequestHead& head) {
  struct Longest {
    const char* name;
    std::size_t bytes;
  };
  constexpr std::array kParameters{
      Longest{"q", 255},        Longest{"user", 255},       Longest{"action", 64},   Longest{"ns", 255},
      Longest{"registry", 255}, Longest{"image", 512},      Longest{"address", 512}, Longest{"cursor", 1024},
      Longest{"upstream", 255}, Longest{"repository", 255}, Longest{"client", 255},  Longest{"rule", 64},
  };
  for (const auto& [name, bytes] : kParameters) {
    for (const auto& text : head.queryParameters(name)) {
      if (text.size() <= bytes) continue;
      return problemResponse(
          {core::ErrorCode::InvalidArgument,
           "The parameter " + std::string(name) + " must be at most " + std::to_string(bytes) + " bytes.",
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
