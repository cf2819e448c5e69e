#include "larder/config/hosts.hpp"

#include "text.hpp"

namespace larder::config {

std::string canonicalHost(std::string_view hostOrUrl) {
  bool isPlainHttp = false;
  if (const auto scheme = hostOrUrl.find("://"); scheme != std::string_view::npos) {
    isPlainHttp = equalIgnoringCase(hostOrUrl.substr(0, scheme), "http");
    hostOrUrl.remove_prefix(scheme + 3);
  }
  auto host = lower(hostOrUrl.substr(0, hostOrUrl.find_first_of("/?#")));
  constexpr std::string_view kHttpsPort = ":443";
  if (!isPlainHttp && host.ends_with(kHttpsPort)) host.resize(host.size() - kHttpsPort.size());
  if (host == "index.docker.io" || host == "registry-1.docker.io") return "docker.io";
  return host;
}

}  // namespace larder::config
