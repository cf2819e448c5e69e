#include "sources/oci/link_header.hpp"

#include <string>
#include <vector>

#include "sources/oci/credential_scope.hpp"
#include "targets.hpp"

namespace larder::fuzz {

// A line is a field; what leads on is followed from a page of a list.
void link(std::string_view input) {
  const std::string page = "https://registry.example/v2/a/tags/list?n=1";
  std::vector<std::string> fields;
  for (std::size_t at = 0; at <= input.size();) {
    auto end = std::min(input.find('\n', at), input.size());
    fields.emplace_back(input.substr(at, end - at));
    at = end + 1;
  }
  auto next = upstream::nextLink(fields);
  auto url = upstream::resolveUrl(page, next.value_or(fields.front()));
  if (!url) return;
  auto parts = upstream::splitUrl(*url);
  if (!parts) return;
  require(parts->scheme == "http" || parts->scheme == "https", "only HTTP is followed");
  require(!parts->host.empty() && !parts->port.empty(), "and a host is asked");
  require(parts->host.find_first_of("@/?#\r\n ") == std::string::npos, "which is one");
  require(upstream::pathAndQuery(*url).starts_with('/'), "a path begins at the root");
  auto domain = upstream::registrableDomain(parts->host);
  require(domain.empty() || parts->host.ends_with(domain), "a domain is the end of a host");
}

}  // namespace larder::fuzz
