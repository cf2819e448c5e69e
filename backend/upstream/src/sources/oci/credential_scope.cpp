#include "sources/oci/credential_scope.hpp"

#include <libpsl.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <memory>

#include "text.hpp"
#include "transport/curl_handles.hpp"

namespace larder::upstream {
namespace {

// Below these strangers are neighbours, though the list does not have them: their owners have not asked for it, or the
// names are none of the public DNS. What stands right below belongs to one of them.
constexpr std::array<std::string_view, 9> kMoreSuffixes{"azurecr.io",        "cluster.local",      "jfrog.io",
                                                        "ngrok-free.app",    "ngrok.app",          "railway.app",
                                                        "svc.cluster.local", "trafficmanager.net", "up.railway.app"};
// Here they are at any depth.
constexpr std::array<std::string_view, 6> kNobodys{"amazonaws.com", "cloudapp.azure.com", "nip.io",
                                                   "pkg.dev",       "sslip.io",           "windows.net"};

constexpr std::string_view kHttps = "443";

bool isAddress(std::string_view host) {
  return host.starts_with('[') || host.find(':') != std::string_view::npos ||
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool isWithin(std::string_view host, std::string_view domain) {
  return host == domain || (host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
}

bool isSuffix(std::string_view name, const psl_ctx_st* list) {
  return std::ranges::find(kMoreSuffixes, name) != kMoreSuffixes.end() ||
         psl_is_public_suffix(list, std::string(name).c_str()) != 0;
}

}  // namespace

const psl_ctx_st* publicSuffixes() {
  struct Free {
    void operator()(psl_ctx_t* list) const { psl_free(list); }
  };
  static const std::unique_ptr<psl_ctx_t, Free> kList = [] {
    std::unique_ptr<psl_ctx_t, Free> list(psl_latest(nullptr));
    if (!list) {
      spdlog::warn(
          "upstream.public_suffix_list_missing message=\"Credentials are not sent to token servers on other hosts "
          "unless listed in allowedAuthRealms. Install the package publicsuffix.\"");
    }
    return list;
  }();
  return kList.get();
}

std::string_view registrableDomain(std::string_view host, const psl_ctx_st* list) {
  if (list == nullptr || host.empty() || host.ends_with('.') || isAddress(host)) return {};
  if (std::ranges::any_of(kNobodys, [host](auto domain) { return isWithin(host, domain); })) return {};
  // From the longest suffix to the shortest: what stands under the first that is shared.
  std::string_view domain;
  auto rest = host;
  while (!isSuffix(rest, list)) {
    auto dot = rest.find('.');
    if (dot == std::string_view::npos) return {};
    domain = rest;
    rest = rest.substr(dot + 1);
  }
  return domain;
}

core::Result<UrlParts> splitUrl(const std::string& url) {
  UrlHandle parser(curl_url());
  auto invalid = core::fail(core::ErrorCode::InvalidArgument,
                            "The upstream returned an address that is not an http or https URL.");
  if (!parser || curl_url_set(parser.get(), CURLUPART_URL, url.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
    return invalid;
  }
  UrlParts parts;
  for (auto [part, target] : {std::pair{CURLUPART_SCHEME, &parts.scheme}, std::pair{CURLUPART_HOST, &parts.host},
                              std::pair{CURLUPART_PORT, &parts.port}}) {
    char* text = nullptr;
    if (curl_url_get(parser.get(), part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return invalid;
    CurlText owner(text);
    *target = text;
  }
  if (parts.scheme != "http" && parts.scheme != "https") return invalid;
  parts.host = lowerCase(parts.host);
  return parts;
}

bool isListed(const UrlParts& place, std::span<const std::string> allowed) {
  auto withPort = place.host + ":" + place.port;
  return std::ranges::any_of(allowed, [&](const std::string& host) {
    auto name = lowerCase(host);
    return name == place.host || name == withPort;
  });
}

bool mayReceiveCredentials(const Endpoint& endpoint, const UrlParts& realm, std::span<const std::string> allowed,
                           const psl_ctx_st* list) {
  if (endpoint.scheme == "https" && realm.scheme != "https") return false;
  bool sameHost = realm.host == endpoint.connectHost;
  if (sameHost && realm.port == std::to_string(endpoint.port)) return true;
  if (realm.scheme == "https" && realm.port == kHttps) {
    // Known without any list.
    if (sameHost || (endpoint.isDockerHub() && realm.host == "auth.docker.io")) return true;
    auto domain = registrableDomain(realm.host, list);
    if (!domain.empty() && domain == registrableDomain(endpoint.connectHost, list)) return true;
  }
  return isListed(realm, allowed);
}

}  // namespace larder::upstream
