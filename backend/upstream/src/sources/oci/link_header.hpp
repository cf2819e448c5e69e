// The next page of a list (RFC 8288; OCI distribution-spec 1.1, "Listing Tags").
#pragma once

#include <optional>
#include <span>
#include <string>

namespace larder::upstream {

// The target of the link with rel="next", as it stands there; nothing if there is none.
std::optional<std::string> nextLink(std::span<const std::string> fields);

// `reference` (relative or absolute) seen from `base`, an absolute http or https URL; nothing if that is no such URL.
std::optional<std::string> resolveUrl(const std::string& base, const std::string& reference);

// The path and query of `url`, "/v2/a/tags/list?n=1"; `url` must be absolute.
std::string pathAndQuery(const std::string& url);

}  // namespace larder::upstream
