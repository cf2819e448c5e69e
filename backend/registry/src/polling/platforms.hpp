// larder.upstreams[host].platforms: which images of an index a poll copies. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace larder::registry {

// Whether an index's entry for `platform` ("linux/arm/v7") is wanted. An empty list wants all; "linux/arm" wants each
// of its variants. Entries without a platform, and attestations ("unknown/unknown"), always come along.
bool wantsPlatform(const std::vector<std::string>& wanted, std::string_view platform);

}  // namespace larder::registry
