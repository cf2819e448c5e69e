#include "larder/upstream/endpoint.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "larder/core/reference.hpp"
#include "text.hpp"

namespace larder::upstream {
namespace {

constexpr std::size_t kMaxUrl = 2048;
constexpr std::size_t kMaxHost = 253;
constexpr std::string_view kDockerHub = "docker.io";
constexpr std::string_view kDockerHubApi = "registry-1.docker.io";

bool isHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool isHost(std::string_view host) {
  if (host.empty() || host.size() > kMaxHost) return false;
  if (host.front() == '[') {
    auto inner = host.substr(1, host.size() - 2);
    return host.back() == ']' && inner.find(':') != std::string_view::npos &&
           inner.find_first_not_of("0123456789abcdef:.") == std::string_view::npos;
  }
  return host.front() != '.' && host.front() != '-' && host.find("..") == std::string_view::npos &&
         std::ranges::all_of(host, isHostCharacter);
}

struct Authority {
  std::string host;
  std::optional<std::string_view> port;
};

Authority splitAuthority(std::string_view authority) {
  auto bracket = authority.find(']');
  auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon == std::string_view::npos) return {lowerCase(authority), std::nullopt};
  return {lowerCase(authority.substr(0, colon)), authority.substr(colon + 1)};
}

std::optional<std::uint16_t> parsePort(std::string_view text) {
  std::uint16_t port = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (failure != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

std::string_view trimSlashes(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

std::uint16_t defaultPort(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

// The message shows the URL only where it cannot hold a password.
tl::unexpected<core::Error> invalid(std::string message, std::string_view url) {
  return core::fail(core::ErrorCode::InvalidArgument, std::move(message),
                    url.find('@') == std::string_view::npos ? std::string(url.substr(0, 200)) : std::string());
}

}  // namespace

std::string Endpoint::origin() const {
  auto origin = scheme + "://" + connectHost;
  if (port != defaultPort(scheme)) origin += ":" + std::to_string(port);
  return origin;
}

core::Result<Endpoint> parseEndpoint(std::string_view url) {
  if (url.size() > kMaxUrl) return invalid("The upstream's URL is longer than 2048 characters.", {});
  Endpoint endpoint;
  auto rest = url;
  if (auto mark = url.find("://"); mark != std::string_view::npos) {
    endpoint.scheme = lowerCase(url.substr(0, mark));
    rest = url.substr(mark + 3);
  } else {
    endpoint.scheme = "https";
  }
  if (endpoint.scheme != "https" && endpoint.scheme != "http") {
    return invalid("The upstream's URL must begin with https:// or http://.", url);
  }
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return invalid("The upstream's URL must not have a query or fragment.", url);
  }
  auto slash = rest.find('/');
  auto authority = rest.substr(0, slash);
  auto path = trimSlashes(slash == std::string_view::npos ? std::string_view{} : rest.substr(slash));
  if (authority.find('@') != std::string_view::npos) {
    return invalid("The upstream's URL must not contain a user name or password. Put them in the credentials file.",
                   url);
  }
  auto [host, portText] = splitAuthority(authority);
  if (!isHost(host)) return invalid("The upstream's URL has no valid host name.", url);
  endpoint.port = defaultPort(endpoint.scheme);
  if (portText) {
    auto port = parsePort(*portText);
    if (!port) return invalid("The port in the upstream's URL must be a number from 1 to 65535.", url);
    endpoint.port = *port;
  }
  endpoint.host =
      canonicalHost(endpoint.port == defaultPort(endpoint.scheme) ? host : host + ":" + std::to_string(endpoint.port));
  endpoint.connectHost = endpoint.isDockerHub() ? std::string(kDockerHubApi) : host;
  bool isRoot = path == "v2" || (path == "v1" && endpoint.isDockerHub());
  if (!path.empty() && !isRoot) {
    if (!core::isRepositoryName(path)) {
      return invalid("The path in the upstream's URL must be a valid start of a repository name.", url);
    }
    endpoint.pathPrefix = path;
  }
  return endpoint;
}

std::string canonicalHost(std::string_view host) {
  auto name = lowerCase(host);
  if (name.ends_with(":443")) name.resize(name.size() - 4);
  if (name == "index.docker.io" || name == kDockerHubApi) return std::string(kDockerHub);
  return name;
}

std::string nameAtUpstream(const Endpoint& endpoint, std::string_view name) {
  const auto& prefix = endpoint.pathPrefix;
  bool hasPrefix =
      prefix.empty() || name == prefix || (name.starts_with(prefix) && name.substr(prefix.size()).starts_with('/'));
  std::string full = hasPrefix ? std::string(name) : prefix + "/" + std::string(name);
  if (endpoint.isDockerHub() && full.find('/') == std::string::npos) full.insert(0, "library/");
  return full;
}

}  // namespace larder::upstream
