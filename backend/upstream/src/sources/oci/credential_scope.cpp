#include "sources/oci/credential_scope.hpp"

#include <algorithm>
#include <array>

#include "text.hpp"
#include "transport/curl_handles.hpp"

namespace larder::upstream {
namespace {

// Suffixes of more than one label under which strangers register next to each other: national second levels, and the
// shared domains of hosting providers and registries (the well-known part of the Public Suffix List).
constexpr std::array<std::string_view, 98> kSharedSuffixes{
    // National second levels.
    "ac.jp", "ac.kr", "ac.nz", "ac.uk", "ac.za", "asn.au", "co.at", "co.id", "co.il", "co.in", "co.jp", "co.ke",
    "co.kr", "co.nz", "co.th", "co.uk", "co.za", "com.ar", "com.au", "com.bd", "com.br", "com.cn", "com.co", "com.eg",
    "com.hk", "com.mx", "com.my", "com.ng", "com.pe", "com.ph", "com.pk", "com.pl", "com.sa", "com.sg", "com.tr",
    "com.tw", "com.ua", "com.vn", "edu.au", "edu.cn", "go.jp", "gov.au", "gov.br", "gov.cn", "gov.in", "gov.uk",
    "ltd.uk", "me.uk", "ne.jp", "net.au", "net.br", "net.cn", "net.nz", "net.uk", "nhs.uk", "or.at", "or.jp", "or.kr",
    "org.au", "org.br", "org.cn", "org.nz", "org.uk", "plc.uk", "sch.uk",
    // Shared domains.
    "amazonaws.com", "appspot.com", "azurecr.io", "azurewebsites.net", "cloudapp.net", "cloudfront.net", "duckdns.org",
    "dyndns.org", "firebaseapp.com", "fly.dev", "github.io", "gitlab.io", "herokuapp.com", "jfrog.io", "netlify.app",
    "ngrok-free.app", "ngrok.app", "ngrok.io", "nip.io", "onrender.com", "pages.dev", "pkg.dev", "railway.app",
    "run.app", "sslip.io", "trafficmanager.net", "vercel.app", "web.app", "windows.net", "workers.dev", "xip.io",
    // A cluster's namespaces belong to different teams.
    "cluster.local", "svc.cluster.local"};

bool isAddress(std::string_view host) {
  return host.starts_with('[') || host.find(':') != std::string_view::npos ||
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool isShared(std::string_view suffix) {
  return suffix.find('.') == std::string_view::npos ||
         std::ranges::find(kSharedSuffixes, suffix) != kSharedSuffixes.end();
}

}  // namespace

std::string_view registrableDomain(std::string_view host) {
  if (isAddress(host)) return {};
  // From the longest suffix to the shortest: what stands under the first shared one.
  std::string_view domain;
  auto suffix = host;
  while (!isShared(suffix)) {
    domain = suffix;
    suffix = suffix.substr(suffix.find('.') + 1);
  }
  return domain;
}

core::Result<UrlParts> splitUrl(const std::string& url) {
  UrlHandle parser(curl_url());
  auto invalid =
      core::fail(core::ErrorCode::InvalidArgument, "The upstream named an address that is no http or https URL.");
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

bool mayReceiveCredentials(const Endpoint& endpoint, const UrlParts& realm, std::span<const std::string> allowed) {
  if (endpoint.scheme == "https" && realm.scheme != "https") return false;
  if (realm.host == endpoint.connectHost) return true;
  auto domain = registrableDomain(realm.host);
  if (!domain.empty() && domain == registrableDomain(endpoint.connectHost)) return true;
  auto withPort = realm.host + ":" + realm.port;
  return std::ranges::any_of(allowed, [&](const std::string& host) {
    auto name = lowerCase(host);
    return name == realm.host || name == withPort;
  });
}

}  // namespace larder::upstream
